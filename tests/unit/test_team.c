/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c net/adjacency.c net/forward.c net/fragment.c net/link.c
 * net/nexthop.c net/pool.c net/punt.c net/spsc.c net/team.c net/worker.c */
/* objects: net/verify.c */
/*
 * How workers share ports, for every number of workers and of queues.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/team.h"

static struct worker workers[WORKER_MAX], *worker[WORKER_MAX];
static struct pool pools[WORKER_MAX];
static struct port ports[PORT_MAX], *port[PORT_MAX + 1];
static struct bell control;
static struct team team;
static struct arena memory;

/* Bit n of `single`: port n has one queue pair. */
static void
make(uint32_t count, uint32_t port_count, uint32_t single)
{
	uint32_t i;

	memset(workers, 0, sizeof(workers));
	memset(ports, 0, sizeof(ports));
	memset(port, 0, sizeof(port));
	for (i = 0; i < count; i++) {
		worker[i] = &workers[i];
		workers[i].pool = &pools[i];
	}
	for (i = 0; i < port_count; i++) {
		bool one = (single & 1u << i) != 0;

		port[i] = &ports[i];
		ports[i].index = (uint8_t)i;
		ports[i].rx_queues = one ? 1 : (uint16_t)count;
		ports[i].tx_queues = ports[i].rx_queues;
		ports[i].rx_descriptors = 100;
		ports[i].tx_descriptors = 10;
	}
	team = (struct team){ worker, count, port, &control, PKT_ROOM };
	memory = (struct arena){ .size = team_memory(&team) };
	memory.base = aligned_alloc(64, memory.size);
}

/* Exactly one worker polls each queue, and its pool is the queue's. */
static void
check_queues(void)
{
	uint32_t polled[PORT_MAX][WORKER_MAX] = { 0 }, i, k, q;

	for (i = 0; i < team.count; i++)
		for (k = 0; k < workers[i].rx_count; k++) {
			const struct rx_queue *rx = &workers[i].rx[k];

			polled[rx->port->index][rx->queue]++;
			assert_ptr_equal(rx->port->pool[rx->queue], &pools[i]);
			/* It sends by the pair of the queue it polls. */
			assert_null(workers[i].tx[rx->port->index].link);
			assert_int_equal(
			    workers[i].tx[rx->port->index].queue, rx->queue);
		}
	for (i = 0; port[i] != NULL; i++) {
		assert_int_equal(ports[i].buffer_room, PKT_ROOM);
		for (q = 0; q < WORKER_MAX; q++)
			assert_int_equal(polled[i][q], q < ports[i].rx_queues);
	}
}

static bool
is_inbox(const struct worker *w, const struct link *l)
{
	uint32_t i;

	for (i = INBOX_CONTROL + 1; i < w->inbox_count; i++)
		if (w->inbox[i] == l)
			return true;
	return false;
}

/* Each worker reaches each port, and rings the bell of who sends. */
static void
check_paths(void)
{
	uint32_t i, p, in = 0, out = 0;

	for (i = 0; i < team.count; i++) {
		struct worker *w = &workers[i];

		assert_int_equal(w->id, i);
		assert_ptr_equal(w->punt->bell, &control);
		assert_ptr_equal(w->inbox[INBOX_CONTROL]->bell, &w->bell);
		in += w->inbox_count - 1;
		out += w->outbox_count;
		for (p = 0; port[p] != NULL; p++) {
			struct worker *owner =
			    worker[team_owner(port[p], team.count)];
			struct link *l = w->tx[p].link;

			if (team_shares(port[p], team.count) || w == owner) {
				assert_null(l);
				continue;
			}
			assert_true(is_inbox(owner, l));
			assert_ptr_equal(l->bell, &owner->bell);
		}
	}
	assert_int_equal(in, out);
}

static void
every_team(void **state)
{
	uint32_t count, single;

	(void)state;
	for (count = 1; count <= WORKER_MAX; count++)
		for (single = 0; single < 1u << 6; single++) {
			make(count, 6, single);
			assert_true(team_wire(&team, &memory));
			assert_int_equal(memory.used, memory.size);
			check_queues();
			check_paths();
			if (single == 0) /* no sharing, no link */
				assert_int_equal(workers[0].inbox_count, 1);
			free(memory.base);
		}
}

static void
the_largest(void **state)
{
	(void)state;
	make(WORKER_MAX, PORT_MAX, 0xffff);
	assert_true(team_wire(&team, &memory));
	check_queues();
	check_paths();
	assert_int_equal(workers[0].inbox_count, WORKER_MAX);
	assert_int_equal(workers[0].outbox_count, WORKER_MAX - 1);
	free(memory.base);
}

static void
memory_is_checked(void **state)
{
	size_t need;

	(void)state;
	make(3, 3, 7);
	need = memory.size;
	for (memory.size = 0; memory.size < need; memory.size += 512) {
		memory.used = 0;
		memset(workers, 0, sizeof(workers));
		assert_false(team_wire(&team, &memory));
	}
	free(memory.base);
}

/* All rings and links that a worker fills, and some more. */
static void
buffers_suffice(void **state)
{
	uint32_t all, i;

	(void)state;
	make(2, 4, 0x8); /* port 3 is worker 1's alone */
	assert_true(team_wire(&team, &memory));
	for (i = 0; i < 2; i++) {
		all = (3 + i) * 110 + workers[i].punt->full.size;
		if (workers[i].outbox_count > 0)
			all += workers[i].outbox[0]->full.size;
		assert_true(team_buffers(&team, i) > all);
	}
	all = 2 * workers[0].inbox[INBOX_CONTROL]->full.size;
	assert_true(team_control_buffers(&team) > all);
	free(memory.base);
}

/* Short of memory, each pool has the same part of what it needs. */
static void
buffers_are_divided(void **state)
{
	uint32_t share[WORKER_MAX], left, i;
	uint64_t all;

	(void)state;
	make(3, 4, 0x8);
	all = team_control_buffers(&team);
	for (i = 0; i < 3; i++)
		all += team_buffers(&team, i);
	team_divide(&team, all, share, &left);
	assert_int_equal(left, team_control_buffers(&team));
	for (i = 0; i < 3; i++)
		assert_int_equal(share[i], team_buffers(&team, i));
	team_divide(&team, all / 4, share, &left);
	assert_in_range(team_control_buffers(&team) - left * 4, 0, 8);
	for (i = 0; i < 3; i++)
		assert_in_range(team_buffers(&team, i) - share[i] * 4, 0, 8);
	/* One core, one pool. */
	free(memory.base);
	make(1, 4, 0);
	team.control = NULL;
	team_divide(&team, UINT64_MAX, share, &left);
	assert_int_equal(left, 0);
	assert_int_equal(
	    share[0], team_buffers(&team, 0) + team_control_buffers(&team));
	free(memory.base);
}

/* No worker's receive rings take more than half of what it has. */
static void
rings_fit_the_buffers(void **state)
{
	uint32_t share[WORKER_MAX] = { 8192, 8192, 8192 }, i;

	(void)state;
	make(3, 4, 0x8);
	free(memory.base);
	for (i = 0; i < 4; i++)
		ports[i].rx_descriptors = i == 0 ? 2048 : 64;
	assert_false(team_shorten_rings(&team, share));
	assert_int_equal(ports[0].rx_descriptors, 2048);
	/* Worker 2 sets the length of a shared port's rings. */
	share[2] = 1024;
	assert_true(team_shorten_rings(&team, share));
	assert_int_equal(ports[0].rx_descriptors, 256);
	assert_int_equal(ports[1].rx_descriptors, 64);
	/* Nothing is shorter than a NIC can run, whatever there is. */
	share[2] = 1;
	assert_true(team_shorten_rings(&team, share));
	for (i = 0; i < 4; i++)
		assert_int_equal(ports[i].rx_descriptors, 64);
	assert_false(team_shorten_rings(&team, share));
}

static void
queues_are_chosen(void **state)
{
	struct port p = { .queues_max = 4, .rx_queues = 1, .tx_queues = 1 };

	(void)state;
	team.count = 4;
	team_choose_queues(&team, &p);
	assert_int_equal(p.rx_queues, 4);
	assert_true(team_shares(&p, 4));
	p = (struct port){ .queues_max = 4, .rx_queues = 1, .tx_queues = 1 };
	team.count = 5;
	team_choose_queues(&team, &p);
	assert_int_equal(p.tx_queues, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_team),
		cmocka_unit_test(the_largest),
		cmocka_unit_test(memory_is_checked),
		cmocka_unit_test(buffers_suffice),
		cmocka_unit_test(buffers_are_divided),
		cmocka_unit_test(rings_fit_the_buffers),
		cmocka_unit_test(queues_are_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
