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
is($node->safe_psql('source', q{SELECT count(*) FROM pg_proc WHERE pronamespace = 'twinning'::regnamespace AND prosecdef AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig)}),
	'3', 'with a search path of its own');
($out, $err) = as('office', q{
	GRANT USAGE ON SCHEMA twinning TO clerk;
	GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA twinning TO clerk;
	REVOKE INSERT, UPDATE, DELETE ON twinning.units, twinning.model, twinning.reports, twinning.checks FROM clerk;
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
# where they were restored without their rights, everybody may execute them
$node->safe_psql('source', q{GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA twinning TO clerk});
for ([ 'keep_history', 'UPDATE', 'schools_history', 'recorded tstzrange, "row" jsonb', q{UPDATE schools SET id = '2'} ],
	[ 'raise_periods', 'UPDATE', 'periods', 'school_year int PRIMARY KEY, version int DEFAULT 1', 'UPDATE schools SET school_year = 2' ],
	[ 'list_unit', 'UPDATE', 'units', 'id text, kind text, UNIQUE (id, kind)', q{UPDATE schools SET id = '2'} ])
{
	my ($function, $event, $target, $columns, $statement) = @$_;
	my $how = $function eq 'list_unit' ? 'FOR EACH ROW' : 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT';
	($out, $err) = as('clerk', qq{
		CREATE TEMP TABLE schools (id text, school_year int, recorded_from timestamptz);
		INSERT INTO schools VALUES ('1', 1, now());
		CREATE TEMP TABLE $target ($columns);
		GRANT ALL ON $target TO office;
		CREATE TRIGGER t AFTER $event ON schools $how EXECUTE FUNCTION twinning.$function('school');
		$statement});
	like($err, qr/ERROR:  42501: table "schools" must belong to the owner of function $function\n/, "$function: it writes nothing beside a table of a clerk");
}
$node->safe_psql('source', q{REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA twinning FROM clerk});
# an editor whose session writes numbers short and days in another order
as('office', q{INSERT INTO twinning.indicators (code, name) VALUES ('score', 'score')});
($out, $err) = as('clerk', q{
	INSERT INTO twinning.schools (id, name, level, district_id, valid) VALUES ('5', 'x', 'primary', '001', '[2024-02-01,2024-05-06)');
	INSERT INTO twinning.outcomes VALUES ('5', 2022, 'score', 1.23456789);
	SET extra_float_digits = -14; SET datestyle = 'German';
	UPDATE twinning.outcomes SET value = 9; DELETE FROM twinning.outcomes; UPDATE twinning.schools SET valid = '(,)' WHERE id = '5'; DELETE FROM twinning.schools WHERE id = '5';
	SET datestyle = 'SQL, MDY';
	SELECT "row" ->> 'value' FROM twinning.outcomes_history ORDER BY recorded LIMIT 1;
	SELECT (jsonb_populate_record(NULL::twinning.schools, "row")).valid = '[2024-02-01,2024-05-06)'::daterange FROM twinning.schools_history WHERE "row" ->> 'id' = '5' ORDER BY recorded LIMIT 1});
is($out, "1.23456789\nt", 'keeps every digit, and days that every session reads') or diag($err);
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

# ---- The rights of docs/twinning.md ---------------------------------------------

my ($grants) = slurp_file('../docs/twinning.md') =~ /^```sql\n(CREATE ROLE editor;\n.*?)^```$/ms;
ok($grants, 'the page says which rights an editor needs');
$node->safe_psql('source', $grants . 'GRANT USAGE ON SCHEMA equipair TO editor; ALTER ROLE editor LOGIN');
is($node->safe_psql('source', q{SELECT count(*) FROM pg_class c JOIN pg_class h ON h.relnamespace = c.relnamespace AND h.relname = c.relname || '_history'
	WHERE c.relnamespace = 'twinning'::regnamespace AND NOT has_table_privilege('editor', c.oid, 'INSERT')}), '0', 'all tables with a history are among them');
($out, $err) = as('editor', q{
	INSERT INTO twinning.organisations (id, name) VALUES ('o1', 'x');
	INSERT INTO twinning.indicators (code, name) VALUES ('e', 'x');
	INSERT INTO twinning.outcomes (school_id, school_year, indicator, value) VALUES ('1', 2020, 'e', 1);
	INSERT INTO twinning.pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'agreement', '1', 'o1');
	UPDATE twinning.pairings SET partner_b = 'o1', document = 'x';
	DELETE FROM twinning.pairings;
	DELETE FROM twinning.outcomes;
	DELETE FROM twinning.indicators;
	DELETE FROM twinning.organisations;
	SELECT count(*) FROM equipair.import_issues();
	SELECT equipair.import_file('twinning', 'schools', 'f', E'id;name;level;district_id\n9;x;Tieu hoc;001\n');
	SELECT inserted FROM equipair.import_apply();
	DELETE FROM twinning.schools WHERE id = '9'});
is("$out$err", "0\n1\n1", 'with them an editor writes, deletes and imports');
for my $forbidden (qw(reports checks runs figures units periods model schools_history))
{
	($out, $err) = as('editor', "DELETE FROM twinning.$forbidden");
	like($err, qr/ERROR:  42501:/, "but does not write $forbidden");
}
(undef, $err) = as('office', q{CALL equipair.nightly_report('twinning', '2023-05-31')});
unlike($err, qr/42501/, 'and the night runs');
$node->safe_psql('source', 'GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA twinning TO editor');
(undef, $err) = as('office', q{CALL equipair.nightly_report('twinning', '2023-05-31')});
like($err, qr/ERROR:  42501: schema "twinning" must not be open to code of other roles\nDETAIL:  Role editor has INSERT, UPDATE on twinning\.checks\.\nRole editor has INSERT, UPDATE on twinning\.model\.\nRole editor has INSERT, UPDATE on twinning\.reports\.\n/, 'which it does not where all tables were opened');
$node->safe_psql('source', q{DROP OWNED BY editor; DELETE FROM twinning.schools_history WHERE "row" ->> 'id' = '9'; DELETE FROM twinning.periods; DELETE FROM twinning.summaries; DELETE FROM twinning.runs; DELETE FROM twinning.issues; DELETE FROM twinning.figures});

# ---- Two models in a database -------------------------------------------------

# All rows of a schema, and its catalog: columns, rights, comments, constraints, functions, triggers and views.
sub all_of
{
	my ($schema) = @_;
	(my $literal = $schema) =~ s/'/''/g;
	return $node->safe_psql('source', qq{
		WITH s AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = '$literal'),
			 c AS (SELECT c.*, s.nspname FROM pg_class c JOIN s ON s.oid = c.relnamespace)
		SELECT string_agg(line, chr(10) ORDER BY line COLLATE "C") FROM (
			SELECT relname || query_to_xml(format('SELECT t::text FROM %I.%I AS t ORDER BY t::text COLLATE "C"', nspname, relname), true, true, '')::text FROM c WHERE relkind = 'r'
			UNION ALL SELECT concat_ws(' ', relname, relacl, pg_get_userbyid(relowner), obj_description(oid, 'pg_class'), CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) WHEN 'i' THEN pg_get_indexdef(oid) END) FROM c
			UNION ALL SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, col_description(c.oid, attnum)) FROM c JOIN pg_attribute a ON attrelid = c.oid
			UNION ALL SELECT relname || ' ' || pg_get_constraintdef(k.oid) FROM c JOIN pg_constraint k ON conrelid = c.oid
			UNION ALL SELECT relname || ' ' || pg_get_triggerdef(t.oid) FROM c JOIN pg_trigger t ON tgrelid = c.oid WHERE NOT tgisinternal
			UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN s ON s.oid = pronamespace) AS l (line)});
}

# An import, history and a night in a model; returns how many rows each left.
sub work_in
{
	my ($schema) = @_;
	(my $literal = $schema) =~ s/'/''/g;
	(my $identifier = qq{"$schema"}) =~ s/(?<=.)"(?=.)/""/g;
	as('office', qq{SELECT equipair.import_file('$literal', 'programmes', 'p', E'id;name\np1;One\n');
		SELECT equipair.import_file('$literal', 'districts', 'd', E'id;name;zone\nd1;x;inner\nd2;y;outer\n');
		SELECT equipair.import_file('$literal', 'schools', 's', E'id;name;level;district_id\ns1;x;primary;d1\ns2;y;primary;d2\n');
		SELECT equipair.import_apply('$literal');
		UPDATE $identifier.schools SET students = 9 WHERE id = 's1';
		INSERT INTO $identifier.indicators (code, name) VALUES ('m', 'marks');
		INSERT INTO $identifier.outcomes (school_id, school_year, indicator, value) VALUES ('s1', 2022, 'm', 7), ('s2', 2022, 'm', 5)});
	as('office', qq{CALL equipair.nightly_report('$literal', '2023-05-31')});
	return $node->safe_psql('source', qq{SELECT (SELECT count(*) FROM $identifier.schools WHERE id IN ('s1', 's2'))
		|| ' ' || (SELECT count(*) FROM $identifier.schools_history WHERE "row" ->> 'id' = 's1')
		|| ' ' || (SELECT count(*) > 0 FROM $identifier.runs) || ' ' || (SELECT count(*) FROM $identifier.summaries)
		|| ' ' || (SELECT count(*) FROM $identifier.periods)});
}

my $second = "a\"b'; drop tr\xc6\xb0\xe1\xbb\x9dng";
(my $second_literal = $second) =~ s/'/''/g;
($out, $err) = as('office', qq{SELECT equipair.create_twinning_schema('$second_literal')});
is($err, '', 'a second model, of another name');
my ($first_before, $second_before) = (all_of('twinning'), all_of($second));
is(work_in('twinning'), '2 1 true 1 1', 'an import, history and a night in the first');
isnt(all_of('twinning'), $first_before, 'change the first');
is(all_of($second), $second_before, 'and neither rows nor catalog of the second');
$first_before = all_of('twinning');
is(work_in($second), '2 1 true 1 1', 'the same in the second');
is(all_of('twinning'), $first_before, 'leaves the first as it was');
(my $second_identifier = qq{"$second"}) =~ s/(?<=.)"(?=.)/""/g;
($out, $err) = as('office', qq{SET client_min_messages = warning; DROP SCHEMA $second_identifier CASCADE});
is(all_of('twinning') . $err, $first_before, 'and so does the end of the second');

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
# In an archive: psql of 15.18 takes the rows of a table that could not be made for statements, and loses the next tables.
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-n', 'twinning', '-F', 'c', '-f', $dump, 'source' ], 'a dump of the schema alone');
my (undef, $errors) = run_command([ 'pg_restore', '-h', $node->host, '-p', $node->port, '-d', 'plain', $dump ]);
is_deeply([ grep { !/equipair|"?twinning\.summaries"?/ } $errors =~ /(?:ERROR|FATAL): +(.*)/g ], [],
	'is restored where there is no equipair, all but what stands on it');
is($node->safe_psql('plain', $state), $before, 'with its rows');
my $tables = $node->safe_psql('source', q{SELECT quote_ident(relname) FROM pg_class
	WHERE relkind = 'r' AND relnamespace = 'twinning'::regnamespace AND relname <> 'summaries' ORDER BY relname});
my $counts = join ' UNION ALL ', map { "SELECT '$_', count(*) FROM twinning.$_" } split /\n/, $tables;
is($node->safe_psql('plain', $counts), $node->safe_psql('source', $counts), 'and those of every other table');

# ---- Without the extension ----------------------------------------------------

# Every column of the tables that an office fills, and of their history.
my $columns = q{SELECT string_agg(concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)), chr(10) ORDER BY c.relname, a.attnum)
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = 'twinning'::regnamespace AND c.relkind = 'r' AND (c.relname, a.attname) <> ('summaries', 'summary')};
my $columns_before = $node->safe_psql('source', $columns);
like($columns_before, qr/^schools_history row jsonb$/m, 'columns are looked at');
(undef, undef, $err) = $node->psql('source', "\\set VERBOSITY verbose\nDROP EXTENSION equipair");
like($err, qr/ERROR:  2BP01:/, 'the extension is not dropped while a model stands');
like($err, qr/column summary of table twinning\.summaries depends on type/, 'and the error names what stands on it');
$node->safe_psql('source', 'DROP EXTENSION equipair CASCADE');
is($node->safe_psql('source', $columns), $columns_before, 'nor any column but that one');
is($node->safe_psql('source', $state), $before, 'DROP EXTENSION ... CASCADE takes nothing along');
($out, $err) = as('clerk', q{
	UPDATE twinning.schools SET students = 7;
	SELECT count(*) FROM twinning.schools_history WHERE "row" ->> 'id' = '1'});
is($out, '2', 'and history goes on') or diag($err);

# ---- A new name ---------------------------------------------------------------

$node->safe_psql('source', 'ALTER SCHEMA twinning RENAME TO "Chương trình"');
($out, $err) = as('clerk', q{
	UPDATE "Chương trình".schools SET students = 8;
	INSERT INTO "Chương trình".schools (id, name, level, district_id) VALUES ('2', 'y', 'primary', '001');
	SELECT (SELECT count(*) FROM "Chương trình".schools_history WHERE "row" ->> 'id' = '1') || ' ' || (SELECT count(*) FROM "Chương trình".units WHERE kind = 'school')});
is($out, '3 4', 'a schema with a new name keeps its history and its units') or diag($err);

# ---- What an update leaves to do ---------------------------------------------------

# All that there is in a schema, as one text: relations with columns, functions, triggers, comments, rights.
sub catalog
{
	my $schema = shift;
	return $node->safe_psql('source', qq{
		SELECT string_agg(line, chr(10) ORDER BY line) FROM (
			SELECT concat_ws(' ', c.relname, c.relkind, c.relacl, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum), pg_get_viewdef(c.oid)) AS line
			  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attnum > 0 WHERE c.relnamespace = $schema AND c.relkind <> 'v'
			UNION ALL SELECT concat_ws(' ', c.relname, c.relacl, pg_get_viewdef(c.oid), obj_description(c.oid)) FROM pg_class c WHERE c.relnamespace = $schema AND c.relkind = 'v'
			UNION ALL SELECT pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') || coalesce(obj_description(p.oid), '') FROM pg_proc p WHERE p.pronamespace = $schema
			UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = $schema AND NOT t.tgisinternal) AS x} =~ s/pg_get_viewdef\(c\.oid\)\) AS line/NULL) AS line/r);
}
my $renamed = q{'"Chương trình"'::regnamespace};
($out, $err) = as('office', q{SELECT count(*) FROM "Chương trình".schools_known_at(now())});
like($err, qr/ERROR:  42P01:/, 'what was known is asked of the old name');
$node->safe_psql('source', 'CREATE EXTENSION equipair SCHEMA equipair');
($out, $err) = as('clerk', q{SELECT equipair.upgrade_twinning_schema('Chương trình')});
like($err, qr/ERROR:  42501:/, 'only the owner brings a model up to date');
(undef, undef, $err) = $node->psql('source', "\\set VERBOSITY verbose\nSELECT equipair.upgrade_twinning_schema('Chương trình')");
like($err, qr/ERROR:  42501: must be the owner of the twinning model.*\n.*\nHINT:  Connect as its owner, office\./, 'not even a superuser, whose rights its views would get');
my $rows = $node->safe_psql('source', q{SELECT jsonb_agg(s ORDER BY id) FROM "Chương trình".schools s});
as('office', q{GRANT SELECT ON "Chương trình".v_schools TO clerk; CREATE VIEW "Chương trình".ours AS SELECT id FROM "Chương trình".v_schools});
($out, $err) = as('office', q{SELECT equipair.upgrade_twinning_schema('Chương trình')});
is($out, '1', 'it tells the version') or diag($err);
is($node->safe_psql('source', q{SELECT jsonb_agg(s ORDER BY id) FROM "Chương trình".schools s}), $rows, 'no row is changed');
is($node->safe_psql('source', q{SELECT (SELECT count(*) FROM "Chương trình".schools_known_at(clock_timestamp())) = (SELECT count(*) FROM "Chương trình".schools)}), 't', 'what was known is asked of the new name');
is($node->safe_psql('source', q{SELECT students FROM "Chương trình".schools_known_at((SELECT min(lower(recorded)) FROM "Chương trình".schools_history WHERE "row" ->> 'id' = '1')) WHERE id = '1'}), '5', 'and answered from history');
is($node->safe_psql('source', q{SELECT attnotnull FROM pg_attribute WHERE attrelid = '"Chương trình".summaries'::regclass AND attname = 'summary'}), 't', 'what the extension took along is back');
is($node->safe_psql('source', q{SELECT has_table_privilege('clerk', '"Chương trình".v_schools', 'SELECT') AND count(*) > 0 FROM "Chương trình".ours}), 't', 'who could read a view still can, and a view on it stands');
($out, $err) = as('office', q{REVOKE INSERT, UPDATE, DELETE ON "Chương trình".reports, "Chương trình".checks FROM clerk; UPDATE "Chương trình".checks SET enabled = false; CALL equipair.nightly_report('Chương trình')});
is($err, '', 'and a night goes well');
my $once = catalog($renamed);
as('office', q{SELECT equipair.upgrade_twinning_schema('Chương trình')});
is(catalog($renamed), $once, 'twice changes nothing');
cmp_ok(length $once, '>', 50_000, 'in all there is');

# What somebody puts into a schema of his is not run by a superuser who looks after it.
$node->safe_psql('source', 'GRANT CREATE ON DATABASE source TO clerk');
($out, $err) = as('clerk', q{SELECT equipair.create_twinning_schema('mm');
	CREATE FUNCTION mm.quote_ident(name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'run as %', current_user; RETURN 'x'; END $$;
	CREATE FUNCTION mm.format(text, name, name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'run as %', current_user; RETURN 'x'; END $$});
for my $call (qw(upgrade_twinning_schema create_twinning_views))
{
	(undef, undef, $err) = $node->psql('source', "\\set VERBOSITY verbose\nSELECT equipair.$call('mm')");
	like($err, qr/ERROR:  42501:/, "$call: refused to a superuser");
	unlike($err, qr/run as/, "$call: before anything there is run");
}
$node->safe_psql('source', 'DROP SCHEMA mm CASCADE; REVOKE CREATE ON DATABASE source FROM clerk');

# A name that is also a quote of texts.
for my $name ('$known$', '$body$', '$do$', '$t$', '$model$', '$q$ %s %1$I \\')
{
	($out, $err) = as('office', "SELECT equipair.create_twinning_schema(\$x\$$name\$x\$); SELECT count(*) FROM \"$name\".levels_known_at('infinity')");
	is($out, "\n5", "a schema called $name") or diag($err);
	($out, $err) = as('office', "ALTER SCHEMA \"$name\" RENAME TO dollars; SELECT equipair.upgrade_twinning_schema('dollars'); SELECT count(*) FROM dollars.levels_known_at('infinity');
		ALTER SCHEMA dollars RENAME TO \"$name\"; SELECT equipair.upgrade_twinning_schema(\$x\$$name\$x\$); SELECT count(*) FROM \"$name\".levels_known_at('infinity');
		UPDATE \"$name\".checks SET enabled = false; CALL equipair.nightly_report(\$x\$$name\$x\$)");
	is("$out$err", "1\n5\n1\n5", 'is renamed, and back, and has its night');
	as('office', "SET client_min_messages = warning; DROP SCHEMA \"$name\" CASCADE");
}

# A schema whose name patterns and quotes could spoil goes to another of that kind.
as('office', q{SELECT equipair.create_twinning_schema('t')});
as('office', q{ALTER SCHEMA t RENAME TO "a.b\1""c'; drop"});
($out, $err) = as('office', q{SELECT equipair.upgrade_twinning_schema('a.b\1"c''; drop'); SELECT count(*) FROM "a.b\1""c'; drop".levels_known_at('infinity')});
is($out, "1\n5", 'any name') or diag($err);
as('office', q{ALTER SCHEMA "a.b\1""c'; drop" RENAME TO u});
($out, $err) = as('office', q{SELECT equipair.upgrade_twinning_schema('u'); SELECT count(*) FROM u.levels_known_at('infinity')});
is($out, "1\n5", 'and back') or diag($err);

# The way from version to version, rehearsed with one that there never was: it had no table of checks, and no comment.
my $script = $node->safe_psql('source', q{SELECT pg_get_functiondef('equipair.twinning_upgrade_script'::regproc)});
$node->safe_psql('source', q{
	CREATE OR REPLACE FUNCTION equipair.twinning_upgrade_script(version int) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
		SELECT CASE version WHEN 0 THEN regexp_substr(equipair.nightly_script(), 'CREATE TABLE checks.*?COMMENT ON COLUMN checks.enabled[^;]*;') END $$});
my $fresh = catalog(q{'u'::regnamespace});
($out, $err) = as('office', q{DROP TABLE u.checks CASCADE; UPDATE u.model SET version = 0; SELECT equipair.upgrade_twinning_schema('u'); SELECT version FROM u.model});
is($out, "1\n1", 'an older model goes up, step by step') or diag($err);
is(catalog(q{'u'::regnamespace}), $fresh, 'and is as a new one');
$node->safe_psql('source', $script);
($out, $err) = as('office', q{UPDATE u.model SET version = -1; SELECT equipair.upgrade_twinning_schema('u')});
like($err, qr/ERROR:  0A000: there is no way from a model of version -1/, 'no way from a version that nobody knows');
($out, $err) = as('office', q{UPDATE u.model SET version = 99; SELECT equipair.upgrade_twinning_schema('u')});
like($err, qr/ERROR:  0A000:.*version 99\n.*\nHINT:  Run ALTER EXTENSION equipair UPDATE/, 'nor back from a later one');
($out, $err) = as('office', q{SELECT equipair.upgrade_twinning_schema('public')});
like($err, qr/ERROR:  42P01:/, 'no model');

# Without tables of its own.
($out, $err) = as('office', q{SELECT equipair.create_twinning_schema('own', false); SELECT equipair.upgrade_twinning_schema('own')});
like($err, qr/NOTICE:  00000: view "v_units" is not made\nDETAIL:  relation "schools" does not exist\n/, 'a schema of views that lacks them is told so');
my $made = q{SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relname IN ('v_figures', 'v_units', 'v_districts', 'v_schools')};
is($node->safe_psql('source', $made), 'v_figures', 'and has the views that read figures alone');
($out, $err) = as('office', q{CREATE VIEW own.levels AS TABLE "Chương trình".levels; CREATE VIEW own.districts AS TABLE "Chương trình".districts; SELECT equipair.upgrade_twinning_schema('own')});
unlike($err, qr/"v_districts"/, 'a view is made as soon as what it reads is there');
is($node->safe_psql('source', $made), 'v_districts v_figures', 'and no sooner');
my $own_once = catalog(q{'own'::regnamespace});
as('office', q{SELECT equipair.upgrade_twinning_schema('own')});
is(catalog(q{'own'::regnamespace}), $own_once, 'twice changes nothing there');
my $views = join ";\n", map { qq{CREATE VIEW own.$_ AS SELECT * FROM "Chương trình".$_} } qw(topics activity_kinds indicators programmes schools organisations external_units successors pairings activities participants aid plans outcomes);
($out, $err) = as('office', "$views;\nSELECT equipair.upgrade_twinning_schema('own'); SELECT count(*) FROM own.v_schools");
is($out, "1\n" . $node->safe_psql('source', q{SELECT count(*) FROM "Chương trình".schools}), 'and gets its views when they are there') or diag($err);

$node->stop;
done_testing();
