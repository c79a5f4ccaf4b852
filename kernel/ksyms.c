/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the function that an address is in: the last that begins at or before
 * it. The table is sorted, and covers nothing but the kernel's own text.
 */
#include "kernel/ksyms.h"

#include <stddef.h>

extern const char __text_start[], __text_end[];

const char *
ksyms_find(uint64_t address, uint64_t *offset)
{
	uint32_t low = 0, high = ksyms_count, middle;
	uint64_t at = address - KSYMS_BASE;

	if (address < (uint64_t)(uintptr_t)__text_start ||
	    address >= (uint64_t)(uintptr_t)__text_end)
		return NULL;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (ksyms[middle].offset <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	*offset = at - ksyms[low - 1].offset;
	return &ksyms_names[ksyms[low - 1].name];
}
