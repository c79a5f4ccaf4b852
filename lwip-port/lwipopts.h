/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP as we build it: raw API on one core, both families, no forwarding.
 *
 * Memory: objects come from lwIP's own pools, whose sizes below are hard
 * limits; bytes of packets come from malloc through stack_heap_alloc(), which
 * stops at STACK_HEAP_MAX. So .bss stays small, and no traffic can take more
 * than that limit from the rest of the router.
 */
#ifndef LWIP_PORT_LWIPOPTS_H
#define LWIP_PORT_LWIPOPTS_H

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_RAW             0

/* Memory. MEM_STATS are what the limit counts by. */
#define MEM_ALIGNMENT   8
#define MEM_LIBC_MALLOC 1
/* The kernel has a mem_init() too. */
#define mem_init           lwip_mem_init
#define mem_clib_malloc    stack_heap_alloc
#define STACK_HEAP_MAX     (4u << 20)
#define LWIP_STATS         1
#define MEM_STATS          1
#define MEMP_STATS         1
#define MIB2_STATS         1  /* refused.c */
#define MEMP_NUM_PBUF      64 /* references to memory; frames are copied */
#define PBUF_POOL_SIZE     0  /* not used: frames lie in one piece */
#define MEMP_NUM_FRAG_PBUF 64
#define MEMP_NUM_UDP_PCB   8

/* The frame begins 2 bytes late, so that what follows it is aligned. */
#define ETH_PAD_SIZE 2

/*
 * ARP and ND. The table of neighbours is the router's (control/neighbor.h), and
 * so is the queue. lwIP's tables are never asked; what DHCP asks for before it
 * takes an address is all that lwIP resolves.
 */
#define ARP_TABLE_SIZE            8
#define ARP_QUEUEING              0
#define LWIP_ND6_NUM_NEIGHBORS    2
#define LWIP_ND6_NUM_DESTINATIONS 64
#define LWIP_ND6_QUEUEING         0
/* A router does not follow advertisements: own6.c drops them. */
#define LWIP_ND6_NUM_PREFIXES         1
#define LWIP_ND6_NUM_ROUTERS          1
#define LWIP_ND6_ALLOW_RA_UPDATES     0
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#define LWIP_IPV6_AUTOCONFIG          0

/* IP */
#define LWIP_IPV6               1
#define LWIP_IPV6_NUM_ADDRESSES 16 /* INTERFACE_ADDRESS_MAX */
#define IP_FORWARD              0
#define LWIP_IPV6_FORWARD       0
#define IP_DEFAULT_TTL          64
#define LWIP_ICMP6_HL           64
#define LWIP_IPV6_REASS         0 /* reassemble6.c does it */
#define MEMP_NUM_REASSDATA      8
#define IP_REASS_MAX_PBUFS      48 /* one packet of 64 KiB */
#define IP_REASS_MAXAGE         60 /* seconds; RFC 1122 3.3.2 */
#define LWIP_MULTICAST_PING     1  /* RFC 4443 4.2 */
#define LWIP_IPV6_MLD           1
/* About five an interface; groups.c tells when they are out. */
#define MEMP_NUM_MLD6_GROUP 1024

/* TCP: many short connections to a console on a LAN. */
#define TCP_MSS             1460
#define TCP_WND             (24 * TCP_MSS)
#define TCP_SND_BUF         (16 * TCP_MSS)
#define TCP_OOSEQ_MAX_BYTES TCP_WND
#define TCP_OOSEQ_MAX_PBUFS 64
#define TCP_LISTEN_BACKLOG  1
/* Two thirds may be half open (guard.c); those in TIME-WAIT give way. */
#define MEMP_NUM_TCP_PCB        288
#define MEMP_NUM_TCP_PCB_LISTEN 4
#define MEMP_NUM_TCP_SEG        1024
#define SO_REUSE                1

#define LWIP_DHCP                  1
#define LWIP_NETIF_HOSTNAME        1
#define LWIP_NETIF_STATUS_CALLBACK 1

/* Our FIB decides where our own packets go; see hooks.c. */
#define LWIP_HOOK_FILENAME                "lwip-port/hooks.h"
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dst) hook_ip4_route(dst)
#define LWIP_HOOK_IP6_ROUTE(src, dst)     hook_ip6_route(dst)
#define LWIP_HOOK_ND6_GET_GW(netif, dst)  (dst)
#define LWIP_HOOK_TCP_ISN                 hook_tcp_isn
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, tcp, optlen, opt1len, opt2, p)         \
	guard_segment(pcb, tcp)

#endif
