/*
 * register.c
 *		Reading the sessions of a completion report, and counting them by day;
 *		see register.h.
 */
#include "completion/register.h"

#include "alloc.h"
#include "miscadmin.h"
#include "source/hint.h"

/* Opens the source: the days of its rows, or its rows whole; see register.h. */
static void
open_register(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
			  char **by, int nby, bool items)
{
	static const EqpColumn columns[EQP_N_ITEM_COLUMNS] = {
		{"planned_on", EQP_COLUMN_DATE, false},
		{"held_on", EQP_COLUMN_DATE, false},
		{"cancelled", EQP_COLUMN_BOOL, false},
		{"cancelled_on", EQP_COLUMN_DATE, false},
		{"entered_on", EQP_COLUMN_DATE, false},
		{"n", EQP_COLUMN_INT8, false},
		{"id", EQP_COLUMN_TEXT, false},
	};

	memset(&reg->missing, 0, sizeof(reg->missing));
	reg->total = 0;
	memcpy(reg->columns, columns, sizeof(columns));
	if (items)
		reg->source = eqp_source_open_whole(function, sessions, reg->columns,
											EQP_N_ITEM_COLUMNS, by, nby);
	else
		reg->source = eqp_source_open(function, sessions, reg->columns,
									  EQP_N_SESSION_COLUMNS, by, nby);
	if (!reg->columns[EQP_SESSION_PLANNED_ON].present &&
		!reg->columns[EQP_SESSION_HELD_ON].present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("parameter \"sessions\" of %s has neither column \"planned_on\" nor \"held_on\"",
						function),
				 errdetail("%s", eqp_columns_told(reg->source)),
				 errhint("%sIt reads the columns planned_on, held_on (at least one of them), cancelled (optional), cancelled_on (optional)%s. Give a query that renames yours, such as SELECT my_date AS held_on FROM my_table.",
						 eqp_columns_alike(reg->source, "planned_on", "held_on"), items ? "" : ", n (optional)")));
	reg->grouping = eqp_grouping_create(reg->source);
}

void
eqp_register_open(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
				  char **by, int nby)
{
	open_register(reg, function, sessions, by, nby, false);
}

void
eqp_register_open_items(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
						char **by, int nby)
{
	open_register(reg, function, sessions, by, nby, true);
	if (reg->columns[EQP_SESSION_N].present)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("parameter \"sessions\" of %s has a column \"n\"", function),
				 errdetail("A row with \"n\" stands for so many equal sessions, and %s lists them one by one.", function),
				 errhint("Give a query with a row for each, such as SELECT s.* FROM my_table AS s, generate_series(1, n), without the column \"n\". Where it counts something else, rename it.")));
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
			 errhint("Give each session the day it is planned for, the day it was held, or both. completion_issues lists all such rows.")));
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
