/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local stack as control/ sees it: ARP, ND, ICMP echo, TCP, DHCP client.
 * lwip-port/ implements it; main.c hands it to the router. Core 0 only.
 *
 * Frames and packets passed in are borrowed for the time of the call.
 */
#ifndef CONTROL_STACK_H
#define CONTROL_STACK_H

#include <stdint.h>

#include "net/addr.h"

struct stack_ops {
	/* An interface was added, removed, or changed its state, link, MTU or
	 * addresses (read them from struct interface). */
	void (*interface_changed)(uint16_t iface);

	/* An Ethernet frame for this router (ARP, ND, own addresses). Returns
	 * 0, or -ENOMEM when the stack has no room: counted by the caller. */
	int (*input)(uint16_t iface, const uint8_t *frame, uint16_t len);

	/*
	 * Finds the link-layer address of `next_hop`. `packet` (from the IP
	 * header on, ready to leave, or NULL) is kept and sent by the stack
	 * when the neighbour answers; 0, or -ENOMEM when it keeps no more.
	 */
	int (*resolve)(uint16_t iface, const struct ip_addr *next_hop,
	    const uint8_t *packet, uint16_t len);

	/* Seconds until a dynamic neighbour is asked again; state as in RFC
	 * 8344: "incomplete", "reachable", "stale", "delay", "probe". */
	const char *(*neighbor_state)(
	    uint16_t iface, const struct ip_addr *addr);
};

#endif
