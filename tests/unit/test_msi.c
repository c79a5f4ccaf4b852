/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/msi.c tests/unit/host_machine.c */
/*
 * MSI and MSI-X: what is written where, in which order, and that capabilities
 * which contradict themselves or the BARs are refused before anything is
 * written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/mmio.h"
#include "kernel/msi.h"
#include "kernel/pci.h"
#include "tests/unit/host_machine.h"

enum {
	MSI = 0x50,
	MSIX = 0x70,
	ENTRIES = 5,
	TABLE = 0x2000,
	BAR_SIZE = 0x4000,
	MESSAGE_HIGH = 8,
};

#define ADDRESS 0xfee03000ull
#define VECTOR  0x40u

static uint32_t table[BAR_SIZE / 4];
static uint32_t writes;
static uint32_t unmasked_writes; /* to address or data of a live entry */
static struct pci_device d;

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	assert_ptr_equal(base, table);
	assert_true(offset < BAR_SIZE);
	return table[offset / 4];
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	assert_ptr_equal(base, table);
	assert_true(offset < BAR_SIZE);
	if (offset % 16 != 12 && !(table[(offset | 12) / 4] & 1))
		unmasked_writes++;
	table[offset / 4] = value;
	writes++;
}

static void
put16(uint32_t at, uint16_t v)
{
	memcpy(&host.config[at], &v, sizeof(v));
}

static uint16_t
get16(uint32_t at)
{
	uint16_t v;

	memcpy(&v, &host.config[at], sizeof(v));
	return v;
}

static void
put32(uint32_t at, uint32_t v)
{
	memcpy(&host.config[at], &v, sizeof(v));
}

static uint32_t
get32(uint32_t at)
{
	uint32_t v;

	memcpy(&v, &host.config[at], sizeof(v));
	return v;
}

/* A device with both: MSI with `control`, MSI-X after reset. */
static void
make_device(uint16_t control)
{
	uint32_t i;

	host_reset(&d, 0x8086, 0x10fb);
	host.config[PCI_CAPABILITIES] = MSI;
	host.config[MSI] = PCI_CAP_MSI;
	host.config[MSI + 1] = MSIX;
	put16(MSI + 2, control);
	host.config[MSIX] = PCI_CAP_MSIX;
	put16(MSIX + 2, ENTRIES - 1);
	put32(MSIX + 4, TABLE);
	host.bar0 = table;
	d.bar[0] = (struct pci_bar){ .base = 0xfeb00000, .size = BAR_SIZE };
	memset(table, 0, sizeof(table));
	for (i = 0; i < ENTRIES; i++)
		table[(TABLE + i * 16 + 12) / 4] = 1;
	writes = 0;
	unmasked_writes = 0;
}

static void
an_entry_is_written_masked_then_unmasked(void **state)
{
	const uint32_t *e = &table[(TABLE + 3 * 16) / 4];

	make_device(0);
	assert_int_equal(msix_entries(&d), ENTRIES);
	assert_int_equal(msix_set(&d, 3, ADDRESS, VECTOR), 0);
	assert_int_equal(e[0], ADDRESS);
	assert_int_equal(e[1], 0);
	assert_int_equal(e[2], VECTOR);
	assert_int_equal(e[3], 0);
	/* Again, while it is live: to another processor. */
	assert_int_equal(msix_set(&d, 3, ADDRESS + 0x1000, VECTOR + 1), 0);
	assert_int_equal(e[0], ADDRESS + 0x1000);
	assert_int_equal(e[2], VECTOR + 1);
	assert_int_equal(e[3], 0);
	assert_int_equal(unmasked_writes, 0);
	assert_int_equal(table[(TABLE + 2 * 16 + 12) / 4], 1);
	assert_int_equal(table[(TABLE + 4 * 16 + 12) / 4], 1);
}

static void
enabling_turns_the_others_off(void **state)
{
	make_device(0x0001); /* MSI is on */
	put16(MSIX + 2, (ENTRIES - 1) | 1 << 14);
	assert_int_equal(msix_enable(&d), 0);
	assert_int_equal(get16(MSIX + 2), 1 << 15 | (ENTRIES - 1));
	assert_int_equal(get16(MSI + 2), 0);
	assert_int_equal(get16(PCI_COMMAND) & 1 << 10, 1 << 10);
	assert_int_equal(msi_set(&d, ADDRESS, VECTOR), 0);
	assert_int_equal(get16(MSIX + 2), ENTRIES - 1);
	assert_int_equal(get16(MSI + 2), 1);
}

static void
bad_arguments_write_nothing(void **state)
{
	make_device(0);
	assert_int_equal(msix_set(&d, ENTRIES, ADDRESS, VECTOR), -EINVAL);
	assert_int_equal(msix_set(&d, UINT32_MAX, ADDRESS, VECTOR), -EINVAL);
	assert_int_equal(msix_set(&d, 0, 0, VECTOR), -EINVAL);
	assert_int_equal(msix_set(&d, 0, ADDRESS + 2, VECTOR), -EINVAL);
	assert_int_equal(msi_set(&d, 0, VECTOR), -EINVAL);
	assert_int_equal(msi_set(&d, ADDRESS + 1, VECTOR), -EINVAL);
	assert_int_equal(msi_set(&d, ADDRESS, 0x10000), -EINVAL);
	/* A 32-bit capability reaches no further. */
	assert_int_equal(msi_set(&d, 1ull << 32, VECTOR), -EINVAL);
	host.bar0 = NULL;
	assert_int_equal(msix_set(&d, 0, ADDRESS, VECTOR), -ENOMEM);
	assert_int_equal(writes, 0);
	assert_int_equal(get32(MSI + 4), 0);
	assert_int_equal(get16(MSI + 2), 0);
}

static void
refused(int error)
{
	assert_int_equal(msix_entries(&d), error);
	assert_int_equal(msix_set(&d, 0, ADDRESS, VECTOR), error);
	assert_int_equal(msix_enable(&d), error);
	assert_int_equal(writes, 0);
	assert_int_equal(get16(MSIX + 2) & 1 << 15, 0);
}

static void
a_table_must_be_inside_its_bar(void **state)
{
	static const uint32_t bad[] = {
		BAR_SIZE - ENTRIES * 16 + 8, /* the last entry's end */
		BAR_SIZE,
		0xfffffff8,
		TABLE | 1, /* a BAR that is absent */
		TABLE | 6, /* no such BAR */
		TABLE | 7,
	};
	uint32_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		make_device(0);
		put32(MSIX + 4, bad[i]);
		refused(-EINVAL);
	}
	make_device(0);
	put32(MSIX + 4, BAR_SIZE - ENTRIES * 16);
	assert_int_equal(msix_set(&d, ENTRIES - 1, ADDRESS, VECTOR), 0);
	make_device(0);
	put16(MSIX + 2, 0x7ff); /* 2,048 entries */
	refused(-EINVAL);
	make_device(0);
	d.bar[0].io = true;
	refused(-EINVAL);
	make_device(0);
	host.config[MSI + 1] = 0;
	refused(-ENOENT);
}

/* Each of the four forms has its data and mask elsewhere. */
static void
every_form_of_msi(void **state)
{
	static const struct {
		uint16_t control;
		uint32_t data, mask;
	} form[] = {
		{ 0, 8, 0 },
		{ 1 << 7, 12, 0 },
		{ 1 << 8, 8, 12 },
		{ 1 << 7 | 1 << 8, 12, 16 },
	};
	uint32_t i;

	for (i = 0; i < 4; i++) {
		/* The firmware granted 8 vectors; we have one. */
		make_device(form[i].control | 3 << 4);
		if (form[i].mask != 0)
			put32(MSI + form[i].mask, 0xff);
		assert_int_equal(msi_set(&d, ADDRESS, VECTOR), 0);
		assert_int_equal(get32(MSI + 4), ADDRESS);
		assert_int_equal(get16(MSI + form[i].data), VECTOR);
		assert_int_equal(get16(MSI + 2), form[i].control | 1);
		if (form[i].mask != 0)
			assert_int_equal(get32(MSI + form[i].mask), 0xfe);
	}
	make_device(1 << 7);
	assert_int_equal(msi_set(&d, ADDRESS | 5ull << 32, VECTOR), 0);
	assert_int_equal(get32(MSI + MESSAGE_HIGH), 5);
}

/* A capability whose end is beyond configuration space. */
static void
msi_at_the_end(void **state)
{
	make_device(0);
	host.config[PCI_CAPABILITIES] = 0xf4;
	host.config[0xf4] = PCI_CAP_MSI;
	host.config[0xf5] = 0;
	put16(0xf6, 1 << 7 | 1 << 8);
	assert_int_equal(msi_set(&d, ADDRESS, VECTOR), -EINVAL);
	put16(0xf6, 0);
	assert_int_equal(msi_set(&d, ADDRESS, VECTOR), 0);
	host.config[PCI_CAPABILITIES] = 0;
	assert_int_equal(msi_set(&d, ADDRESS, VECTOR), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_written_masked_then_unmasked),
		cmocka_unit_test(enabling_turns_the_others_off),
		cmocka_unit_test(bad_arguments_write_nothing),
		cmocka_unit_test(a_table_must_be_inside_its_bar),
		cmocka_unit_test(every_form_of_msi),
		cmocka_unit_test(msi_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
