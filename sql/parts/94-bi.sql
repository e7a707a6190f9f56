-- What BI tools read: views of plain columns in the schema of a model.  They belong to the caller as its tables do.
-- They use nothing of the extension, and go on working without it.

CREATE FUNCTION bi_script()
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $views$
-- Who there is ----------------------------------------------------------------------------------------------

CREATE VIEW v_units AS
SELECT u.id, u.kind, u.name, u.level, l.name::text AS level_name, d.id::text AS district_id, d.name::text AS district,
       d.zone::text AS zone, coalesce(u.province, d.province::text) AS province,
       d.longitude::float8 AS longitude, d.latitude::float8 AS latitude
  FROM (SELECT id::text, 'school' AS kind, name::text, level::text, district_id::text, NULL::text AS province FROM schools
        UNION ALL SELECT id::text, 'district', name::text, NULL, id::text, NULL FROM districts
        UNION ALL SELECT id::text, 'organisation', name::text, NULL, NULL, NULL FROM organisations
        UNION ALL SELECT id::text, 'external', name::text, NULL, NULL, province::text FROM external_units) AS u
       LEFT JOIN districts AS d ON d.id::text = u.district_id
       LEFT JOIN levels AS l ON l.code::text = u.level;
COMMENT ON VIEW v_units IS 'Schools, districts, organisations and external units, whatever may be a partner, participant, giver or receiver';
COMMENT ON COLUMN v_units.id IS 'Id';
COMMENT ON COLUMN v_units.kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_units.name IS 'Name';
COMMENT ON COLUMN v_units.level IS 'Level of a school, as a code; else NULL';
COMMENT ON COLUMN v_units.level_name IS 'Name of the level';
COMMENT ON COLUMN v_units.district_id IS 'District that it is in, or that it is; NULL: none';
COMMENT ON COLUMN v_units.district IS 'Name of the district';
COMMENT ON COLUMN v_units.zone IS 'Zone of the district, such as inner or outer';
COMMENT ON COLUMN v_units.province IS 'Province';
COMMENT ON COLUMN v_units.longitude IS 'Degrees east of Greenwich, of the middle of the district';
COMMENT ON COLUMN v_units.latitude IS 'Degrees north of the equator, of the middle of the district';

CREATE VIEW v_successors AS
WITH RECURSIVE step (id, means, since, n) AS (
  SELECT old_id::text, old_id::text, '-infinity'::date, 0 FROM successors
  UNION ALL
  SELECT t.id, s.new_id::text, greatest(t.since, s.since), t.n + 1 FROM step AS t JOIN successors AS s ON s.old_id::text = t.means
) CYCLE means SET is_cycle USING path
SELECT id, means, nullif(since, '-infinity') AS valid_from, valid_to
  FROM (SELECT id, means, since, lead(since) OVER (PARTITION BY id ORDER BY n) AS valid_to FROM step WHERE NOT is_cycle) AS m
 WHERE valid_to IS NULL OR valid_to > since;
COMMENT ON VIEW v_successors IS 'What the ids of units that were merged or renamed mean, and on which days; ids that always mean themselves are not there';
COMMENT ON COLUMN v_successors.id IS 'Id as it is written';
COMMENT ON COLUMN v_successors.means IS 'Unit that it means on these days';
COMMENT ON COLUMN v_successors.valid_from IS 'First of these days; NULL: from the beginning';
COMMENT ON COLUMN v_successors.valid_to IS 'First day on which it means another; NULL: without an end';

CREATE VIEW v_schools AS
SELECT t.as_of, s.id::text AS id, s.name::text AS name, s.level::text AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       d.id::text AS district_id, d.name::text AS district, d.zone::text AS zone, d.province::text AS province, d.in_programme,
       s.public, s.students::bigint AS students, s.minority_students::bigint AS minority_students, s.poor_students::bigint AS poor_students,
       nullif(lower(s.valid), '-infinity') AS valid_from, nullif(upper(s.valid), 'infinity') AS valid_to, s.valid @> t.as_of AS is_open
  FROM schools AS s
       JOIN districts AS d ON d.id = s.district_id
       LEFT JOIN levels AS l ON l.code = s.level,
       (SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs) AS t;
COMMENT ON VIEW v_schools IS 'Schools and centres, each with its level and district';
COMMENT ON COLUMN v_schools.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_schools.id IS 'Code of the school';
COMMENT ON COLUMN v_schools.name IS 'Name';
COMMENT ON COLUMN v_schools.level IS 'Level, as a code';
COMMENT ON COLUMN v_schools.level_name IS 'Name of the level';
COMMENT ON COLUMN v_schools.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_schools.district_id IS 'District that it is in';
COMMENT ON COLUMN v_schools.district IS 'Name of the district';
COMMENT ON COLUMN v_schools.zone IS 'Zone of the district, such as inner or outer';
COMMENT ON COLUMN v_schools.province IS 'Province of the district';
COMMENT ON COLUMN v_schools.in_programme IS 'Whether the programme covers the district';
COMMENT ON COLUMN v_schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN v_schools.students IS 'Students';
COMMENT ON COLUMN v_schools.minority_students IS 'Students of ethnic minorities, of all its students';
COMMENT ON COLUMN v_schools.poor_students IS 'Students from poor households, of all its students';
COMMENT ON COLUMN v_schools.valid_from IS 'First day on which it is open; NULL: not known';
COMMENT ON COLUMN v_schools.valid_to IS 'First day on which it is open no more; NULL: open';
COMMENT ON COLUMN v_schools.is_open IS 'Whether it is open on as_of';

-- Rows behind the figures, on the day of the last night -----------------------------------------------------

CREATE VIEW v_pairings AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of, (coalesce(max(as_of), CURRENT_DATE) - interval '1 year')::date AS year_before FROM runs
), pair AS (
  -- who is meant by the two ids, and when
  SELECT p.id, least(u.a, u.b) AS a, greatest(u.a, u.b) AS b, p.valid * u.days AS valid
    FROM pairings AS p
         LEFT JOIN v_successors AS a ON a.id = p.partner_a::text
         LEFT JOIN v_successors AS b ON b.id = p.partner_b::text
         CROSS JOIN LATERAL (SELECT coalesce(a.means, p.partner_a::text) AS a, coalesce(b.means, p.partner_b::text) AS b,
                                    daterange(a.valid_from, a.valid_to) * daterange(b.valid_from, b.valid_to) AS days) AS u
   WHERE u.a <> u.b
), event AS (
  -- what was held by the day, or is to come
  SELECT v.id, CASE WHEN v.held_on <= day.as_of THEN v.held_on ELSE v.planned_on END AS on_day, coalesce(v.held_on <= day.as_of, false) AS is_held
    FROM activities AS v, day
   WHERE v.held_on <= day.as_of
      OR v.planned_on >= day.as_of AND (v.held_on IS NULL OR v.held_on > day.as_of) AND (v.cancelled_on IS NULL OR v.cancelled_on > day.as_of)
), large AS MATERIALIZED (
  -- the largest: of these not all twos are made, which would be very many
  SELECT v.id, v.on_day, v.is_held
    FROM (SELECT activity FROM participants GROUP BY activity HAVING count(*) > 50 ORDER BY count(*) DESC LIMIT 1000) AS n
         JOIN event AS v ON v.id = n.activity
   LIMIT 1000
), two AS MATERIALIZED (
  SELECT v.id, v.on_day, v.is_held, x.unit::text AS a, y.unit::text AS b
    FROM event AS v
         JOIN participants AS x ON x.activity = v.id
         JOIN participants AS y ON y.activity = v.id AND y.unit > x.unit
   WHERE NOT EXISTS (SELECT FROM large AS l WHERE l.id = v.id)
), one AS MATERIALIZED (
  SELECT l.id, l.on_day, l.is_held, coalesce(m.means, x.unit::text) AS unit
    FROM large AS l
         JOIN participants AS x ON x.activity = l.id
         LEFT JOIN v_successors AS m ON m.id = x.unit::text AND daterange(m.valid_from, m.valid_to) @> l.on_day
), met AS (
  SELECT p.id, t.id AS activity, t.on_day, t.is_held
    FROM pair AS p
         JOIN (SELECT t.id, t.on_day, t.is_held, least(u.a, u.b) AS a, greatest(u.a, u.b) AS b
                 FROM two AS t
                      LEFT JOIN v_successors AS a ON a.id = t.a AND daterange(a.valid_from, a.valid_to) @> t.on_day
                      LEFT JOIN v_successors AS b ON b.id = t.b AND daterange(b.valid_from, b.valid_to) @> t.on_day
                      CROSS JOIN LATERAL (SELECT coalesce(a.means, t.a) AS a, coalesce(b.means, t.b) AS b) AS u) AS t
              ON t.a = p.a AND t.b = p.b AND t.on_day <@ p.valid
  UNION ALL
  SELECT p.id, x.id, x.on_day, x.is_held
    FROM pair AS p
         JOIN one AS x ON x.unit = p.a AND x.on_day <@ p.valid
         JOIN one AS y ON y.id = x.id AND y.unit = p.b
), together AS (
  SELECT id, count(DISTINCT activity) FILTER (WHERE is_held) AS sessions_held, max(on_day) FILTER (WHERE is_held) AS last_session,
         min(on_day) FILTER (WHERE NOT is_held) AS next_planned
    FROM met
   GROUP BY id
)
SELECT day.as_of, p.id::text AS pairing_id, p.programme::text AS programme, g.name::text AS programme_name,
       p.kind::text AS kind, p.unit_kind::text AS unit_kind, p.document::text AS document,
       p.partner_a::text AS partner_a, a.name AS partner_a_name, a.kind AS partner_a_kind, a.level AS partner_a_level,
       a.district_id AS partner_a_district_id, a.district AS partner_a_district, a.zone AS partner_a_zone,
       p.partner_b::text AS partner_b, b.name AS partner_b_name, b.kind AS partner_b_kind, b.level AS partner_b_level,
       b.district_id AS partner_b_district_id, b.district AS partner_b_district, b.zone AS partner_b_zone,
       a.zone <> b.zone AS is_cross_zone,
       coalesce(a.kind NOT IN ('school', 'district') OR b.kind NOT IN ('school', 'district'), true) AS is_external,
       nullif(lower(p.valid), '-infinity') AS valid_from, nullif(upper(p.valid), 'infinity') AS valid_to,
       CASE WHEN upper(p.valid) <= day.as_of THEN 'ended'
            WHEN lower(p.valid) > day.as_of THEN 'future'
            WHEN t.last_session >= day.year_before THEN 'active'
            ELSE 'asleep' END AS status,
       coalesce(t.sessions_held, 0) AS sessions_held, t.last_session,
       (day.as_of - t.last_session)::bigint AS days_since_last, t.next_planned,
       CASE WHEN p.valid @> day.as_of AND isfinite(upper(p.valid)) THEN (upper(p.valid) - day.as_of)::bigint END AS days_until_end
  FROM pairings AS p
       LEFT JOIN together AS t ON t.id = p.id
       LEFT JOIN programmes AS g ON g.id = p.programme
       LEFT JOIN v_units AS a ON a.id = p.partner_a::text
       LEFT JOIN v_units AS b ON b.id = p.partner_b::text,
       day;
COMMENT ON VIEW v_pairings IS 'Pairings of schools and of districts, those that ended or are to come too: both partners, and how alive each is on as_of';
COMMENT ON COLUMN v_pairings.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_pairings.pairing_id IS 'Number of the pairing';
COMMENT ON COLUMN v_pairings.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_pairings.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_pairings.kind IS 'What was signed: memorandum, commitment or agreement';
COMMENT ON COLUMN v_pairings.unit_kind IS 'Whether schools or districts are paired';
COMMENT ON COLUMN v_pairings.document IS 'Number of what was signed, or where it is kept';
COMMENT ON COLUMN v_pairings.partner_a IS 'Id of one partner';
COMMENT ON COLUMN v_pairings.partner_a_name IS 'Its name';
COMMENT ON COLUMN v_pairings.partner_a_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_pairings.partner_a_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_pairings.partner_a_district_id IS 'Its district';
COMMENT ON COLUMN v_pairings.partner_a_district IS 'Name of its district';
COMMENT ON COLUMN v_pairings.partner_a_zone IS 'Its zone';
COMMENT ON COLUMN v_pairings.partner_b IS 'Id of the other partner';
COMMENT ON COLUMN v_pairings.partner_b_name IS 'Its name';
COMMENT ON COLUMN v_pairings.partner_b_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_pairings.partner_b_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_pairings.partner_b_district_id IS 'Its district';
COMMENT ON COLUMN v_pairings.partner_b_district IS 'Name of its district';
COMMENT ON COLUMN v_pairings.partner_b_zone IS 'Its zone';
COMMENT ON COLUMN v_pairings.is_cross_zone IS 'Whether the two are in different zones; NULL where a zone is not known';
COMMENT ON COLUMN v_pairings.is_external IS 'Whether one of the two is no school and no district of the programme';
COMMENT ON COLUMN v_pairings.valid_from IS 'First day on which they are paired; NULL: not known';
COMMENT ON COLUMN v_pairings.valid_to IS 'First day on which they are paired no more; NULL: without an end';
COMMENT ON COLUMN v_pairings.status IS 'On as_of: active (valid, and they met in the year before), asleep (valid, and they did not), ended or future';
COMMENT ON COLUMN v_pairings.sessions_held IS 'Activities that both took part in while this pairing was valid, up to as_of';
COMMENT ON COLUMN v_pairings.last_session IS 'Day of the last of them; NULL: none';
COMMENT ON COLUMN v_pairings.days_since_last IS 'Days from then to as_of';
COMMENT ON COLUMN v_pairings.next_planned IS 'Day of the next activity that is planned for both while this pairing is valid; NULL: none';
COMMENT ON COLUMN v_pairings.days_until_end IS 'Days from as_of until it is valid no more; NULL where it is not valid or has no end';

CREATE VIEW v_activities AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), present AS (
  SELECT p.activity, min(p.unit::text) FILTER (WHERE p.role = 'host') AS host, min(p.unit::text) AS first_unit,
         count(*) AS participants, sum(p.attended)::bigint AS attended
    FROM participants AS p
   GROUP BY p.activity
), guest AS (
  SELECT p.activity, string_agg(u.name, ', ' ORDER BY u.name, u.id) AS guests
    FROM participants AS p LEFT JOIN v_units AS u ON u.id = p.unit::text
   WHERE p.role <> 'host'
   GROUP BY p.activity
), stated AS (
  SELECT a.*, day.as_of,
         CASE WHEN a.held_on <= day.as_of THEN
                CASE WHEN a.planned_on IS NULL THEN 'unplanned' WHEN a.held_on <= a.planned_on THEN 'on_time' ELSE 'late' END
              WHEN a.cancelled_on <= day.as_of THEN 'cancelled'
              WHEN a.planned_on IS NULL THEN NULL
              WHEN a.planned_on < day.as_of THEN 'overdue'
              ELSE 'upcoming' END AS status
    FROM activities AS a, day
)
SELECT s.as_of, s.id::text AS activity_id, s.code::text AS code, s.programme::text AS programme, g.name::text AS programme_name,
       s.kind::text AS kind, k.name::text AS kind_name, s.organised_by::text AS organised_by, s.mode::text AS mode,
       s.topic::text AS topic, o.name::text AS topic_name, s.title::text AS title,
       s.planned_on, s.held_on, s.cancelled_on, y.school_year || '-' || y.school_year + 1 AS school_year, y.school_year AS school_year_start,
       make_date(y.school_year::int, 9, 1) AS period_start,
       s.status, s.status IN ('on_time', 'late', 'unplanned') AS is_held,
       CASE WHEN s.status IN ('on_time', 'late') THEN s.held_on - s.planned_on WHEN s.status = 'overdue' THEN s.as_of - s.planned_on END::bigint AS delay_days,
       CASE WHEN s.status = 'upcoming' THEN s.planned_on - s.as_of END::bigint AS days_until,
       u.id AS host, u.name AS host_name, u.kind AS host_kind, u.level AS host_level, u.district_id AS host_district_id, u.district AS host_district, u.zone AS host_zone,
       v.guests, coalesce(p.participants, 0) AS participants, p.attended
  FROM stated AS s
       LEFT JOIN present AS p ON p.activity = s.id
       LEFT JOIN guest AS v ON v.activity = s.id
       LEFT JOIN v_units AS u ON u.id = coalesce(p.host, p.first_unit)
       LEFT JOIN programmes AS g ON g.id = s.programme
       LEFT JOIN activity_kinds AS k ON k.code = s.kind
       LEFT JOIN topics AS o ON o.code = s.topic,
       LATERAL (SELECT (extract(year FROM coalesce(s.planned_on, s.held_on))
                        - CASE WHEN extract(month FROM coalesce(s.planned_on, s.held_on)) < 9 THEN 1 ELSE 0 END)::bigint AS school_year) AS y;
COMMENT ON VIEW v_activities IS 'What units planned to do together and what they did, one row each, with its status on as_of';
COMMENT ON COLUMN v_activities.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_activities.activity_id IS 'Number of the activity';
COMMENT ON COLUMN v_activities.code IS 'Code that the office gives it';
COMMENT ON COLUMN v_activities.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_activities.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_activities.kind IS 'Kind, as a code';
COMMENT ON COLUMN v_activities.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_activities.organised_by IS 'Whether schools or a district organised it';
COMMENT ON COLUMN v_activities.mode IS 'in person or online';
COMMENT ON COLUMN v_activities.topic IS 'Topic, as a code';
COMMENT ON COLUMN v_activities.topic_name IS 'Name of the topic';
COMMENT ON COLUMN v_activities.title IS 'What it was about, in words';
COMMENT ON COLUMN v_activities.planned_on IS 'Day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN v_activities.held_on IS 'Day on which it was held; NULL: it was not';
COMMENT ON COLUMN v_activities.cancelled_on IS 'Day on which it was given up; NULL: it was not';
COMMENT ON COLUMN v_activities.school_year IS 'School year of planned_on, else of held_on, such as 2022-2023';
COMMENT ON COLUMN v_activities.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_activities.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_activities.status IS 'On as_of: on_time, late, overdue, upcoming, cancelled or unplanned (held without a planned day); NULL: held later, without a planned day';
COMMENT ON COLUMN v_activities.is_held IS 'Whether it was held by as_of: on_time, late or unplanned';
COMMENT ON COLUMN v_activities.delay_days IS 'Days from planned_on to held_on, or of overdue ones to as_of; negative is early';
COMMENT ON COLUMN v_activities.days_until IS 'Days from as_of to planned_on, of upcoming ones';
COMMENT ON COLUMN v_activities.host IS 'Id of the host, the first where there are several; else of the first participant';
COMMENT ON COLUMN v_activities.host_name IS 'Its name';
COMMENT ON COLUMN v_activities.host_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_activities.host_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_activities.host_district_id IS 'Its district';
COMMENT ON COLUMN v_activities.host_district IS 'Name of its district';
COMMENT ON COLUMN v_activities.host_zone IS 'Its zone';
COMMENT ON COLUMN v_activities.guests IS 'Names of the guests and speakers, joined by commas';
COMMENT ON COLUMN v_activities.participants IS 'Units that take part';
COMMENT ON COLUMN v_activities.attended IS 'People who came, of the units that say how many; NULL: none says';

CREATE VIEW v_reminders AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), open AS (
  SELECT a.id, a.code, a.programme, a.kind, a.organised_by, a.topic, a.title, a.planned_on, day.as_of
    FROM activities AS a, day
   WHERE a.planned_on < day.as_of + 7
     AND (a.held_on IS NULL OR a.held_on > day.as_of)
     AND (a.cancelled_on IS NULL OR a.cancelled_on > day.as_of)
)
SELECT o.as_of, o.id::text AS activity_id, o.code::text AS code, o.programme::text AS programme, o.kind::text AS kind, k.name::text AS kind_name,
       o.organised_by::text AS organised_by, t.name::text AS topic_name, o.title::text AS title, o.planned_on,
       CASE WHEN o.planned_on < o.as_of THEN 'overdue' ELSE 'upcoming' END AS status,
       greatest(o.as_of - o.planned_on, 0)::bigint AS days_overdue, greatest(o.planned_on - o.as_of, 0)::bigint AS days_until,
       u.id AS unit, u.name AS unit_name, u.kind AS unit_kind, p.role::text AS role, u.level, u.level_name, u.district_id, u.district, u.zone,
       string_agg(u.name, ', ') OVER (PARTITION BY o.id ORDER BY u.name, u.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS others
  FROM open AS o
       LEFT JOIN participants AS p ON p.activity = o.id
       LEFT JOIN v_units AS u ON u.id = p.unit::text
       LEFT JOIN activity_kinds AS k ON k.code = o.kind
       LEFT JOIN topics AS t ON t.code = o.topic;
COMMENT ON VIEW v_reminders IS 'Whom to remind this week: the participants of activities that are overdue on as_of, or planned for one of the seven days from as_of; one row a participant';
COMMENT ON COLUMN v_reminders.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_reminders.activity_id IS 'Number of the activity';
COMMENT ON COLUMN v_reminders.code IS 'Code that the office gives it';
COMMENT ON COLUMN v_reminders.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_reminders.kind IS 'Kind of the activity, as a code';
COMMENT ON COLUMN v_reminders.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_reminders.organised_by IS 'Whether schools or a district organise it';
COMMENT ON COLUMN v_reminders.topic_name IS 'Name of the topic';
COMMENT ON COLUMN v_reminders.title IS 'What it is about, in words';
COMMENT ON COLUMN v_reminders.planned_on IS 'Day for which it is planned';
COMMENT ON COLUMN v_reminders.status IS 'overdue or upcoming';
COMMENT ON COLUMN v_reminders.days_overdue IS 'Days from planned_on to as_of; 0 where it is upcoming';
COMMENT ON COLUMN v_reminders.days_until IS 'Days from as_of to planned_on; 0 where it is overdue';
COMMENT ON COLUMN v_reminders.unit IS 'Id of the participant; NULL where the activity has none';
COMMENT ON COLUMN v_reminders.unit_name IS 'Its name';
COMMENT ON COLUMN v_reminders.unit_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_reminders.role IS 'host, guest or speaker';
COMMENT ON COLUMN v_reminders.level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_reminders.level_name IS 'Name of its level';
COMMENT ON COLUMN v_reminders.district_id IS 'Its district';
COMMENT ON COLUMN v_reminders.district IS 'Name of its district';
COMMENT ON COLUMN v_reminders.zone IS 'Its zone';
COMMENT ON COLUMN v_reminders.others IS 'Names of the other participants, joined by commas';

CREATE VIEW v_unpaired_schools AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), final AS (
  SELECT s.id, s.means FROM v_successors AS s, day WHERE daterange(s.valid_from, s.valid_to) @> day.as_of
), unit AS (
  SELECT coalesce(f.means, s.id::text) AS id, bool_or(s.valid @> day.as_of) AS is_open
    FROM schools AS s JOIN districts AS d ON d.id = s.district_id LEFT JOIN final AS f ON f.id = s.id::text, day
   WHERE d.in_programme
   GROUP BY 1
), partner AS (
  SELECT coalesce(a.means, p.partner_a::text) AS id, coalesce(b.means, p.partner_b::text) AS partner
    FROM pairings AS p LEFT JOIN final AS a ON a.id = p.partner_a::text LEFT JOIN final AS b ON b.id = p.partner_b::text, day
   WHERE p.unit_kind = 'school' AND p.valid @> day.as_of
), paired AS (
  SELECT x.id
    FROM (SELECT id, partner FROM partner UNION ALL SELECT partner, id FROM partner) AS x
         LEFT JOIN unit AS u ON u.id = x.partner
   WHERE x.partner <> x.id AND u.is_open IS NOT FALSE
), proposal AS (
  SELECT f.subgroup_key ->> 'school' AS school, f.subgroup_key ->> 'partner' AS partner, f.value AS km
    FROM figures AS f
   WHERE f.report = 'proposals' AND f.measure = 'distance_km' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'proposals')
), proposed AS (
  SELECT DISTINCT ON (x.school) x.school, x.partner, x.km
    FROM (SELECT school, partner, km FROM proposal UNION ALL SELECT partner, school, km FROM proposal) AS x
   ORDER BY x.school, x.km, x.partner
)
SELECT s.as_of, s.id, s.name, s.level, s.level_name, s.level_position, s.district_id, s.district, s.zone, s.province, s.public, s.students,
       p.partner AS proposed_partner, b.name AS proposed_partner_name, b.district_id AS proposed_district_id, b.district AS proposed_district, b.zone AS proposed_zone, p.km AS proposed_distance_km,
       CASE WHEN p.partner IS NOT NULL THEN EXISTS (SELECT FROM paired WHERE paired.id = p.partner) END AS proposed_partner_is_paired,
       CASE WHEN p.partner IS NOT NULL THEN count(*) OVER (PARTITION BY p.partner) END AS proposed_to
  FROM unit AS u
       JOIN v_schools AS s ON s.id = u.id
       LEFT JOIN proposed AS p ON p.school = s.id
       LEFT JOIN v_units AS b ON b.id = p.partner
 WHERE u.is_open AND NOT EXISTS (SELECT FROM paired WHERE paired.id = u.id);
COMMENT ON VIEW v_unpaired_schools IS 'Schools of the programme that are open on as_of and have no partner then, each with the partner that the last night proposes';
COMMENT ON COLUMN v_unpaired_schools.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_unpaired_schools.id IS 'Code of the school';
COMMENT ON COLUMN v_unpaired_schools.name IS 'Name';
COMMENT ON COLUMN v_unpaired_schools.level IS 'Level, as a code';
COMMENT ON COLUMN v_unpaired_schools.level_name IS 'Name of the level';
COMMENT ON COLUMN v_unpaired_schools.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_unpaired_schools.district_id IS 'District that it is in';
COMMENT ON COLUMN v_unpaired_schools.district IS 'Name of the district';
COMMENT ON COLUMN v_unpaired_schools.zone IS 'Zone of the district';
COMMENT ON COLUMN v_unpaired_schools.province IS 'Province of the district';
COMMENT ON COLUMN v_unpaired_schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN v_unpaired_schools.students IS 'Students';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner IS 'School of another zone and the same level that the report proposals proposes; NULL: none is left in the five nearest districts, or no night proposed any';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner_name IS 'Its name';
COMMENT ON COLUMN v_unpaired_schools.proposed_district_id IS 'Its district';
COMMENT ON COLUMN v_unpaired_schools.proposed_district IS 'Name of its district';
COMMENT ON COLUMN v_unpaired_schools.proposed_zone IS 'Its zone';
COMMENT ON COLUMN v_unpaired_schools.proposed_distance_km IS 'Kilometres between the two districts; 0 where one has no coordinates';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner_is_paired IS 'Whether the proposed school has a partner on as_of already';
COMMENT ON COLUMN v_unpaired_schools.proposed_to IS 'Schools without a partner to which the same school is proposed, this one included: 1 or 2';

CREATE VIEW v_aid AS
SELECT t.as_of, g.id::text AS aid_id, g.programme::text AS programme, o.name::text AS programme_name, g.given_on,
       y.school_year || '-' || y.school_year + 1 AS school_year, y.school_year AS school_year_start, make_date(y.school_year::int, 9, 1) AS period_start,
       g.kind::text AS kind, g.quantity::float8 AS quantity, g.amount::float8 AS amount, g.currency::text AS currency,
       g.giver::text AS giver, a.name AS giver_name, a.kind AS giver_kind, a.district_id AS giver_district_id, a.district AS giver_district, a.zone AS giver_zone,
       g.receiver::text AS receiver, b.name AS receiver_name, b.kind AS receiver_kind, b.level AS receiver_level,
       b.district_id AS receiver_district_id, b.district AS receiver_district, b.zone AS receiver_zone
  FROM aid AS g
       LEFT JOIN programmes AS o ON o.id = g.programme
       LEFT JOIN v_units AS a ON a.id = g.giver::text
       LEFT JOIN v_units AS b ON b.id = g.receiver::text,
       LATERAL (SELECT (extract(year FROM g.given_on) - CASE WHEN extract(month FROM g.given_on) < 9 THEN 1 ELSE 0 END)::bigint AS school_year) AS y,
       (SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs) AS t
 WHERE g.given_on <= t.as_of;
COMMENT ON VIEW v_aid IS 'What was given by as_of, one row a gift: books, scholarships, equipment or money';
COMMENT ON COLUMN v_aid.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_aid.aid_id IS 'Number of the gift';
COMMENT ON COLUMN v_aid.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_aid.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_aid.given_on IS 'Day on which it was given';
COMMENT ON COLUMN v_aid.school_year IS 'School year of that day, such as 2022-2023';
COMMENT ON COLUMN v_aid.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_aid.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_aid.kind IS 'books, scholarships, equipment or money';
COMMENT ON COLUMN v_aid.quantity IS 'How many titles, scholarships or pieces';
COMMENT ON COLUMN v_aid.amount IS 'Worth in all, in its currency';
COMMENT ON COLUMN v_aid.currency IS 'Currency of amount; amounts of different currencies do not add up';
COMMENT ON COLUMN v_aid.giver IS 'Id of who gave it';
COMMENT ON COLUMN v_aid.giver_name IS 'Its name';
COMMENT ON COLUMN v_aid.giver_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_aid.giver_district_id IS 'Its district';
COMMENT ON COLUMN v_aid.giver_district IS 'Name of its district';
COMMENT ON COLUMN v_aid.giver_zone IS 'Its zone';
COMMENT ON COLUMN v_aid.receiver IS 'Id of who received it';
COMMENT ON COLUMN v_aid.receiver_name IS 'Its name';
COMMENT ON COLUMN v_aid.receiver_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_aid.receiver_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_aid.receiver_district_id IS 'Its district';
COMMENT ON COLUMN v_aid.receiver_district IS 'Name of its district';
COMMENT ON COLUMN v_aid.receiver_zone IS 'Its zone';

CREATE VIEW v_issues AS
SELECT i.as_of, i.source, i.period || '-' || i.period::bigint + 1 AS school_year, i.period::bigint AS school_year_start, make_date(i.period::int, 9, 1) AS period_start,
       i.severity, i.issue, i.id, u.name AS id_name, u.district, u.zone, i.partner, b.name AS partner_name, i.rows, i.detail
  FROM issues AS i
       LEFT JOIN v_units AS u ON u.id = i.id
       LEFT JOIN v_units AS b ON b.id = i.partner;
COMMENT ON VIEW v_issues IS 'What the last night found wrong with the rows';
COMMENT ON COLUMN v_issues.as_of IS 'Day of the report';
COMMENT ON COLUMN v_issues.source IS 'pairings, activities or outcomes';
COMMENT ON COLUMN v_issues.school_year IS 'School year of the outcomes that it is about, such as 2022-2023; NULL: not about outcomes';
COMMENT ON COLUMN v_issues.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_issues.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_issues.severity IS 'error (a report would refuse or miscount the rows), warning (probably a mistake) or note (may well be right)';
COMMENT ON COLUMN v_issues.issue IS 'Kind of the issue, such as unknown_id';
COMMENT ON COLUMN v_issues.id IS 'Row or unit that it is about';
COMMENT ON COLUMN v_issues.id_name IS 'Name of the unit of this id; NULL where there is none';
COMMENT ON COLUMN v_issues.district IS 'Name of its district';
COMMENT ON COLUMN v_issues.zone IS 'Its zone';
COMMENT ON COLUMN v_issues.partner IS 'Other unit of a pairing';
COMMENT ON COLUMN v_issues.partner_name IS 'Its name';
COMMENT ON COLUMN v_issues.rows IS 'How many rows';
COMMENT ON COLUMN v_issues.detail IS 'What to look at';

-- Figures of the last night ---------------------------------------------------------------------------------

CREATE VIEW v_coverage AS
SELECT f.as_of, f.dimension, f.subgroup, f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.subgroup_key ->> 'district_id' AS district_id, f.subgroup_key ->> 'district' AS district,
       f.schools, f.paired, f.paired_rate, f.paired_rate_lower, f.paired_rate_upper, f.cross_zone, f.cross_zone_rate,
       f.active, f.active_rate, f.sessions, f.external, f.mean_partners
  FROM (SELECT as_of, dimension, subgroup, subgroup_key,
               max(value) FILTER (WHERE measure = 'units')::bigint AS schools,
               max(numerator) FILTER (WHERE measure = 'paired_rate') AS paired, max(value) FILTER (WHERE measure = 'paired_rate') AS paired_rate,
               max(ci_lower) FILTER (WHERE measure = 'paired_rate') AS paired_rate_lower, max(ci_upper) FILTER (WHERE measure = 'paired_rate') AS paired_rate_upper,
               max(numerator) FILTER (WHERE measure = 'cross_zone_rate') AS cross_zone, max(value) FILTER (WHERE measure = 'cross_zone_rate') AS cross_zone_rate,
               max(numerator) FILTER (WHERE measure = 'active_rate') AS active, max(value) FILTER (WHERE measure = 'active_rate') AS active_rate,
               max(value) FILTER (WHERE measure = 'sessions')::bigint AS sessions, max(value) FILTER (WHERE measure = 'external')::bigint AS external,
               max(value) FILTER (WHERE measure = 'mean_partners') AS mean_partners
          FROM figures
         WHERE report = 'coverage' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage')
         GROUP BY as_of, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_coverage IS 'How many schools have a partner on as_of: in all, by zone, level, zone and level, and district';
COMMENT ON COLUMN v_coverage.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_coverage.dimension IS 'What the row is one of: all, zone, level, zone / level or district; take one of them, they overlap';
COMMENT ON COLUMN v_coverage.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_coverage.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.level_name IS 'Name of the level';
COMMENT ON COLUMN v_coverage.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_coverage.district_id IS 'District; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.district IS 'Name of the district';
COMMENT ON COLUMN v_coverage.schools IS 'Schools of the programme that are open: the denominator of all rates here';
COMMENT ON COLUMN v_coverage.paired IS 'Of them: with a partner on the day';
COMMENT ON COLUMN v_coverage.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.paired_rate_lower IS 'Lower end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_coverage.paired_rate_upper IS 'Upper end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_coverage.cross_zone IS 'Schools with a partner in another zone';
COMMENT ON COLUMN v_coverage.cross_zone_rate IS 'cross_zone / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.active IS 'Schools that met a partner of the day in the year before';
COMMENT ON COLUMN v_coverage.active_rate IS 'active / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.sessions IS 'Different activities with partners of the day in the year before';
COMMENT ON COLUMN v_coverage.external IS 'Schools with a partner that the programme does not cover';
COMMENT ON COLUMN v_coverage.mean_partners IS 'Partners a school, over all schools';

CREATE VIEW v_coverage_monthly AS
SELECT f.as_of, f.month, f.dimension, f.subgroup, f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.schools, f.paired, f.paired_rate, f.active, f.active_rate
  FROM (SELECT as_of, period_start AS month, dimension, subgroup, subgroup_key,
               max(denominator) FILTER (WHERE measure = 'paired_rate') AS schools,
               max(numerator) FILTER (WHERE measure = 'paired_rate') AS paired, max(value) FILTER (WHERE measure = 'paired_rate') AS paired_rate,
               max(numerator) FILTER (WHERE measure = 'active_rate') AS active, max(value) FILTER (WHERE measure = 'active_rate') AS active_rate
          FROM figures
         WHERE report = 'coverage_monthly' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage_monthly')
         GROUP BY as_of, period_start, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_coverage_monthly IS 'Coverage month by month, from the rows of as_of: signed (paired) and alive (active); the last five years';
COMMENT ON COLUMN v_coverage_monthly.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_coverage_monthly.month IS 'First day of a month; the figures are those of this day';
COMMENT ON COLUMN v_coverage_monthly.dimension IS 'What the row is one of: all, zone or level; take one of them, they overlap';
COMMENT ON COLUMN v_coverage_monthly.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_coverage_monthly.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage_monthly.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage_monthly.level_name IS 'Name of the level';
COMMENT ON COLUMN v_coverage_monthly.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_coverage_monthly.schools IS 'Schools of the programme that are open on the day: the denominator of both rates';
COMMENT ON COLUMN v_coverage_monthly.paired IS 'Of them: with a partner on the day (signed)';
COMMENT ON COLUMN v_coverage_monthly.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage_monthly.active IS 'Schools that met a partner of the day in the year before (alive)';
COMMENT ON COLUMN v_coverage_monthly.active_rate IS 'active / schools, from 0 to 1';

CREATE VIEW v_completion AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.dimension, f.subgroup, f.subgroup_key ->> 'kind' AS kind, k.name::text AS kind_name,
       f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.subgroup_key ->> 'organised_by' AS organised_by, f.subgroup_key ->> 'mode' AS mode,
       f.planned, f.completed, f.completion_rate, f.completion_rate_lower, f.completion_rate_upper, f.due, f.due_completed, f.due_completion_rate,
       f.on_time, f.on_time_rate, f.late, f.overdue, f.upcoming, f.cancelled, f.unplanned, f.held, f.mean_delay_days, f.median_delay_days
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension, subgroup, subgroup_key,
               max(denominator) FILTER (WHERE measure = 'completion_rate') AS planned, max(numerator) FILTER (WHERE measure = 'completion_rate') AS completed,
               max(value) FILTER (WHERE measure = 'completion_rate') AS completion_rate,
               max(ci_lower) FILTER (WHERE measure = 'completion_rate') AS completion_rate_lower, max(ci_upper) FILTER (WHERE measure = 'completion_rate') AS completion_rate_upper,
               max(denominator) FILTER (WHERE measure = 'due_completion_rate') AS due, max(numerator) FILTER (WHERE measure = 'due_completion_rate') AS due_completed,
               max(value) FILTER (WHERE measure = 'due_completion_rate') AS due_completion_rate,
               max(numerator) FILTER (WHERE measure = 'on_time_rate') AS on_time, max(value) FILTER (WHERE measure = 'on_time_rate') AS on_time_rate,
               max(value) FILTER (WHERE measure = 'late')::bigint AS late, max(value) FILTER (WHERE measure = 'overdue')::bigint AS overdue,
               max(value) FILTER (WHERE measure = 'upcoming')::bigint AS upcoming, max(value) FILTER (WHERE measure = 'cancelled')::bigint AS cancelled,
               max(value) FILTER (WHERE measure = 'unplanned')::bigint AS unplanned, max(value) FILTER (WHERE measure = 'held')::bigint AS held,
               max(value) FILTER (WHERE measure = 'mean_delay_days') AS mean_delay_days, max(value) FILTER (WHERE measure = 'median_delay_days') AS median_delay_days
          FROM figures
         WHERE report = 'completion' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'completion')
         GROUP BY as_of, period, period_start, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN activity_kinds AS k ON k.code::text = f.subgroup_key ->> 'kind'
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_completion IS 'Activities planned and done by as_of: in all, and in each of the last three school years by kind, level, organiser and mode';
COMMENT ON COLUMN v_completion.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_completion.school_year IS 'School year of the planned day, else of the day held, such as 2022-2023; NULL: all years';
COMMENT ON COLUMN v_completion.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_completion.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_completion.dimension IS 'What the row is one of: all, kind, level, organised_by or mode; take one of them, and one school year (or NULL, all years): they overlap';
COMMENT ON COLUMN v_completion.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_completion.kind IS 'Kind of activity, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_completion.level IS 'Level of the schools that take part, as a code, or several; NULL where the row is not divided by it, or no school takes part';
COMMENT ON COLUMN v_completion.level_name IS 'Name of the level';
COMMENT ON COLUMN v_completion.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_completion.organised_by IS 'school or district; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.mode IS 'in person or online; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.planned IS 'Activities with a planned day: the denominator of completion_rate';
COMMENT ON COLUMN v_completion.completed IS 'Of them: held by the day';
COMMENT ON COLUMN v_completion.completion_rate IS 'completed / planned, from 0 to 1, of the whole plan with what is not due yet';
COMMENT ON COLUMN v_completion.completion_rate_lower IS 'Lower end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_completion.completion_rate_upper IS 'Upper end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_completion.due IS 'Planned activities not cancelled whose day is over: the denominator of due_completion_rate';
COMMENT ON COLUMN v_completion.due_completed IS 'Of those due: held by the day';
COMMENT ON COLUMN v_completion.due_completion_rate IS 'due_completed / due, from 0 to 1';
COMMENT ON COLUMN v_completion.on_time IS 'Planned activities held by their day';
COMMENT ON COLUMN v_completion.on_time_rate IS 'on_time / completed, from 0 to 1';
COMMENT ON COLUMN v_completion.late IS 'Planned activities held after their day';
COMMENT ON COLUMN v_completion.overdue IS 'Planned activities neither held nor cancelled, whose day is over';
COMMENT ON COLUMN v_completion.upcoming IS 'Planned activities neither held nor cancelled, whose day is still to come';
COMMENT ON COLUMN v_completion.cancelled IS 'Planned activities cancelled by the day';
COMMENT ON COLUMN v_completion.unplanned IS 'Activities held that have no planned day';
COMMENT ON COLUMN v_completion.held IS 'Activities held: completed + unplanned';
COMMENT ON COLUMN v_completion.mean_delay_days IS 'Mean days from the planned to the held day, of the completed; negative is early';
COMMENT ON COLUMN v_completion.median_delay_days IS 'Median days from the planned to the held day, of the completed';

CREATE VIEW v_burn_up AS
SELECT as_of, period AS school_year, left(period, 4)::bigint AS school_year_start, period_start AS day,
       max(value) FILTER (WHERE measure = 'planned')::bigint AS planned, max(value) FILTER (WHERE measure = 'held')::bigint AS held,
       max(value) FILTER (WHERE measure = 'expected') AS expected,
       max(max(value) FILTER (WHERE measure = 'expected_total')) OVER () AS expected_total,
       max(max(value) FILTER (WHERE measure = 'target')) OVER ()::bigint AS target
  FROM figures
 WHERE report = 'burn_up' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'burn_up')
 GROUP BY as_of, period, period_start;
COMMENT ON VIEW v_burn_up IS 'Activities of the school year of as_of day by day, added up: planned, held, and how many are expected to be held by when';
COMMENT ON COLUMN v_burn_up.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_burn_up.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_burn_up.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_burn_up.day IS 'Day: the first of each month, as_of, and days of the forecast';
COMMENT ON COLUMN v_burn_up.planned IS 'Activities planned for a day up to then, cancelled ones included; NULL on days of the forecast alone';
COMMENT ON COLUMN v_burn_up.held IS 'Activities held up to then; NULL after as_of';
COMMENT ON COLUMN v_burn_up.expected IS 'Activities expected to be held up to then: 50, 80, 90 and 100 % of the goal, and those held on as_of; NULL on other days';
COMMENT ON COLUMN v_burn_up.expected_total IS 'Activities of the school year expected to be held at all, the same in every row; NULL where the past does not tell';
COMMENT ON COLUMN v_burn_up.target IS 'Target of the plan for the school year, the same in every row; NULL without a plan';

CREATE VIEW v_plans AS
SELECT f.as_of, f.period AS school_year, extract(year FROM f.period_start)::bigint AS school_year_start, f.period_start,
       f.subgroup_key ->> 'what' AS what, f.subgroup_key ->> 'programme' AS programme, g.name::text AS programme_name,
       f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position, f.subgroup_key ->> 'zone' AS zone,
       f.denominator AS target, f.numerator AS done, f.value AS target_rate
  FROM figures AS f
       LEFT JOIN programmes AS g ON g.id::text = f.subgroup_key ->> 'programme'
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level'
 WHERE f.report = 'plans' AND f.measure = 'target_rate' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'plans');
COMMENT ON VIEW v_plans IS 'What was to be done in the last school year with a plan, and what is done: one row for each row of the plan';
COMMENT ON COLUMN v_plans.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_plans.school_year IS 'School year of the plan, such as 2022-2023';
COMMENT ON COLUMN v_plans.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_plans.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_plans.what IS 'What is counted: paired (schools with a partner), pairings, commitments (schools that signed one) or activities (held in the school year)';
COMMENT ON COLUMN v_plans.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_plans.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_plans.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_plans.level_name IS 'Name of the level';
COMMENT ON COLUMN v_plans.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_plans.zone IS 'Zone; NULL: all';
COMMENT ON COLUMN v_plans.target IS 'How many there are to be: the denominator of target_rate';
COMMENT ON COLUMN v_plans.done IS 'How many there are, on as_of or on the last day of the school year where that is over';
COMMENT ON COLUMN v_plans.target_rate IS 'done / target, which may exceed 1';

CREATE VIEW v_gap AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, i.scale::float8 AS scale,
       f.dimension, f.level, l.name::text AS level_name, l.position::bigint AS level_position, f.measure, f.estimate, f.ci_lower, f.ci_upper,
       c.reference_schools, c.comparison_schools, c.reference_mean, c.comparison_mean
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level, measure, value AS estimate, ci_lower, ci_upper
          FROM figures
         WHERE report = 'gap' AND measure NOT IN ('reference_schools', 'comparison_schools', 'reference_mean', 'comparison_mean')
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'gap')) AS f
       LEFT JOIN (SELECT as_of, subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level,
                         max(value) FILTER (WHERE measure = 'reference_schools')::bigint AS reference_schools,
                         max(value) FILTER (WHERE measure = 'comparison_schools')::bigint AS comparison_schools,
                         max(value) FILTER (WHERE measure = 'reference_mean') AS reference_mean,
                         max(value) FILTER (WHERE measure = 'comparison_mean') AS comparison_mean
                    FROM figures
                   WHERE report = 'gap' AND measure IN ('reference_schools', 'comparison_schools', 'reference_mean', 'comparison_mean')
                   GROUP BY 1, 2, 3) AS c
              ON c.as_of = f.as_of AND c.indicator = f.indicator AND c.level IS NOT DISTINCT FROM f.level
       LEFT JOIN indicators AS i ON i.code::text = f.indicator
       LEFT JOIN levels AS l ON l.code::text = f.level;
COMMENT ON VIEW v_gap IS 'The gap between inner and outer schools, in the last school year with values of the indicator: one row for each indicator, level and measure';
COMMENT ON COLUMN v_gap.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_gap.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_gap.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_gap.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_gap.indicator IS 'What is measured, as a code';
COMMENT ON COLUMN v_gap.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_gap.unit IS 'Unit of the values';
COMMENT ON COLUMN v_gap.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_gap.scale IS 'Largest value there can be; NULL where there is none';
COMMENT ON COLUMN v_gap.dimension IS 'What the row is one of: indicator (all levels together) or indicator / level; take one of them, they overlap';
COMMENT ON COLUMN v_gap.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_gap.level_name IS 'Name of the level';
COMMENT ON COLUMN v_gap.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_gap.measure IS 'Measure of the gap: difference (inner less outer, in the unit of the values), ratio, parity_index (outer / inner), hedges_g and the others of gap_measures';
COMMENT ON COLUMN v_gap.estimate IS 'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN v_gap.ci_lower IS 'Lower end of its 95 % interval';
COMMENT ON COLUMN v_gap.ci_upper IS 'Upper end of its 95 % interval';
COMMENT ON COLUMN v_gap.reference_schools IS 'Schools of the inner zone with a value';
COMMENT ON COLUMN v_gap.comparison_schools IS 'Schools of the outer zone with a value';
COMMENT ON COLUMN v_gap.reference_mean IS 'Mean of the inner zone, in the unit of the values';
COMMENT ON COLUMN v_gap.comparison_mean IS 'Mean of the outer zone, in the unit of the values';

CREATE VIEW v_gap_trend AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, f.dimension,
       f.level, l.name::text AS level_name, l.position::bigint AS level_position, f.measure, f.estimate, f.ci_lower, f.ci_upper,
       f.estimate - first_value(f.estimate) OVER w AS change_since_first, f.estimate - lag(f.estimate) OVER w AS change_since_previous,
       c.ci_lower AS change_since_previous_lower, c.ci_upper AS change_since_previous_upper
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level, measure, value AS estimate, ci_lower, ci_upper
          FROM figures
         WHERE report = 'gap_trend' AND measure NOT LIKE '%\_change' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'gap_trend')) AS f
       LEFT JOIN figures AS c ON c.report = 'gap_trend' AND c.as_of = f.as_of AND c.measure = f.measure || '_change' AND c.period_start = f.period_start
                             AND c.subgroup_key ->> 'indicator' = f.indicator AND f.level IS NULL
       LEFT JOIN indicators AS i ON i.code::text = f.indicator
       LEFT JOIN levels AS l ON l.code::text = f.level
WINDOW w AS (PARTITION BY f.indicator, f.level, f.measure ORDER BY f.period_start);
COMMENT ON VIEW v_gap_trend IS 'The gap between inner and outer schools through the school years: one row for each year, indicator, level and measure';
COMMENT ON COLUMN v_gap_trend.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_gap_trend.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_gap_trend.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_gap_trend.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_gap_trend.indicator IS 'What is measured, as a code';
COMMENT ON COLUMN v_gap_trend.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_gap_trend.unit IS 'Unit of the values';
COMMENT ON COLUMN v_gap_trend.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_gap_trend.dimension IS 'What the row is one of: indicator (all levels together) or indicator / level; take one of them, they overlap';
COMMENT ON COLUMN v_gap_trend.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_gap_trend.level_name IS 'Name of the level';
COMMENT ON COLUMN v_gap_trend.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_gap_trend.measure IS 'difference (inner less outer, in the unit of the values), parity_index (outer / inner) or hedges_g (difference in standard deviations)';
COMMENT ON COLUMN v_gap_trend.estimate IS 'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN v_gap_trend.ci_lower IS 'Lower end of its 95 % interval';
COMMENT ON COLUMN v_gap_trend.ci_upper IS 'Upper end of its 95 % interval';
COMMENT ON COLUMN v_gap_trend.change_since_first IS 'Estimate less that of the first year with values, 0 in that year; gap_trend tells its interval';
COMMENT ON COLUMN v_gap_trend.change_since_previous IS 'Estimate less that of the year before with values; NULL in the first year';
COMMENT ON COLUMN v_gap_trend.change_since_previous_lower IS 'Lower end of its 95 % interval, which knows that schools are the same; of the last year of an indicator alone, else NULL';
COMMENT ON COLUMN v_gap_trend.change_since_previous_upper IS 'Upper end of this interval';

CREATE VIEW v_impact AS
SELECT f.as_of, f.dimension, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, f.zone, f.years,
       f.estimate, f.ci_lower, f.ci_upper, f.paired_schools, f.other_schools, f.pretrend_p,
       t.first_year || '-' || t.first_year + 1 AS first_school_year, t.last_year || '-' || t.last_year + 1 AS last_school_year, t.school_years,
       t.computed_on
  FROM (SELECT as_of, CASE dimension WHEN 'indicator / zone' THEN 'zone' WHEN 'indicator / zone / years' THEN 'years' ELSE dimension END AS dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'zone' AS zone, (subgroup_key ->> 'years')::bigint AS years,
               max(value) FILTER (WHERE measure IN ('effect', 'gap_change')) AS estimate, max(ci_lower) AS ci_lower, max(ci_upper) AS ci_upper,
               max(value) FILTER (WHERE measure = 'paired_schools')::bigint AS paired_schools, max(value) FILTER (WHERE measure = 'other_schools')::bigint AS other_schools,
               max(value) FILTER (WHERE measure = 'pretrend_p') AS pretrend_p
          FROM figures
         WHERE report = 'impact' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'impact')
         GROUP BY as_of, dimension, subgroup_key) AS f
       LEFT JOIN (SELECT as_of, max(value) FILTER (WHERE measure = 'first_year')::bigint AS first_year, max(value) FILTER (WHERE measure = 'last_year')::bigint AS last_year,
                         max(value) FILTER (WHERE measure = 'school_years')::bigint AS school_years, max(period_start) AS computed_on
                    FROM figures WHERE report = 'impact' AND dimension = 'all' GROUP BY as_of) AS t ON t.as_of = f.as_of
       LEFT JOIN indicators AS i ON i.code::text = f.indicator;
COMMENT ON VIEW v_impact IS 'What being paired did: how much more paired schools changed than schools not paired yet, in the unit of the indicator';
COMMENT ON COLUMN v_impact.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_impact.dimension IS 'What the row is: all (of which years, and how many schools were paired in them; no estimate), zone (mean effect on paired schools of a zone), years (the same so many years after the first pairing) or indicator (what it did to the gap)';
COMMENT ON COLUMN v_impact.indicator IS 'What is measured, as a code; NULL in the row all';
COMMENT ON COLUMN v_impact.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_impact.unit IS 'Unit of the values';
COMMENT ON COLUMN v_impact.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_impact.zone IS 'Zone within which paired schools are compared with others; NULL in the rows all and indicator';
COMMENT ON COLUMN v_impact.years IS 'School years since the first one in which the schools were paired: 0 is that year; below 0 before it, where 0 is expected; NULL in other rows';
COMMENT ON COLUMN v_impact.estimate IS 'Effect in the unit of the values; of dimension indicator the change of the gap, inner less outer: the effect on inner schools less that on outer ones';
COMMENT ON COLUMN v_impact.ci_lower IS 'Lower end of its 95 % interval, in which each school counts as independent';
COMMENT ON COLUMN v_impact.ci_upper IS 'Upper end of this interval';
COMMENT ON COLUMN v_impact.paired_schools IS 'Paired schools with a part in it; of the row all, schools with a pairing in these years';
COMMENT ON COLUMN v_impact.other_schools IS 'Schools that they are compared with: never paired, or not yet';
COMMENT ON COLUMN v_impact.pretrend_p IS 'Of dimension zone: p of the test that paired schools and others changed alike before; below 0.05 they did not, and the effect is not to be believed; NULL: no two years before';
COMMENT ON COLUMN v_impact.first_school_year IS 'First school year that was read';
COMMENT ON COLUMN v_impact.last_school_year IS 'Last school year that was read';
COMMENT ON COLUMN v_impact.school_years IS 'How many school years with values there are between them';
COMMENT ON COLUMN v_impact.computed_on IS 'Day of the night that computed them: the last one that found other outcomes or pairings; where more than two million outcomes are read, at most once in seven days';

CREATE VIEW v_flows AS
SELECT f.as_of, f.dimension, coalesce(f.subgroup_key ->> 'from_zone', a.zone::text) AS from_zone, coalesce(f.subgroup_key ->> 'to_zone', b.zone::text) AS to_zone,
       f.subgroup_key ->> 'from_district_id' AS from_district_id, a.name::text AS from_district, a.longitude::float8 AS from_longitude, a.latitude::float8 AS from_latitude,
       f.subgroup_key ->> 'to_district_id' AS to_district_id, b.name::text AS to_district, b.longitude::float8 AS to_longitude, b.latitude::float8 AS to_latitude,
       f.pairings, f.from_schools, f.to_schools, f.share
  FROM (SELECT as_of, dimension, subgroup_key,
               max(value) FILTER (WHERE measure = 'pairings')::bigint AS pairings,
               max(value) FILTER (WHERE measure = 'from_units')::bigint AS from_schools,
               max(value) FILTER (WHERE measure = 'to_units')::bigint AS to_schools,
               max(value) FILTER (WHERE measure = 'share') AS share
          FROM figures
         WHERE report = 'flows' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'flows')
         GROUP BY as_of, dimension, subgroup_key) AS f
       LEFT JOIN districts AS a ON a.id::text = f.subgroup_key ->> 'from_district_id'
       LEFT JOIN districts AS b ON b.id::text = f.subgroup_key ->> 'to_district_id';
COMMENT ON VIEW v_flows IS 'Pairings of schools between zones and between districts on as_of: lines on a map. Each pairing of two different ones is there in both directions';
COMMENT ON COLUMN v_flows.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_flows.dimension IS 'What the row is between: zone or district; take one of them, they overlap';
COMMENT ON COLUMN v_flows.from_zone IS 'Zone that is looked from';
COMMENT ON COLUMN v_flows.to_zone IS 'Zone of the partners; NULL where the programme does not cover them';
COMMENT ON COLUMN v_flows.from_district_id IS 'District that is looked from; NULL between zones';
COMMENT ON COLUMN v_flows.from_district IS 'Its name';
COMMENT ON COLUMN v_flows.from_longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_flows.from_latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_flows.to_district_id IS 'District of the partners; NULL between zones, and where the programme does not cover them';
COMMENT ON COLUMN v_flows.to_district IS 'Its name';
COMMENT ON COLUMN v_flows.to_longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_flows.to_latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_flows.pairings IS 'Pairings of a school of the one with a school of the other';
COMMENT ON COLUMN v_flows.from_schools IS 'Different schools that are looked from, in these pairings; NULL between districts';
COMMENT ON COLUMN v_flows.to_schools IS 'Different partners in these pairings; NULL between districts';
COMMENT ON COLUMN v_flows.share IS 'pairings / all pairings of the zone that is looked from; NULL between districts';

CREATE VIEW v_network AS
SELECT f.as_of, f.dimension, f.subgroup, (f.subgroup_key ->> 'partners')::bigint AS partners, f.measure, f.value, f.numerator, f.denominator
  FROM figures AS f
 WHERE f.report = 'network' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'network');
COMMENT ON VIEW v_network IS 'Key numbers of the network of schools on as_of, and how many schools have how many partners';
COMMENT ON COLUMN v_network.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_network.dimension IS 'all (key numbers) or partners (schools by number of partners)';
COMMENT ON COLUMN v_network.subgroup IS 'all, or the number of partners';
COMMENT ON COLUMN v_network.partners IS 'Number of partners; NULL in key numbers';
COMMENT ON COLUMN v_network.measure IS 'What is measured: of all schools, pairings, components, largest_component, mean_partners, most_partners and schools; by partners, share_of_schools';
COMMENT ON COLUMN v_network.value IS 'Figure';
COMMENT ON COLUMN v_network.numerator IS 'What a rate counts';
COMMENT ON COLUMN v_network.denominator IS 'Of how many';

CREATE VIEW v_districts AS
SELECT t.as_of, d.id::text AS district_id, d.name::text AS district, d.zone::text AS zone, d.province::text AS province, d.in_programme, d.population::bigint AS population,
       d.longitude::float8 AS longitude, d.latitude::float8 AS latitude,
       c.schools, c.paired, c.paired_rate, c.cross_zone, c.cross_zone_rate, c.active, c.active_rate, c.sessions, c.mean_partners,
       f.students, f.minority_students, f.minority_rate, f.poor_students, f.poor_rate, f.partner_districts, f.activities_held, f.gifts_given, f.gifts_received
  FROM (SELECT max(as_of) AS as_of FROM figures WHERE report = 'districts') AS t,
       districts AS d
       LEFT JOIN v_coverage AS c ON c.dimension = 'district' AND c.district_id = d.id::text
       LEFT JOIN (SELECT subgroup_key ->> 'district_id' AS district_id,
                         max(value) FILTER (WHERE measure = 'students')::bigint AS students,
                         max(numerator) FILTER (WHERE measure = 'minority_rate') AS minority_students, max(value) FILTER (WHERE measure = 'minority_rate') AS minority_rate,
                         max(numerator) FILTER (WHERE measure = 'poor_rate') AS poor_students, max(value) FILTER (WHERE measure = 'poor_rate') AS poor_rate,
                         max(value) FILTER (WHERE measure = 'partner_districts')::bigint AS partner_districts,
                         max(value) FILTER (WHERE measure = 'activities_held')::bigint AS activities_held,
                         max(value) FILTER (WHERE measure = 'gifts_given')::bigint AS gifts_given,
                         max(value) FILTER (WHERE measure = 'gifts_received')::bigint AS gifts_received
                    FROM figures
                   WHERE report = 'districts' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'districts')
                   GROUP BY 1) AS f ON f.district_id = d.id::text;
COMMENT ON VIEW v_districts IS 'Districts with coordinates and their figures, for a map';
COMMENT ON COLUMN v_districts.as_of IS 'Day of the last night that gave these figures; NULL: none did';
COMMENT ON COLUMN v_districts.district_id IS 'Code of the district';
COMMENT ON COLUMN v_districts.district IS 'Name';
COMMENT ON COLUMN v_districts.zone IS 'Zone, such as inner or outer';
COMMENT ON COLUMN v_districts.province IS 'Province or city that it belongs to';
COMMENT ON COLUMN v_districts.in_programme IS 'Whether the programme covers it';
COMMENT ON COLUMN v_districts.population IS 'People who live there';
COMMENT ON COLUMN v_districts.longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_districts.latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_districts.schools IS 'Schools that are open: the denominator of the rates of schools';
COMMENT ON COLUMN v_districts.paired IS 'Of them: with a partner on the day';
COMMENT ON COLUMN v_districts.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.cross_zone IS 'Schools with a partner in another zone';
COMMENT ON COLUMN v_districts.cross_zone_rate IS 'cross_zone / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.active IS 'Schools that met a partner of the day in the year before';
COMMENT ON COLUMN v_districts.active_rate IS 'active / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.sessions IS 'Different activities of its schools with partners of the day in the year before';
COMMENT ON COLUMN v_districts.mean_partners IS 'Partners a school, over all its schools';
COMMENT ON COLUMN v_districts.students IS 'Students of its open schools';
COMMENT ON COLUMN v_districts.minority_students IS 'Students of ethnic minorities, of schools that say how many';
COMMENT ON COLUMN v_districts.minority_rate IS 'minority_students / students of these schools, from 0 to 1';
COMMENT ON COLUMN v_districts.poor_students IS 'Students from poor households, of schools that say how many';
COMMENT ON COLUMN v_districts.poor_rate IS 'poor_students / students of these schools, from 0 to 1';
COMMENT ON COLUMN v_districts.partner_districts IS 'Districts and external units with which the district itself is paired on the day';
COMMENT ON COLUMN v_districts.activities_held IS 'Different activities of the school year held by the day, with a school of the district or the district itself';
COMMENT ON COLUMN v_districts.gifts_given IS 'Gifts of its schools, and of the district itself, in the school year';
COMMENT ON COLUMN v_districts.gifts_received IS 'Gifts to its schools, and to the district itself, in the school year';

-- All figures, and what they mean ---------------------------------------------------------------------------

CREATE VIEW v_figures AS
SELECT f.run, f.as_of, f.as_of = t.last_day AS is_last, f.report, r.title, r.title_vi, f.dimension, f.subgroup,
       f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, f.subgroup_key ->> 'district_id' AS district_id, f.subgroup_key ->> 'district' AS district,
       f.subgroup_key ->> 'kind' AS kind, f.subgroup_key ->> 'indicator' AS indicator, f.subgroup_key ->> 'programme' AS programme,
       f.subgroup_key::text AS subgroup_key, f.period, f.period_start, f.measure, f.value, f.ci_lower, f.ci_upper, f.numerator, f.denominator
  FROM figures AS f
       LEFT JOIN reports AS r ON r.name = f.report
       LEFT JOIN (SELECT n.name, (SELECT max(x.as_of) FROM figures AS x WHERE x.report = n.name) AS last_day FROM reports AS n) AS t ON t.name = f.report;
COMMENT ON VIEW v_figures IS 'Figures of every report on every day that a night was run for, one row each';
COMMENT ON COLUMN v_figures.run IS 'Number of the night';
COMMENT ON COLUMN v_figures.as_of IS 'Day of the report';
COMMENT ON COLUMN v_figures.is_last IS 'Whether it is the last day for which the report has figures; NULL where the report is no more';
COMMENT ON COLUMN v_figures.report IS 'Report, as v_definitions explains it';
COMMENT ON COLUMN v_figures.title IS 'Title of the report';
COMMENT ON COLUMN v_figures.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN v_figures.dimension IS 'What the rows are divided by, such as zone; all: not divided';
COMMENT ON COLUMN v_figures.subgroup IS 'Which part it is of, as people read it';
COMMENT ON COLUMN v_figures.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.district_id IS 'District; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.district IS 'Name of the district';
COMMENT ON COLUMN v_figures.kind IS 'Kind of activity or gift; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.indicator IS 'Indicator; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.programme IS 'Programme; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.subgroup_key IS 'All that the row is divided by, as JSON text';
COMMENT ON COLUMN v_figures.period IS 'School year or other period within the report; NULL: the day of the report';
COMMENT ON COLUMN v_figures.period_start IS 'First day of the period';
COMMENT ON COLUMN v_figures.measure IS 'What is measured';
COMMENT ON COLUMN v_figures.value IS 'Figure; a rate is from 0 to 1; NULL: not known, or too few to be shown';
COMMENT ON COLUMN v_figures.ci_lower IS 'Lower end of its interval';
COMMENT ON COLUMN v_figures.ci_upper IS 'Upper end of its interval';
COMMENT ON COLUMN v_figures.numerator IS 'What a rate counts';
COMMENT ON COLUMN v_figures.denominator IS 'Of how many';

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

CREATE VIEW v_runs AS
SELECT r.run, r.as_of, r.run = t.run AS is_last, r.kind, r.name, coalesce(p.title, c.title) AS title, coalesce(p.title_vi, c.title_vi) AS title_vi, c.severity,
       r.started::date AS started_on, to_char(r.started, 'YYYY-MM-DD HH24:MI:SS') AS started_at, to_char(r.finished, 'YYYY-MM-DD HH24:MI:SS') AS finished_at, r.seconds, r.rows, r.outcome, r.sqlstate, r.message,
       r.figures_run
  FROM runs AS r
       LEFT JOIN reports AS p ON r.kind = 'report' AND p.name = r.name
       LEFT JOIN checks AS c ON r.kind = 'check' AND c.name = r.name,
       (SELECT max(run) AS run FROM runs) AS t;
COMMENT ON VIEW v_runs IS 'How each report and check of each night went';
COMMENT ON COLUMN v_runs.run IS 'Number of the night';
COMMENT ON COLUMN v_runs.as_of IS 'Day of the report';
COMMENT ON COLUMN v_runs.is_last IS 'Whether it is the last night that was run';
COMMENT ON COLUMN v_runs.kind IS 'What ran: summaries (of outcomes), issues (of the data), a report or a check';
COMMENT ON COLUMN v_runs.name IS 'Its name';
COMMENT ON COLUMN v_runs.title IS 'Title of the report, or what the check wants';
COMMENT ON COLUMN v_runs.title_vi IS 'The same in Vietnamese';
COMMENT ON COLUMN v_runs.severity IS 'Of a check: error or warning';
COMMENT ON COLUMN v_runs.started_on IS 'Day on which it began, in the time zone of the session';
COMMENT ON COLUMN v_runs.started_at IS 'When it began, in the time zone of the session';
COMMENT ON COLUMN v_runs.finished_at IS 'When it ended, in the time zone of the session';
COMMENT ON COLUMN v_runs.seconds IS 'How long it took';
COMMENT ON COLUMN v_runs.rows IS 'Rows that it wrote';
COMMENT ON COLUMN v_runs.outcome IS 'ok, breached (a check whose bound was not kept) or failed (with an error)';
COMMENT ON COLUMN v_runs.sqlstate IS 'SQLSTATE of the error; NULL: none';
COMMENT ON COLUMN v_runs.message IS 'Error, or what a check found; NULL: nothing to say';
COMMENT ON COLUMN v_runs.figures_run IS 'Of a report: night whose figures of the day there are, an earlier one where it failed; NULL: there are none';
$views$;
END;
COMMENT ON FUNCTION bi_script() IS
  'The statements by which create_twinning_schema makes the views for BI tools, to read before';

CREATE FUNCTION create_twinning_views(name text DEFAULT 'twinning')
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_create_twinning_views'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_twinning_views(text) IS
  'Makes or replaces the views for BI tools in the schema of a model: after an update, or where the office has tables of its own';

CREATE FUNCTION twinning_grant(name text, role text)
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_twinning_grant'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION twinning_grant(text, text) IS
  'Lets a role read the views for BI tools of a model, and nothing else in its schema';
