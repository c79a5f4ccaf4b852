/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: puts API and HTTP server together and follows the config.
 */
#include "console/console.h"

#include <errno.h>

#include "console/api.h"
#include "console/tcp.h"

static struct api api;

int
console_config_changed(void)
{
	const struct config *c = &api.router->config;
	const struct interface *i;

	if (c->management[0] == '\0')
		return tcp_server_listen(c->http_port, NULL);
	/* Rather no console than one on the wrong side. */
	i = router_interface(api.router, c->management);
	if (i == NULL) {
		tcp_server_stop();
		return -ENODEV;
	}
	return tcp_server_listen(c->http_port, i->port->mac);
}

void
console_poll(uint64_t now_us)
{
	cores_poll(&api.cores, api.system, now_us);
}

int
console_init(struct router *router, const struct system *system)
{
	api.router = router;
	api.system = system;
	tcp_server_init(api_handle, &api);
	return console_config_changed();
}
