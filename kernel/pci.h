/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI: finding devices on every bus, and their configuration space (through
 * ECAM where ACPI's MCFG has it, through ports 0xCF8/0xCFC elsewhere).
 */
#ifndef KERNEL_PCI_H
#define KERNEL_PCI_H

#include <stdbool.h>
#include <stdint.h>

enum { PCI_DEVICES_MAX = 256, PCI_BARS = 6 };

/* Offsets in configuration space (PCI Local Bus 3.0, 6.1). */
enum {
	PCI_VENDOR_ID = 0x00,
	PCI_DEVICE_ID = 0x02,
	PCI_COMMAND = 0x04,
	PCI_STATUS = 0x06,
	PCI_CLASS = 0x08, /* revision, interface, subclass, class */
	PCI_HEADER_TYPE = 0x0e,
	PCI_BAR0 = 0x10,
	PCI_SUBSYSTEM_VENDOR_ID = 0x2c,
	PCI_SUBSYSTEM_ID = 0x2e,
	PCI_CAPABILITIES = 0x34,
	PCI_INTERRUPT_LINE = 0x3c,
};

enum {
	PCI_CAP_PM = 0x01,
	PCI_CAP_MSI = 0x05,
	PCI_CAP_PCIX = 0x07,
	PCI_CAP_EXPRESS = 0x10,
	PCI_CAP_MSIX = 0x11,
};

struct pci_bar {
	uint64_t base; /* physical; 0 when the BAR is absent or unassigned */
	uint64_t size; /* bytes */
	bool io;       /* port space, not memory */
	bool wide;     /* 64-bit: the next BAR is its upper half */
	bool prefetchable;
};

struct pci_device {
	uint16_t segment;
	uint8_t bus, device, function;
	uint16_t vendor_id, device_id;
	uint16_t subsystem_vendor_id, subsystem_id;
	uint32_t class_code; /* class << 16 | subclass << 8 | interface */
	uint8_t revision;
	struct pci_bar bar[PCI_BARS];
	char address[16]; /* "0000:00:02.0" */
};

/*
 * Looks at every function of every device behind every bridge, and keeps
 * those whose class may have a driver: mass storage and network.
 */
void pci_scan(void);

/* What was kept, in order of address, 0 .. pci_count() - 1. */
uint32_t pci_count(void);
struct pci_device *pci_get(uint32_t i);

uint8_t pci_read8(const struct pci_device *d, uint32_t offset);
uint16_t pci_read16(const struct pci_device *d, uint32_t offset);
uint32_t pci_read32(const struct pci_device *d, uint32_t offset);
void pci_write8(const struct pci_device *d, uint32_t offset, uint8_t v);
void pci_write16(const struct pci_device *d, uint32_t offset, uint16_t v);
void pci_write32(const struct pci_device *d, uint32_t offset, uint32_t v);

/* Offset of a capability, or 0. */
uint32_t pci_find_capability(const struct pci_device *d, uint8_t id);

/*
 * Wakes the device (D0), enables memory decoding, masks INTx. Bus mastering
 * goes off: the firmware may have left a DMA running into what is now our
 * memory.
 */
void pci_enable(const struct pci_device *d);

/* Lets the device reach memory. It must have been reset. */
void pci_enable_master(const struct pci_device *d);

/* Stops bus mastering: after this the device touches no memory. */
void pci_disable_master(const struct pci_device *d);

/* Maps a memory BAR uncached. Returns NULL for a port or absent BAR. */
volatile void *pci_map_bar(const struct pci_device *d, uint32_t bar);

#endif
