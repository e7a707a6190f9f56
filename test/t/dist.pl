# The release archive that "make dist" makes: what is in it, and that it builds and loads.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Uncompress::Unzip qw($UnzipError);
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $checkout = $ENV{EQUIPAIR_CHECKOUT};
plan skip_all => 'no git checkout to make an archive from' unless $checkout && -f "$checkout/Makefile";

sub done
{
	my ($name, $command) = @_;
	my $out = `$command 2>&1`;
	ok($? == 0, $name) or diag($out);
}

# a repository of its own, of one commit
my $dir = tempdir(CLEANUP => 1);
my $clone = "$dir/clone";
done('a private copy', "cp -R '$checkout' '$clone'");
delete @ENV{ grep { /^GIT_/ } keys %ENV };
my $git = "git -C '$clone' -c user.name=test -c user.email=test\@example.org";
done('a repository', "$git init -q && $git add -A && $git commit -q -m test");
done('make dist', "make -C '$clone' dist");

my ($version) = slurp_file("$clone/equipair.control") =~ /^default_version *= *'(.*)'/m;
my $zip = "$clone/equipair-$version.zip";
ok(-s $zip, 'the archive has the version in its name');
my @names;
{
	my $member = IO::Uncompress::Unzip->new($zip) or die "$zip: $UnzipError\n";
	my $status = 1;
	while ($status > 0)
	{
		my $name = $member->getHeaderInfo->{Name};
		push @names, $name;
		my $file = "$dir/$name";
		if ($name =~ m{/$}) { make_path($file); }
		else
		{
			make_path(dirname($file));
			open my $fh, '>:raw', $file or die "$file: $!\n";
			my $buffer;
			while (($status = $member->read($buffer)) > 0) { print $fh $buffer; }
			die "$zip, $name: broken\n" if $status < 0;
			close $fh or die "$file: $!\n";
		}
		$status = $member->nextStream;
	}
	is($status, 0, 'the archive can be read to its end');
}

cmp_ok(scalar(grep { m{/src/} } @names), '>', 100, 'the sources are in it');
is_deeply([ grep { !m{^equipair-\Q$version\E/} } @names ], [], 'every name begins with name and version');
is_deeply([ grep { m{\.(?:o|bc|so|dylib|zip)$|/build/|/results/|regression\.} } @names ], [], 'nothing that was built');
is_deeply([ grep { m{/\.|/debian/|/\.ci/} } @names ], [], "nothing of continuous integration, git, an editor, or Debian's");
my %count;
$count{$_}++ for @names;
is_deeply([ grep { $count{$_} > 1 } keys %count ], [], 'no name twice');

my $root = "$dir/equipair-$version";
my $meta = JSON::PP->new->utf8->decode(slurp_file("$root/META.json"));
is($meta->{version}, $version, 'META.json has its version');
ok(-s "$root/$_", "in it: $_")
  for qw(README.md CHANGELOG.md LICENSE Makefile equipair.control), map { @{$_}{qw(file docfile)} } values %{ $meta->{provides} };

# Built as anybody would, only faster, and installed below a directory of its own.
my $make = "make -C '$root' -j2 COPT=-O0 with_llvm=no";
done('it builds', "$make all");
done('it installs', "$make install DESTDIR='$dir/installed'");
chomp(my $sharedir = `pg_config --sharedir`);
chomp(my $pkglibdir = `pg_config --pkglibdir`);
my $script = "$dir/installed$sharedir/extension/equipair--$version.sql";
my $library = "$dir/installed$pkglibdir/equipair";
ok(-s "$dir/installed$sharedir/extension/equipair.control" && -s $script && -s "$library.so", 'control file, script and library are installed');
ok(-z $script || slurp_file($script) eq slurp_file("$root/sql/equipair--$version.sql"), 'the script is that of the archive');

# The server looks for extensions in its own directory.  What CREATE EXTENSION does with the script is done by hand.
my $sql = slurp_file($script);
$sql =~ s/^\\echo .*\n//m;
$sql =~ s/MODULE_PATHNAME/$library/g;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE installed');
$node->safe_psql('installed', 'CREATE EXTENSION equipair');
$node->safe_psql('postgres', $sql);
my $functions = q{SELECT count(*), count(DISTINCT prosrc) FROM pg_proc WHERE prosrc ~ '^eqp_'};
is($node->safe_psql('postgres', $functions), $node->safe_psql('installed', $functions), 'the script of the archive makes what the extension has');
is($node->safe_psql('postgres', q{SELECT rate(65, 90), percent('65/90'::rate)}), '65/90|72.2', 'the library of the archive answers');
$node->stop;

done_testing();
