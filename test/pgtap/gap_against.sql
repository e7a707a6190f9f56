-- against => 'reference_all': a subgroup's rows against all rows of the reference group.
BEGIN;
SELECT plan(31);
SET LOCAL client_min_messages = error;     -- of few clusters

-- Districts of one zone each, but for 'mixed'; a third zone; rows of no zone, of no district, without a value.
CREATE TEMP TABLE score AS
SELECT i AS id, period, d.district, d.zone, 'c' || i % 7 AS cluster, 's' || i % 7 % 2 AS strata, 1 + i % 3 AS weight,
       CASE WHEN i % 11 > 0 THEN 5 + d.level + (i * 37 % 29) / 10.0 + period % 10 * (i % 5) / 20.0 END AS value
  FROM (SELECT *, row_number() OVER () AS place FROM (VALUES ('in1', 'inner', 1.0, 14), ('in2', 'inner', 1.4, 23), ('out1', 'outer', 0.2, 17), ('out2', 'outer', 0.5, 31), ('out3', 'outer', 0.1, 2),
               ('far', 'rural', 0.0, 9), ('mixed', 'inner', 0.8, 6), ('mixed', 'outer', 0.3, 12), ('none', NULL, 0.3, 4), (NULL, 'inner', 1.1, 5), (NULL, 'outer', 0.4, 8))
       AS v(district, zone, level, n)) AS d, LATERAL generate_series(d.place * 100, d.place * 100 + d.n) AS i, generate_series(2021, 2023) AS period
 WHERE (d.district IS DISTINCT FROM 'out2' OR period > 2021) AND i % 13 <> period % 13;

CREATE TEMP VIEW plain AS SELECT period, district, zone, value FROM score;

-- The same by a call for each subgroup, over the rows that it is about.  With keep, all others stay as those of a third zone: a survey wants to see them.
CREATE FUNCTION pg_temp.one(columns text, keep boolean, district text, call text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
    about text := format('coalesce(zone = ''inner'', false) OR district IS NOT DISTINCT FROM %L', district);
BEGIN
    RETURN QUERY EXECUTE format('SELECT to_jsonb(g) - ''{dimension,subgroup,subgroup_key}''::text[] || jsonb_build_object(''district'', %L::text) FROM ' || call || ' AS g', district,
        CASE WHEN keep THEN format('SELECT %s, CASE WHEN %s THEN zone ELSE ''other'' END AS zone FROM score', columns, about)
             ELSE format('SELECT %s, zone FROM score WHERE %s', columns, about) END);
END $$;
CREATE FUNCTION pg_temp.all_alone(columns text, keep boolean, call text) RETURNS SETOF jsonb LANGUAGE sql AS $$
    SELECT pg_temp.one(columns, keep, district, call) FROM (SELECT DISTINCT district FROM score WHERE zone = 'outer') AS d $$;
CREATE FUNCTION pg_temp.alone(columns text, keep boolean, call text) RETURNS SETOF jsonb LANGUAGE sql AS $$
    SELECT a FROM pg_temp.all_alone(columns, keep, call) AS a $$;
CREATE FUNCTION pg_temp.together(call text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT to_jsonb(g) - ''{dimension,subgroup,subgroup_key}''::text[] || jsonb_build_object(''district'', subgroup_key -> ''district'') FROM ' || call || ' AS g WHERE subgroup NOT IN (''far'', ''none'')';
END $$;

-- Numbers as rounded to 10 digits: sums are taken in another order.
CREATE FUNCTION pg_temp.rounded(j jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(key || '=' || CASE WHEN jsonb_typeof(value) = 'number' THEN to_char(value::float8, '9.999999999EEEE') ELSE value::text END, ' ' ORDER BY key) FROM jsonb_each(j) $$;
CREATE FUNCTION pg_temp.same(columns text, keep boolean, alone text, together text, rows bigint, what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    differing bigint;
    n bigint;
BEGIN
    WITH a AS MATERIALIZED (SELECT pg_temp.rounded(x) AS x FROM pg_temp.alone(columns, keep, alone) AS x),
         t AS MATERIALIZED (SELECT pg_temp.rounded(x) AS x FROM pg_temp.together(together) AS x)
    SELECT (SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE t) AS x) + (SELECT count(*) FROM (TABLE t EXCEPT ALL TABLE a) AS x), (SELECT count(*) FROM t) INTO differing, n;
    RETURN is(format('%s differ of %s', differing, n), format('0 differ of %s', rows), what);
END $$;

SELECT results_eq($$SELECT DISTINCT subgroup, reference_n, comparison_n FROM gap_indices('plain', '{district}', against => 'reference_all') ORDER BY 1$$,
    $$SELECT s.district, i.n, count(s.value) FILTER (WHERE s.zone = 'outer')
        FROM (SELECT coalesce(district, 'unknown') AS district, zone, value FROM score) AS s, (SELECT count(value) AS n FROM score WHERE zone = 'inner') AS i
       WHERE s.zone IS DISTINCT FROM 'inner' GROUP BY 1, 2 ORDER BY 1$$,
    'a subgroup is one with rows outside the reference group; all of that group stand against its rows of the comparison group');
SELECT results_eq($$SELECT subgroup, round(reference_mean::numeric, 9), round(comparison_mean::numeric, 9), round(estimate::numeric, 9)
                      FROM gap_indices('plain', '{district}', against => 'reference_all') WHERE measure = 'difference' AND comparison_n > 0 ORDER BY 1$$,
    $$SELECT coalesce(o.district, 'unknown'), round(i.mean::numeric, 9), round(avg(o.value)::numeric, 9), round((i.mean - avg(o.value))::numeric, 9)
        FROM score AS o, (SELECT avg(value) AS mean FROM score WHERE zone = 'inner') AS i WHERE zone = 'outer' GROUP BY o.district, i.mean ORDER BY 1$$,
    'the means, by avg()');
SELECT pg_temp.same('value', false, 'gap_indices(%L)', 'gap_indices(''SELECT district, value, zone FROM score'', ''{district}'', against => ''reference_all'')',
                    50, 'every figure as by a call for each subgroup');
SELECT pg_temp.same('value, weight', false, 'gap_indices(%L)', 'gap_indices(''SELECT district, value, weight, zone FROM score'', ''{district}'', against => ''reference_all'')',
                    50, 'with weights');
SELECT pg_temp.same('value, weight, cluster', false, 'gap_indices(%L)', 'gap_indices(''SELECT district, value, weight, zone, cluster FROM score'', ''{district}'', against => ''reference_all'')',
                    55, 'with clusters, some of them in several districts and in both groups');
SELECT pg_temp.same('value, cluster, strata', true, 'gap_indices(%L)', 'gap_indices(''SELECT district, value, zone, cluster, strata FROM score'', ''{district}'', against => ''reference_all'')',
                    55, 'with strata: of domains of the whole design');
-- Periods in which a subgroup has no rows are none of it, whereas a call for it alone shows those of the reference group.
CREATE TEMP TABLE periods AS SELECT DISTINCT district, period::text FROM score WHERE zone = 'outer';
CREATE FUNCTION pg_temp.trend_alone(columns text) RETURNS TABLE (j jsonb) LANGUAGE sql AS $$
    SELECT a FROM pg_temp.alone(columns, columns ~ 'strata', 'gap_trend(%L)') AS a
     WHERE EXISTS (SELECT FROM periods AS p WHERE p.district IS NOT DISTINCT FROM a ->> 'district' AND p.period = a ->> 'period')
       AND a ->> 'district' IS DISTINCT FROM 'out2' $$;
CREATE FUNCTION pg_temp.trend_together(columns text) RETURNS TABLE (j jsonb) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT t FROM pg_temp.together(format('gap_trend(%L, ''{district}'', against => ''reference_all'')', 'SELECT district, zone, ' || columns || ' FROM score')) AS t
                  WHERE t ->> 'district' IS DISTINCT FROM 'out2';
END $$;
SELECT results_eq(format('SELECT pg_temp.rounded(j) FROM pg_temp.trend_together(%L) ORDER BY 1', c), format('SELECT pg_temp.rounded(j) FROM pg_temp.trend_alone(%L) ORDER BY 1', c),
                  'gap_trend, each period against the reference group of that period: ' || c)
  FROM unnest('{"value, period","value, weight, period","value, period, id","value, weight, period, id","value, period, cluster","value, weight, period, cluster","value, period, id, cluster","value, weight, period, cluster, strata"}'::text[]) AS c;
SELECT is((SELECT count(*) FROM pg_temp.trend_together('value, period, id') WHERE (j ->> 'units_both_first')::int > 0), 16::bigint, 'units are known again: four subgroups, two periods, two measures');
SELECT results_eq($$SELECT period, reference_n, comparison_n, round(estimate::numeric, 9), round(change_since_first::numeric, 9) FROM gap_trend('plain', '{district}', against => 'reference_all') WHERE subgroup = 'out2' AND measure = 'difference'$$,
    $$SELECT i.period::text, i.n, o.n, round((i.mean - o.mean)::numeric, 9), CASE WHEN i.period = 2023 THEN round((i.mean - o.mean - first_value(i.mean - o.mean) OVER (ORDER BY i.period))::numeric, 9) END
        FROM (SELECT period, count(value) AS n, avg(value) AS mean FROM score WHERE zone = 'inner' GROUP BY period) AS i
        JOIN (SELECT period, count(value) AS n, avg(value) AS mean FROM score WHERE district = 'out2' GROUP BY period) AS o USING (period) ORDER BY 1$$,
    'a subgroup that begins later: its first period is the first with rows of its own');

SELECT is((SELECT string_agg(to_jsonb(a)::text, ' ' ORDER BY measure) FROM (SELECT measure, reference_n, comparison_n, round(estimate::numeric, 9), round(ci_lower::numeric, 9), round(ci_upper::numeric, 9) FROM gap_indices('plain', '{district}', rollup => true, against => 'reference_all') WHERE subgroup = 'all') AS a),
          (SELECT string_agg(to_jsonb(a)::text, ' ' ORDER BY measure) FROM (SELECT measure, reference_n, comparison_n, round(estimate::numeric, 9), round(ci_lower::numeric, 9), round(ci_upper::numeric, 9) FROM gap_indices('plain')) AS a),
          'the total is the gap of all rows, as it is with within');
SELECT is((SELECT string_agg(to_jsonb(a)::text, ' ' ORDER BY measure) FROM (SELECT measure, clusters_reference, clusters_comparison, round(std_error::numeric, 9), round(ci_lower::numeric, 9) FROM gap_indices('SELECT district, zone, value, cluster FROM score', '{district}', rollup => true, against => 'reference_all') WHERE subgroup = 'all') AS a),
          (SELECT string_agg(to_jsonb(a)::text, ' ' ORDER BY measure) FROM (SELECT measure, clusters_reference, clusters_comparison, round(std_error::numeric, 9), round(ci_lower::numeric, 9) FROM gap_indices('SELECT zone, value, cluster FROM score')) AS a),
          'also with clusters');
SELECT is((SELECT count(*) FROM gap_indices('SELECT district, zone, avg(value) AS value, stddev(value) AS std_dev, count(value) AS n FROM score WHERE zone IN (''inner'', ''outer'') GROUP BY 1, 2', '{district}', against => 'reference_all') AS p
                           JOIN gap_indices('plain', '{district}', against => 'reference_all') AS r USING (subgroup, measure, reference_n, comparison_n)
            WHERE abs(p.estimate / r.estimate - 1) < 1e-9 AND abs(p.ci_lower / r.ci_lower - 1) < 1e-7), 50::bigint, 'published aggregates give the same');
SELECT results_eq($$SELECT * FROM gap_indices('plain', against => 'reference_all')$$, $$SELECT * FROM gap_indices('plain')$$, 'without by both are one');
SELECT results_eq($$SELECT * FROM gap_trend('plain', against => 'reference_all')$$, $$SELECT * FROM gap_trend('plain')$$, 'in gap_trend, too');
SELECT is((SELECT count(*) FROM gap_indices('plain', '{zone}', against => 'reference_all') WHERE subgroup = 'outer' AND estimate IS NOT NULL), 10::bigint, 'by the group column itself');

-- min_n: what is hidden cannot be found from what is shown.
CREATE FUNCTION pg_temp.hidden(min_n int) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(subgroup ORDER BY subgroup) FROM gap_indices('plain', '{district}', rollup => true, min_n => min_n, against => 'reference_all') WHERE suppressed AND measure = 'difference' $$;
SELECT is(pg_temp.hidden(6), NULL, 'nothing is small');
SELECT is(pg_temp.hidden(10), '{out3,unknown}', 'out3 has 5 rows: the next smaller is hidden with it, since the total is shown');
SELECT is(pg_temp.hidden(1000), (SELECT array_agg(s ORDER BY s) FROM unnest('{all,far,mixed,none,out1,out2,out3,unknown}'::text[]) AS s), 'a reference group that is small hides all: each row would show it');
SELECT is((SELECT count(*) FROM gap_indices('plain', '{district}', min_n => 10, against => 'reference_all') WHERE suppressed AND num_nonnulls(reference_n, comparison_n, reference_mean, comparison_mean, estimate) > 0), 0::bigint, 'hidden rows show nothing');

SELECT throws_ok($$SELECT * FROM gap_indices('plain', '{district}', against => 'all')$$, '22023', 'unknown value of parameter "against": "all"', 'no such value');
SELECT throws_ok($$SELECT * FROM gap_trend('plain', '{district}', against => NULL)$$, '22004', 'parameter "against" must not be null', 'NULL');
SELECT throws_ok($$SELECT * FROM gap_indices('plain', '{zone}')$$, '22023', 'parameters "group_column" and "by" must name different columns', 'by the group column: no subgroup would have both groups');
SELECT throws_ok($$SELECT * FROM gap_trend('plain', period_column => 'zone', against => 'reference_all')$$, '22023', 'parameters "group_column" and "period_column" must name different columns', 'a period that is the group');
SELECT is((SELECT count(*) FROM gap_indices('SELECT * FROM plain WHERE false', '{district}', rollup => true, against => 'reference_all')), 10::bigint, 'no rows: the total alone');

SELECT * FROM finish();
ROLLBACK;
