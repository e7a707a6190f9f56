/*
 * programme.h
 *		The programme as a graph: units, and pairings with merged periods.
 *
 * Every id is a number: the units listed in the schools source come first
 * (0 to nlisted - 1), external partners after them.  Pairings of two units
 * neither of which is listed are out of scope and left out.  Periods are
 * half-open, [from, to), with DATEVAL_NOBEGIN and DATEVAL_NOEND as open ends.
 *
 * A report reads the units as they are on one day, with the pairings of that
 * day (EqpSnapshot), or as they are through time (EqpHistory); both know the
 * ids, zones and subgroups (EqpProgramme).
 *
 * Memory is bounded by the units and the pairings; sessions are counted as
 * they stream by, unless they have a row for each participant.  Everything
 * lives in the memory context in which it was read.
 */
#ifndef EQP_PROGRAMME_H
#define EQP_PROGRAMME_H

#include "equipair.h"

#include "miscadmin.h"

#include "programme/successors.h"
#include "report/grouping.h"
#include "report/writer.h"
#include "source/key.h"
#include "source/source.h"

#define EQP_UNKNOWN_ZONE 0

/* An array whose elements belong to the numbers below n. */
typedef struct EqpByNumber
{
	const char *array;
	Size		size;			/* of an element */
	uint32		n;
} EqpByNumber;

#define EQP_BY_NUMBER(array, n) ((EqpByNumber) {(const char *) (array), sizeof(*(array)), (n)})
#define EQP_NO_ARRAY ((EqpByNumber) {NULL, 0, 0})

/* Have what an array holds of a number fetched, which is looked at soon. */
static inline void
eqp_fetch(const EqpByNumber *array, uint32 number)
{
	if (number < array->n)
		eqp_prefetch(array->array + (Size) number * array->size);
}

typedef struct EqpUnit
{
	bool		valid;			/* a unit on the as_of day; if not, listed only */
	uint32		group;			/* these three: of the row valid that day */
	uint32		zone;			/* EQP_UNKNOWN_ZONE where NULL or no column */
	double		weight;
} EqpUnit;

/* A row of the schools source: a unit, while it has one group and one zone. */
typedef struct EqpStretch
{
	uint32		unit;
	DateADT		from;
	DateADT		to;
	uint32		group;
	uint32		zone;
} EqpStretch;

typedef struct EqpPeriod
{
	DateADT		from;
	DateADT		to;
} EqpPeriod;

/*
 * A pairing that is valid on the as_of day and whose partners are there then:
 * each a unit of that day, or external.
 */
typedef struct EqpPair
{
	uint32		a;				/* a < b, so that a is a unit */
	uint32		b;

	/* where they were asked for: in periods, ascending and disjoint */
	uint32		first_period;
	uint32		nperiods;
	uint32		current;		/* the one with the as_of day */
} EqpPair;

/* Two units of the day, a < b, that were paired before it and are not on it. */
typedef struct EqpFormer
{
	uint32		a;
	uint32		b;
} EqpFormer;

/* The sessions of a pair that were held while the pairing was valid. */
typedef struct EqpHeld
{
	int64		sessions;
	DateADT		last_session;	/* where there are any */
} EqpHeld;

/*
 * The sessions that have a row for each participant, and of each the units
 * that it counts for: those listed that held it with a partner.
 */
typedef struct EqpMeetings
{
	uint32		n;
	uint64	   *first;			/* where the units of each begin, n + 1 of them */
	uint32	   *units;			/* of one session each once, in no order */
} EqpMeetings;

/* What a snapshot and a history have in common. */
typedef struct EqpProgramme
{
	const char *function;		/* for messages */
	const char *units_from;		/* the parameter that lists the units */
	MemoryContext context;
	EqpKeyMap  *ids;
	EqpFold    *id_fold;		/* of the ids of schools, which all sources follow; often NULL */
	EqpSuccessors *successors;	/* of ids, which all sources follow too; often NULL */
	uint32		nlisted;
	EqpGrouping *grouping;		/* of the units, by the BY columns */
	EqpKeyMap  *zones;			/* zone n is key n - 1 */
	bool		has_zone;
} EqpProgramme;

/* The programme on the as_of day. */
typedef struct EqpSnapshot
{
	EqpProgramme programme;
	DateADT		as_of;
	EqpUnit    *units;			/* by number, nlisted of them */
	uint32		unit_capacity;
	bool		has_weight;

	/* how many partners a unit can take, by number: 1 where NULL or no column; if asked for */
	int64	   *capacity;
	uint32		capacity_size;

	/*
	 * A pair of units is kept once, the smaller number first, with the union
	 * of the periods it was named with.
	 */
	EqpPair    *pairs;			/* in the order of a and b */
	uint32		npairs;
	EqpPeriod  *periods;
	EqpFormer  *former;			/* in the order of a and b, if asked for */
	uint32		nformer;
	EqpHeld    *held;			/* by pair; NULL where no sessions were read */

	/*
	 * Where a session may have more than two units, one counts for several
	 * pairs of a unit.  Then these are different sessions; else NULL, and the
	 * sum over its pairs is the number of them.
	 */
	int64	   *unit_held;		/* by number, nlisted of them */
	EqpMeetings *meetings;
} EqpSnapshot;

/* The units through time. */
typedef struct EqpHistory
{
	EqpProgramme programme;
	EqpStretch *stretches;		/* by unit and time */
	uint32		nstretches;
	uint32	   *first_stretch;	/* where each unit's begin, nlisted + 1 of them; NULL: one each */
} EqpHistory;

/*
 * Read the units.  zone, weight and the validity columns are optional; a BY
 * column may be one of them.  In a snapshot only units valid on the as_of day
 * have a group; a history keeps every stretch of validity.  successors may be
 * NULL; a unit ends on the day from which its id means another one.  Errors: NULL
 * id 22004, an id twice at one time 23505, weight negative or not finite, capacity
 * negative 22023, and those of successors.
 */
extern EqpSnapshot *eqp_snapshot_read(const char *function, const EqpSourceText *schools,
									  const EqpSourceText *successors, char **by, int nby,
									  DateADT as_of, bool wants_capacity);
extern EqpHistory *eqp_history_read(const char *function, const EqpSourceText *schools,
									const EqpSourceText *successors, char **by, int nby);

/* What a row of schools says. */
typedef struct EqpSchoolRow
{
	EqpPeriodKind period;
	DateADT		from;
	DateADT		to;
	double		weight;			/* these two: NaN where NULL and where there is no column */
	double		capacity;
	bool		bad_weight;		/* these two: one that other reports refuse */
	bool		bad_capacity;
} EqpSchoolRow;

/*
 * For a report that looks at every row, those too that others refuse.  opened
 * is called once with the source, which has all its columns, and that of ids;
 * whole with each row as it is read; row with each that has an id, later.
 */
typedef struct EqpSchoolWatch
{
	void		(*opened) (void *arg, const EqpSource *source, const EqpColumn *id);
	void		(*whole) (void *arg, const EqpSource *source);
	void		(*row) (void *arg, uint32 unit, const EqpSchoolRow *row);
	void	   *arg;
	int64		without_id;		/* rows */
} EqpSchoolWatch;

/*
 * The same history without errors for what rows say.  A row without an id is
 * left out, a period that ends before it begins has no day, and rows of a unit
 * with days in common become one stretch.
 */
extern EqpHistory *eqp_history_watch(const char *function, const EqpSourceText *schools,
									 const EqpSourceText *successors, EqpSchoolWatch *watch);

/*
 * Read the pairings of the as_of day into pairs, once.  With periods each has
 * all its periods, those before and after that day too.  Errors as in
 * eqp_pairings_read; 54000 for 2^31 rows.
 */
extern void eqp_snapshot_read_pairings(EqpSnapshot *snapshot, const EqpSourceText *text, bool periods);

/* The same without periods, and the pairings that ended by the as_of day into former. */
extern void eqp_snapshot_read_former(EqpSnapshot *snapshot, const EqpSourceText *text);

/*
 * Count the sessions held from since to until, both included, on days when
 * their pairing was valid, into held and what goes with it.  Needs the periods
 * of the pairs.
 */
extern void eqp_snapshot_read_sessions(EqpSnapshot *snapshot, const EqpSourceText *text,
									   DateADT since, DateADT until);

/* Not in schools. */
static inline bool
eqp_is_external(const EqpProgramme *programme, uint32 id)
{
	return id >= programme->nlisted;
}

/* In schools, or the id of a unit that one in schools succeeds. */
static inline bool
eqp_is_ever_listed(const EqpProgramme *programme, uint32 id)
{
	return id < programme->nlisted ||
		(programme->successors != NULL && eqp_successor_listed(programme->successors, id));
}

/* Two zones that are known and differ. */
static inline bool
eqp_zones_differ(uint32 a, uint32 b)
{
	return a != EQP_UNKNOWN_ZONE && b != EQP_UNKNOWN_ZONE && a != b;
}

/* ---- A snapshot --------------------------------------------------------- */

/* Listed and a unit on the as_of day. */
static inline bool
eqp_is_unit(const EqpSnapshot *snapshot, uint32 id)
{
	return id < snapshot->programme.nlisted && snapshot->units[id].valid;
}

static inline uint32
eqp_zone_of(const EqpSnapshot *snapshot, uint32 id)
{
	return id < snapshot->programme.nlisted ? snapshot->units[id].zone : EQP_UNKNOWN_ZONE;
}

static inline bool
eqp_crosses_zones(const EqpSnapshot *snapshot, const EqpPair *pair)
{
	return eqp_zones_differ(eqp_zone_of(snapshot, pair->a), eqp_zone_of(snapshot, pair->b));
}

static inline EqpByNumber
eqp_units_by_number(const EqpSnapshot *snapshot)
{
	return EQP_BY_NUMBER(snapshot->units, snapshot->programme.nlisted);
}

/*
 * A walk through the pairs.  They are in the order of a, so what a loop keeps
 * of a is in the processor's caches already.  What it keeps of b can be
 * anywhere, and to wait for memory would take most of its time.  So the walk
 * has that fetched some pairs ahead: what the arrays given hold of b.
 *
 *		EqpPairWalk walk = eqp_walk_pairs(snapshot, EQP_BY_NUMBER(counts, nlisted), EQP_NO_ARRAY);
 *
 *		while ((pair = eqp_next_pair(&walk)) != NULL)
 */
typedef struct EqpPairWalk
{
	const EqpPair *next;
	const EqpPair *end;
	EqpByNumber arrays[2];
} EqpPairWalk;

static inline EqpPairWalk
eqp_walk_pairs(const EqpSnapshot *snapshot, EqpByNumber first, EqpByNumber second)
{
	return (EqpPairWalk) {snapshot->pairs, snapshot->pairs + snapshot->npairs, {first, second}};
}

/* NULL at the end. */
static inline const EqpPair *
eqp_next_pair(EqpPairWalk *walk)
{
	const EqpPair *pair = walk->next;

	if (pair == walk->end)
		return NULL;
	CHECK_FOR_INTERRUPTS();
	walk->next++;
	if (walk->end - pair > EQP_AHEAD)
	{
		eqp_fetch(&walk->arrays[0], pair[EQP_AHEAD].b);
		eqp_fetch(&walk->arrays[1], pair[EQP_AHEAD].b);
	}
	return pair;
}

/* The zone of a unit as text, NULL where it is not known. */
extern void eqp_set_zone(EqpWriter *writer, int column, const EqpSnapshot *snapshot, uint32 id);

/* ---- A history ---------------------------------------------------------- */

/* Where the stretches of a unit begin and those of the one before it end. */
static inline uint32
eqp_first_stretch(const EqpHistory *history, uint32 unit)
{
	return history->first_stretch ? history->first_stretch[unit] : unit;
}

/* How many stretches a unit has, and the first of them. */
static inline uint32
eqp_stretches_of(const EqpHistory *history, uint32 unit, const EqpStretch **stretches)
{
	uint32		first = eqp_first_stretch(history, unit);

	*stretches = history->stretches + first;
	return eqp_first_stretch(history, unit + 1) - first;
}

/* ---- Days --------------------------------------------------------------- */

/*
 * The first day from day on, that day included, that lies in one of n periods;
 * DATEVAL_NOEND for none.  The periods are in an array of elements of the given
 * size, and ascend by to; from and to point to those of the first.
 */
extern DateADT eqp_next_day(const DateADT *from, const DateADT *to, Size size, uint32 n, DateADT day);

/*
 * The parameter active_since: NULL is one year before as_of; 22023 where it
 * is after as_of.
 */
extern DateADT eqp_argument_active_since(FunctionCallInfo fcinfo, int argno, DateADT as_of);

#endif							/* EQP_PROGRAMME_H */
