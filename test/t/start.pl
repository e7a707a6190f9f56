# docs/start.md as a newcomer types it: three dirty spreadsheets, each fault named where it is, nothing lost, and the
# first figures.  What is expected was written by hand from the files of demo/start, of which each fault is known.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $docs = $ENV{EQUIPAIR_DOCS} || '..';
my $page = slurp_file("$docs/docs/start.md");
my @steps = $page =~ /^```sql\n(.*?)^```$/gms;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{CREATE DATABASE office TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'});

# Types the next step of the page, which has this text in it; its output.
sub step
{
	my $with = shift;
	my $step = shift @steps;
	like($step, qr/\Q$with\E/, "the page goes on with $with");
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $in = "$PostgreSQL::Test::Utils::tmp_check/step.sql";
	open my $fh, '>:raw', $in or die "$in: $!\n";
	print $fh $step;
	close $fh or die "$in: $!\n";
	my $out = `cd '$docs' && psql -X -q -A -t -v ON_ERROR_STOP=1 -d office < '$in' 2>&1`;
	is($?, 0, 'without an error') or diag($out);
	chomp $out;
	return $out;
}

sub rows
{
	return $node->safe_psql('office', "SET client_encoding = 'UTF8'; " . shift);
}

step('CREATE EXTENSION');
step('INSERT INTO twinning.districts');
is(step('demo/start/activities.csv'), "12\n6\n5", 'the rows of the files, without the header, the line break and the empty line');

# ---- Every fault that was planted, once ---------------------------------------

my @faults = (
	"note|schools.csv|1||Ghi chú|",          # a header that means nothing
	"error|schools.csv|3|district_id|1|001",  # lost zeros
	"error|schools.csv|6|district_id|Ba Đình|001",   # a name in place of a code
	"note|schools.csv|8|id|0201|",            # a row twice
	"error|schools.csv|9|valid_from|31/02/2015|",
	"warning|schools.csv|11|id|7109|7102",    # a school under two codes
	"error|schools.csv|12|students|41O|",     # the letter O
	"error|schools.csv|14|students|300,5|",   # half a student
	"error|pairings.csv|2|partner_a|101|0101",
	"note|pairings.csv|6|||",                 # a pairing in the other order
	"error|pairings.csv|7|partner_b|7699|",   # a school that is not there
	"error|activities.csv|6|mode|qua Zoom|",  # a word of the office
);
# and the rows that refer to a row with an error, and have none of their own
my @waiting = (
	"note|pairings.csv|3|partner_a|0102|",
	"note|pairings.csv|4|partner_a|0103|",
	"note|activities.csv|4|partner_a|0102|",
	"note|activities.csv|5|partner_a|0103|",
);
my $told = 'SELECT severity, file, line, column_name, value, suggestion FROM import_issues()';
is(join("\n", sort split /\n/, rows("$told WHERE problem !~ '^it waits'")), join("\n", sort @faults), 'every fault is named with file, line and column, once');
is(join("\n", sort split /\n/, rows("$told WHERE problem ~ '^it waits'")), join("\n", sort @waiting), 'and what waits for a row with one');
is(scalar(() = step("severity <> 'note'") =~ /^/mg), 9, 'the page shows errors and warnings');
is(scalar(() = step("severity = 'note'") =~ /^/mg), 7, 'and notes');
is(rows('SELECT count(*) FROM twinning.schools'), 0, 'nothing is written yet');

# ---- What is right is imported, nothing is lost -------------------------------

is(step('partial => true'), "schools|11|7|0|1|3\npairings|6|2|0|1|3\nactivities|5|2|0|0|3", 'what is right is imported');
is(rows('SELECT id FROM twinning.schools ORDER BY id'), "0101\n0102\n0103\n0201\n0202\n7102\n7601", 'the schools of lines 2, 3, 6, 7 (and 8), 10, 13 and 15');
is(rows('SELECT file, line FROM twinning.import_rows ORDER BY file, line'),
	"activities.csv|4\nactivities.csv|5\nactivities.csv|6\npairings.csv|3\npairings.csv|4\npairings.csv|7\nschools.csv|9\nschools.csv|12\nschools.csv|14",
	'all other lines wait');
is(rows(q{SELECT name, district_id, students, valid, contact FROM twinning.schools WHERE id IN ('0101', '0102', '0103') ORDER BY id}),
	"Mầm non Hoa Sen|001|320|[2010-09-01,)|\nTiểu học Kim Đồng|001|1234|(,)|cô Hoa\n0900 000 001\nTHCS Giảng Võ|001|980|(,)|",
	'decimal commas, thousands, days, a line break in a cell, blanks behind a name, zeros and codes');

# ---- And the rest, once a person has corrected it -----------------------------

is(step('qua Zoom'), "11\n6\nschools|11|3|0|8|0\npairings|6|3|0|3|0\nactivities|3|3|0|0|0", 'the rest is imported');
is(rows('SELECT count(*) FROM twinning.import_rows'), 0, 'nothing waits any more');
is(rows('SELECT (SELECT count(*) FROM twinning.schools), (SELECT count(*) FROM twinning.pairings), (SELECT count(*) FROM twinning.activities), (SELECT count(*) FROM twinning.participants)'),
	'10|5|5|10', 'each school, pairing and activity of the files is there once');
my $all = q{SELECT (SELECT jsonb_agg(t ORDER BY id) FROM twinning.schools t), (SELECT jsonb_agg(t ORDER BY id) FROM twinning.pairings t),
	(SELECT jsonb_agg(t ORDER BY id) FROM twinning.activities t), (SELECT jsonb_agg(t ORDER BY activity, unit) FROM twinning.participants t),
	(SELECT count(*) FROM twinning.schools_history) + (SELECT count(*) FROM twinning.pairings_history) + (SELECT count(*) FROM twinning.activities_history)};
my $before = rows($all);
is(step('SELECT * FROM import_issues();'), "11\n6\n5\nschools|11|0|0|11|0\npairings|6|0|0|6|0\nactivities|5|0|0|5|0", 'the same files change nothing');
is(rows($all), $before, 'in no row, and leave no history');

# ---- Reminders and the first report -------------------------------------------

# on 6 March: planned for 20 February and 1 March, and not held; and 45000 is 15 March
is(step('completion_items'), "overdue|2023-02-20|14|Văn nghệ|Tiểu học Tràng An + THCS Bình Yên\n"
	. "overdue|2023-03-01|5|Phương pháp dạy học|Mầm non Hoa Sen + Tiểu học Vân Hòa\n"
	. "upcoming|2023-03-10||Thể thao|Tiểu học Kim Đồng + Tiểu học Tản Viên\n"
	. 'upcoming|2023-03-15||Bảo tàng|THCS Giảng Võ + THCS Phú Sơn', 'whom to remind');
is(join("\n", sort split /\n/, step('pairing_items')), "7101|0102|2022-10-15|asleep||2023-03-10\n7102|0101|2022-10-01|active|2022-11-17|\n"
	. "7103|0103|2022-11-01|asleep||2023-03-15\n7601|0201|2022-12-01|asleep||\n7602|0201|2023-01-05|asleep||", 'which pairings have not met');
# inner 0101 0102 0103 0201 of five (0202 has no partner), outer five of five; one activity was held, of 0101 and 7102
is(step('pairing_coverage'), "inner|5|4|80|1|1\nouter|5|5|100|1|1\nall|10|9|90|2|1", 'the first report');
is(scalar @steps, 0, 'the page ends here');

$node->stop;
done_testing();
