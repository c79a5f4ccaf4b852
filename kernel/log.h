/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log: one line per event, "[seconds.micros] area: text", to the serial
 * port, the screen and a memory ring that a warm reboot preserves.
 *
 * Any core may log; one waits for another, so that workers hardly should. All
 * else here is core 0's. Lines longer than LOG_LINE_MAX are cut.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_MAX = 256 };

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_INFO,
	LOG_DEBUG,
};

/* area: a short room or device name, such as "pci" or "port0". */
void log_error(const char *area, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *area, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *area, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_debug(const char *area, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* One line read back from the memory ring. */
struct log_entry {
	uint64_t seq; /* counts from 0 at boot */
	uint64_t time_us;
	enum log_level level;
	char area[16];
	char text[LOG_LINE_MAX];
};

/*
 * Copies the oldest line with a sequence number of at least `seq` into `out`.
 * Returns 0, or -ENOENT when there is none (yet).
 */
int log_read(uint64_t seq, struct log_entry *out);

/*
 * Set-up, for main(). Lines before log_init() are lost. Until log_defer()
 * each call returns when its line has left the serial port; after it
 * log_poll(), which never waits, sends what is due; it returns true while
 * the screen is behind and wants more turns soon.
 */
struct bootinfo;
void log_init(const struct bootinfo *bi);
void log_defer(void);
bool log_poll(void);

/*
 * For a panic, when all other cores have stopped, perhaps in the middle of a
 * line: sends everything now, and is again as before log_defer(), on any core.
 */
void log_flush(void);

/* The physical memory that keeps the log; size 0 when there is none. */
void log_region(uint64_t *base, uint64_t *size);

#endif
