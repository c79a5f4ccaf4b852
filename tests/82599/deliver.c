/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the packet buffer into host memory: the queue, the buffers, and the
 * descriptors that tell of them (7.1.6).
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { ADDRESSES = 12, TAG = 4, KIB = 1024 };

static const struct queue_stats received = {
	.map = RQSMR(0),
	.packets = QPRC(0),
	.packets_stride = QPRC(1) - QPRC(0),
	.bytes = QBRC_L(0),
	.bytes_stride = QBRC_L(1) - QBRC_L(0),
};

static const struct queue_stats dropped = {
	.map = RQSMR(0),
	.packets = QPRDC(0),
	.packets_stride = QPRDC(1) - QPRDC(0),
};

uint32_t
rx_descriptors(const struct i82599 *m, uint32_t queue, uint32_t bytes)
{
	uint32_t kib = reg_get(m, SRRCTL(queue)) & SRRCTL_BSIZEPACKET;
	uint32_t buffer = (kib ? kib : 1) * KIB;

	return (bytes + buffer - 1) / buffer;
}

static void
mark(bool *flag, uint32_t *count, bool now)
{
	*count += now - *flag;
	*flag = now;
}

void
rx_room(struct i82599 *m, uint32_t queue)
{
	struct rx_queue *q = &m->data->rx[queue];
	const struct ring *r = &q->ring;
	uint32_t need = rx_descriptors(m, queue, length_limit(m, true));
	uint32_t have = r->count ? ring_distance(r, r->done, r->fetched) : 0;

	/* A wire does not wait for a ring that never can. */
	if (r->count && need >= r->count)
		need = r->count - 1;
	mark(&q->tight, &m->data->tight, r->enabled && have < need);
	mark(&q->narrow, &m->data->narrow,
	    r->enabled && have < need * (RX_BACKLOG + 1));
}

/* A frame as the host gets it: without its tag, with FCS, as it is told. */
struct payload {
	const uint8_t *bytes;
	uint32_t length;
	uint16_t vlan;
	uint32_t status;
};

static void
append_fcs(const uint8_t *frame, uint32_t len, uint8_t *at)
{
	uint32_t fcs = crc32_ethernet(frame, len);

	for (int i = 0; i < FCS; i++)
		at[i] = (uint8_t)(fcs >> 8 * i);
}

static void
shape(struct i82599 *m, uint32_t queue, const uint8_t *frame, uint32_t len,
    const struct parsed *p, struct payload *out)
{
	bool strip = p->tagged && (reg_get(m, RXDCTL(queue)) & RXDCTL_VME);
	bool fcs = !(reg_get(m, HLREG0) & HLREG0_RXCRCSTRP);
	uint8_t *copy = m->data->stripped;

	out->bytes = frame;
	out->length = len;
	out->vlan = strip ? p->vlan : 0;
	if (p->tagged)
		out->status |= RXD_VP;
	if (!strip && !fcs)
		return;
	if (strip) {
		memcpy(copy, frame, ADDRESSES);
		memcpy(copy + ADDRESSES, frame + ADDRESSES + TAG,
		    len - ADDRESSES - TAG);
		out->length -= TAG;
	} else {
		memcpy(copy, frame, len);
	}
	if (fcs) {
		append_fcs(frame, len, copy + out->length);
		out->length += FCS;
	}
	out->bytes = copy;
}

/* 7.1.6.1: legacy, the status and errors of an advanced one in fewer bits. */
static struct descriptor
legacy(uint64_t addr, uint32_t status, uint32_t length, uint16_t vlan)
{
	uint64_t errors = 0;

	errors |= status & RXD_RXE ? RXD_LEGACY_RXE : 0;
	errors |= status & RXD_L4E ? RXD_LEGACY_L4E : 0;
	errors |= status & RXD_IPE ? RXD_LEGACY_IPE : 0;
	return (struct descriptor){
		.lo = addr,
		.hi = length | (uint64_t)(status & RXD_LEGACY_STATUS) << 32 |
		      errors << 40 | (uint64_t)vlan << 48,
	};
}

/* 7.1.6.2: advanced, as it is written back. */
static struct descriptor
advanced(uint32_t status, uint32_t length, uint16_t vlan, uint16_t type,
    const struct rss *hash)
{
	return (struct descriptor){
		.lo = type | hash->type | (uint64_t)hash->hash << 32,
		.hi = status | (uint64_t)length << 32 | (uint64_t)vlan << 48,
	};
}

/* Fills buffers and descriptors. What is told of the whole frame is in the
 * last one. */
static void
fill(struct i82599 *m, uint32_t queue, const struct payload *in,
    const struct parsed *p, struct rss *hash)
{
	struct ring *r = &m->data->rx[queue].ring;
	uint32_t control = reg_get(m, SRRCTL(queue));
	uint32_t kib = control & SRRCTL_BSIZEPACKET;
	uint32_t buffer = (kib ? kib : 1) * KIB;
	uint32_t type = control & SRRCTL_DESCTYPE;

	/* 7.1.2.8: the same place has the hash or a fragment's checksum. */
	if (!(reg_get(m, RXCSUM) & RXCSUM_PCSD))
		hash->hash = 0;
	for (uint32_t at = 0; at < in->length; at += buffer) {
		struct descriptor *d = &r->desc[r->done];
		bool last = in->length - at <= buffer;
		uint32_t n = last ? in->length - at : buffer;
		uint32_t status = last ? in->status | RXD_EOP : 0;
		uint64_t addr = d->lo;

		if (type == SRRCTL_DESCTYPE_LEGACY)
			*d = legacy(
			    addr, status | RXD_DD, n, last ? in->vlan : 0);
		else
			*d = advanced(status | RXD_DD, n, last ? in->vlan : 0,
			    last ? p->type : 0,
			    last ? hash : &(struct rss){ 0 });
		m->ops->dma_write(m->ctx, addr, in->bytes + at, n);
		r->done = ring_next(r, r->done);
		r->used = true;
		m->data->waiting++;
	}
}

enum delivery
deliver(struct i82599 *m, const uint8_t *frame, uint32_t len, uint32_t status)
{
	struct parsed p;
	struct payload payload = { .status = status };
	struct rss hash;
	struct ring *r;
	uint32_t queue, need;

	parse(m, frame, len, &p);
	rss(m, frame, &p, &hash);
	queue = hash.queue;
	r = &m->data->rx[queue].ring;
	if (!r->enabled || !r->wanted || !r->count) {
		stat_queue(m, &dropped, queue, 0);
		return LOST;
	}
	shape(m, queue, frame, len, &p, &payload);
	need = rx_descriptors(m, queue, payload.length);
	if (!dma_allowed(m) || ring_distance(r, r->done, r->fetched) < need) {
		bool drop = reg_get(m, SRRCTL(queue)) & SRRCTL_DROP_EN;

		if (!drop && need < r->count)
			return WAITS;
		stat_queue(m, &dropped, queue, 0);
		return LOST;
	}
	payload.status |= rx_checksum(m, frame, &p);
	fill(m, queue, &payload, &p, &hash);
	stat_queue(m, &received, queue, payload.length);
	stat_add(m, RXDGPC, 1);
	stat_add64(m, RXDGBCL, payload.length);
	rx_room(m, queue);
	if (m->config.hostile)
		after(m, 0, WRITE_BACK_NS, rx_write_back, queue);
	else
		rx_write_back(m, queue);
	return DELIVERED;
}
