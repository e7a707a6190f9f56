/*
 * chart.c
 *		Charts that fit into a column of text: sparkline() for a series,
 *		progress_bar() for a rate.
 *
 * Both are drawn with the block elements of Unicode, U+2581 to U+2588 by
 * height and U+2588 to U+258F by width.  They are composed in UTF-8 and then
 * converted to the database's encoding by the server, which also raises the
 * error where that has no such characters.
 */
#include "rate/rate.h"

#include <float.h>
#include <math.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_sparkline);
PG_FUNCTION_INFO_V1(eqp_progress_bar_rate);
PG_FUNCTION_INFO_V1(eqp_progress_bar_float8);
PG_FUNCTION_INFO_V1(eqp_progress_bar_text);

/* Eighths of a block: rising ones in a sparkline, growing ones in a bar. */
#define EIGHTHS 8

/* Every character drawn here has so many bytes in UTF-8. */
#define BLOCK_BYTES 3

/* No terminal shows more. */
#define MAX_WIDTH 1000

static const char heights[EIGHTHS][BLOCK_BYTES + 1] = {
	"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84",
	"\xE2\x96\x85", "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88"
};

/* widths[i] is i eighths; 0 eighths is the shade that stands for the rest. */
static const char widths[EIGHTHS + 1][BLOCK_BYTES + 1] = {
	"\xE2\x96\x91",
	"\xE2\x96\x8F", "\xE2\x96\x8E", "\xE2\x96\x8D", "\xE2\x96\x8C",
	"\xE2\x96\x8B", "\xE2\x96\x8A", "\xE2\x96\x89", "\xE2\x96\x88"
};

/* A drawing as text in the server encoding. */
static text *
text_from_utf8(StringInfo drawing)
{
	char	   *converted = pg_any_to_server(drawing->data, drawing->len, PG_UTF8);

	if (converted == drawing->data)
		return cstring_to_text_with_len(drawing->data, drawing->len);
	return cstring_to_text(converted);
}

/* ---- Sparkline ---------------------------------------------------------- */

/*
 * The height of a value between the smallest and the largest finite one: the
 * range in eight equal parts, the largest in the uppermost.  Infinities are
 * at the ends; where all finite values are equal, they are in the middle.
 */
static int
height_of(double value, double smallest, double largest)
{
	double		scale = 1.0;
	double		part;

	if (isinf(value))
		return value > 0 ? EIGHTHS - 1 : 0;
	if (smallest == largest)
		return EIGHTHS / 2 - 1;

	/*
	 * A range near the end of float8 is divided first: at this size that
	 * loses nothing that could be seen.
	 */
	if (largest / 2 - smallest / 2 > DBL_MAX / (4 * EIGHTHS))
		scale = 1.0 / (4 * EIGHTHS);
	part = EIGHTHS * (value * scale - smallest * scale) / (largest * scale - smallest * scale);
	return Min((int) part, EIGHTHS - 1);
}

/* sparkline(series) */
Datum
eqp_sparkline(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	ArrayType  *series = PG_GETARG_ARRAYTYPE_P(0);
	ArrayIterator iterator;
	StringInfoData drawing;
	double		smallest = INFINITY;
	double		largest = -INFINITY;
	Datum		element;
	bool		isnull;

	if (ARR_NDIM(series) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a sparkline is drawn of an array of one dimension, not of %d",
						ARR_NDIM(series))));
	initStringInfo(&drawing);
	if (ARR_NDIM(series) == 0)
		PG_RETURN_TEXT_P(text_from_utf8(&drawing));

	iterator = array_create_iterator(series, 0, NULL);
	while (array_iterate(iterator, &element, &isnull))
	{
		double		value = isnull ? NAN : DatumGetFloat8(element);

		CHECK_FOR_INTERRUPTS();
		if (isfinite(value))
		{
			smallest = Min(smallest, value);
			largest = Max(largest, value);
		}
	}
	array_free_iterator(iterator);

	iterator = array_create_iterator(series, 0, NULL);
	while (array_iterate(iterator, &element, &isnull))
	{
		CHECK_FOR_INTERRUPTS();
		if (isnull || isnan(DatumGetFloat8(element)))
			appendStringInfoChar(&drawing, ' ');
		else
			appendBinaryStringInfo(&drawing,
								   heights[height_of(DatumGetFloat8(element), smallest, largest)],
								   BLOCK_BYTES);
	}
	array_free_iterator(iterator);
	PG_RETURN_TEXT_P(text_from_utf8(&drawing));
}

/* ---- Progress bar ------------------------------------------------------- */

/* The parameter width, in characters; 22023 outside 1 to the limit. */
static int
width_of_arguments(FunctionCallInfo fcinfo)
{
	int32		width = PG_GETARG_INT32(1);

	if (width < 1 || width > MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"width\" must be between 1 and %d, not %d",
						MAX_WIDTH, width)));
	return width;
}

/* A bar of that width with so many eighths of a character filled. */
static text *
draw_bar(int eighths, int width)
{
	StringInfoData drawing;

	initStringInfo(&drawing);
	for (int i = 0; i < width; i++)
	{
		int			filled = Min(Max(eighths - i * EIGHTHS, 0), EIGHTHS);

		appendBinaryStringInfo(&drawing, widths[filled], BLOCK_BYTES);
	}
	return text_from_utf8(&drawing);
}

/*
 * numerator * steps / denominator, rounded to the nearest whole number (half
 * up), for numerator < denominator.  The product does not fit into 64 bits,
 * so it is divided as it grows, one binary digit of steps at a time.
 */
static int
nearest_step(uint64 numerator, uint64 denominator, int steps)
{
	uint64		quotient = 0;
	uint64		remainder = 0;

	for (int bit = 30; bit >= 0; bit--)
	{
		/* both are below 2^63 before they are doubled or added to */
		quotient *= 2;
		remainder *= 2;
		if (remainder >= denominator)
		{
			remainder -= denominator;
			quotient++;
		}
		if ((steps >> bit) & 1)
		{
			remainder += numerator;
			if (remainder >= denominator)
			{
				remainder -= denominator;
				quotient++;
			}
		}
	}
	return (int) quotient + (remainder >= denominator - remainder);
}

/* Something begun shows, and what is not complete does not look like it. */
static Datum
bar_of_part(int eighths, int width)
{
	PG_RETURN_TEXT_P(draw_bar(Min(Max(eighths, 1), width * EIGHTHS - 1), width));
}

/* NULL for a rate without a base; a full bar also for more than 1. */
static Datum
bar_of_rate(FunctionCallInfo fcinfo, const EqpRate *rate)
{
	int			width = width_of_arguments(fcinfo);

	if (rate->denominator == 0)
		PG_RETURN_NULL();
	if (rate->numerator == 0)
		PG_RETURN_TEXT_P(draw_bar(0, width));
	if (rate->numerator >= rate->denominator)
		PG_RETURN_TEXT_P(draw_bar(width * EIGHTHS, width));
	return bar_of_part(nearest_step(rate->numerator, rate->denominator, width * EIGHTHS), width);
}

/*
 * The bar of the first argument as a part of 1: NULL for NaN, empty below 0,
 * full above 1.
 */
static Datum
bar_of_float8(FunctionCallInfo fcinfo, double value)
{
	int			width = width_of_arguments(fcinfo);

	if (isnan(value))
		PG_RETURN_NULL();
	if (value <= 0)
		PG_RETURN_TEXT_P(draw_bar(0, width));
	if (value >= 1)
		PG_RETURN_TEXT_P(draw_bar(width * EIGHTHS, width));
	return bar_of_part((int) floor(value * (width * EIGHTHS) + 0.5), width);
}

Datum
eqp_progress_bar_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	return bar_of_rate(fcinfo, PG_GETARG_EQP_RATE_P(0));
}

Datum
eqp_progress_bar_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	return bar_of_float8(fcinfo, PG_GETARG_FLOAT8(0));
}

/* A rate or a number in its text form, for literals above all. */
Datum
eqp_progress_bar_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate		rate;
	double		number;

	if (eqp_rate_from_text(text_to_cstring(PG_GETARG_TEXT_PP(0)), &rate, &number))
		return bar_of_rate(fcinfo, &rate);
	return bar_of_float8(fcinfo, number);
}
