/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * The state machine against the sentences of RFC 4861 7.2.5 and 7.3.2, and the
 * table's books against a count of all that it has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/neighbor.h"
#include "control/router_private.h"
#include "tests/unit/router_fixture.h"

enum { SECOND = 1000 * 1000, STEPS = 200000, HOSTS = 60 };

static const char config[] = "interface port0\n"
			     " ip address 10.0.0.1/24\n"
			     "interface port1\n"
			     " ip address 10.1.0.1/24\n"
			     "ip route 20.0.0.0/8 10.1.0.2\n"
			     "neighbor 10.0.0.200 lladdr 02:00:00:00:00:c8 "
			     "port0\n";
static const char other[] =
    "interface port0\n"
    " ip address 10.0.0.1/24\n"
    "interface port1\n"
    " ip address 10.1.0.1/24\n"
    "ip route 20.0.0.0/8 10.1.0.5\n"
    "neighbor 10.1.0.9 lladdr 02:00:00:00:00:99 port1\n"
    "neighbor 10.0.0.200 lladdr 02:00:00:00:00:c8 port0\n";

static uint32_t
draw(uint32_t below)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 20) % below;
}

/* What the RFC says about one neighbour, without a table of states. */
struct oracle {
	enum neighbor_state state;
	int mac; /* number of it; 0: none */
};

/* 7.2.5 */
static void
hears(struct oracle *o, int mac, bool solicited, bool override)
{
	bool differs = mac != 0 && mac != o->mac;

	if (o->mac == 0) {
		if (mac == 0)
			return;
		o->mac = mac;
		o->state = solicited ? NEIGHBOR_REACHABLE : NEIGHBOR_STALE;
		return;
	}
	if (differs && !override) {
		/* a. and b. */
		if (o->state == NEIGHBOR_REACHABLE)
			o->state = NEIGHBOR_STALE;
		return;
	}
	if (differs)
		o->mac = mac;
	if (solicited)
		o->state = NEIGHBOR_REACHABLE;
	else if (differs)
		o->state = NEIGHBOR_STALE;
}

/* 7.3.2 */
static void
waits(struct oracle *o, bool tired)
{
	switch (o->state) {
	case NEIGHBOR_IDLE:
		o->state = NEIGHBOR_INCOMPLETE;
		break;
	case NEIGHBOR_REACHABLE:
		o->state = NEIGHBOR_STALE;
		break;
	case NEIGHBOR_STALE:
		o->state = NEIGHBOR_DELAY;
		break;
	default:
		if (tired && o->state != NEIGHBOR_DELAY) {
			o->state = NEIGHBOR_IDLE;
			o->mac = 0;
		}
		break;
	}
}

static enum neighbor_event
event_for(const struct oracle *o, int mac, bool solicited, bool override)
{
	if (mac == 0 || mac == o->mac)
		return solicited ? EVENT_SAME_SOLICITED : EVENT_SAME;
	return EVENT_OTHER + override + 2u * solicited;
}

static void
turn(struct oracle *o, uint32_t adj)
{
	struct router *r = &fx->router;
	bool solicited = draw(2), override = draw(2), tired = false;
	int mac = (int)draw(4);
	const uint8_t bytes[ETH_ALEN] = { 2, 0, 0, 0, 9, (uint8_t)mac };

	switch (draw(4)) {
	case 0:
		tired = o->state == NEIGHBOR_INCOMPLETE ||
		        o->state == NEIGHBOR_PROBE;
		tired = tired && draw(2);
		neighbor_step(r, adj, tired ? EVENT_TIRED : EVENT_TIMER, NULL);
		waits(o, tired);
		break;
	case 1:
		neighbor_step(r, adj, EVENT_TURN, NULL);
		if (o->state == NEIGHBOR_DELAY)
			o->state = NEIGHBOR_PROBE;
		break;
	case 2:
		neighbor_step(r, adj, EVENT_WANTED, NULL);
		if (o->state == NEIGHBOR_IDLE)
			o->state = NEIGHBOR_INCOMPLETE;
		break;
	default:
		neighbor_step(r, adj, event_for(o, mac, solicited, override),
		    mac ? bytes : NULL);
		hears(o, mac, solicited, override);
	}
}

/* A gateway's entry: it is never removed. */
static void
test_states(void **state)
{
	struct ip_addr gateway = fixture_addr("10.1.0.2");
	struct router *r = &fx->router;
	struct oracle o = { .state = NEIGHBOR_IDLE };
	uint32_t adj, seen = 0;

	(void)state;
	fixture_start(config);
	adj = adj_find(&r->adj, 1, IP4, gateway.byte);
	assert_int_not_equal(adj, ADJ_NONE);
	neighbor_lose(r, adj);
	for (uint32_t i = 0; i < STEPS; i++) {
		const struct neighbor *n = neighbor_of(r, adj);
		uint64_t link;

		turn(&o, adj);
		link = adj_link(&r->adj, adj);
		seen |= 1u << o.state;
		assert_int_equal(n->state, o.state);
		assert_int_equal((link & ADJ_VALID) != 0, o.mac != 0);
		assert_int_equal(link >> 40 & 0xff, o.mac);
		assert_int_not_equal(n->slot, NEIGHBOR_NO_TIMER);
	}
	assert_int_equal(seen, (1u << NEIGHBOR_STATIC) - 1);
	/* as it is when time goes on: what waits to probe has no clock */
	neighbor_lose(r, adj);
}

/* All that the books say, counted anew. */
static void
audit(void)
{
	struct router *r = &fx->router;
	const struct neighbors *t = r->private->neighbors;
	uint32_t count[2] = { 0 }, on[2] = { 0 }, kept[2] = { 0 };
	uint32_t line[2][LINES] = { { 0 } }, held = 0;

	for (uint32_t adj = 1; adj < r->adj.capacity; adj++) {
		const struct adj *e = &r->adj.entry[adj];
		const struct neighbor *n = &t->of[adj];
		uint32_t i = e->iface;

		if (!(e->flags & ADJ_LIVE))
			continue;
		on[i]++;
		count[i] += !neighbor_keeps(r, adj);
		held += (e->flags & ADJ_GATEWAY) != 0;
		kept[i] += n->waiting;
		if (n->line != LINE_NONE)
			line[i][n->line]++;
		assert_true(n->waiting <= NEIGHBOR_QUEUE_MAX);
		assert_true(n->line == LINE_NONE || !neighbor_keeps(r, adj));
		assert_true(n->waiting == 0 || n->state == NEIGHBOR_INCOMPLETE);
		assert_int_equal(
		    (e->flags & ADJ_STATIC) != 0, n->state == NEIGHBOR_STATIC);
		assert_int_equal((adj_link(&r->adj, adj) & ADJ_VALID) != 0,
		    n->state >= NEIGHBOR_REACHABLE);
		assert_true(
		    n->slot != NEIGHBOR_NO_TIMER || neighbor_keeps(r, adj));
	}
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(t->on_iface[i], on[i]);
		assert_int_equal(t->port[i].count, count[i]);
		assert_int_equal(t->port[i].kept, kept[i]);
		/* and those that were held or static until now */
		assert_true(count[i] <= t->share + 4);
		for (uint32_t k = 0; k < LINES; k++) {
			assert_int_equal(t->port[i].line[k].count, line[i][k]);
			assert_true(line[i][k] <= t->line_max[k]);
		}
	}
	assert_int_equal(t->held.count, held);
}

static uint64_t sent;

/* Every packet has left, waits, or is a drop. */
static void
balance(void)
{
	const struct neighbors *t = fx->router.private->neighbors;
	uint64_t known = fx->router_counters.forwarded4;

	for (uint32_t i = 0; i < DROP_REASON_COUNT; i++)
		known += fx->router_counters.drop[i];
	assert_int_equal(known + t->port[0].kept + t->port[1].kept, sent);
}

static const char *
some_host(uint32_t iface)
{
	static char text[32];

	snprintf(text, sizeof(text), "10.%u.0.%u", iface, 2 + draw(HOSTS));
	return text;
}

static void
packet(void)
{
	uint8_t frame[FRAME_MAX];
	uint16_t len = fixture_ip_frame(frame, "10.0.0.200", some_host(1), 60);

	fixture_punt(fixture_pkt(0, frame, len), PUNT_NEIGHBOR);
	fixture_turn(1);
	sent++;
}

static void
something(void)
{
	struct router *r = &fx->router;
	uint32_t iface = draw(2), what = draw(100);
	struct ip_addr a = fixture_addr(some_host(iface));
	const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 1, (uint8_t)draw(4) };

	if (what < 40) {
		packet();
	} else if (what < 75) {
		router_neighbor_heard(
		    r, (uint16_t)iface, &a, draw(5) ? mac : NULL, draw(32));
	} else if (what < 96) {
		fixture_turn(draw(2 * SECOND));
	} else if (what < 98) {
		fixture_apply(draw(2) ? config : other);
	} else {
		fx->port[1].link.up = draw(4) != 0;
		fixture_turn(FIXTURE_LINK_TURN);
	}
	fixture_send_mailbox();
	fx->port[0].tx_count = fx->port[1].tx_count = 0;
}

static void
test_books(void **state)
{
	const uint64_t *drop = fx->router_counters.drop;

	(void)state;
	fixture_start(config);
	for (uint32_t i = 0; i < 20000; i++) {
		something();
		audit();
		balance();
	}
	fx->port[1].link.up = true;
	for (uint32_t i = 0; i < 100; i++) {
		fixture_turn(SECOND);
		fixture_send_mailbox();
	}
	audit();
	balance();
	assert_int_equal(fx->router.private->neighbors->port[1].kept, 0);
	assert_true(drop[DROP_NO_NEIGHBOR] > 0);
	assert_true(drop[DROP_NEIGHBOR_QUEUE] > 0);
	assert_true(drop[DROP_LINK_DOWN] + drop[DROP_NO_ROUTE] > 0);
	assert_true(fx->router_counters.forwarded4 > 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_states),
		TEST(test_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
