-- What reports have counted in several processes: the aggregates that they call, called by hand.  Their other functions
-- take and give states of a running aggregate, and so cannot be called.  That the answers are
-- those of one process is in test/t/aggregate_paths.pl.
BEGIN;
SELECT plan(24);

CREATE TEMP TABLE outcomes AS
SELECT CASE WHEN i % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone, i::float8 AS value, i % 4 AS weight, i % 5 AS district
  FROM generate_series(1, 100) AS i;
CREATE TEMP TABLE sessions AS
SELECT date '2023-01-01' + i AS planned_on, date '2023-01-03' + i AS held_on, false AS cancelled, i AS n, i % 5 AS district
  FROM generate_series(1, 100) AS i;

SELECT isnt(_gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value,weight}', zone, value, weight, district), NULL,
  'what gap_indices asks for') FROM outcomes;
SELECT isnt(_completion_counted('{completion_rates,sessions,2023-03-31,0,planned_on,held_on,n}', planned_on, held_on, n, district), NULL,
  'what completion_rates asks for') FROM sessions;
SELECT is(_gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, value), NULL, 'no rows') FROM outcomes WHERE false;
SELECT is(count(*), 5::bigint, 'for each group')
  FROM (SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, value) AS c FROM outcomes GROUP BY district) AS t
 WHERE c IS NOT NULL;
SELECT is((array_agg(c ORDER BY value DESC))[1],
          (SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, value ORDER BY value) FROM outcomes),
          'over a window that grows, the last one of which is all')
  FROM (SELECT value, _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, value) OVER (ORDER BY value) AS c FROM outcomes) AS t;

SELECT throws_like(call, message, call)
  FROM (VALUES
    ($$SELECT _gap_counted(NULL, zone, value) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{}', zone, value) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,NULL,inner,outer,none,zone,value}', zone, value) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none}', zone, value) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value,weight}', zone, value) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,value,zone}', value, zone) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value,colour}', zone, value, 1) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', VARIADIC ARRAY[zone, zone]) FROM outcomes$$, '%are not those of a report'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, zone) FROM outcomes$$, '%has type text'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,inner,none,zone,value}', zone, value) FROM outcomes$$, '%must name two groups'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,many,zone,value}', zone, value) FROM outcomes$$, 'invalid input syntax for type integer%'),
    ($$SELECT _gap_counted('{gap_indices,outcomes,zone,inner,outer,none,zone,value}', zone, value, 'x') FROM outcomes$$, 'could not identify an ordering operator%'),
    ($$SELECT _completion_counted('{completion_rates,sessions,someday,0,planned_on}', planned_on) FROM sessions$$, 'invalid input syntax for type date%'),
    ($$SELECT _completion_counted('{completion_rates,sessions,2023-03-31,0,planned_on}', n) FROM sessions$$, '%has type integer'),
    ($$SELECT _completion_counted('{completion_rates,sessions,2023-03-31,0}', planned_on) FROM sessions$$, '%has neither "planned_on" nor "held_on"')
  ) AS refused (call, message);
-- 15.20 finds no such function; 15.18 finds it, and refuses the argument
SELECT throws_matching(call, 'does not exist$|^cannot accept a value of type internal$', call)
  FROM (VALUES
    ($$SELECT _gap_counted_accum(NULL, '{gap_indices,outcomes,zone,inner,outer,none,zone,value}', 'inner'::text, 1)$$),
    ($$SELECT _counted_combine(NULL, NULL)$$),
    ($$SELECT _counted_serialize(NULL)$$),
    ($$SELECT _counted_deserialize('\x01', NULL)$$)
  ) AS refused (call);
SELECT * FROM finish();
ROLLBACK;
