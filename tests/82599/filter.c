/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which frames pass (7.1.1): the receive addresses, the hash tables, broadcast
 * and the promiscuous bits; then the VLAN filter and MAC control frames.
 */
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

enum { RECEIVE_ADDRESSES = 128, MFS_DEFAULT = 1518, TAG = 4 };

/* 7.1.1: 12 bits of the address, from one of four places. */
static bool
in_table(const struct i82599 *m, uint32_t table, const uint8_t *mac)
{
	static const uint8_t shift[] = { 4, 3, 2, 0 };
	uint32_t control = reg_get(m, MCSTCTRL);
	uint32_t top = (uint32_t)mac[5] << 8 | mac[4];
	uint32_t hash = top >> shift[control & MCSTCTRL_MO] & 0xfff;

	if (!(control & MCSTCTRL_MFE))
		return false;
	return reg_get(m, table + hash / 32 * 4) >> hash % 32 & 1;
}

static bool
is_receive_address(const struct i82599 *m, const uint8_t *mac)
{
	uint32_t low = mac[0] | mac[1] << 8 | mac[2] << 16 |
	               (uint32_t)mac[3] << 24;
	uint32_t high = (uint32_t)mac[4] | (uint32_t)mac[5] << 8;

	for (uint32_t n = 0; n < RECEIVE_ADDRESSES; n++) {
		if (reg_get(m, RAL(n)) == low &&
		    (reg_get(m, RAH(n)) & (RAH_AV | 0xffff)) == (RAH_AV | high))
			return true;
	}
	return false;
}

static enum verdict
filter_multicast(const struct i82599 *m, const uint8_t *mac)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	uint32_t control = reg_get(m, FCTRL);

	if (control & FCTRL_MPE)
		return PASS;
	if (memcmp(mac, broadcast, 6) == 0)
		return control & FCTRL_BAM ? PASS : REFUSE;
	if (in_table(m, MTA(0), mac))
		return PASS_INEXACT;
	return is_receive_address(m, mac) ? PASS : REFUSE;
}

static enum verdict
filter_mac(const struct i82599 *m, const uint8_t *mac)
{
	if (mac[0] & 1)
		return filter_multicast(m, mac);
	if (reg_get(m, FCTRL) & FCTRL_UPE)
		return PASS;
	if (is_receive_address(m, mac))
		return PASS;
	return in_table(m, PFUTA(0), mac) ? PASS_INEXACT : REFUSE;
}

static bool
vlan_passes(const struct i82599 *m, const struct parsed *p)
{
	uint32_t control = reg_get(m, VLNCTRL);
	uint32_t id = p->vlan & 0xfff;

	if (!p->tagged || !(control & VLNCTRL_VFE))
		return true;
	if ((control & VLNCTRL_CFIEN) &&
	    !(control & VLNCTRL_CFI) != !(p->vlan & 0x1000))
		return false;
	return reg_get(m, VFTA(id / 32)) >> id % 32 & 1;
}

/* 3.7.7.3: pause frames and other MAC control frames. */
static bool
control_passes(const struct i82599 *m, const uint8_t *frame)
{
	static const uint8_t control[] = { 0x88, 0x08 };
	static const uint8_t pause[] = { 0x00, 0x01 };

	if (memcmp(frame + 12, control, 2) != 0)
		return true;
	if (memcmp(frame + 14, pause, 2) == 0)
		return !(reg_get(m, MFLCN) & MFLCN_DPF);
	return reg_get(m, MFLCN) & MFLCN_PMCF;
}

enum verdict
filter(const struct i82599 *m, const uint8_t *frame, const struct parsed *p)
{
	if (!vlan_passes(m, p) || !control_passes(m, frame))
		return REFUSE;
	return filter_mac(m, frame);
}

/* 8.2.3.22.13: without jumbo frames MFS does not count; a tag is extra. */
uint32_t
length_limit(const struct i82599 *m, bool tagged)
{
	uint32_t limit = MFS_DEFAULT;

	if (reg_get(m, HLREG0) & HLREG0_JUMBOEN)
		limit = reg_get(m, MAXFRS) >> MAXFRS_MFS_SHIFT;
	limit += tagged ? TAG : 0;
	return limit < I82599_FRAME_MAX ? limit : I82599_FRAME_MAX;
}
