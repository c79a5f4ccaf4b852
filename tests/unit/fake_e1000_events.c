/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's interrupts and counters. SDM 13.4.17 to 13.4.21, 13.7; 82574
 * datasheet 7.4, 10.2.4.
 *
 * A message goes out when the first unmasked cause appears. None follows while
 * one is left.
 */
#include <string.h>

#include "tests/unit/fake_e1000.h"
#include "tests/unit/host_machine.h"

enum {
	R_CTRL_EXT = 0x0018,
	R_ICR = 0x00c0,
	R_ICS = 0x00c8,
	R_IMS = 0x00d0,
	R_IMC = 0x00d8,
	R_STATS = 0x4000,
	R_GPRC = 0x4074,
	R_GPTC = 0x4080,
	R_GORCL = 0x4088,
	R_GORCH = 0x408c,
	R_GOTCL = 0x4090,
	R_GOTCH = 0x4094,
	R_STATS_END = 0x4128,
};

enum {
	CAUSE_TXDW = 1 << 0,
	CAUSE_TXQE = 1 << 1,
	CAUSE_RXT0 = 1 << 7,
	CAUSES_82574 = 0x01f782d7,
	TIMERS_CLEAR = 1 << 29,
	CRC = 4,
};

static uint32_t *
reg(uint32_t offset)
{
	return &fake.reg[offset / 4];
}

/* PCI 6.8.1, the 64-bit form. */
static void
send_message(void)
{
	struct pci_device none = { 0 };
	uint32_t cap = pci_find_capability(&none, PCI_CAP_MSI);

	if (cap == 0 || (host.config[cap + 2] & 1) == 0 || !host_bus_master()) {
		fake_violation("an interrupt to nobody", R_IMS);
		return;
	}
	if (fake.throttle && fake.throttled)
		return;
	fake.throttled = true;
	fake.messages++;
	memcpy(&fake.message_address, &host.config[cap + 4], 8);
	memcpy(&fake.message_data, &host.config[cap + 12], 2);
}

static void
update(void)
{
	bool before = fake.asserted;

	fake.asserted = (*reg(R_ICR) & *reg(R_IMS)) != 0;
	if (fake.asserted && !before)
		send_message();
}

static void
cause(uint32_t bits)
{
	*reg(R_ICR) |= bits;
	update();
}

/* An 82574 clears the causes only when all are masked, or one is not. */
static uint32_t
read_icr(void)
{
	uint32_t v = *reg(R_ICR);

	if (!fake.pcie || *reg(R_IMS) == 0 || fake.asserted)
		*reg(R_ICR) = 0;
	update();
	return v;
}

uint32_t
fake_read_event(uint32_t offset)
{
	uint32_t v = *reg(offset);

	switch (offset) {
	case R_ICR:
		return read_icr();
	case R_GORCL:
	case R_GOTCL:
		return v;
	case R_GORCH:
	case R_GOTCH:
		*reg(offset - 4) = 0;
		break;
	}
	if (offset >= R_STATS && offset < R_STATS_END)
		*reg(offset) = 0; /* clear on read */
	return v;
}

bool
fake_write_event(uint32_t offset, uint32_t v)
{
	if (offset >= R_STATS && offset < R_STATS_END)
		fake_violation("statistics are read-only", offset);
	switch (offset) {
	case R_ICR:
		*reg(R_ICR) &= ~v;
		break;
	case R_ICS:
		*reg(R_ICR) |= v;
		break;
	case R_IMS:
		if (v & ~(uint32_t)CAUSES_82574)
			fake_violation("reserved bits in IMS", offset);
		*reg(R_IMS) |= v;
		if (v == CAUSES_82574 && *reg(R_CTRL_EXT) & TIMERS_CLEAR)
			fake.throttled = false;
		break;
	case R_IMC:
		*reg(R_IMS) &= ~v;
		break;
	default:
		return false;
	}
	update();
	return true;
}

static void
add64(uint32_t low, size_t n)
{
	uint64_t v = (uint64_t)*reg(low + 4) << 32 | *reg(low);

	v += n;
	*reg(low) = (uint32_t)v;
	*reg(low + 4) = (uint32_t)(v >> 32);
}

void
fake_received(size_t len)
{
	++*reg(R_GPRC);
	add64(R_GORCL, len + CRC);
	cause(CAUSE_RXT0);
}

void
fake_was_sent(size_t len, bool report)
{
	++*reg(R_GPTC);
	add64(R_GOTCL, len + CRC);
	cause(report ? CAUSE_TXQE | CAUSE_TXDW : CAUSE_TXQE);
}
