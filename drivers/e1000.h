/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The e1000 family: Intel's PCI and PCI Express Gigabit controllers with
 * legacy descriptors. See e1000.c.
 */
#ifndef DRIVERS_E1000_H
#define DRIVERS_E1000_H

#include "drivers/nic.h"

extern const struct nic_driver e1000_driver;  /* 8254x, PCI and PCI-X */
extern const struct nic_driver e1000e_driver; /* 82574, PCI Express */

#endif
