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

#include "source/key.h"

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
	const char *key;			/* its natural key, as ON CONFLICT has it */
	const char *own_id;			/* the column with its id, which others refer to, or NULL */
	bool		has_period;		/* valid_from, valid_to, valid_through make valid */
} EqpImportSource;

/* In an order in which no row refers to one of a later source; ends with one without a name. */
extern const EqpImportSource eqp_import_sources[];

/* NULL where there is none. */
extern const EqpImportSource *eqp_import_source(const char *name);

/* The number of a column of a source, -1 for none. */
extern int	eqp_import_column(const EqpImportSource *source, const char *name);

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
	bool		readable;		/* it has no error */
	bool		repeated;		/* it is the same as one before */
} EqpImportRow;

typedef struct EqpImport
{
	/* given */
	const char *schema;			/* quoted */
	const char *date_order;
	bool		repair;			/* what a suggestion says is taken */
	void		(*problem) (struct EqpImport *import, const EqpImportRow *row, const EqpImportProblem *problem);
	void		(*row) (struct EqpImport *import, const EqpImportRow *row); /* or NULL */
	void		(*after) (struct EqpImport *import, const EqpImportSource *source); /* or NULL */
	void	   *arg;

	/*
	 * Keys of rows that contradict each other; kept from one run to the next, so
	 * that the second knows it of the first of them, too.
	 */
	EqpKeyMap  *contradicted;

	/* private: of one run */
	MemoryContext context;
	struct EqpReference *references;
	int			nreferences;
	EqpKeyMap  *meanings;		/* of values that an office writes in its own way */
	char	  **meaning;
	uint32		meaning_capacity;
} EqpImport;

/* Goes through all rows that are there.  Needs SPI. */
extern void eqp_import_run(EqpImport *import);

/* ---- Who there is ------------------------------------------------------- */

/*
 * The ids of a relation: those of the table, and those of the rows that were
 * read before.  The relation "units" has those of all kinds of units.
 */
typedef struct EqpReference EqpReference;

extern EqpReference *eqp_reference(EqpImport *import, const char *relation);
extern bool eqp_reference_has(const EqpReference *reference, const char *id);
extern void eqp_reference_add(EqpReference *reference, const char *id, const char *name);

/*
 * The one id that a text may mean: one that looks like it, or the one whose
 * name it is.  NULL where there is none, or more than one.
 */
extern const char *eqp_reference_guess(const EqpReference *reference, const char *text);

#endif							/* EQP_IMPORT_H */
