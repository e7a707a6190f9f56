# Watches the backends of a database: how much memory of their own they have, early and late.
#
#   perl memory.pl SECONDS DATABASE LIMIT     in the environment of psql
#
# What a backend has while it works comes and goes with its calls, so of each part of the time the least counts: what it
# keeps between them.  The first third is for warming up.  From the second third to the last it must not grow by LIMIT kB,
# in the middle of all backends.  The exit status is 1 where it does, and 2 where no backend was there to be watched.
use strict;
use warnings;
use Time::HiRes qw(time sleep);

my ($seconds, $database, $limit) = @ARGV;
my (%least, %samples);
my $begin = time;
while ((my $third = int(3 * (time - $begin) / $seconds)) < 3)
{
	for my $pid (split /\s+/, `psql -X -A -t -d postgres -c "SELECT pid FROM pg_stat_activity WHERE datname = '$database' AND backend_type = 'client backend' AND application_name = 'pgbench'"`)
	{
		open my $status, '<', "/proc/$pid/status" or next;
		my ($kb) = map { /^RssAnon:\s+(\d+)/ ? $1 : () } <$status>;
		next unless defined $kb;
		$samples{$pid}++;
		$least{$pid}[$third] = $kb if $kb < ($least{$pid}[$third] // 1e9);
	}
	sleep 0.2;
}
my @watched = grep { defined $least{$_}[1] && defined $least{$_}[2] } keys %least;
if (!@watched)
{
	print "memory: no backend was seen\n";
	exit 2;
}
my @grown = sort { $a <=> $b } map { $least{$_}[2] - $least{$_}[1] } @watched;
my @had = sort { $a <=> $b } map { $least{$_}[2] } @watched;
my @seen = sort { $a <=> $b } map { $samples{$_} } @watched;
printf "memory that %d backends keep, from the second third of the time to the last: median %+d kB, most %+d kB; median %d kB in the end; each seen %d times or more\n",
	scalar @watched, $grown[ @grown / 2 ], $grown[-1], $had[ @had / 2 ], $seen[0];
exit($grown[ @grown / 2 ] > $limit ? 1 : 0);
