/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the router share. For control/'s own use.
 */
#ifndef CONTROL_ROUTER_PRIVATE_H
#define CONTROL_ROUTER_PRIVATE_H

#include "control/ra_timer.h"
#include "control/rib.h"
#include "control/router.h"
#include "net/nexthop.h"
#include "net/vlan.h"
#include "net/wire.h"

/* A FIB and its memory, shared by the snapshots that name it. */
struct fib_home {
	struct fib *fib;
	void *memory;
	size_t size;
	uint32_t users;
};

/* A published dataplane and what it stands on. */
struct snapshot {
	struct dataplane dp;
	struct fib_home *home;
	struct snapshot *next; /* retired ones, newest first */
	uint64_t until;        /* generation that replaced it */
	uint32_t vid_tables;
	uint16_t vids[][VLAN_VIDS]; /* for dp.vid_iface */
};

/* How far the FIB is from what the routes say. */
enum settle_state {
	SETTLE_DONE,
	SETTLE_MORE,  /* there is work */
	SETTLE_WAIT,  /* until what was taken out of use is free again */
	SETTLE_GROW,  /* a larger FIB is being filled */
	SETTLE_LATER, /* memory is out: not before settle_us */
};

/* Where an interface's port is on its way (net/port.h). */
enum port_phase {
	PHASE_STOPPED,  /* and its queues are drained */
	PHASE_STARTED,  /* workers use it */
	PHASE_STOPPING, /* until no worker uses it */
	PHASE_DRAINING, /* until every worker has drained its queues */
};

/* Of an interface, what nobody else needs to know. */
struct interface_state {
	uint8_t phase;       /* enum port_phase */
	bool wait_told;      /* in the log, of this wait */
	uint64_t epoch;      /* that the workers must reach */
	uint64_t waiting_us; /* since when */
	bool announced;      /* the stack knows it */
	bool routes_stale;   /* memory was out: make its routes again */
	bool start_failed;   /* said so in the log */
	uint64_t started_us; /* when that was tried */
	struct ip_addr lease_gateway;
	/* Of a sub-interface: */
	uint64_t left_us;             /* when its slot became empty */
	struct iface_counters before; /* of others in this slot */
};

/* ra.c: of an interface */
struct ra_iface {
	struct ra_timer timer;
	/* Its block in the running config, or NULL: nothing to advertise. */
	const struct config_interface *config;
	bool contradiction_told; /* since the last change of the config */
};

struct load;

struct router_private {
	uint64_t now_us;
	uint64_t (*clock_us)(void);
	uint32_t (*random)(void);
	struct snapshot *current;
	struct snapshot *retired;
	uint64_t link_us;             /* when links were read */
	uint64_t publish_us;          /* not before, for memory was out */
	uint64_t stale_us;            /* routes_stale is looked at again then */
	uint8_t slot_port[IFACE_MAX]; /* of interfaces, there or gone */
	uint16_t release_next; /* interface_plan.c: the last slot looked at */
	struct interface_state state[IFACE_MAX];
	/* settle.c, growth.c: the tables behind all snapshots */
	struct nexthop_table nexthop;
	void *nexthop_memory;
	struct fib_home *home; /* the FIB that rib_settle() works on */
	struct fib_home *next; /* the larger one that is being filled */
	size_t size_wanted;    /* bytes for the routes that are to come */
	uint8_t settle;        /* enum settle_state */
	bool full_waited; /* the FIB was full, and a round has ended since */
	bool memory_told; /* said so in the log */
	uint64_t settle_us;
	struct load *load;
	/* reclaim.c */
	uint32_t parked; /* bit n: kinds[n] */
	uint64_t park_epoch;
	const struct fib_home *parked_home;
	/* neighbor.h */
	struct neighbors *neighbors;
	bool users_changed; /* count them anew */
	/* ra.c */
	struct ra_iface ra[IFACE_MAX];
	uint64_t ra_turn_us;
	/* limit.c: buckets of ICMP errors, by port and kind */
	struct bucket_limit icmp_limit[PORT_MAX];
	uint64_t icmp_full_ns[PORT_MAX][ICMP_KIND_COUNT];
	struct punt_police police;   /* punt.c */
	struct iface_counters *vlan; /* core 0's own, by interface */
};

/* publish.c: by a config and the interfaces under it. NULL when memory is out.
 */
struct snapshot *snapshot_create(const struct router *r, const struct config *c,
    const struct interface *interface, struct fib_home *home);
void snapshot_free(struct snapshot *s);
/* Takes the snapshot over: workers see it from their next turn on. */
void publish(struct router *r, struct snapshot *s);
/* Frees what no worker can see any more. */
void publish_reclaim(struct router *r);
/* Frees all of them, seen or not. */
void publish_free(struct router *r);
/* Tells the workers of a new epoch: after what they shall see in it. */
void epoch_begin(struct router *r);
/* The same, and wakes those that sleep. */
void epoch_begin_awake(struct router *r);
/* True when every worker has begun a turn in this epoch, or sleeps. */
bool publish_settled(const struct router *r, uint64_t epoch);
/* True when every worker has begun a turn in this epoch. */
bool publish_drained(const struct router *r, uint64_t epoch);

/* limit.c: what a config says of each port. */
void limits_fill(const struct router *r, const struct config *c,
    struct punt_limits out[PORT_MAX]);
/* The same of the running config for ICMP errors. */
void limits_commit_icmp(struct router *r);
/* True when an error of this kind may be sent about a
 * packet that came in by `iface`. Counts it. */
bool icmp_allows(struct router *r, uint16_t iface, uint32_t kind);

/* reclaim.c: goes on with a round, or begins one. True when one has ended. */
bool reclaim_turn(struct router *r);
/* True while something waits for a round, or in one. */
bool reclaim_waits(const struct router *r);

/* growth.c: 0 or -ENOMEM. */
int tables_init(struct router *r, size_t fib_size);
void tables_free(struct router *r);
void fib_home_release(struct fib_home *home);
/* Begins to fill a FIB of at least so many bytes. 0 or -ENOMEM. */
int growth_begin(struct router *r, size_t size);
/* Goes on with it. 0 while it goes on, 1 when it has ended, or -ENOMEM. */
int growth_turn(struct router *r);

/* settle.c: brings FIB and next hops to what RIB and interfaces say. */
enum {
	SETTLE_SLICE = 32, /* prefixes or routes between two looks at time */
	SETTLE_SLICE_US = 1000, /* of a turn, in all */
};
/* Routes were added or removed. */
void settle_ask(struct router *r);
/* The same, and memory was given back: do not wait. */
void settle_again(struct router *r);
/* So many bytes of FIB will be needed soon. */
void settle_foresee(struct router *r, size_t size);
/* Interfaces as in `interface`: at once for what leads through them. */
void settle_env(struct router *r, const struct interface *interface);
/* About `budget` prefixes at once. 0, or -ENOMEM. */
int settle_now(struct router *r, size_t budget);
/* A slice of all that is to be done, the loading of files included. */
void settle_poll(struct router *r);
/* True when the next slice has something to do. */
bool settle_has_work(const struct router *r);

/* interface_plan.c */
/* 0 or -ENOMEM. */
int interfaces_init(struct router *r);
/* What the interfaces are under this config, into IFACE_MAX of them. 0, or
 * -ENOSPC: too many slots are in use, or not free again yet. */
int interfaces_plan(
    const struct router *r, const struct config *c, struct interface *out);
/* The number of an interface in such a table, or IFACE_NONE. */
uint16_t interface_named(const struct interface *table, const char *name);
/* Slots up to the last that is in use. */
uint16_t interfaces_count(const struct interface *table);
/* Puts what was planned into use. */
void interfaces_commit(struct router *r, const struct interface *plan);
/* Slots of sub-interfaces that are gone are free when nothing names them. */
void interfaces_release(struct router *r);

/* interface.c */
/* Starts and stops ports, follows links. */
void interfaces_poll(struct router *r);
/* The routes that an interface brings by itself: how many, at most this. */
enum { INTERFACE_ROUTES_MAX = 3 * INTERFACE_ADDRESS_MAX + 1 };
uint32_t interface_routes(uint16_t index, const struct interface *i,
    const struct ip_addr *lease_gateway, struct rib_route *out);
void interface_changed(struct router *r, uint16_t index);
/* The address of an interface, or NULL. */
struct interface_address *interface_address(
    struct interface *i, const struct ip_addr *addr);
/* True when `addr` is a neighbour's on a network of this interface. */
bool interface_on_link(
    const struct router *r, uint16_t index, const struct ip_addr *addr);

/* commit.c: from one config to the next, by what differs. 0 or -ENOMEM. */
int commit_config(struct router *r, struct config *config);
/* The routes of an interface, from `old` on. What memory is too short for is
 * added later. */
void commit_interface(
    struct router *r, uint16_t index, const struct rib_route *old, uint32_t n);
void commit_stale(struct router *r);

/* load.c: the job that loads files of routes, and flushes them. */
int load_init(struct router *r);
void load_free(struct router *r);
/* False when the files of this config cannot all be given a number. */
bool load_fits(const struct router *r, const struct config *c);
/* The files of the running config are the ones to have. */
void load_follow(struct router *r);
/* True until all files are loaded or refused. */
bool load_busy(const struct router *r);
/* True when there is something to load or to flush now. */
bool load_has_work(const struct router *r);
/* Loads or flushes about `budget` routes. */
void load_turn(struct router *r, size_t budget);
/* Memory is out: the file that is being loaded is refused. False when none
 * is. */
bool load_refuse(struct router *r, const char *why);

/* load_tell.c: true when a network or a route leads to it, if up or not. */
bool gateway_known(const struct router *r, const struct ip_addr *gateway);

/* neighbor.c */
struct hop;
int neighbor_init(struct router *r, uint32_t capacity);
void neighbor_free(struct router *r);
/* For gateways of routes; ADJ_NONE when the table is nearly full. */
uint32_t neighbor_gateway(
    void *router, uint16_t iface, const struct ip_addr *addr);
/* A packet whose next hop has no MAC: asks for it and keeps a copy, which
 * leaves when the answer comes. Returns a drop reason. */
int neighbor_send(struct router *r, const struct hop *hop,
    const uint8_t *packet, uint16_t len);
/* Makes entries for the static ones of a config. 0 or -ENOMEM. */
int neighbor_reserve_static(struct router *r, const struct config *c,
    const struct interface *interface);
void neighbor_commit_static(
    struct router *r, const struct interface *interface);
/* Counts users anew; asks for new gateways. */
void neighbor_count_users(struct router *r);
/* The same, if need be and not too often. */
void neighbor_follow(struct router *r);
/* neighbor_state.c: what time brings. */
void neighbor_poll(struct router *r);
/* neighbor_iface.c: a link or the addresses of an interface changed. */
void neighbor_interface_changed(struct router *r, uint16_t iface);
/* Neighbours of an interface that is gone go, too, as soon as no route leads
 * through them. True when there is none any more. */
bool neighbor_forget_interface(struct router *r, uint16_t iface);

/* counters.c: a packet that came in by the interface is dropped; IFACE_NONE:
 * none came. */
void count_in_drop(struct router *r, uint16_t iface);
int iface_counters_init(struct router *r);
void iface_counters_free(struct router *r);
/* Of all cores, and of all interfaces that had this number. */
void iface_counters_sum(
    const struct router *r, uint16_t iface, struct iface_counters *sum);

/* output.c */
struct hop {
	uint16_t iface;
	uint16_t from; /* where the packet came in; IFACE_NONE: our own */
	uint16_t tci;  /* the packet's priority, for a tagged interface */
	bool later;    /* a fragment, not the first: not forwarded once more */
	struct ip_addr addr;
	uint32_t adj; /* ADJ_NONE: not in the table yet */
};
/* Where a packet of our own to `dst` goes. `hop` is set for what leaves a
 * port. */
enum nexthop_type hop_find(struct router *r, const struct ip_addr *dst,
    uint32_t hash, struct hop *hop);
/* A packet of our own to a neighbour on this interface. */
struct hop hop_on_link(
    const struct router *r, uint16_t iface, const struct ip_addr *addr);
/* True for an address of this router, on whatever interface. */
bool address_is_ours(const struct router *r, const struct ip_addr *a);
/* True for a subnet-router anycast address (anycast.h) of an interface. */
bool interface_anycast(const struct interface *i, const struct ip_addr *addr);
/* A frame out of an interface, copied, and tagged with this priority if that
 * is a sub-interface. Returns a drop reason. */
int output_frame(struct router *r, uint16_t iface, uint16_t tci,
    const uint8_t *frame, uint16_t len);
/* A packet that is ready to leave, with sizeof(struct eth_hdr) bytes of room
 * before it. Returns a drop reason. */
int output_packet(
    struct router *r, const struct hop *hop, uint8_t *packet, uint16_t len);
/* forward_slow.c: the same, cut where it is too large. For its neighbour it
 * waits whole. */
int output_forwarded(
    struct router *r, const struct hop *hop, uint8_t *packet, uint16_t len);
void count_drop(struct router *r, int reason);

/* ra.c: router advertisements that are due, and their begin and end. */
void ra_poll(struct router *r);
/* A new config comes: what ends with the old one is said while it can be. */
void ra_before_commit(
    struct router *r, const struct config *next, const struct interface *plan);

/* icmp_send.c: about a packet that came in by `iface`, if one may be sent. */
void icmp_send(struct router *r, enum icmp_error error, uint16_t detail,
    uint16_t iface, const uint8_t *packet, uint16_t len);
/* The address of an interface to speak from to `to`, or else another's. NULL
 * when there is none. */
const struct ip_addr *source_toward(
    const struct router *r, uint16_t iface, const struct ip_addr *to);

/* forward_slow.c: the fate of a punted packet. Each returns a reason. */
int input_frame(struct router *r, struct pkt *p);
int input_local(struct router *r, struct pkt *p);
int forward_slow(struct router *r, struct pkt *p);
int refuse_ttl(struct router *r, struct pkt *p);
int refuse_no_route(struct router *r, struct pkt *p);
int refuse_reject(struct router *r, struct pkt *p);

/* punt.c */
void punt_poll(struct router *r);
bool punt_waits(const struct router *r);

/* The port of an interface, also of one that comes or goes. */
static inline uint8_t
interface_port(const struct router *r, uint16_t iface)
{
	return r->private->slot_port[iface];
}

/* The address at `bytes`, 4 or 16 of them. */
static inline struct ip_addr
ip_addr_load(uint8_t family, const uint8_t *bytes)
{
	struct ip_addr a = { .family = family };

	memcpy(a.byte, bytes, ip_family_bits(family) / 8);
	return a;
}

/* The bytes of an IP packet that its header tells. */
static inline uint32_t
ip_packet_length(const uint8_t *packet)
{
	if (packet[0] >> 4 == 4)
		return be16_load(packet + 2);
	return be16_load(packet + 4) + (uint32_t)sizeof(struct ip6_hdr);
}

static inline struct ip_addr
ip_packet_src(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 ? ip_addr_load(IP4, packet + 12)
	                           : ip_addr_load(IP6, packet + 8);
}

static inline struct ip_addr
ip_packet_dst(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 ? ip_addr_load(IP4, packet + 16)
	                           : ip_addr_load(IP6, packet + 24);
}

#endif
