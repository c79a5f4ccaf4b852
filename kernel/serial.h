/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COM1, a 16550: 115200 8N1, output only, no interrupts. When there is no
 * UART every call returns at once.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void serial_init(void);

/* Nothing waits to be sent. */
bool serial_idle(void);

/*
 * Puts text into the buffer; false, and nothing is taken, when it does not fit
 * whole.
 */
bool serial_put(const char *text, size_t n);

/* Feeds the UART what its FIFO takes now. Never waits. */
void serial_poll(void);

/* Waits until the buffer is empty; gives up on a UART that stops. */
void serial_flush(void);

#endif
