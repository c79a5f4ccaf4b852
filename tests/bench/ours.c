/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FIB of the product among the engines, and destinations to look up.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/bench.h"

static void
pass4(const struct engine *e, const struct dests *d, uint32_t burst)
{
	uint16_t nexthop[BURST_MAX];
	uint32_t i;

	for (i = 0; i < d->n; i += burst) {
		fib_lookup4(e->self, d->addr4 + i, nexthop, burst);
		forget(nexthop);
	}
}

static void
answer4(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint32_t i;

	for (i = 0; i < d->n; i += BURST)
		fib_lookup4(e->self, d->addr4 + i, nexthop + i, BURST);
}

static void
pass6(const struct engine *e, const struct dests *d, uint32_t burst)
{
	uint16_t nexthop[BURST_MAX];
	uint32_t i;

	for (i = 0; i < d->n; i += burst) {
		fib_lookup6(e->self, d->key + i, nexthop, burst);
		forget(nexthop);
	}
}

/* The same from bytes as they stand in packets. */
static void
pass6_bytes(const struct engine *e, const struct dests *d, uint32_t burst)
{
	struct fib_key6 key[BURST_MAX];
	uint16_t nexthop[BURST_MAX];
	uint32_t i, k;

	for (i = 0; i < d->n; i += burst) {
		for (k = 0; k < burst; k++)
			key[k] = fib_key6_load(d->addr6[i + k]);
		fib_lookup6(e->self, key, nexthop, burst);
		forget(nexthop);
	}
}

static void
answer6(const struct engine *e, const struct dests *d, uint16_t *nexthop)
{
	uint32_t i;

	for (i = 0; i < d->n; i += BURST)
		fib_lookup6(e->self, d->key + i, nexthop + i, BURST);
}

/* In 4/3 more memory at a time until the table fits. */
struct fib *
ours_load(enum pages pages, const struct routes table[2])
{
	size_t size = fib_memory(table[0].n, table[1].n);
	struct fib *fib;
	uint32_t i;
	int family;

	for (;; size += size / 3) {
		fib = fib_create(pages_alloc(pages, size), size);
		fib_load_begin(fib);
		for (family = 0; family < 2; family++)
			for (i = 0; i < table[family].n; i++)
				if (!fib_set(fib,
					&table[family].route[i].prefix,
					table[family].route[i].nexthop))
					goto larger;
		if (fib_load_end(fib))
			return fib;
	larger:
		fprintf(stderr, "bench: %zu MiB hold too little\n", size >> 20);
	}
}

/* As fib.h has them, the best one last. */
static const char *const level[] = { "baseline", "popcnt", "avx512" };

static bool
level_select(const struct engine *e)
{
	return fib_level_limit(e->self, level[e->type]);
}

/* Each level that the processor has, the best one first: it is "ours". */
void
ours_build(struct engines *to, enum pages pages, const struct routes table[2])
{
	struct engine e = { "ours", NULL, pages, 0, 0, NULL, level_select, NULL,
		NULL };

	e.self = ours_load(pages, table);
	for (e.type = 2; e.type >= 0; e.type--) {
		e.variant = level[e.type];
		e.family = 0;
		e.pass = pass4;
		e.answer = answer4;
		engine_add(to, &e);
		e.family = 1;
		e.pass = pass6;
		e.answer = answer6;
		engine_add(to, &e);
	}
	for (e.type = 2; e.type > 0 && !level_select(&e); e.type--)
		;
	e.variant = "best, from bytes";
	e.pass = pass6_bytes;
	engine_add(to, &e);
}

/* A random prefix of the table, with random host bits. */
static void
draw(const struct routes *t, uint64_t *random, uint8_t byte[16])
{
	const struct ip_prefix *p = &t->route[table_below(random, t->n)].prefix;
	uint64_t fill[2] = { table_random(random), table_random(random) };
	const uint8_t *host = (const uint8_t *)fill;
	unsigned i, whole = p->len / 8;
	uint8_t mask = (uint8_t)(0xff >> p->len % 8);

	memcpy(byte, p->addr.byte, 16);
	if (whole == 16)
		return;
	byte[whole] |= host[whole] & mask;
	for (i = whole + 1; i < 16; i++)
		byte[i] = host[i];
}

void
dests_make(struct dests *d, enum pages pages, enum column column, uint32_t n,
    const struct routes table[2])
{
	bool ipv6 = column == IPV6_DRAWN;
	uint64_t random = 20240001;
	uint8_t byte[16];
	uint32_t i;

	*d = (struct dests){ .n = n };
	if (ipv6) {
		d->key = pages_alloc(pages, n * sizeof(*d->key));
		d->addr6 = pages_alloc(pages, n * sizeof(*d->addr6));
	} else {
		d->addr4 = pages_alloc(pages, n * sizeof(*d->addr4));
	}
	for (i = 0; i < n; i++) {
		if (column == IPV4_UNIFORM) {
			d->addr4[i] = (uint32_t)table_random(&random);
			continue;
		}
		draw(&table[ipv6], &random, byte);
		if (ipv6) {
			memcpy(d->addr6[i], byte, 16);
			d->key[i] = fib_key6_load(byte);
		} else {
			d->addr4[i] = be32_load(byte);
		}
	}
}
