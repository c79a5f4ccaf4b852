/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP, a host's stack, does not know of a router's own addresses: router
 * discovery (RFC 4861 6) goes to the router itself.
 */
#include "control/icmp6.h"
#include "lwip-port/private.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip6.h"

bool
own6_before(struct stack_iface *ifc, struct pbuf *p)
{
	const uint8_t *ip = (const uint8_t *)p->payload + SIZEOF_ETH_HDR;
	uint16_t len = (uint16_t)(p->len - SIZEOF_ETH_HDR);

	if (len <= ICMP6_AT || ip[6] != IP6_NEXTH_ICMP6)
		return true;
	if (ip[ICMP6_AT] != ICMP6_RS && ip[ICMP6_AT] != ICMP6_RA)
		return true;
	router_nd_input(stack_router, ifc->index, ip, len);
	return false;
}
