/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config as text, in one fixed form: defaults that were not written are
 * left out, keywords are whole, interface blocks come first.
 */
#include <stdio.h>
#include <string.h>

#include "control/config_private.h"
#include "control/iptext.h"

void
put(struct sink *s, const char *text)
{
	size_t n = strlen(text);
	size_t room = s->size > s->len ? s->size - s->len - 1 : 0;

	if (room > 0)
		memcpy(s->out + s->len, text, n < room ? n : room);
	s->len += n;
}

void
put_number(struct sink *s, uint32_t v)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", (unsigned int)v);
	put(s, text);
}

void
put_addr(struct sink *s, const struct ip_addr *a)
{
	char text[IPTEXT_ADDR_MAX];

	put(s, ip_addr_format(a, text));
}

void
put_prefix(struct sink *s, const struct ip_addr *a, uint8_t len)
{
	struct ip_prefix prefix = { *a, len };
	char text[IPTEXT_PREFIX_MAX];

	put(s, ip_prefix_format(&prefix, text));
}

static const char *
ip_keyword(uint8_t family)
{
	return family == IP4 ? "ip" : "ipv6";
}

static void
put_limit(struct sink *s, const char *margin, const char *keywords,
    const struct config_limit *limit)
{
	if (!limit->given)
		return;
	put(s, margin);
	put(s, keywords);
	put(s, " ");
	put_number(s, limit->rate.rate);
	if (limit->rate.burst != 0) {
		put(s, " ");
		put_number(s, limit->rate.burst);
	}
	put(s, "\n");
}

static void
put_limits(
    struct sink *s, const char *margin, const struct config_limits *limits)
{
	char keywords[CONFIG_NAME_MAX];

	for (uint32_t i = 0; i < PUNT_REASON_COUNT; i++) {
		snprintf(keywords, sizeof(keywords), "punt-limit %s",
		    punt_names[i].name);
		put_limit(s, margin, keywords, &limits->punt[i]);
	}
	put_limit(s, margin, "icmp rate-limit", &limits->icmp);
}

static void
put_interface(struct sink *s, const struct config_interface *iface)
{
	put(s, "interface ");
	put(s, iface->name);
	if (iface->description[0] != '\0') {
		put(s, "\n description ");
		put(s, iface->description);
	}
	if (iface->mtu != 0) {
		put(s, "\n mtu ");
		put_number(s, iface->mtu);
	}
	if (iface->ring != 0) {
		put(s, "\n ring ");
		put_number(s, iface->ring);
	}
	if (iface->dhcp)
		put(s, "\n ip address dhcp");
	for (uint32_t i = 0; i < iface->address_count; i++) {
		const struct config_address *a = &iface->address[i];

		put(s, "\n ");
		put(s, ip_keyword(a->addr.family));
		put(s, " address ");
		put_prefix(s, &a->addr, a->len);
	}
	put_verify(s, iface->verify);
	put_nd(s, &iface->nd);
	if (iface->shutdown)
		put(s, "\n shutdown");
	put(s, "\n");
	put_limits(s, " ", &iface->limits);
	put(s, "!\n");
}

static void
put_route(struct sink *s, const struct config_route *route)
{
	static const char *const discard[] = {
		[ROUTE_BLACKHOLE] = " blackhole",
		[ROUTE_REJECT] = " reject",
	};

	put(s, ip_keyword(route->prefix.addr.family));
	put(s, " route ");
	put_prefix(s, &route->prefix.addr, route->prefix.len);
	if (route->gateway.family != 0) {
		put(s, " ");
		put_addr(s, &route->gateway);
	}
	if (route->iface[0] != '\0') {
		put(s, " ");
		put(s, route->iface);
	}
	if (route->type != ROUTE_UNICAST)
		put(s, discard[route->type]);
	if (route->distance != CONFIG_DISTANCE_STATIC) {
		put(s, " ");
		put_number(s, route->distance);
	}
	put(s, "\n");
}

static void
put_neighbor(struct sink *s, const struct config_neighbor *n)
{
	char text[IPTEXT_MAC_MAX];

	put(s, "neighbor ");
	put_addr(s, &n->addr);
	put(s, " lladdr ");
	put(s, mac_format(n->mac, text));
	put(s, " ");
	put(s, n->iface);
	put(s, "\n");
}

static void
put_line(struct sink *s, const char *keywords, const char *argument)
{
	put(s, keywords);
	put(s, argument);
	put(s, "\n");
}

static void
put_services(struct sink *s, const struct config *c)
{
	if (c->management[0] != '\0')
		put_line(s, "management interface ", c->management);
	put(s, "service http ");
	put_number(s, c->http_port);
	if (c->https_port != 0) {
		put(s, "\nservice https ");
		put_number(s, c->https_port);
	}
	put(s, "\n");
	for (uint32_t i = 0; i < c->user_count; i++) {
		put(s, "username ");
		put(s, c->user[i].name);
		put_line(s, " password-hash ", c->user[i].hash);
	}
	for (uint32_t i = 0; i < c->log_host_count; i++) {
		put(s, "log host ");
		put_addr(s, &c->log_host[i]);
		put(s, "\n");
	}
}

size_t
config_render(const struct config *c, char *out, size_t size)
{
	struct sink s = { out, size, 0 };

	put_line(&s, "hostname ", c->hostname);
	if (c->poll != POLL_ADAPTIVE)
		put(&s, "poll busy\n");
	put_limits(&s, "", &c->limits);
	put(&s, "!\n");
	for (uint32_t i = 0; i < c->interface_count; i++)
		put_interface(&s, &c->interface[i]);
	for (uint32_t i = 0; i < c->route_count; i++)
		put_route(&s, &c->route[i]);
	for (uint32_t i = 0; i < c->neighbor_count; i++)
		put_neighbor(&s, &c->neighbor[i]);
	for (uint32_t i = 0; i < c->routes_file_count; i++) {
		put(&s, "routes ");
		put_line(&s, c->routes_file[i].name,
		    c->routes_file[i].strict ? " strict" : "");
	}
	put_services(&s, c);
	if (size > 0)
		out[s.len < size ? s.len : size - 1] = '\0';
	return s.len;
}
