/*
 * tap.h
 *		What the unit tests share: TAP output, closeness of doubles, and a
 *		reader of csv files with quoted fields.
 */
#ifndef EQP_TEST_TAP_H
#define EQP_TEST_TAP_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int	tap_count = 0;
static int	tap_failed = 0;

/* One test; returns its outcome. */
static inline bool
tap_ok(bool passed, const char *name)
{
	tap_count++;
	if (!passed)
		tap_failed++;
	printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, name);
	return passed;
}

/* Prints the plan; the exit status of main(). */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed == 0 ? 0 : 1;
}

/* NaN equals NaN, infinities equal themselves. */
static inline bool
is_close(double got, double want, double relative, double absolute)
{
	if (isnan(got) || isnan(want))
		return isnan(got) && isnan(want);
	if (isinf(got) || isinf(want))
		return got == want;
	return fabs(got - want) <= fmax(relative * fabs(want), absolute);
}

/*
 * A group of like checks that makes one TAP line: prints the first few
 * failures as diagnostics, and the worst relative difference.
 */
typedef struct TapGroup
{
	const char *name;
	long		checks;
	long		failures;
	double		worst;
} TapGroup;

static inline void
group_check(TapGroup *group, bool passed, const char *what)
{
	group->checks++;
	if (!passed && group->failures++ < 5)
		printf("# %s: %s\n", group->name, what);
}

static inline void
group_close(TapGroup *group, double got, double want, double relative,
			double absolute, const char *what)
{
	char		text[400];
	bool		passed = is_close(got, want, relative, absolute);

	if (isfinite(got) && isfinite(want) && want != 0.0 && fabs(got - want) > absolute)
		group->worst = fmax(group->worst, fabs(got / want - 1.0));
	snprintf(text, sizeof(text), "%s: got %.17g, want %.17g", what, got, want);
	group_check(group, passed, text);
}

/* A group without a single check fails: it would pass on missing data. */
static inline void
group_done(const TapGroup *group)
{
	char		text[200];

	snprintf(text, sizeof(text), "%s (%ld checks, worst %.1e)",
			 group->name, group->checks, group->worst);
	tap_ok(group->checks > 0 && group->failures == 0, text);
}

/* xorshift64*: the same cases on every run and platform. */
static inline double
tap_random(unsigned long long *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (double) ((*state * 2685821657736338717ULL) >> 11) / 9007199254740992.0;
}

/* A standard normal number, by Box and Muller. */
static inline double
tap_normal(unsigned long long *state)
{
	double		u = tap_random(state);

	return sqrt(-2.0 * log(u > 0.0 ? u : 0.5)) * cos(6.283185307179586 * tap_random(state));
}

#define CSV_FIELDS 16
#define CSV_LINE 4096

/* One row; the fields point into line. */
typedef struct CsvFile
{
	FILE	   *file;
	char		line[CSV_LINE];
	char	   *field[CSV_FIELDS];
	int			fields;
} CsvFile;

/* Opens a csv file under dir and skips its header; ends the test without it. */
static inline void
csv_open(CsvFile *csv, const char *dir, const char *name)
{
	char		path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	csv->file = fopen(path, "r");
	if (csv->file == NULL || fgets(csv->line, sizeof(csv->line), csv->file) == NULL)
	{
		printf("Bail out! cannot read %s\n", path);
		exit(2);
	}
}

/*
 * The next row, or false at the end (and the file is closed).  Quoted fields
 * may hold commas and doubled quotes, not line ends.
 */
static inline bool
csv_next(CsvFile *csv)
{
	char	   *in = csv->line;
	char	   *out = csv->line;

	if (fgets(csv->line, sizeof(csv->line), csv->file) == NULL)
	{
		fclose(csv->file);
		return false;
	}
	in[strcspn(in, "\r\n")] = '\0';

	csv->fields = 0;
	for (;;)
	{
		bool		quoted = (*in == '"');
		bool		last;

		if (csv->fields == CSV_FIELDS)
		{
			printf("Bail out! too many fields in a row\n");
			exit(2);
		}
		csv->field[csv->fields++] = out;
		if (quoted)
			in++;
		while (*in != '\0' && (quoted || *in != ','))
		{
			if (quoted && *in == '"' && *++in != '"')
				quoted = false;
			else
				*out++ = *in++;
		}
		last = (*in == '\0');
		in++;
		*out++ = '\0';
		if (last)
			return true;
	}
}

/* NA and an empty field are NaN; NaN and Infinity are read as such. */
static inline double
csv_number(const char *field)
{
	if (*field == '\0' || strcmp(field, "NA") == 0)
		return NAN;
	return strtod(field, NULL);
}

/* The number behind "key=" in "a=1;key=2;...", NaN without it. */
static inline double
csv_option(const char *options, const char *key)
{
	size_t		length = strlen(key);

	for (const char *at = options; at != NULL; at = strchr(at, ';'))
	{
		if (*at == ';')
			at++;
		if (strncmp(at, key, length) == 0 && at[length] == '=')
			return strtod(at + length + 1, NULL);
	}
	return NAN;
}

#endif							/* EQP_TEST_TAP_H */
