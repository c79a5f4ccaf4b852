/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The register file over the table of registers.c: rows by address, aliases,
 * and what a reset leaves in it.
 */
#include "tests/82599/control.h"

#include <stddef.h>

/* Registers that answer at two addresses: the first is an alias (8.2.2). */
static const struct {
	uint32_t from;
	uint16_t count, stride;
	uint32_t to;
	uint16_t to_stride;
} aliases[] = {
	{ 0x00004, 1, 4, CTRL, 4 },
	{ RX_QUEUE(0) + 0x0C, 16, 0x40, DCA_RXCTRL(0), 4 },
	{ RX_QUEUE(0) + 0x14, 16, 0x40, SRRCTL(0), 4 },
	{ QPTC_OLD(0), 16, 0x40, QPTC(0), 4 },
	{ 0x0A200, 16, 8, RAL(0), 8 },
	{ 0x0A204, 16, 8, RAH(0), 8 },
	{ 0x0EA00, 16, 4, PSRTYPE(0), 4 },
	{ 0x0EB00, 32, 4, RETA(0), 4 },
	{ 0x0EB80, 10, 4, RSSRK(0), 4 },
	{ 0x0EC80, 1, 4, MRQC, 4 },
};

uint32_t
reg_canonical(uint32_t addr)
{
	uint32_t n;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (addr < aliases[i].from ||
		    (addr - aliases[i].from) % aliases[i].stride != 0)
			continue;
		n = (addr - aliases[i].from) / aliases[i].stride;
		if (n < aliases[i].count)
			return aliases[i].to + n * aliases[i].to_stride;
	}
	return addr;
}

void
registers_index(struct i82599 *m)
{
	const struct reg_row *row;

	for (uint32_t i = 0; i < reg_row_count; i++) {
		row = &reg_rows[i];
		for (uint32_t n = 0; n < row->count; n++)
			m->control->row[(row->addr + n * row->stride) / 4] =
			    (uint16_t)(i + 1);
	}
}

const struct reg_row *
reg_find(const struct i82599 *m, uint32_t addr)
{
	uint16_t i = m->control->row[addr / 4];

	return i == 0 ? NULL : &reg_rows[i - 1];
}

/* 8.2.3.7.7: tables in memory that no reset clears hold anything at power-on;
 * a driver that forgets to clear them sees it when the model is hostile. */
static uint32_t
power_on_value(struct i82599 *m, const struct reg_row *row)
{
	if (row->keep != UNSPECIFIED || m->config.hostile == 0)
		return row->reset;
	return (hostile_below(m, 1u << 16) << 16 | hostile_below(m, 1u << 16)) &
	       row->mask;
}

void
registers_reset(struct i82599 *m, enum keep up_to)
{
	const struct reg_row *row;

	for (uint32_t i = 0; i < reg_row_count; i++) {
		row = &reg_rows[i];
		if (row->keep > up_to)
			continue;
		for (uint32_t n = 0; n < row->count; n++)
			*reg(m, row->addr + n * row->stride) = power_on_value(
			    m, row);
	}
}
