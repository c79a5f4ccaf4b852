/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes MRT records (RFC 6396) for tests, right ones and wrong ones: what it
 * is told to write is written, whether it makes sense or not.
 */
#ifndef TESTS_UNIT_MRT_WRITER_H
#define TESTS_UNIT_MRT_WRITER_H

#include <stddef.h>
#include <stdint.h>

enum {
	MRT_TABLE_DUMP_V2 = 13,
	MRT_INDEX = 1,
	MRT_RIB4 = 2,
	MRT_RIB6 = 4,
	MRT_RIB4_ADDPATH = 8,
	MRT_RIB6_ADDPATH = 10,
	MRT_ROOM = 1 << 20,
};

struct mrt_writer {
	uint8_t data[MRT_ROOM];
	size_t size;
	size_t record;     /* where the record begins */
	size_t attributes; /* where the way's attributes begin */
	uint16_t subtype;  /* of the record */
};

void mrt_put(struct mrt_writer *w, const void *bytes, size_t size);
void mrt_put8(struct mrt_writer *w, unsigned int v);
void mrt_put16(struct mrt_writer *w, unsigned int v);
void mrt_put32(struct mrt_writer *w, uint32_t v);

/* mrt_end sets the record's length. */
void mrt_begin(struct mrt_writer *w, uint16_t type, uint16_t subtype);
void mrt_end(struct mrt_writer *w);

/* A whole PEER_INDEX_TABLE of IPv4 peers. */
void mrt_index(struct mrt_writer *w, const char *name, uint16_t peers);

/* A RIB record up to its ways; the prefix as text. */
void mrt_begin_rib(
    struct mrt_writer *w, uint16_t subtype, const char *prefix, uint16_t ways);

/* mrt_end_way sets the length of the attributes. */
void mrt_begin_way(struct mrt_writer *w, uint16_t peer);
void mrt_end_way(struct mrt_writer *w);

/* Attributes; an AS_PATH of one segment. */
void mrt_attribute(
    struct mrt_writer *w, uint8_t type, const void *value, uint16_t size);
void mrt_origin(struct mrt_writer *w, uint8_t origin);
void mrt_as_path(struct mrt_writer *w, uint8_t type, uint8_t count);
/* NEXT_HOP for IPv4, MP_REACH_NLRI as MRT abbreviates it for IPv6. */
void mrt_next_hop(struct mrt_writer *w, const char *address);

/* A whole RIB record with one way, by peer 0. */
void mrt_route(struct mrt_writer *w, const char *prefix, const char *gateway);

#endif
