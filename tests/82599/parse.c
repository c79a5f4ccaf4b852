/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the receiver sees in a frame: tag, IP, TCP, UDP and SCTP (7.1.6.2,
 * 7.1.11). A header that is cut short is not there.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum {
	ETH_TYPE = 12,
	ETH_HEADER = 14,
	TAG = 4,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	TCP = 6,
	UDP = 17,
	SCTP = 132,
};

/* The header of a known transport protocol, unless it is in a fragment. */
static void
parse_l4(const uint8_t *frame, struct parsed *p, uint32_t at)
{
	static const struct {
		uint8_t protocol;
		uint8_t header;
		uint16_t type;
	} known[] = {
		{ TCP, 20, TYPE_TCP },
		{ UDP, 8, TYPE_UDP },
		{ SCTP, 12, TYPE_SCTP },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (p->protocol != known[i].protocol || p->fragment ||
		    at + known[i].header > p->end)
			continue;
		p->type |= known[i].type;
		p->l4 = at;
	}
}

static void
parse_ipv4(const uint8_t *frame, uint32_t len, struct parsed *p, uint32_t at)
{
	const uint8_t *ip = frame + at;
	uint32_t header, total;

	if (at + IPV4_HEADER > len || ip[0] >> 4 != 4)
		return;
	header = (ip[0] & 15) * 4;
	total = be16(ip + 2);
	if (header < IPV4_HEADER || total < header || at + total > len)
		return;
	p->l3 = at;
	p->end = at + total;
	p->type |= TYPE_IPV4;
	if (header > IPV4_HEADER)
		p->type |= TYPE_IPV4_OPTIONS;
	p->fragment = be16(ip + 6) & 0x3fff;
	p->protocol = ip[9];
	parse_l4(frame, p, at + header);
}

/* The length of an extension header that starts at `h`; 0: it is none. */
static uint32_t
extension(uint8_t protocol, const uint8_t *h)
{
	enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 };

	switch (protocol) {
	case HOP_BY_HOP:
	case ROUTING:
	case DESTINATION:
		return (h[1] + 1u) * 8;
	case FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

static void
parse_ipv6(const uint8_t *frame, uint32_t len, struct parsed *p, uint32_t at)
{
	const uint8_t *ip = frame + at;
	uint32_t size, payload;

	if (at + IPV6_HEADER > len || ip[0] >> 4 != 6)
		return;
	payload = be16(ip + 4);
	if (at + IPV6_HEADER + payload > len)
		return;
	p->l3 = at;
	p->end = at + IPV6_HEADER + payload;
	p->type |= TYPE_IPV6;
	p->protocol = ip[6];
	at += IPV6_HEADER;
	while (at + 8 <= p->end &&
	       (size = extension(p->protocol, frame + at)) != 0) {
		p->type |= TYPE_IPV6_EXTENSIONS;
		if (p->protocol == 44)
			p->fragment = true;
		p->protocol = frame[at];
		at += size;
	}
	parse_l4(frame, p, at);
}

void
parse(const struct i82599 *m, const uint8_t *frame, uint32_t len,
    struct parsed *p)
{
	uint32_t at = ETH_TYPE;

	memset(p, 0, sizeof(*p));
	if (len < ETH_HEADER)
		return;
	if (be16(frame + at) == (reg_get(m, VLNCTRL) & VLNCTRL_VET) &&
	    len >= ETH_HEADER + TAG) {
		p->tagged = true;
		p->vlan = (uint16_t)be16(frame + at + 2);
		at += TAG;
	}
	if (be16(frame + at) == ETHERTYPE_IPV4)
		parse_ipv4(frame, len, p, at + 2);
	else if (be16(frame + at) == ETHERTYPE_IPV6)
		parse_ipv6(frame, len, p, at + 2);
}
