-- The views for BI tools: what their columns are, who may read them, and that each says what plain SQL on the tables says.
-- database: hanoi
--
-- A night is made here by hand: each report is run on a day, and its rows become figures.  So these are the queries of the
-- reports and the views, without the procedure that runs them.

BEGIN;
SELECT plan(106);
SET LOCAL client_min_messages = warning;

-- A model without a row -------------------------------------------------------------------------------------------------

SELECT create_twinning_schema('empty');
CREATE FUNCTION pg_temp.night(model text, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  r record;
  path text := current_setting('search_path');
BEGIN
  PERFORM set_config('search_path', format('pg_catalog, %I, %s, pg_temp', model, (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'equipair')), true);
  DELETE FROM figures WHERE as_of = day;
  FOR r IN SELECT name, query FROM reports LOOP
    EXECUTE format($q$
      INSERT INTO figures (run, as_of, report, dimension, subgroup, subgroup_key, period, period_start, measure, value, ci_lower, ci_upper, numerator, denominator)
      SELECT 1, $1, %L, j ->> 'dimension', j ->> 'subgroup', j -> 'subgroup_key', j ->> 'period', (j ->> 'period_start')::date, j ->> 'measure',
             (j ->> 'value')::float8, (j ->> 'ci_lower')::float8, (j ->> 'ci_upper')::float8, (j ->> 'numerator')::bigint, (j ->> 'denominator')::bigint
        FROM (%s) AS q, LATERAL (SELECT to_jsonb(q) AS j) AS l $q$, r.name, r.query) USING day;
    INSERT INTO runs (run, kind, name, as_of, started, finished, seconds, rows, outcome) VALUES (1, 'report', r.name, day, now(), now(), 0, 0, 'ok')
      ON CONFLICT (run, kind, name) DO UPDATE SET as_of = day;
  END LOOP;
  PERFORM set_config('search_path', path, true);
END $$;
CREATE FUNCTION pg_temp.check_value(model text, check_name text, day date) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  path text := current_setting('search_path');
  v float8;
BEGIN
  PERFORM set_config('search_path', format('pg_catalog, %I, %s, pg_temp', model, (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'equipair')), true);
  EXECUTE (SELECT query FROM checks WHERE name = check_name) INTO v USING day;
  PERFORM set_config('search_path', path, true);
  RETURN v;
END $$;
CREATE FUNCTION pg_temp.rows_of(model text) RETURNS TABLE (view text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
  FOR view IN SELECT relname FROM pg_class WHERE relnamespace = model::regnamespace AND relkind = 'v' LOOP
    EXECUTE format('SELECT count(*) FROM (SELECT * FROM %I.%I OFFSET 0) AS v', model, view) INTO n;
    RETURN NEXT;
  END LOOP;
END $$;

SELECT results_eq($$SELECT view, n FROM pg_temp.rows_of('empty') WHERE n > 0 ORDER BY view$$,
  $$SELECT 'v_definitions'::text, count(*) FROM empty.reports$$, 'no row but the definitions before a night');
SELECT lives_ok($$SELECT pg_temp.night('empty', '2023-05-31')$$, 'a night without data');
SELECT is((SELECT count(*) FROM empty.figures), 0::bigint, 'makes no figures');
SELECT results_eq($$SELECT view FROM pg_temp.rows_of('empty') WHERE n > 0 ORDER BY view$$, $$VALUES ('v_definitions'), ('v_runs')$$, 'and no rows but the reports and how they went');
SELECT is_empty($$SELECT name FROM empty.checks WHERE num_nonnulls(at_least, at_most) > 0
                     AND (pg_temp.check_value('empty', name, '2023-05-31') IS NULL OR pg_temp.check_value('empty', name, '2023-05-31') NOT BETWEEN coalesce(at_least, '-Infinity') AND coalesce(at_most, 'Infinity'))$$,
  'a new office fails no check');

-- Every column ----------------------------------------------------------------------------------------------------------

CREATE TEMP VIEW col AS
SELECT c.relname AS view, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS comment, obj_description(c.oid, 'pg_class') AS about
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'empty'::regnamespace AND c.relkind = 'v';
SELECT set_eq('SELECT view FROM col', ARRAY['v_activities', 'v_aid', 'v_burn_up', 'v_completion', 'v_coverage', 'v_coverage_monthly', 'v_definitions', 'v_districts', 'v_figures',
  'v_flows', 'v_gap', 'v_gap_trend', 'v_impact', 'v_issues', 'v_network', 'v_pairings', 'v_plans', 'v_reminders', 'v_runs', 'v_schools', 'v_successors', 'v_units', 'v_unpaired_schools'], 'the views');
SELECT is_empty($$SELECT view, name, type FROM col WHERE type NOT IN ('bigint', 'double precision', 'text', 'date', 'boolean')$$, 'every column is a number, a text, a date or a boolean');
SELECT is_empty($$SELECT view, name FROM col WHERE coalesce(comment, '') !~ '\S' OR coalesce(about, '') !~ '\S'$$, 'and has its comment');
SELECT is_empty($$SELECT view, name FROM col WHERE name ~ 'contact'$$, 'none has contacts');
SELECT is_empty($$SELECT DISTINCT view FROM col WHERE view NOT IN ('v_units', 'v_successors', 'v_definitions') EXCEPT SELECT view FROM col WHERE name = 'as_of'$$, 'each says of which day it is');
SELECT is_empty($$SELECT view FROM col WHERE name = 'school_year' EXCEPT SELECT view FROM col WHERE name = 'school_year_start'$$, 'a school year comes with its number');
SELECT is_empty($$SELECT view, name FROM col WHERE name !~ '^[a-z_]+$' OR length(name) > 63$$, 'names need no quotes');
SELECT is_empty($$SELECT d.refobjid::regprocedure FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class AND c.relnamespace = 'empty'::regnamespace
                   WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_proc'::regclass)$$,
  'no view stands on a function of the extension');
SELECT is_empty($$SELECT name FROM empty.reports WHERE num_nulls(title, title_vi, question, question_vi, definition, definition_vi) > 0$$, 'every report is explained in both languages');
SELECT is_empty($$SELECT name FROM empty.checks WHERE num_nulls(title, title_vi) > 0$$, 'and every check');
SELECT is((SELECT title_vi FROM empty.reports WHERE name = 'gap'), 'Chênh lệch giữa nội thành và ngoại thành', 'with all accents');
SELECT is_empty($$SELECT name FROM empty.reports WHERE title_vi || question_vi || definition_vi IS NOT NFC NORMALIZED$$, 'in the usual form');
SELECT is_empty($$SELECT name FROM empty.reports WHERE query ~* '(twinning|empty|public)\.'$$, 'no query names a schema');

-- Hanoi: rows -----------------------------------------------------------------------------------------------------------

SET LOCAL search_path = twinning, public, equipair, tap;
DELETE FROM runs;
DELETE FROM figures;
DELETE FROM summaries;
INSERT INTO summaries (school_year, indicator, level, version, summary)
SELECT o.school_year, o.indicator, s.level, 1, gap_agg(o.value, d.zone)
  FROM outcomes AS o JOIN schools AS s ON s.id = o.school_id JOIN districts AS d ON d.id = s.district_id GROUP BY 1, 2, 3;
SELECT is((SELECT DISTINCT as_of FROM v_schools), CURRENT_DATE, 'before the first night the day is today');
SELECT lives_ok($$SELECT pg_temp.night('twinning', '2023-05-31')$$, 'a night');
SELECT is((SELECT count(*) FROM (SELECT report FROM figures GROUP BY report) AS r), (SELECT count(*) FROM reports), 'every report gives figures');
SELECT is_empty($$SELECT report, dimension, subgroup_key, period, measure FROM figures GROUP BY 1, 2, 3, 4, 5, period_start HAVING count(*) > 1$$, 'none twice');
SELECT is_empty($$SELECT * FROM figures WHERE numerator > denominator AND report <> 'plans' AND measure <> 'mean_partners' OR abs(value * denominator - numerator) > 1e-6$$, 'a rate is its numerator by its denominator');
SELECT is_empty($$SELECT report FROM figures WHERE dimension IS NULL OR subgroup IS NULL OR jsonb_typeof(subgroup_key) <> 'object'$$, 'each says what it is of');
SELECT is((SELECT DISTINCT as_of FROM v_schools), '2023-05-31'::date, 'then it is that of the night');
SELECT results_eq($$SELECT id, name, level, level_name, district, zone, students, valid_from, is_open FROM v_schools ORDER BY id COLLATE "C"$$,
  $$SELECT s.id, s.name, s.level, l.name, d.name, d.zone, s.students, lower(s.valid), coalesce(lower(s.valid) <= '2023-05-31', true) AND coalesce(upper(s.valid) > '2023-05-31', true)
      FROM schools s JOIN districts d ON d.id = s.district_id JOIN levels l ON l.code = s.level ORDER BY s.id COLLATE "C"$$, 'v_schools');
SELECT results_eq('SELECT id, kind FROM v_units ORDER BY id COLLATE "C"', 'SELECT id, kind FROM units ORDER BY id COLLATE "C"', 'v_units');
SELECT results_eq(
  $$SELECT partner_a, partner_b, status, sessions_held, last_session, days_since_last, next_planned FROM v_pairings v WHERE unit_kind = 'school' AND status IN ('active', 'asleep')
       AND 1 = (SELECT count(*) FROM pairings p WHERE v.partner_a IN (p.partner_a, p.partner_b) AND v.partner_b IN (p.partner_a, p.partner_b)) ORDER BY partner_a COLLATE "C", partner_b COLLATE "C"$$,
  $$SELECT coalesce(details ->> 'a', partner_a), coalesce(details ->> 'b', partner_b), status, sessions_held, last_session, days_since_last::bigint, next_planned
      FROM pairing_items('schools', 'SELECT *, partner_a AS a, partner_b AS b FROM pairings WHERE unit_kind = ''school''', '2023-05-31',
                         'SELECT a.id AS session_id, p.unit, a.held_on, a.planned_on, a.cancelled_on FROM activities a JOIN participants p ON p.activity = a.id') i
     WHERE status IN ('active', 'asleep') AND 1 = (SELECT count(*) FROM pairings p WHERE i.partner_a IN (p.partner_a, p.partner_b) AND i.partner_b IN (p.partner_a, p.partner_b))
     ORDER BY coalesce(details ->> 'a', partner_a) COLLATE "C", coalesce(details ->> 'b', partner_b) COLLATE "C"$$, 'v_pairings: valid ones of two that have one alone, as pairing_items has them');
SELECT results_eq('SELECT status, count(*) FROM v_pairings GROUP BY 1 ORDER BY 1',
  $$SELECT CASE WHEN '2023-05-31' < lower(valid) THEN 'future' WHEN upper(valid) <= '2023-05-31' THEN 'ended'
                WHEN EXISTS (SELECT FROM activities a WHERE a.held_on BETWEEN '2022-05-31' AND '2023-05-31' AND a.held_on <@ p.valid
                                AND 2 = (SELECT count(*) FROM participants x WHERE x.activity = a.id AND x.unit IN (p.partner_a, p.partner_b))) THEN 'active' ELSE 'asleep' END, count(*)
      FROM pairings p GROUP BY 1 ORDER BY 1$$, 'v_pairings: all of them');
SELECT is_empty($$SELECT v.pairing_id FROM v_pairings v LEFT JOIN v_units a ON a.id = v.partner_a LEFT JOIN v_units b ON b.id = v.partner_b
                   WHERE (partner_a_name, partner_b_name, partner_a_district) IS DISTINCT FROM (a.name, b.name, a.district) OR is_external <> ('external' IN (a.kind, b.kind))$$, 'v_pairings: the partners');
SELECT results_eq('SELECT activity_id, status, delay_days FROM v_activities WHERE status IS NOT NULL ORDER BY activity_id COLLATE "C"',
  $$SELECT item, status, delay_days::bigint FROM completion_items('activities', as_of => '2023-05-31') ORDER BY item COLLATE "C"$$, 'v_activities: the status is that of completion_items');
SELECT is((SELECT count(*) FROM v_activities), (SELECT count(*) FROM activities), 'v_activities: one row each');
SELECT is_empty($$SELECT v.activity_id FROM v_activities v JOIN activities a ON a.id = v.activity_id::bigint
                   WHERE v.school_year IS DISTINCT FROM school_year(coalesce(a.planned_on, a.held_on))::text OR v.period_start <> first_day(school_year(coalesce(a.planned_on, a.held_on)))
                      OR v.host IS DISTINCT FROM (SELECT unit FROM participants WHERE activity = a.id AND role = 'host')
                      OR v.guests IS DISTINCT FROM (SELECT u.name FROM participants p JOIN v_units u ON u.id = p.unit WHERE p.activity = a.id AND p.role = 'guest')$$, 'v_activities: school year, host and guest');
SELECT results_eq('SELECT activity_id, unit, status, days_overdue, days_until FROM v_reminders ORDER BY activity_id COLLATE "C", unit COLLATE "C"',
  $$SELECT a.id::text, p.unit, CASE WHEN a.planned_on >= '2023-05-31' THEN 'upcoming' ELSE 'overdue' END, greatest(0, DATE '2023-05-31' - a.planned_on)::bigint, greatest(0, a.planned_on - DATE '2023-05-31')::bigint
      FROM activities a JOIN participants p ON p.activity = a.id
     WHERE a.planned_on <= '2023-06-06' AND coalesce(a.held_on, 'infinity') > '2023-05-31' AND coalesce(a.cancelled_on, 'infinity') > '2023-05-31'
     ORDER BY a.id::text COLLATE "C", p.unit COLLATE "C"$$, 'v_reminders');
SELECT is((SELECT count(DISTINCT activity_id) FROM v_reminders WHERE status = 'overdue'), (SELECT overdue FROM completion_rates('activities', as_of => '2023-05-31')), 'v_reminders: as many are overdue as completion_rates says');
SELECT is_empty($$SELECT r.activity_id FROM v_reminders r JOIN v_reminders o ON o.activity_id = r.activity_id AND o.unit <> r.unit WHERE r.others <> o.unit_name$$, 'v_reminders: the other side');
SELECT results_eq('SELECT id FROM v_unpaired_schools ORDER BY id COLLATE "C"',
  $$SELECT id FROM pairing_degrees('schools', 'SELECT * FROM pairings WHERE unit_kind = ''school''', as_of => '2023-05-31') WHERE partners = 0 ORDER BY id COLLATE "C"$$, 'v_unpaired_schools');
SELECT is_empty($$SELECT v.id FROM v_unpaired_schools v JOIN schools p ON p.id = v.proposed_partner WHERE v.level <> p.level OR v.zone = v.proposed_zone$$, 'v_unpaired_schools: the proposal is of the same level in another zone');
SELECT cmp_ok((SELECT count(proposed_partner) FROM v_unpaired_schools), '>=', 2200::bigint, 'v_unpaired_schools: nearly all have one');
SELECT cmp_ok((SELECT max(n) FROM (SELECT u, count(*) AS n FROM (SELECT subgroup_key ->> 'school' AS u FROM figures WHERE report = 'proposals' UNION ALL SELECT subgroup_key ->> 'partner' FROM figures WHERE report = 'proposals') AS x
                                    GROUP BY u) AS y), '<=', 2::bigint, 'and no school is proposed to more than two');
SELECT is_empty($$SELECT id FROM v_unpaired_schools AS v
                   WHERE (v.proposed_partner IS NOT NULL AND v.proposed_partner_is_paired <> EXISTS (SELECT FROM pairings p WHERE p.unit_kind = 'school' AND p.valid @> v.as_of AND v.proposed_partner IN (p.partner_a, p.partner_b)))
                      OR v.proposed_to IS DISTINCT FROM (SELECT nullif(count(*), 0) FROM v_unpaired_schools AS w WHERE w.proposed_partner = v.proposed_partner)$$, 'v_unpaired_schools: what else the proposed school has');
SELECT is_empty('SELECT id FROM v_unpaired_schools WHERE num_nulls(proposed_partner, proposed_partner_is_paired, proposed_to) NOT IN (0, 3)', 'nothing where none is proposed');
SELECT cmp_ok((SELECT count(*) FROM v_unpaired_schools WHERE proposed_partner_is_paired), '>', 0::bigint, 'some are proposed a school with a partner');
SELECT results_eq($$SELECT kind, count(*), sum(quantity), sum(amount) FROM v_aid WHERE giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ' AND school_year = '2022-2023' GROUP BY 1 ORDER BY 1$$,
  $$SELECT g.kind, count(*), sum(quantity)::float8, sum(amount)::float8 FROM aid g JOIN schools a ON a.id = g.giver JOIN schools b ON b.id = g.receiver
     WHERE a.district_id = '005' AND b.district_id = '272' AND given_on BETWEEN '2022-09-01' AND '2023-05-31' GROUP BY 1 ORDER BY 1$$, 'v_aid');

-- Hanoi: figures --------------------------------------------------------------------------------------------------------

-- Partners counted in plain SQL: the schools with one on a day, and those that met one in the year before
CREATE FUNCTION pg_temp.standing(day date) RETURNS TABLE (id text, level text, zone text, district_id text, paired boolean, crossed boolean, alive boolean) LANGUAGE sql AS $$
  WITH p AS (SELECT partner_a AS a, partner_b AS b, valid FROM twinning.pairings WHERE unit_kind = 'school' AND valid @> day
             UNION ALL SELECT partner_b, partner_a, valid FROM twinning.pairings WHERE unit_kind = 'school' AND valid @> day),
       met AS (SELECT x.unit AS a, y.unit AS b, v.held_on FROM twinning.activities v JOIN twinning.participants x ON x.activity = v.id JOIN twinning.participants y ON y.activity = v.id AND y.unit <> x.unit
                WHERE v.held_on BETWEEN day - interval '1 year' AND day),
       school AS (SELECT s.id, s.level, d.zone, d.id AS district_id FROM twinning.schools s JOIN twinning.districts d ON d.id = s.district_id WHERE s.valid @> day)
  SELECT s.id, s.level, s.zone, s.district_id, s.id IN (SELECT a FROM p),
         s.id IN (SELECT p.a FROM p JOIN school i ON i.id = p.a JOIN school o ON o.id = p.b WHERE i.zone <> o.zone),
         s.id IN (SELECT p.a FROM p JOIN met ON met.a = p.a AND met.b = p.b AND met.held_on <@ p.valid)
    FROM school s
$$;
CREATE TEMP TABLE standing AS SELECT * FROM pg_temp.standing('2023-05-31');
SELECT results_eq($$SELECT dimension, zone, level, district_id, schools, paired, cross_zone, active FROM v_coverage ORDER BY 1, 2, 3, 4$$,
  $$SELECT CASE WHEN district_id IS NOT NULL THEN 'district' WHEN zone IS NULL AND level IS NULL THEN 'all' ELSE concat_ws(' / ', CASE WHEN zone IS NOT NULL THEN 'zone' END, CASE WHEN level IS NOT NULL THEN 'level' END) END,
           zone, level, district_id, count(*), count(*) FILTER (WHERE paired), count(*) FILTER (WHERE crossed), count(*) FILTER (WHERE alive)
      FROM standing GROUP BY GROUPING SETS ((), (zone), (level), (zone, level), (district_id)) ORDER BY 1, 2, 3, 4$$, 'v_coverage');
SELECT is_empty('SELECT * FROM v_coverage WHERE paired_rate <> paired::float8 / schools OR NOT paired_rate BETWEEN paired_rate_lower AND paired_rate_upper OR abs(active_rate * schools - active) > 1e-6', 'v_coverage: rates and intervals');
SELECT results_eq($$SELECT paired_rate_lower::numeric(12,9), paired_rate_upper::numeric(12,9) FROM v_coverage WHERE dimension = 'all'$$,
  -- Wilson's interval, by its formula
  $$SELECT ((p + z * z / 2 / n - z * sqrt(p * (1 - p) / n + z * z / 4 / n / n)) / (1 + z * z / n))::numeric(12,9), ((p + z * z / 2 / n + z * sqrt(p * (1 - p) / n + z * z / 4 / n / n)) / (1 + z * z / n))::numeric(12,9)
      FROM (SELECT 737 / 2941.0::float8 AS p, 2941.0::float8 AS n, 1.959963984540054::float8 AS z) AS v$$, 'v_coverage: 737 of 2,941, with Wilson''s interval');
SELECT results_eq($$SELECT month, dimension, zone, level, schools, paired, active FROM v_coverage_monthly WHERE month >= '2023-02-01' ORDER BY 1, 2, 3, 4$$,
  $$SELECT m::date, CASE WHEN zone IS NOT NULL THEN 'zone' WHEN level IS NOT NULL THEN 'level' ELSE 'all' END, zone, level, count(*), count(*) FILTER (WHERE paired), count(*) FILTER (WHERE alive)
      FROM generate_series(timestamp '2023-02-01', '2023-05-01', '1 month') AS m, pg_temp.standing(m::date) GROUP BY m, GROUPING SETS ((), (zone), (level)) ORDER BY 1, 2, 3, 4$$, 'v_coverage_monthly: signed and alive');
SELECT results_eq($$SELECT school_year, dimension, kind, organised_by, mode, planned, completed, due, due_completed, on_time, late, overdue, upcoming, cancelled, unplanned, held
                      FROM v_completion WHERE dimension <> 'level' ORDER BY 1, 2, 3, 4, 5$$,
  $$SELECT school_year, CASE WHEN kind IS NOT NULL THEN 'kind' WHEN organised_by IS NOT NULL THEN 'organised_by' WHEN mode IS NOT NULL THEN 'mode' ELSE 'all' END, kind, organised_by, mode,
           count(*) FILTER (WHERE planned_on IS NOT NULL), count(*) FILTER (WHERE status IN ('on_time', 'late')),
           count(*) FILTER (WHERE planned_on < as_of AND status <> 'cancelled'), count(*) FILTER (WHERE planned_on < as_of AND status IN ('on_time', 'late')),
           count(*) FILTER (WHERE status = 'on_time'), count(*) FILTER (WHERE status = 'late'), count(*) FILTER (WHERE status = 'overdue'), count(*) FILTER (WHERE status = 'upcoming'),
           count(*) FILTER (WHERE status = 'cancelled'), count(*) FILTER (WHERE status = 'unplanned'), count(*) FILTER (WHERE is_held)
      FROM v_activities GROUP BY GROUPING SETS ((), (school_year), (school_year, kind), (school_year, organised_by), (school_year, mode)) ORDER BY 1, 2, 3, 4, 5$$, 'v_completion');
SELECT results_eq($$SELECT school_year, level, planned, held FROM v_completion WHERE dimension = 'level' ORDER BY 1, 2$$,
  $$SELECT v.school_year, l.level, count(planned_on), count(*) FILTER (WHERE is_held)
      FROM v_activities v, LATERAL (SELECT CASE count(DISTINCT s.level) WHEN 1 THEN min(s.level) WHEN 0 THEN NULL ELSE 'several' END AS level
                                      FROM participants p JOIN schools s ON s.id = p.unit WHERE p.activity = v.activity_id::bigint) AS l GROUP BY 1, 2 ORDER BY 1, 2$$, 'v_completion: by the level of the schools');
SELECT results_eq($$SELECT mean_delay_days::numeric(12,9), median_delay_days FROM v_completion WHERE dimension = 'all' AND school_year = '2022-2023'$$,
  $$SELECT avg(held_on - planned_on)::numeric(12,9), percentile_cont(0.5) WITHIN GROUP (ORDER BY held_on - planned_on) FROM v_activities WHERE school_year = '2022-2023' AND status IN ('on_time', 'late')$$, 'v_completion: delays');
SELECT results_eq($$SELECT day, planned, held FROM v_burn_up WHERE planned IS NOT NULL ORDER BY 1$$,
  $$SELECT day, count(*) FILTER (WHERE planned_on <= day), CASE WHEN day <= '2023-05-31' THEN count(*) FILTER (WHERE held_on <= day) END
      FROM (SELECT m::date AS day FROM generate_series(timestamp '2022-09-01', '2023-09-01', '1 month') AS m UNION SELECT '2023-05-31') AS d, activities a
     WHERE coalesce(planned_on, held_on) BETWEEN '2022-09-01' AND '2023-08-31' GROUP BY day ORDER BY 1$$, 'v_burn_up: planned and held');
SELECT is((SELECT expected FROM v_burn_up WHERE day = as_of), (SELECT held::float8 FROM v_burn_up WHERE day = as_of), 'v_burn_up: the forecast begins with what is held');
SELECT results_eq($$SELECT what, level, zone, target, done FROM v_plans ORDER BY 1, 2, 3$$,
  $$SELECT what, p.level, p.zone, target, (SELECT count(*) FROM standing s WHERE s.level = p.level AND (p.zone IS NULL OR s.zone = p.zone)
       AND EXISTS (SELECT FROM pairings q WHERE q.unit_kind = 'school' AND s.id IN (partner_a, partner_b) AND q.valid @> DATE '2023-05-31' AND (p.what = 'paired' OR q.kind = 'commitment')))
      FROM plans p WHERE school_year = 2022 ORDER BY 1, 2, 3$$, 'v_plans');
SELECT results_eq($$SELECT sum(done)::bigint, sum(target)::bigint FROM v_plans WHERE what = 'commitments'$$, $$VALUES (65::bigint, 90::bigint)$$, 'v_plans: the 65 of 90 that were published');
SELECT results_eq($$SELECT level, measure, estimate::numeric(20,10), ci_lower::numeric(20,10), ci_upper::numeric(20,10), reference_schools, comparison_schools, reference_mean::numeric(20,10) FROM v_gap WHERE dimension = 'indicator / level' ORDER BY 1, 2$$,
  $$SELECT subgroup, measure, estimate::numeric(20,10), ci_lower::numeric(20,10), ci_upper::numeric(20,10), reference_n, comparison_n, reference_mean::numeric(20,10)
      FROM gap_indices('SELECT o.value, s.level, d.zone FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year = 2022', by => '{level}') ORDER BY 1, 2$$, 'v_gap: by level, from summaries, as gap_indices has it from the rows');
SELECT results_eq($$SELECT estimate::numeric(20,10), reference_mean::numeric(20,10), comparison_mean::numeric(20,10) FROM v_gap WHERE dimension = 'indicator' AND measure = 'difference'$$,
  $$SELECT (avg(value) FILTER (WHERE zone = 'inner') - avg(value) FILTER (WHERE zone = 'outer'))::numeric(20,10), (avg(value) FILTER (WHERE zone = 'inner'))::numeric(20,10), (avg(value) FILTER (WHERE zone = 'outer'))::numeric(20,10)
      FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year = 2022$$, 'v_gap: inner less outer, in all');
SELECT results_eq($$SELECT school_year, school_year_start, period_start, measure, estimate::numeric(20,10), ci_lower::numeric(20,10), change_since_first::numeric(20,10), change_since_previous::numeric(20,10)
                      FROM v_gap_trend WHERE dimension = 'indicator' AND measure <> 'hedges_g' ORDER BY 1, 4$$,
  $$SELECT period, period_number, period_start, measure, estimate::numeric(20,10), ci_lower::numeric(20,10), coalesce(change_since_first, 0)::numeric(20,10), change_since_previous::numeric(20,10)
      FROM (SELECT period, start_year(period::school_year)::bigint AS period_number, period_start, measure, estimate, ci_lower, change_since_first, change_since_previous
              FROM gap_trend('SELECT o.value, school_year(o.school_year) AS period, d.zone FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year <= 2022')) AS t
     WHERE measure IN ('difference', 'parity_index') ORDER BY 1, 4$$, 'v_gap_trend: as gap_trend has it');
SELECT results_eq($$SELECT measure, change_since_previous::numeric(20,10), change_since_previous_lower::numeric(20,10), change_since_previous_upper::numeric(20,10)
                      FROM v_gap_trend WHERE dimension = 'indicator' AND measure <> 'hedges_g' AND school_year = '2022-2023' ORDER BY 1$$,
  $$SELECT measure, change_since_previous::numeric(20,10), change_since_previous_ci_lower::numeric(20,10), change_since_previous_ci_upper::numeric(20,10)
      FROM gap_trend('SELECT o.school_id AS id, o.value, school_year(o.school_year) AS period, d.zone FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year IN (2021, 2022)')
     WHERE period = '2022-2023' ORDER BY 1$$, 'v_gap_trend: the interval of the last change, from the same schools');
-- every school was there in both years: so it is that of the mean changes
SELECT ok(abs((v.change_since_previous_upper + v.change_since_previous_lower) / 2 - c.change) < 1e-9 AND (v.change_since_previous_upper - v.change_since_previous_lower) / 2 / c.error BETWEEN 1.96 AND 1.9625, 'v_gap_trend: as plain SQL has it')
  FROM v_gap_trend AS v,
       (SELECT avg(b.value - a.value) FILTER (WHERE d.zone = 'inner') - avg(b.value - a.value) FILTER (WHERE d.zone = 'outer') AS change,
               sqrt(var_samp(b.value - a.value) FILTER (WHERE d.zone = 'inner') / count(*) FILTER (WHERE d.zone = 'inner') + var_samp(b.value - a.value) FILTER (WHERE d.zone = 'outer') / count(*) FILTER (WHERE d.zone = 'outer')) AS error
          FROM outcomes a JOIN outcomes b USING (school_id) JOIN schools s ON s.id = school_id JOIN districts d ON d.id = s.district_id WHERE a.school_year = 2021 AND b.school_year = 2022) AS c
 WHERE v.measure = 'difference' AND v.dimension = 'indicator' AND v.school_year = '2022-2023';
SELECT is((SELECT count(*) FROM v_gap_trend WHERE change_since_previous_lower IS NOT NULL), 2::bigint, 'v_gap_trend: no other change has one');

-- what being paired did: changes from the year before the first pairing, of schools paired on half of the days of 2022-2023 less those of the others
CREATE TEMP VIEW changes AS
SELECT d.zone, p.years, b.value - a.value AS change, coalesce(c.paired_days, 0) >= 365 / 2.0 AS is_paired
  FROM (VALUES (-3, 2018, 2019), (-2, 2019, 2020), (-1, 2020, 2021), (0, 2021, 2022)) AS p (years, base, year)
       JOIN outcomes a ON a.school_year = p.base JOIN outcomes b ON b.school_year = p.year AND b.school_id = a.school_id
       JOIN schools s ON s.id = a.school_id JOIN districts d ON d.id = s.district_id
       LEFT JOIN (SELECT unit, count(DISTINCT day) AS paired_days
                    FROM (SELECT partner_a AS unit, valid FROM pairings WHERE unit_kind = 'school' UNION ALL SELECT partner_b, valid FROM pairings WHERE unit_kind = 'school') AS u,
                         generate_series(timestamp '2022-09-01', '2023-08-31', '1 day') AS day
                   WHERE valid @> day::date GROUP BY unit) AS c ON c.unit = s.id;
CREATE TEMP TABLE plain AS
SELECT zone, years, avg(change) FILTER (WHERE is_paired) - avg(change) FILTER (WHERE NOT is_paired) AS estimate,
       sqrt(var_pop(change) FILTER (WHERE is_paired) / count(*) FILTER (WHERE is_paired) + var_pop(change) FILTER (WHERE NOT is_paired) / count(*) FILTER (WHERE NOT is_paired)) AS error,
       count(*) FILTER (WHERE is_paired) AS paired, count(*) FILTER (WHERE NOT is_paired) AS others
  FROM changes GROUP BY 1, 2;
SELECT results_eq($$SELECT zone, years, paired_schools, other_schools, estimate::numeric(20,10), ci_lower::numeric(20,10), ci_upper::numeric(20,10) FROM v_impact WHERE dimension = 'years' ORDER BY 1, 2$$,
  $$SELECT zone, years::bigint, paired, others, estimate::numeric(20,10), (estimate - 1.959963984540054 * error)::numeric(20,10), (estimate + 1.959963984540054 * error)::numeric(20,10) FROM plain ORDER BY 1, 2$$,
  'v_impact: by years since the first pairing, as plain SQL has it');
SELECT results_eq($$SELECT zone, estimate::numeric(20,10), ci_lower::numeric(20,10), paired_schools FROM v_impact WHERE dimension = 'zone' ORDER BY 1$$,
  $$SELECT zone, estimate::numeric(20,10), (estimate - 1.959963984540054 * error)::numeric(20,10), paired FROM plain WHERE years = 0 ORDER BY 1$$, 'v_impact: with one year of pairing the mean is that year');
SELECT results_eq($$SELECT (-estimate)::numeric(20,10), (-ci_upper)::numeric(20,10), (-ci_lower)::numeric(20,10) FROM v_impact WHERE dimension = 'indicator'$$,
  $$SELECT estimate::numeric(20,10), ci_lower::numeric(20,10), ci_upper::numeric(20,10)
      FROM impact_gap('SELECT o.school_id AS id, o.value, school_year(o.school_year) AS period, d.zone FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year <= 2022',
                      'SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = ''school''', aggregation => '{cohort_overall}')$$, 'v_impact: the gap became smaller by what impact_gap says');
SELECT results_eq($$SELECT zone, pretrend_p::numeric(20,10) FROM v_impact WHERE dimension = 'zone' ORDER BY 1$$,
  $$SELECT zone, p_value::numeric(20,10)
      FROM (VALUES ('inner'), ('outer')) AS z (zone), impact_pretrend('SELECT o.school_id AS id, o.value, school_year(o.school_year) AS period FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id WHERE o.school_year <= 2022 AND d.zone = $1',
                      'SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = ''school''', params => ARRAY[zone]) ORDER BY 1$$, 'v_impact: the pre-test of each zone');
SELECT results_eq($$SELECT first_school_year, last_school_year, school_years, paired_schools, estimate FROM v_impact WHERE dimension = 'all'$$,
  $$SELECT '2018-2019', '2022-2023', 5::bigint, count(*), NULL::float8 FROM schools s
     WHERE EXISTS (SELECT FROM pairings q WHERE q.unit_kind = 'school' AND s.id IN (partner_a, partner_b) AND q.valid && '[2018-09-01,2023-08-31]')$$, 'v_impact: what was read');
SELECT results_eq($$SELECT from_zone, to_zone, pairings FROM v_flows WHERE dimension = 'zone' ORDER BY 1, 2$$,
  $$WITH p AS (SELECT DISTINCT least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b FROM pairings WHERE unit_kind = 'school' AND valid @> DATE '2023-05-31'),
         z AS (SELECT s.id, d.zone FROM schools s JOIN districts d ON d.id = s.district_id)
    SELECT f, t, count(*) FROM (SELECT x.zone AS f, y.zone AS t FROM p LEFT JOIN z x ON x.id = a LEFT JOIN z y ON y.id = b
                                UNION ALL SELECT y.zone, x.zone FROM p LEFT JOIN z x ON x.id = a LEFT JOIN z y ON y.id = b WHERE x.zone IS DISTINCT FROM y.zone) AS q
     WHERE f IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2$$, 'v_flows: between zones');
SELECT results_eq($$SELECT from_district_id, to_district_id, pairings, from_longitude, to_latitude FROM v_flows WHERE dimension = 'district' AND from_district_id < to_district_id ORDER BY 1, 2$$,
  $$SELECT least(a.district_id, b.district_id), greatest(a.district_id, b.district_id), count(*), min(x.longitude), min(y.latitude)
      FROM pairings p JOIN schools a ON a.id = partner_a JOIN schools b ON b.id = partner_b JOIN districts x ON x.id = least(a.district_id, b.district_id) JOIN districts y ON y.id = greatest(a.district_id, b.district_id)
     WHERE p.valid @> DATE '2023-05-31' AND a.district_id <> b.district_id GROUP BY 1, 2 ORDER BY 1, 2$$, 'v_flows: lines between districts');
SELECT results_eq($$SELECT partners, numerator FROM v_network WHERE dimension = 'partners' ORDER BY 1$$,
  $$SELECT n, count(*) FROM (SELECT s.id, (SELECT count(DISTINCT CASE partner_a WHEN s.id THEN partner_b ELSE partner_a END) FROM pairings WHERE unit_kind = 'school' AND s.id IN (partner_a, partner_b) AND valid @> DATE '2023-05-31') AS n
      FROM standing s) AS x GROUP BY 1 ORDER BY 1$$, 'v_network: how many have how many');
SELECT results_eq($$SELECT measure, value FROM v_network WHERE measure IN ('pairings', 'schools', 'most_partners') AND dimension = 'all' ORDER BY 1$$,
  $$VALUES ('most_partners', 2::float8), ('pairings', (SELECT count(DISTINCT (least(partner_a, partner_b), greatest(partner_a, partner_b)))::float8 FROM pairings WHERE unit_kind = 'school' AND valid @> DATE '2023-05-31')), ('schools', 2941)$$, 'v_network: key numbers');
SELECT results_eq($$SELECT district_id, schools, paired, active, students, minority_students, partner_districts, activities_held, gifts_given, gifts_received, longitude FROM v_districts ORDER BY 1$$,
  $$SELECT d.id, count(*), count(*) FILTER (WHERE paired), count(*) FILTER (WHERE alive), sum(s.students)::bigint, sum(s.minority_students)::bigint,
           (SELECT count(DISTINCT CASE partner_a WHEN d.id THEN partner_b ELSE partner_a END) FROM pairings WHERE d.id IN (partner_a, partner_b) AND valid @> DATE '2023-05-31'),
           (SELECT count(*) FROM activities a WHERE held_on BETWEEN '2022-09-01' AND '2023-05-31' AND EXISTS (SELECT FROM participants p WHERE p.activity = a.id AND (p.unit = d.id OR p.unit IN (SELECT id FROM schools WHERE district_id = d.id)))),
           (SELECT count(*) FROM aid WHERE given_on BETWEEN '2022-09-01' AND '2023-05-31' AND (giver = d.id OR giver IN (SELECT id FROM schools WHERE district_id = d.id))),
           (SELECT count(*) FROM aid WHERE given_on BETWEEN '2022-09-01' AND '2023-05-31' AND (receiver = d.id OR receiver IN (SELECT id FROM schools WHERE district_id = d.id))), d.longitude
      FROM districts d JOIN standing t ON t.district_id = d.id JOIN schools s ON s.id = t.id GROUP BY d.id ORDER BY 1$$, 'v_districts');
SELECT results_eq($$SELECT kind, sum(value) FROM v_figures WHERE report = 'aid' AND measure = 'gifts' GROUP BY 1 ORDER BY 1$$, $$SELECT kind, count(*)::float8 FROM v_aid GROUP BY 1 ORDER BY 1$$, 'the report aid');
SELECT results_eq('SELECT count(*), bool_and(is_last) FROM v_figures', 'SELECT count(*), true FROM figures', 'v_figures');

-- A second night --------------------------------------------------------------------------------------------------------

SELECT lives_ok($$SELECT pg_temp.night('twinning', '2023-06-30')$$, 'another night');
SELECT results_eq($$SELECT as_of, paired FROM v_coverage WHERE dimension = 'all'$$, $$SELECT DATE '2023-06-30', count(*) FILTER (WHERE paired) FROM pg_temp.standing('2023-06-30')$$, 'v_coverage is of the last one');
SELECT results_eq('SELECT DISTINCT as_of, is_last FROM v_figures ORDER BY 1', $$VALUES (DATE '2023-05-31', false), ('2023-06-30', true)$$, 'v_figures has both');
CREATE TEMP TABLE later AS SELECT d AS day, count(*) AS schools, count(*) FILTER (WHERE paired) AS paired FROM (VALUES (DATE '2023-06-30'), ('2023-07-01')) AS v (d), pg_temp.standing(d) GROUP BY d;
SELECT is(pg_temp.check_value('twinning', 'partners_kept', '2023-07-01'), (SELECT max(paired) FILTER (WHERE day = '2023-07-01')::float8 / max(paired) FILTER (WHERE day = '2023-06-30') FROM later), 'on the day after, a check sees how many pairings ended');
SELECT is(pg_temp.check_value('twinning', 'schools_kept', '2023-07-01'), (SELECT max(schools) FILTER (WHERE day = '2023-07-01')::float8 / max(schools) FILTER (WHERE day = '2023-06-30') FROM later), 'and how many schools closed');
INSERT INTO issues (run, as_of, source, period, severity, issue, id, rows) VALUES (1, '2023-06-30', 'outcomes', '2022', 'error', 'x', '0204', 1);
SELECT results_eq('SELECT id, id_name, district, school_year, school_year_start FROM v_issues', $$VALUES ('0204', 'THPT Ngô Quyền - Ba Vì', 'Ba Vì', '2022-2023', 2022::bigint)$$, 'v_issues names the unit');
SELECT is(pg_temp.check_value('twinning', 'no_errors', '2023-06-30'), 1::float8, 'and the check counts it');

-- they are computed again only where something of them changed: an outcome that changes behind the back of the trigger is not seen
SET LOCAL session_replication_role = replica;
UPDATE outcomes SET value = value + 1 WHERE school_year = 2022 AND school_id IN (SELECT s.id FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.zone = 'outer');
SET LOCAL session_replication_role = origin;
CREATE TEMP TABLE impact_before AS SELECT dimension, subgroup_key, measure, value, ci_lower, ci_upper FROM figures WHERE report = 'impact' AND as_of = (SELECT max(as_of) FROM figures);
SELECT pg_temp.night('twinning', '2023-07-11');
SELECT set_eq($$SELECT dimension, subgroup_key, measure, value, ci_lower, ci_upper FROM figures WHERE report = 'impact' AND as_of = '2023-07-11'$$, 'SELECT * FROM impact_before', 'v_impact: kept where nothing is known to have changed');
UPDATE outcomes SET value = value - 0.5 WHERE school_year = 2022 AND school_id IN (SELECT unnest(ARRAY[partner_a, partner_b]) FROM pairings WHERE valid @> DATE '2023-05-31');
SELECT pg_temp.night('twinning', '2023-07-12');
SELECT set_eq($$SELECT zone, estimate < -0.3 FROM v_impact WHERE dimension = 'zone'$$, $$VALUES ('inner', true), ('outer', true)$$, 'v_impact: computed again where outcomes changed');
INSERT INTO pairings (programme, kind, partner_a, partner_b, valid) SELECT (SELECT min(id) FROM programmes), 'memorandum', min(s.id), max(s.id), '[2023-10-01,)' FROM schools s WHERE level = 'preschool';
CREATE TEMP TABLE impact_later AS SELECT dimension, subgroup_key, measure, value, numerator FROM figures WHERE report = 'impact' AND as_of = '2023-07-12';
SELECT pg_temp.night('twinning', '2023-07-13');
SELECT set_eq($$SELECT dimension, subgroup_key, measure, value, numerator FROM figures WHERE report = 'impact' AND as_of = '2023-07-13'$$, 'SELECT * FROM impact_later', 'v_impact: kept where a pairing is signed that begins later');
UPDATE pairings SET valid = '[2022-09-01,)' WHERE valid = '[2022-10-31,)' AND unit_kind = 'school';
SELECT pg_temp.night('twinning', '2023-07-14');
SELECT isnt((SELECT numerator FROM figures WHERE report = 'impact' AND measure = 'stamp' AND as_of = '2023-07-14'), (SELECT numerator FROM impact_later WHERE measure = 'stamp'), 'v_impact: computed again where pairings of these years changed');
SELECT is((SELECT computed_on FROM v_impact WHERE dimension = 'all'), '2023-07-14', 'v_impact: the night that computed them');
SELECT pg_temp.night('twinning', '2023-07-15');
SELECT results_eq($$SELECT DISTINCT as_of, max(computed_on) OVER () FROM v_impact$$, $$VALUES (DATE '2023-07-15', DATE '2023-07-14')$$, 'v_impact: a night that keeps them says which one computed them');
-- an indicator of more than two million outcomes, in one summary
INSERT INTO indicators (code, name) VALUES ('huge', 'Huge');
INSERT INTO summaries (school_year, indicator, level, version, summary)
SELECT p.school_year, 'huge', 'primary', p.version, g.summary
  FROM (SELECT school_year, version FROM periods WHERE school_year < 2022 ORDER BY 1 DESC LIMIT 1) AS p,
       (SELECT gap_agg(i % 7, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END) AS summary FROM generate_series(1, 2000001) AS i) AS g;
UPDATE outcomes SET value = value - 1 WHERE school_year = 2022 AND school_id IN (SELECT unnest(ARRAY[partner_a, partner_b]) FROM pairings WHERE valid @> DATE '2023-05-31');
CREATE TEMP TABLE impact_large AS SELECT dimension, subgroup_key, measure, value, numerator FROM figures WHERE report = 'impact' AND as_of = '2023-07-15';
SELECT pg_temp.night('twinning', '2023-07-20');
SELECT set_eq($$SELECT dimension, subgroup_key, measure, value, numerator FROM figures WHERE report = 'impact' AND as_of = '2023-07-20'$$, 'SELECT * FROM impact_large', 'v_impact: of more than two million outcomes a change waits');
SELECT pg_temp.night('twinning', '2023-07-21');
SELECT results_eq($$SELECT DISTINCT zone, estimate < -1.3, computed_on FROM v_impact WHERE dimension = 'zone' ORDER BY 1$$, $$VALUES ('inner', true, DATE '2023-07-21'), ('outer', true, '2023-07-21')$$, 'v_impact: for at most a week');
UPDATE summaries SET summary = (SELECT gap_agg(i % 7, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END) FROM generate_series(1, 100) AS i) WHERE indicator = 'huge';
UPDATE outcomes SET value = value + 1 WHERE school_year = 2022 AND school_id IN (SELECT unnest(ARRAY[partner_a, partner_b]) FROM pairings WHERE valid @> DATE '2023-05-31');
SELECT pg_temp.night('twinning', '2023-07-22');
SELECT results_eq($$SELECT DISTINCT zone, estimate < -1, computed_on FROM v_impact WHERE dimension = 'zone' ORDER BY 1$$, $$VALUES ('inner', false, DATE '2023-07-22'), ('outer', false, '2023-07-22')$$, 'v_impact: of fewer it does not');
DELETE FROM summaries WHERE indicator = 'huge';
DELETE FROM indicators WHERE code = 'huge';
SELECT pg_temp.night('twinning', '2023-04-30');
SELECT results_eq($$SELECT (subgroup_key ->> 'years') IS NULL, measure, value FROM figures WHERE report = 'impact' AND as_of = '2023-04-30' AND measure IN ('last_year', 'paired_schools', 'effect') ORDER BY 2$$,
  $$VALUES (true, 'last_year', 2021::float8), (true, 'paired_schools', 0)$$, 'v_impact: before its ninth month a school year does not count, and then no school was paired');

-- An office in which everything happens at once ---------------------------------------------------------------------------

-- Districts that the programme does not cover, schools that opened and closed, pairings that ended, came again and overlap,
-- partners of other provinces, schools that became others, activities of two to four.
SELECT create_twinning_schema('odd');
SET LOCAL search_path = odd, public, equipair, tap;
SELECT setseed(0.25);
INSERT INTO programmes (id, name) VALUES ('p', 'P'), ('q', 'Q');
INSERT INTO districts (id, name, zone, province, in_programme, longitude, latitude)
  SELECT 'd' || i, 'D' || i, (ARRAY['inner', 'outer', 'islands'])[1 + i % 3], CASE WHEN i > 2 THEN 'P' END, i % 6 > 0, CASE WHEN i > 3 THEN 105 + random() END, 21 + random() FROM generate_series(1, 12) i;
INSERT INTO schools (id, name, level, district_id, students, valid)
  SELECT 's' || i, 'S' || i, (ARRAY['primary', 'preschool'])[1 + i % 2], 'd' || 1 + i % 12, CASE WHEN i % 9 > 0 THEN i END,
         CASE i % 7 WHEN 0 THEN '[2000-01-01,2023-02-10)' WHEN 1 THEN '[2023-03-05,)' ELSE '(,)' END::daterange FROM generate_series(1, 240) i;
INSERT INTO external_units (id, name) SELECT 'x' || i, 'X' || i FROM generate_series(1, 9) i;
INSERT INTO successors (old_id, new_id, since) SELECT 's' || i, 's' || i + 7 * (1 + i % 3), DATE '2022-12-01' + 9 * i FROM generate_series(1, 40, 3) i;
INSERT INTO pairings (programme, kind, partner_a, partner_b, valid)
  SELECT (ARRAY['p', 'q'])[1 + i % 2], 'memorandum', a, b, CASE WHEN i % 11 = 0 THEN '(,)' ELSE daterange(f, CASE WHEN i % 3 > 0 THEN f + 20 + (150 * random())::int END) END
    FROM (SELECT i, 's' || 1 + (i * 37) % 120 AS a, CASE WHEN i % 13 = 0 THEN 'x' || 1 + i % 9 ELSE 's' || 121 + (i * 53) % 60 END AS b, DATE '2022-09-01' + (200 * random())::int AS f FROM generate_series(1, 260) i) AS v
  ON CONFLICT DO NOTHING;
INSERT INTO activities (code, programme, kind, planned_on, held_on, cancelled_on)
  SELECT 'c' || i, 'p', 'exchange', CASE WHEN i % 10 > 0 THEN d END, CASE WHEN i % 4 > 0 OR i % 10 = 0 THEN d + i % 5 END, CASE WHEN i % 8 = 0 AND i % 10 > 0 THEN d + 1 END FROM (SELECT i, DATE '2021-10-01' + i AS d FROM generate_series(1, 700) i) AS v;
INSERT INTO participants (activity, unit, role, attended)
  SELECT a.id, u.unit, CASE WHEN a.id % 3 = 0 THEN 'guest' ELSE u.role END, CASE WHEN a.id % 5 > 0 THEN 10 END
    FROM activities a JOIN (SELECT row_number() OVER (ORDER BY id) AS n, * FROM pairings) AS p ON p.n = 1 + a.id * 17 % 200,
         LATERAL (SELECT DISTINCT ON (unit) * FROM (VALUES (p.partner_a, 'host'), (p.partner_b, 'guest'), (CASE WHEN a.id % 6 = 0 THEN 's' || 1 + a.id % 200 END, 'guest'), (CASE WHEN a.id % 12 = 0 THEN 'd3' END, 'speaker')) AS x (unit, role)
                   WHERE unit IS NOT NULL ORDER BY unit, role DESC) AS u;
-- two that met once, on the first of a month; and one meeting of nearly all, of which no list of twos is made
INSERT INTO schools (id, name, level, district_id) VALUES ('e1', 'E1', 'primary', 'd1'), ('e2', 'E2', 'primary', 'd2');
INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('p', 'memorandum', 'e1', 'e2');
INSERT INTO activities (code, programme, kind, held_on) VALUES ('once', 'p', 'visit', '2022-10-01'), ('all', 'p', 'visit', '2022-12-20');
INSERT INTO participants (activity, unit, role) SELECT a.id, u, 'guest' FROM activities a, unnest('{e1,e2}'::text[]) u WHERE a.code = 'once';
INSERT INTO participants (activity, unit, role) SELECT a.id, s.id, 'guest' FROM activities a, schools s WHERE a.code = 'all' AND s.id <> ALL ('{e1,e2,s5,s99}');
CREATE TEMP TABLE texts AS SELECT $$ SELECT s.id, s.valid, s.level, d.zone FROM odd.schools s JOIN odd.districts d ON d.id = s.district_id WHERE d.in_programme $$ AS schools,
  'SELECT partner_a, partner_b, valid FROM odd.pairings'::text AS pairings, 'SELECT a.id AS session_id, p.unit, a.held_on, a.planned_on, a.cancelled_on FROM odd.activities a JOIN odd.participants p ON p.activity = a.id'::text AS sessions;
SELECT pg_temp.night('odd', day) FROM (VALUES (DATE '2023-01-15')) AS v (day);
SELECT results_eq('SELECT id FROM v_unpaired_schools ORDER BY id COLLATE "C"',
  $$SELECT d.id FROM texts, pairing_degrees(schools, pairings, as_of => '2023-01-15', successors => 'odd.successors') d WHERE partners = 0 ORDER BY d.id COLLATE "C"$$, 'odd: schools without a partner');
SELECT is((SELECT count(*) FROM v_unpaired_schools), (SELECT schools - paired FROM v_coverage WHERE dimension = 'all'), 'odd: as many as v_coverage says');
SELECT results_eq($$SELECT month, schools, paired, active FROM v_coverage_monthly WHERE dimension = 'all' ORDER BY 1$$,
  $$SELECT m::date, c.units, c.paired, c.active FROM texts, generate_series(timestamp '2022-09-01', '2023-01-01', '1 month') m,
           pairing_coverage(schools, pairings, by => '{}', as_of => m::date, sessions => sessions, successors => 'odd.successors') c ORDER BY 1$$, 'odd: signed and alive');
SELECT pg_temp.night('odd', '2023-12-15');
SELECT results_eq($$SELECT month, schools, paired, active FROM v_coverage_monthly WHERE dimension = 'all' AND month >= '2023-09-01' ORDER BY 1$$,
  $$SELECT m::date, c.units, c.paired, c.active FROM texts, generate_series(timestamp '2023-09-01', '2023-12-01', '1 month') m,
           pairing_coverage(schools, pairings, by => '{}', as_of => m::date, sessions => sessions, successors => 'odd.successors') c ORDER BY 1$$, 'odd: alive for a year, with the day a year before');
DELETE FROM figures WHERE as_of = '2023-12-15';
UPDATE runs SET as_of = '2023-01-15';
SELECT results_eq('SELECT activity_id, status, delay_days FROM v_activities WHERE status IS NOT NULL ORDER BY activity_id COLLATE "C"',
  $$SELECT item, status, delay_days::bigint FROM completion_items('odd.activities', as_of => '2023-01-15') ORDER BY item COLLATE "C"$$, 'odd: activities');
SELECT results_eq('SELECT activity_id, participants, attended, host, guests IS NULL FROM v_activities ORDER BY activity_id COLLATE "C"',
  $$SELECT a.id::text, count(p.unit), sum(p.attended)::bigint, coalesce(min(p.unit) FILTER (WHERE role = 'host'), min(p.unit)), count(*) FILTER (WHERE role <> 'host') = 0
      FROM activities a LEFT JOIN participants p ON p.activity = a.id GROUP BY a.id ORDER BY a.id::text COLLATE "C"$$, 'odd: who takes part');
CREATE FUNCTION pg_temp.means(id text, day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE later text;
BEGIN
  LOOP
    SELECT new_id INTO later FROM odd.successors WHERE old_id = id AND since <= day;
    IF NOT FOUND THEN RETURN id; END IF;
    id := later;
  END LOOP;
END $$;
SELECT results_eq($$SELECT pairing_id, status, sessions_held, next_planned FROM v_pairings WHERE pairing_id::bigint % 4 = 0 ORDER BY pairing_id::bigint$$,
  $$SELECT p.id::text, CASE WHEN isempty(p.valid * '(,2023-01-15]') THEN 'future' WHEN NOT p.valid @> DATE '2023-01-15' THEN 'ended' WHEN max(a.held_on) FILTER (WHERE a.held_on <@ p.valid AND a.held_on <= '2023-01-15') >= '2022-01-15' THEN 'active' ELSE 'asleep' END,
           count(*) FILTER (WHERE a.held_on <@ p.valid AND a.held_on <= '2023-01-15'),
           min(a.planned_on) FILTER (WHERE a.planned_on <@ p.valid AND a.planned_on >= '2023-01-15' AND coalesce(a.held_on, 'infinity') > '2023-01-15' AND coalesce(a.cancelled_on, 'infinity') > '2023-01-15')
      FROM pairings p
           LEFT JOIN LATERAL (SELECT a.* FROM activities a, LATERAL (SELECT CASE WHEN a.held_on <= '2023-01-15' THEN a.held_on ELSE a.planned_on END AS day) AS d
                               WHERE ARRAY[pg_temp.means(p.partner_a, day), pg_temp.means(p.partner_b, day)] <@ (SELECT array_agg(pg_temp.means(x.unit, day)) FROM participants x WHERE x.activity = a.id)
                                 AND pg_temp.means(p.partner_a, day) <> pg_temp.means(p.partner_b, day)
                                 AND EXISTS (SELECT FROM participants x WHERE x.activity = a.id AND pg_temp.means(x.unit, day) IN (pg_temp.means(p.partner_a, day), pg_temp.means(p.partner_b, day)))) AS a ON true
     WHERE p.id % 4 = 0 GROUP BY p.id ORDER BY p.id$$, 'odd: a fourth of the pairings');
SELECT is_empty($$SELECT v.id, proposed_partner FROM v_unpaired_schools v JOIN v_schools p ON p.id = v.proposed_partner
                   WHERE v.level <> p.level OR v.zone = p.zone OR v.province IS DISTINCT FROM p.province OR NOT p.is_open OR NOT p.in_programme
                      OR EXISTS (SELECT FROM pairings q WHERE q.valid @> v.as_of AND v.id IN (partner_a, partner_b) AND p.id IN (partner_a, partner_b))$$, 'odd: proposals are to open schools of the programme');
SELECT cmp_ok((SELECT count(proposed_partner) FROM v_unpaired_schools), '>', 10::bigint, 'odd: there are some');
SELECT is_empty('SELECT activity_id FROM v_reminders EXCEPT SELECT activity_id FROM v_activities WHERE status IN (''overdue'', ''upcoming'')', 'odd: reminders');

-- Who may read ----------------------------------------------------------------------------------------------------------

SELECT throws_ok($$SELECT twinning_grant('twinning', 'nobody_of_this_name')$$, '42704', NULL, 'no such role');
SELECT throws_ok($$SELECT twinning_grant('twinning', 'public')$$, '42704', NULL, 'public is none');
SELECT throws_ok($$SELECT twinning_grant('pg_catalog', current_user)$$, '42P01', 'schema "pg_catalog" holds no twinning model', 'no model');
SELECT throws_ok($$SELECT twinning_grant(NULL, 'x')$$, '22004', NULL, 'no name');
SELECT throws_ok($$SELECT twinning_grant('twinning', NULL)$$, '22004', NULL, 'no role');
SELECT create_twinning_schema('a"b''; drop', tables => false);
SELECT throws_ok($$SELECT twinning_grant('a"b''; drop', current_user)$$, '42P01', 'schema "a"b''; drop" has no views to read', 'no views yet');

SELECT * FROM finish();
ROLLBACK;
