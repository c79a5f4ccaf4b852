/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The statistics of an interface, the router's and the NIC's.
 */
#include "console/statistics.h"

#include <string.h>

void
interface_stats(const struct interface *i, const struct counters *sum,
    struct interface_stats *out)
{
	struct port *p = i->port;

	memset(out, 0, sizeof(*out));
	out->port = sum->port[p->index];
	p->ops->hw_stats(p, &out->hw);
	out->in_discards = out->port.in_drops + out->hw.rx_missed +
	                   out->hw.rx_no_buffer;
	out->in_errors = out->hw.rx_crc_errors + out->hw.rx_length_errors +
	                 out->hw.rx_errors;
}

bool
queue_stats(struct port *port, uint32_t queue, struct port_queue_stats *out)
{
	if (port->ops->queue_stats == NULL)
		return false;
	memset(out, 0, sizeof(*out));
	port->ops->queue_stats(port, queue, out);
	return true;
}
