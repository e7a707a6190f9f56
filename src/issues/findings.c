/*
 * findings.c
 *		The rows of the issue reports; see findings.h.
 */
#include "issues/findings.h"

#include "alloc.h"
#include "miscadmin.h"

enum
{
	COL_ISSUE, COL_SEVERITY, COL_ID, COL_PARTNER, COL_ROWS, COL_DETAIL, N_COLUMNS
};

static const char *const severity_names[] = {
	[EQP_SEVERITY_ERROR] = "error",
	[EQP_SEVERITY_WARNING] = "warning",
	[EQP_SEVERITY_NOTE] = "note",
};

/* Where issues and ids stand in the order of the report. */
typedef struct Order
{
	int		   *issue;
	uint32	   *id;
} Order;

/* No id comes first. */
static inline int
compare_ids(uint32 x, uint32 y, const uint32 *rank)
{
	if (x == y)
		return 0;
	if (x == EQP_NO_ID || y == EQP_NO_ID)
		return x == EQP_NO_ID ? -1 : 1;
	return rank[x] < rank[y] ? -1 : 1;
}

/* The order of the report. */
static inline int
compare_findings(const EqpFinding *x, const EqpFinding *y, const Order *order)
{
	int			result;

	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	if (order->issue[x->issue] != order->issue[y->issue])
		return order->issue[x->issue] < order->issue[y->issue] ? -1 : 1;
	result = compare_ids(x->id, y->id, order->id);
	if (result == 0)
		result = compare_ids(x->partner, y->partner, order->id);
	if (result != 0)
		return result;
	if (x->issue != y->issue)
		return x->issue < y->issue ? -1 : 1;
	return (x->ref > y->ref) - (x->ref < y->ref);
}

#define ST_SORT sort_findings
#define ST_ELEMENT_TYPE EqpFinding
#define ST_COMPARE(x, y, order) compare_findings(x, y, order)
#define ST_COMPARE_ARG_TYPE Order
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

uint32
eqp_finding_number(uint32 *n)
{
	if (*n == PG_UINT32_MAX - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in one report")));
	return (*n)++;
}

EqpFindings *
eqp_findings_create(const char *const *names, int nnames, EqpKeyMap *ids)
{
	EqpFindings *findings = palloc0(sizeof(EqpFindings));

	findings->context = CurrentMemoryContext;
	findings->names = names;
	findings->nnames = nnames;
	findings->ids = ids ? ids : eqp_keymap_create();
	return findings;
}

void
eqp_findings_add(EqpFindings *findings, EqpFinding finding)
{
	uint32		n = eqp_finding_number(&findings->nfindings);

	Assert(finding.issue < findings->nnames && findings->names[finding.issue] != NULL);
	EQP_RESERVE(findings->context, findings->findings, findings->finding_capacity, n);
	findings->findings[n] = finding;
}

void
eqp_findings_add_text(EqpFindings *findings, EqpSeverity severity, int issue, const EqpKey *id,
					  const EqpKey *partner, int64 rows, const char *detail)
{
	uint32		ref = eqp_finding_number(&findings->ntexts);

	EQP_RESERVE(findings->context, findings->texts, findings->text_capacity, ref);
	findings->texts[ref] = MemoryContextStrdup(findings->context, detail);
	eqp_findings_add(findings, (EqpFinding) {
		.severity = severity,
		.has_text = true,
		.issue = issue,
		.id = id ? eqp_keymap_intern(findings->ids, id) : EQP_NO_ID,
		.partner = partner ? eqp_keymap_intern(findings->ids, partner) : EQP_NO_ID,
		.ref = ref,
		.rows = rows
	});
}

EqpWriter *
eqp_findings_open(FunctionCallInfo fcinfo)
{
	return eqp_writer_open(fcinfo, N_COLUMNS);
}

/* How many names come before that of each issue. */
static int *
order_of_names(const EqpFindings *findings)
{
	int		   *order = palloc0(findings->nnames * sizeof(int));

	for (int i = 0; i < findings->nnames; i++)
		for (int j = 0; j < findings->nnames; j++)
			if (strcmp(findings->names[j], findings->names[i]) < 0)
				order[i]++;
	return order;
}

/* Writes one finding. */
static void
put_row(const EqpFindings *findings, EqpWriter *writer, const EqpFinding *finding)
{
	eqp_set_text(writer, COL_ISSUE, findings->names[finding->issue]);
	eqp_set_text(writer, COL_SEVERITY, severity_names[finding->severity]);
	if (finding->id != EQP_NO_ID)
		eqp_set_key(writer, COL_ID, findings->ids, finding->id);
	if (finding->partner != EQP_NO_ID)
		eqp_set_key(writer, COL_PARTNER, findings->ids, finding->partner);
	eqp_set_count(writer, COL_ROWS, finding->rows);
	if (finding->has_text)
		eqp_set_text(writer, COL_DETAIL, findings->texts[finding->ref]);
	else
	{
		MemoryContext before = MemoryContextSwitchTo(writer->context);

		eqp_set_text(writer, COL_DETAIL, findings->detail(findings->arg, finding));
		MemoryContextSwitchTo(before);
	}
	eqp_writer_put(writer);
}

void
eqp_findings_put(EqpFindings *findings, EqpWriter *writer)
{
	Order		order = {
		.issue = order_of_names(findings),
		.id = eqp_keymap_rank(findings->ids, NULL),
	};

	sort_findings(findings->findings, findings->nfindings, &order);
	for (uint32 i = 0; i < findings->nfindings; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(findings, writer, &findings->findings[i]);
	}
}
