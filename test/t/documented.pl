# Every function, type and operator class has its line in the documentation, and the
# documentation calls nothing that is not there.
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
ok($text =~ /`[^`\n]*\b\Q$_\E\b[^`\n]*`/, "documented: $_") for @names;

# and nothing that is not there
my %known = map { $_ => 1 } @names;
my %builtin = map { $_ => 1 }
  split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT proname FROM pg_proc');
my %called;
$called{$1}++ while $text =~ /`((?:rate|school_year|gap|pairing|completion|inequality|theil)_?\w*)\(/g;
ok($known{$_} || $builtin{$_}, "what the documentation calls is there: $_") for sort keys %called;

$node->stop;
done_testing();
