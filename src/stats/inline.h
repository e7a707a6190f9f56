/*
 * inline.h
 *		For a function that runs once a row and has few callers: a compiler
 *		that can is told to put it into each of them, whatever its size.
 */
#ifndef EQP_INLINE_H
#define EQP_INLINE_H

#if defined(__GNUC__) || defined(__clang__)
#define EQP_ALWAYS_INLINE	inline __attribute__((always_inline))
#else
#define EQP_ALWAYS_INLINE	inline
#endif

#endif							/* EQP_INLINE_H */
