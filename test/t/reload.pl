# A report beside a transaction that reloads one of its sources: the figures of the old rows or of the new ones, or
# 40001, but never those of an empty table.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 200\nshared_buffers = 64MB");
$node->start;

# --- sources ------------------------------------------------------------------------

# A table for each parameter that names a source, and its rows: those of 0 and those of 1 give other figures.
my %table = (
	schools => [ 'id int, zone text, level text',
		q{SELECT i, CASE WHEN i % (3 + $1) = 0 THEN 'inner' ELSE 'outer' END, 'l' || i % 2 FROM generate_series(1, 60 - 20 * $1) i} ],
	pairings => [ 'partner_a int, partner_b int',
		q{SELECT i, i + 7 + $1 FROM generate_series(1, 20 + $1) i UNION ALL SELECT 30, 55} ],
	sessions => [ 'partner_a int, partner_b int, zone text, planned_on date, held_on date',
		q{SELECT i, i + 7, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, DATE '2023-01-01' + i, DATE '2023-01-03' + i * (1 + $1) FROM generate_series(1, 40 - 30 * $1) i} ],
	candidates => [ 'partner_a int, partner_b int, cost int',
		q{SELECT i, 31 + (i * 7) % 20, i % 5 + $1 FROM generate_series(20, 40) i} ],
	plan => [ 'zone text, target int', q{SELECT z, 50 + 10 * $1 FROM unnest('{inner,outer}'::text[]) z} ],
	outcomes => [ 'id int, zone text, period int, value float8',
		q{SELECT i, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, 2021 + p, CASE WHEN i = 59 THEN 1000 WHEN i < 60 OR $1 = 0 THEN i % 17 + p END * (1 + $1) + $1 * (i * p % 5) FROM generate_series(1, 60 + $1) i, generate_series(1, 3) p} ],
	estimates => [ 'subgroup text, estimate float8, population int',
		q{SELECT 'g' || i, 10 + i * (1 + $1), 100 * i FROM generate_series(1, 6) i} ],
	counts => [ 'unit int, grp text, n int, period int',
		q{SELECT u, g, 5 + u * (1 + $1) + 3 * (length(g) * u % 4) + p, p FROM generate_series(1, 12) u, unnest('{a,bb,ccc}'::text[]) g, generate_series(1, 2) p} ],
	source => [ 'zone text, level text, value float8, size float8',
		q{SELECT CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END, 'l' || i % 4, i % 17 * (1 + $1), i % 7 FROM generate_series(1, 90) i} ],
	successors => [ 'old_id int, new_id int, since date', q{VALUES (5, 59 - 47 * $1, DATE '2020-01-01'), (40, 41 + $1, '2020-01-01'), (55, 56 - 26 * $1, '2020-01-01')} ]);

# A call of every report, with all the sources that it can read.
my %call = (
	pairing_cohorts => q{pairing_cohorts({outcomes}, {pairings}, sessions => {sessions})},
	impact_group_time => q{impact_group_time({outcomes}, {pairings}, sessions => {sessions}, min_sessions => 1)},
	impact_effects => q{impact_effects({outcomes}, {pairings}, sessions => {sessions})},
	impact_gap => q{impact_gap({outcomes}, {pairings}, sessions => {sessions})},
	impact_pretrend => q{impact_pretrend({outcomes}, {pairings}, sessions => {sessions})},
	impact_issues => q{impact_issues({outcomes}, {pairings}, sessions => {sessions})},
	convergence => q{convergence({outcomes})},
	convergence_spread => q{convergence_spread({outcomes})},
	gap_indices => q{gap_indices({outcomes})},
	gap_trend => q{gap_trend({outcomes})},
	impact_did => q{impact_did({outcomes}, {pairings}, before => '{2022}', after => '{2023}', sessions => {sessions})},
	impact_twfe => q{impact_twfe({outcomes}, {pairings}, sessions => {sessions})},
	impact_twfe_decomposition => q{impact_twfe_decomposition({outcomes}, {pairings}, sessions => {sessions})},
	inequality_indices => q{inequality_indices({estimates}, draws => 20)},
	kitagawa => q{kitagawa({source})},
	oaxaca_blinder => q{oaxaca_blinder({source}, 'value', '{size}')},
	segregation_indices => q{segregation_indices({counts})},
	segregation_local => q{segregation_local({counts})},
	segregation_change => q{segregation_change({counts})},
	pairing_coverage => q{pairing_coverage({schools}, {pairings}, as_of => '2023-05-31', sessions => {sessions}, plan => {plan}, successors => {successors})},
	pairing_partners => q{pairing_partners({schools}, {pairings}, '2023-05-31', {sessions}, successors => {successors})},
	pairing_items => q{pairing_items({schools}, {pairings}, '2023-05-31', {sessions}, successors => {successors})},
	pairing_degrees => q{pairing_degrees({schools}, {pairings}, as_of => '2023-05-31', sessions => {sessions}, successors => {successors})},
	pairing_network => q{pairing_network({schools}, {pairings}, '2023-05-31', successors => {successors})},
	pairing_flows => q{pairing_flows({schools}, {pairings}, as_of => '2023-05-31', successors => {successors})},
	pairing_timeline => q{pairing_timeline({schools}, {pairings}, from_date => '2022-09-01', to_date => '2023-05-31', successors => {successors})},
	pairing_issues => q{pairing_issues({schools}, {pairings}, {sessions}, successors => {successors})},
	completion_issues => q{completion_issues({sessions}, as_of => '2023-01-08')},
	outcome_issues => q{outcome_issues({outcomes}, period_column => 'period')},
	suggest_pairings => q{suggest_pairings({schools}, {candidates}, {pairings}, '2023-05-31', successors => {successors})},
	completion_rates => q{completion_rates({sessions}, '{zone}', as_of => '2023-05-31', plan => {plan})},
	completion_items => q{completion_items({sessions}, as_of => '2023-05-31')},
	completion_survival => q{completion_survival({sessions}, as_of => '2023-05-31')},
	completion_delays => q{completion_delays({sessions}, as_of => '2023-05-31')},
	completion_comparison => q{completion_comparison({sessions}, as_of => '2023-05-31')},
	completion_forecast => q{completion_forecast({sessions}, '{zone}', as_of => '2023-05-31', plan => {plan})},
	completion_curve => q{completion_curve({sessions}, '{zone}', from_date => '2023-01-01', to_date => '2023-05-31', plan => {plan})});

# Text parameters of reports that name no source.
my %no_source = map { $_ => 1 }
  qw(reference comparison against errors period_column group_column cancelled objective value_column coefficients
  superunit_column stratum_column focus_group method unit_column outcome from_period to_period scale controls base
  panel after_end);

my $sources = q{
	SELECT p.proname || ' ' || n
	  FROM pg_proc p, unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) a (n, t)
	 WHERE 'params' = ANY (p.proargnames) AND proname !~ '^_' AND t = 'text'::regtype
	 ORDER BY 1};

# --- sessions side by side ----------------------------------------------------------

my $dir = PostgreSQL::Test::Utils::tempdir();
my $connection = $node->connstr('postgres');

# The one that reloads: statements are sent one by one, and stay in its transaction.
my ($writer_in, $writer_out) = ('', '');
my $writer = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $connection ],
	'<', \$writer_in, '>', \$writer_out, '2>', \$writer_out);

sub writer
{
	my $sql = shift;
	$writer_out = '';
	$writer_in .= "$sql;\n\\echo done\n";
	$writer->pump until $writer_out =~ /done\n$/ || !$writer->pumpable;
	die "the session that reloads failed: $writer_out" unless $writer_out =~ s/done\n$//;
}

# Runs readers beside a reload: [name, statements before it, statements that meet it].  A reader waits for the advisory
# lock in between, and the reload is committed when all of them wait for it, or are done.  Returns what each printed.
sub beside
{
	my ($reload, @readers) = @_;
	writer('SELECT pg_advisory_lock(1)');
	my @running;
	for my $i (0 .. $#readers)
	{
		my ($name, $before, $meets) = @{ $readers[$i] };
		# pgbench sends a query as a driver does: parsed, bound and executed
		if ($name eq 'by a driver')
		{
			unlink "$dir/$i.sql";
			append_to_file("$dir/$i.sql", "SELECT FROM pg_advisory_xact_lock_shared(1);\n$meets->[0] \\gset\n\\shell echo figures :md5\n");
			push @running, IPC::Run::start(
				[ 'pgbench', '-n', '-M', 'extended', '-t', '1', '-f', "$dir/$i.sql", "$connection application_name=reader" ],
				'<', \undef, '>', "$dir/$i", '2>&1');
			next;
		}
		push @running, IPC::Run::start(
			[ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', "$connection application_name=reader",
				map { ('-c', $_) } @$before, 'SET enable_seqscan = on; SELECT FROM pg_advisory_xact_lock_shared(1)',
				@$meets ],
			'<', \undef, '>', "$dir/$i", '2>&1');
	}
	my $waiting = q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reader'};
	$node->poll_query_until('postgres', "$waiting AND wait_event = 'advisory'", scalar @readers);
	writer("BEGIN; $reload; SELECT pg_advisory_unlock(1)");
	$node->poll_query_until('postgres', "$waiting AND wait_event IS DISTINCT FROM 'relation' AND pid <> pg_backend_pid()", '0');
	my $waited = $node->safe_psql('postgres', $waiting);
	writer('COMMIT');
	$_->finish for @running;
	return ($waited, map { slurp_file("$dir/$_") =~ s/\n$//r } 0 .. $#readers);
}

# --- what must come out -------------------------------------------------------------

my @reports = sort keys %call;
$node->safe_psql('postgres', 'CREATE EXTENSION equipair');
# those that read sources have the parameter params
is($node->safe_psql('postgres', q{
	SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc WHERE 'params' = ANY (proargnames) AND proname !~ '^_'}),
	"@reports", 'every report is called here');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM pg_proc WHERE 'params' = ANY (proargnames) AND prosupport <> 'source_support'::regproc}),
	'0', 'and the planner asks for its rows');
my (@missing, %readers_of);
for (split /\n/, $node->safe_psql('postgres', $sources))
{
	my ($report, $parameter) = split / /;
	next if $no_source{$parameter};
	if ($call{$report} =~ /\{$parameter\}/) { push @{ $readers_of{$parameter} }, $report }
	else { push @missing, "$report.$parameter" }
}
is("@missing", '', 'with all its sources');

for my $name (sort keys %table)
{
	my ($columns, $rows) = @{ $table{$name} };
	$node->safe_psql('postgres', qq{
		CREATE TABLE $name ($columns);
		CREATE FUNCTION fill_$name(int) RETURNS void LANGUAGE sql AS \$\$ INSERT INTO $name $rows \$\$;
		SELECT fill_$name(0);
		CREATE VIEW of_$name AS SELECT * FROM $name;
		CREATE VIEW of_of_$name AS SELECT * FROM of_$name WHERE EXISTS (SELECT FROM $name)});
}

# A query with the figures of a report in one line; sources are what rename makes of their tables.
sub figures
{
	my ($report, $rename) = @_;
	my $call = $call{$report} =~ s/\{([a-z]+)\}(?!')/"'" . $rename->($1) . "'"/ger;
	return qq{SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM $call r};
}

sub itself { return $_[0] }
sub query { return "SELECT * FROM $_[0]" }

# Ways to meet a reload, and what comes out: the new figures where the report waits while it is planned and its snapshot
# comes after that, else 40001.
my %ways = (
	'plain' => [ sub { [], [ $_[0] ] }, 'new' ],
	'prepared' => [ sub { [ "PREPARE q AS $_[0]", 'EXECUTE q' ], ['EXECUTE q'] }, '40001' ],
	'by a driver' => [ sub { [], [ $_[0] ] }, 'new' ],
	'repeatable read' => [ sub { [ 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM pg_am' ], [ $_[0], 'ROLLBACK' ] }, '40001' ],
	'serializable' => [ sub { [ 'BEGIN ISOLATION LEVEL SERIALIZABLE', 'SELECT count(*) FROM pg_am' ], [ $_[0], 'ROLLBACK' ] }, '40001' ],
	'in a function' => [ sub { my $f = new_function($_[0]); [], ["SELECT $f()"] }, 'new' ],
	'in a function that was called' => [ sub { my $f = new_function($_[0]); ["SELECT $f()"], ["SELECT $f()"] }, '40001' ],
	'in a stable function' => [ sub { my $f = new_function($_[0], 'STABLE'); [], ["SELECT $f()"] }, '40001' ],
	'in a cursor' => [ sub { [], [ "BEGIN; DECLARE c CURSOR FOR $_[0]; FETCH ALL FROM c; COMMIT" ] }, '40001' ],
	'EXPLAIN ANALYZE' => [ sub { [], [ "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) $_[0]", $_[0] ] }, '40001' ]);

# The name of a new function that runs a query.  It is no temporary one: a schema that is made for those has all
# sessions plan their statements again.
my $nfunctions = 0;

sub new_function
{
	my ($query, $volatility) = ($_[0], $_[1] || 'VOLATILE');
	my $name = 'f' . ++$nfunctions;
	$node->safe_psql('postgres', "CREATE FUNCTION $name() RETURNS text LANGUAGE plpgsql $volatility AS \$f\$ BEGIN RETURN ($query); END \$f\$");
	return $name;
}

# What a reader printed, in a word: old, new, 40001, or the text itself.
sub outcome
{
	my ($out, $old, $new) = @_;
	return '40001' if $out =~ /^ERROR:  40001: a source of \w+ was rewritten or truncated while the report waited$/m
	  && $out =~ /^HINT:  Run the report again\.$/m;
	my ($last) = $out =~ /^figures (\w+)/m ? $1 : $out =~ /([^\n]*)$/;
	return $last eq $new ? 'new' : $last eq $old ? 'old' : $out;
}

# Every way in @$names to call the reports in @$reports beside a reload.  The outcome wanted is that of the way, or 40001
# where only that can be; before says what undoes the reload.
sub check
{
	my ($what, $reload, $undo, $reports, $names, $rename, $wanted) = @_;
	my (@readers, @labels, %old, %new);
	$old{$_} = $node->safe_psql('postgres', figures($_, $rename)) for @$reports;
	for my $report (@$reports)
	{
		for my $name (@$names)
		{
			my ($before, $meets) = $ways{$name}[0]->(figures($report, $rename));
			push @readers, [ $name, $before, $meets ];
			push @labels, [ $report, $name ];
		}
	}
	my ($waited, @out) = beside($reload, @readers);
	is($waited, scalar @readers, "$what: all wait for it") unless ($wanted || '') eq 'old';
	$new{$_} = $node->safe_psql('postgres', figures($_, $rename)) for @$reports;
	for my $i (0 .. $#out)
	{
		my ($report, $name) = @{ $labels[$i] };
		is(outcome($out[$i], $old{$report}, $new{$report}), $wanted || $ways{$name}[1], "$what: $report, $name");
	}
	is("@{[ grep { $old{$_} eq $new{$_} } @$reports ]}", '', "$what: other figures then") unless $what =~ /the same rows/;
	$node->safe_psql('postgres', $undo) if $undo;
}

# --- every report, every source -----------------------------------------------------

for my $source (sort keys %readers_of)
{
	my @of = @{ $readers_of{$source} };
	my $reload = "TRUNCATE $source; SELECT fill_$source(1)";
	my $undo = "TRUNCATE $source; SELECT fill_$source(0)";
	check("$source reloaded", $reload, $undo, \@of, [ 'plain', 'prepared', 'repeatable read' ], \&itself);
	check("$source reloaded, a view", $reload, $undo, \@of, [ 'plain', 'repeatable read' ],
		sub { $_[0] eq $source ? "of_of_$_[0]" : $_[0] });
	check("$source reloaded, a query", $reload, $undo, \@of, ['plain'], \&query, '40001');
}

# --- every way to call, every way to reload -----------------------------------------

my @all = sort keys %ways;
my @three = ('plain', 'repeatable read', 'in a function that was called');

for (qw(pairings:pairing_coverage outcomes:gap_indices sessions:completion_rates))
{
	my ($source, $report) = split /:/;
	check("$source truncated", "TRUNCATE $source; SELECT fill_$source(1)", "TRUNCATE $source; SELECT fill_$source(0)",
		[$report], \@all, \&itself);
}

# everything at once, in one transaction
check('all sources reloaded', join('; ', map { "TRUNCATE $_; SELECT fill_$_(1)" } sort keys %table),
	join(';', map { "TRUNCATE $_; SELECT fill_$_(0)" } sort keys %table), [ 'pairing_coverage', 'suggest_pairings' ], \@three, \&itself);

# the report whose pairings come from another relation
sub pairings
{
	my $relation = shift;
	return sub { $_[0] eq 'pairings' ? $relation : $_[0] }
}
my $coverage = ['pairing_coverage'];

check('a table rewritten', 'ALTER TABLE pairings ADD moved int DEFAULT 1; ALTER TABLE pairings ALTER moved TYPE text USING moved || random()::text, ALTER partner_a SET DEFAULT 0; UPDATE pairings SET partner_b = partner_b + 1',
	'ALTER TABLE pairings DROP moved; UPDATE pairings SET partner_b = partner_b - 1', $coverage, \@three, \&itself);
check('rows deleted and inserted', 'DELETE FROM pairings; SELECT fill_pairings(1)', 'DELETE FROM pairings; SELECT fill_pairings(0)',
	$coverage, \@all, \&itself, 'old');
$node->safe_psql('postgres', 'CREATE INDEX by_partner ON pairings (partner_b)');
check('CLUSTER, with the same rows', 'CLUSTER pairings USING by_partner', 'DROP INDEX by_partner', $coverage, ['plain'], \&itself);

# a new table of the old name
$node->safe_psql('postgres', 'CREATE TABLE swapped AS TABLE pairings');
check('another table of its name',
	'ALTER TABLE swapped RENAME TO swapped_old; CREATE TABLE swapped AS SELECT partner_a, partner_b + 1 AS partner_b FROM swapped_old; DROP TABLE swapped_old',
	undef, $coverage, \@three, pairings('swapped'));
$node->safe_psql('postgres', 'CREATE TABLE swapped_new AS SELECT partner_a, partner_b + 2 AS partner_b FROM swapped');
check('another table of its name, loaded before', 'DROP TABLE swapped; ALTER TABLE swapped_new RENAME TO swapped',
	undef, $coverage, \@three, pairings('swapped'));
$node->safe_psql('postgres', 'CREATE TABLE swapped_new (LIKE swapped)');
check('another table of its name, loaded then', 'INSERT INTO swapped_new SELECT * FROM swapped WHERE partner_a < 12; DROP TABLE swapped; ALTER TABLE swapped_new RENAME TO swapped',
	undef, $coverage, \@three, pairings('swapped'));

$node->safe_psql('postgres', 'CREATE MATERIALIZED VIEW kept AS TABLE pairings; UPDATE pairings SET partner_b = partner_b + 1');
check('a materialized view', 'REFRESH MATERIALIZED VIEW kept', 'UPDATE pairings SET partner_b = partner_b - 1',
	$coverage, \@three, pairings('kept'));

# partitions, and the children of a table
$node->safe_psql('postgres', q{
	CREATE TABLE parted (partner_a int, partner_b int) PARTITION BY RANGE (partner_a);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (10);
	CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (100) PARTITION BY RANGE (partner_b);
	CREATE TABLE parted_2a PARTITION OF parted_2 DEFAULT;
	INSERT INTO parted TABLE pairings;
	CREATE VIEW of_parted AS SELECT * FROM parted;
	CREATE TABLE family (partner_a int, partner_b int);
	CREATE TABLE family_1 () INHERITS (family);
	CREATE TABLE family_2 () INHERITS (family_1);
	INSERT INTO family_2 TABLE pairings;
	INSERT INTO family VALUES (50, 51)});
for (qw(parted:parted parted:parted_1 parted:parted_2a of_parted:parted_2a family:family_2))
{
	my ($source, $truncated) = split /:/;
	check("$source, $truncated truncated",
		"CREATE TEMP TABLE loaded ON COMMIT DROP AS TABLE $truncated; TRUNCATE $truncated; INSERT INTO $truncated SELECT partner_a, partner_b + 1 FROM loaded",
		undef, $coverage, \@three, pairings($source));
}
for my $source (qw(parted of_parted))
{
	check("$source, another partition",
		'CREATE TABLE loaded AS SELECT partner_a, partner_b + 1 AS partner_b FROM parted_1; ALTER TABLE parted DETACH PARTITION parted_1; DROP TABLE parted_1; ALTER TABLE loaded RENAME TO parted_1; ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES FROM (1) TO (10)',
		undef, $coverage, \@three, pairings($source));
}
check('a partition removed', 'DROP TABLE parted_1', undef, $coverage, \@three, pairings('parted'));
$node->safe_psql('postgres', 'CREATE TABLE parted_1 AS SELECT * FROM pairings WHERE partner_a < 10');
check('a partition attached that was there', 'LOCK parted; ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES FROM (1) TO (10)',
	undef, $coverage, \@three, pairings('parted'));
# what is new is not seen, and nothing is missing
my $added = 'CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (100) TO (200); INSERT INTO parted VALUES (100, 1)';
check('a partition added', $added, 'DROP TABLE parted_3', $coverage, [ 'plain', 'in a function' ], pairings('parted'));
check('a partition added, with the same rows', $added, 'DROP TABLE parted_3', $coverage, ['repeatable read'], pairings('parted'), 'old');

# several relations in a query, and one with params, which is planned anew for its values
check('a UNION ALL', 'TRUNCATE pairings; SELECT fill_pairings(1)', 'TRUNCATE pairings; SELECT fill_pairings(0)', $coverage, ['plain'],
	pairings('SELECT partner_a, partner_b FROM family UNION ALL SELECT partner_a, partner_b FROM pairings WHERE partner_a IN (SELECT partner_b FROM of_pairings)'), '40001');

$call{pairing_coverage} =~ s/\)$/, params => '{0}')/;
check('params', 'TRUNCATE pairings; SELECT fill_pairings(1)', 'TRUNCATE pairings; SELECT fill_pairings(0)', $coverage, [ 'plain', 'repeatable read' ],
	pairings('SELECT * FROM pairings WHERE partner_a > $1'), '40001');

# --- what a transaction did itself --------------------------------------------------

my $new = do {
	writer('BEGIN; TRUNCATE pairings; SELECT fill_pairings(1)');
	my ($reports) = figures('pairing_coverage', \&itself);
	writer($reports);
	my $out = $writer_out;
	writer('ROLLBACK');
	$out =~ /^(\w{32})$/m ? $1 : $out;
};
my $old = $node->safe_psql('postgres', figures('pairing_coverage', \&itself));
isnt($new, $old, 'a transaction sees what it loaded');
like($new, qr/^\w{32}$/, 'and nothing is in its way');
my $query = figures('pairing_coverage', \&itself);
my %own = (
	'a function' => "CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE plpgsql AS \$f\$ BEGIN TRUNCATE pairings; PERFORM fill_pairings(1); RETURN ($query); END \$f\$; BEGIN; SELECT pg_temp.f(); ROLLBACK",
	'repeatable read' => "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) > 0 FROM pairings; TRUNCATE pairings; SELECT fill_pairings(1); $query; ROLLBACK",
	'a subtransaction' => "BEGIN; SAVEPOINT s; TRUNCATE pairings; ROLLBACK TO s; TRUNCATE pairings; SELECT fill_pairings(1); SAVEPOINT t; TRUNCATE pairings; ROLLBACK TO t; $query; ROLLBACK",
	'a prepared statement' => "PREPARE q AS $query; BEGIN; TRUNCATE pairings; SELECT fill_pairings(1); EXECUTE q; ROLLBACK",
	'a temporary table' => "CREATE TEMP TABLE pairings AS TABLE public.pairings; TRUNCATE pairings; INSERT INTO pairings SELECT i, i + 8 FROM generate_series(1, 21) i UNION ALL SELECT 30, 55; $query; BEGIN; TRUNCATE pairings; INSERT INTO pairings SELECT i, i + 8 FROM generate_series(1, 21) i UNION ALL SELECT 30, 55; $query; ROLLBACK",
	'a table made there' => "BEGIN; DROP TABLE pairings CASCADE; CREATE TABLE pairings AS SELECT i AS partner_a, i + 8 AS partner_b FROM generate_series(1, 21) i UNION ALL SELECT 30, 55; $query; ROLLBACK",
	'a rewritten table' => "BEGIN; DROP VIEW of_pairings CASCADE; DROP MATERIALIZED VIEW kept; ALTER TABLE pairings ALTER partner_a TYPE bigint; DELETE FROM pairings; SELECT fill_pairings(1); $query; ROLLBACK");
for my $name (sort keys %own)
{
	my ($rc, $out, $err) = $node->psql('postgres', "SET client_min_messages = warning; $own{$name}");
	like($out, qr/\b$new$/, "own reload: $name") or diag($err);
	is($err, '', "own reload: $name, without an error");
}

# a cursor opened before one's own reload cannot see the old rows any more
my ($rc, $out, $err) = $node->psql('postgres', "BEGIN; DECLARE c CURSOR FOR $query; TRUNCATE pairings; SELECT fill_pairings(1); FETCH c; ROLLBACK");
like($err, qr/a source of pairing_coverage was rewritten/, 'a cursor opened before the reload');

# --- at planning --------------------------------------------------------------------

# What is wrong with a source is told when the report runs, and nothing is locked that the caller may not read.
$node->safe_psql('postgres', q{
	CREATE ROLE reader;
	CREATE SCHEMA closed; CREATE TABLE closed.schools (id int); GRANT SELECT ON closed.schools TO reader;
	CREATE TABLE secret (id int, other int);
	CREATE TABLE half_secret (id int, other int); GRANT SELECT (id) ON half_secret TO reader;
	CREATE VIEW of_secret AS SELECT id FROM secret; GRANT SELECT ON of_secret TO reader;
	CREATE VIEW endless AS SELECT 1 AS id; CREATE OR REPLACE VIEW endless AS SELECT id FROM endless; GRANT SELECT ON endless TO reader});
writer('BEGIN; LOCK secret, half_secret, closed.schools');
for (qw(secret closed.schools absent absent.schools a.b.c.d elsewhere.public.secret pg_temp.absent endless pg_class), '"sec', 'SELECT * FROM secret', '')
{
	my ($rc, $out, $err) = $node->psql('postgres',
		"SET lock_timeout = 1000; SET ROLE reader; EXPLAIN SELECT FROM pairing_degrees(\$s\$$_\$s\$, 'absent')");
	is($err, '', "planning does not wait or fail: $_");
}
for (qw(half_secret of_secret public.half_secret postgres.public.half_secret))
{
	my ($rc, $out, $err) = $node->psql('postgres',
		"SET lock_timeout = 1000; SET ROLE reader; EXPLAIN SELECT FROM pairing_degrees('$_', 'absent')");
	like($err, qr/canceling statement due to lock timeout/, "planning waits: $_");
}
writer('ROLLBACK');

# How many rows the planner expects.
$node->safe_psql('postgres', q{
	CREATE TABLE many AS SELECT i AS id, i AS partner_a, i + 1 AS partner_b, DATE '2023-01-01' AS held_on FROM generate_series(1, 20000) i;
	CREATE VIEW of_many AS SELECT * FROM many;
	CREATE VIEW some_of_many AS SELECT * FROM many WHERE id < 10;
	CREATE TABLE many_parts (LIKE many) PARTITION BY HASH (id);
	CREATE TABLE many_parts_0 PARTITION OF many_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE many_parts_1 PARTITION OF many_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	INSERT INTO many_parts TABLE many;
	ANALYZE many; ANALYZE many_parts});
my %rows = (
	q{pairing_degrees('many', 'absent')} => 20000, q{pairing_degrees('of_many', 'absent')} => 20000, q{pairing_degrees('many_parts', 'absent')} => 20000,
	q{pairing_degrees(pairings => 'many', schools => 'some_of_many')} => 1000, q{pairing_degrees('SELECT * FROM many', 'many')} => 1000,
	q{pairing_partners('absent', 'many')} => 40000, q{pairing_items('absent', 'many')} => 20000, q{completion_items('many')} => 20000,
	q{pairing_coverage('many', 'many')} => 100, q{pairing_degrees('endless', 'many')} => 1000, q{pairing_degrees(NULL, 'many')} => 1000);
for my $call (sort keys %rows)
{
	my ($rows) = $node->safe_psql('postgres', "EXPLAIN SELECT * FROM $call") =~ /rows=(\d+)/;
	is($rows, $rows{$call}, "rows of $call");
}
is($node->safe_psql('postgres', q{PREPARE q (text) AS SELECT * FROM pairing_degrees($1, 'absent'); EXPLAIN EXECUTE q('many')}) =~ /rows=(\d+)/ && $1,
	20000, 'rows where the source is a parameter');

$writer_in .= "\\q\n";
$writer->finish;
$node->stop;
done_testing();
