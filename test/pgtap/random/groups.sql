-- Two thousand random programmes in temporary tables, the same on every server: programme, unit, membership (a row for
-- each unit of a group), meeting (a session of two) and candidate; and schools_of, the texts of the source schools.
-- Read with \ir.

-- A whole number from 0 to below - 1, the same on every server.
CREATE FUNCTION pg_temp.rnd(below int, k int, i int, salt int) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ((hashint8extended(k::bigint * 1000000 + i * 1000 + salt, 20240301) >> 8) & 1048575)::int % below $$;
CREATE FUNCTION pg_temp.day(below int, k int, i int, salt int) RETURNS date LANGUAGE sql IMMUTABLE AS
	$$ SELECT date '2024-02-20' + pg_temp.rnd(below, k, i, salt) $$;

-- A period on a grid of few days, so that periods touch, overlap, repeat and are empty.
CREATE FUNCTION pg_temp.period(k int, i int, salt int) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE kind WHEN 0 THEN daterange(NULL, a) WHEN 1 THEN daterange(a, NULL) WHEN 2 THEN daterange(a, a)
		WHEN 3 THEN '(,)' ELSE daterange(least(a, b), greatest(a, b)) END
	FROM (SELECT pg_temp.rnd(8, k, i, salt) AS kind, date '2024-02-20' + 4 * pg_temp.rnd(6, k, i, salt + 1) AS a,
		date '2024-02-20' + 4 * pg_temp.rnd(6, k, i, salt + 2) AS b) AS p
$$;

CREATE TEMP TABLE programme AS
SELECT k, k % 4 AS form, k / 4 % 4 >= 2 AS has_role, pg_temp.day(24, k, 0, 1) AS as_of, 1 + k % 3 AS min_sessions,
	pg_temp.day(24, k, 0, 1) - pg_temp.rnd(12, k, 0, 2) AS active_since
FROM generate_series(1, 2000) AS k;

-- Units 1 to at most 12.  Form 0: always; 1 and 2: with a period; 3: two rows.
CREATE TEMP TABLE unit AS
SELECT k, id, (ARRAY['inner', 'inner', 'outer', 'outer', 'edge', NULL])[1 + pg_temp.rnd(6, k, id, 10 + row)] AS zone,
	CASE WHEN form = 0 THEN daterange '(,)'
		WHEN form < 3 THEN CASE WHEN pg_temp.rnd(2, k, id, 12) = 0 THEN '(,)' ELSE pg_temp.period(k, id, 13) END
		WHEN row = 1 THEN daterange(NULL, pg_temp.day(12, k, id, 16))
		ELSE daterange(date '2024-03-03' + pg_temp.rnd(6, k, id, 17), NULL) END AS valid
FROM programme, LATERAL generate_series(1, 4 + pg_temp.rnd(9, k, 0, 3)) AS id, LATERAL generate_series(1, CASE WHEN form = 3 THEN 2 ELSE 1 END) AS row;
CREATE INDEX ON unit (k, id);

-- Units 1 to 12, listed or not, and 101 to 103, never listed; some in a group twice.
CREATE TEMP TABLE membership AS
SELECT k, grp, i, i % 2 AS scheme, CASE WHEN u > 12 THEN u + 88 ELSE u END AS unit, (ARRAY['lead', 'member', 'member', NULL])[1 + pg_temp.rnd(4, k, i, 21)] AS role,
	CASE WHEN pg_temp.rnd(3, k, i, 22) = 0 THEN '(,)' ELSE pg_temp.period(k, i, 23) END AS valid
FROM (SELECT k, grp, 10 * grp + n AS i, 1 + pg_temp.rnd(15, k, 10 * grp + n, 20) AS u
	FROM programme, LATERAL generate_series(1, 1 + pg_temp.rnd(4, k, 0, 4)) AS grp, LATERAL generate_series(1, pg_temp.rnd(8, k, grp, 5)) AS n) AS m;
CREATE INDEX ON membership (k, grp);

-- Sessions of two units of a group.
CREATE TEMP TABLE meeting AS
SELECT k, a.unit AS partner_a, b.unit AS partner_b, as_of - 12 + pg_temp.rnd(15, k, a.i, 30 + b.i) AS held_on
FROM membership AS a JOIN membership AS b USING (k, grp) JOIN programme USING (k) WHERE a.unit <> b.unit AND pg_temp.rnd(3, k, a.i, 100 + b.i) > 0;
CREATE INDEX ON meeting (k);

CREATE TEMP TABLE candidate AS
SELECT k, a AS partner_a, b AS partner_b, pg_temp.rnd(1000, k, a, 200 + b) AS cost
FROM programme, LATERAL generate_series(1, 13) AS a, LATERAL generate_series(1, 13) AS b WHERE a <> b AND pg_temp.rnd(3, k, a, 300 + b) = 0;
CREATE INDEX ON candidate (k);
ANALYZE programme, unit, membership, meeting, candidate;

CREATE TEMP TABLE schools_of AS
SELECT k, format('SELECT id::%s AS id, zone%s FROM pg_temp.unit WHERE k = %s', (ARRAY['int', 'text', 'numeric(9,2)', 'bigint', 'varchar'])[1 + k % 5],
	(ARRAY['', ', valid', ', CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE lower(valid) END AS valid_from,'
		' CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE upper(valid) END AS valid_to', ', valid'])[1 + form], k) AS schools
FROM programme;
