# A source that is all rows of one table is read without the executor, and any other one by it: the same rows, the same
# rights, and the same order, whichever it is.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_parallel_workers_per_gather = 0");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE ROLE owner_of_views;
	CREATE ROLE reader;
	CREATE TABLE t (note text, value float8, gone int, zone text, level int);
	INSERT INTO t SELECT 'n', i % 17 + (i % 3), i, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, i % 4 FROM generate_series(1, 500) i;
});

my $workers = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;'
  . ' SET parallel_leader_participation = off';

# The first error, else the rows, that a statement gives; and who read the sources: 'table', 'executor', or both.
# A warning of what was not released is the answer, where there is one.
sub ask
{
	my ($statement, $before) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', ($before // '') . qq{;
		\\set VERBOSITY verbose
		SET client_min_messages = debug1;
		$statement;}, on_error_stop => 0);
	my $table = () = $err =~ /DEBUG: .* takes them from table "\w+" without the executor/g;
	my $read = () = $err =~ /DEBUG: .* reads the rows of parameter/g;
	my ($code) = $err =~ /ERROR:  (\w{5}):/;
	my ($leak) = $err =~ /(WARNING:.*(?:leak|snapshot|not closed).*)/;
	return ($code // $leak // $out, $table == 0 ? 'executor' : $table == $read ? 'table' : 'both');
}

# The counts and means of gap_indices over a source, and the same in SQL over the relation that it reads.
sub check
{
	my ($name, $wanted, $source, $sql, $before) = @_;
	my $query = $sql // ($source =~ /^[\w.]+$/ ? "SELECT * FROM $source" : $source);
	my $quoted = $source =~ s/'/''/gr;
	my ($got, $way) = ask(qq{SELECT reference_n, comparison_n, round(reference_mean::numeric, 9), round(comparison_mean::numeric, 9)
		FROM gap_indices('$quoted') LIMIT 1}, $before);
	my ($want) = ask(qq{SELECT count(value) FILTER (WHERE zone = 'inner'), count(value) FILTER (WHERE zone = 'outer'),
		round(avg(value) FILTER (WHERE zone = 'inner')::numeric, 9), round(avg(value) FILTER (WHERE zone = 'outer')::numeric, 9) FROM ($query) AS s}, $before);
	is($got, $want, "$name: the figures of SQL");
	is($way, $wanted, "$name: read by the $wanted");

	# and with workers, which have other rights to nothing
	return if ($before // '') =~ /CREATE/;
	my ($shared, $theirs) = ask(qq{SELECT reference_n, comparison_n, round(reference_mean::numeric, 9), round(comparison_mean::numeric, 9)
		FROM gap_indices('$quoted') LIMIT 1}, ($before // '') . ';' . $workers);
	is($shared, $want, "$name: the figures of SQL, with workers");
	is($theirs, $wanted, "$name: with workers, read by the $wanted");
}

# --- what is a plain table ------------------------------------------------------------

check('a name', 'table', 't');
check('all its columns', 'table', 'SELECT * FROM t');
check('some of them, in another order', 'table', 'SELECT zone, level, value FROM t');
check('one under another name, and one twice', 'table', 'SELECT note AS zone2, zone, value, value AS again FROM ONLY t');
check('a condition', 'executor', 'SELECT * FROM t WHERE level > 1');
check('an expression', 'executor', 'SELECT zone, value + 1 AS value FROM t');
check('a constant', 'executor', q{SELECT 'inner' AS zone, value FROM t});
check('a limit', 'executor', 'SELECT * FROM t ORDER BY gone LIMIT 100');
check('a column of the system beside them', 'executor', 'SELECT ctid, zone, value FROM t');
check('one that is not read', 'table', 'SELECT zone, value, ctid FROM t');
check('a sample', 'executor', 'SELECT * FROM t TABLESAMPLE system (100)');
check('two tables', 'executor', 'SELECT * FROM t UNION ALL SELECT * FROM t');

# rows that are shorter than the table, and longer
$node->safe_psql('postgres', q{
	ALTER TABLE t DROP COLUMN gone;
	ALTER TABLE t ADD COLUMN weight float8 DEFAULT 2;
	ALTER TABLE t ADD COLUMN twice float8 GENERATED ALWAYS AS (value * 2) STORED;
	INSERT INTO t SELECT 'm', i, 'inner', 3, NULL FROM generate_series(1, 20) i;
	DELETE FROM t WHERE level = 1;
	UPDATE t SET value = value + 1, weight = 1 WHERE level = 2;
});
check('a dropped column, and one that is computed', 'table', 'SELECT zone, twice AS value FROM t');
is((ask(q{SELECT comparison_n, round(comparison_mean::numeric, 9) FROM gap_indices('SELECT weight AS value, zone FROM t') LIMIT 1}))[0],
	(ask(q{SELECT count(weight), round(avg(weight)::numeric, 9) FROM t WHERE zone = 'outer'}))[0], 'a column with a default that no row holds');

$node->safe_psql('postgres', q{
	CREATE VIEW plain_view AS SELECT zone, value FROM t;
	CREATE VIEW other_view AS SELECT zone, value * 2 AS value FROM t;
	CREATE MATERIALIZED VIEW kept AS SELECT value, zone FROM t;
	CREATE UNLOGGED TABLE quick AS SELECT zone, value FROM t;
	CREATE TABLE parent (zone text, value float8);
	INSERT INTO parent SELECT zone, value FROM t;
	CREATE TABLE empty (zone text, value float8);
	CREATE TABLE parted (zone text, value float8, level int) PARTITION BY LIST (level);
	CREATE TABLE one (level int, gone int, value float8, zone text);
	ALTER TABLE one DROP COLUMN gone;
	ALTER TABLE parted ATTACH PARTITION one FOR VALUES IN (0, 1, 2, 3);
	INSERT INTO parted SELECT zone, value, level FROM t;
});
check('a view of columns', 'table', 'plain_view');
check('a view that computes', 'executor', 'other_view');
check('a materialized view', 'table', 'kept');
$node->safe_psql('postgres', 'CREATE MATERIALIZED VIEW unfilled AS SELECT value, zone FROM t WITH NO DATA');
is((ask(q{SELECT count(*) FROM gap_indices('unfilled')}, $_))[0], '55000', 'a materialized view that was never filled') for '', $workers;
check('an unlogged table', 'table', 'quick');
check('a temporary table', 'table', 'mine', undef, 'CREATE TEMP TABLE mine AS SELECT value, zone FROM t');
check('a parent without children', 'table', 'parent');
check('an empty table', 'executor', 'SELECT * FROM empty UNION ALL SELECT zone, value FROM quick');
check('the only partition, with other columns before', 'table', 'parted');
$node->safe_psql('postgres', q{
	CREATE TABLE child (more int) INHERITS (parent);
	INSERT INTO child SELECT zone, value + 5, 1 FROM t;
	CREATE TABLE two PARTITION OF parted FOR VALUES IN (4);
	INSERT INTO parted SELECT zone, value, 4 FROM t;
});
check('a parent with a child', 'executor', 'parent');
check('the parent alone', 'table', 'SELECT * FROM ONLY parent');
check('a child', 'table', 'child');
check('two partitions', 'executor', 'parted');
check('one partition', 'table', 'two');
check('a partition that is left', 'executor', 'SELECT zone, value FROM parted WHERE level > 3', 'SELECT * FROM two');
is(join(' ', ask(q{SELECT sum(reference_n + comparison_n) FROM gap_indices('empty')})), '0 table', 'an empty table');

# --- values ---------------------------------------------------------------------------

# labels that are compressed, that lie out of line, and of which NULL is one
$node->safe_psql('postgres', q{
	CREATE TABLE long_labels (value float8, level text, zone text);
	ALTER TABLE long_labels ALTER zone SET STORAGE external;
	INSERT INTO long_labels SELECT i % 7, nullif(repeat('x', 1000 * (i % 4)), ''), (ARRAY['inner', 'outer', repeat('y', 9000)])[1 + i % 3] FROM generate_series(1, 60) i;
});
my $rows = q{SELECT md5(string_agg(r::text, '|')) FROM gap_indices(%s, '{level}') AS r};
my ($by_table, $way) = ask(sprintf $rows, q{'long_labels'});
my ($by_executor, $other) = ask(sprintf $rows, q{'SELECT * FROM long_labels WHERE value >= 0'});
is("$way $other", 'table executor', 'long labels are read both ways');
is($by_table, $by_executor, '... with equal answers');

# what depends on the order of rows: the first spelling that is met, and rows in the order of first appearance
$node->safe_psql('postgres', q{
	CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	CREATE TABLE spelled (zone text, held_on date, level text COLLATE blind, planned_on date);
	INSERT INTO spelled SELECT 'z' || i % 5, '2023-01-01'::date + i, (ARRAY['B', 'a', 'b', 'A'])[1 + i % 4], '2023-01-03' FROM generate_series(1, 90) i;
	CREATE TABLE pairs (valid_from date, partner_b int, partner_a int);
	INSERT INTO pairs SELECT '2023-01-01', i, i * 7 % 50 + 100 FROM generate_series(1, 90) i;
	CREATE TABLE schools (zone text, name text, id int);
	INSERT INTO schools SELECT 'z' || i % 4, 'name', i * 11 % 190 FROM generate_series(1, 190) i;
});
for my $call ("completion_rates(%s, '{level,zone}', '2023-02-01')", "completion_items(%s, '{level}')", 'pairing_partners(%s, %s)', 'pairing_coverage(%s, %s)',
	'pairing_items(%s, %s)')
{
	my @names = $call =~ /^pairing/ ? ('schools', 'pairs') : ('spelled');
	my $told = "SELECT md5(string_agg(r::text, '|')) FROM $call AS r";
	my $column = $names[0] eq 'schools' ? 'id IS NOT NULL' : 'level IS NOT NULL';
	my @conditions = map { "'SELECT * FROM $_ WHERE ctid IS NOT NULL'" } @names;
	is((ask(sprintf $told, map { "'$_'" } @names))[0], (ask(sprintf $told, @conditions))[0], "$call: equal answers, in the same order");
}

# --- rights ---------------------------------------------------------------------------

$node->safe_psql('postgres', q{
	CREATE TABLE secret (note text, value float8, zone text);
	INSERT INTO secret SELECT 'n', value, zone FROM t;
	CREATE VIEW lent AS SELECT zone, value FROM secret;
	CREATE VIEW lent_to_invokers WITH (security_invoker) AS SELECT zone, value FROM secret;
	ALTER VIEW lent OWNER TO owner_of_views;
	GRANT SELECT ON secret TO owner_of_views;
	GRANT SELECT ON lent, lent_to_invokers TO reader;
});
my $reader = 'SET ROLE reader';
for my $source ('secret', 'SELECT * FROM secret', 'SELECT zone, value FROM secret', 'lent_to_invokers')
{
	is((ask("SELECT count(*) FROM gap_indices('$source')", $reader))[0], '42501', "$source: without a right to it");
}
check('a view lends the rights of its owner', 'table', 'lent', undef, $reader);
$node->safe_psql('postgres', 'GRANT SELECT (zone, value) ON secret TO reader');
check('rights to the columns that are read', 'table', 'secret', 'SELECT zone, value FROM secret', $reader);
check('a view with the rights of who asks', 'table', 'lent_to_invokers', undef, $reader);
is((ask(q{SELECT count(*) FROM gap_indices('SELECT * FROM secret')}, $reader))[0], '42501', 'no right to one column of a query');
is((ask(q{SELECT count(*) FROM gap_indices('SELECT zone, value, note FROM secret')}, $reader))[0], '42501', '... though the report does not read it');
$node->safe_psql('postgres', 'REVOKE SELECT ON secret FROM owner_of_views');
is((ask(q{SELECT count(*) FROM gap_indices('lent')}, $reader))[0], '42501', 'the owner of a view has lost the right');

$node->safe_psql('postgres', q{
	CREATE TABLE guarded (value float8, zone text);
	INSERT INTO guarded SELECT value, zone FROM t;
	ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
	CREATE POLICY few ON guarded FOR SELECT TO reader USING (value < 9);
	GRANT SELECT ON guarded TO reader, owner_of_views;
	CREATE ROLE warden BYPASSRLS;
	GRANT SELECT ON guarded TO warden;
});
check('the owner of a guarded table', 'table', 'guarded');
check('who may pass by', 'table', 'guarded', undef, 'SET ROLE warden');
check('rows that a policy allows', 'executor', 'guarded', undef, $reader);
isnt((ask(q{SELECT reference_n FROM gap_indices('guarded') LIMIT 1}, $reader))[0], (ask(q{SELECT reference_n FROM gap_indices('guarded') LIMIT 1}))[0],
	'... are not all');
is(join(' ', ask(q{SELECT sum(reference_n + comparison_n) FROM gap_indices('guarded')}, 'SET ROLE owner_of_views')), '0 executor', 'no policy allows any');
is((ask(q{SELECT count(*) FROM gap_indices('guarded')}, 'SET ROLE reader; SET row_security = off'))[0], '42501', 'row_security = off: an error as ever');

# --- transactions ---------------------------------------------------------------------

is((ask(q{SELECT mode, page IS NULL FROM pg_locks WHERE relation = 'quick2'::regclass AND mode = 'SIReadLock'},
	q{CREATE TABLE quick2 AS SELECT * FROM quick; BEGIN ISOLATION LEVEL SERIALIZABLE; DO $$ BEGIN PERFORM gap_indices('quick2'); END $$}))[0], 'SIReadLock|t',
	'serializable: the whole table is taken as read');
is((ask(q{SELECT comparison_n - (SELECT count(*) FROM t WHERE zone = 'outer') FROM gap_indices('t') LIMIT 1; ROLLBACK},
	q{BEGIN; INSERT INTO t VALUES ('new', 3, 'outer', 1, 1)}))[0], '0', 'rows of the transaction itself');
is((ask(q{FETCH 1 FROM c; COMMIT},
	q{CREATE TABLE grows AS SELECT * FROM quick; BEGIN; DECLARE c CURSOR FOR SELECT reference_n FROM gap_indices('grows'); INSERT INTO grows SELECT * FROM quick}))[0],
	$node->safe_psql('postgres', q{SELECT count(*) FROM quick WHERE zone = 'inner'}), 'a cursor has the snapshot of its beginning');

# an error in the middle of a table leaves nothing behind that a warning would tell of
is((ask(q{SELECT count(*) FROM gap_indices('odd', '{level}'); COMMIT}, q{
	CREATE TABLE odd AS SELECT 'inner' AS zone, i AS value, i % 2 AS level, CASE WHEN i = 300 THEN -1 ELSE 1 END AS weight FROM generate_series(1, 500) i;
	BEGIN;
	DO $$ BEGIN PERFORM gap_indices('odd'); EXCEPTION WHEN invalid_parameter_value THEN UPDATE odd SET weight = 1; END $$}))[0],
	$node->safe_psql('postgres', q{SELECT count(*) FROM gap_indices('SELECT zone, value, level FROM odd WHERE value > 0', '{level}')}),
	'an error that is caught, and a report of the same table after it');

done_testing();
