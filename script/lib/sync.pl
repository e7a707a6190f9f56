# sync.pl FROM TO path ...: brings copies of files up to date, touching only what
# differs in content, so that make rebuilds what it must and nothing else.
# Built files are left out on the one side and left alone on the other.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Compare qw(compare);
use File::Copy qw(copy);
use File::Find qw(find);
use File::Path qw(make_path);

my ($from, $to, @paths) = @ARGV;
my %wanted;

chdir $from or die "$from: $!\n";
for my $path (grep { -e } @paths)
{
	find(
		{
			no_chdir => 1,
			wanted => sub {
				return unless -f;
				return if /\.(?:o|bc|so|dylib|d)$/ || /~$/;
				$wanted{$_} = 1;
			}
		},
		$path);
}

# The assembled script may lie about in the checkout; it is built anew here.
my $version = '';
if (open my $control, '<', 'equipair.control')
{
	while (<$control>) { $version = $1 if /^default_version *= *'(.*)'/ }
}
delete $wanted{"sql/equipair--$version.sql"};

my $manifest = "$to/.manifest";
my %known;
if (open my $fh, '<', $manifest)
{
	while (<$fh>) { chomp; $known{$_} = 1 }
}

make_path($to);
for my $file (sort keys %wanted)
{
	next if -e "$to/$file" && compare($file, "$to/$file") == 0;
	make_path(dirname("$to/$file"));
	copy($file, "$to/$file") or die "$file: $!\n";
}

# What is linked or concatenated from a list of files does not notice that the
# list changed.
if (join("\n", sort keys %wanted) ne join("\n", sort keys %known))
{
	unlink grep { !$wanted{ substr($_, length($to) + 1) } } map { "$to/$_" } keys %known;
	unlink "$to/equipair.so", "$to/sql/equipair--$version.sql";
	open my $fh, '>', $manifest or die "$manifest: $!\n";
	print $fh "$_\n" for sort keys %wanted;
	close $fh or die "$manifest: $!\n";
}
