/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c
 * tests/unit/alloc_fail.c wrap: malloc calloc realloc aligned_alloc */
/*
 * Files of routes: loaded a slice at a time, kept, flushed and refused; and
 * FIBs that become too small on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/router_private.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum {
	SECOND = 1000 * 1000,
	ENOUGH = 100 * 1000, /* turns */
	LINE_MAX = 64,
	MANY = 100 * 1000, /* routes */
	FEW = 500,
};

#define PORTS                                                                  \
	"interface port0\n ip address 10.0.0.1/24\n"                           \
	"interface port1\n ip address 10.1.0.1/24\n"                           \
	"ip route 30.0.0.0/8 10.0.0.2\n"

/* `n` routes from 20.0.0.0 on, each a /28, through a gateway. */
static char *
make_text(uint32_t n, const char *gateway)
{
	char *text = malloc((size_t)n * LINE_MAX + 1), *at = text;

	for (uint32_t i = 0; i < n; i++)
		at += sprintf(at, "%u.%u.%u.%u/28 %s\n", 20 + (i >> 20),
		    i >> 12 & 255, i >> 4 & 255, (i & 15) << 4, gateway);
	*at = '\0';
	return text;
}

static struct router_lookup
look_at(uint32_t i)
{
	char text[LINE_MAX];

	sprintf(text, "%u.%u.%u.%u", 20 + (i >> 20), i >> 12 & 255,
	    i >> 4 & 255, ((i & 15) << 4) + 5);
	return fixture_look(text);
}

static void
assert_all(uint32_t n, uint32_t step, enum nexthop_type type)
{
	for (uint32_t i = 0; i < n; i += step)
		assert_int_equal(look_at(i).type, type);
}

static void
load(const char *config)
{
	fixture_start(config);
	assert_in_range(fixture_settle(ENOUGH), 0, ENOUGH - 1);
	assert_false(router_loading(&fx->router));
}

static void
test_slices(void **state)
{
	char *text = make_text(MANY, "10.1.0.2");
	size_t before, most = 0;
	uint32_t turns = 0;

	(void)state;
	fixture_file("a.txt", text, strlen(text));
	fixture_start(PORTS);
	before = rib_count(fx->router.rib);
	assert_int_equal(fixture_apply(PORTS "routes a.txt\n"), 0);
	assert_true(router_loading(&fx->router));
	assert_int_equal(rib_count(fx->router.rib), before);
	while (router_loading(&fx->router)) {
		size_t count = rib_count(fx->router.rib);

		fixture_turn(1);
		count = rib_count(fx->router.rib) - count;
		most = count > most ? count : most;
		turns++;
		assert_in_range(turns, 1, ENOUGH);
		/* what was there works all the time */
		assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
	}
	assert_in_range(
	    most, 1, SETTLE_SLICE * (SETTLE_SLICE_US / FIXTURE_TICK_US + 2));
	assert_int_equal(rib_count(fx->router.rib), before + MANY);
	fixture_settle(ENOUGH);
	assert_all(MANY, 7, NEXTHOP_VIA);
	assert_int_equal(look_at(MANY).type, NEXTHOP_NONE);
	assert_true(log_has("a.txt: 100000 routes, 0 errors, "));
	free(text);
}

/* A line a second. */
static void
test_progress(void **state)
{
	char *text = make_text(FEW, "10.1.0.2");

	(void)state;
	fixture_file("a.txt", text, strlen(text));
	fixture_start(PORTS);
	fx->tick_us = SECOND / 8;
	load(PORTS "routes a.txt\n");
	assert_true(
	    log_has(" routes, 6 % read") || log_has(" routes, 12 % read"));
	free(text);
}

/* Kept files are not read again; new ones come before old ones go. */
static void
test_commits(void **state)
{
	char *a = make_text(FEW, "10.1.0.2"), *b = make_text(FEW, "10.0.0.2");
	size_t base;

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	fixture_file("b.txt", b, strlen(b));
	load(PORTS);
	base = rib_count(fx->router.rib);
	load(PORTS "routes a.txt\n");
	assert_int_equal(rib_count(fx->router.rib), base + FEW);
	memset(a, '#', strlen(a)); /* whoever reads it again finds nothing */
	load(PORTS "routes a.txt\nroutes b.txt\n");
	assert_int_equal(rib_count(fx->router.rib), base + 2 * FEW);
	assert_int_equal(look_at(3).count, 2);
	/* the shared prefixes lead somewhere at every moment */
	assert_int_equal(fixture_apply(PORTS "routes b.txt\n"), 0);
	while (router_loading(&fx->router)) {
		assert_int_equal(look_at(3).type, NEXTHOP_VIA);
		fixture_turn(1);
	}
	fixture_settle(ENOUGH);
	assert_int_equal(rib_count(fx->router.rib), base + FEW);
	assert_int_equal(look_at(3).count, 1);
	assert_int_equal(look_at(3).nexthop[0].iface, 0);
	assert_true(log_has("a.txt: its routes are removed"));
	load(PORTS);
	assert_int_equal(rib_count(fx->router.rib), base);
	assert_all(FEW, 1, NEXTHOP_NONE);
	assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
	free(a);
	free(b);
}

/* A config that takes a file away while it is read, and brings it back. */
static void
test_commit_while_loading(void **state)
{
	char *a = make_text(20 * FEW, "10.1.0.2");
	size_t base;

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	load(PORTS);
	base = rib_count(fx->router.rib);
	for (uint32_t i = 0; i < 12; i++) {
		assert_int_equal(fixture_apply(PORTS "routes a.txt\n"), 0);
		for (uint32_t k = 0; k < 3 * i; k++)
			fixture_turn(1);
		assert_int_equal(fixture_apply(PORTS), 0);
		for (uint32_t k = 0; k < i; k++)
			fixture_turn(1);
	}
	fixture_settle(ENOUGH);
	assert_int_equal(rib_count(fx->router.rib), base);
	load(PORTS "routes a.txt\n");
	assert_int_equal(rib_count(fx->router.rib), base + 20 * FEW);
	assert_all(20 * FEW, 3, NEXTHOP_VIA);
	free(a);
}

static const char bad_lines[] = "20.1.0.0/16 10.1.0.2\n"
				"20.2.0.1/16 10.1.0.2\n"
				"20.3.0.0/33 10.1.0.2\n"
				"20.4.0.0/16 10.1.0.2\n"
				"20.4.0.0/16 10.1.0.2\n"
				"20.5.0.0/16 99.0.0.1\n"
				"20.6.0.0/16 99.0.0.1\n";

static void
test_bad_lines(void **state)
{
	(void)state;
	fixture_file("a.txt", bad_lines, strlen(bad_lines));
	load(PORTS "routes a.txt\n");
	assert_int_equal(fixture_look("20.1.0.1").type, NEXTHOP_VIA);
	assert_int_equal(fixture_look("20.2.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("20.4.0.1").type, NEXTHOP_VIA);
	assert_int_equal(fixture_look("20.5.0.1").type, NEXTHOP_NONE);
	assert_true(log_has("a.txt: 4 routes, 3 errors, "));
	assert_true(log_has("a.txt:2:"));
	assert_true(log_has("a.txt:3:"));
	assert_true(log_has("a.txt:5:1: the same route again"));
	assert_true(log_has("a.txt:6:1: the gateway 99.0.0.1 is unknown"));
	/* the gateway appears later */
	load(PORTS "routes a.txt\nip route 99.0.0.0/24 10.1.0.9\n");
	assert_int_equal(fixture_look("20.5.0.1").type, NEXTHOP_VIA);
}

static void
assert_refused(const char *text)
{
	size_t base;

	fixture_file("a.txt", text, strlen(text));
	load(PORTS);
	base = rib_count(fx->router.rib);
	assert_int_equal(fixture_apply(PORTS "routes a.txt strict\n"), 0);
	while (router_loading(&fx->router)) {
		fixture_turn(1);
		assert_int_equal(rib_count(fx->router.rib), base);
	}
	assert_true(log_has("a.txt is refused: "));
	assert_int_equal(fixture_look("20.1.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
}

static void
test_strict_errors(void **state)
{
	(void)state;
	assert_refused(bad_lines);
	assert_true(log_has("a.txt:2:"));
}

static void
test_strict_unknown(void **state)
{
	(void)state;
	assert_refused("20.1.0.0/16 10.1.0.2\n20.5.0.0/16 99.0.0.1\n");
	assert_true(log_has("a.txt:2:1: the gateway 99.0.0.1 is unknown"));
}

static void
test_strict_duplicate(void **state)
{
	(void)state;
	assert_refused("20.1.0.0/16 10.1.0.2\n20.1.0.0/16 10.1.0.2\n");
	assert_true(log_has("a.txt:2:1: the same route again"));
}

/* A known gateway whose link is down is not unknown. */
static void
test_strict_good(void **state)
{
	char *a = make_text(20 * FEW, "10.1.0.2");

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	fx->port[1].link.up = false;
	load(PORTS "routes a.txt strict\n");
	assert_true(log_has("a.txt: 10000 routes, 0 errors, "));
	assert_int_equal(look_at(1).type, NEXTHOP_NONE);
	fx->port[1].link.up = true;
	fixture_turn(SECOND);
	fixture_settle(ENOUGH);
	assert_all(20 * FEW, 3, NEXTHOP_VIA);
	free(a);
}

static void
test_many_errors(void **state)
{
	char *a = make_text(MANY, "10.1.0.2 x");

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	fixture_start(PORTS);
	log_lines = 0;
	load(PORTS "routes a.txt\n");
	assert_true(log_has("a.txt: 0 routes, 100000 errors, "));
	assert_true(log_has("a.txt: 99980 more errors"));
	assert_in_range(log_lines, 22, 40);
	free(a);
}

/* Each is named once, however many routes it has; the first come first. */
static void
test_many_unknown(void **state)
{
	enum { GATEWAYS = 3000, LINES = 4 * GATEWAYS };
	char *text = malloc((size_t)LINES * LINE_MAX + 1), *at = text;

	(void)state;
	for (uint32_t i = 0; i < LINES; i++)
		at += sprintf(at, "20.%u.%u.0/24 99.0.%u.%u\n", i >> 8, i & 255,
		    i % GATEWAYS >> 8, i % GATEWAYS & 255);
	fixture_file("a.txt", text, strlen(text));
	fixture_start(PORTS);
	log_clear();
	load(PORTS "routes a.txt\n");
	assert_true(log_has("a.txt:1:1: the gateway 99.0.0.0 is unknown"));
	assert_true(log_has("a.txt:20:1: the gateway 99.0.0.19 is unknown"));
	assert_false(log_has("a.txt:21:"));
	assert_true(log_has("a.txt: 2980 more unknown gateways"));
	assert_true(log_has("a.txt: 12000 routes, 0 errors"));
	load(PORTS "routes a.txt strict\n");
	assert_true(log_has("a.txt is refused: it has unknown gateways"));
	free(text);
}

/* One store a next hop: nothing is left of it when the turn ends. */
static void
test_link_down(void **state)
{
	char *a = make_text(MANY, "10.1.0.2");

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	load(PORTS "routes a.txt\n");
	assert_all(MANY, 97, NEXTHOP_VIA);
	for (int i = 0; i < 3; i++) {
		fx->port[1].link.up = false;
		fixture_turn(FIXTURE_LINK_TURN);
		assert_all(MANY, 97, NEXTHOP_NONE);
		fixture_settle(i == 1 ? 3 : ENOUGH);
		assert_all(MANY, 97, NEXTHOP_NONE);
		assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
		fx->port[1].link.up = true;
		fixture_turn(FIXTURE_LINK_TURN);
		fixture_settle(ENOUGH);
		assert_all(MANY, 97, NEXTHOP_VIA);
	}
	free(a);
}

/* The least FIB grows while lookups go on. */
static void
test_growth(void **state)
{
	char *a = make_text(MANY, "10.1.0.2");
	size_t size = fx->router.private->home->size;
	uint32_t done = 0, growths = 0;

	(void)state;
	fixture_file("a.txt", a, strlen(a));
	fixture_start(PORTS);
	/* other routes are under way, too */
	assert_int_equal(fixture_apply(PORTS "routes a.txt\n"), 0);
	for (uint32_t n = 0; router_loading(&fx->router); n++) {
		if (rib_count(fx->router.rib) / (MANY / 4) > growths &&
		    !fx->router.private->next && growths++ < 9)
			growth_begin(
			    &fx->router, fx->router.private->home->size + 64);
		fixture_turn(1);
		assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
		assert_int_equal(look_at(done).type, NEXTHOP_VIA);
		done = (done * 5 + n) % 32;
	}
	fixture_settle(ENOUGH);
	assert_true(fx->router.private->home->size > size);
	assert_null(fx->router.private->retired);
	assert_all(MANY, 3, NEXTHOP_VIA);
	free(a);
}

/* Of MRT the size does not tell how many routes there are. */
static void
test_foresee(void **state)
{
	static const uint8_t header[12] = { [5] = 13, [9] = 0x3f, 0xff, 0xf4 };
	const size_t size = 4 * 1024 * 1024,
		     first = fx->router.private->home->size;
	char *mrt = calloc(1, size), *text = make_text(MANY, "10.1.0.2");
	size_t wanted;

	(void)state;
	memcpy(mrt, header, sizeof(header));
	fixture_file("a.mrt", mrt, size);
	fixture_file("a.txt", text, strlen(text));
	load(PORTS "routes a.mrt\n");
	assert_true(log_has("records of TABLE_DUMP_V2"));
	assert_int_equal(fx->router.private->home->size, first);
	load(PORTS "routes a.txt\n");
	wanted = fx->router.private->size_wanted;
	assert_in_range(fx->router.private->home->size, wanted, wanted + 63);
	free(mrt);
	free(text);
}

/* Wherever memory is out: loaded, or refused whole; all else as it was. */
static void
without_memory(const char *config)
{
	char *a = make_text(FEW, "10.1.0.2");
	bool loaded = false;
	size_t base;

	fixture_file("a.txt", a, strlen(a));
	load(PORTS);
	base = rib_count(fx->router.rib);
	for (long after = 0; !loaded && after < 2000; after++) {
		uint64_t out = fx->router.no_memory;
		size_t count;

		assert_int_equal(fixture_apply(config), 0);
		alloc_fail_after = after;
		fixture_settle(ENOUGH);
		loaded = alloc_fail_after >= 0;
		alloc_fail_after = -1;
		fixture_turn(2 * SECOND);
		fixture_settle(ENOUGH);
		count = rib_count(fx->router.rib) - base;
		assert_true(count == 0 || count == FEW);
		assert_true(count == FEW || fx->router.no_memory > out);
		assert_int_equal(
		    look_at(3).type, count ? NEXTHOP_VIA : NEXTHOP_NONE);
		assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
		load(PORTS);
		assert_int_equal(rib_count(fx->router.rib), base);
	}
	assert_true(loaded);
	free(a);
}

static void
test_no_memory(void **state)
{
	(void)state;
	without_memory(PORTS "routes a.txt\n");
}

static void
test_no_memory_strict(void **state)
{
	(void)state;
	without_memory(PORTS "routes a.txt strict\n");
}

#define LOAD_TEST(name)                                                        \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOAD_TEST(test_slices),
		LOAD_TEST(test_progress),
		LOAD_TEST(test_commits),
		LOAD_TEST(test_commit_while_loading),
		LOAD_TEST(test_bad_lines),
		LOAD_TEST(test_strict_errors),
		LOAD_TEST(test_strict_unknown),
		LOAD_TEST(test_strict_duplicate),
		LOAD_TEST(test_strict_good),
		LOAD_TEST(test_many_errors),
		LOAD_TEST(test_many_unknown),
		LOAD_TEST(test_link_down),
		LOAD_TEST(test_growth),
		LOAD_TEST(test_foresee),
		LOAD_TEST(test_no_memory),
		LOAD_TEST(test_no_memory_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
