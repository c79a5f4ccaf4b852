/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/icmp.c */
/*
 * ICMP errors: what they say, and about what none is sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/icmp.h"
#include "net/wire.h"

enum { PACKET_MAX = 1500 };

static uint8_t packet[PACKET_MAX];
static uint8_t out[ICMP_ERROR_MAX];

static const struct ip_addr own4 = { { 192, 0, 2, 1 }, IP4 };
static const struct ip_addr own6 = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	IP6 };

/* 10.0.0.1 to 20.0.0.1 */
static void
make4(uint8_t protocol, uint16_t len)
{
	static const uint8_t ends[] = { 10, 0, 0, 1, 20, 0, 0, 1 };

	memset(packet, 0, sizeof(packet));
	packet[0] = 0x45;
	be16_store(packet + 2, len);
	packet[8] = 1;
	packet[9] = protocol;
	memcpy(packet + 12, ends, sizeof(ends));
	for (uint16_t i = 20; i < len; i++)
		packet[i] = (uint8_t)i;
}

/* 2001:db8::10 to 2001:db8:1::20 */
static void
make6(uint8_t next, uint16_t payload)
{
	memset(packet, 0, sizeof(packet));
	packet[0] = 0x60;
	be16_store(packet + 4, payload);
	packet[6] = next;
	packet[7] = 1;
	memcpy(packet + 8, own6.byte, 16);
	packet[23] = 0x10;
	memcpy(packet + 24, own6.byte, 16);
	packet[29] = 1;
	packet[39] = 0x20;
	for (uint16_t i = 0; i < payload; i++)
		packet[40 + i] = (uint8_t)(i + 128);
}

static uint16_t
sum(uint32_t s, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		s += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static size_t
error4(enum icmp_error error, uint16_t mtu, size_t len)
{
	return icmp_error_build(error, mtu, &own4, packet, len, out);
}

static size_t
error6(enum icmp_error error, uint16_t mtu, size_t len)
{
	return icmp_error_build(error, mtu, &own6, packet, len, out);
}

static void
test_ip4(void **state)
{
	static const uint8_t code[][3] = { { ICMP_TTL_EXCEEDED, 11, 0 },
		{ ICMP_NET_UNREACHABLE, 3, 0 }, { ICMP_HOST_UNREACHABLE, 3, 1 },
		{ ICMP_REJECTED, 3, 13 }, { ICMP_TOO_BIG, 3, 4 },
		{ ICMP_PARAMETER, 12, 0 }, { ICMP_PROTOCOL, 3, 2 },
		{ ICMP_PORT_UNREACHABLE, 3, 3 }, { ICMP_REASSEMBLY, 11, 1 } };

	(void)state;
	make4(PROTO_UDP, 101);
	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
		assert_int_equal(error4(code[i][0], 1400, 101), 129);
		assert_int_equal(out[0], 0x45);
		assert_int_equal(be16_load(out + 2), 129);
		assert_int_equal(out[8], 64);
		assert_int_equal(out[9], PROTO_ICMP);
		assert_memory_equal(out + 12, own4.byte, 4);
		assert_memory_equal(out + 16, packet + 12, 4);
		assert_int_equal(sum(0, out, 20), 0xffff);
		assert_int_equal(out[20], code[i][1]);
		assert_int_equal(out[21], code[i][2]);
		assert_int_equal(sum(0, out + 20, 109), 0xffff);
		assert_int_equal(be32_load(out + 24),
		    code[i][0] == ICMP_TOO_BIG     ? 1400
		    : code[i][0] == ICMP_PARAMETER ? 0x78000000
						   : 0);
		assert_memory_equal(out + 28, packet, 101);
	}
}

/* RFC 1812 4.3.2.5; the two bits of ECN are of no use in an error. */
static void
test_ip4_tos(void **state)
{
	(void)state;
	make4(PROTO_UDP, 60);
	for (uint32_t tos = 0; tos < 256; tos++) {
		packet[1] = (uint8_t)tos;
		assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 88);
		assert_int_equal(out[1], 0xc0 | (tos & 0x1c));
		assert_int_equal(sum(0, out, 20), 0xffff);
	}
}

/* RFC 1812 4.3.2.3: 576 bytes and no more. */
static void
test_ip4_quote(void **state)
{
	(void)state;
	for (uint16_t len = 20; len <= 1500; len++) {
		size_t want = len + 28u < 576 ? len + 28u : 576;

		make4(PROTO_UDP, len);
		assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, len), want);
		assert_int_equal(sum(0, out + 20, want - 20), 0xffff);
	}
}

static void
test_ip6(void **state)
{
	static const uint8_t code[][3] = { { ICMP_TTL_EXCEEDED, 3, 0 },
		{ ICMP_NET_UNREACHABLE, 1, 0 }, { ICMP_HOST_UNREACHABLE, 1, 3 },
		{ ICMP_REJECTED, 1, 6 }, { ICMP_TOO_BIG, 2, 0 },
		{ ICMP_PARAMETER, 4, 0 }, { ICMP_OPTION, 4, 2 },
		{ ICMP_SCOPE, 1, 2 }, { ICMP_NEXT_HEADER, 4, 1 },
		{ ICMP_PORT_UNREACHABLE, 1, 4 }, { ICMP_REASSEMBLY, 3, 1 } };
	static const uint8_t detailed[] = { ICMP_TOO_BIG, ICMP_PARAMETER,
		ICMP_OPTION, ICMP_NEXT_HEADER };

	(void)state;
	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		for (uint16_t len = 40; len <= 1500; len += 73) {
			size_t n = len + 48u < 1280 ? len + 48u : 1280;

			make6(PROTO_UDP, len - 40);
			assert_int_equal(error6(code[i][0], 1400, len), n);
			assert_int_equal(out[0], 0x60);
			assert_int_equal(be16_load(out + 4), n - 40);
			assert_int_equal(out[6], PROTO_ICMP6);
			assert_memory_equal(out + 8, own6.byte, 16);
			assert_memory_equal(out + 24, packet + 8, 16);
			assert_int_equal(out[40], code[i][1]);
			assert_int_equal(out[41], code[i][2]);
			assert_int_equal(be32_load(out + 44),
			    memchr(detailed, code[i][0], sizeof(detailed))
				? 1400
				: 0);
			assert_memory_equal(out + 48, packet, n - 48);
			assert_int_equal(sum((uint32_t)(n - 40) + PROTO_ICMP6 +
						 sum(0, out + 8, 32),
					     out + 40, n - 40),
			    0xffff);
		}
}

/* RFC 1122 3.2.2 */
static void
errors_about_icmp4(void)
{
	static const uint8_t silent[] = { 3, 4, 5, 11, 12 };
	static const uint8_t spoken[] = { 0, 8, 13, 14 };

	for (size_t i = 0; i < sizeof(silent); i++) {
		make4(PROTO_ICMP, 60);
		packet[20] = silent[i];
		assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 0);
	}
	for (size_t i = 0; i < sizeof(spoken); i++) {
		make4(PROTO_ICMP, 60);
		packet[20] = spoken[i];
		assert_true(error4(ICMP_TTL_EXCEEDED, 0, 60) > 0);
	}
	make4(PROTO_ICMP, 20); /* without a type */
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 20), 0);
}

static void
test_ip4_silence(void **state)
{
	static const uint8_t source[] = { 0, 127, 224, 239, 240, 255 };
	const struct ip_addr none = { { 0 }, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(source); i++) {
		make4(PROTO_UDP, 60);
		packet[12] = source[i];
		assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 0);
	}
	make4(PROTO_UDP, 60);
	packet[16] = 224;
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 0);
	memset(packet + 16, 255, 4);
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 0);
	make4(PROTO_UDP, 60);
	be16_store(packet + 6, 1); /* a later fragment */
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 60), 0);
	be16_store(packet + 6, IP4_MF); /* the first one */
	assert_true(error4(ICMP_TTL_EXCEEDED, 0, 60) > 0);
	errors_about_icmp4();
	make4(PROTO_UDP, 60);
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 19), 0);
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 0), 0);
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 60), 0);
	assert_int_equal(error4(ICMP_SCOPE, 0, 60), 0); /* IPv6 has these */
	assert_int_equal(error4(ICMP_OPTION, 0, 60), 0);
	assert_int_equal(error4(ICMP_NEXT_HEADER, 0, 60), 0);
	assert_int_equal(
	    icmp_error_build(ICMP_TTL_EXCEEDED, 0, &none, packet, 60, out), 0);
	packet[0] = 0x4f; /* header beyond the packet */
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 40), 0);
	packet[0] = 0x44;
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 40), 0);
}

/* RFC 4443 2.4 (e) */
static void
test_ip6_silence(void **state)
{
	(void)state;
	make6(PROTO_UDP, 60);
	packet[8] = 0xff;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	make6(PROTO_UDP, 60);
	memset(packet + 8, 0, 16);
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[23] = 1;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	make6(PROTO_UDP, 60);
	packet[24] = 0xff;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	/* path MTU discovery works for multicast, and what an option asks for
	 */
	assert_true(error6(ICMP_TOO_BIG, 1280, 100) > 0);
	assert_true(error6(ICMP_OPTION, 42, 100) > 0);
	assert_int_equal(error6(ICMP_PARAMETER, 42, 100), 0);
	for (int type = 0; type < 256; type++) {
		bool silent = type < 128 || type == 137;

		make6(PROTO_ICMP6, 60);
		packet[40] = (uint8_t)type;
		assert_int_equal(
		    error6(ICMP_TTL_EXCEEDED, 0, 100) == 0, silent);
	}
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 39), 0);
	make6(PROTO_UDP, 60);
	assert_int_equal(error6(ICMP_PROTOCOL, 0, 100), 0); /* of IPv4 */
	assert_int_equal(error4(ICMP_TTL_EXCEEDED, 0, 100), 0);
}

/* The type is behind extension headers. */
static void
test_ip6_headers(void **state)
{
	(void)state;
	make6(PROTO_HOPOPTS, 60);
	packet[40] = 60; /* then destination options of 16 bytes */
	packet[41] = 0;
	packet[48] = PROTO_ICMP6;
	packet[49] = 1;
	packet[64] = 1;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[64] = 128;
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	packet[49] = 200; /* longer than the packet; what follows it counts */
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[48] = 60;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[48] = PROTO_UDP;
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	packet[49] = 1;
	packet[48] = PROTO_ICMP6;
	make6(51, 60); /* AH counts by 4 bytes */
	packet[40] = PROTO_ICMP6;
	packet[41] = 4;
	packet[64] = 1;
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[64] = 128;
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	make6(44, 60); /* fragments: the first, then a later one */
	packet[40] = PROTO_ICMP6;
	packet[41] = 0;
	be16_store(packet + 42, 1);
	packet[48] = 128;
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	packet[41] = 9; /* reserved: not a length */
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	be16_store(packet + 42, 8);
	assert_int_equal(error6(ICMP_TTL_EXCEEDED, 0, 100), 0);
	packet[40] = PROTO_UDP;
	assert_true(error6(ICMP_TTL_EXCEEDED, 0, 100) > 0);
	for (uint16_t len = 40; len < 100; len++) { /* cut anywhere */
		make6(PROTO_HOPOPTS, 60);
		packet[40] = PROTO_HOPOPTS;
		packet[41] = 3;
		error6(ICMP_TTL_EXCEEDED, 0, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip4_tos),
		cmocka_unit_test(test_ip4_quote),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_ip4_silence),
		cmocka_unit_test(test_ip6_silence),
		cmocka_unit_test(test_ip6_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
