/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IPv4 stages of the burst: validation (RFC 1812 5.2.2, 5.3.4, 5.3.7, RFC
 * 1122 3.2.1, RFC 3927 7), flow hash, and the hop itself (RFC 1624).
 *
 * `guard` receives what becomes of the packet if it turns out to be for
 * somebody else: FATE_GO, or a reason why it may be delivered here but not
 * forwarded as it is.
 */
#ifndef NET_IP4_H
#define NET_IP4_H

#include "net/ether.h"
#include "net/hash.h"

enum {
	IP4_HEADER_MIN = sizeof(struct ip4_hdr),
	UDP_HEADER = 8,
	DHCP_CLIENT_PORT = 68, /* RFC 2131 4.1 */
};

ALWAYS_INLINE uint32_t
ip4_header_len(const struct ip4_hdr *ip)
{
	return (ip->version_ihl & 0xf) * 4u;
}

/*
 * The sum of the header's 16-bit words, folded once: 17 bits. In one's
 * complement it is the same in either byte order (RFC 1071).
 */
ALWAYS_INLINE uint32_t
ip4_header_sum(const struct ip4_hdr *ip, uint32_t header)
{
	const uint8_t *at = (const uint8_t *)ip;
	uint64_t sum;
	uint32_t i;

	sum = hash_load32(at);
	for (i = 4; i < IP4_HEADER_MIN; i += 4)
		sum += hash_load32(at + i);
	for (; i < header; i += 4)
		sum += hash_load32(at + i);
	/* 15 words at most, so that 33 bits are left, and then 17. */
	sum = (sum >> 32) + (sum & 0xffffffff);
	return (uint32_t)((sum >> 16) + (sum & 0xffff));
}

ALWAYS_INLINE bool
ip4_checksum_ok(const struct ip4_hdr *ip, uint32_t header)
{
	uint32_t sum = ip4_header_sum(ip, header);

	return sum == 0xffff || sum == 0x1fffe;
}

static inline void
ip4_checksum_store(struct ip4_hdr *ip)
{
	uint16_t check = 0;
	uint32_t sum;

	memcpy(&ip->checksum, &check, sizeof(check));
	sum = ip4_header_sum(ip, ip4_header_len(ip));
	check = (uint16_t) ~((sum >> 16) + (sum & 0xffff));
	memcpy(&ip->checksum, &check, sizeof(check));
}

/* True for a fragment of a datagram, the first one included. */
ALWAYS_INLINE bool
ip4_is_fragment(const struct ip4_hdr *ip)
{
	return (be16_load(&ip->fragment) & (IP4_MF | IP4_OFFSET_MASK)) != 0;
}

/* The header's own consistency; trims what Ethernet padded. */
ALWAYS_INLINE uint32_t
ip4_check_header(struct pkt *p, const struct ip4_hdr *ip)
{
	uint32_t room = (uint32_t)p->len - p->l3;
	uint32_t header, total;

	if (room < IP4_HEADER_MIN)
		return FATE_DROP(DROP_FRAME_SHORT);
	if (ip->version_ihl >> 4 != 4)
		return FATE_DROP(DROP_IP_VERSION);
	header = ip4_header_len(ip);
	if (header < IP4_HEADER_MIN)
		return FATE_DROP(DROP_IP_HEADER);
	total = be16_load(&ip->total_length);
	if (total < header || total > room)
		return FATE_DROP(DROP_IP_LENGTH);
	if (!ip4_checksum_ok(ip, header))
		return FATE_DROP(DROP_IP_CHECKSUM);
	p->len = (uint16_t)(p->l3 + total);
	return FATE_GO;
}

/* The first bytes of addresses that are looked at more closely. */
static const uint8_t ip4_special[256] = {
	[0] = 1,
	[127] = 1,
	[169] = 1,
	[224 ... 255] = 1,
};

/* 169.254/16 stays on its link (RFC 3927). */
static inline bool
ip4_is_link_local(const uint8_t *addr)
{
	return addr[0] == 169 && addr[1] == 254;
}

/*
 * Sources: never multicast, class E or broadcast, nor of 127/8 (RFC 1812
 * 5.3.7). 0/8 is "this host" (RFC 1122 3.2.1.3), and only 0.0.0.0 is used: by
 * one that asks for its address, on its own link. A link-local one is good for
 * us, and nobody beyond hears of it, not even by an ICMP error (RFC 3927 7).
 */
static __attribute__((noinline)) uint32_t
ip4_check_source(const struct ip4_hdr *ip, uint32_t *guard)
{
	uint8_t net = ip->src[0];

	if (net >= 224 || net == 127)
		return FATE_DROP(DROP_SOURCE);
	if (net == 0) {
		if (be32_load(ip->src) != 0)
			return FATE_DROP(DROP_SOURCE);
		*guard = FATE_DROP(DROP_SOURCE);
	} else if (ip4_is_link_local(ip->src)) {
		*guard = FATE_DROP(DROP_SCOPE);
	}
	return FATE_GO;
}

/* Destinations that no route decides, and those that are ours or nobody's. */
static __attribute__((noinline)) uint32_t
ip4_check_destination(const struct ip4_hdr *ip, uint32_t *guard)
{
	uint8_t net = ip->dst[0];
	uint32_t dst;

	if (ip4_is_link_local(ip->dst)) {
		if (!(*guard & FATE_IS_DROP))
			*guard = FATE_DROP(DROP_SCOPE);
		return FATE_GO;
	}
	if (net < 224)
		return net == 0 || net == 127 ? FATE_DROP(DROP_DESTINATION)
		                              : FATE_GO;
	dst = be32_load(ip->dst);
	if (dst == 0xffffffff)
		return FATE_PUNT(PUNT_LOCAL);
	if (net >= 240)
		return FATE_DROP(DROP_DESTINATION);
	if (dst >> 8 == 0xe00000) /* link-local groups, RFC 5771 4 */
		return FATE_PUNT(PUNT_LOCAL);
	return FATE_DROP(DROP_MULTICAST);
}

/*
 * An interface without an address hears nothing but the lease that it asks for,
 * to whatever address that comes (RFC 2131 4.1).
 */
static __attribute__((noinline)) uint32_t
ip4_check_lease(
    const struct iface *in, const struct pkt *p, const struct ip4_hdr *ip)
{
	uint32_t header = ip4_header_len(ip);
	const uint8_t *udp = (const uint8_t *)ip + header;

	if (in->dhcp && ip->protocol == PROTO_UDP &&
	    (be16_load(&ip->fragment) & IP4_OFFSET_MASK) == 0 &&
	    (uint32_t)p->len - p->l3 >= header + UDP_HEADER &&
	    be16_load(udp + 2) == DHCP_CLIENT_PORT)
		return FATE_PUNT(PUNT_LOCAL);
	return FATE_DROP(DROP_INTERFACE);
}

ALWAYS_INLINE uint32_t
ip4_check(const struct iface *in, struct pkt *p, uint32_t *guard)
{
	const uint8_t *frame = pkt_data(p);
	const struct ip4_hdr *ip = (const void *)(frame + p->l3);
	uint32_t fate;

	fate = ip4_check_header(p, ip);
	if (fate != FATE_GO)
		return fate;
	*guard = FATE_GO;
	if (ip->ttl <= 1)
		*guard = FATE_PUNT(PUNT_TTL);
	else if (ip4_header_len(ip) > IP4_HEADER_MIN)
		*guard = FATE_PUNT(PUNT_OPTIONS);
	if (ip4_special[ip->src[0]]) {
		fate = ip4_check_source(ip, guard);
		if (fate != FATE_GO)
			return fate;
	}
	/* RFC 1812 5.3.4: no unicast may be multiplied by a link's group. */
	if (ether_is_group(frame))
		*guard = FATE_DROP(DROP_LINK_GROUP);
	if (__builtin_expect(!in->has4, 0))
		return ip4_check_lease(in, p, ip);
	if (ip4_special[ip->dst[0]])
		return ip4_check_destination(ip, guard);
	return FATE_GO;
}

/* Ports count only where every packet of the flow has them. */
static inline uint32_t
ip4_hash(struct pkt *p)
{
	const struct ip4_hdr *ip = (const void *)(pkt_data(p) + p->l3);
	uint32_t header = ip4_header_len(ip);
	uint64_t h = hash_mix(
	    0, hash_load64(ip->src)); /* and the destination */

	if (ip4_is_fragment(ip))
		return hash_end(h);
	h = hash_mix(h, ip->protocol);
	if ((ip->protocol == PROTO_TCP || ip->protocol == PROTO_UDP) &&
	    (uint32_t)p->len - p->l3 >= header + 4)
		h = hash_mix(h, hash_load32((const uint8_t *)ip + header));
	return hash_end(h);
}

/*
 * One hop: TTL less one, checksum by RFC 1624 equation 3. The TTL is at least
 * 2, so that the word never borrows, and the result never is 0xffff.
 */
ALWAYS_INLINE void
ip4_hop(uint8_t *l3)
{
	struct ip4_hdr *ip = (void *)l3;
	uint16_t before, after, check;
	uint32_t sum;

	memcpy(&before, &ip->ttl, sizeof(before));
	ip->ttl--;
	memcpy(&after, &ip->ttl, sizeof(after));
	memcpy(&check, &ip->checksum, sizeof(check));
	sum = (uint16_t)~check + (uint16_t)~before + (uint32_t)after;
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	check = (uint16_t)~sum;
	memcpy(&ip->checksum, &check, sizeof(check));
}

#endif
