/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip (RFC 1952) by zlib, a piece at a time: a call uses up to ROUTE_STEP
 * bytes and makes up to ROUTE_STEP. All memory is taken at the start, so that
 * nothing in the file can ask for more.
 */
#include <stdio.h>
#include <stdlib.h>
#define ZLIB_CONST /* of next_in */
#include <zlib.h>

#include "control/route_private.h"

enum {
	GZIP_WINDOW_BITS = 15 + 16, /* the largest window, gzip's wrapping */
	ARENA = 48 * 1024,          /* zlib: 7 KiB and a window of 32 KiB */
	ALIGN = 16,
};

struct gunzip {
	z_stream z;
	const struct file *file;
	size_t used;      /* bytes of the file that zlib has taken */
	bool between;     /* members: what follows begins a new one */
	size_t allocated; /* of the arena */
	char fault[80];
	_Alignas(ALIGN) uint8_t arena[ARENA];
	uint8_t buffer[2 * ROUTE_STEP];
};

static void *
arena_alloc(void *arg, unsigned int items, unsigned int size)
{
	struct gunzip *g = arg;
	size_t bytes = ((size_t)items * size + ALIGN - 1) & ~(ALIGN - 1u);
	void *p = g->arena + g->allocated;

	if (bytes > ARENA - g->allocated)
		return NULL;
	g->allocated += bytes;
	return p;
}

static void
arena_free(void *arg, void *p)
{
	(void)arg;
	(void)p;
}

struct gunzip *
gunzip_open(const struct file *file)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->file = file;
	g->z.zalloc = arena_alloc;
	g->z.zfree = arena_free;
	g->z.opaque = g;
	if (inflateInit2(&g->z, GZIP_WINDOW_BITS) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

void
gunzip_close(struct gunzip *g)
{
	inflateEnd(&g->z);
	free(g);
}

uint64_t
gunzip_done(const struct gunzip *g)
{
	return g->used;
}

static void
fail(struct gunzip *g, struct route_source *s, const char *what)
{
	snprintf(g->fault, sizeof(g->fault), "%s at byte %zu of the gzip file",
	    what, g->used);
	s->fault = g->fault;
	s->state = SOURCE_FAILED;
}

/* RFC 1952 2.2: a file is a series of members. False: there is none. */
static bool
next_member(struct gunzip *g, struct route_source *s)
{
	size_t left = g->file->size - g->used;

	if (left == 0) {
		s->state = SOURCE_END;
		return false;
	}
	if (left < 2 || memcmp(g->file->data + g->used, "\x1f\x8b", 2) != 0) {
		fail(g, s, "something other than gzip follows");
		return false;
	}
	inflateReset(&g->z);
	g->between = false;
	return true;
}

/* Gives zlib its piece of the file and `room` bytes at `to`. */
static int
unpack(struct gunzip *g, uint8_t *to, size_t room)
{
	size_t piece = g->file->size - g->used;
	int result;

	if (piece > ROUTE_STEP)
		piece = ROUTE_STEP;
	g->z.next_in = (const Bytef *)g->file->data + g->used;
	g->z.avail_in = (uInt)piece;
	g->z.next_out = to;
	g->z.avail_out = (uInt)room;
	result = inflate(&g->z, Z_NO_FLUSH);
	g->used += piece - g->z.avail_in;
	return result;
}

void
gunzip_fill(struct gunzip *g, struct route_source *s)
{
	size_t kept = source_left(s);
	size_t room = sizeof(g->buffer) - kept;
	int result;

	if (kept > 0)
		memmove(g->buffer, s->at, kept);
	s->at = g->buffer;
	s->end = g->buffer + kept;
	if (room > ROUTE_STEP)
		room = ROUTE_STEP;
	if (room == 0 || (g->between && !next_member(g, s)))
		return;
	result = unpack(g, g->buffer + kept, room);
	s->end += room - g->z.avail_out;
	if (result == Z_STREAM_END)
		g->between = true;
	else if (result != Z_OK && result != Z_BUF_ERROR)
		fail(g, s, g->z.msg != NULL ? g->z.msg : "no gzip data");
	else if (g->used == g->file->size && g->z.avail_out > 0)
		fail(g, s, "cut off: the data goes on behind the end");
}
