/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of router advertisements. One walk over what there is to say
 * counts them (without room to write) and writes them.
 */
#include "control/ra_build.h"

#include <string.h>

#include "control/config_private.h"
#include "control/icmp6.h"
#include "control/ip_scope.h"
#include "net/wire.h"

enum {
	RA_HEADER = 16,
	UNIT = 8, /* of an option's length */
	SLLA_SIZE = 8,
	MTU_SIZE = 8,
	PREFIX_SIZE = 32,
	DNS_HEADER = 8,
	RDNSS_SIZE = 24,
	FLAG_MANAGED = 0x80,
	FLAG_OTHER = 0x40,
	PREFERENCE_SHIFT = 3,
	FLAG_ON_LINK = 0x80,
	FLAG_AUTOCONFIG = 0x40,
	FLAG_ROUTER_ADDRESS = 0x20, /* RFC 6275 7.2 */
	AUTOCONFIG_LEN = 64,
	HOST_LEN = 128,
};

/* Where the next option goes; `base` NULL: it is only counted. */
struct options {
	uint8_t *base;
	size_t len;
};

static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };

/* A zeroed option of that size, with its two first bytes; or NULL. */
static uint8_t *
option_add(struct options *o, uint8_t type, size_t size)
{
	uint8_t *at = o->base ? o->base + o->len : NULL;

	o->len += size;
	if (!at)
		return NULL;
	memset(at, 0, size);
	at[0] = type;
	at[1] = (uint8_t)(size / UNIT);
	return at;
}

const struct ip_addr *
ra_router_address(
    const struct config_interface *c, const struct ip_prefix *prefix)
{
	for (uint32_t i = 0; i < c->address_count; i++)
		if (ip_prefix_covers(prefix, &c->address[i].addr))
			return &c->address[i].addr;
	return NULL;
}

/* RFC 4861 4.6.2 */
static void
put_prefix_option(struct options *o, const struct config_interface *c,
    const struct config_nd_prefix *p)
{
	uint8_t *at = option_add(o, ND_OPTION_PREFIX, PREFIX_SIZE);
	const struct ip_addr *addr = &p->prefix.addr;
	const struct ip_addr *own = NULL;

	if (!at)
		return;
	if (p->router_address)
		own = ra_router_address(c, &p->prefix);
	at[2] = p->prefix.len;
	at[3] = (uint8_t)((p->off_link ? 0 : FLAG_ON_LINK) |
			  (p->no_autoconfig ? 0 : FLAG_AUTOCONFIG) |
			  (own ? FLAG_ROUTER_ADDRESS : 0));
	be32_store(at + 4, p->valid);
	be32_store(at + 8, p->preferred);
	memcpy(at + 16, (own ? own : addr)->byte, 16);
}

/* The network of an address of ours, as others on the link may use it. */
static bool
prefix_of(const struct config_address *a, struct config_nd_prefix *out)
{
	if (a->addr.family != IP6 || a->len == HOST_LEN ||
	    ip_link_local(&a->addr))
		return false;
	memset(out, 0, sizeof(*out));
	out->prefix = config_address_network(a);
	out->valid = CONFIG_ND_VALID;
	out->preferred = CONFIG_ND_PREFERRED;
	out->no_autoconfig = a->len != AUTOCONFIG_LEN;
	return true;
}

/* True when an address before number `n` is on the same network. */
static bool
network_seen(const struct config_interface *c, uint32_t n)
{
	struct ip_prefix net = config_address_network(&c->address[n]);

	for (uint32_t i = 0; i < n; i++)
		if (c->address[i].len == net.len &&
		    ip_prefix_covers(&net, &c->address[i].addr))
			return true;
	return false;
}

static void
put_prefixes(struct options *o, const struct config_interface *c)
{
	struct config_nd_prefix own;

	for (uint32_t i = 0; i < c->nd.prefix_count; i++)
		put_prefix_option(o, c, &c->nd.prefix[i]);
	if (c->nd.prefix_count > 0)
		return;
	for (uint32_t i = 0; i < c->address_count; i++)
		if (prefix_of(&c->address[i], &own) && !network_seen(c, i))
			put_prefix_option(o, c, &own);
}

/* RFC 1035 3.1: each label behind its length, and an empty one. */
static void
put_domain(uint8_t *at, const char *name)
{
	while (*name) {
		size_t label = strcspn(name, ".");

		*at++ = (uint8_t)label;
		memcpy(at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	*at = 0;
}

/* RFC 8106 5.1, 5.2. Each has a lifetime of its own, so an option of its own.
 */
static void
put_dns_option(struct options *o, const struct config_interface *c,
    const struct config_nd_dns *dns)
{
	bool is_domain = dns->addr.family == 0;
	size_t size = RDNSS_SIZE;
	uint8_t *at;

	if (is_domain)
		size = (DNS_HEADER + strlen(dns->domain) + 2 + UNIT - 1) /
		       UNIT * UNIT;
	at = option_add(o, is_domain ? ND_OPTION_DNSSL : ND_OPTION_RDNSS, size);
	if (!at)
		return;
	be32_store(
	    at + 4, dns->has_lifetime
			? dns->lifetime
			: 3 * config_nd_number(&c->nd, ND_INTERVAL) / 1000);
	if (is_domain)
		put_domain(at + DNS_HEADER, dns->domain);
	else
		memcpy(at + DNS_HEADER, dns->addr.byte, 16);
}

static void
put_options(
    struct options *o, const struct config_interface *c, const uint8_t *mac)
{
	uint32_t mtu = config_nd_number(&c->nd, ND_MTU);
	uint8_t *at = option_add(o, ND_OPTION_SLLA, SLLA_SIZE);

	if (at)
		memcpy(at + 2, mac, ETH_ALEN);
	if (mtu != 0) {
		at = option_add(o, ND_OPTION_MTU, MTU_SIZE);
		if (at)
			be32_store(at + 4, mtu);
	}
	put_prefixes(o, c);
	for (uint32_t i = 0; i < c->nd.dns_count; i++)
		put_dns_option(o, c, &c->nd.dns[i]);
}

size_t
ra_size(const struct config_interface *c)
{
	struct options o = { NULL, 0 };

	put_options(&o, c, NULL);
	return ICMP6_AT + RA_HEADER + o.len;
}

/* RFC 4861 4.2. A router that is none has no preference (RFC 4191 2.2). */
static void
put_header(uint8_t *ra, const struct config_nd *nd, bool final)
{
	uint32_t lifetime = final ? 0 : config_nd_number(nd, ND_LIFETIME);
	uint32_t preference = lifetime ? (uint32_t)nd->preference : ND_MEDIUM;

	memset(ra, 0, RA_HEADER);
	ra[0] = ICMP6_RA;
	ra[4] = (uint8_t)config_nd_number(nd, ND_HOP_LIMIT);
	ra[5] = (uint8_t)((nd->managed ? FLAG_MANAGED : 0) |
			  (nd->other ? FLAG_OTHER : 0) |
			  preference << PREFERENCE_SHIFT);
	be16_store(ra + 6, (uint16_t)lifetime);
	be32_store(ra + 8, config_nd_number(nd, ND_REACHABLE));
	be32_store(ra + 12, config_nd_number(nd, ND_RETRANS));
}

size_t
ra_build(const struct config_interface *c, const struct ra_facts *facts,
    uint8_t out[RA_MAX])
{
	struct ip6_hdr ip = { .next_header = PROTO_ICMP6,
		.hop_limit = ND_HOP_LIMIT_ALWAYS };
	struct options o = { out + ICMP6_AT + RA_HEADER, 0 };
	uint16_t len = (uint16_t)(ra_size(c) - ICMP6_AT);

	be32_store(&ip.version_class_flow, 6u << 28);
	be16_store(&ip.payload_length, len);
	memcpy(ip.src, facts->source.byte, sizeof(ip.src));
	memcpy(ip.dst, all_nodes, sizeof(ip.dst));
	memcpy(out, &ip, sizeof(ip));
	put_header(out + ICMP6_AT, &c->nd, facts->final);
	put_options(&o, c, facts->mac);
	be16_store(out + ICMP6_AT + 2, icmp6_checksum(out, len));
	return ICMP6_AT + len;
}
