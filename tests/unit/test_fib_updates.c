/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_burst.c
 * libs: tables */
/*
 * Millions of random updates of a whole table. After each batch the FIB and a
 * plain trie (tests/tables/bit_trie.h) must agree on all that was touched.
 *
 * Every prefix has a home: what the table says of it, which is nothing for
 * prefixes that are made up. What is changed goes home some time later, so
 * that the table stays what it is, and memory must, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/tables/bit_trie.h"
#include "tests/tables/table.h"
#include "tests/unit/fib_burst.h"

enum {
	CHANGES = 1200 * 1000, /* and as many ways home */
	CYCLES = 10,
	BATCH = 256,
	BATCH_ROOM = 2 * BATCH,
	AWAY = 1 << 15, /* changes until one goes home */
	FLAPPING = 64,
	BURST = 32, /* prefixes within one /24 or /48 */
	BURST_PLACES = 1000,
	SHORT = 16,  /* prefixes of each short length */
	INSIDE = 1,  /* random addresses in a prefix that was touched */
	RANDOM = 64, /* others, after each batch */
	LAST = 100 * 1000,
};

/* Prefixes that may change: those of the table, then those made up. */
static struct world {
	struct table_route *pool;        /* nexthop: its home */
	uint32_t routes, bursts, shorts; /* so many of each, in this order */
	struct fib *fib;
	void *memory;
	struct bit_trie truth;
	uint64_t random;
	uint32_t away[AWAY];       /* ring of those that changed */
	uint32_t changes, updates; /* without and with the ways home */
	uint32_t touched[BATCH_ROOM];
	uint32_t count;
	struct fib_burst burst[2];
} world;

static uint32_t
below(uint32_t bound)
{
	return table_below(&world.random, bound);
}

static uint32_t
any_nexthop(void)
{
	return 1 + below(below(8) == 0 ? FIB_NEXTHOP_MAX : TABLE_NEXTHOPS);
}

static void
reclaim(void)
{
	struct fib_usage usage;

	if (!fib_must_park(world.fib))
		return;
	fib_park(world.fib);
	assert_false(fib_must_park(world.fib));
	fib_reclaim(world.fib);
	fib_usage(world.fib, &usage);
	assert_int_equal(usage.parked, 0);
}

static bool
put(const struct ip_prefix *prefix, uint32_t nexthop)
{
	if (nexthop == FIB_MISS)
		return fib_clear(world.fib, prefix);
	return fib_set(world.fib, prefix, nexthop);
}

/* FIB_MISS clears. */
static void
set(uint32_t n, uint32_t nexthop)
{
	const struct ip_prefix *prefix = &world.pool[n].prefix;

	if (!put(prefix, nexthop)) {
		reclaim();
		assert_true(put(prefix, nexthop));
	}
	bit_trie_set(&world.truth, prefix, nexthop);
	world.updates++;
	world.touched[world.count++] = n;
}

static void
change(uint32_t n, uint32_t nexthop)
{
	uint32_t *slot = &world.away[world.changes++ % AWAY];

	if (world.changes > AWAY)
		set(*slot, world.pool[*slot].nexthop);
	*slot = n;
	set(n, nexthop);
}

/* Withdraws what is there, announces what is not. */
static void
toggle(uint32_t n)
{
	bool there = bit_trie_get(&world.truth, &world.pool[n].prefix) != 0;

	change(n, there ? FIB_MISS : any_nexthop());
}

static void
change_any(void)
{
	toggle(below(world.routes));
}

static void
change_nexthop(void)
{
	change(below(world.routes), any_nexthop());
}

static void
flap(void)
{
	uint32_t n = below(FLAPPING) * (world.routes / FLAPPING);

	toggle(n);
	toggle(n);
}

/* Much of one /24 or /48. */
static void
burst(void)
{
	uint32_t i, at = world.routes + below(world.bursts / BURST) * BURST;

	for (i = 0; i < BURST; i++)
		if (below(2) == 0)
			toggle(at + i);
}

/* The first two are default routes. */
static void
change_short(void)
{
	toggle(world.routes + world.bursts + 2 + below(world.shorts - 2));
}

static void
change_default(void)
{
	toggle(world.routes + world.bursts + below(2));
}

static const struct kind {
	void (*run)(void);
	uint32_t weight;
} kinds[] = {
	{ change_any, 40000 },
	{ change_nexthop, 20000 },
	{ flap, 5000 },
	{ burst, 1500 },
	{ change_short, 50 },
	{ change_default, 2 },
};

static void
one_change(void)
{
	uint32_t i, sum = 0, at;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		sum += kinds[i].weight;
	at = below(sum);
	for (i = 0; at >= kinds[i].weight; i++)
		at -= kinds[i].weight;
	kinds[i].run();
}

static void
ask(uint8_t family, key128 k)
{
	fib_burst_ask(&world.burst[family == IP6], k,
	    bit_trie_lookup(&world.truth, k, family));
}

static void
ask_within(const struct ip_prefix *p, uint32_t times)
{
	uint8_t family = p->addr.family;
	key128 host = key_host(p->len, family), first = key_of(&p->addr);
	uint32_t i;

	for (i = 0; i < times; i++)
		ask(family, first | (key_random(&world.random, family) & host));
}

static void
ask_around(const struct ip_prefix *p)
{
	uint8_t family = p->addr.family;
	key128 first = key_of(&p->addr);
	key128 last = first | key_host(p->len, family);

	ask(family, first);
	ask(family, last);
	ask(family, first - key_step(family));
	ask(family, last + key_step(family));
}

static void
check_touched(void)
{
	uint32_t i;

	for (i = 0; i < world.count; i++) {
		const struct ip_prefix *p =
		    &world.pool[world.touched[i]].prefix;

		assert_int_equal(
		    fib_get(world.fib, p), bit_trie_get(&world.truth, p));
		ask_around(p);
		ask_within(p, p->len < 16 ? RANDOM : INSIDE);
	}
	for (i = 0; i < RANDOM; i++) {
		ask(IP4, key_random(&world.random, IP4));
		ask_within(&world.pool[below(world.routes)].prefix, 1);
	}
	for (i = 0; i < 2; i++)
		fib_burst_end(&world.burst[i]);
	world.count = 0;
}

static size_t
bytes_used(void)
{
	struct fib_usage usage;
	uint32_t i;

	reclaim();
	fib_usage(world.fib, &usage);
	for (i = 0; i < 2; i++)
		assert_int_equal(usage.prefixes[i], world.truth.prefixes[i]);
	return usage.size - usage.free - usage.parked;
}

/* More specifics of some /24 or /48. */
static void
make_bursts(const struct table *t)
{
	uint32_t i, k;

	for (i = 0; i < BURST_PLACES; i++) {
		struct ip_prefix p = t->route[below(world.routes)].prefix;
		uint8_t family = p.addr.family, bits = ip_family_bits(family);
		uint8_t from = family == IP4 ? 24 : 48;
		key128 place;

		p.len = p.len < from ? p.len : from;
		place = key_of(&p.addr) | (key_random(&world.random, family) &
					      key_host(p.len, family));
		for (k = 0; k < BURST; k++) {
			key128 deep = key_random(&world.random, family) &
			              key_host(from, family);

			p.len = (uint8_t)(from + 1 + below(bits - from));
			p.addr = key_addr(
			    (place & ~key_host(from, family)) | deep, family);
			ip_addr_mask(&p.addr, p.len);
			world.pool[world.routes + world.bursts++].prefix = p;
		}
	}
}

static void
make_shorts(void)
{
	struct table_route *pool = world.pool + world.routes + world.bursts;
	uint32_t i;
	uint8_t len, six;

	for (len = 0; len <= 10; len++) {
		for (i = 0; i < 2u * (len == 0 ? 1 : SHORT); i++) {
			struct ip_prefix *p = &pool[world.shorts++].prefix;

			six = i % 2 == 1;
			p->addr = key_addr(
			    key_random(&world.random, six ? IP6 : IP4),
			    six ? IP6 : IP4);
			p->len = (uint8_t)(six ? 2 * len : len);
			ip_addr_mask(&p->addr, p->len);
		}
	}
}

/* Made-up prefixes that the table has are no strangers. */
static void
find_homes(void)
{
	uint32_t i, all = world.routes + world.bursts + world.shorts;

	for (i = world.routes; i < all; i++)
		world.pool[i].nexthop = (uint16_t)bit_trie_get(
		    &world.truth, &world.pool[i].prefix);
}

static void
create(size_t size)
{
	size = (size + 63) & ~(size_t)63;
	world.memory = aligned_alloc(64, size);
	assert_non_null(world.memory);
	world.fib = fib_create(world.memory, size);
	assert_non_null(world.fib);
	fib_burst_begin(&world.burst[0], world.fib, IP4);
	fib_burst_begin(&world.burst[1], world.fib, IP6);
}

static void
load(uint32_t routes)
{
	uint32_t i;

	fib_load_begin(world.fib);
	for (i = 0; i < routes; i++) {
		const struct table_route *r = &world.pool[i];

		assert_true(fib_set(world.fib, &r->prefix, r->nexthop));
		bit_trie_set(&world.truth, &r->prefix, r->nexthop);
	}
	assert_true(fib_load_end(world.fib));
}

static void
setup(void)
{
	struct table t;
	size_t made_up = BURST_PLACES * BURST + 22 * SHORT, n;

	assert_true(table_get(&t));
	world.random = 1;
	world.routes = table_size(&t);
	n = world.routes + made_up;
	world.pool = calloc(n, sizeof(world.pool[0]));
	assert_non_null(world.pool);
	memcpy(world.pool, t.route, world.routes * sizeof(t.route[0]));
	make_bursts(&t);
	make_shorts();
	bit_trie_init(&world.truth);
	create(fib_memory(t.count[0] + BURST_PLACES * BURST,
	    t.count[1] + BURST_PLACES * BURST));
	load(world.routes);
	find_homes();
	table_free(&t);
}

static void
teardown(void)
{
	free(world.memory);
	free(world.pool);
	bit_trie_free(&world.truth);
}

static void
run_cycle(void)
{
	uint32_t until = world.changes + CHANGES / CYCLES;
	bool wait = false;

	while (world.changes < until) {
		while (world.count < BATCH && world.changes < until)
			one_change();
		check_touched();
		/* As workers let it: now and then. */
		wait = !wait;
		if (!wait)
			reclaim();
	}
}

static void
test_updates(void **state)
{
	size_t used, early = 0, late = 0;
	uint64_t compared;
	uint32_t i;

	(void)state;
	setup();
	for (i = 0; i < CYCLES; i++) {
		run_cycle();
		used = bytes_used();
		if (i < CYCLES / 2)
			early = used > early ? used : early;
		else
			late = used > late ? used : late;
	}
	for (i = 0; i < LAST; i++)
		ask_within(&world.pool[below(world.routes)].prefix, 1);
	check_touched();
	compared = world.burst[0].compared + world.burst[1].compared;
	printf("%u updates, %llu addresses compared, at most %zu bytes in the "
	       "first half and %zu in the second\n",
	    world.updates, (unsigned long long)compared, early, late);
	assert_true(world.updates >= 2u * CHANGES - AWAY);
	assert_true(compared > (uint64_t)world.updates * (4 + INSIDE));
	assert_true(late <= early + early / 20);
	teardown();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_updates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
