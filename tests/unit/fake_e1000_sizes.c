/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of the model of an 8254x or 82574: how long frames may be, how large buffers
 * are, and how the packet buffer is split. SDM 13.4.16, 13.4.22; 82574
 * datasheet 10.2.5.1; erratum 10 of the 82545EM.
 */
#include "tests/unit/fake_e1000.h"

enum {
	R_RCTL = 0x0100,
	R_PBA = 0x1000,
	R_TDT = 0x3818,
	LPE = 1 << 5,
	SIZE_SHIFT = 16,
	FLXBUF_SHIFT = 27,
	CRC = 4,
	LONGEST_82574 = 9234, /* with CRC and tag, as public drivers have it */
	LONGEST_8254X = 16384,
	WIRE = 1522,     /* with CRC, LPE = 0 */
	DESCRIPTOR = 16, /* kept beside each frame in the packet buffer */
	PCIX_MOST = 2015,
};
#define BSEX      (1u << 25)
#define SIZE_BITS (3u << SIZE_SHIFT | BSEX | 15u << FLXBUF_SHIFT)

size_t
fake_frame_max(void)
{
	if ((fake.reg[R_RCTL / 4] & LPE) == 0)
		return WIRE - CRC;
	return (fake.pcie ? LONGEST_82574 : LONGEST_8254X) - CRC;
}

size_t
fake_buffer_size(void)
{
	uint32_t rctl = fake.reg[R_RCTL / 4];
	size_t size = 2048u >> (rctl >> SIZE_SHIFT & 3);

	if (fake.pcie && rctl >> FLXBUF_SHIFT & 15)
		return (rctl >> FLXBUF_SHIFT & 15) * 1024;
	return rctl & BSEX ? size * 16 : size;
}

void
fake_check_rctl(uint32_t v)
{
	uint32_t before = fake.reg[R_RCTL / 4];

	if (!fake.pcie && v >> FLXBUF_SHIFT != 0)
		fake_violation("no flexible buffers here", R_RCTL);
	if ((v & BSEX) != 0 && (v >> SIZE_SHIFT & 3) == 0)
		fake_violation("a reserved buffer size", R_RCTL);
	if ((v & before & 2) != 0 && ((v ^ before) & SIZE_BITS) != 0)
		fake_violation("buffer size changed while enabled", R_RCTL);
}

/* The part that transmits holds two of the largest frames. */
void
fake_check_sent(size_t len)
{
	uint32_t kib = (fake.pcie ? 40 : 64) - fake.split;

	if (2 * (len + CRC + DESCRIPTOR) > kib * 1024)
		fake_violation("too long for the packet buffer", R_PBA);
	if (fake.pcix && len > PCIX_MOST)
		fake_violation("descriptor too long on PCI-X", R_TDT);
}
