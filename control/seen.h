/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which routes of a file were met before: fingerprints of 64 bits, so that a
 * million routes take 16 MiB for as long as the file is checked.
 */
#ifndef CONTROL_SEEN_H
#define CONTROL_SEEN_H

#include <stddef.h>

#include "control/route_file.h"

struct seen;

/* Room for about so many routes, which grows. NULL when memory is out. */
struct seen *seen_create(size_t routes);
void seen_free(struct seen *s);

/* 0, -EEXIST for a route that was met before, or -ENOMEM. */
int seen_add(struct seen *s, const struct route_line *route);

#endif
