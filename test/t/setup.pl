# script/setup on machines that lack something, with programs of our own in place of apt-get, dpkg and sudo:
# no package of this machine is touched.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use POSIX ();
use Test::More;
use Time::HiRes qw(time usleep);

my $checkout = $ENV{EQUIPAIR_CHECKOUT};
plan skip_all => 'no checkout to run script/setup from' unless $checkout && -x "$checkout/script/setup";
plan skip_all => 'no Linux' unless $^O eq 'linux';

# The programs of this machine, but for those whose absence or behaviour is the test.
my $programs = tempdir(CLEANUP => 1);
for my $program (grep { -x && -f } map { glob "$_/*" } qw(/usr/bin /bin))
{
	my $name = basename($program);
	symlink $program, "$programs/$name"
	  unless -e "$programs/$name" || $name =~ /^(?:pg_|psql|gcc|cc$|clang|make$|apt|dpkg|sudo|debconf|systemd)/;
}

# What the programs of ours do is told by files of their machine: "offered" has the packages that apt-get
# knows; "unreachable" makes its lists fail, "slow" its installation take time, "broken" fail.  All they are
# asked goes to "log".
my %stub = (
	'sudo' => <<'SH',
if [ -e "$machine/no_rights" ]; then echo "sudo: a password is required" >&2; exit 1; fi
while :; do case $1 in -n) shift ;; -v) exit 0 ;; *) break ;; esac; done
# as sudo does, whose env_reset leaves little
exec env -i PATH="$PATH" "$@"
SH
	'apt-cache' => <<'SH',
[ "$1" = policy ] || exit 1
if grep -qx -- "$2" "$machine/offered" 2>/dev/null; then echo "$2:"; echo "  Candidate: 1.0"; else echo "$2:"; echo "  Candidate: (none)"; fi
SH
	'dpkg' => <<'SH',
case " $* " in
*" --audit "*) cat "$machine/half_configured" 2>/dev/null ;;
*" --configure "*) rm -f "$machine/half_configured" "$machine"/system/var/lib/dpkg/updates/*; echo "dpkg configure" >>"$machine/log" ;;
esac
SH
	'apt-get' => <<'SH',
while :; do case $1 in -o) shift 2 ;; -q) shift ;; *) break ;; esac; done
command=$1
case " $* " in *" --download-only "*) command=download ;; esac
echo "apt-get $command [${http_proxy-}] $(echo $* | sed 's/^[a-z]* //; s/--[a-z-]* //g; s/-y //')" >>"$machine/log"
case $command in
update)
	if [ -e "$machine/unreachable" ]; then
		echo "Err:1 http://debian.invalid stable InRelease"
		echo "W: Failed to fetch http://debian.invalid/InRelease  Temporary failure resolving 'debian.invalid'" >&2
	elif [ -e "$machine/mirror" ]; then
		cp "$machine/mirror" "$machine/offered"
	fi ;;
download)
	if [ -s "$machine/half_configured" ]; then
		echo "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'" >&2
		exit 100
	fi
	echo "Need to get 93.1 MB of archives."
	echo "After this operation, 398 MB of additional disk space will be used." ;;
install)
	if [ -e "$machine/broken" ]; then
		echo "Reading package lists..."
		echo "E: Unable to correct problems, you have held broken packages." >&2
		exit 100
	fi
	cp "$machine"/system/etc/postgresql-common/createcluster.d/* "$machine/held" 2>/dev/null
	echo begin >>"$machine/log"
	[ ! -e "$machine/slow" ] || sleep 2
	for program in gcc make; do cp "$machine/bin/none" "$machine/bin/$program"; done
	bin=$machine/system/usr/lib/postgresql/15/bin
	share=$machine/system/usr/share
	mkdir -p "$bin" "$share/extension" "$machine/system/usr/include"
	touch "$share/extension/pgtap.control" "$share/postgres.h" "$share/pgxs.mk" "$machine/system/usr/include/stdio.h"
	for program in postgres initdb; do cp "$machine/bin/none" "$bin/$program"; done
	cp "$machine/pg_config" "$bin/pg_config"
	echo end >>"$machine/log" ;;
esac
SH
	'none' => '',
	);

my $pg_config = <<'SH';
for arg; do
	case $arg in
	--version) echo "PostgreSQL VERSION" ;;
	--bindir) dirname "$0" ;;
	--includedir-server | --sharedir) echo "$machine/system/usr/share" ;;
	--pgxs) echo "$machine/system/usr/share/pgxs.mk" ;;
	esac
done
SH

sub write_file
{
	my ($file, $text, $mode) = @_;
	open my $fh, '>', $file or die "$file: $!\n";
	print $fh $text;
	close $fh or die "$file: $!\n";
	chmod $mode, $file if $mode;
}

sub read_file
{
	my $file = shift;
	open my $fh, '<', $file or return '';
	local $/;
	return <$fh> // '';
}

# A machine: bare Debian 12, where apt-get knows nothing before its lists are read.
sub machine
{
	my %files = @_;
	my $machine = tempdir(CLEANUP => 1);
	make_path("$machine/bin", "$machine/home", map { "$machine/system/$_" } qw(etc/postgresql-common var/lib/dpkg/updates usr/lib/postgresql));
	write_file("$machine/bin/$_", "#!/bin/sh\nmachine='$machine'\n$stub{$_}", 0755) for keys %stub;
	write_file("$machine/pg_config", "#!/bin/sh\nmachine='$machine'\n" . $pg_config =~ s/VERSION/15.9 (Debian 15.9-1)/r, 0755);
	write_file("$machine/system/etc/os-release", "VERSION_CODENAME=bookworm\n");
	write_file("$machine/mirror", join '', map { "$_\n" } qw(gcc libc6-dev make postgresql-15 postgresql-server-dev-15 postgresql-15-pgtap));
	for my $file (keys %files)
	{
		defined $files{$file} ? write_file("$machine/$file", $files{$file}) : unlink "$machine/$file";
	}
	return $machine;
}

sub start_setup
{
	my ($machine, %with) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	POSIX::setsid();
	%ENV = (PATH => "$machine/bin:$programs", HOME => "$machine/home", TMPDIR => "$machine/home", LANG => 'C.UTF-8',
		EQUIPAIR_SYSTEM => "$machine/system", %{ $with{env} || {} });
	open STDIN, '<', '/dev/null' or POSIX::_exit(126);
	open STDOUT, '>', "$machine/out" or POSIX::_exit(126);
	open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
	exec "$checkout/script/setup", @{ $with{args} || [] } or POSIX::_exit(127);
}

# (exit code, all it said)
sub end_of
{
	my ($machine, $pid) = @_;
	waitpid $pid, 0;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, read_file("$machine/out"));
}

sub setup
{
	my $machine = shift;
	return end_of($machine, start_setup($machine, @_));
}

# Waits for a line of the log, a few seconds at most.
sub wait_for_log
{
	my ($machine, $pattern) = @_;
	for (1 .. 200)
	{
		return 1 if read_file("$machine/log") =~ $pattern;
		usleep(50_000);
	}
	return 0;
}

my $createcluster = 'system/etc/postgresql-common/createcluster.d/equipair-setup.conf';
my $all = 'gcc libc6-dev make postgresql-15 postgresql-server-dev-15 postgresql-15-pgtap';
my $install = 'apt-get install -y --no-install-recommends';

# --- what is missing -----------------------------------------------------------------

my $machine = machine();
my ($rc, $out) = setup($machine, args => ['--check']);
is($rc, 1, '--check fails where something is missing');
like($out, qr/^==> missing: \Q$all\E$/m, '--check names all packages on one line, PostgreSQL too, without package lists') or diag($out);
like($out, qr/^    sudo apt-get update && sudo \Q$install $all\E$/m, '--check gives the line that installs them');
is(read_file("$machine/log"), '', '--check changes nothing');

write_file("$machine/offered", read_file("$machine/mirror"));
($rc, $out) = setup($machine, args => ['--check']);
like($out, qr/^    sudo \Q$install $all\E$/m, 'no update where apt-get knows the packages') or diag($out);
($rc, $out) = setup($machine, args => [ '--demo', '--check' ]);
like($out, qr/^    sudo \Q$install\E gcc libc6-dev make postgresql-15$/m, 'the demo wants less') or diag($out);

$machine = machine('no_rights' => '');
($rc, $out) = setup($machine);
is($rc, 1, 'without rights: it fails');
like($out, qr/sudo: a password is required/, 'without rights: what sudo says is shown');
like($out, qr/have root run: apt-get update && \Q$install $all\E$/m, 'without rights: the line for root') or diag($out);

$machine = machine('unreachable' => '', 'system/etc/os-release' => "VERSION_CODENAME=bullseye\n");
($rc, $out) = setup($machine);
is($rc, 1, 'without network: it fails');
like($out, qr/Temporary failure resolving/, "without network: apt-get's own error is shown") or diag($out);

$machine = machine('mirror' => "gcc\nlibc6-dev\nmake\npostgresql-14\n", 'system/etc/os-release' => "VERSION_CODENAME=jammy\n");
make_path("$machine/system/usr/lib/postgresql/13/bin");
write_file("$machine/system/usr/lib/postgresql/13/bin/postgres", "#!/bin/sh\n", 0755);
($rc, $out) = setup($machine);
is($rc, 1, 'PostgreSQL 14 alone: it fails');
like($out, qr/PostgreSQL 13 is installed; equipair needs 15 to 18/, 'the PostgreSQL that is there is named') or diag($out);
like($out, qr/apt-get offers PostgreSQL 14; equipair needs 15 to 18/, 'the PostgreSQL that could be had is named');
like($out, qr/apt-get offers no PostgreSQL 15 to 18 with its development files and pgTAP/, 'what there is not is named');

$machine = machine('broken' => '');
($rc, $out) = setup($machine);
is($rc, 1, 'an installation that fails: so does the script');
like($out, qr/^E: Unable to correct problems, you have held broken packages/m, "an installation that fails: apt-get's own error is shown") or diag($out);
ok(!-e "$machine/$createcluster", 'an installation that fails leaves no setting behind');

# --- an installation -----------------------------------------------------------------

$machine = machine();
($rc, $out) = setup($machine, env => { http_proxy => 'http://proxy.invalid:3128' });
is($rc, 0, 'a bare machine is set up') or diag($out);
is(read_file("$machine/log"), join('', map { "$_\n" }
	'apt-get update [http://proxy.invalid:3128] update',
	"apt-get download [http://proxy.invalid:3128] $all",
	"apt-get install [http://proxy.invalid:3128] $all", 'begin', 'end'),
	'lists, fetching, installing, through the proxy that sudo drops');
like($out, qr/fetched: 93\.1 MB\n +on disk: 398 MB/, 'the sizes are told') or diag($out);
like(read_file("$machine/held"), qr/^create_main_cluster = false$/m, "the server's own cluster is held back");
ok(!-e "$machine/$createcluster", 'only as long as the installation takes');
write_file("$machine/log", '');
($rc, $out) = setup($machine);
is($rc, 0, 'nothing is left to do');
is(read_file("$machine/log"), '', 'and nothing is done');

# As root there is no need of sudo.
$machine = machine();
write_file("$machine/bin/id", "#!/bin/sh\necho 0\n", 0755);
unlink "$machine/bin/sudo";
($rc, $out) = setup($machine, args => ['--check']);
like($out, qr/^    apt-get update && \Q$install $all\E$/m, 'for root: the line without sudo') or diag($out);
($rc, $out) = setup($machine);
is($rc, 0, 'root installs without sudo') or diag($out);

# --- interruptions -------------------------------------------------------------------

for my $signal (qw(INT TERM))
{
	$machine = machine('slow' => '');
	my $pid = start_setup($machine);
	ok(wait_for_log($machine, qr/^begin$/m), "$signal: the installation is under way") or diag(read_file("$machine/out"));
	# as a terminal does: to the whole process group
	kill $signal, -$pid;
	($rc, $out) = end_of($machine, $pid);
	is($rc, $signal eq 'INT' ? 130 : 143, "$signal: the script ends as interrupted") or diag($out);
	like($out, qr/finishing the installation first/, "$signal: says what it waits for");
	like(read_file("$machine/log"), qr/^begin\nend\n\z/m, "$signal: the installation came to its end");
	ok(!-e "$machine/$createcluster", "$signal: nothing is left behind");
}

# killed hard: the installation goes on by itself, the setting stays until the next run
$machine = machine('slow' => '');
my $pid = start_setup($machine);
ok(wait_for_log($machine, qr/^begin$/m), 'KILL: the installation is under way');
kill 'KILL', -$pid;
end_of($machine, $pid);
ok(wait_for_log($machine, qr/^end$/m), 'KILL: the installation came to its end all the same');
ok(-e "$machine/$createcluster", 'KILL: the setting is left behind');
($rc, $out) = setup($machine);
is($rc, 0, 'KILL: the next run finds everything there') or diag($out);
ok(!-e "$machine/$createcluster", 'KILL: the next run removes the setting');

# what was left half-configured is finished before anything is installed
for my $left ('half_configured', 'system/var/lib/dpkg/updates/0001')
{
	$machine = machine($left => "postgresql-common is half configured\n");
	write_file("$machine/offered", read_file("$machine/mirror"));
	($rc, $out) = setup($machine);
	is($rc, 0, "$left: set up all the same") or diag($out);
	like($out, qr/finishing an installation that was interrupted/, "$left: says so");
	like(read_file("$machine/log"), qr/\Adpkg configure\napt-get download/, "$left: dpkg --configure -a comes first");
}

done_testing();
