/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * Interfaces of the local stack that come and go, on a port that others use,
 * too. The stack knows nothing of tags.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/stack.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

enum { VLAN = PORT_MAX };

static const uint8_t own[] = { 10, 5, 0, 1 }, second[] = { 10, 6, 0, 1 };
static const uint8_t host[] = { 10, 5, 0, 9 }, host2[] = { 10, 6, 0, 9 };
static const uint8_t own6[] = { 0x20, 1, 0xd, 0xb8, 0, 5, [15] = 0x55 };
static const uint8_t host6[] = { 0x20, 1, 0xd, 0xb8, 0, 5, [15] = 9 };
static const uint8_t solicited[] = { 0x33, 0x33, 0xff, 0, 0, 0x55 };
static uint8_t frame[STACK_FRAME_MAX];

static void
address(struct interface *i, struct ip_addr a, uint8_t len)
{
	i->address[i->address_count++] =
	    (struct interface_address){ .addr = a, .len = len };
}

static struct interface *
comes(void)
{
	struct interface *i = &sw->router.interface[VLAN];

	memset(i, 0, sizeof(*i));
	strcpy(i->name, "port0.5");
	i->port = &sw->port[0];
	i->vid = 5;
	i->mtu = 1500;
	i->admin_up = i->link.up = true;
	address(i, addr4(10, 5, 0, 1), 24);
	address(i, addr4(10, 6, 0, 1), 24);
	address(i, addr6(own6), 64);
	sw->router.interface_count = VLAN + 1;
	stack_lwip_ops.interface_changed(VLAN);
	return i;
}

static void
goes(void)
{
	struct interface *i = &sw->router.interface[VLAN];

	memset(i, 0, sizeof(*i));
	stack_lwip_ops.interface_changed(VLAN);
	sw->router.interface_count = 2;
}

static bool
port_hears(const uint8_t *group)
{
	for (uint32_t k = 0; k < sw->group_count[0]; k++)
		if (memcmp(sw->group[0][k], group, ETH_ALEN) == 0)
			return true;
	return false;
}

/* What a port receives is what any of its interfaces asks for. */
static void
test_groups_are_the_port_s(void **state)
{
	uint32_t before = sw->group_count[0], other = sw->group_count[1];

	(void)state;
	assert_false(port_hears(solicited));
	comes();
	stack_run(3000); /* a group is joined when DAD begins */
	assert_true(port_hears(solicited));
	assert_int_equal(sw->group_count[0], before + 1);
	assert_int_equal(sw->group_count[1], other);
	/* Another interface of the port tells its own anew. */
	stack_lwip_ops.interface_changed(0);
	stack_run(1);
	assert_true(port_hears(solicited));
	goes();
	stack_run(1);
	assert_false(port_hears(solicited));
	assert_int_equal(sw->group_count[0], before);
}

static const struct stack_frame *
arp_reply(uint16_t iface, const uint8_t *from, const uint8_t *target)
{
	uint32_t since = sw->sent_count;

	stack_give(iface, frame, make_arp(frame, 1, host_mac, from, target));
	return stack_find(since, is_arp_reply, target);
}

static void
test_answers_by_itself(void **state)
{
	const struct stack_frame *f;
	uint32_t since;

	(void)state;
	comes();
	stack_run(3000); /* DAD */
	f = arp_reply(VLAN, host, own);
	assert_non_null(f);
	assert_int_equal(f->iface, VLAN);
	f = arp_reply(VLAN, host2, second);
	assert_non_null(f);
	assert_int_equal(f->iface, VLAN);
	/* The link below is another one. */
	assert_null(arp_reply(0, host, own));
	since = sw->sent_count;
	stack_give(
	    VLAN, frame, make_nd(frame, 135, 0, host6, own6, own6, host_mac));
	f = stack_find(since, is_advertisement, own6);
	assert_non_null(f);
	assert_int_equal(f->iface, VLAN);
	goes();
	assert_null(arp_reply(VLAN, host, own));
}

static bool
is_from_vlan(const struct stack_frame *f, const void *unused)
{
	(void)unused;
	return f->iface == VLAN;
}

/* Its client, its neighbours and what waits for them go with it. */
static void
test_goes_with_all_it_has(void **state)
{
	struct interface *i;
	uint32_t since;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		i = comes();
		i->dhcp = round % 3 == 0;
		if (i->dhcp) {
			memmove(&i->address[0], &i->address[2],
			    sizeof(i->address[0]));
			i->address_count = 1;
			stack_lwip_ops.interface_changed(VLAN);
		}
		stack_give(
		    VLAN, frame, make_arp(frame, 1, host_mac, host, own));
		stack_run(round % 50 == 0 ? 3000 : 20);
		assert_int_not_equal(stack_lwip_ops.netif_index(VLAN), 0);
		goes();
		assert_int_equal(stack_lwip_ops.netif_index(VLAN), 0);
	}
	since = sw->sent_count;
	stack_run(10 * 1000);
	assert_null(stack_find(since, is_from_vlan, NULL));
	assert_int_equal(sw->errors, 0);
	/* The teardown compares the stack's memory. */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, stack_setup, stack_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_groups_are_the_port_s),
		TEST(test_answers_by_itself),
		TEST(test_goes_with_all_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
