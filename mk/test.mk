# SPDX-License-Identifier: BSD-2-Clause
#
# `make test`: checks of the tree, unit tests and fuzzers on the host, the ISO
# itself in QEMU, and other people's drivers on our 82599. tests/run.py runs
# them all and counts.
#
# A unit test is one cmocka program, tests/unit/test_NAME.c. Comments in it
# name what it is linked from:
#   objects: net/fib.c net/addr.c     sources of the tree
#   libs: lwip llhttp cjson zlib      other people's code
#   libs: router                      net/ and control/
#   libs: i82599                      the model in tests/82599
#   libs: fib                         the FIB, net/fib*.c
#   libs: rib                         the RIB, control/rib*.c
#   libs: routes                      what reads route files, and zlib
#   libs: tables                      route tables, tests/tables
#   libs: frames                      frames through it all, tests/frames
#   wrap: malloc realloc              symbols that the linker wraps
#   sanitize: thread                  run under ThreadSanitizer, too
#   sanitize: none                    run without any, for its length
# A fuzzer, tests/fuzz/fuzz_NAME.c, says the same.

H := $(B)/host

HOST_WARNINGS := $(WARNINGS) -Wno-unused-parameter
HOST_CFLAGS = -std=gnu11 -O1 -g -DBAREWIRE_HOST -I. -I$(B) \
	-fno-omit-frame-pointer $(LWIP_INCLUDES) $(LLHTTP_INCLUDES) \
	$(CJSON_INCLUDES) $(ZLIB_INCLUDES) -DLLHTTP_STRICT_MODE=1
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
ASAN_CC := $(CC) $(SANITIZE)
# It does not follow fences, which our code uses where it has atomics, too.
TSAN_CC := $(CC) -fsanitize=thread -Wno-tsan
FUZZ_CC := clang-14 $(SANITIZE)
PLAIN_CC := $(CC)
PLAIN_CC_FLAGS := -O2

UNIT_TESTS := $(sort $(wildcard tests/unit/test_*.c))
FUZZERS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
UNIT_BINS := $(UNIT_TESTS:tests/unit/%.c=$(H)/unit/%)
# $(call sanitized,WORD): the tests that say "sanitize: WORD".
sanitized = $(foreach t,$(UNIT_TESTS), \
	$(if $(filter $(1),$(call words-of,$(t),sanitize)),$(t)))
TSAN_TESTS = $(call sanitized,thread)
PLAIN_TESTS = $(call sanitized,none)
FUZZ_BINS := $(FUZZERS:tests/fuzz/%.c=$(H)/fuzz/%)

# $(call words-of,FILE,KEY): the words after "KEY:" in FILE's comments.
words-of = $(shell awk -v key='$(2):' -f mk/words-of.awk $(1))

HOST_LIBS_lwip := $(LWIP_OBJS)
# Ours around it, for tests that bring a router of their own.
HOST_LIBS_stack := $(LWIP_PORT_OBJS)
HOST_LIBS_llhttp := $(LLHTTP_OBJS)
HOST_LIBS_cjson := $(CJSON_OBJS)
# Tests pack, too.
HOST_LIBS_zlib := $(ZLIB_OBJS) zlib/deflate.o zlib/trees.o
HOST_LIBS_routes := $(filter control/gunzip% control/mrt% control/route_%, \
	$(CONTROL_OBJS)) $(ZLIB_OBJS)
HOST_LIBS_rib := $(filter control/rib%,$(CONTROL_OBJS))
HOST_LIBS_fib := $(filter net/fib%,$(NET_OBJS))
# The router, for tests that bring ports and a stack of their own.
HOST_LIBS_router := $(NET_OBJS) $(ZLIB_OBJS) \
	$(filter-out control/config_load% control/system%,$(CONTROL_OBJS))
# The model of the 82599 without its shells.
HOST_LIBS_i82599 := $(patsubst %.c,%.o,$(filter-out \
	tests/82599/qemu% tests/82599/inprocess%,$(wildcard tests/82599/*.c)))
# With the local stack, for tests of the whole.
HOST_LIBS_frames := $(patsubst %.c,%.o,$(filter-out \
	tests/frames/sendframes.c,$(wildcard tests/frames/*.c lwip-port/*.c)))
HOST_LIBS_tables := $(patsubst %.c,%.o,$(filter-out tests/tables/maketable.c, \
	$(wildcard tests/tables/*.c)))

# $(call host-objects,DIR,FILE): its objects, below DIR.
host-objects = $(addprefix $(1)/,$(2:.c=.o) \
	$(patsubst %.c,%.o,$(call words-of,$(2),objects)) \
	$(foreach l,$(call words-of,$(2),libs),$(HOST_LIBS_$(l))))
host-wraps = $(patsubst %,-Wl$(,)--wrap=%,$(call words-of,$(1),wrap))
, := ,

define host-cc
@mkdir -p $(@D)
@$(1) -c -o $@ $<
endef

# $(call host-compile,DIR,COMPILER): COMPILER is the name of a variable, since
# its value has a comma.
HOST_RULES := mk/test.mk $(B)/sources.id
define host-compile
$(1)/%.o: %.c $(HOST_RULES) | $(B)/version.h $(B)/deps-test
	$$(call host-cc,$$($(2)) $$(HOST_CFLAGS) $$($(2)_FLAGS) \
		$$(HOST_WARNINGS) $$(DEPFLAGS))
$(1)/lwip/%.o: $(LWIP_DIR)/src/%.c $(HOST_RULES) $(LWIP_CONFIG) | $(B)/deps-test
	$$(call host-cc,$$($(2)) $$(HOST_CFLAGS) -w $$(DEPFLAGS) \
		$$(LWIP_FLAGS_$$(notdir $$*)))
$(1)/llhttp/%.o: $(LLHTTP_DIR)/%.c $(HOST_RULES) | $(B)/deps-test
	$$(call host-cc,$$($(2)) $$(HOST_CFLAGS) -w $$(DEPFLAGS))
$(1)/cjson/%.o: $(CJSON_DIR)/%.c $(HOST_RULES) | $(B)/deps-test
	$$(call host-cc,$$($(2)) $$(HOST_CFLAGS) -w $$(DEPFLAGS))
$(1)/zlib/%.o: $(ZLIB_DIR)/%.c $(HOST_RULES) | $(B)/deps-test
	$$(call host-cc,$$($(2)) $$(HOST_CFLAGS) -w $$(DEPFLAGS))
endef
FUZZ_OBJ_CC := $(FUZZ_CC) -fsanitize=fuzzer-no-link
$(eval $(call host-compile,$(H)/asan,ASAN_CC))
$(eval $(call host-compile,$(H)/fuzzobj,FUZZ_OBJ_CC))
$(eval $(call host-compile,$(H)/tsan,TSAN_CC))
$(eval $(call host-compile,$(H)/plain,PLAIN_CC))

define unit-link
$(H)/unit/$(notdir $(1:.c=)): $(call host-objects,$(H)/asan,$(1))
	@mkdir -p $$(@D)
	@$(ASAN_CC) $(call host-wraps,$(1)) -o $$@ $$^ -lcmocka -lm
endef
define tsan-link
UNIT_BINS += $(H)/unit/$(notdir $(1:.c=)).tsan
$(H)/unit/$(notdir $(1:.c=)).tsan: $(call host-objects,$(H)/tsan,$(1))
	@mkdir -p $$(@D)
	@$(TSAN_CC) $(call host-wraps,$(1)) -o $$@ $$^ -lcmocka -lm
endef
define plain-link
$(H)/unit/$(notdir $(1:.c=)): $(call host-objects,$(H)/plain,$(1))
	@mkdir -p $$(@D)
	@$(PLAIN_CC) $(call host-wraps,$(1)) -o $$@ $$^ -lcmocka -lm
endef
define fuzz-link
$(H)/fuzz/$(notdir $(1:.c=)): $(call host-objects,$(H)/fuzzobj,$(1))
	@mkdir -p $$(@D)
	@$(FUZZ_CC) -fsanitize=fuzzer -o $$@ $$^
endef
ifneq ($(filter test unit fuzz,$(GOALS)),)
$(foreach t,$(filter-out $(PLAIN_TESTS),$(UNIT_TESTS)), \
	$(eval $(call unit-link,$(t))))
$(foreach t,$(PLAIN_TESTS),$(eval $(call plain-link,$(t))))
$(foreach t,$(TSAN_TESTS),$(eval $(call tsan-link,$(t))))
$(foreach t,$(FUZZERS),$(eval $(call fuzz-link,$(t))))
-include $(shell find $(H) -name '*.d' 2>/dev/null)
endif

# Writes route tables; no package but the compiler is needed.
$(B)/maketable: $(wildcard tests/tables/*.c tests/tables/*.h) net/addr.c \
    net/addr.h net/fib.h | $(B)/deps-build
	@$(PLAIN_CC) $(PLAIN_CC_FLAGS) -std=gnu11 -I. $(HOST_WARNINGS) -o $@ \
		$(filter %.c,$^)

# Sends random frames; no package but the compiler is needed.
SENDFRAMES := $(addprefix tests/frames/,draft.c judge.c mend.c random.c \
	random_ip.c sendframes.c)
$(B)/sendframes: $(SENDFRAMES) $(wildcard tests/frames/*.h net/addr.h) \
    | $(B)/deps-build
	@$(PLAIN_CC) $(PLAIN_CC_FLAGS) -std=gnu11 -I. $(HOST_WARNINGS) -o $@ \
		$(SENDFRAMES)

# Debian's kernel, as a link into the cache; looked after each time, since a
# cache may be emptied.
$(B)/linux: mk/linux.sh $(B)/deps-test FORCE
	@linux=$$(mk/linux.sh) && ln -sfn "$$linux" $@

.PHONY: test unit fuzz peers conformance conformance-linux conformance-page
test: $(B)/barewire.iso $(B)/deps-test $(UNIT_BINS) $(FUZZ_BINS) $(B)/linux \
    $(B)/maketable $(B)/sendframes $(QEMU_82599)
	@$(PYTHON) tests/run.py
# Parts of it, for the time between.
unit: $(B)/deps-test $(UNIT_BINS)
	@$(PYTHON) tests/run.py unit
fuzz: $(B)/deps-test $(FUZZ_BINS)
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(PYTHON) tests/run.py fuzz
peers: $(B)/deps-test $(B)/linux $(QEMU_82599)
	@$(PYTHON) tests/run.py peers
conformance: $(B)/barewire.iso $(B)/deps-test $(QEMU_82599)
	@$(PYTHON) tests/run.py conformance
# The same clauses put to Debian's kernel.
conformance-linux: $(B)/deps-test $(B)/linux
	@$(PYTHON) tests/run.py conformance-linux
# The page of the clauses, with what came of them here. First without results,
# since the tests read it. It is written in any case: what fails shows on it.
conformance-page: $(B)/barewire.iso $(B)/deps-test $(B)/linux $(QEMU_82599)
	@rm -rf $(B)/conformance
	@$(PYTHON) tests/conformance/page.py
	@$(PYTHON) tests/run.py conformance conformance-linux || true
	@$(PYTHON) tests/conformance/page.py
