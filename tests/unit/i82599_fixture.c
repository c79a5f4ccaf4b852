/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/82599/queue_regs.h"
#include "tests/unit/i82599_fixture.h"

enum { DESCRIPTOR = 16 };

static bool
in_memory(uint64_t addr, uint32_t len)
{
	return addr < BENCH_MEMORY && len <= BENCH_MEMORY - addr;
}

static bool
dma_read(void *ctx, uint64_t addr, void *buf, uint32_t len)
{
	struct bench *b = ctx;

	if (!in_memory(addr, len))
		return false;
	memcpy(buf, b->memory + addr, len);
	return true;
}

static bool
dma_write(void *ctx, uint64_t addr, const void *buf, uint32_t len)
{
	struct bench *b = ctx;

	if (!in_memory(addr, len))
		return false;
	memcpy(b->memory + addr, buf, len);
	return true;
}

static void
transmit(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct bench *b = ctx;
	struct bench_frame *f = &b->sent[b->sent_count++ % BENCH_SENT];

	assert_true(len <= sizeof(f->bytes));
	f->len = len;
	memcpy(f->bytes, frame, len);
}

static void
msix(void *ctx, uint32_t vector)
{
	struct bench *b = ctx;

	(void)vector;
	b->messages++;
}

static void
irq(void *ctx, bool level)
{
	(void)ctx;
	(void)level;
}

static uint64_t
now(void *ctx)
{
	return ((struct bench *)ctx)->clock;
}

static void
set_timer(void *ctx, uint64_t when)
{
	((struct bench *)ctx)->timer = when;
}

static void
receive_ready(void *ctx)
{
	((struct bench *)ctx)->ready++;
}

static void
violation(void *ctx, const char *section, const char *text)
{
	struct bench *b = ctx;

	b->violations++;
	snprintf(b->section, sizeof(b->section), "%s", section);
	snprintf(b->text, sizeof(b->text), "%s", text);
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

void
settle(struct bench *b)
{
	for (int i = 0; i < 100000 && b->timer != UINT64_MAX; i++) {
		if (b->clock < b->timer)
			b->clock = b->timer;
		b->timer = UINT64_MAX;
		i82599_timer(b->m);
	}
	assert_true(b->timer == UINT64_MAX);
}

static void
enable_receiver(struct bench *b)
{
	put(b, FCTRL, FCTRL_UPE | FCTRL_MPE | FCTRL_BAM);
	put(b, CTRL_EXT, CTRL_EXT_NS_DIS);
	put(b, RDRXCTL,
	    (get(b, RDRXCTL) & ~RDRXCTL_RSCFRSTSIZE) | RDRXCTL_CRCSTRIP);
	for (uint32_t q = 0; q < I82599_QUEUES; q++)
		put(b, DCA_RXCTRL(q), 0);
	put(b, RXCSUM, RXCSUM_PCSD);
	put(b, SECRXCTRL, SECRXCTRL_RX_DIS);
	settle(b);
	put(b, RXCTRL, RXCTRL_RXEN);
	put(b, SECRXCTRL, 0);
	settle(b);
}

struct bench *
bench_new(bool strict, uint64_t hostile)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct i82599_config config = {
		.mac = { 2, 0, 0, 0, 0, 9 },
		.strict = strict,
		.hostile = hostile,
	};

	assert_non_null(b);
	b->timer = UINT64_MAX;
	b->m = i82599_new(&config, &ops, b);
	assert_non_null(b->m);
	i82599_set_bus_master(b->m, true);
	i82599_set_interrupts(b->m, I82599_MSIX);
	settle(b);
	enable_receiver(b);
	put(b, DMATXCTL, get(b, DMATXCTL) | DMATXCTL_TE);
	return b;
}

void
bench_free(struct bench *b)
{
	i82599_free(b->m);
	free(b);
}

void
put(struct bench *b, uint32_t addr, uint32_t v)
{
	i82599_write(b->m, addr, v, 4);
}

uint32_t
get(struct bench *b, uint32_t addr)
{
	return (uint32_t)i82599_read(b->m, addr, 4);
}

uint32_t
word(const struct bench *b, uint64_t addr)
{
	uint32_t v;

	memcpy(&v, b->memory + addr, sizeof(v));
	return v;
}

void
set_word(struct bench *b, uint64_t addr, uint32_t v)
{
	memcpy(b->memory + addr, &v, sizeof(v));
}

static uint64_t
rx_ring(uint32_t queue, uint32_t index)
{
	return BENCH_RX_RING + queue % 16 * BENCH_RING_STRIDE +
	       index * DESCRIPTOR;
}

static uint64_t
tx_ring(uint32_t queue, uint32_t index)
{
	return BENCH_TX_RING + queue % 16 * BENCH_RING_STRIDE +
	       index * DESCRIPTOR;
}

uint64_t
rx_buffer(uint32_t queue, uint32_t index)
{
	return BENCH_RX_BUFFERS + (queue % 8 * 32 + index % 32) * BENCH_BUFFER;
}

static void
enable(struct bench *b, uint32_t control, uint32_t value)
{
	put(b, control, value | RXDCTL_ENABLE);
	settle(b);
	assert_true(get(b, control) & RXDCTL_ENABLE);
}

void
rx_refill(
    struct bench *b, uint32_t queue, uint32_t from, uint32_t n, uint32_t count)
{
	for (; n; n--, from = (from + 1) % count) {
		set_word(
		    b, rx_ring(queue, from), (uint32_t)rx_buffer(queue, from));
		set_word(b, rx_ring(queue, from) + 4, 0);
		set_word(b, rx_ring(queue, from) + 8, 0);
		set_word(b, rx_ring(queue, from) + 12, 0);
	}
	put(b, RDT(queue), from);
}

void
rx_queue(struct bench *b, uint32_t queue, uint32_t count, uint32_t srrctl)
{
	put(b, RDBAL(queue), (uint32_t)rx_ring(queue, 0));
	put(b, RDBAH(queue), 0);
	put(b, RDLEN(queue), count * DESCRIPTOR);
	put(b, RDH(queue), 0);
	put(b, RDT(queue), 0);
	put(b, SRRCTL(queue), srrctl);
	enable(b, RXDCTL(queue), 0);
	rx_refill(b, queue, 0, count - 1, count);
	settle(b);
}

void
tx_queue(struct bench *b, uint32_t queue, uint32_t count, uint32_t txdctl)
{
	put(b, TDBAL(queue), (uint32_t)tx_ring(queue, 0));
	put(b, TDBAH(queue), 0);
	put(b, TDLEN(queue), count * DESCRIPTOR);
	put(b, TDH(queue), 0);
	put(b, TDT(queue), 0);
	enable(b, TXDCTL(queue), txdctl);
}

uint32_t
rx_status(const struct bench *b, uint32_t queue, uint32_t index)
{
	return word(b, rx_ring(queue, index) + 8);
}

uint32_t
rx_length(const struct bench *b, uint32_t queue, uint32_t index)
{
	return word(b, rx_ring(queue, index) + 12) & 0xffff;
}

void
tx_descriptor(struct bench *b, uint32_t queue, uint32_t index, uint64_t lo,
    uint32_t command, uint32_t options)
{
	uint64_t at = tx_ring(queue, index);

	set_word(b, at, (uint32_t)lo);
	set_word(b, at + 4, (uint32_t)(lo >> 32));
	set_word(b, at + 8, command);
	set_word(b, at + 12, options);
}

void
tx_frame_at(struct bench *b, uint32_t queue, uint32_t index,
    const uint8_t *frame, uint32_t len)
{
	uint64_t buffer = BENCH_TX_BUFFERS + index * BENCH_BUFFER;
	uint32_t count = get(b, TDLEN(queue)) / DESCRIPTOR;

	memcpy(b->memory + buffer, frame, len);
	tx_descriptor(b, queue, index, buffer,
	    TXD_DEXT | TXD_DTYP_DATA | TXD_EOP | TXD_IFCS | TXD_RS | len,
	    len << 14);
	put(b, TDT(queue), (index + 1) % count);
}

bool
tx_done(const struct bench *b, uint32_t queue, uint32_t index)
{
	return word(b, tx_ring(queue, index) + 12) & TXD_DD;
}

void
some_frame(uint8_t *frame, uint32_t len, uint32_t seed)
{
	for (uint32_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		frame[i] = (uint8_t)(seed >> 24);
	}
	memset(frame, 0xff, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5; /* for local experiments */
}

/* RFC 1071, the plain way: the model's own sums are under test. */
static uint16_t
plain_sum(const uint8_t *bytes, uint32_t len, uint32_t sum)
{
	for (uint32_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum > 0xffff)
		sum = sum % 0x10000 + sum / 0x10000;
	return (uint16_t)(0xffff - sum);
}

static void
big16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static uint32_t
ip_header(uint8_t *ip, const struct flow *f, uint32_t l4)
{
	if (f->family == 4) {
		ip[0] = 0x45;
		big16(ip + 2, 20 + l4);
		ip[8] = 64;
		ip[9] = f->protocol;
		memcpy(ip + 12, f->source, 4);
		memcpy(ip + 16, f->destination, 4);
		big16(ip + 10, plain_sum(ip, 20, 0));
		return 20;
	}
	ip[0] = 0x60;
	big16(ip + 4, l4);
	ip[6] = f->protocol;
	ip[7] = 64;
	memcpy(ip + 8, f->source, 16);
	memcpy(ip + 24, f->destination, 16);
	return 40;
}

uint32_t
flow_frame(uint8_t *frame, const struct flow *f, uint32_t payload)
{
	uint32_t l4_header = f->protocol == 6 ? 20 : 8;
	uint32_t l4_length = l4_header + payload;
	uint32_t at = 12, addresses = f->family == 4 ? 8 : 32;
	uint8_t *l4, *sum;

	some_frame(frame, 64 + l4_length, payload + f->ports[0]);
	memset(frame + 12, 0, 100);
	if (f->tag) {
		big16(frame + at, 0x8100);
		big16(frame + at + 2, f->tag);
		at += 4;
	}
	big16(frame + at, f->family == 4 ? 0x0800 : 0x86dd);
	at += 2;
	l4 = frame + at + ip_header(frame + at, f, l4_length);
	big16(l4, f->ports[0]);
	big16(l4 + 2, f->ports[1]);
	if (f->protocol == 6)
		l4[12] = 0x50;
	else
		big16(l4 + 4, l4_length);
	sum = l4 + (f->protocol == 6 ? 16 : 6);
	/* The pseudo header is the addresses before L4, the protocol and the
	 * length; an even number of bytes, so that the sums add up. */
	big16(sum, plain_sum(l4 - addresses, addresses + l4_length,
		       f->protocol + l4_length));
	return (uint32_t)(l4 - frame) + l4_length;
}
