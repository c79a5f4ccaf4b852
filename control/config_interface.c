/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of an interface block: `interface` and what stands below it.
 */
#include <errno.h>
#include <string.h>

#include "control/config_private.h"

int
parse_interface(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	char name[CONFIG_IFNAME_MAX];

	(void)arg;
	p->block = BLOCK_INTERFACE;
	p->iface = NULL;
	if (parse_iface(p, &w, name))
		return -EINVAL;
	p->iface = config_interface_find(p->config, name);
	if (p->iface != NULL)
		return 0;
	p->iface = config_interface_add(p->config, name);
	if (p->iface == NULL)
		return -ENOMEM;
	p->iface->line = p->lx.number;
	p->iface->at = word_at(p, &w);
	return 0;
}

int
parse_description(struct parser *p, int arg)
{
	struct word w = lex_rest(&p->lx);
	char text[CONFIG_NAME_MAX];

	(void)arg;
	if (w.len == 0 || !word_is_text(&w) ||
	    !word_copy(&w, text, sizeof(text)))
		return parse_expected(
		    p, &w, "a text of up to 63 bytes of UTF-8");
	if (p->iface != NULL)
		strcpy(p->iface->description, text);
	return 0;
}

/* `dhcp` and fixed IPv4 addresses exclude each other. */
static int
run_dhcp(struct parser *p, const struct word *w)
{
	if (p->iface == NULL)
		return 0;
	for (uint32_t i = 0; i < p->iface->address_count; i++)
		if (p->iface->address[i].addr.family == IP4)
			return parse_error(p, w,
			    "%s has an IPv4 address in line %u; expected "
			    "either that or dhcp",
			    p->iface->name,
			    (unsigned int)p->iface->address[i].at.line);
	p->iface->dhcp = true;
	return 0;
}

static int
add_address(struct parser *p, const struct word *w,
    const struct config_address *address)
{
	struct config_interface *iface = p->iface;
	struct config_address *added;

	if (iface == NULL)
		return 0;
	if (address->addr.family == IP4 && iface->dhcp)
		return parse_error(p, w,
		    "%s uses dhcp; expected either that or an address",
		    iface->name);
	if (iface->address_count == CONFIG_INTERFACE_ADDRESSES)
		return parse_error(p, w, "expected at most %u addresses on %s",
		    CONFIG_INTERFACE_ADDRESSES, iface->name);
	added = array_add(
	    &iface->address, &iface->address_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = *address;
	return 0;
}

int
parse_address(struct parser *p, int family)
{
	struct word w = lex_word(&p->lx);
	struct config_address address;
	struct word option;

	if (family == IP4 && word_abbreviates(&w, "dhcp"))
		return run_dhcp(p, &w);
	if (parse_interface_address(p, &w, (uint8_t)family, &address))
		return -EINVAL;
	/* Every address is equal here: `secondary` says nothing new. */
	option = lex_word(&p->lx);
	if (option.len > 0 &&
	    (family == IP6 || !word_abbreviates(&option, "secondary")))
		return parse_expected(p, &option,
		    family == IP4 ? "secondary or end of line" : "end of line");
	return add_address(p, &w, &address);
}

int
parse_mtu(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	const struct port *port = NULL;
	uint32_t mtu;

	(void)arg;
	if (p->iface != NULL)
		port = world_port_of(
		    p->world, p->iface->name, strlen(p->iface->name));
	if (parse_number(
		p, &w, "an MTU", CONFIG_MTU_MIN, port_mtu_max(port), &mtu))
		return -EINVAL;
	if (mtu > port_mtu_room(port))
		return parse_error(p, &w,
		    "an MTU above %u needs larger packet buffers, which are "
		    "made at boot from the config on the volume",
		    (unsigned int)port_mtu_room(port));
	if (p->iface != NULL) {
		p->iface->mtu = (uint16_t)mtu;
		p->iface->mtu_at = word_at(p, &w);
	}
	return 0;
}

int
parse_port_only(struct parser *p, const struct word *w)
{
	if (p->block == BLOCK_NONE || p->iface == NULL || p->iface->vid == 0)
		return 0;
	return parse_error(p, w,
	    "%s has none of its own; expected this below its port",
	    p->iface->name);
}

int
parse_ring(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	uint32_t ring;

	(void)arg;
	if (parse_port_only(p, &w))
		return -EINVAL;
	if (parse_number(p, &w, "a power of two", CONFIG_RING_MIN,
		CONFIG_RING_MAX, &ring))
		return -EINVAL;
	if ((ring & (ring - 1)) != 0)
		return parse_expected(p, &w, "a power of two");
	if (p->iface != NULL) {
		p->iface->ring = (uint16_t)ring;
		p->iface->ring_at = word_at(p, &w);
	}
	return 0;
}

int
parse_shutdown(struct parser *p, int down)
{
	if (p->iface != NULL)
		p->iface->shutdown = down != 0;
	return 0;
}
