/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the lines of `ipv6 nd` must hold together, and with the other lines of
 * their interface.
 */
#include "control/config_private.h"
#include "control/ra_build.h"

enum { MS = 1000 };

/* RFC 4861 6.2.1: AdvDefaultLifetime is 0, or at least MaxRtrAdvInterval. */
static void
check_lifetime(const struct config_interface *iface, const char *file,
    struct config_errors *errors)
{
	const struct config_nd *nd = &iface->nd;
	uint32_t interval = config_nd_number(nd, ND_INTERVAL);
	uint32_t lifetime = config_nd_number(nd, ND_LIFETIME);

	if (lifetime != 0 && lifetime < (interval + MS - 1) / MS)
		config_error_add(errors, file, nd->number_at[ND_LIFETIME],
		    "expected 0 or at least the ra-interval of %u s, found %u",
		    (unsigned int)((interval + MS - 1) / MS),
		    (unsigned int)lifetime);
}

static void
check_mtu(const struct config_interface *iface, uint16_t most, const char *file,
    struct config_errors *errors)
{
	uint32_t mtu = config_nd_number(&iface->nd, ND_MTU);

	if (mtu > most)
		config_error_add(errors, file, iface->nd.number_at[ND_MTU],
		    "expected at most the MTU of %s, %u, found %u", iface->name,
		    (unsigned int)most, (unsigned int)mtu);
}

/* A router's address that the prefix could carry (RFC 6275 7.2). */
static void
check_router_address(const struct config_interface *iface,
    const struct config_nd_prefix *prefix, const char *file,
    struct config_errors *errors)
{
	if (!prefix->router_address ||
	    ra_router_address(iface, &prefix->prefix) != NULL)
		return;
	config_error_add(errors, file, prefix->at,
	    "%s has no address in this prefix; expected one for "
	    "router-address",
	    iface->name);
}

/* It must fit the least MTU of IPv6: nobody would put fragments together. */
static void
check_size(const struct config_interface *iface, const char *file,
    struct config_errors *errors)
{
	struct config_at at = { iface->line, 1 };
	size_t size = ra_size(iface);

	if (size > RA_MAX)
		config_error_add(errors, file, at,
		    "the router advertisement of %s takes %u bytes; expected "
		    "%u at most: fewer prefixes or names",
		    iface->name, (unsigned int)size, (unsigned int)RA_MAX);
}

void
config_nd_check(const struct config_interface *iface, uint16_t mtu,
    const char *file, struct config_errors *errors)
{
	check_lifetime(iface, file, errors);
	check_mtu(iface, mtu, file, errors);
	for (uint32_t i = 0; i < iface->nd.prefix_count; i++)
		check_router_address(iface, &iface->nd.prefix[i], file, errors);
	check_size(iface, file, errors);
}
