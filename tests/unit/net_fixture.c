/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker under test and what surrounds it (net_fixture.h).
 */
#include <arpa/inet.h>

#include "net/fate.h"
#include "tests/unit/net_fixture.h"

enum { NEXTHOPS = 64, GROUPS = 8 };

const uint8_t fix_neighbor_mac[ETH_ALEN] = { 2, 0, 0, 0, 0xbe, 0xef };

static uint32_t
port_rx(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct fix_port *fp = port->priv;
	uint32_t i;

	assert_int_equal(queue, 0);
	if (n > fp->rx_count)
		n = fp->rx_count;
	for (i = 0; i < n; i++)
		pkts[i] = fp->rx[i];
	fp->rx_count -= n;
	memmove(fp->rx, fp->rx + n, fp->rx_count * sizeof(fp->rx[0]));
	return n;
}

static uint32_t
port_tx(struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	struct fix_port *fp = port->priv;
	uint32_t i;

	assert_int_equal(queue, fp->queue);
	if (pkts == NULL) {
		fp->reclaims++;
		return 0;
	}
	assert_in_range(n, 1, PKT_BURST);
	if (n > fp->tx_room)
		n = fp->tx_room;
	fp->tx_room -= n;
	for (i = 0; i < n; i++)
		fp->sent[fp->sent_count++] = pkts[i];
	return n;
}

static void
port_drain(struct port *port, uint32_t queue)
{
	struct fix_port *fp = port->priv;

	assert_int_equal(queue, fp->queue);
	assert_int_equal(atomic_load(&port->state), PORT_STOPPED);
	fp->drains++;
}

static void
port_arm(struct port *port, uint32_t queue)
{
	struct fix_port *fp = port->priv;

	assert_int_equal(queue, 0);
	fp->arms++;
}

static const struct port_ops port_ops = {
	.rx_burst = port_rx,
	.tx_burst = port_tx,
	.drain = port_drain,
	.rx_arm = port_arm,
};

struct ip_addr
fix_addr(const char *text)
{
	struct ip_addr a = { .family = strchr(text, ':') ? IP6 : IP4 };

	assert_int_equal(
	    inet_pton(a.family == IP4 ? AF_INET : AF_INET6, text, a.byte), 1);
	return a;
}

struct ip_prefix
fix_prefix(const char *text)
{
	const char *slash = strchr(text, '/');
	struct ip_prefix prefix = { .len = (uint8_t)atoi(slash + 1) };
	char addr[64] = "";

	memcpy(addr, text, (size_t)(slash - text));
	prefix.addr = fix_addr(addr);
	return prefix;
}

uint32_t
fix_neighbor(struct fixture *f, uint16_t iface, const char *addr)
{
	struct ip_addr a = fix_addr(addr);
	uint32_t adj = adj_add(&f->adj, iface, &a);

	assert_int_not_equal(adj, ADJ_NONE);
	adj_set_mac(&f->adj, adj, fix_neighbor_mac);
	return adj;
}

static uint32_t
add_prefix(struct fixture *f, const char *prefix)
{
	struct ip_prefix p = fix_prefix(prefix);

	assert_in_range(f->nexthop_count, 1, NEXTHOPS - 1);
	assert_true(
	    fib_set((struct fib *)(uintptr_t)f->dp.fib, &p, f->nexthop_count));
	return f->nexthop_count++;
}

void
fix_route(struct fixture *f, const char *prefix, struct nexthop nh)
{
	nexthop_set(&f->nexthop, add_prefix(f, prefix), &nh);
}

uint32_t
fix_route_ways(
    struct fixture *f, const char *prefix, const struct nexthop_ways *way)
{
	uint32_t index = add_prefix(f, prefix);

	assert_true(nexthop_set_ways(&f->nexthop, index, way, ~0u));
	return index;
}

static void
make_ports(struct fixture *f)
{
	uint8_t i;

	for (i = 0; i < FIX_PORTS; i++) {
		struct fix_port *fp = &f->port[i];

		fp->port.ops = &port_ops;
		fp->port.priv = fp;
		fp->port.index = i;
		atomic_store(&fp->port.state, PORT_STARTED);
		fp->tx_room = FIX_RING;
		f->table[i] = &fp->port;
		f->worker.rx[i].port = &fp->port;
		f->dp.port_iface[i] = i;
		f->dp.iface[i] = (struct iface){
			.port = i,
			.up = true,
			.link = i != 3,
			.has4 = true,
			.mac = { 2, 0, 0, 0, 0, (uint8_t)(i + 1) },
			.mtu = i == 2 ? 576 : 1500,
		};
	}
	for (i = 0; i < FIX_PORTS * PUNT_REASON_COUNT; i++) {
		enum punt_reason reason = i % PUNT_REASON_COUNT;

		f->dp.punt[i / PUNT_REASON_COUNT].limit[reason] = bucket_limit(
		    punt_defaults[reason].rate, punt_defaults[reason].burst);
	}
	f->worker.rx_count = FIX_PORTS;
	f->dp.iface_count = FIX_PORTS;
}

static void
make_networks(struct fixture *f)
{
	static const struct {
		const char *prefix;
		uint8_t type;
		uint16_t iface;
	} networks[] = {
		{ "192.0.2.0/24", NEXTHOP_CONNECTED, 0 },
		{ "192.0.2.1/32", NEXTHOP_LOCAL, 0 },
		{ "192.0.2.255/32", NEXTHOP_BROADCAST, 0 },
		{ "198.51.100.0/24", NEXTHOP_CONNECTED, 1 },
		{ "198.51.100.1/32", NEXTHOP_LOCAL, 1 },
		{ "198.51.100.255/32", NEXTHOP_BROADCAST, 1 },
		{ "203.0.113.0/24", NEXTHOP_CONNECTED, 2 },
		{ "169.254.0.0/16", NEXTHOP_CONNECTED, 0 },
		{ "169.254.1.1/32", NEXTHOP_LOCAL, 0 },
		{ "169.254.255.255/32", NEXTHOP_BROADCAST, 0 },
		{ "fe80::1/128", NEXTHOP_LOCAL, 0 },
		{ "10.2.0.0/16", NEXTHOP_BLACKHOLE, 0 },
		{ "10.3.0.0/16", NEXTHOP_REJECT, 0 },
		{ "2001:db8::/64", NEXTHOP_CONNECTED, 0 },
		{ "2001:db8::1/128", NEXTHOP_LOCAL, 0 },
		{ "2001:db8:1::/64", NEXTHOP_CONNECTED, 1 },
		{ "2001:db8:1::1/128", NEXTHOP_LOCAL, 1 },
		{ "2001:db8:2::/48", NEXTHOP_BLACKHOLE, 0 },
		{ "2001:db8:3::/48", NEXTHOP_REJECT, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		fix_route(f, networks[i].prefix,
		    (struct nexthop){
			.type = networks[i].type,
			.iface = networks[i].iface,
		    });
}

/* Routes through gateways; the second of each pair is the IPv6 one. */
static void
make_gateways(struct fixture *f)
{
	static const struct {
		const char *prefix, *gateway;
		uint16_t iface;
		bool resolved;
	} routes[] = {
		{ "10.0.0.0/8", "198.51.100.7", 1, true },
		{ "2001:db8:a::/48", "2001:db8:1::7", 1, true },
		{ "10.4.0.0/16", "198.51.100.8", 1, false },
		{ "2001:db8:4::/48", "2001:db8:1::8", 1, false },
		{ "10.5.0.0/16", "203.0.113.7", 2, true },
		{ "2001:db8:5::/48", "2001:db8:c::7", 2, true },
		{ "10.6.0.0/16", "172.16.0.7", 3, true },
		{ "2001:db8:6::/48", "2001:db8:d::7", 3, true },
	};
	uint32_t adj;
	size_t i;

	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		adj = fix_neighbor(f, routes[i].iface, routes[i].gateway);
		if (!routes[i].resolved)
			adj_invalidate(&f->adj, adj);
		fix_route(f, routes[i].prefix,
		    (struct nexthop){
			.type = NEXTHOP_VIA,
			.ways = 1,
			.index = adj,
		    });
	}
}

struct fixture *
fix_create(void)
{
	struct fixture *f = NULL;
	size_t size;

	assert_int_equal(posix_memalign((void **)&f, 64, sizeof(*f)), 0);
	memset(f, 0, sizeof(*f));
	size = (fib_memory(256, 256) + 63) & ~(size_t)63;
	f->fib_memory = aligned_alloc(64, size);
	f->pool.slot = f->pool_slot;
	f->pool.capacity = FIX_POOL;
	link_init(&f->punt, f->punt_slot, FIX_RING, NULL);
	link_init(&f->mailbox, f->mailbox_slot, FIX_RING, NULL);
	adj_table_init(&f->adj, f->adj_entry, 64, f->adj_bucket, 16, 1);
	f->dp.fib = fib_create(f->fib_memory, size);
	f->nexthop_memory = aligned_alloc(64, nexthop_memory(NEXTHOPS, GROUPS));
	nexthop_table_init(&f->nexthop, f->nexthop_memory, NEXTHOPS, GROUPS);
	f->nexthop_count = 1; /* FIB_MISS */
	f->dp.nexthop = &f->nexthop;
	f->dp.adj = &f->adj;
	f->dp.generation = 1;
	memset(f->dp.port_iface, 0xff, sizeof(f->dp.port_iface));
	make_ports(f);
	make_networks(f);
	make_gateways(f);
	f->worker.port = f->table;
	f->worker.pool = &f->pool;
	f->worker.counters = &f->counters;
	f->worker.vlan = f->vlan;
	f->worker.punt = &f->punt;
	f->worker.gate = &f->gate;
	f->worker.inbox[f->worker.inbox_count++] = &f->mailbox;
	f->worker.now_us = 1000000000;
	atomic_store(&f->worker.dataplane, &f->dp);
	return f;
}

void
fix_destroy(struct fixture *f)
{
	fix_account(f);
	free(f->nexthop_memory);
	free(f->fib_memory);
	free(f);
}

struct pkt *
fix_packet(struct fixture *f, const uint8_t *bytes, uint16_t len)
{
	struct pkt *p = malloc(PKT_META + PKT_HEADROOM + (size_t)len);

	assert_non_null(p);
	memset(p, 0xa5, PKT_META + PKT_HEADROOM);
	pkt_reset(p);
	p->len = len;
	memcpy(pkt_data(p), bytes, len);
	f->made++;
	return p;
}

/* The last packet that was sent by any port. */
static bool
take_sent(struct fixture *f, struct fix_result *r)
{
	uint8_t i;

	for (i = 0; i < FIX_PORTS; i++) {
		struct tx_path *batch = &f->worker.tx[i];

		if (batch->count == 0)
			continue;
		assert_int_equal(batch->count, 1);
		r->p = batch->pkt[0];
		r->port = i;
		r->fate = FATE_GO;
		/* It stays with the port, for fix_account. */
		batch->count = 0;
		f->port[i].sent[f->port[i].sent_count++] = r->p;
		return true;
	}
	return false;
}

struct fix_result
fix_forward(struct fixture *f, uint8_t port, const struct frame *frame)
{
	struct counters before = f->counters;
	struct fix_result r = { .fate = UINT32_MAX };
	uint32_t head = atomic_load(&f->punt.full.head);
	uint32_t i, changes = 0;
	struct pkt *p;

	fix_account(f);
	p = fix_packet(f, frame->byte, frame->len);
	f->worker.now_us += 1000000; /* every meter is full again */
	forward_burst(&f->worker, &f->dp, port, &p, 1);
	changes += take_sent(f, &r);
	for (i = 0; i < DROP_REASON_COUNT; i++) {
		if (f->counters.drop[i] == before.drop[i])
			continue;
		r.fate = FATE_DROP(i);
		changes += (uint32_t)(f->counters.drop[i] - before.drop[i]);
	}
	for (i = 0; i < PUNT_REASON_COUNT; i++) {
		if (f->counters.punt[i] == before.punt[i])
			continue;
		r.fate = FATE_PUNT(i);
		r.p = f->punt_slot[head % FIX_RING];
		assert_int_equal(r.p->punt, i);
		changes += (uint32_t)(f->counters.punt[i] - before.punt[i]);
	}
	assert_int_equal(changes, 1); /* one fate each */
	return r;
}

void
fix_arrive(struct fixture *f, const char *dst, uint32_t n)
{
	struct fix_port *fp = &f->port[0];
	struct frame frame;
	uint32_t i;

	fix_ip4(&frame, dst, 4);
	for (i = 0; i < n; i++)
		fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
}

uint32_t
fix_run(struct fixture *f, uint64_t now_us)
{
	uint32_t n, sum = 0;

	while ((n = worker_run_once(&f->worker, now_us, 0)) > 0)
		sum += n;
	return sum;
}

void
fix_check_sent(
    const struct fixture *f, const struct frame *in, const struct fix_result *r)
{
	uint8_t *out = pkt_data(r->p);
	struct frame want = *in;

	memcpy(want.byte, fix_neighbor_mac, ETH_ALEN);
	memcpy(want.byte + 6, f->dp.iface[r->port].mac, ETH_ALEN);
	if (fix_is_ip4(in)) {
		want.byte[22]--;
		fix_ip4_checksum(&want);
	} else {
		want.byte[21]--;
	}
	assert_int_equal(r->p->len, fix_exact_length(in));
	assert_memory_equal(out, want.byte, r->p->len);
}

void
fix_account(struct fixture *f)
{
	struct spsc *rings[] = { &f->punt.full, &f->mailbox.full,
		&f->mailbox.empty };
	struct pkt *pkts[PKT_BURST];
	uint32_t i, j, n, seen = 0;

	for (i = 0; i < FIX_PORTS; i++) {
		struct fix_port *fp = &f->port[i];
		struct tx_path *batch = &f->worker.tx[i];

		for (j = 0; j < fp->sent_count; j++, seen++)
			free(fp->sent[j]);
		for (j = 0; j < fp->rx_count; j++, seen++)
			free(fp->rx[j]);
		for (j = 0; j < batch->count; j++, seen++)
			free(batch->pkt[j]);
		fp->sent_count = fp->rx_count = batch->count = 0;
		fp->tx_room = FIX_RING;
	}
	/* what core 0 took is paid for */
	memset(f->gate.waiting, 0, sizeof(f->gate.waiting));
	f->gate.taken = f->gate.sent;
	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
		while ((n = spsc_pop_burst(rings[i], pkts, PKT_BURST)) > 0)
			for (j = 0; j < n; j++, seen++)
				free(pkts[j]);
	for (; f->pool.count > 0; seen++)
		free(f->pool_slot[--f->pool.count]);
	assert_int_equal(seen, f->made);
	f->made = 0;
}
