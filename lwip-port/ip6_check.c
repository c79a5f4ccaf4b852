/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk along the extension headers (RFC 8200 4, RFC 5095, RFC 7112).
 */
#include "lwip-port/ip6_check.h"

#include "net/addr.h"
#include "net/wire.h"

enum {
	HEADER = 40, /* the IPv6 header, and its fields */
	PAYLOAD_LENGTH = 4,
	NEXT_HEADER = 6,
	DESTINATION = 24,
	UNIT = 8, /* of the length of extension headers */
	ROUTING = 43,
	NONE = 59,
	DSTOPTS = 60,
	ROUTING_TYPE = 2,
	ROUTING_LEFT = 3,
	FRAGMENT_OFFSET = 2,
	FRAGMENT_MASK = 0xfff8,
	OPTION_PAD1 = 0,
	OPTION_PADN = 1,
	OPTION_ROUTER_ALERT = 5,
	PACKET_MAX = 65535,
};

struct walk {
	const uint8_t *packet;
	size_t len;
	struct ip6_walk out;
};

/* The walk ends. Always false. */
static bool
end(struct walk *w, enum ip6_verdict verdict, uint32_t pointer)
{
	w->out.verdict = verdict;
	w->out.pointer = pointer;
	return false;
}

static bool
to_group(const struct walk *w)
{
	return w->packet[DESTINATION] == 0xff;
}

/* RFC 8200 4.2: the two highest bits of what nobody here knows. */
static bool
unknown_option(struct walk *w, uint32_t at)
{
	switch (w->packet[at] >> 6) {
	case 0:
		return true;
	case 1:
		return end(w, IP6_DISCARD, 0);
	case 2:
		return end(w, IP6_OPTION, at);
	default:
		return end(w, to_group(w) ? IP6_DISCARD : IP6_OPTION, at);
	}
}

static bool
options(struct walk *w, uint32_t at, uint32_t stop)
{
	const uint8_t *p = w->packet;

	while (at < stop) {
		uint32_t size;

		if (p[at] == OPTION_PAD1) {
			at++;
			continue;
		}
		if (stop - at < 2 || p[at + 1] + 2u > stop - at)
			return end(w, IP6_SILENT, 0);
		size = p[at + 1] + 2u;
		if (p[at] == OPTION_ROUTER_ALERT)
			w->out.router_alert = size == 4 &&
			                      be16_load(p + at + 2) == 0;
		else if (p[at] != OPTION_PADN && !unknown_option(w, at))
			return false;
		at += size;
	}
	return true;
}

/* RFC 8200 4.4, RFC 5095 3: no type is known here. */
static bool
routing(struct walk *w, uint32_t at)
{
	if (w->packet[at + ROUTING_LEFT] == 0)
		return true;
	return end(w, IP6_FIELD, at + ROUTING_TYPE);
}

uint32_t
ip6_fragment_offset(const uint8_t *header)
{
	return be16_load(header + FRAGMENT_OFFSET) & FRAGMENT_MASK;
}

/* The least bytes of a protocol that is ours; 0: it is not. */
static size_t
header_of(uint8_t protocol)
{
	switch (protocol) {
	case PROTO_TCP:
		return 20;
	case PROTO_UDP:
		return 8;
	case PROTO_ICMP6:
		return 4;
	default:
		return 0;
	}
}

static bool
is_extension(uint8_t kind)
{
	return kind == PROTO_HOPOPTS || kind == DSTOPTS || kind == ROUTING ||
	       kind == PROTO_FRAGMENT;
}

/* RFC 7112 3: a first fragment holds all headers up to the protocol's own. */
static bool
chain_whole(const struct walk *w, uint8_t kind, uint32_t at)
{
	while (is_extension(kind)) {
		if (w->len < at + UNIT)
			return false;
		kind = w->packet[at];
		at += w->packet[at + 1] * (uint32_t)UNIT + UNIT;
	}
	return w->len >= at + header_of(kind);
}

/* RFC 8200 4.5. A packet in one fragment is whole (RFC 6946). */
static bool
fragment(struct walk *w, uint32_t at)
{
	const uint8_t *header = w->packet + at;
	uint32_t offset = ip6_fragment_offset(header);
	bool more = be16_load(header + FRAGMENT_OFFSET) & FRAGMENT_MORE;
	uint32_t size = (uint32_t)w->len - at - FRAGMENT_HEADER;

	w->out.fragmented = true;
	if (offset == 0 && !more)
		return true;
	if (more && (w->len - HEADER) % UNIT != 0)
		return end(w, IP6_FIELD, PAYLOAD_LENGTH);
	if (at - HEADER + offset + size > PACKET_MAX)
		return end(w, IP6_FIELD, at + FRAGMENT_OFFSET);
	if (size == 0)
		return end(w, IP6_SILENT, 0);
	if (offset == 0 && !chain_whole(w, header[0], at + FRAGMENT_HEADER))
		return end(w, IP6_CHAIN, 0);
	return end(w, IP6_FRAGMENT, 0);
}

/* At a header that ends the walk. */
static void
arrive(struct walk *w)
{
	size_t size = header_of(w->out.next);

	if (w->out.next != NONE && size == 0)
		end(w, IP6_NEXT_HEADER, w->out.named_at);
	else if (w->len - w->out.at < size)
		end(w, IP6_SILENT, 0);
	else
		end(w, IP6_GOOD, 0);
}

/* One extension header on; false: the walk has ended. */
static bool
step(struct walk *w)
{
	const uint8_t *p = w->packet;
	uint8_t kind = w->out.next;
	uint32_t at = w->out.at;
	uint32_t size = FRAGMENT_HEADER;

	/* Hop-by-hop options come first, or are nothing (RFC 8200 4). */
	if (!is_extension(kind) || (kind == PROTO_HOPOPTS && at != HEADER)) {
		arrive(w);
		return false;
	}
	if (w->len - at < UNIT)
		return end(w, IP6_SILENT, 0);
	if (kind != PROTO_FRAGMENT)
		size = p[at + 1] * (uint32_t)UNIT + UNIT;
	if (w->len - at < size)
		return end(w, IP6_SILENT, 0);
	if ((kind == ROUTING && !routing(w, at)) ||
	    (kind == PROTO_FRAGMENT && !fragment(w, at)) ||
	    ((kind == PROTO_HOPOPTS || kind == DSTOPTS) &&
		!options(w, at + 2, at + size)))
		return false;
	w->out.named_at = (uint16_t)at;
	w->out.next = p[at];
	w->out.at = (uint16_t)(at + size);
	return true;
}

struct ip6_walk
ip6_walk(const uint8_t *packet, size_t len)
{
	struct walk w = { .packet = packet, .len = len };

	w.out.next = packet[NEXT_HEADER];
	w.out.named_at = NEXT_HEADER;
	w.out.at = HEADER;
	while (step(&w))
		continue;
	return w.out;
}
