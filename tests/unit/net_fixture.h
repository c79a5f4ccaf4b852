/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One worker with its rings, four ports that keep what is sent, and a small
 * dataplane to forward by. A program that uses it links net_fixture.c and all
 * of net/.
 *
 * port  interface  MAC ends in  network                        state
 * 0     0          01           192.0.2.0/24, 2001:db8::/64, and link-local
 *                               ones: 169.254.1.1/16, fe80::1
 * 1     1          02           198.51.100.0/24, 2001:db8:1::/64
 * 2     2          03           203.0.113.0/24                 MTU 576
 * 3     3          04           -                              no link
 *
 * Every buffer is a malloc of exactly the frame's size, so that a read past
 * its end is seen.
 */
#ifndef TESTS_UNIT_NET_FIXTURE_H
#define TESTS_UNIT_NET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/forward.h"
#include "net/wire.h"
#include "tests/unit/net_frames.h"

enum {
	FIX_PORTS = 4,
	FIX_RING = 1024, /* of each ring, and room for what a port keeps */
	FIX_POOL = 4096,
};

/* A port of the test: packets to receive, packets that were sent. */
struct fix_port {
	struct port port;
	struct pkt *rx[FIX_RING], *sent[FIX_RING];
	uint32_t rx_count, sent_count;
	uint32_t tx_room;      /* how many more tx_burst takes */
	uint32_t reclaims;     /* calls of tx_burst without packets */
	uint32_t queue;        /* that the worker sends by */
	uint32_t drains, arms; /* calls */
};

struct fixture {
	struct worker worker;
	struct counters counters;
	struct iface_counters vlan[IFACE_MAX];
	struct pool pool;
	struct link punt, mailbox;
	struct punt_gate gate;
	struct pkt *pool_slot[FIX_POOL];
	struct pkt *punt_slot[2 * FIX_RING], *mailbox_slot[2 * FIX_RING];
	struct fix_port port[FIX_PORTS];
	struct port *table[PORT_MAX];
	struct dataplane dp;
	struct nexthop_table nexthop;
	void *nexthop_memory;
	uint32_t nexthop_count; /* FIB_MISS, then one a route */
	struct adj_table adj;
	struct adj adj_entry[64];
	_Atomic uint32_t adj_bucket[16];
	void *fib_memory;
	uint32_t made; /* buffers out there */
};

/* What became of one packet. */
struct fix_result {
	uint32_t fate; /* as in net/fate.h; FATE_GO: sent */
	uint8_t port;  /* when sent */
	struct pkt *p; /* NULL when dropped */
};

extern const uint8_t fix_neighbor_mac[ETH_ALEN]; /* of every neighbour */

struct fixture *fix_create(void);
void fix_destroy(struct fixture *f);

/* An adjacency with the MAC above. */
uint32_t fix_neighbor(struct fixture *f, uint16_t iface, const char *addr);
void fix_route(struct fixture *f, const char *prefix, struct nexthop nh);
/* A route through ways that can all be used; returns its next hop. */
uint32_t fix_route_ways(
    struct fixture *f, const char *prefix, const struct nexthop_ways *way);

/* A buffer of exactly the frame's size. */
struct pkt *fix_packet(struct fixture *f, const uint8_t *bytes, uint16_t len);

/* Forwards one frame that arrives by `port`. */
struct fix_result fix_forward(
    struct fixture *f, uint8_t port, const struct frame *frame);

/* `n` packets wait at port 0 for `dst`. */
void fix_arrive(struct fixture *f, const char *dst, uint32_t n);

/* Turns until a turn is idle; returns the packets handled. */
uint32_t fix_run(struct fixture *f, uint64_t now_us);

/* Forwarded: new MACs, one hop less, a right checksum, all else the same. */
void fix_check_sent(const struct fixture *f, const struct frame *in,
    const struct fix_result *r);

/*
 * Takes all that was sent, punted or dropped, frees it, and fails unless it
 * is every buffer that was made.
 */
void fix_account(struct fixture *f);

#endif
