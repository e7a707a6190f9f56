-- impact_group_time, impact_effects, impact_gap, impact_pretrend, pairing_cohorts: every row of the oracle that
-- tells of them, the regression behind an effect by plain SQL, and what they must obey.
BEGIN;
SELECT plan(61);
SET client_min_messages = error;

CREATE TEMP TABLE expected (measure text, estimate float8, se float8, lower float8, upper float8, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_balanced.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_no_never.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_unbalanced.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_rcs.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_ended.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_gap.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_nasty.csv"' (FORMAT csv, HEADER, NULL 'NA')

CREATE TEMP TABLE edu_impact_balanced (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text, pair text);
CREATE TEMP TABLE edu_impact_no_never (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text);
CREATE TEMP TABLE edu_impact_unbalanced (LIKE edu_impact_no_never);
CREATE TEMP TABLE edu_impact_rcs (id text, period int, value float8, cohort int, weight float8, school text);
CREATE TEMP TABLE edu_impact_ended (id text, period int, value float8, cohort int, treated_until int, weight float8, district text);
CREATE TEMP TABLE edu_impact_gap (id text, num int, period int, value float8, cohort int, zone text, weight float8, pair text, district text);
CREATE TEMP TABLE edu_impact_nasty (subcase text, id text, period int, value float8, cohort int, weight float8, cluster text);
CREATE TEMP TABLE pairings (partner_a text, partner_b text, valid_from date, valid_to date);
\copy edu_impact_balanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_balanced_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_no_never FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_no_never_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_unbalanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_unbalanced_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_rcs FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_rcs_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_ended FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_ended_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_gap FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_gap_input.csv"' (FORMAT csv, HEADER)
\copy edu_impact_nasty FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_nasty_input.csv"' (FORMAT csv, HEADER)
\copy pairings FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_balanced_pairings.csv"' (FORMAT csv, HEADER)

-- ---- The rows of the oracle by class: none is in no class ----

CREATE TEMP TABLE oracle AS
SELECT row_number() OVER () AS n, e.*,
       CASE WHEN variant IN ('alternative', 'as_implemented') THEN 'not meant'
            WHEN measure ~ '^(twfe|bacon_|did_2x2|mean_)' THEN 'other estimators'
            WHEN measure = 'att_gt' THEN 'cells'
            WHEN measure LIKE 'att\_%' THEN 'effects'
            WHEN measure LIKE 'narrowing\_%' THEN 'narrowing'
            WHEN measure LIKE 'pretrend\_%' THEN 'pretrend'
            WHEN measure = 'rows' THEN 'no rows'
            WHEN measure = 'band_critical_value' AND options LIKE '%draws=%' THEN 'seeded bands'
            WHEN measure = 'band_critical_value' THEN 'bands in the limit' END AS class,
       coalesce((regexp_match(options, 'subcase=([^;]*)'))[1], '') AS subcase,
       (regexp_match(options, 'after_end=([^;]*)'))[1] AS after_end,
       (regexp_match(options, 'panel=([^;]*)'))[1] AS panel,
       (regexp_match(options, 'controls=([^;]*)'))[1] AS controls,
       (regexp_match(options, 'base=([^;]*)'))[1] AS base,
       (regexp_match(options, 'anticipation=([^;]*)'))[1]::int AS anticipation,
       (regexp_match(options, 'weight=([^;]*)'))[1] AS weight,
       (regexp_match(options, 'cluster=([^;]*)'))[1] AS cluster,
       (regexp_match(options, 'conf=([^;]*)'))[1]::float8 AS conf,
       (regexp_match(options, ';zone=([^;]*)'))[1] AS zone,
       (regexp_match(options, ';g=([^;]*)'))[1] AS g,
       (regexp_match(options, ';t=([^;]*)'))[1] AS t,
       (regexp_match(options, ';e=([^;]*)'))[1]::int AS e,
       (regexp_match(options, 'balance_e=([^;]*)'))[1]::int AS balance_e,
       (regexp_match(options, 'min_e=([^;]*)'))[1]::int AS min_e,
       (regexp_match(options, 'max_e=([^;]*)'))[1]::int AS max_e,
       (regexp_match(options, ';df=([^;]*)'))[1]::int AS df,
       (regexp_match(options, 'rows=([^;]*)'))[1] AS band_rows
  FROM expected e;
SELECT results_eq('SELECT class, count(*)::int FROM oracle GROUP BY class ORDER BY class',
  $$VALUES ('bands in the limit', 6), ('cells', 1883), ('effects', 2102), ('narrowing', 88), ('no rows', 3), ('not meant', 345), ('other estimators', 135), ('pretrend', 100), ('seeded bands', 9)$$,
  'every row of the oracle is in a class');

-- One sample a call: its options, and the query of its outcomes.
CREATE TEMP TABLE sample AS
SELECT row_number() OVER () AS sample, s.*,
       format('SELECT id, %s AS period, value%s%s%s%s FROM %I%s',
              -- the years of its pairings are school years
              CASE WHEN after_end IS NULL THEN 'period' ELSE 'school_year(period)' END,
              CASE WHEN after_end IS NULL THEN ', nullif(cohort, 0) AS cohort' ELSE '' END,
              CASE weight WHEN 'none' THEN '' ELSE ', ' || weight || ' AS weight' END,
              CASE WHEN cluster IN ('unit', 'row') THEN '' ELSE ', ' || cluster || ' AS cluster' END,
              CASE WHEN dataset = 'edu_impact_gap' THEN ', zone' ELSE '' END, dataset,
              CASE WHEN subcase <> '' THEN format(' WHERE subcase = %L', subcase)
                   WHEN zone <> '' THEN format(' WHERE zone = %L', zone) ELSE '' END) AS outcomes
  FROM (SELECT DISTINCT dataset, subcase, after_end, panel, controls, base, anticipation, weight, cluster, conf, zone
          FROM oracle WHERE class NOT IN ('not meant', 'other estimators')) s;
CREATE TEMP TABLE met AS
SELECT o.n, s.sample FROM oracle o JOIN sample s
    ON (o.dataset, o.subcase, o.panel, o.controls, o.base, o.anticipation, o.weight, o.cluster, o.conf)
     = (s.dataset, s.subcase, s.panel, s.controls, s.base, s.anticipation, s.weight, s.cluster, s.conf)
   AND o.after_end IS NOT DISTINCT FROM s.after_end AND o.zone IS NOT DISTINCT FROM s.zone
 WHERE o.class NOT IN ('not meant', 'other estimators');
SELECT is((SELECT count(*) FROM met), (SELECT count(*) FROM oracle WHERE class NOT IN ('not meant', 'other estimators')),
          'each of them has its call');

CREATE FUNCTION pg_temp.near(a float8, b float8, size float8) RETURNS boolean LANGUAGE sql AS
$$SELECT coalesce(abs(a - b) <= 1e-9 * greatest(abs(b), size) + 1e-300, a IS NULL AND b IS NULL)$$;

CREATE TEMP TABLE cells AS
SELECT s.sample, g.* FROM sample s, LATERAL impact_group_time(s.outcomes,
  CASE WHEN after_end IS NULL THEN NULL ELSE 'pairings' END, controls => s.controls, base => s.base,
  anticipation => s.anticipation, panel => s.panel, after_end => coalesce(s.after_end, 'keep'), confidence => s.conf) g
 WHERE s.controls = 'not_yet' OR s.sample IN (SELECT sample FROM met);
CREATE TEMP TABLE ours AS
SELECT o.*, c.estimate AS got, c.std_error AS got_se, c.ci_lower, c.ci_upper, c.kind, c.base_period, c.treated_n, c.control_n
  FROM oracle o JOIN met USING (n) LEFT JOIN cells c ON c.sample = met.sample AND left(c.cohort, 4) = o.g AND left(c.period, 4) = o.t
 WHERE class = 'cells';
SELECT is_empty($$SELECT options, note, estimate, got, se, got_se FROM ours
  WHERE NOT (pg_temp.near(got, estimate, se) AND pg_temp.near(got_se, se, 0) AND pg_temp.near(ci_lower, lower, se)
             AND pg_temp.near(ci_upper, upper, se)) OR kind IS NULL$$, 'cells: estimates, errors and limits');
SELECT is_empty($$SELECT options, note, kind, base_period, treated_n, control_n FROM ours
  WHERE subcase <> 'zero_weights' AND NOT note LIKE CASE kind WHEN 'base' THEN 'kind=base%' ELSE
    format('kind=%s base=%s n_treated=%s n_controls=%s%%', CASE kind WHEN 'anticipation' THEN 'window' ELSE kind END,
           left(base_period, 4), treated_n, control_n) END$$, 'cells: kind, base period and counts');
SELECT is_empty($$SELECT o.options FROM oracle o JOIN met USING (n) WHERE class = 'no rows'
  AND EXISTS (SELECT FROM cells c WHERE c.sample = met.sample)$$, 'no rows at all where there is nothing to estimate');

-- ---- What they add up to ----

CREATE TEMP TABLE effects AS
SELECT s.sample, r.balance_e, r.min_e, r.max_e, g.*
  FROM sample s JOIN (SELECT DISTINCT sample, balance_e, min_e, max_e FROM met JOIN oracle USING (n) WHERE class = 'effects') r USING (sample),
  LATERAL impact_effects(s.outcomes, CASE WHEN after_end IS NULL THEN NULL ELSE 'pairings' END, controls => s.controls,
  base => s.base, anticipation => s.anticipation, panel => s.panel, after_end => coalesce(s.after_end, 'keep'),
  confidence => s.conf, balance_e => r.balance_e, min_event => r.min_e, max_event => r.max_e) g;
CREATE TEMP TABLE effects_met AS
SELECT o.*, c.estimate AS got, c.std_error AS got_se, c.ci_lower, c.ci_upper, c.aggregation
  FROM oracle o JOIN met USING (n) LEFT JOIN effects c ON c.sample = met.sample
   AND c.aggregation = replace(substr(o.measure, 5), 'group', 'cohort') AND left(c.cohort, 4) IS NOT DISTINCT FROM o.g
   AND left(c.period, 4) IS NOT DISTINCT FROM o.t AND c.event_time IS NOT DISTINCT FROM o.e
   AND (c.balance_e, c.min_e, c.max_e) IS NOT DISTINCT FROM (o.balance_e, o.min_e, o.max_e)
 WHERE class = 'effects';
-- the controls are one unit there: the same cells, summed up otherwise, have no error in the oracle either
CREATE TEMP TABLE odd AS SELECT * FROM effects_met WHERE subcase = 'one_control' AND measure = 'att_event_overall';
SELECT results_eq('SELECT count(*)::int, count(got_se)::int, bool_and(pg_temp.near(got, estimate, se)) FROM odd',
  'VALUES (2, 0, true)', 'two rows in which the tool has an error with one control alone');
SELECT is_empty($$SELECT measure, options, estimate, got, se, got_se FROM effects_met
  WHERE (NOT (pg_temp.near(got, estimate, se) AND pg_temp.near(got_se, se, 0) AND pg_temp.near(ci_lower, lower, se)
             AND pg_temp.near(ci_upper, upper, se)) OR aggregation IS NULL) AND n NOT IN (SELECT n FROM odd)$$,
  'effects: estimates, errors and limits');

-- ---- The narrowing of a gap ----

CREATE TEMP TABLE gaps AS
SELECT s.sample, g.* FROM sample s, LATERAL impact_gap(s.outcomes, controls => s.controls, base => s.base,
  panel => s.panel, confidence => s.conf) g
 WHERE s.sample IN (SELECT sample FROM met JOIN oracle USING (n) WHERE class = 'narrowing');
SELECT is_empty($$SELECT o.measure, o.options, o.estimate, c.estimate AS got, o.se, c.std_error FROM oracle o JOIN met USING (n)
  LEFT JOIN gaps c ON c.sample = met.sample AND c.aggregation = replace(substr(o.measure, 11), 'group', 'cohort')
   AND c.event_time IS NOT DISTINCT FROM o.e
  WHERE class = 'narrowing' AND (c.aggregation IS NULL OR NOT (pg_temp.near(c.estimate, o.estimate, o.se)
   AND pg_temp.near(c.std_error, o.se, 0) AND pg_temp.near(c.ci_lower, o.lower, o.se) AND pg_temp.near(c.ci_upper, o.upper, o.se)))$$,
  'narrowing: estimates, errors and limits');
SELECT is_empty($$SELECT * FROM gaps WHERE NOT pg_temp.near(estimate, comparison_estimate - reference_estimate, 1)$$,
  'it is the effect of one group less that of the other');

-- ---- The time before treatment, and bands ----

CREATE TEMP TABLE pretrends AS
SELECT s.sample, g.* FROM sample s, LATERAL impact_pretrend(s.outcomes,
  CASE WHEN after_end IS NULL THEN NULL ELSE 'pairings' END, controls => s.controls, base => s.base,
  anticipation => s.anticipation, panel => s.panel, after_end => coalesce(s.after_end, 'keep')) g
 WHERE s.sample IN (SELECT sample FROM met JOIN oracle USING (n) WHERE class = 'pretrend');
SELECT is_empty($$SELECT o.measure, o.options, o.estimate, c.statistic, c.p_value, c.df FROM oracle o JOIN met USING (n)
  LEFT JOIN pretrends c USING (sample) WHERE class = 'pretrend' AND (c.df IS DISTINCT FROM o.df OR NOT
  pg_temp.near(CASE measure WHEN 'pretrend_p' THEN p_value ELSE statistic END, o.estimate, 0))$$, 'test of trends before treatment');

CREATE TEMP TABLE widths AS
SELECT sample, 'att_gt' AS band_rows, (SELECT max((band_upper - estimate) / std_error) FROM impact_group_time(s.outcomes,
         controls => s.controls, base => s.base, panel => s.panel, confidence => s.conf, bands => true)) AS width
  FROM sample s WHERE sample IN (SELECT sample FROM met JOIN oracle USING (n) WHERE class LIKE '%bands%' AND oracle.band_rows = 'att_gt')
UNION ALL
SELECT sample, 'event', (SELECT max((band_upper - estimate) / std_error) FROM impact_effects(s.outcomes,
         controls => s.controls, base => s.base, panel => s.panel, confidence => s.conf, aggregation => '{event}', bands => true))
  FROM sample s WHERE sample IN (SELECT sample FROM met JOIN oracle USING (n) WHERE class LIKE '%bands%' AND oracle.band_rows = 'event');
SELECT is_empty($$SELECT options, estimate, width FROM oracle JOIN met USING (n) LEFT JOIN widths USING (sample, band_rows)
  WHERE class = 'seeded bands' AND NOT pg_temp.near(width, estimate, 0)$$, 'bands by seeded draws');
SELECT is_empty($$SELECT options, estimate, width FROM oracle JOIN met USING (n) LEFT JOIN widths USING (sample, band_rows)
  WHERE class = 'bands in the limit' AND NOT coalesce(abs(width - estimate) < 0.06, false)$$,
  'bands of all patterns of signs, and of many draws, as near as 10,000 draws can be');

-- ---- Cohorts from pairings ----

SELECT is_empty($$SELECT c.*, i.* FROM pairing_cohorts('SELECT id, school_year(period) AS period FROM edu_impact_balanced', 'pairings') c
    FULL JOIN (SELECT DISTINCT id, cohort FROM edu_impact_balanced) i USING (id)
   WHERE (coalesce(left(c.cohort, 4)::int, 0), always_treated) IS DISTINCT FROM
         -- three schools were paired a year before the first period
         (CASE i.cohort WHEN 2016 THEN 2015 ELSE i.cohort END, i.cohort = 2016)$$,
  'the cohorts of all schools, always treated ones among them');
SELECT results_eq($$SELECT id, left(treated_until, 4)::int FROM pairing_cohorts('SELECT id, school_year(period) AS period FROM edu_impact_ended', 'pairings') ORDER BY id$$,
  $$SELECT DISTINCT id, treated_until FROM edu_impact_ended ORDER BY id$$, 'and until when they were paired');
SELECT results_eq($$SELECT cohort, treated_until, treated_periods, paused FROM pairing_cohorts(
    'SELECT 1 AS id, generate_series(2010, 2019) AS period',
    'SELECT 1 AS partner_a, 2 AS partner_b, make_date(y, 1, 1) AS valid_from, make_date(y + 2, 1, 1) AS valid_to FROM unnest(''{2012, 2016}''::int[]) y')$$,
  $$VALUES ('2012', '2017', 4, true)$$, 'two pairings with years between them');
SELECT results_eq($$SELECT cohort, treated_until, always_treated FROM pairing_cohorts(
    'SELECT 1 AS id, y::text::school_year AS period FROM unnest(''{2015-2016, 2016-2017, 2017-2018}''::text[]) y',
    'SELECT 1 AS partner_a, 2 AS partner_b, date ''2016-03-10'' AS valid_from', start_month => 9)$$,
  $$VALUES ('2016-2017', '2017-2018', false)$$, 'school years: less than half of the first one is left');
-- 242 of the 365 days of 2022-2023 are from October on, and 92 of those of 2022
SELECT results_eq($$SELECT s.cohort, y.cohort FROM pairing_cohorts('SELECT 1 AS id, generate_series(2020, 2023) AS school_year',
    'SELECT 1 AS partner_a, 2 AS partner_b, date ''2022-10-01'' AS valid_from', period_column => 'school_year') s,
    pairing_cohorts('SELECT 1 AS id, generate_series(2020, 2023) AS year', 'SELECT 1 AS partner_a, 2 AS partner_b, date ''2022-10-01'' AS valid_from', period_column => 'year') y$$,
  $$VALUES ('2022', '2023')$$, 'an integer is a calendar year, and in a column called school_year a school year');
SELECT is_empty($$SELECT left(cohort, 4), left(period, 4), estimate, std_error FROM impact_group_time('SELECT id, school_year(period) AS period, value FROM edu_impact_balanced', 'pairings')
  EXCEPT SELECT cohort, period, estimate, std_error FROM impact_group_time('SELECT id, period::smallint AS school_year, value FROM edu_impact_balanced', 'pairings', period_column => 'school_year')$$,
  'both are the same');
SELECT results_eq($$SELECT estimate, std_error FROM impact_effects('SELECT id, period AS school_year, value, cohort FROM edu_impact_balanced', period_column => 'school_year')$$,
  $$SELECT estimate, std_error FROM impact_effects('SELECT id, period, value, cohort FROM edu_impact_balanced')$$, 'a cohort of integers is of the same years');
SELECT results_eq($$SELECT cohort FROM pairing_cohorts('SELECT 1 AS id, y AS period FROM unnest(''{2020-01-01, 2021-01-01, 2022-01-01}''::date[]) y',
    'SELECT 1 AS partner_a, 2 AS partner_b, date ''2020-06-01'' AS valid_from')$$, $$VALUES ('2021-01-01')$$, 'dates: one day each');
SELECT results_eq($$SELECT id, cohort, always_treated FROM pairing_cohorts('SELECT i AS id, 2020 AS period FROM generate_series(1, 3) i',
    'SELECT 1 AS partner_a, 2 AS partner_b')$$, $$VALUES ('1', '2020', true), ('2', '2020', true), ('3', NULL, false)$$,
  'an open start is always treated; nobody else is');
SELECT results_eq($$SELECT cohort FROM pairing_cohorts('SELECT 1 AS id, generate_series(2015, 2020) AS period',
    'SELECT 1 AS partner_a, 2 AS partner_b, date ''2016-01-01'' AS valid_from',
    sessions => 'SELECT 1 AS partner_a, 2 AS partner_b, d::date AS held_on FROM unnest(''{2015-05-01, 2017-03-01, 2018-04-01, 2018-05-01}''::date[]) d',
    min_sessions => 2)$$, $$VALUES ('2018')$$, 'with sessions: the first year that had two while paired');
SELECT results_eq($$SELECT cohort FROM pairing_cohorts('SELECT 1 AS id, generate_series(2015, 2020) AS period',
    'SELECT 1 AS partner_a, 2 AS partner_b, date ''2016-01-01'' AS valid_from',
    sessions => 'SELECT s AS session_id, u AS unit, make_date(2016 + s, 3, 1) AS held_on FROM generate_series(1, 2) s, generate_series(1, 2) u WHERE s > 1 OR u = 1')$$,
  $$VALUES ('2018')$$, 'a session with a row for each participant needs a partner in it');
SELECT results_eq($$SELECT count(*)::int FROM pairing_cohorts('SELECT id, school_year(period) AS period FROM edu_impact_balanced', 'pairings') a
    JOIN pairing_cohorts('SELECT id, school_year(period) AS period FROM edu_impact_balanced', 'pairings', min_share => 0) b USING (id)
   WHERE b.cohort < a.cohort$$,
  'VALUES (32)', 'any day in place of half of the days: 32 schools come into an earlier cohort');

-- ---- By plain SQL ----

-- cohorts of random pairings: the days of each year are counted by ranges, for years and for school years
CREATE TABLE random_pairing AS
SELECT i AS n, 1 + abs(hashint8extended(i, 1)) % 60 AS partner_a, 61 + abs(hashint8extended(i, 2)) % 60 AS partner_b, d AS valid_from,
       CASE WHEN i % 9 > 0 THEN (d + make_interval(months => 1 + (abs(hashint8extended(i, 3)) % 40)::int))::date END AS valid_to
  FROM generate_series(1, 150) i, LATERAL (SELECT (date '2012-01-01' + make_interval(months => (abs(hashint8extended(i, 4)) % 120)::int)
       + CASE WHEN i % 2 = 0 THEN make_interval(days => i) ELSE '0' END)::date AS d) d;
CREATE FUNCTION pg_temp.by_ranges(first_month int, min_share float8) RETURNS TABLE (id int, cohort int, until int, periods int, paused boolean)
LANGUAGE sql AS $$
  WITH paired AS (
    SELECT u.id, y FROM generate_series(1, 120) u (id), generate_series(2011, 2026) y,
      LATERAL (SELECT daterange(make_date(y, first_month, 1), make_date(y + 1, first_month, 1)) AS year) x,
      LATERAL (SELECT sum(upper(r) - lower(r)) AS days FROM (SELECT unnest(range_agg(daterange(valid_from, valid_to)) * datemultirange(year)) AS r
                 FROM random_pairing WHERE u.id IN (partner_a, partner_b)) z) d
     WHERE days > 0 AND days >= min_share * (upper(year) - lower(year)))
  SELECT p.id, c, max(y), count(*)::int, max(y) - c + 1 > count(*)
    FROM paired p JOIN (SELECT id, min(y) AS c FROM paired GROUP BY id) m USING (id) WHERE y <= greatest(c, 2020) GROUP BY p.id, c $$;
SELECT is_empty(format($q$SELECT c.*, r.* FROM pairing_cohorts('SELECT i AS id, %s AS period FROM generate_series(1, 120) i, generate_series(2013, 2020) y',
      'random_pairing', min_share => %s, start_month => %s) c LEFT JOIN pg_temp.by_ranges(%s, %s) r ON r.id = c.id::int
    WHERE (left(c.cohort, 4)::int, left(c.treated_until, 4)::int, c.treated_periods, c.paused)
          IS DISTINCT FROM (r.cohort, r.until, coalesce(r.periods, 0), coalesce(r.paused, false))$q$,
    CASE WHEN month = 0 THEN 'y' ELSE 'school_year(y)' END, share, greatest(month, 1), greatest(month, 1), share),
    format('cohorts of random pairings: %s, a share of %s', CASE month WHEN 0 THEN 'years' ELSE 'school years from month ' || month END, share))
  FROM unnest('{0,1,9}'::int[]) month, unnest('{0,0.25,0.5,1}'::float8[]) share;

-- HC0 and CR0 of the regression of a change on who is treated, on random panels with holes and weights
CREATE FUNCTION pg_temp.panel(seed int) RETURNS TABLE (id int, period int, value float8, weight float8, cohort int, cluster int)
LANGUAGE sql AS $$
  SELECT i, t, round((hashint8extended(i * 100 + t, seed) % 1000)::numeric / 37, 3)::float8 + i % 7,
         1 + abs(hashint8extended(i * 100 + t, seed + 1)) % 4, nullif(2000 + abs(hashint8extended(i, seed + 2)) % 6, 2000) + 1, i % 23
    FROM generate_series(1, 150) i, generate_series(2000, 2006) t
   WHERE abs(hashint8extended(i * 100 + t, seed + 3)) % 8 > 0 $$;
CREATE TEMP TABLE regression AS
SELECT seed, g.cohort, g.period, g.estimate, g.std_error, r.b, r.se
  FROM generate_series(1, 5) seed,
  LATERAL impact_group_time('SELECT * FROM pg_temp.panel($1)', params => ARRAY[seed::text]) g,
  LATERAL (
    WITH change AS MATERIALIZED (
      SELECT n.cluster, n.value - b.value AS y, CASE WHEN n.period < b.period THEN n.weight ELSE b.weight END AS w,
             (n.cohort IS NOT DISTINCT FROM g.cohort::int)::int AS d
        FROM pg_temp.panel(seed) n JOIN pg_temp.panel(seed) b USING (id)
       WHERE n.period = g.period::int AND b.period = g.base_period::int
         AND (n.cohort = g.cohort::int OR coalesce(n.cohort, 9999) > greatest(n.period, b.period) OR n.cohort > 2006)),
    means AS (SELECT sum(w * y) FILTER (WHERE d = 1) / sum(w) FILTER (WHERE d = 1) AS m1, sum(w) FILTER (WHERE d = 1) AS w1,
                     sum(w * y) FILTER (WHERE d = 0) / sum(w) FILTER (WHERE d = 0) AS m0, sum(w) FILTER (WHERE d = 0) AS w0 FROM change)
    SELECT m1 - m0 AS b, sqrt(sum(s * s)) AS se FROM means,
      (SELECT cluster, sum(CASE d WHEN 1 THEN w * (y - m1) / w1 ELSE -w * (y - m0) / w0 END) AS s FROM change, means GROUP BY cluster) c
     GROUP BY m1, m0) r;
SELECT cmp_ok((SELECT count(*) FROM regression WHERE std_error IS NOT NULL), '>', 100::bigint, 'effects on random panels');
SELECT is_empty('SELECT * FROM regression WHERE NOT (pg_temp.near(estimate, b, 1) AND pg_temp.near(std_error, se, 1))',
  'each is the slope of a regression with the error CR0, computed by plain SQL');

-- ---- What must hold ----

SELECT results_eq($$SELECT * FROM impact_effects('SELECT * FROM (SELECT id, period, value, nullif(cohort, 0) AS cohort, weight, district AS cluster FROM edu_impact_unbalanced) x ORDER BY id, period', bands => true, draws => 500)$$,
  $$SELECT * FROM impact_effects('SELECT * FROM (SELECT id, period, value, nullif(cohort, 0) AS cohort, weight, district AS cluster FROM edu_impact_unbalanced) x ORDER BY md5(id || period)', bands => true, draws => 500)$$,
  'the order of the rows does not matter, to the last bit');
SELECT results_eq($$SELECT * FROM impact_group_time('SELECT value, period, nullif(cohort, 0) AS cohort FROM edu_impact_rcs ORDER BY id', panel => 'rcs', bands => true, draws => 200)$$,
  $$SELECT * FROM impact_group_time('SELECT value, period, nullif(cohort, 0) AS cohort FROM edu_impact_rcs ORDER BY md5(id)', panel => 'rcs', bands => true, draws => 200)$$,
  'nor that of cross sections without ids');
SELECT results_eq($$SELECT count(*)::int FROM impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced WHERE false')$$,
  'VALUES (0)', 'no rows');
SELECT results_eq($$SELECT count(*)::int FROM impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced LIMIT 1')$$,
  'VALUES (0)', 'one row');
SELECT results_eq($$SELECT count(*)::int FROM impact_effects('SELECT id, period, NULL::float8 AS value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced')$$,
  'VALUES (0)', 'no row with a value');
SELECT results_eq($$SELECT statistic, df, p_value, clusters FROM impact_pretrend('SELECT id, period, NULL::float8 AS value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced')$$,
  'VALUES (NULL::float8, 0, NULL::float8, 0::bigint)', 'and nothing to test');
SELECT is_empty($$SELECT subgroup, estimate FROM impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort, id::int % 3 AS part FROM edu_impact_balanced', by => '{part}')
  EXCEPT SELECT p::text, estimate FROM generate_series(0, 2) p, impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced WHERE id::int % 3 = $1', params => ARRAY[p::text])$$,
  'a subgroup is estimated by itself');
SELECT results_eq($$SELECT bool_and(suppressed = (cohort = '2022')), bool_and((estimate IS NULL) = suppressed), count(*) FILTER (WHERE suppressed)::int
    FROM impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced', min_n => 5)$$,
  'VALUES (true, true, 7)', 'min_n: the cells of the cohort of two are withheld');
SELECT is((SELECT (suppressed, cells, suppressed_cells)::text FROM impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced', min_n => 5, aggregation => '{simple}')),
  '(f,15,2)', 'and taken out of what the others add up to');
SELECT ok(pg_temp.near((SELECT estimate FROM impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced', min_n => 5, aggregation => '{simple}')),
  (SELECT sum(treated_n * estimate) / sum(treated_n) FROM impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced') WHERE kind = 'post' AND cohort <> '2022'), 0),
  'which is the mean of those that are shown');

-- other kinds of periods, and pupils who are known by their school alone
SELECT results_eq($$SELECT aggregation, left(cohort, 4), left(period, 4), event_time, treated_n, estimate, std_error FROM impact_effects('SELECT id, make_date(period, 6, 1) AS period, value, make_date(nullif(cohort, 0), 6, 1) AS cohort FROM edu_impact_balanced')$$,
  $$SELECT aggregation, cohort, period, event_time, treated_n, estimate, std_error FROM impact_effects('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced')$$,
  'dates: as years, event_time in places');
SELECT results_eq($$SELECT left(cohort, 4), left(period, 4), estimate, std_error FROM impact_group_time('SELECT id, school_year(period) AS period, value FROM edu_impact_balanced', 'pairings')$$,
  $$SELECT cohort, period, estimate, std_error FROM impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced')$$,
  'cohorts from pairings and from the column give the same effects');
SELECT ok(count(*) = 35 AND bool_and(a.treated_n = b.treated_n AND pg_temp.near(a.estimate, b.estimate, 1) AND pg_temp.near(a.std_error, b.std_error, 1)),
  'cross sections: a row has the cohort of its school')
  FROM impact_group_time('SELECT id, id AS cluster, school_year(period) AS period, value + j AS value FROM edu_impact_balanced, generate_series(-1, 1) j', 'pairings', panel => 'rcs') a
  JOIN impact_group_time('SELECT id AS cluster, period, value + j AS value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced, generate_series(-1, 1) j', panel => 'rcs') b
    ON (left(a.cohort, 4), left(a.period, 4)) = (b.cohort, b.period);
SELECT ok(bool_and(pg_temp.near(r.estimate, p.estimate, 1) AND pg_temp.near(r.std_error, p.std_error, 1)), 'rows of a balanced panel: as pairwise')
  FROM impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced', panel => 'rows') r
  JOIN impact_group_time('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_balanced') p USING (cohort, period);

-- 400 schools of 200 pairings that did nothing: intervals hold 0 as often as they say, and so do bands and the test before
CREATE TEMP TABLE placebo AS
SELECT s AS run, e.aggregation, e.ci_lower <= 0 AND e.ci_upper >= 0 AS holds, e.band_lower <= 0 AND e.band_upper >= 0 AS band_holds
  FROM generate_series(1, 200) s, LATERAL impact_effects(format(
    'SELECT i AS id, i / 2 AS cluster, t AS period,
            (hashint8extended(i * 10 + t, %1$s) %% 1000) / 500.0 + (hashint8extended(i / 2 * 10 + t, -%1$s) %% 1000) / 1000.0 AS value,
            CASE WHEN i / 2 %% 2 = 0 THEN 3 + abs(hashint8extended(i / 2, %1$s)) %% 3 END AS cohort
       FROM generate_series(2, 401) i, generate_series(1, 6) t', s), aggregation => '{cohort_overall,event}', bands => true, draws => 199) e;
SELECT ok(count(*) = 200 AND avg(holds::int) BETWEEN 0.905 AND 0.99,
          format('placebo: intervals hold 0 in %s %% of 200 runs', round(100 * avg(holds::int), 1)))
  FROM placebo WHERE aggregation = 'cohort_overall';
SELECT ok(count(*) = 200 AND avg(holds::int) BETWEEN 0.9 AND 0.99,
          format('placebo: bands hold all effects in %s %% of 200 runs', round(100 * avg(holds::int), 1)))
  FROM (SELECT run, bool_and(band_holds) AS holds FROM placebo WHERE aggregation = 'event' GROUP BY run) x;

SELECT ok(count(*) = 200 AND count(*) FILTER (WHERE p_value < 0.05) BETWEEN 2 AND 22,
          format('placebo: the test of the time before rejects in %s of 200 runs', count(*) FILTER (WHERE p_value < 0.05)))
  FROM generate_series(1, 200) s, LATERAL impact_pretrend(format(
    'SELECT i AS id, i / 2 AS cluster, t AS period,
            (hashint8extended(i * 10 + t, %1$s) %% 1000) / 500.0 + (hashint8extended(i / 2 * 10 + t, -%1$s) %% 1000) / 1000.0 AS value,
            CASE WHEN i / 2 %% 2 = 0 THEN 3 + abs(hashint8extended(i / 2, %1$s)) %% 3 END AS cohort
       FROM generate_series(2, 401) i, generate_series(1, 6) t', s));

-- ---- Issues ----

SELECT results_eq($$SELECT issue, severity, count(*)::int FROM impact_issues('SELECT id, school_year(period) AS period, value FROM edu_impact_ended', 'pairings') GROUP BY 1, 2 ORDER BY 1$$,
  $$VALUES ('always_treated', 'note', 3), ('not_in_outcomes', 'note', 3), ('pairing_ended', 'note', (SELECT count(DISTINCT id)::int FROM edu_impact_ended WHERE treated_until < 2023))$$, 'issues of a programme');
SELECT results_eq($$SELECT issue, id, rows::int, detail FROM impact_issues('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_nasty WHERE subcase = ''cohort_of_one''')$$,
  $$VALUES ('cohort_of_one', '1', 5, 'the only unit of cohort 2019: its effects have no error')$$, 'a cohort of one');
SELECT results_eq($$SELECT issue, id IS NULL, detail FROM impact_issues('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_nasty WHERE subcase = ''one_period''') WHERE issue = 'no_effects'$$,
  $$VALUES ('no_effects', true, 'there is one period: nothing came before')$$, 'nothing to estimate, and why');
SELECT results_eq($$SELECT issue, count(*)::int FROM impact_issues('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_no_never') GROUP BY 1 ORDER BY 1$$,
  $$VALUES ('cohort_of_one', 1), ('no_controls', 1)$$, 'nobody to compare with in the end');
SELECT ok(count(*) > 0, 'units without a row in the base period') FROM impact_issues('SELECT id, period, value, nullif(cohort, 0) AS cohort FROM edu_impact_nasty WHERE subcase = ''empty_base''') WHERE issue = 'no_base_row';
SELECT results_eq($$SELECT id, detail FROM impact_issues('SELECT i AS id, t AS period, 1.0 AS value, CASE WHEN i = 1 THEN 3 WHEN i = 2 THEN 4 END AS cohort FROM generate_series(1, 4) i, generate_series(1, 5) t WHERE i <> 1 OR t > 3') WHERE issue = 'entered_paired'$$,
  $$VALUES ('1', 'first paired in 3, and its first row is of 4')$$, 'a unit that comes in already paired');

SELECT * FROM finish();
ROLLBACK;
