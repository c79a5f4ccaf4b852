/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of registers: one row each, or one for an array. A row says how it
 * answers, what resets do to it, its value after one and which bits can be
 * written. Source: the datasheet's 8.2.2 and 8.2.3 as public drivers cite and
 * use them; where a driver's self-test reads a pattern back, its masks rule.
 *
 * Reset values come from the datasheet as cited by TinyNF and DPDK; those that
 * a card loads from its EEPROM (AUTOC, LEDCTL, ESDP) are a dual-port SFP+
 * card's.
 */
#include "tests/82599/control.h"

#define ALL 0xFFFFFFFFu

/* name(0), how many, bytes apart, access, kept, reset value, mask, section */
#define ARRAY(n, c, s, a, k, r, m, sec)                                        \
	{                                                                      \
		.name = #n, .section = sec, .addr = n(0), .count = c,          \
		.stride = s, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
#define ONE(n, a, k, r, m, sec)                                                \
	{                                                                      \
		.name = #n, .section = sec, .addr = n, .count = 1,             \
		.stride = 4, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
/* By address: registers that the model only stores. */
#define AT(n, ad, c, s, a, k, r, m, sec)                                       \
	{                                                                      \
		.name = n, .section = sec, .addr = ad, .count = c,             \
		.stride = s, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
#define STAT(n)             ONE(n, RC, KEPT, 0, ALL, "8.2.3.23")
#define STATS(n, c, s)      ARRAY(n, c, s, RC, KEPT, 0, ALL, "8.2.3.23")
#define STAT_HIGH(n)        ONE(n, RC, KEPT, 0, 0xF, "8.2.3.23")
#define STATS_HIGH(n, c, s) ARRAY(n, c, s, RC, KEPT, 0, 0xF, "8.2.3.23")
#define LAB(n, ad, c, s)    AT(n, ad, c, s, DIAG, LOST, 0, 0, "8.2.2")
#define OLD(n, ad, c, s)    AT(n, ad, c, s, GONE, LOST, 0, 0, "8.2.2")

/* A queue's registers at three places: 0 to 15, 16 to 63, 64 to 127. */
#define RXQ(n, r, m, sec)                                                      \
	ARRAY(n, 64, 0x40, RW, LOST, r, m, sec),                               \
	    AT(#n, n(64), 64, 0x40, RW, LOST, r, m, sec)
#define RXQ_SPLIT(n, r, m, sec)                                                \
	ARRAY(n, 16, 4, RW, LOST, r, m, sec),                                  \
	    AT(#n, n(16), 48, 0x40, RW, LOST, r, m, sec),                      \
	    AT(#n, n(64), 64, 0x40, RW, LOST, r, m, sec)
#define TXQ(n, r, m, sec) ARRAY(n, 128, 0x40, RW, LOST, r, m, sec)

const struct reg_row reg_rows[] = {
	/* 8.2.3.1 General control */
	ONE(CTRL, RW, LOST, 0, CTRL_MASTER_DISABLE, "8.2.3.1.1"),
	ONE(STATUS, RO, KEPT, STATUS_MASTER_ENABLE, 0, "8.2.3.1.2"),
	ONE(CTRL_EXT, RW, LOST, 0, 0x14034000, "8.2.3.1.3"),
	ONE(ESDP, RW, LOST, ESDP_DIR(3), 0x000FFFFF, "8.2.3.1.4"),
	ONE(I2CCTL, RW, LOST, 0xF, 0xA, "8.2.3.1.5"),
	ONE(LEDCTL, RW, LOST, 0x05040100, ALL, "8.2.3.1.6"),
	ONE(EXVET, RW, LOST, 0x81000000, 0xFFFF0000, "8.2.3.1.7"),

	/* 8.2.3.2 EEPROM and flash */
	ONE(EEC, RW, KEPT, EEC_PRES | EEC_ADDR_SIZE | EEC_SIZE(5), 0x77,
	    "8.2.3.2.1"),
	ONE(EERD, RW, KEPT, 0, 0xFFFC, "8.2.3.2.2"),
	ONE(FLA, RW, KEPT, 0, 0, "8.2.3.2.3"),
	ONE(EEMNGCTL, RW, KEPT, 1u << 31, 0, "8.2.3.2.4"),
	ONE(EEMNGDATA, RW, KEPT, 0, ALL, "8.2.3.2.5"),
	ONE(FLMNGCTL, RW, KEPT, 1u << 31, 0, "8.2.3.2.6"),
	ONE(FLMNGDATA, RW, KEPT, 0, ALL, "8.2.3.2.7"),
	LAB("FLMNGCNT", FLMNGCNT, 1, 4),
	ONE(FLOP, RW, KEPT, 0x000120D8, 0xFFFF, "8.2.3.2.8"),
	ONE(GRC, RW, KEPT, 0, 3, "8.2.3.2.9"),

	/* 8.2.3.3 Flow control */
	ONE(PFCTOP, RW, LOST, 0x00018808, ALL, "8.2.3.3.1"),
	ARRAY(FCTTV, 4, 4, RW, LOST, 0, ALL, "8.2.3.3.2"),
	ARRAY(FCRTL, 8, 4, RW, LOST, 0, 0x8007FFF0, "8.2.3.3.3"),
	ARRAY(FCRTH, 8, 4, RW, LOST, 0, 0x8007FFF0, "8.2.3.3.4"),
	ONE(FCRTV, RW, LOST, 0, 0xFFFF, "8.2.3.3.5"),
	ONE(TFCS, RO, LOST, 1, 0, "8.2.3.3.6"),
	ONE(FCCFG, RW, LOST, 0, 0x18, "8.2.3.3.7"),

	/* 8.2.3.4 PCIe, semaphores */
	ONE(GCR, RW, KEPT, 0x00050000, 0x0005F000, "8.2.3.4.1"),
	AT("FUNCTAG", 0x11008, 1, 4, RW, KEPT, 0, ALL, "8.2.3.4"),
	ARRAY(GSCL, 4, 4, RW, KEPT, 0, ALL, "8.2.3.4.2"),
	ARRAY(GSCN, 4, 4, RW, KEPT, 0, ALL, "8.2.3.4.4"),
	AT("GSCL", 0x11030, 4, 4, RW, KEPT, 0, ALL, "8.2.3.4.3"),
	ONE(FACTPS, RO, KEPT, 0, 0, "8.2.3.4.5"),
	ONE(PCIEPHYADR, RW, KEPT, 0, 0x6FFF, "8.2.3.4.6"),
	ONE(PCIEPHYDAT, RW, KEPT, 0, ALL, "8.2.3.4.7"),
	AT("PCIEPHYCTL", 0x11048, 1, 4, RW, KEPT, 0, ALL, "8.2.3.4"),
	ONE(SWSM, RW, KEPT, 0, 3, "8.2.3.4.9"),
	ONE(FWSM, RO, KEPT, 1u << 15, 0, "8.2.3.4.10"), /* valid, no mode */
	ONE(SW_FW_SYNC, RW, KEPT, 0, 0x3FF, "8.2.3.4.11"),
	ONE(GCR_EXT, RW, LOST, 0, 0xC0000013, "8.2.3.4.12"),
	ONE(MREVID, RO, KEPT, 1, 0, "8.2.3.4.13"),
	ONE(PICAUSE, RW, KEPT, 0, 0, "8.2.3.4.14"),
	ONE(PIENA, RW, KEPT, 0, 0x3F, "8.2.3.4.15"),
	AT("CIAA", 0x11088, 2, 4, RW, LOST, 0, ALL, "8.2.3.4"),
	AT("BARCTRL", 0x110F4, 1, 4, RW, KEPT, 0, 0, "8.2.3.4"),

	/* 8.2.3.5 Interrupts: hooks keep the causes and masks */
	ONE(EICR, RW, LOST, 0, 0, "8.2.3.5.1"),
	ONE(EICS, WO, LOST, 0, 0, "8.2.3.5.2"),
	ONE(EIMS, RW, LOST, 0, 0, "8.2.3.5.3"),
	ONE(EIMC, WO, LOST, 0, 0, "8.2.3.5.4"),
	ONE(EIAC, RW, LOST, 0, 0xC000FFFF, "8.2.3.5.5"),
	ONE(EIAM, RW, LOST, 0, 0, "8.2.3.5.6"),
	ARRAY(EICS_EX, 2, 4, WO, LOST, 0, 0, "8.2.3.5.7"),
	ARRAY(EIMS_EX, 2, 4, RW, LOST, 0, 0, "8.2.3.5.8"),
	ARRAY(EIMC_EX, 2, 4, WO, LOST, 0, 0, "8.2.3.5.9"),
	ARRAY(EIAM_EX, 2, 4, RW, LOST, 0, 0, "8.2.3.5.10"),
	ONE(EITRSEL, RW, LOST, 0, ALL, "8.2.3.5.11"),
	ARRAY(EITR, 24, 4, RW, LOST, 0, 0x0FFF8FF8, "8.2.3.5.12"),
	AT("EITR", EITR(24), 105, 4, RW, LOST, 0, 0x0FFF8FF8, "8.2.3.5.12"),
	ARRAY(IVAR, 64, 4, RW, LOST, 0, 0xBFBFBFBF, "8.2.3.5.16"),
	ONE(IVAR_MISC, RW, LOST, 0, 0xBFBF, "8.2.3.5.17"),
	ONE(GPIE, RW, LOST, 0, 0xC000FFFF, "8.2.3.5.18"),

	/* 8.2.3.6 MSI-X */
	AT("PBACL", 0x11068, 1, 4, RW, LOST, 0, 0, "8.2.3.6.3"),
	AT("PBACL", 0x110C4, 7, 4, RW, LOST, 0, 0, "8.2.3.6.3"),

	/* 8.2.3.7 Receive filters */
	ONE(FCTRL, RW, LOST, 0, 0x702, "8.2.3.7.1"),
	ONE(VLNCTRL, RW, LOST, 0x8100, 0x7000FFFF, "8.2.3.7.2"),
	ONE(MCSTCTRL, RW, LOST, 0, 7, "8.2.3.7.3"),
	ARRAY(PSRTYPE, 16, 4, RW, LOST, 0, 0xE0003F3E, "8.2.3.7.4"),
	AT("PSRTYPE", PSRTYPE(16), 48, 4, RW, LOST, 0, 0xE0003F3E, "8.2.3.7.4"),
	ONE(RXCSUM, RW, LOST, 0, 0x3000, "8.2.3.7.5"),
	ONE(RFCTL, RW, LOST, 0, 0x0003FFFF, "8.2.3.7.6"),
	ARRAY(MTA, 128, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.7.7"),
	ARRAY(RAL, 16, 8, RW, LOST, 0, ALL, "8.2.3.7.8"),
	AT("RAL", RAL(16), 112, 8, RW, LOST, 0, ALL, "8.2.3.7.8"),
	ARRAY(RAH, 16, 8, RW, LOST, 0, 0x8000FFFF, "8.2.3.7.9"),
	AT("RAH", RAH(16), 112, 8, RW, LOST, 0, 0x8000FFFF, "8.2.3.7.9"),
	AT("MPSAR", MPSAR_LO(0), 256, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.7.10"),
	ARRAY(VFTA, 128, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.7.11"),
	ONE(MRQC, RW, LOST, 0, 0xFFFF000F, "8.2.3.7.12"),
	ONE(RQTC, RW, LOST, 0, 0x77777777, "8.2.3.7.13"),
	ARRAY(RSSRK, 10, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.7.14"),
	ARRAY(RETA, 32, 4, RW, UNSPECIFIED, 0, 0x0F0F0F0F, "8.2.3.7.15"),
	ARRAY(SAQF, 128, 4, RW, LOST, 0, ALL, "8.2.3.7.16"),
	ARRAY(DAQF, 128, 4, RW, LOST, 0, ALL, "8.2.3.7.17"),
	ARRAY(SDPQF, 128, 4, RW, LOST, 0, ALL, "8.2.3.7.18"),
	ARRAY(FTQF, 128, 4, RW, LOST, 0, ALL, "8.2.3.7.19"),
	AT("L34TIMIR", 0x0E800, 128, 4, RW, LOST, 0, ALL, "8.2.3.7"),
	ONE(SYNQF, RW, LOST, 0, 0x800000FF, "8.2.3.7.20"),
	ARRAY(ETQF, 8, 4, RW, LOST, 0, 0xF7F0FFFF, "8.2.3.7.21"),
	ARRAY(ETQS, 8, 4, RW, LOST, 0, ALL, "8.2.3.7.22"),
	ONE(RXFECCERR0, RW, LOST, 0, ALL, "8.2.3.7.23"),
	AT("LLITHRESH", 0x0EC90, 1, 4, RW, LOST, 0, ALL, "8.2.3.7"),
	AT("IMIRVP", 0x05AC0, 1, 4, RW, LOST, 0, 0xF, "8.2.3.7"),

	/* 8.2.3.8 Receive DMA; the data half takes the low bits off bases and
	 * lengths, since it polices them */
	RXQ(RDBAL, 0, ALL, "8.2.3.8.1"),
	RXQ(RDBAH, 0, ALL, "8.2.3.8.2"),
	RXQ(RDLEN, 0, ALL, "8.2.3.8.3"),
	ARRAY(RDH, 64, 0x40, RW, LOST, 0, 0xFFFF, "8.2.3.8.4"),
	AT("RDH", RDH(64), 64, 0x40, RW, LOST, 0, 0xFFFF, "8.2.3.8.4"),
	RXQ(RDT, 0, 0xFFFF, "8.2.3.8.5"),
	RXQ(RXDCTL, 0, RXDCTL_ENABLE | RXDCTL_SWFLSH | RXDCTL_VME | 0xFFFFFF,
	    "8.2.3.8.6"),
	RXQ_SPLIT(SRRCTL, 0x402, 0x1FC03F1F, "8.2.3.8.7"),
	ONE(RDRXCTL, RW, LOST, 8u << 17, 0x3EFF0002 & ~RDRXCTL_DMAIDONE,
	    "8.2.3.8.8"),
	ARRAY(RXPBSIZE, 8, 4, RW, LOST, 0x200u << 10, 0x000FFC00, "8.2.3.8.9"),
	ONE(RXCTRL, RW, LOST, 0, RXCTRL_RXEN | RXCTRL_DMBYPS, "8.2.3.8.10"),
	ONE(RXMEMWRAP, RO, LOST, 0, 0, "8.2.3.8.11"),
	ONE(RSCDBU, RW, LOST, 0, 0xFF, "8.2.3.8.12"),
	RXQ(RSCCTL, 0, 0xF, "8.2.3.8.13"),

	/* 8.2.3.9 Transmit */
	ONE(DTXMXSZRQ, RW, LOST, 0x10, 0xFFF, "8.2.3.9.1"),
	ONE(DMATXCTL, RW, LOST, 0x81000000, 0xFFFF007F, "8.2.3.9.2"),
	ONE(DTXTCPFLGL, RW, LOST, 0x0FF60FF6, 0x0FFF0FFF, "8.2.3.9.3"),
	ONE(DTXTCPFLGH, RW, LOST, 0x0F7F, 0xFFF, "8.2.3.9.4"),
	TXQ(TDBAL, 0, ALL, "8.2.3.9.5"),
	TXQ(TDBAH, 0, ALL, "8.2.3.9.6"),
	TXQ(TDLEN, 0, ALL, "8.2.3.9.7"),
	TXQ(TDH, 0, 0xFFFF, "8.2.3.9.8"),
	TXQ(TDT, 0, 0xFFFF, "8.2.3.9.9"),
	TXQ(TXDCTL, 0, TXDCTL_ENABLE | TXDCTL_SWFLSH | 0x007F7F7F,
	    "8.2.3.9.10"),
	TXQ(TDWBAL, 0, 0xFFFFFFFD, "8.2.3.9.11"),
	TXQ(TDWBAH, 0, ALL, "8.2.3.9.12"),
	AT("TXPBSIZE", TXPBSIZE(0), 1, 4, RW, LOST, 0xA0u << 10, 0x000FFC00,
	    "8.2.3.9.13"),
	AT("TXPBSIZE", TXPBSIZE(1), 7, 4, RW, LOST, 0, 0x000FFC00,
	    "8.2.3.9.13"),
	ONE(MNGTXMAP, RW, LOST, 0, 7, "8.2.3.9.14"),
	ONE(MTQC, RW, LOST, 0, 0xF, "8.2.3.9.15"),
	AT("TXPBTHRESH", TXPBTHRESH(0), 1, 4, RW, LOST, 0x96, 0x3FF,
	    "8.2.3.9.16"),
	AT("TXPBTHRESH", TXPBTHRESH(1), 7, 4, RW, LOST, 0, 0x3FF, "8.2.3.9.16"),

	/* 8.2.3.10 DCB */
	ONE(RTRPCS, RW, LOST, 0, 6, "8.2.3.10.1"),
	ONE(RTTDCS, RW, LOST, 0x00400000, 0x00C30071, "8.2.3.10.2"),
	ONE(RTTPCS, RW, LOST, 0x01000000, 0xFFC00120, "8.2.3.10.3"),
	ONE(RTRUP2TC, RW, LOST, 0, 0x00FFFFFF, "8.2.3.10.4"),
	ONE(RTTUP2TC, RW, LOST, 0, 0x00FFFFFF, "8.2.3.10.5"),
	ARRAY(RTRPT4C, 8, 4, RW, LOST, 0, ALL, "8.2.3.10.6"),
	ARRAY(TXLLQ, 4, 4, RW, LOST, 0, ALL, "8.2.3.10.7"),
	ARRAY(RTRPT4S, 8, 4, RO, LOST, 0, 0, "8.2.3.10.8"),
	ARRAY(RTTDT2C, 8, 4, RW, LOST, 0, ALL, "8.2.3.10.9"),
	ARRAY(RTTPT2C, 8, 4, RW, LOST, 0, ALL, "8.2.3.10.10"),
	ARRAY(RTTDT2S, 8, 4, RO, LOST, 0, 0, "8.2.3.10.11"),
	ARRAY(RTTPT2S, 8, 4, RO, LOST, 0, 0, "8.2.3.10.12"),
	ONE(RTTDQSEL, RW, LOST, 0, 0x7F, "8.2.3.10.13"),
	ONE(RTTDT1C, RW, LOST, 0, 0x3FFF, "8.2.3.10.14"),
	ONE(RTTDT1S, RO, LOST, 0, 0, "8.2.3.10.15"),
	ONE(RTTBCNRM, RW, LOST, 0, 0x3FF, "8.2.3.10"),
	ONE(RTTBCNRC, RW, LOST, 0, 0x8FFFFFFF, "8.2.3.10.16"),
	ONE(RTTBCNRS, RW, LOST, 0, 0, "8.2.3.10.17"),
	ONE(RTTBCNRD, RW, LOST, 0, ALL, "8.2.3.10"),
	ONE(RTTDTECC, RW, LOST, 0, ALL, "8.2.3.10"),

	/* 8.2.3.11 DCA */
	RXQ_SPLIT(DCA_RXCTRL, 0xB200, 0xFF00B2E0, "8.2.3.11.1"),
	TXQ(DCA_TXCTRL, 0x2A00, 0xFF002A20, "8.2.3.11.2"),
	ONE(DCA_ID, RO, LOST, 0, 0, "8.2.3.11.3"),
	ONE(DCA_CTRL, RW, LOST, 1, 0x1F, "8.2.3.11.4"),

	/* 8.2.3.12 to 14 Security, LinkSec, IPsec: no cipher behind them */
	ONE(SECTXCTRL, RW, LOST, 1, 7, "8.2.3.12.1"),
	ONE(SECTXSTAT, RO, LOST, 0, 0, "8.2.3.12.2"),
	ONE(SECTXBUFFAF, RW, LOST, 0x250, 0x3FF, "8.2.3.12.3"),
	ONE(SECTXMINIFG, RW, LOST, 0x00100001, 0x1F00F, "8.2.3.12.4"),
	ONE(SECRXCTRL, RW, LOST, 1, 3, "8.2.3.12.5"),
	ONE(SECRXSTAT, RO, LOST, 0, 0, "8.2.3.12.6"),
	AT("LSECTX", LSECTX, 20, 4, RW, LOST, 0, ALL, "8.2.3.13"),
	AT("LSECRX", LSECRX, 33, 4, RW, LOST, 0, ALL, "8.2.3.13"),
	AT("IPSTX", IPSTX, 6, 4, RW, LOST, 0, 0x3FFFFFFF, "8.2.3.14"),
	AT("IPSRX", IPSRX, 13, 4, RW, LOST, 0, 0x3FFFFFFF, "8.2.3.14"),

	/* 8.2.3.15 Timers */
	ONE(FRTIMER, RO, KEPT, 0, 0, "8.2.3.15.1"),
	ONE(TCPTIMER, RW, LOST, 0, 0x0700FF, "8.2.3.15.2"),

	/* 8.2.3.16 FCoE: the registers that Linux touches without using it */
	AT("FCPTR", 0x02410, 3, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCOERPDC", 0x0241C, 1, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	AT("FCDMARW", 0x02420, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCLAST", 0x02424, 3, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	AT("FCFLT", 0x05108, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCFLTRW", 0x05110, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCRXCTRL", 0x05100, 1, 4, RW, LOST, 0, 0xFFF, "8.2.3.16"),
	AT("FCCRC", 0x05118, 1, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	AT("REOFF", 0x05158, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCPARAM", 0x051D8, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("RSOFF", 0x051F8, 1, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("TEOFF", 0x04A94, 2, 4, RW, LOST, 0, ALL, "8.2.3.16"),
	AT("FCOEPTC", 0x08784, 2, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	ONE(FCRECTL, RW, LOST, 0, 1, "8.2.3.16"),
	ARRAY(FCRETA, 8, 4, RW, LOST, 0, 0x7F, "8.2.3.16"),

	/* 8.2.3.17 Flow director: accepts filters, never matches one */
	ONE(FDIRCTRL, RW, LOST, 0, 0xFF9F7FB3, "8.2.3.17.1"),
	AT("FDIRSIPV6", 0x0EE0C, 3, 4, RW, LOST, 0, ALL, "8.2.3.17"),
	AT("FDIRIPSA", 0x0EE18, 4, 4, RW, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRHASH, RW, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRCMD, RW, LOST, 0, 0x3F7FFFFF, "8.2.3.17"),
	ONE(FDIRFREE, RW, LOST, 0, ALL, "8.2.3.17"),
	AT("FDIRMASK", 0x0EE3C, 4, 4, RW, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRLEN, RC, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRUSTAT, RC, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRFSTAT, RC, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRMATCH, RC, LOST, 0, ALL, "8.2.3.17"),
	ONE(FDIRMISS, RC, LOST, 0, ALL, "8.2.3.17"),
	AT("FDIRKEY", 0x0EE68, 5, 4, RW, LOST, 0, ALL, "8.2.3.17"),

	/* 8.2.3.22 MAC and link */
	ONE(PCS1GCFIG, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22.1"),
	ONE(PCS1GLCTL, RW, KEPT_BY_RST, 0x00050000, ALL, "8.2.3.22.2"),
	ONE(PCS1GLSTA, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.3"),
	ONE(PCS1GANA, RW, KEPT_BY_RST, 0x20, 0xB1A0, "8.2.3.22.4"),
	ONE(PCS1GANLP, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.5"),
	ONE(PCS1GANNP, RW, KEPT_BY_RST, 0, 0xFFFF, "8.2.3.22.6"),
	ONE(PCS1GANLPNP, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.7"),
	ONE(HLREG0, RW, LOST, 0x08012C03, 0x1FF3FFFF, "8.2.3.22.8"),
	ONE(HLREG1, RO, LOST, 0, 0, "8.2.3.22.9"),
	ONE(PAP, RW, LOST, 0xFFFF, 0xFFFF, "8.2.3.22.10"),
	ONE(MACA, RW, LOST, 0, 0xFFFF, "8.2.3.22"),
	ONE(APAE, RW, LOST, 0, ALL, "8.2.3.22"),
	ONE(ARD, RW, LOST, 0, ALL, "8.2.3.22"),
	ONE(AIS, RW, LOST, 0, ALL, "8.2.3.22"),
	ONE(MSCA, RW, LOST, 0, 0x3FFFFFFF, "8.2.3.22.11"),
	ONE(MSRWD, RW, LOST, 0, 0xFFFF, "8.2.3.22.12"),
	ONE(MLADD, RW, LOST, 0, ALL, "8.2.3.22"),
	ONE(MAXFRS, RW, LOST, 1518u << 16, 0xFFFF0000, "8.2.3.22.13"),
	ONE(TREG, RW, LOST, 0, ALL, "8.2.3.22"),
	ONE(PCSS1, RO, KEPT_BY_RST, 0x4, 0, "8.2.3.22.14"),
	ONE(PCSS2, RO, KEPT_BY_RST, 0x8001, 0, "8.2.3.22.15"),
	ONE(XPCSS, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.16"),
	ONE(MFLCN, RW, LOST, 0, 0xF, "8.2.3.22.34"),
	ONE(SERDESC, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22.17"),
	ONE(MACS, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22.18"),
	ONE(AUTOC, RW, KEPT_BY_RST, 0xC09C6004, 0xFFFFEFFF, "8.2.3.22.19"),
	ONE(LINKS, RO, KEPT_BY_RST, 0x0D080000, 0, "8.2.3.22.20"),
	ONE(LINKS2, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.21"),
	ONE(AUTOC2, RW, KEPT_BY_RST, 0x000A0000, ALL, "8.2.3.22.22"),
	ONE(AUTOC3, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22"),
	ONE(ANLP1, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.23"),
	ONE(ANLP2, RO, KEPT_BY_RST, 0, 0, "8.2.3.22.24"),
	ONE(MMNGC, RO, KEPT, 0, 0, "8.2.3.22"),
	ONE(ANLPNP1, RO, KEPT_BY_RST, 0, 0, "8.2.3.22"),
	ONE(ANLPNP2, RO, KEPT_BY_RST, 0, 0, "8.2.3.22"),
	ONE(KRPCSFC, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22"),
	ONE(KRPCSS, RO, KEPT_BY_RST, 0, 0, "8.2.3.22"),
	ONE(FECS1, RC, KEPT, 0, ALL, "8.2.3.22"),
	ONE(FECS2, RC, KEPT, 0, ALL, "8.2.3.22"),
	ONE(SGMIIC, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22"),
	ONE(MPVC, RC, KEPT, 0, ALL, "8.2.3.22"),
	ONE(MACC, RW, KEPT_BY_RST, 0, ALL, "8.2.3.22.25"),
	ONE(CORECTL, RW, KEPT, 0, 0xFFFF, "8.2.3.22.33"),
	ONE(SMADARCTL, RW, KEPT, 0, ALL, "8.2.3.22"),

	/* 8.2.3.23 Statistics */
	STAT(CRCERRS),
	STAT(ILLERRC),
	STAT(ERRBC),
	STAT(MSPDC),
	STAT(MLFC),
	STAT(MRFC),
	STAT(RLEC),
	STAT(PRC64),
	STAT(PRC127),
	STAT(PRC255),
	STAT(PRC511),
	STAT(PRC1023),
	STAT(PRC1522),
	STAT(GPRC),
	STAT(BPRC),
	STAT(MPRC),
	STAT(GPTC),
	STAT(GORCL),
	STAT_HIGH(GORCH),
	STAT(GOTCL),
	STAT_HIGH(GOTCH),
	STAT(RUC),
	STAT(RFC),
	STAT(ROC),
	STAT(RJC),
	STAT(MNGPRC),
	STAT(MNGPDC),
	STAT(MNGPTC),
	STAT(TORL),
	STAT_HIGH(TORH),
	STAT(TPR),
	STAT(TPT),
	STAT(PTC64),
	STAT(PTC127),
	STAT(PTC255),
	STAT(PTC511),
	STAT(PTC1023),
	STAT(PTC1522),
	STAT(MPTC),
	STAT(BPTC),
	STAT(XEC),
	STATS(PXONRXCNT, 8, 4),
	STATS(PXOFFRXCNT, 8, 4),
	STAT(LXONRXCNT),
	STAT(LXOFFRXCNT),
	STAT(RXNFGPC),
	STAT(RXNFGBCL),
	STAT_HIGH(RXNFGBCH),
	STATS(PXON2OFFCNT, 8, 4),
	STATS(PXONTXC, 8, 4),
	STATS(PXOFFTXC, 8, 4),
	STAT(LXONTXC),
	STAT(LXOFFTXC),
	STATS(RXMPC, 8, 4),
	STAT(RXDGPC),
	STAT(RXDGBCL),
	STAT_HIGH(RXDGBCH),
	AT("RXDDPC", 0x02F5C, 1, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	AT("RXDDBC", 0x02F60, 2, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	AT("RXLPBK", 0x02F68, 6, 4, RC, KEPT, 0, ALL, "8.2.3.23"),
	STAT(TXDGPC),
	STAT(TXDGBCL),
	STAT_HIGH(TXDGBCH),
	STAT(SSVPC),
	ONE(RXDSTATCTRL, RW, LOST, 0, 0x1F, "8.2.3.23"),
	ARRAY(RQSMR, 32, 4, RW, LOST, 0, 0x0F0F0F0F, "8.2.3.23.71"),
	ARRAY(TQSM, 32, 4, RW, LOST, 0, 0x0F0F0F0F, "8.2.3.23.73"),
	STATS(QPRC, 16, 0x40),
	STATS(QPRDC, 16, 0x40),
	STATS(QBRC_L, 16, 0x40),
	STATS_HIGH(QBRC_H, 16, 0x40),
	STATS(QPTC, 16, 4),
	STATS(QBTC_L, 16, 8),
	STATS_HIGH(QBTC_H, 16, 8),

	/* 8.2.3.24 Wake up */
	ONE(WUC, RW, KEPT, 0, 0x1F, "8.2.3.24.1"),
	ONE(WUFC, RW, KEPT, 0, ALL, "8.2.3.24.2"),
	ONE(WUS, RW, KEPT, 0, 0, "8.2.3.24"),
	AT("IPAV", 0x05838, 1, 4, RW, LOST, 0, ALL, "8.2.3.24"),
	AT("IP4AT", 0x05840, 4, 8, RW, LOST, 0, ALL, "8.2.3.24"),
	AT("IP6AT", 0x05880, 4, 4, RW, LOST, 0, ALL, "8.2.3.24"),
	AT("WUPL", 0x05900, 1, 4, RO, LOST, 0, 0, "8.2.3.24"),
	AT("WUPM", 0x05A00, 32, 4, RO, LOST, 0, 0, "8.2.3.24"),
	AT("FHFT", 0x09000, 256, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.24"),
	AT("FHFT_EXT", 0x09800, 128, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.24"),

	/* 8.2.3.25 Management: no firmware answers */
	ONE(MANC, RO, KEPT, 0, 0, "8.2.3.25"),
	AT("MFVAL", 0x05824, 1, 4, RO, KEPT, 0, 0, "8.2.3.25"),
	AT("MANC2H", 0x05860, 1, 4, RO, KEPT, 0, 0, "8.2.3.25"),
	AT("MDEF", 0x05890, 8, 4, RO, KEPT, 0, 0, "8.2.3.25"),
	ONE(HICR, RO, KEPT, 0, 0, "8.2.3.25"),
	ONE(FWSTS, RW, KEPT, 0, 0, "8.2.3.25"),
	AT("FLEX_MNG", 0x15800, 448, 4, RW, KEPT, 0, ALL, "8.2.3.25"),
	AT("LSWFW", 0x15014, 1, 4, RW, KEPT, 0, ALL, "8.2.3.25"),

	/* 8.2.3.26 Time sync */
	ONE(TSYNCRXCTL, RW, LOST, 0, 0x1E, "8.2.3.26.1"),
	AT("RXSATRL", 0x051A0, 3, 4, RO, LOST, 0, 0, "8.2.3.26"),
	AT("RXSTMPL", 0x051E8, 1, 4, RO, LOST, 0, 0, "8.2.3.26"),
	AT("RXMTRL", 0x05120, 1, 4, RW, LOST, 0, 0xFFFF, "8.2.3.26"),
	ONE(TSYNCTXCTL, RW, LOST, 0, 0x10, "8.2.3.26.8"),
	AT("TXSTMP", 0x08C04, 2, 4, RO, LOST, 0, 0, "8.2.3.26"),
	ONE(SYSTIML, RW, LOST, 0, ALL, "8.2.3.26.11"),
	ONE(SYSTIMH, RW, LOST, 0, ALL, "8.2.3.26.12"),
	ONE(TIMINCA, RW, LOST, 0, ALL, "8.2.3.26.13"),
	AT("TIMADJ", 0x08C18, 9, 4, RW, LOST, 0, ALL, "8.2.3.26"),
	AT("AUXSTMP", 0x08C3C, 4, 4, RO, LOST, 0, 0, "8.2.3.26"),

	/* 8.2.3.27 Virtualisation */
	ONE(PFVTCTL, RW, LOST, 0, 0xF0003F81, "8.2.3.27.1"),
	AT("PFVFLRE", 0x00600, 1, 4, RO, LOST, 0, 0, "8.2.3.27"),
	AT("PFVFLRE", 0x001C0, 1, 4, RO, LOST, 0, 0, "8.2.3.27"),
	AT("PFVFLREC", 0x00700, 2, 4, RW, LOST, 0, 0, "8.2.3.27"),
	AT("PFMBICR", 0x00710, 4, 4, RW, LOST, 0, 0, "8.2.3.27"),
	AT("PFMBIMR", 0x00720, 2, 4, RW, LOST, ALL, ALL, "8.2.3.27"),
	AT("PFMAILBOX", 0x04B00, 64, 4, RW, LOST, 0, 0x1F, "8.2.3.27"),
	AT("PFMBMEM", 0x13000, 1024, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	ARRAY(PFVFRE, 2, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	ARRAY(PFVFTE, 2, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("PFVMTXSW", 0x05180, 2, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	ONE(PFQDE, RW, LOST, 0, 0x00037F03, "8.2.3.27.9"),
	AT("PFVMVIR", 0x08000, 64, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("LVMMC", 0x08108, 1, 4, RC, LOST, 0, ALL, "8.2.3.27"),
	AT("WQBR_RX", 0x02FB0, 4, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("WQBR_TX", 0x08130, 4, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("PFVFSPOOF", 0x08200, 8, 4, RW, LOST, 0, 0xFFFF, "8.2.3.27"),
	ONE(PFDTXGSWC, RW, LOST, 0, 1, "8.2.3.27.11"),
	AT("PFVMECM", 0x08790, 2, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	ARRAY(PFVML2FLT, 64, 4, RW, LOST, 0, 0x1FC00000, "8.2.3.27.14"),
	ARRAY(PFVLVF, 64, 4, RW, UNSPECIFIED, 0, 0x80000FFF, "8.2.3.27.15"),
	ARRAY(PFVLVFB, 128, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.27.16"),
	ARRAY(PFUTA, 128, 4, RW, UNSPECIFIED, 0, ALL, "8.2.3.27.17"),
	AT("PFMRCTL", 0x0F600, 4, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("PFMRVLAN", 0x0F610, 8, 4, RW, LOST, 0, ALL, "8.2.3.27"),
	AT("PFMRVM", 0x0F630, 8, 4, RW, LOST, 0, ALL, "8.2.3.27"),

	/*
	 * Not of this device's map. Linux's register dump (`ethtool -d`) reads
	 * these all the same, so only a write of one is an offence.
	 */
	LAB("hole", TX_QUEUE(72) + 0x14, 56, 0x40),
	LAB("hole", TX_QUEUE(72) + 0x1C, 56, 0x40),
	LAB("hole", TX_QUEUE(72) + 0x20, 56, 0x40),
	LAB("hole", TX_QUEUE(72) + 0x24, 1, 4),
	LAB("hole", TX_QUEUE(72) + 0x2C, 3, 4),
	LAB("MSIXPBA", 0x02000, 1, 4),
	LAB("RDSTAT", 0x02C00, 9, 4),
	LAB("RDHMPN", 0x02F08, 1, 4),
	LAB("RIC_DW", 0x02F10, 5, 4),
	LAB("PBRXECC", 0x03300, 1, 4),
	LAB("RXBUFCTRL", 0x03600, 1, 4),
	LAB("RXBUFDATA", 0x03610, 4, 4),
	LAB("DROPEN", 0x03D04, 1, 4),
	LAB("PCS1GDBG", 0x04210, 2, 4),
	LAB("MDFT", 0x042B8, 1, 4),
	LAB("MDFT", 0x042C0, 4, 4),
	LAB("ATLASCTL", 0x04800, 1, 4),
	LAB("RTTQCNTG", 0x04A90, 1, 4),
	LAB("RFVAL", 0x050A4, 1, 4),
	LAB("VMD_CTL", 0x0581C, 1, 4),
	LAB("IMIR", 0x05A80, 16, 4),
	LAB("RTTQCNCR", 0x08B00, 1, 4),
	LAB("PBTXECC", 0x0C300, 1, 4),
	LAB("TXBUFCTRL", 0x0C600, 1, 4),
	LAB("TXBUFDATA", 0x0C610, 4, 4),
	LAB("TIPG", 0x0CB00, 1, 4),
	LAB("PCIEECCCTL", 0x1106C, 1, 4),
	LAB("PCIE_DIAG", 0x11090, 8, 4),

	/* Of the 82598, moved or dropped */
	OLD("RT2CR", 0x03C20, 8, 4),
	OLD("RT2SR", 0x03C40, 8, 4),
	OLD("RNBC", 0x03FC0, 8, 4),
	OLD("RUPPBMR", 0x050A0, 1, 4),
	OLD("PXONRXC", 0x0CF00, 8, 4),
	OLD("PXOFFRXC", 0x0CF20, 8, 4),
	OLD("LXONRXC", 0x0CF60, 1, 4),
	OLD("LXOFFRXC", 0x0CF68, 1, 4),
	OLD("GTV", 0x11004, 1, 4),
	OLD("GLT", 0x1100C, 1, 4),
};
const uint32_t reg_row_count = sizeof(reg_rows) / sizeof(reg_rows[0]);
