/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts (the datasheet's 7.3 and 8.2.3.5). With MSI-X in multiple vector
 * mode a queue's cause number is its vector (0 to 63, by IVAR); causes 0 to 15
 * show in EICR, and EIMS, EIMC, EICS and EIAM reach them there and through the
 * _EX registers. Without it all causes drive one line (INTx or MSI), or the
 * one vector 0.
 *
 * A vector is told once for each cause that comes while its mask is open, or
 * whose mask opens; EITR holds messages back.
 */
#include "tests/82599/control.h"

/* EITR counts 2.048 us at 10 Gb/s. */
#define ITR_UNIT_NS 2048
/* How long a hostile model keeps a message to itself. */
#define TELL_MAX_NS 20000

#define OTHERS 0x7FFF0000u
/* 8.2.3.5.18 OCD: only these are cleared when EICR is read. */
#define OCD_CLEARED 0x3FFF0000u

static bool
many_vectors(const struct i82599 *m)
{
	return m->interrupts == I82599_MSIX &&
	       (reg_get(m, GPIE) & GPIE_MSIX_MODE) != 0;
}

/* The vector of the TCP timer (0) or of all other causes (1); -1: none. */
static int
misc_vector(const struct i82599 *m, int which)
{
	uint32_t entry = (reg_get(m, IVAR_MISC) >> (8 * which)) & 0xFF;

	return (entry & IVAR_VALID) != 0 ? (int)(entry & 0x3F) : -1;
}

/* Other causes, unmasked, that this vector stands for. */
static uint32_t
others_of(const struct i82599 *m, uint32_t v)
{
	uint32_t open = m->control->other & m->control->other_mask, of = 0;

	if (misc_vector(m, 0) == (int)v)
		of |= EICR_TCP_TIMER;
	if (misc_vector(m, 1) == (int)v)
		of |= OTHERS & ~EICR_TCP_TIMER;
	return open & of;
}

static uint64_t
interval_ns(const struct i82599 *m, uint32_t v)
{
	return (reg_get(m, EITR(v)) & EITR_INTERVAL) / 8 * ITR_UNIT_NS;
}

static void tell(struct i82599 *m, uint32_t arg);

/* False: EITR keeps this vector closed for a while; tell() comes back. */
static bool
throttle_open(struct i82599 *m, uint32_t v)
{
	uint64_t time = now(m), wait;

	if (time < m->control->open_at[v]) {
		wait = m->control->open_at[v] - time;
		(void)after(m, wait, wait, tell, v);
		return false;
	}
	m->control->open_at[v] = time + interval_ns(m, v);
	return true;
}

/* 8.2.3.5.5 auto clear and 8.2.3.5.6 auto mask, as a message leaves. */
static void
message_sent(struct i82599 *m, uint32_t v)
{
	struct control *c = m->control;
	uint64_t bit = 1ULL << v;
	bool automask = (reg_get(m, GPIE) & GPIE_EIAME) != 0;

	if (automask && others_of(m, v) != 0)
		c->other_mask &= ~c->other_automask;
	if ((others_of(m, v) & EICR_TCP_TIMER & reg_get(m, EIAC)) != 0)
		c->other &= ~EICR_TCP_TIMER;
	if ((c->rtxq & bit) == 0)
		return;
	if (automask)
		c->rtxq_mask &= ~(bit & c->rtxq_automask);
	if (v >= 16 || (reg_get(m, EIAC) & bit) != 0)
		c->rtxq &= ~bit;
}

static void
tell_vectors(struct i82599 *m)
{
	struct control *c = m->control;
	uint64_t bit;

	for (uint32_t v = 0; v < VECTORS && c->fresh != 0; v++) {
		bit = 1ULL << v;
		if ((c->fresh & bit) == 0)
			continue;
		if ((c->rtxq & c->rtxq_mask & bit) == 0 &&
		    others_of(m, v) == 0) {
			c->fresh &= ~bit; /* its mask has closed again */
			continue;
		}
		if (!throttle_open(m, v))
			continue;
		c->fresh &= ~bit;
		message_sent(m, v);
		m->ops->msix(m->ctx, v);
	}
}

static void
tell_line(struct i82599 *m)
{
	struct control *c = m->control;
	bool level = (c->rtxq & c->rtxq_mask & EICR_RTXQ) != 0 ||
	             (c->other & c->other_mask) != 0;

	if (level == c->line || (level && !throttle_open(m, 0)))
		return;
	c->line = level;
	if (m->interrupts != I82599_MSIX)
		m->ops->irq(m->ctx, level);
	else if (level)
		m->ops->msix(m->ctx, 0);
}

static void
tell(struct i82599 *m, uint32_t arg)
{
	(void)arg;
	if (many_vectors(m))
		tell_vectors(m);
	else
		tell_line(m);
}

/* Something rose: the host hears of it, soon. */
static void
tell_soon(struct i82599 *m)
{
	if (m->config.hostile == 0)
		tell(m, 0);
	else
		(void)after(m, 0, TELL_MAX_NS, tell, VECTORS);
}

/* Marks the vectors of causes that rose or whose masks opened. */
static void
mark(struct i82599 *m, uint64_t rtxq, uint32_t other)
{
	struct control *c = m->control;
	int v;

	c->fresh |= rtxq & c->rtxq;
	if ((other & c->other & EICR_TCP_TIMER) != 0 &&
	    (v = misc_vector(m, 0)) >= 0)
		c->fresh |= 1ULL << v;
	if ((other & c->other & ~EICR_TCP_TIMER) != 0 &&
	    (v = misc_vector(m, 1)) >= 0)
		c->fresh |= 1ULL << v;
	tell_soon(m);
}

static void
raise_causes(struct i82599 *m, uint64_t rtxq, uint32_t other)
{
	m->control->rtxq |= rtxq;
	m->control->other |= other & OTHERS;
	mark(m, rtxq, other & OTHERS);
}

static void
queue_cause(struct i82599 *m, uint32_t queue, uint32_t is_tx)
{
	uint32_t entry = reg_get(m, IVAR(queue / 2)) >>
	                 (16 * (queue % 2) + 8 * is_tx);
	uint32_t v = entry & (many_vectors(m) ? 0x3F : 0xF);

	if ((entry & IVAR_VALID) != 0)
		raise_causes(m, 1ULL << v, 0);
}

void
cause_rx(struct i82599 *m, uint32_t queue)
{
	queue_cause(m, queue, 0);
}

void
cause_tx(struct i82599 *m, uint32_t queue)
{
	queue_cause(m, queue, 1);
}

void
cause_other(struct i82599 *m, uint32_t eicr_bits)
{
	raise_causes(m, 0, eicr_bits);
}

void
interrupts_reset(struct i82599 *m)
{
	struct control *c = m->control;

	c->rtxq = c->rtxq_mask = c->rtxq_automask = 0;
	c->other = c->other_mask = c->other_automask = 0;
	c->fresh = 0;
	for (uint32_t v = 0; v < VECTORS; v++)
		c->open_at[v] = 0;
	tell_line(m);
}

/* The kind or mode may have changed: a line that nobody drives is low. */
void
interrupts_check(struct i82599 *m)
{
	struct control *c = m->control;

	if (m->interrupts == I82599_MSIX && c->line) {
		c->line = false;
		m->ops->irq(m->ctx, false);
	}
	c->fresh = 0;
	mark(m, c->rtxq_mask, c->other_mask);
}

void
gpie_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	uint32_t old = reg_get(m, addr);

	*reg(m, addr) = v & 0xC000FFFF;
	if (((v ^ old) & GPIE_MSIX_MODE) != 0)
		interrupts_check(m);
}

/* EICR and its shadow EICS. */
static uint32_t
causes(const struct i82599 *m)
{
	return (uint32_t)(m->control->rtxq & EICR_RTXQ) | m->control->other;
}

uint32_t
eicr_read(struct i82599 *m, uint32_t addr)
{
	struct control *c = m->control;
	uint32_t v = causes(m);

	(void)addr;
	if ((reg_get(m, GPIE) & GPIE_OCD) != 0) {
		c->other &= ~OCD_CLEARED;
	} else {
		c->rtxq &= ~(uint64_t)EICR_RTXQ;
		c->other = 0;
	}
	if ((reg_get(m, GPIE) & GPIE_EIAME) == 0) {
		c->rtxq_mask &= ~(c->rtxq_automask & EICR_RTXQ);
		c->other_mask &= ~c->other_automask;
	}
	if (!many_vectors(m))
		tell_line(m);
	return v;
}

void
eicr_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	(void)addr;
	m->control->rtxq &= ~(uint64_t)(v & EICR_RTXQ);
	m->control->other &= ~v;
	if (!many_vectors(m))
		tell_line(m);
}

/*
 * Each of the next registers comes in three: the plain one with causes 0 to 15
 * and the others, and two of 32 queue causes each. Which bits does addr reach,
 * and how far are they shifted?
 */
static bool
is_plain(uint32_t addr)
{
	return addr < EICS_EX(0);
}

static uint64_t
spread(uint32_t addr, uint32_t v)
{
	if (is_plain(addr))
		return v & EICR_RTXQ;
	return (uint64_t)v << (32 * ((addr / 4) % 2 == (EICS_EX(0) / 4) % 2
					    ? 0
					    : 1));
}

static uint32_t
gather(uint32_t addr, uint64_t rtxq, uint32_t other)
{
	if (is_plain(addr))
		return (uint32_t)(rtxq & EICR_RTXQ) | other;
	return (uint32_t)((addr / 4) % 2 == (EICS_EX(0) / 4) % 2 ? rtxq
								 : rtxq >> 32);
}
_Static_assert((EIMS_EX(0) / 4) % 2 == (EICS_EX(0) / 4) % 2 &&
		   (EIMC_EX(0) / 4) % 2 == (EICS_EX(0) / 4) % 2 &&
		   (EIAM_EX(0) / 4) % 2 == (EICS_EX(0) / 4) % 2,
    "the first of each pair is told by its address");

static uint32_t
others(uint32_t addr, uint32_t v)
{
	return is_plain(addr) ? v & ~EICR_RTXQ : 0;
}

uint32_t
eics_read(struct i82599 *m, uint32_t addr)
{
	return gather(addr, m->control->rtxq, m->control->other);
}

void
eics_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	raise_causes(m, spread(addr, v), others(addr, v));
}

uint32_t
eims_read(struct i82599 *m, uint32_t addr)
{
	return gather(addr, m->control->rtxq_mask, m->control->other_mask);
}

void
eims_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	struct control *c = m->control;
	uint64_t rtxq = spread(addr, v) & ~c->rtxq_mask;
	uint32_t other = others(addr, v) & ~c->other_mask;

	c->rtxq_mask |= rtxq;
	c->other_mask |= other;
	mark(m, rtxq, other);
}

void
eimc_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	m->control->rtxq_mask &= ~spread(addr, v);
	m->control->other_mask &= ~others(addr, v);
	if (!many_vectors(m))
		tell_line(m);
}

uint32_t
eiam_read(struct i82599 *m, uint32_t addr)
{
	return gather(
	    addr, m->control->rtxq_automask, m->control->other_automask);
}

void
eiam_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	struct control *c = m->control;
	uint64_t reach = spread(addr, UINT32_MAX);

	c->rtxq_automask = (c->rtxq_automask & ~reach) | spread(addr, v);
	if (is_plain(addr))
		c->other_automask = others(addr, v);
}

static uint32_t
eitr_vector(uint32_t addr)
{
	return addr < EITR(24) ? (addr - EITR(0)) / 4
	                       : 24 + (addr - EITR(24)) / 4;
}

/* 8.2.3.5.12: the counter runs down to zero; writes set it unless CNT_WDIS. */
void
eitr_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	uint32_t vector = eitr_vector(addr);

	*reg(m, addr) = v & (EITR_INTERVAL | 0x8000);
	if ((v & EITR_CNT_WDIS) != 0)
		return;
	m->control->open_at[vector] = now(m) +
	                              ((v >> 21) & 0x7F) * 4ULL * ITR_UNIT_NS;
	tell_soon(m);
}

uint32_t
eitr_read(struct i82599 *m, uint32_t addr)
{
	uint64_t time = now(m), at = m->control->open_at[eitr_vector(addr)];
	uint32_t left = at > time ? (uint32_t)((at - time) / ITR_UNIT_NS) : 0;

	return reg_get(m, addr) | (left / 4 & 0x7F) << 21;
}
