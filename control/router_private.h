/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the router share. For control/'s own use.
 */
#ifndef CONTROL_ROUTER_PRIVATE_H
#define CONTROL_ROUTER_PRIVATE_H

#include "control/icmp.h"
#include "control/rib_build.h"
#include "control/router.h"
#include "net/wire.h"

/* A published dataplane and what it stands on. */
struct snapshot {
	struct dataplane dp;
	struct rib_image *image;
	struct snapshot *next; /* retired ones, newest first */
	uint64_t until;        /* generation that replaced it */
};

/* Removed adjacencies, on their way to be used again (adjacency.h). */
enum park_state {
	PARK_NONE,
	PARK_REMOVED, /* the next publish begins the wait */
	PARK_WAITING, /* until all workers have seen park_generation */
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
};

struct router_private {
	uint64_t now_us;
	struct snapshot *current;
	struct snapshot *retired;
	uint64_t retry_us; /* no build before this time */
	uint64_t link_us;  /* when links were read */
	struct interface_state state[IFACE_MAX];
	/* neighbor.c */
	enum park_state park;
	uint64_t park_generation;
	uint64_t sweep_us;
	uint32_t sweep_next;
	uint32_t incomplete; /* live entries without MAC */
	bool full_logged;
	/* icmp_send.c: the errors that may still be sent */
	uint32_t icmp_tokens;
	uint64_t icmp_us;
};

/* Why a packet was not sent: enum drop_reason, or this. */
enum { NOT_DROPPED = DROP_REASON_COUNT };

/* publish.c: one image, many dataplanes. NULL when memory is out. */
struct snapshot *snapshot_create(const struct router *r,
    const struct interface *interface, struct rib_image *image);
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

/* build.c: from RIB and interfaces to a snapshot. */
int build_snapshot(struct router *r, struct rib *rib,
    const struct interface *interface, struct snapshot **out);
/* The snapshot of this RIB goes into use. */
void build_commit(struct router *r, struct snapshot *s);

/* interface.c */
void interfaces_init(struct router *r);
/* What the interfaces are under this config, into IFACE_MAX of them. */
void interfaces_plan(
    const struct router *r, const struct config *c, struct interface *out);
/* Puts what was planned into use. */
void interfaces_commit(struct router *r, const struct interface *plan);
/* Starts and stops ports, follows links. */
void interfaces_poll(struct router *r);
/* The routes that an interface brings by itself. 0 or -ENOMEM. */
int interface_routes(struct rib *rib, uint16_t index, const struct interface *i,
    const struct ip_addr *lease_gateway);
void interface_changed(struct router *r, uint16_t index);
/* The address to speak from to `family` outside the link, or NULL. */
const struct ip_addr *interface_source(
    const struct router *r, uint16_t index, uint8_t family);
/* True when `addr` is a neighbour's on a network of this interface. */
bool interface_on_link(
    const struct router *r, uint16_t index, const struct ip_addr *addr);

/* load.c: a RIB from a config. NULL when memory is out. */
struct rib *load_rib(const struct router *r, const struct config *c,
    const struct interface *interface);

/* neighbor.c */
/* In struct adj.flags, besides ADJ_STATIC. */
enum {
	ADJ_LIVE = 0x80,    /* in the table */
	ADJ_GATEWAY = 0x40, /* had users when they were last counted */
};
int neighbor_init(struct router *r, uint32_t capacity);
void neighbor_free(struct router *r);
/* For gateways of routes; ADJ_NONE when the table is nearly full. */
uint32_t neighbor_gateway(
    void *router, uint16_t iface, const struct ip_addr *addr);
/* A packet asks for it. ADJ_NONE when there is no room: not fatal. */
uint32_t neighbor_wanted(
    struct router *r, uint16_t iface, const struct ip_addr *addr);
/* Makes entries for the static ones of a config. 0 or -ENOMEM. */
int neighbor_reserve_static(struct router *r, const struct config *c);
void neighbor_commit_static(struct router *r);
/* Counts users anew from the current image; asks for new gateways. */
void neighbor_count_users(struct router *r);
void neighbor_poll(struct router *r);

/* output.c */
struct hop {
	uint16_t iface;
	struct ip_addr addr;
	uint32_t adj;
};
/* Where a packet to `dst` goes. `hop` is set for what leaves a port. */
enum nexthop_type hop_find(struct router *r, const struct ip_addr *dst,
    uint32_t hash, struct hop *hop);
/* A frame out of an interface, copied. Returns a drop reason. */
int output_frame(
    struct router *r, uint16_t iface, const uint8_t *frame, uint16_t len);
/* A packet that is ready to leave, with sizeof(struct eth_hdr) bytes of room
 * before it. Returns a drop reason. */
int output_packet(
    struct router *r, const struct hop *hop, uint8_t *packet, uint16_t len);
void count_drop(struct router *r, int reason);

/* icmp_send.c: about a packet that came in by `iface`, if one may be sent. */
void icmp_send(struct router *r, enum icmp_error error, uint16_t mtu,
    uint16_t iface, const uint8_t *packet, uint16_t len);

/* fragment.c: sends a packet in pieces (RFC 791). Returns a drop reason. */
int fragment_output(struct router *r, const struct hop *hop,
    const uint8_t *packet, uint16_t len, uint16_t mtu);

/* forward_slow.c: the fate of a punted packet. Each returns a reason. */
int input_local(struct router *r, struct pkt *p);
int forward_slow(struct router *r, struct pkt *p);
int refuse_ttl(struct router *r, struct pkt *p);
int refuse_no_route(struct router *r, struct pkt *p);
int refuse_reject(struct router *r, struct pkt *p);

/* punt.c */
void punt_poll(struct router *r);

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
