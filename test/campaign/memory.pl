# Watches the backends of the demo's database: how much memory of their own they have, early and late.
#
#   perl memory.pl SECONDS     in the environment of psql
use strict;
use warnings;
use Time::HiRes qw(time sleep);

my ($seconds) = @ARGV;
my %first;
my %last;
my $begin = time;
while (time < $begin + $seconds - 1)
{
	for my $pid (split /\s+/, `psql -X -A -t -d postgres -c "SELECT pid FROM pg_stat_activity WHERE datname = 'hanoi'"`)
	{
		open my $status, '<', "/proc/$pid/status" or next;
		my ($kb) = map { /^RssAnon:\s+(\d+)/ ? $1 : () } <$status>;
		next unless defined $kb;
		# a third of the time is for warming up
		$first{$pid} = $kb if time < $begin + $seconds / 3;
		$last{$pid} = $kb;
	}
	sleep 1;
}
my @grown = sort { $a <=> $b } map { $last{$_} - $first{$_} } grep { exists $first{$_} } keys %last;
printf "memory of a backend from a third of the time to its end: median %+d kB, most %+d kB, of %d backends\n",
	@grown ? ($grown[ @grown / 2 ], $grown[-1]) : (0, 0), scalar @grown;
