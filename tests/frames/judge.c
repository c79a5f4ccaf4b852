/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The judge of frames that leave (judge.h).
 */
#include "tests/frames/judge.h"

#include <stdbool.h>
#include <string.h>

/* Sizes, types and places in headers, as the standards have them. */
enum {
	ETHER = 14,
	TAG = 4,
	V4 = 20,
	V6 = 40,
	ARP = 28,
	ICMP = 8,
	ERROR_MAX_4 = 576,
	ERROR_MAX_6 = 1280,
	TYPE_V4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_TAG = 0x8100,
	TYPE_V6 = 0x86dd,
	NEXT_ICMP = 1,
	NEXT_TCP = 6,
	NEXT_UDP = 17,
	NEXT_ICMP6 = 58,
};

/* The frame that is judged. */
struct matter {
	const struct router *router;
	const struct interface *iface;
	const uint8_t *frame, *packet;
	uint32_t len; /* of the packet */
	bool trust;
};

#define UNLESS(condition, fault)                                               \
	do {                                                                   \
		if (!(condition))                                              \
			return fault;                                          \
	} while (0)

uint32_t
judge_add(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

uint16_t
judge_fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t
judge_pseudo6(
    const uint8_t *src, const uint8_t *dst, uint32_t len, uint8_t next)
{
	uint32_t sum = judge_add(0, src, 16);

	return judge_add(sum, dst, 16) + len + next;
}

uint32_t
judge_pseudo4(const uint8_t *ip, uint32_t len)
{
	return judge_add(0, ip + 12, 8) + len + ip[9];
}

static bool
own_mac(const struct matter *m, const uint8_t *mac)
{
	return memcmp(mac, m->iface->port->mac, 6) == 0;
}

/* Is it an address of this router, on any interface? */
static bool
own_address(const struct router *r, const uint8_t *addr, uint8_t family)
{
	size_t size = family == IP4 ? 4 : 16;

	for (uint16_t i = 0; i < r->interface_count; i++) {
		const struct interface *on = &r->interface[i];

		for (uint32_t k = 0; k < on->address_count; k++)
			if (on->address[k].addr.family == family &&
			    memcmp(on->address[k].addr.byte, addr, size) == 0)
				return true;
	}
	return false;
}

static const char *
judge_arp(const struct matter *m)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0 };
	static const uint8_t none[4];
	const uint8_t *arp = m->packet;

	UNLESS(m->len >= ARP, "ARP: too short");
	UNLESS(memcmp(arp, head, sizeof(head)) == 0, "ARP: its kind");
	UNLESS(arp[7] == 1 || arp[7] == 2, "ARP: operation");
	UNLESS(own_mac(m, arp + 8), "ARP: the sender's MAC is not ours");
	UNLESS(own_address(m->router, arp + 14, IP4) ||
		   memcmp(arp + 14, none, 4) == 0,
	    "ARP: the sender's address is not ours");
	UNLESS(arp[7] == 1 || !(m->frame[0] & 1), "ARP: an answer to many");
	return NULL;
}

/* Of ICMP over IPv4: errors, and redirects. */
static bool
is_error4(uint8_t type)
{
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/* What an ICMP error quotes may cause one (RFC 1812, 4.3.2.7). */
static const char *
judge_cause4(const uint8_t *ip, const uint8_t *q, uint32_t len)
{
	uint32_t header;

	UNLESS(len >= V4 && q[0] >> 4 == 4, "ICMP: quotes no header");
	header = (q[0] & 15) * 4u;
	UNLESS(memcmp(ip + 16, q + 12, 4) == 0, "ICMP: not to the source");
	UNLESS((be16_load(q + 6) & 0x1fff) == 0, "ICMP: about a fragment");
	UNLESS(q[16] < 224, "ICMP: about a multicast or broadcast");
	UNLESS(q[12] != 0 && q[12] != 127 && q[12] < 224,
	    "ICMP: about a source that is no host");
	UNLESS(len >= header, "ICMP: quotes half a header");
	if (q[9] == NEXT_ICMP && len > header)
		UNLESS(!is_error4(q[header]), "ICMP: about an error");
	return NULL;
}

static const char *
judge_icmp4(const uint8_t *ip, uint32_t header, uint32_t total)
{
	const uint8_t *icmp = ip + header;

	UNLESS(total >= header + ICMP, "ICMP: too short");
	UNLESS(judge_fold(judge_add(0, icmp, total - header)) == 0,
	    "ICMP: checksum");
	if (!is_error4(icmp[0]))
		return NULL;
	UNLESS(icmp[0] != 4 && icmp[0] != 5, "ICMP: quench or redirect");
	UNLESS(total <= ERROR_MAX_4, "ICMP: an error of more than 576 bytes");
	return judge_cause4(ip, icmp + ICMP, total - header - ICMP);
}

/* What the router itself says, in one piece. */
static const char *
judge_own4(const uint8_t *ip, uint32_t header, uint32_t total)
{
	const uint8_t *body = ip + header;
	uint32_t len = total - header, sum;

	if ((be16_load(ip + 6) & 0x3fff) != 0)
		return NULL;
	if (ip[9] == NEXT_ICMP)
		return judge_icmp4(ip, header, total);
	if (ip[9] != NEXT_TCP && ip[9] != NEXT_UDP)
		return NULL;
	if (ip[9] == NEXT_UDP && len >= 8 && be16_load(body + 6) == 0)
		return NULL;
	sum = judge_add(judge_pseudo4(ip, len), body, len);
	UNLESS(judge_fold(sum) == 0, "IPv4: checksum of what is in it");
	return NULL;
}

static const char *
judge_ends4(const struct matter *m)
{
	const uint8_t *src = m->packet + 12, *dst = m->packet + 16;

	UNLESS(src[0] != 127 && src[0] < 224, "IPv4: source is no host");
	UNLESS(dst[0] != 0 && dst[0] != 127, "IPv4: destination is no host");
	UNLESS(dst[0] < 240 || be32_load(dst) == 0xffffffff,
	    "IPv4: a reserved destination");
	if (!own_address(m->router, src, IP4))
		UNLESS(src[0] != 0 && dst[0] < 224,
		    "IPv4: forwarded what stays on its link");
	if (dst[0] < 224)
		UNLESS(!(m->frame[0] & 1), "IPv4: unicast to a group MAC");
	return NULL;
}

static const char *
judge_ip4(const struct matter *m)
{
	const uint8_t *ip = m->packet;
	uint32_t header, total;
	const char *fault;

	UNLESS(m->len >= V4 && ip[0] >> 4 == 4, "IPv4: version");
	header = (ip[0] & 15) * 4u;
	total = be16_load(ip + 2);
	UNLESS(header >= V4 && header <= total, "IPv4: header length");
	UNLESS(total == m->len, "IPv4: total length is not the frame's");
	UNLESS(judge_fold(judge_add(0, ip, header)) == 0, "IPv4: checksum");
	UNLESS(ip[8] > 0, "IPv4: TTL 0");
	fault = judge_ends4(m);
	if (fault == NULL && m->trust && own_address(m->router, ip + 12, IP4))
		fault = judge_own4(ip, header, total);
	return fault;
}

/* The upper layer of a packet: its place, or 0; *next is what it is. */
static uint32_t
upper6(const uint8_t *ip, uint32_t len, uint8_t *next)
{
	uint32_t at = V6;

	*next = ip[6];
	while (*next == 0 || *next == 43 || *next == 60) {
		if (at + 8 > len)
			return 0;
		*next = ip[at];
		at += ip[at + 1] * 8u + 8;
	}
	return at < len ? at : 0;
}

/* RFC 4443, 2.4 (e) */
static const char *
judge_cause6(const uint8_t *ip, const uint8_t *icmp, uint32_t len)
{
	const uint8_t *q = icmp + ICMP;
	uint32_t at, most = len - ICMP;
	uint8_t next;

	UNLESS(most >= V6 && q[0] >> 4 == 6, "ICMPv6: quotes no header");
	UNLESS(memcmp(ip + 24, q + 8, 16) == 0, "ICMPv6: not to the source");
	UNLESS(q[8] != 0xff, "ICMPv6: about a multicast source");
	if (icmp[0] != 2 && !(icmp[0] == 4 && icmp[1] == 2))
		UNLESS(q[24] != 0xff, "ICMPv6: about a multicast");
	at = upper6(q, most, &next);
	if (at != 0 && next == NEXT_ICMP6)
		UNLESS(q[at] >= 128 && q[at] != 137, "ICMPv6: about an error");
	return NULL;
}

static const char *
judge_icmp6(const struct matter *m, const uint8_t *icmp, uint32_t len)
{
	const uint8_t *ip = m->packet;

	UNLESS(len >= 4, "ICMPv6: too short");
	if (icmp[0] >= 133 && icmp[0] <= 137)
		UNLESS(ip[7] == 255, "ND: hop limit is not 255");
	if (icmp[0] == 136)
		UNLESS(len >= 24 && own_address(m->router, icmp + 8, IP6),
		    "ND: advertises what is not ours");
	if (icmp[0] >= 128)
		return NULL;
	UNLESS(len >= ICMP, "ICMPv6: an error without a body");
	UNLESS(m->len <= ERROR_MAX_6, "ICMPv6: an error above 1280 bytes");
	return judge_cause6(ip, icmp, len);
}

static const char *
judge_own6(const struct matter *m)
{
	const uint8_t *ip = m->packet;
	uint32_t at, len, sum;
	uint8_t next;

	at = upper6(ip, m->len, &next);
	if (at == 0)
		return NULL;
	if (next != NEXT_ICMP6 && next != NEXT_TCP && next != NEXT_UDP)
		return NULL;
	len = m->len - at;
	sum = judge_pseudo6(ip + 8, ip + 24, len, next);
	UNLESS(judge_fold(judge_add(sum, ip + at, len)) == 0,
	    "IPv6: checksum of what is in it");
	return next == NEXT_ICMP6 ? judge_icmp6(m, ip + at, len) : NULL;
}

static bool
link_local(const uint8_t *addr)
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

static const char *
judge_ends6(const struct matter *m)
{
	static const uint8_t none[16];
	const uint8_t *src = m->packet + 8, *dst = m->packet + 24;

	UNLESS(src[0] != 0xff, "IPv6: source is a group");
	UNLESS(memcmp(dst, none, 15) != 0 || dst[15] > 1,
	    "IPv6: destination is no host");
	if (dst[0] == 0xff)
		UNLESS(memcmp(m->frame, "\x33\x33", 2) == 0 &&
			   memcmp(m->frame + 2, dst + 12, 4) == 0,
		    "IPv6: a group's MAC");
	else
		UNLESS(!(m->frame[0] & 1), "IPv6: unicast to a group MAC");
	/* Who asks whether an address is free has none (RFC 4862, 5.4.2). */
	if (memcmp(src, none, 16) == 0)
		UNLESS(dst[0] == 0xff && dst[1] == 2, "IPv6: from nobody");
	if (own_address(m->router, src, IP6) || memcmp(src, none, 16) == 0)
		return NULL;
	UNLESS(memcmp(src, none, 15) != 0 || src[15] > 1,
	    "IPv6: forwarded from ::1");
	UNLESS(!link_local(dst) && dst[0] != 0xff,
	    "IPv6: forwarded what stays on its link");
	return NULL;
}

static const char *
judge_ip6(const struct matter *m)
{
	static const uint8_t none[16];
	const uint8_t *ip = m->packet;
	const char *fault;

	UNLESS(m->len >= V6 && ip[0] >> 4 == 6, "IPv6: version");
	UNLESS(be16_load(ip + 4) == m->len - V6,
	    "IPv6: payload length is not the frame's");
	UNLESS(ip[7] > 0, "IPv6: hop limit 0");
	fault = judge_ends6(m);
	if (fault == NULL && m->trust &&
	    (own_address(m->router, ip + 8, IP6) ||
		memcmp(ip + 8, none, 16) == 0))
		fault = judge_own6(m);
	return fault;
}

/* The interface of a port with that VID, 0 for none. */
static const struct interface *
interface_of(const struct router *r, uint8_t port, uint16_t vid)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (r->interface[i].port != NULL &&
		    r->interface[i].port->index == port &&
		    r->interface[i].vid == vid)
			return &r->interface[i];
	return NULL;
}

bool
judge_spoofed(const struct router *r, const uint8_t *frame, uint16_t len)
{
	uint32_t at = ETHER;

	while (len >= at + TAG && (be16_load(frame + at - 2) == TYPE_TAG))
		at += TAG;
	if (len >= at + V4 && be16_load(frame + at - 2) == TYPE_V4)
		return own_address(r, frame + at + 12, IP4);
	if (len >= at + V6 && be16_load(frame + at - 2) == TYPE_V6)
		return own_address(r, frame + at + 8, IP6);
	return false;
}

/* Does it say that it is ours? */
static bool
is_own(const struct matter *m, uint16_t type)
{
	const uint8_t *packet = m->packet;

	if (type == TYPE_V4)
		return m->len >= V4 && own_address(m->router, packet + 12, IP4);
	if (type == TYPE_V6)
		return m->len >= V6 && own_address(m->router, packet + 8, IP6);
	return type == TYPE_ARP;
}

const char *
judge_frame(const struct router *r, uint8_t port, const uint8_t *frame,
    uint16_t len, bool trust)
{
	struct matter m = { .router = r, .frame = frame, .trust = trust };
	uint16_t vid = 0, priority = 0, type;
	uint32_t head = ETHER;

	UNLESS(len >= ETHER, "Ethernet: too short");
	if (be16_load(frame + 12) == TYPE_TAG) {
		UNLESS(len >= ETHER + TAG, "802.1Q: too short");
		vid = be16_load(frame + 14) & 0xfff;
		priority = be16_load(frame + 14) & 0xf000;
		UNLESS(vid != 0 && vid != 0xfff, "802.1Q: VID");
		head += TAG;
	}
	m.iface = interface_of(r, port, vid);
	UNLESS(m.iface != NULL, "802.1Q: a VID that is not configured");
	type = be16_load(frame + head - 2);
	m.packet = frame + head;
	m.len = len - head;
	UNLESS(own_mac(&m, frame + 6), "Ethernet: source is not the port");
	UNLESS(!own_mac(&m, frame), "Ethernet: sent to itself");
	UNLESS(m.iface->admin_up, "Ethernet: the interface is shut down");
	UNLESS(m.len <= m.iface->mtu, "larger than the MTU");
	UNLESS(!m.trust || priority == 0 || !is_own(&m, type),
	    "802.1Q: a priority for what is ours");
	switch (type) {
	case TYPE_ARP:
		return judge_arp(&m);
	case TYPE_V4:
		return judge_ip4(&m);
	case TYPE_V6:
		return judge_ip6(&m);
	default:
		return "Ethernet: a type that is not routed";
	}
}
