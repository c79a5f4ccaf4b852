/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of a frame, so that each one that was of no use is counted under
 * one reason. Who stands before lwIP says so by stack_drop(). lwIP says so in
 * its statistics alone, and there they are compared before and behind.
 */
#include "control/ip_scope.h"
#include "lwip-port/private.h"
#include "lwip/stats.h"
#include "net/ether.h"
#include "net/wire.h"

enum {
	IP4_DESTINATION = 16,
	IP6_DESTINATION = 24,
	IP4_FRAME = 14 + 20, /* a frame with no more than the header */
	IP6_FRAME = 14 + 40,
};

/* Refusals by lwIP since the start, by where; they wrap. */
struct refusals {
	uint32_t pieces, discovery, icmp, other, strays;
};

static int fate = NOT_DROPPED;
static struct refusals before;

void
stack_drop(enum drop_reason reason)
{
	if (fate == NOT_DROPPED)
		fate = (int)reason;
}

static uint32_t
of(const struct stats_proto *s)
{
	return (uint32_t)s->drop + s->chkerr + s->lenerr + s->err;
}

/* UDP to a group or to all that nobody waits for: lwIP says nothing. */
static uint32_t
unheard(void)
{
	return (
	    STAT_COUNTER)(lwip_stats.udp.recv - lwip_stats.mib2.udpindatagrams);
}

/*
 * Packets that went no further than IP. For IPv6 that is their end, and without
 * a word where a link-local source speaks to an address of another link.
 */
static uint32_t
strays(void)
{
	const struct stats_ *s = &lwip_stats;

	return (STAT_COUNTER)(s->ip6.recv - s->icmp6.recv - s->udp.recv -
			      s->tcp.recv);
}

static struct refusals
refusals_now(void)
{
	const struct stats_ *s = &lwip_stats;
	struct refusals r = {
		.pieces = of(&s->ip_frag) + of(&s->ip6_frag),
		.discovery = of(&s->nd6) + s->mld6.drop,
		/* Nobody here asks for an echo. */
		.icmp = of(&s->icmp) + of(&s->icmp6) + s->mib2.icmpinechoreps,
		.other = of(&s->ip) + of(&s->ip6) + of(&s->udp) + of(&s->tcp) +
		         unheard(),
		.strays = strays(),
	};

	return r;
}

static bool
is_broadcast(const struct ip_addr *dst)
{
	struct router_lookup l;

	if (dst->family != IP4)
		return false;
	router_lookup(stack_router, dst, &l);
	return l.type == NEXTHOP_BROADCAST || be32_load(dst->byte) == ~0u;
}

/* Of an IP packet that nobody here wants. */
static int
unwanted(const uint8_t *frame, uint16_t len)
{
	const uint8_t *ip = frame + sizeof(struct eth_hdr);
	struct ip_addr dst = { .family = ip[0] >> 4 };

	if (dst.family == IP4 && len >= IP4_FRAME)
		memcpy(dst.byte, ip + IP4_DESTINATION, 4);
	else if (dst.family == IP6 && len >= IP6_FRAME)
		memcpy(dst.byte, ip + IP6_DESTINATION, 16);
	else
		return DROP_FRAME_SHORT;
	if (ip_multicast(&dst))
		return DROP_MULTICAST;
	return is_broadcast(&dst) ? DROP_BROADCAST : DROP_STACK;
}

void
refused_begin(void)
{
	fate = NOT_DROPPED;
	before = refusals_now();
}

int
refused_end(const uint8_t *frame, uint16_t len)
{
	struct refusals now = refusals_now();

	refused_follow();
	if (fate != NOT_DROPPED)
		return fate;
	if (now.pieces != before.pieces)
		return DROP_REASSEMBLY;
	if (now.discovery != before.discovery)
		return DROP_ND;
	if (now.icmp != before.icmp)
		return DROP_ICMP;
	if (now.other != before.other ||
	    (be16_load(frame + 12) == ETHERTYPE_IP6 &&
		now.strays != before.strays))
		return unwanted(frame, len);
	return NOT_DROPPED;
}

void
refused_follow(void)
{
	static uint32_t told;

	for (; told != lwip_stats.mib2.ipreasmfails; told++)
		router_dropped(stack_router, DROP_REASSEMBLY);
}
