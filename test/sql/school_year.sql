-- school_year, as an analyst meets it at the prompt. Every year, day and start
-- month, and the en dash, are in test/pgtap/school_year.sql.

SELECT v::school_year FROM unnest('{2022-2023,2022/2023,2022-23,2022/23,1999-00}'::text[]) v;
SELECT '2022-2024'::school_year;
SELECT '2022'::school_year;
SELECT '9999-10000'::school_year;
SELECT school_year(2022), 2022::school_year, '2022-23'::school_year::int, start_year('2022-23');
SELECT school_year(0);

SET datestyle = 'ISO, YMD';
SELECT school_year(date '2023-05-31'), school_year(date '2022-08-31'), school_year(date '2022-08-31', 8),
       school_year(timestamp '2022-09-01 00:00');
SELECT school_year(date 'infinity');
SELECT school_year(date '2022-09-01', 13);
SELECT first_day('2022-23'), last_day('2022-23'), dates('2022-23'), dates('2022-23', 1);
SELECT date '2023-05-31' <@ dates('2022-23') AS within;

SELECT '2022-23'::school_year + 1 AS next, '2022-23'::school_year - 1 AS previous,
       '2022-23'::school_year - '2018-19'::school_year AS years;
SELECT '9998-99'::school_year + 1;
SELECT generate_series('2020-21'::school_year, '2022-23');
SELECT generate_series('2022-23'::school_year, '2020-21', -2);
SELECT generate_series('2022-23'::school_year, '2020-21', 0);

CREATE TABLE results (year school_year, value numeric);
INSERT INTO results VALUES ('2020-21', 3), ('2021-22', 5), ('2023-24', 4);
SELECT min(year), max(year) FROM results;
-- a year that is missing is no neighbour
SELECT year, value, value - first_value(value) OVER (ORDER BY year RANGE 1 PRECEDING) AS change FROM results;
SELECT y AS year, value FROM generate_series('2020-21'::school_year, '2023-24') y LEFT JOIN results ON year = y ORDER BY y;
DROP TABLE results;
