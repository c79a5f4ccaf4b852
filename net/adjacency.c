/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adjacencies in a chained hash table with one writer and readers that take no
 * lock (adjacency.h).
 *
 * An entry enters a chain at its head with one release store, after its key
 * and `next` are written. It leaves by one store to its predecessor; its own
 * `next` stays, so that a reader that stands on it finds the rest of the
 * chain. That is why parked entries are linked by another field.
 */
#include <stddef.h>

#include "net/adjacency.h"

/* Multiplicative hashing of 64 bits; the high half is well mixed. */
static uint32_t
hash_key(uint64_t seed, uint16_t iface, const uint8_t *addr, size_t len)
{
	uint64_t h = seed ^ iface;
	uint32_t word;
	size_t i;

	for (i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, addr + i, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static size_t
addr_bytes(uint8_t family)
{
	return ip_family_bits(family) / 8;
}

/* Constant lengths, so that neither compare is a call. */
static inline bool
same_addr(const uint8_t *a, const uint8_t *b, uint8_t family)
{
	return family == IP4 ? memcmp(a, b, 4) == 0 : memcmp(a, b, 16) == 0;
}

static _Atomic uint32_t *
bucket_of(const struct adj_table *t, uint16_t iface, uint8_t family,
    const uint8_t *addr)
{
	uint32_t h = hash_key(t->seed, iface, addr, addr_bytes(family));

	return &t->bucket[h & (t->buckets - 1)];
}

void
adj_table_init(struct adj_table *t, struct adj *entries, uint32_t capacity,
    _Atomic uint32_t *buckets, uint32_t bucket_count, uint64_t seed)
{
	uint32_t i;

	t->entry = entries;
	t->bucket = buckets;
	t->capacity = capacity;
	t->buckets = bucket_count;
	t->seed = seed;
	t->free = ADJ_NONE;
	t->removed = ADJ_NONE;
	t->parked = ADJ_NONE;
	t->count = 0;
	/* From the end, so that low indices are given out first. */
	for (i = capacity; i-- > 1;) {
		atomic_init(&entries[i].next, t->free);
		t->free = i;
	}
}

uint32_t
adj_find(const struct adj_table *t, uint16_t iface, uint8_t family,
    const uint8_t *addr)
{
	const _Atomic uint32_t *at = bucket_of(t, iface, family, addr);
	const struct adj *e;
	uint32_t i;

	for (;;) {
		i = atomic_load_explicit(at, memory_order_acquire);
		if (i == ADJ_NONE)
			return ADJ_NONE;
		e = &t->entry[i];
		if (e->iface == iface && e->family == family &&
		    same_addr(e->addr, addr, family))
			return i;
		at = &e->next;
	}
}

uint32_t
adj_add(struct adj_table *t, uint16_t iface, const struct ip_addr *addr)
{
	uint32_t i = adj_find(t, iface, addr->family, addr->byte);
	_Atomic uint32_t *head;
	struct adj *e;

	if (i != ADJ_NONE || t->free == ADJ_NONE)
		return i;
	i = t->free;
	e = &t->entry[i];
	t->free = atomic_load_explicit(&e->next, memory_order_relaxed);
	t->count++;

	atomic_store_explicit(&e->link, 0, memory_order_relaxed);
	e->iface = iface;
	e->family = addr->family;
	e->flags = 0;
	memcpy(e->addr, addr->byte, sizeof(e->addr));
	e->users = 0;

	head = bucket_of(t, iface, addr->family, addr->byte);
	atomic_store_explicit(&e->next,
	    atomic_load_explicit(head, memory_order_relaxed),
	    memory_order_relaxed);
	atomic_store_explicit(head, i, memory_order_release);
	return i;
}

void
adj_set_mac(struct adj_table *t, uint32_t adj, const uint8_t mac[ETH_ALEN])
{
	uint64_t link = 0;

	memcpy(&link, mac, ETH_ALEN);
	atomic_store_explicit(
	    &t->entry[adj].link, link | ADJ_VALID, memory_order_relaxed);
}

void
adj_invalidate(struct adj_table *t, uint32_t adj)
{
	atomic_store_explicit(&t->entry[adj].link, 0, memory_order_relaxed);
}

void
adj_remove(struct adj_table *t, uint32_t adj)
{
	struct adj *e = &t->entry[adj];
	_Atomic uint32_t *at = bucket_of(t, e->iface, e->family, e->addr);
	uint32_t i;

	for (;;) {
		i = atomic_load_explicit(at, memory_order_relaxed);
		if (i == ADJ_NONE)
			return; /* already removed */
		if (i == adj)
			break;
		at = &t->entry[i].next;
	}
	atomic_store_explicit(at,
	    atomic_load_explicit(&e->next, memory_order_relaxed),
	    memory_order_release);
	adj_invalidate(t, adj);
	e->parked_next = t->removed;
	t->removed = adj;
	t->count--;
}

void
adj_park(struct adj_table *t)
{
	t->parked = t->removed;
	t->removed = ADJ_NONE;
}

void
adj_reclaim(struct adj_table *t)
{
	while (t->parked != ADJ_NONE) {
		uint32_t i = t->parked;
		struct adj *e = &t->entry[i];

		t->parked = e->parked_next;
		atomic_store_explicit(&e->next, t->free, memory_order_relaxed);
		t->free = i;
	}
}
