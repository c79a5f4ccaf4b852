/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message-signalled interrupts of PCI devices: PCI Local Bus 3.0, 6.8.
 * Core 0 only, for set-up. Address and data come from lapic.h.
 *
 * Errors are negative errno: -ENOENT, the device has no such capability;
 * -EINVAL, a bad argument, or a capability that contradicts itself or the
 * device's BARs; -ENOMEM, its table could not be mapped.
 */
#ifndef KERNEL_MSI_H
#define KERNEL_MSI_H

#include <stdint.h>

#include "kernel/pci.h"

/* How many entries the MSI-X table has, or a negative errno. */
int msix_entries(const struct pci_device *d);

/*
 * Sets one entry of the MSI-X table and unmasks it. Needs pci_enable(). Entries
 * never set stay masked, as they are after reset.
 */
int msix_set(const struct pci_device *d, uint32_t entry, uint64_t address,
    uint32_t data);

/* Turns MSI-X on, and MSI and INTx off. Before or after msix_set(). */
int msix_enable(const struct pci_device *d);

/* Sets the device's one MSI message and turns MSI on, MSI-X and INTx off. */
int msi_set(const struct pci_device *d, uint64_t address, uint32_t data);

#endif
