/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each core does and how loaded it is.
 */
#include "console/cores.h"

#include <string.h>

enum { SECOND_US = 1000000, MILLION = 1000000 };

/* The core goes on counting meanwhile: each word is read once. */
static uint64_t
word(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void
load_sample(struct core_load *l, const struct counters *c, uint64_t elapsed_us)
{
	uint64_t packets = word(&c->packets);
	uint64_t busy = word(&c->cycles_busy), total = word(&c->cycles_total);
	uint64_t part = busy - l->cycles_busy;
	uint64_t whole = total - l->cycles_total;

	/* The two were read one after the other. */
	if (part > whole)
		part = whole;
	/* A core that slept all the time has no turn in it. */
	l->busy = whole == 0 ? 0 : (uint32_t)(part * MILLION / whole);
	l->packets_per_second = (packets - l->packets) * SECOND_US / elapsed_us;
	l->packets = packets;
	l->cycles_busy = busy;
	l->cycles_total = total;
}

void
cores_poll(struct cores *cores, const struct system *s, uint64_t now_us)
{
	uint64_t elapsed_us = now_us - cores->sampled_us;
	bool first = cores->sampled_us == 0;

	if (elapsed_us < SECOND_US)
		return;
	for (uint32_t i = 0; i < s->cpu_count; i++) {
		if (s->cpu[i].worker == NULL)
			continue;
		load_sample(
		    &cores->load[i], s->cpu[i].worker->counters, elapsed_us);
		cores->load[i].known = !first;
	}
	cores->sampled_us = now_us;
}

const char *
core_role(const struct system_cpu *cpu)
{
	if (cpu->worker == NULL)
		return "control";
	return cpu->control ? "control+worker" : "worker";
}

void
core_counters(
    const struct router *r, const struct system_cpu *cpu, struct counters *out)
{
	memset(out, 0, sizeof(*out));
	if (cpu->worker != NULL)
		counters_add(out, cpu->worker->counters);
	if (cpu->control &&
	    (cpu->worker == NULL || cpu->worker->counters != r->counters))
		counters_add(out, r->counters);
}

const struct system_cpu *
core_of_queue(const struct system *s, const struct port *port, uint32_t queue)
{
	for (uint32_t i = 0; i < s->cpu_count; i++) {
		const struct worker *w = s->cpu[i].worker;

		for (uint32_t k = 0; w != NULL && k < w->rx_count; k++)
			if (w->rx[k].port == port && w->rx[k].queue == queue)
				return &s->cpu[i];
	}
	return NULL;
}
