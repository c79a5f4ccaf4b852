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

BENCH_SOURCES := $(wildcard tests/bench/*.c) \
	$(filter-out tests/tables/maketable.c,$(wildcard tests/tables/*.c))
BENCH_OBJS := $(addprefix $(BENCH)/,$(BENCH_SOURCES:.c=.o) \
	$(filter net/fib% net/addr%,$(NET_OBJS)))

$(BENCH)/tests/bench/peer%.o: EXTRA_CFLAGS = $(PEER_CFLAGS)
$(BENCH)/%.o: %.c mk/bench.mk mk/flags.mk $(B)/deps-bench
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
