/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small model of an 8254x or 82574 for host tests, written from the manuals
 * and without looking at the driver: it has its own register numbers. It
 * receives, filters, sends, counts, interrupts, resets, takes its time, and
 * notes each thing that the manuals forbid as a violation.
 *
 * Spec: Intel PCI/PCI-X Family of Gigabit Ethernet Controllers Software
 * Developer's Manual, chapters 3, 13 and 14; 82574 datasheet.
 */
#ifndef TESTS_UNIT_FAKE_E1000_H
#define TESTS_UNIT_FAKE_E1000_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FAKE_REG_SPACE = 0x20000,
	FAKE_TRACE_MAX = 16384,
	FAKE_SENT_MAX = 1024,
	FAKE_FRAME_MAX = 20000,
};

struct fake_write {
	uint32_t reg, value;
};

struct fake_sent {
	uint16_t len;
	uint8_t head[64]; /* the frame's first bytes */
};

struct fake_e1000 {
	bool pcie;      /* an 82574 */
	bool no_cross;  /* an 82545EM: writes must not cross 64 KiB */
	bool pcix;      /* ... and it is on PCI-X */
	uint8_t mac[6]; /* as the EEPROM has it */
	bool cable;     /* a link partner is there */
	bool flash;     /* an 82574 whose NVM is one: loads when told to */
	bool no_reload; /* a reset does not load the address, as in VMware */

	/* Faults to inject. */
	bool stuck_reset, stuck_eeprom, stuck_eerd, stuck_mdic, mdic_error,
	    stuck_master, mdio_denied, stuck_tx;
	bool throttle; /* a message holds back the next, as QEMU's always do */
	uint32_t meet; /* at the n-th access from now ... */
	void (*meeting)(void); /* ... this is called first */

	/* What happened. */
	uint32_t reads, writes;
	uint32_t violations;
	char violation[128]; /* the last one */
	struct fake_write trace[FAKE_TRACE_MAX];
	uint32_t traced;
	struct fake_sent sent[FAKE_SENT_MAX];
	uint32_t sent_count;
	uint32_t reports;  /* transmit descriptors written back */
	uint32_t messages; /* of MSI, to where and with what the last was: */
	uint64_t message_address;
	uint32_t message_data;

	/* The chip. */
	uint32_t reg[FAKE_REG_SPACE / 4];
	uint16_t phy[32];
	uint32_t split; /* PBA as of the last reset */
	bool was_reset; /* since power on */
	bool asserted;  /* an unmasked cause is set */
	bool throttled; /* a message was sent */
	uint64_t reset_until, eeprom_until, mdic_until, eerd_until; /* ns */
	uint64_t quiet_since;
};

extern struct fake_e1000 fake;

void fake_power_on(bool pcie);

/*
 * A frame (without CRC) comes in; `errors` is what the descriptor will say.
 * True when it was written to memory. With `force`, length is not checked and
 * the frame may fill several buffers.
 */
bool fake_receive(const void *frame, size_t len, uint8_t errors, bool force);

/* fake_e1000_events.c: registers, and what is to be noted there. */
uint32_t fake_read_event(uint32_t offset);
bool fake_write_event(uint32_t offset, uint32_t value); /* false: not its */
void fake_received(size_t len);
void fake_was_sent(size_t len, bool report);
void fake_violation(const char *what, uint32_t offset);

/* fake_e1000_sizes.c: by what is programmed, in bytes without CRC. */
size_t fake_frame_max(void);
size_t fake_buffer_size(void);
void fake_check_rctl(uint32_t value);
void fake_check_sent(size_t len);

/* Sends what is queued, at most `n` frames; for stuck_tx. */
void fake_transmit(uint32_t n);

/* Position in the trace of the first write from `from` on with
 * (value & mask) == want; FAKE_TRACE_MAX when there is none. */
uint32_t fake_find(uint32_t from, uint32_t reg, uint32_t mask, uint32_t want);
uint32_t fake_writes_to(uint32_t from, uint32_t reg);

#endif
