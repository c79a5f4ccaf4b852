/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Carries a change of prefixes over to what lookups read.
 *
 * A change prepares the images of all blocks that it touches, from the bottom
 * up, in memory that no reader knows. Only that can fail, and is abandoned
 * then. After it the change is committed: root slots and values are stored,
 * which cannot fail. Both go the same way through the trie.
 */
#include "net/fib_private.h"

enum phase { PREPARE, COMMIT, ABANDON };

struct change {
	struct fib *fib;
	uint32_t family;
	enum phase phase;
	bool all; /* not only what inherits anew */
};

/* Where a visit is. */
struct place {
	struct fib_key6 key;
	uint32_t depth;
};

static struct place
place_below(const struct place *p, uint32_t cell)
{
	struct place below = *p;
	uint64_t bits = (uint64_t)cell << (64 - FIB_STRIDE);

	if (p->depth >= 64) {
		below.key.low |= bits >> (p->depth - 64);
	} else {
		below.key.high |= bits >> p->depth;
		if (p->depth > 64 - FIB_STRIDE)
			below.key.low |= bits << (64 - p->depth);
	}
	below.depth += FIB_STRIDE;
	return below;
}

/* Has the root show `ref` for a whole block. */
static void
root_fill(const struct change *c, const struct place *p, uint32_t ref)
{
	uint32_t depth = fib_root_depth(c->family, &p->key);
	_Atomic uint32_t *slot =
	    &c->fib->root[c->family][fib_root_slot(c->family, &p->key)];
	uint32_t i;

	for (i = 0; i < 1u << (depth - p->depth); i++)
		if (atomic_load_explicit(&slot[i], memory_order_relaxed) != ref)
			atomic_store_explicit(
			    &slot[i], ref, memory_order_release);
}

/* The image of a block itself. */
static bool
image_visit(const struct change *c, const struct place *p, struct fib_block *b,
    const struct fib_paint *paint)
{
	struct fib *fib = c->fib;

	switch (c->phase) {
	case PREPARE:
		return fib_image_prepare(fib, c->family, p->depth, b, paint);
	case ABANDON:
		fib_image_abandon(fib, c->family, p->depth, b);
		return true;
	case COMMIT:
		break;
	}
	/* What was loaded has never been shown. */
	if ((fib_image_commit(fib, c->family, p->depth, b, paint) || c->all) &&
	    p->depth == fib_root_depth(c->family, &p->key))
		root_fill(c, p, b->image);
	return true;
}

static bool visit_block(const struct change *c, const struct place *p,
    struct fib_block *b, uint32_t inherited);

/* What is below some cells of a block, which show these next hops now. */
static bool
visit_cells(const struct change *c, const struct place *p,
    const struct fib_block *b, uint64_t cells, const uint16_t *nexthop)
{
	bool above = p->depth < fib_root_depth(c->family, &p->key);

	if (!above)
		cells &= b->kid;
	for (; cells != 0; cells &= cells - 1) {
		uint32_t cell = (uint32_t)__builtin_ctzll(cells);
		struct place below = place_below(p, cell);
		uint32_t kid = fib_kid(c->fib, b, cell);

		if (kid != 0 && !visit_block(c, &below,
				    fib_block_at(c->fib, kid), nexthop[cell]))
			return false;
		if (kid == 0 && c->phase == COMMIT)
			root_fill(c, &below, fib_leaf(nexthop[cell]));
	}
	return true;
}

/* A block that inherits another next hop than before. */
static bool
visit_block(const struct change *c, const struct place *p, struct fib_block *b,
    uint32_t inherited)
{
	struct fib_paint paint = { .inherited = inherited };
	uint64_t cells = c->all ? ~0ull : fib_block_open(b);
	uint16_t nexthop[FIB_CELLS];

	fib_block_paint(c->fib, b, inherited, nexthop);
	if (!visit_cells(c, p, b, cells, nexthop))
		return false;
	if (p->depth < fib_root_depth(c->family, &p->key))
		return true;
	return image_visit(c, p, b, &paint);
}

/* The last block of a spot, and those above it as far as they must change. */
struct repaint {
	struct change change;
	const struct fib_spot *spot;
	uint64_t set;
	uint32_t nexthop;
	uint32_t first; /* of the blocks of the spot, the topmost prepared */
};

static struct place
spot_place(const struct fib_spot *spot, uint32_t i)
{
	uint32_t depth = i * FIB_STRIDE;
	struct place p = { .key = spot->key, .depth = depth };

	/* The bits before the block. */
	p.key.high &= depth == 0 ? 0 : depth >= 64 ? ~0ull : ~(~0ull >> depth);
	p.key.low &= depth <= 64 ? 0 : ~(~0ull >> (depth - 64));
	return p;
}

static bool
visit_below(const struct repaint *r)
{
	const struct fib_spot *spot = r->spot;
	uint32_t last = spot->count - 1;
	struct place p = spot_place(spot, last);
	const struct fib_block *b = fib_block_at(
	    r->change.fib, spot->block[last]);
	uint16_t nexthop[FIB_CELLS];

	if (p.depth >= fib_root_depth(spot->family, &p.key) &&
	    !(r->set & b->kid))
		return true;
	for (uint32_t i = 0; i < FIB_CELLS; i++)
		nexthop[i] = (uint16_t)r->nexthop;
	return visit_cells(&r->change, &p, b, r->set, nexthop);
}

uint32_t
fib_inherited(const struct fib *fib, const struct fib_spot *spot, uint32_t i)
{
	const struct fib_cover *cover = &spot->cover[i];

	if (cover->code == 0)
		return FIB_MISS;
	return fib_rule_get(fib, fib_block_at(fib, cover->block), cover->code);
}

/* How block i of the spot changes: by a patch where no block below it shows
 * something else, but for that of the spot. */
static struct fib_paint
spot_paint(const struct repaint *r, uint32_t i)
{
	const struct fib_spot *spot = r->spot;
	const struct fib *fib = r->change.fib;
	struct fib_paint paint = { 0 };

	if (i < spot->count - 1) {
		paint.patch = 1ull << fib_cell(&spot->key, i * FIB_STRIDE);
		paint.ref = fib_image_shown(
		    fib_block_at(fib, spot->block[i + 1]));
	} else if (!(fib_block_at(fib, spot->block[i])->kid & r->set)) {
		paint.patch = r->set;
		paint.ref = fib_leaf(r->nexthop);
	}
	if (paint.patch == 0) {
		paint.inherited = fib_inherited(fib, spot, i);
		paint.set = r->set;
		paint.nexthop = r->nexthop;
	}
	return paint;
}

/* The image of block i of the spot. */
static bool
visit_above(const struct repaint *r, uint32_t i)
{
	struct place p = spot_place(r->spot, i);
	struct fib_paint paint = spot_paint(r, i);

	return image_visit(&r->change, &p,
	    fib_block_at(r->change.fib, r->spot->block[i]), &paint);
}

static bool
prepare(struct repaint *r)
{
	const struct fib_spot *spot = r->spot;
	uint32_t top = fib_root_depth(spot->family, &spot->key) / FIB_STRIDE;

	r->first = spot->count;
	if (!visit_below(r))
		return false;
	while (r->first > top) {
		const struct fib_block *b = fib_block_at(
		    r->change.fib, spot->block[r->first - 1]);

		if (!visit_above(r, r->first - 1))
			return false;
		r->first--;
		if (b->fresh == b->image)
			break;
	}
	return true;
}

bool
fib_repaint(struct fib *fib, const struct fib_spot *spot, uint64_t set,
    uint32_t nexthop)
{
	struct repaint r = {
		.change = { .fib = fib, .family = spot->family },
		.spot = spot,
		.set = set,
		.nexthop = nexthop,
	};
	bool prepared;
	uint32_t i;

	r.change.phase = PREPARE;
	prepared = prepare(&r);
	r.change.phase = prepared ? COMMIT : ABANDON;
	visit_below(&r);
	for (i = spot->count; i > r.first; i--)
		visit_above(&r, i - 1);
	fib->promised = 0;
	return prepared;
}

bool
fib_repaint_all(struct fib *fib, uint32_t family)
{
	struct change c = { .fib = fib, .family = family, .all = true };
	struct fib_block *top = fib_block_at(fib, fib->top[family]);
	struct place p = { .depth = 0 };
	bool prepared = visit_block(&c, &p, top, FIB_MISS);

	c.phase = prepared ? COMMIT : ABANDON;
	visit_block(&c, &p, top, FIB_MISS);
	fib->promised = 0;
	return prepared;
}
