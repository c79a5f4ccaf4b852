/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the API: which handler a path has, and its parameters.
 */
#include "console/api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "console/http_reply.h"
#include "console/uri.h"

static const struct api_route routes[] = {
	{ "GET", "/", { NULL }, api_web },
	{ "GET", "/index.html", { NULL }, api_web },
	{ "GET", "/style.css", { NULL }, api_web },
	{ "GET", "/app.js", { NULL }, api_web },
	{ "GET", "/icon.svg", { NULL }, api_web },
	{ "GET", "/api/v1/system", { NULL }, api_system },
	{ "GET", "/api/v1/interfaces", { NULL }, api_interfaces },
	{ "GET", "/api/v1/interfaces/{name}", { NULL }, api_interface },
	{ "GET", "/api/v1/routes", { "prefix", "limit", "offset" },
	    api_routes },
	{ "GET", "/api/v1/routes/lookup", { "address" }, api_lookup },
	{ "GET", "/api/v1/neighbors", { "limit", "offset" }, api_neighbors },
	{ "GET", "/api/v1/counters", { NULL }, api_counters },
	{ "GET", "/api/v1/config", { NULL }, api_config },
	{ "GET", "/api/v1/log", { "since", "limit" }, api_log },
	{ "GET", "/metrics", { NULL }, api_metrics },
};

enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

void
api_bad_parameter(
    struct http_response *r, const char *name, const char *expected)
{
	char detail[160 + API_VALUE_MAX];

	snprintf(
	    detail, sizeof(detail), "Parameter '%.80s': %s", name, expected);
	http_problem(r, 400, detail);
}

bool
api_number(const struct api_call *call, unsigned n, const char *name,
    uint64_t min, uint64_t max, uint64_t *out, struct http_response *r)
{
	char expected[80];
	uint64_t v = 0;
	const char *p = call->value[n];
	bool good = *p != '\0';

	if (!call->given[n])
		return true;
	for (; good && *p != '\0'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		good = *p >= '0' && *p <= '9' && v <= (max - digit) / 10;
		v = v * 10 + digit;
	}
	if (good && v >= min) {
		*out = v;
		return true;
	}
	snprintf(expected, sizeof(expected),
	    "expected a number from %llu to %llu.", (unsigned long long)min,
	    (unsigned long long)max);
	api_bad_parameter(r, name, expected);
	return false;
}

/* Does `path` fit the pattern? Decodes what stands for "{name}". */
static bool
path_matches(const char *pattern, const char *path, char *name, bool *bad)
{
	size_t fixed = strcspn(pattern, "{");
	const char *rest;

	if (strncmp(pattern, path, fixed) != 0)
		return false;
	rest = path + fixed;
	if (pattern[fixed] == '\0')
		return *rest == '\0';
	if (*rest == '\0' || strchr(rest, '/') != NULL)
		return false;
	*bad = uri_decode(rest, strlen(rest), name, API_VALUE_MAX) == -EINVAL;
	return true;
}

/* Decodes one "name=value" pair of the query into the call. */
static bool
take_parameter(const struct api_route *route, const char *pair, size_t size,
    struct api_call *call, struct http_response *r)
{
	const char *equals = memchr(pair, '=', size);
	size_t name_size = equals != NULL ? (size_t)(equals - pair) : size;
	const char *value = pair + name_size + (equals != NULL);
	size_t value_size = (size_t)(pair + size - value);
	char name[API_VALUE_MAX];
	int error;
	unsigned i = 0;

	error = uri_decode(pair, name_size, name, sizeof(name));
	if (error != 0) {
		http_problem(r, 400, "The query is not well-formed.");
		return false;
	}
	while (i < API_PARAMS && route->param[i] != NULL &&
	       strcmp(route->param[i], name) != 0)
		i++;
	if (i == API_PARAMS || route->param[i] == NULL) {
		api_bad_parameter(r, name, "not known to this call.");
		return false;
	}
	error = call->given[i] ? -EEXIST
	                       : uri_decode(value, value_size, call->value[i],
				     sizeof(call->value[i]));
	if (error != 0) {
		api_bad_parameter(r, name,
		    error == -EEXIST  ? "given twice."
		    : error == -E2BIG ? "too long."
				      : "bad percent-encoding.");
		return false;
	}
	call->given[i] = true;
	return true;
}

static bool
take_query(const struct api_route *route, const char *query,
    struct api_call *call, struct http_response *r)
{
	while (query != NULL && *query != '\0') {
		size_t size = strcspn(query, "&");

		if (size != 0 && !take_parameter(route, query, size, call, r))
			return false;
		query += size + (query[size] == '&');
	}
	return true;
}

/* A path that is there for another method. Each path has one: GET. */
static void
refuse_method(struct http_response *r)
{
	http_problem(r, 405, "This resource can only be read.");
	r->allow = "GET, HEAD";
}

void
api_handle(
    void *arg, const struct http_request *request, struct http_response *r)
{
	struct api_call call = { .api = arg, .request = request };
	bool bad = false;

	for (unsigned i = 0; i < ROUTES; i++) {
		const struct api_route *route = &routes[i];

		if (!path_matches(route->path, request->path, call.name, &bad))
			continue;
		if (strcmp(route->method, request->method) != 0) {
			refuse_method(r);
			return;
		}
		if (bad) {
			http_problem(r, 400, "Bad percent-encoding in path.");
			return;
		}
		if (take_query(route, request->query, &call, r))
			route->handler(&call, r);
		return;
	}
	http_problem(r, 404, "There is no such resource.");
}
