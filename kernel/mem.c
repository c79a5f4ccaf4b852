/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot allocator and the heap's end, both cut from one set of ranges.
 */
#include "kernel/mem.h"

#include <stdbool.h>
#include <string.h>

#include "kernel/cpu.h"
#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/memmap.h"
#include "kernel/paging.h"

#define LOW_MEMORY                                                             \
	(1ull << 20) /* firmware's, and the processors' trampoline             \
	              */
#define LIMIT_4G (1ull << 32)

/* The heap grows by large pages while there are any. */
#define HEAP_STEP (2ull << 20)

static struct memmap free_ram;
static uint64_t total, dma_used, files;
static uint64_t heap_end = HEAP_BASE, heap_mapped = HEAP_BASE, heap_small;
static uint64_t limit = LIMIT_4G;
static bool mapped, locked;

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
	for (i = 0; i < bi->file_count; i++) {
		memmap_remove(&free_ram, bi->file[i].addr, bi->file[i].size);
		files += bi->file[i].size;
	}
	log_region(&base, &size);
	memmap_remove(&free_ram, base, size);
	total = memmap_total(&free_ram);
	log_info("mem", "%llu KiB free in %u ranges",
	    (unsigned long long)total / 1024, (unsigned)free_ram.count);
}

void
mem_mapped(void)
{
	limit = MEMMAP_LIMIT;
	mapped = true;
}

void
mem_lock(void)
{
	struct mem_stats s;

	locked = true;
	mem_stats(&s);
	log_info("mem",
	    "locked: %llu KiB of files, %llu KiB for devices, "
	    "%llu KiB for the heap",
	    (unsigned long long)s.files / 1024,
	    (unsigned long long)s.dma / 1024,
	    (unsigned long long)s.heap / 1024);
}

void
mem_log(void)
{
	struct mem_stats s;

	mem_stats(&s);
	log_info("mem",
	    "heap: %llu KiB used, %llu KiB left; %llu KiB in small pages",
	    (unsigned long long)s.heap_used / 1024,
	    (unsigned long long)(s.heap - s.heap_used) / 1024,
	    (unsigned long long)s.heap_small / 1024);
}

void *
mem_page(void)
{
	uint64_t at = memmap_take(&free_ram, PAGE_SIZE, PAGE_SIZE, limit);

	if (at == 0)
		return NULL;
	return memset((void *)(uintptr_t)at, 0, PAGE_SIZE);
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
	if (align < PAGE_SIZE)
		align = PAGE_SIZE;
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

/* Maps more RAM behind the heap: a large page, or a small one at the worst. */
static bool
heap_extend(void)
{
	uint64_t size = HEAP_STEP, at = 0;

	if ((heap_mapped & (HEAP_STEP - 1)) == 0)
		at = memmap_take(&free_ram, size, size, limit);
	if (at == 0) {
		size = PAGE_SIZE;
		at = memmap_take(&free_ram, size, size, limit);
	}
	if (at == 0 || !paging_map_heap(heap_mapped, at, size))
		return false;
	heap_mapped += size;
	if (size < HEAP_STEP)
		heap_small += size;
	return true;
}

void *
mem_sbrk(ptrdiff_t increment)
{
	uint64_t old = heap_end, end = old + (uint64_t)increment;

	if (!mapped || end < HEAP_BASE || end >= HEAP_LIMIT)
		return NULL;
	/* Refused as a whole before anything is taken. */
	if (end > heap_mapped && end - heap_mapped > memmap_total(&free_ram))
		return NULL;
	while (end > heap_mapped) {
		if (!heap_extend())
			return NULL;
	}
	heap_end = end;
	/* newlib's calloc() takes new memory for zeroed. */
	if (end > old)
		memset((void *)(uintptr_t)old, 0, end - old);
	return (void *)(uintptr_t)old;
}

void
mem_stats(struct mem_stats *out)
{
	out->total = total;
	out->files = files;
	out->dma = dma_used;
	out->heap_used = heap_end - HEAP_BASE;
	out->heap = heap_mapped - HEAP_BASE + memmap_total(&free_ram);
	out->heap_small = heap_small;
}
