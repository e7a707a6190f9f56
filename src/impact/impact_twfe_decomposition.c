/*
 * impact_twfe_decomposition.c
 *		Which comparisons two-way fixed effects are made of:
 *		impact_twfe_decomposition().
 */
#include "effects/goodman_bacon.h"

#include "alloc.h"
#include "impact/plain.h"
#include "miscadmin.h"

PG_FUNCTION_INFO_V1(eqp_impact_twfe_decomposition);

enum
{
	ARG_OUTCOMES, ARG_PAIRINGS, ARG_BY, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_SESSIONS, ARG_MIN_SHARE,
	ARG_START_MONTH, ARG_AFTER_END, ARG_MIN_N, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_TYPE, COL_TREATED_COHORT, COL_CONTROL_COHORT,
	COL_TREATED_N, COL_CONTROL_N, COL_WEIGHT, COL_ESTIMATE, COL_REASON,
	N_COLUMNS
};

/* By EqpBaconKind. */
static const char *const kind_names[EQP_N_BACON_KINDS] = {
	"treated_vs_never", "earlier_vs_later", "later_vs_earlier", "later_vs_always"
};

/* By EqpBaconReason. */
static const char *const reasons[] = {
	NULL, "a unit lacks a period", "weights differ", "no two cohorts to compare"
};

/* Sets a column to the name of a cohort. */
static void
set_cohort(EqpImpact *impact, EqpWriter *writer, int column, const EqpBaconCohort *cohort)
{
	if (cohort->code == EQP_COHORT_ALWAYS)
		eqp_set_text(writer, column, "always");
	else if (cohort->code == EQP_COHORT_NEVER)
		eqp_set_text(writer, column, "never");
	else
		eqp_set_period_text(writer, column, impact->panels, cohort->code);
}

/* Writes one comparison. */
static void
put_term(EqpImpact *impact, EqpWriter *writer, const EqpGoodmanBacon *bacon, const EqpBaconTerm *term)
{
	const EqpBaconCohort *treated = &bacon->cohorts[term->treated];
	const EqpBaconCohort *control = &bacon->cohorts[term->control];

	eqp_set_bool(writer, COL_SUPPRESSED, false);
	eqp_set_text(writer, COL_TYPE, kind_names[term->kind]);
	set_cohort(impact, writer, COL_TREATED_COHORT, treated);
	set_cohort(impact, writer, COL_CONTROL_COHORT, control);
	eqp_set_count(writer, COL_TREATED_N, treated->units);
	eqp_set_count(writer, COL_CONTROL_N, control->units);
	eqp_set_float8(writer, COL_WEIGHT, term->weight);
	eqp_set_float8(writer, COL_ESTIMATE, term->estimate);
	eqp_writer_put(writer);
}

/* Writes all comparisons, by type. */
static void
put_terms(EqpImpact *impact, EqpWriter *writer, const EqpGoodmanBacon *bacon)
{
	EqpBaconTerm term;

	for (int kind = 0; kind < EQP_N_BACON_KINDS; kind++)
		for (size_t treated = 0; treated < bacon->ncohorts; treated++)
		{
			CHECK_FOR_INTERRUPTS();
			for (size_t control = 0; control < bacon->ncohorts; control++)
				if (eqp_bacon_term(bacon, (EqpBaconKind) kind, treated, control, &term))
					put_term(impact, writer, bacon, &term);
		}
}

/* The rows of a subgroup.  A hidden comparison could be worked out from the others: so all are. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node, void *arg)
{
	EqpMadePanel made;
	EqpGoodmanBacon bacon = {.panel = &made.panel};
	EqpBaconReason reason;
	bool		hidden = false;

	eqp_panels_make(impact->panels, node->group, &made);
	bacon.cohorts = eqp_alloc(CurrentMemoryContext, made.panel.ncohorts + 2, sizeof(EqpBaconCohort));
	bacon.sums = eqp_alloc(CurrentMemoryContext, (made.panel.ncohorts + 2) * (made.panel.nperiods + 1), sizeof(double));
	reason = eqp_goodman_bacon(&bacon, eqp_check_interrupts);
	for (size_t k = 0; k < bacon.ncohorts; k++)
		hidden = hidden || eqp_plain_is_hidden(impact, bacon.cohorts[k].units, 0);
	if (reason == EQP_BACON_DONE && !hidden)
	{
		put_terms(impact, writer, &bacon);
		return;
	}
	eqp_set_bool(writer, COL_SUPPRESSED, hidden);
	eqp_set_text(writer, COL_REASON, hidden ? "a cohort is smaller than min_n" : reasons[reason]);
	eqp_writer_put(writer);
}

/* impact_twfe_decomposition(outcomes, ...) */
Datum
eqp_impact_twfe_decomposition(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(11);
	static const EqpPlainArguments arguments = {ARG_PAIRINGS, ARG_BY, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_N,
	ARG_PARAMS};
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpImpact	impact;

	eqp_plain_read(&impact, fcinfo, "impact_twfe_decomposition", &arguments, false);
	eqp_plain_write(&impact, writer, put_subgroup, NULL);
	return (Datum) 0;
}
