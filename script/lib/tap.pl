# tap.pl COUNTS command [argument ...] ::: file ...
# Runs the command once a file ({} in an argument stands for the file, {name} for its name
# without folder and ending), reads its output as TAP and shows one line a
# file; of a file that fails all it said but the passes.  Appends "passed failed" to COUNTS.
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
my $counts = shift @ARGV;
my @command;
while (@ARGV)
{
	my $arg = shift @ARGV;
	last if $arg eq ':::';
	push @command, $arg;
}

my ($all_passed, $all_failed) = (0, 0);
my $child;
$SIG{$_} = sub { kill 'TERM', $child if $child; exit 1 }
  for qw(INT TERM HUP);

sub slurp
{
	my $handle = shift;
	seek $handle, 0, 0;
	local $/;
	my $text = <$handle>;
	return defined $text ? $text : '';
}

for my $file (@ARGV)
{
	my $name = basename($file);
	$name =~ s/\.[a-z]+$//;
	my @argv = map { my $a = $_; $a =~ s/\{\}/$file/g; $a =~ s/\{name\}/$name/g; $a } @command;
	my $out = File::Temp->new;
	my $err = File::Temp->new;
	my $start = time;

	printf '    %-32s ', basename($file);
	$child = fork;
	die "fork: $!\n" unless defined $child;
	if (!$child)
	{
		open STDOUT, '>&', $out or POSIX::_exit(126);
		open STDERR, '>&', $err or POSIX::_exit(126);
		exec { $argv[0] } @argv or POSIX::_exit(127);
	}
	my $timed_out = 0;
	local $SIG{ALRM} = sub { $timed_out = 1; kill 'TERM', $child };
	alarm $limit;
	waitpid $child, 0;
	my $status = $?;
	alarm 0;
	$child = undef;
	# a server that went down under this file is to be up again for the next one
	if ($status && $ENV{EQUIPAIR_READY})
	{
		for (1 .. 300) { last if system($ENV{EQUIPAIR_READY}) == 0; select undef, undef, undef, 0.1 }
	}

	my $text = slurp($out);
	# The parser refuses an empty text; a comment says the same
	my $parser = TAP::Parser->new({ tap => $text =~ /\n/ ? $text : "# $text\n" });
	$parser->run;

	my @failed = $parser->failed;
	my @trouble;
	push @trouble, "took longer than $limit s" if $timed_out;
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

	my $time = sprintf '%6.2f s', time - $start;
	if (!$failed && $parser->skip_all)
	{
		print "skipped  $time  ", $parser->skip_all, "\n";
		next;
	}
	my $skipped = () = $parser->skipped;
	printf "%s  %s  %d passed%s%s\n", ($failed ? 'FAILED ' : 'ok     '), $time, $passed,
	  ($failed ? ", $failed failed" : ''), ($skipped ? ", $skipped of them skipped" : '');
	if ($failed)
	{
		$text =~ s/^(?:ok \d+\b|1\.\.\d+$).*\n//mg;
		print "--- output of $file\n", $text, slurp($err);
		for my $log (!@trouble ? () : map { s/\{name\}/$name/gr } split / /, $ENV{EQUIPAIR_TEST_LOGS} || '')
		{
			open my $fh, '<', $log or next;
			my @lines = <$fh>;
			print "--- end of its log\n", @lines > 60 ? @lines[ -60 .. -1 ] : @lines;
		}
		print "--- $_\n" for @trouble;
		print "---\n";
	}
}

open my $fh, '>>', $counts or die "$counts: $!\n";
print $fh "$all_passed $all_failed\n";
close $fh or die "$counts: $!\n";
