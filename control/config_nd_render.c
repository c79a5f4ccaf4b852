/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ipv6 nd` as text, as config_nd.c reads it.
 */
#include "control/config_private.h"

enum { MS = 1000 };

static void
put_lifetime(struct sink *s, uint32_t lifetime)
{
	put(s, " ");
	if (lifetime == UINT32_MAX)
		put(s, "infinite");
	else
		put_number(s, lifetime);
}

static void
put_interval(struct sink *s, uint32_t ms)
{
	put(s, "\n ipv6 nd ra-interval ");
	if (ms % MS == 0) {
		put_number(s, ms / MS);
	} else {
		put(s, "msec ");
		put_number(s, ms);
	}
}

static void
put_numbers(struct sink *s, const struct config_nd *nd)
{
	static const char *const name[ND_NUMBERS] = {
		[ND_LIFETIME] = "ra-lifetime ",
		[ND_REACHABLE] = "reachable-time ",
		[ND_RETRANS] = "ra-retrans-interval ",
		[ND_HOP_LIMIT] = "ra-hop-limit ",
		[ND_MTU] = "mtu ",
	};

	if (nd->given & (1u << ND_INTERVAL))
		put_interval(s, nd->number[ND_INTERVAL]);
	for (int i = ND_INTERVAL + 1; i < ND_NUMBERS; i++) {
		if (!(nd->given & (1u << i)))
			continue;
		put(s, "\n ipv6 nd ");
		put(s, name[i]);
		put_number(s, nd->number[i]);
	}
}

static void
put_nd_prefix(struct sink *s, const struct config_nd_prefix *prefix)
{
	put(s, "\n ipv6 nd prefix ");
	put_prefix(s, &prefix->prefix.addr, prefix->prefix.len);
	if (prefix->valid != CONFIG_ND_VALID ||
	    prefix->preferred != CONFIG_ND_PREFERRED) {
		put_lifetime(s, prefix->valid);
		put_lifetime(s, prefix->preferred);
	}
	if (prefix->off_link)
		put(s, " off-link");
	if (prefix->no_autoconfig)
		put(s, " no-autoconfig");
	if (prefix->router_address)
		put(s, " router-address");
}

static void
put_dns(struct sink *s, const struct config_nd_dns *dns)
{
	if (dns->addr.family != 0) {
		put(s, "\n ipv6 nd rdnss ");
		put_addr(s, &dns->addr);
	} else {
		put(s, "\n ipv6 nd dnssl ");
		put(s, dns->domain);
	}
	if (dns->has_lifetime)
		put_lifetime(s, dns->lifetime);
}

void
put_nd(struct sink *s, const struct config_nd *nd)
{
	if (nd->advertise)
		put(s, "\n no ipv6 nd suppress-ra");
	put_numbers(s, nd);
	if (nd->managed)
		put(s, "\n ipv6 nd managed-config-flag");
	if (nd->other)
		put(s, "\n ipv6 nd other-config-flag");
	if (nd->preference == ND_HIGH)
		put(s, "\n ipv6 nd router-preference high");
	else if (nd->preference == ND_LOW)
		put(s, "\n ipv6 nd router-preference low");
	for (uint32_t i = 0; i < nd->prefix_count; i++)
		put_nd_prefix(s, &nd->prefix[i]);
	for (uint32_t i = 0; i < nd->dns_count; i++)
		put_dns(s, &nd->dns[i]);
}
