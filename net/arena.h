/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory handed in from outside, given out from the front, freed as a whole.
 */
#ifndef NET_ARENA_H
#define NET_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
	uint8_t *base;
	size_t size;
	size_t used;
};

/* `align` is a power of two, and holds if `base` is so aligned. NULL when the
 * arena is full. Not zeroed. */
static inline void *
arena_alloc(struct arena *a, size_t size, size_t align)
{
	size_t start = (a->used + align - 1) & ~(align - 1);

	if (start > a->size || size > a->size - start)
		return 0;
	a->used = start + size;
	return a->base + start;
}

#endif
