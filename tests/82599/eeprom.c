/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EEPROM of a dual-port SFP+ card: its words, their checksum, reads of a
 * word through EERD, and the auto-read that follows a reset and loads the MAC
 * address (the datasheet's 6 and 8.2.3.2). The serial pins of EEC are granted
 * to the driver that asks, but no chip answers on them.
 */
#include "tests/82599/control.h"

#include <string.h>

/* Words that drivers look for. Sections begin with their length in words. */
enum {
	WORD_CHECKSUM = 0x3F,
	WORD_PCIE_ANALOG = 0x03,
	WORD_CORE0 = 0x09,
	WORD_MAC0 = 0x0B,
	WORD_FIRMWARE = 0x0F,
	WORD_PBA_FLAG = 0x15,
	WORD_PBA = 0x16,
	WORD_OPTION_ROM = 0x17,
	WORD_ALT_SAN_MAC = 0x27,
	WORD_SAN_MAC = 0x28,
	WORD_PHY_INIT = 0x2B,
	WORD_DEVICE_CAPS = 0x2C,
	WORD_TRACK_ID = 0x2D,
	WORD_ALT_MAC = 0x37,
	CAPS_ANY_SFP = 1,
	PBA_IS_STRING = 0xFAFA,
	CHECKSUM = 0xBABA,
	NOTHING = 0xFFFF,
	/* Where the model puts the sections. */
	AT_CORE = 0x100, /* one of 16 words for each port */
	AT_MAC = 0x120,
	AT_ANALOG = 0x140,
	AT_FIRMWARE = 0x180,
	AT_PATCH = 0x190,
	AT_PBA = 0x1A0,
	AT_SAN_MAC = 0x1B0,
	AT_PHY_INIT = 0x1C0,
	AT_SFP_INIT = 0x1D0,
};

/* 4.6.3: within the 10 ms that follow a reset. */
#define AUTO_READ_MIN_NS 100000
#define AUTO_READ_MAX_NS 9000000
/* A word over SPI at 2 MHz, commands included. */
#define WORD_MIN_NS  2000
#define WORD_MAX_NS  50000
#define GRANT_MIN_NS 5000
#define GRANT_MAX_NS 1000000

static void
put_mac(uint16_t *word, const uint8_t mac[6])
{
	for (int i = 0; i < 3; i++)
		word[i] = (uint16_t)(mac[2 * i] | mac[2 * i + 1] << 8);
}

/* The address of port 0 or 1 of the card: ours, and one next to it. */
static void
port_mac(const struct i82599 *m, uint8_t port, uint8_t mac[6])
{
	memcpy(mac, m->config.mac, 6);
	mac[5] = (uint8_t)(mac[5] + port - m->config.function);
}

static void
put_ports(struct i82599 *m, uint16_t *e)
{
	uint8_t mac[6];

	for (uint8_t port = 0; port < 2; port++) {
		port_mac(m, port, mac);
		e[WORD_CORE0 + port] = (uint16_t)(AT_CORE + 16 * port);
		e[AT_CORE + 16 * port] = 15;
		put_mac(&e[AT_CORE + 16 * port + 1], mac);
		e[WORD_MAC0 + port] = (uint16_t)(AT_MAC + 16 * port);
		e[AT_MAC + 16 * port] = 15;
		mac[3] ^= 0x80; /* of storage: next to no other card's */
		put_mac(&e[AT_SAN_MAC + 3 * port], mac);
	}
	e[WORD_SAN_MAC] = AT_SAN_MAC;
}

/* What a driver tells the SFP+ interface for each kind of module: pairs of
 * kind and where to find it, then the words for CORECTL. */
static void
put_sfp_init(uint16_t *e)
{
	enum { FIRST_KIND = 3, KINDS = 4 };
	uint16_t *list = &e[AT_PHY_INIT];

	e[WORD_PHY_INIT] = AT_PHY_INIT;
	*list++ = 2 * KINDS;
	for (uint16_t kind = 0; kind < KINDS; kind++) {
		*list++ = FIRST_KIND + kind;
		*list++ = AT_SFP_INIT;
	}
	*list = NOTHING;
	e[AT_SFP_INIT] = 0;
	e[AT_SFP_INIT + 1] = 0x0012;
	e[AT_SFP_INIT + 2] = 0x0034;
	e[AT_SFP_INIT + 3] = NOTHING;
}

/* Firmware without link management, new enough for Linux and DPDK. */
static void
put_firmware(uint16_t *e)
{
	e[WORD_FIRMWARE] = AT_FIRMWARE;
	for (int i = 0; i < 8; i++)
		e[AT_FIRMWARE + i] = NOTHING;
	e[AT_FIRMWARE + 4] = AT_PATCH;
	e[AT_PATCH + 7] = 9;
}

static void
put_part_number(uint16_t *e)
{
	static const char number[] = "E00000-001";
	const size_t words = (sizeof(number) - 1) / 2;

	e[WORD_PBA_FLAG] = PBA_IS_STRING;
	e[WORD_PBA] = AT_PBA;
	e[AT_PBA] = (uint16_t)(words + 1);
	for (size_t i = 0; i < words; i++)
		e[AT_PBA + 1 + i] =
		    (uint16_t)(number[2 * i] << 8 | number[2 * i + 1]);
}

/* The sum of words 0 to 0x3F and of all sections but the firmware's. */
static uint16_t
checksum(const uint16_t *e)
{
	uint16_t sum = 0, at;

	for (int i = 0; i < WORD_CHECKSUM; i++)
		sum = (uint16_t)(sum + e[i]);
	for (int i = WORD_PCIE_ANALOG; i < WORD_FIRMWARE; i++) {
		at = e[i];
		if (at == 0 || at == NOTHING)
			continue;
		for (int j = 1; j <= e[at]; j++)
			sum = (uint16_t)(sum + e[at + j]);
	}
	return (uint16_t)(CHECKSUM - sum);
}

void
eeprom_init(struct i82599 *m)
{
	uint16_t *e = m->control->eeprom;

	for (int i = 0x40; i < EEPROM_WORDS; i++)
		e[i] = NOTHING;
	e[WORD_PCIE_ANALOG] = AT_ANALOG;
	e[AT_ANALOG] = 4;
	e[WORD_OPTION_ROM] = NOTHING;
	e[WORD_ALT_SAN_MAC] = NOTHING;
	e[WORD_ALT_MAC] = NOTHING;
	e[WORD_DEVICE_CAPS] = CAPS_ANY_SFP;
	e[WORD_TRACK_ID] = 0x0001;
	e[WORD_TRACK_ID + 1] = 0x8000;
	put_ports(m, e);
	put_sfp_init(e);
	put_firmware(e);
	put_part_number(e);
	e[WORD_CHECKSUM] = checksum(e);
}

static void
auto_read_done(struct i82599 *m, uint32_t arg)
{
	const uint8_t *mac = m->config.mac;

	(void)arg;
	*reg(m, RAL(0)) = (uint32_t)mac[0] | (uint32_t)mac[1] << 8 |
	                  (uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24;
	*reg(m, RAH(0)) = (uint32_t)mac[4] | (uint32_t)mac[5] << 8 | RAH_AV;
	*reg(m, EEC) |= EEC_ARD;
}

void
eeprom_reload(struct i82599 *m)
{
	*reg(m, EEC) &= ~EEC_ARD;
	(void)after(m, AUTO_READ_MIN_NS, AUTO_READ_MAX_NS, auto_read_done, 0);
}

/* The address that a reset loads is not there before the auto-read. */
uint32_t
rar0_read(struct i82599 *m, uint32_t addr)
{
	if ((reg_get(m, EEC) & EEC_ARD) == 0)
		violate(m, "4.6.3", "RAR 0 read before EEC.ARD is set");
	return reg_get(m, addr);
}

static void
granted(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	if ((reg_get(m, EEC) & EEC_REQ) != 0)
		*reg(m, EEC) |= EEC_GNT | EEC_DO;
}

void
eec_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	const uint32_t mask = EEC_SK | EEC_CS | EEC_DI | EEC_FWE | EEC_REQ;

	*reg(m, addr) = (reg_get(m, addr) & ~mask) | (v & mask);
	if ((v & EEC_REQ) == 0)
		*reg(m, addr) &= ~(EEC_GNT | EEC_DO);
	else if ((reg_get(m, addr) & EEC_GNT) == 0)
		(void)after(m, GRANT_MIN_NS, GRANT_MAX_NS, granted, 0);
}

static void
word_read(struct i82599 *m, uint32_t word)
{
	uint16_t data = word < EEPROM_WORDS ? m->control->eeprom[word]
	                                    : NOTHING;

	*reg(m, EERD) = (uint32_t)data << 16 | word << 2 | EERD_DONE;
}

void
eerd_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	if ((reg_get(m, addr) & EERD_START) != 0) {
		violate(m, "8.2.3.2.2", "EERD written before DONE");
		return;
	}
	*reg(m, addr) = v & (0xFFFC | EERD_START);
	if ((v & EERD_START) != 0)
		(void)after(
		    m, WORD_MIN_NS, WORD_MAX_NS, word_read, (v >> 2) & 0x3FFF);
}
