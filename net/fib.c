/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FIB as a path-compressed binary trie (fib.h).
 *
 * A key is 128 bits in host order, first bit highest; an IPv4 address is the
 * first 32 of them. So one walk, one insert and one node serve both families;
 * each family has a root.
 *
 * A node stands for a prefix: its first `len` bits. It is there because a
 * route has that prefix, or because two subtrees part after it. Child 0 and 1
 * continue with that bit; bits that all nodes below share are skipped, and
 * checked on arrival. N routes thus need at most 2N - 1 nodes of 32 bytes, and
 * no cache line is touched twice on the way down.
 *
 * Nodes come from the arena and name each other by distance from the FIB in
 * units of a node: 4 bytes where a pointer has 8. The FIB itself is at
 * distance 0, which therefore means "none".
 *
 * A burst walks in step: each packet goes one node down a round, and the node
 * that it needs next is fetched while the others take their turn.
 */
#include "net/fib.h"

#include "net/arena.h"
#include "net/packet.h"

struct key {
	uint64_t word[2];
};

struct node {
	struct key key; /* bits from len on are zero */
	uint32_t child[2];
	uint32_t nexthop; /* FIB_MISS: no route has this prefix */
	uint8_t len;
	uint8_t pad[3];
};
_Static_assert(sizeof(struct node) == 32, "two a cache line");

struct fib {
	struct arena arena;
	uint32_t root[2]; /* IPv4, IPv6 */
	uint32_t prefixes[2];
	uint8_t pad[24];
};
_Static_assert(sizeof(struct fib) % sizeof(struct node) == 0, "as nodes");

static struct node *
node_at(const struct fib *fib, uint32_t ref)
{
	return (struct node *)(uintptr_t)fib + ref;
}

static struct key
key_load4(const uint8_t *addr)
{
	return (struct key){ { (uint64_t)be32_load(addr) << 32, 0 } };
}

static struct key
key_load6(const uint8_t *addr)
{
	uint64_t word[2];

	memcpy(word, addr, sizeof(word));
	return (struct key){ { __builtin_bswap64(word[0]),
	    __builtin_bswap64(word[1]) } };
}

static struct key
key_load(const struct ip_addr *a)
{
	return a->family == IP4 ? key_load4(a->byte) : key_load6(a->byte);
}

/* Bit `at` of the key. Bit 128 is asked for only below a node without child. */
static uint32_t
key_bit(const struct key *k, uint8_t at)
{
	return k->word[(at >> 6) & 1] >> (63 - (at & 63)) & 1;
}

/* How many bits two keys have in common from the first on: 0 to 128. */
static uint8_t
key_common(const struct key *a, const struct key *b)
{
	uint64_t high = a->word[0] ^ b->word[0];
	uint64_t low = a->word[1] ^ b->word[1];

	if (high != 0)
		return (uint8_t)__builtin_clzll(high);
	if (low != 0)
		return (uint8_t)(64 + __builtin_clzll(low));
	return 128;
}

struct fib *
fib_create(void *memory, size_t size)
{
	struct fib *fib = memory;

	if (size < fib_memory(0, 0))
		return NULL;
	memset(fib, 0, sizeof(*fib));
	fib->arena = (struct arena){ memory, size, sizeof(*fib) };
	return fib;
}

size_t
fib_memory(uint32_t routes4, uint32_t routes6)
{
	size_t nodes = 2 * ((size_t)routes4 + routes6);

	return sizeof(struct fib) + nodes * sizeof(struct node);
}

/* A node for `prefix` at `n`, which is new and not yet linked. */
static uint32_t
make_leaf(const struct fib *fib, struct node *n, const struct key *key,
    uint8_t len, uint32_t nexthop)
{
	*n = (struct node){ .key = *key, .len = len, .nexthop = nexthop };
	return (uint32_t)(n - node_at(fib, 0));
}

/* `key` with the bits from `len` on cleared; len < 128. */
static struct key
key_head(const struct key *key, uint8_t len)
{
	uint64_t mask = ~(~0ull >> (len & 63));

	if (len < 64)
		return (struct key){ { key->word[0] & mask, 0 } };
	return (struct key){ { key->word[0], key->word[1] & mask } };
}

/*
 * Puts the prefix in place of the subtree `*link`, which does not cover it, and
 * that subtree below it: directly, or beside it below a new branch. All
 * memory is taken in one step before anything changes.
 */
static bool
split(struct fib *fib, uint32_t *link, const struct key *key, uint8_t len,
    uint32_t nexthop)
{
	const struct node *old = node_at(fib, *link);
	uint8_t common = key_common(&old->key, key);
	bool branch = *link != 0 && common < len;
	struct node *n = arena_alloc(
	    &fib->arena, (branch ? 2 : 1) * sizeof(*n), sizeof(*n));
	struct key head;
	uint32_t leaf, above;

	if (n == NULL)
		return false;
	leaf = make_leaf(fib, n, key, len, nexthop);
	if (*link == 0) {
		*link = leaf;
		return true;
	}
	if (!branch) {
		n->child[key_bit(&old->key, len)] = *link;
		*link = leaf;
		return true;
	}
	head = key_head(key, common);
	above = make_leaf(fib, ++n, &head, common, FIB_MISS);
	n->child[key_bit(&old->key, common)] = *link;
	n->child[key_bit(key, common)] = leaf;
	*link = above;
	return true;
}

/* The node of this very prefix, or NULL. */
static struct node *
find(const struct fib *fib, const struct ip_prefix *prefix)
{
	struct key key = key_load(&prefix->addr);
	uint32_t at = fib->root[prefix->addr.family == IP6];

	while (at != 0) {
		struct node *n = node_at(fib, at);

		if (n->len > prefix->len || key_common(&n->key, &key) < n->len)
			return NULL;
		if (n->len == prefix->len)
			return n;
		at = n->child[key_bit(&key, n->len)];
	}
	return NULL;
}

bool
fib_set(struct fib *fib, const struct ip_prefix *prefix, uint32_t nexthop)
{
	struct key key = key_load(&prefix->addr);
	uint32_t *link = &fib->root[prefix->addr.family == IP6];
	struct node *n = find(fib, prefix);

	if (n != NULL) {
		fib->prefixes[prefix->addr.family == IP6] += n->nexthop ==
		                                             FIB_MISS;
		n->nexthop = nexthop;
		return true;
	}
	while (*link != 0) {
		n = node_at(fib, *link);
		if (n->len > prefix->len || key_common(&n->key, &key) < n->len)
			break;
		link = &n->child[key_bit(&key, n->len)];
	}
	if (!split(fib, link, &key, prefix->len, nexthop))
		return false;
	fib->prefixes[prefix->addr.family == IP6]++;
	return true;
}

bool
fib_clear(struct fib *fib, const struct ip_prefix *prefix)
{
	struct node *n = find(fib, prefix);

	if (n == NULL || n->nexthop == FIB_MISS)
		return true;
	n->nexthop = FIB_MISS;
	fib->prefixes[prefix->addr.family == IP6]--;
	return true;
}

uint32_t
fib_get(const struct fib *fib, const struct ip_prefix *prefix)
{
	const struct node *n = find(fib, prefix);

	return n == NULL ? FIB_MISS : n->nexthop;
}

void
fib_load_begin(struct fib *fib)
{
	(void)fib;
}

bool
fib_load_end(struct fib *fib)
{
	(void)fib;
	return true;
}

bool
fib_must_park(const struct fib *fib)
{
	(void)fib;
	return false;
}

void
fib_park(struct fib *fib)
{
	(void)fib;
}

void
fib_reclaim(struct fib *fib)
{
	(void)fib;
}

void
fib_usage(const struct fib *fib, struct fib_usage *out)
{
	*out = (struct fib_usage){
		.prefixes = { fib->prefixes[0], fib->prefixes[1] },
		.size = fib->arena.size,
		.lookup = { fib->arena.used, 0 },
		.free = fib->arena.size - fib->arena.used,
	};
}

/*
 * One node: notes its route if it covers the key, and returns where to go on,
 * or 0 at the end.
 */
static inline uint32_t
step(const struct fib *fib, uint32_t ref, const struct key *key,
    uint32_t *nexthop)
{
	const struct node *n = node_at(fib, ref);
	uint32_t next;

	if (key_common(&n->key, key) < n->len)
		return 0;
	if (n->nexthop != FIB_MISS)
		*nexthop = n->nexthop;
	next = n->child[key_bit(key, n->len)];
	__builtin_prefetch(node_at(fib, next));
	return next;
}

/* Walks `n` keys down from `root`, n <= PKT_BURST. */
static void
walk(const struct fib *fib, uint32_t root, const struct key *key,
    uint16_t *nexthop, uint32_t n)
{
	uint32_t at[PKT_BURST], best[PKT_BURST] = { FIB_MISS };
	uint8_t live[PKT_BURST]; /* the keys that are still on their way */
	uint32_t i, k, kept, left = root == 0 ? 0 : n;

	for (i = 0; i < n; i++) {
		at[i] = root;
		live[i] = (uint8_t)i;
		best[i] = FIB_MISS;
	}
	while (left > 0) {
		for (i = 0, kept = 0; i < left; i++) {
			k = live[i];
			at[k] = step(fib, at[k], &key[k], &best[k]);
			live[kept] = (uint8_t)k;
			kept += at[k] != 0;
		}
		left = kept;
	}
	for (i = 0; i < n; i++)
		nexthop[i] = (uint16_t)best[i];
}

void
fib_lookup4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	struct key key[PKT_BURST];
	uint32_t i;

	for (; n > 0; dst += i, nexthop += i, n -= i) {
		for (i = 0; i < n && i < PKT_BURST; i++)
			key[i] = (struct key){ { (uint64_t)dst[i] << 32, 0 } };
		walk(fib, fib->root[0], key, nexthop, i);
	}
}

void
fib_lookup6(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	struct key key[PKT_BURST];
	uint32_t i;

	for (; n > 0; dst += i, nexthop += i, n -= i) {
		for (i = 0; i < n && i < PKT_BURST; i++)
			key[i] = (struct key){ { dst[i].high, dst[i].low } };
		walk(fib, fib->root[1], key, nexthop, i);
	}
}

uint32_t
fib_lookup(const struct fib *fib, const struct ip_addr *a)
{
	struct key key = key_load(a);
	uint16_t nexthop;

	walk(fib, fib->root[a->family == IP6], &key, &nexthop, 1);
	return nexthop;
}
