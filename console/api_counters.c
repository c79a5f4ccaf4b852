/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters, summed and by core.
 */
#include <string.h>

#include "console/api.h"
#include "console/cores.h"

static void
put_named(struct json *j, cJSON *o, const char *key,
    const struct counter_name *names, const uint64_t *value, unsigned count)
{
	cJSON *t = json_object(j, o, key);

	for (unsigned i = 0; i < count; i++)
		json_u64(j, t, names[i].name, value[i]);
}

/* Reasons of punts only in the sum: a core's would make the answer long. */
static void
put_ports(struct json *j, cJSON *o, const struct router *r,
    const struct counters *c, bool reasons)
{
	cJSON *ports = json_object(j, o, "ports");

	for (struct port **p = r->port; *p != NULL; p++) {
		const struct port_counters *n = &c->port[(*p)->index];
		cJSON *t = json_object(j, ports, (*p)->name);

		json_u64(j, t, "in-pkts", n->in_packets);
		json_u64(j, t, "in-octets", n->in_octets);
		json_u64(j, t, "in-drops", n->in_drops);
		json_u64(j, t, "out-pkts", n->out_packets);
		json_u64(j, t, "out-octets", n->out_octets);
		json_u64(j, t, "out-drops", n->out_drops);
		if (!reasons)
			continue;
		put_named(
		    j, t, "punts", punt_names, n->punt, PUNT_REASON_COUNT);
		put_named(
		    j, t, "refused", punt_names, n->refused, PUNT_REASON_COUNT);
	}
}

/* What of each reason went up to core 0, and what was too much. */
static void
put_punts(struct json *j, cJSON *o, const struct counters *c)
{
	uint64_t refused[PUNT_REASON_COUNT];

	for (unsigned i = 0; i < PUNT_REASON_COUNT; i++)
		refused[i] = counters_refused(c, (enum punt_reason)i);
	put_named(j, o, "punts", punt_names, c->punt, PUNT_REASON_COUNT);
	put_named(j, o, "refused", punt_names, refused, PUNT_REASON_COUNT);
}

static void
put_counters(struct json *j, cJSON *o, const struct router *r,
    const struct counters *c, bool reasons)
{
	cJSON *t = json_object(j, o, "forwarded");

	json_u64(j, t, "ipv4", c->forwarded4);
	json_u64(j, t, "ipv6", c->forwarded6);
	t = json_object(j, o, "fragmentation");
	json_u64(j, t, "packets", c->fragmented);
	json_u64(j, t, "fragments", c->fragments);
	put_named(j, o, "drops", drop_names, c->drop, DROP_REASON_COUNT);
	put_punts(j, o, c);
	put_ports(j, o, r, c, reasons);
	json_u64(j, o, "packets", c->packets);
	json_u64(j, o, "polls", c->turns);
	json_u64(j, o, "busy-polls", c->turns_busy);
	json_u64(j, o, "cycles-busy", c->cycles_busy);
	json_u64(j, o, "cycles-total", c->cycles_total);
	json_u64(j, o, "sleeps", c->sleeps);
}

static void
put_icmp(struct json *j, cJSON *root, const struct router *r)
{
	cJSON *o = json_object(j, root, "icmp-errors");

	for (unsigned i = 0; i < ICMP_KIND_COUNT; i++) {
		cJSON *kind = json_object(j, o, icmp_names[i]);

		json_u64(j, kind, "sent", r->icmp[i].sent);
		json_u64(j, kind, "limited", r->icmp[i].limited);
	}
}

static void
put_neighbors(struct json *j, cJSON *root, const struct router *r)
{
	const struct neighbor_stats *s = &r->neighbor_stats;
	cJSON *o = json_object(j, root, "neighbors");

	json_u64(j, o, "asked", s->asked);
	json_u64(j, o, "failed", s->failed);
	json_u64(j, o, "lost", s->lost);
	json_u64(j, o, "evicted", s->evicted);
	json_u64(j, o, "refused", s->refused);
}

static void
put_tcp(struct json *j, cJSON *root, const struct router *r)
{
	cJSON *o = json_object(j, root, "tcp");

	json_u64(j, o, "half-open-dropped", r->half_open_dropped);
}

static void
put_buffers(struct json *j, cJSON *root, const struct system *s)
{
	cJSON *o = json_object(j, root, "buffers");
	struct system_memory m = { 0 };

	s->memory(&m);
	json_u64(j, o, "total", m.buffers);
	json_u64(j, o, "free", m.buffers_free);
}

/* What the reasons mean, for people. */
static void
put_help(struct json *j, cJSON *root, const char *key,
    const struct counter_name *names, unsigned count)
{
	cJSON *o = json_object(j, root, key);

	for (unsigned i = 0; i < count; i++)
		json_string(j, o, names[i].name, names[i].help);
}

void
api_counters(const struct api_call *call, struct http_response *r)
{
	const struct api *api = call->api;
	const struct system *s = api->system;
	struct counters c;
	struct json j;
	cJSON *root = json_begin(&j), *cores;

	router_counters(api->router, &c);
	put_counters(&j, json_object(&j, root, "sum"), api->router, &c, true);
	put_icmp(&j, root, api->router);
	put_tcp(&j, root, api->router);
	put_neighbors(&j, root, api->router);
	put_buffers(&j, root, s);
	cores = json_array(&j, root, "cores");
	for (uint32_t i = 0; i < s->cpu_count; i++) {
		cJSON *o = json_object(&j, cores, NULL);

		core_counters(api->router, &s->cpu[i], &c);
		json_u64(&j, o, "id", s->cpu[i].id);
		json_string(&j, o, "role", core_role(&s->cpu[i]));
		put_counters(&j, o, api->router, &c, false);
	}
	put_help(&j, root, "drop-help", drop_names, DROP_REASON_COUNT);
	put_help(&j, root, "punt-help", punt_names, PUNT_REASON_COUNT);
	json_reply(&j, r);
}
