/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/acpi_tables.c */
/*
 * ACPI tables: what good ones say, and that broken ones are left out. Every
 * table is read from memory that ends where the callback says it ends, so that
 * the sanitizer sees each byte too far.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/acpi_tables.h"
#include "kernel/log.h"

enum {
	BASE = 0x1000,
	WORLD = 0x4000,
	RSDP = 0x1000,
	XSDT = 0x1100,
	RSDT = 0x1200,
	MADT = 0x1300,
	MCFG = 0x1600,
	FADT = 0x1800,
	RANDOM_ROUNDS = 20000,
};

static uint8_t world[WORLD];
static void *copies[4096];
static size_t copy_count;
static unsigned warnings;

void
log_warn(const char *area, const char *fmt, ...)
{
	(void)area;
	(void)fmt;
	warnings++;
}

/* A copy with nothing behind it. */
static const void *
map(uint64_t phys, size_t size)
{
	void *p;

	if (phys < BASE || phys > BASE + WORLD || size > BASE + WORLD - phys ||
	    copy_count == sizeof(copies) / sizeof(copies[0]))
		return NULL;
	p = malloc(size);
	assert_non_null(p);
	memcpy(p, world + (phys - BASE), size);
	copies[copy_count++] = p;
	return p;
}

static int
parse(struct acpi_info *info)
{
	int error = acpi_parse(RSDP, map, info);

	while (copy_count > 0)
		free(copies[--copy_count]);
	return error;
}

static uint8_t *
at(uint64_t phys)
{
	return world + (phys - BASE);
}

static void
put32(uint64_t phys, uint32_t v)
{
	memcpy(at(phys), &v, sizeof(v));
}

static void
put64(uint64_t phys, uint64_t v)
{
	memcpy(at(phys), &v, sizeof(v));
}

/* Makes n bytes add up to zero by the byte at `fix`. */
static void
seal(uint64_t phys, size_t n, size_t fix)
{
	uint8_t sum = 0;
	size_t i;

	at(phys)[fix] = 0;
	for (i = 0; i < n; i++)
		sum = (uint8_t)(sum + at(phys)[i]);
	at(phys)[fix] = (uint8_t)-sum;
}

static void
header(uint64_t phys, const char *signature, uint32_t size)
{
	memcpy(at(phys), signature, 4);
	put32(phys + 4, size);
}

static void
gas(uint64_t phys, uint8_t space, uint8_t width, uint64_t address)
{
	at(phys)[0] = space;
	at(phys)[1] = width;
	put64(phys + 4, address);
}

static void
write_madt(void)
{
	static const uint8_t entries[] = {
		0, 8, 0, 3, 1, 0, 0, 0,                          /* id 3 */
		0, 8, 1, 4, 0, 0, 0, 0,                          /* off */
		1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0,       /* I/O APIC */
		0, 8, 2, 3, 1, 0, 0, 0,                          /* again */
		9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, /* 0x100 */
		5, 12, 0, 0, 0, 0, 0xe0, 0xfe, 1, 0, 0, 0,       /* base */
	};

	header(MADT, "APIC", 44 + sizeof(entries));
	put32(MADT + 36, 0xfee00000);
	memcpy(at(MADT + 44), entries, sizeof(entries));
	seal(MADT, 44 + sizeof(entries), 9);
}

static void
write_mcfg(void)
{
	header(MCFG, "MCFG", 44 + 2 * 16);
	put64(MCFG + 44, 0xb0000000);
	at(MCFG + 44)[11] = 255;
	put64(MCFG + 60, 0xc0000000);
	at(MCFG + 60)[8] = 1;
	at(MCFG + 60)[10] = 9; /* first bus after the last: left out */
	at(MCFG + 60)[11] = 8;
	seal(MCFG, 44 + 2 * 16, 9);
}

static void
write_fadt(void)
{
	header(FADT, "FACP", 244);
	put32(FADT + 76, 0x608);
	at(FADT)[91] = 4;
	put32(FADT + 112, 1u << 8 | 1u << 10);
	gas(FADT + 116, ACPI_SPACE_IO, 8, 0xcf9);
	at(FADT)[128] = 0x0f;
	gas(FADT + 208, ACPI_SPACE_IO, 32, 0x609);
	seal(FADT, 244, 9);
}

static void
write_tables(void)
{
	memset(world, 0, sizeof(world));
	warnings = 0;
	memcpy(at(RSDP), "RSD PTR ", 8);
	at(RSDP)[15] = 2;
	put32(RSDP + 16, RSDT);
	put32(RSDP + 20, 36);
	put64(RSDP + 24, XSDT);
	seal(RSDP, 20, 8);
	seal(RSDP, 36, 32);
	header(XSDT, "XSDT", 36 + 3 * 8);
	put64(XSDT + 36, MADT);
	put64(XSDT + 44, MCFG);
	put64(XSDT + 52, FADT);
	seal(XSDT, 36 + 3 * 8, 9);
	header(RSDT, "RSDT", 36 + 4);
	put32(RSDT + 36, FADT);
	seal(RSDT, 36 + 4, 9);
	write_madt();
	write_mcfg();
	write_fadt();
}

static void
good_tables(void **state)
{
	struct acpi_info info;

	(void)state;
	write_tables();
	assert_int_equal(parse(&info), 0);
	assert_int_equal(info.cpu_count, 2);
	assert_int_equal(info.cpu_apic_id[0], 3);
	assert_int_equal(info.cpu_apic_id[1], 0x100);
	assert_int_equal(info.lapic_base, 0x1fee00000);
	assert_int_equal(info.ioapic_count, 1);
	assert_int_equal(info.ioapic[0], 0xfec00000);
	assert_int_equal(info.ecam_count, 1);
	assert_int_equal(info.ecam[0].base, 0xb0000000);
	assert_int_equal(info.ecam[0].bus_last, 255);
	assert_int_equal(info.pm_timer.space, ACPI_SPACE_IO);
	assert_int_equal(info.pm_timer.address, 0x609);
	assert_true(info.pm_timer_wide);
	assert_int_equal(info.reset.address, 0xcf9);
	assert_int_equal(info.reset_value, 0x0f);
	assert_int_equal(warnings, 1); /* the MCFG entry that is left out */
}

static void
old_fadt_has_a_timer_but_no_reset(void **state)
{
	struct acpi_info info;

	(void)state;
	write_tables();
	header(FADT, "FACP", 116);
	put32(FADT + 112, 1u << 10);
	seal(FADT, 116, 9);
	assert_int_equal(parse(&info), 0);
	assert_int_equal(info.pm_timer.address, 0x608);
	assert_int_equal(info.pm_timer.width, 32);
	assert_false(info.pm_timer_wide);
	assert_int_equal(info.reset.width, 0);
}

static void
broken_xsdt_falls_back_to_rsdt(void **state)
{
	struct acpi_info info;

	(void)state;
	write_tables();
	at(XSDT)[9] ^= 1;
	assert_int_equal(parse(&info), 0);
	assert_int_equal(info.cpu_count, 0);
	assert_int_equal(info.reset.address, 0xcf9);
}

static void
broken_rsdp_is_refused(void **state)
{
	struct acpi_info info;

	(void)state;
	write_tables();
	at(RSDP)[8] ^= 1;
	assert_int_equal(parse(&info), -EINVAL);
	assert_int_equal(info.cpu_count, 0);
	assert_int_equal(acpi_parse(BASE + WORLD - 8, map, &info), -EINVAL);
	assert_false(acpi_rsdp_valid(at(RSDP), 19));
}

static void
lengths_are_not_trusted(void **state)
{
	static const uint32_t lengths[] = { 0, 1, 35, 0x7fffffff, UINT32_MAX,
		WORLD };
	struct acpi_info info;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		write_tables();
		put32(MADT + 4, lengths[i]);
		assert_int_equal(parse(&info), 0);
		assert_int_equal(info.cpu_count, 0);
		assert_int_equal(info.ecam_count, 1);
	}
}

static void
madt_entry_of_no_length_ends_the_list(void **state)
{
	struct acpi_info info;

	(void)state;
	write_tables();
	at(MADT + 52)[1] = 0;
	seal(MADT, 108, 9);
	assert_int_equal(parse(&info), 0);
	assert_int_equal(info.cpu_count, 1);
}

/* Random bytes changed, sums made right again: must only stay in bounds. */
static void
random_damage(void **state)
{
	static const struct {
		uint64_t base;
		size_t size;
	} tables[] = { { XSDT, 60 }, { MADT, 108 }, { MCFG, 76 }, { FADT, 244 },
		{ RSDT, 40 } };
	struct acpi_info info;
	int round, i, t;

	(void)state;
	srand(4);
	for (round = 0; round < RANDOM_ROUNDS; round++) {
		write_tables();
		for (i = rand() % 6; i >= 0; i--) {
			t = rand() % 5;
			at(tables[t].base)[(size_t)rand() % tables[t].size] =
			    (uint8_t)rand();
			seal(tables[t].base, tables[t].size, 9);
		}
		parse(&info);
		assert_true(info.cpu_count <= ACPI_CPU_MAX);
		assert_true(info.ecam_count <= ACPI_ECAM_MAX);
		assert_true(info.ioapic_count <= ACPI_IOAPIC_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tables),
		cmocka_unit_test(old_fadt_has_a_timer_but_no_reset),
		cmocka_unit_test(broken_xsdt_falls_back_to_rsdt),
		cmocka_unit_test(broken_rsdp_is_refused),
		cmocka_unit_test(lengths_are_not_trusted),
		cmocka_unit_test(madt_entry_of_no_length_ends_the_list),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
