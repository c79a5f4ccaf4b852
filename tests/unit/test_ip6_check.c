/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: lwip-port/ip6_check.c lwip-port/reassemble6.c net/addr.c */
/*
 * Extension headers of packets to ourselves, byte by byte, and packets that
 * come in pieces. Each test names the clause that it stands for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lwip-port/ip6_check.h"
#include "lwip-port/reassemble6.h"
#include "net/addr.h"

enum { HOP = 0, TCP = 6, UDP = 17, ROUTING = 43, FRAGMENT = 44, ICMP6 = 58 };
enum { NONE = 59, DEST = 60, HEADER = 40, S = 1000 * 1000 };

static uint8_t packet[70000];

/* A packet to an address of ours, with this behind its header. */
static size_t
packet_of(uint8_t next, const uint8_t *body, size_t len)
{
	memset(packet, 0, HEADER);
	packet[0] = 0x60;
	be16_store(packet + 4, (uint16_t)len);
	packet[6] = next;
	packet[7] = 64;
	packet[8] = 0x20;
	packet[23] = 9;
	packet[24] = 0x20;
	packet[39] = 1;
	memcpy(packet + HEADER, body, len);
	return HEADER + len;
}

struct expected {
	uint8_t next;
	uint8_t body[48];
	uint8_t len;
	enum ip6_verdict verdict;
	uint32_t pointer;
	const char *clause;
};

static const struct expected cases[] = {
	{ UDP, { 0 }, 8, IP6_GOOD, 0, "no extension header" },
	{ NONE, { 0 }, 0, IP6_GOOD, 0, "RFC 8200 4.7" },
	{ UDP, { 0 }, 7, IP6_SILENT, 0, "a header that is cut" },
	{ 50, { 0 }, 8, IP6_NEXT_HEADER, 6, "RFC 8200 4: unknown" },
	{ 200, { 0 }, 0, IP6_NEXT_HEADER, 6, "RFC 8200 4: unknown, empty" },
	{ DEST, { 200, 0, 1, 4 }, 16, IP6_NEXT_HEADER, 40,
	    "RFC 8200 4: unknown behind an extension header" },
	{ DEST, { HOP, 0, 1, 4 }, 24, IP6_NEXT_HEADER, 40,
	    "RFC 8200 4: hop-by-hop options come first" },
	{ HOP, { DEST, 0, 1, 4, [8] = UDP, 0, 1, 4 }, 24, IP6_GOOD, 0,
	    "RFC 8200 4.1" },
	/* RFC 8200 4.2: by the two highest bits */
	{ DEST, { UDP, 0, 0x3e, 4 }, 16, IP6_GOOD, 0, "4.2: 00" },
	{ DEST, { UDP, 0, 0x7e, 4 }, 16, IP6_DISCARD, 0, "4.2: 01" },
	{ DEST, { UDP, 0, 0x9e, 4 }, 16, IP6_OPTION, 42, "4.2: 10" },
	{ DEST, { UDP, 0, 0xde, 4 }, 16, IP6_OPTION, 42, "4.2: 11" },
	{ HOP, { UDP, 0, 0, 0, 0, 0, 0x80, 0 }, 16, IP6_OPTION, 46,
	    "4.2: behind padding" },
	{ DEST, { UDP, 0, 0xc9, 4 }, 16, IP6_OPTION, 42,
	    "RFC 6275 9.3.1: home address, unknown" },
	{ HOP, { UDP, 0, 0xc2, 4 }, 16, IP6_OPTION, 42, "RFC 2675 3: jumbo" },
	{ DEST, { UDP, 0, 1, 5 }, 16, IP6_SILENT, 0, "an option too long" },
	{ DEST, { UDP, 0, 1, 3, [7] = 1 }, 16, IP6_SILENT, 0,
	    "an option without a length" },
	{ DEST, { UDP, 1, 1, 4 }, 8, IP6_SILENT, 0, "options that are cut" },
	{ DEST, { UDP, 0 }, 4, IP6_SILENT, 0, "half a header" },
	/* RFC 5095 3, RFC 8200 4.4 */
	{ ROUTING, { UDP, 2, 0, 1 }, 32, IP6_FIELD, 42, "RFC 5095: type 0" },
	{ ROUTING, { UDP, 2, 0, 0 }, 32, IP6_GOOD, 0, "RFC 5095: none left" },
	{ ROUTING, { UDP, 1, 2, 1 }, 24, IP6_FIELD, 42, "4.4: type 2" },
	{ ROUTING, { UDP, 0, 3, 9 }, 16, IP6_FIELD, 42, "4.4: type 3" },
	{ ROUTING, { UDP, 0, 200, 1 }, 16, IP6_FIELD, 42, "4.4: type 200" },
	{ ROUTING, { UDP, 0, 200, 0 }, 16, IP6_GOOD, 0, "4.4: none left" },
	{ ROUTING, { UDP, 9, 0, 1 }, 16, IP6_SILENT, 0, "cut" },
	{ DEST, { ROUTING, 0, 1, 4, [8] = UDP, 0, 0, 7 }, 24, IP6_FIELD, 50,
	    "4.4: behind options" },
	/* RFC 8200 4.5 */
	{ FRAGMENT, { UDP, 0, 0, 0 }, 16, IP6_GOOD, 0, "RFC 6946: atomic" },
	{ FRAGMENT, { UDP, 0, 0, 1 }, 24, IP6_FRAGMENT, 0, "4.5: first" },
	{ FRAGMENT, { UDP, 0, 0, 8 }, 9, IP6_FRAGMENT, 0, "4.5: last" },
	{ FRAGMENT, { UDP, 0, 0, 9 }, 23, IP6_FIELD, 4, "4.5: length" },
	{ FRAGMENT, { UDP, 0, 0xff, 0xf8 }, 24, IP6_FIELD, 42, "4.5: size" },
	{ FRAGMENT, { UDP, 0, 0xff, 0xf8 }, 15, IP6_FRAGMENT, 0,
	    "4.5: 65,535 bytes" },
	{ FRAGMENT, { UDP, 0, 0, 8 }, 8, IP6_SILENT, 0, "an empty piece" },
	{ FRAGMENT, { TCP, 0, 0, 1 }, 24, IP6_CHAIN, 0, "RFC 7112 5" },
	{ FRAGMENT, { DEST, 0, 0, 1, [8] = UDP, 1 }, 24, IP6_CHAIN, 0,
	    "RFC 7112 5: the protocol's header is missing" },
	{ FRAGMENT, { DEST, 0, 0, 1, [8] = UDP, 0, 0xde }, 24, IP6_FRAGMENT, 0,
	    "options behind it wait for the whole" },
};

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct expected *e = &cases[i];
		size_t len = packet_of(e->next, e->body, e->len);
		struct ip6_walk w = ip6_walk(packet, len);

		if (w.verdict != e->verdict || w.pointer != e->pointer)
			fail_msg("%s: verdict %d, pointer %u", e->clause,
			    w.verdict, w.pointer);
	}
}

/* RFC 8200 4.2: 11 says nothing about a packet to many. */
static void
test_options_to_a_group(void **state)
{
	uint8_t body[16] = { UDP, 0, 0xde, 4 };
	size_t len = packet_of(DEST, body, sizeof(body));

	(void)state;
	packet[24] = 0xff;
	assert_int_equal(ip6_walk(packet, len).verdict, IP6_DISCARD);
	packet[42] = 0x9e;
	assert_int_equal(ip6_walk(packet, len).verdict, IP6_OPTION);
}

/* RFC 2711 2.1: only the value 0 is MLD's. */
static void
test_router_alert(void **state)
{
	uint8_t body[32] = { ICMP6, 0, 5, 2, 0, 0, 1, 0 };
	size_t len = packet_of(HOP, body, sizeof(body));
	struct ip6_walk w = ip6_walk(packet, len);

	(void)state;
	assert_true(w.router_alert);
	assert_int_equal(w.next, ICMP6);
	assert_int_equal(w.at, HEADER + 8);
	packet[45] = 1;
	assert_false(ip6_walk(packet, len).router_alert);
}

/* Whatever bytes come, none behind the packet is read. */
static void
test_any_bytes(void **state)
{
	static const uint8_t kinds[] = { HOP, TCP, UDP, ROUTING, FRAGMENT,
		ICMP6, NONE, DEST };

	(void)state;
	srand(1);
	for (int n = 0; n < 200000; n++) {
		size_t len = HEADER + (size_t)rand() % 80;
		uint8_t *p = malloc(len);

		for (size_t i = 0; i < len; i++)
			p[i] = rand() % 3 ? (uint8_t)(rand() % 3)
			                  : kinds[rand() % 8];
		p[6] = kinds[rand() % 8];
		if (ip6_walk(p, len).verdict == IP6_GOOD)
			assert_true(ip6_walk(p, len).at <= len);
		free(p);
	}
}

static struct reassembly pieces;
static size_t allocated;
static long allocations_left = -1;

static void *
take(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left -= allocations_left > 0;
	allocated++;
	return malloc(size);
}

static void
give(void *memory)
{
	allocated--;
	free(memory);
}

static int
pieces_setup(void **state)
{
	(void)state;
	memset(&pieces, 0, sizeof(pieces));
	pieces.alloc = take;
	pieces.free = give;
	allocations_left = -1;
	return 0;
}

static int
pieces_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < REASSEMBLE_PACKETS; i++)
		reassemble_free(&pieces, &pieces.packet[i]);
	return allocated == 0 ? 0 : -1;
}

/* The byte at `at` of what is cut in pieces. */
static uint8_t
byte_at(size_t at)
{
	return (uint8_t)(at * 7 + (at >> 8));
}

static uint8_t source; /* the last byte of who sends the pieces */

/* A piece of packet `id`, behind destination options of 8 bytes. */
static struct reassemble_packet *
piece(uint8_t id, uint32_t start, uint32_t size, bool more, uint64_t now)
{
	static uint8_t body[66000];
	static const uint8_t head[16] = { FRAGMENT, 0, 1, 4, [8] = UDP };
	struct ip6_walk w;
	size_t len;

	memcpy(body, head, sizeof(head));
	be16_store(body + 10, (uint16_t)(start | more));
	body[15] = id;
	for (uint32_t i = 0; i < size; i++)
		body[16 + i] = byte_at(start + i);
	len = packet_of(DEST, body, 16 + size);
	packet[23] = source;
	w = ip6_walk(packet, len);
	assert_int_equal(w.verdict, IP6_FRAGMENT);
	return reassemble_add(&pieces, now, 3, packet, len, &w);
}

static void
expect_whole(struct reassemble_packet *p, size_t size)
{
	static uint8_t out[70000];

	assert_non_null(p);
	assert_int_equal(reassemble_size(p), HEADER + 8 + size);
	reassemble_take(p, out);
	assert_int_equal(be16_load(out + 4), 8 + size);
	assert_int_equal(out[6], DEST);
	assert_int_equal(out[HEADER], UDP);
	for (size_t i = 0; i < size; i++)
		if (out[HEADER + 8 + i] != byte_at(i))
			fail_msg("byte %zu", i);
	assert_int_equal(ip6_walk(out, HEADER + 8 + size).verdict, IP6_GOOD);
	reassemble_free(&pieces, p);
	assert_int_equal(allocated, 0);
}

/* RFC 8200 4.5, in any order. */
static void
test_pieces_in_any_order(void **state)
{
	static const uint8_t order[][3] = { { 0, 1, 2 }, { 0, 2, 1 },
		{ 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	static const uint32_t start[] = { 0, 400, 1200 };
	static const uint32_t size[] = { 400, 800, 5 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct reassemble_packet *p = NULL;

		for (size_t k = 0; k < 3; k++) {
			uint8_t n = order[i][k];

			assert_null(p);
			p = piece(1, start[n], size[n], n != 2, 0);
		}
		expect_whole(p, 1205);
	}
}

/* RFC 8200 4.5: a copy of a piece does no harm. */
static void
test_copies(void **state)
{
	(void)state;
	assert_null(piece(1, 0, 80, true, 0));
	assert_null(piece(1, 0, 80, true, 0));
	assert_null(piece(2, 0, 80, true, 0));
	assert_int_equal(allocated, 2);
	reassemble_free(&pieces, piece(2, 80, 8, false, 0));
	expect_whole(piece(1, 80, 8, false, 0), 88);
}

/* RFC 5722 4: nothing of the packet counts, not even what comes later. */
static void
test_overlaps(void **state)
{
	static const struct {
		uint32_t start, size;
		bool more;
	} bad[] = {
		{ 0, 88, true },   /* more than the first one */
		{ 0, 72, true },   /* a part of it */
		{ 72, 16, true },  /* its end, and more */
		{ 8, 8, true },    /* inside */
		{ 152, 16, true }, /* behind the end */
		{ 80, 8, false },  /* another end */
		{ 160, 8, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct reassemble_piece *first;
		struct reassemble_packet *p;

		assert_null(piece(1, 0, 80, true, 0));
		assert_null(piece(1, 152, 8, false, 0));
		assert_null(
		    piece(1, bad[i].start, bad[i].size, bad[i].more, 0));
		assert_int_equal(allocated, 0);
		assert_null(piece(1, 0, 80, true, 0));
		assert_null(piece(1, 80, 72, true, 0));
		assert_null(piece(1, 152, 8, false, 0));
		assert_int_equal(allocated, 0);
		/* Nor is anybody told. */
		p = reassemble_late(&pieces, 60ull * S, &first);
		assert_non_null(p);
		assert_null(first);
		reassemble_free(&pieces, p);
	}
}

/* RFC 8200 4.5: 60 s from the first piece that came. */
static void
test_time_is_over(void **state)
{
	const struct reassemble_piece *first;
	struct reassemble_packet *p;

	(void)state;
	assert_null(piece(1, 80, 8, false, 5 * S));
	assert_null(piece(2, 0, 80, true, 6 * S));
	assert_null(piece(2, 88, 8, true, 50ull * S));
	assert_null(reassemble_late(&pieces, 65ull * S - 1, &first));
	p = reassemble_late(&pieces, 65ull * S, &first);
	assert_non_null(p);
	assert_null(first); /* the first piece is missing: nothing to quote */
	reassemble_free(&pieces, p);
	assert_null(reassemble_late(&pieces, 65ull * S, &first));
	p = reassemble_late(&pieces, 66ull * S, &first);
	assert_non_null(first);
	assert_int_equal(p->iface, 3);
	assert_int_equal(first->len, HEADER + 16 + 80);
	assert_int_equal(first->packet[HEADER + 8], UDP);
	reassemble_free(&pieces, p);
	assert_int_equal(allocated, 0);
}

/* A flood of first pieces costs what is bounded, and the newest go on. */
static void
test_flood(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < 256; id++)
		assert_null(piece((uint8_t)id, 0, 80, true, id));
	assert_int_equal(allocated, REASSEMBLE_PACKETS);
	reassemble_free(&pieces, piece(255, 80, 8, false, 300));
	/* One packet of many pieces does not take more than there are. */
	for (uint32_t i = 0; i < 300; i++)
		assert_null(piece(1, i * 16, 8, true, 1000));
	assert_int_equal(allocated, REASSEMBLE_PIECES);
	/* Without memory, old ones give way until there is none. */
	allocations_left = 0;
	assert_null(piece(9, 0, 80, true, 2000));
}

/* One source's flood takes nothing of another: neither of few packets in many
 * pieces, nor of many packets. */
static void
test_flood_of_another(void **state)
{
	struct reassemble_packet *whole;

	(void)state;
	for (uint8_t round = 0; round < 2; round++) {
		source = 1;
		assert_null(piece(1, 0, 80, true, 0));
		source = 2;
		for (uint32_t i = 0; i < 300; i++)
			assert_null(piece(
			    round ? (uint8_t)i : 1, i * 16, 8, true, 1 + i));
		source = 1;
		whole = piece(1, 80, 8, false, 400);
		assert_non_null(whole);
		reassemble_free(&pieces, whole);
		/* And a third is heard. */
		source = 3;
		assert_null(piece(1, 0, 80, true, 500));
		whole = piece(1, 80, 8, false, 501);
		assert_non_null(whole);
		reassemble_free(&pieces, whole);
	}
}

int
main(void)
{
#define PIECES(f)                                                              \
	cmocka_unit_test_setup_teardown(f, pieces_setup, pieces_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_options_to_a_group),
		cmocka_unit_test(test_router_alert),
		cmocka_unit_test(test_any_bytes),
		PIECES(test_pieces_in_any_order),
		PIECES(test_copies),
		PIECES(test_overlaps),
		PIECES(test_time_is_over),
		PIECES(test_flood),
		PIECES(test_flood_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
