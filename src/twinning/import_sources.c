/*
 * import_sources.c
 *		What can be imported: the tables of a twinning model and their columns;
 *		see import.h.
 */
#include "twinning/import.h"

#define PERIOD \
	{"valid_from", EQP_IMPORT_DAY}, {"valid_to", EQP_IMPORT_DAY}, {"valid_through", EQP_IMPORT_DAY}

static const EqpImportColumn levels[] = {
	{"code", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"position", EQP_IMPORT_COUNT, true},
};

static const EqpImportColumn names[] = {
	{"code", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
};

static const EqpImportColumn indicators[] = {
	{"code", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"unit", EQP_IMPORT_TEXT},
	{"favourable", EQP_IMPORT_YES_NO, false, NULL, NULL, "true"},
	{"scale", EQP_IMPORT_NUMBER},
};

static const EqpImportColumn programmes[] = {
	{"id", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	PERIOD
};

static const EqpImportColumn districts[] = {
	{"id", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"zone", EQP_IMPORT_TEXT, true},
	{"province", EQP_IMPORT_TEXT},
	{"in_programme", EQP_IMPORT_YES_NO, false, NULL, NULL, "true"},
	{"population", EQP_IMPORT_COUNT},
	{"longitude", EQP_IMPORT_NUMBER},
	{"latitude", EQP_IMPORT_NUMBER},
	PERIOD
};

static const EqpImportColumn organisations[] = {
	{"id", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"kind", EQP_IMPORT_TEXT, false, NULL, "agency|enterprise|association|other", "agency"},
	{"contact", EQP_IMPORT_TEXT},
};

static const EqpImportColumn external_units[] = {
	{"id", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"province", EQP_IMPORT_TEXT},
	{"contact", EQP_IMPORT_TEXT},
};

static const EqpImportColumn schools[] = {
	{"id", EQP_IMPORT_ID, true},
	{"name", EQP_IMPORT_TEXT, true},
	{"level", EQP_IMPORT_ID, true, "levels"},
	{"district_id", EQP_IMPORT_ID, true, "districts"},
	{"public", EQP_IMPORT_YES_NO, false, NULL, NULL, "true"},
	{"students", EQP_IMPORT_COUNT},
	{"minority_students", EQP_IMPORT_COUNT},
	{"poor_students", EQP_IMPORT_COUNT},
	{"contact", EQP_IMPORT_TEXT},
	PERIOD
};

static const EqpImportColumn successors[] = {
	{"old_id", EQP_IMPORT_ID, true, "units"},
	{"new_id", EQP_IMPORT_ID, true, "units"},
	{"since", EQP_IMPORT_DAY, true},
};

static const EqpImportColumn pairings[] = {
	{"programme", EQP_IMPORT_ID, true, "programmes"},
	{"kind", EQP_IMPORT_TEXT, false, NULL, "memorandum|commitment|agreement", "memorandum"},
	{"unit_kind", EQP_IMPORT_TEXT, false, NULL, "school|district", "school"},
	{"partner_a", EQP_IMPORT_ID, true, "units"},
	{"partner_b", EQP_IMPORT_ID, true, "units"},
	{"document", EQP_IMPORT_TEXT},
	PERIOD
};

static const EqpImportColumn activities[] = {
	{"code", EQP_IMPORT_TEXT},
	{"programme", EQP_IMPORT_ID, true, "programmes"},
	{"kind", EQP_IMPORT_ID, true, "activity_kinds", NULL, "topic_session"},
	{"organised_by", EQP_IMPORT_TEXT, false, NULL, "school|district", "school"},
	{"mode", EQP_IMPORT_TEXT, false, NULL, "in person|online", "in person"},
	{"planned_on", EQP_IMPORT_DAY},
	{"held_on", EQP_IMPORT_DAY},
	{"cancelled_on", EQP_IMPORT_DAY},
	{"topic", EQP_IMPORT_ID, false, "topics"},
	{"title", EQP_IMPORT_TEXT},
	/* these two become participants: the host and the guest */
	{"partner_a", EQP_IMPORT_ID, false, "units"},
	{"partner_b", EQP_IMPORT_ID, false, "units"},
};

static const EqpImportColumn participants[] = {
	{"activity", EQP_IMPORT_ID, true, "activities"},
	{"unit", EQP_IMPORT_ID, true, "units"},
	{"role", EQP_IMPORT_TEXT, false, NULL, "host|guest|speaker", "guest"},
	{"attended", EQP_IMPORT_COUNT},
};

static const EqpImportColumn aid[] = {
	{"code", EQP_IMPORT_TEXT},
	{"programme", EQP_IMPORT_ID, true, "programmes"},
	{"giver", EQP_IMPORT_ID, true, "units"},
	{"receiver", EQP_IMPORT_ID, true, "units"},
	{"given_on", EQP_IMPORT_DAY, true},
	{"kind", EQP_IMPORT_TEXT, true, NULL, "books|scholarships|equipment|money"},
	{"quantity", EQP_IMPORT_NUMBER},
	{"amount", EQP_IMPORT_NUMBER},
	{"currency", EQP_IMPORT_TEXT, false, NULL, NULL, "VND"},
};

static const EqpImportColumn plans[] = {
	{"programme", EQP_IMPORT_ID, true, "programmes"},
	{"school_year", EQP_IMPORT_SCHOOL_YEAR, true},
	{"what", EQP_IMPORT_TEXT, true, NULL, "paired|pairings|commitments|activities"},
	{"level", EQP_IMPORT_ID, false, "levels"},
	{"zone", EQP_IMPORT_TEXT},
	{"target", EQP_IMPORT_COUNT, true},
};

static const EqpImportColumn outcomes[] = {
	{"school_id", EQP_IMPORT_ID, true, "schools"},
	{"school_year", EQP_IMPORT_SCHOOL_YEAR, true},
	{"indicator", EQP_IMPORT_ID, true, "indicators"},
	{"value", EQP_IMPORT_NUMBER},
	{"students", EQP_IMPORT_COUNT},
	{"std_dev", EQP_IMPORT_NUMBER},
};

#define SOURCE(name, columns, ...) \
	{name, columns, lengthof(columns), __VA_ARGS__}

const EqpImportSource eqp_import_sources[] = {
	SOURCE("levels", levels, "(@code)",.own_id = "code",.alone = "position"),
	SOURCE("topics", names, "(@code)",.own_id = "code"),
	SOURCE("activity_kinds", names, "(@code)",.own_id = "code"),
	SOURCE("indicators", indicators, "(@code)",.own_id = "code"),
	SOURCE("programmes", programmes, "(@id)",.own_id = "id",.has_period = true,.alone = "name"),
	SOURCE("districts", districts, "(@id)",.own_id = "id",.has_period = true,.is_unit = true),
	SOURCE("organisations", organisations, "(@id)",.own_id = "id",.is_unit = true),
	SOURCE("external_units", external_units, "(@id)",.own_id = "id",.is_unit = true),
	SOURCE("schools", schools, "(@id)",.own_id = "id",.has_period = true,.is_unit = true,
		   .kept = "students|minority_students|poor_students"),
	SOURCE("successors", successors, "(@old_id)"),
	SOURCE("pairings", pairings,
		   "(@programme, @kind, least(@partner_a, @partner_b), greatest(@partner_a, @partner_b), coalesce(lower(@valid), '-infinity'))",
		   .has_period = true),
	SOURCE("activities", activities, "(@code)",.own_id = "code",.kept = "planned_on|held_on|cancelled_on"),
	SOURCE("participants", participants, "(@activity, @unit)"),
	SOURCE("aid", aid, "(@code)"),
	SOURCE("plans", plans, "(@programme, @school_year, @what, coalesce(@level, ''), coalesce(@zone, ''))"),
	SOURCE("outcomes", outcomes, "(@school_id, @school_year, @indicator)"),
	{NULL}
};

const EqpImportSource *
eqp_import_source(const char *name)
{
	for (const EqpImportSource *source = eqp_import_sources; source->name != NULL; source++)
		if (strcmp(source->name, name) == 0)
			return source;
	return NULL;
}

int
eqp_import_column(const EqpImportSource *source, const char *name)
{
	for (int i = 0; i < source->ncolumns; i++)
		if (strcmp(source->columns[i].name, name) == 0)
			return i;
	return -1;
}

bool
eqp_import_in_key(const EqpImportSource *source, const char *column)
{
	int			len = strlen(column);

	for (const char *at = strchr(source->key, '@'); at != NULL; at = strchr(at + 1, '@'))
		if (strncmp(at + 1, column, len) == 0 && strchr(",)", at[len + 1]) != NULL)
			return true;
	return false;
}
