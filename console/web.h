/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The web page's files, put into the image by mk/web.mk.
 */
#ifndef CONSOLE_WEB_H
#define CONSOLE_WEB_H

#include <stddef.h>

struct web_file {
	const char *path; /* "/style.css" */
	const char *type; /* Content-Type */
	const char *etag; /* quoted hash of the content */
	const unsigned char *data;
	size_t size;
};

/* Ends with path NULL. */
extern const struct web_file web_files[];

#endif
