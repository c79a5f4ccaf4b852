/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of GET /metrics share: Prometheus text format 0.0.4. Every
 * name begins with "barewire_", which these functions put before `name`.
 */
#ifndef CONSOLE_METRICS_H
#define CONSOLE_METRICS_H

#include <stdint.h>

#include "console/api.h"
#include "console/text.h"

struct metrics {
	const struct api *api;
	struct counters sum;
	struct text text; /* failed: memory was short */
};

/* The two lines before the values of a metric. */
void metrics_family(
    struct text *t, const char *name, const char *type, const char *help);

void metrics_cores(struct metrics *m);
void metrics_interfaces(struct metrics *m);
void metrics_punts(struct metrics *m);
void metrics_icmp(struct metrics *m);
void metrics_queues(struct metrics *m);

#endif
