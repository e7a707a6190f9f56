# Checks.pm: what the programs of script/test lint share.
package Checks;
use strict;
use warnings;
use Exporter qw(import);
use File::Find qw(find);
use Test::More ();

our @EXPORT = qw(slurp files grep_files none);

# The bytes of a file, '' where it cannot be read.
sub slurp
{
	my $file = shift;
	open my $fh, '<:raw', $file or return '';
	local $/;
	my $text = <$fh>;
	return defined $text ? $text : '';
}

# The files below some folders whose path matches, in order.
sub files
{
	my ($match, @where) = @_;
	my @found;
	find(
		{
			no_chdir => 1,
			wanted => sub { push @found, $_ if -f && $_ =~ $match }
		},
		grep { -e } @where);
	return sort @found;
}

# The lines of some files that match, as FILE:LINE: TEXT.
sub grep_files
{
	my ($pattern, @files) = @_;
	my @hits;
	for my $file (@files)
	{
		my $n = 0;
		for my $line (split /\n/, slurp($file))
		{
			$n++;
			push @hits, "$file:$n: $line" if $line =~ $pattern;
		}
	}
	return @hits;
}

# A test that passes where there are no hits.
sub none
{
	my ($name, @hits) = @_;
	Test::More::ok(!@hits, $name) or Test::More::diag(join("\n", @hits));
}

1;
