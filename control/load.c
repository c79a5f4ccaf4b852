/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a config to a RIB: what interfaces bring, static routes, route files.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "control/route_file.h"
#include "control/router_private.h"
#include "kernel/log.h"

static uint16_t
iface_named(
    const struct router *r, const struct interface *interface, const char *name)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (strcmp(interface[i].name, name) == 0)
			return i;
	return IFACE_NONE;
}

/* The same route twice is harmless. */
static int
add(struct rib *rib, const struct rib_route *route)
{
	int error = rib_add(rib, route);

	return error == -EEXIST ? 0 : error;
}

static int
load_static(const struct router *r, const struct config *c,
    const struct interface *interface, struct rib *rib)
{
	for (uint32_t i = 0; i < c->route_count; i++) {
		const struct config_route *from = &c->route[i];
		struct rib_route route = {
			.prefix = from->prefix,
			.gateway = from->gateway,
			.iface = IFACE_NONE,
			.type = (uint8_t)from->type,
			.source = SOURCE_STATIC,
			.distance = from->distance,
		};
		int error;

		if (from->iface[0])
			route.iface = iface_named(r, interface, from->iface);
		error = add(rib, &route);
		if (error)
			return error;
	}
	return 0;
}

static int
load_line(
    void *arg, const struct ip_prefix *prefix, const struct ip_addr *gateway)
{
	struct rib_route route = {
		.prefix = *prefix,
		.gateway = *gateway,
		.iface = IFACE_NONE,
		.type = ROUTE_UNICAST,
		.source = SOURCE_FILE,
		.distance = CONFIG_DISTANCE_STATIC,
	};

	return add(arg, &route);
}

static int
load_file(const struct config_routes_file *from, struct rib *rib)
{
	struct config_errors *errors = calloc(1, sizeof(*errors));
	int64_t lines;

	if (!errors)
		return -ENOMEM;
	lines = route_file_read(from->file, errors, load_line, rib);
	if (errors->count)
		log_warn("rib", "%s: %u bad lines left out", from->name,
		    errors->count);
	free(errors);
	if (lines < 0)
		return (int)lines;
	log_info("rib", "%s: %" PRId64 " routes", from->name, lines);
	return 0;
}

static int
load(const struct router *r, const struct config *c,
    const struct interface *interface, struct rib *rib)
{
	int error = 0;

	for (uint16_t i = 0; i < r->interface_count && !error; i++)
		error = interface_routes(
		    rib, i, &interface[i], &r->private->state[i].lease_gateway);
	if (!error)
		error = load_static(r, c, interface, rib);
	for (uint32_t i = 0; i < c->routes_file_count && !error; i++)
		error = load_file(&c->routes_file[i], rib);
	return error;
}

struct rib *
load_rib(const struct router *r, const struct config *c,
    const struct interface *interface)
{
	struct rib *rib = rib_create(NULL);

	if (rib && load(r, c, interface, rib)) {
		rib_destroy(rib);
		return NULL;
	}
	return rib;
}
