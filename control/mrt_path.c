/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path attributes, as in a BGP UPDATE (RFC 4271 4.3) but for MP_REACH_NLRI,
 * which MRT cuts down to its next hop (RFC 6396 4.3.4). Some collectors write
 * it in full (RFC 4760 3); that one begins with a zero.
 */
#include "control/mrt_path.h"

#include "control/ip_scope.h"

enum {
	FLAG_EXTENDED = 0x10, /* RFC 4271 4.3: the length has two bytes */
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MP_REACH = 14,
	ORIGIN_INCOMPLETE = 2,
	SEGMENT_SET = 1, /* RFC 4271 4.3, RFC 5065 3 */
	SEGMENT_SEQUENCE = 2,
	SEGMENT_CONFED_SEQUENCE = 3,
	SEGMENT_CONFED_SET = 4,
	AS_SIZE = 4, /* RFC 6396 4.3.4 */
	QUAD = 4,
	ADDR6 = 16,
	MP_FULL = 4, /* AFI, SAFI and the length of the next hop */
};

/* What a way's attributes give, besides what mrt_path keeps. */
struct way {
	struct mrt_path *path;
	struct ip_addr next_hop; /* NEXT_HOP, family 0: none */
	struct ip_addr mp;       /* that of MP_REACH_NLRI */
};

static const char *
read_origin(const uint8_t *p, uint32_t size, struct way *w)
{
	if (size != 1 || *p > ORIGIN_INCOMPLETE)
		return "a wrong ORIGIN";
	w->path->origin = *p;
	return NULL;
}

/* RFC 4271 9.1.2.2: a set counts as one; RFC 5065 5.3: confederations as 0. */
static const char *
read_as_path(const uint8_t *p, uint32_t size, struct way *w)
{
	w->path->length = 0;
	while (size > 0) {
		uint32_t bytes;

		if (size < 2)
			return "a wrong AS_PATH";
		bytes = 2u + p[1] * (uint32_t)AS_SIZE;
		if (size < bytes || p[0] < SEGMENT_SET ||
		    p[0] > SEGMENT_CONFED_SET)
			return "a wrong AS_PATH";
		if (p[0] == SEGMENT_SEQUENCE)
			w->path->length += p[1];
		else if (p[0] == SEGMENT_SET)
			w->path->length++;
		p += bytes;
		size -= bytes;
	}
	return NULL;
}

static void
set_addr(struct ip_addr *a, const uint8_t *p, uint32_t size)
{
	memset(a, 0, sizeof(*a));
	memcpy(a->byte, p, size);
	a->family = size == QUAD ? IP4 : IP6;
}

static const char *
read_next_hop(const uint8_t *p, uint32_t size, struct way *w)
{
	if (size != QUAD)
		return "a wrong NEXT_HOP";
	set_addr(&w->next_hop, p, size);
	return NULL;
}

/* A next hop of IPv6 may be followed by its link-local one (RFC 2545 3). */
static const char *
read_mp_reach(const uint8_t *p, uint32_t size, struct way *w)
{
	bool full = size > 0 && p[0] == 0;
	uint32_t before = full ? MP_FULL : 1;
	uint32_t len;

	if (size < before)
		return "a wrong MP_REACH_NLRI";
	len = p[before - 1];
	if (full ? size - before < len : size - before != len)
		return "a wrong MP_REACH_NLRI";
	p += before;
	if (len != QUAD && len != ADDR6 && len != 2 * ADDR6)
		return "a next hop of unknown length in MP_REACH_NLRI";
	set_addr(&w->mp, p, len == QUAD ? QUAD : ADDR6);
	if (len == 2 * ADDR6 && ip_link_local(&w->mp))
		set_addr(&w->mp, p + ADDR6, ADDR6);
	return NULL;
}

static const char *
read_attribute(uint8_t type, const uint8_t *p, uint32_t size, struct way *w)
{
	switch (type) {
	case ATTR_ORIGIN:
		return read_origin(p, size, w);
	case ATTR_AS_PATH:
		return read_as_path(p, size, w);
	case ATTR_NEXT_HOP:
		return read_next_hop(p, size, w);
	case ATTR_MP_REACH:
		return read_mp_reach(p, size, w);
	default:
		return NULL;
	}
}

static const char *
read_attributes(const uint8_t *p, uint32_t size, struct way *w)
{
	const char *fault = NULL;

	while (size > 0 && fault == NULL) {
		uint32_t header = size < 3 || !(p[0] & FLAG_EXTENDED) ? 3 : 4;
		uint32_t len;

		if (size < header)
			return "a path attribute that is cut off";
		len = header == 3 ? p[2] : be16_load(p + 2);
		if (size - header < len)
			return "a path attribute that is cut off";
		fault = read_attribute(p[1], p + header, len, w);
		p += header + len;
		size -= header + len;
	}
	return fault;
}

/* Why nothing can be sent to this address; NULL when it can. */
static const char *
gateway_fault(const struct ip_addr *a, uint8_t family)
{
	if (a->family == 0)
		return "no next hop";
	if (a->family != family)
		return family == IP4 ? "an IPv4 prefix with an IPv6 next hop"
		                     : "an IPv6 prefix with an IPv4 next hop";
	if (gateway_is_plain(a))
		return NULL;
	if (ip_link_local(a))
		return "a next hop that is link-local alone";
	return ip_addr_fault(a) ? "a next hop that is no host's address" : NULL;
}

const char *
mrt_path_read(const uint8_t *p, uint32_t size, uint8_t family,
    struct mrt_path *out, const char **why)
{
	struct way w = { .path = out };
	const char *fault;

	out->origin = ORIGIN_INCOMPLETE;
	fault = read_attributes(p, size, &w);
	if (fault != NULL)
		return fault;
	out->gateway = w.next_hop;
	if (family == IP6 || w.next_hop.family == 0)
		out->gateway = w.mp;
	fault = gateway_fault(&out->gateway, family);
	if (fault != NULL) {
		out->gateway.family = 0;
		if (*why == NULL)
			*why = fault;
	}
	return NULL;
}

bool
mrt_path_better(const struct mrt_path *a, const struct mrt_path *b)
{
	if (a->gateway.family == 0 || b->gateway.family == 0)
		return a->gateway.family != 0;
	if (a->length != b->length)
		return a->length < b->length;
	if (a->origin != b->origin)
		return a->origin < b->origin;
	return a->peer < b->peer;
}
