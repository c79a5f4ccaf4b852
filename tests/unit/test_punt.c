/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * What core 0 does with punted packets, one reason after the other. Each test
 * ends with every buffer at home (fixture_teardown).
 */
#include <errno.h>

#include "tests/unit/punt_fixture.h"

static void
test_local(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "10.0.0.1", 60);

	(void)state;
	punt(len, PUNT_LOCAL);
	assert_int_equal(fx->stack.inputs, 1);
	assert_int_equal(fx->stack.got.len, len);
	assert_memory_equal(fx->stack.got.byte, frame, len);
	punt(len, PUNT_ARP);
	assert_int_equal(fx->stack.inputs, 2);
	assert_int_equal(fx->router_counters.port[0].in_drops, 0);
	fx->stack.refuses = true;
	fx->stack.reason = DROP_ICMP;
	punt(len, PUNT_LOCAL);
	assert_int_equal(drops(DROP_ICMP), 1);
	assert_int_equal(fx->router_counters.port[0].in_drops, 1);
}

/* The packet waits, ready to leave. */
static void
test_neighbor(void **state)
{
	const uint8_t *got = fx->port[1].tx[0].byte + ETH;
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "10.1.0.7", 100);
	struct router_neighbor n;

	(void)state;
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->stack.asks, 1);
	assert_int_equal(fx->stack.ask[0].iface, 1);
	assert_int_equal(fixture_asked("10.1.0.7"), 1);
	assert_true(fixture_neighbor("10.1.0.7", &n));
	assert_false(n.has_mac);
	assert_int_equal(fx->port[1].tx_count, 0);
	fixture_learn(1, "10.1.0.7", 7);
	fixture_send_mailbox();
	assert_int_equal(fx->port[1].tx_count, 1);
	assert_int_equal(fx->port[1].tx[0].byte[5], 7);
	assert_int_equal(fx->port[1].tx[0].len, ETH + 100);
	assert_int_equal(got[8], 63);
	assert_true(fixture_checksum_good(got));
	assert_memory_equal(got + 12, frame + ETH + 12, 88);
	/* it answered while the packet was in the ring */
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 2);
	assert_int_equal(fx->port[1].tx[1].byte[ETH + 8], 63);
	assert_int_equal(fx->router_counters.forwarded4, 2);
	assert_int_equal(fx->stack.asks, 1);
}

/* Where the route leads now: the adjacency that the worker met may be another
 * neighbour's by now. */
static void
test_gateway(void **state)
{
	uint16_t len = fixture_ip_frame(
	    frame, "2001:db8::9", "2001:db8:9::5", 80);
	struct ip_addr other = fixture_addr("2001:db8::9");
	struct pkt *p = fixture_pkt(0, frame, len);

	(void)state;
	p->adj = adj_find(&fx->router.adj, 0, IP6, other.byte);
	assert_int_not_equal(p->adj, ADJ_NONE);
	fixture_punt(p, PUNT_NEIGHBOR);
	fixture_turn(1);
	fixture_learn(1, "2001:db8:1::2", 2);
	fixture_send_mailbox();
	assert_int_equal(fx->port[1].tx_count, 1);
	assert_int_equal(fx->port[1].tx[0].byte[ETH + 7], 63);
	assert_int_equal(fx->port[1].tx[0].len, ETH + 80);
}

/* The stack's own, whose source was an address of ours until just now. */
static void
test_own_not_forwarded(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.99", "10.1.0.7", 60);

	(void)state;
	assert_int_equal(router_transmit(&fx->router, 1, frame, len), 0);
	assert_int_equal(fx->router_counters.forwarded4, 0);
}

static void
test_ttl(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "20.0.0.1", 60);
	const uint8_t *ip;

	(void)state;
	frame[ETH + 8] = 1;
	punt(len, PUNT_TTL);
	ip = icmp_error(11, 0);
	assert_memory_equal(ip + 28, frame + ETH, 60);
	assert_int_equal(drops(DROP_TTL), 1);
	/* our own errors are not forwarded packets */
	assert_int_equal(fx->router_counters.forwarded4, 0);
	len = fixture_ip_frame(frame, "2001:db8::9", "2001:db8:9::1", 60);
	punt(len, PUNT_TTL);
	icmp_error(3, 0);
	assert_int_equal(fx->router_counters.port[0].in_drops, 2);
}

static void
test_no_route(void **state)
{
	(void)state;
	punt(
	    fixture_ip_frame(frame, "10.0.0.9", "99.0.0.1", 60), PUNT_NO_ROUTE);
	icmp_error(3, 0);
	punt(fixture_ip_frame(frame, "2001:db8::9", "2001:db9::1", 60),
	    PUNT_NO_ROUTE);
	icmp_error(1, 0);
	assert_int_equal(drops(DROP_NO_ROUTE), 2);
	punt(fixture_ip_frame(frame, "10.0.0.9", "31.0.0.1", 60), PUNT_REJECT);
	icmp_error(3, 13);
	assert_int_equal(drops(DROP_REJECT), 1);
	/* nowhere to send an error to */
	punt(
	    fixture_ip_frame(frame, "77.0.0.9", "99.0.0.1", 60), PUNT_NO_ROUTE);
	assert_int_equal(drops(DROP_NO_ROUTE), 3);
	assert_int_equal(fx->port[0].tx_count, 0);
}

static void
test_too_big(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "20.0.0.1", 1400);
	const uint8_t *ip;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	be16_store(frame + ETH + 6, IP4_DF);
	punt(len, PUNT_MTU);
	ip = icmp_error(3, 4);
	assert_int_equal(be16_load(ip + 26), 1280);
	assert_int_equal(be16_load(ip + 2), 576);
	len = fixture_ip_frame(frame, "2001:db8::9", "2001:db8:9::1", 1400);
	punt(len, PUNT_MTU);
	ip = icmp_error(2, 0);
	assert_int_equal(be32_load(ip + 44), 1280);
	assert_int_equal(drops(DROP_MTU), 2);
	assert_int_equal(fx->port[1].tx_count, 0);
}

/* RFC 791 3.2: the pieces are the whole again. */
static void
test_fragments(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "20.0.0.1", 1500);
	static uint8_t whole[1500];
	uint32_t end = 0;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	be16_store(frame + ETH + 4, 0x1234);
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		const uint8_t *ip = fx->port[1].tx[i].byte + ETH;
		uint32_t size = be16_load(ip + 2) - 20u;
		uint32_t at = (be16_load(ip + 6) & IP4_OFFSET_MASK) * 8u;

		assert_int_equal(fx->port[1].tx[i].len, ETH + 20 + size);
		assert_true(20 + size <= 1280);
		assert_true(fixture_checksum_good(ip));
		assert_int_equal(ip[8], 63);
		assert_int_equal(be16_load(ip + 4), 0x1234);
		assert_int_equal((be16_load(ip + 6) & IP4_MF) != 0, i == 0);
		memcpy(whole + at, ip + 20, size);
		end = at + size;
	}
	assert_int_equal(end, 1480);
	assert_memory_equal(whole, frame + ETH + 20, 1480);
	/* a fragment of a fragment keeps its place and its flag */
	fx->port[1].tx_count = 0;
	be16_store(frame + ETH + 6, IP4_MF | 100);
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 2);
	assert_int_equal(
	    be16_load(fx->port[1].tx[0].byte + ETH + 6), IP4_MF | 100);
	assert_int_equal(be16_load(fx->port[1].tx[1].byte + ETH + 6),
	    IP4_MF | (100 + 1256 / 8));
	/* the bit that means nothing goes on as it is */
	fx->port[1].tx_count = 0;
	be16_store(frame + ETH + 6, IP4_RESERVED);
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 2);
	assert_int_equal(
	    be16_load(fx->port[1].tx[0].byte + ETH + 6), IP4_RESERVED | IP4_MF);
	assert_int_equal(be16_load(fx->port[1].tx[1].byte + ETH + 6),
	    IP4_RESERVED | 1256 / 8);
	/* beyond the end of any datagram */
	fx->port[1].tx_count = 0;
	be16_store(frame + ETH + 6, IP4_OFFSET_MASK);
	punt(len, PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 0);
	assert_int_equal(drops(DROP_PARAMETER), 1);
	assert_int_equal(fx->router_counters.forwarded4, 3);
	assert_int_equal(fx->router_counters.fragmented, 3);
	assert_int_equal(fx->router_counters.fragments, 6);
}

/*
 * A packet waits whole for its neighbour: three of them may, however many
 * fragments they make. Each counts as one.
 */
static void
test_fragments_wait(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "10.1.0.7", 1500);

	(void)state;
	fx->router.interface[1].mtu = 300;
	for (uint16_t id = 1; id <= 3; id++) {
		be16_store(frame + ETH + 4, id);
		punt(len, PUNT_NEIGHBOR);
	}
	assert_int_equal(fx->port[1].tx_count, 0);
	assert_int_equal(fx->router_counters.forwarded4, 0);
	assert_int_equal(fx->router_counters.fragmented, 0);
	fixture_learn(1, "10.1.0.7", 7);
	fixture_send_mailbox();
	assert_int_equal(fx->port[1].tx_count, 18);
	for (uint32_t i = 0; i < 18; i++) {
		const uint8_t *ip = fx->port[1].tx[i].byte + ETH;

		assert_int_equal(be16_load(ip + 4), 1 + i / 6);
		assert_int_equal(be16_load(ip + 6),
		    i % 6 * 280 / 8 | (i % 6 < 5 ? IP4_MF : 0));
		assert_int_equal(
		    be16_load(ip + 2), 20 + (i % 6 < 5 ? 280 : 1480 - 1400));
	}
	assert_int_equal(drops(DROP_NEIGHBOR_QUEUE), 0);
	assert_int_equal(fx->router_counters.forwarded4, 3);
	assert_int_equal(fx->router_counters.fragmented, 3);
	assert_int_equal(fx->router_counters.fragments, 18);
}

/* A flood of errors is bounded, and all of it is counted. */
static void
test_error_rate(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "99.0.0.1", 60);
	uint32_t sent = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		fixture_punt(fixture_pkt(0, frame, len), PUNT_NO_ROUTE);
		fixture_turn(10);
		fixture_send_mailbox();
		sent += fx->port[0].tx_count;
		fx->port[0].tx_count = 0;
	}
	assert_int_equal(drops(DROP_NO_ROUTE), 1000);
	assert_in_range(sent, 100, 112);
}

/* RFC 1812 5.2.7.1, RFC 4443 3.1: three questions, and nobody answers. */
static void
test_unreachable(void **state)
{
	(void)state;
	punt(
	    fixture_ip_frame(frame, "10.0.0.9", "10.1.0.7", 60), PUNT_NEIGHBOR);
	fixture_run(SILENCE);
	assert_int_equal(fixture_asked("10.1.0.7"), 3);
	fixture_send_mailbox();
	icmp_error(3, 1);
	punt(fixture_ip_frame(frame, "2001:db8::9", "2001:db8:1::7", 60),
	    PUNT_NEIGHBOR);
	fixture_run(SILENCE);
	assert_int_equal(fixture_asked("2001:db8:1::7"), 3);
	fixture_send_mailbox();
	icmp_error(1, 3);
	assert_int_equal(drops(DROP_NO_NEIGHBOR), 2);
}

static void
test_transmit(void **state)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.1", "10.0.0.9", 60);
	struct counters sum;

	(void)state;
	for (uint32_t i = 0; i < FIXTURE_RING; i++)
		assert_int_equal(router_transmit(&fx->router, 0, frame, len),
		    i < FIXTURE_ROUTER_BUFFERS ? 0 : -ENOBUFS);
	assert_int_equal(router_transmit(&fx->router, 0, frame, len), -ENOBUFS);
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, FIXTURE_RING);
	assert_memory_equal(fx->port[0].tx[0].byte, frame, len);
	/* the buffers went to the worker's pool; punted ones replace them */
	assert_int_equal(fx->router_pool.count, 0);
	for (int i = 0; i < 200; i++) {
		fixture_punt(fixture_pkt(0, frame, len), PUNT_ARP);
		fixture_turn(10);
	}
	assert_int_equal(fx->router_pool.count, FIXTURE_ROUTER_BUFFERS);
	assert_int_equal(
	    router_transmit(&fx->router, 0, frame, FRAME_MAX + 1), -EMSGSIZE);
	assert_int_equal(router_transmit(&fx->router, 0, frame, 5), -EMSGSIZE);
	fx->port[0].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_int_equal(
	    router_transmit(&fx->router, 0, frame, len), -ENETDOWN);
	assert_int_equal(drops(DROP_LINK_DOWN), 1);
	router_counters(&fx->router, &sum);
	assert_int_equal(sum.drop[DROP_LINK_DOWN], 1);
	assert_int_equal(sum.port[0].out_drops, 4);
}

/* A scan of the network makes a bounded number of entries. */
static void
test_scan(void **state)
{
	char dst[16] = "10.1.0.0";

	(void)state;
	for (int i = 10; i < 100; i++) {
		dst[7] = (char)('0' + i / 10);
		dst[8] = (char)('0' + i % 10);
		punt(fixture_ip_frame(frame, "10.0.0.9", dst, 60),
		    PUNT_NEIGHBOR);
	}
	assert_int_equal(fx->stack.asks, 90);
	assert_true(fx->router.adj.count <= FIXTURE_NEIGHBORS / 4 + 2);
	/* whoever answers is learned all the same */
	fixture_learn(1, "10.1.0.99", 99);
	punt(fixture_ip_frame(frame, "10.0.0.9", "10.1.0.99", 60),
	    PUNT_NEIGHBOR);
	assert_int_equal(fx->port[1].tx_count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PUNT_TEST(test_local),
		PUNT_TEST(test_neighbor),
		PUNT_TEST(test_gateway),
		PUNT_TEST(test_own_not_forwarded),
		PUNT_TEST(test_ttl),
		PUNT_TEST(test_no_route),
		PUNT_TEST(test_too_big),
		PUNT_TEST(test_fragments),
		PUNT_TEST(test_fragments_wait),
		PUNT_TEST(test_error_rate),
		PUNT_TEST(test_unreachable),
		PUNT_TEST(test_transmit),
		PUNT_TEST(test_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
