# growth.pl NAME RUNS [psql-argument ...]: how times grow with the input.  Each line of NAME.tsv
# is: label, bar (of the ratio from a size to twice it), query; NAME.sql makes the tables of one
# size, the psql variable rows.  In the current directory and the database that the
# environment names.
#
# Times are those that the server's process has the processor: sizes are timed one after the
# other, and on a busy machine only queries shorter than a time slice would have it to themselves.
use strict;
use warnings;

$| = 1;
my ($name, $runs, @variables) = @ARGV;

# The smallest size; what is timed below so many milliseconds is held against no bar; and below
# what size times are taken more often, in proportion, but at most so many times more often.
use constant { FIRST => 10_000, NOISE => 10, LARGE => 1_280_000, MOST => 16 };

my $last = 10_240_000;
/^rows=(\d+)$/ && ($last = $1) for @variables;
die "$name: wanted: at least @{[ 2 * FIRST ]} rows\n" if $last < 2 * FIRST;

my @cases;
open my $tsv, '<', "$name.tsv" or die "$name.tsv: $!\n";
while (<$tsv>)
{
	chomp;
	next if /^\s*(?:#|$)/;
	my ($label, $bar, $query) = split /\t/;
	defined $query && $bar =~ /^[0-9.]+$/ or die "$name.tsv:$.: wanted: label, bar, query, separated by tabs\n";
	push @cases, { label => $label, bar => $bar, query => $query, times => [] };
}

my $script = "$ENV{TMPDIR}/$name.psql";
open my $out, '>', $script or die "$script: $!\n";
for (my $rows = FIRST; $rows <= $last; $rows *= 2)
{
	my $often = int(LARGE / $rows);
	$often = $often < 1 ? 1 : $often > MOST ? MOST : $often;
	print $out "\\set rows $rows\n\\i $name.sql\n\\o /dev/null\n"
	  . "SET client_min_messages = log;\nSET log_statement_stats = on;\n";
	for my $i (0 .. $#cases)
	{
		# the first run warms up
		for my $run (0 .. $often * $runs)
		{
			print $out "\\warn \@\@ $i $run\n$cases[$i]{query};\n";
		}
	}
	print $out "\\warn \@\@ size $rows\nSET log_statement_stats = off;\nRESET client_min_messages;\n\\o\n";
}
close $out or die "$script: $!\n";

printf '%14s' . '%19s' x @cases . "\n", 'pairings', map { "$_->{label}       " } @cases;
# the statistics of a statement come as messages, and so does what \warn says
open my $psql, '-|', 'sh', '-c', 'exec psql "$@" 2>&1', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @variables,
  '-f', $script
  or die "psql: $!\n";
my ($case, $run);
my @sizes;
while (<$psql>)
{
	if (/^\@\@ size (\d+)$/)
	{
		push @sizes, $1;
		print_size($1);
		undef $case;
	}
	elsif (/^\@\@ (\d+) (\d+)$/)
	{
		($case, $run) = ($cases[$1], $2);
	}
	elsif (/^!\t([0-9.]+) s user, ([0-9.]+) s system, [0-9.]+ s elapsed/)
	{
		# the least of all runs: what else the machine does only adds
		my $time = 1000 * ($1 + $2);
		$case->{least} = $time if defined $case && $run > 0 && (!defined $case->{least} || $time < $case->{least});
	}
	elsif (/^(?:psql:\S+ )?(?:ERROR|FATAL|PANIC)/)
	{
		die "$name: $_";
	}
}
close $psql or die "$name: psql ended with an error\n";

my $missed = 0;
$missed += report($_) for @cases;
exit($missed ? 1 : 0);

sub grouped
{
	my $number = reverse shift;
	$number =~ s/(\d{3})(?=\d)/$1,/g;
	return scalar reverse $number;
}

sub print_size
{
	my $rows = shift;
	printf '%14s', grouped($rows);
	for (@cases)
	{
		my $before = $_->{times}[-1];
		push @{ $_->{times} }, $_->{least};
		printf '%9.1f ms %6s', $_->{least}, $before ? sprintf('x%.2f', $_->{least} / $before) : '';
		delete $_->{least};
	}
	print "\n";
}

sub report
{
	my $case = shift;
	my @times = @{ $case->{times} };
	my ($steepest, $at) = (0, undef);
	for my $i (1 .. $#times)
	{
		next if $times[ $i - 1 ] < NOISE;
		my $ratio = $times[$i] / $times[ $i - 1 ];
		($steepest, $at) = ($ratio, $i) if $ratio > $steepest;
	}
	printf '    %s: %s times the pairings take %.0f times as long, a doubling x%.2f on average', $case->{label},
	  grouped($sizes[-1] / $sizes[0]), $times[-1] / $times[0], ($times[-1] / $times[0])**(1 / $#times);
	if (!defined $at)
	{
		print ": too short to tell\n";
		return 0;
	}
	my $miss = $steepest > $case->{bar};
	printf ", at most x%.2f (to %s): %s (bar <= %s)\n", $steepest, grouped($sizes[$at]),
	  $miss ? 'MISSED' : 'pass', $case->{bar};
	return $miss ? 1 : 0;
}
