/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The job that loads files of routes. For load*.c alone.
 */
#ifndef CONTROL_LOAD_H
#define CONTROL_LOAD_H

#include "control/gateways.h"
#include "control/router_private.h"
#include "control/seen.h"

enum { FILES_MAX = 256 }; /* struct rib_route.file is a byte */

enum file_state {
	FILE_NONE, /* the number is free */
	FILE_WANTED,
	FILE_READING,
	FILE_IN_USE,
	FILE_REFUSED, /* tried again when a config is applied */
	FILE_GONE,    /* of no config any more: to be flushed */
};

enum load_phase { LOAD_IDLE, LOAD_CHECK, LOAD_JUDGE, LOAD_ADD, LOAD_FLUSH };

struct load_file {
	const struct file *file;
	char name[CONFIG_NAME_MAX];
	bool strict;
	uint8_t state; /* enum file_state */
};

struct load {
	struct load_file file[FILES_MAX];
	uint32_t waiting; /* files that are WANTED or GONE */
	/* Of the file at work: */
	struct load_file *now;
	uint8_t phase; /* enum load_phase */
	bool foreseen; /* how much room its routes will need */
	bool added;    /* the pass that adds is over */
	struct route_reader *reader;
	struct gateways *gateways;
	struct seen *seen;
	struct rib_flush flush;
	uint64_t begun_us, told_us;
	uint32_t routes;
	uint32_t judged, unknown;
	bool many; /* too many gateways to look at all of them */
};

/* load_files.c: how many wait, anew; the first in a state, or NULL. */
void load_count(struct load *l);
struct load_file *load_find(struct load *l, enum file_state state);
void load_begin_flush(struct load *l, struct load_file *f);

/* load_tell.c: what the log says of a file. */
void load_tell_errors(const struct load *l);
void load_tell_unknown(const struct load *l, const struct route_line *at);
void load_tell_progress(struct router *r, const char *what);

#endif
