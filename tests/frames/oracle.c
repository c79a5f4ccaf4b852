/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The oracle (oracle.h).
 */
#include "tests/frames/oracle.h"

#include <stdbool.h>
#include <string.h>

#include "net/addr.h"
#include "tests/frames/config.h"
#include "tests/frames/judge.h"

enum { ETHER = 14, TAG = 4, V4 = 20, V6 = 40, NO_LINK = 0xff };

static const struct oracle_link links[] = {
	{ 0, 0, 9000 },
	{ 1, 0, 1500 },
	{ 2, 0, 1280 },
	{ 2, 100, 1280 },
	{ 0, 100, 1500 },
};

/* Destinations that are surely forwarded. */
struct route {
	uint8_t prefix[16];
	uint8_t len, family, way_count;
	struct oracle_way way[3];
};

#define V6NET(group) 0x20, 0x01, 0x0d, 0xb8, 0, (group)
#define HOST4(a, b, c, link, n)                                                \
	{                                                                      \
		{ a, b, c, n }, 32, 4, 1,                                      \
		{                                                              \
			{                                                      \
				link, n                                        \
			}                                                      \
		}                                                              \
	}
#define HOST6(link, n)                                                         \
	{                                                                      \
		{ V6NET(link), [15] = n }, 128, 6, 1,                          \
		{                                                              \
			{                                                      \
				link, n                                        \
			}                                                      \
		}                                                              \
	}
/* The known hosts of a link. */
#define HOSTS(a, b, c, link)                                                   \
	HOST4(a, b, c, link, 2), HOST4(a, b, c, link, 3),                      \
	    HOST4(a, b, c, link, 4), HOST4(a, b, c, link, 5), HOST6(link, 2),  \
	    HOST6(link, 3), HOST6(link, 4), HOST6(link, 5)

static const struct route routes[] = {
	{ { 11, 1 }, 16, 4, 1, { { 1, 2 } } },
	{ { 11, 2 }, 16, 4, 1, { { 2, 2 } } },
	{ { 11, 6 }, 16, 4, 3, { { 1, 3 }, { 1, 4 }, { 2, 5 } } },
	{ { 11, 7 }, 16, 4, 1, { { 3, 2 } } },
	{ { 11, 8 }, 16, 4, 1, { { 4, 2 } } },
	{ { 11, 9 }, 16, 4, 2, { { 1, 5 }, { 3, 5 } } },
	{ { V6NET(0xb1) }, 48, 6, 1, { { 1, 2 } } },
	{ { V6NET(0xb2) }, 48, 6, 1, { { 2, 2 } } },
	{ { V6NET(0xb6) }, 48, 6, 3, { { 1, 3 }, { 1, 4 }, { 2, 5 } } },
	{ { V6NET(0xb7) }, 48, 6, 1, { { 3, 2 } } },
	{ { V6NET(0xb8) }, 48, 6, 1, { { 4, 2 } } },
	{ { V6NET(0xb9) }, 48, 6, 2, { { 1, 5 }, { 3, 5 } } },
	HOSTS(192, 0, 2, 1),
	HOSTS(198, 51, 100, 2),
	HOSTS(203, 0, 113, 3),
	HOSTS(192, 168, 4, 4),
};

static const struct oracle any = { .verdict = VERDICT_ANY };
static const struct oracle stop = { .verdict = VERDICT_STOP };
static const struct oracle silent = { .verdict = VERDICT_SILENT };

static bool
covers(const struct route *r, const uint8_t *addr)
{
	for (uint32_t bit = 0; bit < r->len; bit++)
		if ((r->prefix[bit / 8] ^ addr[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static const struct route *
find(const uint8_t *addr, uint8_t family)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (routes[i].family == family && covers(&routes[i], addr))
			return &routes[i];
	return NULL;
}

/* The ways of a route may lead to links of different MTU. */
static struct oracle
forward(const struct route *r, uint32_t len, bool may_fragment)
{
	struct oracle o = { .verdict = VERDICT_FORWARD,
		.len = len,
		.way_count = r->way_count };
	uint32_t large = 0;

	for (uint32_t i = 0; i < r->way_count; i++) {
		o.way[i] = r->way[i];
		large += len > links[r->way[i].link].mtu;
	}
	if (large == 0)
		return o;
	if (large < r->way_count)
		return any;
	if (!may_fragment)
		return stop;
	o.verdict = VERDICT_FRAGMENT;
	return o;
}

/* A host's address beyond doubt. */
static bool
plain4(const uint8_t *a)
{
	static const uint8_t nets[][3] = { { 192, 0, 2 }, { 198, 51, 100 },
		{ 203, 0, 113 }, { 192, 168, 4 } };

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if (memcmp(a, nets[i], 3) == 0)
			return a[3] >= 2 && a[3] < 200;
	return a[0] == 11;
}

static bool
plain6(const uint8_t *a)
{
	static const uint8_t net[] = { 0x20, 0x01, 0x0d, 0xb8, 0 };

	return memcmp(a, net, sizeof(net)) == 0 && a[15] >= 2;
}

/* RFC 1812, 5.2.2 and 5.3.7; RFC 1122, 3.2.1.3 */
static bool
broken4(const uint8_t *ip, uint32_t room)
{
	uint32_t header, total;

	if (room < V4 || ip[0] >> 4 != 4)
		return true;
	header = (ip[0] & 15) * 4u;
	total = be16_load(ip + 2);
	if (header < V4 || total < header || total > room)
		return true;
	if (judge_fold(judge_add(0, ip, header)) != 0)
		return true;
	return ip[12] == 127 || ip[12] >= 224 || ip[16] == 127 || ip[16] == 0 ||
	       (ip[16] >= 240 && be32_load(ip + 16) != 0xffffffff);
}

/* RFC 3704, 2.2 and 2.5: which sources a link takes. */
static const enum {
	ALL,
	LOOSE,
	STRICT
} rule4[] = { ALL, LOOSE, STRICT, ALL, STRICT },
  rule6[] = { ALL, LOOSE, STRICT, ALL, LOOSE };

/* A bit for each link that leads to 11.N/16, and to 2001:db8:bN::/48. */
static uint8_t
links_of_route(uint8_t n)
{
	static const uint8_t bits[] = { 0, 1 << 1, 1 << 2, 1 << 2, 0, 0,
		1 << 1 | 1 << 2, 1 << 3, 1 << 4, 1 << 1 | 1 << 3 };

	return n < sizeof(bits) ? bits[n] : 0;
}

/* None where nobody is, or ourselves. */
static uint8_t
links_of4(const uint8_t *a)
{
	static const uint8_t net[][4] = { { 10, 0, 2, 15 }, { 192, 0, 2, 1 },
		{ 198, 51, 100, 1 }, { 203, 0, 113, 1 }, { 192, 168, 4, 1 } };

	for (size_t i = 0; i < sizeof(net) / sizeof(net[0]); i++)
		if (memcmp(a, net[i], 3) == 0)
			return a[3] == 0 || a[3] == 255 || a[3] == net[i][3]
			           ? 0
			           : (uint8_t)(1 << i);
	return a[0] == 11 ? links_of_route(a[1]) : 0;
}

static uint8_t
links_of6(const uint8_t *a)
{
	static const uint8_t head[] = { 0x20, 0x01, 0x0d, 0xb8, 0 };
	static const uint8_t none[9];
	bool host;

	if (memcmp(a, head, sizeof(head)) != 0)
		return 0;
	if (a[5] >> 4 == 0xb)
		return links_of_route(a[5] & 15);
	host = memcmp(a + 8, none, 7) != 0 || a[15] > 1;
	return a[5] > 4 || a[6] != 0 || a[7] != 0 || !host
	           ? 0
	           : (uint8_t)(1 << a[5]);
}

/* RFC 1812, 5.3.8: is it to be dropped, as if it had never come? */
static bool
forged(int rule, uint8_t back, uint8_t link)
{
	return (rule == LOOSE && back == 0) ||
	       (rule == STRICT && !(back >> link & 1));
}

/* What is for this link by its addresses has no way back. */
static bool
forged4(const uint8_t *ip, uint8_t link)
{
	const uint8_t *src = ip + 12;

	if (ip[16] >= 224 || src[0] == 0 || (src[0] == 169 && src[1] == 254))
		return false;
	return forged(rule4[link], links_of4(src), link);
}

static bool
forged6(const uint8_t *ip, uint8_t link)
{
	static const uint8_t none[16];
	const uint8_t *src = ip + 8;

	if (ip[24] == 0xff || memcmp(src, none, 16) == 0 ||
	    (src[0] == 0xfe && (src[1] & 0xc0) == 0x80))
		return false;
	return forged(rule6[link], links_of6(src), link);
}

static struct oracle
ask4(const uint8_t *ip, uint32_t room, bool group, uint8_t link)
{
	const struct route *r;

	if (broken4(ip, room) || forged4(ip, link))
		return silent;
	r = find(ip + 16, 4);
	if (r == NULL)
		return any;
	/* RFC 1812, 5.3.4: a link's group never multiplies what is routed. */
	if (group)
		return silent;
	if (ip[8] <= 1)
		return stop;
	if ((ip[0] & 15) != 5 || !plain4(ip + 12))
		return any;
	/* A fragment beyond the largest datagram has no pieces of its own. */
	return forward(r, be16_load(ip + 2),
	    !(ip[6] & 0x40) &&
		(be16_load(ip + 6) & 0x1fff) * 8 + be16_load(ip + 2) <= 65535);
}

/* RFC 8200, 3; RFC 4291, 2.5.2, 2.5.3, 2.7 */
static bool
broken6(const uint8_t *ip, uint32_t room)
{
	static const uint8_t none[16];

	if (room < V6 || ip[0] >> 4 != 6)
		return true;
	if (be16_load(ip + 4) > room - V6)
		return true;
	if (ip[8] == 0xff || memcmp(ip + 24, none, 16) == 0)
		return true;
	return (memcmp(ip + 8, none, 15) == 0 && ip[23] == 1) ||
	       (memcmp(ip + 24, none, 15) == 0 && ip[39] == 1);
}

/* RFC 4291, 2.5.6: a link-local source stays on its link. */
static bool
leaves_link(const struct route *r, const uint8_t *src, uint8_t link)
{
	if (src[0] != 0xfe || (src[1] & 0xc0) != 0x80)
		return false;
	for (uint32_t i = 0; i < r->way_count; i++)
		if (r->way[i].link == link)
			return false;
	return true;
}

static struct oracle
ask6(const uint8_t *ip, uint32_t room, bool group, uint8_t link)
{
	const struct route *r;

	if (broken6(ip, room) || forged6(ip, link))
		return silent;
	r = find(ip + 24, 6);
	if (r == NULL)
		return any;
	if (group)
		return silent;
	if (ip[7] <= 1 || leaves_link(r, ip + 8, link))
		return stop;
	if (ip[6] == 0 || !plain6(ip + 8))
		return any;
	return forward(r, V6 + be16_load(ip + 4), false);
}

/* IEEE 802.1Q, 9.6: VID 0 is a priority alone. */
static uint8_t
link_of(uint8_t port, uint16_t vid)
{
	for (uint8_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].port == port && links[i].vid == vid)
			return i;
	return NO_LINK;
}

static struct oracle
ask(uint16_t type, const uint8_t *packet, uint32_t room, bool group,
    uint8_t link)
{
	if (link == NO_LINK)
		return silent;
	switch (type) {
	case 0x0800:
		return ask4(packet, room, group, link);
	case 0x86dd:
		return ask6(packet, room, group, link);
	case 0x0806:
		return any;
	default:
		return silent;
	}
}

struct oracle
oracle_ask(uint8_t port, const uint8_t *frame, uint16_t len)
{
	const uint8_t mac[] = WORLD_MAC(port);
	bool group = frame[0] & 1;
	uint16_t tci = 0, type;
	uint32_t at = ETHER;
	struct oracle o;

	if (len < ETHER || (!group && memcmp(frame, mac, sizeof(mac)) != 0))
		return silent;
	if (be16_load(frame + at - 2) == 0x8100) {
		at += TAG;
		if (len < at)
			return silent;
		tci = be16_load(frame + ETHER);
	}
	type = be16_load(frame + at - 2);
	o = ask(type, frame + at, len - at, group, link_of(port, tci & 0xfff));
	o.type = type;
	o.at = at;
	o.priority = tci & 0xf000;
	return o;
}

const struct oracle_link *
oracle_link(uint8_t link)
{
	return &links[link];
}
