/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: i82599 */
/*
 * Any bytes as a driver of the 82599 model: accesses of registers, descriptors
 * and headers in memory, frames, and time. Whatever a driver does, the model
 * stays in its own memory, and asks for DMA and sends frames within bounds.
 *
 * The first byte configures the model. Each step is a byte, its low bits the
 * kind, and what the kind takes.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/82599/queue_regs.h"

#include "tests/82599/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MEMORY = 64 * 1024,
	STEPS = 512,
	EVENTS_A_STEP = 64,
	DMA_MAX = 1 << 20, /* a whole ring */
	RING = 128,        /* bytes */
};

static struct fuzz {
	struct i82599 *m;
	const uint8_t *data;
	size_t left;
	uint64_t clock;
	uint64_t timer;
	uint8_t memory[MEMORY];
} fuzz;

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* The next n bytes as a number; zeros behind the end. */
static uint64_t
take(unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n && fuzz.left > 0; i++, fuzz.left--)
		v |= (uint64_t)*fuzz.data++ << 8 * i;
	return v;
}

static bool
dma_read(void *ctx, uint64_t addr, void *buf, uint32_t len)
{
	require(len <= DMA_MAX);
	if (addr >= MEMORY || len > MEMORY - addr)
		return false;
	memcpy(buf, fuzz.memory + addr, len);
	return true;
}

static bool
dma_write(void *ctx, uint64_t addr, const void *buf, uint32_t len)
{
	require(len <= DMA_MAX);
	if (addr >= MEMORY || len > MEMORY - addr)
		return false;
	memcpy(fuzz.memory + addr, buf, len);
	return true;
}

/* Reads all of the frame, for the sanitizer. */
static void
transmit(void *ctx, const uint8_t *frame, uint32_t len)
{
	static volatile uint8_t sum;

	require(len + 4 <= I82599_FRAME_MAX);
	for (uint32_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + frame[i]);
}

static void
msix(void *ctx, uint32_t vector)
{
	require(vector < I82599_MSIX_VECTORS);
}

static void
irq(void *ctx, bool level)
{
}

static uint64_t
now(void *ctx)
{
	return fuzz.clock;
}

static void
set_timer(void *ctx, uint64_t when)
{
	fuzz.timer = when;
}

static void
receive_ready(void *ctx)
{
}

static void
violation(void *ctx, const char *section, const char *text)
{
	require(section[0] != '\0' && text[0] != '\0');
}

static const struct i82599_ops ops = {
	.dma_read = dma_read,
	.dma_write = dma_write,
	.transmit = transmit,
	.msix = msix,
	.irq = irq,
	.now = now,
	.set_timer = set_timer,
	.receive_ready = receive_ready,
	.violation = violation,
};

static void
pass(uint32_t events)
{
	for (; events > 0 && fuzz.timer != UINT64_MAX; events--) {
		if (fuzz.clock < fuzz.timer)
			fuzz.clock = fuzz.timer;
		fuzz.timer = UINT64_MAX;
		i82599_timer(fuzz.m);
	}
}

static void
put(uint32_t addr, uint32_t v)
{
	i82599_write(fuzz.m, addr, v, 4);
}

/* A queue pair at work, so that few bytes reach what is behind. */
static void
queues_on(uint32_t q, uint32_t rx, uint32_t tx)
{
	put(DMATXCTL, DMATXCTL_TE);
	put(FCTRL, FCTRL_UPE | FCTRL_MPE | FCTRL_BAM);
	put(RDBAL(q), 0x1000);
	put(RDLEN(q), RING);
	put(SRRCTL(q), rx);
	put(RXDCTL(q), RXDCTL_ENABLE | (rx >> 31 ? RXDCTL_VME : 0));
	put(TDBAL(q), 0x2000);
	put(TDLEN(q), RING);
	put(TXDCTL(q), TXDCTL_ENABLE | tx);
	put(RXCTRL, RXCTRL_RXEN);
	pass(EVENTS_A_STEP);
	put(RDT(q), 7);
}

static void
frame_arrives(void)
{
	uint8_t frame[I82599_FRAME_MAX];
	uint32_t len = take(2) % sizeof(frame);
	uint32_t given = take(1);

	if (given > len)
		given = len;
	memset(frame, 0, len);
	for (uint32_t i = 0; i < given; i++)
		frame[i] = (uint8_t)take(1);
	i82599_receive(fuzz.m, frame, len);
	(void)i82599_can_receive(fuzz.m);
}

static void
memory_changes(void)
{
	uint32_t at = (uint32_t)take(2) % (MEMORY - 16);
	uint64_t lo = take(8), hi = take(8);

	memcpy(fuzz.memory + at, &lo, sizeof(lo));
	memcpy(fuzz.memory + at + 8, &hi, sizeof(hi));
}

static void
machine_changes(uint32_t what)
{
	if (what & 1)
		i82599_set_link(fuzz.m, what & 2);
	else if (what & 4)
		i82599_set_bus_master(fuzz.m, what & 2);
	else if (what & 8)
		i82599_set_interrupts(fuzz.m, (what >> 4) % 3);
	else if (what & 2)
		i82599_power_on(fuzz.m);
	else
		pass(EVENTS_A_STEP);
}

/* Each of these takes its arguments in a sequence of statements. */
static void
step(uint32_t op)
{
	uint32_t addr, v;

	switch (op & 7) {
	case 0:
	case 1:
		addr = (uint32_t)take(2) * 4 % I82599_BAR_SIZE;
		v = (uint32_t)take(4);
		put(addr, v);
		break;
	case 2:
		addr = (uint32_t)take(2) * 4;
		(void)i82599_read(
		    fuzz.m, addr + (op >> 6), 1u << (op >> 3) % 4);
		break;
	case 3:
		frame_arrives();
		break;
	case 4:
		memory_changes();
		break;
	case 5:
		machine_changes((uint32_t)take(1));
		break;
	case 6:
		v = (uint32_t)take(4);
		queues_on(op >> 3 & 1 ? 127 : 0, v, (uint32_t)take(3));
		break;
	default:
		addr = op & 8 ? RDT(op >> 4 & 1 ? 127 : 0)
		              : TDT(op >> 4 & 1 ? 127 : 0);
		put(addr, (uint32_t)take(1));
		pass(1 + (op >> 5));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct i82599_config config = { .mac = { 2, 0, 0, 0, 0, 1 } };
	uint32_t first;

	memset(&fuzz, 0, sizeof(fuzz));
	fuzz.data = data;
	fuzz.left = size;
	fuzz.timer = UINT64_MAX;
	first = (uint32_t)take(1);
	config.strict = first & 1;
	config.no_module = (first & 6) == 6;
	config.hostile = first >> 3;
	fuzz.m = i82599_new(&config, &ops, NULL);
	require(fuzz.m != NULL);
	i82599_set_bus_master(fuzz.m, true);
	pass(EVENTS_A_STEP);
	for (int i = 0; i < STEPS && fuzz.left > 0; i++)
		step((uint32_t)take(1));
	pass(EVENTS_A_STEP);
	i82599_free(fuzz.m);
	return 0;
}
