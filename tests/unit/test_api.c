/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/http.c console/http_reply.c console/json.c console/utf8.c
 * console/api.c console/api_system.c console/api_interfaces.c
 * console/api_routes.c console/api_counters.c console/metrics.c
 * console/metrics_cores.c console/metrics_interfaces.c console/cores.c
 * console/statistics.c console/text.c console/uri.c console/web.c
 * control/icmp_names.c control/iptext.c net/addr.c net/counters.c
 * tests/unit/api_client.c tests/unit/fake_console.c
 * tests/unit/http_client.c tests/unit/alloc_fail.c
 * libs: llhttp cjson
 * wrap: malloc calloc realloc aligned_alloc */
/*
 * Every call of the API over a fake router, through the engine, but those of
 * test_api_cores.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/alloc_fail.h"
#include "tests/unit/api_client.h"

static void
test_interfaces(void **state)
{
	cJSON *o;

	(void)state;
	fake_worker.port[0].in_packets = 7;
	fake_worker.port[0].in_drops = 2;
	fake_control.port[0].out_octets = (1ull << 53) - 1;
	fake_hw.rx_missed = 3;
	fake_hw.rx_crc_errors = 5;
	o = get("/api/v1/interfaces", 200);
	is_size(o, "interfaces", 2);
	is_text(o, "interfaces.1.oper-status", "down");
	assert_false(cJSON_HasObjectItem(at(o, "interfaces.1"), "speed"));

	o = get("/api/v1/interfaces/port0", 200);
	is_text(o, "name", "port0");
	is_text(o, "description", "uplink <script>alert(1)</script>");
	is_text(o, "type", "iana-if-type:ethernetCsmacd");
	is_text(o, "admin-status", "up");
	is_text(o, "oper-status", "up");
	is_text(o, "phys-address", "02:00:00:00:01:00");
	is_number(o, "speed", 1e9);
	is_number(o, "if-index", 1);
	is_text(o, "ipv4.address.0.ip", "192.0.2.1");
	is_number(o, "ipv4.address.0.prefix-length", 24);
	is_text(o, "ipv4.address.0.status", "preferred");
	is_text(o, "ipv6.address.0.ip", "2001:db8::1");
	is_size(o, "ipv6.address", 1);
	is_number(o, "statistics.in-pkts", 7);
	is_number(o, "statistics.in-discards", 5);
	is_number(o, "statistics.in-errors", 5);
	is_number(o, "statistics.out-octets", 9007199254740991.0);
	assert_true(cJSON_IsNull(at(o, "ipv4.verify-source")));
	assert_true(cJSON_IsNull(at(o, "ipv6.verify-source")));
	fake_router.interface[0].verify = VERIFY_RX;
	fake_router.interface[0].verify |= (VERIFY_ANY | VERIFY_DEFAULT)
	                                   << VERIFY_SHIFT6;
	o = get("/api/v1/interfaces/port0", 200);
	is_text(o, "ipv4.verify-source.reachable-via", "rx");
	assert_true(cJSON_IsFalse(at(o, "ipv4.verify-source.allow-default")));
	is_text(o, "ipv6.verify-source.reachable-via", "any");
	assert_true(cJSON_IsTrue(at(o, "ipv6.verify-source.allow-default")));
	/* A counter does not go back when the port is shut down. */
	atomic_store(&fake_router.interface[0].port->state, PORT_STOPPED);
	o = get("/api/v1/interfaces/port0", 200);
	is_number(o, "statistics.in-discards", 5);
	get("/api/v1/interfaces/port%30", 200);
	get("/api/v1/interfaces/port9", 404);
	get("/api/v1/interfaces/port%", 400);
	get("/api/v1/interfaces/port%00", 400);
	get("/api/v1/interfaces/..%2fport0", 404);
	get("/api/v1/interfaces/", 404);
}

/* A sub-interface is none of the NIC's. */
static void
test_vlan(void **state)
{
	static const char path[] = "/api/v1/interfaces/port0.7";
	struct interface *i = &fake_router.interface[PORT_MAX];
	cJSON *o;

	(void)state;
	*i = fake_router.interface[0];
	strcpy(i->name, "port0.7");
	i->vid = 7;
	fake_router.interface_count = PORT_MAX + 1;
	fake_vlan = (struct iface_counters){ .in_packets = 3,
		.in_octets = 300,
		.in_drops = 1,
		.out_packets = 4,
		.out_octets = 400 };
	fake_worker.port[0].in_packets = 99;
	fake_hw.rx_missed = 3;
	o = get("/api/v1/interfaces", 200);
	is_size(o, "interfaces", 3);
	is_text(o, "interfaces.2.name", "port0.7");
	o = get(path, 200);
	is_text(o, "type", "iana-if-type:l2vlan");
	is_number(o, "vlan-id", 7);
	is_text(o, "lower-layer-if.0", "port0");
	is_number(o, "if-index", PORT_MAX + 1);
	is_number(o, "statistics.in-pkts", 3);
	is_number(o, "statistics.in-octets", 300);
	is_number(o, "statistics.in-discards", 1);
	is_number(o, "statistics.out-pkts", 4);
	is_number(o, "statistics.out-octets", 400);
	assert_false(cJSON_HasObjectItem(o, "queues"));
	assert_false(cJSON_HasObjectItem(o, "driver"));
	assert_false(cJSON_HasObjectItem(o, "hardware-statistics"));
}

static void
test_routes(void **state)
{
	cJSON *o = get("/api/v1/routes", 200);

	(void)state;
	is_number(o, "total", FAKE_ROUTES);
	is_number(o, "offset", 0);
	is_size(o, "routes", 100);
	is_text(o, "routes.2.destination-prefix", "10.0.2.0/24");
	is_text(o, "routes.2.next-hop.0.special-next-hop", "blackhole");
	is_text(o, "routes.3.next-hop.0.next-hop-address", "192.0.2.254");
	is_text(o, "routes.0.source-protocol", "direct");
	is_text(o, "routes.0.next-hop.0.outgoing-interface", "port0");
	assert_true(cJSON_IsTrue(at(o, "routes.0.active")));
	o = get("/api/v1/routes?limit=1000&offset=2400", 200);
	is_size(o, "routes", FAKE_ROUTES - 2400);
	o = get("/api/v1/routes?offset=4294967295", 200);
	is_size(o, "routes", 0);
	get("/api/v1/routes?prefix=10.0.0.0%2F8&limit=1", 200);
	get("/api/v1/routes?prefix=2001:db8::/32", 200);
}

/* Each with what the answer says of it. */
static const struct {
	const char *query, *named;
} bad_queries[] = {
	{ "limit=0", "'limit'" },
	{ "limit=1001", "'limit'" },
	{ "limit=", "'limit'" },
	{ "limit", "'limit'" },
	{ "limit=-1", "'limit'" },
	{ "limit=99999999999999999999999999", "'limit'" },
	{ "limit=1&limit=1", "'limit'" },
	{ "offset=1x", "'offset'" },
	{ "offset=4294967296", "'offset'" },
	{ "prefix=10.0.0.1/8", "'prefix'" },
	{ "prefix=10.0.0.0", "'prefix'" },
	{ "prefix=%zz", "'prefix'" },
	{ "prefix=%0a", "'prefix'" },
	{ "prefix=1", "'prefix'" },
	{ "color=red", "'color'" },
	{ "a%22b=1", "'a\"b'" },
};

static void
test_parameters(void **state)
{
	char target[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_queries) / sizeof(bad_queries[0]);
	     i++) {
		cJSON *o;

		snprintf(target, sizeof(target), "/api/v1/routes?%s",
		    bad_queries[i].query);
		o = get(target, 400);
		is_number(o, "status", 400);
		is_text(o, "title", "Bad Request");
		is_text(o, "type", "about:blank");
		assert_non_null(
		    strstr(at(o, "detail")->valuestring, bad_queries[i].named));
		assert_true(answer_has(
		    &last, "Content-Type: application/problem+json"));
	}
	memset(target, 'a', sizeof(target) - 1);
	memcpy(target, "/api/v1/routes?prefix=", 22);
	target[sizeof(target) - 1] = '\0';
	get(target, 400);
}

static void
test_lookup(void **state)
{
	cJSON *o = get("/api/v1/routes/lookup?address=10.1.2.3", 200);

	(void)state;
	is_text(o, "address", "10.1.2.3");
	is_text(o, "destination-prefix", "10.1.2.0/24");
	is_text(o, "type", "unicast");
	is_text(o, "next-hop.0.next-hop-address", "192.0.2.254");
	is_text(o, "next-hop.0.outgoing-interface", "port0");
	is_text(o, "next-hop.0.link-layer-address", "00:00:00:00:00:fe");
	assert_true(cJSON_IsNull(at(o, "next-hop.1.link-layer-address")));

	o = get("/api/v1/routes/lookup?address=192.0.2.7", 200);
	is_text(o, "type", "connected");
	is_text(o, "next-hop.0.next-hop-address", "192.0.2.7");
	o = get("/api/v1/routes/lookup?address=192.0.2.255", 200);
	is_text(o, "type", "blackhole");
	is_size(o, "next-hop", 0);
	o = get("/api/v1/routes/lookup?address=203.0.113.1", 200);
	is_text(o, "type", "blackhole");
	o = get("/api/v1/routes/lookup?address=2001%3Adb8%3A%3A1", 200);
	is_text(o, "type", "none");
	assert_true(cJSON_IsNull(at(o, "destination-prefix")));
	is_size(o, "next-hop", 0);
	get("/api/v1/routes/lookup", 400);
	get("/api/v1/routes/lookup?address=10.1", 400);
}

static void
test_neighbors(void **state)
{
	cJSON *o = get("/api/v1/neighbors", 200);

	(void)state;
	is_number(o, "total", 2);
	is_size(o, "neighbors", 2);
	is_text(o, "neighbors.0.ip", "192.0.2.254");
	is_text(o, "neighbors.0.interface", "port0");
	is_text(o, "neighbors.0.link-layer-address", "00:00:00:00:00:fe");
	is_text(o, "neighbors.0.origin", "dynamic");
	is_text(o, "neighbors.0.state", "reachable");
	assert_true(cJSON_IsTrue(at(o, "neighbors.0.is-router")));
	assert_true(cJSON_IsNull(at(o, "neighbors.1.link-layer-address")));
	is_text(o, "neighbors.1.origin", "static");
	o = get("/api/v1/neighbors?limit=1&offset=1", 200);
	is_number(o, "total", 2);
	is_number(o, "offset", 1);
	is_size(o, "neighbors", 1);
	is_text(o, "neighbors.0.ip", "2001:db8::7");
	is_size(get("/api/v1/neighbors?offset=2", 200), "neighbors", 0);
	get("/api/v1/neighbors?limit=0", 400);
	get("/api/v1/neighbors?offset=x", 400);
}

static void
test_log(void **state)
{
	cJSON *o = get("/api/v1/log", 200);

	(void)state;
	is_size(o, "lines", 200);
	is_number(o, "lines.199.seq", FAKE_LOG_LINES - 1);
	is_number(o, "next", FAKE_LOG_LINES);
	is_text(o, "lines.199.text", "line 299 \"quoted\" ?<b>");
	is_text(o, "lines.199.level", "info");
	o = get("/api/v1/log?since=298&limit=1000", 200);
	is_size(o, "lines", 2);
	o = get("/api/v1/log?since=9999", 200);
	is_size(o, "lines", 0);
	is_number(o, "next", 9999);
	get("/api/v1/log?limit=1001", 400);
}

static void
test_texts(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/api/v1/config", ""), 200);
	assert_true(contains("hostname edge1\n"));
	assert_int_equal(last.size, 15);

	fake_worker.drop[DROP_TTL] = 3;
	strcpy(fake_router.config.hostname, "a\"b\\c\nd");
	assert_int_equal(ask("GET", "/metrics", ""), 200);
	assert_true(answer_has(
	    &last, "Content-Type: text/plain; version=0.0.4; charset=utf-8"));
	assert_true(contains("{name=\"a\\\"b\\\\c\\nd\","));
	assert_true(
	    contains("# TYPE barewire_dropped_packets_total counter\n"));
	assert_true(contains("\nbarewire_dropped_packets_total"
			     "{core=\"1\",reason=\"ttl\"} 3\n"));
	assert_true(contains("\nbarewire_interface_up{interface=\"port1\"} "
			     "0\n"));
	assert_int_equal(last.body[last.size - 1], '\n');
}

static void
test_web(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/", ""), 200);
	assert_true(answer_has(&last, "ETag: \"0123456789abcdef\""));
	assert_true(answer_has(&last, "X-Content-Type-Options: nosniff"));
	assert_int_equal(ask("GET", "/index.html",
			     "If-None-Match: W/\"0123456789abcdef\"\r\n"),
	    304);
	assert_int_equal(last.size, 0);
	assert_int_equal(ask("GET", "/", "If-None-Match: \"other\"\r\n"), 200);
	assert_int_equal(ask("HEAD", "/", ""), 200);
	assert_int_equal(ask("GET", "/../../etc/passwd", ""), 404);
	assert_int_equal(ask("GET", "/style.css/..", ""), 404);
}

static void
test_methods(void **state)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE",
		"OPTIONS", "TRACE", "PATCH" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		assert_int_equal(ask(methods[i], "/api/v1/system", ""), 405);
		assert_true(answer_has(&last, "Allow: GET, HEAD"));
		assert_int_equal(ask(methods[i], "/api/v1/nothing", ""), 404);
	}
	assert_int_equal(ask("HEAD", "/api/v1/counters", ""), 200);
}

/* Whichever allocation fails: a 503 and no leak. */
static void
test_no_memory(void **state)
{
	static const char *const targets[] = { "/", "/api/v1/system",
		"/api/v1/interfaces", "/api/v1/interfaces/port0",
		"/api/v1/routes?limit=3", "/api/v1/neighbors",
		"/api/v1/routes/lookup?address=10.0.0.1", "/api/v1/counters",
		"/api/v1/config", "/api/v1/log?limit=3", "/metrics" };

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		long n = 0;

		do {
			alloc_fail_after = n;
			ask("GET", targets[i], "");
		} while (last.status == 503 && n++ < 2000);
		alloc_fail_after = -1;
		assert_int_equal(last.status, 200);
	}
}

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_interfaces),
		TEST(test_vlan),
		TEST(test_routes),
		TEST(test_parameters),
		TEST(test_lookup),
		TEST(test_neighbors),
		TEST(test_log),
		TEST(test_texts),
		TEST(test_web),
		TEST(test_methods),
		TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
