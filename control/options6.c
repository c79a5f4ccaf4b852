/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hop-by-hop options (options6.h). There is none that this router acts on. So
 * the upper two bits of the type say all: padding and router alert (RFC 2711)
 * are of those to be skipped, the jumbo payload (RFC 2675), which no link of
 * ours can carry, of those to be refused.
 */
#include "control/options6.h"

#include "net/wire.h"

enum {
	OPTION_PAD1 = 0, /* the one without a length */
	ACTION_SHIFT = 6,
	ACTION_SKIP = 0,
	ACTION_TELL = 2, /* 1: discard; 3: tell, but not about a group */
};

static enum options6_fate
unknown(const uint8_t *ip, uint8_t type)
{
	const struct ip6_hdr *h = (const void *)ip;
	uint8_t action = type >> ACTION_SHIFT;

	if (action == ACTION_SKIP)
		return OPTIONS6_GOOD;
	if (action == ACTION_TELL ||
	    (action > ACTION_TELL && h->dst[0] != 0xff))
		return OPTIONS6_UNKNOWN;
	return OPTIONS6_REFUSED;
}

enum options6_fate
options6_check(const uint8_t *ip, uint32_t len, uint16_t *at)
{
	const uint32_t header = sizeof(struct ip6_hdr);
	enum options6_fate fate = OPTIONS6_GOOD;
	uint32_t i = header + 2, end;

	*at = (uint16_t)(header + 1);
	if (len < header + 8)
		return OPTIONS6_BAD;
	end = header + (ip[header + 1] + 1u) * 8;
	if (end > len)
		return OPTIONS6_BAD;
	while (i < end && fate == OPTIONS6_GOOD) {
		*at = (uint16_t)i;
		if (ip[i] == OPTION_PAD1) {
			i++;
			continue;
		}
		if (end - i < 2)
			return OPTIONS6_BAD;
		if (ip[i + 1] > end - i - 2) {
			*at = (uint16_t)(i + 1);
			return OPTIONS6_BAD;
		}
		fate = unknown(ip, ip[i]);
		i += ip[i + 1] + 2u;
	}
	return fate;
}
