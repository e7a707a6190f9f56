/*
 * least_squares.c
 *		Linear regression by rotations and reflections.  See least_squares.h.
 */
#include "stats/least_squares.h"

#include <math.h>

/* Squares of what is larger may overflow when they are summed. */
#define TOO_LARGE 1e150

size_t
eqp_least_squares_size(int k)
{
	size_t		columns = (size_t) k + 1;

	if (k < 1 || columns > ((size_t) -1 / sizeof(double)) / columns)
		return 0;
	return columns * columns;
}

void
eqp_least_squares_init(EqpLeastSquares *s, int k, double *memory)
{
	size_t		size = eqp_least_squares_size(k);

	s->k = k;
	s->n = 0;
	s->r = memory;
	for (size_t i = 0; i < size; i++)
		memory[i] = 0.0;
}

/* Rotates a row into the triangle, from column "first" on. */
static void
rotate_in(EqpLeastSquares *s, double *row, int first)
{
	int			columns = s->k + 1;

	for (int i = first; i < columns; i++)
	{
		double	   *r = &s->r[(size_t) i * columns];
		double		length,
					c,
					sine;

		if (row[i] == 0.0)
			continue;
		length = sqrt(r[i] * r[i] + row[i] * row[i]);
		if (length == 0.0)
			continue;			/* the squares are below the smallest double */
		c = r[i] / length;
		sine = row[i] / length;
		r[i] = length;
		for (int j = i + 1; j < columns; j++)
		{
			double		upper = r[j];

			r[j] = c * upper + sine * row[j];
			row[j] = c * row[j] - sine * upper;
		}
	}
}

bool
eqp_least_squares_add(EqpLeastSquares *s, double *row, double weight)
{
	double		root = sqrt(weight);

	for (int i = 0; i <= s->k; i++)
	{
		row[i] *= root;
		if (!(fabs(row[i]) <= TOO_LARGE))
			return false;
	}
	s->n++;
	rotate_in(s, row, 0);
	return true;
}

void
eqp_least_squares_merge(EqpLeastSquares *into, const EqpLeastSquares *from, double *work)
{
	int			columns = into->k + 1;

	for (int i = 0; i < columns; i++)
	{
		for (int j = i; j < columns; j++)
			work[j] = from->r[(size_t) i * columns + j];
		rotate_in(into, work, i);
	}
	into->n += from->n;
}

double
eqp_least_squares_mean(const EqpLeastSquares *s, int j)
{
	return s->n > 0 ? s->r[j] / s->r[0] : NAN;
}

/* Norm of rows "from" to the end of a column of the k x k matrix. */
static double
column_norm(const double *a, int k, int column, int from)
{
	double		scale = 0.0;
	double		sum = 0.0;

	for (int i = from; i < k; i++)
		scale = fmax(scale, fabs(a[(size_t) i * k + column]));
	if (scale == 0.0)
		return 0.0;
	for (int i = from; i < k; i++)
	{
		double		part = a[(size_t) i * k + column] / scale;

		sum += part * part;
	}
	return scale * sqrt(sum);
}

/* The triangle while it is factorised, with the columns in the order of the pivots. */
typedef struct Pivoted
{
	int			k;
	double	   *a;				/* k x k by rows */
	double	   *y;				/* [k] */
	double	   *norm;			/* of the whole columns */
	double	   *order;			/* small whole numbers are exact in a double */
} Pivoted;

/*
 * The column that adds most to those before the step, -1 where none adds
 * anything that counts.  A column's new part is judged against the whole
 * column, so that units of measurement do not matter.
 */
static int
find_pivot(const Pivoted *m, int step)
{
	int			pivot = -1;
	double		largest = 0.0;

	/* the constant goes first: it is what the others are most often dependent with */
	for (int j = step; j < m->k; j++)
	{
		double		part = m->norm[j] > 0.0 ? column_norm(m->a, m->k, j, step) / m->norm[j] : 0.0;

		if (step == 0 && j == 0 && part > 0.0)
			part = 2.0;
		if (part > largest)
		{
			largest = part;
			pivot = j;
		}
	}
	return largest <= EQP_RANK_TOLERANCE ? -1 : pivot;
}

/* Swaps two predictors, in the matrix and in what is kept of each. */
static void
swap_columns(Pivoted *m, int one, int other)
{
	double		swap = m->norm[one];

	m->norm[one] = m->norm[other];
	m->norm[other] = swap;
	swap = m->order[one];
	m->order[one] = m->order[other];
	m->order[other] = swap;
	for (int i = 0; i < m->k; i++)
	{
		double	   *row = m->a + (size_t) i * m->k;

		swap = row[one];
		row[one] = row[other];
		row[other] = swap;
	}
}

/* The reflection v = x -+ |x| e that makes the column 0 below the diagonal. */
static void
reflect(Pivoted *m, int step)
{
	int			k = m->k;
	double	   *a = m->a;
	double		length = column_norm(a, k, step, step);
	double		head = a[(size_t) step * k + step];

	if (head > 0.0)
		length = -length;
	for (int i = step; i < k; i++)
		a[(size_t) i * k + step] /= length;
	/* now v / length = x / length - e, and v'v / 2 = -v[0] in that scale */
	a[(size_t) step * k + step] -= 1.0;
	head = a[(size_t) step * k + step];
	for (int j = step + 1; j <= k; j++)
	{
		double		dot = 0.0;

		for (int i = step; i < k; i++)
			dot += a[(size_t) i * k + step] * (j < k ? a[(size_t) i * k + j] : m->y[i]);
		for (int i = step; i < k; i++)
		{
			double		change = dot / head * a[(size_t) i * k + step];

			if (j < k)
				a[(size_t) i * k + j] += change;
			else
				m->y[i] += change;
		}
	}
	a[(size_t) step * k + step] = length;
}

/* Businger and Golub, Numer. Math. 7 (1965), on the triangle. */
int
eqp_least_squares_solve(const EqpLeastSquares *s, double *beta, int *dependent, double *work,
						EqpTick tick)
{
	int			k = s->k;
	Pivoted		m = {k, work, work + (size_t) k * k, NULL, NULL};
	int			rank = 0;

	m.norm = m.y + k;
	m.order = m.norm + k;
	*dependent = -1;
	for (int i = 0; i < k; i++)
	{
		for (int j = 0; j < k; j++)
			m.a[(size_t) i * k + j] = s->r[(size_t) i * (k + 1) + j];
		m.y[i] = s->r[(size_t) i * (k + 1) + k];
		m.order[i] = i;
	}
	for (int j = 0; j < k; j++)
		m.norm[j] = column_norm(m.a, k, j, 0);

	for (; rank < k; rank++)
	{
		int			pivot;

		eqp_call_tick(tick);
		pivot = find_pivot(&m, rank);
		if (pivot < 0)
			break;
		if (pivot != rank)
			swap_columns(&m, rank, pivot);
		reflect(&m, rank);
	}

	if (rank < k)
	{
		*dependent = (int) m.order[rank];
		for (int i = 0; i < k; i++)
			beta[i] = NAN;
		return rank;
	}
	for (int i = k - 1; i >= 0; i--)
	{
		double		sum = m.y[i];

		for (int j = i + 1; j < k; j++)
			sum -= m.a[(size_t) i * k + j] * beta[(int) m.order[j]];
		beta[(int) m.order[i]] = sum / m.a[(size_t) i * k + i];
	}
	return rank;
}
