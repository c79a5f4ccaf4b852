/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 82599 model in one process with the driver under test: the machine of
 * tests/unit/host_machine.h with model cards in it. The driver's register
 * accesses (kernel/mmio.h) go to the models, and its configuration space,
 * MSI-X tables, DMA memory and clock are simulated. Link with
 * tests/unit/host_machine.c and the model's own files.
 *
 * Time stands still while code runs. A register read takes READ_NS; delay_us()
 * and inprocess_pass() let it run, and the models' timers go off on the way.
 *
 * Frames go from port to port on wires that keep them in order until the
 * receiver has room: nothing is lost but where a test wants it to be.
 *
 *   inprocess_begin();
 *   a = inprocess_new(&config);
 *   b = inprocess_new(&config);
 *   inprocess_wire(a, b);
 *   nic_probe(&a->pci, &port); ...
 *   assert_int_equal(inprocess_end(), 0);
 */
#ifndef TESTS_82599_INPROCESS_H
#define TESTS_82599_INPROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/pci.h"
#include "tests/82599/model.h"
#include "tests/unit/host_machine.h"

enum { INPROCESS_READ_NS = 500, INPROCESS_TEXT = 160 };

struct inprocess_frame;

struct inprocess {
	struct pci_device pci; /* what the driver is probed with */
	struct i82599 *model;
	struct host_function function;

	/* The wire. Frames leave to `transmitted` if it is set, and else to
	 * the peer; with neither they are only counted. */
	struct inprocess *peer;
	void (*transmitted)(void *ctx, const uint8_t *frame, uint32_t len);
	void *ctx;
	bool lossy; /* frames for this port do not wait for room */
	uint64_t sent, received;
	uint64_t wire_lost; /* found the wire full */

	/* Interrupts, as the host sees them. */
	uint64_t messages[I82599_MSIX_VECTORS]; /* MSI-X, by vector */
	uint64_t msi_messages;
	uint64_t rises; /* of INTx */
	bool irq;

	/* What no driver may do. */
	uint32_t violations;       /* strict: rules of the datasheet */
	uint32_t faults;           /* DMA to memory that is not for it */
	char text[INPROCESS_TEXT]; /* the last of these */

	/* Private. */
	uint32_t msix_table[I82599_MSIX_VECTORS][4];
	uint64_t msix_pending;
	uint64_t timer;
	bool busy; /* in the model */
	struct inprocess_frame *waiting;
	uint32_t first, count; /* of `waiting` */
};

/* A fresh machine without cards: host_reset(), and the clock is ours. */
void inprocess_begin(void);

/* One more port, powered on, bus mastering off. Never NULL: fails the program
 * when memory is out. Its address is 0000:01:N.F. */
struct inprocess *inprocess_new(const struct i82599_config *config);

/* Removes the cards and frees all memory. Returns how many violations and
 * faults there were; each was also written to standard error. */
uint32_t inprocess_end(void);

/* Joins two ports. */
void inprocess_wire(struct inprocess *a, struct inprocess *b);

/* A frame arrives at a port, from the destination MAC on, without FCS. */
void inprocess_receive(
    struct inprocess *to, const uint8_t *frame, uint32_t len);

/* Pulls or plugs the cable. */
void inprocess_set_link(struct inprocess *port, bool up);

/* Lets time pass, and what was to happen in it happen. */
void inprocess_pass(uint64_t ns);

/* Frames on the wire towards this port that found no room yet. */
uint32_t inprocess_waiting(const struct inprocess *port);

#endif
