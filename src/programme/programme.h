/*
 * programme.h
 *		The programme as a graph: units, and pairings with merged periods.
 *
 * Every id is a number: the units listed in the schools source come first
 * (0 to nlisted - 1), external partners after them.  A pair of units is kept
 * once, the smaller number first, if it is paired on the as_of day, with the
 * union of the periods it was named with; pairings of two units neither of
 * which is listed are out of scope and left out.  Periods are half-open,
 * [from, to), with DATEVAL_NOBEGIN and DATEVAL_NOEND as open ends.
 *
 * Memory is bounded by the units and the pairings; sessions are counted as
 * they stream by.  Everything lives in the memory context in which the
 * programme was created.
 */
#ifndef EQP_PROGRAMME_H
#define EQP_PROGRAMME_H

#include "equipair.h"

#include "report/report.h"
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

	/* with history only: in periods, ascending and disjoint */
	uint32		first_period;
	uint32		nperiods;
	uint32		current;		/* the one with the as_of day */
} EqpPair;

/* The sessions of a pair that were held while the pairing was valid. */
typedef struct EqpHeld
{
	int64		sessions;
	DateADT		last_session;	/* where there are any */
} EqpHeld;

typedef struct EqpProgramme
{
	const char *function;		/* for messages */
	MemoryContext context;
	DateADT		as_of;

	EqpKeyMap  *ids;
	uint32		nlisted;
	EqpUnit    *units;			/* by number, nlisted of them; without history only */
	uint32		unit_capacity;
	EqpGrouping *grouping;		/* of the units, by the BY columns */

	/* with history only: by unit and time, and where each unit's begin */
	EqpStretch *stretches;
	uint32		nstretches;
	uint32	   *first_stretch;	/* nlisted + 1 of them; NULL: one each */

	/* read only where set before the schools are: how many partners a unit can take */
	bool		wants_capacity;
	int64	   *capacity;		/* by number; 1 where NULL or no column */
	uint32		capacity_size;

	EqpKeyMap  *zones;			/* zone n is key n - 1 */
	bool		has_zone;
	bool		has_weight;

	EqpPair    *pairs;			/* in the order of a and b */
	uint32		npairs;
	EqpPeriod  *periods;
	EqpHeld    *held;			/* by pair; NULL where no sessions were read */
} EqpProgramme;

extern EqpProgramme *eqp_programme_create(const char *function, DateADT as_of);

/*
 * Read the units.  zone, weight and the validity columns are optional; a BY
 * column may be one of them.  Without history only units valid on the as_of
 * day have a group; with it every stretch of validity is kept, in place of
 * units.  Errors: NULL id 22004, an id twice at one time 23505, weight negative
 * or not finite, capacity negative 22023.
 */
extern void eqp_programme_read_schools(EqpProgramme *programme, const char *text,
									   char **by, int nby, bool history);

/*
 * Read the pairings of the as_of day into pairs, once, after the schools, which
 * were read without history.  With history each has all its periods, those
 * before and after that day too.  Errors as in eqp_pairings_read; 54000 for
 * 2^31 rows.
 */
extern void eqp_programme_read_pairings(EqpProgramme *programme, const char *text,
										bool history);

/*
 * Count the sessions held from since to until, both included, on days when
 * their pairing was valid, into held.  Needs the history of the pairs.
 */
extern void eqp_programme_read_sessions(EqpProgramme *programme, const char *text,
										DateADT since, DateADT until);

/*
 * The first day from day on, that day included, that lies in one of n periods;
 * DATEVAL_NOEND for none.  The periods are in an array of elements of the given
 * size, and ascend by to; from and to point to those of the first.
 */
extern DateADT eqp_next_day(const DateADT *from, const DateADT *to, Size size, uint32 n, DateADT day);

static inline bool
eqp_is_external(const EqpProgramme *programme, uint32 id)
{
	return id >= programme->nlisted;
}

/* Where the stretches of a unit begin and those of the one before it end. */
static inline uint32
eqp_first_stretch(const EqpProgramme *programme, uint32 unit)
{
	return programme->first_stretch ? programme->first_stretch[unit] : unit;
}

/* Listed and a unit on the as_of day. */
static inline bool
eqp_is_unit(const EqpProgramme *programme, uint32 id)
{
	return id < programme->nlisted && programme->units[id].valid;
}

static inline uint32
eqp_zone_of(const EqpProgramme *programme, uint32 id)
{
	return id < programme->nlisted ? programme->units[id].zone : EQP_UNKNOWN_ZONE;
}

/* Have what is known of an id fetched that is looked at soon. */
static inline void
eqp_prefetch_unit(const EqpProgramme *programme, uint32 id)
{
	if (id < programme->nlisted)
		eqp_prefetch(&programme->units[id]);
}

/* Two units of known zones that differ. */
static inline bool
eqp_crosses_zones(const EqpProgramme *programme, uint32 a, uint32 b)
{
	uint32		zone_a = eqp_zone_of(programme, a);
	uint32		zone_b = eqp_zone_of(programme, b);

	return zone_a != EQP_UNKNOWN_ZONE && zone_b != EQP_UNKNOWN_ZONE && zone_a != zone_b;
}

/* The zone of a unit as text, NULL where it is not known. */
extern void eqp_set_zone(EqpWriter *writer, int column, const EqpProgramme *programme, uint32 id);

/*
 * The parameter active_since: NULL is one year before as_of; 22023 where it
 * is after as_of.
 */
extern DateADT eqp_argument_active_since(FunctionCallInfo fcinfo, int argno, DateADT as_of);

#endif							/* EQP_PROGRAMME_H */
