# The parameter params and the views of a model through the drivers that programs use: psycopg 3, pgjdbc and
# node-postgres; the views also through SQLAlchemy and Cube's driver, as dashboards read them.  A driver that is not
# there is a failure in continuous integration (CI=true), and is left out elsewhere; Cube's, which Debian does not have,
# is left out with a word wherever npm could not fetch it.
#
# A program for each, in drivers/, makes the same calls, one prepared statement a text.  A call is a line: its
# name, the SQL with $1, $2 and so on, and the values, each with the type that the program is to send: "text",
# "date", "int", "null", "array", whose elements are texts or NULL, or "empty", an array too.  The program prints a line a call: its
# name and the rows; or its name, the SQLSTATE, the message, the hint and the context.
use strict;
use warnings;
use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $drivers = $ENV{EQUIPAIR_DRIVERS} // '';
my $programs = dirname($0) . '/drivers';
my $home = PostgreSQL::Test::Utils::tempdir();

sub unpacked { my $where = shift; return join ':', glob "$drivers/*/usr/share/$where $drivers/*/usr/lib/$where" }

$ENV{PYTHONPATH} = join ':', grep { length } unpacked('python3/dist-packages'), $ENV{PYTHONPATH} // ();
$ENV{NODE_PATH} = join ':', grep { length } unpacked('nodejs'), '/usr/share/nodejs', "$drivers/cube/node_modules", $ENV{NODE_PATH} // ();
$ENV{CLASSPATH} = join ':', grep { -e } glob("$drivers/*/usr/share/java/postgresql.jar"), '/usr/share/java/postgresql.jar';
$ENV{PYTHONDONTWRITEBYTECODE} = 1;

# How to run a program of each, and one that ends well where the driver is there.
my @driver = (
	{ name => 'psycopg 3', block => 'python', run => ['python3'], file => 'driver.py', views => 'views.py', there => [ 'python3', '-c', 'import psycopg' ], url => 'postgresql://%2$s@127.0.0.1:%1$d/postgres' },
	{ name => 'pgjdbc', block => 'java', run => ['java'], file => 'Driver.java', views => 'Views.java', there => [ 'javap', 'org.postgresql.Driver' ], url => 'jdbc:postgresql://127.0.0.1:%d/postgres?user=%s' },
	{ name => 'node-postgres', block => 'js', run => ['node'], file => 'driver.js', views => 'views.js', there => [ 'node', '-e', 'require("pg")' ], url => 'postgresql://%2$s@127.0.0.1:%1$d/postgres' },
	# they have no calls, and read views alone; SQLAlchemy before 2.0 goes through psycopg2
	{ name => 'SQLAlchemy', run => ['python3'], views => 'reflect.py', there => [ 'python3', '-c', 'import sqlalchemy, psycopg2' ], url => 'postgresql+psycopg2://%2$s@127.0.0.1:%1$d/postgres' },
	{ name => 'the driver of Cube', run => ['node'], views => 'cube.js', there => [ 'node', '-e', 'require("@cubejs-backend/postgres-driver")' ], optional => 1,
		url => 'postgresql://%2$s@127.0.0.1:%1$d/postgres' });

sub call_program
{
	my ($out, $err);
	my $ok = eval { IPC::Run::run([@_], '<', \undef, '>', \$out, '2>', \$err) };
	return ($ok, $out // '', $err // $@);
}

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE TABLE schools AS
	  SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, (ARRAY['primary', 'secondary', 'it''s "so", {x\y}'])[1 + i % 7 % 3] AS level,
	         CASE i % 4 WHEN 0 THEN 'Ba Vì' WHEN 1 THEN 'Mê Linh' WHEN 2 THEN 'NULL' ELSE '' END AS district,
	         DATE '1990-01-01' + 100 * i AS opened, i * 1.25 AS size
	    FROM generate_series(1, 60) i;
	CREATE TABLE pairings AS SELECT i AS partner_a, i + 1 AS partner_b, DATE '2022-09-01' + i AS valid_from, CASE WHEN i % 5 = 0 THEN DATE '2023-09-01' END AS valid_to
	    FROM generate_series(1, 59, 2) i;
});

# --- The calls ----------------------------------------------------------------------------

my $coverage = 'SELECT subgroup, units, paired FROM pairing_coverage($1, $2, by => $3, as_of => $4, params => $5)';
my $day = 'date:2023-05-31';
my (@calls, %expected, %message);

sub array_of { return @_ ? 'array:' . join("\x1e", map { defined ? $_ : "\x06" } @_) : 'empty:' }

sub call
{
	my ($name, $sql, @values) = @_;
	push @calls, join "\x1f", $name, $sql, @values;
}

# The same report with the values written in the sources, by format(%L): rows of units, those paired.
sub coverage
{
	my ($name, $where, $wanted, @params) = @_;
	call($name, $coverage, "text:SELECT * FROM schools WHERE $where", 'text:pairings', array_of('zone'), $day, array_of(@params));
	# plain SQL that says the same
	$expected{$name} = $node->safe_psql('postgres', qq{
		SELECT string_agg(zone || ' ' || units || ' ' || paired, '; ' ORDER BY zone)
		  FROM (SELECT zone, count(*) AS units,
		               count(*) FILTER (WHERE EXISTS (SELECT FROM pairings p WHERE s.id IN (partner_a, partner_b)
		                                                 AND valid_from <= '2023-05-31' AND (valid_to IS NULL OR valid_to > '2023-05-31'))) AS paired
		          FROM schools s WHERE $wanted GROUP BY zone) AS z})
}

coverage('a text', 'level = $1', q{level = 'primary'}, 'primary');
coverage('another value', 'level = $1', q{level = 'secondary'}, 'secondary');
coverage('a text with quotes, braces and a backslash', 'level = $1', q{level LIKE 'it''s%'}, q[it's "so", {x\\y}]);
coverage('letters with accents', 'district = $1', q{district LIKE 'Ba V_'}, 'Ba Vì');
coverage('an empty text', 'district = $1', q{length(district) = 0}, '');
coverage('the text NULL', 'district = $1', q{district = 'NULL'}, 'NULL');
coverage('a NULL', '$1::text IS NULL AND id < $2', 'id < 30', undef, 30);
coverage('a filter that is off', 'level = $1 AND ($2 IS NULL OR district = $2)', q{level = 'primary'}, 'primary', undef);
coverage('the same filter on', 'level = $1 AND ($2 IS NULL OR district = $2)', q{level = 'primary' AND district = 'NULL'}, 'primary', 'NULL');
coverage('a date', 'opened >= $1', q{opened >= DATE '2000-01-01'}, '2000-01-01');
coverage('a number', 'size > $1', 'size > 40.5', '40.5');
coverage('many ids', 'id = ANY ($1)', 'id IN (3, 4, 5, 8)', '{3,4,5,8}');
coverage('more values than are used', 'id < $2', 'id < 20', 'no number', 20, undef);
coverage("no value, no injection", 'level = $1', 'false', q{' OR true; DROP TABLE pairings; --});
# five times more than it takes pgjdbc to prepare a statement in the server
coverage("again $_", 'level = $1', q{level = 'primary'}, 'primary') for 1 .. 10;
coverage("again with another value $_", 'level = $1', q{level = 'secondary'}, 'secondary') for 1 .. 3;

call('both sources', $coverage, 'text:SELECT * FROM schools WHERE opened < $1', 'text:SELECT * FROM pairings WHERE valid_from < $2 AND partner_a <> $3',
	array_of(), $day, array_of('1995-01-01', '2022-10-01', 7));
# 18 schools are open, and the pairs 1-2, 3-4 and so on that begin in September 2022 hold all of them, 7-8 left out
$expected{'both sources'} = 'all 18 16';

call('what a text becomes', 'SELECT subgroup FROM pairing_coverage($1, $2, by => $3, params => $4)', 'text:SELECT id, $1::text AS zone FROM schools', 'text:pairings',
	array_of('zone'), array_of(q[{a,"b"} \\ 'c' NULL $2 %s ? ệ]));
$expected{'what a text becomes'} = q[{a,"b"} \\ 'c' NULL $2 %s ? ệ];

sub refused
{
	my ($name, $state, $message, $sources, @params) = @_;
	call($name, $coverage, "text:$sources->[0]", "text:$sources->[1]", array_of('zone'), $day, @params);
	$message{$name} = qr/^\Q$state\E \| $message/;
}

my @by_number = ('SELECT * FROM schools WHERE id < $1', 'pairings');
refused('no number', '22P02', qr/invalid input syntax for type integer: "ten" \|.*value \$1 of parameter "params"/, \@by_number, array_of('ten'));
refused('no day', '22007', qr/invalid input syntax for type date: "31\/05" \|.*value \$2 of parameter "params"/,
	[ 'SELECT * FROM schools WHERE level = $1 AND opened < $2', 'pairings' ], array_of('primary', '31/05'));
refused('too few', '42P02', qr/there is no parameter \$1 \| Give the values for \$1, \$2 and so on in the parameter "params"/, \@by_number, array_of());
refused('too few again', '42P02', qr/there is no parameter \$2 \| The parameter "params" holds 1 value\./,
	[ 'SELECT * FROM schools WHERE id < $1', 'SELECT * FROM pairings WHERE partner_a < $2' ], array_of(10));
refused('params that is NULL', '22004', qr/parameter "params" must not be null/, \@by_number, 'null:');
coverage('after the errors', 'id < $1', 'id < 30', 30);

call('all are in the server', q{SELECT count(*) > 0 FROM pg_prepared_statements WHERE statement LIKE '%pairing_coverage%'});
$expected{'all are in the server'} = 'true';

my $file = "$home/calls";
open my $fh, '>', $file or die "$file: $!\n";
print $fh map { "$_\n" } @calls;
close $fh or die "$file: $!\n";

# --- The examples of the page ---------------------------------------------------------------

sub slurp { my $name = shift; open my $in, '<', $name or die "$name: $!\n"; local $/; return scalar <$in> }

my $page = slurp("$ENV{EQUIPAIR_DOCS}/docs/source.md");
my %frame = (
	python => "import datetime\nimport sys\nimport psycopg\nconnection = psycopg.connect(sys.argv[1])\n%s",
	js => "const { Client } = require('pg');\nasync function main() {\nconst client = new Client({ connectionString: process.argv[2] });\nawait client.connect();\n%sawait client.end();\n}\nmain();\n",
	java => "import java.sql.*;\nimport java.time.LocalDate;\npublic class Example {\npublic static void main(String[] arguments) throws Exception {\nConnection connection = DriverManager.getConnection(arguments[0]);\n%s}\n}\n");
my $shown = $node->safe_psql('postgres', q{
	SELECT string_agg(concat_ws(' ', subgroup, units, paired), E'\n' ORDER BY subgroup)
	  FROM pairing_coverage($$ SELECT * FROM schools WHERE level = 'primary' $$, 'pairings', as_of => '2023-05-31')});

sub example
{
	my ($driver, $url) = @_;
	my @blocks = $page =~ /^```$driver->{block}\n(.*?)^```$/msg;
	is(scalar @blocks, 1, "$driver->{name}: docs/source.md has an example") or return;
	(my $name = $driver->{file}) =~ s/.*\./Example./;
	open my $to, '>', "$home/$name" or die "$home/$name: $!\n";
	printf $to $frame{ $driver->{block} }, $blocks[0];
	close $to or die "$home/$name: $!\n";
	my ($ok, $out, $err) = call_program(@{ $driver->{run} }, "$home/$name", $url);
	is($out, "$shown\n", "$driver->{name}: and it prints what psql does") or diag($err);
}

# --- The views of a model -------------------------------------------------------------------

# A small programme in which every column of every view has a value, and a night of it.
$node->safe_psql('postgres', q{
	SELECT create_twinning_schema();
	SET search_path = twinning, public;
	INSERT INTO programmes (id, name) VALUES ('hn', 'Hà Nội');
	INSERT INTO districts (id, name, zone, province, population, longitude, latitude)
	  SELECT '0' || i, 'Quận ' || i, CASE WHEN i <= 2 THEN 'inner' ELSE 'outer' END, 'Hà Nội', 1000 * i, 105 + i / 10.0, 21 - i / 10.0 FROM generate_series(1, 4) i;
	INSERT INTO schools (id, name, level, district_id, students, minority_students, poor_students, valid, contact)
	  SELECT 's' || i, 'Trường ' || i, CASE WHEN i % 8 < 4 THEN 'primary' ELSE 'lower_secondary' END, '0' || 1 + i % 4, 100 + i, i, i, '[2000-01-01,2040-01-01)', 'secret' FROM generate_series(0, 39) i;
	INSERT INTO external_units (id, name, province) VALUES ('far', 'Xa', 'Lào Cai');
	INSERT INTO organisations (id, name) VALUES ('bank', 'Ngân hàng');
	INSERT INTO successors (old_id, new_id, since) VALUES ('s39', 's38', '2024-01-01');
	INSERT INTO pairings (programme, kind, partner_a, partner_b, valid, document)
	  SELECT 'hn', 'commitment', 's' || 4 * i, 's' || 4 * i + 2, '[2022-10-01,2025-06-01)', 'No ' || i FROM generate_series(0, 4) i;
	INSERT INTO pairings (programme, kind, unit_kind, partner_a, partner_b, valid) VALUES ('hn', 'agreement', 'district', '01', '03', '[2022-09-01,)');
	INSERT INTO activities (code, programme, kind, planned_on, held_on, cancelled_on, topic, title)
	  SELECT 'c' || i, 'hn', 'topic_session', DATE '2022-11-01' + 3 * i, CASE WHEN i < 50 AND i % 9 > 0 THEN DATE '2022-11-01' + 3 * i + i % 4 END,
	         CASE WHEN i % 27 = 0 THEN DATE '2022-11-02' + 3 * i END, 'gifted', 'Chuyên đề' FROM generate_series(1, 80) i;
	INSERT INTO activities (code, programme, kind, held_on) VALUES ('x', 'hn', 'visit', '2023-02-03');
	INSERT INTO participants (activity, unit, role, attended) SELECT a.id, 's' || 4 * (a.id % 5) + r.d, r.role, 12 FROM activities a, (VALUES (0, 'host'), (2, 'guest')) AS r (d, role);
	INSERT INTO aid (code, programme, giver, receiver, given_on, kind, quantity, amount) VALUES ('a', 'hn', 's0', 's2', '2023-01-02', 'books', 5, 1.5), ('b', 'hn', 'bank', '03', '2023-01-03', 'money', NULL, 10);
	INSERT INTO plans (programme, school_year, what, level, zone, target) VALUES ('hn', 2022, 'paired', 'primary', 'inner', 8), ('hn', 2022, 'activities', NULL, NULL, 70);
	INSERT INTO indicators (code, name, unit, scale) VALUES ('m', 'Điểm', 'điểm', 10);
	INSERT INTO outcomes (school_id, school_year, indicator, value) SELECT s.id, y, 'm', 5 + (length(s.name) * 7 + s.students * y) % 11 / 3.0 FROM schools s, generate_series(2021, 2022) y;
	INSERT INTO issues (run, as_of, source, period, severity, issue, id, partner, rows, detail) VALUES (1, '2023-04-02', 'outcomes', '2022', 'note', 'duplicate', 's0', 's2', 2, 'x');
	INSERT INTO summaries (school_year, indicator, level, version, summary)
	  SELECT o.school_year, o.indicator, s.level, 1, gap_agg(o.value, d.zone) FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING;
	DO $$
	DECLARE r record;
	BEGIN
	  FOR r IN SELECT name, query FROM reports LOOP
	    EXECUTE format('INSERT INTO figures (run, as_of, report, dimension, subgroup, subgroup_key, period, period_start, measure, value, ci_lower, ci_upper, numerator, denominator)'
	      ' SELECT 1, $1, %L, f.dimension, f.subgroup, f.subgroup_key, f.period, f.period_start, f.measure, f.value, f.ci_lower, f.ci_upper, f.numerator, f.denominator'
	      ' FROM (%s) AS q, jsonb_populate_record(NULL::figures, to_jsonb(q)) AS f', r.name, r.query) USING DATE '2023-04-02';
	    INSERT INTO runs (run, kind, name, as_of, started, finished, seconds, outcome, sqlstate, message, figures_run) VALUES (1, 'report', r.name, '2023-04-02', now(), now(), 0.5, 'failed', 'P0004', 'x', 1);
	  END LOOP;
	  -- of so few schools no effect is told
	  INSERT INTO figures (run, as_of, report, dimension, subgroup, subgroup_key, measure, value, ci_lower, ci_upper)
	    SELECT 1, '2023-04-02', 'impact', 'indicator / zone / years', 'm / outer / 0', '{"indicator": "m", "zone": "outer", "years": 0}', m, 0.5, 0.1, 0.9
	      FROM unnest('{effect,paired_schools,other_schools,pretrend_p}'::text[]) AS m;
	  INSERT INTO runs (run, kind, name, as_of, started, finished, seconds, outcome) SELECT 1, 'check', name, '2023-04-02', now(), now(), 0.5, 'ok' FROM checks;
	END $$;
});
my %kind = ('bigint' => 'number', 'double precision' => 'number', text => 'text', date => 'date', boolean => 'boolean');
my @column = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', q{
	SELECT format('twinning.%s.%s', c.relname, a.attname), format_type(a.atttypid, a.atttypmod)
	  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	 WHERE c.relnamespace = 'twinning'::regnamespace AND c.relkind = 'v' ORDER BY c.relname, a.attnum});
my %view = map { $_->[0] =~ s/\.\w+$//r => 1 } @column;
cmp_ok(scalar(keys %view), '>=', 20, 'there are views');
my @empty = grep { my ($view, $name) = $_->[0] =~ /^(.*)\.(\w+)$/; $node->safe_psql('postgres', "SELECT count($name) FROM $view") eq '0' } @column;
is(join(' ', map { $_->[0] } @empty), '', 'every column of every view has a value');
my $views = "$home/views";
open $fh, '>', $views or die "$views: $!\n";
print $fh map { "$_\n" } sort keys %view;
close $fh or die "$views: $!\n";

# --- Each driver ----------------------------------------------------------------------------

for my $driver (@driver)
{
	my ($there, undef, $why) = call_program(@{ $driver->{there} });
	if (!$there)
	{
		if ($driver->{optional}) { SKIP: { diag("NOT TRIED: $driver->{name} is not there; npm install \@cubejs-backend/postgres-driver fetches it"); skip "$driver->{name} is not there", 1 } }
		elsif ($ENV{CI} && $ENV{CI} ne 'false') { fail("$driver->{name} is there"); diag($why) }
		else { SKIP: { skip "$driver->{name} is not there", 1 } }
		next;
	}
	my $url = sprintf $driver->{url}, $node->port, getpwuid $<;
	my ($ok, $out, $err) = call_program(@{ $driver->{run} }, "$programs/$driver->{views}", $url, $views);
	ok($ok, "$driver->{name} reads every view") or diag($err);
	is($out, join('', map { "$_->[0] $kind{$_->[1]}\n" } @column), "$driver->{name}: every column is a number, a text, a date or a boolean");
	next unless $driver->{file};
	($ok, $out, $err) = call_program(@{ $driver->{run} }, "$programs/$driver->{file}", $url, $file);
	ok($ok, "$driver->{name} makes its calls") or diag($err);
	my %said = map { split / \| /, $_, 2 } grep { / \| / } split /\n/, $out;
	for my $name (map { (split /\x1f/)[0] } @calls)
	{
		exists $expected{$name}
		  ? is($said{$name} =~ s/^(?:t|True)$/true/r, $expected{$name}, "$driver->{name}: $name")
		  : like($said{$name}, $message{$name}, "$driver->{name}: $name");
	}
	is($node->safe_psql('postgres', 'SELECT count(*) FROM pairings'), '30', "$driver->{name}: no table is gone");
	example($driver, $url);
}

done_testing();
