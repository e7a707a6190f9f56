-- gap_trend with the column id: units that are known again in another period.
BEGIN;
SELECT plan(55);

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12), false);
-- Two rows of gap_trend: NULL where they are the same but for rounding and rows left out, or what differs.
CREATE FUNCTION pg_temp.unlike(a jsonb, b jsonb, bound float8 DEFAULT 1e-9) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(x.key || ': ' || coalesce(x.value #>> '{}', '-') || ' not ' || coalesce(y.value #>> '{}', '-'), '; ')
      FROM jsonb_each(a) AS x JOIN jsonb_each(b) AS y USING (key)
     WHERE x.value <> y.value AND x.key !~ '_missing$'
       AND NOT (jsonb_typeof(x.value) = 'number' AND jsonb_typeof(y.value) = 'number'
                AND abs((x.value #>> '{}')::float8 - (y.value #>> '{}')::float8) <= greatest(bound * abs((y.value #>> '{}')::float8), 1e-11)) $$;
-- Two calls of gap_trend over sources of these levels: what differs, row by row.
CREATE FUNCTION pg_temp.differences(a text, b text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT d FROM gap_trend(a, '{level}') AS x FULL JOIN gap_trend(b, '{level}') AS y USING (subgroup, period, measure),
                  LATERAL (SELECT CASE WHEN x IS NULL OR y IS NULL THEN 'a row more' ELSE pg_temp.unlike(to_jsonb(x), to_jsonb(y)) END) AS c(d)
     WHERE d IS NOT NULL $$;

-- Against R: clubSandwich's CR2, Satterthwaite's degrees of freedom ------------------------
CREATE TEMP TABLE r_row ("case" text, id text, period int, zone text, value float8, weight float8, cluster text, stratum text);
\copy r_row FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/panel_rows.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_value ("case" text, errors text, measure text, units_both bigint, moved bigint, estimate float8, std_error float8, df float8, lower float8, upper float8, p_value float8, source text);
\copy r_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/panel_values.csv"' (FORMAT csv, HEADER)

DELETE FROM r_value WHERE errors <> 'welch';    -- see gap_trend_clusters.sql
CREATE TEMP TABLE ours AS
SELECT t.*, t.subgroup AS "case" FROM gap_trend($$SELECT "case", id, period, zone, value FROM r_row WHERE "case" NOT LIKE 'weighted%' AND cluster IS NULL$$, '{case}') AS t WHERE period = '2'
UNION ALL SELECT t.*, t.subgroup FROM gap_trend($$SELECT "case", id, period, zone, value, weight FROM r_row WHERE "case" LIKE 'weighted%'$$, '{case}') AS t WHERE period = '2';
SELECT is((SELECT count(*) FROM r_value JOIN ours USING ("case", measure)), 34::bigint, 'R: seventeen cases of two measures');
SELECT is_empty($$SELECT "case", measure, o.units_both_first, r.units_both, o.units_moved_first, r.moved FROM r_value AS r JOIN ours AS o USING ("case", measure)
    WHERE (o.units_both_first, o.units_moved_first) IS DISTINCT FROM (r.units_both, r.moved)$$, 'R: units in both periods, and those that moved');
SELECT is_empty($$SELECT "case", measure, o.change_since_first, r.estimate FROM r_value AS r JOIN ours AS o USING ("case", measure)
    WHERE NOT pg_temp.close_to(o.change_since_first, r.estimate, 1e-8)$$, 'R: the change');
SELECT is_empty($$SELECT "case", measure, o.change_since_first_std_error, r.std_error FROM r_value AS r JOIN ours AS o USING ("case", measure)
    WHERE NOT pg_temp.close_to(o.change_since_first_std_error, r.std_error)$$, 'R: its error');
-- the parity index of different units has another interval, see gap_trend.sql
SELECT is_empty($$SELECT "case", measure, o.change_since_first_ci_lower, r.lower, o.change_since_first_ci_upper, r.upper FROM r_value AS r JOIN ours AS o USING ("case", measure)
    WHERE NOT (pg_temp.close_to(o.change_since_first_ci_lower, r.lower, 1e-8) AND pg_temp.close_to(o.change_since_first_ci_upper, r.upper, 1e-8))
      AND NOT (r.units_both = 0 AND measure = 'parity_index')$$, 'R: its interval');
SELECT is_empty($$SELECT "case", measure, o.change_since_first_p_value, r.p_value FROM r_value AS r JOIN ours AS o USING ("case", measure)
    WHERE NOT pg_temp.close_to(o.change_since_first_p_value, r.p_value, 1e-8) AND NOT (r.units_both = 0 AND measure = 'parity_index')$$, 'R: its p value');
SELECT results_eq($$SELECT DISTINCT "case" FROM ours WHERE method LIKE '%approximate df%' ORDER BY 1$$,
    $$VALUES ('weighted_anew'), ('weighted_partial'), ('weighted_partial_anew')$$, 'the degrees of freedom are called approximate with weights, but where each unit keeps its own and all come again');

-- A panel of 400 units, all measured twice ---------------------------------------------------
CREATE TEMP TABLE panel AS
SELECT s AS id, y AS period, CASE s % 2 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, (s * 37 % 100) / 10.0 + y * (s % 2) * 0.2 + (s * 7 * y % 5) / 50.0 AS value
  FROM generate_series(1, 400) AS s, generate_series(0, 1) AS y;
SELECT results_eq($$SELECT round(change_since_first::numeric, 6), round(change_since_first_ci_lower::numeric, 3), round(change_since_first_ci_upper::numeric, 3)
                      FROM gap_trend('panel') WHERE measure = 'difference' AND period = '1'$$,
                  $$VALUES (-0.2, -0.206, -0.194)$$, 'scores that hardly move: the interval is narrow');
SELECT results_eq($$SELECT round(change_since_first_ci_lower::numeric, 3), round(change_since_first_ci_upper::numeric, 3)
                      FROM gap_trend('SELECT period, zone, value FROM panel') WHERE measure = 'difference' AND period = '1'$$,
                  $$VALUES (-1.003, 0.603)$$, 'without id: the interval of independent periods');
-- Welch on the changes, by the report itself: the changes as a single period's outcomes
SELECT ok(pg_temp.close_to(t.change_since_first, g.estimate, 1e-8) AND pg_temp.close_to(t.change_since_first_std_error, g.std_error, 1e-8)
          AND pg_temp.close_to(t.change_since_first_ci_lower, g.ci_lower, 1e-8) AND pg_temp.close_to(t.change_since_first_ci_upper, g.ci_upper, 1e-8), 'Welch on the changes')
  FROM gap_trend('panel') AS t,
       gap_indices('SELECT b.zone, b.value - a.value AS value FROM panel AS a JOIN panel AS b USING (id) WHERE a.period = 0 AND b.period = 1') AS g
 WHERE t.measure = 'difference' AND t.period = '1' AND g.measure = 'difference';
SELECT results_eq($$SELECT period, measure, method, units_both_first, units_both_previous, units_moved_first, units_moved_previous FROM gap_trend('panel')$$,
    $$VALUES ('0', 'difference', NULL, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint), ('0', 'parity_index', NULL, NULL, NULL, NULL, NULL),
             ('1', 'difference', 'Welch t, units in both: 400 (first), 400 (previous)', 400, 400, 0, 0),
             ('1', 'parity_index', 'delta, Student t, units in both: 400 (first), 400 (previous)', 400, 400, 0, 0)$$, 'the method says how many units are in both periods');
SELECT results_eq($$SELECT measure, method, units_both_first, units_moved_first FROM gap_trend('SELECT period, zone, value FROM panel') WHERE period = '1'$$,
    $$VALUES ('difference', 'Welch t, periods independent', NULL::bigint, NULL::bigint), ('parity_index', 'MOVER, normal, periods independent', NULL, NULL)$$, 'and without id that periods are independent');

-- Ids that never come again say nothing -------------------------------------------------------
CREATE TEMP TABLE several AS
SELECT y AS period, CASE i % 3 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, l AS level, 5 + (i * 7919 * (y + 3) % 89) / 40.0 + i % 5 + (i % 3 = 0)::int * (y - 2019) * 0.4 AS value, 1 + (i + y) % 4 AS weight,
       'school ' || i || CASE WHEN i % 2 = 0 THEN ' with a name that is longer than a key' ELSE '' END AS id
  FROM generate_series(2019, 2023) AS y, unnest('{primary,secondary}'::text[]) AS l, generate_series(y % 5, 60) AS i WHERE (i + y) % 7 > 0;
SELECT is_empty($$SELECT d FROM gap_trend('SELECT row_number() OVER () AS id, period, zone, level, value FROM several', '{level}') AS a
                   JOIN gap_trend('SELECT period, zone, level, value FROM several', '{level}') AS b USING (subgroup, period, measure),
                        LATERAL (SELECT pg_temp.unlike(to_jsonb(a) - 'method' - 'units_both_first' - 'units_both_previous' - 'units_moved_first' - 'units_moved_previous', to_jsonb(b))) AS c(d)
                  WHERE d IS NOT NULL$$, 'ids that never come again: figures as without id');
SELECT ok(bool_and(units_both_first = 0 AND units_both_previous = 0) AND count(*) = 16, 'and no unit is in both')
  FROM gap_trend('SELECT row_number() OVER () AS id, period, zone, level, value FROM several', '{level}') WHERE period > '2019';

-- In plain SQL: parts of the units, added up -----------------------------------------------------
CREATE TEMP TABLE trend AS SELECT * FROM gap_trend('SELECT id, period, zone, level, value FROM several', '{level}');
CREATE TEMP TABLE part AS
SELECT level, period, id, zone, (CASE zone WHEN 'inner' THEN 1 ELSE -1 END) * (value - avg(value) OVER cell) / sqrt(count(*) OVER cell * (count(*) OVER cell - 1.0)) AS part
  FROM several WINDOW cell AS (PARTITION BY level, period, zone);
CREATE TEMP TABLE variance AS
SELECT b.level, b.period, b.kind, sum(u.part ^ 2) AS v, count(*) FILTER (WHERE u.periods = 2) AS units_both
  FROM (SELECT DISTINCT level, period, kind, CASE kind WHEN 'first' THEN 2019 ELSE period - 1 END AS before FROM part, unnest('{first,previous}'::text[]) AS kind WHERE period > 2019) AS b,
       LATERAL (SELECT id, sum(CASE p.period WHEN b.period THEN part ELSE -part END) AS part, count(*) AS periods
                  FROM part AS p WHERE p.level = b.level AND p.period IN (b.period, b.before) GROUP BY id) AS u
 GROUP BY 1, 2, 3;
SELECT ok(bool_and(pg_temp.close_to(CASE kind WHEN 'first' THEN change_since_first_std_error ELSE change_since_previous_std_error END, sqrt(v), 1e-10)
                   AND CASE kind WHEN 'first' THEN units_both_first ELSE units_both_previous END = units_both) AND count(*) = 16, 'errors and units of both changes: as plain SQL')
  FROM trend AS t JOIN variance AS v ON v.level = t.subgroup AND v.period::text = t.period WHERE t.measure = 'difference';
SELECT ok(bool_or(units_both_first <> units_both_previous), 'the two have other units') FROM trend;
SELECT ok(bool_and((p < 0.05) = (lower > 0 OR upper < 0)) AND count(*) = 32 AND count(*) FILTER (WHERE p < 0.05) BETWEEN 1 AND 31, 'p values agree with the intervals')
  FROM trend, LATERAL (VALUES (change_since_first_p_value, change_since_first_ci_lower, change_since_first_ci_upper),
                              (change_since_previous_p_value, change_since_previous_ci_lower, change_since_previous_ci_upper)) AS c(p, lower, upper) WHERE p IS NOT NULL;
SELECT ok(bool_and(abs(CASE WHEN t.change_since_first > 0 THEN u.change_since_first_ci_lower ELSE u.change_since_first_ci_upper END) < 1e-9) AND count(*) = 4,
          'at the confidence 1 - p the interval just holds 0, with id and without')
  FROM (VALUES ('SELECT id, period, zone, value FROM several WHERE level = ''primary'' AND period IN (2019, 2022)'), ('SELECT period, zone, value FROM several WHERE period IN (2019, 2022)')) AS s(source),
       LATERAL gap_trend(source) AS t, LATERAL gap_trend(source, confidence => 1 - t.change_since_first_p_value) AS u
 WHERE t.period = '2022' AND u.period = '2022' AND u.measure = t.measure;

-- What must not matter ---------------------------------------------------------------------------
SELECT is_empty($$SELECT pg_temp.differences('SELECT id, period, zone, level, value FROM several ORDER BY md5(id || period)', 'SELECT id, period, zone, level, value FROM several')$$, 'the order of the rows');
SELECT is_empty($$SELECT pg_temp.differences('SELECT hashtext(id)::int8 * 3 AS id, period, zone, level, value FROM several', 'SELECT id, period, zone, level, value FROM several')$$, 'the type of the id');
SELECT is_empty($$SELECT pg_temp.differences('SELECT md5(id)::uuid AS id, period, zone, level, value, 7.5 AS weight FROM several', 'SELECT id, period, zone, level, value FROM several')$$, 'one weight for all');
SELECT is_empty($$SELECT pg_temp.differences('SELECT id, period, zone, level, value, weight * 1e-90 AS weight FROM several', 'several')$$, 'the scale of the weights');
SELECT is_empty($$SELECT pg_temp.differences('SELECT id, period, zone, level, value FROM several UNION ALL SELECT id, period, zone, level, NULL FROM several UNION ALL SELECT id, period, ''rim'', level, 3 FROM several UNION ALL SELECT NULL, period, NULL, level, 3 FROM several',
                                             'SELECT id, period, zone, level, value FROM several')$$, 'rows without a value or of another group, twice or without id');
SELECT results_eq($$SELECT period, round(change_since_first_std_error::numeric, 9), round(change_since_first_p_value::numeric, 7) FROM gap_trend('SELECT id, period, zone, value + 1e6 AS value FROM several WHERE level = ''primary''') WHERE measure = 'difference'$$,
                  $$SELECT period, round(change_since_first_std_error::numeric, 9), round(change_since_first_p_value::numeric, 7) FROM trend WHERE measure = 'difference' AND subgroup = 'primary'$$, 'where the values lie');
SELECT results_eq($$SELECT period, -change_since_first, change_since_first_std_error, change_since_first_p_value, units_both_first FROM gap_trend('SELECT id, period, zone, value FROM several WHERE level = ''primary''', reference => 'outer', comparison => 'inner') WHERE measure = 'difference'$$,
                  $$SELECT period, change_since_first, change_since_first_std_error, change_since_first_p_value, units_both_first FROM trend WHERE measure = 'difference' AND subgroup = 'primary'$$, 'which group is the reference');

-- The edges -------------------------------------------------------------------------------------
SELECT results_eq($$SELECT round(change_since_first::numeric, 9), change_since_first_std_error, change_since_first_ci_lower, change_since_first_p_value, method
                      FROM gap_trend('SELECT id, 0 AS period, zone, value FROM panel WHERE period = 0 UNION ALL SELECT id, 1, zone, value + 0.1 + (zone = ''outer'')::int FROM panel WHERE period = 0') WHERE measure = 'difference' AND period = '1'$$,
                  $$VALUES (-1.000000000, 0::float8, NULL::float8, NULL::float8, NULL)$$, 'all units change alike: error 0, no interval');
SELECT results_eq($$SELECT change_since_first, change_since_first_std_error, units_both_first FROM gap_trend('SELECT * FROM (VALUES (1, 1, ''inner'', 5.0), (2, 1, ''outer'', 4.0), (1, 2, ''inner'', 5.0), (2, 2, ''outer'', 4.5)) AS v(id, period, zone, value)') WHERE measure = 'difference' AND period = '2'$$,
                  $$VALUES (-0.5::float8, NULL::float8, 2::bigint)$$, 'single units: a change without an error');
SELECT is((SELECT count(*) FROM gap_trend('SELECT * FROM panel WHERE false')), 0::bigint, 'no rows');
SET LOCAL client_min_messages = error;
SELECT ok(bool_and(estimate IS NULL AND change_since_first IS NULL AND units_both_first IS NOT DISTINCT FROM CASE period WHEN '1' THEN 200 END), 'a group that does not occur: no gap, but the units of the other are counted')
  FROM gap_trend('SELECT * FROM panel WHERE zone = ''inner''');
RESET client_min_messages;
SET LOCAL client_min_messages = error;
SELECT ok(bool_and(estimate IS NULL AND change_since_first IS NULL AND units_both_first IS NOT DISTINCT FROM CASE period WHEN '1' THEN 0 END), 'no value at all: nothing in both')
  FROM gap_trend('SELECT id, period, zone, NULL::float8 AS value FROM panel');
RESET client_min_messages;
SELECT results_eq($$SELECT period, units_both_first, units_both_previous, change_since_previous_std_error IS NULL FROM gap_trend('SELECT * FROM panel UNION ALL SELECT id, NULL, zone, value FROM panel') WHERE measure = 'difference'$$,
                  $$VALUES ('0', NULL::bigint, NULL::bigint, true), ('1', 400, 400, false), (NULL, NULL, NULL, true)$$, 'rows without a period may name a unit twice, and are compared with nothing');
SELECT results_eq($$SELECT period, suppressed, units_both_first, units_both_previous, method IS NULL FROM gap_trend('SELECT id, period, zone, value FROM panel UNION ALL SELECT id, 2, zone, value FROM panel WHERE id < 5 AND period = 0 UNION ALL SELECT id, 3, zone, value + 0.01 * (id % 7) FROM panel WHERE period = 0', min_n => 3) WHERE measure = 'difference'$$,
                  $$VALUES ('0', false, NULL::bigint, NULL::bigint, true), ('1', false, 400, 400, false), ('2', true, NULL, NULL, true), ('3', false, 400, NULL, false)$$, 'a hidden period: nothing of its units, and no count with it');
SELECT results_eq($$SELECT subgroup, period, units_both_first FROM gap_trend('SELECT *, id % 3 AS part FROM panel', '{part}') WHERE measure = 'difference' AND period = '1'$$,
                  $$SELECT (i % 3)::text, '1', count(*) FROM generate_series(1, 400) AS i GROUP BY 1 ORDER BY 1$$, 'subgroups have their own units');
SELECT ok(bool_and(units_both_first = 200 AND units_moved_first = 0), 'one id in both groups of each period: counted once, and not as moved')
  FROM gap_trend('SELECT (id + 1) / 2 AS id, period, zone, value FROM panel') WHERE period = '1';
-- a difference within each unit: its change is that of one mean, by the changes of the differences
SELECT ok(pg_temp.close_to(change_since_first_std_error, (SELECT stddev(d) / sqrt(200) FROM (
              SELECT sum(value * CASE zone WHEN 'inner' THEN 1 ELSE -1 END * CASE period WHEN 1 THEN 1 ELSE -1 END) AS d FROM panel GROUP BY (id + 1) / 2) AS u), 1e-8), 'and its four values add up')
  FROM gap_trend('SELECT (id + 1) / 2 AS id, period, zone, value FROM panel') WHERE period = '1' AND measure = 'difference';
SELECT ok(bool_and(units_both_first = 400 AND units_moved_first = 400), 'all units in the other group')
  FROM gap_trend('SELECT id, period, CASE WHEN (zone = ''inner'') = (period = 0) THEN ''inner'' ELSE ''outer'' END AS zone, value FROM panel') WHERE period = '1';
SELECT results_eq($$SELECT period, units_both_first, units_both_previous FROM gap_trend('SELECT i AS id, y AS period, CASE WHEN i % 2 = 0 THEN ''inner'' ELSE ''outer'' END AS zone, i % 9 AS value FROM generate_series(1, 6) AS y, generate_series(y * 10, y * 10 + 39) AS i') WHERE measure = 'difference'$$,
                  $$VALUES ('1', NULL::bigint, NULL::bigint), ('2', 30, 30), ('3', 20, 30), ('4', 10, 30), ('5', 0, 30), ('6', 0, 30)$$, 'units that come and go over six periods');

-- Errors ----------------------------------------------------------------------------------------
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT * FROM panel UNION ALL SELECT 8, 1, ''inner'', 3')$$, '23505', '"id" "8" occurs twice in a group and period of parameter "outcomes" of gap_trend', 'a unit twice in a group and period');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT * FROM panel UNION ALL SELECT 8, 1, ''inner'', 3', min_n => 1000)$$, '23505', NULL, 'also where the period is hidden');
SELECT lives_ok($$SELECT * FROM gap_trend('SELECT *, 1 AS grade FROM panel UNION ALL SELECT 8, 1, ''inner'', 3, 2', '{grade}')$$, 'not in another subgroup');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT * FROM panel UNION ALL SELECT NULL, 1, ''inner'', 3')$$, '22004', NULL, 'a unit without id');
SELECT lives_ok($$SELECT * FROM gap_trend('SELECT * , 0 AS weight FROM panel WHERE id = 1 AND period = 0 UNION ALL SELECT *, 1 FROM panel')$$, 'rows without weight are no rows');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT id, period, zone, value, 1.0 AS std_dev, 5 AS n FROM panel')$$, '0A000', NULL, 'published aggregates with id');
SELECT lives_ok($$SELECT * FROM gap_indices('SELECT 1 AS id, period, zone, value FROM panel')$$, 'gap_indices reads no id');

-- The axis of time --------------------------------------------------------------------------------
CREATE FUNCTION pg_temp.axis(expression text) RETURNS TABLE (period text, period_start date, period_number bigint) LANGUAGE plpgsql AS $f$
BEGIN
    RETURN QUERY EXECUTE format('SELECT period, period_start, period_number FROM gap_trend(%L) WHERE measure = ''difference''',
        format('SELECT zone, value, %s AS period FROM panel', expression));
END $f$;
SELECT results_eq($$SELECT period_start, period_number FROM pg_temp.axis('make_date(2020 + period, 9, 1)')$$, $$VALUES ('2020-09-01'::date, NULL::bigint), ('2021-09-01', NULL)$$, 'dates are days');
SELECT results_eq($$SELECT period_start, period_number FROM pg_temp.axis('school_year(2020 + period)')$$, $$VALUES ('2020-09-01'::date, NULL::bigint), ('2021-09-01', NULL)$$, 'a school year is its 1 September');
SELECT results_eq($$SELECT period_start, period_number FROM pg_temp.axis('make_timestamp(2020 + period, 2, 29 - period, 23, 59, 59)')$$, $$VALUES ('2020-02-29'::date, NULL::bigint), ('2021-02-28', NULL)$$, 'timestamps are days');
SELECT results_eq(format('SELECT %L::text AS type, period_start, period_number FROM pg_temp.axis(%L)', type, '(2020 + period)::' || type),
                  format('VALUES (%L, NULL::date, 2020::bigint), (%1$L, NULL, 2021)', type), 'numbers are numbers: ' || type)
  FROM unnest('{int2,int4,int8,numeric,float8}'::text[]) AS type;
SELECT results_eq($$SELECT period, period_start, period_number FROM pg_temp.axis('nullif(period, 1) + 0.5')$$, $$VALUES ('0.5', NULL::date, NULL::bigint), (NULL, NULL, NULL)$$, 'what is not whole, and NULL, is neither');
SELECT results_eq($$SELECT period_start, period_number FROM pg_temp.axis('period::text')$$, $$VALUES (NULL::date, NULL::bigint), (NULL, NULL)$$, 'text is neither');
SELECT results_eq($$SELECT period_start FROM pg_temp.axis('CASE period WHEN 0 THEN date ''-infinity'' ELSE ''infinity'' END')$$, $$VALUES ('-infinity'::date), ('infinity')$$, 'infinite days');

SELECT * FROM finish();
ROLLBACK;
