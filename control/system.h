/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about the machine for the console, filled by main.c so that neither
 * control/ nor console/ depends on how the kernel finds them.
 */
#ifndef CONTROL_SYSTEM_H
#define CONTROL_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSTEM_CPU_MAX = 64, SYSTEM_LOG_TEXT_MAX = 256 };

struct worker;

/* A core in use. One that did not start is left out. */
struct system_cpu {
	uint32_t id; /* 0 is the one that booted */
	uint32_t apic_id;
	bool control;                /* runs the control loop */
	const struct worker *worker; /* its polling loop, or NULL */
};

struct system_memory {
	uint64_t total, used, free; /* bytes of RAM */
	uint64_t heap_size, heap_used;
	uint32_t buffers, buffers_free; /* packet buffers */
};

struct system_log_line {
	uint64_t seq;
	uint64_t time_us;
	const char *level; /* "error", "warning", "info", "debug" */
	char area[16];
	char text[SYSTEM_LOG_TEXT_MAX];
};

struct system {
	const char *version;
	const char *loader; /* who booted us */
	const char *volume; /* where the config came from, or "" */
	const char *cpu_model;
	uint64_t tsc_hz;
	uint64_t boot_us; /* from hand-over to ready */
	struct system_cpu cpu[SYSTEM_CPU_MAX];
	uint32_t cpu_count;
	uint64_t (*uptime_us)(void);
	void (*memory)(struct system_memory *out);
	/* Oldest line with sequence >= seq: 0, or -ENOENT. */
	int (*log_read)(uint64_t seq, struct system_log_line *out);
};

/* A log_read that reads the kernel's log. */
int system_log_read(uint64_t seq, struct system_log_line *out);

#endif
