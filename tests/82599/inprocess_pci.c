/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/82599/inprocess_pci.h"

#include <stdio.h>
#include <string.h>

/* Configuration space, as that of the QEMU device (qemu_pci.c). */
enum {
	BUS = 1,
	COMMAND_MASTER = 1 << 2,
	BAR_MSIX_SIZE = 16 * 1024,
	PBA_AT = 0x2000,
	PM_AT = 0x40,
	MSI_AT = 0x50,
	MSI_CONTROL = MSI_AT + 2,
	MSI_ENABLE = 1 << 0,
	MSI_64_BITS_MASKABLE = 0x180,
	MSIX_AT = 0x70,
	MSIX_CONTROL = MSIX_AT + 2,
	MSIX_ALL_MASKED = 1 << 14,
	MSIX_ENABLE = 1 << 15,
	EXPRESS_AT = 0xa0,
	EXPRESS_ENDPOINT = 0x0002,
	LINK_CAPABILITIES = EXPRESS_AT + 0x0c,
	LINK_STATUS = EXPRESS_AT + 0x12,
	LINK_GEN2_X8 = 0x82,
	STATUS_CAPABILITIES = 1 << 4,
};

/* Words of an entry of the MSI-X table. */
enum { ENTRY_WORDS = 4, ENTRY_CONTROL = 3, ENTRY_MASKED = 1 };

static uint16_t
config16(const struct inprocess *s, uint32_t offset)
{
	uint16_t v;

	memcpy(&v, &s->function.config[offset], sizeof(v));
	return v;
}

/* Messages go out, or wait while they are masked (PCI 3.0, 6.8.3.5). */
void
inprocess_send_messages(struct inprocess *s)
{
	uint16_t control = config16(s, MSIX_CONTROL);
	uint32_t v;

	if ((control & (MSIX_ENABLE | MSIX_ALL_MASKED)) != MSIX_ENABLE)
		return;
	for (v = 0; s->msix_pending >> v != 0; v++) {
		if ((s->msix_pending >> v & 1) != 0 &&
		    (s->msix_table[v][ENTRY_CONTROL] & ENTRY_MASKED) == 0) {
			s->messages[v]++;
			s->msix_pending &= ~(1ull << v);
		}
		if (v == I82599_MSIX_VECTORS - 1)
			break;
	}
}

void
inprocess_msix(struct inprocess *s, uint32_t vector)
{
	if ((config16(s, MSIX_CONTROL) & MSIX_ENABLE) == 0)
		return;
	s->msix_pending |= 1ull << vector;
	inprocess_send_messages(s);
}

bool
inprocess_bus_master(const struct inprocess *s)
{
	return (config16(s, PCI_COMMAND) & COMMAND_MASTER) != 0;
}

enum i82599_interrupts
inprocess_interrupts(const struct inprocess *s)
{
	if ((config16(s, MSIX_CONTROL) & MSIX_ENABLE) != 0)
		return I82599_MSIX;
	if ((config16(s, MSI_CONTROL) & MSI_ENABLE) != 0)
		return I82599_MSI;
	return I82599_INTX;
}

uint32_t
inprocess_table_read(const struct inprocess *s, uint32_t offset)
{
	if (offset < sizeof(s->msix_table))
		return s->msix_table[offset / 16][offset / 4 % ENTRY_WORDS];
	if (offset == PBA_AT || offset == PBA_AT + 4)
		return (uint32_t)(s->msix_pending >> 8 * (offset - PBA_AT));
	return 0;
}

void
inprocess_table_write(struct inprocess *s, uint32_t offset, uint32_t value)
{
	if (offset >= sizeof(s->msix_table))
		return;
	s->msix_table[offset / 16][offset / 4 % ENTRY_WORDS] = value;
	inprocess_send_messages(s);
}

static void
put(struct inprocess *s, uint32_t offset, uint32_t v, size_t size)
{
	memcpy(&s->function.config[offset], &v, size);
}

static void
fill_config(struct inprocess *s)
{
	put(s, PCI_VENDOR_ID, 0x8086, 2);
	put(s, PCI_DEVICE_ID, 0x10fb, 2);
	put(s, PCI_STATUS, STATUS_CAPABILITIES, 2);
	put(s, PCI_CLASS, 0x02000001, 4);
	put(s, PCI_SUBSYSTEM_VENDOR_ID, 0x8086, 2);
	put(s, PCI_SUBSYSTEM_ID, 0x0003, 2);
	put(s, PCI_CAPABILITIES, PM_AT, 1);
	put(s, PM_AT, PCI_CAP_PM | MSI_AT << 8, 2);
	put(s, MSI_AT, PCI_CAP_MSI | MSIX_AT << 8, 2);
	put(s, MSI_CONTROL, MSI_64_BITS_MASKABLE, 2);
	put(s, MSIX_AT, PCI_CAP_MSIX | EXPRESS_AT << 8, 2);
	put(s, MSIX_CONTROL, I82599_MSIX_VECTORS - 1, 2);
	put(s, MSIX_AT + 4, BAR_MSIX, 4);
	put(s, MSIX_AT + 8, PBA_AT | BAR_MSIX, 4);
	put(s, EXPRESS_AT, PCI_CAP_EXPRESS, 2);
	put(s, EXPRESS_AT + 2, EXPRESS_ENDPOINT, 2);
	put(s, LINK_CAPABILITIES, LINK_GEN2_X8, 2);
	put(s, LINK_STATUS, LINK_GEN2_X8, 2);
}

static void
fill_bar(struct inprocess *s, uint32_t n, void *at, uint64_t size)
{
	s->function.bar[n] = at;
	s->pci.bar[n].base = (uintptr_t)at;
	s->pci.bar[n].size = size;
	s->pci.bar[n].wide = true;
	s->pci.bar[n].prefetchable = true;
}

void
inprocess_pci_fill(struct inprocess *s, uint8_t slot, uint8_t function)
{
	struct pci_device *d = &s->pci;
	uint32_t v;

	d->bus = s->function.bus = BUS;
	d->device = s->function.device = slot;
	d->function = s->function.function = function;
	d->vendor_id = d->subsystem_vendor_id = 0x8086;
	d->device_id = 0x10fb;
	d->subsystem_id = 0x0003;
	d->class_code = 0x020000;
	d->revision = 1;
	snprintf(d->address, sizeof(d->address), "0000:%02x:%02x.%u", BUS, slot,
	    function);
	fill_config(s);
	for (v = 0; v < I82599_MSIX_VECTORS; v++)
		s->msix_table[v][ENTRY_CONTROL] = ENTRY_MASKED;
	fill_bar(s, BAR_REGISTERS, &s->model, I82599_BAR_SIZE);
	fill_bar(s, BAR_MSIX, s->msix_table, BAR_MSIX_SIZE);
}
