-- What matching.tsv times: units with the ids 1 to 100,000 and candidates of four kinds. dense: :side by :side of two
-- sides, each pair a candidate (:side is 2,000 unless said); sparse: :rows pairs (1 million unless said) of 100,000 units
-- on two sides; mixed: a fifth as many pairs of a fifth as many units of any kind, so with odd cycles; and small ones of the first two,
-- a quarter of the rows, for the growth. Deterministic: every cost comes from a hash, and fills 53 bits.
\if :{?rows}
\else
\set rows 1000000
\endif
\if :{?side}
\else
\set side 2000
\endif

CREATE FUNCTION draw(i bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(i, seed) & ((1::bigint << 53) - 1)) / (1::bigint << 53)::float8;

CREATE UNLOGGED TABLE dense AS
SELECT i AS partner_a, :side + j AS partner_b, draw(i * 10000 + j, 1) AS cost
FROM generate_series(1, :side) AS i, generate_series(1, :side) AS j;
CREATE UNLOGGED TABLE dense_small AS
SELECT i AS partner_a, :side / 2 + j AS partner_b, draw(i * 10000 + j, 1) AS cost
FROM generate_series(1, :side / 2) AS i, generate_series(1, :side / 2) AS j;
CREATE UNLOGGED TABLE sparse AS
SELECT 1 + floor(draw(i, 2) * 50000)::int AS partner_a, 50001 + floor(draw(i, 3) * 50000)::int AS partner_b, draw(i, 4) AS cost
FROM generate_series(1, :rows) AS i;
CREATE UNLOGGED TABLE sparse_small AS
SELECT 1 + floor(draw(i, 2) * 12500)::int AS partner_a, 12501 + floor(draw(i, 3) * 12500)::int AS partner_b, draw(i, 4) AS cost
FROM generate_series(1, :rows / 4) AS i;
CREATE UNLOGGED TABLE mixed AS
SELECT a AS partner_a, CASE WHEN b >= a THEN b + 1 ELSE b END AS partner_b, cost
FROM (SELECT 1 + floor(draw(i, 5) * 20000)::int AS a, 1 + floor(draw(i, 6) * 19999)::int AS b, draw(i, 7) AS cost
      FROM generate_series(1, :rows / 5) AS i) AS drawn;
CREATE UNLOGGED TABLE two_sides AS
SELECT 1 + floor(draw(i, 5) * 10000)::int AS partner_a, 10001 + floor(draw(i, 6) * 10000)::int AS partner_b, draw(i, 7) AS cost
FROM generate_series(1, :rows / 5) AS i;
VACUUM (FREEZE, ANALYZE) dense, dense_small, sparse, sparse_small, mixed, two_sides;

CREATE FUNCTION suggest(candidates text, OUT pairings bigint, OUT covered numeric, OUT cost float8)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT count(*), sum(s.newly_covered), sum(s.cost)
	FROM suggest_pairings('SELECT generate_series(1, 100000) AS id', candidates) AS s;
END;
