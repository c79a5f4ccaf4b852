/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c */
/* objects: net/verify.c */
/* objects: net/spsc.c net/worker.c */
/*
 * Flows that are much alike: a thousand that differ in one field alone, and in
 * that by counting, are spread over the ways within 20 %; and stay where they
 * are when other routes come and go.
 */
#include <stdio.h>

#include "net/fate.h"
#include "tests/unit/net_fixture.h"

enum {
	FLOWS = 1000,
	/* Offsets in a frame, behind an Ethernet header. */
	V4_PROTOCOL = 23,
	V4_SRC = 26,
	V4_DST = 30,
	V4_PORTS = 34,
	V6_LABEL = 16,
	V6_NEXT = 20,
	V6_SRC = 22,
	V6_DST = 38,
	V6_PORTS = 54,
	TCP = 6,
	UDP = 17,
	GRE = 47,
	ICMP = 1,
	ICMP6 = 58,
};

/* A thousand flows: two bytes at a place count up in steps. */
static const struct family {
	const char *name;
	uint8_t version, protocol;
	uint16_t at, step;
} families[] = {
	{ "source ports", 4, UDP, V4_PORTS, 1 },
	{ "even source ports", 4, TCP, V4_PORTS, 2 },
	{ "high source ports", 4, TCP, V4_PORTS, 16 },
	{ "destination ports", 4, TCP, V4_PORTS + 2, 1 },
	{ "source hosts", 4, TCP, V4_SRC + 2, 1 },
	{ "source hosts, ICMP", 4, ICMP, V4_SRC + 2, 1 },
	{ "destination hosts", 4, UDP, V4_DST + 2, 1 },
	{ "destination hosts, GRE", 4, GRE, V4_DST + 2, 1 },
	{ "destination networks", 4, UDP, V4_DST + 1, 16 },
	{ "source ports, IPv6", 6, UDP, V6_PORTS, 1 },
	{ "even source ports, IPv6", 6, TCP, V6_PORTS, 2 },
	{ "destination ports, IPv6", 6, TCP, V6_PORTS + 2, 1 },
	{ "source hosts, IPv6", 6, TCP, V6_SRC + 14, 1 },
	{ "source hosts, ICMPv6", 6, ICMP6, V6_SRC + 14, 1 },
	{ "source networks, IPv6", 6, UDP, V6_SRC + 6, 1 },
	{ "destination hosts, IPv6", 6, UDP, V6_DST + 14, 1 },
	{ "destination hosts, GRE, IPv6", 6, GRE, V6_DST + 14, 1 },
	{ "destination networks, IPv6", 6, UDP, V6_DST + 6, 1 },
	{ "flow labels, GRE", 6, GRE, V6_LABEL, 1 },
};
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

static struct nexthop_ways group;
static uint32_t index4, index6;

static void
make_groups(struct fixture *f, uint32_t ways)
{
	char addr[32];

	group.count = ways;
	for (uint32_t i = 0; i < ways; i++) {
		snprintf(addr, sizeof(addr), "198.51.100.%u", 100u + i);
		group.adj[i] = fix_neighbor(f, 1, addr);
	}
	index4 = fix_route_ways(f, "11.0.0.0/8", &group);
	index6 = fix_route_ways(f, "2001:db8:b::/48", &group);
}

static void
make_flow(struct frame *frame, const struct family *family, uint32_t n)
{
	if (family->version == 4) {
		fix_ip4(frame, "11.0.0.1", 4);
		frame->byte[V4_PROTOCOL] = family->protocol;
	} else {
		fix_ip6(frame, "2001:db8:b::1", 4);
		frame->byte[V6_NEXT] = family->protocol;
	}
	be16_store(frame->byte + family->at,
	    (uint16_t)(be16_load(frame->byte + family->at) + n * family->step));
	if (family->version == 4)
		fix_ip4_checksum(frame);
}

static uint32_t
flow_way(struct fixture *f, const struct family *family, uint32_t n)
{
	struct fix_result r;
	struct frame frame;
	uint32_t i = 0;

	make_flow(&frame, family, n);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_GO);
	while (i < group.count && group.adj[i] != r.p->adj)
		i++;
	assert_int_not_equal(i, group.count);
	fix_account(f);
	return i;
}

/* `n` flows; each way has between 80 and 120 % of its part. */
static bool
is_spread(struct fixture *f, const struct family *family, uint32_t n)
{
	uint32_t hits[ECMP_MAX] = { 0 }, i;
	bool good = true;

	for (i = 0; i < n; i++)
		hits[flow_way(f, family, i)]++;
	for (i = 0; i < group.count; i++) {
		uint32_t part = hits[i] * group.count * 100 / n;

		if (part >= 80 && part <= 120)
			continue;
		print_message("%s: way %u of %u has %u of %u\n", family->name,
		    i, group.count, hits[i], n);
		good = false;
	}
	return good;
}

/*
 * Chance alone keeps a thousand within 20 % over four ways; for more ways there
 * are as many flows a way.
 */
static void
test_alike(void **state)
{
	static const uint8_t ways[] = { 2, 3, 4, 8, 16 };
	bool good = true;

	(void)state;
	for (uint32_t i = 0; i < sizeof(ways); i++) {
		uint32_t n = ways[i] <= 4 ? FLOWS : ways[i] * (FLOWS / 4);
		struct fixture *f = fix_create();

		make_groups(f, ways[i]);
		for (uint32_t k = 0; k < FAMILIES; k++)
			good &= is_spread(f, &families[k], n);
		fix_destroy(f);
	}
	assert_true(good);
}

/* Other routes come, and the same ways are told anew. */
static void
test_unmoved(void **state)
{
	struct fixture *f = fix_create();
	static uint8_t before[FAMILIES][FLOWS];
	uint32_t k, n;

	(void)state;
	make_groups(f, 4);
	for (k = 0; k < FAMILIES; k++)
		for (n = 0; n < FLOWS; n++)
			before[k][n] = (uint8_t)flow_way(f, &families[k], n);
	fix_route_ways(f, "12.0.0.0/8", &group);
	fix_route(f, "2001:db8:c::/48",
	    (struct nexthop){ .type = NEXTHOP_BLACKHOLE });
	assert_true(nexthop_set_ways(&f->nexthop, index4, &group, ~0u));
	assert_true(nexthop_set_ways(&f->nexthop, index6, &group, ~0u));
	for (k = 0; k < FAMILIES; k++)
		for (n = 0; n < FLOWS; n++)
			assert_int_equal(
			    flow_way(f, &families[k], n), before[k][n]);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_unmoved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
