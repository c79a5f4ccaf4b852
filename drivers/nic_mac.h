/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC addresses as Intel's NICs have them, from the 82540 to the 82599: our
 * own in a pair of registers, groups in a table of 4096 bits. 8254x SDM 13.5.1
 * to 13.5.3; 82599 datasheet 8.2.3.7.7 to 8.2.3.7.9.
 */
#ifndef DRIVERS_NIC_MAC_H
#define DRIVERS_NIC_MAC_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "net/port.h"

enum { NIC_MTA_WORDS = 128 };

/* The first byte is the lowest of the low register. */
static inline void
nic_mac_unpack(uint8_t mac[ETH_ALEN], uint32_t low, uint32_t high)
{
	memcpy(mac, &low, 4);
	memcpy(mac + 4, &high, 2);
}

static inline void
nic_mac_pack(const uint8_t mac[ETH_ALEN], uint32_t *low, uint32_t *high)
{
	*high = 0;
	memcpy(low, mac, 4);
	memcpy(high, mac + 4, 2);
}

/* One station's, and not only zeros. */
static inline bool
nic_mac_valid(const uint8_t mac[ETH_ALEN])
{
	static const uint8_t zero[ETH_ALEN];

	return (mac[0] & 1) == 0 && memcmp(mac, zero, ETH_ALEN) != 0;
}

/* Bits 47:36 of the address choose one of the table's. */
static inline uint32_t
nic_mta_bit(const uint8_t mac[ETH_ALEN])
{
	return (uint32_t)mac[5] << 4 | mac[4] >> 4;
}

static inline void
nic_mta_fill(
    uint32_t table[NIC_MTA_WORDS], const uint8_t (*mac)[ETH_ALEN], uint32_t n)
{
	uint32_t bit, i;

	memset(table, 0, NIC_MTA_WORDS * sizeof(*table));
	for (i = 0; i < n; i++) {
		bit = nic_mta_bit(mac[i]);
		table[bit / 32] |= 1u << bit % 32;
	}
}

#endif
