/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 peers: rte_fib (DIR24_8 with next hops of 2 bytes) and rte_lpm.
 */
#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_lpm.h>
#include <rte_malloc.h>
#include <stdio.h>

#include "tests/bench/bench.h"

/* At most so many groups of 256 addresses are split. */
static uint32_t
groups(const struct routes *t)
{
	uint32_t i, n = 256;

	for (i = 0; i < t->n; i++)
		n += t->route[i].prefix.len > 24;
	return n;
}

static bool
fib_select(const struct engine *e)
{
	return rte_fib_select_lookup(
		   e->self, (enum rte_fib_lookup_type)e->type) == 0;
}

static void
fib_pass(const struct engine *e, const struct dests *d, uint32_t burst)
{
	uint64_t nexthop[BURST_MAX];
	uint32_t i;

	for (i = 0; i < d->n; i += burst) {
		rte_fib_lookup_bulk(e->self, d->addr4 + i, nexthop, (int)burst);
		forget(nexthop);
	}
}

static void
fib_answer(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint64_t out[BURST];
	uint32_t i, k;

	for (i = 0; i < d->n; i += BURST) {
		rte_fib_lookup_bulk(e->self, d->addr4 + i, out, BURST);
		for (k = 0; k < BURST; k++)
			nexthop[i + k] = (uint16_t)out[k];
	}
}

static void
fib_build(struct engines *to, const struct routes *t, const struct heap *h)
{
	static const char *const variant[] = { NULL, "macro", "inline", "uni",
		"AVX-512" };
	struct rte_fib_conf conf = { .type = RTE_FIB_DIR24_8,
		.max_routes = (int)t->n + 1024,
		.dir24_8 = { RTE_FIB_DIR24_8_2B, groups(t) } };
	char name[] = { 'f', (char)('0' + h->pages), '\0' };
	struct engine e = { "rte_fib", NULL, h->pages, 0, 0, NULL, fib_select,
		fib_pass, fib_answer };
	size_t before = heap_used(h);
	double since = thread_seconds();
	uint32_t i;

	e.self = rte_fib_create(name, h->socket, &conf);
	if (e.self == NULL)
		peer_fail(e.peer, "create");
	for (i = 0; i < t->n; i++)
		if (rte_fib_add(e.self, be32_load(t->route[i].prefix.addr.byte),
			t->route[i].prefix.len, t->route[i].nexthop) != 0)
			peer_fail(e.peer, "add");
	cost_add(to, e.peer, since, h, before);
	for (e.type = RTE_FIB_LOOKUP_DIR24_8_SCALAR_MACRO;
	     e.type <= RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512; e.type++) {
		e.variant = variant[e.type];
		engine_add(to, &e);
	}
}

/* Its documentation asks for a constant number. */
static inline __attribute__((always_inline)) void
lpm_bursts(const struct rte_lpm *lpm, const struct dests *d, const uint32_t n)
{
	uint32_t nexthop[BURST_MAX], i;

	for (i = 0; i < d->n; i += n) {
		rte_lpm_lookup_bulk(lpm, d->addr4 + i, nexthop, n);
		forget(nexthop);
	}
}

static void
lpm_pass(const struct engine *e, const struct dests *d, uint32_t burst)
{
	switch (burst) {
	case 32:
		lpm_bursts(e->self, d, 32);
		break;
	case 64:
		lpm_bursts(e->self, d, 64);
		break;
	default:
		lpm_bursts(e->self, d, 256);
	}
}

static void
lpm_answer(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint32_t out[BURST], i, k;

	for (i = 0; i < d->n; i += BURST) {
		rte_lpm_lookup_bulk(
		    (const struct rte_lpm *)e->self, d->addr4 + i, out, BURST);
		for (k = 0; k < BURST; k++)
			nexthop[i + k] = out[k] & RTE_LPM_LOOKUP_SUCCESS
			                     ? (uint16_t)out[k]
			                     : FIB_MISS;
	}
}

static inline xmm_t
load4(const uint32_t *p)
{
	return _mm_loadu_si128((const xmm_t *)(const void *)p);
}

static void
lpm_pass_x4(const struct engine *e, const struct dests *d, uint32_t burst)
{
	uint32_t nexthop[BURST_MAX], i, k;

	for (i = 0; i < d->n; i += burst) {
		for (k = 0; k < burst; k += 4)
			rte_lpm_lookupx4(e->self, load4(d->addr4 + i + k),
			    nexthop + k, FIB_MISS);
		forget(nexthop);
	}
}

static void
lpm_answer_x4(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint32_t out[4], i, k;

	for (i = 0; i < d->n; i += 4) {
		rte_lpm_lookupx4(e->self, load4(d->addr4 + i), out, FIB_MISS);
		for (k = 0; k < 4; k++)
			nexthop[i + k] = (uint16_t)out[k];
	}
}

static struct rte_lpm *
lpm_build(struct engines *to, const struct routes *t, const struct heap *h,
    const struct rte_lpm_config *conf)
{
	size_t before = heap_used(h);
	double since = thread_seconds();
	struct rte_lpm *lpm = rte_lpm_create("lpm", h->socket, conf);
	uint32_t i;

	if (lpm == NULL)
		peer_fail("rte_lpm", "create");
	for (i = 0; i < t->n; i++)
		if (rte_lpm_add(lpm, be32_load(t->route[i].prefix.addr.byte),
			t->route[i].prefix.len, t->route[i].nexthop) != 0)
			peer_fail("rte_lpm", "add");
	cost_add(to, "rte_lpm", since, h, before);
	return lpm;
}

/*
 * What lookups read, copied to other memory: rte_lpm_add() looks through all
 * rules of a length, so that a second build would take minutes again.
 */
static struct rte_lpm *
lpm_copy(const struct rte_lpm *from, const struct heap *h, uint32_t n)
{
	size_t size = (size_t)n * RTE_LPM_TBL8_GROUP_NUM_ENTRIES *
	              sizeof(*from->tbl8);
	struct rte_lpm *to = rte_malloc_socket(
	    NULL, sizeof(*to), 64, h->socket);
	void *tbl8 = rte_malloc_socket(NULL, size, 64, h->socket);

	if (to == NULL || tbl8 == NULL)
		return NULL;
	*to = *from;
	to->tbl8 = memcpy(tbl8, from->tbl8, size);
	return to;
}

static void
lpm_make(struct engines *to, const struct routes *t, const struct heap *h)
{
	static struct rte_lpm *first;
	struct rte_lpm_config conf = { t->n + 1024, groups(t), 0 };
	struct engine e = { "rte_lpm", "bulk", h->pages, 0, 0, NULL, NULL,
		lpm_pass, lpm_answer };

	if (first == NULL)
		e.self = first = lpm_build(to, t, h, &conf);
	else
		e.self = lpm_copy(first, h, conf.number_tbl8s);
	if (e.self == NULL)
		peer_fail(e.peer, "copy");
	engine_add(to, &e);
	e.variant = "x4";
	e.pass = lpm_pass_x4;
	e.answer = lpm_answer_x4;
	engine_add(to, &e);
}

void
peers4_build(struct engines *to, const struct routes *t, const struct heap *h)
{
	if (peer_wanted("rte_fib"))
		fib_build(to, t, h);
	if (peer_wanted("rte_lpm"))
		lpm_make(to, t, h);
}
