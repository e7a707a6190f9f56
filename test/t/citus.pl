# Beyond one machine with Citus: the aggregates run as partial aggregates on the shards and are
# combined on the coordinator.  Runs where Citus is installed beside the server; one node that
# is its own worker is enough, because its shards are planned like those of many.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my ($share, $lib) = map { scalar qx(pg_config $_) } qw(--sharedir --pkglibdir));
plan skip_all => 'Citus is not installed beside this PostgreSQL'
  unless -e "$share/extension/citus.control" && glob "$lib/citus.{so,dylib}";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# workers are reached by address, and Citus starts connections and prepared transactions of its own
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'citus'
listen_addresses = '127.0.0.1'
citus.node_conninfo = 'sslmode=prefer'
citus.shard_count = 4
citus.shard_replication_factor = 1
max_prepared_transactions = 20
max_connections = 100
});
$node->start;

sub sql { return $node->safe_psql('postgres', shift) }

my $port = $node->port;
sql('CREATE EXTENSION citus');
sql('CREATE EXTENSION equipair');
sql("SELECT citus_set_coordinator_host('127.0.0.1', $port)");
sql("SELECT citus_set_node_property('127.0.0.1', $port, 'shouldhaveshards', true)");
note('Citus ', sql(q{SELECT extversion FROM pg_extension WHERE extname = 'citus'}));

# Rows by whole-number arithmetic; exact is constant in a level, and no logarithm of it but 0: all its moments are exact in any order.
sql(q{
	CREATE TABLE one_node AS
	SELECT i AS id, CASE WHEN i % 100 = 0 THEN 'island' WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone,
	       (ARRAY['preschool', 'primary', 'lower secondary', 'upper secondary'])[1 + i % 4] AS level,
	       CASE WHEN i % 97 <> 0 THEN (i * 7919::bigint) % 1001 / 100.0::float8 END AS score,
	       (ARRAY[-3, -0.5, 0, 1]::float8[])[1 + i % 4] AS exact,
	       (i % 5)::bigint AS students, i * 31::bigint % 50 AS school, i % 7 = 0 AS boarding,
	       rate(i % 9, 9) AS done, school_year(2020 + i % 3) AS year
	  FROM generate_series(1, 10000) AS i;
	CREATE TABLE one_node_nights AS SELECT id % 30 AS day, gap_agg(score, zone) AS summary FROM one_node GROUP BY 1;
});
for ([ 'results', 'one_node', 'id' ], [ 'nights', 'one_node_nights', 'day' ])
{
	my ($table, $source, $column) = @$_;
	sql("CREATE TABLE $table (LIKE $source)");
	sql("SELECT create_distributed_table('$table', '$column')");
	sql("INSERT INTO $table SELECT * FROM $source");
}
is(sql('SELECT count(*) FROM results'), '10000', 'the rows are distributed');
cmp_ok(sql(q{SELECT count(*) FROM pg_dist_shard WHERE logicalrelid = 'results'::regclass}), '>', 1, 'over several shards');

# Two summaries in text form: labels, counts and weights exactly, moments within the bounds that any
# partition of the rows keeps.  Compared by themselves, away from the distributed planner.
sub same_within_bounds
{
	my ($got, $want, $name) = @_;
	my ($a, $b) = map { s/'/''/gr } $got, $want;
	like(sql(qq{
		SELECT count(*), count(*) FILTER (WHERE (a.subgroup, a.n, a.weight) IS DISTINCT FROM (b.subgroup, b.n, b.weight)
		       OR (a.mean IS NULL) <> (b.mean IS NULL) OR (a.std_dev IS NULL) <> (b.std_dev IS NULL)
		       OR abs(a.mean - b.mean) > 1e-12 * sqrt(a.mean ^ 2 + coalesce(a.std_dev, 0) ^ 2)
		       OR abs(a.std_dev ^ 2 - b.std_dev ^ 2) > 1e-12 * (a.std_dev ^ 2 + a.mean ^ 2))
		  FROM gap_groups('$a') AS a FULL JOIN gap_groups('$b') AS b ON a.subgroup = b.subgroup}),
		qr/^[1-9][0-9]*\|0$/, "$name: counts exactly, moments within the bounds");
}

for ([ 'gap_agg(score, zone)', 'results' ],
	[ 'gap_agg(score, zone, students)', 'results' ],
	[ 'gap_agg(score, school)', 'results' ],
	[ 'gap_agg(score, boarding, students)', 'results' ],
	[ 'gap_agg_moments(score, 1.5, students, zone)', 'results' ],
	[ q{gap_agg(score, zone) FILTER (WHERE level = 'primary')}, 'results' ],
	[ q{gap_agg(score, zone) FILTER (WHERE year = '2021-2022')}, 'results' ],
	[ 'gap_agg(exact, level)', 'results' ],
	[ 'gap_merge(summary)', 'nights' ])
{
	my ($call, $table) = @$_;
	my $source = $table eq 'nights' ? 'one_node_nights' : 'one_node';
	my $plan = sql("EXPLAIN (VERBOSE, COSTS off) SELECT $call FROM $table");
	like($plan, qr/worker_(?:binary_)?partial_agg/, "$call: partial aggregates on the shards");
	like($plan, qr/coord_(?:binary_)?combine_agg/, "$call: combined on the coordinator");
	my ($got, $want) = (sql("SELECT ($call)::text FROM $table"), sql("SELECT ($call)::text FROM $source"));
	same_within_bounds($got, $want, $call);
	is($got, $want, "$call: every digit, where numbers are representable") if $call =~ /exact/;
}

for my $call ('sum(done)', 'rate_agg(boarding)', 'rate_agg(students, 4)', 'min(done)', 'max(done)', 'min(year)', 'max(year)')
{
	is(sql("SELECT $call FROM results"), sql("SELECT $call FROM one_node"), "$call: the answer of one node");
}

# counts of sessions: the same to the last bit
for my $call (q{completion_agg(DATE '2023-01-01' + id % 90, DATE '2023-01-01' + id % 97, DATE '2023-01-01' + id % 50, DATE '2023-03-01', 3)},
	q{completion_agg(DATE '2023-01-01' + id % 90, CASE WHEN boarding THEN DATE '2023-01-01' + id % 97 END, zone = 'island', NULL, DATE '2023-03-01', 0, students)})
{
	my $plan = sql("EXPLAIN (VERBOSE, COSTS off) SELECT $call FROM results");
	like($plan, qr/worker_(?:binary_)?partial_agg/, "$call: partial aggregates on the shards");
	is(sql("SELECT $call FROM results"), sql("SELECT $call FROM one_node"), "$call: the summary of one node");
}

# grouped by the distribution column, the whole aggregate runs on the shards
my $whole = 'SELECT id, gap_agg(score, zone) AS s FROM results GROUP BY id';
my $plan = sql("EXPLAIN (VERBOSE, COSTS off) $whole");
like($plan, qr/gap_agg/, 'GROUP BY the distribution column: sent');
unlike($plan, qr/partial_agg|combine_agg/, 'GROUP BY the distribution column: sent whole');

# grouped by another column, partial again
my $by_level = q{SELECT level, (gap_agg(score, zone))::text AS s FROM %s GROUP BY level ORDER BY level};
like(sql('EXPLAIN (VERBOSE, COSTS off) ' . sprintf($by_level, 'results')), qr/worker_(?:binary_)?partial_agg/, 'GROUP BY level: partial aggregates');
my @got = map { [ split /\|/, $_, 2 ] } split /\n/, sql(sprintf $by_level, 'results');
my @want = map { [ split /\|/, $_, 2 ] } split /\n/, sql(sprintf $by_level, 'one_node');
is(scalar @got, 4, 'GROUP BY level: a row a level');
for my $i (0 .. $#want)
{
	is($got[$i][0], $want[$i][0], "GROUP BY level: $want[$i][0]");
	same_within_bounds($got[$i][1], $want[$i][1], "GROUP BY level: $want[$i][0]");
}

# a report counts on the shards, and gives the figures of one node
for my $call (q{gap_indices('SELECT zone, level, score AS value FROM %s', '{level}')}, q{gap_trend('SELECT zone, year AS period, score AS value, students AS weight FROM %s')})
{
	my $rounded = 'r.reference_n, r.comparison_n, r.measure, round(r.estimate::numeric, 9), round(r.std_error::numeric, 9)';
	$rounded = 'r.period, r.reference_n, r.comparison_n, r.measure, round(r.estimate::numeric, 9)' if $call =~ /trend/;
	my ($rc, $out, $err) = $node->psql('postgres', "SET client_min_messages = debug1; SELECT $rounded FROM " . sprintf($call, 'results') . ' AS r');
	like($err, qr/reads summaries made by the plan of parameter "outcomes": Custom Scan \(Citus/, "$call: counted on the shards");
	is($out, sql("SELECT $rounded FROM " . sprintf($call, 'one_node') . ' AS r'), "$call: the answer of one node");
}

# Citus refuses ROLLUP over shards; over merged summaries it is plain SQL on the coordinator
my $rollup = q{
	WITH leaf AS MATERIALIZED (SELECT level, gap_agg(score, zone) AS s FROM results GROUP BY level)
	SELECT gap_merge(s)::text FROM leaf GROUP BY ROLLUP (level) HAVING grouping(level) = 1};
same_within_bounds(sql($rollup), sql('SELECT gap_agg(score, zone)::text FROM one_node'), 'ROLLUP over merged summaries: the total');

$node->stop;
done_testing();
