/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arguments of config statements: numbers, names, addresses. Each reader
 * notes what it found and what it expected.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "control/config_private.h"
#include "control/iptext.h"

struct config_at
word_at(const struct parser *p, const struct word *w)
{
	struct config_at at = { p->lx.number, w->column };

	return at;
}

int
parse_error(struct parser *p, const struct word *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	config_error_vadd(p->errors, p->file, word_at(p, w), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int
parse_expected(struct parser *p, const struct word *w, const char *what)
{
	char shown[WORD_SHOW_MAX];

	return parse_error(
	    p, w, "expected %s, found %s", what, word_show(w, shown));
}

int
parse_number(struct parser *p, const struct word *w, const char *what,
    uint32_t min, uint32_t max, uint32_t *out)
{
	char expected[64];
	uint64_t v = 0;
	bool good = w->len > 0 && w->len <= 10;

	for (size_t i = 0; good && i < w->len; i++) {
		good = w->text[i] >= '0' && w->text[i] <= '9';
		v = v * 10 + (uint64_t)(w->text[i] - '0');
	}
	if (!good || v < min || v > max) {
		snprintf(expected, sizeof(expected), "%s from %u to %u", what,
		    (unsigned int)min, (unsigned int)max);
		return parse_expected(p, w, expected);
	}
	*out = (uint32_t)v;
	return 0;
}

int
parse_keyword(struct parser *p, const char *keyword)
{
	struct word w = lex_word(&p->lx);

	return word_abbreviates(&w, keyword) ? 0
	                                     : parse_expected(p, &w, keyword);
}

int
parse_mac(struct parser *p, const struct word *w, uint8_t mac[ETH_ALEN])
{
	static const uint8_t zero[ETH_ALEN];
	char shown[WORD_SHOW_MAX];

	if (mac_parse(w->text, w->len, mac))
		return parse_expected(
		    p, w, "a MAC address such as 02:00:00:00:00:07");
	if ((mac[0] & 1) != 0 || memcmp(mac, zero, ETH_ALEN) == 0)
		return parse_error(p, w,
		    "%s is no station's MAC address; expected one such as "
		    "02:00:00:00:00:07",
		    word_show(w, shown));
	return 0;
}

void
parse_no_effect(struct parser *p, const char *statement)
{
	struct config_at at = { p->lx.number, 1 };

	while (p->lx.line[at.column - 1] == ' ' ||
	       p->lx.line[at.column - 1] == '\t')
		at.column++;
	config_warning_add(p->errors, p->file, at,
	    "%s has no effect in this version", statement);
}

const struct port *
world_port(const struct config_world *world, const char *name, size_t len)
{
	struct port *const *port = world->port;

	for (; port != NULL && *port != NULL; port++)
		if (strlen((*port)->name) == len &&
		    memcmp((*port)->name, name, len) == 0)
			return *port;
	return NULL;
}

/* "port0, port1, ...", as many as fit. */
static void
list_ports(const struct config_world *world, char *out, size_t size)
{
	static const char more[] = ", ...";
	struct port *const *port = world->port;
	size_t used = 0;

	strcpy(out, "none");
	for (; port != NULL && *port != NULL; port++) {
		if (used + 2 + strlen((*port)->name) + sizeof(more) > size) {
			strcpy(out + used, more);
			return;
		}
		used += (size_t)sprintf(
		    out + used, "%s%s", used > 0 ? ", " : "", (*port)->name);
	}
}

size_t
iface_port_length(const char *iface, size_t len)
{
	const char *dot = memchr(iface, '.', len);

	return dot != NULL ? (size_t)(dot - iface) : len;
}

bool
config_is_port_of(const char *port, const char *iface)
{
	size_t len = strlen(port);

	return strncmp(port, iface, len) == 0 && iface[len] == '.';
}

const struct port *
world_port_of(const struct config_world *world, const char *iface, size_t len)
{
	return world_port(world, iface, iface_port_length(iface, len));
}

/* Decimal, without zeros in front, so that each VID has one name. */
static uint16_t
vid_read(const char *digit, size_t len)
{
	uint32_t vid = 0;

	if (len == 0 || len > 4 || digit[0] == '0')
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (digit[i] < '0' || digit[i] > '9')
			return 0;
		vid = vid * 10 + (uint32_t)(digit[i] - '0');
	}
	return vid <= CONFIG_VID_MAX ? (uint16_t)vid : 0;
}

uint16_t
iface_vid(const char *iface)
{
	size_t len = strlen(iface), port = iface_port_length(iface, len);

	return port < len ? vid_read(iface + port + 1, len - port - 1) : 0;
}

int
parse_iface(struct parser *p, const struct word *w, char out[CONFIG_IFNAME_MAX])
{
	char shown[WORD_SHOW_MAX], names[CONFIG_MESSAGE_MAX - 80];
	size_t port = iface_port_length(w->text, w->len);

	if (w->len == 0)
		return parse_expected(p, w, "an interface such as port0");
	if ((p->world->port != NULL &&
		world_port(p->world, w->text, port) == NULL) ||
	    !word_copy(w, out, CONFIG_IFNAME_MAX)) {
		list_ports(p->world, names, sizeof(names));
		return parse_error(p, w, "no interface %s; this machine has %s",
		    word_show(w, shown), names);
	}
	if (port < w->len && iface_vid(out) == 0)
		return parse_error(p, w,
		    "expected a VID from 1 to %u behind the dot, found %s",
		    CONFIG_VID_MAX, word_show(w, shown));
	return 0;
}

/* Reads a netmask as the length of its prefix. */
static int
parse_netmask(struct parser *p, uint8_t *len)
{
	static const char expected[] =
	    "/LENGTH at the address or a netmask such as 255.0.0.0";
	struct word w = lex_word(&p->lx);
	struct ip_addr mask;
	uint32_t host;

	if (ip_addr_parse(w.text, w.len, &mask) || mask.family != IP4)
		return parse_expected(p, &w, expected);
	host = ~be32_load(mask.byte);
	if ((host & (host + 1)) != 0)
		return parse_expected(p, &w, expected);
	*len = (uint8_t)(IP4_BITS - __builtin_popcount(host));
	return 0;
}

int
parse_no_host_bits(
    struct parser *p, const struct word *w, struct ip_prefix *prefix)
{
	char text[IPTEXT_PREFIX_MAX];

	if (ip_addr_mask(&prefix->addr, prefix->len))
		return 0;
	return parse_error(p, w, "host bits set; did you mean %s?",
	    ip_prefix_format(prefix, text));
}

int
parse_prefix(struct parser *p, uint8_t family, struct ip_prefix *out)
{
	struct word w = lex_word(&p->lx);

	if (ip_prefix_parse(w.text, w.len, &out->addr, &out->len) == 0) {
		if (out->addr.family != family)
			out->addr.family = 0;
	} else if (family == IP4 &&
		   ip_addr_parse(w.text, w.len, &out->addr) == 0 &&
		   out->addr.family == IP4) {
		if (parse_netmask(p, &out->len))
			return -EINVAL;
	} else {
		out->addr.family = 0;
	}
	if (out->addr.family == 0)
		return parse_expected(p, &w,
		    family == IP4 ? "an IPv4 prefix such as 10.0.0.0/8"
				  : "an IPv6 prefix such as 2001:db8::/32");
	return parse_no_host_bits(p, &w, out);
}

int
parse_interface_address(struct parser *p, const struct word *w, uint8_t family,
    struct config_address *out)
{
	char shown[WORD_SHOW_MAX], text[IPTEXT_PREFIX_MAX];
	const char *fault;
	struct ip_prefix network;

	if (ip_prefix_parse(w->text, w->len, &out->addr, &out->len) ||
	    out->addr.family != family)
		return parse_expected(p, w,
		    family == IP4 ? "an IPv4 address with its length such as "
				    "192.0.2.1/24, or dhcp"
				  : "an IPv6 address with its length such as "
				    "2001:db8::1/64");
	word_show(w, shown);
	fault = ip_addr_fault(&out->addr);
	if (fault == NULL && out->len == 0)
		fault = "an address without a network";
	if (fault != NULL)
		return parse_error(
		    p, w, "%s is %s; expected a host's address", shown, fault);
	network = config_address_network(out);
	ip_prefix_format(&network, text);
	if (config_address_is_network(out))
		return parse_error(p, w,
		    "%s is the network itself; expected a host's address in "
		    "it",
		    shown);
	if (config_address_is_broadcast(out))
		return parse_error(p, w,
		    "%s is the broadcast address of %s; expected a host's",
		    shown, text);
	out->at = word_at(p, w);
	return 0;
}

int
parse_host(struct parser *p, const struct word *w, uint8_t family,
    const char *what, struct ip_addr *out)
{
	char shown[WORD_SHOW_MAX], expected[80];
	uint8_t len;
	const char *fault;

	if (ip_addr_parse(w->text, w->len, out) == 0 &&
	    (family == 0 || out->family == family)) {
		fault = ip_addr_fault(out);
		if (fault == NULL)
			return 0;
		return parse_error(p, w, "%s is %s; expected %s",
		    word_show(w, shown), fault, what);
	}
	if (ip_prefix_parse(w->text, w->len, out, &len) == 0)
		return parse_error(p, w,
		    "expected %s without a length, found %s", what,
		    word_show(w, shown));
	snprintf(expected, sizeof(expected), "%s such as %s", what,
	    family == IP6 ? "2001:db8::1" : "192.0.2.1");
	return parse_expected(p, w, expected);
}
