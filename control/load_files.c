/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which files of routes there are: those that the config names, and those that
 * are still to be flushed. A file of both the old and the new config is kept.
 */
#include <stdio.h>

#include "control/load.h"

/* The entry that stands for what the config says. */
static struct load_file *
entry_of(struct load *l, const struct config_routes_file *from)
{
	for (uint32_t i = 0; i < FILES_MAX; i++) {
		struct load_file *f = &l->file[i];

		if (f->state != FILE_NONE && f->state != FILE_GONE &&
		    f->file == from->file && f->strict == from->strict)
			return f;
	}
	return NULL;
}

static struct load_file *
entry_free(struct load *l)
{
	for (uint32_t i = 0; i < FILES_MAX; i++)
		if (l->file[i].state == FILE_NONE)
			return &l->file[i];
	return NULL;
}

bool
load_fits(const struct router *r, const struct config *c)
{
	struct load *l = r->private->load;
	uint32_t room = 0, new = 0;

	for (uint32_t i = 0; i < FILES_MAX; i++)
		room += l->file[i].state == FILE_NONE;
	for (uint32_t i = 0; i < c->routes_file_count; i++)
		new += entry_of(l, &c->routes_file[i]) == NULL;
	return new <= room;
}

static void
entry_want(struct load *l, const struct config_routes_file *from)
{
	struct load_file *f = entry_of(l, from);

	if (!f) {
		f = entry_free(l);
		f->file = from->file;
		f->strict = from->strict;
		snprintf(f->name, sizeof(f->name), "%s", from->name);
		f->state = FILE_WANTED;
	} else if (f->state == FILE_REFUSED) {
		f->state = FILE_WANTED;
	}
}

static bool
is_named(const struct config *c, const struct load_file *f)
{
	for (uint32_t i = 0; i < c->routes_file_count; i++)
		if (c->routes_file[i].file == f->file &&
		    c->routes_file[i].strict == f->strict)
			return true;
	return false;
}

struct load_file *
load_find(struct load *l, enum file_state state)
{
	for (uint32_t i = 0; i < FILES_MAX; i++)
		if (l->file[i].state == state)
			return &l->file[i];
	return NULL;
}

void
load_count(struct load *l)
{
	l->waiting = 0;
	for (uint32_t i = 0; i < FILES_MAX; i++)
		l->waiting += &l->file[i] != l->now &&
		              (l->file[i].state == FILE_WANTED ||
				  l->file[i].state == FILE_GONE);
}

void
load_follow(struct router *r)
{
	struct load *l = r->private->load;
	const struct config *c = &r->config;

	for (uint32_t i = 0; i < FILES_MAX; i++) {
		struct load_file *f = &l->file[i];

		if (f->state == FILE_NONE || is_named(c, f))
			continue;
		if (f == l->now || f->state == FILE_IN_USE)
			f->state = FILE_GONE;
		else if (f->state != FILE_GONE)
			f->state = FILE_NONE;
		if (f == l->now && l->phase != LOAD_FLUSH)
			load_begin_flush(l, f);
	}
	for (uint32_t i = 0; i < c->routes_file_count; i++)
		entry_want(l, &c->routes_file[i]);
	load_count(l);
}
