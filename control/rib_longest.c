/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest match among sorted records.
 */
#include "control/rib_table.h"

/* How many leading bits of two addresses agree. */
static uint8_t
common_bits(const uint8_t *a, const uint8_t *b, uint8_t bytes)
{
	for (uint8_t i = 0; i < bytes; i++) {
		uint8_t differ = a[i] ^ b[i];

		if (differ)
			return i * 8 + (uint8_t)(__builtin_clz(differ) - 24);
	}
	return bytes * 8;
}

/*
 * The greatest record up to (addr/len, len) either covers the address, or
 * agrees with it in fewer bits than its own length. Whatever covers the
 * address lies before it and so covers that record too: its length is at most
 * the number of agreeing bits. So each round leaves a shorter length.
 */
bool
rib_table_longest(const struct rib_table *t, const uint8_t *addr, uint8_t len,
    struct rib_pos *out)
{
	for (;;) {
		struct ip_addr masked = { .family = t->family };
		uint8_t key[RIB_RECORD_MAX];
		const uint8_t *found;
		struct rib_pos pos;
		uint8_t common;

		memcpy(masked.byte, addr, t->addr_size);
		ip_addr_mask(&masked, len);
		memset(key, 0xff, sizeof(key));
		memcpy(key, masked.byte, t->addr_size);
		key[t->addr_size + RIB_LEN] = len;
		pos = rib_table_lower(t, key);
		if (pos.index == 0) {
			if (pos.chunk == 0)
				return false;
			pos.chunk--;
			pos.index = t->chunk[pos.chunk].count;
		}
		pos.index--;
		found = rib_table_at(t, pos);
		common = common_bits(found, addr, t->addr_size);
		if (found[t->addr_size + RIB_LEN] <= common) {
			memset(key, 0, sizeof(key));
			memcpy(key, found, t->addr_size + 1u);
			*out = rib_table_lower(t, key);
			return true;
		}
		len = common;
	}
}
