/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors, and the fields of registers that only the data half needs. The
 * registers themselves are in regs.h. The numbers in comments are sections of
 * the 82599 datasheet.
 */
#ifndef TESTS_82599_QUEUE_REGS_H
#define TESTS_82599_QUEUE_REGS_H

#include "tests/82599/regs.h"

/* 8.2.3.8.1, 8.2.3.9.5 base; 8.2.3.8.3, 8.2.3.9.7 length in bytes */
#define RING_BASE_LOW 0xffffff80u
#define RING_LENGTH   0x000fff80u
#define RING_LOW_BITS 0x0000007fu

/* 8.2.3.8.9 RXPBSIZE */
#define RXPBSIZE_SIZE 0x000ffc00u
/* 8.2.3.9.10 TXDCTL */
#define TXDCTL_WTHRESH_SHIFT 16
/* 8.2.3.9.2 DMATXCTL: the type of an inserted tag */
#define DMATXCTL_VT_SHIFT 16
/* 8.2.3.22.13 MAXFRS */
#define MAXFRS_MFS_SHIFT 16
/* 8.2.3.22.34 MFLCN */
#define MFLCN_PMCF (1u << 0)
#define MFLCN_DPF  (1u << 1)
/* 8.2.3.7.12 MRQC */
#define MRQE_RSS 1u

/* 7.1.6.2 Advanced receive descriptor, status and error bits of the second
 * quad word's lower half. */
#define RXD_DD     (1u << 0)
#define RXD_EOP    (1u << 1)
#define RXD_VP     (1u << 3)
#define RXD_UDPCS  (1u << 4)
#define RXD_L4I    (1u << 5)
#define RXD_IPCS   (1u << 6)
#define RXD_PIF    (1u << 7)
#define RXD_RXE    (1u << 29)
#define RXD_L4E    (1u << 30)
#define RXD_IPE    (1u << 31)
#define RXD_ERRORS 0xfff00000u
/* 7.1.6.1 Legacy receive descriptor, in the second quad word */
#define RXD_LEGACY_STATUS 0xffu /* as above */
#define RXD_LEGACY_RXE    (1u << 0)
#define RXD_LEGACY_L4E    (1u << 6)
#define RXD_LEGACY_IPE    (1u << 7)

/* 7.2.3.2.4 Advanced transmit data descriptor, lower half of the second quad
 * word; the legacy one (7.2.3.2.2) has the same command bits. */
#define TXD_LENGTH    0x0000ffffu
#define TXD_DTYP      (15u << 20)
#define TXD_DTYP_CTXT (2u << 20)
#define TXD_DTYP_DATA (3u << 20)
#define TXD_EOP       (1u << 24)
#define TXD_IFCS      (1u << 25)
#define TXD_IC        (1u << 26) /* legacy; reserved in advanced */
#define TXD_RS        (1u << 27)
#define TXD_DEXT      (1u << 29)
#define TXD_VLE       (1u << 30)
#define TXD_TSE       (1u << 31)
#define TXD_RESERVED  (5u << 26) /* advanced */
#define TXD_CSO_SHIFT 16         /* legacy */
/* Upper half, advanced */
#define TXD_STATUS     0x0000000fu
#define TXD_DD         (1u << 0)
#define TXD_IDX(hi)    ((hi) >> 4 & 7)
#define TXD_IXSM       (1u << 8)
#define TXD_TXSM       (1u << 9)
#define TXD_PAYLEN(hi) ((hi) >> 14)
/* Upper half, legacy */
#define TXD_CSS(hi)  ((hi) >> 8 & 0xff)
#define TXD_VLAN(hi) ((hi) >> 16)
/* 7.2.3.2.3 Advanced transmit context descriptor, first word */
#define CTXT_IPLEN(w)  ((w)&0x1ff)
#define CTXT_MACLEN(w) ((w) >> 9 & 0x7f)
#define CTXT_VLAN(w)   ((w) >> 16)
/* Third word */
#define CTXT_IPV4   (1u << 10)
#define CTXT_L4T(w) ((w) >> 11 & 3)
/* Fourth word */
#define CTXT_IDX(w)   ((w) >> 4 & 7)
#define CTXT_L4LEN(w) ((w) >> 8 & 0xff)
#define CTXT_MSS(w)   ((w) >> 16)

#endif
