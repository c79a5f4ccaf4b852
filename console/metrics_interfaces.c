/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metrics of interfaces and of their queues. The NIC is read once, then each
 * table below is written out, metric by metric as the format wants it.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "console/metrics.h"
#include "console/statistics.h"

/* A metric is a uint64_t in a struct of figures. */
struct metric {
	const char *name, *type, *help;
	size_t offset;
};

/* One interface's figures, in the order of the table below. */
struct interface_figures {
	uint64_t admin_up, up, speed;
	uint64_t in_octets, in_packets, in_drops, in_errors;
	uint64_t out_octets, out_packets, out_drops, out_errors;
};

#define FIGURE(member) offsetof(struct interface_figures, member)

static const struct metric interface_metrics[] = {
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

/* One queue pair's. */
struct queue_figures {
	const char *interface;
	uint32_t queue;
	uint64_t in_octets, in_packets, in_drops, in_depth;
	uint64_t out_octets, out_packets, out_depth;
};

#define QUEUE_FIGURE(member) offsetof(struct queue_figures, member)

static const struct metric queue_metrics[] = {
	{ "queue_receive_bytes_total", "counter", "Bytes received.",
	    QUEUE_FIGURE(in_octets) },
	{ "queue_receive_packets_total", "counter", "Frames received.",
	    QUEUE_FIGURE(in_packets) },
	{ "queue_receive_drops_total", "counter",
	    "Frames that found no free descriptor.", QUEUE_FIGURE(in_drops) },
	{ "queue_receive_depth", "gauge", "Frames waiting to be polled.",
	    QUEUE_FIGURE(in_depth) },
	{ "queue_transmit_bytes_total", "counter", "Bytes sent.",
	    QUEUE_FIGURE(out_octets) },
	{ "queue_transmit_packets_total", "counter", "Frames sent.",
	    QUEUE_FIGURE(out_packets) },
	{ "queue_transmit_depth", "gauge", "Frames waiting to be sent.",
	    QUEUE_FIGURE(out_depth) },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t
figure(const void *figures, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)figures + offset, sizeof(value));
	return value;
}

static void
figures_of(const struct router *r, uint16_t index, const struct counters *sum,
    struct interface_figures *f)
{
	const struct interface *i = &r->interface[index];
	struct interface_stats s;

	interface_stats(r, index, sum, &s);
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

void
metrics_interfaces(struct metrics *m)
{
	const struct router *r = m->api->router;
	struct interface_figures *f = malloc(IFACE_MAX * sizeof(*f));

	if (f == NULL) {
		text_fail(&m->text);
		return;
	}
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (r->interface[i].port != NULL)
			figures_of(r, i, &m->sum, &f[i]);
	for (size_t n = 0; n < COUNT(interface_metrics); n++) {
		const struct metric *k = &interface_metrics[n];

		metrics_family(&m->text, k->name, k->type, k->help);
		for (uint16_t i = 0; i < r->interface_count; i++)
			if (r->interface[i].port != NULL)
				text_add(&m->text,
				    "barewire_%s{interface=\"%s\"} %" PRIu64
				    "\n",
				    k->name, r->interface[i].name,
				    figure(&f[i], k->offset));
	}
	free(f);
}

/* What went up to core 0 by this interface's port, or was refused. */
static void
punt_lines(struct metrics *m, const char *name, const char *help, size_t offset)
{
	const struct router *r = m->api->router;

	metrics_family(&m->text, name, "counter", help);
	for (struct port **p = r->port; *p != NULL; p++)
		for (unsigned i = 0; i < PUNT_REASON_COUNT; i++)
			text_add(&m->text,
			    "barewire_%s{interface=\"%s\",reason=\"%s\"} "
			    "%" PRIu64 "\n",
			    name, (*p)->name, punt_names[i].name,
			    figure(&m->sum.port[(*p)->index],
				offset + i * sizeof(uint64_t)));
}

void
metrics_punts(struct metrics *m)
{
	punt_lines(m, "interface_punted_packets_total",
	    "Packets sent up to core 0, by where they came in and why.",
	    offsetof(struct port_counters, punt));
	punt_lines(m, "interface_refused_packets_total",
	    "Packets that were over the rate allowed to core 0.",
	    offsetof(struct port_counters, refused));
}

void
metrics_icmp(struct metrics *m)
{
	static const char *const outcome[] = { "sent", "limited" };
	const struct icmp_counters *c = m->api->router->icmp;

	metrics_family(&m->text, "icmp_errors_total", "counter",
	    "ICMP errors sent, and those not sent for the rate limit.");
	for (unsigned i = 0; i < ICMP_KIND_COUNT; i++)
		for (unsigned n = 0; n < 2; n++)
			text_add(&m->text,
			    "barewire_icmp_errors_total{kind=\"%s\","
			    "outcome=\"%s\"} %" PRIu64 "\n",
			    icmp_names[i], outcome[n],
			    n == 0 ? c[i].sent : c[i].limited);
}

/* The figures of every queue whose NIC counts them. Returns how many. */
static uint32_t
queue_figures(const struct router *r, struct queue_figures *out)
{
	struct port_queue_stats s;
	uint32_t n = 0;

	for (struct port **p = r->port; *p != NULL; p++)
		for (uint32_t q = 0; q < (*p)->rx_queues; q++) {
			if (!queue_stats(*p, q, &s))
				continue;
			out[n++] = (struct queue_figures){
				.interface = (*p)->name,
				.queue = q,
				.in_octets = s.rx_octets,
				.in_packets = s.rx_packets,
				.in_drops = s.rx_drops,
				.in_depth = s.rx_used,
				.out_octets = s.tx_octets,
				.out_packets = s.tx_packets,
				.out_depth = s.tx_used,
			};
		}
	return n;
}

void
metrics_queues(struct metrics *m)
{
	struct queue_figures *f = malloc(
	    PORT_MAX * PORT_QUEUE_MAX * sizeof(*f));
	uint32_t count;

	if (f == NULL) {
		text_fail(&m->text);
		return;
	}
	count = queue_figures(m->api->router, f);
	for (size_t n = 0; n < COUNT(queue_metrics); n++) {
		const struct metric *k = &queue_metrics[n];

		metrics_family(&m->text, k->name, k->type, k->help);
		for (uint32_t i = 0; i < count; i++)
			text_add(&m->text,
			    "barewire_%s{interface=\"%s\",queue=\"%" PRIu32
			    "\"} %" PRIu64 "\n",
			    k->name, f[i].interface, f[i].queue,
			    figure(&f[i], k->offset));
	}
	free(f);
}
