/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COM1. A line takes milliseconds to leave, so text goes through a buffer that
 * the main loop empties, a FIFO's worth at a time.
 * Registers as in the PC16550D data sheet, table II.
 */
#include "kernel/serial.h"

#include "kernel/io.h"
#include "kernel/time.h"

enum { COM1 = 0x3f8 };

enum {
	UART_DATA = 0,          /* with DLAB: divisor, low */
	UART_INTERRUPT = 1,     /* with DLAB: divisor, high */
	UART_FIFO = 2,          /* enable, clear both */
	UART_LINE_CONTROL = 3,  /* 8N1 is 3 */
	UART_MODEM_CONTROL = 4, /* DTR, RTS, OUT2; 0x10 loops back */
	UART_LINE_STATUS = 5,
	UART_DLAB = 0x80,
	UART_8N1 = 0x03,
	UART_FIFO_RESET = 0x07,
	UART_READY = 0x0b,
	UART_LOOP = 0x1a,
	UART_HAS_DATA = 0x01,
	UART_FIFO_EMPTY = 0x20,
	UART_EMPTY = 0x40, /* the shift register too */
	UART_FIFO_SIZE = 16,
	DIVISOR_115200 = 1,
	PROBE = 0xae,
};

/* 16 bytes leave in 1.4 ms; a UART that needs ten times that is dead. */
enum { FIFO_WAIT_US = 15000, PROBE_WAIT_US = 2000 };

enum { BUFFER_SIZE = 32768 }; /* a power of two */

static char buffer[BUFFER_SIZE];
static uint32_t head, tail; /* free-running; head - tail bytes wait */
static bool present;

static bool
wait_status(uint8_t bit, uint32_t timeout_us)
{
	uint64_t start = time_us();

	while (!(inb(COM1 + UART_LINE_STATUS) & bit)) {
		if (time_us() - start > timeout_us)
			return inb(COM1 + UART_LINE_STATUS) & bit;
	}
	return true;
}

/* A byte sent in a loop must come back; an empty socket returns 0xff. */
static bool
probe(void)
{
	outb(COM1 + UART_MODEM_CONTROL, UART_LOOP);
	outb(COM1 + UART_DATA, PROBE);
	return wait_status(UART_HAS_DATA, PROBE_WAIT_US) &&
	       inb(COM1 + UART_DATA) == PROBE;
}

void
serial_init(void)
{
	outb(COM1 + UART_INTERRUPT, 0);
	/* The loader's last byte would come back as the probe's. */
	wait_status(UART_EMPTY, FIFO_WAIT_US);
	outb(COM1 + UART_LINE_CONTROL, UART_DLAB);
	outb(COM1 + UART_DATA, DIVISOR_115200);
	outb(COM1 + UART_INTERRUPT, 0);
	outb(COM1 + UART_LINE_CONTROL, UART_8N1);
	outb(COM1 + UART_FIFO, UART_FIFO_RESET);
	present = probe();
	outb(COM1 + UART_MODEM_CONTROL, UART_READY);
}

bool
serial_idle(void)
{
	return head == tail;
}

bool
serial_put(const char *text, size_t n)
{
	size_t i;

	if (!present)
		return true;
	if (n > BUFFER_SIZE - (head - tail))
		return false;
	for (i = 0; i < n; i++)
		buffer[head++ & (BUFFER_SIZE - 1)] = text[i];
	return true;
}

void
serial_poll(void)
{
	int n;

	if (head == tail || !present ||
	    !(inb(COM1 + UART_LINE_STATUS) & UART_FIFO_EMPTY))
		return;
	for (n = 0; n < UART_FIFO_SIZE && head != tail; n++)
		outb(COM1 + UART_DATA,
		    (uint8_t)buffer[tail++ & (BUFFER_SIZE - 1)]);
}

void
serial_flush(void)
{
	while (present && head != tail) {
		if (!wait_status(UART_FIFO_EMPTY, FIFO_WAIT_US)) {
			present = false;
			return;
		}
		serial_poll();
	}
}
