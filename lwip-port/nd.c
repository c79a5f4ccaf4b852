/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbor discovery (RFC 4861): messages are checked here, what they tell goes
 * to the router's table, and who asks for an address of ours is answered. lwIP
 * sees only what its check for duplicate addresses needs (RFC 4862 5.4).
 */
#include "control/icmp6.h"
#include "lwip-port/private.h"
#include "lwip/icmp6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/nd6.h"

/* A message whose lengths were checked. */
struct nd_message {
	const uint8_t *ip; /* the header */
	const uint8_t *nd;
	const uint8_t *mac; /* its link-layer address option, or NULL */
	struct ip_addr from, target;
};

/*
 * The link-layer address of an option `type` in a message of `len` bytes, NULL
 * without one. False when the options are not well formed (RFC 4861 7.1).
 */
static bool
options_read(const uint8_t *nd, uint32_t len, uint8_t type, const uint8_t **mac)
{
	const uint8_t *first = nd + ND_OPTIONS_AT, *option;
	size_t size = len - ND_OPTIONS_AT;

	if (!nd_options_good(first, size))
		return false;
	option = nd_option_find(first, size, type);
	*mac = option ? option + 2 : NULL;
	return !option || option[1] == 1; /* as Ethernet's is */
}

static bool
is_unspecified(const uint8_t *addr)
{
	static const uint8_t none[16];

	return memcmp(addr, none, sizeof(none)) == 0;
}

/* ff02::1:ff00:0/104 (RFC 4291 2.7.1) */
static bool
is_solicited_node(const uint8_t *addr)
{
	static const uint8_t prefix[] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0xff };

	return memcmp(addr, prefix, sizeof(prefix)) == 0;
}

/* RFC 4861 7.1.1: who has no address yet asks a group, and tells no MAC. */
static bool
solicitation_valid(const struct nd_message *m)
{
	return m->ip[8] != 0xff &&
	       (!is_unspecified(m->ip + 8) ||
		   (is_solicited_node(m->ip + 24) && !m->mac));
}

/* RFC 4861 7.1.2: nobody answers a group. */
static bool
advertisement_valid(const struct nd_message *m)
{
	return m->ip[24] != 0xff || !(m->nd[NA_FLAGS] & NA_SOLICITED);
}

/* The number of an address in lwIP's table, or -1. */
static s8_t
own_address(struct stack_iface *ifc, const struct ip_addr *a)
{
	ip6_addr_t addr = lwip_addr6(a, &ifc->netif);

	return netif_get_ip6_addr_match(&ifc->netif, &addr);
}

static bool
is_assigned(const struct stack_iface *ifc, s8_t k)
{
	return k >= 0 && ip6_addr_isvalid(netif_ip6_addr_state(&ifc->netif, k));
}

/*
 * RFC 4861 7.2.3: who asks for us becomes a neighbour before it is answered.
 * lwIP sees the ones who check an address that they want (RFC 4862 5.4.3).
 */
static bool
solicited(struct stack_iface *ifc, const struct nd_message *m)
{
	s8_t k = own_address(ifc, &m->target);
	ip6_addr_t to;

	if (k >= 0 && is_unspecified(m->ip + 8))
		return true;
	if (!is_assigned(ifc, k)) {
		/* Another's address has the same group. */
		stack_drop(m->ip[24] == 0xff ? DROP_MULTICAST : DROP_ND);
		return false;
	}
	if (own_address(ifc, &m->from) >= 0) {
		if (m->mac)
			neighbor_conflict(ifc, &m->from, m->mac);
		stack_drop(DROP_SOURCE);
		return false;
	}
	if (m->mac)
		router_neighbor_heard(stack_router, ifc->index, &m->from,
		    m->mac, HEARD_CREATE | HEARD_OVERRIDE);
	to = lwip_addr6(&m->from, &ifc->netif);
	nd_advertise(ifc, netif_ip6_addr(&ifc->netif, k), &to,
	    NA_ROUTER | NA_SOLICITED | NA_OVERRIDE);
	return false;
}

/* RFC 4861 7.2.5. lwIP sees those about an address that it checks. */
static bool
advertised(struct stack_iface *ifc, const struct nd_message *m)
{
	uint8_t flags = m->nd[NA_FLAGS];
	s8_t k = own_address(ifc, &m->target);
	uint32_t heard = HEARD_ADVERTISED;

	if (is_assigned(ifc, k)) {
		if (m->mac)
			neighbor_conflict(ifc, &m->target, m->mac);
		return false;
	}
	if (k >= 0)
		return true;
	if (flags & NA_SOLICITED)
		heard |= HEARD_SOLICITED;
	if (flags & NA_OVERRIDE)
		heard |= HEARD_OVERRIDE;
	if (flags & NA_ROUTER)
		heard |= HEARD_ROUTER;
	router_neighbor_heard(
	    stack_router, ifc->index, &m->target, m->mac, heard);
	return false;
}

/* RFC 4861 7.1.1, 7.1.2 */
static bool
message_read(const uint8_t *ip, uint16_t len, struct nd_message *m)
{
	const uint8_t *nd = ip + IP6_HLEN;
	uint8_t type = nd[0] == ICMP6_TYPE_NS ? ND_OPTION_SLLA : ND_OPTION_TLLA;

	if (len < ND_OPTIONS_AT || ip[7] != ND6_HOPLIM || nd[1] != 0 ||
	    nd[ND_TARGET] == 0xff || icmp6_checksum(ip, len) != 0 ||
	    !options_read(nd, len, type, &m->mac))
		return false;
	m->ip = ip;
	m->nd = nd;
	m->from.family = m->target.family = IP6;
	memcpy(m->from.byte, ip + 8, 16);
	memcpy(m->target.byte, nd + ND_TARGET, 16);
	return true;
}

bool
nd_before(struct stack_iface *ifc, struct pbuf *p)
{
	const uint8_t *ip = (const uint8_t *)p->payload + SIZEOF_ETH_HDR;
	uint32_t room = p->len - (uint32_t)SIZEOF_ETH_HDR;
	struct nd_message m;
	uint16_t len;

	if (room <= IP6_HLEN || ip[6] != IP6_NEXTH_ICMP6)
		return true;
	len = be16_load(ip + 4);
	if (len == 0 || len > room - IP6_HLEN)
		return true; /* lwIP drops it */
	switch (ip[IP6_HLEN]) {
	case ICMP6_TYPE_NS:
		if (message_read(ip, len, &m) && solicitation_valid(&m))
			return solicited(ifc, &m);
		break;
	case ICMP6_TYPE_NA:
		if (message_read(ip, len, &m) && advertisement_valid(&m))
			return advertised(ifc, &m);
		break;
	default:
		return true;
	}
	stack_drop(DROP_ND);
	return false;
}
