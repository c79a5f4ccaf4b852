/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks in lwIP's core: routes by our FIB, sequence numbers by RFC 6528.
 */
#include "lwip-port/hooks.h"

#include "kernel/time.h"
#include "lwip-port/private.h"

static struct netif *
route(const struct ip_addr *dst)
{
	struct router_nexthop hop;
	struct stack_iface *ifc;

	if (!output_route(dst, &hop))
		return NULL;
	ifc = stack_iface(hop.iface);
	return ifc ? &ifc->netif : NULL;
}

struct netif *
hook_ip4_route(const ip4_addr_t *dst)
{
	struct ip_addr a = own_addr4(dst);

	return route(&a);
}

struct netif *
hook_ip6_route(const ip6_addr_t *dst)
{
	struct ip_addr a = own_addr6(dst);

	return route(&a);
}

/* RFC 6528, 3: a clock of 4 us plus a keyed hash of the connection. */
u32_t
hook_tcp_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote,
    u16_t remote_port)
{
	static uint64_t key[2];
	struct {
		struct ip_addr local, remote;
		uint16_t local_port, remote_port;
	} of;

	while (key[0] == 0)
		for (int i = 0; i < 2; i++)
			key[i] = (uint64_t)stack_random() << 32 |
			         stack_random();
	memset(&of, 0, sizeof(of));
	if (IP_IS_V6(local)) {
		of.local = own_addr6(ip_2_ip6(local));
		of.remote = own_addr6(ip_2_ip6(remote));
	} else {
		of.local = own_addr4(ip_2_ip4(local));
		of.remote = own_addr4(ip_2_ip4(remote));
	}
	of.local_port = local_port;
	of.remote_port = remote_port;
	return (u32_t)(time_us() / 4 + siphash(key, &of, sizeof(of)));
}
