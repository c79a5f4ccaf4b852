/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time from the TSC, calibrated at boot against a clock of known frequency.
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <stdint.h>

/*
 * Microseconds since the loader handed over. Monotonic, on each processor;
 * those of two differ by a few at most.
 */
uint64_t time_us(void);

/* Raw TSC, and its frequency. */
uint64_t time_cycles(void);
uint64_t time_cycles_per_second(void);

/*
 * Set-up. Time counts from `handover_tsc`. From time_start() on, which
 * log_init() calls, it runs, but slow; time_init() measures the TSC and needs
 * acpi_init().
 */
void time_start(uint64_t handover_tsc);
void time_init(void);

/* Waits at least `us` microseconds, for real. Set-up paths only. */
void delay_us(uint32_t us);

#endif
