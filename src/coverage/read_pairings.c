/*
 * read_pairings.c
 *		Pairings with merged periods, from rows that may name a pair often.
 */
#include "coverage/programme_read.h"

#include "coverage/edges.h"
#include "utils/memutils.h"

enum
{
	PAIRING_A, PAIRING_B, PAIRING_VALID, PAIRING_VALID_FROM, PAIRING_VALID_TO,
	N_PAIRING_COLUMNS
};

typedef struct PairingReader
{
	EqpPartnerReader partners;
	EqpColumn  *columns;
	EqpPeriodColumns period;
	bool		history;
	EqpEdges   *edges;
} PairingReader;

static void
keep_edge(EqpPartnerReader *partners, uint32 a, uint32 b, DateADT from, DateADT to)
{
	eqp_edges_append(((PairingReader *) partners)->edges, a, b, from, to);
}

static void
read_pairing(EqpSource *source, void *arg)
{
	PairingReader *reader = arg;
	DateADT		as_of = reader->partners.programme->as_of;
	EqpKey		a = eqp_required_key(source, &reader->columns[PAIRING_A]);
	EqpKey		b = eqp_required_key(source, &reader->columns[PAIRING_B]);
	DateADT		from;
	DateADT		to;
	bool		any;

	eqp_refuse_self(source, &a, &b);
	any = eqp_period_read(source, &reader->period, &a, &b, &from, &to);
	if (!reader->history)
	{
		any = any && from <= as_of && as_of < to;
		from = as_of;
		to = as_of + 1;
	}
	eqp_partner_row(&reader->partners, &a, &b, from, any ? to : from);
}

void
eqp_edges_read(EqpEdges *edges, EqpProgramme *programme, const char *text, bool history)
{
	EqpColumn	columns[N_PAIRING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"valid", EQP_COLUMN_DATERANGE, false},
		{"valid_from", EQP_COLUMN_DATE, false},
		{"valid_to", EQP_COLUMN_DATE, false},
	};
	PairingReader reader = {
		.partners = {.programme = programme, .parameter = "pairings", .add = true, .pair = keep_edge},
		.columns = columns,
		.period = {&columns[PAIRING_VALID], &columns[PAIRING_VALID_FROM], &columns[PAIRING_VALID_TO]},
		.history = history,
		.edges = edges,
	};
	EqpSource  *source = eqp_source_open(programme->function, "pairings", text,
										 columns, N_PAIRING_COLUMNS, NULL, 0);

	eqp_period_check(source, &reader.period);
	eqp_source_run(source, read_pairing, &reader);
	eqp_partner_rows_end(&reader.partners);
	eqp_source_close(source);
}

/* Sorted edges become pairs, each with the union of its periods. */
static void
merge_edges(EqpProgramme *programme, const EqpEdge *edges, uint64 nedges)
{
	uint64		npairs = 0;
	uint64		nperiods = 0;
	EqpPair    *pair = NULL;

	for (uint64 i = 0; i < nedges; i++)
		if (i == 0 || edges[i].a != edges[i - 1].a || edges[i].b != edges[i - 1].b)
			npairs++;
	programme->pairs = MemoryContextAllocHuge(programme->context,
											  Max(npairs, 1) * sizeof(EqpPair));
	programme->periods = MemoryContextAllocHuge(programme->context,
												Max(nedges, 1) * sizeof(EqpPeriod));

	for (uint64 i = 0; i < nedges; i++)
	{
		EqpPeriod  *period;

		if (pair == NULL || pair->a != edges[i].a || pair->b != edges[i].b)
		{
			pair = &programme->pairs[programme->npairs++];
			memset(pair, 0, sizeof(*pair));
			pair->a = edges[i].a;
			pair->b = edges[i].b;
			pair->first_period = nperiods;
			pair->current = -1;
			pair->last_session = DATEVAL_NOBEGIN;
		}

		period = pair->nperiods > 0 ? &programme->periods[nperiods - 1] : NULL;
		if (period && edges[i].from <= period->to)
			period->to = Max(period->to, edges[i].to);
		else
		{
			period = &programme->periods[nperiods++];
			period->from = edges[i].from;
			period->to = edges[i].to;
			pair->nperiods++;
		}
		if (period->from <= programme->as_of && programme->as_of < period->to)
			pair->current = period - programme->periods;
	}
}

void
eqp_programme_read_pairings(EqpProgramme *programme, const char *text, bool history)
{
	EqpEdges	edges;

	eqp_edges_init(&edges, programme->context);
	eqp_edges_read(&edges, programme, text, history);
	eqp_edges_sort(&edges);
	merge_edges(programme, edges.edges, edges.nedges);
	eqp_edges_free(&edges);
}
