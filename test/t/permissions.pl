# Reports read with the rights of who calls them: no more, and no more than they need.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE ROLE department LOGIN;
	CREATE ROLE reader LOGIN;
	CREATE SCHEMA edu AUTHORIZATION department;
	GRANT USAGE ON SCHEMA edu TO reader;
	SET ROLE department;
	CREATE TABLE edu.schools (id int, zone text, district text, head text);
	CREATE TABLE edu.pairings (partner_a int, partner_b int, note text);
	CREATE TABLE edu.sessions (partner_a int, partner_b int, planned_on date, held_on date, zone text, note text);
	CREATE TABLE edu.participants (session_id int, unit int, held_on date, note text);
	CREATE TABLE edu.members (group_id int, unit int, role text, partner_a int, note text);
	CREATE TABLE edu.successors (old_id int, new_id int, since date, note text);
	CREATE TABLE edu.outcomes (value float8, zone text, pupil text);
	INSERT INTO edu.schools SELECT i, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END, 'd' || i % 5, 'name' FROM generate_series(1, 20) i;
	INSERT INTO edu.pairings SELECT i, i + 1, '' FROM generate_series(1, 10) i;
	INSERT INTO edu.sessions SELECT 1, 2, '2023-01-01', '2023-01-02', 'inner', '' FROM generate_series(1, 5) i;
	INSERT INTO edu.outcomes SELECT i, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END, 'p' FROM generate_series(1, 50) i;
});

my @reports = (
	[ 'pairing_coverage', q{pairing_coverage('edu.schools', 'edu.pairings')} ],
	[ 'pairing_coverage', q{pairing_coverage('SELECT id, zone FROM edu.schools', 'SELECT partner_a, partner_b FROM edu.pairings')} ],
	[ 'pairing_coverage', q{pairing_coverage('edu.schools', 'SELECT partner_a, partner_b, partner_a % 3 AS programme FROM edu.pairings', pairing_by => '{programme}')} ],
	[ 'pairing_timeline', q{pairing_timeline('edu.schools', 'edu.pairings')} ],
	[ 'pairing_partners', q{pairing_partners('edu.schools', 'edu.pairings')} ],
	[ 'pairing_items', q{pairing_items('edu.schools', 'edu.pairings')} ],
	[ 'pairing_items', q{pairing_items('edu.schools', 'edu.pairings', sessions => 'edu.participants')} ],
	[ 'pairing_degrees', q{pairing_degrees('edu.schools', 'edu.members')} ],
	[ 'pairing_degrees', q{pairing_degrees('edu.schools', 'edu.pairings', successors => 'edu.successors')} ],
	[ 'pairing_issues', q{pairing_issues('edu.schools', 'edu.pairings', 'SELECT partner_a, partner_b + 2 AS partner_b, held_on FROM edu.sessions')} ],
	[ 'pairing_network', q{pairing_network('edu.schools', 'edu.pairings')} ],
	[ 'pairing_flows', q{pairing_flows('edu.schools', 'edu.pairings')} ],
	[ 'suggest_pairings', q{suggest_pairings('edu.schools', 'SELECT partner_a, partner_b, 1 AS cost FROM edu.pairings')} ],
	[ 'completion_rates', q{completion_rates('edu.sessions', '{zone}')} ],
	[ 'completion_items', q{completion_items('edu.sessions', '{zone}')} ],
	[ 'completion_issues', q{completion_issues('edu.sessions', '{zone}')} ],
	[ 'completion_survival', q{completion_survival('edu.sessions', '{zone}')} ],
	[ 'completion_delays', q{completion_delays('edu.sessions', '{zone}')} ],
	[ 'completion_comparison', q{completion_comparison('edu.sessions')} ],
	[ 'completion_forecast', q{completion_forecast('edu.sessions', '{zone}')} ],
	[ 'completion_curve', q{completion_curve('edu.sessions', '{zone}')} ],
	[ 'gap_indices', q{gap_indices('edu.outcomes')} ],
	[ 'outcome_issues', q{outcome_issues('edu.outcomes', group_column => 'value')} ],
	[ 'impact_pretrend', q{impact_pretrend('SELECT row_number() OVER () AS id, value, 1 AS period, 2 AS cohort FROM edu.outcomes')} ],
	[ 'gap_trend', q{gap_trend('SELECT value, zone, 1 AS period FROM edu.outcomes')} ],
	[ 'convergence', q{convergence('SELECT value, row_number() OVER () AS id, 1 AS period FROM edu.outcomes')} ],
	[ 'impact_twfe', q{impact_twfe('SELECT value, row_number() OVER () AS id, 1 AS period, 1 AS cohort FROM edu.outcomes')} ],
	[ 'inequality_indices', q{inequality_indices('SELECT zone AS subgroup, avg(value) AS estimate FROM edu.outcomes GROUP BY zone')} ]);

sub as_reader
{
	my $sql = shift;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql",
		extra_params => [ '-U', 'reader', '-v', 'ON_ERROR_STOP=1' ]);
	return ($out, $err);
}

for (@reports)
{
	my ($out, $err) = as_reader("SELECT count(*) FROM $_->[1]");
	like($err, qr/ERROR:  42501:/, "without rights: 42501 for $_->[1]");
}

# the needed columns are enough, for a relation as for a query
$node->safe_psql('postgres', q{
	SET ROLE department;
	GRANT SELECT (id, zone) ON edu.schools TO reader;
	GRANT SELECT (partner_a, partner_b) ON edu.pairings TO reader;
	GRANT SELECT (partner_a, partner_b, planned_on, held_on, zone) ON edu.sessions TO reader;
	GRANT SELECT (session_id, unit, held_on) ON edu.participants TO reader;
	GRANT SELECT (group_id, unit, role) ON edu.members TO reader;
	GRANT SELECT (old_id, new_id, since) ON edu.successors TO reader;
	GRANT SELECT (value, zone) ON edu.outcomes TO reader;
});
for (@reports)
{
	my ($out, $err) = as_reader("SELECT count(*) > 0 FROM $_->[1]");
	is($out, 't', "rights on the columns that are read suffice for $_->[1]") or diag($err);
}
my ($out, $err) = as_reader(q{SELECT count(*) FROM pairing_coverage('edu.schools', 'edu.pairings', '{district}')});
like($err, qr/ERROR:  42501:/, 'a grouping column without rights: 42501');

# a view does not lend the rights of its owner to the report inside it
$node->safe_psql('postgres', q{
	CREATE VIEW edu.coverage AS SELECT * FROM pairing_coverage('edu.schools', 'edu.pairings', '{district}');
	GRANT SELECT ON edu.coverage TO reader;
	CREATE FUNCTION edu.coverage() RETURNS bigint SECURITY DEFINER STABLE
	RETURN (SELECT sum(units) FROM edu.coverage);
	GRANT EXECUTE ON FUNCTION edu.coverage() TO reader;
});
($out, $err) = as_reader('SELECT count(*) FROM edu.coverage');
like($err, qr/ERROR:  42501:/, 'a view: the reader needs rights on the sources');
($out, $err) = as_reader('SELECT edu.coverage()');
is($out, '20', 'a SECURITY DEFINER function lends those of its owner') or diag($err);

# row-level security holds inside a source
$node->safe_psql('postgres', q{
	SET ROLE department;
	ALTER TABLE edu.schools ENABLE ROW LEVEL SECURITY;
	CREATE POLICY inner_only ON edu.schools FOR SELECT TO reader USING (zone = 'inner');
});
($out, $err) = as_reader(q{SELECT sum(units) FROM pairing_coverage('edu.schools', 'edu.pairings')});
is($out, '10', 'row-level security holds inside a source') or diag($err);

# a source that writes is refused even to who may write
($out, $err) = (
	$node->psql('postgres', q{
		\set VERBOSITY verbose
		SELECT count(*) FROM pairing_coverage('DELETE FROM edu.schools RETURNING id, zone', 'edu.pairings')}))[ 1, 2 ];
like($err, qr/ERROR:  (?:42601|0A000):/, 'a source that writes is refused');
is($node->safe_psql('postgres', 'SELECT count(*) FROM edu.schools'), '20', 'and has written nothing');

$node->stop;
done_testing();
