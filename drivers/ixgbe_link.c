/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: the link, and the SFP+ module that it goes through. 82599 datasheet
 * 3.7.4, 4.6.4.
 *
 * A link that does not come up is restarted every two seconds, for ever: some
 * do not come up at the first try. Any module will do; it is read and
 * reported at the start. What changes later is followed in small steps from the
 * poll of core 0, which must not be held up.
 */
#include <stddef.h>
#include <string.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum {
	RETRY_US = 2 * 1000 * 1000,
	LOG_EVERY_US = 60 * 1000 * 1000,
	STALL_US = 5 * 1000 * 1000, /* a full ring takes 40 ms at 1 Gb/s */
	STATS_EVERY_US = 10 * 1000 * 1000,
	LOCK_TRIES = 20,
	SFP_BYTES = SFP_IDENTITY_SIZE + SFP_VALUES_SIZE,
	SFP_TRIES = 3,
	SFP_STEP = 4, /* bytes a poll: less than a millisecond */
};

static void
sfp_log(struct ixgbe *d)
{
	struct sfp_values v;
	char vendor[17], part[17];

	sfp_vendor(&d->sfp, vendor);
	sfp_part(&d->sfp, part);
	log_info(d->area, "module %s %s%s%s", vendor, part,
	    sfp_only_1g(&d->sfp) ? ", 1 Gb/s" : "",
	    sfp_valid(&d->sfp) ? "" : ", its checksum is wrong");
	if (!sfp_has_values(&d->sfp))
		return;
	sfp_read_values(&d->sfp, &v);
	log_info(d->area,
	    "module: %s%d.%d C, %u mV, bias %u uA, TX %u.%u uW, RX %u.%u uW",
	    v.temperature < 0 ? "-" : "",
	    (int)(v.temperature < 0 ? -v.temperature : v.temperature) / 10,
	    (int)(v.temperature < 0 ? -v.temperature : v.temperature) % 10,
	    (unsigned)v.millivolts, (unsigned)v.bias * 2,
	    (unsigned)v.tx_power / 10, (unsigned)v.tx_power % 10,
	    (unsigned)v.rx_power / 10, (unsigned)v.rx_power % 10);
}

/* Reads up to `n` more bytes of one of the module's two memories. */
static int
sfp_read_next(struct ixgbe *d, uint32_t n)
{
	struct ixgbe_sfp *s = &d->sfp;
	bool identity = s->next < SFP_IDENTITY_SIZE;
	uint32_t end = identity ? SFP_IDENTITY_SIZE : SFP_BYTES;
	uint32_t at = identity ? s->next : s->next - SFP_IDENTITY_SIZE;
	int err;

	if (n > end - s->next)
		n = end - s->next;
	if (identity)
		err = ixgbe_i2c_read(
		    d, SFP_IDENTITY, (uint8_t)at, &s->identity[at], n);
	else
		err = ixgbe_i2c_read(d, SFP_DIAGNOSTICS,
		    (uint8_t)(SFP_VALUES_AT + at), &s->values[at], n);
	if (err == 0)
		s->next = (uint8_t)(s->next + n);
	return err;
}

/*
 * All is read. A module that has just got its power may answer nonsense: it is
 * read again, and believed in the end. It is reported once: a port that starts
 * again says nothing new.
 */
static void
sfp_report(struct ixgbe *d)
{
	struct ixgbe_sfp *s = &d->sfp;

	if (!sfp_valid(s) && ++s->tries < SFP_TRIES) {
		s->next = 0;
		return;
	}
	s->known = true;
	if (memcmp(s->told, s->identity, sizeof(s->told)) == 0)
		return;
	memcpy(s->told, s->identity, sizeof(s->told));
	sfp_log(d);
}

static void
sfp_begin(struct ixgbe_sfp *s, bool absent)
{
	s->next = 0;
	s->tries = 0;
	s->absent = absent;
	s->known = false;
}

/* Reads up to `n` bytes more; reports the module when it is known. */
static void
sfp_step(struct ixgbe *d, uint32_t n)
{
	uint32_t lock = SW_FW_SYNC_PHY(d->lan & 1);
	struct ixgbe_sfp *s = &d->sfp;

	if (!ixgbe_lock(d, lock, LOCK_TRIES))
		return;
	if (sfp_read_next(d, n) != 0)
		sfp_begin(s, true);
	else if (s->next == SFP_IDENTITY_SIZE && !sfp_has_values(s))
		s->next = SFP_BYTES;
	ixgbe_unlock(d, lock);
	if (s->next == SFP_BYTES)
		sfp_report(d);
}

/*
 * AUTOC is the firmware's too, in some images. One that keeps it from us would
 * leave us without a link, so then we write all the same.
 */
static void
ixgbe_write_autoc(struct ixgbe *d, uint32_t autoc)
{
	bool locked = ixgbe_lock(d, SW_FW_SYNC_MAC_CSR, LOCK_TRIES);

	reg_write(d, AUTOC, autoc);
	if (locked)
		ixgbe_unlock(d, SW_FW_SYNC_MAC_CSR);
}

/* 10 Gb/s serial to an SFP+ module; elsewhere, what the EEPROM says. */
static uint32_t
ixgbe_choose_autoc(struct ixgbe *d)
{
	uint32_t autoc = reg_read(d, AUTOC) & ~AUTOC_RESTART;

	if (!(d->flags & IXGBE_SFP))
		return autoc;
	autoc &= ~AUTOC_LMS_MASK;
	if (d->sfp.kind == SFP_ONLY_1G)
		return (autoc & ~AUTOC_1G_KX) | AUTOC_LMS_1G_AN;
	return autoc | AUTOC_LMS_10G;
}

/*
 * Sets the lane up for the module's kind. One of two rates is told by SDP5
 * that it shall do 10 Gb/s.
 */
static void
sfp_set_up(struct ixgbe *d)
{
	enum sfp_kind kind = sfp_kind(&d->sfp);

	if (kind == d->sfp.kind)
		return;
	d->sfp.kind = kind;
	if (sfp_two_rates(&d->sfp))
		reg_set(d, ESDP, SDP5_OUT);
	ixgbe_setup_module(d);
	d->link.autoc = ixgbe_choose_autoc(d);
}

/* Asks for the kind alone: that takes little more than a millisecond. */
static void
sfp_find(struct ixgbe *d)
{
	uint32_t lock = SW_FW_SYNC_PHY(d->lan & 1);
	struct ixgbe_sfp *s = &d->sfp;
	int err;

	if (!ixgbe_lock(d, lock, LOCK_TRIES))
		return;
	err = ixgbe_i2c_read(d, SFP_IDENTITY, SFP_KIND_AT,
	    &s->identity[SFP_KIND_AT], SFP_KIND_SIZE);
	ixgbe_unlock(d, lock);
	if (err != 0) {
		sfp_begin(s, true);
		return;
	}
	s->absent = false;
	if (sfp_kind(s) != s->kind)
		sfp_begin(s, false);
	sfp_set_up(d);
}

/*
 * A module that is not there is no error. One that is there is read whole, in
 * some 13 ms: later, a core that is alone would keep packets waiting for it.
 */
static void
sfp_init(struct ixgbe *d)
{
	struct ixgbe_sfp *s = &d->sfp;
	uint32_t i;

	sfp_begin(s, false);
	s->kind = SFP_UNKNOWN;
	sfp_find(d);
	for (i = 0; i < SFP_TRIES * 2 && !s->known && !s->absent; i++)
		sfp_step(d, SFP_BYTES);
	if (s->absent)
		log_info(d->area, "no SFP+ module");
}

static void
ixgbe_init_autoc(struct ixgbe *d)
{
	uint32_t autoc2 = reg_read(d, AUTOC2) & ~AUTOC2_LINK_OFF;

	if (d->flags & IXGBE_SFP)
		autoc2 = (autoc2 & ~AUTOC2_SERIAL_MASK) | AUTOC2_SERIAL_SFI;
	reg_write(d, AUTOC2, autoc2);
	d->link.autoc = ixgbe_choose_autoc(d);
	ixgbe_write_autoc(d, d->link.autoc | AUTOC_RESTART);
}

/* 4.6.4, and the laser on. */
void
ixgbe_init_link(struct ixgbe *d)
{
	memset(&d->link, 0, sizeof(d->link));
	memset(d->tx_progress, 0, sizeof(d->tx_progress));
	d->link.since_us = d->link.down_us = time_us();
	if (d->flags & IXGBE_SFP) {
		reg_clear(d, ESDP, SDP3);
		sfp_init(d);
	}
	if (!(d->flags & IXGBE_NO_AUTOC))
		ixgbe_init_autoc(d);
}

static void
ixgbe_log_down(struct ixgbe *d, uint64_t now)
{
	struct ixgbe_link *l = &d->link;

	if (l->logged_us != 0 && now - l->logged_us < LOG_EVERY_US)
		return;
	l->logged_us = now;
	log_info(d->area, "no link for %u s%s, restarts: %u",
	    (unsigned)((now - l->down_us) / 1000000),
	    (d->flags & IXGBE_SFP) && d->sfp.absent ? " (no module)" : "",
	    (unsigned)l->restarts);
}

/*
 * SPEC-MISSING: a restart resets the whole pipeline only if the mode's highest
 * bit changes with it, as public drivers found: the first half changes it, the
 * second, one poll later, brings it back.
 */
static void
ixgbe_retry_link(struct ixgbe *d, uint64_t now)
{
	struct ixgbe_link *l = &d->link;
	uint32_t autoc;

	if (l->phase == LINK_RESET) {
		l->phase = LINK_WAIT;
		l->since_us = now;
		ixgbe_write_autoc(d, l->autoc | AUTOC_RESTART);
		return;
	}
	if (now - l->since_us < RETRY_US)
		return;
	l->since_us = now;
	l->restarts++;
	ixgbe_log_down(d, now);
	if (d->flags & IXGBE_NO_AUTOC)
		return;
	autoc = l->autoc | AUTOC_RESTART;
	ixgbe_write_autoc(d, autoc ^ AUTOC_LMS_BIT2);
	l->phase = LINK_RESET;
}

/*
 * While the link is down the module may be changed: it is asked at each
 * restart. A link that is up is left as it is, whatever the module says.
 */
static void
ixgbe_follow_module(struct ixgbe *d, bool up)
{
	struct ixgbe_sfp *s = &d->sfp;
	bool was_known;

	if (!s->known && !s->absent)
		sfp_step(d, SFP_STEP);
	if (up)
		return;
	if (s->known)
		sfp_set_up(d);
	if (d->link.phase != LINK_RESET)
		return;
	was_known = s->known;
	sfp_find(d);
	if (was_known && s->absent) {
		memset(s->told, 0, sizeof(s->told));
		log_info(d->area, "SFP+ module removed");
	}
}

static void
ixgbe_link_down(struct ixgbe *d, uint64_t now)
{
	if (d->link.down_us == 0)
		d->link.down_us = d->link.since_us = now;
	ixgbe_retry_link(d, now);
}

static void
ixgbe_link_up(struct ixgbe *d)
{
	d->link.phase = LINK_WAIT;
	d->link.restarts = 0;
	d->link.logged_us = 0;
	d->link.down_us = 0;
}

/* A queue that has frames and a link, and yet sends none. */
static bool
ixgbe_tx_stalled(struct ixgbe *d, uint64_t now, bool up)
{
	struct ixgbe_progress *p;
	bool stalled = false;
	uint32_t q, head;

	for (q = 0; q < d->queues; q++) {
		p = &d->tx_progress[q];
		head = reg_read(d, TX_RING(q) + NIC_RING_HEAD);
		if (!up || head != p->head ||
		    head == reg_read(d, TX_RING(q) + NIC_RING_TAIL)) {
			p->head = head;
			p->since_us = now;
		}
		stalled |= now - p->since_us >= STALL_US;
	}
	return stalled;
}

/* Core 0 calls it often; the statistics are read here too, in time. */
void
ixgbe_poll_link(struct ixgbe *d, struct port_link *out)
{
	static const uint32_t mbps[] = { 0, 100, 1000, 10000 };
	uint64_t now = time_us();
	uint32_t links;
	bool up;

	if (now - d->stats_us >= STATS_EVERY_US)
		ixgbe_collect_stats(d);
	(void)reg_read(d, LINKS); /* a loss of link stays until read */
	links = reg_read(d, LINKS);
	up = (links & LINKS_UP) && d->link.phase != LINK_RESET;
	if (up)
		ixgbe_link_up(d);
	else
		ixgbe_link_down(d, now);
	if (d->flags & IXGBE_SFP)
		ixgbe_follow_module(d, up);
	out->stalled = ixgbe_tx_stalled(d, now, up);
	if (!up)
		return;
	out->up = true;
	out->full_duplex = true;
	out->mbps = mbps[LINKS_SPEED(links)];
}
