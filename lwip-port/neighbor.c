/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP (RFC 826, RFC 5227) between the link and the router's table: what is
 * heard goes there, and its questions are sent here. lwIP answers those of
 * others and announces our addresses, the first time.
 */
#include <errno.h>

#include "control/iptext.h"
#include "kernel/log.h"
#include "kernel/time.h"
#include "lwip-port/private.h"
#include "lwip/etharp.h"
#include "lwip/prot/etharp.h"
#include "lwip/sys.h"
#include "netif/ethernet.h"

enum {
	WARN_US = 10 * 1000 * 1000,
	/* RFC 5227 1.1 */
	ANNOUNCE_MS = 2000,    /* ANNOUNCE_INTERVAL */
	DEFEND_MS = 10 * 1000, /* DEFEND_INTERVAL */
};

/* An ARP packet in a frame (RFC 826) for Ethernet and IPv4. */
enum {
	ARP_HEADER = 14,
	ARP_FRAME = 42,
	ARP_OP = 20,
	ARP_SENDER_MAC = 22,
	ARP_SENDER = 28,
	ARP_TARGET = 38,
};

/* Somebody should know. */
void
neighbor_conflict(struct stack_iface *ifc, const struct ip_addr *addr,
    const uint8_t mac[ETH_ALEN])
{
	static uint64_t told;
	uint64_t now = time_us();
	char text[IPTEXT_ADDR_MAX];

	if (memcmp(mac, ifc->netif.hwaddr, ETH_ALEN) == 0 ||
	    (told != 0 && now - told < WARN_US))
		return;
	told = now;
	log_warn(router_interface_at(stack_router, ifc->index)->name,
	    "%s is also used by %02x:%02x:%02x:%02x:%02x:%02x",
	    ip_addr_format(addr, text), mac[0], mac[1], mac[2], mac[3], mac[4],
	    mac[5]);
}

static uint32_t *
conflict_time(struct stack_iface *ifc, const struct netif *n)
{
	struct stack_alias *a = ifc->alias;

	if (n == &ifc->netif)
		return &ifc->conflict_ms;
	while (&a->netif != n)
		a = a->next;
	return &a->conflict_ms;
}

/*
 * RFC 5227 2.4 c: a router keeps its address, and those who believed the other
 * one learn the truth again. While the other goes on we are silent, or two of
 * a kind would never end.
 */
static void
defend(struct stack_iface *ifc, struct netif *n, const uint8_t mac[ETH_ALEN])
{
	uint32_t *last = conflict_time(ifc, n), now = sys_now() | 1;
	bool first = *last == 0 || now - *last > DEFEND_MS;

	if (memcmp(mac, ifc->netif.hwaddr, ETH_ALEN) == 0)
		return;
	*last = now;
	if (first)
		etharp_gratuitous(n);
}

/*
 * A reply to us is as good as solicited: it proves both directions. A request
 * to us makes a neighbour; anything else changes those that are known.
 */
static uint32_t
arp_kind(struct stack_iface *ifc, const uint8_t *frame)
{
	uint16_t op = be16_load(frame + ARP_OP);
	ip4_addr_t target;

	memcpy(&target.addr, frame + ARP_TARGET, sizeof(target.addr));
	if (!iface_owner4(ifc, &target))
		return HEARD_OVERRIDE;
	if (op == ARP_REQUEST)
		return HEARD_OVERRIDE | HEARD_CREATE;
	if (op == ARP_REPLY && memcmp(frame, ifc->netif.hwaddr, ETH_ALEN) == 0)
		return HEARD_OVERRIDE | HEARD_SOLICITED;
	return HEARD_OVERRIDE;
}

/* RFC 1812 3.3.2: nobody is a group; the answer would go to many. */
bool
neighbor_arp_good(const uint8_t *frame, uint16_t len)
{
	static const uint8_t header[] = { 0, 1, 8, 0, 6, 4 };
	uint16_t op;

	if (len < ARP_FRAME)
		return false;
	op = be16_load(frame + ARP_OP);
	return memcmp(frame + ARP_HEADER, header, sizeof(header)) == 0 &&
	       (op == ARP_REQUEST || op == ARP_REPLY) &&
	       !(frame[ARP_SENDER_MAC] & 1);
}

void
neighbor_saw_arp(struct stack_iface *ifc, const uint8_t *frame)
{
	const uint8_t *mac = frame + ARP_SENDER_MAC;
	struct ip_addr from;
	struct netif *own;
	ip4_addr_t addr;

	memcpy(&addr.addr, frame + ARP_SENDER, sizeof(addr.addr));
	if (ip4_addr_isany_val(addr))
		return; /* a probe (RFC 5227) */
	from = own_addr4(&addr);
	own = iface_owner4(ifc, &addr);
	if (own) {
		neighbor_conflict(ifc, &from, mac);
		defend(ifc, own, mac);
		return;
	}
	router_neighbor_heard(
	    stack_router, ifc->index, &from, mac, arp_kind(ifc, frame));
}

void
neighbor_announce_later(struct stack_iface *ifc)
{
	ifc->announce_ms = (sys_now() + ANNOUNCE_MS) | 1;
}

static void
announce(struct netif *n)
{
	if (!ip4_addr_isany_val(*netif_ip4_addr(n)))
		etharp_gratuitous(n);
}

/* RFC 5227 2.3: the first may have been lost. */
void
neighbor_announce(struct stack_iface *ifc)
{
	if (ifc->announce_ms == 0 ||
	    (int32_t)(sys_now() - ifc->announce_ms) < 0)
		return;
	ifc->announce_ms = 0;
	if (!iface_is_up(ifc))
		return;
	announce(&ifc->netif);
	for (struct stack_alias *a = ifc->alias; a; a = a->next)
		announce(&a->netif);
}

/* From the address on the neighbour's network. */
static int
arp_ask(struct stack_iface *ifc, const ip4_addr_t *addr, const uint8_t *mac)
{
	struct netif *n = iface_toward4(ifc, addr);
	struct eth_addr src, dst;
	struct etharp_hdr *h;
	struct pbuf *p;

	if (ip4_addr_isany_val(*netif_ip4_addr(n)))
		return -EADDRNOTAVAIL;
	p = pbuf_alloc(PBUF_LINK, SIZEOF_ETHARP_HDR, PBUF_RAM);
	if (!p)
		return -ENOMEM;
	memcpy(src.addr, n->hwaddr, ETH_ALEN);
	memset(dst.addr, 0xff, ETH_ALEN);
	if (mac)
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
	return 0;
}

int
neighbor_question(
    uint16_t iface, const struct ip_addr *addr, const uint8_t mac[ETH_ALEN])
{
	struct stack_iface *ifc = stack_iface(iface);

	if (!ifc || !iface_is_up(ifc))
		return -ENETDOWN;
	if (addr->family == IP4) {
		ip4_addr_t a = lwip_addr4(addr);

		return arp_ask(ifc, &a, mac);
	} else {
		ip6_addr_t a = lwip_addr6(addr, &ifc->netif);

		return nd_solicit(ifc, &a, mac != NULL);
	}
}
