-- Gates for nightly jobs: a figure that is not as wanted is an error.
-- Volatile, so that no plan folds a gate or leaves it out of a select list;
-- not strict, so that NULL fails. The versions for text take what has no
-- type: literals, psql variables, NULL.

CREATE FUNCTION assert_at_least(value rate, minimum float8, label text) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_rate'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(rate, float8, text) IS
  'The rate, compared by its counts, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_least(value float8, minimum float8, label text) RETURNS float8
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_float8'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(float8, float8, text) IS
  'The number, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_least(value text, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_text'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(text, float8, text) IS
  'The rate or number given as text, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value rate, maximum float8, label text) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_rate'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(rate, float8, text) IS
  'The rate, compared by its counts, if it is at most the maximum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value float8, maximum float8, label text) RETURNS float8
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_float8'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(float8, float8, text) IS
  'The number, if it is at most the maximum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value text, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_text'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(text, float8, text) IS
  'The rate or number given as text, if it is at most the maximum; else, and for NULL, an error (P0004)';

-- What a gate would say, for assert_all. These raise nothing.

CREATE FUNCTION check_at_least(value rate, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_rate'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(rate, float8, text) IS
  'What assert_at_least says of a rate, compared by its counts; empty where it passes';

CREATE FUNCTION check_at_least(value float8, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_float8'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(float8, float8, text) IS
  'What assert_at_least says of a number; empty where it passes';

CREATE FUNCTION check_at_least(value text, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_text'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(text, float8, text) IS
  'What assert_at_least says of a rate or number given as text; empty where it passes';

CREATE FUNCTION check_at_most(value rate, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_rate'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(rate, float8, text) IS
  'What assert_at_most says of a rate, compared by its counts; empty where it passes';

CREATE FUNCTION check_at_most(value float8, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_float8'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(float8, float8, text) IS
  'What assert_at_most says of a number; empty where it passes';

CREATE FUNCTION check_at_most(value text, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_text'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(text, float8, text) IS
  'What assert_at_most says of a rate or number given as text; empty where it passes';

CREATE FUNCTION assert_all(VARIADIC checks text[]) RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_assert_all'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_all(text[]) IS
  'The number of checks, if all are empty texts; else, and for NULL, an error (P0004) with all that failed';
