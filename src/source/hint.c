/*
 * hint.c
 *		What to say of a source that cannot be read; see hint.h.
 */
#include "source/hint.h"

#include <ctype.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "source/alike.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* ---- The nearest name --------------------------------------------------- */

/* Of the names that were considered the one that is most like the wanted one. */
typedef struct Nearest
{
	const char *wanted;
	EqpText		plain;
	int			distance;		/* letters in which the name found differs; at first, how many may */
	int			exactly;		/* the same, with accents and all */
	char	   *name;			/* NULL: none was near */
} Nearest;

/* Short names may differ in one letter, long ones in three. */
static void
nearest_init(Nearest *nearest, const char *wanted)
{
	nearest->wanted = wanted;
	nearest->plain = eqp_plain_name((EqpText) {wanted, strlen(wanted)});
	nearest->distance = Min(3, Max(1, (nearest->plain.len + 1) / 3));
	nearest->exactly = INT_MAX;
	nearest->name = NULL;
}

/* How many letters must be put in, taken out or changed; more than most where that is not enough. */
static int
distance_of(EqpText a, EqpText b, int most)
{
	return varstr_levenshtein_less_equal(a.data, a.len, b.data, b.len, 1, 1, 1, most, true);
}

/* The next digit from *at on, 0 behind the last one. */
static char
next_digit(EqpText text, int *at)
{
	while (*at < text.len)
	{
		char		c = text.data[(*at)++];

		if (c >= '0' && c <= '9')
			return c;
	}
	return 0;
}

/* Are the digits the same?  Another number is another thing, and no slip: y2022, y2023. */
static bool
same_digits(EqpText a, EqpText b)
{
	int			i = 0;
	int			j = 0;
	char		digit;

	do
	{
		digit = next_digit(a, &i);
		if (digit != next_digit(b, &j))
			return false;
	} while (digit != 0);
	return true;
}

/* Of two that are equally near it takes the first in the order of bytes. */
static void
consider(Nearest *nearest, const char *name)
{
	EqpText		plain = eqp_plain_name((EqpText) {name, strlen(name)});
	int			distance = distance_of(nearest->plain, plain, nearest->distance);
	int			exactly;

	if (distance > nearest->distance || !same_digits(nearest->plain, plain))
		return;
	exactly = distance_of((EqpText) {nearest->wanted, strlen(nearest->wanted)},
						  (EqpText) {name, strlen(name)}, 2 * NAMEDATALEN);
	if (distance == nearest->distance &&
		(exactly > nearest->exactly || (exactly == nearest->exactly && strcmp(name, nearest->name) >= 0)))
		return;
	nearest->distance = distance;
	nearest->exactly = exactly;
	nearest->name = pstrdup(name);
}

/* ---- Relations ---------------------------------------------------------- */

/* So many relations are looked at: a hint must not take long. */
#define MAX_LOOKED_AT 100000

/* Can it be a source, and may the caller read any of it? */
static bool
is_readable(Oid relid, Form_pg_class form)
{
	if (strchr("rvmfp", form->relkind) == NULL)
		return false;
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/* The relation of some schemas whose name is nearest; NULL for none. */
static char *
nearest_relation(List *schemas, const char *name)
{
	Relation	catalog = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "equipair names",
												  ALLOCSET_DEFAULT_SIZES);
	Nearest		nearest;
	char		found[NAMEDATALEN] = "";
	HeapTuple	tuple;

	nearest_init(&nearest, name);
	for (int i = 0; i < MAX_LOOKED_AT && HeapTupleIsValid(tuple = systable_getnext(scan)); i++)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		Nearest		before = nearest;
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		if (!list_member_oid(schemas, form->relnamespace))
			continue;
		old = MemoryContextSwitchTo(context);
		consider(&nearest, NameStr(form->relname));
		MemoryContextSwitchTo(old);
		if (nearest.name != before.name && !is_readable(form->oid, form))
			nearest = before;
		else if (nearest.name != before.name)
		{
			strlcpy(found, nearest.name, NAMEDATALEN);
			nearest.name = found;
		}
		MemoryContextReset(context);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	MemoryContextDelete(context);
	return nearest.name != NULL ? pstrdup(found) : NULL;
}

/*
 * A relation of just that name in whatever schema, NULL for none: in the one
 * whose name is nearest to the wanted one, else the first in their order.
 */
static const char *
relation_elsewhere(const char *wanted, const char *name)
{
	CatCList   *list = SearchSysCacheList1(RELNAMENSP, CStringGetDatum(name));
	const char *first = NULL;
	Nearest		nearest;

	nearest_init(&nearest, wanted != NULL ? wanted : "");

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(&list->members[i]->tuple);
		char	   *schema;

		if (isAnyTempNamespace(form->relnamespace) || !eqp_may_use_schema(form->relnamespace) ||
			!is_readable(form->oid, form))
			continue;
		schema = get_namespace_name(form->relnamespace);
		if (schema == NULL)
			continue;
		if (first == NULL || strcmp(schema, first) < 0)
			first = schema;
		if (wanted != NULL)
			consider(&nearest, schema);
	}
	ReleaseSysCacheList(list);
	if (nearest.name != NULL)
		first = nearest.name;
	return first != NULL ? quote_qualified_identifier(first, name) : NULL;
}

/* The schemas that a name without one is looked for in, or the one that is named; NIL where it is not there. */
static List *
schemas_of(const char *schema)
{
	Oid			oid;

	if (schema == NULL)
		return fetch_search_path(false);
	oid = LookupNamespaceNoError(schema);
	return OidIsValid(oid) && eqp_may_use_schema(oid) ? list_make1_oid(oid) : NIL;
}

/* How to write the nearest relation, with its schema where one was given; NULL for none. */
static const char *
relation_to_write(const char *schema, const char *name)
{
	List	   *schemas = schemas_of(schema);
	char	   *near = schemas != NIL ? nearest_relation(schemas, name) : NULL;

	return near == NULL ? NULL : quote_qualified_identifier(schema, near);
}

const char *
eqp_relation_hint(const char *schema, const char *name)
{
	const char *found = relation_elsewhere(schema, name);

	if (found != NULL)
		return psprintf("There is %s.%s", found, schema == NULL ? " " EQP_SEARCH_PATH_HINT : "");
	found = relation_to_write(schema, name);
	if (found != NULL)
		return psprintf(strchr(found, '"') == NULL ? "Perhaps you meant %s." :
						"Perhaps you meant %s, with the double quotes.", found);
	return schema == NULL ? EQP_SEARCH_PATH_HINT : NULL;
}

/* ---- What is no query --------------------------------------------------- */

/* Behind blanks and comments. */
static const char *
skip_comments(const char *p)
{
	for (;;)
	{
		const char *end;

		while (scanner_isspace(*p))
			p++;
		if (p[0] == '-' && p[1] == '-')
			end = strchr(p, '\n');
		else if (p[0] == '/' && p[1] == '*')
			end = strstr(p + 2, "*/");
		else
			return p;
		if (end == NULL)
			return p + strlen(p);
		p = end + (*p == '/' ? 2 : 1);
	}
}

/* Behind blanks and comments, is there the first word of a query or a parenthesis? */
static bool
begins_as_query(const char *text)
{
	static const char *const words[] = {"select", "with", "values", "table"};
	const char *p = skip_comments(text);

	if (*p == '(')
		return true;
	for (int i = 0; i < lengthof(words); i++)
	{
		size_t		len = strlen(words[i]);

		if (pg_strncasecmp(p, words[i], len) == 0 && !isalnum((unsigned char) p[len]) && p[len] != '_')
			return true;
	}
	return false;
}

/* The relation that a text names without the double quotes that it takes; NULL for none. */
static const char *
relation_unquoted(const char *text)
{
	char	   *name = pstrdup(text);
	char	   *dot;
	const char *found;

	while (scanner_isspace(*name))
		name++;
	for (int len = strlen(name); len > 0 && scanner_isspace(name[len - 1]); len--)
		name[len - 1] = '\0';
	/* a name of any schema is no longer */
	if (*name == '\0' || strlen(name) > 2 * NAMEDATALEN)
		return NULL;
	found = relation_to_write(NULL, name);
	dot = strchr(name, '.');
	if (found != NULL || dot == NULL)
		return found;
	*dot = '\0';
	return relation_to_write(name, dot + 1);
}

const char *
eqp_syntax_hint(const char *text)
{
	const char *found;

	if (begins_as_query(text))
		return NULL;
	found = relation_unquoted(text);
	if (found != NULL)
		return psprintf("Perhaps you meant %s%s.", found,
						strchr(found, '"') == NULL ? "" : ", with the double quotes");
	return "Give the name of a relation, in double quotes where it has blanks or other characters, or a query that begins with SELECT, WITH, VALUES or TABLE.";
}

/* ---- Columns ------------------------------------------------------------ */

/* As many columns of a source are told. */
#define MAX_TOLD 40

/* Is a name in a list of them? */
static bool
is_in(List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

/* Is it the name of one of the columns? */
static bool
is_one_of(const EqpColumn *columns, int ncolumns, const char *name)
{
	for (int i = 0; i < ncolumns; i++)
		if (strcmp(columns[i].name, name) == 0)
			return true;
	return false;
}

/*
 * "; or group_id and unit, with role (optional), in place of partner_a and
 * partner_b": nothing where the source has a column of one form.
 */
static void
append_other_form(StringInfo buf, const EqpSource *source)
{
	int			form = 3 - source->form;
	const char *before = "; or ";

	for (int i = 0; i < source->ncolumns; i++)
		if (source->form == 0 || (source->columns[i].form == source->form && source->columns[i].present))
			return;
	for (int required = 1; required >= 0; required--)
		for (int i = 0; i < source->ncolumns; i++)
			if (source->columns[i].form == form && source->columns[i].required == (bool) required)
			{
				appendStringInfo(buf, "%s%s%s", required || before[0] == ',' ? before : ", with ",
								 source->columns[i].name, required ? "" : " (optional)");
				before = required ? " and " : ", ";
			}
	before = ", in place of ";
	for (int i = 0; i < source->ncolumns; i++)
		if (source->columns[i].form == source->form && source->columns[i].required)
		{
			appendStringInfo(buf, "%s%s", before, source->columns[i].name);
			before = " and ";
		}
}

/* "zone, id, weight (optional)": those to group by first. */
static void
append_read(StringInfo buf, const EqpSource *source)
{
	const char *comma = "";

	for (int i = 0; i < source->nby; i++, comma = ", ")
		appendStringInfo(buf, "%s%s", comma, source->by[i].name);
	for (int i = 0; i < source->ncolumns; i++)
	{
		const EqpColumn *column = &source->columns[i];

		if (is_one_of(source->by, source->nby, column->name) || !eqp_column_fits(source, column))
			continue;
		appendStringInfo(buf, "%s%s%s", comma, column->name, column->required ? "" : " (optional)");
		comma = ", ";
	}
	append_other_form(buf, source);
}

/*
 * Tells for each of the names which column is like it, and returns that of the
 * first of them; NULL for none.  Those to group by, nby of them, come first.
 */
static char *
append_nearest(StringInfo buf, const EqpSource *source, List *names, int nby, List *there)
{
	char	   *first = NULL;
	ListCell   *cell;

	foreach(cell, names)
	{
		const char *wanted = lfirst(cell);
		Nearest		nearest;
		ListCell   *other;

		nearest_init(&nearest, wanted);
		foreach(other, there)
			/* what is read under its own name is no misspelling of another one that is read */
			if (foreach_current_index(cell) < nby || !is_one_of(source->columns, source->ncolumns, lfirst(other)))
				consider(&nearest, lfirst(other));
		if (nearest.name != NULL)
			appendStringInfo(buf, "%sThere is a column %s, which looks like \"%s\".", buf->len > 0 ? " " : "",
							 quote_identifier(nearest.name), wanted);
		if (foreach_current_index(cell) == 0)
			first = nearest.name;
	}
	return first;
}

/* The names in double quotes. */
static char *
quoted(List *names)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, names)
		appendStringInfo(&buf, "%s\"%s\"", buf.len > 0 ? ", " : "", (char *) lfirst(cell));
	return buf.data;
}

/* What the source has, as it is written in SQL. */
static char *
told(List *there)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, there)
	{
		if (foreach_current_index(cell) == MAX_TOLD)
		{
			appendStringInfo(&buf, " and %d more", list_length(there) - MAX_TOLD);
			break;
		}
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", quote_identifier(lfirst(cell)));
	}
	return buf.data;
}

char *
eqp_columns_told(const EqpSource *source)
{
	List	   *there = eqp_source_columns(source);

	if (there == NIL)
		return "It has no columns that can be read.";
	return psprintf(list_length(there) == 1 ? "It has the column %s." : "It has the columns %s.", told(there));
}

char *
eqp_columns_alike(const EqpSource *source, const char *first, const char *second)
{
	List	   *names = list_make1(unconstify(char *, first));
	StringInfoData buf;

	if (second != NULL)
		names = lappend(names, unconstify(char *, second));
	initStringInfo(&buf);
	append_nearest(&buf, source, names, 0, eqp_source_columns(source));
	if (buf.len > 0)
		appendStringInfoChar(&buf, ' ');
	return buf.data;
}

/*
 * What is read, where that is the question, and how to rename a column for the
 * first one that is missing; like is one that it is like, or NULL.
 */
static void
append_way_out(StringInfo buf, const EqpSource *source, List *by, List *missing, const char *like)
{
	const char *first = linitial(by != NIL ? by : missing);

	if (missing == NIL && like != NULL)
		return;
	if (buf->len > 0)
		appendStringInfoChar(buf, ' ');
	if (missing != NIL)
	{
		appendStringInfo(buf, "%s reads the columns ", source->function);
		append_read(buf, source);
		appendStringInfoString(buf, ". ");
	}
	appendStringInfo(buf, "Give a query that renames yours, such as SELECT %s AS %s FROM my_table.",
					 like != NULL ? quote_identifier(like) : "my_column", quote_identifier(first));
}

/* Adds the names of columns that are required and not present, each once. */
static List *
add_missing(List *names, const EqpSource *source, const EqpColumn *columns, int ncolumns)
{
	for (int i = 0; i < ncolumns; i++)
		if (columns[i].required && !columns[i].present && eqp_column_fits(source, &columns[i]) &&
			!is_in(names, columns[i].name))
			names = lappend(names, unconstify(char *, columns[i].name));
	return names;
}

void
eqp_columns_missing(const EqpSource *source)
{
	List	   *by = add_missing(NIL, source, source->by, source->nby);
	List	   *missing = add_missing(NIL, source, source->columns, source->ncolumns);
	List	   *all = add_missing(list_copy(by), source, source->columns, source->ncolumns);
	StringInfoData hint;

	initStringInfo(&hint);
	append_way_out(&hint, source, by, missing, append_nearest(&hint, source, all, list_length(by),
																		eqp_source_columns(source)));
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 list_length(all) == 1
			 ? errmsg("column %s is missing from parameter \"%s\" of %s",
					  quoted(all), source->parameter, source->function)
			 : errmsg("columns %s are missing from parameter \"%s\" of %s",
					  quoted(all), source->parameter, source->function),
			 errdetail("%s", eqp_columns_told(source)),
			 errhint("%s", hint.data)));
}
