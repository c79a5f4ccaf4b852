/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of each reason and port goes up to core 0, so that no flood takes core
 * 0's time, or the room in the links to it, from anything else. A packet is let
 * through if
 *
 *  - the bucket of its port and reason has a token;
 *  - its source has not had its part of that bucket. So one that floods, or
 *    scans a network (RFC 6583), leaves tokens for the others;
 *  - fewer packets of its port and reason wait in the link than places are
 *    free there. So n kinds of packet take n parts of n + 1 of the link at
 *    most, and there is always room for one kind more.
 *
 * Workers that poll one port share nothing, and RSS gives a flow to one of
 * them. So there are two levels. The gate of each worker lets up to the whole
 * rate through: it ends a flood where it came in, before it takes the link.
 * Core 0 gets what all gates let through, and its buckets make one rate of it,
 * for the port and for each source, however RSS spread them. Both judge a
 * packet by the time at which it came to its gate. So where one worker polls a
 * port, core 0 refuses nothing of it; and a core 0 that comes late neither
 * refuses more for that, nor forgets what it owes.
 *
 * Refused packets change nothing. They cost the worker a few compares and a
 * counter; core 0 reads the packet's first line alone.
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

/* Packets of a port, a second and at once. */
struct punt_rate {
	uint32_t rate;
	uint32_t burst;
};

extern const struct punt_rate punt_defaults[PUNT_REASON_COUNT];

/* What a worker reads, by reason. */
struct punt_limits {
	struct bucket_limit limit[PUNT_REASON_COUNT];
};

/* The buckets of each kind, and of each source's part of them. */
struct punt_meter {
	uint64_t full_ns[PUNT_KINDS];
	uint64_t source_ns[PUNT_KINDS][PUNT_SOURCES];
};

/* A worker's. */
struct punt_gate {
	struct punt_meter meter;
	uint16_t waiting[PUNT_KINDS]; /* packets in the link */
	uint32_t sent, taken;         /* run freely; masked to index */
	uint16_t kind[PUNT_LINK];     /* of each packet in the link */
};

/* Core 0's. */
struct punt_police {
	struct punt_meter meter;
	/* The latest packet of each kind: workers are not quite in step, and
	 * time must not go back, for then its tokens would come twice. */
	uint64_t last_ns[PUNT_KINDS];
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

/* Core 0: true when a packet that a gate let through is within the limit that
 * all workers share. */
bool punt_admit(struct punt_police *police, const struct pkt *p,
    const struct bucket_limit *limit);

#endif
