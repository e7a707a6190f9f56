-- Charts that fit into a column of text.

CREATE FUNCTION sparkline(series float8[]) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_sparkline'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparkline(float8[]) IS
  'Series as a line of blocks, from the smallest finite value to the largest; a blank where there is none';

CREATE FUNCTION progress_bar(value rate, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_rate'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(rate, int) IS
  'Bar of so many characters, filled to the rate in eighths of a character; NULL for n/0';

CREATE FUNCTION progress_bar(value float8, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_float8'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(float8, int) IS
  'Bar of so many characters, filled to the proportion in eighths of a character; NULL for NaN';

CREATE FUNCTION progress_bar(value text, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_text'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(text, int) IS
  'Bar of a rate or proportion given as text';
