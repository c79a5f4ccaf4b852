/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the RIB is made of. For rib*.c alone.
 *
 * A path is where a route leads: gateway, interface and type. Routes with the
 * same path share it, so that a million routes over a few neighbours cost a
 * record of 12 or 24 bytes each, and a path is resolved once a build.
 */
#ifndef CONTROL_RIB_PRIVATE_H
#define CONTROL_RIB_PRIVATE_H

#include "control/rib.h"
#include "control/rib_table.h"

enum { RIB_PATH_NONE = 0xffffffff };

enum path_state { PATH_UNKNOWN, PATH_BUSY, PATH_DONE };

struct rib_path {
	struct ip_addr gateway;
	uint8_t type;   /* enum route_type */
	uint16_t iface; /* or IFACE_NONE */
	uint32_t users; /* routes; 0: free */
	uint32_t next;  /* in its hash chain or the free list */
	/* Of the running build: */
	uint32_t nexthop; /* 0: inactive */
	uint8_t state;    /* enum path_state */
	uint8_t via_len;  /* length of the prefix that resolved it */
};

struct rib {
	struct nexthop_table *nexthops;
	struct rib_table table[2]; /* IPv4, IPv6 */
	struct rib_path *path;
	uint32_t path_count; /* used or on the free list */
	uint32_t path_room;
	uint32_t path_free;
	uint32_t *bucket;
	uint32_t buckets; /* power of two */
	/* The bit of a record's flags that says that it is active. A build
	 * writes the other one, and swaps them when it has succeeded. */
	uint8_t active_bit;
};

static inline uint32_t
rib_table_index(uint8_t family)
{
	return family == IP6;
}

static inline uint32_t
rib_record_path(const struct rib_table *t, const uint8_t *record)
{
	return be32_load(record + t->addr_size + RIB_PATH);
}

/* The bits of a record's key as a route. */
void rib_record_read(const struct rib *rib, const struct rib_table *t,
    const uint8_t *record, struct rib_route *out);

#endif
