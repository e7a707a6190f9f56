# common.sh: what every script here shares: messages, a private directory,
# and the promise that nothing outlives the script.  Sourced, with bash.

set -u
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P) || exit 1

# The caller's connection settings must not reach our servers and clients.
for var in $(compgen -v PG); do
	[ "$var" = PG_CONFIG ] || unset "$var" 2>/dev/null
done
unset var

SUPPORTED_MAJORS="18 17 16 15"

started=$(date +%s%N)

elapsed() {
	local ms=$((($(date +%s%N) - $1) / 1000000))
	printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

say() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf '%s: %s\n' "script/${0##*/}" "$*" >&2; }
die() {
	warn "$*"
	exit 1
}

# usage: prints the comment at the top of the calling script.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# ---------------------------------------------------------------------------
# The private directory and its end
# ---------------------------------------------------------------------------

WORK=
CHILD=
STARTING=

# The user that runs servers: PostgreSQL refuses to run as root.
server_user() {
	if [ "$(id -u)" -ne 0 ]; then
		id -un
	elif getent passwd postgres >/dev/null; then
		echo postgres
	else
		echo nobody
	fi
}

# make_work: creates the private directory WORK, owned by the server's user.
# The path goes into a Unix socket's address (107 bytes at most) and through
# make, so a long or odd TMPDIR is passed over.
make_work() {
	local base
	SERVER_USER=$(server_user)
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		[[ $base =~ ^/[A-Za-z0-9/._+-]{0,40}$ ]] || continue
		WORK=$(mktemp -d "${base%/}/equipair.XXXXXX" 2>/dev/null) || continue
		if [ "$(id -u)" -eq 0 ]; then
			chown "$SERVER_USER" "$WORK"
			if ! as_server test -w "$WORK"; then
				rm -rf "$WORK"
				continue
			fi
		fi
		mkdir -p "$WORK/home" "$WORK/tmp" "$WORK/sock"
		[ "$(id -u)" -ne 0 ] || chown -R "$SERVER_USER" "$WORK"
		chmod 700 "$WORK" "$WORK/sock"
		return 0
	done
	WORK=
	die "cannot make a private directory in ${TMPDIR:-/tmp}, /tmp or /var/tmp"
}

# What as_server puts into every environment besides: NAME=value.
SERVER_ENV=()

# as_server [NAME=value ...] command ...: runs a command as the server's user,
# with a clean environment.
as_server() {
	local -a become=()
	if [ "$(id -u)" -eq 0 ]; then
		if command -v setpriv >/dev/null; then
			become=(setpriv --reuid "$SERVER_USER" --regid "$(id -g "$SERVER_USER")" --init-groups --)
		else
			become=(runuser -u "$SERVER_USER" --)
		fi
	fi
	(
		# the checkout may be closed to that user
		case $PWD in "$WORK"*) ;; *) cd "$WORK" || exit ;; esac
		exec env -i PATH="${PGBIN:+$PGBIN:}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
			HOME="$WORK/home" TMPDIR="$WORK/tmp" LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC \
			TERM="${TERM:-dumb}" PGHOST="$WORK/sock" PGUSER=postgres PGDATABASE=postgres \
			${become[@]+"${become[@]}"} env ${SERVER_ENV[@]+"${SERVER_ENV[@]}"} "$@"
	)
}

# run command ...: like the command itself, but a signal to the script is acted
# upon at once: bash would otherwise wait for the command to end first.
run() {
	local rc
	set -m
	{
		set +m
		"$@"
	} </dev/null &
	CHILD=$!
	set +m
	wait "$CHILD"
	rc=$?
	CHILD=
	return $rc
}

# stop_servers: every server whose data directory lies in WORK.
stop_servers() {
	local pidfile pid
	while IFS= read -r pidfile; do
		pid=$(head -n 1 "$pidfile" 2>/dev/null)
		[[ $pid =~ ^[0-9]+$ ]] || continue
		kill -QUIT "$pid" 2>/dev/null || continue
		for _ in {1..100}; do
			# the file goes last of all, and an ended process may wait to be reaped
			[ -e "$pidfile" ] && kill -0 "$pid" 2>/dev/null || continue 2
			sleep 0.1
		done
		kill -KILL "$pid" 2>/dev/null
	done < <(find "$WORK" -name postmaster.pid 2>/dev/null)
}

# at_exit: what a script has to undo besides; to be redefined.
at_exit() { :; }

cleanup() {
	local status=$?
	trap - EXIT
	trap '' INT TERM HUP
	at_exit
	if [ -n "$CHILD" ]; then
		kill -TERM -- "-$CHILD" 2>/dev/null
		for _ in {1..50}; do
			kill -0 -- "-$CHILD" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$CHILD" 2>/dev/null
	fi
	# a server that is just starting can be stopped once it is up
	[ -z "$STARTING" ] || wait "$STARTING" 2>/dev/null
	if [ -n "$WORK" ]; then
		stop_servers
		cd / && rm -rf "$WORK"
	fi
	exit $status
}

trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
