/*
 * fuzz_two_by_two.c
 *		effects/two_by_two.c: whatever a panel holds, errors are positive or undefined, intervals hold their
 *		estimate, and counts are of units that there are; usual values turn with their unit.
 */
#include "effects/two_by_two.h"

#include "panels.h"

static void
compute(const FuzzPanel *p, const uint8_t *times, int64_t before, int64_t after, double confidence, EqpTwoByTwo *result)
{
	double		influence[MAX_UNITS];
	uint8_t		sides[MAX_UNITS];

	eqp_two_by_two(&p->panel, times, before, after, confidence, influence, sides, result, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FuzzPanel p;
	FuzzInput	in = {data, size};
	bool		usual = fuzz_byte(&in) % 4 != 0;
	double		confidence = fuzz_confidence(&in);
	int64_t		before = 2000 + fuzz_byte(&in) % 8;
	int64_t		after = before + 1 + fuzz_byte(&in) % 3;
	uint8_t		times[MAX_PERIODS];
	double		largest = fuzz_panel(&in, usual, &p);
	EqpTwoByTwo result, turned;
	int64_t		units = 0;

	for (size_t t = 0; t < p.panel.nperiods; t++)
		times[t] = p.periods[t] <= before ? EQP_BEFORE : p.periods[t] >= after ? EQP_AFTER : EQP_NEITHER_TIME;
	compute(&p, times, before, after, confidence, &result);
	for (int side = 0; side < EQP_N_OF; side++)
	{
		for (int time = 0; time < 2; time++)
		{
			const EqpTwoByTwoCell *cell = &result.cells[side][time];

			FUZZ_CHECK(cell->units <= cell->rows && cell->units <= (int64_t) p.panel.nunits);
			FUZZ_CHECK(cell->rows == 0 ? isnan(cell->mean) : isnan(cell->mean) || fabs(cell->mean) <= largest * (1.0 + 1e-14));
			FUZZ_CHECK(!usual || isnan(cell->mean) == (cell->rows == 0));
		}
		units += result.cells[side][0].units;
		FUZZ_CHECK(result.clusters[side] <= result.all_clusters);
	}
	FUZZ_CHECK(units <= (int64_t) p.panel.nunits);
	FUZZ_CHECK(isnan(result.effect.std_error) || (result.effect.std_error > 0.0 && !isnan(result.effect.estimate)));
	FUZZ_CHECK(isnan(result.effect.lower) || (result.effect.lower <= result.effect.estimate && result.effect.estimate <= result.effect.upper));
	FUZZ_CHECK(isnan(result.effect.std_error) || (result.clusters[0] > 1 && result.clusters[1] > 1));
	if (!usual)
		return 0;
	for (size_t i = 0; i < eqp_panel_nrows(&p.panel); i++)
		p.values[i] = -4.0 * p.values[i] + 8.0;
	compute(&p, times, before, after, confidence, &turned);
	FUZZ_CHECK(fuzz_near(-4.0 * result.effect.estimate, turned.effect.estimate, 100.0 * largest));
	FUZZ_CHECK(!(result.effect.std_error > 1e-9 * largest) ||
			   fuzz_near(4.0 * result.effect.std_error, turned.effect.std_error, 1e5 * largest));
	return 0;
}
