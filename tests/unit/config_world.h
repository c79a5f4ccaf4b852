/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small machine for configs: four ports and a few files.
 */
#ifndef TESTS_UNIT_CONFIG_WORLD_H
#define TESTS_UNIT_CONFIG_WORLD_H

#include <string.h>

#include "control/config.h"

static struct port world_ports[] = {
	{ .name = "port0", .max_frame = 9216 },
	{ .name = "port1", .max_frame = 1518 },
	{ .name = "port2", .max_frame = 1514 },
	{ .name = "port3", .max_frame = 1600 },
};

static struct port *const world_port_list[] = {
	&world_ports[0],
	&world_ports[1],
	&world_ports[2],
	&world_ports[3],
	NULL,
};

#define WORLD_ROUTES                                                           \
	"# bulk\n"                                                             \
	"10.0.0.0/8 192.0.2.254\n"                                             \
	"2001:db8:f::/48 2001:db8::2\n"

static const struct file world_file_list[] = {
	{ "routes.txt", WORLD_ROUTES, sizeof(WORLD_ROUTES) - 1 },
	{ "bad.txt", "10.0.0.0/8 192.0.2.1\n10.0.0.1/8 192.0.2.1\nx\n", 44 },
	{ "EMPTY", NULL, 0 },
	{ "rib.gz", "\x1f\x8b\x08", 3 },
	{ "rib.bz2", "BZh91AY", 7 },
	{ "noise", "10.0.0.0/8\0", 11 },
};

static const struct files world_files = {
	.file = world_file_list,
	.count = sizeof(world_file_list) / sizeof(world_file_list[0]),
	.volume = "test",
};

static const struct config_world world = {
	.port = world_port_list,
	.files = &world_files,
};

static inline int
parse_text(const char *text, struct config *out, struct config_errors *errors)
{
	return config_parse(
	    "barewire.conf", text, strlen(text), &world, out, errors);
}

#endif
