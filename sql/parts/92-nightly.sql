-- What a night keeps: which reports and checks it runs, how each went, and the figures of each day.  The tables are
-- made by create_twinning_schema, in its schema, after its own; they belong to the caller.

CREATE FUNCTION nightly_script(tables boolean DEFAULT true)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $nightly$
-- What is to run --------------------------------------------------------------------------------------------

CREATE TABLE reports (
  name text PRIMARY KEY CHECK (name <> ''),
  title text NOT NULL,
  title_vi text,
  question text,
  question_vi text,
  definition text,
  definition_vi text,
  query text NOT NULL,
  enabled boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE reports IS 'Reports whose figures are kept each night; an office adds its own. Their queries run with the rights of whoever calls nightly_report';
COMMENT ON COLUMN reports.name IS 'Short name, as figures give it';
COMMENT ON COLUMN reports.title IS 'Title as people read it';
COMMENT ON COLUMN reports.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN reports.question IS 'Question that it answers';
COMMENT ON COLUMN reports.question_vi IS 'Question in Vietnamese';
COMMENT ON COLUMN reports.definition IS 'What is counted, of what';
COMMENT ON COLUMN reports.definition_vi IS 'What is counted, in Vietnamese';
COMMENT ON COLUMN reports.query IS 'One SELECT; $1 is the day of the report. Columns dimension, subgroup, subgroup_key, period, period_start say what a row is of, each other number or rate is a measure';
COMMENT ON COLUMN reports.enabled IS 'Whether the night runs it';

CREATE TABLE checks (
  name text PRIMARY KEY CHECK (name <> ''),
  title text NOT NULL,
  title_vi text,
  query text NOT NULL,
  at_least float8 CHECK (at_least > '-Infinity' AND at_least < 'Infinity'),
  at_most float8 CHECK (at_most > '-Infinity' AND at_most < 'Infinity'),
  severity text NOT NULL DEFAULT 'error' CHECK (severity IN ('error', 'warning')),
  enabled boolean NOT NULL DEFAULT true,
  CHECK (num_nonnulls(at_least, at_most) > 0)
);
COMMENT ON TABLE checks IS 'What must hold each night; an office adds its own. Their queries run with the rights of whoever calls nightly_report';
COMMENT ON COLUMN checks.name IS 'Short name, as runs give it';
COMMENT ON COLUMN checks.title IS 'What must hold, as people read it';
COMMENT ON COLUMN checks.title_vi IS 'What must hold, in Vietnamese';
COMMENT ON COLUMN checks.query IS 'One SELECT of one number or rate; $1 is the day of the report';
COMMENT ON COLUMN checks.at_least IS 'Least value that is right; NULL: any';
COMMENT ON COLUMN checks.at_most IS 'Largest value that is right; NULL: any';
COMMENT ON COLUMN checks.severity IS 'error (the night ends with an error) or warning';
COMMENT ON COLUMN checks.enabled IS 'Whether the night runs it';

-- What came of it -------------------------------------------------------------------------------------------

CREATE TABLE runs (
  run bigint,
  kind text CHECK (kind IN ('summaries', 'issues', 'report', 'check')),
  name text,
  as_of date NOT NULL,
  started timestamptz NOT NULL,
  finished timestamptz NOT NULL,
  seconds float8 NOT NULL,
  rows bigint NOT NULL DEFAULT 0,
  outcome text NOT NULL CHECK (outcome IN ('ok', 'breached', 'failed')),
  sqlstate text,
  message text,
  figures_run bigint,
  PRIMARY KEY (run, kind, name)
);
COMMENT ON TABLE runs IS 'How each report and check of each night went';
COMMENT ON COLUMN runs.run IS 'Number of the night';
COMMENT ON COLUMN runs.kind IS 'What ran: summaries (of outcomes), issues (of the data), a report or a check';
COMMENT ON COLUMN runs.name IS 'Its name';
COMMENT ON COLUMN runs.as_of IS 'Day of the report';
COMMENT ON COLUMN runs.started IS 'When it began';
COMMENT ON COLUMN runs.finished IS 'When it ended';
COMMENT ON COLUMN runs.seconds IS 'How long it took';
COMMENT ON COLUMN runs.rows IS 'Rows that it wrote';
COMMENT ON COLUMN runs.outcome IS 'ok, breached (a check whose bound was not kept) or failed (with an error)';
COMMENT ON COLUMN runs.sqlstate IS 'SQLSTATE of the error; NULL: none';
COMMENT ON COLUMN runs.message IS 'Error, or what a check found; NULL: nothing to say';
COMMENT ON COLUMN runs.figures_run IS 'Of a report: night whose figures of the day there are, an earlier one where it failed; NULL: there are none';

CREATE TABLE figures (
  run bigint NOT NULL,
  as_of date NOT NULL,
  report text NOT NULL,
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  period text,
  period_start date,
  measure text NOT NULL,
  value float8,
  ci_lower float8,
  ci_upper float8,
  numerator bigint,
  denominator bigint
);
CREATE INDEX figures_day ON figures (as_of, report);
CREATE INDEX figures_measure ON figures (report, measure, as_of);
COMMENT ON TABLE figures IS 'Figures of each report on each day; a second night for a day replaces those of the first, but those of a report that fails then';
COMMENT ON COLUMN figures.run IS 'Number of the night';
COMMENT ON COLUMN figures.as_of IS 'Day of the report';
COMMENT ON COLUMN figures.report IS 'Report';
COMMENT ON COLUMN figures.dimension IS 'What the rows are divided by, such as zone; NULL or empty: not divided';
COMMENT ON COLUMN figures.subgroup IS 'Which part it is of, as people read it';
COMMENT ON COLUMN figures.subgroup_key IS 'Which part it is of, column by column';
COMMENT ON COLUMN figures.period IS 'Month, school year or other period within the report; NULL: the day of the report';
COMMENT ON COLUMN figures.period_start IS 'First day of the period';
COMMENT ON COLUMN figures.measure IS 'What is measured';
COMMENT ON COLUMN figures.value IS 'Figure; a rate is from 0 to 1; NULL: not known, or too few to be shown';
COMMENT ON COLUMN figures.ci_lower IS 'Lower end of its interval';
COMMENT ON COLUMN figures.ci_upper IS 'Upper end of its interval';
COMMENT ON COLUMN figures.numerator IS 'What a rate counts';
COMMENT ON COLUMN figures.denominator IS 'Of how many';

CREATE TABLE issues (
  run bigint NOT NULL,
  as_of date NOT NULL,
  source text NOT NULL,
  period text,
  severity text NOT NULL,
  issue text NOT NULL,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TABLE issues IS 'What the last night found wrong with the rows';
COMMENT ON COLUMN issues.run IS 'Number of the night';
COMMENT ON COLUMN issues.as_of IS 'Day of the report';
COMMENT ON COLUMN issues.source IS 'pairings, activities or outcomes';
COMMENT ON COLUMN issues.period IS 'School year of the outcomes in which it was found, by the year in which it begins; NULL: not of outcomes';
COMMENT ON COLUMN issues.severity IS 'error, warning or note';
COMMENT ON COLUMN issues.issue IS 'What is wrong';
COMMENT ON COLUMN issues.id IS 'Row or unit that it is about';
COMMENT ON COLUMN issues.partner IS 'Other unit of a pairing';
COMMENT ON COLUMN issues.rows IS 'How many rows';
COMMENT ON COLUMN issues.detail IS 'What to look at';

-- What need not be read again -------------------------------------------------------------------------------

CREATE TABLE periods (
  school_year int PRIMARY KEY,
  version bigint NOT NULL DEFAULT 1
);
COMMENT ON TABLE periods IS 'How often the outcomes of each school year changed; filled by itself';
COMMENT ON COLUMN periods.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN periods.version IS 'Goes up by one with each statement that changes outcomes of the year';

CREATE TABLE summaries (
  school_year int,
  indicator text,
  level text,
  version bigint NOT NULL,
  summary gap_summary NOT NULL,
  PRIMARY KEY (school_year, indicator, level)
);
COMMENT ON TABLE summaries IS 'Outcomes of each school year, summed up by zone, so that a night reads changed years alone';
COMMENT ON COLUMN summaries.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN summaries.indicator IS 'What is measured, a code of indicators';
COMMENT ON COLUMN summaries.level IS 'Level of the schools, a code of levels';
COMMENT ON COLUMN summaries.version IS 'Version of the school year from which it was made';
COMMENT ON COLUMN summaries.summary IS 'Moments of the schools'' values in each zone; gap_merge adds them up';

CREATE TABLE summary_schools (
  school_id text PRIMARY KEY,
  level text NOT NULL,
  zone text NOT NULL
);
COMMENT ON TABLE summary_schools IS 'How summaries group the schools: where a school is elsewhere now, its school years are read again';
COMMENT ON COLUMN summary_schools.school_id IS 'School';
COMMENT ON COLUMN summary_schools.level IS 'Level with which it was summed up';
COMMENT ON COLUMN summary_schools.zone IS 'Zone of its district at that time';
$nightly$ || CASE WHEN tables THEN $triggers$
-- Which school years changed --------------------------------------------------------------------------------

CREATE FUNCTION raise_periods() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'raise_periods');
  END IF;
  EXECUTE format('INSERT INTO %I.periods AS p (school_year) SELECT DISTINCT school_year FROM (%s) AS y ORDER BY school_year'
    ' ON CONFLICT (school_year) DO UPDATE SET version = p.version + 1', TG_TABLE_SCHEMA,
    CASE TG_OP
      WHEN 'INSERT' THEN 'SELECT school_year FROM new_rows'
      WHEN 'DELETE' THEN 'SELECT school_year FROM old_rows'
      ELSE 'SELECT school_year FROM old_rows UNION SELECT school_year FROM new_rows' END);
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION raise_periods() IS 'Notes which school years changed, so that the night sums them up again; runs with the rights of the owner';
REVOKE EXECUTE ON FUNCTION raise_periods() FROM PUBLIC;

CREATE TRIGGER raise_periods_of_insert AFTER INSERT ON outcomes REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();
CREATE TRIGGER raise_periods_of_update AFTER UPDATE ON outcomes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();
CREATE TRIGGER raise_periods_of_delete AFTER DELETE ON outcomes REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();

-- rows of a dump, which come after the outcomes that raised the same years; raise_periods itself is a trigger
CREATE FUNCTION merge_period() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  raised bigint;
BEGIN
  EXECUTE pg_catalog.format('UPDATE %I.periods SET version = greatest(version, $1) OPERATOR(pg_catalog.+) 1 WHERE school_year OPERATOR(pg_catalog.=) $2', TG_TABLE_SCHEMA)
    USING NEW.version, NEW.school_year;
  GET DIAGNOSTICS raised = ROW_COUNT;
  RETURN CASE raised WHEN 0 THEN NEW END;
END $body$;
COMMENT ON FUNCTION merge_period() IS 'Takes a school year that is there already as one more change of it, so that rows can be restored';

CREATE TRIGGER merge_period BEFORE INSERT ON periods
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION merge_period();
$triggers$ ELSE '' END;
END;
COMMENT ON FUNCTION nightly_script(boolean) IS
  'The statements by which create_twinning_schema makes the tables of nightly_report, to read before';

CREATE PROCEDURE nightly_report(
  name text DEFAULT 'twinning',
  as_of date DEFAULT CURRENT_DATE)
  AS 'MODULE_PATHNAME', 'eqp_nightly_report'
  LANGUAGE C;
COMMENT ON PROCEDURE nightly_report(text, date) IS
  'Runs the reports and checks of a model for a day, keeps their figures, and raises all that failed at the end; it commits by itself, so CALL it alone';
