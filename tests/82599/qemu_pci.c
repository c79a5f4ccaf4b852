/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The QEMU device's configuration space, laid out as an X520-2's: datasheet
 * 9.3, and what lspci prints of such cards.
 */
#include "qemu/osdep.h"

#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "qapi/error.h"
#include "qemu/range.h"

#include "tests/82599/qemu.h"

enum {
	BAR_MSIX = 4,
	MSIX_SIZE = 16 * 1024,
	PBA_AT = 0x2000,
	/* Where the capabilities are. */
	PM_AT = 0x40,
	MSI_AT = 0x50,
	MSIX_AT = 0x70,
	EXPRESS_AT = 0xa0,
	AER_AT = 0x100,
	SERIAL_AT = 0x140,
	STATE_D3 = 3,
};

/* Tells the model what the host has written there. */
static void
ixgbe_sync(struct ixgbe *s)
{
	uint16_t command = pci_get_word(s->pci.config + PCI_COMMAND);
	enum i82599_interrupts kind = I82599_INTX;

	if (msix_enabled(&s->pci))
		kind = I82599_MSIX;
	else if (msi_enabled(&s->pci))
		kind = I82599_MSI;
	ixgbe_enter(s);
	i82599_set_bus_master(
	    s->model, (command & PCI_COMMAND_MASTER) != 0 && !s->asleep);
	i82599_set_interrupts(s->model, kind);
	ixgbe_leave(s);
	pci_set_irq(&s->pci, kind == I82599_INTX && s->irq);
}

void
ixgbe_power_on(struct ixgbe *s)
{
	s->io_address = 0;
	s->asleep = false;
	ixgbe_enter(s);
	i82599_power_on(s->model);
	ixgbe_leave(s);
	ixgbe_sync(s);
}

/* No_Soft_Reset is clear: waking from D3 loses the state. */
static void
ixgbe_power_state(struct ixgbe *s)
{
	uint16_t state = pci_get_word(s->pci.config + PM_AT + PCI_PM_CTRL) &
	                 PCI_PM_CTRL_STATE_MASK;
	bool was_asleep = s->asleep;

	s->asleep = state == STATE_D3;
	if (was_asleep && !s->asleep)
		ixgbe_power_on(s);
}

void
ixgbe_config_write(PCIDevice *pci, uint32_t addr, uint32_t v, int len)
{
	struct ixgbe *s = ixgbe_of(pci);

	pci_default_write_config(pci, addr, v, len);
	if (range_covers_byte(addr, len, PM_AT + PCI_PM_CTRL))
		ixgbe_power_state(s);
	ixgbe_sync(s);
	/* Function level reset: comes back through ixgbe_reset(). */
	pcie_cap_flr_write_config(pci, addr, v, len);
}

static bool
ixgbe_add_pm(PCIDevice *pci, Error **errp)
{
	uint8_t *at = pci->config + PM_AT;

	if (pci_add_capability(pci, PCI_CAP_ID_PM, PM_AT, PCI_PM_SIZEOF, errp) <
	    0)
		return false;
	pci_set_word(at + PCI_PM_PMC, 3 | PCI_PM_CAP_DSI | PCI_PM_CAP_PME_D0 |
					  PCI_PM_CAP_PME_D3hot |
					  PCI_PM_CAP_PME_D3cold);
	pci_set_word(pci->wmask + PM_AT + PCI_PM_CTRL,
	    PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE);
	return true;
}

/* The table's vectors are ours to use from the start. */
static bool
ixgbe_add_msix(struct ixgbe *s, Error **errp)
{
	unsigned i;

	memory_region_init(&s->msix, OBJECT(s), "ixgbe-msix", MSIX_SIZE);
	pci_register_bar(&s->pci, BAR_MSIX,
	    PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
	    &s->msix);
	if (msix_init(&s->pci, I82599_MSIX_VECTORS, &s->msix, BAR_MSIX, 0,
		&s->msix, BAR_MSIX, PBA_AT, MSIX_AT, errp) < 0)
		return false;
	for (i = 0; i < I82599_MSIX_VECTORS; i++)
		msix_vector_use(&s->pci, i);
	return true;
}

/* Gen 2, 8 lanes wide, and trained to that. Payloads up to 512 bytes. */
static bool
ixgbe_add_express(PCIDevice *pci)
{
	uint8_t *at = pci->config + EXPRESS_AT;

	if (pcie_endpoint_cap_init(pci, EXPRESS_AT) < 0)
		return false;
	pci_long_test_and_set_mask(at + PCI_EXP_DEVCAP, 2);
	pci_long_test_and_clear_mask(
	    at + PCI_EXP_LNKCAP, PCI_EXP_LNKCAP_SLS | PCI_EXP_LNKCAP_MLW);
	pci_long_test_and_set_mask(at + PCI_EXP_LNKCAP,
	    QEMU_PCI_EXP_LNKCAP_MLS(QEMU_PCI_EXP_LNK_5GT) |
		QEMU_PCI_EXP_LNKCAP_MLW(QEMU_PCI_EXP_LNK_X8));
	pci_set_word(at + PCI_EXP_LNKSTA,
	    QEMU_PCI_EXP_LNKSTA_CLS(QEMU_PCI_EXP_LNK_5GT) |
		QEMU_PCI_EXP_LNKSTA_NLW(QEMU_PCI_EXP_LNK_X8));
	/* Ranges A to D of completion time-outs, and switching it off. */
	pci_long_test_and_set_mask(at + PCI_EXP_DEVCAP2, 0x1f);
	pci_word_test_and_set_mask(
	    pci->wmask + EXPRESS_AT + PCI_EXP_DEVCTL2, 0x1f);
	pcie_cap_flr_init(pci);
	return true;
}

/* The serial number is the MAC with FF-FF in its middle. */
static uint64_t
ixgbe_serial(const uint8_t mac[6])
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < 3; i++)
		v = v << 8 | mac[i];
	v = v << 16 | 0xffff;
	for (i = 3; i < 6; i++)
		v = v << 8 | mac[i];
	return v;
}

bool
ixgbe_add_capabilities(struct ixgbe *s, Error **errp)
{
	PCIDevice *pci = &s->pci;

	if (!ixgbe_add_pm(pci, errp) ||
	    msi_init(pci, MSI_AT, 1, true, true, errp) < 0 ||
	    !ixgbe_add_msix(s, errp))
		return false;
	if (!ixgbe_add_express(pci)) {
		error_setg(errp, "no PCI Express capability");
		return false;
	}
	if (pcie_aer_init(pci, PCI_ERR_VER, AER_AT, PCI_ERR_SIZEOF, errp) < 0)
		return false;
	pcie_dev_ser_num_init(pci, SERIAL_AT, ixgbe_serial(s->conf.macaddr.a));
	return true;
}

void
ixgbe_remove_capabilities(struct ixgbe *s)
{
	if (s->pci.exp.aer_cap != 0)
		pcie_aer_exit(&s->pci);
	if (s->pci.exp.exp_cap != 0)
		pcie_cap_exit(&s->pci);
	msix_uninit(&s->pci, &s->msix, &s->msix);
	msi_uninit(&s->pci);
}
