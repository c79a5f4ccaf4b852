/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Headers on the wire. All fields in network byte order, any alignment.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <stdint.h>

enum {
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_IP6 = 0x86dd,
};

enum {
	PROTO_HOPOPTS = 0,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_FRAGMENT = 44,
	PROTO_ICMP6 = 58,
};

/* IEEE 802.3, 3.1.1 */
struct eth_hdr {
	uint8_t dst[6];
	uint8_t src[6];
	uint16_t type;
} __attribute__((packed));
_Static_assert(sizeof(struct eth_hdr) == 14, "Ethernet header");

/* RFC 791, 3.1 */
struct ip4_hdr {
	uint8_t version_ihl;
	uint8_t tos;
	uint16_t total_length;
	uint16_t id;
	uint16_t fragment; /* flags (3 bits), offset in units of 8 bytes */
	uint8_t ttl;
	uint8_t protocol;
	uint16_t checksum;
	uint8_t src[4];
	uint8_t dst[4];
} __attribute__((packed));
_Static_assert(sizeof(struct ip4_hdr) == 20, "IPv4 header");

enum {
	IP4_RESERVED = 0x8000,
	IP4_DF = 0x4000,
	IP4_MF = 0x2000,
	IP4_OFFSET_MASK = 0x1fff,
};

/* RFC 8200, 3 */
struct ip6_hdr {
	uint32_t version_class_flow;
	uint16_t payload_length;
	uint8_t next_header;
	uint8_t hop_limit;
	uint8_t src[16];
	uint8_t dst[16];
} __attribute__((packed));
_Static_assert(sizeof(struct ip6_hdr) == 40, "IPv6 header");

#endif
