# lint.mk: every source file under the warnings of two compilers, as errors.
# Run in a copy of the checkout with PG_CONFIG, VERSION and COMPILERS;
# what a compiler says about src/x.c goes to COMPILER/src/x.log.

FLAGS = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
# the server's own flags and headers are those of a build with gcc
FLAGS_clang = -Wno-unknown-warning-option -Wno-ignored-optimization-argument

PG_INCLUDE := $(shell $(PG_CONFIG) --includedir-server)
PG_CFLAGS := $(shell $(PG_CONFIG) --cflags)
PG_CPPFLAGS := $(shell $(PG_CONFIG) --cppflags)
CPPFLAGS = -Isrc -DEQP_VERSION='"$(VERSION)"' -ffp-contract=off

SRCS = $(sort $(wildcard src/*.c src/*/*.c))

# What looks at the 128-bit integers of the compiler, again as for one without: goes to COMPILER/no_int128/x.log.
NO_INT128 = $(sort $(wildcard src/solver/*.c)) src/pairing/suggest_pairings.c

OBJS = $(foreach cc,$(COMPILERS),$(patsubst src/%.c,$(cc)/src/%.o,$(SRCS)) $(patsubst src/%.c,$(cc)/no_int128/%.o,$(NO_INT128)))

all: $(OBJS)

-include $(wildcard $(OBJS:=.d))

# $(call rule,COMPILER,FOLDER,more flags)
define rule
$(1)/$(2)/%.o: src/%.c
	@mkdir -p $$(@D)
	@$(1) $(CPPFLAGS) $(PG_CPPFLAGS) $(PG_CFLAGS) -fPIC $(FLAGS) $(3) \
		$(if $(findstring clang,$(1)),$(FLAGS_clang) -isystem $(PG_INCLUDE),-I$(PG_INCLUDE)) \
		-MMD -MP -MF $$@.d -c -o $$@ $$< 2>$$(@:.o=.log) || { rm -f $$@; cat $$(@:.o=.log); false; }
endef
$(foreach cc,$(COMPILERS),$(eval $(call rule,$(cc),src)) $(eval $(call rule,$(cc),no_int128,-DEQP_NO_INT128)))

.PHONY: all
