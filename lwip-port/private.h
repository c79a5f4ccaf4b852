/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the port share. For lwip-port/'s own use.
 */
#ifndef LWIP_PORT_PRIVATE_H
#define LWIP_PORT_PRIVATE_H

#include "control/router.h"
#include "lwip-port/ip6_check.h"
#include "lwip-port/lwip_addr.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"

/* One more IPv4 address: lwIP knows one a netif. */
struct stack_alias {
	struct netif netif;
	uint32_t conflict_ms; /* as in struct stack_iface */
	struct stack_alias *next;
};

struct stack_lease {
	struct ip_addr addr; /* family 0: none */
	struct ip_addr gateway;
	uint8_t len;
};

/* An interface of the router, as lwIP sees it. */
struct stack_iface {
	/* IPv6, DHCP, and one IPv4 address. `state` points to this struct. */
	struct netif netif;
	struct stack_alias *alias; /* the other IPv4 addresses */
	uint16_t index;
	struct port *port;
	bool following, changed;  /* iface_changed() runs; once more */
	bool dhcp;                /* the client runs */
	struct stack_lease lease; /* as told to the router */
	/* By number of lwIP's address: what the router was told of it. */
	uint8_t status[LWIP_IPV6_NUM_ADDRESSES];
	uint32_t announce_ms; /* when IPv4 addresses are told again; 0: never */
	uint32_t conflict_ms; /* when another last used its address; 0: never */
	uint32_t announced;   /* IPv6 addresses that the link knows */
	/* Solicited-node groups of anycast addresses. */
	ip6_addr_t anycast_group[INTERFACE_ADDRESS_MAX];
	uint32_t anycast_count;
};

extern struct router *stack_router;

/* stack.c: where the frame came in that lwIP looks at. */
extern uint16_t stack_arrived;

/*
 * refused.c: what becomes of the frame that lwIP, or who stands before it,
 * looks at. Whoever throws it away says why; the first one counts.
 */
void stack_drop(enum drop_reason reason);
/* Before a frame is looked at, and behind: NOT_DROPPED, or the reason. */
void refused_begin(void);
int refused_end(const uint8_t *frame, uint16_t len);
/* Now and then: packets whose fragments lwIP has given up are counted. */
void refused_follow(void);

/* input.c: passes an IP frame (payload at its Ethernet header) to lwIP. */
void input_owner(struct stack_iface *ifc, struct pbuf *p);

/* stack.c: NULL when lwIP does not know the interface. */
struct stack_iface *stack_iface(uint16_t index);

/* iface.c */
/* Follows what the router says about an interface. */
void iface_changed(struct stack_iface *ifc, const struct interface *i);
struct stack_iface *iface_create(uint16_t index, const struct interface *i);
/* The interface is no more: ends all that lwIP does for it. */
void iface_destroy(struct stack_iface *ifc);
/* Tells the router and the link what changed. */
void iface_poll(struct stack_iface *ifc);
bool iface_is_up(const struct stack_iface *ifc);
/* The netif that has this address, or NULL. */
struct netif *iface_owner4(struct stack_iface *ifc, const ip4_addr_t *addr);
/* The netif whose network this neighbour is on; never NULL. */
struct netif *iface_toward4(struct stack_iface *ifc, const ip4_addr_t *addr);

/* groups.c: an interface of the port has other groups; and tells the ports. */
void groups_changed(struct port *port);
void groups_poll(void);

/* guard.c */
/* True when the frame that lwIP was just given is to be given to it again. */
bool guard_once_more(void);

/* output.c */
err_t output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dst);
err_t output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dst);
err_t output_link(struct netif *netif, struct pbuf *p);
/* The hop of our own packets to `dst`; false when there is none. */
bool output_route(const struct ip_addr *dst, struct router_nexthop *hop);

/* neighbor.c */
/* As stack_ops.ask. */
int neighbor_question(
    uint16_t iface, const struct ip_addr *addr, const uint8_t mac[ETH_ALEN]);
/* A request or reply of a host (RFC 826), for Ethernet and IPv4. */
bool neighbor_arp_good(const uint8_t *frame, uint16_t len);
/* A good ARP frame: what it tells of its sender. */
void neighbor_saw_arp(struct stack_iface *ifc, const uint8_t *frame);
/* An address or the link is new; lwIP has announced what it has. */
void neighbor_announce_later(struct stack_iface *ifc);
/* Every second: announces once more what has to be. */
void neighbor_announce(struct stack_iface *ifc);
/* Somebody else uses an address of ours: says so, now and then. */
void neighbor_conflict(struct stack_iface *ifc, const struct ip_addr *addr,
    const uint8_t mac[ETH_ALEN]);

/* detect.c */
/* The link is new: all IPv6 addresses are checked again. */
void detect_again(struct netif *n);
/* Tells the router how each address stands. */
void detect_tell(struct stack_iface *ifc, const struct interface *i);

/* own6.c */
/*
 * What an IPv6 frame (payload at its Ethernet header) means to our own
 * addresses and to a router, before nd.c and lwIP see it. Returns the frame to
 * go on with, which may be another one, or NULL: it is done.
 */
struct pbuf *own6_before(struct stack_iface *ifc, struct pbuf *p);
/* Packets that wait for their last pieces. */
void own6_poll(uint64_t now_us);
/* What lwIP sends, made right. Returns where it goes. */
const ip6_addr_t *own6_leaving(
    struct netif *netif, struct pbuf *p, const ip6_addr_t *dst);

/* anycast.c */
enum anycast_fate {
	ANYCAST_NOT,     /* the packet is for a unicast address (now) */
	ANYCAST_REFUSED, /* no port there */
	ANYCAST_IGNORED, /* ICMP, but no echo request */
	ANYCAST_DROPPED,
};
/* A good packet, up to the header that `walk` came to. */
enum anycast_fate anycast_input(struct stack_iface *ifc, uint8_t *ip,
    size_t len, const struct ip6_walk *walk);
/* True when it is an anycast address of ours. */
bool anycast_here(const struct stack_iface *ifc, const struct ip_addr *addr);
/* A neighbour solicitation without extension headers; true: it was for an
 * anycast address, and lwIP shall not see it. */
bool anycast_solicited(
    struct stack_iface *ifc, const uint8_t *ip, size_t len, uint64_t now_us);
/* Sends the answers that are due. */
void anycast_poll(uint64_t now_us);
/* The interface has these addresses now. */
void anycast_follow(struct stack_iface *ifc, const struct interface *i);
/* A checksum over an IPv6 address that changed (RFC 1624 eqn. 3). */
void checksum_follow(uint8_t *checksum, const uint8_t *old, const uint8_t *new);

/* nd.c */
/*
 * Checks an IPv6 frame (payload at its Ethernet header) before lwIP does.
 * False: not for lwIP.
 */
bool nd_before(struct stack_iface *ifc, struct pbuf *p);

/* nd_send.c */
/* A solicitation, to `target` itself or to who listens for it. 0, -ENOMEM, or
 * -EADDRNOTAVAIL: there is no source yet. */
int nd_solicit(struct stack_iface *ifc, const ip6_addr_t *target, bool unicast);
enum {
	NA_ROUTER = 0x80, /* flags of an advertisement (RFC 4861 4.4) */
	NA_SOLICITED = 0x40,
	NA_OVERRIDE = 0x20,
};
/* An advertisement of our address `target`. */
void nd_advertise(struct stack_iface *ifc, const ip6_addr_t *target,
    const ip6_addr_t *to, uint8_t flags);
/* Every second: tells the link about addresses that it does not know yet. */
void nd_announce(struct stack_iface *ifc);

/* nd_path.c */
/* We send to `dst`: from now on lwIP follows what the path says about MTU. */
void nd_path_note(const ip6_addr_t *dst, uint16_t mtu);
/* Does lwIP have an entry for this destination? */
bool nd_path_known(const ip6_addr_t *dst);
/* Around each packet that lwIP sees. */
void nd_path_save(void);
void nd_path_clamp(void);
/* Every second. */
void nd_path_age(void);

/* siphash.c: SipHash-2-4 of `n` bytes. */
uint64_t siphash(const uint64_t key[2], const void *data, size_t n);

/* Between our addresses and lwIP's. */
static inline ip4_addr_t
lwip_addr4(const struct ip_addr *a)
{
	ip4_addr_t out;

	memcpy(&out.addr, a->byte, sizeof(out.addr));
	return out;
}

static inline struct ip_addr
own_addr4(const ip4_addr_t *a)
{
	struct ip_addr out = { .family = IP4 };

	memcpy(out.byte, &a->addr, sizeof(a->addr));
	return out;
}

/* With the zone of the interface where the address has a scope. */
ip6_addr_t lwip_addr6(const struct ip_addr *a, struct netif *netif);

static inline struct ip_addr
own_addr6(const ip6_addr_t *a)
{
	struct ip_addr out = { .family = IP6 };

	memcpy(out.byte, a->addr, sizeof(out.byte));
	return out;
}

#endif
