/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTF-8 (RFC 3629): what comes from a config or a log line may be any bytes.
 */
#ifndef CONSOLE_UTF8_H
#define CONSOLE_UTF8_H

#include <stddef.h>

/* Copies `text`, cut to `size` with its NUL, each bad byte as '?'. */
void utf8_clean(const char *text, char *out, size_t size);

#endif
