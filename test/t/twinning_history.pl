# What was known when, against a log: hundreds of random changes of a model's table, each transaction followed by a copy
# of all rows that the test keeps itself, and <table>_known_at at the time of each of them and in between.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $seed = 20230531;
srand($seed);
note("seed $seed");

$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	SELECT create_twinning_schema();
	INSERT INTO twinning.districts (id, name, zone) VALUES ('d1', 'x', 'inner'), ('d2', 'y', 'outer');
	CREATE TABLE log (n int, known_from timestamptz, id text, name text, level text, district_id text, students bigint, contact text);
	CREATE TABLE moments (n int, known_from timestamptz)});

my @levels = qw(preschool primary lower_secondary upper_secondary);
sub one_of { return $_[ rand @_ ] }
sub id { return 's' . int(rand 25) }
sub value { return one_of('NULL::bigint', int(rand 1000)) }
sub row { return sprintf "('%s', 'n%d', '%s', '%s', %s)", $_[0] // id(), rand 9, one_of(@levels), one_of(qw(d1 d2)), value() }

# Statements that can fail only for an id that is there already: then the transaction is none, and leaves nothing.
my $columns = '(id, name, level, district_id, students)';
my @statements = (
	sub { "INSERT INTO twinning.schools $columns VALUES " . row() },
	sub { my $i = int(rand 20); "INSERT INTO twinning.schools $columns VALUES " . join(', ', map { row('s' . ($i + $_)) } 0 .. 4) . ' ON CONFLICT DO NOTHING' },
	sub { sprintf "UPDATE twinning.schools SET students = %s, contact = %s WHERE id = '%s'", value(), one_of('NULL', q{'c'}), id() },
	sub { sprintf 'UPDATE twinning.schools SET students = coalesce(students, 0) + %d WHERE level = \'%s\'', 1 + rand 9, one_of(@levels) },
	sub { 'UPDATE twinning.schools SET name = name' },
	sub { sprintf "UPDATE twinning.schools SET id = '%s' WHERE id = '%s'", id(), id() },
	sub { sprintf "DELETE FROM twinning.schools WHERE id = '%s'", id() },
	sub { sprintf 'DELETE FROM twinning.schools WHERE students < %d', rand 200 },
	sub { "INSERT INTO twinning.schools $columns VALUES " . row() . ' ON CONFLICT (id) DO UPDATE SET students = excluded.students, name = excluded.name' },
	sub {
		my $i = int(rand 20);
		'MERGE INTO twinning.schools AS s USING (VALUES ' . join(', ', map { row('s' . ($i + $_)) } 0 .. 3) . ") AS v $columns ON v.id = s.id"
		  . ' WHEN MATCHED AND v.students < 300 THEN DELETE WHEN MATCHED THEN UPDATE SET students = v.students, level = v.level'
		  . " WHEN NOT MATCHED THEN INSERT $columns VALUES (v.id, v.name, v.level, v.district_id, v.students)";
	});

# One transaction: one statement, or several that change the same rows again.  The log is what the table holds at its end.
# No row is deleted and added again within one: docs/twinning.md says what is known then.
my $copy = 'SELECT %d, transaction_timestamp(), id, name, level, district_id, students, contact FROM twinning.schools';
my $script = '';
my $transactions = 500;
for my $n (1 .. $transactions)
{
	my @run = ($statements[ rand @statements ]->());
	push @run, map { $statements[ one_of(2, 3, 4) ]->() } 1 .. rand 3 if rand() < 0.3;
	$script .= join ";\n", 'BEGIN', @run, "INSERT INTO moments VALUES ($n, transaction_timestamp())", sprintf("INSERT INTO log $copy", $n),
	  one_of(('COMMIT') x 9, 'ROLLBACK') . ";\n";
}
my ($status, $out, $err) = $node->psql('postgres', $script, on_error_stop => 0);
is(join('', grep { !/ERROR:  (?:duplicate key|current transaction is aborted)|^DETAIL:  Key/ } map { "$_\n" } grep { /ERROR|DETAIL/ } split /\n/, $err), '',
	'nothing fails but what takes an id that is there');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM moments'), '>', $transactions / 2, 'most transactions were committed');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM twinning.schools_history'), '>', $transactions, 'many rows were changed');

# When the log was written, the middle between each two such times, the last microsecond before each transaction, and long
# before and after.  Changes of one transaction follow each other by microseconds: what holds at its end holds ten later.
is($node->safe_psql('postgres', q{SELECT min(d) > interval '20 microseconds' FROM (SELECT known_from - lag(known_from) OVER (ORDER BY known_from) AS d FROM moments) AS x}), 't',
	'transactions are apart');
my $differing = q{
	WITH moment AS (
		SELECT known_from, lead(known_from) OVER (ORDER BY known_from) AS next FROM moments
	), asked AS (
		SELECT known_from + interval '10 microseconds' AS t FROM moment
		UNION SELECT known_from + (next - known_from) / 2 FROM moment WHERE next IS NOT NULL
		UNION SELECT next - interval '1 microsecond' FROM moment WHERE next IS NOT NULL
		UNION VALUES ('2000-01-01'::timestamptz), ('infinity')
	), expected AS (
		SELECT a.t, l.id, l.name, l.level, l.district_id, l.students, l.contact
		  FROM asked AS a, log AS l
		 WHERE l.n = (SELECT m.n FROM moments AS m WHERE m.known_from <= a.t ORDER BY m.known_from DESC LIMIT 1)
	), got AS (
		SELECT a.t, k.id, k.name, k.level, k.district_id, k.students, k.contact FROM asked AS a, twinning.schools_known_at(a.t) AS k
	)
	SELECT (SELECT count(*) FROM asked) > 1000, (SELECT count(*) FROM expected) > 5000,
	       (SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE got) AS x), (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE expected) AS x)};
is($node->safe_psql('postgres', $differing), 't|t|0|0', 'what was known at any time is what the log says');

# the test would see it if one old row were not kept
is($node->safe_psql('postgres', q{
	DELETE FROM twinning.schools_history WHERE ctid = (SELECT h.ctid FROM twinning.schools_history AS h, moments AS m WHERE h.recorded @> (m.known_from + interval '10 microseconds') LIMIT 1);} . $differing) =~ /^t\|t\|[1-9]\d*\|0$/ ? 'seen' : 'not seen',
	'seen', 'a row of history that is missing is seen');

$node->stop;
done_testing();
