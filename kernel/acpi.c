/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI hardware: the PM timer (ACPI 6.4, 4.8.3.3) and reset (4.8.3.6), with
 * the older ways to reset a PC behind it.
 */
#include "kernel/acpi.h"

#include "kernel/cpu.h"
#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/mmio.h"
#include "kernel/paging.h"
#include "kernel/time.h"

/* Where a BIOS leaves the RSDP, on a 16-byte border (5.2.5.1). */
enum { BIOS_START = 0xe0000, BIOS_END = 0x100000, RSDP_ALIGN = 16 };

enum {
	KBC_STATUS = 0x64,
	KBC_INPUT_FULL = 0x02,
	KBC_RESET = 0xfe,
	RESET_CONTROL = 0xcf9,
	PCI_CONFIG_ADDRESS = 0xcf8,
	PCI_CONFIG_DATA = 0xcfc,
};

/* How long a reset may take before the next way is tried. */
enum { RESET_WAIT_US = 50000 };

static struct acpi_info info;
static volatile void *pm_timer_register; /* when it is in memory */
static volatile uint8_t *reset_register; /* when it is in memory */

static const void *
map_table(uint64_t phys, size_t size)
{
	if (!paging_map_firmware(phys, size))
		return NULL;
	return (const void *)(uintptr_t)phys;
}

static uint64_t
find_rsdp(void)
{
	const uint8_t *p = map_table(BIOS_START, BIOS_END - BIOS_START);
	uint32_t at;

	if (p == NULL)
		return 0;
	for (at = 0; at < BIOS_END - BIOS_START; at += RSDP_ALIGN) {
		if (acpi_rsdp_valid(p + at, BIOS_END - BIOS_START - at))
			return BIOS_START + at;
	}
	return 0;
}

/* Registers in memory are mapped now: later there is no memory for tables. */
static void
map_registers(void)
{
	struct acpi_address *a = &info.pm_timer;

	if (a->width != 0 && a->space == ACPI_SPACE_MEMORY)
		pm_timer_register = paging_map_mmio(a->address, 4);
	if ((a->space == ACPI_SPACE_MEMORY && pm_timer_register == NULL) ||
	    (a->space == ACPI_SPACE_IO && a->address > UINT16_MAX - 3) ||
	    a->space == ACPI_SPACE_PCI)
		a->width = 0;
	a = &info.reset;
	if (a->width != 0 && a->space == ACPI_SPACE_MEMORY)
		reset_register = paging_map_mmio(a->address, 1);
}

void
acpi_init(uint64_t rsdp)
{
	if (rsdp == 0)
		rsdp = find_rsdp();
	if (rsdp == 0 || acpi_parse(rsdp, map_table, &info) != 0) {
		log_warn("acpi", "no usable tables");
		return;
	}
	map_registers();
	log_info("acpi", "%u processors, %u ECAM areas, PM timer %s, reset %s",
	    (unsigned)info.cpu_count, (unsigned)info.ecam_count,
	    info.pm_timer.width != 0 ? "yes" : "no",
	    info.reset.width != 0 ? "yes" : "no");
}

const struct acpi_info *
acpi_info(void)
{
	return &info;
}

bool
acpi_pm_timer_present(void)
{
	return info.pm_timer.width != 0;
}

uint32_t
acpi_pm_timer_mask(void)
{
	return info.pm_timer_wide ? UINT32_MAX : 0xffffff;
}

uint32_t
acpi_pm_timer_read(void)
{
	uint32_t v;

	if (info.pm_timer.space == ACPI_SPACE_IO)
		v = inl((uint16_t)info.pm_timer.address);
	else
		v = mmio_read32(pm_timer_register, 0);
	return v & acpi_pm_timer_mask();
}

static void
reset_acpi(void)
{
	const struct acpi_address *a = &info.reset;
	uint32_t address;

	if (a->width == 0)
		return;
	if (a->space == ACPI_SPACE_IO && a->address <= UINT16_MAX) {
		outb((uint16_t)a->address, info.reset_value);
	} else if (a->space == ACPI_SPACE_MEMORY && reset_register != NULL) {
		*reset_register = info.reset_value;
	} else if (a->space == ACPI_SPACE_PCI) {
		/* Bus 0: device in bits 32-47, function 16-31, offset 0-15. */
		address = 0x80000000u | (a->address >> 32 & 0x1f) << 11 |
		          (a->address >> 16 & 7) << 8 | (a->address & 0xfc);
		outl(PCI_CONFIG_ADDRESS, address);
		outb((uint16_t)(PCI_CONFIG_DATA + (a->address & 3)),
		    info.reset_value);
	}
}

/* The chipset's register: first the kind of reset, then the edge. */
static void
reset_chipset(void)
{
	outb(RESET_CONTROL, 0x02);
	delay_us(50);
	outb(RESET_CONTROL, 0x06);
}

static void
reset_keyboard(void)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (!(inb(KBC_STATUS) & KBC_INPUT_FULL))
			break;
		delay_us(10);
	}
	outb(KBC_STATUS, KBC_RESET);
}

/* A fault with no descriptor table to handle it. */
static void
reset_triple_fault(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none = { 0, 0 };

	__asm__ volatile("lidt %0; int3" : : "m"(none));
}

void
acpi_reset(void)
{
	static void (*const ways[])(void) = {
		reset_acpi,
		reset_chipset,
		reset_keyboard,
		reset_triple_fault,
	};
	size_t i;

	/* A reset drops what is only in the caches: the log's last lines. */
	__asm__ volatile("cli; wbinvd" ::: "memory");
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		ways[i]();
		delay_us(RESET_WAIT_US);
	}
	cpu_halt();
}
