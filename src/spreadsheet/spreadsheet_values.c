/*
 * spreadsheet_values.c
 *		What people write in the cells of a spreadsheet, as values:
 *		spreadsheet_date(), spreadsheet_number(), spreadsheet_boolean().
 *
 * Each gives NULL for what it cannot read, and never guesses: what could be
 * two things is none.
 */
#include "spreadsheet/values.h"

#include "lib/stringinfo.h"
#include "report/arguments.h"
#include "source/alike.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(eqp_spreadsheet_date);
PG_FUNCTION_INFO_V1(eqp_spreadsheet_number);
PG_FUNCTION_INFO_V1(eqp_spreadsheet_boolean);

EqpText
eqp_cell_text(EqpText cell)
{
	cell = eqp_normal_text(cell);
	while (cell.len > 0 && strchr(" \t\r\n\v\f", cell.data[0]) != NULL)
	{
		cell.data++;
		cell.len--;
	}
	while (cell.len > 0 && strchr(" \t\r\n\v\f", cell.data[cell.len - 1]) != NULL)
		cell.len--;
	return cell;
}

/* The parameter value. */
static EqpText
cell_argument(FunctionCallInfo fcinfo)
{
	text	   *value = PG_GETARG_TEXT_PP(0);

	return eqp_cell_text((EqpText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- Days --------------------------------------------------------------- */

/* Days between 1954 and 2119, as spreadsheets number them: other numbers are likely no days. */
#define FIRST_DAY_NUMBER 20000
#define LAST_DAY_NUMBER 80000

/* The three numbers of a day, and how many digits each has. */
typedef struct DayParts
{
	int			number[3];
	int			digits[3];
	int			n;
	bool		in_words;		/* day, month and year are named, in this order */
} DayParts;

/*
 * Takes the cell apart; false where it is no day.  A time behind the day is
 * left out: a spreadsheet writes 0:00 where it was not asked.
 */
static bool
take_apart(EqpText cell, DayParts *parts)
{
	const char *c = cell.data;
	const char *end = cell.data + cell.len;
	char		separator = '\0';

	memset(parts, 0, sizeof(*parts));
	while (parts->n < 3)
	{
		int			i = parts->n;

		for (; c < end && is_digit(*c) && parts->digits[i] < 5; c++, parts->digits[i]++)
			parts->number[i] = parts->number[i] * 10 + (*c - '0');
		if (parts->digits[i] == 0)
			return false;
		parts->n++;
		if (parts->n == 3 || c == end)
			break;
		while (c < end && *c == ' ')
			c++;
		if (c == end || strchr("/-.", *c) == NULL || (separator != '\0' && *c != separator))
			return false;
		separator = *c++;
		while (c < end && *c == ' ')
			c++;
	}
	if (c == end)
		return true;
	/* a time: digits and colons behind a blank or a T, perhaps with AM or PM */
	if (parts->n != 3 || (*c != ' ' && *c != 'T'))
		return false;
	for (c++; c < end; c++)
		if (!is_digit(*c) && strchr(":. APMapm", *c) == NULL)
			return false;
	return true;
}

/* "ngày 5 tháng 1 năm 2023": the numbers behind day, month and year. */
static bool
take_words_apart(EqpText cell, DayParts *parts)
{
	static const char *const words[] = {"ngay", "thang", "nam"};
	EqpText		plain = eqp_plain_name(cell);
	const char *c = plain.data;
	const char *end = plain.data + plain.len;

	memset(parts, 0, sizeof(*parts));
	for (int i = 0; i < 3; i++)
	{
		int			len = strlen(words[i]);

		if (end - c < len || memcmp(c, words[i], len) != 0)
			return false;
		for (c += len; c < end && is_digit(*c) && parts->digits[i] < 5; c++, parts->digits[i]++)
			parts->number[i] = parts->number[i] * 10 + (*c - '0');
		if (parts->digits[i] == 0)
			return false;
	}
	parts->n = 3;
	parts->in_words = true;
	return c == end;
}

/* The day of a number of a spreadsheet, or of its digits before the decimal mark. */
static bool
day_of_number(EqpText cell, DateADT *date)
{
	int			number = 0;
	int			i = 0;

	for (; i < cell.len && is_digit(cell.data[i]) && i < 6; i++)
		number = number * 10 + (cell.data[i] - '0');
	if (i != 5 || number < FIRST_DAY_NUMBER || number > LAST_DAY_NUMBER)
		return false;
	if (i < cell.len && (cell.data[i] == '.' || cell.data[i] == ','))
		for (i++; i < cell.len && is_digit(cell.data[i]); i++)
			;
	if (i < cell.len)
		return false;
	/* day 61 is 1 March 1900; before it spreadsheets count a 29 February that never was */
	*date = date2j(1899, 12, 30) - POSTGRES_EPOCH_JDATE + number;
	return true;
}

/* Which of the three numbers is the day, the month and the year. */
static void
order_parts(const DayParts *parts, const char *order, int *day, int *month, int *year)
{
	const char *used = parts->in_words ? "DMY" : parts->digits[0] > 2 ? "YMD" : order;

	*day = strchr(used, 'D') - used;
	*month = strchr(used, 'M') - used;
	*year = strchr(used, 'Y') - used;
}

const char *
eqp_argument_date_order(FunctionCallInfo fcinfo, int argno)
{
	static const char *const orders[] = {"DMY", "MDY", "YMD"};
	char	   *name = eqp_argument_text(fcinfo, argno, "date_order");

	for (int i = 0; i < lengthof(orders); i++)
		if (pg_strcasecmp(name, orders[i]) == 0)
			return orders[i];
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter \"%s\" must not be \"%s\"", "date_order", name),
			 errhint("Give DMY, MDY or YMD.")));
	return NULL;				/* keep compiler quiet */
}

bool
eqp_cell_date(EqpText cell, const char *order, DateADT *date)
{
	DayParts	parts;
	int			day;
	int			month;
	int			year;

	if (day_of_number(cell, date))
		return true;
	if ((!take_apart(cell, &parts) || parts.n != 3) && !take_words_apart(cell, &parts))
		return false;
	order_parts(&parts, order, &day, &month, &year);
	/* a year of three digits is a slip, and so is a day or a month of them */
	if (parts.digits[day] > 2 || parts.digits[month] > 2 || (parts.digits[year] != 2 && parts.digits[year] != 4))
		return false;
	/* as PostgreSQL reads them: 70 to 99 are of the last century */
	if (parts.digits[year] == 2)
		parts.number[year] += parts.number[year] < 70 ? 2000 : 1900;
	day = parts.number[day];
	month = parts.number[month];
	year = parts.number[year];
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > day_tab[isleap(year)][month - 1])
		return false;
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/* spreadsheet_date(value, date_order) */
Datum
eqp_spreadsheet_date(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	const char *order = eqp_argument_date_order(fcinfo, 1);
	DateADT		date;

	if (!eqp_cell_date(cell_argument(fcinfo), order, &date))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(date);
}

/* ---- Numbers ------------------------------------------------------------ */

/* The marks of a number: how often each is there, and where it is last. */
typedef struct Marks
{
	int			commas;
	int			points;
	int			blanks;			/* and apostrophes: they can only group digits */
	int			last_comma;
	int			last_point;
} Marks;

/* False where there is something else than digits and marks. */
static bool
find_marks(EqpText digits, Marks *marks)
{
	memset(marks, 0, sizeof(*marks));
	for (int i = 0; i < digits.len; i++)
	{
		switch (digits.data[i])
		{
			case ',':
				marks->commas++;
				marks->last_comma = i;
				break;
			case '.':
				marks->points++;
				marks->last_point = i;
				break;
			case ' ':
			case '\'':
				marks->blanks++;
				break;
			default:
				if (!is_digit(digits.data[i]))
					return false;
		}
	}
	return digits.len > 0;
}

/* Do groups of three digits follow the first, which has one to three, up to the end? */
static bool
is_grouped(EqpText digits, char decimal)
{
	int			run = 0;
	bool		any = false;

	for (int i = 0; i < digits.len && digits.data[i] != decimal; i++)
	{
		if (is_digit(digits.data[i]))
		{
			run++;
			continue;
		}
		if (any ? run != 3 : run < 1 || run > 3)
			return false;
		any = true;
		run = 0;
	}
	return !any || run == 3;
}

/*
 * The decimal mark of a number: '\0' for none, and '?' where it could be read
 * in two ways, such as 1.234.
 */
static char
decimal_mark(EqpText digits, const Marks *marks)
{
	if (marks->commas > 0 && marks->points > 0)
		return marks->last_comma > marks->last_point ? ',' : '.';
	if (marks->commas + marks->points == 0 || marks->commas > 1 || marks->points > 1)
		return '\0';
	/* with blanks between groups, the other mark is the decimal one */
	if (marks->blanks > 0 || !is_grouped(digits, '\0') || digits.data[0] == '0')
		return marks->commas > 0 ? ',' : '.';
	return '?';
}

/* The parameter decimal_mark, '\0' where it is NULL; 22023 where it is none. */
static char
mark_argument(FunctionCallInfo fcinfo)
{
	char	   *mark;

	if (PG_ARGISNULL(1))
		return '\0';
	mark = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (strcmp(mark, ",") != 0 && strcmp(mark, ".") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not be \"%s\"", "decimal_mark", mark),
				 errhint("Give a comma or a point, or leave it out.")));
	return mark[0];
}

/* Behind the sign, a hyphen or the minus sign U+2212; is it one? */
static bool
skip_sign(EqpText *digits)
{
	bool		negative = digits->len > 0 && digits->data[0] == '-';
	int			len = negative || (digits->len > 0 && digits->data[0] == '+') ? 1 : 0;

	if (digits->len > 3 && memcmp(digits->data, "\xe2\x88\x92", 3) == 0)
	{
		negative = true;
		len = 3;
	}
	digits->data += len;
	digits->len -= len;
	return negative;
}

char *
eqp_cell_number(EqpText digits, char mark)
{
	bool		negative = skip_sign(&digits);
	Marks		marks;
	char		decimal;
	StringInfoData plain;

	if (!find_marks(digits, &marks))
		return NULL;
	decimal = decimal_mark(digits, &marks);
	if (decimal == '?')
	{
		if (mark == '\0')
			return NULL;
		decimal = (mark == ',' ? marks.commas : marks.points) > 0 ? mark : '\0';
	}
	else if (decimal != '\0' && mark != '\0' && decimal != mark)
		return NULL;
	/* the decimal mark stands once, and what is before it is grouped as numbers are */
	if ((decimal == ',' && marks.commas > 1) || (decimal == '.' && marks.points > 1) ||
		!is_grouped(digits, decimal))
		return NULL;

	initStringInfo(&plain);
	if (negative)
		appendStringInfoChar(&plain, '-');
	for (int i = 0; i < digits.len; i++)
	{
		if (is_digit(digits.data[i]))
			appendStringInfoChar(&plain, digits.data[i]);
		else if (digits.data[i] == decimal)
			appendStringInfoChar(&plain, '.');
		else if (decimal != '\0' && i > (decimal == ',' ? marks.last_comma : marks.last_point))
			return NULL;		/* a group behind the decimal mark */
	}
	/* a mark alone is no number, nor is one at an end */
	if (!is_digit(digits.data[0]) || !is_digit(digits.data[digits.len - 1]))
		return NULL;
	return plain.data;
}

char
eqp_cell_decimal_mark(EqpText cell)
{
	Marks		marks;
	char		mark;

	if (eqp_cell_number(cell, '\0') == NULL)
		return '\0';
	(void) skip_sign(&cell);
	find_marks(cell, &marks);
	mark = decimal_mark(cell, &marks);
	return mark == '?' ? '\0' : mark;
}

/* spreadsheet_number(value, decimal_mark) */
Datum
eqp_spreadsheet_number(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	char		mark;
	char	   *number;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	mark = mark_argument(fcinfo);
	number = eqp_cell_number(cell_argument(fcinfo), mark);
	if (number == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(DirectFunctionCall3(numeric_in, CStringGetDatum(number), ObjectIdGetDatum(InvalidOid),
										Int32GetDatum(-1)));
}

/* ---- Yes and no --------------------------------------------------------- */

/* Yes and no as people write them, in English and in Vietnamese. */
bool
eqp_cell_boolean(EqpText cell, bool *value)
{
	static const char *const yes[] = {"co", "dung", "x", "v", "yes", "y", "true", "t", "1", "\xe2\x9c\x93", "\xe2\x9c\x94", "\xe2\x9c\x85"};
	static const char *const no[] = {"khong", "sai", "no", "n", "false", "f", "0"};
	EqpText		plain = eqp_plain_name(cell);
	char	   *spelt = pnstrdup(plain.data, plain.len);

	*value = true;
	for (int i = 0; i < lengthof(yes); i++)
		if (strcmp(spelt, yes[i]) == 0)
			return true;
	*value = false;
	for (int i = 0; i < lengthof(no); i++)
		if (strcmp(spelt, no[i]) == 0)
			return true;
	return false;
}

/* spreadsheet_boolean(value) */
Datum
eqp_spreadsheet_boolean(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	bool		value;

	if (!eqp_cell_boolean(cell_argument(fcinfo), &value))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value);
}
