# server.sh: building the extension and running it in a throw-away server.
#
# The server is a private copy of the installed PostgreSQL (its programs
# copied, its libraries and data files linked), so that installing the extension
# changes nothing on the system; its cluster listens on a private socket only.
# Needs common.sh, postgres.sh and make_work.

JOBS=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# link_entries FROM TO: links everything in FROM into the directory TO, but for
# an equipair that the system has already.
link_entries() {
	local entry
	mkdir -p "$2"
	for entry in "$1"/*; do
		case ${entry##*/} in
		equipair*) ;;
		*) ln -s "$entry" "$2/" ;;
		esac
	done
}

# fetch_headers PG_CONFIG: where Debian's PostgreSQL has no development files, fetches their package into
# $BUILD and unpacks it there.  Installed it would bring clang and LLVM along, more than a gigabyte, for bitcode
# that a throw-away build goes without.  Sets HEADERS, the directory that stands for /.
HEADERS=
fetch_headers() {
	local v
	pg_lacks "$1" | grep -qx dev || return 0
	v=$(pg_major "$1")
	HEADERS=$BUILD/headers-$v
	[ ! -d "$HEADERS" ] || return 0
	note "fetching the development files of PostgreSQL $v, which are unpacked but not installed"
	run unpack_package "postgresql-server-dev-$v" "$HEADERS" >"$WORK/fetch.log" 2>&1 || {
		cat "$WORK/fetch.log"
		warn "they could not be fetched; root can install them: apt-get update && apt-get install postgresql-server-dev-$v"
		return 1
	}
}

# unpack_package PACKAGE DIRECTORY: whole or not at all.
unpack_package() {
	local new
	new=$(mktemp -d "$2.XXXXXX") &&
		(cd "$new" && apt-get download "$1" && dpkg-deb -x "$1"_*.deb root && mv -T root "$2")
	set -- $?
	rm -rf "$new"
	return "$1"
}

# fetch_drivers: unpacks the drivers of other languages, which one test calls, from Debian's packages into
# $BUILD, once.  Installed, node-postgres alone would bring hundreds of packages along.
# What cannot be had is left out.  Then copies them to $WORK/drivers.
# Cube's driver is in no package of Debian: npm fetches it where there is npm, and no program of it is run by that.
DRIVER_PACKAGES="python3-psycopg python3-psycopg2 python3-sqlalchemy python3-typing-extensions libpostgresql-jdbc-java node-pg node-split2 node-xtend"
CUBE_DRIVER="@cubejs-backend/postgres-driver@1.7.43"
fetch_drivers() {
	local package new
	mkdir -p "$BUILD/drivers"
	if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
		for package in $DRIVER_PACKAGES; do
			[ -d "$BUILD/drivers/$package" ] || run unpack_package "$package" "$BUILD/drivers/$package" >"$WORK/fetch.log" 2>&1 ||
				note "$package could not be fetched: $(grep -m 1 '^E: ' "$WORK/fetch.log")"
		done
	fi
	if [ ! -d "$BUILD/drivers/cube" ] && command -v npm >/dev/null; then
		new=$(mktemp -d "$BUILD/drivers/npm.XXXXXX")
		run npm install --prefix "$new" --ignore-scripts --no-audit --no-fund --loglevel=error "$CUBE_DRIVER" >"$WORK/fetch.log" 2>&1 &&
			mv -T "$new" "$BUILD/drivers/cube" || note "$CUBE_DRIVER could not be fetched: $(tail -n 1 "$WORK/fetch.log")"
		rm -rf "$new"
	fi
	cp -R "$BUILD/drivers" "$WORK/drivers"
	chmod -R a+rX "$WORK/drivers"
}

# fetch_cron MAJOR: unpacks pg_cron, under which one test runs the nightly job, from Debian's package, and links it
# into the private PostgreSQL.  What cannot be had is left out.
fetch_cron() {
	local package="postgresql-$1-cron" file
	mkdir -p "$BUILD/packages"
	if [ ! -d "$BUILD/packages/$package" ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
		run unpack_package "$package" "$BUILD/packages/$package" >"$WORK/fetch.log" 2>&1 ||
			note "$package could not be fetched: $(grep -m 1 '^E: ' "$WORK/fetch.log")"
	fi
	cp -R "$BUILD/packages/$package" "$WORK/cron" 2>/dev/null || return 0
	chmod -R a+rX "$WORK/cron"
	for file in "$WORK"/cron/usr/lib/postgresql/*/lib/*.so; do
		ln -sf "$file" "$("$PRIVATE_PG_CONFIG" --pkglibdir)/"
	done
	for file in "$WORK"/cron/usr/share/postgresql/*/extension/*; do
		ln -sf "$file" "$("$PRIVATE_PG_CONFIG" --sharedir)/extension/"
	done
}

# fetch_page [dev]: copies reports/ to $BUILD/reports, with the packages of npm that it needs; with those of its tests
# where they are asked for.  Fails where they cannot be had, and says why.
fetch_page() {
	local to="$BUILD/reports" kind=${1:-page} have
	have="$kind $(cksum <"$ROOT/reports/package-lock.json")"
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
		note "the page needs nodejs and npm, which are not here"
		return 1
	fi
	mkdir -p "$to"
	(cd "$ROOT/reports" && tar -cf - --exclude ./node_modules .) | tar -xf - -C "$to" || return
	# what the tests need is enough for the page
	if ! grep -qxF -e "$have" -e "dev ${have#* }" "$to/.installed" 2>/dev/null; then
		rm -f "$to/.installed"
		(cd "$to" && run npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $([ "$kind" = dev ] || echo --omit=dev)) >"$WORK/fetch.log" 2>&1 || {
			note "the packages of the page could not be fetched: $(tail -n 1 "$WORK/fetch.log")"
			return 1
		}
		echo "$have" >"$to/.installed"
	fi
}

# run_nights DATABASE: two nights of the demo's model, a month apart, as the superuser who owns it.
run_nights() {
	run as_server PGDATABASE="$1" psql -X -q -v ON_ERROR_STOP=1 -c "CALL nightly_report('twinning', '2023-04-30')" \
		-c "CALL nightly_report('twinning', '2023-05-31')"
}

# make_prefix PG_CONFIG: copies that PostgreSQL below WORK.  pg_config and the
# server find their files relative to where their program lies.  Sets
# PRIVATE_PG_CONFIG, PGBIN, PGXS_DIR and SERVER_INCLUDE, where the headers really are: a path that
# is the same in every run, as what make knows of an object's headers has to be.
make_prefix() {
	local bindir pkglibdir sharedir include libdir prefix="$WORK/prefix"
	{
		read -r bindir
		read -r pkglibdir
		read -r sharedir
		read -r include
	} < <("$1" --bindir --pkglibdir --sharedir --includedir-server)
	mkdir -p "$prefix$bindir" "$prefix$include"
	cp -p "$bindir"/* "$prefix$bindir/"
	SERVER_INCLUDE=$HEADERS$include
	rmdir "$prefix$include" && ln -s "$SERVER_INCLUDE" "$prefix$include"
	link_entries "$pkglibdir" "$prefix$pkglibdir"
	# some packagers count PGXS among the development files
	[ -e "$prefix$pkglibdir/pgxs" ] || [ -z "$HEADERS" ] || ln -s "$HEADERS$pkglibdir/pgxs" "$prefix$pkglibdir/"
	link_entries "$sharedir" "$prefix$sharedir"
	for dir in "$pkglibdir/bitcode" "$sharedir/extension"; do
		if [ -d "$dir" ]; then
			rm -f "$prefix$dir"
			link_entries "$dir" "$prefix$dir"
		fi
	done
	# libpq lies beside pkglibdir where PostgreSQL has a prefix of its own
	libdir=$("$1" --libdir)
	if [ ! -e "$prefix$libdir" ] && [ "$libdir" != "$pkglibdir" ]; then
		mkdir -p "$(dirname "$prefix$libdir")"
		ln -s "$libdir" "$prefix$libdir"
	elif [ -d "$prefix$libdir" ] && [ "$libdir" != "$pkglibdir" ]; then
		for entry in "$libdir"/*; do
			[ -e "$prefix$libdir/${entry##*/}" ] || ln -s "$entry" "$prefix$libdir/"
		done
	fi
	PGBIN=$prefix$bindir
	PRIVATE_PG_CONFIG=$PGBIN/pg_config
	PGXS_DIR=$(dirname "$(dirname "$("$PRIVATE_PG_CONFIG" --pgxs)")")
	[ "$("$PRIVATE_PG_CONFIG" --pkglibdir)" = "$prefix$pkglibdir" ] ||
		die "$1 does not find its files when it is moved; cannot make a private copy of this PostgreSQL"
}

# build_dir: where built files are kept between runs: build/ of the checkout,
# or the private directory where the checkout or build/ belongs to somebody else.
build_dir() {
	if [ -n "${BUILD:-}" ]; then return; fi
	BUILD=$ROOT/build
	if [ ! -O "$ROOT" ] || ! mkdir -p "$BUILD" 2>/dev/null || [ ! -w "$BUILD" ] ||
		[ -n "$(find "$BUILD" -maxdepth 2 ! -uid "$(id -u)" -print -quit)" ]; then
		note "build/ is not ours to keep: building from scratch in a private directory"
		BUILD=$WORK/build
		mkdir -p "$BUILD"
	fi
}

# sync_sources KIND path ...: brings $BUILD/KIND up to date with the checkout.
# Only files whose content differs are touched.
sync_sources() {
	local kind=$1
	shift
	perl "$ROOT/script/lib/sync.pl" "$ROOT" "$BUILD/$kind" "$@"
}

# make_quietly LOG make-arguments ...: shows the output only where it fails.
make_quietly() {
	local log=$1
	shift
	make -j"$JOBS" "$@" >"$log" 2>&1 || {
		cat "$log"
		return 1
	}
}

# with_llvm: whether the compiler for the server's bitcode is there.
with_llvm() {
	local clang
	clang=$(sed -n 's/^CLANG *= *//p' "$PGXS_DIR/Makefile.global" | head -n 1)
	if [ -n "$clang" ] && command -v "$clang" >/dev/null; then echo yes; else echo no; fi
}

# in_build KIND STAMP command ...: runs the command in $BUILD/KIND while nobody
# else does.  A stamp that differs from the last one (another server version,
# compiler or option) means that nothing built before is of use.
in_build() {
	local kind=$1 stamp=$2
	shift 2
	(
		flock 9
		if [ "$(cat "$BUILD/$kind.stamp" 2>/dev/null)" != "$stamp" ]; then
			rm -rf "${BUILD:?}/$kind"
			printf '%s\n' "$stamp" >"$BUILD/$kind.stamp"
		fi
		mkdir -p "$BUILD/$kind" && cd "$BUILD/$kind" && "$@"
	) 9>"$BUILD/$kind.lock"
}

make_and_install() {
	sync_sources "$1" Makefile equipair.control src sql || return
	shift
	make_quietly "$WORK/make.log" PG_CONFIG="$PRIVATE_PG_CONFIG" includedir_server="$SERVER_INCLUDE" "$@" all &&
		make_quietly "$WORK/make.log" PG_CONFIG="$PRIVATE_PG_CONFIG" "$@" install
}

# pg_stamp: what built objects depend on besides the sources.
pg_stamp() {
	"$PRIVATE_PG_CONFIG" --version
	"$PRIVATE_PG_CONFIG" --configure
	"$PRIVATE_PG_CONFIG" --cc
	echo "${PG_CFLAGS:-}"
}

# install_extension KIND [make-argument ...]: builds the checkout in
# $BUILD/KIND and installs it into the private prefix.
install_extension() {
	local kind=$1
	shift
	build_dir
	run in_build "$kind" "$(pg_stamp) $*" make_and_install "$kind" "$@" || {
		warn "the extension could not be built"
		return 1
	}
}

# sanitized_server: sets SANITIZER_FLAGS, for a build whose overruns and undefined behaviour end the server, which
# crash_check sees, and has whatever the server's user starts load the runtime of AddressSanitizer first, as a library
# needs that is loaded by a program without it.  With some versions of the C library and of gnutls, which PostgreSQL
# comes with, such a program never starts: then it is the sanitizer of undefined behaviour alone.
# Memory that comes from PostgreSQL's contexts is one piece to both: an overrun within one is not seen.
SANITIZER_FLAGS=
sanitized_server() {
	local library
	library=$(cc -print-file-name=libasan.so)
	SERVER_ENV=("UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1")
	SANITIZER_FLAGS="-fsanitize=undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
	if [ -e "$library" ] && (LD_PRELOAD=$library ASAN_OPTIONS=detect_leaks=0 timeout -s KILL 10 "$PGBIN/postgres" -V) >/dev/null 2>&1; then
		SANITIZER_FLAGS="-fsanitize=address,undefined ${SANITIZER_FLAGS#* }"
		SERVER_ENV+=("LD_PRELOAD=$library" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1)
	else
		note "AddressSanitizer cannot be loaded into this server: undefined behaviour alone is looked for"
	fi
}

# start_server [setting ...]: a new cluster in WORK.
start_server() {
	local locale=C.UTF-8 setting
	locale -a 2>/dev/null | grep -qix 'c\.utf-\?8' || locale=C
	as_server initdb -D "$WORK/data" -U postgres -A trust --no-sync -E UTF8 --locale="$locale" \
		>"$WORK/initdb.log" 2>&1 || {
		cat "$WORK/initdb.log"
		die "initdb failed"
	}
	{
		cat <<-CONF
			listen_addresses = ''
			unix_socket_directories = '$WORK/sock'
			fsync = off
			synchronous_commit = off
			full_page_writes = off
			timezone = 'UTC'
			log_timezone = 'UTC'
			max_connections = 50
		CONF
		for setting; do printf '%s\n' "$setting"; done
	} >>"$WORK/data/postgresql.conf"
	as_server pg_ctl -D "$WORK/data" -l "$WORK/data/server.log" -w -t 60 start >"$WORK/start.log" 2>&1 || {
		cat "$WORK/start.log" "$WORK/data/server.log"
		die "the private server did not start"
	}
}

# restart_server [NAME=value ...]: with these in its environment.
restart_server() {
	as_server "$@" pg_ctl -D "$WORK/data" -l "$WORK/data/server.log" -w -t 60 restart >"$WORK/start.log" 2>&1 || {
		cat "$WORK/start.log" "$WORK/data/server.log"
		die "the private server did not start again"
	}
}

# psql_server psql-argument ...
psql_server() { as_server psql -X -q -v ON_ERROR_STOP=1 "$@"; }

# give path ...: copies parts of the checkout to WORK, for the server's user,
# who may not be able to read the checkout.
give() {
	local path
	for path; do
		[ -e "$ROOT/$path" ] || continue
		cp -R "$ROOT/$path" "$WORK/"
		chmod -R a+rX "$WORK/${path##*/}"
	done
}

# give_checkout: copies the files of the checkout that git knows or would add to WORK/checkout; fails where
# the checkout is not git's.
give_checkout() {
	local file
	mkdir "$WORK/checkout"
	(cd "$ROOT" && git ls-files -z --cached --others --exclude-standard) >"$WORK/home/files" 2>/dev/null || return
	while IFS= read -r -d '' file; do
		[ ! -e "$ROOT/$file" ] || printf '%s\0' "$file"
	done <"$WORK/home/files" | tar -C "$ROOT" --null -T - -cf - | tar -C "$WORK/checkout" -xf - || return
	chmod -R a+rX "$WORK/checkout"
}

in_dir() { cd "$1" && shift && "$@"; }

# load_demo DATABASE: a database with the extension and the demo's data.
load_demo() {
	psql_server -c "CREATE DATABASE $1" &&
		run in_dir "$WORK/demo" as_server PGDATABASE="$1" PGOPTIONS="-c client_min_messages=warning" \
			psql -X -q -v ON_ERROR_STOP=1 -f load.sql
}
