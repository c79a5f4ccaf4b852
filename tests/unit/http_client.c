/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drives the HTTP engine in tests.
 */
#include "tests/unit/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not from malloc: what the tests make fail is the engine's memory. */
static char collected[4 << 20];

void
exchange_begin(struct exchange *x, http_handler *handler, void *arg)
{
	memset(x, 0, sizeof(*x));
	x->out = collected;
	x->out[0] = '\0';
	http_init(&x->conn, handler, arg, 0);
}

void
exchange_end(struct exchange *x)
{
	http_destroy(&x->conn);
}

void
exchange_drain(struct exchange *x, size_t step)
{
	struct http_span s = http_output(&x->conn);

	while (s.size != 0) {
		size_t n = s.size < step ? s.size : step;

		size_t room = sizeof(collected) - 1 - x->size;
		size_t kept = n < room ? n : room;

		memcpy(x->out + x->size, s.data, kept);
		x->size += kept;
		x->out[x->size] = '\0';
		http_sent(&x->conn, n, x->now_ms);
		s = http_output(&x->conn);
	}
}

void
exchange_send(struct exchange *x, const char *data, size_t size, size_t step)
{
	while (size != 0) {
		size_t n = size < step ? size : step;
		size_t used = http_input(&x->conn, data, n, x->now_ms);

		if (used > n || (used == 0 && x->conn.phase != HTTP_SENDING))
			abort();
		data += used;
		size -= used;
		exchange_drain(x, step);
	}
}

bool
answer_parse(const char *text, bool head_only, struct answer *out)
{
	const char *end = strstr(text, "\r\n\r\n"), *length;
	unsigned long size = 0;

	memset(out, 0, sizeof(*out));
	if (end == NULL || sscanf(text, "HTTP/1.1 %d ", &out->status) != 1)
		return false;
	out->head = text;
	out->head_size = (size_t)(end + 2 - text);
	out->body = end + 4;
	length = strstr(text, "\r\nContent-Length: ");
	if (length != NULL && length < end && !head_only)
		size = strtoul(length + 18, NULL, 10);
	out->size = size;
	if (strnlen(out->body, size) < size)
		return false;
	out->next = out->body + size;
	return true;
}

bool
answer_has(const struct answer *a, const char *line)
{
	char wanted[200];
	const char *found;

	snprintf(wanted, sizeof(wanted), "\r\n%s\r\n", line);
	found = strstr(a->head, wanted);
	return found != NULL && found < a->head + a->head_size;
}
