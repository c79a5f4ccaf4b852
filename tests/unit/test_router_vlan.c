/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * Sub-interfaces that come and go with the config, with packets on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/vlan.h"
#include "net/wire.h"
#include "tests/unit/router_fixture.h"

enum {
	ETH = sizeof(struct eth_hdr),
	SECOND = 1000 * 1000,
	NONE = IFACE_NONE,
};

#define PORTS                                                                  \
	"interface port0\n ip address 10.0.0.1/24\n"                           \
	"interface port1\n mtu 1400\n ip address 10.1.0.1/24\n"
#define VLAN5 "interface port1.5\n ip address 10.5.0.1/24\n"
#define VLAN6 "interface port1.6\n ip address 10.6.0.1/24\n mtu 1300\n"
#define VLAN7 "interface port0.7\n ip address 10.7.0.1/24\n"

static uint8_t frame[FRAME_MAX];

static int
setup(void **state)
{
	int error = fixture_setup(state);

	if (error)
		return error;
	fx->worker_turn = worker_run_once;
	return 0;
}

static uint16_t
index_of(const char *name)
{
	const struct interface *i = router_interface(&fx->router, name);

	return i ? (uint16_t)(i - fx->router.interface) : NONE;
}

static void
seconds(uint32_t n)
{
	for (uint32_t i = 0; i < n * 10; i++)
		fixture_turn(SECOND / 10);
}

/* What the worker sees of the VID now. */
static uint16_t
vid_of(uint8_t port, uint16_t vid)
{
	const struct dataplane *dp = atomic_load(&fx->worker.dataplane);

	return dp->vid_iface[port] ? dp->vid_iface[port][vid] : NONE;
}

/* A packet by port 0, tagged when `vid` is not 0. */
static void
receive(const char *src, const char *dst, uint16_t tci)
{
	uint16_t len = fixture_ip_frame(frame, src, dst, 100);
	struct fixture_port *p = &fx->port[0];
	struct pkt *pkt;

	pkt = fixture_pkt(0, frame, len);
	if (tci)
		vlan_push(pkt, tci);
	p->rx[p->rx_count++] = pkt;
}

static void
test_plan(void **state)
{
	const struct interface *i;

	(void)state;
	fx->port[0].port.max_frame = ETH + CONFIG_MTU_DEFAULT;
	fixture_start(VLAN6 PORTS VLAN5 VLAN7);
	i = router_interface(&fx->router, "port0.7");
	assert_int_equal(i->mtu, CONFIG_MTU_DEFAULT - VLAN_TAG);
	i = router_interface(&fx->router, "port1.5");
	assert_non_null(i);
	assert_in_range(index_of("port1.5"), PORT_MAX, IFACE_MAX - 1);
	assert_int_equal(i->vid, 5);
	assert_int_equal(i->mtu, 1400); /* the port's */
	assert_ptr_equal(i->port, &fx->port[1].port);
	assert_true(i->link.up);
	assert_int_equal(i->address_count, 2); /* and a link-local one */
	assert_int_equal(i->address[1].origin, ORIGIN_LINK_LAYER);
	assert_int_equal(router_interface(&fx->router, "port1.6")->mtu, 1300);
	assert_int_equal(vid_of(1, 5), index_of("port1.5"));
	assert_int_equal(vid_of(1, 7), NONE);
	assert_int_equal(vid_of(0, 5), NONE);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_LOCAL);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_CONNECTED);
	assert_int_equal(
	    fixture_look("10.5.0.9").nexthop[0].iface, index_of("port1.5"));
	assert_int_not_equal(fx->stack.changed[index_of("port1.6")], 0);
	assert_true(router_links_up(&fx->router));
}

static void
test_follows_its_port(void **state)
{
	const struct interface *i;

	(void)state;
	fixture_start(PORTS VLAN5);
	i = router_interface(&fx->router, "port1.5");
	fx->port[1].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_false(i->link.up);
	assert_int_equal(i->last_change_us, fx->now_us);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_LOCAL);
	fx->port[1].link.up = true;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_true(i->link.up);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_CONNECTED);
	/* The port is shut down, and is up again. */
	fixture_start(PORTS " shutdown\n" VLAN5);
	assert_true(i->admin_up);
	assert_false(i->link.up);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_NONE);
	fixture_start(PORTS VLAN5);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_LOCAL);
	assert_true(i->link.up);
	/* It is shut down alone. */
	fixture_start(PORTS VLAN5 " shutdown\n");
	assert_false(i->admin_up || i->link.up);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.1.0.9").type, NEXTHOP_CONNECTED);
	fixture_start(PORTS VLAN5);
	assert_true(i->link.up);
	assert_int_equal(fx->port[1].starts, 2);
}

/* From tag to tag in the fast path and in core 0's, and counted. */
static void
test_packets(void **state)
{
	const uint16_t want[] = { 0xa000 | 5, 0xa000 | 5, 5 };
	struct iface_counters in, out;

	(void)state;
	fixture_start(PORTS VLAN5 VLAN7);
	receive("10.7.0.2", "10.5.0.2", 0xa000 | 7); /* waits */
	fixture_run(10);
	assert_int_equal(fx->port[1].tx_count, 0);
	fixture_learn(index_of("port1.5"), "10.5.0.2", 9);
	receive("10.7.0.2", "10.5.0.2", 0xa000 | 7);
	receive("10.0.0.2", "10.5.0.2", 0);
	fixture_run(10);
	assert_int_equal(fx->port[1].tx_count, 3);
	for (unsigned i = 0; i < 3; i++) {
		const uint8_t *sent = fx->port[1].tx[i].byte;

		assert_int_equal(be16_load(sent + 12), ETHERTYPE_VLAN);
		assert_int_equal(be16_load(sent + 16), ETHERTYPE_IP4);
	}
	/* The one that waited may be last: core 0 sent it. */
	for (unsigned k = 0, tags = 0; k < 3; k++) {
		tags += be16_load(fx->port[1].tx[k].byte + 14) == want[0];
		if (k == 2)
			assert_int_equal(tags, 2);
	}
	router_iface_counters(&fx->router, index_of("port0.7"), &in);
	router_iface_counters(&fx->router, index_of("port1.5"), &out);
	assert_int_equal(in.in_packets, 2);
	assert_int_equal(in.in_octets, 2 * (ETH + 100));
	assert_int_equal(out.out_packets, 3);
	assert_int_equal(out.out_octets, 3 * (ETH + 100));
	/* To us: the stack is told by which interface. */
	receive("10.7.0.2", "10.0.0.1", 7);
	fixture_run(10);
	assert_int_equal(fx->stack.iface, index_of("port0.7"));
	assert_int_equal(fx->stack.got.len, ETH + 100);
	/* And what it says leaves by it, with a tag. */
	fx->port[0].tx_count = 0;
	assert_int_equal(router_transmit(&fx->router, index_of("port0.7"),
			     fx->stack.got.byte, fx->stack.got.len),
	    0);
	fixture_run(10);
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(be16_load(fx->port[0].tx[0].byte + 14), 7);
	assert_int_equal(fx->port[0].tx[0].len, ETH + 100 + VLAN_TAG);
}

/* Nothing of it is left, and its number is free after a while. */
static void
test_goes(void **state)
{
	uint16_t index;
	uint32_t neighbors, changed;

	(void)state;
	fixture_start(PORTS);
	seconds(2);
	neighbors = fx->router.adj.count;
	fixture_start(PORTS VLAN5 "ip route 20.0.0.0/8 10.5.0.2\n"
				  "ip route 21.0.0.0/8 10.5.0.3 port1.5\n"
				  "neighbor 10.5.0.4 lladdr 02:00:00:00:00:04 "
				  "port1.5\n");
	index = index_of("port1.5");
	fixture_learn(index, "10.5.0.2", 9);
	fixture_learn(index, "10.5.0.7", 7);
	receive("10.0.0.2", "10.5.0.88", 0); /* waits for its neighbour */
	fixture_run(10);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
	assert_true(fx->router.adj.count > neighbors + 4);
	changed = fx->stack.changed[index];
	/* A route still wants the gateway that was behind it. */
	fixture_start(PORTS "ip route 20.0.0.0/8 10.5.0.2\n");
	assert_int_equal(fx->stack.changed[index], changed + 1);
	assert_null(router_interface(&fx->router, "port1.5"));
	assert_null(router_interface_at(&fx->router, index));
	assert_int_equal(vid_of(1, 5), NONE);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.5.0.1").type, NEXTHOP_NONE);
	seconds(3);
	assert_int_equal(fx->router.adj.count, neighbors);
	assert_int_equal(fx->router.interface_count, FIXTURE_PORTS);
	fixture_start(PORTS VLAN6);
	assert_int_equal(index_of("port1.6"), index);
}

/* What stays keeps its number; what comes takes no number still in use. */
static void
test_numbers(void **state)
{
	uint16_t five, six, seven;

	(void)state;
	fixture_start(PORTS VLAN5 VLAN6);
	five = index_of("port1.5");
	six = index_of("port1.6");
	assert_int_not_equal(five, six);
	fixture_learn(six, "10.6.0.9", 9);
	assert_int_equal(fixture_apply(VLAN7 PORTS VLAN6), 0);
	seven = index_of("port0.7");
	assert_int_equal(index_of("port1.6"), six);
	assert_int_not_equal(seven, five);
	assert_true(fixture_look("10.6.0.9").nexthop[0].has_mac);
	/* It comes again at once: nobody else could be meant. */
	assert_int_equal(fixture_apply(PORTS VLAN5 VLAN6 VLAN7), 0);
	assert_int_equal(index_of("port1.5"), five);
	assert_int_equal(index_of("port0.7"), seven);
	seconds(3);
	assert_int_equal(index_of("port1.5"), five);
	assert_true(router_interface(&fx->router, "port1.5")->link.up);
	assert_int_equal(vid_of(1, 5), five);
}

/* Counters begin with the interface, whoever had its number before. */
static void
test_counters_begin_anew(void **state)
{
	struct iface_counters c;

	(void)state;
	fixture_start(PORTS VLAN7);
	receive("10.7.0.2", "10.0.0.1", 7);
	fixture_run(10);
	router_iface_counters(&fx->router, index_of("port0.7"), &c);
	assert_int_equal(c.in_packets, 1);
	fixture_start(PORTS);
	fixture_start(PORTS VLAN7);
	router_iface_counters(&fx->router, index_of("port0.7"), &c);
	assert_int_equal(c.in_packets, 0);
	receive("10.7.0.2", "10.0.0.1", 7);
	receive("10.7.0.2", "127.0.0.1", 7);
	fixture_run(10);
	router_iface_counters(&fx->router, index_of("port0.7"), &c);
	assert_int_equal(c.in_packets, 2);
	assert_int_equal(c.in_drops, 1);
}

/* A packet that came up before its interface went. */
static void
test_late_punt(void **state)
{
	struct pkt *p;
	uint16_t len;

	(void)state;
	fixture_start(PORTS VLAN7);
	len = fixture_ip_frame(frame, "10.7.0.2", "10.7.0.1", 100);
	p = fixture_pkt(0, frame, len);
	p->iface = index_of("port0.7");
	fixture_punt(p, PUNT_LOCAL);
	assert_int_equal(fixture_apply(PORTS), 0);
	router_poll(&fx->router, ++fx->now_us);
	assert_int_equal(fx->router_counters.drop[DROP_INTERFACE], 1);
	assert_int_equal(fx->stack.inputs, 0);
	assert_int_equal(fx->router_counters.port[0].in_drops, 1);
}

static uint32_t
below(uint32_t n)
{
	return (uint32_t)rand() % n;
}

/* Some of eight VLANs on three ports, with routes through them. */
static void
random_config(char *text)
{
	text += sprintf(text, "%s", PORTS);
	for (unsigned i = 0; i < 8; i++) {
		if (below(2))
			continue;
		text += sprintf(text,
		    "interface port%u.%u\n ip address 10.%u.0.1/24\n"
		    " ipv6 address 2001:db8:%u::1/64\n",
		    i % 3, 50 + i, 50 + i, i);
		if (below(4) == 0)
			text += sprintf(text, " shutdown\n");
		if (below(2))
			text += sprintf(text,
			    "ip route 20.%u.0.0/16 10.%u.0.2 port%u.%u\n", i,
			    50 + i, i % 3, 50 + i);
		if (below(2))
			text += sprintf(text,
			    "neighbor 10.%u.0.3 lladdr 02:00:00:00:00:03 "
			    "port%u.%u\n",
			    50 + i, i % 3, 50 + i);
	}
	if (below(2))
		sprintf(text, "ip route 30.0.0.0/8 10.%u.0.2\n", 50 + below(8));
}

static void
random_packet(void)
{
	char src[32], dst[32];

	sprintf(src, "10.%u.0.9", 50 + below(8));
	sprintf(dst, "%u.%u.0.%u", below(3) ? 10u : 20u, below(2) ? 0u : 50u,
	    1 + below(9));
	receive(src, dst, below(3) ? (uint16_t)(50 + below(8)) : 0);
}

static void
test_random(void **state)
{
	static char text[4096];
	uint32_t neighbors;

	(void)state;
	srand(4);
	fixture_start(PORTS);
	seconds(2);
	neighbors = fx->router.adj.count;
	for (unsigned round = 0; round < 400; round++) {
		random_config(text);
		assert_int_equal(fixture_apply(text), 0);
		for (uint32_t n = below(4); n > 0; n--) {
			uint16_t some = (uint16_t)(PORT_MAX + below(8));
			char addr[32];

			sprintf(addr, "10.%u.0.2", 50 + below(8));
			if (router_interface_at(&fx->router, some))
				fixture_learn(some, addr, 2);
			random_packet();
			fixture_run(below(2) ? 10 : SECOND);
		}
		for (unsigned i = 0; i < FIXTURE_PORTS; i++)
			fx->port[i].tx_count = 0;
	}
	fixture_start(PORTS);
	seconds(5);
	assert_int_equal(fx->router.adj.count, neighbors);
	assert_int_equal(fx->router.interface_count, FIXTURE_PORTS);
	for (unsigned i = 0; i < FIXTURE_PORTS; i++)
		fx->port[i].tx_count = 0;
}

/* More than there are numbers come and go at once: nothing changes. */
static void
test_too_many(void **state)
{
	static char text[32768];
	uint32_t applied = 0;

	(void)state;
	fixture_start(PORTS);
	for (unsigned set = 0; set < 4; set++) {
		char *at = text + sprintf(text, "%s", PORTS);

		for (unsigned i = 0; i < 240; i++)
			at += sprintf(
			    at, "interface port2.%u\n", 1 + 240 * set + i);
		if (fixture_apply(text) != 0)
			break;
		applied++;
	}
	assert_int_equal(applied, (IFACE_MAX - PORT_MAX) / 240);
	assert_int_equal(vid_of(2, 241), index_of("port2.241"));
	seconds(10);
	assert_int_equal(fixture_apply(text), 0);
	assert_int_equal(vid_of(2, 241), NONE);
	assert_int_equal(vid_of(2, 481), index_of("port2.481"));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plan),
		cmocka_unit_test_setup_teardown(
		    test_follows_its_port, fixture_setup, fixture_teardown),
		TEST(test_packets),
		TEST(test_goes),
		TEST(test_numbers),
		TEST(test_counters_begin_anew),
		TEST(test_late_punt),
		TEST(test_random),
		TEST(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
