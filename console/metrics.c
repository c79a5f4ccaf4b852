/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /metrics: Prometheus text format 0.0.4.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "console/api.h"
#include "console/cores.h"
#include "console/text.h"
#include "console/utf8.h"

enum { LABEL_MAX = 256 };

struct metrics {
	const struct api *api;
	struct counters sum;
	struct text text;
};

static void
family(struct text *t, const char *name, const char *type, const char *help)
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
	family(t, name, "gauge", help);
	text_add(t, "barewire_%s %" PRIu64 "\n", name, value);
}

static void
seconds(struct text *t, const char *name, const char *help, uint64_t us)
{
	family(t, name, "gauge", help);
	text_add(t, "barewire_%s %" PRIu64 ".%06" PRIu64 "\n", name,
	    us / 1000000, us % 1000000);
}

static void
add_system(struct metrics *m)
{
	const struct system *s = m->api->system;
	const struct router *r = m->api->router;
	struct text *t = &m->text;
	struct system_memory mem = { 0 };
	char host[LABEL_MAX], version[LABEL_MAX];
	struct router_neighbor n;
	uint32_t cursor = 0, neighbors = 0;

	s->memory(&mem);
	while (router_neighbor_next(r, &cursor, &n))
		neighbors++;
	family(t, "info", "gauge", "What runs here.");
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
	gauge(t, "neighbors", "ARP and ND entries.", neighbors);
}

/* One interface's figures, in the order of the table below. */
struct interface_figures {
	uint64_t admin_up, up, speed;
	uint64_t in_octets, in_packets, in_drops, in_errors;
	uint64_t out_octets, out_packets, out_drops, out_errors;
};

#define FIGURE(member) offsetof(struct interface_figures, member)

static const struct interface_metric {
	const char *name, *type, *help;
	size_t offset;
} interface_metrics[] = {
	{ "interface_admin_up", "gauge", "1 unless shut down.",
	    FIGURE(admin_up) },
	{ "interface_up", "gauge", "1 when up and with link.", FIGURE(up) },
	{ "interface_speed_bits_per_second", "gauge",
	    "Speed of the link, 0 without link.", FIGURE(speed) },
	{ "interface_receive_bytes_total", "counter",
	    "Bytes received, without FCS.", FIGURE(in_octets) },
	{ "interface_receive_packets_total", "counter", "Frames received.",
	    FIGURE(in_packets) },
	{ "interface_receive_drops_total", "counter",
	    "Frames received and dropped, by router or NIC.",
	    FIGURE(in_drops) },
	{ "interface_receive_errors_total", "counter",
	    "Frames received with errors.", FIGURE(in_errors) },
	{ "interface_transmit_bytes_total", "counter",
	    "Bytes sent, without FCS.", FIGURE(out_octets) },
	{ "interface_transmit_packets_total", "counter", "Frames sent.",
	    FIGURE(out_packets) },
	{ "interface_transmit_drops_total", "counter",
	    "Frames dropped on the way out.", FIGURE(out_drops) },
	{ "interface_transmit_errors_total", "counter",
	    "Frames that the NIC could not send.", FIGURE(out_errors) },
};

enum {
	INTERFACE_METRICS = sizeof(interface_metrics) /
	                    sizeof(interface_metrics[0])
};

static void
figures_of(const struct interface *i, const struct counters *sum,
    struct interface_figures *f)
{
	struct interface_stats s;

	interface_stats(i, sum, &s);
	*f = (struct interface_figures){
		.admin_up = i->admin_up,
		.up = i->admin_up && i->link.up,
		.speed = i->link.up ? i->link.mbps * 1000000ull : 0,
		.in_octets = s.port.in_octets,
		.in_packets = s.port.in_packets,
		.in_drops = s.in_discards,
		.in_errors = s.in_errors,
		.out_octets = s.port.out_octets,
		.out_packets = s.port.out_packets,
		.out_drops = s.port.out_drops,
		.out_errors = s.hw.tx_errors,
	};
}

static uint64_t
figure(const struct interface_figures *f, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)f + offset, sizeof(value));
	return value;
}

static void
add_interfaces(struct metrics *m)
{
	const struct router *r = m->api->router;
	struct interface_figures f;

	for (unsigned n = 0; n < INTERFACE_METRICS; n++) {
		const struct interface_metric *k = &interface_metrics[n];

		family(&m->text, k->name, k->type, k->help);
		for (uint16_t i = 0; i < r->interface_count; i++) {
			figures_of(&r->interface[i], &m->sum, &f);
			text_add(&m->text,
			    "barewire_%s{interface=\"%s\"} %" PRIu64 "\n",
			    k->name, r->interface[i].name,
			    figure(&f, k->offset));
		}
	}
}

/* One line a core; `name` has its labels up to the core's. */
typedef void core_line(struct text *t, uint32_t id, const struct counters *c);

static void
each_core(struct metrics *m, core_line *line)
{
	const struct system *s = m->api->system;
	struct counters c;
	uint32_t worker = 0;

	for (uint32_t i = 0; i < s->cpu_count; i++) {
		core_counters(m->api, i, &worker, &c);
		line(&m->text, s->cpu[i].id, &c);
	}
}

static void
forwarded_lines(struct text *t, uint32_t id, const struct counters *c)
{
	static const char fmt[] =
	    "barewire_forwarded_packets_total{core=\"%" PRIu32
	    "\",family=\"ipv4\"} %" PRIu64 "\n"
	    "barewire_forwarded_packets_total{core=\"%" PRIu32
	    "\",family=\"ipv6\"} %" PRIu64 "\n";

	text_add(t, fmt, id, c->forwarded4, id, c->forwarded6);
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
drop_lines(struct text *t, uint32_t id, const struct counters *c)
{
	reason_lines(t, "dropped_packets_total", id, drop_names, c->drop,
	    DROP_REASON_COUNT);
}

static void
punt_lines(struct text *t, uint32_t id, const struct counters *c)
{
	reason_lines(t, "punted_packets_total", id, punt_names, c->punt,
	    PUNT_REASON_COUNT);
}

static void
poll_lines(struct text *t, uint32_t id, const struct counters *c)
{
	text_add(t, "barewire_polls_total{core=\"%" PRIu32 "\"} %" PRIu64 "\n",
	    id, c->turns);
}

static void
busy_poll_lines(struct text *t, uint32_t id, const struct counters *c)
{
	text_add(t,
	    "barewire_busy_polls_total{core=\"%" PRIu32 "\"} %" PRIu64 "\n", id,
	    c->turns_busy);
}

static const struct core_metric {
	const char *name, *help;
	core_line *line;
} core_metrics[] = {
	{ "forwarded_packets_total", "Packets sent on to a next hop.",
	    forwarded_lines },
	{ "dropped_packets_total", "Packets dropped, by reason.", drop_lines },
	{ "punted_packets_total", "Packets sent up to core 0, by reason.",
	    punt_lines },
	{ "polls_total", "Turns of the polling loop.", poll_lines },
	{ "busy_polls_total", "Turns that found packets.", busy_poll_lines },
};

void
api_metrics(const struct api_call *call, struct http_response *r)
{
	struct metrics m = { .api = call->api };

	router_counters(call->api->router, &m.sum);
	add_system(&m);
	add_interfaces(&m);
	for (size_t i = 0; i < sizeof(core_metrics) / sizeof(core_metrics[0]);
	     i++) {
		family(&m.text, core_metrics[i].name, "counter",
		    core_metrics[i].help);
		each_core(&m, core_metrics[i].line);
	}
	if (m.text.failed)
		return;
	r->status = 200;
	r->type = "text/plain; version=0.0.4; charset=utf-8";
	r->body = m.text.data;
	r->size = m.text.used;
	r->owned = m.text.data;
}
