# The tables of an office in a server: who may do what, what a dump brings back, and what stays when the extension goes.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE office LOGIN; CREATE ROLE clerk LOGIN; CREATE DATABASE source; CREATE DATABASE plain TEMPLATE template0');
$node->safe_psql('source', 'CREATE SCHEMA equipair; CREATE EXTENSION equipair SCHEMA equipair; GRANT CREATE ON DATABASE source TO office; GRANT USAGE ON SCHEMA equipair TO PUBLIC');

# Runs statements as a role; its output and its errors.
sub as
{
	my ($role, $sql, $database) = @_;
	my (undef, $out, $err) = $node->psql($database // 'source', "\\set VERBOSITY verbose\n$sql",
		extra_params => [ '-U', $role, '-v', 'ON_ERROR_STOP=1' ]);
	return ($out, $err);
}

# ---- Rights -------------------------------------------------------------------

my ($out, $err) = as('clerk', 'SELECT equipair.create_twinning_schema()');
like($err, qr/ERROR:  42501:/, 'who may make no schema makes none');
($out, $err) = as('office', 'SELECT equipair.create_twinning_schema()');
is($err, '', 'no superuser is needed');
is($node->safe_psql('source', q{SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'twinning'::regnamespace}), 'office',
	'all of it belongs to who called');
is($node->safe_psql('source', q{SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'twinning'::regnamespace AND prosecdef}),
	'keep_history list_unit raise_periods', 'three functions run with the rights of the owner');
is($node->safe_psql('source', q{SELECT DISTINCT proconfig::text FROM pg_proc WHERE pronamespace = 'twinning'::regnamespace AND prosecdef}),
	'{"search_path=pg_catalog, pg_temp"}', 'with a search path of its own');
($out, $err) = as('office', q{
	GRANT USAGE ON SCHEMA twinning TO clerk;
	GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA twinning TO clerk;
	REVOKE INSERT, UPDATE, DELETE ON twinning.units, twinning.model FROM clerk;
	DO $$ DECLARE t regclass; BEGIN
		FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'twinning'::regnamespace AND relname ~ '_history$' LOOP
			EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM clerk', t);
		END LOOP;
	END $$;
	INSERT INTO twinning.programmes (id, name) VALUES ('hn', 'Hanoi');
	INSERT INTO twinning.districts (id, name, zone) VALUES ('001', 'x', 'inner')});
is($err, '', 'rights are given as on any table');
($out, $err) = as('clerk', q{
	INSERT INTO twinning.schools (id, name, level, district_id, students) VALUES ('1', 'x', 'primary', '001', 5);
	UPDATE twinning.schools SET students = 6;
	SELECT count(*) FROM twinning.schools_history});
is($out, '1', 'the change of a clerk is kept') or diag($err);
($out, $err) = as('clerk', q{INSERT INTO twinning.schools_history VALUES ('[2000-01-01,)', '{}')});
like($err, qr/ERROR:  42501:/, 'a clerk writes no history');
($out, $err) = as('clerk', q{DELETE FROM twinning.schools_history});
like($err, qr/ERROR:  42501:/, 'and deletes none');
($out, $err) = as('clerk', q{
	CREATE TEMP TABLE schools (id int, recorded_from timestamptz);
	CREATE TRIGGER t AFTER DELETE ON schools REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION twinning.keep_history()});
like($err, qr/ERROR:  42501:/, 'nor by a trigger of its own');
($out, $err) = as('clerk', q{INSERT INTO twinning.units (id, kind) VALUES ('9', 'school')});
like($err, qr/ERROR:  42501:/, 'units fill themselves, and in no other way');

# ---- Import with the rights of the caller ----

($out, $err) = as('clerk', q{SELECT equipair.import_file('twinning', 'schools', 'f', E'id;name;level;district_id\n7;x;primary;001\n')});
is($out, '1', 'an editor of the tables takes a file') or diag($err);
($out, $err) = as('clerk', q{SELECT inserted FROM equipair.import_apply()});
is($out, '1', 'and writes it') or diag($err);
($out, $err) = as('clerk', q{DELETE FROM twinning.schools WHERE id = '7'});
$node->safe_psql('source', 'REVOKE INSERT ON twinning.schools FROM clerk');
as('clerk', q{SELECT equipair.import_file('twinning', 'schools', 'f', E'id;name;level;district_id\n8;x;primary;001\n')});
($out, $err) = as('clerk', q{SELECT inserted FROM equipair.import_apply()});
like($err, qr/ERROR:  42501:/, 'who may not write the table imports nothing');
is($node->safe_psql('source', q{SELECT count(*) FROM twinning.import_rows}), '1', 'and the file waits');
$node->safe_psql('source', q{GRANT INSERT ON twinning.schools TO clerk; DELETE FROM twinning.import_rows});

# ---- Dump and restore ---------------------------------------------------------

my $dump = $node->basedir . '/model.sql';
my $state = q{SELECT (SELECT jsonb_agg(s ORDER BY id) FROM twinning.schools s)::text || (SELECT jsonb_agg(h)::text FROM twinning.schools_history h)};
my $before = $node->safe_psql('source', $state);
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-f', $dump, 'source' ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored TEMPLATE template0');
command_ok([ 'psql', '-X', '-q', '-h', $node->host, '-p', $node->port, '-v', 'ON_ERROR_STOP=1', '-f', $dump, 'restored' ], 'and its restore');
is($node->safe_psql('restored', $state), $before, 'rows, times and history are the same');
is($node->safe_psql('restored', 'SELECT equipair.twinning_schema_version(), count(*) FROM equipair.twinning_schema_issues()'), '1|0',
	'it is a model still');
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-n', 'twinning', '-f', $dump, 'source' ], 'a dump of the schema alone');
my (undef, $errors) = run_command([ 'psql', '-X', '-q', '-h', $node->host, '-p', $node->port, '-f', $dump, 'plain' ]);
is_deeply([ grep { !/equipair|"?twinning\.summaries"?/ } $errors =~ /(?:ERROR|FATAL): +(.*)/g ], [],
	'is restored where there is no equipair, all but what stands on it');
is($node->safe_psql('plain', $state), $before, 'with its rows');

# ---- Without the extension ----------------------------------------------------

$node->safe_psql('source', 'DROP EXTENSION equipair CASCADE');
is($node->safe_psql('source', $state), $before, 'DROP EXTENSION ... CASCADE takes nothing along');
($out, $err) = as('clerk', q{
	UPDATE twinning.schools SET students = 7;
	SELECT count(*) FROM twinning.schools_history});
is($out, '3', 'and history goes on') or diag($err);

# ---- A new name ---------------------------------------------------------------

$node->safe_psql('source', 'ALTER SCHEMA twinning RENAME TO "Chương trình"');
($out, $err) = as('clerk', q{
	UPDATE "Chương trình".schools SET students = 8;
	INSERT INTO "Chương trình".schools (id, name, level, district_id) VALUES ('2', 'y', 'primary', '001');
	SELECT (SELECT count(*) FROM "Chương trình".schools_history) || ' ' || (SELECT count(*) FROM "Chương trình".units WHERE kind = 'school')});
is($out, '4 2', 'a schema with a new name keeps its history and its units') or diag($err);

$node->stop;
done_testing();
