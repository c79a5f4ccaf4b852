/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixes in order are opened one after the other. Those that are open at a
 * place contain each other: a stack, the longest on top.
 */
#include "tests/tables/ranges.h"

#include <stdlib.h>

struct open {
	key128 last;
	uint16_t nexthop;
};

struct sweep {
	struct ranges *out;
	struct open open[KEY_BITS + 2];
	uint32_t depth;
	key128 step;
};

/* From here on the top of the stack says where to. */
static void
begin(struct sweep *s, key128 at)
{
	struct ranges *r = s->out;

	if (r->count > 0 && r->range[r->count - 1].first == at)
		r->count--;
	r->range[r->count++] =
	    (struct range){ at, s->open[s->depth - 1].nexthop };
}

static void
close_before(struct sweep *s, key128 at)
{
	while (s->depth > 1 && s->open[s->depth - 1].last < at) {
		key128 last = s->open[--s->depth].last;

		begin(s, last + s->step);
	}
}

void
ranges_make(struct ranges *r, const struct table *t, uint8_t family)
{
	struct sweep s = { .out = r, .step = key_step(family) };
	const struct table_route *route = t->route;
	uint32_t i, n = t->count[family == IP6];
	key128 end = ~(key128)0 - (s.step - 1);

	if (family == IP6)
		route += t->count[0];
	*r = (struct ranges){ .count = 0 };
	r->range = malloc((2 * (size_t)n + 1) * sizeof(r->range[0]));
	if (r->range == NULL)
		abort();
	s.open[s.depth++] = (struct open){ end, FIB_MISS };
	begin(&s, 0);
	for (i = 0; i < n; i++) {
		const struct ip_prefix *p = &route[i].prefix;
		key128 first = key_of(&p->addr);

		close_before(&s, first);
		s.open[s.depth++] = (struct open){
			first | key_host(p->len, family), route[i].nexthop
		};
		begin(&s, first);
	}
	/* What reaches the end of all addresses stays open. */
	close_before(&s, end);
}

void
ranges_free(struct ranges *r)
{
	free(r->range);
	r->range = NULL;
}

uint32_t
ranges_find(const struct ranges *r, key128 at)
{
	uint32_t low = 0, high = r->count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (r->range[middle].first <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}
