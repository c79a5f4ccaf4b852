/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP on core 0: start, clock, memory, and frames on their way in.
 */
#include "lwip-port/stack.h"

#include <stdlib.h>

#include "kernel/log.h"
#include "kernel/time.h"
#include "lwip-port/private.h"
#include "lwip/init.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "net/wire.h"

enum {
	TICK_US = 1000,
	SECOND_US = 1000 * 1000,
	/* lwIP may look at a whole header before it looks at the length. */
	FRAME_ROOM = 128,
	ARP_TARGET = 38,
	ASSERTS_TOLD = 16,
};

struct router *stack_router;
static uint32_t (*random_source)(void);
static struct stack_iface *ifaces[IFACE_MAX];
uint16_t stack_arrived = IFACE_NONE;

uint32_t
stack_random(void)
{
	return random_source();
}

void *
stack_heap_alloc(size_t size)
{
	if (size > STACK_HEAP_MAX - lwip_stats.mem.used)
		return NULL;
	return malloc(size);
}

void
stack_assert_failed(const char *text, const char *file, int line)
{
	static uint32_t told;

	if (told++ < ASSERTS_TOLD)
		log_error("lwip", "%s (%s:%d)", text, file, line);
}

u32_t
sys_now(void)
{
	return (u32_t)(time_us() / 1000);
}

struct stack_iface *
stack_iface(uint16_t index)
{
	return index < IFACE_MAX ? ifaces[index] : NULL;
}

int
stack_init(struct router *router, uint32_t (*random)(void))
{
	stack_router = router;
	random_source = random;
	lwip_init();
	return 0;
}

static void
stack_interface_changed(uint16_t index)
{
	const struct interface *i = router_interface_at(stack_router, index);

	if (index >= IFACE_MAX)
		return;
	if (!i) {
		struct stack_iface *gone = ifaces[index];

		ifaces[index] = NULL;
		if (gone)
			iface_destroy(gone);
		return;
	}
	if (!ifaces[index])
		ifaces[index] = iface_create(index, i);
	if (ifaces[index])
		iface_changed(ifaces[index], i);
}

/* In one piece, with room behind it. */
static struct pbuf *
frame_copy(const uint8_t *frame, uint16_t len)
{
	u16_t size = (u16_t)(len + ETH_PAD_SIZE);
	struct pbuf *p;
	uint8_t *to;

	p = pbuf_alloc(PBUF_RAW, (u16_t)(size + FRAME_ROOM), PBUF_RAM);
	if (!p)
		return NULL;
	to = p->payload;
	memset(to, 0, ETH_PAD_SIZE);
	memcpy(to + ETH_PAD_SIZE, frame, len);
	memset(to + size, 0, FRAME_ROOM);
	pbuf_realloc(p, size);
	return p;
}

static void
input_arp(struct stack_iface *ifc, struct pbuf *p, const uint8_t *frame)
{
	struct netif *n;
	ip4_addr_t target, sender;

	memcpy(&target.addr, frame + ARP_TARGET, sizeof(target.addr));
	memcpy(&sender.addr, frame + ARP_TARGET - 10, sizeof(sender.addr));
	n = iface_owner4(ifc, &target);
	if (!n)
		n = iface_toward4(ifc, &sender);
	neighbor_saw_arp(ifc, frame);
	n->input(p, n);
}

static void
input_ip6(struct stack_iface *ifc, struct pbuf *p)
{
	p = own6_before(ifc, p);
	if (!p)
		return;
	if (!nd_before(ifc, p)) {
		pbuf_free(p);
		return;
	}
	nd_path_save();
	input_owner(ifc, p);
	nd_path_clamp();
}

/*
 * False for an IPv4 source that is no host's: this network's, a broadcast or
 * our own (RFC 1122 3.2.1.3). lwIP knows the networks of one netif, and would
 * answer to the broadcast address of another, or to all.
 */
static bool
is_from_host(const uint8_t *frame, uint16_t len)
{
	const struct ip4_hdr *ip =
	    (const void *)(frame + sizeof(struct eth_hdr));
	struct ip_addr src = { .family = IP4 };
	struct router_lookup l;

	if (len < sizeof(struct eth_hdr) + sizeof(*ip) || ip->src[0] == 0)
		return false;
	memcpy(src.byte, ip->src, sizeof(ip->src));
	router_lookup(stack_router, &src, &l);
	return l.type != NEXTHOP_BROADCAST && l.type != NEXTHOP_LOCAL;
}

/* Who has no address yet and asks all, for a lease. */
static bool
is_from_nobody(const uint8_t *frame, uint16_t len)
{
	const struct ip4_hdr *ip =
	    (const void *)(frame + sizeof(struct eth_hdr));

	return len >= sizeof(struct eth_hdr) + sizeof(*ip) &&
	       be32_load(ip->src) == 0 && be32_load(ip->dst) == ~0u;
}

/* What is thrown away unseen: the reason, or NOT_DROPPED. */
static int
refuse_early(struct stack_iface *ifc, const uint8_t *frame, uint16_t len)
{
	uint16_t type;

	if (!ifc || !netif_is_up(&ifc->netif))
		return DROP_INTERFACE;
	if (len <= sizeof(struct eth_hdr))
		return DROP_FRAME_SHORT;
	if (len > PKT_ROOM_MAX)
		return DROP_NO_BUFFER;
	type = be16_load(frame + 12);
	if (type == ETHERTYPE_ARP && !neighbor_arp_good(frame, len))
		return DROP_ARP;
	if (type == ETHERTYPE_IP4 && !is_from_host(frame, len))
		return is_from_nobody(frame, len) ? DROP_BROADCAST
		                                  : DROP_SOURCE;
	return NOT_DROPPED;
}

static int
stack_input(uint16_t iface, const uint8_t *frame, uint16_t len)
{
	struct stack_iface *ifc = stack_iface(iface);
	int reason = refuse_early(ifc, frame, len);
	uint16_t type;
	struct pbuf *p;

	if (reason != NOT_DROPPED)
		return reason;
	p = frame_copy(frame, len);
	if (!p)
		return DROP_NO_BUFFER;
	stack_arrived = iface;
	type = be16_load(frame + 12);
	refused_begin();
	if (type == ETHERTYPE_ARP)
		input_arp(ifc, p, frame);
	else if (type == ETHERTYPE_IP6)
		input_ip6(ifc, p);
	else
		input_owner(ifc, p);
	if (guard_once_more())
		return stack_input(iface, frame, len);
	return refused_end(frame, len);
}

void
stack_poll(uint64_t now_us)
{
	static uint64_t tick_us, second_us;

	if (now_us - tick_us < TICK_US)
		return;
	tick_us = now_us;
	sys_check_timeouts();
	anycast_poll(now_us);
	groups_poll();
	if (now_us - second_us < SECOND_US)
		return;
	second_us = now_us;
	for (uint16_t i = 0; i < IFACE_MAX; i++)
		if (ifaces[i])
			iface_poll(ifaces[i]);
	nd_path_age();
	own6_poll(now_us);
	refused_follow();
}

static uint8_t
stack_netif_index(uint16_t index)
{
	struct stack_iface *ifc = stack_iface(index);

	return ifc ? netif_get_index(&ifc->netif) : NETIF_NO_INDEX;
}

const struct stack_ops stack_lwip_ops = {
	.interface_changed = stack_interface_changed,
	.input = stack_input,
	.ask = neighbor_question,
	.netif_index = stack_netif_index,
};
