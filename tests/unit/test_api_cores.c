/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/http.c console/http_reply.c console/json.c console/utf8.c
 * console/api.c console/api_system.c console/api_interfaces.c
 * console/api_routes.c console/api_counters.c console/metrics.c
 * console/metrics_cores.c console/metrics_interfaces.c console/cores.c
 * console/statistics.c console/text.c console/uri.c console/web.c
 * control/icmp_names.c control/iptext.c net/addr.c net/counters.c
 * tests/unit/api_client.c tests/unit/fake_console.c
 * tests/unit/http_client.c
 * libs: llhttp cjson */
/*
 * What the API tells of cores and queues: their roles, load and counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/api_client.h"

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
test_counters(void **state)
{
	cJSON *o;

	(void)state;
	fake_worker.drop[DROP_TTL] = 3;
	fake_control.drop[DROP_TTL] = 4;
	fake_worker.punt[PUNT_ARP] = 5;
	fake_worker.port[1].punt[PUNT_ARP] = 5;
	fake_worker.port[0].refused[PUNT_SYN] = 6;
	fake_worker.port[1].refused[PUNT_SYN] = 7;
	fake_worker.forwarded6 = UINT32_MAX;
	fake_worker.fragmented = 11;
	fake_control.fragmented = 1;
	fake_worker.fragments = 24;
	fake_worker.cycles_total = 1ull << 40;
	fake_router.icmp[ICMP_TOO_BIG].sent = 8;
	fake_router.half_open_dropped = 10;
	fake_router.icmp[ICMP_TOO_BIG].limited = 9;
	o = get("/api/v1/counters", 200);
	is_number(o, "sum.drops.ttl", 7);
	is_number(o, "sum.punts.arp", 5);
	is_number(o, "sum.ports.port0.punts.arp", 0);
	is_number(o, "sum.ports.port1.punts.arp", 5);
	is_number(o, "sum.refused.syn", 13);
	is_number(o, "sum.ports.port0.refused.syn", 6);
	is_number(o, "sum.ports.port1.refused.syn", 7);
	is_number(o, "cores.1.refused.syn", 13);
	is_text(o, "punt-help.syn", "new TCP connections to this router");
	is_number(o, "sum.forwarded.ipv6", UINT32_MAX);
	is_number(o, "sum.fragmentation.packets", 12);
	is_number(o, "sum.fragmentation.fragments", 24);
	is_number(o, "cores.1.fragmentation.packets", 11);
	is_number(o, "cores.0.drops.ttl", 4);
	is_number(o, "cores.1.drops.ttl", 3);
	is_number(o, "cores.1.id", 1);
	is_number(o, "cores.1.cycles-total", 1099511627776.0);
	is_number(o, "sum.ports.port1.in-pkts", 0);
	is_number(o, "icmp-errors.too-big.sent", 8);
	is_number(o, "icmp-errors.too-big.limited", 9);
	is_number(o, "icmp-errors.port-unreachable.sent", 0);
	is_number(o, "tcp.half-open-dropped", 10);
	is_number(o, "buffers.total", 8192);
	is_number(o, "buffers.free", 7168);
	is_size(o, "sum.drops", DROP_REASON_COUNT);
	is_size(o, "sum.refused", PUNT_REASON_COUNT);
	assert_int_equal(ask("GET", "/metrics", ""), 200);
	assert_true(contains("\nbarewire_interface_punted_packets_total"
			     "{interface=\"port1\",reason=\"arp\"} 5\n"));
	assert_true(contains("\nbarewire_tcp_half_open_dropped_total 10\n"));
	assert_true(contains("\nbarewire_icmp_errors_total{kind=\"too-big\","
			     "outcome=\"limited\"} 9\n"));
	assert_true(contains("\nbarewire_interface_refused_packets_total"
			     "{interface=\"port0\",reason=\"syn\"} 6\n"));
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

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_system),
		TEST(test_load),
		TEST(test_queues),
		TEST(test_counters),
		TEST(test_one_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
