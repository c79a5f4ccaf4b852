/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls about routes: the RIB with RFC 8349 names, and the lookup.
 */
#include <stdlib.h>
#include <string.h>

#include "console/api.h"
#include "control/iptext.h"

enum { ROUTES_DEFAULT = 100, ROUTES_MAX = 1000 };

static const char *const sources[] = {
	[SOURCE_CONNECTED] = "direct",
	[SOURCE_LOCAL] = "local",
	[SOURCE_STATIC] = "static",
	[SOURCE_FILE] = "file",
	[SOURCE_DHCP] = "dhcp",
};

/* RFC 8349: what is done instead of going to a next hop. */
static const char *const specials[] = {
	[ROUTE_BLACKHOLE] = "blackhole",
	[ROUTE_REJECT] = "prohibit",
};

static const char *const lookup_types[] = {
	[NEXTHOP_NONE] = "none",
	[NEXTHOP_LOCAL] = "local",
	[NEXTHOP_CONNECTED] = "connected",
	[NEXTHOP_VIA] = "unicast",
	[NEXTHOP_BLACKHOLE] = "blackhole",
	[NEXTHOP_REJECT] = "reject",
	[NEXTHOP_BROADCAST] = "blackhole",
};

static const char *
interface_name(struct router *router, uint16_t iface)
{
	const struct interface *i = router_interface_at(router, iface);

	return i != NULL ? i->name : NULL;
}

static void
put_next_hop(struct json *j, cJSON *o, struct router *router,
    const struct rib_route *route)
{
	const char *name = interface_name(router, route->iface);
	cJSON *hop = json_object(j, json_array(j, o, "next-hop"), NULL);
	char text[IPTEXT_ADDR_MAX];

	if (route->type != ROUTE_UNICAST) {
		json_string(j, hop, "special-next-hop", specials[route->type]);
		return;
	}
	if (route->source == SOURCE_LOCAL)
		json_string(j, hop, "special-next-hop", "receive");
	if (route->gateway.family != 0)
		json_string(j, hop, "next-hop-address",
		    ip_addr_format(&route->gateway, text));
	if (name != NULL)
		json_string(j, hop, "outgoing-interface", name);
}

static void
put_route(struct json *j, cJSON *list, struct router *router,
    const struct rib_route *route)
{
	cJSON *o = json_object(j, list, NULL);
	char text[IPTEXT_PREFIX_MAX];

	json_string(
	    j, o, "destination-prefix", ip_prefix_format(&route->prefix, text));
	json_string(j, o, "source-protocol", sources[route->source]);
	json_u64(j, o, "route-preference", route->distance);
	json_bool(j, o, "active", route->active);
	put_next_hop(j, o, router, route);
}

/* The `prefix` parameter. False: `r` is the problem. */
static bool
take_prefix(
    const struct api_call *call, struct ip_prefix *out, struct http_response *r)
{
	const char *text = call->value[0];

	memset(out, 0, sizeof(*out));
	if (!call->given[0])
		return true;
	if (ip_prefix_parse(text, strlen(text), &out->addr, &out->len) != 0) {
		api_bad_parameter(r, "prefix",
		    "expected ADDRESS/LENGTH, such as 10.0.0.0/8.");
		return false;
	}
	if (!ip_addr_mask(&out->addr, out->len)) {
		api_bad_parameter(
		    r, "prefix", "bits beyond the length are set.");
		return false;
	}
	return true;
}

static void
list_routes(struct router *router, const struct ip_prefix *under,
    uint64_t offset, uint64_t limit, struct rib_route *page,
    struct http_response *r)
{
	struct json j;
	cJSON *root = json_begin(&j), *list;
	size_t total = 0, n;

	n = rib_list(router->rib, under, offset, limit, page, &total);
	json_u64(&j, root, "total", total);
	json_u64(&j, root, "offset", offset);
	list = json_array(&j, root, "routes");
	for (size_t i = 0; i < n; i++)
		put_route(&j, list, router, &page[i]);
	json_reply(&j, r);
}

void
api_routes(const struct api_call *call, struct http_response *r)
{
	uint64_t limit = ROUTES_DEFAULT, offset = 0;
	struct ip_prefix under;
	struct rib_route *page;

	if (!take_prefix(call, &under, r) ||
	    !api_number(call, 1, "limit", 1, ROUTES_MAX, &limit, r) ||
	    !api_number(call, 2, "offset", 0, UINT32_MAX, &offset, r))
		return;
	page = malloc(limit * sizeof(*page));
	if (page == NULL)
		return;
	list_routes(call->api->router, call->given[0] ? &under : NULL, offset,
	    limit, page, r);
	free(page);
}

static void
put_lookup_hop(struct json *j, cJSON *list, struct router *router,
    const struct ip_addr *destination, const struct router_nexthop *n)
{
	const struct ip_addr *a = n->addr.family != 0 ? &n->addr : destination;
	cJSON *o = json_object(j, list, NULL);
	char text[IPTEXT_ADDR_MAX], mac[IPTEXT_MAC_MAX];

	json_string(j, o, "next-hop-address", ip_addr_format(a, text));
	json_string(
	    j, o, "outgoing-interface", interface_name(router, n->iface));
	json_string(j, o, "link-layer-address",
	    n->has_mac ? mac_format(n->mac, mac) : NULL);
}

void
api_lookup(const struct api_call *call, struct http_response *r)
{
	struct router *router = call->api->router;
	const char *given = call->value[0];
	struct router_lookup found;
	struct ip_addr a;
	char text[IPTEXT_PREFIX_MAX];
	struct json j;
	cJSON *root, *list;

	if (!call->given[0] || ip_addr_parse(given, strlen(given), &a) != 0) {
		api_bad_parameter(
		    r, "address", "expected an IPv4 or IPv6 address.");
		return;
	}
	router_lookup(router, &a, &found);
	root = json_begin(&j);
	json_string(&j, root, "address", ip_addr_format(&a, text));
	json_string(&j, root, "destination-prefix",
	    found.has_prefix ? ip_prefix_format(&found.prefix, text) : NULL);
	json_string(&j, root, "type", lookup_types[found.type]);
	list = json_array(&j, root, "next-hop");
	/* To a directed broadcast nothing is sent on (RFC 2644). */
	if (found.type == NEXTHOP_BROADCAST)
		found.count = 0;
	for (uint32_t i = 0; i < found.count; i++)
		put_lookup_hop(&j, list, router, &a, &found.nexthop[i]);
	json_reply(&j, r);
}
