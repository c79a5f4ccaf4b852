/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet buffer: one cache line of metadata, headroom, then the frame.
 *
 * All buffers lie in one physically contiguous region and never move. The
 * frame is received into the buffer, changed in place and sent from it.
 * Exactly one owner holds a buffer at any time: a pool, a NIC ring, a worker's
 * burst, or a queue between cores. Passing the pointer passes the ownership.
 */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdint.h>

enum {
	PKT_META = 64,     /* bytes of struct pkt */
	PKT_HEADROOM = 64, /* room to prepend, such as a VLAN tag */
	PKT_BURST = 32,    /* packets handled together */
};

/*
 * Room: the bytes that a NIC may write, from behind the headroom on. It is the
 * same for all buffers, chosen at boot, and a multiple of 1 KiB.
 */
enum {
	PKT_ROOM = 2048,      /* unless a port's MTU needs more */
	PKT_ROOM_MAX = 10240, /* for frames of 9,728 bytes and the extra */
};

struct pkt {
	uint16_t off;   /* frame start, in bytes from this struct */
	uint16_t len;   /* frame bytes, without FCS */
	uint16_t l3;    /* network header, in bytes from the frame start */
	uint8_t port;   /* where it came in, or, towards a worker, goes out */
	uint8_t punt;   /* enum punt_reason, on the way to core 0 */
	uint32_t hash;  /* flow hash; 0 when not yet computed */
	uint32_t adj;   /* between the stages of a burst: where it goes */
	uint16_t iface; /* index into dataplane.iface: where it came in */
	uint16_t out_iface; /* the same */
	uint16_t tci;       /* priority (PCP, DEI) of the tag it came with */
	uint16_t source;    /* net/punt.h, on the way to core 0 */
	struct pkt *next;   /* for whoever owns it */
	uint64_t punt_us;   /* when it went up, by the worker's clock */
	uint8_t pad[24];
};
_Static_assert(sizeof(struct pkt) == PKT_META, "one cache line");

/* From one buffer to the next. */
static inline uint32_t
pkt_stride(uint32_t room)
{
	return PKT_META + PKT_HEADROOM + room;
}

static inline uint8_t *
pkt_data(struct pkt *p)
{
	return (uint8_t *)p + p->off;
}

/* Empties the buffer: no bytes, full headroom. */
static inline void
pkt_reset(struct pkt *p)
{
	p->off = PKT_META + PKT_HEADROOM;
	p->len = 0;
	p->hash = 0;
	p->next = 0;
}

#endif
