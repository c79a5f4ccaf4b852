/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text that grows. A failed allocation is remembered, and the text is then
 * given up whole.
 */
#ifndef CONSOLE_TEXT_H
#define CONSOLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *data;
	size_t used, size;
	bool failed;
};

void text_add(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Gives it up, when memory was short for what should go in. */
void text_fail(struct text *t);

#endif
