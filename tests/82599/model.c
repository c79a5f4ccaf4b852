/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device as a whole: it comes to life, answers accesses of BAR 0 and
 * resets itself. Sources: the datasheet's 4.2 (resets), 4.6.3 (initialisation)
 * and 8.1 (address regions) as public drivers cite them.
 */
#include "tests/82599/control.h"

#include <stdlib.h>

/* 4.2.1.6.1: a driver polls the bit after 1 ms, but Intel's own drivers of DPDK
 * and FreeBSD give up after ten polls 1 us apart, so it is over by
 * then. 4.6.3.2: 10 ms after it the device is whole, EEPROM read and DMA
 * memories cleared. */
#define RESET_MIN_NS 1000
#define RESET_MAX_NS 8000

struct i82599 *
i82599_new(
    const struct i82599_config *config, const struct i82599_ops *ops, void *ctx)
{
	struct i82599 *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->ops = ops;
	m->ctx = ctx;
	m->config = *config;
	m->cable = true;
	m->control = calloc(1, sizeof(*m->control));
	if (m->control == NULL || !data_new(m)) {
		free(m->control);
		free(m);
		return NULL;
	}
	m->control->rng = config->hostile;
	m->control->timer = UINT64_MAX;
	registers_index(m);
	hooks_index(m);
	eeprom_init(m);
	sfp_init(m);
	i82599_power_on(m);
	return m;
}

void
i82599_free(struct i82599 *m)
{
	if (m == NULL)
		return;
	data_free(m);
	free(m->control);
	free(m);
}

static void
reset_over(struct i82599 *m, uint32_t of_link)
{
	*reg(m, CTRL) &= ~(CTRL_RST | CTRL_LNK_RST);
	m->control->resetting = false;
	eeprom_reload(m);
	dma_init(m);
	if (of_link)
		link_reset(m);
	else
		link_check(m);
}

/* All that a reset takes away, as it begins. */
static void
forget(struct i82599 *m, enum keep up_to)
{
	events_forget(m);
	registers_reset(m, up_to);
	*reg(m, STATUS) |= STATUS_MASTER_ENABLE;
	*reg(m, EEC) &= ~EEC_ARD;
	m->control->rx_unchecked = false;
	interrupts_reset(m);
	data_reset(m);
}

void
i82599_power_on(struct i82599 *m)
{
	forget(m, UNSPECIFIED);
	m->control->latches = 0;
	reset_over(m, true);
}

/* 4.2.1.6: the driver has set RST or LNK_RST. The bits are seen until it is
 * over, and meanwhile nothing else of the device may be touched. */
void
reset_begin(struct i82599 *m, uint32_t bits)
{
	uint32_t of_link = bits & CTRL_LNK_RST;

	forget(m, of_link ? KEPT_BY_RST : LOST);
	*reg(m, CTRL) = bits;
	m->control->resetting = true;
	(void)after(m, RESET_MIN_NS, RESET_MAX_NS, reset_over, of_link);
}

static bool
allowed(struct i82599 *m, uint64_t addr, unsigned size, const char *what)
{
	if (size != 4 || addr % 4 != 0) {
		violate(m, "8.1", "%s of %u bytes at 0x%05x", what, size,
		    (unsigned)addr);
		return false;
	}
	if (addr >= I82599_BAR_SIZE) {
		violate(m, "8.1", "%s beyond the BAR", what);
		return false;
	}
	if (m->control->resetting && addr != CTRL && addr != STATUS) {
		violate(m, "4.2.1.6.1", "%s of 0x%05x during a reset", what,
		    (unsigned)addr);
		return false;
	}
	return true;
}

static uint32_t
read32(struct i82599 *m, uint32_t addr)
{
	const struct reg_row *row = reg_find(m, addr);
	const struct reg_hook *hook;

	if (row == NULL) {
		violate(m, "8.2.2", "read of reserved 0x%05x", addr);
		return 0;
	}
	if (row->access == GONE) {
		violate(m, row->section, "read of the 82598's %s at 0x%05x",
		    row->name, addr);
		return 0;
	}
	data_reading(m, addr);
	hook = hook_find(m, addr);
	if (hook != NULL && hook->read != NULL)
		return hook->read(m, addr);
	if (row->access == RC)
		return stat_read(m, addr);
	return row->access == WO ? 0 : reg_get(m, addr);
}

static void
write32(struct i82599 *m, uint32_t addr, uint32_t v)
{
	const struct reg_row *row = reg_find(m, addr);
	const struct reg_hook *hook;
	uint32_t old = reg_get(m, addr);

	if (row == NULL) {
		violate(m, "8.2.2", "write of reserved 0x%05x", addr);
		return;
	}
	if (row->access == GONE || row->access == DIAG) {
		violate(m, row->section,
		    "write of %s at 0x%05x, not of this "
		    "device",
		    row->name, addr);
		return;
	}
	hook = hook_find(m, addr);
	if (hook != NULL && hook->write != NULL)
		hook->write(m, addr, v);
	else if (row->access == RW)
		*reg(m, addr) = (old & ~row->mask) | (v & row->mask);
	data_written(m, addr, old);
	rx_setup_check(m);
}

uint64_t
i82599_read(struct i82599 *m, uint64_t addr, unsigned size)
{
	uint64_t v;

	if (size == 8 && addr % 8 == 0) {
		v = i82599_read(m, addr, 4);
		return v | i82599_read(m, addr + 4, 4) << 32;
	}
	events_run(m);
	if (!allowed(m, addr, size, "read"))
		return 0;
	v = read32(m, reg_canonical((uint32_t)addr));
	events_run(m);
	return v;
}

void
i82599_write(struct i82599 *m, uint64_t addr, uint64_t v, unsigned size)
{
	if (size == 8 && addr % 8 == 0) {
		i82599_write(m, addr, v & UINT32_MAX, 4);
		i82599_write(m, addr + 4, v >> 32, 4);
		return;
	}
	events_run(m);
	if (!allowed(m, addr, size, "write"))
		return;
	write32(m, reg_canonical((uint32_t)addr), (uint32_t)v);
	events_run(m);
}

void
i82599_set_bus_master(struct i82599 *m, bool on)
{
	m->bus_master = on;
	data_wake(m);
}

void
i82599_set_interrupts(struct i82599 *m, enum i82599_interrupts kind)
{
	m->interrupts = kind;
	interrupts_check(m);
}

void
i82599_set_link(struct i82599 *m, bool up)
{
	m->cable = up;
	link_check(m);
}
