# unit.mk: unit tests of the numerics, each a program of its own, with the address and
# undefined-behaviour sanitizers.  Run in a copy of the checkout, with TESTS, the programs, and
# NEEDS, a file that says which objects each is linked from (sources.pl needs).

CC = cc
CFLAGS = -std=c99 -Wall -Wextra -Werror -Wno-missing-field-initializers -g -O1 -fsanitize=address,undefined \
	-fno-sanitize-recover=all -ffp-contract=off
CPPFLAGS = -D_DEFAULT_SOURCE -Isrc -Itest/unit

all: $(TESTS)

include $(NEEDS)
-include $(wildcard src/*/*.d test/unit/*.d)

%.o: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(TESTS):
	$(CC) $(CFLAGS) -o $@ $^ -lm

.PHONY: all
.SECONDARY:
