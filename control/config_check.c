/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a config must hold beyond each single line.
 */
#include <string.h>

#include "control/config_private.h"
#include "control/ip_scope.h"
#include "control/iptext.h"

struct check {
	const struct config *config;
	const struct config_world *world;
	const char *file;
	struct config_errors *errors;
};

uint16_t
port_mtu_max(const struct port *port)
{
	if (port == NULL)
		return UINT16_MAX;
	return (uint16_t)(port->max_frame - CONFIG_FRAME_OVERHEAD);
}

uint32_t
port_mtu_room(const struct port *port)
{
	if (port == NULL || port->buffer_room == 0)
		return UINT16_MAX;
	return port->buffer_room - CONFIG_FRAME_OVERHEAD;
}

static bool
has_family(const struct config_interface *iface, uint8_t family)
{
	for (uint32_t i = 0; i < iface->address_count; i++)
		if (iface->address[i].addr.family == family)
			return true;
	return false;
}

/* The block of the port that a sub-interface is on; NULL without one. */
static const struct config_interface *
parent(const struct config *config, const struct config_interface *iface)
{
	char name[CONFIG_IFNAME_MAX] = "";

	memcpy(name, iface->name,
	    iface_port_length(iface->name, strlen(iface->name)));
	return config_interface_find(config, name);
}

/* What a port without `mtu` has. */
static uint16_t
mtu_default(const struct check *c, const struct config_interface *iface)
{
	const struct port *port = world_port_of(
	    c->world, iface->name, strlen(iface->name));
	uint16_t most = port_mtu_max(port);

	return most < CONFIG_MTU_DEFAULT ? most : CONFIG_MTU_DEFAULT;
}

/* Of a port, or of the one below a sub-interface. */
static uint16_t
mtu_of_port(const struct check *c, const struct config_interface *iface)
{
	const struct config_interface *port =
	    iface->vid != 0 ? parent(c->config, iface) : iface;

	return port != NULL && port->mtu != 0 ? port->mtu
	                                      : mtu_default(c, iface);
}

/* A frame of a sub-interface is one of its port. */
static void
check_mtu_vlan(const struct check *c, const struct config_interface *iface)
{
	uint16_t most = mtu_of_port(c, iface);

	if (iface->mtu > most)
		config_error_add(c->errors, c->file, iface->mtu_at,
		    "expected an MTU of %u at most, which is that of the port "
		    "below %s, found %u",
		    (unsigned int)most, iface->name, (unsigned int)iface->mtu);
	else if (iface->mtu == 0 && most < CONFIG_MTU_MIN_IP6 &&
		 has_family(iface, IP6))
		config_error_add(c->errors, c->file, iface->at,
		    "expected an MTU of %u at least for the IPv6 addresses of "
		    "%s, found %u",
		    CONFIG_MTU_MIN_IP6, iface->name, (unsigned int)most);
}

static void
check_mtu(const struct check *c)
{
	const struct config_interface *iface = c->config->interface;

	for (uint32_t i = 0; i < c->config->interface_count; i++, iface++) {
		if (iface->mtu != 0 && iface->mtu < CONFIG_MTU_MIN_IP6 &&
		    has_family(iface, IP6))
			config_error_add(c->errors, c->file, iface->mtu_at,
			    "expected an MTU of %u at least for the IPv6 "
			    "addresses of %s, found %u",
			    CONFIG_MTU_MIN_IP6, iface->name,
			    (unsigned int)iface->mtu);
		if (iface->vid != 0)
			check_mtu_vlan(c, iface);
	}
}

/* A port is there, but a sub-interface is what the config makes. */
static void
check_reference(
    const struct check *c, const char *name, const struct config_at *at)
{
	if (name[0] != '\0' && iface_vid(name) != 0 &&
	    config_interface_find(c->config, name) == NULL)
		config_error_add(c->errors, c->file, *at,
		    "no sub-interface %s; expected a block \"interface %s\"",
		    name, name);
}

static void
check_references(const struct check *c)
{
	const struct config *config = c->config;

	for (uint32_t i = 0; i < config->route_count; i++)
		check_reference(
		    c, config->route[i].iface, &config->route[i].iface_at);
	for (uint32_t i = 0; i < config->neighbor_count; i++)
		check_reference(c, config->neighbor[i].iface,
		    &config->neighbor[i].iface_at);
	check_reference(c, config->management, &config->management_at);
}

/* Takes a place in the local stack; tells once that there is none. */
static void
take_place(const struct check *c, uint32_t *places, struct config_at at)
{
	if ((*places)++ == CONFIG_STACK_PLACES)
		config_error_add(c->errors, c->file, at,
		    "expected at most %u interfaces and further IPv4 "
		    "addresses in all",
		    CONFIG_STACK_PLACES);
}

/* Ports have a place each, named or not. */
static void
check_places(const struct check *c)
{
	const struct config_interface *iface = c->config->interface;
	struct port *const *port = c->world->port;
	uint32_t places = 0;

	for (; port != NULL && *port != NULL; port++)
		places++;
	for (uint32_t i = 0; i < c->config->interface_count; i++, iface++) {
		bool first = true;

		if (iface->vid != 0)
			take_place(c, &places, iface->at);
		for (uint32_t k = 0; k < iface->address_count; k++) {
			if (iface->address[k].addr.family != IP4)
				continue;
			if (!first)
				take_place(c, &places, iface->address[k].at);
			first = false;
		}
	}
}

static void
check_nd(const struct check *c)
{
	const struct config_interface *iface = c->config->interface;

	for (uint32_t i = 0; i < c->config->interface_count; i++, iface++)
		config_nd_check(iface,
		    iface->mtu != 0 ? iface->mtu : mtu_of_port(c, iface),
		    c->file, c->errors);
}

/* Rings are made at boot: says so to a config that comes later. */
static void
check_rings(const struct check *c)
{
	const struct config_interface *iface = c->config->interface;

	for (uint32_t i = 0; i < c->config->interface_count; i++, iface++) {
		const struct port *port = world_port(
		    c->world, iface->name, strlen(iface->name));

		if (iface->ring == 0 || port == NULL ||
		    port->buffer_room == 0 ||
		    iface->ring == port->rx_descriptors)
			continue;
		config_warning_add(c->errors, c->file, iface->ring_at,
		    "%s keeps rings of %u descriptors until the next boot",
		    iface->name, (unsigned int)port->rx_descriptors);
	}
}

/* Two addresses, `b` being the one that stands later in the text. */
static void
check_pair(const struct check *c, const struct config_interface *ia,
    const struct config_address *a, const struct config_interface *ib,
    const struct config_address *b)
{
	struct ip_prefix na = config_address_network(a);
	struct ip_prefix nb = config_address_network(b);
	char text[IPTEXT_PREFIX_MAX];

	if (ia != ib && ip_link_local(&a->addr))
		return; /* each link has its own fe80::/10 */
	if (ip_addr_equal(&a->addr, &b->addr))
		config_error_add(c->errors, c->file, b->at,
		    "%s has this address in line %u already", ia->name,
		    (unsigned int)a->at.line);
	else if (ia != ib && (ip_prefix_covers(&na, &nb.addr) ||
				 ip_prefix_covers(&nb, &na.addr)))
		config_error_add(c->errors, c->file, b->at,
		    "the network overlaps %s of %s in line %u",
		    ip_prefix_format(&na, text), ia->name,
		    (unsigned int)a->at.line);
}

/* Compares an address with all that stand before it in the text. */
static void
check_address(const struct check *c, const struct config_interface *ib,
    const struct config_address *b)
{
	const struct config_interface *ia = c->config->interface;

	for (uint32_t i = 0; i < c->config->interface_count; i++, ia++)
		for (uint32_t k = 0; k < ia->address_count; k++)
			if (ia->address[k].at.line < b->at.line)
				check_pair(c, ia, &ia->address[k], ib, b);
}

static void
check_addresses(const struct check *c)
{
	const struct config_interface *iface = c->config->interface;

	for (uint32_t i = 0; i < c->config->interface_count; i++, iface++)
		for (uint32_t k = 0; k < iface->address_count; k++)
			check_address(c, iface, &iface->address[k]);
}

/* The interface that has this address, or NULL. */
static const struct config_interface *
owner(const struct config *config, const struct ip_addr *addr)
{
	const struct config_interface *iface = config->interface;

	for (uint32_t i = 0; i < config->interface_count; i++, iface++)
		for (uint32_t k = 0; k < iface->address_count; k++)
			if (ip_addr_equal(&iface->address[k].addr, addr))
				return iface;
	return NULL;
}

static void
check_gateways(const struct check *c)
{
	const struct config_route *route = c->config->route;
	char text[IPTEXT_ADDR_MAX];

	for (uint32_t i = 0; i < c->config->route_count; i++, route++) {
		const struct config_interface *iface;
		struct config_at at = { route->line, route->gateway_column };

		if (route->gateway.family == 0)
			continue;
		iface = owner(c->config, &route->gateway);
		if (iface != NULL)
			config_error_add(c->errors, c->file, at,
			    "%s is this router's own address on %s; expected "
			    "another router's",
			    ip_addr_format(&route->gateway, text), iface->name);
	}
}

/* Why a neighbour cannot be on the interface; NULL when it can. */
static const char *
neighbor_fault(const struct config_interface *iface, const struct ip_addr *addr)
{
	if (ip_link_local(addr))
		return NULL;
	if (iface == NULL)
		return "is not on a network of";
	for (uint32_t i = 0; i < iface->address_count; i++) {
		const struct config_address *a = &iface->address[i];
		struct ip_prefix network = config_address_network(a);
		struct config_address host = { *addr, a->len, { 0, 0 } };

		if (!ip_prefix_covers(&network, addr))
			continue;
		if (config_address_is_network(&host) ||
		    config_address_is_broadcast(&host))
			return "is the network's or broadcast address on";
		return NULL;
	}
	/* What DHCP will bring is not known yet. */
	return iface->dhcp && addr->family == IP4 ? NULL
	                                          : "is not on a network of";
}

static void
check_neighbors(const struct check *c)
{
	const struct config_neighbor *n = c->config->neighbor;
	char text[IPTEXT_ADDR_MAX];

	for (uint32_t i = 0; i < c->config->neighbor_count; i++, n++) {
		const char *fault = neighbor_fault(
		    config_interface_find(c->config, n->iface), &n->addr);

		if (owner(c->config, &n->addr) != NULL)
			fault = "is this router's own address, not one on";
		if (fault != NULL)
			config_error_add(c->errors, c->file, n->at,
			    "%s %s %s; expected a neighbor there",
			    ip_addr_format(&n->addr, text), fault, n->iface);
	}
}

void
config_check(const struct config *config, const struct config_world *world,
    const char *file, struct config_errors *errors)
{
	struct check c = { config, world, file, errors };
	/* A refused line may have brought the network a neighbour is on. */
	bool complete = errors->count == 0;

	check_mtu(&c);
	check_rings(&c);
	check_places(&c);
	check_addresses(&c);
	check_nd(&c);
	check_gateways(&c);
	if (complete) {
		check_references(&c);
		check_neighbors(&c);
	}
	if (config->https_port == config->http_port)
		config_error_add(errors, file, config->https_at,
		    "port %u is that of service http; expected another",
		    (unsigned int)config->http_port);
}
