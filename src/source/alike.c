/*
 * alike.c
 *		Texts that look the same to a reader and are not; see alike.h.
 *
 * What blanks are and how letters are composed is PostgreSQL's to say.  Its
 * lower() is not asked: that of the collation C knows ASCII only, and in a
 * Turkish one the letter I is no i.
 */
#include "source/alike.h"

#include "catalog/pg_collation.h"
#include "mb/pg_wchar.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/fmgrprotos.h"

static bool
same(EqpText a, EqpText b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Of ASCII alone, which needs no tables? */
static bool
is_ascii(EqpText text)
{
	for (int i = 0; i < text.len; i++)
		if (IS_HIGHBIT_SET(text.data[i]))
			return false;
	return true;
}

/* Capitals: every stride-th one from first to last has its small letter so much further. */
typedef struct Capitals
{
	pg_wchar	first;
	pg_wchar	last;
	int			stride;
	int			further;
} Capitals;

/* Latin, Greek, Cyrillic, Armenian, and what is as wide as a Chinese character, as Unicode has them. */
static const Capitals capitals[] = {
	{0x0041, 0x005A, 1, 32}, {0x00C0, 0x00D6, 1, 32}, {0x00D8, 0x00DE, 1, 32}, {0x0100, 0x012E, 2, 1},
	{0x0130, 0x0130, 1, -199}, {0x0132, 0x0136, 2, 1}, {0x0139, 0x0147, 2, 1}, {0x014A, 0x0176, 2, 1},
	{0x0178, 0x0178, 1, -121}, {0x0179, 0x017D, 2, 1}, {0x01A0, 0x01A4, 2, 1}, {0x01AF, 0x01AF, 1, 1},
	{0x01CD, 0x01DB, 2, 1}, {0x01DE, 0x01EE, 2, 1}, {0x01F8, 0x021E, 2, 1}, {0x0222, 0x0232, 2, 1},
	{0x0386, 0x0386, 1, 38}, {0x0388, 0x038A, 1, 37}, {0x038C, 0x038C, 1, 64}, {0x038E, 0x038F, 1, 63},
	{0x0391, 0x03A1, 1, 32}, {0x03A3, 0x03AB, 1, 32}, {0x0400, 0x040F, 1, 80}, {0x0410, 0x042F, 1, 32},
	{0x0460, 0x0480, 2, 1}, {0x048A, 0x04BE, 2, 1}, {0x04C0, 0x04C0, 1, 15}, {0x04C1, 0x04CD, 2, 1},
	{0x04D0, 0x052E, 2, 1}, {0x0531, 0x0556, 1, 48}, {0x1E00, 0x1E94, 2, 1}, {0x1E9E, 0x1E9E, 1, -7615},
	{0x1EA0, 0x1EFE, 2, 1}, {0xFF21, 0xFF3A, 1, 32}
};

/* The small letter of a capital; any other character as it is. */
static pg_wchar
small_letter(pg_wchar letter)
{
	for (int i = 0; i < lengthof(capitals) && capitals[i].first <= letter; i++)
		if (letter <= capitals[i].last)
			return (letter - capitals[i].first) % capitals[i].stride == 0 ? letter + capitals[i].further : letter;
	return letter;
}

/* In lower case; no small letter has more bytes than its capital. */
static EqpText
lower_case(EqpText text)
{
	char	   *data;
	int			len = 0;

	if (GetDatabaseEncoding() != PG_UTF8 || is_ascii(text))
	{
		data = asc_tolower(text.data, text.len);
		if (!is_ascii(text))
			data = str_tolower(data, text.len, DEFAULT_COLLATION_OID);
		return (EqpText) {data, strlen(data)};
	}
	data = palloc(text.len + 1);
	for (int i = 0; i < text.len;)
	{
		const unsigned char *from = (const unsigned char *) text.data + i;
		unsigned char *to = (unsigned char *) data + len;

		(void) unicode_to_utf8(small_letter(utf8_to_unicode(from)), to);
		len += pg_utf_mblen(to);
		i += pg_utf_mblen(from);
	}
	data[len] = '\0';
	return (EqpText) {data, len};
}

/* In a normal form: the K ones take full-width and usual letters for the same. */
static EqpText
normalized(EqpText text, const char *form)
{
	struct varlena *data;

	if (GetDatabaseEncoding() != PG_UTF8 || is_ascii(text))
		return text;
	data = (struct varlena *)
		DatumGetPointer(DirectFunctionCall2(unicode_normalize_func,
											PointerGetDatum(cstring_to_text_with_len(text.data, text.len)),
											CStringGetTextDatum(form)));
	return (EqpText) {VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data)};
}

EqpText
eqp_normal_text(EqpText text)
{
	return normalized(text, "NFKC");
}

EqpText
eqp_composed_text(EqpText text)
{
	return normalized(text, "NFC");
}

/* Without any blank; those that do not break lines are usual ones in the normal form. */
static EqpText
without_blanks(EqpText text)
{
	EqpText		from = eqp_normal_text(text);
	char	   *data = palloc(from.len + 1);
	int			len = 0;

	for (int i = 0; i < from.len; i++)
		if (!scanner_isspace(from.data[i]))
			data[len++] = from.data[i];
	return (EqpText) {data, len};
}

/* Without the zeros before a last digit or a letter. */
static EqpText
without_zeros(EqpText text)
{
	while (text.len > 1 && text.data[0] == '0')
	{
		text.data++;
		text.len--;
	}
	return text;
}

/* Are they digits, one and all? */
static bool
all_digits(const char *data, int len)
{
	for (int i = 0; i < len; i++)
		if (data[i] < '0' || data[i] > '9')
			return false;
	return true;
}

/* Without the ".0" behind digits. */
static EqpText
without_point(EqpText text)
{
	int			len = text.len - 2;

	if (len < 1 || memcmp(text.data + len, ".0", 2) != 0 || !all_digits(text.data, len))
		return text;
	text.len = len;
	return text;
}

EqpText
eqp_look(EqpText text)
{
	return lower_case(without_zeros(without_point(without_blanks(text))));
}

/* The same of a text of ASCII that a key holds within itself, without any memory but that of the key. */
static EqpKey
look_within(const char *from, int len)
{
	char		data[EQP_KEY_MAX_INLINE];
	EqpText		text = {data, 0};

	for (int i = 0; i < len; i++)
		if (!scanner_isspace(from[i]))
			data[text.len++] = pg_ascii_tolower((unsigned char) from[i]);
	text = without_zeros(without_point(text));
	return eqp_key_from_text(text);
}

EqpKey
eqp_key_look(const EqpKey *key)
{
	EqpText		text = {(const char *) key->bytes, eqp_key_tag(key)};

	/* a whole number is written in its shortest form */
	if (eqp_key_tag(key) == EQP_KEY_NUMBER)
		return *key;
	if (eqp_key_is_uuid(key))
		text = eqp_key_text(key);
	else if (eqp_key_tag(key) == EQP_KEY_LONG)
		text = key->text;
	else if (is_ascii(text))
		return look_within(text.data, text.len);
	return eqp_key_from_text(eqp_look(text));
}

/* Is it one of the marks, U+0300 to U+036F, that follow a letter in the form NFKD? */
static bool
is_mark(const unsigned char *c)
{
	return c[0] == 0xcc || (c[0] == 0xcd && c[1] < 0xb0);
}

EqpText
eqp_plain_name(EqpText name)
{
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;
	EqpText		from = lower_case(normalized(name, "NFKD"));
	char	   *data = palloc(from.len + 1);
	int			len = 0;

	for (int i = 0; i < from.len; i++)
	{
		const unsigned char *c = (const unsigned char *) from.data + i;

		if (scanner_isspace(*c) || *c == '_' || *c == '-')
			continue;
		/* the text ends with a zero, and the letter d with a stroke (U+0111) is no d with a mark */
		if (utf8 && is_mark(c))
			i++;
		else if (utf8 && c[0] == 0xc4 && (c[1] == 0x90 || c[1] == 0x91))
		{
			data[len++] = 'd';
			i++;
		}
		else
			data[len++] = (char) *c;
	}
	return (EqpText) {data, len};
}

const char *
eqp_differ_only_in(EqpText a, EqpText b)
{
	if (same(a, b))
		return NULL;
	if (same(lower_case(a), lower_case(b)))
		return "letter case";
	if (same(eqp_normal_text(a), eqp_normal_text(b)))
		return "Unicode normalization";
	if (same(without_blanks(a), without_blanks(b)))
		return "blanks";
	if (same(without_zeros(a), without_zeros(b)))
		return "leading zeros";
	if (same(without_point(a), without_point(b)))
		return "a trailing \".0\"";
	if (same(eqp_look(a), eqp_look(b)))
		return "letter case, blanks, leading zeros or Unicode normalization";
	return NULL;
}
