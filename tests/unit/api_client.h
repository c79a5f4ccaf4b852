/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the API over the fake router, through the engine, and looks into what
 * it answers.
 */
#ifndef TESTS_UNIT_API_CLIENT_H
#define TESTS_UNIT_API_CLIENT_H

#include "tests/unit/fake_console.h"
#include "tests/unit/http_client.h"

extern struct answer last;

/* cmocka set-up: a new fake router. */
int fresh(void **state);

/* One request; `headers`: whole lines. The status of `last`, its answer. */
int ask(const char *method, const char *target, const char *headers);
/* The JSON that a GET answers with; freed by the next call. */
cJSON *get(const char *target, int status);
/* Has the last body this text? */
bool contains(const char *text);

/* Follows "a.b.0.c". */
const cJSON *at(const cJSON *o, const char *path);
void is_text(const cJSON *o, const char *path, const char *value);
void is_number(const cJSON *o, const char *path, double value);
void is_size(const cJSON *o, const char *path, int size);

#endif
