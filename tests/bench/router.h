/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the control plane that routes go through: a RIB with its next
 * hops, its FIB, and one interface with the gateways of a table on it.
 */
#ifndef TESTS_BENCH_ROUTER_H
#define TESTS_BENCH_ROUTER_H

#include "control/rib.h"
#include "net/nexthop.h"
#include "tests/bench/bench.h"

struct router {
	struct rib *rib;
	struct fib *fib;
	struct nexthop_table nexthops;
	bool parked;
	uint64_t refused; /* the RIB's answers that were not 0 */
};

/* Ends the program when there is no memory. The FIB has `size` bytes. */
void router_create(struct router *r, size_t size);
void router_destroy(struct router *r);

/* A next hop of a table as a gateway on the interface. */
struct ip_addr router_gateway(uint8_t family, uint16_t nexthop);

void router_add(struct router *r, const struct ip_prefix *prefix,
    const struct ip_addr *gateway);
void router_remove(struct router *r, const struct ip_prefix *prefix,
    const struct ip_addr *gateway);

/* Brings the FIB up to date, and makes free what nobody reads. */
void router_settle(struct router *r);

/* Where the FIB leads to: the table's next hop, or 0. */
uint16_t router_lookup4(const struct router *r, uint32_t addr);
uint16_t router_lookup6(const struct router *r, const struct fib_key6 *addr);

#endif
