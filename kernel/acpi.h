/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel takes from ACPI: processors, ECAM areas, the PM timer and
 * the way to reset the machine.
 */
#ifndef KERNEL_ACPI_H
#define KERNEL_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/acpi_tables.h"

/*
 * Reads the tables; `rsdp` 0 means: look for it where a BIOS puts it. Needs
 * paging_init(). Without usable tables everything below says "none".
 */
void acpi_init(uint64_t rsdp);

const struct acpi_info *acpi_info(void);

/* 3.579545 MHz, 24 or 32 bits. False: there is no PM timer. */
bool acpi_pm_timer_present(void);
uint32_t acpi_pm_timer_read(void);
uint32_t acpi_pm_timer_mask(void);

/* Resets the machine, by ACPI or the next best way. */
_Noreturn void acpi_reset(void);

#endif
