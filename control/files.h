/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of the config volume, as the loader left them in memory.
 */
#ifndef CONTROL_FILES_H
#define CONTROL_FILES_H

#include <stddef.h>
#include <stdint.h>

struct file {
	const char *name; /* as on the volume; compared without case (FAT) */
	const char *data; /* not NUL-terminated */
	size_t size;
};

struct files {
	const struct file *file;
	uint32_t count;
	const char *volume; /* where it was found, "" when there is none */
};

/* NULL when there is no such file. */
const struct file *files_find(const struct files *files, const char *name);

#endif
