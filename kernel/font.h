/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console font: 8 x 16 pixels, ASCII. A glyph is 16 rows, the leftmost
 * pixel in the top bit.
 */
#ifndef KERNEL_FONT_H
#define KERNEL_FONT_H

#include <stdint.h>

enum { FONT_WIDTH = 8, FONT_HEIGHT = 16 };

const uint8_t *font_glyph(char c);

#endif
