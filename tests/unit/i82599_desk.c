/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/i82599_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PATIENCE = 20 }; /* seconds: longer than any driver waits */

static bool
no_read(void *ctx, uint64_t addr, void *buf, uint32_t len)
{
	return false;
}

static bool
no_write(void *ctx, uint64_t addr, const void *buf, uint32_t len)
{
	return false;
}

static void
no_frame(void *ctx, const uint8_t *frame, uint32_t len)
{
	fail_msg("a frame left");
}

static void
no_news(void *ctx)
{
}

static void
message(void *ctx, uint32_t vector)
{
	struct desk *d = ctx;

	assert_true(vector < I82599_MSIX_VECTORS);
	d->messages[vector]++;
}

static void
line(void *ctx, bool level)
{
	struct desk *d = ctx;

	assert_true(level != d->line);
	d->line = level;
	d->rises += level;
}

static uint64_t
clock_now(void *ctx)
{
	return ((struct desk *)ctx)->clock;
}

static void
set_timer(void *ctx, uint64_t when)
{
	((struct desk *)ctx)->timer = when;
}

static void
violation(void *ctx, const char *section, const char *text)
{
	struct desk *d = ctx;

	assert_non_null(text);
	d->violations++;
	snprintf(d->section, sizeof(d->section), "%s", section);
}

static const struct i82599_ops ops = {
	.dma_read = no_read,
	.dma_write = no_write,
	.transmit = no_frame,
	.msix = message,
	.irq = line,
	.now = clock_now,
	.set_timer = set_timer,
	.receive_ready = no_news,
	.violation = violation,
};

struct desk *
desk_with(const struct i82599_config *config)
{
	struct desk *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->timer = UINT64_MAX;
	d->m = i82599_new(config, &ops, d);
	assert_non_null(d->m);
	return d;
}

struct desk *
desk_new(uint64_t hostile)
{
	struct i82599_config config = {
		.mac = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 },
		.strict = true,
		.hostile = hostile,
	};

	return desk_with(&config);
}

void
desk_free(struct desk *d)
{
	i82599_free(d->m);
	free(d);
}

uint32_t
rd(struct desk *d, uint32_t addr)
{
	return (uint32_t)i82599_read(d->m, addr, 4);
}

void
wr(struct desk *d, uint32_t addr, uint32_t v)
{
	i82599_write(d->m, addr, v, 4);
}

void
pass(struct desk *d, uint64_t ns)
{
	uint64_t end = d->clock + ns;

	while (d->timer <= end) {
		if (d->timer > d->clock)
			d->clock = d->timer;
		d->timer = UINT64_MAX;
		i82599_timer(d->m);
	}
	d->clock = end;
}

uint64_t
wait_for(struct desk *d, uint32_t addr, uint32_t mask, uint32_t want)
{
	uint64_t start = d->clock;

	while ((rd(d, addr) & mask) != want) {
		assert_true(d->clock - start < PATIENCE * 1000ULL * MILLI);
		pass(d, MICRO);
	}
	return d->clock - start;
}

void
assert_violation(struct desk *d, const char *section)
{
	assert_int_equal(d->violations, 1);
	assert_string_equal(d->section, section);
	d->violations = 0;
}
