/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSI (PCI Local Bus 3.0, 6.8.1) and MSI-X (6.8.2) capabilities.
 */
#include "kernel/msi.h"

#include <errno.h>
#include <stddef.h>

#include "kernel/mmio.h"

enum { CONFIG_SIZE = 256, COMMAND_INTX_OFF = 1 << 10 };

/* 6.8.1: offsets from the capability; the longer forms move the data. */
enum {
	MSI_CONTROL = 2,
	MSI_ADDRESS = 4,
	MSI_ADDRESS_HIGH = 8, /* 64-bit form only */
	MSI_DATA = 8,
	MSI_DATA_WIDE = 12,
	MSI_MASK = 12,
	MSI_MASK_WIDE = 16,
	MSI_ENABLE = 1 << 0,
	MSI_COUNT = 7 << 4, /* log2 of the vectors that software grants */
	MSI_WIDE = 1 << 7,
	MSI_MASKABLE = 1 << 8,
};

/* 6.8.2 */
enum {
	MSIX_CONTROL = 2,
	MSIX_TABLE = 4,
	MSIX_SIZE = 12,
	MSIX_LAST_MASK = 0x7ff, /* entries - 1 */
	MSIX_ALL_MASKED = 1 << 14,
	MSIX_ENABLE = 1 << 15,
	MSIX_BAR_MASK = 7,
};

/* 6.8.2: an entry of the table */
enum {
	ENTRY_SIZE = 16,
	ENTRY_ADDRESS = 0,
	ENTRY_ADDRESS_HIGH = 4,
	ENTRY_DATA = 8,
	ENTRY_CONTROL = 12,
	ENTRY_MASKED = 1 << 0,
};

struct msix {
	uint32_t cap; /* offset of the capability */
	uint32_t entries;
	uint32_t bar;
	uint32_t offset; /* of the table in the BAR */
};

static int
find_msix(const struct pci_device *d, struct msix *m)
{
	const struct pci_bar *bar;
	uint32_t table;

	m->cap = pci_find_capability(d, PCI_CAP_MSIX);
	if (m->cap == 0)
		return -ENOENT;
	if (m->cap > CONFIG_SIZE - MSIX_SIZE)
		return -EINVAL;
	m->entries = (pci_read16(d, m->cap + MSIX_CONTROL) & MSIX_LAST_MASK) +
	             1u;
	table = pci_read32(d, m->cap + MSIX_TABLE);
	m->bar = table & MSIX_BAR_MASK;
	m->offset = table & ~(uint32_t)MSIX_BAR_MASK;
	if (m->bar >= PCI_BARS)
		return -EINVAL;
	bar = &d->bar[m->bar];
	if (bar->io || bar->base == 0 || m->offset > bar->size ||
	    m->entries * ENTRY_SIZE > bar->size - m->offset)
		return -EINVAL;
	return 0;
}

int
msix_entries(const struct pci_device *d)
{
	struct msix m;
	int error = find_msix(d, &m);

	return error != 0 ? error : (int)m.entries;
}

int
msix_set(
    const struct pci_device *d, uint32_t entry, uint64_t address, uint32_t data)
{
	volatile void *table;
	struct msix m;
	uint32_t at, control;
	int error = find_msix(d, &m);

	if (error != 0)
		return error;
	if (entry >= m.entries || address == 0 || (address & 3) != 0)
		return -EINVAL;
	table = pci_map_bar(d, m.bar);
	if (table == NULL)
		return -ENOMEM;
	at = m.offset + entry * ENTRY_SIZE;
	control = mmio_read32(table, at + ENTRY_CONTROL);
	/* 6.8.3.5: address and data may change only while it is masked. */
	mmio_write32(table, at + ENTRY_CONTROL, control | ENTRY_MASKED);
	mmio_write32(table, at + ENTRY_ADDRESS, (uint32_t)address);
	mmio_write32(table, at + ENTRY_ADDRESS_HIGH, (uint32_t)(address >> 32));
	mmio_write32(table, at + ENTRY_DATA, data);
	mmio_write32(
	    table, at + ENTRY_CONTROL, control & ~(uint32_t)ENTRY_MASKED);
	/* A read pushes the writes to the device. */
	(void)mmio_read32(table, at + ENTRY_CONTROL);
	return 0;
}

/* 6.8.2.3: where MSI or MSI-X is on, INTx is not used; and only one is on. */
static void
disable(const struct pci_device *d, uint8_t capability, uint16_t enable)
{
	uint32_t cap = pci_find_capability(d, capability);
	uint16_t control;

	if (cap != 0) {
		control = pci_read16(d, cap + MSI_CONTROL);
		pci_write16(
		    d, cap + MSI_CONTROL, (uint16_t)(control & ~enable));
	}
	pci_write16(
	    d, PCI_COMMAND, pci_read16(d, PCI_COMMAND) | COMMAND_INTX_OFF);
}

int
msix_enable(const struct pci_device *d)
{
	struct msix m;
	uint16_t control;
	int error = find_msix(d, &m);

	if (error != 0)
		return error;
	disable(d, PCI_CAP_MSI, MSI_ENABLE);
	control = pci_read16(d, m.cap + MSIX_CONTROL);
	control = (uint16_t)((control | MSIX_ENABLE) & ~MSIX_ALL_MASKED);
	pci_write16(d, m.cap + MSIX_CONTROL, control);
	return 0;
}

int
msi_set(const struct pci_device *d, uint64_t address, uint32_t data)
{
	uint32_t cap = pci_find_capability(d, PCI_CAP_MSI), size, mask;
	uint16_t control;
	bool wide;

	if (cap == 0)
		return -ENOENT;
	control = pci_read16(d, cap + MSI_CONTROL);
	wide = control & MSI_WIDE;
	mask = wide ? MSI_MASK_WIDE : MSI_MASK;
	size = control & MSI_MASKABLE ? mask + 8u : mask;
	if (cap > CONFIG_SIZE - size || address == 0 || (address & 3) != 0 ||
	    (address >> 32 != 0 && !wide) || data > UINT16_MAX)
		return -EINVAL;
	disable(d, PCI_CAP_MSIX, MSIX_ENABLE);
	control &= (uint16_t) ~(MSI_ENABLE | MSI_COUNT);
	pci_write16(d, cap + MSI_CONTROL, control);
	pci_write32(d, cap + MSI_ADDRESS, (uint32_t)address);
	if (wide)
		pci_write32(
		    d, cap + MSI_ADDRESS_HIGH, (uint32_t)(address >> 32));
	pci_write16(d, cap + (wide ? MSI_DATA_WIDE : MSI_DATA), (uint16_t)data);
	if (control & MSI_MASKABLE)
		pci_write32(d, cap + mask, pci_read32(d, cap + mask) & ~1u);
	pci_write16(d, cap + MSI_CONTROL, (uint16_t)(control | MSI_ENABLE));
	return 0;
}
