-- Two thousand random programmes in temporary tables, the same on every server, for the tests that hold a report
-- against plain SQL: programme, unit, pairing, session and target; source, the texts that a report gets; and link,
-- who is paired with whom on the day, by plain SQL.  Read with \ir.

-- A whole number from 0 to below - 1, the same on every server.
CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql STABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;

CREATE FUNCTION pg_temp.day(below int, VARIADIC what text[]) RETURNS date LANGUAGE sql STABLE AS
	$$ SELECT date '2024-02-20' + pg_temp.rnd(below, VARIADIC what) $$;

-- A period on a grid of few days, so that periods touch, overlap, repeat and are empty.
CREATE FUNCTION pg_temp.period(VARIADIC what text[]) RETURNS daterange LANGUAGE sql STABLE AS $$
	SELECT CASE pg_temp.rnd(8, VARIADIC what || text 'kind')
		WHEN 0 THEN daterange(NULL, a) WHEN 1 THEN daterange(a, NULL) WHEN 2 THEN daterange(a, a)
		WHEN 3 THEN '(,)' ELSE daterange(least(a, b), greatest(a, b)) END
	FROM (SELECT date '2024-02-20' + 4 * pg_temp.rnd(6, VARIADIC what || text 'a') AS a,
		date '2024-02-20' + 4 * pg_temp.rnd(6, VARIADIC what || text 'b') AS b) AS ab
$$;

CREATE TEMP TABLE programme AS
SELECT k, k % 4 AS form, pg_temp.day(24, 'day', k::text) AS as_of, 1 + k % 3 AS min_sessions,
	CASE WHEN k % 3 > 0 THEN pg_temp.day(24, 'day', k::text) - pg_temp.rnd(12, 'since', k::text) END AS active_since
FROM generate_series(1, 2000) AS k;

-- Units 1 to at most 12.  Form 0: always; 1: valid; 2: valid_from, valid_to; 3: two rows.
CREATE TEMP TABLE unit AS
SELECT k, id, zone, level, weight, valid
FROM (SELECT k, form, id, row,
		(ARRAY['inner', 'inner', 'outer', 'outer', 'edge', NULL])[1 + pg_temp.rnd(6, 'zone', k::text, id::text, row::text)] AS zone,
		(ARRAY['primary', 'secondary', NULL])[1 + pg_temp.rnd(3, 'level', k::text, id::text, row::text)] AS level,
		nullif(pg_temp.rnd(500, 'weight', k::text, id::text, row::text), 0) AS weight,
		CASE WHEN form = 0 THEN daterange '(,)'
			WHEN form < 3 THEN CASE WHEN pg_temp.rnd(2, 'open', k::text, id::text) = 0 THEN '(,)'
				ELSE pg_temp.period('unit', k::text, id::text) END
			WHEN row = 1 THEN daterange(NULL, pg_temp.day(12, 'shut', k::text, id::text))
			ELSE daterange(date '2024-03-03' + pg_temp.rnd(6, 'open', k::text, id::text), NULL) END AS valid
	FROM programme, LATERAL generate_series(1, 4 + pg_temp.rnd(9, 'units', k::text)) AS id,
		LATERAL generate_series(1, CASE WHEN form = 3 THEN 2 ELSE 1 END) AS row) AS u;

-- Partners 1 to 12 (listed or not) and 101 to 103 (never listed).
CREATE TEMP TABLE pairing AS
SELECT * FROM (
	SELECT k, CASE WHEN a > 12 THEN a + 88 ELSE a END AS partner_a, CASE WHEN b > 12 THEN b + 88 ELSE b END AS partner_b, valid
	FROM (SELECT k, 1 + pg_temp.rnd(15, 'a', k::text, i::text) AS a, 1 + pg_temp.rnd(15, 'b', k::text, i::text) AS b,
			pg_temp.period('pairing', k::text, i::text) AS valid
		FROM programme, LATERAL generate_series(1, 4 + pg_temp.rnd(40, 'pairings', k::text)) AS i) AS p
	WHERE a <> b) AS p;

-- Mostly between partners, in either order; days around as_of and around the year before.
CREATE TEMP TABLE session AS
SELECT k, CASE WHEN swap THEN partner_b ELSE partner_a END AS partner_a, CASE WHEN swap THEN partner_a ELSE partner_b END AS partner_b,
	CASE WHEN pg_temp.rnd(10, 'held', k::text, n::text) > 0
		THEN CASE WHEN pg_temp.rnd(4, 'far', k::text, n::text) = 0
				THEN (as_of - interval '1 year')::date + pg_temp.rnd(5, 'd', k::text, n::text) - 2
				ELSE as_of - 12 + pg_temp.rnd(15, 'd', k::text, n::text) END END AS held_on
FROM (SELECT k, as_of, partner_a, partner_b, row_number() OVER (ORDER BY k, partner_a, partner_b, lower(valid), upper(valid), i) AS n,
		pg_temp.rnd(2, 'swap', k::text, partner_a::text, i::text) = 0 AS swap
	FROM programme JOIN pairing USING (k), LATERAL generate_series(1, 2) AS i
	UNION ALL SELECT k, as_of, 1, 2, 0, false FROM programme) AS s;

CREATE TEMP TABLE target AS
SELECT k, (ARRAY['inner', 'outer', 'edge', 'rim', NULL])[1 + pg_temp.rnd(5, 'tz', k::text, i::text)] AS zone,
	(ARRAY['primary', 'secondary', NULL])[1 + pg_temp.rnd(3, 'tl', k::text, i::text)] AS level,
	nullif(pg_temp.rnd(6, 'target', k::text, i::text), 5) AS target
FROM programme, LATERAL generate_series(1, 1 + pg_temp.rnd(4, 'targets', k::text)) AS i;

-- The sources as the functions get them, of another spelling and other types from programme to programme.
CREATE TEMP TABLE source AS
SELECT k, format('SELECT id::%s AS id, zone%s, level, weight::%s%s FROM pg_temp.unit WHERE k = %s',
		(ARRAY['int', 'text', 'numeric(9,2)', 'bigint', 'varchar'])[1 + k % 5], (ARRAY['', '::varchar', '::char(8)'])[1 + k % 3],
		(ARRAY['float8', 'numeric', 'smallint'])[1 + k / 3 % 3],
		(ARRAY['', ', CASE WHEN valid <> ''(,)'' OR id % 2 = 0 THEN valid END AS valid',
			', CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE lower(valid) END AS valid_from,'
			' CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE upper(valid) END::timestamp AS valid_to', ', valid'])[1 + k % 4],
		k) AS schools,
	format('SELECT partner_a::%s, partner_b, %s FROM pg_temp.pairing WHERE k = %s', (ARRAY['smallint', 'text', 'bpchar'])[1 + k % 3],
		CASE WHEN k / 2 % 2 = 0 THEN 'valid' ELSE
			'CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE lower(valid) END AS valid_from,'
			' CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE upper(valid) END AS valid_to' END, k) AS pairings,
	format('SELECT * FROM pg_temp.session WHERE k = %s', k) AS sessions,
	format('SELECT * FROM pg_temp.target WHERE k = %s', k) AS plan
FROM programme;

CREATE INDEX ON unit (k, id);
CREATE INDEX ON pairing (k);
CREATE INDEX ON session (k);
CREATE INDEX ON target (k);
ANALYZE programme, unit, pairing, session, target, source;

-- Plain SQL: the union of the periods of each pair, both ways, between units of the day and with externals.
CREATE TEMP TABLE link AS
WITH pair AS (
	SELECT k, least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b, range_agg(p.valid) AS valid
	FROM pairing AS p
	WHERE EXISTS (SELECT FROM unit AS u WHERE u.k = p.k AND u.id IN (p.partner_a, p.partner_b))
	GROUP BY 1, 2, 3)
SELECT w.k, w.id, unit.zone, w.partner, other.zone AS partner_zone, NOT EXISTS (SELECT FROM unit AS u WHERE u.k = w.k AND u.id = w.partner) AS external,
	w.valid, (SELECT r FROM unnest(w.valid) AS r WHERE r @> as_of) AS period
FROM (SELECT k, a AS id, b AS partner, valid FROM pair UNION ALL SELECT k, b, a, valid FROM pair) AS w
	JOIN programme USING (k)
	JOIN unit ON unit.k = w.k AND unit.id = w.id AND unit.valid @> as_of
	LEFT JOIN unit AS other ON other.k = w.k AND other.id = w.partner AND other.valid @> as_of
WHERE w.valid @> as_of AND (other.id IS NOT NULL OR NOT EXISTS (SELECT FROM unit AS u WHERE u.k = w.k AND u.id = w.partner));
CREATE INDEX ON link (k, id);
ANALYZE link;
