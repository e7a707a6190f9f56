# The input and receive functions of every type, fed with mutated text and bytes over the wire,
# as a hostile client or dump would: only the errors that are theirs come back, the server
# never goes down, and what is accepted is a value like any other: it comes back from its own
# output, equals itself, and its aggregates and accessors take it.
#
# EQUIPAIR_FUZZ_SECONDS is the time for all types together (10), EQUIPAIR_FUZZ_SEED the seed.
# A failure prints the input in hex.  Needs a server at PGHOST with the extension in PGDATABASE.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM pack_sockaddr_un);
use Test::More;
use Time::HiRes qw(time);

my $seconds = $ENV{EQUIPAIR_FUZZ_SECONDS} || 10;
my $seed = $ENV{EQUIPAIR_FUZZ_SEED} || 20230531;
my $batch = 20;

# For each type: values to start from, words to throw in, the errors of its input and receive functions, and a
# query that uses an accepted value ($1 twice over, because merging a value with itself doubles its counts);
# its first column says whether all holds that readers of such a value rely on.
# 22021 is the server's: bytes that are no text.  08P01 is libpq's word for "too short", as of bigint itself.
my @types = (
	{
		name => 'rate',
		seeds => [ '65/90', '0/0', '7/0', ' 1 / 2 ', '9223372036854775807/9223372036854775807', '0/9223372036854775808' ],
		words => [ '/', '-', '+', ' ', "\t", '0', '00', '9223372036854775807', '9223372036854775808', '.', 'e1', "\xc2\xa0" ],
		text => [qw(22P02 22003 22021)],
		binary => [qw(22P03 08P01)],
		use => 'SELECT bool_and(numerator(v) >= 0 AND denominator(v) >= 0), numerator(sum(v)), percent(max(v)), (rate_ci(min(v))).ci_lower FROM (VALUES ($1::%1$s), ($1::%1$s)) AS x(v)',
		use_errors => ['22003'],
	},
	{
		name => 'school_year',
		seeds => [ '2022-2023', '2022/23', "2022\xe2\x80\x932023", ' 1999 - 2000 ', '0001-0002', '9999-10000', '1999-00' ],
		words => [ '-', '/', "\xe2\x80\x93", "\xe2\x80", ' ', '2022', '9999', '10000', '00', '294276', '2147483647', '4294967296' ],
		text => [qw(22P02 22003 22021)],
		binary => [qw(22P03 08P01)],
		use => 'SELECT bool_and(v::int BETWEEN 1 AND 9998), max(v) + 1, min(v)::int, first_day(v), dates(v), v - 1 FROM (VALUES ($1::%1$s), ($1::%1$s)) AS x(v) GROUP BY v',
		use_errors => [qw(22003 22008)],
	},
	{
		name => 'gap_summary',
		seeds => [
			'{"version":1,"groups":[]}',
			'{"version":1,"groups":[{"label":"inner","n":2,"weight":2,"weight2":2,"mean":7.5,"m2":0.5,"xlogx":30.2,"logx":4.03,"zero":0,"negative":0}]}',
			'{"version":1,"groups":[{"label":"inner","n":3,"weight":4,"weight2":6,"mean":-1,"m2":14,"xlogx":0,"logx":0,"zero":1,"negative":1},'
			  . '{"label":"outer","n":1,"weight":0.25,"weight2":0.0625,"mean":1e300,"m2":0,"xlogx":1e302,"logx":172.5,"zero":0,"negative":0}]}',
			'{"version":1,"groups":[{"label":"a","n":2,"weight":4,"weight2":10,"mean":5,"m2":12,"xlogx":33.6,"logx":6.1,"zero":0,"negative":0,"min":2,"max":6,"plain_mean":4}]}',
			'{ "groups" : [ {"n":63,"m2":1e-9,"logx":null,"mean":5.5,"zero":null,"label":"\u00e9\ud83d\ude00","xlogx":null,"weight":63,"weight2":63,"negative":null} ], "version" : 1 }',
			'{"version":1,"groups":[{"label":"","n":1,"weight":1,"weight2":1,"mean":"NaN","m2":"NaN","xlogx":"NaN","logx":"NaN","zero":0,"negative":0},'
			  . '{"label":"i","n":9223372036854775807,"weight":9e18,"weight2":9e18,"mean":"-Infinity","m2":"NaN","xlogx":0,"logx":0,"zero":0,"negative":9}]}',
		],
		words => [
			qw({ } [ ] : " \\ null true NaN "NaN" "Infinity" "-Infinity" 0 -0 -1 1e309 1e-320 0x1p3 nan inf 9223372036854775807 9223372036854775808),
			qw("version" "groups" "label" "n" "weight" "weight2" "mean" "m2" "xlogx" "logx" "zero" "negative" "min" "max" "plain_mean" \\u0000 \\ud800 \\udc00 \\u00),
			',', ' ', "\n", '{"label":"inner",', "\xff"
		],
		text => [qw(22P02 22021)],
		binary => [qw(22P03 22021)],
		use => q{
			SELECT (SELECT coalesce(bool_and((g->>'n')::bigint >= 1 AND (g->>'weight')::float8 > 0 AND (g->>'weight')::float8 < 'Infinity'
			               AND (g->>'weight2')::float8 >= 0 AND ((g->>'m2')::float8 >= 0) AND ((g->>'m2')::float8 <> 'Infinity')
			               AND coalesce((g->>'zero')::bigint >= 0 AND (g->>'negative')::bigint >= 0
			                            AND (g->>'zero')::numeric + (g->>'negative')::numeric <= (g->>'n')::numeric,
			                            g->'zero' = 'null' AND g->'negative' = 'null' AND g->'xlogx' = 'null' AND g->'logx' = 'null')), true)
			          AND count(DISTINCT g->>'label') = count(*)
			          AND coalesce(array_agg(g->>'label' ORDER BY i) = array_agg(g->>'label' ORDER BY g->>'label' COLLATE "C"), true)
			          FROM jsonb_array_elements($1::%1$s::text::jsonb->'groups') WITH ORDINALITY AS e(g, i)),
			       (SELECT count(*) FROM gap_groups(m)), (SELECT count(*) FROM gap_measures(m)), %1$s_hash($1)
			  FROM (SELECT gap_merge(v) AS m FROM (VALUES ($1::%1$s), ($1::%1$s)) AS x(v)) AS y},
		use_errors => ['22003'],
	},
	{
		name => 'gap_sample',
		seeds => [
			'{"version":1,"groups":[]}',
			'{"version":1,"groups":[{"label":"inner","values":[1.5,2]},{"label":"x","values":["-Infinity",-3,0,1e300,"Infinity","NaN"]}]}',
			'{"version":1,"groups":[{"label":"inner","values":[1.5,2],"weights":[2,0.25]},{"label":"outer","values":[4,4,4],"weights":[1,1,3]}]}',
			'{ "groups" : [ { "values" : [3, 1, 2], "label" : "\u00e9\ud83d\ude00" } ], "version" : 1 }',
		],
		words => [
			qw({ } [ ] : " \\ null NaN "NaN" "Infinity" "-Infinity" 0 -0 -1 1e309 1e-320 inf 9223372036854775808),
			qw("version" "groups" "label" "values" "weights" \\u0000 \\ud800 \\u00), ',', ' ', "\n", '{"label":"inner",', "\xff"
		],
		text => [qw(22P02 22021)],
		binary => [qw(22P03 22021)],
		use => q{
			SELECT (SELECT count(DISTINCT g->>'label') = count(*) AND coalesce(bool_and(jsonb_array_length(g->'values') >= 1
			               AND coalesce(jsonb_array_length(g->'weights') = jsonb_array_length(g->'values'), true)), true)
			          AND coalesce(array_agg(g->>'label' ORDER BY i) = array_agg(g->>'label' ORDER BY g->>'label' COLLATE "C"), true)
			          FROM jsonb_array_elements($1::%1$s::text::jsonb->'groups') WITH ORDINALITY AS e(g, i)),
			       (SELECT count(*) FROM distribution_measures(m)), %1$s_hash($1)
			  FROM (SELECT gap_sample_merge(v) AS m FROM (VALUES ($1::%1$s), ($1::%1$s)) AS x(v)) AS y},
		use_errors => ['22003'],
	},
	{
		name => 'completion_summary',
		seeds => [
			'{"version":1,"as_of":"2023-03-31","grace_days":0,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":0,"delays":[]}',
			'{"version":1,"as_of":"2023-03-31","grace_days":3,"overdue":2,"upcoming":1,"cancelled":4,"unplanned":9,"due_completed":4,"delays":[[-2,1],[0,2],[3,1],[9,1]]}',
			'{ "delays" : [ [ 2147483647 , 1 ] , [ -2147483648 , 9223372036854775806 ] ] , "due_completed" : 7, "unplanned":0,"cancelled":0,"upcoming":0,"overdue":0,"grace_days":2147483647,"as_of":"0044-03-15 BC","version":1}',
			'{"version":1,"as_of":"5874897-12-31","grace_days":0,"overdue":9223372036854775807,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":0,"delays":[]}',
		],
		words => [
			qw({ } [ ] : " \\ null 0 -0 -1 1e3 1.5 2147483647 2147483648 -2147483649 9223372036854775807 9223372036854775808 infinity 2024-02-29 0000-01-01 4714-11-23),
			qw("version" "as_of" "grace_days" "overdue" "upcoming" "cancelled" "unplanned" "due_completed" "delays" \\u0000 \\ud800), ',', ' ', ' BC', "\n", ',[1,1]', "\xff"
		],
		text => [qw(22P02 22021)],
		binary => [qw(22P03 22021)],
		use => q{
			SELECT (SELECT count(DISTINCT d->0) = count(*) AND coalesce(bool_and((d->>1)::bigint >= 1), true)
			          AND coalesce(array_agg((d->>0)::int ORDER BY i) = array_agg((d->>0)::int ORDER BY (d->>0)::int), true)
			          FROM jsonb_array_elements($1::%1$s::text::jsonb->'delays') WITH ORDINALITY AS e(d, i))
			       AND completed = (SELECT coalesce(sum((d->>1)::numeric), 0) FROM jsonb_array_elements($1::%1$s::text::jsonb->'delays') AS e(d))
			       AND on_time = (SELECT coalesce(sum((d->>1)::numeric), 0) FROM jsonb_array_elements($1::%1$s::text::jsonb->'delays') AS e(d) WHERE (d->>0)::int <= f.grace_days)
			       AND overdue >= 0 AND upcoming >= 0 AND cancelled >= 0 AND unplanned >= 0 AND late >= 0
			       AND due BETWEEN late::numeric + overdue AND completed::numeric + overdue AND held::numeric = completed::numeric + unplanned
			       AND planned::numeric = completed::numeric + overdue + upcoming + cancelled AND isfinite(as_of) AND grace_days >= 0,
			       (SELECT completion_figures(m, 0.9)::text FROM (SELECT completion_merge(v) AS m FROM (VALUES ($1::%1$s), ($1::%1$s)) AS x(v)) AS y), %1$s_hash($1)
			  FROM completion_figures($1::%1$s) AS f},
		use_errors => ['22003'],
	});

# --- the wire: a few messages of protocol 3.0, with text and binary parameters ------------

my ($socket, $buffer) = (undef, '');

sub message { my ($type, $body) = @_; return $type . pack('N', 4 + length $body) . $body }

sub flush_to_server
{
	my $out = shift;
	while (length $out)
	{
		my $n = syswrite $socket, $out;
		return 0 unless $n;
		substr($out, 0, $n, '');
	}
	return 1;
}

# The next message as (type, body); nothing where the connection is gone.
sub next_message
{
	while (length $buffer < 5 || length $buffer < 1 + unpack('x N', $buffer))
	{
		my $n = sysread $socket, $buffer, 65536, length $buffer;
		return unless $n;
	}
	my ($type, $length) = unpack 'a N', $buffer;
	my $body = substr $buffer, 5, $length - 4;
	substr($buffer, 0, 1 + $length, '');
	return ($type, $body);
}

# Reads up to ReadyForQuery: { columns => [...] } or { code => ..., error => ... }; nothing where the connection is gone.
sub answer
{
	my %answer;
	while (my ($type, $body) = next_message())
	{
		if ($type eq 'E')
		{
			my %field = map { substr($_, 0, 1) => substr($_, 1) } grep { length } split /\0/, $body;
			@answer{qw(code error)} = ($field{C}, "$field{M}" . (defined $field{D} ? " $field{D}" : ''));
		}
		elsif ($type eq 'D')
		{
			my $n = unpack 'n', $body;
			my $at = 2;
			for (1 .. $n)
			{
				my $length = unpack 'N', substr($body, $at, 4);
				$at += 4;
				if ($length == 0xffffffff) { push @{ $answer{columns} }, undef; next }
				push @{ $answer{columns} }, substr $body, $at, $length;
				$at += $length;
			}
		}
		elsif ($type eq 'Z')
		{
			return \%answer;
		}
	}
	return;
}

sub connect_to_server
{
	my $path = "$ENV{PGHOST}/.s.PGSQL." . ($ENV{PGPORT} || 5432);
	socket $socket, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
	connect $socket, pack_sockaddr_un($path) or die "$path: $!\n";
	my $startup = pack('N', 196608) . join('', map { "$_\0" } user => $ENV{PGUSER} || 'postgres',
		database => $ENV{PGDATABASE} || 'postgres', client_encoding => 'UTF8', options => '-c statement_timeout=20s') . "\0";
	flush_to_server(pack('N', 4 + length $startup) . $startup);
	my $ready = answer();
	die 'cannot connect: ' . ($ready ? $ready->{error} : 'no answer') . "\n" if !$ready || $ready->{code};
}

sub prepare
{
	my ($name, $query) = @_;
	flush_to_server(message('P', "$name\0$query\0" . pack('n', 0)) . message('S', ''));
	my $answer = answer();
	die "$query: " . ($answer ? $answer->{error} : 'no answer') . "\n" if !$answer || $answer->{code};
}

# Runs a prepared statement once for each [format, value], and gives the answers; fewer where the server went down.
sub run_batch
{
	my ($statement, @inputs) = @_;
	flush_to_server(join '', map {
		my ($format, $value) = @$_;
		message('B', "\0$statement\0" . pack('n n n N', 1, $format, 1, length $value) . $value . pack('n', 0))
		  . message('E', "\0" . pack('N', 0)) . message('S', '')
	} @inputs);
	my @answers;
	for (@inputs)
	{
		my $answer = answer() or last;
		push @answers, $answer;
	}
	return @answers;
}

# --- mutation ------------------------------------------------------------------------------

# xorshift in 32 bits: the same on every machine
my $state = $seed & 0xffffffff || 1;

sub below
{
	my $limit = shift;
	$state ^= ($state << 13) & 0xffffffff;
	$state ^= $state >> 17;
	$state ^= ($state << 5) & 0xffffffff;
	return $state % $limit;
}
sub one_of { return $_[ below(scalar @_) ] }

my @integers = map { pack 'N', $_ } 0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, 0x00100000, 0x7ff00000, 0xfff80000, 0x40000000;

sub mutate
{
	my ($value, $binary, $words, $pool) = @_;
	for (0 .. below(4))
	{
		my $size = length $value;
		my $at = below($size + 1);
		my $some = 1 + below(below(4) == 0 ? 40 : 4);
		my $what = below(8);
		if ($what == 0) { substr($value, $at, $some, '') if $at < $size }
		elsif ($what == 1) { substr($value, $at, 0, $binary ? pack('C', below(256)) : one_of(@$words)) }
		elsif ($what == 2)
		{
			# over what is there: an aligned-looking number, or a word
			my $new = $binary ? one_of(@integers) : one_of(@$words);
			$value = substr($value . "\0" x 4, 0, $size) if $binary;
			substr($value, $at, $binary ? length $new : $some, $new) if $at <= $size;
		}
		elsif ($what == 3) { substr($value, $at, 1, pack 'C', below(256)) if $at < $size }
		elsif ($what == 4) { substr($value, $at, 1, chr(ord(substr $value, $at, 1) ^ 1 << below(8))) if $at < $size }
		elsif ($what == 5) { substr($value, $at, 0, substr($value, below($size + 1), $some * 8)) }
		elsif ($what == 6)
		{
			# the head of one and the tail of another
			my $other = one_of(@$pool);
			$value = substr($value, 0, $at) . substr($other, below(1 + length $other));
		}
		elsif (!$binary) { $value =~ s/(\d+)/below(3) ? $1 + one_of(-1, 1, 10) : one_of(@$words)/e if below(2) }
		else { substr($value, $at) = '' if below(4) == 0 && $at < $size }
	}
	return substr $value, 0, 1500;
}

# --- one type ------------------------------------------------------------------------------

my %hex = (0 => 'text', 1 => 'binary');
sub shown { my ($format, $value) = @{ $_[0] }; return "$hex{$format} " . unpack('H*', $value) . ($format ? '' : " ($value)") }

sub fuzz_type
{
	my ($type, $end) = @_;
	my $name = $type->{name};
	my %allowed = (0 => { map { $_ => 1 } @{ $type->{text} } }, 1 => { map { $_ => 1 } @{ $type->{binary} } });
	my %usable = map { $_ => 1 } @{ $type->{use_errors} };
	my (@foreign, @lossy, @unfit, %seen, %accepted);
	my %pool = (0 => [ @{ $type->{seeds} } ], 1 => []);

	# text, send, and whether the text form reads as an equal value
	prepare("in_$name", "SELECT v::text, ${name}_send(v), v = v AND v = v::text::$name FROM (SELECT \$1::$name AS v OFFSET 0) AS x");
	prepare("use_$name", sprintf $type->{use}, $name);
	for my $answer (run_batch("in_$name", map { [ 0, $_ ] } @{ $type->{seeds} }))
	{
		push @{ $pool{1} }, pack 'H*', substr $answer->{columns}[1], 2 if $answer->{columns};
	}
	die "$name: no seed is accepted\n" unless @{ $pool{1} };

	my $inputs = 0;
	while (time < $end)
	{
		my @inputs = map {
			my $format = below(2);
			[ $format, mutate(one_of(@{ $pool{$format} }), $format, $type->{words}, $pool{$format}) ]
		} 1 .. $batch;
		my @answers = run_batch("in_$name", @inputs);
		my (@taken, @values);
		for my $i (0 .. $#answers)
		{
			my ($input, $answer) = ($inputs[$i], $answers[$i]);
			my $format = $input->[0];
			$inputs++;
			if (defined $answer->{code})
			{
				$seen{$format}{ $answer->{code} }++;
				push @foreign, shown($input) . ": $answer->{code} $answer->{error}" unless $allowed{$format}{ $answer->{code} };
				next;
			}
			$accepted{$format}++;
			push @lossy, shown($input) . ': differs from what its text form reads as' unless $answer->{columns}[2] eq 't';
			# bytea comes as text
			$answer->{columns}[1] = pack 'H*', substr $answer->{columns}[1], 2;
			push @taken, $input;
			push @values, $answer->{columns};
			push @{ $pool{$format} }, $input->[1] if @{ $pool{$format} } < 200;
			$pool{$format}[ below(200) ] = $input->[1] if @{ $pool{$format} } == 200 && below(8) == 0;
		}
		if (@answers == @inputs && @taken)
		{
			# both forms read back, in both ways, give the same forms again
			for my $format (0, 1)
			{
				my @again = run_batch("in_$name", map { [ $format, $_->[$format] ] } @values);
				if (@again < @values) { @answers = (); @inputs = @taken; last }
				for my $i (0 .. $#again)
				{
					my $columns = $again[$i]{columns};
					push @lossy, shown($taken[$i]) . ": its $hex{$format} form "
					  . ($columns ? 'reads as another value' : "is refused: $again[$i]{code} $again[$i]{error}")
					  unless $columns && $columns->[0] eq $values[$i][0] && $columns->[1] eq '\x' . unpack 'H*', $values[$i][1];
				}
			}
			my @used = @answers ? run_batch("use_$name", @taken) : ();
			for my $i (0 .. $#used)
			{
				my $used = $used[$i];
				push @foreign, shown($taken[$i]) . ", used: $used->{code} $used->{error}" if defined $used->{code} && !$usable{ $used->{code} };
				push @unfit, shown($taken[$i]) if $used->{columns} && ($used->{columns}[0] // 'f') ne 't';
			}
			if (@answers && @used < @taken) { @answers = @used; @inputs = @taken }
		}
		if (@answers < @inputs)
		{
			fail("$name: the server stays up");
			diag('the connection was lost at or before: ', shown($inputs[ scalar @answers ]));
			return 0;
		}
		last if @foreign > 20 || @lossy > 20 || @unfit > 20;
	}
	my $count = sub { my $format = shift; return join ', ', map { "$_ $seen{$format}{$_}" } sort keys %{ $seen{$format} } };
	ok(!@foreign, "$name: only errors of its own") or diag(join "\n", grep { defined } @foreign[ 0 .. 4 ]);
	ok(!@lossy, "$name: what is accepted comes back from its text and its bytes") or diag(join "\n", grep { defined } @lossy[ 0 .. 4 ]);
	ok(!@unfit, "$name: what is accepted is what its readers rely on") or diag(join "\n", grep { defined } @unfit[ 0 .. 4 ]);
	ok($accepted{$_} && $seen{$_}{ $type->{ $hex{$_} }[0] }, "$name: $hex{$_} is accepted and refused") for 0, 1;
	pass(sprintf '%s: the server stays up: %d inputs; text: %d accepted, %s; binary: %d accepted, %s',
		$name, $inputs, $accepted{0} || 0, $count->(0), $accepted{1} || 0, $count->(1));
	return 1;
}

my @wanted = grep { !@ARGV || "@ARGV" =~ /\b$_->{name}\b/ } @types;
$SIG{PIPE} = 'IGNORE';
connect_to_server();
my $begin = time;
for my $i (0 .. $#wanted)
{
	fuzz_type($wanted[$i], $begin + $seconds * ($i + 1) / @wanted) or last;
}
done_testing();
