/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MRT for tests; see mrt_writer.h.
 */
#include "tests/unit/mrt_writer.h"

#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"

enum { HEADER = 12, PEER_TYPE_AS4 = 2, EXTENDED = 0x10, TRANSITIVE = 0x40 };

void
mrt_put(struct mrt_writer *w, const void *bytes, size_t size)
{
	if (size > MRT_ROOM - w->size)
		abort();
	if (size > 0)
		memcpy(w->data + w->size, bytes, size);
	w->size += size;
}

void
mrt_put8(struct mrt_writer *w, unsigned int v)
{
	uint8_t byte = (uint8_t)v;

	mrt_put(w, &byte, 1);
}

void
mrt_put16(struct mrt_writer *w, unsigned int v)
{
	uint8_t bytes[2];

	be16_store(bytes, (uint16_t)v);
	mrt_put(w, bytes, sizeof(bytes));
}

void
mrt_put32(struct mrt_writer *w, uint32_t v)
{
	uint8_t bytes[4];

	be32_store(bytes, v);
	mrt_put(w, bytes, sizeof(bytes));
}

void
mrt_begin(struct mrt_writer *w, uint16_t type, uint16_t subtype)
{
	w->record = w->size;
	w->subtype = subtype;
	mrt_put32(w, 0x65000000);
	mrt_put16(w, type);
	mrt_put16(w, subtype);
	mrt_put32(w, 0);
}

void
mrt_end(struct mrt_writer *w)
{
	be32_store(w->data + w->record + HEADER - 4,
	    (uint32_t)(w->size - w->record - HEADER));
}

void
mrt_index(struct mrt_writer *w, const char *name, uint16_t peers)
{
	mrt_begin(w, MRT_TABLE_DUMP_V2, MRT_INDEX);
	mrt_put32(w, 0xc0000201);
	mrt_put16(w, (unsigned int)strlen(name));
	mrt_put(w, name, strlen(name));
	mrt_put16(w, peers);
	for (uint32_t i = 0; i < peers; i++) {
		mrt_put8(w, PEER_TYPE_AS4);
		mrt_put32(w, i + 1);
		mrt_put32(w, 0xc0000201 + i);
		mrt_put32(w, 64512 + i);
	}
	mrt_end(w);
}

void
mrt_begin_rib(
    struct mrt_writer *w, uint16_t subtype, const char *prefix, uint16_t ways)
{
	struct ip_prefix p;

	if (ip_prefix_parse(prefix, strlen(prefix), &p.addr, &p.len))
		abort();
	mrt_begin(w, MRT_TABLE_DUMP_V2, subtype);
	mrt_put32(w, 7);
	mrt_put8(w, p.len);
	mrt_put(w, p.addr.byte, (p.len + 7u) / 8);
	mrt_put16(w, ways);
}

void
mrt_begin_way(struct mrt_writer *w, uint16_t peer)
{
	mrt_put16(w, peer);
	mrt_put32(w, 0x64000000);
	if (w->subtype == MRT_RIB4_ADDPATH || w->subtype == MRT_RIB6_ADDPATH)
		mrt_put32(w, 1);
	mrt_put16(w, 0);
	w->attributes = w->size;
}

void
mrt_end_way(struct mrt_writer *w)
{
	be16_store(
	    w->data + w->attributes - 2, (uint16_t)(w->size - w->attributes));
}

void
mrt_attribute(
    struct mrt_writer *w, uint8_t type, const void *value, uint16_t size)
{
	mrt_put8(w, size > 255 ? TRANSITIVE | EXTENDED : TRANSITIVE);
	mrt_put8(w, type);
	if (size > 255)
		mrt_put16(w, size);
	else
		mrt_put8(w, size);
	mrt_put(w, value, size);
}

void
mrt_origin(struct mrt_writer *w, uint8_t origin)
{
	mrt_attribute(w, 1, &origin, 1);
}

void
mrt_as_path(struct mrt_writer *w, uint8_t type, uint8_t count)
{
	uint8_t segment[2 + 4 * 255] = { type, count };

	for (uint32_t i = 0; i < count; i++)
		be32_store(segment + 2 + 4 * i, 64512 + i);
	mrt_attribute(w, 2, segment, (uint16_t)(2 + 4 * count));
}

void
mrt_next_hop(struct mrt_writer *w, const char *address)
{
	uint8_t abbreviated[17] = { 16 };
	struct ip_addr a;

	if (ip_addr_parse(address, strlen(address), &a))
		abort();
	if (a.family == IP4) {
		mrt_attribute(w, 3, a.byte, 4);
		return;
	}
	memcpy(abbreviated + 1, a.byte, 16);
	mrt_attribute(w, 14, abbreviated, sizeof(abbreviated));
}

void
mrt_route(struct mrt_writer *w, const char *prefix, const char *gateway)
{
	mrt_begin_rib(
	    w, strchr(prefix, ':') != NULL ? MRT_RIB6 : MRT_RIB4, prefix, 1);
	mrt_begin_way(w, 0);
	mrt_origin(w, 0);
	mrt_as_path(w, 2, 3);
	mrt_next_hop(w, gateway);
	mrt_end_way(w);
	mrt_end(w);
}
