/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums: of the internet (RFC 1071), of SCTP (RFC 9260, appendix A) and of
 * Ethernet, and what the receiver says of them (7.1.11).
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { TCP_SUM = 16, UDP_SUM = 6, SCTP_SUM = 8 };

uint32_t
sum16(const uint8_t *bytes, uint32_t len, uint32_t sum)
{
	uint64_t wide = sum;

	for (; len > 1; len -= 2, bytes += 2)
		wide += (uint32_t)bytes[0] << 8 | bytes[1];
	if (len)
		wide += (uint32_t)bytes[0] << 8;
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

uint16_t
fold16(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* A reflected CRC, nibble by nibble: the table is built from the polynomial. */
static uint32_t
crc(uint32_t polynomial, const uint8_t *bytes, uint32_t len)
{
	uint32_t table[16], value = 0xffffffff;

	for (uint32_t n = 0; n < 16; n++) {
		table[n] = n;
		for (int bit = 0; bit < 4; bit++)
			table[n] = table[n] >> 1 ^
			           (table[n] & 1 ? polynomial : 0);
	}
	for (uint32_t i = 0; i < len; i++) {
		value = value >> 4 ^ table[(value ^ bytes[i]) & 15];
		value = value >> 4 ^ table[(value ^ bytes[i] >> 4) & 15];
	}
	return ~value;
}

uint32_t
crc32c(const uint8_t *bytes, uint32_t len)
{
	return crc(0x82f63b78, bytes, len);
}

uint32_t
crc32_ethernet(const uint8_t *bytes, uint32_t len)
{
	return crc(0xedb88320, bytes, len);
}

static uint32_t
pseudo_sum(const uint8_t *frame, const struct parsed *p)
{
	uint32_t sum = p->protocol + (p->end - p->l4);

	if (p->type & TYPE_IPV4)
		return sum16(frame + p->l3 + 12, 8, sum);
	return sum16(frame + p->l3 + 8, 32, sum);
}

static bool
sctp_is_good(const uint8_t *frame, const struct parsed *p)
{
	static const uint8_t zero[4];
	uint8_t copy[FRAME_ROOM];
	uint32_t len = p->end - p->l4;
	const uint8_t *sum = frame + p->l4 + SCTP_SUM;
	uint32_t value;

	memcpy(copy, frame + p->l4, len);
	memcpy(copy + SCTP_SUM, zero, 4);
	value = crc32c(copy, len);
	return sum[0] == (value & 0xff) && sum[1] == (value >> 8 & 0xff) &&
	       sum[2] == (value >> 16 & 0xff) && sum[3] == value >> 24;
}

static uint32_t
l4_status(struct i82599 *m, const uint8_t *frame, const struct parsed *p)
{
	const uint8_t *l4 = frame + p->l4;

	if (!p->l4)
		return 0;
	if (p->type & TYPE_SCTP)
		return RXD_L4I | (sctp_is_good(frame, p) ? 0 : RXD_L4E);
	/* No sum: no verdict. By an erratum that Linux and DPDK work around,
	 * the device may call it an error. */
	if ((p->type & TYPE_UDP) && !l4[UDP_SUM] && !l4[UDP_SUM + 1])
		return hostile_below(m, 2) ? RXD_L4I | RXD_L4E : 0;
	if (fold16(sum16(l4, p->end - p->l4, pseudo_sum(frame, p))))
		return RXD_L4I | RXD_L4E;
	return RXD_L4I;
}

uint32_t
rx_checksum(struct i82599 *m, const uint8_t *frame, const struct parsed *p)
{
	uint32_t status = 0;

	if (p->type & TYPE_IPV4) {
		uint32_t header = (frame[p->l3] & 15) * 4;

		status |= RXD_IPCS;
		if (fold16(sum16(frame + p->l3, header, 0)))
			status |= RXD_IPE;
	} else if (reg_get(m, RFCTL) & RFCTL_IPV6_XSUM_DIS) {
		return 0;
	}
	return status | l4_status(m, frame, p);
}
