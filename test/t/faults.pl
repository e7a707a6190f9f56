# When a machine fails under a report: a full disk, no memory left, a process that is killed, a table that is changed
# meanwhile, a standby that must go on.  Each time a clear error or the right figures; and the session, or the server,
# goes on with the right figures afterwards.
use strict;
use warnings;
use File::Temp ();

# Where users may have name spaces of their own, the test starts again in one in which two small disks are mounted.  It does so
# before the modules of the server's tests are there, which take hold of the output.
BEGIN
{
	if (!exists $ENV{EQUIPAIR_SMALL_DISKS})
	{
		my $disks = File::Temp::tempdir(CLEANUP => 1);
		mkdir "$disks/$_" or die "$disks/$_: $!\n" for qw(data wal);
		chmod 0755, $disks;
		my $mount = join ' && ', map { "mount -t tmpfs -o size=24m,mode=1777 none $disks/$_" } qw(data wal);
		$ENV{EQUIPAIR_SMALL_DISKS} = '';
		if (system("unshare -Urm sh -c '$mount' > /dev/null 2>&1") == 0)
		{
			$ENV{EQUIPAIR_SMALL_DISKS} = $disks;
			my $perl = join ' ', map { "'$_'" } $^X, (map { "-I$_" } @INC), $0;
			my $group = $( + 0;
			system('unshare', '-Urm', 'sh', '-c', "$mount && exec unshare -U --map-user=$< --map-group=$group $perl");
			exit($? & 127 ? 1 : $? >> 8);
		}
	}
}

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

# ---- A small disk ----------------------------------------------------------------

my $disks = $ENV{EQUIPAIR_SMALL_DISKS};

# Fills a disk but for some bytes; what frees it.
sub fill
{
	my ($disk, $free) = @_;
	open my $file, '>', "$disks/$disk/filler" or die "$disks/$disk/filler: $!\n";
	my $page = "\0" x 4096;
	my $written = 0;
	while (defined(my $n = syswrite $file, $page)) { $written += $n }
	truncate $file, $written - $free;
	close $file;
	return;
}

sub empty { unlink "$disks/$_[0]/filler"; return }

# ---- A private copy of the server -------------------------------------------------

# The update of the extension that is killed needs a version of its own.
my $directory = PostgreSQL::Test::Utils::tempdir_short();
my ($pg_config) = run_command([ 'bash', '-c', 'command -v pg_config' ]);
my ($bindir, $problem) = run_command([ 'bash', '-c',
	'. ../lib/common.sh && . ../lib/postgres.sh && . ../lib/server.sh && trap - EXIT && WORK=$1 && make_prefix "$2" && echo "$PGBIN"',
	'bash', $directory, $pg_config ]);
ok(-x "$bindir/postgres", 'a private copy of the server') or BAIL_OUT($problem);
sub path_of { my ($path) = run_command([ $_[0], "--$_[1]" ]); return $path }
my $installed = path_of($pg_config, 'sharedir') . '/extension';
my $extensions = path_of("$bindir/pg_config", 'sharedir') . '/extension';
system_or_bail('cp', glob(path_of($pg_config, 'pkglibdir') . '/equipair.*'), path_of("$bindir/pg_config", 'pkglibdir'));
system_or_bail('cp', glob("$installed/equipair*"), $extensions);
my ($version) = slurp_file("$installed/equipair.control") =~ /^default_version *= *'(.*)'/m;

my $node = PostgreSQL::Test::Cluster->new('main', install_path => $bindir =~ s{/bin$}{}r);
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nautovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION equipair');

# ---- What is called ----------------------------------------------------------------

my %table = (
	schools => q{SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, 'l' || i % 2 AS level FROM generate_series(1, 6000) i},
	pairings => q{SELECT i AS partner_a, i + 7 AS partner_b FROM generate_series(1, 5000) i},
	sessions => q{SELECT i AS id, i AS partner_a, i + 7 AS partner_b, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, DATE '2023-01-01' + i % 90 AS planned_on, DATE '2023-01-03' + i % 97 AS held_on FROM generate_series(1, 6000) i},
	candidates => q{SELECT i AS partner_a, 3001 + (i * 7) % 2000 AS partner_b, i % 5 AS cost FROM generate_series(1, 3000) i},
	plan => q{SELECT z AS zone, 500 AS target FROM unnest('{inner,outer}'::text[]) z},
	outcomes => q{SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, 2021 + p AS period, i % 17 + i % 5 * p AS value FROM generate_series(1, 6000) i, generate_series(1, 3) p},
	estimates => q{SELECT 'g' || i AS subgroup, 10 + i AS estimate, 100 * i AS population FROM generate_series(1, 3000) i},
	counts => q{SELECT u AS unit, g AS grp, 5 + u % 40 + 3 * (length(g) * u % 4) + p AS n, p AS period FROM generate_series(1, 600) u, unnest('{a,bb,ccc}'::text[]) g, generate_series(1, 2) p},
	source => q{SELECT CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, 'l' || i % 4 AS level, i % 17 AS value, i % 7 AS size FROM generate_series(1, 5000) i},
	successors => q{VALUES (5, 59, DATE '2020-01-01'), (40, 41, '2020-01-01')});
$node->safe_psql('postgres', join '', map { "CREATE TABLE $_ " . ($_ eq 'successors' ? '(old_id, new_id, since) ' : '') . "AS $table{$_};\n" } sort keys %table);

# A call of every report that reads a source; {name} stands for the source.
my %call = (
	pairing_cohorts => q{pairing_cohorts({outcomes}, {pairings}, sessions => {sessions})},
	impact_group_time => q{impact_group_time({outcomes}, {pairings}, sessions => {sessions}, min_sessions => 1)},
	impact_effects => q{impact_effects({outcomes}, {pairings}, sessions => {sessions}, bands => true, draws => 100)},
	impact_gap => q{impact_gap({outcomes}, {pairings}, sessions => {sessions})},
	impact_pretrend => q{impact_pretrend({outcomes}, {pairings}, sessions => {sessions})},
	impact_issues => q{impact_issues({outcomes}, {pairings}, sessions => {sessions}, panel => 'complete')},
	impact_did => q{impact_did({outcomes}, {pairings}, before => '{2022}', after => '{2023}', sessions => {sessions})},
	impact_twfe => q{impact_twfe({outcomes}, {pairings}, sessions => {sessions})},
	impact_twfe_decomposition => q{impact_twfe_decomposition({outcomes}, {pairings}, sessions => {sessions})},
	convergence => q{convergence({outcomes})},
	convergence_spread => q{convergence_spread({outcomes})},
	gap_indices => q{gap_indices({outcomes}, '{id}')},
	gap_trend => q{gap_trend({outcomes})},
	inequality_indices => q{inequality_indices({estimates}, draws => 20)},
	kitagawa => q{kitagawa({source})},
	oaxaca_blinder => q{oaxaca_blinder({source}, 'value', '{size}')},
	segregation_indices => q{segregation_indices({counts})},
	segregation_local => q{segregation_local({counts})},
	segregation_change => q{segregation_change({counts})},
	pairing_coverage => q{pairing_coverage({schools}, {pairings}, '{id}', as_of => '2023-05-31', sessions => {sessions}, successors => {successors})},
	pairing_partners => q{pairing_partners({schools}, {pairings}, '2023-05-31', {sessions}, successors => {successors})},
	pairing_items => q{pairing_items({schools}, {pairings}, '2023-05-31', {sessions}, successors => {successors})},
	pairing_degrees => q{pairing_degrees({schools}, {pairings}, as_of => '2023-05-31', sessions => {sessions}, successors => {successors})},
	pairing_network => q{pairing_network({schools}, {pairings}, '2023-05-31', successors => {successors})},
	pairing_flows => q{pairing_flows({schools}, {pairings}, '{zone,level}', as_of => '2023-05-31', successors => {successors})},
	pairing_timeline => q{pairing_timeline({schools}, {pairings}, '{zone,level}', from_date => '2022-09-01', to_date => '2023-05-31', step => '1 day', successors => {successors})},
	pairing_issues => q{pairing_issues({schools}, {pairings}, {sessions}, successors => {successors})},
	completion_issues => q{completion_issues({sessions}, as_of => '2023-01-08')},
	outcome_issues => q{outcome_issues({outcomes}, period_column => 'period')},
	suggest_pairings => q{suggest_pairings({schools}, {candidates}, {pairings}, '2023-05-31', successors => {successors})},
	completion_rates => q{completion_rates({sessions}, '{id}', as_of => '2023-05-31')},
	completion_items => q{completion_items({sessions}, as_of => '2023-05-31')},
	completion_survival => q{completion_survival({sessions}, '{zone}', as_of => '2023-05-31')},
	completion_delays => q{completion_delays({sessions}, as_of => '2023-05-31')},
	completion_comparison => q{completion_comparison({sessions}, group_column => 'zone', as_of => '2023-05-31')},
	completion_forecast => q{completion_forecast({sessions}, '{zone}', as_of => '2023-03-31', plan => {plan})},
	completion_curve => q{completion_curve({sessions}, '{zone}', from_date => '2023-01-01', to_date => '2023-05-31', step => '1 day', plan => {plan})});
is($node->safe_psql('postgres', q{
	SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc WHERE 'params' = ANY (proargnames) AND proname !~ '^_'}),
	join(' ', sort keys %call), 'every report that reads a source is called here');

# The call with each source as it is, or as a query that sorts it, which takes room on a disk.
sub plainly { return $_[0] =~ s/\{([a-z]+)\}(?!')/'$1'/gr }
sub sorted { return $_[0] =~ s/\{([a-z]+)\}(?!')/"'SELECT s.* FROM $1 s" . ($1 =~ m{plan|successors} ? "'" : " ORDER BY md5(s::text)'")/ger }
sub figures { return "SELECT coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), 'no rows') FROM $_[0] r" }

# One session runs statements; what it prints, its errors aside.
sub session
{
	my ($database, $sql, $server) = @_;
	my ($rc, $out, $err) = ($server // $node)->psql($database, "SET client_min_messages = error;\n$sql", on_error_stop => 0);
	diag("the session ended: $err") if $rc;
	note $err if length $err < 2000;
	return $out;
}

my %figures = map { split /\|/ } split /\n/, session('postgres', join '', map { "SELECT '$_', f.* FROM (" . figures(plainly($call{$_})) . ") f;\n" } sort keys %call);
my %bytes = map { split /\|/ } split /\n/, session('postgres', join '', map { "SELECT '$_', coalesce(sum(pg_column_size(r)), 0) FROM " . plainly($call{$_}) . " r;\n" } sort keys %call);

# How many calls came to which SQLSTATE.
sub count_states
{
	my ($what, @states) = @_;
	my %n;
	$n{$_}++ for @states;
	note "$what: " . join ', ', map { "$_ $n{$_}" } sort keys %n;
	return \%n;
}

# ---- A full disk -------------------------------------------------------------------

# Every report whose sources are sorted, and every one with a large result, where temporary files have no room.  The same
# session then gives the right figures.
sub no_room
{
	my ($what, $state, $before, $after) = @_;
	my @runs = ((map { [ $_, sorted($call{$_}), 1 ] } sort keys %call), (map { [ $_, plainly($call{$_}), $bytes{$_} > 300_000 ] } sort keys %call));
	my $out = session('postgres', join '', map { "SET work_mem = '64kB'; $before;\nSELECT count(*) FROM $_->[1] \\g /dev/null\n\\echo state :SQLSTATE\n$after; RESET work_mem;\n" . figures(plainly($call{ $_->[0] })) . ";\n" } @runs);
	my @lines = split /\n/, $out;
	my @states;
	my @wrong;
	for my $run (@runs)
	{
		my ($got) = (shift @lines // '') =~ /^state (\w+)$/;
		my $figure = shift @lines // '';
		push @states, $got // 'none';
		push @wrong, "$run->[0]: state " . ($got // 'none') unless ($got // '') eq $state || !$run->[2] && ($got // '') eq '00000';
		push @wrong, "$run->[0]: other figures after $states[-1]" unless $figure eq $figures{ $run->[0] };
	}
	is("@wrong", '', "$what: $state, and the session goes on with the right figures");
	cmp_ok(count_states($what, @states)->{$state} // 0, '>=', keys(%call) + 5, "$what: it was met");
	return;
}

no_room('temp_file_limit', '53400', 'SET temp_file_limit = 0', 'RESET temp_file_limit');
my $model = q{
	SELECT create_twinning_schema('twinning');
	SET search_path = twinning, public;
	INSERT INTO programmes VALUES ('hn', 'Hanoi');
	INSERT INTO districts (id, name, zone) VALUES ('1', 'A', 'inner'), ('2', 'B', 'outer');
	INSERT INTO schools (id, name, level, district_id, students) SELECT i::text, 's' || i, 'primary', (1 + i % 2)::text, 100 FROM generate_series(101, 160) i;
	INSERT INTO pairings (programme, kind, partner_a, partner_b, valid)
	SELECT 'hn', 'memorandum', (2 * i + 101)::text, (2 * i + 102)::text, '[2022-09-01,)' FROM generate_series(0, 19) i;
	INSERT INTO indicators (code, name) VALUES ('score', 'score');
	INSERT INTO outcomes SELECT id, y, 'score', id::int % 7, 100 FROM schools, generate_series(2020, 2022) y;
	UPDATE checks SET enabled = false;
};
# A file of schools, read into the model and not yet applied.
my $file = q{SELECT import_file('twinning', 'schools', 'f', E'id;name;level;district_id;students\n' || string_agg(format(E'n%s;%s;primary;1;%s\n', i, md5(i::text), i), '')) FROM generate_series(1, 4000) i};
my $imported = q{SELECT count(*) FROM twinning.schools WHERE id ~ '^n'};
my $night = q{SELECT count(*), count(DISTINCT run) FROM twinning.figures};
SKIP:
{
	skip 'no name space with a small disk can be made here', 4 unless $disks;
	mkdir "$disks/data/space" or die;
	$node->safe_psql('postgres', "CREATE TABLESPACE small LOCATION '$disks/data/space'");
	$node->safe_psql('postgres', q{SET work_mem = '64kB'; SET temp_tablespaces = small; SELECT count(*) FROM (SELECT md5(i::text) FROM generate_series(1, 5000) i ORDER BY 1) s});
	fill('data', 16384);
	no_room('a full disk of temporary files', '53100', 'SET temp_tablespaces = small', 'RESET temp_tablespaces');
	empty('data');

	# the tables of a model on it
	$node->safe_psql('postgres', 'CREATE DATABASE small');
	$node->safe_psql('small', "CREATE EXTENSION equipair; SET default_tablespace = small; $model; $file");
	fill('data', 65536);
	my $out = session('small', "SELECT inserted FROM import_apply();\n\\echo :SQLSTATE\n$imported;\nCALL nightly_report('twinning', '2023-05-31');\n\\echo :SQLSTATE\n$night;\n");
	is($out, "53100\n0\n53100\n0|0", 'a full disk of tables: import_apply and nightly_report leave nothing');
	empty('data');
	is(session('small', "SELECT count(*) FROM import_apply();\n\\echo :SQLSTATE\n$imported;\nCALL nightly_report('twinning', '2023-05-31');\n\\echo :SQLSTATE\nSELECT count(*) > 50 FROM twinning.figures WHERE value IS NOT NULL"),
		"1\n00000\n4000\n00000\nt", 'with room again, the next run is fine');
	$node->safe_psql('postgres', $_) for 'DROP DATABASE small', 'DROP TABLESPACE small';
}

# ---- No memory left -----------------------------------------------------------------

# The address space of the session's process is limited to a little more than it has.  Its stack was larger before, since a
# stack that cannot grow ends any program.
SKIP:
{
	skip 'address spaces cannot be limited here', 3 unless -r '/proc/self/status' && system('prlimit --as=unlimited: true > /dev/null 2>&1') == 0;
	{
		# what is freed is given back to the system
		local @ENV{qw(MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_ MALLOC_TOP_PAD_)} = (8192, 0, 0);
		$node->restart;
	}
	my $script = PostgreSQL::Test::Utils::tempdir() . '/limit';
	append_to_file($script, <<'SH');
size=$(awk '/^VmSize/ { print $2 }' /proc/$1/status)
prlimit --pid $1 --as=$(((size + $2) * 1024)):
SH
	my @limits = (0, 100, 250, 600, 1200, 3200);
	my @runs;
	for my $report (sort keys %call)
	{
		push @runs, map { [ $report, $_ + int(rand(24)) ] } @limits;
	}
	my $sql = q{CREATE FUNCTION pg_temp.deep(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN CASE WHEN $1 = 0 THEN 0 ELSE pg_temp.deep($1 - 1) END; END';
		SELECT pg_temp.deep(150) \g /dev/null
		LOAD 'equipair';
		SELECT count(*) FROM pairing_coverage('schools', 'pairings') \g /dev/null
		SELECT pg_backend_pid() AS pid \gset
		\setenv PID :pid
	};
	for (@runs)
	{
		my ($report, $kb) = @$_;
		$sql .= "\\! sh $script \$PID $kb\nSELECT count(*) FROM " . plainly($call{$report}) . " \\g /dev/null\n\\echo state :SQLSTATE\n\\! prlimit --pid \$PID --as=unlimited:\n";
		$sql .= figures(plainly($call{$report})) . ";\n" if $kb >= $limits[-1] || $kb < 24;
	}
	my @lines = split /\n/, session('postgres', "$sql\nSELECT :pid = pg_backend_pid();\n");
	is(pop @lines // '', 't', 'no memory left: the session lives');
	my (@states, @wrong);
	for (@runs)
	{
		my ($report, $kb) = @$_;
		my ($state) = (shift @lines // '') =~ /^state (\w+)$/;
		push @states, $state // 'none';
		push @wrong, "$report at $kb kB: $states[-1]" unless ($state // '') =~ /^(?:00000|53200)$/;
		push @wrong, "$report at $kb kB: other figures" if ($kb >= $limits[-1] || $kb < 24) && (shift @lines // '') ne $figures{$report};
	}
	is("@wrong", '', 'no memory left: 53200, or the report has all it needs, and then the right figures');
	cmp_ok(count_states('no memory left', @states)->{53200} // 0, '>=', 50, 'no memory left: it was met');
	$node->restart;
}

# ---- A table that is changed meanwhile ---------------------------------------------------

# A call in the background, as one psql.
sub background
{
	my ($sql, $database, $server) = @_;
	$server //= $node;
	my %run = (out => '', err => '');
	$run{harness} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $server->connstr($database // 'postgres') . ' application_name=report', '-c', $sql ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	return \%run;
}
sub ended { my $run = shift; eval { $run->{harness}->finish }; chomp $run->{out}; return $run->{out} }

# A report stops in the middle of its first source, of which one row waits for a lock that the test has.  Its other source
# is named, and so locked; or it is a query, which the report has not come to.
$node->safe_psql('postgres', q{
	CREATE FUNCTION halt(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF $1 = 3000 THEN PERFORM pg_advisory_xact_lock_shared(1); END IF; RETURN $1; END $$;
	CREATE VIEW halting AS SELECT halt(id) AS id, zone FROM schools;
	CREATE VIEW halting_sessions AS SELECT halt(id) AS id, zone, planned_on, held_on FROM sessions});
my %keeper = (in => '', out => '');
$keeper{harness} = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$keeper{in}, '>', \$keeper{out});
sub keeper
{
	$keeper{out} = '';
	$keeper{in} .= "$_[0];\n\\echo done\n";
	$keeper{harness}->pump until $keeper{out} =~ /done\n/;
	return;
}
my @changes = (
	[ 'TRUNCATE pairings', qr/^ERROR:  40001:/ ], [ 'DROP TABLE pairings', qr/^ERROR:  42P01:/ ],
	[ 'ALTER TABLE pairings RENAME TO others', qr/^ERROR:  42P01:/ ], [ 'ALTER TABLE pairings DROP COLUMN partner_b', qr/^ERROR:  42703:/ ],
	[ 'ALTER TABLE pairings ALTER partner_b TYPE bigint USING partner_b + 1', qr/^ERROR:  40001:/ ],
	[ 'ALTER TABLE pairings ADD COLUMN valid_from date', qr/^$/ ]);
for my $other ('pairings', 'SELECT * FROM pairings')
{
	my $call = "pairing_coverage('halting', '$other', '{zone}')";
	my $right = $node->safe_psql('postgres', figures($call));
	for (@changes)
	{
		my ($change, $error) = @$_;
		$node->safe_psql('postgres', 'CREATE TABLE saved AS TABLE pairings');
		keeper('SELECT pg_advisory_lock(1)');
		my $run = background(figures($call));
		$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'report' AND wait_event = 'advisory'});
		my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET lock_timeout = '100ms'; $change");
		keeper('SELECT pg_advisory_unlock(1)');
		my $got = ended($run);
		if ($other eq 'pairings')
		{
			like($err, qr/ERROR:  55P03:/, "$change beside a report that names the table: waits");
			is($got, $right, 'and the figures are right');
		}
		else
		{
			is($rc, 0, "$change beside a report that has not come to the table: done") or diag($err);
			like($run->{err}, $error, 'an error, or the right figures');
			is($got, $error eq qr/^$/ ? $right : '', 'and no others');
		}
		$node->safe_psql('postgres', 'SET client_min_messages = error; DROP TABLE IF EXISTS pairings, others; ALTER TABLE saved RENAME TO pairings');
		is($node->safe_psql('postgres', figures($call)), $right, 'the next report is right');
	}
}
# while it reads the table itself
for my $change ('TRUNCATE sessions CASCADE', 'DROP TABLE sessions CASCADE', 'ALTER TABLE sessions ADD COLUMN x int', 'ALTER TABLE sessions ALTER zone TYPE varchar')
{
	my $call = q{completion_rates('halting_sessions', '{zone}', '2023-05-31')};
	my $right = $node->safe_psql('postgres', figures($call));
	keeper('SELECT pg_advisory_lock(1)');
	my $run = background(figures($call));
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'report' AND wait_event = 'advisory'});
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET lock_timeout = '100ms'; $change");
	like($err, qr/ERROR:  55P03:/, "$change beside a report that reads the table: waits");
	keeper('SELECT pg_advisory_unlock(1)');
	is(ended($run), $right, 'and the figures are right');
}
$keeper{in} .= "\\q\n";
$keeper{harness}->finish;

# ---- A standby that must go on -------------------------------------------------------------

$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby', install_path => $bindir =~ s{/bin$}{}r);
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->append_conf('postgresql.conf', "max_standby_streaming_delay = 100ms\nhot_standby_feedback = off\n");
$standby->start;
my %conflict = (
	pairing_coverage => q{pairing_coverage('schools', 'SELECT partner_a, partner_b FROM pairings WHERE partner_a < 900 OR pg_sleep(60) IS NOT NULL')},
	completion_rates => q{completion_rates('SELECT held_on FROM sessions WHERE id < 900 OR pg_sleep(60) IS NOT NULL')},
	gap_indices => q{gap_indices('SELECT zone, value FROM outcomes WHERE id < 900 OR pg_sleep(60) IS NOT NULL')});
my %changed = (
	pairing_coverage => 'UPDATE pairings SET partner_b = partner_b; VACUUM pairings',
	completion_rates => 'UPDATE sessions SET zone = zone; VACUUM (FREEZE) sessions',
	gap_indices => 'BEGIN; LOCK TABLE outcomes; ALTER TABLE outcomes ADD COLUMN x int; COMMIT');
for my $report (sort keys %conflict)
{
	$node->wait_for_catchup($standby);
	my $run = background("SELECT count(*) FROM $conflict{$report}", 'postgres', $standby);
	$standby->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'report' AND wait_event = 'PgSleep'});
	$node->safe_psql('postgres', $_) for $changed{$report} =~ /^BEGIN/ ? $changed{$report} : split /; /, $changed{$report};
	ended($run);
	like($run->{err}, qr/ERROR:  40001: canceling statement due to conflict with recovery/, "a standby that must go on: $report is cancelled");
	$node->wait_for_catchup($standby);
	is($standby->safe_psql('postgres', figures(plainly($call{$report}))), $node->safe_psql('postgres', figures(plainly($call{$report}))), 'and runs again');
}
# the same session
my $out = session('postgres', "SET statement_timeout = '300ms';\nSELECT count(*) FROM $conflict{gap_indices};\n\\echo :SQLSTATE\nRESET statement_timeout;\n" . figures(plainly($call{completion_rates})), $standby);
is($out, "57014\n$figures{completion_rates}", 'a session on a standby goes on after an error');
$standby->stop;

# ---- Killed ------------------------------------------------------------------------------

# Kills the process of a call with SIGKILL when it sleeps, or after some seconds, and waits until the server is back.
sub killed
{
	my ($database, $sql, $seconds) = @_;
	my $run = background($sql, $database);
	$node->poll_query_until($database, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'report' AND } . (defined $seconds ? q{state = 'active'} : q{wait_event = 'PgSleep'}));
	usleep($seconds * 1e6) if defined $seconds;
	my $pid = $node->safe_psql($database, q{SELECT pid FROM pg_stat_activity WHERE application_name = 'report'});
	kill 'KILL', $pid if $pid;
	ended($run);
	return '' unless $pid;
	usleep(100_000);
	$node->poll_query_until($database, 'SELECT 1', '1') or die "the server did not come back\n";
	return $pid;
}

$node->safe_psql('postgres', 'CREATE DATABASE office');
$node->safe_psql('office', "CREATE EXTENSION equipair; $model");
my $before = session('office', "CALL nightly_report('twinning', '2023-05-31');\n$night;\nSELECT md5(string_agg(f::text, '|' ORDER BY f::text)) FROM twinning.figures f");
like($before, qr/^[1-9]/, 'a model with a night');
my $wait = q{CREATE FUNCTION twinning.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 'n3000' THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END $$;
	CREATE TRIGGER wait BEFORE INSERT ON twinning.schools FOR EACH ROW EXECUTE FUNCTION twinning.wait()};
$node->safe_psql('office', "$file; $wait");
is(session('office', "SET statement_timeout = '300ms';\nSELECT inserted FROM import_apply();\n\\echo :SQLSTATE\nRESET statement_timeout;\n$imported"), "57014\n0",
	'import_apply runs out of time: nothing is left, and the session goes on');
for my $seconds (undef, 0, 0.05, 0.2)
{
	my $when = defined $seconds ? "after $seconds s" : 'in the middle';
	my $pid = killed('office', 'SELECT inserted FROM import_apply()', $seconds);
	my $n = $node->safe_psql('office', $imported);
	is($n, $n == 4000 && defined $seconds ? 4000 : 0, "import_apply killed $when: whole or nothing");
	$node->safe_psql('office', 'DROP TRIGGER IF EXISTS wait ON twinning.schools');
	is(session('office', "SELECT count(*) FROM import_apply();\n\\echo :SQLSTATE\n$imported;\nDELETE FROM twinning.schools WHERE id ~ '^n';\nSELECT count(*) > 0 FROM ($file) f"),
		($n ? 0 : 1) . "\n00000\n4000\nt", 'and the next run is fine');
}
session('office', q{INSERT INTO twinning.reports (name, title, query) VALUES ('wait', 'x', 'SELECT 1 AS x FROM pg_sleep(600)')});
is(session('office', "SET statement_timeout = '300ms';\nCALL nightly_report('twinning', '2023-05-30');\n\\echo :SQLSTATE\nRESET statement_timeout;\nSELECT count(*) FROM twinning.figures WHERE as_of = '2023-05-30'"), "57014\n0",
	'nightly_report runs out of time: nothing is left, and the session goes on');
for my $seconds (undef, 0, 0.3)
{
	my $when = defined $seconds ? "after $seconds s" : 'in the middle';
	killed('office', q{CALL nightly_report('twinning', '2023-05-30')}, $seconds);
	is($node->safe_psql('office', q{SELECT count(*) FROM twinning.figures WHERE as_of = '2023-05-30'}) > 0 ? 'whole' : $node->safe_psql('office', q{SELECT count(*) FROM twinning.runs WHERE as_of = '2023-05-30'}),
		0, "nightly_report killed $when: nothing of it is left");
}
is(session('office', q{DELETE FROM twinning.reports WHERE name = 'wait'; CALL nightly_report('twinning', '2023-05-30');
	\echo :SQLSTATE
	SELECT count(*) > 50 FROM twinning.figures WHERE as_of = '2023-05-30' AND value IS NOT NULL}), "00000\nt", 'and the next night is fine');

# an update of the extension, which makes a function, waits, and makes another
my $update = "CREATE FUNCTION first() RETURNS int LANGUAGE sql AS 'SELECT 1';\nSELECT pg_sleep(600);\nCREATE FUNCTION second() RETURNS int LANGUAGE sql AS 'SELECT 2';\n";
append_to_file("$extensions/equipair--$version--99.sql", $update);
my $state = q{SELECT extversion, (SELECT count(*) FROM pg_proc WHERE proname IN ('first', 'second')), (SELECT count(*) FROM pg_depend WHERE refobjid = e.oid AND deptype = 'e') FROM pg_extension e WHERE extname = 'equipair'};
my $old = $node->safe_psql('office', $state);
killed('office', q{ALTER EXTENSION equipair UPDATE TO '99'});
is($node->safe_psql('office', $state), $old, 'ALTER EXTENSION UPDATE killed in the middle: nothing of it is left');
is($node->safe_psql('office', q{SELECT held FROM completion_rates('SELECT DATE ''2023-01-01'' AS held_on')}), '1', 'the reports run');
unlink "$extensions/equipair--$version--99.sql";
append_to_file("$extensions/equipair--$version--99.sql", $update =~ s/600/0/r);
is(session('office', "ALTER EXTENSION equipair UPDATE TO '99';\n\\echo :SQLSTATE\n$state"),
	"00000\n99|2|" . ((split /\|/, $old)[2] + 2), 'and the next update is fine');

# ---- A full disk of WAL ---------------------------------------------------------------------

$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|signal (?!9\b)\d+|WARNING:  (?:you don't|.*leak)/, 'nothing but what was killed went down, and no resource leaked');
SKIP:
{
	skip 'no name space with a small disk can be made here', 3 unless $disks;
	my $wal = PostgreSQL::Test::Cluster->new('wal', install_path => $bindir =~ s{/bin$}{}r);
	$wal->init(extra => [ '--wal-segsize=1', "--waldir=$disks/wal/pg_wal" ]);
	$wal->append_conf('postgresql.conf', "restart_after_crash = off\nautovacuum = off\nmax_wal_size = 2MB\nmin_wal_size = 2MB\nwal_recycle = off\n");
	$wal->start;
	$wal->safe_psql('postgres', "CREATE EXTENSION equipair; $model; $file");
	$wal->safe_psql('postgres', 'CHECKPOINT');
	fill('wal', 262144);
	my ($rc, $out, $err) = $wal->psql('postgres', 'SELECT inserted FROM import_apply()');
	isnt($rc, 0, 'a full disk of WAL: import_apply does not end well') or diag($out);
	empty('wal');
	$wal->stop('immediate', fail_ok => 1);
	$wal->_update_pid(0);
	$wal->start;
	is($wal->safe_psql('postgres', $imported), '0', 'and leaves nothing');
	is(session('postgres', "SELECT inserted FROM import_apply();\n\\echo :SQLSTATE\n$imported", $wal), "4000\n00000\n4000", 'with room again, the next run is fine');
	$wal->stop;
}
done_testing();
