/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matches PCI functions with NIC drivers. A new driver is one line here.
 */
#include "drivers/nic.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "drivers/e1000.h"
#include "drivers/ixgbe.h"
#include "kernel/log.h"

_Static_assert(sizeof(((struct port *)0)->bus_address) ==
		   sizeof(((struct pci_device *)0)->address),
    "copied whole");

static const struct nic_driver *const nic_drivers[] = {
	&e1000_driver,
	&e1000e_driver,
	&ixgbe_driver,
};

static const struct nic_id *
nic_match(const struct nic_driver *driver, const struct pci_device *d)
{
	const struct nic_id *id;

	for (id = driver->ids; id->model != NULL; id++) {
		if (id->vendor == d->vendor_id && id->device == d->device_id)
			return id;
	}
	return NULL;
}

static int
nic_attach(const struct nic_driver *driver, const struct nic_id *id,
    const struct pci_device *d, struct port *port)
{
	int err;

	strncpy(port->driver, driver->name, sizeof(port->driver) - 1);
	strncpy(port->model, id->model, sizeof(port->model) - 1);
	memcpy(port->bus_address, d->address, sizeof(port->bus_address));
	err = driver->probe(d, id, port);
	if (err != 0) {
		log_error(d->address, "%s %s cannot be used: error %d",
		    driver->name, id->model, -err);
		return err == -ENODEV ? -ENXIO : err;
	}
	log_info(d->address, "%s %s, MAC %02x:%02x:%02x:%02x:%02x:%02x",
	    driver->name, id->model, port->mac[0], port->mac[1], port->mac[2],
	    port->mac[3], port->mac[4], port->mac[5]);
	return 0;
}

int
nic_probe(const struct pci_device *d, struct port *port)
{
	const struct nic_id *id;
	size_t i;

	for (i = 0; i < sizeof(nic_drivers) / sizeof(nic_drivers[0]); i++) {
		id = nic_match(nic_drivers[i], d);
		if (id != NULL)
			return nic_attach(nic_drivers[i], id, d, port);
	}
	return -ENODEV;
}
