/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads bytes as a route file to its end, for tests: what came is kept.
 */
#ifndef TESTS_UNIT_ROUTE_READING_H
#define TESTS_UNIT_ROUTE_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"
#include "control/route_file.h"

enum { READING_LINES = 256 };

struct reading {
	enum route_state state;
	struct config_errors errors;
	struct route_progress progress;
	char failure[CONFIG_MESSAGE_MAX];      /* "" unless it failed */
	struct route_line line[READING_LINES]; /* the first routes */
	uint32_t calls;
};

/* One call, which must keep its promises. */
static inline uint32_t
reading_step(struct route_reader *r, struct reading *out, struct route_line *to,
    uint32_t max)
{
	struct route_progress before = route_reader_progress(r);
	uint32_t n = route_reader_next(r, to, max);
	struct route_progress after = route_reader_progress(r);

	out->calls++;
	assert_true(n <= max);
	assert_true(after.numbers - before.numbers <= max);
	assert_int_equal(after.routes, before.routes + n);
	assert_true(after.done >= before.done && after.done <= after.total);
	return n;
}

/* Reads a copy without NUL, so that ASan sees a read beyond the end. */
static inline void
reading_of(struct reading *out, const void *data, size_t size, uint32_t max)
{
	char *copy = malloc(size > 0 ? size : 1);
	struct file file = { "r.txt", copy, size };
	struct route_line some[64];
	struct route_reader *r;

	memset(out, 0, sizeof(*out));
	assert_non_null(copy);
	assert_true(max <= 64);
	if (size > 0)
		memcpy(copy, data, size);
	assert_int_equal(route_reader_open(&r, &file), 0);
	while (route_reader_state(r) == ROUTE_MORE) {
		uint32_t had = route_reader_progress(r).routes;
		uint32_t n = reading_step(r, out, some, max);

		for (uint32_t i = 0; i < n && had + i < READING_LINES; i++)
			out->line[had + i] = some[i];
	}
	assert_int_equal(route_reader_next(r, some, max), 0);
	out->state = route_reader_state(r);
	out->errors = *route_reader_errors(r);
	out->progress = route_reader_progress(r);
	if (route_reader_failure(r) != NULL)
		strcpy(out->failure, route_reader_failure(r)->message);
	assert_int_equal(
	    out->state == ROUTE_FAILED, route_reader_failure(r) != NULL);
	route_reader_close(r);
	free(copy);
}

/* "PREFIX GATEWAY;" of each kept route. */
static inline void
reading_text(const struct reading *in, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < in->progress.routes; i++) {
		char prefix[IPTEXT_PREFIX_MAX], gateway[IPTEXT_ADDR_MAX];

		assert_true(i < READING_LINES && used < size);
		used += (size_t)snprintf(out + used, size - used, "%s %s;",
		    ip_prefix_format(&in->line[i].prefix, prefix),
		    ip_addr_format(&in->line[i].gateway, gateway));
	}
}

#endif
