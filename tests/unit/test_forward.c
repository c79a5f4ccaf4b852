/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c net/worker.c */
/* objects: net/verify.c */
/*
 * The forwarding burst: interfaces, DHCP, checksums, bursts and noise. Single
 * rules are in test_forward_rules.c, several ways in test_forward_ecmp.c.
 */
#include <stdio.h>

#include "net/fate.h"
#include "tests/unit/net_fixture.h"

/* Offsets in a frame, as in net/wire.h behind an Ethernet header. */
enum {
	E_TYPE = 12,
	V4_LEN = 16,
	V4_ID = 18,
	V4_FRAG = 20,
	V4_TTL = 22,
	V4_PROTO = 23,
	V4_SUM = 24,
	V4_SPORT = 34,
	V4_DPORT = 36,
	V6_NEXT = 20,
	V6_SPORT = 54,
};

static void
test_punt_tells_the_way(void **state)
{
	struct fixture *f = fix_create();
	struct ip_addr gateway = fix_addr("198.51.100.8");
	struct frame frame;
	struct fix_result r;

	(void)state;
	fix_ip4(&frame, "10.4.0.1", 4);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.p->adj, adj_find(&f->adj, 1, IP4, gateway.byte));
	assert_int_equal(r.p->len, fix_exact_length(&frame));

	fix_ip4(&frame, "198.51.100.99", 4);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.p->adj, ADJ_NONE);
	assert_int_equal(r.p->out_iface, 1);

	fix_ip4(&frame, "9.9.9.9", 4);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.p->adj, ADJ_NONE);
	assert_int_equal(r.p->out_iface, IFACE_NONE);
	fix_destroy(f);
}

/* A group whose memory for adjacencies ran out names none. */
static void
test_way_without_adjacency(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct fix_result r;

	(void)state;
	fix_route(f, "11.0.0.0/8",
	    (struct nexthop){ .type = NEXTHOP_VIA, .ways = 1, .iface = 1 });
	fix_route(f, "12.0.0.0/8",
	    (struct nexthop){
		.type = NEXTHOP_VIA, .ways = 1, .iface = IFACE_NONE });
	fix_ip4(&frame, "11.0.0.1", 4);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_NEIGHBOR));
	assert_int_equal(r.p->out_iface, 1);
	fix_ip4(&frame, "12.0.0.1", 4);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_DROP(DROP_INTERFACE));
	fix_destroy(f);
}

static void
test_interfaces(void **state)
{
	struct fixture *f = fix_create();
	struct iface *in = &f->dp.iface[0], *out = &f->dp.iface[1];
	struct frame four, six;

	(void)state;
	fix_ip4(&four, "10.0.0.1", 4);
	fix_ip6(&six, "2001:db8:a::1", 4);
	in->has4 = false;
	assert_int_equal(
	    fix_forward(f, 0, &four).fate, FATE_DROP(DROP_INTERFACE));
	assert_int_equal(fix_forward(f, 0, &six).fate, FATE_GO);
	in->has4 = true;
	in->up = false;
	assert_int_equal(
	    fix_forward(f, 0, &six).fate, FATE_DROP(DROP_INTERFACE));
	in->up = true;
	out->up = false;
	assert_int_equal(
	    fix_forward(f, 0, &four).fate, FATE_DROP(DROP_INTERFACE));
	out->up = true;
	f->dp.port_iface[0] = IFACE_NONE;
	assert_int_equal(
	    fix_forward(f, 0, &four).fate, FATE_DROP(DROP_INTERFACE));
	fix_destroy(f);
}

static void
test_dhcp(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;

	(void)state;
	fix_ip4(&frame, "10.9.9.9", 4);
	be16_store(frame.byte + V4_DPORT, 68);
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_GO);
	/* one with a lease forwards to other clients */
	f->dp.iface[0].dhcp = true;
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_GO);
	f->dp.iface[0].has4 = false;
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_PUNT(PUNT_LOCAL));
	/* Another port, another protocol, a later fragment, no UDP header. */
	be16_store(frame.byte + V4_DPORT, 69);
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	be16_store(frame.byte + V4_DPORT, 68);
	frame.byte[V4_PROTO] = PROTO_TCP;
	fix_ip4_checksum(&frame);
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	frame.byte[V4_PROTO] = PROTO_UDP;
	be16_store(frame.byte + V4_FRAG, 1);
	fix_ip4_checksum(&frame);
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	be16_store(frame.byte + V4_FRAG, 0);
	be16_store(frame.byte + V4_LEN, 27);
	fix_ip4_checksum(&frame);
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	fix_destroy(f);
}

/* RFC 1624: each TTL with each checksum, by way of the identification. */
static void
test_every_checksum(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct pkt *p;
	uint32_t id, ttl;

	(void)state;
	fix_ip4(&frame, "10.0.0.1", 4);
	p = fix_packet(f, frame.byte, frame.len);
	for (ttl = 2; ttl < 256; ttl += ttl < 8 || ttl > 250 ? 1 : 31) {
		for (id = 0; id <= 0xffff; id++) {
			frame.byte[V4_TTL] = (uint8_t)ttl;
			be16_store(frame.byte + V4_ID, (uint16_t)id);
			fix_ip4_checksum(&frame);
			memcpy(pkt_data(p), frame.byte, frame.len);
			p->len = frame.len;
			forward_burst(&f->worker, &f->dp, 0, &p, 1);
			assert_int_equal(f->worker.tx[1].count, 1);
			f->worker.tx[1].count = 0;
			frame.byte[V4_TTL]--;
			fix_ip4_checksum(&frame);
			assert_memory_equal(
			    pkt_data(p) + 14, frame.byte + 14, 20);
		}
	}
	pool_put(&f->pool, p);
	fix_destroy(f);
}

/* 0xffff is as good as 0 on arrival, and never leaves. */
static void
test_negative_zero(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct fix_result r;
	uint32_t id;

	(void)state;
	fix_ip4(&frame, "10.0.0.1", 4);
	for (id = 0; id <= 0xffff; id++) {
		be16_store(frame.byte + V4_ID, (uint16_t)id);
		fix_ip4_checksum(&frame);
		if (be16_load(frame.byte + V4_SUM) == 0)
			break;
	}
	assert_in_range(id, 0, 0xffff);
	be16_store(frame.byte + V4_SUM, 0xffff);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_GO);
	fix_check_sent(f, &frame, &r);
	fix_destroy(f);
}

/* A whole burst of mixed fates keeps the order of each flow. */
static void
test_burst(void **state)
{
	struct fixture *f = fix_create();
	struct pkt *pkts[PKT_BURST];
	struct frame frame;
	uint32_t i, n = 0;

	(void)state;
	for (i = 0; i < PKT_BURST; i++) {
		switch (i % 4) {
		case 0:
			fix_ip4(&frame, "10.0.0.1", (uint16_t)(4 + i));
			break;
		case 1:
			fix_ip6(&frame, "2001:db8:a::1", (uint16_t)(4 + i));
			break;
		case 2:
			fix_ip4(&frame, "10.2.0.1", 4);
			break;
		default:
			fix_ip4(&frame, "192.0.2.1", 4);
		}
		pkts[i] = fix_packet(f, frame.byte, frame.len);
	}
	forward_burst(&f->worker, &f->dp, 0, pkts, PKT_BURST);
	assert_int_equal(f->counters.drop[DROP_BLACKHOLE], PKT_BURST / 4);
	assert_int_equal(f->counters.punt[PUNT_LOCAL], PKT_BURST / 4);
	assert_int_equal(f->counters.port[0].in_drops, PKT_BURST / 4);
	assert_int_equal(f->counters.forwarded4, PKT_BURST / 4);
	assert_int_equal(f->counters.forwarded6, PKT_BURST / 4);
	assert_int_equal(f->worker.tx[1].count, PKT_BURST / 2);
	for (i = 1; i < PKT_BURST / 4; i++) {
		n = f->worker.tx[1].pkt[i]->len;
		assert_true(n > f->worker.tx[1].pkt[i - 1]->len);
	}
	fix_destroy(f);
}

/* A byte at random: mostly one that means something. */
static uint8_t
odd_byte(void)
{
	static const uint8_t odd[] = { 0, 1, 2, 0x45, 0x46, 0x60, 0x7f, 0x80,
		0xe0, 0xf0, 0xfe, 0xff };

	return rand() % 4 ? odd[(size_t)rand() % sizeof(odd)] : (uint8_t)rand();
}

static uint16_t
noise(struct frame *frame)
{
	uint16_t len = (uint16_t)(14 + rand() % (1518 - 14 + 1)), i, hits;

	if (rand() % 2)
		fix_ip4(frame, rand() % 2 ? "10.0.0.1" : "198.51.100.7", 1000);
	else
		fix_ip6(frame, "2001:db8:a::1", 1000);
	if (rand() % 2)
		len = (uint16_t)(14 + rand() % 60);
	hits = (uint16_t)(rand() % 6);
	for (i = 0; i < hits; i++)
		frame->byte[rand() % 64] = odd_byte();
	if (rand() % 8 == 0)
		for (i = 14; i < len; i++)
			frame->byte[i] = (uint8_t)rand();
	if (fix_is_ip4(frame) && rand() % 8)
		fix_ip4_checksum(frame);
	return len;
}

static void
test_noise(void **state)
{
	enum { ROUNDS = 3000 };
	struct fixture *f = fix_create();
	struct pkt *pkts[PKT_BURST];
	struct frame frame;
	uint32_t round, i, n;
	uint16_t len;

	(void)state;
	srand(2);
	for (round = 0; round < ROUNDS; round++) {
		n = 1 + (uint32_t)rand() % PKT_BURST;
		f->dp.iface[0].dhcp = rand() % 4 == 0;
		f->dp.iface[0].has4 = rand() % 8 != 0;
		for (i = 0; i < n; i++) {
			len = noise(&frame);
			pkts[i] = fix_packet(f, frame.byte, len);
		}
		forward_burst(&f->worker, &f->dp, 0, pkts, n);
		f->worker.now_us += (uint64_t)rand() % 10000;
		fix_account(f);
	}
	assert_true(f->counters.forwarded4 > 1000);
	assert_true(f->counters.forwarded6 > 1000);
	fix_destroy(f);
}

/* Every length of a good frame, cut short or with bytes behind. */
static void
test_every_length(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	struct fix_result r;
	uint16_t len, whole;
	int six;

	(void)state;
	for (six = 0; six < 2; six++) {
		for (len = 14; len <= 1518; len++) {
			if (six)
				fix_ip6(&frame, "2001:db8:a::1", 700);
			else
				fix_ip4(&frame, "10.0.0.1", 700);
			whole = frame.len;
			frame.len = len;
			r = fix_forward(f, 0, &frame);
			if (len >= whole)
				fix_check_sent(f, &frame, &r);
			else if (len < (six ? 54 : 34))
				assert_int_equal(
				    r.fate, FATE_DROP(DROP_FRAME_SHORT));
			else
				assert_int_equal(
				    r.fate, FATE_DROP(DROP_IP_LENGTH));
		}
	}
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_punt_tells_the_way),
		cmocka_unit_test(test_way_without_adjacency),
		cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_dhcp),
		cmocka_unit_test(test_every_checksum),
		cmocka_unit_test(test_negative_zero),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
