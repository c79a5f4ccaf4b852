/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit rings: fetch, gather packets, and tell software what is done
 * (7.2.3). With WTHRESH 0 each descriptor with RS is written back; with more,
 * all are, once so many wait or the interrupt throttle of the queue's vector
 * runs out; with head write-back, only the head is.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { EITR_NS = 256, HEAD_WB_ALIGN = 16 }; /* 2.048 us a step of 8 */

static uint32_t
lower(const struct descriptor *d)
{
	return (uint32_t)d->hi;
}

static uint32_t
upper(const struct descriptor *d)
{
	return (uint32_t)(d->hi >> 32);
}

static bool
is_context(const struct descriptor *d)
{
	return (lower(d) & (TXD_DEXT | TXD_DTYP)) == (TXD_DEXT | TXD_DTYP_CTXT);
}

static void
step(struct i82599 *m, struct ring *r)
{
	r->done = ring_next(r, r->done);
	r->used = true;
	m->data->waiting++;
}

/* 7.2.3.2.3 */
static void
set_context(struct tx_queue *q, const struct descriptor *d)
{
	uint32_t word[4] = {
		(uint32_t)d->lo,
		(uint32_t)(d->lo >> 32),
		lower(d),
		upper(d),
	};

	q->context[CTXT_IDX(word[3]) & 1] = (struct tx_context){
		.set = true,
		.vlan = (uint16_t)CTXT_VLAN(word[0]),
		.maclen = CTXT_MACLEN(word[0]),
		.iplen = CTXT_IPLEN(word[0]),
		.ipv4 = word[2] & CTXT_IPV4,
		.l4 = CTXT_L4T(word[2]),
		.l4len = CTXT_L4LEN(word[3]),
		.mss = (uint16_t)CTXT_MSS(word[3]),
	};
}

/* The number of descriptors up to EOP; 0: it is not here yet. */
static uint32_t
packet_descriptors(const struct ring *r)
{
	uint32_t n = 0;

	for (uint32_t i = r->done; i != r->fetched; i = ring_next(r, i)) {
		n++;
		if (lower(&r->desc[i]) & TXD_EOP)
			return n;
	}
	return 0;
}

static void
gather(struct i82599 *m, struct ring *r, uint32_t n, struct tx_packet *p)
{
	for (; n; n--) {
		const struct descriptor *d = &r->desc[r->done];
		uint32_t length = lower(d) & TXD_LENGTH;

		if (length > TX_PACKET_MAX - p->length)
			length = TX_PACKET_MAX - p->length;
		if (!m->ops->dma_read(
			m->ctx, d->lo, p->bytes + p->length, length))
			memset(p->bytes + p->length, 0xff, length);
		p->length += length;
		step(m, r);
	}
}

/* Sends one packet, or takes one context; false: there is none. */
static bool
run_one(struct i82599 *m, uint32_t queue)
{
	struct tx_queue *q = &m->data->tx[queue];
	struct ring *r = &q->ring;
	const struct descriptor *first = &r->desc[r->done];
	struct tx_packet p = {
		.queue = queue,
		.bytes = m->data->packet + TX_HEAD_ROOM,
	};
	uint32_t n;

	if (r->done == r->fetched)
		return false;
	if (is_context(first)) {
		set_context(q, first);
		step(m, r);
		return true;
	}
	n = packet_descriptors(r);
	if (!n) {
		check_no_end(m, queue);
		return false;
	}
	p.command = lower(first);
	p.options = upper(first);
	if (p.command & TXD_DEXT)
		p.context = &q->context[TXD_IDX(p.options) & 1];
	gather(m, r, n, &p);
	/* 7.2.3.2.2: a null descriptor moves no data. */
	if (!p.length)
		return true;
	check_packet(m, &p, n);
	tx_packet(m, &p);
	return true;
}

/* The interrupt throttle that ends the wait of WTHRESH, in ns. */
static uint64_t
throttle(const struct i82599 *m, uint32_t queue)
{
	uint32_t shift = queue % 2 * 16 + 8;
	uint32_t vector = reg_get(m, IVAR(queue / 2)) >> shift & 0xff;

	if (!(vector & IVAR_VALID))
		return 0;
	if (m->interrupts != I82599_MSIX)
		vector = 0;
	vector &= I82599_MSIX_VECTORS - 1;
	return (uint64_t)(reg_get(m, EITR(vector)) & EITR_INTERVAL) * EITR_NS;
}

static uint32_t
threshold(const struct i82599 *m, uint32_t queue)
{
	return (reg_get(m, TXDCTL(queue)) & TXDCTL_WTHRESH) >>
	       TXDCTL_WTHRESH_SHIFT;
}

/* What waits may not be written back yet. */
static bool
too_few(struct i82599 *m, uint32_t queue)
{
	struct tx_queue *q = &m->data->tx[queue];
	uint32_t n = ring_distance(&q->ring, q->ring.head, q->ring.done);
	uint64_t wait = throttle(m, queue);

	if (q->flush || !q->ring.wanted || n >= threshold(m, queue))
		return false;
	if (wait)
		after(m, wait, wait + WRITE_BACK_NS, tx_flush, queue);
	return true;
}

/* 7.2.3.5.2 */
static void
write_head(struct i82599 *m, uint32_t queue, uint32_t head)
{
	uint64_t low = reg_get(m, TDWBAL(queue)) & ~3u;
	uint64_t addr = (uint64_t)reg_get(m, TDWBAH(queue)) << 32 | low;
	uint8_t bytes[4] = { (uint8_t)head, (uint8_t)(head >> 8), 0, 0 };

	if (addr % HEAD_WB_ALIGN == 0)
		m->ops->dma_write(m->ctx, addr, bytes, sizeof(bytes));
}

/* Tells of the first n descriptors; true: one of them wanted it. */
static bool
tell(struct i82599 *m, uint32_t queue, uint32_t n)
{
	struct ring *r = &m->data->tx[queue].ring;
	bool all = threshold(m, queue) > 0;
	bool head_only = reg_get(m, TDWBAL(queue)) & TDWBAL_HEAD_WB_EN;
	bool wanted = false;

	for (; n; n--) {
		struct descriptor *d = &r->desc[r->head];
		bool rs = all || (!is_context(d) && (d->hi & TXD_RS));
		bool legacy = !(lower(d) & TXD_DEXT);

		wanted |= rs;
		/* 7.2.3.2.2, 7.2.3.2.5: a legacy one keeps its other fields */
		d->hi = (legacy ? d->hi : 0) | (uint64_t)TXD_DD << 32;
		if (rs && !head_only)
			ring_write(m, r, r->head, 1);
		r->head = ring_next(r, r->head);
	}
	if (wanted && head_only)
		write_head(m, queue, r->head);
	return wanted;
}

void
tx_write_back(struct i82599 *m, uint32_t queue)
{
	struct tx_queue *q = &m->data->tx[queue];
	struct ring *r = &q->ring;
	uint32_t n;

	if (!r->enabled || r->head == r->done || too_few(m, queue))
		return;
	n = ring_distance(r, r->head, r->done);
	if (m->config.hostile && r->wanted)
		n = 1 + hostile_below(m, n);
	check_tx_done(m, queue, r->head, n);
	m->data->waiting -= n;
	if (tell(m, queue, n))
		cause_tx(m, queue);
	if (r->head != r->done)
		after(m, 0, WRITE_BACK_NS, tx_write_back, queue);
	else
		q->flush = false;
}

void
tx_flush(struct i82599 *m, uint32_t queue)
{
	struct tx_queue *q = &m->data->tx[queue];

	if (!q->ring.enabled || q->ring.head == q->ring.done)
		return;
	q->flush = true;
	tx_write_back(m, queue);
}

static void
fetch(struct i82599 *m, uint32_t queue, uint32_t tail)
{
	struct ring *r = &m->data->tx[queue].ring;
	uint32_t limit = m->config.hostile ? 1 + hostile_below(m, 40)
	                                   : r->count;
	uint32_t from = r->fetched;
	uint32_t n = ring_fetch(m, r, tail, limit);

	check_tx_fetched(m, queue, from, n);
}

void
tx_run(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->tx[queue].ring;
	uint32_t tail = reg_get(m, TDT(queue));
	uint32_t limit;

	if (!r->enabled || !r->wanted || r->rewound || !dma_allowed(m) ||
	    !(reg_get(m, DMATXCTL) & DMATXCTL_TE) ||
	    !check_tail(m, r, tail, "8.2.3.9.9"))
		return;
	fetch(m, queue, tail);
	/* Without a link the MAC takes nothing: data_wake() tells of one. */
	if (!link_carries(m) && !link_loops_back(m))
		return;
	limit = m->config.hostile ? 1 + hostile_below(m, 32) : UINT32_MAX;
	while (limit && run_one(m, queue))
		limit--;
	if (r->fetched != tail || !limit)
		after(m, 0, FETCH_NS, tx_run, queue);
	if (m->config.hostile)
		after(m, 0, WRITE_BACK_NS, tx_write_back, queue);
	else
		tx_write_back(m, queue);
}

static void
tx_stop(struct i82599 *m, uint32_t queue)
{
	struct tx_queue *q = &m->data->tx[queue];

	tx_write_back(m, queue);
	*reg(m, TDH(queue)) = q->ring.done;
	ring_stop(m, &q->ring);
	memset(q->context, 0, sizeof(q->context));
	*reg(m, TXDCTL(queue)) &= ~TXDCTL_ENABLE;
}

/* ENABLE follows what was written: 8.2.3.9.10. */
void
tx_follow(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->tx[queue].ring;

	if (r->wanted == r->enabled)
		return;
	if (!r->wanted) {
		tx_stop(m, queue);
		return;
	}
	if (!ring_start(m, r, TDBAL(queue)))
		return;
	check_tx_enable(m, queue);
	*reg(m, TXDCTL(queue)) |= TXDCTL_ENABLE;
	after(m, 0, FETCH_NS, tx_run, queue);
}
