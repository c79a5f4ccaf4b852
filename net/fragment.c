/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 fragmentation (fragment.h).
 */
#include "net/fragment.h"
#include "net/fate.h"
#include "net/ip4.h"

enum {
	OFFSET_UNIT = 8,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_COPIED = 0x80, /* into every fragment */
};

bool
fragment_allowed(const uint8_t *ip)
{
	return ip[0] >> 4 == 4 && !(be16_load(ip + 6) & IP4_DF);
}

/* Where the packet's own data begins in its datagram. */
static uint32_t
first_offset(const struct fragment_plan *plan)
{
	return (plan->field & IP4_OFFSET_MASK) * (uint32_t)OFFSET_UNIT;
}

uint32_t
fragment_plan(
    struct fragment_plan *plan, const uint8_t *ip, uint16_t len, uint16_t mtu)
{
	uint16_t header = (uint16_t)ip4_header_len((const void *)ip);
	uint32_t room = mtu - header;

	if (mtu < header + OFFSET_UNIT)
		return FATE_DROP(DROP_MTU);
	plan->ip = ip;
	plan->header = header;
	plan->data = len - header;
	plan->most = (uint16_t)(room & ~(OFFSET_UNIT - 1u));
	/* The last one may fill the MTU: nothing comes behind it. */
	plan->count =
	    (uint16_t)(1 + (plan->data - room + plan->most - 1) / plan->most);
	plan->field = be16_load(ip + offsetof(struct ip4_hdr, fragment));
	/* A place beyond what any datagram has would not fit its field. */
	if (first_offset(plan) + len > UINT16_MAX)
		return FATE_DROP(DROP_PARAMETER);
	return FATE_GO;
}

/* Only options with the copied flag are in later fragments (RFC 791 3.1). */
static void
keep_copied(uint8_t *ip, uint32_t end)
{
	uint32_t at = IP4_HEADER_MIN;

	while (at < end && ip[at] != OPTION_END) {
		uint32_t size = 1;

		if (ip[at] != OPTION_NOP && at + 1 < end)
			size = ip[at + 1];
		if (size == 0 || size > end - at)
			size = end - at;
		if (!(ip[at] & OPTION_COPIED))
			memset(ip + at, OPTION_NOP, size);
		at += size;
	}
}

uint16_t
fragment_make(const struct fragment_plan *plan, uint32_t index, uint8_t *out)
{
	struct ip4_hdr *ip = (void *)out;
	uint32_t done = index * plan->most;
	uint32_t left = plan->data - done;
	uint16_t more = IP4_MF, size = plan->most;
	uint16_t reserved = plan->field & IP4_RESERVED; /* RFC 1812 4.2.2.3 */

	if (index == plan->count - 1u) {
		size = (uint16_t)left;
		more = plan->field & IP4_MF;
	}
	if (out != plan->ip) {
		memcpy(out, plan->ip, plan->header);
		memcpy(
		    out + plan->header, plan->ip + plan->header + done, size);
	}
	if (index > 0)
		keep_copied(out, plan->header);
	size += plan->header;
	be16_store(&ip->total_length, size);
	be16_store(&ip->fragment,
	    (uint16_t)(reserved | more |
		       (first_offset(plan) + done) / OFFSET_UNIT));
	ip4_checksum_store(ip);
	return size;
}

/* A buffer with the frame's Ethernet header, and a fragment behind that. */
static struct pkt *
make_later(struct pool *pool, struct pkt *p, const struct fragment_plan *plan,
    uint32_t index)
{
	struct pkt *later = pool_get(pool);
	uint8_t *frame = pkt_data(later);

	later->l3 = p->l3;
	later->port = p->port;
	later->iface = p->iface;
	later->out_iface = p->out_iface;
	later->tci = p->tci;
	memcpy(frame, pkt_data(p), p->l3);
	later->len = p->l3 + fragment_make(plan, index, frame + p->l3);
	return later;
}

uint32_t
fragment_packet(struct pool *pool, struct pkt *p, uint16_t mtu)
{
	uint8_t *ip = pkt_data(p) + p->l3;
	struct pkt **next = &p->next;
	struct fragment_plan plan;
	uint32_t i, fate;

	fate = fragment_plan(&plan, ip, p->len - p->l3, mtu);
	if (fate != FATE_GO)
		return fate;
	if (!pool_has(pool, plan.count - 1u))
		return FATE_DROP(DROP_NO_BUFFER);
	for (i = 1; i < plan.count; i++) {
		*next = make_later(pool, p, &plan, i);
		next = &(*next)->next;
	}
	*next = NULL;
	p->len = p->l3 + fragment_make(&plan, 0, ip);
	return FATE_GO;
}
