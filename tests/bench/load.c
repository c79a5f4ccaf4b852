/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole table from text into RIB and FIB (load.h). Times are of one core and
 * begin when the file is in memory, as the loader leaves it.
 */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "control/route_file.h"
#include "tests/bench/churn.h"
#include "tests/bench/report.h"
#include "tests/bench/router.h"

enum {
	LINES = 256, /* routes that the reader hands out at a time */
	BATCH = 32,  /* updates between two rib_settle() */
	LOADS = 5,
	LINE_MAX_BYTES = 128,
};
static const double goal_ms = 1000, goal_rate = 1.0, goal_mib = 160;
static const double update_seconds = 2.0;

/* Milliseconds of one load. */
struct took {
	double read; /* bytes to routes */
	double rib;  /* routes into the RIB */
	double fib;  /* the RIB's choice into the FIB */
};

static size_t
render_line(char *out, const struct table_route *route)
{
	struct ip_addr gateway = router_gateway(
	    route->prefix.addr.family, route->nexthop);
	int family = route->prefix.addr.family == IP4 ? AF_INET : AF_INET6;
	char prefix[INET6_ADDRSTRLEN], via[INET6_ADDRSTRLEN];

	inet_ntop(family, route->prefix.addr.byte, prefix, sizeof(prefix));
	inet_ntop(family, gateway.byte, via, sizeof(via));
	return (size_t)snprintf(
	    out, LINE_MAX_BYTES, "%s/%u %s\n", prefix, route->prefix.len, via);
}

static struct file
render(const struct routes table[2])
{
	uint32_t i, n = table[0].n + table[1].n;
	char *text = malloc((size_t)n * LINE_MAX_BYTES);
	size_t size = 0;

	if (text == NULL) {
		perror("bench");
		exit(2);
	}
	for (i = 0; i < n; i++)
		size += render_line(text + size, &table[0].route[i]);
	return (struct file){ "table", text, size };
}

/* Reads it all, into a router or nowhere. Returns the routes. */
static uint32_t
read_file(const struct file *file, struct router *to)
{
	struct route_line line[LINES];
	struct route_reader *reader;
	uint32_t i, n, all = 0;

	if (route_reader_open(&reader, file) != 0)
		return 0;
	while (route_reader_state(reader) == ROUTE_MORE) {
		n = route_reader_next(reader, line, LINES);
		for (i = 0; i < n && to != NULL; i++)
			router_add(to, &line[i].prefix, &line[i].gateway);
		all += n;
	}
	route_reader_close(reader);
	return all;
}

/* `read` is measured alone, so that the others are what they add. */
static struct took
load(struct router *r, const struct file *file)
{
	struct took t;
	double start = thread_seconds();

	read_file(file, NULL);
	t.read = (thread_seconds() - start) * 1e3;
	start = thread_seconds();
	read_file(file, r);
	t.rib = (thread_seconds() - start) * 1e3 - t.read;
	start = thread_seconds();
	router_settle(r);
	t.fib = (thread_seconds() - start) * 1e3;
	return t;
}

/* The load with the median sum is the one to tell about. */
static int
compare(const void *a, const void *b)
{
	const struct took *x = a, *y = b;
	double d = x->read + x->rib + x->fib - y->read - y->rib - y->fib;

	return (d > 0) - (d < 0);
}

static void
report_load(
    const struct file *file, const struct routes table[2], struct took *t)
{
	double sum;

	qsort(t, LOADS, sizeof(*t), compare);
	t += LOADS / 2;
	sum = t->read + t->rib + t->fib;
	printf("load of %" PRIu32 " routes, %.1f MiB of text: %.0f ms to read, "
	       "%.0f into the RIB, %.0f into the FIB\n",
	    table[0].n + table[1].n, (double)file->size / (1 << 20), t->read,
	    t->rib, t->fib);
	report_goal(sum <= goal_ms,
	    "load from text in %.0f ms, median of %d (goal %.0f)", sum, LOADS,
	    goal_ms);
}

static void
report_all_memory(const struct router *r)
{
	struct rib_stats rib;
	struct fib_usage fib;
	double mib;

	rib_stats(r->rib, &rib);
	fib_usage(r->fib, &fib);
	mib = (double)(rib.memory + fib.size - fib.free) / (1 << 20);
	report_goal(mib <= goal_mib,
	    "RIB and FIB together take %.1f MiB, the RIB %.1f (goal %.0f)", mib,
	    (double)rib.memory / (1 << 20), goal_mib);
}

/* What a route was, it no longer is; what it becomes, it will be. */
static void
apply(struct router *r, const struct update *u)
{
	const struct ip_prefix *p = &u->route->prefix;
	struct ip_addr gateway;

	if (u->before != 0) {
		gateway = router_gateway(p->addr.family, u->before);
		router_remove(r, p, &gateway);
	}
	if (u->nexthop != 0) {
		gateway = router_gateway(p->addr.family, u->nexthop);
		router_add(r, p, &gateway);
	}
}

/* What is to change is drawn before the clock runs. */
static double
update_batch(struct router *r, struct churn *c)
{
	struct update u[BATCH];
	double start;
	unsigned i;

	for (i = 0; i < BATCH; i++)
		u[i] = churn_next(c);
	start = thread_seconds();
	for (i = 0; i < BATCH; i++)
		apply(r, &u[i]);
	router_settle(r);
	return thread_seconds() - start;
}

static void
update(struct router *r, struct churn *c)
{
	double spent = 0;
	uint64_t n;

	for (n = 0; spent < update_seconds; n += BATCH)
		spent += update_batch(r, c);
	report_goal((double)n / spent * 1e-6 >= goal_rate,
	    "%.2f M updates/s through RIB and FIB, settled by %d, for %.1f s "
	    "(goal %.1f)",
	    (double)n / spent * 1e-6, BATCH, spent, goal_rate);
}

static uint64_t
differences(const struct router *r, const struct group *group)
{
	const struct engine *e = group->series[0].engine;
	const struct dests *d = &group->dests;
	uint16_t *want = calloc(d->n, sizeof(*want));
	uint64_t wrong = 0;
	uint32_t i;

	if (want == NULL) {
		perror("bench");
		exit(2);
	}
	e->answer(e, d, want);
	for (i = 0; i < d->n; i++)
		wrong += want[i] != (d->key != NULL
					    ? router_lookup6(r, &d->key[i])
					    : router_lookup4(r, d->addr4[i]));
	free(want);
	return wrong;
}

uint64_t
load_report(const struct routes table[2], const struct group *group)
{
	struct file file = render(table);
	struct took took[LOADS];
	struct fib_usage usage;
	struct router r;
	struct churn churn;
	struct update u;
	uint64_t wrong;
	uint32_t at = 0;
	int i;

	fib_usage(group->series[0].engine->self, &usage);
	for (i = 0; i < LOADS; i++) {
		if (i > 0)
			router_destroy(&r);
		router_create(&r, usage.size);
		took[i] = load(&r, &file);
	}
	report_load(&file, table, took);
	report_all_memory(&r);
	churn_begin(&churn, table);
	update(&r, &churn);
	while (churn_undo(&churn, &at, &u))
		apply(&r, &u);
	router_settle(&r);
	wrong = differences(&r, &group[IPV4_DRAWN * PAGES_KINDS]) +
	        differences(&r, &group[IPV6_DRAWN * PAGES_KINDS]);
	printf("refused by the RIB: %" PRIu64
	       "; wrong lookups after all was undone: %" PRIu64 "\n",
	    r.refused, wrong);
	churn_end(&churn);
	router_destroy(&r);
	free((void *)(uintptr_t)file.data);
	return wrong;
}
