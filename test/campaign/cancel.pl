# Cancels every function of the extension that can run long, at random moments, and prints how late the worst of them ended.
#
#   perl cancel.pl TRIES SEED [FUNCTION ...]    in the environment of psql, in a database with the extension and nothing of value
#
# Each call is tried TRIES times by statement_timeout, pg_cancel_backend and pg_terminate_backend in turns.  Other work on the
# machine makes an end late, too: a delay above 100 ms counts when it is there three times in a row, and then the least of
# the three.  The exit status is not 0 where one is late, or where a function has no call that was met at work.
# script/test --keep pgtap gate keeps a server for it.
use strict;
use warnings;
use Time::HiRes qw(time usleep);

my ($tries, $seed, @only) = @ARGV;
$tries //= 3;
$seed //= 1;
srand $seed;
$| = 1;
# While PostgreSQL compiles a plan to machine code it does not look whether it was cancelled, for up to half a second.
$ENV{PGOPTIONS} = '-c jit=off';
my $limit = 100;
my $longest = 1500;

sub psql
{
	my @commands = map { ('-c', $_) } @_;
	open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2> /dev/null', 'sh', 'psql', '-XAtq', @commands or die "psql: $!\n";
	local $/;
	my $out = <$pipe> // '';
	close $pipe;
	chomp $out;
	return $out;
}

# --- calls that take seconds to minutes ------------------------------------------------------

psql($_) for grep { /\S/ } split /;\n/, q{SET client_min_messages = error; DROP TABLE IF EXISTS c_schools, c_pairings, c_register, c_marks, c_near, c_rows;
CREATE UNLOGGED TABLE c_schools AS SELECT i AS id, 'd' || i % 500 AS district, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone FROM generate_series(1, 400000) i;
CREATE UNLOGGED TABLE c_pairings AS SELECT 1 + (hashint4(i) & 262143) AS partner_a, 262145 + (hashint4(-i) & 131071) AS partner_b, DATE '2010-01-01' + i % 4000 AS valid_from FROM generate_series(1, 1000000) i;
CREATE UNLOGGED TABLE c_register AS SELECT i AS id, 1 + (hashint4(i) & 262143) AS partner_a, 262145 + (hashint4(-i) & 131071) AS partner_b, 'd' || i % 2000 AS district, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, DATE '2010-01-01' + (hashint4(i + 1) & 4095) AS planned_on, CASE WHEN i % 7 > 0 THEN DATE '2010-01-01' + (hashint4(i + 1) & 4095) + (hashint4(i + 2) & 63) END AS held_on FROM generate_series(1, 1000000) i;
CREATE UNLOGGED TABLE c_marks AS SELECT i AS id, i % 1000 AS cluster, t AS period, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END AS zone, hashint4(i * 16 + t) % 100 AS value, CASE WHEN i % 1000 % 25 < 12 THEN 3 + i % 1000 % 25 END AS cohort FROM generate_series(1, 40000) i, generate_series(1, 15) t;
CREATE UNLOGGED TABLE c_near AS SELECT i % 32768 + 1 AS partner_a, 40000 + (hashint4(i) & 32767) AS partner_b, hashint4(-i) & 1048575 AS cost FROM generate_series(1, 500000) i;
CREATE UNLOGGED TABLE c_rows AS SELECT i % 300 AS part, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, (hashint4(i) & 65535) AS value, i % 7 AS a, i % 11 AS b, i % 40000 AS cluster FROM generate_series(1, 3000000) i;
};

my %call = (
	completion_rates => q{completion_rates('c_register', '{district}', '2022-01-01', rollup => true, confidence => 0.95)},
	completion_items => q{completion_items('c_register', '{district}', '2022-01-01')},
	completion_curve => q{completion_curve('c_register', '{district}', '2010-01-01', '2022-01-01', '1 week', rollup => true, min_n => 5)},
	completion_survival => q{completion_survival('c_register', '{district}', '2022-01-01', min_n => 3)},
	completion_delays => q{completion_delays('c_register', '{district}', '2022-01-01')},
	completion_comparison => q{completion_comparison('c_register', '{}', 'district', '2022-01-01')},
	completion_forecast => q{completion_forecast('c_register', '{district}', '2021-01-01')},
	completion_issues => q{completion_issues('c_register', '{district}', '2022-01-01')},
	pairing_coverage => q{pairing_coverage('c_schools', 'c_pairings', '{district,zone}', sessions => 'c_register', rollup => true, min_n => 5)},
	pairing_partners => q{pairing_partners('c_schools', 'c_pairings', sessions => 'c_register')},
	pairing_items => q{pairing_items('c_schools', 'c_pairings', sessions => 'c_register')},
	pairing_degrees => q{pairing_degrees('c_schools', 'c_pairings', sessions => 'c_register')},
	pairing_network => q{pairing_network('c_schools', 'c_pairings')},
	pairing_flows => q{pairing_flows('c_schools', 'c_pairings', '{district}')},
	pairing_timeline => q{pairing_timeline('c_schools', 'c_pairings', '{district,zone}', '2010-01-01', '2022-01-01', '1 day')},
	pairing_issues => q{pairing_issues('c_schools', 'c_pairings', 'c_register')},
	suggest_pairings => q{suggest_pairings('SELECT generate_series(1, 80000) AS id', 'c_near')},
	gap_indices => q{gap_indices('c_rows', '{part}', rollup => true, errors => 'cr2')},
	gap_trend => q{gap_trend('c_marks')},
	outcome_issues => q{outcome_issues('c_marks', period_column => 'period')},
	impact_effects => q{impact_effects('c_marks', bands => true, draws => 10000)},
	impact_group_time => q{impact_group_time('c_marks')},
	impact_gap => q{impact_gap('c_marks')},
	impact_pretrend => q{impact_pretrend('c_marks')},
	impact_issues => q{impact_issues('c_marks')},
	impact_did => q{impact_did('c_marks', before => '{1,2}', after => '{14,15}')},
	impact_twfe => q{impact_twfe('c_marks')},
	impact_twfe_decomposition => q{impact_twfe_decomposition('c_marks')},
	pairing_cohorts => q{pairing_cohorts('SELECT id, 2015 AS period FROM c_schools', 'c_pairings')},
	convergence => q{convergence('c_marks')},
	convergence_spread => q{convergence_spread('c_marks')},
	inequality_indices => q{inequality_indices('SELECT i AS subgroup, 1 + i % 100 AS estimate, 1 AS se FROM generate_series(1, 20000) i', draws => 2000)},
	inequality_measures => q{inequality_measures((SELECT gap_agg(i, i % 1000) FROM generate_series(1, 10000) i), draws => 1000000)},
	segregation_indices => q{segregation_indices('SELECT i % 10000 AS unit, i % 20 AS grp, i % 900 AS n FROM generate_series(1, 200000) i', draws => 100000)},
	segregation_local => q{segregation_local('SELECT i % 100000 AS unit, i % 20 AS grp, i % 900 AS n FROM generate_series(1, 2000000) i')},
	segregation_change => q{segregation_change('SELECT y AS period, i % 20000 AS unit, i % 31 AS grp, 1 + (hashint4(i + y) & 63) AS n FROM generate_series(1, 300000) i, generate_series(1, 9) y')},
	kitagawa => q{kitagawa('SELECT zone, value AS level, 1 AS value FROM c_rows')},
	oaxaca_blinder => q{oaxaca_blinder('c_rows', 'value', '{a,b}')},
	gap_agg => q{(SELECT gap_agg(value, zone) FROM c_rows) x WHERE x IS NOT NULL},
	gap_sample_agg => q{(SELECT gap_sample_agg(value, zone) FROM c_rows) x WHERE x IS NOT NULL},
	gap_merge => q{(SELECT gap_merge(s) FROM (SELECT gap_agg(i, i % 2000) AS s FROM generate_series(1, 4000) i) g, generate_series(1, 2000)) x WHERE x IS NOT NULL},
	completion_agg => q{(SELECT completion_agg(planned_on, held_on, NULL, '2022-01-01', 0) FROM c_register, generate_series(1, 5)) x WHERE x IS NOT NULL},
	distribution_measures => q{distribution_measures((SELECT gap_sample_agg(value, zone) FROM c_rows))},
	entropy_decomposition => q{entropy_decomposition((SELECT gap_sample_agg(1 + value, part) FROM c_rows))},
	spreadsheet_rows => q{spreadsheet_rows((SELECT string_agg('a;b;' || i, E'\n') FROM generate_series(1, 2000000) i))},
	import_file => q{(SELECT import_file('c_model', 'schools', 'f', E'id;name;level;district_id\n' || string_agg(format(E'n%s;x;primary;1\n', i), '')) FROM generate_series(1, 300000) i) x WHERE x IS NOT NULL},
	import_apply => q{import_apply('c_model')},
	import_issues => q{import_issues('c_model')},
	completion_merge => q{(SELECT completion_merge(s) FROM (SELECT completion_agg(planned_on, held_on, NULL, '2022-01-01', 0) AS s FROM c_register GROUP BY id % 2000) g, generate_series(1, 200)) x WHERE x IS NOT NULL},
	gap_agg_moments => q{(SELECT gap_agg_moments(value, 1, 2, zone) FROM c_rows) x WHERE x IS NOT NULL},
	gap_agg_rows => q{(SELECT gap_agg_rows(value::float8, zone, 1::float8, 'inner', 'outer') FROM c_rows) x WHERE x IS NOT NULL},
	gap_cluster_agg => q{(SELECT gap_cluster_agg(s) FROM (SELECT gap_agg(value, zone) AS s FROM c_rows GROUP BY cluster) g, generate_series(1, 5)) x WHERE x IS NOT NULL},
	gap_cluster_measures => q{gap_cluster_measures((SELECT gap_cluster_agg(s) FROM (SELECT gap_agg(value, zone) AS s FROM c_rows GROUP BY cluster) g, generate_series(1, 5)))},
	gap_sample_merge => q{(SELECT gap_sample_merge(s) FROM (SELECT gap_sample_agg(value, zone) AS s FROM c_rows GROUP BY part) g, generate_series(1, 5)) x WHERE x IS NOT NULL},
	rate_agg => q{(SELECT rate_agg(a::bigint, b::bigint) FROM c_rows) x WHERE x IS NOT NULL},
	sum => q{(SELECT sum(rate(a, 1 + b)) FROM c_rows) x WHERE x IS NOT NULL},
	min => q{(SELECT min(rate(a, 1 + b)) FROM c_rows) x WHERE x IS NOT NULL},
	max => q{(SELECT max(rate(a, 1 + b)) FROM c_rows) x WHERE x IS NOT NULL},
	nightly_report => q{CALL nightly_report('c_night', '2022-01-01')});

# Those that end in milliseconds, since they read one value, or do what does not grow with the rows.
my %short = map { $_ => 1 } qw(
	assert_all assert_at_least assert_at_most check_at_least check_at_most dates denominator numerator first_day last_day start_year
	generate_series school_year percent progress_bar sparkline rate rate_ci rate_difference rate_ratio rate_parity_index
	rate_adjusted_parity_index rate_to_float8 rate_to_numeric hedges_g mean_gap parity_index spreadsheet_boolean spreadsheet_date
	spreadsheet_number equipair_functions bi_script nightly_script reports_script twinning_script twinning_upgrade_script
	create_twinning_schema create_twinning_views upgrade_twinning_schema twinning_grant twinning_schema_version twinning_schema_issues
	completion_figures gap_groups gap_measures theil_decomposition);

# What there is must have a call, or be one of those.
my @missing = grep { !$call{$_} && !$short{$_} } split /\n/, psql('SELECT DISTINCT name FROM equipair_functions() ORDER BY 1');
print "no call of $_\n" for @missing;

# a model with a file that waits
psql("SET client_min_messages = error; DROP SCHEMA IF EXISTS $_ CASCADE") for 'c_model', 'c_night';
psql($_) for q{SELECT count(create_twinning_schema('c_model'))}, q{INSERT INTO c_model.districts (id, name, zone) VALUES ('1', 'A', 'inner')},
	"SELECT count(*) FROM $call{import_file}";

# and one with a year of rows, whose night takes seconds
psql($_) for grep { /\S/ } split /;\n/, q{SELECT count(create_twinning_schema('c_night'));
INSERT INTO c_night.districts (id, name, zone) SELECT i, 'D' || i, CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END FROM generate_series(1, 60) i;
INSERT INTO c_night.schools (id, name, level, district_id) SELECT 's' || i, 'S', 'primary', 1 + i % 60 FROM generate_series(1, 30000) i;
INSERT INTO c_night.indicators (code, name) VALUES ('m', 'Mark');
INSERT INTO c_night.outcomes (school_id, school_year, indicator, value) SELECT 's' || i, y, 'm', hashint4(i * 8 + y) % 100 FROM generate_series(1, 30000) i, generate_series(2017, 2021) y;
INSERT INTO c_night.programmes (id, name) VALUES ('p', 'P');
INSERT INTO c_night.pairings (programme, kind, partner_a, partner_b, valid) SELECT 'p', 'memorandum', 's' || i, 's' || 15000 + i, daterange(DATE '2018-01-01' + i % 1000, NULL) FROM generate_series(1, 12000) i;
};
psql(q{SELECT count(*) FROM c_night.pairings}) > 0 or die "the model of the night could not be filled\n";

# --- how late ------------------------------------------------------------------------------------

# A call as a statement.
sub statement_of
{
	my ($report) = @_;
	return $call{$report} =~ /^CALL/ ? $call{$report} : "SELECT count(*) FROM $call{$report}";
}

# The milliseconds for which a call went on after its time was over; undef where it ended before.
sub delay_of
{
	my ($report, $way, $after) = @_;
	my $query = statement_of($report);
	if ($way eq 'statement_timeout')
	{
		open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', 'psql', '-XAtq', '-c', "SET client_min_messages = error; SET statement_timeout = $after",
			'-c', '\timing on', '-c', $query or die;
		local $/;
		my $out = <$pipe>;
		close $pipe;
		return $out =~ /statement timeout/ && $out =~ /Time: ([\d.]+) ms/ ? $1 - $after : undef;
	}
	my $name = 'c' . int(rand(1e9));
	my $pid = fork;
	if (!$pid)
	{
		open STDERR, '>', '/dev/null';
		open STDOUT, '>', '/dev/null';
		$ENV{PGAPPNAME} = $name;
		exec 'psql', '-XAtq', '-c', 'SET client_min_messages = error', '-c', $query;
		exit 1;
	}
	usleep($after * 1000);
	# the clock of the server when it was told, and when it has ended
	my $told = psql(qq{SELECT extract(epoch FROM clock_timestamp()) FROM (SELECT $way(pid) AS done FROM pg_stat_activity WHERE application_name = '$name' AND state = 'active' AND backend_type = 'client backend') s WHERE done});
	waitpid $pid, 0;
	return $told ? (time - $told) * 1000 : undef;
}

my %worst;
my $late = 0;
for my $report (@only ? @only : sort keys %call)
{
	# how long it runs, so that most moments are within it
	my $begin = time;
	psql("SET client_min_messages = error; SET statement_timeout = $longest", statement_of($report));
	my $length = (time - $begin) * 1000 - 30;
	for my $try (1 .. $tries)
	{
		for my $way ('statement_timeout', 'pg_cancel_backend', 'pg_terminate_backend')
		{
			my $after = int(30 + 0.8 * $length * rand());
			my $least;
			for (1 .. 3)
			{
				my $delay = delay_of($report, $way, $after);
				last unless defined $delay;
				$least = $delay if !defined $least || $delay < $least;
				last if $least <= $limit;
			}
			next unless defined $least;
			$worst{$report}{n}++;
			@{ $worst{$report} }{qw(ms way after)} = ($least, $way, $after) if $least > ($worst{$report}{ms} // -1);
		}
	}
	my $w = $worst{$report};
	$late++ if $w && $w->{ms} > $limit;
	push @missing, $report unless $w;
	printf "%-28s %s\n", $report, $w ? sprintf('%3d times, worst %6.1f ms (%s after %d ms)', @$w{qw(n ms way after)}) : 'always ended before';
}
my @all = sort { $b->{ms} <=> $a->{ms} } values %worst;
printf "cancelled %d functions, worst %.1f ms, %d later than %d ms, %d never met\n", scalar @all, @all ? $all[0]{ms} : 0, $late, $limit, scalar @missing;
psql('SET client_min_messages = error; DROP TABLE c_schools, c_pairings, c_register, c_marks, c_near, c_rows; DROP SCHEMA c_model, c_night CASCADE');
exit($late || @missing ? 1 : 0);
