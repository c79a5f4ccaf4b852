/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attributes of one way to a prefix in an MRT record (RFC 4271 4.3, RFC
 * 6396 4.3.4), and which of two ways is the better one.
 */
#ifndef CONTROL_MRT_PATH_H
#define CONTROL_MRT_PATH_H

#include "control/route_private.h"

/*
 * Reads the attributes. Returns NULL, or why they cannot be read at all. When
 * they can, but there is no gateway of the family in them, its family stays 0
 * and *why, if nothing is there yet, says why.
 */
const char *mrt_path_read(const uint8_t *p, uint32_t size, uint8_t family,
    struct mrt_path *out, const char **why);

/* Whether `a` goes before `b`. One without a gateway never does. */
bool mrt_path_better(const struct mrt_path *a, const struct mrt_path *b);

#endif
