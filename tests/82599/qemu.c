/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 82599 model as a PCIe device of QEMU 7.2: `-device ixgbe`. One device is
 * one function; a card with two ports is
 *
 *   -device ixgbe,netdev=n0,addr=2.0,multifunction=on
 *   -device ixgbe,netdev=n1,addr=2.1
 *
 * Properties beside those of every PCI device and NIC (netdev, mac):
 *
 *   strict=on|off    record what the datasheet forbids (default off)
 *   hostile=SEED     delays and batches from this seed (default 0: none)
 *   lossless=on|off  the netdev waits while there is no room for a frame
 *                    (default); off: frames are lost and counted, as on a wire
 *   module=on|off    an SFP+ module is plugged (default on)
 *
 * A violation is a line `82599 strict: PORT SECTION TEXT` on standard error;
 * PORT is the device's id, or its address when it has none. Their number is
 * the property `violations`; a test reads it through QMP:
 *
 *   {"execute": "qom-get", "arguments": {"path": "ID", "property":
 *    "violations"}}
 *
 * set_link with the device's id or the netdev's pulls and plugs the cable.
 */
#include "qemu/osdep.h"

#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/module.h"
#include "sysemu/sysemu.h"

#include "tests/82599/qemu.h"

enum {
	DEVICE_ID = 0x10fb,
	SUBSYSTEM_ID = 0x0003, /* Ethernet Server Adapter X520-2 */
	REVISION = 1,
	BAR_REGISTERS = 0,
	BAR_IO = 2,
	IO_SIZE = 32,
	IO_ADDRESS = 0,
	IO_DATA = 4,
	FRAME_MIN = 60, /* without FCS */
};

/*
 * What the model asks for.
 */

static bool
ixgbe_dma_read(void *ctx, uint64_t addr, void *buf, uint32_t len)
{
	struct ixgbe *s = ctx;

	return pci_dma_read(&s->pci, addr, buf, len) == MEMTX_OK;
}

static bool
ixgbe_dma_write(void *ctx, uint64_t addr, const void *buf, uint32_t len)
{
	struct ixgbe *s = ctx;

	return pci_dma_write(&s->pci, addr, buf, len) == MEMTX_OK;
}

static void
ixgbe_transmit(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct ixgbe *s = ctx;

	qemu_send_packet(qemu_get_queue(s->nic), frame, len);
}

static void
ixgbe_msix(void *ctx, uint32_t vector)
{
	struct ixgbe *s = ctx;

	msix_notify(&s->pci, vector);
}

static void
ixgbe_irq(void *ctx, bool level)
{
	struct ixgbe *s = ctx;
	bool rises = level && !s->irq;

	s->irq = level;
	if (msix_enabled(&s->pci))
		return;
	if (!msi_enabled(&s->pci))
		pci_set_irq(&s->pci, level);
	else if (rises)
		msi_notify(&s->pci, 0);
}

static uint64_t
ixgbe_now(void *ctx)
{
	return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void
ixgbe_set_timer(void *ctx, uint64_t when)
{
	struct ixgbe *s = ctx;

	if (when > INT64_MAX)
		timer_del(s->timer);
	else
		timer_mod_ns(s->timer, when);
}

static void
ixgbe_receive_ready(void *ctx)
{
	struct ixgbe *s = ctx;

	qemu_bh_schedule(s->flush);
}

static void
ixgbe_violation(void *ctx, const char *section, const char *text)
{
	struct ixgbe *s = ctx;

	fprintf(stderr, "82599 strict: %s %s %s\n", s->name, section, text);
}

static const struct i82599_ops ixgbe_ops = {
	.dma_read = ixgbe_dma_read,
	.dma_write = ixgbe_dma_write,
	.transmit = ixgbe_transmit,
	.msix = ixgbe_msix,
	.irq = ixgbe_irq,
	.now = ixgbe_now,
	.set_timer = ixgbe_set_timer,
	.receive_ready = ixgbe_receive_ready,
	.violation = ixgbe_violation,
};

static void
ixgbe_timer(void *opaque)
{
	struct ixgbe *s = opaque;

	ixgbe_enter(s);
	i82599_timer(s->model);
	ixgbe_leave(s);
}

static void
ixgbe_flush(void *opaque)
{
	struct ixgbe *s = opaque;

	qemu_flush_queued_packets(qemu_get_queue(s->nic));
}

/*
 * The wire.
 */

static bool
ixgbe_can_receive(NetClientState *nc)
{
	struct ixgbe *s = qemu_get_nic_opaque(nc);

	if (s->busy) {
		s->refused = true;
		return false;
	}
	return !s->lossless || i82599_can_receive(s->model);
}

static ssize_t
ixgbe_receive(NetClientState *nc, const uint8_t *frame, size_t len)
{
	struct ixgbe *s = qemu_get_nic_opaque(nc);
	uint8_t padded[FRAME_MIN] = { 0 };

	if (!ixgbe_can_receive(nc))
		return 0;
	ixgbe_enter(s);
	if (len < FRAME_MIN) {
		/* No wire carries it as short as some netdevs do. */
		memcpy(padded, frame, len);
		i82599_receive(s->model, padded, FRAME_MIN);
	} else {
		i82599_receive(s->model, frame, len);
	}
	ixgbe_leave(s);
	return len;
}

static void
ixgbe_link_changed(NetClientState *nc)
{
	struct ixgbe *s = qemu_get_nic_opaque(nc);

	ixgbe_enter(s);
	i82599_set_link(s->model, !nc->link_down);
	ixgbe_leave(s);
}

static NetClientInfo ixgbe_net = {
	.type = NET_CLIENT_DRIVER_NIC,
	.size = sizeof(NICState),
	.can_receive = ixgbe_can_receive,
	.receive = ixgbe_receive,
	.link_status_changed = ixgbe_link_changed,
};

/*
 * BAR 0, and BAR 2: the same registers through an address and a data port.
 */

static uint64_t
ixgbe_read(void *opaque, hwaddr addr, unsigned size)
{
	struct ixgbe *s = opaque;
	uint64_t v;

	if (s->busy)
		return 0;
	ixgbe_enter(s);
	v = i82599_read(s->model, addr, size);
	ixgbe_leave(s);
	return v;
}

static void
ixgbe_write(void *opaque, hwaddr addr, uint64_t v, unsigned size)
{
	struct ixgbe *s = opaque;

	if (s->busy)
		return;
	ixgbe_enter(s);
	i82599_write(s->model, addr, v, size);
	ixgbe_leave(s);
}

static const MemoryRegionOps ixgbe_register_ops = {
	.read = ixgbe_read,
	.write = ixgbe_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 1,
	    .max_access_size = 8,
	    .unaligned = true },
	.impl = { .min_access_size = 1,
	    .max_access_size = 8,
	    .unaligned = true },
};

static uint64_t
ixgbe_io_read(void *opaque, hwaddr addr, unsigned size)
{
	struct ixgbe *s = opaque;

	if (addr == IO_ADDRESS)
		return s->io_address;
	if (addr == IO_DATA && s->io_address < I82599_BAR_SIZE)
		return ixgbe_read(s, s->io_address, size);
	return 0;
}

static void
ixgbe_io_write(void *opaque, hwaddr addr, uint64_t v, unsigned size)
{
	struct ixgbe *s = opaque;

	if (addr == IO_ADDRESS)
		s->io_address = v;
	else if (addr == IO_DATA && s->io_address < I82599_BAR_SIZE)
		ixgbe_write(s, s->io_address, v, size);
}

static const MemoryRegionOps ixgbe_io_ops = {
	.read = ixgbe_io_read,
	.write = ixgbe_io_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.impl = { .min_access_size = 4, .max_access_size = 4 },
};

/*
 * The device.
 */

static void
ixgbe_reset(DeviceState *dev)
{
	ixgbe_power_on(ixgbe_of(dev));
}

static void
ixgbe_add_bars(struct ixgbe *s)
{
	memory_region_init_io(&s->registers, OBJECT(s), &ixgbe_register_ops, s,
	    "ixgbe-registers", I82599_BAR_SIZE);
	pci_register_bar(&s->pci, BAR_REGISTERS,
	    PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
	    &s->registers);
	memory_region_init_io(
	    &s->io, OBJECT(s), &ixgbe_io_ops, s, "ixgbe-io", IO_SIZE);
	pci_register_bar(&s->pci, BAR_IO, PCI_BASE_ADDRESS_SPACE_IO, &s->io);
}

static void
ixgbe_name(struct ixgbe *s)
{
	if (DEVICE(s)->id != NULL)
		snprintf(s->name, sizeof(s->name), "%s", DEVICE(s)->id);
	else
		snprintf(s->name, sizeof(s->name), "%02x.%u",
		    PCI_SLOT(s->pci.devfn), PCI_FUNC(s->pci.devfn));
}

static void
ixgbe_exit(PCIDevice *pci)
{
	struct ixgbe *s = ixgbe_of(pci);

	if (s->nic != NULL)
		qemu_del_nic(s->nic);
	s->nic = NULL;
	if (s->model != NULL)
		i82599_free(s->model);
	s->model = NULL;
	timer_free(s->timer);
	qemu_bh_delete(s->flush);
	ixgbe_remove_capabilities(s);
}

static void
ixgbe_realize(PCIDevice *pci, Error **errp)
{
	struct ixgbe *s = ixgbe_of(pci);
	struct i82599_config config = {
		.function = PCI_FUNC(pci->devfn),
		.strict = s->strict,
		.no_module = !s->module,
		.hostile = s->hostile,
	};

	if (config.function > 1) {
		error_setg(errp, "the 82599 has functions 0 and 1 only");
		return;
	}
	ixgbe_name(s);
	qemu_macaddr_default_if_unset(&s->conf.macaddr);
	memcpy(config.mac, s->conf.macaddr.a, sizeof(config.mac));
	pci_config_set_interrupt_pin(pci->config, config.function + 1);
	ixgbe_add_bars(s);
	s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, ixgbe_timer, s);
	s->flush = qemu_bh_new(ixgbe_flush, s);
	if (!ixgbe_add_capabilities(s, errp)) {
		ixgbe_exit(pci);
		return;
	}
	s->nic = qemu_new_nic(&ixgbe_net, &s->conf,
	    object_get_typename(OBJECT(s)), DEVICE(s)->id,
	    &DEVICE(s)->mem_reentrancy_guard, s);
	qemu_format_nic_info_str(qemu_get_queue(s->nic), s->conf.macaddr.a);
	ixgbe_enter(s);
	s->model = i82599_new(&config, &ixgbe_ops, s);
	ixgbe_leave(s);
	if (s->model == NULL) {
		error_setg(errp, "no memory for the model");
		ixgbe_exit(pci);
	}
}

/* The property `violations`. */
static void
ixgbe_get_violations(
    Object *object, Visitor *v, const char *name, void *opaque, Error **errp)
{
	struct ixgbe *s = ixgbe_of(object);
	uint32_t n = s->model == NULL ? 0 : i82599_violations(s->model);

	visit_type_uint32(v, name, &n, errp);
}

static Property ixgbe_properties[] = {
	DEFINE_NIC_PROPERTIES(struct ixgbe, conf),
	DEFINE_PROP_BOOL("strict", struct ixgbe, strict, false),
	DEFINE_PROP_BOOL("lossless", struct ixgbe, lossless, true),
	DEFINE_PROP_BOOL("module", struct ixgbe, module, true),
	DEFINE_PROP_UINT64("hostile", struct ixgbe, hostile, 0),
	DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription ixgbe_vmstate = {
	.name = TYPE_IXGBE,
	.unmigratable = 1,
};

static void
ixgbe_class_init(ObjectClass *class, void *data)
{
	DeviceClass *dc = DEVICE_CLASS(class);
	PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

	pc->realize = ixgbe_realize;
	pc->exit = ixgbe_exit;
	pc->config_write = ixgbe_config_write;
	pc->vendor_id = PCI_VENDOR_ID_INTEL;
	pc->device_id = DEVICE_ID;
	pc->subsystem_vendor_id = PCI_VENDOR_ID_INTEL;
	pc->subsystem_id = SUBSYSTEM_ID;
	pc->revision = REVISION;
	pc->class_id = PCI_CLASS_NETWORK_ETHERNET;
	dc->desc = "Intel 82599 10 Gigabit Ethernet";
	dc->reset = ixgbe_reset;
	dc->vmsd = &ixgbe_vmstate;
	device_class_set_props(dc, ixgbe_properties);
	object_class_property_add(class, "violations", "uint32",
	    ixgbe_get_violations, NULL, NULL, NULL);
	set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
}

static void
ixgbe_instance_init(Object *object)
{
	struct ixgbe *s = ixgbe_of(object);

	device_add_bootindex_property(object, &s->conf.bootindex, "bootindex",
	    "/ethernet-phy@0", DEVICE(object));
}

static const TypeInfo ixgbe_info = {
	.name = TYPE_IXGBE,
	.parent = TYPE_PCI_DEVICE,
	.instance_size = sizeof(struct ixgbe),
	.instance_init = ixgbe_instance_init,
	.class_init = ixgbe_class_init,
	.interfaces = (InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
};

static void
ixgbe_register(void)
{
	type_register_static(&ixgbe_info);
}

type_init(ixgbe_register)
