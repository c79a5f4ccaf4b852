/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random frames (random.h).
 */
#include "tests/frames/random.h"

#include <string.h>

#include "net/addr.h"
#include "tests/frames/config.h"
#include "tests/frames/draft.h"
#include "tests/frames/mend.h"

enum { ETHER = 14, TAG = 4, BREAKS = 4, FRAME_MIN = 60 };

static void
draw_other(struct draft *d)
{
	draft_payload(d, d->byte, 0);
}

static const struct kind {
	uint16_t type;
	void (*draw)(struct draft *d);
} kinds[] = {
	{ 0x0800, draft_ip4 },
	{ 0x0800, draft_ip4 },
	{ 0x0800, draft_ip4 },
	{ 0x0800, draft_ip4 },
	{ 0x86dd, draft_ip6 },
	{ 0x86dd, draft_ip6 },
	{ 0x86dd, draft_ip6 },
	{ 0x86dd, draft_ip6 },
	{ 0x0806, draft_arp },
	{ 0x88cc, draw_other },
};

static void
draw_link(struct draft *d, uint8_t port)
{
	static const uint8_t groups[][6] = {
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0x01, 0x00, 0x5e, 0, 0, 1 },
		{ 0x33, 0x33, 0, 0, 0, 1 },
		{ 0x33, 0x33, 0xff, 0, 0, 1 },
	};
	const uint8_t own[6] = WORLD_MAC(port);
	uint8_t *at = draft_grow(d, &(uint32_t){ 12 });

	memcpy(at, own, 6);
	memcpy(at + 6, (uint8_t[]){ 2, 0, 0, 0, port, 2 }, 6);
	if (draft_one_in(d, 8))
		memcpy(at, PICK(d->r, groups), 6);
	if (draft_one_in(d, 64))
		at[5] ^= 0x80; /* another host's */
}

static void
draw_tags(struct draft *d)
{
	static const uint16_t tci[] = { 0, 0x6000, 100, 100, 0xe064, 0x1064,
		200, 4095 };

	while (draft_one_in(d, 8)) {
		uint8_t *at = draft_grow(d, &(uint32_t){ TAG });

		be16_store(at, draft_one_in(d, 8) ? 0x88a8 : 0x8100);
		be16_store(at + 2, PICK(d->r, tci));
	}
}

/* What happens to frames on their way: bits flip, bytes are lost, or come. */
static void
damage(struct draft *d)
{
	uint32_t n = 1 + frames_random_below(d->r, BREAKS), more;

	while (n-- > 0)
		d->byte[frames_random_below(d->r, d->len)] ^=
		    (uint8_t)(1u << frames_random_below(d->r, 8));
	if (draft_one_in(d, 3))
		d->len = ETHER + frames_random_below(d->r, d->len - ETHER + 1);
	if (draft_one_in(d, 4)) {
		more = frames_random_below(d->r, 64);
		draft_grow(d, &more);
	}
}

uint16_t
frames_random_make(struct frames_random *r, uint8_t port, uint8_t *frame)
{
	struct draft d = { .r = r, .byte = frame };
	struct kind kind = PICK(r, kinds);
	uint32_t short_by;

	draw_link(&d, port);
	draw_tags(&d);
	be16_store(draft_grow(&d, &(uint32_t){ 2 }), kind.type);
	kind.draw(&d);
	if (!draft_one_in(&d, 16))
		mend_frame(frame, (uint16_t)d.len);
	if (draft_one_in(&d, 6))
		damage(&d);
	/* As NICs pad what is short; at times. */
	short_by = d.len < FRAME_MIN ? FRAME_MIN - d.len : 0;
	if (draft_one_in(&d, 2))
		draft_grow(&d, &short_by);
	return (uint16_t)d.len;
}
