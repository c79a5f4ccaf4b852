/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two grids: what the screen should show, and what it does show. Drawing goes
 * round the rows that differ and touches only cells that differ, and video
 * memory is never read. Scrolling moves the first grid up by several rows at
 * once, so that a busy log redraws the screen once in a while, not per line.
 */
#include "kernel/screen.h"

#include <string.h>

#include "kernel/font.h"
#include "kernel/io.h"

enum { COLUMNS_MAX = 240, ROWS_MAX = 72, SCROLL_SHARE = 8 };

/* The CRT controller's cursor registers, for text. */
enum {
	VGA_INDEX = 0x3d4,
	VGA_DATA = 0x3d5,
	VGA_CURSOR_START = 0x0a,
	VGA_CURSOR_OFF = 0x20,
};

#define BOOT_MAP_END (1ull << 32) /* what the loader's tables reach */

struct cell {
	char c;
	uint8_t level;
};

/* VGA attributes and 0xRRGGBB, by log level. */
static const struct {
	uint8_t vga;
	uint32_t rgb;
} colours[] = {
	[LOG_ERROR] = { 0x0c, 0xff6060 },
	[LOG_WARNING] = { 0x0e, 0xffd860 },
	[LOG_INFO] = { 0x07, 0xc8c8c8 },
	[LOG_DEBUG] = { 0x08, 0x808080 },
};

static struct boot_fb fb;
static uint8_t *video; /* NULL: nothing to draw on */
static struct cell want[ROWS_MAX][COLUMNS_MAX];
static struct cell shown[ROWS_MAX][COLUMNS_MAX];
static bool dirty[ROWS_MAX];
static bool behind;                 /* some row is dirty */
static uint32_t columns, rows, row; /* row: where the next line goes */
static uint32_t scale = 1;          /* pixels a font pixel is wide and high */
static uint32_t draw_row;           /* where drawing goes on */

uint64_t
screen_size(const struct boot_fb *f)
{
	return (uint64_t)f->pitch * f->height;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool
usable(const struct boot_fb *f)
{
	switch (f->type) {
	case BOOT_FB_TEXT:
		return f->pitch >= f->width * 2;
	case BOOT_FB_RGB:
		return f->pitch / 4 >= f->width;
	default:
		return false;
	}
}

void
screen_init(const struct boot_fb *f)
{
	uint32_t cell_width = 1, cell_height = 1;

	if (!usable(f))
		return;
	fb = *f;
	if (fb.type == BOOT_FB_RGB) {
		scale = fb.width / (COLUMNS_MAX * FONT_WIDTH + 1) + 1;
		cell_width = FONT_WIDTH * scale;
		cell_height = FONT_HEIGHT * scale;
	}
	columns = smaller(fb.width / cell_width, COLUMNS_MAX);
	rows = smaller(fb.height / cell_height, ROWS_MAX);
	if (columns == 0 || rows == 0)
		return;
	if (fb.addr < BOOT_MAP_END &&
	    screen_size(&fb) <= BOOT_MAP_END - fb.addr)
		screen_move((void *)(uintptr_t)fb.addr);
}

/* Wipes what the loader left, once. */
static void
clear(void)
{
	static bool cleared;
	uint32_t y, x;

	if (cleared)
		return;
	cleared = true;
	if (fb.type == BOOT_FB_RGB) {
		for (y = 0; y < fb.height; y++)
			memset(video + (size_t)y * fb.pitch, 0, fb.width * 4);
		return;
	}
	outb(VGA_INDEX, VGA_CURSOR_START);
	outb(VGA_DATA, VGA_CURSOR_OFF);
	for (y = 0; y < rows; y++) {
		for (x = 0; x < columns; x++)
			((volatile uint16_t *)(video + y * fb.pitch))[x] =
			    0x0720;
	}
}

void
screen_move(void *base)
{
	if (columns == 0 || rows == 0)
		return;
	video = base;
	if (video != NULL)
		clear();
}

static void
scroll(void)
{
	uint32_t i, by = rows / SCROLL_SHARE + 1;

	memmove(want[0], want[by], (rows - by) * sizeof(want[0]));
	memset(want[rows - by], 0, by * sizeof(want[0]));
	for (i = 0; i < rows; i++)
		dirty[i] = true;
	row = rows - by;
}

void
screen_line(const char *text, size_t n, enum log_level level)
{
	uint32_t x;

	if (rows == 0)
		return;
	do {
		if (row == rows)
			scroll();
		for (x = 0; x < columns && n > 0; x++, n--) {
			want[row][x].c = *text++;
			want[row][x].level = (uint8_t)level;
		}
		dirty[row++] = true;
		behind = true;
	} while (n > 0);
}

static void
draw_text(uint32_t y, uint32_t x, struct cell cell)
{
	volatile uint16_t *out = (volatile uint16_t *)(video + y * fb.pitch);
	char c = cell.c == '\0' ? ' ' : cell.c;

	out[x] = (uint16_t)(colours[cell.level].vga << 8 | (uint8_t)c);
}

static void
draw_bits(uint32_t *out, uint8_t bits, uint32_t ink)
{
	uint32_t i, k;

	for (i = 0; i < FONT_WIDTH; i++, bits = (uint8_t)(bits << 1)) {
		for (k = 0; k < scale; k++)
			*out++ = bits & 0x80 ? ink : 0;
	}
}

static void
draw_glyph(uint32_t y, uint32_t x, struct cell cell)
{
	const uint8_t *glyph = font_glyph(cell.c == '\0' ? ' ' : cell.c);
	uint32_t rgb = colours[cell.level].rgb, ink, i, k;
	uint8_t *line = video + (size_t)y * FONT_HEIGHT * scale * fb.pitch +
	                (size_t)x * FONT_WIDTH * scale * 4;

	ink = (rgb >> 16 & 0xff) << fb.red_shift |
	      (rgb >> 8 & 0xff) << fb.green_shift |
	      (rgb & 0xff) << fb.blue_shift;
	for (i = 0; i < FONT_HEIGHT; i++) {
		for (k = 0; k < scale; k++, line += fb.pitch)
			draw_bits((uint32_t *)(void *)line, glyph[i], ink);
	}
}

/* Draws one row, up to `cells`. Returns how many are left of them. */
static uint32_t
draw_one_row(uint32_t y, uint32_t cells)
{
	struct cell *w = want[y], *s = shown[y];
	uint32_t x;

	for (x = 0; x < columns; x++) {
		if (w[x].c == s[x].c && w[x].level == s[x].level)
			continue;
		if (cells == 0)
			return 0;
		if (fb.type == BOOT_FB_RGB)
			draw_glyph(y, x, w[x]);
		else
			draw_text(y, x, w[x]);
		s[x] = w[x];
		cells--;
	}
	dirty[y] = false;
	return cells;
}

bool
screen_draw(uint32_t cells)
{
	uint32_t i;

	if (video == NULL || !behind)
		return false;
	for (i = 0; i < rows && cells > 0; i++) {
		if (dirty[draw_row])
			cells = draw_one_row(draw_row, cells);
		if (!dirty[draw_row])
			draw_row = (draw_row + 1) % rows;
	}
	behind = cells == 0;
	/* Otherwise the last pixels may stay in write-combining buffers. */
	__asm__ volatile("sfence" ::: "memory");
	return behind;
}

void
screen_flush(void)
{
	screen_draw(UINT32_MAX);
}
