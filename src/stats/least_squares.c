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

	if (k < 1 || columns > ((size_t) -1 / sizeof(double)) / (columns + 1))
		return 0;
	return columns * (columns + 1);
}

void
eqp_least_squares_init(EqpLeastSquares *s, int k, double *memory)
{
	size_t		size = eqp_least_squares_size(k);

	s->k = k;
	s->n = 0;
	s->r = memory;
	s->shift = memory + (size_t) (k + 1) * (k + 1);
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
		if (!(fabs(row[i] * root) <= TOO_LARGE && fabs((row[i] - s->shift[i]) * root) <= TOO_LARGE))
			return false;
	if (s->n++ == 0)
		for (int i = 1; i <= s->k; i++)
			s->shift[i] = row[i];
	for (int i = 0; i <= s->k; i++)
		row[i] = (row[i] - s->shift[i]) * root;
	rotate_in(s, row, 0);
	return true;
}

bool
eqp_least_squares_rotate(EqpLeastSquares *s, double *row)
{
	for (int i = 0; i <= s->k; i++)
		if (!(fabs(row[i]) <= TOO_LARGE))
			return false;
	rotate_in(s, row, 0);
	return true;
}

/* Only the first row holds the constant, so only there does another shift show. */
void
eqp_least_squares_row(const EqpLeastSquares *s, int i, const double *shift, double *row)
{
	int			columns = s->k + 1;

	for (int j = 0; j < columns; j++)
	{
		row[j] = j < i ? 0.0 : s->r[(size_t) i * columns + j];
		if (i == 0 && j > 0)
			row[j] += (s->shift[j] - shift[j]) * s->r[0];
	}
}

void
eqp_least_squares_merge(EqpLeastSquares *into, const EqpLeastSquares *from, double *work)
{
	if (into->n == 0)
		for (int i = 0; i <= into->k; i++)
			into->shift[i] = from->shift[i];
	for (int i = 0; i <= into->k; i++)
	{
		eqp_least_squares_row(from, i, into->shift, work);
		rotate_in(into, work, i);
	}
	into->n += from->n;
}

double
eqp_least_squares_mean(const EqpLeastSquares *s, int j)
{
	return s->n > 0 ? s->shift[j] + s->r[j] / s->r[0] : NAN;
}

double
eqp_least_squares_difference(const EqpLeastSquares *a, const EqpLeastSquares *b, int j)
{
	if (a->n == 0 || b->n == 0)
		return NAN;
	return (a->shift[j] - b->shift[j]) + (a->r[j] / a->r[0] - b->r[j] / b->r[0]);
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
	double	   *norm;			/* what a new part of each column is judged against */
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
eqp_least_squares_solve_at(const EqpLeastSquares *s, const double *origin, double *beta,
						   int *dependent, double *work, EqpTick tick)
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
		m.norm[j] = fmax(column_norm(m.a, k, j, 0),
						 EQP_SHIFT_TOLERANCE / EQP_RANK_TOLERANCE * fabs(s->shift[j]) * fabs(s->r[0]));

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
	beta[0] += origin == NULL ? s->shift[k] : s->shift[k] - origin[k];
	for (int j = 1; j < k; j++)
		beta[0] -= beta[j] * (origin == NULL ? s->shift[j] : s->shift[j] - origin[j]);
	return rank;
}

int
eqp_least_squares_solve(const EqpLeastSquares *s, double *beta, int *dependent, double *work,
						EqpTick tick)
{
	return eqp_least_squares_solve_at(s, NULL, beta, dependent, work, tick);
}
