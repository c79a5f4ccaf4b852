/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive-side scaling (7.1.2.8): the Toeplitz hash and the queue it selects.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { KEY_BYTES = 40, TABLE_ENTRIES = 128 };

/* For each bit that is set in the input, the 32 key bits that start there. */
uint32_t
toeplitz(const uint8_t *key, const uint8_t *input, uint32_t len)
{
	uint32_t window = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 |
	                  (uint32_t)key[2] << 8 | key[3];
	uint32_t hash = 0;

	for (uint32_t i = 0; i < len; i++) {
		uint64_t wide = (uint64_t)window << 8 | key[i + 4];

		for (uint32_t bit = 0; bit < 8; bit++) {
			if (input[i] >> (7 - bit) & 1)
				hash ^= (uint32_t)(wide >> (8 - bit));
		}
		window = (uint32_t)wide;
	}
	return hash;
}

/* The fields that are hashed, by what MRQC allows, first row first. */
static const struct kind {
	uint32_t enable;
	uint16_t packet; /* bits of parsed.type, all of them */
	uint8_t type;
	uint8_t addresses; /* offset in the IP header */
	uint8_t length;
	bool ports;
} kinds[] = {
	{ MRQC_RSS_TCP4, TYPE_IPV4 | TYPE_TCP, 1, 12, 8, true },
	{ MRQC_RSS_UDP4, TYPE_IPV4 | TYPE_UDP, 7, 12, 8, true },
	{ MRQC_RSS_IP4, TYPE_IPV4, 2, 12, 8, false },
	{ MRQC_RSS_TCP6, TYPE_IPV6 | TYPE_TCP, 3, 8, 32, true },
	{ MRQC_RSS_UDP6, TYPE_IPV6 | TYPE_UDP, 8, 8, 32, true },
	{ MRQC_RSS_IP6, TYPE_IPV6, 5, 8, 32, false },
};

static const struct kind *
kind_of(const struct i82599 *m, const struct parsed *p)
{
	uint32_t control = reg_get(m, MRQC);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *k = &kinds[i];

		if ((control & k->enable) && (p->type & k->packet) == k->packet)
			return k;
	}
	return NULL;
}

void
rss(const struct i82599 *m, const uint8_t *frame, const struct parsed *p,
    struct rss *result)
{
	const struct kind *k;
	uint8_t input[36], key[KEY_BYTES];
	uint32_t length, entry;

	memset(result, 0, sizeof(*result));
	if ((reg_get(m, MRQC) & MRQC_MRQE) != MRQE_RSS || !p->l3)
		return;
	k = kind_of(m, p);
	if (!k)
		return;
	length = k->length;
	memcpy(input, frame + p->l3 + k->addresses, length);
	if (k->ports) {
		memcpy(input + length, frame + p->l4, 4);
		length += 4;
	}
	/* The first byte of the key is the low one of the first word. */
	for (uint32_t i = 0; i < KEY_BYTES; i++)
		key[i] = (uint8_t)(reg_get(m, RSSRK(i / 4)) >> i % 4 * 8);
	result->hash = toeplitz(key, input, length);
	result->type = k->type;
	entry = result->hash % TABLE_ENTRIES;
	result->queue = reg_get(m, RETA(entry / 4)) >> entry % 4 * 8 & 15;
}
