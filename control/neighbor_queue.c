/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets that wait for a neighbour's MAC (RFC 1122 2.3.2.2, RFC 4861 7.2.2).
 *
 * They are copies in core 0's heap: the buffers in which they came go back to
 * their workers at once. A neighbour has three of them; what waits on one port
 * is bounded in number and in bytes, so that no port takes from another. The
 * oldest gives way.
 */
#include <stdlib.h>

#include "control/neighbor.h"
#include "control/router_private.h"

enum {
	PORT_PACKETS = 256,
	PORT_BYTES = 512 * 1024,
};

struct kept {
	struct kept *next; /* of the same neighbour */
	struct kept *port_prev, *port_next;
	uint32_t adj;
	uint16_t len;  /* of the packet */
	uint16_t from; /* where it came in; IFACE_NONE: our own */
	uint16_t tci;  /* its priority */
	uint8_t frame[];
};

static uint8_t *
packet_of(struct kept *k)
{
	return k->frame + sizeof(struct eth_hdr);
}

static void
port_append(struct neighbor_port *port, struct kept *k)
{
	k->port_next = NULL;
	k->port_prev = port->last;
	if (port->last)
		port->last->port_next = k;
	else
		port->first = k;
	port->last = k;
	port->kept++;
	port->kept_bytes += k->len;
}

static void
port_remove(struct neighbor_port *port, struct kept *k)
{
	if (k->port_prev)
		k->port_prev->port_next = k->port_next;
	else
		port->first = k->port_next;
	if (k->port_next)
		k->port_next->port_prev = k->port_prev;
	else
		port->last = k->port_prev;
	port->kept--;
	port->kept_bytes -= k->len;
}

static void
drop(struct router *r, struct kept *k, int reason)
{
	count_drop(r, reason);
	count_in_drop(r, k->from);
	free(k);
}

/* The first of its neighbour's gives way: of a port's oldest, it always is. */
static void
give_way(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);
	struct kept *k = n->kept;

	n->kept = k->next;
	n->waiting--;
	port_remove(neighbor_port(r, adj), k);
	drop(r, k, DROP_NEIGHBOR_QUEUE);
}

static void
neighbor_append(struct neighbor *n, struct kept *k)
{
	struct kept **at = &n->kept;

	while (*at)
		at = &(*at)->next;
	*at = k;
	n->waiting++;
}

int
queue_keep(struct router *r, uint32_t adj, const uint8_t *packet, uint16_t len,
    const struct hop *hop)
{
	struct neighbor_port *port = neighbor_port(r, adj);
	struct neighbor *n = neighbor_of(r, adj);
	struct kept *k = malloc(sizeof(*k) + sizeof(struct eth_hdr) + len);

	if (!k)
		return DROP_NO_BUFFER;
	if (n->waiting == NEIGHBOR_QUEUE_MAX)
		give_way(r, adj);
	while (port->kept == PORT_PACKETS ||
	       (port->first && port->kept_bytes + len > PORT_BYTES))
		give_way(r, port->first->adj);
	k->next = NULL;
	k->adj = adj;
	k->len = len;
	k->from = hop->from;
	k->tci = hop->tci;
	memcpy(packet_of(k), packet, len);
	neighbor_append(n, k);
	port_append(port, k);
	return NOT_DROPPED;
}

struct kept *
queue_take(struct router *r, uint32_t adj)
{
	struct neighbor *n = neighbor_of(r, adj);
	struct kept *all = n->kept;

	for (struct kept *k = all; k; k = k->next)
		port_remove(neighbor_port(r, adj), k);
	n->kept = NULL;
	n->waiting = 0;
	return all;
}

void
queue_send(struct router *r, uint32_t adj)
{
	struct hop hop = { .iface = r->adj.entry[adj].iface, .adj = adj };
	struct kept *k = queue_take(r, adj), *next;

	for (; k; k = next) {
		int reason;

		hop.from = k->from;
		hop.tci = k->tci;
		reason = output_forwarded(r, &hop, packet_of(k), k->len);
		next = k->next;
		if (reason != NOT_DROPPED)
			drop(r, k, reason);
		else
			free(k);
	}
}

void
queue_drop(struct router *r, uint32_t adj, int reason)
{
	struct kept *k = queue_take(r, adj), *next;

	for (; k; k = next) {
		next = k->next;
		drop(r, k, reason);
	}
}

/* RFC 1812 5.2.7.1, RFC 4443 3.1: to who sent what we did not send on. */
void
queue_give_up(struct router *r, struct kept *k)
{
	struct kept *next;

	for (; k; k = next) {
		next = k->next;
		if (k->from != IFACE_NONE)
			icmp_send(r, ICMP_HOST_UNREACHABLE, 0, k->from,
			    packet_of(k), k->len);
		drop(r, k, DROP_NO_NEIGHBOR);
	}
}
