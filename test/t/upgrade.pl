# A database is brought from one version of the extension to the next: what stands on it lives on, and the
# extension is then just what a new installation has.
#
# The first part rehearses it, with two versions made of the installed script: the old one lacks a column, a
# function, an operator, a cast and an aggregate, and the new one gives a report one more parameter.  The library is the
# same for both, as it is for a server that has a new library and a database that was not updated yet.
# The second part walks from every released version to the installed one.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# ---- A private copy of the server -------------------------------------------

# The installation of the test run is read only for the server's user, and other tests use it.
my $directory = PostgreSQL::Test::Utils::tempdir_short();
my ($pg_config) = run_command([ 'bash', '-c', 'command -v pg_config' ]);
my ($bindir, $problem) = run_command([ 'bash', '-c',
	'. ../lib/common.sh && . ../lib/postgres.sh && . ../lib/server.sh && trap - EXIT && WORK=$1 && make_prefix "$2" && echo "$PGBIN"',
	'bash', $directory, $pg_config ]);
ok(-x "$bindir/postgres", 'a private copy of the server') or BAIL_OUT($problem);

sub path_of
{
	my ($program, $what) = @_;
	my ($path) = run_command([ $program, "--$what" ]);
	return $path;
}

my $installed = path_of($pg_config, 'sharedir') . '/extension';
my $extensions = path_of("$bindir/pg_config", 'sharedir') . '/extension';
system_or_bail('cp', glob(path_of($pg_config, 'pkglibdir') . '/equipair.*'), path_of("$bindir/pg_config", 'pkglibdir'));

my ($current) = slurp_file("$installed/equipair.control") =~ /^default_version *= *'(.*)'/m;
ok($current, 'the installed version is known');

# Make a version known to the server: its script and its control file, as the default.
sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>', "$extensions/$name" or die "$extensions/$name: $!\n";
	print $file $text;
	close $file or die "$extensions/$name: $!\n";
	return;
}

sub set_default_version
{
	my $version = shift;
	write_file('equipair.control', slurp_file("$installed/equipair.control") =~ s/^default_version.*/default_version = '$version'/mr);
	return;
}

set_default_version($current);
my $node = PostgreSQL::Test::Cluster->new('main', install_path => $bindir =~ s{/bin$}{}r);
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nfull_page_writes = off\n");
$node->start;

# ---- What the catalogs say of an extension ----------------------------------

# One line for each member and each of its attributes, operators and support functions, without what
# differs between two databases (object ids, owners, positions in a text, storage options of columns).
my $catalog = <<'SQL';
WITH member AS (
  SELECT d.classid, d.objid, i.type, i.identity
    FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid,
         LATERAL pg_identify_object(d.classid, d.objid, 0) i
   WHERE e.extname = 'equipair' AND d.deptype = 'e'
), fact (type, identity, details) AS (
  SELECT 'comment on ' || type, identity, coalesce(to_jsonb(obj_description(objid, classid::regclass::name)), 'null') FROM member
  UNION ALL
  SELECT type, identity, to_jsonb(p) - '{oid,pronamespace,proowner,prolang,proargtypes,prorettype,proallargtypes,proargdefaults,prosqlbody}'::text[]
         || jsonb_build_object('language', (SELECT lanname FROM pg_language l WHERE l.oid = prolang),
                               'body', pg_get_function_sqlbody(p.oid), 'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid))
    FROM member JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
  UNION ALL
  SELECT 'state of aggregate', identity, to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[]
         || jsonb_build_object('state', format_type(aggtranstype, NULL), 'sortop', aggsortop::regoperator)
    FROM member JOIN pg_aggregate a ON a.aggfnoid = objid AND classid = 'pg_proc'::regclass
  UNION ALL
  SELECT type, identity, to_jsonb(t) - '{oid,typnamespace,typowner,typrelid,typelem,typarray,typbasetype}'::text[]
         || jsonb_build_object('element', format_type(typelem, NULL), 'array', format_type(typarray, NULL))
    FROM member JOIN pg_type t ON t.oid = objid AND classid = 'pg_type'::regclass
  UNION ALL
  SELECT 'column', identity || '.' || attname, to_jsonb(a) - '{attrelid,atttypid,attcacheoff,attoptions}'::text[]
         || jsonb_build_object('type', format_type(atttypid, atttypmod), 'comment', col_description(attrelid, attnum))
    FROM member JOIN pg_type t ON t.oid = objid AND classid = 'pg_type'::regclass JOIN pg_attribute a ON a.attrelid = t.typrelid
  UNION ALL
  SELECT type, identity, to_jsonb(o) - '{oid,oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[]
         || jsonb_build_object('result', format_type(oprresult, NULL), 'com', oprcom::regoperator, 'negate', oprnegate::regoperator)
    FROM member JOIN pg_operator o ON o.oid = objid AND classid = 'pg_operator'::regclass
  UNION ALL
  SELECT type, identity, jsonb_build_object('function', castfunc::regprocedure, 'context', castcontext, 'method', castmethod)
    FROM member JOIN pg_cast c ON c.oid = objid AND classid = 'pg_cast'::regclass
  UNION ALL
  SELECT type, identity, jsonb_build_object('family', (pg_identify_object('pg_opfamily'::regclass, opcfamily, 0)).identity,
                                            'type', format_type(opcintype, NULL), 'default', opcdefault, 'key', format_type(opckeytype, NULL))
    FROM member JOIN pg_opclass c ON c.oid = objid AND classid = 'pg_opclass'::regclass
  UNION ALL
  SELECT 'operator of family', identity || ' ' || amopstrategy || ' ' || amopopr::regoperator, jsonb_build_object('purpose', amoppurpose)
    FROM member JOIN pg_amop o ON o.amopfamily = objid AND classid = 'pg_opfamily'::regclass
  UNION ALL
  SELECT 'function of family', identity || ' ' || amprocnum || ' ' || amproc::regprocedure,
         jsonb_build_object('left', format_type(amproclefttype, NULL), 'right', format_type(amprocrighttype, NULL))
    FROM member JOIN pg_amproc p ON p.amprocfamily = objid AND classid = 'pg_opfamily'::regclass
  UNION ALL
  SELECT 'dependency of ' || m.type, m.identity,
         jsonb_build_object('on', (pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity, 'type', d.deptype)
    FROM member m JOIN pg_depend d ON d.classid = m.classid AND d.objid = m.objid
   WHERE d.refclassid <> 'pg_extension'::regclass
)
SELECT format('%s %s %s', type, identity, details) FROM fact ORDER BY 1
SQL

sub catalog_of { return $node->safe_psql(shift, $catalog) }

# The lines that two texts do not share.
sub differences
{
	my ($got, $expected) = @_;
	my %in_got = map { $_ => 1 } split /\n/, $got;
	my %in_expected = map { $_ => 1 } split /\n/, $expected;
	return join "\n", (map { "too much: $_" } sort grep { !$in_expected{$_} } keys %in_got),
	  (map { "missing:  $_" } sort grep { !$in_got{$_} } keys %in_expected);
}

# ---- What stands on the extension -------------------------------------------

my $tables = <<'SQL';
SELECT create_twinning_schema('twinning');
SELECT import_file('twinning', 'levels', 'levels.csv', E'code;name;position\nnursery;;x\n');
INSERT INTO twinning.programmes (id, name) VALUES ('p', 'A programme');
INSERT INTO twinning.indicators (code, name) VALUES ('m', 'marks');
INSERT INTO twinning.districts (id, name, zone) VALUES ('d0', 'x', 'inner'), ('d1', 'y', 'outer');
INSERT INTO twinning.schools (id, name, level, district_id, students) SELECT 's' || i, 'School ' || i, 'primary', 'd' || i % 2, 100 + i FROM generate_series(1, 20) i;
INSERT INTO twinning.pairings (programme, kind, partner_a, partner_b, valid) SELECT 'p', 'memorandum', 's' || i, 's' || i + 1, '[2022-09-01,)' FROM generate_series(1, 9, 2) i;
INSERT INTO twinning.outcomes (school_id, school_year, indicator, value) SELECT 's' || i, y, 'm', 6 + sin(i + y) FROM generate_series(1, 20) i, generate_series(2020, 2022) y;
UPDATE twinning.schools SET students = students + 1 WHERE id < 's15';
DELETE FROM twinning.outcomes WHERE school_id = 's20';
CREATE TABLE schools (id int PRIMARY KEY, zone text, level text, students int);
INSERT INTO schools SELECT i, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, CASE WHEN i % 2 = 0 THEN 'primary' ELSE 'secondary' END, 100 + i
  FROM generate_series(1, 60) i;
CREATE TABLE pairings (partner_a int, partner_b int, valid_from date, valid_to date);
INSERT INTO pairings VALUES (21, 1, '2022-09-02', NULL);
INSERT INTO pairings SELECT i, i + 20, date '2022-09-01' + i, CASE WHEN i % 5 = 0 THEN date '2023-03-01' END FROM generate_series(1, 30) i;
CREATE TABLE sessions (partner_a int, partner_b int, planned_on date, held_on date);
INSERT INTO sessions SELECT i, i + 20, date '2022-10-01' + i, CASE WHEN i % 4 > 0 THEN date '2022-10-01' + i + i % 7 END FROM generate_series(1, 30) i;
-- the same with a row for each unit of a group or session, in two programmes; the last unit has become the first
CREATE TABLE memberships AS
SELECT format('%s-%s', partner_a, partner_b) AS group_id, unit, CASE WHEN unit = partner_a THEN 'lead' ELSE 'member' END AS role,
       valid_from, valid_to - 1 AS valid_through, partner_a % 2 AS programme
  FROM pairings, unnest(ARRAY[partner_a, partner_b]) AS unit;
CREATE TABLE attendance AS
SELECT format('%s-%s', partner_a, partner_b) AS session_id, unit, planned_on, held_on FROM sessions, unnest(ARRAY[partner_a, partner_b]) AS unit;
CREATE TABLE successors (old_id int, new_id int, since date);
INSERT INTO successors VALUES (50, 1, '2022-12-01'), (49, 50, NULL);
CREATE TABLE outcomes (id int, zone text, level text, period int, value float8, size float8);
INSERT INTO outcomes SELECT i, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, CASE WHEN i % 2 = 0 THEN 'primary' ELSE 'secondary' END,
       2021 + i % 2, 6 + sin(i), i * i % 17 FROM generate_series(1, 60) i;
CREATE TABLE counts (unit int, grp text, n int);
INSERT INTO counts SELECT i, g, 10 + (i * length(g)) % 13 FROM generate_series(1, 10) i, unnest('{minority,others}'::text[]) g;
CREATE TABLE candidates (partner_a int, partner_b int, cost float8);
INSERT INTO candidates SELECT i, j, abs(i - j) FROM generate_series(1, 60, 3) i, generate_series(2, 60, 7) j WHERE i <> j;
CREATE TABLE estimates (subgroup text, estimate float8, se float8);
INSERT INTO estimates VALUES ('a', 60, 1), ('b', 70, 2), ('c', 90, 1);

CREATE TABLE figure (
  id int PRIMARY KEY,
  done rate DEFAULT '0/0'::rate CHECK (numerator(done) >= 0),
  year school_year NOT NULL DEFAULT school_year(2022) CHECK (start_year(year) > 1990),
  summary gap_summary,
  sample gap_sample,
  completion completion_summary,
  percent numeric GENERATED ALWAYS AS (percent(done)) STORED);
INSERT INTO figure SELECT i, rate(i, 20), school_year(2010 + i), s, v, completion_agg('2023-01-01', date '2023-01-01' + i, NULL::date, '2023-01-15', 2)
  FROM generate_series(1, 20) i, LATERAL (SELECT gap_agg(value + i, zone), gap_sample_agg(value + i, zone) FROM outcomes) x (s, v)
 GROUP BY i, s, v;
INSERT INTO figure (id) VALUES (21);
CREATE INDEX ON figure USING btree (done);
CREATE INDEX ON figure USING hash (done);
CREATE INDEX ON figure USING btree (year);
CREATE INDEX ON figure USING hash (year);
CREATE INDEX ON figure USING btree (summary);
CREATE INDEX ON figure USING hash (summary);
CREATE INDEX ON figure USING btree (sample);
CREATE INDEX ON figure USING hash (sample);
CREATE INDEX ON figure (percent(done, 3)) WHERE done > '1/2';
CREATE MATERIALIZED VIEW pooled AS SELECT start_year(year) % 3 AS third, sum(done) AS done, gap_merge(summary) AS summary FROM figure GROUP BY 1;
CREATE VIEW gaps AS SELECT id, mean_gap(summary), parity_index(summary), hedges_g(summary) FROM figure;
SQL

# A call of every function that returns rows, with the parameters of the first release, and more calls for what
# those parameters can say otherwise: NAME__what.  Sources are named with their schema, since pg_restore fills a
# materialized view with an empty search path.
my %call = (
	rate_ci => q{rate_ci('65/90')},
	rate_difference => q{rate_difference('65/90', '40/90')},
	rate_ratio => q{rate_ratio('65/90', '40/90')},
	rate_parity_index => q{rate_parity_index('65/90', '40/90')},
	rate_adjusted_parity_index => q{rate_adjusted_parity_index('65/90', '40/90')},
	completion_figures => q{completion_figures((SELECT completion FROM figure WHERE id = 1))},
	gap_groups => q{gap_groups((SELECT summary FROM figure WHERE id = 1))},
	gap_cluster_measures => q{gap_cluster_measures(ARRAY[(SELECT summary FROM figure WHERE id = 1)])},
	gap_measures => q{gap_measures((SELECT summary FROM figure WHERE id = 1))},
	distribution_measures => q{distribution_measures((SELECT sample FROM figure WHERE id = 1))},
	gap_indices => q{gap_indices('public.outcomes', '{level}', rollup => true)},
	gap_trend => q{gap_trend('public.outcomes')},
	impact_group_time => q{impact_group_time('SELECT i AS id, p AS period, CASE i % 2 WHEN 0 THEN ''inner'' ELSE ''outer'' END AS zone, i * 7 % 5 + i * p % 3 + (i % 3 = 0 AND p > 2)::int AS value, CASE i % 3 WHEN 0 THEN 3 END AS cohort FROM generate_series(1, 60) i, generate_series(1, 4) p')},
	impact_effects => q{impact_effects('SELECT i AS id, p AS period, CASE i % 2 WHEN 0 THEN ''inner'' ELSE ''outer'' END AS zone, i * 7 % 5 + i * p % 3 + (i % 3 = 0 AND p > 2)::int AS value, CASE i % 3 WHEN 0 THEN 3 END AS cohort FROM generate_series(1, 60) i, generate_series(1, 4) p')},
	impact_gap => q{impact_gap('SELECT i AS id, p AS period, CASE i % 2 WHEN 0 THEN ''inner'' ELSE ''outer'' END AS zone, i * 7 % 5 + i * p % 3 + (i % 3 = 0 AND p > 2)::int AS value, CASE i % 3 WHEN 0 THEN 3 END AS cohort FROM generate_series(1, 60) i, generate_series(1, 4) p')},
	impact_pretrend => q{impact_pretrend('SELECT i AS id, p AS period, CASE i % 2 WHEN 0 THEN ''inner'' ELSE ''outer'' END AS zone, i * 7 % 5 + i * p % 3 + (i % 3 = 0 AND p > 2)::int AS value, CASE i % 3 WHEN 0 THEN 3 END AS cohort FROM generate_series(1, 60) i, generate_series(1, 4) p')},
	impact_issues => q{impact_issues('SELECT i AS id, p AS period, CASE i % 2 WHEN 0 THEN ''inner'' ELSE ''outer'' END AS zone, i * 7 % 5 + i * p % 3 + (i % 3 = 0 AND p > 2)::int AS value, CASE i % 3 WHEN 0 THEN 3 END AS cohort FROM generate_series(1, 60) i, generate_series(1, 4) p')},
	pairing_cohorts => q{pairing_cohorts('SELECT i AS id, p AS period FROM generate_series(1, 20) i, generate_series(1, 4) p', 'SELECT 1 AS partner_a, 2 AS partner_b, date ''0002-01-01'' AS valid_from')},
	convergence => q{convergence('SELECT i AS id, p AS period, i % 7 + i * p AS value FROM generate_series(1, 20) i, generate_series(1, 2) p')},
	convergence_spread => q{convergence_spread('SELECT i AS id, p AS period, i % 7 + i * p AS value FROM generate_series(1, 20) i, generate_series(1, 2) p')},
	impact_did => q{impact_did('SELECT i AS id, p AS period, i % 7 + i * p AS value, CASE WHEN i % 2 = 0 THEN 2 WHEN i % 3 = 0 THEN 3 END AS cohort FROM generate_series(1, 20) i, generate_series(1, 3) p', before => '{1}', after => '{2}')},
	impact_twfe => q{impact_twfe('SELECT i AS id, p AS period, i % 7 + i * p AS value, CASE WHEN i % 2 = 0 THEN 2 WHEN i % 3 = 0 THEN 3 END AS cohort FROM generate_series(1, 20) i, generate_series(1, 3) p')},
	impact_twfe_decomposition => q{impact_twfe_decomposition('SELECT i AS id, p AS period, i % 7 + i * p AS value, CASE WHEN i % 2 = 0 THEN 2 WHEN i % 3 = 0 THEN 3 END AS cohort FROM generate_series(1, 20) i, generate_series(1, 3) p')},
	inequality_measures => q{inequality_measures((SELECT summary FROM figure WHERE id = 1), draws => 100)},
	inequality_indices => q{inequality_indices('public.estimates', draws => 100)},
	entropy_decomposition => q{entropy_decomposition((SELECT sample FROM figure WHERE id = 1))},
	theil_decomposition => q{theil_decomposition((SELECT summary FROM figure WHERE id = 1))},
	pairing_coverage => q{pairing_coverage('public.schools', 'public.pairings', as_of => '2023-05-31', sessions => 'public.sessions', rollup => true)},
	pairing_partners => q{pairing_partners('public.schools', 'public.pairings', '2023-05-31', 'public.sessions')},
	pairing_items => q{pairing_items('public.schools', 'public.pairings', '2023-05-31', 'public.sessions')},
	pairing_degrees => q{pairing_degrees('public.schools', 'public.pairings', as_of => '2023-05-31', sessions => 'public.sessions')},
	pairing_network => q{pairing_network('public.schools', 'public.pairings', '2023-05-31')},
	pairing_flows => q{pairing_flows('public.schools', 'public.pairings', as_of => '2023-05-31')},
	suggest_pairings => q{suggest_pairings('public.schools', 'public.candidates', 'public.pairings', '2023-05-31')},
	pairing_timeline => q{pairing_timeline('public.schools', 'public.pairings', from_date => '2022-09-01', to_date => '2023-05-31', round_to => 2)},
	pairing_issues => q{pairing_issues('public.schools', 'public.pairings', 'public.sessions')},
	completion_issues => q{completion_issues('public.sessions', as_of => '2022-10-20')},
	outcome_issues => q{outcome_issues('public.outcomes', '{level}')},
	completion_rates => q{completion_rates('public.sessions', as_of => '2022-10-20')},
	completion_items => q{completion_items('public.sessions', as_of => '2022-10-20')},
	completion_survival => q{completion_survival('public.sessions', as_of => '2022-10-20')},
	completion_delays => q{completion_delays('public.sessions', as_of => '2022-10-20')},
	completion_comparison => q{completion_comparison('public.sessions', group_column => 'partner_a', as_of => '2022-10-20')},
	completion_forecast => q{completion_forecast('public.sessions', as_of => '2022-10-20')},
	completion_curve => q{completion_curve('public.sessions', from_date => '2022-10-01', to_date => '2022-12-01')},
	segregation_change => q{segregation_change('SELECT c.*, p AS period FROM public.counts c, generate_series(1, 2) p')},
	segregation_indices => q{segregation_indices('public.counts')},
	segregation_local => q{segregation_local('public.counts')},
	kitagawa => q{kitagawa('public.outcomes')},
	# not those that an update brings
	equipair_functions => q{equipair_functions() WHERE name IN ('gap_agg', 'pairing_coverage', 'percent')},
	import_issues => q{import_issues('twinning')},
	spreadsheet_rows => q{spreadsheet_rows('a;b')},
	twinning_schema_issues => q{twinning_schema_issues('nowhere')},
	oaxaca_blinder => q{oaxaca_blinder('public.outcomes', 'value', '{size}')},

	pairing_coverage__programmes => q{pairing_coverage('public.schools', 'public.memberships', as_of => '2023-05-31', sessions => 'public.attendance',
		active_since => '2022-09-01', rollup => true, min_n => 2, confidence => 0.9, pairing_by => '{programme}', successors => 'public.successors')},
	pairing_timeline__programmes => q{pairing_timeline('public.schools', 'public.memberships', from_date => '2022-09-01', to_date => '2023-05-31', step => '3 months',
		rollup => true, min_n => 2, pairing_by => '{programme}', successors => 'public.successors')},
	pairing_partners__successors => q{pairing_partners('public.schools', 'public.memberships', '2023-05-31', 'public.attendance', successors => 'public.successors')},
	pairing_items__successors => q{pairing_items('public.schools', 'public.memberships', '2023-05-31', 'public.attendance', '2022-11-01', 'public.successors')},
	pairing_degrees__successors => q{pairing_degrees('public.schools', 'public.memberships', '{level}', '2023-05-31', 'public.attendance', '2022-11-01', 'public.successors')},
	pairing_network__successors => q{pairing_network('public.schools', 'public.memberships', '2023-05-31', 'public.successors')},
	pairing_flows__successors => q{pairing_flows('public.schools', 'public.memberships', '{level}', '2023-05-31', 2, 'public.successors')},
	pairing_issues__successors => q{pairing_issues('public.schools', 'public.memberships', 'public.attendance', 'public.successors')},
	suggest_pairings__objective => q{suggest_pairings('public.schools', 'SELECT *, 100 - cost AS benefit FROM public.candidates', 'public.memberships', '2023-05-31',
		repeat_cost => 5, objective => 'benefit', successors => 'public.successors')},
	pairing_partners__params => q{pairing_partners('public.schools', 'SELECT * FROM public.pairings WHERE valid_from < $1::date', '2023-05-31', params => '{2022-09-20}')},
	completion_rates__rollup => q{completion_rates('SELECT *, partner_a % $1::int AS third FROM public.sessions', '{third}', '2022-10-20',
		'SELECT t AS third, 12 AS target FROM generate_series(0, 2) t', 3, true, 2, 0.9, 0, '{3}')},
	completion_items__by => q{completion_items('SELECT *, partner_a % 3 AS third FROM public.sessions', '{third}', '2022-10-20', 3)},
	completion_curve__by => q{completion_curve('SELECT *, partner_a % 3 AS third FROM public.sessions', '{third}', '2022-10-01', '2022-12-01', '1 week', rollup => true, min_n => 2)},
	completion_survival__by => q{completion_survival('SELECT *, partner_a % 3 AS third FROM public.sessions', '{third}', '2022-10-20', 2, 0.9)},
	gap_indices__against => q{gap_indices('public.outcomes', '{level}', rollup => true, min_n => 2, confidence => 0.9, against => 'reference_all', errors => 'welch')},
	gap_indices__clusters => q{gap_indices('SELECT *, id AS cluster FROM public.outcomes', '{level}', errors => 'cr2')},
	gap_indices__strata => q{gap_indices('SELECT *, id AS cluster, id % 2 AS strata FROM public.outcomes', errors => 'survey')},
	gap_indices__weights => q{gap_indices('SELECT zone, value, size AS weight FROM public.outcomes')},
	gap_trend__units => q{gap_trend('SELECT id % 30 AS id, zone, period, value FROM public.outcomes WHERE id <= 30 UNION ALL SELECT id, zone, 2023, value FROM public.outcomes WHERE id <= 30', min_n => 2)},
	outcome_issues__period => q{outcome_issues('public.outcomes', '{level}', period_column => 'size')},
	kitagawa__published => q{kitagawa('SELECT zone, level, count(*) AS n, avg((value > 6)::int) AS rate FROM public.outcomes GROUP BY zone, level')},
);

# The function that a call is of.
sub function_of { return $_[0] =~ s/__.*//r }

# Functions of the extension that return rows and stand in no view; what writes would not be in one.
my $without_view = <<'SQL';
SELECT p.proname
  FROM pg_proc p JOIN pg_depend e ON e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e'
       JOIN pg_extension x ON x.oid = e.refobjid AND x.extname = 'equipair'
       JOIN pg_type t ON t.oid = p.prorettype AND t.typtype = 'c'
 WHERE p.proname !~ '^_' AND p.provolatile <> 'v'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid)
 ORDER BY 1
SQL

# Make a database with a version of the extension and everything that stands on it; returns the names of the relations.
sub make_database
{
	my ($name, $version) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "CREATE EXTENSION equipair VERSION '$version'");
	my %there = map { $_ => 1 } split /\n/, $node->safe_psql($name, q{SELECT DISTINCT proname FROM pg_proc WHERE oid >= 16384});
	my @reports = grep { $there{ function_of($_) } } sort keys %call;
	$node->safe_psql($name, $tables . join('', map {
		"CREATE VIEW v_$_ AS SELECT * FROM $call{$_};\n" . "CREATE MATERIALIZED VIEW m_$_ AS SELECT * FROM $call{$_};\n"
	} @reports));
	# twice, so that the last one found every school year summed up, as the night after the update must
	$node->safe_psql($name, q{CALL nightly_report('twinning', '2023-05-31')}) for 1 .. 2;
	is($node->safe_psql($name, $without_view), '', "$name: every function that returns rows has its view");
	return (qw(figure pooled gaps), map { ("v_$_", "m_$_") } @reports);
}

sub content
{
	my ($database, @relations) = @_;
	return $node->safe_psql($database, join ";\n",
		map { qq{SELECT '$_', t FROM $_ t ORDER BY t::text COLLATE "C"} } @relations);
}

sub refresh
{
	my ($database, @relations) = @_;
	$node->safe_psql($database, join ";\n", map { "REFRESH MATERIALIZED VIEW $_" } grep { /^(?:m_|pooled)/ } @relations);
	return;
}

# What a model holds: the rows of all its tables and views.  A night's number and times are its own.
sub model_of
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT relname, query_to_xml(format('SELECT to_jsonb(t) - ''{run,figures_run,started,finished,seconds,started_at,finished_at,started_on}''::text[] AS r FROM twinning.%I AS t WHERE %s ORDER BY 1',
		                                    relname, CASE WHEN relname IN ('runs', 'v_runs') THEN 'run = (SELECT max(run) FROM twinning.runs)' ELSE 'true' END), true, true, '')
		  FROM pg_class WHERE relnamespace = 'twinning'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname});
}

# A model, from before an update, with the extension of after it.
sub check_model
{
	my ($database, $before) = @_;
	is(differences(model_of($database), $before), '', "$database: a model holds what it held: rows, history, figures, views");
	is($node->safe_psql($database, 'SELECT upgrade_twinning_schema()'), $node->safe_psql('fresh_model', 'SELECT twinning_schema_version()'),
		"$database: it is brought to the version of the extension");
	is(differences(model_of($database), $before), '', "$database: and holds the same");
	is($node->safe_psql($database, 'SELECT count(*) FROM twinning_schema_issues()'), '0', "$database: it lacks nothing");
	$node->safe_psql($database, q{CALL nightly_report('twinning', '2023-05-31')});
	is(differences(model_of($database), $before), '', "$database: a night gives the same figures");
	$node->safe_psql($database, q{UPDATE twinning.outcomes SET value = 1 WHERE school_id = 's1' AND school_year = 2021});
	$node->safe_psql($database, q{CALL nightly_report('twinning', '2023-05-31')});
	is($node->safe_psql($database, q{
		SELECT (SELECT count(*) FROM twinning.outcomes_known_at('infinity')) || ' ' || (SELECT rows FROM twinning.runs WHERE kind = 'summaries' ORDER BY run DESC LIMIT 1)}),
		'57 1', "$database: and after a change reads the one year anew");
	return;
}

# Update a database, and hold it against a new one with the same version.
sub check_update
{
	my ($database, $version, $fresh, @relations) = @_;
	my $before = content($database, @relations);
	my $model = model_of($database);
	my $columns = $node->safe_psql($database, q{SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid::regclass::text ~ '^v_' ORDER BY 1, attnum});
	$node->safe_psql($database, "ALTER EXTENSION equipair UPDATE TO '$version'");
	is($node->safe_psql($database, q{SELECT extversion FROM pg_extension WHERE extname = 'equipair'}), $version, "$database: updated to $version");
	is(differences(catalog_of($database), $fresh), '', "$database: the catalogs are those of a new installation");
	is(content($database, @relations), $before, "$database: values are as before");
	refresh($database, @relations);
	is(content($database, @relations), $before, "$database: and so they are computed anew");
	is($node->safe_psql($database, q{SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid::regclass::text ~ '^v_' ORDER BY 1, attnum}),
		$columns, "$database: views have the columns that they had");
	is($node->safe_psql($database, q{SET enable_seqscan = off; SELECT count(*), max(id) FROM figure WHERE done = '7/20' AND year = '2017-2018'}),
		'1|7', "$database: indexes find their rows");
	is($node->safe_psql($database, 'INSERT INTO figure (id) VALUES (22) RETURNING done, year'), '0/0|2022-2023', "$database: defaults work");
	$node->safe_psql($database, 'DELETE FROM figure WHERE id = 22');

	my $dump = "$directory/$database.dump";
	command_ok([ "$bindir/pg_dump", '-Fc', '-f', $dump, $node->connstr($database) ], "$database: dumped");
	$node->safe_psql('postgres', "CREATE DATABASE ${database}_restored");
	my ($out, $err) = run_command([ "$bindir/pg_restore", '--exit-on-error', '-d', $node->connstr("${database}_restored"), $dump ]);
	is($err, '', "$database: restored");
	is(differences(catalog_of("${database}_restored"), $fresh), '', "$database: restored with the catalogs of a new installation");
	is(content("${database}_restored", @relations), $before, "$database: restored with its values");
	check_model($_, $model) for $database, "${database}_restored";
	return;
}

# The catalogs of a new database with a version.
sub fresh_catalog
{
	my ($name, $version) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "CREATE EXTENSION equipair VERSION '$version'");
	return catalog_of($name);
}

# ---- The rehearsal ----------------------------------------------------------

# Statements of the installed script, and parts of statements where a function has its body in SQL.
my $script = slurp_file("$installed/equipair--$current.sql");
my @statements = split /(?<=;\n)/, $script;
cmp_ok(scalar(@statements), '>', 300, 'the script consists of statements');

# What the old version does not have: the update script brings it.
my $late = qr{^(?:CREATE|COMMENT\ ON)\s(?:
	FUNCTION\ progress_bar\((?:value\ )?text,
	|FUNCTION\ school_year_minus\(school_year,\ school_year\)
	|OPERATOR\ -\ \((?:school_year,\ school_year\)|\n\ *LEFTARG\ =\ school_year,\ RIGHTARG\ =\ school_year\b)
	|CAST\ \(school_year\ AS\ integer\)
	|AGGREGATE\ gap_sample_merge\()}mx;
my @added = map { s/\A(?:\s|--[^\n]*\n)+//r } grep { $_ =~ $late } @statements;
is(scalar(@added), 10, 'a function, an operator with its function, a cast and an aggregate, each with its comment, are new');

# One more column: the old type ends before its last one.
my ($column, $column_type) = $script =~ /CREATE TYPE pairing_timeline_row AS \([^;]*,\n  (\w+) (\w+)\n\);/;
ok($column, 'a report has one more column');
my $string = qr/'(?:[^']|'')*'/;
my $column_comment = qr/COMMENT ON COLUMN pairing_timeline_row\.\Q$column\E IS\s+$string;\n/;
my $old_script = join '', grep { $_ !~ $late } @statements;
$old_script =~ s/(CREATE TYPE pairing_timeline_row AS \([^;]*),\n  \Q$column\E \w+\n\);/$1\n);/;
my ($of_column) = $old_script =~ /($column_comment)/;
$old_script =~ s/\Q$of_column\E//;
push @added, "ALTER TYPE pairing_timeline_row ADD ATTRIBUTE $column $column_type;\n", $of_column;

# One more parameter: the old function keeps its views under another name.
my ($create) = $script =~ /(CREATE FUNCTION pairing_issues\([^;]*;\n)/;
my ($comment) = $script =~ /(COMMENT ON FUNCTION pairing_issues\([^;]* IS\s+$string;\n)/;
my $create_new = $create =~ s/(params text\[\] DEFAULT '\{\}')/$1, sample int DEFAULT 0/r;
my ($types) = $comment =~ /pairing_issues(\([^)]*\))/;
my $comment_new = $comment =~ s/\Q$types\E/$types =~ s{\)\z}{, int)}r/er;
isnt($create_new, $create, 'a report has one more parameter');
my $new_script = $script;
$new_script =~ s/\Q$create\E/join '', $create =~ s{pairing_issues}{_pairing_issues_0_1}r, $create_new/e;
$new_script =~ s/\Q$comment\E/join '', $comment =~ s{pairing_issues}{_pairing_issues_0_1}r, $comment_new/e;
push @added, "ALTER FUNCTION pairing_issues$types RENAME TO _pairing_issues_0_1;\n", $create_new, $comment_new;

write_file('equipair--old.sql', $old_script);
write_file('equipair--new.sql', $new_script);
write_file('equipair--old--new.sql', join '', @added);
set_default_version('new');

my $fresh = fresh_catalog('fresh', 'new');
$node->safe_psql('postgres', q{CREATE DATABASE fresh_model});
$node->safe_psql('fresh_model', 'CREATE EXTENSION equipair; SELECT create_twinning_schema()');
my $old = fresh_catalog('fresh_old', 'old');
cmp_ok(($fresh =~ tr/\n//), '>', 1000, 'the catalogs have a lot to say');
isnt(differences($old, $fresh), '', 'the two versions differ');
my @relations = make_database('rehearsal', 'old');

# whole rows that are stored live on; a table of such a type stops the update, as docs/report.md says
$node->safe_psql('rehearsal', "CREATE TABLE kept AS SELECT r FROM $call{pairing_timeline} AS r; CREATE TABLE typed OF pairing_timeline_row");
my (undef, undef, $error) = $node->psql('rehearsal', q{ALTER EXTENSION equipair UPDATE TO 'new'}, on_error_stop => 1);
like($error, qr/cannot alter type "pairing_timeline_row" because it is the type of a typed table/, 'a typed table stops the update');
$node->safe_psql('rehearsal', 'DROP TABLE typed');
check_update('rehearsal', 'new', $fresh, @relations);
is($node->safe_psql('rehearsal', "SELECT count(*) > 0, bool_and((r).$column IS NULL), bool_and((r).units > 0) FROM kept"), 't|t|t',
	'a new column is NULL in rows that were stored before');
is(content('rehearsal_restored', 'kept'), content('rehearsal', 'kept'), 'and they are dumped and restored');
is($node->safe_psql('rehearsal', "SELECT $column IS NOT NULL FROM $call{pairing_timeline} WHERE paired > 0 LIMIT 1"), 't',
	'queries see the new column');
$node->safe_psql('rehearsal', "CREATE OR REPLACE VIEW v_pairing_timeline AS SELECT * FROM $call{pairing_timeline}");
is($node->safe_psql('rehearsal', "SELECT $column IS NOT NULL FROM v_pairing_timeline WHERE paired > 0 LIMIT 1"), 't',
	'and so does a view that is made anew');
is($node->safe_psql('rehearsal', q{SELECT count(*) > 0 FROM pairing_issues('schools', 'pairings', sample => 1)}), 't',
	'the new parameter is taken');
like($node->safe_psql('rehearsal', q{SELECT pg_get_viewdef('v_pairing_issues')}), qr/_pairing_issues_0_1\(/,
	'a view keeps the function that it was made with');

# ---- What an update script forgets is seen ----------------------------------

my $tried = 0;

sub forgotten_is_seen
{
	my ($what, @rest) = @_;
	my $database = 'forgotten_' . ++$tried;
	write_file('equipair--old--new.sql', join '', @rest);
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	my ($failed) = $node->psql($database, "CREATE EXTENSION equipair VERSION 'old'; ALTER EXTENSION equipair UPDATE",
		on_error_stop => 1);
	ok($failed || differences(catalog_of($database), $fresh) ne '', "seen: $what");
	$node->safe_psql('postgres', "DROP DATABASE $database");
	return;
}

for my $i (0 .. $#added)
{
	my ($what) = $added[$i] =~ /\A([^\n]{1,60})/;
	forgotten_is_seen("without $what", @added[ grep { $_ != $i } 0 .. $#added ]);
}
for my $mark ('PARALLEL SAFE', 'STRICT', 'IMMUTABLE', 'PARALLEL RESTRICTED', 'STABLE', 'COST 10000', q{ DEFAULT '{}'}, 'COMBINEFUNC = \w+, ',
	' AS ASSIGNMENT')
{
	my ($i) = grep { $added[$_] =~ /^CREATE.*$mark/s } 0 .. $#added;
	my @rest = @added;
	isnt($i, undef, "some statement has $mark") or next;
	$rest[$i] =~ s/$mark//;
	forgotten_is_seen("without $mark in a statement", @rest);
}

# ---- From every released version to the installed one -----------------------

unlink glob("$extensions/equipair--*.sql");
my @released = grep { $_ ne $current } map { m{equipair--((?:(?!--).)+)\.sql$} ? $1 : () } glob("$installed/equipair--*.sql");
write_file($_, slurp_file("$installed/$_")) for map { m{([^/]+)$} } glob("$installed/equipair--*.sql");
set_default_version($current);
if (@released)
{
	my $installed_catalog = fresh_catalog('fresh_installed', $current);
	for my $version (@released)
	{
		(my $database = "from_$version") =~ s/\W/_/g;
		check_update($database, $current, $installed_catalog, make_database($database, $version));
	}
}
else
{
	note('no version is released yet');
}

$node->stop;
done_testing();
