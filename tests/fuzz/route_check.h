/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of any file of routes, whatever its bytes are.
 */
#ifndef TESTS_FUZZ_ROUTE_CHECK_H
#define TESTS_FUZZ_ROUTE_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"
#include "control/route_file.h"

enum { CHECK_ROUTES = 16 };

static inline void
require(bool holds)
{
	if (!holds)
		abort();
}

/* One that can be written and read again, with a gateway of its family. */
static inline void
check_route(const struct route_line *line)
{
	char text[IPTEXT_PREFIX_MAX];
	struct ip_prefix again;
	struct ip_addr addr;

	require(line->number > 0);
	require(line->prefix.addr.family == line->gateway.family);
	ip_prefix_format(&line->prefix, text);
	require(
	    ip_prefix_parse(text, strlen(text), &again.addr, &again.len) == 0);
	require(again.len == line->prefix.len);
	require(ip_addr_equal(&again.addr, &line->prefix.addr));
	require(ip_addr_mask(&again.addr, again.len));
	ip_addr_format(&line->gateway, text);
	require(ip_addr_parse(text, strlen(text), &addr) == 0);
	require(ip_addr_equal(&addr, &line->gateway));
}

static inline void
check_errors(const struct route_reader *r)
{
	const struct config_errors *e = route_reader_errors(r);
	char text[ROUTE_ERROR_TEXT];

	for (uint32_t i = 0; i < e->count && i < CONFIG_ERRORS_MAX; i++) {
		require(e->error[i].message[0] != '\0');
		require(i == 0 || e->error[i].line >= e->error[i - 1].line);
		require(strlen(route_error_format(&e->error[i], text)) > 4);
	}
}

/* One call: it goes forward by a bounded step. */
static inline void
check_call(struct route_reader *r)
{
	struct route_progress before = route_reader_progress(r), after;
	struct route_line line[CHECK_ROUTES];
	uint32_t n = route_reader_next(r, line, CHECK_ROUTES);

	after = route_reader_progress(r);
	require(n <= CHECK_ROUTES);
	require(after.numbers - before.numbers <= CHECK_ROUTES);
	require(after.routes == before.routes + n);
	require(after.done >= before.done && after.done <= after.total);
	for (uint32_t i = 0; i < n; i++)
		check_route(&line[i]);
}

static inline void
check_file(const void *data, size_t size)
{
	struct file file = { "fuzz", data, size };
	struct route_progress p;
	struct route_reader *r;

	require(route_reader_open(&r, &file) == 0);
	while (route_reader_state(r) == ROUTE_MORE)
		check_call(r);
	p = route_reader_progress(r);
	/* one error at most for each line, and one for the whole */
	require(
	    (uint64_t)p.routes + p.skipped + route_reader_errors(r)->count <=
	    (uint64_t)p.numbers + 1);
	check_errors(r);
	route_reader_close(r);
}

#endif
