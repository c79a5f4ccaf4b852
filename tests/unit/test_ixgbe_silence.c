/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/pool.c
 *     tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/ixgbe_lab.c
 *     tests/unit/ixgbe_trouble.c
 * libs: i82599
 * wrap: mmio_read32 mmio_write32
 */
/*
 * The 82599's driver and a device that does not answer: probe, start and stop
 * end in time and say why, and the next try works.
 */
#include <errno.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/time.h"
#include "tests/82599/internal.h"
#include "tests/unit/ixgbe_trouble.h"

enum { PATIENCE_US = 3000000 }; /* for probe or start, whatever happens */

enum { PROBE = 1, START = 2 };

/* What a device may leave unanswered, and what that makes fail. */
static const struct {
	const char *log;
	uint32_t first, count, mask, value;
	uint32_t fails;
} silences[] = {
	{ "CTRL.RESETS", CTRL, 1, CTRL_RESETS, CTRL_RST, PROBE | START },
	{ "CTRL.RESETS", CTRL, 1, CTRL_RESETS, CTRL_LNK_RST, PROBE | START },
	{ "STATUS.MASTER_ENABLE", STATUS, 1, STATUS_MASTER_ENABLE,
	    STATUS_MASTER_ENABLE, 0 },
	{ "EEC.ARD", EEC, 1, EEC_ARD, 0, PROBE | START },
	{ "RDRXCTL.DMAIDONE", RDRXCTL, 1, RDRXCTL_DMAIDONE, 0, PROBE | START },
	{ "RXDCTL.ENABLE", RXDCTL(0), 1, RXDCTL_ENABLE, 0, START },
	{ "RXDCTL.ENABLE", RXDCTL(1), 1, RXDCTL_ENABLE, 0, START },
	{ "TXDCTL.ENABLE", TXDCTL(0), 1, TXDCTL_ENABLE, 0, START },
	{ "TXDCTL.ENABLE", TXDCTL(1), 1, TXDCTL_ENABLE, 0, START },
	{ "SECRXSTAT.RX_RDY", SECRXSTAT, 1, SECRXSTAT_RX_RDY, 0, 0 },
	{ "EERD.DONE", EERD, 1, EERD_DONE, 0, 0 },
	{ "SWSM", SWSM, 1, SWSM_SMBI, SWSM_SMBI, 0 },
	{ "SWSM", SWSM, 1, SWSM_SWESMBI, 0, 0 },
	{ "SW_FW_SYNC", SW_FW_SYNC, 1, SW_FW_SYNC_FW(SW_FW_SYNC_OURS),
	    SW_FW_SYNC_FW(SW_FW_SYNC_OURS), 0 },
	{ "no SFP+ module", I2CCTL, 1, I2CCTL_DATA_IN, I2CCTL_DATA_IN, 0 },
	{ "", I2CCTL, 1, I2CCTL_CLK_IN, 0, 0 }, /* bytes are as they are */
	/* It has left the bus: all is ones. */
	{ "CTRL.RESETS", 0, I82599_BAR_SIZE, ~0u, ~0u, PROBE | START },
};

enum { SILENCES = sizeof(silences) / sizeof(silences[0]) };

static void
silence(uint32_t i)
{
	host.log_text[0] = '\0';
	stuck.first = silences[i].first;
	stuck.count = silences[i].count;
	stuck.mask = silences[i].mask;
	stuck.value = silences[i].value;
}

/* `began`: what the clock said. */
static void
check_told(uint32_t i, uint64_t began)
{
	assert_true(time_us() - began < PATIENCE_US);
	stuck.count = 0;
	if (strstr(host.log_text, silences[i].log) == NULL)
		fail_msg(
		    "no line tells of %s: %s", silences[i].log, host.log_text);
}

static void
a_silent_device_fails_to_probe(void **state)
{
	uint64_t began;
	uint32_t i;

	for (i = 0; i < SILENCES; i++) {
		if (!(silences[i].fails & PROBE))
			continue;
		lab_power(&two_queues);
		silence(i);
		began = time_us();
		assert_int_equal(lab_probe(0), -ETIMEDOUT);
		check_told(i, began);
		check_off_the_bus();
		assert_int_equal(lab_probe(0), 0);
		assert_int_equal(lab_start(0), 0);
		check_works();
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&two_queues);
}

/* A port that is started again is reset first. */
static void
restart_in_silence(void)
{
	lab_up(&two_queues);
	check_works();
	lab_stop(0);
	((struct ixgbe *)lab.port[0].priv)->fresh = false;
	lab.nic[0]->sent = 0;
}

static void
start_in_silence(uint32_t i)
{
	bool fails = (silences[i].fails & START) != 0;
	uint64_t began;

	if (silences[i].fails & PROBE) {
		restart_in_silence();
		silence(i);
	} else {
		lab_power(&two_queues);
		silence(i);
		assert_int_equal(lab_probe(0), 0);
	}
	began = time_us();
	assert_int_equal(lab_start(0), fails ? -ETIMEDOUT : 0);
	check_told(i, began);
	if (fails) {
		check_off_the_bus();
		assert_int_equal(lab_start(0), 0);
	}
	check_works();
}

static void
a_silent_device_fails_to_start(void **state)
{
	uint32_t i;

	for (i = 0; i < SILENCES; i++) {
		start_in_silence(i);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&two_queues);
}

/* It falls silent while it runs: a stop must end, and give all back. */
static void
a_silent_device_can_be_stopped(void **state)
{
	uint64_t began;
	uint32_t i;

	for (i = 0; i < SILENCES; i++) {
		lab_up(&two_queues);
		check_works();
		silence(i);
		began = time_us();
		lab_stop(0);
		assert_true(time_us() - began < PATIENCE_US);
		lab.nic[0]->sent = 0;
		stuck.count = 0;
		check_off_the_bus();
		assert_int_equal(lab_start(0), 0);
		check_works();
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&two_queues);
}

static void
no_module_is_no_error(void **state)
{
	uint32_t i;

	lab_power(&(struct lab_config){ .queues = QUEUES, .no_module = true });
	assert_int_equal(lab_probe(0), 0);
	assert_int_equal(lab_start(0), 0);
	assert_non_null(strstr(host.log_text, "no SFP+ module"));
	for (i = 0; i < 2000; i++) {
		assert_false(lab_link(0));
		inprocess_pass(10 * 1000 * 1000);
	}
	assert_non_null(strstr(host.log_text, "no link for"));
	assert_int_equal(host.log_errors, 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, trouble_setup, lab_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_silent_device_fails_to_probe),
		TEST(a_silent_device_fails_to_start),
		TEST(a_silent_device_can_be_stopped),
		TEST(no_module_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
