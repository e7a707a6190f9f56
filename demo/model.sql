-- The same programme in the tables of an office: schema twinning, as create_twinning_schema makes it.  Part of load.sql.
--
-- What is real and what is SYNTHETIC is as in the tables that it is taken from.

SELECT create_twinning_schema('twinning') \g /dev/null
SET search_path = twinning, public;

-- An office may add columns: here they say what is synthetic.
ALTER TABLE twinning.schools ADD COLUMN synthetic boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN twinning.schools.synthetic IS 'Whether the school is made up; numbers of students and days are SYNTHETIC everywhere';
ALTER TABLE twinning.pairings ADD COLUMN synthetic boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN twinning.pairings.synthetic IS 'Whether the pairing is made up; the days are SYNTHETIC everywhere';

INSERT INTO twinning.programmes (id, name) VALUES ('hanoi', 'School twinning in Hanoi');
INSERT INTO twinning.districts (id, name, zone, province, population, longitude, latitude)
SELECT id, name, zone, 'Hà Nội', population_2018, lon, lat FROM public.districts;
INSERT INTO twinning.external_units (id, name, province) SELECT id, name, province FROM public.external_units;
INSERT INTO twinning.schools (id, name, level, district_id, students, minority_students, valid, synthetic)
SELECT id, name, level, district_id, students, minority_students, daterange(valid_from, valid_to), synthetic FROM public.schools;

INSERT INTO twinning.pairings (programme, kind, unit_kind, partner_a, partner_b, valid, synthetic)
SELECT 'hanoi', document, 'school', partner_a, partner_b, daterange(valid_from, valid_to), basis <> 'published' FROM public.pairings
UNION ALL
SELECT 'hanoi', 'agreement', 'district', partner_a, partner_b, daterange(valid_from, valid_to), basis <> 'published' FROM public.district_pairings;

-- Each session is an activity with a host and a guest; its code tells which of the two tables it is from.
CREATE TEMP TABLE activity_of ON COMMIT DROP AS
SELECT 'S' || id AS code, 'school' AS organised_by, kind, mode, planned_on, held_on, cancelled_on, host, guest FROM public.sessions
UNION ALL
SELECT 'D' || id, 'district', kind, mode, planned_on, held_on, cancelled_on, host, guest FROM public.district_sessions;
INSERT INTO twinning.activities (code, programme, kind, organised_by, mode, planned_on, held_on, cancelled_on)
SELECT code, 'hanoi', CASE kind WHEN 'topic' THEN 'topic_session' WHEN 'student visit' THEN 'visit' WHEN 'culture and arts' THEN 'culture'
		WHEN 'physical education and sport' THEN 'sport' ELSE kind END, organised_by, mode, planned_on, held_on, CASE WHEN held_on IS NULL THEN cancelled_on END
FROM activity_of;
INSERT INTO twinning.participants (activity, unit, role)
SELECT a.id, p.unit, p.role
FROM activity_of JOIN twinning.activities AS a USING (code), LATERAL (VALUES (host, 'host'), (guest, 'guest')) AS p (unit, role);

INSERT INTO twinning.aid (programme, giver, receiver, given_on, kind, quantity, amount)
SELECT 'hanoi', giver, receiver, given_on, kind, coalesce(titles, scholarships), amount_vnd FROM public.aid;
INSERT INTO twinning.plans (programme, school_year, what, level, zone, target)
SELECT 'hanoi', start_year(school_year), 'paired', level, zone, target FROM public.pairing_plan
UNION ALL
SELECT 'hanoi', start_year(school_year), 'commitments', level, NULL, target FROM public.commitment_plan;
INSERT INTO twinning.indicators (code, name, unit, scale) VALUES ('score', 'mean assessment score', 'points', 10);
INSERT INTO twinning.outcomes (school_id, school_year, indicator, value, students)
SELECT school_id, start_year(school_year), 'score', value, students FROM public.outcomes;
RESET search_path;
