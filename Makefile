# triage-milter
#
#   make demo     a private Postfix, the milter in front of it, a morning's mail, and a reply
#   make check    all tests
#
# Both install what is missing through the package manager (make deps).

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
SAN     ?=
PYTHON  ?= /usr/bin/python3
MINUTES ?= 5
JOBS    ?= $(shell nproc)

# V=1 prints commands; QUIET=1 nothing but what goes wrong.
Q   := $(if $(V),,@)
SAY := $(if $(QUIET),@:,@echo)
BUILD_QUIETLY := $(MAKE) --no-print-directory -s -j$(JOBS) QUIET=1

comma := ,
BUILD := build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
MTA   := build/mta

PKGS      := glib-2.0 gio-2.0 gmime-3.0 libidn2 libpsl libcjson libcrypto
PKGS_EDGE := $(PKGS) sqlite3 libcurl
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
        -Wwrite-strings -Wundef -Werror
CFLAGS    ?= -O2 -g
SANITIZE  := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARN) -Iinclude -Imilter $(CFLAGS) $(SANITIZE) -pthread \
              $(shell pkg-config --cflags $(PKGS_EDGE) 2>/dev/null)
PURE_LIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread
EDGE_LIBS  := $(shell pkg-config --libs $(PKGS_EDGE) 2>/dev/null) -lunbound -lm -pthread

MAINS    := $(wildcard milter/*.c)
LIB_SRC  := $(filter-out $(MAINS),$(wildcard milter/*/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
LIB      := $(BUILD)/libtriage.a
PROGRAMS := $(MAINS:milter/%.c=$(BUILD)/%)

# Tests of pure files link neither libmilter nor curl nor SQLite: the linker is the proof.
EDGE_TESTS := $(wildcard tests/unit/edge_*.c)
PURE_TESTS := $(filter-out $(EDGE_TESTS),$(wildcard tests/unit/*.c))
UNIT       := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(PURE_TESTS) $(EDGE_TESTS))
DRIVERS    := $(patsubst tests/differential/%.c,$(BUILD)/tests/%,$(wildcard tests/differential/*.c))
FUZZERS    := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))

.PHONY: all deps deps-demo deps-test demo check check-long unit fuzz lint format conformance \
        check-hostile check-llama check-aimock check-http2 bench bench-read bench-auth bench-redact \
        bench-knowledge bench-llm bench-growth install clean
all: $(PROGRAMS)

deps:
	@contrib/deps/install build
deps-demo: deps
	@contrib/deps/install demo
	@contrib/deps/unpack $(MTA) postfix
deps-test: deps-demo
	@contrib/deps/install test
	@contrib/deps/unpack $(MTA) sendmail-bin sendmail-cf dovecot-core dovecot-imapd dovecot-sieve \
	                      opendkim opendmarc rspamd

# A second make, so that pkg-config is asked after it is installed.
demo: deps-demo
	@echo 'building triage-milter'
	@$(BUILD_QUIETLY) all
	@TRIAGE_BUILD=$(BUILD) $(PYTHON) contrib/demo/demo.py

check: deps-test
	@echo 'building programs and tests'
	@$(BUILD_QUIETLY) all unit $(if $(SAN),,fuzz)
	@TRIAGE_BUILD=$(BUILD) SAN=$(SAN) $(PYTHON) tests/run.py $(UNIT)

check-long: deps-test
	@echo 'building programs and tests'
	@$(BUILD_QUIETLY) all unit fuzz
	@TRIAGE_BUILD=$(BUILD) FUZZ_SECONDS=$$(($(MINUTES) * 60)) LONG=1 $(PYTHON) tests/run.py $(UNIT)

unit: $(UNIT) $(DRIVERS)
fuzz: $(FUZZERS)

conformance: deps-test
	@echo 'building programs and tests'
	@$(BUILD_QUIETLY) all $(BUILD)/tests/test_prompt_mustache_spec \
	                    $(BUILD)/tests/test_base_json_suite $(BUILD)/tests/test_auth_spf_suite
	@TRIAGE_BUILD=$(BUILD) $(PYTHON) tests/conformance.py $(SUITES)

# The same answers for the same SEED; what fails names the FROM that repeats it with COUNT=1.
SEED  ?= 1
FROM  ?= 0
COUNT ?= 1000000
check-hostile: deps-test
	@$(BUILD_QUIETLY) $(BUILD)/tests/test_hostile_answers
	@SEED=$(SEED) FROM=$(FROM) COUNT=$(COUNT) $(BUILD)/tests/test_hostile_answers

# Against engines of others, which are fetched or built below build/ first; skipped where they can't be.
check-llama check-aimock check-http2: check-%: deps-test
	@$(BUILD_QUIETLY) all
	@TRIAGE_BUILD=$(BUILD) PYTHON=$(PYTHON) LLAMA_SERVER=$(LLAMA_SERVER) tests/engines/run $*

bench: bench-read bench-auth bench-redact bench-knowledge bench-llm bench-growth
# MAILS: folders of .eml files to read.
MAILS ?= tests/corpus contrib/demo/mails
bench-read: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_read
	@$(BUILD)/tests/bench_read $(MAILS)
bench-redact: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_redact
	@$(BUILD)/tests/bench_redact
bench-auth: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_auth
	@$(BUILD)/tests/bench_auth
bench-llm: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_llm
	@$(BUILD)/tests/bench_llm
bench-growth: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_growth
	@$(BUILD)/tests/bench_growth
bench-knowledge: deps
	@$(BUILD_QUIETLY) $(BUILD)/tests/bench_knowledge
	@$(BUILD)/tests/bench_knowledge

lint:
	@contrib/deps/install build lint
	@$(PYTHON) tests/layers.py
	@tests/lint

format:
	find milter include tests -name "*.[ch]" -exec clang-format -i {} +

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(SAY) '  AR     $@'
	$(Q)ar rcs $@ $^

$(BUILD)/triage-milter: $(BUILD)/milter/triage-milter.o $(LIB)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(EDGE_LIBS) -lmilter
$(BUILD)/triagectl: $(BUILD)/milter/triagectl.o $(LIB)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(EDGE_LIBS)
$(BUILD)/tests/edge_%: $(BUILD)/tests/unit/edge_%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(EDGE_LIBS) -lcmocka
$(DRIVERS): $(BUILD)/tests/%: $(BUILD)/tests/differential/%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(PURE_LIBS)
$(BUILD)/tests/bench_%: $(BUILD)/tests/bench/bench_%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(EDGE_LIBS)
$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) '  CC     $@'
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(PURE_LIBS) -lcmocka

# Fuzzers are built whole, by clang: the library's objects need its coverage marks.
FUZZ_CFLAGS := $(filter-out -g -O2,$(ALL_CFLAGS)) -g -O1 -fsanitize=fuzzer-no-link,address,undefined
FUZZ_OBJ    := $(LIB_SRC:%.c=build/fuzz/%.o)
build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) '  CLANG  $@'
	$(Q)clang $(FUZZ_CFLAGS) -MMD -MP -c $< -o $@
build/fuzz/libtriage.a: $(FUZZ_OBJ)
	@rm -f $@
	$(SAY) '  AR     $@'
	$(Q)ar rcs $@ $^
build/fuzz/%: build/fuzz/tests/fuzz/%.o build/fuzz/libtriage.a
	$(SAY) '  CLANG  $@'
	$(Q)clang -fsanitize=fuzzer,address,undefined $^ -o $@ $(EDGE_LIBS)

install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,sbin bin share/man/man8 share/man/man1 share/man/man5)
	install -m 755 $(BUILD)/triage-milter $(DESTDIR)$(PREFIX)/sbin/
	install -m 755 $(BUILD)/triagectl $(DESTDIR)$(PREFIX)/bin/
	install -m 644 milter/triage-milter.8 $(DESTDIR)$(PREFIX)/share/man/man8/
	install -m 644 milter/triagectl.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 conf/triage-milter.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/triage-milter/,conf contrib)
	install -m 644 conf/*.conf conf/*.txt conf/*.sql $(DESTDIR)$(PREFIX)/share/triage-milter/conf/
	cp -R conf/replies $(DESTDIR)$(PREFIX)/share/triage-milter/conf/
	cp -R policies prompts $(DESTDIR)$(PREFIX)/share/triage-milter/
	cp -R $(addprefix contrib/,postfix sendmail sieve systemd tmpfiles) \
	    $(DESTDIR)$(PREFIX)/share/triage-milter/contrib/

clean:
	rm -rf build

.SECONDARY:
-include $(shell find $(BUILD)/milter $(BUILD)/tests build/fuzz -name '*.d' -type f 2>/dev/null)
