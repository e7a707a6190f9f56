/*
 * panels.h
 *		Small panels for the fuzz targets of effects.
 */
#ifndef EQP_FUZZ_PANELS_H
#define EQP_FUZZ_PANELS_H

#include "effects/panel.h"

#include "fuzz.h"

#define MAX_UNITS 12
#define MAX_PERIODS 6
#define MAX_ROWS (MAX_UNITS * MAX_PERIODS)

typedef struct FuzzPanel
{
	int64_t		periods[MAX_PERIODS];
	size_t		first[MAX_UNITS + 1];
	int64_t		cohorts[MAX_UNITS];
	int64_t		codes[MAX_UNITS];
	uint32_t	clusters[MAX_UNITS];
	uint32_t	period[MAX_ROWS];
	double		values[MAX_ROWS];
	double		weights[MAX_ROWS];
	EqpPanel	panel;
} FuzzPanel;

/*
 * Reads a panel: of usual values and weights, or of any that are finite and positive.
 * Returns the largest absolute value, at least 1.
 */
static inline double
fuzz_panel(FuzzInput *in, bool usual, FuzzPanel *p)
{
	EqpPanel   *panel = &p->panel;
	double		largest = 1.0;
	size_t		nrows = 0;

	memset(p, 0, sizeof(*p));
	panel->nperiods = 1 + fuzz_byte(in) % MAX_PERIODS;
	panel->period_unit = fuzz_byte(in) % 2 == 0 ? EQP_PERIOD_YEARS : EQP_PERIOD_DAYS;
	for (size_t i = 0; i < panel->nperiods; i++)
		p->periods[i] = (i == 0 ? 2000 : p->periods[i - 1]) + 1 + (fuzz_byte(in) % 4 == 0);
	panel->nclusters = MAX_UNITS;
	while (in->left > 0 && panel->nunits < MAX_UNITS)
	{
		unsigned	cohort = fuzz_byte(in) % 12;
		unsigned	holes = fuzz_byte(in);
		size_t		unit = panel->nunits;

		p->first[unit] = nrows;
		for (size_t t = 0; t < panel->nperiods; t++)
		{
			double		weight = usual ? fuzz_byte(in) % 8 + 1.0 : fabs(fuzz_finite(in));

			if (holes % 3 == 0 && (holes >> (t + 2)) & 1)
				continue;
			p->period[nrows] = (uint32_t) t;
			p->values[nrows] = usual ? fuzz_byte(in) / 16.0 : fuzz_finite(in);
			p->weights[nrows] = weight > 0.0 ? weight : 1.0;
			largest = fmax(largest, fabs(p->values[nrows]));
			nrows++;
		}
		if (nrows == p->first[unit])
			continue;
		p->cohorts[unit] = cohort == 0 ? EQP_COHORT_ALWAYS : cohort < 4 ? EQP_COHORT_NEVER : 1998 + (int64_t) cohort;
		p->clusters[unit] = holes % 2 == 0 ? (uint32_t) unit : holes % MAX_UNITS;
		panel->nunits++;
	}
	p->first[panel->nunits] = nrows;
	for (int64_t code = 1998; code < 2012; code++)
		for (size_t i = 0; i < panel->nunits; i++)
			if (p->cohorts[i] == code && (panel->ncohorts == 0 || p->codes[panel->ncohorts - 1] != code))
				p->codes[panel->ncohorts++] = code;
	panel->periods = p->periods;
	panel->first = p->first;
	panel->cohorts = p->cohorts;
	panel->cohort_codes = p->codes;
	panel->clusters = p->clusters;
	panel->period = p->period;
	panel->values = p->values;
	panel->weights = p->weights;
	return largest;
}

#endif							/* EQP_FUZZ_PANELS_H */
