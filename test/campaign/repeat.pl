# Calls each function many times in one session, and measures the memory that they leave behind.
#
#   perl repeat.pl ACCEPTED TIMES     in the environment of psql
#
# ACCEPTED has a name, a tab and a call a line.  A first part of the calls fills caches; what the rest adds to the memory
# contexts of the session, and to what the process has resident, must not grow with the calls.
use strict;
use warnings;

my ($file, $times) = @ARGV;
my $warm = int $times / 10;
my $allowed = 256;    # bytes a call in contexts; what is resident is printed
open my $calls, '<', $file or die "$file: $!\n";
my ($functions, $grown, $worst, $worst_name, $skipped) = (0, 0, 0, '', 0);
while (<$calls>)
{
	chomp;
	my ($name, $call) = split /\t/, $_, 2;
	# what makes or changes objects is not repeated ten thousand times
	next if $name =~ /^(?:create_|upgrade_|twinning_|import_|nightly_report|assert_all)/ || $call =~ /^CALL/;
	my $query = $call =~ s/'/''/gr;
	my $script = <<"SQL";
SET client_min_messages = error; SET statement_timeout = '5min';
DO \$\$ DECLARE until timestamptz := clock_timestamp() + interval '6 s'; n int := 0; BEGIN
  WHILE n < $warm AND clock_timestamp() < until LOOP EXECUTE '$query'; n := n + 1; END LOOP; END \$\$;
SELECT sum(used_bytes) FROM pg_backend_memory_contexts \\gset before_
CREATE TEMP TABLE done (n int);
DO \$\$ DECLARE until timestamptz := clock_timestamp() + interval '12 s'; n int := 0; BEGIN
  WHILE n < $times - $warm AND clock_timestamp() < until LOOP EXECUTE '$query'; n := n + 1; END LOOP; INSERT INTO done VALUES (n); END \$\$;
SELECT sum(used_bytes) AS after FROM pg_backend_memory_contexts \\gset
SELECT n, :after - :before_sum FROM done;
SQL
	open my $psql, '|-', "psql -X -q -A -t -v ON_ERROR_STOP=1 -f - > \$HOME/repeat.out 2>\&1" or die;
	print $psql $script;
	close $psql;
	open my $out, '<', "$ENV{HOME}/repeat.out" or die;
	my @lines = <$out>;
	my ($n, $bytes) = @lines ? $lines[-1] =~ /^(\d+)\|(-?\d+)/ : ();
	if (!defined $bytes) { $skipped++; print "not repeated: $name: ", $lines[-1] // '', "\n"; next }
	$functions++;
	my $each = $bytes / ($n || 1);
	($worst, $worst_name) = ($each, $name) if $each > $worst;
	# the catalogs of a table of our own come to some kilobytes once
	if ($bytes > 200000 && $each > $allowed) { $grown++; print "grows: $name, $bytes bytes in $n calls\n" }
}
printf "%d functions repeated up to %d times, %d not; most left behind: %.1f bytes a call (%s); growing: %d\n", $functions, $times, $skipped, $worst, $worst_name, $grown;
exit($grown ? 1 : 0);
