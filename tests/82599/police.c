/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The police of the data half: what a strict model records of rings,
 * descriptors and packets. Linux's driver breaks none of these rules; what it
 * takes the liberty of (the status of a used receive descriptor left in a new
 * one, rings enabled without a base while RXEN is off, which its self-test
 * does) is not policed, or only where it would matter.
 *
 * A buffer belongs to the receiver from fetch to write-back. It may not be
 * handed over again meanwhile, nor be sent: hardware writes to it. Two
 * transmit descriptors may share a buffer, which is only read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum {
	FIRST_SLOTS = 4096,
	RING_BYTES_MAX = 128 * 1024, /* 8.2.3.9.7: validated lengths */
	ON_CHIP = 40,                /* transmit descriptors of a queue */
	PAYLEN_MIN = 17,
	BUFFER_KIB_MAX = 16,
};

/* The set of addresses: open addressing, a power of two of slots. */
struct buffers {
	uint64_t *slot; /* 0: free */
	uint32_t slots;
	uint32_t used;
};

bool
buffers_new(struct i82599 *m)
{
	struct buffers *b;

	if (!m->config.strict)
		return true;
	b = calloc(1, sizeof(*b));
	if (!b)
		return false;
	b->slots = FIRST_SLOTS;
	b->slot = calloc(b->slots, sizeof(*b->slot));
	m->data->buffers = b;
	return b->slot;
}

void
buffers_free(struct i82599 *m)
{
	if (m->data->buffers)
		free(m->data->buffers->slot);
	free(m->data->buffers);
	m->data->buffers = NULL;
}

void
buffers_reset(struct i82599 *m)
{
	struct buffers *b = m->data->buffers;

	if (!b)
		return;
	memset(b->slot, 0, b->slots * sizeof(*b->slot));
	b->used = 0;
}

static uint32_t
home(const struct buffers *b, uint64_t addr)
{
	return (uint32_t)(addr * 0x9e3779b97f4a7c15u >> 32) & (b->slots - 1);
}

/* The slot that holds the address, or the free one where it would be. */
static uint32_t
find(const struct buffers *b, uint64_t addr)
{
	uint32_t i = home(b, addr);

	while (b->slot[i] && b->slot[i] != addr)
		i = (i + 1) & (b->slots - 1);
	return i;
}

static bool
grow(struct buffers *b)
{
	struct buffers wide = { .slots = b->slots * 2 };

	wide.slot = calloc(wide.slots, sizeof(*wide.slot));
	if (!wide.slot)
		return false;
	for (uint32_t i = 0; i < b->slots; i++) {
		if (b->slot[i])
			wide.slot[find(&wide, b->slot[i])] = b->slot[i];
	}
	free(b->slot);
	b->slot = wide.slot;
	b->slots = wide.slots;
	return true;
}

static bool
owned(const struct buffers *b, uint64_t addr)
{
	return b->slot[find(b, addr)] == addr;
}

static void
own(struct buffers *b, uint64_t addr)
{
	if (b->used >= b->slots / 2 && !grow(b))
		return;
	b->slot[find(b, addr)] = addr;
	b->used++;
}

/* Frees a slot, and moves up what was pushed behind it. */
static void
disown(struct buffers *b, uint64_t addr)
{
	uint32_t i = find(b, addr);

	if (!b->slot[i])
		return;
	b->slot[i] = 0;
	b->used--;
	for (i = (i + 1) & (b->slots - 1); b->slot[i];
	     i = (i + 1) & (b->slots - 1)) {
		uint64_t moved = b->slot[i];

		b->slot[i] = 0;
		b->slot[find(b, moved)] = moved;
	}
}

void
check_wire_frame(struct i82599 *m)
{
	struct data *d = m->data;
	bool mac = reg_get(m, HLREG0) & HLREG0_RXCRCSTRP;
	bool dma = reg_get(m, RDRXCTL) & RDRXCTL_CRCSTRIP;

	if (!d->buffers || !(reg_get(m, RXCTRL) & RXCTRL_RXEN))
		return;
	if (mac != dma && !d->told_strip)
		violate(m, "8.2.3.8.8",
		    "HLREG0.RXCRCSTRP and RDRXCTL.CRCSTRIP differ");
	d->told_strip = mac != dma;
}

static void
check_ring(struct i82599 *m, const struct ring *r, const char *what,
    uint32_t queue, const char *base, const char *length)
{
	if (!r->base)
		violate(
		    m, base, "%s queue %u works without a base", what, queue);
	if (r->odd_base)
		violate(m, base,
		    "the base of %s queue %u is not aligned to 128: ...%02x",
		    what, queue, r->odd_base);
	if (!r->count || r->count * sizeof(struct descriptor) > RING_BYTES_MAX)
		violate(m, length, "%s queue %u has %u descriptors", what,
		    queue, r->count);
	if (r->odd_length)
		violate(m, length,
		    "the length of %s queue %u is not a multiple of 128", what,
		    queue);
}

/* Once for each time that a queue is enabled, as it begins to work; not when
 * the driver has already asked for it to stop. */
void
check_rx_enable(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->rx[queue].ring;
	uint32_t control = reg_get(m, SRRCTL(queue));
	uint32_t type = control & SRRCTL_DESCTYPE;
	uint32_t kib = control & SRRCTL_BSIZEPACKET;

	if (!m->data->buffers || r->checked || !r->wanted)
		return;
	r->checked = true;
	check_ring(m, r, "receive", queue, "8.2.3.8.1", "8.2.3.8.3");
	if (r->early_tail)
		violate(m, "4.6.7",
		    "RDT of queue %u was moved before ENABLE read as 1", queue);
	if (!kib || kib > BUFFER_KIB_MAX)
		violate(m, "8.2.3.8.7", "queue %u has buffers of %u KiB", queue,
		    kib);
	if (type != SRRCTL_DESCTYPE_LEGACY &&
	    type != SRRCTL_DESCTYPE_ONE_BUFFER)
		violate(m, "7.1.10",
		    "queue %u asks for header split, which is unpredictable",
		    queue);
}

void
check_tx_enable(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->tx[queue].ring;
	uint32_t control = reg_get(m, TXDCTL(queue));
	uint32_t prefetch = control & TXDCTL_PTHRESH;
	uint32_t write_back = (control & TXDCTL_WTHRESH) >>
	                      TXDCTL_WTHRESH_SHIFT;
	uint32_t head = reg_get(m, TDWBAL(queue));

	if (!m->data->buffers)
		return;
	check_ring(m, r, "transmit", queue, "8.2.3.9.5", "8.2.3.9.7");
	if (r->early_tail)
		violate(m, "4.6.8",
		    "TDT of queue %u was moved before ENABLE read as 1", queue);
	if (!(reg_get(m, DMATXCTL) & DMATXCTL_TE))
		violate(m, "4.6.8", "queue %u is enabled before DMATXCTL.TE",
		    queue);
	if (write_back && prefetch + write_back > ON_CHIP)
		violate(m, "8.2.3.9.10", "queue %u: PTHRESH %u, WTHRESH %u",
		    queue, prefetch, write_back);
	if ((head & TDWBAL_HEAD_WB_EN) && write_back)
		violate(m, "7.2.3.5.2",
		    "queue %u: WTHRESH with head write-back", queue);
	if ((head & TDWBAL_HEAD_WB_EN) && (head & 0xc))
		violate(m, "7.2.3.5.2",
		    "queue %u: the head's address is not aligned to 16", queue);
}

bool
check_tail(struct i82599 *m, struct ring *r, uint32_t tail, const char *section)
{
	if (!r->count)
		return false;
	if (tail >= r->count || r->head >= r->count) {
		violate(m, section, "head %u, tail %u in a ring of %u", r->head,
		    tail, r->count);
		return false;
	}
	if (ring_distance(r, r->head, tail) <
	    ring_distance(r, r->head, r->fetched)) {
		violate(m, section, "the tail moved back to %u, from %u", tail,
		    r->fetched);
		return false;
	}
	return true;
}

void
check_rx_fetched(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n)
{
	struct ring *r = &m->data->rx[queue].ring;
	struct buffers *b = m->data->buffers;

	for (; b && n; n--, from = ring_next(r, from)) {
		uint64_t addr = r->seen[from].lo;

		if (!addr)
			violate(m, "7.1.6",
			    "queue %u: descriptor %u has no buffer", queue,
			    from);
		else if (owned(b, addr))
			violate(m, "7.1.9",
			    "queue %u: buffer 0x%" PRIx64
			    " is handed over twice",
			    queue, addr);
		else
			own(b, addr);
	}
}

static void
check_tx_advanced(struct i82599 *m, uint32_t queue, uint32_t index,
    uint32_t low, uint32_t high)
{
	uint32_t type = low & TXD_DTYP;

	if (type == TXD_DTYP_CTXT) {
		if (CTXT_IDX(high) > 1)
			violate(m, "7.2.3.2.3", "queue %u: context %u", queue,
			    CTXT_IDX(high));
		return;
	}
	if (type != TXD_DTYP_DATA)
		violate(m, "7.2.3.2.4", "queue %u: descriptor %u has DTYP %u",
		    queue, index, type >> 20);
	if (high & TXD_STATUS)
		violate(m, "7.2.3.2.4", "queue %u: descriptor %u has DD set",
		    queue, index);
	if (TXD_IDX(high) > 1)
		violate(m, "7.2.3.2.4", "queue %u: descriptor %u has IDX %u",
		    queue, index, TXD_IDX(high));
	if (low & TXD_RESERVED)
		violate(m, "7.2.3.2.4",
		    "queue %u: descriptor %u has reserved bits: 0x%08x", queue,
		    index, low);
}

static void
check_tx_descriptor(struct i82599 *m, uint32_t queue, uint32_t index)
{
	const struct descriptor *d = &m->data->tx[queue].ring.seen[index];
	uint32_t low = (uint32_t)d->hi;
	uint32_t high = (uint32_t)(d->hi >> 32);
	bool context = (low & (TXD_DEXT | TXD_DTYP)) ==
	               (TXD_DEXT | TXD_DTYP_CTXT);

	if (low & TXD_DEXT)
		check_tx_advanced(m, queue, index, low, high);
	if (context)
		return;
	if ((low & TXD_LENGTH) && owned(m->data->buffers, d->lo))
		violate(m, "7.1.9",
		    "queue %u sends buffer 0x%" PRIx64 ", a receiver's", queue,
		    d->lo);
}

void
check_tx_fetched(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n)
{
	const struct ring *r = &m->data->tx[queue].ring;

	for (; m->data->buffers && n; n--, from = ring_next(r, from))
		check_tx_descriptor(m, queue, from);
}

/* What is in memory must be what was fetched. */
static void
check_untouched(struct i82599 *m, const struct ring *r, const char *what,
    uint32_t queue, uint32_t index)
{
	struct descriptor now;

	if (m->ops->dma_read(
		m->ctx, r->base + index * sizeof(now), &now, sizeof(now)) &&
	    memcmp(&now, &r->seen[index], sizeof(now)) != 0)
		violate(m, "7.1.9",
		    "%s queue %u: descriptor %u rewritten while hardware's",
		    what, queue, index);
}

void
check_rx_done(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n)
{
	struct ring *r = &m->data->rx[queue].ring;

	for (; m->data->buffers && n; n--, from = ring_next(r, from)) {
		check_untouched(m, r, "receive", queue, from);
		disown(m->data->buffers, r->seen[from].lo);
	}
}

void
check_tx_done(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n)
{
	struct ring *r = &m->data->tx[queue].ring;

	for (; m->data->buffers && n; n--, from = ring_next(r, from))
		check_untouched(m, r, "transmit", queue, from);
}

void
check_rx_stopped(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n)
{
	struct ring *r = &m->data->rx[queue].ring;

	for (; m->data->buffers && n; n--, from = ring_next(r, from))
		disown(m->data->buffers, r->seen[from].lo);
}

void
check_no_end(struct i82599 *m, uint32_t queue)
{
	const struct ring *r = &m->data->tx[queue].ring;

	if (ring_distance(r, r->done, r->fetched) == r->count - 1)
		violate(m, "7.2.1", "queue %u is full without an EOP", queue);
}

static void
check_advanced(struct i82599 *m, const struct tx_packet *p)
{
	const struct tx_context *c = p->context;
	bool segment = p->command & TXD_TSE;
	uint32_t header = segment ? c->maclen + c->iplen + c->l4len : 0;
	uint32_t payload = TXD_PAYLEN(p->options);

	if (!c->set && ((p->command & (TXD_TSE | TXD_VLE)) ||
			   (p->options & (TXD_IXSM | TXD_TXSM))))
		violate(m, "7.2.3.2.3", "queue %u: context %u was never given",
		    p->queue, TXD_IDX(p->options));
	else if (segment && !c->mss)
		violate(m, "7.2.3.2.3", "queue %u: segmentation with MSS 0",
		    p->queue);
	if (payload + header != p->length)
		violate(m, "7.2.3.2.4",
		    "queue %u: PAYLEN %u, header %u, but %u bytes", p->queue,
		    payload, header, p->length);
	if (!segment && p->length < PAYLEN_MIN)
		violate(m, "7.2.3.2.4", "queue %u: a packet of %u bytes",
		    p->queue, p->length);
}

void
check_packet(struct i82599 *m, const struct tx_packet *p, uint32_t descriptors)
{
	if (!m->data->buffers)
		return;
	if (descriptors > TX_DESCRIPTORS_MAX)
		violate(m, "7.2.1", "queue %u: a packet of %u descriptors",
		    p->queue, descriptors);
	if (p->command & TXD_DEXT)
		check_advanced(m, p);
}
