/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Updates of our FIB (update.h).
 *
 * A writer on one core changes the FIB, a reader on the other looks up. The
 * reader tells the epoch it has seen before each turn of TURN lookups, as a
 * worker does; the writer parks and reclaims by that and never waits.
 */
#include "tests/bench/update.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/churn.h"
#include "tests/bench/report.h"

enum {
	TURN = 1024,  /* lookups of the reader between two epochs */
	BATCH = 32,   /* updates of the writer between two looks at the clock */
	WINDOWS = 15, /* of each kind */
};
static const double window_seconds = 0.05, alone_seconds = 2.0;
static const double pace = 1e6; /* updates a second */
static const double goal_rate = 1.0, goal_kept = 0.90;
static const double goal_pace = 0.98; /* M updates/s that count as a million */

/* What the writer does; the reader says so. */
enum mode { IDLE, SPIN, UPDATE, STOP, MODES };

struct writer {
	struct fib *fib;
	struct churn churn;
	bool readers; /* there is one: memory may not be reclaimed at once */
	bool parked;
	uint64_t updates, refused;
	double busy; /* seconds in UPDATE, for `updates` */
	_Atomic uint32_t epoch, seen;
	_Atomic int mode, now;
};

static void
reclaim(struct writer *w)
{
	if (w->parked &&
	    (!w->readers || atomic_load(&w->seen) == atomic_load(&w->epoch))) {
		fib_reclaim(w->fib);
		w->parked = false;
	}
	if (!w->parked && fib_must_park(w->fib)) {
		fib_park(w->fib);
		w->parked = true;
		atomic_fetch_add(&w->epoch, 1);
	}
}

static bool
apply(struct writer *w, const struct update *u)
{
	return u->nexthop == 0 ? fib_clear(w->fib, &u->route->prefix)
	                       : fib_set(w->fib, &u->route->prefix, u->nexthop);
}

/* Memory may be out until the reader's next turn. */
static void
apply_surely(struct writer *w, const struct update *u)
{
	unsigned tries;

	for (tries = 0; !apply(w, u); tries++) {
		if (tries == 10000) {
			w->refused++;
			return;
		}
		usleep(w->readers ? 1 : 0);
		reclaim(w);
	}
}

static void
batch(struct writer *w)
{
	struct update u;
	unsigned i;

	for (i = 0; i < BATCH; i++) {
		u = churn_next(&w->churn);
		apply_surely(w, &u);
	}
	w->updates += BATCH;
	reclaim(w);
}

/* Exactly `pace` updates a second, as long as the reader wants them. */
static void
update_paced(struct writer *w)
{
	double start = wall_seconds();
	uint64_t before = w->updates;

	while (atomic_load(&w->mode) == UPDATE) {
		double due = start + (double)(w->updates - before) / pace;

		while (wall_seconds() < due)
			__builtin_ia32_pause();
		batch(w);
	}
	w->busy += wall_seconds() - start;
}

static void *
writer_main(void *arg)
{
	struct writer *w = arg;
	int mode;

	core_pin(core_other());
	while ((mode = atomic_load(&w->mode)) != STOP) {
		atomic_store(&w->now, mode);
		if (mode == IDLE)
			usleep(100);
		else if (mode == UPDATE)
			update_paced(w);
		else
			__builtin_ia32_pause();
	}
	return NULL;
}

/* M lookups/s of this thread while the writer does what `mode` says. */
static double
window(struct writer *w, const struct engine *e, const struct dests *d,
    enum mode mode)
{
	struct dests turn = *d;
	double start, spent;
	uint64_t looked = 0;
	uint32_t i = 0;

	atomic_store(&w->mode, mode);
	while (atomic_load(&w->now) != (int)mode)
		usleep(10);
	start = thread_seconds();
	do {
		for (i = 0; i < d->n; i += TURN, looked += TURN) {
			atomic_store_explicit(&w->seen, atomic_load(&w->epoch),
			    memory_order_release);
			turn.n = TURN;
			turn.addr4 = d->addr4 == NULL ? NULL : d->addr4 + i;
			turn.key = d->key == NULL ? NULL : d->key + i;
			e->pass(e, &turn, BURST);
		}
		spent = thread_seconds() - start;
	} while (spent < window_seconds);
	return (double)looked / spent * 1e-6;
}

/* One column: the lookups that are left under each mode. */
static void
column(struct writer *w, const struct group *g, const char *name)
{
	struct engine e = *g->series[0].engine;
	double rate[MODES][WINDOWS], kept[WINDOWS] = { 0 };
	double spin[WINDOWS] = { 0 }, updates;
	unsigned r, m;

	e.self = w->fib;
	w->updates = 0;
	w->busy = 0;
	for (r = 0; r < WINDOWS; r++) {
		for (m = 0; m < STOP; m++) {
			enum mode mode = (m + r) % STOP;

			rate[mode][r] = window(w, &e, &g->dests, mode);
		}
		kept[r] = rate[UPDATE][r] / rate[IDLE][r];
		spin[r] = rate[SPIN][r] / rate[IDLE][r];
	}
	window(w, &e, &g->dests, IDLE); /* the last UPDATE is accounted for */
	updates = (double)w->updates / w->busy * 1e-6;
	report_goal(median(kept, WINDOWS) >= goal_kept && updates > goal_pace,
	    "%s: %.2f of the lookups are left during %.2f M updates/s (goal "
	    "%.2f); %.2f while the other core only spins",
	    name, median(kept, WINDOWS), updates, goal_kept,
	    median(spin, WINDOWS));
}

static void
alone(struct writer *w)
{
	double start = thread_seconds(), spent;

	do {
		batch(w);
		spent = thread_seconds() - start;
	} while (spent < alone_seconds);
	report_goal((double)w->updates / spent * 1e-6 >= goal_rate,
	    "%.2f M updates/s of the FIB, sustained for %.1f s (goal %.1f)",
	    (double)w->updates / spent * 1e-6, spent, goal_rate);
}

static void
together(struct writer *w, const struct group *group)
{
	static const char *const name[COLUMNS] = { "IPv4 uniform",
		"IPv4 table-drawn", "IPv6 table-drawn" };
	pthread_t thread;
	int c;

	if (core_other() < 0) {
		printf("lookups during updates: needs two cores\n");
		return;
	}
	w->readers = true;
	if (pthread_create(&thread, NULL, writer_main, w) != 0) {
		perror("bench: thread");
		exit(2);
	}
	for (c = 0; c < COLUMNS; c++)
		column(w, &group[c * PAGES_KINDS + PAGES_HUGE], name[c]);
	atomic_store(&w->mode, STOP);
	pthread_join(thread, NULL);
	w->readers = false;
}

/* Back to the table, which must then be what it was. */
static uint64_t
undo(struct writer *w, const struct group *group)
{
	uint64_t wrong = 0;
	uint32_t at = 0;
	struct update u;
	int c;

	while (churn_undo(&w->churn, &at, &u)) {
		apply_surely(w, &u);
		reclaim(w);
	}
	for (c = 0; c < COLUMNS; c++) {
		struct group pair = group[c * PAGES_KINDS + PAGES_HUGE];
		struct engine e = *pair.series[0].engine;

		e.self = w->fib;
		e.variant = "after updates";
		pair.n = 2;
		pair.series[1].engine = &e;
		wrong += group_differences(&pair);
	}
	printf("updates refused for want of memory: %" PRIu64
	       "; wrong lookups after all were undone: %" PRIu64 "\n",
	    w->refused, wrong);
	return wrong;
}

uint64_t
update_report(const struct routes table[2], const struct group *group)
{
	static struct writer w;
	uint64_t wrong;

	w.fib = ours_load(PAGES_HUGE, table);
	churn_begin(&w.churn, table);
	alone(&w);
	together(&w, group);
	wrong = undo(&w, group);
	churn_end(&w.churn);
	return wrong;
}
