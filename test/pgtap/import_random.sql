-- Random dirty files for every source, one after another into the same tables, and what must hold of each: what
-- import_issues passes, import_apply writes; with an error it writes nothing; in part it keeps just the rows with
-- errors, those of a file whose header has one and those that wait for such a row; and the same files again change nothing.
\if :{?files}
\else
\set files 80
\endif
BEGIN;
SELECT plan(6);
SET LOCAL client_min_messages = warning;
-- the queries below are small, and compiling them takes longer than running them
SET LOCAL jit = off;

SELECT create_twinning_schema('rnd') \g /dev/null
INSERT INTO rnd.programmes (id, name) VALUES ('hn', 'Hanoi');
INSERT INTO rnd.indicators (code, name) VALUES ('score', 'Điểm');
INSERT INTO rnd.districts (id, name, zone) VALUES ('001', 'Ba Đình', 'inner'), ('271', 'Ba Vì', 'outer');
INSERT INTO rnd.schools (id, name, level, district_id, students) VALUES ('0101', 'Hoa Sen', 'preschool', '001', 300), ('7101', 'Tản Viên', 'primary', '271', 90);
INSERT INTO rnd.activities (code, programme, kind, planned_on, held_on) VALUES ('A1', 'hn', 'visit', '2022-10-01', '2022-10-02');

-- What stands in a cell: usual values first, behind them what is dirty.
CREATE TEMP TABLE pool (kind text, usual text[], dirty text[]);
INSERT INTO pool VALUES
('code', '{A1,A2,A3,B1,B2}', '{a1,"A 1",1,01,001,0101,"x''y","q\";z","",Ａ1,LONG}'),
('name', '{Hoa Sen,Hoa Mai,Ba Vì,Ba Đình,Tản Viên,Phú Sơn}', '{"hoa  sen",BA DINH,"Hoa\nMai","  Hoa Sen "," ","",LONG,Hoà Mai,"a\\b"}'),
('district', '{001,271,002}', '{1,Ba Đình,ba vi,71,0101,999,"",LONG,Ba Vì}'),
('school', '{0101,7101,0102,7102,0103}', '{101,Hoa Sen,hoa mai,001,0199,"",7101 ,Tản Viên}'),
('unit', '{0101,7101,0102,001,271,O1}', '{101,Hoa Sen,1,ba vi,0199,"",x}'),
('organisation', '{O1,O2}', '{o1,001,"",LONG}'), ('external', '{E1,E2}', '{e1,O1,""}'),
('programme', '{hn,hn,""}', '{HN,Hanoi,hp,""}'), ('level', '{primary,Tiểu học,THCS,Mầm non}', '{Đại học,tieu-hoc,"",primary school}'),
('zone', '{inner,Nội thành,ngoại thành}', '{"",LONG,edge}'), ('indicator', '{score,Điểm}', '{diem,SCORE,"",x}'),
('activity', '{A1,A2,A3}', '{a1,A9,"",1}'), ('activity_kind', '{visit,Chuyên đề,giao lưu,""}', '{xyz,topic session,Tham  quan}'),
('topic', '{gifted,"",""}', '{Gifted,life skills for preschoolers,abc}'),
('position', '{11,12,13}', '{1,-1,3000000000,x,1.5,"",12.0}'), ('count', '{540,1.234,90,0,"","320,0"}', '{-1,38O,99999999999999999999,"1,5",007,1 234,١,1e3,"12,00"}'),
('number', '{"7,25","8,5",7,""}', '{1.234,-3,x,"1,5.2",1000000,"0,000",HUGE,TINY,NaN,Infinity,-0}'), ('degrees', '{"105,8","21,02",""}', '{190,-181,-91,x,105.814,"105,814"}'),
('day', '{01/09/2022,1-9-22,2022-10-05,45000,""}', '{31/02/2022,5/2023,31/12/9999,01/01/0001,00/00/0000,12/31/2022,29/02/2024,x,01/09/2022 0:00,-infinity,infinity,1/1/70}'),
('yes', '{x,có,không,""}', '{maybe,2,✓}'), ('year', '{2022,2022-2023,NH 2022-23}', '{2022-2024,1850,"",20222,2100}'),
('pairing_kind', '{Ghi nhớ,cam kết,memorandum,""}', '{xyz,thỏa thuận}'), ('unit_kind', '{school,"",Trường}', '{district,x}'),
('organised_by', '{school,"",huyện}', '{xyz,district}'), ('mode', '{"",trực tuyến,in person}', '{qua Zoom,ONLINE}'), ('role', '{"",host,Tham gia}', '{x,SPEAKER}'),
('aid_kind', '{books,Học bổng}', '{"",x,MONEY}'), ('organisation_kind', '{"",agency}', '{x,ENTERPRISE}'), ('what', '{paired,pairings}', '{"",x,Activities}'),
('currency', '{VND,""}', '{USD}'), ('plan_level', '{"",primary}', '{x,THCS}'), ('plan_zone', '{"",inner}', '{LONG,edge}');
-- The columns of each source, in an order of their own; the header is the first name.
CREATE TEMP TABLE source (source text PRIMARY KEY, columns text);
INSERT INTO source VALUES
('levels', 'code=code name=name position=position'), ('topics', 'code=code name=name'), ('activity_kinds', 'name=name code=code'),
('indicators', 'code=code name=name unit=currency favourable=yes scale=number'), ('programmes', 'id=programme name=name valid_from=day valid_to=day'),
('districts', 'Mã_quận=district Tên_quận=name Khu_vực=zone province=name Tham_gia=yes Dân_số=count longitude=degrees latitude=degrees valid_from=day valid_through=day'),
('organisations', 'id=organisation name=name kind=organisation_kind contact=name'), ('external_units', 'id=external name=name province=name'),
('schools', 'Mã_trường=school Tên_trường=name Cấp_học=level Quận/Huyện=district Công_lập=yes Số_học_sinh=count minority_students=count HS_nghèo=count Từ_ngày=day valid_to=day Ghi_chú=name'),
('successors', 'old_id=unit new_id=unit since=day'),
('pairings', 'programme=programme kind=pairing_kind unit_kind=unit_kind partner_a=unit partner_b=unit document=code Từ_ngày=day Đến_ngày=day'),
('activities', 'code=activity programme=programme kind=activity_kind organised_by=organised_by mode=mode planned_on=day held_on=day cancelled_on=day topic=topic title=name partner_a=unit partner_b=unit'),
('participants', 'activity=activity unit=unit role=role attended=position'),
('aid', 'code=code giver=unit receiver=unit given_on=day kind=aid_kind quantity=number amount=number currency=currency'),
('plans', 'programme=programme school_year=year what=what level=plan_level zone=plan_zone target=count'),
('outcomes', 'school_id=school school_year=year indicator=indicator value=number students=count std_dev=number');

-- A whole number from 0 to below - 1, the same on every server.
CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
UPDATE pool SET dirty = array_replace(array_replace(array_replace(dirty, 'LONG', repeat('dài', 200)), 'HUGE', '1' || repeat('0', 400)), 'TINY', '0,' || repeat('0', 400) || '1');
-- A file: a header, sometimes without a column or with one twice, and up to twelve rows; in a hundred cells share are dirty.
CREATE FUNCTION pg_temp.file(seed text, of_source text, share int) RETURNS text LANGUAGE sql STABLE AS $$
	WITH spec AS MATERIALIZED (
		SELECT n, replace(split_part(c, '=', 1), '_', CASE WHEN c ~ '[^\x01-\x7f]' THEN ' ' ELSE '_' END) AS header, p.usual, p.dirty
		FROM source, regexp_split_to_table(columns, ' ') WITH ORDINALITY AS s (c, n) JOIN pool AS p ON p.kind = split_part(c, '=', 2)
		WHERE source = of_source AND pg_temp.rnd(100, seed, 'column', c) >= share / 4
	), cell AS (
		SELECT r, n, CASE WHEN ('x' || left(h, 4))::bit(16)::int % 100 < share THEN dirty[1 + ('x' || substr(h, 5, 4))::bit(16)::int % cardinality(dirty)]
			ELSE usual[1 + ('x' || substr(h, 5, 4))::bit(16)::int % cardinality(usual)] END AS cell
		FROM generate_series(1, 1 + pg_temp.rnd(12, seed, 'rows')) AS r, spec, LATERAL (SELECT md5(concat_ws(':', seed, r, n)) AS h) AS m
	)
	SELECT (SELECT string_agg(header, ';' ORDER BY n) || CASE WHEN pg_temp.rnd(100, seed, 'twice') < share / 3 THEN ';' || min(header) ELSE '' END FROM spec) || E'\n'
		|| string_agg(line || CASE WHEN pg_temp.rnd(100, seed, r::text, 'more') < share / 6 THEN ';more' ELSE '' END, E'\n' || repeat(E'\n', pg_temp.rnd(30, seed, r::text) / 29) ORDER BY r)
	FROM (SELECT r, string_agg(CASE WHEN cell ~ '[;"\n]' THEN '"' || replace(cell, '"', '""') || '"' ELSE cell END, ';' ORDER BY n) AS line FROM cell GROUP BY r) AS l
$$;

-- All that the tables and the rows that wait hold.
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
	SELECT md5(concat_ws('|', (SELECT array_agg(t ORDER BY code) FROM rnd.levels t), (SELECT array_agg(t ORDER BY code) FROM rnd.topics t), (SELECT array_agg(t ORDER BY code) FROM rnd.activity_kinds t),
		(SELECT array_agg(t ORDER BY code) FROM rnd.indicators t), (SELECT array_agg(t ORDER BY id) FROM rnd.programmes t), (SELECT array_agg(t ORDER BY id) FROM rnd.districts t),
		(SELECT array_agg(t ORDER BY id) FROM rnd.organisations t), (SELECT array_agg(t ORDER BY id) FROM rnd.external_units t), (SELECT array_agg(t ORDER BY id) FROM rnd.schools t),
		(SELECT array_agg(t ORDER BY old_id) FROM rnd.successors t), (SELECT array_agg(t ORDER BY id) FROM rnd.pairings t), (SELECT array_agg(t ORDER BY id) FROM rnd.activities t),
		(SELECT array_agg(t ORDER BY activity, unit) FROM rnd.participants t), (SELECT array_agg(t ORDER BY id) FROM rnd.aid t), (SELECT array_agg(t ORDER BY id) FROM rnd.plans t),
		(SELECT array_agg(t ORDER BY school_id, school_year, indicator) FROM rnd.outcomes t), (SELECT array_agg(t ORDER BY id) FROM rnd.units t)))
$$;
CREATE FUNCTION pg_temp.waiting() RETURNS text LANGUAGE sql AS
	$$ SELECT md5(coalesce(array_agg((source, file, line, header, cells) ORDER BY source, file, line)::text, '')) FROM rnd.import_rows $$;

CREATE TEMP TABLE broken (seed int, law text, what text);
CREATE TEMP TABLE file (source text, name text, content text);
CREATE TEMP TABLE issue AS SELECT * FROM import_issues('rnd');
CREATE TEMP TABLE must_stay (source text, file text, line bigint);
CREATE TEMP TABLE tried (errors bigint, applied bool, kept numeric, written numeric);

-- Some files at once; what does not hold goes into broken.
CREATE FUNCTION pg_temp.try(seed int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	share int := (ARRAY[0, 1, 4, 15, 40])[1 + pg_temp.rnd(5, seed::text, 'share')];
	errors bigint;
	tables text := pg_temp.state();
	waits text;
	told text;
	state text;
	applied record;
BEGIN
	DELETE FROM rnd.import_rows;
	DELETE FROM file;
	INSERT INTO file
	SELECT s.source, 'f' || i || '.csv' AS name, pg_temp.file(seed || ':' || i, s.source, share) AS content
	FROM generate_series(1, 1 + pg_temp.rnd(4, seed::text, 'files')) AS i,
		LATERAL (SELECT source FROM source ORDER BY md5(source || seed || ':' || i) LIMIT 1) AS s;
	PERFORM import_file('rnd', source, name, content) FROM file;
	waits := pg_temp.waiting();

	DELETE FROM issue;
	INSERT INTO issue SELECT * FROM import_issues('rnd');
	errors := (SELECT count(*) FROM issue WHERE severity = 'error');
	DELETE FROM must_stay;
	INSERT INTO must_stay
	SELECT r.source, r.file, r.line FROM rnd.import_rows AS r
	WHERE EXISTS (SELECT FROM issue AS i WHERE (i.source, i.file) = (r.source, r.file) AND i.line IN (1, r.line) AND (i.severity = 'error' OR i.problem LIKE 'it waits for %'));

	BEGIN
		PERFORM import_apply('rnd');
		IF errors > 0 THEN
			INSERT INTO broken VALUES (seed, 'errors', 'applied with errors');
		END IF;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS told = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
		IF errors = 0 THEN
			INSERT INTO broken VALUES (seed, 'no errors', state || ' ' || told);
		ELSIF state <> '22000' OR told !~ ('^nothing was imported: ' || errors || ' error') THEN
			INSERT INTO broken VALUES (seed, 'errors', state || ' ' || told);
		END IF;
	END;
	IF errors > 0 THEN
		IF tables <> pg_temp.state() OR waits <> pg_temp.waiting() THEN
			INSERT INTO broken VALUES (seed, 'nothing', 'something was written');
		END IF;
		BEGIN
			FOR applied IN SELECT * FROM import_apply('rnd', partial => true) LOOP
				INSERT INTO tried VALUES (errors, true, applied.kept, applied.inserted + applied.changed);
				IF applied.came <> applied.inserted + applied.changed + applied.unchanged + applied.kept THEN
					INSERT INTO broken VALUES (seed, 'counts', applied::text);
				END IF;
			END LOOP;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS told = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
			INSERT INTO broken VALUES (seed, 'partial', state || ' ' || told);
		END;
	END IF;
	INSERT INTO broken
	SELECT seed, 'kept', d.kept || ' ' || d.source || ' ' || d.line FROM (
		(SELECT 'too many' AS kept, source, file, line FROM rnd.import_rows EXCEPT SELECT 'too many', source, file, line FROM must_stay)
		UNION ALL
		(SELECT 'too few', source, file, line FROM must_stay EXCEPT SELECT 'too few', source, file, line FROM rnd.import_rows)) AS d;

	-- the same files again
	tables := pg_temp.state();
	PERFORM import_file('rnd', source, name, content) FROM file;
	FOR applied IN SELECT * FROM import_apply('rnd', partial => true) LOOP
		IF applied.inserted + applied.changed > 0 THEN
			INSERT INTO broken VALUES (seed, 'again', applied::text);
		END IF;
	END LOOP;
	IF tables <> pg_temp.state() THEN
		INSERT INTO broken VALUES (seed, 'again', 'the tables have changed');
	END IF;

	-- what waits still, with suggestions: all or nothing, or in part
	waits := pg_temp.waiting();
	BEGIN
		PERFORM import_apply('rnd', repair => true);
		PERFORM FROM rnd.import_rows;
		IF FOUND THEN
			INSERT INTO broken VALUES (seed, 'repair', 'rows are left');
		END IF;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS told = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
		IF state <> '22000' OR told !~ '^nothing was imported' THEN
			INSERT INTO broken VALUES (seed, 'repair', state || ' ' || told);
		ELSIF tables <> pg_temp.state() OR waits <> pg_temp.waiting() THEN
			INSERT INTO broken VALUES (seed, 'repair', 'something was written');
		END IF;
		PERFORM import_apply('rnd', repair => true, partial => true);
	END;
END $$;

SELECT pg_temp.try(seed) FROM generate_series(1, :files) AS seed \g /dev/null
SELECT is_empty('SELECT * FROM broken WHERE law = ''no errors''', 'what import_issues passes, import_apply writes');
SELECT is_empty('SELECT * FROM broken WHERE law IN (''errors'', ''nothing'')', 'with an error nothing is written, and nothing lost');
SELECT is_empty('SELECT * FROM broken WHERE law IN (''partial'', ''counts'', ''kept'')', 'in part: just the rows with errors are kept');
SELECT is_empty('SELECT * FROM broken WHERE law = ''again''', 'the same files again change nothing');
SELECT is_empty('SELECT * FROM broken WHERE law = ''repair''', 'with suggestions: all or nothing');
SELECT ok((SELECT count(*) > :files / 3 AND sum(kept) > :files AND sum(written) > :files / 2 FROM tried), 'there were rows of both kinds');

SELECT * FROM finish();
ROLLBACK;
