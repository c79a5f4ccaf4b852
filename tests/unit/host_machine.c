/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/host_machine.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum { DMA_MAX = 512, COMMAND_MEMORY = 2, COMMAND_MASTER = 4 };

/* Memory that devices may reach, by address. */
struct region {
	uint64_t start, end;
};

struct host_machine host;
static void *dma_block[DMA_MAX];
static struct region region[2 * DMA_MAX];
static uint32_t regions;
static struct host_function *function[HOST_FUNCTIONS];
static uint32_t functions;

void
host_reset(struct pci_device *d, uint16_t vendor, uint16_t device)
{
	uint32_t i;

	for (i = 0; i < DMA_MAX; i++) {
		free(dma_block[i]);
		dma_block[i] = NULL;
	}
	regions = functions = 0;
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

void
host_add_function(struct host_function *f)
{
	assert(functions < HOST_FUNCTIONS);
	function[functions++] = f;
}

void
host_dma_region(const void *p, size_t size)
{
	struct region r = { (uintptr_t)p, (uintptr_t)p + size };
	uint32_t i;

	assert(regions < sizeof(region) / sizeof(region[0]));
	for (i = regions++; i > 0 && region[i - 1].start > r.start; i--)
		region[i] = region[i - 1];
	region[i] = r;
}

bool
host_dma_contains(uint64_t addr, size_t size)
{
	uint32_t low = 0, high = regions, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (region[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < regions && region[low].start <= addr &&
	       size <= region[low].end - addr;
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
	host_dma_region(p, size);
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
	if (host.pass != NULL)
		host.pass(us * 1000ull);
	else
		host.ns += us * 1000ull;
}

/* kernel/pci.h */
static struct host_function *
function_of(const struct pci_device *d)
{
	struct host_function *f;
	uint32_t i;

	for (i = 0; i < functions; i++) {
		f = function[i];
		if (f->bus == d->bus && f->device == d->device &&
		    f->function == d->function)
			return f;
	}
	return NULL;
}

static uint8_t *
config_at(const struct pci_device *d, uint32_t offset)
{
	struct host_function *f = function_of(d);

	return f != NULL ? &f->config[offset] : &host.config[offset];
}

static void
config_write(
    const struct pci_device *d, uint32_t offset, const void *v, size_t size)
{
	struct host_function *f = function_of(d);

	memcpy(config_at(d, offset), v, size);
	if (f != NULL && f->written != NULL)
		f->written(f);
}

uint8_t
pci_read8(const struct pci_device *d, uint32_t offset)
{
	return *config_at(d, offset);
}

uint16_t
pci_read16(const struct pci_device *d, uint32_t offset)
{
	uint16_t v;

	memcpy(&v, config_at(d, offset), sizeof(v));
	return v;
}

void
pci_write16(const struct pci_device *d, uint32_t offset, uint16_t v)
{
	config_write(d, offset, &v, sizeof(v));
}

uint32_t
pci_read32(const struct pci_device *d, uint32_t offset)
{
	uint32_t v;

	memcpy(&v, config_at(d, offset), sizeof(v));
	return v;
}

void
pci_write32(const struct pci_device *d, uint32_t offset, uint32_t v)
{
	config_write(d, offset, &v, sizeof(v));
}

uint32_t
pci_find_capability(const struct pci_device *d, uint8_t id)
{
	uint32_t at = *config_at(d, PCI_CAPABILITIES);

	while (at != 0 && *config_at(d, at) != id)
		at = *config_at(d, at + 1);
	return at;
}

static void
command(const struct pci_device *d, uint8_t clear, uint8_t set)
{
	uint8_t v = *config_at(d, PCI_COMMAND);

	v = (uint8_t)((v & ~clear) | set);
	config_write(d, PCI_COMMAND, &v, sizeof(v));
}

void
pci_enable(const struct pci_device *d)
{
	command(d, COMMAND_MASTER, COMMAND_MEMORY);
}

void
pci_enable_master(const struct pci_device *d)
{
	command(d, 0, COMMAND_MASTER);
}

void
pci_disable_master(const struct pci_device *d)
{
	command(d, COMMAND_MASTER, 0);
}

volatile void *
pci_map_bar(const struct pci_device *d, uint32_t bar)
{
	struct host_function *f = function_of(d);

	if (f != NULL)
		return bar < PCI_BARS ? f->bar[bar] : NULL;
	return bar == 0 ? host.bar0 : NULL;
}

/* kernel/log.h */
static void
log_line(const char *fmt, va_list ap)
{
	size_t used = strlen(host.log_text);
	size_t room = sizeof(host.log_text) - used;

	vsnprintf(host.log_text + used, room, fmt, ap);
	used = strlen(host.log_text);
	if (used + 1 < sizeof(host.log_text))
		strcpy(host.log_text + used, "\n");
}

void
log_error(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(host.log_last, sizeof(host.log_last), fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
	host.log_errors++;
}

void
log_warn(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

void
log_info(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}
