/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the location database of IPFire, version 1 of its format: a binary
 * tree over 128-bit addresses whose nodes may name a network, and networks
 * that name an AS. IPv4 lies below ::ffff:0:0/96. All numbers are big-endian.
 */
#include "tests/tables/table_private.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	IP4_DEPTH = 96,
	NO_NETWORK = 0xffffffff,
	VERSION = 1,
};

static const char magic[7] = "LOCDBXX";

struct header {
	char magic[7];
	uint8_t version;
	uint32_t words[5]; /* when, by whom, what, on which terms */
	uint32_t as_offset, as_length;
	uint32_t network_offset, network_length;
	uint32_t tree_offset, tree_length;
};
_Static_assert(sizeof(struct header) == 52, "libloc's header");

struct node {
	uint32_t child[2]; /* 0: none */
	uint32_t network;  /* NO_NETWORK, or its number */
};
_Static_assert(sizeof(struct node) == 12, "libloc's node");

struct network {
	char country[4];
	uint32_t as;
	uint16_t flags, padding;
};
_Static_assert(sizeof(struct network) == 12, "libloc's network");

struct reader {
	struct table *table;
	uint32_t count;
	struct node *node;
	struct network *network;
	uint32_t nodes, networks;
	struct ip_addr at; /* the way down */
};

/* `length` bytes of the file from `offset` on, or NULL. */
static void *
part(FILE *f, uint32_t offset, uint32_t length)
{
	void *bytes = malloc(length > 0 ? length : 1);

	if (bytes == NULL || fseek(f, (long)offset, SEEK_SET) != 0 ||
	    fread(bytes, 1, length, f) != length) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static void
add(struct reader *r, const struct network *network, uint8_t depth)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint32_t as = be32_load(&network->as);
	struct table_route route = { .nexthop = table_origin_nexthop(as) };

	if (as == 0)
		return; /* known by its country alone: nobody announces it */
	if (depth >= IP4_DEPTH && memcmp(r->at.byte, mapped, 12) == 0) {
		route.prefix.addr.family = IP4;
		memcpy(route.prefix.addr.byte, r->at.byte + 12, 4);
		route.prefix.len = (uint8_t)(depth - IP4_DEPTH);
	} else {
		route.prefix.addr = r->at;
		route.prefix.len = depth;
	}
	table_add(r->table, r->count++, &route);
}

/* False when the tree is none. */
static bool
walk(struct reader *r, uint32_t at, uint8_t depth)
{
	const struct node *n = &r->node[at];
	uint32_t network, bit, next;

	if (at >= r->nodes)
		return false;
	network = be32_load(&n->network);
	if (network != NO_NETWORK) {
		if (network >= r->networks)
			return false;
		add(r, &r->network[network], depth);
	}
	for (bit = 0; bit < 2; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> depth % 8);

		next = be32_load(&n->child[bit]);
		if (next == 0)
			continue;
		if (depth == IP6_BITS || next <= at)
			return false;
		if (bit == 1)
			r->at.byte[depth / 8] |= mask;
		if (!walk(r, next, (uint8_t)(depth + 1)))
			return false;
		r->at.byte[depth / 8] &= (uint8_t)~mask;
	}
	return true;
}

static bool
read_file(struct reader *r, FILE *f)
{
	struct header h;
	uint32_t nodes, networks;

	if (fread(&h, sizeof(h), 1, f) != 1 ||
	    memcmp(h.magic, magic, sizeof(magic)) != 0 || h.version != VERSION)
		return false;
	nodes = be32_load(&h.tree_length);
	networks = be32_load(&h.network_length);
	r->nodes = nodes / sizeof(struct node);
	r->networks = networks / sizeof(struct network);
	r->node = part(f, be32_load(&h.tree_offset), nodes);
	r->network = part(f, be32_load(&h.network_offset), networks);
	return r->node != NULL && r->network != NULL && walk(r, 0, 0);
}

bool
table_read_libloc(struct table *t, const char *file)
{
	struct reader r = { .table = t, .at.family = IP6 };
	FILE *f = fopen(file, "rb");
	bool done;

	*t = (struct table){ .source = "by origin, from libloc-database" };
	done = f != NULL && read_file(&r, f) && r.count > 0;
	if (f != NULL)
		fclose(f);
	free(r.node);
	free(r.network);
	if (!done) {
		fprintf(stderr, "%s: no location database\n", file);
		table_free(t);
		return false;
	}
	table_finish(t, r.count);
	return true;
}
