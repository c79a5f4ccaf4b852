/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding burst (forward.h), in stages, so that the cache misses of
 * different packets overlap:
 *
 *   Ethernet -> by family: check all -> verify sources, where that is wanted
 *     -> look all up -> read all next hops
 *     -> pick the ways of those with several -> rewrite and send all
 *
 * A packet leaves the burst where its fate is known (fate.h). It is changed
 * only in the last stage: what goes up to core 0 is as it came, without
 * Ethernet's padding. One that is too large for its way out leaves that stage
 * in fragments (fragment.h). Between the stages p->adj and p->out_iface hold
 * what was chosen.
 */
#include <stddef.h>

#include "net/ether.h"
#include "net/forward.h"
#include "net/fragment.h"
#include "net/hash.h"
#include "net/ip4.h"
#include "net/ip6.h"
#include "net/verify.h"
#include "net/vlan.h"

/* What the packets of a burst have in common. */
struct arrival {
	const struct dataplane *dp;
	uint64_t mac;   /* of the port */
	uint8_t verify; /* of any interface that packets came in by */
};

/* Destinations as the FIB takes them. */
union keys {
	uint32_t four[PKT_BURST];
	struct fib_key6 six[PKT_BURST];
};

/* What the stages need of a family. */
struct family {
	uint32_t (*check)(
	    const struct iface *in, struct pkt *p, uint32_t *guard);
	void (*key)(union keys *keys, uint32_t i, const uint8_t *dst);
	void (*lookup)(const struct fib *fib, const union keys *keys,
	    uint16_t *nexthop, uint32_t n);
	uint32_t (*hash)(struct pkt *p);
	void (*hop)(uint8_t *l3);
	size_t dst;       /* offset of the destination in the header */
	size_t forwarded; /* offset of its counter */
	uint8_t number;   /* enum ip_family */
};

static void
key4(union keys *keys, uint32_t i, const uint8_t *dst)
{
	keys->four[i] = be32_load(dst);
}

static void
key6(union keys *keys, uint32_t i, const uint8_t *dst)
{
	keys->six[i] = fib_key6_load(dst);
}

static void
lookup4(const struct fib *fib, const union keys *keys, uint16_t *nexthop,
    uint32_t n)
{
	fib_lookup4(fib, keys->four, nexthop, n);
}

static void
lookup6(const struct fib *fib, const union keys *keys, uint16_t *nexthop,
    uint32_t n)
{
	fib_lookup6(fib, keys->six, nexthop, n);
}

static const struct family ip4 = {
	.check = ip4_check,
	.key = key4,
	.lookup = lookup4,
	.hash = ip4_hash,
	.hop = ip4_hop,
	.dst = offsetof(struct ip4_hdr, dst),
	.forwarded = offsetof(struct counters, forwarded4),
	.number = IP4,
};

static const struct family ip6 = {
	.check = ip6_check,
	.key = key6,
	.lookup = lookup6,
	.hash = ip6_hash,
	.hop = ip6_hop,
	.dst = offsetof(struct ip6_hdr, dst),
	.forwarded = offsetof(struct counters, forwarded6),
	.number = IP6,
};

/* Next hops that are a fate by themselves. */
static const uint16_t nexthop_fate[] = {
	[NEXTHOP_NONE] = FATE_PUNT(PUNT_NO_ROUTE),
	[NEXTHOP_BLACKHOLE] = FATE_DROP(DROP_BLACKHOLE),
	[NEXTHOP_REJECT] = FATE_PUNT(PUNT_REJECT),
	[NEXTHOP_BROADCAST] = FATE_DROP(DROP_DESTINATION),
};

/* Takes a packet out of the burst. */
static __attribute__((noinline)) void
leave(struct worker *w, struct pkt *p, uint32_t fate)
{
	if (fate & FATE_IS_PUNT)
		worker_punt(w, p, fate & FATE_REASON);
	else
		worker_drop(w, p, fate & FATE_REASON);
}

/*
 * A next hop that is a fate by itself, and what else is known of the packet.
 * A directed broadcast is heard on its own network alone (RFC 1812 5.3.5.2,
 * RFC 2644). A packet to us is not heard when the link gave it to many (RFC
 * 1812 5.3.4, RFC 1122 3.3.6).
 */
static __attribute__((noinline)) uint32_t
end(struct pkt *p, struct nexthop nh, uint32_t guard)
{
	if ((nh.type == NEXTHOP_LOCAL && guard != FATE_DROP(DROP_LINK_GROUP)) ||
	    (nh.type == NEXTHOP_BROADCAST && nh.iface == p->iface &&
		ether_dst(pkt_data(p)) == MAC_BROADCAST))
		return FATE_PUNT(PUNT_LOCAL);
	if (nh.type != NEXTHOP_BROADCAST && guard != FATE_GO)
		return guard;
	return nexthop_fate[nh.type];
}

/*
 * For core 0, which shall choose the way of the packet's flow: the first
 * fragment may have options, those that follow it here have not.
 */
static __attribute__((noinline)) uint32_t
hold(const struct family *f, struct pkt *p, uint32_t guard)
{
	if (p->hash == 0)
		p->hash = f->hash(p);
	return guard;
}

/* Packets to groups, until their buckets have been fetched. */
struct picks {
	struct pkt *pkt[PKT_BURST];
	const _Atomic uint32_t *bucket[PKT_BURST];
	uint32_t count;
};

/* All packets of a flow come to one bucket. */
ALWAYS_INLINE void
pick_later(struct picks *picks, const struct arrival *in,
    const struct family *f, struct pkt *p, uint32_t group)
{
	if (p->hash == 0)
		p->hash = f->hash(p);
	picks->pkt[picks->count] = p;
	picks->bucket[picks->count] = nexthop_bucket_at(
	    in->dp->nexthop, group, p->hash);
	__builtin_prefetch(picks->bucket[picks->count++]);
}

ALWAYS_INLINE void
pick_all(const struct picks *picks, const struct adj_table *adj)
{
	for (uint32_t i = 0; i < picks->count; i++) {
		struct pkt *p = picks->pkt[i];

		p->adj = atomic_load_explicit(
		    picks->bucket[i], memory_order_acquire);
		__builtin_prefetch(&adj->entry[p->adj]);
	}
}

ALWAYS_INLINE uint32_t
toward(const struct dataplane *dp, struct pkt *p, uint16_t iface, uint32_t adj)
{
	p->adj = adj;
	p->out_iface = iface;
	__builtin_prefetch(&dp->adj->entry[adj]);
	return FATE_GO;
}

/* Chooses the adjacency or the group, or says why there is none to choose. */
ALWAYS_INLINE uint32_t
choose(const struct arrival *in, const struct family *f, struct pkt *p,
    struct nexthop nh, uint32_t guard, struct picks *picks)
{
	const struct dataplane *dp = in->dp;
	const uint8_t *dst = pkt_data(p) + p->l3 + f->dst;

	if (nh.type == NEXTHOP_VIA && guard == FATE_GO)
		return toward(dp, p, nh.iface, nh.index);
	if (nh.type != NEXTHOP_VIA && nh.type != NEXTHOP_GROUP &&
	    nh.type != NEXTHOP_CONNECTED)
		return end(p, nh, guard);
	if (guard != FATE_GO)
		return hold(f, p, guard);
	if (nh.type == NEXTHOP_CONNECTED)
		return toward(dp, p, nh.iface,
		    adj_find(dp->adj, nh.iface, f->number, dst));
	pick_later(picks, in, f, p, nh.index);
	return FATE_GO;
}

/* The tag of the way out, with the priority that the packet came with. */
static __attribute__((noinline)) void
tag(struct worker *w, struct pkt *p, const struct iface *out)
{
	struct iface_counters *c = &w->vlan[p->out_iface];

	c->out_packets++;
	c->out_octets += p->len;
	vlan_push(p, p->tci | out->vid);
}

/* All fragments of a packet, or nothing. */
static uint32_t
send_fragments(
    struct worker *w, struct pkt *p, const struct iface *out, uint64_t link)
{
	uint8_t *frame = pkt_data(p);
	struct pkt *next;
	uint32_t fate;

	ip4_hop(frame + p->l3);
	ether_rewrite(frame, link, out->mac);
	fate = fragment_packet(w->pool, p, out->mtu);
	if (fate != FATE_GO)
		return fate;
	w->counters->forwarded4++;
	w->counters->fragmented++;
	for (; p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		w->counters->fragments++;
		if (out->vid != 0)
			tag(w, p, out);
		worker_send(w, p, out->port);
	}
	return FATE_GO;
}

/*
 * Takes a packet out of the last stage, or has it cut. Core 0 tells the sender
 * of one that must stay whole, and cuts those whose neighbour is to be found.
 */
static __attribute__((noinline)) void
leave_last(
    struct worker *w, const struct dataplane *dp, struct pkt *p, uint32_t fate)
{
	uint64_t link = adj_link(dp->adj, p->adj);

	if (fate == FATE_LARGE) {
		if (!fragment_allowed(pkt_data(p) + p->l3))
			fate = FATE_PUNT(PUNT_MTU);
		else if (p->adj == ADJ_NONE || !(link & ADJ_VALID))
			fate = FATE_PUNT(PUNT_NEIGHBOR);
		else
			fate = send_fragments(
			    w, p, &dp->iface[p->out_iface], link);
	}
	if (fate != FATE_GO)
		leave(w, p, fate);
}

/* The last stage: everything about the way out, then the change itself. */
ALWAYS_INLINE uint32_t
rewrite(struct worker *w, const struct arrival *in, const struct family *f,
    struct pkt *p, uint8_t *port)
{
	const struct dataplane *dp = in->dp;
	const struct adj *adj = &dp->adj->entry[p->adj];
	const struct iface *out;
	uint8_t *frame = pkt_data(p);
	uint64_t link = 0;

	if (p->adj != ADJ_NONE) {
		p->out_iface = adj->iface;
		link = adj_link(dp->adj, p->adj);
	}
	if (p->out_iface >= dp->iface_count)
		return FATE_DROP(DROP_INTERFACE);
	out = &dp->iface[p->out_iface];
	if (!out->up)
		return FATE_DROP(DROP_INTERFACE);
	if (!out->link)
		return FATE_DROP(DROP_LINK_DOWN);
	if ((uint32_t)p->len - p->l3 > out->mtu)
		return FATE_LARGE;
	if (!(link & ADJ_VALID))
		return FATE_PUNT(PUNT_NEIGHBOR);

	f->hop(frame + p->l3);
	ether_rewrite(frame, link, out->mac);
	if (__builtin_expect(out->vid != 0, 0))
		tag(w, p, out);
	*port = out->port;
	return FATE_GO;
}

/* The first stage: how many of `pkts` are left, with their destinations. */
ALWAYS_INLINE uint32_t
check_all(struct worker *w, const struct arrival *in, const struct family *f,
    struct pkt **pkts, uint32_t n, union keys *keys, uint32_t *guard)
{
	uint32_t i, kept, fate;

	for (i = 0, kept = 0; i < n; i++) {
		struct pkt *p = pkts[i];

		fate = f->check(&in->dp->iface[p->iface], p, &guard[kept]);
		if (fate != FATE_GO) {
			leave(w, p, fate);
			continue;
		}
		f->key(keys, kept, pkt_data(p) + p->l3 + f->dst);
		pkts[kept++] = p;
	}
	return kept;
}

/*
 * Only where an interface says so: takes out what came from where it could not
 * (verify.h), without a word (RFC 1812 5.3.8). How many of `pkts` are left.
 */
static __attribute__((noinline)) uint32_t
verify_all(struct worker *w, const struct arrival *in, const struct family *f,
    struct pkt **pkts, uint32_t n, union keys *keys, uint32_t *guard)
{
	uint32_t failed = verify_sources(in->dp, f->number, pkts, n);
	uint32_t i, kept;

	for (i = 0, kept = 0; failed != 0 && i < n; i++) {
		struct pkt *p = pkts[i];

		if (failed >> i & 1) {
			leave(w, p, FATE_DROP(DROP_RPF));
			continue;
		}
		f->key(keys, kept, pkt_data(p) + p->l3 + f->dst);
		guard[kept] = guard[i];
		pkts[kept++] = p;
	}
	return failed != 0 ? kept : n;
}

/* The stages of one family; `pkts` is used up. */
ALWAYS_INLINE void
forward_family(struct worker *w, const struct arrival *in,
    const struct family *f, struct pkt **pkts, uint32_t n)
{
	const struct nexthop_table *table = in->dp->nexthop;
	union keys keys;
	struct picks picks;
	uint16_t nexthop[PKT_BURST];
	uint32_t guard[PKT_BURST];
	uint64_t *forwarded = (void *)((uint8_t *)w->counters + f->forwarded);
	uint32_t i, kept, fate;
	uint8_t port;

	picks.count = 0;
	n = check_all(w, in, f, pkts, n, &keys, guard);
	if (__builtin_expect(in->verify != 0, 0))
		n = verify_all(w, in, f, pkts, n, &keys, guard);
	f->lookup(in->dp->fib, &keys, nexthop, n);
	for (i = 0; i < n; i++)
		__builtin_prefetch(&table->word[nexthop[i]]);
	for (i = 0, kept = 0; i < n; i++) {
		fate = choose(in, f, pkts[i], nexthop_read(table, nexthop[i]),
		    guard[i], &picks);
		if (fate != FATE_GO)
			leave(w, pkts[i], fate);
		else
			pkts[kept++] = pkts[i];
	}
	n = kept;
	pick_all(&picks, in->dp->adj);
	for (i = 0; i < n; i++) {
		fate = rewrite(w, in, f, pkts[i], &port);
		if (fate != FATE_GO) {
			leave_last(w, in->dp, pkts[i], fate);
			continue;
		}
		(*forwarded)++;
		worker_send(w, pkts[i], port);
	}
}

/* The state of a packet that nothing is known about yet. */
ALWAYS_INLINE void
arrive(struct pkt *p, uint8_t port, uint16_t iface)
{
	p->port = port;
	p->iface = iface;
	p->l3 = sizeof(struct eth_hdr);
	p->adj = ADJ_NONE;
	p->out_iface = IFACE_NONE;
	p->tci = 0;
}

/*
 * Takes the tag off, and finds the interface that it means; VID 0 is a priority
 * alone.
 */
static uint32_t
classify(struct worker *w, struct arrival *in, struct pkt *p)
{
	const struct dataplane *dp = in->dp;
	const uint16_t *table = dp->vid_iface[p->port];
	uint16_t tci = vlan_pop(p), vid = tci & VLAN_VID_MASK;
	uint16_t type = be16_load(pkt_data(p) + offsetof(struct eth_hdr, type));
	uint16_t index = IFACE_NONE;
	struct iface_counters *c;

	p->tci = tci & VLAN_PRIORITY;
	if (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ)
		return FATE_DROP(DROP_QINQ);
	if (vid == 0)
		return FATE_GO;
	if (table != NULL)
		index = table[vid];
	if (index >= dp->iface_count)
		return FATE_DROP(DROP_VLAN);
	p->iface = index;
	c = &w->vlan[index];
	c->in_packets++;
	c->in_octets += p->len;
	in->verify |= dp->iface[index].verify;
	return dp->iface[index].up ? FATE_GO : FATE_DROP(DROP_INTERFACE);
}

/*
 * A frame that is not just an IP packet for us: takes the tag off, if it has
 * one, and looks behind it. Returns the EtherType, or 0 when the frame has left
 * the burst.
 */
static __attribute__((noinline)) uint16_t
unwrap(struct worker *w, struct arrival *in, struct pkt *p, uint32_t fate)
{
	uint16_t type = 0;

	if (fate == FATE_TAGGED) {
		if (p->len < sizeof(struct eth_hdr) + VLAN_TAG)
			fate = FATE_DROP(DROP_FRAME_SHORT);
		else
			fate = classify(w, in, p);
		if (fate == FATE_GO)
			fate = ether_check(in->mac, p, &type);
	}
	if (fate == FATE_GO)
		return type;
	leave(w, p, fate);
	return 0;
}

/* What comes by an interface that is shut down, or gone. */
static __attribute__((noinline)) void
leave_all(struct worker *w, uint8_t port, uint16_t index, struct pkt **pkts,
    uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		arrive(pkts[i], port, index);
		leave(w, pkts[i], FATE_DROP(DROP_INTERFACE));
	}
}

void
forward_burst(struct worker *w, const struct dataplane *dp, uint8_t port,
    struct pkt **pkts, uint32_t n)
{
	struct arrival in = { .dp = dp };
	struct pkt *four[PKT_BURST], *six[PKT_BURST];
	uint32_t n4 = 0, n6 = 0, i, fate;
	uint16_t index = dp->port_iface[port], type = 0;

	if (index >= dp->iface_count || !dp->iface[index].up) {
		leave_all(w, port, index, pkts, n);
		return;
	}
	for (i = 0; i < n; i++)
		__builtin_prefetch(pkt_data(pkts[i]));
	in.mac = ether_mac_word(dp->iface[index].mac);
	in.verify = dp->iface[index].verify;
	for (i = 0; i < n; i++) {
		struct pkt *p = pkts[i];

		arrive(p, port, index);
		fate = ether_check(in.mac, p, &type);
		if (fate != FATE_GO && (type = unwrap(w, &in, p, fate)) == 0)
			continue;
		if (type == ETHERTYPE_IP4)
			four[n4++] = p;
		else
			six[n6++] = p;
	}
	if (n4 > 0)
		forward_family(w, &in, &ip4, four, n4);
	if (n6 > 0)
		forward_family(w, &in, &ip6, six, n6);
}
