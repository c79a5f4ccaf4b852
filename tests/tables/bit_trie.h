/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes in a binary trie, one node a bit: the second truth that a FIB is held
 * against, slow but plain, and changed in place.
 */
#ifndef TESTS_TABLES_BIT_TRIE_H
#define TESTS_TABLES_BIT_TRIE_H

#include "tests/tables/key.h"

struct bit_node {
	uint32_t child[2]; /* 0: none; the first links free nodes */
	uint32_t nexthop;  /* FIB_MISS: no route */
};

struct bit_trie {
	struct bit_node *node; /* 0: IPv4, 1: IPv6, the roots */
	uint32_t count, room, free;
	uint32_t prefixes[2];
};

/* Memory that is out ends the program. */
void bit_trie_init(struct bit_trie *t);
void bit_trie_free(struct bit_trie *t);

/* FIB_MISS takes the prefix out. */
void bit_trie_set(
    struct bit_trie *t, const struct ip_prefix *prefix, uint32_t nexthop);
uint32_t bit_trie_get(const struct bit_trie *t, const struct ip_prefix *p);
uint32_t bit_trie_lookup(const struct bit_trie *t, key128 k, uint8_t family);

#endif
