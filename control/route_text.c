/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bulk routes as text: one `PREFIX GATEWAY` a line, both families mixed, ! and
 * # comments. Lines end with LF or CR LF.
 */
#include <errno.h>

#include "control/ip_scope.h"
#include "control/iptext.h"
#include "control/route_private.h"

/* 1 for a route, 0 for a line without one, -EINVAL with the error noted. */
static int
read_line(struct parser *p, struct ip_prefix *prefix, struct ip_addr *gateway,
    uint32_t *column)
{
	struct word first = lex_word(&p->lx);
	struct word second, end;

	if (first.len == 0)
		return 0;
	*column = first.column;
	if (ip_prefix_parse(first.text, first.len, &prefix->addr, &prefix->len))
		return parse_expected(
		    p, &first, "a prefix such as 10.0.0.0/8 or 2001:db8::/32");
	if (parse_no_host_bits(p, &first, prefix))
		return -EINVAL;
	second = lex_word(&p->lx);
	if (parse_host(p, &second, prefix->addr.family,
		prefix->addr.family == IP4 ? "an IPv4 gateway"
					   : "an IPv6 gateway",
		gateway))
		return -EINVAL;
	if (ip_link_local(gateway))
		return parse_error(p, &second,
		    "a link-local gateway needs its interface: write it as "
		    "an ipv6 route in the config");
	end = lex_word(&p->lx);
	return end.len == 0 ? 1 : parse_expected(p, &end, "end of line");
}

int
text_slow(struct route_reader *r, const char *line, size_t size,
    struct route_line *out)
{
	struct parser p = {
		.lx = { .next = line,
		    .end = line + size,
		    .number = r->numbers - 1 },
		.file = r->source.file->name,
		.errors = &r->errors,
	};

	lex_line(&p.lx);
	return read_line(&p, &out->prefix, &out->gateway, &out->column);
}

/* No line is at hand: the file ends here, or more of it comes. */
static void
stop(struct route_reader *r)
{
	if (r->source.state == SOURCE_FAILED)
		reader_fail(r, "%s", r->source.fault);
	else if (r->source.state == SOURCE_END)
		r->state = ROUTE_END;
}

/* Throws away the rest of a line that is too long, as far as it is there. */
static void
skip_long_line(struct route_reader *r)
{
	struct route_source *s = &r->source;
	size_t left = source_left(s);
	const uint8_t *lf;

	if (left == 0) {
		stop(r);
		return;
	}
	if (left > ROUTE_STEP)
		left = ROUTE_STEP;
	lf = memchr(s->at, '\n', left);
	source_skip(s, lf == NULL ? left : (size_t)(lf - s->at) + 1);
	r->long_line = lf == NULL;
}

static void
begin_long_line(struct route_reader *r)
{
	if (!reader_count(r))
		return;
	reader_error(r, ROUTE_TEXT_LINE_MAX + 1,
	    "expected a line of at most %d bytes", ROUTE_TEXT_LINE_MAX);
	r->long_line = true;
}

/*
 * The size of the line at hand with its LF, which the last one may lack; 0
 * when there is none, or one that is too long.
 */
static size_t
line_size(struct route_reader *r)
{
	const struct route_source *s = &r->source;
	size_t left = source_left(s);
	const uint8_t *lf;

	if (left > ROUTE_TEXT_LINE_MAX + 1)
		left = ROUTE_TEXT_LINE_MAX + 1;
	lf = left > 0 ? memchr(s->at, '\n', left) : NULL;
	if (lf != NULL)
		return (size_t)(lf - s->at) + 1;
	if (left > ROUTE_TEXT_LINE_MAX) {
		begin_long_line(r);
		return 0;
	}
	if (left > 0 && s->state == SOURCE_END)
		return left;
	stop(r);
	return 0;
}

static bool
slow_line(struct route_reader *r, struct route_line *out, size_t *size)
{
	*size = line_size(r);
	if (*size == 0)
		return false;
	if (!reader_count(r)) {
		*size = 0;
		return false;
	}
	return text_slow(r, (const char *)r->source.at, *size, out) > 0;
}

/* Whether the next line is a route. Its size is 0 when there is no line. */
static inline bool
next_line(struct route_reader *r, struct route_line *out, size_t *size)
{
	const char *line = (const char *)r->source.at;
	const char *next = NULL;

	if (source_left(&r->source) >= TEXT_FAST_ROOM)
		next = text_fast(line, out);
	if (next == NULL || r->numbers == UINT32_MAX)
		return slow_line(r, out, size);
	r->numbers++;
	*size = (size_t)(next - line);
	return true;
}

uint32_t
text_next(struct route_reader *r, struct route_line *out, uint32_t max)
{
	struct route_source *s = &r->source;
	uint64_t stop_at = s->offset + ROUTE_STEP;
	size_t size = 1;
	uint32_t n = 0;

	source_need(s, ROUTE_TEXT_LINE_MAX + 1);
	if (r->long_line)
		skip_long_line(r);
	if (r->long_line)
		return 0;
	for (uint32_t i = 0; i < max && size > 0 && s->offset < stop_at; i++) {
		if (next_line(r, &out[n], &size)) {
			out[n].number = r->numbers;
			out[n].offset = s->offset;
			n++;
		}
		source_skip(s, size);
	}
	return n;
}
