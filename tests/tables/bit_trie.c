/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Node k on the way down stands for the first k bits. Nodes without a route
 * and without children are given back, so that the trie is as large as its
 * routes need.
 */
#include "tests/tables/bit_trie.h"

#include <stdlib.h>

enum { ROOTS = 2, FIRST_ROOM = 1 << 16 };

void
bit_trie_init(struct bit_trie *t)
{
	*t = (struct bit_trie){ .count = ROOTS, .room = FIRST_ROOM };
	t->node = calloc(t->room, sizeof(t->node[0]));
	if (t->node == NULL)
		abort();
}

void
bit_trie_free(struct bit_trie *t)
{
	free(t->node);
	t->node = NULL;
}

static uint32_t
make_node(struct bit_trie *t)
{
	uint32_t n = t->free;

	if (n != 0) {
		t->free = t->node[n].child[0];
	} else {
		if (t->count == t->room) {
			t->room *= 2;
			t->node = realloc(
			    t->node, t->room * sizeof(t->node[0]));
			if (t->node == NULL)
				abort();
		}
		n = t->count++;
	}
	t->node[n] = (struct bit_node){ .nexthop = FIB_MISS };
	return n;
}

static uint32_t
bit_at(key128 k, uint8_t at)
{
	return (uint32_t)(k >> (KEY_BITS - 1 - at)) & 1;
}

/* Gives back what is of no use any more, from the end of the way up. */
static void
prune(struct bit_trie *t, const uint32_t *way, key128 k, uint8_t len)
{
	for (; len > 0; len--) {
		struct bit_node *n = &t->node[way[len]];

		if (n->nexthop != FIB_MISS || n->child[0] != 0 ||
		    n->child[1] != 0)
			return;
		t->node[way[len - 1]].child[bit_at(k, len - 1)] = 0;
		n->child[0] = t->free;
		t->free = way[len];
	}
}

void
bit_trie_set(
    struct bit_trie *t, const struct ip_prefix *prefix, uint32_t nexthop)
{
	uint32_t way[KEY_BITS + 1], next;
	uint32_t six = prefix->addr.family == IP6;
	key128 k = key_of(&prefix->addr);
	struct bit_node *n;
	uint8_t i;

	way[0] = six;
	for (i = 0; i < prefix->len; i++) {
		next = t->node[way[i]].child[bit_at(k, i)];
		if (next == 0) {
			if (nexthop == FIB_MISS)
				return;
			next = make_node(t);
			t->node[way[i]].child[bit_at(k, i)] = next;
		}
		way[i + 1] = next;
	}
	n = &t->node[way[prefix->len]];
	t->prefixes[six] -= n->nexthop != FIB_MISS;
	t->prefixes[six] += nexthop != FIB_MISS;
	n->nexthop = nexthop;
	prune(t, way, k, prefix->len);
}

uint32_t
bit_trie_get(const struct bit_trie *t, const struct ip_prefix *p)
{
	key128 k = key_of(&p->addr);
	uint32_t at = p->addr.family == IP6;
	uint8_t i;

	for (i = 0; i < p->len; i++) {
		at = t->node[at].child[bit_at(k, i)];
		if (at == 0)
			return FIB_MISS;
	}
	return t->node[at].nexthop;
}

uint32_t
bit_trie_lookup(const struct bit_trie *t, key128 k, uint8_t family)
{
	uint32_t at = family == IP6, nexthop = FIB_MISS;
	uint8_t i, bits = ip_family_bits(family);

	for (i = 0;; i++) {
		const struct bit_node *n = &t->node[at];

		if (n->nexthop != FIB_MISS)
			nexthop = n->nexthop;
		if (i == bits)
			return nexthop;
		at = n->child[bit_at(k, i)];
		if (at == 0)
			return nexthop;
	}
}
