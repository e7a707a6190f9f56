/*
 * driver.c
 *		Feeds a fuzz target with pseudo-random inputs where the compiler has no
 *		libFuzzer.  Understands the few options of libFuzzer that script/test
 *		uses, and ignores the others:
 *
 *		-max_total_time=SECONDS -runs=N -max_len=BYTES -seed=N -artifact_prefix=PATH
 *
 * Without coverage it finds less, but the checks and the sanitizers are the
 * same.  A file as argument is fed once.  The input at hand when a check
 * fails is left in PATHcrash.
 */
#include <signal.h>
#include <time.h>

#include "fuzz.h"

#define MAX_LEN 4096

static uint8_t input[MAX_LEN];
static size_t input_size;
static uint64_t state = 1;
static char artifact[1024] = "crash";

/* xorshift64* */
static uint64_t
next_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ULL;
}

static unsigned
below(unsigned limit)
{
	return (unsigned) ((next_random() >> 32) % limit);
}

/* A new input, or the last one with a few bytes changed, cut off or repeated. */
static void
next_input(size_t max_len)
{
	if (input_size == 0 || below(4) == 0)
	{
		input_size = 1 + below(below(8) == 0 ? (unsigned) max_len : 64);
		if (input_size > max_len)
			input_size = max_len;
		for (size_t i = 0; i < input_size; i++)
			input[i] = (uint8_t) (next_random() >> 56);
		return;
	}
	for (unsigned changes = 1 + below(4); changes > 0; changes--)
	{
		size_t		at = below((unsigned) input_size);

		switch (below(5))
		{
			case 0:
				input[at] = (uint8_t) (next_random() >> 56);
				break;
			case 1:
				input[at] ^= (uint8_t) (1u << below(8));
				break;
			case 2:
				input[at] = below(2) == 0 ? 0x00 : 0xff;
				break;
			case 3:
				if (at > 0)
					input_size = at;
				break;
			default:
				if (2 * input_size <= max_len)
				{
					memcpy(input + input_size, input, input_size);
					input_size *= 2;
				}
				break;
		}
	}
}

static void
keep_input(int signal_number)
{
	FILE	   *file = fopen(artifact, "wb");

	if (file != NULL)
	{
		fwrite(input, 1, input_size, file);
		fclose(file);
	}
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* The sanitizers call this instead of raising a signal. */
extern void __sanitizer_set_death_callback(void (*callback) (void));

static void
keep_input_of_sanitizer(void)
{
	keep_input(SIGABRT);
}

int
main(int argc, char **argv)
{
	double		seconds = 1e9;
	unsigned long long runs = 0;
	unsigned long long max_runs = ~0ULL;
	size_t		max_len = MAX_LEN;
	time_t		end;

	for (int i = 1; i < argc; i++)
	{
		FILE	   *file;

		if (strncmp(argv[i], "-max_total_time=", 16) == 0)
			seconds = strtod(argv[i] + 16, NULL);
		else if (strncmp(argv[i], "-runs=", 6) == 0)
			max_runs = strtoull(argv[i] + 6, NULL, 10);
		else if (strncmp(argv[i], "-max_len=", 9) == 0)
			max_len = strtoull(argv[i] + 9, NULL, 10);
		else if (strncmp(argv[i], "-seed=", 6) == 0)
			state = strtoull(argv[i] + 6, NULL, 10);
		else if (strncmp(argv[i], "-artifact_prefix=", 17) == 0)
			snprintf(artifact, sizeof(artifact), "%scrash", argv[i] + 17);
		else if (argv[i][0] != '-')
		{
			file = fopen(argv[i], "rb");
			if (file == NULL)
			{
				fprintf(stderr, "cannot read %s\n", argv[i]);
				return 2;
			}
			input_size = fread(input, 1, sizeof(input), file);
			fclose(file);
			LLVMFuzzerTestOneInput(input, input_size);
			fprintf(stderr, "Executed %s\n", argv[i]);
			return 0;
		}
	}
	if (state == 0)
		state = 1;
	if (max_len < 1 || max_len > MAX_LEN)
		max_len = MAX_LEN;
	signal(SIGABRT, keep_input);
	__sanitizer_set_death_callback(keep_input_of_sanitizer);

	end = time(NULL) + (time_t) ceil(seconds);
	while (runs < max_runs && ((runs & 255) != 0 || time(NULL) < end))
	{
		next_input(max_len);
		LLVMFuzzerTestOneInput(input, input_size);
		runs++;
	}
	fprintf(stderr, "Done %llu runs\n", runs);
	return 0;
}
