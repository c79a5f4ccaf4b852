/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both loaders do with struct bootinfo: the memory map and the notice.
 */
#ifndef BOOT_MEMORY_H
#define BOOT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/bootinfo.h"

/*
 * Adds [base, base + size) to the map, which stays sorted, disjoint, merged
 * and in whole pages. Where ranges overlap the more careful type stays:
 * usable gives way to loader, loader to ACPI, ACPI to reserved. When the map
 * is full its highest ranges are lost, and the notice says so.
 */
void boot_memory_add(
    struct bootinfo *bi, uint64_t base, uint64_t size, enum boot_mem_type type);

/* Adds to the notice; what does not fit is cut. detail may be NULL. */
void boot_notice(struct bootinfo *bi, const char *text, const char *detail);

/* Copies a string with its NUL, cut to size. Returns false when it was cut. */
bool boot_copy(char *to, uint64_t size, const char *from);

#endif
