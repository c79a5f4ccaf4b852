/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bulk routes: one `PREFIX GATEWAY` a line, both families mixed, # comments.
 */
#ifndef CONTROL_ROUTE_FILE_H
#define CONTROL_ROUTE_FILE_H

#include "control/config.h"

/* Called for each good line. Returns 0, or a negative errno to stop. */
typedef int route_file_fn(
    void *arg, const struct ip_prefix *prefix, const struct ip_addr *gateway);

/*
 * Reads a whole file. Bad lines are noted in `errors` (file, line, column);
 * `fn` may be NULL to check alone. Returns the number of good lines or what
 * `fn` returned.
 */
int64_t route_file_read(const struct file *file, struct config_errors *errors,
    route_file_fn *fn, void *arg);

#endif
