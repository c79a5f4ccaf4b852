/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: the EEPROM's list of settings by kind of SFP+ module: how the serial
 * lane is driven for a fibre, or for a cable. 82599 datasheet, chapter 6
 * and 8.2.3.2.2.
 *
 * SPEC-MISSING: the list's form and its register, as public drivers have them.
 * Word 0x2b points at a list behind a header word: pairs of a kind and a
 * pointer at a block; after the block's header, words for CORECTL. 0xffff ends
 * both. A board without a list, or without this kind, keeps its settings.
 */
#include <stddef.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/log.h"

enum {
	WORD_MODULE_LIST = 0x2b,
	LIST_END = 0xffff,
	LIST_MAX = 64,     /* pairs */
	BLOCK_MAX = 256,   /* words */
	KIND_PASSIVE = 3,  /* a cable; the second port's kind is one more */
	KIND_LIMITING = 5, /* fibre, 1 Gb/s, cables with an amplifier */
	LOCK_TRIES = 20,
};

/* Returns 0xffff, which ends every list, when it cannot. */
static uint16_t
eeprom_read(struct ixgbe *d, uint32_t word)
{
	if (word > EERD_WORD_MAX)
		return LIST_END;
	reg_write(d, EERD, EERD_WORD(word) | EERD_START);
	if (!reg_wait_set(d, EERD, DONE, IXGBE_TIMEOUT_US))
		return LIST_END;
	return EERD_DATA(reg_read(d, EERD));
}

/* Where the block for this kind begins; 0: nowhere. */
static uint32_t
eeprom_find(struct ixgbe *d, uint32_t kind)
{
	uint32_t at = eeprom_read(d, WORD_MODULE_LIST), found, i;

	if (at == 0 || at == LIST_END)
		return 0;
	for (at++, i = 0; i < LIST_MAX; i++, at += 2) {
		found = eeprom_read(d, at);
		if (found == LIST_END)
			return 0;
		if (found == kind) {
			at = eeprom_read(d, at + 1);
			return at == LIST_END ? 0 : at;
		}
	}
	return 0;
}

void
ixgbe_setup_module(struct ixgbe *d)
{
	uint32_t kind, at, word, i;

	kind = sfp_passive(&d->sfp) ? KIND_PASSIVE : KIND_LIMITING;
	at = eeprom_find(d, kind + (d->lan & 1));
	if (at == 0) {
		log_info(d->area, "no settings for this module in the EEPROM");
		return;
	}
	if (!ixgbe_lock(d, SW_FW_SYNC_MAC_CSR, LOCK_TRIES)) {
		log_warn(d->area, "the firmware holds the serial lane");
		return;
	}
	for (i = 1; i <= BLOCK_MAX; i++) {
		word = eeprom_read(d, at + i);
		if (word == LIST_END)
			break;
		reg_write(d, CORECTL, word);
		(void)reg_read(d, STATUS); /* one by one */
	}
	ixgbe_unlock(d, SW_FW_SYNC_MAC_CSR);
}
