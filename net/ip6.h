/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IPv6 stages of the burst: validation (RFC 8200, RFC 4291, RFC 4007),
 * flow hash, and the hop itself. `guard` is as in ip4.h.
 */
#ifndef NET_IP6_H
#define NET_IP6_H

#include "net/ether.h"
#include "net/hash.h"

enum {
	IP6_HEADER = sizeof(struct ip6_hdr),
	IP6_EXTENSION_MIN = 8,
	IP6_FLOW_LABEL = 0xfffff,
};

/* True for ::/96 and ::ffff:0:0/96: what only hosts use, in themselves. */
ALWAYS_INLINE bool
ip6_starts_low(const uint8_t *addr)
{
	uint32_t third = be32_load(addr + 8);

	return hash_load64(addr) == 0 && (third == 0 || third == 0xffff);
}

enum ip6_low { IP6_OTHER, IP6_UNSPECIFIED, IP6_LOOPBACK, IP6_MAPPED };

static inline enum ip6_low
ip6_low_kind(const uint8_t *addr)
{
	uint32_t last = be32_load(addr + 12);

	if (be32_load(addr + 8) != 0)
		return IP6_MAPPED;
	if (last > 1)
		return IP6_OTHER;
	return last == 1 ? IP6_LOOPBACK : IP6_UNSPECIFIED;
}

ALWAYS_INLINE bool
ip6_is_link_local(const uint8_t *addr)
{
	return (be16_load(addr) & 0xffc0) == 0xfe80;
}

/* ::/8, fe00::/8 and ff00::/8 hold all addresses that are not like others. */
ALWAYS_INLINE bool
ip6_is_special(const uint8_t *addr)
{
	return (uint8_t)(addr[0] + 2) <= 2;
}

/* The header's own consistency; trims what Ethernet padded. */
ALWAYS_INLINE uint32_t
ip6_check_header(struct pkt *p, const struct ip6_hdr *ip)
{
	uint32_t room = (uint32_t)p->len - p->l3;
	uint32_t payload;

	if (room < IP6_HEADER)
		return FATE_DROP(DROP_FRAME_SHORT);
	if (*(const uint8_t *)ip >> 4 != 6)
		return FATE_DROP(DROP_IP_VERSION);
	payload = be16_load(&ip->payload_length);
	if (payload > room - IP6_HEADER)
		return FATE_DROP(DROP_IP_LENGTH);
	/* This is where a jumbogram ends too (RFC 2675): length 0. */
	if (ip->next_header == PROTO_HOPOPTS && payload < IP6_EXTENSION_MIN)
		return FATE_DROP(DROP_IP_LENGTH);
	p->len = (uint16_t)(p->l3 + IP6_HEADER + payload);
	return FATE_GO;
}

/*
 * Sources: never multicast (RFC 4291 2.7), ::1 (2.5.3) or an IPv4-mapped
 * address. Those name IPv4 nodes inside a host's API and are not globally
 * reachable (RFC 6890 2.2.3); from the wire they would pass a host's IPv4
 * filters unseen (RFC 4942 2.2). :: asks for an address (DAD) and a
 * link-local source has no meaning elsewhere: neither leaves its link
 * (2.5.2, 2.5.6). Who sends from the latter is told so (RFC 4443 3.1).
 */
static __attribute__((noinline)) uint32_t
ip6_check_source(const struct ip6_hdr *ip, uint32_t *guard)
{
	enum ip6_low low;

	if (ip->src[0] == 0xff)
		return FATE_DROP(DROP_SOURCE);
	if (ip6_is_link_local(ip->src)) {
		*guard = FATE_PUNT(PUNT_SCOPE);
	} else if (ip6_starts_low(ip->src)) {
		low = ip6_low_kind(ip->src);
		if (low == IP6_LOOPBACK || low == IP6_MAPPED)
			return FATE_DROP(DROP_SOURCE);
		if (low == IP6_UNSPECIFIED)
			*guard = FATE_DROP(DROP_SOURCE);
	}
	return FATE_GO;
}

/*
 * Destinations that no route decides, and those that are ours or nobody's: a
 * link-local one. Of multicast, scope 0 is reserved and scope 1 stays inside a
 * node: neither may come from a wire (RFC 4291 2.7).
 */
static __attribute__((noinline)) uint32_t
ip6_check_destination(const struct ip6_hdr *ip, uint32_t *guard)
{
	uint8_t scope;

	if (ip->dst[0] == 0xff) {
		scope = ip->dst[1] & 0xf;
		if (scope == 2)
			return FATE_PUNT(PUNT_LOCAL);
		return scope < 2 ? FATE_DROP(DROP_DESTINATION)
		                 : FATE_DROP(DROP_MULTICAST);
	}
	if (ip6_is_link_local(ip->dst)) {
		if (!(*guard & FATE_IS_DROP))
			*guard = FATE_DROP(DROP_SCOPE);
		return FATE_GO;
	}
	if (ip6_starts_low(ip->dst) && ip6_low_kind(ip->dst) != IP6_OTHER)
		return FATE_DROP(DROP_DESTINATION);
	return FATE_GO;
}

ALWAYS_INLINE uint32_t
ip6_check(const struct iface *in, struct pkt *p, uint32_t *guard)
{
	const uint8_t *frame = pkt_data(p);
	const struct ip6_hdr *ip = (const void *)(frame + p->l3);
	uint32_t fate;

	(void)in; /* IPv6 is routed from every interface that is up */
	fate = ip6_check_header(p, ip);
	if (fate != FATE_GO)
		return fate;
	*guard = FATE_GO;
	if (ip->hop_limit <= 1)
		*guard = FATE_PUNT(PUNT_TTL);
	else if (ip->next_header == PROTO_HOPOPTS)
		*guard = FATE_PUNT(PUNT_OPTIONS);
	if (ip6_is_special(ip->src)) {
		fate = ip6_check_source(ip, guard);
		if (fate != FATE_GO)
			return fate;
	}
	if (ether_is_group(frame))
		*guard = FATE_DROP(DROP_LINK_GROUP);
	if (ip6_is_special(ip->dst))
		return ip6_check_destination(ip, guard);
	return FATE_GO;
}

/*
 * Ports count where they follow the header. Elsewhere the flow label stands
 * for them (RFC 6437 3, RFC 6438 3): all fragments of a packet have the same.
 */
static inline uint32_t
ip6_hash(struct pkt *p)
{
	const struct ip6_hdr *ip = (const void *)(pkt_data(p) + p->l3);
	uint64_t h = 0;

	h = hash_mix(h, hash_load64(ip->src));
	h = hash_mix(h, hash_load64(ip->src + 8));
	h = hash_mix(h, hash_load64(ip->dst));
	h = hash_mix(h, hash_load64(ip->dst + 8));
	h = hash_mix(h, ip->next_header);
	if ((ip->next_header == PROTO_TCP || ip->next_header == PROTO_UDP) &&
	    (uint32_t)p->len - p->l3 >= IP6_HEADER + 4)
		h = hash_mix(h, hash_load32((const uint8_t *)ip + IP6_HEADER));
	else
		h = hash_mix(h, be32_load(ip) & IP6_FLOW_LABEL);
	return hash_end(h);
}

/* One hop: the hop limit is at least 2. */
ALWAYS_INLINE void
ip6_hop(uint8_t *l3)
{
	l3[offsetof(struct ip6_hdr, hop_limit)]--;
}

#endif
