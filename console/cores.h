/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each core does and how loaded it is, for the API and the metrics.
 */
#ifndef CONSOLE_CORES_H
#define CONSOLE_CORES_H

#include <stdbool.h>
#include <stdint.h>

#include "control/router.h"
#include "control/system.h"

/* Of one core, over the last whole second. */
struct core_load {
	bool known;    /* a second has passed, and the core polls */
	uint32_t busy; /* millionths of its cycles in turns with packets */
	uint64_t packets_per_second;
	/* As the second began. */
	uint64_t packets, cycles_busy, cycles_total;
};

struct cores {
	struct core_load load[SYSTEM_CPU_MAX];
	uint64_t sampled_us;
};

/* Looks at the counters when a second has passed since the last time. */
void cores_poll(struct cores *cores, const struct system *s, uint64_t now_us);

/* "control", "worker" or "control+worker". */
const char *core_role(const struct system_cpu *cpu);

/* Adds up what a core counted in its loops. */
void core_counters(
    const struct router *r, const struct system_cpu *cpu, struct counters *out);

/* The core that polls a queue of a port, or NULL. */
const struct system_cpu *core_of_queue(
    const struct system *s, const struct port *port, uint32_t queue);

#endif
