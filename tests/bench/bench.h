/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookups of several routers' tables, measured side by side.
 *
 * An engine is one way to look up one family: ours or a peer's, with one of its
 * lookup functions, in memory of one page size. All hold the same routes, and
 * next hop 0 means that there is none.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/fib.h"
#include "tests/bench/pages.h"
#include "tests/tables/table.h"

struct routes {
	const struct table_route *route; /* in order of address and length */
	uint32_t n;
};

/* Destinations as each side takes them, in the page size of the column. */
struct dests {
	uint32_t n;           /* a multiple of BURST_MAX */
	uint32_t *addr4;      /* IPv4, host byte order */
	struct fib_key6 *key; /* IPv6 as ours takes it */
	uint8_t (*addr6)[16]; /* IPv6 as peers do, network byte order */
};

enum column {
	IPV4_UNIFORM,
	IPV4_DRAWN, /* a random prefix of the table, random host bits */
	IPV6_DRAWN,
	COLUMNS,
};

enum { BURST = 32, BURST_MAX = 256, ENGINES = 48 };

struct engine {
	const char *peer;    /* "ours", or the library's name */
	const char *variant; /* which of its lookup functions */
	enum pages pages;
	uint8_t family; /* 0: IPv4, 1: IPv6 */
	int type;       /* what `select` needs to know */
	void *self;
	/* Makes this variant the one that is used; NULL: nothing to do. */
	bool (*select)(const struct engine *e);
	/* Looks all destinations up and forgets the answers. */
	void (*pass)(
	    const struct engine *e, const struct dests *d, uint32_t burst);
	/* Looks all up and tells the next hops. */
	void (*answer)(
	    const struct engine *e, const struct dests *d, uint16_t *nexthop);
};

/* What a peer's structures take, and how long they took to build. */
struct peer_cost {
	const char *peer;
	enum pages pages;
	double seconds;
	size_t bytes;
};

struct engines {
	struct engine engine[ENGINES];
	unsigned n;
	struct peer_cost cost[2 * 8];
	unsigned costs;
};

/* Answers have been written where nobody knows what becomes of them. */
static inline void
forget(const void *answers)
{
	__asm__ volatile("" ::"r"(answers) : "memory");
}

/* Seconds of this thread on its core: what others run there does not count. */
double thread_seconds(void);
double wall_seconds(void);

/*
 * Peers from DPDK, those whose names are in `wanted` (separated by spaces).
 * peers_start() comes first and once.
 */
void peers_start(const char *wanted);
void peers_build(struct engines *to, const struct routes table[2]);

/* Ours with the whole table; one family after the other. */
struct fib *ours_load(enum pages pages, const struct routes table[2]);
void ours_build(
    struct engines *to, enum pages pages, const struct routes table[2]);

/* `n` destinations of a column, in its pages; always the same ones. */
void dests_make(struct dests *d, enum pages pages, enum column column,
    uint32_t n, const struct routes table[2]);

/*
 * How a thread is pinned: the lookups to the last core that we may use, since
 * the first ones have the interrupts. The other core is the one before, or -1.
 */
int core_of_lookups(void);
int core_other(void);
void core_pin(int core);

/* For the peers' files. */
struct heap {
	int socket;
	enum pages pages;
};
bool peer_wanted(const char *name);
size_t heap_used(const struct heap *h);
void engine_add(struct engines *to, const struct engine *e);
void cost_add(struct engines *to, const char *peer, double since,
    const struct heap *h, size_t before);
_Noreturn void peer_fail(const char *peer, const char *what);
void peers4_build(
    struct engines *to, const struct routes *t, const struct heap *h);
void peers6_build(
    struct engines *to, const struct routes *t, const struct heap *h);

#endif
