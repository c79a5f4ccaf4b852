/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet contract: what a NIC driver gives to the rest of the router.
 *
 * Who owns a buffer:
 *  - rx_burst: the driver hands over each packet that it returns. It refills
 *    its ring from the pool of that queue.
 *  - tx_burst: the driver owns the first `k` packets of the array, k being
 *    the value returned, until the NIC has sent them; then it puts them into
 *    the pool of that queue. The others stay with the caller, who drops and
 *    counts them. tx_burst(port, queue, NULL, 0) only gives back what was sent.
 *
 * Who may call: rx_burst, tx_burst, rx_arm and drain by the one core that polls
 * the queue pair; all else by core 0. Only the polling core touches the queue's
 * pool: start takes no buffer from it (the first rx_burst fills the ring), stop
 * puts none back (drain does).
 */
#ifndef NET_PORT_H
#define NET_PORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"
#include "net/pool.h"

enum {
	PORT_MAX = 16,
	PORT_QUEUE_MAX = 16,
	PORT_MULTICAST_MAX = 1024,
	ETH_ALEN = 6,
};

struct port;

struct port_link {
	bool up;
	bool full_duplex;
	uint32_t mbps;
	bool stalled; /* frames do not leave: the port needs a restart */
};

/* What the NIC itself counts, in sums since boot. */
struct port_hw_stats {
	uint64_t rx_missed;    /* no room in the NIC */
	uint64_t rx_no_buffer; /* no free descriptor */
	uint64_t rx_crc_errors;
	uint64_t rx_length_errors;
	uint64_t rx_errors; /* other reception errors */
	uint64_t tx_errors; /* collisions and aborted frames */
};

/* What the NIC counts for one queue pair, in sums since boot. */
struct port_queue_stats {
	uint64_t rx_packets;
	uint64_t rx_octets;
	uint64_t rx_drops; /* no free descriptor in this queue */
	uint64_t tx_packets;
	uint64_t tx_octets;
	uint32_t rx_used; /* packets received and not yet polled */
	uint32_t tx_used; /* packets waiting to be sent */
};

/* A message-signalled interrupt: what the NIC writes, and where. */
struct port_message {
	uint64_t address;
	uint32_t data;
};

/*
 * Core 0 moves a port from state to state; the cores that poll its queues obey.
 *  STOPPED: the NIC is quiet; each poller calls drain() on its queue.
 *  STOPPING: no poller touches the port, so that core 0 may stop the NIC.
 *  STARTED: bursts run.
 * Core 0 waits until every worker has begun a new turn between leaving STARTED
 * and stop(), and between stop() and the next start().
 */
enum port_state {
	PORT_STOPPED,
	PORT_STOPPING,
	PORT_STARTED,
};

struct port_ops {
	uint32_t (*rx_burst)(
	    struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n);
	uint32_t (*tx_burst)(struct port *port, uint32_t queue,
	    struct pkt *const *pkts, uint32_t n);
	/* Programs rings and link, starts the NIC. Pools must be set.
	 * Returns 0 or a negative errno. */
	int (*start)(struct port *port);
	/* Stops the NIC: from here on it touches no memory. The buffers that
	 * it held stay in the rings. */
	void (*stop)(struct port *port);
	/* Puts every buffer of a stopped queue pair into its pool. Cheap when
	 * there is none. */
	void (*drain)(struct port *port, uint32_t queue);
	/* Has the NIC send port->message[queue] once, as soon as the queue has
	 * a packet; at once, if it has one now. NULL: it cannot. */
	void (*rx_arm)(struct port *port, uint32_t queue);
	void (*link)(struct port *port, struct port_link *out);
	/* Exactly these groups are received (a hash filter may let others
	 * through; lwIP checks). Returns 0 or -ENOSPC. */
	int (*set_multicast)(
	    struct port *port, const uint8_t (*mac)[ETH_ALEN], uint32_t n);
	/* IP packets of up to `mtu` bytes are received, and up to 1500 in any
	 * case; longer ones need not be. Until it is called the MTU is 1500.
	 * At any time; not more than the buffers hold with a VLAN tag. NULL:
	 * the NIC always takes what max_frame says. */
	void (*set_mtu)(struct port *port, uint16_t mtu);
	/* Reads the NIC's counters into sums. */
	void (*hw_stats)(struct port *port, struct port_hw_stats *out);
	/* The same for one queue pair. NULL: the NIC does not count them. */
	void (*queue_stats)(
	    struct port *port, uint32_t queue, struct port_queue_stats *out);
};

struct port {
	char name[16];        /* "port0" */
	char driver[16];      /* "e1000e" */
	char model[32];       /* "82574L" */
	char bus_address[16]; /* "0000:00:02.0" */
	uint8_t mac[ETH_ALEN];
	uint8_t index; /* into the table of ports */
	_Atomic enum port_state state;
	uint16_t max_frame; /* largest frame it can take, without FCS */
	uint16_t rx_queues,
	    tx_queues;        /* in use; both 1, or as many as workers */
	uint16_t queues_max;  /* that the driver can run */
	uint16_t buffer_room; /* bytes from pkt->data on, set before start */
	/* Per queue. Between probe and start, rx_descriptors may be halved. */
	uint16_t rx_descriptors, tx_descriptors;
	/* By queue, set before start: its pool, and the interrupt of its
	 * poller; address 0 means that none is wanted. */
	struct pool *pool[PORT_QUEUE_MAX];
	struct port_message message[PORT_QUEUE_MAX];
	const struct port_ops *ops;
	void *priv; /* the driver's */
};

static inline bool
port_running(const struct port *port)
{
	return atomic_load(&port->state) == PORT_STARTED;
}

#endif
