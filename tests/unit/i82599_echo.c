/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/i82599_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/dma.h"
#include "kernel/mmio.h"
#include "kernel/time.h"
#include "tests/82599/regs.h"

enum { BATCH = 16, POLLS = 100000 };

struct echo echo;
static uint8_t seen[ECHO_FRAMES];

uint32_t
get(uint32_t addr)
{
	return mmio_read32(echo.regs, addr);
}

void
put(uint32_t addr, uint32_t v)
{
	mmio_write32(echo.regs, addr, v);
}

void
set(uint32_t addr, uint32_t bits)
{
	put(addr, get(addr) | bits);
}

void
clear(uint32_t addr, uint32_t bits)
{
	put(addr, get(addr) & ~bits);
}

void
wait_for(uint32_t addr, uint32_t mask, uint32_t want)
{
	for (int i = 0; (get(addr) & mask) != want; i++) {
		assert_true(i < 100000);
		delay_us(10);
	}
}

void *
memory(size_t size)
{
	void *p = dma_alloc(size, 4096);

	assert_non_null(p);
	return p;
}

/* A frame has come back: each does, once. */
static void
echoed(void *ctx, const uint8_t *frame, uint32_t len)
{
	uint32_t n;

	(void)ctx;
	memcpy(&n, frame + 14, sizeof(n));
	assert_true(n < ECHO_FRAMES && seen[n] == 0);
	assert_int_equal(len, 60 + n % 1400);
	for (uint32_t i = 18; i < len; i++)
		assert_int_equal(frame[i], (uint8_t)(n + i));
	seen[n] = 1;
	echo.back++;
}

static void
frame_arrives(void)
{
	uint8_t frame[1500];
	uint32_t n = echo.arrived++;

	memset(frame, 0xff, 6);
	memset(frame + 6, 2, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	memcpy(frame + 14, &n, sizeof(n));
	for (uint32_t i = 18; i < 60 + n % 1400; i++)
		frame[i] = (uint8_t)(n + i);
	inprocess_receive(echo.port, frame, 60 + n % 1400);
}

void
reset(void)
{
	for (uint32_t q = 0; q < I82599_QUEUES; q++) {
		clear(RXDCTL(q), RXDCTL_ENABLE);
		wait_for(RXDCTL(q), RXDCTL_ENABLE, 0);
	}
	set(CTRL, CTRL_MASTER_DISABLE);
	wait_for(STATUS, STATUS_MASTER_ENABLE, 0);
	set(CTRL, CTRL_RST);
	delay_us(11000);
	wait_for(CTRL, CTRL_RST, 0);
	put(EIMC, 0x7fffffff);
	wait_for(EEC, EEC_ARD, EEC_ARD);
	wait_for(RDRXCTL, RDRXCTL_DMAIDONE, RDRXCTL_DMAIDONE);
	for (uint32_t i = 0; i < 128; i++) {
		put(MTA(i), 0);
		put(PFUTA(i), 0);
		put(VFTA(i), 0);
		put(PFVLVFB(i), 0);
	}
	set(FCTRL, FCTRL_UPE | FCTRL_MPE | FCTRL_BAM);
	set(RDRXCTL, RDRXCTL_CRCSTRIP);
}

void
wait_for_link(void)
{
	wait_for(LINKS, LINKS_UP, LINKS_UP);
}

void
echo_run(void (*poll)(void), uint32_t total, uint32_t room)
{
	for (uint32_t i = 0; echo.back < total; i++) {
		assert_true(i < POLLS);
		for (uint32_t n = 0; n < BATCH && echo.arrived < total &&
				     echo.arrived - echo.back < room;
		     n++)
			frame_arrives();
		delay_us(5);
		poll();
	}
	delay_us(1000);
	assert_int_equal(echo.port->faults, 0);
}

void
echo_begin(uint64_t seed)
{
	struct i82599_config config = {
		.mac = { 2, 0, 0, 0, 0, 1 },
		.strict = true,
		.hostile = seed,
	};

	inprocess_begin();
	echo.port = inprocess_new(&config);
	echo.port->transmitted = echoed;
	pci_enable(&echo.port->pci);
	pci_enable_master(&echo.port->pci);
	echo.regs = pci_map_bar(&echo.port->pci, 0);
	echo.arrived = 0;
	echo.back = 0;
	memset(seen, 0, sizeof(seen));
}
