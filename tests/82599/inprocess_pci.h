/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The in-process shell's configuration space and MSI-X table.
 */
#ifndef TESTS_82599_INPROCESS_PCI_H
#define TESTS_82599_INPROCESS_PCI_H

#include "tests/82599/inprocess.h"

enum { BAR_REGISTERS = 0, BAR_MSIX = 4 };

/* What a function has at power-on; its address is 0000:01:SLOT.FUNCTION. */
void inprocess_pci_fill(struct inprocess *s, uint8_t slot, uint8_t function);

/* What the host has written there. */
bool inprocess_bus_master(const struct inprocess *s);
enum i82599_interrupts inprocess_interrupts(const struct inprocess *s);

/* Messages go out, or wait while they are masked (PCI 3.0, 6.8.3.5). */
void inprocess_msix(struct inprocess *s, uint32_t vector);
void inprocess_send_messages(struct inprocess *s);

/* BAR 4. */
uint32_t inprocess_table_read(const struct inprocess *s, uint32_t offset);
void inprocess_table_write(
    struct inprocess *s, uint32_t offset, uint32_t value);

#endif
