# unit.mk: the unit tests of the numerics, each a program of its own, with the
# address and undefined-behaviour sanitizers.  Run in a copy of the checkout.

CC = cc
CFLAGS = -std=c99 -Wall -Wextra -Werror -g -O1 -fsanitize=address,undefined \
	-fno-sanitize-recover=all -ffp-contract=off
CPPFLAGS = -D_DEFAULT_SOURCE -Isrc -Itest/unit

ROOMS = src/stats src/measures src/solver
TESTS = $(patsubst %.c,%,$(sort $(wildcard test/unit/test_*.c)))
SHARED = $(patsubst %.c,%.o,$(sort $(wildcard $(ROOMS:%=%/*.c)) \
	$(filter-out $(wildcard test/unit/test_*.c),$(wildcard test/unit/*.c))))
HDRS = $(wildcard $(ROOMS:%=%/*.h) test/unit/*.h)

all: $(TESTS)

%.o: %.c $(HDRS)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(TESTS): %: %.o $(SHARED)
	$(CC) $(CFLAGS) -o $@ $^ -lm

.PHONY: all
.SECONDARY:
