/*
 * fuzz_kaplan_meier.c
 *		stats/kaplan_meier.c on any counts of any days: the steps account for
 *		every unit, the curve and its intervals stay in [0, 1] and in order, and
 *		expectations never fall.
 */
#include "stats/kaplan_meier.h"

#include "fuzz.h"

#define MAX_DAYS 256

/* Of all days together no more than INT64_MAX. */
static int64_t
read_count(FuzzInput *in)
{
	unsigned	kind = fuzz_byte(in);

	if (kind < 64)
		return 0;
	return kind < 240 ? (int64_t) (kind % 8) : fuzz_int64(in) & (INT64_MAX / (2 * MAX_DAYS));
}

static void
check_expected(FuzzInput *in, const EqpSurvivalStep *steps, size_t nsteps,
			   const EqpOpen *open, size_t nopen)
{
	double		all = 0.0;
	double		by = 0.0;
	double		ahead = 0.0;
	int64_t		day = INT64_MIN / 4;
	int64_t		days = 0;
	double		least = 1.0;

	for (size_t i = 0; i < nopen; i++)
		all += (double) open[i].count;
	for (int i = 0; i < 8; i++)
	{
		double		next_by;
		double		next_ahead;
		int64_t		further = fuzz_byte(in) < 200 ? fuzz_byte(in) : fuzz_int64(in) & (INT64_MAX / 64);

		day = i == 0 && fuzz_byte(in) < 200 ? -(int64_t) fuzz_byte(in) : day + further;
		days += further;
		next_by = eqp_expected_by(steps, nsteps, open, nopen, day);
		next_ahead = eqp_expected_ahead(steps, nsteps, open, nopen, days);
		FUZZ_CHECK(next_by >= by && fuzz_ordered(next_by, all));
		FUZZ_CHECK(next_ahead >= ahead && fuzz_ordered(next_ahead, all));
		by = next_by;
		ahead = next_ahead;
	}
	if (nsteps > 0 && steps[nsteps - 1].survival == 0.0 && steps[nsteps - 1].lost == 0.0)
		FUZZ_CHECK(eqp_expected_by(steps, nsteps, open, nopen, INT64_MAX) == all);
	FUZZ_CHECK(eqp_expected_never(steps, nsteps, open, nopen) >= 0.0);
	for (size_t i = 0; i < nsteps; i++)
		if (steps[i].survival > 0.0)
			least = steps[i].survival;
	FUZZ_CHECK(eqp_expected_never(steps, nsteps, open, nopen) +
			   eqp_expected_by(steps, nsteps, open, nopen, INT64_MAX) <= all * (1.0 + 1e-14 / least));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpLastSeen seen[MAX_DAYS];
	EqpOpen		open[MAX_DAYS];
	EqpSurvivalStep steps[MAX_DAYS];
	double		confidence = fuzz_confidence(&in);
	int64_t		day = fuzz_int64(&in) / 4;
	int64_t		units = 0;
	int64_t		accounted = 0;
	size_t		ndays = 0;
	size_t		nopen = 0;
	size_t		nsteps;
	bool		competing = fuzz_byte(&in) % 2 == 1;

	if (fuzz_byte(&in) < 200)
		day = -100;
	while (in.left > 0 && ndays < MAX_DAYS)
	{
		seen[ndays].day = day;
		seen[ndays].events = read_count(&in);
		seen[ndays].censored = read_count(&in);
		seen[ndays].competing = competing ? read_count(&in) : 0;
		seen[ndays].entered = 0;
		units += seen[ndays].events + seen[ndays].censored + seen[ndays].competing;
		if (seen[ndays].censored > 0)
			open[nopen++] = (EqpOpen) {day, seen[ndays].censored};
		ndays++;
		day += 1 + (fuzz_byte(&in) < 250 ? fuzz_byte(&in) % 16 : fuzz_int64(&in) & (INT64_MAX / (8 * MAX_DAYS)));
	}

	nsteps = eqp_kaplan_meier(seen, ndays, steps);
	FUZZ_CHECK(nsteps <= ndays);
	for (size_t i = 0; i < nsteps; i++)
	{
		const EqpSurvivalStep *step = &steps[i];
		const EqpSurvivalStep *before = i > 0 ? &steps[i - 1] : NULL;
		EqpInterval interval = fuzz_byte(&in) % 2 ? eqp_reached_interval(step, confidence)
			: eqp_incidence_interval(step, confidence);
		int64_t		ends = step->events + step->competing;
		double		error = eqp_reached_std_error(step);

		FUZZ_CHECK(ends > 0 && step->censored >= 0 && step->at_risk >= ends + step->censored);
		FUZZ_CHECK(before == NULL || (step->day > before->day && step->survival <= before->survival &&
									  step->reached >= before->reached && step->lost >= before->lost &&
									  step->at_risk == before->at_risk - before->events - before->competing - before->censored));
		FUZZ_CHECK(step->survival >= 0.0 && step->survival <= 1.0);
		FUZZ_CHECK(step->reached >= 0.0 && step->reached <= 1.0 && step->lost >= 0.0 && step->lost <= 1.0);
		FUZZ_CHECK(competing || step->lost == 0.0);
		FUZZ_CHECK(fabs(step->survival + step->reached + step->lost - 1.0) < 1e-12);
		FUZZ_CHECK((step->survival == 0.0) == (step->at_risk == ends));
		FUZZ_CHECK(isnan(error) == (step->reached == 0.0 || step->survival + step->lost == 0.0) &&
				   !isinf(error) && !(error < 0.0));
		FUZZ_CHECK(isnan(interval.lower) == isnan(error) && isnan(interval.upper) == isnan(error));
		FUZZ_CHECK(isnan(error) || (interval.lower >= 0.0 && interval.upper <= 1.0 &&
									fuzz_ordered(interval.lower, step->reached) &&
									fuzz_ordered(step->reached, interval.upper)));
		accounted += ends + step->censored;
	}
	if (nsteps > 0)
		FUZZ_CHECK(accounted == steps[0].at_risk && steps[0].at_risk <= units);
	check_expected(&in, steps, nsteps, open, nopen);
	return 0;
}
