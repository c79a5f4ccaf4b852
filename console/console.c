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
	struct router *r = api.router;
	const struct interface *i;
	uint8_t number = 0;

	if (c->management[0] == '\0')
		return tcp_server_listen(c->http_port, 0);
	/* Rather no console than one on the wrong side. */
	i = router_interface(r, c->management);
	if (i != NULL)
		number = r->stack->netif_index((uint16_t)(i - r->interface));
	if (number == 0) {
		tcp_server_stop();
		return -ENODEV;
	}
	return tcp_server_listen(c->http_port, number);
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
