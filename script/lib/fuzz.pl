# fuzz.pl SECONDS KEEP program: runs one fuzz target of the numerics for that long, as TAP.  The input
# of a failure is kept in the directory KEEP, where "program FILE" runs it again.
use strict;
use warnings;
use File::Basename qw(basename);
use Test::More tests => 1;

my ($seconds, $keep, $program) = @ARGV;
my $name = basename($program);
my $seed = $ENV{EQUIPAIR_FUZZ_SEED} || 20230531;
mkdir $keep;
my $before = time;
my $output = qx('$program' -max_total_time=$seconds -seed=$seed -max_len=512 -timeout=20 -artifact_prefix='$keep/$name-' 2>&1 </dev/null);
my ($runs) = $output =~ /^Done (\d+) runs/m;
my $passed = $? == 0 && $runs;
ok($passed, "$name: " . ($runs // 'some') . ' inputs');
if (!$passed)
{
	my @lines = split /\n/, $output;
	diag(join "\n", grep { !/^#\d+\s/ } @lines > 60 ? @lines[ -60 .. -1 ] : @lines);
	diag("the input is kept: $_") for grep { (stat)[9] >= $before } glob "$keep/$name-*";
}
