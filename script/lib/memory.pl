# memory.pl NAME TIMES [rows=N]: what each call of NAME.tsv takes of memory, at three sizes, beside the formulas of
# docs/memory.md; and whether the largest runs with equipair.max_memory as the page says to choose it.
# Prints a table; the exit status is not 0 where one is off by more than a quarter.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Memory;

$| = 1;
my ($name, undef, @variables) = @ARGV;
my ($last) = map { /^rows=(\d+)$/ ? $1 : () } @variables;
$last //= 400000;
# of the next power of two half is empty, hardly anything, and a quarter
my @sizes = map { int($last * $_) } 0.35, 0.66, 1;
my $formulas = formulas("$FindBin::Bin/../docs/memory.md");

my ($off, $lines) = (0, 0);
my @calls = calls("$name.tsv");
make_tables(map { my $call = $_; map { [ $call->{call}, int($_ / $call->{share}) ] } @sizes } @calls);
printf "%-27s %-40s %-22s" . '%18s' x @sizes . "   with the setting\n", 'function', 'for each', 'bytes', map { "n = $_" } @sizes;
for my $call (@calls)
{
	my $formula = $formulas->{ $call->{function} }{ $call->{each} };
	$lines++;
	if (!$formula) { $off++; print "$call->{function}: docs/memory.md does not say what it takes for each $call->{each}\n"; next }
	my @cells;
	my $missed = 0;
	my @n = map { int($_ / $call->{share}) } @sizes;
	for my $n (@n)
	{
		my $stated = stated($formula, $n);
		my ($bytes, $error) = measure($call->{call}, $n);
		my $far = $error ne '' || abs($bytes - $stated) > TOLERANCE * $stated + GRAIN;
		$missed ||= $far;
		push @cells, $error ne '' ? "error $error" : sprintf '%.1f of %.1f MB%s', $bytes / 1e6, $stated / 1e6, $far ? ' !' : '';
	}
	# half as much again as is stated, since a table that doubles is not full, and what every call takes
	my $setting = int(1.5 * stated($formula, $n[-1]) / 1024) + 4096;
	my (undef, $error) = measure($call->{call}, $n[-1], "SET equipair.max_memory = '${setting}kB'");
	$missed ||= $error ne '';
	$off++ if $missed;
	printf "%-27s %-40s %-22s" . '%18s' x @cells . "   %s%s\n", $call->{function}, $call->{each}, join(" + ", map { $formula->[$_] ? "$formula->[$_] " . (qw(n p(n) h(n)))[$_] : () } 0 .. 2),
	  @cells, $error eq '' ? 'runs' : "error $error", $missed ? '   OFF' : '';
}

# What is in use for a moment of a sample that is at the limit of work_mem.
my $limit = 16 * MB;
my %samples = (
	'values in one group' => [ q{gap_sample_agg(hashint4(i), 'x'::text)}, 8 ],
	'values with weights in one group' => [ q{gap_sample_agg(hashint4(i), 'x'::text, 1 + i % 3)}, 16 ],
	'values with weights in two groups' => [ q{gap_sample_agg(hashint4(i), i % 2, 1 + i % 3)}, 16 ],
	'a group for each value' => [ q{gap_sample_agg(hashint4(i), i)}, 145 ],
	'values in one group, merged' => [ q{gap_sample_merge(s)}, 8, q{gap_sample_agg(hashint4(i), 'x'::text)} ],
	'values with weights in one group, merged' => [ q{gap_sample_merge(s)}, 16, q{gap_sample_agg(hashint4(i), 'x'::text, 1 + i % 3)} ]);
for my $name (sort keys %samples)
{
	my ($aggregate, $each, $part) = @{ $samples{$name} };
	my $rows = 'SELECT generate_series(1, :n) AS i';
	# the parts that are merged lie in a table, so that they are none of what is measured
	my $from = $part ? '(SELECT s FROM bench_sample_parts LIMIT :n / 1000 + 1) AS p' : "($rows) AS i";
	my $n = int(0.99 * $limit / $each);
	if ($part)
	{
		my $all = for_size($rows, $n);
		system('psql', '-X', '-q', '-c', "SET client_min_messages = error; DROP TABLE IF EXISTS bench_sample_parts; CREATE TABLE bench_sample_parts AS SELECT $part AS s FROM ($all) AS i GROUP BY i / 1000") == 0 or die "psql failed\n";
	}
	my ($bytes, $error) = measure("(SELECT $aggregate AS s FROM $from) AS x WHERE s IS NOT NULL", $n,
		"SET work_mem = '16MB'; SET hash_mem_multiplier = 1;");
	printf "gap_sample at its limit: %-42s %s\n", $name, $error ne '' ? "error $error" : sprintf '%.2f times the limit', $bytes / $limit;
}
print "$lines lines, $off off\n";
exit($off ? 1 : 0);
