# equipair: builds with PGXS against any PostgreSQL 15 to 18.
#
#   make && make install && make installcheck
#   make PG_CONFIG=/path/to/pg_config with_llvm=no
#
# script/test runs every layer of tests in a throw-away cluster; make installcheck
# runs pg_regress in the server that listens on PGHOST and PGPORT.

EXTENSION = equipair
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" equipair.control)

MODULE_big = equipair
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))
VERSIONED = $(shell grep -l EQP_VERSION src/*.c src/*/*.c)

SQL_PARTS = $(sort $(wildcard sql/parts/*.sql))
DATA_built = sql/equipair--$(EXTVERSION).sql
DATA = $(filter-out $(DATA_built),$(wildcard sql/equipair--*.sql))

# -ffp-contract=off: a fused multiply-add would round differently from one
# processor (or JIT) to the next, and the same rows must give the same numbers.
PG_CPPFLAGS = -I$(srcdir)/src -DEQP_VERSION='"$(EXTVERSION)"' -ffp-contract=off
SHLIB_LINK += -lm

REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
# The database of the tests is UTF-8 and sorts by bytes, whatever the server's others do.
REGRESS_OPTS = --inputdir=test --load-extension=equipair --encoding=UTF8 --no-locale

EXTRA_CLEAN = results regression.diffs regression.out build $(OBJS:=.d) $(OBJS:.o=.bc.d)
# PGXS would keep one .d file for all sources of a name, and there are two kitagawa.c.
override autodepend = no

PG_CONFIG ?= pg_config

# Without PostgreSQL's development files make would do nothing and succeed, and with an older one the
# compiler would say things that are hard to understand.
PG_MAJOR := $(shell $(PG_CONFIG) --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p')
ifeq ($(PG_MAJOR),)
$(error $(PG_CONFIG) cannot be run. Install the development files of your PostgreSQL (Debian and Ubuntu: \
  postgresql-server-dev-15, or 16, 17, 18) or name its program: make PG_CONFIG=/path/to/pg_config)
endif
ifneq ($(shell test $(PG_MAJOR) -ge 15 && echo yes),yes)
$(error equipair needs PostgreSQL 15 or newer, and $(PG_CONFIG) belongs to PostgreSQL $(PG_MAJOR). \
  Name another one: make PG_CONFIG=/path/to/pg_config)
endif
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(and $(wildcard $(PGXS)),$(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h)),)
$(error The PostgreSQL $(PG_MAJOR) of $(PG_CONFIG) has no development files. \
  Install them (Debian and Ubuntu: postgresql-server-dev-$(PG_MAJOR)))
endif
include $(PGXS)

# In registers of 80 bits 32-bit x86 processors round otherwise, and figures would be others than elsewhere.
ifneq ($(filter i386 i486 i586 i686,$(host_cpu)),)
override CFLAGS += -msse2 -mfpmath=sse
override BITCODE_CFLAGS += -msse2 -mfpmath=sse
endif

$(DATA_built): $(SQL_PARTS) equipair.control
	cat $(SQL_PARTS) > $@

# Sums that go side by side, as PostgreSQL has it for its checksums: nothing is rounded otherwise.
src/distribution/dispersion.o: CFLAGS += $(CFLAGS_UNROLL_LOOPS) $(CFLAGS_VECTORIZE)

# Beside each object and its bitcode lies a .d file with the headers that it was compiled from.
BUILT = $(OBJS) $(OBJS:.o=.bc)
COMPILE.c += -MMD -MP -MF $@.d
COMPILE.c.bc += -MMD -MP -MF $@.d
-include $(wildcard $(BUILT:=.d))

# What no .d file knows: these flags, and the version that two or three files carry.
$(BUILT): Makefile
$(patsubst %.c,%.o,$(VERSIONED)) $(patsubst %.c,%.bc,$(VERSIONED)): equipair.control

# The release archive for PGXN, with the assembled script, from what is committed.
DIST = equipair-$(EXTVERSION)
dist: $(DATA_built)
	git archive --format=zip -o $(DIST).zip --prefix=$(DIST)/sql/ --add-file=$(DATA_built) --prefix=$(DIST)/ HEAD

.PHONY: dist
