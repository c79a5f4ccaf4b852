/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/ixgbe_frames.h"

#include "net/addr.h"

enum {
	ETHER = 14,
	IP4_HEADER = 20,
	IP6_HEADER = 40,
	UDP_HEADER = 8,
	TTL = 8, /* offsets in the headers */
	CHECKSUM = 10,
	HOP_LIMIT = 7,
	MARK = 8, /* flow and number */
	LEN_MIN = 60,
	LEN_MIN_IP6 = ETHER + IP6_HEADER + UDP_HEADER + MARK + 4,
	TABLE = 16384,
};

static uint8_t table[TABLE]; /* what payloads are cut from */
static uint32_t len_max;

void
frames_begin(uint32_t longest)
{
	uint32_t x = 1, i;

	len_max = longest;
	for (i = 0; i < TABLE; i++) {
		x = x * 1664525u + 1013904223u;
		table[i] = (uint8_t)(x >> 24);
	}
}

const uint8_t *
frames_neighbor(uint32_t port, uint32_t flow)
{
	static uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0xbe };

	mac[4] = (uint8_t)port;
	mac[5] = (uint8_t)(flow & 2);
	return mac;
}

void
frames_address(uint8_t *out, uint32_t port, uint32_t flow, uint8_t last)
{
	uint8_t half = flow & 2 ? 0x80 : 0;

	if (flow & 1) {
		memset(out, 0, 16);
		memcpy(out, (uint8_t[]){ 0x20, 0x01, 0x0d, 0xb8 }, 4);
		out[5] = (uint8_t)port;
		out[6] = half;
		out[14] = (uint8_t)flow;
		out[15] = last;
	} else {
		out[0] = 10;
		out[1] = (uint8_t)port;
		out[2] = half | (flow >> 2 & 0x7f);
		out[3] = last;
	}
}

static void
put16(uint8_t *out, uint32_t v)
{
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
}

static void
put_checksum(uint8_t *ip)
{
	uint32_t sum = 0, i;

	put16(ip + CHECKSUM, 0);
	for (i = 0; i < IP4_HEADER; i += 2)
		sum += be16_load(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + CHECKSUM, ~(sum + (sum >> 16)));
}

static uint32_t
mix(uint32_t flow, uint32_t n)
{
	uint32_t x = flow * 0x9e3779b1u ^ n * 0x85ebca6bu;

	x ^= x >> 15;
	x *= 0x2c1b3c6du;
	return x ^ x >> 13;
}

/* Half are small; the others have any length. */
static uint32_t
frame_len(uint32_t flow, uint32_t n)
{
	uint32_t x = mix(flow, n), min = flow & 1 ? LEN_MIN_IP6 : LEN_MIN;

	if (x & 1)
		return min + (x >> 8) % 20;
	return min + (x >> 8) % (len_max - min + 1u);
}

static uint32_t
put_ip4(uint8_t *ip, uint32_t len, uint32_t hops)
{
	memset(ip, 0, IP4_HEADER);
	ip[0] = 0x45;
	put16(ip + 2, len - ETHER);
	ip[TTL] = (uint8_t)hops;
	ip[9] = 17;
	return 12;
}

static uint32_t
put_ip6(uint8_t *ip, uint32_t len, uint32_t hops)
{
	memset(ip, 0, IP6_HEADER);
	ip[0] = 0x60;
	put16(ip + 4, len - ETHER - IP6_HEADER);
	ip[6] = 17;
	ip[HOP_LIMIT] = (uint8_t)hops;
	return 8;
}

/* Frame `n` of a flow as it arrives, all but the MACs. Returns its length. */
static uint32_t
put_frame(uint8_t *out, uint32_t port, uint32_t flow, uint32_t n)
{
	uint32_t len = frame_len(flow, n), x = mix(n, flow), size, at;
	uint32_t hops = 2 + x % 254, left;
	uint8_t *ip = out + ETHER, *udp;
	bool six = flow & 1;

	put16(out + 12, six ? 0x86dd : 0x0800);
	size = six ? 16 : 4;
	at = six ? put_ip6(ip, len, hops) : put_ip4(ip, len, hops);
	frames_address(ip + at, port, flow, 9);
	frames_address(ip + at + size, port ^ 1, flow, 7);
	if (!six)
		put_checksum(ip);
	udp = ip + at + 2 * size;
	put16(udp, 1024 + flow);
	put16(udp + 2, 4000);
	put16(udp + 4, (uint32_t)(out + len - udp));
	put16(udp + 6, 0);
	memcpy(udp + UDP_HEADER, &flow, 4);
	memcpy(udp + UDP_HEADER + 4, &n, 4);
	left = (uint32_t)(out + len - udp) - UDP_HEADER - MARK;
	memcpy(udp + UDP_HEADER + MARK,
	    table + (x >> 8) % (TABLE - LAB_FRAME_MAX), left);
	return len;
}

uint32_t
frames_arriving(uint8_t *out, uint32_t port, uint32_t flow, uint32_t n)
{
	memcpy(out, lab.port[port].mac, ETH_ALEN);
	memcpy(out + ETH_ALEN, frames_neighbor(port, flow), ETH_ALEN);
	return put_frame(out, port, flow, n);
}

uint32_t
frames_leaving(uint8_t *out, uint32_t port, uint32_t flow, uint32_t n)
{
	uint32_t len = put_frame(out, port, flow, n);
	uint8_t *ip = out + ETHER;

	memcpy(out, frames_neighbor(port ^ 1, flow), ETH_ALEN);
	memcpy(out + ETH_ALEN, lab.port[port ^ 1].mac, ETH_ALEN);
	if (flow & 1) {
		ip[HOP_LIMIT]--;
	} else {
		ip[TTL]--;
		put_checksum(ip);
	}
	return len;
}

void
frames_read(const uint8_t *frame, uint32_t *flow, uint32_t *n)
{
	uint32_t at = ETHER + UDP_HEADER;

	at += frame[13] == 0xdd ? IP6_HEADER : IP4_HEADER;
	memcpy(flow, frame + at, 4);
	memcpy(n, frame + at + 4, 4);
}
