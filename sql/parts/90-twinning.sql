-- The tables of an office that has none.  They are made by a call, in a schema of the caller's, and belong to
-- the caller: nothing in them is a member of the extension, so they are dumped, changed and kept like any table.
-- They use built-in types only, since DROP EXTENSION ... CASCADE drops every column of a type of the extension.

CREATE FUNCTION twinning_script(tables boolean DEFAULT true)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN tables THEN $model$
-- What there is to name -------------------------------------------------------------------------------------

CREATE TABLE levels (
  code text PRIMARY KEY,
  name text NOT NULL,
  position int NOT NULL UNIQUE
);
COMMENT ON TABLE levels IS 'Levels of education: preschool, primary and so on';
COMMENT ON COLUMN levels.code IS 'Short name, as schools and plans give it';
COMMENT ON COLUMN levels.name IS 'Name as people read it';
COMMENT ON COLUMN levels.position IS 'Place in lists: 1 comes first';

CREATE TABLE topics (
  code text PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE topics IS 'What topic sessions are about';
COMMENT ON COLUMN topics.code IS 'Short name, as activities give it';
COMMENT ON COLUMN topics.name IS 'Name as people read it';

CREATE TABLE activity_kinds (
  code text PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE activity_kinds IS 'Kinds of activities: topic sessions, visits and so on; an office adds its own';
COMMENT ON COLUMN activity_kinds.code IS 'Short name, as activities give it';
COMMENT ON COLUMN activity_kinds.name IS 'Name as people read it';

CREATE TABLE indicators (
  code text PRIMARY KEY,
  name text NOT NULL,
  unit text,
  favourable boolean NOT NULL DEFAULT true,
  scale float8 CHECK (scale > 0)
);
COMMENT ON TABLE indicators IS 'What outcomes measure';
COMMENT ON COLUMN indicators.code IS 'Short name, as outcomes give it';
COMMENT ON COLUMN indicators.name IS 'Name as people read it';
COMMENT ON COLUMN indicators.unit IS 'Unit of the values, such as points or %';
COMMENT ON COLUMN indicators.favourable IS 'Whether more is better: true for marks, false for absences';
COMMENT ON COLUMN indicators.scale IS 'Largest value there can be, such as 10; NULL where there is none';

CREATE TABLE programmes (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid))
);
COMMENT ON TABLE programmes IS 'Programmes that pair schools or districts';
COMMENT ON COLUMN programmes.id IS 'Short name, as pairings, activities, aid and plans give it';
COMMENT ON COLUMN programmes.name IS 'Name as people read it';
COMMENT ON COLUMN programmes.valid IS 'Days on which it runs, the first included and the last not';

-- Who there is ----------------------------------------------------------------------------------------------

CREATE TABLE units (
  id text PRIMARY KEY CHECK (id <> ''),
  kind text NOT NULL CHECK (kind IN ('school', 'district', 'organisation', 'external')),
  UNIQUE (id, kind)
);
COMMENT ON TABLE units IS 'Ids of all schools, districts, organisations and external units, which may be partners, participants, givers and receivers; filled by itself';
COMMENT ON COLUMN units.id IS 'Id of the school, district, organisation or external unit';
COMMENT ON COLUMN units.kind IS 'In which of these tables it is';

CREATE TABLE districts (
  id text PRIMARY KEY,
  name text NOT NULL,
  zone text NOT NULL,
  province text,
  in_programme boolean NOT NULL DEFAULT true,
  population bigint CHECK (population >= 0),
  longitude float8 CHECK (longitude BETWEEN -180 AND 180),
  latitude float8 CHECK (latitude BETWEEN -90 AND 90),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid))
);
CREATE INDEX ON districts (zone);
COMMENT ON TABLE districts IS 'Districts of the city';
COMMENT ON COLUMN districts.id IS 'Code of the district, with its leading zeros';
COMMENT ON COLUMN districts.name IS 'Name';
COMMENT ON COLUMN districts.zone IS 'Group that is compared: inner or outer';
COMMENT ON COLUMN districts.province IS 'Province or city that it belongs to';
COMMENT ON COLUMN districts.in_programme IS 'Whether the programme covers it';
COMMENT ON COLUMN districts.population IS 'People who live there';
COMMENT ON COLUMN districts.longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN districts.latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN districts.valid IS 'Days on which it exists, the first included and the last not';

CREATE TABLE schools (
  id text PRIMARY KEY,
  name text NOT NULL,
  level text NOT NULL REFERENCES levels ON UPDATE CASCADE,
  district_id text NOT NULL REFERENCES districts ON UPDATE CASCADE,
  public boolean NOT NULL DEFAULT true,
  students bigint CHECK (students >= 0),
  minority_students bigint CHECK (minority_students >= 0),
  poor_students bigint CHECK (poor_students >= 0),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid)),
  contact text,
  CHECK (minority_students <= students),
  CHECK (poor_students <= students)
);
CREATE INDEX ON schools (district_id);
CREATE INDEX ON schools (level);
COMMENT ON TABLE schools IS 'Schools and centres';
COMMENT ON COLUMN schools.id IS 'Code of the school, with its leading zeros';
COMMENT ON COLUMN schools.name IS 'Name';
COMMENT ON COLUMN schools.level IS 'Level, a code of levels';
COMMENT ON COLUMN schools.district_id IS 'District that it is in';
COMMENT ON COLUMN schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN schools.students IS 'Students';
COMMENT ON COLUMN schools.minority_students IS 'Students of ethnic minorities, of all its students';
COMMENT ON COLUMN schools.poor_students IS 'Students from poor households, of all its students';
COMMENT ON COLUMN schools.valid IS 'Days on which it is open, the first included and the last not';
COMMENT ON COLUMN schools.contact IS 'Whom to call or write to; in no view';

CREATE TABLE organisations (
  id text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'agency' CHECK (kind IN ('agency', 'enterprise', 'association', 'other')),
  contact text
);
COMMENT ON TABLE organisations IS 'Agencies and enterprises that give support';
COMMENT ON COLUMN organisations.id IS 'Short name or code';
COMMENT ON COLUMN organisations.name IS 'Name';
COMMENT ON COLUMN organisations.kind IS 'agency, enterprise, association or other';
COMMENT ON COLUMN organisations.contact IS 'Whom to call or write to; in no view';

CREATE TABLE external_units (
  id text PRIMARY KEY,
  name text NOT NULL,
  province text,
  contact text
);
COMMENT ON TABLE external_units IS 'Partners that the programme does not cover, such as a school or a city of another province';
COMMENT ON COLUMN external_units.id IS 'Code';
COMMENT ON COLUMN external_units.name IS 'Name';
COMMENT ON COLUMN external_units.province IS 'Province that it belongs to';
COMMENT ON COLUMN external_units.contact IS 'Whom to call or write to; in no view';

CREATE TABLE successors (
  old_id text PRIMARY KEY REFERENCES units ON UPDATE CASCADE,
  new_id text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (new_id <> old_id),
  since date NOT NULL
);
CREATE INDEX ON successors (new_id);
COMMENT ON TABLE successors IS 'Units that were merged or renamed';
COMMENT ON COLUMN successors.old_id IS 'Id until then';
COMMENT ON COLUMN successors.new_id IS 'Id from then on';
COMMENT ON COLUMN successors.since IS 'First day of the new id';

-- What they do together -------------------------------------------------------------------------------------

CREATE TABLE pairings (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  kind text NOT NULL CHECK (kind IN ('memorandum', 'commitment', 'agreement')),
  unit_kind text NOT NULL DEFAULT 'school' CHECK (unit_kind IN ('school', 'district')),
  partner_a text NOT NULL REFERENCES units ON UPDATE CASCADE,
  partner_b text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (partner_b <> partner_a),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid)),
  document text
);
CREATE UNIQUE INDEX pairings_natural_key ON pairings
  (programme, kind, least(partner_a, partner_b), greatest(partner_a, partner_b), coalesce(lower(valid), '-infinity'));
CREATE INDEX ON pairings (partner_a);
CREATE INDEX ON pairings (partner_b);
COMMENT ON TABLE pairings IS 'Who is paired with whom, and when; the same two are refused in either order';
COMMENT ON COLUMN pairings.id IS 'Number';
COMMENT ON COLUMN pairings.programme IS 'Programme';
COMMENT ON COLUMN pairings.kind IS 'What was signed: memorandum, commitment or agreement';
COMMENT ON COLUMN pairings.unit_kind IS 'Whether schools or districts are paired';
COMMENT ON COLUMN pairings.partner_a IS 'One of the two';
COMMENT ON COLUMN pairings.partner_b IS 'The other';
COMMENT ON COLUMN pairings.valid IS 'Days on which they are paired, the first included and the last not';
COMMENT ON COLUMN pairings.document IS 'Number of what was signed, or where it is kept';

CREATE TABLE activities (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  code text UNIQUE,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  kind text NOT NULL REFERENCES activity_kinds ON UPDATE CASCADE,
  organised_by text NOT NULL DEFAULT 'school' CHECK (organised_by IN ('school', 'district')),
  mode text NOT NULL DEFAULT 'in person' CHECK (mode IN ('in person', 'online')),
  planned_on date CHECK (isfinite(planned_on)),
  held_on date CHECK (isfinite(held_on)),
  cancelled_on date CHECK (isfinite(cancelled_on)),
  topic text REFERENCES topics ON UPDATE CASCADE,
  title text,
  CHECK (planned_on IS NOT NULL OR held_on IS NOT NULL),
  CHECK (held_on IS NULL OR cancelled_on IS NULL)
);
CREATE INDEX ON activities (planned_on);
CREATE INDEX ON activities (held_on);
COMMENT ON TABLE activities IS 'What units planned to do together, and what they did';
COMMENT ON COLUMN activities.id IS 'Number';
COMMENT ON COLUMN activities.code IS 'Code that the office gives it, if any; by it an import knows it again';
COMMENT ON COLUMN activities.programme IS 'Programme';
COMMENT ON COLUMN activities.kind IS 'Kind, a code of activity_kinds';
COMMENT ON COLUMN activities.organised_by IS 'Whether schools or a district organised it';
COMMENT ON COLUMN activities.mode IS 'in person or online';
COMMENT ON COLUMN activities.planned_on IS 'Day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN activities.held_on IS 'Day on which it was held; NULL: it was not';
COMMENT ON COLUMN activities.cancelled_on IS 'Day on which it was given up; NULL: it was not';
COMMENT ON COLUMN activities.topic IS 'Topic, a code of topics';
COMMENT ON COLUMN activities.title IS 'What it was about, in words';

CREATE TABLE participants (
  activity bigint REFERENCES activities ON DELETE CASCADE,
  unit text REFERENCES units ON UPDATE CASCADE,
  role text NOT NULL DEFAULT 'guest' CHECK (role IN ('host', 'guest', 'speaker')),
  attended int CHECK (attended >= 0),
  PRIMARY KEY (activity, unit)
);
CREATE INDEX ON participants (unit);
COMMENT ON TABLE participants IS 'Who takes part in an activity';
COMMENT ON COLUMN participants.activity IS 'Number of the activity';
COMMENT ON COLUMN participants.unit IS 'School, district, organisation or external unit';
COMMENT ON COLUMN participants.role IS 'host, guest or speaker';
COMMENT ON COLUMN participants.attended IS 'How many people of the unit came';

CREATE TABLE aid (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  code text UNIQUE,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  giver text NOT NULL REFERENCES units ON UPDATE CASCADE,
  receiver text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (receiver <> giver),
  given_on date NOT NULL CHECK (isfinite(given_on)),
  kind text NOT NULL CHECK (kind IN ('books', 'scholarships', 'equipment', 'money')),
  quantity numeric CHECK (quantity >= 0),
  amount numeric CHECK (amount >= 0),
  currency text NOT NULL DEFAULT 'VND'
);
CREATE INDEX ON aid (giver);
CREATE INDEX ON aid (receiver);
COMMENT ON TABLE aid IS 'What was given';
COMMENT ON COLUMN aid.id IS 'Number';
COMMENT ON COLUMN aid.code IS 'Code that the office gives it, if any; by it an import knows it again';
COMMENT ON COLUMN aid.programme IS 'Programme';
COMMENT ON COLUMN aid.giver IS 'Who gave it';
COMMENT ON COLUMN aid.receiver IS 'Who received it';
COMMENT ON COLUMN aid.given_on IS 'Day';
COMMENT ON COLUMN aid.kind IS 'books, scholarships, equipment or money';
COMMENT ON COLUMN aid.quantity IS 'How many titles, scholarships or pieces';
COMMENT ON COLUMN aid.amount IS 'Worth in all, in its currency';
COMMENT ON COLUMN aid.currency IS 'Currency of amount';

-- What is to come of it -------------------------------------------------------------------------------------

CREATE TABLE plans (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  school_year int NOT NULL CHECK (school_year BETWEEN 1900 AND 2100),
  what text NOT NULL CHECK (what IN ('paired', 'pairings', 'commitments', 'activities')),
  level text REFERENCES levels ON UPDATE CASCADE,
  zone text,
  target bigint NOT NULL CHECK (target >= 0)
);
CREATE UNIQUE INDEX plans_natural_key ON plans (programme, school_year, what, coalesce(level, ''), coalesce(zone, ''));
COMMENT ON TABLE plans IS 'How much is to be done in a school year';
COMMENT ON COLUMN plans.id IS 'Number';
COMMENT ON COLUMN plans.programme IS 'Programme';
COMMENT ON COLUMN plans.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN plans.what IS 'What is counted: paired (schools), pairings, commitments or activities';
COMMENT ON COLUMN plans.level IS 'Level; NULL: all';
COMMENT ON COLUMN plans.zone IS 'Zone; NULL: all';
COMMENT ON COLUMN plans.target IS 'How many there are to be';

CREATE TABLE outcomes (
  school_id text REFERENCES schools ON UPDATE CASCADE,
  school_year int CHECK (school_year BETWEEN 1900 AND 2100),
  indicator text REFERENCES indicators ON UPDATE CASCADE,
  value float8 CHECK (value > '-Infinity' AND value < 'Infinity'),
  students bigint CHECK (students >= 0),
  std_dev float8 CHECK (std_dev >= 0 AND std_dev < 'Infinity'),
  PRIMARY KEY (school_id, school_year, indicator)
);
CREATE INDEX ON outcomes (indicator, school_year);
-- small, and enough to read one year of many: they come year by year
CREATE INDEX ON outcomes USING brin (school_year);
COMMENT ON TABLE outcomes IS 'What came of it: marks, absences and other figures of each school and year';
COMMENT ON COLUMN outcomes.school_id IS 'School';
COMMENT ON COLUMN outcomes.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN outcomes.indicator IS 'What is measured, a code of indicators';
COMMENT ON COLUMN outcomes.value IS 'Mean of the school; NULL: not known';
COMMENT ON COLUMN outcomes.students IS 'Students whose mean it is';
COMMENT ON COLUMN outcomes.std_dev IS 'Standard deviation among these students';

-- Units of all kinds ----------------------------------------------------------------------------------------

CREATE FUNCTION list_unit() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'list_unit');
  END IF;
  -- all rows of a statement at once, but where an id changes: which new one is which old one only a row tells
  IF TG_OP = 'INSERT' THEN
    -- it is listed already where rows are restored without the rest of the schema; one of another kind is refused
    EXECUTE format('INSERT INTO %I.units (id, kind) SELECT n.id, $1 FROM new_rows n ON CONFLICT (id, kind) DO NOTHING', TG_TABLE_SCHEMA) USING TG_ARGV[0];
  ELSIF TG_OP = 'DELETE' THEN
    EXECUTE format('DELETE FROM %I.units u USING old_rows o WHERE u.id = o.id', TG_TABLE_SCHEMA);
  ELSE
    EXECUTE format('UPDATE %I.units SET id = $1 WHERE id = $2', TG_TABLE_SCHEMA) USING NEW.id, OLD.id;
  END IF;
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION list_unit() IS 'Keeps units: an id is listed with its row, and goes with it; runs with the rights of the owner';
REVOKE EXECUTE ON FUNCTION list_unit() FROM PUBLIC;

DO $do$
DECLARE
  input text;
  kind text;
BEGIN
  FOR input, kind IN VALUES ('districts', 'district'), ('schools', 'school'), ('organisations', 'organisation'), ('external_units', 'external') LOOP
    EXECUTE format($t$
      CREATE TRIGGER list_unit AFTER INSERT ON %1$I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION list_unit(%2$L);
      CREATE TRIGGER list_unit_gone AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION list_unit(%2$L);
      CREATE TRIGGER list_unit_renamed AFTER UPDATE OF id ON %1$I
        FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION list_unit(%2$L) $t$, input, kind);
  END LOOP;
END $do$;

-- What was known when ---------------------------------------------------------------------------------------

CREATE FUNCTION set_recorded_from() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.recorded_from := pg_catalog.transaction_timestamp();
  RETURN NEW;
END $body$;
COMMENT ON FUNCTION set_recorded_from() IS 'Notes since when a new row is as it is: the start of the transaction';

-- a function of its own, which asks nothing: it runs for each row of a large update
CREATE FUNCTION set_recorded_from_of_update() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- it runs as the user, who may have an operator of this name in a schema of his: hence that of pg_catalog
  NEW.recorded_from := greatest(pg_catalog.transaction_timestamp(),
    OLD.recorded_from OPERATOR(pg_catalog.+) interval '1 microsecond');
  RETURN NEW;
END $body$;
COMMENT ON FUNCTION set_recorded_from_of_update() IS 'Notes since when a changed row is as it is: the start of the transaction, or just after the change before';

-- to_jsonb writes numbers and days as the session says: here all digits, and in a form that every session reads
CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql
  SET extra_float_digits = 1 SET datestyle = 'ISO, YMD' SET intervalstyle = postgres
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'keep_history');
  END IF;
  EXECUTE format('INSERT INTO %I.%I (recorded, "row")'
    ' SELECT tstzrange(o.recorded_from, greatest(transaction_timestamp(), o.recorded_from + interval ''1 microsecond'')), to_jsonb(o)'
    ' FROM old_rows o', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_history');
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION keep_history() IS 'Keeps the rows that were changed or deleted; runs with the rights of the owner, so that nobody else can write history';
REVOKE EXECUTE ON FUNCTION keep_history() FROM PUBLIC;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE feature_not_supported USING
    MESSAGE = pg_catalog.format('table "%s" must not be truncated', TG_TABLE_NAME),
    DETAIL = 'Its history would have a hole.',
    HINT = 'Use DELETE.';
END $body$;
COMMENT ON FUNCTION refuse_truncate() IS 'Refuses TRUNCATE, which would leave no trace';

DO $do$
DECLARE
  input text;
BEGIN
  FOREACH input IN ARRAY '{levels,topics,activity_kinds,indicators,programmes,districts,schools,organisations,external_units,successors,pairings,activities,participants,aid,plans,outcomes}'::text[] LOOP
    EXECUTE format($t$
      ALTER TABLE %1$I ADD COLUMN recorded_from timestamptz NOT NULL DEFAULT transaction_timestamp();
      COMMENT ON COLUMN %1$I.recorded_from IS 'Since when the row is as it is: the start of the transaction that wrote it';
      CREATE TABLE %2$I (recorded tstzrange NOT NULL, "row" jsonb NOT NULL);
      CREATE INDEX ON %2$I (upper(recorded));
      COMMENT ON TABLE %2$I IS %4$L;
      COMMENT ON COLUMN %2$I.recorded IS 'From when to when the row was so';
      COMMENT ON COLUMN %2$I."row" IS 'The row as it was';
      CREATE TRIGGER set_recorded_from BEFORE INSERT ON %1$I
        FOR EACH ROW EXECUTE FUNCTION set_recorded_from();
      CREATE TRIGGER set_recorded_from_of_update BEFORE UPDATE ON %1$I
        FOR EACH ROW EXECUTE FUNCTION set_recorded_from_of_update();
      CREATE TRIGGER keep_history_of_update AFTER UPDATE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
      CREATE TRIGGER keep_history_of_delete AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
      CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %1$I
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
      -- its text is read at each call, so that a column can be added to the table, whatever its name: hence $1
      CREATE FUNCTION %3$I("time" timestamptz) RETURNS SETOF %1$I LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1000 AS %6$L;
      COMMENT ON FUNCTION %3$I(timestamptz) IS %5$L $t$,
      input, input || '_history', input || '_known_at',
      format('Rows of %s that were changed or deleted; %s_known_at reads them', input, input),
      format('Rows of %s as they were known at a time', input),
      format($t$
        SELECT * FROM %3$I.%1$I AS t WHERE t.recorded_from <= $1
        UNION ALL
        SELECT r.* FROM %3$I.%2$I AS h, jsonb_populate_record(NULL::%3$I.%1$I, h."row") AS r
         WHERE upper(h.recorded) > $1 AND h.recorded @> $1
      $t$, input, input || '_history', current_schema()));
  END LOOP;
END $do$;

-- What comes in files --------------------------------------------------------------------------------------

CREATE TABLE import_rows (
  source text,
  file text,
  line bigint,
  header text[] NOT NULL,
  cells text[] NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  PRIMARY KEY (source, file, line)
);
COMMENT ON TABLE import_rows IS 'Rows of files that wait for import_apply, as they came';
COMMENT ON COLUMN import_rows.source IS 'Table for which they are';
COMMENT ON COLUMN import_rows.file IS 'Name of the file';
COMMENT ON COLUMN import_rows.line IS 'Line of the file in which the row begins';
COMMENT ON COLUMN import_rows.header IS 'First row of the file';
COMMENT ON COLUMN import_rows.cells IS 'Cells of the row as they stand';
COMMENT ON COLUMN import_rows.loaded_at IS 'When import_file took the file';

CREATE TABLE import_headers (
  source text,
  header text,
  column_name text NOT NULL,
  PRIMARY KEY (source, header)
);
COMMENT ON TABLE import_headers IS 'Which column a header means; an office adds its own. Letter case, accents, blanks and hyphens do not matter';
COMMENT ON COLUMN import_headers.source IS 'Table; empty: all';
COMMENT ON COLUMN import_headers.header IS 'Header as files have it';
COMMENT ON COLUMN import_headers.column_name IS 'Column of the table';

CREATE TABLE import_values (
  column_name text,
  value text,
  meaning text NOT NULL,
  PRIMARY KEY (column_name, value)
);
COMMENT ON TABLE import_values IS 'What a value means that files write in another way; an office adds its own';
COMMENT ON COLUMN import_values.column_name IS 'Column in which it stands';
COMMENT ON COLUMN import_values.value IS 'Value as files have it';
COMMENT ON COLUMN import_values.meaning IS 'Value that is meant';

-- Vietnamese without accents, which do not matter: so this text has characters of every encoding alone.
INSERT INTO import_headers (source, header, column_name)
SELECT h.source, header, h.column_name
  FROM (VALUES
    ('', 'id', 'Ma|Ma so|Code'), ('', 'code', 'Ma|Code'), ('', 'name', 'Ten|Ten goi'), ('', 'programme', 'Chuong trinh|Program'),
    ('', 'level', 'Cap hoc|Bac hoc|Cap'), ('', 'zone', 'Khu vuc|Vung'), ('', 'school_year', 'Nam hoc'),
    ('', 'valid_from', 'Tu ngay|Ngay bat dau|Ngay ky|From'), ('', 'valid_through', 'Den ngay|Den het ngay|Ngay ket thuc|Through'),
    ('', 'contact', 'Lien he|Dien thoai|Nguoi lien he'), ('', 'province', 'Tinh|Tinh/Thanh pho'),
    ('districts', 'id', 'Ma quan|Ma huyen|Ma quan/huyen|District code'), ('districts', 'name', 'Ten quan|Ten huyen|Quan/Huyen|District'),
    ('districts', 'population', 'Dan so'), ('districts', 'longitude', 'Kinh do'), ('districts', 'latitude', 'Vi do'),
    ('districts', 'in_programme', 'Tham gia'),
    ('schools', 'id', 'Ma truong|School code'), ('schools', 'name', 'Ten truong|Truong|School'),
    ('schools', 'district_id', 'Quan/Huyen|Quan huyen|Quan|Huyen|Ma quan|Ma huyen|Ma quan/huyen|District'),
    ('schools', 'public', 'Cong lap'), ('schools', 'students', 'So hoc sinh|Hoc sinh|Si so'),
    ('schools', 'minority_students', 'Hoc sinh dan toc thieu so|Dan toc thieu so|HS dan toc'),
    ('schools', 'poor_students', 'Hoc sinh ngheo|Ho ngheo|HS ngheo'),
    ('successors', 'old_id', 'Ma cu'), ('successors', 'new_id', 'Ma moi'), ('successors', 'since', 'Tu ngay'),
    ('pairings', 'partner_a', 'Truong A|Don vi A|Ben A|Truong noi thanh|School A'),
    ('pairings', 'partner_b', 'Truong B|Don vi B|Ben B|Truong ngoai thanh|School B'),
    ('pairings', 'kind', 'Van ban|Loai van ban|Hinh thuc ky ket'), ('pairings', 'document', 'So van ban|So'),
    ('activities', 'code', 'Ma hoat dong'), ('activities', 'kind', 'Loai hoat dong|Hoat dong|Loai'), ('activities', 'mode', 'Hinh thuc'),
    ('activities', 'organised_by', 'Cap to chuc'), ('activities', 'planned_on', 'Ngay du kien|Ke hoach|Ngay ke hoach|Planned'),
    ('activities', 'held_on', 'Ngay to chuc|Ngay thuc hien|Held'), ('activities', 'cancelled_on', 'Ngay huy|Ngay huy'),
    ('activities', 'topic', 'Chu de|Chuyen de'), ('activities', 'title', 'Noi dung|Ten hoat dong'),
    ('activities', 'partner_a', 'Truong chu tri|Don vi chu tri|Truong A|Host'),
    ('activities', 'partner_b', 'Truong tham gia|Don vi tham gia|Truong B|Guest'),
    ('participants', 'activity', 'Ma hoat dong|Hoat dong'), ('participants', 'unit', 'Ma truong|Truong|Don vi'), ('participants', 'role', 'Vai tro'),
    ('participants', 'attended', 'So nguoi|So nguoi tham du'),
    ('aid', 'giver', 'Don vi tang|Ben tang|Nguoi tang'), ('aid', 'receiver', 'Don vi nhan|Ben nhan|Nguoi nhan'), ('aid', 'given_on', 'Ngay|Ngay tang'),
    ('aid', 'kind', 'Loai'), ('aid', 'quantity', 'So luong'), ('aid', 'amount', 'Gia tri|So tien'), ('aid', 'currency', 'Tien te'),
    ('plans', 'what', 'Noi dung|Chi tieu'), ('plans', 'target', 'Ke hoach|So luong|Muc tieu'),
    ('outcomes', 'school_id', 'Ma truong|Truong|School code|School'), ('outcomes', 'indicator', 'Chi so|Chi tieu'),
    ('outcomes', 'value', 'Gia tri|Diem|Diem trung binh|Ket qua'), ('outcomes', 'students', 'So hoc sinh|Hoc sinh'),
    ('outcomes', 'std_dev', 'Do lech chuan')) AS h (source, column_name, headers), string_to_table(h.headers, '|') AS header
ON CONFLICT DO NOTHING;
INSERT INTO import_values (column_name, value, meaning)
SELECT v.column_name, value, v.meaning
  FROM (VALUES
    ('level', 'preschool', 'Mam non|Mau giao'), ('level', 'primary', 'Tieu hoc'), ('level', 'lower_secondary', 'THCS|Trung hoc co so'),
    ('level', 'upper_secondary', 'THPT|Trung hoc pho thong'), ('level', 'continuing_education', 'GDTX|Giao duc thuong xuyen'),
    ('zone', 'inner', 'Noi thanh'), ('zone', 'outer', 'Ngoai thanh'),
    ('kind', 'memorandum', 'Bien ban ghi nho|Ghi nho|Bien ban'), ('kind', 'commitment', 'Cam ket|Ban cam ket'), ('kind', 'agreement', 'Thoa thuan|Thoa thuan'),
    ('kind', 'topic_session', 'Chuyen de|Sinh hoat chuyen de'), ('kind', 'exchange', 'Giao luu'), ('kind', 'visit', 'Tham quan'),
    ('kind', 'culture', 'Van hoa|Van hoa van nghe'), ('kind', 'sport', 'The thao|The duc the thao'), ('kind', 'support', 'Ho tro'),
    ('mode', 'in person', 'Truc tiep'), ('mode', 'online', 'Truc tuyen'),
    ('organised_by', 'school', 'Truong|Cap truong'), ('organised_by', 'district', 'Quan|Huyen|Cap quan|Cap huyen|Phong GDDT'),
    ('role', 'host', 'Chu tri'), ('role', 'guest', 'Tham gia'), ('role', 'speaker', 'Bao cao vien'),
    ('kind', 'books', 'Sach'), ('kind', 'scholarships', 'Hoc bong'), ('kind', 'equipment', 'Thiet bi'), ('kind', 'money', 'Tien'),
    ('unit_kind', 'school', 'Truong'), ('unit_kind', 'district', 'Quan|Huyen')) AS v (column_name, meaning, written), string_to_table(v.written, '|') AS value
ON CONFLICT DO NOTHING;

-- What the published programme speaks of -------------------------------------------------------------------

INSERT INTO levels (code, name, position) VALUES
  ('preschool', 'preschool', 1), ('primary', 'primary school', 2), ('lower_secondary', 'lower-secondary school', 3),
  ('upper_secondary', 'upper-secondary school', 4), ('continuing_education', 'continuing-education centre', 5);
INSERT INTO topics (code, name) VALUES
  ('teaching_assessment', 'teaching and assessment methods'), ('experiential', 'experiential activities'),
  ('life_skills', 'life skills for preschoolers'), ('information_technology', 'information technology in teaching'),
  ('professional_meetings', 'professional meetings'), ('gifted', 'preparing gifted students');
INSERT INTO activity_kinds (code, name) VALUES
  ('topic_session', 'topic session'), ('exchange', 'exchange'), ('visit', 'visit of students'),
  ('culture', 'culture and arts'), ('sport', 'physical education and sport'),
  ('support', 'support for disadvantaged students');
$model$ ELSE '' END || $version$
CREATE TABLE model (
  version int NOT NULL,
  tables boolean NOT NULL
);
CREATE UNIQUE INDEX model_has_one_row ON model ((true));
COMMENT ON TABLE model IS 'What this schema is: one row';
COMMENT ON COLUMN model.version IS 'Version of the twinning model';
COMMENT ON COLUMN model.tables IS 'Whether the tables were made with it, or the office has its own';
INSERT INTO model VALUES (1, $version$ || tables || $version$);
$version$;
END;
COMMENT ON FUNCTION twinning_script(boolean) IS
  'The statements that create_twinning_schema runs in the new schema, to read before';

CREATE FUNCTION create_twinning_schema(
  name text DEFAULT 'twinning',
  tables boolean DEFAULT true)
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_create_twinning_schema'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_twinning_schema(text, boolean) IS
  'Makes a schema with the tables of a programme: units, pairings, activities, aid, plans, outcomes, and the history of each; they belong to the caller';

-- One WHEN a version: the statements that bring a model from it to the next.
CREATE FUNCTION twinning_upgrade_script(version int)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT NULL::text;
END;
COMMENT ON FUNCTION twinning_upgrade_script(int) IS
  'The statements by which upgrade_twinning_schema brings a model from a version to the next, to read before; empty where there is no next';

CREATE FUNCTION upgrade_twinning_schema(name text DEFAULT 'twinning')
  RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_upgrade_twinning_schema'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION upgrade_twinning_schema(text) IS
  'Brings a model to the version of this equipair, makes its views again, and writes its names anew after ALTER SCHEMA ... RENAME; returns the version';

CREATE FUNCTION twinning_schema_version(name text DEFAULT 'twinning')
  RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_twinning_schema_version'
  LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION twinning_schema_version(text) IS
  'Version of the model in a schema that create_twinning_schema made';

CREATE FUNCTION import_file(
  name text,
  source text,
  file_name text,
  content text,
  delimiter text DEFAULT NULL)
  RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_import_file'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION import_file(text, text, text, text, text) IS
  'Takes the rows of a CSV text into import_rows of a model, as they are, and returns how many; a file of the same name is replaced';

CREATE TYPE import_issues_row AS (
  severity text,
  source text,
  file text,
  line bigint,
  column_name text,
  value text,
  problem text,
  suggestion text
);
COMMENT ON TYPE import_issues_row IS 'what is wrong with a row of a file, by import_issues';
COMMENT ON COLUMN import_issues_row.severity IS
  'error (the row cannot be imported), warning (it can, and is likely wrong) or note';
COMMENT ON COLUMN import_issues_row.source IS 'Table for which the file is';
COMMENT ON COLUMN import_issues_row.file IS 'Name of the file';
COMMENT ON COLUMN import_issues_row.line IS 'Line of the file in which the row begins';
COMMENT ON COLUMN import_issues_row.column_name IS 'Column of the table; NULL where it is about the row, or a header that means none';
COMMENT ON COLUMN import_issues_row.value IS 'Cell as it stands; NULL where it is empty';
COMMENT ON COLUMN import_issues_row.problem IS 'What is the matter with it';
COMMENT ON COLUMN import_issues_row.suggestion IS
  'Value that was likely meant, which import_apply takes with repair; NULL where there is no one such value';

CREATE FUNCTION import_issues(
  name text DEFAULT 'twinning',
  date_order text DEFAULT 'DMY')
  RETURNS SETOF import_issues_row
  AS 'MODULE_PATHNAME', 'eqp_import_issues'
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION import_issues(text, text) IS
  'What is wrong with the files that wait to be imported: each problem with file, line and column, and what was likely meant';

CREATE TYPE import_apply_row AS (
  source text,
  came bigint,
  inserted bigint,
  changed bigint,
  unchanged bigint,
  kept bigint
);
COMMENT ON TYPE import_apply_row IS 'what became of the rows for a table, by import_apply';
COMMENT ON COLUMN import_apply_row.source IS 'Table';
COMMENT ON COLUMN import_apply_row.came IS 'Rows that waited';
COMMENT ON COLUMN import_apply_row.inserted IS 'Of them: new in the table';
COMMENT ON COLUMN import_apply_row.changed IS 'Of them: in the table with other values, which were changed';
COMMENT ON COLUMN import_apply_row.unchanged IS 'Of them: in the table as they are, or twice in the files';
COMMENT ON COLUMN import_apply_row.kept IS 'Of them: not imported for an error, and still waiting';

CREATE FUNCTION import_apply(
  name text DEFAULT 'twinning',
  repair boolean DEFAULT false,
  date_order text DEFAULT 'DMY',
  partial boolean DEFAULT false)
  RETURNS SETOF import_apply_row
  AS 'MODULE_PATHNAME', 'eqp_import_apply'
  LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 15 COST 10000;
COMMENT ON FUNCTION import_apply(text, boolean, text, boolean) IS
  'Writes the rows that wait into the tables of a model: all of them or none; with repair it takes suggestions, with partial it leaves out rows with errors';

CREATE TYPE twinning_schema_issues_row AS (
  severity text,
  relation text,
  column_name text,
  problem text
);
COMMENT ON TYPE twinning_schema_issues_row IS 'what a schema lacks of the twinning model, by twinning_schema_issues';
COMMENT ON COLUMN twinning_schema_issues_row.severity IS
  'error (what reads the column fails) or note (it may be absent, and what needs it says so)';
COMMENT ON COLUMN twinning_schema_issues_row.relation IS 'Table or view that is meant';
COMMENT ON COLUMN twinning_schema_issues_row.column_name IS 'Column; NULL where the whole relation is missing';
COMMENT ON COLUMN twinning_schema_issues_row.problem IS 'What is the matter with it';

-- kind is what a type is taken for: text is every type that has a text form and is nothing else here.
CREATE FUNCTION twinning_schema_issues(name text DEFAULT 'twinning')
  RETURNS SETOF twinning_schema_issues_row
  LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED ROWS 10
BEGIN ATOMIC
  WITH wanted_of_office (place, relation, needed, columns) AS (VALUES
    (1, 'levels', true, 'code text! name text! position number!'),
    (2, 'topics', false, 'code text! name text!'),
    (3, 'activity_kinds', false, 'code text! name text!'),
    (4, 'indicators', true, 'code text! name text! unit text favourable boolean scale number'),
    (5, 'programmes', true, 'id text! name text! valid daterange'),
    (6, 'districts', true, 'id text! name text! zone text! province text in_programme boolean population number longitude number latitude number valid daterange'),
    (7, 'schools', true, 'id text! name text! level text! district_id text! public boolean students number minority_students number poor_students number valid daterange contact text'),
    (8, 'organisations', false, 'id text! name text! kind text contact text'),
    (9, 'external_units', false, 'id text! name text! province text contact text'),
    (10, 'successors', false, 'old_id text! new_id text! since date!'),
    (11, 'pairings', true, 'id any! programme text! kind text! unit_kind text! partner_a text! partner_b text! valid daterange! document text'),
    (12, 'activities', true, 'id any! code text programme text! kind text! organised_by text! mode text planned_on date! held_on date! cancelled_on date topic text title text'),
    (13, 'participants', true, 'activity any! unit text! role text attended number'),
    (14, 'aid', false, 'id any! programme text! giver text! receiver text! given_on date! kind text! quantity number amount number currency text'),
    (15, 'plans', false, 'id any! programme text! school_year number! what text! level text! zone text! target number!'),
    (16, 'outcomes', true, 'school_id text! school_year number! indicator text! value number! students number std_dev number')
  ), of_model (place, relation, columns) AS (VALUES
    (17, 'reports', 'name text! title text! title_vi text! question text! question_vi text! definition text! definition_vi text! query text! enabled boolean!'),
    (18, 'checks', 'name text! title text! title_vi text! query text! at_least number! at_most number! severity text! enabled boolean!'),
    (19, 'runs', 'run number! kind text! name text! as_of date! started date! finished date! seconds number! rows number! outcome text! sqlstate text! message text! figures_run number!'),
    (20, 'figures', 'run number! as_of date! report text! dimension text! subgroup text! subgroup_key any! period text! period_start date! measure text! value number! ci_lower number! ci_upper number! numerator number! denominator number!'),
    (21, 'issues', 'run number! as_of date! source text! period text! severity text! issue text! id text! partner text! rows number! detail text!'),
    (22, 'periods', 'school_year number! version number!'),
    (23, 'summaries', 'school_year number! indicator text! level text! version number! summary any!'),
    (24, 'summary_schools', 'school_id text! level text! zone text!')
  ), schema AS (
    SELECT oid FROM pg_namespace WHERE nspname = twinning_schema_issues.name
  ), present AS (
    SELECT c.oid, c.relname::text AS relation
      FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  ), present_column AS (
    SELECT p.relation, a.attname::text AS column_name, format_type(a.atttypid, NULL) AS type,
           CASE WHEN b.typname = 'bool' THEN 'boolean'
                WHEN b.typname IN ('date', 'timestamp', 'timestamptz') THEN 'date'
                WHEN b.typname = 'daterange' THEN 'daterange'
                WHEN b.typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') THEN 'number'
                ELSE 'text' END AS kind
      FROM present p
           JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped
           JOIN pg_type t ON t.oid = a.atttypid
           JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
  ), wanted (place, relation, needed, columns) AS (
    TABLE wanted_of_office
    UNION ALL
    -- what a night runs and keeps is there in a model alone
    SELECT place, relation, true, columns FROM of_model WHERE EXISTS (SELECT FROM present p WHERE p.relation = 'model')
  ), wanted_column AS (
    SELECT w.place, w.relation, c.n, split_part(c.spelt, ' ', 1) AS column_name,
           rtrim(split_part(c.spelt, ' ', 2), '!') AS kind, right(c.spelt, 1) = '!' AS needed
      FROM wanted w,
           LATERAL (SELECT m.n, m.found[1] || ' ' || m.found[2] AS spelt
                      FROM regexp_matches(w.columns, '(\w+) (\w+!?)', 'g') WITH ORDINALITY AS m (found, n)) c
  ), problem AS (
    SELECT 0 AS place, 0 AS n, 'error' AS severity, NULL AS relation, NULL AS column_name,
           format('schema "%s" does not exist', twinning_schema_issues.name) AS problem
     WHERE NOT EXISTS (SELECT FROM schema)
    UNION ALL
    SELECT w.place, 0, CASE WHEN w.needed THEN 'error' ELSE 'note' END, w.relation, NULL,
           'there is no such table or view'
      FROM wanted w, schema
     WHERE NOT EXISTS (SELECT FROM present p WHERE p.relation = w.relation)
    UNION ALL
    SELECT w.place, w.n, CASE WHEN w.needed THEN 'error' ELSE 'note' END, w.relation, w.column_name,
           'there is no such column'
      FROM wanted_column w JOIN present p USING (relation)
     WHERE NOT EXISTS (SELECT FROM present_column c WHERE c.relation = w.relation AND c.column_name = w.column_name)
    UNION ALL
    SELECT w.place, w.n, 'error', w.relation, w.column_name,
           format('it has type %s where a %s is wanted', c.type,
                  CASE w.kind WHEN 'number' THEN 'numeric type' WHEN 'date' THEN 'date' ELSE w.kind END)
      FROM wanted_column w JOIN present_column c USING (relation, column_name)
     -- ids and labels may be of any type: their text form counts
     WHERE w.kind NOT IN ('any', 'text') AND c.kind <> w.kind
  )
  SELECT severity, relation, column_name, problem FROM problem
   ORDER BY severity, place, n;
END;
COMMENT ON FUNCTION twinning_schema_issues(text) IS
  'What a schema lacks of the twinning model, such as a column that a view of an office does not have';
