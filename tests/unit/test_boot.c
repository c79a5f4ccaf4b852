/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: boot/memory.c boot/multiboot2.c */
/*
 * What the loaders make of the machine: the memory map, against a map with
 * one entry a page, and Multiboot2 boot information: whole, cut short at
 * every byte, and random.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/memory.h"
#include "boot/multiboot2.h"

/* image/kernel.ld's, which the host's linker does not have. */
const char __image_start[4096];
extern const char __image_end[];
__asm__(".globl __image_end; .set __image_end, __image_start + 4096");

struct bootinfo *multiboot2_bootinfo(
    uint64_t info, uint32_t magic, uint64_t tsc, uint64_t base);

enum { PAGE = 4096, PAGES = 96, NONE = -1 };

static int
rank_of(int type)
{
	static const int rank[] = { [BOOT_MEM_RESERVED] = 3,
		[BOOT_MEM_USABLE] = 0,
		[BOOT_MEM_LOADER] = 1,
		[BOOT_MEM_ACPI] = 2 };

	return type == NONE ? -1 : rank[type];
}

/* The dumb map: what each page is. */
static void
dumb_add(int *page, uint64_t base, uint64_t size, int type)
{
	uint64_t i, start, end;

	for (i = 0; i < PAGES; i++) {
		start = i * PAGE;
		end = start + PAGE;
		if (type == BOOT_MEM_USABLE
			? base > start || base + size < end
			: base >= end || base + size <= start)
			continue;
		if (rank_of(type) > rank_of(page[i]))
			page[i] = type;
	}
}

static void
compare(const struct bootinfo *bi, const int *page)
{
	int seen[PAGES];
	uint64_t p, at = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++)
		seen[i] = NONE;
	for (i = 0; i < bi->mem_count; i++) {
		const struct boot_mem *m = &bi->mem[i];

		assert_true(m->size > 0 && m->base >= at);
		/* Neighbours of one type are one range. */
		if (i > 0 && m->base == at)
			assert_int_not_equal(m->type, m[-1].type);
		at = m->base + m->size;
		assert_true(at <= (uint64_t)PAGES * PAGE);
		for (p = m->base / PAGE; p < at / PAGE; p++)
			seen[p] = (int)m->type;
	}
	assert_memory_equal(seen, page, sizeof(seen));
}

static void
memory_map_equals_one_entry_a_page(void **state)
{
	static struct bootinfo bi;
	int page[PAGES], type;
	uint64_t base, size;
	int round, i;

	(void)state;
	srand(1);
	for (round = 0; round < 300; round++) {
		memset(&bi, 0, sizeof(bi));
		for (i = 0; i < PAGES; i++)
			page[i] = NONE;
		for (i = 0; i < 40; i++) {
			base = (uint64_t)rand() % ((PAGES - 20) * PAGE);
			size = 1 + (uint64_t)rand() % (16 * PAGE);
			type = rand() % 4;
			boot_memory_add(&bi, base, size, type);
			dumb_add(page, base, size, type);
			compare(&bi, page);
		}
		assert_string_equal(bi.notice, "");
	}
}

static void
memory_map_that_is_full_loses_its_top(void **state)
{
	static struct bootinfo bi;
	uint32_t i;

	(void)state;
	for (i = 0; i < BOOT_MEM_MAX + 10; i++)
		boot_memory_add(
		    &bi, (uint64_t)i * 2 * PAGE, PAGE, BOOT_MEM_USABLE);
	assert_int_equal(bi.mem_count, BOOT_MEM_MAX);
	assert_true(bi.mem[BOOT_MEM_MAX - 1].base ==
		    (uint64_t)(BOOT_MEM_MAX - 1) * 2 * PAGE);
	assert_string_not_equal(bi.notice, "");
	/* What is stronger is still heard. */
	boot_memory_add(&bi, 0, PAGE, BOOT_MEM_RESERVED);
	assert_int_equal(bi.mem[0].type, BOOT_MEM_RESERVED);
}

static void
memory_map_survives_extremes(void **state)
{
	static struct bootinfo bi;

	(void)state;
	boot_memory_add(&bi, UINT64_MAX, UINT64_MAX, BOOT_MEM_RESERVED);
	boot_memory_add(&bi, 0, 0, BOOT_MEM_USABLE);
	boot_memory_add(&bi, 1, PAGE, BOOT_MEM_USABLE);
	assert_int_equal(bi.mem_count, 0);
	boot_memory_add(&bi, PAGE, UINT64_MAX, BOOT_MEM_RESERVED);
	assert_int_equal(bi.mem_count, 1);
	assert_true(bi.mem[0].base == PAGE);
}

static void
notice_is_one_printable_line(void **state)
{
	static struct bootinfo bi;
	int i;

	(void)state;
	boot_notice(&bi, "one", NULL);
	boot_notice(&bi, "two", "a\nb\x80");
	assert_string_equal(bi.notice, "one; two: a?b?");
	for (i = 0; i < 100; i++)
		boot_notice(&bi, "and more", "of it");
	assert_int_equal(strlen(bi.notice), sizeof(bi.notice) - 1);
}

/* Boot information as it grows, tag by tag. */
struct blob {
	uint32_t size;
	_Alignas(8) uint8_t bytes[4096];
};

static void
put_tag(struct blob *b, uint32_t type, const void *body, uint32_t size)
{
	struct multiboot2_tag tag = { type, (uint32_t)sizeof(tag) + size };

	memcpy(b->bytes + b->size, &tag, sizeof(tag));
	if (size > 0)
		memcpy(b->bytes + b->size + sizeof(tag), body, size);
	b->size += (tag.size + 7) & ~7u;
}

static void
put_module(struct blob *b, uint32_t start, uint32_t end, const char *name)
{
	uint8_t body[512] = { 0 };

	memcpy(body, &start, 4);
	memcpy(body + 4, &end, 4);
	strcpy((char *)body + 8, name);
	put_tag(b, MULTIBOOT2_TAG_MODULE, body, 9 + (uint32_t)strlen(name));
}

static void
make_blob(struct blob *b)
{
	const struct {
		uint32_t entry_size, version;
		struct multiboot2_mmap_entry entry[2];
	} map = { sizeof(map.entry[0]), 0,
		{ { 0, 0x9f000, MULTIBOOT2_MMAP_USABLE, 0 },
		    { 0x100000, 0x3f00000, MULTIBOOT2_MMAP_USABLE, 0 } } };
	char line[] = "\"volume=(hd1,msdos1)\" \"notice=bad: x y\"";

	memset(b, 0, sizeof(*b));
	b->size = sizeof(struct multiboot2_info);
	put_tag(b, MULTIBOOT2_TAG_CMDLINE, line, sizeof(line));
	put_tag(b, MULTIBOOT2_TAG_LOADER, "GRUB", 5);
	put_module(b, 0x400000, 0x400123, "barewire.conf");
	put_module(b, 0x401000, 0x401000, "\"it\\'s empty\"");
	put_tag(b, MULTIBOOT2_TAG_MMAP, &map, sizeof(map));
	put_tag(b, MULTIBOOT2_TAG_RSDP_NEW,
	    "RSD PTR new.........................", 36);
	put_tag(b, MULTIBOOT2_TAG_RSDP_OLD, "RSD PTR old.........", 20);
	put_tag(b, MULTIBOOT2_TAG_END, NULL, 0);
	memcpy(b->bytes, &b->size, 4);
}

/* Parses a copy that ends where the memory does. */
static struct bootinfo *
parse(const struct blob *b, uint32_t size)
{
	uint8_t *copy = malloc(size);
	struct bootinfo *bi;

	assert_non_null(copy);
	bi = multiboot2_bootinfo(0, 0, 0, 0);
	memset(bi, 0, sizeof(*bi));
	memcpy(copy, b->bytes, size);
	memcpy(copy, &size, 4);
	bi = multiboot2_bootinfo(
	    (uint64_t)(uintptr_t)copy, MULTIBOOT2_LOADER_MAGIC, 77, 0x200000);
	free(copy);
	return bi;
}

static void
multiboot2_information_is_taken(void **state)
{
	static const struct boot_mem expected[] = {
		{ 0, 0x1000, BOOT_MEM_RESERVED, 0 },
		{ 0x1000, 0x9e000, BOOT_MEM_USABLE, 0 },
		{ 0x100000, 0x100000, BOOT_MEM_USABLE, 0 },
		{ 0x200000, 0x1000, BOOT_MEM_LOADER, 0 }, /* the kernel */
		{ 0x201000, 0x1ff000, BOOT_MEM_USABLE, 0 },
		{ 0x400000, 0x1000, BOOT_MEM_LOADER, 0 }, /* the file */
		{ 0x401000, 0x3bff000, BOOT_MEM_USABLE, 0 },
	};
	static struct blob b;
	struct bootinfo *bi;

	(void)state;
	make_blob(&b);
	bi = parse(&b, b.size);
	assert_true(bi->magic == BOOTINFO_MAGIC);
	assert_true(bi->handover_tsc == 77 && bi->kernel_base == 0x200000);
	assert_string_equal(bi->loader, "GRUB");
	assert_string_equal(bi->volume, "(hd1,msdos1)");
	assert_string_equal(bi->notice, "bad: x y");
	assert_int_equal(bi->file_count, 2);
	assert_string_equal(bi->file[0].name, "barewire.conf");
	assert_int_equal(bi->file[0].size, 0x123);
	assert_string_equal(bi->file[1].name, "it's empty");
	assert_int_equal(bi->file[1].size, 0);
	assert_true(bi->rsdp != 0);
	/* The last range is the information itself. */
	assert_int_equal(
	    bi->mem_count, sizeof(expected) / sizeof(*expected) + 1);
	assert_memory_equal(bi->mem, expected, sizeof(expected));
}

static void
multiboot2_information_cut_anywhere(void **state)
{
	static struct blob b;
	uint32_t size;

	(void)state;
	make_blob(&b);
	for (size = sizeof(struct multiboot2_info); size < b.size; size++) {
		struct bootinfo *bi = parse(&b, size);

		assert_true(bi->magic == BOOTINFO_MAGIC);
		if (size < b.size - 8)
			assert_non_null(strstr(bi->notice, "cut short"));
	}
}

static void
multiboot2_information_of_noise(void **state)
{
	static struct blob b;
	uint32_t at;
	int round, i;

	(void)state;
	srand(2);
	for (round = 0; round < 20000; round++) {
		make_blob(&b);
		for (i = 0; i < 8; i++) {
			at = 8 + (uint32_t)rand() % (b.size - 8);
			b.bytes[at] = (uint8_t)rand();
		}
		parse(&b, b.size);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_map_equals_one_entry_a_page),
		cmocka_unit_test(memory_map_that_is_full_loses_its_top),
		cmocka_unit_test(memory_map_survives_extremes),
		cmocka_unit_test(notice_is_one_printable_line),
		cmocka_unit_test(multiboot2_information_is_taken),
		cmocka_unit_test(multiboot2_information_cut_anywhere),
		cmocka_unit_test(multiboot2_information_of_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
