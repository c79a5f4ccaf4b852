/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/verify.c */
/* objects: net/worker.c */
/*
 * The forwarding burst with several ways to a destination: flows are spread,
 * each keeps its way, and a way that is lost moves its own flows alone.
 */
#include <stdio.h>

#include "net/fate.h"
#include "tests/unit/net_fixture.h"

/* Offsets in a frame, as in net/wire.h behind an Ethernet header. */
enum {
	V4_FRAG = 20,
	V4_SRC = 26,
	V4_DST = 30,
	V4_SPORT = 34,
	V6_CLASS = 15, /* half of it, and some of the label */
	V6_LABEL = 16,
	V6_NEXT = 20,
	V6_SRC = 22,
	V6_DST = 38,
	V6_SPORT = 54,
};

enum { FLOWS = 1000, FAMILIES = 2 };

static const char *const prefix[] = { "11.0.0.0/8", "2001:db8:b::/48" };
static const char *const target[] = { "11.0.0.1", "2001:db8:b::1" };

/* The routes through one set of ways. */
static struct nexthop_ways group;
static uint32_t group_index[FAMILIES];

static void
make_groups(struct fixture *f, uint32_t ways)
{
	char addr[32];

	group.count = ways;
	for (uint32_t i = 0; i < ways; i++) {
		snprintf(addr, sizeof(addr), "198.51.100.%u", 100u + i);
		group.adj[i] = fix_neighbor(f, 1, addr);
	}
	for (uint32_t k = 0; k < FAMILIES; k++)
		group_index[k] = fix_route_ways(f, prefix[k], &group);
}

static void
set_alive(struct fixture *f, uint32_t alive)
{
	for (uint32_t k = 0; k < FAMILIES; k++)
		assert_true(nexthop_set_ways(
		    &f->nexthop, group_index[k], &group, alive));
}

/* Flow `n` of a family: both hosts and both ports vary. */
static void
make_flow(struct frame *frame, uint32_t family, uint32_t n)
{
	uint64_t mixed = (n + 1) * 0x9e3779b97f4a7c15ull;

	if (family == 0) {
		fix_ip4(frame, target[0], 4);
		be16_store(frame->byte + V4_SRC + 2, (uint16_t)mixed | 2);
		be16_store(frame->byte + V4_DST + 2, (uint16_t)(n / 7));
		be16_store(frame->byte + V4_SPORT, (uint16_t)(mixed >> 32));
		be16_store(frame->byte + V4_SPORT + 2, (uint16_t)(n % 5));
		fix_ip4_checksum(frame);
	} else {
		fix_ip6(frame, target[1], 4);
		be16_store(frame->byte + V6_SRC + 14, (uint16_t)mixed | 2);
		be16_store(frame->byte + V6_DST + 14, (uint16_t)(n / 7));
		be16_store(frame->byte + V6_SPORT, (uint16_t)(mixed >> 32));
		be16_store(frame->byte + V6_SPORT + 2, (uint16_t)(n % 5));
	}
}

/* Which adjacency a frame takes. */
static uint32_t
way_of(struct fixture *f, const struct frame *frame)
{
	struct fix_result r = fix_forward(f, 0, frame);

	assert_int_equal(r.fate, FATE_GO);
	return r.p->adj;
}

/* The flow's way, as an index into `group`. */
static uint32_t
flow_way(struct fixture *f, uint32_t family, uint32_t n)
{
	struct frame frame;
	uint32_t adj, i = 0;

	make_flow(&frame, family, n);
	adj = way_of(f, &frame);
	while (i < group.count && group.adj[i] != adj)
		i++;
	assert_int_not_equal(i, group.count);
	fix_account(f);
	return i;
}

/* FLOWS flows a way: each has between 80 and 120 % of them. */
static void
test_spread(void **state)
{
	(void)state;
	for (uint32_t ways = 1; ways <= ECMP_MAX; ways++) {
		struct fixture *f = fix_create();

		make_groups(f, ways);
		for (uint32_t k = 0; k < FAMILIES; k++) {
			uint32_t hits[ECMP_MAX] = { 0 };

			for (uint32_t n = 0; n < ways * FLOWS; n++)
				hits[flow_way(f, k, n)]++;
			for (uint32_t i = 0; i < ways; i++)
				assert_in_range(
				    hits[i], FLOWS * 8 / 10, FLOWS * 12 / 10);
		}
		fix_destroy(f);
	}
}

static void
find_ways(struct fixture *f, uint8_t way[FAMILIES][FLOWS])
{
	for (uint32_t k = 0; k < FAMILIES; k++)
		for (uint32_t n = 0; n < FLOWS; n++)
			way[k][n] = (uint8_t)flow_way(f, k, n);
}

/* Flows whose way is `moved` go elsewhere, others where they went. */
static void
check_moves(struct fixture *f, const uint8_t was[FAMILIES][FLOWS],
    uint8_t is[FAMILIES][FLOWS], uint32_t moved)
{
	find_ways(f, is);
	for (uint32_t k = 0; k < FAMILIES; k++) {
		for (uint32_t n = 0; n < FLOWS; n++) {
			if (was[k][n] == moved)
				assert_int_not_equal(is[k][n], moved);
			else
				assert_int_equal(is[k][n], was[k][n]);
		}
	}
}

/* One way is lost, a second one, and they come back in the same order. */
static void
test_lost(void **state)
{
	static const uint8_t sizes[] = { 2, 3, 5, 16 };
	static uint8_t all[FAMILIES][FLOWS], less[FAMILIES][FLOWS];
	static uint8_t least[FAMILIES][FLOWS], other[FAMILIES][FLOWS];
	static uint8_t again[FAMILIES][FLOWS];

	(void)state;
	for (uint32_t i = 0; i < sizeof(sizes); i++) {
		struct fixture *f = fix_create();
		uint32_t ways = sizes[i], first = ways / 2, second = 0;
		uint32_t alive = (1u << ways) - 1;

		make_groups(f, ways);
		find_ways(f, all);
		set_alive(f, alive & ~(1u << first));
		check_moves(f, all, less, first);
		if (ways > 2) {
			set_alive(f, alive & ~(1u << first) & ~(1u << second));
			check_moves(f, less, least, second);
			set_alive(f, alive & ~(1u << second));
			check_moves(f, all, other, second);
			check_moves(f, other, again, ECMP_MAX);
		}
		set_alive(f, alive);
		check_moves(f, all, again, ECMP_MAX);
		fix_destroy(f);
	}
}

/* With all ways lost there is no route; the first that returns has all. */
static void
test_all_lost(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct fix_result r;

	(void)state;
	make_groups(f, 4);
	set_alive(f, 0);
	for (uint32_t k = 0; k < FAMILIES; k++) {
		make_flow(&frame, k, 1);
		r = fix_forward(f, 0, &frame);
		assert_int_equal(r.fate, FATE_PUNT(PUNT_NO_ROUTE));
	}
	set_alive(f, 4);
	for (uint32_t n = 0; n < 50; n++)
		assert_int_equal(flow_way(f, n % FAMILIES, n), 2);
	fix_destroy(f);
}

/* What the NIC computed is taken as it is. */
static void
test_hash_of_the_nic(void **state)
{
	struct fixture *f = fix_create();
	struct pkt *pkts[PKT_BURST];
	uint32_t number, i;
	struct frame frame;

	(void)state;
	make_groups(f, 16);
	number = nexthop_read(&f->nexthop, group_index[0]).index;
	fix_ip4(&frame, target[0], 4);
	for (i = 0; i < PKT_BURST; i++) {
		pkts[i] = fix_packet(f, frame.byte, frame.len);
		pkts[i]->hash = 0x10000001u * i + 1;
	}
	forward_burst(&f->worker, &f->dp, 0, pkts, PKT_BURST);
	assert_int_equal(f->counters.forwarded4, PKT_BURST);
	for (i = 0; i < f->worker.tx[1].count; i++) {
		const struct pkt *p = f->worker.tx[1].pkt[i];

		assert_int_equal(
		    p->adj, nexthop_pick(&f->nexthop, number, p->hash));
	}
	fix_destroy(f);
}

/* Groups, single ways, neighbours and drops in one burst. */
static void
test_mixed_burst(void **state)
{
	static const char *const dst[] = { "11.0.0.1", "10.0.0.1", "10.2.0.1",
		"198.51.100.100" };
	struct fixture *f = fix_create();
	struct pkt *pkts[PKT_BURST];
	uint32_t adj[PKT_BURST], i, k = 0;
	struct frame frame;

	(void)state;
	make_groups(f, 16);
	for (i = 0; i < PKT_BURST; i++) {
		fix_ip4(&frame, dst[i % 4], 4);
		be16_store(frame.byte + V4_SPORT, (uint16_t)i);
		if (i % 4 != 2)
			adj[k++] = way_of(f, &frame);
	}
	fix_account(f);
	f->counters.drop[DROP_BLACKHOLE] = 0;
	for (i = 0; i < PKT_BURST; i++) {
		fix_ip4(&frame, dst[i % 4], 4);
		be16_store(frame.byte + V4_SPORT, (uint16_t)i);
		pkts[i] = fix_packet(f, frame.byte, frame.len);
	}
	forward_burst(&f->worker, &f->dp, 0, pkts, PKT_BURST);
	assert_int_equal(f->counters.drop[DROP_BLACKHOLE], PKT_BURST / 4);
	assert_int_equal(f->worker.tx[1].count, k);
	for (i = 0; i < k; i++)
		assert_int_equal(f->worker.tx[1].pkt[i]->adj, adj[i]);
	fix_destroy(f);
}

/* Ways that 64 packets take which differ in `n` bytes at `at` alone. */
static uint32_t
ways_by(struct fixture *f, struct frame *frame, size_t at)
{
	uint32_t seen = 0, i;

	for (i = 0; i < 64; i++) {
		frame->byte[at] = (uint8_t)i;
		seen |= 1u << (way_of(f, frame) - group.adj[0]);
	}
	return (uint32_t)__builtin_popcount(seen);
}

/* Where there are no ports, the flow label stands for them (RFC 6438 3). */
static void
test_flow_label(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	uint32_t way;

	(void)state;
	make_groups(f, 16);
	fix_ip6(&frame, target[1], 4);
	/* a label that changes moves no flow that has ports */
	assert_int_equal(ways_by(f, &frame, V6_LABEL), 1);
	assert_true(ways_by(f, &frame, V6_SPORT) > 8);
	frame.byte[V6_NEXT] = 50; /* ESP */
	assert_true(ways_by(f, &frame, V6_LABEL) > 8);
	assert_int_equal(ways_by(f, &frame, V6_SPORT), 1);
	/* nor does the class, which is in the same word */
	way = way_of(f, &frame);
	for (uint32_t i = 0; i < 16; i++) {
		frame.byte[V6_CLASS] = (uint8_t)(i << 4);
		assert_int_equal(way_of(f, &frame), way);
	}
	fix_destroy(f);
}

/*
 * The first fragment has options, and so core 0 sends it: it knows the hash by
 * which the others find their way.
 */
static void
test_fragment_with_options(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct fix_result r;
	uint32_t group_number, way;

	(void)state;
	make_groups(f, 16);
	group_number = nexthop_read(&f->nexthop, group_index[0]).index;
	for (uint32_t i = 0; i < 64; i++) {
		fix_ip4(&frame, "11.0.0.1", 4);
		frame.byte[V4_SRC + 3] = (uint8_t)i;
		be16_store(frame.byte + V4_FRAG, 100);
		fix_ip4_checksum(&frame);
		way = way_of(f, &frame);
		frame.byte[14] = 0x46;
		frame.byte[17] = 32;
		be16_store(frame.byte + V4_FRAG, IP4_MF);
		fix_ip4_checksum(&frame);
		r = fix_forward(f, 0, &frame);
		assert_int_equal(r.fate, FATE_PUNT(PUNT_OPTIONS));
		assert_int_equal(
		    nexthop_pick(&f->nexthop, group_number, r.p->hash), way);
		fix_account(f);
	}
	fix_destroy(f);
}

/* All fragments of a datagram take one way, the first with its ports too. */
static void
test_ecmp_fragments(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	uint32_t first, i;

	(void)state;
	make_groups(f, 16);
	fix_ip4(&frame, "11.0.0.1", 4);
	be16_store(frame.byte + V4_FRAG, IP4_MF);
	fix_ip4_checksum(&frame);
	first = way_of(f, &frame);
	for (i = 1; i < 64; i++) {
		be16_store(frame.byte + V4_FRAG, (uint16_t)i);
		be16_store(frame.byte + V4_SPORT, (uint16_t)(i * 77));
		fix_ip4_checksum(&frame);
		assert_int_equal(way_of(f, &frame), first);
	}
	fix_ip6(&frame, "2001:db8:b::1", 4);
	frame.byte[V6_NEXT] = PROTO_FRAGMENT;
	first = way_of(f, &frame);
	for (i = 1; i < 64; i++) {
		be16_store(frame.byte + 56, (uint16_t)(i * 8));
		assert_int_equal(way_of(f, &frame), first);
	}
	/* behind destination options; what follows is as it may be */
	frame.byte[V6_NEXT] = 60;
	assert_int_equal(ways_by(f, &frame, 54 + 8 + 3), 1);
	assert_int_equal(ways_by(f, &frame, 54 + 16), 1);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_all_lost),
		cmocka_unit_test(test_hash_of_the_nic),
		cmocka_unit_test(test_mixed_burst),
		cmocka_unit_test(test_ecmp_fragments),
		cmocka_unit_test(test_fragment_with_options),
		cmocka_unit_test(test_flow_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
