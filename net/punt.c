/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way up to core 0 (punt.h), and the kinds of packet to this router.
 */
#include "net/punt.h"
#include "net/ip4.h"
#include "net/ip6.h"
#include "net/worker.h"

enum {
	TCP_FLAGS = 13, /* offset */
	TCP_SYN = 0x02,
	TCP_ACK = 0x10,
	/* RFC 2710, RFC 4861: MLD, then neighbour discovery; RFC 3810. */
	MLD_QUERY = 130,
	ND_REDIRECT = 137,
	MLD2_REPORT = 143,
};

/*
 * What core 0 does in a few percent of its time. TCP has the most: it is the
 * console at work. A SYN makes lwIP keep state, a fragment memory. The part of
 * one source (below) holds the largest datagram, cut for an MTU of 1280.
 */
const struct punt_rate punt_defaults[PUNT_REASON_COUNT] = {
	[PUNT_ARP] = { 2000, 256 },
	[PUNT_ND] = { 2000, 256 },
	[PUNT_SYN] = { 500, 128 },
	[PUNT_TCP] = { 20000, 2000 },
	[PUNT_ICMP] = { 2000, 256 },
	[PUNT_FRAGMENT] = { 1000, 512 },
	[PUNT_LOCAL] = { 2000, 256 },
	[PUNT_NEIGHBOR] = { 1000, 128 },
	[PUNT_TTL] = { 1000, 128 },
	[PUNT_OPTIONS] = { 1000, 128 },
	[PUNT_MTU] = { 1000, 128 },
	[PUNT_NO_ROUTE] = { 1000, 128 },
	[PUNT_REJECT] = { 1000, 128 },
	[PUNT_SCOPE] = { 1000, 128 },
};

/*
 * A source has one in so many tokens. Those who send on through this router are
 * fewer, and one alone is often all that there is. An error about the MTU has
 * its sender send smaller ones: it may have them all.
 */
static const uint8_t source_part[PUNT_REASON_COUNT] = {
	[PUNT_ARP] = 8,
	[PUNT_ND] = 8,
	[PUNT_SYN] = 8,
	[PUNT_TCP] = 8,
	[PUNT_ICMP] = 8,
	[PUNT_FRAGMENT] = 8,
	[PUNT_LOCAL] = 8,
	[PUNT_NEIGHBOR] = 2,
	[PUNT_TTL] = 2,
	[PUNT_OPTIONS] = 2,
	[PUNT_MTU] = 1,
	[PUNT_NO_ROUTE] = 2,
	[PUNT_REJECT] = 2,
	[PUNT_SCOPE] = 2,
};

static enum punt_reason
classify_payload(uint8_t protocol, const uint8_t *at, uint32_t len)
{
	if (protocol == PROTO_TCP)
		return len > TCP_FLAGS &&
		               (at[TCP_FLAGS] & (TCP_SYN | TCP_ACK)) == TCP_SYN
		           ? PUNT_SYN
		           : PUNT_TCP;
	if (protocol == PROTO_ICMP)
		return PUNT_ICMP;
	if (protocol != PROTO_ICMP6)
		return PUNT_LOCAL;
	return len > 0 && ((at[0] >= MLD_QUERY && at[0] <= ND_REDIRECT) ||
			      at[0] == MLD2_REPORT)
	           ? PUNT_ND
	           : PUNT_ICMP;
}

static enum punt_reason
classify4(const struct ip4_hdr *ip, uint32_t len)
{
	uint32_t header = ip4_header_len(ip);

	if (ip4_is_fragment(ip))
		return PUNT_FRAGMENT;
	return classify_payload(
	    ip->protocol, (const uint8_t *)ip + header, len - header);
}

/* MLD has a router alert in front (RFC 2710 3). */
static enum punt_reason
classify6(const struct ip6_hdr *ip, uint32_t len)
{
	const uint8_t *at = (const uint8_t *)ip + IP6_HEADER;
	uint8_t next = ip->next_header;
	uint32_t size;

	len -= IP6_HEADER;
	if (next == PROTO_HOPOPTS) {
		size = (at[1] + 1u) * IP6_EXTENSION_MIN;
		if (size > len)
			return PUNT_LOCAL;
		next = at[0];
		at += size;
		len -= size;
	}
	if (next == PROTO_FRAGMENT)
		return PUNT_FRAGMENT;
	return classify_payload(next, at, len);
}

enum punt_reason
punt_classify(struct pkt *p)
{
	const uint8_t *l3 = pkt_data(p) + p->l3;
	uint32_t len = (uint32_t)p->len - p->l3;

	if (l3[0] >> 4 == 4)
		return classify4((const void *)l3, len);
	return classify6((const void *)l3, len);
}

/* ARP by the sender's MAC, all else by the source address. */
static uint32_t
source_hash(struct pkt *p, enum punt_reason reason, uint64_t now_us)
{
	const uint8_t *frame = pkt_data(p), *l3 = frame + p->l3;
	uint64_t h;

	if (reason == PUNT_ARP)
		h = hash_load32(frame + ETH_ALEN + 2);
	else if (l3[0] >> 4 == 4)
		h = hash_load32(l3 + offsetof(struct ip4_hdr, src));
	else
		h = hash_mix(hash_load64(l3 + offsetof(struct ip6_hdr, src)),
		    hash_load64(l3 + offsetof(struct ip6_hdr, src) + 8));
	h = hash_mix(now_us >> PUNT_SOURCE_SHIFT, h);
	return hash_end(h) & (PUNT_SOURCES - 1);
}

/*
 * A source's bucket is as deep in time as the whole one, and its tokens cost a
 * multiple: so rate and burst are a part. It holds one token at least, however
 * small the burst.
 */
static bool
source_has(uint64_t *full_ns, const struct bucket_limit *limit, uint32_t part,
    uint64_t now_ns)
{
	struct bucket_limit own = { limit->cost_ns * part, limit->depth_ns };

	if (part == 1)
		return true;
	if (own.depth_ns < own.cost_ns)
		own.depth_ns = own.cost_ns;
	return bucket_has(full_ns, &own, now_ns);
}

static void
source_take(uint64_t *full_ns, const struct bucket_limit *limit, uint32_t part,
    uint64_t now_ns)
{
	if (part > 1)
		bucket_take(full_ns, limit->cost_ns * part, now_ns);
}

uint32_t
punt_send(struct worker *w, struct pkt *p, enum punt_reason reason,
    const struct bucket_limit *limit)
{
	struct punt_gate *gate = w->gate;
	uint32_t kind = punt_kind(p->port, reason), part = source_part[reason];
	uint64_t now_ns = w->now_us * NS_PER_US, *source_ns;

	p->source = (uint16_t)source_hash(p, reason, w->now_us);
	source_ns = &gate->meter.source_ns[kind][p->source];
	if (!source_has(source_ns, limit, part, now_ns))
		return DROP_PUNT_RATE;
	p->punt = reason;
	p->punt_us = w->now_us;
	if (gate->waiting[kind] >=
		w->punt->full.size - (gate->sent - gate->taken) ||
	    !link_send(w->punt, p))
		return DROP_PUNT_FULL;
	/* The packet is core 0's now, and maybe another one already. */
	bucket_take(&gate->meter.full_ns[kind], limit->cost_ns, now_ns);
	source_take(source_ns, limit, part, now_ns);
	gate->waiting[kind]++;
	gate->kind[gate->sent++ % PUNT_LINK] = (uint16_t)kind;
	return PUNT_SENT;
}

/* A free buffer comes back for each packet that was taken, oldest first. */
void
punt_collect(struct worker *w)
{
	struct punt_gate *gate = w->gate;
	uint32_t n = link_collect(w->punt, w->pool);

	while (n-- > 0)
		gate->waiting[gate->kind[gate->taken++ % PUNT_LINK]]--;
}

bool
punt_admit(struct punt_police *police, const struct pkt *p,
    const struct bucket_limit *limit)
{
	uint32_t kind = punt_kind(p->port, p->punt);
	uint32_t part = source_part[p->punt];
	uint64_t *full_ns = &police->meter.full_ns[kind];
	uint64_t *source_ns = &police->meter.source_ns[kind][p->source];
	uint64_t now_ns = p->punt_us * NS_PER_US;

	if (now_ns < police->last_ns[kind])
		now_ns = police->last_ns[kind];
	police->last_ns[kind] = now_ns;
	if (!bucket_has(full_ns, limit, now_ns) ||
	    !source_has(source_ns, limit, part, now_ns))
		return false;
	bucket_take(full_ns, limit->cost_ns, now_ns);
	source_take(source_ns, limit, part, now_ns);
	return true;
}
