-- Reports and checks that a new model begins with.  An office changes them, switches them off and adds its own.

CREATE FUNCTION reports_script()
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $reports$
INSERT INTO reports (name, title, question, definition, query) VALUES
('coverage', 'Schools with a partner',
 'How many schools have a partner, and how many of these pairings are alive?',
 'Paired: schools of the programme that are open on the day and have at least one partner on it, of all such schools. Alive: schools that met a partner of the day in the year before, of all such schools.',
 $q$
SELECT CASE c.dimension WHEN 'district_id / district' THEN 'district' ELSE c.dimension END AS dimension,
       CASE c.dimension WHEN 'district_id / district' THEN c.subgroup_key ->> 'district' ELSE c.subgroup END AS subgroup,
       c.subgroup_key, m.measure, m.value, m.ci_lower, m.ci_upper, m.numerator, m.denominator
  FROM (SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone,level}', rollup => true, as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{level}', as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, d.zone, d.id AS district_id, d.name AS district FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{district_id,district}', as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])) AS c,
       LATERAL (VALUES ('units', c.units::float8, NULL::float8, NULL::float8, NULL::bigint, NULL::bigint),
                       ('paired_rate', c.paired_rate, c.ci_lower, c.ci_upper, c.paired, c.units),
                       ('cross_zone_rate', c.cross_zone_rate, NULL, NULL, c.cross_zone, c.units),
                       ('active_rate', c.active_rate, NULL, NULL, c.active, c.units),
                       ('sessions', c.sessions, NULL, NULL, NULL, NULL),
                       ('external', c.external, NULL, NULL, NULL, NULL),
                       ('mean_partners', c.mean_partners, NULL, NULL, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper, numerator, denominator)
 WHERE c.units > 0
$q$),
('coverage_monthly', 'Coverage month by month',
 'How did the number of schools with a partner grow, and did these pairings stay alive?',
 'On the first day of each month of the last five years: schools with a partner (signed), and schools that met a partner of the day in the year before (alive), of all schools of the programme that are open. From the rows as they are today, not as they were known then.',
 $q$
WITH span AS (
  SELECT date_trunc('month', least($1::date, greatest(min(lower(p.valid)) FILTER (WHERE isfinite(lower(p.valid))), ($1::date - interval '5 years')::date)))::date AS first_month
    FROM pairings AS p WHERE p.unit_kind = 'school'
), signed AS (
  SELECT t.* FROM span, pairing_timeline(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone,level}',
         from_date => span.first_month, to_date => $1::date, successors => 'successors') AS t
), alive AS (
  -- a pairing is alive for a year from each day on which the two met: what they did more than a year before the first month is of none
  SELECT t.* FROM span, pairing_timeline(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ WITH RECURSIVE step (id, means, since, n) AS (
              -- what the ids of merged units mean, and when
              SELECT old_id, old_id, '-infinity'::date, 0 FROM successors
              UNION ALL SELECT t.id, s.new_id, greatest(t.since, s.since), t.n + 1 FROM step AS t JOIN successors AS s ON s.old_id = t.means
            ) CYCLE means SET is_cycle USING path, meaning AS (
              SELECT m.id, m.means, m.days
                FROM (SELECT id, means, daterange(nullif(since, '-infinity'), lead(since) OVER (PARTITION BY id ORDER BY n)) AS days FROM step WHERE NOT is_cycle) AS m
               WHERE NOT isempty(m.days)
            ), pair AS (
              SELECT least(p.a, p.b) AS a, greatest(p.a, p.b) AS b, range_agg(p.valid) AS valid
                FROM (SELECT coalesce(x.means, r.partner_a) AS a, coalesce(y.means, r.partner_b) AS b, r.valid * coalesce(x.days, '(,)') * coalesce(y.days, '(,)') AS valid
                        FROM pairings AS r LEFT JOIN meaning AS x ON x.id = r.partner_a LEFT JOIN meaning AS y ON y.id = r.partner_b
                       WHERE r.unit_kind = 'school') AS p
               WHERE p.a <> p.b AND NOT isempty(p.valid)
               GROUP BY 1, 2
            ), large AS MATERIALIZED (
              -- the largest: of these not all twos are made, which would be very many
              SELECT activity FROM participants GROUP BY activity HAVING count(*) > 50 ORDER BY count(*) DESC LIMIT 1000
            ), two AS MATERIALIZED (
              SELECT s.held_on, x.unit AS a, y.unit AS b
                FROM activities AS s JOIN participants AS x ON x.activity = s.id JOIN participants AS y ON y.activity = s.id AND y.unit > x.unit
               WHERE s.held_on BETWEEN $2::date AND $1::date AND NOT EXISTS (SELECT FROM large AS l WHERE l.activity = s.id)
            ), one AS MATERIALIZED (
              SELECT s.id, s.held_on, coalesce(m.means, x.unit) AS unit
                FROM activities AS s JOIN large AS l ON l.activity = s.id JOIN participants AS x ON x.activity = s.id
                     LEFT JOIN meaning AS m ON m.id = x.unit AND m.days @> s.held_on
               WHERE s.held_on BETWEEN $2::date AND $1::date
            ), met AS (
              SELECT p.a, p.b, p.valid, t.held_on
                FROM pair AS p
                     JOIN (SELECT t.held_on, least(coalesce(x.means, t.a), coalesce(y.means, t.b)) AS a, greatest(coalesce(x.means, t.a), coalesce(y.means, t.b)) AS b
                             FROM two AS t LEFT JOIN meaning AS x ON x.id = t.a AND x.days @> t.held_on LEFT JOIN meaning AS y ON y.id = t.b AND y.days @> t.held_on) AS t
                          ON t.a = p.a AND t.b = p.b AND t.held_on <@ p.valid
              UNION ALL
              SELECT p.a, p.b, p.valid, x.held_on
                FROM pair AS p JOIN one AS x ON x.unit = p.a AND x.held_on <@ p.valid JOIN one AS y ON y.id = x.id AND y.unit = p.b
            )
            SELECT a AS partner_a, b AS partner_b, unnest(valid * datemultirange(daterange(held_on, (held_on + interval '1 year')::date, '[]'))) AS valid FROM met $$, by => '{zone,level}',
         from_date => span.first_month, to_date => $1::date, successors => 'successors',
         params => ARRAY[$1::date::text, coalesce((span.first_month - interval '1 year')::date, $1::date)::text]) AS t
), total AS (
  -- each school is in one zone and one level: so the counts add up
  SELECT s.period_start, grouping(z.zone) AS all_zones, grouping(z.level) AS all_levels, z.zone, z.level,
         sum(s.units)::bigint AS units, sum(s.paired)::bigint AS paired, coalesce(sum(a.paired), 0)::bigint AS alive
    FROM signed AS s LEFT JOIN alive AS a ON a.subgroup_key = s.subgroup_key AND a.period_start = s.period_start,
         LATERAL (SELECT s.subgroup_key ->> 'zone' AS zone, s.subgroup_key ->> 'level' AS level) AS z
   GROUP BY s.period_start, GROUPING SETS ((), (z.zone), (z.level))
)
SELECT CASE WHEN t.all_zones = 0 THEN 'zone' WHEN t.all_levels = 0 THEN 'level' ELSE 'all' END AS dimension,
       CASE WHEN t.all_zones = 0 THEN coalesce(t.zone, 'unknown') WHEN t.all_levels = 0 THEN coalesce(t.level, 'unknown') ELSE 'all' END AS subgroup,
       CASE WHEN t.all_zones = 0 THEN jsonb_build_object('zone', t.zone) WHEN t.all_levels = 0 THEN jsonb_build_object('level', t.level) ELSE '{}' END AS subgroup_key,
       to_char(t.period_start, 'YYYY-MM') AS period, t.period_start, m.measure, m.numerator::float8 / nullif(t.units, 0) AS value, m.numerator, t.units AS denominator
  FROM total AS t, LATERAL (VALUES ('paired_rate', t.paired), ('active_rate', t.alive)) AS m (measure, numerator)
 WHERE t.units > 0
$q$),
('completion', 'Activities planned and done',
 'How many of the planned activities were held, and were they on time?',
 'Completed: planned activities that were held by the day, of all planned ones, those still to come included. Due: the same of those whose planned day is over and that were not cancelled. On time: held by the planned day, of the completed. The level is that of the schools that take part.',
 $q$
SELECT CASE WHEN c.dimension IN ('all', 'school_year') THEN 'all' ELSE substr(c.dimension, length('school_year / ') + 1) END AS dimension,
       CASE WHEN c.dimension IN ('all', 'school_year') THEN 'all' ELSE substr(c.subgroup, length('2022-2023 / ') + 1) END AS subgroup,
       c.subgroup_key - 'school_year' AS subgroup_key, c.subgroup_key ->> 'school_year' AS period, first_day((c.subgroup_key ->> 'school_year')::school_year) AS period_start,
       m.measure, m.value, m.ci_lower, m.ci_upper, m.numerator, m.denominator
  FROM (SELECT * FROM completion_rates($$ SELECT planned_on, held_on, cancelled_on FROM activities $$, as_of => $1::date, confidence => 0.95)
        UNION ALL
        (SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, kind, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,kind}', rollup => true, as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text]) WHERE dimension <> 'all')
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT a.planned_on, a.held_on, a.cancelled_on, l.level, school_year(coalesce(a.planned_on, a.held_on)) AS school_year
                    FROM activities a
                         LEFT JOIN (SELECT p.activity, CASE WHEN min(s.level) = max(s.level) THEN min(s.level) ELSE 'several' END AS level
                                      FROM participants p JOIN schools s ON s.id = p.unit JOIN activities b ON b.id = p.activity
                                     WHERE coalesce(b.planned_on, b.held_on) >= first_day(school_year($1::date) - 2) GROUP BY p.activity) AS l ON l.activity = a.id
                   WHERE coalesce(a.planned_on, a.held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,level}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, organised_by, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,organised_by}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, mode, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,mode}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])) AS c,
       LATERAL (VALUES ('completion_rate', c.completion_rate, c.ci_lower, c.ci_upper, c.completed, c.planned),
                       ('due_completion_rate', c.due_completion_rate, NULL::float8, NULL::float8, coalesce(round(c.due_completion_rate * c.due)::bigint, 0), c.due),
                       ('on_time_rate', c.on_time_rate, NULL, NULL, c.on_time, c.completed),
                       ('held', c.held, NULL, NULL, NULL, NULL), ('late', c.late, NULL, NULL, NULL, NULL), ('overdue', c.overdue, NULL, NULL, NULL, NULL),
                       ('upcoming', c.upcoming, NULL, NULL, NULL, NULL), ('cancelled', c.cancelled, NULL, NULL, NULL, NULL), ('unplanned', c.unplanned, NULL, NULL, NULL, NULL),
                       ('mean_delay_days', c.mean_delay_days, NULL, NULL, NULL, NULL),
                       ('median_delay_days', c.median_delay_days, NULL, NULL, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper, numerator, denominator)
 WHERE c.planned + c.unplanned > 0
$q$),
('burn_up', 'Activities against the plan',
 'Will the activities planned for this school year be held, and by when?',
 'Activities of the school year of the day, added up: planned for a day up to then (cancelled ones included), held up to then, and the days by which 50, 80, 90 and 100 % of the planned ones are expected to be held, from how late activities were held so far. The target is that of the plan.',
 $q$
WITH target AS (
  -- of each programme the row for all levels and zones, or else the sum of its rows
  SELECT sum(p.target)::float8 AS target
    FROM (SELECT coalesce(sum(target) FILTER (WHERE level IS NULL AND zone IS NULL), sum(target)) AS target
            FROM plans WHERE what = 'activities' AND school_year = start_year(school_year($1::date)) GROUP BY programme) AS p
), point AS (
  SELECT c.period_start, c.planned_to_date, CASE WHEN c.period_start <= $1::date THEN c.held_to_date END AS held_to_date
    FROM completion_curve($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                          from_date => first_day(school_year($1::date)), to_date => last_day(school_year($1::date)) + 1, params => ARRAY[$1::date::text]) AS c
  UNION
  SELECT c.period_start, c.planned_to_date, c.held_to_date
    FROM completion_curve($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                          from_date => $1::date, to_date => $1::date, params => ARRAY[$1::date::text]) AS c
), forecast AS (
  SELECT f.*
    FROM completion_forecast($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                             as_of => $1::date, params => ARRAY[$1::date::text]) AS f
   WHERE f.planned + f.unplanned > 0
)
SELECT 'all' AS dimension, 'all' AS subgroup, '{}'::jsonb AS subgroup_key, school_year($1::date)::text AS period, d.day AS period_start, d.measure, d.value
  FROM (SELECT p.period_start AS day, m.measure, m.value
          FROM forecast, target AS t, point AS p,
               LATERAL (VALUES ('planned', p.planned_to_date::float8), ('held', p.held_to_date), ('target', t.target)) AS m (measure, value)
        UNION ALL
        -- of several shares that one day reaches, the largest
        SELECT m.day, m.measure, max(m.value)
          FROM forecast AS f,
               LATERAL (VALUES ($1::date, 'expected', f.held::float8), ($1::date, 'expected_total', f.expected_total + f.unplanned),
                               (f.reached_50_on, 'expected', ceil(0.5 * f.planned) + f.unplanned), (f.reached_80_on, 'expected', ceil(0.8 * f.planned) + f.unplanned),
                               (f.reached_90_on, 'expected', ceil(0.9 * f.planned) + f.unplanned), (f.reached_100_on, 'expected', f.planned + f.unplanned)) AS m (day, measure, value)
         WHERE m.day > $1::date OR m.day = $1::date AND (m.measure = 'expected_total' OR m.value = f.held)
         GROUP BY 1, 2) AS d
 WHERE d.value IS NOT NULL
$q$),
('plans', 'Plan of the school year',
 'What was planned for the school year, and how much of it is done?',
 'Each row of the plan of the last school year that has one: schools with a partner, pairings, schools that signed a commitment, or activities held in the school year; on the day, or on the last day of the school year where that is over.',
 $q$
WITH year AS (
  SELECT school_year, least($1::date, last_day(school_year(school_year))) AS day
    FROM (SELECT max(school_year) AS school_year FROM plans WHERE school_year <= start_year(school_year($1::date))) AS y
   WHERE school_year IS NOT NULL
), plan AS (
  SELECT p.*, y.day FROM plans AS p JOIN year AS y ON y.school_year = p.school_year
), coverage AS (
  SELECT 'paired' AS what, c.subgroup_key, c.paired
    FROM year AS y, pairing_coverage(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT programme, partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{zone,level}', pairing_by => '{programme}', as_of => y.day, successors => 'successors') AS c
  UNION ALL
  SELECT 'commitments', c.subgroup_key, c.paired
    FROM year AS y, pairing_coverage(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT programme, partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' AND kind = 'commitment' $$,
         by => '{zone,level}', pairing_by => '{programme}', as_of => y.day, successors => 'successors') AS c
), done AS (
  SELECT p.id, sum(c.paired)::bigint AS done
    FROM plan AS p
         JOIN coverage AS c ON c.what = p.what AND c.subgroup_key ->> 'programme' = p.programme
              AND (p.level IS NULL OR c.subgroup_key ->> 'level' = p.level) AND (p.zone IS NULL OR c.subgroup_key ->> 'zone' = p.zone)
   GROUP BY p.id
  UNION ALL
  SELECT p.id, count(DISTINCT (least(r.partner_a, r.partner_b), greatest(r.partner_a, r.partner_b)))
    FROM plan AS p
         JOIN pairings AS r ON r.programme = p.programme AND r.unit_kind = 'school' AND r.valid @> p.day
         JOIN schools AS s ON s.id IN (r.partner_a, r.partner_b)
         JOIN districts AS d ON d.id = s.district_id
   WHERE p.what = 'pairings' AND (p.level IS NULL OR s.level = p.level) AND (p.zone IS NULL OR d.zone = p.zone)
   GROUP BY p.id
  UNION ALL
  SELECT p.id, count(DISTINCT a.id)
    FROM plan AS p
         JOIN activities AS a ON a.programme = p.programme AND a.held_on BETWEEN first_day(school_year(p.school_year)) AND p.day
         LEFT JOIN participants AS x ON x.activity = a.id
         LEFT JOIN schools AS s ON s.id = x.unit
         LEFT JOIN districts AS d ON d.id = coalesce(s.district_id, x.unit)
   WHERE p.what = 'activities' AND (p.level IS NULL OR s.level = p.level) AND (p.zone IS NULL OR d.zone = p.zone)
   GROUP BY p.id
)
SELECT 'programme / what / level / zone' AS dimension, concat_ws(' / ', p.programme, p.what, p.level, p.zone) AS subgroup,
       jsonb_build_object('programme', p.programme, 'what', p.what, 'level', p.level, 'zone', p.zone) AS subgroup_key,
       school_year(p.school_year)::text AS period, first_day(school_year(p.school_year)) AS period_start,
       'target_rate' AS measure, coalesce(d.done, 0)::float8 / nullif(p.target, 0) AS value, coalesce(d.done, 0) AS numerator, p.target AS denominator
  FROM plan AS p LEFT JOIN done AS d ON d.id = p.id
$q$),
('gap', 'Gap between the zones',
 'How far are outer schools behind inner ones?',
 'The last school year with values of each indicator: mean of the inner schools less that of the outer schools, their ratio and other measures, with 95 % intervals; for all levels and for each.',
 $q$
SELECT CASE WHEN g.level IS NULL THEN 'indicator' ELSE 'indicator / level' END AS dimension, concat_ws(' / ', g.indicator, g.level) AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('indicator', g.indicator, 'level', g.level)) AS subgroup_key,
       school_year(g.school_year)::text AS period, first_day(school_year(g.school_year)) AS period_start, m.measure, m.value, m.ci_lower, m.ci_upper
  FROM (SELECT s.indicator, s.level, s.school_year, gap_merge(s.summary) AS summary
          FROM summaries AS s
               JOIN (SELECT indicator, max(school_year) AS school_year FROM summaries WHERE school_year <= start_year(school_year($1::date)) GROUP BY indicator) AS l
               ON l.indicator = s.indicator AND l.school_year = s.school_year
         GROUP BY GROUPING SETS ((s.indicator, s.school_year, s.level), (s.indicator, s.school_year))) AS g,
       LATERAL (SELECT measure, estimate, ci_lower, ci_upper FROM gap_measures(g.summary)
                UNION ALL
                SELECT z.name || v.what, v.value, NULL, NULL
                  FROM gap_groups(g.summary) AS s
                       JOIN (VALUES ('inner', 'reference'), ('outer', 'comparison')) AS z (zone, name) ON z.zone = s.subgroup,
                       LATERAL (VALUES ('_schools', s.n::float8), ('_mean', s.mean)) AS v (what, value)) AS m (measure, value, ci_lower, ci_upper)
$q$),
('gap_trend', 'Gap through the years',
 'Is the gap closing?',
 'For each school year: mean of the inner schools less that of the outer schools, the ratio of outer to inner, and the gap in standard deviations, with 95 % intervals; for all levels and for each. The change since the year before has the interval of a comparison of the same schools; it is computed for the last year and all levels together.',
 $q$
SELECT CASE WHEN g.level IS NULL THEN 'indicator' ELSE 'indicator / level' END AS dimension, concat_ws(' / ', g.indicator, g.level) AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('indicator', g.indicator, 'level', g.level)) AS subgroup_key,
       school_year(g.school_year)::text AS period, first_day(school_year(g.school_year)) AS period_start, m.measure, m.estimate AS value, m.ci_lower, m.ci_upper
  FROM (SELECT s.indicator, s.level, s.school_year, gap_merge(s.summary) AS summary
          FROM summaries AS s WHERE s.school_year <= start_year(school_year($1::date))
         GROUP BY GROUPING SETS ((s.indicator, s.school_year, s.level), (s.indicator, s.school_year))) AS g,
       gap_measures(g.summary) AS m
 WHERE m.measure IN ('difference', 'parity_index', 'hedges_g')
UNION ALL
-- the last change of each indicator: it needs the schools, since most of them were there the year before
SELECT 'indicator', c.subgroup_key ->> 'indicator', c.subgroup_key, c.period, c.period_start, c.measure || '_change', c.change_since_previous, c.change_since_previous_ci_lower, c.change_since_previous_ci_upper
  FROM gap_trend($$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
                      FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
                           JOIN (SELECT DISTINCT l.indicator, l.school_year
                                   FROM (SELECT indicator, school_year, dense_rank() OVER (PARTITION BY indicator ORDER BY school_year DESC) AS place
                                           FROM summaries WHERE school_year <= start_year(school_year($1::date))) AS l
                                  WHERE l.place <= 2) AS l ON l.indicator = o.indicator AND l.school_year = o.school_year
                     WHERE o.value IS NOT NULL $$,
                 by => '{indicator}', params => ARRAY[$1::date::text]) AS c
 WHERE c.change_since_previous IS NOT NULL
$q$),
('impact', 'What pairing did',
 'Did pairing help?',
 'How much more the schools changed that were paired than the schools that were not paired yet, within a zone, from the last school year before their first pairing on: on average, and by years since then, with 95 % intervals in which each school counts as independent. The gap is inner less outer: its change is the effect on inner schools less that on outer ones. Assumed, and not to be proved: without the pairings both would have changed alike. A school counts as paired in a school year if it was on half of its days. Of fewer than 20 schools on a side nothing is told. Read are the last ten school years with values; a school year counts from its ninth month on. Computed again when outcomes or pairings of these years change; where more than two million outcomes are read, at most once in seven days.',
 $q$
WITH year AS (
  SELECT min(s.school_year) AS first_year, max(s.school_year) AS last_year, count(DISTINCT s.school_year) AS school_years
    FROM (SELECT start_year(school_year(($1::date - interval '8 months')::date)) AS last_year) AS t
         JOIN summaries AS s ON s.school_year BETWEEN t.last_year - 9 AND t.last_year
), signed AS (
  -- what pairings say of these years
  SELECT p.partner_a::text AS a, p.partner_b::text AS b, p.valid * daterange(NULL, last_day(school_year(y.last_year)), '[]') AS valid
    FROM pairings AS p, year AS y
   WHERE p.unit_kind = 'school' AND y.school_years > 0
), stamp AS (
  -- tells whether anything changed of what the effects are computed from; NULL where nobody notes which outcomes did
  SELECT y.*, (SELECT count(DISTINCT u.id)
                 FROM (SELECT a AS id FROM signed WHERE NOT isempty(valid) UNION ALL SELECT b FROM signed WHERE NOT isempty(valid)) AS u JOIN schools AS s ON s.id::text = u.id) AS paired,
         -- where so many are read, a change waits for up to six nights
         (SELECT sum(g.n) > 2000000 FROM summaries AS u, gap_groups(u.summary) AS g WHERE u.school_year BETWEEN y.first_year AND y.last_year) AS is_large,
         (SELECT hashtextextended(concat_ws(' ', 1, y.first_year, y.last_year, v.versions, p.pairings, p.hash), 0)
            FROM (SELECT sum(version) AS versions FROM periods WHERE school_year BETWEEN y.first_year AND y.last_year) AS v,
                 (SELECT count(*) AS pairings, sum(hashtextextended(concat_ws(' ', a, b, valid), 0)) AS hash FROM signed WHERE NOT isempty(valid)) AS p
           WHERE v.versions IS NOT NULL) AS stamp
    FROM year AS y
   WHERE y.school_years > 0
), night AS (
  -- the last one whose figures still hold, or may stand for those of this day
  SELECT max(k.as_of) AS as_of
    FROM figures AS k, stamp AS s
   WHERE k.report = 'impact' AND k.measure = 'stamp' AND k.as_of <= $1::date
     AND (k.numerator = s.stamp OR (s.is_large AND k.period_start > $1::date - 7))
), kept AS MATERIALIZED (
  SELECT f.* FROM figures AS f JOIN night AS n USING (as_of) WHERE f.report = 'impact'
), todo AS MATERIALIZED (
  -- ten indicators at a time, so that memory does not grow with their number
  SELECT ARRAY[s.first_year::text, s.last_year::text, array_agg(i.indicator)::text] AS params
    FROM stamp AS s, (SELECT indicator, (row_number() OVER (ORDER BY indicator) - 1) / 10 AS batch FROM summaries GROUP BY indicator) AS i
   WHERE s.school_years > 1 AND NOT EXISTS (SELECT FROM kept)
   GROUP BY s.first_year, s.last_year, i.batch
), effect AS MATERIALIZED (
  SELECT e.subgroup_key ->> 'indicator' AS indicator, e.subgroup_key ->> 'zone' AS zone, e.event_time, e.estimate, e.std_error, e.ci_lower, e.ci_upper, e.treated_n, e.control_n
    FROM todo AS t, impact_effects(
         $$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
              FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
             WHERE o.school_year BETWEEN $1::int AND $2::int AND o.indicator = ANY ($3::text[]) AND o.value IS NOT NULL $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{indicator,zone}', min_n => 20, aggregation => '{cohort_overall,event}', params => t.params) AS e
   WHERE e.estimate IS NOT NULL
), before AS (
  SELECT p.subgroup_key ->> 'indicator' AS indicator, p.subgroup_key ->> 'zone' AS zone, p.p_value
    FROM todo AS t, impact_pretrend(
         $$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
              FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
             WHERE o.school_year BETWEEN $1::int AND $2::int AND o.indicator = ANY ($3::text[]) AND o.value IS NOT NULL $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{indicator,zone}', min_n => 20, params => t.params) AS p
   WHERE p.p_value IS NOT NULL
), change AS (
  -- the two zones have no school in common
  SELECT i.indicator, i.estimate - o.estimate AS estimate, 1.959963984540054 * sqrt(i.std_error ^ 2 + o.std_error ^ 2) AS half
    FROM effect AS i JOIN effect AS o ON o.indicator = i.indicator
   WHERE i.zone = 'inner' AND o.zone = 'outer' AND i.event_time IS NULL AND o.event_time IS NULL
)
SELECT dimension, subgroup, subgroup_key, period_start, measure, value, ci_lower, ci_upper, numerator FROM kept
UNION ALL
-- period_start of the stamp: the day for which these figures were computed
SELECT 'all', 'all', '{}', m.computed_on, m.measure, m.value, NULL, NULL, m.numerator
  FROM stamp AS s, LATERAL (VALUES ('first_year', s.first_year::float8, NULL::bigint, NULL::date), ('last_year', s.last_year, NULL, NULL),
                                   ('school_years', s.school_years, NULL, NULL), ('paired_schools', s.paired, NULL, NULL),
                                   ('stamp', NULL, s.stamp, $1::date)) AS m (measure, value, numerator, computed_on)
 WHERE NOT EXISTS (SELECT FROM kept)
UNION ALL
SELECT CASE WHEN e.event_time IS NULL THEN 'indicator / zone' ELSE 'indicator / zone / years' END, concat_ws(' / ', e.indicator, e.zone, e.event_time),
       jsonb_strip_nulls(jsonb_build_object('indicator', e.indicator, 'zone', e.zone, 'years', e.event_time)), NULL, m.measure, m.value, m.ci_lower, m.ci_upper, NULL
  FROM effect AS e LEFT JOIN before AS b ON b.indicator = e.indicator AND b.zone = e.zone AND e.event_time IS NULL,
       LATERAL (VALUES ('effect', e.estimate, e.ci_lower, e.ci_upper), ('paired_schools', e.treated_n, NULL, NULL), ('other_schools', e.control_n, NULL, NULL),
                       ('pretrend_p', b.p_value, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper)
 WHERE m.value IS NOT NULL
UNION ALL
SELECT 'indicator', c.indicator, jsonb_build_object('indicator', c.indicator), NULL, 'gap_change', c.estimate, c.estimate - c.half, c.estimate + c.half, NULL FROM change AS c
$q$),
('flows', 'Who is paired with whom',
 'Between which zones and districts are schools paired?',
 'Pairings of schools that are valid on the day, by the zone and by the district of both partners. A pairing of two different ones is there in both directions. Share: of all pairings of the one that is looked from.',
 $q$
SELECT CASE f.dimension WHEN 'zone' THEN 'zone' ELSE 'district' END AS dimension,
       CASE f.dimension WHEN 'zone' THEN f.from_subgroup || ' - ' || f.to_subgroup
            ELSE (f.from_key ->> 'district') || ' - ' || coalesce(f.to_key ->> 'district', f.to_subgroup) END AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('from_zone', f.from_key -> 'zone', 'to_zone', f.to_key -> 'zone',
                                            'from_district_id', f.from_key -> 'district_id', 'to_district_id', f.to_key -> 'district_id')) AS subgroup_key,
       m.measure, m.value
  FROM (SELECT * FROM pairing_flows(
               $$ SELECT s.id, s.valid, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone}', as_of => $1::date, successors => 'successors')
        UNION ALL
        SELECT * FROM pairing_flows(
               $$ SELECT s.id, s.valid, d.id AS district_id, d.name AS district FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{district_id,district}', as_of => $1::date, successors => 'successors')) AS f,
       LATERAL (VALUES ('pairings', f.pairings::float8), ('from_units', f.from_units), ('to_units', f.to_units), ('share', f.share)) AS m (measure, value)
 -- there are many pairs of districts: of these the pairings alone are kept
 WHERE f.dimension = 'zone' OR m.measure = 'pairings'
$q$),
('network', 'The network of schools',
 'How many partners do schools have, and does the network hang together?',
 'Schools of the programme that are open on the day, with their pairings. A component is what can be reached from partner to partner; a school without a partner is one by itself.',
 $q$
WITH degree AS (
  SELECT d.partners, count(*) AS schools
    FROM pairing_degrees(
         $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors') AS d
   GROUP BY d.partners
), total AS (
  SELECT sum(schools)::bigint AS schools, sum(partners * schools)::bigint AS partners, max(partners) AS most FROM degree
), component AS (
  SELECT count(*) AS components, max(n.units) AS largest, sum(n.pairings) AS pairings
    FROM pairing_network(
         $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors') AS n
)
SELECT 'partners' AS dimension, d.partners::text AS subgroup, jsonb_build_object('partners', d.partners) AS subgroup_key,
       'share_of_schools' AS measure, d.schools::float8 / t.schools AS value, d.schools AS numerator, t.schools AS denominator
  FROM degree AS d, total AS t
UNION ALL
SELECT 'all', 'all', '{}', m.measure, m.value, m.numerator, m.denominator
  FROM total AS t, component AS c,
       LATERAL (VALUES ('schools', t.schools::float8, NULL::bigint, NULL::bigint), ('pairings', c.pairings, NULL, NULL), ('components', c.components, NULL, NULL),
                       ('largest_component', c.largest::float8 / t.schools, c.largest, t.schools),
                       ('mean_partners', t.partners::float8 / t.schools, t.partners, t.schools), ('most_partners', t.most, NULL, NULL)) AS m (measure, value, numerator, denominator)
 WHERE t.schools > 0
$q$),
('aid', 'Flows of aid',
 'What was given, by whom and to whom?',
 'Gifts of the school year of the day and of the two before, by kind, currency, and the zones of giver and receiver (or organisation, external): how many, how many pieces, and their worth.',
 $q$
SELECT 'kind / currency / giver_zone / receiver_zone' AS dimension, concat_ws(' / ', g.kind, g.currency, g.giver_zone, g.receiver_zone) AS subgroup,
       jsonb_build_object('kind', g.kind, 'currency', g.currency, 'giver_zone', g.giver_zone, 'receiver_zone', g.receiver_zone) AS subgroup_key,
       g.school_year::text AS period, first_day(g.school_year) AS period_start, m.measure, m.value
  FROM (SELECT a.kind, a.currency, school_year(a.given_on) AS school_year, coalesce(gd.zone, gu.kind, 'unknown') AS giver_zone, coalesce(rd.zone, ru.kind, 'unknown') AS receiver_zone,
               count(*) AS gifts, sum(a.quantity) AS quantity, sum(a.amount) AS amount
          FROM aid AS a
               LEFT JOIN (SELECT id, 'organisation' AS kind FROM organisations UNION ALL SELECT id, 'external' FROM external_units) AS gu ON gu.id = a.giver
               LEFT JOIN (SELECT id, 'organisation' AS kind FROM organisations UNION ALL SELECT id, 'external' FROM external_units) AS ru ON ru.id = a.receiver
               LEFT JOIN schools AS gs ON gs.id = a.giver LEFT JOIN districts AS gd ON gd.id = coalesce(gs.district_id, a.giver)
               LEFT JOIN schools AS rs ON rs.id = a.receiver LEFT JOIN districts AS rd ON rd.id = coalesce(rs.district_id, a.receiver)
         WHERE a.given_on <= $1::date AND a.given_on >= first_day(school_year($1::date) - 2)
         GROUP BY 1, 2, 3, 4, 5) AS g,
       LATERAL (VALUES ('gifts', g.gifts::float8), ('quantity', g.quantity), ('amount', g.amount)) AS m (measure, value)
 WHERE m.value IS NOT NULL
$q$),
('districts', 'Districts',
 'How does each district stand?',
 'Of each district on the day: students of its open schools, those of ethnic minorities and of poor households (of the schools that say how many), districts paired with it, and in the school year the different activities held and gifts given and received, its schools'' and its own.',
 $q$
WITH unit AS (
  SELECT s.id, s.district_id FROM schools AS s UNION ALL SELECT d.id, d.id FROM districts AS d
), figure AS (
  SELECT s.district_id, m.measure, m.value, m.numerator, m.denominator
    FROM (SELECT s.district_id, sum(s.students)::bigint AS students,
                 sum(s.minority_students)::bigint AS minority, sum(s.students) FILTER (WHERE s.minority_students IS NOT NULL)::bigint AS minority_of,
                 sum(s.poor_students)::bigint AS poor, sum(s.students) FILTER (WHERE s.poor_students IS NOT NULL)::bigint AS poor_of
            FROM schools AS s WHERE s.valid @> $1::date GROUP BY s.district_id) AS s,
         LATERAL (VALUES ('students', s.students::float8, NULL::bigint, NULL::bigint),
                         ('minority_rate', s.minority::float8 / nullif(s.minority_of, 0), s.minority, s.minority_of),
                         ('poor_rate', s.poor::float8 / nullif(s.poor_of, 0), s.poor, s.poor_of)) AS m (measure, value, numerator, denominator)
  UNION ALL
  SELECT p.unit, 'partner_districts', count(DISTINCT p.partner), NULL, NULL
    FROM (SELECT partner_a AS unit, partner_b AS partner FROM pairings WHERE unit_kind = 'district' AND valid @> $1::date
          UNION ALL SELECT partner_b, partner_a FROM pairings WHERE unit_kind = 'district' AND valid @> $1::date) AS p
   GROUP BY p.unit
  UNION ALL
  SELECT u.district_id, 'activities_held', count(DISTINCT a.id), NULL, NULL
    FROM activities AS a JOIN participants AS x ON x.activity = a.id JOIN unit AS u ON u.id = x.unit
   WHERE a.held_on BETWEEN first_day(school_year($1::date)) AND $1::date
   GROUP BY u.district_id
  UNION ALL
  SELECT u.district_id, 'gifts_given', count(*), NULL, NULL
    FROM aid AS a JOIN unit AS u ON u.id = a.giver WHERE a.given_on BETWEEN first_day(school_year($1::date)) AND $1::date GROUP BY u.district_id
  UNION ALL
  SELECT u.district_id, 'gifts_received', count(*), NULL, NULL
    FROM aid AS a JOIN unit AS u ON u.id = a.receiver WHERE a.given_on BETWEEN first_day(school_year($1::date)) AND $1::date GROUP BY u.district_id
)
SELECT 'district' AS dimension, d.name AS subgroup, jsonb_build_object('district_id', d.id, 'district', d.name) AS subgroup_key,
       m.measure, coalesce(f.value, m.otherwise) AS value, f.numerator, f.denominator
  FROM districts AS d
       CROSS JOIN (VALUES ('students', NULL::float8), ('minority_rate', NULL), ('poor_rate', NULL), ('partner_districts', 0), ('activities_held', 0),
                          ('gifts_given', 0), ('gifts_received', 0)) AS m (measure, otherwise)
       LEFT JOIN figure AS f ON f.district_id = d.id AND f.measure = m.measure
$q$),
('proposals', 'Partners to propose',
 'With whom could a school without a partner be paired?',
 'For schools without a partner on the day: a school of the same level and province in another zone, from one of its five nearest districts, so that as many schools as possible get a partner with the least distance in all. No school gets more than two partners by it.',
 $q$
SELECT 'school / partner' AS dimension, p.partner_a || ' / ' || p.partner_b AS subgroup, jsonb_build_object('school', p.partner_a, 'partner', p.partner_b) AS subgroup_key,
       'distance_km' AS measure, p.cost - 1 AS value
  FROM suggest_pairings(
       $$ SELECT s.id, s.valid, 2 AS capacity FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
       $$ WITH paired AS (
            SELECT partner_a AS id FROM pairings WHERE unit_kind = 'school' AND valid @> $1::date
            UNION SELECT partner_b FROM pairings WHERE unit_kind = 'school' AND valid @> $1::date
          ), school AS (
            -- numbered within district and level, those without a partner first
            SELECT s.id, s.level, s.district_id, p.id IS NULL AS is_alone, count(*) OVER (PARTITION BY s.district_id, s.level) AS n,
                   row_number() OVER (PARTITION BY s.district_id, s.level ORDER BY p.id IS NULL DESC, s.id) - 1 AS i
              FROM schools s JOIN districts d ON d.id = s.district_id LEFT JOIN paired p ON p.id = s.id
             WHERE d.in_programme AND s.valid @> $1::date
          ), level_of AS (
            SELECT DISTINCT district_id, level FROM school
          ), near AS (
            SELECT a.district_id, a.level, b.district_id AS other_id, k.km,
                   row_number() OVER (PARTITION BY a.district_id, a.level ORDER BY k.km, b.district_id) AS place
              FROM level_of a JOIN districts d ON d.id = a.district_id
                   JOIN level_of b ON b.level = a.level JOIN districts o ON o.id = b.district_id
                   CROSS JOIN LATERAL (SELECT coalesce(111.2 * sqrt((d.latitude - o.latitude) ^ 2 + ((d.longitude - o.longitude) * cosd((d.latitude + o.latitude) / 2)) ^ 2), 0) AS km) AS k
             WHERE o.zone <> d.zone AND o.province IS NOT DISTINCT FROM d.province
          )
          SELECT a.id AS partner_a, b.id AS partner_b, 1 + n.km AS cost
            FROM school a
                 JOIN near n ON n.district_id = a.district_id AND n.level = a.level AND n.place <= 5
                 JOIN school b ON b.district_id = n.other_id AND b.level = a.level AND (b.i - a.i + b.n * a.n) % b.n < 8
           WHERE a.is_alone $$,
       $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors', params => ARRAY[$1::date::text]) AS p
$q$);

INSERT INTO checks (name, title, query, at_least, at_most, severity) VALUES
('no_errors', 'The rows have no errors', $q$ SELECT count(*) FROM issues WHERE severity = 'error' $q$, NULL, 0, 'error'),
('schools_kept', 'The schools are there that were there before: at least 90 % of their number on the day before',
 $q$
SELECT CASE WHEN b.n > 0 THEN rate(least(c.n, b.n), b.n) ELSE rate(1, 1) END
  FROM (SELECT count(*) AS n FROM schools AS s JOIN districts AS d ON d.id = s.district_id WHERE d.in_programme AND s.valid @> $1::date) AS c,
       (SELECT max(value)::bigint AS n FROM figures WHERE report = 'coverage' AND dimension = 'all' AND measure = 'units'
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage' AND as_of < $1::date)) AS b
$q$, 0.9, NULL, 'warning'),
('partners_kept', 'Schools kept their partners: at least 90 % of the number paired on the day before',
 $q$
SELECT CASE WHEN b.n > 0 THEN rate(least(c.n, b.n), b.n) ELSE rate(1, 1) END
  FROM (SELECT coalesce(max(paired), 0) AS n FROM pairing_coverage(
               $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{}', as_of => $1::date, successors => 'successors')) AS c,
       (SELECT max(numerator) AS n FROM figures WHERE report = 'coverage' AND dimension = 'all' AND measure = 'paired_rate'
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage' AND as_of < $1::date)) AS b
$q$, 0.9, NULL, 'warning'),
('due_held', 'At least half of the activities due this school year were held',
 $q$
SELECT CASE WHEN due > 0 THEN rate(round(due_completion_rate * due)::bigint, due) ELSE rate(1, 1) END
  FROM (SELECT sum(due)::bigint AS due, max(due_completion_rate) AS due_completion_rate
          FROM completion_rates($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE planned_on <@ dates(school_year($1::date)) $$, as_of => $1::date, params => ARRAY[$1::date::text])) AS c
$q$, 0.5, NULL, 'warning');

-- In Vietnamese, where the database can write it.  To read it: SELECT title_vi FROM reports.  To write it: perl -CS -pe 's/([^\x00-\x7f])/sprintf "\\u%04x", ord $1/ge'.
UPDATE reports AS r SET title_vi = v.texts::json ->> 0, question_vi = v.texts::json ->> 1, definition_vi = v.texts::json ->> 2
  FROM (VALUES
    ('coverage', '["Tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a", "Bao nhi\u00eau tr\u01b0\u1eddng \u0111\u00e3 c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a, v\u00e0 bao nhi\u00eau c\u1eb7p \u0111ang th\u1ef1c s\u1ef1 ho\u1ea1t \u0111\u1ed9ng?", "\u0110\u00e3 k\u1ebft ngh\u0129a: tr\u01b0\u1eddng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh, \u0111ang ho\u1ea1t \u0111\u1ed9ng v\u00e0o ng\u00e0y b\u00e1o c\u00e1o v\u00e0 c\u00f3 \u00edt nh\u1ea5t m\u1ed9t tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u00e0o ng\u00e0y \u0111\u00f3, tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng nh\u01b0 v\u1eady. C\u00f2n ho\u1ea1t \u0111\u1ed9ng: tr\u01b0\u1eddng \u0111\u00e3 g\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u1ee7a m\u00ecnh trong m\u1ed9t n\u0103m tr\u01b0\u1edbc ng\u00e0y b\u00e1o c\u00e1o, tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng nh\u01b0 v\u1eady."]'),
    ('coverage_monthly', '["\u0110\u1ed9 bao ph\u1ee7 theo th\u00e1ng", "S\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a t\u0103ng ra sao, v\u00e0 c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u00f3 duy tr\u00ec ho\u1ea1t \u0111\u1ed9ng kh\u00f4ng?", "V\u00e0o ng\u00e0y \u0111\u1ea7u m\u1ed7i th\u00e1ng trong n\u0103m n\u0103m g\u1ea7n nh\u1ea5t: s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a (\u0111\u00e3 k\u00fd) v\u00e0 s\u1ed1 tr\u01b0\u1eddng \u0111\u00e3 g\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a trong m\u1ed9t n\u0103m tr\u01b0\u1edbc \u0111\u00f3 (c\u00f2n ho\u1ea1t \u0111\u1ed9ng), tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh. T\u00ednh theo d\u1eef li\u1ec7u hi\u1ec7n nay, kh\u00f4ng ph\u1ea3i theo d\u1eef li\u1ec7u \u0111\u00e3 bi\u1ebft v\u00e0o l\u00fac \u0111\u00f3."]'),
    ('completion', '["Ho\u1ea1t \u0111\u1ed9ng theo k\u1ebf ho\u1ea1ch v\u00e0 \u0111\u00e3 th\u1ef1c hi\u1ec7n", "Bao nhi\u00eau ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch \u0111\u00e3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c, v\u00e0 c\u00f3 \u0111\u00fang h\u1ea1n kh\u00f4ng?", "Ho\u00e0n th\u00e0nh: ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch \u0111\u00e3 t\u1ed5 ch\u1ee9c t\u00ednh \u0111\u1ebfn ng\u00e0y b\u00e1o c\u00e1o, tr\u00ean t\u1ed5ng s\u1ed1 ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch, k\u1ec3 c\u1ea3 nh\u1eefng ho\u1ea1t \u0111\u1ed9ng ch\u01b0a \u0111\u1ebfn ng\u00e0y. \u0110\u1ebfn h\u1ea1n: t\u1ef7 l\u1ec7 t\u01b0\u01a1ng t\u1ef1, ch\u1ec9 t\u00ednh c\u00e1c ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 qua ng\u00e0y d\u1ef1 ki\u1ebfn v\u00e0 kh\u00f4ng b\u1ecb h\u1ee7y. \u0110\u00fang h\u1ea1n: t\u1ed5 ch\u1ee9c kh\u00f4ng mu\u1ed9n h\u01a1n ng\u00e0y d\u1ef1 ki\u1ebfn, tr\u00ean s\u1ed1 \u0111\u00e3 ho\u00e0n th\u00e0nh. C\u1ea5p h\u1ecdc l\u00e0 c\u1ea5p c\u1ee7a c\u00e1c tr\u01b0\u1eddng tham gia."]'),
    ('burn_up', '["Ti\u1ebfn \u0111\u1ed9 ho\u1ea1t \u0111\u1ed9ng so v\u1edbi k\u1ebf ho\u1ea1ch", "C\u00e1c ho\u1ea1t \u0111\u1ed9ng d\u1ef1 ki\u1ebfn trong n\u0103m h\u1ecdc n\u00e0y c\u00f3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c h\u1ebft kh\u00f4ng, v\u00e0 \u0111\u1ebfn bao gi\u1edd?", "Ho\u1ea1t \u0111\u1ed9ng c\u1ee7a n\u0103m h\u1ecdc, c\u1ed9ng d\u1ed3n: d\u1ef1 ki\u1ebfn \u0111\u1ebfn ng\u00e0y \u0111\u00f3 (k\u1ec3 c\u1ea3 \u0111\u00e3 h\u1ee7y), \u0111\u00e3 t\u1ed5 ch\u1ee9c \u0111\u1ebfn ng\u00e0y \u0111\u00f3, v\u00e0 nh\u1eefng ng\u00e0y d\u1ef1 b\u00e1o \u0111\u1ea1t 50, 80, 90 v\u00e0 100 % s\u1ed1 d\u1ef1 ki\u1ebfn, d\u1ef1a tr\u00ean m\u1ee9c ch\u1eadm tr\u1ec5 cho \u0111\u1ebfn nay. Ch\u1ec9 ti\u00eau l\u1ea5y t\u1eeb k\u1ebf ho\u1ea1ch."]'),
    ('plans', '["K\u1ebf ho\u1ea1ch n\u0103m h\u1ecdc", "N\u0103m h\u1ecdc n\u00e0y \u0111\u1eb7t k\u1ebf ho\u1ea1ch g\u00ec, v\u00e0 \u0111\u00e3 th\u1ef1c hi\u1ec7n \u0111\u01b0\u1ee3c bao nhi\u00eau?", "T\u1eebng ch\u1ec9 ti\u00eau trong k\u1ebf ho\u1ea1ch c\u1ee7a n\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 k\u1ebf ho\u1ea1ch: s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a, s\u1ed1 c\u1eb7p k\u1ebft ngh\u0129a, s\u1ed1 tr\u01b0\u1eddng \u0111\u00e3 k\u00fd cam k\u1ebft, ho\u1eb7c s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 t\u1ed5 ch\u1ee9c trong n\u0103m h\u1ecdc; t\u00ednh v\u00e0o ng\u00e0y b\u00e1o c\u00e1o, ho\u1eb7c v\u00e0o ng\u00e0y cu\u1ed1i n\u0103m h\u1ecdc n\u1ebfu n\u0103m h\u1ecdc \u0111\u00e3 k\u1ebft th\u00fac."]'),
    ('gap', '["Ch\u00eanh l\u1ec7ch gi\u1eefa n\u1ed9i th\u00e0nh v\u00e0 ngo\u1ea1i th\u00e0nh", "Tr\u01b0\u1eddng ngo\u1ea1i th\u00e0nh c\u00f2n c\u00e1ch tr\u01b0\u1eddng n\u1ed9i th\u00e0nh bao xa?", "N\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 s\u1ed1 li\u1ec7u c\u1ee7a t\u1eebng ch\u1ec9 s\u1ed1: trung b\u00ecnh c\u1ee7a c\u00e1c tr\u01b0\u1eddng n\u1ed9i th\u00e0nh tr\u1eeb trung b\u00ecnh c\u1ee7a c\u00e1c tr\u01b0\u1eddng ngo\u1ea1i th\u00e0nh, t\u1ef7 s\u1ed1 gi\u1eefa hai b\u00ean v\u00e0 c\u00e1c th\u01b0\u1edbc \u0111o kh\u00e1c, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %; t\u00ednh chung v\u00e0 theo t\u1eebng c\u1ea5p h\u1ecdc."]'),
    ('gap_trend', '["Ch\u00eanh l\u1ec7ch qua c\u00e1c n\u0103m", "Kho\u1ea3ng c\u00e1ch c\u00f3 \u0111ang thu h\u1eb9p kh\u00f4ng?", "T\u1eebng n\u0103m h\u1ecdc: trung b\u00ecnh n\u1ed9i th\u00e0nh tr\u1eeb trung b\u00ecnh ngo\u1ea1i th\u00e0nh, t\u1ef7 s\u1ed1 ngo\u1ea1i th\u00e0nh tr\u00ean n\u1ed9i th\u00e0nh, v\u00e0 ch\u00eanh l\u1ec7ch t\u00ednh b\u1eb1ng \u0111\u1ed9 l\u1ec7ch chu\u1ea9n, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %; t\u00ednh chung v\u00e0 theo t\u1eebng c\u1ea5p h\u1ecdc. M\u1ee9c thay \u0111\u1ed5i so v\u1edbi n\u0103m tr\u01b0\u1edbc c\u00f3 kho\u1ea3ng tin c\u1eady c\u1ee7a ph\u00e9p so s\u00e1nh c\u00f9ng c\u00e1c tr\u01b0\u1eddng; ch\u1ec9 t\u00ednh cho n\u0103m g\u1ea7n nh\u1ea5t, chung m\u1ecdi c\u1ea5p h\u1ecdc."]'),
    ('impact', '["K\u1ebft ngh\u0129a \u0111\u00e3 l\u00e0m \u0111\u01b0\u1ee3c g\u00ec", "K\u1ebft ngh\u0129a c\u00f3 gi\u00fap \u00edch kh\u00f4ng?", "C\u00e1c tr\u01b0\u1eddng \u0111\u00e3 k\u1ebft ngh\u0129a thay \u0111\u1ed5i nhi\u1ec1u h\u01a1n bao nhi\u00eau so v\u1edbi c\u00e1c tr\u01b0\u1eddng ch\u01b0a k\u1ebft ngh\u0129a trong c\u00f9ng khu v\u1ef1c, t\u00ednh t\u1eeb n\u0103m h\u1ecdc cu\u1ed1i c\u00f9ng tr\u01b0\u1edbc l\u1ea7n k\u1ebft ngh\u0129a \u0111\u1ea7u ti\u00ean: t\u00ednh chung v\u00e0 theo s\u1ed1 n\u0103m k\u1ec3 t\u1eeb \u0111\u00f3, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %, trong \u0111\u00f3 m\u1ed7i tr\u01b0\u1eddng \u0111\u01b0\u1ee3c coi l\u00e0 \u0111\u1ed9c l\u1eadp. Ch\u00eanh l\u1ec7ch l\u00e0 n\u1ed9i th\u00e0nh tr\u1eeb ngo\u1ea1i th\u00e0nh; m\u1ee9c thay \u0111\u1ed5i c\u1ee7a n\u00f3 l\u00e0 t\u00e1c \u0111\u1ed9ng \u1edf n\u1ed9i th\u00e0nh tr\u1eeb t\u00e1c \u0111\u1ed9ng \u1edf ngo\u1ea1i th\u00e0nh. Gi\u1ea3 \u0111\u1ecbnh, kh\u00f4ng th\u1ec3 ch\u1ee9ng minh: n\u1ebfu kh\u00f4ng k\u1ebft ngh\u0129a, c\u1ea3 hai nh\u00f3m \u0111\u00e3 thay \u0111\u1ed5i nh\u01b0 nhau. M\u1ed9t tr\u01b0\u1eddng \u0111\u01b0\u1ee3c t\u00ednh l\u00e0 \u0111\u00e3 k\u1ebft ngh\u0129a trong m\u1ed9t n\u0103m h\u1ecdc n\u1ebfu k\u1ebft ngh\u0129a \u00edt nh\u1ea5t n\u1eeda s\u1ed1 ng\u00e0y c\u1ee7a n\u0103m. D\u01b0\u1edbi 20 tr\u01b0\u1eddng \u1edf m\u1ed9t b\u00ean th\u00ec kh\u00f4ng n\u00eau g\u00ec. \u0110\u1ecdc m\u01b0\u1eddi n\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 s\u1ed1 li\u1ec7u; m\u1ed9t n\u0103m h\u1ecdc \u0111\u01b0\u1ee3c t\u00ednh t\u1eeb th\u00e1ng th\u1ee9 ch\u00edn c\u1ee7a n\u0103m \u0111\u00f3. \u0110\u01b0\u1ee3c t\u00ednh l\u1ea1i khi k\u1ebft qu\u1ea3 ho\u1eb7c c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u1ee7a nh\u1eefng n\u0103m n\u00e0y thay \u0111\u1ed5i; n\u1ebfu \u0111\u1ecdc h\u01a1n hai tri\u1ec7u k\u1ebft qu\u1ea3 th\u00ec nhi\u1ec1u nh\u1ea5t b\u1ea3y ng\u00e0y m\u1ed9t l\u1ea7n."]'),
    ('flows', '["Ai k\u1ebft ngh\u0129a v\u1edbi ai", "C\u00e1c tr\u01b0\u1eddng k\u1ebft ngh\u0129a gi\u1eefa nh\u1eefng khu v\u1ef1c v\u00e0 qu\u1eadn, huy\u1ec7n n\u00e0o?", "C\u00e1c c\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u00f3 hi\u1ec7u l\u1ef1c v\u00e0o ng\u00e0y b\u00e1o c\u00e1o, theo khu v\u1ef1c v\u00e0 theo qu\u1eadn, huy\u1ec7n c\u1ee7a hai b\u00ean. C\u1eb7p gi\u1eefa hai n\u01a1i kh\u00e1c nhau \u0111\u01b0\u1ee3c t\u00ednh theo c\u1ea3 hai chi\u1ec1u. T\u1ef7 tr\u1ecdng: tr\u00ean t\u1ed5ng s\u1ed1 c\u1eb7p c\u1ee7a b\u00ean \u0111\u01b0\u1ee3c x\u00e9t."]'),
    ('network', '["M\u1ea1ng l\u01b0\u1edbi c\u00e1c tr\u01b0\u1eddng", "M\u1ed7i tr\u01b0\u1eddng c\u00f3 bao nhi\u00eau tr\u01b0\u1eddng k\u1ebft ngh\u0129a, v\u00e0 m\u1ea1ng l\u01b0\u1edbi c\u00f3 li\u1ec1n m\u1ea1ch kh\u00f4ng?", "C\u00e1c tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh v\u00e0o ng\u00e0y b\u00e1o c\u00e1o v\u00e0 c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u1ee7a ch\u00fang. M\u1ed9t c\u1ee5m g\u1ed3m c\u00e1c tr\u01b0\u1eddng n\u1ed1i \u0111\u01b0\u1ee3c v\u1edbi nhau qua c\u00e1c tr\u01b0\u1eddng k\u1ebft ngh\u0129a; tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a t\u1ef1 l\u00e0 m\u1ed9t c\u1ee5m."]'),
    ('aid', '["H\u1ed7 tr\u1ee3 gi\u1eefa c\u00e1c \u0111\u01a1n v\u1ecb", "Ai \u0111\u00e3 t\u1eb7ng g\u00ec cho ai?", "C\u00e1c kho\u1ea3n h\u1ed7 tr\u1ee3 trong n\u0103m h\u1ecdc c\u1ee7a ng\u00e0y b\u00e1o c\u00e1o v\u00e0 hai n\u0103m h\u1ecdc tr\u01b0\u1edbc, theo lo\u1ea1i, ti\u1ec1n t\u1ec7, khu v\u1ef1c c\u1ee7a b\u00ean t\u1eb7ng v\u00e0 b\u00ean nh\u1eadn (ho\u1eb7c t\u1ed5 ch\u1ee9c, \u0111\u01a1n v\u1ecb ngo\u00e0i ch\u01b0\u01a1ng tr\u00ecnh): s\u1ed1 l\u1ea7n, s\u1ed1 l\u01b0\u1ee3ng v\u00e0 gi\u00e1 tr\u1ecb."]'),
    ('districts', '["Qu\u1eadn, huy\u1ec7n", "T\u00ecnh h\u00ecnh t\u1eebng qu\u1eadn, huy\u1ec7n ra sao?", "C\u1ee7a t\u1eebng qu\u1eadn, huy\u1ec7n v\u00e0o ng\u00e0y b\u00e1o c\u00e1o: s\u1ed1 h\u1ecdc sinh c\u1ee7a c\u00e1c tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng, h\u1ecdc sinh d\u00e2n t\u1ed9c thi\u1ec3u s\u1ed1 v\u00e0 h\u1ecdc sinh h\u1ed9 ngh\u00e8o (c\u1ee7a nh\u1eefng tr\u01b0\u1eddng c\u00f3 s\u1ed1 li\u1ec7u), s\u1ed1 qu\u1eadn, huy\u1ec7n k\u1ebft ngh\u0129a, v\u00e0 trong n\u0103m h\u1ecdc: s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 t\u1ed5 ch\u1ee9c, s\u1ed1 l\u1ea7n t\u1eb7ng v\u00e0 nh\u1eadn h\u1ed7 tr\u1ee3, c\u1ee7a c\u00e1c tr\u01b0\u1eddng v\u00e0 c\u1ee7a ch\u00ednh qu\u1eadn, huy\u1ec7n."]'),
    ('proposals', '["\u0110\u1ec1 xu\u1ea5t k\u1ebft ngh\u0129a", "Tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a n\u00ean k\u1ebft ngh\u0129a v\u1edbi tr\u01b0\u1eddng n\u00e0o?", "V\u1edbi c\u00e1c tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u00e0o ng\u00e0y b\u00e1o c\u00e1o: m\u1ed9t tr\u01b0\u1eddng c\u00f9ng c\u1ea5p h\u1ecdc, c\u00f9ng t\u1ec9nh ho\u1eb7c th\u00e0nh ph\u1ed1, kh\u00e1c khu v\u1ef1c, thu\u1ed9c m\u1ed9t trong n\u0103m qu\u1eadn, huy\u1ec7n g\u1ea7n nh\u1ea5t, sao cho nhi\u1ec1u tr\u01b0\u1eddng nh\u1ea5t c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u1edbi t\u1ed5ng kho\u1ea3ng c\u00e1ch nh\u1ecf nh\u1ea5t. Kh\u00f4ng tr\u01b0\u1eddng n\u00e0o c\u00f3 qu\u00e1 hai tr\u01b0\u1eddng k\u1ebft ngh\u0129a theo \u0111\u1ec1 xu\u1ea5t n\u00e0y."]')) AS v (name, texts)
 WHERE r.name = v.name AND getdatabaseencoding() = 'UTF8';
UPDATE checks AS c SET title_vi = v.texts::json ->> 0
  FROM (VALUES
    ('no_errors', '["D\u1eef li\u1ec7u kh\u00f4ng c\u00f3 l\u1ed7i"]'),
    ('schools_kept', '["C\u00e1c tr\u01b0\u1eddng tr\u01b0\u1edbc \u0111\u00e2y v\u1eabn c\u00f2n \u0111\u1ee7: \u00edt nh\u1ea5t 90 % s\u1ed1 tr\u01b0\u1eddng c\u1ee7a l\u1ea7n b\u00e1o c\u00e1o tr\u01b0\u1edbc"]'),
    ('partners_kept', '["C\u00e1c tr\u01b0\u1eddng v\u1eabn gi\u1eef \u0111\u01b0\u1ee3c tr\u01b0\u1eddng k\u1ebft ngh\u0129a: \u00edt nh\u1ea5t 90 % s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u1ee7a l\u1ea7n b\u00e1o c\u00e1o tr\u01b0\u1edbc"]'),
    ('due_held', '["\u00cdt nh\u1ea5t m\u1ed9t n\u1eeda s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u1ebfn h\u1ea1n trong n\u0103m h\u1ecdc \u0111\u00e3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c"]')) AS v (name, texts)
 WHERE c.name = v.name AND getdatabaseencoding() = 'UTF8';
$reports$;
END;
COMMENT ON FUNCTION reports_script() IS
  'The statements by which create_twinning_schema fills in the first reports and checks, to read before';
