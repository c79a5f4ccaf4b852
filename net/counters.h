/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters: one struct a core, always on, written by that core only and added
 * up by readers. Every dropped packet is counted under exactly one reason,
 * every punted one too.
 */
#ifndef NET_COUNTERS_H
#define NET_COUNTERS_H

#include <stdint.h>

#include "net/port.h"

/* X(symbol, name in the API, help) */
#define DROP_REASONS(X)                                                        \
	X(DROP_FRAME_SHORT, "frame-short", "frame shorter than its headers")   \
	X(DROP_ETHERTYPE, "ethertype", "EtherType that is not routed")         \
	X(DROP_VLAN, "vlan", "802.1Q tag without a sub-interface")             \
	X(DROP_QINQ, "qinq", "two 802.1Q tags, or a service tag")              \
	X(DROP_NOT_FOR_US, "not-for-us", "unicast frame to another MAC")       \
	X(DROP_INTERFACE, "interface",                                         \
	    "interface is shut down, or gone meanwhile")                       \
	X(DROP_LINK_GROUP, "link-group",                                       \
	    "link broadcast or multicast with a unicast destination")          \
	X(DROP_IP_VERSION, "ip-version",                                       \
	    "version does not match the EtherType")                            \
	X(DROP_IP_HEADER, "ip-header", "bad header length")                    \
	X(DROP_IP_LENGTH, "ip-length",                                         \
	    "total length beyond the frame or below the header")               \
	X(DROP_IP_CHECKSUM, "ip-checksum", "bad IPv4 header checksum")         \
	X(DROP_SOURCE, "source", "source that no host may use")                \
	X(DROP_RPF, "rpf", "source that has no way back, by `verify unicast`") \
	X(DROP_DESTINATION, "destination",                                     \
	    "destination that is never forwarded")                             \
	X(DROP_SCOPE, "scope",                                                 \
	    "link-local address on its way beyond the link")                   \
	X(DROP_MULTICAST, "multicast",                                         \
	    "multicast that is not for this router")                           \
	X(DROP_BROADCAST, "broadcast", "broadcast that nobody here waits for") \
	X(DROP_ARP, "arp-invalid",                                             \
	    "malformed ARP, or from a MAC that is a group's")                  \
	X(DROP_ND, "nd-invalid",                                               \
	    "neighbour discovery or MLD that fails its checks")                \
	X(DROP_ICMP, "icmp-ignored",                                           \
	    "ICMP to this router, damaged or of no use to it")                 \
	X(DROP_REASSEMBLY, "reassembly",                                       \
	    "fragments to this router that make no packet")                    \
	X(DROP_TTL, "ttl", "TTL or hop limit used up")                         \
	X(DROP_NO_ROUTE, "no-route", "no route to the destination")            \
	X(DROP_BLACKHOLE, "blackhole", "blackhole route")                      \
	X(DROP_REJECT, "reject", "reject route")                               \
	X(DROP_MTU, "mtu", "larger than the outgoing MTU")                     \
	X(DROP_OPTIONS, "options", "IP options that are refused")              \
	X(DROP_PARAMETER, "parameter", "malformed IP options or fragment")     \
	X(DROP_NO_NEIGHBOR, "no-neighbor", "neighbour does not answer")        \
	X(DROP_NEIGHBOR_QUEUE, "neighbor-queue",                               \
	    "gave way to others while its neighbour was asked for")            \
	X(DROP_LINK_DOWN, "link-down", "outgoing link is down")                \
	X(DROP_TX_FULL, "tx-full", "transmit ring full")                       \
	X(DROP_PUNT_FULL, "punt-full", "ring to core 0 full")                  \
	X(DROP_PUNT_RATE, "punt-rate", "over the rate allowed to core 0")      \
	X(DROP_STACK, "stack", "refused by the local stack")                   \
	X(DROP_NO_BUFFER, "no-buffer", "no free buffer")

/*
 * Why a packet goes up to core 0. X(symbol, name, help). First those that are
 * about this router itself, PUNT_LOCAL being the rest of them.
 */
#define PUNT_REASONS(X)                                                        \
	X(PUNT_ARP, "arp", "ARP")                                              \
	X(PUNT_ND, "nd", "IPv6 neighbour discovery and MLD")                   \
	X(PUNT_SYN, "syn", "new TCP connections to this router")               \
	X(PUNT_TCP, "tcp", "TCP to this router, but for new connections")      \
	X(PUNT_ICMP, "icmp", "ICMP to this router")                            \
	X(PUNT_FRAGMENT, "fragment", "fragments to this router")               \
	X(PUNT_LOCAL, "local", "anything else to this router")                 \
	X(PUNT_NEIGHBOR, "neighbor", "next hop without a link-layer address")  \
	X(PUNT_TTL, "ttl", "TTL or hop limit used up")                         \
	X(PUNT_OPTIONS, "options", "IPv4 options or IPv6 hop-by-hop options")  \
	X(PUNT_MTU, "mtu", "larger than the outgoing MTU, and not to be cut")  \
	X(PUNT_NO_ROUTE, "no-route", "no route to the destination")            \
	X(PUNT_REJECT, "reject", "reject route")                               \
	X(PUNT_SCOPE, "scope", "IPv6 link-local source, beyond the link")

#define COUNTERS_ENUM(symbol, name, help) symbol,
enum drop_reason { DROP_REASONS(COUNTERS_ENUM) DROP_REASON_COUNT };
enum punt_reason { PUNT_REASONS(COUNTERS_ENUM) PUNT_REASON_COUNT };
#undef COUNTERS_ENUM

/* What a core saw of one port. Octets without FCS. */
struct port_counters {
	uint64_t in_packets, in_octets;
	uint64_t out_packets, out_octets;
	uint64_t in_drops, out_drops;
	uint64_t punt[PUNT_REASON_COUNT];    /* sent up to core 0 */
	uint64_t refused[PUNT_REASON_COUNT]; /* over the rate for that */
};

/*
 * What a core saw of one sub-interface; a port's counters have it, too. Octets
 * without tag and FCS. Sent is what was handed to the port.
 */
struct iface_counters {
	uint64_t in_packets, in_octets, in_drops;
	uint64_t out_packets, out_octets;
};

struct counters {
	_Alignas(64) struct port_counters port[PORT_MAX];
	uint64_t drop[DROP_REASON_COUNT];
	uint64_t punt[PUNT_REASON_COUNT];
	/* Packets sent on to a next hop: once each, whole or in fragments. */
	uint64_t forwarded4, forwarded6;
	uint64_t fragmented, fragments; /* IPv4 packets cut; made of them */
	uint64_t packets;               /* received, or taken from an inbox */
	uint64_t turns, turns_busy;     /* of the loop; those with packets */
	/* Of the clock that worker_run_once() is told: in turns with packets,
	 * and all since the first turn, asleep or not. */
	uint64_t cycles_busy, cycles_total;
	uint64_t sleeps; /* times that the core halted for want of work */
};

struct counter_name {
	const char *name;
	const char *help;
};

extern const struct counter_name drop_names[DROP_REASON_COUNT];
extern const struct counter_name punt_names[PUNT_REASON_COUNT];

/* Packets of a reason that were refused, of all ports. */
uint64_t counters_refused(const struct counters *c, enum punt_reason reason);

/* sum += one core's counters. */
void iface_counters_add(
    struct iface_counters *sum, const struct iface_counters *one);
void counters_add(struct counters *sum, const struct counters *one);

#endif
