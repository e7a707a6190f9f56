/*
 * import_reader.h
 *		What import_read.c, which makes values of the cells of a row, and
 *		import_check.c, which says what is wrong with a row, share.
 */
#ifndef EQP_IMPORT_READER_H
#define EQP_IMPORT_READER_H

#include "twinning/import.h"

/* A row that was there: its values, as 128 bits that are the same for the same values, and where it is. */
typedef struct EqpImportSeen
{
	uint64		values[2];
	EqpImportPlace place;
} EqpImportSeen;

/* A text and the id of the row that has it. */
typedef struct EqpImportTaken
{
	EqpKeyMap  *texts;
	const char **ids;
	uint32		capacity;
} EqpImportTaken;

/* What a table has in the columns that are checked with others: at most three. */
#define EQP_IMPORT_KEPT 3

typedef struct EqpImportKept
{
	char	   *values[EQP_IMPORT_KEPT];
} EqpImportKept;

typedef struct EqpImportReader
{
	EqpImport  *import;
	const EqpImportSource *source;

	/* of the file */
	char	   *file;
	Datum		header;			/* a copy */
	int		   *place;			/* by column of the source: the cell, or -1 */
	bool	   *mapped;
	int			ncells;			/* of the header */
	bool		refused;		/* its header has an error, so no row is written */
	bool		mark_known;		/* decimal_mark has been looked for */
	char		decimal_mark;	/* that its numbers have, '\0' where none says it */

	/* of the source; see import_check.c */
	EqpKeyMap  *seen_keys;		/* natural keys of rows so far */
	EqpImportSeen *seen;
	uint32		seen_capacity;
	EqpImportTaken schools;		/* names within districts */
	EqpImportTaken alone;		/* values of a column that no two rows may have */
	EqpKeyMap  *kept_ids;		/* NULL until they are asked for */
	EqpImportKept *kept;
	uint32		kept_capacity;
	int			kept_columns[EQP_IMPORT_KEPT];

	EqpImportRow row;
	char	  **cells;			/* of the row, by column; NULL where empty */
} EqpImportReader;

/* Tells a problem of the current row, which cannot be written if it is an error. */
extern void eqp_import_tell(EqpImportReader *reader, EqpImportSeverity severity, const char *column, const char *value,
							const char *suggestion, const char *problem);

/* A new file, or another header (text[]) in it: which cell is which column, and what is wrong with that.  import_header.c */
extern void eqp_import_read_header(EqpImportReader *reader, const char *file, Datum header);

/* Is a name this plain one, once letter case, accents, blanks and hyphens are ignored? */
extern bool eqp_is_plain_name(const char *name, EqpText plain);

/* A value by the name of its column; NULL where the source has no such column, too. */
extern char *eqp_import_value(const EqpImportReader *reader, const char *column);

/* The natural key and the like of a source that is begun.  In the context of the import. */
extern void eqp_import_begin_checks(EqpImportReader *reader);

/* What is wrong with values that are each all right, and with rows beside others. */
extern void eqp_import_check(EqpImportReader *reader);

#endif							/* EQP_IMPORT_READER_H */
