# The examples of the documentation are true: every ```sql block that is followed by a ```text
# block is run in psql on the demo's database, and prints just that.
#
# Each file starts with a fresh copy of the database; its examples run in order.  A file whose first
# line is <!-- database: empty --> starts with an empty one instead, without the extension.  The
# examples run where README.md, docs/ and demo/ lie.
# Pages in Vietnamese (README.vi.md, docs/vi/) run too; that they have the blocks of the English
# pages, script/lib/house.pl checks.
# EQUIPAIR_HANOI is the socket of a server with the database "hanoi" (script/test and
# script/docs provide it), EQUIPAIR_DOCS where README.md and docs/ lie.
# EQUIPAIR_PAGES names the pages to run, such as "docs/gap.md README.md"; all, where it is empty.
# "docs.pl --write" puts the real output into the files instead of comparing.
use strict;
use warnings;
use Test::More;

my $write = @ARGV && $ARGV[0] eq '--write';
my $docs = $ENV{EQUIPAIR_DOCS} || '..';
plan skip_all => 'the demo database is not there' unless $ENV{EQUIPAIR_HANOI};

$ENV{PGHOST} = $ENV{EQUIPAIR_HANOI};
$ENV{PGOPTIONS} = '-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c search_path=public '
  . '-c client_min_messages=notice';

sub slurp
{
	my $file = shift;
	open my $fh, '<:raw', $file or die "$file: $!\n";
	local $/;
	return scalar <$fh>;
}

sub psql
{
	my ($database, $sql) = @_;
	my $in = "$ENV{TMPDIR}/docs.sql";
	open my $fh, '>:raw', $in or die "$in: $!\n";
	print $fh "$sql\n";
	close $fh or die "$in: $!\n";
	# errors and notices where they come up; from a terminal they would have no prefix either
	my $out = `cd '$docs' && psql -X -q -P pager=off -d '$database' < '$in' 2>&1`;
	return $out;
}

# Blanks at line ends and empty lines at the end do not count.
sub normal
{
	my $text = shift;
	$text =~ s/[ \t]+$//mg;
	$text =~ s/\s*\z//;
	return $text;
}

my $ran = 0;
my %wanted = map { $_ => 1 } split ' ', $ENV{EQUIPAIR_PAGES} // '';
for my $file (grep { -e } (glob("$docs/README*.md"), sort glob("$docs/docs/*.md $docs/docs/vi/*.md")))
{
	(my $short = $file) =~ s{^\Q$docs\E/}{};
	next if %wanted && !$wanted{$short};
	my $text = slurp($file);
	next unless $text =~ /^```sql\n.*?^```\n\s*^```text$/ms;

	psql('postgres', 'DROP DATABASE IF EXISTS hanoi_docs');
	my $template = $text =~ /\A<!-- database: empty -->\n/ ? 'template0' : 'hanoi';
	my $made = psql('postgres', "CREATE DATABASE hanoi_docs TEMPLATE $template");
	die $made if $made ne '';

	my $new = '';
	while ($text =~ /\G(.*?^```sql\n)(.*?)(^```\n\s*?^```text\n)(.*?)(?=^```$)/gcms)
	{
		my ($before, $sql, $between, $expected) = ($1, $2, $3, $4);
		# a block without output comes before the one that was found
		if ($sql =~ /^```/m)
		{
			my ($skipped, $last) = $sql =~ /\A(.*^```sql\n)(.*)\z/ms or die "$short: a block does not end\n";
			($before, $sql) = ($before . $skipped, $last);
		}
		my $line = 1 + ($new =~ tr/\n//) + ($before =~ tr/\n//);
		my $got = psql('hanoi_docs', $sql);
		$ran++;
		if ($write)
		{
			$new .= $before . $sql . $between;
			$new .= normal($got) eq normal($expected) ? $expected : normal($got) . "\n";
		}
		else
		{
			$new .= $before . $sql . $between . $expected;
			is(normal($got), normal($expected), "$short:$line");
		}
	}
	$new .= substr($text, pos($text) || 0);
	if ($write && $new ne $text)
	{
		open my $fh, '>:raw', $file or die "$file: $!\n";
		print $fh $new;
		close $fh or die "$file: $!\n";
		diag("rewritten: $short");
	}
}
psql('postgres', 'DROP DATABASE IF EXISTS hanoi_docs');

if ($write)
{
	plan tests => 1;
	ok(1, "$ran examples");
}
else
{
	ok($ran, 'there are examples with output');
	done_testing();
}
