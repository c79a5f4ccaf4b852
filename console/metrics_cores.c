/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metrics of cores: load, and what their loops counted.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "console/metrics.h"

struct core {
	uint32_t id;
	const struct core_load *load;
	struct counters counters;
};

struct core_metric {
	const char *name, *type, *help;
	void (*lines)(
	    struct text *t, const struct core_metric *k, const struct core *c);
	size_t offset; /* counter_line: of the counter */
};

static void
counter_line(struct text *t, const struct core_metric *k, const struct core *c)
{
	uint64_t value;

	memcpy(&value, (const char *)&c->counters + k->offset, sizeof(value));
	text_add(t, "barewire_%s{core=\"%" PRIu32 "\"} %" PRIu64 "\n", k->name,
	    c->id, value);
}

static void
busy_line(struct text *t, const struct core_metric *k, const struct core *c)
{
	if (c->load->known)
		text_add(t,
		    "barewire_%s{core=\"%" PRIu32 "\"} %" PRIu32 ".%06" PRIu32
		    "\n",
		    k->name, c->id, c->load->busy / 1000000,
		    c->load->busy % 1000000);
}

static void
forwarded_lines(
    struct text *t, const struct core_metric *k, const struct core *c)
{
	static const char fmt[] = "barewire_%s{core=\"%" PRIu32
				  "\",family=\"%s\"} %" PRIu64 "\n";

	text_add(t, fmt, k->name, c->id, "ipv4", c->counters.forwarded4);
	text_add(t, fmt, k->name, c->id, "ipv6", c->counters.forwarded6);
}

static void
reason_lines(struct text *t, const char *name, uint32_t id,
    const struct counter_name *names, const uint64_t *value, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		text_add(t,
		    "barewire_%s{core=\"%" PRIu32 "\",reason=\"%s\"} %" PRIu64
		    "\n",
		    name, id, names[i].name, value[i]);
}

static void
drop_lines(struct text *t, const struct core_metric *k, const struct core *c)
{
	reason_lines(
	    t, k->name, c->id, drop_names, c->counters.drop, DROP_REASON_COUNT);
}

static void
punt_lines(struct text *t, const struct core_metric *k, const struct core *c)
{
	reason_lines(
	    t, k->name, c->id, punt_names, c->counters.punt, PUNT_REASON_COUNT);
}

#define COUNTER(name, member, help)                                            \
	{                                                                      \
		name, "counter", help, counter_line,                           \
		    offsetof(struct counters, member)                          \
	}

static const struct core_metric core_metrics[] = {
	{ "core_busy_ratio", "gauge",
	    "Share of the last second's cycles in turns with packets.",
	    busy_line, 0 },
	COUNTER("core_packets_total", packets, "Packets handled."),
	COUNTER("core_cycles_total", cycles_total, "Cycles, asleep or not."),
	COUNTER("core_busy_cycles_total", cycles_busy,
	    "Cycles in turns with packets."),
	COUNTER("core_sleeps_total", sleeps,
	    "Times that the core halted for want of packets."),
	{ "forwarded_packets_total", "counter",
	    "Packets sent on to a next hop.", forwarded_lines, 0 },
	COUNTER("fragmented_packets_total", fragmented,
	    "IPv4 packets that were cut into fragments."),
	COUNTER("fragments_total", fragments, "Fragments made of them."),
	{ "dropped_packets_total", "counter", "Packets dropped, by reason.",
	    drop_lines, 0 },
	{ "punted_packets_total", "counter",
	    "Packets sent up to core 0, by reason.", punt_lines, 0 },
	COUNTER("polls_total", turns, "Turns of the polling loop."),
	COUNTER("busy_polls_total", turns_busy, "Turns that found packets."),
};

enum { CORE_METRICS = sizeof(core_metrics) / sizeof(core_metrics[0]) };

void
metrics_cores(struct metrics *m)
{
	const struct system *s = m->api->system;

	for (const struct core_metric *k = core_metrics;
	     k < core_metrics + CORE_METRICS; k++) {
		metrics_family(&m->text, k->name, k->type, k->help);
		for (uint32_t i = 0; i < s->cpu_count; i++) {
			struct core c = { .id = s->cpu[i].id,
				.load = &m->api->cores.load[i] };

			core_counters(m->api->router, &s->cpu[i], &c.counters);
			k->lines(&m->text, k, &c);
		}
	}
}
