# house.pl: how the code is laid out and written down, as far as a program can check it, as TAP.
# Runs in the checkout.  What it checks is told in DEVELOPING.md.
#
#   perl script/lib/house.pl --list     the functions of src/ that have no comment, by file
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;

use Checks;

my $list = @ARGV && $ARGV[0] eq '--list';

my @sources = files(qr/\.[ch]$/, 'src');
my %text = map { $_ => slurp($_) } @sources;
my @folders = map { s{^src/}{}r } grep { -d && @{ [ glob("$_/*.[ch]") ] } } sort glob('src/*');

# --- Functions ------------------------------------------------------------------------

# What a header says directly above a declaration, or above the group that it stands in, counts for the definition.
my %declared;
for my $file (grep { /\.h$/ } @sources)
{
	my $told = 0;
	for my $line (split /\n/, $text{$file})
	{
		if ($line =~ m{\*/\s*$} && $line =~ m{^\s*/?\*}) { $told = $line !~ m{^/\* ---- } }
		elsif ($line =~ /^\s*$/) { $told = 0 }
		$declared{$1} = 1 if $told && $line =~ /^(?:pg_noreturn )?extern .*?\b(\w+)\s*\(/;
	}
}

# [name, lines between the braces, comment above or undef, file, line]
sub functions
{
	my $file = shift;
	my @lines = split /\n/, $text{$file};
	my @found;
	for (my $i = 1; $i < @lines; $i++)
	{
		my ($name) = $lines[$i] =~ /^(\w+)\(/;
		next unless defined $name && $lines[ $i - 1 ] =~ /^[A-Za-z_][\w *]*$/;
		my $open = $i;
		$open++ while $open < @lines && $lines[$open] ne '{' && $lines[$open] !~ /;\s*$/;
		next unless $open < @lines && $lines[$open] eq '{';
		my $close = $open;
		$close++ while $close < @lines && $lines[$close] ne '}';
		my $comment;
		if ($i >= 2 && $lines[ $i - 2 ] =~ m{\*/\s*$})
		{
			my $from = $i - 2;
			$from-- while $from > 0 && $lines[$from] !~ m{^\s*/\*};
			$comment = join "\n", @lines[ $from .. $i - 2 ] unless $lines[$from] =~ m{^/\* ---- };
		}
		push @found, [ $name, $close - $open - 1, $comment, $file, $i + 1, $lines[ $i - 1 ] ];
		$i = $close;
	}
	return @found;
}

my @functions = map { functions($_) } @sources;
cmp_ok(scalar @functions, '>', 900, 'the functions of src/ are found');

# No comment is wanted on an entry point (COMMENT ON in sql/parts/ tells what it is), on what is told where it is declared, and on
# a function whose name tells it all: what compares, hashes or puts two things in an order for a template, and one of
# at most two lines.
sub obvious
{
	my ($name, $length, $comment, $file, $line, $type) = @{ $_[0] };
	return 1 if $type =~ /^Datum\b/ && $text{$file} =~ /^PG_FUNCTION_INFO_V1\(\Q$name\E\)/m;
	return 1 if $declared{$name};
	return 1 if $name =~ /^(?:compare|hash|same|order)_/ && $length <= 12;
	return $length <= 2;
}
my @untold = grep { !defined $_->[2] && !obvious($_) } @functions;
if ($list)
{
	print "$_->[3]:$_->[4]: $_->[0] ($_->[1] lines)\n" for @untold;
	exit;
}
none('every function whose name does not tell it all has a comment', map { "$_->[3]:$_->[4]: $_->[0]" } @untold);

none('no function is longer than 80 lines, unless its comment says why ("Long because ...")',
	map { "$_->[3]:$_->[4]: $_->[0] has $_->[1] lines" }
	  grep { $_->[1] > 80 && ($_->[2] // '') !~ /\bLong because\b/ } @functions);

# --- Folders --------------------------------------------------------------------------

# From the bottom up.  A folder includes headers of its own and of folders further down; those of one line do not know each other.
my @layers = (
	[qw(stats)],
	[qw(sampling)],
	[qw(measures evenness solver effects)],
	[qw(distribution)],
	[qw(source)],
	[qw(report)],
	[qw(rate school_year)],
	[qw(summary)],
	[qw(programme)],
	[qw(pairing timeline issues completion gap inequality segregation decomposition gate chart spreadsheet)], [qw(impact)], [qw(twinning)], [qw(nightly)]);
my %layer;
for my $i (0 .. $#layers) { $layer{$_} = $i for @{ $layers[$i] } }
is_deeply([ sort keys %layer ], [ sort @folders ], 'every folder of src/ has its layer');

my (%includes, @upward);
for my $file (@sources)
{
	my ($folder) = $file =~ m{^src/(\w+)/};
	for my $header ($text{$file} =~ /^#include "([\w\/]+\.h)"/mg)
	{
		next unless exists $text{"src/$header"};
		push @{ $includes{$file} }, "src/$header";
		my ($other) = $header =~ m{^(\w+)/};
		next unless defined $other && (!defined $folder || $folder ne $other);
		push @upward, "$file includes $header" if !defined $folder || $layer{$other} >= $layer{$folder};
	}
}
none('a folder includes only what lies below it', @upward);

# A header and the file of the same name are one; a circle is a chain of includes that comes back.
my (%state, @circles);
sub follow
{
	my ($file, @path) = @_;
	if (($state{$file} // '') eq 'open')
	{
		push @circles, join(' -> ', @path, $file);
		return;
	}
	return if $state{$file};
	$state{$file} = 'open';
	follow($_, @path, $file) for @{ $includes{$file} || [] };
	$state{$file} = 'done';
}
follow($_) for @sources;
none('no circle of includes', @circles);

# Nor does one file call another that calls it, on whatever way round: what both need stands in a third.
my (%home, %calls);
for my $found (grep { $_->[5] !~ /^static\b/ && $_->[3] =~ /\.c$/ } @functions)
{
	my ($name, $file) = @$found[ 0, 3 ];
	$home{$name} = $file unless $text{$file} =~ /^PG_FUNCTION_INFO_V1\(\Q$name\E\)/m;
}
for my $file (grep { /\.c$/ } @sources)
{
	(my $code = $text{$file}) =~ s{/\*.*?\*/|"(?:[^"\\]|\\.)*"}{}gs;
	my %word = map { $_ => 1 } $code =~ /\beqp_\w+/g;
	$calls{$file}{ $home{$_} } = $_ for grep { $home{$_} && $home{$_} ne $file } keys %word;
}

# A file that is called by none of those that are left, or calls none of them, is on no circle.
my %left = map { $_ => 1 } keys %calls;
for (my $n = 0; $n != keys %left;)
{
	$n = keys %left;
	my %called = map { $_ => 1 } map { keys %{ $calls{$_} } } keys %left;
	for my $file (keys %left)
	{
		delete $left{$file} unless $called{$file} && grep { $left{$_} } keys %{ $calls{$file} };
	}
}
none('no circle of files that call each other', map { my $file = $_; map { "$file calls $calls{$file}{$_} of $_" } grep { $left{$_} } sort keys %{ $calls{$file} } } sort keys %left);

my %lines = map { $_ => 0 } @folders;
my $total = 0;
for my $file (@sources)
{
	my $n = ($text{$file} =~ tr/\n//);
	$total += $n;
	$lines{$1} += $n if $file =~ m{^src/(\w+)/};
}
none('no folder holds more than 15 % of the lines of src/',
	map { sprintf '%s: %.1f %%', $_, 100 * $lines{$_} / $total } grep { $lines{$_} > 0.15 * $total } @folders);

# --- Names of files -------------------------------------------------------------------

# A page, a part or a test has the name of a folder of src/ or of a file in it, and may add a word; or it stands here.
my %stems = map { $_ => 1 } @folders, map { m{([^/]+)\.[ch]$} } @sources;
my %other = (
	docs => {
		README => 'the table of contents', against_other_tools => 'what other tools give', faq => 'questions of users', for_directors => 'what figures can say',
		formulas => 'every measure with its source', glossary => 'every word and rate', memory => 'what all reports keep', beyond_one_machine => 'several servers', demo => 'the demo', page => 'reports/', privacy => 'what min_n leaves open, and who has none', exchange => 'recipes over several reports', reliability => 'what was tried',
		install => 'packages', start => 'a way into all of it', terminal => 'psql', which_interval => 'what every interval takes for granted', which_report => 'a way to all of them',
	},
	'sql/parts' => { header => 'the first lines of the script', catalog => 'equipair_functions' },
	'test/sql' => {},
	'test/pgtap' => {
		catalog => 'everything that the extension owns', exchange => 'docs/exchange.md', forms => 'stored forms of all types',
		functions => 'equipair_functions', large_programme => 'many units', published_totals => 'the totals of the demo',
		row_types => 'declared columns against written ones', signatures => 'what users call',
	},
	'test/unit' => { no_int128 => 'the solver without 128-bit integers' },
	'test/fuzz' => { input_functions => 'text and binary forms of all types' },
);
my %other_used;
for my $where (sort keys %other)
{
	my @odd;
	for my $file (files(qr/\.(?:md|sql|c|pl)$/, $where))
	{
		next if $file =~ m{/random/} || $file =~ m{^test/fuzz/driver};
		(my $stem = $file) =~ s{.*/(?:\d+-|test_|fuzz_)?([^/]+)\.\w+$}{$1};
		next if grep { $stem eq $_ || $stem =~ /^\Q$_\E_/ } keys %stems;
		if (exists $other{$where}{$stem}) { $other_used{"$where $stem"} = 1; next }
		push @odd, $file;
	}
	none("$where: every file is named after a folder of src/ or a file in it", @odd);
	none("$where: what is named otherwise is there", grep { !$other_used{"$where $_"} } sort keys %{ $other{$where} });
}

# --- How it is written ----------------------------------------------------------------

my @sql = files(qr/\.sql$/, 'sql/parts');
none('SQL has no tabs', grep_files(qr/\t/, @sql));
none('a banner in C is "/* ---- Title ---- */", filled to 79 columns',
	grep { length((split /: /, $_, 2)[1]) != 79 } grep_files(qr{^\s*/\* ?[-=]{2,}}, @sources));
none('counts are called ngroups, not n_groups',
	grep_files(qr/(?:->|\.|\b)n_(?:groups|rows|units|values|nodes|edges|pairs|steps|labels|columns|keys|numbers|parts|strata|periods|cells)\b/, @sources));
my @outside = grep { !m{^src/alloc\.[ch]$} } @sources;
none('what may grow large is allocated by alloc.h, which keeps to equipair.max_memory',
	grep_files(qr/\b(?:MemoryContextAllocHuge|MemoryContextAllocExtended|palloc_extended|repalloc\w*)\b/, @outside),
	# as many as a call has parameters or columns are few
	grep { !/\bn(?:by|columns|names|atts|params|args|ordering|pairing_by)\b/ } grep_files(qr/\bpalloc0?\([^;]*\bn[a-z_]{3,}\b.*sizeof/, @outside),
	map { my $file = $_; map { "$file: the table $_ has no EQP_HASH_ALLOCATOR" } grep { $text{$file} !~ /^EQP_HASH_ALLOCATOR\(\Q$_\E\)/m } $text{$file} =~ /^#define SH_PREFIX (\w+)/mg } @outside);
none('what does not return is written pg_noreturn, as every version of PostgreSQL has it from pg_compat.h',
	grep_files(qr/\bpg_attribute_noreturn\b/, grep { $_ ne 'src/pg_compat.h' } @sources));
none('no array of characters is filled up by a text that has no room for its end: gcc 15 refuses it',
	grep { /\[(\d+)\] = "([^"\\]*)";/ && $1 <= length $2 } grep_files(qr/\bchar\s+\w+\[\d+\] = "/, @sources));
my %pages = map { s{.*/}{}r => 1 } files(qr/\.md$/, qw(docs bench demo test)), glob('*.md');
my @absent;
for my $file (@sources, @sql, files(qr/\.md$/, qw(docs bench)), glob('*.md'))
{
	my %cited = map { $_ => 1 } slurp($file) =~ /\b(\w[\w.]*\.md)\b/g;
	push @absent, map { "$file: $_" } grep { !$pages{$_} } sort keys %cited;
}
none('every page that is cited is there', @absent);

# A link leads to a file that is there, and to one of its headings. GitHub makes the name of a heading so: small
# letters, no marks, a hyphen for each blank, and a number where a name comes again.
sub headings
{
	my (%seen, %anchor, $fence);
	for my $line (split /\n/, shift)
	{
		$fence = !$fence if $line =~ /^\s*```/;
		next if $fence || $line !~ /^#{1,6}\s+(.*?)\s*$/;
		my $name = lc $1;
		$name =~ s/\]\([^)]*\)//g;
		$name =~ s/[^\w\- ]//g;
		$name =~ s/ /-/g;
		my $n = $seen{$name}++;
		$anchor{ $n ? "$name-$n" : $name } = 1;
	}
	return \%anchor;
}
my (%anchors, @dead);
my @book = (files(qr/\.md$/, qw(docs bench demo test)), glob('*.md'));
for my $file (@book)
{
	my $text = slurp($file);
	utf8::decode($text);
	$anchors{$file} = headings($text);
}
for my $file (@book)
{
	my $text = slurp($file);
	utf8::decode($text);
	$text =~ s/^\s*```.*?^\s*```$//msg;
	$text =~ s/`[^`\n]*`/code/g;
	while ($text =~ /\]\(\s*([^()\s]+)\)/g)
	{
		my ($path, $anchor) = split /#/, $1, 2;
		next if $path =~ /^\w+:/;
		my $target = $path eq '' ? $file : ($file =~ m{^(.*/)} ? $1 : '') . $path;
		1 while $target =~ s{(?:^|(?<=/))(?!\.\./)[^/]+/\.\./}{};
		push @dead, "$file: $path is not there" if !-e $target;
		push @dead, "$file: $path#$anchor is not there" if defined $anchor && $anchors{$target} && !$anchors{$target}{$anchor};
	}
}
none('every link leads to a page and a heading that are there', @dead);

# A page in Vietnamese has the examples of the English one, with the same output.
sub blocks { return join "\n", shift =~ /^(```(?:sql|text|sh)\n.*?^```)$/msg }
my %english = map { $_ => s{^docs/vi/}{docs/}r =~ s/\.vi\.md$/.md/r } grep { m{^docs/vi/|\.vi\.md$} } @book;
none('pages in Vietnamese have the examples of the English ones',
	grep { !-e $english{$_} || blocks(slurp($_)) ne blocks(slurp($english{$_})) } sort keys %english);

# And its tables name the same things: what stands between backquotes in their rows, and where they lead.
sub named
{
	my $text = shift;
	$text =~ s/^```.*?^```$//msg;
	return join "\n", map { my $row = $_; join ' ', $row =~ /(`[^`]+`|\]\([^)]+\))/g } grep { /^\|/ } split /\n/, $text;
}
none('tables in Vietnamese name what the English ones do', grep { named(slurp($_)) ne named(slurp($english{$_})) } sort keys %english);

# Tables, blocks and links cannot be broken.
my @long;
for my $file (files(qr/\.md$/, 'docs'), glob('*.md'))
{
	my ($n, $fence) = (0, '');
	for my $line (split /\n/, slurp($file))
	{
		$n++;
		utf8::decode($line);
		if ($line =~ /^\s*(`{3,})/) { $fence = $fence eq '' ? $1 : $fence eq $1 ? '' : $fence; next }
		next if $fence ne '' || $line =~ /^\s*\|/ || length $line <= 120 || $line =~ m{^\s*(?:- )?\S*\]?\(?https?://\S+$};
		push @long, "$file:$n: " . length($line) . ' characters';
	}
}
none('lines of the documentation have at most 120 characters', @long);

done_testing();
