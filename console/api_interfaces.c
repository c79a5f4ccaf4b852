/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls about interfaces and neighbours: RFC 8343 and RFC 8344 names.
 */
#include <string.h>

#include "console/api.h"
#include "console/cores.h"
#include "console/http_reply.h"
#include "console/statistics.h"
#include "control/iptext.h"

enum { NEIGHBORS_DEFAULT = 1000, NEIGHBORS_MAX = 5000 };

static const char *const statuses[] = {
	[ADDRESS_PREFERRED] = "preferred",
	[ADDRESS_TENTATIVE] = "tentative",
	[ADDRESS_DUPLICATE] = "duplicate",
};

static const char *const origins[] = {
	[ORIGIN_STATIC] = "static",
	[ORIGIN_DHCP] = "dhcp",
	[ORIGIN_LINK_LAYER] = "link-layer",
};

/* Null for a NULL. */
static void
put_mac(struct json *j, cJSON *o, const char *name, const uint8_t *mac)
{
	char text[IPTEXT_MAC_MAX];

	json_string(j, o, name, mac != NULL ? mac_format(mac, text) : NULL);
}

/* Which sources are taken, as the config says it. */
static void
put_verify(struct json *j, cJSON *ip, uint8_t how)
{
	const char *via = how & VERIFY_RX ? "rx" : "any";
	cJSON *o;

	if (how == 0) {
		json_null(j, ip, "verify-source");
		return;
	}
	o = json_object(j, ip, "verify-source");
	json_string(j, o, "reachable-via", via);
	json_bool(j, o, "allow-default", (how & VERIFY_DEFAULT) != 0);
}

/* The RFC 8344 container of one family. */
static void
put_family(struct json *j, cJSON *o, const char *name, uint8_t family,
    const struct interface *i)
{
	cJSON *ip = json_object(j, o, name);
	cJSON *list;
	char text[IPTEXT_ADDR_MAX];

	json_bool(j, ip, "forwarding", true);
	json_u64(j, ip, "mtu", i->mtu);
	if (family == IP4)
		json_bool(j, ip, "dhcp", i->dhcp);
	put_verify(j, ip, verify_of(i->verify, family));
	list = json_array(j, ip, "address");
	for (uint32_t n = 0; n < i->address_count; n++) {
		const struct interface_address *a = &i->address[n];
		cJSON *item;

		if (a->addr.family != family)
			continue;
		item = json_object(j, list, NULL);
		json_string(j, item, "ip", ip_addr_format(&a->addr, text));
		json_u64(j, item, "prefix-length", a->len);
		json_string(j, item, "origin", origins[a->origin]);
		json_string(j, item, "status", statuses[a->status]);
	}
}

/* What is known of a queue pair; a NIC need not count them. */
static void
put_queue(struct json *j, cJSON *o, const struct system *system, struct port *p,
    uint32_t queue)
{
	const struct system_cpu *cpu = core_of_queue(system, p, queue);
	struct port_queue_stats s;

	json_u64(j, o, "queue", queue);
	if (cpu != NULL)
		json_u64(j, o, "core", cpu->id);
	else
		json_null(j, o, "core");
	json_u64(j, o, "rx-descriptors", p->rx_descriptors);
	json_u64(j, o, "tx-descriptors", p->tx_descriptors);
	if (!queue_stats(p, queue, &s))
		return;
	json_u64(j, o, "rx-depth", s.rx_used);
	json_u64(j, o, "tx-depth", s.tx_used);
	json_u64(j, o, "rx-packets", s.rx_packets);
	json_u64(j, o, "rx-octets", s.rx_octets);
	json_u64(j, o, "rx-drops", s.rx_drops);
	json_u64(j, o, "tx-packets", s.tx_packets);
	json_u64(j, o, "tx-octets", s.tx_octets);
}

static void
put_hardware(
    struct json *j, cJSON *o, const struct system *system, struct port *p)
{
	cJSON *queues;

	json_string(j, o, "driver", p->driver);
	json_string(j, o, "model", p->model);
	json_string(j, o, "pci-address", p->bus_address);
	json_u64(j, o, "max-frame", p->max_frame);
	queues = json_array(j, o, "queues");
	for (uint32_t q = 0; q < p->rx_queues; q++)
		put_queue(j, json_object(j, queues, NULL), system, p, q);
}

static void
put_statistics(struct json *j, cJSON *o, const struct interface_stats *s)
{
	cJSON *t = json_object(j, o, "statistics");

	json_u64(j, t, "in-octets", s->port.in_octets);
	json_u64(j, t, "in-pkts", s->port.in_packets);
	json_u64(j, t, "in-discards", s->in_discards);
	json_u64(j, t, "in-errors", s->in_errors);
	json_u64(j, t, "out-octets", s->port.out_octets);
	json_u64(j, t, "out-pkts", s->port.out_packets);
	json_u64(j, t, "out-discards", s->port.out_drops);
	json_u64(j, t, "out-errors", s->hw.tx_errors);
}

static void
put_nic_statistics(struct json *j, cJSON *o, const struct interface_stats *s)
{
	cJSON *t = json_object(j, o, "hardware-statistics");

	json_u64(j, t, "rx-missed", s->hw.rx_missed);
	json_u64(j, t, "rx-no-buffer", s->hw.rx_no_buffer);
	json_u64(j, t, "rx-crc-errors", s->hw.rx_crc_errors);
	json_u64(j, t, "rx-length-errors", s->hw.rx_length_errors);
	json_u64(j, t, "rx-errors", s->hw.rx_errors);
	json_u64(j, t, "tx-errors", s->hw.tx_errors);
}

static void
put_interface(struct json *j, cJSON *o, const struct api *api,
    const struct interface *i, const struct counters *sum)
{
	struct interface_stats stats;
	bool up = i->admin_up && i->link.up;

	interface_stats(
	    api->router, (uint16_t)(i - api->router->interface), sum, &stats);
	json_string(j, o, "name", i->name);
	json_string(j, o, "description", i->description);
	json_string(j, o, "type",
	    i->vid != 0 ? "iana-if-type:l2vlan"
			: "iana-if-type:ethernetCsmacd");
	json_string(j, o, "admin-status", i->admin_up ? "up" : "down");
	json_string(j, o, "oper-status", up ? "up" : "down");
	json_millionths(j, o, "last-change", i->last_change_us);
	json_u64(j, o, "if-index", (uint64_t)(i - api->router->interface) + 1);
	put_mac(j, o, "phys-address", i->port->mac);
	if (i->link.up) {
		json_u64(j, o, "speed", i->link.mbps * 1000000ull);
		json_string(
		    j, o, "duplex", i->link.full_duplex ? "full" : "half");
	}
	if (i->vid != 0) {
		json_string(
		    j, json_array(j, o, "lower-layer-if"), NULL, i->port->name);
		json_u64(j, o, "vlan-id", i->vid);
	} else {
		put_hardware(j, o, api->system, i->port);
	}
	put_family(j, o, "ipv4", IP4, i);
	put_family(j, o, "ipv6", IP6, i);
	put_statistics(j, o, &stats);
	if (i->vid == 0)
		put_nic_statistics(j, o, &stats);
}

void
api_interfaces(const struct api_call *call, struct http_response *r)
{
	struct router *router = call->api->router;
	struct counters sum;
	struct json j;
	cJSON *root = json_begin(&j);
	cJSON *list = json_array(&j, root, "interfaces");

	router_counters(router, &sum);
	for (uint16_t n = 0; n < router->interface_count; n++)
		if (router->interface[n].port != NULL)
			put_interface(&j, json_object(&j, list, NULL),
			    call->api, &router->interface[n], &sum);
	json_reply(&j, r);
}

void
api_interface(const struct api_call *call, struct http_response *r)
{
	struct router *router = call->api->router;
	const struct interface *i = router_interface(router, call->name);
	struct counters sum;
	struct json j;
	cJSON *root;

	if (i == NULL) {
		http_problem(r, 404, "There is no such interface.");
		return;
	}
	root = json_begin(&j);
	router_counters(router, &sum);
	put_interface(&j, root, call->api, i, &sum);
	json_reply(&j, r);
}

static void
put_neighbor(struct json *j, cJSON *list, struct router *router,
    const struct router_neighbor *n)
{
	cJSON *o = json_object(j, list, NULL);
	char text[IPTEXT_ADDR_MAX];

	json_string(
	    j, o, "interface", router_interface_at(router, n->iface)->name);
	json_string(j, o, "ip", ip_addr_format(&n->addr, text));
	put_mac(j, o, "link-layer-address", n->has_mac ? n->mac : NULL);
	json_string(j, o, "origin", n->is_static ? "static" : "dynamic");
	json_string(j, o, "state", n->state);
	json_bool(j, o, "is-router", n->is_router);
}

/* A page: the whole of a large table would hold core 0 up. */
void
api_neighbors(const struct api_call *call, struct http_response *r)
{
	struct router *router = call->api->router;
	uint64_t limit = NEIGHBORS_DEFAULT, offset = 0;
	struct router_neighbor n;
	uint32_t cursor = 0;
	struct json j;
	cJSON *root, *list;

	if (!api_number(call, 0, "limit", 1, NEIGHBORS_MAX, &limit, r) ||
	    !api_number(call, 1, "offset", 0, UINT32_MAX, &offset, r))
		return;
	root = json_begin(&j);
	json_u64(&j, root, "total", router_neighbor_count(router));
	json_u64(&j, root, "offset", offset);
	list = json_array(&j, root, "neighbors");
	while (limit > 0 && router_neighbor_next(router, &cursor, &n)) {
		if (offset > 0) {
			offset--;
			continue;
		}
		put_neighbor(&j, list, router, &n);
		limit--;
	}
	json_reply(&j, r);
}
