/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel's 82599 10 Gigabit Ethernet controller and its kin. See ixgbe.c.
 *
 * A caller of probe may ask for a ring size: rx_descriptors and tx_descriptors
 * of the port, powers of two from 64 to 4096; 0 is 512.
 */
#ifndef DRIVERS_IXGBE_H
#define DRIVERS_IXGBE_H

#include "drivers/nic.h"

extern const struct nic_driver ixgbe_driver;

#endif
