/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own symbol table, for backtraces: every function, sorted by
 * address. mk/ksyms.awk makes it from the linked kernel.
 */
#ifndef KERNEL_KSYMS_H
#define KERNEL_KSYMS_H

#include <stdint.h>

/* A function's address is KSYMS_BASE + offset. */
#define KSYMS_BASE 0xffffffff80000000ull

struct ksym {
	uint32_t offset;
	uint32_t name; /* where its name begins in ksyms_names */
};

extern const struct ksym ksyms[];
extern const uint32_t ksyms_count;
extern const char ksyms_names[]; /* NUL-terminated names, one by one */

/*
 * The function that holds an address, and how far into it the address is.
 * NULL when there is none.
 */
const char *ksyms_find(uint64_t address, uint64_t *offset);

#endif
