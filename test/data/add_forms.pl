#!/usr/bin/env perl
# add_forms.pl: appends text forms of the types, with what they print as and their binary form, to forms.csv.
#
#   perl test/data/add_forms.pl < inputs
#
# One line of input is a type, a tab and a text form; \t, \n and \\ stand for a tab, a line feed and a
# backslash.  A form that is listed already is passed over.  Asks a server that has the extension, found by
# PGHOST, PGPORT and PGDATABASE.
#
# Each line of forms.csv is a promise: every later version reads these forms.  Lines are appended, never
# changed or taken out.  forms.sha256 holds, for each time that lines were added, how many lines forms.csv
# had then and their SHA-256; script/test lint compares them.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Basename qw(dirname);

my $dir = dirname(__FILE__);
my %escaped = (t => "\t", n => "\n", '\\' => '\\');

sub slurp
{
	my $path = shift;
	open my $in, '<:raw', $path or die "$path: $!\n";
	local $/;
	return scalar <$in>;
}

# A string constant, whatever is in it.
sub literal
{
	my $text = shift;
	$text =~ s/'/''/g;
	return "'$text'";
}

my $forms = slurp("$dir/forms.csv");
my @values;
while (my $line = <STDIN>)
{
	chomp $line;
	my ($type, $text) = split /\t/, $line, 2;
	die "line $.: a type, a tab and a text form are wanted\n"
	  unless defined $text && $type =~ /^(?:rate|school_year|gap_summary|gap_sample|completion_summary)$/;
	$text =~ s/\\([tn\\])/$escaped{$1}/g;
	push @values, sprintf '(%d, %s, %s, %s::%s::text, %s_send(%s))',
	  scalar(@values), literal($type), literal($text), literal($text), $type, $type, literal($text);
}
die "no forms were given\n" unless @values;

# Written as CSV by the server; every field but the type is quoted, so that a form stays as it is.
my $sql = "SET standard_conforming_strings = on;\nCOPY (SELECT type, input, prints, encode(sent, 'hex') FROM (VALUES\n"
  . join(",\n", @values)
  . ") AS form (place, type, input, prints, sent) ORDER BY place)\nTO STDOUT (FORMAT csv, FORCE_QUOTE (input, prints));\n";
my $path = "$dir/.forms.$$";
open my $out, '>:raw', $path or die "$path: $!\n";
print $out $sql;
close $out or die "$path: $!\n";
my $added = `psql -X -q -v ON_ERROR_STOP=1 -f '$path'`;
my $failed = $?;
unlink $path;
die "the server does not read these forms; nothing was added\n" if $failed;

# A line of the file may be part of a record only where a form has a line feed in it.
my %listed;
my @records = $added =~ /((?:[^"\n]|"(?:[^"]|"")*")+\n)/g;
$listed{$_} = 1 for $forms =~ /((?:[^"\n]|"(?:[^"]|"")*")+\n)/g;
@records = grep { !$listed{$_}++ } @records;
if (!@records)
{
	print "all of them are listed already\n";
	exit 0;
}

open $out, '>>:raw', "$dir/forms.csv" or die "$dir/forms.csv: $!\n";
print $out @records;
close $out or die "$dir/forms.csv: $!\n";
$forms = slurp("$dir/forms.csv");
open $out, '>>:raw', "$dir/forms.sha256" or die "$dir/forms.sha256: $!\n";
printf $out "%d %s\n", ($forms =~ tr/\n//), sha256_hex($forms);
close $out or die "$dir/forms.sha256: $!\n";
printf "%d added\n", scalar @records;
