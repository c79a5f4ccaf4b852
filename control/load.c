/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The job that loads the files of routes that the config names, and flushes
 * those that it no longer names, a slice at a time. New files come first, so
 * that what two files share does not flap.
 *
 *   strict   CHECK -> JUDGE -> ADD -> JUDGE -> done
 *   other                      ADD -> JUDGE -> done
 *
 * CHECK reads the file without using it; JUDGE looks whether its gateways are
 * known, each once. A step is taken when the FIB has what came before: so no
 * file is done while its last routes may still not fit. A file that is refused
 * has no route in use: what was added of it when memory ran out is flushed.
 */
#include "control/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "kernel/log.h"

enum {
	BATCH = SETTLE_SLICE,
	TEXT_LINE = 24,  /* bytes, of a table like the Internet's */
	TEXT_PACKED = 5, /* times as small */
	SHARE6 = 7,      /* one in so many routes is IPv6 */
};

int
load_init(struct router *r)
{
	r->private->load = calloc(1, sizeof(struct load));
	return r->private->load ? 0 : -ENOMEM;
}

static void
close_file(struct load *l)
{
	route_reader_close(l->reader);
	gateways_free(l->gateways);
	seen_free(l->seen);
	l->reader = NULL;
	l->gateways = NULL;
	l->seen = NULL;
}

void
load_free(struct router *r)
{
	if (r->private->load)
		close_file(r->private->load);
	free(r->private->load);
}

void
load_begin_flush(struct load *l, struct load_file *f)
{
	close_file(l);
	l->now = f;
	l->phase = LOAD_FLUSH;
	l->flush = (struct rib_flush){
		.source = SOURCE_FILE,
		.one_file = true,
		.file = (uint8_t)(f - l->file),
		.iface = IFACE_NONE,
	};
}

/* While memory is out, files are only flushed. */
bool
load_has_work(const struct router *r)
{
	struct load *l = r->private->load;

	if (r->private->settle == SETTLE_LATER)
		return l->phase == LOAD_FLUSH || load_find(l, FILE_GONE);
	return r->private->settle == SETTLE_DONE && (l->now || l->waiting);
}

bool
load_busy(const struct router *r)
{
	const struct load *l = r->private->load;

	return l->now || l->waiting;
}

static uint64_t
elapsed_ms(const struct router *r)
{
	return (r->private->clock_us() - r->private->load->begun_us) / 1000;
}

static void
done(struct load *l, enum file_state state)
{
	close_file(l);
	l->now->state = (uint8_t)state;
	l->now = NULL;
	l->phase = LOAD_IDLE;
	load_count(l);
}

/* Nothing of it stays. */
static void
refuse(struct router *r, const char *why)
{
	struct load *l = r->private->load;

	log_error("rib", "%s is refused: %s", l->now->name, why);
	if (l->reader)
		load_tell_errors(l);
	if (l->phase == LOAD_ADD || l->added) {
		l->now->state = FILE_REFUSED;
		load_begin_flush(l, l->now);
	} else {
		done(l, FILE_REFUSED);
	}
}

static void
refuse_memory(struct router *r, const char *why)
{
	r->no_memory++;
	refuse(r, why);
}

bool
load_refuse(struct router *r, const char *why)
{
	struct load *l = r->private->load;

	if (!l->now || l->phase == LOAD_FLUSH)
		return false;
	refuse(r, why);
	return true;
}

static void
succeed(struct router *r)
{
	struct load *l = r->private->load;

	log_info("rib",
	    "%s: %" PRIu32 " routes, %" PRIu32 " errors, %" PRIu64 " ms",
	    l->now->name, l->routes, route_reader_errors(l->reader)->count,
	    elapsed_ms(r));
	load_tell_errors(l);
	done(l, FILE_IN_USE);
}

/* The FIB is made as large as the file tells, before it is full: once, when
 * its first routes have come, for then its format is known. */
static void
foresee(struct router *r)
{
	struct load *l = r->private->load;
	struct route_progress at = route_reader_progress(l->reader);
	uint64_t routes = l->now->file->size / TEXT_LINE;
	uint32_t routes6;

	if (l->foreseen || at.routes == 0)
		return;
	l->foreseen = true;
	if (at.format != ROUTE_FORMAT_TEXT)
		return;
	if (at.gzip)
		routes *= TEXT_PACKED;
	routes += rib_count(r->rib);
	routes6 = (uint32_t)(routes / SHARE6);
	settle_foresee(r, fib_memory((uint32_t)routes - routes6, routes6));
}

static void
open_reader(struct router *r, enum load_phase phase)
{
	struct load *l = r->private->load;

	route_reader_close(l->reader);
	l->reader = NULL;
	l->phase = (uint8_t)phase;
	l->routes = 0;
	if (route_reader_open(&l->reader, l->now->file))
		refuse_memory(r, "no memory to read it");
}

static void
begin_read(struct router *r, struct load_file *f)
{
	struct load *l = r->private->load;
	size_t routes = f->file->size / TEXT_LINE;

	l->now = f;
	f->state = FILE_READING;
	l->begun_us = l->told_us = r->private->clock_us();
	l->judged = l->unknown = 0;
	l->many = l->foreseen = l->added = false;
	l->phase = LOAD_CHECK;
	l->gateways = gateways_create();
	l->seen = f->strict ? seen_create(routes) : NULL;
	if (!l->gateways || (f->strict && !l->seen))
		refuse_memory(r, "no memory to read it");
	else
		open_reader(r, f->strict ? LOAD_CHECK : LOAD_ADD);
}

static void
begin(struct router *r)
{
	struct load *l = r->private->load;
	struct load_file *f = NULL;

	if (r->private->settle != SETTLE_LATER)
		f = load_find(l, FILE_WANTED);
	if (f)
		begin_read(r, f);
	else
		load_begin_flush(l, load_find(l, FILE_GONE));
	load_count(l);
}

/* Keeps the gateway for LOAD_JUDGE. 0 or -ENOMEM. */
static int
note_gateway(struct load *l, const struct route_line *at)
{
	int error = gateways_add(l->gateways, at);

	if (error == -ENOSPC)
		l->many = true;
	return error == -ENOMEM ? error : 0;
}

static int
check_line(struct router *r, const struct route_line *at)
{
	struct load *l = r->private->load;
	int error = seen_add(l->seen, at);

	if (error == -EEXIST)
		route_reader_note(l->reader, at, "the same route again");
	else if (!error)
		error = note_gateway(l, at);
	l->routes += !error;
	return error == -EEXIST ? 0 : error;
}

static int
add_line(struct router *r, const struct route_line *at)
{
	struct load *l = r->private->load;
	const struct rib_route route = {
		.prefix = at->prefix,
		.gateway = at->gateway,
		.iface = IFACE_NONE,
		.type = ROUTE_UNICAST,
		.source = SOURCE_FILE,
		.file = (uint8_t)(l->now - l->file),
		.distance = CONFIG_DISTANCE_STATIC,
	};
	int error = rib_add(r->rib, &route);

	if (error == -EEXIST)
		route_reader_note(l->reader, at, "the same route again");
	else if (!error)
		l->routes++;
	if (error == -EEXIST || l->now->strict)
		return error == -EEXIST ? 0 : error;
	return error ? error : note_gateway(l, at);
}

/* Hands the next lines to `fn`. False when memory is out. */
static bool
read_some(struct router *r, size_t budget,
    int (*fn)(struct router *r, const struct route_line *at))
{
	struct load *l = r->private->load;
	struct route_line line[BATCH];
	uint32_t n = route_reader_next(
	    l->reader, line, budget < BATCH ? (uint32_t)budget : BATCH);

	foresee(r);
	for (uint32_t i = 0; i < n; i++)
		if (fn(r, &line[i]))
			return false;
	return true;
}

static void
phase_check(struct router *r, size_t budget)
{
	struct load *l = r->private->load;

	if (!read_some(r, budget, check_line)) {
		refuse_memory(r, "no memory to check it");
		return;
	}
	load_tell_progress(r, " checked");
	if (route_reader_state(l->reader) == ROUTE_MORE)
		return;
	seen_free(l->seen);
	l->seen = NULL;
	if (route_reader_errors(l->reader)->count)
		refuse(r, "it has errors and is strict");
	else
		l->phase = LOAD_JUDGE;
}

static void
phase_add(struct router *r, size_t budget)
{
	struct load *l = r->private->load;
	bool good = read_some(r, budget, add_line);

	settle_ask(r);
	if (!good) {
		refuse_memory(r, "no memory for its routes");
		return;
	}
	load_tell_progress(r, "");
	if (route_reader_state(l->reader) == ROUTE_MORE)
		return;
	l->added = true;
	l->phase = LOAD_JUDGE;
}

static void
judged(struct router *r)
{
	struct load *l = r->private->load;

	if (l->many)
		log_warn("rib", "%s: more than %d gateways", l->now->name,
		    (int)GATEWAYS_MAX);
	if (l->unknown > CONFIG_ERRORS_MAX)
		log_warn("rib", "%s: %" PRIu32 " more unknown gateways",
		    l->now->name, l->unknown - CONFIG_ERRORS_MAX);
	if (l->added)
		succeed(r);
	else if (l->many)
		refuse(r, "it has too many gateways and is strict");
	else if (l->unknown)
		refuse(r, "it has unknown gateways and is strict");
	else
		open_reader(r, LOAD_ADD);
}

/* One at a time: it may have to look at 128 lengths of prefix. */
static void
phase_judge(struct router *r, size_t budget)
{
	struct load *l = r->private->load;
	const struct route_line *at = gateways_get(l->gateways, l->judged);

	(void)budget;
	if (!at) {
		judged(r);
		return;
	}
	l->judged++;
	if (!gateway_known(r, &at->gateway) && l->unknown++ < CONFIG_ERRORS_MAX)
		load_tell_unknown(l, at);
}

static void
phase_flush(struct router *r, size_t budget)
{
	struct load *l = r->private->load;
	bool over = rib_flush_some(r->rib, &l->flush, budget);

	settle_ask(r);
	if (!over)
		return;
	settle_again(r);
	if (l->now->state != FILE_GONE) {
		done(l, l->now->state); /* refused, or wanted again */
		return;
	}
	log_info("rib", "%s: its routes are removed", l->now->name);
	done(l, FILE_NONE);
}

static void (*const phases[])(struct router *r, size_t budget) = {
	[LOAD_CHECK] = phase_check,
	[LOAD_JUDGE] = phase_judge,
	[LOAD_ADD] = phase_add,
	[LOAD_FLUSH] = phase_flush,
};

void
load_turn(struct router *r, size_t budget)
{
	if (!r->private->load->now)
		begin(r);
	else
		phases[r->private->load->phase](r, budget);
}
