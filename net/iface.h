/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of logical interfaces: an index into dataplane.iface.
 */
#ifndef NET_IFACE_H
#define NET_IFACE_H

enum {
	IFACE_MAX = 64,
	IFACE_NONE = 0xffff,
};

#endif
