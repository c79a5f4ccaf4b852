/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Route tables of the size and shape of the Internet's, for tests and figures.
 *
 * A table comes from one of three places:
 *
 *  - text files: a line is `PREFIX WORD`, plain or gzip. The word, be it a
 *    number or a gateway, stands for a next hop.
 *  - Debian's libloc-database: which prefix is announced by which AS.
 *  - a generator: the same counts by length, nesting and neighbourhood.
 *
 * In each table next hops are numbers from 1 on that FIB_NEXTHOP_MAX bounds,
 * prefixes are canonical and unique, and stand in order: IPv4 first, then by
 * address, the shorter of two at one address first.
 */
#ifndef TESTS_TABLES_TABLE_H
#define TESTS_TABLES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/addr.h"

enum {
	TABLE_IPV4 = 901899, /* prefixes of a table of today */
	TABLE_IPV6 = 160147,
	TABLE_NEXTHOPS = 64, /* what libloc and the generator use: 1 .. 64 */
	TABLE_SEED = 4,
};

#define TABLE_LIBLOC "/usr/share/libloc-location/location.db"

struct table_route {
	struct ip_prefix prefix;
	uint16_t nexthop;
};

struct table {
	struct table_route *route; /* count[0] of IPv4, count[1] of IPv6 */
	uint32_t count[2];
	char source[80]; /* where it is from, in words */
};

/*
 * The table of choice: the files that the environment's ROUTES names, split by
 * blanks; or else TABLE_LIBLOC when it is there; or else a generated one.
 * False, with a line on stderr, when ROUTES or libloc's file cannot be read.
 * The table is the caller's to free. table_get() says on stdout which it is.
 */
bool table_choose(struct table *t);
bool table_get(struct table *t);

/* `ipv4` and `ipv6` prefixes; the same for the same seed. */
void table_generate(
    struct table *t, uint32_t ipv4, uint32_t ipv6, uint64_t seed);
/* Several files, split by blanks. False as above. */
bool table_read_text(struct table *t, const char *files);
bool table_read_libloc(struct table *t, const char *file);
void table_free(struct table *t);

/* Some order that the seed decides, over both families. */
void table_shuffle(struct table *t, uint64_t seed);

static inline uint32_t
table_size(const struct table *t)
{
	return t->count[0] + t->count[1];
}

/* A random number; the state may be any. */
static inline uint64_t
table_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A random number below `bound`. */
static inline uint32_t
table_below(uint64_t *state, uint32_t bound)
{
	return (uint32_t)((table_random(state) >> 32) * bound >> 32);
}

#endif
