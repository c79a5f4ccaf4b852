/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router in one process (world.h).
 */
#include "tests/frames/world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/log.h"
#include "kernel/time.h"
#include "lwip-port/stack.h"
#include "net/team.h"
#include "tests/frames/config.h"
#include "tests/frames/console.h"
#include "tests/frames/judge.h"

enum {
	CONTROL = WORLD_WORKERS, /* its place among the cores */
	NEIGHBORS = 256,
	FIRST_US = 1000 * 1000,
	LINKS_US = 200 * 1000, /* until the router looks at links again */
	DAD_US = 5 * 1000 * 1000,
	STEP_US = 500 * 1000,
	TURNS_MAX = 10000, /* without an end of the work */
	SHOWN = 256,
	LINGER_US = 60 * 1000 * 1000, /* how long anything may be kept */
};

static struct world the_world;
struct world *world = &the_world;
static struct pkt *slots[WORLD_WORKERS + 1][WORLD_BUFFERS];
static struct team team;

_Noreturn void
world_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

void
world_show(const char *what, const uint8_t *frame, uint16_t len)
{
	fprintf(stderr, "%s, %u bytes:", what, len);
	for (uint16_t i = 0; i < len && i < SHOWN; i++)
		fprintf(stderr, i % 16 ? " %02x" : "\n  %02x", frame[i]);
	fputc('\n', stderr);
}

uint64_t
time_us(void)
{
	return world->now_us;
}

static uint64_t
clock_us(void)
{
	static uint64_t now;

	return now += 50;
}

static uint32_t
fixed_random(void)
{
	static uint32_t x = 1;

	x = x * 1664525u + 1013904223u;
	return x ^ x >> 16;
}

/* An assertion of lwIP's that fails is our failure. */
void
log_error(const char *area, const char *fmt, ...)
{
	va_list ap;

	if (strcmp(area, "lwip") != 0)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	world_fail(__FILE__, __LINE__, "an assertion of lwIP's");
}

/* What else is logged is true, but of no interest here. */
#define LOG_SINK(name)                                                         \
	void name(const char *area, const char *fmt, ...)                      \
	{                                                                      \
		(void)area;                                                    \
		(void)fmt;                                                     \
	}

LOG_SINK(log_warn)
LOG_SINK(log_info)
LOG_SINK(log_debug)

static uint32_t
rx_burst(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct world_port *wp = port->priv;
	struct world_queue *q = &wp->rx[queue];

	if (n > q->count)
		n = q->count;
	memcpy(pkts, q->pkt, n * sizeof(*pkts));
	q->count -= n;
	memmove(q->pkt, q->pkt + n, q->count * sizeof(*pkts));
	return n;
}

static uint32_t
tx_burst(struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	bool trust = world->now_us - world->spoofed_us > LINGER_US;

	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *frame = pkt_data(pkts[i]);
		const char *fault = judge_frame(
		    &world->router, port->index, frame, pkts[i]->len, trust);

		if (fault != NULL) {
			world_show("a frame that left", frame, pkts[i]->len);
			world_fail(__FILE__, __LINE__, fault);
		}
		world->sent++;
		world->tagged += be16_load(frame + 12) == 0x8100;
		if (world->listener != NULL)
			world->listener(port->index, frame, pkts[i]->len);
		pool_put(port->pool[queue], pkts[i]);
	}
	return n;
}

static int
start(struct port *port)
{
	(void)port;
	return 0;
}

static void
stop(struct port *port)
{
	(void)port;
}

static void
drain(struct port *port, uint32_t queue)
{
	(void)port;
	(void)queue;
}

static void
link_state(struct port *port, struct port_link *out)
{
	(void)port;
	*out = (struct port_link){
		.up = true, .full_duplex = true, .mbps = 10000
	};
}

static int
set_multicast(struct port *port, const uint8_t (*mac)[ETH_ALEN], uint32_t n)
{
	(void)port;
	(void)mac;
	(void)n;
	return 0;
}

static const struct port_ops ops = {
	.rx_burst = rx_burst,
	.tx_burst = tx_burst,
	.start = start,
	.stop = stop,
	.drain = drain,
	.link = link_state,
	.set_multicast = set_multicast,
};

static void
make_ports(void)
{
	for (uint8_t i = 0; i < WORLD_PORTS; i++) {
		struct port *p = &world->port[i].port;

		*p = (struct port){
			.mac = WORLD_MAC(i),
			.index = i,
			.max_frame = WORLD_FRAME_MAX,
			.rx_queues = i == 0 ? WORLD_WORKERS : 1,
			.tx_queues = i == 0 ? WORLD_WORKERS : 1,
			.ops = &ops,
			.priv = &world->port[i],
		};
		snprintf(p->name, sizeof(p->name), "port%u", i);
		world->ports[i] = p;
	}
}

static void
make_pool(uint32_t core)
{
	size_t size = pool_region_size(WORLD_BUFFERS, PKT_ROOM_MAX);
	void *region = aligned_alloc(POOL_BLOCK, size);

	WORLD_REQUIRE(region != NULL);
	memset(region, 0xa5, size);
	pool_init(&world->pool[core], slots[core], region, WORLD_BUFFERS,
	    PKT_ROOM_MAX);
}

static void
make_cores(void)
{
	static struct bell bell; /* nobody sleeps */
	struct arena memory;

	team = (struct team){
		.worker = world->workers,
		.count = WORLD_WORKERS,
		.port = world->ports,
		.control = &bell,
		.room = PKT_ROOM_MAX,
	};
	for (uint32_t i = 0; i < WORLD_WORKERS; i++) {
		make_pool(i);
		world->worker[i].pool = &world->pool[i];
		world->worker[i].counters = &world->counters[i];
		world->workers[i] = &world->worker[i];
	}
	make_pool(CONTROL);
	memory = (struct arena){ .size = team_memory(&team) };
	memory.base = aligned_alloc(64, (memory.size + 63) & ~(size_t)63);
	WORLD_REQUIRE(memory.base != NULL && team_wire(&team, &memory));
}

static void
make_router(void)
{
	static const struct files files = { NULL, 0, "" };
	const struct config_world machine = { world->ports, &files };
	const struct router_parts parts = {
		.port = world->ports,
		.worker = world->workers,
		.worker_count = WORLD_WORKERS,
		.stack = &stack_lwip_ops,
		.pool = &world->pool[CONTROL],
		.counters = &world->counters[CONTROL],
		.neighbors = NEIGHBORS,
		.clock_us = clock_us,
		.random = fixed_random,
	};
	static struct config_errors errors;
	static struct config config;

	WORLD_REQUIRE(router_init(&world->router, &parts) == 0);
	WORLD_REQUIRE(stack_init(&world->router, fixed_random) == 0);
	if (config_parse("world", WORLD_CONFIG, strlen(WORLD_CONFIG), &machine,
		&config, &errors) != 0) {
		fprintf(stderr, "line %u: ", errors.error[0].line);
		world_fail(__FILE__, __LINE__, errors.error[0].message);
	}
	WORLD_REQUIRE(router_apply(&world->router, &config) == 0);
}

void
world_begin(void)
{
	world->now_us = LINGER_US + FIRST_US;
	make_ports();
	make_cores();
	make_router();
	WORLD_REQUIRE(console_listen());
	for (uint64_t t = 0; t < DAD_US; t += LINKS_US)
		world_run(LINKS_US);
	WORLD_REQUIRE(router_links_up(&world->router));
	world_check();
}

bool
world_offer(uint8_t port, const uint8_t *frame, uint16_t len)
{
	static uint32_t turn;
	struct world_port *wp = &world->port[port];
	uint32_t queue = turn++ % wp->port.rx_queues;
	struct world_queue *q = &wp->rx[queue];
	struct pkt *p;

	WORLD_REQUIRE(len <= WORLD_FRAME_MAX);
	if (q->count == WORLD_RING)
		return false;
	p = pool_get(wp->port.pool[queue]);
	WORLD_REQUIRE(p != NULL);
	if (judge_spoofed(&world->router, frame, len))
		world->spoofed_us = world->now_us;
	memcpy(pkt_data(p), frame, len);
	p->len = len;
	q->pkt[q->count++] = p;
	return true;
}

/* All cores, once. False when nothing was to be done, and nothing is left. */
static bool
turn(void)
{
	uint32_t handled = 0;

	for (uint32_t i = 0; i < WORLD_WORKERS; i++)
		handled += worker_run_once(&world->worker[i], world->now_us, 0);
	handled += router_has_work(&world->router);
	router_poll(&world->router, world->now_us);
	stack_poll(world->now_us);
	for (uint32_t i = 0; i < WORLD_WORKERS; i++)
		handled += link_waiting(world->worker[i].inbox[INBOX_CONTROL]);
	return handled > 0;
}

static void
rest(void)
{
	for (uint32_t n = 0; turn(); n++)
		WORLD_REQUIRE(n < TURNS_MAX);
}

void
world_run(uint64_t us)
{
	uint64_t until = world->now_us + us;

	while (until - world->now_us > STEP_US) {
		world->now_us += STEP_US;
		rest();
	}
	world->now_us = until;
	rest();
}

static uint32_t
link_holds(const struct link *l)
{
	return l->full.head - l->full.tail + l->empty.head - l->empty.tail;
}

/* Buffers of a core: those in its pool, its queues, and its links as giver. */
static uint32_t
core_holds(uint32_t core)
{
	const struct worker *w = &world->worker[core];
	uint32_t n = world->pool[core].count, i;

	if (core == CONTROL) {
		for (i = 0; i < WORLD_WORKERS; i++)
			n += link_holds(world->worker[i].inbox[INBOX_CONTROL]);
		return n;
	}
	for (i = 0; i < w->rx_count; i++) {
		const struct world_port *wp = w->rx[i].port->priv;

		n += wp->rx[w->rx[i].queue].count;
	}
	for (i = 0; i < w->outbox_count; i++)
		n += link_holds(w->outbox[i]);
	return n + link_holds(w->punt);
}

void
world_counters(struct counters *workers, struct counters *control)
{
	memset(workers, 0, sizeof(*workers));
	for (uint32_t i = 0; i < WORLD_WORKERS; i++)
		counters_add(workers, &world->counters[i]);
	*control = world->counters[CONTROL];
}

static uint64_t
sum(const uint64_t *counter, uint32_t n)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < n; i++)
		all += counter[i];
	return all;
}

/* Sub-interfaces have counted what left with a tag. */
static void
check_tagged(void)
{
	uint64_t out = 0;

	for (uint16_t i = PORT_MAX; i < world->router.interface_count; i++) {
		struct iface_counters c;

		router_iface_counters(&world->router, i, &c);
		out += c.out_packets;
	}
	WORLD_REQUIRE(out == world->tagged);
}

static void
check_counters(void)
{
	uint64_t in = 0, out = 0, in_drops = 0, out_drops = 0, punts;
	struct counters w, c;

	world_counters(&w, &c);
	for (uint32_t i = 0; i < WORLD_PORTS; i++) {
		in += w.port[i].in_packets;
		out += w.port[i].out_packets;
		in_drops += w.port[i].in_drops;
		out_drops += w.port[i].out_drops;
	}
	punts = sum(w.punt, PUNT_REASON_COUNT);
	WORLD_REQUIRE(in == w.forwarded4 + w.forwarded6 + punts + in_drops);
	WORLD_REQUIRE(sum(w.drop, DROP_REASON_COUNT) == in_drops + out_drops);
	WORLD_REQUIRE(out == world->sent && out_drops == 0);
	in_drops = 0;
	for (uint32_t i = 0; i < WORLD_PORTS; i++)
		in_drops += c.port[i].in_drops;
	WORLD_REQUIRE(in_drops <= punts);
}

void
world_check(void)
{
	for (uint32_t i = 0; i <= WORLD_WORKERS; i++) {
		WORLD_REQUIRE(core_holds(i) == WORLD_BUFFERS);
		WORLD_REQUIRE(world->pool[i].overflow == 0);
		WORLD_REQUIRE(world->pool[i].empty == 0);
	}
	check_counters();
	check_tagged();
}
