/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text that grows.
 */
#include "console/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_START = 4096 };

void
text_fail(struct text *t)
{
	free(t->data);
	*t = (struct text){ .failed = true };
}

static bool
grow(struct text *t)
{
	size_t size = t->size == 0 ? TEXT_START : t->size * 2;
	char *data = realloc(t->data, size);

	if (data == NULL) {
		text_fail(t);
		return false;
	}
	t->data = data;
	t->size = size;
	return true;
}

void
text_add(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	if (t->failed || (t->data == NULL && !grow(t)))
		return;
	for (;;) {
		va_start(args, fmt);
		n = vsnprintf(t->data + t->used, t->size - t->used, fmt, args);
		va_end(args);
		if (n < 0 || (size_t)n < t->size - t->used)
			break;
		if (!grow(t))
			return;
	}
	t->used += n < 0 ? 0 : (size_t)n;
}
