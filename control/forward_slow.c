/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding in software, for packets that the workers passed up: next hop
 * unresolved, or header options. The headers are valid: workers checked them.
 * The next hop is looked up anew: an adjacency that was chosen then may be
 * another neighbour's by now. The flow hash leads to the same way.
 *
 * IPv4 options and IPv6 hop-by-hop options travel on as they are, but source
 * routes are refused (RFC 7126 4.3, 4.4).
 */
#include "control/ip_scope.h"
#include "control/router_private.h"

enum {
	IP4_OPTION_END = 0,
	IP4_OPTION_NOP = 1,
	IP4_OPTION_LSRR = 131,
	IP4_OPTION_SSRR = 137,
};

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

int
input_local(struct router *r, struct pkt *p)
{
	if (r->stack->input(p->iface, pkt_data(p), p->len))
		return DROP_STACK;
	return NOT_DROPPED;
}

/* False for source routes, and for options that do not fit the header. */
static bool
options_allowed(const uint8_t *ip)
{
	uint32_t header = (ip[0] & 0x0f) * 4u;
	uint32_t at = sizeof(struct ip4_hdr);

	while (at < header && ip[at] != IP4_OPTION_END) {
		if (ip[at] == IP4_OPTION_NOP) {
			at++;
			continue;
		}
		if (ip[at] == IP4_OPTION_LSRR || ip[at] == IP4_OPTION_SSRR)
			return false;
		if (at + 1 >= header || ip[at + 1] < 2 ||
		    ip[at + 1] > header - at)
			return false;
		at += ip[at + 1];
	}
	return true;
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

static bool
may_fragment(const uint8_t *ip)
{
	return ip[0] >> 4 == 4 && !(be16_load(ip + 6) & IP4_DF);
}

static int
forward_to(struct router *r, struct pkt *p, const struct hop *hop)
{
	uint8_t *ip = packet_of(p);
	uint16_t len = packet_len(p);
	uint16_t mtu = r->interface[hop->iface].mtu;

	if (ttl_of(ip) <= 1) {
		icmp_send(r, ICMP_TTL_EXCEEDED, 0, p->iface, ip, len);
		return DROP_TTL;
	}
	if (len > mtu && !may_fragment(ip)) {
		icmp_send(r, ICMP_TOO_BIG, mtu, p->iface, ip, len);
		return DROP_MTU;
	}
	ttl_decrement(ip);
	if (len > mtu)
		return fragment_output(r, hop, ip, len, mtu);
	return output_packet(r, hop, ip, len);
}

int
refuse_ttl(struct router *r, struct pkt *p)
{
	icmp_send(
	    r, ICMP_TTL_EXCEEDED, 0, p->iface, packet_of(p), packet_len(p));
	return DROP_TTL;
}

int
refuse_no_route(struct router *r, struct pkt *p)
{
	icmp_send(
	    r, ICMP_NET_UNREACHABLE, 0, p->iface, packet_of(p), packet_len(p));
	return DROP_NO_ROUTE;
}

int
refuse_reject(struct router *r, struct pkt *p)
{
	icmp_send(r, ICMP_REJECTED, 0, p->iface, packet_of(p), packet_len(p));
	return DROP_REJECT;
}

int
forward_slow(struct router *r, struct pkt *p)
{
	uint8_t *ip = packet_of(p);
	struct ip_addr dst = ip_packet_dst(ip);
	struct hop hop = { 0 };

	if (ip_multicast(&dst) || ip_link_local(&dst))
		return input_local(r, p);
	if (dst.family == IP4 && !options_allowed(ip))
		return DROP_OPTIONS;
	switch (hop_find(r, &dst, p->hash, &hop)) {
	case NEXTHOP_VIA:
	case NEXTHOP_GROUP:
	case NEXTHOP_CONNECTED:
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
