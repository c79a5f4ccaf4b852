/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory map of struct bootinfo. Freestanding: the UEFI loader, which has
 * no libc, and the kernel both link this file.
 */
#include "boot/memory.h"

#include <stdbool.h>
#include <stddef.h>

enum { PAGE = 4096 };

/* No address of memory is above this. */
#define ADDRESS_LIMIT (1ull << 52)

/* Which type wins where two ranges overlap. */
static const uint8_t rank[] = {
	[BOOT_MEM_USABLE] = 0,
	[BOOT_MEM_LOADER] = 1,
	[BOOT_MEM_ACPI] = 2,
	[BOOT_MEM_RESERVED] = 3,
};

bool
boot_copy(char *to, uint64_t size, const char *from)
{
	uint64_t i;

	for (i = 0; i + 1 < size && from[i] != '\0'; i++)
		to[i] = from[i];
	to[i] = '\0';
	return from[i] == '\0';
}

/* Appends to the notice what a log line can show. */
static void
append_notice(struct bootinfo *bi, const char *text)
{
	uint64_t n = 0;
	char c;

	while (bi->notice[n] != '\0')
		n++;
	for (; *text != '\0' && n + 1 < sizeof(bi->notice); text++) {
		c = *text;
		bi->notice[n++] = c >= ' ' && c <= '~' ? c : '?';
	}
	bi->notice[n] = '\0';
}

void
boot_notice(struct bootinfo *bi, const char *text, const char *detail)
{
	if (bi->notice[0] != '\0')
		append_notice(bi, "; ");
	append_notice(bi, text);
	if (detail != NULL) {
		append_notice(bi, ": ");
		append_notice(bi, detail);
	}
}

/* The map as it is built anew. */
struct builder {
	uint32_t count;
	bool full;
	struct boot_mem mem[BOOT_MEM_MAX];
};

static void
append(struct builder *b, uint64_t base, uint64_t end, uint32_t type)
{
	struct boot_mem *last = b->mem + b->count - 1;

	if (base >= end)
		return;
	if (b->count > 0 && last->base + last->size == base &&
	    last->type == type) {
		last->size += end - base;
		return;
	}
	if (b->count == BOOT_MEM_MAX) {
		b->full = true;
		return;
	}
	b->mem[b->count++] = (struct boot_mem){ base, end - base, type, 0 };
}

/* Usable memory shrinks to whole pages, everything else grows to them. */
static void
whole_pages(uint64_t *base, uint64_t *end, enum boot_mem_type type)
{
	uint64_t up = PAGE - 1;

	if (type == BOOT_MEM_USABLE) {
		*base = (*base + up) & ~up;
		*end &= ~up;
	} else {
		*base &= ~up;
		*end = (*end + up) & ~up;
	}
}

/* Merges the sorted map with one range; at is how far the range is done. */
static void
merge(struct builder *b, const struct bootinfo *bi, uint64_t at, uint64_t end,
    enum boot_mem_type type)
{
	uint64_t start, stop, cut;
	const struct boot_mem *m;

	for (m = bi->mem; m < bi->mem + bi->mem_count; m++) {
		start = m->base;
		stop = m->base + m->size;
		if (at < end && at < start) {
			cut = end < start ? end : start;
			append(b, at, cut, type);
			at = cut;
		}
		if (at >= end || at >= stop) {
			append(b, start, stop, m->type);
			continue;
		}
		append(b, start, at, m->type);
		cut = end < stop ? end : stop;
		append(b, at, cut, rank[type] > rank[m->type] ? type : m->type);
		append(b, cut, stop, m->type);
		at = cut;
	}
	append(b, at, end, type);
}

void
boot_memory_add(
    struct bootinfo *bi, uint64_t base, uint64_t size, enum boot_mem_type type)
{
	static struct builder b;
	uint64_t end;
	uint32_t i;

	if (base >= ADDRESS_LIMIT)
		return;
	if (size > ADDRESS_LIMIT - base)
		size = ADDRESS_LIMIT - base;
	end = base + size;
	whole_pages(&base, &end, type);
	if (base >= end)
		return;
	b.count = 0;
	b.full = false;
	merge(&b, bi, base, end, type);
	for (i = 0; i < b.count; i++)
		bi->mem[i] = b.mem[i];
	bi->mem_count = b.count;
	if (b.full && bi->notice[0] == '\0')
		boot_notice(bi, "the memory map is too long; cut", NULL);
}
