/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers and descriptors of the e1000 family, as far as we use them.
 * Numbers such as 13.4.1 are sections of Intel's "PCI/PCI-X Family of Gigabit
 * Ethernet Controllers Software Developer's Manual" (the SDM; 82540EM,
 * 82545EM). "82574L" is the "82574 GbE Controller Family Datasheet".
 *
 * A field's name begins with its register's, and the accessors join the two:
 * a bit of another register does not compile.
 */
#ifndef DRIVERS_E1000_REGS_H
#define DRIVERS_E1000_REGS_H

#include "kernel/mmio.h"

/* `d` is anything with `regs`, and `area` for the log. */
#define reg_read(d, REG)         mmio_read32((d)->regs, REG)
#define reg_write(d, REG, value) mmio_write32((d)->regs, REG, value)
#define reg_set(d, REG, FIELD)                                                 \
	reg_write(d, REG, reg_read(d, REG) | REG##_##FIELD)
#define reg_clear(d, REG, FIELD)                                               \
	reg_write(d, REG, reg_read(d, REG) & ~REG##_##FIELD)
#define reg_wait_set(d, REG, FIELD, us)                                        \
	mmio_wait((d)->regs, REG, REG##_##FIELD, REG##_##FIELD, us, (d)->area, \
	    #REG "." #FIELD)
#define reg_wait_clear(d, REG, FIELD, us)                                      \
	mmio_wait(                                                             \
	    (d)->regs, REG, REG##_##FIELD, 0, us, (d)->area, #REG "." #FIELD)

/* 13.4.1 Device Control */
#define CTRL                    0x00000
#define CTRL_GIO_MASTER_DISABLE (1u << 2) /* 82574L: no new bus requests */
#define CTRL_LRST               (1u << 3)
#define CTRL_ASDE               (1u << 5)
#define CTRL_SLU                (1u << 6) /* let the MAC see the PHY's link */
#define CTRL_ILOS               (1u << 7)
#define CTRL_FRCSPD             (1u << 11)
#define CTRL_FRCDPLX            (1u << 12)
#define CTRL_RST                (1u << 26)
#define CTRL_RFCE               (1u << 27) /* obey PAUSE */
#define CTRL_TFCE               (1u << 28) /* send PAUSE */
#define CTRL_VME                (1u << 30) /* strip VLAN tags */
/* SPEC-MISSING: reserved; public drivers clear it on the 82574. */
#define CTRL_BIT29 (1u << 29)

/* 13.4.2 Device Status */
#define STATUS                   0x00008
#define STATUS_FD                (1u << 0)
#define STATUS_LU                (1u << 1)
#define STATUS_SPEED(v)          (((v) >> 6) & 3)
#define STATUS_PCIX              (1u << 13) /* 82545EM, 82546EB: the bus is */
#define STATUS_GIO_MASTER_ENABLE (1u << 19) /* 82574L: requests pending */

/* 13.4.3 EEPROM/Flash Control */
#define EECD         0x00010
#define EECD_AUTO_RD (1u << 9)  /* 82574L: read after reset is done */
#define EECD_FLASH   (3u << 15) /* 82574L: both set, the NVM is a flash */

/* 13.4.4 EEPROM Read, as the 8254x has it */
#define EERD         0x00014
#define EERD_START   (1u << 0)
#define EERD_DONE    (1u << 4)
#define EERD_WORD(n) ((uint32_t)(n) << 8)
#define EERD_DATA(v) ((uint16_t)((v) >> 16))

/* 13.4.6 Extended Device Control */
#define CTRL_EXT          0x00018
#define CTRL_EXT_EE_RST   (1u << 13) /* load the NVM again */
#define CTRL_EXT_DRV_LOAD (1u << 28) /* 82574L: firmware, we have the NIC */
/* 82574L: enabling all interrupts in IMS ends what a throttle still holds. */
#define CTRL_EXT_INT_TIMERS_CLEAR_ENA (1u << 29)
/* SPEC-MISSING: reserved; public drivers set 22 and clear 23 on the 82574. */
#define CTRL_EXT_BIT22 (1u << 22)
#define CTRL_EXT_BIT23 (1u << 23)

/* 13.4.7 MDI Control */
#define MDIC          0x00020
#define MDIC_DATA(v)  ((v)&0xffff)
#define MDIC_REG(n)   ((uint32_t)(n) << 16)
#define MDIC_PHY      (1u << 21) /* the internal PHY is number 1 */
#define MDIC_OP_WRITE (1u << 26)
#define MDIC_OP_READ  (2u << 26)
#define MDIC_READY    (1u << 28)
#define MDIC_ERROR    (1u << 30)

/* 13.4.8 to 13.4.10, 13.4.12 Flow Control Address, Type, Timer */
#define FCAL  0x00028
#define FCAH  0x0002c
#define FCT   0x00030
#define FCTTV 0x00170

/* 13.4.17 Interrupt Cause Read, 13.4.18 Throttling, 13.4.19 Cause Set */
#define ICR      0x000c0
#define ITR      0x000c4
#define ICS      0x000c8
#define ICS_RXT0 (1u << 7)

/* 13.4.20 Interrupt Mask Set, 13.4.21 Mask Clear: a 0 changes nothing */
#define IMS      0x000d0
#define IMS_ALL  0x01f782d7u /* all that the 82574L has */
#define IMC      0x000d8
#define IMC_ALL  0xffffffffu
#define IMC_RXT0 (1u << 7) /* a packet; with RDTR = 0, at once */

/* 13.4.22 Receive Control */
#define RCTL            0x00100
#define RCTL_EN         (1u << 1)
#define RCTL_LPE        (1u << 5)             /* more than 1522 bytes */
#define RCTL_BAM        (1u << 15)            /* accept broadcast */
#define RCTL_BSIZE_8192 (2u << 16 | 1u << 25) /* with BSEX; 0 is 2048 */
#define RCTL_BSIZE_4096 (3u << 16 | 1u << 25)
#define RCTL_SECRC      (1u << 26)             /* strip the CRC */
#define RCTL_FLXBUF(kb) ((uint32_t)(kb) << 27) /* 82574L: instead of BSIZE */
/* All zero: no bad frames, no promiscuity, no loopback, RDMTS half, MO = 0
 * (MTA by address bits 47:36). */

/* 13.4.33 Transmit Control */
#define TCTL         0x00400
#define TCTL_EN      (1u << 1)
#define TCTL_PSP     (1u << 3) /* pad short frames */
#define TCTL_CT      (0xffu << 4)
#define TCTL_CT_15   (0x0fu << 4)
#define TCTL_COLD    (0x3ffu << 12)
#define TCTL_COLD_64 (0x40u << 12)

/* 13.4.34 Transmit Inter Packet Gap: IPGT 8, IPGR1 8, IPGR2 6 for copper */
#define TIPG        0x00410
#define TIPG_COPPER (8u | 8u << 10 | 6u << 20)

/* 82574L Extended Configuration Control: who may use MDIO */
#define EXTCNF_CTRL         0x00f00
#define EXTCNF_CTRL_MDIO_SW (1u << 5)

/* 82574L PHY OEM Bits */
#define POEMB          0x00f10
#define POEMB_D0A_LPLU (1u << 1) /* negotiate the lowest speed first */

/* 13.4.16 Packet Buffer Allocation: KiB for receive, the rest transmits */
#define PBA 0x01000

/* 13.4.25 to 13.4.29 Receive ring, 13.4.36 to 13.4.40 Transmit ring */
#define RX_RING 0x02800
#define TX_RING 0x03800

/* 13.4.30 Receive Delay Timer, 13.4.31 Absolute Delay */
#define RDTR 0x02820
#define RADV 0x0282c

/* 13.4.46 Receive Descriptor Control, 13.4.43 Transmit Descriptor Control */
#define RXDCTL          0x02828
#define TXDCTL(n)       (0x03828 + 0x100 * (n))
#define DCTL_PTHRESH(n) ((uint32_t)(n))
#define DCTL_HTHRESH(n) ((uint32_t)(n) << 8)
#define DCTL_WTHRESH(n) ((uint32_t)(n) << 16)
#define DCTL_COUNT_DESC (1u << 22) /* 82574L, transmit: must be 1 */
#define DCTL_GRAN       (1u << 24) /* thresholds count descriptors */

/* 13.4.41 Transmit Interrupt Delay (0 is not allowed), 13.4.44 Absolute */
#define TIDV 0x03820
#define TADV 0x0382c

/* 82574L Transmit Arbitration Counter, queue 0 */
#define TARC0 0x03840
/* SPEC-MISSING: public drivers clear 30:27 and set 26 on the 82574. */
#define TARC0_BITS27_30 (0xfu << 27)
#define TARC0_BIT26     (1u << 26)

/* 13.4.47 Receive Checksum Control; 82574L Receive Filter Control */
#define RXCSUM       0x05000
#define RFCTL        0x05008
#define RFCTL_EXSTEN (1u << 15) /* extended descriptors */

/* 13.5.1 Multicast Table Array, 13.5.2 and 13.5.3 Receive Address */
#define MTA(n)    (0x05200 + 4 * (n))
#define RAL(n)    (0x05400 + 8 * (n))
#define RAH(n)    (0x05404 + 8 * (n))
#define RAH_AV    (1u << 31)
#define RAR_COUNT 16

/* 13.6.1 Wakeup Control; 13.6 Management Control */
#define WUC         0x05800
#define MANC        0x05820
#define MANC_ARP_EN (1u << 13) /* firmware takes ARP away from us */

/* 82574L Multiple Receive Queues Command */
#define MRQC 0x05818

/* 82574L PCIe Control */
#define GCR 0x05b00
/* Errata, as public drivers work around them: bit 22 against bad completions,
 * bit 27 lets L1 start without L0s, bit 0 of the second against lost ones. */
#define GCR_BIT22          (1u << 22)
#define GCR_L1_WITHOUT_L0S (1u << 27)
#define GCR2               0x05b64
#define GCR2_BIT0          (1u << 0)

/* 13.7 Statistics; 32 bits, zeroed by reading */
#define CRCERRS  0x04000
#define ALGNERRC 0x04004
#define RXERRC   0x0400c
#define MPC      0x04010
#define ECOL     0x04018
#define LATECOL  0x04020
#define CEXTERR  0x0403c
#define GPRC     0x04074
#define GPTC     0x04080
/* Octets with CRC, 64 bits: the low half first, the high one zeroes both. */
#define GORCL 0x04088
#define GORCH 0x0408c
#define GOTCL 0x04090
#define GOTCH 0x04094
#define RNBC  0x040a0
#define RUC   0x040a4
#define RFC   0x040a8
#define ROC   0x040ac
#define RJC   0x040b0

/* 3.2.3 Receive Descriptor, upper half: length, checksum, status, errors */
#define RXD_LENGTH(hi) ((uint32_t)((hi)&0xffff))
#define RXD_DD         (1ull << 32)
#define RXD_EOP        (1ull << 33)
#define RXD_ERRORS     (0x97ull << 40) /* CE, SE, SEQ, CXE, RXE */

/* 3.3.3 Legacy Transmit Descriptor, upper half: length, command, status */
#define TXD_LENGTH(n) ((uint64_t)(n))
#define TXD_EOP       (1ull << 24)
#define TXD_IFCS      (1ull << 25) /* append the CRC */
#define TXD_RS        (1ull << 27) /* report when done */
#define TXD_DD        (1ull << 32)

/* IEEE 802.3 clause 22.2.4 and 28: registers of every PHY */
#define PHY_BMCR          0
#define PHY_BMCR_RESTART  (1u << 9)
#define PHY_BMCR_ISOLATE  (1u << 10)
#define PHY_BMCR_PDOWN    (1u << 11)
#define PHY_BMCR_ANEG     (1u << 12)
#define PHY_ANAR          4
#define PHY_ANAR_802_3    (1u << 0)
#define PHY_ANAR_10_100   (0xfu << 5)
#define PHY_ANAR_PAUSE    (3u << 10)
#define PHY_GCR           9
#define PHY_GCR_1000_FULL (1u << 9)

#endif
