/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps floods away from lwIP's memory, and lwIP's answers to them off the
 * wire.
 */
#include "lwip-port/private.h"
#include "lwip/icmp6.h"
#include "lwip/ip.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

enum {
	IP4_PROTOCOL = 9, /* offsets */
	IP6_NEXT = 6,
};

/* An ICMP error of lwIP's own: ports and protocols that nobody has, fragments
 * that never were a whole. It puts nothing between IP header and ICMP. */
static bool
is_error(const struct pbuf *p)
{
	const uint8_t *ip = p->payload;
	uint16_t header;

	if (p->len < IP_HLEN)
		return false;
	if (ip[0] >> 4 == 6)
		return p->len > IP6_HLEN && ip[IP6_NEXT] == IP6_NEXTH_ICMP6 &&
		       ip[IP6_HLEN] < ICMP6_TYPE_EREQ;
	header = (uint16_t)((ip[0] & 0x0f) * 4);
	return p->len > header && ip[IP4_PROTOCOL] == IP_PROTO_ICMP &&
	       (ip[header] == ICMP_DUR || ip[header] == ICMP_TE ||
		   ip[header] == ICMP_PP);
}

bool
guard_lets_out(const struct netif *netif, const struct pbuf *p)
{
	const struct netif *in = ip_current_input_netif();
	const struct stack_iface *ifc = (in ? in : netif)->state;

	return !is_error(p) || router_icmp_allows(stack_router, ifc->index);
}
