# tap.pl COUNTS command [argument ...] ::: file ...
# Runs the command once a file ({} in an argument stands for the file, {name} for its name
# without folder and ending), reads its output as TAP and shows one line a
# file; of a file that fails all it said but the passes.  Appends "passed failed" to COUNTS.
# EQUIPAIR_TEST_LANES is how many run at a time; {lane}, from 1 on, tells them apart.
# EQUIPAIR_TEST_LOGS names files ({name} again) whose end is shown with a failure.
# EQUIPAIR_READY is a command that succeeds once the server takes connections.
# A broken plan or a program that ends badly counts as a failure of its own.
use strict;
use warnings;
use File::Basename qw(basename);
use File::Temp;
use POSIX ();
use TAP::Parser;
use Time::HiRes qw(time);

$| = 1;
my $limit = $ENV{EQUIPAIR_TEST_TIMEOUT} || 900;
my $lanes = $ENV{EQUIPAIR_TEST_LANES} || 1;
my $counts = shift @ARGV;
my @command;
while (@ARGV)
{
	my $arg = shift @ARGV;
	last if $arg eq ':::';
	push @command, $arg;
}

my ($all_passed, $all_failed) = (0, 0);

sub name_of { return basename(shift) =~ s/\.[a-z]+$//r }

sub slurp
{
	my $handle = shift;
	seek $handle, 0, 0;
	local $/;
	my $text = <$handle>;
	return defined $text ? $text : '';
}

# What runs: by the process, the file, its outputs, its start and its lane.
my %running;
$SIG{$_} = sub { kill 'TERM', keys %running; exit 1 }
  for qw(INT TERM HUP);

# start FILE, LANE
sub start
{
	my ($file, $lane) = @_;
	my $name = name_of($file);
	my @argv = map { s/\{\}/$file/gr =~ s/\{name\}/$name/gr =~ s/\{lane\}/$lane/gr } @command;
	my $run = { file => $file, lane => $lane, out => File::Temp->new, err => File::Temp->new, start => time };

	my $child = fork;
	die "fork: $!\n" unless defined $child;
	if (!$child)
	{
		open STDOUT, '>&', $run->{out} or POSIX::_exit(126);
		open STDERR, '>&', $run->{err} or POSIX::_exit(126);
		exec { $argv[0] } @argv or POSIX::_exit(127);
	}
	$running{$child} = $run;
	return;
}

# wait_for_one: the next that ended, with its status; one that takes too long is stopped.
sub wait_for_one
{
	while (1)
	{
		my $over = time - $limit;
		for my $child (grep { $running{$_}{start} < $over && !$running{$_}{timed_out} } keys %running)
		{
			$running{$child}{timed_out} = 1;
			kill 'TERM', $child;
		}
		my $ended = waitpid -1, POSIX::WNOHANG();
		if ($ended > 0 && $running{$ended})
		{
			my $run = delete $running{$ended};
			$run->{status} = $?;
			return $run;
		}
		select undef, undef, undef, 0.01;
	}
}

# show RUN: its line, and of one that failed what it said.
sub show
{
	my $run = shift;
	my ($file, $status) = @$run{qw(file status)};
	my $name = name_of($file);
	my $text = slurp($run->{out});
	# The parser refuses an empty text; a comment says the same
	my $parser = TAP::Parser->new({ tap => $text =~ /\n/ ? $text : "# $text\n" });
	$parser->run;

	my @failed = $parser->failed;
	my @trouble;
	push @trouble, "took longer than $limit s" if $run->{timed_out};
	push @trouble, 'killed by signal ' . ($status & 127) if $status & 127;
	push @trouble, 'ended with exit code ' . ($status >> 8)
	  if $status >> 8 && !(@failed && $status >> 8 == @failed);
	if (!$parser->skip_all)
	{
		push @trouble, 'ran no test' unless $parser->tests_run;
		push @trouble, $parser->parse_errors;
	}

	my $passed = $parser->passed;
	my $failed = @failed + (@trouble ? 1 : 0);
	$all_passed += $passed;
	$all_failed += $failed;

	my $time = sprintf '%6.2f s', time - $run->{start};
	printf '    %-32s ', basename($file) if $lanes > 1;
	if (!$failed && $parser->skip_all)
	{
		print "skipped  $time  ", $parser->skip_all, "\n";
		return;
	}
	my $skipped = () = $parser->skipped;
	printf "%s  %s  %d passed%s%s\n", ($failed ? 'FAILED ' : 'ok     '), $time, $passed,
	  ($failed ? ", $failed failed" : ''), ($skipped ? ", $skipped of them skipped" : '');
	return unless $failed;
	$text =~ s/^(?:ok \d+\b|1\.\.\d+$).*\n//mg;
	print "--- output of $file\n", $text, slurp($run->{err});
	for my $log (!@trouble ? () : map { s/\{name\}/$name/gr } split / /, $ENV{EQUIPAIR_TEST_LOGS} || '')
	{
		open my $fh, '<', $log or next;
		my @lines = <$fh>;
		print "--- end of its log\n", @lines > 60 ? @lines[ -60 .. -1 ] : @lines;
	}
	print "--- $_\n" for @trouble;
	print "---\n";
	return;
}

my @free = 1 .. $lanes;
while (@ARGV || %running)
{
	while (@ARGV && @free)
	{
		my $file = shift @ARGV;
		printf '    %-32s ', basename($file) if $lanes == 1;
		start($file, shift @free);
	}
	my $run = wait_for_one();
	# a server that went down under this file is to be up again for the next one
	if ($run->{status} && $ENV{EQUIPAIR_READY})
	{
		for (1 .. 300) { last if system($ENV{EQUIPAIR_READY}) == 0; select undef, undef, undef, 0.1 }
	}
	show($run);
	push @free, $run->{lane};
}

open my $fh, '>>', $counts or die "$counts: $!\n";
print $fh "$all_passed $all_failed\n";
close $fh or die "$counts: $!\n";
