/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host entries of connected networks: broadcast and anycast addresses. They
 * are in the FIB while the network is connected and no route has the address.
 */
#include "control/rib_private.h"
#include "net/nexthop.h"

uint32_t
rib_network_hosts(const struct ip_prefix *network, struct ip_prefix host[2])
{
	uint8_t bits = ip_family_bits(network->addr.family);

	if (bits - network->len < 2)
		return 0;
	host[0] = *network;
	host[0].len = bits;
	if (network->addr.family == IP6)
		return 1;
	host[1] = host[0];
	for (uint32_t bit = network->len; bit < bits; bit++)
		host[1].addr.byte[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
	return 2;
}

static bool
network_brings(const struct ip_prefix *network, const struct ip_prefix *host)
{
	struct ip_prefix own[2];
	uint32_t n = rib_network_hosts(network, own);

	for (uint32_t i = 0; i < n; i++)
		if (ip_addr_equal(&own[i].addr, &host->addr))
			return true;
	return false;
}

/* The interface that the prefix at `pos` connects, or IFACE_NONE. */
static uint16_t
network_iface(struct rib *rib, const struct rib_table *t, struct rib_pos pos)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;
	struct rib_pos at = pos;
	struct rib_outcome out;
	struct rib_best best;

	while (record && rib_same_prefix(t, first, record) &&
	       rib_gone(t, record)) {
		at = rib_table_next(t, at);
		record = rib_table_at(t, at);
	}
	if (!record || !rib_same_prefix(t, first, record) ||
	    rib_tail(t, record, RIB_SOURCE) != SOURCE_CONNECTED)
		return IFACE_NONE;
	rib_best_of(rib, t, pos, &best);
	if (!best.active)
		return IFACE_NONE;
	rib_join(rib, best.path, best.count, &out);
	return out.type == NEXTHOP_CONNECTED ? out.iface : IFACE_NONE;
}

static enum rib_status
host_path(
    struct rib *rib, uint8_t family, uint16_t iface, struct rib_best *best)
{
	struct rib_route route = { .iface = iface };
	struct rib_best unused;
	uint32_t path = rib_path_get(
	    rib, &route, family == IP4 ? PATH_BROADCAST : PATH_ANYCAST);

	if (path == RIB_PATH_NONE)
		return RIB_NO_MEMORY;
	rib_path_active(rib, path, &unused);
	rib->path[path].users++;
	best->count = 1;
	best->path[0] = path;
	return RIB_SETTLED;
}

enum rib_status
rib_network_path(
    struct rib *rib, const struct ip_prefix *host, struct rib_best *best)
{
	uint8_t family = host->addr.family;
	const struct rib_table *t = &rib->table[rib_table_index(family)];
	uint8_t len = ip_family_bits(family) - 2;
	struct rib_pos pos;

	best->count = 0;
	while (rib_table_longest(t, host->addr.byte, len, &pos)) {
		struct ip_prefix network = rib_record_prefix(
		    t, rib_table_at(t, pos));
		uint16_t iface = IFACE_NONE;

		if (network_brings(&network, host))
			iface = network_iface(rib, t, pos);
		if (iface != IFACE_NONE)
			return host_path(rib, family, iface, best);
		if (network.len == 0)
			break;
		len = network.len - 1;
	}
	return RIB_SETTLED;
}
