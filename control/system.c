/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log as the console reads it (system.h).
 */
#include "control/system.h"

#include <string.h>

#include "kernel/log.h"

int
system_log_read(uint64_t seq, struct system_log_line *out)
{
	static const char *const levels[] = { "error", "warning", "info",
		"debug" };
	struct log_entry e;
	int error = log_read(seq, &e);

	if (error != 0)
		return error;
	out->seq = e.seq;
	out->time_us = e.time_us;
	out->level = levels[e.level];
	memcpy(out->area, e.area, sizeof(out->area));
	memcpy(out->text, e.text, sizeof(out->text));
	return 0;
}
