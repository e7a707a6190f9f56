# Every function, type and operator class has its line in the documentation, and so has every
# column of a report and of a view for BI tools; the documentation calls nothing that is not there.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $docs = $ENV{EQUIPAIR_DOCS} || '..';
my $text = join "\n", map { slurp_file($_) } grep { -e } ("$docs/README.md", glob("$docs/docs/*.md"));

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION equipair');

my $names = $node->safe_psql('postgres', q{
	SELECT p.proname
	  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	       JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
	 UNION
	SELECT t.typname
	  FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
	                      AND t.typcategory <> 'A'  -- members from PostgreSQL 17 on only
	       JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
	 UNION
	SELECT o.opcname
	  FROM pg_opclass o JOIN pg_depend d ON d.classid = 'pg_opclass'::regclass AND d.objid = o.oid AND d.deptype = 'e'
	       JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
	 ORDER BY 1});
my @names = split /\n/, $names;
cmp_ok(scalar(@names), '>', 20, 'the catalog lists the objects');
# The type of a function's rows is named after the function, as docs/report.md says of all.
my @row_types = grep { /_row$/ } @names;
my %function = map { s/_row$//r => 1 } @row_types;
cmp_ok(scalar(@row_types), '>', 20, 'types of rows are listed');
is(scalar(grep { $function{$_} } @names), scalar(@row_types), 'each has its function');
ok($text =~ /`[^`\n]*\b\Q$_\E\b[^`\n]*`/, "documented: $_") for grep { !/_row$/ } @names;

my @columns = split /\n/, $node->safe_psql('postgres', q{
	SELECT DISTINCT attname FROM pg_attribute
	 WHERE attrelid IN (SELECT typrelid FROM pg_type WHERE typtype = 'c' AND typname ~ '_row$' AND typnamespace = 'public'::regnamespace)
	   AND attnum > 0
	 ORDER BY 1});
ok($text =~ /`[^`\n]*\b\Q$_\E\b[^`\n]*`/, "documented: column $_") for @columns;

# The glossary has a line for every rate of a report: what is divided by what, and how it is misread.
my %glossary = map { /^\| `(\w+_rate)` \| (\S[^|]*) \| (\S[^|]*) \| (\S[^|]*) \|$/ ? ($1 => 1) : () } split /\n/, slurp_file("$docs/docs/glossary.md");
my %rate = map { $_ => 1 } grep { /_rate$/ } @columns;
cmp_ok(scalar(keys %rate), '>', 10, 'reports have rates');
is(join(' ', grep { !$glossary{$_} } sort keys %rate), '', 'the glossary has every rate of a report');

# What gives rows or is an aggregate has min_n, or the page on privacy names it among those that have none.  Of pieces of
# time, and of what the reader is told of the extension itself, there is nothing to hide.
my ($without) = slurp_file("$docs/docs/privacy.md") =~ /^## What has no min_n\n(.*?)^## /ms;
my @unprotected = split /\n/, $node->safe_psql('postgres', q{
	SELECT DISTINCT p.proname
	  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	       JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
	 WHERE (proretset OR prokind = 'a' OR 'params' = ANY (proargnames)) AND NOT coalesce('min_n' = ANY (proargnames), false)
	   AND p.proname !~ '^_' AND p.proname NOT IN ('generate_series', 'min', 'max', 'sum', 'equipair_functions')
	 ORDER BY 1});
cmp_ok(scalar(@unprotected), '>', 20, 'there are functions without min_n');
is(join(' ', grep { $without !~ /`\Q$_\E`/ } @unprotected), '', 'the page on privacy names each of them');

# The page of formulas has every measure that a report gives rows of.
my $formulas = slurp_file("$docs/docs/formulas.md");
my @measures = split /\n/, $node->safe_psql('postgres', q{
	WITH v AS (SELECT CASE WHEN i <= 5 THEN 'inner' ELSE 'outer' END AS zone, i * i + 1.0::float8 AS x FROM generate_series(1, 10) AS i)
	SELECT measure FROM (SELECT gap_agg(x, zone) AS s FROM v) AS t, inequality_measures(s)
	 UNION SELECT measure FROM (SELECT gap_sample_agg(x, zone) AS s FROM v) AS t, distribution_measures(s)
	 UNION SELECT measure FROM gap_indices($$ SELECT i AS cluster, g AS zone, i + 1.0 AS value FROM generate_series(1, 3) AS i, unnest('{inner,outer}'::text[]) AS g $$)
	 UNION SELECT measure FROM segregation_indices($$ SELECT i AS unit, i / 3 AS above, g AS grp, i AS n FROM generate_series(1, 5) AS i, unnest('{a,b}'::text[]) AS g $$,
	                                               superunit_column => 'above')
	 ORDER BY 1});
cmp_ok(scalar(@measures), '>', 60, 'reports give measures');
is(join(' ', grep { my $stem = s/_-?\d.*//r; $formulas !~ /`\Q$stem\E(?:_…)?`/ } @measures), '', 'the page of formulas has every measure');

# the page of the views says of each column what its comment says
my %of_view = slurp_file("$docs/docs/bi.md") =~ /^### (v_\w+)\n(.*?)(?=^### |\z)/msg;
$node->safe_psql('postgres', 'SELECT create_twinning_schema()');
my @view_columns = split /\n/, $node->safe_psql('postgres', q{
	SELECT c.relname || '|' || a.attname || '|' || col_description(c.oid, a.attnum)
	  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	 WHERE c.relnamespace = 'twinning'::regnamespace AND c.relkind = 'v'});
cmp_ok(scalar(@view_columns), '>', 200, 'views have columns');
is(join("\n", grep { my ($view, $column, $comment) = split /\|/; index($of_view{$view} // '', "| `$column` | $comment |\n") < 0 } @view_columns), '', 'the page of the views has each with its comment');
my %view_rate = map { (split /\|/)[1] =~ /^(\w+_rate)$/ ? ($1 => 1) : () } @view_columns;
is(join(' ', grep { !$glossary{$_} } sort keys %view_rate), '', 'the glossary has every rate of a view');
is(join(' ', grep { !$rate{$_} && !$view_rate{$_} } sort keys %glossary), '', 'and no other');
is(scalar(map { /^\| `/mg } values %of_view), scalar(@view_columns), 'and no other');

# and nothing that is not there
my %known = map { $_ => 1 } @names;
my %builtin = map { $_ => 1 }
  split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT proname FROM pg_proc');
my %called;
$called{$1}++ while $text =~ /`((?:rate|school_year|gap|pairing|completion|inequality|theil)_?\w*)\(/g;
ok($known{$_} || $builtin{$_}, "what the documentation calls is there: $_") for sort keys %called;

$node->stop;
done_testing();
