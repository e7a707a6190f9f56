# Reports that are counted elsewhere where the planner can have that done: the same answers, warnings and errors
# from the rows, from workers, from partitions, from other servers, and from summaries as a source.  Each
# path is forced, and the plan that was really run is looked at.
use strict;
use warnings;
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my %node;
for my $name (qw(here north south))
{
	$node{$name} = PostgreSQL::Test::Cluster->new($name);
	$node{$name}->init;
	$node{$name}->append_conf('postgresql.conf', "autovacuum = off\nmax_worker_processes = 8\nmax_parallel_workers = 8\njit = off\n");
	$node{$name}->start;
}
my $here = $node{here};
my $has_fdw = $here->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'}) ne '0';

# ---- The rows ---------------------------------------------------------------

# By chance from a seed that is told; NULL in every column, weights of 0, labels of other groups, a subgroup without
# rows that count, one with rows of the reference group alone, and one of rows without a label.
my $seed = $ENV{EQUIPAIR_SEED} // int(rand(1_000_000));
note("EQUIPAIR_SEED=$seed");
$here->safe_psql('postgres', qq{
	CREATE EXTENSION equipair;
	SELECT setseed($seed / 1000000.0);
	CREATE TABLE one_node AS
	SELECT CASE WHEN random() < 0.5 THEN 'north' ELSE 'south' END AS city,
	       (ARRAY['preschool', 'primary', 'secondary', NULL])[1 + floor(4 * random())::int] AS level,
	       2019 + floor(4 * random())::int AS year,
	       (ARRAY['inner', 'outer', 'outer', 'island', NULL])[1 + floor(5 * random())::int] AS zone,
	       floor(3 * random())::int AS district, random() < 0.3 AS boarding,
	       CASE WHEN random() < 0.93 THEN 2 + 8 * random() END AS value,
	       CASE WHEN random() < 0.97 THEN floor(5 * random())::int END AS weight
	  FROM generate_series(1, 20000);
	INSERT INTO one_node
	SELECT 'north', kind, 2021, CASE kind WHEN 'alone' THEN 'inner' WHEN 'empty' THEN 'outer' END, 1, true, CASE WHEN kind <> 'empty' THEN i END, 1
	  FROM generate_series(1, 9) AS i, unnest(ARRAY['alone', 'empty', 'unlabelled']) AS kind;
	CREATE TABLE sessions AS
	SELECT CASE WHEN random() < 0.5 THEN 'north' ELSE 'south' END AS city,
	       (ARRAY['preschool', 'primary', NULL])[1 + floor(3 * random())::int] AS level, floor(5 * random())::int AS district,
	       CASE WHEN i % 10 > 0 THEN date '2022-09-01' + floor(300 * random())::int END AS planned_on,
	       CASE WHEN i % 10 = 0 OR random() < 0.7 THEN date '2022-08-25' + floor(320 * random())::int END AS held_on,
	       random() < 0.1 AS cancelled,
	       CASE WHEN random() < 0.1 THEN date '2022-09-01' + floor(300 * random())::int END AS cancelled_on,
	       CASE WHEN random() < 0.9 THEN floor(4 * random())::int END AS n
	  FROM generate_series(1, 20000) AS i;
	CREATE TABLE split (LIKE one_node) PARTITION BY LIST (city);
	CREATE TABLE split_north PARTITION OF split FOR VALUES IN ('north');
	CREATE TABLE split_south PARTITION OF split FOR VALUES IN ('south');
	INSERT INTO split TABLE one_node;
	CREATE TABLE sessions_split (LIKE sessions) PARTITION BY LIST (city);
	CREATE TABLE sessions_split_north PARTITION OF sessions_split FOR VALUES IN ('north');
	CREATE TABLE sessions_split_south PARTITION OF sessions_split FOR VALUES IN ('south');
	INSERT INTO sessions_split TABLE sessions;
	ANALYZE;
});
if ($has_fdw)
{
	my %rows = map { $_ => $here->safe_psql('postgres', "COPY $_ TO STDOUT") } qw(one_node sessions);
	$here->safe_psql('postgres', q{
		CREATE EXTENSION postgres_fdw;
		CREATE TABLE apart (LIKE one_node) PARTITION BY LIST (city);
		CREATE TABLE sessions_apart (LIKE sessions) PARTITION BY LIST (city)});
	for my $name (qw(north south))
	{
		my ($host, $port) = ($node{$name}->host, $node{$name}->port);
		$node{$name}->safe_psql('postgres', qq{
			CREATE EXTENSION equipair;
			CREATE TABLE one_node (city text, level text, year int, zone text, district int, boarding bool, value float8, weight int);
			CREATE TABLE sessions (city text, level text, district int, planned_on date, held_on date, cancelled bool, cancelled_on date, n int);});
		for my $table (sort keys %rows)
		{
			my $part = join('', map { "$_\n" } grep { /^$name\t/ } split /\n/, $rows{$table});
			$node{$name}->safe_psql('postgres', "COPY $table FROM STDIN;\n$part\\.\nANALYZE;");
		}
		$here->safe_psql('postgres', qq{
			CREATE SERVER $name FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'postgres', extensions 'equipair');
			CREATE USER MAPPING FOR CURRENT_USER SERVER $name;
			CREATE FOREIGN TABLE apart_$name PARTITION OF apart FOR VALUES IN ('$name') SERVER $name OPTIONS (table_name 'one_node');
			CREATE FOREIGN TABLE sessions_apart_$name PARTITION OF sessions_apart FOR VALUES IN ('$name') SERVER $name OPTIONS (table_name 'sessions');
		});
	}
	$here->safe_psql('postgres', 'ANALYZE');
}

# ---- The paths --------------------------------------------------------------

my $workers = q{
	SET max_parallel_workers_per_gather = 4;
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0;
};
my $alone = "SET max_parallel_workers_per_gather = 0;\n";
my $show = q{
	LOAD 'auto_explain';
	SET auto_explain.log_min_duration = 0;
	SET auto_explain.log_nested_statements = on;
	SET auto_explain.log_analyze = on;
	SET auto_explain.log_timing = off;
	SET auto_explain.log_verbose = on;
	SET auto_explain.log_level = notice;
};

# what is told where workers take part in reading a table
my $shared = qr/DEBUG: .* shares table "\w+" with workers: [1-9]/;

# What a call gives on a path: its rows, a reference to each; what it tells, in order; and what was read and run.
sub ask
{
	my ($set, $call) = @_;
	my ($rc, $out, $err) = $here->psql('postgres', qq{
		\\set VERBOSITY verbose
		$set
		SET client_min_messages = debug1;
		SELECT to_jsonb(r) FROM $call AS r;
	}, on_error_stop => 0);
	my ($how) = $err =~ /DEBUG: .*? reads (.*)/;
	my @told;
	# the plans, which auto_explain tells as notices, have lines of their own
	for my $line (split /\n/, $err)
	{
		push @told, $line =~ s/^psql:[^ ]* //r if $line =~ /(?:WARNING|ERROR):  [0-9A-Z]{5}:|^HINT: /;
	}
	my $json = JSON::PP->new->allow_nonref;
	return { rows => [ map { $json->decode($_) } grep { /^\{/ } split /\n/, $out ], told => \@told, how => $how // '', plan => $err };
}

# The first difference between two answers, '' where there is none: figures within 1e-9 of themselves, all else exactly.
sub difference
{
	my ($got, $want, $leave_out) = @_;
	my ($a, $b) = ($got->{rows}, $want->{rows});
	return scalar(@$a) . ' rows, not ' . scalar(@$b) if @$a != @$b;
	for my $i (0 .. $#$b)
	{
		for my $key (sort keys %{ $b->[$i] })
		{
			next if $leave_out && $key =~ $leave_out;
			my ($x, $y) = map { ref $_ ? JSON::PP->new->canonical->encode($_) : $_ } $a->[$i]{$key}, $b->[$i]{$key};
			next if !defined $x && !defined $y;
			return "row $i, $key: one is null" if !defined $x || !defined $y;
			next if $x eq $y;
			# what is nearly 0 has lost its digits in a difference, and so has a p-value in a tail
			my $size = abs($y) > 1e-3 ? abs($y) : 1e-3;
			return "row $i, $key: $x, not $y" if $key =~ /_n$|_missing$|number|subgroup|dimension|measure|method/ || abs($x - $y) > 1e-9 * $size;
		}
	}
	return '';
}

sub told { return join "\n", @{ $_[0]{told} } }

# The same, but of an error its SQLSTATE and hint alone: an aggregate does not know the name of the parameter.
sub told_of_error { return told($_[0]) =~ s/^(ERROR:  \w{5}:).*/$1/mgr }

# The rows of a query as table "kept"; false where the query fails.
sub keep
{
	my ($query) = @_;
	my ($rc) = $here->psql('postgres', "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS $query; ANALYZE kept", stderr => \my $err);
	return $rc == 0;
}

# ---- Equal answers ----------------------------------------------------------

# calls; %s is the table, whose rows all paths have
my %calls = (
	'by level' => q{gap_indices('%s', '{level}')},
	'no grouping' => q{gap_indices('%s')},
	'by level and year, rollup' => q{gap_indices('%s', '{level,year}', rollup => true, min_n => 5)},
	'by the partition key' => q{gap_indices('%s', '{city,boarding}')},
	'all of the reference group' => q{gap_indices('%s', '{level}', against => 'reference_all')},
	'all of the reference group, by the groups' => q{gap_indices('%s', '{zone}', against => 'reference_all')},
	'labels that are numbers' => q{gap_indices('%s', '{year}', '1', '2', group_column => 'district')},
	'labels that are booleans' => q{gap_indices('%s', '{year}', 'true', 'false', group_column => 'boarding')},
	'no such subgroup' => q{gap_indices('%s', '{zone}', '0', '1', group_column => 'district', min_n => 100)},
	'without weights' => q{gap_indices('SELECT level, year, zone, value FROM %s', '{level,year}')},
	'a query with a comment at its end' => q{gap_indices('SELECT level, zone, value FROM %s WHERE year > 2019; -- all but the first', '{level}')},
	'a query with a parameter' => q{gap_indices('SELECT level, zone, value, weight FROM %s WHERE year > $1', '{level}', params => '{2020}')},
	'WITH' => q{gap_indices('WITH t AS (SELECT * FROM %s) SELECT * FROM t', '{level}')},
	'other errors' => q{gap_indices('SELECT level, zone, value FROM %s', '{level}', errors => 'welch', confidence => 0.9)},
	'completion' => q{completion_rates('%s', '{level,district}', as_of => '2023-03-31', rollup => true, confidence => 0.95, min_n => 4)},
	'completion, no grouping' => q{completion_rates('%s', as_of => '2022-12-31', grace_days => 7)},
	'completion without numbers' => q{completion_rates('SELECT level, planned_on, held_on, cancelled_on FROM %s', '{level}', as_of => '2023-03-31')},
	'completion, one day alone' => q{completion_rates('SELECT district, planned_on FROM %s WHERE planned_on IS NOT NULL', '{district}', as_of => '2023-03-31')},
	'completion, times' => q{completion_rates('SELECT level, planned_on::timestamp + interval ''15 hours'' AS planned_on, held_on::timestamp AS held_on, n::bigint AS n FROM %s', '{level}', as_of => '2023-03-31')},
	trend => q{gap_trend('%s', '{level}', 'year')},
	'trend, all of the reference group' => q{gap_trend('%s', '{level}', 'year', against => 'reference_all')},
	'trend without weights' => q{gap_trend('SELECT level, year AS period, zone, value FROM %s', '{level}', min_n => 3)});

for my $name (sort keys %calls)
{
	my $call = sub { sprintf($calls{$name}, shift) };
	my ($whole, $split, $apart) = $calls{$name} =~ /^completion/ ? qw(sessions sessions_split sessions_apart) : qw(one_node split apart);
	my $want = ask($alone, $call->($whole));
	like($want->{how}, qr/^the rows/, "$name: serial, from the rows");
	cmp_ok(scalar @{ $want->{rows} }, '>', 0, "$name: rows");

	# a condition, which the executor looks at
	my $rows = $calls{$name} =~ /\('(?:SELECT|WITH)/ ? "(SELECT * FROM $whole WHERE city > ''a'') AS t" : "SELECT * FROM $whole WHERE city > ''a''";
	my $got = ask("$workers$show", $call->($rows));
	like($got->{how}, qr/^counts .*: Gather/, "$name: workers, from what they counted");
	like($got->{plan}, qr/Gather.*Workers Launched: [1-9].*Partial \w*Aggregate/s, "$name: workers ran");
	is(difference($got, $want), '', "$name: workers, the same answer");
	is(told($got), told($want), "$name: workers, the same warnings");

	if ($calls{$name} !~ /WHERE|::/)
	{
		for my $leads ('on', 'off')
		{
			$got = ask("$workers$show SET parallel_leader_participation = $leads;", $call->($whole));
			like($got->{how}, qr/^the rows/, "$name: a table as it stands, from its rows");
			like($got->{plan}, $shared, "$name: workers shared it");
			is(difference($got, $want), '', "$name: shared with workers ($leads), the same answer");
			is(told($got), told($want), "$name: shared with workers ($leads), the same warnings");
		}
	}

	$got = ask("$workers${show}SET enable_partitionwise_aggregate = on; ", $call->($split));
	like($got->{how}, qr/^counts .*: Gather/, "$name: partitions, from what workers counted");
	like($got->{plan}, qr/Append.*Aggregate.*${split}_north/s, "$name: partitions, an aggregate for each") unless $name eq 'WITH';
	is(difference($got, $want), '', "$name: partitions, the same answer");

	# PostgreSQL sends no aggregate over WITH
	next if !$has_fdw || $name eq 'WITH';
	my $north = "SELECT * FROM $whole WHERE city = ''north''";
	$north = "($north) AS t" if $calls{$name} =~ /\('SELECT/;
	$want = ask($alone, $call->($north));
	$got = ask("$alone$show", $call->("${apart}_north"));
	like($got->{how}, qr/^summaries .*: Foreign Scan/, "$name: a server, from summaries");
	is(difference($got, $want), '', "$name: a server, the same answer");
	is(told($got), told($want), "$name: a server, the same warnings");

	# over both servers only a table by its name is divided
	$want = ask($alone, $call->($whole));
	$got = ask("$alone$show", $call->($apart));
	is(difference($got, $want), '', "$name: two servers, the same answer");
	is(told($got), told($want), "$name: two servers, the same warnings");
	next if $calls{$name} =~ /\('SELECT/;
	like($got->{how}, qr/^summaries .*: Foreign Scan/, "$name: two servers, from summaries");
	my @scans = $got->{plan} =~ /Foreign Scan  \(cost.*?\(actual rows=(\d+)(?:\.\d+)? .*\n\s*Output:.*\n\s*Relations: Aggregate on/g;
	is(scalar @scans, 2, "$name: two servers, an aggregate on each") or diag($got->{plan});
	my ($by) = $calls{$name} =~ /'\{(.*?)\}'/;
	$by = join(', ', grep { length } $by // '', $calls{$name} =~ /'(year)'\)|'(year)',/);
	is( $scans[0] + $scans[1],
		$here->safe_psql('postgres', "SELECT count(*) FROM (SELECT DISTINCT " . join(', ', grep { length } $by, 'city') . " FROM $whole) AS t"),
		"$name: two servers, the rows fetched are groups");
}

# ---- Summaries as a source --------------------------------------------------

for my $weight ('', ', weight')
{
	my $rows = "SELECT level, year, zone, value$weight FROM one_node";
	# several to a subgroup, and a subgroup of no summary
	my $summaries = "SELECT level, year, gap_agg(value, zone$weight) AS summary FROM one_node GROUP BY level, year, city, district";
	for my $call (q{gap_indices($$%s$$, '{level,year}', rollup => true)}, q{gap_indices($$%s$$)}, q{gap_trend($$%s$$, '{level}', 'year')},
		q{gap_indices($$%s$$, '{year}', against => 'reference_all')})
	{
		my ($got, $want) = map { ask($alone, sprintf $call, $_) } $summaries, $rows;
		like($got->{how}, qr/^the summaries/, "$call$weight: the summaries are read");
		is(difference($got, $want, qr/_missing$/), '', "$call$weight: the same answer");
		is(scalar(grep { defined $_->{reference_missing} || defined $_->{comparison_missing} } @{ $got->{rows} }), 0,
			"$call$weight: rows that were left out of summaries are not known");
	}
	my ($got, $want) = (ask($alone, qq{inequality_indices(\$\$$summaries\$\$, reference => 'inner', draws => 50)}),
		ask($alone, qq{inequality_measures((SELECT gap_agg(value, zone$weight) FROM one_node), reference => 'inner', draws => 50)}));
	cmp_ok(scalar @{ $want->{rows} }, '>', 20, "inequality_measures$weight: rows");
	is(difference($got, $want), '', "inequality_indices$weight: the answer of inequality_measures");
}
my %refused = (
	q{gap_indices('SELECT summary FROM nights', errors => 'cr2')} => '22023',
	q{gap_indices('SELECT summary FROM nights', errors => 'survey')} => '22023',
	q{gap_indices('SELECT summary, 1 AS cluster FROM nights')} => '0A000',
	q{gap_trend('SELECT summary, 1 AS period, 1 AS id FROM nights')} => '0A000',
	q{gap_indices('SELECT summary, 1.5 AS value, ''inner'' AS zone FROM nights')} => '42804',
	q{gap_indices('SELECT summary::text, 1 AS value FROM nights')} => '42703',
	q{gap_indices('SELECT summary FROM nights', reference => 'Inner')} => '22023',
	q{gap_indices('SELECT summary FROM nights', '{level}')} => '42703',
	q{inequality_indices('SELECT summary FROM nights', reference => 'Inner')} => '22023');
$here->safe_psql('postgres', q{CREATE TABLE nights AS SELECT gap_agg(value, zone) AS summary FROM one_node});
for my $call (sort keys %refused)
{
	like(told(ask($alone, $call)), qr/^ERROR:  $refused{$call}: .*\nHINT: /, "$call: refused, with a hint");
}
like(told(ask($alone, q{gap_indices('SELECT gap_agg(value, lower(replace(zone, ''inner'', ''Inner''))) AS summary FROM one_node', reference => 'INNER')})),
	qr/22023.*\nHINT: .*"inner", "island", "outer"/s, 'a name that no label of the summaries is: the hint lists them');
is(scalar @{ ask($alone, q{gap_indices('SELECT NULL::gap_summary AS summary, 1 AS level WHERE false', '{level}')})->{rows} }, 0, 'no summary, no row');

# ---- The same errors --------------------------------------------------------

# sources of which some rows are bad; and some that only look so, since they are of no group that is asked for
my %bad = (
	'a negative weight' => [ '22023', q{SELECT level, zone, value, CASE WHEN year = 2020 THEN -1 ELSE weight END AS weight FROM %s} ],
	'a weight that is no number' => [ '22023', q{SELECT level, zone, value, CASE WHEN year = 2020 THEN float8 'NaN' ELSE weight END AS weight FROM %s} ],
	'values out of range' => [ '22003', q{SELECT level, zone, value * 1e200 AS value FROM %s} ],
	'a numeric out of range' => [ '22003', q{SELECT level, zone, CASE WHEN year = 2020 THEN value::numeric * 1e200 * 1e200 ELSE 1 END AS value FROM %s} ],
	'no group' => [ '22023', q{SELECT level, replace(zone, 'inner', 'Inner') AS zone, value FROM %s} ],
	'nothing but nulls' => [ '22023', q{SELECT level, NULL::text AS zone, value FROM %s} ],
	'an error of the source' => [ '22012', q{SELECT level, zone, value / (year - 2020) AS value FROM %s} ],
	'only one group' => [ undef, q{SELECT level, zone, value FROM %s WHERE zone = 'outer'} ],
	'a label alike' => [ undef, q{SELECT level, CASE WHEN year = 2020 THEN zone ELSE upper(zone) END AS zone, value FROM %s} ],
	'no rows' => [ undef, q{SELECT level, zone, value FROM %s WHERE abs(year) < 0} ],
	'a negative weight elsewhere' => [ undef, q{SELECT level, zone, value, CASE WHEN zone = 'island' OR value IS NULL THEN -1 ELSE weight END AS weight FROM %s} ],
	'values out of range elsewhere' => [ undef, q{SELECT level, zone, CASE WHEN zone = 'island' THEN 1e300 * year ELSE value END AS value FROM %s} ],
	'no day' => [ '22004', q{SELECT level, CASE WHEN district > 3 THEN planned_on END AS planned_on, CASE WHEN district > 3 THEN held_on END AS held_on FROM %s} ],
	'an infinite day' => [ '22008', q{SELECT level, CASE WHEN district > 3 THEN date 'infinity' ELSE planned_on END AS planned_on, coalesce(held_on, '2023-01-01') AS held_on FROM %s} ],
	'an infinite day of a session that was held' =>
	  [ '22008', q{SELECT level, coalesce(held_on, '2023-01-01') AS held_on, CASE WHEN district > 3 THEN date '-infinity' END AS cancelled_on FROM %s} ],
	'a negative number' => [ '22023', q{SELECT level, coalesce(planned_on, held_on) AS planned_on, CASE WHEN district = 2 THEN -1 ELSE n END AS n FROM %s} ],
	'too many sessions' => [ '22003', q{SELECT level, coalesce(planned_on, held_on) AS planned_on, 4611686018427387904 AS n FROM %s} ],
	'no sessions' => [ undef, q{SELECT level, planned_on, held_on, n FROM %s WHERE abs(district) < 0} ],
	'numerics out of range elsewhere' =>
	  [ undef, q{SELECT level, zone, CASE WHEN zone = 'island' THEN value::numeric * 1e200 * 1e200 ELSE 1 END AS value FROM %s} ]);
for my $name (sort keys %bad)
{
	my ($state, $query) = @{ $bad{$name} };
	my ($whole, $apart) = $query =~ /planned_on|held_on/ ? qw(sessions sessions_apart) : qw(one_node apart);
	for my $call ($whole eq 'sessions'
		? (q{completion_rates($$%s$$, '{level}', as_of => '2023-03-31')}, q{completion_rates($$%s$$, as_of => '2023-03-31')})
		: (q{gap_indices($$%s$$, '{level}')}, q{gap_indices($$%s$$)}, q{gap_trend($$%s$$, '{}', 'level')}))
	{
		my $of = sub { sprintf $call, sprintf $query, shift };
		my $want = ask($alone, $of->($whole));
		like(told($want), defined $state ? qr/ERROR:  $state:/ : qr/^(?!.*ERROR)/s, "$name, $call: what the rows give");
		my $got = ask($workers, $of->($whole));
		like($got->{how}, qr/^counts .*: Gather/, "$name, $call: workers, from what they counted");
		is(told_of_error($got), told_of_error($want), "$name, $call: workers, the same error");
		is(difference($got, $want), '', "$name, $call: workers, the same answer");
		like($got->{plan}, qr/^CONTEXT:.*parameter "(?:outcomes|sessions)" of (?:gap_indices|gap_trend|completion_rates)/ms, "$name, $call: the parameter is named")
		  if defined $state && told($got) !~ /parameter "/;

		# the same rows as a table
		next if $name =~ /^no (?:rows|sessions)/ || !keep(sprintf $query, $whole);
		$got = ask("$workers SET parallel_leader_participation = off;", sprintf $call, 'TABLE kept');
		like($got->{plan}, $shared, "$name, $call: shared with workers");
		is(told_of_error($got), told_of_error($want), "$name, $call: shared with workers, the same error");
		is(difference($got, $want), '', "$name, $call: shared with workers, the same answer");
		like($got->{plan}, qr/^CONTEXT:.*parameter "(?:outcomes|sessions)" of (?:gap_indices|gap_trend|completion_rates)/ms,
			"$name, $call: shared with workers, and the parameter is named")
		  if defined $state && told($got) !~ /parameter "/;
		# what is wrong with one row is found where it is read
		like($got->{plan}, qr/^CONTEXT:.*parallel worker/ms, "$name, $call: it is an error of a worker") if $name =~ /negative number|infinite day|negative weight$|that is no number/;
		next unless $has_fdw;

		$want = ask($alone, $of->(qq{(SELECT * FROM $whole WHERE city = 'north') AS t}));
		$got = ask($alone, $of->("${apart}_north"));
		is(told_of_error($got), told_of_error($want), "$name, $call: a server, the same error");
		is(difference($got, $want), '', "$name, $call: a server, the same answer");
	}
}

# what is wrong before any row is read, is told before any plan is asked for
for my $call (q{gap_indices('one_node', '{nothing}')}, q{gap_indices('one_node', errors => 'cr2')},
	q{gap_indices('SELECT zone, value::text FROM one_node')}, q{gap_indices('SELECT zone, value, 1 AS n FROM one_node')})
{
	my ($got, $want) = map { ask($_, $call) } $workers, $alone;
	like(told($want), qr/^ERROR/, "$call: an error");
	is(told($got), told($want), "$call: the same with workers");
}

# ---- Where it must be the rows ----------------------------------------------

$here->safe_psql('postgres', q{
	CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)}) if $here->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collprovider = 'i'}) ne '0';
my $has_icu = $here->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collname = 'no_case'});
my %rows_alone = (
	'clusters' => q{gap_indices('SELECT *, district AS cluster FROM one_node')},
	'a survey' => q{gap_indices('one_node', errors => 'survey')},
	'units' => q{gap_trend('SELECT row_number() OVER () AS id, * FROM one_node', '{level}', 'year')},
	'numbers of sessions with decimals' => q{completion_rates('SELECT planned_on, held_on, n::numeric FROM sessions WHERE planned_on IS NOT NULL', '{}', as_of => '2023-03-31')},
	'published means' => q{gap_indices('SELECT zone, 5 AS value, 1.5 AS std_dev, 10 AS n FROM one_node')},
	'a source that may not run in workers' => q{gap_indices('SELECT zone, value, nextval(''numbers'') AS x, level FROM one_node')},
	(map { ("subgroups that are equal and look different: $_" => "gap_indices('SELECT zone, value, $_ AS level FROM one_node', '{level}')") }
		q{(ARRAY[1.0, 1.00])[1 + year % 2]}, q{(ARRAY[0, ''-0''])[1 + year % 2]::float8}, q{(ARRAY[''1 month'', ''30 days''])[1 + year % 2]::interval},
		q{(ARRAY[''a'', ''a ''])[1 + year % 2]::bpchar}, q{jsonb_build_object(1, (ARRAY[1.0, 1.00])[1 + year % 2])}, q{ARRAY[(ARRAY[1.0, 1.00])[1 + year % 2]]}),
	$has_icu ? ('labels that differ and are equal' => q{gap_indices('SELECT zone COLLATE no_case AS zone, value FROM one_node')},
		'subgroups that differ and are equal' => q{gap_indices('SELECT zone, level COLLATE no_case AS level, value FROM one_node', '{level}')}) : ());
$here->safe_psql('postgres', 'CREATE SEQUENCE numbers');
for my $name (sort keys %rows_alone)
{
	my $got = ask($workers, $rows_alone{$name});
	like($got->{how}, qr/^the rows/, "$name: from the rows");
	unlike($got->{plan}, qr/shares table/, "$name: in one process");
	cmp_ok(scalar @{ $got->{rows} }, '>', 0, "$name: rows");
}
for my $type ('numeric(3, 1)', 'char(4)', 'date', 'school_year')
{
	my $level = $type eq 'date' ? q{make_date(year, 9, 1)} : "year::$type";
	$level = 'school_year(year)' if $type eq 'school_year';
	$level = '(year - 2015)::numeric(3, 1)' if $type =~ /numeric/;
	like(ask($workers, qq{gap_indices('SELECT zone, value, $level AS level FROM one_node', '{level}')})->{how}, qr/^counts/, "subgroups of type $type: from what workers counted");
}
# two processes are enough, one is none too many
{
	my $call = q{completion_rates('sessions', '{level}', as_of => '2023-03-31')};
	my $one = "$workers SET max_parallel_workers_per_gather = 1;";
	my $alone = "$one SET parallel_leader_participation = off;";
	my $query = $call =~ s/'sessions'/'SELECT * FROM sessions WHERE district >= 0'/r;
	like(ask($one, $query)->{how}, qr/^counts/, 'one worker, and the process that leads it: from what they counted');
	like(ask($alone, $query)->{how}, qr/^the rows/, 'one worker alone: from the rows');
	like(ask($one, $call)->{plan}, $shared, 'one worker, and the process that leads it: they share a table');
	unlike(ask($alone, $call)->{plan}, qr/shares table/, 'one worker alone: a table is read in one process');
	my $none = ask("$workers SET max_parallel_workers = 0;", $call);
	like($none->{plan}, qr/shares table "sessions" with workers: 0/, 'no worker to be had: none comes');
	is(difference($none, ask($alone, $call)), '', '... and the answer is the same');
}

# ---- What a process sends of its groups ---------------------------------------

# values of every kind that a subgroup has: by value, of a fixed length, short, long, and NULL
$here->safe_psql('postgres', q{
	CREATE TYPE kind AS ENUM ('preschool', 'primary', 'secondary', 'alone', 'empty', 'unlabelled');
	CREATE TABLE long_names AS SELECT level, string_agg(md5(level || i), '') AS name
	  FROM (SELECT DISTINCT level FROM one_node) AS l, generate_series(1, 500) AS i GROUP BY level});
for my $subgroup (q{year = 2020}, q{year::int2}, q{year::int8}, q{make_date(year, 9, 1)}, q{md5(level)::uuid}, q{level::name}, q{level::"char"},
	q{level::kind}, q{level || repeat('x', 40)}, q{decode(md5(level), 'hex')}, q{substr(md5(level), 1, 16)::macaddr8}, q{NULL::text})
{
	for my $call (q{gap_indices($$%s$$, '{subgroup,year}')}, q{gap_indices($$%s$$, '{year,subgroup}', against => 'reference_all')}, q{gap_trend($$%s$$, '{subgroup}', 'year')})
	{
		my $of = sprintf $call, "SELECT $subgroup AS subgroup, year, zone, value, weight FROM one_node AS s";
		my ($got, $want) = map { ask($_, $of) } $workers, $alone;
		like($got->{how}, qr/^counts/, "$subgroup, $call: from what workers counted");
		is(difference($got, $want), '', "$subgroup, $call: the same answer");
		is(told($got), told($want), "$subgroup, $call: the same warnings");
		keep("SELECT $subgroup AS subgroup, year, zone, value, weight FROM one_node AS s");
		$got = ask("$workers SET parallel_leader_participation = off;", sprintf $call, 'TABLE kept');
		like($got->{plan}, $shared, "$subgroup, $call: shared with workers");
		is(difference($got, $want), '', "$subgroup, $call: shared with workers, the same answer");
	}
}
# labels and subgroups that are out of line
{
	my $call = q{gap_indices('SELECT name AS zone, name || name AS subgroup, value, year FROM one_node JOIN long_names USING (level)', '{year,subgroup}', } .
	  join(', ', map { "(SELECT name FROM long_names WHERE level = '$_')" } qw(primary secondary)) . ')';
	my ($got, $want) = map { ask($_, $call) } $workers, $alone;
	like($got->{how}, qr/^counts/, 'long labels: from what workers counted');
	cmp_ok(scalar @{ $want->{rows} }, '>', 0, 'long labels: rows');
	is(difference($got, $want), '', 'long labels: the same answer');

	# out of line, compressed or not
	keep('SELECT name AS zone, name || name AS subgroup, value, year FROM one_node JOIN long_names USING (level)');
	$here->safe_psql('postgres', 'ALTER TABLE kept ALTER subgroup SET (n_distinct = 3); ANALYZE kept');
	$got = ask($workers, $call =~ s/'SELECT .*? USING \(level\)'/'kept'/r);
	like($got->{plan}, $shared, 'long labels: shared with workers');
	is(difference($got, $want), '', 'long labels: shared with workers, the same answer');
}
# subgroups that are too many to be sent: as the planner knows, or as a process finds out; and too many long labels
$here->safe_psql('postgres', q{
	CREATE TABLE many AS SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END AS zone, (i % 100)::float8 AS value,
		   date '2023-01-01' + i % 100 AS planned_on, date '2023-01-01' + i % 97 AS held_on FROM generate_series(1, 60000) AS i;
	ANALYZE many});
{
	my $sums = '(SELECT count(*) AS number, sum(planned) AS planned_n, sum(late) AS late_n FROM %s)';
	my $one = "$workers SET max_parallel_workers_per_gather = 1;";
	my $of_ids = sprintf $sums, q{completion_rates('many', '{id}', as_of => '2023-03-31')};
	my ($got, $want) = map { ask($_, $of_ids) } $one, $alone;
	is($want->{rows}[0]{number}, 60_000, 'many subgroups');
	like($got->{how}, qr/^the rows/, 'many subgroups: from the rows');
	is(difference($got, $want), '', 'many subgroups: the same answer');

	$here->safe_psql('postgres', 'ALTER TABLE many ALTER id SET (n_distinct = 10); ANALYZE many');
	my %calls = (
		subgroups => sprintf($sums, q{completion_rates('SELECT repeat(md5(id::text), 60) AS subgroup, planned_on, held_on FROM many', '{subgroup}', as_of => '2023-03-31')}),
		labels => q{gap_indices('SELECT CASE WHEN id % 20 = 0 THEN repeat(md5(id::text), 4000) ELSE zone END AS zone, value FROM many')});
	# a worker sends what it has, and goes on
	$here->safe_psql('postgres', q{
		CREATE TABLE wide AS
		SELECT repeat(md5((i % 80000)::text), 60) AS subgroup, date '2023-01-01' + i % 100 AS planned_on, date '2023-01-01' + i % 97 AS held_on
		  FROM generate_series(1, 160000) AS i;
		ANALYZE wide;
		ALTER TABLE wide ALTER subgroup SET (n_distinct = 10); ANALYZE wide});
	my $of_wide = sprintf($sums, q{completion_rates('wide', '{subgroup}', as_of => '2023-03-31')});
	$want = ask($alone, $of_wide);
	is($want->{rows}[0]{number}, 80_000, 'subgroups that take more than a process may keep');
	for my $set ($one, "$workers SET parallel_leader_participation = off;")
	{
		$got = ask("$set SET max_parallel_workers_per_gather = 2;", $of_wide);
		like($got->{plan}, $shared, '... shared with workers');
		is(difference($got, $want), '', '... the same answer');
	}
	# what is enough for one process is enough for several, which look at their memory at each row
	$here->safe_psql('postgres', q{
		CREATE TABLE large_names AS
		SELECT repeat(md5(i::text), 3000) AS subgroup, date '2023-01-01' + i % 100 AS planned_on, date '2023-01-01' + i % 97 AS held_on FROM generate_series(1, 600) AS i;
		ALTER TABLE large_names ALTER subgroup SET (n_distinct = 10); ANALYZE large_names});
	my $of_large = sprintf($sums, q{completion_rates('large_names', '{subgroup}', as_of => '2023-03-31')});
	my $enough = "SET equipair.max_memory = '140MB';";
	like(told(ask("SET equipair.max_memory = '100MB'; $alone", $of_large)), qr/^ERROR:  53400: completion_rates needs more memory/, 'a few large subgroups that take more than 100 MB');
	$want = ask("$enough $alone", $of_large);
	is($want->{rows}[0]{number}, 600, '... but less than 140 MB');
	$got = ask("$enough $workers SET parallel_leader_participation = off;", $of_large);
	like($got->{plan}, $shared, '... shared with workers');
	is(told($got), told($want), '... less than 140 MB, too');
	is(difference($got, $want), '', '... the same answer');
	$got = ask("SET equipair.max_memory = '1MB'; $workers SET parallel_leader_participation = off;", $of_large);
	like($got->{plan}, qr/ERROR:  53400: completion_rates needs more memory than equipair\.max_memory\n.*^CONTEXT:  parallel worker/ms,
		'a worker that may not hold that much says of which report it is');
	for my $what (sort keys %calls)
	{
		($got, $want) = map { ask($_, $calls{$what}) } $one, $alone;
		like($got->{plan}, qr/DEBUG: .* reads counts made by .*: Gather.*DEBUG: .* reads the rows/s, "$what that take too much memory: from the rows after all");
		cmp_ok(scalar @{ $want->{rows} }, '>', 0, "$what that take too much memory: rows");
		is(difference($got, $want), '', "$what that take too much memory: the same answer");
	}
}

# planning costs as much as reading a small table
like(ask('SET client_min_messages = debug1', q{gap_indices('nights_before')})->{how} || 'the rows', qr/^the rows/, 'a small table: from the rows');
if ($has_fdw)
{
	$here->safe_psql('postgres', q{ALTER SERVER north OPTIONS (DROP extensions)});
	like(ask($alone, q{gap_indices('apart_north')})->{how}, qr/^the rows/, 'a server that is sent no aggregate: from the rows');
	$here->safe_psql('postgres', q{ALTER SERVER north OPTIONS (ADD extensions 'equipair')});
	is($here->safe_psql('postgres', q{SELECT count(*) FROM gap_indices('apart'); SHOW enable_partitionwise_aggregate}), "10\noff",
		'the setting is what it was');
}

# a user who may read some columns alone
$here->safe_psql('postgres', q{CREATE ROLE reader; GRANT SELECT (zone, value, level, weight) ON one_node TO reader});
is( ask("$workers SET ROLE reader;", q{gap_indices('SELECT zone, value, level FROM one_node WHERE weight > 0', '{level}')})->{how} =~ /^counts.*Gather/ ? 'counts' : 'rows', 'counts',
	'rights on the columns that are read are enough');
like(ask("$workers SET ROLE reader;", q{gap_indices('one_node', '{level}')})->{plan}, $shared, '... to share the table with workers');

# the recipe of the page
my ($recipe) = slurp_file("$ENV{EQUIPAIR_DOCS}/docs/beyond_one_machine.md") =~ /### Which way was taken.*?```sql\n(.*?)```/s;
my ($rc, $out, $err) = $here->psql('postgres', $workers . $recipe =~ s/'outcomes'/'SELECT * FROM one_node WHERE year > 0'/r);
like($err, qr/LOG: .* plan:.*Query Text: SELECT public\._gap_counted\(.*Partial \w*Aggregate.* LOG: .*Function Scan on (?:public\.)?gap_indices/s,
	'the page: auto_explain shows the plan within, and then that of the report');
like($out, qr/primary/, 'and the report comes');

# ---- What workers share -----------------------------------------------------

my $force = $here->safe_psql('postgres', q{SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')});
my $count = q{SELECT reference_n + comparison_n FROM gap_indices('one_node') LIMIT 1};
my $all = $here->safe_psql('postgres', q{SELECT count(value) FROM one_node WHERE zone IN ('inner', 'outer') AND weight > 0});

# The last line that a script gives, with workers, and all that is told.
sub script
{
	my ($script) = @_;
	my ($rc, $out, $err) = $here->psql('postgres', "\\set VERBOSITY verbose\n$workers SET parallel_leader_participation = off; SET client_min_messages = debug1; $script", on_error_stop => 0);
	return ((split /\n/, $out)[-1] // '', $err);
}
for my $case (
	[ 'rows of the transaction itself', 1, "BEGIN; INSERT INTO one_node (zone, value, weight) VALUES ('inner', 5, 1); $count; ROLLBACK" ],
	[ 'rows that it deleted', -3, "BEGIN; INSERT INTO one_node (zone, value, weight) VALUES ('inner', 5, 1); SAVEPOINT s;
		DELETE FROM one_node WHERE ctid IN (SELECT ctid FROM one_node WHERE zone = 'inner' AND value IS NOT NULL AND weight > 0 LIMIT 4); RELEASE s; $count; ROLLBACK" ],
	[ 'serializable', 0, "BEGIN ISOLATION LEVEL SERIALIZABLE; $count; COMMIT" ],
	[ 'the snapshot of a cursor', 0, "BEGIN; DECLARE c CURSOR FOR $count; INSERT INTO one_node (zone, value, weight) VALUES ('inner', 5, 1); FETCH c; ROLLBACK" ],
	[ 'an error that is caught', 0, qq{DO \$\$ BEGIN PERFORM gap_indices('one_node', reference => 'nobody'); EXCEPTION WHEN invalid_parameter_value THEN NULL; END \$\$; $count} ],
	[ 'an error of a worker that is caught', 0, qq{BEGIN; CREATE TABLE odd AS SELECT *, -1 AS n FROM sessions; ANALYZE odd; COMMIT;
		DO \$\$ BEGIN PERFORM completion_rates('SELECT planned_on, held_on, -1 AS n FROM sessions', as_of => '2023-01-01'); EXCEPTION WHEN invalid_parameter_value THEN NULL; END \$\$;
		DO \$\$ BEGIN PERFORM completion_rates('SELECT district, planned_on, held_on, n FROM odd', as_of => '2023-01-01'); EXCEPTION WHEN invalid_parameter_value OR null_value_not_allowed THEN NULL; END \$\$;
		$count} ],
	[ 'rows that are written', 0, "CREATE TEMP TABLE written AS $count; TABLE written" ],
	[ 'one report within another one', 0, qq{SELECT n FROM (SELECT reference_n + comparison_n AS n FROM gap_indices(\$\$SELECT zone, value, weight FROM one_node WHERE (SELECT count(*) FROM gap_indices('one_node')) > 0\$\$) LIMIT 1) AS s} ],
	[ 'in a parallel query', 0, "SET $force = on; $count" ])
{
	my ($name, $more, $script) = @$case;
	my ($got, $err) = script($script);
	is($got, $all + $more, "$name: the rows") or diag($err);
	like($err, $shared, "$name: shared with workers") if $name ne 'in a parallel query';
	unlike($err, qr/WARNING:.*(?:leak|snapshot|not closed|parallel)/, "$name: nothing is left behind");
}
{
	my ($got, $err) = script(q{BEGIN ISOLATION LEVEL SERIALIZABLE; DO $$ BEGIN PERFORM gap_indices('one_node'); END $$;
		SELECT DISTINCT mode, page IS NULL FROM pg_locks WHERE relation = 'one_node'::regclass AND mode = 'SIReadLock'});
	like($err, $shared, 'serializable: shared with workers');
	is($got, 'SIReadLock|t', '... and the whole table is taken as read');
	($got, $err) = script(q{CREATE TEMP TABLE mine AS TABLE one_node; ANALYZE mine; SELECT reference_n + comparison_n FROM gap_indices('mine') LIMIT 1});
	is($got, $all, 'a temporary table: its rows');
	unlike($err, qr/shares table/, '... which no worker can see');
}
# what workers read is counted as read by the statement
{
	my ($rc, $out, $err) = $here->psql('postgres', "$workers SET parallel_leader_participation = off; EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) $count");
	my $plan = JSON::PP->new->decode($out)->[0]{Plan};
	my $pages = $here->safe_psql('postgres', q{SELECT pg_relation_size('one_node') / current_setting('block_size')::int});
	cmp_ok($plan->{'Shared Hit Blocks'} + $plan->{'Shared Read Blocks'}, '>=', $pages, 'EXPLAIN (BUFFERS) has the pages that workers read');
}

# ---- In time ----------------------------------------------------------------

$here->safe_psql('postgres', q{
	CREATE UNLOGGED TABLE large AS
	SELECT i % 1000 AS district, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, hashint4(i) % 1000 / 100.0::float8 AS value
	  FROM generate_series(1, 2000000) AS i;
	ANALYZE large;
});
for my $timeout (50, 150, 300)
{
	my $least = 1e9;
	for my $try (1 .. 5)
	{
		my ($rc, $out, $err) = $here->psql('postgres', qq{
			$workers
			SET client_min_messages = error;
			SET statement_timeout = $timeout;
			\\timing on
			SELECT count(*) FROM gap_indices('large', '{district}');
		}, on_error_stop => 0);
		my ($took) = $out =~ /Time: ([\d.]+) ms[^T]*\z/;
		my $delay = $err =~ /statement timeout/ ? $took - $timeout : 0;
		$least = $delay if $delay < $least;
		last if $least < 100;
	}
	cmp_ok($least, '<', 100, "cancelled after $timeout ms: at most a moment late");
}

$_->stop for values %node;
done_testing();
