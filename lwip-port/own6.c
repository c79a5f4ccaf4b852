/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP, a host's stack, does not know of a router's own addresses, or
 * takes too lightly: extension headers and fragments are judged here
 * (ip6_check.c, reassemble6.c), router discovery goes to the router, anycast
 * addresses to anycast.c, and MLD and neighbour advertisements are checked.
 *
 * A message of neighbour discovery in pieces is dropped (RFC 6980 5), and so is
 * one behind extension headers: nobody sends those.
 */
#include "control/icmp6.h"
#include "kernel/time.h"
#include "lwip-port/private.h"
#include "lwip-port/reassemble6.h"
#include "lwip/mem.h"
#include "lwip/mld6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/mld6.h"
#include "lwip/prot/nd6.h"

enum {
	IP_HOP_LIMIT = 7,
	IP_SOURCE = 8,
	IP_DESTINATION = 24,
	NA_SIZE = 24,
	MLD_SIZE = 24,
	MLD2_REPORT = 143, /* RFC 3810 5.2 */
	MLD_HOP_LIMIT = 1,
	MLD_AT = 48, /* behind lwIP's own hop-by-hop options */
	UDP_SIZE = 8,
	UDP_LENGTH = 4, /* in its header */
	UDP_CHECKSUM = 6,
	ICMP_CHECKSUM = 2,
	ICMP_HEADER = 8,  /* of an error, before what it quotes */
	FRAME_ROOM = 128, /* as in stack.c */
};

static void *
piece_alloc(size_t size)
{
	return mem_malloc((mem_size_t)size);
}

static struct reassembly pieces = { .alloc = piece_alloc, .free = mem_free };

static void
refuse(const struct stack_iface *ifc, const struct ip6_walk *walk,
    const uint8_t *ip, size_t len)
{
	static const enum icmp_error error[] = {
		[IP6_FIELD] = ICMP_PARAMETER,
		[IP6_NEXT_HEADER] = ICMP_NEXT_HEADER,
		[IP6_OPTION] = ICMP_OPTION,
		[IP6_CHAIN] = ICMP_CHAIN,
	};
	static const enum drop_reason reason[] = {
		[IP6_FIELD] = DROP_PARAMETER,
		[IP6_NEXT_HEADER] = DROP_STACK,
		[IP6_OPTION] = DROP_OPTIONS,
		[IP6_CHAIN] = DROP_PARAMETER,
		[IP6_SILENT] = DROP_PARAMETER,
		[IP6_DISCARD] = DROP_OPTIONS,
		[IP6_FRAGMENT] = DROP_REASSEMBLY,
	};

	stack_drop(reason[walk->verdict]);
	/* A piece is one of pieces here: nobody sends those. */
	if (walk->verdict == IP6_SILENT || walk->verdict == IP6_DISCARD ||
	    walk->verdict == IP6_FRAGMENT)
		return;
	router_refuse(stack_router, error[walk->verdict],
	    (uint16_t)walk->pointer, ifc->index, ip, (uint16_t)len);
}

static const struct interface_address *
own_address(const struct interface *i, const uint8_t *addr)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (i->address[k].addr.family == IP6 &&
		    i->address[k].status == ADDRESS_PREFERRED &&
		    memcmp(i->address[k].addr.byte, addr, 16) == 0)
			return &i->address[k];
	return NULL;
}

static bool
is_link_local(const uint8_t *addr)
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

static bool
is_unspecified(const uint8_t *addr)
{
	static const uint8_t none[16];

	return memcmp(addr, none, sizeof(none)) == 0;
}

/* A unicast address of any interface; a link-local one of this. */
static bool
is_unicast(const struct stack_iface *ifc, const uint8_t *addr)
{
	const struct router *r = stack_router;

	if (own_address(&r->interface[ifc->index], addr))
		return true;
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (!is_link_local(addr) && own_address(&r->interface[i], addr))
			return true;
	return false;
}

static bool
is_own(const struct stack_iface *ifc, const uint8_t *addr)
{
	struct ip_addr a = { .family = IP6 };

	memcpy(a.byte, addr, sizeof(a.byte));
	return is_unicast(ifc, addr) || anycast_here(ifc, &a);
}

/* Others' packets come here too: to link-local addresses and to groups. */
static bool
is_for_us(struct stack_iface *ifc, const uint8_t *ip)
{
	struct ip_addr own = { .family = IP6 };
	ip6_addr_t to;

	if (ip[IP_DESTINATION] != 0xff)
		return is_own(ifc, ip + IP_DESTINATION);
	memcpy(own.byte, ip + IP_DESTINATION, sizeof(own.byte));
	to = lwip_addr6(&own, &ifc->netif);
	return ip6_addr_isallnodes_linklocal(&to) ||
	       mld6_lookfor_group(&ifc->netif, &to) != NULL;
}

/* Frees the piece; returns the whole packet in a frame, or NULL. */
static struct pbuf *
reassemble(struct stack_iface *ifc, struct pbuf *p, const uint8_t *ip,
    size_t len, const struct ip6_walk *walk)
{
	const size_t most = UINT16_MAX - SIZEOF_ETH_HDR - FRAME_ROOM;
	struct reassemble_packet *whole;
	struct pbuf *q = NULL;
	size_t size;

	whole = reassemble_add(&pieces, time_us(), ifc->index, ip, len, walk);
	if (pieces.refused)
		stack_drop(DROP_REASSEMBLY);
	while (pieces.given_up > 0) {
		router_dropped(stack_router, DROP_REASSEMBLY);
		pieces.given_up--;
	}
	size = whole ? reassemble_size(whole) : 0;
	if (whole && size <= most)
		q = pbuf_alloc(PBUF_RAW,
		    (u16_t)(SIZEOF_ETH_HDR + size + FRAME_ROOM), PBUF_RAM);
	if (q) {
		uint8_t *to = q->payload;

		memcpy(to, p->payload, SIZEOF_ETH_HDR);
		reassemble_take(whole, to + SIZEOF_ETH_HDR);
		memset(to + SIZEOF_ETH_HDR + size, 0, FRAME_ROOM);
		pbuf_realloc(q, (u16_t)(SIZEOF_ETH_HDR + size));
	}
	if (whole && !q)
		stack_drop(DROP_REASSEMBLY);
	if (whole)
		reassemble_free(&pieces, whole);
	pbuf_free(p);
	return q;
}

static bool
nd_accept(struct stack_iface *ifc, const uint8_t *ip, size_t len,
    const struct ip6_walk *walk)
{
	if (walk->fragmented || walk->at != ICMP6_AT) {
		stack_drop(DROP_ND);
		return false;
	}
	switch (ip[ICMP6_AT]) {
	case ICMP6_TYPE_RS:
	case ICMP6_TYPE_RA:
		stack_drop(router_nd_input(
		    stack_router, ifc->index, ip, (uint16_t)len));
		return false;
	case ICMP6_TYPE_NS:
		return is_own(ifc, ip + IP_SOURCE) || /* nd.c */
		       !anycast_solicited(ifc, ip, len, time_us());
	case ICMP6_TYPE_NA:
		return true; /* nd.c */
	default:
		/* a router does not follow redirects */
		stack_drop(DROP_ICMP);
		return false;
	}
}

/* RFC 2710 3 and 4, RFC 3810 6.2; reports from no address are RFC 3590's. */
static bool
mld_accept(const uint8_t *ip, size_t len, const struct ip6_walk *walk)
{
	const uint8_t *from = ip + IP_SOURCE;
	bool is_query = ip[walk->at] == ICMP6_TYPE_MLQ;
	size_t size = len - walk->at;

	return size >= MLD_SIZE && ip[walk->at + 1] == 0 &&
	       ip[IP_HOP_LIMIT] == MLD_HOP_LIMIT && walk->router_alert &&
	       (is_link_local(from) || (!is_query && is_unspecified(from))) &&
	       ip6_checksum(ip, IP6_NEXTH_ICMP6, walk->at, size) == 0;
}

/*
 * RFC 8200 8.1: without a checksum, or with a wrong one, it is no datagram.
 * lwIP takes the one and answers to wrong lengths.
 */
static bool
udp_good(const uint8_t *ip, size_t len, const struct ip6_walk *walk)
{
	const uint8_t *udp = ip + walk->at;
	uint16_t size = be16_load(udp + UDP_LENGTH);

	return size >= UDP_SIZE && size <= len - walk->at &&
	       be16_load(udp + UDP_CHECKSUM) != 0 &&
	       ip6_checksum(ip, IP6_NEXTH_UDP, walk->at, size) == 0;
}

/* Packet too big (RFC 4443 3.2): about something that we send to. */
static bool
is_about_ours(struct stack_iface *ifc, const uint8_t *ip, size_t len,
    const struct ip6_walk *walk)
{
	struct ip_addr to = { .family = IP6 };
	ip6_addr_t dst;

	if (len - walk->at < ICMP_HEADER + IP6_HLEN)
		return false;
	memcpy(to.byte, ip + walk->at + ICMP_HEADER + IP_DESTINATION, 16);
	dst = lwip_addr6(&to, &ifc->netif);
	return nd_path_known(&dst);
}

static bool
icmp_accept(struct stack_iface *ifc, const uint8_t *ip, size_t len,
    const struct ip6_walk *walk)
{
	uint8_t type = ip[walk->at];

	if (type >= ICMP6_TYPE_RS && type <= ICMP6_TYPE_RD)
		return nd_accept(ifc, ip, len, walk);
	if (type >= ICMP6_TYPE_MLQ && type <= ICMP6_TYPE_MLD) {
		if (!mld_accept(ip, len, walk))
			stack_drop(DROP_ND);
		else if (type == ICMP6_TYPE_MLD)
			stack_drop(DROP_ICMP); /* we do not ask */
		else
			return true;
		return false;
	}
	if (type == ICMP6_TYPE_PTB && !is_about_ours(ifc, ip, len, walk)) {
		stack_drop(DROP_ICMP);
		return false;
	}
	return true;
}

/*
 * From an address of ours, though it came by a wire: it is another's, and an
 * answer would go to ourselves. What neighbour discovery says of such an
 * address is heard: there are two of it (RFC 4862 5.4).
 */
static bool
is_forged(const struct stack_iface *ifc, const uint8_t *ip,
    const struct ip6_walk *walk)
{
	if (!is_own(ifc, ip + IP_SOURCE))
		return false;
	return walk->verdict != IP6_GOOD || walk->next != IP6_NEXTH_ICMP6 ||
	       ip[walk->at] < ICMP6_TYPE_RS || ip[walk->at] > ICMP6_TYPE_RD;
}

/* What who has no address yet may say: who asks and tells its link. */
static bool
is_link_talk(const uint8_t *ip, const struct ip6_walk *walk)
{
	uint8_t type = ip[walk->at];

	return walk->next == IP6_NEXTH_ICMP6 &&
	       ((type >= ICMP6_TYPE_MLQ && type <= ICMP6_TYPE_RD) ||
		   type == MLD2_REPORT);
}

/* A packet that is whole. False: lwIP shall not see it. */
static bool
accept(struct stack_iface *ifc, uint8_t *ip, size_t len,
    const struct ip6_walk *walk)
{
	enum anycast_fate fate;

	if (walk->verdict != IP6_GOOD) {
		refuse(ifc, walk, ip, len);
		return false;
	}
	if (is_unspecified(ip + IP_SOURCE) && !is_link_talk(ip, walk)) {
		stack_drop(DROP_SOURCE);
		return false;
	}
	if (walk->next == IP6_NEXTH_UDP && !udp_good(ip, len, walk)) {
		stack_drop(DROP_STACK);
		return false;
	}
	if (walk->next == IP6_NEXTH_ICMP6 && !icmp_accept(ifc, ip, len, walk))
		return false;
	if (ip[IP_DESTINATION] == 0xff || is_unicast(ifc, ip + IP_DESTINATION))
		return true;
	fate = anycast_input(ifc, ip, len, walk);
	if (fate == ANYCAST_NOT)
		return true;
	stack_drop(fate == ANYCAST_IGNORED ? DROP_ICMP : DROP_STACK);
	if (fate == ANYCAST_REFUSED)
		router_refuse(stack_router, ICMP_PORT_UNREACHABLE, 0,
		    ifc->index, ip, (uint16_t)len);
	return false;
}

struct pbuf *
own6_before(struct stack_iface *ifc, struct pbuf *p)
{
	uint8_t *ip = (uint8_t *)p->payload + SIZEOF_ETH_HDR;
	size_t room = p->len - SIZEOF_ETH_HDR, len;
	struct ip6_walk walk;
	bool fragmented = false;

	if (p->len < SIZEOF_ETH_HDR + IP6_HLEN || ip[0] >> 4 != 6)
		return p; /* lwIP drops it */
	len = be16_load(ip + 4) + (size_t)IP6_HLEN;
	if (len > room || !is_for_us(ifc, ip)) {
		stack_drop(len > room                   ? DROP_IP_LENGTH
			   : ip[IP_DESTINATION] == 0xff ? DROP_MULTICAST
							: DROP_STACK);
		pbuf_free(p);
		return NULL;
	}
	walk = ip6_walk(ip, len);
	if (is_forged(ifc, ip, &walk)) {
		stack_drop(DROP_SOURCE);
		pbuf_free(p);
		return NULL;
	}
	if (walk.verdict == IP6_FRAGMENT) {
		p = reassemble(ifc, p, ip, len, &walk);
		if (!p)
			return NULL;
		fragmented = true;
		ip = (uint8_t *)p->payload + SIZEOF_ETH_HDR;
		len = p->len - (size_t)SIZEOF_ETH_HDR;
		walk = ip6_walk(ip, len);
	}
	walk.fragmented |= fragmented;
	if (accept(ifc, ip, len, &walk))
		return p;
	pbuf_free(p);
	return NULL;
}

void
own6_poll(uint64_t now_us)
{
	const struct reassemble_piece *first;
	struct reassemble_packet *late;

	while ((late = reassemble_late(&pieces, now_us, &first)) != NULL) {
		if (!late->dead)
			router_dropped(stack_router, DROP_REASSEMBLY);
		if (first)
			router_refuse(stack_router, ICMP_REASSEMBLY, 0,
			    late->iface, first->packet, first->len);
		reassemble_free(&pieces, late);
	}
}

/* RFC 4861 4.4: lwIP does not say that we are a router. */
static void
say_router(uint8_t *ip, size_t len)
{
	uint8_t *na = ip + ICMP6_AT;

	na[NA_FLAGS] |= ND6_FLAG_ROUTER;
	be16_store(na + ICMP_CHECKSUM, 0);
	be16_store(na + ICMP_CHECKSUM, icmp6_checksum(ip, len - ICMP6_AT));
}

/* RFC 2710 4: lwIP says to the group itself that it has left. */
static const ip6_addr_t *
done_to_routers(struct netif *netif, uint8_t *ip)
{
	static ip6_addr_t routers;
	uint8_t old[16];

	ip6_addr_set_allrouters_linklocal(&routers);
	ip6_addr_assign_zone(&routers, IP6_MULTICAST, netif);
	memcpy(old, ip + IP_DESTINATION, sizeof(old));
	memcpy(ip + IP_DESTINATION, routers.addr, sizeof(old));
	checksum_follow(ip + MLD_AT + ICMP_CHECKSUM, old, ip + IP_DESTINATION);
	return &routers;
}

const ip6_addr_t *
own6_leaving(struct netif *netif, struct pbuf *p, const ip6_addr_t *dst)
{
	uint8_t *ip = p->payload;

	if (p->len != p->tot_len)
		return dst;
	if (p->len >= ICMP6_AT + NA_SIZE && ip[6] == IP6_NEXTH_ICMP6 &&
	    ip[ICMP6_AT] == ICMP6_TYPE_NA)
		say_router(ip, p->len);
	else if (p->len >= MLD_AT + MLD_SIZE && ip[6] == IP6_NEXTH_HOPBYHOP &&
		 ip[ICMP6_AT] == IP6_NEXTH_ICMP6 &&
		 ip[MLD_AT] == ICMP6_TYPE_MLD)
		return done_to_routers(netif, ip);
	return dst;
}
