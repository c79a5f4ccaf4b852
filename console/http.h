/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP/1.1 server engine (RFC 9110, RFC 9112): bytes in, bytes out. It knows
 * no sockets; tcp.c gives it the bytes that came and sends what it has to say.
 *
 * One request at a time: while an answer waits to be sent, http_input takes
 * no bytes, so that a client that does not read is slowed down by its own
 * window and no more than one answer is held for it.
 *
 * Bounds: HTTP_HEAD_MAX for request line and headers (431), HTTP_BODY_MAX for
 * the content (413, before it is read), and a time for each phase.
 */
#ifndef CONSOLE_HTTP_H
#define CONSOLE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "llhttp.h"

enum {
	HTTP_HEAD_MAX = 8192,
	HTTP_BODY_MAX = 65536,
	/* Content and its chunk headers, extensions and trailers. */
	HTTP_BODY_WIRE_MAX = 2 * HTTP_BODY_MAX,

	HTTP_IDLE_MS = 15000,    /* between two requests */
	HTTP_REQUEST_MS = 10000, /* from its first byte to its last */
	HTTP_SEND_MS = 60000,    /* until the answer is handed to TCP */
	HTTP_LINGER_MS = 10000,  /* for the client to close after us */
};

struct http_request {
	const char *method; /* "GET"; HEAD is told as "GET" */
	const char *path;   /* begins with '/', still percent-encoded */
	const char *query;  /* after '?', still percent-encoded; or NULL */
	/* Internal: name, NUL, value, NUL, ... */
	const char *header;
	size_t header_size;
};

/* The value of a header, or NULL. `name` is in lower case. */
const char *http_header(const struct http_request *r, const char *name);

/* What a handler fills in. Unset members are 0. */
struct http_response {
	int status;
	const char *type; /* Content-Type */
	const char *body;
	size_t size;
	void *owned;       /* freed after sending, or NULL */
	const char *allow; /* of a 405 */
	const char *etag;  /* quoted */
};

/*
 * Answers a request, at once. `r->status` is 0 on entry; when it still is on
 * return, memory was short and the client gets a 503.
 */
typedef void http_handler(
    void *arg, const struct http_request *request, struct http_response *r);

enum http_phase {
	HTTP_IDLE,      /* waits for a request */
	HTTP_RECEIVING, /* a request has begun */
	HTTP_SENDING,   /* an answer waits to be sent */
	HTTP_LINGERING, /* no more answers; what comes is thrown away */
};

struct http_span {
	const char *data;
	size_t size;
};

struct http_conn {
	enum http_phase phase;
	uint32_t since_ms; /* start of the phase */
	http_handler *handler;
	void *arg;
	llhttp_t parser;
	char *head;       /* HTTP_HEAD_MAX bytes while a request is handled */
	size_t head_used; /* bytes of it in use */
	size_t target_end;
	size_t wire;             /* bytes of this part of the request so far */
	uint64_t content;        /* of the request's body */
	bool headers_done;       /* now in the body */
	bool expect;             /* Expect: 100-continue */
	bool complete;           /* the request is whole */
	bool interim;            /* what is being sent is a 100 */
	bool keep_alive;         /* after this answer */
	int error;               /* status to refuse the request with, or 0 */
	const char *detail;      /* why */
	struct http_span out[2]; /* head and body still to be sent */
	void *owned;             /* behind out[1] */
};

void http_init(
    struct http_conn *c, http_handler *handler, void *arg, uint32_t now_ms);

/* Frees what it holds. At any moment. */
void http_destroy(struct http_conn *c);

/* Bytes from the client. Returns how many were taken; call it again with
 * the rest when the answer has been sent. */
size_t http_input(
    struct http_conn *c, const char *data, size_t size, uint32_t now_ms);

/* The next bytes for the client; size 0 when there are none. */
struct http_span http_output(const struct http_conn *c);

/* The first `size` bytes of http_output were handed on. */
void http_sent(struct http_conn *c, size_t size, uint32_t now_ms);

/*
 * To be called now and then. False: the connection has to be dropped. A
 * request that took too long is answered with 408 first.
 */
bool http_tick(struct http_conn *c, uint32_t now_ms);

#endif
