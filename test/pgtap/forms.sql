-- Text and binary forms of the types, as every version so far has written and read them.
-- test/data/forms.csv holds them; test/data/add_forms.pl adds to it.
BEGIN;
SELECT plan(17);

CREATE TEMP TABLE form (id int GENERATED ALWAYS AS IDENTITY, type text, input text, prints text, sent text);
\copy form (type, input, prints, sent) FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/forms.csv"' (FORMAT csv, HEADER)
SELECT cmp_ok((SELECT count(*) FROM form), '>=', 70::bigint, 'the forms are there');
SELECT set_eq($$SELECT DISTINCT type FROM form$$,
    $$SELECT typname::text FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
             JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
       WHERE t.typtype = 'b' AND t.typelem = 0$$,
    'of every type');

-- What a text form prints as and is sent as now.
CREATE FUNCTION pg_temp.text_forms(type text, OUT id int, OUT prints text, OUT sent text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT id, (input::%1$I)::text, encode(%2$I(input::%1$I), ''hex'') FROM form WHERE type = %1$L', type, type || '_send');
END $$;

-- What a binary form prints as and is sent as now.  A receive function takes no value of SQL, but COPY calls it:
-- a file in COPY's binary format is put together, written by the server and read back.
CREATE FUNCTION pg_temp.binary_forms(type text, OUT id int, OUT prints text, OUT sent text) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    path text := current_setting('data_directory') || '/forms.copy';
    file oid;
BEGIN
    SELECT lo_from_bytea(0, '\x5047434f50590aff0d0a000000000000000000'
                            || string_agg(int2send(2::int2) || int4send(4) || int4send(f.id) || int4send(length(f.sent) / 2) || decode(f.sent, 'hex'),
                                          '' ORDER BY f.id)
                            || '\xffff')
      INTO file FROM form f WHERE f.type = binary_forms.type;
    PERFORM lo_export(file, path), lo_unlink(file);
    EXECUTE format('CREATE TEMP TABLE received (id int, value %I) ON COMMIT DROP', type);
    EXECUTE format('COPY received FROM %L (FORMAT binary)', path);
    RETURN QUERY EXECUTE format('SELECT id, value::text, encode(%I(value), ''hex'') FROM received', type || '_send');
    DROP TABLE received;
END $$;

SELECT is_empty(
    format($$SELECT f.input, t.prints, f.prints FROM form f LEFT JOIN pg_temp.text_forms(%1$L) t USING (id)
              WHERE f.type = %1$L AND t.prints IS DISTINCT FROM f.prints$$, type),
    type || ': a text form reads, and prints as it did')
  FROM (SELECT DISTINCT type FROM form ORDER BY type) x;
SELECT is_empty(
    format($$SELECT f.input, t.sent, f.sent FROM form f LEFT JOIN pg_temp.text_forms(%1$L) t USING (id)
              WHERE f.type = %1$L AND t.sent IS DISTINCT FROM f.sent$$, type),
    type || ': a text form is sent as it was')
  FROM (SELECT DISTINCT type FROM form ORDER BY type) x;
SELECT is_empty(
    format($$SELECT f.sent, b.prints, f.prints, b.sent FROM form f LEFT JOIN pg_temp.binary_forms(%1$L) b USING (id)
              WHERE f.type = %1$L AND (b.prints, b.sent) IS DISTINCT FROM (f.prints, f.sent)$$, type),
    type || ': a binary form is received, prints as the text and is sent back alike')
  FROM (SELECT DISTINCT type FROM form ORDER BY type) x;

SELECT * FROM finish();
ROLLBACK;
