/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 fragmentation (RFC 791 3.2, RFC 1812 4.2.2.7).
 */
#include "control/router_private.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_COPIED = 0x80,
	CHECKSUM_AT = 10,
};

static void
checksum(uint8_t *ip, uint32_t header)
{
	uint32_t sum = 0;

	be16_store(ip + CHECKSUM_AT, 0);
	for (uint32_t i = 0; i < header; i += 2)
		sum += be16_load(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	be16_store(ip + CHECKSUM_AT, (uint16_t)~sum);
}

/* Options that are not copied into later fragments give way to padding. */
static void
options_of_later(uint8_t *ip, uint32_t header)
{
	uint32_t at = sizeof(struct ip4_hdr);

	while (at < header && ip[at] != OPTION_END) {
		uint32_t size = 1;

		if (ip[at] != OPTION_NOP && at + 1 < header)
			size = ip[at + 1];
		if (size == 0 || size > header - at)
			size = header - at;
		if (!(ip[at] & OPTION_COPIED))
			memset(ip + at, OPTION_NOP, size);
		at += size;
	}
}

int
fragment_output(struct router *r, const struct hop *hop, const uint8_t *packet,
    uint16_t len, uint16_t mtu)
{
	static uint8_t frame[sizeof(struct eth_hdr) + PKT_ROOM_MAX];
	uint8_t *ip = frame + sizeof(struct eth_hdr);
	uint32_t header = (packet[0] & 0x0f) * 4u;
	uint16_t old = be16_load(packet + 6);
	uint32_t data = len - header, done = 0;
	uint32_t most = (mtu - header) & ~7u;

	if (mtu > PKT_ROOM_MAX || mtu < header + 8)
		return DROP_MTU;
	memcpy(ip, packet, header);
	while (done < data) {
		uint32_t size = data - done < most ? data - done : most;
		bool more = done + size < data || (old & IP4_MF);
		uint32_t offset = (old & IP4_OFFSET_MASK) + done / 8;
		int reason;

		memcpy(ip + header, packet + header + done, size);
		be16_store(ip + 2, (uint16_t)(header + size));
		be16_store(ip + 6, (uint16_t)(offset | (more ? IP4_MF : 0)));
		checksum(ip, header);
		reason = output_packet(r, hop, ip, (uint16_t)(header + size));
		if (reason != NOT_DROPPED)
			return reason;
		if (done == 0)
			options_of_later(ip, header);
		done += size;
	}
	return NOT_DROPPED;
}
