/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_bits.h - the Am79C970A's registers, bit by bit.
 *
 * Names are those of the data sheet (AMD 19436, April 1995). Only constants
 * live here; what they do is in lance_csr.c, lance_bcr.c, lance_tx.c and
 * lance_rx.c.
 *
 * What a chip without a fixed speed, on a cable without collisions and a bus
 * without parity can not do is named with its register: such bits can be
 * written and read as the data sheet says, and status bits stay 0.
 */
#ifndef DEVICES_LANCE_BITS_H
#define DEVICES_LANCE_BITS_H

/*
 * CSR0: status and command. MERR stays 0: the bus is granted at once. CERR
 * tells of a missing link alone: our AUI port has a transceiver that answers
 * each frame with its heartbeat (SQE test).
 */
#define CSR0_ERR	0x8000	/* any of BABL, CERR, MISS, MERR */
#define CSR0_BABL	0x4000	/* 1519 or more bytes transmitted */
#define CSR0_CERR	0x2000	/* no heartbeat, or no link, after transmit */
#define CSR0_MISS	0x1000	/* a frame came and no descriptor was owned */
#define CSR0_MERR	0x0800	/* bus grant came too late */
#define CSR0_RINT	0x0400
#define CSR0_TINT	0x0200
#define CSR0_IDON	0x0100
#define CSR0_INTR	0x0080	/* any unmasked cause */
#define CSR0_IENA	0x0040
#define CSR0_RXON	0x0020
#define CSR0_TXON	0x0010
#define CSR0_TDMD	0x0008
#define CSR0_STOP	0x0004
#define CSR0_STRT	0x0002
#define CSR0_INIT	0x0001
#define CSR0_ERRORS	(CSR0_BABL | CSR0_CERR | CSR0_MISS | CSR0_MERR)
/* Causes that CSR3 masks with the same bit; CERR never interrupts. */
#define CSR0_CAUSES	(CSR0_BABL | CSR0_MISS | CSR0_MERR | CSR0_RINT | \
			 CSR0_TINT | CSR0_IDON)
#define CSR0_W1C	(CSR0_CAUSES | CSR0_CERR)

/*
 * CSR3: masks (same bits as CSR0) and modes. Without effect: DXMT2PD (4) and
 * EMBA (3) say how long to wait for a shared cable; ours is never busy.
 */
#define CSR3_DXSUFLO	0x0040	/* go on after an underflow */
/*
 * Look-ahead packet processing: STP, set by the host, says where frames may
 * begin, and the first buffer of a frame gives a RINT of its own. As a frame
 * arrives in no time, that RINT and the one of the last buffer are one.
 */
#define CSR3_LAPPEN	0x0020
#define CSR3_BSWP	0x0004	/* frames lie in big-endian memory */
#define CSR3_WRITABLE	0x5f7f

/*
 * CSR4: test and features. A status bit's mask is the bit below it. Without
 * effect: DMAPLUS (14) and TIMER (13) shape bursts on the bus. RCVCCO stays 0
 * (no collisions, CSR114 does not count), and so does JAB (no transceiver
 * that jabbers).
 */
#define CSR4_EN124	0x8000
#define CSR4_DPOLL	0x1000
#define CSR4_APAD_XMT	0x0800
#define CSR4_ASTRP_RCV	0x0400
#define CSR4_MFCO	0x0200
#define CSR4_MFCOM	0x0100
#define CSR4_UINTCMD	0x0080
#define CSR4_UINT	0x0040
#define CSR4_RCVCCO	0x0020
#define CSR4_RCVCCOM	0x0010
#define CSR4_TXSTRT	0x0008
#define CSR4_TXSTRTM	0x0004
#define CSR4_JAB	0x0002
#define CSR4_JABM	0x0001
#define CSR4_W1C	(CSR4_MFCO | CSR4_UINT | CSR4_RCVCCO | CSR4_TXSTRT | \
			 CSR4_JAB)
#define CSR4_MASKS	(CSR4_MFCOM | CSR4_RCVCCOM | CSR4_TXSTRTM | CSR4_JABM)
#define CSR4_PLAIN	(0x7c00 | CSR4_MASKS)
/* These have no function in ILACC style. */
#define CSR4_NOT_ILACC	(CSR4_MFCO | CSR4_RCVCCO | CSR4_JAB)
#define CSR4_RESET	CSR4_MASKS

/*
 * CSR5: extended control. A status bit's enable is the bit below it. SLPINT
 * stays 0 (the SLEEP pin is not connected), and so does EXDINT (nothing to
 * defer to).
 */
#define CSR5_TOKINTD	0x8000	/* no TINT after success */
#define CSR5_LTINTEN	0x4000	/* TINT after success only where asked */
#define CSR5_SINT	0x0800	/* system error: DMA was aborted */
#define CSR5_SINTE	0x0400
#define CSR5_SLPINT	0x0200
#define CSR5_SLPINTE	0x0100
#define CSR5_EXDINT	0x0080
#define CSR5_EXDINTE	0x0040
/*
 * While suspended with MPMODE and MPEN, the chip looks for magic packets. (The
 * SLEEP pin, which could stand for MPEN, is not connected.)
 */
#define CSR5_MPPLBA	0x0020	/* to groups and all, too, not to PADR alone */
#define CSR5_MPINT	0x0010	/* one came */
#define CSR5_MPINTE	0x0008
#define CSR5_MPEN	0x0004
#define CSR5_MPMODE	0x0002
#define CSR5_SPND	0x0001
#define CSR5_W1C	(CSR5_SINT | CSR5_SLPINT | CSR5_EXDINT | CSR5_MPINT)
#define CSR5_PLAIN	(CSR5_TOKINTD | CSR5_LTINTEN | CSR5_SINTE | \
			 CSR5_SLPINTE | CSR5_EXDINTE | CSR5_MPPLBA | \
			 CSR5_MPINTE | CSR5_MPEN | CSR5_MPMODE)
#define CSR5_KEPT	(CSR5_SLPINT | CSR5_SLPINTE | CSR5_EXDINT | \
			 CSR5_EXDINTE)	/* not touched by S_RESET */

/*
 * CSR15: mode. Without effect: DAPC (11), as the polarity is always right;
 * MENDECL, as there is no encoder to leave out of an internal loop; TSEL; and
 * PORTSEL, but for duplex and loopback: the cable is plugged into the port
 * that was chosen.
 */
#define MODE_PROM	0x8000
#define MODE_DRCVBC	0x4000
#define MODE_DRCVPA	0x2000
#define MODE_DLNKTST	0x1000
#define MODE_MENDECL	0x0400
#define MODE_TSEL	0x0200
#define MODE_PORTSEL	0x0180
#define MODE_PORT_10BT	0x0080
#define MODE_PORT_GPSI	0x0100
#define MODE_INTL	0x0040
#define MODE_DRTY	0x0020
#define MODE_FCOLL	0x0010
#define MODE_DXMTFCS	0x0008
#define MODE_LOOP	0x0004
#define MODE_DTX	0x0002
#define MODE_DRX	0x0001
#define MODE_RESETS	(MODE_DRCVBC | MODE_TSEL | MODE_PORTSEL | MODE_LOOP)

/*
 * The other CSRs that have a meaning to us, by number. Kept only: 46 (poll
 * counter), 80, 82, 84-86 and 100 (FIFO watermarks, bus activity and timeout,
 * DMA progress). 94 (time to a reflection on the cable) and 114 (collisions)
 * stay 0. The pointers 18-23 and 36-45, 60-71 are the real chip's pipeline,
 * which we have not.
 */
#define CSR_IADR_LO	1
#define CSR_IADR_HI	2
#define CSR_LENGTHS	6	/* TLEN, RLEN codes of the init block */
#define CSR_LADRF	8	/* .. 11 */
#define CSR_PADR	12	/* .. 14 */
#define CSR_MODE	15
#define CSR_RX_BASE	24	/* and 25 */
#define CSR_RX_NEXT	26
#define CSR_RX_CURRENT	28
#define CSR_TX_BASE	30	/* and 31 */
#define CSR_TX_NEXT	32
#define CSR_TX_CURRENT	34
#define CSR_POLL	47
#define CSR_STYLE	58	/* alias of BCR20 */
#define CSR_RX_COUNT	72	/* 0 = the last descriptor of the ring */
#define CSR_TX_COUNT	74
#define CSR_RX_LENGTH	76	/* two's complement */
#define CSR_TX_LENGTH	78
#define CSR_FIFO	80
#define CSR_CHIP_LO	88
#define CSR_CHIP_HI	89
#define CSR_BUS_TIMEOUT	100
#define CSR_MISSED	112
#define CSR_COLLISIONS	114
#define CSR_ALIGN	122
#define CSR_TEST	124

#define CSR122_RCVALGN	0x0001
/* CSR124's GPSIEN (4) opens pins that are not connected. */
#define CSR124_RPA	0x0008
#define CSR124_WRITABLE	0x0018
#define LANCE_CHIP_ID	0x02621003u

/*
 * BCRs. Without effect: in BCR2 AWAKE (2), EADISEL (3), DXCVRPOL (4) and
 * DXCVRCTL (5), whose pins are not connected; in BCR18 all that is writable
 * (ROM timing, bursts, memory commands); BCR22, a hint for whoever sets the
 * PCI latency timer; APERREN, as parity is never wrong.
 */
#define BCR_MISC	2
#define BCR_LED_LINK	4
#define BCR_LED3	7
#define BCR_DUPLEX	9
#define BCR_BUS		18
#define BCR_EEPROM	19
#define BCR_STYLE	20
#define BCR_LATENCY	22

#define BCR2_TMAULOOP	0x4000
#define BCR2_APROMWE	0x0100
#define BCR2_INTLEVEL	0x0080	/* INTA is active high */
#define BCR2_ASEL	0x0002
/*
 * Signals of the four LEDs. LEDOUT, which no driver but a link test reads, is
 * the OR of the enabled ones: link, polarity, full duplex and a magic packet
 * are states. Activity (XMTE, RCVE, RCVME, COLE, JABE) takes no time here, so
 * it is never "just now", and PSE has no pulse to stretch.
 */
#define LED_LEDOUT	0x8000
#define LED_MPSE	0x0200
#define LED_FDLSE	0x0100
#define LED_PSE		0x0080
#define LED_LNKSTE	0x0040
#define LED_XMTE	0x0010
#define LED_RXPOLE	0x0008
#define LED_RCVE	0x0004
#define BCR9_FDRPAD	0x0004
#define BCR9_AUIFD	0x0002
#define BCR9_FDEN	0x0001
#define BCR18_EXTREQ	0x0100
#define BCR18_DWIO	0x0080
#define BCR19_PVALID	0x8000	/* the bytes of the EEPROM were good */
#define BCR19_PREAD	0x4000	/* read them again */
#define BCR19_EEDET	0x2000	/* there is an EEPROM */
#define BCR19_EEN	0x0010	/* the next three drive its pins */
#define BCR19_ECS	0x0004
#define BCR19_ESK	0x0002
#define BCR19_EDI	0x0001	/* reads as EEDO */
#define BCR19_WRITABLE	(BCR19_EEN | BCR19_ECS | BCR19_ESK | BCR19_EDI)
#define BCR20_APERREN	0x0400
#define BCR20_CSRPCNET	0x0200
#define BCR20_SSIZE32	0x0100
#define BCR20_SWSTYLE	0x00ff

enum lance_style {
	STYLE_LANCE,		/* 16-bit, C-LANCE and PCnet-ISA */
	STYLE_ILACC,
	STYLE_PCNET,
	STYLE_PCNET2,		/* reordered, burst capable */
};

/* Descriptor flags, in the 32-bit layout (16-bit: bits 31-24 only). */
#define DESC_OWN	0x80000000u
#define DESC_ERR	0x40000000u
#define DESC_STP	0x02000000u
#define DESC_ENP	0x01000000u
#define DESC_BCNT	0x00000fffu

/* FRAM, OFLO and BPE stay 0, and RCC too: no bits, no FIFO, no parity. */
#define RMD_FRAM	0x20000000u
#define RMD_OFLO	0x10000000u
#define RMD_CRC		0x08000000u
#define RMD_BUFF	0x04000000u
#define RMD_BPE		0x00800000u
#define RMD_PAM		0x00400000u
#define RMD_LAFM	0x00200000u
#define RMD_BAM		0x00100000u
#define RMD_RESULT	0x7ff00000u	/* all that the chip writes but OWN */

#define TMD_FCS		0x20000000u	/* ADD_FCS; in ILACC style NO_FCS */
#define TMD_LTINT	0x10000000u	/* the chip writes MORE here */
#define TMD_RESULT	0x5c800000u	/* ERR MORE ONE DEF BPE */

/*
 * ONE, MORE, DEF, BPE, EXDEF, LCOL, TDR and TRC stay 0: each frame goes out at
 * the first attempt, or fails for good (RTRY with a TRC of 0 means 16).
 */
#define TMS_BUFF	0x80000000u
#define TMS_UFLO	0x40000000u
#define TMS_LCAR	0x08000000u
#define TMS_RTRY	0x04000000u

#endif
