/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers and descriptors of the 82599, as far as we use them. Numbers such
 * as 8.2.3.1.1 are sections of Intel's "82599 10 GbE Controller Datasheet".
 *
 * A field's name begins with its register's, and the accessors join the two:
 * a bit of another register does not compile. Where a register has an older
 * address besides, as the 82598 had it, the 82599's own one is used, except
 * where every public driver uses the older.
 */
#ifndef DRIVERS_IXGBE_REGS_H
#define DRIVERS_IXGBE_REGS_H

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
/* The same for the n-th register of an array. */
#define regn_set(d, REG, n, FIELD)                                             \
	reg_write(d, REG(n), reg_read(d, REG(n)) | REG##_##FIELD)
#define regn_clear(d, REG, n, FIELD)                                           \
	reg_write(d, REG(n), reg_read(d, REG(n)) & ~REG##_##FIELD)
#define regn_wait_set(d, REG, n, FIELD, us)                                    \
	mmio_wait((d)->regs, REG(n), REG##_##FIELD, REG##_##FIELD, us,         \
	    (d)->area, #REG "." #FIELD)
#define regn_wait_clear(d, REG, n, FIELD, us)                                  \
	mmio_wait((d)->regs, REG(n), REG##_##FIELD, 0, us, (d)->area,          \
	    #REG "." #FIELD)

/* 8.2.3.1.1 Device Control */
#define CTRL                0x00000
#define CTRL_MASTER_DISABLE (1u << 2)
#define CTRL_LNK_RST        (1u << 3)
#define CTRL_RST            (1u << 26)
#define CTRL_RESETS         (CTRL_LNK_RST | CTRL_RST)

/* 8.2.3.1.2 Device Status */
#define STATUS               0x00008
#define STATUS_LAN_ID(v)     (((v) >> 2) & 3)
#define STATUS_MASTER_ENABLE (1u << 19) /* requests may be pending */

/* 8.2.3.1.3 Extended Device Control */
#define CTRL_EXT          0x00018
#define CTRL_EXT_NS_DIS   (1u << 16) /* no snoop attribute: never */
#define CTRL_EXT_DRV_LOAD (1u << 28) /* firmware: a driver has the port */

/* 8.2.3.1.4 Extended SDP Control: pins, as SFP+ boards wire them */
#define ESDP          0x00020
#define ESDP_SDP3     (1u << 3)            /* the module's laser is off */
#define ESDP_SDP5_OUT (1u << 5 | 1u << 13) /* driven high: 10 Gb/s, not 1 */

/* 8.2.3.1.5 I2C Control */
#define I2CCTL          0x00028
#define I2CCTL_CLK_IN   (1u << 0)
#define I2CCTL_CLK_OUT  (1u << 1)
#define I2CCTL_DATA_IN  (1u << 2)
#define I2CCTL_DATA_OUT (1u << 3)

/* 8.2.3.2.1 EEPROM/Flash Control */
#define EEC      0x10010
#define EEC_PRES (1u << 8) /* an EEPROM with a valid signature */
#define EEC_ARD  (1u << 9) /* read after reset is done */

/* X553: the same elsewhere, as public drivers have it */
#define EEC_X553     0x15ff8
#define EEC_X553_ARD EEC_ARD

/* 8.2.3.2.2 EEPROM Read */
#define EERD          0x10014
#define EERD_START    (1u << 0)
#define EERD_DONE     (1u << 1)
#define EERD_WORD(n)  ((uint32_t)(n) << 2)
#define EERD_WORD_MAX 0x3fff
#define EERD_DATA(v)  ((uint16_t)((v) >> 16))

/* 8.2.3.3.2 to 8.2.3.3.7 Flow Control */
#define FCTTV(n)      (0x03200 + 4 * (n))
#define FCRTL(n)      (0x03220 + 4 * (n))
#define FCRTH(n)      (0x03260 + 4 * (n))
#define FCRTH_RTH(b)  ((b)&0x7ffe0u) /* bytes */
#define FCRTV         0x032a0
#define FCCFG         0x03d00
#define FCTTV_COUNT   4
#define BUFFERS_COUNT 8 /* packet buffers, for this and other registers */

/* 8.2.3.4.1 PCIe Control */
#define GCR              0x11000
#define GCR_TMOUT_RESEND (1u << 16) /* repeat a request that timed out */

/* 8.2.3.4.9 Software Semaphore */
#define SWSM         0x10140
#define SWSM_SMBI    (1u << 0) /* reading takes it when it was free */
#define SWSM_SWESMBI (1u << 1) /* ours when it reads back as set */

/* 8.2.3.4.11 Software-Firmware Synchronization */
#define SW_FW_SYNC          0x10160
#define SW_FW_SYNC_PHY(lan) (1u << (1 + (lan))) /* and the I2C */
#define SW_FW_SYNC_MAC_CSR  (1u << 3)
#define SW_FW_SYNC_OURS     0x1fu       /* all of the software's */
#define SW_FW_SYNC_FW(sw)   ((sw) << 5) /* the same, the firmware's */

/* 8.2.3.4.12 PCIe Control Extended */
#define GCR_EXT               0x11050
#define GCR_EXT_BUFFERS_CLEAR (1u << 30)

/* 8.2.3.5.1 to 8.2.3.5.6 Extended Interrupt Cause, Set, Mask, Auto Clear */
#define EICR        0x00800
#define EICS        0x00808
#define EIAC        0x00810
#define EIMS        0x00880
#define EIMC        0x00888
#define EIAM        0x00890
#define EIMC_ALL    0x7fffffffu
#define EICR_QUEUES 0xffffu /* one cause a vector, 0 to 15 */

/* 8.2.3.5.9, 8.2.3.5.10 the same for more vectors; 0 holds 0 to 31 */
#define EIMC_EX(n) (0x00ab0 + 4 * (n))
#define EIAM_EX(n) (0x00ad0 + 4 * (n))

/* 8.2.3.5.12 Extended Interrupt Throttle, vectors 0 to 23 */
#define EITR(n)     (0x00820 + 4 * (n))
#define EITR_US(us) ((us) / 2u << 3) /* at 10 Gb/s */
#define EITR_WDIS   (1u << 31)       /* leave the counter as it is */

/* 8.2.3.5.16 Interrupt Vector Allocation: two queue pairs a register */
#define IVAR(n)       (0x00900 + 4 * (n))
#define IVAR_RX(q, v) ((0x80u | (v)) << (16 * ((q)&1)))
#define IVAR_COUNT    64

/* 8.2.3.5.18 General Purpose Interrupt Enable */
#define GPIE       0x00898
#define GPIE_MSIX  (1u << 4)  /* one message a vector */
#define GPIE_OCD   (1u << 5)  /* reading EICR clears no queue cause */
#define GPIE_EIAME (1u << 30) /* a message masks its vector, by EIAM */
#define GPIE_PBA   (1u << 31)

/* 8.2.3.7.1 Filter Control */
#define FCTRL     0x05080
#define FCTRL_SBP (1u << 1)  /* store bad packets */
#define FCTRL_MPE (1u << 8)  /* multicast promiscuous */
#define FCTRL_UPE (1u << 9)  /* unicast promiscuous */
#define FCTRL_BAM (1u << 10) /* broadcast accept */

/* 8.2.3.7.2 VLAN Control */
#define VLNCTRL     0x05088
#define VLNCTRL_VFE (1u << 30) /* filter by VLAN */

/* 8.2.3.7.3 Multicast Control: filter on, by bits 47:36 */
#define MCSTCTRL     0x05090
#define MCSTCTRL_MFE (1u << 2)

/* 8.2.3.7.5 Receive Checksum Control */
#define RXCSUM      0x05000
#define RXCSUM_PCSD (1u << 13) /* the RSS hash in the descriptor */

/* 8.2.3.7.6 Receive Filter Control */
#define RFCTL          0x05008
#define RFCTL_RSC_DIS  (1u << 5)
#define RFCTL_NFSW_DIS (1u << 6)
#define RFCTL_NFSR_DIS (1u << 7)

/* 8.2.3.7.7 Multicast Table Array */
#define MTA(n) (0x05200 + 4 * (n))

/* 8.2.3.7.8, 8.2.3.7.9 Receive Address Low, High */
#define RAL(n)    (0x0a200 + 8 * (n))
#define RAH(n)    (0x0a204 + 8 * (n))
#define RAH_AV    (1u << 31)
#define RAR_COUNT 128

/* 8.2.3.7.10 MAC Pool Select Array */
#define MPSAR(n)    (0x0a600 + 4 * (n))
#define MPSAR_COUNT 256

/* 8.2.3.7.11 VLAN Filter Table Array */
#define VFTA(n)    (0x0a000 + 4 * (n))
#define VFTA_COUNT 128

/* 8.2.3.7.12 Multiple Receive Queues Command */
#define MRQC          0x0ec80
#define MRQC_RSS      (1u << 0)
#define MRQC_IPV4_TCP (1u << 16)
#define MRQC_IPV4     (1u << 17)
#define MRQC_IPV6     (1u << 20)
#define MRQC_IPV6_TCP (1u << 21)
#define MRQC_IPV4_UDP (1u << 22)
#define MRQC_IPV6_UDP (1u << 23)

/* 8.2.3.7.14 RSS Random Key, 8.2.3.7.15 Redirection Table */
#define RSSRK(n)     (0x05c80 + 4 * (n))
#define RSSRK_WORDS  10
#define RETA(n)      (0x05c00 + 4 * (n))
#define RETA_ENTRIES 128 /* four a register */
/* X550: entries from 128 to 511, as public drivers have it */
#define ERETA(n)      (0x0ee80 + 4 * (n))
#define ERETA_ENTRIES 384

/* 8.2.3.7.19 Five Tuple, .20 SYN, .21 and .22 EtherType Queue Filters */
#define FTQF(n)    (0x0e600 + 4 * (n))
#define FTQF_COUNT 128
#define SYNQF      0x0ec30
#define ETQF(n)    (0x05128 + 4 * (n))
#define ETQS(n)    (0x0ec00 + 4 * (n))
#define ETQF_COUNT 8

/* 8.2.3.8.1 to 8.2.3.8.5 Receive ring; nic_ring.h knows what follows */
#define RX_RING(n) (0x01000 + 0x40 * (n))

/* 8.2.3.8.6 Receive Descriptor Control */
#define RXDCTL(n)     (0x01028 + 0x40 * (n))
#define RXDCTL_ENABLE (1u << 25)
#define RXDCTL_VME    (1u << 30) /* strip VLAN tags */

/* 8.2.3.8.7 Split Receive Control */
#define SRRCTL(n)         (0x01014 + 0x40 * (n))
#define SRRCTL_PACKET(kb) ((uint32_t)(kb))
#define SRRCTL_PACKET_MAX 16 /* KiB */
#define SRRCTL_HEADER_256 (4u << 8)
#define SRRCTL_ADV_ONE    (1u << 25) /* advanced, one buffer */
#define SRRCTL_DROP_EN    (1u << 28)

/* 8.2.3.8.8 Receive DMA Control */
#define RDRXCTL            0x02f00
#define RDRXCTL_CRCSTRIP   (1u << 1)
#define RDRXCTL_DMAIDONE   (1u << 3)
#define RDRXCTL_RSCFRST    (0x1fu << 17) /* size of an RSC's first packet */
#define RDRXCTL_RSCACKC    (1u << 25)    /* reserved: must be set */
#define RDRXCTL_FCOE_WRFIX (1u << 26)    /* reserved: must be set */

/* 8.2.3.8.9 Receive Packet Buffer Size */
#define RXPBSIZE(n)   (0x03c00 + 4 * (n))
#define RXPBSIZE_FULL (512u << 10) /* bytes, in KiB */

/* 8.2.3.8.10 Receive Control */
#define RXCTRL      0x03000
#define RXCTRL_RXEN (1u << 0)

/* 8.2.3.8.13 RSC Control */
#define RSCCTL(n)    (0x0102c + 0x40 * (n))
#define RSCCTL_RSCEN (1u << 0)

/* 8.2.3.9.1 DMA Tx Max Allow Size Requests */
#define DTXMXSZRQ     0x08100
#define DTXMXSZRQ_ALL 0xfffu

/* 8.2.3.9.2 DMA Tx Control */
#define DMATXCTL    0x04a80
#define DMATXCTL_TE (1u << 0)

/* 8.2.3.9.5 to 8.2.3.9.9 Transmit ring */
#define TX_RING(n) (0x06000 + 0x40 * (n))

/* 8.2.3.9.10 Transmit Descriptor Control */
#define TXDCTL(n)       (0x06028 + 0x40 * (n))
#define TXDCTL_PTHRESH  (32u)     /* prefetch below so many on the chip */
#define TXDCTL_HTHRESH  (8u << 8) /* when so many wait in memory */
#define TXDCTL_WTHRESH0 (0u << 16)
#define TXDCTL_ENABLE   (1u << 25)
#define TXDCTL_SWFLSH   (1u << 26)

/* 8.2.3.9.11 Tx Descriptor Completion Write Back Address: bit 0 enables it */
#define TDWBAL(n) (0x06038 + 0x40 * (n))

/* 8.2.3.9.13 Transmit Packet Buffer Size, .16 its Threshold */
#define TXPBSIZE(n)     (0x0cc00 + 4 * (n))
#define TXPBSIZE_FULL   (160u << 10)
#define TXPBTHRESH(n)   (0x04950 + 4 * (n))
#define TXPBTHRESH_FULL (160u - 10) /* KiB: all but the largest packet */

/* 8.2.3.9.15 Multiple Transmit Queues Command: 0, no DCB, no VT */
#define MTQC 0x08120

/* 8.2.3.10.2 DCB Transmit Descriptor Plane Control and Status */
#define RTTDCS        0x04900
#define RTTDCS_ARBDIS (1u << 6)

/* 8.2.3.10.13 Queue Select, 8.2.3.10.16 Rate-Scheduler Config */
#define RTTDQSEL 0x04904
#define RTTBCNRC 0x04984

/* 8.2.3.11.1, 8.2.3.11.2 DCA Control */
#define DCA_RXCTRL(n)      (0x0100c + 0x40 * (n))
#define DCA_RXCTRL_BIT12   (1u << 12) /* reserved, is 1, must be 0 (4.6.7) */
#define DCA_RXCTRL_DATA_RO (1u << 13) /* packet writes may be reordered */
#define DCA_RXCTRL_HEAD_RO (1u << 15)
#define DCA_TXCTRL(n)      (0x0600c + 0x40 * (n))
#define DCA_TXCTRL_WB_RO   (1u << 11) /* write-backs may be reordered */

/* 8.2.3.12.5 Security Rx Control, 8.2.3.12.6 Status */
#define SECRXCTRL        0x08d00
#define SECRXCTRL_RX_DIS (1u << 1)
#define SECRXSTAT        0x08d04
#define SECRXSTAT_RX_RDY (1u << 0)

/* 8.2.3.21.1 Flow Director Filters Control: 0 is off */
#define FDIRCTRL 0x0ee00

/* 8.2.3.22.8 MAC Core Control 0 */
#define HLREG0           0x04240
#define HLREG0_TXCRCEN   (1u << 0)
#define HLREG0_RXCRCSTRP (1u << 1)
#define HLREG0_JUMBOEN   (1u << 2)
#define HLREG0_TXPADEN   (1u << 10)
#define HLREG0_LPBK      (1u << 15)

/* 8.2.3.22.13 Max Frame Size, with the CRC and without VLAN tags */
#define MAXFRS          0x04268
#define MAXFRS_MFS(b)   ((uint32_t)(b) << 16)
#define MAXFRS_MFS_MASK 0xffff0000u
#define MAXFRS_MAX      9728

/* 8.2.3.22.19 Auto Negotiation Control */
#define AUTOC           0x042a0
#define AUTOC_1G_KX     (1u << 9) /* off: SFI */
#define AUTOC_RESTART   (1u << 12)
#define AUTOC_LMS_MASK  (7u << 13)
#define AUTOC_LMS_1G_AN (2u << 13)
#define AUTOC_LMS_10G   (3u << 13) /* serial, without negotiation */
#define AUTOC_LMS_BIT2  (4u << 13)

/* 8.2.3.22.20 Link Status */
#define LINKS          0x042a4
#define LINKS_SPEED(v) (((v) >> 28) & 3)
#define LINKS_UP       (1u << 30)

/* 8.2.3.22.22 Auto Negotiation Control 2 */
#define AUTOC2             0x042a8
#define AUTOC2_SERIAL_MASK (3u << 16)
#define AUTOC2_SERIAL_SFI  (2u << 16)
#define AUTOC2_LINK_OFF    (7u << 28) /* the EEPROM's wish, in some images */

/* 8.2.3.22.34 MAC Flow Control */
#define MFLCN       0x04294
#define MFLCN_DPF   (1u << 1) /* discard PAUSE frames */
#define MFLCN_RPFCE (1u << 2)
#define MFLCN_RFCE  (1u << 3) /* obey PAUSE frames */

/* SPEC-MISSING: takes the EEPROM's settings of the serial lane. */
#define CORECTL 0x14f00

/* 8.2.3.23 Statistics: cleared by reading */
#define CRCERRS   0x04000
#define RXMPC(n)  (0x03fa0 + 4 * (n)) /* missed, by packet buffer */
#define RLEC      0x04040
#define RUC       0x040a4
#define RFC       0x040a8
#define ROC       0x040ac
#define RJC       0x040b0
#define QPRC(n)   (0x01030 + 0x40 * (n))
#define QBRC_L(n) (0x01034 + 0x40 * (n))
#define QBRC_H(n) (0x01038 + 0x40 * (n)) /* 4 bits: 55 s at line rate */
#define QPRDC(n)  (0x01430 + 0x40 * (n))
#define QPTC(n)   (0x06030 + 0x40 * (n))
#define QBTC_L(n) (0x08700 + 8 * (n))
#define QBTC_H(n) (0x08704 + 8 * (n))

/* 8.2.3.23.71, 8.2.3.23.73: which set counts a queue, four queues each */
#define RQSMR(n)    (0x02300 + 4 * (n))
#define TQSM(n)     (0x08600 + 4 * (n))
#define RQSMR_COUNT 32

/* 8.2.3.27.1 VT Control, .15 to .17 filters of the virtual switch */
#define PFVTCTL       0x051b0
#define PFVLVF(n)     (0x0f100 + 4 * (n))
#define PFVLVF_COUNT  64
#define PFVLVFB(n)    (0x0f200 + 4 * (n))
#define PFVLVFB_COUNT 128
#define PFUTA(n)      (0x0f400 + 4 * (n))
#define PFUTA_COUNT   128

enum { TX_QUEUES = 128 };

/* 7.1.6.2 Advanced receive descriptor as written back, upper half */
#define RXD_DD         (1ull << 0)
#define RXD_EOP        (1ull << 1)
#define RXD_RXE        (1ull << 29) /* a MAC error, whichever */
#define RXD_LENGTH(hi) ((uint32_t)((hi) >> 32) & 0xffff)

/* 7.2.3.2.4 Advanced transmit data descriptor, upper half */
#define TXD_LENGTH(n) ((uint64_t)(n))
#define TXD_DATA      (3ull << 20)
#define TXD_EOP       (1ull << 24)
#define TXD_IFCS      (1ull << 25)
#define TXD_RS        (1ull << 27)
#define TXD_ADVANCED  (1ull << 29)
#define TXD_PAYLEN(n) ((uint64_t)(n) << 46)
#define TXD_DD        (1ull << 32)

#endif
