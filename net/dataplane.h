/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dataplane: everything that a worker reads to decide a packet's fate.
 *
 * An immutable snapshot, built whole by core 0, published with one pointer
 * store, and freed after every worker has been quiescent. FIB, next hops and
 * adjacencies live longer than a snapshot and change in place (fib.h,
 * nexthop.h, adjacency.h).
 */
#ifndef NET_DATAPLANE_H
#define NET_DATAPLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/adjacency.h"
#include "net/fib.h"
#include "net/iface.h"
#include "net/nexthop.h"
#include "net/port.h"
#include "net/punt.h"

/* A logical interface: a port, or an 802.1Q sub-interface of one. */
struct iface {
	uint8_t port;
	bool up;   /* administratively up: frames are taken and sent */
	bool link; /* the port has link */
	bool has4; /* has an IPv4 address: IPv4 is routed from here */
	bool dhcp; /* without an address it hears UDP port 68 */
	uint8_t mac[ETH_ALEN];
	uint8_t verify; /* enum verify, of both families */
	uint16_t vid;   /* 0: untagged */
	uint16_t mtu;   /* bytes of the network packet */
};
_Static_assert(sizeof(struct iface) == 16, "a shift finds one by its number");

struct dataplane {
	const struct fib *fib;
	const struct nexthop_table *nexthop; /* what the FIB's answers mean */
	struct adj_table *adj;
	struct iface iface[IFACE_MAX];
	uint16_t iface_count;
	uint16_t port_iface[PORT_MAX]; /* untagged frames; or IFACE_NONE */
	/* Tagged ones: by VID, VLAN_VIDS (vlan.h) long, or IFACE_NONE. NULL for
	 * a port without sub-interfaces. */
	const uint16_t *vid_iface[PORT_MAX];
	uint64_t generation; /* 1 for the first that is published */
	struct punt_limits punt[PORT_MAX];
};

#endif
