/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors about packets to this router. lwIP finds the fault; what it would
 * send itself quotes 8 bytes, or begins in the midst of the packet, at any
 * rate. So its own functions have other names (mk/flags.mk), and these, in
 * their place, let the router speak (RFC 1812 4.3.2, RFC 4443 2.4). Headers of
 * IPv6 that lwIP would refuse have been refused before (own6.c).
 *
 * A packet that came in one frame lies in one piece; of others, what the first
 * piece holds is quoted.
 */
#include "lwip-port/private.h"
#include "lwip/icmp.h"
#include "lwip/icmp6.h"

static void
refuse(uint16_t iface, enum icmp_error error, const struct pbuf *p)
{
	router_refuse(stack_router, error, 0, iface, p->payload, p->len);
}

void
icmp_dest_unreach(struct pbuf *p, enum icmp_dur_type t)
{
	refuse(stack_arrived,
	    t == ICMP_DUR_PORT ? ICMP_PORT_UNREACHABLE : ICMP_PROTOCOL, p);
}

/* Fragments wait in vain: no packet is being looked at. */
void
icmp_time_exceeded(struct pbuf *p, enum icmp_te_type t)
{
	(void)t;
	refuse(IFACE_NONE, ICMP_REASSEMBLY, p);
}

void
icmp6_dest_unreach(struct pbuf *p, enum icmp6_dur_code c)
{
	(void)c; /* lwIP forwards nothing: it is the port */
	refuse(stack_arrived, ICMP_PORT_UNREACHABLE, p);
}
