/*
 * nightly_summaries.c
 *		Outcomes summed up by school year, so that a night reads only years
 *		that changed.
 *
 * Each statement that changes outcomes raises the version of the school years
 * it touches, and the night reads versions and rows in one moment: a change
 * that comes later has raised the version that the next night meets.
 *
 * What outcomes are summed up by, the level and the zone of each school, has
 * no version.  A trigger on schools would not see the outcomes that another
 * transaction is adding.  The night keeps the groups by which it summed up,
 * and looks which of them are others now.
 */
#include "nightly/nightly.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/memutils.h"

/*
 * The school years of which there are outcomes, and those among them without a
 * summary of their version; one that nothing raised has version 0.  The index
 * tells the years, from one to the next of each indicator.
 */
static const char *const find_years =
	"WITH RECURSIVE found AS ("
	"  SELECT i.code, (SELECT min(o.school_year) FROM %s.outcomes AS o WHERE o.indicator = i.code) AS school_year FROM %s.indicators AS i"
	"  UNION ALL"
	"  SELECT f.code, (SELECT min(o.school_year) FROM %s.outcomes AS o WHERE o.indicator = f.code AND o.school_year > f.school_year)"
	"    FROM found AS f WHERE f.school_year IS NOT NULL)"
	" SELECT coalesce(array_agg(y.school_year), '{}'),"
	"        coalesce(array_agg(y.school_year) FILTER (WHERE NOT EXISTS (SELECT FROM %s.summaries AS s"
	"                  WHERE s.school_year = y.school_year AND s.version = coalesce(p.version, 0))), '{}')"
	"   FROM (SELECT DISTINCT school_year FROM found WHERE school_year IS NOT NULL) AS y LEFT JOIN %s.periods AS p USING (school_year)";

/* The schools that are in another group than when they were summed up. */
static const char *const find_moved =
	"SELECT coalesce(array_agg(s.id::text), '{}') FROM %s.schools AS s JOIN %s.districts AS d ON d.id = s.district_id"
	"       LEFT JOIN %s.summary_schools AS k ON k.school_id = s.id"
	" WHERE (s.level, d.zone) IS DISTINCT FROM (k.level, k.zone)";

/* To the years $2, those of $1 in which one of the schools $3 has an outcome. */
static const char *const add_years_of_moved =
	"SELECT coalesce(array_agg(y.school_year ORDER BY y.school_year), '{}')"
	"  FROM (SELECT unnest($2) AS school_year UNION"
	"        SELECT u.school_year FROM unnest($1) AS u (school_year)"
	"         WHERE u.school_year <> ALL ($2)"
	"           AND EXISTS (SELECT FROM %s.outcomes AS o WHERE o.school_id = ANY ($3) AND o.school_year = u.school_year)) AS y";

/* All of them, in a model that cannot tell what changed. */
static const char *const all_years =
	"SELECT coalesce(array_agg(DISTINCT o.school_year::int ORDER BY o.school_year::int), '{}') FROM %s.outcomes AS o"
	" WHERE o.school_year IS NOT NULL";

/* What is summed up again, and what is no more. */
static const char *const forget =
	"DELETE FROM %s.summaries AS s WHERE s.school_year = ANY ($2) OR s.school_year <> ALL ($1)";

/*
 * A query of its own, and not one with INSERT: PostgreSQL runs no INSERT with
 * several workers.  Of outcomes that are all without a value there is no summary.
 */
static const char *const sum_up =
	"SELECT array_agg(t.school_year), array_agg(t.indicator), array_agg(t.level), array_agg(t.summary)"
	"  FROM (SELECT o.school_year::int AS school_year, o.indicator::text AS indicator, s.level::text AS level,"
	"               gap_agg(o.value::float8, d.zone::text) AS summary"
	"          FROM %s.outcomes AS o JOIN %s.schools AS s ON s.id::text = o.school_id::text"
	"               JOIN %s.districts AS d ON d.id::text = s.district_id::text"
	"         WHERE o.school_year = ANY ($1) AND o.value IS NOT NULL"
	"         GROUP BY 1, 2, 3) AS t";

static const char *const keep =
	"INSERT INTO %s.summaries (school_year, indicator, level, version, summary)"
	" SELECT t.school_year, t.indicator, t.level, coalesce(p.version, 0), t.summary"
	"   FROM unnest($1, $2, $3, $4) AS t (school_year, indicator, level, summary)"
	"        LEFT JOIN %s.periods AS p ON p.school_year = t.school_year";

/* By which groups it was. */
static const char *const forget_schools =
	"DELETE FROM %s.summary_schools AS k WHERE NOT EXISTS (SELECT FROM %s.schools AS s WHERE s.id = k.school_id)";
static const char *const keep_schools =
	"INSERT INTO %s.summary_schools AS k (school_id, level, zone)"
	" SELECT s.id, s.level, d.zone FROM %s.schools AS s JOIN %s.districts AS d ON d.id = s.district_id WHERE s.id = ANY ($1)"
	" ON CONFLICT (school_id) DO UPDATE SET level = excluded.level, zone = excluded.zone";

/* A value of the row that SPI returned, in the memory of the caller. */
static Datum
copy_value(int column, MemoryContext context, bool *isnull)
{
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, isnull);
	MemoryContext old = MemoryContextSwitchTo(context);

	if (!*isnull)
		value = datumCopy(value, false, -1);
	MemoryContextSwitchTo(old);
	return value;
}

/* Is it an array without elements? */
static bool
is_empty(Datum array)
{
	return ARR_NDIM(DatumGetArrayTypeP(array)) == 0;
}

/* The years with outcomes, those to be summed up, and the schools that are in another group than before. */
static void
find_changes(EqpNight *night, Datum *years, Datum *changed, Datum *moved)
{
	const Oid	types[] = {INT4ARRAYOID, INT4ARRAYOID, TEXTARRAYOID};
	Datum		values[3];
	bool		isnull;

	*moved = (Datum) 0;
	if (!night->tables)
	{
		(void) eqp_night_execute(night, all_years, 0, NULL, NULL, NULL);
		*years = *changed = copy_value(1, night->context, &isnull);
		return;
	}
	(void) eqp_night_execute(night, find_years, 0, NULL, NULL, NULL);
	values[0] = *years = copy_value(1, night->context, &isnull);
	values[1] = *changed = copy_value(2, night->context, &isnull);
	(void) eqp_night_execute(night, find_moved, 0, NULL, NULL, NULL);
	values[2] = *moved = copy_value(1, CurrentMemoryContext, &isnull);
	/* a query of its own, which is planned for so many schools */
	(void) eqp_night_execute(night, add_years_of_moved, 3, types, values, NULL);
	*changed = copy_value(1, night->context, &isnull);
}

/* Sums up school years. */
static void
sum_up_years(EqpNight *night, EqpNightStep *step, Datum years)
{
	Oid			types[4] = {INT4ARRAYOID};
	Datum		values[4] = {years};
	bool		isnull;

	(void) eqp_night_execute(night, sum_up, 1, types, values, NULL);
	for (int i = 0; i < 4; i++)
	{
		types[i] = SPI_gettypeid(SPI_tuptable->tupdesc, i + 1);
		values[i] = copy_value(i + 1, CurrentMemoryContext, &isnull);
		if (isnull)
			return;
	}
	step->rows = eqp_night_execute(night, keep, 4, types, values, NULL);
}

void
eqp_night_summaries(EqpNight *night, EqpNightStep *step)
{
	const Oid	types[] = {INT4ARRAYOID, INT4ARRAYOID};
	const Oid	type_of_schools[] = {TEXTARRAYOID};
	Datum		values[2];
	Datum		moved;

	find_changes(night, &values[0], &values[1], &moved);
	(void) eqp_night_execute(night, forget, 2, types, values, NULL);
	if (!is_empty(values[1]))
		sum_up_years(night, step, values[1]);
	if (night->tables)
	{
		(void) eqp_night_execute(night, forget_schools, 0, NULL, NULL, NULL);
		if (!is_empty(moved))
			(void) eqp_night_execute(night, keep_schools, 1, type_of_schools, &moved, NULL);
	}
	night->changed_years = values[1];
}
