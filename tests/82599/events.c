/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time in the model: events in a heap, ordered by time and then by age, behind
 * the one timer of the shell. A hostile model draws each delay from what the
 * datasheet allows, by a generator that the seed alone decides.
 */
#include "tests/82599/control.h"

#include <assert.h>

uint64_t
now(struct i82599 *m)
{
	return m->ops->now(m->ctx);
}

static bool
earlier(const struct event *a, const struct event *b)
{
	return a->when != b->when ? a->when < b->when : a->age < b->age;
}

static void
swap(struct event *a, struct event *b)
{
	struct event t = *a;

	*a = *b;
	*b = t;
}

static void
push(struct control *c, struct event e)
{
	uint32_t i = c->event_count, parent;

	assert(i < EVENTS);
	c->event_count++;
	c->events[i] = e;
	while (i > 0) {
		parent = (i - 1) / 2;
		if (!earlier(&c->events[i], &c->events[parent]))
			break;
		swap(&c->events[i], &c->events[parent]);
		i = parent;
	}
}

static struct event
pop(struct control *c)
{
	struct event top = c->events[0];
	uint32_t i = 0, child;

	c->events[0] = c->events[--c->event_count];
	while ((child = 2 * i + 1) < c->event_count) {
		if (child + 1 < c->event_count &&
		    earlier(&c->events[child + 1], &c->events[child]))
			child++;
		if (!earlier(&c->events[child], &c->events[i]))
			break;
		swap(&c->events[i], &c->events[child]);
		i = child;
	}
	return top;
}

/* Has the shell call back when the first event is due. */
static void
settle(struct i82599 *m)
{
	struct control *c = m->control;
	uint64_t when = c->event_count > 0 ? c->events[0].when : UINT64_MAX;

	if (when == c->timer)
		return;
	c->timer = when;
	m->ops->set_timer(m->ctx, when);
}

bool
after(struct i82599 *m, uint64_t min_ns, uint64_t max_ns,
    void (*fn)(struct i82599 *m, uint32_t arg), uint32_t arg)
{
	struct control *c = m->control;
	uint64_t delay = min_ns;

	for (uint32_t i = 0; i < c->event_count; i++)
		if (c->events[i].fn == fn && c->events[i].arg == arg)
			return false;
	if (m->config.hostile != 0 && max_ns > min_ns)
		delay += hostile_below(m, max_ns - min_ns < UINT32_MAX
					      ? (uint32_t)(max_ns - min_ns) + 1
					      : UINT32_MAX);
	push(c, (struct event){ .when = now(m) + delay,
		    .age = c->age++,
		    .fn = fn,
		    .arg = arg });
	settle(m);
	return true;
}

/*
 * Runs what is due. An event that schedules another for now does not keep this
 * loop busy: the new one waits for the next round.
 */
void
events_run(struct i82599 *m)
{
	struct control *c = m->control;
	uint64_t time = now(m), last = c->age;
	struct event e;

	while (c->event_count > 0 && c->events[0].when <= time &&
	       c->events[0].age < last) {
		e = pop(c);
		e.fn(m, e.arg);
	}
	settle(m);
}

void
events_forget(struct i82599 *m)
{
	m->control->event_count = 0;
	settle(m);
}

void
i82599_timer(struct i82599 *m)
{
	m->control->timer = UINT64_MAX; /* it has gone off */
	events_run(m);
}

/* xorshift64*: good enough to be awkward, the same on every machine. */
uint32_t
hostile_below(struct i82599 *m, uint32_t n)
{
	uint64_t x = m->control->rng;

	if (m->config.hostile == 0 || n == 0)
		return 0;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	m->control->rng = x;
	return (uint32_t)(((x * 0x2545F4914F6CDD1DULL) >> 32) * n >> 32);
}
