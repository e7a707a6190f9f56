# Charts in databases of other encodings: drawn where the encoding has the characters, else
# PostgreSQL's own error.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

sub in_encoding
{
	my ($encoding, $sql) = @_;
	my ($rc, $out, $err) = $node->psql(lc $encoding, "\\set VERBOSITY verbose\nSET client_encoding = 'UTF8';\n$sql");
	return ($out, $err);
}

for my $encoding (qw(UTF8 LATIN1 EUC_TW SQL_ASCII))
{
	$node->safe_psql('postgres', "CREATE DATABASE \L$encoding\E TEMPLATE template0 ENCODING '$encoding' LOCALE 'C'");
	$node->safe_psql(lc $encoding, 'CREATE EXTENSION equipair');
	my ($out, $err) = in_encoding($encoding, q{SELECT sparkline('{NULL,NaN}') || '|' || sparkline('{}') || '|', progress_bar('1/0') IS NULL});
	is($out, '  |||t', "$encoding: blanks are blanks") or diag($err);
}

# the blocks from U+2581 on are in all encodings that have them at all
my $blocks = join '', map { "\xE2\x96" . chr $_ } 0x81 .. 0x88;
my $half = "\xE2\x96\x88" . "\xE2\x96\x91";
for my $encoding (qw(UTF8 EUC_TW))
{
	my ($out, $err) = in_encoding($encoding, q{SELECT sparkline('{0,1,2,3,4,5,6,7}'), char_length(sparkline('{1,2,3}'))});
	is($out, "$blocks|3", "$encoding: sparkline") or diag($err);
}
my ($out, $err) = in_encoding('UTF8', 'SELECT progress_bar(0.5, 2)');
is($out, $half, 'UTF8: progress_bar') or diag($err);

# no conversion there: bytes are bytes, and these are UTF-8
($out, $err) = in_encoding('SQL_ASCII', q{SELECT convert_to(sparkline('{0,1,2,3,4,5,6,7}'), 'SQL_ASCII') = decode('} . unpack('H*', $blocks) . q{', 'hex')});
is($out, 't', 'SQL_ASCII: the bytes of UTF-8') or diag($err);

for my $call (q{sparkline('{1,2}')}, q{progress_bar('1/2')}, q{progress_bar(0.5)})
{
	($out, $err) = in_encoding('LATIN1', "SELECT $call");
	like($err, qr/ERROR:  22P05: character with byte sequence 0xe2 0x96 0x8[18] in encoding "UTF8" has no equivalent in encoding "LATIN1"/,
		"LATIN1: $call is PostgreSQL's error");
}

$node->stop;
done_testing();
