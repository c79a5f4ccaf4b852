/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding burst: validates, looks up, rewrites (RFC 1812, RFC 8200).
 */
#ifndef NET_FORWARD_H
#define NET_FORWARD_H

#include "net/worker.h"

/*
 * Decides the fate of `n` packets that came in by `port`, n <= PKT_BURST. All
 * of them change hands: sent, punted, or dropped and counted.
 */
void forward_burst(struct worker *w, const struct dataplane *dp, uint8_t port,
    struct pkt **pkts, uint32_t n);

#endif
