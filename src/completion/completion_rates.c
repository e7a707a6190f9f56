/*
 * completion_rates.c
 *		Planned against done on a day, by subgroup: completion_rates().
 *
 * One pass over the sessions.  Delays are whole days, so they are counted by
 * day and the median read off the counts: exact, and in memory bounded by the
 * distinct delays of each subgroup, never by its sessions.
 */
#include "completion/register.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/counted.h"
#include "report/rounding.h"
#include "report/suppress.h"
#include "report/targets.h"
#include "stats/sum.h"
#include "utils/builtins.h"
#include "utils/date.h"

PG_FUNCTION_INFO_V1(eqp_completion_rates);
PG_FUNCTION_INFO_V1(eqp__completion_counted_accum);

/* Named by the process that asks. */
extern PGDLLEXPORT void eqp_completion_counted_worker(dsm_segment *segment, shm_toc *toc);

typedef struct Completion
{
	int64		counts[EQP_N_SESSION_STATUSES];
	int64		due_completed;	/* completed, and the deadline is before as_of */
	int64		target;
	bool		has_target;

	/* of the subgroups with a target that the row adds up */
	int64		met;			/* held, in each no more than its target */
	int64		ntargets;
	int64		on_target;
	bool		parts_hidden;	/* one of them is hidden */
} Completion;

/*
 * How many sessions of a subgroup were held so many days after their plan.
 * Smaller than an EqpDay of register.h, which would take twice the memory.
 */
typedef struct DelayCount
{
	int64		key;			/* see delay_key */
	int64		count;
	char		status;
} DelayCount;

#define SH_PREFIX delays
#define SH_ELEMENT_TYPE DelayCount
#define SH_KEY_TYPE int64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(eqp_hash_int64(key))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(delays)

/* The counts of one row of the report, flattened for sorting. */
typedef struct NodeDelay
{
	int64		node;
	int64		count;
	int32		delay;
} NodeDelay;

#define ST_SORT sort_node_delays
#define ST_ELEMENT_TYPE NodeDelay
#define ST_COMPARE(a, b) \
	((a)->node != (b)->node \
	 ? ((a)->node < (b)->node ? -1 : 1) \
	 : (((a)->delay > (b)->delay) - ((a)->delay < (b)->delay)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_PLAN, ARG_GRACE_DAYS, ARG_ROLLUP,
	ARG_MIN_N, ARG_CONFIDENCE, ARG_ROUND_TO, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_HELD, COL_PLANNED, COL_COMPLETED, COL_ON_TIME, COL_LATE, COL_OVERDUE,
	COL_UPCOMING, COL_CANCELLED, COL_UNPLANNED, COL_COMPLETION_RATE,
	COL_CI_LOWER, COL_CI_UPPER, COL_DUE, COL_DUE_COMPLETION_RATE,
	COL_ON_TIME_RATE, COL_TARGET, COL_TARGET_RATE, COL_TARGET_MET_RATE,
	COL_SUBGROUPS_ON_TARGET, COL_SUBGROUPS, COL_MEAN_DELAY, COL_MEDIAN_DELAY,
	COL_METHOD,
	N_COLUMNS
};

typedef struct CompletionReader
{
	MemoryContext context;
	EqpRegister reg;
	DateADT		as_of;
	int			grace_days;
	Completion *groups;
	uint32		capacity;
	delays_hash *delays;
} CompletionReader;

/* A group and a delay as one key. */
static inline int64
delay_key(uint32 group, int32 delay)
{
	return (int64) (((uint64) group << 32) | (uint32) delay);
}

/* Counts completed sessions by their delay in days, early ones negative. */
static void
count_delay(CompletionReader *reader, uint32 group, int32 delay, int64 n)
{
	bool		found;
	DelayCount *entry = delays_insert(reader->delays, delay_key(group, delay), &found);

	if (!found)
		entry->count = 0;
	entry->count += n;
}

/* Counts one row of the sessions. */
static void
read_session(EqpSource *source, void *arg)
{
	CompletionReader *reader = arg;
	EqpSession	session = eqp_register_session(&reader->reg, source);
	EqpSessionStatus status = eqp_register_status(&reader->reg, source, &session,
												  reader->as_of, reader->grace_days);
	Completion *row;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, session.group);
	row = &reader->groups[session.group];
	if (session.n == 0)
		return;
	row->counts[status] += session.n;

	if (status <= EQP_SESSION_LATE)
	{
		count_delay(reader, session.group, session.held_on - session.planned_on, session.n);
		if (eqp_session_deadline(&session, reader->grace_days) < reader->as_of)
			row->due_completed += session.n;
	}
}

/* Counts the sessions of one row of summaries, if it has any. */
static void
read_summary(EqpSource *source, void *arg)
{
	CompletionReader *reader = arg;
	uint32		group = eqp_grouping_row(reader->reg.grouping, source);
	const EqpCompletionSummary *summary;
	Completion *row;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, group);
	summary = eqp_register_summary(&reader->reg, source, reader->as_of, reader->grace_days);
	if (summary == NULL)
		return;
	row = &reader->groups[group];
	for (int i = 0; i < EQP_N_COMPLETION_COUNTS; i++)
		row->counts[i] += summary->counts[i];
	row->due_completed += summary->due_completed;
	for (uint32 i = 0; i < summary->ndelays; i++)
	{
		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		count_delay(reader, group, eqp_completion_days(summary)[i], eqp_completion_sessions(summary)[i]);
	}
}

/* ---- Counting in several processes -------------------------------------- */

/* The names before those of columns. */
enum
{
	NAME_FUNCTION, NAME_PARAMETER, NAME_AS_OF, NAME_GRACE_DAYS, N_NAMES
};

/* Beside its groups, a part has so many delays, each with the number of its group in the part. */
typedef struct PartDelay
{
	int64		count;
	uint32		group;
	int32		delay;
} PartDelay;

/* A part that is read, and what the groups in it are here. */
typedef struct CountedReader
{
	CompletionReader *reader;
	uint32	   *groups;
	uint32		capacity;
	uint32		n;
} CountedReader;

/* The reader of a process, and the columns that it may have; see counted.h. */
static EqpColumn *
counted_columns(EqpCounted *counted, char **names, int *ncolumns)
{
	CompletionReader *reader = palloc0(sizeof(CompletionReader));

	counted->reader = reader;
	reader->context = CurrentMemoryContext;
	reader->as_of = DatumGetDateADT(DirectFunctionCall1(date_in, CStringGetDatum(names[NAME_AS_OF])));
	reader->grace_days = pg_strtoint32(names[NAME_GRACE_DAYS]);
	eqp_register_columns(&reader->reg);
	*ncolumns = EQP_N_SESSION_COLUMNS;
	return reader->reg.columns;
}

/* Its register has no source to open: it is the arguments. */
static void
counted_start(EqpCounted *counted)
{
	CompletionReader *reader = counted->reader;

	reader->reg.source = &counted->source;
	reader->reg.grouping = eqp_grouping_create(&counted->source);
	reader->delays = delays_create(reader->context, 256, NULL);
}

/* What a group has, without its delays. */
static void
put_counts(StringInfo part, uint32 group, void *arg)
{
	const CompletionReader *reader = arg;

	eqp_counted_put(part, &reader->groups[group], sizeof(Completion));
}

/* The totals of the register, the groups, the delays. */
static void
counted_write(EqpCounted *counted, StringInfo part)
{
	CompletionReader *reader = counted->reader;
	uint32		ngroups = eqp_grouping_count(reader->reg.grouping);
	uint64		ndelays = reader->delays->members;
	delays_iterator iterator;
	DelayCount *entry;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, Max(ngroups, 1) - 1);
	eqp_counted_put(part, &reader->reg.total, sizeof(reader->reg.total));
	eqp_counted_put(part, &reader->reg.missing.rows, sizeof(reader->reg.missing.rows));
	eqp_counted_put(part, &reader->reg.missing.left_out, sizeof(reader->reg.missing.left_out));
	eqp_counted_put_groups(part, reader->reg.grouping, put_counts, reader);
	eqp_counted_put(part, &ndelays, sizeof(ndelays));
	delays_start_iterate(reader->delays, &iterator);
	while ((entry = delays_iterate(reader->delays, &iterator)) != NULL)
	{
		PartDelay	delay = {entry->count, (uint64) entry->key >> 32, (int32) (uint32) entry->key};

		eqp_counted_put(part, &delay, sizeof(delay));
	}
}

/* A group of a part, its delays apart. */
static void
get_counts(EqpCountedPart *part, void *arg)
{
	CountedReader *counted = arg;
	CompletionReader *reader = counted->reader;
	uint32		group = eqp_grouping_row(reader->reg.grouping, part->source);
	Completion	counts;

	eqp_counted_get(part, &counts, sizeof(counts));
	EQP_RESERVE(reader->context, reader->groups, reader->capacity, group);
	for (int i = 0; i < EQP_N_SESSION_STATUSES; i++)
		reader->groups[group].counts[i] += counts.counts[i];
	reader->groups[group].due_completed += counts.due_completed;
	EQP_RESERVE(reader->context, counted->groups, counted->capacity, counted->n);
	counted->groups[counted->n++] = group;
}

/* What a process counted, added to what is there. */
static void
get_part(EqpCountedPart *part, void *arg)
{
	CompletionReader *reader = arg;
	CountedReader counted = {.reader = reader};
	int64		total;
	EqpMissing	missing;
	uint64		ndelays;

	eqp_counted_get(part, &total, sizeof(total));
	eqp_counted_get(part, &missing.rows, sizeof(missing.rows));
	eqp_counted_get(part, &missing.left_out, sizeof(missing.left_out));
	/* all counts are parts of it */
	reader->reg.total = eqp_add_counts(reader->reg.total, total);
	reader->reg.missing.rows += missing.rows;
	reader->reg.missing.left_out += missing.left_out;
	if (missing.left_out > 0)
		eqp_missing_note(&reader->reg.missing, &reader->reg.columns[EQP_SESSION_N]);
	eqp_counted_get_groups(part, 0, get_counts, &counted);
	eqp_counted_get(part, &ndelays, sizeof(ndelays));
	for (uint64 i = 0; i < ndelays; i++)
	{
		PartDelay	delay;

		eqp_counted_get(part, &delay, sizeof(delay));
		if (delay.group >= counted.n)
			elog(ERROR, "a delay in the counts of another process is of no group");
		count_delay(reader, counted.groups[delay.group], delay.delay, delay.count);
	}
	if (counted.groups != NULL)
		pfree(counted.groups);
}

static const EqpCountedReport sessions_report = {
	.aggregate = "_completion_counted",
	.worker = "eqp_completion_counted_worker",
	.nnames = N_NAMES,
	.columns = counted_columns,
	.start = counted_start,
	.row = read_session,
	.write = counted_write,
	.part = get_part,
};

/* (state, names, columns): one row */
Datum
eqp__completion_counted_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return eqp_counted_row(fcinfo, &sessions_report);
}

/* What a worker runs. */
void
eqp_completion_counted_worker(dsm_segment *segment, shm_toc *toc)
{
	eqp_counted_work(segment, toc, &sessions_report);
}

/* How the sessions are counted in several processes. */
static EqpCounting
counting_of(CompletionReader *reader)
{
	static const int columns[] = {
		EQP_SESSION_PLANNED_ON, EQP_SESSION_HELD_ON, EQP_SESSION_CANCELLED, EQP_SESSION_CANCELLED_ON, EQP_SESSION_N
	};
	EqpSource  *source = reader->reg.source;
	char	  **names = palloc(N_NAMES * sizeof(char *));

	names[NAME_FUNCTION] = unconstify(char *, source->function);
	names[NAME_PARAMETER] = unconstify(char *, source->parameter);
	names[NAME_AS_OF] = eqp_completion_day_text(reader->as_of);
	names[NAME_GRACE_DAYS] = psprintf("%d", reader->grace_days);
	return (EqpCounting) {&sessions_report, source, names, N_NAMES, columns, lengthof(columns), reader};
}

/* Adds a subgroup to its total; 22003 for targets past bigint. */
static void
add_row(Completion *total, const Completion *part)
{
	for (int i = 0; i < EQP_N_SESSION_STATUSES; i++)
		total->counts[i] += part->counts[i];
	total->due_completed += part->due_completed;
	total->has_target |= part->has_target;
	total->target = eqp_add_counts(total->target, part->target);
	total->met += part->met;	/* no more than the targets */
	total->ntargets += part->ntargets;
	total->on_target += part->on_target;
}

/* Planned and held by as_of. */
static inline int64
completed(const Completion *row)
{
	return row->counts[EQP_SESSION_ON_TIME] + row->counts[EQP_SESSION_LATE];
}

/* All that is planned, whatever became of it. */
static inline int64
planned(const Completion *row)
{
	return completed(row) + row->counts[EQP_SESSION_OVERDUE] + row->counts[EQP_SESSION_UPCOMING] +
		row->counts[EQP_SESSION_CANCELLED_THEN];
}

/* Planned or not, held by as_of. */
static inline int64
held(const Completion *row)
{
	return completed(row) + row->counts[EQP_SESSION_UNPLANNED];
}

/* Not cancelled, and the deadline is before as_of. */
static inline int64
due(const Completion *row)
{
	return row->due_completed + row->counts[EQP_SESSION_OVERDUE];
}

/* The target of a subgroup, and whether what is held reaches it, as far as it is shown. */
static void
set_target(Completion *row, int64 target, int round_to)
{
	int64		shown = eqp_round_count(held(row), round_to);

	row->has_target = true;
	row->target = target;
	row->met = Min(shown, target);
	row->ntargets = 1;
	row->on_target = shown >= target;
}

/* ---- Delays ------------------------------------------------------------- */

/* What the completed sessions of a node took, in days; NaN where there are none. */
typedef struct NodeDelays
{
	double		mean;
	double		median;
} NodeDelays;

/*
 * The delays of every node.  The counts of the groups are handed up to their
 * totals level by level.
 */
static NodeDelays *
node_delays(const EqpReport *report, const CompletionReader *reader)
{
	NodeDelays *delays = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(NodeDelays));
	int64	   *leaf_of_group = eqp_alloc(CurrentMemoryContext, eqp_grouping_count(reader->reg.grouping), sizeof(int64));
	uint64		capacity = Max(reader->delays->members, 1);
	NodeDelay  *entries = eqp_alloc(CurrentMemoryContext, capacity, sizeof(NodeDelay));
	uint64		n = 0;
	delays_iterator iterator;
	DelayCount *entry;
	bool		parents;

	for (int64 i = 0; i < report->nnodes; i++)
	{
		delays[i] = (NodeDelays) {NAN, NAN};
		if (report->nodes[i].leaf)
			leaf_of_group[report->nodes[i].group] = i;
	}

	delays_start_iterate(reader->delays, &iterator);
	while ((entry = delays_iterate(reader->delays, &iterator)) != NULL)
	{
		entries[n].node = leaf_of_group[(uint64) entry->key >> 32];
		entries[n].delay = (int32) (uint32) entry->key;
		entries[n].count = entry->count;
		n++;
	}

	do
	{
		uint64		kept = 0;

		parents = false;
		sort_node_delays(entries, n);
		for (uint64 start = 0; start < n;)
		{
			int64		node = entries[start].node;
			int64		total = 0;
			int64		below = 0;
			EqpSum		days = {0};
			uint64		merged = start;
			uint64		end;
			uint64		at;

			CHECK_FOR_INTERRUPTS();

			/* equal delays, which came from several children, become one */
			for (end = start; end < n && entries[end].node == node; end++)
			{
				total += entries[end].count;
				eqp_sum_add(&days, (double) entries[end].delay * (double) entries[end].count);
				if (end > start && entries[end].delay == entries[merged].delay)
					entries[merged].count += entries[end].count;
				else if (end > start)
					entries[++merged] = entries[end];
			}

			/* the (total+1)/2-th and the (total/2+1)-th smallest */
			at = start;
			while (below + entries[at].count < total / 2 + total % 2)
				below += entries[at++].count;
			delays[node].mean = eqp_sum_value(&days) / (double) total;
			delays[node].median = entries[at].delay;
			if (below + entries[at].count < total / 2 + 1)
				delays[node].median = (delays[node].median + entries[at + 1].delay) / 2.0;

			if (report->nodes[node].parent >= 0)
			{
				parents = true;
				for (at = start; at <= merged; at++)
				{
					entries[kept] = entries[at];
					entries[kept++].node = report->nodes[node].parent;
				}
			}
			start = end;
		}
		n = kept;
	} while (parents);

	pfree(entries);
	pfree(leaf_of_group);
	return delays;
}

/* ---- The report --------------------------------------------------------- */

/*
 * The delays.  An exact mean is a fraction, whose denominator tells how many
 * there are, and a median of half days that they are even: where counts are
 * rounded, these are whole days, and none where the count of the completed is
 * 0 then.
 */
static void
set_delays(EqpWriter *writer, const NodeDelays *delays, int64 shown_completed, int round_to)
{
	if (!eqp_rounds(round_to))
	{
		eqp_set_float8(writer, COL_MEAN_DELAY, delays->mean + 0.0);
		eqp_set_float8(writer, COL_MEDIAN_DELAY, delays->median);
	}
	else if (shown_completed > 0)
	{
		eqp_set_float8(writer, COL_MEAN_DELAY, round(delays->mean) + 0.0);
		eqp_set_float8(writer, COL_MEDIAN_DELAY, round(delays->median) + 0.0);
	}
}

/*
 * What the targets say.  How much of them is met is told only where every part
 * is shown.  Beside the total of what is held it would be a second equation in
 * the hidden parts, and with their targets could give them away.
 */
static void
set_targets(EqpWriter *writer, const Completion *row, int64 shown_held)
{
	if (!row->has_target)
		return;
	eqp_set_count(writer, COL_TARGET, row->target);
	eqp_set_ratio(writer, COL_TARGET_RATE, shown_held, row->target);
	if (row->parts_hidden)
		return;
	eqp_set_ratio(writer, COL_TARGET_MET_RATE, row->met, row->target);
	eqp_set_count(writer, COL_SUBGROUPS_ON_TARGET, row->on_target);
	eqp_set_count(writer, COL_SUBGROUPS, row->ntargets);
}

/* How the rows are shown. */
typedef struct Style
{
	DateADT		as_of;
	bool		interval;
	double		confidence;
	int			round_to;
} Style;

/* The row of a subgroup.  What is divided is what is shown. */
static void
put_row(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		const Completion *row, const NodeDelays *delays, const Style *style)
{
	int			round_to = style->round_to;
	int64		shown_held = eqp_round_count(held(row), round_to);
	int64		shown_planned = eqp_round_count(planned(row), round_to);
	int64		shown_completed = eqp_round_count(completed(row), round_to);
	int64		shown_due = eqp_round_count(due(row), round_to);
	int64		counts[EQP_N_SESSION_STATUSES];

	for (int i = 0; i < EQP_N_SESSION_STATUSES; i++)
		counts[i] = eqp_round_count(row->counts[i], round_to);
	eqp_set_labels(writer, report, node);
	eqp_set_date(writer, COL_AS_OF, style->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		eqp_set_count(writer, COL_HELD, shown_held);
		eqp_set_count(writer, COL_PLANNED, shown_planned);
		eqp_set_count(writer, COL_COMPLETED, shown_completed);
		eqp_set_count(writer, COL_ON_TIME, counts[EQP_SESSION_ON_TIME]);
		eqp_set_count(writer, COL_LATE, counts[EQP_SESSION_LATE]);
		eqp_set_count(writer, COL_OVERDUE, counts[EQP_SESSION_OVERDUE]);
		eqp_set_count(writer, COL_UPCOMING, counts[EQP_SESSION_UPCOMING]);
		eqp_set_count(writer, COL_CANCELLED, counts[EQP_SESSION_CANCELLED_THEN]);
		eqp_set_count(writer, COL_UNPLANNED, counts[EQP_SESSION_UNPLANNED]);
		eqp_set_ratio(writer, COL_COMPLETION_RATE, shown_completed, shown_planned);
		eqp_set_wilson(writer, COL_CI_LOWER, shown_completed, shown_planned, style->interval, style->confidence);
		eqp_set_count(writer, COL_DUE, shown_due);
		eqp_set_ratio(writer, COL_DUE_COMPLETION_RATE, eqp_round_count(row->due_completed, round_to), shown_due);
		eqp_set_ratio(writer, COL_ON_TIME_RATE, counts[EQP_SESSION_ON_TIME], shown_completed);
		set_targets(writer, row, shown_held);
		set_delays(writer, delays, shown_completed, round_to);
		eqp_set_rounding(writer, COL_METHOD, round_to);
	}
	eqp_writer_put(writer);
}

/* completion_rates(sessions, ...) */
Datum
eqp_completion_rates(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(10);
	const char *function = "completion_rates";
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	const EqpSourceText *plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			grace_days = eqp_argument_count(fcinfo, ARG_GRACE_DAYS, "grace_days", 0);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	Style		style = {.as_of = as_of, .round_to = eqp_argument_round_to(fcinfo, ARG_ROUND_TO)};
	CompletionReader reader = {
		.context = CurrentMemoryContext,
		.as_of = as_of,
		.grace_days = grace_days,
	};
	EqpCounting counting;
	EqpWriter  *writer;
	EqpTargets	targets = {0};
	EqpReport  *report;
	Completion *rows;
	int64	   *bases;
	NodeDelays *delays;
	uint32		ngroups;

	style.interval = eqp_argument_optional_confidence(fcinfo, ARG_CONFIDENCE, &style.confidence);
	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	eqp_register_open_summaries(&reader.reg, function, sessions, by, nby);
	reader.delays = delays_create(reader.context, 256, NULL);
	counting = counting_of(&reader);
	eqp_register_run(&reader.reg, as_of, grace_days, read_summary, &counting);
	eqp_register_close(&reader.reg);
	if (plan)
		eqp_targets_read(&targets, reader.reg.grouping, function, plan, by, nby, as_of);

	ngroups = eqp_grouping_count(reader.reg.grouping);
	if (ngroups > 0)
		EQP_RESERVE(reader.context, reader.groups, reader.capacity, ngroups - 1);
	for (uint32 i = 0; i < ngroups; i++)
		if (eqp_target_state(&targets, i) == EQP_TARGET_GIVEN)
			set_target(&reader.groups[i], targets.target[i], style.round_to);

	report = eqp_report_build(reader.reg.grouping, NULL, rollup);
	rows = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(Completion));
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		if (node->leaf)
			rows[i] = reader.groups[node->group];
		if (node->parent >= 0)
			add_row(&rows[node->parent], &rows[i]);
		bases[i] = planned(&rows[i]) + rows[i].counts[EQP_SESSION_UNPLANNED];
	}
	eqp_report_suppress(report, bases, 1, min_n);
	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].parent >= 0)
			rows[report->nodes[i].parent].parts_hidden |= rows[i].parts_hidden || report->nodes[i].suppressed;
	delays = node_delays(report, &reader);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(writer, report, &report->nodes[i], &rows[i], &delays[i], &style);
	}
	return (Datum) 0;
}
