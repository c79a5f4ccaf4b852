/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the readers of route files share: the source of their bytes, and the
 * state of a reader.
 */
#ifndef CONTROL_ROUTE_PRIVATE_H
#define CONTROL_ROUTE_PRIVATE_H

#include "control/config_private.h"
#include "control/route_file.h"

enum {
	ROUTE_STEP = 64 * 1024,    /* bytes of input or output a call unpacks */
	ROUTE_START = 512,         /* bytes that tell the format */
	ROUTE_TEXT_LINE_MAX = 4096 /* bytes of a line */
};

enum source_state {
	SOURCE_MORE, /* more comes behind `end` */
	SOURCE_END,
	SOURCE_FAILED, /* nothing comes any more; `fault` says why */
};

struct gunzip;

/* The file's bytes, unpacked, as far as they are at hand. */
struct route_source {
	const uint8_t *at, *end;
	uint64_t offset; /* of `at` in the whole, unpacked */
	enum source_state state;
	bool filled;       /* in this call of the reader already */
	const char *fault; /* why it failed */
	const struct file *file;
	struct gunzip *gunzip; /* NULL for a plain file */
};

/* 0 or -ENOMEM. */
int source_open(struct route_source *s, const struct file *file);
void source_close(struct route_source *s);

/*
 * Whether `size` bytes (128 KiB at most) are at hand, after unpacking more if
 * this call of the reader has not done so yet. False: look at the state, and
 * if more comes, try again in the next call.
 */
bool source_need(struct route_source *s, size_t size);

/* Bytes of the stored file that were used up. */
uint64_t source_done(const struct route_source *s);

static inline size_t
source_left(const struct route_source *s)
{
	return (size_t)(s->end - s->at);
}

static inline void
source_skip(struct route_source *s, size_t size)
{
	s->at += size;
	s->offset += size;
}

/* gzip, below a source. NULL without memory. */
struct gunzip *gunzip_open(const struct file *file);
void gunzip_close(struct gunzip *g);
/* Unpacks up to ROUTE_STEP bytes behind the unread ones of `s`. */
void gunzip_fill(struct gunzip *g, struct route_source *s);
uint64_t gunzip_done(const struct gunzip *g);

/* The way that was found best so far for the prefix of an MRT record. */
struct mrt_path {
	struct ip_addr gateway; /* family 0: none yet */
	uint32_t length;        /* of the AS_PATH */
	uint8_t origin;
	uint16_t peer;
};

enum mrt_step {
	MRT_HEADER, /* a record begins */
	MRT_BODY,   /* its first bytes, which say what it is about */
	MRT_ENTRY,  /* one way to its prefix after the other */
	MRT_SKIP,   /* the rest of it says nothing to us */
};

struct mrt {
	enum mrt_step step;
	uint64_t start; /* offset of the record */
	uint32_t left;  /* bytes of the record not read yet */
	uint16_t subtype;
	bool has_index;  /* a PEER_INDEX_TABLE came */
	bool has_rib;    /* a RIB record came */
	uint16_t peers;  /* in the index */
	uint16_t ways;   /* left in this record */
	const char *why; /* the first way could not be used */
	struct ip_prefix prefix;
	struct mrt_path best;
};

struct route_reader {
	struct route_source source;
	enum route_format format;
	enum route_state state;
	bool known;       /* the format was looked at */
	bool long_line;   /* the rest of a line that is too long */
	uint32_t numbers; /* lines or records begun */
	uint32_t routes;
	uint32_t skipped;
	struct mrt mrt;
	struct config_error failure;
	struct config_errors errors;
};

/* Notes an error at the number and column. */
void reader_error(struct route_reader *r, uint32_t column, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Notes it as the reason why the reader stops here. */
void reader_fail(struct route_reader *r, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
/* Counts one more line or record; false when that was too many. */
bool reader_count(struct route_reader *r);

/* Each reads on and returns the routes it found; see route_reader_next(). */
uint32_t text_next(
    struct route_reader *r, struct route_line *out, uint32_t max);
uint32_t mrt_next(struct route_reader *r, struct route_line *out, uint32_t max);

/* RFC 6396 2: time, type, subtype, length of the rest. */
enum { MRT_HEADER_SIZE = 12 };

/*
 * What unpacked data cannot be, by its first bytes; NULL: then *format is what
 * it may be.
 */
const char *route_format_find(
    const uint8_t *data, size_t size, enum route_format *format);

/*
 * A line as most are: a prefix, blanks, a gateway, the end of line. Returns
 * what follows, or NULL when the line must be looked at closely. Reads up to
 * TEXT_FAST_ROOM bytes from `p`.
 */
enum { TEXT_FAST_ROOM = 128 };
const char *text_fast(const char *p, struct route_line *out);

/* Any line: 1 for a route, 0 for none, -EINVAL with the error noted. */
int text_slow(struct route_reader *r, const char *line, size_t size,
    struct route_line *out);

/* An address without peculiarities; others are looked at closely. */
static inline bool
gateway_is_plain(const struct ip_addr *a)
{
	uint8_t first = a->byte[0];

	if (a->family == IP4)
		return first != 0 && first != 127 && first < 224;
	return (first & 0xe0) == 0x20; /* 2000::/3 */
}

#endif
