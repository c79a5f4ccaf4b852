/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls about the machine: system, log, running config.
 */
#include <stdlib.h>
#include <string.h>

#include "console/api.h"
#include "console/cores.h"

enum { LOG_LINES_DEFAULT = 200, LOG_LINES_MAX = 1000 };

static void
put_polled(struct json *j, cJSON *core, const struct worker *w)
{
	cJSON *queues = json_array(j, core, "queues");

	for (uint32_t i = 0; w != NULL && i < w->rx_count; i++) {
		cJSON *o = json_object(j, queues, NULL);

		json_string(j, o, "interface", w->rx[i].port->name);
		json_u64(j, o, "queue", w->rx[i].queue);
	}
}

static void
put_core(struct json *j, cJSON *core, const struct api *api, uint32_t n)
{
	const struct system_cpu *cpu = &api->system->cpu[n];
	const struct core_load *load = &api->cores.load[n];
	struct counters c;

	core_counters(api->router, cpu, &c);
	json_u64(j, core, "id", cpu->id);
	json_u64(j, core, "apic-id", cpu->apic_id);
	json_string(j, core, "role", core_role(cpu));
	if (load->known) {
		json_millionths(j, core, "busy-share", load->busy);
		json_u64(
		    j, core, "packets-per-second", load->packets_per_second);
	} else {
		json_null(j, core, "busy-share");
		json_null(j, core, "packets-per-second");
	}
	json_u64(j, core, "packets", c.packets);
	json_u64(j, core, "sleeps", c.sleeps);
	put_polled(j, core, cpu->worker);
}

static void
put_cpu(struct json *j, cJSON *root, const struct api *api)
{
	const struct system *s = api->system;
	cJSON *cpu = json_object(j, root, "cpu");
	cJSON *cores;

	json_string(j, cpu, "model", s->cpu_model);
	json_u64(j, cpu, "frequency", s->tsc_hz);
	cores = json_array(j, cpu, "cores");
	for (uint32_t i = 0; i < s->cpu_count; i++)
		put_core(j, json_object(j, cores, NULL), api, i);
}

static void
put_memory(struct json *j, cJSON *root, const struct system *s)
{
	cJSON *o = json_object(j, root, "memory");
	struct system_memory m = { 0 };

	s->memory(&m);
	json_u64(j, o, "total", m.total);
	json_u64(j, o, "used", m.used);
	json_u64(j, o, "free", m.free);
	json_u64(j, o, "heap-size", m.heap_size);
	json_u64(j, o, "heap-used", m.heap_used);
}

void
api_system(const struct api_call *call, struct http_response *r)
{
	const struct system *s = call->api->system;
	const struct router *router = call->api->router;
	struct json j;
	cJSON *root = json_begin(&j);

	json_string(&j, root, "name", router->config.hostname);
	json_string(&j, root, "version", s->version);
	json_millionths(&j, root, "uptime", s->uptime_us());
	json_millionths(&j, root, "boot-time", s->boot_us);
	json_string(&j, root, "loader", s->loader);
	json_string(&j, root, "config-volume", s->volume);
	json_u64(&j, root, "routes", rib_count(router->rib));
	put_cpu(&j, root, call->api);
	put_memory(&j, root, s);
	json_reply(&j, r);
}

void
api_config(const struct api_call *call, struct http_response *r)
{
	const struct config *c = &call->api->router->config;
	char probe[1];
	size_t size = config_render(c, probe, sizeof(probe));
	char *text = malloc(size + 1);

	if (text == NULL)
		return;
	config_render(c, text, size + 1);
	r->status = 200;
	r->type = "text/plain; charset=utf-8";
	r->body = text;
	r->size = size;
	r->owned = text;
}

/* The first line to show, so that no more than `limit` are. */
static uint64_t
log_start(const struct system *s, uint64_t since, uint64_t limit)
{
	struct system_log_line line;
	uint64_t end = since;

	while (s->log_read(end, &line) == 0)
		end = line.seq + 1;
	return end - since > limit ? end - limit : since;
}

void
api_log(const struct api_call *call, struct http_response *r)
{
	const struct system *s = call->api->system;
	uint64_t since = 0, limit = LOG_LINES_DEFAULT, seq;
	struct system_log_line line;
	struct json j;
	cJSON *root, *lines;

	if (!api_number(call, 0, "since", 0, 1ull << 53, &since, r) ||
	    !api_number(call, 1, "limit", 1, LOG_LINES_MAX, &limit, r))
		return;
	root = json_begin(&j);
	lines = json_array(&j, root, "lines");
	seq = log_start(s, since, limit);
	for (; limit-- > 0 && s->log_read(seq, &line) == 0;
	     seq = line.seq + 1) {
		cJSON *o = json_object(&j, lines, NULL);

		json_u64(&j, o, "seq", line.seq);
		json_millionths(&j, o, "time", line.time_us);
		json_string(&j, o, "level", line.level);
		json_string(&j, o, "area", line.area);
		json_string(&j, o, "text", line.text);
	}
	json_u64(&j, root, "next", seq);
	json_reply(&j, r);
}
