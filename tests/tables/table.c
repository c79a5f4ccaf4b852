/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which table it is, and what is common to all (table.h).
 */
#include "tests/tables/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool
table_choose(struct table *t)
{
	const char *files = getenv("ROUTES");

	if (files != NULL && *files != '\0')
		return table_read_text(t, files);
	if (access(TABLE_LIBLOC, R_OK) == 0)
		return table_read_libloc(t, TABLE_LIBLOC);
	table_generate(t, TABLE_IPV4, TABLE_IPV6, TABLE_SEED);
	return true;
}

bool
table_get(struct table *t)
{
	if (!table_choose(t))
		return false;
	printf("table: %u IPv4 and %u IPv6 prefixes, %s\n", t->count[0],
	    t->count[1], t->source);
	return true;
}

void
table_free(struct table *t)
{
	free(t->route);
	*t = (struct table){ .route = NULL };
}

void
table_shuffle(struct table *t, uint64_t seed)
{
	uint32_t n, k;

	for (n = table_size(t); n > 1; n--) {
		struct table_route last = t->route[n - 1];

		k = table_below(&seed, n);
		t->route[n - 1] = t->route[k];
		t->route[k] = last;
	}
}

static int
compare(const void *one, const void *other)
{
	const struct table_route *a = one, *b = other;
	int order = a->prefix.addr.family - b->prefix.addr.family;

	if (order == 0)
		order = memcmp(a->prefix.addr.byte, b->prefix.addr.byte,
		    sizeof(a->prefix.addr.byte));
	return order != 0 ? order : a->prefix.len - b->prefix.len;
}

void
table_finish(struct table *t, uint32_t count)
{
	uint32_t i, kept = 0;

	qsort(t->route, count, sizeof(t->route[0]), compare);
	t->count[0] = t->count[1] = 0;
	for (i = 0; i < count; i++) {
		if (kept > 0 && compare(&t->route[kept - 1], &t->route[i]) == 0)
			continue;
		t->count[t->route[i].prefix.addr.family == IP6]++;
		t->route[kept++] = t->route[i];
	}
}

void
table_add(struct table *t, uint32_t count, const struct table_route *route)
{
	if ((count & (count - 1)) == 0) {
		size_t room = count == 0 ? 1 : 2 * (size_t)count;

		t->route = realloc(t->route, room * sizeof(t->route[0]));
		if (t->route == NULL)
			abort();
	}
	t->route[count] = *route;
}
