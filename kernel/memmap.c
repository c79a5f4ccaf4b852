/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of physical address ranges, kept as a sorted array of disjoint ranges.
 * The sets are small and used at boot only, so everything is a linear walk.
 */
#include "kernel/memmap.h"

#include <string.h>

static uint64_t
page_up(uint64_t a)
{
	return (a + MEMMAP_PAGE - 1) & ~(uint64_t)(MEMMAP_PAGE - 1);
}

static uint64_t
page_down(uint64_t a)
{
	return a & ~(uint64_t)(MEMMAP_PAGE - 1);
}

/* The end of a range that may run past the top of the address space. */
static uint64_t
clipped_end(uint64_t base, uint64_t size)
{
	if (base >= MEMMAP_LIMIT || size > MEMMAP_LIMIT - base)
		return MEMMAP_LIMIT;
	return base + size;
}

/* Opens a gap at index i. Returns false when the array is full. */
static bool
insert(struct memmap *m, uint32_t i, uint64_t base, uint64_t end)
{
	if (m->count == MEMMAP_MAX)
		return false;
	memmove(&m->range[i + 1], &m->range[i],
	    (m->count - i) * sizeof(m->range[0]));
	m->range[i] = (struct mem_range){ base, end };
	m->count++;
	return true;
}

static void
drop(struct memmap *m, uint32_t i)
{
	m->count--;
	memmove(&m->range[i], &m->range[i + 1],
	    (m->count - i) * sizeof(m->range[0]));
}

/* Adds a range, merging it with those that it overlaps or touches. */
static void
add(struct memmap *m, uint64_t base, uint64_t end)
{
	uint32_t i = 0;

	while (i < m->count && m->range[i].end < base)
		i++;
	while (i < m->count && m->range[i].base <= end) {
		if (m->range[i].base < base)
			base = m->range[i].base;
		if (m->range[i].end > end)
			end = m->range[i].end;
		drop(m, i);
	}
	insert(m, i, base, end);
}

/* Rounds every range inwards to whole pages and drops the empty ones. */
static void
whole_pages(struct memmap *m)
{
	uint32_t i = 0;

	while (i < m->count) {
		m->range[i].base = page_up(m->range[i].base);
		m->range[i].end = page_down(m->range[i].end);
		if (m->range[i].base >= m->range[i].end)
			drop(m, i);
		else
			i++;
	}
}

void
memmap_collect(
    struct memmap *m, const struct boot_mem *in, uint32_t n, uint32_t types)
{
	uint32_t i;

	m->count = 0;
	for (i = 0; i < n; i++) {
		if (in[i].type < 32 && (types & 1u << in[i].type) &&
		    in[i].size != 0 && in[i].base < MEMMAP_LIMIT)
			add(m, in[i].base, clipped_end(in[i].base, in[i].size));
	}
	whole_pages(m);
	for (i = 0; i < n; i++) {
		if (in[i].type >= 32 || !(types & 1u << in[i].type))
			memmap_remove(m, in[i].base, in[i].size);
	}
}

void
memmap_remove(struct memmap *m, uint64_t base, uint64_t size)
{
	uint64_t end;
	uint32_t i = 0;
	struct mem_range *r;

	if (size == 0 || base >= MEMMAP_LIMIT)
		return;
	end = page_up(clipped_end(base, size));
	base = page_down(base);
	while (i < m->count) {
		r = &m->range[i];
		if (r->end <= base || r->base >= end) {
			i++;
		} else if (r->base >= base && r->end <= end) {
			drop(m, i);
		} else if (r->base >= base) {
			r->base = end;
			i++;
		} else {
			/* A full array loses the tail, never keeps too much. */
			if (r->end > end)
				insert(m, i + 1, end, r->end);
			m->range[i].end = base;
			i++;
		}
	}
}

/* Where an allocation from the top of r starts, or 0. */
static uint64_t
place(const struct mem_range *r, uint64_t size, uint64_t align, uint64_t limit)
{
	uint64_t end = r->end < limit ? r->end : limit, at;

	if (end <= r->base || end - r->base < size)
		return 0;
	at = (end - size) & ~(align - 1);
	return at >= r->base ? at : 0;
}

uint64_t
memmap_take(struct memmap *m, uint64_t size, uint64_t align, uint64_t limit)
{
	uint64_t at, end, found = 0, length, smallest = UINT64_MAX;
	uint32_t i, best = 0;

	size = page_up(size);
	if (size == 0)
		return 0;
	for (i = 0; i < m->count; i++) {
		length = m->range[i].end - m->range[i].base;
		at = place(&m->range[i], size, align, limit);
		if (at != 0 && length < smallest) {
			found = at;
			best = i;
			smallest = length;
		}
	}
	if (found == 0)
		return 0;
	end = m->range[best].end;
	m->range[best].end = found;
	if (found + size < end)
		insert(m, best + 1, found + size, end);
	return found;
}

bool
memmap_contains(const struct memmap *m, uint64_t base, uint64_t size)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		if (base >= m->range[i].base && base <= m->range[i].end &&
		    size <= m->range[i].end - base)
			return true;
	}
	return false;
}

uint64_t
memmap_total(const struct memmap *m)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < m->count; i++)
		sum += m->range[i].end - m->range[i].base;
	return sum;
}
