/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/host_machine.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum { DMA_MAX = 64, COMMAND_MEMORY = 2, COMMAND_MASTER = 4 };

struct host_machine host;
static void *dma_block[DMA_MAX];

void
host_reset(struct pci_device *d, uint16_t vendor, uint16_t device)
{
	uint32_t i;

	for (i = 0; i < DMA_MAX; i++) {
		free(dma_block[i]);
		dma_block[i] = NULL;
	}
	memset(&host, 0, sizeof(host));
	host.dma_left = -1;
	host.config[PCI_COMMAND] = COMMAND_MASTER; /* as firmware leaves it */
	memset(d, 0, sizeof(*d));
	d->vendor_id = vendor;
	d->device_id = device;
	strcpy(d->address, "0000:00:02.0");
}

bool
host_bus_master(void)
{
	return (host.config[PCI_COMMAND] & COMMAND_MASTER) != 0;
}

/* kernel/dma.h */
void *
dma_alloc(size_t size, size_t align)
{
	void *p;

	if (host.dma_left == 0 || host.dma_count == DMA_MAX)
		return NULL;
	if (host.dma_left > 0)
		host.dma_left--;
	p = aligned_alloc(align, (size + align - 1) / align * align);
	if (p == NULL)
		return NULL;
	dma_block[host.dma_count++] = p;
	return memset(p, 0, size);
}

/* kernel/time.h */
uint64_t
time_us(void)
{
	return host.ns / 1000;
}

void
delay_us(uint32_t us)
{
	host.ns += us * 1000ull;
}

/* kernel/pci.h */
uint8_t
pci_read8(const struct pci_device *d, uint32_t offset)
{
	return host.config[offset];
}

uint16_t
pci_read16(const struct pci_device *d, uint32_t offset)
{
	uint16_t v;

	memcpy(&v, &host.config[offset], sizeof(v));
	return v;
}

void
pci_write16(const struct pci_device *d, uint32_t offset, uint16_t v)
{
	memcpy(&host.config[offset], &v, sizeof(v));
}

uint32_t
pci_read32(const struct pci_device *d, uint32_t offset)
{
	uint32_t v;

	memcpy(&v, &host.config[offset], sizeof(v));
	return v;
}

void
pci_write32(const struct pci_device *d, uint32_t offset, uint32_t v)
{
	memcpy(&host.config[offset], &v, sizeof(v));
}

uint32_t
pci_find_capability(const struct pci_device *d, uint8_t id)
{
	uint32_t at = host.config[PCI_CAPABILITIES];

	while (at != 0 && host.config[at] != id)
		at = host.config[at + 1];
	return at;
}

void
pci_enable(const struct pci_device *d)
{
	host.config[PCI_COMMAND] &= (uint8_t)~COMMAND_MASTER;
	host.config[PCI_COMMAND] |= COMMAND_MEMORY;
}

void
pci_enable_master(const struct pci_device *d)
{
	host.config[PCI_COMMAND] |= COMMAND_MASTER;
}

void
pci_disable_master(const struct pci_device *d)
{
	host.config[PCI_COMMAND] &= (uint8_t)~COMMAND_MASTER;
}

volatile void *
pci_map_bar(const struct pci_device *d, uint32_t bar)
{
	return bar == 0 ? host.bar0 : NULL;
}

/* kernel/log.h */
void
log_error(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(host.log_last, sizeof(host.log_last), fmt, ap);
	va_end(ap);
	host.log_errors++;
}

void
log_warn(const char *area, const char *fmt, ...)
{
}

void
log_info(const char *area, const char *fmt, ...)
{
}
