/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC of each processor: interrupts between processors, a timer,
 * and where a device must write to interrupt one. Intel SDM volume 3,
 * chapter 10 (xAPIC, x2APIC, message-signalled interrupts).
 *
 * Nothing here is taken before cpu_wait_interrupt() (cpu.h). A vector sent
 * while its processor works stays pending, and ends that processor's next
 * wait at once.
 */
#ifndef KERNEL_LAPIC_H
#define KERNEL_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

/* The highest id that xAPIC mode and messages of devices can name. */
enum { LAPIC_ID_MAX = 254 };

/* What our vectors are for. Any other one is counted and ignored. */
enum {
	VECTOR_WAKE = 0x40, /* work for a halted processor, from whomever */
	VECTOR_TIMER = 0x41,
	VECTOR_SPURIOUS = 0xff,
};

/*
 * Takes over the local APIC of the processor that calls. The boot processor
 * calls first, after acpi_init() and time_init(): it chooses the mode for all
 * (x2APIC where firmware left it on or an id needs it), measures the timer and
 * masks every I/O APIC.
 */
void lapic_init(void);

/* Whether lapic_init() found a local APIC, and whether ids have 32 bits. */
bool lapic_present(void);
bool lapic_wide(void);

/* The APIC id of the processor that calls. */
uint32_t lapic_id(void);

/*
 * Interrupts between processors. Each waits, bounded, until the local APIC has
 * sent it; the time-out is a log line. INIT and SIPI are for bring-up only.
 */
void lapic_send(uint32_t apic_id, uint8_t vector);
void lapic_send_nmi(uint32_t apic_id);
void lapic_send_init(uint32_t apic_id);
void lapic_send_startup(uint32_t apic_id, uint8_t page);

/*
 * One VECTOR_TIMER to this processor, not before `microseconds` from now. A
 * new call replaces the old one. After lapic_timer_stop() one that was already
 * due may still come.
 */
void lapic_timer_arm(uint32_t microseconds);
void lapic_timer_stop(void);

/* Halts until an interrupt, or this long (0: for ever). */
void lapic_wait(uint32_t microseconds);

/*
 * What a device writes, and where, to interrupt a processor: for MSI and
 * MSI-X. Address 0: no message reaches this processor, for its id is above
 * LAPIC_ID_MAX.
 */
uint64_t lapic_message_address(uint32_t apic_id);
uint32_t lapic_message_data(uint8_t vector);

/* Every vector ends up here, from traps.S. */
void lapic_interrupt(uint64_t vector);

#endif
