/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wires workers, ports and links together (team.h). Boot only.
 */
#include <stddef.h>
#include <string.h>

#include "net/team.h"

enum {
	MAILBOX = 1024,
	HAND_OVER = 512,
	SPARE = 2048,  /* buffers in nobody's ring or link */
	RING_MIN = 64, /* the shortest that a NIC takes */
	LINK_ALIGN = 64,
};

/* How many workers own a port that others must reach through them. */
static uint32_t
owners(const struct team *team, uint32_t *owner)
{
	uint32_t n = 0, seen = 0, i, w;

	for (i = 0; i < PORT_MAX && team->port[i] != NULL; i++) {
		w = team_owner(team->port[i], team->count);
		if (team_shares(team->port[i], team->count) || (seen & 1u << w))
			continue;
		seen |= 1u << w;
		owner[n++] = w;
	}
	return n;
}

static size_t
link_memory(uint32_t size)
{
	return sizeof(struct link) + link_slots(size) * sizeof(struct pkt *);
}

static size_t
gate_memory(void)
{
	return (sizeof(struct punt_gate) + LINK_ALIGN - 1) &
	       ~(size_t)(LINK_ALIGN - 1);
}

void
team_choose_queues(const struct team *team, struct port *port)
{
	if (port->queues_max >= team->count)
		port->rx_queues = port->tx_queues = (uint16_t)team->count;
}

size_t
team_memory(const struct team *team)
{
	uint32_t owner[WORKER_MAX];
	size_t control = link_memory(PUNT_LINK) + link_memory(MAILBOX) +
	                 gate_memory();
	size_t others = (team->count - 1) * link_memory(HAND_OVER);

	return team->count * control + owners(team, owner) * others;
}

uint32_t
team_buffers(const struct team *team, uint32_t worker)
{
	uint32_t n = SPARE + PUNT_LINK, owner[WORKER_MAX], i;
	const struct port *port;

	for (i = 0; i < PORT_MAX && (port = team->port[i]) != NULL; i++)
		if (team_shares(port, team->count) ||
		    team_owner(port, team->count) == worker)
			n += port->rx_descriptors + port->tx_descriptors;
	return n + owners(team, owner) * HAND_OVER;
}

uint32_t
team_control_buffers(const struct team *team)
{
	return SPARE + team->count * MAILBOX;
}

void
team_divide(const struct team *team, uint64_t limit,
    uint32_t worker[WORKER_MAX], uint32_t *control)
{
	uint64_t need, sum;
	uint32_t i;

	*control = team_control_buffers(team);
	sum = *control;
	for (i = 0; i < team->count; i++)
		sum += worker[i] = team_buffers(team, i);
	if (team->control == NULL) {
		worker[0] += *control;
		*control = 0;
	}
	if (limit >= sum)
		return;
	need = *control;
	*control = (uint32_t)(need * limit / sum);
	for (i = 0; i < team->count; i++) {
		need = worker[i];
		worker[i] = (uint32_t)(need * limit / sum);
	}
}

/* The longest receive ring that a worker polls and that can be halved. */
static struct port *
longest_ring(const struct team *team, uint32_t worker, uint32_t *sum)
{
	struct port *longest = NULL, *port;
	uint32_t i;

	*sum = 0;
	for (i = 0; i < PORT_MAX && (port = team->port[i]) != NULL; i++) {
		if (!team_shares(port, team->count) &&
		    team_owner(port, team->count) != worker)
			continue;
		*sum += port->rx_descriptors;
		if (port->rx_descriptors >= 2 * RING_MIN &&
		    (longest == NULL ||
			port->rx_descriptors > longest->rx_descriptors))
			longest = port;
	}
	return longest;
}

bool
team_shorten_rings(const struct team *team, const uint32_t worker[WORKER_MAX])
{
	bool changed = false;
	struct port *port;
	uint32_t i, sum;

	for (i = 0; i < team->count; i++)
		while ((port = longest_ring(team, i, &sum)) != NULL &&
		       sum > worker[i] / 2) {
			port->rx_descriptors /= 2;
			changed = true;
		}
	return changed;
}

static struct link *
make_link(struct arena *memory, uint32_t size, struct bell *bell)
{
	struct link *l = arena_alloc(memory, link_memory(size), LINK_ALIGN);

	if (l != NULL)
		link_init(l, (struct pkt **)(l + 1), size, bell);
	return l;
}

static bool
wire_control(const struct team *team, struct worker *w, struct arena *memory)
{
	w->gate = arena_alloc(memory, gate_memory(), LINK_ALIGN);
	if (w->gate == NULL)
		return false;
	memset(w->gate, 0, sizeof(*w->gate));
	w->punt = make_link(memory, PUNT_LINK, team->control);
	w->inbox[INBOX_CONTROL] = make_link(memory, MAILBOX, &w->bell);
	w->inbox_count = INBOX_CONTROL + 1;
	return w->punt != NULL && w->inbox[INBOX_CONTROL] != NULL;
}

/* Links from all others to one that owns ports. */
static bool
wire_owner(const struct team *team, uint32_t owner, struct arena *memory)
{
	struct worker *to = team->worker[owner], *from;
	struct link *l;
	uint32_t i, p;

	for (i = 0; i < team->count; i++) {
		if (i == owner)
			continue;
		l = make_link(memory, HAND_OVER, &to->bell);
		if (l == NULL)
			return false;
		from = team->worker[i];
		from->outbox[from->outbox_count++] = l;
		to->inbox[to->inbox_count++] = l;
		for (p = 0; p < PORT_MAX && team->port[p] != NULL; p++)
			if (!team_shares(team->port[p], team->count) &&
			    team_owner(team->port[p], team->count) == owner)
				from->tx[p].link = l;
	}
	return true;
}

/* A queue pair of a port is this worker's. */
static void
wire_queue(struct worker *w, struct port *port, uint32_t queue)
{
	port->pool[queue] = w->pool;
	w->tx[port->index].queue = queue;
	w->rx[w->rx_count++] = (struct rx_queue){ port, queue };
}

static void
wire_port(const struct team *team, struct port *port)
{
	uint32_t i;

	port->buffer_room = team->room;
	if (!team_shares(port, team->count)) {
		wire_queue(
		    team->worker[team_owner(port, team->count)], port, 0);
		return;
	}
	for (i = 0; i < team->count; i++)
		wire_queue(team->worker[i], port, i);
}

bool
team_wire(const struct team *team, struct arena *memory)
{
	uint32_t owner[WORKER_MAX], n = owners(team, owner), i;

	for (i = 0; i < team->count; i++) {
		team->worker[i]->id = i;
		team->worker[i]->port = team->port;
		if (!wire_control(team, team->worker[i], memory))
			return false;
	}
	for (i = 0; i < n; i++)
		if (!wire_owner(team, owner[i], memory))
			return false;
	for (i = 0; i < PORT_MAX && team->port[i] != NULL; i++)
		wire_port(team, team->port[i]);
	return true;
}
