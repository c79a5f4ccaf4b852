/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: the two wires to the SFP+ module, moved bit by bit. 82599 datasheet
 * 8.2.3.1.5; SFF-8472 4.2; the I2C specification's times at 100 kHz.
 *
 * A 1 lets go of a wire, and a resistor pulls it up. Without a module there
 * may be none, so what should go up may stay down: that ends in an error of
 * the caller's, not in a log line.
 */
#include <errno.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/time.h"

enum {
	HALF_US = 5,        /* of a clock */
	EDGE_US = 2,        /* until a wire has settled */
	STRETCH_TRIES = 50, /* of 1 us: a module may hold the clock */
	BUS_CLEAR_CLOCKS = 9,
};

/* The register is the wires' alone: what we last wrote is known. */
static void
i2c_write(struct ixgbe *d, uint32_t wire, bool high)
{
	d->i2c = high ? d->i2c | wire : d->i2c & ~wire;
	reg_write(d, I2CCTL, d->i2c);
}

static void
i2c_data(struct ixgbe *d, bool high)
{
	i2c_write(d, I2CCTL_DATA_OUT, high);
	delay_us(EDGE_US);
}

static bool
i2c_sense(struct ixgbe *d)
{
	return (reg_read(d, I2CCTL) & I2CCTL_DATA_IN) != 0;
}

static void
i2c_clock_high(struct ixgbe *d)
{
	uint32_t i;

	i2c_write(d, I2CCTL_CLK_OUT, true);
	for (i = 0; i < STRETCH_TRIES; i++) {
		delay_us(1);
		/* The read pushes the write out, too. */
		if (reg_read(d, I2CCTL) & I2CCTL_CLK_IN)
			break;
	}
	delay_us(HALF_US);
}

static void
i2c_clock_low(struct ixgbe *d)
{
	i2c_write(d, I2CCTL_CLK_OUT, false);
	delay_us(HALF_US);
}

/* Also again, in the middle of a transfer. */
static void
i2c_start(struct ixgbe *d)
{
	i2c_data(d, true);
	i2c_clock_high(d);
	i2c_data(d, false);
	delay_us(HALF_US);
	i2c_clock_low(d);
}

static void
i2c_stop(struct ixgbe *d)
{
	i2c_data(d, false);
	i2c_clock_high(d);
	i2c_data(d, true);
	delay_us(HALF_US);
}

/* Sends a byte; false: nobody acknowledged it. */
static bool
i2c_send(struct ixgbe *d, uint8_t byte)
{
	uint32_t i;
	bool heard;

	for (i = 0; i < 8; i++) {
		i2c_data(d, (byte & 0x80u >> i) != 0);
		i2c_clock_high(d);
		i2c_clock_low(d);
	}
	i2c_data(d, true);
	i2c_clock_high(d);
	heard = !i2c_sense(d);
	i2c_clock_low(d);
	return heard;
}

/* Receives a byte; an acknowledged one is followed by the next. */
static uint8_t
i2c_receive(struct ixgbe *d, bool acknowledge)
{
	uint32_t byte = 0, i;

	i2c_data(d, true);
	for (i = 0; i < 8; i++) {
		i2c_clock_high(d);
		byte = byte << 1 | (i2c_sense(d) ? 1 : 0);
		i2c_clock_low(d);
	}
	i2c_data(d, !acknowledge);
	i2c_clock_high(d);
	i2c_clock_low(d);
	return (uint8_t)byte;
}

/* Ends a transfer that was broken off: a module in the middle of a byte. */
static void
i2c_clear(struct ixgbe *d)
{
	uint32_t i;

	i2c_data(d, true);
	for (i = 0; i < BUS_CLEAR_CLOCKS; i++) {
		i2c_clock_high(d);
		i2c_clock_low(d);
	}
	i2c_start(d);
	i2c_stop(d);
}

/*
 * Reads `n` bytes in a row (SFF-8472 4.2, sequential read): some 0.3 ms, and
 * 0.12 ms a byte. Returns 0 or -ENXIO.
 */
int
ixgbe_i2c_read(
    struct ixgbe *d, uint8_t device, uint8_t at, uint8_t *out, uint32_t n)
{
	uint32_t i;

	i2c_start(d);
	if (!i2c_send(d, device) || !i2c_send(d, at)) {
		i2c_clear(d);
		return -ENXIO;
	}
	i2c_start(d);
	if (!i2c_send(d, device | 1)) {
		i2c_clear(d);
		return -ENXIO;
	}
	for (i = 0; i < n; i++)
		out[i] = i2c_receive(d, i + 1 < n);
	i2c_stop(d);
	return 0;
}
