/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the rows of registers.c are written. For that table's own use.
 */
#ifndef TESTS_82599_REG_ROWS_H
#define TESTS_82599_REG_ROWS_H

#include "tests/82599/control.h"

#define ALL 0xFFFFFFFFu

/* name(0), how many, bytes apart, access, kept, reset value, mask, section */
#define ARRAY(n, c, s, a, k, r, m, sec)                                        \
	{                                                                      \
		.name = #n, .section = sec, .addr = n(0), .count = c,          \
		.stride = s, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
#define ONE(n, a, k, r, m, sec)                                                \
	{                                                                      \
		.name = #n, .section = sec, .addr = n, .count = 1,             \
		.stride = 4, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
/* By address: registers that the model only stores. */
#define AT(n, ad, c, s, a, k, r, m, sec)                                       \
	{                                                                      \
		.name = n, .section = sec, .addr = ad, .count = c,             \
		.stride = s, .access = a, .keep = k, .reset = r, .mask = m,    \
	}
#define STAT(n)             ONE(n, RC, KEPT, 0, ALL, "8.2.3.23")
#define STATS(n, c, s)      ARRAY(n, c, s, RC, KEPT, 0, ALL, "8.2.3.23")
#define STAT_HIGH(n)        ONE(n, RC, KEPT, 0, 0xF, "8.2.3.23")
#define STATS_HIGH(n, c, s) ARRAY(n, c, s, RC, KEPT, 0, 0xF, "8.2.3.23")
#define LAB(n, ad, c, s)    AT(n, ad, c, s, DIAG, LOST, 0, 0, "8.2.2")
#define OLD(n, ad, c, s)    AT(n, ad, c, s, GONE, LOST, 0, 0, "8.2.2")

/* A queue's registers at three places: 0 to 15, 16 to 63, 64 to 127. */
#define RXQ(n, r, m, sec)                                                      \
	ARRAY(n, 64, 0x40, RW, LOST, r, m, sec),                               \
	    AT(#n, n(64), 64, 0x40, RW, LOST, r, m, sec)
#define RXQ_SPLIT(n, r, m, sec)                                                \
	ARRAY(n, 16, 4, RW, LOST, r, m, sec),                                  \
	    AT(#n, n(16), 48, 0x40, RW, LOST, r, m, sec),                      \
	    AT(#n, n(64), 64, 0x40, RW, LOST, r, m, sec)
#define TXQ(n, r, m, sec) ARRAY(n, 128, 0x40, RW, LOST, r, m, sec)

#endif
