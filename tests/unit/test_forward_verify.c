/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c net/worker.c */
/* objects: net/verify.c */
/*
 * Sources that are verified in the forwarding burst (RFC 1812 5.3.8, RFC 3704).
 * On top of the fixture's routes, all by neighbours:
 *
 * prefix                          ways
 * 20.1.0.0/16, 2001:db8:21::/48   by interfaces 0 and 1
 * 20.2.0.0/16, 2001:db8:22::/48   by interface 0
 * 20.3.0.0/16, 2001:db8:23::/48   by sub-interface 16: VID 100 of port 0
 */
#include "net/fate.h"
#include "net/vlan.h"
#include "tests/unit/net_fixture.h"

enum { V4_SRC = 26, V4_DST = 30, V4_TTL = 22, V6_SRC = 22, V6_HOPS = 21 };
enum {
	VLAN = PORT_MAX,
	VID = 100,
	RX = VERIFY_RX,
	ANY = VERIFY_ANY,
	OFF = 0,
};

#define GO        FATE_GO
#define RPF       FATE_DROP(DROP_RPF)
#define TO4       "10.0.0.1"
#define TO6       "2001:db8:a::1"
#define BOTH(how) ((how) | (how) << VERIFY_SHIFT6)

static uint16_t vids[VLAN_VIDS];

static void
add_ways(struct fixture *f, const char *prefix, const char *one, uint16_t iface,
    const char *other)
{
	struct nexthop_ways way = { .count = 1 };

	way.adj[0] = fix_neighbor(f, iface, one);
	if (other != NULL)
		way.adj[way.count++] = fix_neighbor(f, 1, other);
	fix_route_ways(f, prefix, &way);
}

static struct fixture *
create(uint8_t verify)
{
	struct fixture *f = fix_create();

	f->dp.iface[VLAN] = f->dp.iface[0];
	f->dp.iface[VLAN].vid = VID;
	f->dp.iface_count = VLAN + 1;
	memset(vids, 0xff, sizeof(vids));
	vids[VID] = VLAN;
	f->dp.vid_iface[0] = vids;
	add_ways(f, "20.1.0.0/16", "192.0.2.21", 0, "198.51.100.21");
	add_ways(f, "2001:db8:21::/48", "2001:db8::21", 0, "2001:db8:1::21");
	add_ways(f, "20.2.0.0/16", "192.0.2.22", 0, NULL);
	add_ways(f, "2001:db8:22::/48", "2001:db8::22", 0, NULL);
	add_ways(f, "20.3.0.0/16", "10.100.0.23", VLAN, NULL);
	add_ways(f, "2001:db8:23::/48", "2001:db8:64::23", VLAN, NULL);
	f->dp.iface[0].verify = verify;
	return f;
}

static void
add_default(struct fixture *f, const char *prefix, uint16_t iface)
{
	const char *gateway = strchr(prefix, ':') ? "fe80::99" : "192.0.2.99";
	struct nexthop_ways way = { 1, { fix_neighbor(f, iface, gateway) } };

	fix_route_ways(f, prefix, &way);
}

static void
put_tag(struct frame *frame)
{
	memmove(frame->byte + 16, frame->byte + 12, frame->len - 12u);
	be16_store(frame->byte + 12, ETHERTYPE_VLAN);
	be16_store(frame->byte + 14, VID);
	frame->len += VLAN_TAG;
}

/* A frame to port 0. */
static void
make(struct frame *frame, const char *src, const char *dst)
{
	struct ip_addr from = fix_addr(src);

	if (from.family == IP4) {
		fix_ip4(frame, dst, 4);
		memcpy(frame->byte + V4_SRC, from.byte, 4);
		fix_ip4_checksum(frame);
	} else {
		fix_ip6(frame, dst, 4);
		memcpy(frame->byte + V6_SRC, from.byte, 16);
	}
}

static uint32_t
fate(struct fixture *f, const char *src, bool tag)
{
	struct frame frame;

	make(&frame, src, strchr(src, ':') ? TO6 : TO4);
	if (tag)
		put_tag(&frame);
	return fix_forward(f, 0, &frame).fate;
}

/* By an interface that takes everything, one that is loose, and strict. */
static const struct {
	const char *src;
	uint32_t fate[3];
} sources[] = {
	{ "192.0.2.10", { GO, GO, GO } },     /* connected, here */
	{ "198.51.100.10", { GO, GO, RPF } }, /* connected, elsewhere */
	{ "20.2.0.1", { GO, GO, GO } },       /* by a gateway, here */
	{ "10.0.0.7", { GO, GO, RPF } },      /* by one elsewhere */
	{ "10.4.0.7", { GO, GO, RPF } },      /* that is not resolved */
	{ "10.6.0.7", { GO, GO, RPF } },      /* whose link is down */
	{ "20.1.0.1", { GO, GO, GO } },       /* one of the ways is here */
	{ "20.3.0.1", { GO, GO, RPF } },      /* by another VID */
	{ "10.2.0.1", { GO, RPF, RPF } },     /* blackhole */
	{ "10.3.0.1", { GO, RPF, RPF } },     /* reject */
	{ "99.0.0.1", { GO, RPF, RPF } },     /* no route */
	{ "192.0.2.1", { GO, RPF, RPF } },    /* our own, here */
	{ "198.51.100.1", { GO, RPF, RPF } }, /* our own, elsewhere */
	{ "192.0.2.255", { GO, RPF, RPF } },  /* a broadcast address */
	{ "2001:db8::10", { GO, GO, GO } },
	{ "2001:db8:1::10", { GO, GO, RPF } },
	{ "2001:db8:22::1", { GO, GO, GO } },
	{ "2001:db8:a::7", { GO, GO, RPF } },
	{ "2001:db8:4::7", { GO, GO, RPF } },
	{ "2001:db8:6::7", { GO, GO, RPF } },
	{ "2001:db8:21::1", { GO, GO, GO } },
	{ "2001:db8:23::1", { GO, GO, RPF } },
	{ "2001:db8:2::1", { GO, RPF, RPF } },
	{ "2001:db8:3::1", { GO, RPF, RPF } },
	{ "2001:db8:99::1", { GO, RPF, RPF } },
	{ "2001:db8::1", { GO, RPF, RPF } },
	{ "2001:db8:1::1", { GO, RPF, RPF } },
};

static void
check_sources(uint8_t verify, size_t column)
{
	struct fixture *f = create(verify);

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		uint32_t want = sources[i].fate[column];
		uint32_t got = fate(f, sources[i].src, false);

		if (got != want)
			print_error(
			    "%s: fate %x, not %x\n", sources[i].src, got, want);
		assert_int_equal(got, want);
	}
	fix_destroy(f);
}

static void
test_modes(void **state)
{
	(void)state;
	check_sources(OFF, 0);
	check_sources(BOTH(ANY), 1);
	check_sources(BOTH(RX), 2);
}

/* One family's rule is not the other's. */
static void
test_families(void **state)
{
	struct fixture *f = create(RX);

	(void)state;
	assert_int_equal(fate(f, "99.0.0.1", false), RPF);
	assert_int_equal(fate(f, "2001:db8:99::1", false), GO);
	f->dp.iface[0].verify = RX << VERIFY_SHIFT6;
	assert_int_equal(fate(f, "99.0.0.1", false), GO);
	assert_int_equal(fate(f, "2001:db8:99::1", false), RPF);
	f->dp.iface[0].verify = RX | ANY << VERIFY_SHIFT6;
	assert_int_equal(fate(f, "10.0.0.7", false), RPF);
	assert_int_equal(fate(f, "2001:db8:a::7", false), GO);
	fix_destroy(f);
}

/* What only a default route covers, by each mode; where it leads to. */
static void
test_default(void **state)
{
	static const char *const src[] = { "99.0.0.1", "2001:db8:99::1" };
	static const char *const all[] = { "0.0.0.0/0", "::/0" };
	const uint8_t rx = BOTH(RX | VERIFY_DEFAULT);
	const uint8_t any = BOTH(ANY | VERIFY_DEFAULT);

	(void)state;
	for (int i = 0; i < 2; i++) {
		for (uint16_t iface = 0; iface < 2; iface++) {
			struct fixture *f = create(BOTH(RX));

			add_default(f, all[i], iface);
			assert_int_equal(fate(f, src[i], false), RPF);
			f->dp.iface[0].verify = BOTH(ANY);
			assert_int_equal(fate(f, src[i], false), RPF);
			f->dp.iface[0].verify = any;
			assert_int_equal(fate(f, src[i], false), GO);
			f->dp.iface[0].verify = rx;
			assert_int_equal(
			    fate(f, src[i], false), iface == 0 ? GO : RPF);
			/* What is more specific is what counts. */
			assert_int_equal(
			    fate(f, i ? "2001:db8:a::7" : "10.0.0.7", false),
			    RPF);
			assert_int_equal(
			    fate(f, i ? "2001:db8:2::1" : "10.2.0.1", false),
			    RPF);
			fix_destroy(f);
		}
	}
}

/* A default route that refuses, and none at all. */
static void
test_default_refuses(void **state)
{
	struct fixture *f = create(BOTH(ANY | VERIFY_DEFAULT));

	(void)state;
	assert_int_equal(fate(f, "99.0.0.1", false), RPF);
	fix_route(f, "0.0.0.0/0", (struct nexthop){ .type = NEXTHOP_REJECT });
	fix_route(f, "::/0", (struct nexthop){ .type = NEXTHOP_BLACKHOLE });
	assert_int_equal(fate(f, "99.0.0.1", false), RPF);
	assert_int_equal(fate(f, "2001:db8:99::1", false), RPF);
	fix_destroy(f);
}

/* Each way of a group is one, whichever are dead. */
static void
test_ways(void **state)
{
	struct fixture *f = create(RX);
	struct nexthop_ways way = { .count = ECMP_MAX };
	uint32_t index;

	(void)state;
	for (uint32_t i = 0; i < ECMP_MAX; i++) {
		char gateway[] = "203.0.113.1a";

		gateway[sizeof(gateway) - 2] = (char)('0' + i % 10);
		gateway[sizeof(gateway) - 3] = (char)('1' + i / 10);
		way.adj[i] = fix_neighbor(f, 2, gateway);
	}
	index = fix_route_ways(f, "21.0.0.0/8", &way);
	assert_int_equal(fate(f, "21.0.0.1", false), RPF);
	for (uint32_t i = 0; i < ECMP_MAX; i++) {
		f->adj_entry[way.adj[i]].iface = 0;
		for (uint32_t dead = 0; dead < ECMP_MAX; dead++) {
			assert_true(nexthop_set_ways(
			    &f->nexthop, index, &way, ~(1u << dead)));
			assert_int_equal(
			    fate(f, "21.0.0.1", false), dead == i ? RPF : GO);
		}
		/* The last one alive, and the others. */
		assert_true(
		    nexthop_set_ways(&f->nexthop, index, &way, 1u << i));
		assert_int_equal(fate(f, "21.0.0.1", false), GO);
		assert_true(nexthop_set_ways(
		    &f->nexthop, index, &way, 1u << (i + 1) % ECMP_MAX));
		assert_int_equal(fate(f, "21.0.0.1", false), RPF);
		f->adj_entry[way.adj[i]].iface = 2;
	}
	fix_destroy(f);
}

/* The interface of a frame is that of its tag. */
static void
test_sub_interface(void **state)
{
	struct fixture *f = create(OFF);

	(void)state;
	f->dp.iface[VLAN].verify = BOTH(RX);
	assert_int_equal(fate(f, "20.3.0.1", true), GO);
	assert_int_equal(fate(f, "20.2.0.1", true), RPF);
	assert_int_equal(fate(f, "99.0.0.1", true), RPF);
	assert_int_equal(fate(f, "2001:db8:23::1", true), GO);
	assert_int_equal(fate(f, "2001:db8:22::1", true), RPF);
	assert_int_equal(f->vlan[VLAN].in_drops, 3);
	assert_int_equal(fate(f, "99.0.0.1", false), GO);
	/* And its port's is for untagged ones. */
	f->dp.iface[VLAN].verify = OFF;
	f->dp.iface[0].verify = BOTH(RX);
	assert_int_equal(fate(f, "99.0.0.1", true), GO);
	assert_int_equal(fate(f, "20.3.0.1", false), RPF);
	fix_destroy(f);
}

/* It comes before all that might tell the source. */
static void
test_silence(void **state)
{
	static const char *const dst[][2] = {
		{ "99.0.0.1", "11.0.0.1" },    /* no route */
		{ "99.0.0.1", "10.3.0.1" },    /* reject */
		{ "99.0.0.1", "192.0.2.1" },   /* to us */
		{ "99.0.0.1", "192.0.2.255" }, /* to all here */
		{ "2001:db8:99::1", "2001:db9::1" },
		{ "2001:db8:99::1", "2001:db8:3::1" },
		{ "2001:db8:99::1", "2001:db8::1" },
		{ "2001:db8:99::1", "fe80::1" },
	};
	struct fixture *f = create(BOTH(RX));
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(dst) / sizeof(dst[0]); i++) {
		make(&frame, dst[i][0], dst[i][1]);
		assert_int_equal(fix_forward(f, 0, &frame).fate, RPF);
	}
	make(&frame, "99.0.0.1", TO4);
	frame.byte[V4_TTL] = 1;
	fix_ip4_checksum(&frame);
	assert_int_equal(fix_forward(f, 0, &frame).fate, RPF);
	make(&frame, "2001:db8:99::1", TO6);
	frame.byte[V6_HOPS] = 1;
	assert_int_equal(fix_forward(f, 0, &frame).fate, RPF);
	/* A good source is told as ever. */
	make(&frame, "192.0.2.10", "11.0.0.1");
	assert_int_equal(
	    fix_forward(f, 0, &frame).fate, FATE_PUNT(PUNT_NO_ROUTE));
	fix_destroy(f);
}

/* What stays on its link has no route, and is not asked for one. */
static void
test_exempt(void **state)
{
	static const struct {
		const char *src, *dst;
		uint32_t fate;
	} cases[] = {
		{ "0.0.0.0", "255.255.255.255", FATE_PUNT(PUNT_LOCAL) },
		{ "0.0.0.0", "192.0.2.1", FATE_PUNT(PUNT_LOCAL) },
		{ "0.0.0.0", TO4, FATE_DROP(DROP_SOURCE) },
		{ "169.254.7.7", "192.0.2.1", FATE_PUNT(PUNT_LOCAL) },
		{ "169.254.7.7", TO4, FATE_DROP(DROP_SCOPE) },
		{ "99.0.0.1", "224.0.0.1", FATE_PUNT(PUNT_LOCAL) },
		{ "99.0.0.1", "255.255.255.255", FATE_PUNT(PUNT_LOCAL) },
		{ "::", "ff02::1:ff00:1", FATE_PUNT(PUNT_LOCAL) },
		{ "::", "2001:db8::1", FATE_PUNT(PUNT_LOCAL) },
		{ "::", TO6, FATE_DROP(DROP_SOURCE) },
		{ "fe80::7", "fe80::1", FATE_PUNT(PUNT_LOCAL) },
		{ "fe80::7", "2001:db8::1", FATE_PUNT(PUNT_LOCAL) },
		{ "fe80::7", TO6, FATE_PUNT(PUNT_SCOPE) },
		{ "2001:db8:99::1", "ff02::1", FATE_PUNT(PUNT_LOCAL) },
		/* Still no host's. */
		{ "127.0.0.1", "192.0.2.1", FATE_DROP(DROP_SOURCE) },
		{ "::1", "2001:db8::1", FATE_DROP(DROP_SOURCE) },
	};
	struct fixture *f = create(BOTH(RX));
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t got;

		make(&frame, cases[i].src, cases[i].dst);
		got = fix_forward(f, 0, &frame).fate;
		if (got != cases[i].fate)
			print_error(
			    "%s to %s: %x\n", cases[i].src, cases[i].dst, got);
		assert_int_equal(got, cases[i].fate);
	}
	fix_destroy(f);
}

/* A lease comes from a server that nothing is known of. */
static void
test_lease(void **state)
{
	struct fixture *f = create(BOTH(RX));
	struct frame frame;

	(void)state;
	f->dp.iface[0].has4 = false;
	f->dp.iface[0].dhcp = true;
	make(&frame, "99.0.0.1", "192.0.2.77");
	be16_store(frame.byte + 36, 68);
	assert_int_equal(fix_forward(f, 0, &frame).fate, FATE_PUNT(PUNT_LOCAL));
	fix_destroy(f);
}

/* What is left of a burst goes where it would have gone. */
static void
test_burst(void **state)
{
	static const char *const dst[] = { TO4, "198.51.100.7", "10.4.0.1" };
	struct fixture *f = create(BOTH(RX));
	struct frame frame[PKT_BURST];
	struct pkt *pkts[PKT_BURST];
	uint32_t bad = 0, sent = 0, waits = 0;

	(void)state;
	fix_neighbor(f, 1, "198.51.100.7");
	for (uint32_t i = 0; i < PKT_BURST; i++) {
		bool good = i % 5 != 0 && i % 7 != 0;

		make(&frame[i], good ? "192.0.2.10" : "99.0.0.1", dst[i % 3]);
		frame[i].byte[V4_DST + 3] |= i == 31;
		frame[i].byte[45] = (uint8_t)i;
		if (i % 4 == 3) /* of a sub-interface that takes all */
			put_tag(&frame[i]);
		pkts[i] = fix_packet(f, frame[i].byte, frame[i].len);
		bad += !good && i % 4 != 3;
		waits += (good || i % 4 == 3) && i % 3 == 2;
	}
	sent = PKT_BURST - bad - waits;
	forward_burst(&f->worker, &f->dp, 0, pkts, PKT_BURST);
	assert_int_equal(f->counters.drop[DROP_RPF], bad);
	assert_int_equal(f->counters.port[0].in_drops, bad);
	assert_int_equal(f->counters.forwarded4, sent);
	assert_int_equal(f->counters.punt[PUNT_NEIGHBOR], waits);
	assert_int_equal(f->worker.tx[1].count, sent);
	for (uint32_t k = 0; k < sent; k++) {
		const uint8_t *out = pkt_data(f->worker.tx[1].pkt[k]);
		uint32_t i = out[45];

		/* The tag is gone; the packet is the same. */
		assert_true(i < PKT_BURST);
		assert_memory_equal(out + V4_SRC,
		    frame[i].byte + V4_SRC + (i % 4 == 3 ? VLAN_TAG : 0), 8);
	}
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_default_refuses),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_sub_interface),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_exempt),
		cmocka_unit_test(test_lease),
		cmocka_unit_test(test_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
