/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router and a machine for tests of the console.
 */
#include "tests/unit/fake_console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "console/web.h"
#include "control/iptext.h"

struct router fake_router;
struct system fake_system;
struct api fake_api = { .router = &fake_router, .system = &fake_system };
struct counters fake_control, fake_worker;
struct iface_counters fake_vlan; /* of every sub-interface */
struct port_hw_stats fake_hw;
struct port_queue_stats fake_queue;
uint64_t fake_uptime_us;

static struct worker worker;
static struct worker *workers[] = { &worker };
static struct port ports[2];
static struct port *port_table[] = { &ports[0], &ports[1], NULL };
static const unsigned char page[] = "<!DOCTYPE html><title>x</title>";

const struct web_file web_files[] = {
	{ "/index.html", "text/html; charset=utf-8", "\"0123456789abcdef\"",
	    page, sizeof(page) - 1 },
	{ 0 },
};

static struct ip_addr
address(const char *text)
{
	struct ip_addr a;

	memset(&a, 0, sizeof(a));
	ip_addr_parse(text, strlen(text), &a);
	return a;
}

static void
hw_stats(struct port *port, struct port_hw_stats *out)
{
	(void)port;
	*out = fake_hw;
}

static void
queue_stats_of(struct port *port, uint32_t queue, struct port_queue_stats *out)
{
	(void)port;
	if (queue == 1)
		*out = fake_queue;
}

static const struct port_ops ops[] = {
	{ .hw_stats = hw_stats, .queue_stats = queue_stats_of },
	{ .hw_stats = hw_stats },
};

static uint64_t
uptime_us(void)
{
	return fake_uptime_us;
}

static void
memory(struct system_memory *out)
{
	*out = (struct system_memory){
		.total = 512 << 20,
		.used = 48 << 20,
		.free = 464 << 20,
		.heap_size = 32 << 20,
		.heap_used = 3 << 20,
		.buffers = 8192,
		.buffers_free = 7168,
	};
}

static int
log_read(uint64_t seq, struct system_log_line *out)
{
	if (seq >= FAKE_LOG_LINES)
		return -ENOENT;
	memset(out, 0, sizeof(*out));
	out->seq = seq;
	out->time_us = seq * 1000;
	out->level = seq % 50 == 7 ? "warning" : "info";
	snprintf(out->area, sizeof(out->area), "port%u", (unsigned)seq % 2);
	snprintf(out->text, sizeof(out->text), "line %u \"quoted\" \xff<b>",
	    (unsigned)seq);
	return 0;
}

static void
setup_system(void)
{
	fake_system = (struct system){
		.version = "test",
		.loader = "nobody",
		.volume = "",
		.cpu_model = "fake",
		.tsc_hz = 2000000000,
		.boot_us = 1234567,
		.cpu = { { .id = 0, .control = true },
		    { .id = 1, .apic_id = 4, .worker = &worker } },
		.cpu_count = 2,
		.uptime_us = uptime_us,
		.memory = memory,
		.log_read = log_read,
	};
	fake_uptime_us = 3723000001;
}

static void
setup_port(unsigned n)
{
	struct port *p = &ports[n];
	struct interface *i = &fake_router.interface[n];

	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "port%u", n);
	strcpy(p->driver, "e1000e");
	strcpy(p->model, "82574L");
	snprintf(
	    p->bus_address, sizeof(p->bus_address), "0000:00:0%u.0", n + 2);
	memcpy(p->mac, (uint8_t[]){ 2, 0, 0, 0, 1, (uint8_t)n }, ETH_ALEN);
	p->index = (uint8_t)n;
	atomic_store(&p->state, PORT_STARTED);
	p->rx_queues = p->tx_queues = n == 0 ? 2 : 1;
	p->rx_descriptors = 512;
	p->tx_descriptors = 256;
	p->ops = &ops[n];
	snprintf(i->name, sizeof(i->name), "port%u", n);
	i->port = p;
	i->admin_up = true;
	i->link = (struct port_link){
		.up = n == 0, .full_duplex = true, .mbps = n == 0 ? 1000 : 0
	};
	i->last_change_us = 2500000;
	i->mtu = 1500;
}

void
fake_setup(void)
{
	static struct interface interfaces[IFACE_MAX];
	struct interface *i = interfaces;

	memset(interfaces, 0, sizeof(interfaces));
	memset(&fake_router, 0, sizeof(fake_router));
	memset(&fake_control, 0, sizeof(fake_control));
	memset(&fake_worker, 0, sizeof(fake_worker));
	memset(&fake_hw, 0, sizeof(fake_hw));
	memset(&fake_queue, 0, sizeof(fake_queue));
	memset(&fake_api.cores, 0, sizeof(fake_api.cores));
	setup_system();
	strcpy(fake_router.config.hostname, "edge1");
	fake_router.interface = interfaces;
	fake_router.port = port_table;
	fake_router.worker = workers;
	fake_router.worker_count = 1;
	fake_router.counters = &fake_control;
	fake_router.interface_count = 2;
	worker.counters = &fake_worker;
	worker.rx[0] = (struct rx_queue){ .port = &ports[0], .queue = 1 };
	worker.rx[1] = (struct rx_queue){ .port = &ports[1], .queue = 0 };
	worker.rx_count = 2;
	setup_port(0);
	setup_port(1);
	strcpy(i->description, "uplink <script>alert(1)</script>");
	i->address[0].addr = address("192.0.2.1");
	i->address[0].len = 24;
	i->address[1].addr = address("2001:db8::1");
	i->address[1].len = 64;
	i->address_count = 2;
}

struct interface *
router_interface(struct router *r, const char *name)
{
	for (unsigned n = 0; n < r->interface_count; n++)
		if (strcmp(r->interface[n].name, name) == 0)
			return &r->interface[n];
	return NULL;
}

struct interface *
router_interface_at(struct router *r, uint16_t iface)
{
	return iface < r->interface_count ? &r->interface[iface] : NULL;
}

void
router_counters(const struct router *r, struct counters *sum)
{
	(void)r;
	memset(sum, 0, sizeof(*sum));
	counters_add(sum, &fake_control);
	counters_add(sum, &fake_worker);
}

void
router_iface_counters(
    const struct router *r, uint16_t iface, struct iface_counters *out)
{
	(void)r;
	(void)iface;
	*out = fake_vlan;
}

/* 10/8 has a gateway, 192.0.2/24 is connected, 203.0.113/24 a blackhole. */
void
router_lookup(
    const struct router *r, const struct ip_addr *a, struct router_lookup *out)
{
	(void)r;
	memset(out, 0, sizeof(*out));
	if (a->family != IP4)
		return;
	out->has_prefix = true;
	out->prefix.len = 24;
	out->prefix.addr = *a;
	out->prefix.addr.byte[3] = 0;
	switch (a->byte[0]) {
	case 10:
		out->type = NEXTHOP_VIA;
		out->count = 2;
		out->nexthop[0].addr = address("192.0.2.254");
		out->nexthop[0].has_mac = true;
		out->nexthop[0].mac[5] = 0xfe;
		out->nexthop[1].addr = address("198.51.100.254");
		out->nexthop[1].iface = 1;
		break;
	case 192:
		out->type = a->byte[3] == 255 ? NEXTHOP_BROADCAST
		                              : NEXTHOP_CONNECTED;
		out->count = 1;
		break;
	case 203:
		out->type = NEXTHOP_BLACKHOLE;
		break;
	default:
		out->has_prefix = false;
		break;
	}
}

bool
router_neighbor_next(
    const struct router *r, uint32_t *cursor, struct router_neighbor *out)
{
	(void)r;
	memset(out, 0, sizeof(*out));
	switch ((*cursor)++) {
	case 0:
		out->addr = address("192.0.2.254");
		out->has_mac = out->is_router = true;
		out->mac[5] = 0xfe;
		out->state = "reachable";
		return true;
	case 1:
		out->addr = address("2001:db8::7");
		out->is_static = true;
		out->state = "incomplete";
		return true;
	default:
		return false;
	}
}

uint32_t
router_neighbor_count(const struct router *r)
{
	(void)r;
	return 2;
}

size_t
rib_count(const struct rib *rib)
{
	(void)rib;
	return FAKE_ROUTES;
}

/* Route n is 10.(n / 256).(n % 256).0/24; every fifth of another kind. */
static void
fake_route(size_t n, struct rib_route *out)
{
	memset(out, 0, sizeof(*out));
	out->prefix.addr = address("10.0.0.0");
	out->prefix.addr.byte[1] = (uint8_t)(n / 256);
	out->prefix.addr.byte[2] = (uint8_t)n;
	out->prefix.len = 24;
	out->source = (uint8_t)(n % 5);
	out->type = n % 5 == SOURCE_STATIC ? ROUTE_BLACKHOLE : ROUTE_UNICAST;
	out->distance = 1;
	out->active = true;
	out->iface = n % 5 < SOURCE_STATIC ? 0 : IFACE_NONE;
	if (out->source == SOURCE_FILE)
		out->gateway = address("192.0.2.254");
}

size_t
rib_list(const struct rib *rib, const struct ip_prefix *under, size_t offset,
    size_t limit, struct rib_route *out, size_t *total)
{
	size_t n = 0;

	(void)rib;
	*total = under == NULL ? FAKE_ROUTES : 1;
	for (; n < limit && offset + n < *total; n++)
		fake_route(offset + n, &out[n]);
	return n;
}

size_t
config_render(const struct config *c, char *out, size_t size)
{
	int n = snprintf(out, size, "hostname %s\n", c->hostname);

	return (size_t)n;
}
