/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serves the web page's files.
 */
#include "console/web.h"

#include <string.h>

#include "console/api.h"
#include "console/http_reply.h"

/* RFC 9110 13.1.2: a list of entity tags, weakly compared, or "*". */
static bool
etag_listed(const char *list, const char *etag)
{
	return list != NULL &&
	       (strcmp(list, "*") == 0 || strstr(list, etag) != NULL);
}

void
api_web(const struct api_call *call, struct http_response *r)
{
	const char *path = call->request->path;
	const struct web_file *f = web_files;

	if (strcmp(path, "/") == 0)
		path = "/index.html";
	while (f->path != NULL && strcmp(f->path, path) != 0)
		f++;
	if (f->path == NULL) {
		http_problem(r, 404, "There is no such resource.");
		return;
	}
	r->etag = f->etag;
	r->type = f->type;
	r->status = 304;
	if (etag_listed(http_header(call->request, "if-none-match"), f->etag))
		return;
	r->status = 200;
	r->body = (const char *)f->data;
	r->size = f->size;
}
