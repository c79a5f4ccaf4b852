/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts instructions (steps.h) by the processor's trap flag: each one ends in
 * a SIGTRAP. So it needs neither counters, which virtual machines often lack,
 * nor an emulator, which would know fewer instructions than the processor.
 */
#include "tests/bench/steps.h"

#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t steps;

static void
on_trap(int signal)
{
	(void)signal;
	steps++;
}

/* The flag counts from the instruction after the one that sets it. */
static inline void
trap_flag(bool on)
{
	if (on)
		__asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq" ::
				     : "memory", "cc");
	else
		__asm__ volatile("pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq" ::
				     : "memory", "cc");
}

double
steps_per_lookup(
    const struct engine *e, const struct dests *d, uint32_t n, uint32_t burst)
{
	struct sigaction action = { .sa_handler = on_trap }, before;
	struct dests some = *d;

	some.n = n;
	e->pass(e, &some, burst); /* the linker is done with it */
	steps = 0;
	if (sigaction(SIGTRAP, &action, &before) != 0)
		return 0;
	trap_flag(true);
	e->pass(e, &some, burst);
	trap_flag(false);
	sigaction(SIGTRAP, &before, NULL);
	return (double)steps / n;
}
