/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps floods away from lwIP's memory, and lwIP's answers to them off the
 * wire.
 */
#include "lwip-port/hooks.h"
#include "lwip-port/private.h"
#include "lwip/icmp6.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

enum {
	HALF_OPEN_MAX = 192, /* fewer than the listener's backlog */
	IP4_PROTOCOL = 9,    /* offsets */
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

/* lwIP puts the newest first, and whom it hears of. */
static struct tcp_pcb *
oldest_half_open(uint32_t *count)
{
	struct tcp_pcb *oldest = NULL;

	*count = 0;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (pcb->state != SYN_RCVD)
			continue;
		oldest = pcb;
		++*count;
	}
	return oldest;
}

/*
 * Someone asks a listener for a connection. When many have asked and not gone
 * on, the oldest gives way, without a word: its source may be forged. So the
 * next is always heard, and has the time of as many others to answer.
 */
err_t
guard_segment(const struct tcp_pcb *pcb, const struct tcp_hdr *tcp)
{
	struct tcp_pcb *oldest;
	uint32_t count;

	if (pcb->state != LISTEN ||
	    (TCPH_FLAGS(tcp) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return ERR_OK;
	oldest = oldest_half_open(&count);
	if (count >= HALF_OPEN_MAX) {
		tcp_abandon(oldest, 0);
		stack_router->half_open_dropped++;
	}
	return ERR_OK;
}
