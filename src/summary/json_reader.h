/*
 * json_reader.h
 *		A reader of JSON text whose shape is known, for input functions.
 *
 * Every function returns false after it has noted what is wrong in problem
 * (the first one only), so that the caller can report it softly.  The text
 * is in the server's encoding and ends with a zero byte.
 */
#ifndef EQP_JSON_READER_H
#define EQP_JSON_READER_H

#include "equipair.h"

#include "lib/stringinfo.h"

typedef struct EqpJsonReader
{
	const char *at;				/* next character */
	const char *problem;		/* for errdetail, or NULL */
	StringInfoData string;		/* the last string read, unescaped */
} EqpJsonReader;

extern void eqp_json_start(EqpJsonReader *r, const char *text);

/* Note a problem; always false. */
extern bool eqp_json_fail(EqpJsonReader *r, const char *problem);

/* That character next, after white space?  expect notes the problem if not. */
extern bool eqp_json_accept(EqpJsonReader *r, char c);
extern bool eqp_json_expect(EqpJsonReader *r, char c, const char *problem);

/* A string, into r->string; it holds no zero byte. */
extern bool eqp_json_string(EqpJsonReader *r);

/* A whole number within bigint. */
extern bool eqp_json_integer(EqpJsonReader *r, int64 *x);

/* A number, or one of the strings "NaN", "Infinity", "-Infinity". */
extern bool eqp_json_float(EqpJsonReader *r, double *x);

/* The word null next, after white space?  Notes no problem if not. */
extern bool eqp_json_null(EqpJsonReader *r);

/* White space and then the end of the text? */
extern bool eqp_json_end(EqpJsonReader *r);

/* Append the shortest decimal that reads back as x, or one of those strings. */
extern void eqp_json_append_float(StringInfo out, double x);

/* How many characters that appends. */
extern int	eqp_json_float_length(double x);

#endif							/* EQP_JSON_READER_H */
