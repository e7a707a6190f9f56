# fuzz.mk: fuzz targets of the numerics, each a program of its own, with the address and
# undefined-behaviour sanitizers.  Run in a copy of the checkout, with TESTS, the programs, and
# NEEDS, a file that says which objects each is linked from (sources.pl needs).
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

all: $(TESTS)

include $(NEEDS)
-include $(wildcard src/*/*.d test/fuzz/*.d)

%.o: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(TESTS): $(DRIVER_$(ENGINE))
	$(CC) $(CFLAGS) $(LINK_$(ENGINE)) -o $@ $^ -lm

.PHONY: all
.SECONDARY:
