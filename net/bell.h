/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A doorbell: how a core that has halted hears that another has work for it.
 *
 *   the sleeper: bell_set, then a last look at its inboxes, then halt
 *   the ringer:  puts work into an inbox, then bell_ring
 *
 * Each side writes before it reads, and both in one order for all cores. So
 * either the sleeper sees the work, or the ringer sees the sleeper. A core that
 * is awake costs the ringer a fence and a read of a line that nobody writes.
 */
#ifndef NET_BELL_H
#define NET_BELL_H

#include <stdatomic.h>
#include <stdbool.h>

struct bell {
	_Alignas(64) _Atomic bool asleep;
	void (*wake)(void *arg); /* ends the core's halt, even one to come */
	void *arg;
};

/* The owner: from here on until bell_clear, wake() may be called. */
static inline void
bell_set(struct bell *b)
{
	atomic_store(&b->asleep, true);
}

static inline void
bell_clear(struct bell *b)
{
	atomic_store_explicit(&b->asleep, false, memory_order_relaxed);
}

/* Any core, after a burst of work. NULL: a core that never sleeps. */
static inline void
bell_ring(struct bell *b)
{
	if (b == 0)
		return;
	atomic_thread_fence(memory_order_seq_cst);
	/* Of many ringers one wakes. */
	if (atomic_load_explicit(&b->asleep, memory_order_relaxed) &&
	    atomic_exchange(&b->asleep, false))
		b->wake(b->arg);
}

#endif
