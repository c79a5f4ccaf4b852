/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * e1000: the copper PHY and the link. The PHY negotiates by itself; we make
 * sure that it is awake, may use MDIO beside the 82574's firmware, and offers
 * every speed. SDM 8.6 and 11; 82574L datasheet, MDIO ownership.
 */
#include <errno.h>

#include "drivers/e1000_dev.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum {
	MDIC_TIMEOUT_US = 10000, /* an access takes about 64 us */
	MDIO_TRIES = 10,
	MDIO_RETRY_US = 2000,
};

/*
 * The firmware of an 82574 uses the same wires: ask for them. No plain poll,
 * because each try is a write, and the bit sticks only when it was granted.
 */
bool
e1000_mdio_acquire(struct e1000 *d)
{
	int i;

	if (!(d->flags & E1000_82574))
		return true;
	for (i = 0; i < MDIO_TRIES; i++) {
		reg_set(d, EXTCNF_CTRL, MDIO_SW);
		if (reg_read(d, EXTCNF_CTRL) & EXTCNF_CTRL_MDIO_SW)
			return true;
		delay_us(MDIO_RETRY_US);
	}
	log_error(d->area, "EXTCNF_CTRL.MDIO_SW is not granted within %u us",
	    MDIO_TRIES * MDIO_RETRY_US);
	return false;
}

void
e1000_mdio_release(struct e1000 *d)
{
	if (d->flags & E1000_82574)
		reg_clear(d, EXTCNF_CTRL, MDIO_SW);
}

/* 13.4.7: start, wait for ready, look for the error bit. */
static int
e1000_mdic(struct e1000 *d, uint32_t command)
{
	reg_write(d, MDIC, command | MDIC_PHY);
	if (!reg_wait_set(d, MDIC, READY, MDIC_TIMEOUT_US))
		return -ETIMEDOUT;
	if (reg_read(d, MDIC) & MDIC_ERROR) {
		log_error(d->area, "the PHY does not answer");
		return -EIO;
	}
	return 0;
}

static int
e1000_phy_read(struct e1000 *d, uint32_t reg, uint32_t *value)
{
	int err = e1000_mdic(d, MDIC_OP_READ | MDIC_REG(reg));

	if (err == 0)
		*value = MDIC_DATA(reg_read(d, MDIC));
	return err;
}

static int
e1000_phy_write(struct e1000 *d, uint32_t reg, uint32_t value)
{
	return e1000_mdic(d, MDIC_OP_WRITE | MDIC_REG(reg) | MDIC_DATA(value));
}

/*
 * A PHY that is awake and already offers everything keeps its link: starting
 * the negotiation again costs seconds. It may then offer PAUSE, which is
 * harmless, since the MAC neither sends nor obeys it.
 */
static int
e1000_phy_negotiate(struct e1000 *d)
{
	const uint32_t off = PHY_BMCR_PDOWN | PHY_BMCR_ISOLATE;
	uint32_t bmcr, anar, gcr;
	int err;

	if ((err = e1000_phy_read(d, PHY_BMCR, &bmcr)) != 0 ||
	    (err = e1000_phy_read(d, PHY_ANAR, &anar)) != 0 ||
	    (err = e1000_phy_read(d, PHY_GCR, &gcr)) != 0)
		return err;
	if ((bmcr & (off | PHY_BMCR_ANEG)) == PHY_BMCR_ANEG &&
	    (anar & PHY_ANAR_10_100) == PHY_ANAR_10_100 &&
	    (gcr & PHY_GCR_1000_FULL) != 0)
		return 0;

	anar = (anar & ~PHY_ANAR_PAUSE) | PHY_ANAR_802_3 | PHY_ANAR_10_100;
	gcr |= PHY_GCR_1000_FULL;
	bmcr = (bmcr & ~off) | PHY_BMCR_ANEG | PHY_BMCR_RESTART;
	if ((err = e1000_phy_write(d, PHY_ANAR, anar)) != 0 ||
	    (err = e1000_phy_write(d, PHY_GCR, gcr)) != 0)
		return err;
	return e1000_phy_write(d, PHY_BMCR, bmcr);
}

/* SDM 8.6.2: speed and duplex come from the PHY, nothing is forced. */
int
e1000_init_link(struct e1000 *d)
{
	uint32_t ctrl;
	int err;

	ctrl = reg_read(d, CTRL);
	ctrl &= ~(CTRL_LRST | CTRL_ASDE | CTRL_ILOS | CTRL_FRCSPD |
		  CTRL_FRCDPLX | CTRL_RFCE | CTRL_TFCE | CTRL_VME);
	if (d->flags & E1000_82574)
		ctrl &= ~CTRL_BIT29;
	reg_write(d, CTRL, ctrl | CTRL_SLU);

	/* 14.5: flow control is off, so its registers are zero. */
	reg_write(d, FCAL, 0);
	reg_write(d, FCAH, 0);
	reg_write(d, FCT, 0);
	reg_write(d, FCTTV, 0);

	if (!e1000_mdio_acquire(d))
		return -EBUSY;
	if (d->flags & E1000_82574)
		reg_clear(d, POEMB, D0A_LPLU);
	err = e1000_phy_negotiate(d);
	e1000_mdio_release(d);
	return err;
}
