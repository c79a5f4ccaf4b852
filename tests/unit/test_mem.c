/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/memmap.c */
/*
 * The memory map: sorted, merged, clipped, and given out without overlap.
 * The oracle is an array with one byte a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/clock.h"
#include "kernel/memmap.h"

#define USABLE (1u << BOOT_MEM_USABLE)

enum { PAGE = MEMMAP_PAGE, WORLD = 256, ROUNDS = 2000 };

static void
check_order(const struct memmap *m)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		assert_true(m->range[i].base <= m->range[i].end);
		assert_int_equal(m->range[i].base % PAGE, 0);
		assert_int_equal(m->range[i].end % PAGE, 0);
		if (i > 0)
			assert_true(m->range[i - 1].end <= m->range[i].base);
	}
}

static void
collect_sorts_and_merges(void **state)
{
	static const struct boot_mem in[] = {
		{ 0x8000, 0x2000, BOOT_MEM_USABLE, 0 },
		{ 0x1000, 0x3000, BOOT_MEM_USABLE, 0 },
		{ 0x3000, 0x2000, BOOT_MEM_USABLE, 0 },
		{ 0xa000, 0x1000, BOOT_MEM_USABLE, 0 },
	};
	struct memmap m;

	(void)state;
	memmap_collect(&m, in, 4, USABLE);
	assert_int_equal(m.count, 2);
	assert_int_equal(m.range[0].base, 0x1000);
	assert_int_equal(m.range[0].end, 0x5000);
	assert_int_equal(m.range[1].base, 0x8000);
	assert_int_equal(m.range[1].end, 0xb000);
}

static void
reserved_wins_over_usable(void **state)
{
	static const struct boot_mem in[] = {
		{ 0x4800, 0x100, BOOT_MEM_RESERVED, 0 },
		{ 0x1000, 0x8000, BOOT_MEM_USABLE, 0 },
		{ 0x6000, 0x1000, 77, 0 }, /* no type that we know */
	};
	struct memmap m;

	(void)state;
	memmap_collect(&m, in, 3, USABLE);
	assert_int_equal(m.count, 3);
	assert_int_equal(m.range[0].end, 0x4000);
	assert_int_equal(m.range[1].base, 0x5000);
	assert_int_equal(m.range[1].end, 0x6000);
	assert_int_equal(m.range[2].base, 0x7000);
}

/* Two halves of a page that touch make a whole one; a lone half does not. */
static void
partial_pages(void **state)
{
	static const struct boot_mem in[] = {
		{ 0x1000, 0x800, BOOT_MEM_USABLE, 0 },
		{ 0x1800, 0x800, BOOT_MEM_USABLE, 0 },
		{ 0x5800, 0xff0, BOOT_MEM_USABLE, 0 },
	};
	struct memmap m;

	(void)state;
	memmap_collect(&m, in, 3, USABLE);
	assert_int_equal(m.count, 1);
	assert_int_equal(m.range[0].base, 0x1000);
	assert_int_equal(m.range[0].end, 0x2000);
}

static void
broken_entries(void **state)
{
	static const struct boot_mem in[] = {
		{ 0x1000, 0, BOOT_MEM_USABLE, 0 },
		{ 0xfffffffffffff000, 0x2000, BOOT_MEM_USABLE, 0 },
		{ MEMMAP_LIMIT - PAGE, UINT64_MAX, BOOT_MEM_USABLE, 0 },
		{ 0x9000, 0, BOOT_MEM_RESERVED, 0 },
	};
	struct memmap m;

	(void)state;
	memmap_collect(&m, in, 4, USABLE);
	assert_int_equal(m.count, 1);
	assert_int_equal(m.range[0].base, MEMMAP_LIMIT - PAGE);
	assert_int_equal(m.range[0].end, MEMMAP_LIMIT);
	/* A reserved range that wraps takes all above its base. */
	memmap_remove(&m, 0x1000, UINT64_MAX);
	assert_int_equal(m.count, 0);
}

static void
full_table_never_keeps_too_much(void **state)
{
	struct memmap m = { 1, { { 0, 4ull * MEMMAP_MAX * PAGE } } };
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * MEMMAP_MAX; i++) {
		memmap_remove(&m, 2ull * i * PAGE, PAGE);
		assert_false(memmap_contains(&m, 2ull * i * PAGE, 1));
	}
	assert_true(m.count <= MEMMAP_MAX);
	check_order(&m);
}

/* Page p of the oracle's world. */
static void
mark(uint8_t *world, uint64_t base, uint64_t size, uint8_t v)
{
	uint64_t p;

	for (p = base / PAGE; p < (base + size + PAGE - 1) / PAGE; p++)
		world[p] = v;
}

static void
compare(const struct memmap *m, const uint8_t *world)
{
	uint64_t p, pages = 0;

	for (p = 0; p < WORLD; p++) {
		assert_int_equal(memmap_contains(m, p * PAGE, PAGE), world[p]);
		pages += world[p];
	}
	assert_int_equal(memmap_total(m), pages * PAGE);
	check_order(m);
}

static void
random_entry(struct boot_mem *e, uint32_t type)
{
	e->base = (uint64_t)(rand() % (WORLD - 40)) * PAGE;
	e->size = (uint64_t)(rand() % 40 + 1) * PAGE;
	e->type = type;
}

static void
collect_agrees_with_oracle(void **state)
{
	struct boot_mem in[12];
	uint8_t world[WORLD];
	struct memmap m;
	uint32_t round, i;

	(void)state;
	srand(1);
	for (round = 0; round < ROUNDS; round++) {
		memset(world, 0, sizeof(world));
		memset(in, 0, sizeof(in));
		for (i = 0; i < 12; i++)
			random_entry(&in[i],
			    i % 3 == 2 ? BOOT_MEM_RESERVED : BOOT_MEM_USABLE);
		for (i = 0; i < 12; i++)
			if (i % 3 != 2)
				mark(world, in[i].base, in[i].size, 1);
		for (i = 2; i < 12; i += 3) {
			/* Not whole pages: the rest of the page goes too. */
			in[i].base += 5;
			in[i].size -= 10;
			mark(world, in[i].base - 5, in[i].size + 10, 0);
		}
		memmap_collect(&m, in, 12, USABLE);
		compare(&m, world);
	}
}

static void
take_agrees_with_oracle(void **state)
{
	uint8_t world[WORLD];
	struct memmap m;
	uint64_t at, size, align, limit;
	uint32_t i;

	(void)state;
	srand(2);
	memset(world, 0, sizeof(world));
	m = (struct memmap){ 2,
		{ { 8 * PAGE, 100 * PAGE }, { 120 * PAGE, WORLD * PAGE } } };
	mark(world, 8 * PAGE, 92 * PAGE, 1);
	mark(world, 120 * PAGE, 136 * PAGE, 1);
	for (i = 0; i < 200; i++) {
		size = (uint64_t)(rand() % (4 * PAGE)) + 1;
		align = (uint64_t)PAGE << rand() % 4;
		limit = rand() % 2 ? MEMMAP_LIMIT : 60 * PAGE;
		at = memmap_take(&m, size, align, limit);
		if (at != 0) {
			assert_int_equal(at % align, 0);
			assert_true(at + size <= limit);
			assert_int_equal(world[at / PAGE], 1);
			mark(world, at, size, 0);
		}
		compare(&m, world);
	}
}

static void
take_prefers_the_smallest_range(void **state)
{
	struct memmap m = { 2,
		{ { 0x10000, 0x80000 }, { 0x100000, 0x104000 } } };

	(void)state;
	assert_int_equal(memmap_take(&m, 1, PAGE, MEMMAP_LIMIT), 0x103000);
	assert_int_equal(memmap_take(&m, 0x3000, PAGE, MEMMAP_LIMIT), 0x100000);
	assert_int_equal(memmap_take(&m, 0x1000, PAGE, MEMMAP_LIMIT), 0x7f000);
	assert_int_equal(memmap_take(&m, 0, PAGE, MEMMAP_LIMIT), 0);
	assert_int_equal(memmap_take(&m, UINT64_MAX, PAGE, MEMMAP_LIMIT), 0);
	assert_int_equal(memmap_take(&m, 0x1000, PAGE, 0x10000), 0);
}

/* The fixed-point fraction is never off by more than a microsecond an hour. */
static void
clock_converts(void **state)
{
	static const uint64_t rates[] = { 100000000, 999999999, 2394560000,
		3579545000, 10000000000 };
	static const uint64_t seconds[] = { 0, 1, 59, 3600,
		86400 * 365 * 50ull };
	uint64_t want, got;
	size_t i, j;

	(void)state;
	for (i = 0; i < 5; i++) {
		for (j = 0; j < 5; j++) {
			want = seconds[j] * 1000000;
			got = clock_us(
			    seconds[j] * rates[i], clock_scale(rates[i]));
			assert_true(got <= want);
			assert_true(want - got <= 1 + seconds[j] / 3600);
			assert_true(clock_us(seconds[j] * rates[i] + 1,
					clock_scale(rates[i])) >= got);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(collect_sorts_and_merges),
		cmocka_unit_test(reserved_wins_over_usable),
		cmocka_unit_test(partial_pages),
		cmocka_unit_test(broken_entries),
		cmocka_unit_test(full_table_never_keeps_too_much),
		cmocka_unit_test(collect_agrees_with_oracle),
		cmocka_unit_test(take_agrees_with_oracle),
		cmocka_unit_test(take_prefers_the_smallest_range),
		cmocka_unit_test(clock_converts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
