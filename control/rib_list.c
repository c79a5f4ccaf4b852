/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the routes, and which of them are active.
 */
#include "control/rib_private.h"
#include "net/nexthop.h"

/* What the prefix leads to by what it has in the FIB. */
static void
group_outcome(const struct rib *rib, const struct rib_table *t,
    const uint8_t *prefix, struct rib_outcome *out)
{
	uint8_t key[RIB_RECORD_MAX] = { 0 };
	struct rib_best best = { .count = 0 };
	const uint8_t *record;
	struct rib_pos pos;

	memcpy(key, prefix, t->addr_size + 1u);
	pos = rib_table_lower(t, key);
	while ((record = rib_table_at(t, pos)) &&
	       rib_same_prefix(t, key, record)) {
		if (rib_tail(t, record, RIB_FLAGS) & RIB_IN_FIB)
			rib_member_add(&best, rib_record_path(t, record));
		pos = rib_table_next(t, pos);
	}
	memset(out, 0, sizeof(*out));
	if (best.count > 0)
		rib_join(rib, best.path, best.count, out);
}

static bool
record_active(const struct rib *rib, const struct rib_table *t,
    const uint8_t *record, const struct rib_outcome *group)
{
	if (rib_gone(t, record) ||
	    !(rib_tail(t, record, RIB_FLAGS) & RIB_IN_FIB))
		return false;
	return rib_contributes(&rib->path[rib_record_path(t, record)], group);
}

static void
record_read(const struct rib *rib, const struct rib_table *t,
    const uint8_t *record, struct rib_route *out)
{
	const struct rib_path *path = &rib->path[rib_record_path(t, record)];

	memset(out, 0, sizeof(*out));
	out->prefix = rib_record_prefix(t, record);
	out->distance = rib_tail(t, record, RIB_DISTANCE);
	out->source = rib_tail(t, record, RIB_SOURCE);
	out->file = rib_tail(t, record, RIB_FILE);
	out->gateway = path->gateway;
	out->iface = path->iface;
	out->type = path->type;
}

/* The records under a prefix: they lie together, shorter prefixes before. */
static void
range_under(const struct rib_table *t, const struct ip_prefix *under,
    struct rib_pos *from, struct rib_pos *to)
{
	uint8_t key[RIB_RECORD_MAX] = { 0 };
	uint8_t last[RIB_RECORD_MAX];

	memcpy(key, under->addr.byte, t->addr_size);
	key[t->addr_size + RIB_LEN] = under->len;
	*from = rib_table_lower(t, key);
	memset(last, 0xff, sizeof(last));
	for (uint32_t bit = 0; bit < under->len; bit++) {
		uint8_t mask = 0x80 >> (bit % 8);

		if (!(key[bit / 8] & mask))
			last[bit / 8] &= (uint8_t)~mask;
	}
	*to = rib_table_lower(t, last);
}

/* Copies `n` routes that are not gone, from `pos` on. */
static void
list_copy(const struct rib *rib, const struct rib_table *t, struct rib_pos pos,
    size_t n, struct rib_route *out)
{
	const uint8_t *before = NULL;
	struct rib_outcome group;

	for (size_t i = 0; i < n; pos = rib_table_next(t, pos)) {
		const uint8_t *record = rib_table_at(t, pos);

		if (rib_gone(t, record))
			continue;
		if (!before || !rib_same_prefix(t, before, record))
			group_outcome(rib, t, record, &group);
		before = record;
		record_read(rib, t, record, &out[i]);
		out[i++].active = record_active(rib, t, record, &group);
	}
}

size_t
rib_list(const struct rib *rib, const struct ip_prefix *under, size_t offset,
    size_t limit, struct rib_route *out, size_t *total)
{
	size_t n = 0, before = 0;

	for (uint32_t i = 0; i < 2; i++) {
		const struct rib_table *t = &rib->table[i];
		struct rib_pos pos = { 0, 0 }, to = { t->chunk_count, 0 };
		size_t matches;

		if (under && under->addr.family != t->family)
			continue;
		if (under)
			range_under(t, under, &pos, &to);
		matches = rib_table_between(t, pos, to);
		if (n < limit && offset < before + matches) {
			size_t skip = offset > before ? offset - before : 0;
			size_t some = matches - skip;

			if (some > limit - n)
				some = limit - n;
			pos = rib_table_skip(t, pos, skip);
			list_copy(rib, t, pos, some, &out[n]);
			n += some;
		}
		before += matches;
	}
	*total = before;
	return n;
}

static bool
group_active(
    const struct rib *rib, const struct rib_table *t, struct rib_pos pos)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;

	while (record && rib_same_prefix(t, first, record)) {
		uint32_t path = rib_record_path(t, record);

		if (!rib_gone(t, record) &&
		    rib_tail(t, record, RIB_FLAGS) & RIB_IN_FIB &&
		    rib->path[path].out_type != NEXTHOP_NONE)
			return true;
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
	return false;
}

bool
rib_covering(
    const struct rib *rib, const struct ip_addr *a, struct ip_prefix *out)
{
	const struct rib_table *t = &rib->table[rib_table_index(a->family)];
	uint8_t len = ip_family_bits(a->family);
	struct rib_pos pos;

	while (rib_table_longest(t, a->byte, len, &pos)) {
		*out = rib_record_prefix(t, rib_table_at(t, pos));
		if (group_active(rib, t, pos))
			return true;
		if (out->len == 0)
			return false;
		len = out->len - 1;
	}
	return false;
}
