/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of errors and warnings about a config and its files.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "control/config_private.h"

/* Whether an error at `at` of `file` belongs before `e`. */
static bool
goes_before(const char *file, struct config_at at, const struct config_error *e)
{
	return strncmp(e->file, file, sizeof(e->file) - 1) == 0 &&
	       at.line < e->line;
}

static void
fill(struct config_error *e, const char *file, struct config_at at,
    const char *fmt, va_list ap)
{
	snprintf(e->file, sizeof(e->file), "%s", file);
	e->line = at.line;
	e->column = at.column;
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
}

static void add(struct config_error *list, uint32_t max, uint32_t *count,
    const char *file, struct config_at at, const char *fmt, va_list ap)
    PRINTF_LIKE(6, 0);

static void
add(struct config_error *list, uint32_t max, uint32_t *count, const char *file,
    struct config_at at, const char *fmt, va_list ap)
{
	uint32_t kept = *count < max ? *count : max;
	uint32_t i = kept;

	(*count)++;
	while (i > 0 && goes_before(file, at, &list[i - 1]))
		i--;
	if (i == max)
		return;
	if (kept == max)
		kept--;
	memmove(&list[i + 1], &list[i], (kept - i) * sizeof(list[0]));
	fill(&list[i], file, at, fmt, ap);
}

void
config_error_vadd(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, va_list ap)
{
	add(errors->error, CONFIG_ERRORS_MAX, &errors->count, file, at, fmt,
	    ap);
}

void
config_error_add(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	config_error_vadd(errors, file, at, fmt, ap);
	va_end(ap);
}

void
config_warning_add(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(errors->warning, CONFIG_WARNINGS_MAX, &errors->warning_count, file,
	    at, fmt, ap);
	va_end(ap);
}
