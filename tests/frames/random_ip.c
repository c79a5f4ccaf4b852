/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random packets of IPv4 and IPv6, from and to the addresses that mean
 * something in the world's config (config.h), and ARP for them.
 */
#include <string.h>

#include "net/addr.h"
#include "tests/frames/draft.h"

enum { V4 = 20, V6 = 40, EXTENSIONS = 4 };

struct addr4 {
	uint8_t byte[4];
};

/* The last byte counts; `group` is what stands after 2001:db8. */
struct addr6 {
	uint16_t group, last;
};

static const struct addr4 dst4[] = {
	{ { 11, 1, 0, 1 } },
	{ { 11, 1, 7, 7 } },
	{ { 11, 2, 0, 1 } },
	{ { 11, 2, 9, 200 } },
	{ { 11, 3, 0, 1 } },
	{ { 11, 4, 0, 1 } },
	{ { 11, 5, 0, 1 } },
	{ { 11, 6, 0, 1 } },
	{ { 11, 6, 1, 2 } },
	{ { 11, 7, 0, 1 } },
	{ { 11, 8, 0, 1 } },
	{ { 11, 9, 0, 1 } },
	{ { 12, 0, 0, 1 } },
	{ { 192, 0, 2, 2 } },
	{ { 192, 0, 2, 4 } },
	{ { 198, 51, 100, 3 } },
	{ { 198, 51, 100, 77 } },
	{ { 203, 0, 113, 3 } },
	{ { 192, 168, 4, 4 } },
	{ { 192, 168, 4, 77 } },
	{ { 192, 0, 2, 1 } },
	{ { 198, 51, 100, 1 } },
	{ { 10, 0, 2, 15 } },
	{ { 203, 0, 113, 1 } },
	{ { 203, 0, 113, 255 } },
	{ { 192, 0, 2, 255 } },
	{ { 192, 0, 2, 0 } },
	{ { 198, 51, 100, 255 } },
	{ { 255, 255, 255, 255 } },
	{ { 224, 0, 0, 1 } },
	{ { 239, 1, 1, 1 } },
	{ { 127, 0, 0, 1 } },
	{ { 0, 0, 0, 0 } },
	{ { 240, 0, 0, 1 } },
	{ { 169, 254, 1, 1 } },
};

static const struct addr4 src4[] = {
	{ { 192, 0, 2, 2 } },
	{ { 192, 0, 2, 3 } },
	{ { 198, 51, 100, 2 } },
	{ { 11, 1, 0, 9 } },
	{ { 11, 2, 0, 9 } },
	{ { 11, 3, 0, 9 } },
	{ { 11, 6, 0, 9 } },
	{ { 11, 7, 0, 9 } },
	{ { 203, 0, 113, 2 } },
	{ { 12, 0, 0, 9 } },
	{ { 192, 0, 2, 66 } },
	{ { 127, 0, 0, 1 } },
	{ { 0, 0, 0, 0 } },
	{ { 0, 1, 2, 3 } },
	{ { 224, 0, 0, 5 } },
	{ { 255, 255, 255, 255 } },
	{ { 192, 0, 2, 255 } },
	{ { 192, 0, 2, 1 } },
};

static const struct addr6 net6[] = {
	{ 0x00b1, 1 },
	{ 0x00b1, 0x1234 },
	{ 0x00b2, 1 },
	{ 0x00b2, 2 },
	{ 0x00b3, 1 },
	{ 0x00b4, 1 },
	{ 0x00b5, 1 },
	{ 0x00b6, 1 },
	{ 0x00b6, 2 },
	{ 0x00b7, 1 },
	{ 0x00b8, 1 },
	{ 0x00b9, 1 },
	{ 0x00ba, 1 },
	{ 1, 2 },
	{ 1, 4 },
	{ 1, 0x77 },
	{ 2, 3 },
	{ 2, 0x77 },
	{ 3, 3 },
	{ 3, 0x77 },
	{ 4, 4 },
	{ 1, 1 },
	{ 2, 1 },
	{ 3, 1 },
	{ 1, 0 },
};

/* Those with a meaning of their own; RFC 4291, 2.4. */
static const uint8_t special6[][16] = {
	{ 0 },
	{ [15] = 1 },
	{ [10] = 0xff, 0xff, 192, 0, 2, 2 },
	{ 0xfe, 0x80, [15] = 2 },
	{ 0xfe, 0x80, [8] = 0x50, 0x54, 0, 0xff, 0xfe, 0xbb, 0, 1 },
	{ 0xff, 0x02, [15] = 1 },
	{ 0xff, 0x02, [15] = 2 },
	{ 0xff, 0x02, [11] = 1, 0xff, 0, 0, 1 },
	{ 0xff, 0x01, [15] = 1 },
	{ 0xff, 0x0e, [15] = 9 },
	{ 0xfc, 0x00, [15] = 9 },
};

static void
draw_addr4(struct draft *d, uint8_t *to, const struct addr4 *known, uint32_t n)
{
	if (draft_one_in(d, 16))
		draft_noise(d, to, 4);
	else
		memcpy(to, known[frames_random_below(d->r, n)].byte, 4);
}

static void
draw_addr6(struct draft *d, uint8_t *to)
{
	struct addr6 a = PICK(d->r, net6);

	memset(to, 0, 16);
	if (draft_one_in(d, 8)) {
		memcpy(to, PICK(d->r, special6), 16);
		return;
	}
	be32_store(to, 0x20010db8);
	be16_store(to + 4, a.group);
	be16_store(to + 14, a.last);
	if (draft_one_in(d, 8))
		draft_noise(d, to + 8, 8);
}

static uint8_t
draw_hops(struct draft *d)
{
	static const uint8_t hops[] = { 0, 1, 2, 64, 128, 255 };

	return draft_one_in(d, 4) ? PICK(d->r, hops) : 64;
}

/* UDP, TCP and what is none of them. */
static void
draw_ports(struct draft *d, uint8_t protocol)
{
	static const uint8_t flags[] = { 0x02, 0x10, 0x12, 0x18, 0x11, 0x04 };
	uint8_t head[20] = { 0 };

	be16_store(head, (uint16_t)frames_random_below(d->r, 0x10000));
	be16_store(head + 2, draft_one_in(d, 2) ? 80 : 53);
	if (protocol == 6) {
		draft_noise(d, head + 4, 8);
		head[12] = 0x50;
		head[13] = PICK(d->r, flags);
		be16_store(head + 14, 8192);
	}
	draft_payload(d, head, protocol == 6 ? 20 : 8);
}

/* An echo, or an error that quotes something like a packet. */
static void
draw_icmp4(struct draft *d)
{
	static const uint8_t types[] = { 8, 8, 0, 3, 3, 4, 5, 11, 12, 13, 17 };
	uint8_t head[28] = { PICK(d->r, types), 0 };

	head[1] = head[0] == 8 ? 0 : (uint8_t)frames_random_below(d->r, 16);
	head[8] = 0x45;
	head[17] = 17;
	draw_addr4(d, head + 20, dst4, COUNT(dst4));
	draw_addr4(d, head + 24, dst4, COUNT(dst4));
	draft_payload(d, head, head[0] == 8 ? 8 : 28);
}

/* ICMPv6 of all kinds; neighbour discovery with options. */
static void
draw_icmp6(struct draft *d)
{
	static const uint8_t types[] = { 128, 128, 129, 1, 2, 3, 4, 130, 131,
		133, 134, 135, 135, 136, 136, 137 };
	uint8_t head[32] = { PICK(d->r, types), 0 };

	if (head[0] < 130) {
		draft_payload(d, head, 8);
		return;
	}
	if (head[0] == 136)
		head[4] = (uint8_t)(frames_random_below(d->r, 8) << 5);
	draw_addr6(d, head + 8);
	head[24] = (uint8_t)(1 + (head[0] == 136));
	head[25] = draft_one_in(d, 8) ? 0 : 1;
	head[26] = 2;
	draft_noise(d, head + 27, 5);
	if (draft_one_in(d, 4))
		draft_payload(d, head, 32);
	else
		memcpy(draft_grow(d, &(uint32_t){ 32 }), head, 32);
}

/* Options of IPv4 (RFC 791, 3.1), good ones and others. */
static uint32_t
draw_options(struct draft *d, uint8_t *to)
{
	static const uint8_t kinds[] = { 1, 7, 68, 131, 137, 148, 130, 30, 0 };
	uint32_t room = 4 + 4 * frames_random_below(d->r, 10), at = 0;

	memset(to, 0, room);
	while (at < room && !draft_one_in(d, 6)) {
		uint8_t kind = PICK(d->r, kinds);
		uint32_t len = 3 + frames_random_below(d->r, 12);

		to[at++] = kind;
		if (kind < 2 || at >= room)
			continue;
		if (kind == 148)
			len = 4;
		if (len > room - at + 1 && !draft_one_in(d, 4))
			len = room - at + 1;
		to[at] = (uint8_t)len;
		if (at + 1 < room)
			to[at + 1] = (uint8_t)(kind == 68 ? 5 : 4);
		at += len - 1;
	}
	return room;
}

void
draft_ip4(struct draft *d)
{
	static const uint8_t protocols[] = { 17, 17, 6, 6, 1, 1, 47, 50, 89 };
	static const uint16_t fragments[] = { 0x2000, 0x0001, 0x2005, 0x1fff,
		0x4000, 0x6000, 0x8000 };
	uint8_t head[V4 + 40] = { 0x45 };
	uint32_t size = V4;
	uint8_t *at;

	head[1] = draft_one_in(d, 4) ? 0xb8 : 0;
	draft_noise(d, head + 4, 2);
	if (draft_one_in(d, 4))
		be16_store(head + 6, PICK(d->r, fragments));
	head[8] = draw_hops(d);
	head[9] = PICK(d->r, protocols);
	draw_addr4(d, head + 12, src4,
	    draft_one_in(d, 4) ? COUNT(src4) : COUNT(src4) / 2);
	draw_addr4(d, head + 16, dst4, COUNT(dst4));
	if (draft_one_in(d, 8))
		size += draw_options(d, head + V4);
	head[0] = (uint8_t)(0x40 | size / 4);
	at = draft_grow(d, &size);
	memcpy(at, head, size);
	if (head[9] == 1)
		draw_icmp4(d);
	else
		draw_ports(d, head[9]);
}

/* Extension headers in any order; returns what the last one names. */
static uint8_t
draw_extension(struct draft *d, uint8_t kind, uint8_t following)
{
	static const uint8_t options[] = { 0, 1, 5, 0xc2, 0x1e, 0x5e, 0x9e,
		0xde, 0xc9 };
	uint32_t size = kind == 44 ? 8 : 8 + 8 * frames_random_below(d->r, 4);
	uint8_t *at = draft_grow(d, &size);

	if (size < 8)
		return following;
	draft_noise(d, at, size);
	at[0] = following;
	at[1] = kind == 44 ? 0 : (uint8_t)(size / 8 - 1);
	if (kind == 44) {
		be16_store(at + 2, draft_one_in(d, 2) ? 1 : 8);
	} else if (kind == 43) {
		at[2] = (uint8_t)frames_random_below(d->r, 5);
		at[3] = (uint8_t)frames_random_below(d->r, 3);
	} else {
		memset(at + 2, 0, size - 2);
		at[2] = PICK(d->r, options);
		at[3] = (uint8_t)(at[2] == 0 ? 0 : size - 4);
	}
	return following;
}

void
draft_ip6(struct draft *d)
{
	static const uint8_t extensions[] = { 0, 43, 44, 60, 0, 60 };
	static const uint8_t protocols[] = { 17, 17, 6, 6, 58, 58, 58, 59, 47 };
	uint8_t chain[EXTENSIONS + 1], upper = PICK(d->r, protocols);
	uint32_t size = V6, n = draft_one_in(d, 4), i;
	uint8_t *ip = draft_grow(d, &size);

	n = n ? 1 + frames_random_below(d->r, EXTENSIONS) : 0;
	for (i = 0; i < n; i++)
		chain[i] = PICK(d->r, extensions);
	chain[n] = upper;
	ip[0] = 0x60;
	draft_noise(d, ip + 1, 3);
	ip[6] = chain[0];
	ip[7] = upper == 58 ? (draft_one_in(d, 2) ? 255 : 64) : draw_hops(d);
	draw_addr6(d, ip + 8);
	draw_addr6(d, ip + 24);
	for (i = 0; i < n; i++)
		draw_extension(d, chain[i], chain[i + 1]);
	if (upper == 58)
		draw_icmp6(d);
	else if (upper != 59)
		draw_ports(d, upper);
}

void
draft_arp(struct draft *d)
{
	uint8_t arp[28] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	arp[7] = (uint8_t)(1 + frames_random_below(d->r, 2));
	memcpy(arp + 8, d->byte + 6, 6);
	draw_addr4(d, arp + 14, src4, COUNT(src4));
	draw_addr4(d, arp + 24, dst4, COUNT(dst4));
	if (draft_one_in(d, 8))
		draft_noise(d, arp + frames_random_below(d->r, 20), 8);
	memcpy(draft_grow(d, &(uint32_t){ 28 }), arp, 28);
	if (draft_one_in(d, 2))
		draft_grow(d, &(uint32_t){ 18 });
}
