/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the makers of tables share.
 */
#ifndef TESTS_TABLES_TABLE_PRIVATE_H
#define TESTS_TABLES_TABLE_PRIVATE_H

#include "tests/tables/table.h"

/* Appends to `count` routes. Memory that is out ends the program. */
void table_add(struct table *t, uint32_t count, const struct table_route *r);

/* Sorts, drops all but one of equal prefixes, and counts. */
void table_finish(struct table *t, uint32_t count);

/* A next hop for any number of an AS: 1 .. TABLE_NEXTHOPS, the first often. */
uint16_t table_origin_nexthop(uint64_t origin);

#endif
