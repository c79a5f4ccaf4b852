/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON answers, built with cJSON.
 */
#include "console/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/utf8.h"

/* Longer strings than any that the router keeps are cut. */
enum { STRING_MAX = 1024 };

cJSON *
json_begin(struct json *j)
{
	j->root = cJSON_CreateObject();
	j->failed = j->root == NULL;
	return j->root;
}

void
json_drop(struct json *j)
{
	cJSON_Delete(j->root);
	j->root = NULL;
}

void
json_reply(struct json *j, struct http_response *r)
{
	char *text = j->failed ? NULL : cJSON_PrintUnformatted(j->root);

	json_drop(j);
	if (text == NULL)
		return;
	r->status = 200;
	r->type = "application/json";
	r->body = text;
	r->size = strlen(text);
	r->owned = text;
}

static cJSON *
put(struct json *j, cJSON *parent, const char *name, cJSON *item)
{
	cJSON_bool ok;

	if (item != NULL && parent != NULL) {
		ok = name != NULL ? cJSON_AddItemToObjectCS(parent, name, item)
		                  : cJSON_AddItemToArray(parent, item);
		if (ok)
			return item;
	}
	cJSON_Delete(item);
	j->failed = true;
	return NULL;
}

cJSON *
json_object(struct json *j, cJSON *parent, const char *name)
{
	return put(j, parent, name, cJSON_CreateObject());
}

cJSON *
json_array(struct json *j, cJSON *parent, const char *name)
{
	return put(j, parent, name, cJSON_CreateArray());
}

void
json_string(struct json *j, cJSON *parent, const char *name, const char *value)
{
	char clean[STRING_MAX];

	if (value == NULL) {
		json_null(j, parent, name);
		return;
	}
	utf8_clean(value, clean, sizeof(clean));
	put(j, parent, name, cJSON_CreateString(clean));
}

/* Raw, because cJSON's own numbers are doubles. */
void
json_u64(struct json *j, cJSON *parent, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(j, parent, name, cJSON_CreateRaw(text));
}

void
json_millionths(struct json *j, cJSON *parent, const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, value / 1000000,
	    value % 1000000);
	put(j, parent, name, cJSON_CreateRaw(text));
}

void
json_bool(struct json *j, cJSON *parent, const char *name, bool value)
{
	put(j, parent, name, cJSON_CreateBool(value));
}

void
json_null(struct json *j, cJSON *parent, const char *name)
{
	put(j, parent, name, cJSON_CreateNull());
}
