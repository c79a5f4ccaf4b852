/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The statistics of an interface: what the router counted and what the NIC
 * did, for the API and the metrics.
 */
#ifndef CONSOLE_STATISTICS_H
#define CONSOLE_STATISTICS_H

#include <stdbool.h>

#include "control/router.h"

struct interface_stats {
	struct port_counters port;
	struct port_hw_stats hw;
	uint64_t in_discards, in_errors; /* the router's and the NIC's */
};

/*
 * `sum` has the counters of all cores. Reads registers of the NIC. A
 * sub-interface has what the router counted of it; the NIC knows nothing of it.
 */
void interface_stats(const struct router *r, uint16_t index,
    const struct counters *sum, struct interface_stats *out);

/* False when the NIC does not count by queue. */
bool queue_stats(
    struct port *port, uint32_t queue, struct port_queue_stats *out);

#endif
