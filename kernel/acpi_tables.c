/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI tables: RSDP, RSDT or XSDT, MADT, MCFG, FADT.
 */
#include "kernel/acpi_tables.h"

#include <errno.h>
#include <string.h>

#include "kernel/log.h"

enum {
	RSDP_SIZE_V1 = 20,
	RSDP_SIZE = 36,
	HEADER_SIZE = 36,
	TABLE_SIZE_MAX = 4 << 20,
	ROOT_ENTRIES_MAX = 256,
	ECAM_BUS_SHIFT = 20,
};

/* Offsets in the tables. */
enum {
	RSDP_RSDT = 16,
	RSDP_REVISION = 15,
	RSDP_XSDT = 24,
	MADT_LAPIC = 36,
	MADT_ENTRIES = 44,
	MCFG_ENTRIES = 44,
	MCFG_ENTRY_SIZE = 16,
	FADT_PM_TIMER = 76,
	FADT_PM_TIMER_LENGTH = 91,
	FADT_FLAGS = 112,
	FADT_RESET = 116,
	FADT_RESET_VALUE = 128,
	FADT_X_PM_TIMER = 208,
	GAS_SIZE = 12,
};

/* MADT entry types (5.2.12). */
enum {
	MADT_LOCAL_APIC = 0,
	MADT_IO_APIC = 1,
	MADT_LAPIC_OVERRIDE = 5,
	MADT_LOCAL_X2APIC = 9,
};

#define MADT_ENABLED     (1u << 0)
#define FADT_TIMER_WIDE  (1u << 8)
#define FADT_RESET_VALID (1u << 10)

struct table {
	const uint8_t *p;
	size_t size;
};

static uint32_t
get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t
get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint8_t
sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n-- > 0)
		s = (uint8_t)(s + *p++);
	return s;
}

bool
acpi_rsdp_valid(const void *rsdp, size_t size)
{
	const uint8_t *p = rsdp;

	return size >= RSDP_SIZE_V1 && memcmp(p, "RSD PTR ", 8) == 0 &&
	       sum(p, RSDP_SIZE_V1) == 0;
}

/* Maps a table and checks it. The signature is the caller's to judge. */
static bool
table_open(uint64_t phys, acpi_map_fn *map, struct table *t)
{
	const uint8_t *p = map(phys, HEADER_SIZE);
	size_t size;

	if (p == NULL) {
		log_warn("acpi", "a table at %#llx cannot be read",
		    (unsigned long long)phys);
		return false;
	}
	size = get32(p + 4);
	if (size < HEADER_SIZE || size > TABLE_SIZE_MAX ||
	    (p = map(phys, size)) == NULL) {
		log_warn("acpi", "the table at %#llx has a bad length, %zu",
		    (unsigned long long)phys, size);
		return false;
	}
	if (sum(p, size) != 0) {
		log_warn("acpi", "table %.4s at %#llx has a bad checksum",
		    (const char *)p, (unsigned long long)phys);
		return false;
	}
	t->p = p;
	t->size = size;
	return true;
}

static void
add_cpu(struct acpi_info *out, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < out->cpu_count; i++) {
		if (out->cpu_apic_id[i] == id)
			return;
	}
	if (out->cpu_count == ACPI_CPU_MAX) {
		log_warn("acpi", "more than %d processors", ACPI_CPU_MAX);
		return;
	}
	out->cpu_apic_id[out->cpu_count++] = id;
}

static void
madt_entry(const uint8_t *e, size_t size, struct acpi_info *out)
{
	if (e[0] == MADT_LOCAL_APIC && size >= 8) {
		if (get32(e + 4) & MADT_ENABLED)
			add_cpu(out, e[3]);
	} else if (e[0] == MADT_LOCAL_X2APIC && size >= 16) {
		if (get32(e + 8) & MADT_ENABLED)
			add_cpu(out, get32(e + 4));
	} else if (e[0] == MADT_IO_APIC && size >= 12) {
		if (out->ioapic_count < ACPI_IOAPIC_MAX)
			out->ioapic[out->ioapic_count++] = get32(e + 4);
	} else if (e[0] == MADT_LAPIC_OVERRIDE && size >= 12) {
		out->lapic_base = get64(e + 4);
	}
}

static void
parse_madt(const struct table *t, struct acpi_info *out)
{
	size_t at = MADT_ENTRIES, size;

	if (t->size < MADT_ENTRIES)
		return;
	out->lapic_base = get32(t->p + MADT_LAPIC);
	while (t->size - at >= 2) {
		size = t->p[at + 1];
		if (size < 2 || size > t->size - at) {
			log_warn("acpi", "MADT entry at %zu has length %zu", at,
			    size);
			return;
		}
		madt_entry(t->p + at, size, out);
		at += size;
	}
}

static void
parse_mcfg(const struct table *t, struct acpi_info *out)
{
	struct acpi_ecam e;
	const uint8_t *p;
	size_t at;

	for (at = MCFG_ENTRIES; at + MCFG_ENTRY_SIZE <= t->size;
	     at += MCFG_ENTRY_SIZE) {
		p = t->p + at;
		e = (struct acpi_ecam){
			.base = get64(p),
			.segment = (uint16_t)(p[8] | p[9] << 8),
			.bus_first = p[10],
			.bus_last = p[11],
		};
		if (e.base == 0 || e.bus_last < e.bus_first ||
		    (e.base & ((1u << ECAM_BUS_SHIFT) - 1)) != 0) {
			log_warn("acpi", "MCFG entry at %zu is unusable", at);
			continue;
		}
		if (out->ecam_count == ACPI_ECAM_MAX) {
			log_warn(
			    "acpi", "more than %d ECAM areas", ACPI_ECAM_MAX);
			return;
		}
		out->ecam[out->ecam_count++] = e;
	}
}

static struct acpi_address
parse_gas(const uint8_t *p)
{
	struct acpi_address a = { p[0], p[1], get64(p + 4) };

	if (a.address == 0 || a.space > ACPI_SPACE_PCI)
		a.width = 0;
	else if (a.width == 0)
		a.width = 8; /* firmware that leaves it out means a byte */
	return a;
}

static void
parse_fadt(const struct table *t, struct acpi_info *out)
{
	uint32_t flags = 0;

	if (t->size >= FADT_FLAGS + 4)
		flags = get32(t->p + FADT_FLAGS);
	if (t->size >= FADT_X_PM_TIMER + GAS_SIZE)
		out->pm_timer = parse_gas(t->p + FADT_X_PM_TIMER);
	if (out->pm_timer.width == 0 && t->size > FADT_PM_TIMER_LENGTH &&
	    t->p[FADT_PM_TIMER_LENGTH] == 4)
		out->pm_timer = (struct acpi_address){
			.space = ACPI_SPACE_IO,
			.width = get32(t->p + FADT_PM_TIMER) != 0 ? 32 : 0,
			.address = get32(t->p + FADT_PM_TIMER),
		};
	out->pm_timer_wide = flags & FADT_TIMER_WIDE;
	if ((flags & FADT_RESET_VALID) && t->size > FADT_RESET_VALUE) {
		out->reset = parse_gas(t->p + FADT_RESET);
		out->reset_value = t->p[FADT_RESET_VALUE];
	}
}

static const struct {
	char signature[5];
	void (*parse)(const struct table *, struct acpi_info *);
} parsers[] = {
	{ "APIC", parse_madt },
	{ "MCFG", parse_mcfg },
	{ "FACP", parse_fadt },
};

static void
parse_table(uint64_t phys, acpi_map_fn *map, struct acpi_info *out)
{
	struct table t;
	size_t i;

	if (!table_open(phys, map, &t))
		return;
	for (i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++) {
		if (memcmp(t.p, parsers[i].signature, 4) == 0)
			parsers[i].parse(&t, out);
	}
}

/* Opens the XSDT, or the RSDT; *width is the size of its entries. */
static bool
open_root(uint64_t rsdp, acpi_map_fn *map, struct table *t, size_t *width)
{
	const uint8_t *p = map(rsdp, RSDP_SIZE_V1);
	uint64_t rsdt;

	if (p == NULL || !acpi_rsdp_valid(p, RSDP_SIZE_V1))
		return false;
	rsdt = get32(p + RSDP_RSDT);
	if (p[RSDP_REVISION] >= 2 && (p = map(rsdp, RSDP_SIZE)) != NULL &&
	    sum(p, RSDP_SIZE) == 0 && get64(p + RSDP_XSDT) != 0 &&
	    table_open(get64(p + RSDP_XSDT), map, t) &&
	    memcmp(t->p, "XSDT", 4) == 0) {
		*width = 8;
		return true;
	}
	*width = 4;
	return rsdt != 0 && table_open(rsdt, map, t) &&
	       memcmp(t->p, "RSDT", 4) == 0;
}

int
acpi_parse(uint64_t rsdp, acpi_map_fn *map, struct acpi_info *out)
{
	struct table root;
	size_t width, at, n = 0;
	uint64_t phys;

	memset(out, 0, sizeof(*out));
	if (!open_root(rsdp, map, &root, &width))
		return -EINVAL;
	for (at = HEADER_SIZE; at + width <= root.size; at += width) {
		if (++n > ROOT_ENTRIES_MAX) {
			log_warn(
			    "acpi", "more than %d tables", ROOT_ENTRIES_MAX);
			break;
		}
		phys = width == 8 ? get64(root.p + at) : get32(root.p + at);
		if (phys != 0)
			parse_table(phys, map, out);
	}
	return 0;
}
