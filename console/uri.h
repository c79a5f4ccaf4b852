/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Percent-encoding (RFC 3986 2.1).
 */
#ifndef CONSOLE_URI_H
#define CONSOLE_URI_H

#include <stddef.h>

/*
 * Decodes `text` into `out` with a NUL. 0; -EINVAL for a bad escape or an
 * encoded control character; -E2BIG when it does not fit (out is then "").
 */
int uri_decode(const char *text, size_t size, char *out, size_t room);

#endif
