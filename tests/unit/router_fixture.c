/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router's surroundings for tests (router_fixture.h).
 */
#include "tests/unit/router_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "control/router_private.h"
#include "net/wire.h"
#include "tests/unit/log_stub.h"

struct fixture *fx;

static void *region[2];
static struct pkt *slots[2][FIXTURE_BUFFERS];
static struct pkt *ring_slots[2][2 * FIXTURE_RING];
static struct port *ports[PORT_MAX];
static struct worker *workers[1];
static struct file file_table[FIXTURE_FILES];
static struct files files = { file_table, 0, "" };

size_t fixture_fib_size;
uint32_t fixture_neighbors = FIXTURE_NEIGHBORS;

static struct fixture_port *
fake(struct port *port)
{
	return port->priv;
}

static uint32_t
fake_rx_burst(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct fixture_port *f = fake(port);
	uint32_t take = f->rx_count < n ? f->rx_count : n;

	(void)queue;
	memcpy(pkts, f->rx, take * sizeof(*pkts));
	f->rx_count -= take;
	memmove(f->rx, f->rx + take, f->rx_count * sizeof(*pkts));
	return take;
}

static uint32_t
fake_tx_burst(
    struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	struct fixture_port *f = fake(port);

	for (uint32_t i = 0; i < n; i++) {
		struct fixture_frame *to = &f->tx[f->tx_count++];

		assert_true(f->tx_count <= FIXTURE_FRAMES);
		assert_int_equal(atomic_load(&port->state), PORT_STARTED);
		to->len = pkts[i]->len;
		memcpy(to->byte, pkt_data(pkts[i]), to->len);
		pool_put(port->pool[queue], pkts[i]);
	}
	return n;
}

static int
fake_start(struct port *port)
{
	fake(port)->starts++;
	assert_int_equal(atomic_load(&port->state), PORT_STOPPED);
	return fake(port)->start_error;
}

static void
fake_stop(struct port *port)
{
	fake(port)->stops++;
	assert_int_equal(atomic_load(&port->state), PORT_STOPPING);
}

static void
fake_link(struct port *port, struct port_link *out)
{
	*out = fake(port)->link;
}

static void
fake_set_mtu(struct port *port, uint16_t mtu)
{
	fake(port)->mtu = mtu;
	fake(port)->mtus++;
}

static const struct port_ops fake_ops = {
	.rx_burst = fake_rx_burst,
	.tx_burst = fake_tx_burst,
	.start = fake_start,
	.stop = fake_stop,
	.link = fake_link,
	.set_mtu = fake_set_mtu,
};

static void
stack_changed(uint16_t iface)
{
	fx->stack.changed[iface]++;
}

static void
stack_note(uint16_t iface, const uint8_t *bytes, uint16_t len)
{
	fx->stack.iface = iface;
	fx->stack.got.len = len;
	if (len)
		memcpy(fx->stack.got.byte, bytes, len);
}

static int
stack_input(uint16_t iface, const uint8_t *frame, uint16_t len)
{
	fx->stack.inputs++;
	stack_note(iface, frame, len);
	return fx->stack.refuses ? (int)fx->stack.reason : NOT_DROPPED;
}

static int
stack_ask(uint16_t iface, const struct ip_addr *addr, const uint8_t *mac)
{
	struct fixture_ask *ask =
	    &fx->stack.ask[fx->stack.asks++ % FIXTURE_FRAMES];

	assert_true(fx->router.interface[iface].link.up);
	ask->iface = iface;
	ask->addr = *addr;
	ask->unicast = mac != NULL;
	if (mac)
		memcpy(ask->mac, mac, ETH_ALEN);
	return fx->stack.ask_error;
}

static const struct stack_ops fake_stack = {
	.interface_changed = stack_changed,
	.input = stack_input,
	.ask = stack_ask,
};

/* What every worker does first in its turn. */
static uint32_t
announce(struct worker *w, uint64_t now_us, uint64_t cycles)
{
	(void)now_us;
	(void)cycles;
	link_collect(w->punt, w->pool);
	atomic_store(&w->quiescent, atomic_load(&w->epoch));
	return 0;
}

/* Real time, as far as slices of work go: so much passes at each look. */
static uint64_t
clock_us(void)
{
	return fx->clock_us += fx->tick_us;
}

const struct file *
fixture_file(const char *name, const char *data, size_t size)
{
	struct file *f = &file_table[files.count++];

	assert_true(files.count <= FIXTURE_FILES);
	*f = (struct file){ name, data, size };
	return f;
}

static void
setup_ports(void)
{
	memset(ports, 0, sizeof(ports));
	for (uint8_t i = 0; i < FIXTURE_PORTS; i++) {
		struct port *port = &fx->port[i].port;

		snprintf(port->name, sizeof(port->name), "port%u", i);
		port->mac[0] = 2;
		port->mac[5] = i;
		port->index = i;
		port->max_frame = FRAME_MAX;
		port->buffer_room = PKT_ROOM;
		port->rx_queues = port->tx_queues = 1;
		port->pool[0] = &fx->worker_pool;
		port->ops = &fake_ops;
		port->priv = &fx->port[i];
		fx->port[i].link = (struct port_link){
			.up = true, .full_duplex = true, .mbps = 1000
		};
		ports[i] = port;
		fx->worker.rx[i] = (struct rx_queue){ port, 0 };
	}
	fx->worker.rx_count = FIXTURE_PORTS;
}

static void
setup_pool(struct pool *pool, uint32_t which, uint32_t buffers)
{
	region[which] = aligned_alloc(
	    POOL_BLOCK, pool_region_size(buffers, PKT_ROOM));
	pool_init(pool, slots[which], region[which], buffers, PKT_ROOM);
}

static void
setup_buffers(void)
{
	setup_pool(&fx->worker_pool, 0, FIXTURE_WORKER_BUFFERS);
	setup_pool(&fx->router_pool, 1, FIXTURE_ROUTER_BUFFERS);
	link_init(&fx->punt, ring_slots[0], FIXTURE_RING, NULL);
	link_init(&fx->mailbox, ring_slots[1], FIXTURE_RING, NULL);
}

static uint32_t
fixture_random(void)
{
	return fx->random;
}

int
fixture_setup(void **state)
{
	const struct router_parts parts = {
		.port = ports,
		.worker = workers,
		.worker_count = 1,
		.stack = &fake_stack,
		.neighbors = fixture_neighbors,
		.random = fixture_random,
		.clock_us = clock_us,
		.fib_size = fixture_fib_size,
	};
	struct router_parts p = parts;

	(void)state;
	files.count = 0;
	log_clear();
	fx = aligned_alloc(64, (sizeof(*fx) + 63) & ~(size_t)63);
	memset(fx, 0, sizeof(*fx));
	setup_ports();
	setup_buffers();
	workers[0] = &fx->worker;
	fx->worker.port = ports;
	fx->worker.pool = &fx->worker_pool;
	fx->worker.counters = &fx->worker_counters;
	fx->worker.punt = &fx->punt;
	fx->worker.gate = &fx->gate;
	fx->worker.inbox[fx->worker.inbox_count++] = &fx->mailbox;
	fx->worker_turn = announce;
	fx->now_us = 1000;
	fx->tick_us = FIXTURE_TICK_US;
	p.pool = &fx->router_pool;
	p.counters = &fx->router_counters;
	return router_init(&fx->router, &p);
}

static uint32_t
link_holds(struct link *l)
{
	return l->full.head - l->full.tail + l->empty.head - l->empty.tail;
}

uint32_t
fixture_buffers_out(void)
{
	uint32_t in = fx->worker_pool.count + fx->router_pool.count;

	for (uint32_t i = 0; i < FIXTURE_PORTS; i++)
		in += fx->port[i].rx_count;
	in += link_holds(&fx->punt) + link_holds(&fx->mailbox);
	return FIXTURE_BUFFERS - in;
}

int
fixture_teardown(void **state)
{
	(void)state;
	assert_int_equal(fixture_buffers_out(), 0);
	router_free(&fx->router);
	free(region[0]);
	free(region[1]);
	free(fx);
	fx = NULL;
	return 0;
}

int
fixture_apply(const char *text)
{
	const struct config_world world = { ports, &files };
	struct config_errors errors = { .count = 0 };
	struct config config;
	int error = config_parse(
	    "test.conf", text, strlen(text), &world, &config, &errors);

	if (error)
		fail_msg("line %u: %s", errors.error[0].line,
		    errors.error[0].message);
	error = router_apply(&fx->router, &config);
	if (error)
		config_free(&config);
	return error;
}

void
fixture_turn(uint64_t us)
{
	fx->now_us += us;
	fx->worker_turn(&fx->worker, fx->now_us, 0);
	router_poll(&fx->router, fx->now_us);
	fx->worker_turn(&fx->worker, fx->now_us, 0);
}

uint32_t
fixture_settle(uint32_t most)
{
	uint32_t n = 0;

	while (n < most && router_has_work(&fx->router)) {
		fixture_turn(1);
		n++;
	}
	return n;
}

void
fixture_start(const char *config)
{
	assert_int_equal(fixture_apply(config), 0);
	fixture_turn(FIXTURE_LINK_TURN);
	fixture_turn(FIXTURE_LINK_TURN);
}

struct router_lookup
fixture_look(const char *text)
{
	struct ip_addr a = fixture_addr(text);
	struct router_lookup l;

	router_lookup(&fx->router, &a, &l);
	return l;
}

void
fixture_send_mailbox(void)
{
	struct pkt *p;

	while (link_take(&fx->mailbox, &fx->worker_pool, &p, 1))
		fake_tx_burst(ports[p->port], 0, &p, 1);
}

struct pkt *
fixture_pkt(uint8_t port, const uint8_t *frame, uint16_t len)
{
	struct pkt *p = pool_get(&fx->worker_pool);

	assert_non_null(p);
	memcpy(pkt_data(p), frame, len);
	p->len = len;
	p->l3 = sizeof(struct eth_hdr);
	p->port = port;
	p->iface = port;
	p->adj = ADJ_NONE;
	return p;
}

void
fixture_punt(struct pkt *p, enum punt_reason reason)
{
	p->punt = (uint8_t)reason;
	p->punt_us = fx->now_us;
	p->source = 0;
	assert_true(link_send(&fx->punt, p));
}

struct ip_addr
fixture_addr(const char *text)
{
	struct ip_addr a;

	memset(&a, 0, sizeof(a));
	assert_int_equal(ip_addr_parse(text, strlen(text), &a), 0);
	return a;
}

void
fixture_learn(uint16_t iface, const char *addr, uint8_t last_of_mac)
{
	struct ip_addr a = fixture_addr(addr);
	const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 1, last_of_mac };

	router_neighbor_heard(&fx->router, iface, &a, mac,
	    HEARD_SOLICITED | HEARD_OVERRIDE | HEARD_CREATE);
}

uint32_t
fixture_asked(const char *addr)
{
	struct ip_addr a = fixture_addr(addr);
	uint32_t n = 0;

	for (uint32_t i = 0; i < fx->stack.asks && i < FIXTURE_FRAMES; i++)
		n += ip_addr_equal(&fx->stack.ask[i].addr, &a);
	return n;
}

void
fixture_run(uint64_t us)
{
	for (uint64_t done = 0; done < us; done += FIXTURE_STEP)
		fixture_turn(FIXTURE_STEP);
}

bool
fixture_neighbor(const char *addr, struct router_neighbor *out)
{
	struct ip_addr a = fixture_addr(addr);
	uint32_t cursor = 0;

	while (router_neighbor_next(&fx->router, &cursor, out))
		if (ip_addr_equal(&out->addr, &a))
			return true;
	return false;
}

static uint16_t
header_sum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < (ip[0] & 15) * 4u; i += 2)
		sum += be16_load(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

bool
fixture_checksum_good(const uint8_t *ip)
{
	return header_sum(ip) == 0xffff;
}

uint16_t
fixture_ip_frame(uint8_t *frame, const char *src, const char *dst, uint16_t len)
{
	struct ip_addr s = fixture_addr(src), d = fixture_addr(dst);
	uint8_t *ip = frame + sizeof(struct eth_hdr);

	memset(frame, 0, sizeof(struct eth_hdr) + len);
	memcpy(frame, fx->port[0].port.mac, ETH_ALEN);
	frame[6] = 2;
	if (s.family == IP4) {
		be16_store(frame + 12, ETHERTYPE_IP4);
		ip[0] = 0x45;
		be16_store(ip + 2, len);
		ip[8] = 64;
		ip[9] = PROTO_UDP;
		memcpy(ip + 12, s.byte, 4);
		memcpy(ip + 16, d.byte, 4);
		be16_store(ip + 10, (uint16_t)~header_sum(ip));
	} else {
		be16_store(frame + 12, ETHERTYPE_IP6);
		ip[0] = 0x60;
		be16_store(ip + 4, len - 40);
		ip[6] = PROTO_UDP;
		ip[7] = 64;
		memcpy(ip + 8, s.byte, 16);
		memcpy(ip + 24, d.byte, 16);
	}
	for (uint16_t i = s.family == IP4 ? 20 : 40; i < len; i++)
		ip[i] = (uint8_t)(i * 7);
	return sizeof(struct eth_hdr) + len;
}
