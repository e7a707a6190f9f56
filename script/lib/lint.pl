# lint.pl BUILT compiler ...: the house rules that a program can check, as TAP.
# Runs in the checkout; BUILT holds what lint.mk left.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Test::More;

use Checks;

my ($built, @compilers) = @ARGV;

my @sources = files(qr/\.[ch]$/, 'src');
my @sql = files(qr/\.sql$/, 'sql/parts');
my @docs = grep { -e } (qw(README.md CHANGELOG.md CONTRIBUTING.md DEVELOPING.md), files(qr/\.md$/, 'docs'));

for my $compiler (@compilers)
{
	for my $file (grep { /\.c$/ } @sources)
	{
		(my $object = "$built/$compiler/$file") =~ s/\.c$/.o/;
		(my $log = $object) =~ s/\.o$/.log/;
		ok(-e $object && !-s $log, "no warning: $compiler $file")
		  or diag(slurp($log));
	}
	for my $file (files(qr/\.c$/, 'src/solver'), 'src/pairing/suggest_pairings.c')
	{
		(my $object = "$built/$compiler/" . $file =~ s/^src/no_int128/r) =~ s/\.c$/.o/;
		(my $log = $object) =~ s/\.o$/.log/;
		ok(-e $object && !-s $log, "no warning without 128-bit integers: $compiler $file")
		  or diag(slurp($log));
	}
}
SKIP:
{
	skip 'clang is not installed', 1 if !grep { /clang/ } @compilers;
	pass('clang has had its look');
}

none('the numerics are free of the server',
	grep_files(qr/#\s*include\s*[<"](?:postgres|fmgr|c)\.h|\b(?:palloc0?|pfree|ereport|elog|malloc|calloc|realloc|free)\s*\(/, files(qr/\.[ch]$/, qw(src/stats src/sampling src/measures src/evenness src/distribution src/effects src/solver))));
# SQL of another version may call it with fewer arguments.
none('every function that SQL calls checks how many arguments it has', map {
	my ($file, $text) = ($_, slurp($_));
	map { "$file: $_" } grep { $text !~ /^\Q$_\E\(PG_FUNCTION_ARGS\)\n\{\n\tEQP_ARGUMENTS\(\d+\);\n/m }
	  $text =~ /^PG_FUNCTION_INFO_V1\((\w+)\);/mg
} grep { /\.c$/ } @sources);
none('PG_VERSION_NUM is tested in pg_compat.h only',
	grep_files(qr/PG_VERSION_NUM/, grep { $_ ne 'src/pg_compat.h' } @sources));
none('no loose ends in the sources',
	grep_files(qr/\b(?:TODO|FIXME|XXX)\b/, @sources, @sql, @docs));
none('no static mutable state',
	grep_files(qr/^static (?!const\b|inline\b)[\w \*]+(?:\[[^\]]*\])?\s*(?:=|;)/, @sources));
none('no user meets an error without SQLSTATE',
	map { ereports_without_code($_) } grep { /\.c$/ } @sources);

sub ereports_without_code
{
	my $file = shift;
	my $text = slurp($file);
	my @hits;
	while ($text =~ /\bereport\(\s*ERROR\s*,(.*?)\)\s*;/sg)
	{
		my ($call, $line) = ($1, 1 + (substr($text, 0, $-[0]) =~ tr/\n//));
		push @hits, "$file:$line: ereport without its errcode" unless $call =~ /errcode/;
	}
	return @hits;
}

# nm: what the library shows to the rest of the server
my (@symbols, %defined);
for my $object (files(qr/\.o$/, "$built/$compilers[0]/src"))
{
	next unless -e (($object =~ s{^\Q$built/$compilers[0]/\E}{}r) =~ s/\.o$/.c/r);
	open my $nm, '-|', 'nm', '-g', '--defined-only', $object or next;
	while (<$nm>)
	{
		my $symbol = (split)[-1];
		$defined{$symbol} = $object if defined $symbol;
		push @symbols, "$object: $symbol"
		  if defined $symbol && $symbol !~ /^(?:eqp_|pg_finfo_eqp_|Pg_magic_func$|_PG_init$)/;
	}
	close $nm;
}
none('every global C symbol starts with eqp_', @symbols);

# the catalog's test has the other half: every entry point has the name of its function
my %functions = map { $_ => 1 } map { slurp($_) =~ /^CREATE (?:FUNCTION|AGGREGATE) (\w+)/mg } @sql;
none('nothing but an entry point has the name of an SQL function',
	map { "$defined{$_}: $_" } grep { $defined{$_} && !$defined{"pg_finfo_$_"} } map { "eqp_$_" } sort keys %functions);

# a trigger function of the model is no member of the extension, and runs with the rights of its owner
none('install script: no OR REPLACE, IF NOT EXISTS, @extschema@, search_path',
	grep { !/:\s+SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS \$body\$$/ }
	grep_files(qr/\bOR REPLACE\b|\bIF NOT EXISTS\b|\@extschema|\bsearch_path\b/i,
		@sql));
# it is read in the encoding of the database, whichever that is
none('install script: ASCII alone', grep_files(qr/[^\x00-\x7f]/, @sql));
none('install script: C functions are linked as eqp_...',
	grep_files(qr/AS 'MODULE_PATHNAME'(?!\s*,\s*'eqp_)/, @sql));
like(slurp('sql/parts/00-header.sql'),
	qr/^\\echo Use "CREATE EXTENSION equipair" to load this file\. \\quit$/m,
	'the install script refuses to be run by psql');

# One version in three places.
my ($version) = slurp('equipair.control') =~ /^default_version *= *'(.*)'/m;
ok($version, 'equipair.control names a version');
my ($chapter) = slurp('CHANGELOG.md') =~ /^## (.*)$/m;
like($chapter // '', qr/^\[(?:Unreleased\]$|\Q$version\E\] - \d{4}-\d\d-\d\d$)/, "CHANGELOG.md: the first chapter is what comes or $version");

my $meta = eval { JSON::PP->new->utf8->decode(slurp('META.json')) };
ok(ref $meta eq 'HASH', 'META.json is JSON') or diag($@);
$meta = {} unless ref $meta eq 'HASH';

# What PGXN's META spec 1.0.0 requires.
for my $key (qw(name version abstract maintainer license provides meta-spec))
{
	ok(defined $meta->{$key} && $meta->{$key} ne '', "META.json: $key");
}
my $semver = qr/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;
is($meta->{version}, $version, 'META.json: version is that of equipair.control');
like($meta->{version} // '', $semver, 'META.json: version is a semantic version');
is($meta->{name}, 'equipair', 'META.json: name');
is($meta->{license}, 'postgresql', 'META.json: license is one of the spec');
is(($meta->{'meta-spec'} || {})->{version}, '1.0.0', 'META.json: meta-spec version');
my $provides = ($meta->{provides} || {})->{equipair} || {};
is($provides->{version}, $version, 'META.json: the provided version');
is($provides->{file}, "sql/equipair--$version.sql", 'META.json: the provided file');
ok(-e($provides->{docfile} // ''), 'META.json: the docfile is there');
ok(!grep({ !defined } values %$meta), 'META.json: no empty key');
like($meta->{release_status} // 'stable', qr/^(?:stable|testing|unstable)$/, 'META.json: release_status');
my $tags = $meta->{tags} || [];
ok(!(grep { ref || !length || length > 255 || m{[/\\[:cntrl:]]} } @$tags), 'META.json: tags');

my ($licence) = slurp('LICENSE') =~ /(Permission to use, copy, modify, and distribute)/;
ok($licence, 'LICENSE is the PostgreSQL licence');

# What is read for ever: test/data/add_forms.pl adds to the forms and notes their sum each time.
my @forms = split /(?<=\n)/, slurp('test/data/forms.csv');
my @sums = split /\n/, slurp('test/data/forms.sha256');
for my $sum (@sums)
{
	my ($lines, $expected) = $sum =~ /^(\d+) ([0-9a-f]{64})$/;
	ok($lines && $lines <= @forms && sha256_hex(join '', @forms[ 0 .. $lines - 1 ]) eq $expected,
		'test/data/forms.csv: the first ' . ($lines // '?') . ' lines are as they were');
}
is(($sums[-1] // '') =~ /^(\d+)/ ? $1 : undef, scalar(@forms), 'test/data/forms.csv: add_forms.pl added all of its lines');

# Released scripts are as they were: script/release notes the sum of each.
my %released = map { reverse split /  / } split /\n/, slurp('sql/released.sha256');
for my $file (sort keys %released)
{
	is(sha256_hex(slurp("sql/$file")), $released{$file}, "sql/$file is as it was released");
}

# Texts that mean something on one machine or one tracker only.
my @all = grep { !m{/data/} } (
	@sources, @sql, @docs, grep({ -e } qw(META.json Makefile equipair.control)),
	files(qr/\.(?:sql|pl|c|h|sh|tsv)$/, qw(test bench demo)));
none('no issue numbers', grep_files(qr/(?<![&\w\/'"])#\d+\b/, @all));
none('no paths of a machine', grep_files(qr{/wo[r]k/|/ro[o]t/|(?<![\w.\$\}])/tmp/\w}, @all));

# A row of a table cannot be broken, and an example is as psql has it.
# A new test file must be able to run: a regress test has its expected output.
for my $file (files(qr/\.sql$/, 'test/sql'))
{
	my ($name) = $file =~ m{([^/]+)\.sql$};
	ok(-e "expected/$name.out", "expected/$name.out is there");
}
for my $file (files(qr/\.out$/, 'expected'))
{
	my ($name) = $file =~ m{([^/]+?)(?:_\d)?\.out$};
	ok(-e "test/sql/$name.sql", "expected/$name.out has its test");
}
my @scripts = (grep({ -f } glob('script/*')), '.ci/run');
ok(-x $_, "$_ is executable") for @scripts;

done_testing();
