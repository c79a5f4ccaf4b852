/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors. A pure function from packet to packet, so that every rule can
 * be tested alone.
 */
#include "control/icmp.h"

#include <stdbool.h>

#include "control/checksum.h"
#include "control/ip_scope.h"
#include "net/wire.h"

enum {
	ICMP_HEADER = 8,
	IP4_ERROR_MAX = 576, /* RFC 1812 4.3.2.3 */
	/* RFC 1812 4.3.2.5: precedence 6, and the TOS of the packet but for the
	 * bit that is ECN's now (RFC 3168 5). */
	IP4_PRECEDENCE = 0xc0,
	IP4_TOS_KEPT = 0x1c,
	ERROR_TTL = 64,
	PROTO_ROUTING = 43,
	PROTO_AH = 51,
	PROTO_DSTOPTS = 60,
};

struct icmp_code {
	uint8_t type, code;
};

/* RFC 792, RFC 1812 5.2.7.1. Type 0: there is no such error. */
static const struct icmp_code code4[] = {
	[ICMP_TTL_EXCEEDED] = { 11, 0 },
	[ICMP_NET_UNREACHABLE] = { 3, 0 },
	[ICMP_HOST_UNREACHABLE] = { 3, 1 },
	[ICMP_REJECTED] = { 3, 13 },
	[ICMP_TOO_BIG] = { 3, 4 },
	[ICMP_PARAMETER] = { 12, 0 },
	[ICMP_OPTION] = { 0, 0 },
	[ICMP_SCOPE] = { 0, 0 },
	[ICMP_PROTOCOL] = { 3, 2 },
	[ICMP_NEXT_HEADER] = { 0, 0 },
	[ICMP_PORT_UNREACHABLE] = { 3, 3 },
	[ICMP_CHAIN] = { 0, 0 },
	[ICMP_REASSEMBLY] = { 11, 1 },
};

/* RFC 4443 3 */
static const struct icmp_code code6[] = {
	[ICMP_TTL_EXCEEDED] = { 3, 0 },
	[ICMP_NET_UNREACHABLE] = { 1, 0 },
	[ICMP_HOST_UNREACHABLE] = { 1, 3 },
	[ICMP_REJECTED] = { 1, 6 }, /* reject route */
	[ICMP_TOO_BIG] = { 2, 0 },
	[ICMP_PARAMETER] = { 4, 0 },
	[ICMP_OPTION] = { 4, 2 },
	[ICMP_SCOPE] = { 1, 2 },
	[ICMP_PROTOCOL] = { 0, 0 },
	[ICMP_NEXT_HEADER] = { 4, 1 },
	[ICMP_PORT_UNREACHABLE] = { 1, 4 },
	[ICMP_CHAIN] = { 4, 3 }, /* RFC 7112 5 */
	[ICMP_REASSEMBLY] = { 3, 1 },
};

/* A source that names exactly one host (RFC 1122 3.2.2). */
static bool
answerable4(const uint8_t *src)
{
	return src[0] != 0 && src[0] != 127 && src[0] < 224;
}

/* Redirects and the errors themselves (RFC 792). */
static bool
is_error4(uint8_t type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static bool
allowed4(enum icmp_error error, const uint8_t *packet, size_t len)
{
	struct ip4_hdr ip;
	struct ip_addr dst = { .family = IP4 };
	size_t header;

	if (len < sizeof(ip) || code4[error].type == 0)
		return false;
	memcpy(&ip, packet, sizeof(ip));
	header = (ip.version_ihl & 0x0f) * 4u;
	memcpy(dst.byte, ip.dst, sizeof(ip.dst));
	if (header < sizeof(ip) || header > len || !answerable4(ip.src))
		return false;
	if (ip_multicast(&dst) || be32_load(ip.dst) == 0xffffffff)
		return false;
	if (be16_load(&ip.fragment) & IP4_OFFSET_MASK)
		return false;
	if (ip.protocol != PROTO_ICMP)
		return true;
	return len > header && !is_error4(packet[header]);
}

/* RFC 8200 4.5, 4.8; RFC 4302 2.2 */
static size_t
extension_size(uint8_t type, const uint8_t *header)
{
	if (type == PROTO_FRAGMENT)
		return 8;
	if (type == PROTO_AH)
		return header[1] * 4u + 8u;
	return header[1] * 8u + 8u;
}

static bool
is_extension(uint8_t type)
{
	return type == PROTO_HOPOPTS || type == PROTO_ROUTING ||
	       type == PROTO_DSTOPTS || type == PROTO_FRAGMENT ||
	       type == PROTO_AH;
}

/*
 * RFC 4443 2.4 (e): not about errors (types below 128) and redirects. A
 * later fragment of an ICMP message does not tell its type: none either. Nor
 * about a chain that the packet does not hold far enough to name a protocol.
 */
static bool
allowed_payload6(const uint8_t *packet, size_t len)
{
	uint8_t next = packet[6];
	size_t at = sizeof(struct ip6_hdr);
	bool later_fragment = false;

	while (is_extension(next)) {
		size_t size;

		if (len - at < 8)
			return false;
		size = extension_size(next, packet + at);
		if (next == PROTO_FRAGMENT && be16_load(packet + at + 2) >> 3)
			later_fragment = true;
		next = packet[at];
		at += size;
		if (later_fragment || at > len)
			break;
	}
	if (next != PROTO_ICMP6)
		return later_fragment || at <= len || !is_extension(next);
	if (later_fragment || at >= len)
		return false;
	return packet[at] >= 128 && packet[at] != 137;
}

static bool
allowed6(enum icmp_error error, const uint8_t *packet, size_t len)
{
	static const uint8_t zero[15];
	struct ip_addr src = { .family = IP6 }, dst = { .family = IP6 };

	if (len < sizeof(struct ip6_hdr) || code6[error].type == 0)
		return false;
	memcpy(src.byte, packet + 8, 16);
	memcpy(dst.byte, packet + 24, 16);
	if (ip_multicast(&src))
		return false;
	/* :: and ::1 */
	if (memcmp(src.byte, zero, sizeof(zero)) == 0 && src.byte[15] <= 1)
		return false;
	/* An unknown option asks for it by its type: options6_check(). */
	if (ip_multicast(&dst) && error != ICMP_TOO_BIG && error != ICMP_OPTION)
		return false;
	return allowed_payload6(packet, len);
}

static size_t
build4(enum icmp_error error, uint16_t detail, const struct ip_addr *source,
    const uint8_t *packet, size_t len, uint8_t *out)
{
	const size_t room = IP4_ERROR_MAX - sizeof(struct ip4_hdr) -
	                    ICMP_HEADER;
	struct ip4_hdr ip = { .version_ihl = 0x45,
		.tos = IP4_PRECEDENCE | (packet[1] & IP4_TOS_KEPT),
		.ttl = ERROR_TTL,
		.protocol = PROTO_ICMP };
	uint8_t *icmp = out + sizeof(ip);
	size_t quoted = len < room ? len : room;
	size_t total = sizeof(ip) + ICMP_HEADER + quoted;

	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = code4[error].type;
	icmp[1] = code4[error].code;
	if (error == ICMP_TOO_BIG) /* RFC 1191 4 */
		be16_store(icmp + 6, detail);
	if (error == ICMP_PARAMETER)
		icmp[4] = (uint8_t)detail;
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	be16_store(icmp + 2,
	    checksum_end(checksum_add(0, icmp, ICMP_HEADER + quoted)));
	be16_store(&ip.total_length, (uint16_t)total);
	be16_store(&ip.fragment, IP4_DF); /* no ID needed: RFC 6864 4.1 */
	memcpy(ip.src, source->byte, sizeof(ip.src));
	memcpy(ip.dst, packet + 12, sizeof(ip.dst));
	memcpy(out, &ip, sizeof(ip));
	be16_store(out + 10, checksum_end(checksum_add(0, out, sizeof(ip))));
	return total;
}

static size_t
build6(enum icmp_error error, uint16_t detail, const struct ip_addr *source,
    const uint8_t *packet, size_t len, uint8_t *out)
{
	const size_t room = ICMP_ERROR_MAX - sizeof(struct ip6_hdr) -
	                    ICMP_HEADER;
	struct ip6_hdr ip = { .next_header = PROTO_ICMP6,
		.hop_limit = ERROR_TTL };
	uint8_t *icmp = out + sizeof(ip);
	size_t quoted = len < room ? len : room;
	uint32_t sum;

	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = code6[error].type;
	icmp[1] = code6[error].code;
	if (error == ICMP_TOO_BIG || error == ICMP_PARAMETER ||
	    error == ICMP_OPTION || error == ICMP_NEXT_HEADER)
		be32_store(icmp + 4, detail);
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	be32_store(&ip.version_class_flow, 6u << 28);
	be16_store(&ip.payload_length, (uint16_t)(ICMP_HEADER + quoted));
	memcpy(ip.src, source->byte, sizeof(ip.src));
	memcpy(ip.dst, packet + 8, sizeof(ip.dst));
	memcpy(out, &ip, sizeof(ip));
	/* RFC 8200 8.1: the pseudo-header */
	sum = checksum_add(0, ip.src, sizeof(ip.src) + sizeof(ip.dst));
	sum += (uint32_t)(ICMP_HEADER + quoted) + PROTO_ICMP6;
	sum = checksum_add(sum, icmp, ICMP_HEADER + quoted);
	be16_store(icmp + 2, checksum_end(sum));
	return sizeof(ip) + ICMP_HEADER + quoted;
}

size_t
icmp_error_build(enum icmp_error error, uint16_t detail,
    const struct ip_addr *source, const uint8_t *packet, size_t len,
    uint8_t *out)
{
	uint8_t version = len ? packet[0] >> 4 : 0;

	if (source->family != version)
		return 0;
	if (version == IP4 && allowed4(error, packet, len))
		return build4(error, detail, source, packet, len, out);
	if (version == IP6 && allowed6(error, packet, len))
		return build6(error, detail, source, packet, len, out);
	return 0;
}
