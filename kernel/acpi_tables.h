/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading ACPI's tables (ACPI 6.4, chapter 5). The tables are firmware's and
 * may be broken: every length is checked, every table's sum must be zero, and
 * what does not fit is left out with a line in the log.
 * Pure: memory is read through a callback.
 */
#ifndef KERNEL_ACPI_TABLES_H
#define KERNEL_ACPI_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ACPI_CPU_MAX = 256, ACPI_ECAM_MAX = 16, ACPI_IOAPIC_MAX = 16 };

/* Generic Address Structure (5.2.3.2). */
enum acpi_space {
	ACPI_SPACE_MEMORY = 0,
	ACPI_SPACE_IO = 1,
	ACPI_SPACE_PCI = 2,
};

struct acpi_address {
	uint8_t space; /* enum acpi_space */
	uint8_t width; /* bits; 0: the register is absent */
	uint64_t address;
};

/* One MCFG entry (PCI Firmware 3.2, 4.1.2). */
struct acpi_ecam {
	uint64_t base; /* of bus 0, even when bus_first is not 0 */
	uint16_t segment;
	uint8_t bus_first, bus_last;
};

struct acpi_info {
	uint32_t cpu_count; /* enabled processors; 0: no usable MADT */
	uint32_t cpu_apic_id[ACPI_CPU_MAX];
	uint64_t lapic_base;
	uint32_t ioapic_count;
	uint64_t ioapic[ACPI_IOAPIC_MAX]; /* where its registers are */
	uint32_t ecam_count;
	struct acpi_ecam ecam[ACPI_ECAM_MAX];
	struct acpi_address pm_timer;
	bool pm_timer_wide; /* 32 bits, not 24 */
	struct acpi_address reset;
	uint8_t reset_value;
};

/* Returns `size` readable bytes at a physical address, or NULL. */
typedef const void *acpi_map_fn(uint64_t phys, size_t size);

/*
 * Fills `out` with all that the tables behind the RSDP say. Returns 0, or
 * -EINVAL when the RSDP or its root table is unusable; `out` is then zero.
 */
int acpi_parse(uint64_t rsdp, acpi_map_fn *map, struct acpi_info *out);

/* Whether there is a valid RSDP at p, which has `size` readable bytes. */
bool acpi_rsdp_valid(const void *p, size_t size);

#endif
