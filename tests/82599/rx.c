/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reception: a frame is counted, filtered, kept in the packet buffer as long
 * as its queue cannot take it (7.1.3), and written to memory by deliver().
 *
 * A friendly model delivers at once, and the packet buffer is only used while
 * a queue without DROP_EN has no descriptors: then all wait, in order.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { RECORD = 8 }; /* length and status of a frame in the packet buffer */

static uint32_t
capacity(const struct i82599 *m)
{
	return reg_get(m, RXPBSIZE(0)) & RXPBSIZE_SIZE;
}

static void
copy_in(struct packet_buffer *b, const void *from, uint32_t n)
{
	uint32_t part = RX_BUFFER_MAX - b->in;

	if (part > n)
		part = n;
	memcpy(b->bytes + b->in, from, part);
	memcpy(b->bytes, (const uint8_t *)from + part, n - part);
	b->in = (b->in + n) % RX_BUFFER_MAX;
}

static void
copy_out(const struct packet_buffer *b, uint32_t skip, void *to, uint32_t n)
{
	uint32_t at = (b->out + skip) % RX_BUFFER_MAX;
	uint32_t part = RX_BUFFER_MAX - at;

	if (part > n)
		part = n;
	memcpy(to, b->bytes + at, part);
	memcpy((uint8_t *)to + part, b->bytes, n - part);
}

static void
keep(struct i82599 *m, const uint8_t *frame, uint32_t len, uint32_t status)
{
	struct packet_buffer *b = &m->data->packets;
	uint32_t record[2] = { len, status };
	uint32_t room = capacity(m);

	if (room > RX_BUFFER_MAX)
		room = RX_BUFFER_MAX;
	if (b->used + RECORD + len > room) {
		stat_add(m, RXMPC(0), 1);
		cause_other(m, EICR_RX_MISS);
		return;
	}
	copy_in(b, record, RECORD);
	copy_in(b, frame, len);
	b->used += RECORD + len;
	b->frames++;
}

/* False: the first frame has to wait. */
static bool
drain_one(struct i82599 *m)
{
	struct packet_buffer *b = &m->data->packets;
	uint32_t record[2];

	copy_out(b, 0, record, RECORD);
	copy_out(b, RECORD, m->data->arrived, record[0]);
	if (deliver(m, m->data->arrived, record[0], record[1]) == WAITS)
		return false;
	b->out = (b->out + RECORD + record[0]) % RX_BUFFER_MAX;
	b->used -= RECORD + record[0];
	b->frames--;
	return true;
}

void
rx_drain(struct i82599 *m, uint32_t unused)
{
	struct packet_buffer *b = &m->data->packets;
	uint32_t limit = m->config.hostile ? 1 + hostile_below(m, 4)
	                                   : UINT32_MAX;

	while (b->frames && limit && drain_one(m))
		limit--;
	if (b->frames && !limit)
		after(m, 0, FETCH_NS, rx_drain, 0);
	rx_ready(m);
}

bool
i82599_can_receive(const struct i82599 *m)
{
	const struct data *d = m->data;

	if (d->tight || d->packets.frames >= RX_BACKLOG)
		return false;
	if (d->narrow && d->packets.frames)
		return false;
	return d->packets.used + RECORD + FRAME_ROOM <= capacity(m);
}

void
rx_ready(struct i82599 *m)
{
	bool can = i82599_can_receive(m);
	bool could = m->data->could_receive;

	m->data->could_receive = can;
	if (can && !could)
		m->ops->receive_ready(m->ctx);
}

/* Counts a frame of good or bad length; true: it may go on. */
static bool
measure(
    struct i82599 *m, const struct parsed *p, uint32_t len, uint32_t *status)
{
	bool bad = false;

	stat_add(m, TPR, 1);
	stat_add64(m, TORL, len + FCS);
	if (len < MIN_FRAME) {
		stat_add(m, RUC, 1);
		bad = true;
	} else if (len + FCS > length_limit(m, p->tagged)) {
		stat_add(m, ROC, 1);
		bad = true;
	} else {
		stat_add(m, RXNFGPC, 1);
		stat_add64(m, RXNFGBCL, len + FCS);
	}
	if (!bad)
		return true;
	*status |= RXD_RXE;
	return reg_get(m, FCTRL) & FCTRL_SBP;
}

static void
count_good(struct i82599 *m, const uint8_t *frame, uint32_t len)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

	stat_add(m, GPRC, 1);
	stat_add64(m, GORCL, len + FCS);
	stat_size(m, PRC64, len + FCS);
	if (memcmp(frame, broadcast, 6) == 0)
		stat_add(m, BPRC, 1);
	else if (frame[0] & 1)
		stat_add(m, MPRC, 1);
}

void
rx_frame(struct i82599 *m, const uint8_t *frame, uint32_t len)
{
	struct parsed p;
	uint32_t status = 0;
	enum verdict verdict;

	if (!(reg_get(m, RXCTRL) & RXCTRL_RXEN) ||
	    (reg_get(m, SECRXCTRL) & SECRXCTRL_RX_DIS) || len < 14 ||
	    len + FCS > I82599_FRAME_MAX)
		return;
	parse(m, frame, len, &p);
	if (!measure(m, &p, len, &status))
		return;
	verdict = filter(m, frame, &p);
	if (verdict == REFUSE)
		return;
	if (verdict == PASS_INEXACT)
		status |= RXD_PIF;
	if (!(status & RXD_RXE))
		count_good(m, frame, len);
	if (m->config.hostile) {
		keep(m, frame, len, status);
		after(m, 0, FETCH_NS, rx_drain, 0);
	} else if (m->data->packets.frames ||
		   deliver(m, frame, len, status) == WAITS) {
		keep(m, frame, len, status);
	}
	rx_ready(m);
}

void
i82599_receive(struct i82599 *m, const uint8_t *frame, uint32_t len)
{
	if (!link_carries(m) || link_loops_back(m))
		return;
	check_wire_frame(m);
	rx_frame(m, frame, len);
}

void
rx_fetch(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->rx[queue].ring;
	uint32_t tail = reg_get(m, RDT(queue));
	uint32_t from = r->fetched;
	uint32_t limit, n;

	if (!r->enabled || r->rewound || !dma_allowed(m) ||
	    !(reg_get(m, RXCTRL) & RXCTRL_RXEN))
		return;
	check_rx_enable(m, queue);
	if (!check_tail(m, r, tail, "8.2.3.8.5"))
		return;
	limit = m->config.hostile ? 1 + hostile_below(m, 64) : r->count;
	n = ring_fetch(m, r, tail, limit);
	check_rx_fetched(m, queue, from, n);
	rx_room(m, queue);
	if (r->fetched != tail)
		after(m, 0, FETCH_NS, rx_fetch, queue);
	rx_drain(m, 0);
}

void
rx_write_back(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->rx[queue].ring;
	uint32_t type = reg_get(m, SRRCTL(queue)) & SRRCTL_DESCTYPE;
	uint32_t shift = type == SRRCTL_DESCTYPE_LEGACY ? 32 : 0;
	uint32_t n, left;
	bool whole = false;

	if (!r->enabled || r->head == r->done)
		return;
	n = ring_distance(r, r->head, r->done);
	if (m->config.hostile && r->wanted)
		n = 1 + hostile_below(m, n);
	check_rx_done(m, queue, r->head, n);
	ring_write(m, r, r->head, n);
	for (left = n; left; left--) {
		whole |= r->desc[r->head].hi >> shift & RXD_EOP;
		r->head = ring_next(r, r->head);
	}
	m->data->waiting -= n;
	r->told = true;
	if (whole)
		cause_rx(m, queue);
	if (r->head != r->done)
		after(m, 0, WRITE_BACK_NS, rx_write_back, queue);
}

static void
rx_stop(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->rx[queue].ring;

	rx_write_back(m, queue);
	*reg(m, RDH(queue)) = r->done;
	if (r->count)
		check_rx_stopped(
		    m, queue, r->done, ring_distance(r, r->done, r->fetched));
	ring_stop(m, r);
	*reg(m, RXDCTL(queue)) &= ~RXDCTL_ENABLE;
}

/* ENABLE follows what was written: 8.2.3.8.6. */
void
rx_follow(struct i82599 *m, uint32_t queue)
{
	struct ring *r = &m->data->rx[queue].ring;

	if (r->wanted == r->enabled)
		return;
	if (!r->wanted)
		rx_stop(m, queue);
	else if (ring_start(m, r, RDBAL(queue)))
		*reg(m, RXDCTL(queue)) |= RXDCTL_ENABLE;
	rx_room(m, queue);
	if (r->enabled)
		after(m, 0, FETCH_NS, rx_fetch, queue);
	rx_drain(m, 0);
}
