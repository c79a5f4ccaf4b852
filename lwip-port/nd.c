/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbor discovery (RFC 4861) around lwIP's: messages are checked before it
 * sees them, and what a router needs beyond it is added: a neighbour that
 * solicits us from a new MAC, on-link networks shorter than /64, a bounded
 * queue per neighbour.
 */
#include "lwip-port/private.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip6.h"
#include "lwip/memp.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/nd6.h"
#include "netif/ethernet.h"

enum {
	FRAME_HEADER = 14,
	ND_TARGET = 8,     /* of the message: the target address */
	ND_OPTIONS = 24,   /* the options of NS and NA */
	ND_OPTION_LEN = 8, /* a link-layer address of Ethernet */
	QUEUE_MAX = ARP_QUEUE_LEN,
	PATH_MTU_MIN = 1280, /* RFC 8200 5 */
	PATH_MTU_AGE = 600,  /* s (RFC 8201 5.3) */
};

typedef struct nd6_neighbor_cache_entry nd_entry;

static nd_entry *
entry_of(const struct stack_iface *ifc, const ip6_addr_t *addr)
{
	for (int i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
		nd_entry *e = &neighbor_cache[i];

		if (e->state != ND6_NO_ENTRY && e->netif == &ifc->netif &&
		    ip6_addr_cmp(&e->next_hop_address, addr))
			return e;
	}
	return NULL;
}

static bool
is_resolved(const nd_entry *e)
{
	return e && e->state != ND6_NO_ENTRY && e->state != ND6_INCOMPLETE;
}

static void
queue_drop_first(nd_entry *e)
{
	struct nd6_q_entry *q = e->q;

	e->q = q->next;
	pbuf_free(q->p);
	memp_free(MEMP_ND6_QUEUE, q);
}

/* The oldest gives way (RFC 4861 7.2.2). */
static void
queue_make_room(nd_entry *e)
{
	uint32_t n = 0;

	for (const struct nd6_q_entry *q = e->q; q; q = q->next)
		n++;
	while (n-- >= QUEUE_MAX)
		queue_drop_first(e);
}

/* lwIP knows an address once: the neighbour has moved to another interface. */
static void
forget_elsewhere(const struct stack_iface *ifc, const ip6_addr_t *addr)
{
	for (int i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
		nd_entry *e = &neighbor_cache[i];

		if (e->state == ND6_NO_ENTRY || e->netif == &ifc->netif ||
		    e->isrouter || !ip6_addr_cmp(&e->next_hop_address, addr))
			continue;
		while (e->q)
			queue_drop_first(e);
		e->state = ND6_NO_ENTRY;
		e->netif = NULL;
		ip6_addr_set_zero(&e->next_hop_address);
	}
}

/* True when lwIP finds no source for its own solicitation. */
static bool
is_lonely(const struct netif *n, const ip6_addr_t *addr)
{
	for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_isvalid(netif_ip6_addr_state(n, i)) &&
		    ip6_addr_netcmp(addr, netif_ip6_addr(n, i)))
			return false;
	return true;
}

/* A solicitation from the best address there is (RFC 4861 7.2.2); false: there
 * is none yet. */
static bool
solicit(struct netif *n, const ip6_addr_t *target, bool unicast)
{
	const ip_addr_t *source = ip6_select_source_address(n, target);
	struct pbuf *p;
	ip6_addr_t to = *target;
	uint8_t *ns;
	uint16_t sum;

	p = source ? pbuf_alloc(PBUF_IP, ND_OPTIONS + ND_OPTION_LEN, PBUF_RAM)
	           : NULL;
	if (!p)
		return source != NULL;
	if (!unicast) {
		ip6_addr_set_solicitednode(&to, target->addr[3]);
		ip6_addr_assign_zone(&to, IP6_MULTICAST, n);
	}
	ns = p->payload;
	memset(ns, 0, ND_OPTIONS + ND_OPTION_LEN);
	ns[0] = ICMP6_TYPE_NS;
	memcpy(ns + ND_TARGET, target->addr, 16);
	ns[ND_OPTIONS] = ND6_OPTION_TYPE_SOURCE_LLADDR;
	ns[ND_OPTIONS + 1] = 1;
	memcpy(ns + ND_OPTIONS + 2, n->hwaddr, ETH_ALEN);
	sum = ip6_chksum_pseudo(
	    p, IP6_NEXTH_ICMP6, p->tot_len, ip_2_ip6(source), &to);
	memcpy(ns + 2, &sum, sizeof(sum));
	ip6_output_if(
	    p, ip_2_ip6(source), &to, ND6_HOPLIM, 0, IP6_NEXTH_ICMP6, n);
	pbuf_free(p);
	return true;
}

err_t
nd_query(struct stack_iface *ifc, const ip6_addr_t *addr, struct pbuf *p)
{
	struct eth_addr src, dst;
	const u8_t *mac = NULL;
	nd_entry *e = entry_of(ifc, addr);
	err_t error;

	if (!e)
		forget_elsewhere(ifc, addr);
	else if (p)
		queue_make_room(e);
	/* Without a packet it only asks, and says that it kept none. */
	error = nd6_get_next_hop_addr_or_queue(&ifc->netif, p, addr, &mac);
	if (!e && is_lonely(&ifc->netif, addr))
		solicit(&ifc->netif, addr, false);
	if (!p)
		return ERR_OK;
	if (error != ERR_OK || !mac)
		return error;
	memcpy(src.addr, ifc->netif.hwaddr, ETH_ALEN);
	memcpy(dst.addr, mac, ETH_ALEN);
	return ethernet_output(&ifc->netif, p, &src, &dst, ETHTYPE_IPV6);
}

/* RFC 4861 7.3.3: three unicast solicitations, by lwIP's timer. */
void
nd_confirm(struct stack_iface *ifc, const ip6_addr_t *addr)
{
	nd_entry *e = entry_of(ifc, addr);

	if (!e) {
		nd_query(ifc, addr, NULL);
	} else if (is_resolved(e) && e->state != ND6_PROBE) {
		e->state = ND6_PROBE;
		e->counter.probes_sent = 0;
	}
}

const uint8_t *
nd_mac(struct stack_iface *ifc, const ip6_addr_t *addr)
{
	nd_entry *e = entry_of(ifc, addr);

	return is_resolved(e) ? e->lladdr : NULL;
}

const char *
nd_state(struct stack_iface *ifc, const ip6_addr_t *addr)
{
	static const char *const name[] = {
		[ND6_INCOMPLETE] = "incomplete",
		[ND6_REACHABLE] = "reachable",
		[ND6_STALE] = "stale",
		[ND6_DELAY] = "delay",
		[ND6_PROBE] = "probe",
	};
	nd_entry *e = entry_of(ifc, addr);

	return e ? name[e->state] : NULL;
}

/* Path MTUs as they were before lwIP saw a packet; 0: no such path. */
static uint16_t paths_before[LWIP_ND6_NUM_DESTINATIONS];

static void
paths_save(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		const struct nd6_destination_cache_entry *d =
		    &destination_cache[i];

		paths_before[i] =
		    ip6_addr_isany(&d->destination_addr) ? 0 : d->pmtu;
	}
}

/*
 * RFC 8201 4: a path MTU only shrinks, and not below the least of IPv6. lwIP
 * believes any value, and would never end with the smallest and largest ones.
 */
static void
paths_clamp(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		struct nd6_destination_cache_entry *d = &destination_cache[i];

		if (paths_before[i] != 0 && d->pmtu > paths_before[i])
			d->pmtu = paths_before[i];
		if (d->pmtu < PATH_MTU_MIN)
			d->pmtu = PATH_MTU_MIN;
	}
}

/* The entry of a destination, or the one that gives way to it. */
static int
path_find(const ip6_addr_t *dst)
{
	int oldest = 0;

	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		const struct nd6_destination_cache_entry *d =
		    &destination_cache[i];

		if (ip6_addr_cmp(&d->destination_addr, dst))
			return i;
		if (d->age > destination_cache[oldest].age)
			oldest = i;
	}
	return oldest;
}

/*
 * lwIP keeps the path MTU of a destination that it has an entry for. It would
 * make one when it resolves, but what it resolves here are next hops.
 */
void
nd_path_note(const ip6_addr_t *dst, uint16_t mtu)
{
	int i = path_find(dst);
	struct nd6_destination_cache_entry *d = &destination_cache[i];

	if (ip6_addr_cmp(&d->destination_addr, dst)) {
		d->pmtu = LWIP_MIN(d->pmtu, mtu);
		return;
	}
	d->destination_addr = *dst;
	d->next_hop_addr = *dst;
	d->pmtu = mtu;
	d->age = 0;
	paths_before[i] = mtu;
}

static void
paths_age(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++)
		if (destination_cache[i].age >= PATH_MTU_AGE)
			ip6_addr_set_any(
			    &destination_cache[i].destination_addr);
}

void
nd_scan(void)
{
	paths_age();
	for (int i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
		nd_entry *e = &neighbor_cache[i];

		if ((e->state != ND6_INCOMPLETE && e->state != ND6_PROBE) ||
		    !is_lonely(e->netif, &e->next_hop_address))
			continue;
		/* What cannot be asked yet, while our own addresses are being
		 * checked (RFC 4862 5.4), is not given up. */
		if (!solicit(
			e->netif, &e->next_hop_address, e->state == ND6_PROBE))
			e->counter.probes_sent = 0;
	}
}

/*
 * The options of a message of `len` bytes. False when they are not well formed
 * (RFC 4861 7.1). `at` receives the place of the option `type`, or 0.
 */
static bool
options_check(const uint8_t *nd, uint32_t len, uint8_t type, uint32_t *at)
{
	uint32_t here = ND_OPTIONS;

	*at = 0;
	while (here < len) {
		uint32_t size;

		if (len - here < 2)
			return false;
		size = nd[here + 1] * 8u;
		if (size == 0 || size > len - here)
			return false;
		if (nd[here] == type) {
			if (size != ND_OPTION_LEN)
				return false;
			*at = here;
		}
		here += size;
	}
	return true;
}

/* lwIP looks at the first option alone. The checksum does not mind order. */
static void
option_to_front(uint8_t *nd, uint32_t at)
{
	uint8_t option[ND_OPTION_LEN];

	memcpy(option, nd + at, sizeof(option));
	memmove(
	    nd + ND_OPTIONS + ND_OPTION_LEN, nd + ND_OPTIONS, at - ND_OPTIONS);
	memcpy(nd + ND_OPTIONS, option, sizeof(option));
}

/*
 * RFC 4861 7.2.3: who solicits us tells its MAC, which may be new. Done before
 * lwIP answers, so that the answer goes to the new one.
 */
static void
solicited(struct stack_iface *ifc, const uint8_t *ip, const uint8_t *mac)
{
	struct ip_addr own = { .family = IP6 }, from = { .family = IP6 };
	ip6_addr_t addr;
	nd_entry *e;

	memcpy(own.byte, ip + IP6_HLEN + ND_TARGET, 16);
	addr = lwip_addr6(&own, &ifc->netif);
	if (netif_get_ip6_addr_match(&ifc->netif, &addr) < 0)
		return;
	memcpy(from.byte, ip + 8, 16);
	addr = lwip_addr6(&from, &ifc->netif);
	if (ip6_addr_isany(&addr) || ip6_addr_ismulticast(&addr))
		return;
	e = entry_of(ifc, &addr);
	if (is_resolved(e) && memcmp(e->lladdr, mac, ETH_ALEN) != 0) {
		memcpy(e->lladdr, mac, ETH_ALEN);
		e->state = ND6_STALE;
		e->counter.stale_time = 0;
	}
	neighbor_learned(ifc, &from, mac);
}

static bool
checksum_good(struct pbuf *p, const uint8_t *ip, uint16_t len)
{
	const u16_t headers = SIZEOF_ETH_HDR + IP6_HLEN;
	ip6_addr_t src, dst;
	bool good;

	memset(&src, 0, sizeof(src));
	memset(&dst, 0, sizeof(dst));
	memcpy(src.addr, ip + 8, 16);
	memcpy(dst.addr, ip + 24, 16);
	pbuf_remove_header(p, headers);
	good = ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, len, &src, &dst) == 0;
	pbuf_add_header(p, headers);
	return good;
}

/* RFC 4861 7.1.1, 7.1.2 */
static bool
message_check(
    struct stack_iface *ifc, struct pbuf *p, uint8_t *ip, uint16_t len)
{
	uint8_t *nd = ip + IP6_HLEN;
	bool is_ns = nd[0] == ICMP6_TYPE_NS;
	uint32_t at;

	if (len < ND_OPTIONS || ip[7] != ND6_HOPLIM || nd[1] != 0 ||
	    nd[ND_TARGET] == 0xff ||
	    !options_check(nd, len,
		is_ns ? ND6_OPTION_TYPE_SOURCE_LLADDR
		      : ND6_OPTION_TYPE_TARGET_LLADDR,
		&at))
		return false;
	pbuf_realloc(p, (u16_t)(SIZEOF_ETH_HDR + IP6_HLEN + len));
	if (!checksum_good(p, ip, len))
		return false;
	if (at == 0)
		return true;
	option_to_front(nd, at);
	if (is_ns)
		solicited(ifc, ip, nd + ND_OPTIONS + 2);
	return true;
}

bool
nd_before(struct stack_iface *ifc, struct pbuf *p)
{
	uint8_t *ip = (uint8_t *)p->payload + SIZEOF_ETH_HDR;
	uint32_t room = p->len - (uint32_t)SIZEOF_ETH_HDR;
	uint16_t len;

	paths_save();
	if (room <= IP6_HLEN || ip[6] != IP6_NEXTH_ICMP6)
		return true;
	len = be16_load(ip + 4);
	if (len == 0 || len > room - IP6_HLEN)
		return true; /* lwIP drops it */
	switch (ip[IP6_HLEN]) {
	case ICMP6_TYPE_NS:
	case ICMP6_TYPE_NA:
		return message_check(ifc, p, ip, len);
	case ICMP6_TYPE_RS:
	case ICMP6_TYPE_RA:
	case ICMP6_TYPE_RD:
		return false; /* a router does not follow them */
	default:
		return true;
	}
}

void
nd_after(struct stack_iface *ifc, const uint8_t *frame, uint16_t len)
{
	const uint8_t *ip = frame + FRAME_HEADER;
	const uint8_t *nd = ip + IP6_HLEN;
	struct ip_addr target = { .family = IP6 };
	ip6_addr_t addr;
	const uint8_t *mac;
	uint32_t at;

	paths_clamp();
	if (len < nd - frame + ND_OPTIONS || ip[6] != IP6_NEXTH_ICMP6 ||
	    nd[0] != ICMP6_TYPE_NA)
		return;
	memcpy(target.byte, nd + ND_TARGET, 16);
	addr = lwip_addr6(&target, &ifc->netif);
	mac = nd_mac(ifc, &addr);
	/* It gave way in lwIP's table, but the router still uses it. */
	if (!mac && nd[4] & ND6_FLAG_OVERRIDE &&
	    adj_find(&stack_router->adj, ifc->index, IP6, target.byte) !=
		ADJ_NONE &&
	    options_check(
		nd, be16_load(ip + 4), ND6_OPTION_TYPE_TARGET_LLADDR, &at) &&
	    at != 0)
		mac = nd + at + 2;
	if (mac)
		neighbor_learned(ifc, &target, mac);
}
