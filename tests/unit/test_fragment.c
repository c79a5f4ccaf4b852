/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/fragment.c net/pool.c */
/*
 * How IPv4 packets are cut: against headers that another program made, against
 * the procedure of RFC 791 3.2 done step by step, and in buffers of a pool.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/fate.h"
#include "net/fragment.h"
#include "net/ip4.h"

enum { ETHER = 14, IP = 20, LARGEST = 9706, PIECES = 256, BUFFERS = 210 };

/* What a fragment is to be. */
struct piece {
	uint16_t len;
	uint8_t byte[LARGEST];
};

static struct piece want[PIECES];
static uint32_t wanted;
static uint64_t seed = 1;

static uint32_t
any(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void
set_checksum(uint8_t *ip)
{
	uint32_t sum = 0;

	be16_store(ip + 10, 0);
	for (uint32_t i = 0; i < (ip[0] & 15) * 4u; i += 2)
		sum += be16_load(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	be16_store(ip + 10, (uint16_t)~sum);
}

/* Options as RFC 791 3.1 has them; each is well-formed. */
static uint32_t
random_options(uint8_t *at, uint32_t room)
{
	static const uint8_t types[] = { 1, 7, 30, 68, 94, 130, 148, 158 };
	uint32_t n = 0;

	while (n < room && any(5) != 0) {
		uint32_t size = 2 + any(6);

		at[n] = types[any(sizeof(types))];
		if (at[n] == 1) {
			n++;
			continue;
		}
		if (size > room - n) {
			at[n] = 0;
			break;
		}
		at[n + 1] = (uint8_t)size;
		for (uint32_t i = 2; i < size; i++)
			at[n + i] = (uint8_t)any(256);
		n += size;
	}
	while (n % 4 != 0)
		at[n++] = 0;
	return n;
}

/* Exactly as long as it says, so that a read beyond is seen. */
static uint8_t *
make_packet(uint16_t len, uint16_t field, const uint8_t *options, uint32_t n)
{
	uint8_t *ip = malloc(len);

	assert_non_null(ip);
	for (uint32_t i = 0; i < len; i++)
		ip[i] = (uint8_t)any(256);
	ip[0] = (uint8_t)(0x45 + n / 4);
	be16_store(ip + 2, len);
	be16_store(ip + 6, field);
	if (n > 0)
		memcpy(ip + IP, options, n);
	set_checksum(ip);
	return ip;
}

static void
blank_options(uint8_t *ip)
{
	uint32_t header = (ip[0] & 15) * 4u, at = IP, size;

	for (; at < header && ip[at] != 0; at += size) {
		size = ip[at] == 1 ? 1 : ip[at + 1];
		if (ip[at] < 128)
			memset(ip + at, 1, size);
	}
}

/*
 * The example procedure of RFC 791 3.2: the first fragment comes off, and what
 * remains is a packet to be cut in turn.
 */
static void
cut(const uint8_t *packet, uint16_t mtu)
{
	static uint8_t rest[LARGEST];
	uint16_t len = be16_load(packet + 2);
	struct piece *p;

	memcpy(rest, packet, len);
	for (wanted = 0;; wanted++) {
		uint32_t header = (rest[0] & 15) * 4u;
		uint32_t blocks = (mtu - header) / 8;
		uint16_t field = be16_load(rest + 6);

		assert_true(wanted < PIECES);
		p = &want[wanted];
		if (len <= mtu)
			break;
		p->len = (uint16_t)(header + blocks * 8);
		memcpy(p->byte, rest, p->len);
		be16_store(p->byte + 2, p->len);
		be16_store(p->byte + 6, field | 0x2000);
		set_checksum(p->byte);
		len -= blocks * 8;
		memmove(rest + header, rest + p->len, len - header);
		blank_options(rest);
		be16_store(rest + 2, len);
		be16_store(rest + 6, (uint16_t)(field + blocks));
		set_checksum(rest);
	}
	memcpy(p->byte, rest, len);
	p->len = len;
	wanted++;
}

/* Each into memory of just its size; the first in its own place at last. */
static void
check_plan(uint8_t *ip, uint16_t mtu)
{
	uint16_t len = be16_load(ip + 2);
	struct fragment_plan plan;
	uint8_t *out;

	cut(ip, mtu);
	assert_int_equal(fragment_plan(&plan, ip, len, mtu), FATE_GO);
	assert_int_equal(plan.count, wanted);
	for (uint32_t i = 0; i < wanted; i++) {
		out = malloc(want[i].len);
		assert_non_null(out);
		assert_int_equal(fragment_make(&plan, i, out), want[i].len);
		assert_memory_equal(out, want[i].byte, want[i].len);
		free(out);
	}
	assert_int_equal(fragment_make(&plan, 0, ip), want[0].len);
	assert_memory_equal(ip, want[0].byte, want[0].len);
}

/* Every size that fits a buffer, and the MTUs at which counts change. */
static void
test_sizes(void **state)
{
	static const uint16_t mtu[] = { 68, 69, 75, 76, 77, 296, 575, 576, 1280,
		1492, 1499, 1500, 4352, 8999, 9000, 9705 };
	uint16_t len;
	uint8_t *ip;

	(void)state;
	for (uint32_t i = 0; i < sizeof(mtu) / sizeof(mtu[0]); i++) {
		len = mtu[i] + 1;
		while (len <= LARGEST) {
			ip = make_packet(len, 0, NULL, 0);
			check_plan(ip, mtu[i]);
			free(ip);
			len += (uint16_t)(len < mtu[i] + 20 ? 1 : 1 + any(300));
		}
		ip = make_packet(LARGEST, 0, NULL, 0);
		check_plan(ip, mtu[i]);
		free(ip);
	}
}

/* Fragments of fragments, the bit that means nothing, options of all kinds. */
static void
test_random(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 20000; round++) {
		uint16_t mtu = (uint16_t)(68 + any(round % 2 ? 200 : 1500));
		uint16_t len = (uint16_t)(mtu + 1 + any(1500));
		uint16_t field = (uint16_t)(any(8192 - (len + 7u) / 8));
		uint8_t options[40], *ip;
		uint32_t n = any(2) ? random_options(options, 40) : 0;

		field = any(3) == 0 ? 0 : field;
		field |= (uint16_t)(any(2) * IP4_MF | any(4) / 3 << 15);
		ip = make_packet(len, field, options, n);
		check_plan(ip, mtu);
		free(ip);
	}
}

/* Made by another program: scapy's fragment(). */
static void
test_literal(void **state)
{
	static const struct {
		uint16_t len, mtu;
		uint8_t head[IP], first[IP], last[IP];
	} made[] = {
		{ 100, 68,
		    { 0x45, 0xb8, 0, 100, 0x12, 0x34, 0, 0, 63, 17, 0, 0, 192,
			0, 2, 10, 203, 0, 113, 7 },
		    { 0x45, 0xb8, 0x00, 0x44, 0x12, 0x34, 0x20, 0x00, 0x3f,
			0x11, 0x4a, 0xab, 0xc0, 0x00, 0x02, 0x0a, 0xcb, 0x00,
			0x71, 0x07 },
		    { 0x45, 0xb8, 0x00, 0x34, 0x12, 0x34, 0x00, 0x06, 0x3f,
			0x11, 0x6a, 0xb5, 0xc0, 0x00, 0x02, 0x0a, 0xcb, 0x00,
			0x71, 0x07 } },
		{ 1500, 1280,
		    { 0x45, 0, 0x05, 0xdc, 0xbe, 0xef, 0, 0, 7, 6, 0, 0, 192, 0,
			2, 10, 203, 0, 113, 7 },
		    { 0x45, 0x00, 0x04, 0xfc, 0xbe, 0xef, 0x20, 0x00, 0x07,
			0x06, 0xd1, 0xfa, 0xc0, 0x00, 0x02, 0x0a, 0xcb, 0x00,
			0x71, 0x07 },
		    { 0x45, 0x00, 0x00, 0xf4, 0xbe, 0xef, 0x00, 0x9d, 0x07,
			0x06, 0xf5, 0x65, 0xc0, 0x00, 0x02, 0x0a, 0xcb, 0x00,
			0x71, 0x07 } },
		{ 9706, 9000,
		    { 0x45, 0, 0x25, 0xea, 0xff, 0xff, 0, 0, 254, 17, 0, 0, 10,
			0, 0, 1, 10, 255, 0, 2 },
		    { 0x45, 0x00, 0x23, 0x24, 0xff, 0xff, 0x20, 0x00, 0xfe,
			0x11, 0x64, 0xc7, 0x0a, 0x00, 0x00, 0x01, 0x0a, 0xff,
			0x00, 0x02 },
		    { 0x45, 0x00, 0x02, 0xda, 0xff, 0xff, 0x04, 0x62, 0xfe,
			0x11, 0xa0, 0xaf, 0x0a, 0x00, 0x00, 0x01, 0x0a, 0xff,
			0x00, 0x02 } },
	};
	static uint8_t ip[LARGEST], out[LARGEST];
	struct fragment_plan plan;

	(void)state;
	for (uint32_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		uint16_t first = be16_load(made[i].first + 2) - IP;
		uint16_t last = be16_load(made[i].last + 2) - IP;

		for (uint32_t k = IP; k < made[i].len; k++)
			ip[k] = (uint8_t)(k * 7 + k / 256);
		memcpy(ip, made[i].head, IP);
		assert_int_equal(
		    fragment_plan(&plan, ip, made[i].len, made[i].mtu),
		    FATE_GO);
		assert_int_equal(plan.count, 2);
		assert_int_equal(fragment_make(&plan, 0, out), IP + first);
		assert_memory_equal(out, made[i].first, IP);
		assert_memory_equal(out + IP, ip + IP, first);
		assert_int_equal(fragment_make(&plan, 1, out), IP + last);
		assert_memory_equal(out, made[i].last, IP);
		assert_memory_equal(out + IP, ip + IP + first, last);
	}
}

/* Those with the high bit go into every fragment; the others are padding. */
static void
test_options(void **state)
{
	static const uint8_t before[16] = { 7, 7, 8, 1, 2, 3, 4, 148, 4, 0, 0,
		1, 30, 3, 5, 0 };
	static const uint8_t after[16] = { 1, 1, 1, 1, 1, 1, 1, 148, 4, 0, 0, 1,
		1, 1, 1, 0 };
	uint8_t *ip = make_packet(300, 0, before, 16), out[100];
	struct fragment_plan plan;

	(void)state;
	assert_int_equal(fragment_plan(&plan, ip, 300, 100), FATE_GO);
	assert_int_equal(plan.count, 5);
	for (uint32_t i = 0; i < plan.count; i++) {
		fragment_make(&plan, i, out);
		assert_memory_equal(out + IP, i == 0 ? before : after, 16);
	}
	free(ip);
}

/* Options that are not well-formed: nothing beyond them is touched. */
static void
test_broken_options(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 20000; round++) {
		uint8_t options[40], *ip, out[100];
		struct fragment_plan plan;
		uint32_t n = any(11) * 4;

		for (uint32_t i = 0; i < n; i++)
			options[i] = (uint8_t)(any(3) ? any(8) : any(256));
		ip = make_packet(200, 0, options, n);
		assert_int_equal(fragment_plan(&plan, ip, 200, 100), FATE_GO);
		fragment_make(&plan, 1, out);
		assert_memory_equal(
		    out + IP + n, ip + IP + n + plan.most, 100 - 7 - IP - n);
		set_checksum(ip);
		free(ip);
	}
}

static void
test_refused(void **state)
{
	static const uint8_t nops[40] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1 };
	uint8_t *ip = make_packet(1500, IP4_OFFSET_MASK, NULL, 0);
	struct fragment_plan plan;

	(void)state;
	assert_true(fragment_allowed(ip));
	/* Beyond the largest datagram; the last place that is not. */
	assert_int_equal(
	    fragment_plan(&plan, ip, 1500, 1280), FATE_DROP(DROP_PARAMETER));
	be16_store(ip + 6, (65535 - 1500) / 8);
	assert_int_equal(fragment_plan(&plan, ip, 1500, 1280), FATE_GO);
	be16_store(ip + 6, (65535 - 1500) / 8 + 1);
	assert_int_equal(
	    fragment_plan(&plan, ip, 1500, 1280), FATE_DROP(DROP_PARAMETER));
	be16_store(ip + 6, IP4_DF);
	assert_false(fragment_allowed(ip));
	be16_store(ip + 6, IP4_DF | IP4_MF);
	assert_false(fragment_allowed(ip));
	be16_store(ip + 6, 0);
	ip[0] = 0x65;
	assert_false(fragment_allowed(ip));
	free(ip);
	/* The largest header leaves 8 bytes of the smallest MTU, and no less.
	 */
	ip = make_packet(100, 0, nops, 40);
	check_plan(ip, 68);
	be16_store(ip + 2, 100);
	assert_int_equal(
	    fragment_plan(&plan, ip, 100, 67), FATE_DROP(DROP_MTU));
	free(ip);
}

struct buffers {
	struct pool pool;
	struct pkt *slot[BUFFERS];
	void *region;
};

static void
make_pool(struct buffers *b)
{
	assert_int_equal(posix_memalign(&b->region, POOL_BLOCK,
			     pool_region_size(BUFFERS, PKT_ROOM_MAX)),
	    0);
	pool_init(&b->pool, b->slot, b->region, BUFFERS, PKT_ROOM_MAX);
}

/* A frame of `len` bytes of IP, and what is known of it. */
static struct pkt *
make_frame(struct buffers *b, uint16_t len)
{
	struct pkt *p = pool_get(&b->pool);
	uint8_t *ip = make_packet(len, 0, NULL, 0);

	assert_non_null(p);
	p->len = ETHER + len;
	p->l3 = ETHER;
	p->port = 1;
	p->iface = 2;
	p->out_iface = 3;
	p->tci = 0xa000;
	p->next = p;
	memcpy(pkt_data(p), "abcdefghijklmn", ETHER);
	memcpy(pkt_data(p) + ETHER, ip, len);
	free(ip);
	return p;
}

/* The chain is what is wanted; it goes back to the pool. */
static void
check_chain(struct buffers *b, struct pkt *p)
{
	struct pkt *next;
	uint32_t i;

	for (i = 0; p != NULL; i++, p = next) {
		uint8_t *frame = pkt_data(p);

		next = p->next;
		assert_true(i < wanted);
		assert_int_equal(p->len, ETHER + want[i].len);
		assert_memory_equal(frame, "abcdefghijklmn", ETHER);
		assert_memory_equal(frame + ETHER, want[i].byte, want[i].len);
		assert_int_equal(p->l3, ETHER);
		assert_int_equal(p->port, 1);
		assert_int_equal(p->iface, 2);
		assert_int_equal(p->out_iface, 3);
		assert_int_equal(p->tci, 0xa000);
		pool_put(&b->pool, p);
	}
	assert_int_equal(i, wanted);
	assert_int_equal(b->pool.count, BUFFERS);
}

static void
test_packet(void **state)
{
	static const struct {
		uint16_t len, mtu, count;
	} made[] = { { 1500, 1280, 2 }, { 9706, 1280, 8 }, { 9706, 9000, 2 },
		{ 9706, 68, 202 }, { 9000, 1500, 7 }, { 69, 68, 2 } };
	struct buffers b;

	(void)state;
	make_pool(&b);
	for (uint32_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct pkt *p = make_frame(&b, made[i].len);

		cut(pkt_data(p) + ETHER, made[i].mtu);
		assert_int_equal(
		    fragment_packet(&b.pool, p, made[i].mtu), FATE_GO);
		assert_int_equal(wanted, made[i].count);
		check_chain(&b, p);
	}
	free(b.region);
}

/* All or nothing: one buffer fewer, and none is taken. */
static void
test_no_buffers(void **state)
{
	static uint8_t before[ETHER + LARGEST];
	struct pkt *held[BUFFERS];
	struct buffers b;
	struct pkt *p;
	uint32_t n;

	(void)state;
	make_pool(&b);
	p = make_frame(&b, LARGEST);
	memcpy(before, pkt_data(p), sizeof(before));
	cut(pkt_data(p) + ETHER, 68);
	n = pool_get_burst(&b.pool, held, BUFFERS - 1 - 200);
	assert_int_equal(b.pool.count, 200);
	assert_int_equal(
	    fragment_packet(&b.pool, p, 68), FATE_DROP(DROP_NO_BUFFER));
	assert_int_equal(b.pool.count, 200);
	assert_int_equal(b.pool.empty, 1);
	assert_int_equal(p->len, sizeof(before));
	assert_memory_equal(pkt_data(p), before, sizeof(before));
	pool_put(&b.pool, held[--n]);
	assert_int_equal(fragment_packet(&b.pool, p, 68), FATE_GO);
	assert_int_equal(b.pool.count, 0);
	pool_put_burst(&b.pool, held, n);
	check_chain(&b, p);
	free(b.region);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_broken_options),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_packet),
		cmocka_unit_test(test_no_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
