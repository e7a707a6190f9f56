/*
 * timeline_read.c
 *		The sides of the pairings; see timeline.h.
 */
#include "timeline/timeline.h"

#include "alloc.h"
#include "programme/read_partners.h"

typedef struct SideReader
{
	const EqpHistory *history;
	EqpBuckets *sides;
	DateADT		earliest;

	/*
	 * What is to know of a unit that is always valid is its zone, and the
	 * zones alone take a fifth of the memory of the stretches: by unit, NULL
	 * where there is a validity.
	 */
	uint32	   *zones;
} SideReader;

/* Where every unit has one stretch, its zone by unit. */
static void
list_zones(SideReader *reader)
{
	const EqpHistory *history = reader->history;

	reader->zones = eqp_alloc(CurrentMemoryContext, history->programme.nlisted, sizeof(uint32));
	for (uint32 unit = 0; unit < history->programme.nlisted; unit++)
		reader->zones[unit] = history->stretches[unit].zone;
}

/* Lay a side aside, under its stretch; scheme is NULL where there are none. */
static pg_attribute_always_inline void
add_side(SideReader *reader, uint32 stretch, uint32 zone, uint32 partner_zone,
		 DateADT from, DateADT to, const uint32 *scheme)
{
	EqpSide    *side = eqp_buckets_append(reader->sides, stretch);

	side->stretch = stretch | (eqp_zones_differ(zone, partner_zone) ? EQP_SIDE_CROSS_ZONE : 0);
	side->from = from;
	side->to = to;
	if (scheme != NULL)
		((EqpSchemeSide *) side)->scheme = *scheme;
}

/* Where units have a validity: the sides of one of the two. */
static void
add_sides(SideReader *reader, uint32 unit, uint32 partner, const EqpPartnerRow *pairing, const uint32 *scheme)
{
	const EqpHistory *history = reader->history;
	EqpStretch	always = {0, DATEVAL_NOBEGIN, DATEVAL_NOEND, 0, EQP_UNKNOWN_ZONE};
	const EqpStretch *others = &always;
	uint32		nothers = 1;

	if (eqp_is_external(&history->programme, unit))
		return;
	if (!eqp_is_external(&history->programme, partner))
		nothers = eqp_stretches_of(history, partner, &others);
	for (uint32 at = eqp_first_stretch(history, unit); at < eqp_first_stretch(history, unit + 1); at++)
	{
		const EqpStretch *stretch = &history->stretches[at];

		for (uint32 i = 0; i < nothers; i++)
		{
			DateADT		from = Max(pairing->from, Max(stretch->from, others[i].from));
			DateADT		to = Min(pairing->to, Min(stretch->to, others[i].to));

			if (from < to)
				add_side(reader, at, stretch->zone, others[i].zone, from, to, scheme);
		}
	}
}

/* The sides of a pairing, and the earliest day that it names; with and without schemes it is code of its own. */
static pg_attribute_always_inline void
take_apart(SideReader *reader, uint32 a, uint32 b, const EqpPartnerRow *pairing, const uint32 *scheme)
{
	bool		external_b = eqp_is_external(&reader->history->programme, b);
	DateADT		from = pairing->from;
	DateADT		to = pairing->to;

	if (from != DATEVAL_NOBEGIN)
		reader->earliest = Min(reader->earliest, from);
	else if (to != DATEVAL_NOEND)
		reader->earliest = Min(reader->earliest, to);

	if (reader->zones == NULL)
	{
		add_sides(reader, a, b, pairing, scheme);
		add_sides(reader, b, a, pairing, scheme);
	}
	else
	{
		/* the smaller number is a unit */
		uint32		zone_a = reader->zones[a];
		uint32		zone_b = external_b ? EQP_UNKNOWN_ZONE : reader->zones[b];

		add_side(reader, a, zone_a, zone_b, from, to, scheme);
		if (!external_b)
			add_side(reader, b, zone_b, zone_a, from, to, scheme);
	}
}

/* What the reader calls: without schemes and with them. */
static void
take_plain(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	take_apart(arg, a, b, pairing, NULL);
}

static void
take_scheme(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	take_apart(arg, a, b, pairing, &pairing->scheme);
}

EqpBuckets *
eqp_timeline_read(EqpHistory *history, const EqpSourceText *text, char **by, int nby,
				  EqpGrouping **schemes, const DateADT *from_date, DateADT *earliest)
{
	SideReader	sides = {
		.history = history,
		.sides = eqp_buckets_create(history->nstretches, nby > 0 ? sizeof(EqpSchemeSide) : sizeof(EqpSide)),
		.earliest = *earliest,
	};
	EqpPartnerReader reader = {
		.programme = &history->programme,
		.scope = EQP_PARTNERS_LISTED,
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.day = from_date != NULL ? *from_date : 0,
		.current = from_date != NULL,
		.pair = nby > 0 ? take_scheme : take_plain,
		.arg = &sides,
		.by = by,
		.nby = nby,
	};

	if (history->first_stretch == NULL)
		list_zones(&sides);
	reader.looked_up = EQP_BY_NUMBER(sides.zones ? sides.zones : history->first_stretch,
									 history->programme.nlisted);
	eqp_pairings_read(&reader, text);
	*earliest = sides.earliest;
	*schemes = reader.schemes;
	return sides.sides;
}
