# Reports under stress: many groups, many calls, errors half-way, timeouts, cancels.
use strict;
use warnings;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_parallel_workers_per_gather = 0\njit = off\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE TABLE schools AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone FROM generate_series(1, 1000) AS i;
	CREATE TABLE pairings AS SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 999) AS i;
	CREATE TABLE sessions AS SELECT partner_a, partner_b, current_date AS held_on FROM pairings;
	CREATE TABLE plan AS SELECT 'inner' AS zone, 900 AS target;
	-- a row every 10 ms, for a minute
	CREATE FUNCTION slow() RETURNS SETOF int LANGUAGE plpgsql AS
		'BEGIN FOR i IN 1..6000 LOOP PERFORM pg_sleep(0.01); RETURN NEXT i; END LOOP; END';
	CREATE VIEW slow_rows AS SELECT i AS id, i AS partner_a, i + 1 AS partner_b, date '2020-01-01' AS held_on
		FROM generate_series(1, 6000) AS i WHERE pg_sleep(0.01) IS NOT NULL;
});

# (output, seconds) of a statement that fails
sub fails
{
	my ($sql) = @_;
	my $start = time;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql");
	return ($err, time - $start);
}

sub alive { is($node->safe_psql('postgres', q{SELECT sum(units) FROM pairing_coverage('schools', 'pairings')}), '1000', $_[0]) }

# --- a million groups -----------------------------------------------------------------

is($node->safe_psql('postgres', q{
	SELECT count(*), sum(held), max(subgroup) FROM completion_rates(
		'SELECT i AS g, date ''2020-01-01'' AS held_on FROM generate_series(1, 1000000) AS i', '{g}')
}), '1000000|1000000|999999', 'a million groups');
is($node->safe_psql('postgres', q{
	SELECT dimension, count(*), sum(units), sum(paired) FROM pairing_coverage(
		'SELECT i AS id, ''z'' || i AS zone, i % 3 AS kind FROM generate_series(1, 300000) AS i',
		'SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 299999) AS i', '{kind,zone}', rollup => true)
	GROUP BY 1 ORDER BY 1
}), "all|1|300000|300000\nkind|3|300000|300000\nkind / zone|300000|300000|300000", 'hundreds of thousands of groups with rollup');
is($node->safe_psql('postgres', q{
	SELECT count(*), count(*) FILTER (WHERE suppressed) FROM pairing_coverage(
		'SELECT i AS id, i / 2 AS zone FROM generate_series(0, 199999) AS i', 'pairings', rollup => true, min_n => 3)
}), '100001|100000', 'a hundred thousand small cells hidden');
is($node->safe_psql('postgres', q{
	SET work_mem = '64kB';
	SELECT count(*) FROM pairing_partners('SELECT i AS id FROM generate_series(1, 200000) AS i',
		'SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 199999) AS i')
}), '399998', 'a result larger than work_mem');

# --- memory ---------------------------------------------------------------------------

# What the backend holds after 20, 170 and 320 calls, some of which fail, within one statement (where nothing is
# freed until its end but what a call frees itself) and from one to the next.  Caches fill in jumps, leaks grow with
# every call, so the smaller growth of the two counts, less what measuring itself takes: that of calling nothing.
my %calls = (
	'pairing_coverage' => q{PERFORM count(*) FROM pairing_coverage('schools', 'pairings', sessions => 'sessions', plan => 'plan', rollup => true, min_n => 5)},
	'pairing_coverage, programmes' => q{PERFORM count(*) FROM pairing_coverage('schools', 'SELECT *, partner_a % 7 AS programme FROM pairings', sessions => 'sessions', rollup => true, min_n => 5, pairing_by => '{programme}')},
	'pairing_partners' => q{PERFORM count(*) FROM pairing_partners('schools', 'pairings', sessions => 'sessions')},
	'participants' => q{PERFORM count(*) FROM pairing_coverage('schools', 'pairings', sessions => 'SELECT partner_a % 300 AS session_id, partner_b AS unit, held_on FROM sessions')},
	'impact_effects' => q{PERFORM count(*) FROM impact_effects('SELECT i AS id, t AS period, i * t % 7 AS value, i % 3 AS part FROM generate_series(1, 100) i, generate_series(2018, 2024) t', 'pairings', '{part}', sessions => 'sessions', bands => true, draws => 100)},
	'impact_issues' => q{PERFORM count(*) FROM impact_issues('SELECT i AS id, t AS period, CASE WHEN i > 3 THEN i * t % 7 END AS value FROM generate_series(1, 100) i, generate_series(2018, 2024) t', 'pairings', panel => 'complete')},
	'completion_rates' => q{PERFORM count(*) FROM completion_rates('sessions', '{partner_a}', rollup => true, plan => 'SELECT 1 AS partner_a, 2 AS target')},
	'completion_survival' => q{PERFORM count(*) FROM completion_survival('sessions', '{partner_a}', min_n => 2)},
	'completion_delays' => q{PERFORM count(*) FROM completion_delays('sessions', '{partner_a}', min_n => 2)},
	'completion_comparison' => q{PERFORM count(*) FROM completion_comparison('sessions', group_column => 'partner_a', min_n => 2)},
	'completion_forecast' => q{PERFORM count(*) FROM completion_forecast('sessions', '{partner_a}', plan => 'SELECT 1 AS partner_a, 2 AS target')},
	'completion_curve' => q{PERFORM count(*) FROM completion_curve('sessions', '{partner_a}', plan => 'SELECT 1 AS partner_a, 2 AS target', rollup => true, min_n => 5)},
	'a select list' => q{PERFORM count(*) FROM (SELECT (pairing_coverage('schools', 'pairings')).*) AS s},
	'a failing source' => q{BEGIN
		PERFORM count(*) FROM pairing_coverage('schools', 'SELECT i / (i - 500) AS partner_a, i AS partner_b FROM generate_series(1, 1000) AS i');
		EXCEPTION WHEN division_by_zero OR check_violation THEN NULL; END},
	'a failing report' => q{BEGIN
		PERFORM count(*) FROM pairing_coverage('SELECT 1 AS id FROM generate_series(1, 2)', 'pairings', '{}');
		EXCEPTION WHEN unique_violation THEN NULL; END});
my @measuring;
for my $name ('nothing', sort keys %calls)
{
	my $call = $calls{$name} || 'NULL';
	my $out = $node->safe_psql('postgres', qq{
		CREATE FUNCTION pg_temp.held() RETURNS bigint LANGUAGE sql AS 'SELECT sum(used_bytes) FROM pg_backend_memory_contexts';
		CREATE FUNCTION pg_temp.call(times int) RETURNS void LANGUAGE plpgsql AS \$\$
		BEGIN FOR i IN 1..times LOOP $call; END LOOP; END \$\$;
		CREATE FUNCTION pg_temp.grown() RETURNS bigint LANGUAGE plpgsql AS \$\$
		DECLARE
			a bigint; b bigint; c bigint;
		BEGIN
			PERFORM pg_temp.call(20); a := pg_temp.held();
			PERFORM pg_temp.call(150); b := pg_temp.held();
			PERFORM pg_temp.call(150); c := pg_temp.held();
			RETURN least(b - a, c - b);
		END \$\$;
		SELECT pg_temp.grown();
		CREATE TEMP TABLE memory (bytes bigint);
		INSERT INTO memory VALUES (pg_temp.held());
		SELECT pg_temp.call(150);
		INSERT INTO memory VALUES (pg_temp.held());
		SELECT pg_temp.call(150);
		SELECT least((SELECT max(bytes) - min(bytes) FROM memory), pg_temp.held() - (SELECT max(bytes) FROM memory));
	});
	my ($within, $between) = grep { length } split /\n/, $out;
	@measuring = ($within, $between) unless @measuring;
	next if $name eq 'nothing';
	$within -= $measuring[0];
	$between -= $measuring[1];
	cmp_ok($within, '<', 20_000, "150 more calls in one statement add nothing: $name ($within bytes)");
	cmp_ok($between, '<', 20_000, "nor do 150 more statements: $name ($between bytes)");
}

# The rows of a source are not kept: a report of millions of rows in a few groups stays small.
my $peak = $node->safe_psql('postgres', q{
	CREATE FUNCTION pg_temp.size(int) RETURNS date LANGUAGE plpgsql AS $$
	BEGIN
		IF $1 % 100000 = 0 THEN
			INSERT INTO pg_temp.peak SELECT sum(total_bytes) FROM pg_backend_memory_contexts;
		END IF;
		RETURN '2020-01-01';
	END $$;
	CREATE TEMP TABLE peak (bytes bigint);
	SELECT held FROM completion_rates('SELECT i % 5 AS g, pg_temp.size(i) AS held_on FROM generate_series(1, 1000000) AS i', '{}');
	SELECT max(bytes) - min(bytes) FROM peak;
});
like($peak, qr/^1000000\n/, 'a million rows are counted');
cmp_ok((split /\n/, $peak)[1], '<', 200_000, 'and memory does not grow with them');

# --- timeouts and cancels -------------------------------------------------------------

for my $call (
	[ 'schools', q{pairing_coverage('SELECT i AS id FROM slow() AS i', 'pairings', '{}')} ],
	[ 'schools, streamed', q{pairing_coverage('slow_rows', 'pairings', '{}')} ],
	[ 'pairings', q{pairing_coverage('schools', 'slow_rows', '{}')} ],
	[ 'sessions', q{pairing_coverage('schools', 'pairings', '{}', sessions => 'slow_rows')} ],
	[ 'sessions of completion_rates', q{completion_rates('SELECT i AS id, date ''2020-01-01'' AS held_on FROM generate_series(1, 100000000000) AS i')} ],
	[ 'ids without end', q{pairing_coverage('SELECT i % 100000 AS id, daterange(NULL, NULL, ''()'') * ''empty'' AS valid FROM generate_series(1, 100000000000) AS i', 'pairings', '{}')} ])
{
	my ($err, $seconds) = fails("SET statement_timeout = '300ms'; SELECT count(*) FROM $call->[1];");
	like($err, qr/ERROR:  57014:/, "statement_timeout: $call->[0]");
	cmp_ok($seconds, '<', 5, "promptly: $call->[0]");
}

my ($out, $err) = ('', '');
my $client = IPC::Run::start(
	[ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-v', 'VERBOSITY=verbose', '-c',
		q{SET application_name = 'long'}, '-c', q{SELECT count(*) FROM pairing_coverage('schools', 'slow_rows', '{}')} ],
	'<', \undef, '>', \$out, '2>', \$err);
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'long' AND state = 'active' AND query LIKE '%pairing_coverage%'})
  or die 'the long report does not start';
usleep(200_000);
my $start = time;
is($node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'long'}), 't', 'a running report is cancelled');
$client->finish;
like($err, qr/ERROR:  57014:/, 'it says so');
cmp_ok(time - $start, '<', 5, 'promptly');
alive('the server goes on');

# --- errors half-way, then good use in the same session ---------------------------------

is($node->safe_psql('postgres', q{
	BEGIN;
	SAVEPOINT s;
	\set ON_ERROR_STOP off
	SELECT count(*) FROM pairing_coverage('schools', 'SELECT i / (i - 500) AS partner_a, 0 AS partner_b FROM generate_series(1, 1000) AS i');
	ROLLBACK TO s;
	\set ON_ERROR_STOP on
	SELECT sum(paired) FROM pairing_coverage('schools', 'pairings');
	COMMIT;
}), '1000', 'after an error and ROLLBACK TO a report is right');

is($node->safe_psql('postgres', q{
	BEGIN;
	DECLARE c CURSOR FOR SELECT id FROM pairing_partners('schools', 'pairings');
	FETCH 1 FROM c;
	CLOSE c;
	DECLARE c CURSOR WITH HOLD FOR SELECT id FROM pairing_partners('schools', 'pairings');
	FETCH 1 FROM c;
	COMMIT;
	FETCH 1 FROM c;
}), "1\n1\n2", 'cursors closed early, and held over the transaction');

# --- parallel -------------------------------------------------------------------------

is($node->safe_psql('postgres', q{
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0;
	SET max_parallel_workers_per_gather = 2;
	ANALYZE schools;
	SELECT (SELECT sum(units) FROM pairing_coverage('SELECT * FROM schools WHERE id > 0', 'SELECT * FROM pairings WHERE partner_a > 0')),
		(SELECT count(*) FROM schools AS s, pairing_partners('schools', 'pairings') AS p WHERE p.id = s.id::text)
}), '1000|1998', 'sources in parallel, and a report beside a parallel scan');

# an error in a worker's part of a source
($err) = fails(q{
	SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
	SELECT count(*) FROM pairing_coverage('SELECT id / (id - 700) AS id, zone FROM schools', 'pairings');});
like($err, qr/ERROR:  (22012|23505):/, 'an error in a parallel source');
alive('and the server goes on');

is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type LIKE '%worker%'}), '0', 'no worker is left');
$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|terminated by signal|WARNING:  (?!no partner|parameter "pairings" of \w+ looks like sessions)/, 'no crash, no leaked resource in the log');

done_testing();
