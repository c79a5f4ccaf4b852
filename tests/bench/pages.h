/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of a chosen page size: what is measured depends on it, so that all
 * contestants of a column take theirs from here.
 */
#ifndef TESTS_BENCH_PAGES_H
#define TESTS_BENCH_PAGES_H

#include <stdbool.h>
#include <stddef.h>

enum pages {
	PAGES_4K,
	PAGES_HUGE, /* of 2 MiB */
	PAGES_KINDS,
};

#define PAGES_HUGE_SIZE ((size_t)2 << 20)

/*
 * Zeroed memory, aligned to 2 MiB and touched, so that its pages are there.
 * The size is rounded up to 2 MiB. Ends the program when there is none.
 */
void *pages_alloc(enum pages kind, size_t size);

/* How a kind was made, for the reader. */
const char *pages_how(enum pages kind);

/*
 * True when every page handed out so far is of the size it was asked for, by
 * /proc/self/smaps.
 */
bool pages_check(enum pages kind);

#endif
