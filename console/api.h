/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the API (docs/api.md): a table of method, path and handler.
 */
#ifndef CONSOLE_API_H
#define CONSOLE_API_H

#include "console/cores.h"
#include "console/http.h"
#include "console/json.h"
#include "control/router.h"
#include "control/system.h"

/* What the calls tell about. */
struct api {
	struct router *router;
	const struct system *system;
	struct cores cores;
};

enum { API_PARAMS = 3, API_VALUE_MAX = 80 };

/* A request, taken apart. Its parameters have been checked and decoded. */
struct api_call {
	const struct api *api;
	const struct http_request *request;
	char name[API_VALUE_MAX];              /* of a path with {name} */
	char value[API_PARAMS][API_VALUE_MAX]; /* in the order of the table */
	bool given[API_PARAMS];
};

typedef void api_handler(const struct api_call *call, struct http_response *r);

struct api_route {
	const char *method;
	const char *path;              /* "{name}" stands for one segment */
	const char *param[API_PARAMS]; /* names, then NULL */
	api_handler *handler;
};

/* An http_handler; `arg` is a struct api. */
void api_handle(
    void *arg, const struct http_request *request, struct http_response *r);

/*
 * Reads the n-th parameter as a number within [min, max]; *out is untouched
 * when it was not given. False: `r` is a problem that names it.
 */
bool api_number(const struct api_call *call, unsigned n, const char *name,
    uint64_t min, uint64_t max, uint64_t *out, struct http_response *r);

/* A 400 about the parameter `name`. */
void api_bad_parameter(
    struct http_response *r, const char *name, const char *expected);

api_handler api_system, api_interfaces, api_interface, api_routes, api_lookup,
    api_neighbors, api_counters, api_config, api_log, api_metrics, api_web;

#endif
