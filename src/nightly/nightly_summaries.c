/*
 * nightly_summaries.c
 *		Outcomes summed up by school year, so that a night reads only years
 *		that changed.
 *
 * Each statement that changes outcomes, or what they are summed up by, raises
 * the version of the school years it touches.  The night reads versions and
 * rows in one moment: a change that comes later has raised the version that
 * the next night meets.
 */
#include "nightly/nightly.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/memutils.h"

/*
 * The school years of which there is no summary of their version.  One that
 * has neither a summary nor a row was emptied before: it is not read each
 * night.  Whether there is a row, the index tells, indicator by indicator.
 */
static const char *const changed_years =
	"SELECT coalesce(array_agg(p.school_year ORDER BY p.school_year), '{}') FROM %s.periods AS p"
	" WHERE NOT EXISTS (SELECT FROM %s.summaries AS s WHERE s.school_year = p.school_year AND s.version = p.version)"
	"   AND (EXISTS (SELECT FROM %s.summaries AS s WHERE s.school_year = p.school_year)"
	"        OR EXISTS (SELECT FROM %s.indicators AS i, LATERAL (SELECT FROM %s.outcomes AS o"
	"                    WHERE o.indicator = i.code AND o.school_year = p.school_year LIMIT 1) AS o))";

/* All of them, in a model that cannot tell what changed. */
static const char *const all_years =
	"SELECT coalesce(array_agg(DISTINCT o.school_year::int ORDER BY o.school_year::int), '{}') FROM %s.outcomes AS o"
	" WHERE o.school_year IS NOT NULL";

/* What is no more. */
static const char *const forget =
	"DELETE FROM %s.summaries AS s"
	" WHERE s.school_year = ANY ($1) OR $2 OR NOT EXISTS (SELECT FROM %s.periods AS p WHERE p.school_year = s.school_year)";

/*
 * A query of its own, and not one with INSERT: PostgreSQL runs no INSERT with
 * several workers.
 */
static const char *const sum_up =
	"SELECT array_agg(t.school_year), array_agg(t.indicator), array_agg(t.level), array_agg(t.summary)"
	"  FROM (SELECT o.school_year::int AS school_year, o.indicator::text AS indicator, s.level::text AS level,"
	"               gap_agg(o.value::float8, d.zone::text) AS summary"
	"          FROM %s.outcomes AS o JOIN %s.schools AS s ON s.id::text = o.school_id::text"
	"               JOIN %s.districts AS d ON d.id::text = s.district_id::text"
	"         WHERE o.school_year = ANY ($1)"
	"         GROUP BY 1, 2, 3) AS t";

static const char *const keep =
	"INSERT INTO %s.summaries (school_year, indicator, level, version, summary)"
	" SELECT t.school_year, t.indicator, t.level, coalesce(p.version, 0), t.summary"
	"   FROM unnest($1, $2, $3, $4) AS t (school_year, indicator, level, summary)"
	"        LEFT JOIN %s.periods AS p ON p.school_year = t.school_year";

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

void
eqp_night_summaries(EqpNight *night, EqpNightStep *step)
{
	Oid			types[4] = {INT4ARRAYOID, BOOLOID};
	Datum		values[4];
	bool		isnull;

	(void) eqp_night_execute(night, night->tables ? changed_years : all_years, 0, NULL, NULL, NULL);
	night->changed_years = copy_value(1, night->context, &isnull);
	values[0] = night->changed_years;
	values[1] = BoolGetDatum(!night->tables);
	(void) eqp_night_execute(night, forget, 2, types, values, NULL);
	if (ARR_NDIM(DatumGetArrayTypeP(night->changed_years)) == 0)
		return;
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
