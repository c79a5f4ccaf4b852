/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_parse.c control/config_render.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/icmp6.c control/ra_build.c control/config_route.c
 * control/files.c control/ip_class.c control/iptext.c control/route_format.c
 * net/addr.c net/counters.c
 */
/* objects: control/config_verify.c */
/*
 * Any bytes as barewire.conf. What is accepted must read back the same; what
 * is refused must have an error inside the text.
 */
#include <errno.h>
#include <stdlib.h>

#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct config_errors errors;

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Lines from 1 to the last, columns from 1 to one behind the line's end. */
static void
check_errors(const char *text, size_t size)
{
	uint32_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	for (uint32_t i = 0; i < errors.count && i < CONFIG_ERRORS_MAX; i++) {
		const struct config_error *e = &errors.error[i];

		require(e->line >= 1 && e->column >= 1);
		require(e->message[0] != '\0');
		if (strcmp(e->file, "fuzz") == 0)
			require(e->line <= lines && e->column <= size + 1);
	}
}

static void
check_render(const struct config *c)
{
	size_t len = config_render(c, NULL, 0);
	char *text = malloc(len + 1);
	struct config again;

	require(text != NULL);
	require(config_render(c, text, len + 1) == len);
	require(config_parse("again", text, len, &world, &again, &errors) == 0);
	require(config_equal(c, &again));
	config_free(&again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct config c;
	int error;

	require(config_preview(text, size, &c) == 0);
	config_free(&c);
	error = config_parse("fuzz", text, size, &world, &c, &errors);

	if (error == 0) {
		require(errors.count == 0);
		check_render(&c);
		config_free(&c);
	} else {
		require(error == -EINVAL && errors.count > 0);
		check_errors(text, size);
	}
	return 0;
}
