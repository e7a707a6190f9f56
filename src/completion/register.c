/*
 * register.c
 *		Reading the sessions of a completion report, and counting them by day;
 *		see register.h.
 */
#include "completion/register.h"

#include "alloc.h"
#include "miscadmin.h"
#include "source/hint.h"

/* Which rows a report takes. */
typedef enum Rows
{
	ROWS_SESSIONS,				/* their days */
	ROWS_WHOLE,					/* with all other columns */
	ROWS_OR_SUMMARIES
} Rows;

/* 42703: no day, and no summary where the report reads one. */
static void
refuse_without_day(const EqpRegister *reg, const char *function, Rows rows)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("parameter \"sessions\" of %s has neither column \"planned_on\" nor \"held_on\"",
					function),
			 errdetail("%s", eqp_columns_told(reg->source)),
			 errhint("%sIt reads the columns planned_on, held_on (at least one of them), cancelled (optional), cancelled_on (optional)%s. Give a query that renames yours, such as SELECT my_date AS held_on FROM my_table.",
					 eqp_columns_alike(reg->source, "planned_on", "held_on"),
					 rows == ROWS_WHOLE ? "" : rows == ROWS_SESSIONS ? ", n (optional)" :
					 ", n (optional); or summary, of completion_agg, in place of all of them")));
}

/* 42804: a row is a summary, or a session. */
static void
check_forms(const EqpRegister *reg, const char *function)
{
	for (int i = 0; i < EQP_N_SESSION_COLUMNS; i++)
		if (reg->columns[i].present)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("parameter \"sessions\" of %s has both \"%s\" and \"summary\"", function,
							reg->columns[i].name),
					 errdetail("A row is a session, or n equal ones, or a summary of many."),
					 errhint("Leave out the columns of one form in a query.")));
}

void
eqp_register_columns(EqpRegister *reg)
{
	static const EqpColumn columns[EQP_N_SESSION_COLUMNS] = {
		{"planned_on", EQP_COLUMN_DATE, false},
		{"held_on", EQP_COLUMN_DATE, false},
		{"cancelled", EQP_COLUMN_BOOL, false},
		{"cancelled_on", EQP_COLUMN_DATE, false},
		{"entered_on", EQP_COLUMN_DATE, false},
		{"n", EQP_COLUMN_INT8, false},
	};

	memset(reg, 0, sizeof(*reg));
	memcpy(reg->columns, columns, sizeof(columns));
}

/* Opens the source; see register.h. */
static void
open_register(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
			  char **by, int nby, Rows rows)
{
	static const EqpColumn id = {"id", EQP_COLUMN_TEXT, false};
	static const EqpColumn summary = {"summary", EQP_COLUMN_COMPLETION_SUMMARY, false};

	eqp_register_columns(reg);
	if (rows == ROWS_WHOLE)
	{
		reg->columns[EQP_SESSION_ID] = id;
		reg->source = eqp_source_open_whole(function, sessions, reg->columns,
											EQP_N_ITEM_COLUMNS, by, nby);
	}
	else
	{
		if (rows == ROWS_OR_SUMMARIES)
			reg->columns[EQP_SESSION_SUMMARY] = summary;
		reg->source = eqp_source_open(function, sessions, reg->columns,
									  rows == ROWS_OR_SUMMARIES ? EQP_N_SUMMARY_COLUMNS
									  : EQP_N_SESSION_COLUMNS, by, nby);
	}
	if (eqp_register_summaries(reg))
		check_forms(reg, function);
	else if (!reg->columns[EQP_SESSION_PLANNED_ON].present &&
			 !reg->columns[EQP_SESSION_HELD_ON].present)
		refuse_without_day(reg, function, rows);
	reg->grouping = eqp_grouping_create(reg->source);
}

void
eqp_register_open(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
				  char **by, int nby)
{
	open_register(reg, function, sessions, by, nby, ROWS_SESSIONS);
}

void
eqp_register_open_items(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
						char **by, int nby)
{
	open_register(reg, function, sessions, by, nby, ROWS_WHOLE);
	if (reg->columns[EQP_SESSION_N].present)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("parameter \"sessions\" of %s has a column \"n\"", function),
				 errdetail("A row with \"n\" stands for so many equal sessions, and %s lists them one by one.", function),
				 errhint("Give a query with a row for each, such as SELECT s.* FROM my_table AS s, generate_series(1, n), without the column \"n\". Where it counts something else, rename it.")));
}

void
eqp_register_open_summaries(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
							char **by, int nby)
{
	open_register(reg, function, sessions, by, nby, ROWS_OR_SUMMARIES);
}

void
eqp_register_close(EqpRegister *reg)
{
	EqpSource  *source = reg->source;

	eqp_source_close(source);
	eqp_missing_warn(&reg->missing, source->function, source->parameter, NULL, NULL);
}

void
eqp_session_without_day(const EqpSource *source)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("a row of parameter \"%s\" of %s has neither \"planned_on\" nor \"held_on\"",
					source->parameter, source->function),
			 errhint("%s", EQP_SESSION_DAY_HINT)));
}

int64
eqp_register_n(EqpRegister *reg, const EqpSource *source)
{
	const EqpColumn *column = &reg->columns[EQP_SESSION_N];
	int64		n;

	if (eqp_missing_row(&reg->missing, source, column, NULL))
		return 0;
	n = eqp_column_count(source, column, NULL, NULL);
	reg->total = eqp_add_counts(reg->total, n);
	return n;
}

/* 22023. */
static void
refuse_other_day(const EqpSource *source, const EqpCompletionSummary *summary, DateADT as_of,
				 int grace_days)
{
	const char *day = eqp_completion_day_text(summary->as_of);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a summary in parameter \"%s\" of %s is of another day", source->parameter,
					source->function),
			 errdetail("It is as of %s with grace_days %d; as_of is %s, and grace_days %d.", day,
					   summary->grace_days, eqp_completion_day_text(as_of), grace_days),
			 errhint("Ask for its day, by as_of => '%s', grace_days => %d. In a query choose the summaries of one day: what became of a session by another day cannot be told from counts.",
					 day, summary->grace_days)));
}

const EqpCompletionSummary *
eqp_register_summary(EqpRegister *reg, const EqpSource *source, DateADT as_of, int grace_days)
{
	const EqpCompletionSummary *summary;
	int64		left_out;

	if (reg->left_out != NULL && reg->left_out->present)
	{
		left_out = eqp_column_int8(source, reg->left_out);
		reg->missing.rows += eqp_column_int8(source, reg->rows);
		reg->missing.left_out += left_out;
		if (left_out > 0)
			eqp_missing_note(&reg->missing, &reg->columns[EQP_SESSION_N]);
	}
	if (eqp_column_isnull(source, reg->summary))
		return NULL;
	summary = eqp_completion_canonical(eqp_completion_from_datum(eqp_column_datum(source, reg->summary)));
	if (summary->as_of != as_of || summary->grace_days != grace_days)
		refuse_other_day(source, summary, as_of, grace_days);
	reg->total = eqp_add_counts(reg->total, summary->n);
	return summary;
}

/* ---- Counts by group and day -------------------------------------------- */

#define SH_PREFIX days
#define SH_ELEMENT_TYPE EqpDay
#define SH_KEY_TYPE int64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(eqp_hash_int64(key))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(days)

#define ST_SORT sort_days
#define ST_ELEMENT_TYPE EqpDay
#define ST_COMPARE(a, b) \
	((a)->group != (b)->group \
	 ? ((a)->group < (b)->group ? -1 : 1) \
	 : (((a)->day > (b)->day) - ((a)->day < (b)->day)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

struct EqpDays
{
	days_hash  *hash;
};

EqpDays *
eqp_days_create(void)
{
	EqpDays    *days = palloc(sizeof(EqpDays));

	days->hash = days_create(CurrentMemoryContext, 256, NULL);
	return days;
}

int64 *
eqp_days_at(EqpDays *days, uint32 group, int32 day)
{
	bool		found;
	EqpDay	   *entry = days_insert(days->hash,
									(int64) (((uint64) group << 32) | (uint32) day), &found);

	if (!found)
	{
		entry->group = group;
		entry->day = day;
		memset(entry->counts, 0, sizeof(entry->counts));
	}
	return entry->counts;
}

EqpDay *
eqp_days_sorted(EqpDays *days, uint32 ngroups, uint64 *first)
{
	EqpDay	   *sorted = eqp_alloc(CurrentMemoryContext, days->hash->members, sizeof(EqpDay));
	days_iterator iterator;
	EqpDay	   *entry;
	uint64		n = 0;
	uint32		group = 0;

	days_start_iterate(days->hash, &iterator);
	while ((entry = days_iterate(days->hash, &iterator)) != NULL)
		sorted[n++] = *entry;
	sort_days(sorted, n);

	for (uint64 i = 0; i < n; i++)
		while (group <= sorted[i].group)
			first[group++] = i;
	while (group <= ngroups)
		first[group++] = n;
	return sorted;
}
