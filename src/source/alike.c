/*
 * alike.c
 *		Texts that look the same to a reader and are not; see alike.h.
 *
 * What letters and blanks are is PostgreSQL's to say: its normalize() and its
 * lower() in the collation of the database.
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

/* In lower case. */
static EqpText
lower_case(EqpText text)
{
	char	   *data = is_ascii(text) ? asc_tolower(text.data, text.len)
		: str_tolower(text.data, text.len, DEFAULT_COLLATION_OID);

	return (EqpText) {data, strlen(data)};
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
