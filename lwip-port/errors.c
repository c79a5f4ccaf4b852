/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors about packets to this router. lwIP finds the fault; what it would
 * send itself quotes 8 bytes, or begins in the midst of the packet, at any
 * rate. So its own functions have other names (mk/flags.mk), and these, in
 * their place, let the router speak (RFC 1812 4.3.2, RFC 4443 2.4).
 *
 * A packet that came in one frame lies in one piece; of others, what the first
 * piece holds is quoted.
 */
#include "lwip-port/private.h"
#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/ip.h"

static void
refuse(uint16_t iface, enum icmp_error error, uint16_t detail,
    const uint8_t *packet, const struct pbuf *p)
{
	const uint8_t *end = (const uint8_t *)p->payload + p->len;

	router_refuse(stack_router, error, detail, iface, packet,
	    (uint16_t)(end - packet));
}

void
icmp_dest_unreach(struct pbuf *p, enum icmp_dur_type t)
{
	refuse(stack_arrived,
	    t == ICMP_DUR_PORT ? ICMP_PORT_UNREACHABLE : ICMP_PROTOCOL, 0,
	    p->payload, p);
}

/* Fragments wait in vain: no packet is being looked at. */
void
icmp_time_exceeded(struct pbuf *p, enum icmp_te_type t)
{
	(void)t;
	refuse(IFACE_NONE, ICMP_REASSEMBLY, 0, p->payload, p);
}

void
icmp6_dest_unreach(struct pbuf *p, enum icmp6_dur_code c)
{
	(void)c; /* lwIP forwards nothing: it is the port */
	refuse(stack_arrived, ICMP_PORT_UNREACHABLE, 0, p->payload, p);
}

void
icmp6_param_problem(struct pbuf *p, enum icmp6_pp_code c, const void *pointer)
{
	static const enum icmp_error error[] = {
		[ICMP6_PP_FIELD] = ICMP_PARAMETER,
		[ICMP6_PP_HEADER] = ICMP_NEXT_HEADER,
		[ICMP6_PP_OPTION] = ICMP_OPTION,
	};
	const uint8_t *packet = (const void *)ip6_current_header();

	/* Of fragments put together lwIP does not say where they begin. */
	if (p->next)
		return;
	refuse(stack_arrived, error[c],
	    (uint16_t)((const uint8_t *)pointer - packet), packet, p);
}
