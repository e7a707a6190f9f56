/*
 * plain.c
 *		What the reports of the plain estimators have in common.
 */
#include "impact/plain.h"

#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/memutils.h"

void
eqp_plain_read(EqpImpact *impact, FunctionCallInfo fcinfo, const char *function,
			   const EqpPlainArguments *arguments, bool cross_sections)
{
	EqpPanelOptions *options = &impact->options;

	memset(impact, 0, sizeof(*impact));
	options->function = function;
	options->fcinfo = fcinfo;
	options->cross_sections = cross_sections;
	options->outcomes = eqp_source_argument(fcinfo, 0, "outcomes", true, arguments->params);
	options->nby = eqp_argument_by(fcinfo, arguments->by, &options->by);
	options->period_column = eqp_argument_text(fcinfo, arguments->period_column, "period_column");
	eqp_treatment_arguments(&options->treatment, fcinfo, arguments->pairings, false, arguments->sessions,
							arguments->params);
	options->treatment.after_end = eqp_argument_after_end(fcinfo, arguments->min_n - 1);
	impact->min_n = eqp_argument_count(fcinfo, arguments->min_n, "min_n", 0);
	impact->panels = eqp_panels_read(options);
	impact->report = eqp_report_build(impact->panels->grouping, NULL, false);
}

void
eqp_plain_write(EqpImpact *impact, EqpWriter *writer, EqpPlainRows rows, void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "equipair panel", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);

	for (int64 i = 0; i < impact->report->nnodes; i++)
	{
		const EqpNode *node = &impact->report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		eqp_writer_clear(writer);
		eqp_set_labels(writer, impact->report, node);
		eqp_writer_keep(writer);
		rows(impact, writer, node, arg);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	eqp_impact_warn_of_few(impact);
}

bool
eqp_plain_is_hidden(const EqpImpact *impact, int64 treated, int64 control)
{
	return (treated > 0 && treated < impact->min_n) || (control > 0 && control < impact->min_n);
}
