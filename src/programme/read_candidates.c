/*
 * read_candidates.c
 *		The pairs that may be proposed, each with its cost or its benefit.
 */
#include "programme/read_partners.h"

#include "source/hint.h"

#include <math.h>

enum
{
	CANDIDATE_A, CANDIDATE_B, CANDIDATE_COST, CANDIDATE_BENEFIT, N_CANDIDATE_COLUMNS
};

/*
 * The value of a candidate.  NULL is 22004, one that is not finite 22023.  No
 * negative zero.
 */
static inline double
read_value(const EqpSource *source, int number)
{
	const EqpColumn *column = &source->columns[number];

	if (eqp_column_isnull(source, column))
		eqp_refuse_null(source, column, NULL);
	return eqp_column_finite(source, column, NULL, "Leave out the pairs that must not be proposed.") + 0.0;
}

/* Queues one row of candidates with its cost. */
static void
read_by_cost(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, true);

	row->cost = read_value(source, CANDIDATE_COST);
	eqp_partners_set_day(reader, row, reader->until);
	eqp_partners_queue(reader, row, true);
}

/* The same with its benefit, which is a negative cost. */
static void
read_by_benefit(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, true);

	row->cost = source->columns[CANDIDATE_BENEFIT].present
		? 0.0 - read_value(source, CANDIDATE_BENEFIT) : read_value(source, CANDIDATE_COST);
	eqp_partners_set_day(reader, row, reader->until);
	eqp_partners_queue(reader, row, true);
}

/* A benefit may be given in either column. */
static void
check_benefit(EqpPartnerReader *reader, EqpSource *source)
{
	if (!source->columns[CANDIDATE_COST].present && !source->columns[CANDIDATE_BENEFIT].present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("parameter \"%s\" of %s has neither column \"benefit\" nor \"cost\"",
						source->parameter, source->function),
				 errdetail("%s", eqp_columns_told(source)),
				 errhint("%sWith objective \"benefit\" it reads the columns partner_a, partner_b and benefit or, without that one, cost. Give a query that renames yours, such as SELECT my_points AS benefit FROM my_table.",
						 eqp_columns_alike(source, "benefit", "cost"))));
}

bool
eqp_candidates_read(EqpPartnerReader *reader, const EqpSourceText *text, bool benefits)
{
	EqpColumn	columns[N_CANDIDATE_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"cost", EQP_COLUMN_FLOAT8, !benefits},
		{"benefit", EQP_COLUMN_FLOAT8, false},
	};

	if (benefits)
		reader->check = check_benefit;
	eqp_partners_run(reader, text, columns,
					 benefits ? N_CANDIDATE_COLUMNS : CANDIDATE_BENEFIT, benefits ? read_by_benefit : read_by_cost);
	return benefits && columns[CANDIDATE_BENEFIT].present;
}
