# Memory.pm: what a call takes of memory, beside what docs/memory.md states.
#
# docs/memory.md has the formulas: tables of "| functions | for each | bytes |", where bytes are such as "93 n + 26 p(n) + 9 h(n)",
# p(n) is the next power of two, and h(n) that of 1.25 n.  bench/memory.tsv has the calls: function, for each, a call with :n, perhaps a share.
# The server is that of the environment.  A process never shows a lower peak than before, so each call has a connection of
# its own.  Rows that a query makes in its select list are not stored anywhere, nor do they come through shared buffers.
package Memory;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(formulas calls stated for_size measure make_tables MB TOLERANCE GRAIN);

use constant MB => 1024 * 1024;

# What is measured may be off by so much of what is stated, and by what every call takes whatever it reads.
use constant { TOLERANCE => 0.25, GRAIN => MB };

# The formulas of a page: by function and "for each", [n, p, h].
sub formulas
{
	my ($page) = @_;
	my %formulas;
	open my $file, '<', $page or die "$page: $!\n";
	while (<$file>)
	{
		my ($functions, $each, $bytes) = /^\| (`[^|]*) \| ([^|]+?) \| ([^|]+?) \|$/ or next;
		my @factors = $bytes =~ /^(?:0|(?:([\d,]+) n)?(?:(?:^| \+ )([\d,]+) p\(n\))?(?:(?:^| \+ )([\d,]+) h\(n\))?)$/ or next;
		$_ = ($_ // 0) =~ tr/,//dr for @factors;
		$formulas{$_}{$each} = \@factors for $functions =~ /`(\w+)`/g;
	}
	return \%formulas;
}

# The calls of a file, in order: { function, each, call, share }.  One that takes long for its memory has a share: so many
# times fewer things are enough.
sub calls
{
	my ($tsv) = @_;
	my @calls;
	open my $file, '<', $tsv or die "$tsv: $!\n";
	while (<$file>)
	{
		chomp;
		next if /^\s*(?:#|$)/;
		my ($function, $each, $call, $share) = split /\t/;
		defined $call or die "$tsv:$.: wanted: function, for each, call, separated by tabs\n";
		push @calls, { function => $function, each => $each, call => $call, share => $share // 1 };
	}
	return @calls;
}

# The bytes of a formula.
sub stated
{
	my ($formula, $n) = @_;
	my ($p, $h) = (1, 1);
	$p *= 2 while $p < $n;
	$h *= 2 while $h < 1.25 * $n;
	return $formula->[0] * $n + $formula->[1] * $p + $formula->[2] * $h;
}

# A call with its size filled in.
sub for_size
{
	my ($call, $n) = @_;
	return $call =~ s/(?<!:):n\b/$n/gr;
}

# The values that calls take, and models with a file of so many schools that waits: made once, each [call, size].
sub make_tables
{
	my (%sizes, %models);
	for (@_)
	{
		my ($call, $n) = @$_;
		@sizes{ 100, $n } = () if $call =~ /\bbench_\w+ WHERE/;
		@models{ 100, $n } = () if $call =~ /\bbench_model_/;
	}
	my $sizes = join ',', sort { $a <=> $b } keys %sizes;
	my $models = join '', map { qq{DROP SCHEMA IF EXISTS bench_model_$_ CASCADE;
SELECT count(create_twinning_schema('bench_model_$_')) AS made \\gset
INSERT INTO bench_model_$_.districts (id, name, zone) VALUES ('1', 'A', 'inner');
SELECT import_file('bench_model_$_', 'schools', 'f', E'id;name;level;district_id\\n' || string_agg(format(E'n%s;x;primary;1\\n', i), '')) AS made FROM generate_series(1, $_) AS i \\gset
} } sort { $a <=> $b } keys %models;
	my $script = "$ENV{TMPDIR}/memory.psql";
	open my $out, '>', $script or die "$script: $!\n";
	print $out qq{SET client_min_messages = error; SET work_mem = '1GB'; DROP TABLE IF EXISTS bench_samples, bench_summaries, bench_parts, bench_delays;
CREATE TABLE bench_samples AS SELECT n, (SELECT gap_sample_agg(hashint4(i) & 65535, i % 2) FROM generate_series(1, n) AS i) AS s FROM unnest('{$sizes}'::int[]) AS n;
CREATE TABLE bench_summaries AS SELECT n, (SELECT gap_agg(i, i) FROM generate_series(1, n) AS i) AS s FROM unnest('{$sizes}'::int[]) AS n;
CREATE TABLE bench_parts AS SELECT n, s FROM unnest('{$sizes}'::int[]) AS n, LATERAL (SELECT gap_agg(i, i) AS s FROM generate_series(1, n) AS i GROUP BY i / 1000) AS p;
CREATE TABLE bench_delays AS SELECT n, (SELECT completion_agg(DATE '2000-01-01', DATE '2000-01-01' + i, NULL, DATE '5000-01-01', 0) FROM generate_series(1, n) AS i) AS s FROM unnest('{$sizes}'::int[]) AS n;
$models};
	close $out or die "$script: $!\n";
	system('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $script) == 0 or die "the tables could not be made\n";
}

# The bytes by which the server's process grows with a call of that size beyond its peak of small ones, and the SQLSTATE
# where it is refused ('' where it is not), and whether the small call works after it; some settings before it.
# Compiling the query (JIT) would take tens of MB of its own.
sub measure
{
	my ($call, $n, $settings) = @_;
	my ($small, $large) = map { 'SELECT count(*) FROM ' . for_size($call, $_) . ';' } 100, $n;
	my $peak = q{SELECT 'peak ' || 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint;};
	my $script = "$ENV{TMPDIR}/memory.psql";
	open my $out, '>', $script or die "$script: $!\n";
	# what PostgreSQL takes to run the source, and the rows of the answer, are none of what is stated
	my $work_mem = $call =~ /gap_sample_(?:agg|merge)\(/ ? '1GB' : '64kB';
	print $out join("\n", "SET work_mem = '$work_mem';", 'SET jit = off; SET max_parallel_workers_per_gather = 0; SET client_min_messages = error;', $small, $small, $peak,
		($settings // '') . ';', $large, $peak, $small, '\echo done'), "\n";
	close $out or die "$script: $!\n";
	my $printed = qx{psql -X -q -A -t -v VERBOSITY=sqlstate -f "$script" 2>&1};
	my @peaks = $printed =~ /^peak (\d+)$/mg;
	my @errors = $printed =~ /ERROR:\s+(\w{5})/g;
	@peaks == 2 && $printed =~ /^done$/m or die "$call: $printed\n";
	return ($peaks[1] - $peaks[0], shift(@errors) // '', !@errors);
}

1;
