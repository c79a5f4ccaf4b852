/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets that go up to core 0, for tests of who lets them.
 */
#ifndef TESTS_UNIT_PUNT_ARRIVALS_H
#define TESTS_UNIT_PUNT_ARRIVALS_H

#include "tests/unit/net_fixture.h"

/* From hosts that take turns. */
static inline void
arrive(struct fixture *f, const char *dst, uint32_t n)
{
	static uint8_t turn;
	struct fix_port *fp = &f->port[0];
	struct frame frame;

	fix_ip4(&frame, dst, 4);
	while (n-- > 0) {
		frame.byte[29] = (uint8_t)(10 + turn++ % 200);
		fix_ip4_checksum(&frame);
		fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
	}
}

/* One ARP request by `port`, from a host with this last byte of its MAC. */
static inline void
arp(struct fixture *f, uint8_t port, uint8_t host)
{
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 };
	struct fix_port *fp = &f->port[port];

	frame[11] = host;
	be16_store(frame + 12, ETHERTYPE_ARP);
	fp->rx[fp->rx_count++] = fix_packet(f, frame, sizeof(frame));
}

/* One packet by port 0, from a host with this last byte of its address. */
static inline void
from(struct fixture *f, const char *dst, uint8_t host)
{
	struct fix_port *fp = &f->port[0];
	struct frame frame;

	fix_ip4(&frame, dst, 4);
	frame.byte[29] = host;
	fix_ip4_checksum(&frame);
	fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
}

/* Without limits: what one kind of packet gets of the link. */
static inline void
unlimited(struct fixture *f)
{
	memset(f->dp.punt, 0, sizeof(f->dp.punt));
}

#endif
