/*
 * figures.c
 *		Indices of one table, of random allocations and of samples; see figures.h.
 */
#include "segregation/figures.h"

#include "alloc.h"
#include "miscadmin.h"

/* What is measured again and again, and the memory for it. */
typedef struct Measurer
{
	const EqpCountTable *table;
	int			focus;
	int			nfigures;
	EqpSegregation s;			/* of the cells that are measured */
	EqpSegregationCell *cells;
	double	   *unit_total;
	double	   *group_total;
	EqpSum	   *group_reach;
	double	   *split_work;
	EqpSegregationPart *parts;
	EqpSegregationGroup *groups;
	double	   *draws;			/* by figure, then by draw */
} Measurer;

/* All figures of a table in their order, every step-th number of out. */
static void
measure(Measurer *m, const EqpSegregation *s, double *out, Size step)
{
	EqpSegregationIndices all;
	int			ngroups = m->table->s.ngroups;

	eqp_segregation_overall(s, &all);
	out[EQP_FIGURE_DISSIMILARITY * step] = all.dissimilarity;
	out[EQP_FIGURE_INFORMATION_INDEX * step] = all.information_index;
	out[EQP_FIGURE_MUTUAL_INFORMATION * step] = all.mutual_information;
	out[EQP_FIGURE_ENTROPY * step] = all.entropy;
	out[EQP_FIGURE_RELATIVE_DIVERSITY * step] = all.relative_diversity;
	out += EQP_FIGURES_OF_ALL * step;
	if (m->table->nparts > 0)
	{
		EqpSegregationSplit split;

		if (!eqp_segregation_split(s, m->table->part_of, m->table->nparts, m->split_work, m->parts, &split))
			elog(ERROR, "a superunit is out of range");
		out[0] = split.h_between;
		out[step] = split.h_within;
		out[2 * step] = split.m_between;
		out[3 * step] = split.m_within;
		out += EQP_FIGURES_OF_SPLIT * step;
		for (int k = 0; k < m->table->nparts; k++, out += EQP_FIGURES_OF_PART * step)
		{
			out[0] = m->parts[k].information_index;
			out[step] = m->parts[k].mutual_information;
			out[2 * step] = m->parts[k].entropy;
		}
	}
	eqp_segregation_groups(s, m->groups);
	for (int g = 0; g < ngroups; g++)
		if (m->focus < 0 || g == m->focus)
		{
			out[0] = m->groups[g].dissimilarity;
			out[step] = m->groups[g].isolation;
			out[2 * step] = m->groups[g].eta_squared;
			out += EQP_FIGURES_OF_GROUP * step;
		}
}

/* Is it a sum of absolute values, whose bias samples show in part only? */
static bool
is_absolute(const Measurer *m, int figure)
{
	int			first = m->nfigures - EQP_FIGURES_OF_GROUP * (m->focus < 0 ? m->table->s.ngroups : 1);

	return figure == EQP_FIGURE_DISSIMILARITY ||
		(figure >= first && (figure - first) % EQP_FIGURES_OF_GROUP == 0);
}

/* Measures the n cells that were drawn. */
static void
measure_draw(Measurer *m, Size ncells, double *out, Size step)
{
	if (!eqp_segregation_init(&m->s, m->cells, ncells, m->unit_total, m->table->s.nunits,
							  m->group_total, m->group_reach, m->table->s.ngroups))
		elog(ERROR, "a draw of cells is not in order");
	measure(m, &m->s, out, step);
}

/* What chance does to all figures. */
static void
draw(Measurer *m, const EqpDraws *options, EqpFigure *figures)
{
	const EqpSegregation *s = &m->table->s;
	Size		n = options->draws;
	double	   *pool = eqp_alloc(CurrentMemoryContext, s->ngroups, sizeof(double));
	EqpRandom	random;

	m->cells = eqp_alloc(CurrentMemoryContext, Max(eqp_segregation_room(s), s->ncells),
						 sizeof(EqpSegregationCell));
	m->unit_total = eqp_alloc(CurrentMemoryContext, s->nunits, sizeof(double));
	m->group_total = eqp_alloc(CurrentMemoryContext, s->ngroups, sizeof(double));
	m->group_reach = eqp_alloc(CurrentMemoryContext, s->ngroups, sizeof(EqpSum));
	m->draws = eqp_alloc(CurrentMemoryContext, n, m->nfigures * sizeof(double));

	eqp_random_init(&random, options->seed);
	for (Size i = 0; i < n; i++)
		measure_draw(m, eqp_segregation_allocate(s, m->cells, pool, &random, eqp_check_interrupts),
					 m->draws + i, n);
	for (int j = 0; j < m->nfigures; j++)
		eqp_segregation_by_chance(figures[j].estimate, m->draws + j * n, n, &figures[j].chance);
	for (Size i = 0; i < n; i++)
	{
		eqp_segregation_resample(s, m->cells, &random, eqp_check_interrupts);
		measure_draw(m, s->ncells, m->draws + i, n);
	}
	for (int j = 0; j < m->nfigures; j++)
		eqp_segregation_by_sample(figures[j].estimate, m->draws + j * n, n, options->z,
								  is_absolute(m, j), &figures[j].chance);
}

EqpFigure *
eqp_segregation_figures(const EqpCountTable *table, int focus, const EqpDraws *draws)
{
	static const EqpSegregationChance none = {NAN, NAN, NAN, NAN, NAN};
	Size		split = (Size) table->nparts * table->s.ngroups;
	EqpFigure  *figures;
	double	   *estimates;
	Measurer	m;

	memset(&m, 0, sizeof(m));
	m.table = table;
	m.focus = focus;
	m.nfigures = EQP_FIGURES_OF_ALL + (focus < 0 ? table->s.ngroups : 1) * EQP_FIGURES_OF_GROUP;
	if (table->nparts > 0)
		m.nfigures += EQP_FIGURES_OF_SPLIT + table->nparts * EQP_FIGURES_OF_PART;
	m.split_work = eqp_alloc(CurrentMemoryContext, split, sizeof(double));
	m.parts = eqp_alloc(CurrentMemoryContext, table->nparts, sizeof(EqpSegregationPart));
	m.groups = eqp_alloc(CurrentMemoryContext, table->s.ngroups, sizeof(EqpSegregationGroup));
	figures = eqp_alloc(CurrentMemoryContext, m.nfigures, sizeof(EqpFigure));
	estimates = eqp_alloc(CurrentMemoryContext, m.nfigures, sizeof(double));
	measure(&m, &table->s, estimates, 1);
	for (int j = 0; j < m.nfigures; j++)
	{
		figures[j].estimate = estimates[j];
		figures[j].chance = none;
	}
	if (draws->draws > 0 && table->s.total <= EQP_LARGEST_COUNT)
		draw(&m, draws, figures);
	return figures;
}
