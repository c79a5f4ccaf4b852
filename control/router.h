/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router as core 0 sees it: interfaces, RIB, adjacencies, the published
 * dataplane, and the workers that read it. One instance; core 0 only.
 */
#ifndef CONTROL_ROUTER_H
#define CONTROL_ROUTER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "control/config.h"
#include "control/icmp.h"
#include "control/rib.h"
#include "control/stack.h"
#include "net/dataplane.h"
#include "net/worker.h"

enum { INTERFACE_ADDRESS_MAX = 16 };

enum address_origin { /* names as in RFC 8344 */
	ORIGIN_STATIC,
	ORIGIN_DHCP,
	ORIGIN_LINK_LAYER, /* the link-local address from the MAC */
};

enum address_status { /* names as in RFC 8344 */
	ADDRESS_PREFERRED,
	ADDRESS_TENTATIVE, /* not used until it is known to be ours alone */
	ADDRESS_DUPLICATE, /* another has it: not used */
};

struct interface_address {
	struct ip_addr addr;
	uint8_t len;
	uint8_t origin; /* enum address_origin */
	uint8_t status; /* enum address_status */
};

/* A logical interface; its index is that of dataplane.iface. */
struct interface {
	char name[CONFIG_IFNAME_MAX];
	char description[CONFIG_NAME_MAX];
	struct port *port; /* NULL: nothing has this number now */
	bool admin_up;
	struct port_link link;
	uint64_t last_change_us;
	uint16_t mtu;
	uint16_t vid; /* 0: untagged */
	bool dhcp;
	uint8_t verify; /* enum verify (net/iface.h), of both families */
	struct interface_address address[INTERFACE_ADDRESS_MAX];
	uint32_t address_count;
};

struct icmp_counters {
	uint64_t sent;
	uint64_t limited; /* not sent, for they were over the rate */
};

/* Since boot. */
struct neighbor_stats {
	uint64_t asked;   /* questions that left */
	uint64_t failed;  /* never answered */
	uint64_t lost;    /* did not answer any more */
	uint64_t evicted; /* gave way to others before they were confirmed */
	uint64_t refused; /* found no room in the table */
};

struct router {
	struct port **port; /* NULL after the last */
	struct worker **worker;
	uint32_t worker_count;
	/* The config's, for the loops of all cores. On a cache line that only
	 * a change of the config writes. */
	_Atomic(enum config_poll) poll_mode;
	struct interface *interface; /* IFACE_MAX of them */
	uint16_t interface_count;    /* up to the last; some may be missing */
	struct config config;        /* the running one; owned */
	struct rib *rib;
	struct adj_table adj;
	const struct stack_ops *stack;
	struct pool *pool;         /* core 0's buffers, for its own frames */
	struct counters *counters; /* core 0's own: drops of punted packets */
	struct icmp_counters icmp[ICMP_KIND_COUNT];
	uint64_t half_open_dropped; /* TCP connections, for newer ones */
	struct neighbor_stats neighbor_stats;
	bool dirty;          /* interfaces changed: publish on the next poll */
	uint64_t no_memory;  /* how often memory was out for routes */
	uint64_t generation; /* the epoch that workers are told (worker.h) */
	/* private to control/ follows */
	struct router_private *private;
};

/*
 * The memory and parts that main.c gives; all stay the caller's. `pool` and
 * `counters` may be a worker's when that runs on core 0 too.
 */
struct router_parts {
	struct port **port;
	struct worker **worker;
	uint32_t worker_count;
	const struct stack_ops *stack;
	struct pool *pool;
	struct counters *counters;
	uint32_t neighbors; /* capacity of the adjacency table */
	/* Numbers that nobody can predict. */
	uint32_t (*random)(void);
	/* Real time, for the length of slices of work. */
	uint64_t (*clock_us)(void);
	size_t fib_size; /* bytes of the FIB at first; 0: for some routes */
};

/*
 * 0 or -ENOMEM. Workers then have an empty dataplane. The router starts the
 * ports itself, on the first poll after router_apply, and stops them when
 * they are shut down.
 */
int router_init(struct router *r, const struct router_parts *parts);

/* Gives all memory back. No worker runs any more. */
void router_free(struct router *r);

/*
 * Makes `config` the running one and takes ownership of it: the struct is then
 * empty. The config was checked by config_parse for these ports. 0, or -ENOMEM:
 * the router then goes on with the config it had, and `config` is unchanged.
 *
 * Routes that both configs have stay as they are; so do files of routes. New
 * files are loaded by router_poll, a slice at a time (router_loading).
 */
int router_apply(struct router *r, struct config *config);

/*
 * One turn of the control loop: punted packets, link changes, neighbour
 * ageing, rebuilding and publishing the dataplane, reclaiming old ones.
 */
void router_poll(struct router *r, uint64_t now_us);

/*
 * True when punted packets wait, or routes for the FIB. For core 0's last look
 * before it halts, after bell_set().
 */
bool router_has_work(const struct router *r);

/* True while files of the config are being loaded, or flushed. */
bool router_loading(const struct router *r);

/* Routes of `rib` were changed: the FIB follows in the next polls. */
void router_routes_changed(struct router *r);

/* True when every interface that is not shut down has its link. */
bool router_links_up(const struct router *r);

/* By name or address; NULL when there is none. */
struct interface *router_interface(struct router *r, const char *name);
struct interface *router_interface_at(struct router *r, uint16_t iface);

/*
 * From the stack: what was heard of a neighbour at `addr`. `mac` is NULL when
 * the message did not tell it. The message itself was valid.
 */
enum {
	HEARD_SOLICITED = 1, /* in answer to a question of ours */
	HEARD_OVERRIDE = 2,  /* a MAC that we know gives way to this one */
	HEARD_CREATE = 4, /* it wants to talk to us: a neighbour from now on */
	HEARD_ADVERTISED = 8, /* it says whether it is a router, and it... */
	HEARD_ROUTER = 16,    /* ...is one */
};
void router_neighbor_heard(struct router *r, uint16_t iface,
    const struct ip_addr *addr, const uint8_t *mac, uint32_t flags);

/*
 * From the stack: a packet of our own (from the IP header on, with
 * ROUTER_SEND_ROOM bytes of room before it) leaves for a neighbour; a
 * copy waits while its MAC is not known. Returns as router_transmit.
 */
enum { ROUTER_SEND_ROOM = 14 };
int router_send(struct router *r, uint16_t iface,
    const struct ip_addr *next_hop, uint8_t *packet, uint16_t len);

/*
 * From the stack: tells the source of a packet to this router (from the IP
 * header on, `iface` IFACE_NONE when it is not known) what is wrong with it, if
 * an ICMP error may be sent.
 */
void router_refuse(struct router *r, enum icmp_error error, uint16_t detail,
    uint16_t iface, const uint8_t *packet, uint16_t len);

/* From the stack: it gives up what it has kept of a packet to this router. */
void router_dropped(struct router *r, enum drop_reason reason);

/*
 * From the stack: a router solicitation or advertisement that came in by
 * `iface`, from the IPv6 header on. It was checked for nothing. NOT_DROPPED, or
 * why it was of no use.
 */
int router_nd_input(
    struct router *r, uint16_t iface, const uint8_t *packet, uint16_t len);

/*
 * From the stack: what duplicate address detection says of an IPv6 address
 * (RFC 4862 5.4). An address of which nothing was said is preferred.
 */
void router_address_status(struct router *r, uint16_t iface,
    const struct ip_addr *addr, enum address_status status);

/*
 * From the stack: a DHCP lease (addr->family 0: lost). The stack knows its
 * addresses already: interface_changed is not called in answer.
 */
void router_lease(struct router *r, uint16_t iface, const struct ip_addr *addr,
    uint8_t len, const struct ip_addr *gateway);

/*
 * From the stack: sends a frame out of an interface. The bytes are copied.
 * 0, -ENETDOWN, -ENOBUFS or -EMSGSIZE (all counted).
 */
int router_transmit(
    struct router *r, uint16_t iface, const uint8_t *frame, uint16_t len);

/* What a packet to an address meets, for the stack and the API. */
struct router_nexthop {
	struct ip_addr addr; /* family 0: the destination itself */
	uint16_t iface;
	bool has_mac;
	uint8_t mac[ETH_ALEN];
};

struct router_lookup {
	enum nexthop_type type; /* NEXTHOP_VIA: also a group of ways */
	bool has_prefix;
	struct ip_prefix prefix;
	uint32_t count;
	struct router_nexthop nexthop[ECMP_MAX];
};

void router_lookup(
    const struct router *r, const struct ip_addr *a, struct router_lookup *out);

/* A neighbour for the API. */
struct router_neighbor {
	uint16_t iface;
	struct ip_addr addr;
	bool has_mac, is_static;
	bool is_router; /* a gateway, or it says that it is a router */
	uint8_t mac[ETH_ALEN];
	const char *state; /* RFC 8344 */
};

/* Walks the neighbours: *cursor starts at 0. False at the end. */
bool router_neighbor_next(
    const struct router *r, uint32_t *cursor, struct router_neighbor *out);
uint32_t router_neighbor_count(const struct router *r);

/* Counters of all cores added up. */
void router_counters(const struct router *r, struct counters *sum);
/* Those of a sub-interface. */
void router_iface_counters(
    const struct router *r, uint16_t iface, struct iface_counters *out);

#endif
