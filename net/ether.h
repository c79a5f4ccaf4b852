/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Ethernet stage: is a frame for this router, and what is in it (IEEE
 * 802.3, 3.2; RFC 894, RFC 2464).
 */
#ifndef NET_ETHER_H
#define NET_ETHER_H

#include <string.h>

#include "net/dataplane.h"
#include "net/fate.h"
#include "net/wire.h"

/* A MAC in a word, first byte lowest, as in struct adj.link. */
#define MAC_MASK      0xffffffffffffull
#define MAC_GROUP     1ull
#define MAC_BROADCAST MAC_MASK

enum { ARP_FRAME_MIN = sizeof(struct eth_hdr) + 28 }; /* RFC 826 */

/* The destination of a frame of 14 bytes or more, with one load. */
ALWAYS_INLINE uint64_t
ether_dst(const uint8_t *frame)
{
	uint64_t word;

	memcpy(&word, frame, sizeof(word));
	return word & MAC_MASK;
}

ALWAYS_INLINE uint64_t
ether_mac_word(const uint8_t mac[ETH_ALEN])
{
	uint64_t word = 0;

	memcpy(&word, mac, ETH_ALEN);
	return word;
}

/* True when the link delivered the frame to more than this router. */
ALWAYS_INLINE bool
ether_is_group(const uint8_t *frame)
{
	return (frame[0] & MAC_GROUP) != 0;
}

/* Writes both addresses; the EtherType stays. */
ALWAYS_INLINE void
ether_rewrite(uint8_t *frame, uint64_t dst, const uint8_t src[ETH_ALEN])
{
	memcpy(frame, &dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, src, ETH_ALEN);
}

/* FATE_GO when `type` receives ETHERTYPE_IP4 or ETHERTYPE_IP6; FATE_TAGGED
 * when the frame has an 802.1Q tag, which must be taken off first. */
ALWAYS_INLINE uint32_t
ether_check(uint64_t own_mac, struct pkt *p, uint16_t *type)
{
	const uint8_t *frame = pkt_data(p);
	uint64_t dst;

	if (p->len < sizeof(struct eth_hdr))
		return FATE_DROP(DROP_FRAME_SHORT);
	dst = ether_dst(frame);
	if (dst != own_mac && !(dst & MAC_GROUP))
		return FATE_DROP(DROP_NOT_FOR_US);
	*type = be16_load(frame + offsetof(struct eth_hdr, type));
	switch (*type) {
	case ETHERTYPE_IP4:
	case ETHERTYPE_IP6:
		return FATE_GO;
	case ETHERTYPE_ARP:
		if (p->len < ARP_FRAME_MIN)
			return FATE_DROP(DROP_FRAME_SHORT);
		if (dst != own_mac && dst != MAC_BROADCAST)
			return FATE_DROP(DROP_LINK_GROUP);
		return FATE_PUNT(PUNT_ARP);
	case ETHERTYPE_VLAN:
		return FATE_TAGGED;
	case ETHERTYPE_QINQ:
		return FATE_DROP(DROP_QINQ);
	default: /* a length below 0x600 ends here too */
		return FATE_DROP(DROP_ETHERTYPE);
	}
}

#endif
