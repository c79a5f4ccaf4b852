/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end: a broken invariant or an unexpected exception, on any processor.
 * The first to get here stops all others. Prints registers and
 * a backtrace with symbols to the serial port, the screen and the memory ring,
 * waits 5 s and reboots. Works from any state after cpu_init().
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdbool.h>

struct trap_frame;

_Noreturn void panic(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* Where every exception ends up; called by traps.S. */
_Noreturn void trap_panic(const struct trap_frame *f);

/* For broken invariants only, never for bad input. */
#define KASSERT(cond)                                                          \
	do {                                                                   \
		if (!(cond))                                                   \
			panic("%s:%d: %s does not hold", __FILE__, __LINE__,   \
			    #cond);                                            \
	} while (0)

#endif
