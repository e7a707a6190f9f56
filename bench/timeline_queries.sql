-- The plain SQL for pairing_timeline: by zone, on the first days of the 120
-- months from June 2014 to May 2024.

-- The textbook's way: both sides of each pairing, each with its zones; the union
-- of each unit's periods by range_agg, its ends as events, a window sum over the
-- days that have one.
CREATE VIEW timeline_by_range_agg AS
WITH sides AS (
    SELECT v.id, u.zone, daterange(p.valid_from, p.valid_to) AS valid, u.zone <> o.zone AS cross_zone
    FROM bench_pairings p
         CROSS JOIN LATERAL (VALUES (p.partner_a, p.partner_b), (p.partner_b, p.partner_a)) AS v (id, partner)
         JOIN bench_schools u ON u.id = v.id LEFT JOIN bench_schools o ON o.id = v.partner),
periods AS (
    SELECT zone, 1 AS paired, 0 AS cross_zone, unnest(range_agg(valid)) AS valid
    FROM sides GROUP BY id, zone
    UNION ALL
    SELECT zone, 0, 1, unnest(range_agg(valid)) FROM sides WHERE cross_zone GROUP BY id, zone),
events AS (
    SELECT zone, lower(valid) AS day, paired, cross_zone FROM periods
    UNION ALL
    SELECT zone, upper(valid), -paired, -cross_zone FROM periods WHERE NOT upper_inf(valid)
    UNION ALL
    SELECT DISTINCT zone, date '-infinity', 0, 0 FROM bench_schools),
running AS MATERIALIZED (
    SELECT zone, day, lead(day, 1, 'infinity') OVER w AS next_day,
           sum(sum(paired)) OVER w AS paired, sum(sum(cross_zone)) OVER w AS cross_zone
    FROM events GROUP BY zone, day WINDOW w AS (PARTITION BY zone ORDER BY day))
SELECT zone, month::date AS period_start, units, paired, paired::float8 / units AS paired_rate,
       cross_zone, cross_zone::float8 / units AS cross_zone_rate
FROM (SELECT zone, count(*) AS units FROM bench_schools GROUP BY zone) AS zones
     JOIN running USING (zone)
     JOIN generate_series(timestamp '2014-06-01', timestamp '2024-05-15', interval '1 month') AS month
          ON day <= month AND month < next_day;

-- The same with each partner joined once, before the sides are taken apart: the
-- largest joins are half as large.
CREATE VIEW timeline_by_range_agg_joined_first AS
WITH sides AS (
    SELECT v.id, v.zone, daterange(p.valid_from, p.valid_to) AS valid, a.zone <> b.zone AS cross_zone
    FROM bench_pairings p
         LEFT JOIN bench_schools a ON a.id = p.partner_a LEFT JOIN bench_schools b ON b.id = p.partner_b
         CROSS JOIN LATERAL (VALUES (a.id, a.zone), (b.id, b.zone)) AS v (id, zone)
    WHERE v.id IS NOT NULL),
periods AS (
    SELECT zone, 1 AS paired, 0 AS cross_zone, unnest(range_agg(valid)) AS valid
    FROM sides GROUP BY id, zone
    UNION ALL
    SELECT zone, 0, 1, unnest(range_agg(valid)) FROM sides WHERE cross_zone GROUP BY id, zone),
events AS (
    SELECT zone, lower(valid) AS day, paired, cross_zone FROM periods
    UNION ALL
    SELECT zone, upper(valid), -paired, -cross_zone FROM periods WHERE NOT upper_inf(valid)
    UNION ALL
    SELECT DISTINCT zone, date '-infinity', 0, 0 FROM bench_schools),
running AS MATERIALIZED (
    SELECT zone, day, lead(day, 1, 'infinity') OVER w AS next_day,
           sum(sum(paired)) OVER w AS paired, sum(sum(cross_zone)) OVER w AS cross_zone
    FROM events GROUP BY zone, day WINDOW w AS (PARTITION BY zone ORDER BY day))
SELECT zone, month::date AS period_start, units, paired, paired::float8 / units AS paired_rate,
       cross_zone, cross_zone::float8 / units AS cross_zone_rate
FROM (SELECT zone, count(*) AS units FROM bench_schools GROUP BY zone) AS zones
     JOIN running USING (zone)
     JOIN generate_series(timestamp '2014-06-01', timestamp '2024-05-15', interval '1 month') AS month
          ON day <= month AND month < next_day;

-- The fastest SQL we know.  Days become the numbers of months by an array; zone,
-- unit and month become one integer, so that one sort by it serves, and the
-- running maximum of the ends needs no partition: those of another unit are
-- smaller than any start.  The islands are counted by month before anything else.
CREATE VIEW timeline_by_islands AS
WITH zones AS (
    SELECT zone, row_number() OVER (ORDER BY zone) AS z, count(*) AS units FROM bench_schools GROUP BY zone),
units AS MATERIALIZED (
    SELECT id, z, (z << 40) | (row_number() OVER () << 8) AS unit FROM bench_schools JOIN zones USING (zone)),
months AS MATERIALIZED (
    SELECT first_day::date AS period_start, n - 1 AS month
    FROM generate_series(timestamp '2014-06-01', timestamp '2024-05-15', interval '1 month') WITH ORDINALITY AS m (first_day, n)),
days AS MATERIALIZED (
    SELECT array_agg((SELECT count(*) FROM months WHERE period_start < date '2014-06-01' + day) ORDER BY day) AS month
    FROM generate_series(1, 3652) AS day),
sides AS (
    SELECT v.unit + (SELECT month FROM days)[greatest(valid_from - date '2014-06-01', 1)] AS starts,
           v.unit + (SELECT month FROM days)[least(coalesce(valid_to - date '2014-06-01', 3652), 3652)] AS ends,
           a.z <> b.z AS cross_zone
    FROM bench_pairings p
         LEFT JOIN units a ON a.id = p.partner_a LEFT JOIN units b ON b.id = p.partner_b
         CROSS JOIN LATERAL (VALUES (a.unit), (b.unit)) AS v (unit)),
islands AS (
    SELECT starts, ends, cross_zone, max(ends) OVER earlier AS before,
           max(ends) FILTER (WHERE cross_zone) OVER earlier AS cross_before
    FROM sides WHERE starts < ends
    WINDOW earlier AS (ORDER BY starts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
counts AS MATERIALIZED (
    SELECT z, last, first, cross_first, count(*) AS n
    FROM (SELECT ends >> 40 AS z, ends & 255 AS last,
                 CASE WHEN before IS NULL OR ends > before THEN greatest(starts, before) & 255 END AS first,
                 CASE WHEN cross_zone AND (cross_before IS NULL OR ends > cross_before)
                      THEN greatest(starts, cross_before) & 255 END AS cross_first
          FROM islands) AS i
    WHERE first IS NOT NULL OR cross_first IS NOT NULL
    GROUP BY GROUPING SETS ((z, last, first), (z, last, cross_first))),
events AS (
    SELECT z, first AS month, n AS paired, 0 AS cross_zone FROM counts WHERE first IS NOT NULL
    UNION ALL
    SELECT z, last, -n, 0 FROM counts WHERE first IS NOT NULL
    UNION ALL
    SELECT z, cross_first, 0, n FROM counts WHERE cross_first IS NOT NULL
    UNION ALL
    SELECT z, last, 0, -n FROM counts WHERE cross_first IS NOT NULL
    UNION ALL
    SELECT z, month, 0, 0 FROM zones, months),
running AS (
    SELECT z, month, sum(sum(paired)) OVER w AS paired, sum(sum(cross_zone)) OVER w AS cross_zone
    FROM events GROUP BY z, month WINDOW w AS (PARTITION BY z ORDER BY month))
SELECT zone, period_start, units, paired, paired::float8 / units AS paired_rate,
       cross_zone, cross_zone::float8 / units AS cross_zone_rate
FROM running JOIN zones USING (z) JOIN months USING (month);

CREATE VIEW timeline_by_equipair AS
SELECT subgroup AS zone, period_start, units, paired, paired_rate, cross_zone, cross_zone_rate
FROM pairing_timeline('bench_schools', 'bench_pairings', from_date => '2014-06-01', to_date => '2024-05-15');
