/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bulk routes, read line by line in place: no copies, no memory.
 */
#include "control/route_file.h"

#include <errno.h>

#include "control/config_private.h"
#include "control/iptext.h"

/* 1 for a route, 0 for a line without one, -EINVAL with the error noted. */
static int
read_line(struct parser *p, struct ip_prefix *prefix, struct ip_addr *gateway)
{
	struct word first = lex_word(&p->lx);
	struct word second, end;

	if (first.len == 0)
		return 0;
	if (ip_prefix_parse(first.text, first.len, &prefix->addr, &prefix->len))
		return parse_expected(
		    p, &first, "a prefix such as 10.0.0.0/8 or 2001:db8::/32");
	if (parse_no_host_bits(p, &first, prefix))
		return -EINVAL;
	second = lex_word(&p->lx);
	if (parse_host(p, &second, prefix->addr.family,
		prefix->addr.family == IP4 ? "an IPv4 gateway"
					   : "an IPv6 gateway",
		gateway))
		return -EINVAL;
	if (ip6_is_link_local(gateway))
		return parse_error(p, &second,
		    "a link-local gateway needs its interface: write it as "
		    "an ipv6 route in the config");
	end = lex_word(&p->lx);
	return end.len == 0 ? 1 : parse_expected(p, &end, "end of line");
}

int64_t
route_file_read(const struct file *file, struct config_errors *errors,
    route_file_fn *fn, void *arg)
{
	struct parser p = { .file = file->name, .errors = errors };
	struct ip_prefix prefix;
	struct ip_addr gateway;
	int64_t good = 0;

	lex_init(&p.lx, file->data, file->size);
	while (lex_line(&p.lx)) {
		int error;

		if (read_line(&p, &prefix, &gateway) <= 0)
			continue;
		error = fn == NULL ? 0 : fn(arg, &prefix, &gateway);
		if (error)
			return error;
		good++;
	}
	return good;
}
