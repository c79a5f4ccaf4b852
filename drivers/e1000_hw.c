/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * e1000: the chip outside its rings. Reset, MAC address, filters, what a part
 * needs by its errata, statistics. SDM 14.3 and 14.4; 82574L datasheet 4.6.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "drivers/e1000_dev.h"
#include "kernel/log.h"
#include "kernel/msi.h"
#include "kernel/time.h"

enum {
	MASTER_TIMEOUT_US = 80000,
	RESET_TIMEOUT_US = 100000,
	EEPROM_TIMEOUT_US = 100000,
	DMA_SETTLE_US = 10000,   /* outstanding bus transactions end */
	RESET_SETTLE_US = 10000, /* 8254x: includes the EEPROM's reload */
	PHY_CONFIG_US = 25000,   /* 82574: the PHY's, from its NVM */
	/*
	 * SPEC-WRONG: 82574L 10.2.5.1 has 9,018 bytes with CRC. Intel's own
	 * driver, and FreeBSD's, go up to 9,234, with the CRC and a tag.
	 */
	FRAME_82574 = 9230,
	/* The NIC takes 16 KiB, but a port needs no more than an 82599's. */
	FRAME_8254X = 9724,
	PCIE_LINK_CONTROL = 0x10,
	PCIE_LINK_ASPM = 3,
	PCIX_COMMAND = 2,
	PCIX_READ_MASK = 3 << 2, /* bytes a read may ask for: 512 << n */
	PCIX_READ_4096 = 3 << 2,
	PCIX_READ_2048 = 2 << 2,
};

/* No more interrupts, bus requests, receiving or sending. */
void
e1000_quiesce(struct e1000 *d)
{
	reg_write(d, IMC, ~0u);
	if (d->flags & E1000_82574) {
		/* A time-out is logged; the reset that follows is the cure. */
		reg_set(d, CTRL, GIO_MASTER_DISABLE);
		(void)reg_wait_clear(
		    d, STATUS, GIO_MASTER_ENABLE, MASTER_TIMEOUT_US);
		reg_clear(d, CTRL_EXT, DRV_LOAD);
	}
	reg_write(d, RCTL, 0);
	reg_clear(d, TCTL, EN);
	(void)reg_read(d, STATUS); /* pushes the writes out */
	delay_us(DMA_SETTLE_US);
}

/*
 * The 82574 reads its NVM, then sets up the PHY from it. SPEC-MISSING: public
 * drivers ask for the reading when the NVM is a flash.
 */
static int
e1000_reload_82574(struct e1000 *d)
{
	if ((reg_read(d, EECD) & EECD_FLASH) == EECD_FLASH)
		reg_set(d, CTRL_EXT, EE_RST);
	if (!reg_wait_set(d, EECD, AUTO_RD, EEPROM_TIMEOUT_US))
		return -ETIMEDOUT;
	delay_us(PHY_CONFIG_US);
	return 0;
}

/* KiB of the packet buffer for receive, of 64 and of 40. The rest transmits: it
 * must hold two of the largest frames. */
static uint32_t
e1000_pba(const struct e1000 *d)
{
	if (d->flags & E1000_82574)
		return d->room > PKT_ROOM ? 20 : 32;
	return d->room > PKT_ROOM ? 40 : 48;
}

/*
 * 13.4.16: the split of the packet buffer is taken over by the reset.
 * SPEC-MISSING: Linux and the BSDs reset an 8254x through its I/O ports,
 * against bridges that would make the write a 64-bit one; DPDK and iPXE write
 * to memory, as we do.
 */
static int
e1000_reset_mac(struct e1000 *d)
{
	bool mdio;

	reg_write(d, PBA, e1000_pba(d));
	/* The firmware must not be talking to the PHY meanwhile. */
	mdio = e1000_mdio_acquire(d);
	reg_set(d, CTRL, RST);
	delay_us(RESET_SETTLE_US);
	if (!reg_wait_clear(d, CTRL, RST, RESET_TIMEOUT_US))
		return -ETIMEDOUT;
	if (mdio)
		e1000_mdio_release(d);
	return d->flags & E1000_82574 ? e1000_reload_82574(d) : 0;
}

/* 14.3, 82574L 4.6: mask, quiesce, reset, mask again. */
int
e1000_reset(struct e1000 *d)
{
	int err;

	e1000_quiesce(d);
	err = e1000_reset_mac(d);
	if (err != 0)
		return err;
	reg_write(d, IMC, ~0u);
	(void)reg_read(d, ICR);
	d->fresh = true;
	return 0;
}

/* 13.4.4, 5.6.1: words 0 to 2, the first byte in the lower half. */
static bool
e1000_read_eeprom_mac(struct e1000 *d, uint8_t mac[ETH_ALEN])
{
	uint16_t word;
	uint32_t i;

	for (i = 0; i < ETH_ALEN / 2; i++) {
		reg_write(d, EERD, EERD_START | EERD_WORD(i));
		if (!reg_wait_set(d, EERD, DONE, EEPROM_TIMEOUT_US))
			return false;
		word = EERD_DATA(reg_read(d, EERD));
		memcpy(mac + 2 * i, &word, sizeof(word));
	}
	/* The two ports of a card share the EEPROM. */
	mac[ETH_ALEN - 1] ^= d->pci->function & 1;
	return true;
}

/*
 * 13.5.2: a reset loads the address into the first register pair. Not so in
 * the 8254x that VMware and VirtualBox emulate: there only the EEPROM has it.
 */
int
e1000_read_mac(struct e1000 *d, uint8_t mac[ETH_ALEN])
{
	nic_mac_unpack(mac, reg_read(d, RAL(0)), reg_read(d, RAH(0)));
	if (nic_mac_valid(mac))
		return 0;
	if (!(d->flags & E1000_82574) && e1000_read_eeprom_mac(d, mac) &&
	    nic_mac_valid(mac))
		return 0;
	log_error(d->area, "no valid MAC address in the EEPROM");
	return -EADDRNOTAVAIL;
}

/* ASPM loses completions on the 82574 (erratum): keep the link in L0. */
static void
e1000_disable_aspm(struct e1000 *d)
{
	uint32_t cap = pci_find_capability(d->pci, PCI_CAP_EXPRESS);
	uint16_t control;

	if (cap == 0)
		return;
	control = pci_read16(d->pci, cap + PCIE_LINK_CONTROL);
	pci_write16(d->pci, cap + PCIE_LINK_CONTROL,
	    (uint16_t)(control & ~PCIE_LINK_ASPM));
}

/* Firmware may wrongly allow PCI-X reads of 4096 bytes; 2048 are safe. */
static void
e1000_limit_pcix_reads(struct e1000 *d)
{
	uint32_t cap = pci_find_capability(d->pci, PCI_CAP_PCIX);
	uint16_t command;

	if (cap == 0)
		return;
	command = pci_read16(d->pci, cap + PCIX_COMMAND);
	if ((command & PCIX_READ_MASK) == PCIX_READ_4096)
		pci_write16(d->pci, cap + PCIX_COMMAND,
		    (uint16_t)((command & ~PCIX_READ_MASK) | PCIX_READ_2048));
}

/*
 * Erratum 10 of all that can be on PCI-X: there a frame's first transmit
 * descriptor may have 2,015 bytes at most, and a frame of ours has just one.
 */
uint16_t
e1000_max_frame(const struct e1000 *d)
{
	if (d->flags & E1000_82574)
		return FRAME_82574;
	return reg_read(d, STATUS) & STATUS_PCIX ? E1000_FRAME : FRAME_8254X;
}

/* What a family needs beside the common sequence, errata first. */
void
e1000_init_parts(struct e1000 *d)
{
	uint32_t v;

	reg_write(d, WUC, 0);
	if (!(d->flags & E1000_82574)) {
		e1000_limit_pcix_reads(d);
		reg_clear(d, MANC, ARP_EN);
		return;
	}
	e1000_disable_aspm(d);
	v = reg_read(d, TARC0) & ~TARC0_BITS27_30;
	reg_write(d, TARC0, v | TARC0_BIT26);
	v = reg_read(d, CTRL_EXT) & ~CTRL_EXT_BIT23;
	reg_write(d, CTRL_EXT, v | CTRL_EXT_BIT22 | CTRL_EXT_DRV_LOAD);
	v = reg_read(d, GCR);
	reg_write(d, GCR, v | GCR_BIT22 | GCR_L1_WITHOUT_L0S);
	reg_set(d, GCR2, BIT0);
	/* One queue, legacy descriptors. */
	reg_write(d, MRQC, 0);
	reg_clear(d, RFCTL, EXSTEN);
}

/*
 * All is masked until e1000_rx_arm(). MSI, not MSI-X: the 82583V has none, and
 * an 82574L only as many vectors as its NVM says.
 */
int
e1000_init_interrupts(struct e1000 *d, const struct port *port)
{
	const struct port_message *m = &port->message[0];

	if (d->ops.rx_arm == NULL || m->address == 0)
		return 0;
	reg_set(d, CTRL_EXT, INT_TIMERS_CLEAR_ENA);
	return msi_set(d->pci, m->address, m->data);
}

/* 14.4: our address in the first pair, the others off, the hash table. */
void
e1000_init_filters(struct e1000 *d, const uint8_t mac[ETH_ALEN])
{
	uint32_t low, high, i;

	nic_mac_pack(mac, &low, &high);
	reg_write(d, RAL(0), low);
	reg_write(d, RAH(0), high | RAH_AV);
	for (i = 1; i < RAR_COUNT; i++) {
		/* 13.5.3: when clearing, the high half first. */
		reg_write(d, RAH(i), 0);
		reg_write(d, RAL(i), 0);
	}
	e1000_write_mta(d);
}

void
e1000_write_mta(struct e1000 *d)
{
	uint32_t i;

	for (i = 0; i < NIC_MTA_WORDS; i++)
		reg_write(d, MTA(i), d->mta[i]);
}

/* 13.4.22: also while frames come in, because it is a filter. */
void
e1000_write_frame_max(struct e1000 *d)
{
	if (atomic_load(&d->frame_max) > E1000_FRAME)
		reg_set(d, RCTL, LPE);
	else
		reg_clear(d, RCTL, LPE);
}

/*
 * Which sum each counter of the NIC belongs to. RLEC is left out, because it
 * counts again what RUC and ROC do, and SYMERRS, because it runs without link.
 */
#define SUM(field) offsetof(struct e1000, field)
static const struct {
	uint16_t reg;
	uint16_t sum;
} e1000_stats[] = {
	{ MPC, SUM(stats.rx_missed) },
	{ RNBC, SUM(stats.rx_no_buffer) },
	{ CRCERRS, SUM(stats.rx_crc_errors) },
	{ RUC, SUM(stats.rx_length_errors) },
	{ ROC, SUM(stats.rx_length_errors) },
	{ RFC, SUM(stats.rx_length_errors) },
	{ RJC, SUM(stats.rx_length_errors) },
	{ ALGNERRC, SUM(stats.rx_errors) },
	{ RXERRC, SUM(stats.rx_errors) },
	{ CEXTERR, SUM(stats.rx_errors) },
	{ ECOL, SUM(stats.tx_errors) },
	{ LATECOL, SUM(stats.tx_errors) },
	{ GPRC, SUM(queue_stats.rx_packets) },
	{ GPTC, SUM(queue_stats.tx_packets) },
};
#undef SUM

enum { STATS_COUNT = sizeof(e1000_stats) / sizeof(e1000_stats[0]) };

static uint64_t
e1000_read64(struct e1000 *d, uint32_t low, uint32_t high)
{
	uint64_t v = reg_read(d, low);

	return v | (uint64_t)reg_read(d, high) << 32;
}

/*
 * The counters stop at 2^32 - 1: at line rate, call at least hourly. Packets
 * before octets, so that each has its CRC among the octets.
 */
void
e1000_collect_stats(struct e1000 *d)
{
	uint64_t *sum;
	uint32_t i;

	for (i = 0; i < STATS_COUNT; i++) {
		sum = (uint64_t *)((char *)d + e1000_stats[i].sum);
		*sum += reg_read(d, e1000_stats[i].reg);
	}
	d->queue_stats.rx_octets += e1000_read64(d, GORCL, GORCH);
	d->queue_stats.tx_octets += e1000_read64(d, GOTCL, GOTCH);
	d->stats_us = time_us();
}

/* 14.3: reading clears. */
void
e1000_clear_stats(struct e1000 *d)
{
	uint32_t i;

	for (i = 0; i < STATS_COUNT; i++)
		(void)reg_read(d, e1000_stats[i].reg);
	(void)e1000_read64(d, GORCL, GORCH);
	(void)e1000_read64(d, GOTCL, GOTCH);
}
