/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that drivers see in host tests: a clock that only waiting moves,
 * DMA memory that can run out, the configuration space of one PCI function or
 * more, and a log that is kept. mmio_read32() and mmio_write32() are the
 * device model's.
 */
#ifndef TESTS_UNIT_HOST_MACHINE_H
#define TESTS_UNIT_HOST_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/pci.h"

struct host_machine {
	uint64_t ns;         /* the time */
	int32_t dma_left;    /* allocations that still succeed; -1: all */
	uint32_t dma_count;  /* allocations so far */
	uint32_t log_errors; /* lines of that level */
	char log_last[256];  /* the last of them */
	char log_text[8192]; /* all lines of all levels, as far as they fit */
	uint8_t config[256]; /* PCI configuration space */
	volatile void *bar0; /* what pci_map_bar(d, 0) returns */
	/* Called for delay_us(); it moves the time. NULL: only the time moves.
	 */
	void (*pass)(uint64_t ns);
};

/*
 * One more PCI function beside that of host_reset(). It is known by its bus,
 * device and function numbers, which the others have as 0.
 */
struct host_function {
	uint8_t bus, device, function;
	uint8_t config[256];
	volatile void *bar[PCI_BARS];
	/* The driver has written to the configuration space. */
	void (*written)(struct host_function *f);
	void *owner;
};

extern struct host_machine host;

/* A fresh machine with a function of these ids. Frees all DMA memory. */
void host_reset(struct pci_device *d, uint16_t vendor, uint16_t device);
bool host_bus_master(void);

/* Until the next host_reset(). At most HOST_FUNCTIONS. */
enum { HOST_FUNCTIONS = 8 };
void host_add_function(struct host_function *f);

/*
 * Memory that devices may reach: what dma_alloc() gave, and what is named
 * here, until the next host_reset().
 */
void host_dma_region(const void *p, size_t size);
bool host_dma_contains(uint64_t addr, size_t size);

#endif
