/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test may ask of log_stub.c.
 */
#ifndef TESTS_UNIT_LOG_STUB_H
#define TESTS_UNIT_LOG_STUB_H

#include "kernel/log.h"

extern char log_last[LOG_LINE_MAX]; /* "area: text" */
extern unsigned int log_lines;

/* True when one of the last 64 lines, since log_clear(), has `text` in it. */
bool log_has(const char *text);
void log_clear(void);

#endif
