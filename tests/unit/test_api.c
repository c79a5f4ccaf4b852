/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/http.c console/http_reply.c console/json.c console/utf8.c
 * console/api.c console/api_system.c console/api_interfaces.c
 * console/api_routes.c console/api_counters.c console/metrics.c
 * console/metrics_cores.c console/metrics_interfaces.c console/cores.c
 * console/statistics.c console/text.c console/uri.c console/web.c
 * control/iptext.c net/addr.c net/counters.c
 * tests/unit/fake_console.c tests/unit/http_client.c
 * tests/unit/alloc_fail.c
 * libs: llhttp cjson
 * wrap: malloc calloc realloc aligned_alloc */
/*
 * Every call of the API over a fake router, through the engine.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/alloc_fail.h"
#include "tests/unit/fake_console.h"
#include "tests/unit/http_client.h"

static struct answer last;

static int
ask(const char *method, const char *target, const char *headers)
{
	char text[1024];
	struct exchange x;
	int n = snprintf(text, sizeof(text),
	    "%s %s HTTP/1.1\r\nHost: r\r\n%s\r\n", method, target, headers);

	exchange_begin(&x, api_handle, &fake_api);
	exchange_send(&x, text, (size_t)n, SIZE_MAX);
	assert_true(answer_parse(x.out, strcmp(method, "HEAD") == 0, &last));
	exchange_end(&x);
	return last.status;
}

/* The JSON that a GET answers with; freed by the next call. */
static cJSON *
get(const char *target, int status)
{
	static cJSON *tree;

	if (ask("GET", target, "") != status)
		fail_msg("%s: %d", target, last.status);
	cJSON_Delete(tree);
	tree = cJSON_ParseWithLength(last.body, last.size);
	assert_non_null(tree);
	return tree;
}

static bool
contains(const char *text)
{
	return memmem(last.body, last.size, text, strlen(text)) != NULL;
}

/* Follows "a.b.0.c". */
static const cJSON *
at(const cJSON *o, const char *path)
{
	char name[64];
	const char *rest = path;
	const cJSON *found = o;

	while (*rest != '\0') {
		size_t n = strcspn(rest, ".");

		memcpy(name, rest, n);
		name[n] = '\0';
		found = cJSON_IsArray(found)
		            ? cJSON_GetArrayItem(found, atoi(name))
		            : cJSON_GetObjectItemCaseSensitive(found, name);
		if (found == NULL)
			fail_msg("no %s", path);
		rest += n + (rest[n] == '.');
	}
	return found;
}

static void
is_text(const cJSON *o, const char *path, const char *value)
{
	const cJSON *item = at(o, path);

	assert_true(cJSON_IsString(item));
	assert_string_equal(item->valuestring, value);
}

static void
is_number(const cJSON *o, const char *path, double value)
{
	const cJSON *item = at(o, path);

	assert_true(cJSON_IsNumber(item));
	assert_true(item->valuedouble == value);
}

static void
is_size(const cJSON *o, const char *path, int size)
{
	assert_int_equal(cJSON_GetArraySize(at(o, path)), size);
}

static void
test_system(void **state)
{
	cJSON *o = get("/api/v1/system", 200);

	(void)state;
	is_text(o, "name", "edge1");
	is_text(o, "version", "test");
	is_number(o, "uptime", 3723.000001);
	is_number(o, "boot-time", 1.234567);
	is_text(o, "cpu.cores.0.role", "control");
	is_size(o, "cpu.cores.0.queues", 0);
	is_text(o, "cpu.cores.1.role", "worker");
	is_number(o, "cpu.cores.1.apic-id", 4);
	is_size(o, "cpu.cores.1.queues", 2);
	is_text(o, "cpu.cores.1.queues.0.interface", "port0");
	is_number(o, "cpu.cores.1.queues.0.queue", 1);
	is_number(o, "memory.total", 536870912);
	assert_true(answer_has(&last, "Content-Type: application/json"));
}

/* Shares and rates need two looks; a core without a loop has none. */
static void
test_load(void **state)
{
	enum { SECOND = 1000000 };
	cJSON *o;

	(void)state;
	fake_worker.packets = 1000;
	fake_worker.cycles_busy = 500;
	fake_worker.cycles_total = 1000;
	cores_poll(&fake_api.cores, &fake_system, 5 * SECOND);
	o = get("/api/v1/system", 200);
	assert_true(cJSON_IsNull(at(o, "cpu.cores.1.busy-share")));
	is_number(o, "cpu.cores.1.packets", 1000);

	fake_worker.packets += 3000;
	fake_worker.cycles_busy += 250;
	fake_worker.cycles_total += 1000;
	fake_worker.sleeps = 9;
	cores_poll(&fake_api.cores, &fake_system, 6 * SECOND - 1);
	o = get("/api/v1/system", 200);
	assert_true(cJSON_IsNull(at(o, "cpu.cores.1.packets-per-second")));
	cores_poll(&fake_api.cores, &fake_system, 7 * SECOND);
	o = get("/api/v1/system", 200);
	is_number(o, "cpu.cores.1.busy-share", 0.25);
	is_number(o, "cpu.cores.1.packets-per-second", 1500);
	is_number(o, "cpu.cores.1.sleeps", 9);
	assert_true(cJSON_IsNull(at(o, "cpu.cores.0.busy-share")));
	assert_int_equal(ask("GET", "/metrics", ""), 200);
	assert_true(contains("\nbarewire_core_busy_ratio{core=\"1\"} "
			     "0.250000\n"));
	assert_false(contains("\nbarewire_core_busy_ratio{core=\"0\"}"));
	assert_true(contains("\nbarewire_core_packets_total{core=\"1\"} "
			     "4000\n"));

	/* asleep for more than the second */
	cores_poll(&fake_api.cores, &fake_system, 8 * SECOND);
	o = get("/api/v1/system", 200);
	is_number(o, "cpu.cores.1.busy-share", 0);
	is_number(o, "cpu.cores.1.packets-per-second", 0);
}

static void
test_queues(void **state)
{
	cJSON *o;

	(void)state;
	fake_queue = (struct port_queue_stats){
		.rx_packets = 1ull << 40,
		.rx_octets = 7,
		.rx_drops = 3,
		.tx_packets = 5,
		.tx_octets = 6,
		.rx_used = 31,
		.tx_used = 2,
	};
	o = get("/api/v1/interfaces/port0", 200);
	is_size(o, "queues", 2);
	assert_true(cJSON_IsNull(at(o, "queues.0.core")));
	is_number(o, "queues.1.queue", 1);
	is_number(o, "queues.1.core", 1);
	is_number(o, "queues.1.rx-descriptors", 512);
	is_number(o, "queues.1.tx-descriptors", 256);
	is_number(o, "queues.1.rx-depth", 31);
	is_number(o, "queues.1.tx-depth", 2);
	is_number(o, "queues.1.rx-packets", 1099511627776.0);
	is_number(o, "queues.1.rx-drops", 3);
	is_number(o, "queues.1.tx-octets", 6);
	assert_int_equal(ask("GET", "/metrics", ""), 200);
	assert_true(contains("\nbarewire_queue_receive_depth"
			     "{interface=\"port0\",queue=\"1\"} 31\n"));
	assert_false(contains("interface=\"port1\",queue="));
	/* a NIC that does not count them */
	o = get("/api/v1/interfaces/port1", 200);
	is_size(o, "queues", 1);
	is_number(o, "queues.0.core", 1);
	assert_false(cJSON_HasObjectItem(at(o, "queues.0"), "rx-depth"));
}

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
	is_text(o, "ipv6.address.0.ip", "2001:db8::1");
	is_size(o, "ipv6.address", 1);
	is_number(o, "statistics.in-pkts", 7);
	is_number(o, "statistics.in-discards", 5);
	is_number(o, "statistics.in-errors", 5);
	is_number(o, "statistics.out-octets", 9007199254740991.0);
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

static void
test_parameters(void **state)
{
	static const struct {
		const char *query, *named;
	} cases[] = {
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
	char target[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cJSON *o;

		snprintf(target, sizeof(target), "/api/v1/routes?%s",
		    cases[i].query);
		o = get(target, 400);
		is_number(o, "status", 400);
		is_text(o, "title", "Bad Request");
		is_text(o, "type", "about:blank");
		assert_non_null(
		    strstr(at(o, "detail")->valuestring, cases[i].named));
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
	is_size(o, "neighbors", 2);
	is_text(o, "neighbors.0.ip", "192.0.2.254");
	is_text(o, "neighbors.0.interface", "port0");
	is_text(o, "neighbors.0.link-layer-address", "00:00:00:00:00:fe");
	is_text(o, "neighbors.0.origin", "dynamic");
	is_text(o, "neighbors.0.state", "reachable");
	assert_true(cJSON_IsTrue(at(o, "neighbors.0.is-router")));
	assert_true(cJSON_IsNull(at(o, "neighbors.1.link-layer-address")));
	is_text(o, "neighbors.1.origin", "static");
}

static void
test_counters(void **state)
{
	cJSON *o;

	(void)state;
	fake_worker.drop[DROP_TTL] = 3;
	fake_control.drop[DROP_TTL] = 4;
	fake_worker.punt[PUNT_ARP] = 5;
	fake_worker.forwarded6 = UINT32_MAX;
	fake_worker.cycles_total = 1ull << 40;
	o = get("/api/v1/counters", 200);
	is_number(o, "sum.drops.ttl", 7);
	is_number(o, "sum.punts.arp", 5);
	is_number(o, "sum.forwarded.ipv6", UINT32_MAX);
	is_number(o, "cores.0.drops.ttl", 4);
	is_number(o, "cores.1.drops.ttl", 3);
	is_number(o, "cores.1.id", 1);
	is_number(o, "cores.1.cycles-total", 1099511627776.0);
	is_number(o, "sum.ports.port1.in-pkts", 0);
	is_number(o, "buffers.total", 8192);
	is_number(o, "buffers.free", 7168);
	is_size(o, "sum.drops", DROP_REASON_COUNT);
}

/* One core alone does both jobs: its counters are the sum. */
static void
test_one_core(void **state)
{
	cJSON *o;

	(void)state;
	fake_system.cpu_count = 1;
	fake_system.cpu[0].worker = fake_system.cpu[1].worker;
	fake_worker.drop[DROP_TTL] = 3;
	fake_control.drop[DROP_TTL] = 4;
	o = get("/api/v1/counters", 200);
	is_size(o, "cores", 1);
	is_number(o, "cores.0.drops.ttl", 7);
	is_text(o, "cores.0.role", "control+worker");
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

static int
fresh(void **state)
{
	(void)state;
	fake_setup();
	return 0;
}

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_system),
		TEST(test_load),
		TEST(test_queues),
		TEST(test_interfaces),
		TEST(test_routes),
		TEST(test_parameters),
		TEST(test_lookup),
		TEST(test_neighbors),
		TEST(test_counters),
		TEST(test_one_core),
		TEST(test_log),
		TEST(test_texts),
		TEST(test_web),
		TEST(test_methods),
		TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
