/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an SFP or SFP+ module says of itself: SFF-8472, the memories at I2C
 * addresses A0h (identity) and A2h (diagnostics). Pure.
 */
#ifndef DRIVERS_IXGBE_SFP_H
#define DRIVERS_IXGBE_SFP_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SFP_IDENTITY = 0xa0,
	SFP_DIAGNOSTICS = 0xa2,
	SFP_IDENTITY_SIZE = 96,
	SFP_VALUES_AT = 96, /* in the diagnostics */
	SFP_VALUES_SIZE = 10,
};

/* What decides how the serial lane is driven, and its speed. */
enum sfp_kind {
	SFP_UNKNOWN,
	SFP_LIMITING, /* fibre, or a cable with an amplifier */
	SFP_PASSIVE,  /* a cable without one */
	SFP_ONLY_1G,
};

struct ixgbe_sfp {
	uint8_t identity[SFP_IDENTITY_SIZE];
	uint8_t values[SFP_VALUES_SIZE];
	uint8_t told[SFP_IDENTITY_SIZE]; /* the identity last reported */
	uint8_t next;                    /* bytes read so far, of both */
	uint8_t tries;                   /* that gave a wrong checksum */
	bool absent;                     /* it did not answer when last asked */
	bool known;                      /* all bytes are read */
	enum sfp_kind kind;              /* that the lane is set up for */
};

/* Diagnostics in units that print without fractions. */
struct sfp_values {
	int32_t temperature;         /* of 0.1 degrees Celsius */
	uint32_t millivolts;         /* supply */
	uint32_t bias;               /* of 2 microamperes */
	uint32_t tx_power, rx_power; /* of 0.1 microwatts */
};

/* The checksums of bytes 0 to 62 and 64 to 94 are right. */
bool sfp_valid(const struct ixgbe_sfp *s);

/* Copies a text field without its padding; what is no text becomes '?'. */
void sfp_text(const struct ixgbe_sfp *s, uint32_t at, uint32_t n, char *out);
static inline void
sfp_vendor(const struct ixgbe_sfp *s, char out[17])
{
	sfp_text(s, 20, 16, out);
}
static inline void
sfp_part(const struct ixgbe_sfp *s, char out[17])
{
	sfp_text(s, 40, 16, out);
}

/* There are diagnostics, calibrated by the module itself, without a page. */
bool sfp_has_values(const struct ixgbe_sfp *s);
void sfp_read_values(const struct ixgbe_sfp *s, struct sfp_values *out);

/* A copper cable without an amplifier. */
bool sfp_passive(const struct ixgbe_sfp *s);

/* It can do 1 Gb/s, and not 10. */
bool sfp_only_1g(const struct ixgbe_sfp *s);

/* A fibre of 10 Gb/s or 1 Gb/s: a pin of it says which. */
bool sfp_two_rates(const struct ixgbe_sfp *s);

/* The part of the identity that the kind depends on. */
enum { SFP_KIND_AT = 3, SFP_KIND_SIZE = 10 };
enum sfp_kind sfp_kind(const struct ixgbe_sfp *s);

#endif
