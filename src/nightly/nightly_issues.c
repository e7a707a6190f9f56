/*
 * nightly_issues.c
 *		What is wrong with the rows of a model, kept as a list.
 *
 * The rows are looked at as they are today, whatever the day of the report:
 * a day in the future is one that has not come yet.  Of outcomes only the
 * school years that changed are looked at; what was found in the others stays.
 */
#include "nightly/nightly.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Both kinds of pairings, with what the partners did together. */
static const char *const of_pairings =
	"SELECT i.* FROM (VALUES ('school', $q$SELECT s.*, d.zone FROM schools AS s JOIN districts AS d ON d.id = s.district_id$q$),"
	"                        ('district', 'SELECT * FROM districts')) AS k (unit_kind, units),"
	"     pairing_issues(k.units, $q$SELECT * FROM pairings WHERE unit_kind = $1$q$, params => ARRAY[k.unit_kind]) AS i";
/* A partner that the office lists as an external unit or an organisation is known. */
static const char *const known_outside[] = {"external_units", "organisations"};
static const char *const of_activities =
	"SELECT i.* FROM completion_issues('activities', as_of => greatest($2, CURRENT_DATE)) AS i";
static const char *const of_outcomes =
	"SELECT i.* FROM outcome_issues($q$SELECT o.school_id AS id, o.indicator, o.value, d.zone FROM outcomes AS o"
	"                                    JOIN schools AS s ON s.id = o.school_id JOIN districts AS d ON d.id = s.district_id"
	"                                   WHERE o.school_year = $1::int$q$, by => '{indicator}', params => ARRAY[$4]) AS i";

/* Adds what a query finds; period is the school year of outcomes, or NULL. */
static uint64
add_issues(EqpNight *night, const EqpNightStep *step, const char *query, const char *period)
{
	static const Oid types[] = {INT8OID, DATEOID, TEXTOID, TEXTOID};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};

	values[0] = Int64GetDatum(night->run);
	values[1] = DateADTGetDatum(night->as_of);
	values[2] = CStringGetTextDatum(step->name);
	values[3] = period ? CStringGetTextDatum(period) : (Datum) 0;
	nulls[3] = period ? ' ' : 'n';
	return eqp_night_execute(night,
							 psprintf("INSERT INTO %%s.issues (run, as_of, source, period, severity, issue, id, partner, rows, detail)"
									  " SELECT $1, $2, $3, $4, i.severity, i.issue, i.id, i.partner, i.rows, i.detail FROM (%s) AS i",
									  query),
							 lengthof(types), types, values, nulls);
}

/* Outcomes: the school years that changed, one by one. */
static void
outcomes(EqpNight *night, EqpNightStep *step)
{
	const Oid	types[] = {INT4ARRAYOID};
	Datum		values[] = {night->changed_years};
	Datum	   *years;
	int			nyears;

	if (night->changed_years == (Datum) 0)
		return;
	(void) eqp_night_execute(night,
							 "DELETE FROM %s.issues AS i WHERE i.source = 'outcomes' AND (i.period::int = ANY ($1)"
							 " OR NOT EXISTS (SELECT FROM %s.summaries AS s WHERE s.school_year = i.period::int))",
							 1, types, values, NULL);
	deconstruct_array(DatumGetArrayTypeP(night->changed_years), INT4OID, 4, true, TYPALIGN_INT, &years, NULL, &nyears);
	for (int i = 0; i < nyears; i++)
		step->rows += add_issues(night, step, of_outcomes, psprintf("%d", DatumGetInt32(years[i])));
}

/* The query for pairings: an office with tables of its own may have no such lists. */
static const char *
pairings(const EqpNight *night)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "%s WHERE true", of_pairings);
	for (int i = 0; i < (int) lengthof(known_outside); i++)
		if (OidIsValid(get_relname_relid(known_outside[i], night->schema_oid)))
			appendStringInfo(&query, " AND NOT (i.issue = 'unknown_id' AND EXISTS (SELECT FROM %s AS x WHERE x.id::text = i.id))",
							 known_outside[i]);
	return query.data;
}

void
eqp_night_issues(EqpNight *night, EqpNightStep *step)
{
	const Oid	types[] = {TEXTOID};
	Datum		values[1];

	if (strcmp(step->name, "outcomes") == 0)
	{
		outcomes(night, step);
		return;
	}
	values[0] = CStringGetTextDatum(step->name);
	(void) eqp_night_execute(night, "DELETE FROM %s.issues WHERE source = $1", 1, types, values, NULL);
	step->rows = add_issues(night, step, strcmp(step->name, "pairings") == 0 ? pairings(night) : of_activities, NULL);
}
