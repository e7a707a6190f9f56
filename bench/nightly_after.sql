-- How long each step of the last night that read everything took, and of the last of all.
\echo seconds of each step: of a night that read everything, and of one after the open year changed
SELECT r.kind, r.name, max(r.rows) FILTER (WHERE n.whole) AS rows, round(max(r.seconds) FILTER (WHERE n.whole)::numeric, 2) AS everything,
       max(r.rows) FILTER (WHERE NOT n.whole) AS rows, round(max(r.seconds) FILTER (WHERE NOT n.whole)::numeric, 2) AS open_year
  FROM runs AS r
       JOIN (SELECT DISTINCT ON (whole) run, rows > 500 AS whole FROM runs, LATERAL (SELECT rows > 500 AS whole) AS w WHERE kind = 'summaries' ORDER BY whole, run DESC) AS n USING (run)
 GROUP BY 1, 2 ORDER BY max(r.seconds) FILTER (WHERE n.whole) DESC;
