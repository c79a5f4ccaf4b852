/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link (the datasheet's 3.7, 4.6.4 and 8.2.3.22): up when there is a cable,
 * a module with its laser on and the 10G serial mode; restarts take time and
 * every change is an LSC interrupt. No PHY stands behind the MDIO pins.
 */
#include "tests/82599/control.h"

/* From a restart to the link: training and alignment; drivers allow 9 s. */
#define LINK_MIN_NS 20000000
#define LINK_MAX_NS 500000000
/* A backplane mode's state machine leaves its first state. */
#define AN_MIN_NS 1000000
#define AN_MAX_NS 20000000
/* 8.2.3.22.11: 64 bits at 2.4 MHz. */
#define MDIO_MIN_NS 25000
#define MDIO_MAX_NS 100000

enum {
	MODE_10G_SERIAL = 3,
	MODE_KX4_KX_KR = 4,
	MODE_KX4_KX_KR_1G_AN = 6,
	MODE_KX4_KX_KR_SGMII = 7,
};

static uint32_t
autoc_mode(const struct i82599 *m)
{
	return (reg_get(m, AUTOC) >> 13) & 7;
}

static bool
forced(const struct i82599 *m)
{
	return (reg_get(m, AUTOC) & AUTOC_FLU) != 0 ||
	       (reg_get(m, MACC) & MACC_FLU) != 0;
}

/* All that light needs. */
static bool
signal(const struct i82599 *m)
{
	return m->cable && !m->config.no_module && sfp_laser_on(m) &&
	       m->control->mode == MODE_10G_SERIAL &&
	       (reg_get(m, AUTOC2) & AUTOC2_LINK_DISABLE) == 0;
}

static void
set(struct i82599 *m, bool up)
{
	if (m->control->link_up == up)
		return;
	m->control->link_up = up;
	if (!up)
		m->control->latched = false;
	cause_other(m, EICR_LSC);
	data_wake(m);
}

static void
came_up(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	if (signal(m))
		set(m, true);
}

void
link_check(struct i82599 *m)
{
	if (m->control->resetting)
		return;
	if (forced(m))
		set(m, true);
	else if (!signal(m))
		set(m, false);
	else if (!m->control->link_up)
		(void)after(m, LINK_MIN_NS, LINK_MAX_NS, came_up, 0);
	data_wake(m);
}

static void
an_started(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	*reg(m, ANLP1) |= ANLP1_AN_STATE(1);
}

static void
restart(struct i82599 *m)
{
	m->control->mode = autoc_mode(m);
	*reg(m, ANLP1) = 0;
	if (m->control->mode == MODE_KX4_KX_KR ||
	    m->control->mode == MODE_KX4_KX_KR_1G_AN ||
	    m->control->mode == MODE_KX4_KX_KR_SGMII)
		(void)after(m, AN_MIN_NS, AN_MAX_NS, an_started, 0);
	set(m, false);
	link_check(m);
}

void
link_reset(struct i82599 *m)
{
	m->control->link_up = false;
	m->control->latched = false;
	restart(m);
}

void
autoc_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & ~AUTOC_AN_RESTART; /* clears itself */
	if ((v & AUTOC_AN_RESTART) != 0)
		restart(m);
	else
		link_check(m);
}

void
autoc2_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v;
	link_check(m);
}

uint32_t
status_read(struct i82599 *m, uint32_t addr)
{
	uint32_t v = reg_get(m, addr) | STATUS_LAN_ID(m->config.function);

	return m->control->link_up ? v | STATUS_LINK_UP : v;
}

uint32_t
links_read(struct i82599 *m, uint32_t addr)
{
	uint32_t v = reg_get(m, addr);

	if (m->control->link_up)
		v |= LINKS_UP | LINKS_SPEED_10G;
	if (m->control->latched)
		v |= LINKS_LATCHED;
	m->control->latched = m->control->link_up;
	return v;
}

bool
link_carries(const struct i82599 *m)
{
	return m->control->link_up && signal(m);
}

bool
link_loops_back(const struct i82599 *m)
{
	return (reg_get(m, HLREG0) & HLREG0_LPBK) != 0 && m->control->link_up;
}

static void
mdio_done(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	*reg(m, MSCA) &= ~MSCA_COMMAND;
	*reg(m, MSRWD) |= 0xFFFF0000; /* nobody pulls the line low */
}

void
msca_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	if ((reg_get(m, addr) & MSCA_COMMAND) != 0) {
		violate(m, "8.2.3.22.11",
		    "MSCA written before its command "
		    "was over");
		return;
	}
	*reg(m, addr) = v & 0x7FFFFFFF;
	if ((v & MSCA_COMMAND) != 0)
		(void)after(m, MDIO_MIN_NS, MDIO_MAX_NS, mdio_done, 0);
}
