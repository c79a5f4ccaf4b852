/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours. lwIP resolves them; the router's adjacencies are the table of
 * them. Every answer that lwIP takes renews an adjacency. Traffic on the
 * fast path is not seen here, so each adjacency that was not confirmed for
 * REFRESH_US is asked about, first by unicast, and is lost when LOST_US have
 * passed without an answer. lwIP's own entries live as long as that:
 * ARP_MAXAGE is LOST_US.
 */
#include <errno.h>

#include "kernel/log.h"
#include "lwip-port/private.h"
#include "lwip/etharp.h"
#include "lwip/prot/etharp.h"
#include "netif/ethernet.h"

enum {
	REFRESH_US = 30 * 1000 * 1000, /* RFC 4861 10, REACHABLE_TIME */
	BROADCAST_US = 38 * 1000 * 1000,
	LOST_US = 45 * 1000 * 1000,
	ASKS_MAX = 512, /* a second */
	SCAN_MIN = 64,  /* adjacencies that are worth a look */
	SECOND_US = 1000 * 1000,
	WARN_US = 10 * 1000 * 1000,
};

/* An ARP packet in a frame (RFC 826) for Ethernet and IPv4. */
enum {
	ARP_HEADER = 14,
	ARP_SENDER_MAC = 22,
	ARP_SENDER = 28,
};

static uint64_t now;

void
neighbor_learned(struct stack_iface *ifc, const struct ip_addr *addr,
    const uint8_t mac[ETH_ALEN])
{
	static const uint8_t none[ETH_ALEN];

	if ((mac[0] & 1) || memcmp(mac, none, ETH_ALEN) == 0 ||
	    memcmp(mac, ifc->netif.hwaddr, ETH_ALEN) == 0)
		return;
	router_neighbor_learned(stack_router, ifc->index, addr, mac);
}

/* As lwIP knows it, or NULL. */
static const uint8_t *
arp_mac(struct stack_iface *ifc, const ip4_addr_t *addr)
{
	struct eth_addr *mac;
	const ip4_addr_t *found;

	if (etharp_find_addr(iface_toward4(ifc, addr), addr, &mac, &found) < 0)
		return NULL;
	return mac->addr;
}

static const uint8_t *
stack_mac(struct stack_iface *ifc, const struct ip_addr *addr)
{
	if (addr->family == IP4) {
		ip4_addr_t a = lwip_addr4(addr);

		return arp_mac(ifc, &a);
	} else {
		ip6_addr_t a = lwip_addr6(addr, &ifc->netif);

		return nd_mac(ifc, &a);
	}
}

/* RFC 5227 2.4: we keep the address, but somebody should know. */
static void
conflict(struct stack_iface *ifc, const ip4_addr_t *addr, const uint8_t *mac)
{
	static uint64_t told;
	const struct interface *i = router_interface_at(
	    stack_router, ifc->index);

	if (memcmp(mac, ifc->netif.hwaddr, ETH_ALEN) == 0 ||
	    (told != 0 && now - told < WARN_US))
		return;
	told = now;
	log_warn(i->name, "%s is also used by %02x:%02x:%02x:%02x:%02x:%02x",
	    ip4addr_ntoa(addr), mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

void
neighbor_saw_arp(struct stack_iface *ifc, const uint8_t *frame)
{
	static const uint8_t header[] = { 0, 1, 8, 0, 6, 4 };
	const uint8_t *mac;
	struct ip_addr from;
	ip4_addr_t addr;

	if (memcmp(frame + ARP_HEADER, header, sizeof(header)) != 0)
		return;
	memcpy(&addr.addr, frame + ARP_SENDER, sizeof(addr.addr));
	if (ip4_addr_isany_val(addr))
		return; /* a probe (RFC 5227) */
	if (iface_owner4(ifc, &addr)) {
		conflict(ifc, &addr, frame + ARP_SENDER_MAC);
		return;
	}
	from = own_addr4(&addr);
	mac = arp_mac(ifc, &addr);
	/* It gave way in lwIP's table, but the router still uses it. */
	if (!mac && adj_find(&stack_router->adj, ifc->index, IP4, from.byte) !=
			ADJ_NONE)
		mac = frame + ARP_SENDER_MAC;
	if (mac)
		neighbor_learned(ifc, &from, mac);
}

static struct pbuf *
packet_copy(const uint8_t *packet, uint16_t len)
{
	struct pbuf *p = pbuf_alloc(PBUF_LINK, len, PBUF_RAM);

	if (p)
		pbuf_take(p, packet, len);
	return p;
}

int
neighbor_resolve(uint16_t iface, const struct ip_addr *next_hop,
    const uint8_t *packet, uint16_t len)
{
	struct stack_iface *ifc = stack_iface(iface);
	struct pbuf *p = NULL;
	const uint8_t *mac;
	err_t error;

	if (!ifc || !iface_is_up(ifc))
		return -ENETDOWN;
	if (packet) {
		p = packet_copy(packet, len);
		if (!p)
			return -ENOMEM;
	}
	if (next_hop->family == IP4) {
		ip4_addr_t a = lwip_addr4(next_hop);

		error = etharp_query(iface_toward4(ifc, &a), &a, p);
	} else {
		ip6_addr_t a = lwip_addr6(next_hop, &ifc->netif);

		error = nd_query(ifc, &a, p);
	}
	if (p)
		pbuf_free(p);
	/* lwIP may know what the router does not. */
	mac = stack_mac(ifc, next_hop);
	if (mac)
		neighbor_learned(ifc, next_hop, mac);
	return error == ERR_OK ? 0 : -ENOMEM;
}

static uint64_t
age_of(const struct adj *e)
{
	return now > e->updated_us ? now - e->updated_us : 0;
}

const char *
neighbor_state(uint16_t iface, const struct ip_addr *addr)
{
	const struct adj_table *t = &stack_router->adj;
	uint32_t adj = adj_find(t, iface, addr->family, addr->byte);
	struct stack_iface *ifc = stack_iface(iface);
	const char *state = NULL;

	if (ifc && addr->family == IP6) {
		ip6_addr_t a = lwip_addr6(addr, &ifc->netif);

		state = nd_state(ifc, &a);
	}
	if (adj == ADJ_NONE || !(adj_link(t, adj) & ADJ_VALID))
		return "incomplete";
	if (state)
		return state;
	return age_of(&t->entry[adj]) < REFRESH_US ? "reachable" : "probe";
}

/* etharp_request() asks everybody; this one asks who had the address last. */
static void
arp_confirm(struct stack_iface *ifc, const ip4_addr_t *addr, const uint8_t *mac)
{
	struct netif *n = iface_toward4(ifc, addr);
	struct pbuf *p = pbuf_alloc(PBUF_LINK, SIZEOF_ETHARP_HDR, PBUF_RAM);
	struct eth_addr src, dst;
	struct etharp_hdr *h;

	if (!p)
		return;
	memcpy(src.addr, n->hwaddr, ETH_ALEN);
	memcpy(dst.addr, mac, ETH_ALEN);
	h = p->payload;
	memset(h, 0, sizeof(*h));
	h->hwtype = PP_HTONS(1);
	h->proto = PP_HTONS(ETHTYPE_IP);
	h->hwlen = ETH_ALEN;
	h->protolen = sizeof(*addr);
	h->opcode = PP_HTONS(ARP_REQUEST);
	memcpy(&h->shwaddr, n->hwaddr, ETH_ALEN);
	memcpy(&h->sipaddr, netif_ip4_addr(n), sizeof(h->sipaddr));
	memcpy(&h->dipaddr, addr, sizeof(h->dipaddr));
	ethernet_output(n, p, &src, &dst, ETHTYPE_ARP);
	pbuf_free(p);
}

static void
ask(struct stack_iface *ifc, const struct ip_addr *addr, uint64_t age,
    uint64_t link)
{
	if (addr->family == IP6) {
		ip6_addr_t a = lwip_addr6(addr, &ifc->netif);

		nd_confirm(ifc, &a);
	} else {
		ip4_addr_t a = lwip_addr4(addr);
		uint8_t mac[ETH_ALEN];

		adj_link_mac(link, mac);
		if (age < BROADCAST_US && arp_mac(ifc, &a))
			arp_confirm(ifc, &a, mac);
		else
			etharp_query(iface_toward4(ifc, &a), &a, NULL);
	}
}

static void
scan_one(uint32_t adj, uint32_t *asks)
{
	const struct adj_table *t = &stack_router->adj;
	const struct adj *e = &t->entry[adj];
	uint64_t link = adj_link(t, adj), age = age_of(e);
	struct ip_addr addr = { .family = e->family };
	struct stack_iface *ifc;

	if (!(link & ADJ_VALID) || (e->flags & ADJ_STATIC) || age < REFRESH_US)
		return;
	ifc = stack_iface(e->iface);
	if (!ifc || !iface_is_up(ifc))
		return;
	memcpy(addr.byte, e->addr, sizeof(addr.byte));
	if (age >= LOST_US && !stack_mac(ifc, &addr)) {
		router_neighbor_learned(stack_router, e->iface, &addr, NULL);
	} else if (*asks < ASKS_MAX) {
		++*asks;
		ask(ifc, &addr, age, link);
	}
}

/*
 * Looks at all adjacencies once a second, a few at a time: packets wait for a
 * core that does this and forwards, too.
 */
void
neighbor_scan(uint64_t now_us)
{
	static uint64_t scanned_us;
	static uint32_t next;
	uint32_t capacity = stack_router->adj.capacity, n, asks;

	now = now_us;
	if (now - scanned_us >= SECOND_US) {
		scanned_us = now;
		n = capacity;
	} else {
		n = (uint32_t)((now - scanned_us) * capacity / SECOND_US);
		if (n < SCAN_MIN)
			return;
		scanned_us += (uint64_t)n * SECOND_US / capacity;
	}
	asks = ASKS_MAX - (uint32_t)((uint64_t)ASKS_MAX * n / capacity);
	for (; n > 0; n--) {
		if (++next >= capacity)
			next = 1; /* 0 is none */
		scan_one(next, &asks);
	}
}

void
neighbor_flush(struct stack_iface *ifc)
{
	const struct adj_table *t = &stack_router->adj;

	for (uint32_t adj = 1; adj < t->capacity; adj++) {
		const struct adj *e = &t->entry[adj];
		struct ip_addr addr = { .family = e->family };

		if (e->iface != ifc->index || (e->flags & ADJ_STATIC) ||
		    !(adj_link(t, adj) & ADJ_VALID))
			continue;
		memcpy(addr.byte, e->addr, sizeof(addr.byte));
		router_neighbor_learned(stack_router, e->iface, &addr, NULL);
	}
}
