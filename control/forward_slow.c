/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding in software, for packets that the workers passed up: next hop
 * unresolved, header options, or a source of the link alone. The headers are
 * valid: workers checked them. The next hop is looked up anew: an adjacency
 * that was chosen then may be another neighbour's by now. The flow hash leads
 * to the same way.
 *
 * Options: routers act on IPv4's record route and timestamp (RFC 1812 5.3.13.5,
 * 5.3.13.6). Source routes are refused without a word, on their way and to us
 * (RFC 7126 4.3, 4.4). All others travel on as they are, unless an IPv6 one
 * asks not to (RFC 8200 4.2).
 */
#include "control/ip_scope.h"
#include "control/options4.h"
#include "control/options6.h"
#include "control/router_private.h"
#include "net/fate.h"
#include "net/fragment.h"

enum { ECHO_REQUEST = 8 };

/* RFC 791 3.1: not the time since midnight, but since we began. */
#define STAMP_NOT_STANDARD (1u << 31)

static uint8_t *
packet_of(struct pkt *p)
{
	return pkt_data(p) + p->l3;
}

/* Without what the link padded. */
static uint16_t
packet_len(struct pkt *p)
{
	uint32_t len = ip_packet_length(packet_of(p));
	uint16_t frame = p->len - p->l3;

	return len < frame ? (uint16_t)len : frame;
}

/* Says what is wrong with the packet to who sent it. */
static void
tell(struct router *r, struct pkt *p, enum icmp_error error, uint16_t detail)
{
	icmp_send(r, error, detail, p->iface, packet_of(p), packet_len(p));
}

static int
check_options4(struct router *r, struct pkt *p, struct options4 *o)
{
	uint8_t *ip = packet_of(p);
	struct ip_addr named;

	switch (options4_check(ip, o)) {
	case OPTIONS4_REFUSED:
		return DROP_OPTIONS;
	case OPTIONS4_BAD:
		tell(r, p, ICMP_PARAMETER, o->bad);
		return DROP_PARAMETER;
	case OPTIONS4_GOOD:
		break;
	}
	if (o->named) {
		named = ip_addr_load(IP4, ip + o->named);
		if (!address_is_ours(r, &named))
			o->stamp = 0;
	}
	return NOT_DROPPED;
}

static int
check_options6(struct router *r, struct pkt *p)
{
	uint16_t at;

	switch (options6_check(packet_of(p), packet_len(p), &at)) {
	case OPTIONS6_UNKNOWN:
		tell(r, p, ICMP_OPTION, at);
		return DROP_OPTIONS;
	case OPTIONS6_REFUSED:
		return DROP_OPTIONS;
	case OPTIONS6_BAD:
		tell(r, p, ICMP_PARAMETER, at);
		return DROP_PARAMETER;
	case OPTIONS6_GOOD:
		break;
	}
	return NOT_DROPPED;
}

static bool
has_options4(const uint8_t *ip)
{
	return ip[0] >> 4 == 4 && (ip[0] & 0x0f) * 4u > sizeof(struct ip4_hdr);
}

/* Is the packet allowed, as far as its options go? `o` is of an IPv4 one. */
static int
check_options(struct router *r, struct pkt *p, struct options4 *o)
{
	const uint8_t *ip = packet_of(p);

	memset(o, 0, sizeof(*o));
	if (has_options4(ip))
		return check_options4(r, p, o);
	if (ip[0] >> 4 == 6 && ip[6] == PROTO_HOPOPTS)
		return check_options6(r, p);
	return NOT_DROPPED;
}

static void
update_options(struct router *r, uint8_t *ip, const struct options4 *o,
    const struct ip_addr *own)
{
	uint32_t ms = (uint32_t)(r->private->now_us / 1000);

	if (own && (o->record || o->stamp))
		options4_update(ip, o, own->byte, ms | STAMP_NOT_STANDARD);
}

int
input_frame(struct router *r, struct pkt *p)
{
	return r->stack->input(p->iface, pkt_data(p), p->len);
}

/* A whole echo request: its options go back in the reply, with our address in
 * them too (RFC 1812 4.3.3.6). */
static bool
reflects_options(const uint8_t *ip, uint16_t len)
{
	uint32_t header = (ip[0] & 0x0f) * 4u;

	return ip[9] == PROTO_ICMP && len > header &&
	       ip[header] == ECHO_REQUEST &&
	       !(be16_load(ip + 6) & (IP4_MF | IP4_OFFSET_MASK));
}

/* A link-local address is ours on its own link alone (RFC 4007 6). */
static bool
in_zone(struct router *r, uint16_t iface, const struct ip_addr *dst)
{
	return !ip_link_local(dst) ||
	       interface_address(&r->interface[iface], dst) ||
	       interface_anycast(&r->interface[iface], dst);
}

int
input_local(struct router *r, struct pkt *p)
{
	uint8_t *ip = packet_of(p);
	struct ip_addr dst = ip_packet_dst(ip);
	struct options4 options;
	int reason;

	if (!in_zone(r, p->iface, &dst))
		return DROP_SCOPE;
	if (dst.family == IP4 && has_options4(ip) && !address_is_ours(r, &dst))
		return input_frame(r, p);
	reason = check_options(r, p, &options);
	if (reason != NOT_DROPPED)
		return reason;
	if (has_options4(ip) && reflects_options(ip, packet_len(p)))
		update_options(r, ip, &options, &dst);
	return input_frame(r, p);
}

/* RFC 1624: TTL is the high byte of its 16 bits in the checksum. */
static void
ttl_decrement(uint8_t *ip)
{
	uint32_t sum;

	if (ip[0] >> 4 == 6) {
		ip[7]--;
		return;
	}
	ip[8]--;
	sum = be16_load(ip + 10) + 0x0100u;
	be16_store(ip + 10, (uint16_t)(sum + (sum >> 16)));
}

static uint8_t
ttl_of(const uint8_t *ip)
{
	return ip[0] >> 4 == 6 ? ip[7] : ip[8];
}

/* What may not go further by `hop`, and who is told (RFC 4007 9). */
static int
check_way(struct router *r, struct pkt *p, const struct hop *hop)
{
	uint8_t *ip = packet_of(p);
	struct ip_addr src = ip_packet_src(ip);
	uint16_t mtu = r->interface[hop->iface].mtu;

	if (!r->interface[hop->iface].admin_up)
		return DROP_INTERFACE;
	if (ip_link_local(&src) && hop->iface != p->iface) {
		tell(r, p, ICMP_SCOPE, 0);
		return DROP_SCOPE;
	}
	if (ttl_of(ip) <= 1)
		return refuse_ttl(r, p);
	if (packet_len(p) > mtu && !fragment_allowed(ip)) {
		tell(r, p, ICMP_TOO_BIG, mtu);
		return DROP_MTU;
	}
	return NOT_DROPPED;
}

/* Each by itself: those that were made before one is dropped have left. */
static int
output_fragments(
    struct router *r, const struct hop *hop, const uint8_t *ip, uint16_t len)
{
	static uint8_t frame[sizeof(struct eth_hdr) + PKT_ROOM_MAX];
	uint8_t *out = frame + sizeof(struct eth_hdr);
	struct hop each = *hop;
	struct fragment_plan plan;
	uint32_t fate = fragment_plan(
	    &plan, ip, len, r->interface[hop->iface].mtu);

	if (fate != FATE_GO)
		return (int)(fate & FATE_REASON);
	for (uint32_t i = 0; i < plan.count; i++) {
		int reason = output_packet(
		    r, &each, out, fragment_make(&plan, i, out));

		if (reason != NOT_DROPPED)
			return reason;
		each.later = true;
		r->counters->fragments++;
	}
	r->counters->fragmented++;
	return NOT_DROPPED;
}

int
output_forwarded(
    struct router *r, const struct hop *hop, uint8_t *packet, uint16_t len)
{
	bool known = hop->adj != ADJ_NONE &&
	             (adj_link(&r->adj, hop->adj) & ADJ_VALID);

	if (known && len > r->interface[hop->iface].mtu &&
	    fragment_allowed(packet))
		return output_fragments(r, hop, packet, len);
	return output_packet(r, hop, packet, len);
}

static int
forward_to(struct router *r, struct pkt *p, struct hop *hop)
{
	uint8_t *ip = packet_of(p);
	uint16_t len = packet_len(p);
	struct options4 options;
	int reason = check_way(r, p, hop);

	if (reason == NOT_DROPPED)
		reason = check_options(r, p, &options);
	if (reason != NOT_DROPPED)
		return reason;
	hop->tci = p->tci;
	ttl_decrement(ip);
	if (options.record || options.stamp)
		update_options(
		    r, ip, &options, source_toward(r, hop->iface, &hop->addr));
	return output_forwarded(r, hop, ip, len);
}

int
refuse_ttl(struct router *r, struct pkt *p)
{
	tell(r, p, ICMP_TTL_EXCEEDED, 0);
	return DROP_TTL;
}

int
refuse_no_route(struct router *r, struct pkt *p)
{
	tell(r, p, ICMP_NET_UNREACHABLE, 0);
	return DROP_NO_ROUTE;
}

int
refuse_reject(struct router *r, struct pkt *p)
{
	tell(r, p, ICMP_REJECTED, 0);
	return DROP_REJECT;
}

int
forward_slow(struct router *r, struct pkt *p)
{
	struct ip_addr dst = ip_packet_dst(packet_of(p));
	struct hop hop = { 0 };

	if (ip_multicast(&dst) || ip_link_local(&dst))
		return input_local(r, p);
	switch (hop_find(r, &dst, p->hash, &hop)) {
	case NEXTHOP_VIA:
	case NEXTHOP_GROUP:
	case NEXTHOP_CONNECTED:
		hop.from = p->iface;
		return forward_to(r, p, &hop);
	case NEXTHOP_LOCAL:
		return input_local(r, p);
	case NEXTHOP_BROADCAST: /* RFC 2644: from the same network only */
		if (hop.iface == p->iface)
			return input_local(r, p);
		return DROP_DESTINATION;
	case NEXTHOP_REJECT:
		return refuse_reject(r, p);
	case NEXTHOP_BLACKHOLE:
		return DROP_BLACKHOLE;
	case NEXTHOP_NONE:
		break;
	}
	return refuse_no_route(r, p);
}
