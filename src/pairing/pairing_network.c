/*
 * pairing_network.c
 *		Which units hang together by pairings: pairing_network().
 *
 * The units of a day and their external partners are the vertices of a graph,
 * the valid pairings its edges; a row is a connected component.  Components
 * are found by union-find with union by size and path halving (Tarjan and
 * van Leeuwen 1984), which is linear but for the inverse Ackermann function.
 */
#include "programme/programme.h"

#include "alloc.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_network);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_AS_OF, ARG_SUCCESSORS, ARG_PARAMS
};

enum
{
	COL_COMPONENT, COL_AS_OF, COL_UNITS, COL_EXTERNAL, COL_PAIRINGS, COL_ZONES,
	COL_ZONE_NAMES, COL_LARGEST_DEGREE, COL_HUB, COL_FIRST_ID, N_COLUMNS
};

/* A vertex: an id.  Numbers as in the programme. */
typedef struct Vertex
{
	uint32		parent;			/* itself for a root */
	uint32		size;			/* of a root: vertices under it */
	uint32		degree;
} Vertex;

typedef struct Component
{
	int64		units;
	int64		external;
	int64		pairings;
	uint32		hub;			/* the unit with the largest degree */
	uint32		first;			/* the unit with the smallest id */
	uint32		first_rank;
	uint32		root;
	uint64		first_zone;		/* its zones, from here on in the sorted list */
	uint32		nzones;
} Component;

/* Most units first, then by the smallest id; no two have the same one. */
#define ST_SORT sort_components
#define ST_ELEMENT_TYPE Component
#define ST_COMPARE(x, y) \
	((x)->units != (y)->units \
	 ? ((x)->units > (y)->units ? -1 : 1) \
	 : (((x)->first_rank > (y)->first_rank) - ((x)->first_rank < (y)->first_rank)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A known zone of a unit, under the component that it is in. */
typedef struct ZoneOf
{
	uint32		component;
	uint32		zone_rank;
	uint32		zone;
} ZoneOf;

#define ST_SORT sort_zones
#define ST_ELEMENT_TYPE ZoneOf
#define ST_COMPARE(x, y) \
	((x)->component != (y)->component \
	 ? ((x)->component < (y)->component ? -1 : 1) \
	 : (((x)->zone_rank > (y)->zone_rank) - ((x)->zone_rank < (y)->zone_rank)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Network
{
	EqpSnapshot *snapshot;
	Vertex	   *vertices;
	uint32	   *rank;			/* of an id */
	uint32	   *component_of;	/* of a root, in components as first numbered */
	Component  *components;
	uint32		ncomponents;
	ZoneOf	   *zones;
} Network;

/* The root of a vertex; halves the path to it. */
static uint32
find_root(Vertex *vertices, uint32 vertex)
{
	while (vertices[vertex].parent != vertex)
	{
		vertices[vertex].parent = vertices[vertices[vertex].parent].parent;
		vertex = vertices[vertex].parent;
	}
	return vertex;
}

/* Join the components of two vertices; the larger one keeps its root. */
static void
join(Vertex *vertices, uint32 a, uint32 b)
{
	a = find_root(vertices, a);
	b = find_root(vertices, b);
	if (a == b)
		return;
	if (vertices[a].size < vertices[b].size)
	{
		uint32		swap = a;

		a = b;
		b = swap;
	}
	vertices[b].parent = a;
	vertices[a].size += vertices[b].size;
}

/* Count degrees and join the components, pair by pair. */
static void
join_pairs(Network *network)
{
	EqpSnapshot *snapshot = network->snapshot;
	Vertex	   *vertices = network->vertices;
	uint32		nids = eqp_keymap_count(snapshot->programme.ids);
	EqpPairWalk walk = eqp_walk_pairs(snapshot, EQP_BY_NUMBER(vertices, nids), EQP_NO_ARRAY);
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		vertices[pair->a].degree++;
		vertices[pair->b].degree++;
		join(vertices, pair->a, pair->b);
	}
}

/* Count a unit in its component, which is created with its first unit. */
static void
add_unit(Network *network, uint32 unit)
{
	uint32		root = find_root(network->vertices, unit);
	uint32		rank = network->rank[unit];
	Component  *component;
	uint32		degree = network->vertices[unit].degree;
	uint32		hub_degree;

	if (network->component_of[root] == 0)
	{
		component = &network->components[network->ncomponents++];
		network->component_of[root] = network->ncomponents;
		component->root = root;
		component->hub = component->first = unit;
		component->first_rank = rank;
	}
	component = &network->components[network->component_of[root] - 1];
	component->units++;
	if (rank < component->first_rank)
	{
		component->first = unit;
		component->first_rank = rank;
	}
	hub_degree = network->vertices[component->hub].degree;
	if (degree > hub_degree || (degree == hub_degree && rank < network->rank[component->hub]))
		component->hub = unit;
}

/* Every component has a unit, since a pairing has one. */
static void
count_components(Network *network)
{
	EqpSnapshot *snapshot = network->snapshot;
	uint32		nids = eqp_keymap_count(snapshot->programme.ids);

	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (eqp_is_unit(snapshot, i))
			add_unit(network, i);
	}
	for (uint32 i = snapshot->programme.nlisted; i < nids; i++)
		if (network->vertices[i].degree > 0)
			network->components[network->component_of[find_root(network->vertices, i)] - 1].external++;
	for (uint32 i = 0; i < snapshot->npairs; i++)
		network->components[network->component_of[find_root(network->vertices, snapshot->pairs[i].a)] - 1].pairings++;

	sort_components(network->components, network->ncomponents);
	for (uint32 i = 0; i < network->ncomponents; i++)
		network->component_of[network->components[i].root] = i + 1;
}

/* The different zones of each component, in the order of their bytes. */
static void
list_zones(Network *network)
{
	EqpSnapshot *snapshot = network->snapshot;
	uint32	   *zone_rank = eqp_keymap_rank(snapshot->programme.zones, NULL);
	uint64		n = 0;
	uint64		kept = 0;

	network->zones = eqp_alloc0(CurrentMemoryContext, snapshot->programme.nlisted, sizeof(ZoneOf));
	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
	{
		uint32		zone = eqp_zone_of(snapshot, i);

		CHECK_FOR_INTERRUPTS();
		if (!eqp_is_unit(snapshot, i) || zone == EQP_UNKNOWN_ZONE)
			continue;
		network->zones[n++] = (ZoneOf) {
			network->component_of[find_root(network->vertices, i)] - 1, zone_rank[zone - 1], zone
		};
	}
	sort_zones(network->zones, n);
	for (uint64 i = 0; i < n; i++)
	{
		ZoneOf		zone = network->zones[i];
		Component  *component = &network->components[zone.component];

		if (component->nzones > 0 && network->zones[kept - 1].zone == zone.zone)
			continue;
		if (component->nzones++ == 0)
			component->first_zone = kept;
		network->zones[kept++] = zone;
	}
}

/* Writes one component.  Its zones stand in the order of their names. */
static void
put_row(EqpWriter *writer, const Network *network, uint32 number)
{
	const EqpSnapshot *snapshot = network->snapshot;
	const Component *component = &network->components[number];
	MemoryContext before = MemoryContextSwitchTo(writer->context);
	StringInfoData names;

	initStringInfo(&names);
	for (uint32 i = 0; i < component->nzones; i++)
	{
		EqpKey		key = eqp_keymap_key(snapshot->programme.zones,
										 network->zones[component->first_zone + i].zone - 1);
		EqpText		zone = eqp_key_text(&key);

		if (i > 0)
			appendStringInfoString(&names, ", ");
		appendBinaryStringInfo(&names, zone.data, zone.len);
	}

	MemoryContextSwitchTo(before);

	eqp_set_count(writer, COL_COMPONENT, (int64) number + 1);
	eqp_set_date(writer, COL_AS_OF, snapshot->as_of);
	eqp_set_count(writer, COL_UNITS, component->units);
	eqp_set_count(writer, COL_EXTERNAL, component->external);
	eqp_set_count(writer, COL_PAIRINGS, component->pairings);
	if (snapshot->programme.has_zone)
		eqp_set_count(writer, COL_ZONES, component->nzones);
	if (component->nzones > 0)
		eqp_set_text_with_len(writer, COL_ZONE_NAMES, names.data, names.len);
	eqp_set_count(writer, COL_LARGEST_DEGREE, network->vertices[component->hub].degree);
	eqp_set_key(writer, COL_HUB, snapshot->programme.ids, component->hub);
	eqp_set_key(writer, COL_FIRST_ID, snapshot->programme.ids, component->first);
	eqp_writer_put(writer);
}

Datum
eqp_pairing_network(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	EqpWriter  *writer;
	Network		network = {0};
	EqpSnapshot *snapshot;
	uint32		nids;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	network.snapshot = snapshot = eqp_snapshot_read("pairing_network", schools, successors, NULL, 0, as_of, false);
	eqp_snapshot_read_pairings(snapshot, pairings, false);

	nids = eqp_keymap_count(snapshot->programme.ids);
	network.rank = eqp_keymap_rank(snapshot->programme.ids, NULL);
	network.vertices = eqp_alloc0(CurrentMemoryContext, nids, sizeof(Vertex));
	for (uint32 i = 0; i < nids; i++)
		network.vertices[i] = (Vertex) {.parent = i,.size = 1};
	network.component_of = eqp_alloc0(CurrentMemoryContext, nids, sizeof(uint32));
	network.components = eqp_alloc0(CurrentMemoryContext, snapshot->programme.nlisted, sizeof(Component));
	join_pairs(&network);
	count_components(&network);
	list_zones(&network);

	for (uint32 i = 0; i < network.ncomponents; i++)
		put_row(writer, &network, i);
	return (Datum) 0;
}
