# Gates in the hands of psql: a script that runs unattended must end with an exit code that says so.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equipair;
	CREATE TABLE log (step text);
	CREATE TABLE schools (id int, zone text);
	CREATE TABLE pairings (partner_a int, partner_b int);
	INSERT INTO schools SELECT i, CASE WHEN i <= 10 THEN 'inner' ELSE 'outer' END FROM generate_series(1, 20) i;
	INSERT INTO pairings SELECT i, i + 10 FROM generate_series(1, 4) i;
});

my $coverage = q{(SELECT rate(paired, units) FROM pairing_coverage('schools', 'pairings', as_of => '2023-05-31') WHERE subgroup = '%s')};

# Runs a script by psql -f, with the other arguments; returns exit code, stdout and stderr.
sub nightly
{
	my ($script, @arguments) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . '/nightly.sql';
	open my $fh, '>', $file or die "$file: $!\n";
	print $fh $script;
	close $fh or die "$file: $!\n";
	my ($out, $err);
	IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', @arguments, '-d', $node->connstr('postgres'), '-f', $file ], '>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

sub gated
{
	my ($minimum, $zone) = @_;
	return "INSERT INTO log VALUES ('before');\n"
	  . 'SELECT assert_at_least(' . sprintf($coverage, $zone) . ", $minimum, 'coverage of $zone schools');\n"
	  . "INSERT INTO log VALUES ('after');\n";
}

sub steps { return $node->safe_psql('postgres', q{WITH l AS (DELETE FROM log RETURNING step) SELECT string_agg(step, ' ' ORDER BY step DESC) FROM l}) }

my @stop = ('-v', 'ON_ERROR_STOP=1');

my ($rc, $out, $err) = nightly(gated(0.4, 'outer'), @stop);
is($rc, 0, 'a gate that holds: exit code 0') or diag($err);
is($out, "4/10\n", 'and the figure is handed on');
is($err, '', 'with nothing on stderr');
is(steps(), 'before after', 'the script went on');

($rc, $out, $err) = nightly(gated(0.8, 'outer'), @stop);
is($rc, 3, 'a gate that fails, with ON_ERROR_STOP: exit code 3');
is($out, '', 'nothing on stdout');
like($err, qr{^psql:\S*nightly\.sql:2: ERROR:  coverage of outer schools is 40\.0 % \(4/10\), at least 80\.0 % is wanted$}m,
	'stderr: file, line, label, figures, what was wanted');
like($err, qr{^DETAIL:  It takes at least 8 of 10: 4 more\.$}m, 'and the counts that are missing');
is(steps(), 'before', 'the script stopped at the gate');

($rc, $out, $err) = nightly(gated(0.8, 'outer'), @stop, '--single-transaction');
is($rc, 3, 'in one transaction: exit code 3');
is(steps(), '', 'and what came before the gate is rolled back');

($rc, $out, $err) = nightly(gated(0.4, 'Outer'), @stop);
is($rc, 3, 'a subgroup that is not there: exit code 3');
like($err, qr{ERROR:  coverage of Outer schools has no value, at least 40\.0 % is wanted\nDETAIL:  The value is null\.\nHINT:  },
	'a gate that sees nothing says so');
is(steps(), 'before', 'and stops the script');

($rc, $out, $err) = nightly(gated(0.8, 'outer'));
is($rc, 0, 'without ON_ERROR_STOP psql -f ends with 0, gate or no gate');
is(steps(), 'before after', 'and goes on');

# what pg_cron and dbt look at: the statement fails, with its SQLSTATE
($rc, $out, $err) = nightly("\\set VERBOSITY verbose\n" . gated(0.8, 'outer'), @stop);
like($err, qr/ERROR:  P0004: /, 'SQLSTATE P0004');
IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', q{SELECT assert_at_most(0.6, 0.5, 'mean gap')} ],
	'>', \$out, '2>', \$err);
is($? >> 8, 1, 'psql -c: exit code 1');

# in a worker as in the leader
$node->safe_psql('postgres', 'CREATE TABLE many AS SELECT i FROM generate_series(1, 100000) i; ANALYZE many');
($rc, $out, $err) = nightly(q{
	SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
	SELECT count(*) FROM many WHERE assert_at_most(i, 99999, 'number of a row') > 0;
}, @stop);
is($rc, 3, 'a gate in a parallel worker: exit code 3');
like($err, qr/ERROR:  number of a row is 100000, at most 99999 is wanted/, 'with its message');

$node->stop;
done_testing();
