/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Picks the config of a boot; see config_load.h.
 */
#include "control/config_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/log.h"

#define CONFIG_FILE "barewire.conf"

static uint32_t
min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void
log_errors(const struct config_errors *errors)
{
	uint32_t kept = min_u32(errors->count, CONFIG_ERRORS_MAX);
	uint32_t warned = min_u32(errors->warning_count, CONFIG_WARNINGS_MAX);
	const struct config_error *e = errors->error;
	const struct config_error *w = errors->warning;

	for (; e < errors->error + kept; e++)
		log_error("config", "%s:%u:%u: %s", e->file, (unsigned)e->line,
		    (unsigned)e->column, e->message);
	if (errors->count > kept)
		log_error("config", "%u more errors",
		    (unsigned)(errors->count - kept));
	for (; w < errors->warning + warned; w++)
		log_warn("config", "%s:%u:%u: %s", w->file, (unsigned)w->line,
		    (unsigned)w->column, w->message);
	if (errors->warning_count > warned)
		log_warn("config", "%u more warnings",
		    (unsigned)(errors->warning_count - warned));
}

static int
parse(
    const struct file *f, const struct config_world *world, struct config *out)
{
	struct config_errors *errors = calloc(1, sizeof(*errors));
	int error;

	if (errors == NULL)
		return -ENOMEM;
	error = config_parse(f->name, f->data, f->size, world, out, errors);
	log_errors(errors);
	if (error == 0)
		log_info("config", "%s: %zu bytes, in force", f->name, f->size);
	free(errors);
	return error;
}

void
config_load_preview(const struct files *files, struct config *out)
{
	const struct file *f = files_find(files, CONFIG_FILE);

	if (f == NULL || config_preview(f->data, f->size, out) != 0)
		memset(out, 0, sizeof(*out));
}

enum config_origin
config_load(const struct config_world *world, struct config *out)
{
	const struct file *f = files_find(world->files, CONFIG_FILE);
	enum config_origin origin = CONFIG_NO_FILE;

	if (f != NULL) {
		int error = parse(f, world, out);

		if (error == 0)
			return CONFIG_FROM_VOLUME;
		log_error("config", "%s is refused whole%s; using the defaults",
		    f->name, error == -ENOMEM ? " (no memory)" : "");
		origin = CONFIG_REFUSED;
	} else {
		log_info("config", "no %s; using the defaults", CONFIG_FILE);
	}
	if (config_default(world, out) != 0) {
		log_error("config", "no memory for the defaults");
		memset(out, 0, sizeof(*out));
	}
	return origin;
}
