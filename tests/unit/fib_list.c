/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fib_list.h"

#include <stdio.h>
#include <stdlib.h>

/* Not cmocka's, since fuzzers check by these, too. */
#define REQUIRE(condition)                                                     \
	((condition) ? (void)0 : broken(#condition, __LINE__))

static void
broken(const char *what, int line)
{
	fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, line, what);
	abort();
}

void
fib_list_setup(struct fib_list *l, size_t bytes)
{
	memset(l, 0, sizeof(*l));
	bytes = (bytes + 63) & ~(size_t)63;
	l->memory = aligned_alloc(64, bytes);
	REQUIRE(l->memory != NULL);
	l->fib = fib_create(l->memory, bytes);
}

void
fib_list_teardown(struct fib_list *l)
{
	free(l->memory);
}

/* Its place in the list, or the one after the last. */
static uint32_t
find(const struct fib_list *l, const struct ip_prefix *prefix)
{
	uint32_t i;

	for (i = 0; i < l->count; i++)
		if (l->route[i].prefix.len == prefix->len &&
		    ip_addr_equal(&l->route[i].prefix.addr, &prefix->addr))
			break;
	return i;
}

void
fib_list_reclaim(struct fib_list *l)
{
	struct fib_usage usage;

	if (!fib_must_park(l->fib))
		return;
	fib_park(l->fib);
	REQUIRE(!fib_must_park(l->fib));
	fib_reclaim(l->fib);
	fib_usage(l->fib, &usage);
	REQUIRE(usage.parked == 0);
}

bool
fib_list_set(
    struct fib_list *l, const struct ip_prefix *prefix, uint32_t nexthop)
{
	uint32_t i = find(l, prefix);

	if (!fib_set(l->fib, prefix, nexthop)) {
		fib_list_reclaim(l);
		if (!fib_set(l->fib, prefix, nexthop))
			return false;
	}
	REQUIRE(i < FIB_LIST_ROUTES);
	l->route[i] = (struct fib_list_route){ *prefix, nexthop };
	l->count += i == l->count;
	return true;
}

bool
fib_list_clear(struct fib_list *l, const struct ip_prefix *prefix)
{
	uint32_t i = find(l, prefix);

	if (!fib_clear(l->fib, prefix)) {
		fib_list_reclaim(l);
		if (!fib_clear(l->fib, prefix))
			return false;
	}
	if (i < l->count)
		l->route[i] = l->route[--l->count];
	return true;
}

uint32_t
fib_list_lookup(const struct fib_list *l, const struct ip_addr *a)
{
	uint32_t i, nexthop = FIB_MISS;
	int best = -1;

	for (i = 0; i < l->count; i++) {
		if (l->route[i].prefix.len > best &&
		    ip_prefix_covers(&l->route[i].prefix, a)) {
			best = l->route[i].prefix.len;
			nexthop = l->route[i].nexthop;
		}
	}
	return nexthop;
}

void
fib_list_check(const struct fib_list *l, const struct ip_addr *a)
{
	REQUIRE(fib_lookup(l->fib, a) == fib_list_lookup(l, a));
}

/* a + 1 or a - 1, as one long number. */
static struct ip_addr
beside(struct ip_addr a, int step)
{
	int i;

	for (i = ip_family_bits(a.family) / 8 - 1; i >= 0; i--) {
		a.byte[i] = (uint8_t)(a.byte[i] + step);
		if (a.byte[i] != (step > 0 ? 0 : 0xff))
			break;
	}
	return a;
}

static struct ip_addr
last_of(const struct ip_prefix *prefix)
{
	struct ip_addr a = prefix->addr;
	int i;

	for (i = prefix->len; i < ip_family_bits(a.family); i++)
		a.byte[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

void
fib_list_check_edges(const struct fib_list *l, const struct ip_prefix *prefix)
{
	struct ip_addr last = last_of(prefix), out;

	fib_list_check(l, &prefix->addr);
	fib_list_check(l, &last);
	out = beside(prefix->addr, -1);
	fib_list_check(l, &out);
	out = beside(last, 1);
	fib_list_check(l, &out);
}

void
fib_list_check_all(const struct fib_list *l)
{
	uint32_t i, count[2] = { 0, 0 };
	struct fib_usage usage;

	for (i = 0; i < l->count; i++) {
		const struct fib_list_route *r = &l->route[i];

		REQUIRE(fib_get(l->fib, &r->prefix) == r->nexthop);
		fib_list_check_edges(l, &r->prefix);
		count[r->prefix.addr.family == IP6]++;
	}
	fib_usage(l->fib, &usage);
	for (i = 0; i < 2; i++)
		REQUIRE(usage.prefixes[i] == count[i]);
}

struct ip_addr
fib_list_addr(uint8_t family, int density)
{
	struct ip_addr a = { .family = family };
	int i, n = ip_family_bits(family);

	for (i = 0; i < n; i++)
		if (rand() % density == 0)
			a.byte[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

struct ip_prefix
fib_list_prefix(uint8_t family, int density)
{
	uint8_t bits = ip_family_bits(family);
	struct ip_prefix prefix;

	prefix.addr = fib_list_addr(family, density);
	prefix.len = (uint8_t)(rand() % (bits + 1));
	if (rand() % 8 == 0)
		prefix.len = rand() % 2 ? bits : 0;
	ip_addr_mask(&prefix.addr, prefix.len);
	return prefix;
}
