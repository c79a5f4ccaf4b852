/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c net/worker.c */
/* objects: net/verify.c */
/*
 * 802.1Q in the forwarding burst: tags on arrival, tags on the way out. Two
 * sub-interfaces are added to the fixture's:
 *
 * port  VID   interface  network                          neighbour
 * 0     100   16         10.100.0.0/24, 2001:db8:64::/64
 * 1     4094  17         10.200.0.0/24, 2001:db8:c8::/64  .7, ::7
 */
#include "net/fate.h"
#include "net/vlan.h"
#include "tests/unit/net_fixture.h"

enum {
	IN = PORT_MAX,
	OUT = PORT_MAX + 1,
	IN_VID = 100,
	OUT_VID = 4094,
	BEST = 0x5000, /* PCP 2, DEI set */
};

static uint16_t vids[2][VLAN_VIDS];

static void
add_vlan(struct fixture *f, uint16_t index, uint8_t port, uint16_t vid)
{
	f->dp.iface[index] = f->dp.iface[port];
	f->dp.iface[index].vid = vid;
	memset(vids[port], 0xff, sizeof(vids[port]));
	vids[port][vid] = index;
	f->dp.vid_iface[port] = vids[port];
	if (f->dp.iface_count <= index)
		f->dp.iface_count = index + 1;
}

static struct fixture *
create(void)
{
	struct fixture *f = fix_create();

	add_vlan(f, IN, 0, IN_VID);
	add_vlan(f, OUT, 1, OUT_VID);
	fix_route(f, "10.100.0.0/24",
	    (struct nexthop){ .type = NEXTHOP_CONNECTED, .iface = IN });
	fix_route(f, "10.100.0.1/32",
	    (struct nexthop){ .type = NEXTHOP_LOCAL, .iface = IN });
	fix_route(f, "10.100.0.255/32",
	    (struct nexthop){ .type = NEXTHOP_BROADCAST, .iface = IN });
	fix_route(f, "10.200.0.0/24",
	    (struct nexthop){ .type = NEXTHOP_CONNECTED, .iface = OUT });
	fix_route(f, "2001:db8:c8::/64",
	    (struct nexthop){ .type = NEXTHOP_CONNECTED, .iface = OUT });
	fix_neighbor(f, OUT, "10.200.0.7");
	fix_neighbor(f, OUT, "2001:db8:c8::7");
	return f;
}

/* Puts a tag of this type in front of the EtherType. */
static void
put_tag(struct frame *frame, uint16_t type, uint16_t tci)
{
	memmove(frame->byte + 16, frame->byte + 12, frame->len - 12u);
	be16_store(frame->byte + 12, type);
	be16_store(frame->byte + 14, tci);
	frame->len += VLAN_TAG;
}

/* Sent as `in` would be without its tag, with the tag of the way out. */
static void
check_tagged(const struct fixture *f, const struct frame *in,
    struct fix_result *r, uint16_t tci)
{
	assert_int_equal(r->fate, FATE_GO);
	assert_int_equal(be16_load(pkt_data(r->p) + 12), ETHERTYPE_VLAN);
	assert_int_equal(vlan_pop(r->p), tci);
	fix_check_sent(f, in, r);
}

/* Each way in and out, both families, several lengths. */
static void
test_ways(void **state)
{
	static const uint16_t payload[] = { 0, 4, 18, 100, 1472 };
	struct fixture *f = create();
	static const char *const dst[] = { "10.0.0.1", "10.200.0.7" };
	static const char *const dst6[] = { "2001:db8:a::1", "2001:db8:c8::7" };

	(void)state;
	for (unsigned i = 0; i < 5 * 2 * 2 * 2; i++) {
		uint16_t bytes = payload[i / 8];
		bool six = i & 1, tag_in = i & 2, tag_out = i & 4;
		struct frame plain, frame;
		struct fix_result r;

		if (six)
			fix_ip6(
			    &plain, dst6[tag_out], bytes > 1452 ? 1452 : bytes);
		else
			fix_ip4(&plain, dst[tag_out], bytes);
		frame = plain;
		if (tag_in)
			put_tag(&frame, ETHERTYPE_VLAN, BEST | IN_VID);
		r = fix_forward(f, 0, &frame);
		assert_int_equal(r.port, 1);
		if (tag_out) {
			check_tagged(
			    f, &plain, &r, (tag_in ? BEST : 0) | OUT_VID);
		} else {
			assert_int_equal(r.fate, FATE_GO);
			fix_check_sent(f, &plain, &r);
		}
	}
	fix_destroy(f);
}

/* VID 0 is an untagged frame with a priority. */
static void
test_priority_tag(void **state)
{
	struct fixture *f = create();
	struct frame plain, frame;
	struct fix_result r;

	(void)state;
	fix_ip4(&plain, "10.200.0.7", 4);
	frame = plain;
	put_tag(&frame, ETHERTYPE_VLAN, 0xe000);
	r = fix_forward(f, 0, &frame);
	check_tagged(f, &plain, &r, 0xe000 | OUT_VID);
	fix_ip4(&plain, "192.0.2.1", 4);
	frame = plain;
	put_tag(&frame, ETHERTYPE_VLAN, 0);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_LOCAL));
	assert_int_equal(r.p->iface, 0);
	/* Also where there is no sub-interface at all. */
	f->dp.vid_iface[0] = NULL;
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_LOCAL));
	fix_destroy(f);
}

static void
test_drops(void **state)
{
	static const struct {
		uint16_t outer, outer_tci, inner; /* inner 0: one tag */
		uint16_t fate;
	} cases[] = {
		{ ETHERTYPE_VLAN, IN_VID + 1, 0, FATE_DROP(DROP_VLAN) },
		{ ETHERTYPE_VLAN, OUT_VID, 0, FATE_DROP(DROP_VLAN) },
		{ ETHERTYPE_VLAN, 4095, 0, FATE_DROP(DROP_VLAN) },
		{ ETHERTYPE_QINQ, IN_VID, 0, FATE_DROP(DROP_QINQ) },
		{ ETHERTYPE_QINQ, 0, 0, FATE_DROP(DROP_QINQ) },
		{ ETHERTYPE_VLAN, IN_VID, ETHERTYPE_VLAN,
		    FATE_DROP(DROP_QINQ) },
		{ ETHERTYPE_VLAN, 7, ETHERTYPE_VLAN, FATE_DROP(DROP_QINQ) },
		{ ETHERTYPE_VLAN, 0, ETHERTYPE_QINQ, FATE_DROP(DROP_QINQ) },
		{ ETHERTYPE_QINQ, IN_VID, ETHERTYPE_VLAN,
		    FATE_DROP(DROP_QINQ) },
	};
	struct fixture *f = create();
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fix_ip4(&frame, "10.0.0.1", 4);
		if (cases[i].inner != 0)
			put_tag(&frame, cases[i].inner, IN_VID);
		put_tag(&frame, cases[i].outer, cases[i].outer_tci);
		assert_int_equal(fix_forward(f, 0, &frame).fate, cases[i].fate);
	}
	/* A port without sub-interfaces knows no VID. */
	fix_ip4(&frame, "10.0.0.1", 4);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	f->dp.vid_iface[0] = NULL;
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_VLAN));
	fix_destroy(f);
}

/* A tagged frame for another station, or that ends within its tag. */
static void
test_frame(void **state)
{
	struct fixture *f = create();
	struct frame frame, cut;

	(void)state;
	fix_ip4(&frame, "10.0.0.1", 4);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	cut = frame;
	for (cut.len = 14; cut.len < 18; cut.len++)
		assert_int_equal(
		    fix_forward(f, 0, &cut).fate, FATE_DROP(DROP_FRAME_SHORT));
	for (; cut.len < 18 + 20; cut.len++)
		assert_int_equal(
		    fix_forward(f, 0, &cut).fate & FATE_IS_DROP, FATE_IS_DROP);
	be16_store(cut.byte + 16, ETHERTYPE_ARP);
	cut.len = 18 + 27;
	assert_int_equal(
	    fix_forward(f, 0, &cut).fate, FATE_DROP(DROP_FRAME_SHORT));
	be16_store(cut.byte + 16, 0x1234);
	assert_int_equal(
	    fix_forward(f, 0, &cut).fate, FATE_DROP(DROP_ETHERTYPE));
	frame.byte[5] ^= 1;
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_NOT_FOR_US));
	fix_destroy(f);
}

/* What goes up has no tag, and says by which interface it came. */
static void
test_punts(void **state)
{
	static const uint16_t arp[] = { 1, 0x0800, 0x0604, 1 };
	struct fixture *f = create();
	struct frame plain, frame;
	struct fix_result r;

	(void)state;
	fix_ip4(&plain, "10.100.0.1", 4);
	frame = plain;
	put_tag(&frame, ETHERTYPE_VLAN, BEST | IN_VID);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_LOCAL));
	assert_int_equal(r.p->port, 0);
	assert_int_equal(r.p->iface, IN);
	assert_int_equal(r.p->tci, BEST);
	assert_int_equal(r.p->len, fix_exact_length(&plain));
	assert_memory_equal(pkt_data(r.p), plain.byte, r.p->len);

	fix_ip4(&frame, "10.100.0.255", 4);
	memset(frame.byte, 0xff, ETH_ALEN);
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_DESTINATION));
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_PUNT(PUNT_LOCAL));

	memset(frame.byte + 6, 2, 6);
	frame.len = 18 + 28;
	be16_store(frame.byte + 16, ETHERTYPE_ARP);
	for (unsigned i = 0; i < 4; i++)
		be16_store(frame.byte + 18 + 2 * i, arp[i]);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_ARP));
	assert_int_equal(r.p->iface, IN);
	fix_destroy(f);
}

/* The MTU is of the packet, and of the sub-interface. */
static void
test_mtu(void **state)
{
	struct fixture *f = create();
	struct frame plain, frame;
	struct fix_result r;

	(void)state;
	f->dp.iface[OUT].mtu = 1400;
	fix_ip4(&plain, "10.200.0.7", 1400 - 28);
	frame = plain;
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	r = fix_forward(f, 0, &frame);
	check_tagged(f, &plain, &r, OUT_VID);
	fix_ip4(&frame, "10.200.0.7", 1400 - 27);
	be16_store(frame.byte + 20, IP4_DF);
	fix_ip4_checksum(&frame);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	r = fix_forward(f, 0, &frame);
	assert_int_equal(r.fate, FATE_PUNT(PUNT_MTU));
	assert_int_equal(r.p->iface, IN);
	fix_destroy(f);
}

static void
test_states(void **state)
{
	struct fixture *f = create();
	struct frame frame;

	(void)state;
	fix_ip4(&frame, "10.200.0.7", 4);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	f->dp.iface[IN].up = false;
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	f->dp.iface[IN].up = true;
	f->dp.iface[IN].has4 = false;
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	f->dp.iface[IN].has4 = true;
	f->dp.iface[OUT].up = false;
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	f->dp.iface[OUT].up = true;
	f->dp.iface[OUT].link = false;
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_LINK_DOWN));
	f->dp.iface[OUT].link = true;
	f->dp.iface[0].up = false; /* the port, and all on it */
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_DROP(DROP_INTERFACE));
	fix_destroy(f);
}

/* Frames of one burst belong to different interfaces. */
static void
test_mixed_burst(void **state)
{
	struct fixture *f = create();
	struct pkt *pkts[PKT_BURST];
	struct frame frame;

	(void)state;
	f->dp.iface[IN].has4 = false;
	for (uint32_t i = 0; i < PKT_BURST; i++) {
		fix_ip4(&frame, i & 1 ? "10.200.0.7" : "10.0.0.1", 4);
		if (i % 4 == 0)
			put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
		pkts[i] = fix_packet(f, frame.byte, frame.len);
	}
	forward_burst(&f->worker, &f->dp, 0, pkts, PKT_BURST);
	assert_int_equal(f->counters.drop[DROP_INTERFACE], PKT_BURST / 4);
	assert_int_equal(f->counters.forwarded4, PKT_BURST * 3 / 4);
	worker_flush(&f->worker, 1);
	for (uint32_t i = 0, tagged; i < f->port[1].sent_count; i++) {
		const uint8_t *sent = pkt_data(f->port[1].sent[i]);

		tagged = be16_load(sent + 12) == ETHERTYPE_VLAN;
		assert_int_equal(sent[tagged ? 35 : 31], tagged ? 200 : 0);
	}
	fix_destroy(f);
}

static void
test_counters(void **state)
{
	struct fixture *f = create();
	const struct iface_counters *in = &f->vlan[IN], *out = &f->vlan[OUT];
	struct frame frame;

	(void)state;
	fix_ip4(&frame, "10.200.0.7", 72);
	fix_forward(f, 0, &frame); /* untagged: nothing of IN */
	assert_int_equal(in->in_packets, 0);
	assert_int_equal(out->out_packets, 1);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	fix_forward(f, 0, &frame);
	fix_ip4(&frame, "9.9.9.9", 72);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID);
	frame.byte[18 + 8] = 0; /* TTL, checksum: it is dropped */
	fix_forward(f, 0, &frame);
	fix_ip4(&frame, "10.200.0.7", 72);
	put_tag(&frame, ETHERTYPE_VLAN, IN_VID + 1);
	fix_forward(f, 0, &frame);
	assert_int_equal(in->in_packets, 2);
	assert_int_equal(in->in_octets, 2 * (14 + 28 + 72));
	assert_int_equal(in->in_drops, 1);
	assert_int_equal(in->out_packets, 0);
	assert_int_equal(out->out_packets, 2);
	assert_int_equal(out->out_octets, 2 * (14 + 28 + 72));
	assert_int_equal(f->counters.port[0].in_drops, 2);
	fix_destroy(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_priority_tag),
		cmocka_unit_test(test_drops),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_punts),
		cmocka_unit_test(test_mtu),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_mixed_burst),
		cmocka_unit_test(test_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
