/*
 * timeline_read.c
 *		The sides of the pairings; see timeline.h.
 */
#include "timeline/timeline.h"

#include "alloc.h"

/* A pairing whose units have been asked for, but not looked at. */
typedef struct Waiting
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
} Waiting;

#define MAX_WAITING 32

typedef struct SideReader
{
	const EqpProgramme *programme;
	EqpBuckets *sides;
	DateADT		earliest;

	/*
	 * What is to know of a unit that is always valid is its zone, and the
	 * zones alone take a fifth of the memory of the stretches: by unit, NULL
	 * where there is a validity.
	 */
	uint32	   *zones;

	int			nwaiting;
	Waiting		waiting[MAX_WAITING];
} SideReader;

static void
list_zones(SideReader *reader)
{
	const EqpProgramme *programme = reader->programme;

	reader->zones = eqp_alloc(CurrentMemoryContext, programme->nlisted, sizeof(uint32));
	for (uint32 unit = 0; unit < programme->nlisted; unit++)
		reader->zones[unit] = programme->stretches[unit].zone;
}

static inline void
add_side(SideReader *reader, uint32 stretch, uint32 zone, uint32 partner_zone,
		 DateADT from, DateADT to)
{
	EqpSide    *side = eqp_buckets_append(reader->sides, stretch);
	bool		cross_zone = zone != EQP_UNKNOWN_ZONE && partner_zone != EQP_UNKNOWN_ZONE &&
		zone != partner_zone;

	side->stretch = stretch | (cross_zone ? EQP_SIDE_CROSS_ZONE : 0);
	side->from = from;
	side->to = to;
}

/* Where units have a validity: the sides of one of the two. */
static void
add_sides(SideReader *reader, uint32 unit, uint32 partner, const Waiting *pairing)
{
	const EqpProgramme *programme = reader->programme;
	EqpStretch	always = {0, DATEVAL_NOBEGIN, DATEVAL_NOEND, 0, EQP_UNKNOWN_ZONE};
	const EqpStretch *others = &always;
	uint32		nothers = 1;

	if (eqp_is_external(programme, unit))
		return;
	if (!eqp_is_external(programme, partner))
	{
		others = &programme->stretches[eqp_first_stretch(programme, partner)];
		nothers = eqp_first_stretch(programme, partner + 1) - eqp_first_stretch(programme, partner);
	}
	for (uint32 at = eqp_first_stretch(programme, unit); at < eqp_first_stretch(programme, unit + 1); at++)
	{
		const EqpStretch *stretch = &programme->stretches[at];

		for (uint32 i = 0; i < nothers; i++)
		{
			DateADT		from = Max(pairing->from, Max(stretch->from, others[i].from));
			DateADT		to = Min(pairing->to, Min(stretch->to, others[i].to));

			if (from < to)
				add_side(reader, at, stretch->zone, others[i].zone, from, to);
		}
	}
}

static void
take_apart(SideReader *reader)
{
	const EqpProgramme *programme = reader->programme;

	for (int i = 0; i < reader->nwaiting; i++)
	{
		const Waiting *pairing = &reader->waiting[i];
		bool		external_a = eqp_is_external(programme, pairing->a);
		bool		external_b = eqp_is_external(programme, pairing->b);
		uint32		zone_a;
		uint32		zone_b;

		if (reader->zones == NULL)
		{
			add_sides(reader, pairing->a, pairing->b, pairing);
			add_sides(reader, pairing->b, pairing->a, pairing);
			continue;
		}
		zone_a = external_a ? EQP_UNKNOWN_ZONE : reader->zones[pairing->a];
		zone_b = external_b ? EQP_UNKNOWN_ZONE : reader->zones[pairing->b];
		if (!external_a)
			add_side(reader, pairing->a, zone_a, zone_b, pairing->from, pairing->to);
		if (!external_b)
			add_side(reader, pairing->b, zone_b, zone_a, pairing->from, pairing->to);
	}
	reader->nwaiting = 0;
}

/* Have what is known of a unit fetched. */
static inline void
ask_for_unit(const SideReader *reader, uint32 unit)
{
	if (reader->zones)
		eqp_prefetch(&reader->zones[unit]);
	else
		eqp_prefetch(&reader->programme->first_stretch[unit]);
}

static void
keep_pairing(uint32 a, uint32 b, DateADT from, DateADT to, void *arg)
{
	SideReader *reader = arg;

	if (from != DATEVAL_NOBEGIN)
		reader->earliest = Min(reader->earliest, from);
	else if (to != DATEVAL_NOEND)
		reader->earliest = Min(reader->earliest, to);

	ask_for_unit(reader, a);
	ask_for_unit(reader, b);
	reader->waiting[reader->nwaiting++] = (Waiting) {a, b, from, to};
	if (reader->nwaiting == MAX_WAITING)
		take_apart(reader);
}

EqpBuckets *
eqp_timeline_read(EqpProgramme *programme, const char *text, DateADT *earliest)
{
	SideReader	reader = {
		.programme = programme,
		.sides = eqp_buckets_create(programme->nstretches, sizeof(EqpSide)),
		.earliest = *earliest,
	};

	if (programme->first_stretch == NULL)
		list_zones(&reader);
	eqp_pairings_read(programme, text, true, keep_pairing, &reader);
	take_apart(&reader);
	*earliest = reader.earliest;
	return reader.sides;
}
