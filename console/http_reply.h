/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers: status lines, headers, and RFC 9457 problem documents.
 */
#ifndef CONSOLE_HTTP_REPLY_H
#define CONSOLE_HTTP_REPLY_H

#include "console/http.h"

/* "Not Found" for 404. */
const char *http_reason(int status);

/* Writes status line and headers. `size` must hold HTTP_HEAD_MAX bytes. */
size_t http_reply_head(const struct http_response *r, bool keep_alive,
    unsigned minor, char *out, size_t size);

/* Makes `r` a problem document; status 0 when memory is short. */
void http_problem(struct http_response *r, int status, const char *detail);

#endif
