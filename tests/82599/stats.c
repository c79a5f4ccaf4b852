/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters (the datasheet's 8.2.3.23): they clear on read and stick at their
 * maximum. A pair of 36 bits is read low word first; that read holds the high
 * word still for the one that follows. The clocks of 8.2.3.15 and 26 are here
 * too.
 */
#include "tests/82599/control.h"

#include <stddef.h>

void
stat_add(struct i82599 *m, uint32_t addr, uint32_t n)
{
	const struct reg_row *row = reg_find(m, addr);
	uint32_t *word = reg(m, addr);

	*word = n > row->mask - *word ? row->mask : *word + n;
}

/* The row of the high word when addr is the low one of a pair. */
static const struct reg_row *
high_row(const struct i82599 *m, uint32_t addr)
{
	const struct reg_row *row;

	if (addr + 4 >= I82599_BAR_SIZE)
		return NULL;
	row = reg_find(m, addr + 4);
	return row != NULL && row->access == RC && row->mask == 0xF ? row
	                                                            : NULL;
}

void
stat_add64(struct i82599 *m, uint32_t addr, uint64_t n)
{
	const uint64_t max = 0xFFFFFFFFFULL;
	uint64_t v = (uint64_t)reg_get(m, addr + 4) << 32 | reg_get(m, addr);

	v = n > max - v ? max : v + n;
	*reg(m, addr) = (uint32_t)v;
	*reg(m, addr + 4) = (uint32_t)(v >> 32);
}

/* Takes what was held for this high word. */
static bool
latch_take(struct control *c, uint32_t addr, uint32_t *value)
{
	for (uint32_t i = 0; i < c->latches; i++) {
		if (c->latch[i].addr != addr)
			continue;
		*value = c->latch[i].value;
		c->latch[i] = c->latch[--c->latches];
		return true;
	}
	return false;
}

static void
latch_put(struct control *c, uint32_t addr, uint32_t value)
{
	uint32_t unread;

	(void)latch_take(c, addr, &unread);
	if (c->latches == LATCHES)
		return;
	c->latch[c->latches].addr = addr;
	c->latch[c->latches++].value = value;
}

uint32_t
stat_read(struct i82599 *m, uint32_t addr)
{
	uint32_t v;

	if (latch_take(m->control, addr, &v))
		return v;
	v = reg_get(m, addr);
	*reg(m, addr) = 0;
	if (high_row(m, addr) != NULL) {
		latch_put(m->control, addr + 4, reg_get(m, addr + 4));
		*reg(m, addr + 4) = 0;
	}
	return v;
}

/* 8.2.3.15.1: microseconds. */
uint32_t
frtimer_read(struct i82599 *m, uint32_t addr)
{
	(void)addr;
	return (uint32_t)(now(m) / 1000);
}

/* 8.2.3.26.13: at 10 Gb/s the clock ticks every 6.4 ns; each period of ticks
 * adds the increment. */
static uint64_t
systime(struct i82599 *m)
{
	uint64_t ns = now(m) - m->control->systime_from;
	uint32_t period = reg_get(m, TIMINCA) >> 24;
	uint32_t increment = reg_get(m, TIMINCA) & 0xFFFFFF;

	if (period == 0)
		return m->control->systime_base;
	return m->control->systime_base + ns * 10 / 64 / period * increment;
}

uint32_t
systim_read(struct i82599 *m, uint32_t addr)
{
	uint64_t t = systime(m);

	return (uint32_t)(addr == SYSTIML ? t : t >> 32);
}

void
systim_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	uint64_t t = systime(m);

	if (addr == SYSTIML)
		t = (t >> 32 << 32) | v;
	else
		t = (t & UINT32_MAX) | (uint64_t)v << 32;
	m->control->systime_base = t;
	m->control->systime_from = now(m);
}
