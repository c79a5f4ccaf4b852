/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interleaved rounds. The machine may change its speed for minutes, so that
 * only what was measured side by side can be compared: in each round each
 * engine of a group takes its turn, and ratios are those of one round.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include "tests/bench/bench.h"

enum { ROUNDS_MAX = 101, SERIES = 12 };

/* What one engine did, in M lookups/s a round. */
struct series {
	const struct engine *engine;
	double rate[ROUNDS_MAX];
};

/* Engines that are compared with one another: series 0 is ours. */
struct group {
	struct dests dests;
	struct series series[SERIES];
	unsigned n;
	uint32_t burst;
};

/* All engines of the family and page size. */
void group_make(struct group *g, const struct engines *all,
    const struct dests *d, uint8_t family, enum pages pages, uint32_t burst);

void measure(struct group *group, unsigned groups, unsigned rounds);

double series_median(const struct series *s, unsigned rounds);

/* The variant of a peer with the best median, or NULL. */
const struct series *group_best(
    const struct group *g, const char *peer, unsigned rounds);

/* Median of the rounds' ratios of ours to the best peer of the round. */
double group_ratio(const struct group *g, unsigned rounds);

/* Answers of peers that are not ours, over all destinations. */
uint64_t group_differences(const struct group *g);

double median(double *value, unsigned n);

#endif
