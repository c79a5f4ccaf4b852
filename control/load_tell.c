/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the log says of a file of routes, and what is known of its gateways.
 */
#include <inttypes.h>
#include <stdio.h>

#include "control/iptext.h"
#include "control/load.h"
#include "kernel/log.h"

enum { TELL_US = 1000 * 1000 };

void
load_tell_errors(const struct load *l)
{
	const struct config_errors *e = route_reader_errors(l->reader);
	char text[ROUTE_ERROR_TEXT];

	for (uint32_t i = 0; i < e->count && i < CONFIG_ERRORS_MAX; i++)
		log_error("rib", "%s", route_error_format(&e->error[i], text));
	if (e->count > CONFIG_ERRORS_MAX)
		log_error("rib", "%s: %" PRIu32 " more errors", l->now->name,
		    e->count - CONFIG_ERRORS_MAX);
}

void
load_tell_unknown(const struct load *l, const struct route_line *at)
{
	struct config_error e = { .line = at->number, .column = at->column };
	char text[ROUTE_ERROR_TEXT], addr[IPTEXT_ADDR_MAX];

	snprintf(e.file, sizeof(e.file), "%s", l->now->name);
	snprintf(e.message, sizeof(e.message), "the gateway %s is unknown",
	    ip_addr_format(&at->gateway, addr));
	log_warn("rib", "%s", route_error_format(&e, text));
}

void
load_tell_progress(struct router *r, const char *what)
{
	struct load *l = r->private->load;
	uint64_t now_us = r->private->clock_us();
	struct route_progress at;

	if (now_us - l->told_us < TELL_US)
		return;
	l->told_us = now_us;
	at = route_reader_progress(l->reader);
	log_info("rib", "%s: %" PRIu32 " routes%s, %u %% read", l->now->name,
	    l->routes, what,
	    (unsigned int)(at.total ? at.done * 100 / at.total : 100));
}

/* Some route, active or not, covers it; the default route does not count. */
static bool
is_routed(const struct router *r, const struct ip_addr *gateway)
{
	struct ip_prefix prefix = { *gateway, ip_family_bits(gateway->family) };
	struct rib_route route;
	size_t total;

	for (; prefix.len > 0; prefix.len--) {
		ip_addr_mask(&prefix.addr, prefix.len);
		if (rib_list(r->rib, &prefix, 0, 1, &route, &total) == 1 &&
		    route.prefix.len == prefix.len)
			return true;
	}
	return false;
}

bool
gateway_known(const struct router *r, const struct ip_addr *gateway)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (interface_on_link(r, i, gateway))
			return true;
	return is_routed(r, gateway);
}
