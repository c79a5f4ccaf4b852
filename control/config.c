/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config tree: its arrays, its defaults and its end.
 */
#include "control/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/config_private.h"
#include "net/packet.h"

enum { ROOM_UNIT = 1024 };

void *
array_add(void *array_pointer, uint32_t *count, size_t element)
{
	void *array;
	char *added;

	memcpy(&array, array_pointer, sizeof(array));
	if ((*count & (*count - 1)) == 0) {
		size_t room = *count == 0 ? 1 : 2 * (size_t)*count;
		void *larger = realloc(array, room * element);

		if (larger == NULL)
			return NULL; /* the array stays as it is */
		array = larger;
		memcpy(array_pointer, &array, sizeof(array));
	}
	added = (char *)array + *count * element;
	(*count)++;
	return memset(added, 0, element);
}

void
config_clear(struct config *c)
{
	memset(c, 0, sizeof(*c));
	strcpy(c->hostname, CONFIG_HOSTNAME_DEFAULT);
	c->http_port = CONFIG_HTTP_PORT;
}

struct config_interface *
config_interface_find(const struct config *c, const char *name)
{
	for (uint32_t i = 0; i < c->interface_count; i++)
		if (strcmp(c->interface[i].name, name) == 0)
			return &c->interface[i];
	return NULL;
}

struct config_interface *
config_interface_add(struct config *c, const char *name)
{
	struct config_interface *added = array_add(
	    &c->interface, &c->interface_count, sizeof(*c->interface));

	if (added != NULL) {
		snprintf(added->name, sizeof(added->name), "%s", name);
		added->vid = iface_vid(name);
	}
	return added;
}

static uint32_t
mtu_frame(const struct config_interface *iface)
{
	return iface->mtu + (uint32_t)CONFIG_FRAME_OVERHEAD;
}

uint16_t
config_buffer_room(const struct config *c)
{
	uint32_t frame = CONFIG_MTU_DEFAULT + CONFIG_FRAME_OVERHEAD;
	uint32_t room = PKT_ROOM;

	for (uint32_t i = 0; i < c->interface_count; i++)
		if (mtu_frame(&c->interface[i]) > frame)
			frame = mtu_frame(&c->interface[i]);
	while (room < frame && room < PKT_ROOM_MAX)
		room += ROOM_UNIT;
	return (uint16_t)room;
}

uint16_t
config_ring(const struct config *c, const char *port)
{
	const struct config_interface *iface = config_interface_find(c, port);

	return iface != NULL ? iface->ring : 0;
}

int
config_default(const struct config_world *world, struct config *out)
{
	struct port *const *port = world->port;

	config_clear(out);
	for (; port != NULL && *port != NULL; port++)
		if (config_interface_add(out, (*port)->name) == NULL) {
			config_free(out);
			return -ENOMEM;
		}
	if (out->interface_count > 0) {
		out->interface[0].dhcp = true;
		strcpy(out->management, out->interface[0].name);
	}
	return 0;
}

void
config_free(struct config *c)
{
	for (uint32_t i = 0; i < c->interface_count; i++) {
		free(c->interface[i].address);
		free(c->interface[i].nd.prefix);
		free(c->interface[i].nd.dns);
	}
	free(c->interface);
	free(c->route);
	free(c->neighbor);
	free(c->routes_file);
	free(c->user);
	free(c->log_host);
	memset(c, 0, sizeof(*c));
}
