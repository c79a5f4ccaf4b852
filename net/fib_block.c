/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trie of prefixes: blocks, their prefixes, and the blocks below them.
 * Both are arrays packed by rank: entry n belongs to the nth bit that is set.
 */
#include "net/fib_private.h"

enum { BLOCK_GRANULES = sizeof(struct fib_block) / FIB_GRANULE };

uint32_t
fib_block_create(struct fib *fib)
{
	uint32_t ref = fib_alloc(fib, BLOCK_GRANULES);

	if (ref != 0)
		*fib_block_at(fib, ref) = (struct fib_block){
			.fresh = FIB_NO_REF,
		};
	return ref;
}

uint32_t
fib_rule_code(const struct fib_key6 *key, uint32_t depth, uint32_t len)
{
	uint32_t bits = len - depth;

	return 1u << bits | fib_cell(key, depth) >> (FIB_STRIDE - bits);
}

static bool
has_rule(const struct fib_block *b, uint32_t code)
{
	return b->rule[code / 64] >> (code % 64) & 1;
}

/* How many codes of the block are less than this one. */
static uint32_t
rule_rank(const struct fib_block *b, uint32_t code)
{
	uint64_t below = (1ull << (code % 64)) - 1;
	uint32_t n = fib_count(b->rule[code / 64] & below);

	if (code >= 64)
		n += fib_count(b->rule[0]);
	return n;
}

static uint32_t
rule_count(const struct fib_block *b)
{
	return fib_count(b->rule[0]) + fib_count(b->rule[1]);
}

uint32_t
fib_rule_get(const struct fib *fib, const struct fib_block *b, uint32_t code)
{
	const uint16_t *nexthop = fib_at(fib, b->rules);

	return has_rule(b, code) ? nexthop[rule_rank(b, code)] : FIB_MISS;
}

/*
 * Makes the array longer, for the caller to fill. False when memory is out: it
 * is then as it was.
 */
static bool
grow(struct fib *fib, uint32_t *array, uint32_t from, uint32_t to)
{
	uint32_t ref;

	if (from == to)
		return true;
	ref = fib_alloc(fib, to);
	if (ref == 0)
		return false;
	memcpy(fib_at(fib, ref), fib_at(fib, *array), from * FIB_GRANULE);
	if (from > 0)
		fib_free(fib, *array, from);
	*array = ref;
	return true;
}

/* Gives the end of an array back: this needs no memory. */
static void
shrink(struct fib *fib, uint32_t array, uint32_t from, uint32_t to)
{
	if (from > to)
		fib_free(fib, array + to, from - to);
}

static uint32_t
rule_granules(uint32_t count)
{
	return fib_granules(count * sizeof(uint16_t));
}

bool
fib_rule_set(
    struct fib *fib, struct fib_block *b, uint32_t code, uint32_t nexthop)
{
	uint32_t count = rule_count(b), rank = rule_rank(b, code);
	uint16_t *at;

	if (!has_rule(b, code)) {
		if (!grow(fib, &b->rules, rule_granules(count),
			rule_granules(count + 1)))
			return false;
		at = (uint16_t *)fib_at(fib, b->rules) + rank;
		memmove(at + 1, at, (count - rank) * sizeof(*at));
		b->rule[code / 64] |= 1ull << (code % 64);
	}
	at = (uint16_t *)fib_at(fib, b->rules) + rank;
	*at = (uint16_t)nexthop;
	return true;
}

void
fib_rule_remove(struct fib *fib, struct fib_block *b, uint32_t code)
{
	uint32_t count = rule_count(b), rank = rule_rank(b, code);
	uint16_t *at = (uint16_t *)fib_at(fib, b->rules) + rank;

	memmove(at, at + 1, (count - rank - 1) * sizeof(*at));
	b->rule[code / 64] &= ~(1ull << (code % 64));
	shrink(fib, b->rules, rule_granules(count), rule_granules(count - 1));
}

/* The cells that a prefix of the block covers. */
static uint64_t
code_cells(uint32_t code)
{
	uint32_t bits = 31 - (uint32_t)__builtin_clz(code);
	uint32_t span = FIB_CELLS >> bits;
	uint32_t first = code * span % FIB_CELLS;

	return (span == FIB_CELLS ? ~0ull : (1ull << span) - 1) << first;
}

/* The cells that prefixes of `bits` bits and more cover. */
static uint64_t
cells_from(const struct fib_block *b, uint32_t bits)
{
	uint64_t cells = b->rule[1], rest;

	/* Their codes are 1 << bits and above. */
	if (bits > FIB_STRIDE)
		return 0;
	rest = bits == FIB_STRIDE ? 0
	                          : b->rule[0] >> (1 << bits) << (1 << bits);
	for (; rest != 0; rest &= rest - 1)
		cells |= code_cells((uint32_t)__builtin_ctzll(rest));
	return cells;
}

uint64_t
fib_rule_cells(const struct fib_block *b, uint32_t code)
{
	uint32_t bits = 31 - (uint32_t)__builtin_clz(code);

	return code_cells(code) & ~cells_from(b, bits + 1);
}

uint64_t
fib_block_open(const struct fib_block *b)
{
	return ~cells_from(b, 0);
}

/* The codes of what covers a cell, but for the cell's own. */
#define COVER(c)                                                               \
	(1ull << (2 | (c) >> 5) | 1ull << (4 | (c) >> 4) |                     \
	    1ull << (8 | (c) >> 3) | 1ull << (16 | (c) >> 2) |                 \
	    1ull << (32 | (c) >> 1))
#define COVER4(c)  COVER(c), COVER((c) + 1), COVER((c) + 2), COVER((c) + 3)
#define COVER16(c) COVER4(c), COVER4((c) + 4), COVER4((c) + 8), COVER4((c) + 12)

uint32_t
fib_rule_match(const struct fib_block *b, uint32_t cell)
{
	static const uint64_t cover[FIB_CELLS] = { COVER16(0), COVER16(16),
		COVER16(32), COVER16(48) };
	uint64_t hit = b->rule[0] & cover[cell];

	if (b->rule[1] >> cell & 1)
		return FIB_CELLS | cell;
	return hit == 0 ? 0 : 63 - (uint32_t)__builtin_clzll(hit);
}

void
fib_block_paint(const struct fib *fib, const struct fib_block *b,
    uint32_t inherited, uint16_t cell[FIB_CELLS])
{
	const uint16_t *nexthop = fib_at(fib, b->rules);
	uint64_t rest;
	uint32_t i;

	for (i = 0; i < FIB_CELLS; i++)
		cell[i] = (uint16_t)inherited;
	for (rest = b->rule[0]; rest != 0; rest &= rest - 1, nexthop++) {
		uint32_t code = (uint32_t)__builtin_ctzll(rest);
		uint32_t bits = 31 - (uint32_t)__builtin_clz(code);
		uint32_t span = FIB_CELLS >> bits;

		for (i = 0; i < span; i++)
			cell[code * span % FIB_CELLS + i] = *nexthop;
	}
	for (rest = b->rule[1]; rest != 0; rest &= rest - 1)
		cell[__builtin_ctzll(rest)] = *nexthop++;
}

static uint32_t
kid_granules(uint32_t count)
{
	return fib_granules(count * sizeof(uint32_t));
}

static uint32_t
kid_rank(const struct fib_block *b, uint32_t cell)
{
	return fib_count(b->kid & ((1ull << cell) - 1));
}

const uint32_t *
fib_kid_slot(const struct fib *fib, const struct fib_block *b, uint32_t cell)
{
	const uint32_t *kid = fib_at(fib, b->kids);

	return b->kid >> cell & 1 ? &kid[kid_rank(b, cell)] : NULL;
}

uint32_t
fib_kid(const struct fib *fib, const struct fib_block *b, uint32_t cell)
{
	const uint32_t *slot = fib_kid_slot(fib, b, cell);

	return slot != NULL ? *slot : 0;
}

uint32_t
fib_kid_create(struct fib *fib, struct fib_block *b, uint32_t cell)
{
	uint32_t count = fib_count(b->kid);
	uint32_t rank = kid_rank(b, cell), ref = fib_block_create(fib);
	uint32_t *at;

	if (ref == 0)
		return 0;
	if (!grow(
		fib, &b->kids, kid_granules(count), kid_granules(count + 1))) {
		fib_free(fib, ref, BLOCK_GRANULES);
		return 0;
	}
	at = (uint32_t *)fib_at(fib, b->kids) + rank;
	memmove(at + 1, at, (count - rank) * sizeof(*at));
	*at = ref;
	b->kid |= 1ull << cell;
	return ref;
}

void
fib_kid_remove(struct fib *fib, struct fib_block *b, uint32_t cell)
{
	uint32_t count = fib_count(b->kid);
	uint32_t rank = kid_rank(b, cell);
	uint32_t *at = (uint32_t *)fib_at(fib, b->kids) + rank;

	fib_free(fib, *at, BLOCK_GRANULES);
	memmove(at, at + 1, (count - rank - 1) * sizeof(*at));
	b->kid &= ~(1ull << cell);
	shrink(fib, b->kids, kid_granules(count), kid_granules(count - 1));
}
