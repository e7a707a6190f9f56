-- params: the values that stand for $1, $2, ... in the sources of a report, in every report.
BEGIN;
SELECT plan(70);
SET LOCAL client_min_messages = warning;

CREATE TABLE school AS
SELECT i AS id, CASE i % 3 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, CASE i % 2 WHEN 0 THEN 'primary' ELSE 'it''s "lower", {so}' END AS level,
       (i % 7)::numeric(5, 2) AS weight, DATE '2020-01-01' + i AS opened
  FROM generate_series(1, 60) i;
CREATE TABLE pairing AS SELECT i AS partner_a, i + 1 AS partner_b, CASE i % 4 WHEN 0 THEN 'books' ELSE 'teaching' END AS programme
  FROM generate_series(1, 59) i;
CREATE TABLE meeting AS
SELECT i AS id, i AS partner_a, i + 1 AS partner_b, CASE i % 3 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, DATE '2023-09-01' + i AS planned_on,
       CASE WHEN i % 5 > 0 THEN DATE '2023-09-03' + i END AS held_on
  FROM generate_series(1, 59) i;
CREATE TABLE outcome AS
SELECT i AS id, y AS period, CASE i % 3 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, i % 11 + y * (i % 3) AS value, i % 4 AS stratum, i % 13 AS x
  FROM generate_series(1, 60) i, generate_series(1, 2) y;
CREATE TABLE pupil AS
SELECT i AS unit, g AS grp, i % 2 + 1 AS period, i * 7 % 23 + g AS n FROM generate_series(1, 30) i, generate_series(1, 2) g;

-- Every report has it -----------------------------------------------------------------------------------------------------

-- Each report with a value in its source, and the same source with the value written in it.
CREATE TEMP TABLE call (report text, call text);
INSERT INTO call
SELECT split_part(call, '(', 1), call FROM (VALUES
    ($$completion_comparison('SELECT * FROM meeting WHERE id > %s', as_of => '2024-06-01'%s)$$),
    ($$completion_curve('SELECT * FROM meeting WHERE id > %s', to_date => '2024-06-01'%s)$$),
    ($$completion_delays('SELECT * FROM meeting WHERE id > %s', as_of => '2024-06-01'%s)$$),
    ($$completion_forecast('SELECT * FROM meeting WHERE id > %s', as_of => '2023-10-01'%s)$$),
    ($$completion_issues('SELECT * FROM meeting WHERE id > %s', as_of => '2023-10-01'%s)$$),
    ($$completion_items('SELECT * FROM meeting WHERE id > %s', as_of => '2024-06-01'%s)$$),
    ($$completion_rates('SELECT * FROM meeting WHERE id > %s', as_of => '2024-06-01'%s)$$),
    ($$completion_survival('SELECT * FROM meeting WHERE id > %s', as_of => '2024-06-01'%s)$$),
    ($$convergence('SELECT id, 2020 + p AS period, avg(value) * p AS value FROM outcome, generate_series(1, 2) p WHERE id > %s GROUP BY id, p'%s)$$),
    ($$convergence_spread('SELECT id, 2020 + p AS period, avg(value) * p AS value FROM outcome, generate_series(1, 2) p WHERE id > %s GROUP BY id, p'%s)$$),
    ($$gap_indices('SELECT * FROM outcome WHERE id > %s'%s)$$),
    ($$impact_effects('SELECT id, 2020 + p AS period, zone, value * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2022 END AS cohort FROM outcome, generate_series(1, 3) p WHERE period = 1 AND id > %s'%s)$$),
    ($$impact_gap('SELECT id, 2020 + p AS period, zone, value * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2022 END AS cohort FROM outcome, generate_series(1, 3) p WHERE period = 1 AND id > %s'%s)$$),
    ($$impact_group_time('SELECT id, 2020 + p AS period, zone, value * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2022 END AS cohort FROM outcome, generate_series(1, 3) p WHERE period = 1 AND id > %s'%s)$$),
    ($$impact_issues('SELECT id, 2020 AS period, 1 AS value, 2021 AS cohort FROM outcome WHERE period = 1 AND id > %s'%s)$$),
    ($$impact_pretrend('SELECT id, 2020 + p AS period, zone, value * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2022 END AS cohort FROM outcome, generate_series(1, 3) p WHERE period = 1 AND id > %s'%s)$$),
    ($$pairing_cohorts('SELECT id, 2020 AS period FROM outcome WHERE period = 1 AND id > %s', 'pairing'%s)$$),
    ($$gap_trend('SELECT * FROM outcome WHERE id > %s'%s)$$),
    ($$impact_did('SELECT id, 2000 + p AS period, avg(value) * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2002 END AS cohort FROM outcome, generate_series(1, 3) p WHERE id > %s GROUP BY id, p', before => '{2001}', after => '{2002}'%s)$$),
    ($$impact_twfe('SELECT id, 2000 + p AS period, avg(value) * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2002 END AS cohort FROM outcome, generate_series(1, 3) p WHERE id > %s GROUP BY id, p'%s)$$),
    ($$impact_twfe_decomposition('SELECT id, 2000 + p AS period, avg(value) * p AS value, CASE WHEN mod(id, 2) = 0 THEN 2002 END AS cohort FROM outcome, generate_series(1, 3) p WHERE id > %s GROUP BY id, p'%s)$$),
    ($$inequality_indices('SELECT id::text AS subgroup, avg(value) AS estimate FROM outcome WHERE id > %s GROUP BY id'%s)$$),
    ($$kitagawa('SELECT * FROM outcome WHERE id > %s', 'inner', 'outer', stratum_column => 'stratum'%s)$$),
    ($$oaxaca_blinder('SELECT * FROM outcome WHERE id > %s', 'value', '{x}', 'inner', 'outer'%s)$$),
    ($$outcome_issues('SELECT CASE WHEN id > 25 THEN id END AS id, zone, value FROM outcome WHERE id > %s'%s)$$),
    ($$pairing_coverage('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_degrees('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_flows('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_issues('SELECT * FROM school WHERE id > %s', 'pairing'%s)$$),
    ($$pairing_items('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_network('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_partners('SELECT * FROM school WHERE id > %s', 'pairing', as_of => '2024-06-01'%s)$$),
    ($$pairing_timeline('SELECT * FROM school WHERE id > %s', 'pairing', to_date => '2024-06-01'%s)$$),
    ($$segregation_change('SELECT * FROM pupil WHERE unit > %s'%s)$$),
    ($$segregation_indices('SELECT * FROM pupil WHERE unit > %s'%s)$$),
    ($$segregation_local('SELECT * FROM pupil WHERE unit > %s'%s)$$),
    ($$suggest_pairings('SELECT * FROM school WHERE id > %s', 'SELECT partner_a, partner_b, 1 AS cost FROM pairing', as_of => '2024-06-01'%s)$$)) AS v (call);

SELECT is((SELECT string_agg(report, ' ' ORDER BY report) FROM call),
    (SELECT string_agg(DISTINCT p.proname, ' ' ORDER BY p.proname)
       FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
            JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
      WHERE p.proargnames[p.pronargs] = 'params' AND p.proname !~ '^_'),
    'every report that has params is tried here');
SELECT is_empty(
    $$SELECT DISTINCT p.proname
        FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
             JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
       WHERE p.proargnames[1] IN ('schools', 'pairings', 'sessions', 'outcomes', 'counts', 'source', 'estimates')
         AND p.proargnames[p.pronargs] IS DISTINCT FROM 'params'$$,
    'and every report that reads a source has it, last');

CREATE FUNCTION pg_temp.differences(call text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    differing bigint;
    with_value text := format(call, '$1', $p$, params => '{20}'$p$);
    written text := format(call, '20', '');
BEGIN
    EXECUTE format('SELECT count(*) FROM ((SELECT %1$L, t::text FROM %2$s t) EXCEPT ALL (SELECT %1$L, t::text FROM %3$s t)) d', '', with_value, written)
       INTO differing;
    EXECUTE format('SELECT $1 + count(*) FROM ((SELECT %1$L, t::text FROM %3$s t) EXCEPT ALL (SELECT %1$L, t::text FROM %2$s t)) d', '', with_value, written)
       INTO differing USING differing;
    EXECUTE format('SELECT $1 + (count(*) = 0)::int * 1000 FROM %s t', with_value) INTO differing USING differing;
    RETURN differing;
END $$;
SELECT is(pg_temp.differences(call), 0::bigint, report || ': a value is as if it were written in the source') FROM call;

-- Values and their types --------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.units(source text, params text[]) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(units || '/' || paired, ' ') FROM pairing_coverage(source, 'pairing', '{}', '2024-01-01', params => params) $$;

SELECT is(pg_temp.units('SELECT * FROM school WHERE ' || condition, params),
    (SELECT count(*) || '/' || count(*) FILTER (WHERE id > 0) FROM school WHERE
        CASE n WHEN 1 THEN level = 'primary' WHEN 2 THEN level = 'it''s "lower", {so}' WHEN 3 THEN opened >= '2020-01-31' AND zone = 'inner'
               WHEN 4 THEN weight > 3.5 WHEN 5 THEN id = ANY ('{1,2,3}') WHEN 6 THEN true WHEN 7 THEN true WHEN 8 THEN id BETWEEN 5 AND 5 + 3
               WHEN 9 THEN true WHEN 11 THEN id = 9 WHEN 10 THEN id <= 12 END),
    condition)
  FROM (VALUES (1, 'level = $1', '{primary}'::text[]),
               (2, 'level = $1', ARRAY['it''s "lower", {so}']),
               (3, 'opened >= $2 AND zone = $1', '{inner,2020-01-31}'),
               (4, 'weight > $1', '{3.5}'),
               (5, 'id = ANY ($1)', ARRAY['{1,2,3}']),
               (6, '$1 IS NULL', '{NULL}'),
               (7, '($1 IS NULL OR id = $1)', '{NULL}'),
               (8, 'id BETWEEN $1 AND $1 + 3', '{5}'),
               (9, 'true', '{not,used}'),
               (10, 'id <= $3', '{x,y,12}'), (11, '($1 IS NULL OR id = $1)', '{9}')) AS v (n, condition, params)
 -- all their schools have a partner
 ORDER BY n;
SELECT is(pg_temp.units('school', '{1}'), '60/60', 'a relation has no use for values');
SELECT is((SELECT string_agg(subgroup || ' ' || partners, ', ' ORDER BY subgroup) FROM (
             SELECT d.zone AS subgroup, sum(d.partners) AS partners
               FROM pairing_degrees('SELECT * FROM school WHERE level = $2', 'SELECT * FROM pairing WHERE programme = $1', as_of => '2024-01-01',
                                    params => '{books,primary}') d GROUP BY 1) s),
    (SELECT string_agg(zone || ' ' || partners, ', ' ORDER BY zone) FROM (
             SELECT s.zone, count(p) AS partners FROM school s LEFT JOIN pairing p ON p.programme = 'books' AND s.id IN (p.partner_a, p.partner_b)
              WHERE s.level = 'primary' GROUP BY 1) s),
    'all sources of a report share the values');
PREPARE by_level (text) AS SELECT units FROM pairing_coverage('SELECT * FROM school WHERE level = $1', 'pairing', '{}', '2024-01-01', params => ARRAY[$1]);
SELECT results_eq($$EXECUTE by_level('primary')$$, 'VALUES (30::bigint)', 'in a prepared statement');
SELECT results_eq($$EXECUTE by_level('none')$$, 'VALUES (0::bigint)', 'with another value');
CREATE VIEW of_level AS SELECT units FROM pairing_coverage('SELECT * FROM school WHERE level = $1', 'pairing', '{}', '2024-01-01', params => '{primary}');
SELECT results_eq('TABLE of_level', 'VALUES (30::bigint)', 'in a view');
SELECT is(pg_temp.units('SELECT * FROM school WHERE level = $1', ARRAY['primary'' OR true OR level = ''']), '0/0', 'a value is never read as SQL');
CREATE DOMAIN small_id AS int CHECK (VALUE < 100);
SELECT is(pg_temp.units('SELECT * FROM school WHERE id = $1::small_id', '{7}'), '1/1', 'a domain');
SELECT is((SELECT count(*) FROM pairing_coverage('SELECT $1 AS id', 'SELECT $1 AS partner_a, $2 AS partner_b', '{}', '2024-01-01', params => '{a,b}')
            WHERE paired = 1), 1::bigint, 'a value that is a column is text');

-- What goes wrong ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.told(condition text, params text[], OUT code text, OUT told text) LANGUAGE plpgsql AS $$
DECLARE
    message text; hint text; context text;
BEGIN
    PERFORM * FROM pairing_coverage('SELECT * FROM school WHERE ' || condition, 'pairing', params => params);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
    told := concat_ws(' | ', message, nullif(hint, ''), substring(context, 'value [^\n]*'), substring(context, '[^\n]*parameter "schools"[^\n]*'));
END $$;
-- PostgreSQL 18 writes DateStyle
SELECT is(replace(t::text, '""DateStyle""', '""datestyle""'), expected, format('%s with %s', condition, params))
  FROM (VALUES ('level = $1', '{}'::text[],
                '(42P02,"there is no parameter $1 | Give the values for $1, $2 and so on in the parameter ""params"". | parameter ""schools"" of pairing_coverage")'),
               ('id = $1 OR id = $3', '{1,2}',
                '(42P02,"there is no parameter $3 | The parameter ""params"" holds 2 values. | parameter ""schools"" of pairing_coverage")'),
               ('id = $2', '{1}',
                '(42P02,"there is no parameter $2 | The parameter ""params"" holds 1 value. | parameter ""schools"" of pairing_coverage")'),
               ('id = $1', '{seven}',
                '(22P02,"invalid input syntax for type integer: ""seven"" | value $1 of parameter ""params"" | parameter ""schools"" of pairing_coverage")'),
               ('opened = $2', '{1,31/02/2024}',
                '(22008,"date/time field value out of range: ""31/02/2024"" | Perhaps you need a different ""datestyle"" setting. | value $2 of parameter ""params"" | parameter ""schools"" of pairing_coverage")'),
               ('id = $1::small_id', '{700}',
                '(23514,"value for domain small_id violates check constraint ""small_id_check"" | value $1 of parameter ""params"" | parameter ""schools"" of pairing_coverage")'),
               ('level = $1', NULL,
                '(22004,"parameter ""params"" must not be null | Give the values for $1, $2 and so on as an array of texts, such as ''{primary,2023-09-01}''.")'),
               ('level = $1', '{{a},{b}}',
                '(22023,"parameter ""params"" must have one dimension | Give the values for $1, $2 and so on as an array of texts, such as ''{primary,2023-09-01}''.")')
       ) AS v (condition, params, expected), LATERAL pg_temp.told(condition, params) t;
SELECT throws_ok($$SELECT * FROM pairing_coverage('SELECT 1 AS id; SELECT $1', 'pairing', params => '{1}')$$, '42601',
    'parameter "schools" of pairing_coverage must be one relation name or one query', 'two statements');
SELECT throws_ok($$SELECT * FROM pairing_coverage('SELECT * FROM school WHER id = $1', 'pairing', params => '{1}')$$, '42601', NULL, 'a slip of the pen');
SELECT throws_ok($$SELECT * FROM pairing_coverage('DELETE FROM school WHERE id = $1 RETURNING id', 'pairing', params => '{1}')$$, '0A000', NULL,
    'no writing with values either');
SELECT is((SELECT count(*) FROM school), 60::bigint, 'nothing was deleted');

SELECT * FROM finish();
ROLLBACK;
