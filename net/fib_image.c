/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a block of the trie to the node that lookups read.
 *
 * A node that differs from the old one in values alone is changed in place, one
 * store a value; else it is made anew, and the old one retired.
 */
#include <emmintrin.h>

#include "net/fib_private.h"

/* A node on its way. */
struct draft {
	uint64_t ends;
	uint32_t runs;
	uint32_t deep;             /* runs that are not leaves */
	uint32_t value[FIB_CELLS]; /* of the runs, the last one first */
};

/* Nodes right below IPv4's root, which are most of the table. */
static bool
is_narrow(uint32_t family, uint32_t depth)
{
	return family == 0 && depth == FIB_DEPTH4;
}

uint32_t
fib_image_shown(const struct fib_block *b)
{
	return b->fresh != FIB_NO_REF ? b->fresh : b->image;
}

static void
paint_cells(const struct fib *fib, const struct fib_block *b,
    const struct fib_paint *paint, uint32_t cell[FIB_CELLS])
{
	const uint32_t *kid = fib_at(fib, b->kids);
	uint16_t nexthop[FIB_CELLS];
	uint64_t rest;
	uint32_t i;

	fib_block_paint(fib, b, paint->inherited, nexthop);
	for (i = 0; i < FIB_CELLS; i++)
		cell[i] = fib_leaf(nexthop[i]);
	for (rest = paint->set; rest != 0; rest &= rest - 1)
		cell[__builtin_ctzll(rest)] = fib_leaf(paint->nexthop);
	for (rest = b->kid; rest != 0; rest &= rest - 1)
		cell[__builtin_ctzll(rest)] = fib_image_shown(
		    fib_block_at(fib, *kid++));
}

/* The cells that differ from the next one, and the last. SSE2 is everywhere. */
static uint64_t
run_ends(const uint32_t cell[FIB_CELLS + 4])
{
	uint64_t same = 0;

	for (uint32_t i = 0; i < FIB_CELLS; i += 4) {
		__m128i a = _mm_loadu_si128((const __m128i_u *)&cell[i]);
		__m128i b = _mm_loadu_si128((const __m128i_u *)&cell[i + 1]);
		int mask = _mm_movemask_ps(
		    _mm_castsi128_ps(_mm_cmpeq_epi32(a, b)));

		same |= (uint64_t)mask << i;
	}
	return ~same | 1ull << (FIB_CELLS - 1);
}

static void
draft_make(const struct fib *fib, const struct fib_block *b,
    const struct fib_paint *paint, struct draft *d)
{
	uint32_t cell[FIB_CELLS + 4] = { 0 };
	uint64_t rest;
	uint32_t i;

	paint_cells(fib, b, paint, cell);
	d->ends = run_ends(cell);
	d->deep = 0;
	for (rest = d->ends, i = 0; rest != 0; i++) {
		uint32_t at = 63 - (uint32_t)__builtin_clzll(rest);

		d->value[i] = cell[at];
		d->deep += cell[at] >= FIB_LEAVES;
		rest &= ~(1ull << at);
	}
	d->runs = i;
}

static uint16_t *
narrow_values(const struct fib *fib, uint32_t ref)
{
	return (uint16_t *)fib_at(fib, ref) + 4;
}

/* Where the refs of 4 bytes of a narrow node begin, in units of 4 bytes. */
static uint32_t
narrow_refs(uint32_t runs)
{
	return 2 + (runs + 1) / 2;
}

/* What an old node shows in its run n, from the last one on. */
static uint32_t
old_value(const struct fib *fib, bool narrow, uint32_t ref, uint32_t n)
{
	const uint32_t *word = fib_at(fib, ref);

	if (narrow)
		return fib_narrow_ref(
		    fib->base, ref, narrow_values(fib, ref)[n]);
	return word[2 + n];
}

/* The run of a cell. */
static uint32_t
run_of(uint64_t ends, uint32_t cell)
{
	return fib_count(ends >> cell) - 1;
}

/* The ends of runs in an old node when it is patched: they can only come and go
 * between a cell of the patch and another one. */
static uint64_t
patched_ends(const struct fib *fib, bool narrow, uint32_t ref,
    const struct fib_paint *paint)
{
	uint64_t old = fib_ends(fib->base, ref), ends = old, rest;
	uint64_t edges = (paint->patch ^ paint->patch >> 1) & ~0ull >> 1;

	for (rest = edges; rest != 0; rest &= rest - 1) {
		uint32_t cell = (uint32_t)__builtin_ctzll(rest);
		uint32_t other = cell + (paint->patch >> cell & 1);

		ends |= 1ull << cell;
		if (old_value(fib, narrow, ref, run_of(old, other)) ==
		    paint->ref)
			ends ^= 1ull << cell;
	}
	return ends;
}

/* The draft of a node that is patched. */
static void
draft_patch(const struct fib *fib, bool narrow, uint32_t ref,
    const struct fib_paint *paint, struct draft *d)
{
	uint64_t old = fib_ends(fib->base, ref), rest;
	uint32_t runs = 0, at, value;

	d->ends = patched_ends(fib, narrow, ref, paint);
	d->runs = d->deep = 0;
	for (rest = old | d->ends; rest != 0; rest ^= 1ull << at) {
		at = 63 - (uint32_t)__builtin_clzll(rest);
		runs += old >> at & 1;
		if (!(d->ends >> at & 1))
			continue;
		value = paint->ref;
		if (!(paint->patch >> at & 1))
			value = old_value(fib, narrow, ref, runs - 1);
		d->value[d->runs++] = value;
		d->deep += value >= FIB_LEAVES;
	}
}

/* True when it can be patched in place. */
static bool
patch_fits(const struct fib *fib, bool narrow, uint32_t ref,
    const struct fib_paint *paint)
{
	uint64_t ends = fib_ends(fib->base, ref);
	uint32_t cell = (uint32_t)__builtin_ctzll(paint->patch);
	uint32_t run = run_of(ends, cell);

	if (ref < FIB_LEAVES || patched_ends(fib, narrow, ref, paint) != ends)
		return false;
	return !narrow ||
	       (narrow_values(fib, ref)[run] & 1) == (paint->ref >= FIB_LEAVES);
}

static uint32_t
node_granules(bool narrow, uint32_t runs, uint32_t deep)
{
	if (narrow)
		return fib_granules(4 * (size_t)(narrow_refs(runs) + deep));
	return fib_granules(8 + 4 * (size_t)runs);
}

static uint32_t
old_granules(const struct fib *fib, bool narrow, uint32_t ref)
{
	uint32_t runs = fib_count(fib_ends(fib->base, ref));
	uint32_t deep = 0, i;

	for (i = 0; narrow && i < runs; i++)
		deep += narrow_values(fib, ref)[i] & 1;
	return node_granules(narrow, runs, deep);
}

/* True when the old node can become the draft by changing values. */
static bool
fits(const struct fib *fib, bool narrow, uint32_t ref, const struct draft *d)
{
	uint32_t i;

	if (ref < FIB_LEAVES || fib_ends(fib->base, ref) != d->ends)
		return false;
	for (i = 0; narrow && i < d->runs; i++)
		if ((narrow_values(fib, ref)[i] & 1) !=
		    (d->value[i] >= FIB_LEAVES))
			return false;
	return true;
}

static void
store32(uint32_t *at, uint32_t value)
{
	if (__atomic_load_n(at, __ATOMIC_RELAXED) != value)
		__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static void
store16(uint16_t *at, uint16_t value)
{
	if (__atomic_load_n(at, __ATOMIC_RELAXED) != value)
		__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

/*
 * Writes the values of a node. Readers may be there: one store a value, and
 * none that changes nothing, for it would take the line from their caches.
 */
static void
write_values(
    const struct fib *fib, bool narrow, uint32_t ref, const struct draft *d)
{
	uint32_t *word = fib_at(fib, ref);
	uint32_t deep = narrow_refs(d->runs), i;

	for (i = 0; i < d->runs; i++) {
		uint32_t value = d->value[i];

		if (!narrow) {
			store32(&word[2 + i], value);
		} else if (value < FIB_LEAVES) {
			store16(&narrow_values(fib, ref)[i], (uint16_t)value);
		} else {
			store32(&word[deep], value);
			store16(&narrow_values(fib, ref)[i],
			    (uint16_t)(2 * deep++ + 1));
		}
	}
}

/* Likewise the runs of a patch, which fits. */
static void
write_patch(const struct fib *fib, bool narrow, uint32_t ref,
    const struct fib_paint *paint)
{
	uint64_t ends = fib_ends(fib->base, ref), rest;
	uint32_t *word = fib_at(fib, ref);

	for (rest = ends & paint->patch; rest != 0; rest &= rest - 1) {
		uint32_t run = run_of(ends, (uint32_t)__builtin_ctzll(rest));
		uint16_t *value = &narrow_values(fib, ref)[run];

		if (!narrow)
			store32(&word[2 + run], paint->ref);
		else if (paint->ref < FIB_LEAVES)
			store16(value, (uint16_t)paint->ref);
		else
			store32(&word[*value / 2], paint->ref);
	}
}

static bool
is_uniform(const struct draft *d)
{
	return d->runs == 1 && d->deep == 0;
}

/* True when the old image will do; or else what the new one is to be. */
static bool
plan(const struct fib *fib, bool narrow, const struct fib_block *b,
    const struct fib_paint *paint, struct draft *d)
{
	if (paint->patch == 0) {
		draft_make(fib, b, paint, d);
		return fits(fib, narrow, b->image, d);
	}
	if (patch_fits(fib, narrow, b->image, paint))
		return true;
	draft_patch(fib, narrow, b->image, paint, d);
	return false;
}

bool
fib_image_prepare(struct fib *fib, uint32_t family, uint32_t depth,
    struct fib_block *b, const struct fib_paint *paint)
{
	bool narrow = is_narrow(family, depth);
	uint32_t retires = b->image >= FIB_LEAVES;
	struct draft d;
	uint32_t ref;

	if (plan(fib, narrow, b, paint, &d)) {
		b->fresh = b->image;
		return true;
	}
	if (!fib_retire_room(fib, fib->promised + retires))
		return false;
	if (is_uniform(&d)) {
		b->fresh = d.value[0];
	} else {
		ref = fib_alloc(fib, node_granules(narrow, d.runs, d.deep));
		if (ref == 0)
			return false;
		__atomic_store_n(
		    (uint64_t *)fib_at(fib, ref), d.ends, __ATOMIC_RELAXED);
		write_values(fib, narrow, ref, &d);
		b->fresh = ref;
	}
	fib->promised += retires;
	return true;
}

static void
write_in_place(const struct fib *fib, bool narrow, const struct fib_block *b,
    const struct fib_paint *paint)
{
	struct draft d;

	if (b->image < FIB_LEAVES)
		return;
	if (paint->patch != 0) {
		write_patch(fib, narrow, b->image, paint);
		return;
	}
	draft_make(fib, b, paint, &d);
	write_values(fib, narrow, b->image, &d);
}

bool
fib_image_commit(struct fib *fib, uint32_t family, uint32_t depth,
    struct fib_block *b, const struct fib_paint *paint)
{
	bool narrow = is_narrow(family, depth);
	uint32_t old = b->image;
	uint32_t granules;

	if (b->fresh == old) {
		write_in_place(fib, narrow, b, paint);
		b->fresh = FIB_NO_REF;
		return false;
	}
	if (old >= FIB_LEAVES) {
		granules = old_granules(fib, narrow, old);
		fib_retire(fib, old, granules);
		fib->lookup_granules[family] -= granules;
	}
	if (b->fresh >= FIB_LEAVES)
		fib->lookup_granules[family] += old_granules(
		    fib, narrow, b->fresh);
	b->image = b->fresh;
	b->fresh = FIB_NO_REF;
	return true;
}

void
fib_image_abandon(
    struct fib *fib, uint32_t family, uint32_t depth, struct fib_block *b)
{
	bool narrow = is_narrow(family, depth);

	if (b->fresh >= FIB_LEAVES && b->fresh != FIB_NO_REF &&
	    b->fresh != b->image)
		fib_free(fib, b->fresh, old_granules(fib, narrow, b->fresh));
	b->fresh = FIB_NO_REF;
}
