/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine of RFC 4861 7.3 and its appendix C, for ARP as well.
 *
 * The workers forward without telling of it, so nobody knows which entries are
 * in use. Each counts as used: one that was not confirmed for a while becomes
 * STALE, then DELAY, then waits for its turn to probe, and is lost when nobody
 * answers. So the table has those that are there, whether they talk or not.
 *
 * ARP has no flags. A reply to us counts as solicited, and all that ARP tells
 * overrides (RFC 826: the merge flag).
 */
#include "control/neighbor.h"
#include "control/router_private.h"
#include "kernel/log.h"

enum {
	SECOND_US = 1000 * 1000,
	REACHABLE_US = 30 * SECOND_US, /* RFC 4861 10: REACHABLE_TIME */
	STALE_US = 5 * SECOND_US,
	DELAY_US = 5 * SECOND_US, /* DELAY_FIRST_PROBE_TIME */
	RETRANS_US = SECOND_US,   /* RETRANS_TIMER, RFC 1122 2.3.2.1 */
	IDLE_US = 5 * SECOND_US,  /* a gateway is asked for again */
	TIMERS_A_TURN = 64,
	TRIES_MULTICAST = 3, /* MAX_MULTICAST_SOLICIT */
	TRIES_PROBE = 4,     /* MAX_UNICAST_SOLICIT, and one to all */
};

/* What a step does besides. */
enum {
	TAKE = 1,  /* the MAC */
	ARM = 2,   /* the timer of the state */
	ENTER = 4, /* the same, and no questions were asked in it */
	ASK = 8,
	WAIT = 16, /* for its turn to probe */
	LOSE = 32,
};

struct step {
	uint8_t state;
	uint8_t does;
};

#define STAY(state)                                                            \
	{                                                                      \
		NEIGHBOR_##state, 0                                            \
	}
#define TO(state, does)                                                        \
	{                                                                      \
		NEIGHBOR_##state, does                                         \
	}

/* What is heard while the MAC is known, but not whether it still holds. */
#define HEARD_IN_DOUBT(state)                                                  \
	[EVENT_SAME] = STAY(state),                                            \
	[EVENT_SAME_SOLICITED] = TO(REACHABLE, ENTER),                         \
	[EVENT_OTHER] = STAY(state),                                           \
	[EVENT_OTHER_OVERRIDE] = TO(STALE, TAKE | ENTER),                      \
	[EVENT_OTHER_SOLICITED] = STAY(state),                                 \
	[EVENT_OTHER_SOLICITED_OVERRIDE] = TO(REACHABLE, TAKE | ENTER)

/* The same while none is known: any is welcome (RFC 4861 7.2.5). */
#define HEARD_WITHOUT(state)                                                   \
	[EVENT_SAME] = STAY(state), [EVENT_SAME_SOLICITED] = STAY(state),      \
	[EVENT_OTHER] = TO(STALE, TAKE | ENTER),                               \
	[EVENT_OTHER_OVERRIDE] = TO(STALE, TAKE | ENTER),                      \
	[EVENT_OTHER_SOLICITED] = TO(REACHABLE, TAKE | ENTER),                 \
	[EVENT_OTHER_SOLICITED_OVERRIDE] = TO(REACHABLE, TAKE | ENTER)

static const struct step machine[NEIGHBOR_STATES][NEIGHBOR_EVENTS] = {
	[NEIGHBOR_IDLE] = {
		[EVENT_WANTED] = TO(INCOMPLETE, ENTER | ASK),
		[EVENT_TIMER] = TO(INCOMPLETE, ENTER | ASK),
		[EVENT_TIRED] = TO(IDLE, LOSE),
		[EVENT_TURN] = STAY(IDLE),
		HEARD_WITHOUT(IDLE),
	},
	[NEIGHBOR_INCOMPLETE] = {
		[EVENT_WANTED] = STAY(INCOMPLETE),
		[EVENT_TIMER] = TO(INCOMPLETE, ARM | ASK),
		[EVENT_TIRED] = TO(INCOMPLETE, LOSE),
		[EVENT_TURN] = STAY(INCOMPLETE),
		HEARD_WITHOUT(INCOMPLETE),
	},
	[NEIGHBOR_REACHABLE] = {
		[EVENT_WANTED] = STAY(REACHABLE),
		[EVENT_TIMER] = TO(STALE, ENTER),
		[EVENT_TIRED] = STAY(REACHABLE),
		[EVENT_TURN] = STAY(REACHABLE),
		[EVENT_SAME] = STAY(REACHABLE),
		[EVENT_SAME_SOLICITED] = TO(REACHABLE, ENTER),
		[EVENT_OTHER] = TO(STALE, ENTER),
		[EVENT_OTHER_OVERRIDE] = TO(STALE, TAKE | ENTER),
		[EVENT_OTHER_SOLICITED] = TO(STALE, ENTER),
		[EVENT_OTHER_SOLICITED_OVERRIDE] = TO(REACHABLE, TAKE | ENTER),
	},
	[NEIGHBOR_STALE] = {
		[EVENT_WANTED] = STAY(STALE),
		[EVENT_TIMER] = TO(DELAY, ENTER),
		[EVENT_TIRED] = STAY(STALE),
		[EVENT_TURN] = STAY(STALE),
		HEARD_IN_DOUBT(STALE),
	},
	[NEIGHBOR_DELAY] = {
		[EVENT_WANTED] = STAY(DELAY),
		[EVENT_TIMER] = TO(DELAY, WAIT),
		[EVENT_TIRED] = STAY(DELAY),
		[EVENT_TURN] = TO(PROBE, ENTER | ASK),
		HEARD_IN_DOUBT(DELAY),
	},
	[NEIGHBOR_PROBE] = {
		[EVENT_WANTED] = STAY(PROBE),
		[EVENT_TIMER] = TO(PROBE, ARM | ASK),
		[EVENT_TIRED] = TO(PROBE, LOSE),
		[EVENT_TURN] = STAY(PROBE),
		HEARD_IN_DOUBT(PROBE),
	},
	[NEIGHBOR_STATIC] = {
		[EVENT_WANTED] = STAY(STATIC),
		[EVENT_TIMER] = STAY(STATIC),
		[EVENT_TIRED] = STAY(STATIC),
		[EVENT_TURN] = STAY(STATIC),
		[EVENT_SAME] = STAY(STATIC),
		[EVENT_SAME_SOLICITED] = STAY(STATIC),
		[EVENT_OTHER] = STAY(STATIC),
		[EVENT_OTHER_OVERRIDE] = STAY(STATIC),
		[EVENT_OTHER_SOLICITED] = STAY(STATIC),
		[EVENT_OTHER_SOLICITED_OVERRIDE] = STAY(STATIC),
	},
};

/* RFC 4861 6.3.2: not all at the same time. */
static uint64_t
time_in(struct router *r, enum neighbor_state state)
{
	static const uint32_t us[NEIGHBOR_STATES] = {
		[NEIGHBOR_IDLE] = IDLE_US,
		[NEIGHBOR_INCOMPLETE] = RETRANS_US,
		[NEIGHBOR_STALE] = STALE_US,
		[NEIGHBOR_DELAY] = DELAY_US,
		[NEIGHBOR_PROBE] = RETRANS_US,
	};

	if (state == NEIGHBOR_REACHABLE)
		return REACHABLE_US / 2 + neighbor_random(r, REACHABLE_US);
	return us[state];
}

/* What told of itself and was never confirmed stands in a line. */
static void
follow_line(struct router *r, uint32_t adj, uint8_t before)
{
	struct neighbor *n = neighbor_of(r, adj);

	if (n->state == NEIGHBOR_REACHABLE)
		line_leave(r, adj);
	else if (n->state == NEIGHBOR_STALE && before <= NEIGHBOR_INCOMPLETE)
		line_join(r, adj, LINE_HEARD);
}

void
neighbor_step(struct router *r, uint32_t adj, enum neighbor_event event,
    const uint8_t *mac)
{
	struct neighbor *n = neighbor_of(r, adj);
	struct step step = machine[n->state][event];
	uint8_t before = n->state;

	if (step.does & LOSE) {
		neighbor_lose(r, adj);
		return;
	}
	n->state = step.state;
	if (n->state != before)
		follow_line(r, adj, before);
	if (step.does & ENTER)
		n->tries = 0;
	if (step.does & (ARM | ENTER))
		timer_arm(r, adj, time_in(r, n->state));
	if (step.does & WAIT)
		prober_join(r, adj);
	if (step.does & TAKE) {
		adj_set_mac(&r->adj, adj, mac);
		queue_send(r, adj);
	}
	if (step.does & ASK)
		neighbor_ask(r, adj);
}

void
neighbor_lose(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);
	struct kept *kept = queue_take(r, adj);

	if (n->state == NEIGHBOR_INCOMPLETE)
		r->neighbor_stats.failed++;
	else if (n->state != NEIGHBOR_IDLE)
		r->neighbor_stats.lost++;
	if (r->adj.entry[adj].flags & ADJ_GATEWAY) {
		adj_invalidate(&r->adj, adj);
		n->state = NEIGHBOR_IDLE;
		timer_arm(r, adj, IDLE_US);
	} else {
		neighbor_remove(r, adj, DROP_NO_NEIGHBOR);
	}
	queue_give_up(r, kept);
}

static enum neighbor_event
timer_event(const struct router *r, uint32_t adj)
{
	const struct neighbor *n = neighbor_of(r, adj);

	switch (n->state) {
	case NEIGHBOR_IDLE:
		return r->adj.entry[adj].flags & ADJ_GATEWAY ? EVENT_TIMER
		                                             : EVENT_TIRED;
	case NEIGHBOR_INCOMPLETE:
		return n->tries < TRIES_MULTICAST ? EVENT_TIMER : EVENT_TIRED;
	case NEIGHBOR_PROBE:
		return n->tries < TRIES_PROBE ? EVENT_TIMER : EVENT_TIRED;
	default:
		return EVENT_TIMER;
	}
}

void
neighbor_poll(struct router *r)
{
	for (uint32_t i = 0; i < TIMERS_A_TURN; i++) {
		uint32_t adj = timer_next(r);

		if (adj == ADJ_NONE)
			break;
		neighbor_step(r, adj, timer_event(r, adj), NULL);
	}
	neighbor_probe_turn(r);
}

/* A group's address is nobody's own (RFC 1812 3.3.2), nor is ours. */
static bool
mac_usable(const struct interface *i, const uint8_t *mac)
{
	static const uint8_t none[ETH_ALEN];

	return !(mac[0] & 1) && memcmp(mac, none, ETH_ALEN) != 0 &&
	       memcmp(mac, i->port->mac, ETH_ALEN) != 0;
}

/* On a network of the interface, and neither ours nor its broadcast. */
static bool
may_be_host(const struct router *r, uint16_t iface, const struct ip_addr *addr)
{
	const struct dataplane *dp = &r->private->current->dp;
	uint8_t type =
	    nexthop_read(dp->nexthop, fib_lookup(dp->fib, addr)).type;

	return interface_on_link(r, iface, addr) && type != NEXTHOP_LOCAL &&
	       type != NEXTHOP_BROADCAST;
}

static enum neighbor_event
event_of(
    const struct router *r, uint32_t adj, const uint8_t *mac, uint32_t flags)
{
	uint64_t link = adj_link(&r->adj, adj);
	uint8_t known[ETH_ALEN];
	bool solicited = flags & HEARD_SOLICITED;

	adj_link_mac(link, known);
	if (!mac || ((link & ADJ_VALID) && memcmp(mac, known, ETH_ALEN) == 0))
		return solicited ? EVENT_SAME_SOLICITED : EVENT_SAME;
	if (flags & HEARD_OVERRIDE)
		return solicited ? EVENT_OTHER_SOLICITED_OVERRIDE
		                 : EVENT_OTHER_OVERRIDE;
	return solicited ? EVENT_OTHER_SOLICITED : EVENT_OTHER;
}

void
router_neighbor_heard(struct router *r, uint16_t iface,
    const struct ip_addr *addr, const uint8_t *mac, uint32_t flags)
{
	const struct interface *i = &r->interface[iface];
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (!i->admin_up || !i->link.up || (mac && !mac_usable(i, mac)))
		return;
	if (adj == ADJ_NONE && mac && (flags & HEARD_CREATE) &&
	    may_be_host(r, iface, addr))
		adj = neighbor_obtain(r, iface, addr);
	if (adj == ADJ_NONE)
		return;
	if (flags & HEARD_ADVERTISED)
		neighbor_of(r, adj)->is_router = flags & HEARD_ROUTER;
	neighbor_step(r, adj, event_of(r, adj, mac, flags), mac);
}
