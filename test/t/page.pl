# The morning page: its numbers are those of the views, a browser finds nothing wrong with it, and what fails leaves the old one.
#
# EQUIPAIR_REPORTS is reports/ with its packages, EQUIPAIR_HANOI the socket of a server with the demo's database.
use strict;
use warnings;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $reports = $ENV{EQUIPAIR_REPORTS};
if (!$reports)
{
	# where the tests are those of a release, it must be there
	ok(0, 'what the page needs of npm could be fetched') if $ENV{CI};
	$ENV{CI} ? done_testing() : plan skip_all => 'the page needs Node and what npm fetches';
	exit;
}
# its superuser, whoever runs the tests
@ENV{qw(PGHOST PGUSER)} = ($ENV{EQUIPAIR_HANOI}, 'postgres');
$ENV{PGOPTIONS} = '-c timezone=UTC -c client_min_messages=warning';
my $dir = tempdir();

sub slurp { my $file = shift; open my $fh, '<:raw', $file or die "$file: $!\n"; local $/; return scalar <$fh> }
sub psql { my ($database, @commands) = @_; return run_log([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $database, map { ('-c', $_) } @commands ]) }

# Rows of a query as texts, NULL as an empty one.
sub rows
{
	my ($database, $sql) = @_;
	my ($out, $err) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-F', "\x1f", '-R', "\x1e", '-d', $database, '-c', 'SET search_path = twinning, pg_catalog', '-c', $sql ]);
	die $err if $err ne '';
	return map { [ split /\x1f/, $_, -1 ] } split /\x1e/, $out;
}

# The page of a language, as a role that may read the views and nothing else.
sub make
{
	my ($out, @options) = @_;
	return run_command([ "$reports/make", '--out', $out, @options ]);
}

ok(psql('postgres', 'DROP DATABASE IF EXISTS hanoi_page', 'CREATE DATABASE hanoi_page TEMPLATE hanoi', 'DROP ROLE IF EXISTS morning', 'CREATE ROLE morning LOGIN'), 'a copy of the demo');
ok(psql('hanoi_page', q{CALL nightly_report('twinning', '2023-04-30')}, q{CALL nightly_report('twinning', '2023-05-31')}, q{SELECT twinning_grant('twinning', 'morning')}), 'has two nights');

# ---- What it writes ---------------------------------------------------------------

my $as = "host=$ENV{PGHOST} dbname=hanoi_page user=morning";
my %page;
for my $lang (qw(en vi))
{
	my $started = time;
	my ($out, $err) = make("$dir/$lang", '--lang', $lang, $as);
	is($err, '', "$lang: made without a word");
	like($out, qr{index\.html$}, "$lang: it says where");
	cmp_ok(time - $started, '<', 20, "$lang: in less than 20 seconds");
	$page{$lang} = slurp("$dir/$lang/index.html");
	cmp_ok(length $page{$lang}, '<', 3_000_000, "$lang: less than 3 MB");
	unlike($page{$lang}, qr/<script|javascript:|(?:src|href)="(?!#|data:)/, "$lang: nothing in it runs, and it needs no other file");
	unlike($page{$lang}, qr/>[^<]*\b(?:undefined|NaN|null|\[object)\b[^<]*</, "$lang: no number is missing where one is said");
	for my $picture (glob "$dir/$lang/pictures/*.svg")
	{
		my ($name) = $picture =~ m{(\w+)\.svg$};
		like(slurp($picture), qr/^<svg[^>]*>\s*<title>[^<]+<.title><desc>[^<]+<.desc>/, "$lang: $name.svg says what it shows");
		is(substr(slurp("$dir/$lang/pictures/$name.png"), 0, 8), "\x89PNG\r\n\x1a\n", "$lang: $name.png");
	}
	cmp_ok(scalar(() = $page{$lang} =~ /<svg class="picture wide"/g), '>=', 6, "$lang: the pictures stand in the page");
}
unlike($page{vi} =~ s/<style>.*?<.style>//sr, qr/>[^<]*\b(?:of|the|schools?|with|and|levels?|paired|planned|held|pairings?|topic|inner|outer|primary|warning|error|score)\b[^<]*</i,
	'no English words in the Vietnamese page');
# every kind of issue that the docs list has its words
my @kinds = slurp("$ENV{EQUIPAIR_DOCS}/docs/issues.md") =~ /^\| `(\w+)`/mg;
for my $lang (qw(en vi))
{
	my $words = decode_json(slurp("$reports/text/$lang.json"))->{issues};
	is_deeply([ grep { $_ ne 'issue' && !$words->{$_} } @kinds ], [], "$lang: each kind of issue has words");
}

# ---- Its numbers ---------------------------------------------------------------------

# Every cell of every table has the value of its query beside what is shown: the query runs again, in psql, and all rows are there.
my $sections = decode_json(slurp("$reports/pictures/page.json"))->{sections};
my $cells = 0;
for my $section (@$sections)
{
	my $name = $section->{name};
	my ($sql) = split /^-- headline.*\n/m, slurp("$reports/pictures/$name.sql");
	my $only = join ' AND ', map { "q.$_ = '$section->{only}{$_}'" } sort keys %{ $section->{only} // {} };
	for my $lang (qw(en vi))
	{
		my ($table) = $page{$lang} =~ m{<table data-section="$name"[^>]*>(.*?)</table>}s or do { ok(0, "$lang: $name has its table"); next };
		my @shown;
		for my $row ($table =~ m{<tr>((?:<td.*?</td>)+)</tr>}gs)
		{
			push @shown, join "\x1f", map { m{data-value="([^"]*)"} ? plain($1) : '' } $row =~ m{(<td.*?</td>)}gs;
		}
		my @columns = columns($section);
		my $list = join ', ', map { column($_, $section, $lang) } @columns;
		my @wanted = map { join "\x1f", map { plain_number($_) } @$_ } rows('hanoi_page', "SELECT $list FROM ($sql) AS q" . ($only ? " WHERE $only" : ''));
		$#wanted = $section->{limit} - 1 if !$section->{sort} && $section->{limit} && @wanted > $section->{limit};
		is_deeply([ sort map { join "\x1f", map { plain_number($_) } split /\x1f/, $_, -1 } @shown ], [ sort @wanted ], "$lang: $name: each number is that of the view");
		$cells += @shown * @columns;
	}
}
cmp_ok($cells, '>', 10_000, 'thousands of numbers were compared');

# The names of the columns in the order of the file, which JSON does not keep.
sub columns
{
	my $section = shift;
	my ($text) = slurp("$reports/pictures/page.json") =~ /"name": "$section->{name}", "columns": \{(.*?)\}/s;
	return $text =~ /"(\w+)":/g;
}

# A column of the query, the Vietnamese one where there is one.
sub column
{
	my ($name, $section, $lang) = @_;
	return $lang eq 'vi' && $section->{name} eq 'definitions' ? "coalesce(q.${name}_vi, q.$name)" : $section->{columns}{$name} eq 'flag' ? "q.$name\::text" : "q.$name";
}

sub plain { my $text = shift; $text =~ s/&#(\d+);/chr $1/ge; return $text }
sub plain_number { my $text = shift; return $text =~ /^-?\d+\.?\d*(?:e[-+]?\d+)?$/ && $text !~ /^0\d/ ? sprintf '%.12g', $text : $text }

# The sentences, the same way.
for my $section (@$sections)
{
	my (undef, $sql) = split /^-- headline.*\n/m, slurp("$reports/pictures/$section->{name}.sql");
	next unless $sql;
	my ($attributes, $text) = $page{en} =~ m{<p class="said" data-headline="$section->{name}"([^>]*)>(.*?)</p>}s or do { ok(0, "$section->{name} has its sentence"); next };
	my %said = map { /data-([\w-]+)="([^"]*)"/ ? ($1 => plain_number(plain($2))) : () } $attributes =~ /(data-[\w-]+="[^"]*")/g;
	my ($row) = rows('hanoi_page', "SELECT to_jsonb(q) FROM ($sql) AS q");
	my $values = decode_json($row->[0]);
	my %wanted = map { (s/_/-/gr => plain_number($values->{$_})) } grep { defined $values->{$_} } keys %$values;
	is_deeply(\%said, \%wanted, "$section->{name}: its sentence has the numbers of the view");
	like($text, qr/\S/, "$section->{name}: and says them");
}
like($page{en}, qr/737 of 2,941 schools have a partner \(25\.1&#37;|737 of 2,941 schools have a partner \(25\.1 %\)/, 'numbers as English writes them');
like($page{vi}, qr/737 trên 2\.941 trường đã có trường kết nghĩa \(25,1 %\)/, 'and as Vietnamese does');

like($page{en}, qr/384 pairings of schools: 372 between an inner and an outer district, 4 within one zone, 8 with a partner outside/, 'pairings with partners outside are counted, too');
my ($counted) = rows('hanoi_page', q{SELECT count(DISTINCT (least(partner_a, partner_b), greatest(partner_a, partner_b))) FROM pairings WHERE unit_kind = 'school' AND valid @> date '2023-05-31'});
is($counted->[0], 384, 'they are as many as there are rows');
like($page{en}, qr/Pairing changed the gap, inner less outer, by −0\.063 points &#40;|Pairing changed the gap, inner less outer, by −0\.063 points \(95 % interval −0\.085 to −0\.041\)/, 'what pairing did, with its interval');
like($page{en}, qr/Change since the year before: −0\.054 \(95 % interval −0\.063 to −0\.045, from the same schools\)/, 'and the change of the gap with its own');
like($page{$_}, qr/Assumed, and nobody can prove it|Giả định, không ai chứng minh được/, "$_: the assumption is said") for qw(en vi);
like($page{en}, qr/Made at \d\d:\d\d on \d+ \w+ \d{4} \(UTC\)/, 'when it was made, as people write it');
like($page{vi}, qr{Lập lúc \d\d:\d\d ngày \d+/\d+/\d{4} \(UTC\)}, 'and in Vietnamese');
# a colour means the same in both languages: each range of colours has its domain, and the marks have the same colours in the same order
for my $file (glob "$reports/pictures/*.json")
{
	next if $file =~ /page\.json$/;
	my @left = (decode_json(slurp($file)));
	while (my $node = shift @left)
	{
		if (ref $node eq 'ARRAY') { push @left, grep { ref =~ /^(?:HASH|ARRAY)$/ } @$node; next }
		for my $channel (grep { ref $node->{$_} eq 'HASH' } qw(color strokeDash shape))
		{
			my $scale = $node->{$channel}{scale} or next;
			ok($scale->{domain}, "$file: the range of $channel has its domain") if $scale->{range};
		}
		push @left, grep { ref =~ /^(?:HASH|ARRAY)$/ } values %$node;
	}
	my ($name) = $file =~ m{(\w+)\.json$};
	my %colours = map { my $lang = $_; $lang => [ slurp("$dir/$lang/pictures/$name.svg") =~ /<path aria-label="[^"]*"[^>]*? (?:fill|stroke)="(#\w+)"/g ] } qw(en vi);
	is_deeply($colours{vi}, $colours{en}, "$name: the same colours in both languages");
}
# one word for a partner in all Vietnamese texts
for my $text ((map { "$ENV{EQUIPAIR_DOCS}/$_" } 'README.vi.md', 'docs/vi/start.md'), "$reports/text/vi.json", "$dir/vi/index.html")
{
	unlike(slurp($text), qr/đối tác|trường bạn|đơn vị bạn/i, "$text: trường kết nghĩa");
}
# what a night of other data gives: no coordinates, few activities, one of a kind, a report in one language, several indicators, and nothing to compare
ok(psql('hanoi_page', q{SELECT create_twinning_schema('odd')}, q{SET search_path = odd, public; INSERT INTO programmes (id, name) VALUES ('p', 'P');
	INSERT INTO districts (id, name, zone, longitude, latitude) VALUES ('1', 'Một', 'inner', NULL, NULL), ('2', 'Hai', 'outer', 105, 21);
	INSERT INTO schools (id, name, level, district_id) SELECT 's' || i, 'S' || i, 'primary', 1 + i % 2 FROM generate_series(1, 8) i;
	INSERT INTO pairings (programme, kind, partner_a, partner_b, valid) VALUES ('p', 'memorandum', 's1', 's2', '[2020-09-01,)');
	INSERT INTO activities (programme, kind, planned_on, held_on) VALUES ('p', 'visit', '2022-10-01', '2022-10-02'), ('p', 'visit', '2022-11-01', NULL);
	INSERT INTO participants (activity, unit, role) SELECT id, 's1', 'host' FROM activities;
	INSERT INTO indicators (code, name) VALUES ('a', 'Alpha'), ('b', 'Beta');
	INSERT INTO outcomes (school_id, school_year, indicator, value) SELECT s.id, y, c, length(s.name) + ascii(right(s.id, 1)) % 5 + y % 3 FROM schools s, generate_series(2021, 2022) y, unnest('{a,b}'::text[]) c;
	INSERT INTO reports (name, title, query) VALUES ('own', 'Made here', 'SELECT 1 AS n');
	UPDATE reports SET definition = 'In English alone' WHERE name = 'own'}), 'another schema');
ok(psql('hanoi_page', q{CALL nightly_report('odd', '2023-05-31')}, q{SELECT twinning_grant('odd', 'morning')}), 'and its night');
my %odd;
for my $lang (qw(en vi))
{
	my ($out, $err) = make("$dir/odd/$lang", '--schema', 'odd', '--lang', $lang, $as);
	is($err, '', "$lang: its page is made");
	$odd{$lang} = slurp("$dir/odd/$lang/index.html");
	ok(!-e "$dir/odd/$lang/pictures/districts.svg", "$lang: no map of one place");
	like($odd{$lang}, qr{<table data-section="districts"[^>]*>.*?Một.*?Hai.*?data-value="1".*?</table>}s, "$lang: but a table of who is paired with whom");
	unlike($odd{$lang}, qr/\b1 rows\b/, "$lang: one row is one row");
}
like($odd{en}, qr/1 pairing of schools: 1 between.*There is no map, since 1 of 2 districts/, 'no coordinates: it says so');
like($odd{vi}, qr/Không có bản đồ, vì 1 trên 2 quận, huyện/, 'in Vietnamese, too');
like($odd{en}, qr/1 activity held.*Only 2 were due so far, too few to foretell the rest/, 'few activities: no forecast');
unlike($odd{en}, qr{<table data-section="burn_up"[^>]*>.*?>expected<.*?</table>}s, 'and none in the table');
like($odd{en}, qr/1 activity is overdue/, 'one is one');
like($odd{en}, qr/fewer than 20 schools were newly paired/, 'impact: nothing to compare, and why');
unlike($odd{en}, qr/Assumed, and nobody/, 'and no note to a picture that is not there');
like($odd{en}, qr/The picture shows this indicator, the table all 2/, 'several indicators: the picture is of one');
like($odd{vi}, qr/<td lang="en" data-value="Made here">/, 'what is in English alone is marked so');
like($odd{en}, qr/<td data-value="Made here">/, 'in English it is not');

# ---- In a browser ------------------------------------------------------------------------

my ($chromium) = grep { -x } '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome';
SKIP: {
	if (!$chromium)
	{
		ok(0, 'there is a browser') if $ENV{CI};
		diag('NOT TRIED: the page in a browser, since Chromium is not here');
		skip 'Chromium is not here', 1;
	}
	local $ENV{HOME} = $dir;
	my ($out, $err) = run_command([ 'node', "$reports/test/browser.js", $chromium, "$dir/page.pdf", "$dir/en/index.html", "$dir/vi/index.html" ]);
	my @seen = map { decode_json($_) } split /\n/, $out;
	is(scalar @seen, 8, 'two pages at two widths, in the light and in the dark') or diag($err);
	for my $seen (@seen)
	{
		my $what = join ' ', $seen->{file} =~ m{(en|vi)/}, $seen->{width}, $seen->{colorScheme};
		is_deeply($seen->{errors}, [], "$what: no error on the console");
		is_deeply($seen->{requests}, [], "$what: no request leaves the file");
		is($seen->{overflow}, 0, "$what: nothing is wider than the window");
		is_deeply($seen->{texts}, [], "$what: no text of a picture is cut");
		is_deeply($seen->{collisions}, [], "$what: no two names of a picture collide");
		is_deeply($seen->{violations}, [], "$what: axe-core finds nothing");
		cmp_ok($seen->{pictures}, '>=', 6, "$what: pictures are to be seen, each once");
	}
	is(substr(slurp("$dir/page.pdf"), 0, 5), '%PDF-', 'it can be printed');
}

# ---- Grafana -------------------------------------------------------------------------------

my ($json, $said) = run_command([ "$reports/grafana", '--lang', 'vi' ]);
is($said, '', 'a dashboard for Grafana');
my $dashboard = decode_json($json);
is(scalar @{ $dashboard->{panels} }, scalar @$sections, 'has a panel for each question');
for my $panel (@{ $dashboard->{panels} })
{
	my $query = $panel->{targets}[0]{rawSql};
	my ($rows, $error) = run_command([ 'psql', '-X', '-q', '-d', 'hanoi_page', '-U', 'morning', '--csv', '-c', $query ]);
	is($error, '', "$panel->{type}: a role that reads the views alone has its rows");
	like($rows, $panel->{type} eq 'timeseries' ? qr/^time,metric,value\n\d/ : qr/^\w+,.*\n./, 'and they are as Grafana wants them');
}

# ---- Without data, and where it fails --------------------------------------------------------

my ($out, $err) = make("$dir/none", "host=$ENV{PGHOST} dbname=hanoi_page user=morning", '--schema', 'nowhere');
like($err, qr/schema "nowhere" has no view v_figures.*\nhint: .*SELECT twinning_grant\('nowhere', 'morning'\)/, 'no such schema: it says so');
ok(!-e "$dir/none", 'and writes nothing');
ok(psql('hanoi_page', q{SELECT create_twinning_schema('empty')}, q{SELECT twinning_grant('empty', 'morning')}), 'a schema without data');
for my $lang (qw(en vi))
{
	($out, $err) = make("$dir/empty", '--schema', 'empty', '--lang', $lang, $as);
	is($err, '', "$lang: gives a page");
	like(slurp("$dir/empty/index.html"), $lang eq 'en' ? qr/No figures yet/ : qr/Chưa có số liệu/, "$lang: that says so");
}
ok(psql('hanoi_page', q{CALL nightly_report('empty', '2023-05-31')}), 'after a night without data');
($out, $err) = make("$dir/empty", '--schema', 'empty', $as);
is($err, '', 'there is a page, too');
my $old = slurp("$dir/en/index.html");
ok(psql('hanoi_page', 'ALTER VIEW twinning.v_aid RENAME TO v_gone'), 'a view is gone');
my $result = run_log([ "$reports/make", '--out', "$dir/en", $as ], '>', \$out, '2>', \$err);
ok(!$result, 'then the exit status is not 0');
like($err, qr/aid: /, 'and it says which section failed');
is(slurp("$dir/en/index.html"), $old, 'the old page is in place');
is_deeply([ glob "$dir/en/*.new $dir/en/pictures/*.new" ], [], 'and nothing half written beside it');
for my $bad ([], [ '--out', $dir, '--lang', 'fr' ], [ '--out', $dir, '--page' ], [ '--out', $dir, 'nonsense' ], [ '--out', $dir, "host=$dir/no" ])
{
	$result = run_log([ "$reports/make", @$bad ], '>', \$out, '2>', \$err);
	ok(!$result && $err =~ /^reports\/make: /, "make @$bad: refused in words") or diag($err);
}
psql('postgres', 'DROP DATABASE hanoi_page', 'DROP ROLE morning');
done_testing();

sub tempdir { require File::Temp; return File::Temp::tempdir(CLEANUP => 1, DIR => $ENV{TMPDIR} // '/tmp') }
