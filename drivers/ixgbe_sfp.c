/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a module's memory means: SFF-8472, chapters 4 to 9. Pure.
 */
#include "drivers/ixgbe_sfp.h"

enum {
	BYTE_10G = 3, /* bits 7:4: 10GBASE-ER, LRM, LR, SR */
	ALL_10G = 0xf0,
	FIBRE_10G = 3 << 4,
	BYTE_1G = 6, /* bits 3:0: 1000BASE-T, CX, LX, SX */
	ALL_1G = 0x0f,
	FIBRE_1G = 3 << 0,
	BYTE_CABLE = 8,
	CABLE_PASSIVE = 1 << 2,
	CABLE_COPPER = 3 << 2, /* passive or active */
	BYTE_RATE = 12,        /* of 100 Mb/s */
	RATE_10G = 90,
	BYTE_SUM = 63,
	BYTE_DIAGNOSTICS = 92,
	DIAGNOSTICS_THERE = 1 << 6,
	DIAGNOSTICS_INTERNAL = 1 << 5,
	DIAGNOSTICS_PAGE = 1 << 2,
	BYTE_SUM_EXTENDED = 95,
};

static uint8_t
sfp_sum(const struct ixgbe_sfp *s, uint32_t from, uint32_t to)
{
	uint8_t sum = 0;
	uint32_t i;

	for (i = from; i < to; i++)
		sum = (uint8_t)(sum + s->identity[i]);
	return sum;
}

bool
sfp_valid(const struct ixgbe_sfp *s)
{
	return sfp_sum(s, 0, BYTE_SUM) == s->identity[BYTE_SUM] &&
	       sfp_sum(s, BYTE_SUM + 1, BYTE_SUM_EXTENDED) ==
	           s->identity[BYTE_SUM_EXTENDED];
}

void
sfp_text(const struct ixgbe_sfp *s, uint32_t at, uint32_t n, char *out)
{
	uint32_t i;

	for (; n > 0; n--) {
		if (s->identity[at + n - 1] != ' ' &&
		    s->identity[at + n - 1] != 0)
			break;
	}
	for (i = 0; i < n; i++) {
		out[i] = (char)s->identity[at + i];
		if (out[i] < ' ' || out[i] > '~')
			out[i] = '?';
	}
	out[n] = '\0';
}

bool
sfp_has_values(const struct ixgbe_sfp *s)
{
	uint8_t type = s->identity[BYTE_DIAGNOSTICS];

	return (type & DIAGNOSTICS_THERE) && (type & DIAGNOSTICS_INTERNAL) &&
	       !(type & DIAGNOSTICS_PAGE);
}

static uint32_t
sfp_value(const struct ixgbe_sfp *s, uint32_t at)
{
	return (uint32_t)s->values[at] << 8 | s->values[at + 1];
}

void
sfp_read_values(const struct ixgbe_sfp *s, struct sfp_values *out)
{
	out->temperature = (int16_t)sfp_value(s, 0) * 10 / 256;
	out->millivolts = sfp_value(s, 2) / 10;
	out->bias = sfp_value(s, 4);
	out->tx_power = sfp_value(s, 6);
	out->rx_power = sfp_value(s, 8);
}

bool
sfp_passive(const struct ixgbe_sfp *s)
{
	return (s->identity[BYTE_CABLE] & CABLE_PASSIVE) != 0;
}

/* Copper cables say no standard, and not always their rate. */
bool
sfp_only_1g(const struct ixgbe_sfp *s)
{
	return (s->identity[BYTE_1G] & ALL_1G) != 0 &&
	       (s->identity[BYTE_10G] & ALL_10G) == 0 &&
	       (s->identity[BYTE_CABLE] & CABLE_COPPER) == 0 &&
	       s->identity[BYTE_RATE] < RATE_10G;
}

bool
sfp_two_rates(const struct ixgbe_sfp *s)
{
	return (s->identity[BYTE_1G] & FIBRE_1G) != 0 &&
	       (s->identity[BYTE_10G] & FIBRE_10G) != 0;
}

_Static_assert((int)BYTE_10G == SFP_KIND_AT, "the first byte of the kind");
_Static_assert((int)BYTE_RATE == SFP_KIND_AT + SFP_KIND_SIZE - 1, "its last");

enum sfp_kind
sfp_kind(const struct ixgbe_sfp *s)
{
	if (sfp_passive(s))
		return SFP_PASSIVE;
	return sfp_only_1g(s) ? SFP_ONLY_1G : SFP_LIMITING;
}
