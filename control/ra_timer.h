/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When an interface sends router advertisements (RFC 4861 6.2.4, 6.2.6, 10).
 * Time and random numbers come from outside. All times are in microseconds.
 */
#ifndef CONTROL_RA_TIMER_H
#define CONTROL_RA_TIMER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RA_INITIAL = 3,                   /* MAX_INITIAL_RTR_ADVERTISEMENTS */
	RA_INITIAL_US = 16 * 1000 * 1000, /* MAX_INITIAL_RTR_ADVERT_INTERVAL */
	RA_ANSWER_US = 500 * 1000,        /* MAX_RA_DELAY_TIME */
	RA_APART_US = 3 * 1000 * 1000,    /* MIN_DELAY_BETWEEN_RAS */
};

struct ra_timer {
	bool active;     /* the interface advertises */
	uint8_t initial; /* of the first advertisements, how many remain */
	bool sent;       /* there was one, at sent_us */
	uint64_t sent_us;
	uint64_t due_us; /* of the next one, while active */
};

/* MinRtrAdvInterval of MaxRtrAdvInterval, both in ms (RFC 4861 6.2.1). */
uint32_t ra_interval_min(uint32_t max_ms);

/* The interface begins to advertise, or says something new. `random` is any
 * number. */
void ra_timer_start(struct ra_timer *t, uint64_t now, uint32_t random);

/* One was sent now: when the next is due. */
void ra_timer_sent(
    struct ra_timer *t, uint64_t now, uint32_t interval_ms, uint32_t random);

/* A host asks: sooner than planned, if that is soon enough. */
void ra_timer_solicited(struct ra_timer *t, uint64_t now, uint32_t random);

#endif
