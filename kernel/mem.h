/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot memory: all free RAM, given out once.
 *
 * Two users share it without a border between them. dma_alloc() (dma.h) takes
 * pages from the top of the smallest range that fits; malloc()'s heap grows
 * from the bottom of the largest range until the two meet. When set-up ends,
 * mem_lock() closes dma_alloc(), and what is left belongs to the heap.
 *
 * Order: mem_init(), paging_init(), which calls mem_mapped(), then dma_alloc()
 * and malloc() in any order, then mem_lock().
 */
#ifndef KERNEL_MEM_H
#define KERNEL_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "boot/bootinfo.h"

struct mem_stats {
	uint64_t total;     /* bytes of RAM that were free when we booted */
	uint64_t dma;       /* given out by dma_alloc(), rounding included */
	uint64_t heap;      /* what the heap has, or can still grow to */
	uint64_t heap_used; /* of it, what malloc() has asked for so far */
	uint64_t stranded;  /* in ranges that the heap cannot reach */
};

/* Finds the free RAM. Until mem_mapped() only RAM below 4 GiB is given out. */
void mem_init(const struct bootinfo *bi);

/* All RAM is mapped: opens RAM above 4 GiB, and the heap. */
void mem_mapped(void);

/* Ends set-up: dma_alloc() fails from here on. */
void mem_lock(void);

/* Moves the end of the heap; returns the old end, or NULL. For _sbrk(). */
void *mem_sbrk(ptrdiff_t increment);

void mem_stats(struct mem_stats *out);

#endif
