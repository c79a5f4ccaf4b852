/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to a packet between its buffers and the wire: checksums, the
 * VLAN tag, padding (7.2.4, 7.2.5), and the counters of what leaves.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { ADDRESSES = 12, TAG = 4, IPV4_SUM = 10 };

static const struct queue_stats sent = {
	.map = TQSM(0),
	.packets = QPTC(0),
	.packets_stride = QPTC(1) - QPTC(0),
	.bytes = QBTC_L(0),
	.bytes_stride = QBTC_L(1) - QBTC_L(0),
};

/* Sums from `start` on and puts the result at `at`. What software left there,
 * the sum of the pseudo header, is part of the sum. */
static void
insert_sum(uint8_t *frame, uint32_t len, uint32_t start, uint32_t at)
{
	if (start > len || at + 2 > len)
		return;
	put_be16(frame + at, fold16(sum16(frame + start, len - start, 0)));
}

static void
insert_ipv4_sum(uint8_t *frame, uint32_t len, uint32_t ip, uint32_t header)
{
	if (ip + header > len || header < IPV4_SUM + 2)
		return;
	put_be16(frame + ip + IPV4_SUM, 0);
	put_be16(frame + ip + IPV4_SUM, fold16(sum16(frame + ip, header, 0)));
}

static void
insert_sctp_sum(uint8_t *frame, uint32_t len, uint32_t start)
{
	uint8_t *at = frame + start + 8;
	uint32_t value;

	if (start + 12 > len)
		return;
	memset(at, 0, 4);
	value = crc32c(frame + start, len - start);
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* RFC 768: a sum of zero is sent as all ones. */
static void
insert_udp_sum(uint8_t *frame, uint32_t len, uint32_t start)
{
	uint32_t at = start + 6;

	insert_sum(frame, len, start, at);
	if (at + 2 <= len && !frame[at] && !frame[at + 1])
		put_be16(frame + at, 0xffff);
}

void
tx_checksums(const struct tx_packet *p, uint8_t *frame, uint32_t len)
{
	const struct tx_context *c = p->context;
	uint32_t l4 = c->maclen + c->iplen;

	if (!c->set)
		return;
	if ((p->options & TXD_IXSM) && c->ipv4)
		insert_ipv4_sum(frame, len, c->maclen, c->iplen);
	if (!(p->options & TXD_TXSM))
		return;
	if (c->l4 == TX_SCTP)
		insert_sctp_sum(frame, len, l4);
	else if (c->l4 == TX_TCP)
		insert_sum(frame, len, l4, l4 + 16);
	else
		insert_udp_sum(frame, len, l4);
}

/* 7.2.3.2.2: where to sum is in the descriptor. */
static void
legacy_checksum(const struct tx_packet *p)
{
	uint32_t offset = p->command >> TXD_CSO_SHIFT & 0xff;

	if (p->command & TXD_IC)
		insert_sum(p->bytes, p->length, TXD_CSS(p->options), offset);
}

static void
count(struct i82599 *m, uint32_t queue, const uint8_t *frame, uint32_t len)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

	stat_add(m, TPT, 1);
	stat_add(m, GPTC, 1);
	stat_add64(m, GOTCL, len + FCS);
	stat_size(m, PTC64, len + FCS);
	if (memcmp(frame, broadcast, 6) == 0)
		stat_add(m, BPTC, 1);
	else if (frame[0] & 1)
		stat_add(m, MPTC, 1);
	stat_queue(m, &sent, queue, len);
	stat_add(m, TXDGPC, 1);
	stat_add64(m, TXDGBCL, len);
}

/* 7.2.4: the tag's type is of DMATXCTL. There is room before the frame. */
static uint8_t *
insert_tag(const struct i82599 *m, const struct tx_packet *p, uint8_t *frame)
{
	bool advanced = p->command & TXD_DEXT;
	uint8_t *start = frame - TAG;

	memmove(start, frame, ADDRESSES);
	put_be16(start + ADDRESSES,
	    (uint16_t)(reg_get(m, DMATXCTL) >> DMATXCTL_VT_SHIFT));
	put_be16(start + ADDRESSES + 2,
	    advanced ? p->context->vlan : (uint16_t)TXD_VLAN(p->options));
	return start;
}

void
tx_frame(
    struct i82599 *m, const struct tx_packet *p, uint8_t *frame, uint32_t len)
{
	if ((p->command & TXD_VLE) && len >= ADDRESSES) {
		frame = insert_tag(m, p, frame);
		len += TAG;
	}
	/* Without IFCS software has appended the FCS itself. */
	if (!(p->command & TXD_IFCS) && len > FCS)
		len -= FCS;
	if (len < MIN_FRAME && (reg_get(m, HLREG0) & HLREG0_TXPADEN)) {
		memset(frame + len, 0, MIN_FRAME - len);
		len = MIN_FRAME;
	}
	if (len + FCS > I82599_FRAME_MAX)
		return;
	count(m, p->queue, frame, len);
	if (link_loops_back(m))
		rx_frame(m, frame, len);
	else
		m->ops->transmit(m->ctx, frame, len);
}

void
tx_packet(struct i82599 *m, struct tx_packet *p)
{
	bool advanced = p->command & TXD_DEXT;

	if (!advanced) {
		legacy_checksum(p);
		tx_frame(m, p, p->bytes, p->length);
	} else if (p->command & TXD_TSE) {
		tx_segments(m, p);
	} else {
		tx_checksums(p, p->bytes, p->length);
		tx_frame(m, p, p->bytes, p->length);
	}
}
