# Aggregates run in parallel plans and give what a serial plan gives; reports may stand in a
# query that runs in parallel.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
max_worker_processes = 8
max_parallel_workers = 8
});
$node->start;

$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE TABLE sample AS
	SELECT i, (i * 7919::bigint) % 1000 / 7.0 AS value, CASE i % 3 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone,
	       (i * 104729::bigint) % 300 AS district, i % 5 = 0 AS held, 1 + i % 4 AS weight,
	       rate(i % 10, 10) AS done, school_year(1990 + i % 40) AS year
	  FROM generate_series(1, 100000) i;
	ANALYZE sample;
});

my $parallel = q{
	SET max_parallel_workers_per_gather = 2;
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0;
	SET min_parallel_index_scan_size = 0;
	SET parallel_leader_participation = off;
};
my $serial = "SET max_parallel_workers_per_gather = 0;\n";

sub same_in_parallel
{
	my ($query, $name) = @_;
	my $plan = $node->safe_psql('postgres', "${parallel}EXPLAIN (COSTS off) $query");
	like($plan, qr/Partial (?:Hash|Group)?\s*Aggregate/, "$name: Partial Aggregate");
	my $ran = $node->safe_psql('postgres', "${parallel}EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) $query");
	like($ran, qr/Workers Launched: [12]/, "$name: workers ran");
	is($node->safe_psql('postgres', $parallel . $query), $node->safe_psql('postgres', $serial . $query),
		"$name: the same as serial");
}

# counts: the same to the last digit
same_in_parallel("SELECT $_ FROM sample", $_)
  for 'sum(done)', 'rate_agg(held)', 'rate_agg(weight, 4)', 'min(done)', 'max(done)', 'min(year)', 'max(year)';
same_in_parallel(
	'SELECT done, count(*), sum(done) FROM sample GROUP BY done ORDER BY done', 'GROUP BY a rate');
same_in_parallel(
	'SELECT year, rate_agg(held) FROM sample GROUP BY year ORDER BY year', 'GROUP BY a school year');

# Means and spreads agree within the promised bounds: 1e-12 of sqrt(mean^2 + var).
my $read = q{string_agg(format('%s %s %s', subgroup, n, weight), E'\n' ORDER BY subgroup COLLATE "C")};
for my $call ('gap_agg(value, zone)', 'gap_agg(value, zone, weight)', 'gap_agg(value, district)',
	'gap_agg(value, district, weight)', 'gap_agg(value, held)', 'gap_agg(value, held, weight)',
	'gap_agg_moments(value, 1.5, 10, zone)')
{
	same_in_parallel("SELECT (SELECT $read FROM gap_groups(s)) FROM (SELECT $call AS s FROM sample) x", $call);

	$node->safe_psql('postgres', "DROP TABLE IF EXISTS s, p");
	$node->safe_psql('postgres', "${serial}CREATE TABLE s AS SELECT $call AS x FROM sample");
	$node->safe_psql('postgres', "${parallel}CREATE TABLE p AS SELECT $call AS x FROM sample");
	is( $node->safe_psql('postgres', q{
			SELECT count(*) FROM s, gap_groups(s.x) a, p, gap_groups(p.x) b
			 WHERE a.subgroup = b.subgroup
			   AND (abs(a.mean - b.mean) > 1e-12 * sqrt(a.mean ^ 2 + a.std_dev ^ 2)
			        OR abs(a.std_dev ^ 2 - b.std_dev ^ 2) > 1e-12 * (a.std_dev ^ 2 + a.mean ^ 2))}),
		'0', "$call: means and spreads within the bounds");
}
$node->safe_psql('postgres', q{
	CREATE TABLE daily AS SELECT i % 500 AS day, gap_agg(value, zone) AS summary FROM sample GROUP BY 1;
	ANALYZE daily;
});
same_in_parallel("SELECT (SELECT $read FROM gap_groups(s)) FROM (SELECT gap_merge(summary) AS s FROM daily) x", 'gap_merge');

# counts of sessions: the same to the last bit, however the rows were divided
my $sessions = q{completion_agg(DATE '2023-01-01' + i % 90, DATE '2023-01-01' + i % 97, i % 11 = 0, NULL, '2023-03-01', 3)};
same_in_parallel("SELECT $_ FROM sample", $_)
  for $sessions, q{completion_agg(DATE '2023-01-01' + i % 90, DATE '2023-01-01' + i % 97, DATE '2023-01-01' + i % 50, '2023-03-01', 0)},
  q{completion_agg(DATE '2023-01-01' + i % 90, NULL, NULL, NULL, '2023-03-01', 0, weight)},
  # so many delays that the tables of the states grow
  q{completion_agg(DATE '2000-01-01', DATE '2000-01-01' + (i * 104729::bigint % 20011)::int, NULL::date, '2023-03-01', 0)};
same_in_parallel("SELECT district, $sessions FROM sample GROUP BY district ORDER BY district", 'completion_agg, 300 groups');
$node->safe_psql('postgres', qq{
	CREATE TABLE nights AS SELECT i % 500 AS part, $sessions AS summary FROM sample GROUP BY 1;
	ANALYZE nights;
});
same_in_parallel('SELECT completion_merge(summary) FROM nights', 'completion_merge');
is($node->safe_psql('postgres', "${parallel}SELECT completion_merge(summary) FROM nights"),
	$node->safe_psql('postgres', "${serial}SELECT $sessions FROM sample"), 'completion_merge: what one pass gives');
my ($code, $out, $error) = $node->psql('postgres',
	"${parallel}SELECT completion_agg(NULL, CASE WHEN i < 100000 THEN DATE '2023-01-01' END, NULL::date, '2023-03-01', 0) FROM sample");
like($error, qr/neither planned_on nor held_on/, 'the error of a worker is that of the row');

$node->safe_psql('postgres', q{
	CREATE TABLE schools AS SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone FROM generate_series(1, 3000) i;
	CREATE TABLE pairings AS SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 2000, 4) i;
	CREATE TABLE sessions AS SELECT DATE '2023-01-01' + i % 90 AS planned_on, DATE '2023-01-01' + i % 97 AS held_on, i % 2 AS zone FROM generate_series(1, 5000) i;
	CREATE TABLE outcomes AS SELECT value, zone FROM sample LIMIT 5000;
	ANALYZE;
});
my %reports = (
	pairing_coverage => q{pairing_coverage('schools', 'pairings', as_of => '2023-05-31')},
	pairing_partners => q{pairing_partners('schools', 'pairings', as_of => '2023-05-31')},
	completion_rates => q{completion_rates('sessions', '{zone}', as_of => '2023-05-31')},
	gap_indices => q{gap_indices('outcomes')});
for my $report (sort keys %reports)
{
	my $call = $reports{$report};
	# workers bring the rows in another order, which moves the last digits of a moment
	my $columns = $report eq 'gap_indices'
	  ? 'measure, reference_n, comparison_n, round(estimate::numeric, 9), round(ci_lower::numeric, 9)' : '*';
	my $rows = $node->safe_psql('postgres', "${serial}SELECT $columns FROM $call");
	isnt($rows, '', "$report: rows");

	# the source itself is read by a parallel plan, where the executor chooses one
	is($node->safe_psql('postgres', "${parallel}SELECT $columns FROM $call"), $rows, "$report: with parallel plans allowed");

	# beside a parallel scan, in the leader
	my $query = "SELECT (SELECT count(*) FROM $call), count(*) FROM sample WHERE value >= 0";
	like($node->safe_psql('postgres', "${parallel}EXPLAIN (COSTS off) $query"), qr/Gather/, "$report: beside a Gather");
	is($node->safe_psql('postgres', $parallel . $query), $node->safe_psql('postgres', $serial . $query),
		"$report: the same beside a parallel scan");

	# once a row, above the Gather
	$query = "SELECT s.i, r.n FROM sample s, LATERAL (SELECT count(*) AS n FROM $call WHERE s.i > 0) r WHERE s.i <= 3 ORDER BY 1";
	is($node->safe_psql('postgres', $parallel . $query), $node->safe_psql('postgres', $serial . $query),
		"$report: the same in a lateral join over a parallel scan");
}

$node->stop;
done_testing();
