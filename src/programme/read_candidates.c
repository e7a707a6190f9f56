/*
 * read_candidates.c
 *		The pairs that may be proposed, each with its cost.
 */
#include "programme/read_partners.h"

#include <math.h>

enum
{
	CANDIDATE_A, CANDIDATE_B, CANDIDATE_COST, N_CANDIDATE_COLUMNS
};

/*
 * Queues one row of candidates.  A NULL cost is 22004, one that is not finite
 * 22023.
 */
static void
read_candidate(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, true);
	const EqpColumn *cost = &source->columns[CANDIDATE_COST];

	if (eqp_column_isnull(source, cost))
		eqp_refuse_null(source, cost, NULL);
	row->cost = eqp_column_finite(source, cost, NULL, "Leave out the pairs that must not be proposed.");
	row->cost += 0.0;			/* no negative zero */
	eqp_partners_queue(reader, row, true);
}

void
eqp_candidates_read(EqpPartnerReader *reader, const char *text)
{
	EqpColumn	columns[N_CANDIDATE_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"cost", EQP_COLUMN_FLOAT8, true},
	};

	eqp_partners_run(reader, "candidates", text, columns, N_CANDIDATE_COLUMNS, read_candidate);
}
