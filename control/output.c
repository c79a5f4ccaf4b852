/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What core 0 sends: through a worker, which owns the transmit queues.
 */
#include <errno.h>

#include "control/anycast.h"
#include "control/router_private.h"
#include "net/team.h"

void
count_drop(struct router *r, int reason)
{
	r->counters->drop[reason]++;
}

enum nexthop_type
hop_find(
    struct router *r, const struct ip_addr *dst, uint32_t hash, struct hop *hop)
{
	const struct dataplane *dp = &r->private->current->dp;
	struct nexthop n = nexthop_read(dp->nexthop, fib_lookup(dp->fib, dst));

	hop->iface = n.iface;
	hop->from = IFACE_NONE;
	hop->addr = *dst;
	if (n.type == NEXTHOP_CONNECTED)
		hop->adj = adj_find(&r->adj, n.iface, dst->family, dst->byte);
	if (n.type == NEXTHOP_GROUP) {
		/* as the workers choose */
		n.index = nexthop_pick(dp->nexthop, n.index, hash);
		n.type = NEXTHOP_VIA;
	}
	if (n.type == NEXTHOP_VIA) {
		const struct adj *e = &r->adj.entry[n.index];

		hop->adj = n.index;
		hop->iface = e->iface;
		hop->addr = ip_addr_load(e->family, e->addr);
	}
	return n.type;
}

struct hop
hop_on_link(const struct router *r, uint16_t iface, const struct ip_addr *addr)
{
	return (struct hop){
		.iface = iface,
		.from = IFACE_NONE,
		.addr = *addr,
		.adj = adj_find(&r->adj, iface, addr->family, addr->byte),
	};
}

bool
address_is_ours(const struct router *r, const struct ip_addr *a)
{
	const struct dataplane *dp = &r->private->current->dp;

	return nexthop_read(dp->nexthop, fib_lookup(dp->fib, a)).type ==
	       NEXTHOP_LOCAL;
}

bool
interface_anycast(const struct interface *i, const struct ip_addr *addr)
{
	struct ip_addr first;

	for (uint32_t k = 0; k < i->address_count; k++)
		if (anycast_of(
			&i->address[k].addr, i->address[k].len, &first) &&
		    ip_addr_equal(&first, addr))
			return true;
	return false;
}

/* One worker a port, so that frames stay in order; a port with one queue pair
 * leaves no choice. */
static struct worker *
worker_of(const struct router *r, const struct port *port)
{
	return r->worker[team_owner(port, r->worker_count)];
}

int
output_frame(struct router *r, uint16_t iface, uint16_t tci,
    const uint8_t *frame, uint16_t len)
{
	const struct interface *i = &r->interface[iface];
	uint32_t tag = i->vid ? VLAN_TAG : 0;
	struct link *mailbox;
	struct pkt *p;

	if (!i->admin_up || !i->link.up)
		return DROP_LINK_DOWN;
	if (len + tag > i->port->max_frame || len + tag > i->port->buffer_room)
		return DROP_MTU;
	if (len < sizeof(struct eth_hdr))
		return DROP_FRAME_SHORT;
	mailbox = worker_of(r, i->port)->inbox[INBOX_CONTROL];
	link_collect(mailbox, r->pool);
	p = pool_get(r->pool);
	if (!p)
		return DROP_NO_BUFFER;
	memcpy(pkt_data(p), frame, len);
	p->len = len;
	p->l3 = sizeof(struct eth_hdr);
	p->port = i->port->index;
	p->iface = iface;
	if (i->vid)
		vlan_push(p, tci | i->vid);
	if (!link_send(mailbox, p)) {
		pool_put(r->pool, p);
		return DROP_TX_FULL;
	}
	link_ring(mailbox);
	if (i->vid) {
		r->private->vlan[iface].out_packets++;
		r->private->vlan[iface].out_octets += len;
	}
	return NOT_DROPPED;
}

/* What did not leave is counted; as the stack knows errors. */
static int
outcome(struct router *r, uint16_t iface, int reason)
{
	const struct port *port = r->interface[iface].port;

	if (reason == NOT_DROPPED)
		return 0;
	count_drop(r, reason);
	if (port)
		r->counters->port[port->index].out_drops++;
	if (reason == DROP_LINK_DOWN)
		return -ENETDOWN;
	if (reason == DROP_MTU || reason == DROP_FRAME_SHORT)
		return -EMSGSIZE;
	return -ENOBUFS;
}

int
router_transmit(
    struct router *r, uint16_t iface, const uint8_t *frame, uint16_t len)
{
	return outcome(r, iface, output_frame(r, iface, 0, frame, len));
}

int
router_send(struct router *r, uint16_t iface, const struct ip_addr *next_hop,
    uint8_t *packet, uint16_t len)
{
	struct hop hop = hop_on_link(r, iface, next_hop);

	return outcome(r, iface, output_packet(r, &hop, packet, len));
}

int
output_packet(
    struct router *r, const struct hop *hop, uint8_t *packet, uint16_t len)
{
	const struct interface *i = &r->interface[hop->iface];
	bool ip4 = packet[0] >> 4 == 4;
	struct eth_hdr eth;
	uint64_t link;
	int reason;

	if (!i->admin_up || !i->link.up)
		return DROP_LINK_DOWN;
	link = hop->adj ? adj_link(&r->adj, hop->adj) : 0;
	if (!(link & ADJ_VALID))
		return neighbor_send(r, hop, packet, len);
	adj_link_mac(link, eth.dst);
	memcpy(eth.src, i->port->mac, ETH_ALEN);
	be16_store(&eth.type, ip4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6);
	memcpy(packet - sizeof(eth), &eth, sizeof(eth));
	reason = output_frame(
	    r, hop->iface, hop->tci, packet - sizeof(eth), len + sizeof(eth));
	if (reason == NOT_DROPPED && hop->from != IFACE_NONE && !hop->later)
		++*(ip4 ? &r->counters->forwarded4 : &r->counters->forwarded6);
	return reason;
}
