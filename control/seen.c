/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An open hash table of fingerprints (seen.h).
 */
#include "control/seen.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 1024 };

struct seen {
	uint64_t *slot; /* 0: empty */
	size_t slots;   /* power of two */
	size_t count;
};

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9ull;
	return h ^ h >> 32;
}

static uint64_t
fingerprint(const struct route_line *route)
{
	uint64_t word[4], h;

	memcpy(word, route->prefix.addr.byte, 16);
	memcpy(word + 2, route->gateway.byte, 16);
	h = mix(0, word[0] ^ (uint64_t)route->prefix.len << 56);
	h = mix(h, word[1]);
	h = mix(h, word[2] ^ (uint64_t)route->prefix.addr.family << 56);
	h = mix(mix(h, word[3]), route->prefix.len);
	return h ? h : 1;
}

static uint64_t *
find(uint64_t *slot, size_t slots, uint64_t h)
{
	size_t i = h & (slots - 1);

	while (slot[i] && slot[i] != h)
		i = (i + 1) & (slots - 1);
	return &slot[i];
}

static int
grow(struct seen *s, size_t slots)
{
	uint64_t *slot = calloc(slots, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < s->slots; i++)
		if (s->slot[i])
			*find(slot, slots, s->slot[i]) = s->slot[i];
	free(s->slot);
	s->slot = slot;
	s->slots = slots;
	return 0;
}

struct seen *
seen_create(size_t routes)
{
	struct seen *s = calloc(1, sizeof(*s));
	size_t slots = SLOTS_MIN;

	while (slots < routes + routes / 2)
		slots *= 2;
	if (s && grow(s, slots)) {
		free(s);
		return NULL;
	}
	return s;
}

void
seen_free(struct seen *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s);
}

int
seen_add(struct seen *s, const struct route_line *route)
{
	uint64_t h = fingerprint(route);
	uint64_t *place;

	if (s->count >= s->slots / 4 * 3 && grow(s, s->slots * 2))
		return -ENOMEM;
	place = find(s->slot, s->slots, h);
	if (*place)
		return -EEXIST;
	*place = h;
	s->count++;
	return 0;
}
