/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate to core 0: what of each reason and port a worker lets go up, so that
 * no flood takes core 0's time, or the room in the link to it, from anything
 * else. A packet goes up if
 *
 *  - the bucket of its port and reason has a token;
 *  - its source has not had its part of that bucket. So one that floods, or
 *    scans a network (RFC 6583), leaves tokens for the others;
 *  - fewer packets of its port and reason wait in the link than places are
 *    free there. So n kinds of packet take n parts of n + 1 of the link at
 *    most, and there is always room for one kind more.
 *
 * Refused packets change nothing: they cost a few compares and a counter.
 */
#ifndef NET_PUNT_H
#define NET_PUNT_H

#include "net/bucket.h"
#include "net/counters.h"

enum {
	PUNT_LINK = 2048, /* packets on the way from a worker to core 0 */
	PUNT_KINDS = PORT_MAX * PUNT_REASON_COUNT,
	/* A source is a hash of its address, another one every second or so:
	 * who shares a flooder's hash does not share it for long. Several
	 * flooding at once may use a bucket up, each its part; one may not. */
	PUNT_SOURCES = 32,      /* a power of two */
	PUNT_SOURCE_SHIFT = 20, /* of microseconds */
	NS_PER_US = 1000,
	PUNT_RATE_MAX = 1000000,
	PUNT_BURST_MAX = 10000,
};

/* Packets a second of a port, and at once of each worker that polls it. */
struct punt_rate {
	uint32_t rate;
	uint32_t burst;
};

extern const struct punt_rate punt_defaults[PUNT_REASON_COUNT];

/* What a worker reads, by reason. */
struct punt_limits {
	struct bucket_limit limit[PUNT_REASON_COUNT];
};

/*
 * The limit for each of `pollers` workers that poll a port. RSS gives a flow to
 * one of them, so each may have more than the rate divided by their number:
 * half of it, and all of it where they are two. Together they let at most twice
 * the rate through.
 */
struct bucket_limit punt_limit(
    enum punt_reason reason, struct punt_rate rate, uint32_t pollers);

struct punt_gate {
	uint64_t full_ns[PUNT_KINDS]; /* the buckets */
	uint64_t source_ns[PUNT_KINDS][PUNT_SOURCES];
	uint16_t waiting[PUNT_KINDS]; /* packets in the link */
	uint32_t sent, taken;         /* run freely; masked to index */
	uint16_t kind[PUNT_LINK];     /* of each packet in the link */
};

struct worker;
struct pkt;

static inline uint32_t
punt_kind(uint8_t port, enum punt_reason reason)
{
	return port * (uint32_t)PUNT_REASON_COUNT + reason;
}

/* Which kind of packet to this router it is: instead of PUNT_LOCAL. */
enum punt_reason punt_classify(struct pkt *p);

/*
 * Sends a packet up whose bucket has a token: PUNT_SENT; it is core 0's then.
 * Or else the reason for the drop, DROP_PUNT_RATE or DROP_PUNT_FULL; it stays
 * the caller's.
 */
enum { PUNT_SENT = DROP_REASON_COUNT };
uint32_t punt_send(struct worker *w, struct pkt *p, enum punt_reason reason,
    const struct bucket_limit *limit);

/* Takes free buffers back for the packets that core 0 took. */
void punt_collect(struct worker *w);

#endif
