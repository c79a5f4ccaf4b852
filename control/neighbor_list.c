/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of neighbours, linked by index: the lines of a port, and a wheel of
 * timers, whose slots are lists of those that are due in the same 65 ms. A
 * timer costs the same however many run.
 */
#include "control/neighbor.h"
#include "control/router_private.h"

enum { TICK_SHIFT = 16 }; /* us of a tick of the wheel: 65536 */

void
list_append(struct neighbors *t, enum neighbor_link kind,
    struct neighbor_list *l, uint32_t adj)
{
	t->of[adj].link[kind].prev = l->last;
	t->of[adj].link[kind].next = ADJ_NONE;
	if (l->last)
		t->of[l->last].link[kind].next = adj;
	else
		l->first = adj;
	l->last = adj;
	l->count++;
}

void
list_remove(struct neighbors *t, enum neighbor_link kind,
    struct neighbor_list *l, uint32_t adj)
{
	uint32_t prev = t->of[adj].link[kind].prev;
	uint32_t next = t->of[adj].link[kind].next;

	if (prev)
		t->of[prev].link[kind].next = next;
	else
		l->first = next;
	if (next)
		t->of[next].link[kind].prev = prev;
	else
		l->last = prev;
	l->count--;
}

void
line_leave(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);

	if (n->line == LINE_NONE)
		return;
	list_remove(r->private->neighbors, LINK_LINE,
	    &neighbor_port(r, adj)->line[n->line], adj);
	n->line = LINE_NONE;
}

void
line_join(struct router *r, uint32_t adj, enum neighbor_line line)
{
	struct neighbors *t = r->private->neighbors;
	struct neighbor_list *l = &neighbor_port(r, adj)->line[line];

	line_leave(r, adj);
	if (neighbor_keeps(r, adj))
		return;
	while (l->count >= t->line_max[line]) {
		r->neighbor_stats.evicted++;
		neighbor_remove(r, l->first, DROP_NEIGHBOR_QUEUE);
	}
	list_append(t, LINK_LINE, l, adj);
	t->of[adj].line = (uint8_t)line;
}

void
timer_stop(struct router *r, uint32_t adj)
{
	struct neighbors *t = r->private->neighbors;
	struct neighbor *n = &t->of[adj];

	if (n->slot == NEIGHBOR_NO_TIMER)
		return;
	list_remove(t, LINK_TIMER, &t->slot[n->slot], adj);
	n->slot = NEIGHBOR_NO_TIMER;
}

static void
slot_join(struct router *r, uint32_t adj, uint16_t slot)
{
	struct neighbors *t = r->private->neighbors;

	timer_stop(r, adj);
	list_append(t, LINK_TIMER, &t->slot[slot], adj);
	t->of[adj].slot = slot;
}

void
timer_arm(struct router *r, uint32_t adj, uint64_t us)
{
	uint64_t due = (r->private->now_us + us) >> TICK_SHIFT;

	slot_join(r, adj, (uint16_t)((due + 1) % NEIGHBOR_SLOTS));
}

void
prober_join(struct router *r, uint32_t adj)
{
	slot_join(r, adj, NEIGHBOR_PROBERS);
}

uint32_t
timer_next(struct router *r)
{
	struct neighbors *t = r->private->neighbors;
	uint64_t now = r->private->now_us >> TICK_SHIFT;

	/* After a long pause only half a turn, or it would meet what is armed
	 * meanwhile. What it misses comes when the wheel is there again. */
	if (now - t->tick > NEIGHBOR_SLOTS / 2)
		t->tick = now - NEIGHBOR_SLOTS / 2;
	for (; t->tick <= now; t->tick++) {
		uint32_t adj = t->slot[t->tick % NEIGHBOR_SLOTS].first;

		if (adj) {
			timer_stop(r, adj);
			return adj;
		}
	}
	t->tick = now;
	return ADJ_NONE;
}
