SELECT school_year, kind, coalesce(giver_zone, giver_kind) AS giver, coalesce(receiver_zone, receiver_kind) AS receiver, count(*) AS gifts,
       sum(quantity) AS quantity, sum(amount) AS amount, currency
  FROM v_aid GROUP BY school_year, kind, coalesce(giver_zone, giver_kind), coalesce(receiver_zone, receiver_kind), currency
 ORDER BY school_year DESC, kind, gifts DESC
-- headline
SELECT count(*) AS gifts, sum(amount) AS amount, min(currency) AS currency, max(school_year) AS school_year
  FROM v_aid WHERE school_year = (SELECT max(school_year) FROM v_aid) HAVING count(*) > 0
