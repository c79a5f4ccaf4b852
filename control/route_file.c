/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers of route files: what all formats share, and the count of what was
 * read and what was wrong.
 */
#include "control/route_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/route_private.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
enum { BYTE_ORDER_MARK_SIZE = sizeof(BYTE_ORDER_MARK) - 1 };

int
route_reader_open(struct route_reader **out, const struct file *file)
{
	struct route_reader *r = calloc(1, sizeof(*r));

	if (r == NULL || source_open(&r->source, file) != 0) {
		free(r);
		return -ENOMEM;
	}
	*out = r;
	return 0;
}

void
route_reader_close(struct route_reader *r)
{
	if (r != NULL)
		source_close(&r->source);
	free(r);
}

/* Looks at the file's start, once enough of it is there. */
static void
look(struct route_reader *r)
{
	struct route_source *s = &r->source;
	const char *fault;

	if (!source_need(s, ROUTE_START) && s->state == SOURCE_MORE)
		return;
	r->known = true;
	fault = route_format_find(s->at, source_left(s), &r->format);
	if (fault != NULL)
		reader_fail(r, "the file %s", fault);
	else if (source_left(s) >= BYTE_ORDER_MARK_SIZE &&
		 memcmp(s->at, BYTE_ORDER_MARK, BYTE_ORDER_MARK_SIZE) == 0)
		source_skip(s, BYTE_ORDER_MARK_SIZE);
}

uint32_t
route_reader_next(struct route_reader *r, struct route_line *out, uint32_t max)
{
	uint32_t n = 0;

	r->source.filled = false;
	if (!r->known)
		look(r);
	if (r->known && r->state == ROUTE_MORE)
		n = r->format == ROUTE_FORMAT_MRT ? mrt_next(r, out, max)
		                                  : text_next(r, out, max);
	r->routes += n;
	return n;
}

enum route_state
route_reader_state(const struct route_reader *r)
{
	return r->state;
}

struct route_progress
route_reader_progress(const struct route_reader *r)
{
	struct route_progress p = {
		.format = r->format,
		.gzip = r->source.gunzip != NULL,
		.done = source_done(&r->source),
		.total = r->source.file->size,
		.numbers = r->numbers,
		.routes = r->routes,
		.skipped = r->skipped,
	};

	return p;
}

const struct config_errors *
route_reader_errors(const struct route_reader *r)
{
	return &r->errors;
}

const struct config_error *
route_reader_failure(const struct route_reader *r)
{
	return r->state == ROUTE_FAILED ? &r->failure : NULL;
}

void
reader_error(struct route_reader *r, uint32_t column, const char *fmt, ...)
{
	struct config_at at = { r->numbers, column };
	va_list ap;

	va_start(ap, fmt);
	config_error_vadd(&r->errors, r->source.file->name, at, fmt, ap);
	va_end(ap);
}

void
reader_fail(struct route_reader *r, const char *fmt, ...)
{
	struct config_error *e = &r->failure;
	va_list ap;

	va_start(ap, fmt);
	snprintf(e->file, sizeof(e->file), "%s", r->source.file->name);
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	e->line = r->numbers;
	reader_error(r, 0, "%s", e->message);
	r->state = ROUTE_FAILED;
}

bool
reader_count(struct route_reader *r)
{
	if (r->numbers == UINT32_MAX) {
		reader_fail(r, "the file goes on behind line or record %u",
		    (unsigned int)r->numbers);
		return false;
	}
	r->numbers++;
	return true;
}

void
route_reader_note(
    struct route_reader *r, const struct route_line *at, const char *fmt, ...)
{
	struct config_at where = { at->number, at->column };
	va_list ap;

	va_start(ap, fmt);
	config_error_vadd(&r->errors, r->source.file->name, where, fmt, ap);
	va_end(ap);
}

char *
route_error_format(const struct config_error *e, char out[ROUTE_ERROR_TEXT])
{
	if (e->column > 0)
		snprintf(out, ROUTE_ERROR_TEXT, "%s:%u:%u: %s", e->file,
		    (unsigned int)e->line, (unsigned int)e->column, e->message);
	else if (e->line > 0)
		snprintf(out, ROUTE_ERROR_TEXT, "%s:%u: %s", e->file,
		    (unsigned int)e->line, e->message);
	else
		snprintf(out, ROUTE_ERROR_TEXT, "%s: %s", e->file, e->message);
	return out;
}
