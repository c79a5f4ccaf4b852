/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reverse path of a burst's sources (verify.h), in stages like those of
 * the destinations: look all up -> read all next hops -> judge them.
 */
#include <stddef.h>

#include "net/ip4.h"
#include "net/ip6.h"
#include "net/verify.h"

_Static_assert((int)PKT_BURST <= 32, "a bit each");

/* The packets that are asked for. */
struct asked {
	uint32_t count;
	uint8_t at[PKT_BURST];  /* in the burst */
	uint8_t how[PKT_BURST]; /* enum verify */
	uint16_t route[PKT_BURST];
	struct nexthop nexthop[PKT_BURST];
};

static bool
stays4(const uint8_t *src)
{
	return ip4_is_link_local(src) || src[0] == 0;
}

static bool
stays6(const uint8_t *src)
{
	return ip6_is_link_local(src) ||
	       (ip6_starts_low(src) && ip6_low_kind(src) == IP6_UNSPECIFIED);
}

/* True when the source at `src` is to be looked up. */
ALWAYS_INLINE bool
ask(struct asked *a, const struct dataplane *dp, uint8_t family,
    struct pkt *const *pkts, uint32_t i, bool (*stays)(const uint8_t *src),
    const uint8_t *src)
{
	uint8_t how = verify_of(dp->iface[pkts[i]->iface].verify, family);

	if (how == 0 || stays(src))
		return false;
	a->how[a->count] = how;
	a->at[a->count++] = (uint8_t)i;
	return true;
}

static void
look4(struct asked *a, const struct dataplane *dp, struct pkt *const *pkts,
    uint32_t n)
{
	uint32_t key[PKT_BURST];

	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *src = pkt_data(pkts[i]) + pkts[i]->l3 +
		                     offsetof(struct ip4_hdr, src);

		if (ask(a, dp, IP4, pkts, i, stays4, src))
			key[a->count - 1] = be32_load(src);
	}
	fib_lookup4_specific(dp->fib, key, a->route, a->count);
}

static void
look6(struct asked *a, const struct dataplane *dp, struct pkt *const *pkts,
    uint32_t n)
{
	struct fib_key6 key[PKT_BURST];

	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *src = pkt_data(pkts[i]) + pkts[i]->l3 +
		                     offsetof(struct ip6_hdr, src);

		if (ask(a, dp, IP6, pkts, i, stays6, src))
			key[a->count - 1] = fib_key6_load(src);
	}
	fib_lookup6_specific(dp->fib, key, a->route, a->count);
}

/* What the routes lead to, and what will be read of that. */
static void
read_nexthops(struct asked *a, const struct dataplane *dp, uint8_t family)
{
	uint16_t fallback = (uint16_t)fib_default(dp->fib, family);
	const struct nexthop_table *table = dp->nexthop;

	for (uint32_t i = 0; i < a->count; i++) {
		if (a->route[i] == FIB_MISS && (a->how[i] & VERIFY_DEFAULT))
			a->route[i] = fallback;
		__builtin_prefetch(&table->word[a->route[i]]);
	}
	for (uint32_t i = 0; i < a->count; i++) {
		struct nexthop nh = nexthop_read(table, a->route[i]);

		a->nexthop[i] = nh;
		if (nh.type == NEXTHOP_VIA)
			__builtin_prefetch(&dp->adj->entry[nh.index]);
		else if (nh.type == NEXTHOP_GROUP)
			__builtin_prefetch(&table->group[nh.index]);
	}
}

/* Each way that is alive is named by one of the first ECMP_MAX buckets: they
 * begin with each slot in turn (nexthop.c). */
static bool
group_leads_to(const struct dataplane *dp, uint32_t group, uint16_t iface)
{
	const _Atomic uint32_t *bucket = dp->nexthop->group[group].adj;

	for (uint32_t i = 0; i < ECMP_MAX; i++) {
		uint32_t adj = atomic_load_explicit(
		    &bucket[i], memory_order_acquire);

		if (dp->adj->entry[adj].iface == iface)
			return true;
	}
	return false;
}

static bool
leads_to(const struct dataplane *dp, struct nexthop nh, uint16_t iface)
{
	if (nh.type == NEXTHOP_GROUP)
		return group_leads_to(dp, nh.index, iface);
	if (nh.type == NEXTHOP_VIA && nh.index != ADJ_NONE)
		return dp->adj->entry[nh.index].iface == iface;
	return nh.iface == iface;
}

static bool
has_way(
    const struct dataplane *dp, struct nexthop nh, uint16_t iface, uint8_t how)
{
	switch (nh.type) {
	case NEXTHOP_CONNECTED:
	case NEXTHOP_VIA:
	case NEXTHOP_GROUP:
		return (how & VERIFY_ANY) || leads_to(dp, nh, iface);
	default:
		return false;
	}
}

uint32_t
verify_sources(const struct dataplane *dp, uint8_t family,
    struct pkt *const *pkts, uint32_t n)
{
	struct asked a;
	uint32_t failed = 0;

	a.count = 0;
	if (family == IP4)
		look4(&a, dp, pkts, n);
	else
		look6(&a, dp, pkts, n);
	read_nexthops(&a, dp, family);
	for (uint32_t i = 0; i < a.count; i++)
		if (!has_way(dp, a.nexthop[i], pkts[a.at[i]]->iface, a.how[i]))
			failed |= 1u << a.at[i];
	return failed;
}
