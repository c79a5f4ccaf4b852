/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/e1000_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct part i82540 = { 0x100e, false, false, "e1000", "82540EM" };
struct part i82545 = { 0x100f, false, true, "e1000", "82545EM" };
struct part i82574 = { 0x10d3, true, false, "e1000e", "82574L" };

struct pci_device pci;
struct port port;
struct pool pool;
static struct pkt *slots[BUFFERS];
static void *region;

void
fixture_room(uint16_t room)
{
	free(region);
	region = aligned_alloc(POOL_BLOCK, pool_region_size(BUFFERS, room));
	pool_init(&pool, slots, region, BUFFERS, room);
	port.buffer_room = room;
}

int
fixture_setup(void **state)
{
	const struct part *part = *state;

	host_reset(&pci, 0x8086, part->device);
	host.config[PCI_CAPABILITIES] = part->pcie ? MSI_AT : 0xe0;
	host.config[MSI_AT] = PCI_CAP_MSI;
	host.config[MSI_AT + 1] = 0xe0;
	host.config[MSI_AT + 2] = 1 << 7; /* addresses of 64 bits */
	host.config[0xe0] = part->pcie ? PCI_CAP_EXPRESS : PCI_CAP_PCIX;
	if (part->pcie)
		host.config[ASPM_AT] = 0x43;
	else
		host.config[PCIX_COMMAND_AT] = 0x0e; /* reads of 4096 */
	fake_power_on(part->pcie);
	fake.no_cross = part->no_cross;
	memset(&port, 0, sizeof(port));
	fixture_room(PKT_ROOM);
	port.index = 3;
	strcpy(port.name, "port3");
	return 0;
}

int
fixture_teardown(void **state)
{
	if (fake.violations != 0)
		print_error("violation: %s\n", fake.violation);
	assert_int_equal(fake.violations, 0);
	free(region);
	region = NULL;
	host_reset(&pci, 0, 0);
	return 0;
}

void
fixture_fill(void)
{
	struct pkt *none;

	atomic_store(&port.state, PORT_STARTED);
	assert_int_equal(port.ops->rx_burst(&port, 0, &none, 1), 0);
}

void
fixture_stop(void)
{
	atomic_store(&port.state, PORT_STOPPING);
	port.ops->stop(&port);
	atomic_store(&port.state, PORT_STOPPED);
}

void
fixture_start(void)
{
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.pool[0] = &pool;
	assert_int_equal(port.ops->start(&port), 0);
	fixture_fill();
}
