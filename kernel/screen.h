/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log on the screen: VGA text or a linear framebuffer with a console font.
 *
 * Lines go into a grid of cells in memory at once; the screen follows cell by
 * cell, so that a slow framebuffer stalls nobody.
 */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/bootinfo.h"
#include "kernel/log.h"

/* Bytes of the framebuffer that are mapped and written. */
uint64_t screen_size(const struct boot_fb *fb);

/*
 * Starts on the framebuffer at its physical address, if the loader's tables
 * reach it; otherwise nothing shows before screen_move().
 */
void screen_init(const struct boot_fb *fb);

/* The framebuffer is now at `base`, or nowhere (NULL). */
void screen_move(void *base);

/* Adds a line, in the colour of its level. */
void screen_line(const char *text, size_t n, enum log_level level);

/* Draws at most `cells` of what has changed. True when there is more. */
bool screen_draw(uint32_t cells);

/* Draws all of it. */
void screen_flush(void);

#endif
