/*
 * fuzz_fixed_effects.c
 *		effects/fixed_effects.c and effects/goodman_bacon.c: whatever a panel holds, errors are positive or
 *		undefined and intervals hold their estimate; usual values turn with their unit, and where there is a
 *		decomposition it adds up.
 */
#include "effects/fixed_effects.h"
#include "effects/goodman_bacon.h"

#include "panels.h"

static void
compute(const FuzzPanel *p, double confidence, EqpFixedEffects *result)
{
	double		work[MAX_PERIODS * (MAX_PERIODS + 2) + MAX_UNITS];
	uint8_t		flags[MAX_UNITS];

	FUZZ_CHECK(eqp_fixed_effects_size(&p->panel) <= sizeof(work) / sizeof(work[0]));
	eqp_fixed_effects(&p->panel, confidence, work, flags, result, NULL);
	FUZZ_CHECK(result->switching + result->others == (int64_t) p->panel.nunits);
	FUZZ_CHECK(isnan(result->effect.std_error) || (result->effect.std_error > 0.0 && !isnan(result->effect.estimate)));
	FUZZ_CHECK(isnan(result->effect.lower) ||
			   (result->effect.lower <= result->effect.estimate && result->effect.estimate <= result->effect.upper));
}

/* The decomposition adds up to the estimate of usual values. */
static void
check_terms(const FuzzPanel *p, const EqpFixedEffects *twfe, bool usual, double largest)
{
	EqpBaconCohort cohorts[MAX_UNITS + 2];
	double		sums[(MAX_UNITS + 2) * (MAX_PERIODS + 1)];
	EqpGoodmanBacon bacon = {.panel = &p->panel, .cohorts = cohorts, .sums = sums};
	double		weights = 0.0;
	double		sum = 0.0;
	EqpBaconTerm term;

	if (eqp_goodman_bacon(&bacon, NULL) != EQP_BACON_DONE)
		return;
	for (int kind = 0; kind < EQP_N_BACON_KINDS; kind++)
		for (size_t k = 0; k < bacon.ncohorts; k++)
			for (size_t l = 0; l < bacon.ncohorts; l++)
				if (eqp_bacon_term(&bacon, (EqpBaconKind) kind, k, l, &term))
				{
					FUZZ_CHECK(term.weight > 0.0 && term.kind == (EqpBaconKind) kind);
					weights += term.weight;
					sum += term.weight * term.estimate;
				}
	FUZZ_CHECK(fuzz_near(weights, 1.0, 1.0));
	FUZZ_CHECK(!usual || fuzz_near(sum, twfe->effect.estimate, 100.0 * largest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FuzzPanel p;
	FuzzInput	in = {data, size};
	bool		usual = fuzz_byte(&in) % 4 != 0;
	bool		weighted = fuzz_byte(&in) % 3 == 0;
	double		confidence = fuzz_confidence(&in);
	double		largest = fuzz_panel(&in, usual, &p);
	EqpFixedEffects result, turned;

	if (!weighted)
		p.panel.weights = NULL;
	compute(&p, confidence, &result);
	check_terms(&p, &result, usual, largest);
	if (!usual)
		return 0;
	for (size_t i = 0; i < eqp_panel_nrows(&p.panel); i++)
	{
		p.values[i] = -4.0 * p.values[i] + 8.0;
		p.weights[i] *= 1e-3;
	}
	compute(&p, confidence, &turned);
	FUZZ_CHECK(fuzz_near(-4.0 * result.effect.estimate, turned.effect.estimate, 1e4 * largest));
	FUZZ_CHECK(!(result.effect.std_error > 1e-9 * largest) ||
			   fuzz_near(4.0 * result.effect.std_error, turned.effect.std_error, 1e6 * largest));
	return 0;
}
