/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI: PCI Local Bus 3.0, chapter 6 (configuration space); PCI Express Base
 * 3.0, 7.2 (ECAM); PCI-to-PCI Bridge 1.2, 3.2.
 *
 * The scan asks every device number on every bus, not only the buses that
 * bridges name: that also finds buses behind a second host bridge, and it
 * yields the devices in order of address.
 */
#include "kernel/pci.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel/acpi.h"
#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/paging.h"
#include "kernel/time.h"

enum {
	CONFIG_ADDRESS = 0xcf8,
	CONFIG_DATA = 0xcfc,
	BUSES = 256,
	DEVICES = 32,
	FUNCTIONS = 8,
	BUS_SIZE = 1 << 20, /* of ECAM */
	CONFIG_SIZE = 256,  /* what ports reach */
	ECAM_SIZE = 4096,
	VENDOR_NONE = 0xffff,
};

#define CONFIG_ENABLE 0x80000000u

/* Header type register, and what only bridges have. */
enum {
	HEADER_MULTIFUNCTION = 0x80,
	HEADER_TYPE_MASK = 0x7f,
	HEADER_DEVICE = 0,
	HEADER_BRIDGE = 1,
	BRIDGE_SECONDARY = 0x19,
};

enum {
	COMMAND_IO = 1 << 0,
	COMMAND_MEMORY = 1 << 1,
	COMMAND_MASTER = 1 << 2,
	COMMAND_INTX_OFF = 1 << 10,
	STATUS_CAPABILITIES = 1 << 4,
};

enum {
	BAR_IO = 1 << 0,
	BAR_TYPE_MASK = 3 << 1,
	BAR_TYPE_64 = 2 << 1,
	BAR_PREFETCH = 1 << 3,
	BAR_IO_FLAGS = 0x3,
	BAR_MEMORY_FLAGS = 0xf,
};

enum {
	CAPABILITY_FIRST = 0x40,
	CAPABILITY_MAX = (CONFIG_SIZE - CAPABILITY_FIRST) / 4,
	PM_CONTROL = 4, /* PCI Power Management 1.2, 3.2.4 */
	PM_STATE_MASK = 3,
	PM_WAKE_US = 10000,
};

enum { CLASS_STORAGE = 0x01, CLASS_NETWORK = 0x02 };

/* A run of buses whose configuration space is mapped, or goes by ports. */
struct area {
	uint16_t segment;
	uint8_t bus_first, bus_last;
	volatile uint8_t *ecam; /* of bus_first; NULL: ports */
};

static struct area area[ACPI_ECAM_MAX];
static uint32_t area_count;
static struct pci_device device[PCI_DEVICES_MAX];
static uint32_t device_count, functions;

static const struct area *
area_of(uint16_t segment, uint8_t bus)
{
	uint32_t i;

	for (i = 0; i < area_count; i++) {
		if (area[i].segment == segment && bus >= area[i].bus_first &&
		    bus <= area[i].bus_last)
			return &area[i];
	}
	return NULL;
}

/* The mapped register, or NULL: then it goes by ports. */
static volatile uint8_t *
ecam_register(const struct pci_device *d, uint32_t offset)
{
	const struct area *a = area_of(d->segment, d->bus);

	if (a == NULL || a->ecam == NULL || offset >= ECAM_SIZE)
		return NULL;
	return a->ecam + (uint32_t)(d->bus - a->bus_first) * BUS_SIZE +
	       (d->device << 15 | d->function << 12 | offset);
}

/* Points the data port at a register; 0 when ports do not reach it. */
static uint16_t
port_register(const struct pci_device *d, uint32_t offset)
{
	if (d->segment != 0 || offset >= CONFIG_SIZE)
		return 0;
	outl(CONFIG_ADDRESS, CONFIG_ENABLE | (uint32_t)d->bus << 16 |
				 (uint32_t)d->device << 11 |
				 (uint32_t)d->function << 8 | (offset & 0xfc));
	return (uint16_t)(CONFIG_DATA + (offset & 3));
}

/*
 * AMD's processors up to family 16h answer ECAM accesses by MOV from and to
 * AL, AX and EAX alone (BKDG, MMIO configuration coding requirements).
 */
#define PCI_ACCESS(bits, in, out)                                              \
	uint##bits##_t pci_read##bits(                                         \
	    const struct pci_device *d, uint32_t offset)                       \
	{                                                                      \
		volatile uint8_t *p = ecam_register(d, offset);                \
		uint##bits##_t v;                                              \
		uint16_t port;                                                 \
                                                                               \
		if (p != NULL) {                                               \
			__asm__ volatile("mov %1, %0"                          \
					 : "=a"(v)                             \
					 : "m"(*(volatile uint##bits##_t *)p)  \
					 : "memory");                          \
			return v;                                              \
		}                                                              \
		port = port_register(d, offset);                               \
		return port != 0 ? in(port) : (uint##bits##_t) - 1;            \
	}                                                                      \
                                                                               \
	void pci_write##bits(                                                  \
	    const struct pci_device *d, uint32_t offset, uint##bits##_t v)     \
	{                                                                      \
		volatile uint8_t *p = ecam_register(d, offset);                \
		uint16_t port;                                                 \
                                                                               \
		if (p != NULL) {                                               \
			__asm__ volatile("mov %1, %0"                          \
					 : "=m"(*(volatile uint##bits##_t *)p) \
					 : "a"(v)                              \
					 : "memory");                          \
			return;                                                \
		}                                                              \
		port = port_register(d, offset);                               \
		if (port != 0)                                                 \
			out(port, v);                                          \
	}

PCI_ACCESS(8, inb, outb)
PCI_ACCESS(16, inw, outw)
PCI_ACCESS(32, inl, outl)

/* Writes all ones and reads back which bits stick. */
static uint32_t
bar_probe(const struct pci_device *d, uint32_t offset)
{
	uint32_t old = pci_read32(d, offset), mask;

	pci_write32(d, offset, UINT32_MAX);
	mask = pci_read32(d, offset);
	pci_write32(d, offset, old);
	return mask;
}

/* Reads BAR i; returns how many BARs it takes up. */
static uint32_t
read_bar(struct pci_device *d, uint32_t i)
{
	struct pci_bar *b = &d->bar[i];
	uint32_t offset = PCI_BAR0 + 4 * i, low = pci_read32(d, offset), flags;
	uint64_t mask;

	b->io = low & BAR_IO;
	flags = b->io ? BAR_IO_FLAGS : BAR_MEMORY_FLAGS;
	b->prefetchable = !b->io && (low & BAR_PREFETCH);
	b->wide = !b->io && (low & BAR_TYPE_MASK) == BAR_TYPE_64 &&
	          i + 1 < PCI_BARS;
	b->base = low & ~flags;
	mask = bar_probe(d, offset) & ~flags;
	if (b->wide) {
		b->base |= (uint64_t)pci_read32(d, offset + 4) << 32;
		mask |= (uint64_t)bar_probe(d, offset + 4) << 32;
	}
	/* The lowest bit that sticks; not every device has all upper ones. */
	b->size = mask & -mask;
	if (b->size == 0)
		b->base = 0;
	return b->wide ? 2 : 1;
}

/* Sizing moves the BARs about, so the device must not decode meanwhile. */
static void
read_bars(struct pci_device *d)
{
	uint16_t command = pci_read16(d, PCI_COMMAND);
	uint32_t i;

	pci_write16(d, PCI_COMMAND,
	    (uint16_t)(command & ~(COMMAND_IO | COMMAND_MEMORY)));
	for (i = 0; i < PCI_BARS;)
		i += read_bar(d, i);
	pci_write16(d, PCI_COMMAND, command);
}

/* What a driver wants to know. */
static void
read_device(struct pci_device *d)
{
	d->subsystem_vendor_id = pci_read16(d, PCI_SUBSYSTEM_VENDOR_ID);
	d->subsystem_id = pci_read16(d, PCI_SUBSYSTEM_ID);
	read_bars(d);
}

/* The rest is not ours to touch: its BARs may be in use, as the screen's. */
static bool
has_drivers(const struct pci_device *d, uint8_t type)
{
	return type == HEADER_DEVICE &&
	       (d->class_code >> 16 == CLASS_STORAGE ||
		   d->class_code >> 16 == CLASS_NETWORK);
}

static void
keep(struct pci_device *d)
{
	log_info("pci", "%s %04x:%04x class %06x", d->address, d->vendor_id,
	    d->device_id, (unsigned)d->class_code);
	if (device_count == PCI_DEVICES_MAX) {
		log_warn("pci", "more than %d devices: %s is left out",
		    PCI_DEVICES_MAX, d->address);
		return;
	}
	read_device(d);
	device[device_count++] = *d;
}

/* Returns false when there is no such function. */
static bool
scan_function(const struct pci_device *at)
{
	struct pci_device d = *at;
	uint32_t class;
	uint8_t type;

	d.vendor_id = pci_read16(at, PCI_VENDOR_ID);
	if (d.vendor_id == VENDOR_NONE)
		return false;
	functions++;
	type = pci_read8(at, PCI_HEADER_TYPE) & HEADER_TYPE_MASK;
	class = pci_read32(at, PCI_CLASS);
	d.device_id = pci_read16(at, PCI_DEVICE_ID);
	d.class_code = class >> 8;
	d.revision = (uint8_t) class;
	snprintf(d.address, sizeof(d.address), "%04x:%02x:%02x.%x", d.segment,
	    d.bus, d.device, d.function & 7u);
	if (has_drivers(&d, type)) {
		keep(&d);
		return true;
	}
	/* A server has hundreds of these: not for a slow serial line. */
	log_debug("pci", "%s %04x:%04x class %06x", d.address, d.vendor_id,
	    d.device_id, (unsigned)d.class_code);
	if (type == HEADER_BRIDGE && pci_read8(at, BRIDGE_SECONDARY) == 0)
		log_warn("pci",
		    "%s: the firmware gave this bridge no bus; "
		    "devices behind it are not seen",
		    d.address);
	return true;
}

static void
scan_device(struct pci_device *at)
{
	at->function = 0;
	if (!scan_function(at) ||
	    !(pci_read8(at, PCI_HEADER_TYPE) & HEADER_MULTIFUNCTION))
		return;
	for (at->function = 1; at->function < FUNCTIONS; at->function++)
		scan_function(at);
}

static void
scan_area(const struct area *a)
{
	struct pci_device at = { .segment = a->segment };
	uint32_t bus;

	for (bus = a->bus_first; bus <= a->bus_last; bus++) {
		at.bus = (uint8_t)bus;
		for (at.device = 0; at.device < DEVICES; at.device++)
			scan_device(&at);
	}
}

/* Keeps the areas in order of segment and bus. */
static void
add_area(struct area a)
{
	uint32_t i = area_count++;

	for (; i > 0 && (area[i - 1].segment > a.segment ||
			    (area[i - 1].segment == a.segment &&
				area[i - 1].bus_first > a.bus_first));
	     i--)
		area[i] = area[i - 1];
	area[i] = a;
}

static void
map_areas(const struct acpi_info *info)
{
	const struct acpi_ecam *e;
	struct area a;
	uint32_t i;

	for (i = 0; i < info->ecam_count; i++) {
		e = &info->ecam[i];
		a = (struct area){ e->segment, e->bus_first, e->bus_last,
			NULL };
		if (area_of(a.segment, a.bus_first) != NULL ||
		    area_of(a.segment, a.bus_last) != NULL)
			continue; /* two entries for the same buses */
		a.ecam = paging_map_mmio(
		    e->base + (uint64_t)e->bus_first * BUS_SIZE,
		    (uint64_t)(e->bus_last - e->bus_first + 1) * BUS_SIZE);
		if (a.ecam != NULL)
			add_area(a);
	}
}

void
pci_scan(void)
{
	/* Segment 0 has ports where it has no ECAM. */
	static const struct area first = { 0, 0, BUSES - 1, NULL };
	uint32_t i;

	map_areas(acpi_info());
	scan_area(&first);
	for (i = 0; i < area_count; i++) {
		if (area[i].segment != 0)
			scan_area(&area[i]);
	}
	log_info("pci", "%u functions, by %s", (unsigned)functions,
	    area_of(0, 0) != NULL ? "ECAM" : "ports");
}

uint32_t
pci_count(void)
{
	return device_count;
}

struct pci_device *
pci_get(uint32_t i)
{
	return i < device_count ? &device[i] : NULL;
}

uint32_t
pci_find_capability(const struct pci_device *d, uint8_t id)
{
	uint32_t at, i;

	if (!(pci_read16(d, PCI_STATUS) & STATUS_CAPABILITIES))
		return 0;
	at = pci_read8(d, PCI_CAPABILITIES) & ~3u;
	/* The list may loop; it cannot be longer than its space. */
	for (i = 0; i < CAPABILITY_MAX && at >= CAPABILITY_FIRST; i++) {
		if (pci_read8(d, at) == id)
			return at;
		at = pci_read8(d, at + 1) & ~3u;
	}
	return 0;
}

/* To D0. Coming from D3 a device may forget its BARs. */
static void
wake(const struct pci_device *d)
{
	uint32_t cap = pci_find_capability(d, PCI_CAP_PM), bar[PCI_BARS], i;
	uint16_t control;

	if (cap == 0)
		return;
	control = pci_read16(d, cap + PM_CONTROL);
	if ((control & PM_STATE_MASK) == 0)
		return;
	for (i = 0; i < PCI_BARS; i++)
		bar[i] = pci_read32(d, PCI_BAR0 + 4 * i);
	pci_write16(d, cap + PM_CONTROL, (uint16_t)(control & ~PM_STATE_MASK));
	delay_us(PM_WAKE_US);
	for (i = 0; i < PCI_BARS; i++)
		pci_write32(d, PCI_BAR0 + 4 * i, bar[i]);
}

void
pci_enable(const struct pci_device *d)
{
	wake(d);
	pci_write16(d, PCI_COMMAND,
	    (uint16_t)((pci_read16(d, PCI_COMMAND) & ~COMMAND_MASTER) |
		       COMMAND_MEMORY | COMMAND_INTX_OFF));
}

void
pci_enable_master(const struct pci_device *d)
{
	pci_write16(
	    d, PCI_COMMAND, pci_read16(d, PCI_COMMAND) | COMMAND_MASTER);
}

void
pci_disable_master(const struct pci_device *d)
{
	pci_write16(d, PCI_COMMAND,
	    (uint16_t)(pci_read16(d, PCI_COMMAND) & ~COMMAND_MASTER));
}

volatile void *
pci_map_bar(const struct pci_device *d, uint32_t bar)
{
	if (bar >= PCI_BARS || d->bar[bar].io || d->bar[bar].base == 0)
		return NULL;
	return paging_map_mmio(d->bar[bar].base, d->bar[bar].size);
}
