/*
 * tick.h
 *		How a long computation lets its caller stop it.
 */
#ifndef EQP_TICK_H
#define EQP_TICK_H

/*
 * Called now and then in long loops, and may not return; or NULL.  All memory
 * is the caller's, so nothing is lost when it does not.
 */
typedef void (*EqpTick) (void);

static inline void
eqp_call_tick(EqpTick tick)
{
	if (tick != NULL)
		tick();
}

#endif							/* EQP_TICK_H */
