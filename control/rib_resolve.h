/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resolving during a build: which next hop a prefix gets. For rib*.c alone.
 */
#ifndef CONTROL_RIB_RESOLVE_H
#define CONTROL_RIB_RESOLVE_H

#include "control/rib_build.h"
#include "control/rib_private.h"

struct rib_resolver {
	struct rib *rib;
	const struct rib_build_env *env;
	struct nexthop_set *nexthop; /* distinct ones; [0] is NEXTHOP_NONE */
	uint32_t count;
	uint32_t room;
	uint32_t *bucket; /* hash of next hops: index, 0 for empty */
	uint32_t buckets; /* power of two, at least twice `room` */
	uint32_t depth;
	uint32_t too_deep; /* gateways behind too long chains */
	uint32_t too_wide; /* prefixes with more than ECMP_MAX ways */
	bool no_memory;
};

/* What a prefix gets. */
struct rib_choice {
	uint32_t nexthop; /* 0: none of its routes is active */
	uint8_t distance; /* of the routes chosen */
	bool busy;        /* waits for a path that is being resolved */
};

/* 0 or -ENOMEM. */
int rib_resolver_init(
    struct rib_resolver *r, struct rib *rib, const struct rib_build_env *env);
void rib_resolver_free(struct rib_resolver *r);

/* Chooses among the routes of the prefix whose first record is at `pos`. */
struct rib_choice rib_choose(
    struct rib_resolver *r, const struct rib_table *t, struct rib_pos pos);

/* True when this record is one of those that were chosen. */
bool rib_chosen(struct rib_resolver *r, const struct rib_table *t,
    const uint8_t *record, const struct rib_choice *choice);

/* The index of a next hop, added if new; 0 when memory is out. */
uint32_t rib_intern(struct rib_resolver *r, const struct nexthop_set *nexthop);

#endif
