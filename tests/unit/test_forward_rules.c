/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/verify.c */
/* objects: net/worker.c */
/*
 * The forwarding burst, rule by rule: a frame, and what must become of it (RFC
 * 1812, RFC 8200).
 */
#include "net/fate.h"
#include "tests/unit/net_fixture.h"

#define GO      FATE_GO
#define DROP(r) FATE_DROP(DROP_##r)
#define PUNT(r) FATE_PUNT(PUNT_##r)
#define AT(at, str)                                                            \
	{                                                                      \
		at, sizeof(str) - 1, str                                       \
	}

/* Offsets in a frame, as in net/wire.h behind an Ethernet header. */
enum {
	E_DST = 0,
	E_TYPE = 12,
	V4 = 14,
	V4_LEN = 16,
	V4_FRAG = 20,
	V4_TTL = 22,
	V4_PROTO = 23,
	V4_SUM = 24,
	V4_SRC = 26,
	V4_DST = 30,
	V4_DPORT = 36,
	V6 = 14,
	V6_LEN = 18,
	V6_NEXT = 20,
	V6_HOPS = 21,
	V6_SRC = 22,
	V6_DST = 38,
};

struct rule {
	const char *name;
	const char *dst;
	struct {
		uint8_t at, n;
		const char *bytes;
	} patch[3];
	uint32_t fate;
	uint16_t cut;     /* frame length, 0 for as it is */
	bool keep_sum;    /* a wrong checksum is the point */
	uint8_t port;     /* where it must go */
	uint16_t out;     /* out_iface when punted; 0: none expected */
	uint16_t payload; /* 0: 4 bytes */
};

/* Link stage. */
static const struct rule ether_rules[] = {
	{ "other MAC", "10.0.0.1", { AT(E_DST, "\2\0\0\0\0\2") },
	    .fate = DROP(NOT_FOR_US) },
	{ "13 bytes", "10.0.0.1", .cut = 13, .fate = DROP(FRAME_SHORT) },
	{ "no bytes after the type", "10.0.0.1", .cut = 14,
	    .fate = DROP(FRAME_SHORT) },
	{ "VLAN", "10.0.0.1", { AT(E_TYPE, "\x81\0") }, .fate = DROP(VLAN) },
	{ "QinQ", "10.0.0.1", { AT(E_TYPE, "\x88\xa8") }, .fate = DROP(QINQ) },
	{ "802.3 length", "10.0.0.1", { AT(E_TYPE, "\0\x2e") },
	    .fate = DROP(ETHERTYPE) },
	{ "LLDP", "10.0.0.1", { AT(E_TYPE, "\x88\xcc") },
	    .fate = DROP(ETHERTYPE) },
	{ "ARP to us", "10.0.0.1", { AT(E_TYPE, "\x08\x06") },
	    .fate = PUNT(ARP) },
	{ "ARP broadcast", "10.0.0.1",
	    { AT(E_TYPE, "\x08\x06"), AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = PUNT(ARP) },
	{ "ARP multicast", "10.0.0.1",
	    { AT(E_TYPE, "\x08\x06"), AT(E_DST, "\1\0\x5e\0\0\1") },
	    .fate = DROP(LINK_GROUP) },
	{ "ARP short", "10.0.0.1", { AT(E_TYPE, "\x08\x06") }, .cut = 41,
	    .fate = DROP(FRAME_SHORT) },
	{ "ARP other MAC", "10.0.0.1",
	    { AT(E_TYPE, "\x08\x06"), AT(E_DST, "\2\0\0\0\0\x77") },
	    .fate = DROP(NOT_FOR_US) },
};

static const struct rule ip4_rules[] = {
	{ "forward", "10.0.0.1", .fate = GO, .port = 1 },
	{ "forward, nothing behind the UDP header", "10.0.0.1",
	    { AT(V4_LEN, "\0\x1c") }, .fate = GO, .port = 1 },
	{ "forward, header alone", "10.0.0.1", { AT(V4_LEN, "\0\x14") },
	    .cut = 34, .fate = GO, .port = 1 },
	{ "connected neighbour", "198.51.100.7", .fate = GO, .port = 1 },
	{ "connected, unknown", "198.51.100.99", .fate = PUNT(NEIGHBOR),
	    .out = 1 },
	{ "gateway unresolved", "10.4.0.1", .fate = PUNT(NEIGHBOR), .out = 1 },
	{ "version", "10.0.0.1", { AT(V4, "\x55") }, .fate = DROP(IP_VERSION) },
	{ "IPv6 in an IPv4 frame", "10.0.0.1", { AT(V4, "\x60") },
	    .fate = DROP(IP_VERSION) },
	{ "IHL 4", "10.0.0.1", { AT(V4, "\x44") }, .fate = DROP(IP_HEADER) },
	{ "cut in the header", "10.0.0.1", .cut = 33,
	    .fate = DROP(FRAME_SHORT) },
	{ "total below header", "10.0.0.1", { AT(V4_LEN, "\0\x13") },
	    .fate = DROP(IP_LENGTH) },
	{ "total beyond frame", "10.0.0.1", { AT(V4_LEN, "\0\x2f") },
	    .fate = DROP(IP_LENGTH) },
	{ "total fills frame", "10.0.0.1", { AT(V4_LEN, "\0\x2e") }, .fate = GO,
	    .port = 1 },
	{ "options beyond total", "10.0.0.1",
	    { AT(V4, "\x4f"), AT(V4_LEN, "\0\x3b") }, .fate = DROP(IP_LENGTH) },
	{ "checksum", "10.0.0.1", { AT(V4_SUM, "\x12\x34") }, .keep_sum = true,
	    .fate = DROP(IP_CHECKSUM) },
	{ "checksum zero", "10.0.0.1", { AT(V4_SUM, "\0\0") }, .keep_sum = true,
	    .fate = DROP(IP_CHECKSUM) },
	{ "source 127/8", "10.0.0.1", { AT(V4_SRC, "\x7f\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source 0/8", "10.0.0.1", { AT(V4_SRC, "\0\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source multicast", "10.0.0.1", { AT(V4_SRC, "\xe0\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source class E", "10.0.0.1", { AT(V4_SRC, "\xf0\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source broadcast", "10.0.0.1", { AT(V4_SRC, "\xff\xff\xff\xff") },
	    .fate = DROP(SOURCE) },
	{ "source 223", "10.0.0.1", { AT(V4_SRC, "\xdf\xff\xff\xff") },
	    .fate = GO, .port = 1 },
	{ "source 0.0.0.0 forwarded", "10.0.0.1", { AT(V4_SRC, "\0\0\0\0") },
	    .fate = DROP(SOURCE) },
	{ "source 0.0.0.0 to broadcast", "255.255.255.255",
	    { AT(V4_SRC, "\0\0\0\0") }, .fate = PUNT(LOCAL) },
	{ "source 0.0.0.0 to us", "192.0.2.1", { AT(V4_SRC, "\0\0\0\0") },
	    .fate = PUNT(LOCAL) },
	{ "destination 0/8", "0.0.0.0", .fate = DROP(DESTINATION) },
	{ "destination 127/8", "127.0.0.1", .fate = DROP(DESTINATION) },
	{ "destination 240/4", "240.0.0.1", .fate = DROP(DESTINATION) },
	{ "destination 255.255.255.254", "255.255.255.254",
	    .fate = DROP(DESTINATION) },
	{ "limited broadcast", "255.255.255.255", .fate = PUNT(LOCAL) },
	{ "all hosts", "224.0.0.1", .fate = PUNT(LOCAL) },
	{ "224.0.0.255", "224.0.0.255", .fate = PUNT(LOCAL) },
	{ "224.0.1.0", "224.0.1.0", .fate = DROP(MULTICAST) },
	{ "239/8", "239.255.255.255", .fate = DROP(MULTICAST) },
	{ "link broadcast to unicast", "10.0.0.1",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = DROP(LINK_GROUP) },
	{ "link multicast to unicast", "10.0.0.1",
	    { AT(E_DST, "\1\0\x5e\0\0\1") }, .fate = DROP(LINK_GROUP) },
	{ "link broadcast, no route", "9.9.9.9",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = DROP(LINK_GROUP) },
	{ "link broadcast, TTL 1", "10.0.0.1",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff"), AT(V4_TTL, "\1") },
	    .fate = DROP(LINK_GROUP) },
	{ "link broadcast to us", "192.0.2.1",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = DROP(LINK_GROUP) },
	{ "link-local source", "10.0.0.1", { AT(V4_SRC, "\xa9\xfe\1\7") },
	    .fate = DROP(SCOPE) },
	{ "link-local source, TTL 1", "10.0.0.1",
	    { AT(V4_SRC, "\xa9\xfe\1\7"), AT(V4_TTL, "\1") },
	    .fate = DROP(SCOPE) },
	{ "link-local source, options", "10.0.0.1",
	    { AT(V4_SRC, "\xa9\xfe\1\7"), AT(V4, "\x46"),
		AT(V4_LEN, "\0\x20") },
	    .fate = DROP(SCOPE) },
	{ "link-local source, no route", "9.9.9.9",
	    { AT(V4_SRC, "\xa9\xfe\1\7") }, .fate = DROP(SCOPE) },
	{ "link-local source, same link", "192.0.2.99",
	    { AT(V4_SRC, "\xa9\xfe\1\7") }, .fate = DROP(SCOPE) },
	{ "link-local source to us", "192.0.2.1",
	    { AT(V4_SRC, "\xa9\xfe\1\7") }, .fate = PUNT(LOCAL) },
	{ "source 169.253.255.255", "10.0.0.1",
	    { AT(V4_SRC, "\xa9\xfd\xff\xff") }, .fate = GO, .port = 1 },
	{ "source 169.255.0.0", "10.0.0.1", { AT(V4_SRC, "\xa9\xff\0\0") },
	    .fate = GO, .port = 1 },
	{ "to a link-local neighbour", "169.254.1.7", .fate = DROP(SCOPE) },
	{ "to link-local, TTL 1", "169.254.1.7", { AT(V4_TTL, "\1") },
	    .fate = DROP(SCOPE) },
	{ "to link-local, source 0.0.0.0", "169.254.1.7",
	    { AT(V4_SRC, "\0\0\0\0") }, .fate = DROP(SOURCE) },
	{ "to link-local, link broadcast", "169.254.1.7",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = DROP(LINK_GROUP) },
	{ "to our link-local address", "169.254.1.1", .fate = PUNT(LOCAL) },
	{ "to our link-local address, TTL 1", "169.254.1.1",
	    { AT(V4_TTL, "\1") }, .fate = PUNT(LOCAL) },
	{ "link-local broadcast", "169.254.255.255",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") }, .fate = PUNT(LOCAL) },
	{ "to 169.253.255.255", "169.253.255.255", .fate = PUNT(NO_ROUTE) },
	{ "to 169.255.0.0", "169.255.0.0", .fate = PUNT(NO_ROUTE) },
	{ "directed broadcast, own link", "192.0.2.255",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") }, .fate = PUNT(LOCAL) },
	{ "directed broadcast in a unicast frame", "192.0.2.255",
	    .fate = DROP(DESTINATION) },
	{ "directed broadcast to another link", "198.51.100.255",
	    .fate = DROP(DESTINATION) },
	{ "another link's, by link broadcast", "198.51.100.255",
	    { AT(E_DST, "\xff\xff\xff\xff\xff\xff") },
	    .fate = DROP(DESTINATION) },
	{ "to us", "192.0.2.1", .fate = PUNT(LOCAL) },
	{ "to our other address", "198.51.100.1", .fate = PUNT(LOCAL) },
	{ "to us, TTL 0", "192.0.2.1", { AT(V4_TTL, "\0") },
	    .fate = PUNT(LOCAL) },
	{ "to us, options", "192.0.2.1",
	    { AT(V4, "\x46"), AT(V4_LEN, "\0\x20") }, .fate = PUNT(LOCAL) },
	{ "TTL 0", "10.0.0.1", { AT(V4_TTL, "\0") }, .fate = PUNT(TTL) },
	{ "TTL 1", "10.0.0.1", { AT(V4_TTL, "\1") }, .fate = PUNT(TTL) },
	{ "TTL 2", "10.0.0.1", { AT(V4_TTL, "\2") }, .fate = GO, .port = 1 },
	{ "TTL 255", "10.0.0.1", { AT(V4_TTL, "\xff") }, .fate = GO,
	    .port = 1 },
	{ "options", "10.0.0.1", { AT(V4, "\x46"), AT(V4_LEN, "\0\x20") },
	    .fate = PUNT(OPTIONS) },
	{ "no route", "9.9.9.9", .fate = PUNT(NO_ROUTE) },
	{ "blackhole", "10.2.0.1", .fate = DROP(BLACKHOLE) },
	{ "reject", "10.3.0.1", .fate = PUNT(REJECT) },
	{ "at the MTU", "10.5.0.1", .payload = 548, .fate = GO, .port = 2 },
	{ "over the MTU, DF", "10.5.0.1", { AT(V4_FRAG, "\x40\0") },
	    .payload = 549, .fate = PUNT(MTU), .out = 2 },
	{ "over the MTU, DF and MF", "10.5.0.1", { AT(V4_FRAG, "\x60\0") },
	    .payload = 549, .fate = PUNT(MTU), .out = 2 },
	{ "over the MTU, no buffer", "10.5.0.1", .payload = 549,
	    .fate = DROP(NO_BUFFER) },
	{ "over the MTU, beyond the largest datagram", "10.5.0.1",
	    { AT(V4_FRAG, "\x1f\xff") }, .payload = 549,
	    .fate = DROP(PARAMETER) },
	{ "over the MTU, TTL 1", "10.5.0.1", { AT(V4_TTL, "\1") },
	    .payload = 549, .fate = PUNT(TTL) },
	{ "over the MTU, options", "10.5.0.1", { AT(V4, "\x46") },
	    .payload = 549, .fate = PUNT(OPTIONS) },
	{ "over the MTU, gateway unresolved", "10.4.0.1", .payload = 1473,
	    .fate = PUNT(NEIGHBOR), .out = 1 },
	{ "over the MTU, connected, unknown", "198.51.100.99", .payload = 1473,
	    .fate = PUNT(NEIGHBOR), .out = 1 },
	{ "link down", "10.6.0.1", .fate = DROP(LINK_DOWN) },
	{ "back where it came from", "192.0.2.99", .fate = PUNT(NEIGHBOR) },
};

static const struct rule ip6_rules[] = {
	{ "forward", "2001:db8:a::1", .fate = GO, .port = 1 },
	{ "forward, empty payload", "2001:db8:a::1", { AT(V6_LEN, "\0\0") },
	    .cut = 54, .fate = GO, .port = 1 },
	{ "connected neighbour", "2001:db8:1::7", .fate = GO, .port = 1 },
	{ "connected, unknown", "2001:db8:1::99", .fate = PUNT(NEIGHBOR),
	    .out = 1 },
	{ "gateway unresolved", "2001:db8:4::1", .fate = PUNT(NEIGHBOR),
	    .out = 1 },
	{ "version", "2001:db8:a::1", { AT(V6, "\x40") },
	    .fate = DROP(IP_VERSION) },
	{ "cut in the header", "2001:db8:a::1", .cut = 53,
	    .fate = DROP(FRAME_SHORT) },
	{ "payload beyond frame", "2001:db8:a::1", { AT(V6_LEN, "\0\x0d") },
	    .fate = DROP(IP_LENGTH) },
	{ "padded", "2001:db8:a::1", { AT(V6_LEN, "\0\x08") }, .fate = GO,
	    .port = 1 },
	{ "source multicast", "2001:db8:a::1", { AT(V6_SRC, "\xff\2") },
	    .fate = DROP(SOURCE) },
	{ "source ::1", "2001:db8:a::1",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source ::1 to us", "2001:db8::1",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "source ::", "2001:db8:a::1",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	    .fate = DROP(SOURCE) },
	{ "source :: in DAD", "ff02::1:ff00:1",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	    .fate = PUNT(LOCAL) },
	{ "source mapped", "2001:db8:a::1",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1") },
	    .fate = DROP(SOURCE) },
	{ "destination mapped", "::ffff:10.0.0.1", .fate = DROP(DESTINATION) },
	{ "destination ::", "::", .fate = DROP(DESTINATION) },
	{ "destination ::1", "::1", .fate = DROP(DESTINATION) },
	{ "destination ::2", "::2", .fate = PUNT(NO_ROUTE) },
	{ "source link-local", "2001:db8:a::1", { AT(V6_SRC, "\xfe\x80") },
	    .fate = PUNT(SCOPE) },
	{ "source febf", "2001:db8:a::1", { AT(V6_SRC, "\xfe\xbf") },
	    .fate = PUNT(SCOPE) },
	{ "source link-local, hop limit 1", "2001:db8:a::1",
	    { AT(V6_SRC, "\xfe\x80"), AT(V6_HOPS, "\1") },
	    .fate = PUNT(SCOPE) },
	{ "source link-local, hop-by-hop", "2001:db8:a::1",
	    { AT(V6_SRC, "\xfe\x80"), AT(V6_NEXT, "\0") },
	    .fate = PUNT(SCOPE) },
	{ "source link-local, link multicast", "2001:db8:a::1",
	    { AT(V6_SRC, "\xfe\x80"), AT(E_DST, "\x33\x33\0\0\0\1") },
	    .fate = DROP(LINK_GROUP) },
	{ "source fe00", "2001:db8:a::1", { AT(V6_SRC, "\xfe\0") }, .fate = GO,
	    .port = 1 },
	{ "source fec0", "2001:db8:a::1", { AT(V6_SRC, "\xfe\xc0") },
	    .fate = GO, .port = 1 },
	{ "source link-local to us", "2001:db8::1", { AT(V6_SRC, "\xfe\x80") },
	    .fate = PUNT(LOCAL) },
	{ "to our link-local address", "fe80::1", .fate = PUNT(LOCAL) },
	{ "to our link-local address from one", "fe80::1",
	    { AT(V6_SRC, "\xfe\x80") }, .fate = PUNT(LOCAL) },
	{ "to our link-local address, hop limit 1", "fe80::1",
	    { AT(V6_HOPS, "\1") }, .fate = PUNT(LOCAL) },
	{ "to link-local", "fe80::2", .fate = DROP(SCOPE) },
	{ "to link-local from one", "fe80::2", { AT(V6_SRC, "\xfe\x80") },
	    .fate = DROP(SCOPE) },
	{ "to link-local, hop limit 1", "fe80::2", { AT(V6_HOPS, "\1") },
	    .fate = DROP(SCOPE) },
	{ "to link-local, source ::", "fe80::2",
	    { AT(V6_SRC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	    .fate = DROP(SOURCE) },
	{ "to site-local", "fec0::1", .fate = PUNT(NO_ROUTE) },
	{ "link multicast to us", "2001:db8::1",
	    { AT(E_DST, "\x33\x33\0\0\0\1") }, .fate = DROP(LINK_GROUP) },
	{ "routing header in transit", "2001:db8:a::1",
	    { AT(V6_NEXT, "\x2b"), AT(V6_LEN, "\0\x06") }, .fate = GO,
	    .port = 1 },
	{ "all nodes", "ff02::1", .fate = PUNT(LOCAL) },
	{ "all nodes, flags", "ff32::1", .fate = PUNT(LOCAL) },
	{ "reserved scope", "ff00::1", .fate = DROP(DESTINATION) },
	{ "interface-local", "ff01::1", .fate = DROP(DESTINATION) },
	{ "site-local group", "ff05::2", .fate = DROP(MULTICAST) },
	{ "global group", "ff0e::1", .fate = DROP(MULTICAST) },
	{ "link multicast to unicast", "2001:db8:a::1",
	    { AT(E_DST, "\x33\x33\0\0\0\1") }, .fate = DROP(LINK_GROUP) },
	{ "to us", "2001:db8::1", .fate = PUNT(LOCAL) },
	{ "to us, hop limit 0", "2001:db8::1", { AT(V6_HOPS, "\0") },
	    .fate = PUNT(LOCAL) },
	{ "hop limit 0", "2001:db8:a::1", { AT(V6_HOPS, "\0") },
	    .fate = PUNT(TTL) },
	{ "hop limit 1", "2001:db8:a::1", { AT(V6_HOPS, "\1") },
	    .fate = PUNT(TTL) },
	{ "hop limit 2", "2001:db8:a::1", { AT(V6_HOPS, "\2") }, .fate = GO,
	    .port = 1 },
	{ "hop-by-hop", "2001:db8:a::1", { AT(V6_NEXT, "\0") },
	    .fate = PUNT(OPTIONS) },
	{ "hop-by-hop to us", "2001:db8::1", { AT(V6_NEXT, "\0") },
	    .fate = PUNT(LOCAL) },
	{ "jumbogram", "2001:db8:a::1",
	    { AT(V6_NEXT, "\0"), AT(V6_LEN, "\0\0") },
	    .fate = DROP(IP_LENGTH) },
	{ "no route", "2001:db9::1", .fate = PUNT(NO_ROUTE) },
	{ "blackhole", "2001:db8:2::1", .fate = DROP(BLACKHOLE) },
	{ "reject", "2001:db8:3::1", .fate = PUNT(REJECT) },
	{ "at the MTU", "2001:db8:5::1", .payload = 528, .fate = GO,
	    .port = 2 },
	{ "over the MTU", "2001:db8:5::1", .payload = 529, .fate = PUNT(MTU),
	    .out = 2 },
	{ "link down", "2001:db8:6::1", .fate = DROP(LINK_DOWN) },
};

static void
build(struct frame *frame, const struct rule *r)
{
	uint16_t payload = r->payload ? r->payload : 4;
	size_t i;

	if (strchr(r->dst, ':'))
		fix_ip6(frame, r->dst, payload);
	else
		fix_ip4(frame, r->dst, payload);
	for (i = 0; i < 3 && r->patch[i].n > 0; i++)
		memcpy(frame->byte + r->patch[i].at, r->patch[i].bytes,
		    r->patch[i].n);
	if (fix_is_ip4(frame) && !r->keep_sum)
		fix_ip4_checksum(frame);
	if (r->cut > 0)
		frame->len = r->cut;
}

static void
check_rule(struct fixture *f, const struct rule *rule)
{
	struct frame frame;
	struct fix_result r;

	build(&frame, rule);
	r = fix_forward(f, 0, &frame);
	if (r.fate != rule->fate)
		print_error(
		    "%s: fate %x, not %x\n", rule->name, r.fate, rule->fate);
	assert_int_equal(r.fate, rule->fate);
	if (r.fate == FATE_GO) {
		assert_int_equal(r.port, rule->port);
		fix_check_sent(f, &frame, &r);
	} else if (r.fate & FATE_IS_PUNT) {
		assert_memory_equal(pkt_data(r.p), frame.byte, r.p->len);
		assert_int_equal(r.p->iface, 0);
		assert_int_equal(r.p->port, 0);
		assert_int_equal(r.p->l3, 14);
		if (rule->out != 0)
			assert_int_equal(r.p->out_iface, rule->out);
	}
}

static void
check_rules(const struct rule *rules, size_t n)
{
	struct fixture *f = fix_create();
	size_t i;

	for (i = 0; i < n; i++)
		check_rule(f, &rules[i]);
	fix_destroy(f);
}

#define TEST_RULES(name)                                                       \
	static void test_##name(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		check_rules(name, sizeof(name) / sizeof(name[0]));             \
	}

TEST_RULES(ether_rules)
TEST_RULES(ip4_rules)
TEST_RULES(ip6_rules)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ether_rules),
		cmocka_unit_test(test_ip4_rules),
		cmocka_unit_test(test_ip6_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
