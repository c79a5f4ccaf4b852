/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drives the HTTP engine in tests: bytes in at any pace, everything that it
 * answers out, taken apart.
 */
#ifndef TESTS_UNIT_HTTP_CLIENT_H
#define TESTS_UNIT_HTTP_CLIENT_H

#include "console/http.h"

struct exchange {
	struct http_conn conn;
	char *out; /* what was answered (4 MiB at most), with a NUL */
	size_t size;
	uint32_t now_ms;
};

void exchange_begin(struct exchange *x, http_handler *handler, void *arg);
void exchange_end(struct exchange *x);

/* Gives `size` bytes, `step` at a time, and takes all answers. */
void exchange_send(
    struct exchange *x, const char *data, size_t size, size_t step);

/* Takes the answers that wait, `step` bytes at a time. */
void exchange_drain(struct exchange *x, size_t step);

/* One answer within `text`. */
struct answer {
	int status;
	const char *head, *body;
	size_t head_size, size;
	const char *next; /* behind it */
};

/* Takes one answer apart; `head_only`: to a HEAD. False if it is cut. */
bool answer_parse(const char *text, bool head_only, struct answer *out);

/* Does the head have this line? */
bool answer_has(const struct answer *a, const char *line);

#endif
