/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours: one table and one state machine for ARP and neighbour discovery
 * (RFC 4861 7.3, RFC 1122 2.3.2). For control/'s own use.
 *
 * A neighbour is an adjacency (net/adjacency.h), which has what the workers
 * read, and a struct neighbor of the same index, which has the rest. The files:
 *
 *  neighbor.c        makes, holds and removes entries; gateways and static ones
 *  neighbor_state.c  the machine: what is heard, and what time brings
 *  neighbor_ask.c    questions, and how many of them
 *  neighbor_queue.c  packets that wait for an answer
 *  neighbor_list.c   lists of neighbours, and the timers made of them
 *  neighbor_iface.c  interfaces that come, change and go
 *  neighbor_show.c   what the API tells
 *
 * Who may scan cannot push out who is there (RFC 6583): entries whose MAC is
 * not known, or not confirmed yet, stand in lines, a port and kind each, of
 * bounded length; the first of a line gives way to one more. What is held (a
 * gateway's entry) or static stands in no line.
 */
#ifndef CONTROL_NEIGHBOR_H
#define CONTROL_NEIGHBOR_H

#include "control/router.h"

enum neighbor_state {
	NEIGHBOR_IDLE,       /* no MAC, and nobody asks now: a gateway's */
	NEIGHBOR_INCOMPLETE, /* asked for */
	NEIGHBOR_REACHABLE,
	NEIGHBOR_STALE,
	NEIGHBOR_DELAY,
	NEIGHBOR_PROBE,
	NEIGHBOR_STATIC,
	NEIGHBOR_STATES,
};

/* Lists that a neighbour may be in, one of each kind. */
enum neighbor_link {
	LINK_TIMER, /* of a slot of the wheel, or those that wait to probe */
	LINK_LINE,
	LINK_HELD,
	LINK_KINDS,
};

/* The lines of a port. */
enum neighbor_line {
	LINE_TRANSIT, /* incomplete, for packets on their way */
	LINE_OWN,     /* incomplete, for packets of this router */
	LINE_HEARD,   /* told by itself, and not confirmed since */
	LINES,
	LINE_NONE = LINES,
};

enum {
	NEIGHBOR_SLOTS = 2048,             /* of the wheel of timers */
	NEIGHBOR_PROBERS = NEIGHBOR_SLOTS, /* the list behind its slots */
	NEIGHBOR_NO_TIMER = 0xffff,
	NEIGHBOR_QUEUE_MAX = 3, /* packets a neighbour (RFC 4861 7.2.2) */
};

struct hop;
struct kept; /* a packet that waits */

struct neighbor {
	struct {
		uint32_t prev, next; /* ADJ_NONE ends */
	} link[LINK_KINDS];
	struct kept *kept; /* the oldest first */
	uint16_t slot;     /* of the wheel, or NEIGHBOR_NO_TIMER */
	uint8_t state;
	uint8_t tries;   /* questions in this state */
	uint8_t line;    /* enum neighbor_line */
	uint8_t waiting; /* packets in `kept` */
	bool is_router;  /* it says so (RFC 4861 4.4) */
	bool fresh;      /* held since users were counted last */
};

struct neighbor_list {
	uint32_t first, last, count;
};

/* Tokens that time brings, up to a burst; may be in debt. */
struct bucket {
	int32_t tokens;
	uint64_t filled_us;
};

/* What the neighbours of a port share. */
struct neighbor_port {
	struct neighbor_list line[LINES];
	struct bucket questions;
	uint32_t count; /* entries that are neither held nor static */
	struct kept *first, *last;
	uint32_t kept, kept_bytes;
};

struct neighbors {
	struct neighbor *of; /* by adjacency */
	struct neighbor_port port[PORT_MAX];
	uint32_t on_iface[IFACE_MAX]; /* entries of any kind */
	uint32_t share;               /* most that a port's count may be */
	uint32_t line_max[LINES];
	struct neighbor_list slot[NEIGHBOR_SLOTS + 1];
	uint64_t tick; /* of the wheel: done with those before */
	struct neighbor_list held;
	struct bucket probes;
	uint64_t random;
	uint64_t counted_us; /* users */
	uint64_t full_us;    /* when a full table was last told */
};

/* In struct adj.flags, besides ADJ_STATIC. */
enum {
	ADJ_LIVE = 0x80,    /* in the table */
	ADJ_GATEWAY = 0x40, /* held: routes lead through it, or soon will */
	ADJ_NAMED = 0x20,   /* by the config that is being committed */
};

/* neighbor_list.c */
void list_append(struct neighbors *t, enum neighbor_link kind,
    struct neighbor_list *l, uint32_t adj);
void list_remove(struct neighbors *t, enum neighbor_link kind,
    struct neighbor_list *l, uint32_t adj);
void line_leave(struct router *r, uint32_t adj);
/* The first ones give way until there is room. */
void line_join(struct router *r, uint32_t adj, enum neighbor_line line);
/* One timer a neighbour; at most 60 s, with about 65 ms of inaccuracy. */
void timer_arm(struct router *r, uint32_t adj, uint64_t us);
void timer_stop(struct router *r, uint32_t adj);
/* Stops its timer and has it wait for its turn to probe. */
void prober_join(struct router *r, uint32_t adj);
/* The next one whose time has come; ADJ_NONE when there is none. */
uint32_t timer_next(struct router *r);

/* neighbor.c */
struct neighbor *neighbor_of(const struct router *r, uint32_t adj);
struct neighbor_port *neighbor_port(const struct router *r, uint32_t adj);
/* Held or static: none that gives way. */
bool neighbor_keeps(const struct router *r, uint32_t adj);
/* For packets and what is heard; ADJ_NONE when the port has its share. */
uint32_t neighbor_obtain(
    struct router *r, uint16_t iface, const struct ip_addr *addr);
/* Out of the table; packets that wait are dropped for that reason. */
void neighbor_remove(struct router *r, uint32_t adj, int reason);
/* Between 0 and `most`. */
uint64_t neighbor_random(struct router *r, uint64_t most);

/* neighbor_state.c */
enum neighbor_event {
	EVENT_WANTED, /* by a packet, or by routes */
	EVENT_TIMER,
	EVENT_TIRED, /* the timer, and it was asked often enough */
	EVENT_TURN,  /* its turn to probe */
	EVENT_SAME,  /* heard: the MAC that we know, or none */
	EVENT_SAME_SOLICITED,
	/* Another MAC than we know, if we know one. */
	EVENT_OTHER,
	EVENT_OTHER_OVERRIDE,
	EVENT_OTHER_SOLICITED,
	EVENT_OTHER_SOLICITED_OVERRIDE,
	NEIGHBOR_EVENTS,
};
/* `mac` is that of what was heard, or NULL. */
void neighbor_step(struct router *r, uint32_t adj, enum neighbor_event event,
    const uint8_t *mac);
/* As if all questions had been in vain. */
void neighbor_lose(struct router *r, uint32_t adj);

/* neighbor_ask.c */
void bucket_fill(
    struct bucket *b, uint64_t now_us, uint32_t rate, uint32_t burst);
/* Asks once, if it may; the answer comes as an event. */
void neighbor_ask(struct router *r, uint32_t adj);
/* Those that wait to probe, as many as may. */
void neighbor_probe_turn(struct router *r);

/* neighbor_queue.c */
/* Copies a packet; of `hop`, what is the packet's. Returns a drop reason. */
int queue_keep(struct router *r, uint32_t adj, const uint8_t *packet,
    uint16_t len, const struct hop *hop);
/* The MAC is known: they leave, in order. */
void queue_send(struct router *r, uint32_t adj);
void queue_drop(struct router *r, uint32_t adj, int reason);
/* The same, of what is queued in `kept`, with host unreachable to senders. */
struct kept *queue_take(struct router *r, uint32_t adj);
void queue_give_up(struct router *r, struct kept *kept);

#endif
