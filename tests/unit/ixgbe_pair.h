/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router of two 82599 ports: the real driver and the real workers, on the
 * machine of ixgbe_lab.h. What arrives at one port leaves by the other.
 *
 * behind port  networks                       neighbours
 * 0            10.0.0.0/16, 2001:db8::/48     one for the lower half, one for
 * 1            10.1.0.0/16, 2001:db8:1::/48   the upper (a longer prefix)
 *
 * Traffic is flows, IPv4 and IPv6 in turn. Each frame carries flow and number,
 * which decide all its bytes. Each frame that leaves is compared with what must
 * have become of it: other MACs, one hop less, a right checksum, and no more.
 * In a flow numbers only rise, so nothing is doubled, late or out of order.
 */
#ifndef TESTS_UNIT_IXGBE_PAIR_H
#define TESTS_UNIT_IXGBE_PAIR_H

#include "net/team.h"
#include "tests/unit/ixgbe_lab.h"

enum {
	PAIR_FLOWS = 256,
	PAIR_WORKERS = 4,
};

struct pair_config {
	uint32_t workers;     /* 0: 1 */
	uint32_t buffers;     /* of each worker; 0: enough */
	uint16_t descriptors; /* 0: 64 */
	uint16_t room;        /* 0: PKT_ROOM */
	uint16_t len_max;     /* 0: 1514 */
	bool rests;           /* workers sleep until a message wakes them */
	uint64_t hostile;     /* seed */
	uint64_t random;      /* of lengths and of turns */
};

struct pair_flow {
	uint32_t next_in;  /* number of the next frame that arrives */
	uint32_t next_out; /* the lowest that may still leave */
};

struct pair_worker {
	_Alignas(64) struct worker worker;
	struct counters counters;
	bool asleep;
	uint64_t messages; /* its ports had sent as it fell asleep */
};

struct pair {
	struct pair_config config;
	struct pair_worker *core; /* config.workers */
	uint64_t epoch;
	uint64_t random;
	struct pair_flow flow[LAB_PORTS][PAIR_FLOWS]; /* by port of arrival */
	uint64_t in[LAB_PORTS], out[LAB_PORTS];       /* frames, the same */
	uint64_t sleeps, wakes;
};

extern struct pair pair;

void pair_up(const struct pair_config *config);
/* Teardown. As lab_end(); also no packet may have had another fate than to
 * leave, or to be dropped for want of room or link. */
int pair_end(void **state);

/* The next frame of some flow arrives at the port. */
void pair_arrive(uint32_t port);
/* A turn of each worker, then time passes. */
void pair_turn(void);
/* Turns until frames leave no more. Returns how many did not leave of those
 * that came since the last time; they may not, from here on. */
uint64_t pair_quiet(void);
/* What was dropped and counted since pair_up(), by workers and NICs. */
uint64_t pair_drops(void);
/* Between 0 and n - 1. */
uint32_t pair_below(uint32_t n);

/* As core 0 does, step by step; `load` is called between turns. */
void pair_stop(uint32_t port, void (*load)(void));
void pair_start(uint32_t port);

#endif
