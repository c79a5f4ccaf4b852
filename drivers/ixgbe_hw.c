/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: reset, MAC address, PCI Express, and the semaphores shared with the
 * firmware. 82599 datasheet 4.6.1 to 4.6.3, 5.2.5.3.2 (master disable).
 */
#include <errno.h>
#include <stddef.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum {
	RESET_TRIES = 3,
	RESET_SETTLE_US = 10000, /* 4.6.3.2: at least */
	EEPROM_TIMEOUT_US = 500000,
	DMA_INIT_TIMEOUT_US = 500000,
	QUEUE_SETTLE_US = 2000, /* descriptors under way are written back */
	PENDING_TRIES = 800,    /* of 100 us, and so for the master */
	PENDING_STEP_US = 100,
	LAST_COMPLETION_US = 3000,
	BUFFERS_CLEAR_US = 20,
	LOCK_STEP_US = 50,
	LOCK_RESET_TRIES = 200,
};

/* PCI Express Base 3.0, 7.8: offsets in the capability, and their fields. */
enum {
	PCIE_DEVICE_STATUS = 0x0a,
	PCIE_PENDING = 1 << 5,
	PCIE_LINK_STATUS = 0x12,
	PCIE_DEVICE_CONTROL2 = 0x28,
	PCIE_TIMEOUT_MASK = 0xf,
	PCIE_TIMEOUT_50US = 1,
	PCIE_TIMEOUT_10MS = 2,
	PCIE_TIMEOUT_55MS = 5,
	PCIE_GEN2 = 2,
	PCIE_LANES_FULL = 8,
};

static void
ixgbe_mask_interrupts(struct ixgbe *d)
{
	reg_write(d, EIMC, EIMC_ALL);
	reg_write(d, EIMC_EX(0), ~0u);
	reg_write(d, EIMC_EX(1), ~0u);
	(void)reg_read(d, EICR);
}

/* No more interrupts, receiving, sending. */
static void
ixgbe_quiesce(struct ixgbe *d)
{
	uint32_t q;

	ixgbe_mask_interrupts(d);
	reg_clear(d, RXCTRL, RXEN);
	for (q = 0; q < PORT_QUEUE_MAX; q++) {
		reg_write(d, TXDCTL(q), TXDCTL_SWFLSH);
		regn_clear(d, RXDCTL, q, ENABLE);
	}
	(void)reg_read(d, STATUS); /* pushes the writes out */
	delay_us(QUEUE_SETTLE_US);
}

static bool
ixgbe_pcie_pending(struct ixgbe *d)
{
	uint32_t cap = pci_find_capability(d->pci, PCI_CAP_EXPRESS);

	return cap != 0 &&
	       (pci_read16(d->pci, cap + PCIE_DEVICE_STATUS) & PCIE_PENDING);
}

/*
 * Requests that never end (link down, flow control) are flushed: nothing goes
 * out while looped back, and then the buffers of the bus unit are emptied.
 */
static void
ixgbe_flush_master(struct ixgbe *d)
{
	uint32_t hlreg0 = reg_read(d, HLREG0), i;

	reg_write(d, HLREG0, hlreg0 | HLREG0_LPBK);
	(void)reg_read(d, STATUS);
	delay_us(LAST_COMPLETION_US);
	for (i = 0; i < PENDING_TRIES && ixgbe_pcie_pending(d); i++)
		delay_us(PENDING_STEP_US);
	if (i == PENDING_TRIES)
		log_error(d->area, "PCI Express requests stay pending");
	reg_set(d, GCR_EXT, BUFFERS_CLEAR);
	(void)reg_read(d, STATUS);
	delay_us(BUFFERS_CLEAR_US);
	reg_clear(d, GCR_EXT, BUFFERS_CLEAR);
	reg_write(d, HLREG0, hlreg0);
}

/* 5.2.5.3.2. False: the device must be reset twice. */
static bool
ixgbe_disable_master(struct ixgbe *d)
{
	reg_set(d, CTRL, MASTER_DISABLE);
	if (reg_wait_clear(
		d, STATUS, MASTER_ENABLE, PENDING_TRIES * PENDING_STEP_US))
		return true;
	ixgbe_flush_master(d);
	return false;
}

/*
 * 4.6.3.2. A link that is up may carry the firmware's own traffic: it is left
 * alone. Without a link the link is reset too. Registers must not be touched
 * at once after the write.
 */
static bool
ixgbe_reset_mac(struct ixgbe *d)
{
	uint32_t reset = CTRL_LNK_RST;

	if (reg_read(d, LINKS) & LINKS_UP)
		reset = CTRL_RST;
	reg_write(d, CTRL, reg_read(d, CTRL) | reset);
	delay_us(RESET_SETTLE_US);
	return reg_wait_clear(d, CTRL, RESETS, IXGBE_TIMEOUT_US);
}

static bool
ixgbe_wait_eeprom(struct ixgbe *d)
{
	if (d->flags & IXGBE_X553)
		return reg_wait_set(d, EEC_X553, ARD, EEPROM_TIMEOUT_US);
	return reg_wait_set(d, EEC, ARD, EEPROM_TIMEOUT_US);
}

/* 4.6.3: mask, quiesce, reset, mask again, EEPROM, DMA. */
int
ixgbe_reset(struct ixgbe *d)
{
	uint32_t left, tries;

	ixgbe_quiesce(d);
	left = ixgbe_disable_master(d) ? 1 : 2;
	for (tries = RESET_TRIES; left > 0; tries--) {
		if (tries == 0)
			return -ETIMEDOUT;
		if (ixgbe_reset_mac(d))
			left--;
	}
	ixgbe_mask_interrupts(d);
	if (!ixgbe_wait_eeprom(d) ||
	    !reg_wait_set(d, RDRXCTL, DMAIDONE, DMA_INIT_TIMEOUT_US))
		return -ETIMEDOUT;
	reg_clear(d, CTRL, MASTER_DISABLE);
	d->lan = (uint8_t)STATUS_LAN_ID(reg_read(d, STATUS));
	d->fresh = true;
	return 0;
}

/* 8.2.3.7.8: a reset loads the address into the first register pair. */
int
ixgbe_read_mac(struct ixgbe *d, uint8_t mac[ETH_ALEN])
{
	nic_mac_unpack(mac, reg_read(d, RAL(0)), reg_read(d, RAH(0)));
	if (nic_mac_valid(mac))
		return 0;
	log_error(d->area, "no valid MAC address in the EEPROM");
	return -EADDRNOTAVAIL;
}

/*
 * A request whose answer is late must not be given up too soon, and never be
 * repeated, or two answers may come (specification update, completion
 * time-out). 0 is the default range, which this part takes as 16 to 32 ms.
 */
static void
ixgbe_check_timeout(struct ixgbe *d, uint32_t cap)
{
	uint32_t at = cap + PCIE_DEVICE_CONTROL2;
	uint16_t control = pci_read16(d->pci, at);
	uint32_t range = control & PCIE_TIMEOUT_MASK;

	reg_clear(d, GCR, TMOUT_RESEND);
	if (range != PCIE_TIMEOUT_50US && range != PCIE_TIMEOUT_10MS)
		return;
	pci_write16(d->pci, at,
	    (uint16_t)((control & ~PCIE_TIMEOUT_MASK) | PCIE_TIMEOUT_55MS));
	log_warn(d->area, "the firmware's completion time-out was too short");
}

/* Two ports at line rate need eight lanes of the second generation. */
void
ixgbe_check_pcie(struct ixgbe *d)
{
	static const char *const speeds[] = { "?", "2.5", "5", "8", "16" };
	uint32_t cap = pci_find_capability(d->pci, PCI_CAP_EXPRESS);
	uint32_t status, speed, lanes;

	if (cap == 0)
		return;
	ixgbe_check_timeout(d, cap);
	status = pci_read16(d->pci, cap + PCIE_LINK_STATUS);
	speed = status & 0xf;
	lanes = status >> 4 & 0x3f;
	if (speed >= PCIE_GEN2 && lanes >= PCIE_LANES_FULL)
		return;
	log_warn(d->area,
	    "PCI Express at %s GT/s with %u lanes: too slow for two ports at "
	    "line rate, which need 5 GT/s with 8",
	    speeds[speed < 5 ? speed : 0], (unsigned)lanes);
}

/* 4.6.1: two steps guard SW_FW_SYNC, which in turn guards the resources. */
static bool
ixgbe_take_semaphore(struct ixgbe *d, uint32_t tries)
{
	for (; tries > 0; tries--) {
		if ((reg_read(d, SWSM) & SWSM_SMBI) == 0)
			break;
		delay_us(LOCK_STEP_US);
	}
	for (; tries > 0; tries--) {
		reg_set(d, SWSM, SWESMBI);
		if (reg_read(d, SWSM) & SWSM_SWESMBI)
			return true;
		delay_us(LOCK_STEP_US);
	}
	return false;
}

static void
ixgbe_give_semaphore(struct ixgbe *d)
{
	reg_write(d, SWSM, reg_read(d, SWSM) & ~(SWSM_SMBI | SWSM_SWESMBI));
}

/* Said once: it may be asked for with every poll of the link. */
static bool
ixgbe_refused(struct ixgbe *d, const char *what)
{
	if (!d->refused)
		log_warn(d->area, "%s stays taken: doing without", what);
	d->refused = true;
	return false;
}

/*
 * At boot nobody but the firmware has a right to them: whatever ran before us
 * may have died with a semaphore taken.
 */
void
ixgbe_reset_locks(struct ixgbe *d)
{
	uint32_t sync;

	if (d->flags & IXGBE_NO_AUTOC)
		return; /* nothing to share there */
	if (!ixgbe_take_semaphore(d, LOCK_RESET_TRIES)) {
		ixgbe_give_semaphore(d);
		if (!ixgbe_take_semaphore(d, LOCK_RESET_TRIES)) {
			(void)ixgbe_refused(d, "SWSM");
			return;
		}
	}
	sync = reg_read(d, SW_FW_SYNC);
	if (sync & SW_FW_SYNC_OURS)
		reg_write(d, SW_FW_SYNC, sync & ~SW_FW_SYNC_OURS);
	ixgbe_give_semaphore(d);
}

/*
 * Takes a resource that the firmware may use too. Whoever cannot get it in
 * `tries` steps of 50 us does without.
 */
bool
ixgbe_lock(struct ixgbe *d, uint32_t what, uint32_t tries)
{
	uint32_t sync = 0, i;

	for (i = 0; i < tries; i++) {
		if (!ixgbe_take_semaphore(d, tries)) {
			ixgbe_give_semaphore(d);
			return ixgbe_refused(d, "SWSM");
		}
		sync = reg_read(d, SW_FW_SYNC);
		if ((sync & (what | SW_FW_SYNC_FW(what))) == 0) {
			reg_write(d, SW_FW_SYNC, sync | what);
			ixgbe_give_semaphore(d);
			return true;
		}
		ixgbe_give_semaphore(d);
		delay_us(LOCK_STEP_US);
	}
	return ixgbe_refused(d, "SW_FW_SYNC");
}

void
ixgbe_unlock(struct ixgbe *d, uint32_t what)
{
	bool taken = ixgbe_take_semaphore(d, 10);

	reg_write(d, SW_FW_SYNC, reg_read(d, SW_FW_SYNC) & ~what);
	if (taken)
		ixgbe_give_semaphore(d);
}
