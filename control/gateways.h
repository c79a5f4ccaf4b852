/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distinct gateways of a file of routes, and where each was first met.
 */
#ifndef CONTROL_GATEWAYS_H
#define CONTROL_GATEWAYS_H

#include "control/route_file.h"
#include "net/fib.h"

/* More gateways cannot all be next hops. */
enum { GATEWAYS_MAX = FIB_NEXTHOP_MAX };

struct gateways;

/* NULL when memory is out. */
struct gateways *gateways_create(void);
void gateways_free(struct gateways *g);

/* Notes the gateway of a route. 0, -ENOMEM, or -ENOSPC above GATEWAYS_MAX. */
int gateways_add(struct gateways *g, const struct route_line *at);

/* The n-th, as first met; NULL behind the last. */
const struct route_line *gateways_get(const struct gateways *g, uint32_t n);

#endif
