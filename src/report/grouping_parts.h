/*
 * grouping_parts.h
 *		The inside of a grouping, for the files of report/ alone.  What others
 *		use is in grouping.h.
 */
#ifndef EQP_GROUPING_PARTS_H
#define EQP_GROUPING_PARTS_H

#include "lib/rbtree.h"
#include "lib/stringinfo.h"

#include "report/grouping.h"

/* Stands for the values being looked for, and for the total of no groups. */
#define EQP_NO_GROUP PG_UINT32_MAX

typedef struct EqpByColumn
{
	char	   *name;
	Oid			typid;
	Oid			collation;
	int16		typlen;
	bool		typbyval;
	FmgrInfo	equal;
	FmgrInfo	compare;
	FmgrInfo	hash;
} EqpByColumn;

/*
 * A value of at most 16 bytes, as two words that hold all of them; len tells
 * apart what the words alone do not, and NULL.
 */
typedef struct EqpShortValue
{
	uint64		head;
	uint64		tail;
	int32		len;
} EqpShortValue;

struct EqpGrouping
{
	MemoryContext context;
	int			nby;
	int			nouter;			/* of a join: how many of them are of the outer grouping */
	int			first;			/* of the BY columns of its source */
	EqpByColumn *by;

	/* the groups: nby values each */
	Datum	   *values;
	bool	   *nulls;
	uint32		ngroups;
	uint32		capacity;

	/* the values being looked for */
	Datum	   *probe_values;
	bool	   *probe_nulls;

	struct images_hash *images;
	struct groups_hash *hash;	/* this or tree */
	RBTree	   *tree;

	/* see recent_slot: nby values and a group each */
	EqpShortValue *recent_values;
	uint32	   *recent_groups;
	EqpShortValue *short_values;	/* the values being looked for */

	StringInfoData image;
	EqpText		last_image;
	uint32		last_group;
};

/* Order of two groups by their first ncolumns values, NULL last. */
extern int	eqp_grouping_compare(EqpGrouping *grouping, uint32 a, uint32 b,
								 int ncolumns);

#endif							/* EQP_GROUPING_PARTS_H */
