# Installing, moving and removing the extension, by those who may and those who may not.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE analyst LOGIN;
	CREATE ROLE guest LOGIN;
	CREATE DATABASE edu OWNER analyst;
	CREATE DATABASE other OWNER analyst;
});

sub as_role
{
	my ($role, $database, $sql) = @_;
	my ($rc, $out, $err) = $node->psql($database, "\\set VERBOSITY verbose\n$sql",
		extra_params => [ '-U', $role, '-v', 'ON_ERROR_STOP=1' ]);
	return ($rc, $out, $err);
}

sub role_gets
{
	my ($role, $database, $sql, $expected, $name) = @_;
	my ($rc, $out, $err) = as_role($role, $database, $sql);
	is($rc, 0, "$name: no error") or diag($err);
	is($out, $expected, $name);
}

sub role_is_refused
{
	my ($role, $database, $sql, $code, $name) = @_;
	my ($rc, $out, $err) = as_role($role, $database, $sql);
	like($err, qr/ERROR:  $code:/, $name);
}

# trusted: who owns the database installs, without being superuser
role_is_refused('guest', 'edu', 'CREATE EXTENSION equipair', '42501',
	'a role without CREATE on the database may not install');
role_gets('analyst', 'edu', 'CREATE EXTENSION equipair; SELECT extname FROM pg_extension WHERE extname = $$equipair$$',
	'equipair', 'the owner of a database installs');
role_gets('guest', 'edu', q{SELECT '65/90'::rate, '2022/23'::school_year}, '65/90|2022-2023',
	'everybody uses it');

# in a schema of its own that is not on the search path
role_gets('analyst', 'other', q{
	CREATE SCHEMA equipair;
	CREATE EXTENSION equipair SCHEMA equipair;
	SELECT equipair.rate(65, 90), equipair.percent(equipair.rate(65, 90)),
	       '1/2'::equipair.rate OPERATOR(equipair.+) '1/4'::equipair.rate,
	       equipair.first_day('2022-2023'::equipair.school_year);
}, '65/90|72.2|2/6|2022-09-01', 'types and functions work off the search path');
role_gets('analyst', 'other', q{
	CREATE TABLE done (year equipair.school_year, rate equipair.rate);
	INSERT INTO done VALUES ('2022-2023', '1/2'), ('2021-2022', '2/3'), ('2022-2023', '1/4');
	CREATE INDEX ON done (rate);
	SELECT year, equipair.sum(rate) FROM done GROUP BY year ORDER BY year;
}, "2021-2022|2/3\n2022-2023|2/6", 'sorting, indexing and aggregating work off the search path');

role_gets('analyst', 'other', q{
	CREATE TABLE schools (id int, zone text);
	CREATE TABLE pairings (partner_a int, partner_b int);
	INSERT INTO schools VALUES (1, 'inner'), (2, 'outer'), (3, 'outer');
	INSERT INTO pairings VALUES (1, 2);
	SELECT subgroup, units, paired FROM equipair.pairing_coverage('schools', 'pairings');
}, "inner|1|1\nouter|2|1", 'reports work off the search path');

# the scripts are not for psql, neither the assembled one nor those that update
my ($sharedir) = run_command([ 'pg_config', '--sharedir' ]);
for my $script (glob("$sharedir/extension/equipair--*.sql"))
{
	my $command = $script =~ /equipair--.*--(.*)\.sql$/ ? "ALTER EXTENSION equipair UPDATE TO '$1'" : 'CREATE EXTENSION equipair';
	my ($out, $err) = run_command([ 'psql', '-X', '-d', $node->connstr('postgres'), '-f', $script ]);
	like($out, qr/^Use "\Q$command\E" to load this file\.$/m, 'the script refuses to be run by psql');
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_proc WHERE probin LIKE '%equipair'}), '0',
	'and makes nothing');

# only a superuser moves what a trusted installation made
role_is_refused('analyst', 'edu', 'CREATE SCHEMA s; ALTER EXTENSION equipair SET SCHEMA s', '42501',
	'the installer may not move it');
$node->safe_psql('edu', q{
	CREATE TABLE kept (r rate, y school_year);
	INSERT INTO kept VALUES ('65/90', '2022-2023');
	CREATE INDEX ON kept (r);
	CREATE SCHEMA IF NOT EXISTS elsewhere;
	ALTER EXTENSION equipair SET SCHEMA elsewhere;
});
is($node->safe_psql('edu', q{SELECT r, y, elsewhere.percent(r) FROM kept}), '65/90|2022-2023|72.2',
	'a superuser moves it, and columns follow');
is($node->safe_psql('edu', q{SELECT elsewhere.rate_agg(x) FROM (VALUES (true), (false)) v (x)}), '1/2',
	'aggregates follow');

# what columns use does not go away under them
role_is_refused('analyst', 'edu', 'DROP EXTENSION equipair', '2BP01', 'DROP stops where a column depends on it');
$node->safe_psql('edu', 'DROP TABLE kept');
role_gets('analyst', 'edu', q{
	DROP EXTENSION equipair;
	SELECT count(*) FROM pg_proc WHERE probin LIKE '%equipair';
}, '0', 'the installer drops it, and nothing stays behind');
role_gets('analyst', 'edu', q{CREATE EXTENSION equipair; SELECT '65/90'::rate}, '65/90', 'and installs it again');

$node->stop;
done_testing();
