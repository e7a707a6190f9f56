-- suggest_pairings: against every set of candidates, tried in plain SQL; what it reads, refuses and leaves out.
BEGIN;
SELECT plan(77);

CREATE FUNCTION pg_temp.suggested(schools text, candidates text, pairings text DEFAULT NULL, day date DEFAULT '2023-05-31')
RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', partner_a, partner_b, cost, newly_covered) FROM suggest_pairings(schools, candidates, pairings, day) $$;

-- Exhaustive search -------------------------------------------------------------------------------------------------

-- Forty small programmes of three zones: seven units, some paired (one of them with an external partner), up to nine candidates.
CREATE TEMP TABLE unit AS
SELECT p AS programme, u AS id, 1 + hashint4extended(p * 100 + u, 1) % 3 AS zone, abs(hashint4extended(p * 100 + u, 2) % 3) AS capacity
  FROM generate_series(1, 40) AS p, generate_series(1, 7) AS u;
CREATE TEMP TABLE pairing AS
SELECT p AS programme, 1 + p % 7 AS partner_a, CASE WHEN p % 3 = 0 THEN 99 ELSE 1 + (p + 3) % 7 END AS partner_b,
       date '2023-01-01' AS valid_from, CASE WHEN p % 5 = 0 THEN date '2023-02-01' END AS valid_to
  FROM generate_series(1, 40) AS p WHERE p % 4 > 0;
CREATE TEMP TABLE candidate AS
SELECT programme, partner_a, partner_b, cost, row_number() OVER (PARTITION BY programme ORDER BY h) - 1 AS bit
  FROM (SELECT p AS programme, a AS partner_a, b AS partner_b, abs(hashint4extended(p * 100 + a * 10 + b, 3) % 5) - CASE WHEN p % 2 = 0 THEN 1 ELSE 0 END AS cost,
               hashint4extended(p * 100 + a * 10 + b, 4) AS h, row_number() OVER (PARTITION BY p ORDER BY hashint4extended(p * 100 + a * 10 + b, 4)) AS n
          FROM generate_series(1, 40) AS p, generate_series(1, 7) AS a, generate_series(1, 7) AS b WHERE a < b) AS drawn
 WHERE n <= 9;

-- Some candidates were paired until February. A benefit has nothing to do with the cost.
ALTER TABLE candidate ADD former boolean DEFAULT false, ADD benefit int;
UPDATE candidate SET former = bit % 3 = 0 AND NOT EXISTS (SELECT FROM pairing AS p WHERE p.programme = candidate.programme AND p.valid_to IS NULL
                                                             AND least(p.partner_a, p.partner_b) = candidate.partner_a AND greatest(p.partner_a, p.partner_b) = candidate.partner_b),
                     benefit = abs(hashint4extended(programme * 100 + partner_a * 10 + partner_b, 5) % 8) - 3;
INSERT INTO pairing SELECT programme, partner_b, partner_a, '2022-09-01', '2023-02-01' FROM candidate WHERE former;
-- what is still valid was valid before as well, and what is only to come is not over
INSERT INTO pairing SELECT programme, partner_a, partner_b, '2021-09-01', '2022-02-01' FROM pairing WHERE valid_to IS NULL;
INSERT INTO pairing SELECT programme, partner_a, partner_b, '2023-06-01', NULL FROM candidate WHERE bit = 1
   AND NOT EXISTS (SELECT FROM pairing AS p WHERE p.programme = candidate.programme AND least(p.partner_a, p.partner_b) = candidate.partner_a AND greatest(p.partner_a, p.partner_b) = candidate.partner_b);
UPDATE candidate SET former = true WHERE EXISTS (SELECT FROM pairing AS p WHERE p.programme = candidate.programme AND p.valid_to <= '2023-05-31'
                                                    AND least(p.partner_a, p.partner_b) = candidate.partner_a AND greatest(p.partner_a, p.partner_b) = candidate.partner_b);

CREATE TEMP TABLE partners AS  -- those a unit has that day
SELECT u.programme, u.id, count(p.*) AS n
  FROM unit AS u LEFT JOIN pairing AS p
       ON p.programme = u.programme AND u.id IN (p.partner_a, p.partner_b) AND p.valid_from <= '2023-05-31' AND (p.valid_to IS NULL OR p.valid_to > '2023-05-31')
 GROUP BY u.programme, u.id;
CREATE TEMP TABLE tried AS
WITH sets AS (
  SELECT p AS programme, s FROM generate_series(1, 40) AS p, generate_series(0, 511) AS s
), ends AS (
  SELECT programme, s, unnest(ARRAY[partner_a, partner_b]) AS id FROM sets JOIN candidate AS c USING (programme) WHERE s >> c.bit::int & 1 = 1
), degrees AS (
  SELECT programme, s, id, count(*) AS added FROM ends GROUP BY programme, s, id
), judged AS (
  SELECT d.programme, d.s, bool_and(p.n + d.added <= u.capacity) AS fits, count(*) FILTER (WHERE p.n = 0) AS covered
    FROM degrees AS d JOIN partners AS p USING (programme, id) JOIN unit AS u USING (programme, id) GROUP BY d.programme, d.s
  UNION ALL SELECT DISTINCT programme, 0, true, 0 FROM sets
), costs AS (
  SELECT j.programme, j.s, j.covered, coalesce(sum(c.cost), 0) AS cost, coalesce(sum(c.benefit), 0) AS benefit, count(*) FILTER (WHERE c.former) AS repeats, count(c.*) AS n
    FROM judged AS j LEFT JOIN candidate AS c ON c.programme = j.programme AND j.s >> c.bit::int & 1 = 1
   WHERE j.fits AND NOT EXISTS (SELECT FROM pairing AS p WHERE p.programme = c.programme AND p.valid_from <= '2023-05-31' AND (p.valid_to IS NULL OR p.valid_to > '2023-05-31')
                                   AND least(p.partner_a, p.partner_b) = c.partner_a AND greatest(p.partner_a, p.partner_b) = c.partner_b)
   GROUP BY j.programme, j.s, j.covered
  HAVING count(c.*) = length(replace(j.s::bit(9)::text, '0', ''))
)
SELECT * FROM costs;
CREATE TEMP TABLE best AS
SELECT DISTINCT ON (programme) programme, covered, cost, n FROM tried ORDER BY programme, covered DESC, cost, n;

CREATE TEMP TABLE answer AS
SELECT p AS programme, s.* FROM generate_series(1, 40) AS p,
  suggest_pairings(format('SELECT * FROM pg_temp.unit WHERE programme = %s', p), format('SELECT * FROM pg_temp.candidate WHERE programme = %s', p),
                   format('SELECT * FROM pg_temp.pairing WHERE programme = %s', p), '2023-05-31') AS s;
SELECT results_eq(
  $$ SELECT p, coalesce(sum(newly_covered), 0)::bigint, coalesce(sum(cost), 0)::numeric, count(a.*) FROM generate_series(1, 40) AS p LEFT JOIN answer AS a ON programme = p GROUP BY p ORDER BY p $$,
  $$ SELECT programme, covered::bigint, cost::numeric, n FROM best ORDER BY programme $$,
  'coverage, cost and number of forty programmes, against every set of candidates');
SELECT is_empty($$ SELECT * FROM answer AS a WHERE NOT EXISTS (SELECT FROM candidate AS c WHERE (c.programme, c.partner_a::text, c.partner_b::text, c.cost) = (a.programme, a.partner_a, a.partner_b, a.cost)) $$,
  'only candidates are proposed');
SELECT is_empty($$ SELECT programme, id FROM unit JOIN partners USING (programme, id)
                     JOIN (SELECT programme, unnest(ARRAY[partner_a, partner_b])::int AS id FROM answer) AS a USING (programme, id)
                    GROUP BY programme, id, n, capacity HAVING count(*) + n > capacity $$,
  'no unit gets more partners than it can take');
SELECT is_empty($$ SELECT a.programme FROM answer AS a JOIN pairing AS p USING (programme)
                    WHERE p.valid_to IS NULL AND p.valid_from <= '2023-05-31' AND least(p.partner_a, p.partner_b) = a.partner_a::int AND greatest(p.partner_a, p.partner_b) = a.partner_b::int $$,
  'nobody is proposed a partner it has');

-- Former partners and benefits, the same way.
CREATE TEMP TABLE choice AS
SELECT o.objective, r.repeat_cost FROM unnest('{coverage,benefit}'::text[]) AS o (objective), unnest('{0,0.5,1,2.5,Infinity}'::float8[]) AS r (repeat_cost);
CREATE TEMP TABLE choice_answer AS
SELECT objective, repeat_cost, p AS programme, s.* FROM choice, generate_series(1, 40) AS p,
  suggest_pairings(format('SELECT * FROM pg_temp.unit WHERE programme = %s', p), format('SELECT * FROM pg_temp.candidate WHERE programme = %s', p),
                   format('SELECT * FROM pg_temp.pairing WHERE programme = %s', p), '2023-05-31', repeat_cost, objective) AS s;
SELECT results_eq(
  $$ SELECT c.objective, c.repeat_cost, p, CASE c.objective WHEN 'coverage' THEN coalesce(sum(a.newly_covered), 0) END::bigint,
            coalesce(sum(CASE c.objective WHEN 'coverage' THEN a.cost ELSE -a.benefit END), 0), count(a.*)
       FROM choice AS c CROSS JOIN generate_series(1, 40) AS p LEFT JOIN choice_answer AS a ON (a.objective, a.repeat_cost, a.programme) = (c.objective, c.repeat_cost, p)
      GROUP BY c.objective, c.repeat_cost, p ORDER BY c.objective, c.repeat_cost, p $$,
  $$ SELECT DISTINCT ON (objective, repeat_cost, programme) objective, repeat_cost, programme, CASE objective WHEN 'coverage' THEN covered END::bigint,
            CASE objective WHEN 'coverage' THEN cost ELSE -benefit END + CASE WHEN repeats > 0 THEN repeats * repeat_cost ELSE 0 END AS total, n
       FROM choice, tried WHERE repeats = 0 OR repeat_cost < 'Infinity'
      ORDER BY objective, repeat_cost, programme, CASE objective WHEN 'coverage' THEN covered END DESC, total, n $$,
  'both objectives with costs of former partners, against every set of candidates');
SELECT is_empty($$ SELECT * FROM choice_answer AS a
                    WHERE NOT EXISTS (SELECT FROM candidate AS c WHERE (c.programme, c.partner_a::text, c.partner_b::text, c.former) = (a.programme, a.partner_a, a.partner_b, a.repeated)
                                         AND CASE objective WHEN 'coverage' THEN a.cost = c.cost + CASE WHEN c.former THEN repeat_cost ELSE 0 END AND a.benefit IS NULL
                                                            ELSE a.benefit = c.benefit - CASE WHEN c.former THEN repeat_cost ELSE 0 END AND a.cost IS NULL AND a.benefit > 0 END) $$,
  'only candidates, with what they cost or are worth, and marked where they were partners; none without benefit');
SELECT is_empty($$ SELECT objective, repeat_cost, programme, id FROM unit JOIN partners USING (programme, id)
                     JOIN (SELECT objective, repeat_cost, programme, unnest(ARRAY[partner_a, partner_b])::int AS id FROM choice_answer) AS a USING (programme, id)
                    GROUP BY objective, repeat_cost, programme, id, n, capacity HAVING count(*) + n > capacity $$,
  'with either objective no unit gets more partners than it can take');
SELECT cmp_ok(min(n), '>=', 10::bigint, 'former partners are proposed again where that costs nothing') FROM (SELECT count(*) AS n FROM choice_answer WHERE repeated AND repeat_cost = 0 GROUP BY objective) AS c;
SELECT is_empty($$ SELECT FROM choice_answer WHERE repeated AND repeat_cost = 'Infinity' $$, 'and never where it costs Infinity');

-- Determinism -------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.shuffled(seed int) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT least(partner_a::int, partner_b::int) || '-' || greatest(partner_a::int, partner_b::int)
    FROM suggest_pairings(format('SELECT id, 1 + id %% 2 AS capacity FROM generate_series(1, 60) AS id ORDER BY hashint4extended(id, %s)', seed),
      format('SELECT CASE WHEN h %% 2 = 0 THEN a ELSE b END AS partner_a, CASE WHEN h %% 2 = 0 THEN b ELSE a END AS partner_b, 1 AS cost
                FROM (SELECT a, b, hashint4extended(a * 100 + b, %s) AS h FROM generate_series(1, 60) AS a, generate_series(1, 60) AS b WHERE a < b AND (a * b) %% 7 < 3) AS x ORDER BY h', seed)) $$;
SELECT set_eq(format('SELECT * FROM pg_temp.shuffled(%s)', seed), 'SELECT * FROM pg_temp.shuffled(0)', format('ties are broken the same way for every order of the rows (%s)', seed))
  FROM generate_series(1, 5) AS seed;

CREATE FUNCTION pg_temp.shuffled_benefit(seed int) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', least(partner_a::int, partner_b::int) || '-' || greatest(partner_a::int, partner_b::int), benefit, repeated)
    FROM suggest_pairings(format('SELECT id, 1 + id %% 2 AS capacity FROM generate_series(1, 60) AS id ORDER BY hashint4extended(id, %s)', seed),
      format('SELECT CASE WHEN h %% 2 = 0 THEN a ELSE b END AS partner_a, CASE WHEN h %% 2 = 0 THEN b ELSE a END AS partner_b, 1 + a %% 2 AS benefit
                FROM (SELECT a, b, hashint4extended(a * 100 + b, %s) AS h FROM generate_series(1, 60) AS a, generate_series(1, 60) AS b WHERE a < b AND (a * b) %% 7 < 3) AS x ORDER BY h', seed),
      format('SELECT a AS partner_a, a + 1 AS partner_b, date ''2022-01-01'' AS valid_from, date ''2022-06-01'' AS valid_to FROM generate_series(1, 59) AS a ORDER BY hashint4extended(a, %s)', seed),
      '2023-05-31', 1, 'benefit') $$;
SELECT set_eq(format('SELECT * FROM pg_temp.shuffled_benefit(%s)', seed), 'SELECT * FROM pg_temp.shuffled_benefit(0)', format('and so they are with benefits and former partners (%s)', seed))
  FROM generate_series(1, 5) AS seed;

-- What is read and what is left out ---------------------------------------------------------------------------------

CREATE TEMP TABLE four AS SELECT * FROM (VALUES ('a', NULL::int), ('b', 1), ('c', 1), ('d', 2)) AS v (id, capacity);
SELECT results_eq($$ SELECT pg_temp.suggested('SELECT id FROM pg_temp.four', $q$ SELECT * FROM (VALUES ('b', 'a', 1), ('b', 'c', 0), ('c', 'd', 1)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['b a 1 2', 'c d 1 2'], 'coverage before cost: the cheapest pair is not taken; ids as the row names them; sorted');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('d', 'a', 1), ('d', 'b', 2), ('d', 'c', 3)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['d a 1 2', 'd b 2 1'], 'a capacity of two, and one where NULL');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('d', 'a', 1), ('d', 'b', 2), ('d', 'c', 3)) AS v (partner_a, partner_b, cost) $q$,
                       $q$ SELECT 'X9' AS partner_a, 'd' AS partner_b $q$) $$,
  ARRAY['d a 1 1'], 'an external partner takes a place, and d is paired already');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('d', 'a', 1), ('d', 'b', 2), ('d', 'c', 3)) AS v (partner_a, partner_b, cost) $q$,
                       $q$ SELECT 'd' AS partner_a, 'a' AS partner_b, daterange('2022-01-01', d::date) AS valid FROM (VALUES ('2023-01-01')) AS v (d) $q$) $$,
  ARRAY['d a 1 2', 'd b 2 1'], 'a pairing that is over takes none and may come again');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('d', 'a', 1), ('b', 'c', 2)) AS v (partner_a, partner_b, cost) $q$,
                       $q$ SELECT 'a' AS partner_a, 'd' AS partner_b $q$) $$,
  ARRAY['b c 2 2'], 'a pair that is valid is not proposed again');
SELECT results_eq($$ SELECT pg_temp.suggested($q$ SELECT id, 2 AS capacity FROM pg_temp.four $q$, $q$ SELECT * FROM (VALUES ('a', 'b', 0), ('b', 'c', -1), ('c', 'd', 0)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['a b 0 2', 'b c -1 1', 'c d 0 1'], 'a negative cost is worth a pair that covers no one; what the rows newly cover adds up');
SELECT results_eq($$ SELECT pg_temp.suggested($q$ SELECT id, 9 AS capacity FROM pg_temp.four $q$, $q$ SELECT * FROM (VALUES ('a', 'b', 0), ('b', 'c', 0), ('c', 'd', 0)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['a b 0 2', 'c d 0 2'], 'no pair that neither covers anyone nor lowers the cost');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('a', 'b', 5), ('b', 'a', 3), ('a', 'b', 4)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['b a 3 2'], 'of the rows of one pair the cheapest counts');
SELECT results_eq($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT * FROM (VALUES ('b', 'a', 3), ('a', 'b', 3)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['a b 3 2'], 'of equals the one that names the smaller id first');
SELECT results_eq($$ SELECT pg_temp.suggested('SELECT * FROM (VALUES (9), (10), (11), (12)) AS v (id)', $q$ SELECT * FROM (VALUES ('10', '12', 1), ('9', '11', 1.5), ('zz', '9', 0)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['9 11 1.5 2', '10 12 1 2'], 'ids sort as numbers and are compared by their text forms; an unlisted one cannot be proposed');
SELECT results_eq($$ SELECT pg_temp.suggested($q$ SELECT id, CASE WHEN id = 'a' THEN date '2023-06-01' END AS valid_from FROM pg_temp.four $q$, $q$ SELECT * FROM (VALUES ('a', 'b', 1), ('b', 'c', 2)) AS v (partner_a, partner_b, cost) $q$) $$,
  ARRAY['b c 2 2'], 'a school that is not open yet cannot be proposed');
SELECT results_eq($$ SELECT pg_temp.suggested($q$ SELECT * FROM (VALUES ('a', 0, NULL::date, date '2023-01-01'), ('a', 1, '2023-01-01', NULL), ('b', 1, NULL, NULL)) AS v (id, capacity, valid_from, valid_to) $q$,
                       $q$ SELECT 'a' AS partner_a, 'b' AS partner_b, 1 AS cost $q$) $$,
  ARRAY['a b 1 2'], 'the capacity of the row valid that day');
SELECT is_empty($$ SELECT pg_temp.suggested('SELECT id, 0 AS capacity FROM pg_temp.four', $q$ SELECT 'a' AS partner_a, 'b' AS partner_b, 1 AS cost $q$) $$, 'no capacity: nothing');
SELECT is_empty($$ SELECT pg_temp.suggested('SELECT * FROM pg_temp.four WHERE false', $q$ SELECT 'a' AS partner_a, 'b' AS partner_b, 1 AS cost $q$) $$, 'no schools: nothing');
SELECT is_empty($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT 'a' AS partner_a, 'b' AS partner_b, 1 AS cost WHERE false $q$) $$, 'no candidates: nothing');
SELECT is_empty($$ SELECT pg_temp.suggested('pg_temp.four', $q$ SELECT 'a' AS partner_a, 'zz' AS partner_b, 1 AS cost $q$) $$, 'no candidate of two units: nothing');
SELECT results_eq($$ SELECT pg_temp.suggested('SELECT id, 9000000000 AS capacity FROM pg_temp.four', $q$ SELECT 'a' AS partner_a, 'b' AS partner_b, -0.0::float8 AS cost $q$) $$,
  ARRAY['a b 0 2'], 'a capacity beyond all partners, and a negative zero');

-- Former partners and benefits --------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.chosen(candidates text, pairings text DEFAULT NULL, repeat_cost float8 DEFAULT 0, objective text DEFAULT 'coverage')
RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', partner_a, partner_b, coalesce(cost::text, '-'), coalesce(benefit::text, '-'), repeated, newly_covered)
    FROM suggest_pairings('pg_temp.four', candidates, pairings, '2023-05-31', repeat_cost, objective) $$;
-- a path: the two ends are worth 9 each, the middle 48
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''b'', 9), (''b'', ''c'', 48), (''c'', ''d'', 9)) AS v (partner_a, partner_b, benefit)', objective => 'benefit') $$,
  ARRAY['b c - 48 f 2'], 'the most benefit: 48, where most units covered gives 18');
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''b'', -9), (''b'', ''c'', -48), (''c'', ''d'', -9)) AS v (partner_a, partner_b, cost)') $$,
  ARRAY['a b -9 - f 2', 'c d -9 - f 2'], 'which it does by default');
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''b'', -9), (''b'', ''c'', -48), (''c'', ''d'', -9)) AS v (partner_a, partner_b, cost)', objective => 'benefit') $$,
  ARRAY['b c -48 48 f 2'], 'without a column of benefits they are the costs with the sign changed');
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''b'', 1, 100), (''b'', ''c'', 2, 0), (''c'', ''d'', 0, -5), (''a'', ''d'', -1, -9)) AS v (partner_a, partner_b, benefit, cost)', objective => 'benefit') $$,
  ARRAY['b c - 2 f 2'], 'with one the costs are not read; what is worth nothing or less is not made');
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT ''a'' AS partner_a, ''b'' AS partner_b, 5 AS cost, ''many'' AS benefit') $$,
  ARRAY['a b 5 - f 2'], 'and most units covered does not read a column of benefits');
SELECT results_eq($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''b'', 3), (''b'', ''a'', 4)) AS v (partner_a, partner_b, benefit)', objective => 'benefit') $$,
  ARRAY['b a - 4 f 2'], 'of the rows of one pair the one of the most benefit counts');
SELECT results_eq(format($$ SELECT pg_temp.chosen('SELECT * FROM (VALUES (''a'', ''d'', 1), (''a'', ''c'', 2)) AS v (partner_a, partner_b, cost)',
                       'SELECT ''d'' AS partner_a, ''a'' AS partner_b, daterange(''2022-01-01'', ''2023-05-31'') AS valid', %L) $$, r), want, name)
  FROM (VALUES (0::float8, ARRAY['a d 1 - t 2'], 'former partners again where that costs no more'), (0.9, ARRAY['a d 1.9 - t 2'], 'or less than the next'), (1.1, ARRAY['a c 2 - f 2'], 'else others'),
               ('Infinity', ARRAY['a c 2 - f 2'], 'never with Infinity')) AS v (r, want, name);
SELECT is_empty($$ SELECT pg_temp.chosen('SELECT ''a'' AS partner_a, ''d'' AS partner_b, 1 AS cost', 'SELECT ''a'' AS partner_a, ''d'' AS partner_b, date ''2023-01-01'' AS valid_to', 'Infinity') $$,
  'never, and then no one is covered');
SELECT results_eq(format($$ SELECT pg_temp.chosen('SELECT ''a'' AS partner_a, ''d'' AS partner_b, 1 AS cost', %L, 'Infinity') $$, pairings), ARRAY['a d 1 - f 2'], name)
  FROM (VALUES ('SELECT ''a'' AS partner_a, ''d'' AS partner_b, date ''2023-06-01'' AS valid_from', 'a pairing that is still to come makes no former partners'),
               ('SELECT ''a'' AS partner_a, ''d'' AS partner_b, daterange(''empty'') AS valid', 'nor does one that never was'),
               ('SELECT ''a'' AS partner_a, ''z'' AS partner_b, date ''2023-01-01'' AS valid_to', 'nor one with an external partner')) AS v (pairings, name);
SELECT is_empty($$ SELECT pg_temp.chosen('SELECT ''a'' AS partner_a, ''d'' AS partner_b, 2 AS benefit', 'SELECT ''a'' AS partner_a, ''d'' AS partner_b, date ''2023-01-01'' AS valid_to', 2, 'benefit') $$,
  'a benefit that the cost of former partners takes up is none');

-- Errors ------------------------------------------------------------------------------------------------------------

SELECT throws_ok(format($$ SELECT pg_temp.suggested('pg_temp.four', %L) $$, candidates), code, NULL, what)
  FROM (VALUES ($$ SELECT 'a' AS partner_a, 'a' AS partner_b, 1 AS cost $$, '23514', 'a unit with itself'),
               ($$ SELECT 'zz' AS partner_a, 'zz' AS partner_b, 1 AS cost $$, '23514', 'an unlisted one with itself'),
               ($$ SELECT 'a' AS partner_a, 'b' AS partner_b, NULL::int AS cost $$, '22004', 'cost NULL'),
               ($$ SELECT 'a' AS partner_a, NULL::text AS partner_b, 1 AS cost $$, '22004', 'partner NULL'),
               ($$ SELECT 'a' AS partner_a, 'b' AS partner_b, 'NaN'::float8 AS cost $$, '22023', 'cost NaN'),
               ($$ SELECT 'a' AS partner_a, 'zz' AS partner_b, '-Infinity'::float8 AS cost $$, '22023', 'cost infinite, be the pair listed or not'),
               ($$ SELECT 'a' AS partner_a, 'b' AS partner_b, '1' AS cost $$, '42804', 'cost of type text'),
               ($$ SELECT 'a' AS partner_a, 'b' AS partner_b $$, '42703', 'no cost'),
               ($$ no_such_table $$, '42P01', 'no such relation')) AS v (candidates, code, what);
SELECT throws_ok($$ SELECT pg_temp.suggested('SELECT 1 AS id, -1 AS capacity', 'SELECT 1 AS partner_a, 2 AS partner_b, 1 AS cost') $$, '22023', NULL, 'capacity negative');
SELECT throws_ok($$ SELECT pg_temp.suggested('SELECT 1 AS id, 1.5 AS capacity', 'SELECT 1 AS partner_a, 2 AS partner_b, 1 AS cost') $$, '22023', NULL, 'capacity not whole');
SELECT throws_ok($$ SELECT pg_temp.suggested('SELECT 1 AS id UNION ALL SELECT 1', 'SELECT 1 AS partner_a, 2 AS partner_b, 1 AS cost') $$, '23505', NULL, 'an id twice');
SELECT throws_ok($$ SELECT pg_temp.suggested(NULL, 'pg_temp.candidate') $$, '22004', NULL, 'schools NULL');
SELECT throws_ok($$ SELECT pg_temp.suggested('pg_temp.four', NULL) $$, '22004', NULL, 'candidates NULL');
SELECT throws_ok($$ SELECT pg_temp.suggested('pg_temp.four', 'pg_temp.candidate', NULL, NULL) $$, '22004', NULL, 'as_of NULL');
SELECT throws_ok(format($$ SELECT pg_temp.chosen(%L, 'SELECT ''a'' AS partner_a, ''d'' AS partner_b, date ''2023-01-01'' AS valid_to', %s) $$,
                        'SELECT ''a'' AS partner_a, ''d'' AS partner_b, 1e308 AS cost' || more, rest), code, NULL, what)
  FROM (VALUES ('', '-1', '22023', 'repeat_cost negative'), ('', $$'NaN'$$, '22023', 'repeat_cost NaN'), ('', 'NULL', '22004', 'repeat_cost NULL'), ('', $$'1e308'$$, '22003', 'a cost that leaves float8'),
               ('', $$0, 'most'$$, '22023', 'objective unknown'), ('', $$0, NULL$$, '22004', 'objective NULL'), (', NULL::int AS benefit', $$0, 'benefit'$$, '22004', 'benefit NULL'),
               ($$, 'NaN'::float8 AS benefit$$, $$0, 'benefit'$$, '22023', 'benefit NaN'), ($$, '1' AS benefit$$, $$0, 'benefit'$$, '42804', 'benefit of type text')) AS v (more, rest, code, what);
SELECT throws_ok($$ SELECT pg_temp.chosen('SELECT ''a'' AS partner_a, ''d'' AS partner_b WHERE false', objective => 'benefit') $$, '42703', NULL, 'neither benefit nor cost, though there are no rows');
SELECT lives_ok($$ SELECT * FROM pairing_coverage('SELECT id, ''x'' AS zone, -1 AS capacity FROM pg_temp.four', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false') $$, 'other reports do not read the capacity');

SELECT * FROM finish();
ROLLBACK;
