/*
 * steps.h
 *		The periods of a report through time: first days from, to, step.
 *
 * As generate_series(from, to, step) makes them: each is the one before plus
 * the step, and none is after to.  A step of less than a day names some days
 * more than once; each is one period.
 */
#ifndef EQP_STEPS_H
#define EQP_STEPS_H

#include "equipair.h"

#include "datatype/timestamp.h"
#include "utils/date.h"

typedef struct EqpSteps
{
	DateADT    *days;			/* ascending, nsteps of them */
	uint32		nsteps;

	/* private: for eqp_steps_from */
	uint32	   *index;
	int			shift;
} EqpSteps;

/*
 * None if from is after to.  In the current memory context.  22023 where a
 * step does not lead to a later day (such as 1 month -28 days in February);
 * 54000 past 2^31 periods.
 */
extern EqpSteps *eqp_steps_create(DateADT from, DateADT to, const Interval *step);

/* The first step on or after a day, nsteps where there is none. */
static inline uint32
eqp_steps_from(const EqpSteps *steps, DateADT day)
{
	uint32		i;

	if (steps->nsteps == 0 || day <= steps->days[0])
		return 0;
	if (day > steps->days[steps->nsteps - 1])
		return steps->nsteps;
	i = steps->index[((uint32) day - (uint32) steps->days[0]) >> steps->shift];
	while (steps->days[i] < day)
		i++;
	return i;
}

#endif							/* EQP_STEPS_H */
