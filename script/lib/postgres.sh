# postgres.sh: finding a PostgreSQL to build against, and what it lacks.

# pg_major PG_CONFIG: its major version.
pg_major() { "$1" --version 2>/dev/null | sed 's/^PostgreSQL \([0-9]*\).*/\1/'; }

# pg_lacks PG_CONFIG: prints what is missing of "server dev pgtap".
pg_lacks() {
	local bindir include share pgxs
	{
		read -r bindir
		read -r include
		read -r share
		read -r pgxs
	} < <("$1" --bindir --includedir-server --sharedir --pgxs 2>/dev/null)
	if [ ! -x "${bindir:-}/postgres" ] || [ ! -x "$bindir/initdb" ]; then echo server; fi
	if [ ! -f "${pgxs:-}" ] || [ ! -f "$include/postgres.h" ]; then echo dev; fi
	if [ ! -f "${share:-}/extension/pgtap.control" ]; then echo pgtap; fi
}

# pg_configs: the pg_config programs of this machine, newest major first; the
# caller's PG_CONFIG, where given, is the only one.
pg_configs() {
	local v dir
	if [ -n "${PG_CONFIG:-}" ]; then
		command -v "$PG_CONFIG"
		return
	fi
	for v in $SUPPORTED_MAJORS; do
		for dir in /usr/lib/postgresql/$v /usr/pgsql-$v /usr/local/pgsql-$v; do
			[ ! -x "$dir/bin/pg_config" ] || echo "$dir/bin/pg_config"
		done
	done
	command -v pg_config
}

# find_pg_config: the newest supported PostgreSQL that has everything.
find_pg_config() {
	local config
	while IFS= read -r config; do
		[[ " $SUPPORTED_MAJORS " == *" $(pg_major "$config") "* ]] || continue
		if [ -z "$(pg_lacks "$config")" ]; then
			echo "$config"
			return 0
		fi
	done < <(pg_configs)
	return 1
}

# tools_lacking: prints the Debian packages of what is missing besides PostgreSQL.
tools_lacking() {
	if ! command -v cc >/dev/null && ! command -v gcc >/dev/null; then echo gcc; fi
	[ -e /usr/include/stdio.h ] || [ "$(uname)" != Linux ] || echo libc6-dev
	command -v make >/dev/null || echo make
	command -v flock >/dev/null || echo util-linux
	if ! perl -MTAP::Parser -MTest::More -MTime::HiRes -e 1 2>/dev/null; then
		echo perl
	fi
	perl -MIPC::Run -e 1 2>/dev/null || echo libipc-run-perl
	command -v pg_prove >/dev/null || echo libtap-parser-sourcehandler-pgtap-perl
}

# clangs: the clang programs of this machine.  Those that come with a server's
# development files have their version in their name.
clangs() {
	local v
	for v in '' -{30..11}; do
		command -v "clang$v"
	done
}

# fuzzer_lacking: prints the Debian package of libFuzzer where there is a clang
# and none of them has it.  Fuzzing does without, but finds less.
fuzzer_lacking() {
	local clang runtime first=
	while IFS= read -r clang; do
		for runtime in "$("$clang" -print-resource-dir)"/lib/*/libclang_rt.fuzzer*.a; do
			[ ! -e "$runtime" ] || return 0
		done
		first=${first:-$clang}
	done < <(clangs)
	[ -z "$first" ] || echo "libclang-rt-$("$first" -dumpversion | cut -d. -f1)-dev"
}
