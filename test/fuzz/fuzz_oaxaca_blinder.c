/*
 * fuzz_oaxaca_blinder.c
 *		stats/least_squares.c and stats/oaxaca_blinder.c: what cannot be squared is
 *		refused, residuals are orthogonal to the predictors, states add up, the parts of
 *		a gap do too, and swapping the groups turns the signs.
 */
#include "measures/oaxaca_errors.h"

#include "fuzz.h"

#define MAX_K 5
#define MAX_ROWS 24
#define WORK 250

typedef struct Rows
{
	double		x[MAX_ROWS][MAX_K + 1];
	double		weight[MAX_ROWS];
	int			n;
	double		length[MAX_K + 1];	/* of each column, weighted */
} Rows;

static void
check_fit(const EqpLeastSquares *s, const Rows *rows, int rank, const double *beta, int dependent)
{
	int			k = s->k;

	FUZZ_CHECK(s->n == rows->n && rank >= 0 && rank <= k);
	FUZZ_CHECK((rank == k) == (dependent == -1) && dependent < k);
	for (int j = 0; j <= k; j++)
	{
		double		squares = 0.0;

		for (int i = 0; i <= j; i++)
		{
			double		entry = s->r[i * (k + 1) + j] + (i == 0 && j > 0 ? s->shift[j] * s->r[0] : 0.0);

			squares += entry * entry;
		}
		FUZZ_CHECK(fuzz_near(sqrt(squares), rows->length[j], rows->length[j]));
	}
	for (int j = 0; j < k; j++)
		FUZZ_CHECK(rank == k ? isfinite(beta[j]) : isnan(beta[j]));
	if (rank < k)
		return;
	for (int j = 0; j < k; j++)
	{
		double		dot = 0.0;
		double		size = rows->length[k];

		for (int m = 0; m < k; m++)
			size += fabs(beta[m]) * rows->length[m];
		for (int i = 0; i < rows->n; i++)
		{
			double		residual = rows->x[i][k];

			for (int m = 0; m < k; m++)
				residual -= beta[m] * rows->x[i][m];
			dot += rows->weight[i] * rows->x[i][j] * residual;
		}
		FUZZ_CHECK(fuzz_near(dot, 0.0, 10.0 * rows->length[j] * size));
	}
}

static void
check_sums(const EqpOaxaca *all, const EqpOaxacaPart *parts, int k)
{
	const EqpOaxacaPart *sum = &all->all;
	double		size = fabs(all->mean_a) + fabs(all->mean_b);
	double		explained = 0.0;
	double		interaction = 0.0;

	for (int j = 0; j < k; j++)
	{
		const EqpOaxacaPart *p = &parts[j];

		size += fabs(p->explained) + fabs(p->unexplained_a) + fabs(p->unexplained_b) +
			fabs(p->endowments) + fabs(p->coefficients) + fabs(p->interaction);
		explained += p->explained;
		interaction += p->interaction;
	}
	FUZZ_CHECK(fuzz_near(explained, sum->explained, size) && fuzz_near(interaction, sum->interaction, size));
	FUZZ_CHECK(fuzz_near(sum->unexplained_a + sum->unexplained_b, sum->unexplained, size));
	/* the means lie on the regressions only as well as predictors that nearly depend let them */
	size *= 1e3;
	FUZZ_CHECK(fuzz_near(sum->explained + sum->unexplained, all->gap, size));
	FUZZ_CHECK(fuzz_near(sum->endowments + sum->coefficients + sum->interaction, all->gap, size));
}

/*
 * Errors are numbers above 0 or none, by either way; a row that is its own cluster has an error wherever
 * there are enough rows.
 */
static void
check_errors(const EqpOaxaca *all, const EqpLeastSquares *s, const Rows *rows)
{
	static double memory[600];
	static double cells[2 * 2 * MAX_ROWS * (MAX_K + 1) * (MAX_K + 2) / 2];
	int			k = s->k;
	size_t		size = eqp_oaxaca_cell_size(k);
	int			nclusters = 0;
	double		more[2][(MAX_K + 1) * (MAX_K + 2)];
	EqpLeastSquares squares[2];
	EqpOaxacaErrors errors;

	FUZZ_CHECK(eqp_oaxaca_errors_work(k) <= sizeof(memory) / sizeof(*memory));
	memset(cells, 0, sizeof(cells));
	for (int g = 0; g < 2; g++)
	{
		eqp_least_squares_init(&squares[g], k, more[g]);
		for (int i = 0; i < rows[g].n; i++)
		{
			double		row[MAX_K + 1];

			eqp_oaxaca_cell_add(cells + (2 * nclusters++ + g) * size, k, rows[0].x[0], rows[g].x[i], rows[g].weight[i]);
			memcpy(row, rows[g].x[i], sizeof(row));
			eqp_least_squares_add(&squares[g], row, rows[g].weight[i] * rows[g].weight[i]);
		}
	}
	for (int way = 0; way < 2; way++)
	{
		eqp_oaxaca_errors_init(&errors, &all->fit, &s[0], &s[1], &squares[0], &squares[1], way == 1 ? rows[0].x[0] : NULL, memory, NULL);
		if (way == 1)
			eqp_oaxaca_clusters(&errors, cells, nclusters, NULL);
		for (int component = 0; component <= EQP_OAXACA_INTERACTION; component++)
			for (int j = -1; j < k; j++)
			{
				EqpOaxacaError error = way == 1 ? eqp_oaxaca_cluster_error(&errors, component, j, NULL) :
					eqp_oaxaca_delta_error(&errors, component, j);

				FUZZ_CHECK(isnan(error.std_error) || (error.std_error > 0.0 && isfinite(error.std_error)));
				FUZZ_CHECK(isnan(error.std_error) || error.df > 0.0);
				FUZZ_CHECK(isnan(error.std_error) || (s[0].n > k && s[1].n > k));
			}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	Rows		rows[2];
	EqpLeastSquares s[2];
	EqpLeastSquares half[2];
	double		memory[4][(MAX_K + 1) * (MAX_K + 2)];
	double		work[WORK];
	double		row[MAX_K + 1];
	double		beta[2][MAX_K];
	int			rank[2];
	EqpOaxacaPart parts[MAX_K];
	EqpOaxaca	all;
	EqpOaxaca	other;
	int			k = 1 + fuzz_byte(&in) % MAX_K;
	EqpReferenceCoefficients reference = fuzz_byte(&in) % 5;
	EqpReferenceCoefficients mirrored = reference == EQP_COEFFICIENTS_A ? EQP_COEFFICIENTS_B :
		reference == EQP_COEFFICIENTS_B ? EQP_COEFFICIENTS_A : reference;
	EqpOaxacaStatus status;
	EqpOaxacaStatus status_other;

	FUZZ_CHECK(eqp_oaxaca_work(k) <= WORK);
	for (int g = 0; g < 2; g++)
	{
		rows[g].n = 0;
		memset(rows[g].length, 0, sizeof(rows[g].length));
		eqp_least_squares_init(&s[g], k, memory[g]);
		eqp_least_squares_init(&half[g], k, memory[2 + g]);
	}
	for (int n = fuzz_byte(&in) % (2 * MAX_ROWS); n > 0 && in.left > 0; n--)
	{
		unsigned	kind = fuzz_byte(&in);
		Rows	   *to = &rows[kind & 1];
		double	   *x = to->x[to->n];
		double		weight = kind < 200 ? 1.0 + (kind & 6) : 0.25 + fuzz_byte(&in);
		bool		good = true;

		if (to->n == MAX_ROWS)
			continue;
		x[0] = 1.0;
		for (int j = 1; j <= k; j++)
		{
			/* whole numbers, or anything that must be refused */
			x[j] = (double) (fuzz_byte(&in) % 32) - 8.0;
			if (fuzz_byte(&in) < 4)
			{
				x[j] = fuzz_double(&in);
				if (fabs(x[j]) < 1e150 && x[j] != 0.0)
					x[j] = 0.5;
			}
			good &= fabs(x[j]) * sqrt(weight) <= 1e150;
		}
		memcpy(row, x, sizeof(row));
		FUZZ_CHECK(eqp_least_squares_add(&s[kind & 1], row, weight) == good);
		if (!good)
			continue;
		memcpy(row, x, sizeof(row));
		/* the rows of the first group once more, in two states */
		if ((kind & 1) == 0)
			eqp_least_squares_add(&half[to->n & 1], row, weight);
		for (int j = 0; j <= k; j++)
			to->length[j] = hypot(to->length[j], sqrt(weight) * x[j]);
		to->weight[to->n++] = weight;
	}

	for (int g = 0; g < 2; g++)
	{
		int			dependent;

		rank[g] = eqp_least_squares_solve(&s[g], beta[g], &dependent, work, NULL);
		check_fit(&s[g], &rows[g], rank[g], beta[g], dependent);
	}
	eqp_least_squares_merge(&half[0], &half[1], row);
	FUZZ_CHECK(half[0].n == s[0].n);
	for (int j = 0; j <= k; j++)
	{
		double		mean = eqp_least_squares_mean(&s[0], j);

		FUZZ_CHECK(isnan(mean) == (s[0].n == 0));
		FUZZ_CHECK(fuzz_near(eqp_least_squares_mean(&half[0], j), mean, rows[0].length[j]));
	}

	status = eqp_oaxaca_decompose(&s[0], &s[1], reference, work, NULL, NULL, NULL, parts, &all, NULL);
	status_other = eqp_oaxaca_decompose(&s[1], &s[0], mirrored, work, NULL, NULL, NULL, NULL, &other, NULL);
	FUZZ_CHECK(status == all.status);
	FUZZ_CHECK((status == EQP_OAXACA_EMPTY) == (s[0].n == 0 || s[1].n == 0));
	if (status != EQP_OAXACA_EMPTY)
	{
		FUZZ_CHECK((status == EQP_OAXACA_DEPENDENT_A) == (rank[0] < k));
		FUZZ_CHECK(rank[0] < k || (status == EQP_OAXACA_DEPENDENT_B) == (rank[1] < k));
	}
	if (status != EQP_OAXACA_OK)
	{
		FUZZ_CHECK(isnan(all.gap) && isnan(all.all.explained));
		return 0;
	}
	check_sums(&all, parts, k);
	check_errors(&all, s, rows);
	if (status_other == EQP_OAXACA_OK)
	{
		double		scale = 1e3;

		for (int j = 0; j < k; j++)
			scale += 1e3 * (fabs(parts[j].explained) + fabs(parts[j].unexplained_a) + fabs(parts[j].unexplained_b));
		FUZZ_CHECK(fuzz_near(other.gap, -all.gap, fabs(all.mean_a) + fabs(all.mean_b)));
		FUZZ_CHECK(fuzz_near(other.all.explained, -all.all.explained, scale));
	}
	return 0;
}
