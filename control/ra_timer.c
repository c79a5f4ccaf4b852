/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When router advertisements are due.
 */
#include "control/ra_timer.h"

enum {
	LONG_INTERVAL_MS =
	    9000, /* from here on a third of it, RFC 4861 6.2.1 */
	INTERVAL_MIN_MS = 3000,
	MS = 1000,
};

/* 0 to `range`, both included. */
static uint64_t
draw(uint32_t random, uint64_t range)
{
	return random * (range + 1) >> 32;
}

uint32_t
ra_interval_min(uint32_t max_ms)
{
	uint32_t min;

	if (max_ms < LONG_INTERVAL_MS)
		return max_ms / 4 * 3;
	min = (uint32_t)(max_ms * 33ull / 100);
	return min < INTERVAL_MIN_MS ? INTERVAL_MIN_MS : min;
}

/* At `when`, but apart from the last one. */
static void
due(struct ra_timer *t, uint64_t when, uint32_t random)
{
	if (t->sent && when < t->sent_us + RA_APART_US)
		when = t->sent_us + RA_APART_US + draw(random, RA_ANSWER_US);
	t->due_us = when;
}

void
ra_timer_start(struct ra_timer *t, uint64_t now, uint32_t random)
{
	t->active = true;
	t->initial = RA_INITIAL;
	due(t, now + draw(random, RA_ANSWER_US), random);
}

void
ra_timer_sent(
    struct ra_timer *t, uint64_t now, uint32_t interval_ms, uint32_t random)
{
	uint64_t min = ra_interval_min(interval_ms) * (uint64_t)MS;
	uint64_t wait = min + draw(random, interval_ms * (uint64_t)MS - min);

	if (t->initial > 0)
		t->initial--;
	if (t->initial > 0 && wait > RA_INITIAL_US)
		wait = RA_INITIAL_US;
	t->sent = true;
	t->sent_us = now;
	t->due_us = now + wait;
}

void
ra_timer_solicited(struct ra_timer *t, uint64_t now, uint32_t random)
{
	struct ra_timer soon = *t;

	if (!t->active)
		return;
	due(&soon, now + draw(random, RA_ANSWER_US), random);
	if (soon.due_us < t->due_us)
		t->due_us = soon.due_us;
}
