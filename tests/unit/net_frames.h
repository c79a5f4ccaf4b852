/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames with UDP for tests of the forwarding plane. Who links net_fixture.c
 * has the addresses.
 */
#ifndef TESTS_UNIT_NET_FRAMES_H
#define TESTS_UNIT_NET_FRAMES_H

#include <arpa/inet.h>

#include "net/addr.h"
#include "net/wire.h"

enum { FIX_FRAME_MAX = 1600 };

struct frame {
	uint8_t byte[FIX_FRAME_MAX];
	uint16_t len;
};

/* Addresses and prefixes from text; they fail the test when it is wrong. */
struct ip_addr fix_addr(const char *text);
struct ip_prefix fix_prefix(const char *text);

/* RFC 1071, word by word; the header's own length. */
static inline uint16_t
fix_ip4_sum(const uint8_t *header)
{
	uint32_t sum = 0, i, len = (header[0] & 0xf) * 4u;

	for (i = 0; i < len; i += 2)
		sum += be16_load(header + i);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Puts the right checksum into the IPv4 header of the length it says. */
static inline void
fix_ip4_checksum(struct frame *frame)
{
	be16_store(frame->byte + 24, 0);
	be16_store(frame->byte + 24, (uint16_t)~fix_ip4_sum(frame->byte + 14));
}

static inline bool
fix_ip4_checksum_ok(const uint8_t *header)
{
	return fix_ip4_sum(header) == 0xffff;
}

/* Ethernet to port 0 and UDP behind an IP header of `header` bytes. */
static inline void
fix_frame(struct frame *frame, uint16_t type, uint16_t header, uint16_t payload)
{
	static const uint8_t ether[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 10 };
	uint8_t *udp;
	uint16_t i;

	*frame = (struct frame){ .len = 60 };
	udp = frame->byte + 14 + header;
	memcpy(frame->byte, ether, sizeof(ether));
	be16_store(frame->byte + 12, type);
	be16_store(udp, 4000);
	be16_store(udp + 2, 5000);
	be16_store(udp + 4, (uint16_t)(8 + payload));
	for (i = 0; i < payload; i++)
		udp[8 + i] = (uint8_t)i;
	if (14 + header + 8 + payload > frame->len)
		frame->len = (uint16_t)(14 + header + 8 + payload);
}

/*
 * UDP from 192.0.2.10 to `dst`, or from 2001:db8::10, in a frame to port 0;
 * with `payload` bytes behind the UDP header, padded to 60 bytes.
 */
static inline void
fix_ip4(struct frame *frame, const char *dst, uint16_t payload)
{
	struct ip_addr to = fix_addr(dst);
	struct ip4_hdr ip = {
		.version_ihl = 0x45,
		.ttl = 64,
		.protocol = PROTO_UDP,
		.src = { 192, 0, 2, 10 },
	};

	fix_frame(frame, ETHERTYPE_IP4, sizeof(ip), payload);
	ip.total_length = htons((uint16_t)(sizeof(ip) + 8 + payload));
	memcpy(ip.dst, to.byte, sizeof(ip.dst));
	memcpy(frame->byte + 14, &ip, sizeof(ip));
	fix_ip4_checksum(frame);
}

static inline void
fix_ip6(struct frame *frame, const char *dst, uint16_t payload)
{
	struct ip_addr to = fix_addr(dst), from = fix_addr("2001:db8::10");
	struct ip6_hdr ip = {
		.version_class_flow = htonl(6u << 28),
		.payload_length = htons((uint16_t)(8 + payload)),
		.next_header = PROTO_UDP,
		.hop_limit = 64,
	};

	fix_frame(frame, ETHERTYPE_IP6, sizeof(ip), payload);
	memcpy(ip.src, from.byte, sizeof(ip.src));
	memcpy(ip.dst, to.byte, sizeof(ip.dst));
	memcpy(frame->byte + 14, &ip, sizeof(ip));
}

static inline bool
fix_is_ip4(const struct frame *frame)
{
	return be16_load(frame->byte + 12) == ETHERTYPE_IP4;
}

/* Bytes of Ethernet and IP, by the IP header. */
static inline uint16_t
fix_exact_length(const struct frame *frame)
{
	if (fix_is_ip4(frame))
		return 14 + be16_load(frame->byte + 16);
	return 54 + be16_load(frame->byte + 18);
}

#endif
