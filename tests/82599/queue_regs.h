/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the data half: descriptor queues, receive filters and RSS,
 * transmit DMA, and which queue counts where. regs.h has all others. The
 * numbers in comments are sections of the 82599 datasheet.
 */
#ifndef TESTS_82599_QUEUE_REGS_H
#define TESTS_82599_QUEUE_REGS_H

/* Receive queues 0-63 and 64-127 lie in two blocks. */
#define RX_BLOCK(n)         ((n) < 64 ? 0x01000 : 0x0d000 - 64 * 0x40)
#define RX_QUEUE(n, offset) (RX_BLOCK(n) + 0x40u * (n) + (offset))

/* 8.2.3.8.1-5 Receive Descriptor Base Address, Length, Head, Tail */
#define RDBAL(n)     RX_QUEUE(n, 0x00)
#define RDBAH(n)     RX_QUEUE(n, 0x04)
#define RDLEN(n)     RX_QUEUE(n, 0x08)
#define RDH(n)       RX_QUEUE(n, 0x10)
#define RDT(n)       RX_QUEUE(n, 0x18)
#define RDBAL_BASE   0xffffff80u
#define RDLEN_LENGTH 0x000fff80u
/* 8.2.3.8.6 Receive Descriptor Control */
#define RXDCTL(n)     RX_QUEUE(n, 0x28)
#define RXDCTL_ENABLE (1u << 25)
#define RXDCTL_SWFLSH (1u << 26)
#define RXDCTL_VME    (1u << 30)
/* 8.2.3.8.13 RSC Control */
#define RSCCTL(n) RX_QUEUE(n, 0x2c)
/* 8.2.3.8.7 Split Receive Control. Queues 0-15 have a second address in the
 * block of their queue, which is the same register. */
#define SRRCTL(n)           ((n) < 16 ? 0x02100u + 4 * (n) : RX_QUEUE(n, 0x14))
#define SRRCTL_BSIZEPACKET  0x0000001fu /* KiB */
#define SRRCTL_BSIZEHEADER  0x00003f00u /* 64 bytes */
#define SRRCTL_DESCTYPE     0x0e000000u
#define SRRCTL_LEGACY       0x00000000u
#define SRRCTL_ONE_BUFFER   0x02000000u
#define SRRCTL_SPLIT        0x04000000u
#define SRRCTL_SPLIT_ALWAYS 0x0a000000u
#define SRRCTL_DROP_EN      (1u << 28)
/* 8.2.3.11.1 Rx DCA Control; as SRRCTL for queues 0-15 */
#define DCA_RXCTRL(n) ((n) < 16 ? 0x02200u + 4 * (n) : RX_QUEUE(n, 0x0c))
/* 8.2.3.8.8 Receive DMA Control */
#define RDRXCTL          0x02f00
#define RDRXCTL_CRCSTRIP (1u << 1)
#define RDRXCTL_DMAIDONE (1u << 3)
/* 8.2.3.8.9 Receive Packet Buffer Size */
#define RXPBSIZE(n)   (0x03c00 + 4 * (n))
#define RXPBSIZE_SIZE 0x000ffc00u
/* 8.2.3.8.10 Receive Control */
#define RXCTRL      0x03000
#define RXCTRL_RXEN (1u << 0)
/* 8.2.3.8.12 RSC Data Buffer Control */
#define RSCDBU 0x03028

/* 8.2.3.7.1 Filter Control */
#define FCTRL     0x05080
#define FCTRL_SBP (1u << 1)
#define FCTRL_MPE (1u << 8)
#define FCTRL_UPE (1u << 9)
#define FCTRL_BAM (1u << 10)
/* 8.2.3.7.2 VLAN Control */
#define VLNCTRL       0x05088
#define VLNCTRL_VET   0x0000ffffu
#define VLNCTRL_CFI   (1u << 28)
#define VLNCTRL_CFIEN (1u << 29)
#define VLNCTRL_VFE   (1u << 30)
/* 8.2.3.7.3 Multicast Control */
#define MCSTCTRL     0x05090
#define MCSTCTRL_MO  0x00000003u
#define MCSTCTRL_MFE (1u << 2)
/* 8.2.3.7.4 Packet Split Receive Type */
#define PSRTYPE(n) ((n) < 16 ? 0x05480 + 4 * (n) : 0x0ea00 + 4 * (n))
/* 8.2.3.7.5 Receive Checksum Control */
#define RXCSUM        0x05000
#define RXCSUM_IPPCSE (1u << 12)
#define RXCSUM_PCSD   (1u << 13)
/* 8.2.3.7.6 Receive Filter Control */
#define RFCTL               0x05008
#define RFCTL_IPV6_DIS      (1u << 10)
#define RFCTL_IPV6_XSUM_DIS (1u << 11)
/* 8.2.3.7.7 Multicast Table Array, 128 words */
#define MTA(n) (0x05200 + 4 * (n))
/* 8.2.3.7.8-9 Receive Address. The first 16 of the 128 also lie at 0xa200,
 * which are the same registers. */
#define RAL(n) ((n) < 16 ? 0x05400 + 8 * (n) : 0x0a200 + 8 * (n))
#define RAH(n) ((n) < 16 ? 0x05404 + 8 * (n) : 0x0a204 + 8 * (n))
#define RAH_AV (1u << 31)
/* 8.2.3.7.10 MAC Pool Select Array */
#define MPSAR(n) (0x0a600 + 4 * (n))
/* 8.2.3.7.11 VLAN Filter Table Array, 128 words */
#define VFTA(n) (0x0a000 + 4 * (n))
/* 8.2.3.7.12 Multiple Receive Queues Command */
#define MRQC          0x05818
#define MRQC_MRQE     0x0000000fu
#define MRQC_RSS      0x00000001u
#define MRQC_TCP_IPV4 (1u << 16)
#define MRQC_IPV4     (1u << 17)
#define MRQC_IPV6     (1u << 20)
#define MRQC_TCP_IPV6 (1u << 21)
#define MRQC_UDP_IPV4 (1u << 22)
#define MRQC_UDP_IPV6 (1u << 23)
/* 8.2.3.7.14-15 RSS Random Key, 10 words; Redirection Table, 32 words */
#define RSSRK(n) (0x05c80 + 4 * (n))
#define RETA(n)  (0x05c00 + 4 * (n))
/* 8.2.3.27.1 Virtualisation control */
#define VT_CTL        0x051b0
#define VT_CTL_VT_ENA (1u << 0)
/* 8.2.3.27.14 Unicast Table Array, 128 words */
#define PFUTA(n) (0x0f400 + 4 * (n))

/* 8.2.3.9.1-2 DMA Tx Control */
#define DMATXCTL          0x04a80
#define DMATXCTL_TE       (1u << 0)
#define DMATXCTL_VT_SHIFT 16
/* 8.2.3.9.3-4 DMA Tx TCP Flags Control: masks of the first, the middle and
 * the last segment */
#define DTXTCPFLGL 0x04a88
#define DTXTCPFLGH 0x04a8c
/* 8.2.3.9.5-9 Transmit Descriptor Base Address, Length, Head, Tail */
#define TX_QUEUE(n, offset) (0x06000u + 0x40u * (n) + (offset))
#define TDBAL(n)            TX_QUEUE(n, 0x00)
#define TDBAH(n)            TX_QUEUE(n, 0x04)
#define TDLEN(n)            TX_QUEUE(n, 0x08)
#define TDH(n)              TX_QUEUE(n, 0x10)
#define TDT(n)              TX_QUEUE(n, 0x18)
#define TDBAL_BASE          0xffffff80u
#define TDLEN_LENGTH        0x000fff80u
/* 8.2.3.9.10 Transmit Descriptor Control */
#define TXDCTL(n)            TX_QUEUE(n, 0x28)
#define TXDCTL_PTHRESH       0x0000007fu
#define TXDCTL_HTHRESH       0x00007f00u
#define TXDCTL_WTHRESH       0x007f0000u
#define TXDCTL_WTHRESH_SHIFT 16
#define TXDCTL_ENABLE        (1u << 25)
#define TXDCTL_SWFLSH        (1u << 26)
/* 8.2.3.9.11-12 Tx Descriptor Completion Write Back Address */
#define TDWBAL(n)      TX_QUEUE(n, 0x38)
#define TDWBAH(n)      TX_QUEUE(n, 0x3c)
#define TDWBAL_HEAD_WB (1u << 0)
/* 8.2.3.9.13 Transmit Packet Buffer Size */
#define TXPBSIZE(n) (0x0cc00 + 4 * (n))
/* 8.2.3.9.14 Manageability Transmit TC Mapping; DMA Tx TCP Max Requests */
#define DTXMXSZRQ 0x08100
/* 8.2.3.9.15 Multiple Transmit Queues Command */
#define MTQC 0x08120
/* 8.2.3.10.2 DCB Transmit Descriptor Plane Control */
#define RTTDCS        0x04900
#define RTTDCS_ARBDIS (1u << 6)

/* 8.2.3.23.71, 73 Receive, Transmit Queue Statistic Mapping: four queues a
 * word, the index of one of 16 sets of counters in each byte */
#define RQSMR(n) (0x02300 + 4 * (n))
#define TQSM(n)  (0x08600 + 4 * (n))

#endif
