/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits of what core 0 is asked to do: `punt-limit` and `icmp rate-limit`, at
 * the top for all ports, and in the block of an interface for that one.
 */
#include <errno.h>

#include "control/config_private.h"

/* RATE [BURST] */
static int
parse_rate(struct parser *p, struct config_limit *out)
{
	struct word w = lex_word(&p->lx);
	struct config_limit limit = { .given = true };

	if (parse_port_only(p, &w) || parse_number(p, &w, "packets a second", 0,
					  PUNT_RATE_MAX, &limit.rate.rate))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (w.len > 0 && parse_number(p, &w, "a burst of packets", 1,
			     PUNT_BURST_MAX, &limit.rate.burst))
		return -EINVAL;
	*out = limit;
	return 0;
}

/* The limits that this line is about. In the block of an interface whose name
 * was wrong it is about none. */
static struct config_limits *
limits_here(struct parser *p, struct config_limits *none)
{
	if (p->block == BLOCK_NONE)
		return &p->config->limits;
	return p->iface != NULL ? &p->iface->limits : none;
}

int
parse_punt_limit(struct parser *p, int reason)
{
	struct config_limits none;

	return parse_rate(p, &limits_here(p, &none)->punt[reason]);
}

int
parse_icmp_limit(struct parser *p, int arg)
{
	struct config_limits none;

	(void)arg;
	return parse_rate(p, &limits_here(p, &none)->icmp);
}
