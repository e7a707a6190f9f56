-- Columns in which other spellings are equal: citext, and collations without letter case.  Every report goes by them as it goes by lower().
BEGIN;
SELECT plan(68);

-- 60 schools of three zones, their ids and zones in changing case; pairings, sessions and outcomes that spell both in their own way.
CREATE FUNCTION pg_temp.spelt(t text, i int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE i % 4 WHEN 0 THEN upper(t) WHEN 1 THEN initcap(t) WHEN 2 THEN left(t, 2) || upper(substr(t, 3)) ELSE t END $$;
CREATE TEMP TABLE spelling AS
SELECT i, pg_temp.spelt('school of a long name ' || i, i) AS id, pg_temp.spelt((ARRAY['inner', 'outer', 'far'])[1 + i % 3], i / 3) AS zone, pg_temp.spelt('level' || i % 2, i / 2) AS level
  FROM generate_series(1, 60) AS i;
CREATE TEMP TABLE link_spelling AS
SELECT pg_temp.spelt('school of a long name ' || 1 + i * 7 % 60, i / 5) AS partner_a, pg_temp.spelt('school of a long name ' || 1 + i * 13 % 60, i / 7) AS partner_b, date '2023-01-01' + i AS held_on
  FROM generate_series(1, 90) AS i WHERE i * 7 % 60 <> i * 13 % 60;

-- The same rows in a type: what the reports read, and its twin in small letters.
CREATE FUNCTION pg_temp.tables(type text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = error;
    DROP TABLE IF EXISTS school, link, outcome, small_school, small_link, small_outcome;
    EXECUTE replace('CREATE TEMP TABLE school AS SELECT id::@ AS id, zone::@ AS zone, level::@ AS level FROM spelling', '@', type);
    EXECUTE replace('CREATE TEMP TABLE link AS SELECT partner_a::@ AS partner_a, partner_b::@ AS partner_b, held_on FROM link_spelling', '@', type);
    EXECUTE replace('CREATE TEMP TABLE outcome AS SELECT id::@ AS id, zone::@ AS zone, level::@ AS level, id::@ AS cluster, 5 + i % 7 + i % 3 / 2.0 AS value, i, i % 5 AS x, 1 + i % 4 AS n FROM spelling', '@', type);
    CREATE TEMP TABLE small_school AS SELECT lower(id::text) AS id, lower(zone::text) AS zone, lower(level::text) AS level FROM school;
    CREATE TEMP TABLE small_link AS SELECT lower(partner_a::text) AS partner_a, lower(partner_b::text) AS partner_b, held_on FROM link;
    CREATE TEMP TABLE small_outcome AS SELECT lower(id::text) AS id, lower(zone::text) AS zone, lower(level::text) AS level, lower(id::text) AS cluster, value, i, x, n FROM outcome;
END $$;

-- Does a call give the same with either?  Labels are compared in small letters.
CREATE FUNCTION pg_temp.as_small(call text, what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    given text[];
    small text[];
BEGIN
    EXECUTE format('SELECT array_agg(lower(to_jsonb(r)::text) ORDER BY lower(to_jsonb(r)::text)) FROM %s AS r', call) INTO given;
    EXECUTE format('SELECT array_agg(lower(to_jsonb(r)::text) ORDER BY lower(to_jsonb(r)::text)) FROM %s AS r', regexp_replace(lower(call), '\m(school|link|outcome)\M', 'small_\1', 'g')) INTO small;
    RETURN ok(given = small AND cardinality(given) > 0, format('%s (%s rows)', what, cardinality(given)));
END $$;

CREATE FUNCTION pg_temp.check(kind text, type text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.tables(type);
    RETURN NEXT pg_temp.as_small($q$pairing_coverage('school', 'link', '{zone,level}', '2023-12-01', 'link', rollup => true)$q$, kind || ': pairing_coverage');
    RETURN NEXT pg_temp.as_small($q$pairing_partners('school', 'link', '2023-12-01', 'link')$q$, kind || ': pairing_partners');
    RETURN NEXT pg_temp.as_small($q$pairing_degrees('school', 'link', '{zone}', '2023-12-01', 'link')$q$, kind || ': pairing_degrees');
    RETURN NEXT pg_temp.as_small($q$pairing_flows('school', 'link', '{zone}', '2023-12-01')$q$, kind || ': pairing_flows');
    RETURN NEXT pg_temp.as_small($q$pairing_timeline('school', 'link', '{zone}', from_date => '2023-01-01', to_date => '2023-06-01')$q$, kind || ': pairing_timeline');
    RETURN NEXT pg_temp.as_small($q$(SELECT units, external, pairings, zones, largest_degree FROM pairing_network('school', 'link', '2023-12-01'))$q$, kind || ': pairing_network');
    RETURN NEXT pg_temp.as_small($q$(SELECT count(*), sum(cost) FROM suggest_pairings('school', 'SELECT partner_a, partner_b, 1 + length(partner_a::text) % 3 AS cost FROM link'))$q$, kind || ': suggest_pairings');
    RETURN NEXT pg_temp.as_small($q$(SELECT issue, count(*) FROM pairing_issues('school', 'link', 'link') GROUP BY issue)$q$, kind || ': pairing_issues');
    RETURN NEXT pg_temp.as_small($q$(SELECT issue, severity, rows FROM completion_issues('SELECT partner_a, partner_b, zone AS kind, level, held_on FROM link, outcome', '{level}', '2024-01-01'))$q$, kind || ': completion_issues');
    RETURN NEXT pg_temp.as_small($q$outcome_issues('SELECT id, zone, level, value FROM outcome UNION ALL SELECT id, zone, level, 100 FROM outcome', '{level}', period_column => 'value')$q$, kind || ': outcome_issues');
    RETURN NEXT pg_temp.as_small($q$completion_rates('SELECT zone, id, date ''2023-01-01'' AS planned_on, date ''2023-01-02'' AS held_on FROM outcome', by => '{zone}')$q$, kind || ': completion_rates');
    RETURN NEXT pg_temp.as_small($q$segregation_local('SELECT level AS unit, zone AS grp, n FROM outcome')$q$, kind || ': segregation_local');
    RETURN NEXT pg_temp.as_small($q$gap_indices('SELECT zone, value FROM outcome', reference => 'INNER', comparison => 'oUTER')$q$, kind || ': gap_indices, labels in yet another spelling');
    RETURN NEXT pg_temp.as_small($q$gap_indices('SELECT zone, level, value, cluster FROM outcome', '{level}', rollup => true)$q$, kind || ': gap_indices by level, in clusters');
    RETURN NEXT pg_temp.as_small($q$gap_trend('SELECT zone, level AS period, value, id FROM outcome')$q$, kind || ': gap_trend');
    RETURN NEXT pg_temp.as_small($q$kitagawa('SELECT zone, level, value FROM outcome')$q$, kind || ': kitagawa');
    RETURN NEXT pg_temp.as_small($q$oaxaca_blinder('SELECT zone, value, x FROM outcome', 'value', '{x}')$q$, kind || ': oaxaca_blinder');
    RETURN NEXT pg_temp.as_small($q$(SELECT dimension, measure, grp, other, units, n, share, estimate FROM segregation_indices('SELECT level AS unit, zone AS grp, n FROM outcome', focus_group => 'INNER'))$q$, kind || ': segregation_indices');
    RETURN NEXT pg_temp.as_small($q$inequality_indices('SELECT DISTINCT ON (zone) zone AS subgroup, value AS estimate, 0.1 AS se, 10 AS population FROM outcome ORDER BY zone, i', reference => 'FAR', ordering => '{FAR,OUTER,INNER}')$q$, kind || ': inequality_indices');
    RETURN NEXT throws_ok($q$SELECT * FROM gap_indices('SELECT zone, value FROM outcome', reference => 'inner', comparison => 'Inner')$q$, '22023',
                          'parameters "reference" and "comparison" must name two groups', kind || ': two names of one group');
    RETURN NEXT throws_ok($q$SELECT * FROM pairing_coverage('TABLE school UNION ALL SELECT ''sCHOOL OF A LONG NAME 1'', NULL, NULL', 'link')$q$, '23505', NULL, kind || ': an id twice');
    -- what is plain text follows the ids of schools
    ALTER TABLE link ALTER partner_a TYPE text COLLATE "C", ALTER partner_b TYPE text COLLATE "C";
    RETURN NEXT pg_temp.as_small($q$pairing_coverage('school', 'link', '{zone,level}', '2023-12-01', 'link')$q$, kind || ': partners in plain text');
    EXECUTE replace('CREATE TEMP TABLE z AS SELECT id, zone::@ AS zone, value FROM (VALUES (1, ''inner'', 1.0), (2, ''Inner'', 3.0), (3, ''outer'', 2.0)) AS v(id, zone, value)', '@', type);
    RETURN NEXT results_eq($q$SELECT lower(subgroup), units, paired, cross_zone FROM pairing_coverage('z', 'SELECT 1 AS partner_a, 2 AS partner_b', '{zone}')$q$,
                           $q$VALUES ('inner', 2::bigint, 2::bigint, 0::bigint), ('outer', 1, 0, 0)$q$, kind || ': a zone of two spellings is one, and a pair within it crosses no border');
    RETURN NEXT results_eq($q$SELECT reference_n, comparison_n, reference_mean FROM gap_indices('z') WHERE measure = 'difference'$q$,
                           $q$VALUES (2::bigint, 1::bigint, 2::float8)$q$, kind || ': both count for the gap');
    EXECUTE replace('CREATE DOMAIN pg_temp.label AS @', '@', type);
    RETURN NEXT is((SELECT reference_n FROM gap_indices('SELECT zone::pg_temp.label AS zone, value FROM z') WHERE measure = 'difference'), 2::bigint, kind || ': a domain');
    DROP DOMAIN pg_temp.label;
    DROP TABLE z;
    EXECUTE replace('CREATE TEMP TABLE z AS SELECT id::@ AS id, g::@ AS group_id, u::@ AS unit, r::@ AS role FROM (VALUES (''Ann'', ''north'', ''ANN'', ''Lead''), (''ben'', ''North'', ''Ben'', ''MEMBER''), (''cat'', ''NORTH'', ''cat'', NULL)) AS v(id, g, u, r)', '@', type);
    RETURN NEXT results_eq($q$SELECT id, partner FROM pairing_partners('z', 'z') WHERE id < partner$q$, $q$VALUES ('Ann', 'ben'), ('Ann', 'cat')$q$, kind || ': groups, their units and roles');
    RETURN NEXT results_eq($q$SELECT id, partner FROM pairing_partners('z', 'SELECT ''CAT'' AS partner_a, ''Ben'' AS partner_b', successors => 'SELECT ''Cat'' AS old_id, ''ANN'' AS new_id') WHERE id < partner$q$,
                           $q$VALUES ('Ann', 'ben')$q$, kind || ': successors follow it, and schools says how they are spelt');
    DROP TABLE z;
    -- 4,096 spellings of one label
    EXECUTE replace($t$CREATE TEMP TABLE z AS SELECT 1 AS value, CASE WHEN i < 0 THEN 'outer'::@ ELSE (SELECT string_agg(CASE WHEN i >> b & 1 = 1 THEN 'A' ELSE 'a' END, '') FROM generate_series(0, 11) AS b)::@ END AS zone FROM generate_series(-5, 4095) AS i$t$, '@', type);
    RETURN NEXT results_eq($q$SELECT reference_n, comparison_n FROM gap_indices('z', reference => 'aaaaaaaaaaaa') WHERE measure = 'difference'$q$,
                           $q$VALUES (4096::bigint, 5::bigint)$q$, kind || ': thousands of spellings of one label');
    DROP TABLE z;
END $$;

CREATE FUNCTION pg_temp.citext() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    CREATE EXTENSION citext SCHEMA pg_catalog;
    RETURN QUERY SELECT pg_temp.check('citext', 'citext');
EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege OR invalid_schema_name THEN
    RETURN NEXT skip('citext is not there', 26);
END $$;
CREATE FUNCTION pg_temp.caseless() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    RETURN QUERY SELECT pg_temp.check('a collation', 'text COLLATE public.caseless');
EXCEPTION WHEN feature_not_supported OR undefined_object OR invalid_parameter_value THEN
    RETURN NEXT skip('no ICU here', 26);
END $$;
SELECT pg_temp.citext();
SELECT pg_temp.caseless();

-- A usual column tells spellings apart.
SELECT pg_temp.tables('text');
SELECT isnt((SELECT count(DISTINCT zone) FROM pairing_partners('school', 'link', '2023-12-01')), 3::bigint, 'in a usual column they are different zones');

-- The label that a name was perhaps meant to be.
CREATE FUNCTION pg_temp.told(label text, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM gap_indices(format('SELECT v AS zone, 1.0 AS value FROM unnest(ARRAY[%L, ''outer'', ''far'']) AS v', label), reference => name);
    RETURN 'accepted';
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN substring(detail FROM 'only in (.*)\.$');
END $$;
SELECT is(pg_temp.told(label, name), difference, format('%s, %s: %s', name, what, coalesce(difference, 'nothing alike')))
  FROM (VALUES (U&'Ba V\00EC', U&'Ba Vi\0300', 'composed and decomposed', 'Unicode normalization'),
               (U&'\FF11\FF12', '12', 'full-width digits', 'Unicode normalization'),
               (U&'Ba\00A0Vi', 'Ba Vi', 'a blank that does not break lines', 'Unicode normalization'),
               ('inner ', 'inner', 'a trailing blank', 'blanks'),
               (E'inner\r', 'inner', 'a carriage return', 'blanks'),
               (U&'inner\00A0', 'inner', 'a trailing blank that does not break lines', 'blanks'),
               (U&'\0110\00F4ng', U&'\0111\00F4ng', 'a capital with a stroke', 'letter case'),
               ('007', '7', 'zeros', 'leading zeros'),
               ('7.0', '7', 'as a spreadsheet has it', 'a trailing ".0"'),
               (' Inner', 'inner', 'two at once', 'letter case, blanks, leading zeros or Unicode normalization'),
               ('inside', 'inner', 'another word', NULL)) AS v(label, name, what, difference);

SELECT * FROM finish();
ROLLBACK;
