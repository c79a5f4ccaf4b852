/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The glyphs are GNU Unifont's. Debian's grub-common carries their bitmaps as
 * an array, ascii_bitmaps[], which is compiled in at build time.
 */
#include "kernel/font.h"

#include <ascii.h>

enum { FONT_GLYPHS = 128 };

_Static_assert(sizeof(ascii_bitmaps) == FONT_GLYPHS * FONT_HEIGHT,
    "8 x 16 glyphs for all of ASCII");

const uint8_t *
font_glyph(char c)
{
	uint8_t i = (uint8_t)c;

	return &ascii_bitmaps[(i < FONT_GLYPHS ? i : '?') * FONT_HEIGHT];
}
