/*
 * fuzz_segregation.c
 *		stats/segregation.c: indices lie where they can lie, local scores add up
 *		to M, and so do the parts between and within.
 */
#include "stats/segregation.h"

#include "fuzz.h"

#define MAX_UNITS 8
#define MAX_GROUPS 5

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpSegregationCell cells[MAX_UNITS * MAX_GROUPS];
	double		unit_total[MAX_UNITS];
	double		group_total[MAX_GROUPS];
	double		local[MAX_UNITS];
	double		work[MAX_UNITS * MAX_GROUPS];
	int			part_of[MAX_UNITS];
	EqpSegregation s;
	EqpSegregationIndices all;
	EqpSegregationGroup groups[MAX_GROUPS];
	EqpSegregationPart parts[MAX_UNITS];
	EqpSegregationSplit split;
	size_t		n_cells = 0;
	double		total = 0.0;
	double		sum = 0.0;
	int			n_units = 1 + fuzz_byte(&in) % MAX_UNITS;
	int			n_groups = 1 + fuzz_byte(&in) % MAX_GROUPS;

	for (int u = 0; u < n_units; u++)
	{
		part_of[u] = fuzz_byte(&in) % 3;
		for (int g = 0; g < n_groups; g++)
		{
			unsigned	kind = fuzz_byte(&in);

			if (kind < 64)
				continue;
			cells[n_cells] = (EqpSegregationCell) {u, g, kind < 200 ? fuzz_byte(&in) : (double) (fuzz_int64(&in) & INT64_MAX)};
			n_cells++;
		}
	}
	if (!eqp_segregation_init(&s, cells, n_cells, unit_total, n_units, group_total, n_groups))
		return 0;

	eqp_segregation_indices(&s, &all);
	FUZZ_CHECK(all.mutual_information >= -1e-12 && isfinite(all.mutual_information));
	/* quotients of two roundings where one group is all but a billionth of the whole */
	if (all.entropy > 1e-6)
	{
		FUZZ_CHECK(fuzz_within(all.information_index, -1e-9, 1.0 + 1e-9));
		FUZZ_CHECK(fuzz_within(all.dissimilarity, -1e-12, 1.0 + 1e-9));
	}

	eqp_segregation_groups(&s, groups);
	for (int g = 0; g < n_groups; g++)
	{
		FUZZ_CHECK(fuzz_within(groups[g].dissimilarity, -1e-12, 1.0 + 1e-9));
		FUZZ_CHECK(fuzz_within(groups[g].isolation, -1e-12, 1.0 + 1e-9));
	}

	eqp_segregation_local(&s, local);
	for (int u = 0; u < n_units; u++)
	{
		total += unit_total[u];
		if (!isnan(local[u]))
			sum += unit_total[u] * local[u];
	}
	FUZZ_CHECK(fabs(sum / total - all.mutual_information) < 1e-9);

	FUZZ_CHECK(eqp_segregation_split(&s, part_of, 3, work, parts, &split));
	FUZZ_CHECK(fabs(split.m_between + split.m_within - all.mutual_information) < 1e-9);
	return 0;
}
