/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router advertisements of the interfaces (RFC 4861 6.2): when they begin and
 * end, who asks for them, and what others on the link say.
 *
 * Every answer goes to all nodes (6.2.6 leaves the choice): so one clock an
 * interface keeps them apart, and a flood of solicitations brings no more than
 * one in three seconds.
 */
#include "control/config_private.h"
#include "control/icmp6.h"
#include "control/ip_scope.h"
#include "control/iptext.h"
#include "control/ra_build.h"
#include "control/ra_input.h"
#include "control/router_private.h"
#include "kernel/log.h"

enum { TURN_US = 10 * 1000 };

static const struct ip_addr *
link_local(const struct interface *i)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (ip_link_local(&i->address[k].addr) &&
		    i->address[k].status == ADDRESS_PREFERRED)
			return &i->address[k].addr;
	return NULL;
}

/* What the config wants the interface to advertise, or NULL. */
static const struct config_interface *
wanted(const struct config *c, const struct interface *i)
{
	const struct config_interface *from =
	    i->port ? config_interface_find(c, i->name) : NULL;

	return from && from->nd.advertise ? from : NULL;
}

/* Not while the address to send from may be another's (RFC 4862 5.4). */
static bool
may_advertise(const struct interface *i)
{
	return i->admin_up && i->link.up && link_local(i);
}

/* What the interface advertises now, or NULL. */
static const struct config_interface *
advertises(const struct router *r, uint16_t index)
{
	const struct config_interface *c = r->private->ra[index].config;

	return c && may_advertise(&r->interface[index]) ? c : NULL;
}

static size_t
build(const struct config_interface *c, const struct interface *i, bool final,
    uint8_t *packet)
{
	struct ra_facts facts = { .source = *link_local(i), .final = final };

	memcpy(facts.mac, i->port->mac, ETH_ALEN);
	return ra_build(c, &facts, packet);
}

static void
send(struct router *r, uint16_t index, const struct config_interface *c,
    bool final)
{
	uint8_t frame[sizeof(struct eth_hdr) + RA_MAX];
	const struct interface *i = &r->interface[index];
	struct eth_hdr eth = { .dst = { 0x33, 0x33, 0, 0, 0, 1 } };
	size_t len = build(c, i, final, frame + sizeof(eth));

	memcpy(eth.src, i->port->mac, ETH_ALEN);
	be16_store(&eth.type, ETHERTYPE_IP6);
	memcpy(frame, &eth, sizeof(eth));
	router_transmit(r, index, frame, (uint16_t)(sizeof(eth) + len));
}

static void
poll_one(struct router *r, uint16_t index)
{
	struct ra_timer *t = &r->private->ra[index].timer;
	uint64_t now = r->private->now_us;
	const struct config_interface *c = advertises(r, index);

	if (!c) {
		t->active = false;
		return;
	}
	if (!t->active) {
		ra_timer_start(t, now, r->private->random());
	} else if (now >= t->due_us) {
		send(r, index, c, false);
		ra_timer_sent(t, now, config_nd_number(&c->nd, ND_INTERVAL),
		    r->private->random());
	}
}

void
ra_poll(struct router *r)
{
	struct router_private *p = r->private;

	if (p->now_us - p->ra_turn_us < TURN_US)
		return;
	p->ra_turn_us = p->now_us;
	for (uint16_t i = 0; i < r->interface_count; i++)
		poll_one(r, i);
}

/* True when both say the same, as often. */
static bool
says_same(const struct config_interface *a, const struct config_interface *b,
    const struct interface *i)
{
	uint8_t packet[2][RA_MAX];
	size_t len = build(a, i, false, packet[0]);

	return build(b, i, false, packet[1]) == len &&
	       memcmp(packet[0], packet[1], len) == 0 &&
	       config_nd_number(&a->nd, ND_INTERVAL) ==
	           config_nd_number(&b->nd, ND_INTERVAL);
}

/* What changes for one that advertises: `next` is what the config says then. */
static void
follow(struct router *r, uint16_t index, const struct config_interface *next,
    const struct interface *plan)
{
	const struct interface *i = &r->interface[index];
	const struct config_interface *now = advertises(r, index);
	struct ra_timer *t = &r->private->ra[index].timer;

	if (!t->active || !now)
		return;
	/* Or it is another's number. */
	if (!next || !may_advertise(plan) || strcmp(plan->name, i->name) != 0) {
		send(r, index, now, true);
		t->active = false;
	} else if (!says_same(now, next, i)) {
		ra_timer_start(t, r->private->now_us, r->private->random());
	}
}

void
ra_before_commit(
    struct router *r, const struct config *next, const struct interface *plan)
{
	for (uint16_t k = 0; k < IFACE_MAX; k++) {
		const struct config_interface *then = wanted(next, &plan[k]);
		struct ra_iface *state = &r->private->ra[k];

		follow(r, k, then, &plan[k]);
		state->contradiction_told = false;
		state->config = then;
	}
}

static bool
is_own(const struct interface *i, const struct ip_addr *addr)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (ip_addr_equal(&i->address[k].addr, addr))
			return true;
	return false;
}

/* RFC 4861 6.2.6 */
static int
solicited(struct router *r, uint16_t iface, const uint8_t *packet, uint16_t len)
{
	struct ra_timer *t = &r->private->ra[iface].timer;
	struct ip_addr from;
	const uint8_t *mac;

	if (!ra_solicitation_good(packet, len, &mac))
		return DROP_ND;
	if (!t->active)
		return DROP_ICMP;
	from = ip_packet_src(packet);
	if (mac && !is_own(&r->interface[iface], &from))
		router_neighbor_heard(r, iface, &from, mac,
		    HEARD_CREATE | HEARD_OVERRIDE | HEARD_ADVERTISED);
	ra_timer_solicited(t, r->private->now_us, r->private->random());
	return NOT_DROPPED;
}

/* RFC 4861 6.2.7: nothing is taken over, but somebody should know. */
static int
advertised(
    struct router *r, uint16_t iface, const uint8_t *packet, uint16_t len)
{
	struct ra_iface *state = &r->private->ra[iface];
	const struct interface *i = &r->interface[iface];
	const struct config_interface *c = advertises(r, iface);
	struct ip_addr from = ip_packet_src(packet);
	uint8_t own[RA_MAX];
	char text[IPTEXT_ADDR_MAX];
	const char *what;

	if (!ra_advertisement_good(packet, len))
		return DROP_ND;
	if (!c || is_own(i, &from))
		return DROP_ICMP;
	if (state->contradiction_told)
		return NOT_DROPPED;
	what = ra_contradiction(own, build(c, i, false, own), packet, len);
	if (!what)
		return NOT_DROPPED;
	state->contradiction_told = true;
	log_warn(i->name, "router %s advertises otherwise than we do: %s",
	    ip_addr_format(&from, text), what);
	return NOT_DROPPED;
}

int
router_nd_input(
    struct router *r, uint16_t iface, const uint8_t *packet, uint16_t len)
{
	if (iface >= r->interface_count || len <= ICMP6_AT)
		return DROP_ND;
	if (packet[ICMP6_AT] == ICMP6_RS)
		return solicited(r, iface, packet, len);
	return advertised(r, iface, packet, len);
}
