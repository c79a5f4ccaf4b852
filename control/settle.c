/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work in slices: FIB and next hops are brought to what RIB and interfaces
 * say, a larger FIB is filled, files are loaded and flushed. A turn takes about
 * SETTLE_SLICE_US of real time, so that all else on core 0 goes on meanwhile.
 *
 * A full FIB waits first until what was taken out of it is free again; then
 * it is replaced by one of twice the size. When memory is out, the FIB stays
 * as it is, and the routes that wait are tried again each second.
 */
#include <errno.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum { RETRY_US = 1000 * 1000 };

void
settle_ask(struct router *r)
{
	struct router_private *p = r->private;

	p->users_changed = true;
	if (p->settle == SETTLE_DONE)
		p->settle = SETTLE_MORE;
}

void
settle_again(struct router *r)
{
	r->private->settle = SETTLE_MORE;
}

void
settle_foresee(struct router *r, size_t size)
{
	struct router_private *p = r->private;

	p->size_wanted = size;
	if (!p->next && size > p->home->size)
		growth_begin(r, size); /* or later, when it must be */
}

/* The addresses of what is on a port go with those of the port. */
static bool
is_local(const struct interface *interface, uint16_t i)
{
	return interface[i].admin_up &&
	       interface[interface[i].port->index].admin_up;
}

void
settle_env(struct router *r, const struct interface *interface)
{
	struct rib_env env;

	memset(&env, 0, sizeof(env));
	for (uint16_t i = 0; i < IFACE_MAX; i++) {
		env.local[i] = is_local(interface, i);
		env.up[i] = env.local[i] && interface[i].link.up;
	}
	env.adjacency = neighbor_gateway;
	env.arg = r;
	rib_env_set(r->rib, &env);
	settle_ask(r);
}

static void
memory_out(struct router *r, const char *what)
{
	struct router_private *p = r->private;

	r->no_memory++;
	p->settle = SETTLE_LATER;
	p->settle_us = p->now_us + RETRY_US;
	if (!p->memory_told)
		log_error("rib",
		    "no memory for %s: routes wait, "
		    "the old ones stay in use",
		    what);
	p->memory_told = true;
	load_refuse(r, "no memory for its routes");
}

/* 0, or -ENOMEM: there is no memory for a larger FIB. */
static int
fib_full(struct router *r)
{
	struct router_private *p = r->private;
	size_t size = p->home->size * 2;

	p->settle = SETTLE_WAIT;
	if (p->next)
		return 0;
	if (!p->full_waited && reclaim_waits(r)) {
		p->full_waited = true;
		return 0;
	}
	return growth_begin(r, size > p->size_wanted ? size : p->size_wanted);
}

static int
settle(struct router *r, size_t budget)
{
	struct router_private *p = r->private;
	enum rib_status status = rib_settle(r->rib, p->home->fib, budget);

	p->users_changed = true;
	switch (status) {
	case RIB_SETTLED:
		p->settle = SETTLE_DONE;
		p->full_waited = p->memory_told = false;
		return 0;
	case RIB_MORE:
		p->settle = SETTLE_MORE;
		return 0;
	case RIB_WAIT:
		p->settle = SETTLE_WAIT;
		return 0;
	case RIB_FIB_FULL:
		return fib_full(r);
	default:
		return -ENOMEM;
	}
}

int
settle_now(struct router *r, size_t budget)
{
	int error = settle(r, budget);

	/* Whoever asked has undone it, or it is tried later. */
	if (error)
		r->private->settle = SETTLE_MORE;
	return error;
}

/* What waited for a round, or for a larger FIB, goes on. */
static void
wait_turn(struct router *r)
{
	struct router_private *p = r->private;

	reclaim_turn(r);
	publish_reclaim(r);
	if (p->settle == SETTLE_WAIT && !p->next && !reclaim_waits(r))
		p->settle = SETTLE_MORE;
}

static void
growth_step(struct router *r)
{
	struct router_private *p = r->private;

	switch (growth_turn(r)) {
	case 0:
		return;
	case 1:
		p->full_waited = false;
		if (p->settle == SETTLE_WAIT)
			p->settle = SETTLE_MORE;
		return;
	default:
		memory_out(r, "a larger FIB");
	}
}

/* False when there is nothing to do but to wait, at most. */
static bool
step(struct router *r)
{
	struct router_private *p = r->private;
	bool busy = p->settle == SETTLE_MORE || p->next;

	if (p->settle == SETTLE_MORE && settle(r, SETTLE_SLICE))
		memory_out(r, "the next hops of routes, or a larger FIB");
	if (p->next && p->settle != SETTLE_LATER)
		growth_step(r);
	if (busy)
		return true;
	if (!load_has_work(r))
		return false;
	load_turn(r, SETTLE_SLICE);
	return true;
}

void
settle_poll(struct router *r)
{
	struct router_private *p = r->private;
	uint64_t begin = p->clock_us();

	if (p->settle == SETTLE_LATER && p->now_us >= p->settle_us)
		p->settle = SETTLE_MORE;
	do
		wait_turn(r);
	while ((step(r) || p->settle == SETTLE_WAIT) &&
	       p->clock_us() - begin < SETTLE_SLICE_US);
	wait_turn(r);
}

bool
settle_has_work(const struct router *r)
{
	const struct router_private *p = r->private;

	if (p->settle == SETTLE_MORE || p->settle == SETTLE_WAIT)
		return true;
	return (p->next && p->settle != SETTLE_LATER) || load_has_work(r);
}
