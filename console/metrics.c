/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /metrics: Prometheus text format 0.0.4.
 */
#include "console/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "console/utf8.h"

enum { LABEL_MAX = 256 };

void
metrics_family(
    struct text *t, const char *name, const char *type, const char *help)
{
	text_add(t, "# HELP barewire_%s %s\n# TYPE barewire_%s %s\n", name,
	    help, name, type);
}

/* A label's value: backslash, quote and line feed are escaped. */
static const char *
label(const char *value, char out[LABEL_MAX])
{
	char clean[LABEL_MAX / 2];
	size_t used = 0;

	utf8_clean(value, clean, sizeof(clean));
	for (const char *p = clean; *p != '\0'; p++) {
		if (strchr("\\\"\n", *p) != NULL)
			out[used++] = '\\';
		out[used++] = *p == '\n' ? 'n' : *p;
	}
	out[used] = '\0';
	return out;
}

static void
gauge(struct text *t, const char *name, const char *help, uint64_t value)
{
	metrics_family(t, name, "gauge", help);
	text_add(t, "barewire_%s %" PRIu64 "\n", name, value);
}

static void
seconds(struct text *t, const char *name, const char *help, uint64_t us)
{
	metrics_family(t, name, "gauge", help);
	text_add(t, "barewire_%s %" PRIu64 ".%06" PRIu64 "\n", name,
	    us / 1000000, us % 1000000);
}

static void
add_neighbors(struct text *t, const struct router *r)
{
	const struct neighbor_stats *s = &r->neighbor_stats;
	const struct {
		const char *event;
		uint64_t count;
	} row[] = {
		{ "asked", s->asked },
		{ "failed", s->failed },
		{ "lost", s->lost },
		{ "evicted", s->evicted },
		{ "refused", s->refused },
	};

	gauge(t, "neighbors", "ARP and ND entries.", router_neighbor_count(r));
	metrics_family(t, "neighbor_events_total", "counter",
	    "Questions to neighbours, and what became of entries.");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		text_add(t,
		    "barewire_neighbor_events_total{event=\"%s\"} %" PRIu64
		    "\n",
		    row[i].event, row[i].count);
}

static void
add_system(struct metrics *m)
{
	const struct system *s = m->api->system;
	const struct router *r = m->api->router;
	struct text *t = &m->text;
	struct system_memory mem = { 0 };
	char host[LABEL_MAX], version[LABEL_MAX];

	s->memory(&mem);
	metrics_family(t, "info", "gauge", "What runs here.");
	text_add(t, "barewire_info{name=\"%s\",version=\"%s\"} 1\n",
	    label(r->config.hostname, host), label(s->version, version));
	seconds(t, "uptime_seconds", "Time since the loader handed over.",
	    s->uptime_us());
	seconds(t, "boot_seconds", "From hand-over to ready.", s->boot_us);
	gauge(t, "memory_total_bytes", "RAM.", mem.total);
	gauge(t, "memory_free_bytes", "RAM that is free.", mem.free);
	gauge(t, "heap_size_bytes", "Heap of core 0.", mem.heap_size);
	gauge(t, "heap_used_bytes", "Heap in use.", mem.heap_used);
	gauge(t, "buffers", "Packet buffers.", mem.buffers);
	gauge(t, "buffers_free", "Free packet buffers.", mem.buffers_free);
	gauge(t, "routes", "Routes in the RIB.", rib_count(r->rib));
	metrics_family(t, "routes_no_memory_total", "counter",
	    "Times that memory was out for routes, next hops or the FIB.");
	text_add(t, "barewire_routes_no_memory_total %llu\n",
	    (unsigned long long)r->no_memory);
	metrics_family(t, "tcp_half_open_dropped_total", "counter",
	    "Half-open TCP connections that gave way to newer ones.");
	text_add(t, "barewire_tcp_half_open_dropped_total %" PRIu64 "\n",
	    r->half_open_dropped);
	add_neighbors(t, r);
}

void
api_metrics(const struct api_call *call, struct http_response *r)
{
	struct metrics m = { .api = call->api };

	router_counters(call->api->router, &m.sum);
	add_system(&m);
	metrics_interfaces(&m);
	metrics_punts(&m);
	metrics_icmp(&m);
	metrics_queues(&m);
	metrics_cores(&m);
	if (m.text.failed)
		return;
	r->status = 200;
	r->type = "text/plain; version=0.0.4; charset=utf-8";
	r->body = m.text.data;
	r->size = m.text.used;
	r->owned = m.text.data;
}
