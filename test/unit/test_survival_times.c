/*
 * test_survival_times.c
 *		stats/survival_times.c: plain means without censoring, and how often the
 *		intervals hold the truth.  R's values are in test/pgtap/completion_delays.sql.
 */
#include "stats/survival_times.h"

#include "stats/random.h"
#include "tap.h"

#define MAX_DAYS 80

/* What was seen by day, and its curve. */
typedef struct Curve
{
	EqpLastSeen at[MAX_DAYS];
	EqpSurvivalStep steps[MAX_DAYS];
	size_t		nsteps;
} Curve;

static void
clear(Curve *c)
{
	memset(c, 0, sizeof(*c));
	for (int i = 0; i < MAX_DAYS; i++)
		c->at[i].day = i - 10;
}

static void
test_plain(void)
{
	TapGroup	group = {"without censoring: the plain median, mean and error, 1,000 times", 0, 0, 0.0};
	unsigned long long seed = 1982;

	for (int trial = 0; trial < 1000; trial++)
	{
		Curve		c;
		int			n = 1 + (int) (30 * tap_random(&seed));
		int			horizon = (int) (90 * tap_random(&seed)) - 15;
		int			sorted[30];
		double		sum = 0.0;
		double		squares = 0.0;
		EqpRestrictedMean mean;

		clear(&c);
		for (int i = 0; i < n; i++)
		{
			int			at = (int) (MAX_DAYS * tap_random(&seed));
			int			day = at - 10 < horizon ? at - 10 : horizon;
			int			j = i;

			c.at[at].events++;
			sum += day;
			squares += (double) day * day;
			for (; j > 0 && sorted[j - 1] > at - 10; j--)
				sorted[j] = sorted[j - 1];
			sorted[j] = at - 10;
		}
		c.nsteps = eqp_kaplan_meier(c.at, MAX_DAYS, c.steps);
		mean = eqp_restricted_mean(c.steps, c.nsteps, horizon, 0.9);
		squares -= sum * sum / n;
		group_close(&group, eqp_survival_median(c.steps, c.nsteps, 0.95).median,
					0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]), 0.0, 0.0, "median");
		group_close(&group, mean.mean, sum / n, 1e-12, 1e-12, "mean");
		group_close(&group, mean.std_error, squares > 1e-6 ? sqrt(squares) / n : NAN, 1e-9, 0.0, "error");
		group_check(&group, !(mean.interval.upper > horizon), "no more than the horizon");
	}
	group_done(&group);
}

/* Geometric delays from day 0, a third of them censored: the truth is known for each day. */
static void
test_coverage(void)
{
	TapGroup	group = {"coverage of 95 % intervals: median and restricted mean, 4,000 times", 0, 0, 0.0};
	const double stay = 0.95;
	const int	horizon = 30;
	double		truth = 0.0;
	int			median = 0;
	int			holds_median = 0;
	int			holds_mean = 0;
	EqpRandom	random;

	for (int day = 0; day < horizon; day++)
		truth += pow(stay, day + 1);
	while (pow(stay, median + 1) > 0.5)
		median++;
	eqp_random_init(&random, 1982);
	for (int trial = 0; trial < 4000; trial++)
	{
		Curve		c;
		EqpSurvivalMedian m;
		EqpRestrictedMean mean;

		clear(&c);
		for (int i = 0; i < 60; i++)
		{
			int			event = (int) (eqp_random_log(1 - eqp_random_uniform(&random)) / log(stay));
			int			last = 10 + (int) (60 * eqp_random_uniform(&random));

			if (event <= last)
				c.at[10 + event].events++;
			else
				c.at[10 + last].censored++;
		}
		c.nsteps = eqp_kaplan_meier(c.at, MAX_DAYS, c.steps);
		m = eqp_survival_median(c.steps, c.nsteps, 0.95);
		mean = eqp_restricted_mean(c.steps, c.nsteps, horizon, 0.95);
		holds_median += !(m.lower > median) && !(m.upper < median);
		holds_mean += mean.interval.lower <= truth && truth <= mean.interval.upper;
	}
	printf("# median %.2f %%, restricted mean %.2f %%\n", holds_median / 40.0, holds_mean / 40.0);
	/* whole days make the interval of the median wider than need be */
	group_check(&group, holds_median >= 0.94 * 4000 && holds_median <= 0.985 * 4000, "median");
	group_check(&group, holds_mean >= 0.93 * 4000 && holds_mean <= 0.965 * 4000, "restricted mean");
	group_done(&group);
}

int
main(void)
{
	test_plain();
	test_coverage();
	return tap_done();
}
