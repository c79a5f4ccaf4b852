/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 82599's registers as byte addresses in BAR 0, and the bits that the
 * model gives a meaning. Each group names its section of the datasheet; what
 * a register does on reads, writes and resets is its row in registers.c.
 *
 * The names are plain: only files of the model include this header.
 */
#ifndef TESTS_82599_REGS_H
#define TESTS_82599_REGS_H

/* 8.2.3.1 General control */
#define CTRL                   0x00000
#define CTRL_MASTER_DISABLE    (1u << 2)
#define CTRL_LNK_RST           (1u << 3)
#define CTRL_RST               (1u << 26)
#define STATUS                 0x00008
#define STATUS_LAN_ID(n)       ((n) << 2)
#define STATUS_LINK_UP         (1u << 7)
#define STATUS_MASTER_ENABLE   (1u << 19)
#define CTRL_EXT               0x00018
#define CTRL_EXT_NS_DIS        (1u << 16)
#define CTRL_EXT_RO_DIS        (1u << 17)
#define CTRL_EXT_EXTENDED_VLAN (1u << 26)
#define CTRL_EXT_DRV_LOAD      (1u << 28)
#define ESDP                   0x00020
#define ESDP_DATA(n)           (1u << (n))
#define ESDP_DIR(n)            (1u << (8 + (n)))
#define I2CCTL                 0x00028
#define I2CCTL_CLK_IN          (1u << 0)
#define I2CCTL_CLK_OUT         (1u << 1)
#define I2CCTL_DATA_IN         (1u << 2)
#define I2CCTL_DATA_OUT        (1u << 3)
#define LEDCTL                 0x00200
#define EXVET                  0x05078

/* 8.2.3.2 EEPROM and flash */
#define EEC           0x10010
#define EEC_SK        (1u << 0)
#define EEC_CS        (1u << 1)
#define EEC_DI        (1u << 2)
#define EEC_DO        (1u << 3)
#define EEC_FWE       (3u << 4)
#define EEC_REQ       (1u << 6)
#define EEC_GNT       (1u << 7)
#define EEC_PRES      (1u << 8)
#define EEC_ARD       (1u << 9)
#define EEC_ADDR_SIZE (1u << 10)
#define EEC_SIZE(n)   ((n) << 11)
#define EERD          0x10014
#define EERD_START    (1u << 0)
#define EERD_DONE     (1u << 1)
#define FLA           0x1001C
#define EEMNGCTL      0x10110
#define EEMNGDATA     0x10114
#define FLMNGCTL      0x10118
#define FLMNGDATA     0x1011C
#define FLMNGCNT      0x10120
#define FLOP          0x1013C
#define GRC           0x10200

/* 8.2.3.3 Flow control */
#define PFCTOP          0x03008
#define FCTTV(n)        (0x03200 + 4 * (n)) /* 4 */
#define FCRTL(n)        (0x03220 + 4 * (n)) /* 8 */
#define FCRTH(n)        (0x03260 + 4 * (n)) /* 8 */
#define FCRTV           0x032A0
#define TFCS            0x0CE00
#define FCCFG           0x03D00
#define FCCFG_TFCE_LINK (1u << 3)

/* 8.2.3.4 PCIe, semaphores */
#define GCR          0x11000
#define GSCL(n)      (0x11010 + 4 * (n)) /* 4; 5 to 8 at 0x11030 */
#define GSCN(n)      (0x11020 + 4 * (n)) /* 4 */
#define FACTPS       0x10150
#define PCIEPHYADR   0x11040
#define PCIEPHYDAT   0x11044
#define SWSM         0x10140
#define SWSM_SMBI    (1u << 0)
#define SWSM_SWESMBI (1u << 1)
#define FWSM         0x10148
#define SW_FW_SYNC   0x10160
#define GCR_EXT      0x11050
#define MREVID       0x11064
#define PICAUSE      0x110B0
#define PIENA        0x110B8

/* 8.2.3.5 Interrupts */
#define EICR               0x00800
#define EICR_RTXQ          0x0000FFFFu
#define EICR_FLOW_DIRECTOR (1u << 16)
#define EICR_RX_MISS       (1u << 17)
#define EICR_PCI           (1u << 18)
#define EICR_MAILBOX       (1u << 19)
#define EICR_LSC           (1u << 20)
#define EICR_LINKSEC       (1u << 21)
#define EICR_MNG           (1u << 22)
#define EICR_GPI_SDP(n)    (1u << (24 + (n)))
#define EICR_ECC           (1u << 28)
#define EICR_TCP_TIMER     (1u << 30)
#define EICR_OTHER         (1u << 31)
#define EICS               0x00808
#define EIAC               0x00810
#define EIMS               0x00880
#define EIMC               0x00888
#define EIAM               0x00890
#define EITRSEL            0x00894
#define GPIE               0x00898
#define GPIE_MSIX_MODE     (1u << 4)
#define GPIE_OCD           (1u << 5)
#define GPIE_EIMEN         (1u << 6)
#define GPIE_EIAME         (1u << 30)
#define GPIE_PBA_SUPPORT   (1u << 31)
#define EITR(n)            ((n) < 24 ? 0x00820 + 4 * (n) : 0x12300 + 4 * ((n)-24))
#define EITR_INTERVAL      0x00000FF8u
#define EITR_CNT_WDIS      (1u << 31)
#define IVAR(n)            (0x00900 + 4 * (n)) /* 64 */
#define IVAR_VALID         0x80u
#define IVAR_MISC          0x00A00
#define EICS_EX(n)         (0x00A90 + 4 * (n)) /* 2, as the three below */
#define EIMS_EX(n)         (0x00AA0 + 4 * (n))
#define EIMC_EX(n)         (0x00AB0 + 4 * (n))
#define EIAM_EX(n)         (0x00AD0 + 4 * (n))

/* 8.2.3.6 MSI-X */
#define PBACL(n) ((n) == 0 ? 0x11068 : 0x110C0 + 4 * (n)) /* 8 */

/* 8.2.3.7 Receive filters */
#define FCTRL               0x05080
#define FCTRL_SBP           (1u << 1)
#define FCTRL_MPE           (1u << 8)
#define FCTRL_UPE           (1u << 9)
#define FCTRL_BAM           (1u << 10)
#define VLNCTRL             0x05088
#define VLNCTRL_VET         0x0000FFFFu
#define VLNCTRL_CFI         (1u << 28)
#define VLNCTRL_CFIEN       (1u << 29)
#define VLNCTRL_VFE         (1u << 30)
#define MCSTCTRL            0x05090
#define MCSTCTRL_MO         3u
#define MCSTCTRL_MFE        (1u << 2)
#define PSRTYPE(n)          ((n) < 16 ? 0x05480 + 4 * (n) : 0x0EA00 + 4 * (n))
#define RXCSUM              0x05000
#define RXCSUM_IPPCSE       (1u << 12)
#define RXCSUM_PCSD         (1u << 13)
#define RFCTL               0x05008
#define RFCTL_RSC_DIS       (1u << 5)
#define RFCTL_IPV6_DIS      (1u << 10)
#define RFCTL_IPV6_XSUM_DIS (1u << 11)
#define MTA(n)              (0x05200 + 4 * (n)) /* 128 */
#define RAL(n)              ((n) < 16 ? 0x05400 + 8 * (n) : 0x0A200 + 8 * (n)) /* 128 */
#define RAH(n)              (RAL(n) + 4)
#define RAH_AV              (1u << 31)
#define MPSAR_LO(n)         (0x0A600 + 8 * (n)) /* 128 */
#define MPSAR_HI(n)         (0x0A604 + 8 * (n))
#define VFTA(n)             (0x0A000 + 4 * (n)) /* 128 */
#define MRQC                0x05818
#define MRQC_MRQE           0x0000000Fu
#define MRQC_RSS_TCP4       (1u << 16)
#define MRQC_RSS_IP4        (1u << 17)
#define MRQC_RSS_IP6_EX     (1u << 19)
#define MRQC_RSS_IP6        (1u << 20)
#define MRQC_RSS_TCP6       (1u << 21)
#define MRQC_RSS_UDP4       (1u << 22)
#define MRQC_RSS_UDP6       (1u << 23)
#define RQTC                0x0EC70
#define RSSRK(n)            (0x05C80 + 4 * (n)) /* 10 */
#define RETA(n)             (0x05C00 + 4 * (n)) /* 32 */
#define SAQF(n)             (0x0E000 + 4 * (n)) /* 128 */
#define DAQF(n)             (0x0E200 + 4 * (n)) /* 128 */
#define SDPQF(n)            (0x0E400 + 4 * (n)) /* 128 */
#define FTQF(n)             (0x0E600 + 4 * (n)) /* 128 */
#define SYNQF               0x0EC30
#define ETQF(n)             (0x05128 + 4 * (n)) /* 8 */
#define ETQS(n)             (0x0EC00 + 4 * (n)) /* 8 */
#define RXFECCERR0          0x051B8

/* 8.2.3.8 Receive DMA; queues 0 to 127 */
#define RX_QUEUE(n)                                                            \
	((n) < 64 ? 0x01000 + 0x40 * (n) : 0x0D000 + 0x40 * ((n)-64))
#define RDBAL(n)      (RX_QUEUE(n) + 0x00)
#define RDBAH(n)      (RX_QUEUE(n) + 0x04)
#define RDLEN(n)      (RX_QUEUE(n) + 0x08)
#define RDH(n)        (RX_QUEUE(n) + 0x10)
#define RDT(n)        (RX_QUEUE(n) + 0x18)
#define RXDCTL(n)     (RX_QUEUE(n) + 0x28)
#define RXDCTL_ENABLE (1u << 25)
#define RXDCTL_SWFLSH (1u << 26)
#define RXDCTL_VME    (1u << 30)
/* 0 to 15 answer at both addresses, the data half uses SRRCTL(n) alone. */
#define SRRCTL(n)                    ((n) < 16 ? 0x02100 + 4 * (n) : RX_QUEUE(n) + 0x14)
#define SRRCTL_BSIZEPACKET           0x0000001Fu /* KiB */
#define SRRCTL_BSIZEHEADER           0x00003F00u /* 64 bytes */
#define SRRCTL_RDMTS                 (7u << 22)
#define SRRCTL_DESCTYPE              (7u << 25)
#define SRRCTL_DESCTYPE_LEGACY       (0u << 25)
#define SRRCTL_DESCTYPE_ONE_BUFFER   (1u << 25)
#define SRRCTL_DESCTYPE_SPLIT        (2u << 25)
#define SRRCTL_DESCTYPE_SPLIT_ALWAYS (5u << 25)
#define SRRCTL_DROP_EN               (1u << 28)
#define RDRXCTL                      0x02F00
#define RDRXCTL_CRCSTRIP             (1u << 1)
#define RDRXCTL_DMAIDONE             (1u << 3)
#define RDRXCTL_RSCFRSTSIZE          (0x1Fu << 17)
#define RDRXCTL_RSCACKC              (1u << 25)
#define RDRXCTL_FCOE_WRFIX           (1u << 26)
#define RXPBSIZE(n)                  (0x03C00 + 4 * (n)) /* 8 */
#define RXCTRL                       0x03000
#define RXCTRL_RXEN                  (1u << 0)
#define RXCTRL_DMBYPS                (1u << 1)
#define RXMEMWRAP                    0x03190
#define RSCDBU                       0x03028
#define RSCCTL(n)                    (RX_QUEUE(n) + 0x2C)
#define RSCCTL_RSCEN                 (1u << 0)

/* 8.2.3.9 Transmit; queues 0 to 127 */
#define DTXMXSZRQ         0x08100
#define DMATXCTL          0x04A80
#define DMATXCTL_TE       (1u << 0)
#define DMATXCTL_GDV      (1u << 3)
#define DMATXCTL_VT       (0xFFFFu << 16)
#define DTXTCPFLGL        0x04A88
#define DTXTCPFLGH        0x04A8C
#define TX_QUEUE(n)       (0x06000 + 0x40 * (n))
#define TDBAL(n)          (TX_QUEUE(n) + 0x00)
#define TDBAH(n)          (TX_QUEUE(n) + 0x04)
#define TDLEN(n)          (TX_QUEUE(n) + 0x08)
#define TDH(n)            (TX_QUEUE(n) + 0x10)
#define TDT(n)            (TX_QUEUE(n) + 0x18)
#define TXDCTL(n)         (TX_QUEUE(n) + 0x28)
#define TXDCTL_PTHRESH    0x0000007Fu
#define TXDCTL_HTHRESH    0x00007F00u
#define TXDCTL_WTHRESH    0x007F0000u
#define TXDCTL_ENABLE     (1u << 25)
#define TXDCTL_SWFLSH     (1u << 26)
#define TDWBAL(n)         (TX_QUEUE(n) + 0x38)
#define TDWBAL_HEAD_WB_EN (1u << 0)
#define TDWBAH(n)         (TX_QUEUE(n) + 0x3C)
#define TXPBSIZE(n)       (0x0CC00 + 4 * (n)) /* 8 */
#define MNGTXMAP          0x0CD10
#define MTQC              0x08120
#define TXPBTHRESH(n)     (0x04950 + 4 * (n)) /* 8 */

/* 8.2.3.10 DCB */
#define RTRPCS        0x02430
#define RTTDCS        0x04900
#define RTTDCS_ARBDIS (1u << 6)
#define RTTPCS        0x0CD00
#define RTRUP2TC      0x03020
#define RTTUP2TC      0x0C800
#define RTRPT4C(n)    (0x02140 + 4 * (n)) /* 8, as those below */
#define RTRPT4S(n)    (0x02160 + 4 * (n))
#define RTTDT2C(n)    (0x04910 + 4 * (n))
#define RTTDT2S(n)    (0x04930 + 4 * (n))
#define RTTPT2C(n)    (0x0CD20 + 4 * (n))
#define RTTPT2S(n)    (0x0CD40 + 4 * (n))
#define TXLLQ(n)      (0x082E0 + 4 * (n)) /* 4 */
#define RTTDQSEL      0x04904
#define RTTDT1C       0x04908
#define RTTDT1S       0x0490C
#define RTTBCNRM      0x04980
#define RTTBCNRC      0x04984
#define RTTBCNRS      0x04988
#define RTTBCNRD      0x0498C
#define RTTDTECC      0x04990

/* 8.2.3.11 DCA */
#define DCA_RXCTRL(n)   ((n) < 16 ? 0x02200 + 4 * (n) : RX_QUEUE(n) + 0x0C)
#define DCA_RXCTRL_ZERO (1u << 12) /* must be cleared */
#define DCA_TXCTRL(n)   (TX_QUEUE(n) + 0x0C)
#define DCA_ID          0x11070
#define DCA_CTRL        0x11074

/* 8.2.3.12 Security */
#define SECTXCTRL           0x08800
#define SECTXCTRL_SECTX_DIS (1u << 0)
#define SECTXCTRL_TX_DIS    (1u << 1)
#define SECTXSTAT           0x08804
#define SECTXSTAT_SECTX_RDY (1u << 0)
#define SECTXBUFFAF         0x08808
#define SECTXMINIFG         0x08810
#define SECRXCTRL           0x08D00
#define SECRXCTRL_SECRX_DIS (1u << 0)
#define SECRXCTRL_RX_DIS    (1u << 1)
#define SECRXSTAT           0x08D04
#define SECRXSTAT_SECRX_RDY (1u << 0)

/* 8.2.3.13 and 14 LinkSec and IPsec: register files, no cipher behind */
#define LSECTX 0x08A00
#define LSECRX 0x08F00
#define IPSTX  0x08900
#define IPSRX  0x08E00

/* 8.2.3.15 Timers */
#define FRTIMER  0x00048
#define TCPTIMER 0x0004C

/* 8.2.3.16 FCoE */
#define FCRECTL   0x0ED00
#define FCRETA(n) (0x0ED10 + 4 * (n)) /* 8 */

/* 8.2.3.17 Flow director */
#define FDIRCTRL           0x0EE00
#define FDIRCTRL_PBALLOC   3u
#define FDIRCTRL_INIT_DONE (1u << 3)
#define FDIRHASH           0x0EE28
#define FDIRCMD            0x0EE2C
#define FDIRCMD_CMD        3u
#define FDIRCMD_CLEARHT    (1u << 8)
#define FDIRFREE           0x0EE38
#define FDIRLEN            0x0EE4C
#define FDIRUSTAT          0x0EE50
#define FDIRFSTAT          0x0EE54
#define FDIRMATCH          0x0EE58
#define FDIRMISS           0x0EE5C

/* 8.2.3.22 MAC and link */
#define PCS1GCFIG           0x04200
#define PCS1GLCTL           0x04208
#define PCS1GLSTA           0x0420C
#define PCS1GANA            0x04218
#define PCS1GANLP           0x0421C
#define PCS1GANNP           0x04220
#define PCS1GANLPNP         0x04224
#define HLREG0              0x04240
#define HLREG0_TXCRCEN      (1u << 0)
#define HLREG0_RXCRCSTRP    (1u << 1)
#define HLREG0_JUMBOEN      (1u << 2)
#define HLREG0_TXPADEN      (1u << 10)
#define HLREG0_LPBK         (1u << 15)
#define HLREG0_MDCSPD       (1u << 16)
#define HLREG0_RXLNGTHERREN (1u << 27)
#define HLREG0_RXPADSTRIPEN (1u << 28)
#define HLREG1              0x04244
#define PAP                 0x04248
#define MACA                0x0424C
#define APAE                0x04250
#define ARD                 0x04254
#define AIS                 0x04258
#define MSCA                0x0425C
#define MSCA_COMMAND        (1u << 30)
#define MSRWD               0x04260
#define MLADD               0x04264
#define MAXFRS              0x04268 /* MFS in the upper half */
#define TREG                0x0426C
#define PCSS1               0x04288
#define PCSS2               0x0428C
#define XPCSS               0x04290
#define MFLCN               0x04294
#define MFLCN_RFCE          (1u << 3)
#define SERDESC             0x04298
#define MACS                0x0429C
#define AUTOC               0x042A0
#define AUTOC_FLU           (1u << 0)
#define AUTOC_AN_RESTART    (1u << 12)
#define AUTOC_LMS(n)        ((uint32_t)(n) << 13)
#define LINKS               0x042A4
#define LINKS_LATCHED       (1u << 7) /* low since the last read if ever down */
#define LINKS_AN_IDLE       (1u << 19)
#define LINKS_SPEED_10G     (3u << 28)
#define LINKS_UP            (1u << 30)
#define AUTOC2              0x042A8
#define AUTOC2_SFI          (2u << 16)
#define AUTOC2_LINK_DISABLE (7u << 28)
#define AUTOC3              0x042AC
#define ANLP1               0x042B0
#define ANLP1_AN_STATE(n)   ((uint32_t)(n) << 16)
#define ANLP2               0x042B4
#define MMNGC               0x042D0
#define ANLPNP1             0x042D4
#define ANLPNP2             0x042D8
#define KRPCSFC             0x042E0
#define KRPCSS              0x042E4
#define FECS1               0x042E8
#define FECS2               0x042EC
#define SGMIIC              0x04314
#define MPVC                0x04318
#define LINKS2              0x04324
#define MACC                0x04330
#define MACC_FLU            (1u << 0)
#define CORECTL             0x14F00
#define SMADARCTL           0x14F10

/* 8.2.3.23 Statistics */
#define CRCERRS        0x04000
#define ILLERRC        0x04004
#define ERRBC          0x04008
#define MSPDC          0x04010
#define MLFC           0x04034
#define MRFC           0x04038
#define RLEC           0x04040
#define PRC64          0x0405C
#define PRC127         0x04060
#define PRC255         0x04064
#define PRC511         0x04068
#define PRC1023        0x0406C
#define PRC1522        0x04070
#define GPRC           0x04074
#define BPRC           0x04078
#define MPRC           0x0407C
#define GPTC           0x04080
#define GORCL          0x04088
#define GORCH          0x0408C
#define GOTCL          0x04090
#define GOTCH          0x04094
#define RUC            0x040A4
#define RFC            0x040A8
#define ROC            0x040AC
#define RJC            0x040B0
#define MNGPRC         0x040B4
#define MNGPDC         0x040B8
#define TORL           0x040C0
#define TORH           0x040C4
#define TPR            0x040D0
#define TPT            0x040D4
#define PTC64          0x040D8
#define PTC127         0x040DC
#define PTC255         0x040E0
#define PTC511         0x040E4
#define PTC1023        0x040E8
#define PTC1522        0x040EC
#define MPTC           0x040F0
#define BPTC           0x040F4
#define XEC            0x04120
#define PXONRXCNT(n)   (0x04140 + 4 * (n)) /* 8 */
#define PXOFFRXCNT(n)  (0x04160 + 4 * (n)) /* 8 */
#define LXONRXCNT      0x041A4
#define LXOFFRXCNT     0x041A8
#define RXNFGPC        0x041B0
#define RXNFGBCL       0x041B4
#define RXNFGBCH       0x041B8
#define PXON2OFFCNT(n) (0x03240 + 4 * (n)) /* 8 */
#define PXONTXC(n)     (0x03F00 + 4 * (n)) /* 8 */
#define PXOFFTXC(n)    (0x03F20 + 4 * (n)) /* 8 */
#define LXONTXC        0x03F60
#define LXOFFTXC       0x03F68
#define RXMPC(n)       (0x03FA0 + 4 * (n)) /* 8 */
#define MNGPTC         0x0CF90
#define RXDGPC         0x02F50
#define RXDGBCL        0x02F54
#define RXDGBCH        0x02F58
#define TXDGPC         0x087A0
#define TXDGBCL        0x087A4
#define TXDGBCH        0x087A8
#define SSVPC          0x08780
#define RXDSTATCTRL    0x02F40
#define RQSMR(n)       (0x02300 + 4 * (n))    /* 32: four queues each */
#define TQSM(n)        (0x08600 + 4 * (n))    /* 32 */
#define QPRC(n)        (0x01030 + 0x40 * (n)) /* 16, as those below */
#define QPRDC(n)       (0x01430 + 0x40 * (n))
#define QBRC_L(n)      (0x01034 + 0x40 * (n))
#define QBRC_H(n)      (0x01038 + 0x40 * (n))
#define QPTC(n)        (0x08680 + 4 * (n))
#define QPTC_OLD(n)    (0x06030 + 0x40 * (n)) /* answers for QPTC(n) too */
#define QBTC_L(n)      (0x08700 + 8 * (n))
#define QBTC_H(n)      (0x08704 + 8 * (n))

/* 8.2.3.24 Wake up */
#define WUC  0x05800
#define WUFC 0x05808
#define WUS  0x05810

/* 8.2.3.25 Management and host interface */
#define MANC  0x05820
#define HICR  0x15F00
#define FWSTS 0x15F0C

/* 8.2.3.26 Time sync */
#define TSYNCRXCTL 0x05188
#define TSYNCTXCTL 0x08C00
#define SYSTIML    0x08C0C
#define SYSTIMH    0x08C10
#define TIMINCA    0x08C14

/* 8.2.3.27 Virtualisation */
#define PFVTCTL      0x051B0
#define PFVFRE(n)    (0x051E0 + 4 * (n)) /* 2 */
#define PFVFTE(n)    (0x08110 + 4 * (n)) /* 2 */
#define PFQDE        0x02F04
#define PFDTXGSWC    0x08220
#define PFVML2FLT(n) (0x0F000 + 4 * (n)) /* 64 */
#define PFVLVF(n)    (0x0F100 + 4 * (n)) /* 64 */
#define PFVLVFB(n)   (0x0F200 + 4 * (n)) /* 128 */
#define PFUTA(n)     (0x0F400 + 4 * (n)) /* 128 */

#endif
