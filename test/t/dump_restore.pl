# pg_dump and pg_restore bring back every value, byte for byte, with the indexes, partitions and
# views that stand on the types.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE source');

$node->safe_psql('source', q{
	CREATE SCHEMA equipair;
	CREATE EXTENSION equipair SCHEMA equipair;
	SET search_path = public, equipair;

	CREATE TABLE plain (
		id int PRIMARY KEY,
		done rate DEFAULT '0/0' CHECK (done <> '1/0'),
		year school_year NOT NULL,
		numerator bigint GENERATED ALWAYS AS (numerator(done)) STORED);
	INSERT INTO plain (id, done, year)
	SELECT i, rate(i % 91, i % 97), school_year(2000 + i % 30) FROM generate_series(1, 2000) i;
	INSERT INTO plain VALUES
		(-1, '9223372036854775807/9223372036854775807', '1990-1991'),
		(-2, '0/9223372036854775807', '1991-1992'), (-3, '7/0', '2022-2023'), (-4, NULL, '2022-2023');
	CREATE INDEX plain_year ON plain (year, done DESC);

	CREATE TABLE exact (done rate, year school_year);
	CREATE UNIQUE INDEX exact_key ON exact (done, year);
	INSERT INTO exact VALUES ('65/90', '2022-2023'), ('13/18', '2022-2023'), ('65/90', '2023-2024');

	CREATE TABLE hashed (done rate, n int) PARTITION BY HASH (done);
	CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
	CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 1);
	CREATE TABLE hashed_2 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
	INSERT INTO hashed SELECT rate(i, i + 1), i FROM generate_series(1, 300) i;

	CREATE TABLE yearly (year school_year, n int) PARTITION BY RANGE (year);
	CREATE TABLE yearly_old PARTITION OF yearly FOR VALUES FROM (MINVALUE) TO ('2020-2021');
	CREATE TABLE yearly_new PARTITION OF yearly FOR VALUES FROM ('2020-2021') TO (MAXVALUE);
	INSERT INTO yearly SELECT school_year(2010 + i % 20), i FROM generate_series(1, 100) i;

	CREATE VIEW by_year AS
	SELECT year, sum(done) AS done, percent(sum(done)), max(done) FROM plain
	 WHERE year >= '2010-2011'::school_year GROUP BY year;
	CREATE MATERIALIZED VIEW by_year_kept AS
	SELECT year, sum(done) AS done, year + 1 AS next FROM plain GROUP BY year;
	CREATE UNIQUE INDEX ON by_year_kept (year);
});

my @relations = qw(plain exact hashed hashed_0 hashed_1 hashed_2 yearly yearly_old yearly_new by_year by_year_kept);

$node->safe_psql('source', q{
	SET search_path = public, equipair;
	CREATE TABLE summaries (id int, summary gap_summary);
	-- awkward floats, labels of every script, one group and many
	INSERT INTO summaries
	SELECT i % 50, gap_agg(ln(i) / 3 - 1e-9 * i, CASE i % 3 WHEN 0 THEN 'inner' WHEN 1 THEN 'Huyện Ba Vì' ELSE '' END, i / 7.0)
	  FROM generate_series(1, 5000) i GROUP BY i % 50;
	INSERT INTO summaries SELECT 100, gap_agg(i, i % 3000) FROM generate_series(1, 9000) i;
	INSERT INTO summaries SELECT 101, gap_agg('1e300', repeat('x', 100000));
	INSERT INTO summaries SELECT 102, NULL;
	CREATE INDEX ON summaries USING hash (summary);
	CREATE VIEW merged AS SELECT g.* FROM (SELECT gap_merge(summary) FROM summaries WHERE id < 50) s (m), gap_groups(m) g;
	CREATE MATERIALIZED VIEW merged_kept AS SELECT id % 7 AS day, gap_merge(summary ORDER BY id) AS summary FROM summaries GROUP BY 1;
});
push @relations, qw(summaries merged merged_kept);
$node->safe_psql('source', q{
	SET search_path = public, equipair;
	CREATE TABLE sessions (id int, summary completion_summary);
	-- few delays and thousands, days before Christ, and a count as large as there is
	INSERT INTO sessions
	SELECT i % 50, completion_agg('2023-01-01', date '2023-01-01' + (i * 7919) % (i % 50 * 100 + 1) - 3, NULL::date, '2023-05-31', i % 2)
	  FROM generate_series(1, 5000) i GROUP BY i % 50, i % 2;
	INSERT INTO sessions SELECT 100, completion_agg(NULL, '4714-11-24 BC', NULL, NULL, '0044-03-15 BC', 0, 9223372036854775807);
	INSERT INTO sessions SELECT 101, NULL;
	CREATE INDEX ON sessions USING hash (summary);
	CREATE INDEX ON sessions USING btree (summary) WHERE id > 45;
	CREATE VIEW completion AS SELECT f.* FROM (SELECT completion_merge(summary) FROM sessions WHERE id < 50 AND id % 2 = 0) s (m), completion_figures(m) f;
	CREATE MATERIALIZED VIEW completion_kept AS SELECT id % 2 AS grace, completion_merge(summary) AS summary FROM sessions WHERE id < 50 GROUP BY 1;
});
push @relations, qw(sessions completion completion_kept);
$node->safe_psql('source', q{
	SET search_path = public, equipair;
	CREATE TABLE schools (id text, zone text);
	CREATE TABLE pairings (partner_a text, partner_b text);
	INSERT INTO schools SELECT lpad(i::text, 4, '0'), CASE WHEN i < 50 THEN 'inner' ELSE 'outer' END FROM generate_series(1, 100) i;
	INSERT INTO pairings SELECT lpad(i::text, 4, '0'), lpad((i + 49)::text, 4, '0') FROM generate_series(1, 40) i;
	CREATE VIEW coverage AS SELECT * FROM pairing_coverage('public.schools', 'public.pairings', as_of => '2023-05-31');
	CREATE MATERIALIZED VIEW coverage_kept AS SELECT * FROM pairing_coverage('public.schools', 'public.pairings', as_of => '2023-05-31');
	-- a dump takes them in the order of names, but for what it knows: so the query names the one that it needs
	CREATE MATERIALIZED VIEW z_inner AS SELECT * FROM public.schools WHERE zone = 'inner';
	CREATE MATERIALIZED VIEW a_chain AS
	WITH needs AS (TABLE z_inner)
	SELECT * FROM pairing_coverage('public.z_inner', 'public.pairings', as_of => '2023-05-31');
});
push @relations, qw(schools pairings coverage coverage_kept z_inner a_chain);

# The content of a relation, in text or binary COPY, in a fixed order.
sub content
{
	my ($database, $relation, $format) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$database.$relation.$format";
	$node->safe_psql($database, qq{COPY (SELECT * FROM public.$relation t ORDER BY t::text COLLATE "C") TO '$file' (FORMAT $format)});
	return slurp_file($file);
}

my %dumps = (
	plain => sub {
		my $file = "$PostgreSQL::Test::Utils::tmp_check/dump.sql";
		command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-f', $file ], 'pg_dump, plain');
		command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($_[0]), '-f', $file ],
			'restored by psql');
	},
	inserts => sub {
		my $file = "$PostgreSQL::Test::Utils::tmp_check/inserts.sql";
		command_ok([ 'pg_dump', '--inserts', '-d', $node->connstr('source'), '-f', $file ], 'pg_dump, as INSERTs');
		command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($_[0]), '-f', $file ],
			'restored by psql');
	},
	custom => sub {
		my $file = "$PostgreSQL::Test::Utils::tmp_check/dump.custom";
		command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('source'), '-f', $file ], 'pg_dump, custom');
		command_ok([ 'pg_restore', '--exit-on-error', '-j2', '-d', $node->connstr($_[0]), $file ],
			'restored by pg_restore, two jobs');
	});

for my $kind (sort keys %dumps)
{
	my $target = "from_$kind";
	$node->safe_psql('postgres', "CREATE DATABASE $target");
	$dumps{$kind}->($target);
	for my $relation (@relations)
	{
		for my $format ('text', 'binary')
		{
			my $same = content('source', $relation, $format) eq content($target, $relation, $format);
			ok($same, "$kind: $relation is the same in $format");
		}
	}
	isnt(content($target, $_, 'text'), '', "$kind: $_ is not empty") for @relations;

	my ($rc, $out, $err) = $node->psql($target, "\\set VERBOSITY verbose\nINSERT INTO exact VALUES ('65/90', '2022-2023')");
	like($err, qr/ERROR:  23505:/, "$kind: the unique index holds");
	($rc, $out, $err) = $node->psql($target, "\\set VERBOSITY verbose\nINSERT INTO plain (id, done, year) VALUES (-9, '1/0', '2022-2023')");
	like($err, qr/ERROR:  23514:/, "$kind: the check holds");
	is( $node->safe_psql($target, 'SET search_path = public, equipair; SELECT n FROM hashed WHERE done = $$7/8$$'),
		'7', "$kind: a row is found by its hash partition");
	$node->safe_psql($target, 'REFRESH MATERIALIZED VIEW by_year_kept');
	is(content($target, 'by_year_kept', 'text'), content('source', 'by_year_kept', 'text'),
		"$kind: refreshing changes nothing");
}

# binary COPY in and out
my $file = "$PostgreSQL::Test::Utils::tmp_check/plain.copy";
$node->safe_psql('source', qq{
	SET search_path = public, equipair;
	CREATE TABLE again (id int, done rate, year school_year);
	COPY (SELECT id, done, year FROM plain) TO '$file' (FORMAT binary);
	COPY again FROM '$file' (FORMAT binary);
});
is( $node->safe_psql('source', q{
		SET search_path = public, equipair;
		SELECT count(*) FROM again a JOIN plain p USING (id)
		 WHERE a.done::text IS DISTINCT FROM p.done::text OR a.year::text <> p.year::text}),
	'0', 'binary COPY reads what it wrote');

$node->stop;
done_testing();
