# installer.pl COMMAND [PACKAGE ...]: the part of script/setup that runs as root.  Needs perl-base alone.
#
#   update     reads the package lists
#   repair     finishes what an earlier interruption left half-configured
#   download   fetches packages and installs nothing
#   install    installs them
#   release    removes the setting that a killed installation left behind
#
# Lines NAME=value on standard input go into the environment of apt-get: sudo drops the caller's.
# Standard output has what apt-get and dpkg say, standard error what the user should read now.
#
# Ctrl-C ends "update" and "download" at once.  An installation must not end half-way: apt-get or dpkg
# runs in a session of its own, where no Ctrl-C reaches it, and HUP, INT and TERM wait for its end.
use strict;
use warnings;
use POSIX ();

my ($command, @packages) = @ARGV;

while (defined(my $line = <STDIN>))
{
	chomp $line;
	$ENV{$1} = $2 if $line =~ /^(\w+)=(.*)$/;
}
open STDIN, '<', '/dev/null' or die "/dev/null: $!\n";
@ENV{qw(DEBIAN_FRONTEND NEEDRESTART_MODE LC_ALL)} = qw(noninteractive l C.UTF-8);

# the root of the system: tests have one of their own
my $system = $ENV{EQUIPAIR_SYSTEM} || '';
my @apt_get = qw(apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0);
my @install = (@apt_get, qw(install -y --no-install-recommends));

# An installed server package makes and starts a cluster "main" of its own, which nobody asked for here.
# This setting, which exists during the installation only, holds it back.  It names the process that
# wrote it: where that is gone, it was killed.
my $directory = "$system/etc/postgresql-common/createcluster.d";
my $held_back = "$directory/equipair-setup.conf";

sub hold_main_back
{
	mkdir $_ for "$system/etc/postgresql-common", $directory;
	open my $fh, '>', $held_back or die "$held_back: $!\n";
	print $fh "# written by script/setup of equipair for the time of an installation: process $$\n", "create_main_cluster = false\n";
	close $fh or die "$held_back: $!\n";
}

sub release_main
{
	unlink $held_back;
	rmdir $directory;
}

# protected COMMAND …: runs it in a session of its own and waits for its end, whatever signals come.
# Returns its exit code and what it said, which also goes to standard output.
sub protected
{
	# a file, not a pipe: a service that an installation starts may keep it open
	open my $said, '+>', undef or die "temporary file: $!\n";
	my $pid = fork;
	die "fork: $!\n" unless defined $pid;
	if (!$pid)
	{
		$SIG{$_} = 'DEFAULT' for qw(HUP INT TERM);
		POSIX::setsid();
		open STDOUT, '>&', $said or POSIX::_exit(126);
		open STDERR, '>&', $said or POSIX::_exit(126);
		exec { $_[0] } @_ or POSIX::_exit(127);
	}
	1 while waitpid($pid, 0) < 0 && $!{EINTR};
	my $rc = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	seek $said, 0, 0;
	my $text = do { local $/; <$said> } // '';
	print $text;
	return ($rc, $text);
}

# interrupted: whether dpkg left a journal, or packages that are not installed whole.
sub interrupted
{
	return 1 if grep { m{/\d+$} } glob("$system/var/lib/dpkg/updates/*");
	return (`dpkg --audit 2>/dev/null` // '') =~ /\S/;
}

# Finishes what was interrupted.  Another installation that is at work looks the same: its lock is waited
# for, five minutes at most.  Returns dpkg's exit code, 0 where there is nothing to do.
sub repair
{
	my ($rc, $text) = (0, '');
	for my $try (1 .. 60)
	{
		return 0 unless interrupted();
		print STDERR "    finishing an installation that was interrupted (dpkg --configure -a)\n" if $try == 1;
		($rc, $text) = protected(qw(dpkg --force-confdef --force-confold --configure -a));
		last unless $rc && $text =~ /\block/;
		sleep 5;
	}
	return $rc;
}

# Does the work with the server's own cluster held back, to the end.
sub to_the_end
{
	my $work = shift;
	my $told;
	$SIG{$_} = sub { print STDERR "    finishing the installation first\n" unless $told++ }
	  for qw(HUP INT TERM);
	hold_main_back();
	my ($rc) = $work->();
	release_main();
	exit $rc;
}

if ($command eq 'update')
{
	exec @apt_get, 'update' or die "apt-get: $!\n";
}
elsif ($command eq 'download')
{
	exec @install, '--download-only', @packages or die "apt-get: $!\n";
}
elsif ($command eq 'release')
{
	open my $fh, '<', $held_back or exit 0;
	my ($pid) = join('', <$fh>) =~ /process (\d+)/;
	release_main() unless $pid && kill 0, $pid;
}
elsif ($command eq 'repair')
{
	to_the_end(\&repair) if interrupted();
}
elsif ($command eq 'install')
{
	to_the_end(sub { protected(@install, @packages) });
}
else
{
	die "installer.pl: what is \"$command\"?\n";
}
