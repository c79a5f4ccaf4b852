/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and prefixes as text: dotted quads (RFC 6943 strict form: no
 * octal, no short forms), IPv6 as RFC 4291 2.2 reads and RFC 5952 writes it.
 */
#ifndef CONTROL_IPTEXT_H
#define CONTROL_IPTEXT_H

#include <stddef.h>

#include "net/addr.h"
#include "net/port.h"

enum {
	IPTEXT_ADDR_MAX = 46,   /* with NUL */
	IPTEXT_PREFIX_MAX = 50, /* with NUL */
	IPTEXT_MAC_MAX = 18,    /* with NUL */
};

/* Each parses exactly `len` bytes; 0 or -EINVAL. */
int ip_addr_parse(const char *text, size_t len, struct ip_addr *out);
int ip_prefix_parse(const char *text, size_t len, struct ip_addr *addr,
    uint8_t *prefix_len); /* host bits are kept: the caller judges them */
int mac_parse(const char *text, size_t len, uint8_t mac[ETH_ALEN]);

/* Each writes text with NUL and returns `out`. */
char *ip_addr_format(const struct ip_addr *a, char out[IPTEXT_ADDR_MAX]);
char *ip_prefix_format(const struct ip_prefix *p, char out[IPTEXT_PREFIX_MAX]);
char *mac_format(const uint8_t mac[ETH_ALEN], char out[IPTEXT_MAC_MAX]);

#endif
