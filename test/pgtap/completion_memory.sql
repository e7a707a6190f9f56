-- completion_rates counts delays: its medians are exact, and what it keeps grows with the distinct delays of
-- its subgroups, never with the sessions.  Nor does what completion_forecast and completion_curve keep.
BEGIN;
SELECT plan(10);

-- The plan is read when all sessions have been, in the same backend, so it can look at what they have left.
-- A first run fills the caches of the session.
CREATE FUNCTION pg_temp.bytes_kept(sessions text, report text DEFAULT 'completion_rates(%L, as_of => ''2100-01-01'', plan => %L)')
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    bytes bigint;
BEGIN
    FOR i IN 1..2 LOOP
        EXECUTE format('SELECT target FROM ' || report, sessions, 'SELECT sum(used_bytes) AS target FROM pg_backend_memory_contexts')
           INTO STRICT bytes;
    END LOOP;
    RETURN bytes;
END $$;

-- So many sessions with delays spread evenly over so many days.
CREATE FUNCTION pg_temp.spread(sessions int, days int) RETURNS text
    RETURN format($$SELECT DATE '2000-01-01' AS planned_on, DATE '2000-01-01' + i %% %s - %s AS held_on FROM generate_series(1, %s) i$$,
                  days, days / 2, sessions);

CREATE TEMP TABLE kept AS
SELECT sessions, days, pg_temp.bytes_kept(pg_temp.spread(sessions, days)) AS bytes
  FROM (VALUES (30000, 30), (300000, 30), (30000, 30000), (300000, 30000)) v(sessions, days);
CREATE FUNCTION pg_temp.kept(s int, d int) RETURNS bigint RETURN (SELECT bytes FROM kept WHERE sessions = s AND days = d);

SELECT cmp_ok(abs(pg_temp.kept(300000, 30) - pg_temp.kept(30000, 30)), '<', 65536::bigint, 'few delays: ten times the sessions take no more memory');
SELECT cmp_ok(abs(pg_temp.kept(300000, 30000) - pg_temp.kept(30000, 30000)), '<', 65536::bigint, 'many delays: nor do they there');
-- so that the two above can fail at all: the delays themselves are seen, with their count of 8 bytes at least
SELECT cmp_ok(pg_temp.kept(300000, 30000) - pg_temp.kept(300000, 30), '>', 30000 * 8::bigint, 'what a delay takes is seen');
SELECT cmp_ok(pg_temp.kept(300000, 30000) - pg_temp.kept(300000, 30), '<', 30000 * 64::bigint, 'and is 64 bytes at most');
SELECT cmp_ok(abs(pg_temp.bytes_kept(pg_temp.spread(300000, 3000), report) - pg_temp.bytes_kept(pg_temp.spread(30000, 3000), report)), '<', 65536::bigint,
              'ten times the sessions take no more memory: ' || report)
  FROM unnest(ARRAY['completion_forecast(%L, as_of => ''2003-01-01'', plan => %L)',
                    'completion_curve(%L, from_date => ''2003-01-01'', to_date => ''2003-01-01'', plan => %L)']) AS report;

-- Widely spread delays, with ties and both parities of counts, by subgroup and in their totals.
CREATE TEMP TABLE wide AS
SELECT i % 3 AS area, i % 7 AS kind, DATE '2000-01-01' + i % 100 AS planned_on,
       DATE '2000-01-01' + (hashint8extended(i, 1) & (((1 << (4 + i % 3 * 6)) - 1)))::int - 500 AS held_on
  FROM generate_series(1, 50000) i;
CREATE FUNCTION pg_temp.median_of(key jsonb) RETURNS float8
    RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY held_on - planned_on) FROM wide
             WHERE jsonb_build_object('area', area, 'kind', kind) @> key);
CREATE TEMP TABLE got AS SELECT * FROM completion_rates('wide', by => '{area,kind}', as_of => '2300-01-01', rollup => true);
SELECT is((SELECT count(*) FROM got), 21 + 3 + 1::bigint, 'subgroups and totals');
SELECT cmp_ok((SELECT count(DISTINCT held_on - planned_on) FROM wide), '>', 10000::bigint, 'the delays are spread');
SELECT is_empty($$SELECT subgroup, median_delay_days, pg_temp.median_of(subgroup_key) FROM got
                   WHERE median_delay_days IS DISTINCT FROM pg_temp.median_of(subgroup_key)$$, 'medians: as percentile_cont has them');
SELECT is_empty($$SELECT subgroup, mean_delay_days FROM got
                   WHERE abs(mean_delay_days - (SELECT avg(held_on - planned_on) FROM wide WHERE jsonb_build_object('area', area, 'kind', kind) @> subgroup_key)) > 1e-9$$,
                'means: as avg has them');

SELECT * FROM finish();
ROLLBACK;
