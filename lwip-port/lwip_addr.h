/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's addresses next to ours. lwIP has a `struct ip_addr` as well, which it
 * only ever calls ip_addr_t: its tag gives way. Include this before any other
 * header of lwIP.
 */
#ifndef LWIP_PORT_LWIP_ADDR_H
#define LWIP_PORT_LWIP_ADDR_H

#define ip_addr lwip_ip_addr
#include "lwip/ip_addr.h"
#undef ip_addr

#endif
