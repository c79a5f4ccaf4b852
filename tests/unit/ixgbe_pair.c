/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/ixgbe_pair.h"

#include <stdio.h>

#include "kernel/dma.h"
#include "kernel/time.h"
#include "tests/unit/ixgbe_frames.h"

enum {
	ROUTES = 8, /* and four neighbours */
	ETHER = 14,
	QUIET_TURNS = 200, /* of LAB_TURN_NS: a millisecond */
	SETTLE_TURNS = 1000,
};

struct pair pair;
static struct worker *team_worker[PAIR_WORKERS];
static struct port *team_port[PORT_MAX];
static struct dataplane dp;
static struct nexthop_table nexthops;
static uint32_t nexthop_count;
static struct adj_table adj;
static struct adj adj_entry[8];
static _Atomic uint32_t adj_bucket[8];

/* xorshift64 */
static uint64_t
next_random(void)
{
	pair.random ^= pair.random << 13;
	pair.random ^= pair.random >> 7;
	pair.random ^= pair.random << 17;
	return pair.random;
}

uint32_t
pair_below(uint32_t n)
{
	return (uint32_t)((next_random() >> 32) * n >> 32);
}

/*
 * Frames.
 */

void
pair_arrive(uint32_t port)
{
	uint32_t flow = pair_below(PAIR_FLOWS), len;
	uint8_t frame[LAB_FRAME_MAX];

	len = frames_arriving(
	    frame, port, flow, pair.flow[port][flow].next_in++);
	pair.in[port]++;
	inprocess_receive(lab.nic[port], frame, len);
}

static void
leaves(void *ctx, const uint8_t *frame, uint32_t len)
{
	uint32_t port = (uint32_t)((struct port *)ctx - lab.port) ^ 1;
	uint32_t flow, n;
	uint8_t expected[LAB_FRAME_MAX];
	struct pair_flow *f;

	frames_read(frame, &flow, &n);
	assert_true(flow < PAIR_FLOWS);
	f = &pair.flow[port][flow];
	assert_in_range(n, f->next_out, f->next_in - 1);
	f->next_out = n + 1;
	assert_int_equal(len, frames_leaving(expected, port, flow, n));
	if (memcmp(frame, expected, len) != 0)
		assert_memory_equal(frame, expected, len);
	pair.out[port]++;
}

/*
 * Set-up.
 */

static uint32_t
make_neighbor(uint16_t port, uint32_t half)
{
	struct ip_addr a = { .byte = { 10, (uint8_t)port, (uint8_t)half, 1 },
		.family = IP4 };
	uint32_t i = adj_add(&adj, port, &a);

	assert_int_not_equal(i, ADJ_NONE);
	adj_set_mac(&adj, i, frames_neighbor(port, half ? 2 : 0));
	return i;
}

/* The whole network by the first neighbour, its upper half by the second. */
static void
make_routes(struct fib *fib, uint16_t port)
{
	struct ip_prefix p;
	uint32_t half, family;

	for (half = 0; half < 2; half++) {
		struct nexthop n = { .type = NEXTHOP_VIA,
			.ways = 1,
			.index = make_neighbor(port, half) };

		for (family = 0; family < 2; family++) {
			memset(&p, 0, sizeof(p));
			frames_address(p.addr.byte, port, half * 2 + family, 0);
			p.addr.byte[14] = 0;
			p.addr.family = family == 0 ? IP4 : IP6;
			p.len = (uint8_t)((family == 0 ? 16 : 48) + half);
			nexthop_set(&nexthops, nexthop_count, &n);
			assert_true(fib_set(fib, &p, nexthop_count++));
		}
	}
}

static void
make_dataplane(void)
{
	size_t size = (fib_memory(ROUTES, ROUTES) + 63) & ~(size_t)63;
	struct fib *fib;
	uint16_t i;

	fib = fib_create(dma_alloc(size, 64), size);
	assert_non_null(fib);
	memset(&dp, 0, sizeof(dp));
	memset(adj_entry, 0, sizeof(adj_entry));
	for (i = 0; i < 8; i++)
		atomic_store(&adj_bucket[i], ADJ_NONE);
	adj_table_init(&adj, adj_entry, 8, adj_bucket, 8, 1);
	nexthop_table_init(&nexthops,
	    dma_alloc(nexthop_memory(1 + ROUTES, 0), 64), 1 + ROUTES, 0);
	nexthop_count = 1; /* 0 is FIB_MISS */
	for (i = 0; i < LAB_PORTS; i++) {
		make_routes(fib, i);
		dp.iface[i] = (struct iface){
			.port = (uint8_t)i,
			.up = true,
			.link = true,
			.has4 = true,
			.mtu = (uint16_t)(pair.config.len_max - ETHER),
		};
		memcpy(dp.iface[i].mac, lab.port[i].mac, ETH_ALEN);
		dp.port_iface[i] = i;
	}
	dp.fib = fib;
	dp.nexthop = &nexthops;
	dp.adj = &adj;
	dp.iface_count = LAB_PORTS;
}

static void
wake(void *arg)
{
	struct pair_worker *core = arg;

	core->asleep = false;
}

static void
make_workers(void)
{
	struct team team = { team_worker, pair.config.workers, team_port, NULL,
		lab.config.room };
	size_t size = pair.config.workers * sizeof(*pair.core);
	struct arena arena;
	uint32_t i;

	pair.core = dma_alloc(size, 64);
	assert_non_null(pair.core);
	for (i = 0; i < pair.config.workers; i++) {
		team_worker[i] = &pair.core[i].worker;
		team_worker[i]->pool = &lab.pool[i];
		team_worker[i]->counters = &pair.core[i].counters;
		team_worker[i]->bell.wake = wake;
		team_worker[i]->bell.arg = &pair.core[i];
		atomic_store(&team_worker[i]->dataplane, &dp);
	}
	for (i = 0; i < LAB_PORTS; i++)
		team_port[i] = &lab.port[i];
	arena = (struct arena){ .size = team_memory(&team) };
	arena.base = dma_alloc(arena.size, 64);
	assert_true(team_wire(&team, &arena));
}

/* What came to be since workers last looked; sleepers hear of it. */
static void
new_epoch(void)
{
	uint32_t i;

	pair.epoch++;
	for (i = 0; i < pair.config.workers; i++) {
		atomic_store(&team_worker[i]->epoch, pair.epoch);
		bell_ring(&team_worker[i]->bell);
	}
}

void
pair_up(const struct pair_config *config)
{
	struct pair_config *c = &pair.config;
	uint32_t i;

	memset(&pair, 0, sizeof(pair));
	*c = *config;
	c->workers = c->workers == 0 ? 1 : c->workers;
	c->len_max = c->len_max == 0 ? 1514 : c->len_max;
	pair.random = 0x2545f4914f6cdd1dull * (c->random + 1);
	frames_begin(c->len_max);
	lab_power(&(struct lab_config){
	    .ports = LAB_PORTS,
	    .buffers = c->buffers,
	    .queues = (uint16_t)c->workers,
	    .descriptors = c->descriptors,
	    .room = c->room,
	    .messages = c->rests,
	    .hostile = c->hostile,
	});
	for (i = 0; i < LAB_PORTS; i++) {
		assert_int_equal(lab_probe(i), 0);
		lab.nic[i]->transmitted = leaves;
		lab.nic[i]->ctx = &lab.port[i];
	}
	make_workers();
	make_dataplane();
	for (i = 0; i < LAB_PORTS; i++)
		pair_start(i);
	for (i = 0; i < LAB_PORTS; i++)
		lab_wait_link(i);
}

/*
 * Turns.
 */

/* Both ports' message `i` is worker i's. */
static uint64_t
messages(uint32_t i)
{
	return lab.nic[0]->messages[i] + lab.nic[1]->messages[i];
}

static void
run(uint32_t i)
{
	struct pair_worker *core = &pair.core[i];

	if (core->asleep && messages(i) == core->messages)
		return;
	if (atomic_load(&core->worker.quiescent) & WORKER_ASLEEP) {
		core->asleep = false;
		pair.wakes++;
		worker_woken(&core->worker);
	}
	if (worker_run_once(&core->worker, time_us(), host.ns) != 0 ||
	    !pair.config.rests)
		return;
	/* A message from here on ends the halt. */
	core->messages = messages(i);
	if (worker_may_rest(&core->worker) == WORKER_STAYS)
		return;
	core->asleep = true;
	pair.sleeps++;
}

void
pair_turn(void)
{
	uint32_t n = pair.config.workers, first = pair_below(n), i;

	for (i = 0; i < n; i++)
		run((first + i) % n);
	inprocess_pass(LAB_TURN_NS);
}

uint64_t
pair_quiet(void)
{
	uint64_t out = 0, lost = 0;
	uint32_t turns, port, flow;

	for (turns = 0; turns < QUIET_TURNS; turns++) {
		if (out != pair.out[0] + pair.out[1])
			turns = 0;
		out = pair.out[0] + pair.out[1];
		pair_turn();
	}
	for (port = 0; port < LAB_PORTS; port++) {
		assert_int_equal(inprocess_waiting(lab.nic[port]), 0);
		assert_int_equal(lab.nic[port]->wire_lost, 0);
		for (flow = 0; flow < PAIR_FLOWS; flow++) {
			struct pair_flow *f = &pair.flow[port][flow];

			f->next_out = f->next_in;
		}
		lost += pair.in[port] - pair.out[port];
		pair.in[port] = pair.out[port] = 0;
	}
	return lost;
}

uint64_t
pair_drops(void)
{
	struct port_hw_stats hw;
	uint64_t drops = 0;
	uint32_t i;

	for (i = 0; i < pair.config.workers; i++)
		drops += pair.core[i].counters.drop[DROP_TX_FULL] +
		         pair.core[i].counters.drop[DROP_LINK_DOWN];
	for (i = 0; i < LAB_PORTS; i++) {
		lab.port[i].ops->hw_stats(&lab.port[i], &hw);
		drops += hw.rx_missed + hw.rx_no_buffer;
		assert_int_equal(hw.rx_crc_errors + hw.rx_length_errors +
				     hw.rx_errors + hw.tx_errors,
		    0);
	}
	return drops;
}

/*
 * Core 0's part (net/port.h, enum port_state).
 */

static void
settle(void (*load)(void))
{
	uint32_t turns, i;

	new_epoch();
	for (turns = 0; turns < SETTLE_TURNS; turns++) {
		for (i = 0; i < pair.config.workers; i++)
			if ((atomic_load(&team_worker[i]->quiescent) &
				~WORKER_ASLEEP) < pair.epoch)
				break;
		if (i == pair.config.workers)
			return;
		pair_turn();
		if (load != NULL)
			load();
	}
	fail_msg("a worker does not settle");
}

void
pair_stop(uint32_t n, void (*load)(void))
{
	struct port *port = &lab.port[n];

	atomic_store(&port->state, PORT_STOPPING);
	settle(load);
	port->ops->stop(port);
	atomic_store(&port->state, PORT_STOPPED);
	settle(load);
}

void
pair_start(uint32_t n)
{
	assert_int_equal(lab_start(n), 0);
	new_epoch();
}

static bool
fates_are_known(const struct counters *c)
{
	uint32_t i;
	bool good = true;

	for (i = 0; i < DROP_REASON_COUNT; i++) {
		if (i == DROP_TX_FULL || i == DROP_LINK_DOWN || c->drop[i] == 0)
			continue;
		printf("%u packets dropped for reason %u\n",
		    (unsigned)c->drop[i], (unsigned)i);
		good = false;
	}
	for (i = 0; i < PUNT_REASON_COUNT; i++) {
		if (c->punt[i] == 0)
			continue;
		printf("%u packets punted for reason %u\n",
		    (unsigned)c->punt[i], (unsigned)i);
		good = false;
	}
	return good;
}

int
pair_end(void **state)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < LAB_PORTS; i++)
		if (atomic_load(&lab.port[i].state) == PORT_STARTED)
			pair_stop(i, NULL);
	for (i = 0; i < pair.config.workers; i++)
		good = fates_are_known(&pair.core[i].counters) && good;
	return lab_end(state) == 0 && good ? 0 : -1;
}
