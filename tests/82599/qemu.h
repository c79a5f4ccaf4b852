/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the QEMU device: qemu.c has the device, its registers and the
 * wire, qemu_pci.c its configuration space. To be included after
 * "qemu/osdep.h".
 */
#ifndef TESTS_82599_QEMU_H
#define TESTS_82599_QEMU_H

#include "hw/pci/pci.h"
#include "net/net.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"

#include "tests/82599/model.h"

#define TYPE_IXGBE "ixgbe"

struct ixgbe {
	PCIDevice pci;
	NICConf conf;
	NICState *nic;
	MemoryRegion registers, io, msix;
	QEMUTimer *timer;
	QEMUBH *flush; /* asks the netdev for what it holds back */
	struct i82599 *model;
	char name[32];
	uint32_t io_address;
	bool strict, lossless, module;
	uint64_t hostile;
	bool irq;     /* the model's interrupt line */
	bool asleep;  /* power state D3 */
	bool busy;    /* in the model, which must not be entered again */
	bool refused; /* a frame came meanwhile */
};

static inline struct ixgbe *
ixgbe_of(void *object)
{
	return OBJECT_CHECK(struct ixgbe, object, TYPE_IXGBE);
}

/*
 * The model is entered between these two. A netdev may answer a frame before
 * transmit() returns, and a driver may aim the DMA at our own registers.
 */
static inline void
ixgbe_enter(struct ixgbe *s)
{
	s->busy = true;
}

static inline void
ixgbe_leave(struct ixgbe *s)
{
	s->busy = false;
	if (s->refused) {
		s->refused = false;
		qemu_bh_schedule(s->flush);
	}
}

/* Configuration space's capabilities, and their end. */
bool ixgbe_add_capabilities(struct ixgbe *s, Error **errp);
void ixgbe_remove_capabilities(struct ixgbe *s);
void ixgbe_config_write(PCIDevice *pci, uint32_t addr, uint32_t v, int len);

/* A reset by the bus, or power. */
void ixgbe_power_on(struct ixgbe *s);

#endif
