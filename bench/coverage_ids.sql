-- What coverage_ids.tsv times: the tables of coverage_tables.sql with the same ids
-- in other types.  The text forms of the uuids are as texts 36 bytes long.
\ir coverage_tables.sql
CREATE UNLOGGED TABLE bigint_schools AS SELECT id::bigint AS id, zone FROM bench_schools;
CREATE UNLOGGED TABLE bigint_pairings AS SELECT partner_a::bigint AS partner_a, partner_b::bigint AS partner_b, valid_from, valid_to FROM bench_pairings;
CREATE UNLOGGED TABLE numeric_schools AS SELECT id::numeric AS id, zone FROM bench_schools;
CREATE UNLOGGED TABLE numeric_pairings AS SELECT partner_a::numeric AS partner_a, partner_b::numeric AS partner_b, valid_from, valid_to FROM bench_pairings;

-- random ones of version 4
CREATE FUNCTION uuid_of(id text) RETURNS uuid IMMUTABLE STRICT PARALLEL SAFE
  RETURN overlay(overlay(md5(id) PLACING '4' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::uuid;
CREATE UNLOGGED TABLE uuid_schools AS SELECT uuid_of(id) AS id, zone FROM bench_schools;
CREATE UNLOGGED TABLE uuid_pairings AS SELECT uuid_of(partner_a) AS partner_a, uuid_of(partner_b) AS partner_b, valid_from, valid_to FROM bench_pairings;
CREATE UNLOGGED TABLE spelt_schools AS SELECT id::text AS id, zone FROM uuid_schools;
CREATE UNLOGGED TABLE spelt_pairings AS SELECT partner_a::text AS partner_a, partner_b::text AS partner_b, valid_from, valid_to FROM uuid_pairings;
VACUUM (FREEZE, ANALYZE) bigint_schools, bigint_pairings, numeric_schools, numeric_pairings, uuid_schools, uuid_pairings, spelt_schools, spelt_pairings;
