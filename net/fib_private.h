/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the FIB is made of. For net/fib*.c alone.
 *
 * All memory is one region. A ref is a place in it, in granules of 8 bytes.
 *
 * What lookups read: for each family a root, an array of refs indexed by the
 * first bits of an address, and below it nodes of 64 cells, 6 bits each. A
 * node is a bitmap and the values of its runs of equal cells:
 *
 *   bit k of the bitmap: cell k is the last of its run
 *   values, from the last run to the first
 *
 * so that the value of a cell is found by one shift and one population count.
 * A ref below FIB_LEAVES stands for a next hop, and is at the same time a
 * node: all cells of it lead to itself. A lookup thus takes the same steps for
 * every address, without a branch. Values are refs of 4 bytes; in narrow
 * nodes, right below the root of IPv4, they are 2 bytes: a leaf's ref, or an
 * odd number that says where in the node a ref of 4 bytes stands.
 *
 * What changes read besides (struct fib_block): a trie of the prefixes, 6 bits
 * a step, from the first bit on. Each block knows the node that it is painted
 * as, its image.
 */
#ifndef NET_FIB_PRIVATE_H
#define NET_FIB_PRIVATE_H

#include <stdatomic.h>

#include "net/fate.h"
#include "net/fib.h"

enum {
	FIB_STRIDE = 6, /* bits of a step */
	FIB_CELLS = 1 << FIB_STRIDE,
	FIB_GRANULE = 8,
	FIB_LEAVES = 2 * (FIB_NEXTHOP_MAX + 1),
	FIB_PATH = 128 / FIB_STRIDE + 1, /* blocks from top to bottom */
	FIB_STEPS6 = 4,     /* below the root that all IPv6 addresses take */
	FIB_CLASS_MAX = 64, /* granules of one allocation */
};

#define FIB_NO_REF UINT32_MAX

/*
 * IPv4's root is indexed by 18 bits. Of IPv6, 2000::/4, where the Internet is,
 * is indexed by 24 bits, and everything else by 12.
 */
enum {
	FIB_DEPTH4 = 18,
	FIB_DEPTH6 = 24,
	FIB_DEPTH6_SPARSE = 12,
	FIB_SLOTS4 = 1 << FIB_DEPTH4,
	FIB_SLOTS6_SPARSE = 1 << FIB_DEPTH6_SPARSE,
	FIB_SLOTS6 = FIB_SLOTS6_SPARSE + (1 << (FIB_DEPTH6 - 4)),
	FIB_DENSE6 = 2, /* the first four bits of 2000::/4 */
};

/*
 * The prefixes of one block of addresses: those that are 1 to 6 bits longer
 * than the block. Prefix k bits longer has the code 1 << k, plus those bits:
 * from 2 to 127, so that the longest match among them comes last.
 */
struct fib_block {
	uint64_t rule[2]; /* the codes that are there */
	uint64_t kid;     /* the cells that have blocks of their own */
	uint32_t rules;   /* ref of uint16_t next hops, in order of code */
	uint32_t kids;    /* ref of uint32_t refs, in order of cell */
	uint32_t image;   /* ref of what it is painted as */
	uint32_t fresh;   /* while a change is prepared: what it will be */
};
_Static_assert(sizeof(struct fib_block) % FIB_GRANULE == 0, "granules");

/* What was unlinked and waits, in batches. */
struct fib_list {
	uint32_t first; /* ref of a struct fib_batch; 0: none */
	uint32_t fill;  /* the one that is being filled */
	uint32_t last;
	uint32_t count; /* entries in all */
	uint32_t room;  /* entries that can be added */
	size_t granules;
};

enum { FIB_BATCH = 24 };

struct fib_batch {
	uint32_t next; /* 0: none */
	uint32_t count;
	uint32_t ref[FIB_BATCH];
	uint8_t granules[FIB_BATCH];
};
_Static_assert(sizeof(struct fib_batch) <= FIB_CLASS_MAX * FIB_GRANULE &&
		   sizeof(struct fib_batch) % FIB_GRANULE == 0,
    "one allocation");

struct fib {
	_Atomic uint32_t *root[2];    /* IPv4, IPv6 */
	const uint8_t *base;          /* of the region; ref 0 is there */
	uint32_t level;               /* of the processor: enum fib_level */
	_Atomic uint16_t fallback[2]; /* next hops of the default routes */
	/* The rest is for changes alone, in lines that readers do not load. */
	_Alignas(64) uint32_t top[2]; /* blocks of all addresses */
	bool loading;
	uint32_t prefixes[2];
	uint32_t used;                    /* granules from the front */
	uint32_t end;                     /* granules in all */
	uint32_t reserve;                 /* of them, not to be used now */
	uint32_t crumbs;                  /* that are free */
	uint32_t freed;                   /* of them, since they were joined */
	uint32_t free[FIB_CLASS_MAX + 1]; /* refs by size, linked */
	size_t free_granules;
	size_t lookup_granules[2];
	uint32_t promised;     /* entries that a change will retire */
	struct fib_list limbo; /* unlinked since the last fib_park() */
	struct fib_list parked;
	struct fib_batch batch[2]; /* the first of each */
};

/* The lookups that there are. */
enum fib_level {
	FIB_BASELINE, /* any x86-64 */
	FIB_POPCNT,   /* with POPCNT, BMI1 and BMI2: what has AVX2 has them */
	FIB_AVX512,   /* with F, DQ, BW, VL and VPOPCNTDQ */
};

static inline void *
fib_at(const struct fib *fib, uint32_t ref)
{
	return (void *)(uintptr_t)(fib->base + (size_t)ref * FIB_GRANULE);
}

static inline struct fib_block *
fib_block_at(const struct fib *fib, uint32_t ref)
{
	return fib_at(fib, ref);
}

/* The ref that stands for a next hop. */
static inline uint32_t
fib_leaf(uint32_t nexthop)
{
	return 2 * nexthop;
}

static inline uint32_t
fib_leaf_nexthop(uint32_t ref)
{
	return ref / 2;
}

/* How many bits are set, for a processor that cannot count them: changes are
 * compiled for all of them. */
static inline uint32_t
fib_count(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555;
	bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (uint32_t)(bits * 0x0101010101010101 >> 56);
}

static inline uint32_t
fib_granules(size_t bytes)
{
	return (uint32_t)((bytes + FIB_GRANULE - 1) / FIB_GRANULE);
}

/* A key has the first bit highest; an IPv4 address fills the upper half. */
static inline struct fib_key6
fib_key(const struct ip_addr *a)
{
	if (a->family == IP6)
		return fib_key6_load(a->byte);
	return (struct fib_key6){ (uint64_t)be32_load(a->byte) << 32, 0 };
}

/* The 6 bits of a key from `depth` on; beyond the last bit are zeros. */
static inline uint32_t
fib_cell(const struct fib_key6 *key, uint32_t depth)
{
	uint64_t word = key->high;

	if (depth >= 64)
		word = key->low << (depth - 64);
	else if (depth > 0)
		word = word << depth | key->low >> (64 - depth);
	return (uint32_t)(word >> (64 - FIB_STRIDE));
}

/*
 * The next hop of a leaf. Default routes are not painted: so one store changes
 * them, where else all that nothing longer covers would have to be.
 */
static inline uint16_t
fib_answer(uint32_t leaf, uint16_t fallback)
{
	return leaf == 0 ? fallback : (uint16_t)fib_leaf_nexthop(leaf);
}

static inline uint16_t
fib_fallback(const struct fib *fib, uint32_t family)
{
	return atomic_load_explicit(
	    &fib->fallback[family], memory_order_relaxed);
}

/* How many bits the root takes of such an address. */
static inline uint32_t
fib_root_depth(uint32_t family, const struct fib_key6 *key)
{
	if (family == 0)
		return FIB_DEPTH4;
	return key->high >> 60 == FIB_DENSE6 ? FIB_DEPTH6 : FIB_DEPTH6_SPARSE;
}

static inline uint32_t
fib_root_slot(uint32_t family, const struct fib_key6 *key)
{
	if (family == 0)
		return (uint32_t)(key->high >> (64 - FIB_DEPTH4));
	if (key->high >> 60 != FIB_DENSE6)
		return (uint32_t)(key->high >> (64 - FIB_DEPTH6_SPARSE));
	return FIB_SLOTS6_SPARSE +
	       (uint32_t)(key->high << 4 >> (68 - FIB_DEPTH6));
}

/* fib_memory.c: 0 when memory is out. What is freed can be used again at once,
 * what is retired only when it has been parked and reclaimed. */
void fib_memory_init(struct fib *fib, uint32_t first, size_t end);
uint32_t fib_alloc(struct fib *fib, uint32_t granules);
/* Whether some memory is kept back. */
void fib_reserve(struct fib *fib, bool keep);
void fib_free(struct fib *fib, uint32_t ref, uint32_t granules);
/* Makes sure that so many can be retired. */
bool fib_retire_room(struct fib *fib, uint32_t count);
void fib_retire(struct fib *fib, uint32_t ref, uint32_t granules);

/* fib_block.c */
uint32_t fib_block_create(struct fib *fib);
/* The code of a prefix of `len` bits in the block at `depth`. */
uint32_t fib_rule_code(
    const struct fib_key6 *key, uint32_t depth, uint32_t len);
uint32_t fib_rule_get(
    const struct fib *fib, const struct fib_block *b, uint32_t code);
/* Adds or changes it. False when memory is out: nothing has changed then. */
bool fib_rule_set(
    struct fib *fib, struct fib_block *b, uint32_t code, uint32_t nexthop);
/* Takes one out that is there. */
void fib_rule_remove(struct fib *fib, struct fib_block *b, uint32_t code);
/* The code of the longest prefix of the block that covers a cell; 0: none. */
uint32_t fib_rule_match(const struct fib_block *b, uint32_t cell);
/* The cells whose longest match is, or would be, that of the code. */
uint64_t fib_rule_cells(const struct fib_block *b, uint32_t code);
/* The cells that no prefix of the block covers. */
uint64_t fib_block_open(const struct fib_block *b);
/* The next hop of each cell, as far as this block knows. */
void fib_block_paint(const struct fib *fib, const struct fib_block *b,
    uint32_t inherited, uint16_t cell[FIB_CELLS]);
/* Where the block of a cell stands; NULL: there is none. */
const uint32_t *fib_kid_slot(
    const struct fib *fib, const struct fib_block *b, uint32_t cell);
/* The block of a cell; 0: none. */
uint32_t fib_kid(
    const struct fib *fib, const struct fib_block *b, uint32_t cell);
/* Makes it. 0 when memory is out. */
uint32_t fib_kid_create(struct fib *fib, struct fib_block *b, uint32_t cell);
/* Removes it: it has neither prefixes nor blocks below. */
void fib_kid_remove(struct fib *fib, struct fib_block *b, uint32_t cell);

/* fib_image.c */
/*
 * What cells show: those of the block's prefixes and blocks below, but for
 * those in `set`, which show `nexthop`. Where only the cells of `patch` change,
 * which have all shown the same until now, they show `ref`, and nothing else of
 * the block needs to be read.
 */
struct fib_paint {
	uint32_t inherited;
	uint32_t nexthop;
	uint64_t set;
	uint64_t patch; /* 0: there is none */
	uint32_t ref;
};
/* What cells of blocks above show of this one. */
uint32_t fib_image_shown(const struct fib_block *b);
/*
 * Makes `b->fresh`; where blocks below have a fresh image, of that. It may be
 * the image of before: fib_image_commit() then changes it in place. False when
 * memory is out.
 */
bool fib_image_prepare(struct fib *fib, uint32_t family, uint32_t depth,
    struct fib_block *b, const struct fib_paint *paint);
/* Fresh becomes the image, after it has done so in all blocks below. True when
 * that is another one, which the caller has to link. */
bool fib_image_commit(struct fib *fib, uint32_t family, uint32_t depth,
    struct fib_block *b, const struct fib_paint *paint);
void fib_image_abandon(
    struct fib *fib, uint32_t family, uint32_t depth, struct fib_block *b);

/* fib_change.c */
/* The prefix of a block that covers something; code 0: there is none. */
struct fib_cover {
	uint32_t block;
	uint32_t code;
};

/* The blocks from the top down to that of a prefix. */
struct fib_spot {
	uint32_t family; /* 0: IPv4, 1: IPv6 */
	struct fib_key6 key;
	uint32_t depth; /* of the last block: FIB_STRIDE * (count - 1) */
	uint32_t count;
	uint32_t block[FIB_PATH];
	/* What covers each of them, and what is below. */
	struct fib_cover cover[FIB_PATH + 1];
};
/* The next hop that block i of the spot inherits. */
uint32_t fib_inherited(
    const struct fib *fib, const struct fib_spot *spot, uint32_t i);
/*
 * The cells `set` of the last block lead to `nexthop` now. False when memory is
 * out: no lookup has changed then.
 */
bool fib_repaint(struct fib *fib, const struct fib_spot *spot, uint64_t set,
    uint32_t nexthop);
/* Paints everything. */
bool fib_repaint_all(struct fib *fib, uint32_t family);

/* fib_level.c: the best that this processor can run. */
enum fib_level fib_level_detect(void);

/* fib_lookup.c */
/* What the steps that all addresses take have not finished. */
void fib_finish4(const struct fib *fib, const uint32_t *dst,
    const uint32_t *ref, uint16_t *nexthop, uint32_t n);
void fib_finish6(const struct fib *fib, const struct fib_key6 *dst,
    const uint32_t *ref, uint16_t *nexthop, uint32_t n);

/* fib_lookup_avx512.c: as many of `n` as are whole bursts; returns how many. */
uint32_t fib_lookup4_avx512(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n);
uint32_t fib_lookup6_avx512(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n);

/*
 * Nodes are read while core 0 writes them: each load and store of a word is
 * atomic, and a ref is stored after what it leads to.
 */
static inline uint64_t
fib_ends(const uint8_t *base, uint32_t ref)
{
	return __atomic_load_n(
	    (const uint64_t *)(const void *)base + ref, __ATOMIC_RELAXED);
}

/* One step of a lookup, in a node with values of 4 bytes. */
ALWAYS_INLINE uint32_t
fib_step(const uint8_t *base, uint32_t ref, uint64_t cell)
{
	uint64_t run = (uint64_t)__builtin_popcountll(
	    fib_ends(base, ref) >> (cell & (FIB_CELLS - 1)));
	const uint32_t *value = (const void *)(base + 4);

	return __atomic_load_n(
	    &value[(uint64_t)ref * 2 + run], __ATOMIC_ACQUIRE);
}

/* The same with values of 2 bytes. An odd one is no leaf: fib_narrow_ref(). */
ALWAYS_INLINE uint16_t
fib_step_narrow(const uint8_t *base, uint32_t ref, uint64_t cell)
{
	uint64_t run = (uint64_t)__builtin_popcountll(
	    fib_ends(base, ref) >> (cell & (FIB_CELLS - 1)));
	const uint16_t *value = (const void *)(base + 6);

	return __atomic_load_n(
	    &value[(uint64_t)ref * 4 + run], __ATOMIC_RELAXED);
}

static inline uint32_t
fib_narrow_ref(const uint8_t *base, uint32_t ref, uint16_t value)
{
	const uint32_t *word = (const void *)base;

	if (!(value & 1))
		return value;
	return __atomic_load_n(
	    &word[(uint64_t)ref * 2 + value / 2], __ATOMIC_ACQUIRE);
}

#endif
