/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing information base: every route with its source and distance.
 *
 * Per prefix the source with the lowest distance wins; its routes of equal
 * distance form an ECMP group. A gateway is resolved through the RIB down to a
 * connected network; what does not resolve, or leads through an interface
 * that is down, is inactive and comes back by itself on the next build.
 */
#ifndef CONTROL_RIB_H
#define CONTROL_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/config.h"
#include "net/dataplane.h"

enum route_source {
	SOURCE_CONNECTED, /* a network on an interface: distance 0 */
	SOURCE_LOCAL,     /* an own address, as a host route: distance 0 */
	SOURCE_STATIC,
	SOURCE_FILE, /* from a `routes` file: distance 1 */
	SOURCE_DHCP, /* distance 254 */
};

struct rib_route {
	struct ip_prefix prefix;
	struct ip_addr gateway; /* family 0: none */
	uint16_t iface;         /* or IFACE_NONE: found by the gateway */
	uint8_t type;           /* enum route_type */
	uint8_t source;         /* enum route_source */
	uint8_t distance;
	bool active; /* in the FIB as of the last build */
};

struct rib;

struct rib *rib_create(void);
void rib_destroy(struct rib *rib);

/* 0, -EEXIST for the same route again (harmless), or -ENOMEM. */
int rib_add(struct rib *rib, const struct rib_route *route);

/* Removes all routes of a source; on one interface, or IFACE_NONE for all. */
void rib_flush(struct rib *rib, enum route_source source, uint16_t iface);

size_t rib_count(const struct rib *rib);

/*
 * Copies up to `limit` routes in order of prefix, from the `offset`-th match
 * on, into `out`; `under` (or NULL) limits them to that prefix and longer
 * ones. Returns how many; `total` receives the number of matches.
 */
size_t rib_list(const struct rib *rib, const struct ip_prefix *under,
    size_t offset, size_t limit, struct rib_route *out, size_t *total);

/*
 * The longest prefix with an active route, as of the last build, that covers
 * `a`. False when there is none.
 */
bool rib_covering(
    const struct rib *rib, const struct ip_addr *a, struct ip_prefix *out);

#endif
