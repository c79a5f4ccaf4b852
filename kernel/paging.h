/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's page tables (Intel SDM volume 3, chapter 4, 4-level paging):
 *
 * - RAM, identity-mapped, writable, never executable; ACPI's part read only.
 *   Page 0 and the kernel's own block are left out: NULL faults, and no
 *   address but its own reaches the kernel's text.
 * - the kernel's image by pages of 4 KiB, none both writable and executable.
 * - device registers, uncached, in a window of their own.
 * - malloc()'s heap, in another.
 */
#ifndef KERNEL_PAGING_H
#define KERNEL_PAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/bootinfo.h"

/* The image, bss included, fills one large page at most. */
#define KERNEL_VMA        0xffffffff80200000ull
#define KERNEL_BLOCK_SIZE (2ull << 20)

/*
 * Builds and loads the tables. Needs mem_init(); panics without memory.
 * Moves the screen to its final mapping and opens all RAM (mem_mapped()).
 */
void paging_init(const struct bootinfo *bi);

/* Loads the same tables, and what they rely on, on another processor. */
void paging_load(void);

/* The tables' physical address, for CR3. */
uint64_t paging_root(void);

/* The physical address of what is in the kernel's image. */
uint64_t paging_image_address(const void *p);

/* Where malloc()'s heap lives, and its way to get pages there (mem.c). */
#define HEAP_BASE  0xffffd00000000000ull
#define HEAP_LIMIT 0xffffe00000000000ull
bool paging_map_heap(uint64_t va, uint64_t pa, uint64_t size);

/*
 * Maps device registers uncached. Any physical address, no alignment needed;
 * each call makes a mapping of its own. NULL and a log line when memory for
 * page tables is out.
 */
volatile void *paging_map_mmio(uint64_t phys, uint64_t size);

/* The same, write-combining, for framebuffers. */
void *paging_map_wc(uint64_t phys, uint64_t size);

/*
 * Makes firmware tables readable at their physical address. False when they
 * are out of bounds (page 0, beyond 47 bits) or memory is out.
 */
bool paging_map_firmware(uint64_t phys, uint64_t size);

/* Takes one page out of the tables. */
void paging_guard(const void *page);

/* Whether an address is in a page that paging_guard() took out. */
bool paging_is_guard(uint64_t address);

/* Whether [p, p + size) can be read. Safe in a panic. */
bool paging_readable(const void *p, size_t size);

#endif
