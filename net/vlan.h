/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 802.1Q tags (IEEE 802.1Q, 9.6): four bytes between the source address and the
 * EtherType. A frame loses its tag on arrival, so that all behind sees an
 * untagged one, and gets the tag of the interface by which it leaves.
 */
#ifndef NET_VLAN_H
#define NET_VLAN_H

#include <string.h>

#include "net/dataplane.h"
#include "net/packet.h"
#include "net/wire.h"

enum {
	VLAN_TAG = 4,
	VLAN_VIDS = 4096,
	VLAN_VID_MASK = 0x0fff, /* of the tag control information */
	VLAN_PRIORITY = 0xf000, /* PCP and DEI */
};
_Static_assert((int)PKT_HEADROOM >= (int)VLAN_TAG, "room for the tag");

/* True for the number of a sub-interface. */
static inline bool
iface_is_vlan(uint16_t iface)
{
	return iface >= PORT_MAX && iface < IFACE_MAX;
}

/* Takes the tag off a frame of sizeof(struct eth_hdr) + VLAN_TAG bytes or
 * more, and returns its control information. */
static inline uint16_t
vlan_pop(struct pkt *p)
{
	uint8_t *frame = pkt_data(p);
	uint16_t tci = be16_load(frame + sizeof(struct eth_hdr));

	memmove(frame + VLAN_TAG, frame, 2 * (size_t)ETH_ALEN);
	p->off += VLAN_TAG;
	p->len -= VLAN_TAG;
	return tci;
}

/* Puts a tag in front of the EtherType. */
static inline void
vlan_push(struct pkt *p, uint16_t tci)
{
	uint8_t *frame;

	p->off -= VLAN_TAG;
	p->len += VLAN_TAG;
	frame = pkt_data(p);
	memmove(frame, frame + VLAN_TAG, 2 * (size_t)ETH_ALEN);
	be16_store(frame + 2 * (size_t)ETH_ALEN, ETHERTYPE_VLAN);
	be16_store(frame + sizeof(struct eth_hdr), tci);
}

#endif
