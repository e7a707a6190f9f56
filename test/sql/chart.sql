-- Charts in a column of text. Exactness and edges are in test/pgtap/chart.sql,
-- other encodings in test/t/chart.pl.
SELECT sparkline('{3,1,4,1,5,9,2,6,NULL,5,3,5}'), sparkline('{}') AS empty, sparkline('{7,7}') AS constant, sparkline('{NULL,NULL}') || '|' AS nothing;
SELECT zone, sparkline(array_agg(held ORDER BY month)) AS held, progress_bar(rate(sum(held), sum(planned)), 10) AS completion
  FROM (VALUES ('inner', 1, 4, 4), ('inner', 2, 8, 8), ('inner', 3, 6, 8), ('outer', 1, 1, 5), ('outer', 2, 0, 5), ('outer', 3, 5, 5)) v(zone, month, held, planned)
 GROUP BY zone ORDER BY zone;
SELECT rate, progress_bar(rate, 8), progress_bar(rate::float8, 8) AS of_float8
  FROM unnest('{0/9, 1/1000, 1/3, 1/2, 999/1000, 9/9, 12/9, 3/0}'::rate[]) rate;
SELECT sparkline('{{1,2},{3,4}}');
SELECT progress_bar('65/90', 0);
SELECT progress_bar(0.5, 1001);
SELECT progress_bar('half');
