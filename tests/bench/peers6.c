/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 peers: rte_fib6 (TRIE) and rte_lpm6. The next hops of rte_fib6 have 2
 * bytes where it can: it numbers its nodes with as many bits, and the
 * Internet's table needs more than the 32767 nodes that makes.
 */
#include <rte_errno.h>
#include <rte_fib6.h>
#include <rte_lpm6.h>
#include <stdio.h>

#include "tests/bench/bench.h"

/*
 * Both are tries of one step of 24 bits and then steps of 8: how many nodes of
 * 256 entries the table needs. Routes are in order, so that a node that was
 * needed before is the last of its level.
 */
static uint32_t
groups(const struct routes *t)
{
	uint8_t last[16][16] = { 0 }; /* the last node of each level */
	bool any[16] = { false };
	uint32_t i, level, n = 256;

	for (i = 0; i < t->n; i++) {
		const struct ip_prefix *p = &t->route[i].prefix;

		for (level = 3; level < 16 && p->len > 8 * level; level++) {
			if (any[level] &&
			    memcmp(last[level], p->addr.byte, level) == 0)
				continue;
			any[level] = true;
			memcpy(last[level], p->addr.byte, level);
			n++;
		}
	}
	return n;
}

static bool
fib6_select(const struct engine *e)
{
	return rte_fib6_select_lookup(
		   e->self, (enum rte_fib6_lookup_type)e->type) == 0;
}

static void
fib6_pass(const struct engine *e, const struct dests *d, uint32_t burst)
{
	uint64_t nexthop[BURST_MAX];
	uint32_t i;

	for (i = 0; i < d->n; i += burst) {
		rte_fib6_lookup_bulk(
		    e->self, d->addr6 + i, nexthop, (int)burst);
		forget(nexthop);
	}
}

static void
fib6_answer(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint64_t out[BURST];
	uint32_t i, k;

	for (i = 0; i < d->n; i += BURST) {
		rte_fib6_lookup_bulk(e->self, d->addr6 + i, out, BURST);
		for (k = 0; k < BURST; k++)
			nexthop[i + k] = (uint16_t)out[k];
	}
}

enum { NODES_2B = 32767 };

static struct rte_fib6 *
fib6_fill(const struct routes *t, const struct heap *h, uint32_t nodes)
{
	struct rte_fib6_conf conf = { .type = RTE_FIB6_TRIE,
		.max_routes = (int)t->n + 1024,
		.trie = {
		    nodes > NODES_2B ? RTE_FIB6_TRIE_4B : RTE_FIB6_TRIE_2B,
		    nodes } };
	char name[] = { 's', (char)('0' + h->pages), '\0' };
	struct rte_fib6 *fib = rte_fib6_create(name, h->socket, &conf);
	uint32_t i;

	if (fib == NULL)
		peer_fail("rte_fib6", "create");
	for (i = 0; i < t->n; i++)
		if (rte_fib6_add(fib, t->route[i].prefix.addr.byte,
			t->route[i].prefix.len, t->route[i].nexthop) != 0) {
			rte_fib6_free(fib);
			return NULL;
		}
	return fib;
}

/*
 * It sets nodes aside for each route that none covers, used or not: how many
 * suffice must be tried.
 */
static void
fib6_build(struct engines *to, const struct routes *t, const struct heap *h)
{
	static const char *const variant[2][3] = {
		{ NULL, "2 B scalar", "2 B AVX-512" },
		{ NULL, "4 B scalar", "4 B AVX-512" },
	};
	struct engine e = { "rte_fib6", NULL, h->pages, 1, 0, NULL, fib6_select,
		fib6_pass, fib6_answer };
	size_t before = heap_used(h);
	double since = thread_seconds();
	uint32_t nodes = groups(t);

	while ((e.self = fib6_fill(t, h, nodes)) == NULL) {
		nodes = nodes > NODES_2B / 2 && nodes < NODES_2B ? NODES_2B
		                                                 : nodes * 2;
		since = thread_seconds();
	}
	cost_add(to, e.peer, since, h, before);
	for (e.type = RTE_FIB6_LOOKUP_TRIE_SCALAR;
	     e.type <= RTE_FIB6_LOOKUP_TRIE_VECTOR_AVX512; e.type++) {
		e.variant = variant[nodes > NODES_2B][e.type];
		engine_add(to, &e);
	}
}

static void
lpm6_pass(const struct engine *e, const struct dests *d, uint32_t burst)
{
	int32_t nexthop[BURST_MAX];
	uint32_t i;

	for (i = 0; i < d->n; i += burst) {
		rte_lpm6_lookup_bulk_func(
		    e->self, d->addr6 + i, nexthop, burst);
		forget(nexthop);
	}
}

static void
lpm6_answer(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	int32_t out[BURST];
	uint32_t i, k;

	for (i = 0; i < d->n; i += BURST) {
		rte_lpm6_lookup_bulk_func(e->self, d->addr6 + i, out, BURST);
		for (k = 0; k < BURST; k++)
			nexthop[i + k] = out[k] < 0 ? FIB_MISS
			                            : (uint16_t)out[k];
	}
}

static void
lpm6_build(struct engines *to, const struct routes *t, const struct heap *h)
{
	struct rte_lpm6_config conf = { t->n + 1024, groups(t), 0 };
	char name[] = { 'm', (char)('0' + h->pages), '\0' };
	struct engine e = { "rte_lpm6", "bulk", h->pages, 1, 0, NULL, NULL,
		lpm6_pass, lpm6_answer };
	size_t before = heap_used(h);
	double since = thread_seconds();
	uint32_t i;

	e.self = rte_lpm6_create(name, h->socket, &conf);
	if (e.self == NULL)
		peer_fail(e.peer, "create");
	for (i = 0; i < t->n; i++)
		if (rte_lpm6_add(e.self, t->route[i].prefix.addr.byte,
			t->route[i].prefix.len, t->route[i].nexthop) != 0)
			peer_fail(e.peer, "add");
	cost_add(to, e.peer, since, h, before);
	engine_add(to, &e);
}

void
peers6_build(struct engines *to, const struct routes *t, const struct heap *h)
{
	if (peer_wanted("rte_fib6"))
		fib6_build(to, t, h);
	if (peer_wanted("rte_lpm6"))
		lpm6_build(to, t, h);
}
