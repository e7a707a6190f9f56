# unit.mk: the unit tests of src/stats, each a program of its own, with the
# address and undefined-behaviour sanitizers.  Run in a copy of the checkout.

CC = cc
CFLAGS = -std=c99 -Wall -Wextra -Werror -g -O1 -fsanitize=address,undefined \
	-fno-sanitize-recover=all -ffp-contract=off
CPPFLAGS = -D_DEFAULT_SOURCE -Isrc -Itest/unit

TESTS = $(patsubst %.c,%,$(sort $(wildcard test/unit/test_*.c)))
SHARED = $(patsubst %.c,%.o,$(sort $(wildcard src/stats/*.c) \
	$(filter-out $(wildcard test/unit/test_*.c),$(wildcard test/unit/*.c))))
HDRS = $(wildcard src/stats/*.h test/unit/*.h)

all: $(TESTS)

%.o: %.c $(HDRS)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(TESTS): %: %.o $(SHARED)
	$(CC) $(CFLAGS) -o $@ $^ -lm

.PHONY: all
.SECONDARY:
