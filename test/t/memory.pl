# What a call may hold: equipair.max_memory refuses every report and aggregate that would hold more, before it has the
# memory, and leaves the session as it was; and what some of them take is what docs/memory.md states.
# script/bench memory measures all of them, at several sizes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../../lib";
use List::Util qw(first);
use Memory;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION equipair; CREATE ROLE clerk LOGIN');
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATABASE} = 'postgres';
my $docs = $ENV{EQUIPAIR_DOCS} || '..';

# ---- The setting -------------------------------------------------------------------

# Statements in a session of their own, as a role; what they print and all errors.
sub session
{
	my ($sql, $role) = @_;
	my (undef, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", on_error_stop => 0, extra_params => $role ? [ '-U', $role ] : []);
	return ($out, $err);
}

my $load = q{SELECT '1/2'::rate;};
my ($out, $err) = session('SHOW equipair.max_memory;');
like($err, qr/ERROR:  42704:/, 'the setting is not there before the library is loaded');
($out) = session("$load SHOW equipair.max_memory;", 'clerk');
my $half = qx{getconf _PHYS_PAGES} * qx{getconf PAGESIZE} / 2;
is(($out =~ /^(\d+)(?:GB|MB|kB)$/m)[0] && $node->safe_psql('postgres', "$load SELECT pg_size_bytes(current_setting('equipair.max_memory')) AS b") =~ s/.*\n//r,
	$half < 4096 * MB ? int($half / 1024) * 1024 : 4096 * MB, '4 GB, or half of what the machine has');
($out) = session("SET equipair.max_memory = '7MB'; $load SHOW equipair.max_memory;", 'clerk');
is($out, "1/2\n7MB", 'anybody sets it, before the library is loaded too');
($out, $err) = session("SET equipair.max_memory = '3kB'; $load SHOW equipair.max_memory;");
like($err, qr/WARNING:  22023: 3 kB is outside the valid range/, 'a value that cannot be is told when it is loaded');
($out, $err) = session("$load SET equipair.max_memory = '1000kB'; SET equipair.max_memry = 1;");
like($err, qr/ERROR:  22023: 1000 kB is outside the valid range/, '1 MB is the least');
like($err, qr/ERROR:  42602: invalid configuration parameter name "equipair.max_memry"/, 'a name that is mistyped is refused');
$node->safe_psql('postgres', 'CREATE DATABASE mine OWNER clerk');
$node->safe_psql('mine', 'CREATE EXTENSION equipair');
my $mine = q{ALTER DATABASE mine SET equipair.max_memory = '5MB';};
(undef, undef, $err) = $node->psql('mine', $mine, extra_params => [ '-U', 'clerk' ]);
like($err, qr/ERROR:  permission denied to set parameter/, 'the owner of a database may not give it one before the library is loaded');
is(($node->psql('mine', "$load $mine", extra_params => [ '-U', 'clerk' ]))[0], 0, 'but then');
$node->safe_psql('postgres', "$load ALTER DATABASE postgres SET equipair.max_memory = '5MB'");
($out) = session("$load SHOW equipair.max_memory;", 'clerk');
is($out, "1/2\n5MB", 'a database has its own');
$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET equipair.max_memory');

# ---- What is refused ---------------------------------------------------------------

($out, $err) = session(q{SET equipair.max_memory = '2MB';
	SELECT * FROM pairing_coverage('SELECT i AS id, i AS zone FROM generate_series(1, 100000) AS i', 'SELECT 1 AS partner_a, 2 AS partner_b')});
like($err, qr/ERROR:  53400: pairing_coverage needs more memory than equipair\.max_memory\nDETAIL:  It holds \d MB(?: and needs \d MB more)?; equipair\.max_memory is 2MB\.\nHINT:  Report on fewer rows .*\nCONTEXT: .*\nparameter "schools" of pairing_coverage/,
	'the error says what holds how much, and what to do');

# in a worker, whose memory is its own
($out, $err) = session(q{CREATE TABLE many AS SELECT i FROM generate_series(1, 100000) AS i;
	SET equipair.max_memory = '2MB'; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
	EXPLAIN (COSTS off) SELECT gap_agg(i, i) FROM many; SELECT gap_agg(i, i) FROM many});
like($out, qr/Workers Planned/, 'an aggregate that runs in workers');
like($err, qr/ERROR:  53400: more memory needed than equipair\.max_memory\n.*\n.*\nCONTEXT:  parallel worker/, 'they keep to the setting');

my @calls = calls("$docs/bench/memory.tsv");
my $formulas = formulas("$docs/docs/memory.md");

# nothing is missing: what reads rows, or grows with its arguments
my %fixed = map { $_ => 1 } qw(max min sum);    # states of one size, for types of other pages
my @names = split /\n/, $node->safe_psql('postgres', q{
	SELECT DISTINCT name FROM equipair_functions() WHERE kind IN ('report', 'aggregate')
	   AND name <> 'twinning_schema_issues' ORDER BY 1});
cmp_ok(scalar @names, '>', 45, 'reports and aggregates are listed');
my %called = map { $_->{function} => 1 } @calls;
is(join(' ', grep { !$called{$_} && !$fixed{$_} } @names), '', 'every report and aggregate has a call');
is(join(', ', map { "$_->{function} for each $_->{each}" } grep { !$formulas->{ $_->{function} }{ $_->{each} } } @calls), '', 'docs/memory.md has a formula for each');
my %call = map { ("$_->{function} for each $_->{each}" => 1) } @calls;
is(join(', ', grep { !$call{$_} } map { my $f = $_; map { "$f for each $_" } sort keys %{ $formulas->{$f} } } sort keys %$formulas), '', 'and states nothing that is not measured');

# What other functions take lies in the value that they are given.  gap_cluster_agg is PostgreSQL's array_append, which ends at 1 GB.
my %kept = map { $_ => 1 } grep { $_ ne 'gap_cluster_agg' } @names;

# A size at which a call takes so much.
use constant WANTED => 12 * MB;
sub size_for { my $formula = shift; return first { stated($formula, $_) >= WANTED } map { 1000 * $_ } 1 .. 2000 }

SKIP:
{
	skip 'only Linux tells the peak of a process', 1 unless -r '/proc/self/status';
	# what a process has under a sanitizer is not what it has
	my $sanitized = ($ENV{EQUIPAIR_SANITIZERS} // '') eq 'yes';
	my %least;
	for my $call (@calls)
	{
		next if !$kept{ $call->{function} };
		my $formula = $formulas->{ $call->{function} }{ $call->{each} } or next;
		my $size = size_for($formula) or next;
		my $known = $least{ $call->{function} };
		$least{ $call->{function} } = { %$call, size => $size } if !$known || $size < $known->{size};
	}
	make_tables(map { [ $_->{call}, $_->{size} ] } values %least);
	my @grow = grep { my $f = $_; grep { stated($_, 1) } values %{ $formulas->{$f} // {} } } grep { $kept{$_} } sort keys %called;
	is(join(' ', grep { !$least{$_} } @grow), '', 'what grows has a call that takes more than it may here');
	for my $function (sort keys %least)
	{
		my ($call, $size) = @{ $least{$function} }{qw(call size)};
		my $name = "$function for each $least{$function}{each}";
		my $stated = stated($formulas->{$function}{ $least{$function}{each} }, $size);
		my ($bytes, $state, $usable) = measure($call, $size, q{SET equipair.max_memory = '1MB'});
		is($state, '53400', "$name: refused");
		ok($usable, "$name: and the next call of the session works, with the least that can be set");
		cmp_ok($bytes, '<', 6 * MB, "$name: refused before it has the memory") unless $sanitized;
		($bytes, $state) = measure($call, $size);
		is($state, '', "$name: else it runs");
		cmp_ok(abs($bytes - $stated), '<=', TOLERANCE * $stated + GRAIN, sprintf '%s: takes %.1f MB of %.1f MB', $name, $bytes / 1e6, $stated / 1e6) unless $sanitized;
	}
}

# ---- What is refused half-way ------------------------------------------------------

$node->safe_psql('postgres', q{
	SET client_min_messages = warning;
	SELECT create_twinning_schema('office');
	INSERT INTO office.districts (id, name, zone) VALUES ('1', 'A', 'inner');
	SELECT import_file('office', 'schools', 'f', E'id;name;level;district_id\n' || string_agg(format(E'n%s;x;primary;1\n', i), '')) FROM generate_series(1, 8000) AS i});
($out, $err) = session(q{SET equipair.max_memory = '1MB'; SELECT sum(inserted) FROM import_apply('office'); SELECT count(*) FROM office.schools; RESET equipair.max_memory; SELECT sum(inserted) FROM import_apply('office')});
like($err, qr/ERROR:  53400: import_apply needs more memory than equipair\.max_memory/, 'an import is refused');
is($out, "0\n8000", 'nothing of it is there, and with the memory all of it is');

# ---- A night -----------------------------------------------------------------------

$node->safe_psql('postgres', q{
	SET client_min_messages = warning;
	SELECT create_twinning_schema('twinning');
	SET search_path = twinning, public;
	INSERT INTO programmes VALUES ('hn', 'Hanoi');
	INSERT INTO districts (id, name, zone) VALUES ('1', 'A', 'inner'), ('2', 'B', 'outer');
	INSERT INTO schools (id, name, level, district_id, students) SELECT i::text, 's' || i, 'primary', (1 + i % 2)::text, 100 FROM generate_series(101, 12100) i;
	INSERT INTO pairings (programme, kind, partner_a, partner_b, valid)
	SELECT 'hn', 'memorandum', (2 * i + 101)::text, (2 * i + 102)::text, '[2022-09-01,)' FROM generate_series(0, 3999) i;
});
($out, $err) = session(q{SET client_min_messages = warning; SET equipair.max_memory = '1MB'; CALL nightly_report('twinning', '2023-05-31')});
like($err, qr/report.* failed/, 'a night with a report that is refused says so');
my $refused = $node->safe_psql('postgres', q{SELECT name || ' ' || sqlstate || ' ' || message FROM twinning.runs WHERE name = 'coverage' AND outcome = 'failed'});
like($refused, qr/^coverage 53400 pairing_coverage needs more memory than equipair\.max_memory.*equipair\.max_memory is 1MB.*raise equipair\.max_memory/, 'runs names it, with what it holds and what to do');
isnt($node->safe_psql('postgres', q{SELECT count(*) FROM twinning.runs WHERE outcome = 'ok'}), '0', 'and the other steps of the night are done');
($out, $err) = session(q{SET client_min_messages = warning; CALL nightly_report('twinning', '2023-05-31')});
is($err, '', 'the next night, with the memory, has them all');

$node->stop;
done_testing();
