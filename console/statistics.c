/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The statistics of an interface, the router's and the NIC's.
 */
#include "console/statistics.h"

#include <string.h>

static void
vlan_stats(const struct router *r, uint16_t index, struct port_counters *out)
{
	struct iface_counters c;

	router_iface_counters(r, index, &c);
	out->in_packets = c.in_packets;
	out->in_octets = c.in_octets;
	out->in_drops = c.in_drops;
	out->out_packets = c.out_packets;
	out->out_octets = c.out_octets;
}

void
interface_stats(const struct router *r, uint16_t index,
    const struct counters *sum, struct interface_stats *out)
{
	const struct interface *i = &r->interface[index];
	struct port *p = i->port;

	memset(out, 0, sizeof(*out));
	if (i->vid != 0) {
		vlan_stats(r, index, &out->port);
		out->in_discards = out->port.in_drops;
		return;
	}
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
