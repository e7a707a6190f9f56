# Calls every function of the extension with arguments that nobody thought of: values at the ends of their types, NULL,
# empty and huge sources, words of other parameters, parameters of one report given to another.
#
#   perl calls.pl SECONDS SEED ACCEPTED    in the environment of psql; prints one line "calls N, accepted N, refused N ..."
#
# An error of an SQLSTATE of its own is what a caller may get.  An internal error (XX000), a lost connection, or a call
# that does not end in time when it is told to, is a defect: the call is printed, and the exit status is not 0.
# ACCEPTED is a file: a call of each function that was accepted, for campaigns that repeat it.
use strict;
use warnings;
use IPC::Open3;
use Time::HiRes qw(time);

my ($seconds, $seed, $accepted_file) = @ARGV;
srand $seed;
my $limit_ms = 3000;

sub one_of { return $_[ rand @_ ] }
sub literal { my $text = shift; $text =~ s/'/''/g; return "'$text'" }

# --- what arguments can be ---------------------------------------------------------------------

my @tables = qw(schools pairings sessions outcomes exam_results topic_sessions districts district_pairings aid commitments
	twinning.schools twinning.pairings twinning.activities twinning.outcomes twinning.participants twinning.successors);
my @queries = (
	'SELECT * FROM schools WHERE false', 'SELECT * FROM outcomes WHERE zone IS NULL', '', ' ', 'nothing', 'pg_class', 'SELECT 1', 'SELECT', 'VACUUM', 'SELECT 1; SELECT 2', 'no.such.table',
	'SELECT NULL AS id, NULL AS zone, NULL AS value', q{SELECT i AS id, 'inner' AS zone, i AS value, i AS n, i % 3 AS period, i % 5 AS level FROM generate_series(1, 3000) i},
	q{SELECT 1 AS id, 'outer' AS zone, 'NaN'::float8 AS value}, q{SELECT 1 AS id, 'outer' AS zone, 'Infinity'::float8 AS value}, q{SELECT i AS id, i % 2 AS zone, 1e308 AS value FROM generate_series(1, 9) i},
	q{SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 2000) i}, q{SELECT 1 AS partner_a, 1 AS partner_b}, q{SELECT NULL::int AS partner_a, 2 AS partner_b},
	q{SELECT i AS partner_a, -i AS partner_b, i AS cost FROM generate_series(1, 500) i}, q{SELECT 'infinity'::date AS planned_on, '-infinity'::date AS held_on},
	q{SELECT date '5874897-12-31' AS planned_on, date '4713-01-01 BC' AS held_on}, q{SELECT i % 7 AS unit, i % 3 AS grp, i AS n, i % 2 AS period FROM generate_series(1, 200) i},
	q{SELECT school_id AS id, school_year, value, zone FROM outcomes}, q{SELECT i / 3 AS session_id, i % 90 AS unit, date '2023-01-01' AS held_on FROM generate_series(1, 900) i},
	q{SELECT gap_agg(value, zone) AS summary, level FROM outcomes GROUP BY level}, q{SELECT repeat('x', 100000) AS id, repeat('y', 100000) AS zone, 1 AS value},
	q{SELECT i AS value, i % 2 AS zone, i % 11 AS cluster, 0.5 + i % 3 AS weight FROM generate_series(1, 400) i}, q{SELECT 1 AS id, 1/0 AS value, 'x' AS zone}, '$1', 'SELECT $1 AS id');
my @words = qw(zone level district inner outer value period school_year score level log simple cohort event calendar event_overall not_yet never pairwise complete rcs benefit cost coverage
	keep censor exclude normal bootstrap total all within between DMY MDY YMD twinning public id unit grp planned_on week month year reference reference_all mean median gini ranks competing ph logrank
	2022-2023 1/2 3/0 0.25 {"a":1} Infinity NaN);
my @garbage = ('', ' ', '%', "\\", "a'b", '"', 'ấ', 'x' x 5000, '$1', '{', '}', "a\nb", '-1', '1e400');
my %pool = (
	text => sub { my $r = rand; return literal($r < 0.35 ? one_of(@tables) : $r < 0.65 ? one_of(@queries) : $r < 0.9 ? one_of(@words) : one_of(@garbage)) },
	'text[]' => sub { return literal(one_of('{zone}', '{level}', '{level,zone}', '{}', '{nope}', '{NULL}', '{zone,zone}', '{{a,b},{c,d}}', '{district}', '{simple}', '{event,cohort}', '{a,b}', '{value}', '{""}', '{0}', '{2021,2022}')) },
	date => sub { return literal(one_of(qw(2023-05-31 2023-01-01 2022-09-01 infinity -infinity 5874897-12-31 0001-01-01), '4713-11-24 BC', '4713-01-01 BC')) },
	integer => sub { return one_of(0, 1, -1, 2, 3, 5, 9, 10, 100, 1000000, 2147483647, -2147483648) },
	bigint => sub { return one_of(0, 1, -1, 2, 5, 1000, 9223372036854775807, '(-9223372036854775808)') },
	smallint => sub { return one_of(0, 1, -1, 32767) },
	'double precision' => sub { return literal(one_of(qw(0 1 -1 0.5 0.95 0.999999 1e-300 1e308 -1e308 NaN Infinity -Infinity 4.9e-324 100))) },
	'double precision[]' => sub { return literal(one_of('{0.5}', '{}', '{0,1}', '{NULL}', '{NaN}', '{-1,2}', '{0.1,0.2,0.9}', '{{0.1},{0.2}}')) },
	numeric => sub { return literal(one_of(qw(0 1 -1 0.5 NaN Infinity 1e500 -1e500 0.0000001))) },
	boolean => sub { return one_of('true', 'false') },
	interval => sub { return literal(one_of('1 month', '1 day', '0', '-1 year', '178000000 years', '1 second', '7 days', '1 month 1 day')) },
	jsonb => sub { return literal(one_of('{}', '[]', 'null', '{"a":[1]}', '1')) },
	daterange => sub { return literal(one_of('empty', '(,)', '[2022-01-01,2023-01-01)', '[infinity,]')) },
	oid => sub { return one_of(0, 1, 1259, 4294967295) },
	rate => sub { return literal(one_of('1/2', '0/0', '0/9223372036854775807', '9223372036854775807/9223372036854775807', '65 %')) },
	school_year => sub { return literal(one_of('2022-2023', '0001-0002', '9998-9999', '1999-2000')) },
	gap_summary => sub { return one_of('(SELECT gap_agg(value, zone) FROM outcomes)', '(SELECT gap_agg(value, zone) FROM outcomes WHERE false)', '(SELECT gap_agg(1, 1))', '(SELECT gap_agg(i, i) FROM generate_series(1, 300) i)') },
	gap_sample => sub { return one_of('(SELECT gap_sample_agg(value, zone) FROM outcomes WHERE school_year = \'2022-2023\')', '(SELECT gap_sample_agg(1, 1))', '(SELECT gap_sample_agg(i % 9, i % 2) FROM generate_series(1, 300) i)') },
	completion_summary => sub { return one_of(q{(SELECT completion_agg(planned_on, held_on, cancelled_on, '2023-05-31', 0) FROM sessions)}, q{(SELECT completion_agg(NULL, NULL, NULL, '2023-05-31', 0))}) },
	anyelement => sub { return one_of('1', '1.5', "'x'::text", 'NULL::int', "'2022-01-01'::date") },
);
my %short = (int4 => 'integer', float8 => 'double precision', int8 => 'bigint', int2 => 'smallint', bool => 'boolean', '_text' => 'text[]', '_float8' => 'double precision[]');

# --- the functions -----------------------------------------------------------------------------

my @psql = qw(psql -X -q -A -t -v VERBOSITY=sqlstate -P pager=off);

sub query { my $sql = shift; open(my $out, '-|', @psql, '-c', $sql) or die; my @rows = <$out>; close $out or die "psql: $sql\n"; chomp @rows; return @rows }

my @functions;
for (query(q{
	SELECT p.prokind, p.proname, p.proretset, p.pronargs - p.pronargdefaults, coalesce(array_to_string(p.proargnames[1:p.pronargs], ','), ''),
	       coalesce((SELECT string_agg(t.typname, ',' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, o) JOIN pg_type t ON t.oid = a.type), '')
	  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
	 WHERE p.prokind <> 'w' AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) AS a(type) WHERE a.type IN ('internal'::regtype, 'cstring'::regtype)) AND p.prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)
	 ORDER BY p.proname, p.oid}))
{
	my ($kind, $name, $set, $needed, $names, $types) = split /\|/, $_, -1;
	push @functions, { kind => $kind, name => $name, set => $set eq 't', needed => $needed, names => [ split /,/, $names ], types => [ map { $short{$_} || $_ } split /,/, $types ] };
}
@functions > 100 or die "no functions\n";

sub argument
{
	my $type = shift;
	my $r = rand;
	return 'NULL' if $r < 0.06;
	return literal(one_of(@garbage, @words)) if $r < 0.09;
	my $make = $pool{$type} or return 'NULL';
	my $value = $make->();
	return $type eq 'text' || $value =~ /^\(|^NULL/ || $type eq 'anyelement' ? $value : "$value\::$type";
}

sub call
{
	my $f = shift;
	my @arguments;
	my $named = 0;
	for my $i (0 .. $#{ $f->{types} })
	{
		if ($i >= $f->{needed} && rand() < 0.75) { $named = 1; next }
		my $value = argument($f->{types}[$i]);
		push @arguments, $named && $f->{names}[$i] ? "$f->{names}[$i] => $value" : $named ? () : $value;
	}
	# a parameter of another report
	push @arguments, one_of(qw(by min_n sessions rollup confidence params as_of step)) . ' => ' . argument('text') if rand() < 0.01;
	my $call = "$f->{name}(" . join(', ', @arguments) . ')';
	return "CALL $call" if $f->{kind} eq 'p';
	return "SELECT $call FROM generate_series(0, " . int(rand 4) . ') AS i' if $f->{kind} eq 'a';
	return $f->{set} ? "SELECT count(*), min(r::text) FROM $call AS r" : "SELECT $call";
}

# --- the campaign ------------------------------------------------------------------------------

my (%count, %accepted, @defects);
my $end = time + $seconds;
my ($calls, $accepted, $slow) = (0, 0, 0);
while (time < $end && @defects < 20)
{
	my @batch = map { call(one_of(@functions)) } 1 .. 200;
	my $pid = open3(my $in, my $out, undef, @psql, '-o', '/dev/null', '-f', '-');
	my $script = "SET statement_timeout = $limit_ms;\nSET client_min_messages = error;\n\\set ON_ERROR_ROLLBACK on\nBEGIN;\n" . join('', map { "\\warn \@\@$_\n$batch[$_];\n" } 0 .. $#batch) . "ROLLBACK;\n\\warn \@\@end\n";
	my $writer = fork;
	if (!$writer) { local $SIG{PIPE} = 'IGNORE'; print $in $script; close $in; require POSIX; POSIX::_exit(0) }
	close $in;
	my ($at, $error, $began, $complete) = (-1, undef, time, 0);
	while (my $line = <$out>)
	{
		if ($line =~ /^\@\@(\d+|end)/)
		{
			if ($at >= 0)
			{
				$calls++;
				my $took = time - $began;
				if (defined $error) { $count{$error}++ } else { $accepted++; $accepted{ $batch[$at] =~ /(\w+)\(/ ? $1 : '' } ||= $batch[$at] if $took < 0.2 }
				push @defects, "$error $batch[$at]" if defined $error && $error =~ /^XX/;
				if ($took > $limit_ms / 1000 + 1) { $slow++; push @defects, sprintf 'took %.1f s: %s', $took, $batch[$at] }
			}
			$complete = 1, last if $1 eq 'end';
			($at, $error, $began) = ($1, undef, time);
		}
		elsif ($line =~ /^(?:psql:\S+ )?ERROR:\s+(\w{5})/) { $error = $1 }
		elsif ($line =~ /(FATAL|PANIC):\s+(\w{5})/ || $line =~ /server closed|connection to server was lost/) { push @defects, "lost the server at: " . ($at >= 0 ? $batch[$at] : 'begin'); last }
	}
	waitpid $pid, 0;
	waitpid $writer, 0;
	last if !$complete && !@defects && push @defects, 'psql ended early at: ' . ($at >= 0 ? $batch[$at] : 'begin');
	if (@defects && $defects[-1] =~ /^lost/) { for (1 .. 100) { last if !system('pg_isready -q'); select undef, undef, undef, 0.1 } }
}

my %of;
$of{ $_->{name} } = 1 for @functions;
if ($accepted_file) { open my $file, '>', $accepted_file or die; print $file "$_\t$accepted{$_}\n" for sort grep { $_ } keys %accepted; close $file }
print "defect: $_\n" for @defects;
printf "calls %d of %d functions, accepted %d (of %d functions), refused %d with %d SQLSTATEs, ended at their time %d, internal errors and losses %d\n",
	$calls, scalar(keys %of), $accepted, scalar(keys %accepted), $calls - $accepted, scalar(keys %count), $count{'57014'} || 0, scalar @defects;
print '  ', join(', ', map { "$_ $count{$_}" } sort keys %count), "\n";
exit(@defects ? 1 : 0);
