/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds the FIB: counts prefixes, makes room for them all, then goes through
 * the RIB once.
 */
#include "control/rib_build.h"

#include <errno.h>
#include <stdlib.h>

#include "control/rib_resolve.h"
#include "kernel/log.h"

struct builder {
	struct rib_resolver resolver;
	struct rib_image *image;
	uint8_t mark; /* flag bit for records that become active */
};

/* Calls `fn` at the first record of each prefix, until it returns false. */
static bool
each_prefix(struct rib *rib,
    bool (*fn)(
	struct builder *b, const struct rib_table *t, struct rib_pos pos),
    struct builder *b)
{
	for (uint32_t i = 0; i < 2; i++) {
		const struct rib_table *t = &rib->table[i];
		struct rib_pos pos = { 0, 0 };
		const uint8_t *record = rib_table_at(t, pos);

		while (record) {
			const uint8_t *first = record;

			if (!fn(b, t, pos))
				return false;
			do {
				pos = rib_table_next(t, pos);
				record = rib_table_at(t, pos);
			} while (record && rib_same_prefix(t, first, record));
		}
	}
	return true;
}

/* Room for the prefix, and for the host entries of a connected one. */
static bool
count_prefix(struct builder *b, const struct rib_table *t, struct rib_pos pos)
{
	const uint8_t *record = rib_table_at(t, pos);

	b->image->prefixes++;
	if (record[t->addr_size + RIB_SOURCE] == SOURCE_CONNECTED)
		b->image->prefixes += 2;
	return true;
}

static bool
insert_host(struct builder *b, const struct ip_prefix *network, bool ones,
    enum nexthop_type type, uint16_t iface)
{
	struct ip_prefix host = *network;
	struct nexthop_set n;
	uint32_t index;

	host.len = ip_family_bits(host.addr.family);
	for (uint32_t bit = network->len; ones && bit < host.len; bit++)
		host.addr.byte[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
	memset(&n, 0, sizeof(n));
	n.type = type;
	n.iface = iface;
	index = rib_intern(&b->resolver, &n);
	return index && fib_set(b->image->fib, &host, index);
}

/*
 * They come before any host route of the same address, for that sorts
 * behind its network: a real route replaces them.
 */
static bool
insert_network_hosts(
    struct builder *b, const struct ip_prefix *network, uint16_t iface)
{
	uint8_t host_bits = ip_family_bits(network->addr.family) - network->len;

	if (host_bits < 2)
		return true;
	if (network->addr.family == IP6)
		return insert_host(b, network, false, NEXTHOP_LOCAL, iface);
	return insert_host(b, network, false, NEXTHOP_BROADCAST, iface) &&
	       insert_host(b, network, true, NEXTHOP_BROADCAST, iface);
}

static void
mark_records(struct builder *b, const struct rib_table *t, struct rib_pos pos,
    const struct rib_choice *choice)
{
	const uint8_t *first = rib_table_at(t, pos);
	uint8_t *record = rib_table_at(t, pos);

	while (record && rib_same_prefix(t, first, record)) {
		uint8_t *flags = &record[t->addr_size + RIB_FLAGS];

		*flags &= (uint8_t)~b->mark;
		if (rib_chosen(&b->resolver, t, record, choice))
			*flags |= b->mark;
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
}

static bool
build_prefix(struct builder *b, const struct rib_table *t, struct rib_pos pos)
{
	const uint8_t *record = rib_table_at(t, pos);
	struct ip_prefix prefix = { .len = record[t->addr_size + RIB_LEN] };
	struct rib_choice choice = rib_choose(&b->resolver, t, pos);
	struct nexthop_set n;

	if (b->resolver.no_memory)
		return false;
	mark_records(b, t, pos, &choice);
	if (choice.nexthop == 0)
		return true;
	prefix.addr.family = t->family;
	memcpy(prefix.addr.byte, record, t->addr_size);
	if (!fib_set(b->image->fib, &prefix, choice.nexthop))
		return false;
	n = b->resolver.nexthop[choice.nexthop];
	if (n.type != NEXTHOP_CONNECTED ||
	    record[t->addr_size + RIB_SOURCE] != SOURCE_CONNECTED)
		return true;
	return insert_network_hosts(b, &prefix, n.iface);
}

static void
report(const struct rib_resolver *r)
{
	if (r->too_deep)
		log_warn("rib",
		    "%u gateways are inactive: more than %d steps away",
		    r->too_deep, RIB_DEPTH_MAX);
	if (r->too_wide)
		log_warn("rib",
		    "%u times more than %d next hops: the others are ignored",
		    r->too_wide, ECMP_MAX);
}

static int
image_fill(struct builder *b, struct rib *rib)
{
	struct rib_image *image = b->image;
	size_t size;

	each_prefix(rib, count_prefix, b);
	size = (fib_memory(image->prefixes, 0) + 63) & ~(size_t)63;
	image->memory = aligned_alloc(64, size);
	if (!image->memory)
		return -ENOMEM;
	image->fib = fib_create(image->memory, size);
	if (!image->fib || !each_prefix(rib, build_prefix, b))
		return -ENOMEM;
	image->nexthop = b->resolver.nexthop;
	image->nexthop_count = b->resolver.count;
	b->resolver.nexthop = NULL;
	return 0;
}

int
rib_build(
    struct rib *rib, const struct rib_build_env *env, struct rib_image **out)
{
	struct builder b = { .mark = rib->active_bit ^ 3 };
	int error = rib_resolver_init(&b.resolver, rib, env);

	if (error)
		return error;
	b.image = calloc(1, sizeof(*b.image));
	error = b.image ? image_fill(&b, rib) : -ENOMEM;
	if (error) {
		rib_image_free(b.image);
	} else {
		report(&b.resolver);
		*out = b.image;
	}
	rib_resolver_free(&b.resolver);
	return error;
}

void
rib_built(struct rib *rib)
{
	rib->active_bit ^= 3;
}

void
rib_image_free(struct rib_image *image)
{
	if (!image)
		return;
	free(image->nexthop);
	free(image->table_memory);
	free(image->memory);
	free(image);
}
