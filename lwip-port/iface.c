/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces as netifs. An interface is one netif with all its IPv6 addresses,
 * the DHCP client and one IPv4 address; each further IPv4 address is an alias,
 * a netif that shares MAC and output and sees ARP frames alone.
 */
#include <stdlib.h>

#include "control/iptext.h"
#include "kernel/log.h"
#include "lwip-port/private.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/prot/dhcp.h"
#include "netif/ethernet.h"

enum { NETIF_LIMIT = 250 }; /* lwIP numbers them with 8 bits */

ip6_addr_t
lwip_addr6(const struct ip_addr *a, struct netif *netif)
{
	ip6_addr_t out;

	memcpy(out.addr, a->byte, sizeof(out.addr));
	ip6_addr_clear_zone(&out);
	ip6_addr_assign_zone(&out, IP6_UNKNOWN, netif);
	return out;
}

bool
iface_is_up(const struct stack_iface *ifc)
{
	return netif_is_up(&ifc->netif) && netif_is_link_up(&ifc->netif);
}

struct netif *
iface_owner4(struct stack_iface *ifc, const ip4_addr_t *addr)
{
	struct stack_alias *a = ifc->alias;

	if (ip4_addr_isany_val(*addr))
		return NULL;
	if (ip4_addr_cmp(netif_ip4_addr(&ifc->netif), addr))
		return &ifc->netif;
	while (a && !ip4_addr_cmp(netif_ip4_addr(&a->netif), addr))
		a = a->next;
	return a ? &a->netif : NULL;
}

static bool
on_network(const struct netif *n, const ip4_addr_t *addr)
{
	return !ip4_addr_isany_val(*netif_ip4_addr(n)) &&
	       ip4_addr_netcmp(addr, netif_ip4_addr(n), netif_ip4_netmask(n));
}

struct netif *
iface_toward4(struct stack_iface *ifc, const ip4_addr_t *addr)
{
	struct stack_alias *a = ifc->alias;

	if (on_network(&ifc->netif, addr))
		return &ifc->netif;
	while (a && !on_network(&a->netif, addr))
		a = a->next;
	if (a)
		return &a->netif;
	/* A gateway outside our networks: ask from any address. */
	if (ip4_addr_isany_val(*netif_ip4_addr(&ifc->netif)) && ifc->alias)
		return &ifc->alias->netif;
	return &ifc->netif;
}

static err_t
netif_setup(struct netif *n)
{
	struct stack_iface *ifc = n->state;
	const struct interface *i = router_interface_at(
	    stack_router, ifc->index);

	n->name[0] = 'p';
	n->name[1] = 't';
	n->hwaddr_len = ETH_ALEN;
	memcpy(n->hwaddr, i->port->mac, ETH_ALEN);
	n->mtu = i->mtu;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
	           NETIF_FLAG_ETHERNET;
	if (n == &ifc->netif)
		n->flags |= NETIF_FLAG_MLD6;
	n->output = output_ip4;
	n->output_ip6 = output_ip6;
	n->linkoutput = output_link;
	return ERR_OK;
}

static err_t
group_changed(
    struct netif *n, const ip6_addr_t *group, enum netif_mac_filter_action what)
{
	struct stack_iface *ifc = n->state;

	(void)group;
	(void)what;
	groups_changed(ifc->port);
	return ERR_OK;
}

/* The client keeps its address while it asks for the same one again. */
static bool
has_lease(const struct stack_iface *ifc)
{
	const struct netif *n = &ifc->netif;

	return ifc->dhcp && !ip4_addr_isany_val(*netif_ip4_addr(n)) &&
	       (dhcp_supplied_address(n) ||
		   netif_dhcp_data(n)->state == DHCP_STATE_REBOOTING);
}

static struct stack_lease
lease_of(const struct stack_iface *ifc)
{
	struct stack_lease l;
	const struct netif *n = &ifc->netif;

	memset(&l, 0, sizeof(l));
	if (!has_lease(ifc))
		return l;
	l.addr = own_addr4(netif_ip4_addr(n));
	l.len = (uint8_t)__builtin_popcount(netif_ip4_netmask(n)->addr);
	if (!ip4_addr_isany_val(*netif_ip4_gw(n)))
		l.gateway = own_addr4(netif_ip4_gw(n));
	return l;
}

/* Tells each change once, so that the router's answer changes nothing. */
static void
lease_follow(struct stack_iface *ifc)
{
	struct stack_lease now = lease_of(ifc);

	if (memcmp(&now, &ifc->lease, sizeof(now)) == 0)
		return;
	ifc->lease = now;
	/* lwIP may leave the address of a lease that ended. */
	if (ifc->dhcp && !now.addr.family)
		netif_set_addr(&ifc->netif, NULL, NULL, NULL);
	router_lease(
	    stack_router, ifc->index, &now.addr, now.len, &now.gateway);
}

/* RFC 3021: a network of two hosts has no broadcast address, nor has one. */
static void
broadcast_follow(struct netif *n)
{
	if (__builtin_popcount(netif_ip4_netmask(n)->addr) >= IP4_BITS - 1)
		n->flags &= (u8_t)~NETIF_FLAG_BROADCAST;
	else
		n->flags |= NETIF_FLAG_BROADCAST;
}

/* Also when an IPv6 address has passed its check. */
static void
status_changed(struct netif *n)
{
	struct stack_iface *ifc = n->state;

	broadcast_follow(n);
	lease_follow(ifc);
	detect_tell(ifc, router_interface_at(stack_router, ifc->index));
}

struct stack_iface *
iface_create(uint16_t index, const struct interface *i)
{
	struct stack_iface *ifc = calloc(1, sizeof(*ifc));
	ip6_addr_t routers;

	if (!ifc)
		return NULL;
	ifc->index = index;
	ifc->port = i->port;
	if (!netif_add(&ifc->netif, NULL, NULL, NULL, ifc, netif_setup,
		ethernet_input)) {
		log_error(i->name, "has no place in the local stack");
		free(ifc);
		return NULL;
	}
	netif_set_status_callback(&ifc->netif, status_changed);
	netif_set_mld_mac_filter(&ifc->netif, group_changed);
	/* RFC 4291 2.8 */
	ip6_addr_set_allrouters_linklocal(&routers);
	mld6_joingroup_netif(&ifc->netif, &routers);
	return ifc;
}

static void
state_follow(struct netif *n, const struct interface *i)
{
	n->mtu = i->mtu;
	if (i->admin_up)
		netif_set_up(n);
	else
		netif_set_down(n);
	if (i->admin_up && i->link.up)
		netif_set_link_up(n);
	else
		netif_set_link_down(n);
}

static void
alias_remove(struct stack_alias *a)
{
	netif_set_down(&a->netif); /* forgets its neighbours */
	netif_remove(&a->netif);
	free(a);
}

static ip4_addr_t
mask_of(uint8_t len)
{
	ip4_addr_t mask = { len ? lwip_htonl(0xffffffffu << (32 - len)) : 0 };

	return mask;
}

/* DHCP's own address is none of the config's. */
static bool
is_config4(const struct interface_address *a)
{
	return a->addr.family == IP4 && a->origin != ORIGIN_DHCP;
}

/* Marks the address of `n` in `have`; false when `i` does not have it. */
static bool
keep4(const struct netif *n, const struct interface *i, bool *have)
{
	for (uint32_t k = 0; k < i->address_count; k++) {
		ip4_addr_t addr, mask;

		if (!is_config4(&i->address[k]))
			continue;
		addr = lwip_addr4(&i->address[k].addr);
		mask = mask_of(i->address[k].len);
		if (ip4_addr_cmp(&addr, netif_ip4_addr(n)) &&
		    ip4_addr_cmp(&mask, netif_ip4_netmask(n))) {
			have[k] = true;
			return true;
		}
	}
	return false;
}

static void
drop4(struct stack_iface *ifc, const struct interface *i, bool *have)
{
	struct stack_alias **at = &ifc->alias;

	/* The first place is DHCP's while its client runs. */
	if (!ifc->dhcp && !ip4_addr_isany_val(*netif_ip4_addr(&ifc->netif)) &&
	    (i->dhcp || !keep4(&ifc->netif, i, have))) {
		netif_set_addr(&ifc->netif, NULL, NULL, NULL);
	}
	while (*at) {
		struct stack_alias *a = *at;

		if (keep4(&a->netif, i, have)) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		alias_remove(a);
	}
}

static void
alias_add(struct stack_iface *ifc, const struct interface *i,
    const ip4_addr_t *addr, const ip4_addr_t *mask)
{
	struct stack_alias *a = NULL;
	struct netif *n;
	uint32_t count = 0;

	NETIF_FOREACH(n)
	count++;
	if (count < NETIF_LIMIT)
		a = calloc(1, sizeof(*a));
	if (!a || !netif_add(&a->netif, addr, mask, NULL, ifc, netif_setup,
		      ethernet_input)) {
		log_error(i->name, "too many addresses: %s does not answer",
		    ip4addr_ntoa(addr));
		free(a);
		return;
	}
	broadcast_follow(&a->netif);
	a->next = ifc->alias;
	ifc->alias = a;
}

static void
follow4(struct stack_iface *ifc, const struct interface *i)
{
	bool have[INTERFACE_ADDRESS_MAX] = { false };

	drop4(ifc, i, have);
	for (uint32_t k = 0; k < i->address_count; k++) {
		ip4_addr_t addr, mask;

		if (have[k] || !is_config4(&i->address[k]))
			continue;
		addr = lwip_addr4(&i->address[k].addr);
		mask = mask_of(i->address[k].len);
		if (!i->dhcp &&
		    ip4_addr_isany_val(*netif_ip4_addr(&ifc->netif)))
			netif_set_addr(&ifc->netif, &addr, &mask, NULL);
		else
			alias_add(ifc, i, &addr, &mask);
	}
}

static bool
has6(const struct interface *i, const ip6_addr_t *addr)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (i->address[k].addr.family == IP6 &&
		    memcmp(i->address[k].addr.byte, addr->addr, 16) == 0)
			return true;
	return false;
}

/* A new one is tentative: lwIP looks for duplicates first (RFC 4862 5.4). */
static void
follow6(struct stack_iface *ifc, const struct interface *i)
{
	struct netif *n = &ifc->netif;

	for (s8_t k = 0; k < LWIP_IPV6_NUM_ADDRESSES; k++)
		if (!ip6_addr_isinvalid(netif_ip6_addr_state(n, k)) &&
		    !has6(i, netif_ip6_addr(n, k)))
			netif_ip6_addr_set_state(n, k, IP6_ADDR_INVALID);
	for (uint32_t k = 0; k < i->address_count; k++) {
		ip6_addr_t addr;

		if (i->address[k].addr.family != IP6)
			continue;
		addr = lwip_addr6(&i->address[k].addr, n);
		if (netif_add_ip6_address(n, &addr, NULL) != ERR_OK)
			log_error(i->name,
			    "too many IPv6 addresses: %s "
			    "does not answer",
			    ip6addr_ntoa(&addr));
	}
}

static void
dhcp_follow(struct stack_iface *ifc, const struct interface *i)
{
	struct netif *n = &ifc->netif;
	bool wanted = i->dhcp && i->admin_up;

	if (!wanted && ifc->dhcp) {
		dhcp_release_and_stop(n);
		dhcp_cleanup(n);
		ifc->dhcp = false;
		netif_set_addr(n, NULL, NULL, NULL);
		lease_follow(ifc);
	} else if (wanted && !ifc->dhcp && netif_is_up(n)) {
		const char *hostname = stack_router->config.hostname;

		n->hostname = hostname[0] ? hostname : NULL;
		ifc->dhcp = dhcp_start(n) == ERR_OK;
	}
}

void
iface_destroy(struct stack_iface *ifc)
{
	struct port *port = ifc->port;

	if (ifc->dhcp) {
		dhcp_release_and_stop(&ifc->netif);
		dhcp_cleanup(&ifc->netif);
	}
	while (ifc->alias) {
		struct stack_alias *a = ifc->alias;

		ifc->alias = a->next;
		alias_remove(a);
	}
	netif_set_down(&ifc->netif);
	netif_remove(&ifc->netif);
	groups_changed(port);
	free(ifc);
}

static void
follow(struct stack_iface *ifc, const struct interface *i)
{
	bool was_up = iface_is_up(ifc);

	if (!i->dhcp || !i->admin_up)
		dhcp_follow(ifc, i);
	follow4(ifc, i);
	follow6(ifc, i);
	anycast_follow(ifc, i);
	state_follow(&ifc->netif, i);
	for (struct stack_alias *a = ifc->alias; a; a = a->next)
		state_follow(&a->netif, i);
	if (!was_up && iface_is_up(ifc))
		detect_again(&ifc->netif);
	dhcp_follow(ifc, i);
	groups_changed(ifc->port);
	neighbor_announce_later(ifc);
	iface_poll(ifc);
}

/* A lease told to the router may come back as another change. */
void
iface_changed(struct stack_iface *ifc, const struct interface *i)
{
	ifc->changed = true;
	if (ifc->following)
		return;
	ifc->following = true;
	while (ifc->changed) {
		ifc->changed = false;
		follow(ifc, i);
	}
	ifc->following = false;
}

void
iface_poll(struct stack_iface *ifc)
{
	const struct interface *i = router_interface_at(
	    stack_router, ifc->index);

	detect_tell(ifc, i);
	neighbor_announce(ifc);
	nd_announce(ifc);
	lease_follow(ifc);
	if (i->dhcp && !ifc->dhcp)
		dhcp_follow(ifc, i);
}
