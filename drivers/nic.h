/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of NIC drivers, and how a PCI function finds its own.
 */
#ifndef DRIVERS_NIC_H
#define DRIVERS_NIC_H

#include <stdint.h>

#include "kernel/pci.h"
#include "net/port.h"

/* One supported part. `flags` are the driver's: what this part does its way. */
struct nic_id {
	uint16_t vendor, device;
	uint32_t flags;
	const char *model; /* "82574L"; NULL ends a table */
};

/*
 * probe: wakes and resets the device, reads its MAC, takes all the memory that
 * it will ever need, and fills the port except for name, index and pools.
 * Returns 0, or a negative errno with the device quiet and off the bus.
 */
struct nic_driver {
	const char *name; /* "e1000e" */
	const struct nic_id *ids;
	int (*probe)(const struct pci_device *d, const struct nic_id *id,
	    struct port *port);
};

/*
 * Gives the function to the driver that knows it. Boot only: drivers allocate.
 * The port is zero but for its name and index, which stay as they are, and for
 * the descriptors that are wanted in a ring (0: as many as the driver likes).
 * Returns 0, -ENODEV when it is no NIC of ours, or another negative errno,
 * which is logged.
 */
int nic_probe(const struct pci_device *d, struct port *port);

#endif
