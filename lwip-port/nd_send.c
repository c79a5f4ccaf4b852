/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What we send of neighbor discovery (RFC 4861 4.3, 4.4, 7.2): questions for
 * the router, answers, and what a new address tells its link.
 */
#include <errno.h>

#include "control/icmp6.h"
#include "lwip-port/private.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/prot/nd6.h"

enum {
	ND_LEN = ND_OPTIONS_AT + 8, /* with one link-layer address */
};

static int
send(struct stack_iface *ifc, uint8_t type, uint8_t flags,
    const ip6_addr_t *target, const ip6_addr_t *source, const ip6_addr_t *to)
{
	struct netif *n = &ifc->netif;
	struct pbuf *p = pbuf_alloc(PBUF_IP, ND_LEN, PBUF_RAM);
	uint8_t *nd;
	uint16_t sum;

	if (!p)
		return -ENOMEM;
	nd = p->payload;
	memset(nd, 0, ND_LEN);
	nd[0] = type;
	nd[NA_FLAGS] = flags;
	memcpy(nd + ND_TARGET, target->addr, 16);
	nd[ND_OPTIONS_AT] = type == ICMP6_TYPE_NS ? ND_OPTION_SLLA
	                                          : ND_OPTION_TLLA;
	nd[ND_OPTIONS_AT + 1] = 1;
	memcpy(nd + ND_OPTIONS_AT + 2, n->hwaddr, ETH_ALEN);
	sum = ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, p->tot_len, source, to);
	memcpy(nd + 2, &sum, sizeof(sum));
	ip6_output_if(p, source, to, ND6_HOPLIM, 0, IP6_NEXTH_ICMP6, n);
	pbuf_free(p);
	return 0;
}

static bool
is_ready(struct netif *n, const ip6_addr_t *a)
{
	s8_t k = netif_get_ip6_addr_match(n, a);

	return k >= 0 && ip6_addr_isvalid(netif_ip6_addr_state(n, k));
}

/* An address on the same network, or the best there is (RFC 4861 7.2.2). */
static bool
source_for(
    struct stack_iface *ifc, const ip6_addr_t *target, ip6_addr_t *source)
{
	const struct interface *i = router_interface_at(
	    stack_router, ifc->index);
	struct ip_addr to = own_addr6(target);
	const ip_addr_t *best;

	for (uint32_t k = 0; k < i->address_count; k++) {
		struct ip_prefix net = { i->address[k].addr,
			i->address[k].len };

		if (net.addr.family != IP6)
			continue;
		*source = lwip_addr6(&net.addr, &ifc->netif);
		ip_addr_mask(&net.addr, net.len);
		if (ip_prefix_covers(&net, &to) &&
		    is_ready(&ifc->netif, source))
			return true;
	}
	best = ip6_select_source_address(&ifc->netif, target);
	if (best)
		*source = *ip_2_ip6(best);
	return best != NULL;
}

int
nd_solicit(struct stack_iface *ifc, const ip6_addr_t *target, bool unicast)
{
	ip6_addr_t to = *target, source;

	if (!source_for(ifc, target, &source))
		return -EADDRNOTAVAIL;
	if (!unicast) {
		ip6_addr_set_solicitednode(&to, target->addr[3]);
		ip6_addr_assign_zone(&to, IP6_MULTICAST, &ifc->netif);
	}
	return send(ifc, ICMP6_TYPE_NS, 0, target, &source, &to);
}

void
nd_advertise(struct stack_iface *ifc, const ip6_addr_t *target,
    const ip6_addr_t *to, uint8_t flags)
{
	send(ifc, ICMP6_TYPE_NA, flags, target, target, to);
}

/* RFC 4861 7.2.6, RFC 9131: once for each address and time of the link. */
void
nd_announce(struct stack_iface *ifc)
{
	struct netif *n = &ifc->netif;
	ip6_addr_t all;

	ip6_addr_set_allnodes_linklocal(&all);
	ip6_addr_assign_zone(&all, IP6_MULTICAST, n);
	for (s8_t k = 0; k < LWIP_IPV6_NUM_ADDRESSES; k++) {
		uint32_t bit = 1u << k;

		if (!iface_is_up(ifc) ||
		    !ip6_addr_isvalid(netif_ip6_addr_state(n, k))) {
			ifc->announced &= ~bit;
		} else if (!(ifc->announced & bit)) {
			ifc->announced |= bit;
			nd_advertise(ifc, netif_ip6_addr(n, k), &all,
			    NA_ROUTER | NA_OVERRIDE);
		}
	}
}
