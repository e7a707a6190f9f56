/*
 * completion_survival.c
 *		The share of sessions held within so many days of the planned day, by
 *		subgroup: completion_survival().
 */
#include "completion/delays.h"

#include "alloc.h"
#include "miscadmin.h"

PG_FUNCTION_INFO_V1(eqp_completion_survival);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_MIN_N, ARG_CONFIDENCE
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_DAY, COL_AT_RISK, COL_HELD, COL_CENSORED, COL_SHARE_HELD,
	COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	N_COLUMNS
};

typedef struct SurvivalReader
{
	EqpRegister reg;
	EqpDelays	delays;
} SurvivalReader;

static void
read_session(EqpSource *source, void *arg)
{
	SurvivalReader *reader = arg;
	EqpSession	session = eqp_register_session(&reader->reg, source);

	if (session.planned)
		eqp_delays_add(&reader->delays, &reader->reg, source, &session);
}

static void
put_row(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node, DateADT as_of,
		const EqpSurvivalStep *step, double confidence)
{
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	eqp_report_labels(report, node, values, nulls);
	values[COL_AS_OF] = DateADTGetDatum(as_of);
	values[COL_SUPPRESSED] = BoolGetDatum(node->suppressed);
	nulls[COL_AS_OF] = nulls[COL_SUPPRESSED] = false;

	if (!node->suppressed)
	{
		eqp_put_count(&values[COL_AT_RISK], &nulls[COL_AT_RISK], step->at_risk);
		eqp_put_count(&values[COL_HELD], &nulls[COL_HELD], step->events);
		eqp_put_count(&values[COL_CENSORED], &nulls[COL_CENSORED], step->censored);
		if (step->events > 0)
		{
			EqpInterval interval = eqp_reached_interval(step, confidence);

			values[COL_DAY] = Int32GetDatum((int32) step->day);
			nulls[COL_DAY] = false;
			eqp_put_float8(&values[COL_SHARE_HELD], &nulls[COL_SHARE_HELD], step->reached);
			eqp_put_float8(&values[COL_STD_ERROR], &nulls[COL_STD_ERROR],
						   eqp_survival_std_error(step));
			eqp_put_float8(&values[COL_CI_LOWER], &nulls[COL_CI_LOWER], interval.lower);
			eqp_put_float8(&values[COL_CI_UPPER], &nulls[COL_CI_UPPER], interval.upper);
		}
	}
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

Datum
eqp_completion_survival(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	SurvivalReader reader;
	EqpDelays  *delays = &reader.delays;
	EqpReport  *report;
	int64	   *bases;

	InitMaterializedSRF(fcinfo, 0);

	eqp_delays_create(delays, as_of);
	eqp_register_open(&reader.reg, "completion_survival", sessions, by, nby);
	eqp_source_run(reader.reg.source, read_session, &reader);
	eqp_source_close(reader.reg.source);
	eqp_delays_finish(delays, eqp_grouping_count(reader.reg.grouping));

	report = eqp_report_build(reader.reg.grouping, NULL, false);
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
		bases[i] = eqp_delays_total(delays, report->nodes[i].group);
	eqp_report_suppress(report, bases, 1, min_n);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		eqp_delays_curve(delays, node->group);

		/* one row where the steps are hidden, and where there is none yet */
		if (node->suppressed || delays->nsteps == 0)
		{
			EqpSurvivalStep none = {.at_risk = bases[i], .censored = bases[i]};

			put_row(rsinfo, report, node, as_of, &none, confidence);
			continue;
		}
		for (size_t s = 0; s < delays->nsteps; s++)
		{
			CHECK_FOR_INTERRUPTS();
			put_row(rsinfo, report, node, as_of, &delays->steps[s], confidence);
		}
	}
	return (Datum) 0;
}
