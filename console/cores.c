/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters by core, for the API and the metrics.
 */
#include "console/cores.h"

#include <string.h>

void
core_counters(
    const struct api *api, uint32_t n, uint32_t *worker, struct counters *out)
{
	const struct router *r = api->router;
	const char *role = api->system->cpu[n].role;

	memset(out, 0, sizeof(*out));
	if (strstr(role, "control") != NULL)
		counters_add(out, r->counters);
	if (strstr(role, "worker") == NULL || *worker >= r->worker_count)
		return;
	if (r->worker[*worker]->counters != r->counters)
		counters_add(out, r->worker[*worker]->counters);
	++*worker;
}

void
interface_stats(const struct interface *i, const struct counters *sum,
    struct interface_stats *out)
{
	struct port *p = i->port;

	memset(out, 0, sizeof(*out));
	out->port = sum->port[p->index];
	if (p->started)
		p->ops->hw_stats(p, &out->hw);
	out->in_discards = out->port.in_drops + out->hw.rx_missed +
	                   out->hw.rx_no_buffer;
	out->in_errors = out->hw.rx_crc_errors + out->hw.rx_length_errors +
	                 out->hw.rx_errors;
}
