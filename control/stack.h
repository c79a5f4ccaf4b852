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
#include "net/counters.h"

/* What became of a packet: enum drop_reason, or this. */
enum { NOT_DROPPED = DROP_REASON_COUNT };

struct stack_ops {
	/* An interface was added, removed, or changed its state, link, MTU or
	 * addresses (read them from struct interface). */
	void (*interface_changed)(uint16_t iface);

	/* An Ethernet frame for this router (ARP, ND, own addresses). Returns
	 * NOT_DROPPED, or the reason why it was of no use: counted by the
	 * caller. */
	int (*input)(uint16_t iface, const uint8_t *frame, uint16_t len);

	/*
	 * Asks for the link-layer address of `addr`: the one that had it, by
	 * unicast, or everybody when `mac` is NULL. What is heard of it comes
	 * by router_neighbor_heard(). 0, -ENETDOWN, -ENOMEM, or -EADDRNOTAVAIL
	 * while there is no address of our own to ask from.
	 */
	int (*ask)(
	    uint16_t iface, const struct ip_addr *addr, const uint8_t *mac);

	/* The stack's own number of an interface, for who speaks to the stack
	 * directly. It stays while the interface does; 0: none. */
	uint8_t (*netif_index)(uint16_t iface);
};

#endif
