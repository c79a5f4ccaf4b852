/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which registers do more than their row in registers.c says, and who does it.
 */
#include "tests/82599/control.h"

#include <stddef.h>

#define HOOK(a, r, w)                                                          \
	{                                                                      \
		.addr = a, .count = 1, .stride = 4, .read = r, .write = w      \
	}
#define HOOKS(a, c, s, r, w)                                                   \
	{                                                                      \
		.addr = a, .count = c, .stride = s, .read = r, .write = w      \
	}

static const struct reg_hook hooks[] = {
	HOOK(CTRL, NULL, ctrl_write),
	HOOK(STATUS, status_read, NULL),
	HOOK(ESDP, esdp_read, esdp_write),
	HOOK(I2CCTL, i2cctl_read, i2cctl_write),
	HOOK(EEC, NULL, eec_write),
	HOOK(EERD, NULL, eerd_write),
	HOOK(SWSM, swsm_read, swsm_write),
	HOOK(SW_FW_SYNC, NULL, sw_fw_sync_write),
	HOOK(EICR, eicr_read, eicr_write),
	HOOK(EICS, eics_read, eics_write),
	HOOK(EIMS, eims_read, eims_write),
	HOOK(EIMC, eims_read, eimc_write),
	HOOK(EIAM, eiam_read, eiam_write),
	HOOKS(EICS_EX(0), 2, 4, eics_read, eics_write),
	HOOKS(EIMS_EX(0), 2, 4, eims_read, eims_write),
	HOOKS(EIMC_EX(0), 2, 4, eims_read, eimc_write),
	HOOKS(EIAM_EX(0), 2, 4, eiam_read, eiam_write),
	HOOKS(EITR(0), 24, 4, eitr_read, eitr_write),
	HOOKS(EITR(24), VECTORS - 24, 4, eitr_read, eitr_write),
	HOOK(GPIE, NULL, gpie_write),
	HOOKS(RAL(0), 2, 4, rar0_read, NULL),
	HOOK(RXCTRL, NULL, rxctrl_write),
	HOOK(MTQC, NULL, mtqc_write),
	HOOK(DMATXCTL, NULL, dmatxctl_write),
	HOOK(SECTXCTRL, NULL, sectxctrl_write),
	HOOK(SECRXCTRL, NULL, secrxctrl_write),
	HOOK(FRTIMER, frtimer_read, NULL),
	HOOK(FDIRCTRL, NULL, fdirctrl_write),
	HOOK(FDIRCMD, NULL, fdircmd_write),
	HOOK(MSCA, NULL, msca_write),
	HOOK(AUTOC, NULL, autoc_write),
	HOOK(AUTOC2, NULL, autoc2_write),
	HOOK(LINKS, links_read, NULL),
	HOOKS(SYSTIML, 2, 4, systim_read, systim_write),
};

void
hooks_index(struct i82599 *m)
{
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		for (uint32_t n = 0; n < hooks[i].count; n++)
			m->control
			    ->hook[(hooks[i].addr + n * hooks[i].stride) / 4] =
			    (uint8_t)(i + 1);
}

const struct reg_hook *
hook_find(const struct i82599 *m, uint32_t addr)
{
	uint8_t i = m->control->hook[addr / 4];

	return i == 0 ? NULL : &hooks[i - 1];
}
