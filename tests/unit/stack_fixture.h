/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real lwIP below a router that is arrays: two interfaces, a table of
 * adjacencies, a clock, and the frames that were sent.
 *
 *   port0  192.0.2.1/24, 203.0.113.1/24, 2001:db8:1::1/64
 *   port1  198.51.100.1/24, 2001:db8:2::1/48
 */
#ifndef TESTS_UNIT_STACK_FIXTURE_H
#define TESTS_UNIT_STACK_FIXTURE_H

#include "control/router.h"

enum {
	STACK_FRAMES = 1024,
	STACK_FRAME_MAX = 1600,
	STACK_ADJS = 64,
	STACK_KEPT = 8
};

struct stack_frame {
	uint16_t iface;
	uint16_t len;
	uint8_t byte[STACK_FRAME_MAX];
};

struct stack_world {
	struct router router;
	struct port port[2];
	struct stack_frame sent[STACK_FRAMES];
	uint32_t sent_count;
	uint32_t sent_early; /* before there was ever a link */
	uint64_t now_us;
	/* multicast groups of each port */
	uint8_t group[2][PORT_MULTICAST_MAX][ETH_ALEN];
	uint32_t group_count[2];
	uint32_t groups_told[2]; /* how often */
	/* the last lease, and how many were told */
	struct ip_addr lease, lease_gateway;
	uint8_t lease_len;
	uint32_t leases;
	/* what the router was asked to say last of a packet, and how often */
	enum icmp_error error;
	uint16_t error_detail, error_iface, error_len;
	uint8_t error_packet[STACK_FRAME_MAX];
	uint32_t refusals, dropped;
	int fate;     /* of the last frame that was given */
	bool refused; /* it was dropped */
	/* the last router solicitation or advertisement, and how many */
	uint16_t router_nd_iface;
	uint8_t router_nd_type;
	uint32_t router_nd;
	/* what was heard of neighbours, and the last of it */
	uint32_t heard, heard_flags;
	struct ip_addr heard_addr;
	bool heard_mac;
	/* packets that wait for the MAC of a neighbour */
	struct stack_kept {
		uint16_t iface, len;
		struct ip_addr to;
		uint8_t byte[STACK_FRAME_MAX];
	} kept[STACK_KEPT];
	uint32_t kept_count;
	struct ip_addr gateway4; /* on port1: the way to everywhere else */
	uint32_t errors;         /* log_error, but lwIP's, which fail */
	char log[256];           /* the last line */
};

extern struct stack_world *sw;

/* cmocka set-up and tear-down; the latter checks that nothing is lost. */
int stack_setup(void **state);
int stack_teardown(void **state);

/* Memory in use by lwIP, pools and heap together. */
uint64_t stack_memory(void);

void stack_run(uint32_t ms);
void stack_give(uint16_t iface, const uint8_t *frame, uint16_t len);

/* The first sent frame that `match` takes, from `*from` on; or NULL. */
typedef bool stack_match(const struct stack_frame *f, const void *arg);
const struct stack_frame *stack_find(
    uint32_t from, stack_match *match, const void *arg);
uint32_t stack_count(stack_match *match, const void *arg);
bool is_arp_request(const struct stack_frame *f, const void *ip4);
bool is_arp_reply(const struct stack_frame *f, const void *ip4);
bool is_solicitation(const struct stack_frame *f, const void *ip6);
bool is_advertisement(const struct stack_frame *f, const void *ip6);
/* An MLD report (RFC 2710) of this group. */
bool is_report(const struct stack_frame *f, const void *group);
bool is_echo_reply(const struct stack_frame *f, const void *unused);

extern const uint8_t host_mac[ETH_ALEN], other_mac[ETH_ALEN];

/* Builders; each returns the length of the frame. */
uint16_t make_arp(uint8_t *f, uint16_t op, const uint8_t *mac,
    const uint8_t *sender, const uint8_t *target);
uint16_t make_ip4(uint8_t *f, const uint8_t *src, const uint8_t *dst,
    uint8_t protocol, const void *body, uint16_t len);
uint16_t make_ip6(uint8_t *f, const uint8_t *src, const uint8_t *dst,
    uint8_t next, uint8_t hops, const void *body, uint16_t len);
/* With the ICMPv6 checksum filled in. */
uint16_t make_icmp6(uint8_t *f, const uint8_t *src, const uint8_t *dst,
    uint8_t hops, const void *body, uint16_t len);
/* UDP to port 80 with a right checksum; `size` is what its header says. */
uint16_t make_udp6(uint8_t *f, const uint8_t *src, const uint8_t *dst,
    uint16_t port, uint16_t size, uint16_t len);
/* NS (135) or NA (136) with a link-layer address, flags in the high byte. */
uint16_t make_nd(uint8_t *f, uint8_t type, uint8_t flags, const uint8_t *src,
    const uint8_t *dst, const uint8_t *target, const uint8_t *mac);
uint16_t checksum(const void *data, uint32_t len, uint32_t sum);

struct ip_addr addr4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
struct ip_addr addr6(const uint8_t *bytes);
/* A neighbour that the router knows. */
void stack_learn(uint16_t iface, const struct ip_addr *a, const uint8_t *mac);
bool adj_mac(uint16_t iface, const struct ip_addr *a, uint8_t *mac);

/* What the two interfaces have when a test begins. */
void stack_addresses(void);
void stack_interface_set(uint16_t iface, bool up, bool link);

#endif
