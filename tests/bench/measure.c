/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interleaved rounds (measure.h).
 */
#include "tests/bench/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double turn_seconds = 0.02; /* at least */

void
group_make(struct group *g, const struct engines *all, const struct dests *d,
    uint8_t family, enum pages pages, uint32_t burst)
{
	unsigned i;

	g->dests = *d;
	g->burst = burst;
	g->n = 0;
	for (i = 0; i < all->n && g->n < SERIES; i++) {
		const struct engine *e = &all->engine[i];

		if (e->family == family && e->pages == pages)
			g->series[g->n++].engine = e;
	}
}

static void
select_variant(const struct engine *e)
{
	if (e->select != NULL)
		(void)e->select(e);
}

/*
 * Whole passes until the turn is over: M lookups/s of the fastest, which others
 * on the machine have disturbed least. The first pass brings back what other
 * contestants have driven out of the caches, and does not count.
 */
static double
turn(const struct group *g, const struct engine *e)
{
	double start, now, end, best = 0;

	e->pass(e, &g->dests, g->burst);
	start = thread_seconds();
	end = start + turn_seconds;
	do {
		e->pass(e, &g->dests, g->burst);
		now = thread_seconds();
		if (g->dests.n / (now - start) > best)
			best = g->dests.n / (now - start);
		start = now;
	} while (now < end);
	return best * 1e-6;
}

static void
measure_round(struct group *g, unsigned round)
{
	unsigned i;

	for (i = 0; i < g->n; i++) {
		struct series *s = &g->series[(i + round) % g->n];

		select_variant(s->engine);
		s->rate[round] = turn(g, s->engine);
	}
}

void
measure(struct group *group, unsigned groups, unsigned rounds)
{
	unsigned r, g;

	for (r = 0; r < rounds; r++)
		for (g = 0; g < groups; g++)
			measure_round(&group[g], r);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double
median(double *value, unsigned n)
{
	qsort(value, n, sizeof(*value), compare);
	return n % 2 != 0 ? value[n / 2]
	                  : (value[n / 2 - 1] + value[n / 2]) / 2;
}

double
series_median(const struct series *s, unsigned rounds)
{
	double copy[ROUNDS_MAX];

	memcpy(copy, s->rate, rounds * sizeof(copy[0]));
	return median(copy, rounds);
}

const struct series *
group_best(const struct group *g, const char *peer, unsigned rounds)
{
	const struct series *best = NULL;
	double most = 0;
	unsigned i;

	for (i = 0; i < g->n; i++) {
		double m = series_median(&g->series[i], rounds);

		if (strcmp(g->series[i].engine->peer, peer) == 0 && m > most) {
			most = m;
			best = &g->series[i];
		}
	}
	return best;
}

double
group_ratio(const struct group *g, unsigned rounds)
{
	double ratio[ROUNDS_MAX] = { 0 };
	unsigned r, i;

	for (r = 0; r < rounds; r++) {
		double best = 0;

		for (i = 0; i < g->n; i++)
			if (strcmp(g->series[i].engine->peer, "ours") != 0 &&
			    g->series[i].rate[r] > best)
				best = g->series[i].rate[r];
		ratio[r] = best > 0 ? g->series[0].rate[r] / best : 0;
	}
	return median(ratio, rounds);
}

static uint64_t
differences(const struct engine *e, const uint16_t *want, const uint16_t *got,
    uint32_t n)
{
	uint64_t count = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		count += want[i] != got[i];
	if (count > 0)
		printf("WRONG: %s %s: %" PRIu64 " answers differ from ours\n",
		    e->peer, e->variant, count);
	return count;
}

uint64_t
group_differences(const struct group *g)
{
	uint16_t *want = calloc(g->dests.n, sizeof(*want));
	uint16_t *got = calloc(g->dests.n, sizeof(*got));
	uint64_t count = 0;
	unsigned i;

	if (want == NULL || got == NULL) {
		perror("bench");
		exit(2);
	}
	for (i = 0; i < g->n; i++) {
		const struct engine *e = g->series[i].engine;

		select_variant(e);
		e->answer(e, &g->dests, i == 0 ? want : got);
		if (i > 0)
			count += differences(e, want, got, g->dests.n);
	}
	free(want);
	free(got);
	return count;
}
