# The same figures everywhere: whatever a session, a database or a server is set to, in every encoding and collation.
#
# All calls of upgrade.pl on its tables, the text forms of the types, an import and a night of a model are made once
# with everything as PostgreSQL has it, in UTF8 and the collation C.  Then again elsewhere, and the rows must be equal:
# numbers to a bit, texts to a byte.  What is put into a table under the settings is read from it without them.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# ---- A server with locales of its own ----------------------------------------------

# Locales are made in a directory of the test, where they can be: few machines have them.
my $locales = PostgreSQL::Test::Utils::tempdir_short();
my %has = map { $_ => !system("localedef -i $_ -f UTF-8 '$locales/$_.UTF-8' 2>/dev/null") && -e "$locales/$_.UTF-8/LC_CTYPE" } qw(vi_VN tr_TR);
local $ENV{LOCPATH} = $locales;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 2\n");
$node->start;
my $icu = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collprovider = 'i'}) > 0;

# ---- What is called ------------------------------------------------------------------

# The tables and the calls of upgrade.pl, which has every function that returns rows.
my $upgrade = slurp_file("$ENV{EQUIPAIR_DOCS}/test/t/upgrade.pl");
my ($tables) = $upgrade =~ /^my \$tables = <<'SQL';\n(.*?)^SQL$/ms;
my ($calls) = $upgrade =~ /^my %call = (\(\n.*?^\);)$/ms;
my %call = eval $calls or die $@;
cmp_ok(scalar(keys %call), '>', 70, 'there are calls of every report');
# what these say of the installation and of a model is compared below
delete @call{qw(equipair_functions import_issues)};

# And ids and groups of types whose text forms PostgreSQL lets a session choose.
$call{completion_rates__odd_groups} = q{completion_rates('SELECT planned_on, held_on, planned_on AS day, partner_a / 3.0::float8 AS share,
	pg_catalog.make_interval(days => partner_a % 3, hours => 5) AS wait, pg_catalog.int4send(partner_a) AS code,
	pg_catalog.daterange(planned_on, held_on, ''[]'') AS days FROM public.sessions', '{day,share,wait,code,days}', '2022-10-20')};
$call{"pairing_partners__$_->[0]"} = qq{pairing_partners('SELECT $_->[1] AS id FROM pg_catalog.generate_series(1, 20) AS i',
	'SELECT $_->[1] AS partner_a, $_->[2] AS partner_b FROM pg_catalog.generate_series(1, 19) AS i')}
	for [ float8 => '1e15::float8 + i / 8.0', '1e15::float8 + (i + 1) / 8.0' ], [ bytea => 'pg_catalog.int4send(i)', 'pg_catalog.int4send(i + 1)' ],
	[ date => "''2022-01-01''::date + i", "''2022-01-01''::date + i + 1" ], [ interval => 'pg_catalog.make_interval(days => i, hours => i)', 'pg_catalog.make_interval(days => i + 1, hours => i + 1)' ];
$call{outcome_issues__far} = q{outcome_issues('SELECT zone, level, period, value + CASE id WHEN 7 THEN 100 / 3.0 ELSE 0 END AS value FROM public.outcomes', '{level}')};

# What the types write, computed with, and read, each as one row of texts.
my %text = (
	types => q{SELECT id, done::text, year::text, summary::text, sample::text, completion::text, percent::text FROM public.figure},
	types_read => q{SELECT id, done::text::equipair.rate OPERATOR(equipair.=) done AS r, year::text::equipair.school_year OPERATOR(equipair.=) year AS y,
		summary::text::equipair.gap_summary OPERATOR(equipair.=) summary AS s, sample::text::equipair.gap_sample OPERATOR(equipair.=) sample AS v, completion::text::equipair.completion_summary::text = completion::text AS c
		FROM public.figure},
	types_sent => q{SELECT id, equipair.rate_send(done), equipair.school_year_send(year), equipair.gap_summary_send(summary),
		equipair.gap_sample_send(sample), equipair.completion_summary_send(completion) FROM public.figure},
	types_as_json => q{SELECT id, to_json(done)::text AS done, to_json(year)::text AS year, to_json(summary)::text AS summary FROM public.figure},
	scalars => q{SELECT id, equipair.percent(done, 3), equipair.mean_gap(summary), equipair.hedges_g(summary), equipair.parity_index(summary),
		 equipair.first_day(year), equipair.school_year(date '2023-08-31' + id)::text FROM public.figure},
	aggregates => q{SELECT equipair.sum(done)::text AS sum, equipair.gap_merge(summary)::text AS merged, equipair.max(year)::text AS year, equipair.min(done)::text AS least FROM public.figure});

# Ids that look alike, in letters that not every encoding has and not every collation makes small in the same way.
my %vietnamese = (pairing_issues__alike => q{pairing_issues('SELECT v.id FROM (VALUES (E''S\u1ed0 CH\u00cdN H\u00ccNH I''), (E''s\u1ed1 ch\u00edn h\u00ecnh i''),
	(E''\u0110\u1ed0NG \u0110A''), (E''\u0111\u1ed1ng \u0111a''), (E''IRKUTSK \u0418''), (E''irkutsk \u0438''), (E''other'')) AS v(id)', 'SELECT ''other'' AS partner_a, ''other'' AS partner_b')});
# "Mã trường", "Tên trường", "Cấp học", "Quận/Huyện", "Số học sinh", "Từ ngày" in capitals
my $vietnamese_header = q{M\u00c3 TR\u01af\u1edcNG;T\u00caN TR\u01af\u1edcNG;C\u1ea4P H\u1eccC;QU\u1eacN/HUY\u1ec6N;S\u1ed0 H\u1eccC SINH;T\u1eea NG\u00c0Y};

# A schema as an office fills it: days, numbers and headers as spreadsheets have them.
my $office = q{
SELECT equipair.create_twinning_schema('office');
INSERT INTO office.programmes (id, name) VALUES ('p', 'A programme');
INSERT INTO office.indicators (code, name) VALUES ('m', 'marks');
SELECT equipair.import_file('office', 'districts', 'd.csv', E'ID;NAME;ZONE;POPULATION\nd0;Ten;inner;1.243.200\nd1;Eleven;outer;290.580\n');
SELECT equipair.import_file('office', 'schools', 's.csv', E'ID;NAME;LEVEL;DISTRICT_ID;STUDENTS;VALID_FROM\n'
	|| (SELECT string_agg(pg_catalog.format(E's%s;School %s;primary;d%s;1.%s;0%s/1%s/2010\n', i, i, i % 2, 100 + i, i % 9 + 1, i % 3), '' ORDER BY i) FROM generate_series(1, 20) i));
SELECT equipair.import_file('office', 'pairings', 'p.csv', E'KIND;PARTNER_A;PARTNER_B;VALID_FROM;VALID_THROUGH\n'
	|| (SELECT string_agg(pg_catalog.format(E'memorandum;s%s;s%s;0%s/09/2022;\n', i, i + 1, i), '' ORDER BY i) FROM generate_series(1, 9, 2) i)
	|| E'memorandum;s11;s12;01/02/2022;03/04/2023\nmemorandum;s13;s14;2022-02-01;31/02/2023\n');
SELECT equipair.import_file('office', 'activities', 'a.csv', E'KIND;PARTNER_A;PARTNER_B;PLANNED_ON;HELD_ON\n'
	|| (SELECT string_agg(pg_catalog.format(E'visit;s%s;s%s;0%s/10/2022;1%s/11/2022\n', i, i + 1, i, i), '' ORDER BY i) FROM generate_series(1, 9, 2) i));
SELECT equipair.import_file('office', 'outcomes', 'o.csv', E'SCHOOL_ID;SCHOOL_YEAR;INDICATOR;VALUE\n'
	|| (SELECT string_agg(pg_catalog.format(E's%s;%s-%s;m;%s,%s\n', i, y, y + 1, 5 + i % 3, i * y % 89 + 10), '' ORDER BY i, y) FROM generate_series(1, 20) i, generate_series(2020, 2022) y));
};
my $night = q{CALL equipair.nightly_report('office', '2023-05-31')};
my %office = (
	import_issues => q{SELECT * FROM equipair.import_issues('office')},
	import_applied => q{SELECT * FROM equipair.import_apply('office', repair => true, partial => true)});

# What a model holds, as one line for each row; the numbers and times of a night are its own.
my $model = q{
	SELECT pg_catalog.format('SELECT %L, to_jsonb(t) - ''{run,figures_run,started,finished,seconds,started_at,finished_at,started_on}''::text[] FROM office.%I AS t ORDER BY 2', relname, relname)
	  FROM pg_class WHERE relnamespace = 'office'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE "C" \gexec};

# ---- How it is called ------------------------------------------------------------------

# The names of functions with the schema of the extension, and of tables with theirs.
my ($functions, $relations);
sub qualified
{
	my $sql = shift;
	$sql =~ s/(?<![\w.])($functions)(?=\()/equipair.$1/g;
	$sql =~ s/\bFROM figure\b/FROM public.figure/g;
	return $sql;
}

# The rows of all calls under settings, in the order in which they come: read after the settings are gone.
sub figures
{
	my ($database, $settings, %but) = @_;
	my %of = (%call, $but{ascii} ? () : %vietnamese);
	my %query = ((map { $_ => 'SELECT * FROM ' . qualified($of{$_}) } keys %of), %text);
	$query{drawn} = q{SELECT id, equipair.progress_bar(done) FROM public.figure} unless $but{ascii};
	my $usual = "RESET ALL;\nSET client_min_messages = error;\nSET extra_float_digits = 3;\nSET timezone = 'UTC';\nSET search_path = public, equipair;\n";
	my $with_office = !$but{no_office};
	my $sql = "BEGIN;\n$usual";
	my @names = sort keys %query;
	$sql .= qq{CREATE TEMP TABLE "f_$_" AS $query{$_} WITH NO DATA;\n} for @names;
	$sql .= "COMMIT;\nSET client_min_messages = error;\n" . join('', map { "SET $_;\n" } @$settings);
	$sql .= qq{INSERT INTO pg_temp."f_$_" $query{$_};\n} for @names;
	if ($with_office)
	{
		$sql .= $but{ascii} ? $office : $office =~ s/ID;NAME;LEVEL;DISTRICT_ID;STUDENTS;VALID_FROM/$vietnamese_header/r;
		$sql .= qq{CREATE TEMP TABLE "f_$_" AS $office{$_};\n} for sort keys %office;
		$sql .= "$night;\n$night;\n";
	}
	$sql .= "SELECT 'figures';\n$usual";
	$sql .= qq{SELECT '$_', t FROM pg_temp."f_$_" AS t;\n} for @names, $with_office ? sort keys %office : ();
	$sql .= "$model\n" if $with_office;
	$sql .= "DROP SCHEMA office CASCADE;\n" if $with_office;
	my ($rc, $out, $err) = $node->psql($database, $sql, extra_params => [ '-v', 'ON_ERROR_STOP=1' ]);
	is($rc, 0, "$database: all calls are made") or diag($err);
	$out =~ s/\A.*?^figures\n//ms;
	$out =~ s/\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:\+00(?::00)?)?/NOW/g;
	return $out;
}

# Numbers in nine digits: means and sums of squares are added up in the order in which rows come.
sub rounded
{
	return $_[0] =~ s/-?\d+\.\d{5,}(?:e[-+]?\d+)?/abs($&) < 1e-12 ? 0 : sprintf '%.9g', $&/ger;
}

# Without what only UTF8 holds: the words of a model in Vietnamese, and drawings.
sub in_ascii
{
	return join "\n", grep { !/^(?:import_headers|import_values|drawn|pairing_issues__alike)\|/ } split /\n/, $_[0] =~ s/("\w+_vi": )(?:"(?:[^"\\]|\\.)*"|null)/$1null/gr;
}

sub differ
{
	my ($got, $expected, $sorted) = @_;
	my @got = split /\n/, $got;
	my @expected = split /\n/, $expected;
	if ($sorted) { @got = sort @got; @expected = sort @expected }
	return '' if "@got" eq "@expected";
	my %got = map { $_ => 1 } @got;
	my %expected = map { $_ => 1 } @expected;
	my @lines = ((map { "too much: $_" } grep { !$expected{$_} } @got), map { "missing:  $_" } grep { !$got{$_} } @expected);
	return join "\n", @lines ? @lines[ 0 .. ($#lines < 19 ? $#lines : 19) ] : 'the order is another';
}

# A database with the extension in a schema of its own, and the tables.
sub make_database
{
	my ($name, $how) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE template0 $how");
	my ($rc, undef, $err) = $node->psql($name,
		"SET client_min_messages = error; CREATE SCHEMA equipair; CREATE EXTENSION equipair SCHEMA equipair; SET search_path = public, equipair; $tables; DROP SCHEMA twinning CASCADE",
		extra_params => [ '-v', 'ON_ERROR_STOP=1' ]);
	is($rc, 0, "$name: the extension and its tables") or diag($err);
	return;
}

make_database('usual', q{ENCODING 'UTF8' LOCALE 'C'});
$functions = join '|', split /\n/, $node->safe_psql('usual', q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'equipair'::regnamespace AND proname <> 'generate_series'});
my $usual = figures('usual', []);
cmp_ok(($usual =~ tr/\n//), '>', 1000, 'there are figures') or diag($usual);
is(differ(figures('usual', []), $usual), '', 'the same twice');

like($usual, qr/^pairing_issues__alike\|.*letter case/m, 'capitals are told from small letters');
is(() = $usual =~ /^schools\|/mg, 20, 'a header in Vietnamese capitals is read');

# ---- Settings ----------------------------------------------------------------------------

# Several at once: whatever one of them changes is a difference.
sub locale_of { my $name = shift; return map { "lc_$_ = '$name.UTF-8'" } $has{$name} ? qw(messages numeric monetary time) : () }
my @settings = (
	[ 'German days, Hanoi, few digits' => "datestyle = 'German, DMY'", "intervalstyle = 'sql_standard'", "timezone = 'Asia/Ho_Chi_Minh'",
		'extra_float_digits = -15', "bytea_output = 'escape'", locale_of('vi_VN') ],
	[ 'SQL days, half an hour off' => "datestyle = 'SQL, MDY'", "intervalstyle = 'iso_8601'", "timezone = 'America/St_Johns'",
		'extra_float_digits = 0', 'standard_conforming_strings = off', 'quote_all_identifiers = on', locale_of('tr_TR') ],
	[ 'days of POSTGRES, 14 hours ahead' => "datestyle = 'Postgres, DMY'", "intervalstyle = 'postgres_verbose'", "timezone = 'Pacific/Kiritimati'",
		'extra_float_digits = 3', 'backslash_quote = on', 'array_nulls = off', 'transform_null_equals = on', "xmloption = 'document'" ],
	[ 'serializable, a client in LATIN1' => "datestyle = 'ISO, YMD'", 'default_transaction_isolation = serializable', 'default_transaction_deferrable = on',
		'row_security = off', 'backslash_quote = off', "client_encoding = 'LATIN1'" ],
	[ 'nothing in the search path' => "search_path = ''", 'plan_cache_mode = force_custom_plan' ],
	[ 'PL/pgSQL at its strictest, a client in SJIS' => "plpgsql.extra_errors = 'all'", "plpgsql.variable_conflict = 'use_variable'", "client_encoding = 'SJIS'" ],
	[ 'names that mean columns, compiled' => "plpgsql.variable_conflict = 'use_column'", 'plan_cache_mode = force_generic_plan',
		'jit = on', 'jit_above_cost = 0', 'jit_inline_above_cost = -1', 'jit_optimize_above_cost = -1' ]);
is(differ(figures('usual', [ @$_[ 1 .. $#$_ ] ]), $usual), '', $_->[0]) for @settings;

# These change the order in which rows come.
my @planned = (
	[ 'no plan that can be switched off' => 'jit = off', "work_mem = '64kB'",
		map { "$_ = off" } split /\n/, $node->safe_psql('usual', q{SELECT name FROM pg_settings WHERE name LIKE 'enable\_%' AND vartype = 'bool' ORDER BY 1}) ],
	[ 'parallel where it can be' => 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0', 'max_parallel_workers_per_gather = 2' ]);
is(differ(rounded(figures('usual', [ @$_[ 1 .. $#$_ ] ])), rounded($usual), 1), '', $_->[0]) for @planned;

my $reports = figures('usual', [ 'default_transaction_read_only = on' ], no_office => 1);
is(differ($reports, $usual =~ s/^import_(?:applied|issues)\|.*\z//msr), '', 'every report in a transaction that only reads');
my (undef, undef, $refused) = $node->psql('usual', q{SET default_transaction_read_only = on; SELECT equipair.create_twinning_schema()});
like($refused, qr/read-only transaction/, 'what writes says so');

# ---- Collations and encodings -------------------------------------------------------------

my @databases = (
	(map { [ lc $_, qq{ENCODING 'UTF8' LOCALE '$_.UTF-8'} ] } grep { $has{$_} } sort keys %has),
	(map { [ "icu_$_", qq{ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE '$_' LOCALE 'C'} ] } $icu ? qw(vi tr) : ()));
for (@databases)
{
	my ($name, $how) = @$_;
	make_database($name, $how);
	is(differ(figures($name, []), $usual, 1), '', "collation $name: the same figures");
}

# An encoding, a letter of it, and a name in its letters.
for ([ 'LATIN1', "\xc3\xa9", "\xc3\x89cole" ], [ 'EUC_JP', "\xe5\xad\xa6", "\xe5\xad\xa6\xe6\xa0\xa1" ], [ 'SQL_ASCII', "\xc3\xa9", "\xe5\xad\xa6\xe6\xa0\xa1" ])
{
	my ($name, $letter, $school) = @$_;
	my $database = lc $name;
	make_database($database, qq{ENCODING '$name' LOCALE 'C'});
	is(differ(in_ascii(figures($database, [], ascii => 1)), in_ascii($usual), 1), '', "$name: the same figures");
	my (undef, undef, $err) = $node->psql($database,
		"SET client_encoding = 'UTF8'; SELECT * FROM equipair.pairing_coverage('SELECT repeat(''$letter'', 300) || ''$school'' AS id FROM pg_catalog.generate_series(1, 2)', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}')");
	like($err, qr/id "(?:$letter){10}/, "$name: an error quotes an id in its letters");
	(undef, undef, $err) = $node->psql($database,
		"SET client_encoding = 'UTF8'; SELECT * FROM equipair.gap_indices('SELECT v.zone, 1.0 AS value FROM (VALUES (''$school''), (''outer'')) AS v(zone)', reference => '$school', comparison => '$letter')");
	like($err, qr/"\Q$letter\E".*"\Q$school\E"/s, "$name: and labels");
	(undef, undef, $err) = $node->psql($database, "\\set VERBOSITY verbose\nSELECT equipair.progress_bar(0.5)");
	like($err, $name eq 'SQL_ASCII' ? qr/\A\z/ : qr/ERROR:  22P05:/, "$name: what it cannot draw is refused");
}

# ---- Capitals and small letters --------------------------------------------------------------

# What ICU has as the small letter of a capital is alike to it, in the collation C too.
SKIP:
{
	skip 'no ICU here', 1 unless $icu;
	is($node->safe_psql('usual', q{
		WITH letter AS (
		  SELECT i, 'a' || chr(i) AS capital, lower('a' || chr(i) COLLATE "und-x-icu") AS small
		    FROM (VALUES (192, 382), (416, 417), (431, 432), (461, 475), (504, 543), (904, 939), (1024, 1327), (1329, 1366), (7680, 7829), (7838, 7935)) AS v (a, b), generate_series(a, b) AS i
		   WHERE i NOT IN (304, 907, 909, 930, 931))  -- what is no letter, and those with two small letters
		SELECT string_agg(i::text, ' ') FROM letter AS l
		 WHERE small COLLATE "C" <> capital
		   AND NOT EXISTS (SELECT FROM equipair.pairing_issues(
		         pg_catalog.format('SELECT unnest(ARRAY[%L, %L, ''b'']) AS id', capital, small), 'SELECT ''b'' AS partner_a, ''c'' AS partner_b') AS s WHERE s.issue = 'look_alike_id')}),
		'', 'every capital is alike to its small letter');
}

$node->stop;
done_testing();
