/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control half of the model: what its files share. The register file and
 * its table (registers.c), accesses and resets (model.c), time (events.c), the
 * police (strict.c), and the blocks behind registers: EEPROM, SFP+ module,
 * link, interrupts, statistics, semaphores.
 */
#ifndef TESTS_82599_CONTROL_H
#define TESTS_82599_CONTROL_H

#include "tests/82599/internal.h"
#include "tests/82599/regs.h"

/* How a register answers. */
enum access {
	RW,
	RO,   /* writes change nothing */
	RC,   /* a counter: reads clear it; its mask is its maximum */
	WO,   /* reads as zero, a hook takes the writes */
	DIAG, /* of the 82598 or for Intel's lab: reads as zero, never written
	       */
	GONE, /* of the 82598, and nothing on this device: no access at all */
};

/* What a reset does to a register, beyond the rule that it takes its value. */
enum keep {
	LOST,        /* by every reset */
	KEPT_BY_RST, /* only a link reset and power-on touch it */
	KEPT,        /* only power-on touches it */
	UNSPECIFIED, /* as KEPT; power-on leaves noise in it */
};

struct reg_row {
	const char *name;
	const char *section; /* of the datasheet */
	uint32_t addr;
	uint16_t count;
	uint16_t stride; /* bytes */
	uint8_t access;
	uint8_t keep;
	uint32_t reset;
	uint32_t mask; /* writable bits, or a counter's maximum */
};

extern const struct reg_row reg_rows[]; /* registers.c */
extern const uint32_t reg_row_count;

enum {
	EVENTS = 2048, /* pending at once */
	EEPROM_WORDS = 2048,
	VECTORS = I82599_MSIX_VECTORS,
	LATCHES = 64, /* high halves of 64-bit counters, see stats.c */
	SFP_PAGE = 256,
};

struct event {
	uint64_t when; /* ns */
	uint64_t age;  /* smaller: asked for earlier */
	void (*fn)(struct i82599 *m, uint32_t arg);
	uint32_t arg;
};

/* The module on the I2C pins, SFF-8472: a target at 0xA0 and one at 0xA2. */
struct sfp {
	bool clock, data; /* as the driver drives them */
	bool pulls_low;   /* the module holds the data line */
	uint8_t state;    /* sfp.c */
	uint8_t page;     /* 0: 0xA0, 1: 0xA2 */
	uint8_t address;  /* the byte pointer, one for both pages */
	uint8_t shift;
	uint8_t bits;
	uint8_t bytes[2][SFP_PAGE];
};

struct control {
	/* Index + 1 in reg_rows and of the hook; 0: none. */
	uint16_t row[I82599_BAR_SIZE / 4];
	uint8_t hook[I82599_BAR_SIZE / 4];
	/* events.c: a binary heap by time */
	struct event events[EVENTS];
	uint32_t event_count;
	uint64_t age;
	uint64_t timer; /* what set_timer() was told last */
	uint64_t rng;
	/* model.c */
	bool resetting;
	bool rx_path_open; /* the security path, as RXEN was set */
	bool rx_unchecked; /* since then, by rx_setup_check() */
	/* eeprom.c */
	uint16_t eeprom[EEPROM_WORDS];
	/* interrupt.c: queue causes and masks by vector; the others as in EICR
	 */
	uint64_t rtxq, rtxq_mask, rtxq_automask;
	uint32_t other, other_mask, other_automask;
	uint64_t fresh;            /* vectors with something not yet told */
	uint64_t open_at[VECTORS]; /* EITR: no message before */
	bool line;                 /* the level of INTx or MSI */
	/* link.c */
	uint32_t mode; /* AUTOC.LMS as of the last restart */
	bool link_up;
	bool latched; /* up since the last read of LINKS */
	/* stats.c */
	struct {
		uint32_t addr;
		uint32_t value;
	} latch[LATCHES];
	uint32_t latches;
	uint64_t systime_base, systime_from; /* 8.2.3.26 */
	struct sfp sfp;
};

/* regfile.c */
/* The one address of a register that answers at several. */
uint32_t reg_canonical(uint32_t addr);
void registers_index(struct i82599 *m);
const struct reg_row *reg_find(const struct i82599 *m, uint32_t addr);
/* Gives the registers that this kind of reset touches their values. */
void registers_reset(struct i82599 *m, enum keep up_to);

/* hooks.c: what a write or read of a register does besides its row. */
struct reg_hook {
	uint32_t addr;
	uint16_t count;
	uint16_t stride;
	uint32_t (*read)(struct i82599 *m, uint32_t addr);
	void (*write)(struct i82599 *m, uint32_t addr, uint32_t v);
};
void hooks_index(struct i82599 *m);
const struct reg_hook *hook_find(const struct i82599 *m, uint32_t addr);

/* model.c */
void reset_begin(struct i82599 *m, uint32_t ctrl_bits);

/* events.c */
void events_forget(struct i82599 *m);
void events_run(struct i82599 *m); /* those due */
uint64_t now(struct i82599 *m);

/* eeprom.c */
void eeprom_init(struct i82599 *m);
void eeprom_reload(struct i82599 *m); /* auto-read after a reset, takes time */
uint32_t rar0_read(struct i82599 *m, uint32_t addr);
void eec_write(struct i82599 *m, uint32_t addr, uint32_t v);
void eerd_write(struct i82599 *m, uint32_t addr, uint32_t v);

/* sfp.c */
void sfp_init(struct i82599 *m);
bool sfp_laser_on(const struct i82599 *m);
void i2cctl_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t i2cctl_read(struct i82599 *m, uint32_t addr);
void esdp_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t esdp_read(struct i82599 *m, uint32_t addr);

/* link.c */
void link_reset(struct i82599 *m); /* after a reset of the link */
void link_check(struct i82599 *m); /* what it depends on may have changed */
uint32_t status_read(struct i82599 *m, uint32_t addr);
uint32_t links_read(struct i82599 *m, uint32_t addr);
void autoc_write(struct i82599 *m, uint32_t addr, uint32_t v);
void autoc2_write(struct i82599 *m, uint32_t addr, uint32_t v);
void msca_write(struct i82599 *m, uint32_t addr, uint32_t v);

/* interrupt.c */
void interrupts_reset(struct i82599 *m);
void interrupts_check(struct i82599 *m); /* kind or mode may have changed */
uint32_t eicr_read(struct i82599 *m, uint32_t addr);
void eicr_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t eics_read(struct i82599 *m, uint32_t addr);
void eics_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t eims_read(struct i82599 *m, uint32_t addr);
void eims_write(struct i82599 *m, uint32_t addr, uint32_t v);
void eimc_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t eiam_read(struct i82599 *m, uint32_t addr);
void eiam_write(struct i82599 *m, uint32_t addr, uint32_t v);
void eitr_write(struct i82599 *m, uint32_t addr, uint32_t v);
uint32_t eitr_read(struct i82599 *m, uint32_t addr);
void gpie_write(struct i82599 *m, uint32_t addr, uint32_t v);

/* stats.c */
uint32_t stat_read(struct i82599 *m, uint32_t addr);
uint32_t frtimer_read(struct i82599 *m, uint32_t addr);
uint32_t systim_read(struct i82599 *m, uint32_t addr);
void systim_write(struct i82599 *m, uint32_t addr, uint32_t v);

/* semaphore.c: between driver and firmware */
uint32_t swsm_read(struct i82599 *m, uint32_t addr);
void swsm_write(struct i82599 *m, uint32_t addr, uint32_t v);
void sw_fw_sync_write(struct i82599 *m, uint32_t addr, uint32_t v);

/* handshake.c: those of the security path, DMA and the flow director */
void ctrl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void dma_init(struct i82599 *m);       /* after a reset, takes time */
void rx_setup_check(struct i82599 *m); /* 4.6.7, once a queue receives */
void secrxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void sectxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void rxctrl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void mtqc_write(struct i82599 *m, uint32_t addr, uint32_t v);
void dmatxctl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void fdirctrl_write(struct i82599 *m, uint32_t addr, uint32_t v);
void fdircmd_write(struct i82599 *m, uint32_t addr, uint32_t v);

#endif
