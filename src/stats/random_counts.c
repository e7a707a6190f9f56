/*
 * random_counts.c
 *		Seeded random counts.  See random_counts.h.
 *
 * Where few are expected, the distribution is searched from 0 up; otherwise a point
 * under a curve is drawn until it lies under the distribution, too.
 * Logarithms of factorials are Stirling's, to the last digits.
 */
#include "stats/random_counts.h"

#include <math.h>

#define HALF_LOG_2_PI 0.91893853320467274178

/* Below as many expected, the search from 0 is shorter. */
#define FEW 10.0

/* A draw is rejected less than half of the time; so often in a row does not happen. */
#define MAX_TRIES 1000

/* log k! less Stirling's (k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2. */
static double
stirling_rest(double k)
{
	static const double table[10] = {
		0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
		0.01664469118982119, 0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
		0.009255462182712733, 0.008330563433362871
	};
	double		next = k + 1.0;
	double		square = next * next;

	if (k < 10.0)
		return table[(int) k];
	return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / next;
}

static double
log_factorial(double k)
{
	return (k + 0.5) * eqp_random_log(k + 1.0) - (k + 1.0) + HALF_LOG_2_PI + stirling_rest(k);
}

/* (1 - p)^n, for n p < 10 and p <= 1/2: exp of the 1024th part by its series, squared ten times. */
static double
none_of(double n, double p)
{
	double		exponent = 0.0;
	double		sum = 1.0;
	double		x;

	if (p > 0.001)
		exponent = n * eqp_random_log(1.0 - p);
	else
	{
		/* log(1 - p) */
		for (int i = 6; i >= 1; i--)
			exponent = (exponent + 1.0 / i) * p;
		exponent *= -n;
	}
	x = exponent / 1024.0;
	for (int i = 8; i >= 1; i--)
		sum = 1.0 + sum * x / i;
	for (int i = 0; i < 10; i++)
		sum *= sum;
	return sum;
}

/* A binomial draw by adding up the probabilities of 0, 1, ... until a uniform number is passed.  For small n p. */
static double
binomial_by_search(EqpRandom *random, double n, double p)
{
	double		first = none_of(n, p);

	for (int i = 0; i < MAX_TRIES; i++)
	{
		double		u = eqp_random_uniform(random);
		double		probability = first;
		double		k = 0.0;

		/* beyond 110 nothing is left but rounding */
		while (u > probability && k < n && k < 110.0)
		{
			u -= probability;
			k += 1.0;
			probability = (n - k + 1.0) * p * probability / (k * (1.0 - p));
		}
		if (u <= probability)
			return k;
	}
	return floor(n * p);		/* not reached */
}

/*
 * Transformed rejection (BTRS of W. Hoermann, J. Statist. Comput. Simul. 46, 1993), for n p >= 10
 * and p <= 1/2.
 */
static double
binomial_by_rejection(EqpRandom *random, double n, double p)
{
	double		odds = p / (1.0 - p);
	double		spread = sqrt(n * p * (1.0 - p));
	double		b = 1.15 + 2.53 * spread;
	double		a = -0.0873 + 0.0248 * b + 0.01 * p;
	double		centre = n * p + 0.5;
	double		squeeze = 0.92 - 4.2 / b;
	double		alpha = (2.83 + 5.1 / b) * spread;
	double		mode = floor((n + 1.0) * p);

	for (int i = 0; i < MAX_TRIES; i++)
	{
		double		u = eqp_random_uniform(random) - 0.5;
		double		v = eqp_random_uniform(random);
		double		edge = 0.5 - fabs(u);
		double		k;
		double		bound;

		if (edge == 0.0)
			continue;
		k = floor((2.0 * a / edge + b) * u + centre);
		if (k < 0.0 || k > n)
			continue;
		if (edge >= 0.07 && v <= squeeze)
			return k;
		if (v == 0.0)
			return k;
		bound = (mode + 0.5) * eqp_random_log((mode + 1.0) / (odds * (n - mode + 1.0))) +
			(n + 1.0) * eqp_random_log((n - mode + 1.0) / (n - k + 1.0)) +
			(k + 0.5) * eqp_random_log(odds * (n - k + 1.0) / (k + 1.0)) +
			stirling_rest(mode) + stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
		if (eqp_random_log(v * alpha / (a / (edge * edge) + b)) <= bound)
			return k;
	}
	return mode;				/* not reached */
}

double
eqp_random_binomial(EqpRandom *random, double n, double p)
{
	if (n == 0.0 || p <= 0.0)
		return 0.0;
	if (p >= 1.0)
		return n;
	if (p > 0.5)
		return n - eqp_random_binomial(random, n, 1.0 - p);
	return n * p < FEW ? binomial_by_search(random, n, p) : binomial_by_rejection(random, n, p);
}

/*
 * Ratio of uniforms (HRUA of E. Stadlober, J. Comput. Appl. Math. 31, 1990), for good <= bad and
 * sample <= (good + bad) / 2.
 */
static double
hypergeometric_by_rejection(EqpRandom *random, double good, double bad, double sample)
{
	double		all = good + bad;
	double		share = good / all;
	double		centre = sample * share + 0.5;
	double		spread = sqrt((all - sample) / (all - 1.0) * sample * share * (1.0 - share) + 0.5);
	double		width = 1.7155277699214135 * spread + 0.8989161620588988;
	double		mode = floor((sample + 1.0) * (good + 1.0) / (all + 2.0));
	double		peak = log_factorial(mode) + log_factorial(good - mode) + log_factorial(sample - mode) +
		log_factorial(bad - sample + mode);
	double		end = fmin(fmin(sample, good) + 1.0, floor(centre + 16.0 * spread));

	for (int i = 0; i < MAX_TRIES; i++)
	{
		double		x = eqp_random_uniform(random);
		double		y = eqp_random_uniform(random);
		double		k;
		double		height;

		if (x == 0.0)
			continue;
		k = centre + width * (y - 0.5) / x;
		if (k < 0.0 || k >= end)
			continue;
		k = floor(k);
		height = peak - (log_factorial(k) + log_factorial(good - k) + log_factorial(sample - k) +
						 log_factorial(bad - sample + k));
		/* two bounds that are quick to check */
		if (x * (4.0 - x) - 3.0 <= height)
			return k;
		if (x * (x - height) >= 1.0)
			continue;
		if (2.0 * eqp_random_log(x) <= height)
			return k;
	}
	return mode;				/* not reached */
}

/* A hypergeometric draw: how many good ones there are in the sample, which is drawn one by one. */
static double
hypergeometric_one_by_one(EqpRandom *random, double good, double bad, double sample)
{
	double		left = good;

	for (; sample > 0.0 && left > 0.0; sample -= 1.0)
	{
		if (eqp_random_uniform(random) * (left + bad) < left)
			left -= 1.0;
		else
			bad -= 1.0;
	}
	return good - left;
}

double
eqp_random_hypergeometric(EqpRandom *random, double good, double bad, double sample)
{
	double		all = good + bad;

	if (sample == 0.0 || good == 0.0)
		return 0.0;
	if (bad == 0.0)
		return sample;
	if (good > bad)
		return sample - eqp_random_hypergeometric(random, bad, good, sample);
	if (2.0 * sample > all)
		return good - eqp_random_hypergeometric(random, good, bad, all - sample);
	return sample < 2.0 * FEW ? hypergeometric_one_by_one(random, good, bad, sample) :
		hypergeometric_by_rejection(random, good, bad, sample);
}
