/*
 * test_no_int128.c
 *		The matching of a compiler without 128-bit integers: it says that it
 *		cannot, at once and without touching anything.  The files under test
 *		are compiled into this one, with names of their own.
 */
#define EQP_NO_INT128
#define eqp_match eqp_match_without_int128
#define eqp_match_digits eqp_match_digits_without_int128

#include "solver/matching_costs.c"
#include "solver/matching_split.c"

#include "tap.h"

#ifdef EQP_HAVE_INT128
#error "the switch is without effect"
#endif

static void *
allocate(void *arg, size_t size)
{
	(void) size;
	*(bool *) arg = true;
	return NULL;
}

static void
release(void *arg, void *memory)
{
	(void) memory;
	*(bool *) arg = true;
}

int
main(void)
{
	static const uint32_t capacity[2] = {1, 1};
	static const bool unpaired[2] = {true, true};
	static const EqpMatchEdge edge = {0, 1, 1.0};
	EqpMatchProblem problem = {
		.capacity = capacity, .unpaired = unpaired, .nnodes = 2, .edges = &edge, .nedges = 1
	};
	bool		memory_used = false;
	bool		chosen = true;
	EqpMatchMemory memory = {allocate, release, &memory_used, NULL};

	tap_ok(eqp_match(&problem, &memory, &chosen) == EQP_MATCH_NOT_SUPPORTED && chosen && !memory_used,
		   "without 128-bit integers no pair is chosen");
	problem.nedges = 0;
	tap_ok(eqp_match(&problem, &memory, &chosen) == EQP_MATCH_NOT_SUPPORTED,
		   "nor is an empty problem answered, which would hide it");
	tap_ok(eqp_match_digits(500000) >= 78, "how many digits costs would keep is known");
	return tap_done();
}
