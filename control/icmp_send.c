/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends ICMP errors: no more than a rate (RFC 1812 4.3.2.8, RFC 4443 2.4 f),
 * from the address of the interface that the packet came in by, routed like any
 * other packet.
 */
#include "control/router_private.h"

#include "control/ip_scope.h"

enum {
	ICMP_PER_SECOND = 1000,
	ICMP_BURST = 100,
	ICMP_EACH_US = 1000 * 1000 / ICMP_PER_SECOND,
};

static bool
rate_allows(struct router_private *p)
{
	uint64_t more = (p->now_us - p->icmp_us) / ICMP_EACH_US;

	if (more >= ICMP_BURST) {
		p->icmp_tokens = ICMP_BURST;
		p->icmp_us = p->now_us;
	} else if (more > 0) {
		p->icmp_tokens += (uint32_t)more;
		if (p->icmp_tokens > ICMP_BURST)
			p->icmp_tokens = ICMP_BURST;
		p->icmp_us += more * ICMP_EACH_US;
	}
	if (p->icmp_tokens == 0)
		return false;
	p->icmp_tokens--;
	return true;
}

/* An interface without an address of its own borrows another's. */
static const struct ip_addr *
source_for(const struct router *r, uint16_t iface, uint8_t family)
{
	const struct ip_addr *a = NULL;

	if (iface < r->interface_count)
		a = interface_source(r, iface, family);
	for (uint16_t i = 0; !a && i < r->interface_count; i++)
		if (r->interface[i].admin_up)
			a = interface_source(r, i, family);
	return a;
}

void
icmp_send(struct router *r, enum icmp_error error, uint16_t mtu, uint16_t iface,
    const uint8_t *packet, uint16_t len)
{
	uint8_t frame[sizeof(struct eth_hdr) + ICMP_ERROR_MAX];
	uint8_t *out = frame + sizeof(struct eth_hdr);
	struct ip_addr to = ip_packet_src(packet);
	const struct ip_addr *source = source_for(r, iface, to.family);
	enum nexthop_type type;
	struct hop hop = { 0 };
	size_t size;
	int reason;

	if (!source || ip_link_local(&to))
		return;
	type = hop_find(r, &to, 0, &hop);
	if (type != NEXTHOP_VIA && type != NEXTHOP_CONNECTED)
		return;
	size = icmp_error_build(error, mtu, source, packet, len, out);
	if (size == 0 || !rate_allows(r->private))
		return;
	reason = output_packet(r, &hop, out, (uint16_t)size);
	if (reason != NOT_DROPPED)
		count_drop(r, reason);
}

void
router_unreachable(struct router *r, const uint8_t *packet, uint16_t len)
{
	struct ip_addr from = ip_packet_src(packet);
	struct hop hop = { .iface = IFACE_NONE };

	count_drop(r, DROP_NO_NEIGHBOR);
	hop_find(r, &from, 0, &hop);
	icmp_send(r, ICMP_HOST_UNREACHABLE, 0, hop.iface, packet, len);
}
