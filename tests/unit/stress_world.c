/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NICs that make up packets and check what they send (stress_world.h).
 */
#include "tests/unit/stress_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/wire.h"

enum {
	ETH = sizeof(struct eth_hdr),
	FRAME = 64,
	KNOWN_AT = ETH + 20, /* the version, in the payload */
	PORT_AT = KNOWN_AT + 4,
	BUFFERS = 700, /* a core's: few, so that pools run dry too */
	PROTOCOL = 253,
	WRONGS_TOLD = 5,
};

struct stress *stress;

void
stress_wrong(const char *what, int line)
{
	if (atomic_fetch_add(&stress->wrongs, 1) < WRONGS_TOLD)
		fprintf(stderr, "wrong: %s (line %d)\n", what, line);
}

struct ip_addr
stress_gateway(uint32_t port, uint32_t version)
{
	return (
	    struct ip_addr){ .byte = { 10, (uint8_t)port,
				 (uint8_t)(version >> 8), (uint8_t)version },
		.family = IP4 };
}

void
stress_mac(
    uint8_t mac[ETH_ALEN], uint32_t route, uint32_t version, uint32_t port)
{
	mac[0] = 2;
	mac[1] = (uint8_t)route;
	mac[2] = (uint8_t)(version >> 8);
	mac[3] = (uint8_t)version;
	mac[4] = (uint8_t)port;
	mac[5] = (uint8_t)(mac[1] ^ mac[2] ^ mac[3] ^ mac[4] ^ 0x5a);
}

static uint32_t
random_below(struct stress_core *c, uint32_t n)
{
	c->random = c->random * 1664525u + 1013904223u;
	return (c->random >> 8) % n;
}

static void
checksum(uint8_t *ip)
{
	uint32_t sum = 0, i;

	be16_store(ip + 10, 0);
	for (i = 0; i < 20; i += 2)
		sum += be16_load(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	be16_store(ip + 10, (uint16_t)~sum);
}

/* Mostly through a gateway, at times to one, or to the router. */
static void
make_destination(struct stress_core *c, uint8_t *frame, uint32_t port)
{
	uint32_t k = random_below(c, STRESS_ROUTES);
	uint32_t kind = random_below(c, 32);
	uint8_t *dst = frame + ETH + 16;

	memcpy(frame + KNOWN_AT, &c->known[k], sizeof(c->known[k]));
	memcpy(dst,
	    (uint8_t[]){ 20, (uint8_t)k, (uint8_t)random_below(c, 256), 1 }, 4);
	if (kind == 0)
		memcpy(dst, (uint8_t[]){ 10, (uint8_t)port, 0, 1 }, 4);
	else if (kind < 6)
		memcpy(dst,
		    stress_gateway(random_below(c, STRESS_PORTS),
			c->known[k] - random_below(c, 8))
			.byte,
		    4);
}

static void
make_frame(struct stress_core *c, struct pkt *p, const struct port *port)
{
	uint8_t *frame = pkt_data(p), *ip = frame + ETH;

	memset(frame, 0, FRAME);
	memcpy(frame, port->mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, (uint8_t[]){ 2, 9, 9, 9, 9, 9 }, ETH_ALEN);
	be16_store(frame + 12, ETHERTYPE_IP4);
	ip[0] = 0x45;
	be16_store(ip + 2, FRAME - ETH);
	ip[8] = 64;
	ip[9] = PROTOCOL;
	memcpy(ip + 12, (uint8_t[]){ 10, port->index, 0, 200 }, 4);
	make_destination(c, frame, port->index);
	checksum(ip);
	p->len = FRAME;
}

static uint32_t
rx_burst(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct stress_port *sp = port->priv;
	struct stress_queue *q = &sp->queue[queue];
	struct pool *pool = port->pool[queue];
	uint32_t i;

	STRESS_CHECK(sp->on);
	while (q->rx_count < STRESS_RING && pool->count > 0)
		q->rx[q->rx_count++] = pool_get(pool);
	if (random_below(q->core, 2))
		return 0;
	n = random_below(q->core, n + 1);
	if (n > q->rx_count)
		n = q->rx_count;
	for (i = 0; i < n; i++) {
		pkts[i] = q->rx[--q->rx_count];
		make_frame(q->core, pkts[i], port);
	}
	return n;
}

/* Is this a gateway that was valid while the packet was on its way? */
static void
check_forwarded(const uint8_t *frame, uint32_t port)
{
	const uint8_t *dst = frame + ETH + 16;
	uint32_t version = (uint32_t)frame[2] << 8 | frame[3], known;
	uint8_t mac[ETH_ALEN];

	stress_mac(mac, frame[1], version, port);
	STRESS_CHECK(memcmp(mac, frame, ETH_ALEN) == 0);
	STRESS_CHECK(frame[ETH + 8] == 63);
	if (dst[0] == 10) {
		STRESS_CHECK(dst[1] == port);
		STRESS_CHECK(dst[2] == frame[2] && dst[3] == frame[3]);
		return;
	}
	memcpy(&known, frame + KNOWN_AT, sizeof(known));
	STRESS_CHECK(dst[1] == frame[1]);
	STRESS_CHECK(version >= known);
	STRESS_CHECK(version <= atomic_load(&stress->tried[dst[1]]));
}

static uint32_t
tx_burst(struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	struct stress_port *sp = port->priv;
	struct stress_queue *q = &sp->queue[queue];
	uint32_t i;

	STRESS_CHECK(sp->on);
	if (n == 0 || random_below(q->core, 3) == 0) {
		pool_put_burst(port->pool[queue], q->tx, q->tx_count);
		q->tx_count = 0;
	}
	if (n > STRESS_RING - q->tx_count)
		n = STRESS_RING - q->tx_count;
	for (i = 0; i < n; i++) {
		const uint8_t *frame = pkt_data(pkts[i]);

		STRESS_CHECK(memcmp(frame + 6, port->mac, ETH_ALEN) == 0);
		if (be16_load(frame + 12) == STRESS_ETHERTYPE)
			q->from_control++;
		else
			check_forwarded(frame, port->index);
		q->tx[q->tx_count++] = pkts[i];
	}
	q->sent += n;
	return n;
}

static void
drain(struct port *port, uint32_t queue)
{
	struct stress_port *sp = port->priv;
	struct stress_queue *q = &sp->queue[queue];

	STRESS_CHECK(!sp->on);
	pool_put_burst(port->pool[queue], q->rx, q->rx_count);
	pool_put_burst(port->pool[queue], q->tx, q->tx_count);
	q->rx_count = q->tx_count = 0;
}

static int
start(struct port *port)
{
	struct stress_port *sp = port->priv;
	uint32_t i;

	STRESS_CHECK(!sp->on);
	for (i = 0; i < port->rx_queues; i++) {
		STRESS_CHECK(sp->queue[i].rx_count == 0);
		STRESS_CHECK(sp->queue[i].tx_count == 0);
		sp->queue[i].rx_count = sp->queue[i].tx_count = 0;
	}
	sp->on = true;
	sp->starts++;
	return 0;
}

static void
stop(struct port *port)
{
	struct stress_port *sp = port->priv;

	STRESS_CHECK(sp->on);
	sp->on = false;
	sp->stops++;
}

static void
arm(struct port *port, uint32_t queue)
{
	struct stress_port *sp = port->priv;

	(void)queue;
	STRESS_CHECK(sp->on);
}

static void
link_state(struct port *port, struct port_link *out)
{
	const struct stress_port *sp = port->priv;

	*out = (struct port_link){
		.up = !sp->down, .full_duplex = true, .mbps = 10000
	};
}

static const struct port_ops ops = {
	.rx_burst = rx_burst,
	.tx_burst = tx_burst,
	.start = start,
	.stop = stop,
	.drain = drain,
	.rx_arm = arm,
	.link = link_state,
};

static void
stack_changed(uint16_t iface)
{
	(void)iface;
}

static int
stack_input(uint16_t iface, const uint8_t *frame, uint16_t len)
{
	const uint8_t *ip = frame + ETH;

	STRESS_CHECK(len == FRAME && ip[8] == 64 && ip[9] == PROTOCOL);
	STRESS_CHECK(ip[17] == iface && ip[19] == 1);
	stress->inputs++;
	return NOT_DROPPED;
}

static int
stack_ask(uint16_t iface, const struct ip_addr *addr, const uint8_t *mac)
{
	(void)iface;
	(void)addr;
	(void)mac;
	return -1;
}

static const struct stack_ops stack = {
	.interface_changed = stack_changed,
	.input = stack_input,
	.ask = stack_ask,
};

static uint32_t
stress_random(void)
{
	return 1u << 31;
}

static uint64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
wake(void *core)
{
	sem_post(&((struct stress_core *)core)->wake);
}

static void
setup_core(struct stress_core *c, uint32_t n)
{
	c->region = aligned_alloc(
	    POOL_BLOCK, pool_region_size(BUFFERS, PKT_ROOM));
	pool_init(&c->pool, c->slot, c->region, BUFFERS, PKT_ROOM);
	c->random = n;
	sem_init(&c->wake, 0, 0);
	c->worker.pool = &c->pool;
	c->worker.counters = &c->counters;
	c->worker.bell.wake = wake;
	c->worker.bell.arg = c;
}

static void
setup_port(uint8_t n)
{
	struct stress_port *sp = &stress->port[n];
	struct port *p = &sp->port;
	uint32_t queues = n < STRESS_SHARED ? STRESS_WORKERS : 1, i;

	snprintf(p->name, sizeof(p->name), "port%u", n);
	p->mac[0] = 2;
	p->mac[1] = 0xff;
	p->mac[5] = n;
	p->index = n;
	p->max_frame = 1514;
	p->rx_queues = p->tx_queues = p->queues_max = (uint16_t)queues;
	p->ops = &ops;
	p->priv = sp;
	for (i = 0; i < queues; i++) {
		sp->queue[i].core =
		    &stress->core[queues > 1 ? i : n % STRESS_WORKERS];
		/* Port 3 cannot wake anybody. */
		p->message[i].address = n < STRESS_PORTS - 1;
	}
	stress->ports[n] = p;
}

static void
setup_team(void)
{
	const struct team team = {
		.worker = stress->workers,
		.count = STRESS_WORKERS,
		.port = stress->ports,
		.control = &stress->control.worker.bell,
		.room = PKT_ROOM,
	};
	struct arena memory = { .size = team_memory(&team) };

	memory.base = stress->links = aligned_alloc(64, memory.size);
	STRESS_CHECK(team_wire(&team, &memory));
	STRESS_CHECK(memory.used == memory.size);
}

void
stress_setup(void)
{
	struct router_parts parts = {
		.stack = &stack,
		.neighbors = 512,
		.random = stress_random,
		.clock_us = clock_us,
	};
	uint32_t i;

	stress = aligned_alloc(64, (sizeof(*stress) + 63) & ~(size_t)63);
	memset(stress, 0, sizeof(*stress));
	setup_core(&stress->control, 99);
	for (i = 0; i < STRESS_WORKERS; i++) {
		setup_core(&stress->core[i], i);
		stress->workers[i] = &stress->core[i].worker;
	}
	for (i = 0; i < STRESS_PORTS; i++)
		setup_port((uint8_t)i);
	setup_team();
	parts.port = stress->ports;
	parts.worker = stress->workers;
	parts.worker_count = STRESS_WORKERS;
	parts.pool = &stress->control.pool;
	parts.counters = &stress->control.counters;
	STRESS_CHECK(router_init(&stress->router, &parts) == 0);
}

static uint32_t
ring_holds(const struct spsc *r)
{
	return r->head - r->tail;
}

static uint32_t
link_holds(const struct link *l)
{
	return ring_holds(&l->full) + ring_holds(&l->empty);
}

/* Every buffer that is this core's: the swaps must not have moved one. */
static uint32_t
core_holds(const struct stress_core *c)
{
	const struct worker *w = &c->worker;
	uint32_t n = c->pool.count, i;

	for (i = 0; i < w->rx_count; i++) {
		const struct stress_port *sp = w->rx[i].port->priv;
		const struct stress_queue *q = &sp->queue[w->rx[i].queue];

		n += q->rx_count + q->tx_count;
	}
	for (i = 0; i < w->outbox_count; i++)
		n += link_holds(w->outbox[i]);
	if (w->punt != NULL)
		return n + link_holds(w->punt);
	for (i = 0; i < STRESS_WORKERS; i++)
		n += link_holds(stress->workers[i]->inbox[INBOX_CONTROL]);
	return n;
}

static void
teardown_core(struct stress_core *c)
{
	STRESS_CHECK(core_holds(c) == BUFFERS);
	STRESS_CHECK(c->pool.overflow == 0);
	free(c->region);
	sem_destroy(&c->wake);
}

void
stress_teardown(void)
{
	uint32_t i;

	teardown_core(&stress->control);
	for (i = 0; i < STRESS_WORKERS; i++)
		teardown_core(&stress->core[i]);
	router_free(&stress->router);
	free(stress->links);
}
