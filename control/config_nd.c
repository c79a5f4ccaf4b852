/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of `ipv6 nd` in an interface block: what router advertisements
 * say (RFC 4861 6.2.1, RFC 4191, RFC 8106). The words are FRR's.
 */
#include <errno.h>
#include <string.h>

#include "control/config_private.h"
#include "control/ip_scope.h"

enum {
	LABEL_MAX = 63,   /* RFC 1035 2.3.4 */
	INTERVAL_MIN = 4, /* s, of RFC 4861 6.2.1 */
	INTERVAL_MAX = 1800,
	MS = 1000,
};

static const struct nd_range {
	const char *what;
	uint32_t min, max;
} ranges[ND_NUMBERS] = {
	[ND_INTERVAL] = { "seconds", INTERVAL_MIN, INTERVAL_MAX },
	[ND_LIFETIME] = { "seconds", 0, 9000 },
	[ND_REACHABLE] = { "milliseconds", 0, 3600000 },
	[ND_RETRANS] = { "milliseconds", 0, UINT32_MAX },
	[ND_HOP_LIMIT] = { "a hop limit", 0, 255 },
	[ND_MTU] = { "an MTU", CONFIG_MTU_MIN_IP6, UINT16_MAX },
};

uint32_t
config_nd_number(const struct config_nd *nd, enum nd_number n)
{
	if (nd->given & (1u << n))
		return nd->number[n];
	switch (n) {
	case ND_INTERVAL:
		return CONFIG_ND_INTERVAL;
	case ND_LIFETIME:
		return 3 * config_nd_number(nd, ND_INTERVAL) / MS;
	case ND_HOP_LIMIT:
		return CONFIG_ND_HOP_LIMIT;
	default:
		return 0;
	}
}

static void
number_set(struct parser *p, const struct word *w, int which, uint32_t value)
{
	struct config_nd *nd;

	if (p->iface == NULL)
		return;
	nd = &p->iface->nd;
	nd->given |= 1u << which;
	nd->number[which] = value;
	nd->number_at[which] = word_at(p, w);
}

static int
run_number(struct parser *p, int which)
{
	const struct nd_range *r = &ranges[which];
	struct word w = lex_word(&p->lx);
	uint32_t value;

	if (parse_number(p, &w, r->what, r->min, r->max, &value))
		return -EINVAL;
	number_set(p, &w, which, value);
	return 0;
}

/* ra-interval SECONDS | msec MILLISECONDS */
static int
run_interval(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	uint32_t value;

	(void)arg;
	if (word_abbreviates(&w, "msec")) {
		w = lex_word(&p->lx);
		if (parse_number(p, &w, "milliseconds", INTERVAL_MIN * MS,
			INTERVAL_MAX * MS, &value))
			return -EINVAL;
	} else {
		if (parse_number(
			p, &w, "seconds", INTERVAL_MIN, INTERVAL_MAX, &value))
			return -EINVAL;
		value *= MS;
	}
	number_set(p, &w, ND_INTERVAL, value);
	return 0;
}

static int
run_advertise(struct parser *p, int advertise)
{
	if (p->iface != NULL)
		p->iface->nd.advertise = advertise != 0;
	return 0;
}

static int
run_managed(struct parser *p, int arg)
{
	(void)arg;
	if (p->iface != NULL)
		p->iface->nd.managed = true;
	return 0;
}

static int
run_other(struct parser *p, int arg)
{
	(void)arg;
	if (p->iface != NULL)
		p->iface->nd.other = true;
	return 0;
}

static int
run_preference(struct parser *p, int preference)
{
	if (p->iface != NULL)
		p->iface->nd.preference = (enum nd_preference)preference;
	return 0;
}

static int
parse_lifetime(struct parser *p, const struct word *w, uint32_t *out)
{
	if (w->len > 0 && word_abbreviates(w, "infinite")) {
		*out = UINT32_MAX;
		return 0;
	}
	return parse_number(p, w, "infinite or seconds", 0, UINT32_MAX, out);
}

/* VALID PREFERRED, if the next word is one. The word behind them into `w`. */
static int
parse_lifetimes(struct parser *p, struct word *w, struct config_nd_prefix *out)
{
	*w = lex_word(&p->lx);
	if (w->len == 0 || !((w->text[0] >= '0' && w->text[0] <= '9') ||
			       word_abbreviates(w, "infinite")))
		return 0;
	if (parse_lifetime(p, w, &out->valid))
		return -EINVAL;
	*w = lex_word(&p->lx);
	if (parse_lifetime(p, w, &out->preferred))
		return -EINVAL;
	if (out->preferred > out->valid)
		return parse_error(p, w,
		    "expected a preferred lifetime of at most the valid one");
	*w = lex_word(&p->lx);
	return 0;
}

static int
parse_flags(struct parser *p, struct word *w, struct config_nd_prefix *out)
{
	for (; w->len > 0; *w = lex_word(&p->lx)) {
		if (word_abbreviates(w, "off-link"))
			out->off_link = true;
		else if (word_abbreviates(w, "no-autoconfig"))
			out->no_autoconfig = true;
		else if (word_abbreviates(w, "router-address"))
			out->router_address = true;
		else
			return parse_expected(p, w,
			    "off-link, no-autoconfig, router-address or end "
			    "of line");
	}
	return 0;
}

/* RFC 4861 6.2.1 and 4.6.2; RFC 4862 5.5.3 d, for Ethernet. */
static int
prefix_check(struct parser *p, const struct word *w,
    const struct config_nd_prefix *prefix)
{
	if (ip_link_local(&prefix->prefix.addr) ||
	    ip_multicast(&prefix->prefix.addr))
		return parse_error(p, w,
		    "expected a prefix of unicast addresses that is not "
		    "link-local");
	if (prefix->prefix.len != 64 && !prefix->no_autoconfig)
		return parse_error(p, w,
		    "hosts make addresses from a /64 alone; expected one, or "
		    "no-autoconfig");
	return 0;
}

/* Of two lines about the same prefix, the last one holds. */
static int
prefix_add(struct parser *p, const struct config_nd_prefix *prefix)
{
	struct config_nd *nd;
	struct config_nd_prefix *to = NULL;

	if (p->iface == NULL)
		return 0;
	nd = &p->iface->nd;
	for (uint32_t i = 0; i < nd->prefix_count; i++)
		if (nd->prefix[i].prefix.len == prefix->prefix.len &&
		    ip_addr_equal(
			&nd->prefix[i].prefix.addr, &prefix->prefix.addr))
			to = &nd->prefix[i];
	if (to == NULL)
		to = array_add(&nd->prefix, &nd->prefix_count, sizeof(*to));
	if (to == NULL)
		return -ENOMEM;
	*to = *prefix;
	return 0;
}

static int
run_prefix(struct parser *p, int arg)
{
	struct config_nd_prefix prefix = { .valid = CONFIG_ND_VALID,
		.preferred = CONFIG_ND_PREFERRED };
	struct lexer start = p->lx;
	struct word first = lex_word(&start), w;

	(void)arg;
	prefix.at = word_at(p, &first);
	if (parse_prefix(p, IP6, &prefix.prefix) ||
	    parse_lifetimes(p, &w, &prefix) || parse_flags(p, &w, &prefix) ||
	    prefix_check(p, &first, &prefix))
		return -EINVAL;
	return prefix_add(p, &prefix);
}

static int
dns_add(struct parser *p, struct config_nd_dns *dns)
{
	struct word w = lex_word(&p->lx);
	struct config_nd_dns *to = NULL;
	struct config_nd *nd;

	dns->has_lifetime = w.len > 0;
	if (dns->has_lifetime && parse_lifetime(p, &w, &dns->lifetime))
		return -EINVAL;
	if (p->iface == NULL)
		return 0;
	nd = &p->iface->nd;
	for (uint32_t i = 0; i < nd->dns_count; i++)
		if (ip_addr_equal(&nd->dns[i].addr, &dns->addr) &&
		    strcmp(nd->dns[i].domain, dns->domain) == 0)
			to = &nd->dns[i];
	if (to == NULL)
		to = array_add(&nd->dns, &nd->dns_count, sizeof(*to));
	if (to == NULL)
		return -ENOMEM;
	*to = *dns;
	return 0;
}

static int
run_rdnss(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	struct config_nd_dns dns = { 0 };

	(void)arg;
	if (parse_host(p, &w, IP6, "a resolver's address", &dns.addr))
		return -EINVAL;
	return dns_add(p, &dns);
}

/* Labels of letters, digits, - and _ (RFC 1035 2.3.1, RFC 2181 11). */
static bool
is_domain(const struct word *w)
{
	size_t label = 0;

	for (size_t i = 0; i < w->len; i++) {
		char c = w->text[i];

		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_') ||
		    ++label > LABEL_MAX)
			return false;
	}
	return label > 0;
}

static int
run_dnssl(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	struct config_nd_dns dns = { 0 };

	(void)arg;
	/* On the wire: a byte before the first label and one at the end. */
	if (!is_domain(&w) || !word_copy(&w, dns.domain, CONFIG_DOMAIN_MAX))
		return parse_expected(p, &w, "a domain such as example.org");
	return dns_add(p, &dns);
}

#define ND(name, run, arg)                                                     \
	{                                                                      \
		name, NULL, run, arg, BLOCK_INTERFACE                          \
	}
#define ND_END                                                                 \
	{                                                                      \
		NULL, NULL, NULL, 0, BLOCK_NONE                                \
	}

static const struct keyword preference_words[] = {
	ND("high", run_preference, ND_HIGH),
	ND("medium", run_preference, ND_MEDIUM),
	ND("low", run_preference, ND_LOW),
	ND_END,
};

const struct keyword config_nd_words[] = {
	ND("suppress-ra", run_advertise, false),
	ND("ra-interval", run_interval, 0),
	ND("ra-lifetime", run_number, ND_LIFETIME),
	ND("ra-hop-limit", run_number, ND_HOP_LIMIT),
	ND("ra-retrans-interval", run_number, ND_RETRANS),
	ND("reachable-time", run_number, ND_REACHABLE),
	ND("managed-config-flag", run_managed, 0),
	ND("other-config-flag", run_other, 0),
	ND("mtu", run_number, ND_MTU),
	ND("prefix", run_prefix, 0),
	ND("rdnss", run_rdnss, 0),
	ND("dnssl", run_dnssl, 0),
	{ "router-preference", preference_words, NULL, 0, BLOCK_INTERFACE },
	ND_END,
};

const struct keyword config_no_nd_words[] = {
	ND("suppress-ra", run_advertise, true),
	ND_END,
};
