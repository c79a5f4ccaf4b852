/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Updates without end, as BGP brings them: of ten, eight are of a /24 or a /48.
 * A third withdraws a route of the table, a third announces again what was
 * withdrawn some thousand updates ago, a third changes the next hop. So the
 * table keeps its size and shape.
 */
#ifndef TESTS_BENCH_CHURN_H
#define TESTS_BENCH_CHURN_H

#include "tests/bench/bench.h"

enum { CHURN_AWAY = 4096 }; /* routes that are withdrawn at a time */

struct churn {
	const struct routes *table;
	uint16_t *nexthop;  /* of each route as of now, 0: withdrawn */
	uint32_t *flapping; /* routes that are /24 or /48 */
	uint32_t flapping_n;
	uint32_t away[CHURN_AWAY]; /* a ring */
	uint32_t away_in, away_out;
	uint64_t random;
};

struct update {
	const struct table_route *route;
	uint16_t nexthop; /* 0: withdraw */
	uint16_t before;  /* what it was, 0: not there */
};

/* Routes of both families, `table[0]` with those of `table[1]` behind it. */
void churn_begin(struct churn *c, const struct routes table[2]);
struct update churn_next(struct churn *c);

/* The updates that lead back to the table; false when there are no more. */
bool churn_undo(struct churn *c, uint32_t *at, struct update *u);
void churn_end(struct churn *c);

#endif
