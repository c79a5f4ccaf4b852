/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of logical interfaces: an index into dataplane.iface. A port's is
 * the port's own; those from PORT_MAX (port.h) on are 802.1Q sub-interfaces.
 */
#ifndef NET_IFACE_H
#define NET_IFACE_H

enum {
	IFACE_MAX = 512,
	IFACE_NONE = 0xffff,
};

#endif
