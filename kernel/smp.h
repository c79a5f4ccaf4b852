/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other processors. Intel SDM volume 3, 8.4 (multiple-processor
 * initialization).
 *
 * They are woken one at a time. Each finds its own place by its APIC id, so
 * that one that comes when nobody waits for it any more touches nothing and
 * stops. Processors in use are numbered without gaps; 0 is the one that booted.
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

#include <stdint.h>

#include "boot/bootinfo.h"
#include "kernel/acpi_tables.h"

enum { SMP_MAX = 16 };

/*
 * Chooses the page below 640 KiB in which the others start, while the memory
 * map is at hand. Any time after log_init(), before smp_start(). mem.c gives
 * out no memory there, so the page is ours for good.
 */
void smp_reserve(const struct bootinfo *bi);

/*
 * Wakes every processor that the MADT lists as enabled, SMP_MAX in all. Each
 * calls entry(index) on a stack of its own; entry() must not return. Needs
 * lapic_init(), and memory: before mem_lock(). Returns how many run, this one
 * included. One that does not start is a warning in the log.
 */
uint32_t smp_start(void (*entry)(uint32_t index));

/* How many run; 1 before smp_start(). */
uint32_t smp_count(void);

/* The APIC id of a processor in use. */
uint32_t smp_apic_id(uint32_t index);

/* Interrupts with a vector that is nobody's, of all processors. */
uint64_t smp_unexpected_interrupts(void);

/*
 * For a panic: stops all the others where they are, by NMI, and waits, bounded,
 * until they have stopped. An NMI whose processor finds a panic under way calls
 * smp_stopped() and halts.
 */
void smp_stop_others(void);
void smp_stopped(void);

/*
 * Which processors to wake, in order of the MADT: out[0] is `self`, the one
 * that runs; then those of the list that can be named, ids above LAPIC_ID_MAX
 * only if `wide`. Returns how many, at most SMP_MAX; *left_out counts the rest.
 */
uint32_t smp_select(const struct acpi_info *info, uint32_t self, bool wide,
    uint32_t out[SMP_MAX], uint32_t *left_out);

#endif
