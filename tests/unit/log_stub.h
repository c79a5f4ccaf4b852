/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test may ask of log_stub.c.
 */
#ifndef TESTS_UNIT_LOG_STUB_H
#define TESTS_UNIT_LOG_STUB_H

#include "kernel/log.h"

extern char log_last[LOG_LINE_MAX]; /* "area: text" */
extern unsigned int log_lines;

#endif
