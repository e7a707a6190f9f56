# script/package, with programs of our own in place of Debian's: what it refuses, what it has built, and what is left.
# That real packages build and install is tried by hand (docs/reliability.md).
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

my $files = $ENV{EQUIPAIR_CHECKOUT};
plan skip_all => 'the files of a git checkout are not there' unless $files;

my $dir = tempdir(CLEANUP => 1);
make_path(map { "$dir/$_" } qw(bin packages));
my $clone = "$dir/clone";
delete @ENV{ grep { /^GIT_/ } keys %ENV };
system("cp -R '$files' '$clone' && git -C '$clone' init -q") == 0 or die "no repository: $?\n";

sub slurp
{
	my $file = shift;
	open my $in, '<:raw', $file or return '';
	local $/;
	return scalar <$in>;
}

# A program of this name before all others.
sub stub
{
	my ($name, $text) = @_;
	open my $out, '>', "$dir/bin/$name" or die "$name: $!\n";
	print $out "#!/bin/sh\n$text\n";
	close $out or die "$name: $!\n";
	chmod 0755, "$dir/bin/$name" or die "$name: $!\n";
	return;
}

$ENV{PATH} = "$dir/bin:$ENV{PATH}";
$ENV{TMPDIR} = $dir;

sub package_said { my $arguments = shift; return scalar `'$clone/script/package' $arguments 2>&1` }

# what Debian's pg_buildext and dpkg-buildpackage do, but for the work
stub('dh', '');
stub('pg_buildext', 'case $1 in supported-versions) echo 15 16 ;; updatecontrol) cp debian/control.in debian/control ;; esac');
stub('dpkg-buildpackage', <<"SH");
pwd >'$dir/built-in'
head -n 1 debian/changelog >'$dir/changelog'
[ -e src/equipair.c ] && [ ! -e .git ] || { echo "this is no copy of the sources"; exit 1; }
[ ! -e '$dir/broken' ] || { echo "a test of the package fails"; exit 1; }
echo "# All 22 tests passed."
echo deb >../postgresql-15-equipair_1_all.deb
echo deb >../postgresql-16-equipair_1_all.deb
SH

like(package_said('--help'), qr/DIRECTORY/, '--help explains');
like(package_said(''), qr/where do the packages go\?/, 'no directory');
like(package_said("'$dir/nowhere'"), qr/"\Q$dir\E\/nowhere" is no directory that you can write to/, 'a directory that is not there');

my ($version) = slurp("$clone/equipair.control") =~ /^default_version = '(.*)'/m;
my $said = package_said("'$dir/packages'");
is($?, 0, 'packages are built') or diag($said);
like($said, qr/^==> building \Q$version\E for PostgreSQL 15 16$/m, 'it says for which PostgreSQL');
like($said, qr/^    All 22 tests passed$/m, 'and what the tests said');
like($said, qr/^    \Q$dir\E\/packages\/postgresql-\d+-equipair_1_all\.deb$/m, 'and where they are');
is_deeply([ map { s{.*/}{}r } sort glob("$dir/packages/*") ], [qw(postgresql-15-equipair_1_all.deb postgresql-16-equipair_1_all.deb)],
	'they are where they were wanted');
like(slurp("$dir/changelog"), qr/^equipair \(\Q$version\E-1\) /, 'they have the version of the extension');
unlike(slurp("$dir/built-in"), qr/^\Q$clone\E/, 'they were built in a copy');
is(slurp("$clone/debian/changelog"), slurp("$files/debian/changelog"), 'the checkout is as it was');
is_deeply([ glob("$dir/equipair.*") ], [], 'nothing is left behind');

open my $broken, '>', "$dir/broken" or die "broken: $!\n";
close $broken or die "broken: $!\n";
unlink glob("$dir/packages/*");
$said = package_said("'$dir/packages'");
isnt($?, 0, 'a build that fails');
like($said, qr/a test of the package fails.*the packages could not be built/s, 'shows why');
is_deeply([ glob("$dir/packages/* $dir/equipair.*") ], [], 'and leaves nothing');

# A machine without the tools: bash finds none of them on this PATH.
unlink "$dir/bin/dh";
make_path("$dir/few");
for my $program (qw(bash cat chmod chown cp cut date dirname env getent git id mkdir mktemp rm sed tar))
{
	my ($path) = grep { -x } map { "$_/$program" } qw(/usr/bin /bin);
	symlink $path, "$dir/few/$program" if $path;
}
$ENV{PATH} = "$dir/few";
my $line = 'apt-get install --no-install-recommends build-essential debhelper postgresql-all postgresql-server-dev-all';
like(package_said("'$dir/packages'"), qr/first: sudo apt-get update && sudo \Q$line\E$/m, 'without the tools: a line that installs them');
unlink "$dir/few/id";
open my $id, '>', "$dir/few/id" or die "id: $!\n";
print $id "#!/bin/sh\necho 0\n";
close $id or die "id: $!\n";
chmod 0755, "$dir/few/id" or die "id: $!\n";
symlink '/bin/sh', "$dir/few/sh";
like(package_said("'$dir/packages'"), qr/first: apt-get update && \Q$line\E$/m, 'without sudo for root');

# the line is that of the pages
for my $page (qw(docs/install.md debian/README.source))
{
	like(slurp("$files/$page"), qr/^ *sudo \Q$line\E$/m, "it is the line of $page");
}

done_testing();
