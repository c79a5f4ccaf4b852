/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Updates as BGP brings them (churn.h).
 */
#include "tests/bench/churn.h"

#include <stdio.h>
#include <stdlib.h>

static uint32_t
routes(const struct churn *c)
{
	return c->table[0].n + c->table[1].n;
}

static const struct table_route *
route(const struct churn *c, uint32_t i)
{
	return &c->table[0].route[i];
}

void
churn_begin(struct churn *c, const struct routes table[2])
{
	uint32_t i, n = table[0].n + table[1].n;

	*c = (struct churn){ .table = table, .random = 4711 };
	c->nexthop = calloc(n, sizeof(*c->nexthop));
	c->flapping = calloc(n, sizeof(*c->flapping));
	if (c->nexthop == NULL || c->flapping == NULL) {
		perror("bench");
		exit(2);
	}
	for (i = 0; i < n; i++) {
		const struct ip_prefix *p = &route(c, i)->prefix;

		c->nexthop[i] = route(c, i)->nexthop;
		if (p->len == (p->addr.family == IP4 ? 24 : 48))
			c->flapping[c->flapping_n++] = i;
	}
}

void
churn_end(struct churn *c)
{
	free(c->nexthop);
	free(c->flapping);
}

/* A route that is there. */
static uint32_t
pick(struct churn *c)
{
	uint32_t i;

	do {
		if (c->flapping_n > 0 && table_below(&c->random, 10) < 8)
			i = c->flapping[table_below(&c->random, c->flapping_n)];
		else
			i = table_below(&c->random, routes(c));
	} while (c->nexthop[i] == 0);
	return i;
}

static struct update
change(struct churn *c, uint32_t i, uint16_t nexthop)
{
	struct update u = { route(c, i), nexthop, c->nexthop[i] };

	c->nexthop[i] = nexthop;
	return u;
}

struct update
churn_next(struct churn *c)
{
	uint32_t kind = table_below(&c->random, 3);
	uint32_t away = c->away_in - c->away_out, i;

	if (kind == 0 && away < CHURN_AWAY) {
		i = pick(c);
		c->away[c->away_in++ % CHURN_AWAY] = i;
		return change(c, i, 0);
	}
	if (kind == 1 && away > CHURN_AWAY / 2) {
		i = c->away[c->away_out++ % CHURN_AWAY];
		return change(c, i, route(c, i)->nexthop);
	}
	i = pick(c);
	return change(
	    c, i, (uint16_t)(1 + table_below(&c->random, TABLE_NEXTHOPS)));
}

bool
churn_undo(struct churn *c, uint32_t *at, struct update *u)
{
	for (; *at < routes(c); ++*at) {
		uint16_t nexthop = route(c, *at)->nexthop;

		if (c->nexthop[*at] != nexthop) {
			*u = change(c, *at, nexthop);
			return true;
		}
	}
	return false;
}
