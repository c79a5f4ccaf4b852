/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SFP+ cage: the module's memory behind the I2C pins that the driver moves
 * one by one (the datasheet's 3.7.2, 8.2.3.1.5; SFF-8472 for the contents), and
 * the software defined pins (8.2.3.1.4): SDP2 high with a module in, SDP1 high
 * without light, SDP3 out to switch the laser off.
 */
#include "tests/82599/control.h"

#include <string.h>

enum state {
	IDLE,
	ADDRESS, /* bits come in: which target, read or write */
	POINTER, /* ... the byte to begin at */
	STORE,   /* ... a byte to write */
	LOAD,    /* bits go out */
};

enum {
	ACKNOWLEDGE = 8, /* bits are over, the ninth follows */
	ACKNOWLEDGED = 9,
};

static void
put_text(uint8_t *at, size_t len, const char *text)
{
	size_t n = strlen(text);

	memset(at, ' ', len);
	memcpy(at, text, n < len ? n : len);
}

static uint8_t
sum(const uint8_t *from, size_t len)
{
	uint8_t s = 0;

	while (len-- > 0)
		s = (uint8_t)(s + *from++);
	return s;
}

/* SFF-8472 chapters 5 to 8: who the module is. */
static void
put_identity(uint8_t *b)
{
	b[0] = 0x03;  /* SFP or SFP+ */
	b[1] = 0x04;  /* by two-wire interface */
	b[2] = 0x07;  /* LC */
	b[3] = 0x10;  /* 10GBASE-SR */
	b[11] = 0x06; /* 64B/66B */
	b[12] = 103;  /* 10.3 GBd */
	b[16] = 8;    /* 80 m over OM2 */
	b[17] = 3;
	b[19] = 30; /* 300 m over OM3 */
	put_text(&b[20], 16, "BAREWIRE");
	put_text(&b[40], 16, "MODEL-10G-SR");
	put_text(&b[56], 4, "1");
	put_be16(&b[60], 850); /* nm */
	b[63] = sum(b, 63);
	b[65] = 0x1A; /* LOS, TX_FAULT and TX_DISABLE pins */
	put_text(&b[68], 16, "MODEL00001");
	put_text(&b[84], 8, "260101");
	b[92] = 0x68; /* diagnostics, calibrated, average power */
	b[93] = 0xB0;
	b[94] = 0x05; /* SFF-8472 10.4 */
	b[95] = sum(&b[64], 31);
}

/* SFF-8472 chapter 9: alarm and warning limits, high and low, then now. */
static void
put_diagnostics(uint8_t *b)
{
	static const uint16_t limits[] = {
		75 << 8,
		(uint16_t)(-5 * 256),
		70 << 8,
		0, /* degrees C/256 */
		36300,
		29700,
		34650,
		31350, /* 100 uV */
		5000,
		1000,
		4500,
		1500, /* 2 uA */
		10000,
		1000,
		7900,
		1600, /* 0.1 uW */
		12600,
		400,
		10000,
		640,
	};
	static const uint16_t values[] = { 35 << 8 | 0x80, 33000, 3000, 5600,
		5100 };

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		put_be16(&b[2 * i], limits[i]);
	for (size_t i = 76; i < 92; i += 4)
		put_be16(&b[i], 0x0100); /* slopes of one, offsets of zero */
	b[95] = sum(b, 95);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		put_be16(&b[96 + 2 * i], values[i]);
}

void
sfp_init(struct i82599 *m)
{
	struct sfp *s = &m->control->sfp;

	s->clock = true;
	s->data = true;
	put_identity(s->bytes[0]);
	put_diagnostics(s->bytes[1]);
}

/* What the module measures now and what it was built with. */
static uint8_t
sfp_byte(struct i82599 *m)
{
	const struct sfp *s = &m->control->sfp;
	bool dark = s->page == 1 &&
	            ((s->address / 2 == 104 / 2 && !m->cable) ||
			(s->address / 2 == 102 / 2 && !sfp_laser_on(m)));

	if (s->page == 1 && s->address == 110) /* pins: LOS, TX_DISABLE */
		return (uint8_t)((m->cable ? 0 : 0x02) |
				 (sfp_laser_on(m) ? 0 : 0x80));
	return dark ? 0 : s->bytes[s->page][s->address];
}

static void
drive(struct i82599 *m)
{
	struct sfp *s = &m->control->sfp;

	s->pulls_low = ((s->shift >> (7 - s->bits)) & 1) == 0;
}

/* The eighth bit is in: is the byte for us? */
static bool
accept(struct i82599 *m)
{
	struct sfp *s = &m->control->sfp;

	if (m->config.no_module)
		return false;
	if (s->state != ADDRESS)
		return true;
	s->page = (s->shift >> 1) & 1;
	return (s->shift & 0xFC) == 0xA0;
}

/* The acknowledge of a byte is over: what comes next? */
static void
next_byte(struct i82599 *m)
{
	struct sfp *s = &m->control->sfp;

	s->bits = 0;
	s->pulls_low = false;
	switch (s->state) {
	case ADDRESS:
		s->state = (s->shift & 1) != 0 ? LOAD : POINTER;
		break;
	case POINTER:
		s->address = s->shift;
		s->state = STORE;
		return;
	case STORE: /* write protected: taken, not kept */
		s->address++;
		return;
	default:
		break;
	}
	if (s->state == LOAD) {
		s->shift = sfp_byte(m);
		s->address++;
		drive(m);
	}
}

static void
clock_rises(struct i82599 *m, bool line)
{
	struct sfp *s = &m->control->sfp;

	if (s->state == LOAD) {
		if (s->bits == ACKNOWLEDGE && line)
			s->state = IDLE; /* the driver has had enough */
	} else if (s->state != IDLE && s->bits < ACKNOWLEDGE) {
		s->shift = (uint8_t)(s->shift << 1 | line);
		s->bits++;
	}
}

static void
clock_falls(struct i82599 *m)
{
	struct sfp *s = &m->control->sfp;

	if (s->state == IDLE) {
		s->pulls_low = false;
		return;
	}
	if (s->state == LOAD) {
		if (s->bits == ACKNOWLEDGE) {
			next_byte(m);
		} else if (++s->bits == ACKNOWLEDGE) {
			s->pulls_low = false;
		} else {
			drive(m);
		}
	} else if (s->bits == ACKNOWLEDGE) {
		s->bits = ACKNOWLEDGED;
		s->pulls_low = accept(m);
		if (!s->pulls_low)
			s->state = IDLE;
	} else if (s->bits == ACKNOWLEDGED) {
		next_byte(m);
	}
}

static bool
data_line(const struct sfp *s)
{
	return s->data && !s->pulls_low;
}

void
i2cctl_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	struct sfp *s = &m->control->sfp;
	bool clock = (v & I2CCTL_CLK_OUT) != 0, was = s->clock;
	bool line = data_line(s);

	*reg(m, addr) = v & (I2CCTL_CLK_OUT | I2CCTL_DATA_OUT);
	s->data = (v & I2CCTL_DATA_OUT) != 0;
	s->clock = clock;
	if (was && clock && line && !data_line(s)) { /* start */
		s->state = ADDRESS;
		s->bits = 0;
	} else if (was && clock && !line && data_line(s)) { /* stop */
		s->state = IDLE;
	} else if (!was && clock) {
		clock_rises(m, data_line(s));
	} else if (was && !clock) {
		clock_falls(m);
	}
}

uint32_t
i2cctl_read(struct i82599 *m, uint32_t addr)
{
	const struct sfp *s = &m->control->sfp;
	uint32_t v = reg_get(m, addr) & (I2CCTL_CLK_OUT | I2CCTL_DATA_OUT);

	if (s->clock)
		v |= I2CCTL_CLK_IN;
	if (data_line(s))
		v |= I2CCTL_DATA_IN;
	return v;
}

bool
sfp_laser_on(const struct i82599 *m)
{
	const uint32_t off = ESDP_DATA(3) | ESDP_DIR(3);

	return (reg_get(m, ESDP) & off) != off;
}

uint32_t
esdp_read(struct i82599 *m, uint32_t addr)
{
	uint32_t v = reg_get(m, addr), in = 0;

	if (!m->config.no_module)
		in |= ESDP_DATA(2);
	if (m->config.no_module || !m->cable)
		in |= ESDP_DATA(1);
	for (uint32_t n = 0; n < 8; n++)
		if ((v & ESDP_DIR(n)) == 0)
			v = (v & ~ESDP_DATA(n)) | (in & ESDP_DATA(n));
	return v;
}

void
esdp_write(struct i82599 *m, uint32_t addr, uint32_t v)
{
	*reg(m, addr) = v & 0x000FFFFF;
	link_check(m);
}
