-- What BI tools read: views of plain columns in the schema of a model.  They belong to the caller as its tables do.

CREATE FUNCTION bi_script()
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $views$
CREATE VIEW v_definitions AS
SELECT name AS report, title, title_vi, question, question_vi, definition, definition_vi
  FROM reports WHERE enabled;
COMMENT ON VIEW v_definitions IS 'What each figure means';
COMMENT ON COLUMN v_definitions.report IS 'Short name of the report, as figures give it';
COMMENT ON COLUMN v_definitions.title IS 'Title as people read it';
COMMENT ON COLUMN v_definitions.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN v_definitions.question IS 'Question that it answers';
COMMENT ON COLUMN v_definitions.question_vi IS 'Question in Vietnamese';
COMMENT ON COLUMN v_definitions.definition IS 'What is counted, of what';
COMMENT ON COLUMN v_definitions.definition_vi IS 'What is counted, in Vietnamese';
$views$;
END;
COMMENT ON FUNCTION bi_script() IS
  'The statements by which create_twinning_schema makes the views for BI tools, to read before';
