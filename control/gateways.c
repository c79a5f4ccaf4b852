/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distinct gateways of a file: a hash table of them, and where each was
 * first met.
 */
#include "control/gateways.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 64 };

struct gateways {
	struct route_line *met;
	uint32_t count, room;
	uint32_t *bucket; /* index + 1; 0: empty; twice as many as room */
	uint32_t recent;
};

static uint32_t
hash(const struct ip_addr *a)
{
	uint64_t word[2];

	memcpy(word, a->byte, sizeof(word));
	word[0] = (word[0] ^ a->family) * 0x9e3779b97f4a7c15ull;
	word[0] = (word[0] ^ word[0] >> 32 ^ word[1]) * 0xc2b2ae3d27d4eb4full;
	return (uint32_t)(word[0] >> 32);
}

/* Its place, or the empty one where it belongs. */
static uint32_t *
find(const struct gateways *g, const struct ip_addr *a)
{
	uint32_t mask = 2 * g->room - 1;
	uint32_t i = hash(a) & mask;

	while (g->bucket[i] &&
	       !ip_addr_equal(&g->met[g->bucket[i] - 1].gateway, a))
		i = (i + 1) & mask;
	return &g->bucket[i];
}

static int
grow(struct gateways *g, uint32_t room)
{
	uint32_t *bucket = calloc(2 * (size_t)room, sizeof(*bucket));
	struct route_line *met = bucket ? realloc(g->met, room * sizeof(*met))
	                                : NULL;

	if (!met) {
		free(bucket);
		return -ENOMEM;
	}
	free(g->bucket);
	g->bucket = bucket;
	g->met = met;
	g->room = room;
	for (uint32_t i = 0; i < g->count; i++)
		*find(g, &met[i].gateway) = i + 1;
	return 0;
}

struct gateways *
gateways_create(void)
{
	struct gateways *g = calloc(1, sizeof(*g));

	if (g && grow(g, ROOM_MIN)) {
		free(g);
		return NULL;
	}
	return g;
}

void
gateways_free(struct gateways *g)
{
	if (!g)
		return;
	free(g->met);
	free(g->bucket);
	free(g);
}

int
gateways_add(struct gateways *g, const struct route_line *at)
{
	uint32_t *place;

	if (g->count > g->recent &&
	    ip_addr_equal(&g->met[g->recent].gateway, &at->gateway))
		return 0;
	place = find(g, &at->gateway);
	if (*place) {
		g->recent = *place - 1;
		return 0;
	}
	if (g->count == GATEWAYS_MAX)
		return -ENOSPC;
	if (g->count == g->room) {
		if (grow(g, g->room * 2))
			return -ENOMEM;
		place = find(g, &at->gateway);
	}
	g->recent = g->count;
	g->met[g->count++] = *at;
	*place = g->count;
	return 0;
}

const struct route_line *
gateways_get(const struct gateways *g, uint32_t n)
{
	return n < g->count ? &g->met[n] : NULL;
}
