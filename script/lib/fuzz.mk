# fuzz.mk: the fuzz targets of the numerics, each a program of its own, with the
# address and undefined-behaviour sanitizers.  Run in a copy of the checkout.
# CC is a clang that has libFuzzer and ENGINE "libfuzzer"; or any compiler with the
# sanitizers and ENGINE "driver", which feeds pseudo-random inputs.

CC = cc
ENGINE = driver
SANITIZE = address,undefined,float-cast-overflow
CFLAGS = -std=c99 -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer \
	-fsanitize=$(SANITIZE)$(EXTRA_$(ENGINE)) -fno-sanitize-recover=all -ffp-contract=off
CPPFLAGS = -D_DEFAULT_SOURCE -Isrc -Itest/fuzz
EXTRA_libfuzzer = ,fuzzer-no-link
LINK_libfuzzer = -fsanitize=fuzzer
DRIVER_driver = test/fuzz/driver.o

ROOMS = src/stats src/measures src/solver
TARGETS = $(patsubst %.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
SHARED = $(patsubst %.c,%.o,$(sort $(wildcard $(ROOMS:%=%/*.c)))) $(DRIVER_$(ENGINE))
HDRS = $(wildcard $(ROOMS:%=%/*.h) test/fuzz/*.h)

all: $(TARGETS)

%.o: %.c $(HDRS)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(TARGETS): %: %.o $(SHARED)
	$(CC) $(CFLAGS) $(LINK_$(ENGINE)) -o $@ $^ -lm

.PHONY: all
.SECONDARY:
