# SPDX-License-Identifier: BSD-2-Clause
#
# `make bench-fib`: the FIB next to DPDK's, docs/bench.md. The product's sources
# are compiled with the kernel's flags, but for the code model, which programs
# of Linux cannot have; the rest of the program likewise.

BENCH := $(B)/bench
BENCH_CODEGEN = $(filter-out -mcmodel=kernel,$(KERNEL_CODEGEN)) -D_GNU_SOURCE \
	-I. -I$(B)
# The peers' headers are not ours, and what they inline is built as they are.
PEER_CFLAGS = -O3 $(subst -I,-isystem ,$(shell pkg-config --cflags libdpdk))
PEER_LIBS := -lrte_fib -lrte_rib -lrte_lpm -lrte_eal

BENCH_SOURCES := $(wildcard tests/bench/*.c) tests/unit/log_stub.c \
	$(filter-out tests/tables/maketable.c,$(wildcard tests/tables/*.c))
# What a table goes through from file to FIB.
BENCH_PARTS := net/fib% net/addr% net/nexthop% control/rib% control/route_% \
	control/mrt% control/gunzip% control/config_args% control/config_error% \
	control/config_lex% control/ip_class% control/iptext%
BENCH_OBJS := $(addprefix $(BENCH)/,$(BENCH_SOURCES:.c=.o) $(ZLIB_OBJS) \
	$(filter $(BENCH_PARTS),$(NET_OBJS) $(CONTROL_OBJS)))

$(BENCH)/tests/bench/peer%.o: EXTRA_CFLAGS = $(PEER_CFLAGS)
$(BENCH)/control/gunzip.o: EXTRA_CFLAGS = $(ZLIB_INCLUDES)
$(BENCH)/zlib/%.o: $(ZLIB_DIR)/%.c mk/bench.mk mk/flags.mk $(B)/deps-bench
	@mkdir -p $(@D)
	@$(CC) $(BENCH_CODEGEN) -w -c -o $@ $<
$(BENCH)/%.o: %.c mk/bench.mk mk/flags.mk $(B)/deps-bench | $(B)/version.h
	@echo "  CC      $@"
	@mkdir -p $(@D)
	@$(CC) $(BENCH_CODEGEN) $(EXTRA_CFLAGS) $(WARNINGS) $(DEPFLAGS) -c \
		-o $@ $<
$(BENCH)/bench_fib: $(BENCH_OBJS)
	@$(CC) -no-pie -o $@ $^ $(PEER_LIBS) -lm -lpthread

.PHONY: bench bench-fib
bench: bench-fib
bench-fib: $(BENCH)/bench_fib
	@$<

-include $(BENCH_OBJS:.o=.d)
