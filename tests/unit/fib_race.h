/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prefixes of test_fib_race.c: where they are, and which next hop is right.
 *
 * A space has places, each with a prefix that flips, one that stays, and room
 * for noise beside them; and wide prefixes that flip around one that stays.
 */
#ifndef TESTS_UNIT_FIB_RACE_H
#define TESTS_UNIT_FIB_RACE_H

#include <stdatomic.h>

#include "net/fib.h"
#include "tests/tables/key.h"

enum {
	SPACES = 3,
	PLACES = 64, /* in each space */
	WIDE = 8,
	FLIPS = SPACES * (PLACES + WIDE),
	NOISE = 16, /* prefixes of a place that come and go */
	/* Next hops: */
	COVER = 5,
	STAYS = 100,
	FLIP_FIRST = 1000,
	FLIP_COUNT = 20000,
	NOISE_FIRST = 25000,
	NOISE_COUNT = 5000,
};

/*
 * Addresses of 32 bits are laid out in three ways, so that what is tested at
 * one depth is tested at others, too.
 */
static const struct space {
	uint8_t family, shift; /* so many bits stand before them */
	uint32_t before;       /* the first 32 of those */
} spaces[SPACES] = {
	{ IP4, 0, 0 },
	{ IP6, 32, 0x20010db8 },
	{ IP6, 96, 0xfd000000 },
};

/* What a lookup is asked for, and what is right. */
enum kind { KIND_STAYS, KIND_FLIPS, KIND_NOISE };

struct probe {
	key128 first; /* and any address of so many bits fewer */
	uint8_t len;
	enum kind kind;
	uint16_t nexthop; /* of what stays */
	uint32_t flip;
};

struct flip {
	struct ip_prefix prefix;
	_Atomic uint32_t tried, done;
};

static inline struct ip_prefix
prefix_in(const struct space *s, uint32_t addr, uint8_t len)
{
	key128 k = (key128)addr << (96 - s->shift);

	if (s->shift > 0)
		k |= (key128)s->before << 96;
	return (struct ip_prefix){ key_addr(k, s->family),
		(uint8_t)(len + s->shift) };
}

/* FIB_MISS: absent. */
static inline uint16_t
flip_nexthop(uint32_t flip, uint32_t number)
{
	if (number % 3 == 2)
		return FIB_MISS;
	return (uint16_t)(FLIP_FIRST + (flip * 977 + number) % FLIP_COUNT);
}

static inline uint32_t
place_at(uint32_t n)
{
	return 0x0a000000 + n * 0x1300;
}

static inline uint32_t
wide_at(uint32_t n)
{
	return 0x0b000000 + n * 0x100000;
}

#endif
