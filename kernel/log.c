/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log: formats a line, keeps it in memory, and sends it to the serial port
 * and the screen, at once or (after log_defer()) as the main loop finds time.
 */
#include "kernel/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "boot/bootinfo.h"
#include "kernel/cpu.h"
#include "kernel/logring.h"
#include "kernel/memmap.h"
#include "kernel/paging.h"
#include "kernel/screen.h"
#include "kernel/serial.h"
#include "kernel/time.h"

/*
 * Where the lines outlive a warm reboot: the first of these that is free RAM.
 * Firmware works at the two ends of memory, and GRUB from the top; kernel and
 * small files lie below the first, large files may take it and leave the next.
 * Tried with SeaBIOS from 64 MiB of RAM on, OVMF from 128 MiB on: with less,
 * OVMF leaves none of it alone.
 */
static const uint64_t kept_bases[] = { 24ull << 20, 96ull << 20, 384ull << 20 };

#define KEPT_SIZE                                                              \
	((sizeof(struct logring) + MEMMAP_PAGE - 1) & ~(MEMMAP_PAGE - 1ull))

enum {
	LINE_MAX_BYTES = LOG_LINE_MAX + 64, /* with time, area and CR LF */
	CELLS_PER_POLL = 4, /* 2 KiB of pixels, over a bus that may be slow */
	PANIC_LINES_SHOWN = 12,
};

/* Used when that memory is not free RAM: nothing is kept then. */
static struct logring fallback;
static struct logring *ring;
static uint64_t next_seq;
static bool deferred;
static bool locked;   /* some core is in here */
static bool panicked; /* one core is left, and needs no lock */
static uint32_t lost; /* lines that the serial buffer had no room for */

static void
lock(void)
{
	while (__atomic_exchange_n(&locked, true, __ATOMIC_ACQUIRE) &&
	       !__atomic_load_n(&panicked, __ATOMIC_RELAXED))
		cpu_pause();
}

static void
unlock(void)
{
	__atomic_store_n(&locked, false, __ATOMIC_RELEASE);
}

/* The log is one line per event, in ASCII, whatever a name contains. */
static void
make_printable(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < 0x20 || *s > 0x7e)
			*s = '?';
	}
}

static size_t
format_line(char *out, size_t size, const struct log_entry *e)
{
	int n = snprintf(out, size, "[%llu.%06llu] %s: %s",
	    (unsigned long long)(e->time_us / 1000000),
	    (unsigned long long)(e->time_us % 1000000), e->area, e->text);

	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static void
emit(const struct log_entry *e)
{
	char line[LINE_MAX_BYTES];
	size_t n = format_line(line, sizeof(line) - 2, e);

	screen_line(line, n, e->level);
	line[n++] = '\r';
	line[n++] = '\n';
	if (!serial_put(line, n))
		lost++;
	if (!deferred) {
		serial_flush();
		screen_flush();
	}
}

static void
log_va(enum log_level level, const char *area, const char *fmt, va_list ap)
{
	struct log_entry e;

	if (ring == NULL)
		return;
	memset(&e, 0, sizeof(e));
	lock();
	e.seq = next_seq++;
	e.time_us = time_us();
	e.level = level;
	snprintf(e.area, sizeof(e.area), "%s", area);
	vsnprintf(e.text, sizeof(e.text), fmt, ap);
	make_printable(e.area);
	make_printable(e.text);
	logring_add(ring, &e);
	if (level != LOG_DEBUG) /* for who reads the ring */
		emit(&e);
	unlock();
}

#define LOG_VERB(name, level)                                                  \
	void name(const char *area, const char *fmt, ...)                      \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		log_va(level, area, fmt, ap);                                  \
		va_end(ap);                                                    \
	}

LOG_VERB(log_error, LOG_ERROR)
LOG_VERB(log_warn, LOG_WARNING)
LOG_VERB(log_info, LOG_INFO)
LOG_VERB(log_debug, LOG_DEBUG)

static int
read_locked(uint64_t seq, struct log_entry *out)
{
	if (next_seq > LOGRING_SLOTS && seq < next_seq - LOGRING_SLOTS)
		seq = next_seq - LOGRING_SLOTS;
	for (; seq < next_seq; seq++) {
		if (logring_get(ring, 0, seq, out))
			return 0;
	}
	return -ENOENT;
}

int
log_read(uint64_t seq, struct log_entry *out)
{
	int error;

	lock();
	error = read_locked(seq, out);
	unlock();
	return error;
}

void
log_defer(void)
{
	lock();
	deferred = true;
	unlock();
}

bool
log_poll(void)
{
	uint32_t n;
	bool idle, behind;

	lock();
	n = lost;
	serial_poll();
	behind = screen_draw(CELLS_PER_POLL);
	idle = serial_idle();
	if (idle)
		lost = 0;
	unlock();
	if (n != 0 && idle)
		log_warn("log", "%u lines did not fit the serial buffer",
		    (unsigned)n);
	return behind;
}

void
log_flush(void)
{
	panicked = true;
	deferred = false;
	serial_flush();
	screen_flush();
}

void
log_region(uint64_t *base, uint64_t *size)
{
	*base = (uint64_t)(uintptr_t)ring;
	*size = ring == &fallback ? 0 : KEPT_SIZE;
}

static struct logring *
find_region(const struct bootinfo *bi)
{
	static struct memmap map;
	uint32_t i;

	memmap_collect(&map, bi->mem, bi->mem_count, 1u << BOOT_MEM_USABLE);
	memmap_remove(&map, bi->kernel_base, KERNEL_BLOCK_SIZE);
	memmap_remove(&map, (uint64_t)(uintptr_t)bi, sizeof(*bi));
	for (i = 0; i < bi->file_count; i++)
		memmap_remove(&map, bi->file[i].addr, bi->file[i].size);
	for (i = 0; i < sizeof(kept_bases) / sizeof(kept_bases[0]); i++) {
		if (memmap_contains(&map, kept_bases[i], KEPT_SIZE))
			return (struct logring *)(uintptr_t)kept_bases[i];
	}
	return &fallback;
}

/*
 * Says how the last boot ended, if the memory of it is still there: a panic's
 * first line, its message, and its backtrace, the lines that are indented.
 */
static void
report_last_boot(uint64_t lines)
{
	static struct log_entry e;
	uint64_t seq = lines > LOGRING_SLOTS ? lines - LOGRING_SLOTS : 0;
	uint32_t found = 0;

	for (; seq < lines && found < PANIC_LINES_SHOWN; seq++) {
		if (!logring_get(ring, 1, seq, &e) ||
		    strcmp(e.area, "panic") != 0)
			continue;
		if (found == 0)
			log_warn("log", "the last boot ended in a panic: %s",
			    e.text);
		else if (e.text[0] != ' ')
			continue;
		else
			log_warn("log", "%s", e.text);
		found++;
	}
	if (lines != 0 && found == 0)
		log_info("log", "the last boot ended without a panic");
}

void
log_init(const struct bootinfo *bi)
{
	uint64_t lines;

	time_start(bi->handover_tsc);
	serial_init();
	screen_init(&bi->fb);
	ring = find_region(bi);
	lines = logring_start(ring);
	if (ring == &fallback)
		log_warn("log", "no RAM that a reboot would keep");
	report_last_boot(lines);
}
