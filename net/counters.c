/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of counters, and sums (counters.h).
 */
#include <stddef.h>

#include "net/counters.h"

#define COUNTERS_NAME(symbol, name, help) [symbol] = { name, help },

const struct counter_name drop_names[DROP_REASON_COUNT] = { DROP_REASONS(
    COUNTERS_NAME) };
const struct counter_name punt_names[PUNT_REASON_COUNT] = { PUNT_REASONS(
    COUNTERS_NAME) };

/* The other core goes on counting: each word is read once and whole. */
static void
add(uint64_t *sum, const uint64_t *one, size_t words)
{
	size_t i;

	for (i = 0; i < words; i++)
		sum[i] += __atomic_load_n(&one[i], __ATOMIC_RELAXED);
}

void
counters_add(struct counters *sum, const struct counters *one)
{
	/* All of it is uint64_t, filled up to whole cache lines. */
	_Static_assert(offsetof(struct counters, port) == 0 &&
			   sizeof(struct counters) % sizeof(uint64_t) == 0,
	    "an array of counters");
	add((uint64_t *)sum, (const uint64_t *)one,
	    sizeof(*sum) / sizeof(uint64_t));
}

uint64_t
counters_refused(const struct counters *c, enum punt_reason reason)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < PORT_MAX; i++)
		sum += c->port[i].refused[reason];
	return sum;
}

void
iface_counters_add(struct iface_counters *sum, const struct iface_counters *one)
{
	_Static_assert(sizeof(*sum) % sizeof(uint64_t) == 0, "an array");
	add((uint64_t *)sum, (const uint64_t *)one,
	    sizeof(*sum) / sizeof(uint64_t));
}
