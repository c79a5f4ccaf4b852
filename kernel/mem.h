/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot memory: all free RAM, given out once.
 *
 * Two users share it without a border between them. dma_alloc() (dma.h) gives
 * devices memory whose pointer is its physical address. malloc()'s heap is a
 * stretch of addresses of its own, which takes in RAM, wherever it is, as it
 * grows: no hole in the memory map is in its way. It is no DMA memory. Its
 * pages are large ones (2 MiB) as long as there are any; the identity map that
 * dma_alloc()'s pointers are in has the largest that the processor knows.
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
	uint64_t total;      /* bytes of RAM that were free when we booted */
	uint64_t files;      /* in files of the config volume; not in `total` */
	uint64_t dma;        /* given out by dma_alloc(), rounding included */
	uint64_t heap;       /* what the heap has, or can still grow to */
	uint64_t heap_used;  /* of it, what malloc() has asked for so far */
	uint64_t heap_small; /* of it, what is mapped by pages of 4 KiB */
};

/* Finds the free RAM. Until mem_mapped() only RAM below 4 GiB is given out. */
void mem_init(const struct bootinfo *bi);

/* All RAM is mapped: opens RAM above 4 GiB, and the heap. */
void mem_mapped(void);

/* Ends set-up: dma_alloc() fails from here on. */
void mem_lock(void);

/* A zeroed page for a page table, at any time. NULL when memory is out. */
void *mem_page(void);

/* Moves the end of the heap; returns the old end, or NULL. For _sbrk(). */
void *mem_sbrk(ptrdiff_t increment);

void mem_stats(struct mem_stats *out);

/* A log line: how much of the heap is used. */
void mem_log(void);

#endif
