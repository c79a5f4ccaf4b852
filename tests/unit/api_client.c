/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The questions of api_client.h.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/api_client.h"

struct answer last;

int
ask(const char *method, const char *target, const char *headers)
{
	char text[1024];
	struct exchange x;
	int n = snprintf(text, sizeof(text),
	    "%s %s HTTP/1.1\r\nHost: r\r\n%s\r\n", method, target, headers);

	exchange_begin(&x, api_handle, &fake_api);
	exchange_send(&x, text, (size_t)n, SIZE_MAX);
	assert_true(answer_parse(x.out, strcmp(method, "HEAD") == 0, &last));
	exchange_end(&x);
	return last.status;
}

cJSON *
get(const char *target, int status)
{
	static cJSON *tree;

	if (ask("GET", target, "") != status)
		fail_msg("%s: %d", target, last.status);
	cJSON_Delete(tree);
	tree = cJSON_ParseWithLength(last.body, last.size);
	assert_non_null(tree);
	return tree;
}

bool
contains(const char *text)
{
	return memmem(last.body, last.size, text, strlen(text)) != NULL;
}

const cJSON *
at(const cJSON *o, const char *path)
{
	char name[64];
	const char *rest = path;
	const cJSON *found = o;

	while (*rest != '\0') {
		size_t n = strcspn(rest, ".");

		memcpy(name, rest, n);
		name[n] = '\0';
		found = cJSON_IsArray(found)
		            ? cJSON_GetArrayItem(found, atoi(name))
		            : cJSON_GetObjectItemCaseSensitive(found, name);
		if (found == NULL)
			fail_msg("no %s", path);
		rest += n + (rest[n] == '.');
	}
	return found;
}

void
is_text(const cJSON *o, const char *path, const char *value)
{
	const cJSON *item = at(o, path);

	assert_true(cJSON_IsString(item));
	assert_string_equal(item->valuestring, value);
}

void
is_number(const cJSON *o, const char *path, double value)
{
	const cJSON *item = at(o, path);

	assert_true(cJSON_IsNumber(item));
	assert_true(item->valuedouble == value);
}

void
is_size(const cJSON *o, const char *path, int size)
{
	assert_int_equal(cJSON_GetArraySize(at(o, path)), size);
}

int
fresh(void **state)
{
	(void)state;
	fake_setup();
	return 0;
}
