-- What comes out of a spreadsheet: its rows, and what people write in its cells.

CREATE TYPE spreadsheet_rows_row AS (
  line bigint,
  cells text[]
);
COMMENT ON TYPE spreadsheet_rows_row IS 'a row of a text that came out of a spreadsheet, by spreadsheet_rows';
COMMENT ON COLUMN spreadsheet_rows_row.line IS 'Line of the text in which the row begins, from 1';
COMMENT ON COLUMN spreadsheet_rows_row.cells IS 'Its cells as they stand, as many as the row has';

CREATE FUNCTION spreadsheet_rows(
  content text,
  delimiter text DEFAULT NULL)
  RETURNS SETOF spreadsheet_rows_row
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_rows'
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION spreadsheet_rows(text, text) IS
  'Rows of a CSV text, whatever its delimiter, line breaks and byte order mark, each with its line; rows without anything in them are left out';

CREATE FUNCTION spreadsheet_date(
  value text,
  date_order text DEFAULT 'DMY')
  RETURNS date
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_date'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_date(text, text) IS
  'Day that a cell holds: 31/05/2023, 31-5-23, 2023-05-31, 45077 or in Vietnamese words; NULL where it is none';

CREATE FUNCTION spreadsheet_number(
  value text,
  decimal_mark text DEFAULT NULL)
  RETURNS numeric
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_number'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_number(text, text) IS
  'Number that a cell holds: 1.234,56 or 1,234.56; NULL where it is none, or may be two, as 1.234 without decimal_mark';

CREATE FUNCTION spreadsheet_boolean(value text)
  RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_boolean'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_boolean(text) IS
  'Yes or no as a cell holds it, in English or Vietnamese, such as x, yes, 1 and no, 0; NULL where it is neither';
