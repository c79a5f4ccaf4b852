/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions to neighbours, and how many of them (RFC 1122 2.3.2.1, RFC 6583
 * 6.2). The stack knows how to ask; here is when.
 *
 * Each port has its bucket for questions to everybody. A second question
 * leaves half a burst for first ones, so that those of a scan that goes
 * unanswered do not delay a new neighbour's. One bucket of all ports is for the
 * unicast ones that confirm what is known: those wait for their turn.
 */
#include "control/neighbor.h"
#include "control/router_private.h"

enum {
	QUESTION_RATE = 1000, /* a second and port */
	QUESTION_BURST = 256,
	PROBE_RATE = 512, /* a second, of all ports */
	PROBE_BURST = 32,
	PROBE_UNICAST = 3, /* RFC 4861 10, MAX_UNICAST_SOLICIT */
	LATER_US = 100 * 1000,
	SECOND_US = 1000 * 1000,
};

void
bucket_fill(struct bucket *b, uint64_t now_us, uint32_t rate, uint32_t burst)
{
	uint64_t more = (now_us - b->filled_us) * rate / SECOND_US;

	if (more >= 2ull * burst) {
		b->tokens = (int32_t)burst;
		b->filled_us = now_us;
		return;
	}
	b->filled_us += more * SECOND_US / rate;
	b->tokens += (int32_t)more;
	if (b->tokens > (int32_t)burst)
		b->tokens = (int32_t)burst;
}

/* Gateways are few, and their questions are always due. */
static bool
may_ask(struct router *r, uint32_t adj, const struct neighbor *n)
{
	struct bucket *b = &neighbor_port(r, adj)->questions;
	int32_t least = n->tries == 0 ? 0 : QUESTION_BURST / 2;

	bucket_fill(b, r->private->now_us, QUESTION_RATE, QUESTION_BURST);
	if (b->tokens <= least && !neighbor_keeps(r, adj))
		return false;
	if (b->tokens > -QUESTION_BURST)
		b->tokens--;
	return true;
}

/* What cannot be asked while our own address is being checked (RFC 4862 5.4)
 * is not given up for that, if routes lead through it. */
static void
ask(struct router *r, uint32_t adj, const uint8_t *mac)
{
	const struct adj *e = &r->adj.entry[adj];
	struct neighbor *n = neighbor_of(r, adj);
	struct ip_addr addr = ip_addr_load(e->family, e->addr);
	int error = r->stack->ask(e->iface, &addr, mac);

	if (error == 0)
		r->neighbor_stats.asked++;
	if (error == 0 || !neighbor_keeps(r, adj))
		n->tries++;
}

/* The last probe asks everybody: the neighbour may have a new MAC. */
static void
probe(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);
	uint8_t mac[ETH_ALEN];

	r->private->neighbors->probes.tokens--;
	adj_link_mac(adj_link(&r->adj, adj), mac);
	ask(r, adj, n->tries < PROBE_UNICAST ? mac : NULL);
}

void
neighbor_ask(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);

	if (n->state == NEIGHBOR_PROBE)
		probe(r, adj);
	else if (may_ask(r, adj, n))
		ask(r, adj, NULL);
	else if (n->tries == 0)
		timer_arm(r, adj, LATER_US);
	else
		n->tries++;
}

void
neighbor_probe_turn(struct router *r)
{
	struct neighbors *t = r->private->neighbors;
	struct neighbor_list *l = &t->slot[NEIGHBOR_PROBERS];

	bucket_fill(&t->probes, r->private->now_us, PROBE_RATE, PROBE_BURST);
	while (l->first && t->probes.tokens > 0)
		neighbor_step(r, l->first, EVENT_TURN, NULL);
}
