# What make says where it cannot build: in plain words, before the compiler says anything.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $checkout = $ENV{EQUIPAIR_CHECKOUT};
plan skip_all => 'no checkout to run make in' unless $checkout && -f "$checkout/Makefile";

my $dir = tempdir(CLEANUP => 1);

# (exit code, all it said) of make with a pg_config that answers so
sub make_with
{
	my ($name, %answers) = @_;
	my $pg_config = "$dir/$name";
	if (%answers)
	{
		open my $fh, '>', $pg_config or die "$pg_config: $!\n";
		print $fh "#!/bin/sh\ncase \$1 in\n", (map { "$_) echo '$answers{$_}' ;;\n" } sort keys %answers), "*) exit 1 ;;\nesac\n";
		close $fh or die "$pg_config: $!\n";
		chmod 0755, $pg_config;
	}
	my $out = `make -n -C '$checkout' PG_CONFIG='$pg_config' 2>&1`;
	return ($? >> 8, $out);
}

my ($rc, $out) = make_with('absent');
is($rc, 2, 'without pg_config make fails');
like($out, qr{/absent cannot be run\..*postgresql-server-dev-15}, 'and names the package') or diag($out);

for my $version ('14.11 (Debian 14.11-1.pgdg120+1)', '9.6.24', '14beta2')
{
	($rc, $out) = make_with('old', '--version' => "PostgreSQL $version", '--pgxs' => '/dev/null', '--includedir-server' => '/');
	is($rc, 2, "PostgreSQL $version is refused");
	my ($major) = $version =~ /^(\d+)/;
	like($out, qr/equipair needs PostgreSQL 15 or newer, and \S+ belongs to PostgreSQL $major\./, 'in plain words') or diag($out);
	unlike($out, qr/gcc|clang|error:/, 'before any compiler');
}

# Debian's libpq-dev has a pg_config, and its client package PGXS, without the headers of the server
for my $pgxs ('/nowhere/pgxs.mk', '/dev/null')
{
	($rc, $out) = make_with('headless', '--version' => 'PostgreSQL 16.3', '--pgxs' => $pgxs, '--includedir-server' => '/nowhere');
	is($rc, 2, "no development files ($pgxs): make fails");
	like($out, qr/has no development files\..*postgresql-server-dev-16/, 'and names the package') or diag($out);
}

($rc, $out) = make_with('next', '--version' => 'PostgreSQL 19devel', '--pgxs' => '/dev/null', '--includedir-server' => "$dir");
unlike($out, qr/needs PostgreSQL/, 'a newer PostgreSQL is not refused');

done_testing();
