/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path MTUs of our own packets (RFC 8201), in lwIP's table of destinations.
 */
#include "lwip-port/private.h"
#include "lwip/priv/nd6_priv.h"

enum {
	PATH_MTU_MIN = 1280, /* RFC 8200 5 */
	PATH_MTU_AGE = 600,  /* s (RFC 8201 5.3) */
};

/* Path MTUs as they were before lwIP saw a packet; 0: no such path. */
static uint16_t paths_before[LWIP_ND6_NUM_DESTINATIONS];

void
nd_path_save(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		const struct nd6_destination_cache_entry *d =
		    &destination_cache[i];

		paths_before[i] =
		    ip6_addr_isany(&d->destination_addr) ? 0 : d->pmtu;
	}
}

/*
 * RFC 8201 4: a path MTU only shrinks, and not below the least of IPv6. lwIP
 * believes any value, and would never end with the smallest and largest ones.
 */
void
nd_path_clamp(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		struct nd6_destination_cache_entry *d = &destination_cache[i];

		if (paths_before[i] != 0 && d->pmtu > paths_before[i])
			d->pmtu = paths_before[i];
		if (d->pmtu < PATH_MTU_MIN)
			d->pmtu = PATH_MTU_MIN;
	}
}

/* The entry of a destination, or the one that gives way to it. */
static int
path_find(const ip6_addr_t *dst)
{
	int oldest = 0;

	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		const struct nd6_destination_cache_entry *d =
		    &destination_cache[i];

		if (ip6_addr_cmp(&d->destination_addr, dst))
			return i;
		if (d->age > destination_cache[oldest].age)
			oldest = i;
	}
	return oldest;
}

bool
nd_path_known(const ip6_addr_t *dst)
{
	return !ip6_addr_isany(dst) &&
	       ip6_addr_cmp(
		   &destination_cache[path_find(dst)].destination_addr, dst);
}

/*
 * lwIP keeps the path MTU of a destination that it has an entry for. It would
 * make one when it resolves, but what it resolves here are next hops.
 */
void
nd_path_note(const ip6_addr_t *dst, uint16_t mtu)
{
	int i = path_find(dst);
	struct nd6_destination_cache_entry *d = &destination_cache[i];

	if (ip6_addr_cmp(&d->destination_addr, dst)) {
		d->pmtu = LWIP_MIN(d->pmtu, mtu);
		return;
	}
	d->destination_addr = *dst;
	d->next_hop_addr = *dst;
	d->pmtu = mtu;
	d->age = 0;
	paths_before[i] = mtu;
}

void
nd_path_age(void)
{
	for (int i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++)
		if (destination_cache[i].age >= PATH_MTU_AGE)
			ip6_addr_set_any(
			    &destination_cache[i].destination_addr);
}
