# bench.pl NAME PAIRS [psql-argument ...]: the measurements of one benchmark, in
# the current directory and the database that the environment names.
use strict;
use warnings;

$| = 1;
my ($name, $pairs, @variables) = @ARGV;

my @cases;
open my $tsv, '<', "$name.tsv" or die "$name.tsv: $!\n";
while (<$tsv>)
{
	chomp;
	next if /^\s*(?:#|$)/;
	my ($label, $bar, $ours, $theirs, $few) = split /\t/;
	defined $theirs && $bar =~ s/^(?:<=\s*)?([0-9.]+|-)(\s*\*\s*above|\s*s)?\s*$/$1/
	  or die "$name.tsv:$.: wanted: label, bar (such as <= 1.4, <= 1.1 * above, <= 300 s, or -), query A, query B, perhaps pairs, separated by tabs\n";
	my $unit = $2 // '';
	my $relative = $unit =~ /above/;
	my $absolute = $unit =~ /s/;
	die "$name.tsv:$.: no bar, or no line above\n" if $relative && ($bar eq '-' || !@cases);
	die "$name.tsv:$.: \"$few\" is no number of pairs\n" if defined $few && $few !~ /^[1-9][0-9]*$/;
	s/;\s*$// for $ours, $theirs;
	push @cases, { label => $label, bar => $bar, seconds => $absolute, above => $relative ? $cases[-1] : undef, queries => [ $ours, $theirs ], pairs => $few // $pairs };
}
die "$name.tsv: no case\n" unless @cases;

# One script, one connection: what the preparation sets holds for every query.
my $script = "$ENV{TMPDIR}/$name.psql";
open my $out, '>', $script or die "$script: $!\n";
print $out "\\i $name.sql\n" if -e "$name.sql";
print $out "\\timing on\n\\o /dev/null\n";
for my $i (0 .. $#cases)
{
	for my $pair (0 .. $cases[$i]{pairs})
	{
		for my $which (0, 1)
		{
			# what stands before " ;; " prepares the query and is not timed
			my @parts = split /\s;;\s/, $cases[$i]{queries}[$which];
			my $timed = pop @parts;
			print $out "\\timing off\n$_;\n\\timing on\n" for @parts;
			print $out "\\echo \@\@ $i $pair $which\n$timed;\n";
		}
	}
	print $out "\\echo \@\@ end $i\n";
}
print $out "\\timing off\n\\o\n\\i ${name}_after.sql\n" if -e "${name}_after.sql";
close $out or die "$script: $!\n";

open my $psql, '-|', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @variables, '-f', $script
  or die "psql: $!\n";
my ($case, $pair, $which);
my $missed = 0;
while (<$psql>)
{
	if (/^\@\@ end (\d+)$/)
	{
		$missed += report($cases[$1]);
		undef $case;
	}
	elsif (/^\@\@ (\d+) (\d+) (\d+)$/)
	{
		($case, $pair, $which) = ($cases[$1], $2, $3);
	}
	elsif (defined $case && /^Time: ([0-9.]+) ms/)
	{
		# the first pair warms up
		push @{ $case->{times}[$which] }, $1 if $pair > 0;
	}
	elsif (!defined $case)
	{
		print "    $_";
	}
}
close $psql or die "$name: psql ended with an error\n";
exit($missed ? 1 : 0);

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	my $mid = int(@sorted / 2);
	return @sorted % 2 ? $sorted[$mid] : ($sorted[ $mid - 1 ] + $sorted[$mid]) / 2;
}

sub report
{
	my $case = shift;
	my ($ours, $theirs) = @{ $case->{times} };
	die "$name: no times for $case->{label}\n" unless @{ $theirs || [] } == $case->{pairs} && @$ours == $case->{pairs};
	my @ratios = sort { $a <=> $b } map { $ours->[$_] / $theirs->[$_] } 0 .. $#$ours;
	my $ratio = $case->{ratio} = median(@ratios);
	my $bar = $case->{bar};
	my $shown = "bar <= $bar";
	if ($case->{above})
	{
		$bar *= $case->{above}{ratio};
		$shown = sprintf 'bar <= %s * %.3f = %.3f', $case->{bar}, $case->{above}{ratio}, $bar;
	}
	my $measured = $ratio;
	if ($case->{seconds})
	{
		$measured = median(@$ours) / 1000;
		$shown = "bar <= $bar s";
	}
	my $verdict = $bar eq '-' ? 'no bar' : $measured <= $bar ? "pass ($shown)" : "MISSED ($shown)";
	printf "    %s\n      %.1f ms / %.1f ms, ratio %.3f (%.3f to %.3f): %s\n", $case->{label}, median(@$ours),
	  median(@$theirs), $ratio, $ratios[0], $ratios[-1], $verdict;
	return $verdict =~ /^MISSED/ ? 1 : 0;
}
