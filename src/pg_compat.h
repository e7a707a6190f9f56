/*
 * pg_compat.h
 *		The differences between the PostgreSQL versions equipair builds on
 *		(15 to 18).  No other file tests PG_VERSION_NUM.
 */
#ifndef EQP_PG_COMPAT_H
#define EQP_PG_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "equipair needs PostgreSQL 15 or later"
#endif

#include "fmgr.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#include "nodes/miscnodes.h"
#endif

/*
 * Input functions report bad text softly where the server can take it
 * (pg_input_is_valid and the like, since 16), else as an ordinary error.
 */
#if PG_VERSION_NUM >= 160000
#define eqp_ereturn(context, value, ...) ereturn(context, value, __VA_ARGS__)
#define eqp_unicode_to_server(code, bytes) pg_unicode_to_server_noerror(code, bytes)
#else
#define eqp_ereturn(context, value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return value; \
	} while (0)
/* where the encoding lacks the character, the server raises that itself */
#define eqp_unicode_to_server(code, bytes) (pg_unicode_to_server(code, bytes), true)
#endif

/* make_range() can report softly since 16 (with utils/rangetypes.h). */
#if PG_VERSION_NUM >= 160000
#define eqp_make_range(typcache, lower, upper, empty) \
	make_range(typcache, lower, upper, empty, NULL)
#else
#define eqp_make_range(typcache, lower, upper, empty) \
	make_range(typcache, lower, upper, empty)
#endif

/*
 * A function that does not return.  18 writes it before the declaration, and
 * has no pg_attribute_noreturn() any more.
 */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/*
 * A sorted value that lasts until the next one is asked for (with
 * utils/tuplesort.h).  One that is a pointer must be released until 15, where it
 * is a copy.
 */
#if PG_VERSION_NUM >= 160000
#define eqp_tuplesort_getdatum(state, value, isnull) \
	tuplesort_getdatum(state, true, false, value, isnull, NULL)
#define eqp_tuplesort_release(value) ((void) (value))
#else
#define eqp_tuplesort_getdatum(state, value, isnull) \
	tuplesort_getdatum(state, true, value, isnull, NULL)
#define eqp_tuplesort_release(value) pfree(DatumGetPointer(value))
#endif

/* The name it has since 15.1 (in funcapi.h). */
#if PG_VERSION_NUM < 150001
#define InitMaterializedSRF(fcinfo, flags) SetSingleFuncCall(fcinfo, flags)
#endif

/* May the caller use what is in a schema?  (With utils/acl.h, catalog/pg_namespace.h and miscadmin.h.) */
#if PG_VERSION_NUM >= 160000
#define eqp_may_use_schema(schema) \
	(object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK)
#else
#define eqp_may_use_schema(schema) \
	(pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK)
#endif

/* May the caller, or the owner of a view, read what a plan reads?  (With executor/executor.h.)  42501 where not. */
#if PG_VERSION_NUM >= 160000
#define eqp_check_permissions(plan) ((void) ExecCheckPermissions((plan)->rtable, (plan)->permInfos, true))
#else
#define eqp_check_permissions(plan) ((void) ExecCheckRTPerms((plan)->rtable, true))
#endif

#endif							/* EQP_PG_COMPAT_H */
