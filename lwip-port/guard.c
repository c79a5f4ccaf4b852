/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps floods away from lwIP's memory, and old connections out of the
 * way of new ones.
 */
#include "lwip-port/hooks.h"
#include "lwip-port/private.h"
#include "lwip/priv/tcp_priv.h"

enum {
	HALF_OPEN_MAX = 192, /* fewer than the listener's backlog */
};

static bool once_more; /* the segment meets the listener then */

/* lwIP puts the newest first, and whom it hears of. */
static struct tcp_pcb *
oldest_half_open(uint32_t *count)
{
	struct tcp_pcb *oldest = NULL;

	*count = 0;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (pcb->state != SYN_RCVD)
			continue;
		oldest = pcb;
		++*count;
	}
	return oldest;
}

/*
 * Someone asks a listener for a connection. When many have asked and not gone
 * on, the oldest gives way, without a word: its source may be forged. So the
 * next is always heard, and has the time of as many others to answer.
 */
static void
make_way(void)
{
	uint32_t count;
	struct tcp_pcb *oldest = oldest_half_open(&count);

	if (count < HALF_OPEN_MAX)
		return;
	tcp_abandon(oldest, 0);
	stack_router->half_open_dropped++;
}

/*
 * lwIP answers a SYN in TIME-WAIT with an ACK, which the other side does not
 * understand: it tries in vain until TIME-WAIT ends. RFC 1122 4.2.2.13 (3.6 of
 * RFC 9293) has the new connection, when its sequence begins beyond the old.
 */
err_t
guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *tcp)
{
	if ((TCPH_FLAGS(tcp) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return ERR_OK;
	if (pcb->state == LISTEN)
		make_way();
	if (pcb->state != TIME_WAIT || !TCP_SEQ_GT(tcp->seqno, pcb->rcv_nxt))
		return ERR_OK;
	tcp_abandon(pcb, 0);
	once_more = true;
	return ERR_ABRT;
}

bool
guard_once_more(void)
{
	bool again = once_more;

	once_more = false;
	return again;
}
