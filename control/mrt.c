/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MRT files (RFC 6396): the records of TABLE_DUMP_V2 that hold a prefix of
 * unicast, with the ways to it that a collector's peers told. The best way of
 * each is handed out; see docs/config.md for which one that is. Records of
 * other kinds are skipped. Multi-byte fields are big-endian.
 *
 * A record is read in steps, its ways one at a time, so that its size does not
 * matter. Whatever is wrong inside costs this record alone.
 */
#include <inttypes.h>

#include "control/mrt_path.h"
#include "control/route_private.h"

enum {
	HEADER = MRT_HEADER_SIZE,
	TABLE_DUMP_V2 = 13,
	/* RFC 6396 4.3.1: collector, view's name and its length, peers */
	INDEX_FIXED = 8,
	INDEX_PEER_MIN = 1 + 4 + 4 + 2,
	/* RFC 6396 4.3.2: sequence, length, prefix, entry count */
	RIB_FIXED = 4 + 1 + 2,
	RIB_MAX = RIB_FIXED + 16,
	/* RFC 6396 4.3.4, RFC 8050 4.1: peer, time, [path,] length */
	WAY_FIXED = 2 + 4 + 2,
	WAY_PATH_ID = 4,
};

/* RFC 6396 4.3, RFC 8050 4.2 */
enum subtype {
	PEER_INDEX_TABLE = 1,
	RIB_IPV4_UNICAST = 2,
	RIB_IPV6_UNICAST = 4,
	RIB_IPV4_UNICAST_ADDPATH = 8,
	RIB_IPV6_UNICAST_ADDPATH = 10,
};

/* Leaves the rest of the record. */
static void
skip_record(struct mrt *m)
{
	m->step = MRT_SKIP;
}

static void
bad_record(struct route_reader *r, const char *why)
{
	reader_error(
	    r, 0, "%s, in the record at byte %" PRIu64, why, r->mrt.start);
	skip_record(&r->mrt);
}

/* Uses up bytes of the record. */
static void
take(struct route_reader *r, uint32_t size)
{
	source_skip(&r->source, size);
	r->mrt.left -= size;
}

/* Waits for more of the file, or notes that there is no more. */
static bool
wait_for(struct route_reader *r, size_t size)
{
	struct route_source *s = &r->source;

	if (source_need(s, size))
		return true;
	if (s->state == SOURCE_FAILED)
		reader_fail(r, "%s", s->fault);
	else if (s->state == SOURCE_END)
		reader_fail(r,
		    "cut off: the record at byte %" PRIu64
		    " goes on behind the end",
		    r->mrt.start);
	return false;
}

static void
end_of_file(struct route_reader *r)
{
	struct route_source *s = &r->source;

	if (s->state == SOURCE_FAILED) {
		reader_fail(r, "%s", s->fault);
		return;
	}
	if (!r->mrt.has_rib)
		reader_error(r, 0,
		    "expected records of TABLE_DUMP_V2 with unicast routes, "
		    "found none");
	r->state = ROUTE_END;
}

static bool
read_header(struct route_reader *r)
{
	struct route_source *s = &r->source;
	struct mrt *m = &r->mrt;

	source_need(s, HEADER);
	m->start = s->offset;
	if (source_left(s) == 0 && s->state != SOURCE_MORE) {
		end_of_file(r);
		return false;
	}
	if (!wait_for(r, HEADER) || !reader_count(r))
		return false;
	m->subtype = be16_load(s->at + 6);
	m->left = be32_load(s->at + 8);
	m->step = MRT_BODY;
	if (be16_load(s->at + 4) != TABLE_DUMP_V2)
		m->subtype = 0;
	source_skip(s, HEADER);
	return true;
}

/* RFC 6396 4.3.1: of the peers only their number matters. */
static bool
read_index(struct route_reader *r)
{
	struct mrt *m = &r->mrt;
	const uint8_t *p;
	uint32_t name;

	if (m->left < INDEX_FIXED) {
		bad_record(r, "a PEER_INDEX_TABLE that is too short");
		return true;
	}
	if (!wait_for(r, INDEX_FIXED))
		return false;
	name = be16_load(r->source.at + 4);
	if (m->left < INDEX_FIXED + name) {
		bad_record(r, "a view's name that is longer than the record");
		return true;
	}
	if (!wait_for(r, INDEX_FIXED + name))
		return false;
	p = r->source.at + INDEX_FIXED - 2 + name;
	m->peers = be16_load(p);
	m->has_index = m->left - INDEX_FIXED - name >=
	               m->peers * (uint32_t)INDEX_PEER_MIN;
	if (!m->has_index)
		bad_record(r, "more peers than the record can hold");
	skip_record(m);
	return true;
}

static uint8_t
family_of(uint16_t subtype)
{
	switch (subtype) {
	case RIB_IPV4_UNICAST:
	case RIB_IPV4_UNICAST_ADDPATH:
		return IP4;
	case RIB_IPV6_UNICAST:
	case RIB_IPV6_UNICAST_ADDPATH:
		return IP6;
	default:
		return 0;
	}
}

static bool
has_path_id(uint16_t subtype)
{
	return subtype == RIB_IPV4_UNICAST_ADDPATH ||
	       subtype == RIB_IPV6_UNICAST_ADDPATH;
}

/* The prefix and the number of ways: NULL, or why they are wrong. */
static const char *
read_prefix(struct route_reader *r)
{
	struct mrt *m = &r->mrt;
	const uint8_t *p = r->source.at + 4;
	uint8_t len = *p++;
	uint32_t bytes = (len + 7u) / 8;

	if (!m->has_index)
		return "no PEER_INDEX_TABLE came before";
	if (len > ip_family_bits(m->prefix.addr.family))
		return "a prefix that is too long";
	if (m->left < RIB_FIXED + bytes)
		return "a record that is too short for its prefix";
	m->prefix.len = len;
	memcpy(m->prefix.addr.byte, p, bytes);
	/* RFC 4271 4.3: the bits that fill the last byte have no meaning. */
	ip_addr_mask(&m->prefix.addr, len);
	m->ways = be16_load(p + bytes);
	take(r, RIB_FIXED + bytes);
	return m->ways == 0 ? "a prefix without any way" : NULL;
}

static bool
read_rib(struct route_reader *r)
{
	struct mrt *m = &r->mrt;
	uint32_t size = m->left < RIB_MAX ? m->left : RIB_MAX;
	const char *fault = "a record that is too short for a prefix";

	if (!wait_for(r, size))
		return false;
	m->has_rib = true;
	memset(&m->prefix, 0, sizeof(m->prefix));
	memset(&m->best, 0, sizeof(m->best));
	m->why = NULL;
	m->prefix.addr.family = family_of(m->subtype);
	if (size >= RIB_FIXED)
		fault = read_prefix(r);
	if (fault != NULL)
		bad_record(r, fault);
	else
		m->step = MRT_ENTRY;
	return true;
}

static bool
read_body(struct route_reader *r)
{
	struct mrt *m = &r->mrt;

	if (m->subtype == PEER_INDEX_TABLE)
		return read_index(r);
	if (family_of(m->subtype) != 0)
		return read_rib(r);
	r->skipped++;
	skip_record(m);
	return true;
}

/* Whether there was a usable way behind the last one. */
static bool
finish(struct route_reader *r, struct route_line *out)
{
	struct mrt *m = &r->mrt;

	if (m->left > 0 || m->best.gateway.family == 0) {
		bad_record(
		    r, m->left > 0 ? "bytes behind the last way" : m->why);
		return false;
	}
	m->step = MRT_HEADER;
	out->prefix = m->prefix;
	out->gateway = m->best.gateway;
	out->number = r->numbers;
	out->column = 0;
	out->offset = m->start;
	return true;
}

/* One way: false when more of the file must come first. */
static bool
read_way(struct route_reader *r)
{
	struct mrt *m = &r->mrt;
	uint32_t fixed = WAY_FIXED +
	                 (has_path_id(m->subtype) ? WAY_PATH_ID : 0);
	struct mrt_path path = { .peer = 0 };
	const char *fault;
	uint16_t size;

	if (m->left < fixed) {
		bad_record(r, "a record that is too short for its ways");
		return true;
	}
	if (!wait_for(r, fixed))
		return false;
	size = be16_load(r->source.at + fixed - 2);
	if (m->left < fixed + size) {
		bad_record(r, "attributes that are longer than the record");
		return true;
	}
	if (!wait_for(r, fixed + size))
		return false;
	path.peer = be16_load(r->source.at);
	fault = path.peer >= m->peers
	            ? "a peer that the PEER_INDEX_TABLE does not have"
	            : mrt_path_read(r->source.at + fixed, size,
			  m->prefix.addr.family, &path, &m->why);
	take(r, fixed + size);
	m->ways--;
	if (fault != NULL)
		bad_record(r, fault);
	else if (mrt_path_better(&path, &m->best))
		m->best = path;
	return true;
}

static bool
skip_rest(struct route_reader *r)
{
	struct mrt *m = &r->mrt;
	size_t left;

	if (m->left > 0 && !wait_for(r, 1))
		return false;
	left = source_left(&r->source);
	take(r, m->left < left ? m->left : (uint32_t)left);
	if (m->left == 0)
		m->step = MRT_HEADER;
	return true;
}

/* One step further: false when more of the file must come first. */
static bool
step(struct route_reader *r)
{
	switch (r->mrt.step) {
	case MRT_HEADER:
		return read_header(r);
	case MRT_BODY:
		return read_body(r);
	case MRT_ENTRY:
		return read_way(r);
	default:
		return skip_rest(r);
	}
}

uint32_t
mrt_next(struct route_reader *r, struct route_line *out, uint32_t max)
{
	struct mrt *m = &r->mrt;
	uint64_t stop_at = r->source.offset + ROUTE_STEP;
	uint32_t stop_number = r->numbers + max;
	uint32_t n = 0;

	while (n < max && r->source.offset < stop_at) {
		if (m->step == MRT_HEADER && r->numbers == stop_number)
			break;
		if (!step(r))
			break;
		if (m->step == MRT_ENTRY && m->ways == 0)
			n += finish(r, &out[n]);
	}
	return n;
}
