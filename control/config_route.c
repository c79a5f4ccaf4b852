/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip route` and `ipv6 route`:
 *
 *   PREFIX (GATEWAY [IFACE] | IFACE | blackhole | reject | Null0) [DISTANCE]
 */
#include <errno.h>
#include <string.h>

#include "control/config_private.h"
#include "control/ip_scope.h"
#include "control/iptext.h"

struct discard {
	const char *keyword;
	enum route_type type;
};

static const struct discard discard[] = {
	{ "blackhole", ROUTE_BLACKHOLE },
	{ "reject", ROUTE_REJECT },
	{ "Null0", ROUTE_BLACKHOLE },
	{ "null0", ROUTE_BLACKHOLE },
};

/* The keywords differ in their first letter: any abbreviation is unique. */
static const struct discard *
find_discard(const struct word *w)
{
	for (size_t i = 0; i < sizeof(discard) / sizeof(discard[0]); i++)
		if (word_abbreviates(w, discard[i].keyword))
			return &discard[i];
	return NULL;
}

static bool
starts_with(const struct word *w, const char *start)
{
	size_t len = strlen(start);

	return w->len >= len && memcmp(w->text, start, len) == 0;
}

static bool
is_number(const struct word *w)
{
	return w->len > 0 && w->text[0] >= '0' && w->text[0] <= '9';
}

static int
parse_out_iface(
    struct parser *p, const struct word *w, struct config_route *route)
{
	route->iface_at = word_at(p, w);
	return parse_iface(p, w, route->iface);
}

/* GATEWAY [IFACE]; *w becomes the word behind them. */
static int
parse_gateway(struct parser *p, uint8_t family, struct word *w,
    struct config_route *route)
{
	struct word gateway = *w;

	route->gateway_column = w->column;
	if (parse_host(p, w, family,
		family == IP4 ? "an IPv4 gateway" : "an IPv6 gateway",
		&route->gateway))
		return -EINVAL;
	*w = lex_word(&p->lx);
	if (w->len > 0 && !is_number(w)) {
		if (parse_out_iface(p, w, route))
			return -EINVAL;
		*w = lex_word(&p->lx);
	} else if (ip_link_local(&route->gateway)) {
		return parse_error(p, &gateway,
		    "a link-local gateway needs its interface; expected a "
		    "name such as port0 behind it");
	}
	return 0;
}

/* Where the route leads; *w becomes the word behind that. */
static int
parse_target(struct parser *p, uint8_t family, struct word *w,
    struct config_route *route)
{
	const struct discard *d = find_discard(w);

	if (d != NULL) {
		route->type = d->type;
	} else if (world_port(p->world, w->text, w->len) != NULL ||
		   starts_with(w, "port")) {
		if (parse_out_iface(p, w, route))
			return -EINVAL;
	} else if (is_number(w) || memchr(w->text, ':', w->len) != NULL) {
		return parse_gateway(p, family, w, route);
	} else {
		return parse_expected(p, w,
		    "a gateway, an interface, blackhole, reject or Null0");
	}
	*w = lex_word(&p->lx);
	return 0;
}

int
parse_route(struct parser *p, int family)
{
	struct config_route route = {
		.distance = CONFIG_DISTANCE_STATIC,
		.line = p->lx.number,
	};
	struct config_route *added;
	uint32_t distance;
	struct word w;

	if (parse_prefix(p, (uint8_t)family, &route.prefix))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (parse_target(p, (uint8_t)family, &w, &route))
		return -EINVAL;
	if (w.len > 0) {
		if (parse_number(p, &w, "a distance", 1, UINT8_MAX, &distance))
			return -EINVAL;
		route.distance = (uint8_t)distance;
	}
	added = array_add(
	    &p->config->route, &p->config->route_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = route;
	return 0;
}
