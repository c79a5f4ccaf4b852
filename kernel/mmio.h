/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory-mapped device registers: 32-bit, little endian, mapped uncached.
 */
#ifndef KERNEL_MMIO_H
#define KERNEL_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#ifdef BAREWIRE_HOST
/* On the host a model of the device answers; the test links it. */
uint32_t mmio_read32(const volatile void *base, uint32_t offset);
void mmio_write32(volatile void *base, uint32_t offset, uint32_t value);
#else
static inline uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	return *(
	    const volatile uint32_t *)((const volatile char *)base + offset);
}

static inline void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)((volatile char *)base + offset) = value;
}
#endif

/*
 * Polls until (register & mask) == value, at most `timeout_us` of real time.
 * On time-out logs a line "area: NAME is 0x..., expected 0x... (mask 0x...)
 * within N us" and returns false. Every wait for a device goes through here.
 */
bool mmio_wait(const volatile void *base, uint32_t offset, uint32_t mask,
    uint32_t value, uint32_t timeout_us, const char *area, const char *name);

#endif
