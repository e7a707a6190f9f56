/*
 * twinning_schema.h
 *		Statements in the schema of a twinning model.
 */
#ifndef EQP_TWINNING_SCHEMA_H
#define EQP_TWINNING_SCHEMA_H

#include "equipair.h"

/* The schema of the extension, as an identifier. */
extern const char *eqp_extension_schema(FunctionCallInfo fcinfo);

/*
 * Runs the statements that a call of SQL returns, with the rights of the
 * caller: what they make is made in the schema.  Both schemas are identifiers,
 * quoted where they need be.  SPI is connected.
 */
extern void eqp_model_run_script(const char *schema, const char *extension, const char *call);

/* The schema of that name; 3F000 where there is none, 42P01 where it holds no model. */
extern Oid eqp_model_schema(const char *name);

/*
 * 42501 where the caller is not the role that owns the model, a superuser
 * neither.  To be called before anything is run in the schema: what is made
 * new would belong to the caller, and what others put there would run with the
 * caller's rights.
 */
extern void eqp_model_require_owner(const char *name, Oid schema);

/*
 * 42501 where code of other roles could run with the caller's rights: because
 * something in the schema, or in that of the extension, is theirs, or because
 * they may put something there.  tables says that the model has tables of its
 * own; with rights, those on the tables that a night reads and writes count.
 * The caller owns the model.  SPI is connected.
 */
extern void eqp_model_require_trusted(const char *name, Oid schema, Oid extension, bool tables, bool rights);

/* Makes the views of bi_script() in a schema, again where they are there; they keep who may read them. */
extern void eqp_model_make_views(const char *schema, const char *extension);

#endif							/* EQP_TWINNING_SCHEMA_H */
