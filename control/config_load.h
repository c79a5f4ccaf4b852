/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which config a boot uses: barewire.conf of the config volume if it holds no
 * error, else the defaults.
 */
#ifndef CONTROL_CONFIG_LOAD_H
#define CONTROL_CONFIG_LOAD_H

#include "control/config.h"

enum config_origin {
	CONFIG_FROM_VOLUME,
	CONFIG_NO_FILE,
	CONFIG_REFUSED, /* it has errors: each is a line in the log */
};

/*
 * Before the ports are found: what barewire.conf says, for config_ring. The
 * caller frees it. Empty without a file, or without memory.
 */
void config_load_preview(const struct files *files, struct config *out);

/*
 * Fills `out` with a config that the caller owns, and logs what was wrong
 * with the one on the volume. Only memory can be missing for the defaults: then
 * `out` is the empty config.
 */
enum config_origin config_load(
    const struct config_world *world, struct config *out);

#endif
