/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot allocator and the heap's end, both cut from one set of ranges.
 */
#include "kernel/mem.h"

#include <stdbool.h>
#include <string.h>

#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/memmap.h"
#include "kernel/paging.h"

#define LOW_MEMORY (1ull << 20) /* firmware's, and the processors' trampoline  \
	                         */
#define LIMIT_4G (1ull << 32)

static struct memmap free_ram;
static uint64_t total, dma_used;
static uint64_t heap_start, heap_end; /* end: the base of what is unused */
static uint64_t limit = LIMIT_4G;
static bool locked;

void
mem_init(const struct bootinfo *bi)
{
	uint64_t base, size;
	uint32_t i;

	memmap_collect(
	    &free_ram, bi->mem, bi->mem_count, 1u << BOOT_MEM_USABLE);
	memmap_remove(&free_ram, 0, LOW_MEMORY);
	memmap_remove(&free_ram, bi->kernel_base, KERNEL_BLOCK_SIZE);
	memmap_remove(&free_ram, (uint64_t)(uintptr_t)bi, sizeof(*bi));
	for (i = 0; i < bi->file_count; i++)
		memmap_remove(&free_ram, bi->file[i].addr, bi->file[i].size);
	log_region(&base, &size);
	memmap_remove(&free_ram, base, size);
	total = memmap_total(&free_ram);
	log_info("mem", "%llu KiB free in %u ranges",
	    (unsigned long long)total / 1024, (unsigned)free_ram.count);
}

static struct mem_range *
largest_range(void)
{
	struct mem_range *r, *best = NULL;
	uint64_t most = 0;
	uint32_t i;

	for (i = 0; i < free_ram.count; i++) {
		r = &free_ram.range[i];
		if (r->end - r->base > most) {
			most = r->end - r->base;
			best = r;
		}
	}
	return best;
}

void
mem_mapped(void)
{
	struct mem_range *r = largest_range();

	limit = MEMMAP_LIMIT;
	if (r == NULL) {
		log_error("mem", "no memory for the heap");
		return;
	}
	heap_start = heap_end = r->base;
}

void
mem_lock(void)
{
	struct mem_stats s;

	locked = true;
	mem_stats(&s);
	log_info("mem",
	    "locked: %llu KiB for devices, %llu KiB for the heap, "
	    "%llu KiB out of reach",
	    (unsigned long long)s.dma / 1024, (unsigned long long)s.heap / 1024,
	    (unsigned long long)s.stranded / 1024);
}

void *
dma_alloc(size_t size, size_t align)
{
	uint64_t at, before = memmap_total(&free_ram);
	void *p;

	if (locked) {
		log_error("mem", "%zu bytes asked for after set-up", size);
		return NULL;
	}
	if (align < MEMMAP_PAGE)
		align = MEMMAP_PAGE;
	at = memmap_take(&free_ram, size, align, limit);
	if (at == 0) {
		log_error(
		    "mem", "no %zu bytes aligned to %zu left", size, align);
		return NULL;
	}
	dma_used += before - memmap_total(&free_ram);
	p = (void *)(uintptr_t)at;
	memset(p, 0, size);
	return p;
}

/* The unused part of the heap's range: it begins where the heap ends. */
static struct mem_range *
heap_rest(void)
{
	uint32_t i;

	for (i = 0; heap_end != 0 && i < free_ram.count; i++) {
		if (free_ram.range[i].base == heap_end)
			return &free_ram.range[i];
	}
	return NULL;
}

void *
mem_sbrk(ptrdiff_t increment)
{
	struct mem_range *r = heap_rest();
	uint64_t old = heap_end;

	if (r == NULL)
		return NULL;
	if (increment >= 0 ? (uint64_t)increment > r->end - r->base
			   : (uint64_t)-increment > heap_end - heap_start)
		return NULL;
	r->base += (uint64_t)increment;
	heap_end = r->base;
	return (void *)(uintptr_t)old;
}

void
mem_stats(struct mem_stats *out)
{
	const struct mem_range *r = heap_rest();
	uint64_t unused = r == NULL ? 0 : r->end - r->base;

	out->total = total;
	out->dma = dma_used;
	out->heap_used = heap_end - heap_start;
	out->heap = out->heap_used + unused;
	out->stranded = memmap_total(&free_ram) - unused;
}
