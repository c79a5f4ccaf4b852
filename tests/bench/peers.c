/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DPDK as the home of the peers. It runs without devices and without huge pages
 * of its own. Instead it gets two heaps of our memory, one for each page size,
 * so that one process has both and every contestant of a column the same.
 */
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

static const size_t heap_size = (size_t)1280 << 20;
static const char *wanted_peers;
static struct heap heap[PAGES_KINDS];

void
peer_fail(const char *peer, const char *what)
{
	fprintf(
	    stderr, "bench: %s: %s: %s\n", peer, what, rte_strerror(rte_errno));
	exit(2);
}

bool
peer_wanted(const char *name)
{
	size_t len = strlen(name);
	const char *at = wanted_peers;

	while ((at = strstr(at, name)) != NULL) {
		if ((at == wanted_peers || at[-1] == ' ') &&
		    (at[len] == '\0' || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

static void
heap_make(enum pages kind)
{
	static const char *const name[] = { "small", "huge" };
	size_t page = kind == PAGES_4K ? 4096 : PAGES_HUGE_SIZE;
	void *memory = pages_alloc(kind, heap_size);

	if (rte_malloc_heap_create(name[kind]) != 0 ||
	    rte_malloc_heap_memory_add(name[kind], memory, heap_size, NULL,
		(unsigned)(heap_size / page), page) != 0)
		peer_fail("DPDK", "heap");
	heap[kind] =
	    (struct heap){ rte_malloc_heap_get_socket(name[kind]), kind };
}

void
peers_start(const char *wanted)
{
	static char arg[][40] = { "bench", "--no-huge", "--no-pci",
		"--no-shconf", "--no-telemetry", "--log-level=error",
		"--force-max-simd-bitwidth=512", "-m", "64", "-l", "0" };
	char *argv[sizeof(arg) / sizeof(arg[0]) + 1] = { NULL };
	int i, n = sizeof(arg) / sizeof(arg[0]);

	wanted_peers = wanted;
	for (i = 0; i < n; i++)
		argv[i] = arg[i];
	snprintf(arg[n - 1], sizeof(arg[0]), "%d", core_of_lookups());
	if (rte_eal_init(n, argv) < 0)
		peer_fail("DPDK", "rte_eal_init");
	heap_make(PAGES_4K);
	heap_make(PAGES_HUGE);
}

size_t
heap_used(const struct heap *h)
{
	struct rte_malloc_socket_stats s;

	rte_malloc_get_socket_stats(h->socket, &s);
	return s.heap_allocsz_bytes;
}

void
engine_add(struct engines *to, const struct engine *e)
{
	if (e->select != NULL && !e->select(e))
		return; /* not on this CPU */
	if (to->n == ENGINES)
		peer_fail(e->peer, "too many engines");
	to->engine[to->n++] = *e;
}

void
cost_add(struct engines *to, const char *peer, double since,
    const struct heap *h, size_t before)
{
	double seconds = thread_seconds() - since;

	to->cost[to->costs++] = (struct peer_cost){ peer, h->pages, seconds,
		heap_used(h) - before };
	fprintf(stderr, "bench: %s is built: %.1f s\n", peer, seconds);
}

void
peers_build(struct engines *to, const struct routes table[2])
{
	int kind;

	for (kind = 0; kind < PAGES_KINDS; kind++) {
		peers4_build(to, &table[0], &heap[kind]);
		peers6_build(to, &table[1], &heap[kind]);
	}
}
