/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON answers, built with cJSON. A failed allocation anywhere is remembered,
 * so that a handler builds on without checks and the answer becomes a 503.
 *
 * `name` must outlive the answer (a literal); NULL adds to an array. Numbers
 * are written as decimal digits, exact at any size. Bytes of a string that
 * are not UTF-8 become '?'.
 */
#ifndef CONSOLE_JSON_H
#define CONSOLE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cJSON.h>

#include "console/http.h"

struct json {
	cJSON *root;
	bool failed;
};

/* Returns the root, an object. */
cJSON *json_begin(struct json *j);

/* Prints into `r` as 200 and frees the tree; status 0 when it failed. */
void json_reply(struct json *j, struct http_response *r);

/* Frees the tree: no answer is made of it. */
void json_drop(struct json *j);

cJSON *json_object(struct json *j, cJSON *parent, const char *name);
cJSON *json_array(struct json *j, cJSON *parent, const char *name);
/* NULL is written as null. */
void json_string(
    struct json *j, cJSON *parent, const char *name, const char *value);
void json_u64(struct json *j, cJSON *parent, const char *name, uint64_t value);
/* Millionths, written with six decimals: microseconds become seconds. */
void json_millionths(
    struct json *j, cJSON *parent, const char *name, uint64_t value);
void json_bool(struct json *j, cJSON *parent, const char *name, bool value);
void json_null(struct json *j, cJSON *parent, const char *name);

#endif
