/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fake router of stack_fixture.h.
 */
#include "tests/unit/stack_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/log.h"
#include "kernel/time.h"
#include "lwip-port/stack.h"
#include "lwip/stats.h"
#include "net/wire.h"

enum { TICK_US = 20 * 1000, BUCKETS = 64, ETH = 14 };

static struct stack_world world;
struct stack_world *sw = &world;
static struct interface interfaces[IFACE_MAX];
static struct adj adjs[STACK_ADJS];
static _Atomic uint32_t buckets[BUCKETS];
static uint64_t memory_before;

uint64_t
time_us(void)
{
	return sw->now_us;
}

static void
keep(const char *area, const char *fmt, va_list ap)
{
	int n = snprintf(sw->log, sizeof(sw->log), "%s: ", area);

	vsnprintf(sw->log + n, sizeof(sw->log) - (size_t)n, fmt, ap);
}

/* An assertion of lwIP's that fails is a failure of the test. */
void
log_error(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(area, fmt, ap);
	va_end(ap);
	sw->errors++;
	if (strcmp(area, "lwip") == 0)
		fail_msg("%s", sw->log);
}

void
log_warn(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(area, fmt, ap);
	va_end(ap);
}

struct interface *
router_interface_at(struct router *r, uint16_t iface)
{
	return iface < r->interface_count && r->interface[iface].port
	           ? &r->interface[iface]
	           : NULL;
}

static void
leave(const struct stack_kept *k, const uint8_t *mac)
{
	struct stack_frame *f = &sw->sent[sw->sent_count % STACK_FRAMES];

	f->iface = k->iface;
	f->len = k->len + ETH;
	memcpy(f->byte, mac, ETH_ALEN);
	memcpy(f->byte + 6, sw->port[k->iface].mac, ETH_ALEN);
	be16_store(
	    f->byte + 12, k->to.family == IP4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6);
	memcpy(f->byte + ETH, k->byte, k->len);
	sw->sent_count++;
}

void
stack_learn(uint16_t iface, const struct ip_addr *a, const uint8_t *mac)
{
	struct adj_table *t = &sw->router.adj;
	uint32_t left = 0;

	adj_set_mac(t, adj_add(t, iface, a), mac);
	for (uint32_t i = 0; i < sw->kept_count; i++)
		if (sw->kept[i].iface == iface &&
		    ip_addr_equal(&sw->kept[i].to, a))
			leave(&sw->kept[i], mac);
		else
			sw->kept[left++] = sw->kept[i];
	sw->kept_count = left;
}

/* Believes all; what it makes of it is not the stack's business. */
void
router_neighbor_heard(struct router *r, uint16_t iface,
    const struct ip_addr *addr, const uint8_t *mac, uint32_t flags)
{
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	sw->heard++;
	sw->heard_addr = *addr;
	sw->heard_flags = flags;
	sw->heard_mac = mac != NULL;
	if (mac && (adj != ADJ_NONE || (flags & HEARD_CREATE)))
		stack_learn(iface, addr, mac);
}

int
router_send(struct router *r, uint16_t iface, const struct ip_addr *next_hop,
    uint8_t *packet, uint16_t len)
{
	struct stack_kept *k = sw->kept;

	if (sw->kept_count < STACK_KEPT)
		k += sw->kept_count++;
	adj_add(&r->adj, iface, next_hop);
	k->iface = iface;
	k->len = len;
	k->to = *next_hop;
	memcpy(k->byte, packet, len);
	return stack_lwip_ops.ask(iface, next_hop, NULL);
}

void
router_address_status(struct router *r, uint16_t iface,
    const struct ip_addr *addr, enum address_status status)
{
	struct interface *i = &r->interface[iface];

	for (uint32_t k = 0; k < i->address_count; k++)
		if (ip_addr_equal(&i->address[k].addr, addr))
			i->address[k].status = (uint8_t)status;
}

void
router_dropped(struct router *r, enum drop_reason reason)
{
	(void)r;
	assert_int_equal(reason, DROP_REASSEMBLY);
	sw->dropped++;
}

int
router_nd_input(
    struct router *r, uint16_t iface, const uint8_t *packet, uint16_t len)
{
	(void)r;
	(void)len;
	sw->router_nd_iface = iface;
	sw->router_nd_type = packet[40];
	sw->router_nd++;
	return NOT_DROPPED;
}

void
router_refuse(struct router *r, enum icmp_error error, uint16_t detail,
    uint16_t iface, const uint8_t *packet, uint16_t len)
{
	(void)r;
	assert_true(len <= sizeof(sw->error_packet));
	sw->error = error;
	sw->error_detail = detail;
	sw->error_iface = iface;
	sw->error_len = len;
	memcpy(sw->error_packet, packet, len);
	sw->refusals++;
}

void
router_lease(struct router *r, uint16_t iface, const struct ip_addr *addr,
    uint8_t len, const struct ip_addr *gateway)
{
	sw->lease = *addr;
	sw->lease_len = len;
	sw->lease_gateway = *gateway;
	sw->leases++;
	/* As a router may: it must not begin anew. */
	stack_lwip_ops.interface_changed(iface);
	(void)r;
}

int
router_transmit(
    struct router *r, uint16_t iface, const uint8_t *frame, uint16_t len)
{
	struct stack_frame *f = &sw->sent[sw->sent_count % STACK_FRAMES];

	assert_true(len <= STACK_FRAME_MAX);
	f->iface = iface;
	f->len = len;
	memcpy(f->byte, frame, len);
	sw->sent_count++;
	(void)r;
	return 0;
}

static bool
covers(const struct interface_address *a, const struct ip_addr *addr)
{
	struct ip_prefix net = { a->addr, a->len };

	ip_addr_mask(&net.addr, net.len);
	return ip_prefix_covers(&net, addr);
}

bool
adj_mac(uint16_t iface, const struct ip_addr *a, uint8_t *mac)
{
	struct adj_table *t = &sw->router.adj;
	uint32_t adj = adj_find(t, iface, a->family, a->byte);
	uint64_t link = adj ? adj_link(t, adj) : 0;

	adj_link_mac(link, mac);
	return (link & ADJ_VALID) != 0;
}

static void
lookup_on(uint16_t iface, const struct interface_address *on,
    const struct ip_addr *a, struct router_lookup *out)
{
	if (ip_addr_equal(&on->addr, a))
		out->type = NEXTHOP_LOCAL;
	else if (out->type == NEXTHOP_NONE && covers(on, a))
		out->type = NEXTHOP_CONNECTED;
	else
		return;
	out->count = 1;
	out->nexthop[0].iface = iface;
	out->nexthop[0].has_mac = adj_mac(iface, a, out->nexthop[0].mac);
}

void
router_lookup(
    const struct router *r, const struct ip_addr *a, struct router_lookup *out)
{
	memset(out, 0, sizeof(*out));
	for (uint16_t n = 0; n < r->interface_count; n++)
		for (uint32_t k = 0; k < r->interface[n].address_count; k++)
			lookup_on(n, &r->interface[n].address[k], a, out);
	if (out->type == NEXTHOP_NONE && a->family == IP4 &&
	    sw->gateway4.family) {
		out->type = NEXTHOP_VIA;
		out->count = 1;
		out->nexthop[0].iface = 1;
		out->nexthop[0].addr = sw->gateway4;
		out->nexthop[0].has_mac = adj_mac(
		    1, &sw->gateway4, out->nexthop[0].mac);
	}
}

static int
set_multicast(struct port *port, const uint8_t (*mac)[ETH_ALEN], uint32_t n)
{
	memcpy(sw->group[port->index], mac, (size_t)n * ETH_ALEN);
	sw->group_count[port->index] = n;
	sw->groups_told[port->index]++;
	return 0;
}

static const struct port_ops ops = { .set_multicast = set_multicast };

static uint32_t
fixed_random(void)
{
	static uint32_t x = 1;

	x = x * 1664525u + 1013904223u;
	return x ^ x >> 16;
}

struct ip_addr
addr4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct ip_addr){ .byte = { a, b, c, d }, .family = IP4 };
}

struct ip_addr
addr6(const uint8_t *bytes)
{
	struct ip_addr a = { .family = IP6 };

	memcpy(a.byte, bytes, 16);
	return a;
}

static void
address(struct interface *i, struct ip_addr a, uint8_t len)
{
	i->address[i->address_count++] = (struct interface_address){
		.addr = a, .len = len, .origin = ORIGIN_STATIC
	};
}

void
stack_addresses(void)
{
	static const uint8_t global[16] = { 0x20, 1, 0x0d, 0xb8 };
	static const uint8_t local[16] = { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0xff, 0xfe };
	struct interface *i = sw->router.interface;

	i[0].address_count = i[1].address_count = 0;
	i[0].dhcp = i[1].dhcp = false;
	address(&i[0], addr4(192, 0, 2, 1), 24);
	address(&i[0], addr4(203, 0, 113, 1), 24);
	address(&i[1], addr4(198, 51, 100, 1), 24);
	for (uint8_t n = 0; n < 2; n++) {
		struct ip_addr a = addr6(global), l = addr6(local);

		a.byte[5] = n + 1;
		a.byte[15] = 1;
		l.byte[15] = n + 1;
		address(&i[n], a, n == 0 ? 64 : 48);
		address(&i[n], l, 64);
	}
}

void
stack_interface_set(uint16_t iface, bool up, bool link)
{
	sw->router.interface[iface].admin_up = up;
	sw->router.interface[iface].link.up = link;
	stack_lwip_ops.interface_changed(iface);
}

uint64_t
stack_memory(void)
{
	uint64_t sum = lwip_stats.mem.used;

	for (int i = 0; i < MEMP_MAX; i++)
		sum += lwip_stats.memp[i]->used;
	return sum;
}

static void
start_once(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	sw->router.interface = interfaces;
	for (uint8_t n = 0; n < 2; n++) {
		struct interface *i = &sw->router.interface[n];

		snprintf(i->name, sizeof(i->name), "port%u", n);
		sw->port[n] = (struct port){
			.index = n, .ops = &ops, .mac = { 2, 0, 0, 0, 0, n + 1 }
		};
		i->port = &sw->port[n];
		i->mtu = 1500;
	}
	sw->router.interface_count = 2;
	sw->now_us = 1000 * 1000;
	assert_int_equal(stack_init(&sw->router, fixed_random), 0);
	/* As after boot: one port waits for its link, one is shut. */
	stack_addresses();
	stack_interface_set(0, true, false);
	stack_interface_set(1, false, false);
	stack_run(3000);
	sw->sent_early = sw->sent_count;
}

int
stack_setup(void **state)
{
	(void)state;
	memset(adjs, 0, sizeof(adjs));
	memset(buckets, 0, sizeof(buckets));
	adj_table_init(&sw->router.adj, adjs, STACK_ADJS, buckets, BUCKETS, 1);
	sw->gateway4.family = 0;
	start_once();
	stack_addresses();
	for (uint16_t n = 0; n < 2; n++)
		stack_interface_set(n, true, true);
	stack_run(15 * 1000); /* DAD, and MLD's last report */
	sw->sent_count = sw->heard = sw->kept_count = sw->errors = 0;
	sw->leases = 0;
	memory_before = stack_memory();
	return 0;
}

int
stack_teardown(void **state)
{
	(void)state;
	stack_addresses();
	for (uint16_t n = 0; n < 2; n++) {
		stack_interface_set(n, false, false);
		sw->router.interface[n].address_count = 0;
		stack_lwip_ops.interface_changed(n);
	}
	stack_run(70 * 1000); /* reassembly */
	stack_addresses();
	for (uint16_t n = 0; n < 2; n++)
		stack_interface_set(n, true, true);
	stack_run(15 * 1000);
	assert_int_equal(stack_memory(), memory_before);
	for (uint16_t n = 0; n < 2; n++)
		stack_interface_set(n, false, false);
	return 0;
}

void
stack_run(uint32_t ms)
{
	uint64_t until = sw->now_us + (uint64_t)ms * 1000;

	while (sw->now_us < until) {
		sw->now_us += TICK_US;
		stack_poll(sw->now_us);
	}
}

/* From memory of its own, so that a read behind it is seen. */
void
stack_give(uint16_t iface, const uint8_t *frame, uint16_t len)
{
	uint8_t *own = malloc(len);

	assert_non_null(own);
	memcpy(own, frame, len);
	sw->fate = stack_lwip_ops.input(iface, own, len);
	sw->refused = sw->fate != NOT_DROPPED;
	sw->dropped += sw->refused;
	free(own);
}

const struct stack_frame *
stack_find(uint32_t from, stack_match *match, const void *arg)
{
	for (uint32_t i = from; i < sw->sent_count && i < STACK_FRAMES; i++)
		if (match(&sw->sent[i], arg))
			return &sw->sent[i];
	return NULL;
}

uint32_t
stack_count(stack_match *match, const void *arg)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < sw->sent_count && i < STACK_FRAMES; i++)
		n += match(&sw->sent[i], arg);
	return n;
}
