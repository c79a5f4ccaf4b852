/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The extension headers of an IPv6 packet to ourselves (RFC 8200 4), walked
 * before lwIP does: it accepts routing headers that it does not know, quotes
 * the wrong bytes in its errors, and takes fragments for granted. A pure
 * function of the bytes.
 */
#ifndef LWIP_PORT_IP6_CHECK_H
#define LWIP_PORT_IP6_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ip6_verdict {
	IP6_GOOD,     /* up to a header that a host has a protocol for */
	IP6_FRAGMENT, /* a piece of a packet */
	IP6_SILENT,   /* dropped without a word */
	IP6_DISCARD,  /* likewise, as an unknown option asks for */
	/* Refused, with an ICMPv6 parameter problem of code 0, 1, 2 or 3. */
	IP6_FIELD,
	IP6_NEXT_HEADER,
	IP6_OPTION,
	IP6_CHAIN, /* a first fragment without all headers (RFC 7112) */
};

struct ip6_walk {
	enum ip6_verdict verdict;
	uint32_t pointer;  /* where the error is, from the IPv6 header on */
	uint8_t next;      /* the header that the walk came to */
	uint16_t at;       /* where that begins */
	uint16_t named_at; /* of the byte that says so: a next header field */
	bool fragmented;   /* a fragment header was passed */
	bool router_alert; /* for MLD (RFC 2711 2.1) */
};

/* The packet from its IPv6 header on, `len` bytes as that header tells. */
struct ip6_walk ip6_walk(const uint8_t *packet, size_t len);

/* Of a fragment header: offset in bytes, and whether more follow. */
enum { FRAGMENT_HEADER = 8, FRAGMENT_MORE = 1 };
uint32_t ip6_fragment_offset(const uint8_t *header);

#endif
