/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segmentation of a TCP or UDP packet (7.2.4): one header, payload of MSS
 * bytes a segment. The header's fields change from segment to segment, the
 * checksums are as for any other packet. Software leaves the sum of the pseudo
 * header without its length in the checksum field.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { IPV6_HEADER = 40, TCP_FLAGS_MASK = 0xfff };

struct segment {
	uint32_t number;
	uint32_t offset; /* of its payload in the packet's */
	uint32_t length; /* of its payload */
	bool last;
};

static void
add32(uint8_t *b, uint32_t n)
{
	uint32_t value = (be16(b) << 16 | be16(b + 2)) + n;

	put_be16(b, value >> 16);
	put_be16(b + 2, value & 0xffff);
}

static void
ip_header(const struct tx_context *c, uint8_t *ip, const struct segment *s)
{
	uint32_t length = c->l4len + s->length;

	if (c->ipv4) {
		put_be16(ip + 2, c->iplen + length);
		put_be16(ip + 4, be16(ip + 4) + s->number);
	} else {
		put_be16(ip + 4, c->iplen - IPV6_HEADER + length);
	}
}

/* 8.2.3.9.3-4: which flags the first, a middle and the last segment keep. */
static void
tcp_header(const struct i82599 *m, uint8_t *tcp, const struct segment *s)
{
	uint32_t low = reg_get(m, DTXTCPFLGL);
	uint32_t high = reg_get(m, DTXTCPFLGH);
	uint32_t mask = s->number == 0 ? low : low >> 16;

	add32(tcp + 4, s->offset);
	if (s->last)
		mask = s->number == 0 ? low | high : high;
	mask |= ~(uint32_t)TCP_FLAGS_MASK;
	put_be16(tcp + 12, be16(tcp + 12) & mask);
}

static void
l4_header(const struct i82599 *m, const struct tx_context *c, uint8_t *l4,
    const struct segment *s)
{
	uint32_t length = c->l4len + s->length;
	uint8_t *sum = l4 + (c->l4 == TX_TCP ? 16 : 6);

	if (c->l4 == TX_TCP)
		tcp_header(m, l4, s);
	else
		put_be16(l4 + 4, length);
	put_be16(sum, 0xffff & ~(uint32_t)fold16(be16(sum) + length));
}

static bool
is_sane(const struct tx_packet *p)
{
	const struct tx_context *c = p->context;
	uint32_t header = c->maclen + c->iplen + c->l4len;
	uint32_t l4 = c->l4 == TX_TCP ? 20 : 8;

	return c->set && c->mss && c->l4 != TX_SCTP && c->l4len >= l4 &&
	       c->iplen >= (c->ipv4 ? 20 : IPV6_HEADER) && c->maclen >= 14 &&
	       header + c->mss + TX_HEAD_ROOM + FCS <= FRAME_ROOM &&
	       header < p->length;
}

/* A packet that cannot be cut is not sent. */
void
tx_segments(struct i82599 *m, const struct tx_packet *p)
{
	const struct tx_context *c = p->context;
	uint32_t header = c->maclen + c->iplen + c->l4len;
	uint32_t payload = p->length - header;
	uint8_t *frame = m->data->frame + TX_HEAD_ROOM;
	struct segment s = { 0 };

	if (!is_sane(p))
		return;
	for (; s.offset < payload; s.offset += s.length, s.number++) {
		s.last = payload - s.offset <= c->mss;
		s.length = s.last ? payload - s.offset : c->mss;
		memcpy(frame, p->bytes, header);
		memcpy(frame + header, p->bytes + header + s.offset, s.length);
		ip_header(c, frame + c->maclen, &s);
		l4_header(m, c, frame + c->maclen + c->iplen, &s);
		tx_checksums(p, frame, header + s.length);
		tx_frame(m, p, frame, header + s.length);
	}
}
