/*
 * oaxaca_blinder.c
 *		A gap between means, by what regressions on predictors explain:
 *		oaxaca_blinder().
 */
#include "report/two_groups.h"

#include "alloc.h"
#include "catalog/pg_type.h"
#include "measures/oaxaca_errors.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/missing.h"
#include "report/writer.h"
#include "stats/distribution.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_oaxaca_blinder);

enum
{
	ARG_SOURCE, ARG_OUTCOME, ARG_PREDICTORS, ARG_REFERENCE, ARG_COMPARISON, ARG_GROUP_COLUMN,
	ARG_COEFFICIENTS, ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_FORM, COL_COMPONENT, COL_PREDICTOR, COL_SUPPRESSED, COL_REFERENCE_N, COL_COMPARISON_N,
	COL_REFERENCE_DROPPED, COL_COMPARISON_DROPPED, COL_REFERENCE_MEAN, COL_COMPARISON_MEAN,
	COL_REFERENCE_COEFFICIENT, COL_COMPARISON_COEFFICIENT, COL_COEFFICIENT, COL_ESTIMATE, COL_STD_ERROR,
	COL_CI_LOWER, COL_CI_UPPER, COL_P_VALUE, COL_METHOD, COL_SHARE,
	COL_CLUSTERS_REFERENCE, COL_CLUSTERS_COMPARISON,
	N_COLUMNS
};

/* The columns of the source: group, outcome, the predictors, and where there are any weight and cluster. */
enum
{
	READ_GROUP, READ_OUTCOME, READ_PREDICTORS
};

/* Choices of reference coefficients; the numerics know all but the last. */
#define WEIGHTED_BY_SIZE 5

static const char *const coefficient_names[] = {
	"reference", "comparison", "average", "pooled", "pooled_with_group", "size"
};

typedef struct Reader
{
	EqpTwoGroups groups;
	EqpColumn  *columns;
	int			k;				/* coefficients, that of the constant among them */
	EqpColumn  *weight_column;
	EqpColumn  *cluster_column;
	EqpLeastSquares fit[2];
	EqpLeastSquares squares[2]; /* with the squares of the weights; only if there are any */
	double		weight[2];
	int64		dropped[2];
	EqpMissing	missing;
	double	   *row;			/* [k + 1] */
	double	   *copy;			/* the same */

	/* clusters: a cell for the rows of each group, counted from the first row of all */
	MemoryContext context;
	EqpKeyMap  *clusters;		/* NULL without such a column */
	double	   *cells;
	uint32		capacity;		/* clusters that cells have room for */
	double	   *origin;			/* [k + 1] */
	bool		has_origin;
} Reader;

/* Below as many clusters of a group the errors by clusters are known to be too small. */
#define FEW_CLUSTERS 10

/* ---- Parameters --------------------------------------------------------- */

/* The names of the predictors, one at least. */
static int
read_predictors(FunctionCallInfo fcinfo, char ***names)
{
	const char *hint = "Give the names of the predictor columns, such as '{students,books}'.";
	int			n;

	if (PG_ARGISNULL(ARG_PREDICTORS))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"predictors\" must not be null"),
				 errhint("%s", hint)));
	n = eqp_argument_names(fcinfo, ARG_PREDICTORS, "predictors", hint, names);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"predictors\" must not be empty"),
				 errhint("%s", hint)));
	return n;
}

/* No column can be two things at once. */
static void
check_names(char **names, int n, const char *outcome, const char *group_column)
{
	if (strcmp(outcome, group_column) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" cannot be both the outcome and the group", outcome)));
	for (int i = 0; i < n; i++)
	{
		if (strcmp(names[i], outcome) == 0 || strcmp(names[i], group_column) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" cannot be both a predictor and the %s", names[i],
							strcmp(names[i], outcome) == 0 ? "outcome" : "group")));
		for (int j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("parameter \"predictors\" names column \"%s\" twice", names[i])));
	}
}

/* The parameter coefficients, as a place in coefficient_names; 22023 for a name not there. */
static int
read_choice(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, ARG_COEFFICIENTS, "coefficients");

	for (int i = 0; i < lengthof(coefficient_names); i++)
		if (strcmp(name, coefficient_names[i]) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown choice of coefficients \"%s\"", name),
			 errhint("The choices are \"pooled_with_group\", \"pooled\", \"reference\", \"comparison\", \"average\" and \"size\".")));
	return 0;					/* keep compiler quiet */
}

/* ---- Reading ------------------------------------------------------------ */

/* 42804 for a column that is neither a number nor boolean. */
static void
check_number(const EqpColumn *column)
{
	switch (column->basetype)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
		case BOOLOID:
			return;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of parameter \"source\" of oaxaca_blinder has type %s",
							column->name, format_type_be(column->typid)),
					 errdetail("A numeric type or boolean is wanted."),
					 errhint("Turn categories into conditions in a query, such as level = 'primary' AS is_primary, for all of them but one.")));
	}
}

/* The current value, true as 1 and false as 0; 22023 where it is not finite. */
static double
number_of(const EqpSource *source, const EqpColumn *column)
{
	if (column->basetype == BOOLOID)
		return eqp_column_bool(source, column) ? 1.0 : 0.0;
	return eqp_column_finite(source, column, NULL, NULL);
}

/* Adds the row to its cluster's cell; 22004 for a row without cluster. */
static void
add_to_cluster(Reader *reader, EqpSource *source, int group, double weight)
{
	Size		size = eqp_oaxaca_cell_size(reader->k);
	EqpKey		key;
	uint32		number;

	if (eqp_column_isnull(source, reader->cluster_column))
		eqp_refuse_null(source, reader->cluster_column,
						"Leave such rows out, or give each of them a cluster of its own.");
	key = eqp_column_key(source, reader->cluster_column);
	number = eqp_keymap_intern(reader->clusters, &key);
	if (number >= reader->capacity)
		reader->cells = eqp_array_reserve(reader->context, reader->cells, &reader->capacity,
										  number, 2 * size * sizeof(double));
	if (!reader->has_origin)
		memcpy(reader->origin, reader->row, (reader->k + 1) * sizeof(double));
	reader->has_origin = true;
	eqp_oaxaca_cell_add(reader->cells + (2 * (Size) number + group) * size, reader->k,
						reader->origin, reader->row, weight);
}

/* Adds the row, which it overwrites, to a regression; 22003 for one that is too large. */
static void
add_row(EqpLeastSquares *fit, double *row, double weight)
{
	if (!eqp_least_squares_add(fit, row, weight))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value out of range: overflow")));
}

/* One row of the source.  A row of a group with a NULL is counted as dropped. */
static void
read_row(EqpSource *source, void *arg)
{
	Reader	   *reader = arg;
	int			group = eqp_two_groups_row(&reader->groups, source, &reader->columns[READ_GROUP]);
	EqpColumn  *numbers = &reader->columns[READ_OUTCOME];
	const EqpColumn *lacking = &numbers[0];
	double		weight = 1.0;

	if (group < 0)
		return;
	/* the outcome and k - 1 predictors */
	for (int i = 0; i < reader->k; i++)
		if (eqp_column_isnull(source, &numbers[i]))
			lacking = &numbers[i];
	if (eqp_missing_row(&reader->missing, source, lacking, reader->weight_column))
	{
		reader->dropped[group]++;
		return;
	}
	if (!eqp_row_weight(source, reader->weight_column, &weight))
	{
		reader->dropped[group]++;
		return;
	}
	reader->row[0] = 1.0;
	for (int i = 1; i < reader->k; i++)
		reader->row[i] = number_of(source, &numbers[i]);
	reader->row[reader->k] = number_of(source, &numbers[0]);
	if (reader->clusters)
		add_to_cluster(reader, source, group, weight);
	if (reader->weight_column->present)
	{
		memcpy(reader->copy, reader->row, (reader->k + 1) * sizeof(double));
		add_row(&reader->squares[group], reader->copy, weight * weight);
	}
	add_row(&reader->fit[group], reader->row, weight);
	reader->weight[group] += weight;
}

/* Room for n numbers. */
static double *
allocate(Size n)
{
	return eqp_alloc(CurrentMemoryContext, n, sizeof(double));
}

/* Is the name free for a column of another use: neither outcome, group nor predictor? */
static bool
is_free(const char *name, const char *outcome, const char *group_column, char **names, int nnames)
{
	for (int i = 0; i < nnames; i++)
		if (strcmp(names[i], name) == 0)
			return false;
	return strcmp(outcome, name) != 0 && strcmp(group_column, name) != 0;
}

/* The columns to read, and how many.  Behind the predictors come weight and cluster. */
static int
name_columns(Reader *reader, char *outcome, char **names, int nnames)
{
	int			n = READ_PREDICTORS + nnames;
	char	   *group_column = reader->groups.group_column;

	reader->columns = palloc0((n + 4) * sizeof(EqpColumn));
	reader->columns[READ_GROUP].name = group_column;
	reader->columns[READ_GROUP].type = EQP_COLUMN_TEXT;
	reader->columns[READ_OUTCOME].name = outcome;
	for (int i = 0; i < nnames; i++)
		reader->columns[READ_PREDICTORS + i].name = names[i];
	for (int i = 0; i < n; i++)
		reader->columns[i].required = true;
	/* where the name is taken, a column that is not there */
	reader->weight_column = &reader->columns[READ_PREDICTORS + nnames + 2];
	reader->cluster_column = &reader->columns[READ_PREDICTORS + nnames + 3];
	if (is_free("weight", outcome, group_column, names, nnames))
	{
		reader->weight_column = &reader->columns[n++];
		reader->weight_column->name = "weight";
		reader->weight_column->type = EQP_COLUMN_FLOAT8;
	}
	if (is_free("cluster", outcome, group_column, names, nnames))
	{
		reader->cluster_column = &reader->columns[n++];
		reader->cluster_column->name = "cluster";
		reader->cluster_column->type = EQP_COLUMN_KEY;
	}
	return n;
}

/*
 * Reads the rows of the source into the regressions of both groups.  Where
 * "weight" is the outcome, the group or a predictor, there is no weight; so with "cluster".
 */
static void
read_source(Reader *reader, const EqpSourceText *text, char *outcome, char **names, int nnames)
{
	int			ncolumns = name_columns(reader, outcome, names, nnames);
	Size		size = eqp_least_squares_size(reader->k);
	EqpSource  *source = eqp_source_open("oaxaca_blinder", text, reader->columns, ncolumns,
										 NULL, 0);

	for (int i = READ_OUTCOME; i < READ_PREDICTORS + nnames; i++)
		check_number(&reader->columns[i]);
	for (int group = 0; group < 2; group++)
	{
		eqp_least_squares_init(&reader->fit[group], reader->k, allocate(size));
		if (reader->weight_column->present)
			eqp_least_squares_init(&reader->squares[group], reader->k, allocate(size));
	}
	reader->context = CurrentMemoryContext;
	reader->row = allocate((Size) reader->k + 1);
	reader->copy = allocate((Size) reader->k + 1);
	reader->origin = allocate((Size) reader->k + 1);
	if (reader->cluster_column->present)
		reader->clusters = eqp_keymap_create();
	eqp_source_run(source, read_row, reader);
	eqp_source_close(source);
}

/* ---- Results ------------------------------------------------------------ */

/* The name that the rows of a coefficient bear. */
static const char *
predictor_name(const Reader *reader, int coefficient)
{
	return coefficient == 0 ? "(constant)" : reader->columns[READ_PREDICTORS + coefficient - 1].name;
}

/* A regression that has no single answer. */
static void
refuse_dependent(const Reader *reader, const EqpOaxaca *out)
{
	const EqpTwoGroups *groups = &reader->groups;
	char	   *where = "the rows of both groups";

	if (out->status == EQP_OAXACA_OUT_OF_RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value out of range: overflow")));
	for (int group = 0; group < 2; group++)
	{
		char	   *label = group == 0 ? groups->reference : groups->comparison;

		if (reader->fit[group].n < reader->k)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("group \"%s\" has too few rows for a regression", label),
					 errdetail("A regression with %d coefficients takes as many rows without nulls; it has " INT64_FORMAT ".",
							   reader->k, reader->fit[group].n),
					 errhint("Name fewer predictors.")));
		if (out->status == (group == 0 ? EQP_OAXACA_DEPENDENT_A : EQP_OAXACA_DEPENDENT_B))
			where = psprintf("the rows of group \"%s\"", label);
	}
	if (out->dependent < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the groups cannot be told from the predictors of oaxaca_blinder"),
				 errhint("Choose other coefficients than \"pooled_with_group\", or other predictors.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("predictor \"%s\" of oaxaca_blinder depends on the others",
					predictor_name(reader, out->dependent)),
			 errdetail("In %s it is constant, or a linear combination of other predictors.", where),
			 errhint("Leave it out, or one of those that it depends on; of the categories of one thing leave out one.")));
}

/* What all rows have in common. */
typedef struct Whole
{
	EqpWriter  *writer;
	double		gap;			/* what the shares are of */
	bool		suppressed;
	EqpOaxacaErrors *errors;	/* NULL where there is no answer */
	bool		clustered;
	double		confidence;
	int			predictor;		/* of the rows at hand, -1 for all together */
} Whole;

/* float8, NULL for NaN and where the rows are hidden. */
static void
set_figure(const Whole *whole, int column, double figure)
{
	eqp_set_float8(whole->writer, column, whole->suppressed ? NAN : figure);
}

/* Starts rows about the whole, or about one predictor if that is not NULL. */
static void
start_rows(const Whole *whole, const Reader *reader, const char *predictor)
{
	EqpWriter  *writer = whole->writer;

	eqp_writer_clear(writer);
	eqp_set_bool(writer, COL_SUPPRESSED, whole->suppressed);
	eqp_set_text(writer, COL_PREDICTOR, predictor);
	for (int group = 0; group < 2 && !whole->suppressed; group++)
	{
		eqp_set_count(writer, COL_REFERENCE_N + group, reader->fit[group].n);
		eqp_set_count(writer, COL_REFERENCE_DROPPED + group, reader->dropped[group]);
		if (whole->errors != NULL && whole->clustered)
			eqp_set_count(writer, COL_CLUSTERS_REFERENCE + group, whole->errors->with_rows[group]);
	}
}

/* The standard error of a component, and the interval and the p value that go with it. */
static void
set_error(const Whole *whole, EqpOaxacaComponent component, double estimate)
{
	EqpOaxacaError error;
	double		half;

	if (whole->errors == NULL || whole->suppressed)
		return;
	error = whole->clustered ?
		eqp_oaxaca_cluster_error(whole->errors, component, whole->predictor, eqp_check_interrupts) :
		eqp_oaxaca_delta_error(whole->errors, component, whole->predictor);
	if (isnan(error.std_error))
		return;
	half = eqp_student_critical(whole->confidence, error.df) * error.std_error;
	set_figure(whole, COL_STD_ERROR, error.std_error);
	set_figure(whole, COL_CI_LOWER, estimate - half);
	set_figure(whole, COL_CI_UPPER, estimate + half);
	set_figure(whole, COL_P_VALUE, 2.0 * eqp_student_cdf(-fabs(estimate) / error.std_error, error.df));
	eqp_set_text(whole->writer, COL_METHOD, whole->clustered ? "clusters, CR1 t" : "delta, Welch t");
}

/* A component of a form of the decomposition. */
static void
put(const Whole *whole, const char *form, const char *name, EqpOaxacaComponent component,
	double estimate)
{
	eqp_set_text(whole->writer, COL_FORM, form);
	eqp_set_text(whole->writer, COL_COMPONENT, name);
	set_figure(whole, COL_ESTIMATE, estimate);
	set_error(whole, component, estimate);
	set_figure(whole, COL_SHARE, whole->gap == 0 ? NAN : estimate / whole->gap);
	eqp_writer_put(whole->writer);
}

/* The rows of the whole or of a predictor; the columns they share are set. */
static void
put_parts(const Whole *whole, const EqpOaxacaPart *part)
{
	put(whole, "twofold", "explained", EQP_OAXACA_EXPLAINED, part->explained);
	put(whole, "twofold", "unexplained", EQP_OAXACA_UNEXPLAINED, part->unexplained);
	put(whole, "unexplained", "unexplained_reference", EQP_OAXACA_UNEXPLAINED_A, part->unexplained_a);
	put(whole, "unexplained", "unexplained_comparison", EQP_OAXACA_UNEXPLAINED_B, part->unexplained_b);
	put(whole, "threefold", "endowments", EQP_OAXACA_ENDOWMENTS, part->endowments);
	put(whole, "threefold", "coefficients", EQP_OAXACA_COEFFICIENTS, part->coefficients);
	put(whole, "threefold", "interaction", EQP_OAXACA_INTERACTION, part->interaction);
}

/* The rows of the whole, then those of every predictor; the constant comes last. */
static void
put_rows(Whole *whole, const Reader *reader, const EqpOaxaca *out, double *const *beta,
		 const EqpOaxacaPart *parts)
{
	static const EqpOaxacaPart nothing = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	bool		known = out->status == EQP_OAXACA_OK;

	whole->predictor = -1;
	start_rows(whole, reader, NULL);
	eqp_writer_keep(whole->writer);
	set_figure(whole, COL_REFERENCE_MEAN, eqp_least_squares_mean(&reader->fit[0], reader->k));
	set_figure(whole, COL_COMPARISON_MEAN, eqp_least_squares_mean(&reader->fit[1], reader->k));
	put(whole, "gap", "gap", EQP_OAXACA_GAP, out->gap);
	put_parts(whole, &out->all);

	for (int i = 0; i < reader->k; i++)
	{
		int			j = i + 1 < reader->k ? i + 1 : 0;

		whole->predictor = j;
		start_rows(whole, reader, predictor_name(reader, j));
		set_figure(whole, COL_REFERENCE_MEAN, eqp_least_squares_mean(&reader->fit[0], j));
		set_figure(whole, COL_COMPARISON_MEAN, eqp_least_squares_mean(&reader->fit[1], j));
		set_figure(whole, COL_REFERENCE_COEFFICIENT, known ? beta[0][j] : NAN);
		set_figure(whole, COL_COMPARISON_COEFFICIENT, known ? beta[1][j] : NAN);
		set_figure(whole, COL_COEFFICIENT, known ? beta[2][j] : NAN);
		eqp_writer_keep(whole->writer);
		put_parts(whole, known ? &parts[j] : &nothing);
	}
}

/* By how many clusters the errors go, where they are few. */
static void
warn_of_clusters(const Reader *reader, const EqpOaxacaErrors *errors)
{
	for (int group = 0; group < 2; group++)
		if (errors->with_rows[group] < FEW_CLUSTERS)
			ereport(WARNING,
					(errmsg("group \"%s\" has rows in few clusters: %lld",
							group == 0 ? reader->groups.reference : reader->groups.comparison,
							(long long) errors->with_rows[group]),
					 errdetail("Errors take at least two clusters in each group, and by fewer than %d they tend to be too small.",
							   FEW_CLUSTERS)));
}

/* The errors of the decomposition, or NULL where it has no answer or none may be seen. */
static EqpOaxacaErrors *
prepare_errors(Reader *reader, const EqpOaxaca *out, bool suppressed)
{
	EqpOaxacaErrors *errors = palloc0(sizeof(EqpOaxacaErrors));
	bool		weighted = reader->weight_column->present;

	if (out->status != EQP_OAXACA_OK || suppressed)
		return NULL;
	eqp_oaxaca_errors_init(errors, &out->fit, &reader->fit[0], &reader->fit[1],
						   weighted ? &reader->squares[0] : NULL, weighted ? &reader->squares[1] : NULL,
						   reader->clusters ? reader->origin : NULL,
						   allocate(eqp_oaxaca_errors_work(reader->k)), eqp_check_interrupts);
	if (reader->clusters)
	{
		eqp_oaxaca_clusters(errors, reader->cells, eqp_keymap_count(reader->clusters),
							eqp_check_interrupts);
		warn_of_clusters(reader, errors);
	}
	return errors;
}

/* oaxaca_blinder(source, ...) */
Datum
eqp_oaxaca_blinder(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(10);

	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_SOURCE, "source", true, ARG_PARAMS);
	char	   *outcome = eqp_argument_text(fcinfo, ARG_OUTCOME, "outcome");
	char	  **names;
	int			nnames = read_predictors(fcinfo, &names);
	int			choice = read_choice(fcinfo);
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	Reader		reader;
	EqpOaxacaPart *parts;
	EqpOaxaca	out;
	double	   *beta[3];
	double	   *work;
	EqpWriter  *writer;
	Whole		whole;

	memset(&reader, 0, sizeof(reader));
	reader.k = nnames + 1;
	eqp_two_groups_init(&reader.groups, fcinfo, ARG_REFERENCE);
	check_names(names, nnames, outcome, reader.groups.group_column);
	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	read_source(&reader, text, outcome, names, nnames);
	eqp_two_groups_check(&reader.groups, "source", "oaxaca_blinder");
	eqp_missing_warn(&reader.missing, "oaxaca_blinder", "source", NULL, NULL);

	parts = eqp_alloc(CurrentMemoryContext, reader.k, sizeof(EqpOaxacaPart));
	for (int i = 0; i < 3; i++)
		beta[i] = allocate(reader.k);
	work = allocate(eqp_oaxaca_work(reader.k));
	if (choice == WEIGHTED_BY_SIZE)
		eqp_oaxaca_decompose_weighted(&reader.fit[0], &reader.fit[1],
									  reader.weight[0] / (reader.weight[0] + reader.weight[1]),
									  work, beta[0], beta[1], beta[2], parts, &out,
									  eqp_check_interrupts);
	else
		eqp_oaxaca_decompose(&reader.fit[0], &reader.fit[1], (EqpReferenceCoefficients) choice,
							 work, beta[0], beta[1], beta[2], parts, &out, eqp_check_interrupts);

	whole.writer = writer;
	whole.gap = out.gap;
	whole.suppressed = false;
	for (int group = 0; group < 2; group++)
	{
		int64		n = reader.fit[group].n;

		if (n > 0 && n < min_n)
			whole.suppressed = true;
	}

	/* an error would tell what is hidden */
	if (out.status != EQP_OAXACA_OK && out.status != EQP_OAXACA_EMPTY && !whole.suppressed)
		refuse_dependent(&reader, &out);

	whole.clustered = reader.clusters != NULL;
	whole.confidence = confidence;
	whole.errors = prepare_errors(&reader, &out, whole.suppressed);
	put_rows(&whole, &reader, &out, beta, parts);
	return (Datum) 0;
}
