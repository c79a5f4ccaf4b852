/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* libs: rib */
/* objects: net/nexthop.c control/iptext.c net/addr.c
 * tests/unit/log_stub.c tests/unit/alloc_fail.c
 * wrap: malloc calloc realloc aligned_alloc */
/*
 * From RIB to FIB: each rule by an example, and with memory running out.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "control/rib_build.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"

/* Adjacencies of the test: an index names a gateway on an interface. */
enum { ADJ_TEST_MAX = 64 };
static struct {
	uint16_t iface;
	struct ip_addr addr;
} adj[ADJ_TEST_MAX];
static uint32_t adj_count, adj_limit;

static struct rib *rib;
static struct rib_build_env env;
static struct rib_image *image;

static uint32_t
adjacency(void *arg, uint16_t iface, const struct ip_addr *gateway)
{
	(void)arg;
	for (uint32_t i = 1; i < adj_count; i++)
		if (adj[i].iface == iface &&
		    ip_addr_equal(&adj[i].addr, gateway))
			return i;
	if (adj_count == adj_limit)
		return ADJ_NONE;
	adj[adj_count].iface = iface;
	adj[adj_count].addr = *gateway;
	return adj_count++;
}

static struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	memset(&a, 0, sizeof(a));
	assert_int_equal(ip_addr_parse(text, strlen(text), &a), 0);
	return a;
}

/* `gateway` may be NULL; `iface` IFACE_NONE. */
static struct rib_route
route(enum route_source source, const char *prefix, const char *gateway,
    uint16_t iface)
{
	struct rib_route r;

	memset(&r, 0, sizeof(r));
	assert_int_equal(ip_prefix_parse(prefix, strlen(prefix), &r.prefix.addr,
			     &r.prefix.len),
	    0);
	if (gateway)
		r.gateway = addr(gateway);
	r.iface = iface;
	r.source = (uint8_t)source;
	r.distance = source == SOURCE_STATIC;
	return r;
}

static void
add(enum route_source source, const char *prefix, const char *gateway,
    uint16_t iface)
{
	struct rib_route r = route(source, prefix, gateway, iface);

	assert_int_equal(rib_add(rib, &r), 0);
}

static void
via(const char *prefix, const char *gateway)
{
	add(SOURCE_STATIC, prefix, gateway, IFACE_NONE);
}

static void
typed(const char *prefix, enum route_type type, uint8_t distance)
{
	struct rib_route r = route(SOURCE_STATIC, prefix, NULL, IFACE_NONE);

	r.type = (uint8_t)type;
	r.distance = distance;
	assert_int_equal(rib_add(rib, &r), 0);
}

static void
build(void)
{
	rib_image_free(image);
	image = NULL;
	assert_int_equal(rib_build(rib, &env, &image), 0);
	rib_built(rib);
}

/*
 * What a packet meets, as text: "none", "local 1", "connected 1",
 * "broadcast 1", "blackhole", "reject", or the ways, "1:10.1.0.2 2:10.2.0.2".
 */
static const char *
meets(const char *destination)
{
	static const char *const name[] = {
		[NEXTHOP_NONE] = "none",
		[NEXTHOP_LOCAL] = "local",
		[NEXTHOP_CONNECTED] = "connected",
		[NEXTHOP_BLACKHOLE] = "blackhole",
		[NEXTHOP_REJECT] = "reject",
		[NEXTHOP_BROADCAST] = "broadcast",
	};
	static char text[ECMP_MAX * 64];
	struct ip_addr a = addr(destination);
	const struct nexthop_set *n =
	    &image->nexthop[fib_lookup(image->fib, &a)];
	size_t used = 0;

	if (n->type != NEXTHOP_VIA) {
		bool has_iface = n->type == NEXTHOP_LOCAL ||
		                 n->type == NEXTHOP_CONNECTED ||
		                 n->type == NEXTHOP_BROADCAST;

		snprintf(text, sizeof(text), has_iface ? "%s %u" : "%s",
		    name[n->type], n->iface);
		return text;
	}
	for (uint32_t i = 0; i < n->ways; i++) {
		char way[IPTEXT_ADDR_MAX];

		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%u:%s", i ? " " : "", adj[n->adj[i]].iface,
		    ip_addr_format(&adj[n->adj[i]].addr, way));
	}
	return text;
}

static bool
active(const char *prefix, const char *gateway)
{
	struct rib_route out[64];
	struct rib_route r = route(SOURCE_STATIC, prefix, gateway, 0);
	size_t total, n = rib_list(rib, &r.prefix, 0, 64, out, &total);

	for (size_t i = 0; i < n; i++)
		if (out[i].prefix.len == r.prefix.len &&
		    ip_addr_equal(&out[i].gateway, &r.gateway))
			return out[i].active;
	fail_msg("%s is not in the RIB", prefix);
	return false;
}

/* Interfaces 1 and 2, with a network each. */
static int
setup(void **state)
{
	(void)state;
	rib = rib_create(NULL);
	memset(&env, 0, sizeof(env));
	env.adjacency = adjacency;
	adj_count = 1;
	adj_limit = ADJ_TEST_MAX;
	env.up[1] = env.up[2] = env.local[1] = env.local[2] = true;
	add(SOURCE_CONNECTED, "10.1.0.0/16", NULL, 1);
	add(SOURCE_LOCAL, "10.1.0.1/32", NULL, 1);
	add(SOURCE_CONNECTED, "10.2.0.0/16", NULL, 2);
	add(SOURCE_LOCAL, "10.2.0.1/32", NULL, 2);
	add(SOURCE_CONNECTED, "2001:db8:1::/64", NULL, 1);
	add(SOURCE_LOCAL, "2001:db8:1::1/128", NULL, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rib_image_free(image);
	image = NULL;
	rib_destroy(rib);
	return 0;
}

static void
test_connected(void **state)
{
	(void)state;
	add(SOURCE_CONNECTED, "10.3.0.0/31", NULL, 1);
	add(SOURCE_LOCAL, "10.3.0.0/32", NULL, 1);
	add(SOURCE_CONNECTED, "10.4.0.4/32", NULL, 1);
	add(SOURCE_LOCAL, "10.4.0.4/32", NULL, 1);
	add(SOURCE_CONNECTED, "2001:db8:2::/127", NULL, 2);
	build();
	assert_string_equal(meets("10.1.0.1"), "local 1");
	assert_string_equal(meets("10.1.0.7"), "connected 1");
	assert_string_equal(meets("10.1.0.0"), "broadcast 1");
	assert_string_equal(meets("10.1.255.255"), "broadcast 1");
	assert_string_equal(meets("10.2.255.255"), "broadcast 2");
	/* RFC 3021: both addresses of a /31 are hosts */
	assert_string_equal(meets("10.3.0.0"), "local 1");
	assert_string_equal(meets("10.3.0.1"), "connected 1");
	assert_string_equal(meets("10.4.0.4"), "local 1");
	/* RFC 4291 2.6.1, and RFC 6164 */
	assert_string_equal(meets("2001:db8:1::"), "local 1");
	assert_string_equal(meets("2001:db8:1::1"), "local 1");
	assert_string_equal(meets("2001:db8:1::2"), "connected 1");
	assert_string_equal(
	    meets("2001:db8:1:0:ffff:ffff:ffff:ffff"), "connected 1");
	assert_string_equal(meets("2001:db8:2::"), "connected 2");
	assert_string_equal(meets("192.0.2.1"), "none");
	assert_string_equal(meets("2001:db9::"), "none");
}

static void
test_ecmp(void **state)
{
	uint32_t count;

	(void)state;
	via("20.0.0.0/8", "10.1.0.2");
	via("20.0.0.0/8", "10.2.0.2");
	via("20.0.0.0/8", "10.2.0.3");
	via("30.0.0.0/8", "10.2.0.3");
	via("30.0.0.0/8", "10.2.0.2");
	via("30.0.0.0/8", "10.1.0.2");
	via("40.0.0.0/8", "10.1.0.2");
	build();
	assert_string_equal(
	    meets("20.1.1.1"), "1:10.1.0.2 2:10.2.0.2 2:10.2.0.3");
	/* The same set is one next hop. */
	{
		struct ip_addr a = addr("20.1.1.1"), b = addr("30.1.1.1");

		assert_int_equal(
		    fib_lookup(image->fib, &a), fib_lookup(image->fib, &b));
	}
	assert_string_equal(meets("40.0.0.1"), "1:10.1.0.2");
	assert_true(active("20.0.0.0/8", "10.2.0.3"));
	count = log_lines;
	for (uint32_t i = 10; i < 30; i++) {
		char gateway[IPTEXT_ADDR_MAX];

		snprintf(gateway, sizeof(gateway), "10.1.0.%u", i);
		via("50.0.0.0/8", gateway);
	}
	build();
	assert_int_equal(log_lines, count + 1);
	{
		struct ip_addr a = addr("50.0.0.1");
		uint32_t n = fib_lookup(image->fib, &a);

		assert_int_equal(image->nexthop[n].ways, ECMP_MAX);
	}
	assert_true(active("50.0.0.0/8", "10.1.0.10"));
	assert_false(active("50.0.0.0/8", "10.1.0.29"));
}

static void
test_distance(void **state)
{
	struct rib_route r;

	(void)state;
	via("20.0.0.0/8", "10.1.0.2");
	r = route(SOURCE_STATIC, "20.0.0.0/8", "10.2.0.2", IFACE_NONE);
	r.distance = 5;
	assert_int_equal(rib_add(rib, &r), 0);
	typed("20.0.0.0/8", ROUTE_BLACKHOLE, 250);
	typed("21.0.0.0/8", ROUTE_REJECT, 1);
	typed("22.0.0.0/8", ROUTE_REJECT, RIB_DISTANCE_UNREACHABLE);
	build();
	assert_string_equal(meets("20.0.0.1"), "1:10.1.0.2");
	assert_true(active("20.0.0.0/8", "10.1.0.2"));
	assert_false(active("20.0.0.0/8", "10.2.0.2"));
	assert_string_equal(meets("21.0.0.1"), "reject");
	assert_string_equal(meets("22.0.0.1"), "none");
	env.up[1] = false;
	build();
	assert_string_equal(meets("20.0.0.1"), "2:10.2.0.2");
	assert_false(active("20.0.0.0/8", "10.1.0.2"));
	/* Own addresses answer while the interface is not shut down. */
	assert_string_equal(meets("10.1.0.1"), "local 1");
	assert_string_equal(meets("10.1.0.7"), "none");
	assert_string_equal(meets("10.1.255.255"), "none");
	env.up[2] = env.local[1] = false;
	build();
	assert_string_equal(meets("20.0.0.1"), "blackhole");
	assert_string_equal(meets("10.1.0.1"), "none");
	env.up[1] = env.up[2] = env.local[1] = true;
	build();
	assert_string_equal(meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(meets("10.1.0.7"), "connected 1");
}

static void
test_recursion(void **state)
{
	(void)state;
	via("20.0.0.0/8", "10.1.0.2");
	via("20.0.0.0/8", "10.2.0.2");
	via("30.0.0.0/8", "20.0.0.1");
	via("40.0.0.0/8", "30.0.0.1");
	/* 40.5/16 is inactive: its gateway is looked up below it */
	via("40.5.0.0/16", "99.0.0.1");
	via("50.0.0.0/8", "40.5.0.1");
	typed("60.0.0.0/8", ROUTE_BLACKHOLE, 1);
	via("61.0.0.0/8", "60.0.0.1");
	/* an own address is no gateway */
	via("62.0.0.0/8", "10.1.0.1");
	via("2001:db8:30::/48", "2001:db8:1::5");
	via("2001:db8:31::/48", "2001:db8:30::1");
	build();
	assert_string_equal(meets("30.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(meets("40.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(meets("40.5.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_false(active("40.5.0.0/16", "99.0.0.1"));
	assert_string_equal(meets("50.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(meets("61.0.0.1"), "blackhole");
	assert_string_equal(meets("62.0.0.1"), "none");
	assert_string_equal(meets("2001:db8:31::9"), "1:2001:db8:1::5");
	env.up[2] = false;
	build();
	assert_string_equal(meets("50.0.0.1"), "1:10.1.0.2");
}

static void
test_loops(void **state)
{
	(void)state;
	/* by the default route, through itself, in a circle */
	via("0.0.0.0/0", "10.1.0.2");
	via("20.0.0.0/8", "99.0.0.1");
	via("30.0.0.0/8", "30.0.0.1");
	via("31.0.0.0/8", "10.1.0.3");
	via("31.1.0.0/16", "31.1.0.1");
	via("40.0.0.0/8", "41.0.0.1");
	via("41.0.0.0/8", "42.0.0.1");
	via("42.0.0.0/8", "40.0.0.1");
	/* one good way and one through itself */
	via("50.0.0.0/8", "10.2.0.2");
	via("50.0.0.0/8", "50.0.0.1");
	build();
	assert_string_equal(meets("99.0.0.1"), "1:10.1.0.2");
	assert_false(active("20.0.0.0/8", "99.0.0.1"));
	assert_false(active("30.0.0.0/8", "30.0.0.1"));
	assert_false(active("31.1.0.0/16", "31.1.0.1"));
	assert_string_equal(meets("31.1.0.1"), "1:10.1.0.3");
	assert_false(active("40.0.0.0/8", "41.0.0.1"));
	assert_false(active("41.0.0.0/8", "42.0.0.1"));
	assert_false(active("42.0.0.0/8", "40.0.0.1"));
	assert_true(active("50.0.0.0/8", "10.2.0.2"));
	assert_false(active("50.0.0.0/8", "50.0.0.1"));
	assert_string_equal(meets("50.0.0.1"), "2:10.2.0.2");
}

/* 32 routes, each through the one before. */
static void
test_depth(void **state)
{
	char prefix[IPTEXT_PREFIX_MAX], gateway[IPTEXT_ADDR_MAX];

	(void)state;
	via("131.0.0.0/8", "10.1.0.2");
	for (uint32_t i = 0; i < 31; i++) {
		snprintf(prefix, sizeof(prefix), "%u.0.0.0/8", 100 + i);
		snprintf(gateway, sizeof(gateway), "%u.0.0.1", 101 + i);
		via(prefix, gateway);
	}
	build();
	assert_string_equal(meets("131.0.0.1"), "1:10.1.0.2");
	assert_string_equal(meets("130.0.0.1"), "1:10.1.0.2");
	assert_string_equal(meets("100.0.0.1"), "none");
	assert_non_null(strstr(log_last, "steps away"));
}

static void
test_interfaces(void **state)
{
	(void)state;
	/* the link decides for gateways with an interface */
	add(SOURCE_STATIC, "20.0.0.0/8", "10.1.0.2", 1);
	add(SOURCE_STATIC, "21.0.0.0/8", "10.1.0.2", 2);
	add(SOURCE_STATIC, "22.0.0.0/8", NULL, 2);
	add(SOURCE_STATIC, "23.0.0.0/8", "22.0.0.9", 2);
	via("24.0.0.0/8", "22.0.0.8");
	add(SOURCE_STATIC, "2001:db8:9::/48", "fe80::9", 2);
	build();
	assert_string_equal(meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(meets("21.0.0.1"), "none");
	assert_string_equal(meets("22.0.0.1"), "connected 2");
	assert_string_equal(meets("22.255.255.255"), "connected 2");
	assert_string_equal(meets("23.0.0.1"), "2:22.0.0.9");
	assert_string_equal(meets("24.0.0.1"), "2:22.0.0.8");
	assert_string_equal(meets("2001:db8:9::1"), "2:fe80::9");
	env.up[2] = false;
	build();
	assert_string_equal(meets("22.0.0.1"), "none");
	assert_string_equal(meets("23.0.0.1"), "none");
	assert_string_equal(meets("2001:db8:9::1"), "none");
}

/* No room for another neighbour: the route waits, the build goes on. */
static void
test_neighbors_full(void **state)
{
	(void)state;
	adj_limit = 2;
	via("20.0.0.0/8", "10.1.0.2");
	via("30.0.0.0/8", "10.1.0.3");
	build();
	assert_string_equal(meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(meets("30.0.0.1"), "none");
	assert_false(active("30.0.0.0/8", "10.1.0.3"));
}

/* Each allocation fails once: nothing changes, nothing leaks. */
static void
test_no_memory(void **state)
{
	struct rib_image *other = NULL;
	char prefix[IPTEXT_PREFIX_MAX], gateway[IPTEXT_ADDR_MAX];
	long after = 0;

	(void)state;
	adj_limit = 33;
	for (uint32_t i = 0; i < 1000; i++) {
		snprintf(
		    prefix, sizeof(prefix), "20.%u.%u.0/24", i / 250, i % 250);
		snprintf(gateway, sizeof(gateway), "10.1.0.%u", i % 30 + 2);
		via(prefix, gateway);
		snprintf(
		    gateway, sizeof(gateway), "10.1.0.%u", i / 30 % 30 + 2);
		if (i % 30 != i / 30 % 30)
			via(prefix, gateway);
	}
	build();
	env.up[1] = false;
	for (;; after++) {
		int error;

		alloc_fail_after = after;
		error = rib_build(rib, &env, &other);
		alloc_fail_after = -1;
		if (error == 0)
			break;
		assert_int_equal(error, -ENOMEM);
		assert_string_equal(meets("20.0.0.1"), "1:10.1.0.2");
		assert_true(active("20.0.0.0/24", "10.1.0.2"));
		env.up[1] = after % 2;
	}
	assert_true(after >= 4);
	rib_image_free(other);
}

#define RIB_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIB_TEST(test_connected),
		RIB_TEST(test_ecmp),
		RIB_TEST(test_distance),
		RIB_TEST(test_recursion),
		RIB_TEST(test_loops),
		RIB_TEST(test_depth),
		RIB_TEST(test_interfaces),
		RIB_TEST(test_neighbors_full),
		RIB_TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
