/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * The whole path in one process: ports, a real worker, the router.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire.h"
#include "tests/unit/router_fixture.h"

enum { ETH = sizeof(struct eth_hdr) };

static const char config[] = "interface port0\n"
			     " ip address 10.0.0.1/24\n"
			     " ipv6 address 2001:db8::1/64\n"
			     "interface port1\n"
			     " ip address 10.1.0.1/24\n"
			     " ipv6 address 2001:db8:1::1/64\n"
			     "interface port2\n"
			     " ip address 10.2.0.1/24\n"
			     "ip route 20.0.0.0/8 10.1.0.2\n"
			     "ip route 20.0.0.0/8 10.2.0.2\n"
			     "ip route 21.0.0.0/8 20.0.0.1\n"
			     "ipv6 route 2001:db8:9::/48 2001:db8:1::2\n";

static uint8_t frame[FRAME_MAX];

static int
setup(void **state)
{
	int error = fixture_setup(state);

	if (error)
		return error;
	fx->worker_turn = worker_run_once;
	fixture_start(config);
	return 0;
}

static void
receive(uint8_t port, uint16_t len)
{
	struct fixture_port *p = &fx->port[port];

	p->rx[p->rx_count++] = fixture_pkt(port, frame, len);
}

/* The frame `n` that a port sent is `frame`, one hop further. */
static void
assert_crossed(uint8_t port, uint32_t n, uint8_t mac)
{
	const struct fixture_frame *got = &fx->port[port].tx[n];
	const uint8_t *ip = got->byte + ETH;
	bool ip4 = ip[0] >> 4 == 4;
	uint32_t at = ip4 ? 12 : 8; /* what no hop changes */

	assert_true(fx->port[port].tx_count > n);
	assert_int_equal(got->byte[4], 1);
	assert_int_equal(got->byte[5], mac);
	assert_memory_equal(
	    got->byte + ETH_ALEN, fx->port[port].port.mac, ETH_ALEN);
	assert_int_equal(ip4 ? ip[8] : ip[7], 63);
	assert_true(!ip4 || fixture_checksum_good(ip));
	assert_memory_equal(ip + at, frame + ETH + at, got->len - ETH - at);
}

static void
first_and_next(const char *src, const char *dst)
{
	uint16_t len = fixture_ip_frame(frame, src, dst, 100);
	uint32_t asks = fx->stack.asks;

	receive(0, len);
	fixture_turn(10);
	assert_int_equal(fx->port[1].tx_count, 0);
	assert_int_equal(fx->stack.asks, asks + 1);
	fixture_learn(1, dst, 7);
	fixture_turn(10);
	assert_crossed(1, 0, 7);
	/* the next one goes without core 0 */
	receive(0, len);
	fx->worker_turn(&fx->worker, fx->now_us, 0);
	assert_crossed(1, 1, 7);
	assert_int_equal(fx->stack.asks, asks + 1);
	fx->port[1].tx_count = 0;
}

static void
test_neighbor(void **state)
{
	struct counters sum;

	(void)state;
	first_and_next("10.0.0.9", "10.1.0.7");
	first_and_next("2001:db8::9", "2001:db8:1::7");
	router_counters(&fx->router, &sum);
	assert_int_equal(sum.forwarded4, 2);
	assert_int_equal(sum.forwarded6, 2);
	assert_int_equal(sum.punt[PUNT_NEIGHBOR], 2);
	assert_int_equal(sum.port[0].in_packets, 4);
	assert_int_equal(sum.port[1].out_packets, 4);
}

/* A new MAC counts from the next packet on. */
static void
test_mac_change(void **state)
{
	uint16_t len;

	(void)state;
	first_and_next("10.0.0.9", "10.1.0.7");
	len = fixture_ip_frame(frame, "10.0.0.9", "10.1.0.7", 100);
	fixture_learn(1, "10.1.0.7", 8);
	receive(0, len);
	fixture_turn(10);
	assert_crossed(1, 0, 8);
}

/* A lookup lists each gateway once, of those behind a link. */
static void
check_gateways(const char *destination, uint32_t count)
{
	struct router_lookup l = fixture_look(destination);

	assert_int_equal(l.type, NEXTHOP_VIA);
	assert_int_equal(l.count, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct router_nexthop *n = &l.nexthop[i];

		assert_in_range(n->iface, 1, count);
		assert_int_equal(n->addr.byte[1], n->iface);
		assert_true(n->has_mac);
		assert_int_equal(n->mac[5], n->iface + 1);
		assert_true(i == 0 || n->iface != l.nexthop[0].iface);
	}
}

/* Two gateways share the flows; one link less, and the other has them all. */
static void
test_ecmp(void **state)
{
	char dst[] = "20.0.0.0";
	uint16_t len = 0;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	fixture_learn(2, "10.2.0.2", 3);
	for (int round = 0; round < 3; round++) {
		check_gateways("20.0.0.1", round < 2 ? 2 : 1);
		check_gateways("21.0.0.1", round < 2 ? 2 : 1);
		for (char c = '0'; c <= '9'; c++) {
			dst[1] = round == 1 ? '1' : '0'; /* recursive */
			for (char d = '0'; d <= '3'; d++) {
				dst[7] = c;
				dst[5] = d;
				len = fixture_ip_frame(
				    frame, "10.0.0.9", dst, 60);
				receive(0, len);
			}
		}
		fixture_turn(10);
		fixture_turn(10);
		assert_int_equal(
		    fx->port[1].tx_count + fx->port[2].tx_count, 40);
		if (round < 2)
			assert_in_range(fx->port[1].tx_count, 8, 32);
		else
			assert_int_equal(fx->port[1].tx_count, 40);
		fx->port[1].tx_count = fx->port[2].tx_count = 0;
		fx->port[2].link.up = round != 1;
		fixture_turn(FIXTURE_LINK_TURN);
	}
}

/* Link down withdraws; up again restores, and neighbours are asked anew. */
static void
test_link(void **state)
{
	uint16_t len;

	(void)state;
	first_and_next("10.0.0.9", "10.1.0.7");
	len = fixture_ip_frame(frame, "10.0.0.9", "10.1.0.7", 100);
	fixture_learn(0, "10.0.0.9", 9);
	fx->port[1].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	receive(0, len);
	fixture_turn(10);
	assert_int_equal(fx->port[1].tx_count, 0);
	assert_int_equal(fx->port[0].tx_count, 1); /* net unreachable */
	assert_int_equal(fx->port[0].tx[0].byte[ETH + 20], 3);
	fx->port[1].link.up = true;
	fixture_turn(FIXTURE_LINK_TURN);
	first_and_next("10.0.0.9", "10.1.0.7");
}

/* Traceroute's first line. */
static void
test_ttl(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "20.0.0.1", 60);
	uint8_t *ip = frame + ETH;

	(void)state;
	fixture_learn(0, "10.0.0.9", 9);
	ip[8] = 1;
	be16_store(ip + 10, be16_load(ip + 10) + (63 << 8));
	if (be16_load(ip + 10) < 63 << 8)
		be16_store(ip + 10, be16_load(ip + 10) + 1);
	assert_true(fixture_checksum_good(ip));
	receive(0, len);
	fixture_turn(10);
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(fx->port[0].tx[0].byte[ETH + 20], 11);
}

/* Configs come and go while packets flow: every packet is accounted for. */
static void
test_reconfigure(void **state)
{
	static const char other[] = "interface port0\n"
				    " ip address 10.0.0.1/24\n"
				    "interface port1\n"
				    " ip address 10.1.0.1/24\n"
				    "ip route 20.0.0.0/8 blackhole\n";
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "20.0.0.1", 60);
	struct counters sum;
	uint64_t in = 0;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	fixture_learn(2, "10.2.0.2", 3);
	for (int i = 0; i < 500; i++) {
		for (int k = 0; k < i % 5; k++, in++)
			receive(0, len);
		if (i % 7 == 3)
			fixture_apply(i % 2 ? other : config);
		fixture_turn(i % 11 ? 100 : FIXTURE_LINK_TURN);
		fx->port[1].tx_count = fx->port[2].tx_count = 0;
	}
	fixture_turn(10);
	router_counters(&fx->router, &sum);
	assert_int_equal(sum.port[0].in_packets, in);
	for (int i = 0; i < DROP_REASON_COUNT; i++)
		in -= sum.drop[i];
	assert_int_equal(sum.forwarded4, in);
	assert_true(sum.forwarded4 > 100 && sum.drop[DROP_BLACKHOLE] > 100);
}

#define PATH_TEST(name)                                                        \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PATH_TEST(test_neighbor),
		PATH_TEST(test_mac_change),
		PATH_TEST(test_ecmp),
		PATH_TEST(test_link),
		PATH_TEST(test_ttl),
		PATH_TEST(test_reconfigure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
