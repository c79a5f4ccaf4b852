/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP engine on lwIP's raw TCP API. Core 0 only.
 */
#ifndef CONSOLE_TCP_H
#define CONSOLE_TCP_H

#include <stdint.h>

#include "console/http.h"

enum { TCP_CLIENTS_MAX = 32 };

/* Every connection from now on is served by `handler`. */
void tcp_server_init(http_handler *handler, void *arg);

/*
 * Listens on `port`, IPv4 and IPv6; unless `netif_index` is 0 only on the netif
 * with that number, and connections through others are dropped. The listener
 * before is given up when the new one stands. 0 or negative errno: -ENODEV
 * when there is no such netif; then nothing listens.
 */
int tcp_server_listen(uint16_t port, uint8_t netif_index);

/* Listens no more and drops every connection. */
void tcp_server_stop(void);

#endif
