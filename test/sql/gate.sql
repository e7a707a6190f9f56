-- Gates as a nightly job meets them. Exactness and SQLSTATEs are in
-- test/pgtap/gate.sql, exit codes in test/t/gate.pl.

-- what holds is handed on
SELECT assert_at_least(rate(65, 90), 0.7, 'commitments signed') AS rate, assert_at_most(0.391, 0.5, 'mean gap') AS gap;

-- what does not is an error, with the figures
SELECT assert_at_least(rate(374, 1678), 0.8, 'coverage of outer schools');
SELECT assert_at_most(rate(374, 1678), 0.05, 'sessions overdue');
SELECT assert_at_least(0.93, 0.95, 'parity index');
SELECT assert_at_most(12, 10, 'schools without a partner');

-- no row, no base, no number: not seen, not passed
SELECT assert_at_least((SELECT rate(1, 2) WHERE false), 0.8, 'coverage of Outer schools');
SELECT assert_at_least(rate(0, 0), 0.8, 'completion');
SELECT assert_at_most('NaN'::float8, 0.8, 'gap');

-- psql variables have no type
SELECT rate(65, 90) AS signed, 0.391 AS gap \gset
SELECT assert_at_least(:'signed', 0.7, 'commitments signed'), assert_at_most(:'gap', 0.5, 'mean gap');
SELECT assert_at_least(:'signed', 0.75, 'commitments signed');
SELECT assert_at_least('72 %', 0.75, 'commitments signed');

-- parameters
SELECT assert_at_least(0.5, NULL, 'x');
SELECT assert_at_most(0.5, 'NaN', 'x');
SELECT assert_at_least(0.5, 0.8, NULL);
SELECT assert_at_least(0.5, 0.8, ' ');

-- several at once: each check says what its gate would, and all that failed are told
SELECT check_at_least(rate(65, 90), 0.7, 'commitments signed') = '' AS passes;
SELECT check_at_least(rate(374, 1678), 0.8, 'coverage of outer schools');
SELECT check_at_most(:'gap', 0.3, 'mean gap'), check_at_most(NULL, 0.3, 'mean gap');
SELECT assert_all(check_at_least(rate(65, 90), 0.7, 'commitments signed'),
                  check_at_most(0.391, 0.5, 'mean gap'));
SELECT assert_all(check_at_least(rate(374, 1678), 0.8, 'coverage of outer schools'),
                  check_at_most(0.391, 0.5, 'mean gap'),
                  check_at_least((SELECT rate(1, 2) WHERE false), 0.8, 'coverage of Outer schools'),
                  check_at_most(12, 10, 'schools without a partner'));
SELECT assert_all('', (SELECT check_at_least(rate(1, 2), 0.1, 'x') WHERE false));
SELECT assert_all(VARIADIC (SELECT array_agg(check_at_least(i, 5, 'district ' || i) ORDER BY i) FROM generate_series(1, 7) AS i));
SELECT assert_all(VARIADIC (SELECT array_agg(check_at_least(i, 5, 'district ' || i)) FROM generate_series(1, 0) AS i));
SELECT assert_all(VARIADIC '{}');
SELECT check_at_least(0.5, 'Infinity', 'x');
SELECT check_at_least('72 %', 0.75, 'commitments signed');
