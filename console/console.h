/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: HTTP server, JSON API (docs/api.md), metrics and web pages, on
 * lwIP's raw TCP API. Everything runs from lwIP's callbacks on core 0.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "control/router.h"
#include "control/system.h"

/* Listens on router->config.http_port, IPv4 and IPv6. 0 or negative errno. */
int console_init(struct router *router, const struct system *system);

/* Once a turn of core 0's loop. */
void console_poll(uint64_t now_us);

/* Follows a change of the config (port, management interface). */
int console_config_changed(void);

#endif
