/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port with an e1000 behind it, for the tests of that driver. Each test runs
 * once for each part; cmocka's state is the part.
 */
#ifndef TESTS_UNIT_E1000_FIXTURE_H
#define TESTS_UNIT_E1000_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/nic.h"
#include "tests/unit/fake_e1000.h"
#include "tests/unit/host_machine.h"

enum {
	BUFFERS = 1024,
	RING = 255, /* buffers in a receive ring of 256 */
	MSI_AT = 0xc8,
	ASPM_AT = 0xe0 + 0x10, /* in the capability of PCI Express */
	PCIX_COMMAND_AT = 0xe0 + 2,
};

struct part {
	uint16_t device;
	bool pcie, no_cross;
	const char *driver, *model;
};

extern struct part i82540, i82545, i82574;
extern struct pci_device pci;
extern struct port port;
extern struct pool pool;

int fixture_setup(void **state);
int fixture_teardown(void **state); /* checks that no rule was broken */
void fixture_room(uint16_t room);   /* before start: larger buffers */
void fixture_start(void);           /* probes, starts and fills the port */
void fixture_fill(void);            /* its ring, after ops->start */
void fixture_stop(void);            /* without draining it */

#define TEST(t, part)                                                          \
	{                                                                      \
#t " " #part, t, fixture_setup, fixture_teardown, &part        \
	}
#define TEST_ALL(t) TEST(t, i82540), TEST(t, i82545), TEST(t, i82574)

#endif
