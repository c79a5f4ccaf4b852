/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Duplicate address detection (RFC 4862 5.4). lwIP asks and listens; here it
 * is begun anew with each link, and the router is told what became of it.
 */
#include "control/iptext.h"
#include "kernel/log.h"
#include "lwip-port/private.h"
#include "lwip/mld6.h"

/*
 * RFC 4862 5.4: on a new link every address is checked anew. One that was
 * another's may be free. One that was ours stays lwIP's for connections that
 * go on, so its state is set without telling lwIP, and its group is kept.
 */
void
detect_again(struct netif *n)
{
	for (s8_t k = 0; k < LWIP_IPV6_NUM_ADDRESSES; k++) {
		u8_t state = netif_ip6_addr_state(n, k);

		if (ip6_addr_isduplicated(state))
			netif_ip6_addr_set_state(n, k, IP6_ADDR_TENTATIVE);
		else if (!ip6_addr_isinvalid(state))
			n->ip6_addr_state[k] = IP6_ADDR_TENTATIVE;
	}
}

static enum address_status
status_of(u8_t state)
{
	if (ip6_addr_isduplicated(state))
		return ADDRESS_DUPLICATE;
	return ip6_addr_istentative(state) ? ADDRESS_TENTATIVE
	                                   : ADDRESS_PREFERRED;
}

/* The router is told always: it may have made the address anew. */
static void
status_tell(struct stack_iface *ifc, const struct interface *i, s8_t k)
{
	struct netif *n = &ifc->netif;
	const ip6_addr_t *addr = netif_ip6_addr(n, k);
	struct ip_addr own = own_addr6(addr);
	enum address_status status = status_of(netif_ip6_addr_state(n, k));
	uint8_t before = ifc->status[k];
	char text[IPTEXT_ADDR_MAX];

	ifc->status[k] = (uint8_t)status;
	router_address_status(stack_router, ifc->index, &own, status);
	if (status == before)
		return;
	if (status == ADDRESS_DUPLICATE)
		log_error(i->name, "address %s is in use by another",
		    ip_addr_format(&own, text));
	/* RFC 3590 4: what was told from no address is told again. */
	if (status == ADDRESS_PREFERRED && ip6_addr_islinklocal(addr))
		mld6_report_groups(n);
}

void
detect_tell(struct stack_iface *ifc, const struct interface *i)
{
	for (s8_t k = 0; k < LWIP_IPV6_NUM_ADDRESSES; k++) {
		if (ip6_addr_isinvalid(netif_ip6_addr_state(&ifc->netif, k)))
			ifc->status[k] = ADDRESS_TENTATIVE;
		else
			status_tell(ifc, i, k);
	}
}
