/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: what is programmed between a reset and the first packet, a function a
 * section of the 82599 datasheet's 4.6. All of it is lost in a reset.
 */
#include <errno.h>
#include <stddef.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/msi.h"

enum {
	FRAME_MAX = 1518, /* with the CRC, unless jumbo is on */
	FRAME_EXTRA = 18, /* Ethernet header and CRC */
	THROTTLE_US = 10, /* between two interrupts of a vector */
	/* 4.6.3.2: room for what is under way, though flow control is off. */
	FCRTH_ROOM = 0x6000,
};

/*
 * 4.6.3.2: flow control off. A router that pauses its neighbour for one slow
 * port stops them all.
 */
void
ixgbe_init_general(struct ixgbe *d)
{
	uint32_t i;

	for (i = 0; i < FCTTV_COUNT; i++)
		reg_write(d, FCTTV(i), 0);
	for (i = 0; i < BUFFERS_COUNT; i++) {
		reg_write(d, FCRTL(i), 0);
		reg_write(d, FCRTH(i),
		    i == 0 ? FCRTH_RTH(RXPBSIZE_FULL - FCRTH_ROOM) : 0);
	}
	reg_write(d, FCRTV, 0);
	reg_write(d, FCCFG, 0);
	reg_write(d, MFLCN,
	    (reg_read(d, MFLCN) & ~(MFLCN_RFCE | MFLCN_RPFCE)) | MFLCN_DPF);
	reg_set(d, CTRL_EXT, DRV_LOAD);
}

/* A card whose table is too short for all queues is only polled. */
static bool
ixgbe_sends_messages(const struct ixgbe *d, const struct port *port, uint32_t q)
{
	return d->ops.rx_arm != NULL && port->message[q].address != 0;
}

/* The table says where a vector's message goes; here vector q is queue q's. */
static int
ixgbe_init_messages(struct ixgbe *d, const struct port *port)
{
	const struct port_message *m;
	bool wanted = false;
	uint32_t q;
	int err;

	for (q = 0; q < d->queues; q++) {
		m = &port->message[q];
		if (!ixgbe_sends_messages(d, port, q))
			continue;
		err = msix_set(d->pci, q, m->address, m->data);
		if (err != 0)
			return err;
		wanted = true;
	}
	return wanted ? msix_enable(d->pci) : 0;
}

/*
 * 4.6.6: receive queue q has vector and cause q. A message masks its cause and
 * clears it, so that it comes once for each ixgbe_rx_arm() and the interrupt
 * handler need not touch the NIC. (Erratum 1 of the specification update needs
 * auto clear without auto mask and without PBA.)
 */
int
ixgbe_init_interrupts(struct ixgbe *d, const struct port *port)
{
	uint32_t ivar, q, i;

	for (i = 0; i < IVAR_COUNT; i++) {
		ivar = 0;
		for (q = 2 * i; q < 2 * i + 2 && q < d->queues; q++) {
			if (ixgbe_sends_messages(d, port, q))
				ivar |= IVAR_RX(q, q);
		}
		reg_write(d, IVAR(i), ivar);
	}
	for (q = 0; q < d->queues; q++)
		reg_write(d, EITR(q), EITR_US(THROTTLE_US) | EITR_WDIS);
	reg_write(d, GPIE, GPIE_MSIX | GPIE_OCD | GPIE_EIAME | GPIE_PBA);
	reg_write(d, EIAC, EICR_QUEUES);
	reg_write(d, EIAM, EICR_QUEUES);
	reg_write(d, EIAM_EX(0), EICR_QUEUES);
	return ixgbe_init_messages(d, port);
}

static void
ixgbe_zero(struct ixgbe *d, uint32_t first, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		reg_write(d, first + 4 * i, 0);
}

void
ixgbe_write_mta(struct ixgbe *d)
{
	uint32_t i;

	for (i = 0; i < NIC_MTA_WORDS; i++)
		reg_write(d, MTA(i), d->mta[i]);
}

/* 4.6.7: tables first. Our address, the groups, nothing by VLAN or pool. */
static void
ixgbe_init_filters(struct ixgbe *d, const uint8_t mac[ETH_ALEN])
{
	uint32_t low, high, i;

	nic_mac_pack(mac, &low, &high);
	reg_write(d, RAL(0), low);
	reg_write(d, RAH(0), high | RAH_AV);
	for (i = 1; i < RAR_COUNT; i++) {
		reg_write(d, RAH(i), 0);
		reg_write(d, RAL(i), 0);
	}
	reg_write(d, PFVTCTL, 0);
	ixgbe_zero(d, PFUTA(0), PFUTA_COUNT);
	ixgbe_zero(d, VFTA(0), VFTA_COUNT);
	ixgbe_zero(d, PFVLVF(0), PFVLVF_COUNT);
	ixgbe_zero(d, PFVLVFB(0), PFVLVFB_COUNT);
	ixgbe_zero(d, MPSAR(0), MPSAR_COUNT);
	ixgbe_zero(d, FTQF(0), FTQF_COUNT);
	ixgbe_zero(d, ETQF(0), ETQF_COUNT);
	ixgbe_zero(d, ETQS(0), ETQF_COUNT);
	reg_write(d, SYNQF, 0);
	reg_write(d, FDIRCTRL, 0);
	ixgbe_write_mta(d);
	reg_write(d, MCSTCTRL, MCSTCTRL_MFE);
	reg_clear(d, VLNCTRL, VFE);
	reg_write(d, FCTRL,
	    (reg_read(d, FCTRL) & ~(FCTRL_SBP | FCTRL_MPE | FCTRL_UPE)) |
		FCTRL_BAM);
}

/*
 * The key that makes the hash of both directions of a flow the same: its
 * period is 16 bits, so addresses and ports may change places. Its bytes are
 * 0x6d, 0x5a, and so on; registers are little endian.
 */
uint32_t
ixgbe_rss_key_word(void)
{
	return 0x5a6d5a6d;
}

/* Entries 4n to 4n + 3, lowest first: queues in turn. */
uint32_t
ixgbe_reta_word(uint32_t n, uint32_t queues)
{
	uint32_t word = 0, i;

	for (i = 0; i < 4; i++)
		word |= (4 * n + i) % queues << 8 * i;
	return word;
}

/*
 * 7.1.2.8: the hash of addresses and ports picks the queue. Fragments are
 * hashed by their addresses only. A descriptor has room for the hash or for
 * their checksum: RSS is on with PCSD.
 */
static void
ixgbe_init_rss(struct ixgbe *d)
{
	uint32_t i;

	for (i = 0; i < RSSRK_WORDS; i++)
		reg_write(d, RSSRK(i), ixgbe_rss_key_word());
	for (i = 0; i < RETA_ENTRIES / 4; i++)
		reg_write(d, RETA(i), ixgbe_reta_word(i, d->queues));
	for (i = 0; i < ERETA_ENTRIES / 4 && (d->flags & IXGBE_X550); i++)
		reg_write(d, ERETA(i),
		    ixgbe_reta_word(RETA_ENTRIES / 4 + i, d->queues));
	reg_write(d, MRQC,
	    MRQC_RSS | MRQC_IPV4 | MRQC_IPV4_TCP | MRQC_IPV4_UDP | MRQC_IPV6 |
		MRQC_IPV6_TCP | MRQC_IPV6_UDP);
	reg_set(d, RXCSUM, PCSD);
}

/*
 * 8.2.3.22.13: a VLAN tag comes on top. The length means nothing while jumbo
 * is off, so it is right before jumbo goes on.
 */
void
ixgbe_write_frame_max(struct ixgbe *d)
{
	uint32_t hlreg0 = reg_read(d, HLREG0) & ~HLREG0_JUMBOEN;
	uint32_t size = d->mtu + FRAME_EXTRA;

	if (size > FRAME_MAX)
		hlreg0 |= HLREG0_JUMBOEN;
	else
		size = FRAME_MAX;
	if (size > MAXFRS_MAX)
		size = MAXFRS_MAX;
	reg_write(d, MAXFRS,
	    (reg_read(d, MAXFRS) & ~MAXFRS_MFS_MASK) | MAXFRS_MFS(size));
	reg_write(d, HLREG0, hlreg0);
}

/* 4.6.7: CRC stripping on in both registers, receive coalescing off. */
static void
ixgbe_init_offloads(struct ixgbe *d)
{
	reg_write(
	    d, HLREG0, (reg_read(d, HLREG0) & ~HLREG0_LPBK) | HLREG0_RXCRCSTRP);
	ixgbe_write_frame_max(d);
	reg_write(d, RFCTL,
	    reg_read(d, RFCTL) | RFCTL_RSC_DIS | RFCTL_NFSW_DIS |
		RFCTL_NFSR_DIS);
	reg_write(d, RDRXCTL,
	    (reg_read(d, RDRXCTL) & ~RDRXCTL_RSCFRST) | RDRXCTL_CRCSTRIP |
		RDRXCTL_RSCACKC | RDRXCTL_FCOE_WRFIX);
	reg_write(d, RXPBSIZE(0), RXPBSIZE_FULL);
	ixgbe_zero(d, RXPBSIZE(1), BUFFERS_COUNT - 1);
}

/*
 * 4.6.7, per queue. A queue without free descriptors drops, or it would hold
 * up the others. Writes keep their order on the bus: a descriptor that is done
 * says that its packet is there.
 */
static int
ixgbe_init_rx_queue(struct ixgbe *d, uint32_t q)
{
	nic_ring_program(&d->queue[q].rx, d->regs, RX_RING(q));
	d->queue[q].rx_skip = false;
	reg_write(d, SRRCTL(q),
	    SRRCTL_PACKET(d->buffer_kb) | SRRCTL_HEADER_256 | SRRCTL_ADV_ONE |
		SRRCTL_DROP_EN);
	regn_clear(d, RSCCTL, q, RSCEN);
	reg_write(d, DCA_RXCTRL(q),
	    reg_read(d, DCA_RXCTRL(q)) &
		~(DCA_RXCTRL_BIT12 | DCA_RXCTRL_DATA_RO | DCA_RXCTRL_HEAD_RO));
	reg_write(d, RXDCTL(q),
	    (reg_read(d, RXDCTL(q)) & ~RXDCTL_VME) | RXDCTL_ENABLE);
	if (!regn_wait_set(d, RXDCTL, q, ENABLE, IXGBE_TIMEOUT_US))
		return -ETIMEDOUT;
	return 0;
}

/*
 * 4.6.7, last steps. Traffic that arrives while RXEN is set can hang the
 * receive DMA: the path before it is closed meanwhile. If it does not say that
 * it is empty, enabling is still better than not.
 */
static void
ixgbe_enable_rx(struct ixgbe *d)
{
	reg_set(d, SECRXCTRL, RX_DIS);
	(void)reg_wait_set(d, SECRXSTAT, RX_RDY, IXGBE_TIMEOUT_US);
	reg_set(d, RXCTRL, RXEN);
	reg_clear(d, SECRXCTRL, RX_DIS);
	(void)reg_read(d, STATUS); /* pushes the writes out */
}

/*
 * 4.6.7. The rings stay empty here: a queue's first burst, on its own core,
 * fills them. Until then the NIC drops.
 */
int
ixgbe_init_rx(struct ixgbe *d, const struct port *port)
{
	uint32_t q;
	int err;

	reg_clear(d, RXCTRL, RXEN);
	ixgbe_init_filters(d, port->mac);
	ixgbe_init_offloads(d);
	ixgbe_init_rss(d);
	for (q = 0; q < d->queues; q++) {
		nic_ring_shorten(&d->queue[q].rx, port->rx_descriptors);
		if ((err = ixgbe_init_rx_queue(d, q)) != 0)
			return err;
	}
	reg_set(d, CTRL_EXT, NS_DIS);
	ixgbe_enable_rx(d);
	return 0;
}

/* 4.6.11.3: one packet buffer for all, no limits of rate. */
static void
ixgbe_init_tx_plane(struct ixgbe *d)
{
	uint32_t i;

	reg_set(d, RTTDCS, ARBDIS);
	reg_write(d, MTQC, 0);
	reg_write(d, DTXMXSZRQ, DTXMXSZRQ_ALL);
	reg_write(d, TXPBSIZE(0), TXPBSIZE_FULL);
	reg_write(d, TXPBTHRESH(0), TXPBTHRESH_FULL);
	for (i = 1; i < BUFFERS_COUNT; i++) {
		reg_write(d, TXPBSIZE(i), 0);
		reg_write(d, TXPBTHRESH(i), 0);
	}
	for (i = 0; i < TX_QUEUES; i++) {
		reg_write(d, RTTDQSEL, i);
		reg_write(d, RTTBCNRC, 0);
	}
	reg_clear(d, RTTDCS, ARBDIS);
}

/*
 * 4.6.8, per queue. WTHRESH 0: above it a report that one descriptor asks for
 * could wait for others. Descriptors are prefetched, or 64-byte frames do not
 * reach line rate.
 */
static int
ixgbe_init_tx_queue(struct ixgbe *d, uint32_t q)
{
	nic_ring_program(&d->queue[q].tx, d->regs, TX_RING(q));
	reg_write(d, TDWBAL(q), 0);
	regn_clear(d, DCA_TXCTRL, q, WB_RO);
	reg_write(
	    d, TXDCTL(q), TXDCTL_PTHRESH | TXDCTL_HTHRESH | TXDCTL_WTHRESH0);
	if (q == 0)
		reg_set(d, DMATXCTL, TE);
	regn_set(d, TXDCTL, q, ENABLE);
	if (!regn_wait_set(d, TXDCTL, q, ENABLE, IXGBE_TIMEOUT_US))
		return -ETIMEDOUT;
	return 0;
}

/* 4.6.8 */
int
ixgbe_init_tx(struct ixgbe *d)
{
	uint32_t q;
	int err;

	reg_write(
	    d, HLREG0, reg_read(d, HLREG0) | HLREG0_TXCRCEN | HLREG0_TXPADEN);
	ixgbe_init_tx_plane(d);
	for (q = 0; q < d->queues; q++) {
		if ((err = ixgbe_init_tx_queue(d, q)) != 0)
			return err;
	}
	return 0;
}
