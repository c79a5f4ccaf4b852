/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic on sets of physical address ranges: what the firmware's memory
 * map, which may overlap itself and come in any order, really leaves free.
 * Pure: no hardware, no globals.
 */
#ifndef KERNEL_MEMMAP_H
#define KERNEL_MEMMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/bootinfo.h"

enum { MEMMAP_MAX = 512, MEMMAP_PAGE = 4096 };

/* The identity map ends where the lower half of the address space does. */
#define MEMMAP_LIMIT (1ull << 47)

/* Half open: base <= address < end. */
struct mem_range {
	uint64_t base;
	uint64_t end;
};

struct memmap {
	uint32_t count;
	struct mem_range range[MEMMAP_MAX];
};

/*
 * The whole pages that entries of a type in `types` (a set of 1u << type)
 * cover and no other entry touches; sorted, merged, disjoint. Ranges beyond
 * MEMMAP_MAX are left out.
 */
void memmap_collect(
    struct memmap *m, const struct boot_mem *in, uint32_t n, uint32_t types);

/* Takes away every page that [base, base + size) touches. */
void memmap_remove(struct memmap *m, uint64_t base, uint64_t size);

/*
 * Takes `size` bytes aligned to `align` (a power of two, at least a page) from
 * the top of the smallest range that has them below `limit`. Returns the
 * address, or 0 when there is none.
 */
uint64_t memmap_take(
    struct memmap *m, uint64_t size, uint64_t align, uint64_t limit);

bool memmap_contains(const struct memmap *m, uint64_t base, uint64_t size);
uint64_t memmap_total(const struct memmap *m);

#endif
