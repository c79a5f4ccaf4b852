/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly of IPv6 packets. Pieces are kept as they came, in order; memory is
 * bounded by their number. Who sends the most gives way with what waits
 * longest: so one source does not take the room of others.
 */
#include "lwip-port/reassemble6.h"

#include <string.h>

#include "net/addr.h"

enum {
	SOURCE = 8,
	PAYLOAD_LENGTH = 4,
	HEADER = 40,
	SOURCE_SIZE = 16,   /* at the head of a key */
	IDENTIFICATION = 4, /* in the fragment header */
	SECOND_US = 1000 * 1000,
};

static void
pieces_free(struct reassembly *r, struct reassemble_packet *p)
{
	while (p->piece) {
		struct reassemble_piece *piece = p->piece;

		p->piece = piece->next;
		r->free(piece->packet);
		memset(piece, 0, sizeof(*piece));
	}
}

void
reassemble_free(struct reassembly *r, struct reassemble_packet *p)
{
	pieces_free(r, p);
	memset(p, 0, sizeof(*p));
}

/* What the source of a packet has: packets, or pieces. */
static uint32_t
held(
    const struct reassembly *r, const struct reassemble_packet *of, bool pieces)
{
	uint32_t count = 0;

	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++) {
		const struct reassemble_packet *p = &r->packet[i];

		if (!p->used || memcmp(p->key, of->key, SOURCE_SIZE) != 0)
			continue;
		count += !pieces;
		for (const struct reassemble_piece *k = p->piece; pieces && k;
		     k = k->next)
			count++;
	}
	return count;
}

/*
 * What gives way: the oldest of the source that has the most, but not `but`.
 * NULL: there is none, and the source of that has taken its share.
 */
static struct reassemble_packet *
victim_find(
    struct reassembly *r, const struct reassemble_packet *but, bool pieces)
{
	struct reassemble_packet *found = NULL;
	uint32_t has[REASSEMBLE_PACKETS] = { 0 }, most = 1;

	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++) {
		if (r->packet[i].used)
			has[i] = held(r, &r->packet[i], pieces);
		if (has[i] > most)
			most = has[i];
	}
	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++) {
		struct reassemble_packet *p = &r->packet[i];

		if (has[i] != most || p == but || (pieces && !p->piece))
			continue;
		if (!found || p->until_us < found->until_us)
			found = p;
	}
	return found;
}

static struct reassemble_packet *
obtain(struct reassembly *r, const uint8_t key[36])
{
	struct reassemble_packet *free = NULL;

	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++) {
		struct reassemble_packet *p = &r->packet[i];

		if (!p->used)
			free = p;
		else if (memcmp(p->key, key, sizeof(p->key)) == 0)
			return p;
	}
	if (free)
		return free;
	free = victim_find(r, NULL, false);
	reassemble_free(r, free);
	r->given_up++;
	return free;
}

static struct reassemble_piece *
piece_free(struct reassembly *r)
{
	for (size_t i = 0; i < REASSEMBLE_PIECES; i++)
		if (!r->piece[i].packet)
			return &r->piece[i];
	return NULL;
}

/* A free piece with a copy of the packet; others give way. NULL: none. */
static struct reassemble_piece *
piece_make(struct reassembly *r, const struct reassemble_packet *of,
    const uint8_t *packet, size_t len)
{
	struct reassemble_piece *piece;
	struct reassemble_packet *victim;

	while ((piece = piece_free(r)) == NULL ||
	       (piece->packet = r->alloc(len)) == NULL) {
		victim = victim_find(r, of, true);
		if (!victim)
			return NULL;
		reassemble_free(r, victim);
		r->given_up++;
	}
	memcpy(piece->packet, packet, len);
	piece->len = (uint16_t)len;
	return piece;
}

static bool
same(const struct reassemble_piece *a, const struct reassemble_piece *b)
{
	return a->start == b->start && a->end == b->end &&
	       memcmp(a->packet + a->at, b->packet + b->at,
		   a->end - a->start) == 0;
}

/* RFC 5722 4: what overlaps makes the whole packet void. */
static void
kill(struct reassembly *r, struct reassemble_packet *p)
{
	r->given_up += p->piece != NULL;
	pieces_free(r, p);
	p->dead = true;
}

/* True when it is in its place; a copy of what was there is none (RFC 8200
 * 4.5 lets those be). */
static bool
piece_insert(struct reassembly *r, struct reassemble_packet *p,
    struct reassemble_piece *piece)
{
	struct reassemble_piece **at = &p->piece;
	bool known;

	while (*at && (*at)->end <= piece->start)
		at = &(*at)->next;
	if (!*at || piece->end <= (*at)->start) {
		piece->next = *at;
		*at = piece;
		return true;
	}
	known = same(*at, piece);
	r->free(piece->packet);
	memset(piece, 0, sizeof(*piece));
	if (!known)
		kill(r, p);
	return false;
}

/* The last piece tells how long the whole is; none may lie behind. */
static bool
total_agrees(struct reassemble_packet *p, uint32_t end, bool more)
{
	const struct reassemble_piece *piece = p->piece;

	if (more)
		return p->total == 0 || end <= p->total;
	if (p->total != 0)
		return end == p->total;
	for (; piece; piece = piece->next)
		if (piece->end > end)
			return false;
	p->total = end;
	return true;
}

static bool
is_whole(const struct reassemble_packet *p)
{
	uint32_t end = 0;

	for (const struct reassemble_piece *i = p->piece; i; i = i->next) {
		if (i->start != end)
			return false;
		end = i->end;
	}
	return p->total != 0 && end == p->total;
}

static void
begin(struct reassemble_packet *p, const uint8_t key[36], uint64_t now_us,
    uint16_t iface)
{
	if (p->used)
		return;
	p->used = true;
	memcpy(p->key, key, sizeof(p->key));
	p->iface = iface;
	p->until_us = now_us + (uint64_t)REASSEMBLE_SECONDS * SECOND_US;
}

struct reassemble_packet *
reassemble_add(struct reassembly *r, uint64_t now_us, uint16_t iface,
    const uint8_t *packet, size_t len, const struct ip6_walk *walk)
{
	const uint8_t *header = packet + walk->at;
	struct reassemble_packet *p;
	struct reassemble_piece *piece;
	uint32_t start = ip6_fragment_offset(header);
	uint32_t size = (uint32_t)len - walk->at - FRAGMENT_HEADER;
	uint8_t key[36];

	memcpy(key, packet + SOURCE, 32);
	memcpy(key + 32, header + IDENTIFICATION, 4);
	p = obtain(r, key);
	begin(p, key, now_us, iface);
	r->refused = true;
	if (p->dead)
		return NULL;
	if (!total_agrees(
		p, start + size, be16_load(header + 2) & FRAGMENT_MORE)) {
		kill(r, p);
		return NULL;
	}
	piece = piece_make(r, p, packet, len);
	if (!piece)
		return NULL;
	piece->start = start;
	piece->end = start + size;
	piece->at = (uint16_t)(walk->at + FRAGMENT_HEADER);
	if (!piece_insert(r, p, piece))
		return NULL;
	r->refused = false;
	if (start == 0) {
		p->header_len = walk->at;
		p->named_at = walk->named_at;
	}
	return is_whole(p) ? p : NULL;
}

size_t
reassemble_size(const struct reassemble_packet *p)
{
	return p->header_len + p->total;
}

/* The headers are those of the first piece (RFC 8200 4.5). */
void
reassemble_take(const struct reassemble_packet *p, uint8_t *out)
{
	const struct reassemble_piece *i = p->piece;

	memcpy(out, i->packet, p->header_len);
	out[p->named_at] = i->packet[p->header_len];
	be16_store(
	    out + PAYLOAD_LENGTH, (uint16_t)(reassemble_size(p) - HEADER));
	for (; i; i = i->next)
		memcpy(out + p->header_len + i->start, i->packet + i->at,
		    i->end - i->start);
}

struct reassemble_packet *
reassemble_late(struct reassembly *r, uint64_t now_us,
    const struct reassemble_piece **first)
{
	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++) {
		struct reassemble_packet *p = &r->packet[i];

		if (!p->used || now_us < p->until_us)
			continue;
		*first = p->piece && p->piece->start == 0 ? p->piece : NULL;
		return p;
	}
	return NULL;
}
