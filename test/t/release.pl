# script/release, in a repository of its own made of the files of the checkout: what it refuses, and what it
# makes of a commit that is ready.  EQUIPAIR_CHECKOUT is where those files lie.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $files = $ENV{EQUIPAIR_CHECKOUT};
plan skip_all => 'the files of a git checkout are not there' unless $files;

my $clone = tempdir('equipair.XXXXXX', TMPDIR => 1, CLEANUP => 1);
chdir $clone or die "$clone: $!\n";

# What a command says, on both channels; $? is its status.
sub output_of { my $command = shift; return scalar `{ $command; } 2>&1` }

sub do_or_die
{
	my $command = shift;
	my $said = output_of($command);
	die "$command\n$said" if $?;
	return $said;
}

sub slurp
{
	my $file = shift;
	open my $in, '<:raw', $file or return '';
	local $/;
	return scalar <$in>;
}

sub edit
{
	my ($file, $change) = @_;
	local $_ = slurp($file);
	$change->();
	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out $_;
	close $out or die "$file: $!\n";
	return;
}

sub commit { return do_or_die("git add -A && git commit -q -m '$_[0]'") }

# Whether the house rules hold that a program can check; compilers have no part in it.
sub rules_hold
{
	my $said = output_of('perl script/lib/lint.pl none');
	is($?, 0, shift) or diag($said =~ /^(?:not ok|#).*$/mg);
	return;
}

sub refused
{
	my ($arguments, $reason, $name) = @_;
	my $before = do_or_die('git rev-parse HEAD; git tag');
	my $said = output_of("script/release $arguments");
	isnt($?, 0, "refused: $name");
	like($said, $reason, "the reason: $name");
	is(do_or_die('git rev-parse HEAD; git tag'), $before, "nothing is made: $name");
	return;
}

do_or_die("cp -R '$files/.' . && git init -q && git config user.name tester && git config user.email tester\@example.org");
# what this clone releases, whatever versions have been released before
unlink glob('sql/equipair--*.sql'), 'sql/released.sha256';
commit('Start');

like(output_of('script/release --help'), qr/--skip-tests/, '--help explains');
refused('', qr/which version\?/, 'no version');
refused('1.0', qr/not a version of three numbers/, 'two numbers');
refused('41.0.0 --next 40.9.0', qr/does not come after 41\.0\.0/, 'a next version that is not later');
refused('41.0.0 --skip-tests', qr/equipair\.control does not say.*META\.json: version.*META\.json: the provided version.*META\.json: the provided file.*first chapter.*\.gitignore/s,
	'another version everywhere');

# as before a release, but for one thing each time
my ($old) = slurp('equipair.control') =~ /^default_version = '(.*)'/m;
sub name_version
{
	my ($from, $to) = @_;
	edit('equipair.control', sub { s/^default_version = .*/default_version = '$to'/m });
	edit('META.json', sub { s/"version": "\Q$from\E"(?=.*"meta-spec")/"version": "$to"/gs; s/equipair--\Q$from\E/equipair--$to/ });
	edit('.gitignore', sub { s/equipair--\Q$from\E\.sql/equipair--$to.sql/ });
	return;
}

name_version($old, '41.0.0');
edit('CHANGELOG.md', sub { s/^## \[.*/## [41.0.0] - 2030-01-31\n\n## [40.0.0] - 2029-01-31/m });
commit('Prepare');
refused('41.0.0 --skip-tests', qr/first chapter says nothing/, 'a chapter without a word');
edit('CHANGELOG.md', sub { s/^(## \[41.0.0\] - 2030-01-31)\n\n(?=## \[40.0.0\])/$1\n\n### Added\n\n- A word.\n\n/m });
refused('41.0.0 --skip-tests', qr/not committed/, 'changes that are not committed');
commit('Say what changed');
# make left the script of the version before its number was changed
edit('sql/equipair--39.0.0.sql', sub { $_ = "-- built\n" });
refused('41.0.0 --skip-tests', qr/\A[^\n]*not committed, or files that git does not know[^\n]*\n[^\n]*not ready[^\n]*\n\z/, 'a script that make left, and nothing else is said');
unlink 'sql/equipair--39.0.0.sql';
do_or_die('git tag v41.0.0');
my $said = output_of('script/release 41.0.0 --skip-tests');
like($said, qr/there is a tag v41\.0\.0 already/, 'refused: a tag that is there');
do_or_die('git tag -d v41.0.0');

# the release
rules_hold('the rules hold before a release');
my $assembled = join '', map { slurp($_) } sort glob('sql/parts/*.sql');
$said = output_of('script/release 41.0.0 --skip-tests');
is($?, 0, 'a release is made') or diag($said);
like($said, qr/released 41\.0\.0/, 'and said so');
is(do_or_die('git log -1 --format=%s v41.0.0'), "Say what changed\n", 'the tag is on the commit that was there');
is(do_or_die('git log -1 --format=%s'), "Open version 41.1.0\n", 'and one commit is added');
is(do_or_die('git status --porcelain'), '', 'nothing is left over');
is(do_or_die('git show HEAD:sql/equipair--41.0.0.sql'), $assembled, 'the script is committed as it was released');
like(slurp('sql/released.sha256'), qr/\A[0-9a-f]{64}  equipair--41\.0\.0\.sql\n\z/, 'and its sum');
my $update = slurp('sql/equipair--41.0.0--41.1.0.sql');
like($update, qr/^\\echo Use "ALTER EXTENSION equipair UPDATE TO '41\.1\.0'" to load this file\. \\quit$/m, 'an update script is there');
is($update =~ s/^(?:--|\\echo).*//mgr =~ s/\s//gr, '', 'without a statement');
like(slurp('equipair.control'), qr/^default_version = '41\.1\.0'$/m, 'the next version: equipair.control');
is(() = slurp('META.json') =~ /"version": "41\.1\.0"/g, 2, 'META.json, twice');
like(slurp('META.json'), qr/"file": "sql\/equipair--41\.1\.0\.sql"/, 'the provided file');
like(slurp('META.json'), qr/"meta-spec": \{\s*"version": "1\.0\.0"/, 'but not the version of its format');
like(slurp('CHANGELOG.md'), qr/^## \[Unreleased\]\n\n## \[41\.0\.0\] - 2030-01-31$/m, 'the changelog has a new chapter');
like(slurp('.gitignore'), qr/^\/sql\/equipair--41\.1\.0\.sql$/m, '.gitignore names the script that is built now');
unlike(slurp('.gitignore'), qr/41\.0\.0/, 'and not the one that is committed');
rules_hold('the rules hold after a release');

# the archive: names stand in it as they are, once before each file and once in the directory at the end
my $zip = slurp('equipair-41.0.0.zip');
for my $file (qw(META.json CHANGELOG.md Makefile equipair.control sql/equipair--41.0.0.sql sql/parts/00-header.sql src/equipair.c))
{
	is(() = $zip =~ m{\Qequipair-41.0.0/$file\E}g, 2, "in the archive: $file");
}
unlike($zip, qr/41\.1\.0/, 'nothing of the next version is in the archive');

# what is built and installed now
do_or_die('make -s sql/equipair--41.1.0.sql');
my $install = do_or_die('make -n install with_llvm=no');
for my $file (qw(sql/equipair--41.0.0.sql sql/equipair--41.0.0--41.1.0.sql sql/equipair--41.1.0.sql))
{
	is(() = $install =~ /(?<!\S)\S*\Q$file\E(?!\S)/g, 1, "installed once: $file");
}
unlink 'sql/equipair--41.1.0.sql';

# the next release: its number may change, and the update script with it
edit('CHANGELOG.md', sub { s/^## \[Unreleased\]/## [41.0.1] - 2030-02-28\n\n- A word./m });
name_version('41.1.0', '41.0.1');
commit('Prepare the next');
refused('41.0.1 --skip-tests', qr/equipair--41\.0\.0--41\.0\.1\.sql.*missing/, 'no update script');
do_or_die('git mv sql/equipair--41.0.0--41.1.0.sql sql/equipair--41.0.0--41.0.1.sql');
edit('sql/equipair--41.0.0.sql', sub { s/PARALLEL SAFE// });
commit('Change what was released');
refused('41.0.1 --skip-tests', qr/released script is not as it was/, 'a released script that was changed');
is(scalar(() = output_of('perl script/lib/lint.pl none') =~ /^not ok.*equipair--41\.0\.0\.sql is as it was released/mg), 1,
	'the rules say so too');
edit('sql/equipair--41.0.0.sql', sub { $_ = $assembled });
commit('Put it back');
$said = output_of('script/release 41.0.1 --skip-tests --next 42.0.0');
is($?, 0, 'the next release is made') or diag($said);
is(do_or_die('git log -1 --format=%s'), "Open version 42.0.0\n", 'and the version opened that was asked for');
is(() = slurp('sql/released.sha256') =~ /\n/g, 2, 'two released scripts');
like(slurp('equipair-41.0.1.zip'), qr{equipair-41\.0\.1/sql/equipair--41\.0\.0--41\.0\.1\.sql}, 'the archive updates from the release before');
rules_hold('the rules hold after it');

chdir '/';
done_testing();
