/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers: status lines, headers, and RFC 9457 problem documents.
 */
#include "console/http_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/json.h"

static const struct reason {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 413, "Content Too Large" },
	{ 417, "Expectation Failed" },
	{ 431, "Request Header Fields Too Large" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

/* Every answer: what it is, and that a browser takes it as nothing else. */
static const char common[] =
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'\r\n"
    "Referrer-Policy: no-referrer\r\n";

const char *
http_reason(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Error";
}

struct line {
	char *out;
	size_t size, used;
};

/* The heads that we write are far below HTTP_HEAD_MAX: none is cut. */
static void
add(struct line *l, const char *before, const char *value, const char *after)
{
	int n;

	if (value == NULL)
		return;
	n = snprintf(l->out + l->used, l->size - l->used, "%s%s%s", before,
	    value, after);
	if (n > 0 && (size_t)n < l->size - l->used)
		l->used += (size_t)n;
}

size_t
http_reply_head(const struct http_response *r, bool keep_alive, unsigned minor,
    char *out, size_t size)
{
	struct line l = { out, size, 0 };
	char number[64];

	snprintf(number, sizeof(number), "HTTP/1.1 %d ", r->status);
	add(&l, number, http_reason(r->status), "\r\n");
	add(&l, "Content-Type: ", r->type, "\r\n");
	if (r->status != 304) {
		snprintf(number, sizeof(number), "%zu", r->size);
		add(&l, "Content-Length: ", number, "\r\n");
	}
	if (!keep_alive)
		add(&l, "", "Connection: close\r\n", "");
	else if (minor == 0)
		add(&l, "", "Connection: keep-alive\r\n", "");
	add(&l, "Allow: ", r->allow, "\r\n");
	add(&l, "ETag: ", r->etag, "\r\n");
	add(&l, "Cache-Control: ", r->etag != NULL ? "no-cache" : "no-store",
	    "\r\n");
	add(&l, common, "\r\n", "");
	return l.used;
}

void
http_problem(struct http_response *r, int status, const char *detail)
{
	struct json j;
	cJSON *root = json_begin(&j);

	json_string(&j, root, "type", "about:blank");
	json_string(&j, root, "title", http_reason(status));
	json_u64(&j, root, "status", (uint64_t)status);
	json_string(&j, root, "detail", detail);
	json_reply(&j, r);
	if (r->status == 0)
		return;
	r->status = status;
	r->type = "application/problem+json";
}
