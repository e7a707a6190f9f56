-- What comes out of a spreadsheet: rows of a text as Python's csv module reads them, and the values of cells.
BEGIN;
SELECT plan(149);
SET LOCAL client_min_messages = warning;

-- Rows --------------------------------------------------------------------------------------------------------------------

-- 600 texts with all delimiters, line breaks and quotation marks; Python's csv module says what is in them.
CREATE TEMP TABLE python (content text, delimiter text, rows jsonb);
\copy python FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/spreadsheet_rows.csv"' (FORMAT csv, HEADER)
SELECT is((SELECT count(*) FROM python), 600::bigint, 'all texts are there');
SELECT is_empty($$SELECT content, delimiter, rows, found
                    FROM python, LATERAL (SELECT coalesce(jsonb_agg(to_jsonb(cells) ORDER BY line), '[]') AS found FROM spreadsheet_rows(content, delimiter)) f
                   WHERE found <> rows$$, 'rows are those that Python reads');

CREATE FUNCTION pg_temp.rows(content text, delimiter text DEFAULT NULL) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(line || ' ' || cells::text, ' ' ORDER BY line) FROM spreadsheet_rows(content, delimiter) $$;
SELECT is(pg_temp.rows(content), rows, what)
  FROM (VALUES (E'a;b\n1;2', '1 {a,b} 2 {1,2}', 'semicolons'),
               (E'a,b\r\n1,2\r\n', '1 {a,b} 2 {1,2}', 'commas, and lines of Windows'),
               (E'a\tb\r1\t2\r', '1 {a,b} 2 {1,2}', 'tabs, and lines of an old Macintosh'),
               (E'a|b\n1|2', '1 {a,b} 2 {1,2}', 'bars'),
               (E'\uFEFFmã;tên\n01;Ba Vì', '1 {mã,tên} 2 {01,"Ba Vì"}', 'a byte order mark'),
               (E'sep=,\na,b;c', '2 {a,b;c}', 'a first line that names the delimiter'),
               (E'\uFEFFSEP=;\r\na;b,c,d', '2 {a,"b,c,d"}', 'both'),
               (E'\n\n  \n;;;\na;b\n\n1;2\n;\n', '5 {a,b} 7 {1,2}', 'empty lines'),
               (E'"a\nb";c\n1;2', E'1 {"a\nb",c} 3 {1,2}', 'a line break within a cell'),
               (E'"x,y,z";b\n"p;q";2', '1 {"x,y,z",b} 2 {p;q,2}', 'quotation marks hide delimiters'),
               (E'a;b;c\n1\n1;2;3;4', '1 {a,b,c} 2 {1} 3 {1,2,3,4}', 'ragged rows'),
               ('only', '1 {only}', 'one cell'),
               ('', NULL, 'nothing'), (E'\n\r\n \t \n', NULL, 'blanks'), (NULL, NULL, 'NULL'),
               (E'\uFEFF', NULL, 'a byte order mark alone'), ('sep=;', NULL, 'a delimiter alone')) AS v (content, rows, what);
SELECT is(pg_temp.rows('a;b,c', ','), '1 {a;b,c}', 'a delimiter that is given is taken');
SELECT is(pg_temp.rows('a:b', ':'), '1 {a,b}', 'whatever it is');
SELECT throws_ok($$SELECT spreadsheet_rows('a', ';;')$$, '22023', 'parameter "delimiter" must be one character, not ";;"', 'one character');
SELECT throws_ok($$SELECT spreadsheet_rows('a', '"')$$, '22023', 'parameter "delimiter" must be one character, not """', 'no quotation mark');
SELECT throws_ok($$SELECT spreadsheet_rows('a', 'é')$$, '22023', 'parameter "delimiter" must be one character, not "é"', 'of one byte');
SELECT throws_ok($$SELECT * FROM spreadsheet_rows(E'a;b\n1;"2\n3;4\n5;6')$$, '22P04', 'a quotation mark in line 2 is never closed', 'an open quotation mark');
SELECT is((SELECT count(*) || ' ' || max(line) || ' ' || max(cardinality(cells)) FROM spreadsheet_rows((SELECT string_agg(i || ';"x;' || i || '"', E'\n') FROM generate_series(1, 100000) i))),
    '100000 100000 2', 'many rows');
SELECT is((SELECT cardinality(cells) FROM spreadsheet_rows(repeat(';', 100000) || 'x')), 100001, 'many cells');

-- Days --------------------------------------------------------------------------------------------------------------------

SELECT is(spreadsheet_date(cell, date_order)::text, day, format('day %L, %s', cell, date_order))
  FROM (VALUES ('31/05/2023', 'DMY', '2023-05-31'), ('31-5-23', 'DMY', '2023-05-31'), ('31.05.2023', 'DMY', '2023-05-31'), ('5/31/2023', 'MDY', '2023-05-31'),
               ('2023-05-31', 'DMY', '2023-05-31'), ('2023/5/31', 'MDY', '2023-05-31'), ('23-05-31', 'YMD', '2023-05-31'), ('1/2/2023', 'DMY', '2023-02-01'),
               ('1/2/2023', 'MDY', '2023-01-02'), ('1/2/69', 'DMY', '2069-02-01'), ('1/2/70', 'DMY', '1970-02-01'), ('29/02/2024', 'DMY', '2024-02-29'),
               ('29/02/2023', 'DMY', NULL), ('31/02/2023', 'DMY', NULL), ('32/01/2023', 'DMY', NULL), ('00/01/2023', 'DMY', NULL), ('01/13/2023', 'DMY', NULL),
               ('01/13/2023', 'MDY', '2023-01-13'), ('1/1/023', 'DMY', NULL), ('1/1/20233', 'DMY', NULL), ('001/1/2023', 'DMY', NULL), ('1/1', 'DMY', NULL),
               ('1/1-2023', 'DMY', NULL), ('1/1/2023/1', 'DMY', NULL), ('', 'DMY', NULL), (' ', 'DMY', NULL), ('soon', 'DMY', NULL), ('2023', 'DMY', NULL),
               (' 31/05/2023 ', 'DMY', '2023-05-31'), (E'31/05/2023\u00a0', 'DMY', '2023-05-31'), ('31 / 05 / 2023', 'DMY', '2023-05-31'),
               ('３１/０５/２０２３', 'DMY', '2023-05-31'), ('31/05/2023 0:00', 'DMY', '2023-05-31'), ('2023-05-31T07:30:00', 'DMY', '2023-05-31'),
               ('31/05/2023 7:30 PM', 'DMY', '2023-05-31'), ('31/05/2023 early', 'DMY', NULL), ('ngày 31 tháng 5 năm 2023', 'MDY', '2023-05-31'),
               ('Ngày 31 tháng 02 năm 2023', 'DMY', NULL), ('tháng 5 năm 2023', 'DMY', NULL), ('45077', 'DMY', '2023-05-31'), ('45077.75', 'DMY', '2023-05-31'),
               ('45077,5', 'DMY', '2023-05-31'), ('19999', 'DMY', NULL), ('80001', 'DMY', NULL), ('450770', 'DMY', NULL), ('0101', 'DMY', NULL), ('1/1/0000', 'DMY', NULL),
               ('31/05/2023', 'dmy', '2023-05-31')) AS v (cell, date_order, day);
SELECT throws_ok($$SELECT spreadsheet_date('1/1/2023', 'DYM')$$, '22023', 'parameter "date_order" must not be "DYM"', 'an order that nobody writes');
SELECT is(spreadsheet_date(NULL), NULL, 'NULL is no day');
-- as PostgreSQL writes them
SELECT is_empty($$SELECT day, form FROM generate_series(date '1955-01-01', '2100-12-31', '11 days') d (day),
                         (VALUES ('DD/MM/YYYY', 'DMY'), ('FMDD-FMMM-YYYY', 'DMY'), ('MM/DD/YYYY', 'MDY'), ('YYYY-MM-DD', 'DMY'), ('YYYY.MM.DD', 'YMD'),
                                 ('"ngày "FMDD" tháng "FMMM" năm "YYYY', 'DMY')) f (form, date_order)
                   WHERE spreadsheet_date(to_char(day, form), date_order) IS DISTINCT FROM day::date$$, 'every day in every form');
SELECT is_empty($$SELECT day FROM generate_series(date '1955-01-01', '2100-12-31', '3 days') d (day)
                   WHERE spreadsheet_date((day::date - date '1899-12-30')::text) IS DISTINCT FROM day::date$$, 'and as a number');

-- Numbers -----------------------------------------------------------------------------------------------------------------

SELECT is(spreadsheet_number(cell, mark)::text, number, format('number %L%s', cell, ', ' || mark))
  FROM (VALUES ('12', NULL, '12'), ('-12', NULL, '-12'), ('+12', NULL, '12'), (E'\u221212', NULL, '-12'), ('12,5', NULL, '12.5'), ('12.5', NULL, '12.5'), ('0,125', NULL, '0.125'),
               ('0.125', NULL, '0.125'), ('1.234,56', NULL, '1234.56'), ('1,234.56', NULL, '1234.56'), ('1.234.567', NULL, '1234567'), ('1,234,567', NULL, '1234567'),
               ('1 234,5', NULL, '1234.5'), (E'1\u00a0234\u00a0567', NULL, '1234567'), (E'1\u202f234,5', NULL, '1234.5'), ('1''234.5', NULL, '1234.5'),
               ('1.234', NULL, NULL), ('1.234', ',', '1234'), ('1.234', '.', '1.234'), ('1,234', '.', '1234'), ('1,234', ',', '1.234'), ('1234.5', ',', NULL),
               ('12.34.56', NULL, NULL), ('1.23,456.7', NULL, NULL), ('1,2,3', NULL, NULL), ('1.2345', NULL, '1.2345'), ('1234,567', NULL, '1234.567'),
               ('1 23', NULL, NULL), ('1,234 567', NULL, NULL), ('.5', NULL, NULL), ('5.', NULL, NULL), ('-', NULL, NULL), (',', NULL, NULL), ('', NULL, NULL),
               ('abc', NULL, NULL), ('12a', NULL, NULL), ('NaN', NULL, NULL), ('1e5', NULL, NULL), ('--1', NULL, NULL), ('１２,５', NULL, '12.5'), (' 7 ', NULL, '7'),
               ('00012', NULL, '12'), ('1.234.567,89', ',', '1234567.89'), ('1,234.567.89', NULL, NULL), ('123456789012345678901234567890,5', NULL, '123456789012345678901234567890.5')) AS v (cell, mark, number);
SELECT throws_ok($$SELECT spreadsheet_number('1', ';')$$, '22023', 'parameter "decimal_mark" must not be ";"', 'a mark that nobody writes');
SELECT is(spreadsheet_number(NULL), NULL, 'NULL is no number');
SELECT is_empty($$SELECT n FROM (SELECT (hashint8(i) / 1000.0)::numeric(12, 2) AS n FROM generate_series(1, 3000) i) t
                   WHERE spreadsheet_number(n::text, '.') IS DISTINCT FROM n
                      OR spreadsheet_number(replace(n::text, '.', ',')) IS DISTINCT FROM n
                      OR spreadsheet_number(trim(to_char(n, 'FM999,999,999,990.00'))) IS DISTINCT FROM n
                      OR spreadsheet_number(translate(to_char(n, 'FM999,999,999,990.00'), ',.', '.,')) IS DISTINCT FROM n$$, 'every number in every form');

-- Yes and no --------------------------------------------------------------------------------------------------------------

SELECT is(spreadsheet_boolean(cell), meant, format('yes or no %L', cell))
  FROM (VALUES ('có', true), ('CÓ', true), (normalize('Có', NFD), true), ('x', true), ('X', true), (' x ', true), ('đúng', true), ('Yes', true), ('TRUE', true), ('1', true), ('✓', true),
               ('không', false), ('KHÔNG', false), ('sai', false), ('no', false), ('False', false), ('0', false), ('', NULL), ('-', NULL), ('maybe', NULL), ('2', NULL), (NULL, NULL)) AS v (cell, meant);

SELECT * FROM finish();
ROLLBACK;
