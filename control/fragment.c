/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 fragmentation (RFC 791 3.2, RFC 1812 4.2.2.7).
 */
#include "control/options4.h"
#include "control/router_private.h"

enum { OFFSET_UNIT = 8 };

int
fragment_output(struct router *r, const struct hop *hop, const uint8_t *packet,
    uint16_t len, uint16_t mtu)
{
	static uint8_t frame[sizeof(struct eth_hdr) + PKT_ROOM_MAX];
	uint8_t *ip = frame + sizeof(struct eth_hdr);
	uint32_t header = (packet[0] & 0x0f) * 4u;
	uint16_t old = be16_load(packet + 6);
	uint32_t data = len - header, done = 0;
	uint16_t reserved = old & IP4_RESERVED; /* RFC 1812 4.2.2.3 */
	uint32_t first = (old & IP4_OFFSET_MASK) * (uint32_t)OFFSET_UNIT;
	uint32_t most = (mtu - header) & ~(OFFSET_UNIT - 1u);

	if (mtu > PKT_ROOM_MAX || mtu < header + OFFSET_UNIT)
		return DROP_MTU;
	/* A place beyond what any datagram has would not fit its field. */
	if (header + first + data > UINT16_MAX)
		return DROP_PARAMETER;
	memcpy(ip, packet, header);
	while (done < data) {
		uint32_t size = data - done < most ? data - done : most;
		bool more = done + size < data || (old & IP4_MF);
		uint32_t offset = (first + done) / OFFSET_UNIT;
		int reason;

		memcpy(ip + header, packet + header + done, size);
		be16_store(ip + 2, (uint16_t)(header + size));
		be16_store(ip + 6,
		    (uint16_t)(reserved | offset | (more ? IP4_MF : 0)));
		ip4_checksum_store(ip);
		reason = output_packet(r, hop, ip, (uint16_t)(header + size));
		if (reason != NOT_DROPPED)
			return reason;
		if (done == 0)
			options4_later_fragment(ip);
		done += size;
	}
	return NOT_DROPPED;
}
