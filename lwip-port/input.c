/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which netif takes a packet to this router (RFC 1122 3.3.4.2: an address is
 * the host's, by whichever link the packet comes).
 */
#include "lwip-port/private.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

/* The netif of an interface that has this address, or NULL. */
static struct netif *
holder(struct stack_iface *ifc, const struct ip_addr *dst)
{
	if (dst->family == IP4) {
		ip4_addr_t a = lwip_addr4(dst);

		return iface_owner4(ifc, &a);
	} else {
		ip6_addr_t a = lwip_addr6(dst, &ifc->netif);

		if (netif_get_ip6_addr_match(&ifc->netif, &a) < 0)
			return NULL;
		return &ifc->netif;
	}
}

/*
 * Whose address a packet is for, be it another interface's: the FIB knows
 * whose. Link-local addresses it does not know; they are of this link.
 */
static struct netif *
owner(struct stack_iface *ifc, const struct ip_addr *dst)
{
	struct netif *n = holder(ifc, dst);
	struct stack_iface *other = NULL;
	struct router_lookup l;

	if (n)
		return n;
	router_lookup(stack_router, dst, &l);
	if (l.type == NEXTHOP_LOCAL)
		other = stack_iface(l.nexthop[0].iface);
	if (other)
		n = holder(other, dst);
	return n ? n : &ifc->netif;
}

/*
 * UDP is taken by the netif that has the address: of others lwIP does not say
 * that a port is closed, and traceroute to us would not end. TCP is not: the
 * console may be bound to the netif where a packet came in.
 */
void
input_owner(struct stack_iface *ifc, struct pbuf *p)
{
	const uint8_t *ip = (const uint8_t *)p->payload + SIZEOF_ETH_HDR;
	struct netif *n = &ifc->netif;
	struct ip_addr dst = { .family = ip[0] >> 4 };

	if (dst.family == IP4 && p->len >= SIZEOF_ETH_HDR + IP_HLEN &&
	    ip[9] == IP_PROTO_UDP) {
		memcpy(dst.byte, ip + 16, sizeof(ip4_addr_t));
		n = owner(ifc, &dst);
	} else if (dst.family == IP6 && p->len >= SIZEOF_ETH_HDR + IP6_HLEN &&
		   ip[6] == IP_PROTO_UDP) {
		memcpy(dst.byte, ip + 24, sizeof(dst.byte));
		n = owner(ifc, &dst);
	}
	n->input(p, n);
}
