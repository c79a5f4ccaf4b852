/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 fragmentation (RFC 791 3.2, RFC 1812 4.2.2.7, 5.2.6): the packet that is
 * cut has been forwarded otherwise, its TTL is one less already. Each fragment
 * has its header, but for what 3.2 changes, and so its identification, whatever
 * that is (RFC 6864 4). Options without the copied flag are in the first alone;
 * NOPs take their place in the others.
 */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"
#include "net/pool.h"

/* How a packet is cut. */
struct fragment_plan {
	const uint8_t *ip; /* the packet; it stays the caller's */
	uint16_t header;   /* bytes of its header */
	uint16_t data;     /* bytes behind that */
	uint16_t most;     /* bytes of data in each fragment but the last */
	uint16_t count;    /* of fragments */
	uint16_t field;    /* its flags and offset */
};

/* True for an IPv4 packet that may be cut. */
bool fragment_allowed(const uint8_t *ip);

/*
 * Plans how to cut a packet of `len` bytes that is larger than the MTU. Returns
 * a fate (fate.h): FATE_GO, or the drop.
 */
uint32_t fragment_plan(
    struct fragment_plan *plan, const uint8_t *ip, uint16_t len, uint16_t mtu);

/*
 * Makes one of them, from 0 on, at `out`, which holds the MTU; returns its
 * length. The first may be made in place, when all others are.
 */
uint16_t fragment_make(
    const struct fragment_plan *plan, uint32_t index, uint8_t *out);

/*
 * Cuts a packet into buffers of `pool`, with its frame's Ethernet header in
 * front of each. It becomes the first fragment itself, and p->next leads to the
 * others in order. Returns a fate: FATE_GO, or the drop. Then no buffer was
 * taken, and the packet is as it was.
 */
uint32_t fragment_packet(struct pool *pool, struct pkt *p, uint16_t mtu);

#endif
