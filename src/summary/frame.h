/*
 * frame.h
 *		What the text and binary forms of the summaries share: a version, groups
 *		that start with a label, and how values are compared.
 */
#ifndef EQP_SUMMARY_FRAME_H
#define EQP_SUMMARY_FRAME_H

#include "equipair.h"

#include "summary/json_reader.h"
#include "lib/stringinfo.h"
#include "nodes/nodes.h"

/* Reads one group into the state, or says what is wrong with it. */
typedef bool (*EqpReadGroup) (EqpJsonReader *r, void *state);

/*
 * The text form, {"version":N,"groups":[...]} with the keys in any order;
 * false with the reader's problem set where it is none.
 */
extern bool eqp_frame_read(EqpJsonReader *r, int version, EqpReadGroup read_group, void *state);

/* The soft error (22P02) for a text at which the reader stopped; returns 0. */
extern Datum eqp_frame_bad_text(Node *context, const char *type, const char *text,
								const EqpJsonReader *r);

/* Starts group number i: {"label":"..." */
extern void eqp_frame_append_label(StringInfo out, uint32 i, const char *label, uint32 length);

/* A label with its length, in the client's encoding. */
extern void eqp_frame_send_label(StringInfo buf, const char *label, uint32 length);

/* What is wrong where another version than this is found. */
extern const char *eqp_frame_wrong_version(int version);

/* 22P03. */
extern void eqp_frame_bad_binary(const char *type, const char *problem);

/* Version and number of groups, each of which takes at least group_size bytes. */
extern int32 eqp_frame_recv_header(StringInfo buf, const char *type, int version, int group_size);

/* What eqp_frame_send_label has written, palloc'd, of a group of at least group_size bytes. */
extern char *eqp_frame_recv_label(StringInfo buf, const char *type, int group_size, uint32 *length);

/* How a type reads its values: from a datum, and in the canonical form. */
typedef struct EqpFrameType
{
	const void *(*from_datum) (Datum datum);
	const void *(*canonical) (const void *value);
} EqpFrameType;

/*
 * Compares the first two arguments, or hashes the first, by their canonical
 * bytes.  The order means nothing; sorting and DISTINCT need one.
 */
extern int	eqp_frame_compare(FunctionCallInfo fcinfo, const EqpFrameType *type);
extern uint64 eqp_frame_hash(FunctionCallInfo fcinfo, const EqpFrameType *type, uint64 seed);

#endif							/* EQP_SUMMARY_FRAME_H */
