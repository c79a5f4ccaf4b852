/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which addresses stay on their link (RFC 4291 2.5.6, RFC 3927) or name many.
 */
#ifndef CONTROL_IP_SCOPE_H
#define CONTROL_IP_SCOPE_H

#include "net/addr.h"

/* fe80::/10 */
static inline bool
ip_link_local(const struct ip_addr *a)
{
	return a->family == IP6 && a->byte[0] == 0xfe &&
	       (a->byte[1] & 0xc0) == 0x80;
}

/* The same, or 169.254/16: never forwarded (RFC 3927 7). */
static inline bool
ip_stays_on_link(const struct ip_addr *a)
{
	if (a->family == IP4)
		return a->byte[0] == 169 && a->byte[1] == 254;
	return ip_link_local(a);
}

/* 224.0.0.0/4 (RFC 1112 4), ff00::/8 (RFC 4291 2.7) */
static inline bool
ip_multicast(const struct ip_addr *a)
{
	if (a->family == IP4)
		return (a->byte[0] & 0xf0) == 0xe0;
	return a->byte[0] == 0xff;
}

#endif
