/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP as the router's local stack: one netif an interface, ARP, ND, ICMP
 * echo, TCP, DHCP client. NO_SYS: everything runs from stack_poll on core 0.
 */
#ifndef LWIP_PORT_STACK_H
#define LWIP_PORT_STACK_H

#include <stdint.h>

#include "control/router.h"
#include "control/stack.h"

/* What the router calls (control/stack.h). */
extern const struct stack_ops stack_lwip_ops;

/*
 * Starts lwIP for `router`; once, before router_apply. `random` gives numbers
 * that nobody can predict: ports and sequence numbers come from them.
 * 0 or -ENOMEM.
 */
int stack_init(struct router *router, uint32_t (*random)(void));

/* Runs lwIP's timers. Call it every turn of the control loop. */
void stack_poll(uint64_t now_us);

#endif
