/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Token buckets without a division: a bucket is the time at which it will be
 * full again (the virtual scheduling of ITU-T I.371, annex A). An event moves
 * that time on by what one event costs; one that would move it further into
 * the future than the depth is refused, and changes nothing. So no fraction
 * of a token is ever lost.
 */
#ifndef NET_BUCKET_H
#define NET_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: no limit. */
struct bucket_limit {
	uint64_t cost_ns;  /* time between two events at the rate */
	uint64_t depth_ns; /* that of a whole burst */
};

/* `rate` events a second, never more, and `burst` at once. A rate of 0 lets
 * nothing through. */
static inline struct bucket_limit
bucket_limit(uint32_t rate, uint32_t burst)
{
	const uint64_t second_ns = 1000000000;
	struct bucket_limit none = { 1, 0 }, limit;

	if (rate == 0 || burst == 0)
		return none;
	limit.cost_ns = (second_ns + rate - 1) / rate;
	limit.depth_ns = limit.cost_ns * burst;
	return limit;
}

/*
 * `full_ns` is the bucket. What a former limit left may be further ahead than
 * this one ever gets: that is an empty bucket, and not one that stays empty for
 * as long as the former limit meant.
 */
static inline bool
bucket_has(uint64_t *full_ns, const struct bucket_limit *limit, uint64_t now_ns)
{
	uint64_t behind = *full_ns > now_ns ? *full_ns - now_ns : 0;

	if (behind > limit->depth_ns) {
		behind = limit->depth_ns;
		*full_ns = now_ns + behind;
	}
	return behind + limit->cost_ns <= limit->depth_ns ||
	       limit->cost_ns == 0;
}

/* Takes from a bucket that has. */
static inline void
bucket_take(uint64_t *full_ns, uint64_t cost_ns, uint64_t now_ns)
{
	*full_ns = (*full_ns > now_ns ? *full_ns : now_ns) + cost_ns;
}

#endif
