# Beyond one machine with postgres_fdw: aggregates, operators and constants of the extension are
# computed where the rows are, summaries cross the wire without loss, and summaries merged here
# are what one node would have computed.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The coordinator, and two cities with servers of their own.
my %node;
for my $name (qw(coordinator north south))
{
	$node{$name} = PostgreSQL::Test::Cluster->new($name);
	$node{$name}->init;
	$node{$name}->append_conf('postgresql.conf', "autovacuum = off\n");
	$node{$name}->start;
}
my $here = $node{coordinator};
plan skip_all => 'postgres_fdw is not installed'
  if $here->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'}) eq '0';

# Rows by whole-number arithmetic, the same on every node.  score is an ordinary decimal, exact one of
# -3, -0.5, 0 and 1 that is constant in a level: its mean and sum of squared deviations are exact in any order.
# NULLs, weights of 0 and a zone that is not everywhere come along.
my $rows = q{
	SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS city,
	       DATE '2022-09-05' + i % 365 AS day, school_year(DATE '2021-09-05' + i % 730) AS year,
	       CASE WHEN i % 100 = 0 THEN 'island' WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone,
	       (ARRAY['preschool', 'primary', 'lower secondary', 'upper secondary'])[1 + i % 11 % 4] AS level,
	       CASE WHEN i % 97 <> 0 THEN (i * 7919::bigint) % 1001 / 100.0::float8 END AS score,
	       (ARRAY[-3, -0.5, 0, 1]::float8[])[1 + i % 11 % 4] AS exact,
	       i % 5 AS students, i * 31::bigint % 50 AS school, i % 7 = 0 AS boarding, rate(i % 9, 9) AS done
	  FROM generate_series(1, 20000) AS i};

for my $name (qw(north south))
{
	$node{$name}->safe_psql('postgres', qq{
		CREATE EXTENSION equipair;
		CREATE TABLE results AS SELECT * FROM ($rows) AS r WHERE city = '$name';
		ALTER TABLE results ADD PRIMARY KEY (id);
		CREATE VIEW summaries AS
		SELECT city, year, gap_agg(score, zone) AS scores, gap_agg(score, zone, students) AS weighted, gap_agg(exact, level) AS exact,
		       gap_agg_moments(score, 1.5, students, zone) AS published, sum(done) AS done
		  FROM results GROUP BY city, year;
		ANALYZE;
	});
}
$here->safe_psql('postgres', qq{
	CREATE EXTENSION equipair;
	CREATE EXTENSION postgres_fdw;
	CREATE TABLE one_node AS $rows;
	ANALYZE one_node;
	CREATE TABLE results (LIKE one_node) PARTITION BY LIST (city);
	CREATE TABLE summaries (city text, year school_year, scores gap_summary, weighted gap_summary, exact gap_summary,
	                        published gap_summary, done rate) PARTITION BY LIST (city);
});
for my $name (qw(north south))
{
	my ($host, $port) = ($node{$name}->host, $node{$name}->port);
	$here->safe_psql('postgres', qq{
		CREATE SERVER $name FOREIGN DATA WRAPPER postgres_fdw
			OPTIONS (host '$host', port '$port', dbname 'postgres', extensions 'equipair', async_capable 'true');
		CREATE USER MAPPING FOR CURRENT_USER SERVER $name;
		CREATE FOREIGN TABLE ${name}_results PARTITION OF results FOR VALUES IN ('$name') SERVER $name OPTIONS (table_name 'results');
		CREATE FOREIGN TABLE ${name}_summaries PARTITION OF summaries FOR VALUES IN ('$name') SERVER $name OPTIONS (table_name 'summaries');
	});
}
$here->safe_psql('postgres', 'ANALYZE');

sub here { return $here->safe_psql('postgres', shift) }
sub plan_of { my ($query, $set) = @_; return here(($set // '') . "EXPLAIN (VERBOSE, COSTS off) $query") }
sub remote_sql { return join "\n", $_[0] =~ /^\s*Remote SQL: (.*)$/mg }

# The groups of a summary, all that is exact and all that is within bounds being two sets of columns.
sub groups { return "SELECT g.* FROM ($_[0]) AS t(s), gap_groups(s) AS g" }

# Two queries of one summary each: labels, counts and weights agree exactly, and means and variances within
# the bounds that every partition of the rows keeps: 1e-12 of sqrt(mean^2 + var), and of var + mean^2.
sub same_within_bounds
{
	my ($got, $want, $name) = @_;
	my $bad = here(sprintf q{
		SELECT count(*), count(*) FILTER (WHERE (a.subgroup, a.n, a.weight) IS DISTINCT FROM (b.subgroup, b.n, b.weight)
		       OR (a.mean IS NULL) <> (b.mean IS NULL) OR (a.std_dev IS NULL) <> (b.std_dev IS NULL)
		       OR abs(a.mean - b.mean) > 1e-12 * sqrt(a.mean ^ 2 + coalesce(a.std_dev, 0) ^ 2)
		       OR abs(a.std_dev ^ 2 - b.std_dev ^ 2) > 1e-12 * (a.std_dev ^ 2 + a.mean ^ 2))
		  FROM (%s) AS a FULL JOIN (%s) AS b ON a.subgroup = b.subgroup}, groups($got), groups($want));
	like($bad, qr/^[1-9][0-9]*\|0$/, "$name: counts exactly, moments within the bounds");
}

# --- whole aggregates over one foreign table --------------------------------------

# which constants and columns carry a cast differs between versions of the server
my $cast = qr/::(?:double precision|bigint|public\.\w+)/;
my %aggregates = (
	'gap_agg(score, zone)' => 'gap_agg(score, zone)',
	'gap_agg(score, zone, students)' => 'gap_agg(score, zone, students)',
	'gap_agg(score, school)' => 'gap_agg(score, school)',
	'gap_agg(score, boarding)' => 'gap_agg(score, boarding)',
	'gap_agg_moments(score, 1.5, students, zone)' => 'gap_agg_moments(score, 1.5, students, zone)',
	"gap_agg(score, zone) FILTER (WHERE level = 'primary')" => q{gap_agg(score, zone) FILTER (WHERE (level = 'primary'))},
	"gap_agg(score, zone) FILTER (WHERE year = '2022-2023')" =>
	  q{gap_agg(score, zone) FILTER (WHERE (year OPERATOR(public.=) '2022-2023'))});
for my $call (sort keys %aggregates)
{
	my $plan = plan_of("SELECT $call FROM north_results");
	like($plan, qr/Foreign Scan/, "$call: foreign scan");
	like($plan, qr/Relations: Aggregate on \(public\.north_results\)/, "$call: aggregated on the other side");
	like(remote_sql($plan) =~ s/$cast//gr, qr/public\.\Q$aggregates{$call}\E/, "$call: sent whole");
	is( here("SELECT ($call)::text FROM north_results"),
		$node{north}->safe_psql('postgres', "SELECT ($call)::text FROM results"),
		"$call: the answer of the other side, digit for digit");
	same_within_bounds("SELECT $call FROM north_results", "SELECT $call FROM one_node WHERE city = 'north'", $call);
}

my $plan = plan_of('SELECT level, gap_agg(score, zone) FROM north_results GROUP BY level HAVING sum(done) > $$2/9$$');
like(remote_sql($plan), qr/GROUP BY .*HAVING .*sum\(done\).*public\.>\) '2\/9'/, 'GROUP BY and HAVING are sent');
$plan = plan_of('SELECT m.* FROM (SELECT gap_agg(score, zone) AS s FROM north_results) AS t, gap_measures(s) AS m');
like($plan, qr/Aggregate on .*gap_agg/s, 'the measures are read here, from a summary made there');

# Counts of sessions are exact on any way: planned on a day, held or not, cancelled where the zone is an island.
my $sessions = q{completion_agg(day, CASE WHEN (id % 4) > 0 THEN (day + (id % 20)) END, (zone = 'island'::text), NULL::date, '2023-03-31'::date, 3)};
for my $call ($sessions, q{completion_agg(day, NULL::date, (day + (id % 50)), '2023-03-31'::date, 0)},
	q{completion_agg(day, day, boarding, NULL::date, '2023-03-31'::date, 0, (students)::bigint)})
{
	my $plan = plan_of("SELECT $call FROM north_results");
	like($plan, qr/Relations: Aggregate on \(public\.north_results\)/, "$call: aggregated on the other side");
	like(remote_sql($plan), qr/public\.completion_agg\(/, "$call: sent whole");
	is(here("SELECT ($call)::text FROM north_results"), here("SELECT ($call)::text FROM one_node WHERE city = 'north'"), "$call: the summary of one node");
}
$plan = plan_of("SELECT level, (completion_figures(s)).held FROM (SELECT level, $sessions AS s FROM north_results GROUP BY level) AS t");
like($plan, qr/Aggregate on .*completion_agg/s, 'the figures are read here, from summaries made there');

# without the option nothing of an extension is sent
here(q{ALTER SERVER north OPTIONS (DROP extensions)});
unlike(plan_of('SELECT gap_agg(score, zone) FROM north_results'), qr/Aggregate on/, 'without extensions \'equipair\' the rows are fetched');
same_within_bounds('SELECT gap_agg(score, zone) FROM north_results', q{SELECT gap_agg(score, zone) FROM one_node WHERE city = 'north'},
	'without the option');
here(q{ALTER SERVER north OPTIONS (ADD extensions 'equipair')});

# --- operators, functions and constants of rate and school_year ---------------------

my %conditions = (
	q{year = '2022-2023'} => q{year OPERATOR(public.=) '2022-2023'},
	q{year >= school_year(2022)} => q{year OPERATOR(public.>=) '2022-2023'},
	q{year + 1 < '2023-2024'} => q{(year OPERATOR(public.+) 1) OPERATOR(public.<) '2023-2024'},
	q{year <> '2021-2022'} => q{year OPERATOR(public.<>) '2021-2022'},
	q{school_year(day) = year} => q{public.school_year(day, 9) OPERATOR(public.=) year},
	q{done >= '2/3'} => q{done OPERATOR(public.>=) '2/3'},
	q{done + '1/1' >= '9/10'} => q{(done OPERATOR(public.+) '1/1') OPERATOR(public.>=) '9/10'},
	q{numerator(done) > 4} => q{public.numerator(done) > 4});
for my $condition (sort keys %conditions)
{
	my $query = "SELECT count(*), sum(id) FROM %s WHERE $condition";
	$plan = plan_of(sprintf $query, 'south_results');
	like(remote_sql($plan) =~ s/$cast//gr, qr/WHERE .*\Q$conditions{$condition}\E/, "$condition: sent");
	unlike($plan, qr/^\s*Filter:/m, "$condition: nothing left to filter here");
	my $want = here(sprintf("$query AND city = 'south'", 'one_node'));
	unlike($want, qr/^0\|/, "$condition: meets rows");
	is(here(sprintf $query, 'south_results'), $want, "$condition: the rows of one node");
}
for my $call ('sum(done)', 'min(done)', 'max(done)', 'rate_agg(boarding)', 'min(year)', 'max(year)')
{
	# an extreme may also be the first row of an order
	my ($column) = $call =~ /\((.*)\)/;
	like(remote_sql(plan_of("SELECT $call FROM south_results")), qr/public\.\Q$call\E|ORDER BY $column/, "$call: sent");
	is(here("SELECT $call FROM south_results"), here("SELECT $call FROM one_node WHERE city = 'south'"), "$call: the answer of one node");
}
$plan = plan_of('SELECT id FROM south_results WHERE done < $$1/2$$ ORDER BY done, id LIMIT 3');
like(remote_sql($plan), qr/ORDER BY done .*LIMIT/, 'ORDER BY a rate and LIMIT are sent');

# --- a partitioned table over both ----------------------------------------------------

my $partitionwise = "SET enable_partitionwise_aggregate = on;\n";
my $by_city = 'SELECT city, gap_agg(score, zone) AS s FROM results GROUP BY city';
$plan = plan_of($by_city, $partitionwise);
my $pushed = () = $plan =~ /Relations: Aggregate on \(public\.(?:north|south)_results results(?:_\d)?\)/g;
is($pushed, 2, 'GROUP BY the partition key: aggregated in both places') or diag($plan);
like($plan, qr/Async Foreign Scan/, 'GROUP BY the partition key: both at the same time');
for my $city (qw(north south))
{
	same_within_bounds("${partitionwise}SELECT s FROM ($by_city) AS c WHERE city = '$city'" =~ s/^SET.*\n//r,
		"SELECT gap_agg(score, zone) FROM one_node WHERE city = '$city'", "GROUP BY the partition key: $city");
}
is( here("${partitionwise}SELECT city, s::text FROM ($by_city) AS c ORDER BY city"),
	join("\n", map { "$_|" . $node{$_}->safe_psql('postgres', 'SELECT gap_agg(score, zone)::text FROM results') } qw(north south)),
	'GROUP BY the partition key: the answers of both sides');

# What the server does not send, and what to write instead: the page on this promises no more.
$plan = plan_of('SELECT gap_agg(score, zone) FROM results', $partitionwise);
unlike($plan, qr/Aggregate on/, 'without the partition key the rows are fetched');
same_within_bounds('SELECT gap_agg(score, zone) FROM results', 'SELECT gap_agg(score, zone) FROM one_node', 'without the partition key');
unlike(plan_of('SELECT level, gap_agg(score, zone) FROM north_results GROUP BY ROLLUP (level)'), qr/Aggregate on/,
	'GROUPING SETS are not sent');

my $instead = 'SELECT gap_merge(s) AS s FROM (SELECT city, gap_agg(score, zone) AS s FROM results GROUP BY city) AS c';
$pushed = () = plan_of($instead, $partitionwise) =~ /Relations: Aggregate on/g;
is($pushed, 2, 'gap_merge over GROUP BY the partition key: aggregated in both places');
same_within_bounds($instead, 'SELECT gap_agg(score, zone) FROM one_node', 'gap_merge over GROUP BY the partition key');
$instead = 'WITH leaf AS MATERIALIZED (SELECT level, gap_agg(score, zone) AS s FROM north_results GROUP BY level)
	SELECT level, gap_merge(s) AS s FROM leaf GROUP BY ROLLUP (level)';
like(plan_of($instead), qr/Aggregate on/, 'ROLLUP over merged summaries: aggregated on the other side');
same_within_bounds("SELECT s FROM ($instead) AS r WHERE level IS NULL", q{SELECT gap_agg(score, zone) FROM one_node WHERE city = 'north'},
	'ROLLUP over merged summaries: the total');
same_within_bounds("SELECT s FROM ($instead) AS r WHERE level = 'primary'",
	q{SELECT gap_agg(score, zone) FROM one_node WHERE city = 'north' AND level = 'primary'}, 'ROLLUP over merged summaries: a part');

# --- remote views of summaries, merged here ---------------------------------------------

my %columns = (
	scores => 'gap_agg(score, zone)',
	weighted => 'gap_agg(score, zone, students)',
	exact => 'gap_agg(exact, level)',
	published => 'gap_agg_moments(score, 1.5, students, zone)');
for my $column (sort keys %columns)
{
	same_within_bounds("SELECT gap_merge($column) FROM summaries", "SELECT $columns{$column} FROM one_node", "views merged: $column");
	same_within_bounds("SELECT gap_merge($column) FROM summaries WHERE year = '2022-2023'",
		"SELECT $columns{$column} FROM one_node WHERE year = '2022-2023'", "views merged, one year: $column");
}
# Constant groups have exact moments whatever the partition; the values below are counted from the rows.
is( here(q{
		SELECT g.subgroup, g.n, g.mean, g.std_dev FROM (SELECT gap_merge(exact) AS s FROM summaries) AS t, gap_groups(s) AS g
		 ORDER BY g.mean}),
	here('SELECT level, count(*), min(exact), 0 FROM one_node GROUP BY level ORDER BY 3'), 'views merged: constants are exact');
is( here(q{SELECT (SELECT gap_merge(exact) FROM summaries) = (SELECT gap_agg(exact, level) FROM one_node)}),
	't', 'views merged: equal to one node in every bit where the numbers are representable');
is( here(q{
		SELECT count(*) FROM gap_measures((SELECT gap_merge(scores) FROM summaries)) AS a
		  JOIN gap_measures((SELECT gap_agg(score, zone) FROM one_node)) AS b USING (measure)
		 WHERE abs(a.estimate - b.estimate) <= 1e-10 * abs(b.estimate) AND abs(a.std_error - b.std_error) <= 1e-10 * b.std_error}),
	here(q{SELECT count(std_error) FROM gap_measures((SELECT gap_agg(score, zone) FROM one_node))}), 'views merged: the same measures');
is(here('SELECT sum(done) FROM summaries'), here('SELECT sum(done) FROM one_node'), 'views merged: rates');

# --- a report over summaries ------------------------------------------------------------

# What the page on this says: the query makes one summary for each cell, where the rows are, and the report reads its groups.
my $by_year = q{by => '{year}', reference => 'inner', comparison => 'outer'};
my $over_summaries = qq{gap_indices(\$\$
	SELECT year, g.subgroup AS zone, g.mean AS value, g.std_dev, g.n
	  FROM (SELECT year, gap_merge(scores) AS s FROM summaries GROUP BY year) AS t, gap_groups(s) AS g\$\$, $by_year)};
is( here(qq{
		SELECT count(*) >= 20, count(*) FILTER (WHERE abs(a.estimate - b.estimate) > 1e-10 * greatest(abs(b.estimate), 0.01)
		       OR abs(a.std_error - b.std_error) > 1e-10 * b.std_error OR (a.estimate IS NULL) <> (b.estimate IS NULL)
		       OR a.reference_n <> b.reference_n)
		  FROM $over_summaries AS a
		       JOIN gap_indices('SELECT year, zone, score AS value FROM one_node', $by_year) AS b USING (subgroup, measure)}),
	't|0', 'a report over summaries of other servers: the figures of one node');

# --- dblink: every core of every server ----------------------------------------------------

SKIP: {
	skip 'dblink is not installed', 2
	  if here(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'dblink'}) eq '0';
	here('CREATE EXTENSION dblink');
	my $dblink = q{
		WITH connected AS MATERIALIZED (
		  SELECT name, dblink_connect(name, name) FROM (VALUES ('north'), ('south')) AS servers (name)
		), sent AS MATERIALIZED (
		  SELECT name, dblink_send_query(name, 'SELECT gap_agg(score, zone)::text FROM results') FROM connected
		), answers AS MATERIALIZED (
		  SELECT name, a.summary FROM sent, LATERAL dblink_get_result(name) AS a (summary gap_summary)
		)
		SELECT gap_merge(summary) AS s FROM answers};
	same_within_bounds($dblink, 'SELECT gap_agg(score, zone) FROM one_node', 'dblink: what is merged');
	my $page = slurp_file("$ENV{EQUIPAIR_DOCS}/docs/beyond_one_machine.md") =~ s/\s+/ /gr;
	my $recipe = $dblink =~ s/SELECT gap_merge.*//sr =~ s/\s+/ /gr;
	cmp_ok(index($page, $recipe =~ s/^ | $//gr), '>', 0, 'and it is what the page says');
}

# sessions: a row a server and level is fetched, and the report is that of one node
my $by_server = "SELECT city, level, $sessions AS summary FROM results GROUP BY city, level";
$plan = plan_of($by_server, $partitionwise);
is(scalar(() = $plan =~ /Relations: Aggregate on/g), 2, 'completion_agg by the partition key: one aggregate a server');
my $one_node = q{SELECT level, day AS planned_on, CASE WHEN id % 4 > 0 THEN day + id % 20 END AS held_on, zone = 'island' AS cancelled FROM one_node};
my $rates = q{SELECT * FROM completion_rates($source$%s$source$, '{level}', '2023-03-31', grace_days => 3, rollup => true)};
is(here($partitionwise . sprintf $rates, $by_server), here(sprintf $rates, $one_node), 'completion_rates of summaries of two servers: what one node gives');
my $pool = "SELECT completion_merge(summary) FROM ($by_server) AS s";
is(here($partitionwise . $pool), here("SELECT $sessions FROM one_node"), 'completion_merge over two servers: the same to the last bit');
for my $name (qw(north south))
{
	$node{$name}->safe_psql('postgres', "CREATE TABLE sessions AS SELECT level, $sessions AS s FROM results GROUP BY level");
	here("CREATE FOREIGN TABLE ${name}_sessions (level text, s completion_summary) SERVER $name OPTIONS (table_name 'sessions')");
}
is( here('SELECT level, md5(completion_summary_send(s)) FROM north_sessions ORDER BY level'),
	$node{north}->safe_psql('postgres', 'SELECT level, md5(completion_summary_send(s)) FROM sessions ORDER BY level'), 'completion_summary: fetched bit for bit');
here('INSERT INTO south_sessions SELECT level || 2, s FROM north_sessions');
is($node{south}->safe_psql('postgres', 'SELECT level, md5(completion_summary_send(s)) FROM sessions WHERE level ~ $$2$$ ORDER BY level'),
	$node{north}->safe_psql('postgres', 'SELECT level || 2, md5(completion_summary_send(s)) FROM sessions ORDER BY level'), 'completion_summary: written bit for bit');

# --- a summary crosses the wire as it is ------------------------------------------------

# Numbers that need all their digits, extremes, infinite and undefined moments, marks, many groups, none
# (a summary may be empty), and labels that quoting could spoil.
my $samples = q{
	SELECT * FROM (VALUES
		(1, (SELECT gap_agg(v, g, w) FROM (VALUES (0.1, 'a', 1 / 3.0), (1e-300, 'a', 1e-5), (1e100, 'b', 1e10), (-0.7, 'b', 3)) AS x(v, g, w))),
		(2, (SELECT gap_agg(v, g) FROM (VALUES (float8 'NaN', 'nan'), ('Infinity', 'inf'), ('-Infinity', '-inf'), (1, 'inf')) AS x(v, g))),
		(3, (SELECT gap_agg(i / 7.0, g) FROM generate_series(1, 9) AS i,
			unnest(ARRAY['', ' ', 'quận Ba Đình', '"', '\', '''', '{}', 'a,b', E'tab\tnew\nline', E'\u0001', '😀', 'NULL']) AS g)),
		(4, (SELECT gap_agg_moments(i / 3.0, 1 / i::float8, i, 'p' || i % 3) FROM generate_series(1, 20) AS i)),
		(5, (SELECT gap_agg(i / 3.0, i % 3000) FROM generate_series(1, 9000) AS i)),
		(6, '{"version":1,"groups":[]}'::gap_summary),
		(7, NULL)) AS v(id, s)};
for my $name (qw(north south))
{
	$node{$name}->safe_psql('postgres', "CREATE TABLE wire AS $samples");
	here("CREATE FOREIGN TABLE ${name}_wire (id int, s gap_summary) SERVER $name OPTIONS (table_name 'wire')");
}
is(here("SELECT count(*) FROM ($samples) AS v WHERE v.s IS NOT NULL"), '6', 'there are samples to send');
for my $settings ('', 'SET extra_float_digits = -15;')
{
	my $what = $settings ? ' under extra_float_digits = -15' : '';
	is( here("${settings}SELECT id, md5(gap_summary_send(s)) FROM north_wire ORDER BY id"),
		$node{north}->safe_psql('postgres', 'SELECT id, md5(gap_summary_send(s)) FROM wire ORDER BY id'), "fetched bit for bit$what");
}
is(here("SELECT count(*) FROM north_wire AS n JOIN ($samples) AS v ON n.id = v.id AND n.s = v.s"), '6', 'equal to what was made here');
here('INSERT INTO south_wire SELECT id + 100, s FROM north_wire');
is( $node{south}->safe_psql('postgres', 'SELECT count(*) FROM wire AS a JOIN wire AS b ON b.id = a.id + 100 AND a.s = b.s'),
	'6', 'written through a foreign table bit for bit');
my $in_where = q{SELECT id FROM south_wire WHERE s = '{"version":1,"groups":[]}' ORDER BY id};
like(remote_sql(plan_of($in_where)), qr/OPERATOR\(public\.=\) '\{"version":1,"groups":\[\]\}'/, 'a summary as a constant is sent');
is(here($in_where), "6\n106", 'a summary as a constant finds its rows');
is(here('SELECT count(DISTINCT s) FROM south_wire'), '6', 'DISTINCT summaries');

# --- a summary a night ------------------------------------------------------------------

here(q{
	CREATE TABLE nightly (day date, city text, summary gap_summary, PRIMARY KEY (day, city));
	CREATE PROCEDURE refresh_days(from_day date, to_day date) LANGUAGE sql SET enable_partitionwise_aggregate = on AS $$
		INSERT INTO nightly AS n (day, city, summary)
		SELECT d.day, c.city, r.summary
		  FROM generate_series(from_day, to_day, interval '1 day') AS g(t)
		 CROSS JOIN LATERAL (SELECT g.t::date AS day) AS d
		 CROSS JOIN (VALUES ('north'), ('south')) AS c(city)
		  LEFT JOIN (SELECT results.day, results.city, gap_agg(score, zone) AS summary FROM results
		              WHERE results.day BETWEEN from_day AND to_day GROUP BY results.city, results.day) AS r
		    ON r.day = d.day AND r.city = c.city
		ON CONFLICT (day, city) DO UPDATE SET summary = EXCLUDED.summary
		 WHERE n.summary IS DISTINCT FROM EXCLUDED.summary
	$$;
});
my $year = 'SELECT gap_merge(summary) FROM nightly';
like( plan_of("SELECT day, city, gap_agg(score, zone) FROM results WHERE day BETWEEN '2022-09-05' AND '2023-01-31' GROUP BY city, day", $partitionwise),
	qr/(?:Aggregate on.*){2}/s, 'nightly: aggregated where the rows are');
my $bits = q{SELECT count(*), count(summary), md5(string_agg(gap_summary_send(summary), '' ORDER BY day, city)) FROM nightly};
here("CALL refresh_days('2022-09-05', '2023-01-31'); CALL refresh_days('2023-02-01', '2023-09-04')");
my $before = here($bits);
like($before, qr/^730\|730\|/, 'nightly: a summary a day and city');
same_within_bounds($year, 'SELECT gap_agg(score, zone) FROM one_node', 'nightly: the year merged is the year in one pass');
same_within_bounds("$year WHERE city = 'south' AND day BETWEEN '2022-09-05' AND '2022-12-31'",
	q{SELECT gap_agg(score, zone) FROM one_node WHERE city = 'south' AND day BETWEEN '2022-09-05' AND '2022-12-31'}, 'nightly: a term of one city');

# done again: as if done once, and nothing is written
my $written = here('SELECT max(xmin::text::bigint) FROM nightly');
here("CALL refresh_days('2022-09-05', '2023-01-31'); CALL refresh_days('2023-02-01', '2023-09-04')");
is(here($bits), $before, 'nightly: the same run again gives the same bits');
is(here('SELECT max(xmin::text::bigint) FROM nightly'), $written, 'nightly: and writes no row');
# in other portions: rows may come in another order, which moves last digits and nothing else
here("CREATE TABLE nightly_before AS TABLE nightly");
here("CALL refresh_days('2022-11-01', '2022-11-01'); CALL refresh_days('2022-10-20', '2022-11-10')");
is(here('SELECT count(*), count(summary) FROM nightly'), '730|730', 'nightly: some days again, no row more');
same_within_bounds($year, 'SELECT gap_merge(summary) FROM nightly_before', 'nightly: some days again, nothing counts twice');

# corrections arrive late: a changed score, a deleted row, and a day that loses all its rows
for my $sql ("UPDATE %s SET score = 9.75 WHERE id IN (202, 203)", "DELETE FROM %s WHERE id IN (204, 205)",
	"DELETE FROM %s WHERE day = '2022-12-24'")
{
	my $n = sprintf $sql, 'results';
	$node{$_}->safe_psql('postgres', $n) for qw(north south);
	here(sprintf $sql, 'one_node');
}
isnt(here("SELECT summary FROM nightly WHERE day = '2022-12-24' AND city = 'north'"), '', 'nightly: stale before the run');
here("CALL refresh_days('2022-09-05', '2023-09-04')");
is(here("SELECT count(summary) FROM nightly WHERE day = '2022-12-24'"), '0', 'nightly: a day without rows is NULL, not stale');
isnt(here($bits), $before, 'nightly: corrections are seen');
same_within_bounds($year, 'SELECT gap_agg(score, zone) FROM one_node', 'nightly: the year after corrections');

$_->stop for values %node;
done_testing();
