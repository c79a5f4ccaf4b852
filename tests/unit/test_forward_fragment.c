/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c net/verify.c net/worker.c */
/*
 * Packets that the forwarding burst cuts (RFC 791 3.2): in order, all or none,
 * each with the way out's tag, and counted. How a packet is cut is in
 * test_fragment.c.
 */
#include "net/fate.h"
#include "net/vlan.h"
#include "tests/unit/net_fixture.h"

enum { ETHER = 14, IP = 20, NARROW = 2, MTU = 576, TAGGED = PORT_MAX };

/* Free buffers for the worker. */
static void
supply(struct fixture *f, uint32_t n)
{
	static const uint8_t blank[FIX_FRAME_MAX];

	while (n-- > 0)
		pool_put(&f->pool, fix_packet(f, blank, sizeof(blank)));
}

/* `bytes` of IP to the narrow port, with an identification. */
static struct pkt *
make(struct fixture *f, struct frame *frame, uint16_t bytes, uint16_t id)
{
	fix_ip4(frame, "10.5.0.1", bytes - IP - 8);
	be16_store(frame->byte + ETHER + 4, id);
	fix_ip4_checksum(frame);
	return fix_packet(f, frame->byte, frame->len);
}

/* One of `frame`, `done` bytes of data behind its first; returns the data. */
static uint32_t
check_fragment(struct pkt *p, const struct frame *frame, uint32_t done,
    const uint8_t mac[ETH_ALEN])
{
	const uint8_t *in = frame->byte + ETHER, *out = pkt_data(p) + ETHER;
	uint32_t size = p->len - (uint32_t)ETHER - IP;
	uint16_t total = be16_load(in + 2);
	bool last = done + size == total - (uint32_t)IP;

	assert_memory_equal(pkt_data(p), fix_neighbor_mac, ETH_ALEN);
	assert_memory_equal(pkt_data(p) + ETH_ALEN, mac, ETH_ALEN);
	assert_int_equal(be16_load(pkt_data(p) + 12), ETHERTYPE_IP4);
	assert_memory_equal(out, in, 2); /* TOS, too */
	assert_int_equal(be16_load(out + 2), IP + size);
	assert_memory_equal(out + 4, in + 4, 2);
	assert_int_equal(be16_load(out + 6), done / 8 | (last ? 0 : IP4_MF));
	assert_int_equal(out[8], in[8] - 1);
	assert_int_equal(out[9], in[9]);
	assert_true(fix_ip4_checksum_ok(out));
	assert_memory_equal(out + 12, in + 12, 8);
	assert_memory_equal(out + IP, in + IP + done, size);
	return done + size;
}

static void
test_one(void **state)
{
	struct fixture *f = fix_create();
	struct tx_path *batch = &f->worker.tx[NARROW];
	struct frame frame;
	struct pkt *p = make(f, &frame, 1500, 0xbeef);
	uint32_t done = 0;

	(void)state;
	supply(f, 2);
	forward_burst(&f->worker, &f->dp, 0, &p, 1);
	assert_int_equal(batch->count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(batch->pkt[i]->len <= ETHER + MTU);
		assert_null(batch->pkt[i]->next);
		done = check_fragment(
		    batch->pkt[i], &frame, done, f->dp.iface[NARROW].mac);
	}
	assert_int_equal(done, 1480);
	assert_int_equal(f->pool.count, 0);
	assert_int_equal(f->counters.forwarded4, 1);
	assert_int_equal(f->counters.fragmented, 1);
	assert_int_equal(f->counters.fragments, 3);
	fix_destroy(f);
}

/* Each buffer less than are needed: a drop, once, and nothing leaves. */
static void
test_no_buffers(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;

	(void)state;
	for (uint32_t n = 0; n < 2; n++) {
		struct pkt *p = make(f, &frame, 1500, 1);

		supply(f, n);
		forward_burst(&f->worker, &f->dp, 0, &p, 1);
		assert_int_equal(f->worker.tx[NARROW].count, 0);
		assert_int_equal(f->counters.drop[DROP_NO_BUFFER], n + 1);
		assert_int_equal(f->counters.port[0].in_drops, n + 1);
		assert_int_equal(f->pool.count, n + 1);
		fix_account(f);
	}
	assert_int_equal(f->counters.forwarded4, 0);
	assert_int_equal(f->counters.fragmented, 0);
	assert_int_equal(f->counters.fragments, 0);
	fix_destroy(f);
}

/*
 * A whole burst of large ones between small ones: all in order, by batches.
 * The last large one finds too few buffers; the small one behind it leaves.
 */
static void
test_burst(void **state)
{
	struct fixture *f = fix_create();
	struct fix_port *in = &f->port[0], *out = &f->port[NARROW];
	struct frame frame[PKT_BURST];
	uint32_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < PKT_BURST; i++)
		in->rx[in->rx_count++] = make(
		    f, &frame[i], i % 2 ? 100 : 1500, (uint16_t)i);
	supply(f, PKT_BURST / 2 * 2 - 1);
	fix_run(f, f->worker.now_us);
	for (uint32_t i = 0; i < PKT_BURST; i++) {
		uint32_t done = 0;

		while (i != PKT_BURST - 2 &&
		       done < be16_load(frame[i].byte + ETHER + 2) - 20u)
			done = check_fragment(out->sent[at++], &frame[i], done,
			    f->dp.iface[NARROW].mac);
	}
	assert_int_equal(at, out->sent_count);
	assert_int_equal(f->counters.drop[DROP_NO_BUFFER], 1);
	assert_int_equal(f->counters.forwarded4, PKT_BURST - 1);
	assert_int_equal(f->counters.fragmented, PKT_BURST / 2 - 1);
	assert_int_equal(f->counters.fragments, 3 * (PKT_BURST / 2 - 1));
	assert_int_equal(f->counters.port[NARROW].out_packets, at);
	assert_int_equal(f->pool.count, 2); /* of the drop, and one of two */
	fix_destroy(f);
}

/* A full ring loses what it loses of any packets: counted, and given back. */
static void
test_ring_full(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;

	(void)state;
	f->port[0].rx[f->port[0].rx_count++] = make(f, &frame, 1500, 1);
	supply(f, 2);
	f->port[NARROW].tx_room = 1;
	fix_run(f, f->worker.now_us);
	assert_int_equal(f->port[NARROW].sent_count, 1);
	assert_int_equal(f->counters.drop[DROP_TX_FULL], 2);
	assert_int_equal(f->counters.port[NARROW].out_drops, 2);
	assert_int_equal(f->pool.count, 2);
	fix_destroy(f);
}

/* The way out is tagged: each has the tag, with the packet's priority. */
static void
test_tagged(void **state)
{
	struct fixture *f = fix_create();
	struct tx_path *batch = &f->worker.tx[1];
	struct iface_counters *c = &f->vlan[TAGGED];
	struct frame frame, plain;
	uint32_t done = 0;
	struct pkt *p;

	(void)state;
	f->dp.iface[TAGGED] = f->dp.iface[1];
	f->dp.iface[TAGGED].vid = 100;
	f->dp.iface[TAGGED].mtu = 600;
	f->dp.iface_count = TAGGED + 1;
	fix_route(f, "10.200.0.0/24",
	    (struct nexthop){ .type = NEXTHOP_CONNECTED, .iface = TAGGED });
	fix_neighbor(f, TAGGED, "10.200.0.7");
	fix_ip4(&plain, "10.200.0.7", 1200);
	frame = plain; /* with a priority tag */
	memmove(frame.byte + 16, frame.byte + 12, frame.len - 12u);
	be16_store(frame.byte + 12, ETHERTYPE_VLAN);
	be16_store(frame.byte + 14, 0x7000);
	p = fix_packet(f, frame.byte, frame.len + VLAN_TAG);
	supply(f, 2);
	forward_burst(&f->worker, &f->dp, 0, &p, 1);
	assert_int_equal(batch->count, 3);
	assert_int_equal(c->out_packets, 3);
	for (uint32_t i = 0; i < 3; i++) {
		uint8_t *out = pkt_data(batch->pkt[i]);

		assert_int_equal(be16_load(out + 12), ETHERTYPE_VLAN);
		assert_int_equal(vlan_pop(batch->pkt[i]), 0x7000 | 100);
		done = check_fragment(
		    batch->pkt[i], &plain, done, f->dp.iface[1].mac);
		c->out_octets -= batch->pkt[i]->len;
	}
	assert_int_equal(done, 1208);
	assert_int_equal(c->out_octets, 0);
	fix_destroy(f);
}

/* The smallest MTU, and a packet that needs more than one batch. */
static void
test_many(void **state)
{
	struct fixture *f = fix_create();
	struct fix_port *out = &f->port[NARROW];
	struct frame frame;
	uint32_t done = 0;

	(void)state;
	f->dp.iface[NARROW].mtu = 68;
	f->port[0].rx[f->port[0].rx_count++] = make(f, &frame, 1586, 7);
	supply(f, 32);
	fix_run(f, f->worker.now_us);
	assert_int_equal(out->sent_count, 33);
	for (uint32_t i = 0; i < 33; i++)
		done = check_fragment(
		    out->sent[i], &frame, done, f->dp.iface[NARROW].mac);
	assert_int_equal(done, 1566);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_no_buffers),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_ring_full),
		cmocka_unit_test(test_tagged),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
