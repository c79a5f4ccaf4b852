/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fake_e1000.h"

#include <stdio.h>
#include <string.h>

#include "kernel/mmio.h"
#include "tests/unit/host_machine.h"

/* Registers by the manual (SDM table 13-2; 82574 datasheet chapter 10). */
enum {
	R_CTRL = 0x0000,
	R_STATUS = 0x0008,
	R_EECD = 0x0010,
	R_EERD = 0x0014,
	R_CTRL_EXT = 0x0018,
	R_MDIC = 0x0020,
	R_RCTL = 0x0100,
	R_TCTL = 0x0400,
	R_EXTCNF = 0x0f00,
	R_PBA = 0x1000,
	R_RDBAL = 0x2800,
	R_RDBAH = 0x2804,
	R_RDLEN = 0x2808,
	R_RDH = 0x2810,
	R_RDT = 0x2818,
	R_TDBAL = 0x3800,
	R_TDBAH = 0x3804,
	R_TDLEN = 0x3808,
	R_TDH = 0x3810,
	R_TDT = 0x3818,
	R_TIDV = 0x3820,
	R_STATS = 0x4000,
	R_STATS_END = 0x4128,
	R_MPC = 0x4010,
	R_ROC = 0x40ac,
	R_TARC0 = 0x3840,
	R_MTA = 0x5200,
	R_RAL0 = 0x5400,
	R_RAH0 = 0x5404,
	R_MANC = 0x5820,
};

enum {
	QUIET_NS = 10000000, /* from receiving off to a reset */
	RESET_NS = 3000000,
	EEPROM_NS = 5000000,
	PHY_NS = 25000000, /* 82574: from the EEPROM's end to the first MDIC */
	MDIC_NS = 64000,
	EERD_NS = 50000,
};

struct fake_e1000 fake;
static uint8_t bar[1]; /* only its address matters */

static uint32_t *
reg(uint32_t offset)
{
	return &fake.reg[offset / 4];
}

void
fake_violation(const char *what, uint32_t offset)
{
	fake.violations++;
	snprintf(fake.violation, sizeof(fake.violation), "%s (0x%05x)", what,
	    (unsigned)offset);
}

/* What a reset leaves; PBA and counters survive, the PHY is not touched. */
static void
chip_reset(void)
{
	uint32_t pba = *reg(R_PBA), stats[(R_STATS_END - R_STATS) / 4];

	memcpy(stats, reg(R_STATS), sizeof(stats));
	memset(fake.reg, 0, sizeof(fake.reg));
	memcpy(reg(R_STATS), stats, sizeof(stats));
	*reg(R_PBA) = fake.split = pba;
	*reg(R_MANC) = 1u << 13; /* firmware takes ARP */
	if (fake.pcie)
		*reg(R_TARC0) = 0x78000403;
	*reg(R_RDLEN) = *reg(R_TDLEN) = 0;
	*reg(R_RDBAL) = *reg(R_TDBAL) = 0xdeadbee0;
	if (!fake.no_reload) {
		memcpy(reg(R_RAL0), fake.mac, 4);
		memcpy(reg(R_RAH0), fake.mac + 4, 2);
		*reg(R_RAH0) |= 1u << 31;
	}
	fake.was_reset = true;
	fake.asserted = fake.throttled = false;
	fake.reset_until = host.ns + RESET_NS;
	fake.eeprom_until = fake.flash ? UINT64_MAX : host.ns + EEPROM_NS;
}

void
fake_power_on(bool pcie)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0x00, 0xab, 0xcd, 0xef };

	memset(&fake, 0, sizeof(fake));
	fake.pcie = pcie;
	fake.cable = true;
	memcpy(fake.mac, mac, 6);
	fake.phy[0] = 0x1140;
	fake.phy[4] = 0x0de1;
	fake.phy[9] = 0x0e00;
	*reg(R_PBA) = 16;
	chip_reset();
	/* Firmware has left it running, with interrupts on. */
	*reg(R_RCTL) = 2;
	fake.reset_until = 0;
	fake.was_reset = false;
	host.bar0 = bar;
}

static bool
receiving(void)
{
	return (*reg(R_RCTL) & 2) != 0;
}

static bool
sending(void)
{
	return (*reg(R_TCTL) & 2) != 0;
}

static bool
may_dma(void)
{
	return host_bus_master() && !(fake.pcie && (*reg(R_CTRL) & 4) != 0);
}

static bool
link_up(void)
{
	bool slu = (*reg(R_CTRL) & 1u << 6) != 0;
	bool awake = (fake.phy[0] & (1u << 11 | 1u << 10)) == 0;

	return fake.cable && slu && awake && host.ns >= fake.reset_until;
}

static uint32_t
status(void)
{
	uint32_t v = fake.pcix ? 1u << 13 : 0;

	if (link_up())
		v |= 1u << 1 | 1u << 0 | 2u << 6;
	if (fake.pcie && (fake.stuck_master || (*reg(R_CTRL) & 4) == 0))
		v |= 1u << 19;
	return v;
}

static uint32_t
read_reg(uint32_t offset)
{
	uint32_t v = *reg(offset);

	switch (offset) {
	case R_CTRL:
		if (fake.stuck_reset || host.ns < fake.reset_until)
			v |= 1u << 26;
		return v;
	case R_STATUS:
		return status();
	case R_RAL0:
		if (host.ns < fake.eeprom_until)
			fake_violation(
			    "address read before it is loaded", offset);
		return v;
	case R_EECD:
		if (!fake.stuck_eeprom && host.ns >= fake.eeprom_until)
			v |= 1u << 9;
		return fake.flash ? v | 3u << 15 : v;
	case R_EERD:
		if (fake.stuck_eerd || host.ns < fake.eerd_until)
			v &= ~(1u << 4);
		return v;
	case R_MDIC:
		if (fake.stuck_mdic || host.ns < fake.mdic_until)
			v &= ~(1u << 28);
		return v;
	}
	return fake_read_event(offset);
}

/* The layout of the 8254x: an address above bit 8, done in bit 4. */
static void
write_eerd(uint32_t v)
{
	uint32_t word = v >> 8 & 0xff, data = 0;

	if (fake.pcie || (v & 1) == 0)
		fake_violation("EERD by another part's layout", R_EERD);
	if (host.ns < fake.eerd_until)
		fake_violation("EERD while busy", R_EERD);
	if (word < 3)
		memcpy(&data, fake.mac + 2 * word, 2);
	*reg(R_EERD) = data << 16 | word << 8 | 1u << 4;
	fake.eerd_until = host.ns + EERD_NS;
}

static void
write_mdic(uint32_t v)
{
	uint32_t n = v >> 16 & 0x1f, phy = v >> 21 & 0x1f, op = v >> 26 & 3;

	if (fake.pcie && (*reg(R_EXTCNF) & 1u << 5) == 0)
		fake_violation("MDIC without owning MDIO", R_MDIC);
	if (host.ns < fake.mdic_until)
		fake_violation("MDIC while busy", R_MDIC);
	if (fake.pcie && host.ns < fake.eeprom_until + PHY_NS)
		fake_violation("MDIC while the PHY is set up", R_MDIC);
	v &= ~(3u << 28 | 1u << 30);
	if (phy != 1 || fake.mdic_error)
		v |= 1u << 30;
	else if (op == 1)
		fake.phy[n] = (uint16_t)v;
	else if (op == 2)
		v = (v & ~0xffffu) | fake.phy[n];
	else
		fake_violation("MDIC without an operation", R_MDIC);
	*reg(R_MDIC) = v | 1u << 28;
	fake.mdic_until = host.ns + MDIC_NS;
}

/* Base, length and head of a ring, and what may be done to them when. */
static void
write_ring(uint32_t base, uint32_t offset, uint32_t v, bool enabled)
{
	uint32_t slots = *reg(base + 8) / 16, head = *reg(base + 0x10);
	uint32_t before = *reg(base + 0x18);

	switch (offset - base) {
	case 0x00:
		if (v % 16 != 0)
			fake_violation("ring base not aligned", offset);
		break;
	case 0x08:
		if (v % 128 != 0)
			fake_violation(
			    "ring length not a multiple of 128", offset);
		break;
	case 0x18:
		if (slots != 0 && v >= slots)
			fake_violation("tail outside the ring", offset);
		else if (slots != 0 && (v + slots - head) % slots <
					   (before + slots - head) % slots)
			fake_violation("tail ran over the head", offset);
		*reg(offset) = v;
		return;
	}
	if (enabled)
		fake_violation("ring register written while enabled", offset);
	*reg(offset) = v;
}

static void
write_ctrl(uint32_t v)
{
	*reg(R_CTRL) = v & ~(1u << 26);
	if ((v & 1u << 26) == 0)
		return;
	if (receiving() || host.ns < fake.quiet_since + QUIET_NS)
		fake_violation("reset in the middle of DMA", R_CTRL);
	chip_reset();
}

static void
write_reg(uint32_t offset, uint32_t v)
{
	if (offset >= R_RDBAL && offset <= R_RDT) {
		write_ring(R_RDBAL, offset, v, receiving());
		return;
	}
	if (offset >= R_TDBAL && offset <= R_TDT) {
		write_ring(R_TDBAL, offset, v, sending());
		if (offset == R_TDT && !fake.stuck_tx)
			fake_transmit(~0u);
		return;
	}
	if (fake_write_event(offset, v))
		return;
	switch (offset) {
	case R_CTRL:
		write_ctrl(v);
		return;
	case R_RCTL:
		fake_check_rctl(v);
		fake.quiet_since = host.ns;
		break;
	case R_CTRL_EXT:
		*reg(offset) = v & ~(1u << 13);
		if (v & 1u << 13)
			fake.eeprom_until = host.ns + EEPROM_NS;
		return;
	case R_EERD:
		write_eerd(v);
		return;
	case R_MDIC:
		write_mdic(v);
		return;
	case R_EXTCNF:
		*reg(offset) = fake.mdio_denied ? v & ~(1u << 5) : v;
		return;
	case R_TIDV:
		if (v == 0)
			fake_violation("TIDV must not be 0", offset);
		break;
	}
	*reg(offset) = v;
}

static void
check_access(uint32_t offset)
{
	if (fake.meet > 0 && --fake.meet == 0)
		fake.meeting();
	if (offset % 4 != 0 || offset >= FAKE_REG_SPACE)
		fake_violation("no such register", offset);
	if (host.ns < fake.reset_until && offset != R_CTRL)
		fake_violation("access during reset", offset);
	if (!fake.was_reset && host_bus_master())
		fake_violation("the firmware's DMA goes on", offset);
}

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	fake.reads++;
	check_access(offset);
	return read_reg(offset);
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	fake.writes++;
	check_access(offset);
	if (fake.traced < FAKE_TRACE_MAX)
		fake.trace[fake.traced++] =
		    (struct fake_write){ offset, value };
	write_reg(offset, value);
}

/* Receive descriptor, 3.2.3; transmit descriptor, 3.3.3. */
struct rx_desc {
	uint64_t addr;
	uint16_t length, checksum;
	uint8_t status, errors;
	uint16_t special;
};

struct tx_desc {
	uint64_t addr;
	uint16_t length;
	uint8_t cso, cmd, sta, css;
	uint16_t special;
};

static void *
descriptor(uint32_t base, uint32_t index)
{
	uint64_t addr = (uint64_t)*reg(base + 4) << 32 | *reg(base);

	return (uint8_t *)(uintptr_t)addr + 16 * (size_t)index;
}

/* 13.5: exact match, broadcast, or the hash table with MO = 0. */
static bool
accepted(const uint8_t *da)
{
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };
	uint64_t bits = 0;
	uint32_t hash, i;

	if (*reg(R_RCTL) & (1u << 3 | 1u << 4))
		fake_violation("promiscuous", R_RCTL);
	if (memcmp(da, all, 6) == 0)
		return (*reg(R_RCTL) & 1u << 15) != 0;
	if ((da[0] & 1) == 0)
		return memcmp(da, reg(R_RAL0), 4) == 0 &&
		       memcmp(da + 4, reg(R_RAH0), 2) == 0 &&
		       (*reg(R_RAH0) & 1u << 31) != 0;
	for (i = 0; i < 6; i++)
		bits |= (uint64_t)da[i] << (8 * i);
	hash = (uint32_t)(bits >> 36);
	return (*reg(R_MTA + 4 * (hash >> 5)) >> (hash & 31) & 1) != 0;
}

static void
write_buffer(uint64_t addr, const uint8_t *data, size_t n)
{
	/* The whole buffer counts. */
	if (fake.no_cross &&
	    addr >> 16 != (addr + fake_buffer_size() - 1) >> 16)
		fake_violation("buffer crosses a 64 KiB line", R_RDT);
	memcpy((void *)(uintptr_t)addr, data, n);
}

bool
fake_receive(const void *frame, size_t len, uint8_t errors, bool force)
{
	uint8_t data[FAKE_FRAME_MAX + 4];
	struct rx_desc *d;
	size_t total = len, at = 0, n, size = fake_buffer_size();
	uint32_t slots = *reg(R_RDLEN) / 16;

	if (!receiving() || !link_up() || !accepted(frame))
		return false;
	if (!force && len > fake_frame_max()) {
		++*reg(R_ROC);
		return false;
	}
	memcpy(data, frame, len);
	memset(data + len, 0xcc, 4);
	if ((*reg(R_RCTL) & 1u << 26) == 0)
		total += 4;
	while (at < total) {
		if (!may_dma() || *reg(R_RDH) == *reg(R_RDT)) {
			++*reg(R_MPC);
			return false;
		}
		d = descriptor(R_RDBAL, *reg(R_RDH));
		n = total - at < size ? total - at : size;
		write_buffer(d->addr, data + at, n);
		at += n;
		d->length = (uint16_t)n;
		d->errors = errors;
		d->status = at == total ? 3 : 1; /* DD, EOP */
		*reg(R_RDH) = (*reg(R_RDH) + 1) % slots;
	}
	fake_received(len);
	return true;
}

static void
send_one(struct tx_desc *d)
{
	struct fake_sent *s = &fake.sent[fake.sent_count % FAKE_SENT_MAX];

	if ((d->cmd & 3) != 3)
		fake_violation("frame without EOP and IFCS", R_TDT);
	if (d->cmd & 1u << 5)
		fake_violation("not a legacy descriptor", R_TDT);
	if (d->sta != 0)
		fake_violation("status not zeroed", R_TDT);
	fake_check_sent(d->length);
	s->len = d->length;
	memset(s->head, 0, sizeof(s->head));
	memcpy(s->head, (void *)(uintptr_t)d->addr,
	    d->length < sizeof(s->head) ? d->length : sizeof(s->head));
	if (s->len < 60 && *reg(R_TCTL) & 1u << 3)
		s->len = 60;
	fake.sent_count++;
	if (d->cmd & 1u << 3) {
		d->sta |= 1;
		fake.reports++;
	}
	fake_was_sent(s->len, d->cmd & 1u << 3);
}

void
fake_transmit(uint32_t n)
{
	uint32_t slots = *reg(R_TDLEN) / 16;

	while (n-- > 0 && sending() && may_dma() && link_up() &&
	       *reg(R_TDH) != *reg(R_TDT)) {
		send_one(descriptor(R_TDBAL, *reg(R_TDH)));
		*reg(R_TDH) = (*reg(R_TDH) + 1) % slots;
	}
}

uint32_t
fake_find(uint32_t from, uint32_t offset, uint32_t mask, uint32_t want)
{
	uint32_t i;

	for (i = from; i < fake.traced; i++)
		if (fake.trace[i].reg == offset &&
		    (fake.trace[i].value & mask) == want)
			return i;
	return FAKE_TRACE_MAX;
}

uint32_t
fake_writes_to(uint32_t from, uint32_t offset)
{
	uint32_t n = 0, i;

	for (i = from; i < fake.traced; i++)
		n += fake.trace[i].reg == offset;
	return n;
}
