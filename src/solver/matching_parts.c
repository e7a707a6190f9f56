/*
 * matching_parts.c
 *		What the files of the matching share; see matching_parts.h.
 */
#include "solver/matching_parts.h"

#ifdef EQP_HAVE_INT128

void *
eqp_match_array(const EqpMatchMemory *memory, size_t n, size_t size)
{
	if (n > SIZE_MAX / 2 / size)
		return NULL;
	return memory->allocate(memory->arg, n > 0 ? n * size : size);
}

#endif							/* EQP_HAVE_INT128 */
