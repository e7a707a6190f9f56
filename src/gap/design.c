/*
 * design.c
 *		The clusters and strata of outcomes, and the errors that they give; see
 *		design.h.
 */
#include "gap/design.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "source/hint.h"
#include "utils/builtins.h"

static const char *const names[] = {"auto", "welch", "cr2", "survey"};

EqpErrors
eqp_argument_errors(FunctionCallInfo fcinfo, int argno)
{
	char	   *name = eqp_argument_text(fcinfo, argno, "errors");

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (EqpErrors) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown errors \"%s\"", name),
			 errhint("The errors are \"welch\", \"cr2\", \"survey\" and \"auto\", which chooses by the columns \"cluster\" and \"strata\".")));
}

/* ---- Reading ------------------------------------------------------------ */

/* By group, then by cluster. */
static inline int
compare_entries(const EqpDesignEntry *a, const EqpDesignEntry *b)
{
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

#define ST_SORT sort_entries
#define ST_ELEMENT_TYPE EqpDesignEntry
#define ST_COMPARE(a, b) compare_entries(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
eqp_design_init(EqpDesign *design, EqpErrors errors, const EqpSource *source,
				EqpColumn *cluster_column, EqpColumn *strata_column)
{
	memset(design, 0, sizeof(*design));
	if (errors == EQP_ERRORS_AUTO)
		errors = strata_column->present ? EQP_ERRORS_SURVEY
			: cluster_column->present ? EQP_ERRORS_CR2 : EQP_ERRORS_WELCH;
	design->errors = errors;
	design->function = source->function;
	design->cluster_column = cluster_column;
	design->strata_column = strata_column;
	design->context = CurrentMemoryContext;
	if (errors == EQP_ERRORS_CR2 && !cluster_column->present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is missing from parameter \"%s\" of %s",
						cluster_column->name, source->parameter, source->function),
				 errdetail("%s", eqp_columns_told(source)),
				 errhint("%sErrors \"cr2\" are those of rows that come in clusters. Give a query that names the cluster of each row, such as SELECT school AS cluster, ...",
						 eqp_columns_alike(source, cluster_column->name, NULL))));
	if (!eqp_design_is_kept(design))
		return;
	if (cluster_column->present)
	{
		design->clusters = eqp_keymap_create();
		design->index = eqp_keymap_create();
	}
	if (errors == EQP_ERRORS_SURVEY && strata_column->present)
		design->strata = eqp_keymap_create();
}

/* 22000: all rows of a cluster must lie in one stratum. */
pg_noreturn static void
refuse_two_strata(const EqpDesign *design, const EqpSource *source, uint32 cluster, uint32 stratum)
{
	EqpKey		label = eqp_keymap_key(design->clusters, cluster);
	EqpKey		first = eqp_keymap_key(design->strata, design->stratum[cluster]);
	EqpKey		second = eqp_keymap_key(design->strata, stratum);

	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("a cluster in parameter \"%s\" of %s lies in two strata",
					source->parameter, source->function),
			 errdetail("Cluster \"%s\" lies in \"%s\" and in \"%s\".", eqp_key_cstring(&label),
					   eqp_key_cstring(&first), eqp_key_cstring(&second)),
			 errhint("Clusters are drawn within strata. If their labels repeat from stratum to stratum, give (strata, cluster) AS cluster.")));
}

/* The number of the cluster of a row. */
static uint32
number_cluster(EqpDesign *design, const EqpSource *source)
{
	EqpKey		key;

	if (design->clusters == NULL)
	{
		if (design->nclusters >= PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many rows in parameter \"%s\" of %s",
							source->parameter, source->function)));
		return design->nclusters++;
	}
	if (unlikely(eqp_column_isnull(source, design->cluster_column)))
		eqp_refuse_null(source, design->cluster_column,
						"Leave such rows out, or give each a cluster of its own.");
	key = eqp_column_key(source, design->cluster_column);
	return eqp_keymap_intern(design->clusters, &key);
}

uint32
eqp_design_row(EqpDesign *design, const EqpSource *source)
{
	uint32		before = design->clusters ? eqp_keymap_count(design->clusters) : design->nclusters;
	uint32		cluster = number_cluster(design, source);
	uint32		stratum = 0;

	if (design->errors != EQP_ERRORS_SURVEY)
		return cluster;
	if (design->strata != NULL)
	{
		EqpKey		key;

		if (unlikely(eqp_column_isnull(source, design->strata_column)))
			eqp_refuse_null(source, design->strata_column,
							"Leave such rows out, or give them a stratum of their own.");
		key = eqp_column_key(source, design->strata_column);
		stratum = eqp_keymap_intern(design->strata, &key);
	}
	EQP_RESERVE(design->context, design->stratum, design->stratum_capacity, cluster);
	EQP_RESERVE(design->context, design->sizes, design->size_capacity, stratum);
	if (cluster == before)
	{
		design->stratum[cluster] = stratum;
		design->sizes[stratum]++;
	}
	else if (unlikely(design->stratum[cluster] != stratum))
		refuse_two_strata(design, source, cluster, stratum);
	return cluster;
}

EqpClusterCell *
eqp_design_cell(EqpDesign *design, uint32 group, uint32 cluster, int which)
{
	uint32		number = design->nentries;
	EqpDesignEntry *entry;

	if (design->nentries > 0 && design->entries[design->last].group == group &&
		design->entries[design->last].cluster == cluster)
		number = design->last;
	else if (design->index != NULL)
	{
		EqpKey		key = eqp_key_from_number((int64) (((uint64) group << 32) | cluster));

		number = eqp_keymap_intern(design->index, &key);
	}
	EQP_RESERVE(design->context, design->entries, design->entry_capacity, number);
	entry = &design->entries[number];
	if (number == design->nentries)
	{
		entry->group = group;
		entry->cluster = cluster;
		design->nentries++;
	}
	design->last = number;
	return &entry->cells[which];
}

/* 22023 for a stratum of one cluster. */
static void
check_strata(const EqpDesign *design)
{
	uint32		single = 0;
	uint32		nsingle = 0;
	EqpKey		label;

	for (uint32 h = 0; h < design->nstrata; h++)
		if (design->sizes[h] == 1 && nsingle++ == 0)
			single = h;
	if (nsingle == 0)
		return;
	label = eqp_keymap_key(design->strata, single);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a stratum in parameter \"outcomes\" of %s has a single cluster", design->function),
			 errdetail("Stratum \"%s\" has one, and how clusters differ within it cannot be known. That is so in %u of %u strata.",
					   eqp_key_cstring(&label), nsingle, design->nstrata),
			 errhint("Put it together with a stratum like it. If the query leaves rows out, leave none out and group by that column instead. Or do without strata: errors => 'cr2', with a column \"cluster\".")));
}

void
eqp_design_finish(EqpDesign *design, uint32 ngroups)
{
	uint32		at = 0;

	if (!eqp_design_is_kept(design))
		return;
	if (design->clusters != NULL)
		design->nclusters = eqp_keymap_count(design->clusters);
	if (design->errors == EQP_ERRORS_SURVEY)
		design->nstrata = design->strata != NULL ? eqp_keymap_count(design->strata)
			: design->nclusters > 0 ? 1 : 0;
	if (design->strata != NULL)
		check_strata(design);

	sort_entries(design->entries, design->nentries);
	design->first = eqp_alloc(design->context, (Size) ngroups + 1, sizeof(uint32));
	for (uint32 group = 0; group <= ngroups; group++)
	{
		while (at < design->nentries && design->entries[at].group < group)
			at++;
		design->first[group] = at;
	}
}

/* ---- The errors of a subgroup ------------------------------------------- */

void
eqp_design_work_init(EqpDesignWork *work, const EqpDesign *design)
{
	memset(work, 0, sizeof(*work));
	work->design = design;
	work->place = eqp_alloc0(CurrentMemoryContext, design->nclusters, sizeof(uint32));
	work->stratum_place = eqp_alloc0(CurrentMemoryContext, design->nstrata, sizeof(uint32));
	work->stratum_at = eqp_alloc0(CurrentMemoryContext, design->nstrata, sizeof(uint32));
	work->sums = eqp_alloc(CurrentMemoryContext, design->nstrata, 2 * sizeof(double));
}

void
eqp_design_start(EqpDesignWork *work, int ncells)
{
	work->ncells = ncells;
	work->nclusters = 0;
}

/* The cells of a cluster, empty ones where it has none yet. */
static EqpClusterCell *
cells_of_cluster(EqpDesignWork *work, uint32 cluster)
{
	MemoryContext context = work->design->context;
	uint32		place = work->place[cluster];
	EqpClusterCell *cells;

	if (place < work->nclusters && work->cluster[place] == cluster)
		return &work->cells[(Size) place * work->ncells];
	place = work->nclusters++;
	work->place[cluster] = place;
	EQP_RESERVE(context, work->cluster, work->cluster_capacity, place);
	EQP_RESERVE(context, work->cells, work->capacity, (place + 1) * work->ncells - 1);
	work->cluster[place] = cluster;
	cells = &work->cells[(Size) place * work->ncells];
	memset(cells, 0, work->ncells * sizeof(EqpClusterCell));
	return cells;
}

/* What a group holds in its cells from first to last, into those from at on. */
static void
add_cells(EqpDesignWork *work, uint32 group, int first, int last, int at)
{
	const EqpDesign *design = work->design;

	for (uint32 i = design->first[group]; i < design->first[group + 1]; i++)
	{
		const EqpDesignEntry *entry = &design->entries[i];

		CHECK_FOR_INTERRUPTS();
		for (int which = first; which <= last; which++)
			if (entry->cells[which].n > 0)
				eqp_cluster_merge(&cells_of_cluster(work, entry->cluster)[at + which],
								  &entry->cells[which]);
	}
}

void
eqp_design_add_group(EqpDesignWork *work, uint32 group, int at)
{
	add_cells(work, group, 0, 1, at);
}

void
eqp_design_add_cell(EqpDesignWork *work, uint32 group, int which, int at)
{
	add_cells(work, group, which, which, at);
}

/* The strata of the clusters, numbered from 0 as they come, and their sizes in the whole design. */
static uint32
number_strata(EqpDesignWork *work)
{
	const EqpDesign *design = work->design;
	uint32		nstrata = 0;

	for (uint32 i = 0; i < work->nclusters; i++)
	{
		uint32		stratum = design->stratum[work->cluster[i]];
		uint32		place = work->stratum_place[stratum];

		if (place >= nstrata || work->stratum_at[place] != stratum)
		{
			place = nstrata++;
			work->stratum_place[stratum] = place;
			work->stratum_at[place] = stratum;
			EQP_RESERVE(design->context, work->sizes, work->size_capacity, place);
			work->sizes[place] = design->sizes[stratum];
		}
		EQP_RESERVE(design->context, work->stratum, work->stratum_capacity, i);
		work->stratum[i] = place;
	}
	return nstrata;
}

/* The error of a combination of the means; work is NULL for CR2. */
static EqpDesignError
error_of(EqpDesignWork *work, const EqpClusters *clusters, const double *coefficients,
		 uint32 nstrata)
{
	if (work == NULL)
		return eqp_cr2_error(clusters, coefficients, eqp_check_interrupts);
	return eqp_linearized_error(clusters, coefficients, work->stratum, work->sizes, nstrata,
								(double) work->design->nclusters - work->design->nstrata - (clusters->ncells - 1.0),
								work->sums, eqp_check_interrupts);
}

void
eqp_design_combine(EqpDesignWork *work, const double (*coefficients)[EQP_MAX_CELLS],
				   int ncombinations, EqpDesignError *errors)
{
	EqpClusters clusters = {work->cells, work->nclusters, work->ncells};
	bool		cr2 = work->design->errors == EQP_ERRORS_CR2;
	uint32		nstrata = cr2 ? 0 : number_strata(work);

	for (int i = 0; i < ncombinations; i++)
		errors[i] = error_of(cr2 ? NULL : work, &clusters, coefficients[i], nstrata);
}

static const EqpDesignError no_error = {NAN, NAN};

/* As eqp_design_figures; work is NULL for CR2. */
static void
figures_of(const EqpClusters *clusters, EqpDesignWork *work, EqpDesignFigures *figures)
{
	EqpGapErrors *errors = &figures->errors;
	EqpCellTotal totals[2];
	uint32		nstrata = work == NULL ? 0 : number_strata(work);

	eqp_cluster_totals(clusters, totals, eqp_check_interrupts);
	for (int which = 0; which < 2; which++)
		figures->clusters[which] = totals[which].nclusters;
	errors->difference = error_of(work, clusters, (double[2]) {1.0, -1.0}, nstrata);
	errors->log_ratio = totals[0].mean > 0.0 && totals[1].mean > 0.0 ?
		error_of(work, clusters, (double[2]) {1.0 / totals[0].mean, -1.0 / totals[1].mean}, nstrata) : no_error;
	errors->method = work == NULL ? "cluster-robust t (CR2)" : "linearized survey t";
	errors->log_method = work == NULL ? "log-scale delta, cluster-robust t (CR2)"
		: "log-scale delta, linearized survey t";
	errors->reason = totals[0].nclusters < 2 || totals[1].nclusters < 2
		? "none: fewer than two clusters in a group" : NULL;
	figures->df = fmin(errors->difference.df, errors->log_ratio.df);
	figures->paired = eqp_paired_differences(clusters, &figures->pairs, eqp_check_interrupts);
}

void
eqp_design_figures(EqpDesignWork *work, EqpDesignFigures *figures)
{
	EqpClusters clusters = {work->cells, work->nclusters, 2};

	figures_of(&clusters, work->design->errors == EQP_ERRORS_CR2 ? NULL : work, figures);
}

void
eqp_cluster_figures(const EqpClusters *clusters, EqpDesignFigures *figures)
{
	figures_of(clusters, NULL, figures);
}

/* ---- Few clusters ------------------------------------------------------- */

/* Below these, an interval may cover less than it says. */
#define FEW_CLUSTERS 10
#define FEW_DF 4.0

void
eqp_design_note_few(EqpFewClusters *few, const EqpReport *report, const EqpNode *node,
					const EqpDesignFigures *figures)
{
	Datum		labels[EQP_N_LABELS];

	if (isnan(figures->df) ||
		(Min(figures->clusters[0], figures->clusters[1]) >= FEW_CLUSTERS && figures->df >= FEW_DF))
		return;
	if (few->subgroups++ > 0)
		return;
	eqp_report_labels(report, node, labels);
	few->subgroup = TextDatumGetCString(labels[1]);
	few->clusters[0] = figures->clusters[0];
	few->clusters[1] = figures->clusters[1];
	few->df = figures->df;
}

void
eqp_design_warn_of_few(const EqpFewClusters *few, const char *function)
{
	if (few->subgroups == 0)
		return;
	ereport(WARNING,
			(errmsg("intervals of %s rest on few clusters", function),
			 few->subgroups == 1
			 ? errdetail("Subgroup \"%s\" has " INT64_FORMAT " clusters of the reference and " INT64_FORMAT " of the comparison group, and %.1f degrees of freedom.",
						 eqp_shown(few->subgroup), few->clusters[0], few->clusters[1], few->df)
			 : errdetail("Subgroup \"%s\" has " INT64_FORMAT " clusters of the reference and " INT64_FORMAT " of the comparison group, and %.1f degrees of freedom. There are " INT64_FORMAT " such subgroups.",
						 eqp_shown(few->subgroup), few->clusters[0], few->clusters[1], few->df, few->subgroups),
			 errhint("With fewer than %d clusters in a group, or %d degrees of freedom, such an interval is a rough guide.",
					 FEW_CLUSTERS, (int) FEW_DF)));
}
