/*
 * programme_read.h
 *		What the readers of schools, pairings and sessions share among
 *		themselves; see programme.h for what the reports use.
 */
#ifndef EQP_PROGRAMME_READ_H
#define EQP_PROGRAMME_READ_H

#include "programme/programme.h"

/* The key of a column that must not be NULL: 22004. */
extern EqpKey eqp_required_key(const EqpSource *source, EqpColumn *column);

/* A unit paired with itself: 23514. */
extern void eqp_refuse_self(const EqpSource *source, const EqpKey *a, const EqpKey *b);

/*
 * Rows are looked up some at a time, so that the memory for all of them is
 * under way before the first is needed: a programme's index of ids is larger
 * than the processor's caches, and waiting for it is most of the work.
 */
#define EQP_BATCH_ROWS 64
#define EQP_ROWS_AHEAD 8

/* A row that names two partners, with what its reader wants to know of it. */
typedef struct EqpPartnerRow
{
	EqpProbe	a;
	EqpProbe	b;
	DateADT		from;
	DateADT		to;
	bool		empty;			/* no day of the row counts */
} EqpPartnerRow;

/* All zero at first. */
typedef struct EqpPartnerBatch
{
	MemoryContext context;		/* what the keys point to */
	int			nrows;
	EqpPartnerRow rows[EQP_BATCH_ROWS];
} EqpPartnerBatch;

/* Queue a row of two partners, copied; the caller fills in the rest. */
extern EqpPartnerRow *eqp_batch_add(EqpPartnerBatch *batch, const EqpProgramme *programme,
									const EqpKey *a, const EqpKey *b);
extern void eqp_batch_empty(EqpPartnerBatch *batch);

static inline bool
eqp_batch_full(const EqpPartnerBatch *batch)
{
	return batch->nrows == EQP_BATCH_ROWS;
}

/* Deal with every row, and empty the batch. */
static inline void
eqp_batch_each(EqpPartnerBatch *batch, const EqpProgramme *programme,
			   void (*deal_with) (void *arg, const EqpPartnerRow *row), void *arg)
{
	for (int i = 0; i < batch->nrows; i++)
	{
		const EqpPartnerRow *row = &batch->rows[i];

		/* what a short key is compared with is under way already */
		if (i + EQP_ROWS_AHEAD < batch->nrows)
		{
			if (eqp_key_tag(&row[EQP_ROWS_AHEAD].a.key) == EQP_KEY_LONG)
				eqp_keymap_ahead(programme->ids, &row[EQP_ROWS_AHEAD].a);
			if (eqp_key_tag(&row[EQP_ROWS_AHEAD].b.key) == EQP_KEY_LONG)
				eqp_keymap_ahead(programme->ids, &row[EQP_ROWS_AHEAD].b);
		}
		deal_with(arg, row);
	}
	eqp_batch_empty(batch);
}

/*
 * Where ids come from two systems, nothing may match at all; the figures
 * would be silently zero.
 */
typedef struct EqpMatchCheck
{
	uint64		rows;
	uint64		matched;
	int			nsamples;
	char	   *samples[3];
} EqpMatchCheck;

typedef struct EqpPartnerReader EqpPartnerReader;

struct EqpPartnerReader
{
	/* given by the user */
	EqpProgramme *programme;
	const char *parameter;
	bool		add;			/* an external partner gets a number */
	void		(*pair) (EqpPartnerReader *reader, uint32 a, uint32 b,
						 DateADT from, DateADT to);

	/* private */
	EqpMatchCheck check;
	EqpPartnerBatch batch;
};

/*
 * Queue a row.  Later, pair is called with the numbers of the partners, the
 * smaller first, if one of them is listed; without add, if both are known.
 * With from = to the row only counts as having been there.
 */
extern void eqp_partner_row(EqpPartnerReader *reader, const EqpKey *a, const EqpKey *b,
							DateADT from, DateADT to);

/* Deal with what is queued, and warn if no row had a listed partner. */
extern void eqp_partner_rows_end(EqpPartnerReader *reader);

#endif							/* EQP_PROGRAMME_READ_H */
