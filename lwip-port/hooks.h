/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP's core calls in the middle of its work; see lwipopts.h.
 */
#ifndef LWIP_PORT_HOOKS_H
#define LWIP_PORT_HOOKS_H

#include "lwip-port/lwip_addr.h"
#include "lwip/netif.h"
#include "lwip/prot/tcp.h"

/* The interface that the FIB names for a destination, or NULL. */
struct netif *hook_ip4_route(const ip4_addr_t *dst);
struct netif *hook_ip6_route(const ip6_addr_t *dst);

struct tcp_pcb;

/* A segment for this connection or listener; lwIP goes on with ERR_OK. */
err_t guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *tcp);

/* The initial sequence number of a connection (RFC 6528). */
u32_t hook_tcp_isn(const ip_addr_t *local, u16_t local_port,
    const ip_addr_t *remote, u16_t remote_port);

#endif
