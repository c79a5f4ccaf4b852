/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the driver that the device answers later: resets and master
 * disable (the datasheet's 4.2.1.6, 5.2.5.3.2), DMA initialisation (4.6.3), the
 * security path around the receive enable (4.6.7), the flow director; and what
 * must be set up before they are made.
 */
#include "tests/82599/control.h"

/* 5.2.5.3.2: what is on the way ends before PCIe's completion time-out. */
#define MASTER_MIN_NS 1000
#define MASTER_MAX_NS 10000000
/* 4.6.3.2: within the 10 ms that follow a reset. */
#define DMA_INIT_MIN_NS 50000
#define DMA_INIT_MAX_NS 9000000
/* Until the packets of the path are through; drivers poll 40 times. */
#define PATH_MIN_NS 1000
#define PATH_MAX_NS 1000000
/* 7.1.2.7: the filter memory is cleared; a command. */
#define FDIR_INIT_MIN_NS 60000
#define FDIR_INIT_MAX_NS 240000
#define FDIR_CMD_MIN_NS  1000
#define FDIR_CMD_MAX_NS  40000

static bool
receives(const struct i82599 *m)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++)
		if (data_receives(m, q))
			return true;
	return false;
}

static bool
queue_enabled(const struct i82599 *m)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++)
		if (((reg_get(m, RXDCTL(q)) & RXDCTL_ENABLE) |
			(reg_get(m, TXDCTL(q)) & TXDCTL_ENABLE)) != 0)
			return true;
	return false;
}

static void
master_check(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	if ((reg_get(m, CTRL) & CTRL_MASTER_DISABLE) == 0)
		return;
	if (data_idle(m))
		*reg(m, STATUS) &= ~STATUS_MASTER_ENABLE;
	else
		(void)after(m, MASTER_MIN_NS, MASTER_MAX_NS, master_check, 0);
}

void
ctrl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	bool stopped = (reg_get(m, STATUS) & STATUS_MASTER_ENABLE) == 0;

	if (m->control->resetting) {
		violate(m, "4.2.1.6.1", "CTRL written during a reset");
		return;
	}
	if ((v & (CTRL_RST | CTRL_LNK_RST)) != 0) {
		if (!stopped && queue_enabled(m))
			violate(m, "5.2.5.3.2",
			    "reset with queues on and no master disable");
		reset_begin(m, v & (CTRL_RST | CTRL_LNK_RST));
		return;
	}
	*reg(m, addr) = v & CTRL_MASTER_DISABLE;
	if ((v & CTRL_MASTER_DISABLE) == 0)
		*reg(m, STATUS) |= STATUS_MASTER_ENABLE;
	else
		(void)after(m, MASTER_MIN_NS, MASTER_MAX_NS, master_check, 0);
}

static void
dma_ready(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	*reg(m, RDRXCTL) |= RDRXCTL_DMAIDONE;
}

void
dma_init(struct i82599 *m)
{
	(void)after(m, DMA_INIT_MIN_NS, DMA_INIT_MAX_NS, dma_ready, 0);
}

/* 4.6.3: neither direction starts before both are read as done. */
static void
check_initialised(struct i82599 *m, const char *what)
{
	if ((reg_get(m, EEC) & EEC_ARD) == 0)
		violate(m, "4.6.3", "%s set before EEC.ARD", what);
	if ((reg_get(m, RDRXCTL) & RDRXCTL_DMAIDONE) == 0)
		violate(m, "4.6.3", "%s set before RDRXCTL.DMAIDONE", what);
}

static void
path_ready(struct i82599 *m, uint32_t ctrl)
{
	/* RX_DIS and TX_DIS are the same bit, so are the two ready bits; a
	 * status register stands next to its control register. */
	if ((reg_get(m, ctrl) & SECRXCTRL_RX_DIS) != 0)
		*reg(m, ctrl + 4) |= SECRXSTAT_SECRX_RDY;
}
_Static_assert(SECRXCTRL_RX_DIS == SECTXCTRL_TX_DIS, "one path_ready()");
_Static_assert(SECRXSTAT == SECRXCTRL + 4, "one path_ready()");
_Static_assert(SECTXSTAT == SECTXCTRL + 4, "one path_ready()");

void
secrxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & (SECRXCTRL_SECRX_DIS | SECRXCTRL_RX_DIS);
	if ((v & SECRXCTRL_RX_DIS) == 0)
		*reg(m, addr + 4) &= ~SECRXSTAT_SECRX_RDY;
	else
		(void)after(m, PATH_MIN_NS, PATH_MAX_NS, path_ready, addr);
}

void
sectxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & 7;
	if ((v & SECTXCTRL_TX_DIS) == 0)
		*reg(m, addr + 4) &= ~SECTXSTAT_SECTX_RDY;
	else
		(void)after(m, PATH_MIN_NS, PATH_MAX_NS, path_ready, addr);
}

/*
 * 4.6.7: RXEN is set while the security path is halted and empty, or arriving
 * packets hang the receive DMA. What else must be set up by then is checked
 * when a queue is on too: nothing can go wrong without one, nor in the
 * bypass mode of register and loopback self-tests.
 */
void
rxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	bool was = (reg_get(m, addr) & RXCTRL_RXEN) != 0;
	bool on = (v & RXCTRL_RXEN) != 0;

	*reg(m, addr) = v & (RXCTRL_RXEN | RXCTRL_DMBYPS);
	if (!on || (v & RXCTRL_DMBYPS) != 0)
		m->control->rx_unchecked = false;
	if (!on || was)
		return;
	check_initialised(m, "RXCTRL.RXEN");
	m->control->rx_unchecked = (v & RXCTRL_DMBYPS) == 0;
	m->control->rx_path_open =
	    (reg_get(m, SECRXCTRL) & SECRXCTRL_RX_DIS) == 0 ||
	    (reg_get(m, SECRXSTAT) & SECRXSTAT_SECRX_RDY) == 0;
}

void
rx_setup_check(struct i82599 *m)
{
	if (!m->control->rx_unchecked || !receives(m))
		return;
	m->control->rx_unchecked = false;
	if (m->control->rx_path_open)
		violate(m, "4.6.7", "RXEN set with the security path open");
	if ((reg_get(m, RDRXCTL) & RDRXCTL_RSCFRSTSIZE) != 0)
		violate(m, "4.6.7", "RXEN set with RDRXCTL.RSCFRSTSIZE not 0");
}

/* 4.6.7 has these after RXEN, so they are not asked for at once. */
void
rx_work_check(struct i82599 *m, uint32_t queue)
{
	if ((reg_get(m, RXCTRL) & RXCTRL_DMBYPS) != 0)
		return;
	if ((reg_get(m, CTRL_EXT) & CTRL_EXT_NS_DIS) == 0)
		violate(m, "4.6.7", "queue %u receives without CTRL_EXT.NS_DIS",
		    queue);
	if ((reg_get(m, DCA_RXCTRL(queue)) & DCA_RXCTRL_ZERO) != 0)
		violate(m, "8.2.3.11.1",
		    "bit 12 of DCA_RXCTRL of queue %u is set", queue);
}

/* 8.2.3.9.15: the descriptor arbiter stands still meanwhile. */
void
mtqc_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	if ((v & 0xF) != reg_get(m, addr) &&
	    (reg_get(m, RTTDCS) & RTTDCS_ARBDIS) == 0)
		violate(m, "8.2.3.9.15", "MTQC changed without RTTDCS.ARBDIS");
	*reg(m, addr) = v & 0xF;
}

void
dmatxctl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	uint32_t old = reg_get(m, addr);

	*reg(m, addr) = v & 0xFFFF007F;
	if ((v & ~old & DMATXCTL_TE) != 0)
		check_initialised(m, "DMATXCTL.TE");
}

static void
fdir_ready(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	*reg(m, FDIRCTRL) |= FDIRCTRL_INIT_DONE;
}

void
fdirctrl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & 0xFF9F7FB3;
	if ((v & FDIRCTRL_PBALLOC) != 0)
		(void)after(
		    m, FDIR_INIT_MIN_NS, FDIR_INIT_MAX_NS, fdir_ready, 0);
}

static void
fdir_done(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	*reg(m, FDIRCMD) &= ~FDIRCMD_CMD;
}

void
fdircmd_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & 0x3F7FFFFF;
	if ((v & FDIRCMD_CMD) != 0)
		(void)after(m, FDIR_CMD_MIN_NS, FDIR_CMD_MAX_NS, fdir_done, 0);
}
