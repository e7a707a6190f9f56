-- The report that script/demo prints, over the views and tables of load.sql:  psql -X -q -d hanoi -f report.sql
-- Whatever rests on generated rows says (synthetic) in its heading. Each block is a query to copy.

\encoding UTF8
\pset footer off
\pset linestyle ascii
\pset border 1
\pset null '-'
\pset pager off

\echo
\echo 'HANOI: SCHOOLS OF INNER AND OUTER DISTRICTS, PAIRED'
\echo '==================================================='
\echo 'Real: districts, upper-secondary schools, continuing-education centres, exam results.'
\echo 'Synthetic: all other schools, every pairing, session, gift and outcome, drawn so that the'
\echo 'totals which the programme published can be counted from them.'
\echo
\echo '1. COVERAGE: WHO IS PAIRED?'
\echo
\echo 'Schools with a partner on 31 May 2023, by zone and level, against the plan (synthetic)'
\echo 'active: held at least one session with a partner in the year before; cross: partner in the other zone'
SELECT coalesce(subgroup_key ->> 'zone', 'all') AS zone, coalesce(subgroup_key ->> 'level', 'all') AS level,
	units AS schools, paired, round(100 * paired_rate::numeric, 1) AS "paired %", target, round(100 * target_rate::numeric, 1) AS "of plan %",
	cross_zone AS cross, active, round(100 * active_rate::numeric, 1) AS "active %"
FROM pairing_coverage('schools', 'pairings', by => '{zone,level}', as_of => '2023-05-31', sessions => 'sessions',
	plan => 'pairing_plan', rollup => true);

\echo 'Outer districts with the fewest schools paired on 31 May 2024 (synthetic)'
SELECT subgroup_key ->> 'district' AS district, units AS schools, paired, units - paired AS unpaired,
	round(100 * paired_rate::numeric, 1) AS "paired %", round(100 * paired_weight_rate::numeric, 1) AS "students %"
FROM pairing_coverage('SELECT *, students AS weight FROM schools', 'pairings', by => '{zone,district}', as_of => '2024-05-31')
WHERE subgroup_key ->> 'zone' = 'outer'
ORDER BY paired_rate, subgroup COLLATE "C"
LIMIT 6;

\echo 'Who has no partner? The largest of these schools in Mỹ Đức, 31 May 2024 (synthetic)'
SELECT s.id, s.name AS school, s.level, s.students
FROM schools AS s
WHERE s.district = 'Mỹ Đức' AND s.synthetic AND (s.valid_to IS NULL OR s.valid_to > '2024-05-31')
	AND NOT EXISTS (SELECT FROM pairing_partners('schools', 'pairings', as_of => '2024-05-31') AS p WHERE p.id = s.id)
ORDER BY s.students DESC, s.id COLLATE "C"
LIMIT 6;

\echo 'With whom is the district of Ba Vì paired? (partners as published, days synthetic)'
SELECT coalesce(d.name, e.name) AS partner, coalesce(p.partner_zone, e.province || ' province') AS "where", p.external, p.paired_since, p.sessions_held AS sessions, p.last_session
FROM pairing_partners('districts', 'district_pairings', as_of => '2023-05-31', sessions => 'district_sessions') AS p
LEFT JOIN districts AS d ON d.id = p.partner
LEFT JOIN external_units AS e ON e.id = p.partner
WHERE p.id = '271'
ORDER BY p.external, p.partner_zone, p.partner COLLATE "C";

\echo 'Through time: schools with a partner on the first of each month, September 2022 to June 2024 (synthetic)'
SELECT subgroup AS zone, sparkline(array_agg(paired_rate ORDER BY period_start)) AS "month by month",
	max(paired) FILTER (WHERE period_start = '2023-06-01') AS "Jun 2023", max(paired) FILTER (WHERE period_start = '2024-06-01') AS "Jun 2024",
	progress_bar(max(paired_rate) FILTER (WHERE period_start = '2024-06-01')) AS "of all schools"
FROM pairing_timeline('schools', 'pairings', from_date => '2022-09-01', to_date => '2024-06-01', rollup => true)
GROUP BY subgroup ORDER BY subgroup = 'all', subgroup;

\echo 'Who should be paired next? Every outer school without a partner on 31 May 2024, with the nearest district that has room (synthetic)'
\echo 'of the same level, at the least distance between the districts in all; an inner school takes two partners at most'
SELECT s.level, count(*) AS proposals, sum(p.newly_covered) AS "schools newly covered", round(avg(p.cost)::numeric, 1) AS "mean km", max(p.cost) AS "max km"
FROM suggest_pairings($$ SELECT *, CASE zone WHEN 'inner' THEN 2 ELSE 1 END AS capacity FROM schools $$,
	$$ SELECT o.id AS partner_a, i.id AS partner_b,
		round(111.2 * sqrt((q.lat - h.lat) ^ 2 + ((q.lon - h.lon) * cosd(21)::numeric) ^ 2), 1) AS cost
	FROM schools AS o JOIN districts AS h ON h.id = o.district_id
		JOIN schools AS i USING (level) JOIN districts AS q ON q.id = i.district_id
	WHERE o.zone = 'outer' AND i.zone = 'inner' $$,
	'pairings', as_of => '2024-05-31') AS p JOIN schools AS s ON s.id = p.partner_a
GROUP BY s.level ORDER BY s.level;

\echo
\echo '2. COMPLETION: IS THE PLANNED WORK DONE?'
\echo
\echo 'Sessions of schools planned for 2022-2023, as it stood on 31 May 2023 (synthetic)'
SELECT subgroup AS kind, held, planned, completed, on_time, late, overdue, upcoming AS ahead, cancelled, unplanned,
	round(100 * completion_rate::numeric, 1) AS "done %", round(mean_delay_days::numeric, 1) AS "days late"
FROM completion_rates('SELECT * FROM sessions WHERE school_year = ''2022-2023''', by => '{kind}', as_of => '2023-05-31', rollup => true);

\echo 'Commitments of upper-secondary schools and centres against the plan, 31 May 2023 (synthetic)'
SELECT subgroup AS level, held AS signed, target AS plan, round(100 * target_rate::numeric, 1) AS "of plan %", late, overdue
FROM completion_rates('SELECT *, due_on AS planned_on, signed_on AS held_on FROM commitments', by => '{level}',
	as_of => '2023-05-31', plan => 'commitment_plan', rollup => true);

\echo 'And by when? The sessions of schools of 2022-2023, as it stood on 1 March 2023: expected from the delays until then (synthetic)'
SELECT coalesce(subgroup_key ->> 'kind', 'all') AS kind, planned, completed, open, round(expected_by_deadline::numeric, 1) AS "expected on time",
	round(expected_total::numeric, 1) AS "expected in all", reached_50_on AS "50 % by", reached_80_on AS "80 % by", reached_90_on AS "90 % by"
FROM completion_forecast($$ SELECT * FROM sessions WHERE school_year = '2022-2023' $$, by => '{kind}', as_of => '2023-03-01');

\echo
\echo '3. GAP: HOW FAR BEHIND ARE THE OUTER DISTRICTS?'
\echo
\echo 'Mean assessment score of schools, 2023-2024: inner minus outer, 95 % interval (synthetic)'
SELECT d.subgroup AS level, d.reference_n AS inner, d.comparison_n AS outer,
	round(d.reference_mean::numeric, 2) AS "inner mean", round(d.comparison_mean::numeric, 2) AS "outer mean",
	round(d.estimate::numeric, 2) AS gap, round(d.ci_lower::numeric, 2) AS "from", round(d.ci_upper::numeric, 2) AS "to",
	round(p.estimate::numeric, 3) AS parity, round(g.estimate::numeric, 2) AS "hedges g"
FROM gap_indices('SELECT * FROM outcomes WHERE school_year = ''2023-2024''', by => '{level}') AS d
JOIN gap_indices('SELECT * FROM outcomes WHERE school_year = ''2023-2024''', by => '{level}') AS p
	ON p.subgroup_key = d.subgroup_key AND p.measure = 'parity_index'
JOIN gap_indices('SELECT * FROM outcomes WHERE school_year = ''2023-2024''', by => '{level}') AS g
	ON g.subgroup_key = d.subgroup_key AND g.measure = 'hedges_g'
WHERE d.measure = 'difference';

\echo 'Is it closing? Lower-secondary schools, by school year (synthetic)'
SELECT subgroup AS school_year, round(reference_mean::numeric, 2) AS "inner mean", round(comparison_mean::numeric, 2) AS "outer mean",
	round(estimate::numeric, 2) AS gap, round(ci_lower::numeric, 2) AS "from", round(ci_upper::numeric, 2) AS "to"
FROM gap_indices('SELECT * FROM outcomes WHERE level = ''lower_secondary''', by => '{school_year}')
WHERE measure = 'difference';

\echo 'Did being paired close it? Schools by the first school year of which they were paired on half of the days'
SELECT coalesce(cohort, CASE WHEN always_treated THEN 'before' ELSE 'never' END) AS cohort, always_treated AS "left out", count(*) AS schools
FROM pairing_cohorts('SELECT school_id AS id, school_year AS period FROM outcomes', 'pairings')
GROUP BY 1, 2
ORDER BY 1;

\echo 'Effect of being paired on outer schools, by years since the first pairing (synthetic: 0.08 points were put in)'
SELECT event_time AS years, treated_n AS paired, control_n AS "not yet", round(estimate::numeric, 3) AS effect,
	round(ci_lower::numeric, 3) AS "from", round(ci_upper::numeric, 3) AS "to"
FROM impact_effects('SELECT *, school_id AS id, school_year AS period FROM outcomes WHERE zone = ''outer''', 'pairings', aggregation => '{event}');

\echo 'By how much being paired narrowed the gap, by level (synthetic: by 0.08 points, nothing was put in for inner schools)'
SELECT subgroup AS level, reference_n AS "inner, paired", comparison_n AS "outer, paired", round(reference_estimate::numeric, 3) AS "inner effect",
	round(comparison_estimate::numeric, 3) AS "outer effect", round(estimate::numeric, 3) AS narrowing,
	round(ci_lower::numeric, 3) AS "from", round(ci_upper::numeric, 3) AS "to"
FROM impact_gap($$ SELECT *, school_id AS id, school_year AS period FROM outcomes WHERE level IN ('preschool', 'primary', 'lower_secondary') $$, 'pairings',
	by => '{level}', aggregation => '{cohort_overall}');
\echo 'The report found what was put in: all intervals hold it. It says nothing about the real programme.'

\echo
\echo '4. THE TOTALS THAT THE PROGRAMME PUBLISHED, COUNTED FROM THE ROWS (synthetic)'
\echo
WITH may_2023 AS (
	SELECT * FROM pairing_coverage('schools', 'pairings', by => '{level}', as_of => '2023-05-31')
), may_2024 AS (
	SELECT * FROM pairing_coverage('schools', 'pairings', by => '{district,level}', as_of => '2024-05-31')
	WHERE subgroup_key ->> 'level' IN ('preschool', 'primary', 'lower_secondary')
), topics AS (
	SELECT * FROM completion_rates('topic_sessions', by => '{organised_by}', as_of => '2023-05-31')
), topics_of_pair AS (
	SELECT * FROM completion_rates('topic_sessions', by => '{district_a,district_b,organised_by}', as_of => '2023-05-31')
	WHERE subgroup_key ->> 'district_a' = 'Phúc Thọ' AND subgroup_key ->> 'district_b' = 'Cầu Giấy'
), exchanges AS (
	SELECT * FROM completion_rates('SELECT * FROM sessions WHERE kind = ''exchange''', by => '{mode}', as_of => '2023-05-31')
), gifts AS (
	SELECT sum(rate(titles, 1)) AS titles, sum(rate(amount_vnd, scholarships)) AS scholarships
	FROM aid WHERE giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ'
), totals (place, fact, published, counted) AS (
	SELECT 1, 'Phúc Thọ with Cầu Giấy, 2023-2024: schools paired', '71 with 41',
		format('%s with %s', sum(paired) FILTER (WHERE subgroup_key ->> 'district' = 'Phúc Thọ'), sum(paired) FILTER (WHERE subgroup_key ->> 'district' = 'Cầu Giấy'))
	FROM may_2024
	UNION ALL
	SELECT 2, 'their topic sessions 2022-2023: districts / schools', '14 / 24',
		format('%s / %s', sum(held) FILTER (WHERE subgroup_key ->> 'organised_by' = 'district'), sum(held) FILTER (WHERE subgroup_key ->> 'organised_by' = 'school'))
	FROM topics_of_pair
	UNION ALL
	SELECT 3, 'book titles from Cầu Giấy to Phúc Thọ', 'more than 2000', numerator(titles)::text FROM gifts
	UNION ALL
	SELECT 4, 'scholarships from Cầu Giấy to Phúc Thọ, worth (VND)', '80, 40000000', format('%s, %s', denominator(scholarships), numerator(scholarships)) FROM gifts
	UNION ALL
	SELECT 5, 'districts that have connected and signed', '30 of 30', format('%s of %s', paired, units)
	FROM pairing_coverage('districts', 'district_pairings', by => '{}', as_of => '2023-05-31')
	UNION ALL
	SELECT 6, 'schools of three levels with a memorandum', '672', sum(paired)::text
	FROM may_2023 WHERE subgroup IN ('preschool', 'primary', 'lower_secondary')
	UNION ALL
	SELECT 7, 'upper-secondary schools and centres committed', '65, 72 % of plan', format('%s, %s %% of plan', held, percent(rate(held, target), 0))
	FROM completion_rates('SELECT due_on AS planned_on, signed_on AS held_on FROM commitments', as_of => '2023-05-31',
		plan => 'SELECT sum(target) AS target FROM commitment_plan')
	UNION ALL
	SELECT 8, 'topic sessions held: districts / schools', '160 / 628',
		format('%s / %s', sum(held) FILTER (WHERE subgroup = 'district'), sum(held) FILTER (WHERE subgroup = 'school'))
	FROM topics
	UNION ALL
	SELECT 9, 'exchange sessions: in person / online', '30 / 6',
		format('%s / %s', sum(held) FILTER (WHERE subgroup = 'in person'), sum(held) FILTER (WHERE subgroup = 'online'))
	FROM exchanges
	UNION ALL
	SELECT 10, 'Ba Vì: students, of ethnic minorities', 'over 70000, 15 %', format('%s, %s %%', denominator(r), percent(r, 0))
	FROM (SELECT sum(rate(minority_students, students)) FROM schools WHERE district = 'Ba Vì') AS x (r)
	UNION ALL
	SELECT 11, 'Ba Vì: partners inner / outer / other province', '5 / 1 / 1',
		format('%s / %s / %s', count(*) FILTER (WHERE partner_zone = 'inner'), count(*) FILTER (WHERE partner_zone = 'outer'), count(*) FILTER (WHERE external))
	FROM pairing_partners('districts', 'district_pairings', as_of => '2023-05-31') WHERE id = '271'
	UNION ALL
	SELECT 12, 'partner of Tương Mai preschool', 'Đông Lỗ', string_agg(replace(s.name, 'Mầm non ', ''), ', ')
	FROM pairing_partners('schools', 'pairings', as_of => '2023-05-31') AS p
	JOIN schools AS s ON s.id = p.partner
	WHERE p.id = (SELECT id FROM schools WHERE name = 'Mầm non Tương Mai')
)
SELECT fact, published, counted FROM totals ORDER BY place;
\echo 'Published as "more than" or "over": a lower bound, and the demo has just the bound. The plan of 90'
\echo 'commitments is inferred: the only whole number of which 65 is 72 %.'

\echo
\echo '5. REAL DATA: THE NATIONAL UPPER-SECONDARY EXAM, CITIES AND PROVINCES'
\echo
\echo 'Five centrally run cities minus the 58 other provinces, mathematics; intervals with the provinces as clusters'
SELECT d.subgroup AS year, d.reference_n AS "city pupils", d.comparison_n AS "other pupils",
	round(d.reference_mean::numeric, 2) AS "city mean", round(d.comparison_mean::numeric, 2) AS "other mean",
	round(d.estimate::numeric, 3) AS gap, round(d.ci_lower::numeric, 3) AS "from", round(d.ci_upper::numeric, 3) AS "to",
	round(c.estimate::numeric, 2) AS "cohens d"
FROM gap_indices('SELECT *, province_code AS cluster FROM exam_outcomes WHERE subject = ''Mathematics''', by => '{year}', reference => 'city', comparison => 'province') AS d
JOIN gap_indices('SELECT * FROM exam_outcomes WHERE subject = ''Mathematics''', by => '{year}', reference => 'city', comparison => 'province') AS c
	ON c.subgroup_key = d.subgroup_key AND c.measure = 'cohens_d'
WHERE d.measure = 'difference';
\echo 'Five cities are few: the intervals are a rough guide. Pupils taken as independent would give them a fiftieth of that width.'
\echo

\echo 'Cohen''s d between pupils, all subjects (positive: the cities are ahead)'
SELECT subgroup_key ->> 'subject' AS subject,
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2018') AS "2018",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2019') AS "2019",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2020') AS "2020",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2021') AS "2021",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2022') AS "2022",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2023') AS "2023",
	max(round(estimate::numeric, 2)) FILTER (WHERE subgroup_key ->> 'year' = '2024') AS "2024"
FROM gap_indices('exam_outcomes', by => '{subject,year}', reference => 'city', comparison => 'province')
WHERE measure = 'cohens_d'
GROUP BY 1
ORDER BY "2024" DESC, (subgroup_key ->> 'subject') COLLATE "C";

\echo 'Why the standard deviations matter: mathematics 2023, two ways to read the same file'
SELECT 'pupils, pooled from mean, standard deviation and count' AS "spread of", round(reference_mean::numeric, 2) AS "city mean",
	round(comparison_mean::numeric, 2) AS "other mean", round(estimate::numeric, 2) AS "cohens d"
FROM gap_indices('SELECT * FROM exam_outcomes WHERE subject = ''Mathematics'' AND year = 2023', reference => 'city', comparison => 'province')
WHERE measure = 'cohens_d'
UNION ALL
SELECT 'provinces, their means weighted by pupils (not the gap of pupils)', round(reference_mean::numeric, 2),
	round(comparison_mean::numeric, 2), round(estimate::numeric, 2)
FROM gap_indices('SELECT value, zone, n AS weight FROM exam_outcomes WHERE subject = ''Mathematics'' AND year = 2023', reference => 'city', comparison => 'province')
WHERE measure = 'cohens_d';
\echo 'Provinces differ far less from one another than pupils do, so the same gap looks three times as wide.'
\echo
