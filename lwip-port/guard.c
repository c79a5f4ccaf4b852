/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps floods away from lwIP's memory.
 */
#include "lwip-port/hooks.h"
#include "lwip-port/private.h"
#include "lwip/priv/tcp_priv.h"

enum {
	HALF_OPEN_MAX = 192, /* fewer than the listener's backlog */
};

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
err_t
guard_segment(const struct tcp_pcb *pcb, const struct tcp_hdr *tcp)
{
	struct tcp_pcb *oldest;
	uint32_t count;

	if (pcb->state != LISTEN ||
	    (TCPH_FLAGS(tcp) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return ERR_OK;
	oldest = oldest_half_open(&count);
	if (count >= HALF_OPEN_MAX) {
		tcp_abandon(oldest, 0);
		stack_router->half_open_dropped++;
	}
	return ERR_OK;
}
