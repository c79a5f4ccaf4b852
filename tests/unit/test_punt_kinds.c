/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/worker.c */
/* objects: net/verify.c */
/*
 * Which kind of packet to this router a packet is.
 */
#include "net/fate.h"
#include "tests/unit/punt_arrivals.h"

/* What a packet to this router counts as. */
static void
check_kind(struct fixture *f, struct frame *frame, enum punt_reason reason)
{
	struct fix_result r;

	if (fix_is_ip4(frame))
		fix_ip4_checksum(frame);
	r = fix_forward(f, 0, frame);
	assert_int_equal(r.fate, FATE_PUNT(reason));
	assert_int_equal(f->counters.port[0].punt[reason], 1);
	f->counters.port[0].punt[reason] = 0;
}

static void
test_kinds4(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	uint8_t *ip = frame.byte + 14;

	(void)state;
	unlimited(f);
	fix_ip4(&frame, "192.0.2.1", 20);
	check_kind(f, &frame, PUNT_LOCAL);
	ip[9] = PROTO_ICMP;
	check_kind(f, &frame, PUNT_ICMP);
	ip[9] = PROTO_TCP;
	ip[20 + 13] = 0x02;
	check_kind(f, &frame, PUNT_SYN);
	ip[20 + 13] = 0xc2; /* with ECN (RFC 3168) */
	check_kind(f, &frame, PUNT_SYN);
	ip[20 + 13] = 0x12;
	check_kind(f, &frame, PUNT_TCP);
	ip[20 + 13] = 0x04;
	check_kind(f, &frame, PUNT_TCP);
	be16_store(ip + 6, IP4_MF);
	check_kind(f, &frame, PUNT_FRAGMENT);
	be16_store(ip + 6, 3);
	check_kind(f, &frame, PUNT_FRAGMENT);
	/* too short for its flags */
	be16_store(ip + 6, 0);
	be16_store(ip + 2, 20 + 13);
	ip[20 + 13] = 0x02;
	check_kind(f, &frame, PUNT_TCP);
	fix_destroy(f);
}

static void
test_kinds6(void **state)
{
	static const struct {
		uint8_t type;
		enum punt_reason reason;
	} messages[] = { { 129, PUNT_ICMP }, { 130, PUNT_ND }, { 135, PUNT_ND },
		{ 137, PUNT_ND }, { 138, PUNT_ICMP }, { 143, PUNT_ND },
		{ 128, PUNT_ICMP }, { 2, PUNT_ICMP } };
	struct fixture *f = fix_create();
	struct frame frame;
	uint8_t *ip = frame.byte + 14;

	(void)state;
	unlimited(f);
	fix_ip6(&frame, "2001:db8::1", 40);
	check_kind(f, &frame, PUNT_LOCAL);
	ip[6] = PROTO_FRAGMENT;
	check_kind(f, &frame, PUNT_FRAGMENT);
	ip[6] = PROTO_TCP;
	ip[40 + 13] = 0x02;
	check_kind(f, &frame, PUNT_SYN);
	ip[6] = PROTO_ICMP6;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		ip[40] = messages[i].type;
		check_kind(f, &frame, messages[i].reason);
	}
	/* to a group, and behind a router alert */
	ip[24] = 0xff;
	ip[25] = 2;
	ip[40] = PROTO_ICMP6;
	ip[41] = 0;
	ip[48] = 131;
	ip[6] = PROTO_HOPOPTS;
	check_kind(f, &frame, PUNT_ND);
	ip[41] = 4;
	ip[80] = 131;
	check_kind(f, &frame, PUNT_ND);
	ip[41] = 6; /* beyond the packet */
	check_kind(f, &frame, PUNT_LOCAL);
	be16_store(ip + 4, 8); /* nothing behind it */
	ip[41] = 0;
	check_kind(f, &frame, PUNT_ICMP);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds4),
		cmocka_unit_test(test_kinds6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
