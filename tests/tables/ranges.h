/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table says about each address, as ranges: the first truth that a FIB
 * is held against. A range ends where a prefix begins or ends.
 */
#ifndef TESTS_TABLES_RANGES_H
#define TESTS_TABLES_RANGES_H

#include "tests/tables/key.h"
#include "tests/tables/table.h"

struct range {
	key128 first; /* until the next one's */
	uint16_t nexthop;
};

struct ranges {
	struct range *range; /* in order; range[0].first is 0 */
	uint32_t count;
};

/* Of a table that is in order, as table.h has it. The caller frees. */
void ranges_make(struct ranges *r, const struct table *t, uint8_t family);
void ranges_free(struct ranges *r);

/* Which of them has the address. */
uint32_t ranges_find(const struct ranges *r, key128 at);

#endif
