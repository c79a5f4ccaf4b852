/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters by core, for the API and the metrics.
 */
#ifndef CONSOLE_CORES_H
#define CONSOLE_CORES_H

#include "console/api.h"

/*
 * Adds up what the `n`-th core of system->cpu counted. `*worker` starts at 0
 * and walks the workers: call it for every core in order.
 */
void core_counters(
    const struct api *api, uint32_t n, uint32_t *worker, struct counters *out);

/* The whole of one interface's statistics, the NIC's own included. */
struct interface_stats {
	struct port_counters port;
	struct port_hw_stats hw;
	uint64_t in_discards, in_errors; /* the router's and the NIC's */
};
void interface_stats(const struct interface *i, const struct counters *sum,
    struct interface_stats *out);

#endif
