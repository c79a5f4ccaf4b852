/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of a unit test: nothing is printed, the last lines are kept.
 */
#include "tests/unit/log_stub.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/log.h"

enum { KEPT = 64 };

char log_last[LOG_LINE_MAX];
unsigned int log_lines;
static char kept[KEPT][LOG_LINE_MAX];

static void
keep(const char *area, const char *fmt, va_list ap)
{
	int n = snprintf(log_last, sizeof(log_last), "%s: ", area);

	vsnprintf(log_last + n, sizeof(log_last) - (size_t)n, fmt, ap);
	memcpy(kept[log_lines++ % KEPT], log_last, sizeof(log_last));
}

bool
log_has(const char *text)
{
	for (unsigned int i = 0; i < KEPT; i++)
		if (strstr(kept[i], text))
			return true;
	return false;
}

void
log_clear(void)
{
	memset(kept, 0, sizeof(kept));
	log_lines = 0;
}

#define LOG_STUB(name)                                                         \
	void name(const char *area, const char *fmt, ...)                      \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		keep(area, fmt, ap);                                           \
		va_end(ap);                                                    \
	}

LOG_STUB(log_error)
LOG_STUB(log_warn)
LOG_STUB(log_info)
LOG_STUB(log_debug)
