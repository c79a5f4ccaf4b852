/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a route file: a plain file's are at hand from the start, those
 * of a gzip file come a piece at a time.
 */
#include <errno.h>

#include "control/route_private.h"

static bool
is_gzip(const struct file *file)
{
	return file->size >= 2 && memcmp(file->data, "\x1f\x8b", 2) == 0;
}

int
source_open(struct route_source *s, const struct file *file)
{
	static const uint8_t nothing[1];

	memset(s, 0, sizeof(*s));
	s->file = file;
	/* An empty file may have no data at all. */
	s->at = nothing;
	s->end = nothing;
	if (is_gzip(file)) {
		s->gunzip = gunzip_open(file);
		return s->gunzip == NULL ? -ENOMEM : 0;
	}
	s->state = SOURCE_END;
	if (file->size > 0) {
		s->at = (const uint8_t *)file->data;
		s->end = s->at + file->size;
	}
	return 0;
}

void
source_close(struct route_source *s)
{
	if (s->gunzip != NULL)
		gunzip_close(s->gunzip);
}

bool
source_need(struct route_source *s, size_t size)
{
	if (source_left(s) < size && s->state == SOURCE_MORE && !s->filled) {
		s->filled = true;
		gunzip_fill(s->gunzip, s);
	}
	return source_left(s) >= size;
}

uint64_t
source_done(const struct route_source *s)
{
	return s->gunzip != NULL ? gunzip_done(s->gunzip) : s->offset;
}
