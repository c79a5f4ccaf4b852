/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds a file of the config volume by name.
 */
#include "control/files.h"

#include <stdbool.h>

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_name(const char *a, const char *b)
{
	while (*a != '\0' && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

const struct file *
files_find(const struct files *files, const char *name)
{
	for (uint32_t i = 0; i < files->count; i++)
		if (same_name(files->file[i].name, name))
			return &files->file[i];
	return NULL;
}
