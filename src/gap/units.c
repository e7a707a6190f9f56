/*
 * units.c
 *		Rows by unit; see units.h.
 */
#include "gap/units.h"

#include "alloc.h"
#include "miscadmin.h"

/* The rows of a cell, in the order in which they came. */
typedef struct CellRows
{
	uint32	   *units;
	double	   *values;
	double	   *weights;		/* NULL where all are 1 */
	uint32		nrows;
	uint32		capacity;
} CellRows;

struct EqpUnits
{
	MemoryContext context;
	EqpKeyMap  *ids;
	bool		weighted;
	CellRows   *cells;			/* two a group */
	uint32		ncells;
};

/* How many rows go by between two looks at what the user wants. */
#define CHECK_EVERY 4096

EqpUnits *
eqp_units_create(bool weighted)
{
	EqpUnits   *units = palloc0(sizeof(EqpUnits));

	units->context = CurrentMemoryContext;
	units->ids = eqp_keymap_create();
	units->weighted = weighted;
	return units;
}

/* Room for one row more. */
static void
grow(EqpUnits *units, CellRows *cell)
{
	Size		capacity = Max((Size) cell->capacity * 2, 8);

	if (capacity > PG_UINT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows of one group and period")));
	if (cell->capacity == 0)
	{
		cell->units = eqp_alloc(units->context, capacity, sizeof(uint32));
		cell->values = eqp_alloc(units->context, capacity, sizeof(double));
		if (units->weighted)
			cell->weights = eqp_alloc(units->context, capacity, sizeof(double));
	}
	else
	{
		cell->units = eqp_realloc(cell->units, capacity, sizeof(uint32));
		cell->values = eqp_realloc(cell->values, capacity, sizeof(double));
		if (units->weighted)
			cell->weights = eqp_realloc(cell->weights, capacity, sizeof(double));
	}
	cell->capacity = (uint32) capacity;
}

uint32
eqp_units_add(EqpUnits *units, const EqpKey *id, uint32 group, int which,
			  double value, double weight)
{
	uint32		unit = eqp_keymap_intern(units->ids, id);
	CellRows   *cell;

	EQP_RESERVE(units->context, units->cells, units->ncells, group * 2 + 1);
	cell = &units->cells[group * 2 + which];
	if (cell->nrows == cell->capacity)
		grow(units, cell);
	cell->units[cell->nrows] = unit;
	cell->values[cell->nrows] = value;
	if (units->weighted)
		cell->weights[cell->nrows] = weight;
	cell->nrows++;
	return unit;
}

/* The rows of a cell, none where the group has no row of a unit. */
static const CellRows *
cell_of(const EqpUnits *units, uint32 group, int which)
{
	static const CellRows none;

	return group < units->ncells / 2 ? &units->cells[group * 2 + which] : &none;
}

/* Asks for the places of a row some steps further on: units come in any order. */
static inline void
fetch_ahead(const CellRows *cell, uint32 row, const EqpUnitPlaces *places)
{
	if (row + EQP_AHEAD < cell->nrows)
		eqp_prefetch(&places->rows[(Size) cell->units[row + EQP_AHEAD] * EQP_N_GAP_GROUPS]);
}

static inline double
weight_of(const CellRows *cell, uint32 row)
{
	return cell->weights != NULL ? cell->weights[row] : 1.0;
}

EqpUnitPlaces *
eqp_units_places(const EqpUnits *units)
{
	EqpUnitPlaces *places = palloc0(sizeof(EqpUnitPlaces));

	places->rows = eqp_alloc0(CurrentMemoryContext, eqp_keymap_count(units->ids),
							  EQP_N_GAP_GROUPS * sizeof(uint32));
	return places;
}

/* Adds row r of cell a and row s of cell b, of one unit. */
static inline void
add_pair(EqpPanelPair *pair, const CellRows *a, const EqpPanelCell *cell_a, uint32 r,
		 const CellRows *b, const EqpPanelCell *cell_b, uint32 s)
{
	double		weight_a = weight_of(a, r);
	double		weight_b = weight_of(b, s);

	eqp_panel_pair_add(pair,
					   cell_a, eqp_panel_residual(cell_a, a->values[r], weight_a), weight_a,
					   cell_b, eqp_panel_residual(cell_b, b->values[s], weight_b), weight_b);
}

uint32
eqp_units_place(const EqpUnits *units, EqpUnitPlaces *places,
				const uint32 groups[EQP_N_GAP_GROUPS], EqpGapPeriod *period, int *which)
{
	const CellRows *reference = cell_of(units, groups[EQP_REFERENCE], EQP_REFERENCE);

	memcpy(places->groups, groups, sizeof(places->groups));
	places->period = period;
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		const CellRows *cell = cell_of(units, groups[g], g);

		for (uint32 r = 0; r < cell->nrows; r++)
		{
			uint32	   *rows = &places->rows[(Size) cell->units[r] * EQP_N_GAP_GROUPS];

			if (r % CHECK_EVERY == 0)
				CHECK_FOR_INTERRUPTS();
			fetch_ahead(cell, r, places);
			if (rows[g] != 0)
			{
				*which = g;
				return cell->units[r];
			}
			rows[g] = r + 1;
			if (g == EQP_COMPARISON && rows[EQP_REFERENCE] != 0)
				add_pair(&period->same,
						 reference, &period->cells[EQP_REFERENCE], rows[EQP_REFERENCE] - 1,
						 cell, &period->cells[EQP_COMPARISON], r);
		}
	}
	return EQP_NO_KEY;
}

void
eqp_units_lift(const EqpUnits *units, EqpUnitPlaces *places)
{
	if (places->period == NULL)
		return;
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		const CellRows *cell = cell_of(units, places->groups[g], g);

		for (uint32 r = 0; r < cell->nrows; r++)
		{
			if (r % CHECK_EVERY == 0)
				CHECK_FOR_INTERRUPTS();
			fetch_ahead(cell, r, places);
			places->rows[(Size) cell->units[r] * EQP_N_GAP_GROUPS + g] = 0;
		}
	}
	places->period = NULL;
}

void
eqp_units_overlap(const EqpUnits *units, const EqpUnitPlaces *now, const EqpUnitPlaces *then,
				  EqpGapOverlap *overlap)
{
	memset(overlap, 0, sizeof(*overlap));
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		const CellRows *cell = cell_of(units, now->groups[g], g);

		for (uint32 r = 0; r < cell->nrows; r++)
		{
			Size		unit = (Size) cell->units[r] * EQP_N_GAP_GROUPS;
			const uint32 *before = &then->rows[unit];
			const uint32 *today = &now->rows[unit];

			if (r % CHECK_EVERY == 0)
				CHECK_FOR_INTERRUPTS();
			fetch_ahead(cell, r, then);
			fetch_ahead(cell, r, now);
			if (before[0] == 0 && before[1] == 0)
				continue;
			for (int h = 0; h < EQP_N_GAP_GROUPS; h++)
				if (before[h] != 0)
					add_pair(&overlap->pairs[g][h], cell, &now->period->cells[g], r,
							 cell_of(units, then->groups[h], h), &then->period->cells[h],
							 before[h] - 1);
			/* a unit that is in both groups is counted with the first */
			if (g == EQP_REFERENCE || today[EQP_REFERENCE] == 0)
			{
				overlap->units++;
				if ((before[0] == 0) != (today[0] == 0) || (before[1] == 0) != (today[1] == 0))
					overlap->moved++;
			}
		}
	}
}

char *
eqp_units_name(const EqpUnits *units, uint32 unit)
{
	EqpKey		key = eqp_keymap_key(units->ids, unit);

	return eqp_key_cstring(&key);
}
