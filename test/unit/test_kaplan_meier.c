/*
 * test_kaplan_meier.c
 *		stats/kaplan_meier.c against hand calculation, Efron's redistribution to
 *		the right, and the laws of expectations.
 */
#include "stats/kaplan_meier.h"

#include "stats/distribution.h"
#include "tap.h"

#define MAX_UNITS 60
#define MAX_DAYS 80

/* What was seen of each unit: its last day, and whether with an event. */
typedef struct Units
{
	int			n;
	int			day[MAX_UNITS];
	bool		event[MAX_UNITS];
	EqpLastSeen seen[MAX_DAYS];
	EqpOpen		open[MAX_DAYS];
	size_t		ndays;
	size_t		nopen;
	EqpSurvivalStep steps[MAX_DAYS];
	size_t		nsteps;
} Units;

/* Days from -20 to 50. */
static void
count_days(Units *u)
{
	u->ndays = u->nopen = 0;
	for (int day = -20; day <= 50; day++)
	{
		EqpLastSeen seen = {day, 0, 0, 0};

		for (int i = 0; i < u->n; i++)
			if (u->day[i] == day)
			{
				if (u->event[i])
					seen.events++;
				else
					seen.censored++;
			}
		if (seen.events + seen.censored > 0)
			u->seen[u->ndays++] = seen;
		if (seen.censored > 0)
		{
			u->open[u->nopen].day = day;
			u->open[u->nopen++].count = seen.censored;
		}
	}
	u->nsteps = eqp_kaplan_meier(u->seen, u->ndays, u->steps);
}

static void
random_units(Units *u, unsigned long long *seed)
{
	int			censored = (int) (100 * tap_random(seed));
	int			width = 1 + (int) (50 * tap_random(seed));

	u->n = 1 + (int) (MAX_UNITS * tap_random(seed));
	for (int i = 0; i < u->n; i++)
	{
		u->day[i] = (int) (width * tap_random(seed)) - 10;
		u->event[i] = 100 * tap_random(seed) >= censored;
	}
	count_days(u);
}

/*
 * The 21 patients on 6-mercaptopurine of Freireich et al. (Blood 21, 1963),
 * weeks in remission, + censored: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+
 * 22 23 25+ 32+ 32+ 34+ 35+.
 */
static void
test_by_hand(void)
{
	static const EqpLastSeen seen[] = {
		{6, 3, 1, 0}, {7, 1, 0, 0}, {9, 0, 1, 0}, {10, 1, 1, 0}, {11, 0, 1, 0}, {13, 1, 0, 0}, {16, 1, 0, 0}, {17, 0, 1, 0},
		{19, 0, 1, 0}, {20, 0, 1, 0}, {22, 1, 0, 0}, {23, 1, 0, 0}, {25, 0, 1, 0}, {32, 0, 2, 0}, {34, 0, 1, 0}, {35, 0, 1, 0}
	};
	static const int days[] = {6, 7, 10, 13, 16, 22, 23};
	static const int at_risk[] = {21, 17, 15, 12, 11, 7, 6};
	static const int events[] = {3, 1, 1, 1, 1, 1, 1};
	static const int censored[] = {1, 1, 2, 0, 3, 0, 5};
	TapGroup	group = {"remissions by hand", 0, 0, 0.0};
	EqpSurvivalStep steps[16];
	size_t		n = eqp_kaplan_meier(seen, 16, steps);
	double		survival = 1.0;
	double		sum = 0.0;

	group_check(&group, n == 7, "seven steps");
	for (size_t i = 0; i < n && i < 7; i++)
	{
		double		theta;
		EqpInterval interval = eqp_reached_interval(&steps[i], 0.9);

		group_check(&group, steps[i].day == days[i] && steps[i].at_risk == at_risk[i] &&
					steps[i].events == events[i] && steps[i].censored == censored[i], "counts");
		survival *= (at_risk[i] - events[i]) / (double) at_risk[i];
		sum += events[i] / (double) (at_risk[i] * (at_risk[i] - events[i]));
		group_close(&group, steps[i].survival, survival, 1e-14, 0, "survival");
		group_close(&group, steps[i].reached, 1 - survival, 1e-14, 0, "reached");
		group_close(&group, eqp_reached_std_error(&steps[i]), survival * sqrt(sum), 1e-14, 0, "error");
		theta = exp(eqp_normal_quantile(0.95) * sqrt(sum) / log(survival));
		group_close(&group, interval.lower, 1 - pow(survival, theta), 1e-12, 0, "lower");
		group_close(&group, interval.upper, 1 - pow(survival, 1 / theta), 1e-12, 0, "upper");
	}
	/* as the textbooks print them */
	group_close(&group, steps[3].survival, 0.690, 0, 0.0005, "13 weeks");
	group_close(&group, eqp_reached_std_error(&steps[6]), 0.1346, 0, 0.00005, "23 weeks");
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	group = {"one unit, none, all at once, nothing happened, huge counts", 0, 0, 0.0};
	static const EqpLastSeen one[] = {{-3, 1, 0, 0}};
	static const EqpLastSeen waiting[] = {{5, 0, 7, 0}};
	static const EqpLastSeen tie[] = {{5, 1, 1, 0}};
	static const EqpLastSeen huge[] = {{0, 1, 0, 0}, {1, INT64_MAX - 2, 0, 0}, {2, 1, 0, 0}};
	static const EqpOpen open[] = {{5, 7}};
	EqpSurvivalStep steps[3];

	group_check(&group, eqp_kaplan_meier(one, 0, steps) == 0, "no days");
	group_check(&group, eqp_kaplan_meier(one, 1, steps) == 1, "one unit");
	group_check(&group, steps[0].survival == 0.0 && steps[0].reached == 1.0, "all of one");
	group_close(&group, eqp_reached_std_error(&steps[0]), NAN, 0, 0, "no error where nobody is left");
	group_close(&group, eqp_reached_interval(&steps[0], 0.95).lower, NAN, 0, 0, "nor an interval");
	group_close(&group, eqp_reached_interval(&steps[0], 0.95).upper, NAN, 0, 0, "nor an interval");

	group_check(&group, eqp_kaplan_meier(waiting, 1, steps) == 0, "nothing happened");
	group_check(&group, eqp_expected_by(steps, 0, open, 1, 100) == 0.0 &&
				eqp_expected_ahead(steps, 0, open, 1, 100) == 0.0, "and nothing is expected");

	/* events first: the one censored that day was at risk */
	group_check(&group, eqp_kaplan_meier(tie, 1, steps) == 1 && steps[0].at_risk == 2 &&
				steps[0].reached == 0.5 && steps[0].censored == 1, "a tie");

	group_check(&group, eqp_kaplan_meier(huge, 3, steps) == 3, "huge counts");
	group_close(&group, steps[0].reached, 1 / 9223372036854775807.0, 1e-15, 0, "one of very many");
	group_close(&group, steps[1].survival, 1 / 9223372036854775807.0, 1e-15, 0, "all but one of very many");
	group_check(&group, steps[1].reached <= 1.0 && steps[2].reached == 1.0 && steps[2].survival == 0.0, "all of very many");
	for (int i = 0; i < 2; i++)
	{
		EqpInterval interval = eqp_reached_interval(&steps[i], 0.999999);

		group_check(&group, interval.lower >= 0 && interval.upper <= 1 && interval.lower <= interval.upper,
					"intervals of very many");
	}
	group_done(&group);
}

/*
 * Efron (1967): every unit has the mass 1/n; from left to right, one that is
 * censored hands its mass in equal parts to all that come after it.
 */
static void
test_redistribution(void)
{
	TapGroup	group = {"Efron's redistribution to the right, 2,000 times", 0, 0, 0.0};
	TapGroup	plain = {"without censoring: the plain share, exactly, and its binomial error", 0, 0, 0.0};
	unsigned long long seed = 1958;

	for (int trial = 0; trial < 2000; trial++)
	{
		Units		u;
		double		mass[MAX_UNITS];
		double		reached = 0.0;
		size_t		step = 0;
		int			units_after;

		random_units(&u, &seed);
		for (int i = 0; i < u.n; i++)
			mass[i] = 1.0 / u.n;
		for (int day = -20; day <= 50; day++)
		{
			bool		any = false;

			for (int i = 0; i < u.n; i++)
				if (u.day[i] == day && u.event[i])
				{
					reached += mass[i];
					any = true;
				}
			if (any)
			{
				group_check(&group, step < u.nsteps && u.steps[step].day == day, "a step on each day with events");
				if (step < u.nsteps)
					group_close(&group, u.steps[step].reached, reached, 1e-12, 0, "reached");
				step++;
			}
			units_after = 0;
			for (int i = 0; i < u.n; i++)
				units_after += u.day[i] > day;
			for (int i = 0; i < u.n && units_after > 0; i++)
				if (u.day[i] == day && !u.event[i])
					for (int j = 0; j < u.n; j++)
						if (u.day[j] > day)
							mass[j] += mass[i] / units_after;
		}
		group_check(&group, step == u.nsteps, "and on no other");

		for (int i = 0; i < u.n; i++)
			u.event[i] = true;
		count_days(&u);
		for (size_t i = 0, events = 0; i < u.nsteps; i++)
		{
			double		share;

			events += u.steps[i].events;
			share = events / (double) u.n;
			group_check(&plain, u.steps[i].reached == share, "share");
			group_close(&plain, eqp_reached_std_error(&u.steps[i]),
						(int) events == u.n ? NAN : sqrt(share * (1 - share) / u.n), 1e-13, 0, "error");
		}
	}
	group_done(&group);
	group_done(&plain);
}

/* The curve on a day, looked up the slow way. */
static double
survival_on(const Units *u, int64_t day)
{
	double		survival = 1.0;

	for (size_t i = 0; i < u->nsteps; i++)
		if (u->steps[i].day <= day)
			survival = u->steps[i].survival;
	return survival;
}

static void
test_expected(void)
{
	TapGroup	sums = {"expected: unit by unit, 1,000 times", 0, 0, 0.0};
	TapGroup	laws = {"expected: never falls, ends between nothing and all", 0, 0, 0.0};
	unsigned long long seed = 1926;

	for (int trial = 0; trial < 1000; trial++)
	{
		Units		u;
		double		last_ahead = 0.0;
		double		last_by = 0.0;
		double		all = 0.0;

		random_units(&u, &seed);
		for (int i = 0; i < u.n; i++)
			all += !u.event[i];
		for (int day = -25; day <= 80; day++)
		{
			double		by = 0.0;
			double		ahead = 0.0;
			double		got = eqp_expected_by(u.steps, u.nsteps, u.open, u.nopen, day);

			for (int i = 0; i < u.n; i++)
			{
				double		now = survival_on(&u, u.day[i]);

				if (u.event[i])
					continue;
				if (u.day[i] < day)
					by += 1 - survival_on(&u, day) / now;
				ahead += 1 - survival_on(&u, u.day[i] + day) / now;
			}
			group_close(&sums, got, by, 1e-12, 1e-13, "by");
			group_check(&laws, got >= last_by && got <= all, "by");
			last_by = got;
			if (day < 0)
				continue;
			got = eqp_expected_ahead(u.steps, u.nsteps, u.open, u.nopen, day);
			group_close(&sums, got, ahead, 1e-12, 1e-13, "ahead");
			group_check(&laws, got >= last_ahead && got <= all, "ahead");
			group_check(&laws, day > 0 || got == 0.0, "nothing in no time");
			last_ahead = got;
		}
		if (u.nsteps > 0 && u.steps[u.nsteps - 1].survival == 0.0)
			group_check(&laws, last_ahead == all, "all, exactly, where nobody was left");
		group_close(&laws, eqp_expected_by(u.steps, u.nsteps, u.open, u.nopen, INT64_MAX), last_ahead,
					1e-13, 1e-13, "in the end it is the same");
	}
	group_done(&sums);
	group_done(&laws);
}

/* ---- Competing ends ------------------------------------------------------ */

/*
 * Held first, the other first, or neither yet when one last looks: exponential
 * times with the given rates, in whole days, and a last look at an even time.
 */
static int
random_ends(EqpLastSeen *seen, int n, unsigned long long *seed)
{
	int			ndays = 0;

	for (int day = 0; day < 12; day++)
		seen[day] = (EqpLastSeen) {day, 0, 0, 0};
	for (int i = 0; i < n; i++)
	{
		double		end = -log(1 - tap_random(seed)) / 0.3;
		bool		event = tap_random(seed) < 0.6;
		double		look = 12 * tap_random(seed);
		int			day = (int) fmin(end, look);

		/* an end of the day of the look is seen, as events come first */
		if ((int) end > (int) look)
			seen[day].censored++;
		else if (event)
			seen[day].events++;
		else
			seen[day].competing++;
	}
	for (int day = 0; day < 12; day++)
		if (seen[day].events + seen[day].competing + seen[day].censored > 0)
			seen[ndays++] = seen[day];
	return ndays;
}

/* The variance as the sum of squares of what each unit contributes, kind by kind and day by day. */
static double
jackknife(const EqpLastSeen *seen, int ndays, int64_t until)
{
	double		total = 0.0;

	for (int i = 0; i < ndays; i++)
		for (int kind = 0; kind < 3; kind++)
		{
			double		survival = 1.0;
			double		influence = 0.0;	/* on the share reached */
			double		survival_influence = 0.0;
			double		count = kind == 0 ? seen[i].events : kind == 1 ? seen[i].competing : seen[i].censored;

			for (int s = 0; s < ndays && seen[s].day <= until; s++)
			{
				double		n = 0.0;
				double		h = seen[s].events;
				double		d = h + seen[s].competing;
				double		at_risk = s <= i;
				double		event = s == i && kind == 0;
				double		end = s == i && kind < 2;

				for (int later = s; later < ndays; later++)
					n += seen[later].events + seen[later].competing + seen[later].censored;
				influence += survival_influence * h / n + survival * (event - at_risk * h / n) / n;
				survival_influence = survival_influence * (1 - d / n) - survival * (end - at_risk * d / n) / n;
				survival *= 1 - d / n;
			}
			total += count * influence * influence;
		}
	return total;
}

static void
test_competing(void)
{
	TapGroup	sums = {"competing ends: the infinitesimal jackknife unit by unit, 500 times", 0, 0, 0.0};
	TapGroup	plain = {"competing ends, none censored: plain shares and the binomial error", 0, 0, 0.0};
	unsigned long long seed = 1978;

	for (int trial = 0; trial < 500; trial++)
	{
		EqpLastSeen seen[12];
		EqpSurvivalStep steps[12];
		int			n = 1 + (int) (40 * tap_random(&seed));
		int			ndays = random_ends(seen, n, &seed);
		size_t		nsteps = eqp_kaplan_meier(seen, ndays, steps);
		int64_t		events = 0;

		for (size_t i = 0; i < nsteps; i++)
			group_close(&sums, steps[i].variance, jackknife(seen, ndays, steps[i].day), 1e-11, 1e-17, "variance");

		for (int i = 0; i < ndays; i++)
		{
			seen[i].competing += seen[i].censored;
			seen[i].censored = 0;
		}
		nsteps = eqp_kaplan_meier(seen, ndays, steps);
		for (size_t i = 0; i < nsteps; i++)
		{
			double		share;

			events += steps[i].events;
			share = (double) events / n;
			group_close(&plain, steps[i].reached, share, 1e-15, 0, "share");
			group_close(&plain, eqp_reached_std_error(&steps[i]),
						events == 0 || events == n ? NAN : sqrt(share * (1 - share) / n), 1e-12, 0, "error");
		}
	}
	group_done(&sums);
	group_done(&plain);
}

/* The interval of the share reached by the end of the fourth day, of 100 units, holds the true one. */
static void
test_coverage(void)
{
	enum
	{
		TRIALS = 20000
	};
	/* of those that end by then, which are 1 - exp(-0.3 * 5), six of ten have the event */
	double		truth = 0.6 * (1 - exp(-1.5));
	TapGroup	group = {"competing ends: 95 % intervals hold the truth 94 to 96 times in 100", 0, 0, 0.0};
	unsigned long long seed = 2026;
	int			held = 0;

	for (int trial = 0; trial < TRIALS; trial++)
	{
		EqpLastSeen seen[12];
		EqpSurvivalStep steps[12];
		size_t		nsteps = eqp_kaplan_meier(seen, random_ends(seen, 100, &seed), steps);
		EqpInterval interval = {NAN, NAN};

		for (size_t i = 0; i < nsteps && steps[i].day <= 4; i++)
			interval = eqp_incidence_interval(&steps[i], 0.95);
		held += interval.lower <= truth && truth <= interval.upper;
	}
	printf("# coverage %.4f\n", held / (double) TRIALS);
	group_check(&group, held >= 0.94 * TRIALS && held <= 0.96 * TRIALS, "coverage");
	group_done(&group);
}

int
main(void)
{
	test_by_hand();
	test_edges();
	test_redistribution();
	test_expected();
	test_competing();
	test_coverage();
	return tap_done();
}
