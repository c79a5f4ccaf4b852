/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FIB as its users see it (fib.h): made, changed, and counted. How it is
 * built is told in fib_private.h and in docs/fib.md.
 */
#include "net/fib_private.h"

enum {
	LEAF_GRANULES = 2,
	/* A prefix costs so much in a table like the Internet's, lookups and
	 * changes together, and what a change needs besides. */
	ROUTE4_BYTES = 12,
	ROUTE6_BYTES = 48,
	SPARE_BYTES = 64 * 1024,
	/* What is fetched ahead of a change: of most blocks that is all. */
	CACHE_LINE = 64,
	RULES_BYTES = 64,
	IMAGE_BYTES = 128,
};

/* Granules of the header, the leaves and both roots. */
static uint32_t
fixed_granules(void)
{
	return FIB_LEAVES +
	       fib_granules((FIB_SLOTS4 + FIB_SLOTS6) * sizeof(uint32_t)) +
	       fib_granules((sizeof(struct fib) + 63) / 64 * 64);
}

size_t
fib_memory(uint32_t routes4, uint32_t routes6)
{
	return (size_t)fixed_granules() * FIB_GRANULE + SPARE_BYTES +
	       (size_t)routes4 * ROUTE4_BYTES + (size_t)routes6 * ROUTE6_BYTES;
}

/* Each leaf is a node of one run that leads to itself. */
static void
leaves_init(const struct fib *fib)
{
	for (uint32_t ref = 0; ref < FIB_LEAVES; ref += LEAF_GRANULES) {
		uint64_t *node = fib_at(fib, ref);

		node[0] = 1ull << (FIB_CELLS - 1);
		node[1] = ref;
	}
}

/* The header stands behind the leaves and the roots. */
static struct fib *
header_init(uint8_t *memory, size_t size)
{
	uint8_t *root = memory + FIB_LEAVES * FIB_GRANULE;
	size_t root_bytes = (FIB_SLOTS4 + FIB_SLOTS6) * sizeof(uint32_t);
	struct fib *fib = (void *)(root + root_bytes);

	memset(root, 0, root_bytes);
	memset(fib, 0, sizeof(*fib));
	fib->base = memory;
	fib->root[0] = (void *)root;
	fib->root[1] = fib->root[0] + FIB_SLOTS4;
	fib->level = fib_level_detect();
	fib_memory_init(fib, fixed_granules(), size / FIB_GRANULE);
	return fib;
}

struct fib *
fib_create(void *memory, size_t size)
{
	struct fib *fib;

	if (memory == NULL || size < fib_memory(0, 0))
		return NULL;
	fib = header_init(memory, size);
	leaves_init(fib);
	for (uint32_t i = 0; i < 2; i++)
		fib->top[i] = fib_block_create(fib);
	return fib;
}

static uint32_t
family_of(const struct ip_prefix *prefix)
{
	return prefix->addr.family == IP6;
}

/* The depth of the block that holds prefixes of this length, not 0. */
static uint32_t
block_depth(uint32_t len)
{
	return (len - 1) / FIB_STRIDE * FIB_STRIDE;
}

static struct fib_block *
spot_last(const struct fib *fib, const struct fib_spot *s)
{
	return fib_block_at(fib, s->block[s->count - 1]);
}

/* Goes down as far as there are blocks. True when that is all the way. */
static bool
spot_find(
    const struct fib *fib, const struct ip_prefix *prefix, struct fib_spot *s)
{
	uint32_t goal = block_depth(prefix->len);

	s->family = family_of(prefix);
	s->key = fib_key(&prefix->addr);
	s->depth = 0;
	s->count = 1;
	s->block[0] = fib->top[s->family];
	s->cover[0] = (struct fib_cover){ 0 };
	while (s->depth < goal) {
		const struct fib_block *b = spot_last(fib, s);
		uint32_t cell = fib_cell(&s->key, s->depth);
		uint32_t kid = fib_kid(fib, b, cell);
		uint32_t code = fib_rule_match(b, cell);

		s->cover[s->count] = s->cover[s->count - 1];
		if (code != 0)
			s->cover[s->count] =
			    (struct fib_cover){ s->block[s->count - 1], code };
		if (kid == 0)
			return false;
		s->block[s->count++] = kid;
		s->depth += FIB_STRIDE;
	}
	return true;
}

/* Makes the blocks that are missing. False when memory is out. */
static bool
spot_create(struct fib *fib, struct fib_spot *s, uint32_t len)
{
	uint32_t goal = block_depth(len);

	while (s->depth < goal) {
		uint32_t cell = fib_cell(&s->key, s->depth);
		uint32_t kid = fib_kid_create(fib, spot_last(fib, s), cell);

		if (kid == 0)
			return false;
		fib_block_at(fib, kid)->image = fib_leaf(
		    fib_inherited(fib, s, s->count));
		s->block[s->count++] = kid;
		s->cover[s->count] = s->cover[s->count - 1];
		s->depth += FIB_STRIDE;
	}
	return true;
}

/* Removes the blocks that hold nothing, from the last one up. */
static void
spot_prune(struct fib *fib, struct fib_spot *s)
{
	while (s->count > 1) {
		const struct fib_block *b = spot_last(fib, s);

		if ((b->rule[0] | b->rule[1] | b->kid) != 0)
			return;
		s->count--;
		s->depth -= FIB_STRIDE;
		fib_kid_remove(
		    fib, spot_last(fib, s), fib_cell(&s->key, s->depth));
	}
}

/* Puts back what was there, for which the memory is still there. */
static void
rule_restore(struct fib *fib, struct fib_block *b, uint32_t code, uint32_t old)
{
	if (old == FIB_MISS)
		fib_rule_remove(fib, b, code);
	else
		fib_rule_set(fib, b, code, old);
}

/* The default route, for which a store is all. */
static void
default_set(struct fib *fib, uint32_t family, uint32_t nexthop)
{
	bool was = fib_fallback(fib, family) != FIB_MISS;

	atomic_store_explicit(
	    &fib->fallback[family], (uint16_t)nexthop, memory_order_release);
	fib->prefixes[family] += (nexthop != FIB_MISS) - was;
}

bool
fib_set(struct fib *fib, const struct ip_prefix *prefix, uint32_t nexthop)
{
	uint32_t code, old = FIB_MISS;
	struct fib_block *b;
	struct fib_spot s;
	bool done;

	if (prefix->len == 0) {
		default_set(fib, family_of(prefix), nexthop);
		return true;
	}
	done = spot_find(fib, prefix, &s) || spot_create(fib, &s, prefix->len);
	if (done) {
		b = spot_last(fib, &s);
		code = fib_rule_code(&s.key, s.depth, prefix->len);
		old = fib_rule_get(fib, b, code);
		done = old == nexthop || fib_rule_set(fib, b, code, nexthop);
		if (done && old != nexthop && !fib->loading) {
			done = fib_repaint(
			    fib, &s, fib_rule_cells(b, code), nexthop);
			if (!done)
				rule_restore(fib, b, code, old);
		}
	}
	if (!done)
		spot_prune(fib, &s);
	else
		fib->prefixes[s.family] += old == FIB_MISS;
	return done;
}

/* The next hop of what covers a prefix of the last block. */
static uint32_t
covering(const struct fib *fib, const struct fib_spot *s, uint32_t code)
{
	const struct fib_block *b = spot_last(fib, s);

	while (code >>= 1)
		if (fib_rule_get(fib, b, code) != FIB_MISS)
			return fib_rule_get(fib, b, code);
	return fib_inherited(fib, s, s->count - 1);
}

bool
fib_clear(struct fib *fib, const struct ip_prefix *prefix)
{
	struct fib_block *b;
	struct fib_spot s;
	uint32_t code;
	bool done;

	if (prefix->len == 0)
		default_set(fib, family_of(prefix), FIB_MISS);
	if (prefix->len == 0 || !spot_find(fib, prefix, &s))
		return true;
	b = spot_last(fib, &s);
	code = fib_rule_code(&s.key, s.depth, prefix->len);
	if (fib_rule_get(fib, b, code) == FIB_MISS)
		return true;
	fib_reserve(fib, false);
	done = fib->loading || fib_repaint(fib, &s, fib_rule_cells(b, code),
				   covering(fib, &s, code));
	fib_reserve(fib, true);
	if (!done)
		return false;
	fib_rule_remove(fib, b, code);
	spot_prune(fib, &s);
	fib->prefixes[s.family]--;
	return true;
}

uint32_t
fib_get(const struct fib *fib, const struct ip_prefix *prefix)
{
	struct fib_spot s;

	if (prefix->len == 0)
		return fib_fallback(fib, family_of(prefix));
	if (!spot_find(fib, prefix, &s))
		return FIB_MISS;
	return fib_rule_get(fib, spot_last(fib, &s),
	    fib_rule_code(&s.key, s.depth, prefix->len));
}

/* On the way down to a prefix's block. */
struct walk {
	struct fib_key6 key;
	uint32_t goal;
	uint32_t ref;
	const uint32_t *slot;
};

/* Where the ref of the block below stands; NULL: there is none. */
static const uint32_t *
walk_slot(const struct fib *fib, const struct walk *w, uint32_t depth)
{
	if (depth >= w->goal)
		return NULL;
	return fib_kid_slot(
	    fib, fib_block_at(fib, w->ref), fib_cell(&w->key, depth));
}

static void
prefetch(const struct fib *fib, uint32_t ref, size_t bytes)
{
	const uint8_t *at = fib_at(fib, ref);

	for (size_t i = 0; i < bytes; i += CACHE_LINE)
		__builtin_prefetch(at + i);
	__builtin_prefetch(at + bytes - 1);
}

void
fib_prefetch(const struct fib *fib, const struct ip_prefix *prefix, uint32_t n)
{
	struct walk walk[FIB_PREFETCH];
	uint32_t i, depth, more = 1;

	for (i = 0; i < n; i++)
		walk[i] = (struct walk){ .key = fib_key(&prefix[i].addr),
			.goal = prefix[i].len ? block_depth(prefix[i].len) : 0,
			.ref = fib->top[family_of(&prefix[i])] };
	for (depth = 0; more; depth += FIB_STRIDE) {
		for (i = 0; i < n; i++) {
			walk[i].slot = walk_slot(fib, &walk[i], depth);
			__builtin_prefetch(walk[i].slot);
		}
		for (i = 0, more = 0; i < n; i++) {
			if (walk[i].slot == NULL) {
				walk[i].goal = 0;
				continue;
			}
			walk[i].ref = *walk[i].slot;
			prefetch(fib, walk[i].ref, sizeof(struct fib_block));
			more = 1;
		}
	}
	for (i = 0; i < n; i++) {
		const struct fib_block *b = fib_block_at(fib, walk[i].ref);

		prefetch(fib, b->rules, RULES_BYTES);
		prefetch(fib, b->image, IMAGE_BYTES);
	}
}

void
fib_load_begin(struct fib *fib)
{
	fib->loading = true;
}

bool
fib_load_end(struct fib *fib)
{
	fib->loading = false;
	return fib_repaint_all(fib, 0) && fib_repaint_all(fib, 1);
}

void
fib_usage(const struct fib *fib, struct fib_usage *out)
{
	size_t spent,
	    lookup = fib->lookup_granules[0] + fib->lookup_granules[1];
	size_t waiting = fib->limbo.granules + fib->parked.granules;
	size_t leaves = FIB_LEAVES * FIB_GRANULE;

	spent = fib->used - fixed_granules() - fib->free_granules;
	*out = (struct fib_usage){
		.prefixes = { fib->prefixes[0], fib->prefixes[1] },
		.size = (size_t)fib->end * FIB_GRANULE,
		.lookup = { leaves + FIB_SLOTS4 * sizeof(uint32_t) +
				fib->lookup_granules[0] * FIB_GRANULE,
		    FIB_SLOTS6 * sizeof(uint32_t) +
			fib->lookup_granules[1] * FIB_GRANULE },
		.parked = waiting * FIB_GRANULE,
		.control = (spent - lookup - waiting) * FIB_GRANULE,
		.free = (fib->end - fib->used + fib->free_granules) *
		        FIB_GRANULE,
	};
}
