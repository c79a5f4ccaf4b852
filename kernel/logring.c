/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log's memory. What was there before is judged by CRC-32 (IEEE 802.3,
 * reflected) alone, for a reset may leave any bytes behind.
 */
#include "kernel/logring.h"

#include <string.h>

static uint32_t
crc32(const void *data, size_t n)
{
	const uint8_t *p = data;
	uint32_t crc = UINT32_MAX;
	int bit;

	while (n-- > 0) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static uint32_t
slot_crc(const struct logring_slot *s)
{
	return crc32(s, offsetof(struct logring_slot, crc));
}

static bool
slot_valid(const struct logring_slot *s, uint32_t boot)
{
	return s->boot == boot && s->level <= LOG_DEBUG &&
	       s->crc == slot_crc(s);
}

static uint32_t
header_crc(const struct logring_header *h)
{
	return crc32(h, offsetof(struct logring_header, crc));
}

/* The last line of a boot: its slot, or -1. */
static int
last_slot(const struct logring *r, uint32_t boot)
{
	uint64_t seq = 0;
	int i, last = -1;

	for (i = 0; i < LOGRING_SLOTS; i++) {
		if (slot_valid(&r->slot[i], boot) &&
		    (last < 0 || r->slot[i].seq > seq)) {
			last = i;
			seq = r->slot[i].seq;
		}
	}
	return last;
}

uint64_t
logring_start(struct logring *r)
{
	struct logring_header *h = &r->header;
	uint64_t lines = 0;
	int last;

	if (h->magic != LOGRING_MAGIC || h->slots != LOGRING_SLOTS ||
	    h->crc != header_crc(h)) {
		memset(r, 0, sizeof(*r));
		h->magic = LOGRING_MAGIC;
		h->slots = LOGRING_SLOTS;
	} else {
		last = last_slot(r, h->boot);
		if (last >= 0) {
			lines = r->slot[last].seq + 1;
			h->first = (uint32_t)(last + 1) % LOGRING_SLOTS;
		}
	}
	h->boot++;
	h->crc = header_crc(h);
	return lines;
}

void
logring_add(struct logring *r, const struct log_entry *e)
{
	struct logring_slot *s =
	    &r->slot[(r->header.first + e->seq) % LOGRING_SLOTS];

	memset(s, 0, sizeof(*s));
	s->seq = e->seq;
	s->time_us = e->time_us;
	s->boot = r->header.boot;
	s->level = e->level;
	memcpy(s->area, e->area, sizeof(s->area));
	memcpy(s->text, e->text, sizeof(s->text));
	s->crc = slot_crc(s);
}

/*
 * Only line 0's slot of this boot is known, but every line says which it is,
 * and lines of one boot are in consecutive slots.
 */
static const struct logring_slot *
find(const struct logring *r, uint32_t boot, uint64_t seq)
{
	const struct logring_slot *s;
	uint32_t i;

	if (boot == r->header.boot) {
		s = &r->slot[(r->header.first + seq) % LOGRING_SLOTS];
		return slot_valid(s, boot) && s->seq == seq ? s : NULL;
	}
	for (i = 0; i < LOGRING_SLOTS; i++) {
		s = &r->slot[i];
		if (s->seq == seq && slot_valid(s, boot))
			return s;
	}
	return NULL;
}

bool
logring_get(
    const struct logring *r, uint32_t back, uint64_t seq, struct log_entry *out)
{
	const struct logring_slot *s = find(r, r->header.boot - back, seq);

	if (s == NULL)
		return false;
	out->seq = s->seq;
	out->time_us = s->time_us;
	out->level = (enum log_level)s->level;
	memcpy(out->area, s->area, sizeof(out->area));
	memcpy(out->text, s->text, sizeof(out->text));
	out->area[sizeof(out->area) - 1] = '\0';
	out->text[sizeof(out->text) - 1] = '\0';
	return true;
}
