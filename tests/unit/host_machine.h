/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that drivers see in host tests: a clock that only waiting moves,
 * DMA memory that can run out, one PCI function's configuration space, and a
 * log that is kept. mmio_read32() and mmio_write32() are the device model's.
 */
#ifndef TESTS_UNIT_HOST_MACHINE_H
#define TESTS_UNIT_HOST_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/pci.h"

struct host_machine {
	uint64_t ns;         /* the time */
	int32_t dma_left;    /* allocations that still succeed; -1: all */
	uint32_t dma_count;  /* allocations so far */
	uint32_t log_errors; /* lines of that level */
	char log_last[256];  /* the last of them */
	uint8_t config[256]; /* PCI configuration space */
	volatile void *bar0; /* what pci_map_bar(d, 0) returns */
};

extern struct host_machine host;

/* A fresh machine with a function of these ids. Frees all DMA memory. */
void host_reset(struct pci_device *d, uint16_t vendor, uint16_t device);
bool host_bus_master(void);

#endif
