/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cursors, and a new FIB filled with what another one has. What is settled in
 * between goes into both: so whatever lies before the cursor is the same in
 * both, and what lies behind it will be read when its turn comes.
 */
#include "control/rib_private.h"
#include "net/fib.h"

void
rib_cursor_set(const struct rib_table *t, struct rib_cursor *at,
    const uint8_t *record, bool whole_prefix)
{
	uint32_t known = whole_prefix ? t->addr_size + 1u : t->record_size;

	memset(at->key, 0xff, sizeof(at->key));
	memcpy(at->key, record, known);
	at->begun = true;
}

struct rib_pos
rib_cursor_pos(const struct rib_table *t, const struct rib_cursor *at)
{
	struct rib_pos pos = { 0, 0 };

	if (at->begun && rib_table_find(t, at->key, &pos))
		pos = rib_table_next(t, pos);
	return pos;
}

bool
rib_cursor_next_table(struct rib_cursor *at)
{
	if (at->table == 1)
		return false;
	memset(at, 0, sizeof(*at));
	at->table = 1;
	return true;
}

void
rib_fill_begin(struct rib *rib, const struct fib *from, struct fib *to)
{
	rib->filling = (struct rib_filling){ .from = from, .to = to };
}

void
rib_fill_end(struct rib *rib)
{
	memset(&rib->filling, 0, sizeof(rib->filling));
}

static bool
copy(struct rib_filling *f, const struct ip_prefix *prefix, uint32_t index)
{
	return index == 0 || fib_set(f->to, prefix, index);
}

/* The host entries of a connected network, which may have no routes. */
static bool
copy_hosts(struct rib_filling *f, const struct ip_prefix *network)
{
	struct ip_prefix host[2];
	uint32_t n = rib_network_hosts(network, host);

	for (uint32_t i = 0; i < n; i++)
		if (!copy(f, &host[i], fib_get(f->from, &host[i])))
			return false;
	return true;
}

/* Copies the prefix at `*pos` and moves on to the next one. */
static bool
copy_prefix(struct rib *rib, const struct rib_table *t, struct rib_pos *pos)
{
	struct rib_filling *f = &rib->filling;
	const uint8_t *first = rib_table_at(t, *pos), *record = first;
	struct ip_prefix prefix = rib_record_prefix(t, first);
	bool connected = false;
	uint32_t index;

	if (prefix.len == ip_family_bits(t->family))
		index = fib_get(f->from, &prefix);
	else
		index = rib_index_now(rib, f->from, t, *pos);
	rib_cursor_set(t, &f->at, first, true);
	while (record && rib_same_prefix(t, first, record)) {
		connected |= rib_tail(t, record, RIB_SOURCE) ==
		             SOURCE_CONNECTED;
		*pos = rib_table_next(t, *pos);
		record = rib_table_at(t, *pos);
	}
	if (connected && !copy_hosts(f, &prefix))
		return false;
	return copy(f, &prefix, index);
}

enum rib_status
rib_fill(struct rib *rib, size_t budget)
{
	struct rib_filling *f = &rib->filling;

	while (!f->failed && !f->done) {
		const struct rib_table *t = &rib->table[f->at.table];
		struct rib_pos pos = rib_cursor_pos(t, &f->at);

		while (!f->failed && rib_table_at(t, pos)) {
			if (budget == 0)
				return RIB_MORE;
			budget--;
			f->failed = !copy_prefix(rib, t, &pos);
		}
		if (!f->failed)
			f->done = !rib_cursor_next_table(&f->at);
	}
	return f->failed ? RIB_FIB_FULL : RIB_SETTLED;
}
