/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The semaphores between the drivers of the two ports and the firmware (the
 * datasheet's 8.2.3.4.9 to 11 and 10.5.4). SWSM.SMBI is taken by reading it as
 * zero; SWSM.SWESMBI by setting it; only its holder writes SW_FW_SYNC.
 */
#include "tests/82599/control.h"

uint32_t
swsm_read(struct i82599 *m, uint32_t addr)
{
	uint32_t v = reg_get(m, addr);

	*reg(m, addr) = v | SWSM_SMBI;
	return v;
}

/* A hostile model's firmware has SWESMBI now and then, and the driver's bit
 * does not stick. */
void
swsm_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	uint32_t old = reg_get(m, addr);

	*reg(m, addr) = v & (SWSM_SMBI | SWSM_SWESMBI);
	if ((v & ~old & SWSM_SWESMBI) != 0 && hostile_below(m, 4) == 1)
		*reg(m, addr) &= ~SWSM_SWESMBI;
}

void
sw_fw_sync_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	if ((reg_get(m, SWSM) & SWSM_SWESMBI) == 0)
		violate(
		    m, "8.2.3.4.11", "SW_FW_SYNC written without SWSM.SWESMBI");
	*reg(m, addr) = v & 0x3FF;
}
