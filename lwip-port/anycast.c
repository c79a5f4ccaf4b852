/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subnet-router anycast addresses (RFC 4291 2.6.1), which lwIP does not know.
 * They are there while an address in their network is ours for certain.
 *
 * An echo request to one is answered from a unicast address: RFC 4443 4.2
 * says so, and it tells who answered. So the destination is replaced before
 * lwIP sees the request.
 */
#include "control/anycast.h"

#include "control/icmp6.h"
#include "control/ip_scope.h"
#include "lwip-port/private.h"
#include "lwip/mld6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/nd6.h"

enum {
	ANSWERS = 16,            /* that wait */
	ANSWER_US = 1000 * 1000, /* MAX_ANYCAST_DELAY_TIME (RFC 4861 10) */
	FRAME_HEADER = 14,
	FRAME_TYPE = 12,
	IP_SOURCE = 8,
	IP_DESTINATION = 24,
	ND_OPTION_SIZE = 8,
	NA_SIZE = ND_OPTIONS_AT + ND_OPTION_SIZE,
	NA_FRAME = FRAME_HEADER + ICMP6_AT + NA_SIZE,
};

/* An advertisement that is due, as it will leave. */
struct answer {
	bool waits;
	uint16_t iface;
	uint64_t due_us;
	uint8_t frame[NA_FRAME];
};

static struct answer answers[ANSWERS];

/*
 * The address of ours whose network `anycast` begins, or NULL. An address of
 * our own may begin a larger network, as a /127 does: that is no anycast one.
 */
static const struct ip_addr *
unicast_of(const struct interface *i, const struct ip_addr *anycast)
{
	const struct ip_addr *own = NULL;

	for (uint32_t k = 0; k < i->address_count; k++) {
		const struct interface_address *a = &i->address[k];
		struct ip_addr first;

		if (ip_addr_equal(&a->addr, anycast))
			return NULL;
		if (!own && a->status == ADDRESS_PREFERRED &&
		    anycast_of(&a->addr, a->len, &first) &&
		    ip_addr_equal(&first, anycast))
			own = &a->addr;
	}
	return own;
}

/* Of any interface; a link-local one of this. */
static const struct ip_addr *
find(const struct stack_iface *ifc, const struct ip_addr *anycast)
{
	const struct ip_addr *own = unicast_of(
	    &stack_router->interface[ifc->index], anycast);

	if (ip_link_local(anycast))
		return own;
	for (uint16_t i = 0; !own && i < stack_router->interface_count; i++)
		own = unicast_of(&stack_router->interface[i], anycast);
	return own;
}

/* RFC 4443 4.2: one of the interface that was asked by, where there is any. */
static const struct ip_addr *
answers_from(const struct stack_iface *ifc, const struct ip_addr *anycast)
{
	const struct interface *i = &stack_router->interface[ifc->index];
	const struct ip_addr *own = unicast_of(i, anycast);

	for (uint32_t k = 0; !own && k < i->address_count; k++) {
		const struct interface_address *a = &i->address[k];

		if (a->addr.family == IP6 && !ip_link_local(&a->addr) &&
		    a->status == ADDRESS_PREFERRED)
			own = &a->addr;
	}
	return own ? own : find(ifc, anycast);
}

void
checksum_follow(uint8_t *checksum, const uint8_t *old, const uint8_t *new)
{
	uint32_t sum = (uint16_t)~be16_load(checksum);

	for (int i = 0; i < 16; i += 2)
		sum += (uint16_t)~be16_load(old + i) + be16_load(new + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	be16_store(checksum, (uint16_t)~sum);
}

bool
anycast_here(const struct stack_iface *ifc, const struct ip_addr *addr)
{
	return find(ifc, addr) != NULL;
}

enum anycast_fate
anycast_input(struct stack_iface *ifc, uint8_t *ip, size_t len,
    const struct ip6_walk *walk)
{
	struct ip_addr to = { .family = IP6 };
	const struct ip_addr *own;
	uint8_t *icmp = ip + walk->at;

	memcpy(to.byte, ip + IP_DESTINATION, sizeof(to.byte));
	if (!find(ifc, &to))
		return ANYCAST_NOT;
	own = answers_from(ifc, &to);
	if (walk->next != IP6_NEXTH_ICMP6 || len - walk->at < 4 ||
	    icmp[0] != ICMP6_TYPE_EREQ)
		return walk->next == IP6_NEXTH_UDP     ? ANYCAST_REFUSED
		       : walk->next == IP6_NEXTH_ICMP6 ? ANYCAST_IGNORED
		                                       : ANYCAST_DROPPED;
	checksum_follow(icmp + 2, ip + IP_DESTINATION, own->byte);
	memcpy(ip + IP_DESTINATION, own->byte, sizeof(own->byte));
	return ANYCAST_NOT;
}

static bool
solicitation_good(const uint8_t *ip, size_t len)
{
	const uint8_t *ns = ip + ICMP6_AT;
	size_t size = len - ICMP6_AT;

	return size >= ND_OPTIONS_AT && ip[7] == ND_HOP_LIMIT_ALWAYS &&
	       ns[1] == 0 && icmp6_checksum(ip, size) == 0 &&
	       nd_options_good(ns + ND_OPTIONS_AT, size - ND_OPTIONS_AT);
}

/* RFC 4861 7.2.4, 7.2.7: solicited, from a router, and without override. */
static void
advertisement_build(uint8_t *frame, const uint8_t *own_mac, const uint8_t *mac,
    const struct ip_addr *from, const uint8_t *ns_ip)
{
	uint8_t *ip = frame + FRAME_HEADER;
	uint8_t *na = ip + ICMP6_AT;

	memset(frame, 0, NA_FRAME);
	memcpy(frame, mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, own_mac, ETH_ALEN);
	be16_store(frame + FRAME_TYPE, ETHTYPE_IPV6);
	ip[0] = 0x60;
	be16_store(ip + 4, NA_SIZE);
	ip[6] = IP6_NEXTH_ICMP6;
	ip[7] = ND_HOP_LIMIT_ALWAYS;
	memcpy(ip + IP_SOURCE, from->byte, 16);
	memcpy(ip + IP_DESTINATION, ns_ip + IP_SOURCE, 16);
	na[0] = ICMP6_TYPE_NA;
	na[NA_FLAGS] = ND6_FLAG_ROUTER | ND6_FLAG_SOLICITED;
	memcpy(na + ND_TARGET, ns_ip + ICMP6_AT + ND_TARGET, 16);
	na[ND_OPTIONS_AT] = ND_OPTION_TLLA;
	na[ND_OPTIONS_AT + 1] = 1;
	memcpy(na + ND_OPTIONS_AT + 2, own_mac, ETH_ALEN);
	be16_store(na + 2, icmp6_checksum(ip, NA_SIZE));
}

/* The interface may be gone since, or another, or have other addresses. */
static void
send(struct answer *a)
{
	const uint8_t *na = a->frame + FRAME_HEADER + ICMP6_AT;
	struct ip_addr target = { .family = IP6 };

	a->waits = false;
	memcpy(target.byte, na + ND_TARGET, 16);
	if (unicast_of(&stack_router->interface[a->iface], &target))
		router_transmit(
		    stack_router, a->iface, a->frame, sizeof(a->frame));
}

/* One that waits gives way by leaving early. */
static struct answer *
answer_free(void)
{
	static uint32_t next;
	struct answer *a;

	for (size_t i = 0; i < ANSWERS; i++)
		if (!answers[i].waits)
			return &answers[i];
	a = &answers[next++ % ANSWERS];
	send(a);
	return a;
}

bool
anycast_solicited(
    struct stack_iface *ifc, const uint8_t *ip, size_t len, uint64_t now_us)
{
	static const uint8_t unspecified[16];
	const struct interface *i = &stack_router->interface[ifc->index];
	struct ip_addr target = { .family = IP6 }, from = { .family = IP6 };
	const uint8_t *option;
	const struct ip_addr *own;
	struct answer *a;

	if (len < ICMP6_AT + ND_OPTIONS_AT)
		return false;
	memcpy(target.byte, ip + ICMP6_AT + ND_TARGET, 16);
	own = unicast_of(i, &target);
	if (!own)
		return false;
	memcpy(from.byte, ip + IP_SOURCE, 16);
	/* Nobody has an anycast address alone: there are no duplicates. */
	if (!solicitation_good(ip, len)) {
		stack_drop(DROP_ND);
		return true;
	}
	if (memcmp(from.byte, unspecified, 16) == 0) {
		stack_drop(DROP_ICMP);
		return true;
	}
	option = nd_option_find(ip + ICMP6_AT + ND_OPTIONS_AT,
	    len - ICMP6_AT - ND_OPTIONS_AT, ND_OPTION_SLLA);
	if (!option || option[1] != 1) {
		stack_drop(DROP_ICMP); /* nobody says where to answer */
		return true;
	}
	router_neighbor_heard(stack_router, ifc->index, &from, option + 2,
	    HEARD_CREATE | HEARD_OVERRIDE);
	a = answer_free();
	advertisement_build(a->frame, ifc->netif.hwaddr, option + 2, own, ip);
	a->iface = ifc->index;
	a->due_us = now_us + (uint64_t)ANSWER_US * stack_random() / UINT32_MAX;
	a->waits = true;
	return true;
}

void
anycast_poll(uint64_t now_us)
{
	for (size_t i = 0; i < ANSWERS; i++)
		if (answers[i].waits && now_us >= answers[i].due_us)
			send(&answers[i]);
}

/* RFC 4291 2.8: the solicited-node group of each. Groups are counted, so the
 * new ones are joined before the old ones are left. */
void
anycast_follow(struct stack_iface *ifc, const struct interface *i)
{
	ip6_addr_t old[INTERFACE_ADDRESS_MAX];
	uint32_t old_count = ifc->anycast_count;

	memcpy(old, ifc->anycast_group, sizeof(old));
	ifc->anycast_count = 0;
	for (uint32_t k = 0; k < i->address_count; k++) {
		ip6_addr_t *group = &ifc->anycast_group[ifc->anycast_count];
		struct ip_addr first;

		if (!anycast_of(&i->address[k].addr, i->address[k].len, &first))
			continue;
		ip6_addr_set_solicitednode(
		    group, lwip_addr6(&first, &ifc->netif).addr[3]);
		ip6_addr_assign_zone(group, IP6_MULTICAST, &ifc->netif);
		if (mld6_joingroup_netif(&ifc->netif, group) == ERR_OK)
			ifc->anycast_count++;
	}
	for (uint32_t k = 0; k < old_count; k++)
		mld6_leavegroup_netif(&ifc->netif, &old[k]);
}
