# sources.pl: what the C code needs of each other, read as text, for script/test.
#
#   sources.pl needs PROGRAM ...   for make, the objects that test/unit/test_x or test/fuzz/fuzz_x is linked from
#   sources.pl files NAME          the files of the folder src/NAME, without folder and ending
#   sources.pl covers NAME         the tests of a file or folder of src/ that have other names, a layer a line;
#                                  fails where src/ has nothing of that name
#
# Runs in the checkout or a copy of it.  It relies on the style of the code: a name with external linkage starts
# with eqp_, the name of a function that is defined begins a line, and headers declare with "extern",
# behind "pg_noreturn" where the function does not return.
use strict;
use warnings;

my ($mode, @args) = @ARGV;

sub slurp
{
	my $file = shift;
	open my $fh, '<', $file or return '';
	local $/;
	return scalar(<$fh>) // '';
}

my (%text, %includes, %mentions, %home, %entry_points);

# Reads a file: what it includes of ours and which names it uses, or defines in a header.
sub read_file
{
	my $file = shift;
	return if exists $text{$file};
	my ($folder) = $file =~ m{^(.*)/};
	my $text = slurp($file);
	$text =~ s{/\*.*?\*/}{}sg;
	$includes{$file} = [ map { (grep { -e } "src/$_", "$folder/$_")[0] // () } $text =~ /^\s*#\s*include\s+"([\w\/.]+)"/mg ];
	$text =~ s/^(?:pg_noreturn )?extern\b[^;]*;//mg if $file =~ /\.h$/;
	$text{$file} = $text;
	$mentions{$file} = { map { $_ => 1 } $text =~ /\b(eqp_\w+)/g };
}

my @sources = sort(glob('src/*.c src/*/*.c'), glob('src/*.h src/*/*.h'));
for my $file (@sources)
{
	read_file($file);
	next if $file =~ /\.h$/;
	while ($text{$file} =~ /^(.*)\n(eqp_\w+)\s*\(/mg)
	{
		$home{$2} = $file unless $1 =~ /^static\b/;
	}
	while ($text{$file} =~ /^const\b[^\n;(]*?\b(eqp_\w+)\b[^\n;(]*=/mg) { $home{$1} = $file }
	$entry_points{$file} = [ $text{$file} =~ /^PG_FUNCTION_INFO_V1\((\w+)\);/mg ];
}
delete @home{ map { @$_ } values %entry_points };    # only SQL calls them

# The file and all that it includes.
sub included
{
	my @todo = @_;
	my %seen;
	while (defined(my $file = shift @todo))
	{
		next if $seen{$file}++;
		read_file($file);
		push @todo, @{ $includes{$file} };
	}
	return keys %seen;
}

# The sources that the program or object of a file needs beside it.
my %uses;
sub uses
{
	my $file = shift;
	return @{ $uses{$file} //= do {
		my %homes = map { $_ => 1 } grep { defined && $_ ne $file } map { $home{$_} } map { keys %{ $mentions{$_} } } included($file);
		[ sort keys %homes ];
	} };
}
sub closure
{
	my ($start) = @_;
	my %seen;
	my @todo = uses($start);
	while (defined(my $file = shift @todo))
	{
		push @todo, uses($file) unless $seen{$file}++;
	}
	return sort keys %seen;
}

sub stem { return $_[0] =~ m{([^/]+)\.\w+$} ? $1 =~ s/^(?:test|fuzz)_//r : '' }

if ($mode eq 'needs')
{
	print "$_: ", join(' ', map { s/\.c$/.o/r } "$_.c", closure("$_.c")), "\n" for @args;
	exit 0;
}

my ($name) = @args;
my @named = grep { m{^src/\Q$name\E/} || stem($_) eq $name } @sources;
my %stems = map { stem($_) => 1 } @named;
if ($mode eq 'files')
{
	print "$_\n" for sort grep { -d "src/$name" } keys %stems;
	exit 0;
}
exit 1 unless @named;
my %named = map { $_ => 1 } @named;
# A header alone is covered where the sources are that include it.
my %users = map { $_ => 1 } grep { /\.c$/ } @named;
if (!%users)
{
	for my $file (grep { /\.c$/ } @sources)
	{
		$users{$file} = 1 if grep { $named{$_} } included($file);
	}
}

# The numerics: tests that name one of their functions, or include their header.
my %covers;
my %theirs = map { $_ => 1 } grep { $named{ $home{$_} } } keys %home;
for my $layer (qw(unit fuzz))
{
	for my $test (glob "test/$layer/${layer}_*.c test/$layer/test_*.c")
	{
		read_file($test);
		$covers{$layer}{ stem($test) } = 1
		  if grep({ $named{$_} } @{ $includes{$test} }) || grep { $theirs{$_} } keys %{ $mentions{$test} };
	}
}
# What only others call: tests of the programs that are linked from it.
if (!%covers)
{
	for my $layer (qw(unit fuzz))
	{
		for my $test (glob "test/$layer/${layer}_*.c test/$layer/test_*.c")
		{
			$covers{$layer}{ stem($test) } = 1
			  if grep { $users{$_} } closure($test);
		}
	}
}

# The server: tests that call an SQL function whose entry point needs the file.
my %symbols;
for my $file (grep { /\.c$/ } @sources)
{
	next unless @{ $entry_points{$file} };
	next unless grep { $users{$_} } $file, closure($file);
	$symbols{$_} = 1 for @{ $entry_points{$file} };
}
my %functions;
for my $part (glob 'sql/parts/*.sql')
{
	for my $statement (split /;\s*\n/, slurp($part))
	{
		my ($function) = $statement =~ /^CREATE FUNCTION (\w+)/m or next;
		my ($symbol) = $statement =~ /'MODULE_PATHNAME',\s*'(\w+)'/ or next;
		$functions{$function} = 1 if $symbols{$symbol};
	}
	# a transition function is called by the name of its aggregate
	for my $statement (split /;\s*\n/, slurp($part))
	{
		my ($aggregate, $body) = $statement =~ /^CREATE AGGREGATE (\w+)\s*\((.*)/ms or next;
		$functions{$aggregate} = 1 if grep { $functions{$_} } $body =~ /\w+/g;
	}
}
my %called;
my $called = join '|', map { quotemeta } keys %functions;
for my $test ($called ? glob('test/sql/*.sql test/pgtap/*.sql test/t/*.pl') : ())
{
	next if stem($test) eq 'signatures';    # names them all, and calls none
	my $layer = $test =~ m{^test/sql/} ? 'regress' : $test =~ m{^test/pgtap/} ? 'pgtap' : 'tap';
	$called{$layer}{ stem($test) } = 1 if slurp($test) =~ /\b(?:$called)\s*\(/;
}
# Where many call, those named after such a function or the folder of the file have the most to say.
my %folders = map { m{^src/(\w+)/} ? ($1 => 1) : () } @named;
for my $layer (keys %called)
{
	my @tests = keys %{ $called{$layer} };
	my @near = grep { $functions{$_} || $folders{$_} } @tests;
	$covers{$layer}{$_} = 1 for @tests > 6 && @near ? @near : @tests;
}

for my $layer (qw(unit fuzz regress pgtap tap))
{
	my @tests = sort grep { !$stems{$_} && $_ ne $name } keys %{ $covers{$layer} };
	print "script/test $layer @tests\n" if @tests;
}
