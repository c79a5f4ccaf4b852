/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of our own on their way out. lwIP answers on the netif by which it
 * was asked; here the FIB has the last word on interface and next hop, and the
 * router's table of neighbours, static ones included, on the MAC. What that
 * table does not know waits there.
 */
#include "control/ip_scope.h"
#include "kernel/log.h"
#include "lwip-port/private.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/icmp6.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/prot/ip6.h"
#include "netif/ethernet.h"

err_t
output_link(struct netif *netif, struct pbuf *p)
{
	static uint8_t flat[PKT_ROOM_MAX];
	const struct stack_iface *ifc = netif->state;
	uint16_t len = p->tot_len - ETH_PAD_SIZE;
	const uint8_t *frame = (const uint8_t *)p->payload + ETH_PAD_SIZE;

	if (len > sizeof(flat))
		return ERR_BUF;
	if (p->len != p->tot_len) {
		pbuf_copy_partial(p, flat, len, ETH_PAD_SIZE);
		frame = flat;
	}
	if (router_transmit(stack_router, ifc->index, frame, len) != 0)
		return ERR_IF;
	return ERR_OK;
}

/* Of an ECMP group the first way that is resolved. */
static const struct router_nexthop *
choose(const struct router_lookup *l)
{
	for (uint32_t i = 0; i < l->count; i++)
		if (l->nexthop[i].has_mac)
			return &l->nexthop[i];
	return &l->nexthop[0];
}

bool
output_route(const struct ip_addr *dst, struct router_nexthop *hop)
{
	static const uint8_t broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff };
	struct router_lookup l;

	router_lookup(stack_router, dst, &l);
	switch (l.type) {
	case NEXTHOP_VIA:
		/* RFC 3927 2.6.2: no gateway passes that on. */
		if (ip_stays_on_link(dst))
			return false;
		*hop = *choose(&l);
		return true;
	case NEXTHOP_CONNECTED:
		*hop = l.nexthop[0];
		hop->addr = *dst;
		return true;
	case NEXTHOP_BROADCAST:
		*hop = l.nexthop[0];
		hop->addr = *dst;
		hop->has_mac = true;
		memcpy(hop->mac, broadcast, sizeof(broadcast));
		return true;
	default:
		return false;
	}
}

static err_t
send(struct stack_iface *ifc, struct pbuf *p, const uint8_t *mac, u16_t type)
{
	struct eth_addr src, dst;

	memcpy(src.addr, ifc->netif.hwaddr, ETH_ALEN);
	memcpy(dst.addr, mac, ETH_ALEN);
	return ethernet_output(&ifc->netif, p, &src, &dst, type);
}

/* Its MAC is not known: a copy waits in the router's queue. */
static err_t
wait(const struct router_nexthop *hop, struct pbuf *p)
{
	static uint8_t flat[ROUTER_SEND_ROOM + PKT_ROOM_MAX];
	uint8_t *packet = flat + ROUTER_SEND_ROOM;
	uint16_t len = p->tot_len;

	if (len > PKT_ROOM_MAX)
		return ERR_BUF;
	pbuf_copy_partial(p, packet, len, 0);
	if (router_send(stack_router, hop->iface, &hop->addr, packet, len))
		return ERR_IF;
	return ERR_OK;
}

/* What asked for this answer is lost with it. */
static err_t
no_way_back(void)
{
	stack_drop(DROP_NO_ROUTE);
	return ERR_RTE;
}

err_t
output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dst)
{
	struct ip_addr to = own_addr4(dst);
	struct router_nexthop hop;
	struct stack_iface *ifc;

	if (ip4_addr_ismulticast(dst) || ip4_addr_isbroadcast(dst, netif))
		return etharp_output(netif, p, dst);
	if (!output_route(&to, &hop))
		return no_way_back();
	ifc = stack_iface(hop.iface);
	if (!ifc)
		return ERR_RTE;
	if (p->tot_len > ifc->netif.mtu)
		return ip4_frag(p, &ifc->netif, dst);
	if (hop.has_mac)
		return send(ifc, p, hop.mac, ETHTYPE_IP);
	return wait(&hop, p);
}

/* Neighbor discovery speaks to its own link only (RFC 4861). */
static bool
is_nd(const struct pbuf *p)
{
	const uint8_t *ip = p->payload;

	return p->len > IP6_HLEN && ip[6] == IP6_NEXTH_ICMP6 &&
	       ip[40] >= ICMP6_TYPE_RS && ip[40] <= ICMP6_TYPE_RD;
}

static bool
on_link(struct stack_iface *ifc, const struct ip_addr *to,
    struct router_nexthop *hop)
{
	const struct adj_table *t = &stack_router->adj;
	uint32_t adj = adj_find(t, ifc->index, to->family, to->byte);
	uint64_t link = adj != ADJ_NONE ? adj_link(t, adj) : 0;

	memset(hop, 0, sizeof(*hop));
	hop->iface = ifc->index;
	hop->addr = *to;
	hop->has_mac = (link & ADJ_VALID) != 0;
	adj_link_mac(link, hop->mac);
	return true;
}

/*
 * lwIP tells of groups even while the link is down. Nobody would hear, and it
 * tells of all of them again when the link is up. Of what it sends, MLD alone
 * has hop-by-hop options (RFC 2710 3).
 */
static bool
is_untimely(const struct stack_iface *ifc, const struct pbuf *p)
{
	const uint8_t *ip = p->payload;

	return !iface_is_up(ifc) && p->len > IP6_HLEN &&
	       ip[6] == IP6_NEXTH_HOPBYHOP;
}

err_t
output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dst)
{
	struct ip_addr to = own_addr6(dst);
	struct router_nexthop hop;
	struct stack_iface *ifc = netif->state;

	dst = own6_leaving(netif, p, dst);
	if (is_untimely(ifc, p))
		return ERR_IF;
	if (ip6_addr_ismulticast(dst))
		return ethip6_output(netif, p, dst);
	if (!(ip6_addr_islinklocal(dst) || is_nd(p) ? on_link(ifc, &to, &hop)
						    : output_route(&to, &hop)))
		return no_way_back();
	ifc = stack_iface(hop.iface);
	if (!ifc)
		return ERR_RTE;
	nd_path_note(dst, ifc->netif.mtu);
	if (p->tot_len > ifc->netif.mtu)
		return ip6_frag(p, &ifc->netif, dst);
	if (hop.has_mac)
		return send(ifc, p, hop.mac, ETHTYPE_IPV6);
	return wait(&hop, p);
}
