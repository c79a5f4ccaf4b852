/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that tests of the local stack give and expect.
 */
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

const uint8_t host_mac[ETH_ALEN] = { 2, 0, 0, 0, 0xaa, 1 };
const uint8_t other_mac[ETH_ALEN] = { 2, 0, 0, 0, 0xaa, 2 };

static bool
is_arp(const struct stack_frame *f, uint8_t op)
{
	return be16_load(f->byte + 12) == ETHERTYPE_ARP && f->byte[21] == op;
}

bool
is_arp_request(const struct stack_frame *f, const void *ip4)
{
	return is_arp(f, 1) && memcmp(f->byte + 38, ip4, 4) == 0;
}

bool
is_arp_reply(const struct stack_frame *f, const void *ip4)
{
	return is_arp(f, 2) && memcmp(f->byte + 28, ip4, 4) == 0;
}

static bool
is_icmp6(const struct stack_frame *f, uint8_t type)
{
	return be16_load(f->byte + 12) == ETHERTYPE_IP6 && f->byte[20] == 58 &&
	       f->byte[54] == type;
}

bool
is_solicitation(const struct stack_frame *f, const void *ip6)
{
	return is_icmp6(f, 135) && memcmp(f->byte + 62, ip6, 16) == 0;
}

bool
is_advertisement(const struct stack_frame *f, const void *ip6)
{
	return is_icmp6(f, 136) && memcmp(f->byte + 62, ip6, 16) == 0;
}

bool
is_report(const struct stack_frame *f, const void *group)
{
	return be16_load(f->byte + 12) == ETHERTYPE_IP6 && f->byte[20] == 0 &&
	       f->byte[54] == 58 && f->byte[62] == 131 &&
	       memcmp(f->byte + 70, group, 16) == 0;
}

bool
is_echo_reply(const struct stack_frame *f, const void *unused)
{
	(void)unused;
	return is_icmp6(f, 129) || (be16_load(f->byte + 12) == ETHERTYPE_IP4 &&
				       f->byte[23] == 1 && f->byte[34] == 0);
}

uint16_t
checksum(const void *data, uint32_t len, uint32_t sum)
{
	const uint8_t *at = data;

	for (; len > 1; len -= 2, at += 2)
		sum += be16_load(at);
	if (len > 0)
		sum += (uint32_t)*at << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* To the port's own MAC of interface 0 or 1; receivers look at type only. */
static void
make_eth(uint8_t *f, const uint8_t *src, uint16_t type)
{
	memset(f, 0, 14);
	f[0] = 2;
	f[5] = 1;
	memcpy(f + 6, src, ETH_ALEN);
	be16_store(f + 12, type);
}

uint16_t
make_arp(uint8_t *f, uint16_t op, const uint8_t *mac, const uint8_t *sender,
    const uint8_t *target)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4 };

	memset(f, 0, 60);
	make_eth(f, mac, ETHERTYPE_ARP);
	memcpy(f + 14, head, sizeof(head));
	be16_store(f + 20, op);
	memcpy(f + 22, mac, ETH_ALEN);
	memcpy(f + 28, sender, 4);
	memcpy(f + 38, target, 4);
	return 60;
}

uint16_t
make_ip4(uint8_t *f, const uint8_t *src, const uint8_t *dst, uint8_t protocol,
    const void *body, uint16_t len)
{
	uint8_t *ip = f + 14;

	make_eth(f, host_mac, ETHERTYPE_IP4);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	be16_store(ip + 2, (uint16_t)(20 + len));
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	be16_store(ip + 10, checksum(ip, 20, 0));
	memcpy(ip + 20, body, len);
	return (uint16_t)(34 + len);
}

uint16_t
make_ip6(uint8_t *f, const uint8_t *src, const uint8_t *dst, uint8_t next,
    uint8_t hops, const void *body, uint16_t len)
{
	uint8_t *ip = f + 14;

	make_eth(f, host_mac, ETHERTYPE_IP6);
	memset(ip, 0, 40);
	ip[0] = 0x60;
	be16_store(ip + 4, len);
	ip[6] = next;
	ip[7] = hops;
	memcpy(ip + 8, src, 16);
	memcpy(ip + 24, dst, 16);
	memcpy(ip + 40, body, len);
	return (uint16_t)(54 + len);
}

uint16_t
make_icmp6(uint8_t *f, const uint8_t *src, const uint8_t *dst, uint8_t hops,
    const void *body, uint16_t len)
{
	uint16_t n = make_ip6(f, src, dst, 58, hops, body, len);
	uint32_t pseudo = (uint16_t)~checksum(f + 22, 32, 0) + 58u + len;

	be16_store(f + 56, 0);
	be16_store(f + 56, checksum(f + 54, len, pseudo));
	return n;
}

uint16_t
make_udp6(uint8_t *f, const uint8_t *src, const uint8_t *dst, uint16_t port,
    uint16_t size, uint16_t len)
{
	uint8_t udp[64] = { 0xc0, 1 };

	be16_store(udp + 2, port);
	be16_store(udp + 4, size);
	len = make_ip6(f, src, dst, 17, 64, udp, len);
	be16_store(f + 14 + 40 + 6,
	    checksum(f + 14 + 8, 32 + size, (uint32_t)size + 17));
	return len;
}

uint16_t
make_nd(uint8_t *f, uint8_t type, uint8_t flags, const uint8_t *src,
    const uint8_t *dst, const uint8_t *target, const uint8_t *mac)
{
	uint8_t nd[32] = { type, 0, 0, 0, flags };

	memcpy(nd + 8, target, 16);
	nd[24] = type == 135 ? 1 : 2;
	nd[25] = 1;
	memcpy(nd + 26, mac, ETH_ALEN);
	return make_icmp6(f, src, dst, 255, nd, sizeof(nd));
}
