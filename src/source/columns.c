/*
 * columns.c
 *		Which columns there are: those of a relation, and those of a source.
 */
#include "source/source.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

List *
eqp_readable_columns(Oid relid)
{
	bool		all = pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
	List	   *names = NIL;
	char	   *name;

	for (AttrNumber attnum = 1; (name = get_attname(relid, attnum, true)) != NULL; attnum++)
	{
		/* a dropped column has a name, but is not found by it */
		if (get_attnum(relid, name) != attnum)
			continue;
		if (all || pg_attribute_aclcheck(relid, attnum, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
			names = lappend(names, name);
	}
	return names;
}

List *
eqp_source_columns(const EqpSource *source)
{
	List	   *names = NIL;

	if (OidIsValid(source->relid))
		return eqp_readable_columns(source->relid);
	for (int i = 0; i < source->tupdesc->natts; i++)
		names = lappend(names, NameStr(TupleDescAttr(source->tupdesc, i)->attname));
	return names;
}
