/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of kinds of ICMP errors.
 */
#include "control/icmp.h"

const char *const icmp_names[ICMP_KIND_COUNT] = {
	[ICMP_TTL_EXCEEDED] = "ttl-exceeded",
	[ICMP_NET_UNREACHABLE] = "net-unreachable",
	[ICMP_HOST_UNREACHABLE] = "host-unreachable",
	[ICMP_REJECTED] = "rejected",
	[ICMP_TOO_BIG] = "too-big",
	[ICMP_PARAMETER] = "parameter-problem",
	[ICMP_OPTION] = "unknown-option",
	[ICMP_SCOPE] = "beyond-scope",
	[ICMP_PROTOCOL] = "protocol-unreachable",
	[ICMP_NEXT_HEADER] = "unknown-next-header",
	[ICMP_PORT_UNREACHABLE] = "port-unreachable",
	[ICMP_CHAIN] = "incomplete-header-chain",
	[ICMP_REASSEMBLY] = "reassembly",
};
