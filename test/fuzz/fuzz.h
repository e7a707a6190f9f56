/*
 * fuzz.h
 *		What the fuzz targets of the numerics share: reading arguments from the
 *		fuzzer's bytes, and a check that ends the program.
 *
 * A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(), linked with
 * libFuzzer, or with driver.c where the compiler has none.  It may use any
 * value a caller in the server could pass on from a user, and checks what
 * must hold whatever the value; that the numbers are right is for test/unit.
 */
#ifndef EQP_FUZZ_H
#define EQP_FUZZ_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes not read yet; reading beyond the end gives zeros. */
typedef struct FuzzInput
{
	const uint8_t *at;
	size_t		left;
} FuzzInput;

static inline void
fuzz_bytes(FuzzInput *in, void *to, size_t size)
{
	size_t		n = size < in->left ? size : in->left;

	memset(to, 0, size);
	if (n > 0)
	{
		memcpy(to, in->at, n);
		in->at += n;
		in->left -= n;
	}
}

static inline unsigned
fuzz_byte(FuzzInput *in)
{
	uint8_t		b;

	fuzz_bytes(in, &b, 1);
	return b;
}

static inline int64_t
fuzz_int64(FuzzInput *in)
{
	int64_t		x;

	fuzz_bytes(in, &x, sizeof(x));
	return x;
}

/*
 * Any double: one that means something, a small decimal, or eight bytes as
 * they come.
 */
static inline double
fuzz_double(FuzzInput *in)
{
	static const double special[] = {
		0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-300, 1e300, -1e300, 5e-324, 2.2250738585072014e-308,
		1.7976931348623157e308, -1.7976931348623157e308, 0.9999999999999999, 1.0000000000000002,
		1e9, 1e15, 9007199254740992.0, 9223372036854775807.0, 1e-9, 0.95,
		INFINITY, -INFINITY, NAN
	};
	unsigned	kind = fuzz_byte(in);
	double		x;

	if (kind < 64)
		return special[kind % (sizeof(special) / sizeof(special[0]))];
	if (kind < 160)
	{
		int16_t		n;

		fuzz_bytes(in, &n, sizeof(n));
		return n / (kind < 112 ? 100.0 : 32768.0);
	}
	fuzz_bytes(in, &x, sizeof(x));
	return x;
}

/* A double that is finite. */
static inline double
fuzz_finite(FuzzInput *in)
{
	double		x = fuzz_double(in);

	return isfinite(x) ? x : 0.0;
}

/*
 * A level in (0, 1), which the server checks before it calls.  Not so small
 * that an interval is nothing but rounding errors.
 */
static inline double
fuzz_confidence(FuzzInput *in)
{
	double		x = fabs(fuzz_double(in));

	return x >= 1e-6 && x < 1.0 ? x : 0.95;
}

/* a <= b, but for rounding. */
static inline bool
fuzz_ordered(double a, double b)
{
	return a <= b + 1e-12 * fabs(b);
}

/* Equal but for rounding errors of numbers of that size, down to the smallest with all digits; or both NaN. */
static inline bool
fuzz_near(double a, double b, double size)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * size + 1e-305;
}

/* NaN, or within the bounds. */
static inline bool
fuzz_within(double x, double lower, double upper)
{
	return isnan(x) || (x >= lower && x <= upper);
}

#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

#endif							/* EQP_FUZZ_H */
