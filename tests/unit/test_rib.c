/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/iptext.c net/addr.c net/nexthop.c
 * tests/unit/log_stub.c tests/unit/alloc_fail.c
 * libs: fib rib
 * wrap: malloc calloc realloc aligned_alloc */
/*
 * The RIB's routes against an unsorted array, and with memory running out.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "control/rib.h"
#include "net/nexthop.h"
#include "tests/unit/alloc_fail.h"

enum { ORACLE_MAX = 4000 };

static struct rib_route oracle[ORACLE_MAX];
static size_t oracle_count;
static struct nexthop_table nexthops; /* never written: nothing is settled */

static uint32_t
rnd(uint32_t below)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

/* Dense enough that prefixes repeat, nest and share gateways. */
static struct rib_route
random_route(void)
{
	struct rib_route r;

	memset(&r, 0, sizeof(r));
	r.prefix.addr.family = rnd(3) ? IP4 : IP6;
	r.prefix.addr.byte[0] = 32;
	for (int i = 1; i < 4; i++)
		r.prefix.addr.byte[i] = (uint8_t)rnd(4);
	if (r.prefix.addr.family == IP6)
		r.prefix.addr.byte[15] = (uint8_t)rnd(4);
	r.prefix.len = (uint8_t)rnd(ip_family_bits(r.prefix.addr.family) + 1);
	ip_addr_mask(&r.prefix.addr, r.prefix.len);
	r.type = (uint8_t)rnd(3);
	r.source = (uint8_t)rnd(5);
	r.distance = (uint8_t)rnd(3);
	r.iface = rnd(2) ? (uint16_t)rnd(3) : IFACE_NONE;
	if (rnd(4)) {
		r.gateway.family = r.prefix.addr.family;
		r.gateway.byte[0] = 10;
		r.gateway.byte[3] = (uint8_t)rnd(60);
	}
	return r;
}

static int
route_compare(const void *va, const void *vb)
{
	const struct rib_route *a = va, *b = vb;
	int c = a->prefix.addr.family - b->prefix.addr.family;

	if (!c)
		c = memcmp(a->prefix.addr.byte, b->prefix.addr.byte, 16);
	if (!c)
		c = a->prefix.len - b->prefix.len;
	if (!c)
		c = a->distance - b->distance;
	if (!c)
		c = a->source - b->source;
	return c ? c : memcmp(a, b, sizeof(*a));
}

static size_t
oracle_find(const struct rib_route *r)
{
	size_t i = 0;

	while (i < oracle_count && memcmp(&oracle[i], r, sizeof(*r)) != 0)
		i++;
	return i;
}

static void
oracle_flush(enum route_source source, uint16_t iface)
{
	size_t kept = 0;

	for (size_t i = 0; i < oracle_count; i++)
		if (oracle[i].source != source ||
		    (iface != IFACE_NONE && oracle[i].iface != iface))
			oracle[kept++] = oracle[i];
	oracle_count = kept;
}

/* Lists in pages, as the API does, and compares with the oracle. */
static void
check_list(const struct rib *rib, const struct ip_prefix *under)
{
	static struct rib_route got[ORACLE_MAX], want[ORACLE_MAX];
	size_t n = 0, wanted = 0, total, page = 1 + rnd(300);

	for (size_t i = 0; i < oracle_count; i++)
		if (!under ||
		    (oracle[i].prefix.len >= under->len &&
			ip_prefix_covers(under, &oracle[i].prefix.addr)))
			want[wanted++] = oracle[i];
	for (;;) {
		size_t more = rib_list(rib, under, n, page, &got[n], &total);

		assert_int_equal(total, wanted);
		assert_true(more <= page);
		n += more;
		if (more < page)
			break;
	}
	assert_int_equal(n, wanted);
	for (size_t i = 1; i < n; i++) { /* in order of prefix as listed */
		struct rib_route a = got[i - 1], b = got[i];

		a.gateway = b.gateway;
		a.iface = b.iface;
		a.type = b.type;
		assert_true(route_compare(&a, &b) <= 0);
	}
	qsort(got, n, sizeof(got[0]), route_compare);
	qsort(want, wanted, sizeof(want[0]), route_compare);
	assert_memory_equal(got, want, n * sizeof(got[0]));
}

static void
add_one(struct rib *rib)
{
	struct rib_route r = random_route();
	int error = rib_add(rib, &r);

	if (oracle_find(&r) < oracle_count) {
		assert_int_equal(error, -EEXIST);
		return;
	}
	assert_int_equal(error, 0);
	oracle[oracle_count++] = r;
}

static void
test_random(void **state)
{
	struct rib *rib = rib_create(&nexthops);

	(void)state;
	oracle_count = 0;
	for (int round = 0; round < 60; round++) {
		while (oracle_count < ORACLE_MAX && rnd(700))
			add_one(rib);
		assert_int_equal(rib_count(rib), oracle_count);
		check_list(rib, NULL);
		for (int i = 0; i < 20; i++) {
			struct rib_route r = random_route();

			check_list(rib, &r.prefix);
		}
		if (rnd(3) == 0) {
			enum route_source s = rnd(5);
			uint16_t iface = rnd(2) ? IFACE_NONE : (uint16_t)rnd(3);

			rib_flush(rib, s, iface);
			oracle_flush(s, iface);
		}
	}
	rib_destroy(rib);
}

static struct rib_route
route(const char *prefix, const char *gateway)
{
	struct rib_route r = { .iface = IFACE_NONE, .source = SOURCE_FILE };

	memset(&r.prefix, 0, sizeof(r.prefix));
	assert_int_equal(ip_prefix_parse(prefix, strlen(prefix), &r.prefix.addr,
			     &r.prefix.len),
	    0);
	assert_int_equal(
	    ip_addr_parse(gateway, strlen(gateway), &r.gateway), 0);
	return r;
}

/* Sorted input fills chunks whole; many chunks, then none. */
static void
test_sorted_bulk(void **state)
{
	struct rib *rib = rib_create(&nexthops);
	struct rib_route r = route("10.0.0.0/24", "192.0.2.1"), out;
	size_t total;

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		r.prefix.addr.byte[1] = (uint8_t)(i >> 8);
		r.prefix.addr.byte[2] = (uint8_t)i;
		assert_int_equal(rib_add(rib, &r), 0);
	}
	assert_int_equal(rib_list(rib, NULL, 65535, 9, &out, &total), 1);
	assert_int_equal(out.prefix.addr.byte[2], 255);
	assert_int_equal(total, 65536);
	assert_int_equal(rib_list(rib, NULL, 65536, 9, &out, &total), 0);
	rib_flush(rib, SOURCE_FILE, 7);
	assert_int_equal(rib_count(rib), 65536);
	rib_flush(rib, SOURCE_FILE, IFACE_NONE);
	assert_int_equal(rib_count(rib), 0);
	assert_int_equal(rib_list(rib, NULL, 0, 1, &out, &total), 0);
	assert_int_equal(rib_add(rib, &r), 0);
	rib_destroy(rib);
}

/* Each allocation fails once; the RIB is then as before. */
static void
test_no_memory(void **state)
{
	struct rib *rib;
	uint32_t failed = 0;

	(void)state;
	alloc_fail_after = 0;
	assert_null(rib_create(&nexthops));
	alloc_fail_after = -1;
	rib = rib_create(&nexthops);
	oracle_count = 0;
	while (oracle_count < 2000) {
		struct rib_route r = random_route();
		int error;

		if (oracle_find(&r) < oracle_count)
			continue;
		for (long after = 0;; after++) {
			alloc_fail_after = after;
			error = rib_add(rib, &r);
			alloc_fail_after = -1;
			if (error != -ENOMEM)
				break;
			failed++;
			assert_int_equal(rib_count(rib), oracle_count);
		}
		assert_int_equal(error, 0);
		oracle[oracle_count++] = r;
	}
	assert_true(failed > 10);
	check_list(rib, NULL);
	rib_destroy(rib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_sorted_bulk),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
