/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router advertisements as bytes (RFC 4861 4.2, RFC 4191 2.2, RFC 8106 5). A
 * pure function of the config, so that every byte can be tested alone.
 */
#ifndef CONTROL_RA_BUILD_H
#define CONTROL_RA_BUILD_H

#include "control/config.h"

enum { RA_MAX = 1280 }; /* RFC 8200 5: every link can take that */

/* What the config does not tell. */
struct ra_facts {
	struct ip_addr source; /* the link-local address */
	uint8_t mac[ETH_ALEN];
	bool final; /* RFC 4861 6.2.5: the router is none any more */
};

/* Bytes of the IPv6 packet, which config_check keeps within RA_MAX. */
size_t ra_size(const struct config_interface *c);

/* The packet to all nodes, ra_size() bytes of `out`; returns them. */
size_t ra_build(const struct config_interface *c, const struct ra_facts *facts,
    uint8_t out[RA_MAX]);

/* The interface's address in a prefix, or NULL. */
const struct ip_addr *ra_router_address(
    const struct config_interface *c, const struct ip_prefix *prefix);

#endif
