/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/ixgbe_lab.h"

#include <stdio.h>
#include <unistd.h>

#include "drivers/ixgbe.h"
#include "kernel/dma.h"

enum {
	ETHER = 14,
	TAG = 4,
	NUMBER = 4,
	LINK_STEP_NS = 10 * 1000 * 1000,
	LINK_STEPS = 1000,
	PATIENCE_S = 250, /* less than tests/run.py has */
};

struct lab lab;

static uint16_t
or_else(uint16_t v, uint16_t otherwise)
{
	return v != 0 ? v : otherwise;
}

static void
fill_pool(uint32_t q)
{
	const struct lab_config *c = &lab.config;
	void *region = dma_alloc(
	    pool_region_size(c->buffers, c->room), POOL_BLOCK);
	struct pkt **slots = dma_alloc(pool_slots_size(c->buffers), 64);

	assert_non_null(region);
	assert_non_null(slots);
	pool_init(&lab.pool[q], slots, region, c->buffers, c->room);
}

static void
plug_in(uint32_t n)
{
	const struct lab_config *c = &lab.config;
	struct i82599_config card = {
		.mac = { 2, 0, 0, 0, 0, (uint8_t)(n + 1) },
		.function = (uint8_t)n,
		.strict = true,
		.no_module = c->no_module,
		.hostile = c->hostile == 0 ? 0 : 2 * c->hostile + n,
	};
	struct port *port = &lab.port[n];

	lab.nic[n] = inprocess_new(&card);
	port->index = (uint8_t)n;
	port->rx_descriptors = port->tx_descriptors = c->descriptors;
}

void
lab_power(const struct lab_config *config)
{
	struct lab_config *c = &lab.config;
	uint32_t i;

	memset(&lab, 0, sizeof(lab));
	*c = *config;
	if (c->ports == 0)
		c->ports = 1;
	c->queues = or_else(c->queues, 1);
	c->descriptors = or_else(c->descriptors, 64);
	c->room = or_else(c->room, PKT_ROOM);
	if (c->buffers == 0)
		c->buffers = c->ports * 2u * c->descriptors + 64;
	/* A frame that never comes must not be waited for for ever. */
	alarm(PATIENCE_S);
	inprocess_begin();
	for (i = 0; i < c->ports; i++)
		plug_in(i);
	for (i = 0; i < c->queues; i++)
		fill_pool(i);
}

/* With room for a VLAN tag. */
static uint16_t
full_mtu(const struct port *port)
{
	uint16_t room = lab.config.room - ETHER - TAG;
	uint16_t most = port->max_frame - ETHER;

	return room < most ? room : most;
}

int
lab_probe(uint32_t n)
{
	struct port *port = &lab.port[n];
	uint32_t q;
	int err;

	err = ixgbe_driver.probe(&lab.nic[n]->pci, &ixgbe_driver.ids[0], port);
	port->rx_queues = port->tx_queues = lab.config.queues;
	port->buffer_room = lab.config.room;
	if (err == 0)
		port->ops->set_mtu(
		    port, or_else(lab.config.mtu, full_mtu(port)));
	for (q = 0; q < lab.config.queues; q++) {
		port->pool[q] = &lab.pool[q];
		if (lab.config.messages)
			port->message[q].address = 0xfee00000u + 0x1000 * q;
	}
	return err;
}

int
lab_start(uint32_t n)
{
	int err = lab.port[n].ops->start(&lab.port[n]);

	if (err == 0)
		atomic_store(&lab.port[n].state, PORT_STARTED);
	return err;
}

void
lab_stop(uint32_t n)
{
	struct port *port = &lab.port[n];
	uint32_t q;

	atomic_store(&port->state, PORT_STOPPING);
	port->ops->stop(port);
	atomic_store(&port->state, PORT_STOPPED);
	for (q = 0; q < port->rx_queues; q++)
		port->ops->drain(port, q);
}

bool
lab_link(uint32_t n)
{
	struct port_link link;

	lab.port[n].ops->link(&lab.port[n], &link);
	return link.up;
}

void
lab_wait_link(uint32_t n)
{
	uint32_t i;

	for (i = 0; i < LINK_STEPS && !lab_link(n); i++)
		inprocess_pass(LINK_STEP_NS);
	assert_true(i < LINK_STEPS);
}

void
lab_up(const struct lab_config *config)
{
	uint32_t i;

	lab_power(config);
	for (i = 0; i < lab.config.ports; i++) {
		assert_int_equal(lab_probe(i), 0);
		assert_int_equal(lab_start(i), 0);
	}
	for (i = 0; i < lab.config.ports; i++)
		lab_wait_link(i);
}

static int
by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t) * (struct pkt *const *)a;
	uintptr_t y = (uintptr_t) * (struct pkt *const *)b;

	return (x > y) - (x < y);
}

/* Every buffer is there, and none twice. */
static bool
pool_whole(struct pool *p)
{
	uint32_t i;

	if (p->count != p->capacity || p->overflow != 0) {
		printf("pool: %u of %u buffers, %u too many\n",
		    (unsigned)p->count, (unsigned)p->capacity,
		    (unsigned)p->overflow);
		return false;
	}
	qsort(p->slot, p->count, sizeof(*p->slot), by_address);
	for (i = 1; i < p->count; i++) {
		if (p->slot[i] == p->slot[i - 1]) {
			printf("pool: one buffer twice\n");
			return false;
		}
	}
	return true;
}

int
lab_end(void **state)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < lab.config.ports; i++) {
		if (atomic_load(&lab.port[i].state) == PORT_STARTED)
			lab_stop(i);
	}
	/* Whatever a device still has in mind would touch memory now. */
	inprocess_pass(1000000000);
	for (i = 0; i < lab.config.queues; i++)
		good = pool_whole(&lab.pool[i]) && good;
	if (inprocess_end() != 0)
		good = false;
	return good ? 0 : -1;
}

static void
pattern(uint8_t *out, uint32_t n, uint32_t len)
{
	uint32_t x = n * 2654435761u + len, i;

	for (i = ETHER + NUMBER; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		out[i] = (uint8_t)(x >> 24);
	}
}

void
lab_frame(uint8_t *out, uint32_t n, uint32_t len, uint32_t port)
{
	static const uint8_t head[ETHER] = { 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 9, 9,
		0x88, 0xb5 };

	memcpy(out, head, ETHER);
	out[5] = (uint8_t)(port + 1);
	memcpy(out + ETHER, &n, NUMBER);
	pattern(out, n, len);
}

uint32_t
lab_check(const uint8_t *frame, uint32_t len)
{
	uint8_t *expected = malloc(len);
	uint32_t n;

	memcpy(&n, frame + ETHER, NUMBER);
	lab_frame(expected, n, len, frame[5] - 1u);
	assert_memory_equal(frame, expected, len);
	free(expected);
	return n;
}

void
lab_receive(uint32_t port, uint32_t n, uint32_t len)
{
	uint8_t *frame = malloc(len);

	lab_frame(frame, n, len, port);
	inprocess_receive(lab.nic[port], frame, len);
	free(frame);
}

uint32_t
lab_poll(uint32_t port, uint32_t queue, uint32_t n, uint32_t max)
{
	struct port *p = &lab.port[port];
	struct pkt *pkts[PKT_BURST];
	uint32_t got, i;

	got = p->ops->rx_burst(p, queue, pkts, max);
	assert_in_range(got, 0, max);
	for (i = 0; i < got; i++) {
		assert_int_equal(pkts[i]->port, port);
		assert_int_equal(pkts[i]->off, PKT_META + PKT_HEADROOM);
		assert_int_equal(
		    lab_check(pkt_data(pkts[i]), pkts[i]->len), n + i);
	}
	pool_put_burst(p->pool[queue], pkts, got);
	return got;
}

static void
caught(void *ctx, const uint8_t *frame, uint32_t len)
{
	assert_in_range(lab.sent_count, 0, LAB_CAUGHT - 1);
	lab.sent[lab.sent_count++] =
	    (struct lab_sent){ lab_check(frame, len), len };
}

void
lab_catch(uint32_t port)
{
	lab.nic[port]->transmitted = caught;
	lab.sent_count = 0;
}

uint32_t
lab_send(
    uint32_t port, uint32_t queue, uint32_t n, uint32_t len, uint32_t count)
{
	struct port *p = &lab.port[port];
	struct pkt *pkts[PKT_BURST];
	uint32_t i, took;

	assert_int_equal(pool_get_burst(p->pool[queue], pkts, count), count);
	for (i = 0; i < count; i++) {
		lab_frame(pkt_data(pkts[i]), n + i, len, port ^ 1);
		pkts[i]->len = (uint16_t)len;
	}
	took = p->ops->tx_burst(p, queue, pkts, count);
	assert_in_range(took, 0, count);
	pool_put_burst(p->pool[queue], pkts + took, count - took);
	return took;
}

void
lab_reclaim(uint32_t port, uint32_t queue)
{
	struct port *p = &lab.port[port];

	assert_int_equal(p->ops->tx_burst(p, queue, NULL, 0), 0);
}

uint32_t
lab_out(uint32_t queue)
{
	return lab.pool[queue].capacity - lab.pool[queue].count;
}
