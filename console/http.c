/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP/1.1 server engine. llhttp splits the bytes; this file keeps the bounds,
 * stores request line and headers, and frames the answer.
 *
 * `head` holds first the request (target, NUL, then name, NUL, value, NUL of
 * each header) and then, when the handler has seen it, the head of the answer.
 */
#include "console/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/http_reply.h"

static const char out_of_memory[] = "HTTP/1.1 503 Service Unavailable\r\n"
				    "Content-Length: 0\r\n"
				    "Connection: close\r\n\r\n";
static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

static struct http_conn *
conn_of(llhttp_t *parser)
{
	return parser->data;
}

/* Marks the request as refused and stops the parser. */
static int
refuse(struct http_conn *c, int status, const char *detail)
{
	if (c->error == 0) {
		c->error = status;
		c->detail = detail;
	}
	return HPE_USER;
}

static int
store(struct http_conn *c, const char *at, size_t size)
{
	if (size > HTTP_HEAD_MAX - c->head_used)
		return refuse(c, 431, "The request's headers are too large.");
	memcpy(c->head + c->head_used, at, size);
	c->head_used += size;
	return 0;
}

static int
on_message_begin(llhttp_t *parser)
{
	struct http_conn *c = conn_of(parser);

	c->head = malloc(HTTP_HEAD_MAX);
	if (c->head == NULL)
		return refuse(c, 503, "Out of memory.");
	return 0;
}

static int
on_url(llhttp_t *parser, const char *at, size_t size)
{
	return store(conn_of(parser), at, size);
}

static int
on_url_complete(llhttp_t *parser)
{
	struct http_conn *c = conn_of(parser);
	int error = store(c, "", 1);

	c->target_end = c->head_used;
	return error;
}

static int
on_version_complete(llhttp_t *parser)
{
	if (llhttp_get_http_major(parser) != 1)
		return refuse(conn_of(parser), 505, "Use HTTP/1.1.");
	return 0;
}

/* Names and values of trailers are left out: nobody asks for them. */
static int
on_header_field(llhttp_t *parser, const char *at, size_t size)
{
	struct http_conn *c = conn_of(parser);

	return c->headers_done ? 0 : store(c, at, size);
}

static int
on_header_field_complete(llhttp_t *parser)
{
	struct http_conn *c = conn_of(parser);

	return c->headers_done ? 0 : store(c, "", 1);
}

static int
on_header_value(llhttp_t *parser, const char *at, size_t size)
{
	struct http_conn *c = conn_of(parser);

	return c->headers_done ? 0 : store(c, at, size);
}

static void
request_view(const struct http_conn *c, struct http_request *r)
{
	memset(r, 0, sizeof(*r));
	r->header = c->head + c->target_end;
	r->header_size = c->head_used - c->target_end;
}

/* The next header of `r` from `*at` on. False at the end. */
static bool
header_next(const struct http_request *r, size_t *at, const char **name,
    const char **value)
{
	if (*at >= r->header_size)
		return false;
	*name = r->header + *at;
	*at += strlen(*name) + 1;
	*value = r->header + *at;
	*at += strlen(*value) + 1;
	return true;
}

const char *
http_header(const struct http_request *r, const char *name)
{
	const char *n, *value;
	size_t at = 0;

	while (header_next(r, &at, &n, &value))
		if (strcasecmp(n, name) == 0)
			return value;
	return NULL;
}

/* RFC 9112 3.2: exactly one Host, except in HTTP/1.0, where it may lack. */
static int
check_headers(struct http_conn *c)
{
	struct http_request r;
	const char *name, *value;
	size_t at = 0;
	unsigned hosts = 0;

	request_view(c, &r);
	while (header_next(&r, &at, &name, &value)) {
		if (strcasecmp(name, "host") == 0)
			hosts++;
		if (strcasecmp(name, "expect") != 0)
			continue;
		if (strcasecmp(value, "100-continue") != 0)
			return refuse(c, 417, "Only 100-continue is known.");
		c->expect = c->parser.http_minor >= 1;
	}
	if (hosts > 1 || (hosts == 0 && c->parser.http_minor >= 1))
		return refuse(c, 400, "A request has exactly one Host.");
	return 0;
}

static int
on_header_value_complete(llhttp_t *parser)
{
	struct http_conn *c = conn_of(parser);

	return c->headers_done ? 0 : store(c, "", 1);
}

static int
on_headers_complete(llhttp_t *parser)
{
	struct http_conn *c = conn_of(parser);
	bool chunked = (parser->flags & F_CHUNKED) != 0;
	bool sized = (parser->flags & F_CONTENT_LENGTH) != 0;

	c->headers_done = true;
	c->wire = 0;
	/* An offer to change the protocol is not taken up. */
	parser->upgrade = 0;
	if (check_headers(c) != 0)
		return -1;
	if (parser->method == HTTP_CONNECT) {
		refuse(c, 501, "This server is no proxy.");
		return -1;
	}
	if (sized && parser->content_length > HTTP_BODY_MAX) {
		refuse(c, 413, "The content is larger than 64 KiB.");
		return -1;
	}
	if (!chunked && (!sized || parser->content_length == 0))
		c->expect = false;
	return c->expect ? HPE_PAUSED : 0;
}

/* No call takes content yet: it is measured and thrown away. */
static int
on_body(llhttp_t *parser, const char *at, size_t size)
{
	struct http_conn *c = conn_of(parser);

	(void)at;
	c->content += size;
	if (c->content > HTTP_BODY_MAX)
		return refuse(c, 413, "The content is larger than 64 KiB.");
	return 0;
}

static int
on_message_complete(llhttp_t *parser)
{
	conn_of(parser)->complete = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_message_begin,
	.on_url = on_url,
	.on_url_complete = on_url_complete,
	.on_version_complete = on_version_complete,
	.on_header_field = on_header_field,
	.on_header_field_complete = on_header_field_complete,
	.on_header_value = on_header_value,
	.on_header_value_complete = on_header_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

static void
enter(struct http_conn *c, enum http_phase phase, uint32_t now_ms)
{
	c->phase = phase;
	c->since_ms = now_ms;
}

/* Forgets the request and its answer. */
static void
reset(struct http_conn *c)
{
	free(c->head);
	free(c->owned);
	c->head = NULL;
	c->owned = NULL;
	c->head_used = c->target_end = c->wire = 0;
	c->content = 0;
	c->headers_done = c->expect = c->complete = c->interim = false;
	c->error = 0;
	memset(c->out, 0, sizeof(c->out));
}

void
http_init(
    struct http_conn *c, http_handler *handler, void *arg, uint32_t now_ms)
{
	memset(c, 0, sizeof(*c));
	c->handler = handler;
	c->arg = arg;
	llhttp_init(&c->parser, HTTP_REQUEST, &settings);
	c->parser.data = c;
	enter(c, HTTP_IDLE, now_ms);
}

void
http_destroy(struct http_conn *c)
{
	reset(c);
}

static void
send_static(struct http_conn *c, const char *text, uint32_t now_ms)
{
	c->out[0].data = text;
	c->out[0].size = strlen(text);
	enter(c, HTTP_SENDING, now_ms);
}

/* Frames an answer. It goes without a body to a HEAD. */
static void
send_response(struct http_conn *c, struct http_response *r, uint32_t now_ms)
{
	bool head = c->complete && c->parser.method == HTTP_HEAD;

	c->owned = r->owned;
	if (r->status == 0 || c->head == NULL) {
		c->keep_alive = false;
		send_static(c, out_of_memory, now_ms);
		return;
	}
	c->out[0].data = c->head;
	c->out[0].size = http_reply_head(
	    r, c->keep_alive, c->parser.http_minor, c->head, HTTP_HEAD_MAX);
	if (!head && r->status != 304) {
		c->out[1].data = r->body;
		c->out[1].size = r->size;
	}
	enter(c, HTTP_SENDING, now_ms);
}

/* Answers a request that cannot be handled; the connection ends after it. */
static void
send_error(struct http_conn *c, int status, const char *detail, uint32_t now_ms)
{
	struct http_response r = { 0 };

	c->error = status;
	c->keep_alive = false;
	if (c->head == NULL)
		c->head = malloc(HTTP_HEAD_MAX);
	if (c->head != NULL && status != 503)
		http_problem(&r, status, detail);
	send_response(c, &r, now_ms);
}

/* RFC 9112 3.2: origin-form, or absolute-form, whose authority is ours. */
static char *
path_of(char *target)
{
	static const char scheme[] = "http://";
	char *path = target;

	if (strncasecmp(target, scheme, sizeof(scheme) - 1) == 0) {
		path = target + sizeof(scheme) - 1;
		path += strcspn(path, "/?");
	}
	return *path == '/' ? path : NULL;
}

static void
handle(struct http_conn *c, uint32_t now_ms)
{
	struct http_request request;
	struct http_response r = { 0 };
	uint8_t method = llhttp_get_method(&c->parser);
	char *path = path_of(c->head), *query;

	c->keep_alive = llhttp_should_keep_alive(&c->parser);
	if (path == NULL) {
		send_error(c, 400, "The target must be a path.", now_ms);
		return;
	}
	request_view(c, &request);
	request.method = llhttp_method_name(
	    method == HTTP_HEAD ? HTTP_GET : (llhttp_method_t)method);
	query = strchr(path, '?');
	if (query != NULL)
		*query++ = '\0';
	request.path = path;
	request.query = query;
	c->handler(c->arg, &request, &r);
	send_response(c, &r, now_ms);
}

/* What the parser stopped for. */
static void
parsed(struct http_conn *c, llhttp_errno_t e, uint32_t now_ms)
{
	if (c->error != 0)
		send_error(c, c->error, c->detail, now_ms);
	else if (e == HPE_INVALID_VERSION)
		send_error(c, 505, "Use HTTP/1.1.", now_ms);
	else if (e != HPE_OK && e != HPE_PAUSED)
		send_error(c, 400, "The request is malformed.", now_ms);
	else if (c->complete)
		handle(c, now_ms);
	else if (e == HPE_PAUSED) {
		c->interim = true;
		send_static(c, go_on, now_ms);
	} else if (c->wire >= HTTP_BODY_WIRE_MAX)
		send_error(c, 413, "The content is too large.", now_ms);
	else if (c->wire >= HTTP_HEAD_MAX && !c->headers_done)
		send_error(
		    c, 431, "The request's headers are too large.", now_ms);
}

/* One stretch for the parser, not beyond the bound of the part it is in. */
static size_t
parse(struct http_conn *c, const char *data, size_t size, uint32_t now_ms)
{
	size_t limit = c->headers_done ? HTTP_BODY_WIRE_MAX : HTTP_HEAD_MAX;
	size_t n = size < limit - c->wire ? size : limit - c->wire;
	bool in_head = !c->headers_done;
	llhttp_errno_t e = llhttp_execute(&c->parser, data, n);
	size_t used = n;

	if (e == HPE_PAUSED) {
		used = (size_t)(llhttp_get_error_pos(&c->parser) - data);
		llhttp_resume(&c->parser);
	}
	/* When the headers end inside, the whole stretch counts as content:
	 * a bound that is 8 KiB too strict at most. */
	c->wire += in_head && c->headers_done ? 0 : used;
	parsed(c, e, now_ms);
	return used;
}

size_t
http_input(struct http_conn *c, const char *data, size_t size, uint32_t now_ms)
{
	size_t used = 0;

	while (used < size && c->phase != HTTP_SENDING) {
		if (c->phase == HTTP_LINGERING)
			return size;
		if (c->phase == HTTP_IDLE)
			enter(c, HTTP_RECEIVING, now_ms);
		used += parse(c, data + used, size - used, now_ms);
	}
	return used;
}

struct http_span
http_output(const struct http_conn *c)
{
	return c->out[0].size != 0 ? c->out[0] : c->out[1];
}

static void
all_sent(struct http_conn *c, uint32_t now_ms)
{
	if (c->interim) {
		c->interim = c->expect = false;
		enter(c, HTTP_RECEIVING, now_ms);
		return;
	}
	reset(c);
	enter(c, c->keep_alive ? HTTP_IDLE : HTTP_LINGERING, now_ms);
}

void
http_sent(struct http_conn *c, size_t size, uint32_t now_ms)
{
	struct http_span *s = &c->out[c->out[0].size != 0 ? 0 : 1];

	s->data += size;
	s->size -= size;
	if (c->out[0].size == 0 && c->out[1].size == 0)
		all_sent(c, now_ms);
}

bool
http_tick(struct http_conn *c, uint32_t now_ms)
{
	static const uint32_t limit[] = {
		[HTTP_IDLE] = HTTP_IDLE_MS,
		[HTTP_RECEIVING] = HTTP_REQUEST_MS,
		[HTTP_SENDING] = HTTP_SEND_MS,
		[HTTP_LINGERING] = HTTP_LINGER_MS,
	};

	if (now_ms - c->since_ms < limit[c->phase])
		return true;
	if (c->phase != HTTP_RECEIVING)
		return false;
	send_error(c, 408, "The request took too long.", now_ms);
	return true;
}
