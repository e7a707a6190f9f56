# The views for BI tools in a server: who may read what, an office with tables of its own, databases that cannot write
# Vietnamese, what a dump brings back, and what stays when the extension goes.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE office LOGIN; CREATE ROLE clerk LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE "r""x; drop" LOGIN; CREATE DATABASE source;
	CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'; CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'});
$node->safe_psql('source', 'CREATE SCHEMA equipair; CREATE EXTENSION equipair SCHEMA equipair; GRANT CREATE ON DATABASE source TO office; GRANT USAGE ON SCHEMA equipair TO PUBLIC');

# Runs statements as a role; its output and its errors.
sub as
{
	my ($role, $sql, $database) = @_;
	my (undef, $out, $err) = $node->psql($database // 'source', "\\set VERBOSITY verbose\n$sql", extra_params => [ '-U', $role, '-v', 'ON_ERROR_STOP=1' ]);
	return ($out, $err);
}

# Names of relations of a kind in a schema, quoted.
sub relations
{
	my ($schema, $kinds) = @_;
	return split /\n/, $node->safe_psql('source',
		"SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = '$schema' AND relkind IN ($kinds) ORDER BY 1");
}

# ---- Rights -------------------------------------------------------------------

my ($out, $err) = as('office', q{
	SELECT equipair.create_twinning_schema();
	INSERT INTO twinning.programmes (id, name) VALUES ('hn', 'Hanoi');
	INSERT INTO twinning.districts (id, name, zone) VALUES ('001', 'One', 'inner'), ('271', 'Two', 'outer');
	INSERT INTO twinning.schools (id, name, level, district_id, students, contact) VALUES ('1', 'x', 'primary', '001', 5, 'secret'), ('2', 'y', 'primary', '271', 5, 'secret');
	INSERT INTO twinning.organisations (id, name, contact) VALUES ('bank', 'A bank', 'secret');
	INSERT INTO twinning.external_units (id, name, contact) VALUES ('far', 'Far away', 'secret');
	INSERT INTO twinning.pairings (programme, kind, partner_a, partner_b, valid) VALUES ('hn', 'memorandum', '1', 'far', '[2022-09-01,)');
	INSERT INTO twinning.activities (code, programme, kind, planned_on) VALUES ('a', 'hn', 'visit', CURRENT_DATE - 3);
	INSERT INTO twinning.participants (activity, unit, role) SELECT id, u, 'guest' FROM twinning.activities, unnest('{1,2}'::text[]) u;
	INSERT INTO twinning.aid (programme, giver, receiver, given_on, kind, amount) VALUES ('hn', 'bank', '2', CURRENT_DATE, 'money', 1.5);
	CREATE VIEW twinning.v_contacts AS SELECT id, contact FROM twinning.schools});
is($err, '', 'no superuser is needed');
my @views = grep { !/v_contacts/ } relations('twinning', q{'v'});
my @tables = relations('twinning', q{'r'});
cmp_ok(scalar(@views), '>=', 20, 'there are views');
cmp_ok(scalar(@tables), '>=', 40, 'and tables');
(undef, $err) = as('reader', "SELECT count(*) FROM $views[0]");
like($err, qr/ERROR:  42501:/, 'nobody else reads them at first');
for my $role (qw(clerk reader))
{
	(undef, $err) = as($role, q{SELECT equipair.twinning_grant('twinning', 'reader')});
	like($err, qr/ERROR:  42501:/, "a $role grants nothing");
	(undef, $err) = as($role, q{SELECT equipair.create_twinning_views()});
	like($err, qr/ERROR:  42501:/, "and makes no view ($role)");
}
(undef, $err) = as('office', q{SELECT equipair.twinning_grant('twinning', 'reader'); SELECT equipair.twinning_grant('twinning', 'reader')});
is($err, '', 'the office does, twice if it likes');
for my $view (@views)
{
	($out, $err) = as('reader', "SELECT * FROM $view");
	is($err, '', "$view is read");
	unlike($out, qr/secret/, "and has no contact");
}
for my $table (@tables, 'twinning.v_contacts')
{
	(undef, $err) = as('reader', "SELECT count(*) FROM $table");
	like($err, qr/ERROR:  42501:/, "$table is not");
}
for my $statement (q{SELECT * FROM twinning.schools_known_at(now())}, q{DELETE FROM twinning.v_definitions}, q{UPDATE twinning.v_issues SET rows = 1},
	q{CREATE TABLE twinning.t ()}, q{SELECT * FROM equipair.pairing_coverage('twinning.schools', 'twinning.pairings')})
{
	(undef, $err) = as('reader', $statement);
	like($err, qr/ERROR:  (?:42501|42703|55000):/, "nor can it: $statement");
}
is($node->safe_psql('source', q{SELECT string_agg(unit || status, ' ' ORDER BY unit) FROM twinning.v_reminders}), '1overdue 2overdue', 'whom to remind');
is($node->safe_psql('source', q{SELECT string_agg(id, ' ') FROM twinning.v_unpaired_schools}), '2', 'a school with a partner of another province is paired');
is($node->safe_psql('source', q{SELECT giver_kind, giver_zone IS NULL, receiver_zone, amount FROM twinning.v_aid}), 'organisation|t|outer|1.5', 'a gift of an organisation');
is($node->safe_psql('source', q{SELECT partner_b_name, partner_b_kind, is_external, is_cross_zone IS NULL, status FROM twinning.v_pairings}), 'Far away|external|t|t|asleep', 'an external partner');

# ---- A night ----

is($node->safe_psql('source', q{SELECT count(*) FROM twinning.v_coverage}), '0', 'no figures before the first night');
(undef, $err) = as('office', q{CALL equipair.nightly_report('twinning', '2023-05-31')});
is($err, '', 'a night, run by the office');
($out, $err) = as('reader', q{SELECT as_of, schools, paired, external, paired_rate FROM twinning.v_coverage WHERE dimension = 'all'});
is($out, '2023-05-31|2|1|1|0.5', 'the reader sees its figures') or diag($err);
($out, $err) = as('reader', q{SELECT count(*), bool_and(outcome = 'ok'), bool_and(is_last) FROM twinning.v_runs WHERE kind IN ('report', 'check')});
is($out, $node->safe_psql('source', q{SELECT (SELECT count(*) FROM twinning.reports) + (SELECT count(*) FROM twinning.checks) || '|t|t'}), 'and that all went well') or diag($err);
($out, $err) = as('reader', q{SELECT DISTINCT as_of FROM twinning.v_activities});
is($out, '2023-05-31', 'rows are of its day, too') or diag($err);

# ---- Odd names ----

(undef, $err) = as('office', q{SELECT equipair.create_twinning_schema('a"b''; drop'); SELECT equipair.twinning_grant('a"b''; drop', 'r"x; drop')});
is($err, '', 'a name is a name, whatever is in it');
is($node->safe_psql('source', q{SELECT has_table_privilege('r"x; drop', '"a""b''; drop".v_coverage', 'SELECT') AND NOT has_table_privilege('r"x; drop', '"a""b''; drop".schools', 'SELECT')}), 't', 'and so is that of a role');
is($node->safe_psql('source', q{SELECT has_table_privilege('r"x; drop', 'twinning.v_coverage', 'SELECT') OR has_schema_privilege('r"x; drop', 'twinning', 'USAGE')}), 'f', 'another model is not granted along');

# ---- Making them again --------------------------------------------------------

($out, $err) = as('office', q{
	CREATE VIEW public_view AS SELECT sum(schools) FROM twinning.v_coverage;
	COMMENT ON COLUMN twinning.v_coverage.zone IS 'changed';
	SELECT equipair.create_twinning_views();
	SELECT col_description('twinning.v_coverage'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'twinning.v_coverage'::regclass AND attname = 'zone'}) if $node->safe_psql('source', 'GRANT CREATE ON SCHEMA public TO office; SELECT true');
is($err, '', 'views are replaced under a view of the office');
like($out, qr/NULL where the row is not divided by it/, 'with their comments');
($out, $err) = as('reader', q{SELECT count(*) FROM twinning.v_coverage WHERE dimension = 'all'});
is($out, '1', 'and what was granted stays') or diag($err);
# somebody who may write into the schema, but not own the views
$node->safe_psql('source', q{GRANT USAGE, CREATE ON SCHEMA twinning TO clerk});
as('clerk', q{CREATE FUNCTION twinning.max(date) RETURNS date LANGUAGE sql AS 'SELECT DATE ''1900-01-01'''});
(undef, $err) = as('office', q{SELECT equipair.create_twinning_views()});
like($err, qr/ERROR:  42501: schema "twinning" must not be open to code of other roles\nDETAIL:  Routine twinning\.max\(date\) belongs to role clerk\.\nRole clerk has CREATE on SCHEMA twinning\.\n/, 'a function of theirs could stand in for one of ours');
$node->safe_psql('source', q{ALTER FUNCTION twinning.max(date) OWNER TO office; REVOKE ALL ON SCHEMA twinning FROM clerk});
(undef, $err) = as('office', q{SELECT equipair.create_twinning_views()});
is($err, '', 'a function of that name of the office does not matter');
is($node->safe_psql('source', q{SELECT count(*) FROM pg_depend WHERE refobjid = 'twinning.max(date)'::regprocedure}), '0', 'no view stands on it');
$node->safe_psql('source', 'DROP FUNCTION twinning.max(date)');

# ---- An office with tables of its own -----------------------------------------

($out, $err) = as('office', q{
	SELECT equipair.create_twinning_schema('own', tables => false);
	CREATE TABLE truong (ma int, ten varchar(80), cap char(3), quan int, si_so int, lien_he text);
	INSERT INTO truong VALUES (1, 'A', 'TH', 101, 100, 'secret'), (2, 'B', 'TH', 102, 200, 'secret'), (3, 'C', 'TH', 102, 50, 'secret');
	CREATE VIEW own.schools AS SELECT ma AS id, ten AS name, cap AS level, quan AS district_id, true AS public, si_so AS students, 0::smallint AS minority_students, NULL::numeric AS poor_students, '(,)'::daterange AS valid, lien_he AS contact FROM truong;
	CREATE VIEW own.districts AS SELECT * FROM (VALUES (101, 'One', 'inner', 'P', true, 1000, 105.5::numeric, 21::real, '(,)'::daterange), (102, 'Two', 'outer', 'P', true, 2000, 105.6, 21.1, '(,)')) AS v (id, name, zone, province, in_programme, population, longitude, latitude, valid);
	CREATE VIEW own.levels AS SELECT 'TH'::char(3) AS code, 'primary'::varchar AS name, 1::smallint AS position;
	CREATE VIEW own.programmes AS SELECT 'hn'::varchar AS id, 'Hanoi' AS name, '(,)'::daterange AS valid;
	CREATE VIEW own.pairings AS SELECT 'k1' AS id, 'hn'::varchar AS programme, 'memorandum' AS kind, 'school' AS unit_kind, 1 AS partner_a, 2 AS partner_b, daterange('2022-09-01', NULL) AS valid, NULL::text AS document;
	CREATE VIEW own.activities AS SELECT 'h1' AS id, NULL::text AS code, 'hn'::varchar AS programme, 'visit' AS kind, 'school' AS organised_by, 'online' AS mode, CURRENT_DATE - 1 AS planned_on, CURRENT_DATE AS held_on, NULL::date AS cancelled_on, NULL::text AS topic, NULL::text AS title;
	CREATE VIEW own.participants AS SELECT 'h1' AS activity, u AS unit, 'host' AS role, 3::numeric AS attended FROM unnest('{1,2}'::int[]) AS u;
	CREATE VIEW own.outcomes AS SELECT 1 AS school_id, 2022 AS school_year, 'm' AS indicator, 1.5::numeric AS value, 5 AS students, NULL::real AS std_dev;
	CREATE VIEW own.indicators AS SELECT 'm' AS code, 'marks' AS name, NULL::text AS unit, true AS favourable, 10::numeric AS scale;
	CREATE VIEW own.organisations AS SELECT NULL::int AS id, NULL::text AS name, NULL::text AS kind, NULL::text AS contact WHERE false;
	CREATE VIEW own.external_units AS SELECT NULL::int AS id, NULL::text AS name, NULL::text AS province, NULL::text AS contact WHERE false;
	CREATE VIEW own.aid AS SELECT 7 AS id, 'hn'::varchar AS programme, 1 AS giver, 3 AS receiver, CURRENT_DATE AS given_on, 'books' AS kind, 5 AS quantity, NULL::int AS amount, NULL::varchar AS currency;
	CREATE VIEW own.plans AS SELECT 1 AS id, 'hn'::varchar AS programme, 2022::smallint AS school_year, 'paired' AS what, NULL::text AS level, NULL::text AS zone, 2 AS target;
	CREATE VIEW own.topics AS SELECT NULL::text AS code, NULL::text AS name WHERE false;
	CREATE VIEW own.activity_kinds AS SELECT 'visit' AS code, 'visit' AS name;
	CREATE VIEW own.successors AS SELECT NULL::int AS old_id, NULL::int AS new_id, NULL::date AS since WHERE false;
	SELECT count(*) FROM equipair.twinning_schema_issues('own') WHERE severity = 'error'});
is($err, '', 'views of the names and columns of the model');
($out, $err) = as('office', q{SELECT equipair.create_twinning_views('own'); SELECT equipair.twinning_grant('own', 'reader')});
is($err, '', 'the views for BI tools stand on them');
my @own = grep { /\.v_/ } relations('own', q{'v'});
is(scalar(@own), scalar(@views), 'all of them');
for my $view (@own)
{
	($out, $err) = as('reader', "SELECT * FROM $view");
	is($err, '', "$view is read");
}
(undef, $err) = as('reader', 'SELECT contact FROM own.schools');
like($err, qr/ERROR:  42501:/, 'the views of the office are not');
is($node->safe_psql('source', q{
	SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_class m ON m.relname = c.relname AND m.relnamespace = 'twinning'::regnamespace
	       JOIN pg_attribute b ON b.attrelid = m.oid AND b.attname = a.attname
	 WHERE c.relnamespace = 'own'::regnamespace AND c.relname LIKE 'v\_%' AND a.attnum > 0 AND a.atttypid <> b.atttypid}), '0', 'their columns have the same types, whatever those of the office are');
is($node->safe_psql('source', q{SELECT status, sessions_held, days_since_last, partner_a_name, is_cross_zone FROM own.v_pairings}), 'active|1|0|A|t', 'a pairing of the office');
is($node->safe_psql('source', q{SELECT status, host, host_district, participants, attended FROM own.v_activities}), 'late|1|One|2|6', 'an activity');
is($node->safe_psql('source', q{SELECT id, name, students FROM own.v_unpaired_schools}), '3|C|50', 'a school without a partner');

# a night on the office's own views: two of three schools are paired, and the one outcome is in the inner zone
(undef, $err) = as('office', q{CALL equipair.nightly_report('own')});
is($node->safe_psql('source', q{SELECT string_agg(name || ': ' || message, chr(10)) FROM own.runs WHERE outcome = 'failed'}), '', 'a night runs on them') or diag($err);
is($node->safe_psql('source', q{SELECT schools, paired, active FROM own.v_coverage WHERE dimension = 'all'}), '3|2|2', 'and its figures are theirs');
is($node->safe_psql('source', q{SELECT school_year, indicator, level, (SELECT sum(n) FROM equipair.gap_groups(summary)) FROM own.summaries}), '2022|m|TH|1', 'so are its summaries');
for my $call (q{import_file('own', 'schools', 'f', E'id\n1\n')}, q{import_issues('own')}, q{import_apply('own')})
{
	(undef, $err) = as('office', "SELECT * FROM equipair.$call");
	like($err, qr/ERROR:  0A000: schema "own" takes no imports\n.*HINT: /s, "$call is not for them");
}

# ---- Databases that cannot write Vietnamese -----------------------------------

for my $database (qw(latin bytes))
{
	is($node->safe_psql($database, q{
		CREATE EXTENSION equipair;
		SELECT create_twinning_schema();
		SELECT count(*) = count(title), count(title_vi), (SELECT count(title_vi) FROM twinning.checks) FROM twinning.v_definitions}) =~ s/^\n*//r, 't|0|0', "$database: a model explains its reports in English");
}

# ---- Dump, a new name, and without the extension -------------------------------

my $dump = $node->basedir . '/bi.sql';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-f', $dump, 'source' ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored TEMPLATE template0');
command_ok([ 'psql', '-X', '-q', '-h', $node->host, '-p', $node->port, '-v', 'ON_ERROR_STOP=1', '-f', $dump, 'restored' ], 'and its restore');
($out, $err) = as('reader', 'SELECT count(*) FROM twinning.v_pairings', 'restored');
is($out, '1', 'the reader reads') or diag($err);
is($node->safe_psql('restored', q{SELECT title_vi FROM twinning.v_definitions WHERE report = 'gap_trend'}), 'Chênh lệch qua các năm', 'with all accents');
$node->safe_psql('source', 'ALTER SCHEMA twinning RENAME TO "Chương trình"');
($out, $err) = as('reader', 'SELECT count(*) FROM "Chương trình".v_pairings');
is($out, '1', 'a schema with a new name keeps its views') or diag($err);
(undef, $err) = as('office', q{SELECT equipair.create_twinning_views('Chương trình'); SELECT equipair.twinning_grant('Chương trình', 'clerk')});
is($err, '', 'and they are made and granted again');
$node->safe_psql('source', 'DROP EXTENSION equipair CASCADE');
for my $view (map { s/^twinning\./"Chương trình"./r } @views)
{
	($out, $err) = as('reader', "SELECT count(*) FROM $view");
	is($err, '', "$view goes on without the extension");
}

$node->stop;
done_testing();
