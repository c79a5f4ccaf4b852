/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data half of the model: memory, reset, and which write concerns it.
 *
 * ENABLE of a queue (8.2.3.8.6, 8.2.3.9.10) reads as what the queue does, not
 * as what was written: an event makes it follow.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

bool
data_new(struct i82599 *m)
{
	struct data *d = calloc(1, sizeof(*d));

	if (!d)
		return false;
	m->data = d;
	d->could_receive = true;
	d->packets.bytes = malloc(RX_BUFFER_MAX);
	d->packet = malloc(TX_HEAD_ROOM + TX_PACKET_MAX + TX_TAIL_ROOM);
	d->frame = malloc(FRAME_ROOM);
	d->arrived = malloc(FRAME_ROOM);
	d->stripped = malloc(FRAME_ROOM);
	if (d->packets.bytes && d->packet && d->frame && d->arrived &&
	    d->stripped && buffers_new(m))
		return true;
	data_free(m);
	return false;
}

static void
stop_all(struct i82599 *m)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++) {
		ring_stop(m, &m->data->rx[q].ring);
		ring_stop(m, &m->data->tx[q].ring);
	}
}

void
data_free(struct i82599 *m)
{
	struct data *d = m->data;

	if (!d)
		return;
	stop_all(m);
	buffers_free(m);
	free(d->packets.bytes);
	free(d->packet);
	free(d->frame);
	free(d->arrived);
	free(d->stripped);
	free(d);
	m->data = NULL;
}

void
data_reset(struct i82599 *m)
{
	struct data *d = m->data;

	stop_all(m);
	buffers_reset(m);
	memset(d->rx, 0, sizeof(d->rx));
	memset(d->tx, 0, sizeof(d->tx));
	d->packets.in = 0;
	d->packets.out = 0;
	d->packets.used = 0;
	d->packets.frames = 0;
	d->tight = 0;
	d->narrow = 0;
	d->told_strip = false;
	d->waiting = 0;
	rx_ready(m);
}

bool
dma_allowed(const struct i82599 *m)
{
	return m->bus_master && !(reg_get(m, CTRL) & CTRL_MASTER_DISABLE);
}

bool
data_receives(const struct i82599 *m, uint32_t queue)
{
	const struct ring *r = &m->data->rx[queue].ring;

	return r->enabled && r->wanted;
}

bool
data_idle(const struct i82599 *m)
{
	return m->data->waiting == 0;
}

static void
wake(struct i82599 *m, uint32_t queue)
{
	if (m->data->rx[queue].ring.enabled)
		after(m, 0, FETCH_NS, rx_fetch, queue);
	if (m->data->tx[queue].ring.enabled)
		after(m, 0, FETCH_NS, tx_run, queue);
}

void
data_wake(struct i82599 *m)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++)
		wake(m, q);
	after(m, 0, FETCH_NS, rx_drain, 0);
}

void
stat_size(struct i82599 *m, uint32_t addr, uint32_t length)
{
	static const uint32_t above[] = { 65, 128, 256, 512, 1024 };
	uint32_t class = 0;

	while (class < 5 && length >= above[class])
		class ++;
	stat_add(m, addr + 4 * class, 1);
}

void
stat_queue(struct i82599 *m, const struct queue_stats *s, uint32_t queue,
    uint32_t bytes)
{
	uint32_t lane = reg_get(m, s->map + queue / 4 * 4) >> queue % 4 * 8;
	uint32_t set = lane & 15;

	stat_add(m, s->packets + set * s->packets_stride, 1);
	if (s->bytes)
		stat_add64(m, s->bytes + set * s->bytes_stride, bytes);
}

/* The registers of a queue, by what a write of them means. */
struct kind {
	const char *base;   /* sections */
	const char *length; /* of violations */
	const char *head;
	const char *tail;
	void (*follow)(struct i82599 *m, uint32_t queue); /* ENABLE */
	void (*flush)(struct i82599 *m, uint32_t queue);
	void (*work)(struct i82599 *m, uint32_t queue); /* the tail moved */
};

static const struct kind receive = {
	.base = "8.2.3.8.1",
	.length = "8.2.3.8.3",
	.head = "8.2.3.8.4",
	.tail = "8.2.3.8.5",
	.follow = rx_follow,
	.flush = rx_write_back,
	.work = rx_fetch,
};

static const struct kind transmit = {
	.base = "8.2.3.9.5",
	.length = "8.2.3.9.7",
	.head = "8.2.3.9.8",
	.tail = "8.2.3.9.9",
	.follow = tx_follow,
	.flush = tx_flush,
	.work = tx_run,
};

/* Offsets in a queue's block of registers, alike for both kinds. */
enum {
	BASE_LOW = 0x00,
	BASE_HIGH = 0x04,
	LENGTH = 0x08,
	HEAD = 0x10,
	TAIL = 0x18,
	CONTROL = 0x28,
};

static bool
put_back(struct i82599 *m, const struct ring *r, uint32_t addr, uint32_t old,
    const char *section, const char *name)
{
	if (!r->enabled)
		return false;
	if (reg_get(m, addr) != old)
		violate(m, section,
		    "the %s of an enabled queue is written at 0x%05x", name,
		    addr);
	*reg(m, addr) = old;
	return true;
}

/*
 * The head is for queues that are off (8.2.3.8.4, 8.2.3.9.8). But drivers set
 * it right after ENABLE, too, before they move the tail: what was fetched is
 * dropped, and the queue begins there.
 */
static void
head_written(struct i82599 *m, const struct kind *k, struct ring *r, uint32_t q,
    uint32_t addr)
{
	uint32_t value = reg_get(m, addr);

	if (!r->enabled) {
		r->early_tail = false;
		return;
	}
	if (value == r->done)
		return;
	if (r->used || value >= r->count) {
		put_back(m, r, addr, r->done, k->head, "head");
		return;
	}
	if (k == &receive)
		check_rx_stopped(
		    m, q, r->done, ring_distance(r, r->done, r->fetched));
	r->head = value;
	r->done = value;
	r->fetched = value;
	r->rewound = true;
	rx_room(m, q);
	rx_ready(m);
}

static void
control_written(
    struct i82599 *m, const struct kind *k, struct ring *r, uint32_t q)
{
	bool is_rx = k == &receive;
	uint32_t *word = reg(m, is_rx ? RXDCTL(q) : TXDCTL(q));

	r->wanted = *word & RXDCTL_ENABLE;
	if (*word & RXDCTL_SWFLSH)
		after(m, 0, WRITE_BACK_NS, k->flush, q);
	*word &= ~(RXDCTL_ENABLE | RXDCTL_SWFLSH);
	if (r->enabled)
		*word |= RXDCTL_ENABLE;
	if (r->wanted != r->enabled)
		after(m, 0, ENABLE_NS, k->follow, q);
}

static void
tail_written(struct i82599 *m, const struct kind *k, struct ring *r, uint32_t q,
    uint32_t addr)
{
	if (!r->enabled) {
		if (reg_get(m, addr) != reg_get(m, addr - TAIL + HEAD))
			r->early_tail = true;
		return;
	}
	if (k == &receive && r->told && !r->settled) {
		r->settled = true;
		rx_work_check(m, q);
	}
	r->used = true;
	r->rewound = false;
	after(m, 0, FETCH_NS, k->work, q);
}

static void
queue_written(struct i82599 *m, const struct kind *k, struct ring *r,
    uint32_t q, uint32_t addr, uint32_t old)
{
	uint32_t value = reg_get(m, addr);

	switch (addr & 0x3f) {
	case BASE_LOW:
		if (put_back(m, r, addr, old, k->base, "base"))
			break;
		r->odd_base = value & RING_LOW_BITS;
		*reg(m, addr) = value & RING_BASE_LOW;
		break;
	case BASE_HIGH:
		put_back(m, r, addr, old, k->base, "base");
		break;
	case LENGTH:
		if (put_back(m, r, addr, old, k->length, "length"))
			break;
		r->odd_length = value & RING_LOW_BITS;
		*reg(m, addr) = value & RING_LENGTH;
		break;
	case HEAD:
		head_written(m, k, r, q, addr);
		break;
	case TAIL:
		tail_written(m, k, r, q, addr);
		break;
	case CONTROL:
		control_written(m, k, r, q);
		break;
	}
}

/* 5.2.5.3.2: what waits is written back, and no more begins. */
static void
master_disabled(struct i82599 *m)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++) {
		if (m->data->rx[q].ring.enabled)
			after(m, 0, WRITE_BACK_NS, rx_write_back, q);
		if (m->data->tx[q].ring.enabled)
			after(m, 0, WRITE_BACK_NS, tx_flush, q);
	}
}

/* The queue whose block of 0x40 bytes holds `addr`; false: none does. */
static bool
rx_queue_of(uint32_t addr, uint32_t *queue)
{
	bool low = addr >= RDBAL(0) && addr < RDBAL(0) + 64 * 0x40;
	bool high = addr >= RDBAL(64) && addr < RDBAL(64) + 64 * 0x40;

	*queue = (addr & 0xfff) / 0x40 + (high ? 64 : 0);
	return low || high;
}

static bool
tx_queue_of(uint32_t addr, uint32_t *queue)
{
	*queue = (addr - TDBAL(0)) / 0x40;
	return addr >= TDBAL(0) && *queue < I82599_QUEUES;
}

void
data_written(struct i82599 *m, uint32_t addr, uint32_t old)
{
	uint32_t q;

	if (rx_queue_of(addr, &q))
		queue_written(m, &receive, &m->data->rx[q].ring, q, addr, old);
	else if (tx_queue_of(addr, &q))
		queue_written(m, &transmit, &m->data->tx[q].ring, q, addr, old);
	else if (addr == CTRL && (reg_get(m, CTRL) & CTRL_MASTER_DISABLE))
		master_disabled(m);
	else if (addr == CTRL || addr == RXCTRL || addr == DMATXCTL ||
		 addr == HLREG0 || addr == MAXFRS)
		data_wake(m);
}

/* Some drivers reuse all before TDH, so a head that runs ahead of a delayed
 * write-back would have it hit a new descriptor. */
static void
show_head(struct i82599 *m, const struct ring *r, uint32_t addr)
{
	if (r->enabled)
		*reg(m, addr) = m->config.hostile ? r->head : r->done;
}

void
data_reading(struct i82599 *m, uint32_t addr)
{
	uint32_t q;

	if ((addr & 0x3f) != HEAD)
		return;
	if (rx_queue_of(addr, &q))
		show_head(m, &m->data->rx[q].ring, addr);
	else if (tx_queue_of(addr, &q))
		show_head(m, &m->data->tx[q].ring, addr);
}
