/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of bulk routes, read a little at a time: text with one
 * `PREFIX GATEWAY` a line, or MRT TABLE_DUMP_V2 (RFC 6396, RFC 8050), each
 * plain or gzip (RFC 1952). The format is found by content.
 *
 * A call looks at a bounded number of bytes and lines, whatever they hold, so
 * that the caller can do other work between two calls. A reader takes the same
 * memory for any file.
 */
#ifndef CONTROL_ROUTE_FILE_H
#define CONTROL_ROUTE_FILE_H

#include "control/config.h"

enum route_format {
	ROUTE_FORMAT_TEXT,
	ROUTE_FORMAT_MRT,
};

enum route_state {
	ROUTE_MORE,
	ROUTE_END,    /* the whole file was read */
	ROUTE_FAILED, /* it cannot be read further; what came was good */
};

/* A route of a file, and where it stands. */
struct route_line {
	struct ip_prefix prefix; /* without host bits */
	struct ip_addr gateway;  /* unicast, the prefix's family */
	uint32_t number;         /* of the line or the MRT record, from 1 */
	uint32_t column;         /* of the prefix, from 1; 0 in MRT */
	uint64_t offset;         /* of the line or record, when unpacked */
};

struct route_progress {
	enum route_format format;
	bool gzip;
	uint64_t done, total; /* bytes of the file as it is stored */
	uint32_t numbers;     /* lines or records seen */
	uint32_t routes;      /* good ones, as handed out */
	uint32_t skipped;     /* MRT records that hold no route for us */
};

struct route_reader;

/*
 * Why a file cannot be a file of routes, by its first bytes alone, as in "is
 * packed by bzip2; expected ..."; NULL when it may be one. For a config: the
 * rest is found out while reading.
 */
const char *route_file_fault(const struct file *file);

/* 0 or -ENOMEM. The file must stay until the reader is closed. */
int route_reader_open(struct route_reader **out, const struct file *file);

/* Gives back the memory; NULL is fine. */
void route_reader_close(struct route_reader *r);

/*
 * Reads on, and hands out up to `max` routes in the order of the file. Looks
 * at no more than `max` lines or records, and at no more than 128 KiB: 0 does
 * not mean the end, route_reader_state() does.
 */
uint32_t route_reader_next(
    struct route_reader *r, struct route_line *out, uint32_t max);

enum route_state route_reader_state(const struct route_reader *r);

struct route_progress route_reader_progress(const struct route_reader *r);

/*
 * What was wrong so far: the first CONFIG_ERRORS_MAX by number, and the count
 * of all. `line` and `column` as in struct route_line; a message about an MRT
 * record says its offset. Why a reader failed is one of them, too.
 */
const struct config_errors *route_reader_errors(const struct route_reader *r);

/* Why the reader failed; NULL unless it did. */
const struct config_error *route_reader_failure(const struct route_reader *r);

/* Notes an error about a route handed out: a duplicate, for example. */
void route_reader_note(struct route_reader *r, const struct route_line *at,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "FILE:LINE:COLUMN: MESSAGE" or "FILE:NUMBER: MESSAGE", for a log. */
enum { ROUTE_ERROR_TEXT = CONFIG_NAME_MAX + CONFIG_MESSAGE_MAX + 32 };
char *route_error_format(
    const struct config_error *e, char out[ROUTE_ERROR_TEXT]);

#endif
