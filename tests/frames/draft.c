/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chance, and frames that grow by it (draft.h).
 */
#include "tests/frames/draft.h"

#include <string.h>

static uint64_t
next(struct frames_random *r)
{
	uint64_t x = r->state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	r->state = x;
	return x * 0x2545f4914f6cdd1dull;
}

uint32_t
frames_random_below(struct frames_random *r, uint32_t n)
{
	return (uint32_t)((next(r) >> 32) * n >> 32);
}

bool
draft_one_in(struct draft *d, uint32_t n)
{
	return frames_random_below(d->r, n) == 0;
}

void
draft_noise(struct draft *d, uint8_t *to, uint32_t len)
{
	for (uint32_t i = 0; i < len; i += 8) {
		uint64_t bits = next(d->r);

		memcpy(to + i, &bits, len - i < 8 ? len - i : 8);
	}
}

uint8_t *
draft_grow(struct draft *d, uint32_t *len)
{
	uint8_t *at = d->byte + d->len;

	if (*len > d->r->longest - d->len)
		*len = d->r->longest - d->len;
	memset(at, 0, *len);
	d->len += *len;
	return at;
}

/* Lengths of payloads: short ones, those about an MTU, and any. */
static uint32_t
payload_length(struct draft *d)
{
	static const uint16_t edges[] = { 576, 1232, 1280, 1480, 1500, 4000,
		9000 };
	uint32_t edge = PICK(d->r, edges);

	switch (frames_random_below(d->r, 8)) {
	case 0:
		return edge - 60 + frames_random_below(d->r, 80);
	case 1:
		return frames_random_below(d->r, d->r->longest);
	case 2:
		return 0;
	default:
		return frames_random_below(d->r, 64);
	}
}

void
draft_payload(struct draft *d, const uint8_t *head, uint32_t size)
{
	uint32_t len = size + payload_length(d);
	uint8_t *at = draft_grow(d, &len);

	draft_noise(d, at, len);
	memcpy(at, head, size < len ? size : len);
}
