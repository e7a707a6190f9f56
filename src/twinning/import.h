/*
 * import.h
 *		From the cells of spreadsheets to the tables of a twinning model.
 *
 * import_file() keeps the rows of a file as they are, as texts.  Everything
 * else begins with reading them again: eqp_import_run() goes through the
 * sources in an order in which no row refers to one of a later source, makes a
 * value of each cell, and tells of what it cannot read, row by row.
 * import_issues() lists that; import_apply() writes the rows.
 */
#ifndef EQP_IMPORT_H
#define EQP_IMPORT_H

#include "equipair.h"

#include "access/htup.h"
#include "access/tupdesc.h"
#include "source/key.h"

/* The parameter name, the first: a schema with a model that has tables of its own; quoted. */
extern const char *eqp_import_schema(FunctionCallInfo fcinfo);

/* One writer of import_rows at a time; readers go on.  Needs SPI. */
extern void eqp_import_lock(const char *schema);

/* ---- What can be imported ----------------------------------------------- */

typedef enum EqpImportKind
{
	EQP_IMPORT_TEXT,
	EQP_IMPORT_ID,				/* of the row, or of another one */
	EQP_IMPORT_DAY,
	EQP_IMPORT_COUNT,			/* a whole number, not negative */
	EQP_IMPORT_NUMBER,
	EQP_IMPORT_YES_NO,
	EQP_IMPORT_SCHOOL_YEAR		/* the year in which it begins */
} EqpImportKind;

typedef struct EqpImportColumn
{
	const char *name;
	EqpImportKind kind;
	bool		needed;			/* in every row */
	const char *refers_to;		/* the relation whose ids it has; "units" is all units */
	const char *values;			/* those there can be, with | between them; NULL for any */
	const char *fallback;		/* where the cell is empty; NULL for none */
} EqpImportColumn;

typedef struct EqpImportSource
{
	const char *name;			/* of the table */
	const EqpImportColumn *columns;
	int			ncolumns;
	const char *key;			/* its natural key, as ON CONFLICT has it, with @ before each column */
	const char *own_id;			/* the column with its id, which others refer to, or NULL */
	bool		has_period;		/* valid_from, valid_to, valid_through make valid */
	bool		is_unit;		/* its ids are units, which no other kind of unit may have */
	const char *alone;			/* a column that no two rows may have the same of, or NULL */
	const char *kept;			/* columns of which an empty cell leaves what is checked with others, or NULL */
} EqpImportSource;

/* In an order in which no row refers to one of a later source; ends with one without a name. */
extern const EqpImportSource eqp_import_sources[];

/* NULL where there is none. */
extern const EqpImportSource *eqp_import_source(const char *name);

/* The number of a column of a source, -1 for none. */
extern int	eqp_import_column(const EqpImportSource *source, const char *name);

/* Is the column a part of the natural key? */
extern bool eqp_import_in_key(const EqpImportSource *source, const char *column);

/* ---- Reading ------------------------------------------------------------ */

typedef enum EqpImportSeverity
{
	EQP_IMPORT_ERROR,
	EQP_IMPORT_WARNING,
	EQP_IMPORT_NOTE
} EqpImportSeverity;

typedef struct EqpImportProblem
{
	EqpImportSeverity severity;
	const char *column;			/* these three may be NULL */
	const char *value;
	const char *suggestion;
	const char *problem;
} EqpImportProblem;

/* A row of a file. */
typedef struct EqpImportRow
{
	const EqpImportSource *source;
	const char *file;
	int64		line;
	const bool *mapped;			/* by column: the file has it */
	char	  **values;			/* by column, as texts that PostgreSQL reads; NULL where empty */
	bool		readable;		/* it has no error, and waits for no row that has one */
	bool		repeated;		/* it is the same as one before */
} EqpImportRow;

typedef struct EqpImport
{
	/* given */
	const char *schema;			/* quoted */
	const char *date_order;
	bool		repair;			/* what a suggestion says is taken */
	bool		fresh;			/* each query sees what others have committed meanwhile */
	bool		errors_only;	/* nobody wants warnings, which take some time to find */
	void		(*problem) (struct EqpImport *import, const EqpImportRow *row, const EqpImportProblem *problem);	/* or NULL */
	void		(*row) (struct EqpImport *import, const EqpImportRow *row); /* or NULL */
	void		(*after) (struct EqpImport *import, const EqpImportSource *source); /* or NULL */
	void	   *arg;

	MemoryContext call;			/* what is kept is of the call, whose memory is counted, and not of SPI */

	/*
	 * Keys of rows that contradict each other; kept from one run to the next, so
	 * that the second knows it of the first of them, too.
	 */
	EqpKeyMap  *contradicted;

	/* private: of one run */
	MemoryContext context;
	struct EqpReference *references;
	int			nreferences;
	EqpKeyMap  *columns;		/* of which there are meanings */
	EqpKeyMap  *meanings;		/* of values that an office writes in its own way */
	char	  **meaning;
	uint32		meaning_capacity;
	EqpKeyMap  *spellings;		/* of values with a meaning, as files had them */
	const char **spelling;
	uint32		spelling_capacity;
} EqpImport;

/* Warns where a file with this header (text[]) cannot be one of the source, and says of which it is.  Needs SPI. */
extern void eqp_import_warn_of_header(const char *schema, const EqpImportSource *source, const char *file, Datum header);

/* Goes through all rows that are there.  Needs SPI. */
extern void eqp_import_run(EqpImport *import);

/* Calls back for each row of a query, which may be many.  values are source and file, as many as there are. */
extern void eqp_import_query(EqpImport *import, const char *query, int nvalues, const char *const *values,
							 void (*row) (void *arg, HeapTuple tuple, TupleDesc desc), void *arg);

/* ---- Who there is ------------------------------------------------------- */

/*
 * The ids of a relation: those of the table, and those of the rows that were
 * read before.  The relation "units" has those of all kinds of units.
 */
typedef struct EqpReference EqpReference;

/* Where a row is that is not written. */
typedef struct EqpImportPlace
{
	const char *file;			/* NULL: nowhere */
	int64		line;
} EqpImportPlace;

extern EqpReference *eqp_reference(EqpImport *import, const char *relation);

/*
 * As it is spelt.  waits is set to where the row with this id is, if it is in no
 * table and its row cannot be written; it may be NULL.
 */
extern bool eqp_reference_has(const EqpReference *reference, const char *id, EqpImportPlace *waits);

/*
 * name may be NULL; table is where the id is from, a string that lasts; waits is
 * where the row is, if it cannot be written, and else NULL.
 */
extern void eqp_reference_add(EqpReference *reference, const char *id, const char *name, const char *table,
							  const EqpImportPlace *waits);

/* The table that an id was from first; NULL where it is not there. */
extern const char *eqp_reference_table(const EqpReference *reference, const char *id);

/*
 * The one other id that a text may mean: one that looks like it, or the one whose
 * name it is.  NULL where there is none, or more than one.
 */
extern const char *eqp_reference_alike(EqpReference *reference, const char *text);
extern const char *eqp_reference_named(EqpReference *reference, const char *text);

/* The only id that there is; NULL where there are none or more. */
extern const char *eqp_reference_only(const EqpReference *reference);

#endif							/* EQP_IMPORT_H */
