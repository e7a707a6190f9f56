-- Grouping of rows by value, against GROUP BY: values that are short, long, alike, toasted or NULL, of many types.
BEGIN;
SELECT plan(15);

-- What SQL and a report find different in the groups of a column, and in how many rows they have.
CREATE FUNCTION pg_temp.differences(source text, by text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('WITH s AS (SELECT coalesce(to_jsonb(%1$I), ''null'') AS key, count(*) FROM (%2$s) s GROUP BY %1$I),
                         r AS (SELECT subgroup_key -> %1$L, held FROM completion_rates($1, by => ARRAY[%1$L], as_of => ''2023-01-01''))
                    SELECT count(*) FROM ((TABLE s EXCEPT ALL TABLE r) UNION ALL (TABLE r EXCEPT ALL TABLE s)) d', by, source)
       INTO STRICT n USING source;
    RETURN n;
END $$;

-- Text whose first and last eight bytes are the same, and whose lengths are all there are around 4, 8 and 16.
CREATE TEMP TABLE rows AS
SELECT DATE '2022-09-05' AS held_on, i, length, repeat('a', length) AS alike,
       CASE WHEN i % 5 > 0 THEN repeat('a', length) || (i % 3) || repeat('a', length) END AS middle,
       (i % 4)::numeric + CASE WHEN i % 2 = 0 THEN 0.0 ELSE 0.00 END AS number,
       NULLIF(i % 3, 1) AS nullable, (i % 1000)::text AS many, i % 7 AS small,
       decode(repeat('00', length), 'hex') AS zeros,
       repeat(CASE i % 3 WHEN 0 THEN 'long ' WHEN 1 THEN 'longer ' ELSE 'short ' END, CASE WHEN i % 3 < 2 THEN 4000 ELSE 1 END) AS toasted,
       md5((i % 5)::text)::uuid AS uuid, rate(i % 3, 1 + i % 2)::text::rate AS rate, (ARRAY['x', 'X'])[1 + i % 2]::"char" AS letter,
       ('name' || i % 6)::name AS name, int4range(i % 4, i % 4 + 2) AS range
  FROM (SELECT i, i % 35 AS length FROM generate_series(0, 6999) i) s ORDER BY hashint8extended(i, 1);

SELECT is(pg_temp.differences(format('SELECT held_on, %I FROM rows', c), c), 0::bigint, c)
  FROM unnest('{alike,middle,number,nullable,many,small,toasted,uuid,letter,name,range}'::text[]) c;
SELECT is((SELECT array_agg(held ORDER BY subgroup) FROM completion_rates('SELECT held_on, zeros FROM rows', by => '{zeros}', as_of => '2023-01-01')),
          (SELECT array_agg(n ORDER BY zeros::text) FROM (SELECT zeros, count(*) AS n FROM rows GROUP BY zeros) s), 'bytes of zero');
SELECT is((SELECT array_agg(held ORDER BY subgroup) FROM completion_rates('SELECT held_on, rate FROM rows', by => '{rate}', as_of => '2023-01-01')),
          (SELECT array_agg(n ORDER BY rate::text) FROM (SELECT rate, count(*) AS n FROM rows GROUP BY rate) s), 'a type of ours');
-- Several columns: nothing runs over from one to the next.
SELECT is_empty($$SELECT subgroup_key, held FROM completion_rates('SELECT held_on, alike, middle, nullable FROM rows', by => '{alike,middle,nullable}', as_of => '2023-01-01')
                  EXCEPT ALL SELECT jsonb_build_object('alike', alike, 'middle', middle, 'nullable', nullable), count(*) FROM rows GROUP BY alike, middle, nullable$$,
                'three columns');
SELECT is((SELECT count(*) FROM completion_rates('SELECT held_on, alike, middle, nullable FROM rows', by => '{alike,middle,nullable}', as_of => '2023-01-01')),
          (SELECT count(*) FROM (SELECT DISTINCT alike, middle, nullable FROM rows) s), 'and no group twice');

SELECT * FROM finish();
ROLLBACK;
