/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the RIB is made of. For rib*.c alone.
 *
 *   record   one route (rib_table.h); names a path
 *   path     where routes lead: gateway, interface and type. Routes with the
 *            same path share it. Its outcome is what it resolves to now
 *   set      the paths that a prefix has in the FIB: a next-hop index. What
 *            the index leads to is the joined outcome of its paths
 *
 * A change runs from left to right: records are marked dirty, paths that may
 * resolve otherwise are resolved anew, the next hops of their sets are
 * written, and dirty prefixes get their set.
 */
#ifndef CONTROL_RIB_PRIVATE_H
#define CONTROL_RIB_PRIVATE_H

#include "control/rib.h"
#include "control/rib_table.h"

enum {
	RIB_PATH_NONE = 0xffffffff,
	RIB_WAYS = 16,          /* ECMP_MAX */
	RIB_MEMBERS = 64,       /* paths of a set: more than can be used */
	RIB_SET_BUCKETS = 4096, /* a power of two */
	RIB_QUEUE = 8192,       /* dirty prefixes; a power of two */
	RIB_TOO_DEEP = RIB_DEPTH_MAX + 1,
};

enum path_state { PATH_UNKNOWN, PATH_BUSY, PATH_DONE };

enum path_kind {
	PATH_ROUTE,     /* as the routes' type says */
	PATH_LOCAL,     /* an own address */
	PATH_BROADCAST, /* network and broadcast address of a network */
	PATH_ANYCAST,   /* Subnet-Router anycast address of a network */
};

/*
 * What paths lead to: of the types in net/nexthop.h, without NEXTHOP_GROUP.
 * The ways are those configured, in an order that stays the same; those that
 * are dead at the moment stay, so that the others' flows do.
 */
struct rib_outcome {
	uint8_t type;
	uint8_t ways;   /* NEXTHOP_VIA; NEXTHOP_NONE: all of them dead */
	uint16_t iface; /* NEXTHOP_LOCAL, _CONNECTED, _BROADCAST */
	uint32_t alive; /* bit i: adj[i] can be used */
	bool wide;      /* there were more */
	uint32_t adj[RIB_WAYS];
};

struct rib_path {
	struct ip_addr gateway;
	uint8_t type;     /* enum route_type */
	uint16_t iface;   /* or IFACE_NONE */
	uint32_t users;   /* records and sets; 0: free */
	uint32_t next;    /* in its hash chain or the free list */
	uint8_t kind;     /* enum path_kind */
	uint8_t state;    /* enum path_state */
	uint8_t via_len;  /* length of the prefix that resolved it */
	uint8_t depth;    /* gateways on the way, at most RIB_TOO_DEEP */
	bool fresh;       /* was never resolved */
	bool changed;     /* its outcome, since the sets were written */
	bool touched;     /* went up or down since the last sweep */
	uint8_t out_type; /* its outcome, as in struct rib_outcome */
	uint8_t out_ways;
	uint16_t out_iface;
	uint16_t out_alive;
	uint32_t adj;    /* the only way */
	uint32_t *way;   /* several ways; RIB_WAYS of them, or NULL */
	uint32_t single; /* the set of this path alone, or 0 */
};

struct rib_set {
	uint32_t refs;    /* prefixes in the FIB; 0: free, given up or parked */
	uint32_t next;    /* in its hash chain or list */
	uint32_t count;   /* of its paths */
	uint32_t path;    /* the only one */
	uint32_t *member; /* several, in order */
	bool poor;        /* no group was free: leads through one way only */
	bool wide;        /* more than ECMP_MAX ways */
};

/* A group of records: the routes of one prefix. */
struct rib_best {
	bool active;      /* at least one of the paths is */
	bool busy;        /* a path is being resolved */
	uint8_t distance; /* where the paths are from */
	uint8_t depth;    /* greatest of the paths looked at */
	uint32_t count;
	uint32_t path[RIB_MEMBERS]; /* in order */
};

/* A prefix, and where its records were. */
struct rib_prefix_key {
	uint8_t addr[16];
	uint8_t len;
	uint8_t table;
	uint16_t index;
	uint32_t chunk;
};

struct rib_sweep {
	bool running;
	bool again; /* something was noted behind the cursor */
	struct rib_cursor at;
};

struct rib_filling {
	const struct fib *from;
	struct fib *to; /* NULL: none is being filled */
	bool failed;
	bool done;
	struct rib_cursor at;
};

struct rib {
	struct nexthop_table *nexthops;
	struct rib_table table[2];   /* IPv4, IPv6 */
	struct rib_table gateway[2]; /* a record names a path by its gateway */
	struct rib_path *path;
	uint32_t path_count; /* used or on the free list */
	uint32_t path_room;
	uint32_t path_free;
	uint32_t path_recent;
	uint32_t *bucket;
	uint32_t buckets; /* power of two */
	struct rib_env env;
	/* Resolving: */
	uint32_t depth;  /* gateways that are being resolved */
	bool cut;        /* the chain is too long */
	bool unresolved; /* gateways may resolve otherwise now */
	bool no_memory;
	bool any_changed;
	bool any_touched;
	uint32_t too_deep;
	uint32_t no_adjacency;
	/* Sets; [0] is unused: "no route". */
	struct rib_set *set;
	uint32_t set_count;
	uint32_t set_room;
	uint32_t set_used;
	uint32_t set_limit;
	uint32_t set_free;
	uint32_t set_limbo; /* given up, not yet parked */
	uint32_t set_parked;
	uint32_t set_bucket[RIB_SET_BUCKETS];
	uint32_t too_wide;
	uint32_t poor;
	bool retry_poor;
	/* Settling: */
	struct rib_prefix_key *queue;
	uint32_t head, tail; /* free-running */
	struct rib_sweep sweep;
	struct rib_filling filling;
	uint32_t prefixes;
	uint32_t unplaced;
	bool said_unplaced, said_poor, said_wide, said_deep;
};

static inline uint32_t
rib_table_index(uint8_t family)
{
	return family == IP6;
}

/* rib_path.c */

/* The path of a route. RIB_PATH_NONE: there is none, or memory is out. */
uint32_t rib_path_find(
    struct rib *rib, const struct rib_route *route, enum path_kind kind);
uint32_t rib_path_get(
    struct rib *rib, const struct rib_route *route, enum path_kind kind);

/* One user less; frees a path without users. */
void rib_path_put(struct rib *rib, uint32_t index);
/* Frees it if it has no users. */
void rib_path_tidy(struct rib *rib, uint32_t index);
void rib_paths_free(struct rib *rib);

/* True when the prefix covers some path's gateway. */
bool rib_covers_gateway(
    const struct rib *rib, const struct rib_table *t, const uint8_t *record);

/* rib_reach.c */

/* Resolves all paths anew, and writes the next hops that have changed. */
void rib_resolve_all(struct rib *rib);

/* Resolves a path if it is not: true when it leads somewhere. */
bool rib_path_active(struct rib *rib, uint32_t index, struct rib_best *best);

void rib_outcome_read(const struct rib_path *path, struct rib_outcome *out);

/* rib_choose.c */

/* Chooses among the routes of the prefix whose first record is at `pos`. */
void rib_best_of(struct rib *rib, const struct rib_table *t, struct rib_pos pos,
    struct rib_best *best);

/* Keeps the paths sorted, each once. False when there is no room for it. */
bool rib_member_add(struct rib_best *best, uint32_t path);

/* What the paths, in order, lead to together. */
void rib_join(const struct rib *rib, const uint32_t *path, uint32_t count,
    struct rib_outcome *out);

/* True when this path has a part in the outcome. */
bool rib_contributes(
    const struct rib_path *path, const struct rib_outcome *joined);

/* rib_set.c */

/* The set of these paths: RIB_SETTLED and 0 when no index is left at all. */
enum rib_status rib_set_get(
    struct rib *rib, const uint32_t *path, uint32_t count, uint32_t *out);
void rib_set_ref(struct rib *rib, uint32_t index);
void rib_set_unref(struct rib *rib, uint32_t index);
/* Frees a set that the FIB has never had. */
void rib_set_tidy(struct rib *rib, uint32_t index);
/* Writes the next hops of sets whose paths have changed. */
void rib_sets_write(struct rib *rib);
/* Tries again what got no group of buckets. */
void rib_sets_retry(struct rib *rib);
void rib_sets_free(struct rib *rib);

/* Says, once, that there were more than ECMP_MAX ways. */
void rib_say_wide(struct rib *rib);

/* rib_network.c */

/* The host entries that a connected network of this prefix brings. */
uint32_t rib_network_hosts(
    const struct ip_prefix *network, struct ip_prefix host[2]);

/*
 * The path, if any, that a host prefix without an active route has because of
 * a connected network. RIB_SETTLED or RIB_NO_MEMORY. The caller becomes a user
 * of it.
 */
enum rib_status rib_network_path(
    struct rib *rib, const struct ip_prefix *host, struct rib_best *best);

/* rib_settle.c, rib_fill.c */

/* The index that a prefix has in the FIB. `pos`: its first record. */
uint32_t rib_index_now(const struct rib *rib, const struct fib *fib,
    const struct rib_table *t, struct rib_pos pos);

/* Notes that the prefix of the record there is to be settled. */
void rib_mark(struct rib *rib, const struct rib_table *t, struct rib_pos pos);
/* The same, when it cannot matter to a gateway. */
void rib_note(struct rib *rib, const struct rib_table *t, struct rib_pos pos);
void rib_sweep_start(struct rib *rib);

/* Where a cursor goes on: at the first record behind its key. */
struct rib_pos rib_cursor_pos(
    const struct rib_table *t, const struct rib_cursor *at);
/* Sets it behind this record, or behind all routes of its prefix. */
void rib_cursor_set(const struct rib_table *t, struct rib_cursor *at,
    const uint8_t *record, bool whole_prefix);
/* On to the next table; false behind the last. */
bool rib_cursor_next_table(struct rib_cursor *at);

#endif
