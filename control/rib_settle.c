/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dirty prefixes into the FIB.
 *
 * Which prefixes are dirty is a queue, and a flag in their records. When the
 * queue is full, when a path went up or down, or when a prefix could not be
 * placed, a sweep over all records finds them.
 */
#include "control/rib_private.h"
#include "kernel/log.h"
#include "net/fib.h"
#include "net/nexthop.h"

enum { SWEEP_COST = 64 }; /* clean records that cost as much as a prefix */

static void
prefix_key(const struct rib_table *t, const struct rib_prefix_key *k,
    uint8_t key[RIB_RECORD_MAX])
{
	memset(key, 0, RIB_RECORD_MAX);
	memcpy(key, k->addr, t->addr_size);
	key[t->addr_size + RIB_LEN] = k->len;
}

/* True when the prefix is the last in the queue: an update often is a removal
 * and an addition. */
static bool
is_last(const struct rib *rib, const struct rib_table *t, const uint8_t *record)
{
	const struct rib_prefix_key *k =
	    &rib->queue[(rib->tail - 1) % RIB_QUEUE];

	return rib->tail != rib->head &&
	       k->table == rib_table_index(t->family) &&
	       k->len == rib_tail(t, record, RIB_LEN) &&
	       memcmp(k->addr, record, t->addr_size) == 0;
}

void
rib_note(struct rib *rib, const struct rib_table *t, struct rib_pos pos)
{
	uint8_t *record = rib_table_at(t, pos);
	struct rib_prefix_key *k;

	*rib_flags(t, record) |= RIB_DIRTY;
	if (is_last(rib, t, record))
		return;
	if (rib->tail - rib->head == RIB_QUEUE) {
		rib_sweep_start(rib);
		return;
	}
	k = &rib->queue[rib->tail++ % RIB_QUEUE];
	memcpy(k->addr, record, t->addr_size);
	k->len = rib_tail(t, record, RIB_LEN);
	k->table = (uint8_t)rib_table_index(t->family);
	k->chunk = pos.chunk;
	k->index = (uint16_t)pos.index;
}

void
rib_mark(struct rib *rib, const struct rib_table *t, struct rib_pos pos)
{
	rib_note(rib, t, pos);
	if (!rib->unresolved &&
	    rib_covers_gateway(rib, t, rib_table_at(t, pos)))
		rib->unresolved = true;
}

void
rib_sweep_start(struct rib *rib)
{
	struct rib_sweep *s = &rib->sweep;

	if (s->running) {
		s->again = true;
		return;
	}
	memset(s, 0, sizeof(*s));
	s->running = true;
}

/* What a prefix has in the FIB and in the table. */
struct group {
	struct rib_table *table;
	struct ip_prefix prefix;
	struct rib_pos pos; /* of its first record, if there is one */
	bool exists;
	bool dirty;
	bool connected; /* has or had a connected network */
};

static void
group_read(struct rib *rib, uint32_t table, const uint8_t *key,
    struct rib_pos near, struct group *out)
{
	const struct rib_table *t = out->table = &rib->table[table];
	struct rib_pos pos = rib_table_lower_near(t, key, near);
	const uint8_t *record = rib_table_at(t, pos);

	out->prefix = rib_record_prefix(t, key);
	out->pos = pos;
	out->exists = out->dirty = out->connected = false;
	while (record && rib_same_prefix(t, key, record)) {
		uint8_t flags = rib_tail(t, record, RIB_FLAGS);

		out->exists = true;
		out->dirty |= (flags & RIB_DIRTY) != 0;
		out->connected |= rib_tail(t, record, RIB_SOURCE) ==
		                  SOURCE_CONNECTED;
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
}

/* Host prefixes may be in the FIB without a route: see rib_network.c. */
static bool
is_host(const struct ip_prefix *prefix)
{
	return prefix->len == ip_family_bits(prefix->addr.family);
}

uint32_t
rib_index_now(const struct rib *rib, const struct fib *fib,
    const struct rib_table *t, struct rib_pos pos)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;
	struct ip_prefix prefix;
	uint32_t path = RIB_PATH_NONE;

	while (record && rib_same_prefix(t, first, record)) {
		uint32_t other = rib_record_path(t, record);

		if (rib_tail(t, record, RIB_FLAGS) & RIB_IN_FIB) {
			if (path != RIB_PATH_NONE && path != other) {
				prefix = rib_record_prefix(t, first);
				return fib_get(fib, &prefix);
			}
			path = other;
		}
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
	return path == RIB_PATH_NONE ? 0 : rib->path[path].single;
}

static uint32_t
group_index_now(
    const struct rib *rib, const struct fib *fib, const struct group *g)
{
	if (is_host(&g->prefix))
		return fib_get(fib, &g->prefix);
	return rib_index_now(rib, fib, g->table, g->pos);
}

static bool
fib_change(struct fib *fib, const struct ip_prefix *prefix, uint32_t index)
{
	return index ? fib_set(fib, prefix, index) : fib_clear(fib, prefix);
}

static void
say_unplaced(struct rib *rib)
{
	if (rib->unplaced++ == 0 && !rib->said_unplaced)
		log_warn("rib",
		    "all %u next hops are in use: "
		    "some routes stay inactive",
		    rib->set_limit - 1);
	rib->said_unplaced = true;
}

/* Gives a prefix the set of these paths. `index` receives which it is. */
static enum rib_status
place(struct rib *rib, struct fib *fib, const struct group *g,
    const struct rib_best *best, uint32_t *index)
{
	uint32_t now = group_index_now(rib, fib, g);
	enum rib_status status;

	*index = 0;
	if (best->count > 0) {
		status = rib_set_get(rib, best->path, best->count, index);
		if (status != RIB_SETTLED)
			return status;
		if (*index == 0)
			say_unplaced(rib);
	}
	if (*index == now)
		return RIB_SETTLED;
	if (!fib_change(fib, &g->prefix, *index)) {
		if (*index)
			rib_set_tidy(rib, *index);
		return RIB_FIB_FULL;
	}
	if (rib->filling.to && !rib->filling.failed)
		rib->filling.failed = !fib_change(
		    rib->filling.to, &g->prefix, *index);
	if (*index)
		rib_set_ref(rib, *index);
	if (now)
		rib_set_unref(rib, now);
	rib->prefixes += (*index != 0);
	rib->prefixes -= (now != 0);
	return RIB_SETTLED;
}

static bool
is_member(const struct rib_best *best, uint32_t path)
{
	for (uint32_t i = 0; i < best->count; i++)
		if (best->path[i] == path)
			return true;
	return false;
}

/* The records say what is in the FIB now; those that are gone go. */
static void
group_settled(struct rib *rib, const struct group *g,
    const struct rib_best *best, uint32_t index)
{
	struct rib_table *t = g->table;
	uint8_t waits = best->count > 0 && index == 0 ? RIB_DIRTY : 0;
	struct rib_pos pos = g->pos;
	uint8_t key[RIB_RECORD_MAX], *record;

	if (!g->exists)
		return;
	memcpy(key, rib_table_at(t, pos), t->record_size);
	while ((record = rib_table_at(t, pos)) &&
	       rib_same_prefix(t, key, record)) {
		uint32_t path = rib_record_path(t, record);
		uint8_t flags = waits;

		if (rib_gone(t, record)) {
			pos = rib_table_delete(t, pos);
			rib_path_put(rib, path);
			continue;
		}
		if (index && best->active &&
		    rib_tail(t, record, RIB_DISTANCE) == best->distance &&
		    is_member(best, path))
			flags |= RIB_IN_FIB;
		*rib_flags(t, record) = flags;
		pos = rib_table_next(t, pos);
	}
}

/* Settles one prefix; its routes are read already. */
static enum rib_status
group_settle(struct rib *rib, struct fib *fib, const struct group *g)
{
	struct rib_best best;
	enum rib_status status;
	uint32_t index;

	best.active = false;
	best.count = 0;
	if (g->exists)
		rib_best_of(rib, g->table, g->pos, &best);
	if (!best.active && is_host(&g->prefix)) {
		status = rib_network_path(rib, &g->prefix, &best);
		if (status != RIB_SETTLED)
			return status;
	}
	status = place(rib, fib, g, &best, &index);
	if (!best.active && best.count > 0)
		rib_path_put(rib, best.path[0]);
	if (status == RIB_SETTLED)
		group_settled(rib, g, &best, index);
	return status;
}

/* The host entries of a network that is, or no longer is, connected. */
static enum rib_status
hosts_settle(struct rib *rib, struct fib *fib, const struct group *network)
{
	struct ip_prefix host[2];
	uint32_t n = rib_network_hosts(&network->prefix, host);
	uint32_t table = rib_table_index(network->table->family);

	for (uint32_t i = 0; i < n; i++) {
		uint8_t key[RIB_RECORD_MAX] = { 0 };
		enum rib_status status;
		struct group g;

		memcpy(key, host[i].addr.byte, network->table->addr_size);
		key[network->table->addr_size + RIB_LEN] = host[i].len;
		group_read(rib, table, key, network->pos, &g);
		status = group_settle(rib, fib, &g);
		if (status != RIB_SETTLED)
			return status;
	}
	return RIB_SETTLED;
}

/* Its records may be at `near`. `touched`: also when it is not dirty itself. */
static enum rib_status
prefix_settle(struct rib *rib, struct fib *fib, uint32_t table,
    const uint8_t *key, struct rib_pos near, bool touched)
{
	enum rib_status status;
	struct group g;

	group_read(rib, table, key, near, &g);
	if (!g.exists || !(g.dirty || touched))
		return RIB_SETTLED;
	if (g.connected) {
		/* First, for they look at the routes, not at the FIB. */
		status = hosts_settle(rib, fib, &g);
		if (status != RIB_SETTLED)
			return status;
		/* They may have been routes with records of their own. */
		group_read(rib, table, key, near, &g);
	}
	return group_settle(rib, fib, &g);
}

/* The FIB's part of the next prefixes comes nearer while others are settled. */
static void
queue_prefetch(const struct rib *rib, const struct fib *fib)
{
	struct ip_prefix prefix[FIB_PREFETCH];
	uint32_t n = 0;

	for (; n < FIB_PREFETCH && rib->head + n != rib->tail; n++) {
		const struct rib_prefix_key *k =
		    &rib->queue[(rib->head + n) % RIB_QUEUE];

		prefix[n].addr.family = rib->table[k->table].family;
		prefix[n].len = k->len;
		memcpy(prefix[n].addr.byte, k->addr, sizeof(k->addr));
	}
	fib_prefetch(fib, prefix, n);
}

static enum rib_status
queue_settle(struct rib *rib, struct fib *fib, size_t *budget)
{
	uint32_t n = 0;

	while (rib->head != rib->tail && *budget > 0) {
		struct rib_prefix_key *k = &rib->queue[rib->head % RIB_QUEUE];
		struct rib_pos near = { k->chunk, k->index };
		uint8_t key[RIB_RECORD_MAX];
		enum rib_status status;

		if (n++ % FIB_PREFETCH == 0)
			queue_prefetch(rib, fib);
		prefix_key(&rib->table[k->table], k, key);
		rib->head++;
		--*budget;
		status = prefix_settle(rib, fib, k->table, key, near, false);
		if (status != RIB_SETTLED) {
			/* It is dirty still: found again by a sweep. */
			rib_sweep_start(rib);
			return status;
		}
	}
	return RIB_SETTLED;
}

/* The next record, from `pos` on, whose prefix is to be looked at. */
static struct rib_pos
sweep_find(struct rib *rib, const struct rib_table *t, struct rib_pos pos,
    size_t *budget)
{
	struct rib_cursor *at = &rib->sweep.at;
	uint32_t clean = 0;
	uint8_t *record;

	while ((record = rib_table_at(t, pos))) {
		uint32_t path = rib_record_path(t, record);

		if (*rib_flags(t, record) & (RIB_DIRTY | RIB_GONE) ||
		    (rib->any_touched && rib->path[path].touched))
			break;
		if (++clean % SWEEP_COST == 0 && --*budget == 0) {
			rib_cursor_set(t, at, record, false);
			break;
		}
		pos = rib_table_next(t, pos);
	}
	return pos;
}

/* True when the sweep has come to its end. */
static bool
sweep_end(struct rib *rib)
{
	struct rib_sweep *s = &rib->sweep;

	if (s->again) {
		memset(s, 0, sizeof(*s));
		s->running = true;
		return false;
	}
	s->running = false;
	for (uint32_t i = 0; rib->any_touched && i < rib->path_count; i++)
		rib->path[i].touched = false;
	rib->any_touched = false;
	return true;
}

static enum rib_status
sweep(struct rib *rib, struct fib *fib, size_t *budget)
{
	struct rib_cursor *at = &rib->sweep.at;

	while (*budget > 0) {
		struct rib_table *t = &rib->table[at->table];
		struct rib_pos pos = rib_cursor_pos(t, at);
		uint8_t key[RIB_RECORD_MAX] = { 0 };
		enum rib_status status;

		pos = sweep_find(rib, t, pos, budget);
		if (*budget == 0)
			break;
		if (!rib_table_at(t, pos)) {
			if (!rib_cursor_next_table(at) && sweep_end(rib))
				break;
			continue;
		}
		memcpy(key, rib_table_at(t, pos), t->addr_size + 1u);
		rib_cursor_set(t, at, key, true);
		--*budget;
		status = prefix_settle(rib, fib, at->table, key, pos, true);
		if (status != RIB_SETTLED) {
			rib->sweep.again = true;
			return status;
		}
	}
	return RIB_SETTLED;
}

enum rib_status
rib_settle(struct rib *rib, struct fib *fib, size_t budget)
{
	enum rib_status status;

	if (rib->unresolved)
		rib_resolve_all(rib);
	if (rib->retry_poor)
		rib_sets_retry(rib);
	status = queue_settle(rib, fib, &budget);
	if (status == RIB_SETTLED && rib->sweep.running)
		status = sweep(rib, fib, &budget);
	if (status != RIB_SETTLED)
		return status;
	if (rib->no_memory) {
		rib->no_memory = false;
		rib->unresolved = true;
		return RIB_NO_MEMORY;
	}
	return rib->head != rib->tail || rib->sweep.running ? RIB_MORE
	                                                    : RIB_SETTLED;
}
