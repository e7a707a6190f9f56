# postgres.sh: finding a PostgreSQL to build against, and what it lacks.

# The root of the system that is looked at: the tests of script/setup have one of their own.
SYSTEM=${EQUIPAIR_SYSTEM:-}

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
		for dir in "$SYSTEM/usr/lib/postgresql/$v" "$SYSTEM/usr/pgsql-$v" "$SYSTEM/usr/local/pgsql-$v"; do
			[ ! -x "$dir/bin/pg_config" ] || echo "$dir/bin/pg_config"
		done
	done
	command -v pg_config
}

# find_pg_config [PART ...]: the newest supported PostgreSQL that has these parts, all
# that pg_lacks knows where none is named.
find_pg_config() {
	local config part lacks
	[ $# -gt 0 ] || set -- server dev pgtap
	while IFS= read -r config; do
		[[ " $SUPPORTED_MAJORS " == *" $(pg_major "$config") "* ]] || continue
		lacks=" $(echo $(pg_lacks "$config")) "
		for part; do
			[[ $lacks != *" $part "* ]] || continue 2
		done
		echo "$config"
		return 0
	done < <(pg_configs)
	return 1
}

# find_demo_config: one with its development files, or Debian's, of which fetch_headers can get them.
find_demo_config() {
	local config
	find_pg_config server dev && return
	config=$(find_pg_config server) && [[ $config == "$SYSTEM"/usr/lib/postgresql/* ]] && command -v apt-get >/dev/null &&
		echo "$config"
}

# tools_lacking PURPOSE: prints the Debian packages of what is missing besides PostgreSQL, on one line:
# for all the tests, or (demo) just for building equipair and running the demo.
tools_lacking() {
	local lacking=
	if ! command -v cc >/dev/null && ! command -v gcc >/dev/null; then lacking+=" gcc"; fi
	[ -e "$SYSTEM/usr/include/stdio.h" ] || [ "$(uname)" != Linux ] || lacking+=" libc6-dev"
	command -v make >/dev/null || lacking+=" make"
	command -v flock >/dev/null || lacking+=" util-linux"
	if ! perl -MFile::Find -MFile::Compare -MTAP::Parser -MTest::More -MTime::HiRes -e 1 2>/dev/null; then
		lacking+=" perl"
	fi
	if [ "$1" != demo ]; then
		perl -MIPC::Run -e 1 2>/dev/null || lacking+=" libipc-run-perl"
	fi
	echo $lacking
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

# page_lacking PURPOSE: prints the Debian packages that the morning page needs, and in the tests the browser that
# looks at it, as far as they are not here.
page_lacking() {
	local lacking=
	command -v node >/dev/null || lacking+=" nodejs"
	command -v npm >/dev/null || lacking+=" npm"
	[ -e "$SYSTEM/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf" ] || lacking+=" fonts-dejavu-core"
	[ "$1" = demo ] || command -v chromium >/dev/null || lacking+=" chromium"
	echo $lacking
}

# languages_lacking: prints the Debian packages of the languages whose drivers one test calls, as far as the
# user that runs the tests does not find them.  That test does without, but then tries fewer drivers.
languages_lacking() {
	local PATH=/usr/local/bin:/usr/bin:/bin lacking=
	command -v python3 >/dev/null || lacking+=" python3"
	command -v javac >/dev/null || lacking+=" default-jdk-headless"
	command -v node >/dev/null || lacking+=" nodejs"
	echo $lacking
}
