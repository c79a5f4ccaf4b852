/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends ICMP errors: no more than a rate (limit.c), from the address of the
 * interface that the packet came in by, routed like any other packet, or back
 * on the link when the source is of that link alone.
 */
#include "control/router_private.h"

#include "control/ip_scope.h"

/*
 * How well an address of ours speaks to `to`: best from its network, then from
 * an address of its scope. A link-local one never speaks to others.
 */
enum { SUITS_NOT, SUITS, SUITS_SCOPE, SUITS_BEST };

static int
suits(const struct interface_address *a, const struct ip_addr *to)
{
	struct ip_prefix network = { a->addr, a->len };
	bool near = ip_stays_on_link(&a->addr), wanted = ip_stays_on_link(to);

	if (a->addr.family != to->family || (near && !wanted) ||
	    a->status != ADDRESS_PREFERRED)
		return SUITS_NOT;
	ip_addr_mask(&network.addr, network.len);
	if (ip_prefix_covers(&network, to))
		return SUITS_BEST;
	return near == wanted ? SUITS_SCOPE : SUITS;
}

static const struct ip_addr *
source_of(const struct interface *i, const struct ip_addr *to)
{
	const struct ip_addr *source = NULL;
	int best = SUITS_NOT;

	for (uint32_t k = 0; k < i->address_count; k++) {
		int how = suits(&i->address[k], to);

		if (how > best) {
			best = how;
			source = &i->address[k].addr;
		}
	}
	return source;
}

const struct ip_addr *
source_toward(const struct router *r, uint16_t iface, const struct ip_addr *to)
{
	const struct ip_addr *a = NULL;

	if (iface < r->interface_count)
		a = source_of(&r->interface[iface], to);
	if (ip_stays_on_link(to))
		return a;
	for (uint16_t i = 0; !a && i < r->interface_count; i++)
		if (r->interface[i].admin_up)
			a = source_of(&r->interface[i], to);
	return a;
}

/* The way to the source of a packet; a link-local one is where it came from. */
static bool
way_back(
    struct router *r, uint16_t iface, const struct ip_addr *to, struct hop *hop)
{
	enum nexthop_type type;

	if (!ip_stays_on_link(to)) {
		type = hop_find(r, to, 0, hop);
		return type == NEXTHOP_VIA || type == NEXTHOP_CONNECTED;
	}
	if (iface >= r->interface_count)
		return false;
	*hop = hop_on_link(r, iface, to);
	return true;
}

/*
 * RFC 1812 4.3.2.4. RFC 4443 2.2: what is about a packet to an address of ours
 * comes from it, unless that is an anycast address.
 */
static const struct ip_addr *
error_source(struct router *r, uint16_t iface, const struct ip_addr *to,
    const struct ip_addr *dst)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (interface_address(&r->interface[i], dst))
			return dst;
	return source_toward(r, iface, to);
}

void
icmp_send(struct router *r, enum icmp_error error, uint16_t detail,
    uint16_t iface, const uint8_t *packet, uint16_t len)
{
	uint8_t frame[sizeof(struct eth_hdr) + ICMP_ERROR_MAX];
	uint8_t *out = frame + sizeof(struct eth_hdr);
	struct ip_addr to = ip_packet_src(packet);
	struct ip_addr dst = ip_packet_dst(packet);
	const struct ip_addr *source = error_source(r, iface, &to, &dst);
	struct hop hop = { 0 };
	size_t size;
	int reason;

	if (!source)
		return;
	size = icmp_error_build(error, detail, source, packet, len, out);
	if (size == 0 || !way_back(r, iface, &to, &hop))
		return;
	if (!router_interface_at(r, iface))
		iface = hop.iface; /* for the limit alone */
	if (!router_interface_at(r, iface) || !icmp_allows(r, iface, error))
		return;
	reason = output_packet(r, &hop, out, (uint16_t)size);
	if (reason != NOT_DROPPED)
		count_drop(r, reason);
}

void
router_refuse(struct router *r, enum icmp_error error, uint16_t detail,
    uint16_t iface, const uint8_t *packet, uint16_t len)
{
	struct ip_addr dst = ip_packet_dst(packet);

	if (address_is_ours(r, &dst) || error == ICMP_OPTION)
		icmp_send(r, error, detail, iface, packet, len);
}

void
router_dropped(struct router *r, enum drop_reason reason)
{
	count_drop(r, reason);
}
