/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one way to wait for a device.
 */
#include "kernel/mmio.h"

#include "kernel/log.h"
#include "kernel/time.h"

/* Short enough to notice soon, long enough to leave the bus alone. */
enum { POLL_US = 10 };

bool
mmio_wait(const volatile void *base, uint32_t offset, uint32_t mask,
    uint32_t value, uint32_t timeout_us, const char *area, const char *name)
{
	uint64_t start = time_us();
	bool late = false;
	uint32_t v;

	for (;;) {
		v = mmio_read32(base, offset);
		if ((v & mask) == value)
			return true;
		/* One more look after the time is up: we may have been away. */
		if (late)
			break;
		late = time_us() - start >= timeout_us;
		if (!late)
			delay_us(POLL_US);
	}
	log_error(area,
	    "%s is 0x%08x, expected 0x%08x (mask 0x%08x) within %u us", name,
	    (unsigned)v, (unsigned)value, (unsigned)mask, (unsigned)timeout_us);
	return false;
}
