/*
 * spreadsheet_rows.c
 *		The rows of a text that came out of a spreadsheet: spreadsheet_rows().
 *
 * COPY wants to know the delimiter and how many columns there are, and stops
 * at the first row that has another number of them.  What people send has a
 * byte order mark, semicolons, line breaks within cells and ragged rows; here
 * it is read as it comes, with the line of each row, and nothing is lost.
 */
#include "equipair.h"

#include "alloc.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "report/writer.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_spreadsheet_rows);

enum
{
	ARG_CONTENT, ARG_DELIMITER
};

enum
{
	COL_LINE, COL_CELLS, N_COLUMNS
};

typedef struct Reader
{
	const char *next;
	const char *end;
	char		delimiter;
	int64		line;			/* of next */

	/* the row: its cells one after the other, and where each ends */
	int64		first_line;
	StringInfoData cells;
	int		   *ends;
	int			ncells;
	int			capacity;
} Reader;

/* Behind a line break of any kind, which next is at; its line is counted. */
static void
skip_break(Reader *reader)
{
	if (*reader->next == '\r' && reader->next + 1 < reader->end && reader->next[1] == '\n')
		reader->next++;
	reader->next++;
	reader->line++;
}

static bool
at_break(const Reader *reader)
{
	return *reader->next == '\n' || *reader->next == '\r';
}

/* 22P04: the cell would have the rest of the file in it. */
static void
refuse_open_quote(int64 line)
{
	ereport(ERROR,
			(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
			 errmsg("a quotation mark in line " INT64_FORMAT " is never closed", line),
			 errhint("A cell that begins with a quotation mark ends with one. Within it a quotation mark is written twice.")));
}

/* What stands between quotation marks, the first of which next is behind. */
static void
read_quoted(Reader *reader)
{
	int64		line = reader->line;

	for (;;)
	{
		const char *from = reader->next;

		CHECK_FOR_INTERRUPTS();
		while (reader->next < reader->end && *reader->next != '"' && !at_break(reader))
			reader->next++;
		appendBinaryStringInfo(&reader->cells, from, reader->next - from);
		if (reader->next == reader->end)
			refuse_open_quote(line);
		if (at_break(reader))
		{
			appendStringInfoChar(&reader->cells, '\n');
			skip_break(reader);
			continue;
		}
		reader->next++;
		if (reader->next == reader->end || *reader->next != '"')
			return;
		appendStringInfoChar(&reader->cells, '"');
		reader->next++;
	}
}

/* One cell, up to its delimiter or the end of its row. */
static void
read_cell(Reader *reader)
{
	const char *from;

	if (reader->next < reader->end && *reader->next == '"')
	{
		reader->next++;
		read_quoted(reader);
	}
	from = reader->next;
	while (reader->next < reader->end && *reader->next != reader->delimiter && !at_break(reader))
		reader->next++;
	appendBinaryStringInfo(&reader->cells, from, reader->next - from);

	if (reader->ncells == reader->capacity)
	{
		reader->capacity *= 2;
		reader->ends = eqp_realloc(reader->ends, reader->capacity, sizeof(int));
	}
	reader->ends[reader->ncells++] = reader->cells.len;
}

/* The next row into the reader; false at the end. */
static bool
read_row(Reader *reader)
{
	CHECK_FOR_INTERRUPTS();
	if (reader->next == reader->end)
		return false;
	resetStringInfo(&reader->cells);
	reader->ncells = 0;
	reader->first_line = reader->line;
	for (;;)
	{
		read_cell(reader);
		if (reader->next == reader->end)
			return true;
		if (at_break(reader))
		{
			skip_break(reader);
			return true;
		}
		reader->next++;			/* the delimiter, which another cell follows */
	}
}

/* Is there nothing but blanks in the row? */
static bool
is_empty(const Reader *reader)
{
	for (int i = 0; i < reader->cells.len; i++)
		if (strchr(" \t\n\v\f", reader->cells.data[i]) == NULL)
			return false;
	return true;
}

/*
 * The delimiter that the first row with something in it has most of, outside
 * quotation marks; a comma where it has none.
 */
static char
find_delimiter(const Reader *reader)
{
	static const char delimiters[] = ";,\t|";
	int			counts[lengthof(delimiters)] = {0};
	bool		quoted = false;
	bool		any = false;
	int			best = 1;

	for (const char *c = reader->next; c < reader->end; c++)
	{
		const char *found = strchr(delimiters, *c);

		if (*c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		if (*c == '\n' || *c == '\r')
		{
			if (any)
				break;
			continue;
		}
		any = any || *c != ' ';
		if (found != NULL && *c != '\0')
			counts[found - delimiters]++;
	}
	for (int i = 0; delimiters[i] != '\0'; i++)
		if (counts[i] > counts[best])
			best = i;
	return delimiters[best];
}

/* Behind a byte order mark, and behind a first line such as sep=; which names the delimiter. */
static void
skip_preface(Reader *reader)
{
	if (reader->end - reader->next >= 3 && memcmp(reader->next, "\xef\xbb\xbf", 3) == 0)
		reader->next += 3;
	if (reader->end - reader->next >= 5 && pg_strncasecmp(reader->next, "sep=", 4) == 0 &&
		(reader->end - reader->next == 5 || reader->next[5] == '\n' || reader->next[5] == '\r'))
	{
		reader->delimiter = reader->next[4];
		reader->next += 5;
		if (reader->next < reader->end)
			skip_break(reader);
	}
}

/* The parameter delimiter: one character of one byte, or '\0' where it is NULL. */
static char
delimiter_argument(FunctionCallInfo fcinfo)
{
	char	   *delimiter;

	if (PG_ARGISNULL(ARG_DELIMITER))
		return '\0';
	delimiter = text_to_cstring(PG_GETARG_TEXT_PP(ARG_DELIMITER));
	if (strlen(delimiter) != 1 || strchr("\"\r\n", delimiter[0]) != NULL || IS_HIGHBIT_SET(delimiter[0]))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must be one character, not \"%s\"", "delimiter", delimiter),
				 errhint("Leave it out, and the first row tells it.")));
	return delimiter[0];
}

/* The cells of the row as an array of texts, in the current memory context. */
static Datum
cells_array(const Reader *reader)
{
	Datum	   *cells = eqp_alloc(CurrentMemoryContext, reader->ncells, sizeof(Datum));

	for (int i = 0; i < reader->ncells; i++)
	{
		int			begin = i == 0 ? 0 : reader->ends[i - 1];

		cells[i] = PointerGetDatum(cstring_to_text_with_len(reader->cells.data + begin, reader->ends[i] - begin));
	}
	return PointerGetDatum(construct_array(cells, reader->ncells, TEXTOID, -1, false, TYPALIGN_INT));
}

/* spreadsheet_rows(content, delimiter) */
Datum
eqp_spreadsheet_rows(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	text	   *content;
	Reader		reader = {.line = 1,.capacity = 16};

	if (PG_ARGISNULL(ARG_CONTENT))
		return (Datum) 0;
	content = PG_GETARG_TEXT_PP(ARG_CONTENT);
	reader.next = VARDATA_ANY(content);
	reader.end = reader.next + VARSIZE_ANY_EXHDR(content);
	reader.ends = palloc(reader.capacity * sizeof(int));
	initStringInfo(&reader.cells);
	skip_preface(&reader);
	if (!PG_ARGISNULL(ARG_DELIMITER))
		reader.delimiter = delimiter_argument(fcinfo);
	else if (reader.delimiter == '\0')
		reader.delimiter = find_delimiter(&reader);

	while (read_row(&reader))
	{
		MemoryContext before;

		if (is_empty(&reader))
			continue;
		before = MemoryContextSwitchTo(writer->context);
		eqp_set_count(writer, COL_LINE, reader.first_line);
		eqp_set_datum(writer, COL_CELLS, cells_array(&reader));
		MemoryContextSwitchTo(before);
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}
